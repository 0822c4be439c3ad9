//! How a maker does: what was sent, what came back when and how, what it cost.

use crate::domain::rma::RepairOutcome;
use crate::text_enum;
use chrono::NaiveDate;

/// One stay of a unit at a maker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Local day it left.
    pub sent_on: NaiveDate,
    /// When the maker wanted to be done.
    pub due_on: Option<NaiveDate>,
    /// Local day it came back, or was known never to.
    pub ended_on: Option<NaiveDate>,
    /// It came back.
    pub is_back: bool,
    /// What the maker said; of what never came back none when it was lost.
    pub outcome: Option<RepairOutcome>,
    /// Another serial came back.
    pub is_swap: bool,
    /// What the maker charged, in fen.
    pub cost_fen: i64,
    /// The customer of the unit's line asks us to wait.
    pub on_hold: bool,
}

text_enum! {
    /// A number of a scorecard.
    StayClass {
        /// Sent in the period.
        Sent => "sent",
        /// Came back.
        Returned => "returned",
        /// Is there.
        Open => "open",
        /// Is there while its customer asks us to wait.
        Floating => "floating",
        /// Is there although the maker's own day is past.
        Overdue => "overdue",
        /// Came back after that day.
        ReturnedLate => "returned_late",
        /// Came back repaired.
        Repaired => "repaired",
        /// Came back without a fault found.
        Nff => "nff",
        /// Beyond repair, whether it came back or not.
        Ber => "ber",
        /// Came back under another serial.
        Swapped => "swapped",
        /// Beyond repair, and scrapped there.
        ScrappedThere => "scrapped_there",
        /// Lost there.
        Lost => "lost",
    }
}

impl Stay {
    /// Whether the number counts this stay as it stood at the end of the local day `as_of`: the rule of [`score`].
    #[must_use]
    pub fn counts_as(&self, class: StayClass, as_of: NaiveDate) -> bool {
        let one = score(std::slice::from_ref(self), as_of);
        let counted = match class {
            StayClass::Sent => one.sent,
            StayClass::Returned => one.returned,
            StayClass::Open => one.open,
            StayClass::Floating => one.floating,
            StayClass::Overdue => one.overdue,
            StayClass::ReturnedLate => one.returned_late,
            StayClass::Repaired => one.repaired,
            StayClass::Nff => one.nff,
            StayClass::Ber => one.ber,
            StayClass::Swapped => one.swapped,
            StayClass::ScrappedThere => one.scrapped_there,
            StayClass::Lost => one.lost,
        };
        counted > 0
    }
}

/// What the stays add up to on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Units sent.
    pub sent: i64,
    /// Units that came back.
    pub returned: i64,
    /// Units that are there.
    pub open: i64,
    /// Of them those whose customer asks us to wait.
    pub floating: i64,
    /// Units that are there although the maker's own day is past.
    pub overdue: i64,
    /// Units that came back after that day.
    pub returned_late: i64,
    /// Came back repaired.
    pub repaired: i64,
    /// Came back without a fault found.
    pub nff: i64,
    /// Beyond repair, whether it came back or not.
    pub ber: i64,
    /// Came back under another serial.
    pub swapped: i64,
    /// Beyond repair, and scrapped there.
    pub scrapped_there: i64,
    /// Lost there. With what came back, what was scrapped there and what is there these are all that were sent.
    pub lost: i64,
    /// What the maker charged, in fen.
    pub cost_fen: i64,
    /// Calendar days after which half of what was sent is back; `None` while fewer are.
    pub median_days: Option<i64>,
}

/// Adds the stays up as they stood at the end of the local day `as_of`: what was sent later is left aside, what came back
/// later is still there.
#[must_use]
pub fn score(stays: &[Stay], as_of: NaiveDate) -> Score {
    let mut score = Score::default();
    let mut ages = vec![];
    for stay in stays.iter().filter(|stay| stay.sent_on <= as_of) {
        score.sent += 1;
        let ended = stay.ended_on.filter(|day| *day <= as_of);
        ages.push(((ended.unwrap_or(as_of) - stay.sent_on).num_days(), ended.is_some() && stay.is_back));
        let Some(ended) = ended else {
            score.open += 1;
            score.floating += i64::from(stay.on_hold);
            score.overdue += i64::from(stay.due_on.is_some_and(|due_on| due_on < as_of));
            continue;
        };
        if stay.is_back {
            score.returned += 1;
            score.returned_late += i64::from(stay.due_on.is_some_and(|due_on| due_on < ended));
        } else if stay.outcome == Some(RepairOutcome::Ber) {
            score.scrapped_there += 1;
        } else {
            score.lost += 1;
        }
        score.swapped += i64::from(stay.is_swap);
        score.cost_fen = score.cost_fen.saturating_add(stay.cost_fen);
        match stay.outcome {
            Some(RepairOutcome::Repaired) => score.repaired += 1,
            Some(RepairOutcome::Nff) => score.nff += 1,
            Some(RepairOutcome::Ber) => score.ber += 1,
            None => {}
        }
    }
    score.median_days = median_days(&mut ages);
    score
}

/// The Kaplan–Meier median (NUMBERS §2): the first age at which at most half are still out, units not yet back counted as
/// long as they have been out, returns before censorings at ties.
fn median_days(ages: &mut [(i64, bool)]) -> Option<i64> {
    ages.sort_by_key(|(age, back)| (*age, !*back));
    let count = |units: usize| f64::from(u32::try_from(units).unwrap_or(u32::MAX));
    let mut at_risk = ages.len();
    let mut survival = 1.0_f64;
    for same in ages.chunk_by(|a, b| a.0 == b.0) {
        let back = same.iter().filter(|(_, back)| *back).count();
        if back > 0 {
            survival *= 1.0 - count(back) / count(at_risk);
            // One part in a billion is rounding, not a unit.
            if survival <= 0.5 + 1e-9 {
                return same.first().map(|(age, _)| *age);
            }
        }
        at_risk = at_risk.saturating_sub(same.len());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn stay(sent: &str, returned: Option<&str>) -> Stay {
        Stay {
            sent_on: day(sent),
            due_on: Some(day("2026-03-20")),
            ended_on: returned.map(day),
            is_back: returned.is_some(),
            outcome: returned.map(|_| RepairOutcome::Repaired),
            is_swap: false,
            cost_fen: 100,
            on_hold: false,
        }
    }

    #[test]
    fn what_happened_after_the_day_has_not_happened_yet() {
        let stays = [
            stay("2026-03-01", Some("2026-03-11")),
            stay("2026-03-01", Some("2026-03-31")),
            stay("2026-04-01", None),
        ];
        let then = score(&stays, day("2026-03-25"));
        assert_eq!((then.sent, then.returned, then.open, then.overdue), (2, 1, 1, 1));
        assert_eq!((then.cost_fen, then.returned_late), (100, 0));
        let later = score(&stays, day("2026-04-30"));
        assert_eq!((later.sent, later.returned, later.returned_late, later.open), (3, 2, 1, 1));
    }

    #[test]
    fn the_median_counts_what_is_still_out() {
        let back = |days| (days, true);
        let out = |days| (days, false);
        assert_eq!(median_days(&mut [back(10), back(20), back(30)]), Some(20));
        assert_eq!(median_days(&mut [back(10), back(20)]), Some(10), "half of them");
        // S(10) = 3/4, S(20) = 3/4 · 1/2.
        assert_eq!(median_days(&mut [back(10), out(15), back(20), out(40)]), Some(20));
        assert_eq!(median_days(&mut [back(10), out(40), out(40)]), None, "most are still there");
        assert_eq!(median_days(&mut []), None);
    }

    #[test]
    fn outcomes_and_other_serials_are_counted() {
        let mut stays = [stay("2026-03-01", Some("2026-03-02")); 3];
        stays[0].outcome = Some(RepairOutcome::Nff);
        stays[1].outcome = Some(RepairOutcome::Ber);
        stays[2].is_swap = true;
        let score = score(&stays, day("2026-03-02"));
        assert_eq!((score.repaired, score.nff, score.ber, score.swapped), (1, 1, 1, 1));
    }

    #[test]
    fn what_never_comes_back_is_neither_back_nor_there() {
        let mut stays = [stay("2026-03-01", Some("2026-03-30")); 3];
        for gone in &mut stays[1..] {
            gone.is_back = false;
        }
        stays[1].outcome = None;
        stays[2].outcome = Some(RepairOutcome::Ber);
        let then = score(&stays, day("2026-03-10"));
        assert_eq!((then.sent, then.open, then.lost, then.scrapped_there), (3, 3, 0, 0));
        let now = score(&stays, day("2026-04-01"));
        assert_eq!((now.sent, now.returned, now.returned_late, now.open), (3, 1, 1, 0));
        assert_eq!((now.lost, now.scrapped_there, now.ber, now.repaired), (1, 1, 1, 1));
        assert_eq!(now.median_days, None, "two of three were out for as long as anybody saw");
    }
}
