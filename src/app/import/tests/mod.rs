//! Tests of the pure half of imports.

mod columns;
mod company;
mod effects;
mod lives;
mod masters;
mod rows;
mod texts;
mod values;
mod weight;

use std::io::Cursor;

use chrono::NaiveDate;

use super::cells::CellError;
use super::columns::Layout;
use super::columns::recognise;
use super::kind::ImportRow;
use super::sheet::{self, FileFault, Limits, Piece};

/// A local day, from `2026-11-21`.
fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Reads a small CSV as rows of a kind, on the example's day of go-live.
fn parse<T: ImportRow>(text: &str) -> (Layout, Vec<Result<T, Vec<CellError>>>) {
    let (mut layout, mut parsed) = (None, Vec::new());
    sheet::stream(Cursor::new(text.as_bytes()), &Limits::default(), |piece| -> Result<(), FileFault> {
        match piece {
            Piece::Headings { headings, .. } => layout = Some(recognise(T::COLUMNS, &headings)?),
            Piece::Rows(rows) => {
                let layout = layout.as_ref().unwrap();
                parsed.extend(rows.iter().map(|row| T::parse(layout, row, company::today())));
            }
        }
        Ok(())
    })
    .unwrap();
    (layout.unwrap(), parsed)
}

/// Column and code of the faults of the only row.
fn faults<T: ImportRow + std::fmt::Debug>(text: &str) -> Vec<(String, &'static str)> {
    let (_, mut rows) = parse::<T>(text);
    assert_eq!(rows.len(), 1, "one row in {text:?}");
    match rows.remove(0) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| (error.column, error.reason.code())).collect(),
    }
}
