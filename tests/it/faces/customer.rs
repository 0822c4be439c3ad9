//! A customer signed in: what needs them, their RMAs in plain words, and nobody else's.

use crate::rma::company;
use crate::support::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;

async fn served(db: &Database) -> Server {
    let server = Server::start(db);
    company(&server.app).await;
    server
        .sql("INSERT INTO customer (code, name, created_at) VALUES ('C2', '别家', '2026-01-01 00:00:00')")
        .await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("mine", Role::Customer, &[], &["C1"]).await;
    server.user("both", Role::Customer, &[], &["C1", "C2"]).await;
    server
}

const ASK: [(&str, &str); 5] = [
    ("lines", "1"),
    ("customer", "C1"),
    ("line-0-serial", "board-9"),
    ("line-0-part_no", "board-1"),
    ("line-0-fault", "端口不通"),
];

/// Words of the stages inside the house.
const INTERNAL: [&str; 5] =
    ["In diagnosis", "Awaiting receipt", ">Faulty part received</", "Beyond repair", "/bench"];

on_both!(a_mode_no_contract_offers_is_shown_with_the_reason, async |db: &Database| {
    let server = served(db).await;
    server.sql("UPDATE app_user SET email = 'mine@c1.example' WHERE username = 'mine'").await;
    let mine = Browser::signed_in(&server, "mine").await;
    let page = mine.page("/rma/new").await;
    let of = |mode: &str| {
        let start = format!("name=\"line-0-mode\" value=\"{mode}\"");
        page.split_once(&start).unwrap().1.split_once("</label>").unwrap().0.to_owned()
    };
    assert!(of("advance_replacement").contains("disabled"), "{page}");
    assert!(!of("loaner").contains("disabled") && of("repair_return").contains("checked"), "{page}");
    assert!(page.contains("value=\"mine@c1.example\""), "their own address is there: {page}");
});

on_both!(a_customer_asks_follows_and_confirms, async |db: &Database| {
    let server = served(db).await;
    let mine = Browser::signed_in(&server, "mine").await;
    let home = mine.page("/rma").await;
    assert!(home.contains("Nothing in progress") && home.contains("Do we keep our word to you"), "{home}");
    let rma = mine.submit("/rma", "/rma", &ASK).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let act = |action: &str| format!("{rma}/lines/1/actions/{action}");
    boss.submit(&rma, &act("authorise"), &[]).await;
    let home = mine.page("/rma").await;
    assert!(home.contains("Needs you") && home.contains("BOARD-9"), "{home}");
    boss.submit(&rma, &act("receive_faulty"), &[("serial", "BOARD-9"), ("depot", "JN")]).await;
    let page = boss.page(&rma).await;
    let empty =
        boss.post(&act("diagnose"), &[("csrf", crate::support::browser::hidden(&page, "csrf"))]).await;
    assert_eq!(empty.status(), 422, "what the form marks is asked for");
    boss.submit(&rma, &act("diagnose"), &[("outcome", "repairable"), ("finding", "3.3 V 短路")]).await;
    boss.submit(&rma, &act("start_repair"), &[]).await;
    let page = mine.page(&rma).await;
    assert!(page.contains("Your part is being repaired.") && page.contains("Promised back"), "{page}");
    let home = mine.page("/rma").await;
    for text in [page.as_str(), home.as_str()] {
        for word in INTERNAL {
            assert!(!text.contains(word), "{word} is not for customers: {text}");
        }
        assert!(!text.contains("3.3 V"), "findings stay inside");
    }
    boss.submit(&rma, &act("finish_repair"), &[("outcome", "repaired"), ("work", "换 D12")]).await;
    boss.submit(&rma, &act("test"), &[("result", "pass")]).await;
    boss.submit(&rma, &act("dispatch_return"), &[("carrier", "顺丰"), ("tracking_no", "SF1")]).await;
    let home = mine.page("/rma").await;
    assert!(home.contains("Say that BOARD-9 has come back"), "{home}");
    let page = mine.page(&rma).await;
    let csrf = crate::support::browser::hidden(&page, "csrf").to_owned();
    let refused = mine.post(&act("confirm_returned"), &[("csrf", &csrf), ("note", "kept")]).await;
    assert_eq!(refused.status(), 422);
    let text = refused.text().await.unwrap();
    assert!(text.contains("kept") && text.contains("invalid-feedback") && !text.contains("/bench"), "{text}");
    mine.submit(&rma, &act("confirm_returned"), &[("received_by", "黄杰")]).await;
    assert!(mine.page(&rma).await.contains("has been returned to you"));
    let finished = mine.page("/rma?view=finished").await;
    assert!(finished.contains("BOARD-9") && !mine.page("/rma").await.contains("BOARD-9"), "{finished}");
});

on_both!(a_refused_request_comes_back_to_the_short_form, async |db: &Database| {
    let server = served(db).await;
    let mine = Browser::signed_in(&server, "mine").await;
    let typed = [("customer", "C1"), ("line-0-serial", "NOBODY-1"), ("line-0-fault", "")];
    let photo = || ("label.png", b"\x89PNG\r\n\x1a\n1".to_vec());
    let refused = mine.upload("/rma", "/rma/ask", &typed, photo()).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("id=\"ask\"") && page.contains("value=\"NOBODY-1\""), "{page}");
    assert!(page.contains("We do not know this serial number.") && page.contains("Required."), "{page}");
    assert!(!page.contains("line-0-mode"), "not the form of our people: {page}");
    assert!(page.contains("Choose the file again"), "{page}");
    let asked = [&ASK[..], &[("data", "1"), ("idempotency_key", "once")]].concat();
    let made = mine.upload("/rma", "/rma/ask", &asked, photo()).await;
    let made = crate::support::browser::location(&made).to_owned();
    assert!(made.starts_with("/rma/RMA-"), "{made}");
    let again = mine.upload("/rma", "/rma/ask", &asked, photo()).await;
    assert_eq!(crate::support::browser::location(&again), made, "sent twice, asked once");
    let page = mine.page(&made).await;
    assert!(page.contains("label.png") && page.contains("there is data on the board"), "{page}");
    let boss = Browser::signed_in(&server, "boss").await;
    let page = boss.page(&made).await;
    assert!(page.contains("label.png") && page.contains("there is data on the board"), "{page}");
});

on_both!(a_page_concerns_one_customer, async |db: &Database| {
    let server = served(db).await;
    let both = Browser::signed_in(&server, "both").await;
    let rma = both.submit("/rma", "/rma", &ASK).await;
    let first = both.page("/rma").await;
    assert!(first.contains("BOARD-9") && first.contains("/rma?customer=C2"), "{first}");
    assert!(!both.page("/rma?customer=C2").await.contains("BOARD-9"));
    server.user("other", Role::Customer, &[], &["C2"]).await;
    let other = Browser::signed_in(&server, "other").await;
    assert_eq!(other.get("/rma?customer=C1").await.status(), 404);
    assert_eq!(other.get(&rma).await.status(), 404);
    assert!(!other.page("/rma").await.contains("/rma?customer=C1"));
});

on_both!(a_customer_sees_which_contract_covers_them_and_how_long, async |db: &Database| {
    let server = served(db).await;
    let root = server.user("root", Role::Admin, &[], &[]).await;
    let mine = Browser::signed_in(&server, "mine").await;
    assert!(!mine.page("/rma").await.contains("h-contracts"), "a plan without a contract");
    let today = beiku::domain::calendar::Zone::default().local_date(db.clock().now());
    let day = |days: i64| today + chrono::TimeDelta::days(days);
    let contract = |number: &str, from: i64, to: Option<i64>| {
        serde_json::json!({ "number": number, "customer": "C1", "plan": "gold", "valid_from": day(from),
            "valid_to": to.map(day) })
    };
    for body in [contract("HT-OLD", -900, Some(-500)), contract("HT-NOW", -499, Some(20))] {
        let (status, answer) = root.post("/contracts", &body).await;
        assert_eq!(status, 201, "{answer}");
    }
    let home = mine.page("/rma").await;
    assert!(home.contains(&format!("Contract HT-NOW · plan Gold service · until {}", day(20))), "{home}");
    assert!(home.contains("ends in 20 days") && home.contains("Please contact us to renew it."), "{home}");
    assert!(home.contains(&format!("{} to {}", day(-499), day(20))) && !home.contains("HT-OLD"), "{home}");
    assert_eq!(root.post("/contracts", &contract("HT-NEXT", 21, None)).await.0, 201);
    let home = mine.page("/rma").await;
    assert!(home.contains(">renewed</span>") && home.contains(">to come</span>"), "{home}");
    assert!(!home.contains("ends in") && home.contains("without an end"), "{home}");
    let ended = serde_json::json!({ "valid_to": day(-1) });
    assert_eq!(root.patch("/contracts/HT-NOW", &ended).await.0, 200);
    let home = mine.page("/rma").await;
    assert!(home.contains(">expired</span>") && home.contains("No contract in force"), "{home}");
    server.user("other", Role::Customer, &[], &["C2"]).await;
    let other = Browser::signed_in(&server, "other").await.page("/rma").await;
    assert!(!other.contains("HT-NOW"), "{other}");
});
