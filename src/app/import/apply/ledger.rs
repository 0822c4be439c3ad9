//! Movements of an import on their way into the ledger: places and parts by code, units by identity, in batches.

use std::collections::{HashMap, HashSet};

use super::super::effects::{Move, Place};
use super::super::seen::KeyDigest;
use super::{ROWS_PER_WRITE, posted, vanished};
use crate::app::{AppResult, Ctx};
use crate::domain::calendar::Zone;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::stock::{PartRef, Posting, Stand, Subject};
use crate::store::{Conn, depots, ledger, places, stock, units};

/// A unit as the import knows it: its row and how often it has moved.
#[derive(Debug, Clone, Copy)]
struct Known {
    id: i64,
    version: i64,
}

/// Collects movements and posts them in batches. A batch never moves a unit that it brings in: its row is not there yet.
pub(super) struct Ledger<'a> {
    ctx: &'a Ctx,
    zone: Zone,
    places: HashMap<String, PlaceRef>,
    parts: HashMap<String, PartRef>,
    units: HashMap<KeyDigest, Known>,
    waiting: Vec<Posting>,
    /// Units that the waiting movements bring in.
    coming: HashSet<KeyDigest>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(ctx: &'a Ctx) -> Self {
        Self {
            ctx,
            zone: Zone::default(),
            places: HashMap::new(),
            parts: HashMap::new(),
            units: HashMap::new(),
            waiting: Vec::with_capacity(ROWS_PER_WRITE),
            coming: HashSet::new(),
        }
    }

    /// Who writes; none for the program itself.
    pub(super) fn actor_id(&self) -> Option<i64> {
        Some(self.ctx.actor.user_id).filter(|id| *id != 0)
    }

    /// A part by number.
    pub(super) fn part(&mut self, tx: &mut Conn, number: &str) -> AppResult<PartRef> {
        if let Some(part) = self.parts.get(number) {
            return Ok(part.clone());
        }
        let part = stock::part_ref(tx, number)?.ok_or_else(|| vanished("part", number))?;
        self.parts.insert(number.to_owned(), part.clone());
        Ok(part)
    }

    /// A place; benches are made where a depot had none.
    pub(super) fn place(&mut self, tx: &mut Conn, place: &Place) -> AppResult<PlaceRef> {
        let code = place.code();
        if let Some(known) = self.places.get(&code) {
            return Ok(known.clone());
        }
        if let Place::Bench(depot) = place {
            let depot = depots::by_code(tx, depot)?.ok_or_else(|| vanished("depot", depot))?;
            places::ensure(tx, &code, PlaceKind::Bench, Some(depot.id), depot.customer_id)?;
        }
        let found = places::by_code(tx, &code)?.ok_or_else(|| vanished("place", &code))?;
        self.places.insert(code, found.clone());
        Ok(found)
    }

    /// Learns which of these units the books have already.
    pub(super) fn meet(&mut self, tx: &mut Conn, units_of: &[(String, String)]) -> AppResult<()> {
        let mut identities = Vec::with_capacity(units_of.len());
        for (part_no, serial) in units_of {
            let identity = self.part(tx, part_no)?.identity(serial);
            if !self.units.contains_key(&KeyDigest::of(&[&identity])) {
                identities.push(identity);
            }
        }
        for row in units::by_identities(tx, &identities)? {
            let known = Known { id: row.id, version: row.version };
            self.units.insert(KeyDigest::of(&[&row.identity]), known);
        }
        Ok(())
    }

    /// The id of a unit the books have by now.
    pub(super) fn unit_id(&mut self, tx: &mut Conn, part_no: &str, serial: &str) -> AppResult<i64> {
        let identity = self.part(tx, part_no)?.identity(serial);
        let known = self.units.get(&KeyDigest::of(&[&identity]));
        known.map(|known| known.id).ok_or_else(|| vanished("unit", serial))
    }

    /// Takes a movement; posts what waits when it must, or when there is enough of it.
    pub(super) fn take(
        &mut self,
        tx: &mut Conn,
        step: &Move,
        document: String,
        reason: String,
    ) -> AppResult<()> {
        let part = self.part(tx, &step.part_no)?;
        let key = step.serial.as_ref().map(|serial| KeyDigest::of(&[&part.identity(serial)]));
        if key.is_some_and(|key| self.coming.contains(&key)) || self.waiting.len() >= ROWS_PER_WRITE {
            self.post(tx)?;
        }
        let subject = match (&step.serial, key.and_then(|key| self.units.get(&key))) {
            (None, _) => Subject::Quantity,
            (Some(serial), Some(known)) => {
                Subject::Unit { id: known.id, serial: serial.clone(), version: known.version }
            }
            (Some(serial), None) => {
                self.coming.extend(key);
                Subject::NewUnit { serial: serial.clone() }
            }
        };
        let (from, to) = (self.place(tx, &step.from)?, self.place(tx, &step.to)?);
        let from = Stand { place: from, condition: step.condition.0, owner: step.owner.0.clone() };
        let to = Stand { place: to, condition: step.condition.1, owner: step.owner.1.clone() };
        let posting = Posting::of_one(step.kind, part, subject, from, to, self.zone.day_start(step.on));
        self.waiting.push(Posting { quantity: step.quantity, reason, document, ..posting });
        Ok(())
    }

    /// Posts what waits and learns where its units stand now.
    pub(super) fn post(&mut self, tx: &mut Conn) -> AppResult<()> {
        let actor_id = self.actor_id();
        let done = posted(ledger::post(tx, &self.waiting, actor_id, self.ctx.now))?;
        for (posting, done) in self.waiting.drain(..).zip(done) {
            let Some((serial, id)) = posting.subject.serial().zip(done.unit_id) else { continue };
            let key = KeyDigest::of(&[&posting.part.identity(serial)]);
            self.units.entry(key).or_insert(Known { id, version: 0 }).version += 1;
        }
        self.coming.clear();
        Ok(())
    }
}
