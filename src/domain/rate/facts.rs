//! What happened to one line, and what ended it first.

use chrono::NaiveDate;

use crate::domain::calendar::{ClockTerms, Hold};
use crate::domain::turnaround::End;

/// An equivalent exchange (等效更换): decided, and perhaps delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exchange {
    /// The day it was decided.
    pub decided_on: NaiveDate,
    /// The day the board was handed to the customer.
    pub delivered_on: Option<NaiveDate>,
}

/// What happened to a line, as local dates of the days the facts *occurred*. All may be known; what lies after
/// `as_of` is left aside by the functions here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Outcome {
    /// The repaired or NFF unit was handed back (a plan may say: dispatched). Not a unit returned unrepaired (原样返还).
    pub returned_on: Option<NaiveDate>,
    /// The unit was handed back as it came (原样返还).
    pub unrepaired_on: Option<NaiveDate>,
    /// An equivalent board instead.
    pub exchange: Option<Exchange>,
    /// The customer agreed in writing to keep the loaner for good: the day of that agreement, never of the loan.
    pub loaner_kept_on: Option<NaiveDate>,
    /// The unit was scrapped.
    pub scrapped_on: Option<NaiveDate>,
    /// The customer agreed in writing that the unit be scrapped.
    pub scrap_agreed_on: Option<NaiveDate>,
    /// The line was cancelled.
    pub cancelled_on: Option<NaiveDate>,
    /// The line was voided (the second person's day).
    pub voided_on: Option<NaiveDate>,
    /// A cause that the contract lists was recorded with evidence. Leave `None` when the contract does not list it.
    pub excused_on: Option<NaiveDate>,
}

/// Where the due date comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deadline {
    /// From the clock's own facts; the calendar is the one the promise was counted with.
    Clock {
        /// Local day of receipt.
        received_on: NaiveDate,
        /// Terms of the promise.
        terms: ClockTerms,
        /// Customer holds, in any order.
        holds: Vec<Hold>,
    },
    /// As recorded; `None` while the clock stands under an open hold.
    Recorded(Option<NaiveDate>),
}

/// One line as the rate sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// When it is due.
    pub deadline: Deadline,
    /// What became of it.
    pub outcome: Outcome,
}

impl Outcome {
    /// What had happened by the end of `day`.
    #[must_use]
    pub fn as_of(&self, day: NaiveDate) -> Self {
        let known = |date: Option<NaiveDate>| date.filter(|date| *date <= day);
        Self {
            returned_on: known(self.returned_on),
            unrepaired_on: known(self.unrepaired_on),
            exchange: self.exchange.filter(|exchange| exchange.decided_on <= day).map(|exchange| Exchange {
                decided_on: exchange.decided_on,
                delivered_on: known(exchange.delivered_on),
            }),
            loaner_kept_on: known(self.loaner_kept_on),
            scrapped_on: known(self.scrapped_on),
            scrap_agreed_on: known(self.scrap_agreed_on),
            cancelled_on: known(self.cancelled_on),
            voided_on: known(self.voided_on),
            excused_on: known(self.excused_on),
        }
    }

    /// The day of everything that happened.
    pub(super) fn days(&self) -> impl Iterator<Item = Option<NaiveDate>> {
        let exchange = self.exchange;
        [
            self.returned_on,
            self.unrepaired_on,
            exchange.map(|exchange| exchange.decided_on),
            exchange.and_then(|exchange| exchange.delivered_on),
            self.loaner_kept_on,
            self.scrapped_on,
            self.scrap_agreed_on,
            self.cancelled_on,
            self.voided_on,
            self.excused_on,
        ]
        .into_iter()
    }

    /// A board that stays with the customer for good: (decided, delivered). A kept loaner is delivered when the
    /// customer agreed, and was decided then unless an exchange had been decided before.
    fn replacement(&self) -> Option<(NaiveDate, NaiveDate)> {
        let exchanged =
            self.exchange.and_then(|exchange| Some((exchange.decided_on, exchange.delivered_on?)));
        let kept = self.loaner_kept_on.map(|agreed_on| {
            (self.exchange.map_or(agreed_on, |exchange| exchange.decided_on.min(agreed_on)), agreed_on)
        });
        [exchanged, kept].into_iter().flatten().min_by_key(|(_, delivered_on)| *delivered_on)
    }

    /// Is a board promised or given in place of the unit?
    fn is_exchange(&self) -> bool {
        self.exchange.is_some() || self.loaner_kept_on.is_some()
    }

    /// What ended the line's time, and when: all of it that had happened. A line called off, or whose unit went back as it came, was
    /// only observed until then.
    #[must_use]
    pub fn ended(&self) -> Option<(NaiveDate, End)> {
        self.ending().map(|(day, ending)| {
            let end = match ending {
                Ending::Returned => End::Returned,
                Ending::Replaced { .. } => End::Exchanged,
                Ending::Scrapped { .. } => End::Scrapped,
                Ending::Unrepaired | Ending::Cancelled => End::Open,
            };
            (day, end)
        })
    }

    /// The first thing that ended the line. On one day, what was delivered goes before what was given up.
    pub(super) fn ending(&self) -> Option<(NaiveDate, Ending)> {
        // A board given instead makes scrapping the old one a matter of stock, not of the promise.
        let unless_exchanged = |day: Option<NaiveDate>| day.filter(|_| !self.is_exchange());
        let agreed_on = unless_exchanged(self.scrap_agreed_on);
        let scrapped_on = [unless_exchanged(self.scrapped_on), agreed_on].into_iter().flatten().min();
        // Who gives up a unit that went back as it came calls the line off: the day of that word counts.
        let unrepaired_on = self.unrepaired_on.filter(|_| self.cancelled_on.is_none());
        let endings = [
            self.returned_on.map(|day| (day, Ending::Returned)),
            self.replacement().map(|(decided_on, day)| (day, Ending::Replaced { decided_on })),
            scrapped_on.map(|day| (day, Ending::Scrapped { agreed_on })),
            unrepaired_on.map(|day| (day, Ending::Unrepaired)),
            self.cancelled_on.map(|day| (day, Ending::Cancelled)),
        ];
        endings.into_iter().flatten().min_by_key(|(day, _)| *day)
    }
}

/// How a line ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    Returned,
    Replaced { decided_on: NaiveDate },
    Scrapped { agreed_on: Option<NaiveDate> },
    Unrepaired,
    Cancelled,
}
