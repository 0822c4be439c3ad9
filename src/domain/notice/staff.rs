//! What a mail to our own people is about: what needs them today.

use chrono::NaiveDate;

/// A line that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarnedLine {
    /// RMA number.
    pub rma: String,
    /// Line number.
    pub line: u32,
    /// Part number.
    pub part_no: String,
    /// Serial of the faulty unit.
    pub serial: String,
    /// Customer.
    pub customer: String,
    /// Code of the receiving depot; may be empty.
    pub depot: String,
    /// Due date; `None` while the clock stands.
    pub due_on: Option<NaiveDate>,
    /// Chance of missing it, in per cent; `None` while it was not counted yet.
    pub miss_percent: Option<u32>,
}

/// How the running month looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthOutlook {
    /// Its first day.
    pub month: NaiveDate,
    /// Lines that will have been judged.
    pub due: u32,
    /// Kept already.
    pub timely: u32,
    /// Missed already.
    pub missed: u32,
    /// Still open.
    pub open: u32,
    /// The rate to be expected, in per mille, floored; `None` without a line.
    pub expected_permille: Option<u32>,
    /// Chance that the month meets its target, in per cent, floored; `None` without a line.
    pub chance_percent: Option<u32>,
    /// How many of the open lines may still be late.
    pub misses_left: i64,
}

/// What the day is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The local day.
    pub day: NaiveDate,
    /// Open lines.
    pub open: u32,
    /// At risk, late ones included.
    pub at_risk: u32,
    /// Past their date.
    pub overdue: u32,
    /// Under an open hold of the customer.
    pub floating: u32,
    /// The running month.
    pub month: MonthOutlook,
    /// Notices given up that nobody has put back.
    pub dead_letters: u32,
    /// The last proof of the ledgers: the local day, and how many differences it found; `None` while there was none.
    pub proof: Option<(NaiveDate, u32)>,
    /// The heads of the ledgers' seals, to be kept: `movement 17 3f2a…`.
    pub seals: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffNews {
    /// Lines newly at risk, and promises newly broken: each line is named once for each.
    Warnings {
        /// Newly at risk.
        at_risk: Vec<WarnedLine>,
        /// Newly late.
        late: Vec<WarnedLine>,
        /// Lines beside those named.
        more: u32,
    },
    /// The running month is likely to miss its target.
    MonthInDanger(MonthOutlook),
    /// The morning's overview.
    Digest(Digest),
    /// A notice could not be sent and was given up.
    DeadLetter {
        /// Its id.
        id: i64,
        /// Who should have had it.
        recipient: String,
        /// What the mail server said.
        error: String,
    },
}

/// A mail to one of our own people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffNotice {
    /// Name of the reader, as to be greeted; may be empty.
    pub reader: String,
    /// Path of the page to look at, from `/`.
    pub path: String,
    /// What happened.
    pub news: StaffNews,
}
