//! Guessing passwords is slow.

use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use reqwest::Method;
use serde_json::json;

on_both!(the_eleventh_attempt_on_a_name_waits, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    let attempt = |name: &'static str, password: &'static str| {
        let request = server.anybody().request(Method::POST, "/session");
        request.json(&json!({ "username": name, "password": password })).send()
    };
    for _ in 0..10 {
        assert_eq!(attempt("li", "wrong").await.unwrap().status(), 401);
    }
    let refused = attempt("li", "password of li").await.unwrap();
    assert_eq!(refused.status(), 429, "even the right password waits");
    let seconds: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=61).contains(&seconds), "{seconds}");
    assert_eq!(refused.json::<serde_json::Value>().await.unwrap()["code"], "too_many_requests");
    assert_eq!(attempt("wang", "wrong").await.unwrap().status(), 401, "another name is not slowed down");
});
