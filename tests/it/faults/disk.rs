//! A full disk: whoever is told yes is on the disk, everybody else is told no, reading goes on, and with room again so does
//! writing. SQLite only: what a PostgreSQL server does with its disk is its own affair, and `cut.rs` has its going away.

use super::killed::{CLIENTS, Sent, booked, company, settle};
use crate::support::program::{Program, answer, beiku, succeeds};
use crate::support::{Database, Engine};
use beiku::store::Address;
use reqwest::Method;
use std::sync::Arc;
use tokio::task::JoinSet;

/// No client sends more than these; the disk is full long before.
const MOST: usize = 4_000;
/// Refusals in a row after which a client believes that the disk is full.
const ENOUGH: usize = 5;

/// Sends until the service says no for good.
async fn fill(program: Arc<Program>, http: reqwest::Client, token: String, client: usize) -> Vec<Sent> {
    let (mut all, mut refused) = (Vec::new(), 0);
    for at in 0..MOST {
        let mut sent = Sent::new(0, client, at);
        let request = program.request(&http, &token, Method::POST, sent.path);
        let heard = answer(request.header("Idempotency-Key", &sent.key).json(&sent.body)).await;
        let (status, _, document) = heard.expect("the service lives on");
        match status {
            201 => {
                refused = 0;
                sent.answer = Some(document);
            }
            500 | 503 => refused += 1,
            other => panic!("{other}: {document}"),
        }
        all.push(sent);
        if refused == ENOUGH {
            return all;
        }
    }
    panic!("the disk never filled up");
}

async fn disk_full() {
    let db = Database::empty(Engine::Sqlite).unwrap();
    let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(60)).build().unwrap();
    let token = company(&db, &http).await;
    let Address::Sqlite(file) = db.address() else { unreachable!() };
    let room = std::fs::metadata(file).unwrap().len() + 256 * 1024;
    let program = Arc::new(Program::start_on_small_disk(&db, room / 512));
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(fill(Arc::clone(&program), http.clone(), token.clone(), client));
    }
    let mut all: Vec<Sent> = clients.join_all().await.into_iter().flatten().collect();
    let done = all.iter().filter(|sent| sent.answer.is_some()).count();
    assert!(done > 0, "there was room for some");
    let reads = answer(program.request(&http, &token, Method::GET, "/movements")).await;
    assert!(matches!(reads, Some((200, ..))), "reading goes on: {reads:?}");
    Arc::into_inner(program).expect("no client is left").kill();
    let proof = beiku(&db, &["verify"]);
    assert!(proof.status.success(), "{}", String::from_utf8_lossy(&proof.stdout));
    // Somebody made room.
    let program = Program::start(&db, None);
    settle(&program, &http, &token, &mut all).await;
    let found = booked(&program, &http, &token).await;
    for sent in all.iter().filter(|sent| sent.path == "/movements") {
        let expected = (1, sent.body["quantity"].as_i64().unwrap_or(1));
        assert_eq!(found.get(&sent.key), Some(&expected), "{}", sent.key);
    }
    program.kill();
    succeeds(&db, &["verify"]);
}

#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(disk_full());
}
