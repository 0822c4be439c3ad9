//! A notice becomes a mail: words and templates ([`render`]), the message ([`compose`]), the way out ([`Transport`]).
//!
//! Nothing here knows the outbox: a caller claims a notice there, and settles it by what [`Transport::send`] says.
//! The Message-ID is the outbox's and stays the same on every try, so a mail delivered twice is recognised as one.

mod depot_words;
pub mod directory;
mod letterhead;
mod memory;
mod message;
mod render;
mod retry;
#[cfg(test)]
mod samples;
mod smtp;
mod staff_words;
mod transport;
mod view;
mod words;

pub use letterhead::{Letter, Letterhead};
pub use memory::Memory;
pub use message::{ComposeError, Envelope, Mail, compose};
pub use render::{Rendered, Sender, render, render_with};
pub use retry::{SendError, backoff};
pub use transport::{Options, Transport, UrlError};
pub use words::keys_of;
