//! The day of an engineer, a customer and a manager in the browser: pages and forms, no script.

mod bench;
mod customer;
mod engineer;
mod list;
mod next;
mod outside;
mod rest;
mod said;
mod weight;
