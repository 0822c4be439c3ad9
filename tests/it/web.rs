//! A person with a browser: pages, forms and nothing else.

use crate::rma::company;
use crate::support::browser::{Browser, hidden, location};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;

/// The text of the document without its tags has no key in place of a sentence.
fn assert_worded(path: &str, page: &str) {
    let body = page.split_once("<body").unwrap().1;
    let texts = body.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    for text in texts {
        let is_key = text != "append-only"
            && text.contains('-')
            && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
            && text.split('-').all(|piece| piece.len() > 1);
        assert!(!is_key, "{path}: {text} is no word for a person");
    }
}

const PAGES: &[&str] = &["/", "/rma", "/rma?view=all&q=x", "/rma/new"];

on_both!(pages_speak_both_languages_and_strangers_sign_in_first, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let stranger = Browser::open(&server);
    for path in PAGES {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status(), 303, "{path}");
        assert!(location(&answer).starts_with("/login?next=%2F"), "{path}: {}", location(&answer));
    }
    for path in ["/login", "/track"] {
        assert_worded(path, &stranger.page(path).await);
    }
    let boss = Browser::signed_in(&server, "boss").await;
    for code in ["en", "zh-CN"] {
        let to = boss.submit("/rma", "/preferences", &[("lang", code), ("next", "/rma")]).await;
        assert_eq!(to, "/rma");
        for path in PAGES {
            let page = boss.page(path).await;
            assert!(page.contains(&format!("<html lang=\"{code}\"")), "{path}");
            assert_worded(path, &page);
        }
    }
    assert_eq!(boss.get("/nowhere").await.status(), 404);
    assert!(boss.get("/nowhere").await.text().await.unwrap().starts_with("<!doctype html>"));
    assert_eq!(boss.submit("/rma", "/logout", &[]).await, "/login");
    assert_eq!(boss.get("/rma").await.status(), 303, "the session has ended");
});

on_both!(who_signs_in_again_is_told_that_nothing_was_saved, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    server.sql("UPDATE access_token SET revoked_at = created_at").await;
    let answer = boss.post("/rma", &[("customer", "C1")]).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/login?next=%2F&expired=unsaved"));
    let page = Browser::open(&server).page("/login?next=%2Frma%2Fnew&expired=unsaved").await;
    assert!(page.contains("was not saved") && page.contains("value=\"/rma/new\""), "{page}");
});

on_both!(a_form_without_the_pages_token_does_nothing, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let form = [("customer", "C1"), ("lines", "1"), ("line-0-serial", "B1"), ("line-0-part_no", "BOARD-1")];
    let answer = boss.post("/rma", &form).await;
    assert_eq!(answer.status(), 403);
    assert!(!boss.page("/rma?view=all").await.contains("RMA-2"));
    let wrong = boss.post("/login", &[("username", "boss"), ("password", "wrong")]).await;
    assert_eq!(wrong.status(), 401);
    assert!(wrong.text().await.unwrap().contains("User name or password is wrong"));
});

const REQUEST: [(&str, &str); 6] = [
    ("lines", "1"),
    ("line-0-serial", "board-9"),
    ("line-0-part_no", "board-1"),
    ("line-0-fault", "端口不通"),
    ("line-0-mode", "loaner"),
    ("idempotency_key", "k1"),
];

on_both!(an_rma_goes_from_request_to_close_through_the_forms, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let mut request = REQUEST.to_vec();
    request.push(("customer", "C1"));
    let rma = boss.submit("/rma/new", "/rma", &request).await;
    assert!(rma.starts_with("/rma/RMA-20"), "{rma}");
    assert_eq!(boss.submit("/rma/new", "/rma", &request).await, rma, "sent twice, made once");

    let parcel = [("carrier", "顺丰速运"), ("tracking_no", "SF1")];
    let steps: &[(&str, &[(&str, &str)])] = &[
        ("authorise", &[]),
        ("reserve_replacement", &[("serial", "SPARE1")]),
        ("ship_replacement", &parcel),
        ("replacement_delivered", &[("received_by", "黄杰")]),
        ("receive_faulty", &[("serial", "BOARD-9"), ("depot", "JN")]),
        ("diagnose", &[("outcome", "repairable"), ("finding", "3.3 V 短路")]),
        ("start_repair", &[]),
        ("finish_repair", &[("outcome", "repaired"), ("work", "更换电容"), ("cost", "128.50")]),
        ("test", &[("result", "pass")]),
        ("dispatch_return", &parcel),
        ("confirm_returned", &[("received_by", "黄杰")]),
        ("recover_loan", &[("serial", "SPARE1"), ("depot", "JN"), ("condition", "good")]),
        ("close", &[]),
    ];
    for (action, fields) in steps {
        let page = boss.page(&rma).await;
        assert_worded(&rma, &page);
        let address = format!("{rma}/lines/1/actions/{action}");
        assert!(page.contains(&format!("action=\"{address}\"")), "{action} is not offered");
        boss.submit(&rma, &address, fields).await;
    }
    let page = boss.page(&rma).await;
    assert!(page.contains("3.3 V") || page.contains("端口不通"));
    assert!(!page.contains("/actions/close"), "nothing is left to do");
    let tracked = hidden_link(&page);
    let public = Browser::open(&server).page(&tracked).await;
    assert!(public.contains("This RMA is complete") && !public.contains("3.3 V"), "{public}");
    let wrong = Browser::open(&server).get(&format!("{tracked}WRONG")).await;
    assert_eq!(wrong.status(), 404);
});

/// The link to the public page.
fn hidden_link(page: &str) -> String {
    let rest = page.split_once("href=\"/track/").unwrap().1;
    format!("/track/{}", rest.split_once('"').unwrap().0)
}

on_both!(a_refused_action_keeps_what_was_typed_and_says_what_is_wrong, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let mut request = REQUEST.to_vec();
    request.push(("customer", "C1"));
    let rma = boss.submit("/rma/new", "/rma", &request).await;
    let page = boss.page(&rma).await;
    let csrf = hidden(&page, "csrf");
    let form = [("csrf", csrf), ("serial", "ANOTHER-1"), ("depot", "JN"), ("note", "typed before")];
    let answer = boss.post(&format!("{rma}/lines/1/actions/receive_faulty"), &form).await;
    assert!(matches!(answer.status().as_u16(), 409 | 422), "{}", answer.status());
    let page = answer.text().await.unwrap();
    assert!(page.contains("typed before") && page.contains("ANOTHER-1") && page.contains("alert-bad"));
    let empty = [("csrf", csrf), ("lines", "1"), ("customer", "C1")];
    let answer = boss.post("/rma", &empty).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("invalid-feedback"));
});

on_both!(a_customer_sees_only_their_own, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server
        .sql("INSERT INTO customer (code, name, created_at) VALUES ('C2', '别家', '2026-01-01 00:00:00')")
        .await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("mine", Role::Customer, &[], &["C1"]).await;
    server.user("other", Role::Customer, &[], &["C2"]).await;
    let mine = Browser::signed_in(&server, "mine").await;
    let rma = mine.submit("/rma/new", "/rma", &REQUEST).await;
    assert!(mine.page("/rma").await.contains("BOARD-9"));
    assert!(mine.page(&rma).await.contains("BOARD-9"));
    let other = Browser::signed_in(&server, "other").await;
    assert!(!other.page("/rma").await.contains("BOARD-9"));
    assert_eq!(other.get(&rma).await.status(), 404);
    assert_eq!(other.get("/").await.status(), 303, "the overview is for staff");
});
