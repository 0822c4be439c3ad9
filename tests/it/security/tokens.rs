//! API tokens with fewer rights than their owner.

use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(a_token_carries_no_more_than_it_was_given, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let new = json!({ "label": "stock screen", "permissions": ["read_stock"], "read_only": false });
    let (status, made) = admin.post("/me/tokens", &new).await;
    assert_eq!(status, 201, "{made}");
    let program = server.holder(made["token"].as_str().unwrap());
    assert_eq!(program.get("/stock").await.0, 200);
    let (_, me) = program.get("/me").await;
    assert_eq!(me["permissions"], json!(["read_stock"]));
    for path in ["/users", "/audit", "/rmas", "/notices", "/customers", "/me/tokens", "/me/sessions"] {
        let (status, problem) = program.get(path).await;
        assert_eq!((status.as_u16(), &problem["code"]), (403, &json!("forbidden")), "{path}");
    }
    for (path, body) in [
        ("/me/tokens", json!({})),
        ("/me/second-factor", json!({})),
        ("/me/password", json!({ "current": "password of admin", "new": "quite another one" })),
        ("/users", json!({ "username": "x", "role": "admin" })),
    ] {
        assert_eq!(program.post(path, &body).await.0, 403, "{path}");
    }
    let (_, list) = admin.get("/me/tokens").await;
    assert_eq!(
        (&list["items"][0]["permissions"], &list["items"][0]["label"], &list["items"][1]["permissions"]),
        (&json!(["read_stock"]), &json!("stock screen"), &Value::Null)
    );
});

on_both!(a_token_that_only_reads_writes_nothing, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let (_, made) = admin.post("/me/tokens", &json!({ "read_only": true })).await;
    let program = server.holder(made["token"].as_str().unwrap());
    assert_eq!(program.get("/users").await.0, 200);
    for (method, path) in [
        (Method::POST, "/users"),
        (Method::PATCH, "/users/admin"),
        (Method::POST, "/me/tokens"),
        (Method::DELETE, "/me/sessions"),
    ] {
        let request = program.request(method, path).json(&json!({ "username": "x", "role": "admin" }));
        let (status, problem) = crate::support::server::read(request).await;
        assert_eq!((status.as_u16(), &problem["code"]), (403, &json!("token_read_only")), "{path}");
    }
    assert_eq!(admin.get("/users").await.1["items"].as_array().unwrap().len(), 1);
});

on_both!(nobody_gives_a_token_what_they_do_not_have, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let li = server.user("li", Role::Clerk, &[], &[]).await;
    let (status, problem) = li.post("/me/tokens", &json!({ "permissions": ["manage_users"] })).await;
    assert_eq!((status.as_u16(), &problem["code"]), (403, &json!("forbidden")));
    let (status, problem) = li.post("/me/tokens", &json!({ "permissions": [] })).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["field"]), (422, &json!("permissions")));

    // What the owner loses the token loses.
    let (_, made) = li.post("/me/tokens", &json!({ "permissions": ["move_stock", "read_stock"] })).await;
    let program = server.holder(made["token"].as_str().unwrap());
    assert_eq!(program.get("/me").await.1["permissions"], json!(["move_stock", "read_stock"]));
    assert_eq!(admin.patch("/users/li", &json!({ "role": "engineer" })).await.0, 200);
    assert_eq!(program.get("/me").await.1["permissions"], json!(["read_stock"]));
});
