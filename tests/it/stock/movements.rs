//! Every kind of movement, with the rows it leaves; and refusals, which leave none.

use super::world::{BOARD, REUSED, REUSED_TOO, SCREW, becoming, lot, owned_by, refused, unit, world};
use crate::support::{Database, on_both};
use beiku::app::stock::{self, Booking};
use beiku::domain::actor::Role;
use beiku::domain::refusal::Refusal;
use beiku::domain::stock::{Condition, MovementKind as Kind, Owner};
use chrono::TimeDelta;
use std::collections::BTreeMap;

fn balances<const N: usize>(rows: [(&str, i64); N]) -> BTreeMap<String, i64> {
    rows.into_iter().map(|(key, quantity)| (key.to_owned(), quantity)).collect()
}

fn available<const N: usize>(rows: [(&str, (i64, i64)); N]) -> BTreeMap<String, (i64, i64)> {
    rows.into_iter().map(|(key, counts)| (key.to_owned(), counts)).collect()
}

on_both!(a_unit_lives_through_every_kind_of_movement, async |db: &Database| {
    let w = world(db).await;
    let steps = [
        (unit(Kind::Receive, BOARD, "SN1", "supplier", "JN/A1-01"), "JN/A1-01 P-100 good us"),
        (unit(Kind::Move, BOARD, "SN1", "JN/A1-01", "JN/A1-02"), "JN/A1-02 P-100 good us"),
        (unit(Kind::TransferOut, BOARD, "SN1", "JN/A1-02", "transit:17"), "transit:17 P-100 good us"),
        (unit(Kind::TransferIn, BOARD, "SN1", "transit:17", "DZ"), "DZ P-100 good us"),
        (unit(Kind::Issue, BOARD, "SN1", "DZ", "engineer:wang"), "engineer:wang P-100 good us"),
        (unit(Kind::Return, BOARD, "SN1", "engineer:wang", "DZ"), "DZ P-100 good us"),
        (unit(Kind::Issue, BOARD, "SN1", "DZ", "customer:C1"), ""),
        (unit(Kind::Return, BOARD, "SN1", "customer:C1", "DZ"), "DZ P-100 quarantined us"),
        (becoming(Condition::Faulty, unit(Kind::Convert, BOARD, "SN1", "DZ", "DZ")), "DZ P-100 faulty us"),
        (unit(Kind::Issue, BOARD, "SN1", "DZ", "vendor:V1"), "vendor:V1 P-100 faulty us"),
        (
            becoming(Condition::Good, unit(Kind::Return, BOARD, "SN1", "vendor:V1", "DZ/bench")),
            "DZ/bench P-100 good us",
        ),
        (
            owned_by(
                Owner::Customer("C1".into()),
                unit(Kind::TransferTitle, BOARD, "SN1", "DZ/bench", "DZ/bench"),
            ),
            "DZ/bench P-100 good customer:C1",
        ),
        (
            owned_by(Owner::Us, unit(Kind::TransferTitle, BOARD, "SN1", "DZ/bench", "DZ/bench")),
            "DZ/bench P-100 good us",
        ),
        (unit(Kind::Adjust, BOARD, "SN1", "DZ/bench", "lost"), ""),
        (unit(Kind::Adjust, BOARD, "SN1", "lost", "JN/A1-01"), "JN/A1-01 P-100 good us"),
        (unit(Kind::Consume, BOARD, "SN1", "JN/A1-01", "consumed"), ""),
    ];
    let count = i64::try_from(steps.len()).unwrap();
    for (step, stands) in steps {
        db.clock().advance(TimeDelta::minutes(1));
        let booked = w.book(step.clone()).await.unwrap_or_else(|error| panic!("{step:?}: {error}"));
        assert_eq!(booked.recorded_at, db.clock().now());
        let expected = if stands.is_empty() { balances([]) } else { balances([(stands, 1)]) };
        assert_eq!(w.balances().await, expected, "{:?}", step.kind);
        // Only what is good, ours and in a depot or bin may be picked.
        let depot = stands.split(['/', ' ']).next().unwrap().to_owned();
        let good =
            stands.ends_with("good us") && !stands.contains("bench") && ["JN", "DZ"].contains(&&*depot);
        let expected = if good { available([(&format!("{depot} P-100"), (1, 0))]) } else { available([]) };
        assert_eq!(w.availability().await, expected, "{:?}", step.kind);
        w.prove().await;
    }
    let found = w.read(|conn, ctx| stock::unit(conn, ctx, "sn1", None)).await;
    assert_eq!((found.place.as_str(), found.version), ("consumed", count));
    let history = w.read(|conn, ctx| stock::history(conn, ctx, "SN1", None, i64::MAX, 200)).await;
    let kinds: Vec<Kind> = history.iter().rev().map(|row| row.kind).collect();
    assert_eq!(i64::try_from(kinds.len()).unwrap(), count);
    assert_eq!(&kinds[..4], [Kind::Receive, Kind::Move, Kind::TransferOut, Kind::TransferIn]);
    assert_eq!(history[0].actor.as_deref(), Some("manager"));
    assert_eq!((history[0].from_place.as_str(), history[0].to_place.as_str()), ("JN/A1-01", "consumed"));
});

on_both!(a_quantity_is_counted_through_every_kind_of_movement, async |db: &Database| {
    let w = world(db).await;
    for booking in [
        lot(Kind::Receive, 100, "supplier", "JN/A1-01"),
        lot(Kind::Move, 40, "JN/A1-01", "JN/A1-02"),
        lot(Kind::TransferOut, 10, "JN/A1-01", "transit:1"),
        lot(Kind::TransferIn, 9, "transit:1", "DZ"),
        lot(Kind::Issue, 5, "JN/A1-01", "customer:C1"),
        lot(Kind::Return, 2, "customer:C1", "JN/A1-01"),
        becoming(Condition::Faulty, lot(Kind::Convert, 3, "JN/A1-02", "JN/A1-02")),
        lot(Kind::Consume, 7, "JN/A1-02", "consumed"),
        lot(Kind::Adjust, 1, "JN/A1-01", "lost"),
        lot(Kind::Adjust, 2, "lost", "DZ"),
        Booking { condition: Some(Condition::Faulty), ..lot(Kind::Scrap, 1, "JN/A1-02", "scrap") },
        lot(Kind::Issue, 4, "DZ", "vendor:V1"),
    ] {
        w.book(booking.clone()).await.unwrap_or_else(|error| panic!("{booking:?}: {error}"));
    }
    assert_eq!(
        w.balances().await,
        balances([
            // 100 − 40 − 10 − 5 − 1; the 2 that came back wait to be looked at.
            ("JN/A1-01 Q-1 good us", 44),
            ("JN/A1-01 Q-1 quarantined us", 2),
            ("JN/A1-02 Q-1 good us", 30),
            ("JN/A1-02 Q-1 faulty us", 2),
            ("transit:1 Q-1 good us", 1),
            ("DZ Q-1 good us", 7),
            ("vendor:V1 Q-1 good us", 4),
        ])
    );
    assert_eq!(w.availability().await, available([("JN Q-1", (74, 0)), ("DZ Q-1", (7, 0))]));
    w.prove().await;
});

on_both!(a_refused_movement_leaves_nothing_behind, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN/A1-01", BOARD, &["SN1"]).await;
    w.book(lot(Kind::Receive, 5, "supplier", "JN")).await.unwrap();
    w.book(becoming(Condition::Faulty, unit(Kind::Receive, BOARD, "BAD", "supplier", "JN"))).await.unwrap();
    let before = (
        w.balances().await,
        w.availability().await,
        w.number("SELECT count(*) AS value FROM movement").await,
    );
    for (booking, code) in [
        (unit(Kind::Issue, BOARD, "SN1", "JN", "customer:C1"), "unit_elsewhere"),
        (unit(Kind::Receive, BOARD, "SN1", "supplier", "DZ"), "serial_elsewhere"),
        (unit(Kind::Receive, "P-200", "SN1", "supplier", "DZ"), "wrong_part"),
        (unit(Kind::Issue, BOARD, "NEW", "JN", "customer:C1"), "not_found"),
        (unit(Kind::Issue, BOARD, "BAD", "JN", "customer:C1"), "wrong_condition"),
        (unit(Kind::Move, BOARD, "SN1", "JN/A1-01", "customer:C1"), "illegal_move"),
        (lot(Kind::Issue, 6, "JN", "customer:C1"), "not_enough_stock"),
        (lot(Kind::Issue, 1, "DZ", "customer:C1"), "not_enough_stock"),
        (lot(Kind::Return, 1, "vendor:V1", "JN"), "not_enough_stock"),
        (lot(Kind::TransferIn, 1, "transit:99", "JN"), "not_enough_stock"),
        (lot(Kind::Receive, 0, "supplier", "JN"), "invalid"),
        (lot(Kind::Receive, 2_000_000_000, "supplier", "JN"), "invalid"),
        (unit(Kind::Receive, SCREW, "SN1", "supplier", "JN"), "invalid"),
        (unit(Kind::Receive, "NOPE", "SN1", "supplier", "JN"), "invalid"),
        (unit(Kind::Receive, BOARD, "SN2", "supplier", "nowhere"), "invalid"),
        (
            owned_by(
                Owner::Customer("NOPE".into()),
                unit(Kind::TransferTitle, BOARD, "SN1", "JN/A1-01", "JN/A1-01"),
            ),
            "invalid",
        ),
        (
            Booking { reason: "a\u{0}b".into(), ..unit(Kind::Receive, BOARD, "SN2", "supplier", "JN") },
            "invalid",
        ),
        (
            Booking { document: "x".repeat(501), ..unit(Kind::Receive, BOARD, "SN2", "supplier", "JN") },
            "invalid",
        ),
        (
            Booking {
                occurred_at: Some(db.clock().now() + TimeDelta::seconds(1)),
                ..lot(Kind::Move, 1, "JN", "DZ")
            },
            "in_the_future",
        ),
        (
            Booking {
                occurred_at: Some(db.clock().now() - TimeDelta::seconds(1)),
                ..unit(Kind::Move, BOARD, "SN1", "JN/A1-01", "DZ")
            },
            "out_of_order",
        ),
    ] {
        let refusal = refused(w.book(booking.clone()).await);
        assert_eq!(refusal.code(), code, "{booking:?}: {refusal:?}");
    }
    let after = (
        w.balances().await,
        w.availability().await,
        w.number("SELECT count(*) AS value FROM movement").await,
    );
    assert_eq!(before, after);
    assert_eq!(w.number("SELECT count(*) AS value FROM unit").await, 2);
    assert_eq!(w.number("SELECT count(*) AS value FROM place WHERE kind = 'transit'").await, 0);
    w.prove().await;
});

on_both!(a_unit_the_books_never_met_enters_by_an_opening, async |db: &Database| {
    let w = world(db).await;
    // From a customer, and another serial from the maker (PRODUCT "Places and owners", "Another serial from the maker").
    let theirs =
        Booking { document: "RMA-1".into(), ..unit(Kind::Receive, BOARD, "OLD", "customer:C1", "JN") };
    w.book(theirs).await.unwrap();
    w.book(unit(Kind::Receive, BOARD, "SWAP", "vendor:V1", "JN")).await.unwrap();
    w.book(unit(Kind::Adjust, BOARD, "FOUND", "opening", "JN")).await.unwrap();
    assert_eq!(
        w.balances().await,
        balances([("JN P-100 quarantined customer:C1", 1), ("JN P-100 good us", 2)])
    );
    for (serial, path) in [
        ("OLD", vec![(Kind::Opening, "opening", "customer:C1"), (Kind::Receive, "customer:C1", "JN")]),
        ("SWAP", vec![(Kind::Opening, "opening", "vendor:V1"), (Kind::Receive, "vendor:V1", "JN")]),
        ("FOUND", vec![(Kind::Adjust, "opening", "JN")]),
    ] {
        let history = w.read(move |conn, ctx| stock::history(conn, ctx, serial, None, i64::MAX, 10)).await;
        let walked: Vec<_> = history
            .iter()
            .rev()
            .map(|row| (row.kind, row.from_place.as_str(), row.to_place.as_str()))
            .collect();
        assert_eq!(walked, path, "{serial}");
        assert!(history.iter().all(|row| row.document == history[0].document));
    }
    w.prove().await;
});

on_both!(what_enters_and_is_refused_later_enters_not_at_all, async |db: &Database| {
    let w = world(db).await;
    w.batch(vec![
        unit(Kind::Receive, BOARD, "N1", "customer:C1", "JN"),
        lot(Kind::Issue, 1, "JN", "customer:C1"),
    ])
    .await
    .unwrap_err();
    assert_eq!(w.number("SELECT count(*) AS value FROM movement").await, 0);
    assert_eq!(w.number("SELECT count(*) AS value FROM unit").await, 0);
});

on_both!(a_clerk_books_in_the_own_depot_and_nowhere_else, async |db: &Database| {
    let w = world(db).await;
    w.receive("DZ", BOARD, &["SN1"]).await;
    for (role, booking, expected) in [
        (Role::Clerk, lot(Kind::Receive, 1, "supplier", "JN"), "done"),
        (Role::Clerk, lot(Kind::Receive, 1, "supplier", "DZ"), "not_your_depot"),
        (Role::Clerk, unit(Kind::Move, BOARD, "SN1", "DZ", "JN"), "not_your_depot"),
        (Role::Clerk, lot(Kind::Adjust, 1, "opening", "JN"), "forbidden"),
        (Role::Engineer, lot(Kind::Receive, 1, "supplier", "JN"), "forbidden"),
        (Role::Technician, lot(Kind::Receive, 1, "supplier", "JN"), "forbidden"),
        (Role::Customer, lot(Kind::Receive, 1, "supplier", "JN"), "forbidden"),
        (Role::Manager, lot(Kind::Receive, 1, "supplier", "DZ"), "done"),
    ] {
        let ctx = w.ctx_of(w.actor(role));
        let wanted = booking.clone();
        let result = w.write_as(ctx, move |tx, ctx| stock::book(tx, ctx, &booking)).await;
        let found = match result {
            Ok(_) => "done",
            result => refused(result).code(),
        };
        assert_eq!(found, expected, "{role} {wanted:?}");
    }
    w.prove().await;
});

on_both!(a_maker_who_reuses_serials_is_told_apart_by_part, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", REUSED, &["SN1"]).await;
    w.receive("JN", REUSED_TOO, &["SN1"]).await;
    let bare = Booking { part_no: None, ..unit(Kind::Issue, "", "SN1", "JN", "customer:C1") };
    assert_eq!(
        refused(w.book(bare).await),
        Refusal::SerialAmbiguous { serial: "SN1".into(), choices: "P-300, P-301".into() }
    );
    w.book(unit(Kind::Issue, REUSED_TOO, "SN1", "JN", "customer:C1")).await.unwrap();
    assert_eq!(w.balances().await, balances([("JN P-300 good us", 1)]));
    w.prove().await;
});

on_both!(serials_are_one_however_they_were_typed, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["ab-100"]).await;
    for (typed, from, to) in [
        (" AB-100 ", "JN", "JN/A1-01"),
        ("ＡＢ－１００", "JN/A1-01", "JN"),
        ("\u{feff}ab-100", "jn", "jn/a1-02"),
    ] {
        let booking = Booking { part_no: None, ..unit(Kind::Move, "", typed, from, to) };
        w.book(booking).await.unwrap_or_else(|error| panic!("{typed:?}: {error}"));
    }
    assert_eq!(w.number("SELECT count(*) AS value FROM unit").await, 1);
    assert_eq!(
        refused(w.book(unit(Kind::Receive, BOARD, "AB-１００", "supplier", "JN")).await).code(),
        "serial_elsewhere"
    );
    w.prove().await;
});

on_both!(a_unit_labelled_anew_answers_to_both_codes, async |db: &Database| {
    let w = world(db).await;
    w.receive("JN", BOARD, &["SN1"]).await;
    w.raw(
        "INSERT INTO unit_alias (unit_id, code, reason, confirmed_by, created_at) \
           SELECT id, 'NEW-1', '标签磨损', (SELECT MIN(id) FROM app_user), last_moved_at FROM unit",
    )
    .await;
    let booked = w.book(unit(Kind::Move, BOARD, "new-1", "JN", "JN/A1-01")).await.unwrap();
    assert_eq!(booked.posting.subject.serial(), Some("SN1"));
    let found = w.read(|conn, ctx| stock::unit(conn, ctx, "NEW-1", None)).await;
    assert_eq!((found.serial.as_str(), found.place.as_str()), ("SN1", "JN/A1-01"));
    // The new label is not a new unit, and the two codes are one unit in one batch.
    assert_eq!(
        refused(w.book(unit(Kind::Receive, BOARD, "NEW-1", "supplier", "JN")).await).code(),
        "serial_elsewhere"
    );
    let twice = w
        .batch(vec![
            unit(Kind::Move, BOARD, "SN1", "JN/A1-01", "JN"),
            unit(Kind::Move, BOARD, "NEW-1", "JN/A1-01", "JN"),
        ])
        .await;
    let Refusal::Invalid(errors) = refused(twice) else { panic!("not the batch's refusal") };
    assert_eq!(errors[0].code, "duplicate_in_batch");
    w.prove().await;
});

on_both!(a_counted_part_is_never_taken_before_it_was_there, async |db: &Database| {
    let w = world(db).await;
    let day = |day: i64| db.clock().now() - TimeDelta::days(20 - day);
    let on = |at: i64, booking: Booking| Booking { occurred_at: Some(day(at)), ..booking };
    w.book(on(10, lot(Kind::Receive, 10, "supplier", "JN"))).await.unwrap();
    let early = refused(w.book(on(5, lot(Kind::Issue, 2, "JN", "customer:C1"))).await);
    assert_eq!(
        early,
        Refusal::NotEnoughThen {
            part_no: SCREW.into(),
            place: "JN".into(),
            wanted: "2".into(),
            at: beiku_at(day(5)),
        }
    );
    // At that very moment it was there, and later.
    w.book(on(10, lot(Kind::Issue, 2, "JN", "customer:C1"))).await.unwrap();
    w.book(on(15, lot(Kind::Issue, 7, "JN", "customer:C1"))).await.unwrap();
    // One was left since, so no more than one was there to be taken in between.
    w.book(on(18, lot(Kind::Receive, 5, "supplier", "JN"))).await.unwrap();
    let between = refused(w.book(on(12, lot(Kind::Issue, 2, "JN", "customer:C1"))).await);
    assert_eq!(between.args().last().unwrap(), &("at", beiku_at(day(15))), "{between:?}");
    // A batch as a whole, whatever it brings later.
    let batch = vec![
        on(19, lot(Kind::Receive, 5, "supplier", "DZ")),
        on(17, lot(Kind::Issue, 5, "DZ", "customer:C1")),
    ];
    assert_eq!(refused(w.batch(batch).await).code(), "not_enough_then");
    w.book(on(12, lot(Kind::Issue, 1, "JN", "customer:C1"))).await.unwrap();
    assert_eq!(w.balances().await, balances([("JN Q-1 good us", 5)]));
    w.prove().await;
});

/// An instant as refusals name it.
fn beiku_at(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
