//! Out of the books into spreadsheets (API.md "files"): rows go from the database into a file a few thousand at a time,
//! so that a million movements need no more memory than ten.

mod rows;
mod sheet;
#[cfg(test)]
mod tests;

pub use sheet::{Cell, Format, csv_of};

use crate::app::rma::{LineFilter, LineSort};
use crate::app::{App, AppResult, Ctx, Error, customers, depots, figures};
use crate::domain::fields::{Fields, code_of};
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::{Conn, StoreError, stock};
use crate::text_enum;
use sheet::Sheet;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;

text_enum! {
    /// What a spreadsheet holds.
    ExportKind {
        /// Balances in the depots.
        Stock => "stock",
        /// Serialised units.
        Units => "units",
        /// The stock ledger.
        Movements => "movements",
        /// RMA lines.
        Rmas => "rmas",
        /// The lines of the timely repair rate, judged under every variant.
        TimelyRepair => "timely-repair",
    }
}

/// A spreadsheet somebody wants.
#[derive(Debug, Clone)]
pub struct Export {
    /// What it holds.
    pub kind: ExportKind,
    /// CSV or XLSX.
    pub format: Format,
    /// The period and the rest, for figures.
    pub asked: figures::Asked,
    /// Which RMA lines, for these.
    pub lines: LineFilter,
    /// In which order they come.
    pub sort: LineSort,
}

impl Export {
    /// All of it, as it is now; RMA lines oldest first.
    #[must_use]
    pub fn of(kind: ExportKind, format: Format) -> Export {
        Export {
            kind,
            format,
            asked: figures::Asked::default(),
            lines: LineFilter::default(),
            sort: LineSort::Oldest,
        }
    }

    /// Refuses a filter that what the sheet holds does not know, lest somebody take all rows for some.
    fn check(&self) -> Result<(), Refusal> {
        if self.kind == ExportKind::TimelyRepair {
            return Ok(());
        }
        let asked = &self.asked;
        let filters = [
            ("from", &asked.from),
            ("to", &asked.to),
            ("as_of", &asked.as_of),
            ("known_at", &asked.known_at),
            ("variant", &asked.variant),
            ("depot", &asked.depot),
            ("customer", &asked.customer),
            ("part_no", &asked.part_no),
        ];
        let given = filters.into_iter().filter(|(_, value)| value.is_some());
        let faults: Vec<_> = given.map(|(name, _)| FieldError::new(name, "not_of_this_export")).collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
    }

    /// Refuses a filter by what nobody knows: no rows would look like nothing to tell.
    fn check_known(&self, conn: &mut Conn, ctx: &Ctx) -> AppResult<()> {
        let mut f = Fields::new();
        if let Some(code) = self.asked.depot.as_deref().filter(|code| !code.trim().is_empty()) {
            depots::in_field(conn, &mut f, "depot", code)?;
        }
        if let Some(code) = self.asked.customer.as_deref().filter(|code| !code.trim().is_empty()) {
            customers::in_field(conn, ctx, &mut f, "customer", code)?;
        }
        if let Some(part_no) = self.asked.part_no.as_deref().map(code_of).filter(|code| !code.is_empty())
            && stock::part_ref(conn, &part_no)?.is_none()
        {
            f.fault("part_no", "unknown_part");
        }
        Ok(f.finish()?)
    }
}

/// The word for a code: (area, code).
pub type WordOfCode = dyn Fn(&str, &str) -> String + Send + Sync;

/// The reader's words.
#[derive(Clone)]
pub struct Words {
    /// Whether they are English; else Chinese.
    pub english: bool,
    /// How codes are said.
    pub code: Arc<WordOfCode>,
}

impl Words {
    /// The word for a code of an area, e.g. (`condition`, `good`); headings are the area `export`.
    #[must_use]
    pub fn of(&self, area: &str, code: &str) -> String {
        (self.code)(area, code)
    }

    /// Of a thing's two names the reader's; the Chinese one where there is no English one.
    #[must_use]
    pub fn name(&self, name: String, name_en: String) -> String {
        if self.english && !name_en.is_empty() { name_en } else { name }
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("english", &self.english).finish_non_exhaustive()
    }
}

/// A spreadsheet in a file without a name, read from its beginning; it is gone when closed.
#[derive(Debug)]
pub struct Exported {
    /// The file.
    pub file: File,
    /// Rows in it, headings not counted.
    pub rows: u64,
}

/// Why there is no spreadsheet.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A rule says no, or the store is broken.
    #[error(transparent)]
    App(#[from] Error),
    /// The file cannot be written.
    #[error("the spreadsheet could not be written: {0}")]
    Io(#[from] std::io::Error),
    /// Nor this way.
    #[error("the spreadsheet could not be written: {0}")]
    Csv(#[from] csv::Error),
    /// Nor this.
    #[error("the spreadsheet could not be written: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

impl From<StoreError> for ExportError {
    fn from(fault: StoreError) -> Self {
        ExportError::App(fault.into())
    }
}

impl From<Refusal> for ExportError {
    fn from(refusal: Refusal) -> Self {
        ExportError::App(refusal.into())
    }
}

/// Writes the spreadsheet into a file of its own. It holds what the reader may see, all of one instant.
///
/// # Errors
/// `forbidden` without the right to read what it holds; a depot, customer or part nobody knows; what the figures refuse; a full
/// disk.
pub async fn to_file(app: &App, ctx: &Ctx, export: Export, words: Words) -> Result<Exported, ExportError> {
    let ctx = ctx.clone();
    app.store()
        .read(move |conn| {
            let mut file = tempfile::tempfile()?;
            let rows = write(conn, &ctx, &export, &words, file.try_clone()?)?;
            file.seek(SeekFrom::Start(0))?;
            Ok(Exported { file, rows })
        })
        .await
}

/// Writes the spreadsheet into `file`; the number of rows, headings not counted.
///
/// # Errors
/// As [`to_file`].
pub fn write(
    conn: &mut Conn,
    ctx: &Ctx,
    export: &Export,
    words: &Words,
    file: File,
) -> Result<u64, ExportError> {
    export.check()?;
    export.check_known(conn, ctx)?;
    let mut sheet = Sheet::new(export.format, file)?;
    match export.kind {
        ExportKind::Stock => rows::stock(conn, ctx, words, &mut sheet)?,
        ExportKind::Units => rows::units(conn, ctx, words, &mut sheet)?,
        ExportKind::Movements => rows::movements(conn, ctx, words, &mut sheet)?,
        ExportKind::Rmas => rows::rmas(conn, ctx, export, words, &mut sheet)?,
        ExportKind::TimelyRepair => rows::timely_repair(conn, ctx, &export.asked, words, &mut sheet)?,
    }
    sheet.finish()
}
