//! Signing in by cookie, and what a browser must prove.

use crate::support::server::{Server, read};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

const COOKIE: &str = "beiku_session=";

struct Browser<'a> {
    server: &'a Server,
    cookie: String,
    csrf: String,
}

fn sign_in(server: &Server, name: &str, password: &str) -> RequestBuilder {
    server
        .anybody()
        .request(Method::POST, "/session")
        .json(&json!({ "username": name, "password": password }))
}

fn cookie_of(response: &Response) -> String {
    let set = response.headers()["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

impl<'a> Browser<'a> {
    async fn signed_in(server: &'a Server, name: &str) -> Browser<'a> {
        let response = sign_in(server, name, &format!("password of {name}")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let cookie = cookie_of(&response);
        let me: Value = response.json().await.unwrap();
        Browser { server, cookie, csrf: me["csrf_token"].as_str().unwrap().to_owned() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.anybody().request(method, path).header("Cookie", &self.cookie)
    }

    fn write(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("X-CSRF-Token", &self.csrf)
    }

    async fn is_signed_in(&self) -> bool {
        self.request(Method::GET, "/me").send().await.unwrap().status() == 200
    }
}

on_both!(a_browser_signs_in_and_out, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Admin, &[], &[]).await;
    let response = sign_in(&server, "li", "password of li").send().await.unwrap();
    let set = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        set.starts_with(COOKIE)
            && set.contains("HttpOnly")
            && set.contains("SameSite=Lax")
            && set.contains("Path=/"),
        "{set}"
    );
    assert!(!set.contains("Secure"), "plain HTTP on the loopback");

    let browser = Browser::signed_in(&server, "li").await;
    let (status, me) = read(browser.request(Method::GET, "/me")).await;
    assert_eq!((status.as_u16(), &me["username"], &me["role"]), (200, &json!("li"), &json!("admin")));
    assert_eq!(me["csrf_token"], json!(browser.csrf));
    let out = browser.write(Method::DELETE, "/session").send().await.unwrap();
    assert_eq!(out.status(), 204);
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert!(!browser.is_signed_in().await, "the session has ended on the server, not only in the browser");
});

on_both!(a_wrong_name_and_a_wrong_password_look_the_same, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    let (status, mut unknown) = read(sign_in(&server, "nobody", "password of li")).await;
    let (other, mut wrong) = read(sign_in(&server, "li", "wrong")).await;
    assert_eq!((status.as_u16(), other.as_u16()), (401, 401));
    for answer in [&mut unknown, &mut wrong] {
        assert!(answer.as_object_mut().unwrap().remove("instance").is_some());
    }
    assert_eq!(unknown, wrong);
    assert_eq!(unknown["code"], "sign_in_failed");

    server.sql("UPDATE app_user SET active = FALSE").await;
    assert_eq!(read(sign_in(&server, "li", "password of li")).await.0, 401, "an account that is off");
    server.sql("UPDATE app_user SET active = TRUE, password_hash = NULL").await;
    assert_eq!(read(sign_in(&server, "li", "password of li")).await.0, 401, "a user without a password");
});

on_both!(a_browsers_write_needs_the_token_of_its_session_and_our_origin, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    server.user("wang", Role::Clerk, &[], &[]).await;
    let (li, wang) = (Browser::signed_in(&server, "li").await, Browser::signed_in(&server, "wang").await);
    let change = json!({ "display_name": "李明" });
    let patch = |request: RequestBuilder| read(request.json(&change));

    let (status, problem) = patch(li.request(Method::PATCH, "/me")).await;
    assert_eq!((status.as_u16(), &problem["code"]), (403, &json!("csrf_failed")));
    let (status, _) = patch(li.request(Method::PATCH, "/me").header("X-CSRF-Token", &wang.csrf)).await;
    assert_eq!(status, 403, "another session's token");
    let (status, _) = patch(li.write(Method::PATCH, "/me").header("Origin", "https://evil.example")).await;
    assert_eq!(status, 403);
    let (status, _) = patch(li.write(Method::PATCH, "/me").header("Sec-Fetch-Site", "cross-site")).await;
    assert_eq!(status, 403);
    let (status, _) = patch(li.write(Method::PATCH, "/me").header("Origin", &server.url)).await;
    assert_eq!(status, 204);
    let (_, me) = read(li.request(Method::GET, "/me")).await;
    assert_eq!(me["display_name"], "李明");
    let foreign = sign_in(&server, "li", "password of li").header("Origin", "https://evil.example");
    assert_eq!(read(foreign).await.0, 403, "signing somebody in from elsewhere");
});

on_both!(signing_in_again_ends_the_session_before, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    let first = Browser::signed_in(&server, "li").await;
    let elsewhere = Browser::signed_in(&server, "li").await;
    let again =
        sign_in(&server, "li", "password of li").header("Cookie", &first.cookie).send().await.unwrap();
    assert_ne!(cookie_of(&again), first.cookie);
    assert!(!first.is_signed_in().await);
    assert!(elsewhere.is_signed_in().await, "another browser is another session");
});

on_both!(a_session_sleeps_after_twelve_hours_and_ends_after_thirty_days, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    let browser = Browser::signed_in(&server, "li").await;
    db.clock().advance(TimeDelta::minutes(12 * 60 - 1));
    assert!(browser.is_signed_in().await);
    let idle = Browser::signed_in(&server, "li").await;
    db.clock().advance(TimeDelta::hours(12));
    assert!(!idle.is_signed_in().await);

    let busy = Browser::signed_in(&server, "li").await;
    let used = |ago: TimeDelta| {
        let at = db.clock().now() - ago;
        let app = server.app.clone();
        async move {
            let text = "UPDATE access_token SET last_used_at = $1 WHERE kind = 'session'";
            let done: beiku::store::StoreResult<usize> =
                app.store().write(move |tx| Ok(beiku::store::sql::sql(text).bind(at).execute(tx)?)).await;
            done.unwrap();
        }
    };
    db.clock().advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    used(TimeDelta::zero()).await;
    assert!(busy.is_signed_in().await);
    db.clock().advance(TimeDelta::seconds(1));
    used(TimeDelta::zero()).await;
    assert!(!busy.is_signed_in().await);
});

on_both!(a_new_password_ends_the_other_sessions, async |db: &Database| {
    let server = Server::start(db);
    let token = server.user("li", Role::Clerk, &[], &[]).await;
    let (here, there) = (Browser::signed_in(&server, "li").await, Browser::signed_in(&server, "li").await);
    let post = |body: Value| read(here.write(Method::POST, "/me/password").json(&body));

    let (status, problem) = post(json!({ "current": "wrong", "new": "a better password" })).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["code"]), (422, &json!("wrong_password")));
    let (status, problem) = post(json!({ "current": "password of li", "new": "short" })).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["code"]), (422, &json!("password_too_short")));
    let (status, problem) = post(json!({ "current": "password of li", "new": "password123" })).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["code"]), (422, &json!("password_common")));
    let body = json!({ "current": "password of li", "new": "a better password" });
    let answer = here.write(Method::POST, "/me/password").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert!(!here.is_signed_in().await && !there.is_signed_in().await, "who knew the old secrets is out");
    let renewed = Browser { server: &server, cookie: cookie_of(&answer), csrf: String::new() };
    assert!(renewed.is_signed_in().await, "this browser goes on with a new secret");
    assert_eq!(token.get("/me").await.0, 200, "API tokens are revoked one by one");
    assert_eq!(read(sign_in(&server, "li", "password of li")).await.0, 401);
    assert_eq!(read(sign_in(&server, "li", "a better password")).await.0, 200);
});
