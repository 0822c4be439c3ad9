//! What is secret stands in no log line, whatever happens to it.

use super::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::app::outbox::claim;
use beiku::domain::actor::Role;
use beiku::domain::notice::Notice;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Mutex, OnceLock};

/// All log lines of the process since the first test that asked for them.
fn captured() -> &'static Mutex<Vec<u8>> {
    static LINES: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
    LINES.get_or_init(|| {
        // Far more than an operator logs; the client's own side of the conversation is not the program's.
        let filter = "debug,reqwest=off,hyper=off,hyper_util=off,ureq=off,h2=off";
        let subscriber =
            tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Lines);
        tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
        Mutex::default()
    })
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        captured().lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

on_both!(no_secret_is_ever_logged, async |db: &Database| {
    captured();
    let server = Server::start(db);
    let client = server.user("planted", Role::Admin, &[], &[]).await;
    client.patch("/users/planted", &json!({ "email": "planted@example.cn" })).await;
    let mut secrets = vec!["password of planted".to_owned(), "wr0ng-pl4nted-passw0rd".into()];
    let browser = Browser::signed_in(&server, "planted").await;
    secrets.extend(
        browser.cookies.borrow().values().map(|cookie| cookie.trim_start_matches("beiku_").to_owned()),
    );
    let (_, me) = browser.api(Method::GET, "/me", &Value::Null).await;
    secrets.push(me["csrf_token"].as_str().unwrap().to_owned());
    let (_, made) = client.post("/me/tokens", &json!({ "label": "x" })).await;
    secrets.push(made["token"].as_str().unwrap().trim_start_matches("beiku_").to_owned());
    let (_, offer) =
        browser.api(Method::POST, "/me/second-factor", &json!({ "password": "password of planted" })).await;
    secrets.push(offer["secret"].as_str().unwrap().to_owned());
    let anybody = server.anybody();
    anybody.post("/session", &json!({ "username": "planted", "password": "wr0ng-pl4nted-passw0rd" })).await;
    anybody.post("/session", &json!({ "username": "planted", "passwort": "wr0ng-pl4nted-passw0rd" })).await;
    anybody.post("/password-resets", &json!({ "user": "planted" })).await;
    for claimed in claim(&server.app, "test", 10, TimeDelta::minutes(1)).await.unwrap() {
        if let Ok(Notice::PasswordReset { path, .. }) = claimed.notice {
            secrets.push(path.split("beiku_").nth(1).unwrap().to_owned());
            browser.get(&path).await;
            browser.post("/reset", &[("code", "x"), ("new", "n3w-pl4nted-passw0rd"), ("again", "y")]).await;
        }
    }
    secrets.extend(["n3w-pl4nted-passw0rd", "TR4CKINGPL4N", "beef".repeat(16).as_str()].map(str::to_owned));
    browser.get("/track/RMA-2026-000001?code=TR4CKINGPL4N").await;
    anybody.get("/track/RMA-2026-000001?code=TR4CKINGPL4N").await;
    server.holder(&format!("beiku_{}", "beef".repeat(16))).get("/me").await;
    browser.get("/login/sso/callback?code=TR4CKINGPL4N&state=x").await;

    let lines = String::from_utf8(captured().lock().unwrap().clone()).unwrap();
    assert!(lines.contains("/api/v1/password-resets") && lines.contains("answered"), "the log is looked at");
    assert!(secrets.len() >= 10, "{}", secrets.len());
    for secret in &secrets {
        let at = lines.find(secret.as_str());
        let line = at.map(|at| lines[..at + secret.len()].lines().last().unwrap_or_default());
        assert!(line.is_none(), "{secret} stands in: {line:?}");
    }
});

on_both!(who_tries_the_locks_is_seen_in_the_log, async |db: &Database| {
    captured();
    let server = Server::start(db);
    let name = "prober";
    let clerk = server.user(name, Role::Clerk, &[], &[]).await;
    let browser = Browser::signed_in(&server, name).await;
    assert_eq!(clerk.get("/users").await.0, 403);
    assert_eq!(browser.get("/settings/users").await.status(), 403);
    let lines = String::from_utf8(captured().lock().unwrap().clone()).unwrap();
    for path in ["path=\"/api/v1/users\"", "path=\"/settings/users\""] {
        let seen = lines.lines().any(|line| {
            line.contains(path)
                && line.contains(&format!("user={name}"))
                && line.contains("status=403")
                && line.contains("refused=\"forbidden\"")
        });
        assert!(seen, "{path}");
    }
});
