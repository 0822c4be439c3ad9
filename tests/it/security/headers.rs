//! Every answer carries the headers that keep a browser on our side.

use super::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::api;
use beiku::domain::actor::Role;
use reqwest::header::HeaderMap;
use reqwest::{Method, Response};

fn missing(headers: &HeaderMap) -> Vec<String> {
    let wanted = [
        ("content-security-policy", "frame-ancestors 'none'"),
        ("content-security-policy", "default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "camera=()"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", ""),
        ("x-request-id", ""),
    ];
    let holds = |name: &str, part: &str| {
        headers.get(name).is_some_and(|value| value.to_str().is_ok_and(|value| value.contains(part)))
    };
    let lacking = wanted.iter().filter(|(name, part)| !holds(name, part));
    let mut lacking: Vec<String> = lacking.map(|(name, part)| format!("{name} {part}")).collect();
    if headers.get("content-security-policy").is_some_and(|csp| csp.to_str().unwrap().contains("unsafe-eval"))
    {
        lacking.push("no unsafe-eval".into());
    }
    if headers.contains_key("server") || headers.contains_key("x-powered-by") {
        lacking.push("silence about the software".into());
    }
    lacking
}

on_both!(every_route_has_its_security_headers, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let mut wrong = vec![];
    let mut look = |what: String, answer: Response| {
        let lacking = missing(answer.headers());
        if !lacking.is_empty() {
            wrong.push(format!("{what} ({}): {lacking:?}", answer.status()));
        }
    };
    for endpoint in api::endpoints() {
        let path: Vec<_> =
            endpoint.path.split('/').map(|part| if part.starts_with('{') { "0" } else { part }).collect();
        let method: Method = endpoint.method.parse().unwrap();
        let answer = admin.request(method, &path.join("/")).send().await.unwrap();
        look(format!("{} {}", endpoint.method, endpoint.path), answer);
    }
    let (anybody, somebody) = (Browser::open(&server), Browser::signed_in(&server, "admin").await);
    for path in [
        "/",
        "/login",
        "/login/code",
        "/login/sso",
        "/login/sso/callback",
        "/forgot",
        "/reset?code=x",
        "/track",
        "/track/RMA-1?code=x",
        "/rma",
        "/stock",
        "/unit",
        "/scan",
        "/movements",
        "/notices",
        "/public-requests",
        "/me",
        "/me/security",
        "/report/timely-repair",
        "/nowhere",
        "/static/css/app.css",
        "/static/nowhere",
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/openapi.json",
        "/api/v1/nowhere",
        "/api/docs/",
    ] {
        look(format!("anybody {path}"), anybody.get(path).await);
        look(format!("somebody {path}"), somebody.get(path).await);
    }
    look("bad address".into(), anybody.get("/%ff").await);
    look("form".into(), anybody.post("/login", &[("username", "x")]).await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
});

on_both!(parts_of_a_page_carry_what_concerns_them, async |db: &Database| {
    let server = Server::start(db);
    let anybody = Browser::open(&server);
    let login = anybody.get("/login").await.text().await.unwrap();
    let mut parts: Vec<&str> =
        login.split("\"/static/").skip(1).map(|rest| rest.split(['"', '#']).next().unwrap()).collect();
    parts.sort_unstable();
    parts.dedup();
    assert!(parts.len() >= 3, "{login}");
    for part in parts {
        let answer = anybody.get(&format!("/static/{part}")).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["x-content-type-options"]),
            (200, &"nosniff".parse().unwrap())
        );
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"), "{part}");
        assert!(
            !answer.headers().contains_key("content-security-policy"),
            "{part}: the page's own policy counts"
        );
    }
});
