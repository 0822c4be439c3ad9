//! Two nodes on one PostgreSQL behind a load balancer without stickiness: whatever one node began, the other goes on with; and
//! nodes are exchanged one by one under load without anybody hearing of it.
//!
//! Three nodes are exchanged unless `BEIKU_FAULT_ROUNDS` says more.

use super::load::{Load, patient, run};
use super::proxy::Proxy;
use super::work::{Outcome, Sent, company};
use crate::smtp_server::{Setup, SmtpServer};
use crate::support::program::{Program, address};
use crate::support::{Database, Engine, rounds};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A browser of the load balancer.
struct Browser {
    http: reqwest::Client,
    url: String,
    cookie: String,
    csrf: String,
}

impl Browser {
    async fn sign_in(url: &str, username: &str, password: &str) -> Response {
        let request = reqwest::Client::new().post(format!("{url}/api/v1/session"));
        request.json(&json!({ "username": username, "password": password })).send().await.unwrap()
    }

    async fn signed_in(url: &str) -> Browser {
        let answer = Browser::sign_in(url, "root", "a long password").await;
        assert_eq!(answer.status(), 200);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let me: Value = answer.json().await.unwrap();
        let csrf = me["csrf_token"].as_str().unwrap().to_owned();
        Browser { http: reqwest::Client::new(), url: url.to_owned(), cookie, csrf }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url));
        request.header("Cookie", &self.cookie).header("Origin", &self.url)
    }

    async fn status(&self, method: Method, path: &str, body: &Value, csrf: &str) -> u16 {
        let request = self.request(method, path).header("X-CSRF-Token", csrf).json(body);
        request.send().await.unwrap().status().as_u16()
    }
}

fn node(database: &str, proxy: &Proxy, mail: &str) -> Program {
    let settings = [("BEIKU_MAIL", mail), ("BEIKU_DRAIN_SECONDS", "1")];
    let node = Program::start(database, &settings);
    proxy.join(node.url());
    node
}

/// Two requests go to two nodes, whichever is first.
async fn on_each_node(proxy: &Proxy, mut ask: impl AsyncFnMut()) {
    let before = proxy.served();
    for _ in 0..before.len() {
        ask().await;
    }
    let after = proxy.served();
    assert!(before.iter().zip(&after).all(|(before, after)| after > before), "{before:?} {after:?}");
}

/// A session, its CSRF token and its end, on whichever node.
async fn one_session(proxy: &Proxy) {
    let browser = Browser::signed_in(proxy.url()).await;
    on_each_node(proxy, async || {
        assert_eq!(browser.request(Method::GET, "/me").send().await.unwrap().status(), 200);
    })
    .await;
    let mut at = 0;
    on_each_node(proxy, async || {
        at += 1;
        let part = json!({ "part_no": format!("NODE-{at}"), "name": "板", "maker": "华讯达" });
        assert_eq!(browser.status(Method::POST, "/parts", &part, "stolen").await, 403);
        // An odd number of requests, so that the next one goes to the other node.
        assert_eq!(browser.request(Method::GET, "/me").send().await.unwrap().status(), 200);
        assert_eq!(browser.status(Method::POST, "/parts", &part, &browser.csrf).await, 201);
    })
    .await;
    assert_eq!(browser.status(Method::DELETE, "/session", &json!({}), &browser.csrf).await, 204);
    on_each_node(proxy, async || {
        assert_eq!(browser.request(Method::GET, "/me").send().await.unwrap().status(), 401);
    })
    .await;
}

/// The same key at both nodes at once: the effect is there once, and both hear the same.
async fn one_effect(http: &reqwest::Client, nodes: [&Program; 2], token: &str) -> Vec<Sent> {
    let mut all = Vec::new();
    for _ in 0..20 {
        let mut sent = Sent::next(900, 0, &all);
        let ask = |node: &Program| {
            let request = node.request(http, token, Method::POST, &sent.path);
            request.header("Idempotency-Key", &sent.key).json(&sent.body).send()
        };
        let (here, there) = tokio::join!(ask(nodes[0]), ask(nodes[1]));
        let (here, there) = (here.unwrap(), there.unwrap());
        assert_eq!(here.status(), there.status());
        assert!(here.status().is_success(), "{}", sent.key);
        let is_replayed = |answer: &Response| answer.headers().contains_key("idempotent-replayed");
        assert!(is_replayed(&here) != is_replayed(&there), "{}", sent.key);
        let answer: Value = here.json().await.unwrap();
        assert_eq!(answer, there.json::<Value>().await.unwrap());
        sent.answer = Some(answer);
        all.push(sent);
    }
    all
}

/// Ten tries at a name in all, not ten at each node.
async fn one_limit(proxy: &Proxy) {
    let attempt = || Browser::sign_in(proxy.url(), "nobody", "a wrong password");
    for _ in 0..10 {
        assert_eq!(attempt().await.status(), 401);
    }
    on_each_node(proxy, async || {
        let refused = attempt().await;
        assert_eq!(refused.status(), 429);
        let seconds: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=61).contains(&seconds), "{seconds}");
    })
    .await;
    assert_eq!(Browser::sign_in(proxy.url(), "somebody", "a wrong password").await.status(), 401);
}

#[test]
fn what_one_node_began_the_other_goes_on_with() {
    let Some(db) = Database::empty(Engine::Postgres) else { return };
    run(async {
        let (http, database) = (patient(), address(&db));
        let token = company(&database, &http).await;
        let (proxy, post) = (Proxy::start().await, SmtpServer::start(Setup::default()).await);
        let (here, there) = (node(&database, &proxy, &post.url()), node(&database, &proxy, &post.url()));
        one_session(&proxy).await;
        one_limit(&proxy).await;
        let all = one_effect(&http, [&here, &there], &token).await;
        // The customers hear of each step, from one node.
        let mut due: Vec<String> = all.into_iter().filter_map(|sent| sent.reader).collect();
        due.sort();
        post.has_received(due.len()).await;
        let mut readers: Vec<_> = post.received().into_iter().flat_map(|mail| mail.to).collect();
        readers.sort();
        assert_eq!(readers, due);
    });
}

async fn exchanged_one_by_one(database: String) {
    let rounds = rounds(3);
    let http = patient();
    let token = company(&database, &http).await;
    let (proxy, post) = (Proxy::start().await, SmtpServer::start(Setup::default()).await);
    let mut nodes = vec![node(&database, &proxy, &post.url()), node(&database, &proxy, &post.url())];
    // No answer but a success may be heard.
    let mut load = Load::start(proxy.url(), &http, &token, 1, |_, _| false);
    for _ in 0..rounds {
        load.until_more_done(40).await;
        nodes.push(node(&database, &proxy, &post.url()));
        let old = nodes.remove(0);
        old.ask_to_end();
        let ended = tokio::task::spawn_blocking(|| old.ended()).await.unwrap();
        assert!(ended, "it did not end well");
    }
    load.until_more_done(40).await;
    let all = load.end().await;
    let due: Vec<String> = all.iter().filter_map(|sent| sent.reader.clone()).collect();
    drop(nodes.pop());
    let last = nodes.pop().expect("two nodes");
    let outcome = Outcome { what: "nodes exchanged".into(), rounds };
    outcome.settle_and_hold(last, &database, &http, &token, all).await;
    // Mails of the node that was killed at the end while sending come again after their lease; nothing else does.
    let mails: Vec<String> = post.received().into_iter().flat_map(|mail| mail.to).collect();
    for reader in &mails {
        let of = |all: &[String]| all.iter().filter(|other| *other == reader).count();
        assert!(of(&mails) <= of(&due), "{reader}: a mail twice");
    }
}

#[test]
fn nodes_are_exchanged_under_load_without_a_failed_request() {
    let Some(db) = Database::empty(Engine::Postgres) else { return };
    run(exchanged_one_by_one(address(&db)));
}
