//! Month-end snapshots: stock as of a day is the same with them and without, they prove, and little is read.

use super::world::{BOARD, SCREW, World, becoming, lot, then, unit, world};
use crate::support::{Database, Engine, on_both};
use beiku::app::stock::{self, Booking};
use beiku::domain::actor::Scope;
use beiku::domain::stock::proof::DifferenceKind;
use beiku::domain::stock::{Condition, MovementKind as Kind};
use beiku::jobs::{Job, Scheduler};
use beiku::store::as_of::stock_sql;
use beiku::store::snapshots;
use beiku::store::stock::{StockFilter, StockKey};
use chrono::{DateTime, TimeDelta, Utc};

/// Part, depot, condition, owner; how many, held, free, in repair, on the way.
type Line = (String, String, String, String, [i64; 5]);

/// Stock before an instant, by the movements alone and by what is asked of every reader.
async fn both_ways(w: &World, before: DateTime<Utc>) -> (Vec<Line>, Vec<Line>) {
    w.read(move |conn, ctx| {
        let (filter, after) = (StockFilter::default(), StockKey::default());
        let alone = stock_sql(None, &Scope::All, &filter, &then(before), &after, 1_000).load(conn)?;
        let asked = stock::list_as_of(conn, ctx, &filter, &then(before), &after, 1_000)?;
        let told = |rows: Vec<stock::StockAsOfRow>| {
            let line = |row: stock::StockAsOfRow| {
                let counts = [row.quantity, row.reserved, row.available, row.in_repair, row.in_transit];
                (row.part_no, row.depot, row.condition.to_string(), row.owner.to_string(), counts)
            };
            rows.into_iter().map(line).collect::<Vec<Line>>()
        };
        Ok((told(alone), told(asked)))
    })
    .await
}

async fn turn(w: &World) -> usize {
    Scheduler::new(w.app.clone()).turn(Job::Snapshots).await.unwrap()
}

/// Three months in which things come, go and change.
fn steps() -> [Booking; 8] {
    [
        lot(Kind::Receive, 10, "supplier", "JN/A1-01"),
        unit(Kind::Receive, BOARD, "SN1", "supplier", "JN"),
        lot(Kind::TransferOut, 4, "JN/A1-01", "transit:1"),
        unit(Kind::Move, BOARD, "SN1", "JN", "DZ"),
        lot(Kind::TransferIn, 4, "transit:1", "DZ"),
        becoming(Condition::Faulty, unit(Kind::Convert, BOARD, "SN1", "DZ", "DZ")),
        unit(Kind::Move, BOARD, "SN1", "DZ", "DZ/bench"),
        unit(Kind::Scrap, BOARD, "SN1", "DZ/bench", "scrap"),
    ]
}

/// Takes them all; the instants after each step.
async fn three_months(db: &Database, w: &World) -> Vec<DateTime<Utc>> {
    let mut seen = vec![];
    for step in steps() {
        db.clock().advance(TimeDelta::days(12));
        w.book(step).await.unwrap();
        seen.push(db.clock().now() + TimeDelta::microseconds(1));
    }
    seen
}

async fn agree(w: &World, seen: &[DateTime<Utc>]) {
    for at in seen {
        let (alone, asked) = both_ways(w, *at).await;
        assert_eq!(alone, asked, "{at}");
    }
}

/// Part, depot; how many are free, held, on the bench, faulty, quarantined. What is on the way is a transfer's, and these
/// steps are booked without one.
type Cell = (i64, i64, [i64; 5]);

/// What the stock page tells, now or of then.
async fn told(w: &World, then: Option<stock::Then>) -> Vec<Cell> {
    w.read(move |conn, ctx| {
        let filter = stock::MatrixFilter::default();
        let matrix = match then {
            None => stock::matrix(conn, ctx, &filter, "", 50)?,
            Some(then) => stock::matrix_then(conn, ctx, &filter, &then, "", 50)?,
        };
        let counts = |c: &stock::CellRow| [c.available, c.reserved, c.in_repair, c.faulty, c.quarantined];
        let cells = matrix.cells.iter().map(|cell| (cell.part_id, cell.depot_id, counts(cell)));
        let mut cells: Vec<Cell> = cells.filter(|cell| cell.2 != [0; 5]).collect();
        cells.sort_unstable();
        assert!(cells.iter().all(|cell| matrix.parts.iter().any(|part| part.id == cell.0)), "{cells:?}");
        Ok(cells)
    })
    .await
}

on_both!(the_stock_page_of_a_day_tells_what_it_told_then, async |db: &Database| {
    let w = world(db).await;
    let mut seen = vec![];
    for step in steps() {
        db.clock().advance(TimeDelta::days(12));
        w.book(step).await.unwrap();
        seen.push((db.clock().now() + TimeDelta::microseconds(1), told(&w, None).await));
    }
    // By the movements alone, and from the snapshots.
    for taken in [0, 3] {
        if taken > 0 {
            assert_eq!(turn(&w).await, taken);
        }
        for (at, cells) in &seen {
            assert_eq!(&told(&w, Some(then(*at))).await, cells, "{at}");
        }
    }
});

on_both!(stock_as_of_a_day_is_the_same_with_snapshots, async |db: &Database| {
    let w = world(db).await;
    assert_eq!(turn(&w).await, 0, "nothing has moved yet");
    let seen = three_months(db, &w).await;
    let taken = turn(&w).await;
    assert_eq!(taken, 3, "each month that is over");
    assert_eq!(turn(&w).await, 0, "once");
    agree(&w, &seen).await;
    // What is booked late, for a month that has its snapshot, counts at once …
    let late = Booking { occurred_at: Some(seen[0]), ..lot(Kind::Receive, 5, "supplier", "QD") };
    w.book(late).await.unwrap();
    agree(&w, &seen).await;
    assert!(both_ways(&w, seen[6]).await.1.contains(&(
        SCREW.into(),
        "QD".into(),
        "good".into(),
        "us".into(),
        [5, 0, 5, 0, 0]
    )));
    w.prove().await;
    // … and after the job came by, from the snapshots.
    assert_eq!(turn(&w).await, 0);
    agree(&w, &seen).await;
    w.prove().await;
    let rows = w
        .number(
            "SELECT count(*) AS value FROM stock_snapshot_line s JOIN depot d ON d.id = s.depot_id \
             WHERE d.code = 'QD' AND s.quantity = 5",
        )
        .await;
    assert_eq!(rows, 3, "it stood there at the end of every month");
});

on_both!(a_corrupted_snapshot_is_found_and_named, async |db: &Database| {
    let w = world(db).await;
    three_months(db, &w).await;
    turn(&w).await;
    w.prove().await;
    db.spoil();
    for (statement, subject) in [
        ("UPDATE stock_snapshot_line SET quantity = quantity + 1 WHERE quantity = 10", "JN Q-1 good us"),
        ("DELETE FROM stock_snapshot_line WHERE quantity = 11", "JN Q-1 good us"),
        (
            "UPDATE stock_snapshot_line SET on_bench = 1 WHERE snapshot_id = (SELECT max(id) FROM stock_snapshot)",
            "JN Q-1 good us on the bench",
        ),
        (
            "UPDATE stock_snapshot SET through_id = through_id + 1 WHERE id = (SELECT max(id) FROM stock_snapshot)",
            "snapshot",
        ),
    ] {
        w.raw(statement).await;
        let proof = w.read(|conn, _| beiku::app::verify::verify(conn)).await;
        let kinds: Vec<DifferenceKind> = proof.differences.iter().map(|found| found.kind).collect();
        assert!(
            !kinds.is_empty() && kinds.iter().all(|kind| *kind == DifferenceKind::Snapshot),
            "{statement}: {kinds:?}"
        );
        assert!(
            proof.differences.iter().any(|found| found.subject.contains(subject)),
            "{:?}",
            proof.differences
        );
    }
});

on_both!(a_late_question_reads_a_month_and_not_the_ledger, async |db: &Database| {
    let w = world(db).await;
    let seen = three_months(db, &w).await;
    turn(&w).await;
    if db.engine() == Engine::Postgres {
        return;
    }
    let before = seen[6];
    let plan: Vec<String> = w
        .read(move |conn, _| {
            beiku::row! { struct Step { detail: String } }
            let snapshot = snapshots::newest_before(conn, before)?;
            let asked = stock_sql(
                snapshot.as_ref(),
                &Scope::All,
                &StockFilter::default(),
                &then(before),
                &StockKey::default(),
                51,
            );
            let steps: Vec<Step> = asked.explained(conn).load(conn)?;
            Ok(steps.into_iter().map(|step| step.detail).collect())
        })
        .await;
    let of_movements: Vec<&String> =
        plan.iter().filter(|step| step.contains(" m ") || step.ends_with(" m")).collect();
    assert_eq!(of_movements.len(), 4, "both sides since the snapshot, and both booked late: {plan:#?}");
    assert!(
        of_movements.iter().all(|step| step.starts_with("SEARCH")),
        "the ledger is read from end to end: {plan:#?}"
    );
    // Two of them by when it happened, two by what was booked since.
    let by_time = of_movements.iter().filter(|step| step.contains("movement_occurred")).count();
    assert!(by_time >= 2, "{plan:#?}");
});
