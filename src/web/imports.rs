//! `/imports`: a spreadsheet sent once, judged row by row, then committed. Works without a script.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::Page;

/// One kind of spreadsheet to choose.
#[derive(Clone, Debug)]
pub struct KindChoice {
    /// Code of the API's path.
    pub code: &'static str,
    /// Chosen.
    pub current: bool,
    /// Headings of its columns in the reader's language, and whether a file without it is refused.
    pub columns: Vec<(&'static str, bool)>,
}

/// The page to choose kind and file on.
#[derive(Template)]
#[template(path = "pages/imports.html")]
pub struct ImportsPage {
    /// The frame.
    pub p: Page,
    /// Kinds, in the order a company imports them.
    pub kinds: Vec<KindChoice>,
    /// Why the last file was not taken, empty for nothing.
    pub error: String,
    /// Largest file, in MB.
    pub limit_mb: i64,
}

/// One refused cell.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RefusedRow {
    /// The spreadsheet's own row number.
    pub row: i64,
    /// Heading of its column.
    pub column: String,
    /// What stands in the cell; empty where that says nothing.
    #[serde(default)]
    pub value: String,
    /// Why, in words.
    pub message: String,
    /// How it is put right; empty for a remark.
    #[serde(default)]
    pub fix: String,
}

/// What became of the rows, for the page; kept as it was at the commit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Judgement {
    /// Rows with something in them.
    pub read: i64,
    /// Rows to be written, or written.
    pub accepted: i64,
    /// Rows the books have already.
    pub unchanged: i64,
    /// Rows refused.
    pub refused_rows: i64,
    /// The first refused cells.
    pub refused: Vec<RefusedRow>,
    /// Refused cells not shown.
    pub hidden: i64,
    /// Remarks on rows taken over.
    pub remarks: Vec<RefusedRow>,
    /// Headings nobody knew.
    pub ignored: Vec<String>,
}

/// The page of one file.
#[derive(Template)]
#[template(path = "pages/import_result.html")]
pub struct ImportResultPage {
    /// The frame.
    pub p: Page,
    /// Id of the file.
    pub id: i64,
    /// Kind code.
    pub kind: &'static str,
    /// Name of the file.
    pub name: String,
    /// Whether the rows are in the books.
    pub done: bool,
    /// What became of them.
    pub j: Judgement,
    /// Why the last commit did not go through, empty for nothing.
    pub error: String,
    /// Made by the server for the commit.
    pub idempotency_key: String,
}
