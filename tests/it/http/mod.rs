//! The API over real HTTP.

mod matrix;
mod operation;
mod problems;
mod sessions;
mod throttle;
mod tokens;
mod users;
