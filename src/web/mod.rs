//! HTML face: one file per screen with its view model, and the kit the screens are made of.
//!
//! A screen is a plain struct (`#[derive(Template)]`) over a file in `templates/pages`. It holds typed values; the words,
//! dates and colours are made by [`Page`] so that one struct serves both languages. Screens know nothing of the store.

pub mod account;
pub mod action_menu;
pub mod action_order;
pub mod actions;
pub mod as_of;
pub mod assets;
pub mod barcode;
pub mod bench;
pub mod bench_lanes;
pub mod bench_order;
pub mod chart;
pub mod counts;
pub mod dashboard;
pub mod error;
pub mod exceptions;
pub mod find;
pub mod form;
pub mod format;
pub mod gate;
pub mod headers;
pub mod held;
pub mod imports;
mod instruments;
pub mod kit;
pub mod login;
pub mod mine;
pub mod movements;
pub mod notice_templates;
pub mod notices;
pub mod page;
pub mod plan_form;
pub mod print;
pub mod proposal;
pub mod public;
pub mod rate;
pub mod report;
pub mod reports;
pub mod requests;
pub mod rma_detail;
pub mod rma_list;
pub mod rma_new;
pub mod scan;
pub mod security;
mod serve;
pub mod settings;
pub mod start;
pub mod station;
pub mod steps;
pub mod stock;
pub mod today;
pub mod track;
pub mod transfers;
pub mod unit_detail;
pub mod unit_list;

pub use page::Page;
pub use serve::routes;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
