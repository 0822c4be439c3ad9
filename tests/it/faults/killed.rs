//! SIGKILL under load: what was acknowledged is there once; what was not is there once or not at all, and sending it again
//! with its key settles which; the ledger proves itself; mails that were due go out.
//!
//! `BEIKU_KILL_ROUNDS` sets the number of kills (6 unless told).

use crate::smtp_server::{Setup, SmtpServer};
use crate::support::program::{Program, address, answer, beiku, succeeds};
use crate::support::{Database, Engine};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub(super) const CLIENTS: usize = 8;

/// One request, and what was heard of it.
#[derive(Clone)]
pub(super) struct Sent {
    pub key: String,
    pub path: &'static str,
    pub body: Value,
    /// The answer, once one came.
    pub answer: Option<Value>,
}

impl Sent {
    /// The `at`th request of a client: mostly movements, now and then an RMA whose customer gets a mail.
    pub fn new(round: usize, client: usize, at: usize) -> Sent {
        let key = format!("r{round}-c{client}-{at}");
        let serial = key.to_uppercase();
        let (path, body) = match at % 5 {
            4 => (
                "/rmas",
                json!({ "customer": "C1", "contact_email": format!("{key}@c1.example"),
                    "lines": [{ "part_no": "BOARD", "serial": format!("F-{serial}"), "fault": "no link", "mode": "repair_return" }] }),
            ),
            2 => ("/movements", receive(json!({ "part_no": "SCREW", "quantity": 3 }), &key)),
            _ => ("/movements", receive(json!({ "part_no": "BOARD", "serial": serial }), &key)),
        };
        Sent { key, path, body, answer: None }
    }
}

fn receive(what: Value, document: &str) -> Value {
    let mut body = json!({ "kind": "receive", "from": "supplier", "to": "JN", "document": document });
    body.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
    body
}

/// A company as small as can be, set up by the program's own commands and API; the administrator's token.
pub(super) async fn company(database: &str, http: &reqwest::Client) -> String {
    succeeds(database, &["migrate"]);
    succeeds(database, &["user", "add", "root", "--role", "admin", "--password", "a long password"]);
    let token = succeeds(database, &["user", "token", "root"]).lines().last().unwrap().to_owned();
    let program = Program::start(database, &[]);
    for (path, body) in [
        ("/depots", json!({ "code": "JN", "name": "济南", "city": "济南", "class": "common" })),
        ("/parts", json!({ "part_no": "BOARD", "name": "业务板", "maker": "华讯达", "tracking": "serial" })),
        ("/parts", json!({ "part_no": "SCREW", "name": "螺钉", "maker": "华讯达", "tracking": "quantity" })),
        (
            "/customers",
            json!({ "code": "C1", "name": "济南电力公司", "plan": "standard",
            "contacts": [{ "name": "黄杰", "email": "it@c1.example" }] }),
        ),
    ] {
        let request = program.request(http, &token, Method::POST, path).json(&body);
        let (status, _, answer) = answer(request).await.unwrap();
        assert_eq!(status, 201, "{path}: {answer}");
    }
    token
}

/// Clients send until the service dies, which happens once so many answers came.
async fn load_and_kill(
    program: Program,
    http: &reqwest::Client,
    token: &str,
    round: usize,
    after: usize,
) -> Vec<Sent> {
    let program = Arc::new(program);
    let (heard, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (base, http, token) = (program.url().to_owned(), http.clone(), token.to_owned());
        let (heard, enough) = (Arc::clone(&heard), Arc::clone(&enough));
        clients.spawn(async move {
            let mut all = Vec::new();
            for at in 0.. {
                let mut sent = Sent::new(round, client, at);
                let request = http.post(format!("{base}/api/v1{}", sent.path)).bearer_auth(&token);
                let heard_of = answer(request.header("Idempotency-Key", &sent.key).json(&sent.body)).await;
                let is_alive = heard_of.is_some();
                if let Some((status, _, document)) = heard_of {
                    assert_eq!(status, 201, "{}: {document}", sent.key);
                    sent.answer = Some(document);
                    if heard.fetch_add(1, Ordering::Relaxed) + 1 == after {
                        enough.notify_one();
                    }
                }
                all.push(sent);
                if !is_alive {
                    break;
                }
            }
            all
        });
    }
    enough.notified().await;
    Arc::into_inner(program).expect("clients only know its address").kill();
    clients.join_all().await.into_iter().flatten().collect()
}

/// Sends again what got no answer: now it must get one. What had one gets the same, and has no second effect.
pub(super) async fn settle(program: &Program, http: &reqwest::Client, token: &str, all: &mut [Sent]) {
    for sent in all {
        let request = program.request(http, token, Method::POST, sent.path);
        let (status, is_replayed, document) =
            answer(request.header("Idempotency-Key", &sent.key).json(&sent.body)).await.unwrap();
        assert_eq!(status, 201, "{}: {document}", sent.key);
        match &sent.answer {
            Some(first) => {
                assert!(is_replayed, "{} was acknowledged and then forgotten", sent.key);
                assert_eq!(first, &document, "{}", sent.key);
            }
            None => sent.answer = Some(document),
        }
    }
}

/// Everything the ledger holds, by document: how often, and how much.
pub(super) async fn booked(
    program: &Program,
    http: &reqwest::Client,
    token: &str,
) -> BTreeMap<String, (usize, i64)> {
    let mut found: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/movements?limit=200{cursor}");
        let (_, _, page) = answer(program.request(http, token, Method::GET, &path)).await.unwrap();
        for movement in page["items"].as_array().unwrap() {
            let entry = found.entry(movement["document"].as_str().unwrap().to_owned()).or_default();
            entry.0 += 1;
            entry.1 += movement["quantity"].as_i64().unwrap();
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn killed_under_load(engine: Engine) {
    let Some(db) = Database::empty(engine) else { return };
    let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(60)).build().unwrap();
    let database = address(&db);
    let token = company(&database, &http).await;
    let rounds = std::env::var("BEIKU_KILL_ROUNDS").map_or(6, |n| n.parse().unwrap());
    let mut dice = StdRng::seed_from_u64(20_261_122);
    let mut all = Vec::new();
    for round in 0..rounds {
        let after = dice.random_range(1..120);
        let mut sent = load_and_kill(Program::start(&database, &[]), &http, &token, round, after).await;
        let proof = beiku(&database, &["verify"]);
        assert!(proof.status.success(), "round {round}: {}", String::from_utf8_lossy(&proof.stdout));
        settle(&Program::start(&database, &[]), &http, &token, &mut sent).await;
        all.append(&mut sent);
    }
    let post = SmtpServer::start(Setup::default()).await;
    let program = Program::start(&database, &[("BEIKU_MAIL", &post.url())]);
    let found = booked(&program, &http, &token).await;
    let due: BTreeSet<String> = all
        .iter()
        .filter(|sent| sent.path == "/rmas")
        .map(|sent| sent.body["contact_email"].as_str().unwrap().to_owned())
        .collect();
    for sent in all.iter().filter(|sent| sent.path == "/movements") {
        let expected = (1, sent.body["quantity"].as_i64().unwrap_or(1));
        assert_eq!(found.get(&sent.key), Some(&expected), "{}", sent.key);
    }
    assert_eq!(found.len(), all.len() - due.len(), "nothing that nobody sent");
    post.has_received(due.len()).await;
    let mailed: Vec<String> = post.received().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(mailed.len(), due.len(), "no mail twice");
    assert_eq!(mailed.into_iter().collect::<BTreeSet<_>>(), due);
    program.kill();
    succeeds(&database, &["verify"]);
}

fn run(engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(killed_under_load(engine));
}

#[test]
fn killed_under_load_sqlite() {
    run(Engine::Sqlite);
}

#[test]
fn killed_under_load_postgres() {
    run(Engine::Postgres);
}
