//! actix plumbing both faces share: server factory, sign-in, permissions, errors, CSRF, limits, idempotency.

mod act;
mod caller;
pub mod csrf;
pub mod endpoint;
mod envelope;
mod error;
mod json;
mod page;
pub mod problem;
mod query;
pub mod server;
mod state;
pub mod throttle;
mod word;
pub mod words;

pub use act::{Answer, act, created, done, ok, read};
pub use caller::{Caller, Credential, language};
pub use json::Json;
pub use page::{Page, Paging};
pub use problem::{Problem, ProblemBody, Trouble};
pub use query::Query;
pub use state::State;
pub use word::Word;
