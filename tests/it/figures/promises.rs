//! The promise list, and promises that time breaks.

use super::scene::{Case, day, noon, on_database, somebody, write};
use crate::setup::{actor, number, read_as};
use crate::support::{self, Database, on_both};
use beiku::app::App;
use beiku::app::promises::{self, Asked, Promise};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::plan::{PromiseKind, RateVariant, TermUnit};
use beiku::domain::refusal::Refusal;
use beiku::store::promises::NewPromise;
use beiku::store::sql::sql;

async fn list(app: &App, actor: Actor, asked: Asked) -> Vec<Promise> {
    let filter = promises::filter(&asked).unwrap();
    read_as(app, actor, move |conn, ctx| promises::list(conn, ctx, &filter, None, 100)).await.unwrap()
}

fn rmas(found: &[Promise]) -> Vec<&str> {
    found.iter().map(|promise| promise.view.rma.as_str()).collect()
}

fn state(state: &str) -> Asked {
    Asked { state: Some(state.into()), ..Asked::default() }
}

async fn scene(app: &App) {
    let mut dz = Case::new("R-4", "2025-05-08");
    (dz.depot, dz.customer) = ("DZ".into(), "C2".into());
    let waiting = Case::new("R-2", "2025-03-03").held("2025-04-01", None);
    let held = Case::new("R-3", "2025-05-06").held("2025-05-12", Some("2025-05-19"));
    write(app, vec![Case::new("R-1", "2025-05-06"), waiting, held, dz]).await;
}

on_both!(promises_come_by_due_date_with_their_clocks, async |db: &Database| {
    db.clock().set("2025-06-02T02:00:00Z".parse().unwrap());
    let app = support::app(db);
    scene(&app).await;
    let all = list(&app, actor(Role::Admin), Asked::default()).await;
    assert_eq!(rmas(&all), ["R-1", "R-4", "R-3", "R-2"], "without a date last");
    let days = |at: usize| all[at].days.map(|days| (days.total, days.used, days.remaining)).unwrap();
    // 2025-05-07 to 2025-06-02 without weekends, Duanwu (31 May, 2 June): 17 working days and no make-up day.
    assert_eq!(days(0), (60, 18, 42));
    assert_eq!(days(2), (60, 13, 47), "five working days less");
    assert_eq!((all[3].view.due_on, all[3].holds.len()), (None, 1));
    let pages: Vec<Promise> = {
        let filter = promises::filter(&Asked::default()).unwrap();
        let after = promises::key(&all[1].view);
        let read = move |conn: &mut _, ctx: &_| promises::list(conn, ctx, &filter, Some(after), 1);
        read_as(&app, actor(Role::Admin), read).await.unwrap()
    };
    assert_eq!((rmas(&pages), pages[0].holds.len()), (vec!["R-3"], 1));

    let of = async |asked| list(&app, actor(Role::Admin), asked).await;
    assert_eq!(rmas(&of(state("floating")).await), ["R-2"]);
    assert_eq!(rmas(&of(state("open")).await), ["R-1", "R-4", "R-3"]);
    assert!(of(state("provisional")).await.is_empty());
    let depot = Asked { depot: Some("dz".into()), ..Asked::default() };
    assert_eq!(rmas(&of(depot).await), ["R-4"]);
    let due = Asked { due_before: Some(all[2].view.due_on.unwrap().to_string()), ..Asked::default() };
    assert_eq!(rmas(&of(due).await), ["R-1", "R-4"]);
    let other = Asked { kind: Some("faulty_return".into()), ..Asked::default() };
    assert!(of(other).await.is_empty());
    let one = Asked { rma: Some("R-3".into()), ..Asked::default() };
    assert_eq!(rmas(&of(one).await), ["R-3"]);

    let customer = somebody(&app, Role::Customer, &[], &["C2"]).await;
    assert_eq!(rmas(&list(&app, customer, Asked::default()).await), ["R-4"]);
    let clerk = somebody(&app, Role::Clerk, &["JN"], &[]).await;
    assert_eq!(rmas(&list(&app, clerk, Asked::default()).await), ["R-1", "R-3", "R-2"]);

    let nonsense = Asked {
        kind: Some("vow".into()),
        state: Some("late".into()),
        due_before: Some("2025-6-1".into()),
        ..Asked::default()
    };
    let Err(Refusal::Invalid(errors)) = promises::filter(&nonsense) else { panic!("nonsense") };
    let codes: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(codes, [("kind", "unknown_word"), ("state", "unknown_word"), ("due_before", "bad_date")]);
});

on_both!(time_breaks_open_promises_and_nothing_else, async |db: &Database| {
    let app = support::app(db);
    scene(&app).await;
    // R-1 is due on 2025-07-30. In Beijing it is past midnight when it is still the 30th in UTC.
    on_database(&app, |tx| {
        let due_at = noon(day("2025-07-30"));
        let minutes = NewPromise {
            kind: PromiseKind::SpareInPlace,
            line_id: sql("SELECT min(id) AS value FROM rma_line").number(tx)?,
            customer_id: sql("SELECT min(id) AS value FROM customer").number(tx)?,
            depot_id: None,
            part_id: sql("SELECT min(id) AS value FROM part").number(tx)?,
            plan_version_id: sql("SELECT min(id) AS value FROM plan_version").number(tx)?,
            amount: 240,
            unit: TermUnit::Minutes,
            start_day_counts: false,
            target_bp: 10_000,
            variant: RateVariant::Strict,
            started_at: due_at - chrono::TimeDelta::minutes(240),
            due_on: day("2025-07-30"),
            due_at: Some(due_at),
            calendar_version: 0,
            provisional: false,
            recorded_at: due_at - chrono::TimeDelta::minutes(240),
        };
        beiku::store::promises::insert(tx, &minutes)
    })
    .await;
    let broken = async || number(&app, "SELECT count(*) AS value FROM promise WHERE state = 'broken'").await;
    db.clock().set("2025-07-30T04:00:00Z".parse().unwrap());
    assert_eq!(promises::mark_broken(&app).await.unwrap(), 0, "to the minute");
    db.clock().set("2025-07-30T15:59:59Z".parse().unwrap());
    assert_eq!(promises::mark_broken(&app).await.unwrap(), 1, "the four hours are over, the day is not");
    db.clock().set("2025-07-30T16:00:00Z".parse().unwrap());
    assert_eq!(promises::mark_broken(&app).await.unwrap(), 1);
    assert_eq!(promises::mark_broken(&app).await.unwrap(), 0, "once");
    assert_eq!(broken().await, 2);
    db.clock().set("2026-01-01T00:00:00Z".parse().unwrap());
    let (a, b) = tokio::join!(promises::mark_broken(&app), promises::mark_broken(&app));
    assert_eq!(a.unwrap() + b.unwrap(), 2, "two at once, each row once");
    assert_eq!(
        (
            broken().await,
            number(&app, "SELECT count(*) AS value FROM promise WHERE state = 'floating'").await
        ),
        (4, 1)
    );
    let list = list(&app, actor(Role::Admin), state("broken")).await;
    assert!(list.iter().all(|promise| promise.days.is_none_or(|days| days.remaining < 0)));
    assert_eq!(list.iter().filter(|promise| promise.days.is_none()).count(), 1, "no days in minutes");
});
