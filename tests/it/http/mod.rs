//! The API over real HTTP.

mod imports;
mod lists;
mod matrix;
mod operation;
mod problems;
mod sessions;
mod throttle;
mod tokens;
mod users;
