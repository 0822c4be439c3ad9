//! Reservations: nothing is held twice, what is held cannot be taken away, and holding ends.

use super::world::{BOARD, SCREW, World, becoming, hold, hold_unit, lot, owned_by, refused, unit, world};
use crate::support::{Database, on_both};
use beiku::app::stock::{self, Hold};
use beiku::domain::actor::Role;
use beiku::domain::refusal::Refusal;
use beiku::domain::stock::{Condition, MovementKind as Kind, Owner, ReservationState};
use beiku::store::StoreError;
use chrono::TimeDelta;

async fn release(w: &World, role: Role, id: i64) -> beiku::app::AppResult<ReservationState> {
    let ctx = w.ctx_of(w.actor(role));
    w.write_as(ctx, move |tx, ctx| Ok(stock::release(tx, ctx, id)?.state)).await
}

on_both!(what_is_held_is_counted_and_let_go_again, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 10, "supplier", "JN/A1-01")).await.unwrap();
    let first = w.reserve(hold(SCREW, "JN", 4)).await.unwrap();
    w.reserve(hold("q-1", " jn ", 6)).await.unwrap();
    assert_eq!(w.availability().await["JN Q-1"], (10, 10));
    assert_eq!(
        refused(w.reserve(hold(SCREW, "JN", 1)).await),
        Refusal::NotAvailable {
            part_no: SCREW.into(),
            depot: "JN".into(),
            wanted: "1".into(),
            available: "0".into()
        }
    );
    assert_eq!(
        refused(w.book(lot(Kind::Issue, 1, "JN/A1-01", "customer:C1")).await),
        Refusal::StockReserved { part_no: SCREW.into(), depot: "JN".into() }
    );
    w.book(lot(Kind::Move, 5, "JN/A1-01", "JN/A1-02")).await.expect("another bin is still the same depot");
    assert_eq!(release(&w, Role::Clerk, first.id).await.unwrap(), ReservationState::Released);
    assert_eq!(
        refused(release(&w, Role::Clerk, first.id).await),
        Refusal::ReservationEnded { id: first.id.to_string(), state: "released".into() }
    );
    w.book(lot(Kind::Issue, 1, "JN/A1-01", "customer:C1")).await.unwrap();
    assert_eq!(w.availability().await["JN Q-1"], (9, 6));
    w.prove().await;
});

on_both!(a_held_unit_changes_its_bin_and_nothing_else, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1", "SN2"]).await;
    let held = w.reserve(hold_unit(BOARD, "JN", "sn1")).await.unwrap();
    assert_eq!((held.serial.as_deref(), held.quantity), (Some("SN1"), 1));
    w.book(unit(Kind::Move, BOARD, "SN1", "JN", "JN/A1-01")).await.unwrap();
    for booking in [
        unit(Kind::Issue, BOARD, "SN1", "JN/A1-01", "customer:C1"),
        unit(Kind::Move, BOARD, "SN1", "JN/A1-01", "DZ"),
        unit(Kind::Move, BOARD, "SN1", "JN/A1-01", "JN/bench"),
        unit(Kind::Scrap, BOARD, "SN1", "JN/A1-01", "scrap"),
        becoming(Condition::Faulty, unit(Kind::Convert, BOARD, "SN1", "JN/A1-01", "JN/A1-01")),
        owned_by(
            Owner::Customer("C1".into()),
            unit(Kind::TransferTitle, BOARD, "SN1", "JN/A1-01", "JN/A1-01"),
        ),
    ] {
        let refusal = refused(w.book(booking.clone()).await);
        assert_eq!(refusal.code(), "unit_reserved", "{booking:?}");
    }
    assert_eq!(refused(w.reserve(hold_unit(BOARD, "JN", "SN1")).await).code(), "unit_reserved");
    w.reserve(hold(BOARD, "JN", 1)).await.unwrap();
    // SN2 itself is nobody's, but one of the two that are good is promised to somebody.
    assert_eq!(
        refused(w.book(unit(Kind::Issue, BOARD, "SN2", "JN", "customer:C1")).await).code(),
        "stock_reserved"
    );
    assert_eq!(refused(w.reserve(hold_unit(BOARD, "JN", "SN2")).await).code(), "not_available");
    w.prove().await;
});

on_both!(only_what_may_be_picked_may_be_held, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["GOOD", "BENCH", "BAD", "THEIRS"]).await;
    w.book(unit(Kind::Move, BOARD, "BENCH", "JN", "JN/bench")).await.unwrap();
    w.book(becoming(Condition::Faulty, unit(Kind::Convert, BOARD, "BAD", "JN", "JN"))).await.unwrap();
    w.book(owned_by(Owner::Customer("C1".into()), unit(Kind::TransferTitle, BOARD, "THEIRS", "JN", "JN")))
        .await
        .unwrap();
    for (wish, code) in [
        (hold_unit(BOARD, "JN", "BENCH"), "unit_elsewhere"),
        (hold_unit(BOARD, "DZ", "GOOD"), "unit_elsewhere"),
        (hold_unit(BOARD, "JN", "BAD"), "wrong_condition"),
        (hold_unit(BOARD, "JN", "THEIRS"), "wrong_owner"),
        (hold_unit(BOARD, "JN", "NOPE"), "not_found"),
        (hold(BOARD, "JN", 2), "not_available"),
        (hold(BOARD, "DZ", 1), "not_available"),
        (hold(BOARD, "JN", 0), "invalid"),
        (hold(BOARD, "JN/A1-01", 1), "invalid"),
        (hold("NOPE", "JN", 1), "invalid"),
        (Hold { quantity: None, ..hold(BOARD, "JN", 1) }, "invalid"),
        (Hold { quantity: Some(2), ..hold_unit(BOARD, "JN", "GOOD") }, "invalid"),
        (Hold { serial: Some("X".into()), ..hold(SCREW, "JN", 1) }, "invalid"),
        (Hold { expires_at: Some(db.clock().now()), ..hold(BOARD, "JN", 1) }, "invalid"),
        (Hold { document: "a\u{0}".into(), ..hold(BOARD, "JN", 1) }, "invalid"),
    ] {
        let refusal = refused(w.reserve(wish.clone()).await);
        assert_eq!(refusal.code(), code, "{wish:?}: {refusal:?}");
    }
    assert_eq!(w.number("SELECT count(*) AS value FROM reservation").await, 0);
    w.prove().await;
});

on_both!(who_may_hold, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 10, "supplier", "JN")).await.unwrap();
    w.book(lot(Kind::Receive, 10, "supplier", "DZ")).await.unwrap();
    for (role, depot, expected) in [
        (Role::Engineer, "DZ", "done"),
        (Role::Clerk, "JN", "done"),
        (Role::Clerk, "DZ", "not_your_depot"),
        (Role::Technician, "JN", "forbidden"),
        (Role::Customer, "JN", "forbidden"),
    ] {
        let ctx = w.ctx_of(w.actor(role));
        let wish = hold(SCREW, depot, 1);
        let result = w.write_as(ctx, move |tx, ctx| stock::reserve(tx, ctx, &wish)).await;
        let found = match &result {
            Ok(_) => "done",
            Err(_) => refused(result).code(),
        };
        assert_eq!(found, expected, "{role} in {depot}");
    }
    let in_dz = w.number("SELECT id AS value FROM reservation ORDER BY id LIMIT 1").await;
    assert_eq!(refused(release(&w, Role::Clerk, in_dz).await).code(), "not_your_depot");
    w.prove().await;
});

on_both!(holding_ends_when_its_time_is_over, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 2, "supplier", "JN")).await.unwrap();
    w.receive("JN", BOARD, &["SN1"]).await;
    let soon = db.clock().now() + TimeDelta::hours(1);
    let short = w.reserve(Hold { expires_at: Some(soon), ..hold(SCREW, "JN", 1) }).await.unwrap();
    w.reserve(hold(SCREW, "JN", 1)).await.unwrap();
    w.reserve(Hold { expires_at: Some(soon), ..hold_unit(BOARD, "JN", "SN1") }).await.unwrap();
    db.clock().advance(TimeDelta::minutes(59));
    assert_eq!(stock::expire_reservations(&w.app).await.unwrap(), 0);
    db.clock().advance(TimeDelta::minutes(1));
    assert_eq!(stock::expire_reservations(&w.app).await.unwrap(), 2);
    assert_eq!(stock::expire_reservations(&w.app).await.unwrap(), 0);
    assert_eq!(w.availability().await["JN Q-1"], (2, 1));
    let ended = w
        .app
        .store()
        .read(move |conn| Ok::<_, StoreError>(beiku::store::reservations::by_id(conn, short.id)?.unwrap()))
        .await
        .unwrap();
    assert_eq!((ended.state, ended.closed_at), (ReservationState::Expired, Some(soon)));
    w.book(unit(Kind::Issue, BOARD, "SN1", "JN", "customer:C1")).await.unwrap();
    w.prove().await;
});

on_both!(what_has_run_out_does_not_stand_in_the_way_of_the_next_wish, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1"]).await;
    w.book(lot(Kind::Receive, 1, "supplier", "JN")).await.unwrap();
    let soon = db.clock().now() + TimeDelta::hours(1);
    w.reserve(Hold { expires_at: Some(soon), ..hold_unit(BOARD, "JN", "SN1") }).await.unwrap();
    w.reserve(Hold { expires_at: Some(soon), ..hold(SCREW, "JN", 1) }).await.unwrap();
    db.clock().set(soon);
    // No job has been round yet.
    w.reserve(hold_unit(BOARD, "JN", "SN1")).await.unwrap();
    w.reserve(hold(SCREW, "JN", 1)).await.unwrap();
    assert_eq!(w.number("SELECT count(*) AS value FROM reservation WHERE state = 'expired'").await, 2);
    assert_eq!(stock::expire_reservations(&w.app).await.unwrap(), 0);
    w.prove().await;
});

on_both!(a_consumed_reservation_frees_all_it_held, async |db: &Database| {
    use beiku::domain::stock::{Posting, Stand, Subject};
    use beiku::store::{ledger, places, stock as rows};
    let w = world(db).await;
    w.book(lot(Kind::Receive, 10, "supplier", "JN")).await.unwrap();
    let held = w.reserve(hold(SCREW, "JN", 5)).await.unwrap();
    let now = db.clock().now();
    let use_up = move |tx: &mut beiku::store::Conn, _: &beiku::app::Ctx| {
        let stand = |place| Stand { place, condition: Condition::Good, owner: Owner::Us };
        let part = rows::part_ref(tx, SCREW)?.unwrap();
        let from = stand(places::by_code(tx, "JN")?.unwrap());
        let to = stand(places::by_code(tx, "customer:C1")?.unwrap());
        let one = Posting::of_one(Kind::Issue, part, Subject::Quantity, from, to, now);
        // Fewer were needed than were held.
        let posting = Posting { quantity: 3, consumes: Some(held.id), ..one };
        Ok(ledger::post(tx, &[posting], None, now)?)
    };
    w.write(use_up).await.unwrap();
    assert_eq!(w.availability().await["JN Q-1"], (7, 0));
    w.prove().await;
    assert_eq!(refused(w.write(use_up).await).code(), "reservation_ended");
    w.prove().await;
});

on_both!(reservations_are_listed_newest_first, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 10, "supplier", "JN")).await.unwrap();
    w.book(lot(Kind::Receive, 10, "supplier", "DZ")).await.unwrap();
    for depot in ["JN", "DZ", "JN"] {
        w.reserve(hold(SCREW, depot, 1)).await.unwrap();
    }
    let all = w.read(|c, ctx| stock::list_reservations(c, ctx, None, None, i64::MAX, 2)).await;
    assert_eq!(all.iter().map(|row| row.depot.as_str()).collect::<Vec<_>>(), ["JN", "DZ"]);
    let before = all[1].id;
    let rest = w.read(move |c, ctx| stock::list_reservations(c, ctx, None, None, before, 2)).await;
    assert_eq!(rest.len(), 1);
    release(&w, Role::Manager, rest[0].id).await.unwrap();
    let open = Some(ReservationState::Open);
    let open = w.read(move |c, ctx| stock::list_reservations(c, ctx, open, Some("JN"), i64::MAX, 9)).await;
    assert_eq!(open.len(), 1);
    // Whoever reads the own depots only sees theirs.
    let mut clerk = w.actor(Role::Clerk);
    clerk.reads_own_only = true;
    let ctx = w.ctx_of(clerk);
    let own =
        beiku::app::read(&w.app, &ctx, |c, ctx| stock::list_reservations(c, ctx, None, None, i64::MAX, 9))
            .await
            .unwrap();
    assert!(own.len() == 2 && own.iter().all(|row| row.depot == "JN"));
});

on_both!(what_an_rma_holds_is_let_go_by_the_rma, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1"]).await;
    let id = w.reserve(hold_unit(BOARD, "JN", "SN1")).await.unwrap().id;
    for row in [
        "INSERT INTO rma (number, customer_id, language, tracking_code, source, state, requested_at, recorded_at) \
         SELECT 'RMA-2026-000001', id, 'zh-CN', 'x', 'staff', 'open', created_at, created_at FROM customer WHERE code = 'C1'",
        "INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, fault, mode, entitlement, repair_state, faulty_state, \
         sort_due, last_event_at, version) SELECT r.id, 1, r.customer_id, p.id, 'X', 'x', 'loaner', 'contract', 'authorised', 'not_due', \
         '9999-12-31', r.requested_at, 1 FROM rma r, part p WHERE p.part_no = 'P-100'",
        "INSERT INTO issued_unit (line_id, role, part_id, unit_id, reservation_id, depot_id, state, reserved_at) \
         SELECT l.id, 'loan', r.part_id, r.unit_id, r.id, r.depot_id, 'reserved', r.created_at FROM rma_line l, reservation r",
    ] {
        w.raw(row).await;
    }
    assert_eq!(
        refused(release(&w, Role::Manager, id).await),
        Refusal::ReservationOfDocument { id: id.to_string(), document: "RMA-2026-000001".into() }
    );
    w.raw("UPDATE issued_unit SET state = 'released'").await;
    release(&w, Role::Manager, id).await.unwrap();
    w.prove().await;
});
