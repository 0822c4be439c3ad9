//! API tokens, and requests sent twice.

use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(a_token_acts_for_its_owner_until_it_is_revoked_or_ends, async |db: &Database| {
    let server = Server::start(db);
    let li = server.user("li", Role::Clerk, &[], &[]).await;
    let wang = server.user("wang", Role::Clerk, &[], &[]).await;
    let (status, made) = li.post("/me/tokens", &json!({ "label": "report", "expires_days": 2 })).await;
    assert_eq!(status, 201);
    let program = server.holder(made["token"].as_str().unwrap());
    let (_, me) = program.get("/me").await;
    assert_eq!((&me["username"], &me["csrf_token"]), (&json!("li"), &Value::Null));

    let (_, list) = li.get("/me/tokens").await;
    assert_eq!(list["items"][0]["label"], "report", "newest first");
    assert!(!list.to_string().contains("beiku_"), "the secret is told once");
    let path = format!("/me/tokens/{}", made["id"]);
    assert_eq!(wang.delete(&path).await.0, 404, "somebody else's token is not there");
    assert_eq!(li.delete(&path).await.0, 204);
    assert_eq!(program.get("/me").await.0, 401);
    assert_eq!(li.delete(&path).await.0, 404);

    let (_, made) = li.post("/me/tokens", &json!({ "expires_days": 2 })).await;
    let program = server.holder(made["token"].as_str().unwrap());
    db.clock().advance(TimeDelta::days(2) - TimeDelta::seconds(1));
    assert_eq!(program.get("/me").await.0, 200);
    db.clock().advance(TimeDelta::seconds(1));
    assert_eq!(program.get("/me").await.0, 401);
    let (status, problem) = li.post("/me/tokens", &json!({ "expires_days": 0 })).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["field"]), (422, &json!("expires_days")));
});

on_both!(a_token_is_no_cookie_and_a_cookie_no_token, async |db: &Database| {
    let server = Server::start(db);
    let li = server.user("li", Role::Clerk, &[], &[]).await;
    let (_, made) = li.post("/me/tokens", &json!({})).await;
    let cookie = format!("beiku_session={}", made["token"].as_str().unwrap());
    let response =
        server.anybody().request(Method::GET, "/me").header("Cookie", cookie).send().await.unwrap();
    assert_eq!(response.status(), 401);
    for header in ["Basic bGk6eA==", "Bearer", "Bearer x", "Bearer beiku_00", "nonsense"] {
        let response = server
            .anybody()
            .request(Method::GET, "/me")
            .header("Authorization", header)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 401, "{header}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }
});

on_both!(the_database_holds_no_secret, async |db: &Database| {
    let server = Server::start(db);
    let li = server.user("li", Role::Clerk, &[], &[]).await;
    let response = li.post_once("/me/tokens", "key", &json!({ "label": "x" })).await;
    let made: Value = response.json().await.unwrap();
    let secret = made["token"].as_str().unwrap().trim_start_matches("beiku_").to_owned();
    let text =
        "SELECT COUNT(*) AS value FROM idempotency WHERE body LIKE $1 OR body LIKE '%beiku\\_%' ESCAPE '\\'";
    let held: beiku::store::StoreResult<i64> = server
        .app
        .store()
        .read(move |conn| Ok(beiku::store::sql::sql(text).bind(format!("%{secret}%")).number(conn)?))
        .await;
    assert_eq!(held.unwrap(), 0);
});

on_both!(a_token_made_twice_with_one_key_is_made_once, async |db: &Database| {
    let server = Server::start(db);
    let li = server.user("li", Role::Clerk, &[], &[]).await;
    let body = json!({ "label": "report" });
    let first = li.post_once("/me/tokens", "k1", &body).await;
    assert_eq!(first.status(), 201);
    assert!(first.headers().get("idempotent-replayed").is_none());
    let first: Value = first.json().await.unwrap();
    let again = li.post_once("/me/tokens", "k1", &body).await;
    assert_eq!(
        (again.status().as_u16(), &again.headers()["idempotent-replayed"]),
        (201, &"true".parse().unwrap())
    );
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    assert_eq!(server.holder(first["token"].as_str().unwrap()).get("/me").await.0, 200);

    // Another sign-in of the same person cannot be told the secret again.
    let other = server.holder(first["token"].as_str().unwrap());
    let response = other.post_once("/me/tokens", "k1", &body).await;
    assert_eq!(response.status(), 409);
    let response = li.post_once("/me/tokens", "k1", &json!({ "label": "another" })).await;
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "idempotency_key_reused");
    let response = li.post_once("/me/tokens", &"k".repeat(65), &body).await;
    assert_eq!(
        (response.status().as_u16(), response.json::<Value>().await.unwrap()["code"].clone()),
        (400, json!("bad_idempotency_key"))
    );
});
