//! Random movements, reservations, releases and reversals against a simple model of what should happen: legal ones are
//! booked, others refused, and after each run the books equal the model and prove themselves.

use super::world::{BOARD, SCREW, World, hold, hold_unit, lot, unit, world};
use crate::support::{self, Engine};
use beiku::app::stock::{self, Booking};
use beiku::app::{AppResult, Error};
use beiku::domain::stock::{Condition, MovementKind as Kind};
use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::BTreeMap;

const SERIALS: [&str; 5] = ["S0", "S1", "S2", "S3", "S4"];
const DEPOTS: [&str; 2] = ["JN", "DZ"];
/// Each place with a letter for its kind.
const PLACES: [(&str, char); 13] = [
    ("JN", 'd'),
    ("JN/A1-01", 'b'),
    ("JN/bench", 'w'),
    ("DZ", 'd'),
    ("DZ/A1-01", 'b'),
    ("engineer:wang", 'e'),
    ("customer:C1", 'c'),
    ("vendor:V1", 'v'),
    ("transit:1", 't'),
    ("supplier", 'S'),
    ("lost", 'L'),
    ("scrap", 'X'),
    ("consumed", 'U'),
];

#[derive(Debug, Clone)]
enum Step {
    /// Of a unit, from where it is (or is not); `None`: from where it really is.
    Unit {
        kind: Kind,
        serial: usize,
        from: Option<usize>,
        to: usize,
        becomes: Option<Condition>,
    },
    /// Of so many screws.
    Lot {
        kind: Kind,
        quantity: i64,
        from: usize,
        to: usize,
        condition: Condition,
        becomes: Option<Condition>,
    },
    HoldUnit {
        serial: usize,
        depot: usize,
    },
    HoldLot {
        quantity: i64,
        depot: usize,
    },
    /// The n-th of those made so far.
    Release(usize),
    Reverse(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let kind = || prop::sample::select(Kind::ALL);
    let place = || 0..PLACES.len();
    let condition =
        || prop::sample::select(&[Condition::Good, Condition::Faulty, Condition::Quarantined][..]);
    let becomes = || prop::option::weighted(0.3, condition());
    prop_oneof![
        6 => (kind(), 0..SERIALS.len(), prop::option::weighted(0.15, place()), place(), becomes())
            .prop_map(|(kind, serial, from, to, becomes)| Step::Unit { kind, serial, from, to, becomes }),
        6 => (kind(), 1..6_i64, place(), place(), condition(), becomes())
            .prop_map(|(kind, quantity, from, to, condition, becomes)| Step::Lot { kind, quantity, from, to, condition, becomes }),
        // Stock has to come from somewhere before anything else can happen to it.
        2 => (1..6_i64, 0..5_usize).prop_map(|(quantity, to)| Step::Lot {
            kind: Kind::Receive, quantity, from: 9, to, condition: Condition::Good, becomes: None }),
        1 => (0..SERIALS.len(), 0..DEPOTS.len()).prop_map(|(serial, depot)| Step::HoldUnit { serial, depot }),
        1 => (1..4_i64, 0..DEPOTS.len()).prop_map(|(quantity, depot)| Step::HoldLot { quantity, depot }),
        1 => (0..20_usize).prop_map(Step::Release),
        1 => (0..60_usize).prop_map(Step::Reverse),
    ]
}

type Stand = (usize, Condition);

/// A booked movement: which unit (or how many screws), from where, to where.
#[derive(Debug, Clone)]
struct Booked {
    id: i64,
    serial: Option<usize>,
    quantity: i64,
    from: Stand,
    to: Stand,
    can_be_reversed: bool,
}

#[derive(Debug, Clone)]
struct Held {
    id: i64,
    serial: Option<usize>,
    quantity: i64,
    depot: usize,
    open: bool,
}

/// What the books should say.
#[derive(Default)]
struct Model {
    units: BTreeMap<usize, Stand>,
    screws: BTreeMap<Stand, i64>,
    booked: Vec<Booked>,
    held: Vec<Held>,
}

fn letter(place: usize) -> char {
    PLACES[place].1
}

fn depot(place: usize) -> Option<usize> {
    let code = PLACES[place].0.split('/').next().unwrap();
    DEPOTS.iter().position(|depot| *depot == code)
}

/// Which depot has it to give, if any.
fn picked_from((place, condition): Stand) -> Option<usize> {
    depot(place).filter(|_| condition == Condition::Good && letter(place) != 'w')
}

fn keeps_balance(place: usize) -> bool {
    "dbwevt".contains(letter(place))
}

/// From which kinds of place to which a kind of movement goes.
fn goes(kind: Kind, from: usize, to: usize) -> bool {
    let between = |a: &str, b: &str| a.contains(letter(from)) && b.contains(letter(to));
    match kind {
        Kind::Receive => between("Scv", "dbw"),
        Kind::Issue => between("dbw", "cev"),
        Kind::Return => between("cev", "dbw"),
        Kind::Move => between("dbwe", "dbwe") && from != to,
        Kind::TransferOut => between("dbw", "t"),
        Kind::TransferIn => between("t", "dbw"),
        Kind::Convert => between("dbwe", "dbwe") && from == to,
        Kind::Scrap => between("dbwe", "X"),
        Kind::Adjust => between("L", "dbwe") || between("dbwet", "L"),
        Kind::Consume => between("dbwe", "U"),
        // A title needs somebody to pass to: not in this model.
        Kind::TransferTitle | Kind::Opening | Kind::Reversal => false,
    }
}

impl Model {
    /// Good screws or boards a depot has, and how many of them are held.
    fn available(&self, depot: usize, boards: bool) -> (i64, i64) {
        let good: i64 = if boards {
            self.units.values().filter(|stand| picked_from(**stand) == Some(depot)).map(|_| 1).sum()
        } else {
            self.screws.iter().filter(|(stand, _)| picked_from(**stand) == Some(depot)).map(|(_, n)| n).sum()
        };
        let held = self.held.iter().filter(|held| held.open && held.depot == depot);
        (good, held.filter(|held| held.serial.is_some() == boards).map(|held| held.quantity).sum())
    }

    fn is_held(&self, serial: usize) -> bool {
        self.held.iter().any(|held| held.open && held.serial == Some(serial))
    }

    /// Whether `quantity` may go from one stand to another as far as holds are concerned.
    fn leaves_held(&self, serial: Option<usize>, quantity: i64, from: Stand, to: Stand) -> bool {
        let Some(depot) = picked_from(from).filter(|depot| picked_from(to) != Some(*depot)) else {
            return false;
        };
        let (good, held) = self.available(depot, serial.is_some());
        good - quantity < held || serial.is_some_and(|serial| self.is_held(serial))
    }

    /// What a movement would come to; none when it must be refused.
    fn judge(
        &self,
        kind: Kind,
        serial: Option<usize>,
        quantity: i64,
        from: Stand,
        to: usize,
        becomes: Option<Condition>,
    ) -> Option<Stand> {
        let (place, condition) = from;
        if !goes(kind, place, to) || (kind == Kind::Convert && becomes.is_none()) {
            return None;
        }
        if serial.is_none() && keeps_balance(place) && self.screws.get(&from).copied().unwrap_or(0) < quantity
        {
            return None;
        }
        let picked = (kind == Kind::Issue && "ce".contains(letter(to))) || kind == Kind::Consume;
        if picked && condition != Condition::Good {
            return None;
        }
        let back_from_customer = "c".contains(letter(place)) && matches!(kind, Kind::Receive | Kind::Return);
        let after = match (kind, becomes) {
            (Kind::Scrap, _) => Condition::Scrapped,
            (_, Some(becomes)) => becomes,
            (_, None) if back_from_customer && condition == Condition::Good => Condition::Quarantined,
            (_, None) => condition,
        };
        let to = (to, after);
        if self.leaves_held(serial, quantity, from, to) { None } else { Some(to) }
    }

    fn carry(&mut self, id: i64, serial: Option<usize>, quantity: i64, from: Stand, to: Stand, again: bool) {
        match serial {
            Some(serial) => {
                self.units.insert(serial, to);
            }
            None => {
                *self.screws.entry(from).or_default() -= quantity;
                *self.screws.entry(to).or_default() += quantity;
            }
        }
        self.booked.push(Booked { id, serial, quantity, from, to, can_be_reversed: again });
    }

    /// Which movement to reverse, and whether it may be.
    fn reversible(&self, n: usize) -> Option<(Booked, bool)> {
        let first = self.booked.get(n)?.clone();
        // A movement and its reversal are out of the way of an earlier one.
        let mut stands = self.booked.iter().rev().filter(|other| other.can_be_reversed);
        let last = first.serial.is_none()
            || stands.find(|other| other.serial == first.serial).map(|other| other.id) == Some(first.id);
        let there = first.serial.is_some()
            || !keeps_balance(first.to.0)
            || self.screws.get(&first.to).copied().unwrap_or(0) >= first.quantity;
        let held = self.leaves_held(first.serial, first.quantity, first.to, first.from)
            || first.serial.is_some_and(|serial| self.is_held(serial));
        let legal = first.can_be_reversed && last && there && !held;
        Some((first, legal))
    }
}

/// A refusal is an answer; a fault is not.
#[track_caller]
fn answer<T>(result: AppResult<T>, expected: bool, step: &Step) -> Option<T> {
    match result {
        Ok(done) => {
            assert!(expected, "booked what the model refuses: {step:?}");
            Some(done)
        }
        Err(Error::Refused(refusal)) => {
            assert!(!expected, "refused what the model books: {step:?}: {refusal:?}");
            None
        }
        Err(fault) => panic!("{step:?}: {fault:?}"),
    }
}

async fn take(w: &World, model: &mut Model, step: &Step) {
    match step {
        Step::Unit { .. } | Step::Lot { .. } => move_something(w, model, step).await,
        Step::HoldUnit { .. } | Step::HoldLot { .. } => hold_something(w, model, step).await,
        Step::Release(n) => {
            let Some(held) = model.held.get_mut(*n) else { return };
            let id = held.id;
            let released = w.write(move |tx, ctx| stock::release(tx, ctx, id)).await;
            answer(released, held.open, step);
            held.open = false;
        }
        Step::Reverse(n) => {
            let Some((first, legal)) = model.reversible(*n) else { return };
            let id = first.id;
            let reversed = w.write(move |tx, ctx| stock::reverse(tx, ctx, id, "x")).await;
            if let Some(booked) = answer(reversed, legal, step) {
                model.booked[*n].can_be_reversed = false;
                model.carry(booked.id, first.serial, first.quantity, first.to, first.from, false);
            }
        }
    }
}

async fn move_something(w: &World, model: &mut Model, step: &Step) {
    let (serial, quantity, stand, judged, wish) = match step {
        Step::Unit { kind, serial, from, to, becomes } => {
            let known = model.units.get(serial).copied();
            // A unit the books never met enters, good, from the supplier.
            let stand = known.unwrap_or((9, becomes.unwrap_or(Condition::Good)));
            let from = from.unwrap_or(stand.0);
            // Into the books only from there: what customers and vendors bring has tests of its own.
            if known.is_none() && from != 9 && "cvL".contains(letter(from)) {
                return;
            }
            let there = from == stand.0;
            let judged = model.judge(*kind, Some(*serial), 1, stand, *to, *becomes).filter(|_| there);
            let wish = unit(*kind, BOARD, SERIALS[*serial], PLACES[from].0, PLACES[*to].0);
            (Some(*serial), 1, stand, judged, Booking { condition_to: *becomes, ..wish })
        }
        Step::Lot { kind, quantity, from, to, condition, becomes } => {
            let stand = (*from, *condition);
            let judged = model.judge(*kind, None, *quantity, stand, *to, *becomes);
            let wish = lot(*kind, *quantity, PLACES[*from].0, PLACES[*to].0);
            let wish = Booking { condition: Some(*condition), condition_to: *becomes, ..wish };
            (None, *quantity, stand, judged, wish)
        }
        _ => return,
    };
    if let (Some(booked), Some(to)) = (answer(w.book(wish).await, judged.is_some(), step), judged) {
        model.carry(booked.id, serial, quantity, stand, to, true);
    }
}

async fn hold_something(w: &World, model: &mut Model, step: &Step) {
    let (serial, quantity, depot, legal, wish) = match step {
        Step::HoldUnit { serial, depot } => {
            let (good, held) = model.available(*depot, true);
            let there = model.units.get(serial).is_some_and(|stand| picked_from(*stand) == Some(*depot));
            let legal = there && !model.is_held(*serial) && good > held;
            (Some(*serial), 1, *depot, legal, hold_unit(BOARD, DEPOTS[*depot], SERIALS[*serial]))
        }
        Step::HoldLot { quantity, depot } => {
            let (good, held) = model.available(*depot, false);
            (None, *quantity, *depot, good - held >= *quantity, hold(SCREW, DEPOTS[*depot], *quantity))
        }
        _ => return,
    };
    if let Some(row) = answer(w.reserve(wish).await, legal, step) {
        model.held.push(Held { id: row.id, serial, quantity, depot, open: true });
    }
}

async fn compare(w: &World, model: &Model) {
    let mut balances: BTreeMap<String, i64> = BTreeMap::new();
    let stands = model.units.values().map(|stand| (BOARD, *stand, 1));
    for (part, (place, condition), quantity) in
        stands.chain(model.screws.iter().map(|(stand, n)| (SCREW, *stand, *n)))
    {
        if keeps_balance(place) && quantity != 0 {
            *balances.entry(format!("{} {part} {condition} us", PLACES[place].0)).or_default() += quantity;
        }
    }
    assert_eq!(w.balances().await, balances);
    let mut available = BTreeMap::new();
    for (n, code) in DEPOTS.iter().enumerate() {
        for (part, boards) in [(BOARD, true), (SCREW, false)] {
            let counts = model.available(n, boards);
            if counts != (0, 0) {
                available.insert(format!("{code} {part}"), counts);
            }
        }
    }
    assert_eq!(w.availability().await, available);
    w.prove().await;
}

fn the_books_equal_the_model(engine: Engine, cases: u32) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let steps = prop::collection::vec(step(), 250..300);
    let all = Cell::new((0, 0));
    let ran = TestRunner::new(config).run(&steps, |steps| {
        support::run(engine, async |db| {
            let w = world(db).await;
            let mut model = Model::default();
            for step in &steps {
                db.clock().advance(TimeDelta::seconds(1));
                take(&w, &mut model, step).await;
            }
            compare(&w, &model).await;
            let (booked, asked) = all.get();
            all.set((booked + model.booked.len(), asked + steps.len()));
        });
        Ok(())
    });
    if let Err(failure) = ran {
        panic!("{failure}");
    }
    let (booked, asked) = all.get();
    assert!(booked * 20 > asked, "only {booked} of {asked} were booked: the steps are nonsense");
}

#[test]
fn the_books_equal_the_model_on_sqlite() {
    the_books_equal_the_model(Engine::Sqlite, 8);
}

#[test]
fn the_books_equal_the_model_on_postgres() {
    the_books_equal_the_model(Engine::Postgres, 3);
}
