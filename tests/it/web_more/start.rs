//! From the one-time link to the first RMA, and what one changes about oneself.

use crate::support::browser::{Browser, hidden, location};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::app::first_start;
use beiku::app::token::Secret;
use beiku::domain::actor::Role;

fn cookie(answer: &reqwest::Response) -> String {
    let mut set = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session = set.rfind(|set| set.starts_with("beiku_session=")).expect("a session");
    session.split(';').next().unwrap().to_owned()
}

on_both!(the_one_time_link_leads_to_the_first_rma, async |db: &Database| {
    let server = Server::start(db);
    let (ctx, secret) = (server.operator(), Secret::random());
    let offered = secret.clone();
    assert!(server.app.store().write(move |tx| first_start::offer_link(tx, &ctx, &offered)).await.unwrap());
    let link = format!("/setup?token={}", secret.text());
    let mut browser = Browser::open(&server);
    let page = browser.page("/login").await;
    assert!(page.contains("Nobody can sign in yet") && page.contains("beiku user add"), "{page}");
    assert!(!page.contains("name=\"password\""), "no sign-in that cannot work");
    let wrong = format!("/setup?token={}", Secret::random().text());
    for spent in ["/setup", "/setup?token=x", wrong.as_str()] {
        let answer = browser.get(spent).await;
        assert_eq!(answer.status(), 404, "{spent}");
        assert!(answer.text().await.unwrap().contains("no longer works"));
    }
    let page = browser.page(&link).await;
    assert!(page.contains("First administrator"));
    let token = hidden(&page, "token").to_owned();
    let form = |password, again| {
        [("token", token.as_str()), ("username", "boss"), ("password", password), ("again", again)]
    };
    let short = browser.post("/setup", &form("short", "shorter")).await;
    assert_eq!(short.status(), 422);
    let short = short.text().await.unwrap();
    assert!(short.contains("The two entries differ.") && !short.contains("shorter"), "{short}");
    let bare = [("token", token.as_str()), ("email", "nobody")];
    let bare = browser.post("/setup", &bare).await.text().await.unwrap();
    assert_eq!(bare.matches("class=\"invalid-feedback\"").count(), 3, "name, mail and password: {bare}");
    let made = browser.post("/setup", &form("a long password", "a long password")).await;
    assert_eq!((made.status().as_u16(), location(&made)), (303, "/start"));
    browser.cookie = cookie(&made);
    let again = Browser::open(&server).post("/setup", &form("a long password", "a long password")).await;
    assert_eq!(again.status(), 404, "the link makes one administrator");

    assert!(Browser::open(&server).page("/login").await.contains("name=\"password\""));
    assert!(browser.page("/start").await.contains("0 of 6 done"));
    assert!(browser.page("/").await.contains("href=\"/start\""), "whoever left the way finds back to it");
    let depot = [("code", "jn"), ("name", "济南备件库")];
    assert_eq!(browser.submit("/start/depot", "/start/depot", &depot).await, "/start");
    let part = [("part_no", "MCU-24"), ("name", "主控板")];
    assert_eq!(browser.submit("/start/part", "/start/part", &part).await, "/start");
    let customer = [("code", "C1"), ("name", "泰山矿业"), ("contact", "黄杰"), ("email", "h@tai.example")];
    assert_eq!(browser.submit("/start/customer", "/start/customer", &customer).await, "/start");
    let page = browser.page("/start/customer").await;
    let twice = [("csrf", hidden(&page, "csrf")), ("code", "C1"), ("name", "又一家")];
    let refused = browser.post("/start/customer", &twice).await;
    assert_eq!(refused.status(), 409);
    assert!(refused.text().await.unwrap().contains("又一家"), "what was typed stays");
    let rma = [
        ("customer", "C1"),
        ("lines", "1"),
        ("line-0-serial", "MCU24-1"),
        ("line-0-part_no", "MCU-24"),
        ("line-0-fault", "端口不通"),
        ("line-0-mode", "repair_return"),
    ];
    assert!(browser.submit("/rma/new", "/rma", &rma).await.starts_with("/rma/RMA-"));
    let page = browser.page("/start").await;
    assert!(page.contains("4 of 6 done"), "{page}");
});

on_both!(a_new_password_ends_all_sessions_but_gives_this_browser_one, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    let mut li = Browser::signed_in(&server, "li").await;
    let elsewhere = Browser::signed_in(&server, "li").await;
    let old = li.cookie.clone();
    let csrf = hidden(&li.page("/me").await, "csrf").to_owned();
    let form =
        |current, new, again| [("csrf", csrf.as_str()), ("current", current), ("new", new), ("again", again)];
    let password = "password of li";
    for (wrong, complaint) in [
        (form(password, "a new password", "another one"), "The two entries differ."),
        (form("nonsense", "a new password", "a new password"), "not your present password"),
        (form(password, "short", "short"), "10"),
    ] {
        let answer = li.post("/me/password", &wrong).await;
        assert_eq!(answer.status(), 422);
        let page = answer.text().await.unwrap();
        assert!(page.contains(complaint) && !page.contains("value=\"a new password\""), "{page}");
    }
    let changed = li.post("/me/password", &form(password, "a new password", "a new password")).await;
    assert_eq!((changed.status().as_u16(), location(&changed)), (303, "/me"));
    li.cookie = cookie(&changed);
    assert_ne!(li.cookie, old);
    li.cookie.push_str("; beiku_said=said-password");
    let page = li.get("/me").await;
    let removed = page
        .headers()
        .get_all("set-cookie")
        .iter()
        .any(|set| set.to_str().unwrap().starts_with("beiku_said=;"));
    assert!(removed, "it is said once");
    assert!(page.text().await.unwrap().contains("Password changed."));
    assert_eq!(elsewhere.get("/me").await.status(), 303, "other sessions have ended");
    let mut stale = Browser::open(&server);
    stale.cookie = old;
    assert_eq!(stale.get("/me").await.status(), 303, "the old session too");

    let page = li.page("/me").await;
    let answer =
        li.post("/me/tokens", &[("csrf", hidden(&page, "csrf")), ("label", "报表"), ("days", "30")]).await;
    let page = answer.text().await.unwrap();
    let secret = page.split_once("<code class=\"secret\">").unwrap().1.split('<').next().unwrap();
    assert_eq!(server.holder(secret).get("/me").await.0, 200);
    let revoke = page.split_once("action=\"/me/tokens/").unwrap().1.split('"').next().unwrap();
    assert_eq!(li.submit("/me", &format!("/me/tokens/{revoke}"), &[]).await, "/me");
    assert_eq!(server.holder(secret).get("/me").await.0, 401);
});
