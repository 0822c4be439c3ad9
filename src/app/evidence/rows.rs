//! One line of a pack: typed facts, the fields they are written as, and the chain over them.

use crate::app::figures::Line;
use crate::app::seals::feed;
use crate::domain::calendar::{Calendar, ClockTerms, Count, Hold};
use crate::domain::plan::RateVariant;
use crate::domain::rate::{self, Class, Deadline, Exchange, Outcome, Target};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// The columns of `lines.csv`, in their order. `previous` and `hash` close each row. New ones come last: an issued pack never changes,
/// and one from before a column has the columns before it (`FIRST_COLUMNS`).
pub const COLUMNS: [&str; 33] = [
    "row",
    "rma",
    "line",
    "serial",
    "part_no",
    "customer",
    "depot",
    "received_on",
    "days",
    "count",
    "start_day_counts",
    "target_bp",
    "contractual_variant",
    "calendar_version",
    "provisional",
    "holds",
    "hold_reasons",
    "returned_on",
    "exchange_decided_on",
    "exchange_delivered_on",
    "loaner_kept_on",
    "scrapped_on",
    "scrap_agreed_on",
    "cancelled_on",
    "voided_on",
    "excused_on",
    "due_on",
    "due_in",
    "strict",
    "by_due",
    "remedy30",
    "unexcused",
    "unrepaired_on",
];

/// How many columns the first packs had.
pub(super) const FIRST_COLUMNS: usize = 32;

/// One line as the pack tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// Number of the row, from 1.
    pub row: u64,
    /// RMA number.
    pub rma: String,
    /// Line number.
    pub line: i64,
    /// Serial of the faulty unit.
    pub serial: String,
    /// Part number.
    pub part_no: String,
    /// Customer code.
    pub customer: String,
    /// Code of the receiving depot; empty when there is none.
    pub depot: String,
    /// Local day of receipt.
    pub received_on: NaiveDate,
    /// The clock; `None` where the due date is a recorded one.
    pub terms: Option<ClockTerms>,
    /// Target of its plan, in basis points.
    pub target_bp: u32,
    /// The contractual rate.
    pub contractual: RateVariant,
    /// The calendar it is counted with.
    pub calendar_version: i64,
    /// The due date hangs on a year without a published notice.
    pub provisional: bool,
    /// The customer's holds.
    pub holds: Vec<Hold>,
    /// Why, and who said so; for people.
    pub hold_reasons: String,
    /// What had happened.
    pub outcome: Outcome,
    /// Due date; `None` while the clock stands.
    pub due_on: Option<NaiveDate>,
    /// The day that places it in the period.
    pub due_in: NaiveDate,
    /// Its class under strict, by_due and remedy30.
    pub classes: [String; 3],
    /// Its class under strict if no cause were excused.
    pub unexcused: String,
}

/// A class with the reason it is out of the rate: `excluded(void)`.
pub(super) fn class_text(class: Class) -> String {
    match class {
        Class::Excluded(why) => format!("excluded({})", why.as_str()),
        other => other.as_str().to_owned(),
    }
}

fn day(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

impl LineFacts {
    /// Its class under a variant.
    #[must_use]
    pub fn class_under(&self, variant: RateVariant) -> &str {
        let [strict, by_due, remedy30] = &self.classes;
        match variant {
            RateVariant::Strict => strict,
            RateVariant::ByDue => by_due,
            RateVariant::Remedy30 => remedy30,
        }
    }

    /// A line of the figures. Its number and the reasons of its holds come from elsewhere.
    pub(super) fn of(row: u64, line: &Line, hold_reasons: String) -> LineFacts {
        let classes = [RateVariant::Strict, RateVariant::ByDue, RateVariant::Remedy30]
            .map(|variant| class_text(line.judged_as(variant).class));
        LineFacts {
            row,
            rma: line.names.rma.clone(),
            line: line.names.line,
            serial: line.names.serial.clone(),
            part_no: line.names.part_no.clone(),
            customer: line.names.customer.clone(),
            depot: line.names.depot.clone().unwrap_or_default(),
            received_on: line.received_on,
            terms: line.terms(),
            target_bp: line.target.basis_points(),
            contractual: line.contractual,
            calendar_version: line.calendar().version(),
            provisional: line.judged.provisional,
            holds: line.holds(),
            hold_reasons,
            outcome: line.outcome,
            due_on: line.judged.due_on,
            due_in: line.due_in,
            classes,
            unexcused: class_text(line.judged_as(RateVariant::Strict).unexcused),
        }
    }

    /// The fields of the row, in the order of [`COLUMNS`].
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let flag = |set: bool| if set { "1" } else { "0" }.to_owned();
        let (days, count, start) = match self.terms {
            Some(terms) => {
                let count = if terms.count == Count::Working { "working" } else { "calendar" };
                (terms.days.to_string(), count.to_owned(), flag(terms.start_day_counts))
            }
            None => (String::new(), "recorded".to_owned(), flag(false)),
        };
        let holds: Vec<String> =
            self.holds.iter().map(|hold| format!("{}/{}", hold.start, day(hold.resume))).collect();
        let outcome = &self.outcome;
        let mut fields = vec![
            self.row.to_string(),
            self.rma.clone(),
            self.line.to_string(),
            self.serial.clone(),
            self.part_no.clone(),
            self.customer.clone(),
            self.depot.clone(),
            self.received_on.to_string(),
            days,
            count,
            start,
            self.target_bp.to_string(),
            self.contractual.to_string(),
            self.calendar_version.to_string(),
            flag(self.provisional),
            holds.join(" "),
            self.hold_reasons.clone(),
        ];
        fields.extend(
            [
                outcome.returned_on,
                outcome.exchange.map(|exchange| exchange.decided_on),
                outcome.exchange.and_then(|exchange| exchange.delivered_on),
                outcome.loaner_kept_on,
                outcome.scrapped_on,
                outcome.scrap_agreed_on,
                outcome.cancelled_on,
                outcome.voided_on,
                outcome.excused_on,
                self.due_on,
                Some(self.due_in),
            ]
            .map(day),
        );
        fields.extend(self.classes.iter().cloned());
        fields.push(self.unexcused.clone());
        fields.push(day(outcome.unrepaired_on));
        fields
    }

    /// Reads a row; the name of the first column that makes no sense.
    pub(super) fn read(fields: &[String]) -> Result<LineFacts, &'static str> {
        let reader = Reader { fields };
        let decided_on = reader.day("exchange_decided_on")?;
        let delivered_on = reader.day("exchange_delivered_on")?;
        Ok(LineFacts {
            row: reader.number("row")?,
            rma: reader.text("rma")?,
            line: reader.number("line")?,
            serial: reader.text("serial")?,
            part_no: reader.text("part_no")?,
            customer: reader.text("customer")?,
            depot: reader.text("depot")?,
            received_on: reader.day("received_on")?.ok_or("received_on")?,
            terms: reader.terms()?,
            target_bp: reader.number("target_bp")?,
            contractual: RateVariant::from_code(&reader.text("contractual_variant")?)
                .ok_or("contractual_variant")?,
            calendar_version: reader.number("calendar_version")?,
            provisional: reader.flag("provisional")?,
            holds: reader.holds()?,
            hold_reasons: reader.text("hold_reasons")?,
            outcome: Outcome {
                returned_on: reader.day("returned_on")?,
                unrepaired_on: reader.later_day("unrepaired_on")?,
                exchange: decided_on.map(|decided_on| Exchange { decided_on, delivered_on }),
                loaner_kept_on: reader.day("loaner_kept_on")?,
                scrapped_on: reader.day("scrapped_on")?,
                scrap_agreed_on: reader.day("scrap_agreed_on")?,
                cancelled_on: reader.day("cancelled_on")?,
                voided_on: reader.day("voided_on")?,
                excused_on: reader.day("excused_on")?,
            },
            due_on: reader.day("due_on")?,
            due_in: reader.day("due_in")?.ok_or("due_in")?,
            classes: [reader.text("strict")?, reader.text("by_due")?, reader.text("remedy30")?],
            unexcused: reader.text("unexcused")?,
        })
    }

    /// What the rules make of the facts alone.
    pub(super) fn rate_facts(&self) -> rate::LineFacts {
        let deadline = match self.terms {
            Some(terms) => {
                Deadline::Clock { received_on: self.received_on, terms, holds: self.holds.clone() }
            }
            None => Deadline::Recorded(self.due_on),
        };
        rate::LineFacts { deadline, outcome: self.outcome }
    }

    /// The line judged from its facts under a variant.
    pub(super) fn judge(
        &self,
        calendar: &Calendar,
        as_of: NaiveDate,
        variant: RateVariant,
    ) -> Option<rate::Judged> {
        rate::judge(&self.rate_facts(), calendar, as_of, variant)
    }

    /// Its plan's target; `None` above 100 %.
    pub(super) fn target(&self) -> Option<Target> {
        Target::from_basis_points(self.target_bp)
    }
}

struct Reader<'a> {
    fields: &'a [String],
}

impl Reader<'_> {
    fn raw(&self, column: &'static str) -> Result<&str, &'static str> {
        let at = COLUMNS.iter().position(|name| *name == column).ok_or(column)?;
        self.fields.get(at).map(String::as_str).ok_or(column)
    }

    fn text(&self, column: &'static str) -> Result<String, &'static str> {
        self.raw(column).map(str::to_owned)
    }

    fn number<T: std::str::FromStr>(&self, column: &'static str) -> Result<T, &'static str> {
        self.raw(column)?.parse().map_err(|_| column)
    }

    fn flag(&self, column: &'static str) -> Result<bool, &'static str> {
        match self.raw(column)? {
            "1" => Ok(true),
            "0" => Ok(false),
            _ => Err(column),
        }
    }

    fn day(&self, column: &'static str) -> Result<Option<NaiveDate>, &'static str> {
        match self.raw(column)? {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| column),
        }
    }

    /// A day packs from before its column do not tell.
    fn later_day(&self, column: &'static str) -> Result<Option<NaiveDate>, &'static str> {
        if self.raw(column).is_err() { Ok(None) } else { self.day(column) }
    }

    fn terms(&self) -> Result<Option<ClockTerms>, &'static str> {
        let count = match self.raw("count")? {
            "working" => Count::Working,
            "calendar" => Count::Calendar,
            "recorded" => return Ok(None),
            _ => return Err("count"),
        };
        let start_day_counts = self.flag("start_day_counts")?;
        Ok(Some(ClockTerms { days: self.number("days")?, count, start_day_counts }))
    }

    fn holds(&self) -> Result<Vec<Hold>, &'static str> {
        let each = self.raw("holds")?.split_whitespace().map(|hold| {
            let (start, resume) = hold.split_once('/').ok_or("holds")?;
            let start = start.parse().map_err(|_| "holds")?;
            let resume = match resume {
                "" => None,
                day => Some(day.parse().map_err(|_| "holds")?),
            };
            Ok(Hold { start, resume })
        });
        each.collect()
    }
}

/// SHA-256 over fields, each with its length in bytes before it, in hexadecimal.
pub(super) fn hash_of<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for field in fields {
        feed(&mut hash, field);
    }
    hex::encode(hash.finalize())
}

/// The hash of a row: over the hash before it and its fields.
pub(super) fn row_hash(previous: &str, fields: &[String]) -> String {
    hash_of(std::iter::once(previous).chain(fields.iter().map(String::as_str)))
}
