//! Why one cell makes its row impossible to take over: every way by name, with the values of its sentence.

use chrono::NaiveDate;

use super::fault::Args;

/// Why one cell makes its row impossible to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The cell must hold something.
    Missing,
    /// A line of text has more cells than its heading line: a separator stands in one of them.
    BeyondHeadings(String),
    /// The cell holds a formula that failed.
    Failed(String),
    /// Longer than the books can hold.
    TooLong(usize),
    /// Not readable as a date.
    DateUnreadable(String),
    /// Reads as a date, but the calendar has no such day.
    DateImpossible(String),
    /// After today.
    DateInFuture(NaiveDate),
    /// Before anything this system could be about (1990).
    DateTooEarly(NaiveDate),
    /// Before the day of an earlier step in the same row.
    DatesOutOfOrder {
        /// The day in this cell.
        date: NaiveDate,
        /// The earlier step's heading as in the file.
        after: String,
        /// The earlier step's day.
        than: NaiveDate,
    },
    /// Not readable as a number.
    NumberUnreadable(String),
    /// A quantity that is zero or less.
    QuantityNotPositive(i64),
    /// A serial part whose quantity is not 1.
    QuantityNotOne(i64),
    /// A number outside what the column allows.
    NumberOutOfRange {
        /// As written.
        value: String,
        /// Smallest allowed.
        least: i64,
        /// Largest allowed.
        most: i64,
    },
    /// Not readable as an amount.
    MoneyUnreadable(String),
    /// More than two decimals, or outside what the books can hold.
    MoneyInexact(String),
    /// An amount below zero.
    MoneyNegative(String),
    /// A part kept by serial, and no serial.
    SerialMissing(String),
    /// A part kept by quantity, and a serial.
    SerialUnwanted(String),
    /// A serial with characters no label carries, or too long.
    SerialBad(String),
    /// A long number kept as a number: Excel has already thrown its last digits away.
    DigitsLost(String),
    /// A code (part, depot, bin, customer, RMA) with characters no code carries, or too long.
    CodeBad(String),
    /// Not one of the words this column knows.
    WordUnknown {
        /// As written.
        value: String,
        /// The words, Chinese.
        zh: &'static str,
        /// The words, English.
        en: &'static str,
    },
    /// Not an e-mail address.
    EmailBad(String),
    /// No such part.
    PartUnknown(String),
    /// No such depot.
    DepotUnknown(String),
    /// The depot has no such bin.
    BinUnknown {
        /// Depot code.
        depot: String,
        /// Bin as written.
        bin: String,
    },
    /// No such customer.
    CustomerUnknown(String),
    /// No such service plan.
    PlanUnknown(String),
    /// A part as its own alternate.
    AlternateIsSelf(String),
    /// A part kept by quantity where only a serial part can stand.
    PartNotBySerial(String),
    /// The way a part is kept cannot change once it has movements.
    TrackingFixed(String),
    /// What a part is for cannot change once it has movements.
    ClassFixed(String),
    /// An instrument is kept by its serial.
    InstrumentHasSerial(String),
    /// Nothing stands in for an instrument.
    NotForInstruments(String),
    /// A spare hangs on the part: it cannot become an instrument.
    KeptAsSpare(String),
    /// An instrument stands in for nothing.
    AlternateIsInstrument(String),
    /// What is counted one by one and what is counted as a quantity do not stand in for each other.
    OtherTracking(String),
    /// No RMA is about an instrument.
    RmaOfInstrument(String),
    /// Only instruments are checked at intervals.
    OnlyForInstruments(String),
    /// The same key stands in an earlier row of this file.
    DuplicateInFile {
        /// The key as written.
        value: String,
        /// The earlier row.
        row: u32,
    },
    /// The same serial twice in one row, as two different units.
    SameSerial(String),
    /// Already imported under this key, with other content.
    ImportedDifferently(String),
    /// Already in use by something that did not come from an import.
    NumberTaken(String),
    /// The serial is elsewhere on the books.
    SerialElsewhere {
        /// Normalised serial.
        serial: String,
        /// Where the ledger has it, in the ledger's place notation (`JN/A1-01`, `customer:C1001`, `scrap`).
        place: String,
    },
    /// The serial is on the books as another part.
    SerialOtherPart {
        /// Normalised serial.
        serial: String,
        /// The part it is on the books as.
        part: String,
    },
    /// The ledger has already moved this serial on a later day.
    BeforeLastMovement {
        /// Normalised serial.
        serial: String,
        /// The day of its last movement.
        last: NaiveDate,
    },
    /// Another row of this file has the same unit at the same time.
    SerialBusy {
        /// Normalised serial.
        serial: String,
        /// The other row.
        row: u32,
    },
    /// The row says one thing here and another there.
    OutcomeMissing,
    /// A spare's serial without the day it left, or the other way round.
    PairMissing {
        /// Heading of the cell that is filled.
        with: String,
    },
}

impl Reason {
    /// The stable name; the text is `import-<code>`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::BeyondHeadings(_) => "beyond_headings",
            Self::Failed(_) => "cell_failed",
            Self::TooLong(_) => "too_long",
            Self::DateUnreadable(_) => "date_unreadable",
            Self::DateImpossible(_) => "date_impossible",
            Self::DateInFuture(_) => "date_in_future",
            Self::DateTooEarly(_) => "date_too_early",
            Self::DatesOutOfOrder { .. } => "dates_out_of_order",
            Self::NumberUnreadable(_) => "number_unreadable",
            Self::QuantityNotPositive(_) => "quantity_not_positive",
            Self::QuantityNotOne(_) => "quantity_not_one",
            Self::NumberOutOfRange { .. } => "number_out_of_range",
            Self::MoneyUnreadable(_) => "money_unreadable",
            Self::MoneyInexact(_) => "money_inexact",
            Self::MoneyNegative(_) => "money_negative",
            Self::SerialMissing(_) => "serial_missing",
            Self::SerialUnwanted(_) => "serial_unwanted",
            Self::SerialBad(_) => "serial_bad",
            Self::DigitsLost(_) => "digits_lost",
            Self::CodeBad(_) => "code_bad",
            Self::WordUnknown { .. } => "word_unknown",
            Self::EmailBad(_) => "email_bad",
            Self::PartUnknown(_) => "part_unknown",
            Self::DepotUnknown(_) => "depot_unknown",
            Self::BinUnknown { .. } => "bin_unknown",
            Self::CustomerUnknown(_) => "customer_unknown",
            Self::PlanUnknown(_) => "plan_unknown",
            Self::AlternateIsSelf(_) => "alternate_is_self",
            Self::PartNotBySerial(_) => "part_not_by_serial",
            Self::TrackingFixed(_) => "tracking_fixed",
            Self::ClassFixed(_) => "class_fixed",
            Self::InstrumentHasSerial(_) => "instrument_has_serial",
            Self::NotForInstruments(_) => "not_for_instruments",
            Self::KeptAsSpare(_) => "kept_as_spare",
            Self::AlternateIsInstrument(_) => "alternate_is_instrument",
            Self::OtherTracking(_) => "other_tracking",
            Self::RmaOfInstrument(_) => "rma_of_instrument",
            Self::OnlyForInstruments(_) => "only_for_instruments",
            Self::DuplicateInFile { .. } => "duplicate_in_file",
            Self::SameSerial(_) => "same_serial",
            Self::ImportedDifferently(_) => "imported_differently",
            Self::NumberTaken(_) => "number_taken",
            Self::SerialElsewhere { .. } => "serial_elsewhere",
            Self::SerialOtherPart { .. } => "serial_other_part",
            Self::BeforeLastMovement { .. } => "before_last_movement",
            Self::SerialBusy { .. } => "serial_busy",
            Self::OutcomeMissing => "outcome_missing",
            Self::PairMissing { .. } => "pair_missing",
        }
    }

    /// What stands in the cell, where the reason knows it.
    #[must_use]
    pub fn value(&self) -> String {
        let args = self.args();
        let named =
            |wanted: &str| args.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone());
        named("value").or_else(|| named("date")).unwrap_or_default()
    }

    /// The values of the sentence.
    #[must_use]
    pub fn args(&self) -> Args {
        match self {
            Self::Missing | Self::OutcomeMissing => Vec::new(),
            Self::TooLong(limit) => vec![("limit", limit.to_string())],
            Self::DateInFuture(date) | Self::DateTooEarly(date) => vec![("date", date.to_string())],
            Self::DatesOutOfOrder { date, after, than } => {
                vec![("date", date.to_string()), ("after", after.clone()), ("than", than.to_string())]
            }
            Self::QuantityNotPositive(value) | Self::QuantityNotOne(value) => {
                vec![("value", value.to_string())]
            }
            Self::NumberOutOfRange { value, least, most } => {
                vec![("value", value.clone()), ("least", least.to_string()), ("most", most.to_string())]
            }
            Self::WordUnknown { value, zh, en } => {
                vec![("value", value.clone()), ("zh", (*zh).to_owned()), ("en", (*en).to_owned())]
            }
            Self::BinUnknown { depot, bin } => vec![("depot", depot.clone()), ("value", bin.clone())],
            Self::DuplicateInFile { value, row } => vec![("value", value.clone()), ("row", row.to_string())],
            Self::SerialElsewhere { serial, place } => {
                vec![("value", serial.clone()), ("place", place.clone())]
            }
            Self::SerialOtherPart { serial, part } => vec![("value", serial.clone()), ("part", part.clone())],
            Self::BeforeLastMovement { serial, last } => {
                vec![("value", serial.clone()), ("last", last.to_string())]
            }
            Self::SerialBusy { serial, row } => vec![("value", serial.clone()), ("row", row.to_string())],
            Self::PairMissing { with } => vec![("with", with.clone())],
            Self::BeyondHeadings(value)
            | Self::Failed(value)
            | Self::DateUnreadable(value)
            | Self::DateImpossible(value)
            | Self::NumberUnreadable(value)
            | Self::MoneyUnreadable(value)
            | Self::MoneyInexact(value)
            | Self::MoneyNegative(value)
            | Self::SerialMissing(value)
            | Self::SerialUnwanted(value)
            | Self::SerialBad(value)
            | Self::DigitsLost(value)
            | Self::CodeBad(value)
            | Self::EmailBad(value)
            | Self::PartUnknown(value)
            | Self::DepotUnknown(value)
            | Self::CustomerUnknown(value)
            | Self::PlanUnknown(value)
            | Self::AlternateIsSelf(value)
            | Self::PartNotBySerial(value)
            | Self::TrackingFixed(value)
            | Self::ClassFixed(value)
            | Self::InstrumentHasSerial(value)
            | Self::NotForInstruments(value)
            | Self::KeptAsSpare(value)
            | Self::AlternateIsInstrument(value)
            | Self::OtherTracking(value)
            | Self::RmaOfInstrument(value)
            | Self::OnlyForInstruments(value)
            | Self::SameSerial(value)
            | Self::ImportedDifferently(value)
            | Self::NumberTaken(value) => vec![("value", value.clone())],
        }
    }
}
