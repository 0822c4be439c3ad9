//! A maker keeps a customer's unit and sends another one: what the customer is told is what is in the box.

use super::scene::{Scene, scene};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::i18n::{Lang, text};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Who counts the board in working days, so that a calendar can move it.
async fn covered(s: &Scene, swap: &str) {
    let terms = json!([
        { "promise": "repair_return", "amount": 60, "unit": "working_days", "target_bp": 9500 },
        { "promise": "equivalent_exchange", "amount": 20, "unit": "working_days" },
    ]);
    s.plan("own", json!({ "regime": "loan", "vendor_swap_is": swap, "terms": terms })).await;
    s.post(&s.admin, "/vendors", json!({ "code": "V1", "name": "华讯达维修中心" }), 201).await;
}

/// The first line as its customer follows it.
async fn tracked(s: &Scene, number: &str) -> Value {
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let code = rma["tracking_code"].as_str().unwrap();
    s.get(&s.server.anybody(), &format!("/track/{number}?code={code}")).await["lines"][0].clone()
}

/// From the receipt to the maker's other unit on our bench.
async fn comes_back_as(s: &Scene, number: &str, outcome: &str) {
    s.act(&s.manager, number, "send_to_vendor", json!({ "vendor": "V1" })).await;
    let back = json!({ "serial": "M-9", "outcome": outcome });
    s.act(&s.manager, number, "vendor_returned", back).await;
}

async fn leaves(s: &Scene, number: &str) {
    s.act(&s.manager, number, "test", json!({ "passed": true })).await;
    s.act(&s.clerk, number, "dispatch_return", json!({ "carrier": "顺丰", "tracking_no": "SF9" })).await;
}

/// Two working days of March become holidays.
async fn calendar_moves(s: &Scene) {
    let year = s.get(&s.manager, "/calendar?year=2026").await;
    let mut days = year["days"].as_array().unwrap().clone();
    days.extend(
        ["2026-03-09", "2026-03-10"].map(|day| json!({ "date": day, "kind": "holiday", "name_zh": "调休" })),
    );
    s.post(&s.admin, "/calendar", json!({ "days": days }), 201).await;
}

on_both!(an_exchange_by_the_maker_is_told_as_one, async |db: &Database| {
    let s = scene(db).await;
    covered(&s, "exchange").await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let before = tracked(&s, &number).await;
    assert_eq!((&before["makers_unit"], &before["promised_on"]), (&Value::Null, &json!("2026-05-28")));
    comes_back_as(&s, &number, "repaired").await;
    let now = tracked(&s, &number).await;
    assert_eq!((&now["makers_unit"], &now["promised_on"]), (&json!("M-9"), &json!("2026-03-30")), "{now}");
    calendar_moves(&s).await;
    assert_eq!(tracked(&s, &number).await["promised_on"], "2026-04-01");
    leaves(&s, &number).await;
    insta::assert_snapshot!("told_of_a_makers_exchange", told(&s, &number).await);
    // Their own list says the same: nobody repaired the unit that is on its way.
    let list = Browser::signed_in(&s.server, "huang").await.page("/rma").await;
    let says = |key: &str| [Lang::Zh, Lang::En].iter().any(|lang| list.contains(&text(*lang, key)));
    assert!(says("track-say-maker_dispatched") && !says("track-say-dispatched"), "{list}");
    s.prove().await;
});

on_both!(a_repair_under_another_serial_is_told_with_that_serial, async |db: &Database| {
    let s = scene(db).await;
    covered(&s, "repair").await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    comes_back_as(&s, &number, "repaired").await;
    let now = tracked(&s, &number).await;
    assert_eq!((&now["makers_unit"], &now["promised_on"]), (&json!("M-9"), &json!("2026-05-28")), "{now}");
    leaves(&s, &number).await;
    insta::assert_snapshot!("told_of_a_makers_repair", told(&s, &number).await);
    s.prove().await;
});

on_both!(a_makers_unit_beyond_repair_is_not_what_the_customer_gets, async |db: &Database| {
    let s = scene(db).await;
    covered(&s, "exchange").await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    comes_back_as(&s, &number, "ber").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    let board = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", board).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    assert_eq!(tracked(&s, &number).await["makers_unit"], Value::Null, "it is ours now");
    let inbox = s.inbox(&number).await;
    let decided = inbox.iter().filter(|(kind, _)| kind == "exchange_decided").count();
    assert_eq!(decided, 1, "{inbox:?}");
    assert!(inbox.iter().all(|(_, mail)| !mail.contains("M-9")), "{inbox:?}");
    s.prove().await;
});

/// The mails since the receipt, without what differs from run to run.
async fn told(s: &Scene, number: &str) -> String {
    let inbox = s.inbox(number).await;
    let after = inbox.iter().skip_while(|(kind, _)| kind != "faulty_received").skip(1);
    let mails: Vec<_> =
        after.map(|(kind, mail)| format!("{kind}: {}", mail.replace(number, "[number]"))).collect();
    mails.join("\n――――――――\n\n")
}

on_both!(a_makers_serial_mistyped_is_taken_back, async |db: &Database| {
    let s = scene(db).await;
    covered(&s, "exchange").await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    db.clock().advance(TimeDelta::hours(1));
    s.act(&s.manager, &number, "send_to_vendor", json!({ "vendor": "V1" })).await;
    let before = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    let ledger = s.ledger(&number).await;
    db.clock().advance(TimeDelta::hours(1));
    s.act(&s.manager, &number, "vendor_returned", json!({ "serial": "B-1", "outcome": "repaired" })).await;
    let undo = async || {
        let acted = s.act(&s.manager, &number, "take_back", json!({ "reason": "序列号录错" })).await;
        s.prove().await;
        acted
    };
    undo().await;
    let mut after = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    for changing in ["version", "promises"] {
        after[changing] = before[changing].clone();
    }
    assert_eq!(after, before);
    // The old unit is the customer's, at the maker's; what was never anywhere says so.
    let unit = s.get(&s.manager, "/units/B1").await;
    assert_eq!((&unit["place"], &unit["owner"]), (&json!("vendor:V1"), &json!("customer:C1")));
    let phantom = s.get(&s.manager, "/units/B-1").await;
    assert_eq!((&phantom["place"], &phantom["flags"]), (&json!("opening"), &json!(["taken_back"])));
    assert!(s.ledger(&number).await.starts_with(&ledger), "nothing of the ledger is gone");
    // Entered rightly.
    s.act(&s.manager, &number, "vendor_returned", json!({ "serial": "B1", "outcome": "repaired" })).await;
    assert_eq!(tracked(&s, &number).await["makers_unit"], Value::Null);
    undo().await;
    // The very serial that was a slip comes in truth, and once something stands on it, it stays.
    s.act(&s.manager, &number, "vendor_returned", json!({ "serial": "B-1", "outcome": "repaired" })).await;
    let label =
        s.post(&s.clerk, "/units/B-1/labels", json!({ "code": "B-1-NEW", "reason": "标签磨损" }), 201);
    let label = label.await["id"].clone();
    s.post(&s.manager, &format!("/labels/{label}/approve"), json!({}), 200).await;
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    assert!(!line["allowed_actions"].as_array().unwrap().contains(&json!("take_back")), "{line}");
    let said = s.refused(&s.manager, &number, "take_back", json!({ "reason": "x" })).await;
    assert_eq!(said, (409, "step_stays".to_owned()));
    s.prove().await;
});
