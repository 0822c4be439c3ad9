//! A spreadsheet being written, row by row: CSV or XLSX.

use super::ExportError;
use crate::domain::calendar::Zone;
use crate::domain::money::format_fen;
use crate::text_enum;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook, Worksheet, XlsxError};
use std::fs::File;
use std::io::{BufWriter, Write};

/// So that Excel reads UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Rows of an XLSX sheet, headings included; more go on the next sheet.
const SHEET_ROWS: u32 = 1_048_576;
/// Longest text of an XLSX cell, in characters.
const CELL_CHARS: usize = 32_767;

text_enum! {
    /// The form of a spreadsheet.
    Format {
        /// Comma-separated, UTF-8 with byte order mark.
        Csv => "csv",
        /// Excel.
        Xlsx => "xlsx",
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text, whatever it looks like.
    Text(String),
    /// A count.
    Number(i64),
    /// An amount, in fen.
    Money(i64),
    /// A day.
    Date(NaiveDate),
    /// An instant, written as the local wall clock.
    Instant(DateTime<Utc>),
}

macro_rules! cell_from {
    ($($type:ty => $variant:ident, $convert:expr;)+) => {$(
        impl From<$type> for Cell {
            fn from(value: $type) -> Self { Cell::$variant($convert(value)) }
        }
        impl From<Option<$type>> for Cell {
            fn from(value: Option<$type>) -> Self { value.map_or(Cell::Empty, Cell::from) }
        }
    )+};
}

cell_from! {
    String => Text, std::convert::identity;
    &str => Text, str::to_owned;
    i64 => Number, std::convert::identity;
    NaiveDate => Date, std::convert::identity;
    DateTime<Utc> => Instant, std::convert::identity;
}

impl Cell {
    /// An amount in fen, if there is one.
    #[must_use]
    pub fn money(fen: Option<i64>) -> Cell {
        fen.map_or(Cell::Empty, Cell::Money)
    }

    fn in_csv(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => harmless(text),
            Cell::Number(number) => number.to_string(),
            Cell::Money(fen) => format_fen(*fen),
            Cell::Date(date) => date.to_string(),
            Cell::Instant(instant) => local(*instant),
        }
    }
}

/// A text that no spreadsheet program takes for a formula: customers and scanners write into these cells. The full-width
/// signs count too, for some programs read them as the plain ones.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn local(instant: DateTime<Utc>) -> String {
    Zone::default().local(instant.naive_utc()).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// A short list as CSV, in the form of the exports.
#[must_use]
pub fn csv_of(headings: &[String], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    let lines = rows.iter().map(|row| row.iter().map(Cell::in_csv).collect::<Vec<String>>());
    for line in [headings.to_vec()].into_iter().chain(lines) {
        // Memory does not refuse to be written.
        let _ = csv.write_record(&line);
    }
    csv.into_inner().unwrap_or_default()
}

/// A spreadsheet being written.
pub(super) struct Sheet {
    sink: Sink,
    rows: u64,
}

enum Sink {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Xlsx(Box<Xlsx>),
}

impl Sheet {
    /// An empty one that goes into `file`.
    pub(super) fn new(format: Format, file: File) -> Result<Sheet, ExportError> {
        let mut file = BufWriter::new(file);
        let sink = match format {
            Format::Csv => {
                file.write_all(BYTE_ORDER_MARK)?;
                let csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
                Sink::Csv(Box::new(csv))
            }
            Format::Xlsx => Sink::Xlsx(Box::new(Xlsx::new(file))),
        };
        Ok(Sheet { sink, rows: 0 })
    }

    /// The first row. Its names are our own.
    pub(super) fn headings(&mut self, headings: Vec<String>) -> Result<(), ExportError> {
        match &mut self.sink {
            Sink::Csv(csv) => Ok(csv.write_record(&headings)?),
            Sink::Xlsx(xlsx) => Ok(xlsx.begin(headings)?),
        }
    }

    /// The next row.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        self.rows += 1;
        match &mut self.sink {
            Sink::Csv(csv) => Ok(csv.write_record(cells.iter().map(Cell::in_csv))?),
            Sink::Xlsx(xlsx) => Ok(xlsx.row(cells)?),
        }
    }

    /// Writes what is left to be written; the number of rows.
    pub(super) fn finish(self) -> Result<u64, ExportError> {
        match self.sink {
            Sink::Csv(mut csv) => csv.flush()?,
            Sink::Xlsx(xlsx) => xlsx.finish()?,
        }
        Ok(self.rows)
    }
}

/// An Excel workbook whose rows go to disk at once.
struct Xlsx {
    workbook: Workbook,
    file: BufWriter<File>,
    headings: Vec<String>,
    /// Row of the present sheet that comes next.
    next: u32,
    bold: Style,
    date: Style,
    instant: Style,
    money: Style,
}

impl Xlsx {
    fn new(file: BufWriter<File>) -> Xlsx {
        Xlsx {
            workbook: Workbook::new(),
            file,
            headings: vec![],
            next: 0,
            bold: Style::new().set_bold(),
            date: Style::new().set_num_format("yyyy-mm-dd"),
            instant: Style::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            money: Style::new().set_num_format("0.00"),
        }
    }

    fn begin(&mut self, headings: Vec<String>) -> Result<(), XlsxError> {
        self.headings = headings;
        self.next_sheet()
    }

    fn next_sheet(&mut self) -> Result<(), XlsxError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, heading) in (0_u16..).zip(&self.headings) {
            sheet.set_column_width(column, 18)?;
            sheet.write_string_with_format(0, column, heading, &self.bold)?;
        }
        self.next = 1;
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.next >= SHEET_ROWS {
            self.next_sheet()?;
        }
        let present = self.workbook.worksheets().len().saturating_sub(1);
        let sheet = self.workbook.worksheet_from_index(present)?;
        for (column, cell) in (0_u16..).zip(cells) {
            let at = (self.next, column);
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => text_cell(sheet, at, text)?,
                Cell::Number(number) => {
                    sheet.write_number(at.0, at.1, float(Decimal::from(*number)))?;
                }
                Cell::Money(fen) => {
                    sheet.write_number_with_format(at.0, at.1, float(Decimal::new(*fen, 2)), &self.money)?;
                }
                Cell::Date(date) => date_cell(sheet, at, &date.to_string(), &self.date)?,
                Cell::Instant(instant) => date_cell(sheet, at, &local(*instant), &self.instant)?,
            }
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<(), ExportError> {
        self.workbook.save_to_writer(&mut self.file)?;
        Ok(self.file.flush()?)
    }
}

fn text_cell(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str) -> Result<(), XlsxError> {
    match text.char_indices().nth(CELL_CHARS).and_then(|(end, _)| text.get(..end)) {
        Some(cut) => sheet.write_string(row, column, cut)?,
        None => sheet.write_string(row, column, text)?,
    };
    Ok(())
}

/// A day Excel does not know (before 1900) is written as text.
fn date_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    style: &Style,
) -> Result<(), XlsxError> {
    match ExcelDateTime::parse_from_str(&text.replacen(' ', "T", 1)) {
        Ok(date) => sheet.write_datetime_with_format(row, column, date, style)?,
        Err(_) => sheet.write_string(row, column, text)?,
    };
    Ok(())
}

/// Excel has only floating numbers; counts and amounts of ours are far below where they turn inexact.
fn float(number: Decimal) -> f64 {
    number.to_f64().unwrap_or_default()
}
