//! One row read through its layout: typed cells, with every fault of the row collected, not only the first.

use chrono::NaiveDate;

use super::columns::{Field, Layout};
use super::fault::Reason;
use super::sheet::{Cell, Row};
use super::values::{self, Words};

/// One cell that makes its row impossible to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// The spreadsheet's own row number.
    pub row: u32,
    /// The heading as in the file; our own when the file has no such column.
    pub column: String,
    /// Why.
    pub reason: Reason,
}

/// A row being read.
#[derive(Debug)]
pub struct Cells<'a> {
    layout: &'a Layout,
    row: &'a Row,
    errors: Vec<CellError>,
}

impl<'a> Cells<'a> {
    /// Starts reading a row.
    #[must_use]
    pub fn new(layout: &'a Layout, row: &'a Row) -> Self {
        Self { layout, row, errors: Vec::new() }
    }

    /// Notes a fault of a field.
    pub fn fault(&mut self, field: Field, reason: Reason) {
        self.errors.push(CellError { row: self.row.number, column: self.layout.heading(field), reason });
    }

    /// Notes that a cell is empty although another one, which cannot stand without it, is filled.
    pub fn unpaired(&mut self, field: Field, with: Field) {
        let with = self.heading(with);
        self.fault(field, Reason::PairMissing { with });
    }

    /// Notes that a step happened before the step it follows.
    pub fn out_of_order(&mut self, step: (Field, NaiveDate), before: (Field, NaiveDate)) {
        let after = self.heading(before.0);
        self.fault(step.0, Reason::DatesOutOfOrder { date: step.1, after, than: before.1 });
    }

    /// True while no fault was noted.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.errors.is_empty()
    }

    /// The heading of a field as in the file.
    #[must_use]
    pub fn heading(&self, field: Field) -> String {
        self.layout.heading(field)
    }

    /// The row's value when nothing was wrong, else all that was.
    ///
    /// # Errors
    /// The faults in the order they were found.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<CellError>> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }

    /// Reads a cell that may be empty. `None` when it is, or when it was faulty (the fault is noted).
    pub fn optional<T>(&mut self, field: Field, read: impl FnOnce(&Cell) -> Result<T, Reason>) -> Option<T> {
        let cell = self.cell(field);
        if cell.is_empty() {
            return None;
        }
        read(cell).map_err(|reason| self.fault(field, reason)).ok()
    }

    /// Reads a cell that must hold something. `None` when it was empty or faulty (the fault is noted).
    pub fn required<T>(&mut self, field: Field, read: impl FnOnce(&Cell) -> Result<T, Reason>) -> Option<T> {
        if self.cell(field).is_empty() {
            self.fault(field, Reason::Missing);
            return None;
        }
        self.optional(field, read)
    }

    /// True when the file has this cell filled in, faulty or not.
    #[must_use]
    pub fn is_filled(&self, field: Field) -> bool {
        !self.cell(field).is_empty()
    }

    /// Free text that may be empty.
    pub fn text(&mut self, field: Field, limit: usize) -> Option<String> {
        self.optional(field, |cell| values::text(cell, limit))
    }

    /// A word of a closed set that may be empty.
    pub fn word<T: Copy>(&mut self, field: Field, words: &Words<T>) -> Option<T> {
        self.optional(field, |cell| words.read(cell))
    }

    /// A date that may be empty and is not after `today`.
    pub fn past_date(&mut self, field: Field, today: NaiveDate) -> Option<NaiveDate> {
        self.optional(field, |cell| not_future(values::date(cell)?, today))
    }

    /// A date that must be there and is not after `today`.
    pub fn required_past_date(&mut self, field: Field, today: NaiveDate) -> Option<NaiveDate> {
        self.required(field, |cell| not_future(values::date(cell)?, today))
    }

    /// A whole number between two bounds that may be empty.
    pub fn whole_between(&mut self, field: Field, least: i64, most: i64) -> Option<i64> {
        self.optional(field, |cell| {
            let number = values::whole(cell)?;
            let fits = (least..=most).contains(&number);
            if fits { Ok(number) } else { Err(Reason::NumberOutOfRange { value: cell.shown(), least, most }) }
        })
    }

    fn cell(&self, field: Field) -> &'a Cell {
        self.layout.position(field).map_or(&Cell::Empty, |column| self.row.cell(column))
    }
}

fn not_future(date: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Reason> {
    if date > today { Err(Reason::DateInFuture(date)) } else { Ok(date) }
}
