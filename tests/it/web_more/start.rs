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
    assert!(browser.page("/start").await.contains("0 of 7 done"));
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
        // The first item was not filled in after all: it is none.
        ("lines", "2"),
        ("line-0-mode", "repair_return"),
        ("line-1-serial", "MCU24-1"),
        ("line-1-part_no", "MCU-24"),
        ("line-1-fault", "端口不通"),
        ("line-1-mode", "repair_return"),
    ];
    assert!(browser.submit("/rma/new", "/rma", &rma).await.starts_with("/rma/RMA-"));
    let page = browser.page("/start").await;
    assert!(page.contains("4 of 7 done"), "{page}");
    everything_linked_opens(&browser, &page).await;
    let blank = browser.get("/imports/parts/template.csv").await;
    assert!(blank.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(blank.text().await.unwrap().contains("Part number,"), "the headings of an import");
    assert_eq!(browser.get("/imports/nothing/template.csv").await.status(), 404);
    let menu = browser.get("/menu/counts").await.text().await.unwrap();
    assert!(menu.contains("id=\"nav-start\"") && menu.contains("4/7"), "{menu}");
});

on_both!(opening_stock_is_put_down_by_hand, async |db: &Database| {
    let server = Server::start(db);
    server.user("boss", Role::Admin, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    boss.submit("/start/depot", "/start/depot", &[("code", "JN"), ("name", "济南备件库")]).await;
    boss.submit("/start/part", "/start/part", &[("part_no", "MCU-24"), ("name", "主控板")]).await;
    let customer = [("code", "C1"), ("name", "泰山矿业"), ("email", "h@tai.example")];
    let page = boss.page("/start/customer").await;
    let sent = [&customer[..], &[("csrf", hidden(&page, "csrf"))]].concat();
    let refused = boss.post("/start/customer", &sent).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(!refused.contains("contacts["), "{refused}");
    assert_eq!(
        refused.matches("class=\"invalid-feedback\"").count(),
        1,
        "the name of the contact: {refused}"
    );

    assert!(boss.page("/start").await.contains("href=\"/stock/opening\""));
    assert!(boss.page("/stock").await.contains("href=\"/stock/opening\""), "and later, too");
    let unit = [("part_no", "mcu-24"), ("serial", "MCU24-1"), ("depot", "JN"), ("condition", "good")];
    let next = boss.submit("/stock/opening", "/stock/opening", &unit).await;
    assert!(next.starts_with("/stock/opening?depot=JN"), "{next}");
    assert!(boss.page(&next).await.contains("value=\"mcu-24\""), "the next one of the same");
    assert!(boss.page("/unit/MCU24-1").await.contains("MCU24-1"));
    let page = boss.page("/stock/opening").await;
    let csrf = hidden(&page, "csrf").to_owned();
    let wrong = async |form: &[(&str, &str)]| {
        let answer = boss.post("/stock/opening", &[form, &[("csrf", csrf.as_str())]].concat()).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = wrong(&unit).await;
    assert!(status == 409 && page.contains("MCU24-1"), "it is in the books: {page}");
    let (status, page) = wrong(&[("depot", "JN"), ("condition", "good"), ("part_no", "MCU-24")]).await;
    assert!(status == 422 && page.contains("class=\"invalid-feedback\""), "a unit has a serial: {page}");
    assert!(boss.page("/start").await.contains("3 of 7 done"));

    server.user("li", Role::Clerk, &["JN"], &[]).await;
    let li = Browser::signed_in(&server, "li").await;
    assert_eq!(li.get("/stock/opening").await.status(), 403);
    assert!(!li.page("/stock").await.contains("/stock/opening"));
});

on_both!(a_serial_the_books_do_not_know_needs_its_part_number, async |db: &Database| {
    let server = Server::start(db);
    server.user("boss", Role::Admin, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let customer = [("code", "C1"), ("name", "泰山矿业"), ("contact", "黄杰"), ("email", "h@tai.example")];
    boss.submit("/start/customer", "/start/customer", &customer).await;
    let page = boss.page("/rma/new").await;
    let form = [("lines", "1"), ("customer", "C1"), ("line-0-serial", "NEW-1"), ("line-0-fault", "x")];
    let answer = boss.post("/rma", &[&form[..], &[("csrf", hidden(&page, "csrf"))]].concat()).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    assert!(page.contains("say its part number too"), "{page}");
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

on_both!(a_manager_is_led_only_where_a_manager_may_go, async |db: &Database| {
    let server = Server::start(db);
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let page = boss.page("/start").await;
    assert!(
        page.contains("href=\"/start/depot\"") && !page.contains("href=\"/settings/new/user\""),
        "{page}"
    );
    everything_linked_opens(&boss, &page).await;
});

/// Follows every link of a page.
async fn everything_linked_opens(browser: &Browser, page: &str) {
    for (at, _) in page.match_indices("href=\"/") {
        let path = page[at..].split('"').nth(1).unwrap().replace("&#38;", "&");
        let there = browser.get(&path).await.status().as_u16();
        assert!(matches!(there, 200 | 303), "{path}: {there}");
    }
}
