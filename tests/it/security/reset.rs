//! A forgotten password.

use super::browser::{Browser, opens};
use crate::support::server::{Client, Server};
use crate::support::{Database, on_both};
use beiku::app::outbox::{Verdict, claim, settle};
use beiku::domain::actor::Role;
use beiku::domain::notice::Notice;
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn ask(client: &Client, user: &str) -> (u16, Value) {
    let (status, body) = client.post("/password-resets", &json!({ "user": user })).await;
    (status.as_u16(), body)
}

/// The links of the mails waiting to be sent, which are sent by this.
async fn links(server: &Server) -> Vec<String> {
    let mut links = vec![];
    for claimed in claim(&server.app, "test", 100, TimeDelta::minutes(1)).await.unwrap() {
        let Ok(Notice::PasswordReset { path, .. }) = &claimed.notice else { panic!("{claimed:?}") };
        links.push(path.strip_prefix("/reset?code=").unwrap().to_owned());
        assert!(settle(&server.app, &claimed, &Verdict::Sent).await.unwrap());
    }
    links
}

async fn with_mail(db: &Database) -> (Server, Client) {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    server.user("li", Role::Clerk, &[], &[]).await;
    server.user("wang", Role::Clerk, &[], &[]).await;
    assert_eq!(admin.patch("/users/li", &json!({ "email": "li@example.cn" })).await.0, 200);
    (server, admin)
}

on_both!(a_link_is_good_once_and_ends_every_session, async |db: &Database| {
    let (server, admin) = with_mail(db).await;
    let browser = Browser::signed_in(&server, "li").await;
    let anybody = server.anybody();
    assert_eq!(ask(&anybody, "LI@example.cn").await.0, 202, "by mail address");
    let link = links(&server).await.remove(0);
    let redeem = |new: &str| {
        let (anybody, body) = (anybody.clone(), json!({ "code": link, "new": new }));
        async move { anybody.post("/password-resets/redeem", &body).await }
    };
    assert_eq!(redeem("short").await.1["errors"][0]["code"], "password_too_short");
    assert_eq!(redeem("Password123").await.1["errors"][0]["code"], "password_common");
    assert_eq!(redeem("tea at four o'clock").await.0, 204);
    assert!(!browser.is_signed_in().await);
    assert!(
        opens(&server, "li", "tea at four o'clock").await && !opens(&server, "li", "password of li").await
    );
    let (status, problem) = redeem("coffee at five o'clock").await;
    assert_eq!((status.as_u16(), &problem["code"]), (404, &json!("reset_link_invalid")));

    let held: beiku::store::StoreResult<i64> = server
        .app
        .store()
        .read(move |conn| {
            let text = "SELECT (SELECT COUNT(*) FROM outbox WHERE payload LIKE $1) + \
                        (SELECT COUNT(*) FROM audit WHERE detail LIKE $1) AS value";
            Ok(beiku::store::sql::sql(text).bind("%beiku_%").number(conn)?)
        })
        .await;
    assert_eq!(held.unwrap(), 0, "once it is sent, the link is its reader's alone");
    assert!(admin.get("/audit?subject=user:li").await.1.to_string().contains("password.forgotten"));
});

on_both!(whoever_asks_learns_nothing_and_links_end, async |db: &Database| {
    let (server, admin) = with_mail(db).await;
    let anybody = server.anybody();
    let known = ask(&anybody, "li").await;
    for unknown in ["nobody", "wang", "nobody@example.cn", "", "li ming"] {
        assert_eq!(ask(&anybody, unknown).await, known, "{unknown:?}");
    }
    let first = links(&server).await;
    assert_eq!(first.len(), 1, "wang has no mail address");
    ask(&anybody, "li").await;
    let second = links(&server).await;
    let redeem = |code: String| {
        let anybody = anybody.clone();
        async move {
            let body = json!({ "code": code, "new": "tea at four o'clock" });
            anybody.post("/password-resets/redeem", &body).await.0.as_u16()
        }
    };
    assert_eq!(redeem(first[0].clone()).await, 404, "the latest link is the one that works");
    db.clock().advance(TimeDelta::minutes(30));
    assert_eq!(redeem(second[0].clone()).await, 404, "after half an hour");
    assert_eq!(redeem(format!("beiku_{}", "0".repeat(64))).await, 404);
    assert_eq!(redeem("nonsense".into()).await, 404);
    for _ in 0..5 {
        ask(&anybody, "li").await;
    }
    assert_eq!(links(&server).await.len(), 1, "three an hour: no mail flood");
    assert_eq!(admin.patch("/users/li", &json!({ "active": false })).await.0, 200);
    db.clock().advance(TimeDelta::hours(2));
    ask(&anybody, "li").await;
    assert!(links(&server).await.is_empty(), "an account that is off");
});

on_both!(asking_again_and_again_is_slowed_down, async |db: &Database| {
    let (server, _) = with_mail(db).await;
    let mut refused = 0;
    for _ in 0..12 {
        refused += usize::from(ask(&server.anybody(), "li").await.0 == 429);
    }
    assert_eq!(refused, 2);
});

on_both!(nobody_who_looks_after_mails_sees_the_link, async |db: &Database| {
    let (server, _) = with_mail(db).await;
    ask(&server.anybody(), "li").await;
    let ctx = server.operator();
    let shown = beiku::app::read(&server.app, &ctx, |conn, ctx| {
        let filter = beiku::app::outbox::NoticeFilter::default();
        let row = beiku::app::outbox::list(conn, ctx, &filter, i64::MAX, 1)?.remove(0);
        beiku::app::outbox::facts(conn, ctx, row.id)
    })
    .await
    .unwrap();
    assert_eq!(
        shown.1,
        Notice::PasswordReset { username: "li".into(), path: String::new(), invited_hours: None }
    );
});

on_both!(the_pages_do_it_without_javascript, async |db: &Database| {
    let (server, _) = with_mail(db).await;
    let browser = Browser::open(&server);
    assert!(browser.get("/login").await.text().await.unwrap().contains("href=\"/forgot\""));
    let known = browser.post("/forgot", &[("user", "li")]).await.text().await.unwrap();
    let unknown = browser.post("/forgot", &[("user", "nobody")]).await.text().await.unwrap();
    assert_eq!(known, unknown);
    let code = links(&server).await.remove(0);
    let page = browser.get(&format!("/reset?code={code}")).await;
    assert_eq!(page.headers()["referrer-policy"], "same-origin");
    assert!(page.text().await.unwrap().contains("name=\"new\""));
    let form = |again: &'static str| {
        [("code", code.as_str()), ("new", "tea at four o'clock"), ("again", again)]
            .map(|(a, b)| (a, b.to_owned()))
    };
    let send = async |again: &'static str| {
        let form = form(again);
        let form: Vec<(&str, &str)> = form.iter().map(|(a, b)| (*a, b.as_str())).collect();
        browser.post("/reset", &form).await.status().as_u16()
    };
    assert_eq!(send("another").await, 422);
    assert_eq!(send("tea at four o'clock").await, 200);
    assert_eq!(send("tea at four o'clock").await, 404);
    assert_eq!(browser.get(&format!("/reset?code={code}")).await.status(), 404);
    assert!(opens(&server, "li", "tea at four o'clock").await);
});
