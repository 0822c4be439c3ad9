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

on_both!(behind_tls_cookies_are_for_this_host_alone, async |db: &Database| {
    let mut here = None;
    let mut server = Server::start_with(db, |service| {
        here = service.listen;
        service.base_url = Some("https://bk.example.cn".into());
    });
    server.url = format!("http://{}", here.unwrap());
    server.user("li", Role::Clerk, &[], &[]).await;
    let body = json!({ "username": "li", "password": "password of li" });
    let answer = server.anybody().request(Method::POST, "/session").json(&body).send().await.unwrap();
    let set = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.starts_with("__Host-beiku_session="), "{set}");
    assert!(set.contains("; Path=/;") && set.contains("; Secure") && !set.contains("Domain"), "{set}");
    let browser = Browser::signed_in(&server, "li").await;
    assert!(browser.is_signed_in().await);
    let csrf = browser.csrf_token();
    let choices = [("csrf", csrf.as_str()), ("lang", "en"), ("theme", "dark"), ("next", "/")];
    assert_eq!(browser.post("/preferences", &choices).await.status(), 303);
    assert!(browser.cookies.borrow().len() >= 3, "{:?}", browser.cookies);
    assert!(browser.cookies.borrow().keys().all(|name| name.starts_with("__Host-")), "{:?}", browser.cookies);
    let planted = browser.cookies.borrow_mut().remove("__Host-beiku_session").unwrap();
    browser.cookies.borrow_mut().insert("beiku_session".into(), planted);
    assert!(!browser.is_signed_in().await, "a cookie without the prefix may be a neighbour's");
});

on_both!(an_administrator_signs_somebody_out_everywhere, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let clerk = server.user("li", Role::Clerk, &[], &[]).await;
    let (one, two) = (Browser::signed_in(&server, "li").await, Browser::signed_in(&server, "li").await);
    let others = Browser::signed_in(&server, "admin").await;
    assert_eq!(clerk.delete("/users/admin/sessions").await.0, 403);
    assert_eq!(admin.delete("/users/nobody/sessions").await.0, 404);
    assert_eq!(admin.delete("/users/li/sessions").await.0, 204);
    assert!(!one.is_signed_in().await && !two.is_signed_in().await && others.is_signed_in().await);
    assert_eq!(clerk.get("/me").await.0, 200, "a program's token is not a session");
    let (_, trail) = admin.get("/audit?subject=user:li").await;
    assert!(trail.to_string().contains("session.close_all"), "{trail}");

    let again = Browser::signed_in(&server, "li").await;
    let page = others.get("/settings/users/li").await.text().await.unwrap();
    assert!(
        page.contains("/settings/users/li/sessions/end") && page.contains("/settings/users/li/factor/remove")
    );
    let csrf = others.csrf_token();
    let form = [("csrf", csrf.as_str())];
    assert_eq!(others.post("/settings/users/li/sessions/end", &form).await.status(), 303);
    assert!(!again.is_signed_in().await);
    assert_eq!(others.post("/settings/users/li/factor/remove", &form).await.status(), 409, "there is none");
});

on_both!(a_user_may_send_so_many_requests_a_minute, async |db: &Database| {
    let server = Server::start_with(db, |service| service.requests_per_minute = Some(20));
    let li = server.user("li", Role::Clerk, &[], &[]).await;
    let wang = server.user("wang", Role::Clerk, &[], &[]).await;
    let mut sent = 0;
    let refused = loop {
        let answer = li.request(Method::GET, "/me").send().await.unwrap();
        if answer.status() == 429 {
            break answer;
        }
        sent += 1;
        assert!(sent < 100, "nobody counts");
    };
    assert!(sent >= 20, "{sent}");
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=4).contains(&wait), "one comes free every 3 seconds: {wait}");
    assert_eq!(wang.get("/me").await.0, 200, "another's are another's");
});
