//! The store on both databases: what goes in comes out, writers do not meet, faults stay where they happen.

#[path = "../../../benches/load/dataset.rs"]
pub mod dataset;
mod every_page;
mod faults;
mod once;
mod plan_text;
mod plans;
mod statements;
#[path = "../../../benches/load/trace.rs"]
mod trace;
mod values;
mod writers;

use crate::support::{Database, Engine};
use beiku::store::sql::{Conn, sql};
use beiku::store::{Store, StoreError, StoreResult};
use beiku::{row, store};
use std::future::poll_fn;
use std::sync::Mutex;
use std::task::Poll;

row! {
    /// A row of the table these tests write to.
    struct Probe { name: String, amount: i64 }
}

/// A small table of the tests' own.
async fn make_probe(store: &Store) {
    let made = store.write(|tx| {
        Ok::<_, StoreError>(tx.batch("CREATE TABLE probe (name TEXT PRIMARY KEY, amount BIGINT NOT NULL)")?)
    });
    made.await.unwrap();
}

fn put(tx: &mut Conn, name: &str, amount: i64) -> StoreResult<()> {
    sql("INSERT INTO probe (name, amount) VALUES ($1, $2)").bind(name).bind(amount).execute(tx)?;
    Ok(())
}

/// Name and amount of every row, by name.
async fn all(store: &Store) -> Vec<(String, i64)> {
    let rows = store
        .read(|c| Ok::<_, StoreError>(sql("SELECT name, amount FROM probe ORDER BY name").load::<Probe>(c)?));
    rows.await.unwrap().into_iter().map(|p| (p.name, p.amount)).collect()
}

/// A connection outside the store, to look at how the store uses its own.
/// A connection of its own.
pub fn connect(db: &Database) -> Conn {
    use diesel::Connection;
    match (db.engine(), db.address()) {
        (Engine::Sqlite, store::Address::Sqlite(path)) => {
            Conn::Sqlite(diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap())
        }
        (Engine::Postgres, store::Address::Postgres(url)) => {
            Conn::Pg(diesel::PgConnection::establish(url).unwrap())
        }
        other => panic!("an engine at another's address: {other:?}"),
    }
}

/// Lets jobs queue up while the writer is busy, so that on SQLite they share a batch. Their answers in order.
async fn queue_behind_a_slow_one<T>(
    store: &Store,
    jobs: impl IntoIterator<Item = impl Future<Output = T>>,
) -> Vec<T> {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (started, mut has_started) = tokio::sync::mpsc::unbounded_channel();
    let held = Mutex::new(held);
    let busy = store.clone();
    let slow = tokio::spawn(async move {
        let hold = move |_: &mut Conn| {
            let _gone = started.send(());
            let _released = held.lock().unwrap().recv();
            Ok::<_, StoreError>(())
        };
        busy.write(hold).await
    });
    has_started.recv().await.unwrap();
    let mut jobs: Vec<_> = jobs.into_iter().map(Box::pin).collect();
    let mut answers: Vec<Option<T>> = Vec::new();
    for job in &mut jobs {
        // The first poll queues it.
        let polled = poll_fn(|context| Poll::Ready(job.as_mut().poll(context))).await;
        answers.push(if let Poll::Ready(answer) = polled { Some(answer) } else { None });
    }
    drop(release);
    slow.await.unwrap().unwrap();
    for (job, answer) in jobs.into_iter().zip(&mut answers) {
        if answer.is_none() {
            *answer = Some(job.await);
        }
    }
    answers.into_iter().flatten().collect()
}
