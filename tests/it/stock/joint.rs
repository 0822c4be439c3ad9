//! Movements of many callers booked together: each as if it had been alone.

use super::world::{BOARD, REUSED, World, lot, refused, unit, world};
use crate::support::{Database, on_both};
use beiku::app::stock::{self, Booked, Booking, Wanted};
use beiku::app::{AppResult, Error, Once, Outcome};
use beiku::domain::actor::Role;
use beiku::domain::stock::MovementKind as Kind;
use beiku::store::StoreError;
use beiku::store::sql::sql;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, mpsc};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

fn key(key: &str, fingerprint: &str) -> Once {
    Once { key: key.into(), fingerprint: fingerprint.into(), bound_to: None }
}

fn wanted(w: &World, role: Role, booking: Booking, once: Option<Once>) -> Wanted {
    let ctx = w.ctx_of(w.actor(role));
    Wanted {
        ctx,
        booking,
        once,
        encode: |booked, ctx| (201, format!("{}: {}", ctx.actor.username, booked.id)),
    }
}

/// One joint booking; what of it was booked, by its place.
async fn together(w: &World, wanted: Vec<Wanted>) -> AppResult<BTreeMap<usize, Booked>> {
    let booked = w.write(move |tx, _| stock::book_plain(tx, &wanted)).await?;
    Ok(booked.into_iter().collect())
}

async fn alone(w: &World, wanted: Wanted) -> AppResult<Outcome<Booked>> {
    stock::book_jointly(&w.app, wanted).await
}

on_both!(what_is_plain_is_booked_and_everything_else_is_left_as_it_was, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1", "SN2", "SN3"]).await;
    w.book(lot(Kind::Receive, 5, "supplier", "JN")).await.unwrap();
    let known = wanted(&w, Role::Manager, lot(Kind::Receive, 1, "supplier", "JN"), Some(key("known", "f")));
    assert!(matches!(alone(&w, known.clone()).await.unwrap(), Outcome::Done(_)));
    let before = w.number("SELECT count(*) AS value FROM movement").await;

    let ship = |serial| unit(Kind::Issue, BOARD, serial, "JN", "customer:C1");
    let asked = vec![
        wanted(&w, Role::Manager, ship("SN1"), Some(key("a", "1"))),
        // The same unit again; the same key again; a key that was used; another's same key.
        wanted(&w, Role::Admin, unit(Kind::Move, BOARD, "SN1", "JN", "JN/A1-01"), None),
        wanted(&w, Role::Manager, ship("SN2"), Some(key("a", "1"))),
        known,
        wanted(&w, Role::Admin, ship("SN2"), Some(key("a", "2"))),
        // Refused: unknown part, no right, not there.
        wanted(&w, Role::Manager, unit(Kind::Receive, "P-NONE", "SN9", "supplier", "JN"), None),
        wanted(&w, Role::Customer, ship("SN3"), None),
        wanted(&w, Role::Manager, unit(Kind::Issue, BOARD, "SN3", "DZ", "customer:C1"), Some(key("b", "3"))),
        // A way that would come into being.
        wanted(&w, Role::Manager, unit(Kind::TransferOut, BOARD, "SN3", "JN", "transit:NEW"), None),
        wanted(&w, Role::Manager, lot(Kind::Issue, 2, "JN", "customer:C1"), None),
        wanted(&w, Role::Manager, lot(Kind::Receive, 7, "supplier", "DZ"), None),
        wanted(&w, Role::Manager, unit(Kind::Receive, REUSED, "SN1", "supplier", "JN"), None),
    ];
    let booked = together(&w, asked.clone()).await.unwrap();
    assert_eq!(booked.keys().copied().collect::<Vec<_>>(), [0, 4, 9, 10, 11]);
    assert_eq!(w.number("SELECT count(*) AS value FROM movement").await, before + 5);
    assert_eq!(w.number("SELECT count(*) AS value FROM place WHERE code = 'transit:NEW'").await, 0);
    // Who booked it is who asked.
    let by_admin = "SELECT count(*) AS value FROM movement m JOIN app_user u ON u.id = m.actor_id WHERE u.role = 'admin' AND m.kind = 'issue'";
    assert_eq!(w.number(by_admin).await, 1);
    w.prove().await;

    // Each that was left goes alone now, and is told what it would have been told.
    let told = async |at: usize| alone(&w, asked[at].clone()).await;
    assert_eq!(refused(told(1).await).code(), "unit_elsewhere");
    assert_eq!(refused(told(5).await).code(), "invalid");
    assert_eq!(refused(told(6).await).code(), "forbidden");
    assert_eq!(refused(told(7).await).code(), "unit_elsewhere");
    for (at, answer) in [(0, booked[&0].id), (2, booked[&0].id), (4, booked[&4].id)] {
        let Outcome::Replayed { status: 201, body } = told(at).await.unwrap() else {
            panic!("{at}: booked again")
        };
        assert!(body.ends_with(&format!(": {answer}")), "{body}");
    }
    assert!(matches!(told(8).await.unwrap(), Outcome::Done(_)));
    // The refusal left its key free.
    let corrected = wanted(&w, Role::Manager, lot(Kind::Issue, 1, "JN", "customer:C1"), Some(key("b", "4")));
    assert!(matches!(alone(&w, corrected).await.unwrap(), Outcome::Done(_)));
    w.prove().await;
});

on_both!(who_is_in_the_way_of_the_others_undoes_nothing_but_the_joint_booking, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 3, "supplier", "JN")).await.unwrap();
    let two = |n: &str| wanted(&w, Role::Manager, lot(Kind::Issue, 2, "JN", "customer:C1"), Some(key(n, n)));
    assert_eq!(refused(together(&w, vec![two("a"), two("b")]).await).code(), "not_enough_stock");
    assert_eq!(w.number("SELECT count(*) AS value FROM idempotency").await, 0);
    assert_eq!(w.balances().await["JN Q-1 good us"], 3);
    assert!(matches!(alone(&w, two("a")).await.unwrap(), Outcome::Done(_)));
    assert_eq!(refused(alone(&w, two("b")).await).code(), "not_enough_stock");
    w.prove().await;
});

on_both!(a_unit_whose_clock_is_ahead_lifts_nobody_else, async |db: &Database| {
    let w = world(db).await;
    db.clock().advance(TimeDelta::seconds(20));
    w.receive("JN", BOARD, &["AHEAD"]).await;
    db.clock().advance(TimeDelta::seconds(-20));
    let now = db.clock().now();
    let asked = vec![
        wanted(&w, Role::Manager, unit(Kind::Move, BOARD, "AHEAD", "JN", "JN/A1-01"), None),
        wanted(&w, Role::Manager, lot(Kind::Receive, 5, "supplier", "JN"), None),
    ];
    let booked = together(&w, asked.clone()).await.unwrap();
    assert_eq!(booked.keys().copied().collect::<Vec<_>>(), [1]);
    assert_eq!((booked[&1].posting.occurred_at, booked[&1].recorded_at), (now, now));
    assert!(matches!(alone(&w, asked[0].clone()).await.unwrap(), Outcome::Done(_)));
    w.prove().await;
});

on_both!(rows_somebody_holds_keep_nobody_waiting_for_long, async |db: &Database| {
    let w = world(db).await;
    if !w.app.store().is_shared() {
        // One writer: nobody else holds rows.
        return;
    }
    w.book(lot(Kind::Receive, 5, "supplier", "JN")).await.unwrap();
    let (holds, held) = mpsc::channel();
    let (let_go, may_go) = mpsc::channel::<()>();
    let may_go = Mutex::new(may_go);
    let store = w.app.store().clone();
    let holder = tokio::task::spawn_blocking(move || {
        store.write_blocking(move |tx| {
            sql("UPDATE balance SET quantity = quantity").execute(tx)?;
            holds.send(()).unwrap();
            may_go.lock().unwrap().recv().unwrap();
            Ok::<_, StoreError>(())
        })
    });
    tokio::task::spawn_blocking(move || held.recv().unwrap()).await.unwrap();
    let asked = vec![wanted(&w, Role::Manager, lot(Kind::Issue, 1, "JN", "customer:C1"), None)];
    assert!(
        matches!(together(&w, asked.clone()).await, Err(Error::Fault(_))),
        "it is given up, not waited for"
    );
    let_go.send(()).unwrap();
    holder.await.unwrap().unwrap();
    assert!(matches!(alone(&w, asked[0].clone()).await.unwrap(), Outcome::Done(_)));
    w.prove().await;
});

on_both!(a_hundred_at_once_are_each_answered_as_if_alone, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 10, "supplier", "JN")).await.unwrap();
    let mut asked = vec![];
    for n in 0..30 {
        let serial = format!("SN{n}");
        let receive = unit(Kind::Receive, BOARD, &serial, "supplier", if n % 2 == 0 { "JN" } else { "DZ" });
        // Sent twice with its key, and once more without.
        asked.push(("keyed", wanted(&w, Role::Manager, receive.clone(), Some(key(&serial, "f")))));
        asked.push(("keyed", wanted(&w, Role::Manager, receive, Some(key(&serial, "f")))));
    }
    for _ in 0..20 {
        asked.push(("taken", wanted(&w, Role::Manager, lot(Kind::Issue, 1, "JN", "customer:C1"), None)));
        asked.push((
            "same",
            wanted(&w, Role::Admin, unit(Kind::Receive, BOARD, "ONE", "supplier", "JN"), None),
        ));
    }
    let gate = Arc::new(Barrier::new(asked.len()));
    let mut tasks = JoinSet::new();
    for (what, wanted) in asked {
        let (app, gate) = (w.app.clone(), Arc::clone(&gate));
        tasks.spawn(async move {
            gate.wait().await;
            (what, stock::book_jointly(&app, wanted).await)
        });
    }
    let mut seen: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut bodies = BTreeSet::new();
    for (what, outcome) in tasks.join_all().await {
        let word = match outcome {
            Ok(Outcome::Done(_)) => "done".to_owned(),
            Ok(Outcome::Replayed { body, .. }) => {
                bodies.insert(body);
                "replayed".to_owned()
            }
            Err(error) => refused::<()>(Err(error)).code().to_owned(),
        };
        *seen.entry((what, word)).or_default() += 1;
    }
    let count = |what: &'static str, word: &str| seen.get(&(what, word.to_owned())).copied().unwrap_or(0);
    assert_eq!((count("keyed", "done"), count("keyed", "replayed")), (30, 30), "{seen:?}");
    assert_eq!(bodies.len(), 30);
    assert_eq!((count("taken", "done"), count("taken", "not_enough_stock")), (10, 10), "{seen:?}");
    assert_eq!((count("same", "done"), count("same", "serial_elsewhere")), (1, 19), "{seen:?}");
    let left = "SELECT CAST(SUM(b.quantity) AS BIGINT) AS value FROM balance b JOIN part p ON p.id = b.part_id WHERE p.part_no = 'Q-1'";
    assert_eq!(w.number(left).await, 0);
    assert_eq!(w.number("SELECT count(*) AS value FROM unit").await, 31);
    w.prove().await;
});
