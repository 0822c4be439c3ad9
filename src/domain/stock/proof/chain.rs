//! One unit after the other: each movement begins where the one before ended, and the unit stands where the last one ended.

use super::{DifferenceKind as Kind, Prover};
use crate::domain::stock::decide::rfc3339;
use crate::domain::stock::{Condition, Owner, Tracking};
use chrono::{DateTime, Utc};

/// A movement as it is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Id: posting order.
    pub id: i64,
    /// Part.
    pub part_id: i64,
    /// Unit, for a serial part.
    pub unit_id: Option<i64>,
    /// How many.
    pub quantity: i64,
    /// Place it takes from.
    pub from_place: i64,
    /// Place it puts into.
    pub to_place: i64,
    /// Depot it takes from.
    pub from_depot: Option<i64>,
    /// Depot it puts into.
    pub to_depot: Option<i64>,
    /// Condition before.
    pub condition_from: Condition,
    /// Condition after.
    pub condition_to: Condition,
    /// Owner before.
    pub owner_from: Owner,
    /// Owner after.
    pub owner_to: Owner,
    /// Document.
    pub document: String,
    /// The movement it reverses.
    pub reverses: Option<i64>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was booked.
    pub recorded_at: DateTime<Utc>,
}

/// A unit as its row says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Serial.
    pub serial: String,
    /// Part.
    pub part_id: i64,
    /// Place.
    pub place: i64,
    /// Depot.
    pub depot: Option<i64>,
    /// Condition.
    pub condition: Condition,
    /// Owner.
    pub owner: Owner,
    /// Document.
    pub document: String,
    /// Version.
    pub version: i64,
    /// When it last moved.
    pub last_moved_at: DateTime<Utc>,
}

/// A unit's movements so far: the last of them, and how many they are.
#[derive(Debug)]
pub(super) struct Chain {
    unit_id: i64,
    last: Entry,
    length: i64,
    unit: Present,
    /// The movements that stand, with when they happened: a reversal dated like the movement before it takes both away.
    standing: Vec<(i64, DateTime<Utc>)>,
}

impl Chain {
    /// When the unit moved last, as far as movements stand.
    fn moved_at(&self) -> DateTime<Utc> {
        self.standing.last().map_or(self.last.occurred_at, |(_, at)| *at)
    }

    fn follow(mut self, entry: Entry) -> Chain {
        match self.standing.last() {
            Some((id, at)) if entry.reverses == Some(*id) && entry.occurred_at == *at => {
                self.standing.pop();
            }
            _ => self.standing.push((entry.id, entry.occurred_at)),
        }
        Chain { last: entry, length: self.length + 1, ..self }
    }
}

impl Prover {
    /// The next movement, with the row of its unit. Movements come ordered by unit, within a unit by id; those without a
    /// unit come together, by id, first or last.
    pub fn movement(&mut self, entry: Entry, unit: Option<Present>) {
        self.proof.checked.movements += 1;
        self.check_entry(&entry);
        self.add_up(&entry);
        let Some((unit_id, unit)) = entry.unit_id.zip(unit) else {
            self.end_chain();
            if let Some(unit_id) = entry.unit_id {
                let subject = format!("movement {}", entry.id);
                self.proof.note(Kind::UnitMissing, subject, format!("unit {unit_id}"), "-");
            }
            return;
        };
        if self.chain.as_ref().is_some_and(|chain| chain.unit_id != unit_id) {
            self.end_chain();
        }
        if entry.part_id != unit.part_id {
            let (expected, found) = (self.part_no(entry.part_id), self.part_no(unit.part_id));
            self.proof.note(Kind::UnitPart, self.unit_name(&unit), expected, found);
        }
        match self.chain.take() {
            None => {
                self.check_origin(&entry);
                let standing = vec![(entry.id, entry.occurred_at)];
                self.chain = Some(Chain { unit_id, last: entry, length: 1, unit, standing });
            }
            Some(chain) => {
                self.check_link(&chain, &entry);
                self.chain = Some(chain.follow(entry));
            }
        }
    }

    /// After the last movement: the last unit is held against its row.
    pub fn end_of_movements(&mut self) {
        self.end_chain();
    }

    fn unit_name(&self, unit: &Present) -> String {
        format!("unit {} {}", self.part_no(unit.part_id), unit.serial)
    }

    /// What a movement says about itself.
    fn check_entry(&mut self, entry: &Entry) {
        let name = format!("movement {}", entry.id);
        for (place, depot) in [(entry.from_place, entry.from_depot), (entry.to_place, entry.to_depot)] {
            let expected = self.depot_of(place);
            if depot != expected {
                let (expected, found) = (self.depot_code(expected), self.depot_code(depot));
                self.proof.note(Kind::MovementDepot, &name, expected, found);
            }
        }
        if let Some(part) = self.parts.get(&entry.part_id)
            && (part.tracking == Tracking::Serial) != entry.unit_id.is_some()
        {
            let found = if entry.unit_id.is_some() { Tracking::Serial } else { Tracking::Quantity };
            self.proof.note(Kind::MovementSubject, &name, part.tracking, found);
        }
        if entry.occurred_at > entry.recorded_at {
            let (expected, found) = (rfc3339(entry.recorded_at), rfc3339(entry.occurred_at));
            self.proof.note(Kind::MovementFuture, &name, expected, found);
        }
    }

    /// A unit enters the books from the ledger's boundary (PRODUCT "Places and owners").
    fn check_origin(&mut self, entry: &Entry) {
        if self.kind_of(entry.from_place).is_some_and(|kind| kind.is_real()) {
            let found = self.place_code(entry.from_place);
            self.proof.note(Kind::ChainOrigin, format!("movement {}", entry.id), "opening", found);
        }
    }

    fn check_link(&mut self, chain: &Chain, after: &Entry) {
        let before = &chain.last;
        let name = format!("movement {}", after.id);
        if before.to_place != after.from_place {
            let (expected, found) = (self.place_code(before.to_place), self.place_code(after.from_place));
            self.proof.note(Kind::ChainPlace, &name, expected, found);
        }
        if before.condition_to != after.condition_from {
            self.proof.note(Kind::ChainCondition, &name, before.condition_to, after.condition_from);
        }
        if before.owner_to != after.owner_from {
            self.proof.note(Kind::ChainOwner, &name, &before.owner_to, &after.owner_from);
        }
        // A unit back at the boundary has not moved: it may enter the books anew, earlier.
        if !chain.standing.is_empty() && after.occurred_at < chain.moved_at() {
            let (expected, found) = (rfc3339(chain.moved_at()), rfc3339(after.occurred_at));
            self.proof.note(Kind::ChainTime, &name, expected, found);
        }
    }

    /// The unit's row against where its movements ended.
    fn end_chain(&mut self) {
        let Some(chain) = self.chain.take() else { return };
        let moved_at = chain.moved_at();
        let Chain { last, length, unit, .. } = chain;
        self.proof.checked.units += 1;
        let name = self.unit_name(&unit);
        if unit.place != last.to_place {
            let (expected, found) = (self.place_code(last.to_place), self.place_code(unit.place));
            self.proof.note(Kind::UnitPlace, &name, expected, found);
        }
        let depot = self.depot_of(last.to_place);
        if unit.depot != depot {
            let (expected, found) = (self.depot_code(depot), self.depot_code(unit.depot));
            self.proof.note(Kind::UnitDepot, &name, expected, found);
        }
        if unit.condition != last.condition_to {
            self.proof.note(Kind::UnitCondition, &name, last.condition_to, unit.condition);
        }
        if unit.owner != last.owner_to {
            self.proof.note(Kind::UnitOwner, &name, &last.owner_to, &unit.owner);
        }
        if unit.document != last.document {
            self.proof.note(Kind::UnitDocument, &name, &last.document, &unit.document);
        }
        if unit.version != length {
            self.proof.note(Kind::UnitVersion, &name, length, unit.version);
        }
        if unit.last_moved_at != moved_at {
            let (expected, found) = (rfc3339(moved_at), rfc3339(unit.last_moved_at));
            self.proof.note(Kind::UnitLastMoved, &name, expected, found);
        }
    }
}
