//! SIGKILL under load: what was acknowledged is there once; what was not is there once or not at all, and sending it again
//! with its key settles which; the ledger proves itself; mails that were due go out.
//!
//! Six kills for each database unless `BEIKU_FAULT_ROUNDS` says more. Each run kills at other moments: `BEIKU_FAULT_SEED`
//! repeats those of a run that said its seed.

use super::load::{patient, run};
use super::work::{CLIENTS, Outcome, Sent, company, effects, proven, settle};
use crate::smtp_server::{Setup, SmtpServer};
use crate::support::program::{Program, address, answer};
use crate::support::{Database, Engine, rounds};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Clients send until the service dies, at this moment after so many answers.
async fn load_and_kill(
    program: Program,
    http: &reqwest::Client,
    token: &str,
    round: usize,
    (after, moment): (usize, Duration),
) -> Vec<Sent> {
    let program = Arc::new(program);
    let (heard, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (base, http, token) = (program.url().to_owned(), http.clone(), token.to_owned());
        let (heard, enough) = (Arc::clone(&heard), Arc::clone(&enough));
        clients.spawn(async move {
            let mut all = Vec::new();
            loop {
                let mut sent = Sent::next(round, client, &all);
                let request = http.post(format!("{base}/api/v1{}", sent.path)).bearer_auth(&token);
                let heard_of = answer(request.header("Idempotency-Key", &sent.key).json(&sent.body)).await;
                let Some((status, _, document)) = heard_of else {
                    sent.was_in_doubt = true;
                    all.push(sent);
                    return all;
                };
                assert!(matches!(status, 200 | 201), "{}: {status} {document}", sent.key);
                sent.answer = Some(document);
                all.push(sent);
                if heard.fetch_add(1, Ordering::Relaxed) + 1 == after {
                    enough.notify_one();
                }
            }
        });
    }
    enough.notified().await;
    // The moment of the kill, so that it does not always follow an answer; nothing waits for anything here.
    tokio::task::block_in_place(|| std::thread::park_timeout(moment));
    Arc::into_inner(program).expect("clients only know its address").kill();
    clients.join_all().await.into_iter().flatten().collect()
}

/// How often each reader was written to.
fn by_reader(readers: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut mails = BTreeMap::new();
    readers.for_each(|reader| *mails.entry(reader).or_default() += 1);
    mails
}

async fn killed_under_load(engine: Engine) {
    let Some(db) = Database::empty(engine) else { return };
    let (http, database) = (patient(), address(&db));
    let token = company(&database, &http).await;
    let rounds = rounds(6);
    let seed =
        std::env::var("BEIKU_FAULT_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    let mut dice = StdRng::seed_from_u64(seed);
    let mut all = Vec::new();
    for round in 0..rounds {
        let moment = (dice.random_range(1..120), Duration::from_micros(dice.random_range(0..20_000)));
        let mut sent = load_and_kill(Program::start(&database, &[]), &http, &token, round, moment).await;
        proven(&database);
        settle(&Program::start(&database, &[]), &http, &token, &mut sent).await;
        all.append(&mut sent);
    }
    let post = SmtpServer::start(Setup::default()).await;
    let program = Program::start(&database, &[("BEIKU_MAIL", &post.url())]);
    let outcome = Outcome { what: format!("killed, {engine:?}, seed {seed}"), rounds };
    outcome.hold(&all, &effects(&program, &http, &token).await);
    let due = by_reader(all.iter().filter_map(|sent| sent.reader.clone()));
    post.has_received(due.values().sum()).await;
    assert_eq!(by_reader(post.received().into_iter().flat_map(|mail| mail.to)), due, "each mail once");
    program.kill();
    proven(&database);
}

#[test]
fn killed_under_load_sqlite() {
    run(killed_under_load(Engine::Sqlite));
}

#[test]
fn killed_under_load_postgres() {
    run(killed_under_load(Engine::Postgres));
}
