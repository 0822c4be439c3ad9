//! Where somebody is signed in, and when that ends.

use super::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(sessions_are_listed_and_ended_one_by_one_and_all_others_at_once, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    server.user("wang", Role::Clerk, &[], &[]).await;
    let (here, there) = (Browser::signed_in(&server, "li").await, Browser::signed_in(&server, "li").await);
    let (third, wang) = (Browser::signed_in(&server, "li").await, Browser::signed_in(&server, "wang").await);
    let (_, list) = here.api(Method::GET, "/me/sessions", &Value::Null).await;
    let items = list["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 3, "own sessions only: {list}");
    assert_eq!(items.iter().filter(|item| item["current"] == json!(true)).count(), 1);
    assert!(items.iter().all(|item| item["device"] == "Test/1"));
    let (_, of_there) = there.api(Method::GET, "/me/sessions", &Value::Null).await;
    let id = of_there["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["current"] == json!(true))
        .unwrap()["id"]
        .clone();

    let path = format!("/me/sessions/{id}");
    assert_eq!(wang.api(Method::DELETE, &path, &Value::Null).await.0, 404, "somebody else's is not there");
    assert!(there.is_signed_in().await);
    assert_eq!(here.api(Method::DELETE, &path, &Value::Null).await.0, 204);
    assert!(!there.is_signed_in().await && third.is_signed_in().await);
    assert_eq!(here.api(Method::DELETE, "/me/sessions", &Value::Null).await.0, 204);
    assert!(here.is_signed_in().await && !third.is_signed_in().await && wang.is_signed_in().await);
});

on_both!(a_deactivated_user_and_one_with_another_role_are_out_at_once, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let token = server.user("li", Role::Clerk, &[], &[]).await;
    let li = Browser::signed_in(&server, "li").await;
    assert_eq!(admin.patch("/users/li", &json!({ "display_name": "李明" })).await.0, 200);
    assert!(li.is_signed_in().await, "a new name is no new person");
    assert_eq!(admin.patch("/users/li", &json!({ "role": "manager" })).await.0, 200);
    assert!(!li.is_signed_in().await, "rights changed: sign in again");

    let li = Browser::signed_in(&server, "li").await;
    assert_eq!(admin.patch("/users/li", &json!({ "active": false })).await.0, 200);
    assert!(!li.is_signed_in().await);
    assert_eq!(token.get("/me").await.0, 401, "tokens too");
    assert_eq!(admin.patch("/users/li", &json!({ "active": true })).await.0, 200);
    assert!(!li.is_signed_in().await, "what ended stays ended");
});

on_both!(how_long_sessions_last_is_a_setting, async |db: &Database| {
    let server = Server::start_with(db, |service| {
        service.session_idle_minutes = Some(10);
        service.session_life_hours = Some(1);
    });
    server.user("li", Role::Clerk, &[], &[]).await;
    let idle = Browser::signed_in(&server, "li").await;
    db.clock().advance(TimeDelta::minutes(10));
    assert!(!idle.is_signed_in().await);
    let busy = Browser::signed_in(&server, "li").await;
    for _ in 0..6 {
        db.clock().advance(TimeDelta::minutes(9));
        assert!(busy.is_signed_in().await);
        server.touched(db).await;
    }
    db.clock().advance(TimeDelta::minutes(6));
    assert!(!busy.is_signed_in().await, "an hour after sign-in, however busy");
});
