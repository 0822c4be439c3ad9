//! What a decision about a line needs to know.

use crate::domain::actor::DepotRef;
use crate::domain::equivalence::Fit;
use crate::domain::place::PlaceKind;
use crate::domain::place::PlaceRef;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, CaseFacts, FaultyState, IssuedRole, IssuedState, Mode, RepairState};
use crate::domain::stock::{Condition, Owner, PartRef, UnitState};
use chrono::{DateTime, Utc};

/// A line as read before a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineState {
    /// RMA number: the document of its movements.
    pub number: String,
    /// Customer.
    pub customer_id: i64,
    /// Customer code.
    pub customer: String,
    /// The customer's place.
    pub customer_place: PlaceRef,
    /// The boundary place from which units enter that the ledger never met.
    pub opening_place: PlaceRef,
    /// Mode.
    pub mode: Mode,
    /// Repair track.
    pub repair: RepairState,
    /// Faulty-part track.
    pub faulty: FaultyState,
    /// Receiving depot, once known: the rate's depot.
    pub depot: Option<DepotRef>,
    /// The depot whose bench has the unit, where it was sent on from the receiving one.
    pub bench: Option<DepotRef>,
    /// Part.
    pub part: PartRef,
    /// Declared serial, normalised.
    pub serial: String,
    /// The unit, when the ledger knows it.
    pub unit: Option<UnitState>,
    /// Issued units, oldest first.
    pub issued: Vec<IssuedUnit>,
    /// An exchange was decided.
    pub exchange_decided: bool,
    /// The maker sent another serial back, which the plan counts as an exchange.
    pub vendor_exchange: bool,
    /// The bench waits for parts.
    pub waiting_parts: bool,
    /// Somebody said yes to the request.
    pub authorised: bool,
    /// A hold is open, a quote's or somebody's.
    pub on_hold: bool,
    /// The hold that is open for the quote, beside which one of somebody may stand.
    pub quote_holds: bool,
    /// The hold somebody asked for is open, beside which the quote's may stand.
    pub held_by_hand: bool,
    /// Promises that are open or floating on this line, by kind code.
    pub open_promises: Vec<crate::domain::plan::PromiseKind>,
    /// When the customer had the first answer, as far as is known and where one was promised.
    pub answered_at: Option<DateTime<Utc>>,
    /// The latest step so far.
    pub last_event_at: DateTime<Utc>,
    /// The latest action on record that was not taken back.
    pub last_step: Option<ActionKind>,
    /// What the settled cases need to know.
    pub case: CaseFacts,
}

/// A unit issued for the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedUnit {
    /// Row id.
    pub id: i64,
    /// Loan or permanent.
    pub role: IssuedRole,
    /// State.
    pub state: IssuedState,
    /// The unit's present.
    pub unit: UnitState,
    /// Its part.
    pub part: PartRef,
    /// Whether parts of its kind hold data.
    pub data_bearing: bool,
    /// The lending depot.
    pub depot: DepotRef,
    /// Its reservation.
    pub reservation_id: Option<i64>,
    /// When it was handed over; none before that.
    pub in_use_at: Option<DateTime<Utc>>,
    /// How it stands to the limits of its equivalence.
    pub limits: Fit,
    /// It was issued once more since, on whatever line: where it stands now is that line's matter.
    pub issued_again: bool,
}

impl IssuedUnit {
    /// Whether a customer's data may be on it when it comes back: parts of its kind hold data, and it is with the customer.
    #[must_use]
    pub fn holds_customers_data(&self) -> bool {
        self.data_bearing && self.unit.place.kind == PlaceKind::Customer
    }
}

impl LineState {
    /// The condition in which the line's part enters the books: what was replaced before it broke has not failed, and nobody has
    /// looked at it yet.
    #[must_use]
    pub fn condition_met(&self) -> Condition {
        if self.case.preventive { Condition::Quarantined } else { Condition::Faulty }
    }

    /// The latest moment the books know of the line and of the units on it.
    #[must_use]
    pub fn latest(&self) -> DateTime<Utc> {
        let units = self.unit.iter().chain(self.issued.iter().map(|issued| &issued.unit));
        units.map(|unit| unit.last_moved_at).max().map_or(self.last_event_at, |at| at.max(self.last_event_at))
    }

    /// The active issued unit of a role.
    #[must_use]
    pub fn active(&self, role: IssuedRole) -> Option<&IssuedUnit> {
        self.issued.iter().find(|issued| issued.role == role && issued.state.is_active())
    }

    /// The unit issued up front by the line's mode, while active.
    #[must_use]
    pub fn replacement(&self) -> Option<&IssuedUnit> {
        self.mode.issues_up_front().and_then(|role| self.active(role))
    }

    /// The equivalent unit given in exchange, while active. In advance replacement the unit given up front is no exchange.
    #[must_use]
    pub fn exchange(&self) -> Option<&IssuedUnit> {
        if self.exchange_decided { self.active(IssuedRole::Permanent) } else { None }
    }
}

impl LineState {
    /// The unit came in and did not arrive home: it is with us, at the maker's, or on its way.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.repair.is_with_us() || self.repair == RepairState::Dispatched
    }

    /// The customer's unit, while we hold it: on our bench, at the maker's, or on its way home.
    #[must_use]
    pub fn held_for_customer(&self) -> Option<&UnitState> {
        let held = self.is_held();
        self.unit.as_ref().filter(|unit| held && unit.owner == Owner::Customer(self.customer.clone()))
    }

    /// The depot that has the unit in hand: the one it was sent on to, else the receiving one (PRODUCT "Depots that help").
    #[must_use]
    pub fn working_depot(&self) -> Option<&DepotRef> {
        self.bench.as_ref().or(self.depot.as_ref())
    }

    /// The depot in which the unit stands by the books.
    #[must_use]
    pub fn standing_depot(&self) -> Option<&DepotRef> {
        self.unit.as_ref().and_then(|unit| unit.place.depot.as_ref())
    }

    /// Every depot the line names: the receiving one, the bench, those that lend.
    pub fn depots(&self) -> impl Iterator<Item = &DepotRef> {
        self.depot.iter().chain(&self.bench).chain(self.issued.iter().map(|issued| &issued.depot))
    }

    /// Whether the faulty unit stands in one of our depots.
    #[must_use]
    pub fn is_in_our_house(&self) -> bool {
        self.unit.as_ref().is_some_and(|unit| unit.place.depot.is_some())
    }

    /// The faulty unit, which somebody is to take in the hand.
    ///
    /// # Errors
    /// `unit_elsewhere` when the books have it in none of our depots: whoever moved it says more than the line.
    pub fn in_hand(&self) -> Result<&UnitState, Refusal> {
        let unit = self.unit.as_ref().ok_or_else(|| Refusal::not_found("unit", &self.serial))?;
        if unit.place.depot.is_some() {
            return Ok(unit);
        }
        let claimed = self.working_depot().map_or_else(String::new, |depot| depot.code.clone());
        let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
        Err(Refusal::UnitElsewhere { serial, place, claimed })
    }

    /// Spares that did not work from the start and are not back yet. One that came back, was repaired and went out again stays
    /// dead in this line's books, and is owed by nobody on it; nor is one that was charged, which is the customer's.
    pub fn dead_spares_out(&self) -> impl Iterator<Item = &IssuedUnit> {
        self.issued.iter().filter(|issued| {
            issued.state == IssuedState::Doa
                && issued.unit.owner == Owner::Us
                && !issued.issued_again
                && issued.unit.place.id == self.customer_place.id
        })
    }

    /// What may come back to us: a loaner that left, what was given for good and never arrived, a dead spare; in this order.
    pub fn out_for_us(&self) -> impl Iterator<Item = &IssuedUnit> {
        let left = |issued: &&IssuedUnit| match issued.state {
            IssuedState::Shipped => true,
            IssuedState::InUse => issued.role == IssuedRole::Loan,
            _ => false,
        };
        self.issued.iter().filter(left).chain(self.dead_spares_out())
    }

    /// The first dead spare that is not back.
    #[must_use]
    pub fn dead_spare_out(&self) -> Option<&IssuedUnit> {
        self.dead_spares_out().next()
    }

    /// What was given for good was dead or never arrived, and no second one was handed over yet: it is owed wherever the own
    /// unit went meanwhile.
    #[must_use]
    pub fn owes_second(&self) -> bool {
        let given = || self.issued.iter().filter(|issued| issued.role == IssuedRole::Permanent);
        let gone =
            matches!(self.repair, RepairState::Exchanged | RepairState::ToStock | RepairState::Scrapped);
        gone && given().any(|issued| {
            matches!(issued.state, IssuedState::Doa | IssuedState::Lost | IssuedState::Recovered)
        }) && !given().any(|issued| issued.state.is_active() || issued.state == IssuedState::Kept)
    }
}

/// How far along a state is: the header shows the least advanced line.
#[must_use]
pub fn ranked(state: RepairState) -> usize {
    use RepairState as S;
    const ORDER: [RepairState; 20] = [
        S::Requested,
        S::Authorised,
        S::Expected,
        S::Received,
        S::Diagnosing,
        S::AtVendor,
        S::Repairing,
        S::Ber,
        S::Testing,
        S::Nff,
        S::Repaired,
        S::Dispatched,
        S::Returned,
        S::Exchanged,
        S::ToStock,
        S::Scrapped,
        S::Closed,
        S::Rejected,
        S::Cancelled,
        S::Void,
    ];
    ORDER.iter().position(|candidate| *candidate == state).unwrap_or(ORDER.len())
}

/// The header state: computed from the lines, never set.
#[must_use]
pub fn header_state(lines: impl IntoIterator<Item = RepairState>) -> RepairState {
    lines.into_iter().min_by_key(|state| ranked(*state)).unwrap_or(RepairState::Requested)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_shows_the_line_that_is_furthest_behind() {
        use RepairState as S;
        assert_eq!(header_state([S::Closed, S::Repairing, S::Dispatched]), S::Repairing);
        assert_eq!(header_state([S::Closed, S::Cancelled]), S::Closed);
    }

    #[test]
    fn every_state_has_a_rank() {
        for state in RepairState::ALL {
            assert!(ranked(*state) < RepairState::ALL.len(), "{state}");
        }
    }
}
