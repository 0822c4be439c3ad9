//! Spreadsheets into the books: depots, parts, customers, stock and RMA history.

pub mod cells;
pub mod columns;
pub mod fault;
pub mod sheet;
pub mod values;
