//! The lives of the units in a history: each serial is in one place at a time, over all rows of the file and what the
//! ledger had before.
//!
//! A row uses up to three units: the faulty one from the request until it is settled, the spare from the day it left
//! until the same day, and the replacement on the day it is handed over. Uses of one serial may follow each other (a
//! unit fails twice, a spare goes out again) and may not overlap.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::stock::{Condition, Owner, PartRef};

use super::super::book::{Book, Standing};
use super::super::cells::CellError;
use super::super::columns::{Field, Layout};
use super::super::effects::Place;
use super::super::fault::Reason;
use super::super::seen::KeyDigest;
use super::HistoryRow;

/// Where a use of a unit takes it from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Start {
    /// The ledger never met it, or met it only as settled: it comes from `opening`.
    #[default]
    Opening,
    /// It already stands with the customer of the row.
    AtCustomer,
    /// It stands in a depot as ours and good; a spare that comes back returns to this place.
    Stock(Place),
}

/// Where the three units of a row start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Starts {
    /// The faulty unit.
    pub faulty: Start,
    /// The spare.
    pub spare: Start,
    /// The replacement.
    pub replacement: Start,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Faulty,
    Spare,
    Replacement,
}

impl Role {
    fn field(self) -> Field {
        match self {
            Self::Faulty => Field::FaultySerial,
            Self::Spare => Field::SpareSerial,
            Self::Replacement => Field::ReplacementSerial,
        }
    }
}

/// One use of one unit by one row.
#[derive(Debug, Clone)]
struct Use {
    row: u32,
    role: Role,
    from: NaiveDate,
    /// None while it lasts.
    to: Option<NaiveDate>,
    customer: Box<str>,
    /// The board was given up for a replacement.
    scrapped: bool,
}

/// What a serial's uses begin with: where the ledger has it.
#[derive(Debug, Clone)]
struct Life {
    origin: At,
    last_on: Option<NaiveDate>,
    uses: Vec<Use>,
}

/// Where a unit is between two uses.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    /// Nowhere the ledger knows.
    Opening,
    /// With this customer, and the customer's.
    Customer(Box<str>),
    /// Good, ours and free, in a depot.
    Stock(Place),
    /// Anywhere else, where no row can take it from.
    Elsewhere(Place),
}

/// All uses of all serials, in the order of the rows given.
#[derive(Debug, Default)]
pub struct Lives {
    lives: HashMap<KeyDigest, Life>,
}

impl Lives {
    /// Adds a row, to be called in order of request date. Nothing of a refused row stays.
    ///
    /// # Errors
    /// The unit that cannot have been where the row has it.
    pub fn add(
        &mut self,
        row: u32,
        history: &HistoryRow,
        layout: &Layout,
        book: &Book,
    ) -> Result<(), Vec<CellError>> {
        // The row was judged before: its part is there.
        let Some(part) = book.parts.get(&history.part_no).map(|facts| &facts.part) else {
            let reason = Reason::PartUnknown(history.part_no.clone());
            return Err(vec![CellError { row, column: layout.heading(Field::PartNo), reason }]);
        };
        let mut added: Vec<KeyDigest> = Vec::new();
        for (serial, planned) in uses_of(row, history) {
            let key = key_of(part, serial);
            let role = planned.role;
            let life = self.lives.entry(key).or_insert_with(|| Life::from_book(book.unit(part, serial)));
            match life.add(planned, serial) {
                Ok(()) => added.push(key),
                Err(reason) => {
                    for key in added {
                        if let Some(life) = self.lives.get_mut(&key) {
                            life.uses.retain(|earlier| earlier.row != row);
                        }
                    }
                    return Err(vec![CellError { row, column: layout.heading(role.field()), reason }]);
                }
            }
        }
        Ok(())
    }

    /// Where the units of an accepted row start, once every row was added.
    #[must_use]
    pub fn starts(&self, row: u32, history: &HistoryRow, part: &PartRef) -> Starts {
        let start = |role: Role, serial: Option<&str>| {
            let life = serial.and_then(|serial| self.lives.get(&key_of(part, serial)));
            life.map(|life| life.start(row, role)).unwrap_or_default()
        };
        Starts {
            faulty: start(Role::Faulty, Some(&history.faulty_serial)),
            spare: start(Role::Spare, history.spare.as_ref().map(|spare| spare.serial.as_str())),
            replacement: start(Role::Replacement, history.replacement_serial.as_deref()),
        }
    }
}

impl Lives {
    /// How many uses of this unit come before the one by this row: with the day, the order in which its movements are
    /// posted.
    #[must_use]
    pub fn rank(&self, row: u32, part: &PartRef, serial: &str) -> usize {
        let life = self.lives.get(&key_of(part, serial));
        life.and_then(|life| life.uses.iter().position(|planned| planned.row == row)).unwrap_or(0)
    }
}

fn key_of(part: &PartRef, serial: &str) -> KeyDigest {
    KeyDigest::of(&[&part.identity(serial)])
}

/// The uses a row makes of its units.
fn uses_of(row: u32, history: &HistoryRow) -> Vec<(&str, Use)> {
    let settled_on = history.settled_on();
    let plan = |role: Role, from: NaiveDate, to: Option<NaiveDate>| Use {
        row,
        role,
        from,
        to,
        customer: history.customer.as_str().into(),
        scrapped: role == Role::Faulty && history.exchanged_on().is_some(),
    };
    let mut uses =
        vec![(history.faulty_serial.as_str(), plan(Role::Faulty, history.requested_on, settled_on))];
    if let Some(spare) = &history.spare {
        uses.push((&spare.serial, plan(Role::Spare, spare.shipped_on, settled_on)));
    }
    if let Some((serial, day)) = history.replacement_serial.as_ref().zip(history.exchanged_on()) {
        uses.push((serial, plan(Role::Replacement, day, Some(day))));
    }
    uses
}

impl Life {
    fn from_book(standing: Option<&Standing>) -> Self {
        let Some(unit) = standing else {
            return Self { origin: At::Opening, last_on: None, uses: Vec::new() };
        };
        let origin = match (&unit.place, &unit.owner) {
            (Place::Opening, _) => At::Opening,
            (Place::Customer(code), Owner::Customer(owner)) if code == owner => {
                At::Customer(code.as_str().into())
            }
            (place @ (Place::Depot(_) | Place::Bin { .. }), Owner::Us)
                if unit.condition == Condition::Good && !unit.reserved =>
            {
                At::Stock(place.clone())
            }
            (place, _) => At::Elsewhere(place.clone()),
        };
        Self { origin, last_on: Some(unit.last_on), uses: Vec::new() }
    }

    /// Adds a use where its days put it, if it fits between its neighbours.
    fn add(&mut self, new: Use, serial: &str) -> Result<(), Reason> {
        if let Some(last) = self.last_on.filter(|last| new.from < *last) {
            return Err(Reason::BeforeLastMovement { serial: serial.to_owned(), last });
        }
        let at = self.uses.partition_point(|earlier| earlier.from <= new.from);
        let row = new.row;
        self.uses.insert(at, new);
        let walked = self.walk(serial, row);
        if walked.is_err() {
            self.uses.retain(|earlier| earlier.row != row);
        }
        walked
    }

    /// Walks through all uses from the origin; the first that cannot follow is the reason. `new` is the row being added.
    fn walk(&self, serial: &str, new: u32) -> Result<(), Reason> {
        let mut at = self.origin.clone();
        let mut before: Option<&Use> = None;
        for next in &self.uses {
            if let Some(before) = before.filter(|before| before.to.is_none_or(|to| to > next.from)) {
                let row = if next.row == new { before.row } else { next.row };
                return Err(Reason::SerialBusy { serial: serial.to_owned(), row });
            }
            if start_of(&at, next).is_none() {
                let place = at.place().code();
                return Err(Reason::SerialElsewhere { serial: serial.to_owned(), place });
            }
            at = after(&at, next);
            before = Some(next);
        }
        Ok(())
    }

    fn start(&self, row: u32, role: Role) -> Start {
        let mut at = self.origin.clone();
        for next in &self.uses {
            if next.row == row && next.role == role {
                return start_of(&at, next).unwrap_or_default();
            }
            at = after(&at, next);
        }
        Start::Opening
    }
}

impl At {
    fn place(&self) -> Place {
        match self {
            Self::Opening => Place::Opening,
            Self::Customer(code) => Place::Customer(code.to_string()),
            Self::Stock(place) | Self::Elsewhere(place) => place.clone(),
        }
    }
}

/// Where a use can start from; none when it cannot.
fn start_of(at: &At, next: &Use) -> Option<Start> {
    match (at, next.role) {
        (At::Opening, _) => Some(Start::Opening),
        (At::Customer(code), Role::Faulty) if *code == next.customer => Some(Start::AtCustomer),
        (At::Stock(place), Role::Spare | Role::Replacement) => Some(Start::Stock(place.clone())),
        _ => None,
    }
}

/// Where a use leaves its unit.
fn after(at: &At, done: &Use) -> At {
    let customer = || Place::Customer(done.customer.to_string());
    match (done.role, done.to) {
        (Role::Faulty, _) if done.scrapped => At::Elsewhere(Place::Scrap),
        (Role::Faulty | Role::Replacement, Some(_)) => At::Customer(done.customer.clone()),
        (Role::Spare, Some(_)) => at.clone(),
        (_, None) => At::Elsewhere(customer()),
    }
}
