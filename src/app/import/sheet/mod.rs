//! A spreadsheet as a stream of rows: XLSX or CSV, told apart by content, never held in memory as a whole.
//!
//! Rows arrive in chunks of [`CHUNK_ROWS`], so that a file of 100,000 units costs no more memory than one of 500.
//! A row keeps the spreadsheet's own number (the heading is row 1, blank rows count), because that is the number
//! a person sees when they open the file to put it right.

mod csv_text;
mod decode;
mod rows;
#[cfg(test)]
mod tests;
mod xlsx;

use std::io::{Read, Seek, SeekFrom};

use chrono::NaiveDateTime;

pub use super::fault::FileFault;
use rows::Collector;

/// Rows handed over at a time, and judged against the books with one set of look-ups.
pub const CHUNK_ROWS: usize = 500;

/// What a file may ask of us before it is refused by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows with something in them, the heading not counted.
    pub rows: u32,
    /// Columns in use.
    pub columns: usize,
    /// Characters in one cell.
    pub cell_chars: usize,
    /// Bytes an XLSX file may unpack to, all parts together. A zip bomb stops here.
    pub unpacked_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 1_000_000, columns: 200, cell_chars: 4_000, unpacked_bytes: 1 << 28 }
    }
}

/// One cell, before anybody asked what it should mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing, or only white space.
    Empty,
    /// Text as it stands in the file.
    Text(String),
    /// A number without a date format.
    Number(f64),
    /// A number with a date format (Excel serial), already turned into a local date and time.
    Date(NaiveDateTime),
    /// TRUE or FALSE.
    Flag(bool),
    /// A formula that failed, such as `#N/A`.
    Failed(String),
}

impl Cell {
    /// True for a cell with nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The cell as a person would type it: what the rejects file repeats and messages quote.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Failed(text) => text.clone(),
            Self::Number(number) => number_text(*number),
            Self::Date(at) if at.time() == chrono::NaiveTime::MIN => at.date().to_string(),
            Self::Date(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            Self::Flag(flag) => (if *flag { "TRUE" } else { "FALSE" }).to_owned(),
        }
    }
}

/// A number as Excel shows it: 15 significant digits, no trailing zeros, so that 0.1 + 0.2 reads 0.3.
pub(super) fn number_text(number: f64) -> String {
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    format!("{rounded}")
}

/// One row with something in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The spreadsheet's own row number; the first line of the file is 1.
    pub number: u32,
    /// Cells from the first column on; trailing empty cells may be absent.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell in a column, counted from 0. A short row is empty to the right.
    #[must_use]
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// What the stream hands over, in this order: headings once, then chunks of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// The first row that is not blank.
    Headings {
        /// Its row number.
        row: u32,
        /// Its cells as text; empty where the cell is.
        headings: Vec<String>,
        /// Cells a row may have. A line of text with more than its heading line is shifted: a separator stands in one of its
        /// cells. In a workbook a cell stands where it stands.
        width: usize,
    },
    /// Up to [`CHUNK_ROWS`] rows in file order, none of them blank.
    Rows(Vec<Row>),
}

/// The form a file turned out to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text with separators.
    Csv,
    /// An Excel workbook; the first visible sheet was read.
    Xlsx,
}

/// Reads a spreadsheet from its beginning and hands it over piece by piece.
///
/// # Errors
/// [`FileFault`] when the file cannot be read as a table or passes a limit; whatever `each` answers with stops the
/// reading and comes back as it is.
pub fn stream<R, E, F>(mut source: R, limits: &Limits, each: F) -> Result<Form, E>
where
    R: Read + Seek,
    E: From<FileFault>,
    F: FnMut(Piece) -> Result<(), E>,
{
    let form = tell_form(&mut source).map_err(E::from)?;
    let mut collector = Collector::new(form, *limits, each);
    match form {
        Form::Csv => csv_text::read(source, &mut collector)?,
        Form::Xlsx => xlsx::read(source, limits, &mut collector)?,
    }
    collector.finish()?;
    Ok(form)
}

/// Tells the form by the first bytes; names lie, and a browser's content type lies more often.
fn tell_form<R: Read + Seek>(source: &mut R) -> Result<Form, FileFault> {
    /// An old .xls workbook, and every password-protected .xlsx, is an OLE container.
    const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    const ZIP: &[u8] = b"PK\x03\x04";

    source.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(OLE.len());
    source.by_ref().take(8).read_to_end(&mut head)?;
    source.seek(SeekFrom::Start(0))?;
    if head.starts_with(OLE) {
        return Err(FileFault::OldExcel);
    }
    if head.is_empty() {
        return Err(FileFault::Empty);
    }
    Ok(if head.starts_with(ZIP) { Form::Xlsx } else { Form::Csv })
}
