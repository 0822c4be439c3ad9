use super::*;
use crate::domain::actor::Permission;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::rma::{CaseFacts, Mode, Parcel};
use crate::domain::stock::{PartRef, Tracking};
use chrono::TimeDelta;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn place(id: i64, code: &str, kind: PlaceKind) -> PlaceRef {
    PlaceRef { id, code: code.into(), kind, depot: None, customer_id: None }
}

fn line(repair: RepairState) -> LineState {
    LineState {
        number: "RMA-2026-000001".into(),
        customer_id: 7,
        customer: "C1".into(),
        customer_place: place(1, "customer:C1", PlaceKind::Customer),
        opening_place: place(2, "opening", PlaceKind::Opening),
        mode: Mode::RepairReturn,
        repair,
        faulty: FaultyState::Due,
        depot: None,
        bench: None,
        part: PartRef {
            id: 3,
            part_no: "P1".into(),
            tracking: Tracking::Serial,
            maker: "华讯达".into(),
            serial_per_part: false,
        },
        serial: "S1".into(),
        unit: None,
        issued: vec![],
        exchange_decided: false,
        vendor_exchange: false,
        waiting_parts: false,
        authorised: false,
        on_hold: false,
        quote_holds: false,
        held_by_hand: false,
        open_promises: vec![],
        answered_at: None,
        last_step: None,
        last_event_at: now() - TimeDelta::days(10),
        case: CaseFacts::default(),
    }
}

fn actor(role: Role) -> Actor {
    let customer_ids = if role == Role::Customer { vec![7] } else { vec![] };
    Actor {
        user_id: 1,
        username: "li".into(),
        role,
        depots: vec![DepotRef { id: 1, code: "JN".into() }],
        customer_ids,
        reads_own_only: false,
        only: None,
    }
}

fn at(ago: TimeDelta, note: &str) -> When {
    When { occurred_at: Some(now() - ago), note: note.into(), reason: String::new() }
}

#[test]
fn an_ended_line_takes_no_action_but_a_void_and_that_takes_none() {
    for state in [RepairState::Closed, RepairState::Rejected, RepairState::Cancelled] {
        assert_eq!(allowed_actions(&actor(Role::Admin), &line(state)), [ActionKind::Void], "{state}");
    }
    assert_eq!(allowed_actions(&actor(Role::Admin), &line(RepairState::Void)), []);
}

#[test]
fn what_is_offered_is_what_may_be_done_and_nothing_else_is() {
    for role in Role::ALL {
        for state in RepairState::ALL {
            let (actor, line) = (actor(*role), line(*state));
            let offered = allowed_actions(&actor, &line);
            for kind in ActionKind::ALL {
                let permitted = actor.may(kind.permission()).is_ok() && may_go(&line, *kind);
                assert!(permitted || !offered.contains(kind), "{role} is offered {kind} in {state}");
            }
        }
    }
}

#[test]
fn a_customer_may_call_it_off_and_say_it_is_on_its_way_and_no_more() {
    let offered = |state| allowed_actions(&actor(Role::Customer), &line(state));
    assert_eq!(offered(RepairState::Requested), [ActionKind::Cancel]);
    assert_eq!(offered(RepairState::Authorised), [ActionKind::Cancel, ActionKind::FaultyShipped]);
    assert_eq!(offered(RepairState::Repairing), []);
    assert_eq!(offered(RepairState::Dispatched), [ActionKind::ConfirmReturned]);
}

#[test]
fn another_customers_line_is_not_there() {
    let stranger = Actor { customer_ids: vec![8], ..actor(Role::Customer) };
    let cancel = Action::Cancel { reason: "x".into() };
    let refused =
        decide(&stranger, &line(RepairState::Requested), &cancel, &at(TimeDelta::zero(), ""), now());
    assert_eq!(refused, Err(Refusal::not_found("rma", "RMA-2026-000001")));
}

#[test]
fn dating_back_further_than_three_days_wants_a_manager_and_a_note() {
    let shipped = Action::FaultyShipped { parcel: Parcel::default() };
    let decide =
        |role, when: &When| decide(&actor(role), &line(RepairState::Authorised), &shipped, when, now());
    assert!(decide(Role::Clerk, &at(TimeDelta::hours(72), "")).is_ok());
    let late = at(TimeDelta::hours(73), "运单补录");
    assert_eq!(decide(Role::Clerk, &late), Err(Refusal::TooLongAgo { hours: "72".into() }));
    assert!(decide(Role::Manager, &late).is_ok());
    let reason = When { reason: "运单补录".into(), ..at(TimeDelta::hours(73), "") };
    assert!(decide(Role::Manager, &reason).is_ok(), "a reason is as good as a note");
    assert!(decide(Role::Clerk, &reason).is_err());
    assert_eq!(
        decide(Role::Manager, &at(TimeDelta::hours(73), " ")),
        Err(Refusal::TooLongAgo { hours: "72".into() })
    );
}

#[test]
fn the_clock_stops_once_and_only_while_it_runs() {
    let mut running = line(RepairState::Repairing);
    let hold = Action::Hold { reason: "等客户".into(), said_by: "黄杰".into() };
    let manager = actor(Role::Manager);
    let refused = decide(&manager, &running, &hold, &at(TimeDelta::zero(), ""), now());
    assert!(matches!(refused, Err(Refusal::ActionNotAllowed { .. })), "no promise, no clock: {refused:?}");
    running.open_promises = vec![PromiseKind::RepairReturn];
    assert!(decide(&manager, &running, &hold, &at(TimeDelta::zero(), ""), now()).is_ok());
    (running.on_hold, running.held_by_hand) = (true, true);
    assert_eq!(
        decide(&manager, &running, &hold, &at(TimeDelta::zero(), ""), now()),
        Err(Refusal::HoldState { state: "held".into() })
    );
    let unsaid = Action::Hold { reason: String::new(), said_by: " ".into() };
    (running.on_hold, running.held_by_hand) = (false, false);
    assert!(
        matches!(decide(&manager, &running, &unsaid, &at(TimeDelta::zero(), ""), now()), Err(Refusal::Invalid(errors)) if errors.len() == 2)
    );
}

#[test]
fn every_action_needs_a_right_that_some_role_has() {
    for kind in ActionKind::ALL {
        let permission: Permission = kind.permission();
        assert!(Role::ALL.iter().any(|role| role.may(permission)), "{kind}");
    }
}

#[test]
fn no_unit_moves_before_its_own_last_movement() {
    let mut repaired = line(RepairState::Repaired);
    repaired.unit = Some(crate::domain::stock::UnitState {
        id: 9,
        serial: "S1".into(),
        condition: crate::domain::stock::Condition::Good,
        owner: crate::domain::stock::Owner::Customer("C1".into()),
        place: PlaceRef {
            depot: Some(DepotRef { id: 1, code: "JN".into() }),
            ..place(4, "JN/bench", PlaceKind::Bench)
        },
        version: 3,
        last_moved_at: now() - TimeDelta::hours(1),
        reserved: None,
        instrument: None,
    });
    let home = Action::DispatchReturn {
        parcel: Parcel::default(),
        transit: place(5, "transit:JN", PlaceKind::Transit),
    };
    let when = |hours| at(TimeDelta::hours(hours), "");
    let refused = decide(&actor(Role::Manager), &repaired, &home, &when(2), now());
    assert!(matches!(refused, Err(Refusal::OutOfOrder { .. })), "{refused:?}");
    assert!(decide(&actor(Role::Manager), &repaired, &home, &when(1), now()).is_ok());
}

#[test]
fn a_quote_holds_only_a_running_clock_and_is_answered_by_its_last_day() {
    let mut received = line(RepairState::Received);
    received.last_event_at = now() - TimeDelta::days(30);
    received.case.entitlement = Some(crate::domain::rma::Entitlement::Chargeable);
    let today = crate::domain::calendar::Zone::default().local_date(now());
    let send = |valid_until| {
        Action::Case(Case::SendQuote { amount_fen: 86_000, currency: "CNY".into(), valid_until })
    };
    let manager = actor(Role::Manager);
    let none = decide(&manager, &received, &send(today), &at(TimeDelta::zero(), ""), now()).unwrap();
    assert_eq!(none.hold, None, "no promise, no clock to stop");
    received.open_promises = vec![PromiseKind::RepairReturn];
    let held = decide(&manager, &received, &send(today), &at(TimeDelta::zero(), ""), now()).unwrap();
    assert!(held.hold.is_some());
    let yesterday = today.pred_opt().unwrap();
    assert!(decide(&manager, &received, &send(yesterday), &at(TimeDelta::zero(), ""), now()).is_err());
    received.case.quote = Some(crate::domain::rma::case::Quote {
        id: 1,
        amount_fen: 86_000,
        currency: "CNY".into(),
        valid_until: yesterday,
        state: crate::domain::rma::QuoteState::Open,
        holds: true,
    });
    (received.on_hold, received.quote_holds) = (true, true);
    let accept = Action::Case(Case::AcceptQuote { by: "黄杰".into(), evidence: "邮件".into() });
    let late = decide(&manager, &received, &accept, &at(TimeDelta::zero(), ""), now());
    assert!(matches!(late, Err(Refusal::QuoteOver { .. })), "{late:?}");
    let in_time = decide(&manager, &received, &accept, &at(TimeDelta::days(1), ""), now()).unwrap();
    assert_eq!(in_time.hold, Some(crate::domain::rma::HoldChange::EndForQuote));
    // Nobody answered, and nobody looked for days: the wait ended with its last day.
    received.case.quote.as_mut().unwrap().valid_until = today - TimeDelta::days(5);
    let over = crate::domain::calendar::Zone::default().day_start(today - TimeDelta::days(4));
    let expire = Action::Case(Case::ExpireQuote);
    let expired = |line: &LineState| decide(&manager, line, &expire, &When::default(), now()).unwrap();
    let late = expired(&received);
    assert_eq!(late.hold, Some(crate::domain::rma::HoldChange::QuoteEndedAt(over - TimeDelta::seconds(1))));
    assert_eq!(late.occurred_at, over - TimeDelta::seconds(1));
    // A step since then stands where it is; the wait ended before it all the same.
    received.last_event_at = now() - TimeDelta::days(1);
    let late = expired(&received);
    assert_eq!(late.hold, Some(crate::domain::rma::HoldChange::QuoteEndedAt(over - TimeDelta::seconds(1))));
    assert_eq!(late.occurred_at, received.last_event_at);
}
