//! What a customer may have left on a spare of ours: somebody answers for it before it is anybody's again (decision 0039).

use super::scene::{Scene, scene};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use serde_json::{Value, json};

/// A company whose boards hold data, and a maker.
async fn careful(db: &Database) -> Scene {
    let s = scene(db).await;
    s.plan("careful", json!({ "regime": "loan", "data_answer": "wipe" })).await;
    s.post(&s.admin, "/vendors", json!({ "code": "V1", "name": "华讯达维修中心" }), 201).await;
    assert_eq!(s.admin.patch("/parts/BOARD-1", &json!({ "data_bearing": true })).await.0, 200);
    s
}

/// A loaner in the customer's hands; its RMA.
async fn lent(s: &Scene, faulty: &str, spare: &str) -> String {
    let number = s.request(faulty, "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "serial": spare })).await;
    s.act(&s.clerk, &number, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    s.act(&s.clerk, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    number
}

fn moved(kind: &str, serial: &str, from: &str, to: &str, condition: Value) -> Value {
    json!({ "kind": kind, "serial": serial, "from": from, "to": to, "condition_to": condition, "reason": "x" })
}

async fn refused(s: &Scene, path: &str, body: Value) -> String {
    s.post(&s.clerk, path, body, 409).await["code"].as_str().unwrap().to_owned()
}

async fn flags(s: &Scene, serial: &str) -> Value {
    s.get(&s.clerk, &format!("/units/{serial}")).await["flags"].clone()
}

on_both!(a_spare_a_customer_used_is_nobodys_before_its_data_is_answered_for, async |db: &Database| {
    let s = careful(db).await;
    let number = lent(&s, "B1", "SPARE1").await;
    let back = json!({ "depot": "JN", "serial": "SPARE1", "condition": "good" });
    s.act(&s.clerk, &number, "recover_loan", back.clone()).await;
    assert_eq!(s.stands("SPARE1").await, ["quarantined", "us", "JN/bench"], "nobody said what became of it");
    assert_eq!(flags(&s, "SPARE1").await, json!(["customers_data"]));
    let ways = [
        moved("convert", "SPARE1", "JN/bench", "JN/bench", json!("good")),
        moved("move", "SPARE1", "JN/bench", "JN", json!("good")),
        moved("scrap", "SPARE1", "JN/bench", "scrap", Value::Null),
        moved("issue", "SPARE1", "JN/bench", "vendor:V1", Value::Null),
    ];
    for way in ways {
        let said = s.post(&s.manager, "/movements", way.clone(), 409).await;
        assert_eq!(said["code"], "data_answer_needed", "{way}: {said}");
    }
    let answer = |data: &str, certificate: &str| json!({ "data": data, "certificate": certificate });
    let at = "/units/SPARE1/data";
    assert_eq!(refused(&s, at, answer("keep", "W-1")).await, "data_stays_with_customer");
    assert_eq!(refused(&s, at, answer("wipe", " ")).await, "certificate_needed");
    assert_eq!(s.engineer.post(at, &answer("wipe", "W-1")).await.0, 403);
    let unit = s.post(&s.clerk, at, answer("wipe", "W-1"), 200).await;
    assert_eq!(unit["flags"], json!([]), "{unit}");
    assert_eq!(refused(&s, at, answer("wipe", "W-1")).await, "no_data_to_answer_for");
    let shelved = moved("move", "SPARE1", "JN/bench", "JN", json!("good"));
    s.post(&s.clerk, "/movements", shelved, 201).await;
    // The next customer has it, and the answer of the last one does not speak for this one. Said with the return, it is stock at once.
    let next = lent(&s, "B2", "SPARE1").await;
    let said = json!({ "depot": "JN", "serial": "SPARE1", "condition": "good", "certificate": "W-2" });
    s.act(&s.clerk, &next, "recover_loan", said).await;
    assert_eq!(s.stands("SPARE1").await, ["good", "us", "JN"]);
    assert_eq!(flags(&s, "SPARE1").await, json!([]));
    let again = lent(&s, "B3", "SPARE1").await;
    s.act(&s.clerk, &again, "recover_loan", back).await;
    assert_eq!(flags(&s, "SPARE1").await, json!(["customers_data"]));
    insta::assert_snapshot!("data_left_on_a_spare", s.books(&number).await);
});

on_both!(a_dead_spare_with_a_customers_data_goes_to_no_maker_and_into_no_scrap, async |db: &Database| {
    let s = careful(db).await;
    let number = lent(&s, "B1", "SPARE1").await;
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1", "reason": "不上电" })).await;
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    let order = s.post(&s.manager, "/repairs", json!({ "serial": "SPARE1" }), 201).await;
    let work = async |action: &str, body: Value, expected: u16| {
        s.post(&s.manager, &format!("/repairs/{}/actions/{action}", order["id"]), body, expected).await
    };
    let maker = |data: Value| json!({ "vendor": "V1", "data": data, "certificate": "W-1" });
    assert_eq!(work("send_to_vendor", maker(Value::Null), 409).await["code"], "data_answer_needed");
    work("send_to_vendor", maker(json!("wipe")), 200).await;
    work("vendor_returned", json!({ "serial": "SPARE1", "outcome": "ber" }), 200).await;
    work("scrap", json!({ "reason": "修不好" }), 200).await;
    // Destroyed, nothing but scrap is left of it.
    let other = lent(&s, "B2", "SPARE2").await;
    s.act(&s.clerk, &other, "recover_loan", json!({ "depot": "JN", "serial": "SPARE2" })).await;
    let destroyed = json!({ "data": "destroy", "certificate": "D-1" });
    s.post(&s.clerk, "/units/SPARE2/data", destroyed, 200).await;
    let good = moved("convert", "SPARE2", "JN/bench", "JN/bench", json!("good"));
    assert_eq!(refused(&s, "/movements", good).await, "data_must_be_destroyed");
    let gone = moved("scrap", "SPARE2", "JN/bench", "scrap", Value::Null);
    s.post(&s.manager, "/movements", gone, 201).await;
    s.prove().await;
});

on_both!(a_clerk_answers_on_the_page_of_the_unit, async |db: &Database| {
    let s = careful(db).await;
    let number = lent(&s, "B1", "SPARE1").await;
    let li = Browser::signed_in(&s.server, "li").await;
    let unit = "/unit/SPARE1?part_no=BOARD-1";
    assert!(!li.page(unit).await.contains("/unit/SPARE1/data"), "it is still out");
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    assert!(li.page(unit).await.contains("/unit/SPARE1/data"));
    let said = [("part_no", "BOARD-1"), ("data", "wipe"), ("certificate", "W-1")];
    assert_eq!(li.submit(unit, "/unit/SPARE1/data", &said).await, unit);
    assert!(!li.page(unit).await.contains("/unit/SPARE1/data"));
    assert_eq!(flags(&s, "SPARE1").await, json!([]));
});
