//! Movements by hand, and boxes matched by hand, never go behind a line: the line's own action is named.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn moved(s: &Scene, kind: &str, serial: &str, from: &str, to: &str) -> (u16, Value) {
    let body = json!({ "kind": kind, "part_no": "BOARD-1", "serial": serial, "from": from, "to": to, "reason": "x" });
    let (status, said) = s.manager.post("/movements", &body).await;
    (status.as_u16(), said)
}

/// What a movement by hand is answered with: code, and the action it names.
async fn sent_to(s: &Scene, kind: &str, serial: &str, from: &str, to: &str) -> (String, String) {
    let (status, said) = moved(s, kind, serial, from, to).await;
    assert_eq!(status, 409, "{kind} {from} → {to}: {said}");
    let word = |at: &Value| at.as_str().unwrap_or_default().to_owned();
    (word(&said["code"]), word(&said["blocker"]["action"]))
}

fn on_rma(action: &str) -> (String, String) {
    ("unit_on_rma".to_owned(), action.to_owned())
}

/// The kinds of movement a scan offers.
async fn offered(s: &Scene, serial: &str) -> Vec<String> {
    let scanned = s.get(&s.clerk, &format!("/scan/{serial}")).await;
    let moves = scanned["moves"].as_array().unwrap().iter();
    moves.map(|legal| legal["kind"].as_str().unwrap().to_owned()).collect()
}

on_both!(a_unit_on_a_line_leaves_and_comes_by_the_line, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    // Awaited, and never met by the books: it comes by the line.
    assert_eq!(sent_to(&s, "receive", "B1", "customer:C1", "JN").await, on_rma("receive_faulty"));
    s.receive(&number, "B1").await;
    let (_, refused) = moved(&s, "issue", "B1", "JN/bench", "customer:C1").await;
    assert_eq!(
        refused["blocker"],
        json!({ "serial": "B1", "rma": number, "line": "1", "action": "return_unrepaired" }),
        "{refused}"
    );
    s.post(&s.admin, "/vendors", json!({ "code": "V1", "name": "华讯达" }), 201).await;
    assert_eq!(sent_to(&s, "issue", "B1", "JN/bench", "vendor:V1").await, on_rma("send_to_vendor"));
    let title = json!({ "kind": "transfer_title", "part_no": "BOARD-1", "serial": "B1", "from": "JN/bench", "to": "JN/bench",
        "owner_to": "us", "reason": "x" });
    let refused = s.post(&s.manager, "/movements", title, 409).await;
    assert_eq!(refused["blocker"]["action"], "decide_exchange", "{refused}");
    for kind in ["move", "transfer_out"] {
        let to = if kind == "move" { "DZ" } else { "transit:T1" };
        assert_eq!(sent_to(&s, kind, "B1", "JN/bench", to).await.0, "transfer_needed", "{kind}");
    }
    assert_eq!(
        offered(&s, "B1").await,
        ["move", "convert"],
        "what stays in the depot is the clerk's to book"
    );
    assert_eq!(moved(&s, "move", "B1", "JN/bench", "JN").await.0, 201);
    // A transfer takes the line along.
    let lines = json!([{ "part_no": "BOARD-1", "serial": "B1" }]);
    let asked = json!({ "from": "JN", "to": "DZ", "lines": lines });
    let transfer = s.post(&s.clerk, "/transfers", asked, 201).await["number"].as_str().unwrap().to_owned();
    s.post(&s.clerk, &format!("/transfers/{transfer}/approve"), json!({}), 200).await;
    s.post(&s.clerk, &format!("/transfers/{transfer}/dispatch"), json!({ "serials": ["B1"] }), 200).await;
    let home = json!({ "reason": "客户要求", "carrier": "顺丰", "tracking_no": "SF9" });
    let away = s.refused(&s.clerk, &number, "return_unrepaired", home.clone()).await;
    assert_eq!(away, (409, "unit_elsewhere".into()), "it is on the road");
    s.post(&s.clerk, &format!("/transfers/{transfer}/receive"), json!({ "serials": ["B1"] }), 200).await;
    s.act(&s.clerk, &number, "return_unrepaired", home).await;
    s.act(&s.clerk, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    // The line is over: a movement by hand has nothing to go behind.
    assert_eq!(moved(&s, "receive", "B1", "customer:C1", "JN").await.0, 201);
    s.prove().await;
});

on_both!(a_loaner_that_is_out_comes_back_by_its_line, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    assert_eq!(sent_to(&s, "return", "SPARE1", "customer:C1", "JN").await, on_rma("recover_loan"));
    assert_eq!(offered(&s, "SPARE1").await, Vec::<String>::new());
    let back = json!({ "depot": "JN", "serial": "SPARE1", "condition": "good" });
    s.act(&s.clerk, &number, "recover_loan", back).await;
    // It is on no line any more.
    assert_eq!(moved(&s, "issue", "SPARE1", "JN", "customer:C1").await.0, 201);
    assert_eq!(moved(&s, "return", "SPARE1", "customer:C1", "JN").await.0, 201);
    s.prove().await;
});

/// B1 was booked out of the bench behind its line, as an earlier version let a clerk do it.
async fn astray(s: &Scene) {
    s.server
        .sql(
            "INSERT INTO movement (kind, part_id, unit_id, quantity, from_place_id, to_place_id, depot_from_id, condition_from, \
             condition_to, owner_from, owner_to, reason, document, occurred_at, recorded_at) SELECT 'issue', part_id, id, 1, place_id, \
             (SELECT id FROM place WHERE code = 'customer:C1'), depot_id, condition, condition, owner, owner, '', document, \
             last_moved_at, last_moved_at FROM unit WHERE serial = 'B1'",
        )
        .await;
    s.server
        .sql(
            "UPDATE unit SET place_id = (SELECT id FROM place WHERE code = 'customer:C1'), depot_id = NULL, version = version + 1 \
             WHERE serial = 'B1'",
        )
        .await;
    s.server.sql("UPDATE balance SET quantity = 0 WHERE owner = 'customer:C1'").await;
}

on_both!(what_was_booked_out_long_ago_is_neither_sent_home_nor_scrapped, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    astray(&s).await;
    let home = json!({ "reason": "客户要求", "carrier": "顺丰", "tracking_no": "SF9" });
    let elsewhere = (409, "unit_elsewhere".to_owned());
    assert_eq!(s.refused(&s.clerk, &number, "return_unrepaired", home).await, elsewhere);
    s.act(&s.manager, &number, "agree_scrap", json!({ "by": "黄杰", "evidence": "邮件" })).await;
    assert_eq!(s.refused(&s.clerk, &number, "scrap", json!({})).await, elsewhere);
    // What brings it back makes the line true again.
    assert_eq!(moved(&s, "return", "B1", "customer:C1", "JN/bench").await.0, 201);
    s.act(&s.clerk, &number, "scrap", json!({})).await;
    s.prove().await;
});

on_both!(a_box_with_another_serial_is_not_the_lines_part, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    let body = json!({ "depot": "JN", "serial": "B2", "part_no": "BOARD-1" });
    let taken = s.post(&s.clerk, "/intakes", body, 201).await;
    let path = format!("/intakes/{}/match", taken["id"]);
    let refused = s.post(&s.clerk, &path, json!({ "rma": number, "line": 1 }), 409).await;
    assert_eq!(refused["code"], "wrong_serial", "{refused}");
    assert_eq!(refused["blocker"], json!({ "expected": "B1", "scanned": "B2" }));
    // The request named the wrong one: that is put right, with a reason, and the box is the line's.
    s.act(&s.manager, &number, "correct_serial", json!({ "serial": "B2", "reason": "申请填错" })).await;
    s.post(&s.clerk, &path, json!({ "rma": number, "line": 1 }), 200).await;
    let listed = s.get(&s.manager, "/rmas?q=B2").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    s.prove().await;
});

on_both!(a_box_with_another_code_of_the_lines_unit_is_its_part, async |db: &Database| {
    let s = scene(db).await;
    // At home after an earlier repair, and labelled anew by two people.
    let first = s.request("B1", "repair_return").await;
    s.receive(&first, "B1").await;
    let (_, label) =
        s.clerk.post("/units/B1/labels", &json!({ "code": "B1-NEW", "reason": "标签磨损" })).await;
    let (status, said) = s.manager.post(&format!("/labels/{}/approve", label["id"]), &json!({})).await;
    assert!(status.is_success(), "{said}");
    s.send_home(&first).await;
    s.act(&s.clerk, &first, "close", json!({})).await;
    let body = json!({ "depot": "JN", "serial": "B1-NEW", "part_no": "BOARD-1" });
    let taken = s.post(&s.clerk, "/intakes", body, 201).await;
    let second = s.request("B1-NEW", "repair_return").await;
    let path = format!("/intakes/{}/match", taken["id"]);
    s.post(&s.clerk, &path, json!({ "rma": second, "line": 1 }), 200).await;
    s.prove().await;
});

on_both!(what_was_scrapped_is_asked_for_by_nobody, async |db: &Database| {
    let s = scene(db).await;
    assert_eq!(moved(&s, "scrap", "SPARE1", "JN", "scrap").await.0, 201);
    let line = json!({ "part_no": "BOARD-1", "serial": "SPARE1", "fault": "x" });
    let said = s.ask(&s.manager, json!({ "customer": "C1", "lines": [line] }), 422).await;
    assert_eq!(
        (&said["errors"][0]["field"], &said["errors"][0]["code"]),
        (&json!("lines[0].serial"), &json!("unit_gone")),
        "{said}"
    );
});

on_both!(what_came_by_hand_before_anybody_asked_is_received_as_of_that_day, async |db: &Database| {
    let s = scene(db).await;
    let (_, came) = moved(&s, "receive", "B1", "customer:C1", "DZ").await;
    db.clock().advance(TimeDelta::days(2));
    // On to the bench by a transfer: it was in our house all the time.
    let body = json!({ "from": "DZ", "to": "JN", "lines": [{ "serial": "B1" }] });
    let transfer = s.post(&s.manager, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    s.post(&s.clerk, &format!("/transfers/{transfer}/approve"), json!({}), 200).await;
    for step in ["dispatch", "receive"] {
        s.post(&s.clerk, &format!("/transfers/{transfer}/{step}"), json!({ "serials": ["B1"] }), 200).await;
    }
    let number = s.request("B1", "repair_return").await;
    db.clock().advance(TimeDelta::days(1));
    let other =
        s.refused(&s.clerk, &number, "receive_faulty", json!({ "depot": "DZ", "serial": "B1" })).await;
    assert_eq!(other, (409, "unit_elsewhere".into()), "it stands in JN");
    let wrong =
        s.refused(&s.clerk, &number, "receive_faulty", json!({ "depot": "JN", "serial": "B2" })).await;
    assert_eq!(wrong, (409, "wrong_serial".into()));
    let said = json!({ "depot": "JN", "serial": "B1", "note": "纸箱受潮" });
    s.act(&s.clerk, &number, "receive_faulty", said).await;
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let noted = |event: &Value| event["note"].as_str().is_some_and(|note| note.contains("纸箱受潮"));
    assert!(rma["timeline"].as_array().unwrap().iter().any(noted), "{rma}");
    let line = &rma["lines"][0];
    assert_eq!((&line["received_at"], &line["unit"]["place"]), (&came["occurred_at"], &json!("JN/bench")));
    s.prove().await;
    s.act(&s.manager, &number, "take_back", json!({ "reason": "录错了" })).await;
    let unit = s.get(&s.manager, "/units/B1").await;
    assert_eq!((&unit["place"], &unit["condition"]), (&json!("JN"), &json!("quarantined")));
    s.prove().await;
});

/// Reverses a movement by hand: status, code, and the action that is named.
async fn reversed(s: &Scene, movement: &Value) -> (u16, String, String) {
    let path = format!("/movements/{}/reversal", movement["id"]);
    let (status, said) = s.manager.post(&path, &json!({ "reason": "录错了" })).await;
    let word = |at: &Value| at.as_str().unwrap_or_default().to_owned();
    (status.as_u16(), word(&said["code"]), word(&said["blocker"]["action"]))
}

on_both!(a_reversal_goes_behind_no_line_either, async |db: &Database| {
    let s = scene(db).await;
    // At home by hand, and awaited since: what would bring it here is the line's.
    moved(&s, "receive", "B1", "customer:C1", "JN").await;
    let (_, home) = moved(&s, "issue", "B1", "JN", "customer:C1").await;
    let number = s.request("B1", "repair_return").await;
    assert_eq!(reversed(&s, &home).await, (409, "unit_on_rma".into(), "receive_faulty".into()));
    s.receive(&number, "B1").await;
    s.send_home(&number).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    // Here by hand, as the line says: what would take it away again is the line's.
    let second = s.request("B1", "repair_return").await;
    s.receive(&second, "B1").await;
    let kept =
        json!({ "kind": "move", "part_no": "BOARD-1", "serial": "B1", "from": "JN/bench", "to": "JN" });
    let shelf = s.post(&s.manager, "/movements", kept, 201).await;
    assert_eq!(reversed(&s, &shelf).await.0, 201, "within the depot it is the clerk's");
    let anew = json!({ "kind": "convert", "part_no": "BOARD-1", "serial": "B1", "from": "JN/bench", "to": "JN/bench",
        "condition_to": "quarantined" });
    let anew = s.post(&s.manager, "/movements", anew, 201).await;
    assert_eq!(reversed(&s, &anew).await.0, 201);
    s.prove().await;
});

on_both!(what_was_brought_back_by_hand_is_not_reversed_out_of_the_house, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    astray(&s).await;
    let (_, back) = moved(&s, "return", "B1", "customer:C1", "JN/bench").await;
    assert_eq!(reversed(&s, &back).await, (409, "unit_on_rma".into(), "return_unrepaired".into()));
    s.prove().await;
});

on_both!(what_was_bought_and_sold_long_ago_is_received_when_it_is_asked_for, async |db: &Database| {
    let s = scene(db).await;
    let sold = json!({ "kind": "transfer_title", "part_no": "BOARD-1", "serial": "SPARE1", "from": "JN", "to": "JN",
        "owner_to": "customer:C1", "reason": "售出，待提货" });
    s.post(&s.admin, "/movements", sold, 201).await;
    db.clock().advance(TimeDelta::days(20));
    let number = s.request("SPARE1", "repair_return").await;
    db.clock().advance(TimeDelta::days(1));
    let now = db.clock().now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    s.receive(&number, "SPARE1").await;
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    assert_eq!(line["received_at"], json!(now), "no faulty part of theirs came in before: {line}");
    s.prove().await;
});
