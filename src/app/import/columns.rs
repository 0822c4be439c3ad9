//! Which column means what: headings in Chinese or English, in any order, with or without units and decoration.

use unicode_normalization::UnicodeNormalization;

use super::fault::FileFault;

/// What a column can mean, over all kinds of import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "each name is its heading, given with its meaning in the kinds' column tables"
)]
pub enum Field {
    Address,
    Alternates,
    Bin,
    Bins,
    Carrier,
    Category,
    CheckEvery,
    City,
    Class,
    Code,
    Common,
    Condition,
    Contact,
    Customer,
    Depot,
    Email,
    Fault,
    FaultySerial,
    FinishedOn,
    Language,
    Maker,
    Model,
    Name,
    NameEn,
    Note,
    Outcome,
    PartNo,
    Phone,
    Plan,
    Quantity,
    ReceivedOn,
    RepairCost,
    RepairPrice,
    Repairable,
    ReplacementSerial,
    RequestedOn,
    ReturnedOn,
    RmaNumber,
    RunningNumber,
    Serial,
    SparePosted,
    SpareSerial,
    StartedOn,
    Tracking,
    Unit,
    UnitPrice,
    Warranty,
    Waybill,
    Wear,
}

/// One column of a kind of import.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its meaning.
    pub field: Field,
    /// Heading in Chinese, as our own exports write it.
    pub zh: &'static str,
    /// Heading in English, as our own exports write it.
    pub en: &'static str,
    /// Other headings people use.
    pub also: &'static [&'static str],
    /// True when a file without this column is refused as a whole.
    pub required: bool,
}

impl Column {
    /// A column without which the file is refused.
    #[must_use]
    pub const fn required(
        field: Field,
        zh: &'static str,
        en: &'static str,
        also: &'static [&'static str],
    ) -> Self {
        Self { field, zh, en, also, required: true }
    }

    /// A column that may be absent.
    #[must_use]
    pub const fn optional(
        field: Field,
        zh: &'static str,
        en: &'static str,
        also: &'static [&'static str],
    ) -> Self {
        Self { field, zh, en, also, required: false }
    }

    fn answers_to(&self, plain: &str) -> bool {
        [self.zh, self.en].iter().chain(self.also).any(|heading| plain_heading(heading) == plain)
    }
}

/// Where each field stands in one file.
#[derive(Debug, Clone)]
pub struct Layout {
    found: Vec<(Field, usize)>,
    columns: &'static [Column],
    /// Headings as they stand in the file, by column.
    pub headings: Vec<String>,
    /// Headings nobody knew; their columns are not read. Running numbers are left out of this list.
    pub ignored: Vec<String>,
}

impl Layout {
    /// The column of a field, counted from 0.
    #[must_use]
    pub fn position(&self, field: Field) -> Option<usize> {
        self.found.iter().find(|(known, _)| *known == field).map(|(_, position)| *position)
    }

    /// The heading of a field as in the file; our own Chinese heading when the file has no such column.
    #[must_use]
    pub fn heading(&self, field: Field) -> String {
        let standing = self.position(field).and_then(|position| self.headings.get(position));
        let own =
            || self.columns.iter().find(|column| column.field == field).map(|column| column.zh.to_owned());
        standing.map(|heading| heading.trim().to_owned()).or_else(own).unwrap_or_default()
    }
}

/// A column for people to count rows by; known in every kind, and read by none.
const RUNNING_NUMBER: Column = Column::optional(Field::RunningNumber, "序号", "No", &["#", "行号", "row"]);

/// Recognises the headings of a file.
///
/// # Errors
/// [`FileFault::ColumnMissing`] for the first required column that is absent, [`FileFault::ColumnTwice`] when two
/// headings mean the same.
pub fn recognise(columns: &'static [Column], headings: &[String]) -> Result<Layout, FileFault> {
    let mut layout = Layout { found: Vec::new(), columns, headings: headings.to_vec(), ignored: Vec::new() };
    for (position, heading) in headings.iter().enumerate() {
        let plain = plain_heading(heading);
        let known = columns.iter().chain([&RUNNING_NUMBER]).find(|column| column.answers_to(&plain));
        match known {
            Some(column) if column.field == Field::RunningNumber => {}
            Some(column) => {
                if layout.position(column.field).is_some() {
                    let first = layout.heading(column.field);
                    return Err(FileFault::ColumnTwice { first, second: heading.trim().to_owned() });
                }
                layout.found.push((column.field, position));
            }
            None if plain.is_empty() => {}
            None => layout.ignored.push(heading.trim().to_owned()),
        }
    }
    match columns.iter().find(|column| column.required && layout.position(column.field).is_none()) {
        Some(column) => Err(FileFault::ColumnMissing { zh: column.zh, en: column.en }),
        None => Ok(layout),
    }
}

/// A heading without what does not matter: width, case, white space, punctuation and anything in brackets
/// (`质保（月）`, `S/N`, `* Part No.`).
fn plain_heading(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::with_capacity(heading.len());
    for letter in heading.nfkc().flat_map(char::to_lowercase) {
        match letter {
            '(' | '[' | '【' => depth = depth.saturating_add(1),
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            '#' => plain.push('#'),
            letter if depth == 0 && letter.is_alphanumeric() => plain.push(letter),
            _ => {}
        }
    }
    plain
}
