//! PostgreSQL cuts every connection under load, again and again, also while COMMIT is under way: a caller hears yes, or
//! "nothing happened", or "unknown: send it again with its key"; sent again, everything is there once.

use super::killed::{CLIENTS, Sent, booked, company, settle};
use crate::support::program::{Program, address, answer, succeeds};
use crate::support::{Database, Engine};
use beiku::store::StoreError;
use beiku::store::sql::sql;
use reqwest::Method;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

/// Requests of a client.
const EACH: usize = 60;
/// All connections are cut each time so many answers came.
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

async fn cut_under_load() {
    let Some(db) = Database::empty(Engine::Postgres) else { return };
    let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(60)).build().unwrap();
    let database = address(&db);
    let token = company(&database, &http).await;
    let program = Arc::new(Program::start(&database, &[]));
    let heard = Arc::new(AtomicUsize::new(0));
    let (nudge, mut nudged) = tokio::sync::mpsc::unbounded_channel();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (program, http, token) = (Arc::clone(&program), http.clone(), token.clone());
        let (heard, nudge) = (Arc::clone(&heard), nudge.clone());
        clients.spawn(async move {
            let mut all = Vec::new();
            for at in 0..EACH {
                let mut sent = Sent::new(1, client, at);
                let request = program.request(&http, &token, Method::POST, sent.path);
                let said = answer(request.header("Idempotency-Key", &sent.key).json(&sent.body)).await;
                let (status, _, document) = said.expect("the service lives on");
                match (status, document["code"].as_str()) {
                    (201, _) => sent.answer = Some(document),
                    (503, Some("outcome_unknown" | "try_again")) => {}
                    other => panic!("{other:?}: {document}"),
                }
                all.push(sent);
                if heard.fetch_add(1, Ordering::Relaxed) % BETWEEN == BETWEEN - 1 {
                    nudge.send(()).unwrap();
                }
            }
            all
        });
    }
    drop(nudge);
    let mut cuts = 0;
    while nudged.recv().await.is_some() {
        cut(&db);
        cuts += 1;
    }
    assert_eq!(cuts, CLIENTS * EACH / BETWEEN);
    let mut all: Vec<Sent> = clients.join_all().await.into_iter().flatten().collect();
    settle(&program, &http, &token, &mut all).await;
    let found = booked(&program, &http, &token).await;
    for sent in all.iter().filter(|sent| sent.path == "/movements") {
        let expected = (1, sent.body["quantity"].as_i64().unwrap_or(1));
        assert_eq!(found.get(&sent.key), Some(&expected), "{}", sent.key);
    }
    Arc::into_inner(program).expect("no client is left").kill();
    succeeds(&database, &["verify"]);
}

#[test]
fn cut_connections_lose_and_double_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(cut_under_load());
}
