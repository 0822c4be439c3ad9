//! What an import answers: counts, refusals by row and column, and remarks.

use super::cells::CellError;
use super::fault::{Args, Reason};

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

    /// The shape outside scripts rely on: `{read, accepted, unchanged, refused: [{row, column, code, message}]}`, and
    /// more beside it. `message` and `remark` give the sentences in the reader's language.
    #[must_use]
    pub fn json(
        &self,
        message: &dyn Fn(&CellError) -> String,
        remark: &dyn Fn(&Warning) -> String,
    ) -> serde_json::Value {
        let refused: Vec<serde_json::Value> = self
            .refused
            .iter()
            .map(|error| {
                serde_json::json!({
                    "row": error.row,
                    "column": error.column,
                    "code": error.reason.code(),
                    "message": message(error),
                })
            })
            .collect();
        let warnings: Vec<serde_json::Value> = self
            .warnings
            .iter()
            .map(|warning| serde_json::json!({"row": warning.row, "code": warning.code, "message": remark(warning)}))
            .collect();
        serde_json::json!({
            "read": self.read,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "refused_rows": self.refused_rows,
            "refused": refused,
            "warnings": warnings,
            "ignored_columns": self.ignored_columns,
            "written": self.written,
        })
    }

    fn refuse(&mut self, errors: Vec<CellError>) {
        self.refused_rows = self.refused_rows.saturating_add(1);
        self.refused.extend(errors);
    }
}
