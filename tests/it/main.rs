//! The one integration binary: the program on real databases. A further binary would link 250 crates again.
//!
//! How to write a test on both databases: `support/mod.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what went wrong by ending"
)]

mod cli;
mod depot;
mod faces;
mod faults;
mod figures;
mod http;
mod imports;
mod jobs;
mod mail;
mod notices;
mod outbox;
mod papers;
mod repair;
mod rma;
mod schema;
mod security;
mod setup;
mod smtp_server;
mod stock;
mod store;
mod support;
mod web;
mod web_admin;
mod web_depot;
mod web_more;
mod words;
