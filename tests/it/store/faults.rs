//! Things break below the rules: the fault stays where it happened, and an answer is never a lie.

use super::{all, make_probe, put, queue_behind_a_slow_one};
use crate::support::{self, Database, Engine, on_both};
use beiku::store::sql::sql;
use beiku::store::{Conn, Store, StoreError, StoreResult};
use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::task::Poll;

/// Writes one row.
async fn keep(store: &Store, name: &'static str) -> StoreResult<()> {
    store.write(move |tx| put(tx, name, 1)).await
}

/// The names that are there.
async fn names(store: &Store) -> Vec<String> {
    all(store).await.into_iter().map(|(name, _)| name).collect()
}

on_both!(a_panic_in_a_write_is_that_callers_error, async |db: &Database| {
    make_probe(db.store()).await;
    let jobs = (0..6_i64).map(|n| {
        db.store().write(move |tx| {
            put(tx, &n.to_string(), n)?;
            assert!(n % 3 != 1, "planned panic of {n}");
            Ok::<_, StoreError>(())
        })
    });
    let answers = queue_behind_a_slow_one(db.store(), jobs).await;
    for (n, answer) in answers.iter().enumerate() {
        match answer {
            Ok(()) => assert!(n % 3 != 1),
            Err(StoreError::Panicked(text)) => assert_eq!(text, &format!("planned panic of {n}")),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(names(db.store()).await, ["0", "2", "3", "5"]);
});

on_both!(a_panic_in_a_read_leaves_no_transaction_behind, async |db: &Database| {
    make_probe(db.store()).await;
    // More often than there are connections in the pool.
    let panics = |c: &mut Conn| {
        let rows = sql("SELECT count(*) AS value FROM probe").number(c)?;
        assert!(rows < 0, "planned panic");
        Ok::<_, StoreError>(rows)
    };
    for _ in 0..20 {
        assert!(matches!(db.store().read(panics).await, Err(StoreError::Panicked(_))));
        assert!(matches!(db.store().look_up(panics).await, Err(StoreError::Panicked(_))));
    }
    keep(db.store(), "after").await.unwrap();
    assert_eq!(names(db.store()).await, ["after"], "a read is stuck in an old moment");
});

on_both!(an_error_in_a_read_leaves_no_transaction_behind, async |db: &Database| {
    make_probe(db.store()).await;
    for _ in 0..20 {
        let read =
            db.store().read(|c| Ok::<_, StoreError>(sql("SELECT nothing AS value FROM nowhere").number(c)?));
        assert!(matches!(read.await, Err(StoreError::Database(_))));
    }
    keep(db.store(), "after").await.unwrap();
    assert_eq!(names(db.store()).await, ["after"]);
});

#[test]
fn a_look_up_does_not_stop_its_thread_for_want_of_a_reader() {
    support::run(Engine::Sqlite, async |db: &Database| {
        make_probe(db.store()).await;
        // Jobs take readers without asking for leave; so many that none is left.
        let (all_held, go) = (Arc::new(Barrier::new(9)), Arc::new(Barrier::new(9)));
        for _ in 0..8 {
            let (store, all_held, go) = (db.store().clone(), Arc::clone(&all_held), Arc::clone(&go));
            std::thread::spawn(move || {
                let held = store.read_blocking(|_| {
                    all_held.wait();
                    go.wait();
                    Ok::<_, StoreError>(())
                });
                held.unwrap();
            });
        }
        all_held.wait();
        let count = |c: &mut Conn| Ok::<_, StoreError>(sql("SELECT count(*) AS value FROM probe").number(c)?);
        let mut looked_up = Box::pin(db.store().look_up(count));
        let early = poll_fn(|cx| Poll::Ready(looked_up.as_mut().poll(cx))).await;
        assert!(early.is_pending(), "{early:?}");
        go.wait();
        assert_eq!(looked_up.await.unwrap(), 0);
    });
}

on_both!(a_swallowed_error_never_becomes_a_false_yes, async |db: &Database| {
    make_probe(db.store()).await;
    let answer = db
        .store()
        .write(|tx| {
            put(tx, "first", 1)?;
            // PostgreSQL now refuses all else in this transaction and takes COMMIT for ROLLBACK without an error.
            let twice = put(tx, "first", 2);
            assert!(twice.is_err());
            Ok::<_, StoreError>(())
        })
        .await;
    let kept = names(db.store()).await;
    assert_eq!(answer.is_ok(), kept == ["first"], "answered {answer:?}, kept {kept:?}");
    keep(db.store(), "after").await.unwrap();
});

on_both!(a_commit_that_fails_takes_only_its_cause_with_it, async |db: &Database| {
    make_probe(db.store()).await;
    let table =
        "CREATE TABLE child (name TEXT NOT NULL REFERENCES probe(name) DEFERRABLE INITIALLY DEFERRED)";
    db.store().write(|tx| Ok::<_, StoreError>(tx.batch(table)?)).await.unwrap();
    let jobs = (0..6_i64).map(|n| {
        db.store().write(move |tx| {
            put(tx, &n.to_string(), n)?;
            // Found out only at COMMIT: there is no such parent.
            let parent = if n == 2 { "nobody".to_owned() } else { n.to_string() };
            sql("INSERT INTO child (name) VALUES ($1)").bind(parent).execute(tx)?;
            Ok::<_, StoreError>(())
        })
    });
    let answers: Vec<bool> =
        queue_behind_a_slow_one(db.store(), jobs).await.iter().map(Result::is_ok).collect();
    assert_eq!(answers, [true, true, false, true, true, true]);
    assert_eq!(names(db.store()).await, ["0", "1", "3", "4", "5"]);
});

on_both!(a_transaction_ended_under_the_store_does_not_end_the_store, async |db: &Database| {
    make_probe(db.store()).await;
    let store = db.store();
    let jobs = (0..4_i64).map(|n| {
        store.write(move |tx| {
            put(tx, &n.to_string(), n)?;
            if n == 1 {
                // As SQLite itself does after some I/O errors.
                tx.batch("ROLLBACK")?;
            }
            Ok::<_, StoreError>(())
        })
    });
    let answers: Vec<bool> = queue_behind_a_slow_one(store, jobs).await.iter().map(Result::is_ok).collect();
    assert_eq!(answers, [true, false, true, true]);
    keep(store, "after").await.unwrap();
    assert_eq!(names(store).await, ["0", "2", "3", "after"]);
});

/// A full disk refuses some; whoever was told yes is there, whoever was told no is not, and room made is used.
#[test]
fn a_full_disk_tells_the_truth_on_sqlite() {
    support::run(Engine::Sqlite, async |db: &Database| {
        make_probe(db.store()).await;
        let limit = |pages: &'static str| {
            db.store()
                .write(move |tx| Ok::<_, StoreError>(tx.batch(&format!("PRAGMA max_page_count = {pages}"))?))
        };
        // Smaller than the file is means: as it is.
        limit("1").await.unwrap();
        let jobs = (0..60_i64).map(|n| {
            // Some fit into pages that are there, most do not.
            let name = format!("{n:02}-{}", "x".repeat(if n % 5 == 0 { 1 } else { 3_000 }));
            db.store().write(move |tx| put(tx, &name, n))
        });
        let answers = queue_behind_a_slow_one(db.store(), jobs).await;
        let yes: Vec<i64> =
            (0..60).zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(n, _)| n).collect();
        let kept: Vec<i64> = all(db.store()).await.into_iter().map(|(_, n)| n).collect();
        assert_eq!(kept, yes);
        assert!(!yes.is_empty() && yes.len() < 60, "the disk was not full: {} of 60", yes.len());
        limit("1000000").await.unwrap();
        keep(db.store(), "after").await.unwrap();
    });
}

/// A closure that does `fault` in its first `times` runs, then writes a row; how often it ran and what came of it.
async fn write_with(
    db: &Database,
    times: usize,
    fault: fn(&mut Conn) -> StoreResult<()>,
) -> (usize, StoreResult<()>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let work = move |tx: &mut Conn| {
        put(tx, "kept", 1)?;
        if counted.fetch_add(1, Ordering::SeqCst) < times { fault(tx) } else { Ok(()) }
    };
    let answer = db.store().write(work).await;
    (runs.load(Ordering::SeqCst), answer)
}

fn serialization_failure(tx: &mut Conn) -> StoreResult<()> {
    Ok(tx.batch("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$")?)
}

fn lose_the_connection(tx: &mut Conn) -> StoreResult<()> {
    Ok(tx.batch("SELECT pg_terminate_backend(pg_backend_pid())")?)
}

#[test]
fn a_conflict_is_tried_again_a_few_times_on_postgres() {
    support::run(Engine::Postgres, async |db: &Database| {
        make_probe(db.store()).await;
        let (runs, answer) = write_with(db, usize::MAX, serialization_failure).await;
        assert!(answer.unwrap_err().is_transient());
        assert_eq!(runs, 5);
        let (runs, answer) = write_with(db, 2, serialization_failure).await;
        answer.unwrap();
        assert_eq!(runs, 3);
        assert_eq!(names(db.store()).await, ["kept"]);
    });
}

#[test]
fn a_connection_lost_before_commit_is_replaced_on_postgres() {
    support::run(Engine::Postgres, async |db: &Database| {
        make_probe(db.store()).await;
        let (runs, answer) = write_with(db, 1, lose_the_connection).await;
        answer.unwrap();
        assert_eq!(runs, 2);
        assert_eq!(names(db.store()).await, ["kept"]);
    });
}

#[test]
fn a_connection_lost_during_commit_is_said_to_be_unknown_on_postgres() {
    support::run(Engine::Postgres, async |db: &Database| {
        make_probe(db.store()).await;
        let die_at_commit = "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS \
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$; \
            CREATE CONSTRAINT TRIGGER die AFTER INSERT ON probe DEFERRABLE INITIALLY DEFERRED \
            FOR EACH ROW WHEN (NEW.name = 'kept') EXECUTE FUNCTION die()";
        db.store().write(|tx| Ok::<_, StoreError>(tx.batch(die_at_commit)?)).await.unwrap();
        let (runs, answer) = write_with(db, 0, |_| Ok(())).await;
        assert!(matches!(answer, Err(StoreError::OutcomeUnknown)), "{answer:?}");
        assert_eq!(runs, 1, "it may have taken effect: never again by itself");
        keep(db.store(), "after").await.unwrap();
    });
}

/// A failover ends every connection that lies idle in the pool.
#[test]
fn connections_that_died_in_the_pool_are_found_at_check_out_on_postgres() {
    support::run(Engine::Postgres, async |db: &Database| {
        make_probe(db.store()).await;
        let busy: Vec<_> = (0..8)
            .map(|_| {
                tokio::spawn({
                    let store = db.store().clone();
                    async move { names(&store).await }
                })
            })
            .collect();
        for read in busy {
            read.await.unwrap();
        }
        let mut outside = super::connect(db);
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        outside.batch(others).unwrap();
        for n in 0..8 {
            assert_eq!(names(db.store()).await.len(), n);
            db.store().write(move |tx| put(tx, &n.to_string(), 1)).await.unwrap();
        }
    });
}
