//! The machine's clock is put back while people work. Three times under load unless `BEIKU_FAULT_ROUNDS` says more.

use super::load::{Load, patient, run};
use super::proxy::Proxy;
use super::work::{Outcome, company};
use crate::setup::actor;
use crate::stock::world::{BOARD, world};
use crate::support::program::{Program, address};
use crate::support::skew::SkewedClock;
use crate::support::{Database, Engine, TestClock, on_both, rounds};
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

/// The real program's clock is put back, again and again, while eight people work.
async fn put_back_under_load(engine: Engine, clock: SkewedClock) {
    let Some(db) = Database::empty(engine) else { return };
    let (http, database, rounds) = (patient(), address(&db), rounds(3));
    let token = company(&database, &http).await;
    let settings = clock.settings();
    let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
    let program = Program::start(&database, &settings);
    let mut load = Load::start(program.url(), &http, &token, 1, |_, _| false);
    for round in 0..rounds {
        clock.put(0);
        load.until_more_done(40).await;
        // By what a time service takes back, and by what somebody's hand does.
        clock.put([-1, -25, -240][round % 3]);
        load.until_more_done(40).await;
    }
    let all = load.end().await;
    let outcome = Outcome { what: format!("clock put back, {engine:?}"), rounds };
    outcome.settle_and_hold(program, &database, &http, &token, all).await;
}

#[test]
fn a_machines_clock_put_back_under_load_on_sqlite() {
    let Some(clock) = SkewedClock::right() else { return };
    run(put_back_under_load(Engine::Sqlite, clock));
}

#[test]
fn a_machines_clock_put_back_under_load_on_postgres() {
    let Some(clock) = SkewedClock::right() else { return };
    run(put_back_under_load(Engine::Postgres, clock));
}

/// Two nodes behind a load balancer, of which one's clock is behind: each step of a case goes to whichever.
#[test]
fn nodes_whose_clocks_differ_under_load() {
    let (Some(db), Some(clock)) = (Database::empty(Engine::Postgres), SkewedClock::right()) else { return };
    run(async {
        let (http, database) = (patient(), address(&db));
        let token = company(&database, &http).await;
        clock.put(-20);
        let settings = clock.settings();
        let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
        let (right, behind) = (Program::start(&database, &[]), Program::start(&database, &settings));
        let proxy = Proxy::start().await;
        proxy.join(right.url());
        proxy.join(behind.url());
        let mut load = Load::start(proxy.url(), &http, &token, 1, |_, _| false);
        load.until_more_done(200 * rounds(1)).await;
        let all = load.end().await;
        behind.kill();
        let outcome = Outcome { what: "clocks of nodes 20 s apart".into(), rounds: rounds(1) };
        outcome.settle_and_hold(right, &database, &http, &token, all).await;
    });
}
