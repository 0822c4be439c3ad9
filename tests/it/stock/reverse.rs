//! Reversing entries (红冲): the other way, naming the first, once, and only while nothing stands on it.

use super::world::{BOARD, World, becoming, hold_unit, lot, refused, unit, world};
use crate::store::connect;
use crate::support::{Database, on_both};
use beiku::app::AppResult;
use beiku::app::stock::{self, Booked};
use beiku::domain::actor::Role;
use beiku::domain::refusal::Refusal;
use beiku::domain::stock::{Condition, MovementKind as Kind};
use beiku::store::Conn;
use chrono::TimeDelta;
use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

async fn reverse(w: &World, role: Role, id: i64, reason: &'static str) -> AppResult<Booked> {
    let ctx = w.ctx_of(w.actor(role));
    w.write_as(ctx, move |tx, ctx| stock::reverse(tx, ctx, id, reason)).await
}

on_both!(a_reversal_puts_everything_back_and_names_the_first, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1"]).await;
    let before = (w.balances().await, w.availability().await);
    let wrong = w
        .book(becoming(Condition::Faulty, unit(Kind::Issue, BOARD, "SN1", "JN", "customer:C1")))
        .await
        .unwrap();
    db.clock().advance(TimeDelta::hours(2));
    let reversal = reverse(&w, Role::Clerk, wrong.id, "扫错了").await.unwrap();
    assert_eq!(reversal.posting.reverses, Some(wrong.id));
    assert_eq!(reversal.posting.occurred_at, db.clock().now(), "a reversal happens now");
    assert_eq!((w.balances().await, w.availability().await), before);
    let history = w.read(|conn, ctx| stock::history(conn, ctx, "SN1", None, i64::MAX, 10)).await;
    assert_eq!(history[0].reverses_id, Some(wrong.id));
    assert_eq!(history[1].reversed_by_id, Some(reversal.id));
    assert_eq!((history[0].condition_from, history[0].condition_to), (Condition::Faulty, Condition::Good));
    w.prove().await;
});

on_both!(a_movement_is_reversed_once_and_a_reversal_never, async |db: &Database| {
    let w = world(db).await;
    let first = w.book(lot(Kind::Receive, 5, "supplier", "JN")).await.unwrap();
    let reversal = reverse(&w, Role::Manager, first.id, "x").await.unwrap();
    assert_eq!(
        refused(reverse(&w, Role::Manager, first.id, "x").await),
        Refusal::AlreadyReversed { movement: first.id.to_string(), by: reversal.id.to_string() }
    );
    assert_eq!(refused(reverse(&w, Role::Manager, reversal.id, "x").await).code(), "cannot_reverse_reversal");
    assert_eq!(refused(reverse(&w, Role::Manager, i64::MAX, "x").await).code(), "not_found");
    assert!(w.balances().await.is_empty());
    w.prove().await;
});

on_both!(only_a_units_last_movement_is_reversed, async |db: &Database| {
    let w = world(db).await;
    let first = w.book(unit(Kind::Receive, BOARD, "SN1", "supplier", "JN")).await.unwrap();
    let last = w.book(unit(Kind::Move, BOARD, "SN1", "JN", "JN/A1-01")).await.unwrap();
    assert_eq!(
        refused(reverse(&w, Role::Manager, first.id, "x").await),
        Refusal::NotTheLastMovement { movement: first.id.to_string(), last: last.id.to_string() }
    );
    reverse(&w, Role::Manager, last.id, "x").await.unwrap();
    w.prove().await;
});

on_both!(what_is_held_or_gone_is_not_reversed_away, async |db: &Database| {
    let w = world(db).await;
    let received = w.book(unit(Kind::Receive, BOARD, "SN1", "supplier", "JN")).await.unwrap();
    w.reserve(hold_unit(BOARD, "JN", "SN1")).await.unwrap();
    assert_eq!(refused(reverse(&w, Role::Manager, received.id, "x").await).code(), "unit_reserved");
    let screws = w.book(lot(Kind::Receive, 5, "supplier", "JN")).await.unwrap();
    w.book(lot(Kind::Issue, 1, "JN", "customer:C1")).await.unwrap();
    assert_eq!(refused(reverse(&w, Role::Manager, screws.id, "x").await).code(), "not_enough_stock");
    w.prove().await;
});

on_both!(a_reversal_needs_a_reason_and_the_right, async |db: &Database| {
    let w = world(db).await;
    let in_jn = w.book(lot(Kind::Receive, 5, "supplier", "JN")).await.unwrap().id;
    let in_dz = w.book(lot(Kind::Receive, 5, "supplier", "DZ")).await.unwrap().id;
    let found = w.book(lot(Kind::Adjust, 5, "opening", "JN")).await.unwrap().id;
    w.book(lot(Kind::Issue, 1, "JN", "engineer:wang")).await.unwrap();
    let hand_over = {
        w.raw("INSERT INTO place (code, kind) VALUES ('engineer:li', 'engineer')").await;
        w.book(lot(Kind::Move, 1, "engineer:wang", "engineer:li")).await.unwrap().id
    };
    for (role, id, reason, expected) in [
        (Role::Clerk, in_dz, "x", "not_your_depot"),
        (Role::Clerk, found, "x", "forbidden"),
        // What a clerk could not book between two vans a clerk cannot take back either.
        (Role::Clerk, hand_over, "x", "forbidden"),
        (Role::Engineer, in_jn, "x", "forbidden"),
        (Role::Clerk, in_jn, "  ", "invalid"),
    ] {
        assert_eq!(refused(reverse(&w, role, id, reason).await).code(), expected, "{role} {id}");
    }
    w.prove().await;
});

on_both!(a_movement_of_an_rma_is_undone_by_the_rma, async |db: &Database| {
    let w = world(db).await;
    w.raw("INSERT INTO rma (number, customer_id, language, tracking_code, source, state, requested_at, recorded_at) \
           SELECT 'RMA-2026-000001', id, 'zh-CN', 'x', 'staff', 'open', created_at, created_at FROM customer WHERE code = 'C1'")
        .await;
    let booking = beiku::app::stock::Booking {
        document: "RMA-2026-000001".into(),
        ..lot(Kind::Receive, 1, "supplier", "JN")
    };
    let id = w.book(booking).await.unwrap().id;
    assert_eq!(refused(reverse(&w, Role::Manager, id, "x").await).code(), "belongs_to_document");
});

on_both!(the_receipt_of_a_customers_unit_is_taken_back_and_booked_again, async |db: &Database| {
    let w = world(db).await;
    let wrong = w.book(unit(Kind::Receive, BOARD, "SN1", "customer:C1", "JN")).await.unwrap();
    reverse(&w, Role::Clerk, wrong.id, "不是这台").await.unwrap();
    let found = w.read(|conn, ctx| stock::unit(conn, ctx, "SN1", None)).await;
    assert_eq!((found.place.as_str(), found.owner.to_string().as_str()), ("customer:C1", "customer:C1"));
    w.book(unit(Kind::Receive, BOARD, "SN1", "customer:C1", "JN/A1-01")).await.unwrap();
    w.prove().await;
});

on_both!(what_was_reversed_stands_in_no_earlier_reversals_way, async |db: &Database| {
    let w = world(db).await;
    let wrong = w.book(unit(Kind::Receive, BOARD, "SN1", "supplier", "JN")).await.unwrap();
    let moved = w.book(unit(Kind::Move, BOARD, "SN1", "JN", "JN/A1-01")).await.unwrap();
    let again = w.book(unit(Kind::Move, BOARD, "SN1", "JN/A1-01", "JN/A1-02")).await.unwrap();
    db.clock().advance(TimeDelta::hours(1));
    reverse(&w, Role::Manager, again.id, "x").await.unwrap();
    // The one that stands is in the way, not the pair after it.
    assert_eq!(
        refused(reverse(&w, Role::Manager, wrong.id, "x").await),
        Refusal::NotTheLastMovement { movement: wrong.id.to_string(), last: moved.id.to_string() }
    );
    reverse(&w, Role::Manager, moved.id, "x").await.unwrap();
    reverse(&w, Role::Manager, wrong.id, "收错了").await.unwrap();
    let found = w.read(|conn, ctx| stock::unit(conn, ctx, "SN1", None)).await;
    assert_eq!(found.place, "supplier");
    assert!(w.balances().await.is_empty());
    w.prove().await;
});

/// How many statements a connection sends for one read.
fn statements(db: &Database, read: impl FnOnce(&mut Conn)) -> usize {
    let mut conn = connect(db);
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    let hook = move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { .. } = event {
            seen.fetch_add(1, Ordering::Relaxed);
        }
    };
    match &mut conn {
        Conn::Pg(c) => c.set_instrumentation(hook),
        Conn::Sqlite(c) => c.set_instrumentation(hook),
    }
    read(&mut conn);
    count.load(Ordering::Relaxed)
}

on_both!(who_may_reverse_is_asked_of_a_whole_list_at_once, async |db: &Database| {
    let w = world(db).await;
    let serials: Vec<String> = (1..=40).map(|n| format!("SN{n}")).collect();
    for serial in &serials {
        w.receive("JN", BOARD, &[serial]).await;
    }
    let ctx = w.ctx_of(w.actor(Role::Manager));
    let all = w.read(|conn, ctx| stock::list_movements(conn, ctx, &Default::default(), i64::MAX, 50)).await;
    let ids: Vec<i64> = all.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), 40);
    let asked = |ids: &[i64]| {
        statements(db, |conn| assert_eq!(stock::reversible(conn, &ctx, ids).unwrap().len(), ids.len()))
    };
    assert_eq!(asked(&ids), asked(&ids[..1]), "as many statements for forty rows as for one");
});
