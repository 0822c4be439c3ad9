//! A receipt out of a box is taken back: the box waits for a person again, and is matched rightly.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn take_back(s: &Scene, number: &str) {
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    assert!(line["allowed_actions"].as_array().unwrap().contains(&json!("take_back")), "{line}");
    s.act(&s.manager, number, "take_back", json!({ "reason": "匹配错了" })).await;
    s.prove().await;
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    assert_eq!((&line["state"], &line["received_at"]), (&json!("requested"), &Value::Null), "{line}");
}

async fn take_in(s: &Scene, body: Value) -> Value {
    s.post(&s.clerk, "/intakes", body, 201).await
}

async fn matched(s: &Scene, taken: &Value, number: &str) -> Value {
    let path = format!("/intakes/{}/match", taken["id"]);
    s.post(&s.second, &path, json!({ "rma": number, "line": 1 }), 200).await
}

/// How the intake stands: state, exception, serial, where its unit is.
async fn intake(s: &Scene, taken: &Value) -> [Value; 4] {
    let listed = s.get(&s.clerk, "/intakes").await;
    let row = listed["items"].as_array().unwrap().iter().find(|row| row["id"] == taken["id"]).unwrap();
    ["state", "exception", "serial", "place"].map(|field| row[field].clone())
}

fn waits(exception: &str, serial: Value, place: Value) -> [Value; 4] {
    [json!("unmatched"), json!(exception), serial, place]
}

async fn stands(s: &Scene, serial: &str) -> [Value; 3] {
    let unit = s.get(&s.manager, &format!("/units/{serial}")).await;
    ["place", "condition", "owner"].map(|field| unit[field].clone())
}

on_both!(a_box_matched_wrongly_by_its_label_is_matched_again, async |db: &Database| {
    let s = scene(db).await;
    let (wrong, right) = (s.request("B1", "repair_return").await, s.request("B2", "repair_return").await);
    let taken = take_in(&s, json!({ "depot": "JN", "label": "TMP-1", "part_no": "BOARD-1" })).await;
    db.clock().advance(TimeDelta::hours(1));
    matched(&s, &taken, &wrong).await;
    db.clock().advance(TimeDelta::hours(1));
    take_back(&s, &wrong).await;
    assert_eq!(intake(&s, &taken).await, waits("unreadable", json!(""), json!("JN")));
    assert_eq!(stands(&s, "TMP-1").await, [json!("JN"), json!("quarantined"), json!("unknown")]);
    matched(&s, &taken, &right).await;
    assert_eq!(stands(&s, "TMP-1").await[0], "JN/bench", "the label is the other unit's now");
    let line = s.get(&s.manager, &format!("/rmas/{right}")).await["lines"][0].clone();
    assert_eq!((&line["state"], &line["received_at"]), (&json!("received"), &taken["taken_in_at"]));
    // Who waits for its own board gets it.
    s.receive(&wrong, "B1").await;
    s.prove().await;
});

on_both!(a_label_taken_for_a_unit_the_books_know_goes_by_itself_again, async |db: &Database| {
    let s = scene(db).await;
    let first = s.request("B1", "repair_return").await;
    s.receive(&first, "B1").await;
    s.send_home(&first).await;
    s.act(&s.clerk, &first, "close", json!({})).await;
    db.clock().advance(TimeDelta::days(1));
    let (wrong, right) = (s.request("B1", "repair_return").await, s.request("B2", "repair_return").await);
    let taken = take_in(&s, json!({ "depot": "JN", "label": "TMP-1", "part_no": "BOARD-1" })).await;
    matched(&s, &taken, &wrong).await;
    take_back(&s, &wrong).await;
    assert_eq!(intake(&s, &taken).await, waits("unreadable", json!(""), Value::Null));
    assert_eq!(stands(&s, "B1").await[0], "customer:C1", "it never left");
    matched(&s, &taken, &right).await;
    assert_eq!(stands(&s, "B2").await, [json!("JN/bench"), json!("faulty"), json!("customer:C1")]);
    s.receive(&wrong, "B1").await;
    s.prove().await;
});

on_both!(a_box_received_at_once_for_the_wrong_line_waits_again, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    // The clerk read B1 on a box that holds another board.
    let taken = take_in(&s, json!({ "depot": "JN", "serial": "B1" })).await;
    assert_eq!(taken["state"], "matched", "{taken}");
    take_back(&s, &number).await;
    assert_eq!(intake(&s, &taken).await, waits("no_rma", json!("B1"), Value::Null));
    // It was the right box after all.
    matched(&s, &taken, &number).await;
    assert_eq!(stands(&s, "B1").await[0], "JN/bench");
    take_back(&s, &number).await;
    let read_wrongly = json!({ "settled": { "reason": "看错序列号，重新收件" } });
    s.post(&s.clerk, &format!("/intakes/{}/match", taken["id"]), read_wrongly, 200).await;
    s.receive(&number, "B1").await;
    s.prove().await;
});

on_both!(a_loaner_out_of_a_box_is_out_again, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    let taken = take_in(&s, json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.act(&s.manager, &number, "take_back", json!({ "reason": "看错了" })).await;
    assert_eq!(intake(&s, &taken).await, waits("no_rma", json!("SPARE1"), Value::Null));
    assert_eq!(stands(&s, "SPARE1").await[0], "customer:C1");
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    assert_eq!(line["issued"][0]["state"], "in_use");
    s.prove().await;
});

on_both!(a_receipt_by_hand_opens_no_box_of_an_earlier_one, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    let taken = take_in(&s, json!({ "depot": "JN", "serial": "SPARE1" })).await;
    db.clock().advance(TimeDelta::hours(1));
    // Lent again on the same line, and back over the counter.
    for (kind, from, to) in [("convert", "JN", "JN")] {
        let good =
            json!({ "kind": kind, "serial": "SPARE1", "from": from, "to": to, "condition_to": "good" });
        s.post(&s.manager, "/movements", good, 201).await;
    }
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    s.act(&s.clerk, &number, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    s.act(&s.clerk, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    db.clock().advance(TimeDelta::hours(1));
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.act(&s.manager, &number, "take_back", json!({ "reason": "看错了" })).await;
    assert_eq!(intake(&s, &taken).await[0], "matched", "what came in that box did come");
    assert_eq!(stands(&s, "SPARE1").await[0], "customer:C1");
    s.prove().await;
});

on_both!(a_line_made_for_what_a_label_was_taken_for_loses_the_piece_with_it, async |db: &Database| {
    let s = scene(db).await;
    let taken = take_in(&s, json!({ "depot": "JN", "label": "TMP-1", "part_no": "BOARD-1" })).await;
    let made_out = json!({ "serial": "Z309", "reason": "擦干净后可读" });
    s.post(&s.manager, &format!("/intakes/{}/identify", taken["id"]), made_out, 200).await;
    let asked = json!({ "new_rma": { "customer": "C1", "fault": "不亮" } });
    let matched = s.post(&s.manager, &format!("/intakes/{}/match", taken["id"]), asked, 200).await;
    let number = matched["rma"].as_str().unwrap().to_owned();
    take_back(&s, &number).await;
    // The piece goes by its label again; the line asks for a serial the books do not know.
    assert_eq!(intake(&s, &taken).await, waits("unreadable", json!(""), json!("JN")));
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    assert_eq!(
        (&line["serial"], &line["state"], &line["unit"]),
        (&json!("Z309"), &json!("requested"), &Value::Null)
    );
    // The board itself turns up.
    s.receive(&number, "Z309").await;
    assert_eq!(stands(&s, "Z309").await[0], "JN/bench");
    s.prove().await;
});
