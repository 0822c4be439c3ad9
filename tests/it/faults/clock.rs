//! The machine's clock is put back while people work.

use crate::setup::actor;
use crate::stock::world::{BOARD, world};
use crate::support::{Database, TestClock, on_both};
use beiku::app::stock::{self, Booking};
use beiku::app::{App, verify};
use beiku::domain::actor::Role;
use beiku::domain::stock::MovementKind;
use chrono::{TimeDelta, Utc};

fn booking(kind: MovementKind, from: &str, to: &str) -> Booking {
    Booking {
        kind,
        part_no: Some(BOARD.into()),
        serial: Some("HX1".into()),
        quantity: None,
        from: from.into(),
        to: to.into(),
        condition: None,
        condition_to: None,
        owner_to: None,
        reason: String::new(),
        document: String::new(),
        occurred_at: None,
    }
}

async fn book(app: &App, kind: MovementKind, from: &str, to: &str) {
    let ctx = app.context(actor(Role::Admin), "test".into());
    let booking = booking(kind, from, to);
    let booked = app.store().write(move |tx| {
        let mut ctx = ctx.clone();
        // Nobody's row in the database.
        ctx.actor.user_id = 1;
        stock::book(tx, &ctx, &booking)
    });
    booked.await.unwrap();
}

on_both!(a_clock_put_back_stops_no_unit, async |db: &Database| {
    world(db).await;
    let app = App::new(db.store().clone(), db.clock().as_clock().steady());
    book(&app, MovementKind::Receive, "supplier", "JN").await;
    db.clock().advance(TimeDelta::minutes(-4));
    book(&app, MovementKind::Move, "JN", "JN/A1-01").await;
    db.clock().advance(TimeDelta::minutes(-1));
    book(&app, MovementKind::Move, "JN/A1-01", "JN").await;
    let proof = app.store().read(verify::verify).await.unwrap();
    assert!(proof.differences.is_empty(), "{:?}", proof.differences);
});

on_both!(nodes_whose_clocks_differ_move_the_same_unit, async |db: &Database| {
    world(db).await;
    let app = App::new(db.store().clone(), db.clock().as_clock());
    book(&app, MovementKind::Receive, "supplier", "JN").await;
    for (from, to) in [("JN", "JN/A1-01"), ("JN/A1-01", "JN")] {
        db.clock().advance(TimeDelta::seconds(-25));
        book(&app, MovementKind::Move, from, to).await;
    }
    let proof = app.store().read(verify::verify).await.unwrap();
    assert!(proof.differences.is_empty(), "{:?}", proof.differences);
});

#[test]
fn a_steady_clock_stands_still_for_a_while_and_then_believes_the_machine() {
    let machine = TestClock::default();
    let clock = machine.as_clock().steady();
    let start = clock.now();
    let after = |by: TimeDelta| -> chrono::DateTime<Utc> { start + by };
    machine.advance(TimeDelta::seconds(10));
    assert_eq!(clock.now(), after(TimeDelta::seconds(10)));
    machine.advance(TimeDelta::minutes(-5));
    assert_eq!(clock.now(), after(TimeDelta::seconds(10)), "stands still");
    machine.advance(TimeDelta::minutes(5) + TimeDelta::seconds(1));
    assert_eq!(clock.now(), after(TimeDelta::seconds(11)), "runs on");
    machine.advance(TimeDelta::days(-365));
    assert_eq!(clock.now(), after(TimeDelta::seconds(11) - TimeDelta::days(365)), "a year was a mistake");
}
