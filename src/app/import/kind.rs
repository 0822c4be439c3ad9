//! The five kinds of import, and what each of them does with a row.

use chrono::NaiveDate;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::book::{Book, Fingerprint, Needs};
use super::cells::CellError;
use super::columns::{Column, Layout};
use super::fault::Reason;
use super::outcome::Verdict;
use super::seen::Seen;
use super::sheet::Row;

/// What a spreadsheet is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Depots with their bins.
    Depots,
    /// Parts with their alternates.
    Parts,
    /// Customers with one contact each.
    Customers,
    /// Opening stock.
    Stock,
    /// RMAs from before Beiku.
    RmaHistory,
}

impl Kind {
    /// Every kind, in the order a company imports them.
    pub const ALL: &'static [Self] =
        &[Self::Depots, Self::Parts, Self::Customers, Self::Stock, Self::RmaHistory];

    /// The word of the command line and of the API path.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Depots => "depots",
            Self::Parts => "parts",
            Self::Customers => "customers",
            Self::Stock => "stock",
            Self::RmaHistory => "rma-history",
        }
    }

    /// The columns of such a spreadsheet.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Depots => super::depots::COLUMNS,
            Self::Parts => super::parts::COLUMNS,
            Self::Customers => super::customers::COLUMNS,
            Self::Stock => super::stock::COLUMNS,
            Self::RmaHistory => super::rma_history::COLUMNS,
        }
    }

    /// Reads the word; `None` for any other.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == code)
    }
}

/// A row of one kind, on its way from the file into the books.
pub trait ImportRow: Sized + Serialize + DeserializeOwned {
    /// The kind.
    const KIND: Kind;
    /// Its columns.
    const COLUMNS: &'static [Column];

    /// Reads a row and judges what the row alone can tell.
    ///
    /// # Errors
    /// Every faulty cell of the row.
    fn parse(layout: &Layout, row: &Row, today: NaiveDate) -> Result<Self, Vec<CellError>>;

    /// Adds what must be known to judge this row.
    fn needs(&self, needs: &mut Needs);

    /// Judges the codes in the row, and claims its key within the file.
    ///
    /// # Errors
    /// Unknown codes, or the earlier row with the same key.
    fn claim(
        &self,
        row: u32,
        layout: &Layout,
        book: &Book,
        seen: &mut Seen,
    ) -> Result<String, Vec<CellError>>;

    /// Judges the row against what the books have under its key.
    fn settle(&self, row: u32, key: &str, layout: &Layout, book: &Book) -> Verdict;

    /// What the row says, where the import must remember it; `None` where the books themselves can be compared.
    fn fingerprint(&self) -> Option<Fingerprint>;
}

/// The refusal of a key that an earlier row has.
#[must_use]
pub fn duplicate(row: u32, column: String, value: &str, first: u32) -> Vec<CellError> {
    vec![CellError { row, column, reason: Reason::DuplicateInFile { value: value.to_owned(), row: first } }]
}
