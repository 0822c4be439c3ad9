//! Many at once: nobody meets an error, nothing is lost, a read sees one moment.

use super::{all, make_probe, put, queue_behind_a_slow_one};
use crate::support::{Database, Engine, on_both};
use beiku::store::sql::sql;
use beiku::store::{Store, StoreError, StoreResult};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

const WRITERS: i64 = 16;
const WRITES: i64 = 60;

fn count(tx: &mut beiku::store::Conn) -> StoreResult<i64> {
    Ok(sql("SELECT count(*) AS value FROM probe").number(tx)?)
}

on_both!(sixteen_writers_meet_no_error, async |db: &Database| {
    make_probe(db.store()).await;
    db.store().write(|tx| put(tx, "sum", 0)).await.unwrap();
    let writers = (0..WRITERS).map(|writer| {
        let store = db.store().clone();
        tokio::spawn(async move {
            for n in 0..WRITES {
                store
                    .write(move |tx| {
                        put(tx, &format!("{writer}-{n}"), 1)?;
                        // All of them want this row.
                        sql("UPDATE probe SET amount = amount + 1 WHERE name = 'sum'").execute(tx)?;
                        Ok::<_, StoreError>(())
                    })
                    .await
                    .unwrap();
                store.read(count).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let rows = all(db.store()).await;
    assert_eq!(rows.len(), usize::try_from(WRITERS * WRITES + 1).unwrap());
    assert_eq!(rows.last(), Some(&("sum".to_owned(), WRITERS * WRITES)));
});

on_both!(writers_that_block_their_thread_are_served_too, async |db: &Database| {
    make_probe(db.store()).await;
    let threads: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = db.store().clone();
            std::thread::spawn(move || {
                for n in 0..10 {
                    store.write_blocking(move |tx| put(tx, &format!("{writer}-{n}"), n)).unwrap();
                    assert!(store.read_blocking(count).unwrap() > n);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(all(db.store()).await.len(), 160);
});

on_both!(a_refused_job_takes_back_only_its_own, async |db: &Database| {
    make_probe(db.store()).await;
    let jobs = (0..20_i64).map(|n| {
        let store = db.store().clone();
        async move {
            store
                .write(move |tx| {
                    put(tx, &format!("{n:02}"), n)?;
                    if n % 4 == 1 {
                        return Err(StoreError::Codec("refused".into()));
                    }
                    if n % 4 == 3 {
                        // The database itself refuses: the same key again.
                        put(tx, &format!("{n:02}"), n)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await
                .is_ok()
        }
    });
    let answers = queue_behind_a_slow_one(db.store(), jobs).await;
    let expected: Vec<bool> = (0..20).map(|n| n % 2 == 0).collect();
    assert_eq!(answers, expected);
    let kept: Vec<i64> = all(db.store()).await.into_iter().map(|(_, n)| n).collect();
    assert_eq!(kept, (0..20).filter(|n| n % 2 == 0).collect::<Vec<_>>());
});

on_both!(a_read_sees_one_moment_and_cannot_write, async |db: &Database| {
    make_probe(db.store()).await;
    let store = db.store().clone();
    let (before, after) = db
        .store()
        .read(move |c| {
            let before = count(c)?;
            let store = store.clone();
            std::thread::spawn(move || store.write_blocking(|tx| put(tx, "meanwhile", 1))).join().unwrap()?;
            Ok::<_, StoreError>((before, count(c)?))
        })
        .await
        .unwrap();
    assert_eq!((before, after), (0, 0));
    assert!(db.store().read(|c| put(c, "no", 1)).await.is_err());
    assert_eq!(all(db.store()).await, [("meanwhile".to_owned(), 1)]);
});

on_both!(what_was_answered_is_there_after_opening_again, async |db: &Database| {
    make_probe(db.store()).await;
    db.store().write(|tx| put(tx, "kept", 5)).await.unwrap();
    let again = Store::open(db.address()).unwrap();
    assert!(!again.needs_migration().unwrap());
    assert_eq!(all(&again).await, [("kept".to_owned(), 5)]);
});

/// Two transactions that take two rows in opposite order. PostgreSQL ends one of them; the store runs it again.
#[test]
fn two_that_deadlock_both_end_well_on_postgres() {
    crate::support::run(Engine::Postgres, async |db: &Database| {
        make_probe(db.store()).await;
        db.store().write(|tx| put(tx, "a", 0).and_then(|()| put(tx, "b", 0))).await.unwrap();
        let runs = Arc::new(AtomicUsize::new(0));
        let both_hold_one = Arc::new(Barrier::new(2));
        let pair = [("a", "b"), ("b", "a")].map(|(first, second)| {
            let (store, runs, barrier) = (db.store().clone(), Arc::clone(&runs), Arc::clone(&both_hold_one));
            let mut meets = true;
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        runs.fetch_add(1, Ordering::SeqCst);
                        let add = || sql("UPDATE probe SET amount = amount + 1 WHERE name = $1");
                        add().bind(first).execute(tx)?;
                        if std::mem::take(&mut meets) {
                            barrier.wait();
                        }
                        add().bind(second).execute(tx)?;
                        Ok::<_, StoreError>(())
                    })
                    .await
            })
        });
        for one in pair {
            one.await.unwrap().unwrap();
        }
        assert!(runs.load(Ordering::SeqCst) >= 3, "there was no deadlock to see");
        assert_eq!(all(db.store()).await, [("a".to_owned(), 2), ("b".to_owned(), 2)]);
    });
}

/// One writer, so a queue: on PostgreSQL callers wait for a connection instead.
#[test]
fn when_too_many_wait_the_next_is_sent_away_at_once() {
    crate::support::run(Engine::Sqlite, async |db: &Database| {
        make_probe(db.store()).await;
        let writes = (0..3_000).map(|n| db.store().write(move |tx| put(tx, &format!("{n:05}"), n)));
        let answers: Vec<StoreResult<()>> = queue_behind_a_slow_one(db.store(), writes).await;
        let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((done.len(), refused.len()), (2_048, 952));
        assert!(refused.iter().all(|answer| matches!(answer, Err(StoreError::Busy))));
        assert_eq!(all(db.store()).await.len(), done.len(), "whoever was sent away did nothing");
        db.store().write(|tx| put(tx, "later", 1)).await.unwrap();
    });
}
