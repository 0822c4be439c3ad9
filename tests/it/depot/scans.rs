//! Scans from devices, some of which waited for a signal.

use super::{BOARD, Company, buy, company, get, picked, post, stands};
use crate::support::{Database, on_both};
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

/// A scan made `minutes` ago.
fn scan(db: &Database, mode: &str, code: &str, minutes: i64) -> Value {
    let at = (db.clock().now() - TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({ "mode": mode, "depot": "JN", "batch": "B1", "code": code, "client_time": at, "device": "pda-7" })
}

async fn sent(c: &Company, body: Value) -> Value {
    post(&c.jn, "/scans", body, 200).await
}

on_both!(a_scan_is_answered_with_a_verdict, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1"], "JN").await;
    buy(&c, BOARD, &["SN2", "SN3"], "DZ").await;
    db.clock().advance(TimeDelta::hours(1));
    let mut put = scan(db, "put_away", "sn1", 0);
    put["bin"] = json!("A1-01");
    let accepted = sent(&c, put.clone()).await;
    assert_eq!((&accepted["verdict"], &accepted["code"]), (&json!("accepted"), &json!("")));
    assert_eq!(stands(&c.manager, "SN1").await, "JN/A1-01 good us");
    let undone =
        post(&c.jn, &format!("/scans/{}/undo", accepted["id"]), json!({ "reason": "扫错了" }), 200).await;
    assert_eq!(undone["undone"], true);
    assert_eq!(stands(&c.manager, "SN1").await, "JN good us");
    let twice = post(&c.jn, &format!("/scans/{}/undo", accepted["id"]), json!({ "reason": "x" }), 409).await;
    assert_eq!(twice["code"], "action_not_allowed");

    put["code"] = json!("SN2");
    let refused = sent(&c, put).await;
    assert_eq!(
        (&refused["verdict"], &refused["code"], &refused["exception_id"]),
        (&json!("refused"), &json!("unit_elsewhere"), &Value::Null)
    );
    assert!(refused["detail"].as_str().unwrap().contains("SN2 is not at JN; the books say DZ"), "{refused}");

    let lines = json!([{ "part_no": BOARD, "serial": "WAITS", "fault": "x" }]);
    let rma = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    let look = sent(&c, scan(db, "look", "waits", 0)).await;
    assert_eq!((&look["verdict"], &look["code"]), (&json!("review"), &json!("match_rma")));
    assert_eq!(look["document"], format!("{}/1", rma["number"].as_str().unwrap()));
    let found = get(&c.jn, "/scan/waits").await;
    assert_eq!(
        (&found["what"], &found["rma"], &found["rma_line"]),
        (&json!("rma"), &rma["number"], &json!(1))
    );
    assert_eq!(sent(&c, scan(db, "look", "NOBODY", 0)).await["code"], "unknown");
    // The number on the box, the bin it is put into, the part number beside the serial, the waybill: none is a unit.
    let number = rma["number"].as_str().unwrap();
    for (mode, code, kind) in [
        ("take_in", number, "RMA"),
        ("take_in", "JN/A1-01", "place"),
        ("take_in", BOARD, "part"),
        ("look", "jn", "place"),
    ] {
        let refused = sent(&c, scan(db, mode, code, 0)).await;
        assert_eq!(
            (&refused["verdict"], &refused["code"]),
            (&json!("refused"), &json!("not_a_unit")),
            "{code}"
        );
        assert!(refused["detail"].as_str().unwrap().contains(&format!("is a {kind}")), "{refused}");
    }
    assert_eq!(get(&c.jn, "/intakes").await["items"], json!([]));
    let taken = sent(&c, scan(db, "take_in", "WAITS", 0)).await;
    assert_eq!((&taken["verdict"], &taken["document"]), (&json!("accepted"), &rma["number"]));
    // A scanner that fires twice takes in one box.
    let first = sent(&c, scan(db, "take_in", "nobody", 0)).await;
    let again = sent(&c, scan(db, "take_in", "NOBODY", 0)).await;
    assert_eq!((&first["code"], &again["code"]), (&json!("intake"), &json!("intake_again")));
    assert_eq!(first["document"], again["document"]);
    assert_eq!(get(&c.jn, "/intakes?state=unmatched").await["items"].as_array().unwrap().len(), 1);

    let body = json!({ "from": "DZ", "to": "JN", "lines": [{ "serial": "SN2" }, { "serial": "SN3" }] });
    let number = post(&c.dz, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    post(&c.dz, &format!("/transfers/{number}/approve"), json!({}), 200).await;
    post(&c.dz, &format!("/transfers/{number}/dispatch"), json!({ "serials": ["SN2", "SN3"] }), 200).await;
    assert_eq!(sent(&c, scan(db, "receive", "SN2", 0)).await["document"], json!(number));
    assert_eq!(
        get(&c.jn, &format!("/transfers/{number}")).await["state"],
        "in_transit",
        "one is still to be scanned"
    );
    sent(&c, scan(db, "receive", "SN3", 0)).await;
    assert_eq!(get(&c.jn, &format!("/transfers/{number}")).await["state"], "closed");
});

on_both!(a_scan_of_a_device_whose_clock_is_slow_follows_what_is_on_record, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1"], "JN").await;
    let mut put = scan(db, "put_away", "SN1", 0);
    put["bin"] = json!("A1-01");
    // What waited for a signal is put in its own place, or refused.
    put["client_time"] = json!((db.clock().now() - TimeDelta::hours(2)).to_rfc3339());
    assert_eq!(sent(&c, put.clone()).await["code"], "out_of_order");
    put["client_time"] = json!((db.clock().now() - TimeDelta::seconds(5)).to_rfc3339());
    assert_eq!(sent(&c, put).await["verdict"], "accepted");
});

on_both!(a_scan_of_a_device_whose_clock_is_fast_gets_its_verdict, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1"], "JN").await;
    let mut put = scan(db, "put_away", "SN1", -10);
    put["bin"] = json!("A1-01");
    let refused = sent(&c, put.clone()).await;
    assert_eq!((&refused["verdict"], &refused["code"]), (&json!("refused"), &json!("in_the_future")));
    assert_eq!(stands(&c.manager, "SN1").await, "JN good us");
    put["client_time"] = scan(db, "put_away", "SN1", -2)["client_time"].clone();
    assert_eq!(sent(&c, put).await["verdict"], "accepted", "a clock a little ahead");
});

on_both!(a_refusal_nobody_was_there_to_read_becomes_an_exception, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1"], "DZ").await;
    db.clock().advance(TimeDelta::hours(8));
    let mut body = scan(db, "put_away", "SN1", 45);
    body["bin"] = json!("A1-01");
    let first = c.jn.post_once("/scans", "offline-1", &body).await.text().await.unwrap();
    let again = c.jn.post_once("/scans", "offline-1", &body).await.text().await.unwrap();
    assert_eq!(first, again, "sent again, it is the same scan");
    let refused: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(refused["verdict"], "refused");
    let open = get(&c.jn, "/exceptions?state=open&depot=JN").await;
    assert_eq!(
        picked(&open["items"], &["source", "code", "act", "document"]),
        [json!(["scan", "SN1", "reverse", "B1"])]
    );
    assert_eq!(open["items"][0]["detail"], "li in JN holds SN1; the books say DZ since 2 Mar 2026, 09:00.");
    post(&c.jn, &format!("/scans/{}/undo", refused["id"]), json!({ "reason": "看错了" }), 200).await;
    assert_eq!(get(&c.jn, "/exceptions?state=open").await["items"], json!([]));
    assert_eq!(stands(&c.manager, "SN1").await, "DZ good us");

    let old = scan(db, "look", "SN1", 26 * 24 * 60);
    assert_eq!(post(&c.jn, "/scans", old, 409).await["code"], "scan_too_old");
    assert_eq!(post(&c.dz, "/scans", scan(db, "look", "SN1", 0), 403).await["code"], "not_your_depot");
});

on_both!(what_was_packed_by_mistake_is_taken_out_of_the_box_until_it_has_left, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN").await;
    let body = json!({ "from": "JN", "to": "DZ", "lines": [{ "part_no": BOARD, "quantity": 1 }] });
    let number = post(&c.jn, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    post(&c.jn, &format!("/transfers/{number}/approve"), json!({}), 200).await;
    let wrong = sent(&c, scan(db, "ship", "SN1", 0)).await;
    assert_eq!((&wrong["verdict"], &wrong["document"]), (&json!("accepted"), &json!(number)));
    let undo = |scan: &Value| format!("/scans/{}/undo", scan["id"]);
    let undone = post(&c.jn, &undo(&wrong), json!({ "reason": "拿错了" }), 200).await;
    assert_eq!(undone["undone"], true);
    let right = sent(&c, scan(db, "ship", "SN2", 0)).await;
    post(&c.jn, &format!("/transfers/{number}/dispatch"), json!({ "serials": ["SN2"] }), 200).await;
    let late = post(&c.jn, &undo(&right), json!({ "reason": "拿错了" }), 409).await;
    assert_eq!(late["code"], "belongs_to_document", "it is on the road");
    assert_eq!(stands(&c.manager, "SN1").await, "JN good us");
});

on_both!(what_an_rma_announced_may_be_short_but_is_no_label, async |db: &Database| {
    let c = company(db).await;
    for serial in ["Z7", "A1-09", "A1-02"] {
        let lines = json!([{ "part_no": BOARD, "serial": serial, "fault": "x" }]);
        let made = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
        let authorise = format!("/rmas/{}/lines/1/actions/authorise", made["number"].as_str().unwrap());
        post(&c.manager, &authorise, json!({}), 200).await;
    }
    let count = post(&c.jn, "/counts", json!({ "depot": "JN", "bins": ["A1-01"] }), 201).await;
    let scans = format!("/counts/{}/scans", count["number"].as_str().unwrap());
    let seen = |serial: &str| json!({ "bin": "A1-01", "serials": [serial] });
    // Neither the shortest nor what is written like a bin is unknown to the RMA that waits for it, in whatever width.
    for serial in ["Ｚ７", "a1-09"] {
        assert_eq!(
            post(&c.jn, &scans, seen(serial), 200).await["items"][0]["verdict"],
            "unknown",
            "{serial}"
        );
    }
    assert_eq!(post(&c.jn, &scans, seen("Z8"), 409).await["code"], "not_a_serial");
    assert_eq!(post(&c.jn, &scans, seen("A1-08"), 409).await["code"], "no_such_bin");
    assert_eq!(post(&c.jn, &scans, seen("A1-02"), 409).await["code"], "not_in_count", "the label of a bin");

    let verdict = async |mode: &str, code: &str| {
        let answer = sent(&c, scan(db, mode, code, 0)).await;
        format!("{} {}", answer["verdict"].as_str().unwrap(), answer["code"].as_str().unwrap())
    };
    for mode in ["receive", "take_in"] {
        assert_eq!(verdict(mode, "A1-02").await, "refused not_a_unit", "{mode}: the label of a bin");
        assert_eq!(verdict(mode, "Z8").await, "refused not_a_serial", "{mode}");
    }
    assert_eq!(verdict("receive", "Ｚ７").await, "review match_rma");
    assert_eq!(verdict("ship", "Ｚ７").await, "refused nothing_asks");
    assert_eq!(verdict("take_in", "Ｚ７").await, "accepted ");
    assert_eq!(verdict("take_in", "A1-09").await, "accepted ");
});
