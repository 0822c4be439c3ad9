//! Transfers from request to the last piece.

use super::{BOARD, Company, SCREW, answered, buy, buy_screws, company, get, picked, post, stands};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Two boards and thirty screws in JN, asked for by DZ.
async fn asked(db: &Database) -> (Company, String) {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1", "SN2", "SN3", "SN9"], "JN/A1-01").await;
    buy_screws(&c, 20, "JN/A1-01").await;
    buy_screws(&c, 20, "JN/A1-02").await;
    let body = json!({ "from": "ｊｎ", "to": "DZ", "note": "德州缺货", "lines": [
        { "part_no": BOARD, "quantity": 2 }, { "part_no": "ｑ-１", "quantity": 30 }, { "serial": "sn9" }
    ] });
    let transfer = post(&c.dz, "/transfers", body, 201).await;
    let number = transfer["number"].as_str().unwrap().to_owned();
    (c, number)
}

on_both!(a_transfer_goes_from_request_to_the_last_piece, async |db: &Database| {
    let (c, number) = asked(db).await;
    let at = |step: &str| format!("/transfers/{number}/{step}");
    let refused = post(&c.dz, &at("approve"), json!({}), 403).await;
    assert_eq!(refused["code"], "not_your_depot", "the giving depot says yes");
    let approved = post(&c.jn, &at("approve"), json!({}), 200).await;
    assert_eq!(approved["allowed"], json!(["cancel", "dispatch"]));
    let held = get(&c.manager, "/stock?depot=JN&condition=good").await;
    assert_eq!(
        picked(&held["items"], &["part_no", "quantity", "reserved", "available"]),
        [json!(["P-100", 4, 3, 1]), json!(["Q-1", 40, 30, 10])]
    );

    assert_eq!(
        post(&c.dz, &at("dispatch"), json!({ "serials": ["SN1"] }), 403).await["code"],
        "not_your_depot"
    );
    let unasked = json!({ "serials": ["SN1", "SN2", "SN3"] });
    assert_eq!(post(&c.jn, &at("dispatch"), unasked, 409).await["code"], "not_on_transfer");
    let box_of = json!({ "serials": ["SN1", "SN2", "SN9"], "items": [{ "part_no": SCREW, "quantity": 30 }],
        "carrier": "顺丰速运", "tracking_no": "SF100" });
    let sent = post(&c.jn, &at("dispatch"), box_of, 200).await;
    assert_eq!((&sent["state"], &sent["outstanding"]), (&json!("in_transit"), &json!(33)));
    assert_eq!(stands(&c.manager, "SN1").await, format!("transit:{number} good us"));
    let on_the_way = get(&c.manager, "/stock?depot=JN&condition=good").await;
    assert_eq!(
        picked(&on_the_way["items"], &["part_no", "quantity", "reserved"]),
        [json!(["P-100", 1, 0]), json!(["Q-1", 10, 0])]
    );

    let coming = [json!(["P-100", 0, 3]), json!(["Q-1", 0, 30])];
    let counted = ["part_no", "quantity", "in_transit"];
    let there = get(&c.manager, "/stock?depot=DZ").await;
    assert_eq!(picked(&there["items"], &counted), coming, "DZ has nothing of it yet");

    db.clock().advance(TimeDelta::hours(50));
    let then = get(&c.manager, &format!("/stock?depot=DZ&as_of={}", db.clock().now().date_naive())).await;
    assert_eq!(picked(&then["items"], &counted), coming);
    assert_eq!(get(&c.dz, &format!("/transfers/{number}")).await["days_in_transit"], 2);
    // SN2 and five screws did not come; SN3 was in the box, and a unit nobody knows.
    let found = json!({ "serials": ["SN1", "SN9", "SN3", "sn1"], "bin": "A1-01",
        "items": [{ "part_no": SCREW, "quantity": 25 }, { "part_no": BOARD, "serial": "ALIEN" }] });
    assert_eq!(post(&c.jn, &at("receive"), found.clone(), 403).await["code"], "not_your_depot");
    let received = post(&c.dz, &at("receive"), found, 200).await;
    assert_eq!(received["state"], "differences");
    assert_eq!(
        picked(&received["lines"], &["quantity", "sent", "matched", "missing"]),
        [json!([2, 2, 1, 1]), json!([30, 30, 25, 5]), json!([1, 1, 1, 0])]
    );
    assert_eq!(
        picked(&received["surprises"], &["serial", "condition", "owner"]),
        [json!(["SN3", "quarantined", "us"]), json!(["ALIEN", "quarantined", "unknown"])]
    );
    assert_eq!(stands(&c.manager, "SN3").await, "DZ/A1-01 quarantined us");
    assert_eq!(stands(&c.manager, "SN2").await, format!("transit:{number} good us"), "it stays on the road");
    let stock = get(&c.manager, "/stock?depot=DZ&condition=good").await;
    assert_eq!(
        picked(&stock["items"], &["part_no", "quantity", "in_transit"]),
        [json!(["P-100", 2, 1]), json!(["Q-1", 25, 5])]
    );
    let told = get(&c.manager, "/notices").await;
    assert_eq!(
        picked(&told["items"], &["kind", "to"]),
        [json!(["transfer_differences", "li@depot.example"])]
    );

    let lost = json!({ "settlement": "lost", "serials": ["SN2"], "reason": "包裹破损" });
    assert_eq!(
        post(&c.dz, &at("settle"), lost.clone(), 403).await["code"],
        "forbidden",
        "a manager gives up"
    );
    assert_eq!(
        post(&c.manager, &at("settle"), json!({ "settlement": "lost", "serials": ["SN2"] }), 422).await["errors"]
            [0]["field"],
        "reason"
    );
    post(&c.manager, &at("settle"), lost.clone(), 200).await;
    assert_eq!(post(&c.manager, &at("settle"), lost, 409).await["code"], "nothing_outstanding");
    let two = json!([{ "part_no": SCREW, "quantity": 2 }]);
    post(&c.dz, &at("settle"), json!({ "settlement": "found", "items": two }), 200).await;
    let three = json!([{ "part_no": SCREW, "quantity": 3 }]);
    assert_eq!(
        post(&c.dz, &at("settle"), json!({ "settlement": "returned", "items": three }), 403).await["code"],
        "not_your_depot"
    );
    let done = post(&c.jn, &at("settle"), json!({ "settlement": "returned", "items": three }), 200).await;
    assert_eq!((&done["state"], &done["days_in_transit"]), (&json!("closed"), &Value::Null));
    assert_eq!(stands(&c.manager, "SN2").await, "lost good us");
    assert_eq!(
        picked(&done["lines"], &["matched", "missing", "returned", "lost"]),
        [json!([1, 0, 0, 1]), json!([27, 0, 3, 0]), json!([1, 0, 0, 0])]
    );
});

on_both!(the_sender_is_told_of_a_difference_once, async |db: &Database| {
    let (c, number) = asked(db).await;
    let at = |step: &str| format!("/transfers/{number}/{step}");
    post(&c.jn, &at("approve"), json!({}), 200).await;
    let box_of = json!({ "serials": ["SN1", "SN2", "SN9"], "items": [{ "part_no": SCREW, "quantity": 30 }] });
    post(&c.jn, &at("dispatch"), box_of, 200).await;
    let told = async || get(&c.manager, "/notices").await["items"].as_array().unwrap().len();
    let screws = json!([{ "part_no": SCREW, "quantity": 30 }]);
    post(&c.dz, &at("receive"), json!({ "serials": ["SN1"], "items": screws }), 200).await;
    assert_eq!(told().await, 1, "SN2 and SN9 did not come");
    post(&c.dz, &at("receive"), json!({ "serials": ["SN1"] }), 200).await;
    post(&c.dz, &at("receive"), json!({}), 200).await;
    assert_eq!(told().await, 1, "the same again is no news");
    post(&c.dz, &at("receive"), json!({ "serials": ["SN9", "SN3"] }), 200).await;
    assert_eq!(told().await, 2, "one of them came, and one nobody sent");
    post(&c.dz, &at("receive"), json!({ "serials": ["SN3"] }), 200).await;
    assert_eq!(told().await, 2);
    post(&c.dz, &at("receive"), json!({ "serials": ["SN2"] }), 200).await;
    assert_eq!(told().await, 2, "nothing is missing any more");
});

on_both!(a_transfer_is_called_off_before_it_leaves_and_not_after, async |db: &Database| {
    let (c, number) = asked(db).await;
    post(&c.jn, &format!("/transfers/{number}/approve"), json!({}), 200).await;
    let held = get(&c.manager, "/reservations?state=open").await;
    let id = held["items"][0]["id"].as_i64().unwrap();
    let release = c.manager.delete(&format!("/reservations/{id}")).await;
    assert_eq!(answered(release, 409)["code"], "reservation_of_document");
    let why = json!({ "reason": "德州已自行采购" });
    let off = post(&c.dz, &format!("/transfers/{number}/cancel"), why.clone(), 200).await;
    assert_eq!(off["state"], "cancelled");
    assert_eq!(get(&c.manager, "/reservations?state=open").await["items"], json!([]));
    let dispatch = json!({ "serials": ["SN1"] });
    let refused = post(&c.jn, &format!("/transfers/{number}/dispatch"), dispatch.clone(), 409).await;
    assert_eq!(
        (&refused["code"], &refused["blocker"]["state"]),
        (&json!("action_not_allowed"), &json!("cancelled"))
    );

    let body = json!({ "from": "JN", "to": "DZ", "lines": [{ "part_no": BOARD }] });
    let other = post(&c.jn, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    post(&c.jn, &format!("/transfers/{other}/approve"), json!({}), 200).await;
    post(&c.jn, &format!("/transfers/{other}/dispatch"), dispatch, 200).await;
    post(&c.jn, &format!("/transfers/{other}/cancel"), why, 409).await;
    // What is on the road of a transfer moves by its steps only.
    let by_hand =
        json!({ "kind": "transfer_in", "serial": "SN1", "from": format!("transit:{other}"), "to": "DZ" });
    assert_eq!(post(&c.dz, "/movements", by_hand, 409).await["code"], "place_of_document");
    let history = get(&c.manager, "/units/SN1/history").await;
    let id = &history["items"][0]["id"];
    let reversal =
        post(&c.manager, &format!("/movements/{id}/reversal"), json!({ "reason": "x" }), 409).await;
    assert_eq!(reversal["code"], "belongs_to_document");
    let all = get(&c.dz, "/transfers?from=jn&to=dz").await;
    assert_eq!(
        picked(&all["items"], &["number", "state"]),
        [json!([other, "in_transit"]), json!([number, "cancelled"])]
    );
    assert_eq!(get(&c.dz, "/transfers?state=closed").await["items"], json!([]));
});

on_both!(a_unit_of_another_transfer_is_no_longer_missed_there, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["A", "B"], "JN").await;
    let mut numbers = vec![];
    for serial in ["A", "B"] {
        let body = json!({ "from": "JN", "to": "DZ", "lines": [{ "serial": serial }] });
        let number = post(&c.jn, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
        post(&c.jn, &format!("/transfers/{number}/approve"), json!({}), 200).await;
        post(&c.jn, &format!("/transfers/{number}/dispatch"), json!({ "serials": [serial] }), 200).await;
        numbers.push(number);
    }
    let both = json!({ "serials": ["A", "B"] });
    let first = post(&c.dz, &format!("/transfers/{}/receive", numbers[0]), both, 200).await;
    assert_eq!(first["state"], "closed");
    assert_eq!(first["surprises"][0]["serial"], "B");
    assert_eq!(get(&c.dz, &format!("/transfers/{}", numbers[1])).await["state"], "closed");
    assert_eq!(stands(&c.manager, "B").await, "DZ quarantined us");
});

on_both!(what_is_wrong_with_a_transfer_is_named, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["A"], "JN").await;
    let same = post(&c.jn, "/transfers", json!({ "from": "JN", "to": "JN", "lines": [] }), 422).await;
    assert_eq!(
        picked(&same["errors"], &["field", "code"]),
        [json!(["to", "same_depot"]), json!(["lines", "count_out_of_range"])]
    );
    let foreign = json!({ "from": "QD", "to": "JN2", "lines": [{ "part_no": BOARD }] });
    assert_eq!(post(&c.jn, "/transfers", foreign, 403).await["code"], "not_your_depot");
    let unknown = json!({ "from": "JN", "to": "DZ", "lines": [{ "part_no": "NOPE" }, { "part_no": BOARD, "quantity": 0 }] });
    assert_eq!(
        picked(&post(&c.jn, "/transfers", unknown, 422).await["errors"], &["field", "code"]),
        [json!(["lines[0].part_no", "unknown_part"]), json!(["lines[1].quantity", "out_of_range"])]
    );
    let more = json!({ "from": "JN", "to": "DZ", "lines": [{ "part_no": BOARD, "quantity": 2 }] });
    let number = post(&c.jn, "/transfers", more, 201).await["number"].as_str().unwrap().to_owned();
    let refused = post(&c.jn, &format!("/transfers/{number}/approve"), json!({}), 409).await;
    assert_eq!((&refused["code"], &refused["blocker"]["available"]), (&json!("not_available"), &json!("1")));
    assert_eq!(answered(c.jn.get("/transfers/TR-2026-999999").await, 404)["code"], "not_found");
    c.server.sql("UPDATE app_user SET reads_own_only = TRUE WHERE username = 'sun'").await;
    let third = json!({ "from": "JN", "to": "QD", "lines": [{ "serial": "A" }] });
    let third = post(&c.jn, "/transfers", third, 201).await["number"].as_str().unwrap().to_owned();
    assert_eq!(answered(c.dz.get(&format!("/transfers/{third}")).await, 404)["code"], "not_found");
    assert_eq!(get(&c.dz, "/transfers").await["items"].as_array().unwrap().len(), 1);
});

on_both!(an_unexpected_unit_that_was_held_is_taken_in_and_held_no_more, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1", "HELD"], "JN").await;
    let body = json!({ "from": "JN", "to": "DZ", "lines": [{ "serial": "SN1" }] });
    let number = post(&c.jn, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    post(&c.jn, &format!("/transfers/{number}/approve"), json!({}), 200).await;
    post(&c.jn, &format!("/transfers/{number}/dispatch"), json!({ "serials": ["SN1"] }), 200).await;
    let hold = json!({ "part_no": BOARD, "serial": "HELD", "depot": "JN", "document": "SO-1" });
    post(&c.jn, "/reservations", hold, 201).await;
    let received =
        post(&c.dz, &format!("/transfers/{number}/receive"), json!({ "serials": ["SN1", "HELD"] }), 200)
            .await;
    assert_eq!(received["state"], "closed", "{received}");
    assert_eq!(stands(&c.manager, "SN1").await, "DZ good us");
    assert_eq!(stands(&c.manager, "HELD").await, "DZ quarantined us");
    assert_eq!(get(&c.manager, "/reservations?state=open").await["items"], json!([]));
    let told = get(&c.manager, "/notices").await;
    assert_eq!(told["items"][0]["to"], "li@depot.example", "the sender is told: {told}");
    let stock = get(&c.manager, &format!("/stock?depot=JN&part_no={BOARD}")).await;
    assert!(stock["items"].as_array().unwrap().iter().all(|row| row["reserved"] != 1), "{stock}");
});
