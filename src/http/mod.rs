//! actix plumbing both faces share: server factory, sign-in, permissions, errors, CSRF, limits, idempotency.

mod act;
mod allowance;
mod caller;
pub mod csrf;
pub mod endpoint;
mod envelope;
mod error;
pub mod forgotten;
pub mod imports;
mod json;
pub mod mailroom;
pub mod pack;
mod page;
mod patience;
mod pieces;
pub mod problem;
mod query;
pub mod server;
mod sign_in;
mod spreadsheet;
pub mod sso;
mod state;
pub mod throttle;
pub mod upload;
mod virus;
mod word;
pub mod words;

pub use crate::telemetry::metrics as metrics_handle;
pub use act::{Answer, IDEMPOTENCY_KEY, act, created, done, if_match, look_up, ok, once_only, read};
pub(crate) use act::{act_bound, encode, once, once_bound, replayed, settled};
pub(crate) use caller::request_id;
pub use caller::{COOKIE, Caller, Credential, cookie, language, whoever};
pub(crate) use envelope::{OfOurs, note_refusal};
pub use json::Json;
pub(crate) use json::unreadable;
pub use page::{Page, Paging};
pub use pieces::pieces;
pub use problem::{Problem, ProblemBody, Trouble};
pub use query::Query;
pub use sign_in::{
    Entry, Proof, chosen_password, finish_step, new_password_hash, no_cookie, our_cookie, password_fault,
    prove_again, session_cookie, sign_in, sign_out,
};
pub use spreadsheet::spreadsheet;
pub use state::{DemoUser, State};
pub use virus::scanned;
pub use word::Word;
