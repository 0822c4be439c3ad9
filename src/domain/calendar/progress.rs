//! The arithmetic behind "第 37 / 60 工作日，余 23 日": which days were counted, and which left out and why.

use chrono::NaiveDate;

use super::clock::anchor;
use super::{Calendar, ClockTerms, Count, DayKind, DayName, Due, Hold, holds_as_of};

/// Days of one holiday or of one holiday's make-up days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedDays {
    /// What the days are called.
    pub name: DayName,
    /// How many of them lie in the span.
    pub days: u32,
}

/// Where a clock stands at the end of one local day, with the sum shown:
/// `calendar_days = used + weekend_days + Σ holidays + hold_days`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The due date as known on that day.
    pub due: Due,
    /// Days promised.
    pub total: u32,
    /// Days counted so far; goes on past `total` once late.
    pub used: u32,
    /// Days left, `total − used`; negative once late.
    pub remaining: i64,
    /// All days passed since the clock started.
    pub calendar_days: u32,
    /// Saturdays and Sundays left out (not those inside a holiday). Always 0 when the clock counts every day.
    pub weekend_days: u32,
    /// Holidays left out, by name, in order of their first day.
    pub holidays: Vec<NamedDays>,
    /// Saturdays and Sundays counted *in* because they were worked; part of `used`.
    pub makeup_days: Vec<NamedDays>,
    /// Days left out because the clock was held; days off inside a hold are in the two counts above.
    pub hold_days: u32,
}

impl Calendar {
    /// Where a clock stands at the end of the local day `as_of`; holds and their ends after it are not yet known.
    ///
    /// It walks day by day: for one page. For lists, [`Calendar::used_days`] gives the same number at once.
    pub fn progress(
        &self,
        received: NaiveDate,
        terms: &ClockTerms,
        holds: &[Hold],
        as_of: NaiveDate,
    ) -> Progress {
        let holds = holds_as_of(holds, as_of);
        let effective = self.effective_holds(received, terms, &holds);
        let held = |day: NaiveDate| {
            effective.iter().any(|(start, resume)| *start < day && resume.is_none_or(|resume| day <= resume))
        };
        let mut progress = Progress {
            due: self.due(received, terms, &holds),
            total: terms.days,
            used: 0,
            remaining: 0,
            calendar_days: 0,
            weekend_days: 0,
            holidays: Vec::new(),
            makeup_days: Vec::new(),
            hold_days: 0,
        };
        let days = anchor(received, terms).iter_days().skip(1).take_while(|day| *day <= as_of);
        for day in days {
            let kind = self.day_kind(day);
            progress.calendar_days += 1;
            if terms.count.counts(kind) {
                if held(day) {
                    progress.hold_days += 1;
                    continue;
                }
                progress.used += 1;
                if kind == DayKind::Makeup && terms.count == Count::Working {
                    add(&mut progress.makeup_days, self.day_name(day));
                }
            } else if kind == DayKind::Holiday {
                add(&mut progress.holidays, self.day_name(day));
            } else {
                progress.weekend_days += 1;
            }
        }
        progress.remaining = i64::from(progress.total) - i64::from(progress.used);
        progress
    }
}

fn add(to: &mut Vec<NamedDays>, name: Option<&DayName>) {
    let Some(name) = name else { return };
    match to.iter_mut().find(|listed| listed.name == *name) {
        Some(listed) => listed.days += 1,
        None => to.push(NamedDays { name: name.clone(), days: 1 }),
    }
}
