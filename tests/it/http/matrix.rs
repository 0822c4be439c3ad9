//! Every role against every endpoint, and nobody against all of them.

use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::api;
use beiku::domain::actor::Role;
use beiku::http::endpoint::{Access, Endpoint};
use reqwest::Method;
use serde_json::json;

/// The address with something harmless in its variable parts.
fn address(endpoint: &Endpoint) -> String {
    let parts = endpoint.path.split('/').map(|part| if part.starts_with('{') { "0" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

on_both!(roles_get_through_where_the_table_says, async |db: &Database| {
    let server = Server::start(db);
    server
        .sql("INSERT INTO customer (code, name, created_at) VALUES ('C1', 'c', '2026-01-01 00:00:00')")
        .await;
    let mut wrong = Vec::new();
    for role in Role::ALL {
        let customers: &[&str] = if *role == Role::Customer { &["C1"] } else { &[] };
        let client = server.user(role.as_str(), *role, &[], customers).await;
        for endpoint in api::endpoints() {
            let method: Method = endpoint.method.parse().unwrap();
            let request = client.request(method.clone(), &address(&endpoint));
            // A body no call accepts: whoever gets through is told so, and nothing changes.
            let request =
                if method == Method::GET { request } else { request.json(&json!({ "no such field": 1 })) };
            let response = request.send().await.unwrap();
            let (status, body) = (response.status().as_u16(), response.text().await.unwrap());
            let kept_out = status == 401 || (status == 403 && body.contains("\"forbidden\""));
            if endpoint.access != Access::Public && kept_out == endpoint.access.admits(*role) || status >= 500
            {
                wrong.push(format!("{role}: {} {} answered {status} {body}", endpoint.method, endpoint.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
});

on_both!(nobody_gets_through_unless_the_call_is_public, async |db: &Database| {
    let server = Server::start(db);
    for endpoint in api::endpoints().filter(|endpoint| endpoint.access != Access::Public) {
        let method: Method = endpoint.method.parse().unwrap();
        let response = server.anybody().request(method, &address(&endpoint)).send().await.unwrap();
        assert_eq!(response.status(), 401, "{} {}", endpoint.method, endpoint.path);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
});

/// Calls that answer without sign-in are few and known by name.
#[test]
fn public_calls_are_these() {
    let public = api::endpoints().filter(|endpoint| endpoint.access == Access::Public);
    let public: Vec<_> = public.map(|endpoint| format!("{} {}", endpoint.method, endpoint.path)).collect();
    let known = [
        "POST /session",
        "POST /password-resets",
        "POST /password-resets/redeem",
        "GET /track/{number}",
        "POST /track/{number}/confirm",
        "POST /public/requests",
        "POST /public/requests/confirm",
    ];
    assert!(public.iter().all(|call| known.contains(&call.as_str())), "{public:?}");
}
