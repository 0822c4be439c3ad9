//! PostgreSQL cuts every connection under load, again and again, also while COMMIT is under way: a caller hears yes, or
//! "nothing happened", or "unknown: send it again with its key"; sent again, everything is there once.
//!
//! Twelve cuts unless `BEIKU_FAULT_ROUNDS` says more.

use super::load::{Load, patient, run};
use super::restarted::away;
use super::work::{Outcome, company};
use crate::support::program::{Program, address};
use crate::support::{Database, Engine, rounds};
use beiku::store::StoreError;
use beiku::store::sql::sql;

/// Operations done between two cuts.
const BETWEEN: usize = 40;

/// Ends every connection to this database but the one that asks.
fn cut(db: &Database) {
    let cut = db.store().read_blocking::<_, StoreError, _>(|conn| {
        let ended = sql("SELECT count(pg_terminate_backend(pid)) AS value FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Ok(ended.number(conn)?)
    });
    assert!(cut.unwrap() > 0);
}

#[test]
fn cut_connections_lose_and_double_nothing() {
    let Some(db) = Database::empty(Engine::Postgres) else { return };
    run(async {
        let (http, database, rounds) = (patient(), address(&db), rounds(12));
        let token = company(&database, &http).await;
        let program = Program::start(&database, &[]);
        let mut load = Load::start(program.url(), &http, &token, 1, away);
        for _ in 0..rounds {
            load.until_more_done(BETWEEN).await;
            tokio::task::block_in_place(|| cut(&db));
        }
        load.until_more_done(BETWEEN).await;
        let all = load.end().await;
        let outcome = Outcome { what: "connections cut, Postgres".into(), rounds };
        outcome.settle_and_hold(program, &database, &http, &token, all).await;
    });
}
