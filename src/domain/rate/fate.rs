//! What a line will be to the rate on any later day if nothing more happens to it: what sums by day may rest on.

use super::facts::{Deadline, LineFacts};
use super::judge::{Class, Exclusion, Judged, judge};
use super::measure::Measure;
use crate::domain::calendar::{Calendar, Hold};
use crate::domain::plan::RateVariant as Variant;
use chrono::NaiveDate;

/// How a line goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Nothing has ended it and its clock runs: pending up to its due date, then missed, or excused of that.
    Open {
        /// A cause the contract lists was recorded.
        excused: bool,
    },
    /// Its class or its due date moves on with the days (an open hold, an exchange on its way): judge it when asked.
    Moving,
    /// It has ended; the classes under the strict rate, `by_due`, `remedy30`, and the one its contract says.
    Ended([Class; 4]),
}

/// A line with what its sums need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The day that places it in a period.
    pub due_in: NaiveDate,
    /// How it goes on.
    pub fate: Fate,
    /// Something that happened counts from this later day on (it was done after close of business): then the line is judged anew,
    /// though nothing else happens to it. `None` where all that is known has happened.
    pub settles_on: Option<NaiveDate>,
}

/// Where a line under a contract that says `contract` stands for good, as far as all that happened by the end of `today` tells.
/// `None` when it had not been received by then.
#[must_use]
pub fn settle(
    facts: &LineFacts,
    calendar: &Calendar,
    today: NaiveDate,
    contract: Variant,
) -> Option<Settled> {
    let under = |variant| judge(facts, calendar, today, variant);
    let strict = under(Variant::Strict)?;
    let due_in = strict.cohort_on.unwrap_or(today);
    let settles_on = last_day(facts).filter(|day| *day > today);
    let fate = match (strict.due_on, settles_on) {
        (Some(_), None) => {
            fate(facts, [strict, under(Variant::ByDue)?, under(Variant::Remedy30)?, under(contract)?])
        }
        _ => Fate::Moving,
    };
    Some(Settled { due_in, fate, settles_on })
}

fn fate(facts: &LineFacts, judged: [Judged; 4]) -> Fate {
    let outcome = &facts.outcome;
    if outcome.voided_on.is_some() || outcome.ending().is_some() {
        Fate::Ended(judged.map(|judged| judged.class))
    } else if outcome.exchange.is_some() {
        Fate::Moving
    } else {
        Fate::Open { excused: outcome.excused_on.is_some() }
    }
}

/// The last day on which something happened that is known of the line. What lies ahead would change it without a word.
fn last_day(facts: &LineFacts) -> Option<NaiveDate> {
    let holds: &[Hold] = match &facts.deadline {
        Deadline::Clock { holds, .. } => holds,
        Deadline::Recorded(_) => &[],
    };
    let held = holds.iter().flat_map(|hold| [Some(hold.start), hold.resume]);
    facts.outcome.days().chain(held).flatten().max()
}

impl Fate {
    /// The class at the end of `as_of`, a day not before the last thing that happened, of a line placed in its period by
    /// `due_in`; `None` for a line that must be judged.
    #[must_use]
    pub fn class(self, due_in: NaiveDate, as_of: NaiveDate, measure: Measure) -> Option<Class> {
        match self {
            Fate::Moving => None,
            Fate::Open { .. } if as_of <= due_in => Some(Class::Pending),
            Fate::Open { excused: true } => Some(Class::Excluded(Exclusion::Excused)),
            Fate::Open { excused: false } => Some(Class::Missed),
            Fate::Ended([strict, by_due, remedy30, contractual]) => Some(match measure {
                Measure::Strict => strict,
                Measure::ByDue => by_due,
                Measure::Remedy30 => remedy30,
                Measure::Contractual => contractual,
            }),
        }
    }

    /// Its code in the store: `open`, `open_excused`, `moving`, or a letter for each of [`Measure::ALL`].
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Fate::Open { excused: false } => "open".to_owned(),
            Fate::Open { excused: true } => "open_excused".to_owned(),
            Fate::Moving => "moving".to_owned(),
            Fate::Ended(classes) => classes.into_iter().map(letter).collect(),
        }
    }

    /// The fate of a code; `None` for what is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Fate> {
        match code {
            "open" => Some(Fate::Open { excused: false }),
            "open_excused" => Some(Fate::Open { excused: true }),
            "moving" => Some(Fate::Moving),
            letters => {
                let classes: Option<Vec<Class>> = letters.chars().map(of_letter).collect();
                classes?.try_into().ok().map(Fate::Ended)
            }
        }
    }
}

/// The classes a line may end in, each with its letter.
const LETTERS: [(char, Class); 6] = [
    ('t', Class::Timely),
    ('m', Class::Missed),
    ('v', Class::Excluded(Exclusion::Void)),
    ('c', Class::Excluded(Exclusion::Cancelled)),
    ('s', Class::Excluded(Exclusion::ScrapAgreed)),
    ('e', Class::Excluded(Exclusion::Excused)),
];

fn letter(class: Class) -> char {
    LETTERS.iter().find(|(_, of)| *of == class).map_or('?', |(letter, _)| *letter)
}

fn of_letter(letter: char) -> Option<Class> {
    LETTERS.iter().find(|(of, _)| *of == letter).map(|(_, class)| *class)
}
