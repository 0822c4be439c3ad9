//! Two nodes give every job its turn at the same moment: together they do what one node alone does, and neither stumbles.

use crate::jobs::second_node;
use crate::store::dataset::{self, Size};
use crate::support::{self, Database, on_both};
use beiku::app::verify::verify;
use beiku::jobs::{Job, Scheduler};
use beiku::store::StoreError;
use beiku::store::sql::sql;
use chrono::TimeDelta;

/// What only time brings: somebody to write to in the morning, a letter that was given up, a hold, a quote, and what nobody
/// asks for any more.
const THINGS: [&str; 9] = [
    "INSERT INTO app_user (id, username, display_name, email, role, created_at) VALUES \
     (71, 'boss', 'b', 'boss@ours.example', 'manager', '2026-01-01'), (72, 'root', 'r', 'root@ours.example', 'admin', '2026-01-01')",
    "INSERT INTO outbox (event, kind, recipient, language, payload, state, attempts, next_attempt_at, message_id, last_error, \
     created_at) VALUES ('e', 'closed', 'nobody@gone.example', 'en', '{}', 'dead', 9, '2026-03-01 00:00:00', 'm', '550', \
     '2026-03-01 00:00:00')",
    "UPDATE reservation SET expires_at = '2026-03-04 00:00:00' WHERE state = 'open'",
    "INSERT INTO idempotency (actor_id, key, fingerprint, created_at) VALUES (71, 'old', 'x', '2026-01-01 00:00:00')",
    "INSERT INTO access_token (user_id, kind, token_hash, created_at, last_used_at, expires_at) VALUES \
     (71, 'api', 'old', '2026-01-01', '2026-01-01', '2026-01-02 00:00:00')",
    "INSERT INTO import_file (user_id, kind, name, length, created_at) VALUES (71, 'parts', 'p.csv', 1, '2026-01-01 00:00:00')",
    "INSERT INTO public_request (token_hash, email, name, serial, fault, language, created_at, expires_at) VALUES \
     ('x', 'a@b.example', 'n', 's', 'f', 'en', '2026-01-01 00:00:00', '2026-01-02 00:00:00')",
    "INSERT INTO quote (line_id, amount_fen, currency, valid_until, state, holds, sent_at) SELECT max(id), 100, 'CNY', \
     '2026-03-03', 'open', FALSE, '2026-03-02 00:00:00' FROM rma_line",
    // A faulty part that is owed, by a calendar of another node.
    "INSERT INTO promise (kind, line_id, customer_id, depot_id, part_id, plan_version_id, amount, unit, start_day_counts, \
     target_bp, variant, started_at, base_due_on, due_on, sort_due, calendar_version, provisional, state, recorded_at) \
     SELECT 'faulty_return', l.id, l.customer_id, l.depot_id, l.part_id, l.plan_version_id, 15, 'working_days', FALSE, 10000, \
     'strict', '2026-03-02 01:00:00', '2026-03-20', '2026-03-20', '2026-03-20', 7, FALSE, 'open', '2026-03-02 01:00:00' \
     FROM rma_line l WHERE l.id = (SELECT max(id) FROM rma_line)",
];

/// Books in which every job finds something to do.
async fn fill(db: &Database) {
    let (store, now) = (db.store().clone(), db.clock().now());
    let size = Size { units: 3_000, now: now.timestamp() };
    tokio::task::spawn_blocking(move || dataset::build(&store, size, |_| ()).unwrap()).await.unwrap();
    for text in THINGS {
        db.store().write(move |tx| Ok::<_, StoreError>(sql(text).execute(tx)?)).await.unwrap();
    }
    db.clock().advance(TimeDelta::days(40));
}

/// Everything that waits to be told to anybody.
async fn letters(db: &Database) -> Vec<String> {
    beiku::row! { struct Letter { letter: String } }
    let text = "SELECT kind || ' ' || recipient || ' ' || event AS letter FROM outbox WHERE state = 'queued' ORDER BY 1";
    let read = db.store().read(move |c| Ok::<_, StoreError>(sql(text).load::<Letter>(c)?));
    read.await.unwrap().into_iter().map(|letter| letter.letter).collect()
}

on_both!(two_nodes_at_every_job_do_what_one_does, async |db: &Database| {
    let Some(alone) = Database::open(db.engine()) else { return };
    fill(db).await;
    fill(&alone).await;
    let one = Scheduler::new(support::app(&alone));
    let (here, there) = (Scheduler::new(support::app(db)), Scheduler::new(second_node(db)));
    let mut idle = vec![];
    for &job in Job::ALL {
        let expected = one.turn(job).await.unwrap_or_else(|error| panic!("{job:?}: {error}"));
        let (a, b) = tokio::join!(here.turn(job), there.turn(job));
        let done = [a, b].map(|turn| turn.unwrap_or_else(|error| panic!("{job:?}, two nodes: {error}")));
        if job == Job::CountUse {
            assert_eq!(done, [expected; 2], "counted anew by whoever does it");
        } else {
            assert_eq!(done.iter().sum::<usize>(), expected, "{job:?}: {done:?}");
        }
        if expected == 0 {
            idle.push(job);
        }
    }
    assert_eq!(idle, [], "these had nothing to do");
    assert_eq!(letters(db).await, letters(&alone).await);
    for books in [db, &alone] {
        let proof = books.store().read(verify).await.unwrap();
        assert!(proof.differences.is_empty(), "{:?}", proof.differences);
    }
});
