//! Faults of a whole file, by name. What can be wrong with one cell is in [`super::reason`].
//!
//! Each has a stable `code()` for scripts and `args()` for the sentence a person reads; the sentence itself is the
//! Fluent text `import-<code>` in `src/i18n/*/import.ftl`. A test walks every code in both languages.

/// Re-exported: faults and reasons are named side by side.
pub use super::reason::Reason;

/// Named values for a message, as text, so that no language changes their digits.
pub type Args = Vec<(&'static str, String)>;

/// Why a file could not be read as a table at all. Nothing of it was judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// The operating system would not give us the bytes.
    #[error("the file cannot be read: {detail}")]
    Unreadable {
        /// What the operating system said.
        detail: String,
    },
    /// No row with anything in it.
    #[error("the file has no rows")]
    Empty,
    /// An .xls workbook or a password-protected one.
    #[error("an old or password-protected Excel file")]
    OldExcel,
    /// Bytes that are neither a workbook nor text.
    #[error("neither a workbook nor text")]
    NotATable,
    /// Text that is neither UTF-8 nor GB18030.
    #[error("text that is neither UTF-8 nor GB18030")]
    Encoding,
    /// A damaged workbook or CSV.
    #[error("the file is damaged: {detail}")]
    Broken {
        /// What the reader found.
        detail: String,
    },
    /// A CSV in which a quote is opened and never closed: everything behind it would be one cell.
    #[error("a quote opened in row {row} is never closed")]
    OpenQuote {
        /// Spreadsheet row.
        row: u32,
    },
    /// More rows than an import takes.
    #[error("more than {limit} rows")]
    TooManyRows {
        /// Rows allowed.
        limit: u32,
    },
    /// A row wider than an import takes.
    #[error("row {row} has more than {limit} columns")]
    TooManyColumns {
        /// Spreadsheet row.
        row: u32,
        /// Columns allowed.
        limit: usize,
    },
    /// A cell longer than an import takes.
    #[error("row {row}, column {column}: more than {limit} characters")]
    CellTooLong {
        /// Spreadsheet row.
        row: u32,
        /// Column counted from 1.
        column: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A container that unpacks to more than an import takes.
    #[error("unpacks to more than {limit_mb} MB")]
    TooLarge {
        /// Megabytes allowed.
        limit_mb: u64,
    },
    /// A column that this kind of import cannot do without.
    #[error("no column {en}")]
    ColumnMissing {
        /// Its Chinese heading.
        zh: &'static str,
        /// Its English heading.
        en: &'static str,
    },
    /// Two columns that mean the same.
    #[error("columns {first} and {second} mean the same")]
    ColumnTwice {
        /// Heading further left.
        first: String,
        /// Heading further right.
        second: String,
    },
}

impl From<std::io::Error> for FileFault {
    fn from(fault: std::io::Error) -> Self {
        Self::Unreadable { detail: fault.to_string() }
    }
}

impl FileFault {
    /// The stable name; the text is `import-<code>`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "file_unreadable",
            Self::Empty => "file_empty",
            Self::OldExcel => "old_excel",
            Self::NotATable => "not_a_table",
            Self::Encoding => "encoding_unknown",
            Self::Broken { .. } => "file_broken",
            Self::OpenQuote { .. } => "open_quote",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::TooLarge { .. } => "file_too_large",
            Self::ColumnMissing { .. } => "column_missing",
            Self::ColumnTwice { .. } => "column_twice",
        }
    }

    /// The values of the sentence.
    #[must_use]
    pub fn args(&self) -> Args {
        match self {
            Self::Empty | Self::OldExcel | Self::NotATable | Self::Encoding => Vec::new(),
            Self::Unreadable { detail } | Self::Broken { detail } => vec![("detail", detail.clone())],
            Self::OpenQuote { row } => vec![("row", row.to_string())],
            Self::TooManyRows { limit } => vec![("limit", limit.to_string())],
            Self::TooManyColumns { row, limit } => {
                vec![("row", row.to_string()), ("limit", limit.to_string())]
            }
            Self::CellTooLong { row, column, limit } => {
                vec![("row", row.to_string()), ("column", column.to_string()), ("limit", limit.to_string())]
            }
            Self::TooLarge { limit_mb } => vec![("limit", limit_mb.to_string())],
            Self::ColumnMissing { zh, en } => vec![("zh", (*zh).to_owned()), ("en", (*en).to_owned())],
            Self::ColumnTwice { first, second } => vec![("first", first.clone()), ("second", second.clone())],
        }
    }
}
