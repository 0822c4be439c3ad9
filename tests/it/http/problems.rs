//! Requests that cannot be read, and how every answer is dressed.

use crate::support::server::{Server, read};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use beiku::http::server::BODY_LIMIT;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

on_both!(what_cannot_be_read_is_a_problem_with_a_name, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let post = |body: &'static str, kind: &'static str| {
        admin.request(Method::POST, "/users").header("Content-Type", kind).body(body)
    };
    let json_type = "application/json";
    let cases: Vec<(RequestBuilder, u16, &str)> = vec![
        (post("{", json_type), 400, "malformed"),
        (post("", json_type), 400, "malformed"),
        (post("{\"username\":\"a\\u0000\"}", json_type), 400, "malformed"),
        (post("{}", json_type), 422, "invalid"),
        (post("[1]", json_type), 422, "invalid"),
        (post("{}", "text/plain"), 415, "unsupported_media_type"),
        (admin.request(Method::POST, "/users").body("{}"), 415, "unsupported_media_type"),
        (
            admin
                .request(Method::POST, "/users")
                .header("Content-Type", json_type)
                .body(" ".repeat(BODY_LIMIT + 1)),
            413,
            "too_large",
        ),
        (admin.request(Method::GET, "/nowhere"), 404, "no_such_address"),
        (admin.request(Method::GET, "/me/tokens/x"), 405, "method_not_allowed"),
        (admin.request(Method::DELETE, "/me/tokens/x"), 404, "no_such_address"),
        (admin.request(Method::PUT, "/users"), 405, "method_not_allowed"),
        (admin.request(Method::GET, "/users?limit=0"), 422, "invalid"),
        (admin.request(Method::GET, "/users?limit=201"), 422, "invalid"),
        (admin.request(Method::GET, "/users?limit=abc"), 422, "invalid"),
        (admin.request(Method::GET, "/plans?customer=C1"), 400, "unknown_parameter"),
        (admin.request(Method::GET, "/me?verbose="), 400, "unknown_parameter"),
        (admin.request(Method::GET, "/plans?cursor=x"), 400, "bad_cursor"),
        (admin.request(Method::GET, "/users?cursor=00"), 400, "bad_cursor"),
        (admin.request(Method::GET, "/users?depot=%00"), 400, "malformed"),
        (admin.request(Method::GET, "/users?depot=%FF"), 400, "malformed"),
        (admin.request(Method::GET, "/users/%00"), 400, "malformed"),
        (admin.request(Method::GET, "/users/%FF"), 400, "malformed"),
    ];
    for (request, status, code) in cases {
        let shown = format!("{request:?}");
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{shown}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{shown}");
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let problem: serde_json::Value = response.json().await.unwrap();
        assert_eq!((&problem["code"], &problem["status"]), (&json!(code), &json!(status)), "{shown}");
        assert_eq!(problem["instance"], json!(format!("urn:uuid:{id}")), "{shown}");
        assert!(!problem["detail"].as_str().unwrap().contains("problem-"), "{problem}");
    }
    let response = admin.request(Method::PUT, "/users").send().await.unwrap();
    assert_eq!(response.headers()["allow"], "GET, POST");
});

on_both!(a_problem_is_told_in_the_language_asked_for, async |db: &Database| {
    let server = Server::start(db);
    let li = server.user("li", Role::Clerk, &[], &[]).await;
    let in_language = |language: &str| {
        let url = format!("{}/api/v1/users", server.url);
        let token = li.request(Method::GET, "/me").build().unwrap().headers()["authorization"].clone();
        let request = reqwest::Client::new().get(url).header("Authorization", token);
        if language.is_empty() { request } else { request.header("Accept-Language", language) }
    };
    let (_, zh) = read(in_language("zh-CN,en;q=0.5")).await;
    let (_, en) = read(in_language("en")).await;
    assert_eq!((&zh["code"], &en["code"]), (&json!("forbidden"), &json!("forbidden")));
    assert!(zh["detail"].as_str().unwrap().contains("角色"), "{zh}");
    assert!(en["detail"].as_str().unwrap().is_ascii(), "{en}");
    let (_, chosen) = read(in_language("")).await;
    assert_eq!(chosen["detail"], en["detail"], "without a wish, what the user chose");
    let response = in_language("zh").send().await.unwrap();
    assert_eq!(response.headers()["content-language"], "zh-CN");
});

on_both!(every_answer_is_dressed, async |db: &Database| {
    let server = Server::start(db);
    for path in ["/healthz", "/api/v1/me", "/api/openapi.json", "/nowhere"] {
        let response = reqwest::get(format!("{}{path}", server.url)).await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(
            headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(headers.contains_key("x-request-id"), "{path}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
    }
});

on_both!(a_word_there_is_not_is_answered_with_those_there_are, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    for (path, field, allowed) in [
        ("/rmas?state=x", "state", "requested, authorised"),
        ("/stock?condition=x", "condition", "good, faulty"),
        ("/units?condition=x", "condition", "good, faulty"),
        ("/notices?state=x", "state", "dead"),
        ("/shipments?direction=x", "direction", "inbound"),
        ("/promises?state=x", "state", "open"),
    ] {
        let (status, no) = admin.get(path).await;
        let error = &no["errors"][0];
        assert_eq!(
            (status.as_u16(), &error["field"], &error["code"]),
            (422, &json!(field), &json!("unknown_word")),
            "{path}: {no}"
        );
        assert!(error["message"].as_str().unwrap().contains(allowed), "{path}: {no}");
    }
    let (status, no) = admin.post("/parts", &json!({ "part_no": "P1", "name": "x", "class": "toy" })).await;
    let error = &no["errors"][0];
    assert_eq!(
        (status.as_u16(), &error["field"], &error["code"]),
        (422, &json!("class"), &json!("unknown_word"))
    );
    assert!(error["message"].as_str().unwrap().contains("spare, instrument"), "{no}");
    admin.post("/parts", &json!({ "part_no": "P1", "name": "x" })).await;
    let (status, no) = admin.get("/availability?part_no=P1&near=nowhere").await;
    let error = &no["errors"][0];
    assert_eq!(
        (status.as_u16(), &error["field"], &error["code"]),
        (422, &json!("near"), &json!("unknown_place"))
    );
});
