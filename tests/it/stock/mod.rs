//! The stock ledger on both databases: what is booked, what is refused, what is held, what it all proves.

mod batch;
mod cli;
mod corruption;
mod find;
mod http;
mod instruments;
mod joint;
mod model;
mod movements;
mod race;
mod reserve;
mod reverse;
mod snapshots;
pub mod world;
