//! Many at once: what is there once is given once, and nobody gets an error for having come at the same time.

use super::world::{BOARD, SCREW, World, hold, hold_unit, lot, refused, unit, world};
use crate::support::{Database, on_both};
use beiku::app::stock::{self, Booking, Hold};
use beiku::app::{self, AppResult, Ctx, Error, Once, Outcome};
use beiku::domain::stock::MovementKind as Kind;
use beiku::store::Conn;
use chrono::TimeDelta;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

type Work<T> = Box<dyn Fn(&mut Conn, &Ctx) -> AppResult<T> + Send>;

/// Runs every piece of work in a transaction of its own, all started together; the results in the order of the work.
async fn at_once<T: Send + 'static>(w: &World, work: Vec<Work<T>>) -> Vec<AppResult<T>> {
    let gate = Arc::new(Barrier::new(work.len()));
    let mut tasks = JoinSet::new();
    for (at, work) in work.into_iter().enumerate() {
        let (app, ctx, gate) = (w.app.clone(), w.ctx(), Arc::clone(&gate));
        tasks.spawn(async move {
            gate.wait().await;
            let done = app::run(&app, &ctx, None, |_| (201, String::new()), work).await;
            (
                at,
                done.map(|outcome| match outcome {
                    Outcome::Done(done) => done,
                    Outcome::Replayed { .. } => panic!("replayed without a key"),
                }),
            )
        });
    }
    let mut results = tasks.join_all().await;
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn reserving(wish: Hold) -> Work<i64> {
    Box::new(move |tx, ctx| Ok(stock::reserve(tx, ctx, &wish)?.id))
}

fn booking(booking: Booking) -> Work<i64> {
    Box::new(move |tx, ctx| Ok(stock::book(tx, ctx, &booking)?.id))
}

/// How many succeeded; the others must have been refused, and for one of these reasons.
#[track_caller]
fn winners<T: std::fmt::Debug>(results: Vec<AppResult<T>>, reasons: &[&str]) -> usize {
    let mut won = 0;
    for result in results {
        match result {
            Ok(_) => won += 1,
            Err(Error::Refused(refusal)) => assert!(reasons.contains(&refusal.code()), "{refusal:?}"),
            Err(fault) => panic!("a fault: {fault:?}"),
        }
    }
    won
}

on_both!(sixty_four_want_ten_screws_and_ten_get_one, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 10, "supplier", "JN")).await.unwrap();
    let results = at_once(&w, (0..64).map(|_| reserving(hold(SCREW, "JN", 1))).collect()).await;
    assert_eq!(winners(results, &["not_available"]), 10);
    assert_eq!(w.availability().await["JN Q-1"], (10, 10));
    assert_eq!(w.number("SELECT count(*) AS value FROM reservation WHERE state = 'open'").await, 10);
    w.prove().await;
});

on_both!(sixty_four_want_ten_boards_by_serial_and_each_goes_to_one, async |db: &Database| {
    let w = world(db).await;
    let serials: Vec<String> = (0..10).map(|n| format!("SN{n}")).collect();
    w.receive("JN", BOARD, &serials.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let results =
        at_once(&w, (0..64).map(|n| reserving(hold_unit(BOARD, "JN", &serials[n % 10]))).collect()).await;
    assert_eq!(winners(results, &["unit_reserved", "not_available"]), 10);
    assert_eq!(w.availability().await["JN P-100"], (10, 10));
    w.prove().await;
});

on_both!(a_unit_is_never_both_held_and_given_away, async |db: &Database| {
    let w = world(db).await;
    for round in 0..4 {
        let serials: Vec<String> = (0..12).map(|n| format!("R{round}-{n}")).collect();
        w.receive("JN", BOARD, &serials.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let mut work = vec![];
        for serial in &serials {
            work.push(reserving(hold_unit(BOARD, "JN", serial)));
            work.push(booking(unit(Kind::Issue, BOARD, serial, "JN", "customer:C1")));
        }
        let results = at_once(&w, work).await;
        for (pair, serial) in results.chunks(2).zip(&serials) {
            assert_eq!(pair.iter().filter(|result| result.is_ok()).count(), 1, "{serial}: {pair:?}");
        }
        let refusals = results.into_iter().filter(Result::is_err).collect();
        winners::<i64>(refusals, &["unit_reserved", "unit_elsewhere", "not_available", "stock_reserved"]);
        w.prove().await;
    }
});

on_both!(what_is_held_by_count_is_never_given_away, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 30, "supplier", "JN")).await.unwrap();
    let mut work: Vec<Work<i64>> = vec![];
    for _ in 0..30 {
        work.push(reserving(hold(SCREW, "JN", 1)));
        work.push(booking(lot(Kind::Issue, 1, "JN", "customer:C1")));
    }
    let results = at_once(&w, work).await;
    assert_eq!(winners(results, &["not_available", "stock_reserved", "not_enough_stock"]), 30);
    let (good, reserved) = w.availability().await["JN Q-1"];
    assert_eq!(good, reserved, "every screw is either held or gone");
    w.prove().await;
});

on_both!(sixteen_move_units_and_nobody_gets_an_error, async |db: &Database| {
    let w = world(db).await;
    let serials: Vec<String> = (0..16).map(|n| format!("SN{n}")).collect();
    w.receive("JN", BOARD, &serials.iter().map(String::as_str).collect::<Vec<_>>()).await;
    w.book(lot(Kind::Receive, 160, "supplier", "JN")).await.unwrap();
    let mut tasks = JoinSet::new();
    for serial in serials {
        let (app, ctx) = (w.app.clone(), w.ctx());
        tasks.spawn(async move {
            for step in 0..20 {
                let (from, to) = if step % 2 == 0 { ("JN", "JN/A1-01") } else { ("JN/A1-01", "JN") };
                let moves = vec![unit(Kind::Move, BOARD, &serial, from, to), lot(Kind::Move, 3, from, to)];
                let outcome = app::run(
                    &app,
                    &ctx,
                    None,
                    |_| (201, String::new()),
                    move |tx, ctx| stock::book_batch(tx, ctx, &moves),
                )
                .await;
                outcome.unwrap_or_else(|error| panic!("{serial} step {step}: {error}"));
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(w.number("SELECT count(*) AS value FROM movement").await, 16 + 1 + 16 * 20 * 2);
    assert_eq!(w.balances().await.into_values().sum::<i64>(), 176);
    w.prove().await;
});

on_both!(batches_over_the_same_units_do_not_lock_each_other_out, async |db: &Database| {
    let w = world(db).await;
    let serials: Vec<String> = (0..40).map(|n| format!("SN{n:02}")).collect();
    w.receive("JN", BOARD, &serials.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let there: Vec<Booking> =
        serials.iter().map(|serial| unit(Kind::Move, BOARD, serial, "JN", "JN/A1-01")).collect();
    let mut work: Vec<Work<usize>> = vec![];
    for n in 0..8 {
        let mut items = there.clone();
        if n % 2 == 1 {
            items.reverse();
        }
        work.push(Box::new(move |tx, ctx| Ok(stock::book_batch(tx, ctx, &items)?.len())));
    }
    // A batch names what stands in its way row by row.
    assert_eq!(winners(at_once(&w, work).await, &["invalid"]), 1);
    w.prove().await;
});

on_both!(
    the_same_request_fifty_times_at_once_has_one_effect_and_fifty_equal_answers,
    async |db: &Database| {
        let w = world(db).await;
        let gate = Arc::new(Barrier::new(50));
        let mut tasks = JoinSet::new();
        for _ in 0..50 {
            let (app, ctx, gate) = (w.app.clone(), w.ctx(), Arc::clone(&gate));
            tasks.spawn(async move {
                let once = Once {
                    key: "the-same".into(),
                    fingerprint: b"POST /movements receive SN1".to_vec(),
                    bound_to: None,
                };
                gate.wait().await;
                let encode = |booked: &stock::Booked| (201, format!("{{\"id\":{}}}", booked.id));
                let receive = unit(Kind::Receive, BOARD, "SN1", "supplier", "JN");
                let outcome =
                    app::run(&app, &ctx, Some(once), encode, move |tx, ctx| stock::book(tx, ctx, &receive))
                        .await;
                match outcome.unwrap() {
                    Outcome::Done(booked) => (true, encode(&booked)),
                    Outcome::Replayed { status, body } => (false, (status, body)),
                }
            });
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|(first, _)| *first).count(), 1);
        assert!(answers.iter().all(|(_, answer)| *answer == answers[0].1));
        assert_eq!(w.number("SELECT count(*) AS value FROM movement").await, 1);
        w.prove().await;
    }
);

on_both!(a_key_is_bound_to_its_request_its_actor_and_its_success, async |db: &Database| {
    use beiku::domain::actor::Role;
    let w = world(db).await;
    let send = async |role, fingerprint: &'static str, booking: Booking| {
        let once = Once { key: "k".into(), fingerprint: fingerprint.into(), bound_to: None };
        let ctx = w.ctx_of(w.actor(role));
        let work = move |tx: &mut Conn, ctx: &Ctx| stock::book(tx, ctx, &booking);
        app::run(&w.app, &ctx, Some(once), |booked| (201, booked.id.to_string()), work).await
    };
    let too_many = lot(Kind::Issue, 1, "JN", "customer:C1");
    assert_eq!(refused(send(Role::Manager, "a", too_many).await).code(), "not_enough_stock");
    // The refusal left the key free for the corrected request.
    let right = lot(Kind::Receive, 1, "supplier", "JN");
    assert!(matches!(send(Role::Manager, "b", right.clone()).await.unwrap(), Outcome::Done(_)));
    assert!(matches!(
        send(Role::Manager, "b", right.clone()).await.unwrap(),
        Outcome::Replayed { status: 201, .. }
    ));
    assert_eq!(refused(send(Role::Manager, "a", right.clone()).await).code(), "idempotency_key_reused");
    assert!(matches!(send(Role::Admin, "a", right).await.unwrap(), Outcome::Done(_)));
    assert_eq!(w.balances().await["JN Q-1 good us"], 2);
});

on_both!(one_of_eight_equal_acts_is_done_and_the_others_learn_why_not, async |db: &Database| {
    let w = world(db).await;
    let receipts = (0..8).map(|_| booking(unit(Kind::Receive, BOARD, "SN1", "supplier", "JN"))).collect();
    assert_eq!(winners(at_once(&w, receipts).await, &["serial_elsewhere"]), 1);
    let issues = (0..8).map(|_| booking(unit(Kind::Issue, BOARD, "SN1", "JN", "customer:C1"))).collect();
    assert_eq!(winners(at_once(&w, issues).await, &["unit_elsewhere"]), 1);
    let first = w.book(lot(Kind::Receive, 5, "supplier", "JN")).await.unwrap().id;
    // Enough for all eight, so that only the rule stands in their way.
    w.book(lot(Kind::Receive, 100, "supplier", "JN")).await.unwrap();
    let reversals: Vec<Work<i64>> = (0..8)
        .map(|_| -> Work<i64> { Box::new(move |tx, ctx| Ok(stock::reverse(tx, ctx, first, "x")?.id)) })
        .collect();
    assert_eq!(winners(at_once(&w, reversals).await, &["already_reversed"]), 1);
    assert_eq!(w.balances().await["JN Q-1 good us"], 100);
    let held = w.reserve(hold(SCREW, "JN", 5)).await.unwrap().id;
    let releases: Vec<Work<i64>> = (0..8)
        .map(|_| -> Work<i64> { Box::new(move |tx, ctx| Ok(stock::release(tx, ctx, held)?.id)) })
        .collect();
    assert_eq!(winners(at_once(&w, releases).await, &["reservation_ended"]), 1);
    assert_eq!(w.availability().await["JN Q-1"], (100, 0));
    w.prove().await;
});

on_both!(several_nodes_expire_the_same_reservations_once, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 30, "supplier", "JN")).await.unwrap();
    let until = db.clock().now() + TimeDelta::minutes(1);
    for _ in 0..20 {
        w.reserve(Hold { expires_at: Some(until), ..hold(SCREW, "JN", 1) }).await.unwrap();
    }
    db.clock().set(until);
    let mut nodes = JoinSet::new();
    for _ in 0..4 {
        let app = w.app.clone();
        nodes.spawn(async move { stock::expire_reservations(&app).await.unwrap() });
    }
    assert_eq!(nodes.join_all().await.into_iter().sum::<usize>(), 20);
    assert_eq!(w.availability().await["JN Q-1"], (30, 0));
    w.prove().await;
});
