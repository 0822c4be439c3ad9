//! Spreadsheets into the books: depots, parts, customers, stock and RMA history (API.md, command line and History
//! import): staged, judged in chunks, then written in one transaction by sets.
//!
//! A file goes through four hands, each of which knows only its own matter: [`sheet`] turns bytes into rows,
//! [`columns`] and [`values`] turn cells into values, the file of each kind judges a row against the file and a
//! [`book::Book`] of what is known, and its `effects` say what is to be written.

mod apply;
pub mod book;
mod books;
pub mod cells;
mod coded;
pub mod columns;
pub mod customers;
pub mod depots;
pub mod effects;
pub mod fault;
pub mod files;
pub mod judge;
pub mod kind;
pub mod outcome;
pub mod parts;
pub mod reason;
pub mod rejects;
pub mod rma_history;
mod run;
pub mod seen;
pub mod sheet;
pub mod spool;
pub mod stock;
pub mod values;

pub use run::{Encode, ImportError, Imported, Key, Options, Progress, import, import_once};

#[cfg(test)]
mod tests;
