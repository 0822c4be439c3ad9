//! Does the ledger prove itself? What the movements add up to, held against what the tables say.
//!
//! The movements are the truth (PRODUCT "The idea"); units, balances and availability are projections of them. A [`Prover`]
//! is fed every movement once, ordered by unit and then by posting order, and afterwards every row of the projections. It
//! holds one unit's chain and one sum for each balance, so its memory does not grow with the movements.

mod chain;
mod sums;
#[cfg(test)]
mod tests;

pub use chain::{Entry, Present};

use crate::domain::place::PlaceKind;
use crate::domain::stock::{Condition, Owner, Tracking};
use crate::text_enum;
use chain::Chain;
use std::collections::HashMap;
use std::fmt::Display;

text_enum! {
    /// What can be wrong with the ledger. The codes are stable: scripts look for them.
    DifferenceKind {
        /// The unit is not where its last movement put it.
        UnitPlace => "unit_place",
        /// The unit's condition is not that of its last movement.
        UnitCondition => "unit_condition",
        /// The unit's owner is not that of its last movement.
        UnitOwner => "unit_owner",
        /// The unit's depot is not that of its place.
        UnitDepot => "unit_depot",
        /// The unit's document is not that of its last movement.
        UnitDocument => "unit_document",
        /// The unit's version is not the number of its movements.
        UnitVersion => "unit_version",
        /// The unit's last move is not when its last movement happened.
        UnitLastMoved => "unit_last_moved",
        /// A movement of the unit is of another part.
        UnitPart => "unit_part",
        /// Movements name a unit that is not on the books.
        UnitMissing => "unit_missing",
        /// The unit is on the books and no movement brought it there.
        UnitWithoutMovement => "unit_without_movement",
        /// A movement takes the unit from where the one before did not put it.
        ChainPlace => "chain_place",
        /// A movement takes the unit in another condition than the one before left it in.
        ChainCondition => "chain_condition",
        /// A movement takes the unit from another owner than the one before left it to.
        ChainOwner => "chain_owner",
        /// A movement happened before the one posted before it.
        ChainTime => "chain_time",
        /// The unit's first movement takes it from a real place, where nothing had put it.
        ChainOrigin => "chain_origin",
        /// The depots on a movement are not those of its places.
        MovementDepot => "movement_depot",
        /// A serial part moved without its unit, or a quantity part with one.
        MovementSubject => "movement_subject",
        /// A movement was booked before it happened.
        MovementFuture => "movement_future",
        /// A balance is not what the movements add up to.
        BalanceQuantity => "balance_quantity",
        /// The movements add up to something, and there is no balance.
        BalanceMissing => "balance_missing",
        /// A balance at a place that keeps none, or that no movement ever touched.
        BalanceExtra => "balance_extra",
        /// After some movement a real place held less than nothing.
        BalanceNegative => "balance_negative",
        /// A balance's depot is not that of its place.
        BalanceDepot => "balance_depot",
        /// The good stock counted as available is not what the movements add up to.
        AvailabilityGood => "availability_good",
        /// The count held is not the sum of the open reservations.
        AvailabilityReserved => "availability_reserved",
        /// A reservation holds a unit that is not good, ours and in that depot.
        ReservationUnit => "reservation_unit",
        /// A reversing entry is not the mirror of the movement it names.
        ReversalMirror => "reversal_mirror",
        /// A reversing entry names no movement, names another reversing entry, or something else names one.
        ReversalOrigin => "reversal_origin",
        /// The rows under a seal are not those it was set over: one was changed, deleted, put in or put elsewhere.
        Sealed => "sealed",
        /// A seal is gone from its row of seals, or the one somebody kept the head of.
        SealMissing => "seal_missing",
        /// A month-end snapshot is not what the movements add up to.
        Snapshot => "snapshot",
        /// A line of the timely repair rate is kept as something else than its facts say.
        RateLine => "rate_line",
        /// A day's sum of the timely repair rate is not what its lines add up to.
        RateSum => "rate_sum",
        /// The file of an evidence pack is not the one that was issued.
        EvidencePack => "evidence_pack",
        /// A line is another customer's than its RMA.
        RmaCustomer => "rma_customer",
        /// The state of an RMA or one of its lines is not the one its steps led to.
        RmaState => "rma_state",
        /// A line was received or ended at another time than its steps say, or is listed under another due date than its promise's.
        RmaDate => "rma_date",
        /// A promise is due on another day than its terms, holds and calendar come to, or than its own history says.
        PromiseDue => "promise_due",
        /// A promise stands otherwise than its due date and end allow.
        PromiseState => "promise_state",
    }
}

/// One thing that does not prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What is wrong.
    pub kind: DifferenceKind,
    /// With what: `unit P-100 SN1`, `movement 17`, `balance JN/A1-01 P-100 good us` …
    pub subject: String,
    /// What the movements say.
    pub expected: String,
    /// What stands in the table.
    pub found: String,
}

/// How many rows were held against what they follow from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Movements.
    pub movements: u64,
    /// Units.
    pub units: u64,
    /// Balances.
    pub balances: u64,
    /// Reservations that are open.
    pub reservations: u64,
    /// Seals held against the rows they cover.
    pub seals: u64,
    /// RMA lines held against their steps.
    pub lines: u64,
    /// Promises held against their clocks.
    pub promises: u64,
}

/// What the proof came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// What was looked at.
    pub checked: Checked,
    /// What does not prove; at most [`Proof::LISTED`].
    pub differences: Vec<Difference>,
    /// How many differences there are in all.
    pub total: u64,
}

impl Proof {
    /// Differences beyond this many are only counted: a broken table must not fill the memory.
    pub const LISTED: usize = 1_000;

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.total == 0
    }

    /// Notes a difference.
    pub fn note(
        &mut self,
        kind: DifferenceKind,
        subject: impl Display,
        expected: impl Display,
        found: impl Display,
    ) {
        self.total += 1;
        if self.differences.len() < Self::LISTED {
            self.differences.push(Difference {
                kind,
                subject: subject.to_string(),
                expected: expected.to_string(),
                found: found.to_string(),
            });
        }
    }
}

/// A place as the proof needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceFacts {
    /// Code.
    pub code: String,
    /// Kind.
    pub kind: PlaceKind,
    /// Depot it belongs to.
    pub depot_id: Option<i64>,
}

/// A part as the proof needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFacts {
    /// Part number.
    pub part_no: String,
    /// How it is counted.
    pub tracking: Tracking,
}

/// What a balance is kept for: place, part, condition, owner.
pub type BalanceKey = (i64, i64, Condition, Owner);

/// Takes the movements and the projections in, and says what does not prove.
#[derive(Debug)]
pub struct Prover {
    places: HashMap<i64, PlaceFacts>,
    parts: HashMap<i64, PartFacts>,
    /// What the movements add up to at places that keep a balance.
    sums: HashMap<BalanceKey, i64>,
    chain: Option<Chain>,
    proof: Proof,
}

impl Prover {
    /// Over these places and parts, by id.
    #[must_use]
    pub fn new(places: HashMap<i64, PlaceFacts>, parts: HashMap<i64, PartFacts>) -> Prover {
        Prover { places, parts, sums: HashMap::new(), chain: None, proof: Proof::default() }
    }

    /// Notes a difference the database itself found.
    pub fn note(
        &mut self,
        kind: DifferenceKind,
        subject: impl Display,
        expected: impl Display,
        found: impl Display,
    ) {
        self.proof.note(kind, subject, expected, found);
    }

    /// Notes how many open reservations there are.
    pub fn reservations(&mut self, count: u64) {
        self.proof.checked.reservations = count;
    }

    /// A unit that no movement ever moved.
    pub fn unit_without_movement(&mut self, part_id: i64, serial: &str, place_id: i64) {
        self.proof.checked.units += 1;
        let subject = format!("unit {} {serial}", self.part_no(part_id));
        let found = self.place_code(place_id);
        self.proof.note(DifferenceKind::UnitWithoutMovement, subject, "-", found);
    }

    /// What it all came to.
    #[must_use]
    pub fn finish(self) -> Proof {
        self.proof
    }

    fn place_code(&self, id: i64) -> String {
        self.places.get(&id).map_or_else(|| format!("place {id}"), |place| place.code.clone())
    }

    fn part_no(&self, id: i64) -> String {
        self.parts.get(&id).map_or_else(|| format!("part {id}"), |part| part.part_no.clone())
    }

    fn depot_code(&self, id: Option<i64>) -> String {
        let Some(id) = id else { return "-".to_owned() };
        self.places
            .values()
            .find(|place| place.kind == PlaceKind::Depot && place.depot_id == Some(id))
            .map_or_else(|| format!("depot {id}"), |place| place.code.clone())
    }

    fn depot_of(&self, place_id: i64) -> Option<i64> {
        self.places.get(&place_id).and_then(|place| place.depot_id)
    }

    fn kind_of(&self, place_id: i64) -> Option<PlaceKind> {
        self.places.get(&place_id).map(|place| place.kind)
    }

    fn balance_name(&self, (place, part, condition, owner): &BalanceKey) -> String {
        format!("balance {} {} {condition} {owner}", self.place_code(*place), self.part_no(*part))
    }
}
