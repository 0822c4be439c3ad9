use super::*;
use crate::domain::actor::Role;
use crate::domain::data_bearing::{DataAnswer, DataProof};
use crate::domain::place::PlaceRef;
use crate::domain::plan::VendorSwap;
use crate::domain::repair::{PartUse, RepairTerms, Returned, VendorLeg, VendorSent};
use crate::domain::rma::RepairOutcome;
use crate::domain::stock::{MovementKind, PartRef, Subject, Tracking};
use chrono::TimeDelta;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn jn() -> DepotRef {
    DepotRef { id: 1, code: "JN".into() }
}

fn place(id: i64, code: &str, kind: PlaceKind) -> PlaceRef {
    let depot = matches!(kind, PlaceKind::Depot | PlaceKind::Bin | PlaceKind::Bench).then(jn);
    PlaceRef { id, code: code.into(), kind, depot, customer_id: None }
}

fn part() -> PartRef {
    PartRef {
        id: 3,
        part_no: "P1".into(),
        tracking: Tracking::Serial,
        maker: "华讯达".into(),
        serial_per_part: false,
    }
}

fn unit(serial: &str, place: PlaceRef, owner: Owner) -> UnitState {
    UnitState {
        id: 7,
        serial: serial.into(),
        condition: Condition::Faulty,
        owner,
        place,
        version: 2,
        last_moved_at: now() - TimeDelta::days(10),
        reserved: None,
        instrument: None,
    }
}

fn order(state: RepairOrderState) -> OrderState {
    let at_vendor = state == RepairOrderState::AtVendor;
    let stands = if at_vendor {
        place(9, "vendor:V1", PlaceKind::Vendor)
    } else {
        place(5, "JN/bench", PlaceKind::Bench)
    };
    OrderState {
        number: "RO-2026-000001".into(),
        document: "RO-2026-000001".into(),
        has_line: false,
        customers_data: false,
        state,
        depot: jn(),
        part: part(),
        price_fen: Some(100_000),
        unit: unit("S1", stands, Owner::Us),
        terms: RepairTerms::default(),
        is_waiting: false,
        cost_fen: None,
        estimate_fen: None,
        agreed_limit_fen: None,
        leg: at_vendor.then(|| VendorLeg { id: 1, vendor: "V1".into(), due_on: None }),
        consumed_place: place(20, "consumed", PlaceKind::Consumed),
        scrap_place: place(21, "scrap", PlaceKind::Scrap),
        lost_place: place(22, "lost", PlaceKind::Lost),
        last_event_at: now() - TimeDelta::days(10),
    }
}

fn actor(role: Role) -> Actor {
    Actor {
        user_id: 1,
        username: "li".into(),
        role,
        depots: vec![jn()],
        customer_ids: vec![],
        reads_own_only: false,
        only: None,
    }
}

fn done(order: &OrderState, action: &RepairAction) -> Result<Work, Refusal> {
    let when = When::default();
    decide(&actor(Role::Manager), order, action, &when, now())
}

fn returned(serial: &str, known: Option<UnitState>) -> RepairAction {
    RepairAction::VendorReturned(Box::new(Returned {
        scanned: serial.into(),
        known,
        outcome: RepairOutcome::Repaired,
        cost_fen: Some(500_000),
        place: place(5, "JN/bench", PlaceKind::Bench),
    }))
}

#[test]
fn what_is_offered_can_be_done_and_a_closed_order_takes_nothing() {
    assert_eq!(allowed_actions(&actor(Role::Admin), &order(RepairOrderState::Closed)), []);
    assert_eq!(
        allowed_actions(&actor(Role::Technician), &order(RepairOrderState::Repaired)),
        [RepairKind::ToStock]
    );
    assert_eq!(
        allowed_actions(&actor(Role::Technician), &order(RepairOrderState::Ber)),
        [],
        "a manager scraps"
    );
    assert_eq!(allowed_actions(&actor(Role::Clerk), &order(RepairOrderState::Diagnosing)), []);
    let mut of_line = order(RepairOrderState::Repaired);
    of_line.has_line = true;
    assert_eq!(allowed_actions(&actor(Role::Admin), &of_line), [], "its line says what becomes of it");
}

#[test]
fn every_state_of_an_order_is_one_of_its_lines_but_the_last() {
    let states = RepairOrderState::ALL.iter().filter_map(|state| line_state(*state));
    let states: std::collections::BTreeSet<_> = states.collect();
    assert_eq!(states.len(), RepairOrderState::ALL.len() - 1);
    assert!(states.iter().all(|state| state.is_with_us()));
}

#[test]
fn waiting_for_parts_is_said_once_and_ended_once() {
    let waits = |is_waiting| OrderState { is_waiting, ..order(RepairOrderState::Repairing) };
    assert!(done(&waits(false), &RepairAction::WaitParts).unwrap().is_waiting);
    assert!(!done(&waits(true), &RepairAction::PartsArrived).unwrap().is_waiting);
    for (waiting, action) in [(true, RepairAction::WaitParts), (false, RepairAction::PartsArrived)] {
        assert!(matches!(done(&waits(waiting), &action), Err(Refusal::ActionNotAllowed { .. })));
    }
}

fn used(price_fen: i64, quantity: i64) -> RepairAction {
    let part = PartRef { id: 4, part_no: "CAP".into(), tracking: Tracking::Quantity, ..part() };
    let from = place(6, "JN/A1", PlaceKind::Bin);
    RepairAction::UseParts {
        parts: vec![PartUse { part, unit: None, quantity, from, price_fen: Some(price_fen) }],
    }
}

#[test]
fn what_is_built_in_leaves_the_shelf_and_is_counted() {
    let work = done(&order(RepairOrderState::Repairing), &used(1_250, 4)).unwrap();
    let posting = &work.postings[0];
    assert_eq!((posting.kind, posting.quantity), (MovementKind::Consume, 4));
    assert_eq!((posting.from.place.code.as_str(), posting.to.place.code.as_str()), ("JN/A1", "consumed"));
    assert_eq!((work.parts_fen.as_slice(), work.cost_fen), ([5_000].as_slice(), Some(5_000)));
    let nothing = RepairAction::UseParts { parts: vec![] };
    assert_eq!(done(&order(RepairOrderState::Repairing), &nothing), Err(Refusal::field("parts", "required")));
}

#[test]
fn beyond_the_price_of_the_part_a_manager_must_agree() {
    let mut repairing = order(RepairOrderState::Repairing);
    repairing.cost_fen = Some(60_000);
    let refused = Refusal::RepairOverLimit { cost: "1000.01".into(), limit: "1000.00".into() };
    assert_eq!(done(&repairing, &used(40_001, 1)), Err(refused));
    assert!(done(&repairing, &used(40_000, 1)).is_ok(), "as much as the part is worth");
    let agreed = RepairAction::ApproveCost { limit_fen: 150_000, reason: "停产".into() };
    assert_eq!(done(&repairing, &agreed).unwrap().agreed_limit_fen, Some(150_000));
    repairing.agreed_limit_fen = Some(150_000);
    assert!(done(&repairing, &used(40_001, 1)).is_ok());
    let mut estimated = order(RepairOrderState::Diagnosing);
    estimated.estimate_fen = Some(100_001);
    assert!(matches!(done(&estimated, &RepairAction::StartRepair), Err(Refusal::RepairOverLimit { .. })));
    let ber = RepairAction::FinishRepair { outcome: RepairOutcome::Ber, cost_fen: Some(1), parts: vec![] };
    assert!(done(&estimated, &ber).is_ok(), "calling it beyond repair is the way out");
    estimated.price_fen = None;
    assert!(done(&estimated, &RepairAction::StartRepair).is_ok(), "no price, no limit");
}

#[test]
fn another_serial_from_the_maker_is_another_unit() {
    let at_vendor = order(RepairOrderState::AtVendor);
    let work = done(&at_vendor, &returned("S2", None)).unwrap();
    assert_eq!(work.swap, Some(VendorSwap::Exchange));
    let [title, arrival] = work.postings.as_slice() else { panic!("two movements: {:?}", work.postings) };
    assert_eq!(title.kind, MovementKind::TransferTitle);
    assert_eq!(title.to.owner, Owner::Vendor("V1".into()));
    assert_eq!(title.to.place.code, "vendor:V1", "the old one stays where it is");
    assert_eq!(arrival.subject, Subject::NewUnit { serial: "S2".into() });
    assert_eq!((arrival.from.place.code.as_str(), &arrival.to.owner), ("vendor:V1", &Owner::Us));
    assert!(arrival.reason.contains("RO-2026-000001") && arrival.reason.contains("S1"), "{}", arrival.reason);
    assert_eq!(work.cost_fen, Some(500_000), "what a maker charged is a fact, whatever the limit");
    assert_eq!(work.to, RepairOrderState::Testing);

    let same = done(&at_vendor, &returned("S1", None)).unwrap();
    assert_eq!((same.swap, same.postings.len()), (None, 1));
    let elsewhere = unit("S2", place(5, "JN/bench", PlaceKind::Bench), Owner::Us);
    assert_eq!(
        done(&at_vendor, &returned("S2", Some(elsewhere))),
        Err(Refusal::SerialElsewhere { serial: "S2".into(), place: "JN/bench".into() })
    );
    let makers = unit("S2", place(9, "vendor:V1", PlaceKind::Vendor), Owner::Vendor("V1".into()));
    assert!(done(&at_vendor, &returned("S2", Some(makers))).is_ok(), "given up earlier, back again");
}

#[test]
fn a_failed_test_counts_and_a_passed_one_makes_good() {
    let failed =
        done(&order(RepairOrderState::Testing), &RepairAction::Test { passed: false, steps: vec![] })
            .unwrap();
    assert_eq!((failed.is_rework, failed.to), (true, RepairOrderState::Repairing));
    let passed =
        done(&order(RepairOrderState::Testing), &RepairAction::Test { passed: true, steps: vec![] }).unwrap();
    assert_eq!((passed.is_rework, passed.to), (false, RepairOrderState::Repaired));
    assert_eq!(passed.postings[0].to.condition, Condition::Good);
}

#[test]
fn a_customers_data_does_not_leave_without_an_answer() {
    let mut data = order(RepairOrderState::Received);
    let send = |answer, certificate: &str| {
        RepairAction::SendToVendor(VendorSent {
            vendor: place(9, "vendor:V1", PlaceKind::Vendor),
            vendor_rma: String::new(),
            due_on: None,
            data: DataProof { answer, certificate: certificate.into() },
        })
    };
    assert!(done(&data, &send(None, "")).is_ok(), "our own data is ours");
    data.customers_data = true;
    assert_eq!(done(&data, &send(None, "")), Err(Refusal::DataAnswerNeeded { serial: "S1".into() }));
    assert!(done(&data, &send(Some(DataAnswer::Wipe), "W-1")).is_ok());
    data.terms.data_answer = Some(DataAnswer::Destroy);
    assert_eq!(done(&data, &send(None, "D-1")), Err(Refusal::DataMustBeDestroyed { part_no: "P1".into() }));
    let shelf = |certificate: &str| RepairAction::ToStock {
        place: place(6, "JN/A1", PlaceKind::Bin),
        data: DataProof { answer: Some(DataAnswer::Wipe), certificate: certificate.into() },
    };
    data.state = RepairOrderState::Repaired;
    assert_eq!(done(&data, &shelf("")), Err(Refusal::CertificateNeeded { part_no: "P1".into() }));
    assert_eq!(done(&data, &shelf("W-1")).unwrap().to, RepairOrderState::Closed);
}

#[test]
fn what_is_not_ours_is_neither_shelved_nor_scrapped() {
    let mut customers = order(RepairOrderState::Nff);
    customers.unit.owner = Owner::Customer("C1".into());
    let shelf =
        RepairAction::ToStock { place: place(6, "JN/A1", PlaceKind::Bin), data: DataProof::default() };
    assert!(matches!(done(&customers, &shelf), Err(Refusal::WrongOwner { .. })));
}

#[test]
fn the_bench_takes_our_faulty_units_where_there_is_one() {
    let technician = actor(Role::Technician);
    let faulty = unit("S1", place(2, "JN", PlaceKind::Depot), Owner::Us);
    assert_eq!(check_entry(&technician, &faulty, true, None), Ok(jn()));
    assert_eq!(check_entry(&technician, &faulty, false, None), Err(Refusal::NoBench { depot: "JN".into() }));
    assert!(matches!(
        check_entry(&technician, &faulty, true, Some("RO-1")),
        Err(Refusal::RepairAlreadyOpen { .. })
    ));
    let good = UnitState { condition: Condition::Good, ..faulty.clone() };
    assert!(matches!(check_entry(&technician, &good, true, None), Err(Refusal::WrongCondition { .. })));
    let theirs = UnitState { owner: Owner::Customer("C1".into()), ..faulty };
    assert!(matches!(check_entry(&technician, &theirs, true, None), Err(Refusal::WrongOwner { .. })));
}
