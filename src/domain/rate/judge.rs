//! The table of NUMBERS §2: the class of one line on one day under one variant.

use chrono::{Days, NaiveDate};

use super::Month;
use super::facts::{Deadline, Ending, Exchange, LineFacts, Outcome};
use crate::domain::calendar::{Calendar, holds_as_of};
use crate::domain::plan::RateVariant as Variant;
use crate::text_enum;

/// Calendar days after the decision in which an equivalent exchange still makes good (variant `remedy30`).
pub const REMEDY_DAYS: u64 = 30;

text_enum! {
    /// Why a line is not in the rate.
    Exclusion {
        /// Registered twice or wrongly; a second person agreed.
        Void => "void",
        /// Cancelled by the due date.
        Cancelled => "cancelled",
        /// The customer agreed in writing by the due date that the unit be scrapped.
        ScrapAgreed => "scrap_agreed",
        /// Would be missed, but for a cause the contract lists (force majeure, customer, carrier), with evidence.
        Excused => "excused",
    }
}

/// What a line is to the rate on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// In the denominator and the numerator.
    Timely,
    /// In the denominator only.
    Missed,
    /// Not decided yet: not counted.
    Pending,
    /// The clock stands under an open customer hold, so there is no due date: not counted.
    Floating,
    /// Out of the rate.
    Excluded(Exclusion),
}

impl Class {
    /// The word in the API and in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timely => "timely",
            Self::Missed => "missed",
            Self::Pending => "pending",
            Self::Floating => "floating",
            Self::Excluded(_) => "excluded",
        }
    }
}

/// One line judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The due date on that day; `None` while floating.
    pub due_on: Option<NaiveDate>,
    /// The day that places the line in a period: the due date, or for a floating line the due date it would have if
    /// the hold ended on `as_of`. `None` only for a recorded deadline without a date.
    pub cohort_on: Option<NaiveDate>,
    /// Does the due date hang on a year without a published notice?
    pub provisional: bool,
    /// The class.
    pub class: Class,
    /// The class if no cause were excused, for the figures "without exclusions".
    pub unexcused: Class,
}

impl Judged {
    /// The month the line belongs to.
    pub fn month(&self) -> Option<Month> {
        self.cohort_on.map(Month::of)
    }
}

/// Judges one line at the end of the local day `as_of`; `None` when it had not been received by then, so that nothing
/// was promised yet.
pub fn judge(facts: &LineFacts, calendar: &Calendar, as_of: NaiveDate, variant: Variant) -> Option<Judged> {
    let outcome = facts.outcome.as_of(as_of);
    let (due_on, cohort_on, provisional) = match &facts.deadline {
        Deadline::Recorded(due_on) => (*due_on, *due_on, false),
        Deadline::Clock { received_on, .. } if *received_on > as_of => return None,
        Deadline::Clock { received_on, terms, holds } => {
            let holds = holds_as_of(holds, as_of);
            // A line that has ended no longer waits: an open hold on it ended with it, whoever forgot to say so.
            let due = match outcome.ending() {
                Some((ended_on, _)) => calendar.due_if_resumed(*received_on, terms, &holds, ended_on),
                None => calendar.due(*received_on, terms, &holds),
            };
            let placed = match due.due_on {
                Some(_) => due,
                None => calendar.due_if_resumed(*received_on, terms, &holds, as_of),
            };
            (due.due_on, placed.due_on, placed.provisional)
        }
    };
    let class = classify(due_on, &outcome, as_of, variant);
    let unexcused = classify(due_on, &Outcome { excused_on: None, ..outcome }, as_of, variant);
    Some(Judged { due_on, cohort_on, provisional, class, unexcused })
}

/// The class of a line with due date `due_on` (`None`: an open hold, the clock has not run out) at the end of the local
/// day `as_of`, by the table of NUMBERS §2.
///
/// A listed cause excuses a miss: a line that was on time all the same stays timely, and one not yet due is pending.
pub fn classify(due_on: Option<NaiveDate>, outcome: &Outcome, as_of: NaiveDate, variant: Variant) -> Class {
    let outcome = outcome.as_of(as_of);
    if outcome.voided_on.is_some() {
        return Class::Excluded(Exclusion::Void);
    }
    let in_time = |day: NaiveDate| due_on.is_none_or(|due_on| day <= due_on);
    let timely_if = |kept: bool| if kept { Class::Timely } else { Class::Missed };
    let class = match outcome.ending() {
        Some((day, Ending::Returned)) => timely_if(in_time(day)),
        Some((day, Ending::Replaced { decided_on })) => timely_if(match variant {
            Variant::Strict => false,
            Variant::ByDue => in_time(day),
            Variant::Remedy30 => in_time(decided_on) && day <= remedy_until(decided_on),
        }),
        Some((_, Ending::Scrapped { agreed_on })) if agreed_on.is_some_and(in_time) => {
            Class::Excluded(Exclusion::ScrapAgreed)
        }
        // The unit cannot come back repaired any more, so the miss is certain before its due date.
        Some((_, Ending::Scrapped { .. } | Ending::Unrepaired)) => Class::Missed,
        Some((day, Ending::Cancelled)) if in_time(day) => Class::Excluded(Exclusion::Cancelled),
        Some((_, Ending::Cancelled)) => Class::Missed,
        None => still_open(due_on, &outcome, as_of, variant),
    };
    match class {
        Class::Missed if outcome.excused_on.is_some() => Class::Excluded(Exclusion::Excused),
        class => class,
    }
}

fn still_open(due_on: Option<NaiveDate>, outcome: &Outcome, as_of: NaiveDate, variant: Variant) -> Class {
    let Some(due_on) = due_on else { return Class::Floating };
    if as_of <= due_on {
        return Class::Pending;
    }
    match outcome.exchange {
        Some(Exchange { decided_on, .. })
            if variant == Variant::Remedy30 && decided_on <= due_on && as_of <= remedy_until(decided_on) =>
        {
            Class::Pending
        }
        _ => Class::Missed,
    }
}

fn remedy_until(decided_on: NaiveDate) -> NaiveDate {
    decided_on.checked_add_days(Days::new(REMEDY_DAYS)).unwrap_or(NaiveDate::MAX)
}
