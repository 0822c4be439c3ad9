//! Beiku (备库): spare-parts depot and RMA system. The map of the house; ARCHITECTURE.md tells who may import whom.
//!
//! Two ledgers, and everything else is a view of them: the stock ledger (where every part is, in which condition,
//! whose it is) and the promise ledger (what is owed, to whom, by when, and whether it was kept).

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod i18n;
pub mod jobs;
pub mod mail;
pub mod store;
pub mod telemetry;
pub mod web;
