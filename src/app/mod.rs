//! Use cases: one function is one thing a person does. Loads, asks the domain, writes, queues notices.

pub mod import;
