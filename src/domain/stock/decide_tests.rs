use super::*;
use crate::domain::actor::{DepotRef, Role};
use chrono::TimeDelta;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn depot(id: i64, code: &str) -> DepotRef {
    DepotRef { id, code: code.into() }
}

/// A place named the way the API names it; `JN` and `DZ` are the depots there are.
fn place(code: &str) -> PlaceRef {
    let kind = match code {
        "JN" | "DZ" => PlaceKind::Depot,
        _ if code.ends_with("/bench") => PlaceKind::Bench,
        _ if code.contains('/') => PlaceKind::Bin,
        _ => PlaceKind::from_code(code.split(':').next().unwrap()).unwrap(),
    };
    let depot = match code.split('/').next() {
        Some("JN") => Some(depot(1, "JN")),
        Some("DZ") => Some(depot(2, "DZ")),
        _ => None,
    };
    let id = code.bytes().fold(7_i64, |hash, byte| hash.wrapping_mul(31).wrapping_add(i64::from(byte)));
    PlaceRef { id, code: code.into(), kind, depot, customer_id: None }
}

fn actor(role: Role, depots: &[&str]) -> Actor {
    let depots = depots.iter().map(|code| place(code).depot.unwrap()).collect();
    Actor {
        user_id: 1,
        username: "li".into(),
        role,
        depots,
        customer_ids: vec![],
        reads_own_only: false,
        only: None,
    }
}

fn unit(at: &str, condition: Condition, owner: Owner) -> UnitState {
    UnitState {
        id: 9,
        serial: "SN1".into(),
        condition,
        owner,
        place: place(at),
        version: 3,
        last_moved_at: now() - TimeDelta::hours(1),
        reserved: None,
        instrument: None,
    }
}

fn state(from: &str, to: &str, unit: Option<UnitState>) -> MoveState {
    let part = PartRef {
        id: 5,
        part_no: "P1".into(),
        tracking: Tracking::Serial,
        maker: "华讯达".into(),
        serial_per_part: false,
    };
    let (serial, from, to) = (Some("SN1".into()), place(from), place(to));
    MoveState { part, serial, unit, from, to, data_left: None, bound: None }
}

fn book(kind: MovementKind) -> Move {
    Move {
        kind,
        quantity: 1,
        condition_from: None,
        condition_to: None,
        owner_to: None,
        reason: "counted".into(),
        document: String::new(),
        occurred_at: None,
    }
}

fn by_manager(state: &MoveState, cmd: &Move) -> Result<Posting, Refusal> {
    decide_movement(&actor(Role::Manager, &[]), state, cmd, now())
}

#[test]
fn bought_stock_enters_good_and_ours() {
    let posting = by_manager(&state("supplier", "JN/A1-01", None), &book(MovementKind::Receive)).unwrap();
    assert_eq!((posting.to.condition, &posting.to.owner), (Condition::Good, &Owner::Us));
    assert!(matches!(posting.subject, Subject::NewUnit { .. }));
}

#[test]
fn what_comes_from_a_customer_is_theirs_and_not_yet_known_to_be_good() {
    let posting = by_manager(&state("customer:C1", "JN", None), &book(MovementKind::Receive)).unwrap();
    assert_eq!(
        (posting.to.condition, posting.to.owner),
        (Condition::Quarantined, Owner::Customer("C1".into()))
    );
    let loan = unit("customer:C1", Condition::Good, Owner::Us);
    let back = by_manager(&state("customer:C1", "JN", Some(loan)), &book(MovementKind::Return)).unwrap();
    assert_eq!((back.to.condition, back.to.owner), (Condition::Quarantined, Owner::Us));
}

#[test]
fn what_is_returned_by_the_wrong_customer_is_told_where_it_is() {
    let other = unit("customer:C2", Condition::Good, Owner::Us);
    let refused = by_manager(&state("customer:C1", "JN", Some(other)), &book(MovementKind::Return));
    assert!(matches!(refused, Err(Refusal::UnitElsewhere { .. })), "a return is what it is: {refused:?}");
}

#[test]
fn a_known_serial_cannot_enter_a_second_time() {
    let there = unit("DZ", Condition::Good, Owner::Us);
    assert_eq!(
        by_manager(&state("supplier", "JN", Some(there)), &book(MovementKind::Receive)),
        Err(Refusal::SerialElsewhere { serial: "SN1".into(), place: "DZ".into() })
    );
}

#[test]
fn a_unit_leaves_only_from_where_it_is() {
    let there = unit("DZ", Condition::Good, Owner::Us);
    assert_eq!(
        by_manager(&state("JN", "customer:C1", Some(there)), &book(MovementKind::Issue)),
        Err(Refusal::UnitElsewhere { serial: "SN1".into(), place: "DZ".into(), claimed: "JN".into() })
    );
    assert_eq!(
        by_manager(&state("JN", "customer:C1", None), &book(MovementKind::Issue)),
        Err(Refusal::NotFound { kind: "unit".into(), key: "SN1".into() })
    );
}

#[test]
fn a_faulty_unit_is_never_issued_as_a_spare() {
    for condition in [Condition::Faulty, Condition::Quarantined, Condition::Scrapped] {
        let refused = by_manager(
            &state("JN", "customer:C1", Some(unit("JN", condition, Owner::Us))),
            &book(MovementKind::Issue),
        );
        assert!(matches!(refused, Err(Refusal::WrongCondition { .. })), "{condition}");
    }
}

#[test]
fn a_customers_board_goes_home_or_to_the_maker_and_nowhere_else() {
    let theirs = || Some(unit("JN", Condition::Faulty, Owner::Customer("C1".into())));
    assert!(by_manager(&state("JN", "customer:C1", theirs()), &book(MovementKind::Issue)).is_ok());
    assert!(by_manager(&state("JN", "vendor:V1", theirs()), &book(MovementKind::Issue)).is_ok());
    for (kind, to) in [
        (MovementKind::Issue, "customer:C2"),
        (MovementKind::Scrap, "scrap"),
        (MovementKind::Adjust, "lost"),
        (MovementKind::Consume, "consumed"),
    ] {
        let refused = by_manager(&state("JN", to, theirs()), &book(kind));
        assert!(
            matches!(refused, Err(Refusal::WrongOwner { .. } | Refusal::WrongCondition { .. })),
            "{kind} to {to}: {refused:?}"
        );
    }
}

#[test]
fn a_reserved_unit_changes_its_bin_but_not_its_depot() {
    let held = || {
        let mut unit = unit("JN", Condition::Good, Owner::Us);
        unit.reserved = Some((4, "RMA-2026-000001".into()));
        Some(unit)
    };
    assert!(by_manager(&state("JN", "JN/A1-01", held()), &book(MovementKind::Move)).is_ok());
    for to in ["DZ", "JN/bench"] {
        assert_eq!(
            by_manager(&state("JN", to, held()), &book(MovementKind::Move)),
            Err(Refusal::UnitReserved { serial: "SN1".into(), document: "RMA-2026-000001".into() })
        );
    }
}

#[test]
fn a_move_needs_both_depots_and_names_the_foreign_one() {
    let good = || Some(unit("JN", Condition::Good, Owner::Us));
    let cmd = book(MovementKind::Move);
    assert_eq!(
        decide_movement(&actor(Role::Clerk, &["JN"]), &state("JN", "DZ", good()), &cmd, now()),
        Err(Refusal::NotYourDepot { depot: "DZ".into() })
    );
    assert!(
        decide_movement(&actor(Role::Clerk, &["JN", "DZ"]), &state("JN", "DZ", good()), &cmd, now()).is_ok()
    );
    assert!(matches!(
        decide_movement(&actor(Role::Customer, &[]), &state("JN", "DZ", good()), &cmd, now()),
        Err(Refusal::Forbidden { .. })
    ));
}

#[test]
fn time_runs_forward() {
    let good = || Some(unit("JN", Condition::Good, Owner::Us));
    let mut cmd = book(MovementKind::Move);
    cmd.occurred_at = Some("1999-12-31T23:59:59Z".parse().unwrap());
    assert!(matches!(by_manager(&state("JN", "DZ", good()), &cmd), Err(Refusal::BeforeTheBooks { .. })));
    cmd.occurred_at = Some(now() + TimeDelta::seconds(1));
    assert!(matches!(by_manager(&state("JN", "DZ", good()), &cmd), Err(Refusal::InTheFuture { .. })));
    cmd.occurred_at = Some(now() - TimeDelta::hours(2));
    assert!(matches!(by_manager(&state("JN", "DZ", good()), &cmd), Err(Refusal::OutOfOrder { .. })));
}

#[test]
fn nothing_goes_where_its_kind_does_not_go() {
    for (kind, from, to) in [
        (MovementKind::Receive, "JN", "DZ"),
        (MovementKind::Issue, "customer:C1", "JN"),
        (MovementKind::Move, "JN", "JN"),
        (MovementKind::Scrap, "JN", "lost"),
        (MovementKind::Opening, "opening", "JN"),
        (MovementKind::Reversal, "JN", "DZ"),
    ] {
        let refused = by_manager(&state(from, to, Some(unit(from, Condition::Good, Owner::Us))), &book(kind));
        assert!(matches!(refused, Err(Refusal::IllegalMove { .. })), "{kind} {from} → {to}: {refused:?}");
    }
}

#[test]
fn a_quantity_part_takes_no_serial_and_a_serial_part_no_quantity() {
    let mut wrong = state("supplier", "JN", None);
    wrong.part.tracking = Tracking::Quantity;
    assert!(matches!(by_manager(&wrong, &book(MovementKind::Receive)), Err(Refusal::Invalid(_))));
    let mut two = book(MovementKind::Receive);
    two.quantity = 2;
    assert!(matches!(by_manager(&state("supplier", "JN", None), &two), Err(Refusal::Invalid(_))));
}

#[test]
fn writing_off_wants_a_manager_and_a_reason() {
    let good = || Some(unit("JN", Condition::Good, Owner::Us));
    let mut cmd = book(MovementKind::Adjust);
    assert!(matches!(
        decide_movement(&actor(Role::Clerk, &["JN"]), &state("JN", "lost", good()), &cmd, now()),
        Err(Refusal::Forbidden { .. })
    ));
    cmd.reason = "  ".into();
    assert!(matches!(by_manager(&state("JN", "lost", good()), &cmd), Err(Refusal::Invalid(_))));
}
