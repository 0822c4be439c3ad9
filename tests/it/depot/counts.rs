//! Counting: differences only for what is ours in the depot, booked by a second person.

use super::{BOARD, EQUIVALENT, SCREW, answered, buy, buy_screws, company, get, picked, post, stands};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::json;

on_both!(a_count_books_what_is_ours_and_sends_the_rest_to_the_right_act, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["HERE", "MOVED", "GONE", "SOLD"], "JN/A1-01").await;
    buy(&c, BOARD, &["ROAD", "FAR"], "DZ").await;
    buy_screws(&c, 20, "JN/A1-01").await;
    buy_screws(&c, 7, "JN/A1-02").await;
    let lines = json!([{ "part_no": BOARD, "serial": "WAITS", "fault": "x" }]);
    post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    let body = json!({ "from": "DZ", "to": "JN", "lines": [{ "serial": "ROAD" }] });
    let transfer = post(&c.dz, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    post(&c.dz, &format!("/transfers/{transfer}/approve"), json!({}), 200).await;
    post(&c.dz, &format!("/transfers/{transfer}/dispatch"), json!({ "serials": ["ROAD"] }), 200).await;

    db.clock().advance(TimeDelta::hours(1));
    assert_eq!(post(&c.dz, "/counts", json!({ "depot": "JN" }), 403).await["code"], "not_your_depot");
    let bins = json!({ "depot": "JN", "bins": ["a1-01", "A1-02"] });
    let count = post(&c.jn, "/counts", bins, 201).await;
    assert_eq!(count["places"], json!(["JN/A1-01", "JN/A1-02"]));
    let number = count["number"].as_str().unwrap().to_owned();
    let at = |step: &str| format!("/counts/{number}/{step}");

    db.clock().advance(TimeDelta::minutes(10));
    let seen = json!({ "bin": "A1-01", "serials": ["here", "ROAD", "FAR", "NOBODY"],
        "items": [{ "part_no": SCREW, "quantity": 18 }] });
    let noted = post(&c.jn, &at("scans"), seen, 200).await;
    assert_eq!(
        picked(&noted["items"], &["code", "verdict", "booked", "counted"]),
        [
            json!(["HERE", "here", 1, 1]),
            json!(["ROAD", "elsewhere", 0, 1]),
            json!(["FAR", "elsewhere", 0, 1]),
            json!(["NOBODY", "unknown", 0, 1]),
            json!(["Q-1", "quantity", 20, 18])
        ]
    );
    // Three screws leave after they were counted: the count has nothing to do with these.
    let issue =
        json!({ "kind": "issue", "part_no": SCREW, "quantity": 3, "from": "JN/A1-01", "to": "customer:C1" });
    post(&c.jn, "/movements", issue, 201).await;
    // And a board is sold while they count.
    let sold = json!({ "kind": "issue", "serial": "SOLD", "from": "JN/A1-01", "to": "customer:C1" });
    post(&c.jn, "/movements", sold, 201).await;
    post(&c.jn, &at("scans"), json!({ "bin": "A1-02", "serials": ["MOVED"] }), 200).await;
    let outside = post(&c.jn, &at("scans"), json!({ "serials": ["HERE"] }), 409).await;
    assert_eq!(outside["code"], "not_in_count");

    let variance = get(&c.jn, &at("variance")).await;
    assert_eq!(
        picked(&variance["differences"], &["kind", "serial", "place", "difference"]),
        [
            json!(["missing", "GONE", "JN/A1-01", -1]),
            json!(["quantity", null, "JN/A1-01", -2]),
            json!(["other_bin", "MOVED", "JN/A1-02", 1])
        ]
    );
    assert_eq!(
        picked(&variance["uncounted"], &["place", "part_no", "quantity"]),
        [json!(["JN/A1-02", "Q-1", 7])]
    );
    assert_eq!(
        picked(&variance["exceptions"], &["code"]),
        [json!(["ROAD"]), json!(["FAR"]), json!(["NOBODY"])]
    );
    let open = get(&c.jn, &format!("/exceptions?document={number}")).await;
    assert_eq!(
        picked(&open["items"], &["code", "act", "book_place"]),
        [
            json!(["NOBODY", "take_in", ""]),
            json!(["FAR", "reverse", "DZ"]),
            json!(["ROAD", "receive_transfer", format!("transit:{transfer}")])
        ]
    );
    assert_eq!(open["items"][1]["detail"], "li in JN holds FAR; the books say DZ since 2 Mar 2026, 09:00.");

    assert_eq!(post(&c.jn, &at("approve"), json!({}), 403).await["code"], "forbidden");
    post(&c.manager, &at("scans"), json!({ "bin": "A1-01", "serials": ["HERE"] }), 200).await;
    let own = post(&c.manager, &at("approve"), json!({}), 409).await;
    assert_eq!(own["code"], "second_person_needed", "whoever counted does not approve");
    let other = c.server.user("qian", beiku::domain::actor::Role::Manager, &[], &[]).await;
    let approved = post(&other, &at("approve"), json!({}), 200).await;
    assert_eq!((&approved["state"], &approved["decided_by"]), (&json!("approved"), &json!("qian")));
    assert_eq!(
        picked(&approved["movements"], &["kind", "serial", "quantity", "from", "to"]),
        [
            json!(["adjust", "GONE", 1, "JN/A1-01", "lost"]),
            json!(["adjust", null, 2, "JN/A1-01", "lost"]),
            json!(["move", "MOVED", 1, "JN/A1-01", "JN/A1-02"])
        ]
    );
    assert_eq!(stands(&c.manager, "SOLD").await, "customer:C1 good us");
    let stock = get(&c.manager, "/stock?depot=JN&part_no=Q-1").await;
    assert_eq!(stock["items"][0]["quantity"], 22, "20 - 3 sold - 2 missing, and 7");
    assert_eq!(post(&other, &at("approve"), json!({}), 409).await["code"], "action_not_allowed");

    let id = open["items"][1]["id"].as_i64().unwrap();
    let settled = json!({ "reason": "已红冲" });
    assert_eq!(
        post(&c.dz, &format!("/exceptions/{id}/settle"), settled.clone(), 403).await["code"],
        "not_your_depot"
    );
    assert_eq!(
        post(&c.jn, &format!("/exceptions/{id}/settle"), settled.clone(), 200).await["state"],
        "settled"
    );
    assert_eq!(
        post(&c.jn, &format!("/exceptions/{id}/settle"), settled, 409).await["code"],
        "action_not_allowed"
    );
});

on_both!(a_thing_seen_twice_in_a_count_is_one_exception, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["FAR"], "DZ").await;
    db.clock().advance(TimeDelta::hours(1));
    let number =
        post(&c.jn, "/counts", json!({ "depot": "JN" }), 201).await["number"].as_str().unwrap().to_owned();
    let at = |step: &str| format!("/counts/{number}/{step}");
    let open = async || {
        let rows = get(&c.jn, &format!("/exceptions?document={number}&state=open")).await;
        picked(&rows["items"], &["code", "act"])
    };
    let seen = json!({ "serials": ["FAR", "NOBODY"] });
    post(&c.jn, &at("scans"), seen.clone(), 200).await;
    db.clock().advance(TimeDelta::minutes(5));
    post(&c.jn, &at("scans"), seen.clone(), 200).await;
    post(&c.jn, &at("scans"), json!({ "items": [{ "part_no": BOARD, "serial": "NOBODY" }] }), 200).await;
    let both = [json!(["NOBODY", "take_in"]), json!(["FAR", "reverse"])];
    assert_eq!(open().await, both);
    let variance = get(&c.jn, &at("variance")).await;
    let shown = picked(&variance["exceptions"], &["code"]);
    assert_eq!(shown, [json!(["FAR"]), json!(["NOBODY"])]);
    // The same serial of another part is another thing.
    let other = json!({ "items": [{ "part_no": EQUIVALENT, "serial": "NOBODY" }] });
    post(&c.jn, &at("scans"), other, 200).await;
    assert_eq!(open().await.len(), 3);
    // What was settled and stands out still is one more.
    let rows = get(&c.jn, &format!("/exceptions?document={number}&state=open")).await;
    for row in rows["items"].as_array().unwrap() {
        let settle = format!("/exceptions/{}/settle", row["id"]);
        post(&c.jn, &settle, json!({ "reason": "看过了" }), 200).await;
    }
    assert_eq!(open().await.len(), 0);
    post(&c.jn, &at("scans"), json!({ "serials": ["FAR"] }), 200).await;
    assert_eq!(open().await, [json!(["FAR", "reverse"])]);
});

on_both!(too_much_is_booked_too_and_a_count_called_off_books_nothing, async |db: &Database| {
    let c = company(db).await;
    buy_screws(&c, 5, "JN").await;
    buy(&c, EQUIVALENT, &["E1"], "JN").await;
    let number =
        post(&c.jn, "/counts", json!({ "depot": "JN" }), 201).await["number"].as_str().unwrap().to_owned();
    let lot = |quantity: i64| json!({ "items": [{ "part_no": SCREW, "quantity": quantity }] });
    post(&c.jn, &format!("/counts/{number}/scans"), lot(4), 200).await;
    post(&c.jn, &format!("/counts/{number}/scans"), lot(6), 200).await;
    let none = json!({ "items": [{ "part_no": SCREW }] });
    assert_eq!(
        post(&c.jn, &format!("/counts/{number}/scans"), none, 422).await["errors"][0]["code"],
        "required"
    );
    let approved = post(&c.manager, &format!("/counts/{number}/approve"), json!({}), 200).await;
    assert_eq!(
        picked(&approved["movements"], &["kind", "quantity", "from", "to"]),
        [json!(["adjust", 1, "lost", "JN"])],
        "counted again, the second number counts; E1 came in at the very moment the count began"
    );
    let other =
        post(&c.jn, "/counts", json!({ "depot": "JN" }), 201).await["number"].as_str().unwrap().to_owned();
    assert_eq!(post(&c.jn, &format!("/counts/{other}/cancel"), json!({}), 200).await["movements"], json!([]));
    assert_eq!(
        picked(&get(&c.jn, "/counts?depot=jn").await["items"], &["number", "state"]),
        [json!([other, "cancelled"]), json!([number, "approved"])]
    );
    assert_eq!(answered(c.jn.get("/counts/PD-2026-999999").await, 404)["code"], "not_found");
});

on_both!(a_customers_unit_in_another_bin_is_no_difference_of_ours, async |db: &Database| {
    let c = company(db).await;
    let line = json!({ "part_no": BOARD, "serial": "THEIRS", "fault": "x" });
    let rma = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": [line] }), 201).await;
    let rma = rma["number"].as_str().unwrap().to_owned();
    let received = json!({ "depot": "JN", "serial": "THEIRS" });
    post(&c.jn, &format!("/rmas/{rma}/lines/1/actions/receive_faulty"), received, 200).await;
    let before = stands(&c.manager, "THEIRS").await;
    let count = post(&c.jn, "/counts", json!({ "depot": "JN", "bins": ["A1-02"] }), 201).await;
    let number = count["number"].as_str().unwrap().to_owned();
    let at = |step: &str| format!("/counts/{number}/{step}");
    db.clock().advance(TimeDelta::minutes(10));
    let noted = post(&c.jn, &at("scans"), json!({ "bin": "A1-02", "serials": ["THEIRS"] }), 200).await;
    assert_eq!(picked(&noted["items"], &["code", "verdict"]), [json!(["THEIRS", "elsewhere"])]);
    let variance = get(&c.jn, &at("variance")).await;
    assert_eq!(variance["differences"], json!([]), "{variance}");
    let open = get(&c.jn, &format!("/exceptions?document={number}")).await;
    assert_eq!(picked(&open["items"], &["code"]), [json!(["THEIRS"])], "a person has to look");
    post(&c.manager, &at("approve"), json!({}), 200).await;
    assert_eq!(stands(&c.manager, "THEIRS").await, before, "nothing of theirs was moved");
});

on_both!(whoever_counted_first_does_not_approve_what_another_counted_again, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["HERE"], "JN").await;
    buy_screws(&c, 5, "JN").await;
    db.clock().advance(TimeDelta::hours(1));
    let number =
        post(&c.jn, "/counts", json!({ "depot": "JN" }), 201).await["number"].as_str().unwrap().to_owned();
    let at = |step: &str| format!("/counts/{number}/{step}");
    let seen = json!({ "serials": ["HERE", "NOBODY"], "items": [{ "part_no": SCREW, "quantity": 4 }] });
    post(&c.manager, &at("scans"), seen.clone(), 200).await;
    db.clock().advance(TimeDelta::minutes(5));
    post(&c.jn, &at("scans"), seen, 200).await;
    let own = post(&c.manager, &at("approve"), json!({}), 409).await;
    assert_eq!(own["code"], "second_person_needed");
    let shown = get(&c.manager, &format!("/counts/{number}")).await;
    assert_eq!(
        picked(&shown["scans"], &["code"]),
        [json!(["HERE"]), json!(["NOBODY"]), json!(["Q-1"])],
        "each thing once, as it was seen last"
    );
    let other = c.server.user("qian", beiku::domain::actor::Role::Manager, &[], &[]).await;
    let approved = post(&other, &at("approve"), json!({}), 200).await;
    assert_eq!(picked(&approved["movements"], &["kind", "quantity"]), [json!(["adjust", 1])]);
});

on_both!(a_customers_unit_nobody_saw_is_an_exception_and_no_difference, async |db: &Database| {
    let c = company(db).await;
    let lines = json!([{ "part_no": BOARD, "serial": "THEIRS", "fault": "x" }]);
    let rma = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    let number = rma["number"].as_str().unwrap();
    let came = json!({ "depot": "JN", "bin": "A1-01", "serial": "THEIRS" });
    post(&c.jn, &format!("/rmas/{number}/lines/1/actions/receive_faulty"), came, 200).await;
    db.clock().advance(TimeDelta::hours(1));
    // Missed twice, it is one matter for a person.
    for _ in 0..2 {
        let count = post(&c.jn, "/counts", json!({ "depot": "JN", "bins": ["A1-01"] }), 201).await;
        let at = |step: &str| format!("/counts/{}/{step}", count["number"].as_str().unwrap());
        let variance = get(&c.jn, &at("variance")).await;
        assert_eq!(variance["differences"], json!([]));
        assert_eq!(
            picked(&variance["not_seen"], &["serial", "place", "owner"]),
            [json!(["THEIRS", "JN/A1-01", "customer:C1"])]
        );
        post(&c.manager, &at("approve"), json!({}), 200).await;
        let open = get(&c.jn, "/exceptions?state=open").await;
        assert_eq!(
            picked(&open["items"], &["source", "code", "reason"]),
            [json!(["count", "THEIRS", "unit_not_seen"])]
        );
        assert!(open["items"][0]["detail"].as_str().unwrap().contains("was not seen"), "{open}");
    }
    assert_eq!(stands(&c.manager, "THEIRS").await, "JN/A1-01 faulty customer:C1");
});
