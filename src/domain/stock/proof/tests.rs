use super::*;
use chrono::{DateTime, TimeDelta, Utc};

const OPENING: i64 = 1;
const DEPOT: i64 = 2;
const CUSTOMER: i64 = 3;

fn prover() -> Prover {
    let place = |code: &str, kind, depot_id| PlaceFacts { code: code.into(), kind, depot_id };
    let places = HashMap::from([
        (OPENING, place("opening", PlaceKind::Opening, None)),
        (DEPOT, place("JN", PlaceKind::Depot, Some(7))),
        (CUSTOMER, place("customer:C1", PlaceKind::Customer, None)),
    ]);
    let part = |part_no: &str, tracking| PartFacts { part_no: part_no.into(), tracking };
    Prover::new(
        places,
        HashMap::from([(1, part("P1", Tracking::Serial)), (2, part("Q1", Tracking::Quantity))]),
    )
}

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

fn entry(id: i64, unit_id: Option<i64>, from_place: i64, to_place: i64) -> Entry {
    let depot = |place| (place == DEPOT).then_some(7);
    Entry {
        id,
        part_id: if unit_id.is_some() { 1 } else { 2 },
        unit_id,
        quantity: 1,
        from_place,
        to_place,
        from_depot: depot(from_place),
        to_depot: depot(to_place),
        condition_from: Condition::Good,
        condition_to: Condition::Good,
        owner_from: Owner::Us,
        owner_to: Owner::Us,
        document: String::new(),
        reverses: None,
        occurred_at: at(id),
        recorded_at: at(id),
    }
}

fn unit(place: i64, moved: i64, version: i64) -> Present {
    Present {
        serial: "SN1".into(),
        part_id: 1,
        place,
        depot: (place == DEPOT).then_some(7),
        condition: Condition::Good,
        owner: Owner::Us,
        document: String::new(),
        version,
        last_moved_at: at(moved),
    }
}

fn kinds(proof: &Proof) -> Vec<DifferenceKind> {
    proof.differences.iter().map(|difference| difference.kind).collect()
}

#[test]
fn a_sound_ledger_proves() {
    let mut prover = prover();
    prover.movement(entry(1, None, OPENING, DEPOT), None);
    prover.movement(entry(2, Some(9), OPENING, DEPOT), Some(unit(CUSTOMER, 3, 2)));
    prover.movement(entry(3, Some(9), DEPOT, CUSTOMER), Some(unit(CUSTOMER, 3, 2)));
    prover.end_of_movements();
    assert_eq!(prover.available(), HashMap::from([((7, 1), 0), ((7, 2), 1)]));
    prover.balance((DEPOT, 2, Condition::Good, Owner::Us), Some(7), 1);
    prover.balance((DEPOT, 1, Condition::Good, Owner::Us), Some(7), 0);
    prover.end_of_balances();
    let proof = prover.finish();
    assert!(proof.is_proven(), "{proof:?}");
    assert_eq!(proof.checked, Checked { movements: 3, units: 1, balances: 2, ..Checked::default() });
}

#[test]
fn a_place_that_held_less_than_nothing_is_named_once_with_the_movement_that_did_it() {
    let mut prover = prover();
    for id in 1..=3 {
        prover.movement(entry(id, None, DEPOT, CUSTOMER), None);
    }
    prover.movement(Entry { quantity: 3, ..entry(4, None, OPENING, DEPOT) }, None);
    prover.end_of_movements();
    prover.end_of_balances();
    let proof = prover.finish();
    assert_eq!(kinds(&proof), [DifferenceKind::BalanceNegative]);
    assert_eq!(proof.differences[0].subject, "balance JN Q1 good us");
    assert_eq!(proof.differences[0].found, "-1 (movement 1)");
}

#[test]
fn a_chain_is_followed_over_the_border_between_two_units() {
    let mut prover = prover();
    prover.movement(entry(1, Some(9), OPENING, DEPOT), Some(unit(DEPOT, 1, 1)));
    prover.movement(entry(2, Some(10), OPENING, DEPOT), Some(unit(DEPOT, 2, 1)));
    prover.movement(entry(3, Some(11), CUSTOMER, DEPOT), Some(unit(CUSTOMER, 3, 1)));
    prover.end_of_movements();
    let proof = prover.finish();
    assert_eq!(
        kinds(&proof),
        [DifferenceKind::ChainOrigin, DifferenceKind::UnitPlace, DifferenceKind::UnitDepot]
    );
}

#[test]
fn what_is_listed_is_bounded_and_what_is_counted_is_not() {
    let mut proof = Proof::default();
    for n in 0..=Proof::LISTED {
        proof.note(DifferenceKind::UnitPlace, n, "a", "b");
    }
    assert_eq!((proof.differences.len(), proof.total), (Proof::LISTED, 1_001));
}
