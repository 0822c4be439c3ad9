//! Customers without an account: reporting a fault, following, confirming.

use crate::rma::company;
use crate::rma::scene::scene;
use crate::support::browser::{Browser, hidden, location};
use crate::support::server::{Client, Server};
use crate::support::{Database, on_both};
use beiku::app::outbox::{self, NoticeFilter};
use beiku::domain::actor::Role;
use beiku::domain::notice::Notice;
use beiku::store::StoreError;
use beiku::store::sql::sql;
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// The link in the newest mail that confirms a request, and how many there are.
async fn confirm_link(server: &Server) -> (String, usize) {
    let ctx = server.operator();
    let notices = beiku::app::read(&server.app, &ctx, |conn, ctx| {
        let rows = outbox::list(conn, ctx, &NoticeFilter::default(), i64::MAX, 50)?;
        rows.iter().map(|row| outbox::facts(conn, ctx, row.id).map(|(_, notice)| notice)).collect()
    });
    let notices: Vec<Notice> = notices.await.unwrap();
    let links: Vec<String> = notices
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::ConfirmRequest { confirm_path, .. } => Some(confirm_path),
            _ => None,
        })
        .collect();
    (links.first().cloned().unwrap_or_default(), links.len())
}

const FORM: [(&str, &str); 5] = [
    ("name", "黄杰"),
    ("email", "IT@c1.example"),
    ("serial", "board-77"),
    ("part_no", "board-1"),
    ("fault", "端口不通"),
];

on_both!(a_mail_turns_a_strangers_words_into_an_rma, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let stranger = Browser::open(&server);
    assert!(stranger.page("/request").await.contains("Report a faulty part"));
    let empty = stranger.post("/request", &[("name", "x"), ("email", "nobody"), ("serial", "")]).await;
    assert_eq!(empty.status(), 422);
    assert!(empty.text().await.unwrap().matches("invalid-feedback").count() >= 3);
    let sent = stranger.post("/request", &FORM).await;
    assert_eq!((sent.status().as_u16(), location(&sent)), (303, "/request/sent"));
    assert!(stranger.page("/request/sent").await.contains("look into your mailbox"));

    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    let rmas = async |client: &Client| client.get("/rmas").await.1["items"].as_array().unwrap().len();
    assert_eq!(rmas(&boss).await, 0, "nothing is registered before the mail");
    let (link, _) = confirm_link(&server).await;
    let page = stranger.page(&link).await;
    assert!(page.contains("BOARD-77") && page.contains("端口不通"));
    assert_eq!(rmas(&boss).await, 0, "a mail program that opens links confirms nothing");
    let token = hidden(&page, "token").to_owned();
    for _ in 0..2 {
        let confirmed = stranger.post("/request/confirm", &[("token", &token)]).await;
        assert_eq!((confirmed.status().as_u16(), location(&confirmed)), (303, link.as_str()));
    }
    assert_eq!(rmas(&boss).await, 1, "pressed twice, made once");
    let page = stranger.page(&link).await;
    assert!(page.contains("Your request is registered") && page.contains("href=\"/track/RMA-"), "{page}");
    let (_, list) = boss.get("/rmas").await;
    let number = list["items"][0]["rma"].as_str().or(list["items"][0]["number"].as_str()).unwrap().to_owned();
    let (_, rma) = boss.get(&format!("/rmas/{number}")).await;
    assert_eq!((&rma["customer"], &rma["source"]), (&json!("C1"), &json!("customer")), "{rma}");
    assert_eq!(stranger.get("/request/confirm?token=beiku_00").await.status(), 404);
});

on_both!(a_request_of_unknown_people_waits_for_a_person, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    let anybody = server.anybody();
    let body = json!({
        "email": "new@nowhere.example", "name": "新人", "serial": "BOARD-78", "part_no": "BOARD-1", "fault": "不亮"
    });
    for known in [true, false, true, true, true] {
        let mut body = body.clone();
        if !known {
            body["email"] = json!("other@nowhere.example");
        }
        let (status, answer) = anybody.post("/public/requests", &body).await;
        assert_eq!((status, answer), (StatusCode::ACCEPTED, Value::Null), "always the same answer");
    }
    let (link, mails) = confirm_link(&server).await;
    assert_eq!(mails, 4, "three to the one address, one to the other");
    let token = link.split_once("token=").unwrap().1.to_owned();
    for _ in 0..2 {
        let (status, answer) = anybody.post("/public/requests/confirm", &json!({ "token": token })).await;
        assert_eq!(
            (status.as_u16(), &answer["state"], &answer["number"]),
            (200, &json!("held"), &Value::Null)
        );
    }
    let clerk = server.user("clerk", Role::Clerk, &["JN"], &[]).await;
    assert_eq!(clerk.get("/public/requests").await.0, 403);
    let (_, held) = boss.get("/public/requests").await;
    let id = held["items"][0]["id"].as_i64().unwrap();
    assert_eq!(held["items"].as_array().unwrap().len(), 1);
    assert_eq!(held["items"][0]["held_because"], "unknown_customer");
    let accept = format!("/public/requests/{id}/accept");
    let (status, _) = boss.post(&accept, &json!({ "customer": "C9" })).await;
    assert_eq!(status, 422);
    let (status, rma) = boss.post(&accept, &json!({ "customer": "C1" })).await;
    assert_eq!((status.as_u16(), &rma["customer"]), (201, &json!("C1")), "{rma}");
    assert_eq!(boss.post(&accept, &json!({ "customer": "C1" })).await.0, 404, "settled");
    assert_eq!(boss.get("/public/requests").await.1["items"], json!([]));
});

on_both!(a_manager_places_or_puts_aside_what_nobody_could_place, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    for (name, role) in [("boss", Role::Manager), ("clerk", Role::Clerk)] {
        server.user(name, role, &["JN"], &[]).await;
    }
    let anybody = server.anybody();
    for (email, serial) in [("a@nowhere.example", "BOARD-81"), ("b@nowhere.example", "BOARD-82")] {
        let body = json!({ "email": email, "name": "新人<b>", "serial": serial, "fault": "不亮" });
        assert_eq!(anybody.post("/public/requests", &body).await.0, StatusCode::ACCEPTED);
        let (link, _) = confirm_link(&server).await;
        let token = link.split_once("token=").unwrap().1.to_owned();
        anybody.post("/public/requests/confirm", &json!({ "token": token })).await;
    }
    let (boss, clerk) =
        (Browser::signed_in(&server, "boss").await, Browser::signed_in(&server, "clerk").await);
    assert_eq!(clerk.get("/public-requests").await.status(), 403);
    assert!(!clerk.page("/rma").await.contains("/public-requests"), "not in the menu of who may not");
    let anywhere = boss.page("/rma").await;
    let entry = anywhere.split_once("href=\"/public-requests\"").unwrap().1.split_once("</a>").unwrap().0;
    assert!(entry.ends_with(">2</span>"), "{entry}");
    let list = boss.page("/public-requests").await;
    let why = "The address belongs to no customer, or to several";
    assert!(list.contains("BOARD-81") && list.contains("BOARD-82") && list.contains(why));
    assert!(
        list.contains("新人&#60;b&#62;") || list.contains("新人&lt;b&gt;"),
        "what strangers write is text"
    );
    let ids: Vec<&str> =
        list.split("href=\"/public-requests/").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
    let (first, second) = (format!("/public-requests/{}", ids[0]), format!("/public-requests/{}", ids[1]));
    assert_eq!(clerk.get(&first).await.status(), 403);
    // Refused with what is wrong, and what was typed.
    let page = boss.page(&first).await;
    let csrf = hidden(&page, "csrf");
    let wrong = [("csrf", csrf), ("customer", "C9"), ("part_no", "board-1")];
    let refused = boss.post(&format!("{first}/accept"), &wrong).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("value=\"C9\"") && refused.contains("invalid-feedback"), "{refused}");
    let bare = [("csrf", csrf), ("customer", "C1"), ("part_no", "NOPART")];
    assert_eq!(boss.post(&format!("{first}/accept"), &bare).await.status(), 422);
    let place = [("customer", "c1"), ("part_no", "ｂｏａｒｄ-1")];
    let to = boss.submit(&first, &format!("{first}/accept"), &place).await;
    assert!(to.starts_with("/rma/RMA-"), "{to}");
    assert!(boss.page(&to).await.contains("BOARD-81"));
    assert_eq!(boss.get(&first).await.status(), 404, "settled");
    // A stranger's contact was looked at, on the list and then by itself an hour later: both are on record.
    let noted = async || {
        let count = "SELECT COUNT(*) AS value FROM audit WHERE action = 'contact.read' AND subject = 'list:public_requests'";
        server.app.store().read(move |c| Ok::<_, StoreError>(sql(count).number(c)?)).await.unwrap()
    };
    let before = noted().await;
    db.clock().advance(TimeDelta::minutes(61));
    boss.page(&second).await;
    assert_eq!(noted().await, before + 1);
    let no_reason = [("csrf", csrf), ("reason", " ")];
    assert_eq!(boss.post(&format!("{second}/dismiss"), &no_reason).await.status(), 422);
    let aside = [("reason", "不是我们的设备")];
    assert_eq!(boss.submit(&second, &format!("{second}/dismiss"), &aside).await, "/public-requests");
    assert!(boss.page("/public-requests").await.contains("No request is waiting"));
});

/// Status, whether it was answered from memory, and the document.
async fn once(who: &Client, path: &str, key: &str, body: &Value) -> (u16, bool, Value) {
    let answer = who.post_once(path, key, body).await;
    let (status, again) = (answer.status().as_u16(), answer.headers().contains_key("idempotent-replayed"));
    (status, again, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

on_both!(a_strangers_request_sent_twice_is_written_once, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    let anybody = server.anybody();
    let body = |email: &str, fault: &str| json!({ "email": email, "name": "新人", "serial": "BOARD-78", "fault": fault });
    let ask = async |key: &str, email: &str, fault: &str| {
        let (status, again, answer) = once(&anybody, "/public/requests", key, &body(email, fault)).await;
        (status, again, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let none = String::new();
    assert_eq!(ask("k", "a@x.example", "不亮").await, (202, false, none.clone()));
    assert_eq!(ask("k", "a@x.example", "不亮").await, (202, true, none.clone()));
    assert_eq!(ask("k", "A@x.example ", "不响").await, (409, false, "idempotency_key_reused".into()));
    assert_eq!(
        ask("k", "b@x.example", "不亮").await,
        (202, false, none.clone()),
        "a stranger's key is another"
    );
    assert_eq!(ask(&"k".repeat(65), "c@x.example", "不亮").await.0, 400);
    assert_eq!(ask("k", "c@x.example", "").await.0, 422);
    assert_eq!(ask("k", "c@x.example", "不亮").await, (202, false, none), "a refusal left the key free");
    let (link, mails) = confirm_link(&server).await;
    assert_eq!(mails, 3);

    // The answer stays what it was when a person has settled the held request meanwhile.
    let link = json!({ "token": link.split_once("token=").unwrap().1 });
    let confirm = async |key: &str| once(&anybody, "/public/requests/confirm", key, &link).await;
    let (status, again, first) = confirm("c").await;
    assert_eq!((status, again, &first["state"]), (200, false, &json!("held")));
    let id = boss.get("/public/requests").await.1["items"][0]["id"].clone();
    let place = json!({ "customer": "C1", "part_no": "BOARD-1" });
    assert_eq!(boss.post(&format!("/public/requests/{id}/accept"), &place).await.0, 201);
    assert_eq!(confirm("c").await, (200, true, first));
    assert_eq!(confirm("d").await.2["state"], "registered", "another key asks anew");
    for bad in ["nonsense".to_owned(), "beiku_".to_owned() + &"0".repeat(64)] {
        let (status, gone) = anybody.post("/public/requests/confirm", &json!({ "token": bad })).await;
        let said = gone["detail"].as_str().unwrap();
        assert!(status == StatusCode::NOT_FOUND && said.contains("link"), "{gone}");
    }
    let other = json!({ "token": "beiku_".to_owned() + &"0".repeat(64) });
    assert_eq!(once(&anybody, "/public/requests/confirm", "c", &other).await.0, 404);
});

on_both!(a_form_of_a_stranger_sent_twice_is_written_once, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let stranger = Browser::open(&server);
    let page = stranger.page("/request").await;
    let mut form = FORM.to_vec();
    form.push(("idempotency_key", hidden(&page, "idempotency_key")));
    for _ in 0..2 {
        let sent = stranger.post("/request", &form).await;
        assert_eq!((sent.status().as_u16(), location(&sent)), (303, "/request/sent"));
    }
    assert_eq!(confirm_link(&server).await.1, 1);
});

on_both!(a_confirmation_sent_twice_is_answered_alike_and_to_nobody_else, async |db: &Database| {
    let s = scene(db).await;
    let mut tracked = vec![];
    for serial in ["B1", "B2"] {
        let number = s.request(serial, "repair_return").await;
        s.receive(&number, serial).await;
        s.act(&s.manager, &number, "diagnose", json!({ "outcome": "nff" })).await;
        s.act(&s.clerk, &number, "dispatch_return", json!({ "carrier": "顺丰", "tracking_no": "SF9" })).await;
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        tracked.push((format!("/track/{number}/confirm"), rma["tracking_code"].as_str().unwrap().to_owned()));
    }
    let anybody = s.server.anybody();
    let [(first, code), (second, other)] = &tracked[..] else { panic!("two") };
    let word = |code: &str, name: &str| json!({ "code": code, "name": name });
    let (status, again, answer) = once(&anybody, first, "k", &word(code, "黄杰")).await;
    assert_eq!((status, again, &answer["lines"][0]["state"]), (200, false, &json!("returned")), "{answer}");
    assert_eq!(once(&anybody, first, "k", &word(code, "黄杰")).await, (200, true, answer));
    let reused = once(&anybody, first, "k", &word(code, "别人")).await;
    assert_eq!((reused.0, &reused.2["code"]), (409, &json!("idempotency_key_reused")));
    let late = once(&anybody, first, "l", &word(code, "黄杰")).await;
    assert_eq!(
        (late.0, &late.2["code"]),
        (409, &json!("action_not_allowed")),
        "another key is another request"
    );
    for wrong in ["", "WRONG", other] {
        let (status, again, answer) = once(&anybody, first, "k", &word(wrong, "黄杰")).await;
        assert_eq!((status, again, &answer["code"]), (404, false, &json!("not_found")), "{wrong}");
    }
    let (status, again, answer) = once(&anybody, second, "k", &word(other, "黄杰")).await;
    assert_eq!((status, again, &answer["lines"][0]["serial"]), (200, false, &json!("B2")));
    s.prove().await;
});

on_both!(a_spare_and_a_board_given_instead_are_confirmed_by_the_link_too, async |db: &Database| {
    let s = scene(db).await;
    let bought = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": "GIVEN1", "from": "supplier", "to": "JN", "document": "PO-2" });
    s.post(&s.manager, "/movements", bought, 201).await;
    let anybody = s.server.anybody();
    let lent = s.request("B1", "loaner").await;
    s.act(&s.manager, &lent, "authorise", json!({})).await;
    s.act(&s.clerk, &lent, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    s.act(&s.clerk, &lent, "ship_replacement", json!({ "carrier": "顺丰", "tracking_no": "SF1" })).await;
    let given = s.request("B2", "repair_return").await;
    s.receive(&given, "B2").await;
    s.act(&s.manager, &given, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    s.act(&s.clerk, &given, "ship_exchange", json!({ "serial": "GIVEN1" })).await;
    for (number, promise) in [(&lent, "spare_in_place"), (&given, "equivalent_exchange")] {
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        let code = rma["tracking_code"].as_str().unwrap();
        let shown =
            async || s.get(&anybody, &format!("/track/{number}?code={code}")).await["lines"][0].clone();
        assert_eq!(shown().await["arriving"], "replacement");
        let page = Browser::open(&s.server).page(&format!("/track/{number}?code={code}")).await;
        assert!(page.contains("name=\"what\" value=\"replacement\""), "{page}");
        let said = |what: &str| json!({ "code": code, "what": what, "name": "黄杰" });
        let confirm = format!("/track/{number}/confirm");
        assert_eq!(anybody.post(&confirm, &said("return")).await.0, 409, "the unit itself is not on its way");
        assert_eq!(anybody.post(&confirm, &said("replacement")).await.0, 200);
        assert_eq!(anybody.post(&confirm, &said("replacement")).await.0, 409, "once");
        assert_eq!(
            (&shown().await["arriving"], &shown().await["can_confirm"]),
            (&Value::Null, &json!(false))
        );
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        let kept = rma["lines"][0]["promises"].as_array().unwrap().iter();
        let kept: Vec<_> = kept.filter(|one| one["kind"] == promise).map(|one| &one["state"]).collect();
        assert_eq!(kept, [&json!("kept")], "{rma}");
    }
    s.prove().await;
});

on_both!(the_customer_confirms_the_hand_over, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    let (_, rma) = boss
        .post("/rmas", &json!({"customer": "C1", "lines": [{"part_no": "BOARD-1", "serial": "BOARD-9", "fault": "坏", "mode": "repair_return"}]}))
        .await;
    let (number, code) = (rma["number"].as_str().unwrap(), rma["tracking_code"].as_str().unwrap());
    let act = async |action: &str, body: Value| {
        let (status, answer) = boss.post(&format!("/rmas/{number}/lines/1/actions/{action}"), &body).await;
        assert_eq!(status, 200, "{action}: {answer}");
    };
    let customer = Browser::open(&server);
    let link = format!("/track/{number}?code={code}");
    assert!(!customer.page(&link).await.contains("/confirm\""), "nothing to confirm yet");
    act("authorise", json!({})).await;
    act("receive_faulty", json!({"serial": "BOARD-9", "depot": "JN"})).await;
    act("diagnose", json!({"finding": "短路"})).await;
    act("start_repair", json!({})).await;
    act("finish_repair", json!({"outcome": "repaired"})).await;
    act("test", json!({"passed": true})).await;
    act("dispatch_return", json!({"carrier": "顺丰速运", "tracking_no": "SF9"})).await;

    let page = customer.page(&link).await;
    assert!(page.contains("Has it arrived?") && page.contains("SF9"), "{page}");
    let to = format!("/track/{number}/confirm");
    let nameless = customer.post(&to, &[("code", code), ("line", "1"), ("name", " ")]).await;
    assert_eq!(nameless.status(), 422);
    assert!(nameless.text().await.unwrap().contains("Please enter your name."));
    let wrong = customer.post(&to, &[("code", "WRONG"), ("line", "1"), ("name", "黄杰")]).await;
    let unknown = customer.post("/track/RMA-1999-000001/confirm", &[("code", code), ("name", "黄杰")]).await;
    assert_eq!((wrong.status(), unknown.status()), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    for _ in 0..2 {
        let done = customer.post(&to, &[("code", code), ("line", "1"), ("name", "黄杰")]).await;
        assert_eq!((done.status().as_u16(), location(&done)), (303, link.as_str()));
    }
    let page = customer.page(&link).await;
    assert!(!page.contains("Has it arrived?"));
    let (_, promises) = boss.get("/promises?state=kept").await;
    assert_eq!(promises["items"].as_array().unwrap().len(), 1, "the clock stopped: {promises}");
});
