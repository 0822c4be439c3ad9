//! What an import answers: counts, refusals by row and column, and the rejects file.

use std::io::{self, Write};

use super::cells::CellError;
use super::fault::{Args, Reason};
use super::sheet::Row;

/// The judgement of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// To be written: new, or changing what the books have.
    Accepted,
    /// The books say so already.
    Unchanged,
    /// Not to be written, with every reason.
    Refused(Vec<CellError>),
}

impl Verdict {
    /// Refused for one reason.
    #[must_use]
    pub fn refused(row: u32, column: String, reason: Reason) -> Self {
        Self::Refused(vec![CellError { row, column, reason }])
    }
}

/// Something taken over that a person should know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The spreadsheet's own row number.
    pub row: u32,
    /// Stable name; the text is `import-warning-<code>`.
    pub code: &'static str,
    /// The values of the sentence.
    pub args: Args,
}

/// The answer to one import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Rows with something in them, the heading not counted: accepted + unchanged + refused rows.
    pub read: u32,
    /// Rows that were written, or would be.
    pub accepted: u32,
    /// Rows the books say already.
    pub unchanged: u32,
    /// Rows with at least one refusal.
    pub refused_rows: u32,
    /// Every reason, by row and column; one row may have several.
    pub refused: Vec<CellError>,
    /// What was taken over with a remark.
    pub warnings: Vec<Warning>,
    /// Headings nobody knew; their columns were not read.
    pub ignored_columns: Vec<String>,
    /// True when the accepted rows were written; false for a dry run, and when refused rows held everything back.
    pub written: bool,
}

impl ImportReport {
    /// Counts one row.
    pub fn count(&mut self, verdict: Verdict) {
        self.read = self.read.saturating_add(1);
        match verdict {
            Verdict::Accepted => self.accepted = self.accepted.saturating_add(1),
            Verdict::Unchanged => self.unchanged = self.unchanged.saturating_add(1),
            Verdict::Refused(errors) => self.refuse(errors),
        }
    }

    /// Moves a row that was counted as accepted over to the refused ones: some judgements wait for the whole file.
    pub fn take_back(&mut self, errors: Vec<CellError>) {
        self.accepted = self.accepted.saturating_sub(1);
        self.refuse(errors);
    }

    /// Puts refusals into file order.
    pub fn sort(&mut self) {
        self.refused.sort_by_key(|error| error.row);
        self.warnings.sort_by_key(|warning| warning.row);
    }

    fn refuse(&mut self, errors: Vec<CellError>) {
        self.refused_rows = self.refused_rows.saturating_add(1);
        self.refused.extend(errors);
    }
}

/// Writes the rejects file: UTF-8 with byte order mark, `row,column,code,message` and then the row as it was read.
/// A row with several faults has several lines.
#[derive(Debug)]
pub struct Rejects<W: Write> {
    out: csv::Writer<W>,
    width: usize,
}

impl<W: Write> Rejects<W> {
    /// Starts the file with its heading.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn start(mut out: W, headings: &[String]) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut out = csv::WriterBuilder::new().flexible(true).from_writer(out);
        let fixed = ["row", "column", "code", "message"].into_iter();
        out.write_record(fixed.chain(headings.iter().map(String::as_str)))?;
        Ok(Self { out, width: headings.len() })
    }

    /// Writes the lines of one row. `message` turns a reason into the reader's language.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn write(
        &mut self,
        row: &Row,
        errors: &[CellError],
        message: &dyn Fn(&CellError) -> String,
    ) -> io::Result<()> {
        let width = self.width.max(row.cells.len());
        let cells: Vec<String> = (0..width).map(|column| harmless(row.cell(column).shown())).collect();
        for error in errors {
            let number = error.row.to_string();
            let (column, text) = (harmless(error.column.clone()), message(error));
            let fixed = [number.as_str(), &column, error.reason.code(), &text];
            self.out.write_record(fixed.into_iter().chain(cells.iter().map(String::as_str)))?;
        }
        Ok(())
    }

    /// Flushes what is left.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A cell that Excel would take for a formula gets an apostrophe in front: the rejects file is opened by people.
/// A plain negative number is left alone.
fn harmless(text: String) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t']) && text.parse::<f64>().is_err();
    if risky { format!("'{text}") } else { text }
}
