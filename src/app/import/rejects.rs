//! The rejects file: what was refused and why, beside the rows as they were read, to be put right and sent again.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, Write};

use super::cells::CellError;
use super::fault::FileFault;
use super::sheet::{self, Limits, Piece, Row};

/// Writes the rejects file: UTF-8 with byte order mark, `row,column,code,message` and then the row as it was read; a
/// row with several faults has several lines. The spreadsheet is read a second time for it, so that no row had to be
/// kept. `message` gives the sentence in the reader's language.
///
/// # Errors
/// Faults of the spreadsheet, or [`FileFault::Unreadable`] when the rejects cannot be written.
pub fn write_rejects<R: Read + Seek, W: Write>(
    source: R,
    refused: &[CellError],
    out: W,
    message: &dyn Fn(&CellError) -> String,
) -> Result<(), FileFault> {
    let mut by_row: BTreeMap<u32, Vec<&CellError>> = BTreeMap::new();
    for error in refused {
        by_row.entry(error.row).or_default().push(error);
    }
    let mut out = Some(out);
    let mut rejects = None;
    sheet::stream(source, &Limits::default(), |piece| -> Result<(), FileFault> {
        match piece {
            Piece::Headings { headings, .. } => {
                rejects = out.take().map(|out| Rejects::start(out, &headings)).transpose()?;
            }
            Piece::Rows(rows) => {
                for row in rows {
                    if let Some((rejects, errors)) = rejects.as_mut().zip(by_row.get(&row.number)) {
                        rejects.write(&row, errors, message)?;
                    }
                }
            }
        }
        Ok(())
    })?;
    Ok(rejects.map_or(Ok(()), Rejects::finish)?)
}

struct Rejects<W: Write> {
    out: csv::Writer<W>,
    width: usize,
}

impl<W: Write> Rejects<W> {
    /// Starts the file with its heading.
    fn start(mut out: W, headings: &[String]) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut out = csv::WriterBuilder::new().flexible(true).from_writer(out);
        let fixed = ["row", "column", "code", "message"].into_iter();
        out.write_record(fixed.chain(headings.iter().map(String::as_str)))?;
        Ok(Self { out, width: headings.len() })
    }

    /// Writes the lines of one row.
    fn write(
        &mut self,
        row: &Row,
        errors: &[&CellError],
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

    fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A cell that Excel would take for a formula gets an apostrophe in front: the rejects file is opened by people.
/// A plain negative number is left alone.
fn harmless(text: String) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        && text.parse::<f64>().is_err();
    if risky { format!("'{text}") } else { text }
}
