//! Boxes nobody announced, several units for several RMAs in one, and serials two makers use.

use super::scene::scene;
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both!(a_box_with_units_of_several_rmas_is_sorted_and_no_clock_moves, async |db: &Database| {
    let s = scene(db).await;
    let (first, second) = (s.request("B1", "repair_return").await, s.request("B2", "repair_return").await);
    s.act(&s.manager, &second, "authorise", json!({})).await;
    db.clock().advance(TimeDelta::hours(2));
    let items = json!([{ "serial": "B1" }, { "serial": "ｂ2" }, { "serial": "B3", "part_no": "BOARD-1" },
        { "serial": "B4", "part_no": "BOARD-1" }, { "label": "TMP-1" }]);
    let body = json!({ "depot": "JN", "items": items, "carrier": "顺丰", "tracking_no": "SF9" });
    let taken = s.post(&s.clerk, "/intakes", body, 201).await;
    let what = |field: &str| -> Vec<Value> {
        taken["items"].as_array().unwrap().iter().map(|item| item[field].clone()).collect()
    };
    assert_eq!(what("state"), ["matched", "matched", "unmatched", "unmatched", "unmatched"]);
    assert_eq!(what("rma")[..2], [json!(first), json!(second)], "also before it was authorised");
    let box_no = taken["items"][0]["box"].as_str().unwrap();
    // Three days later somebody says what the others are: one is a request, one was sent to us by mistake, one is an empty box.
    db.clock().advance(TimeDelta::days(3));
    let path = |at: usize| format!("/intakes/{}/match", taken["items"][at]["id"]);
    let new = json!({ "new_rma": { "customer": "C1", "fault": "不亮", "slot": "3/1" } });
    let third = s.post(&s.clerk, &path(2), new, 200).await["rma"].as_str().unwrap().to_owned();
    let back = json!({ "return": { "customer": "C1", "reason": "寄错，SF10 退回" } });
    assert_eq!(s.post(&s.clerk, &path(3), back, 200).await["state"], "returned");
    let empty = json!({ "settled": { "reason": "空盒" } });
    assert_eq!(s.post(&s.clerk, &path(4), empty, 200).await["state"], "settled");
    let due = async |number: &str| {
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        let line = &rma["lines"][0];
        assert_eq!(
            line["received_at"], taken["items"][0]["taken_in_at"],
            "receipt is the moment the box was taken in"
        );
        line["promises"][0]["due_on"].clone()
    };
    assert_eq!(due(&first).await, due(&third).await);
    assert_eq!(due(&first).await, due(&second).await);
    let books =
        [s.books(&first).await, s.books(&second).await, s.books(&third).await, s.ledger(box_no).await];
    insta::assert_snapshot!("one_box_several_rmas", books.join("\n"));
});

on_both!(what_we_lent_comes_back_by_box_or_scan_as_if_the_line_had_asked, async |db: &Database| {
    let s = scene(db).await;
    let dead = s.request("B1", "loaner").await;
    s.hand_over_spare(&dead).await;
    s.act(&s.customer, &dead, "report_doa", json!({ "serial": "SPARE1", "reason": "不上电" })).await;
    s.issue_spare(&dead).await;
    s.receive(&dead, "B1").await;
    s.send_home(&dead).await;
    assert_eq!(s.refused(&s.clerk, &dead, "close", json!({})).await.1, "loaner_still_out");
    // The loaner came the day before yesterday, and is entered today; the line went on meanwhile.
    db.clock().advance(TimeDelta::hours(1));
    let came = db.clock().now();
    db.clock().advance(TimeDelta::days(2));
    s.act(&s.manager, &dead, "attribute_cause", json!({ "cause": "ours", "evidence": "x" })).await;
    let body = json!({ "depot": "DZ", "serial": "spare2", "taken_in_at": came });
    let taken = s.post(&s.clerk, "/intakes", body, 201).await;
    assert_eq!((&taken["state"], &taken["rma"]), (&json!("matched"), &json!(dead)), "{taken}");
    assert_eq!(s.refused(&s.clerk, &dead, "close", json!({})).await.1, "faulty_part_owed");
    // The dead one is scanned at the door.
    let scan = json!({ "mode": "take_in", "depot": "JN", "batch": "1", "code": "SPARE1", "client_time": db.clock().now(), "device": "pda" });
    let scanned = s.post(&s.clerk, "/scans", scan, 200).await;
    assert_eq!((&scanned["verdict"], &scanned["document"]), (&json!("accepted"), &json!(dead)), "{scanned}");
    let stands = async |serial: &str| {
        let unit = s.get(&s.manager, &format!("/units/{serial}")).await;
        ["place", "condition", "owner"].map(|field| unit[field].as_str().unwrap().to_owned())
    };
    assert_eq!(stands("SPARE2").await, ["DZ", "quarantined", "us"]);
    assert_eq!(stands("SPARE1").await, ["JN", "faulty", "us"]);
    let rma = s.get(&s.manager, &format!("/rmas/{dead}")).await;
    let promises = rma["lines"][0]["promises"].as_array().unwrap();
    assert!(promises.iter().all(|promise| !promise["ended_at"].is_null()), "nobody is reminded: {rma}");
    s.act(&s.clerk, &dead, "close", json!({})).await;
    insta::assert_snapshot!("lent_and_back_in_a_box", s.books(&dead).await);
});

on_both!(the_same_serial_from_two_makers_is_two_units, async |db: &Database| {
    let s = scene(db).await;
    let other = json!({ "part_no": "OTHER-1", "name": "电源板", "maker": "天工" });
    s.post(&s.admin, "/parts", other, 201).await;
    let line = |part_no: &str| json!({ "part_no": part_no, "serial": "TWIN", "fault": "不亮" });
    let both = json!({ "customer": "C1", "lines": [line("BOARD-1"), line("OTHER-1")] });
    let number = s.ask(&s.manager, both, 201).await["number"].as_str().unwrap().to_owned();
    // Another part of the same maker under the same serial is the same unit: it has its open RMA.
    let same = s.ask(&s.manager, json!({ "customer": "C1", "lines": [line("BOARD-2")] }), 409).await;
    assert_eq!((&same["code"], &same["blocker"]["number"]), (&json!("rma_already_open"), &json!(number)));
    let bare = s.post(&s.clerk, "/intakes", json!({ "depot": "JN", "serial": "TWIN" }), 409).await;
    assert_eq!(
        (&bare["code"], &bare["blocker"]["choices"]),
        (&json!("serial_ambiguous"), &json!("BOARD-1, OTHER-1"))
    );
    for (part_no, line) in [("OTHER-1", 2), ("BOARD-1", 1)] {
        let body = json!({ "depot": "JN", "serial": "twin", "part_no": part_no });
        let taken = s.post(&s.clerk, "/intakes", body, 201).await;
        assert_eq!((&taken["rma"], &taken["line"]), (&json!(number), &json!(line)));
    }
    let (status, refused) = s.clerk.get("/units/TWIN").await;
    assert_eq!((status.as_u16(), &refused["code"]), (409, &json!("serial_ambiguous")));
    assert_eq!(s.get(&s.clerk, "/units/TWIN?part_no=OTHER-1").await["maker"], "天工");
    s.act_on(&s.manager, &number, 2, "diagnose", json!({ "outcome": "nff" })).await;
    let parcel = json!({ "carrier": "顺丰", "tracking_no": "SF9" });
    s.act_on(&s.clerk, &number, 2, "dispatch_return", parcel).await;
    s.act_on(&s.clerk, &number, 2, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    s.send_home(&number).await;
    insta::assert_snapshot!("twins", s.books(&number).await);
});

on_both!(the_slot_that_breaks_one_board_after_the_other_is_named, async |db: &Database| {
    let s = scene(db).await;
    let other = json!({ "part_no": "OTHER-1", "name": "电源板", "maker": "天工" });
    s.post(&s.admin, "/parts", other, 201).await;
    s.post(&s.admin, "/customers", json!({ "code": "C2", "name": "德州水务", "plan": "gold" }), 201).await;
    let mut flagged = vec![];
    for (customer, site, part_no, serial, slot) in [
        ("C1", "东站", "BOARD-1", "S1", "3/1"),
        // The same slot, typed otherwise; another part, too.
        ("C1", "东站", "BOARD-1", "S2", "３／１"),
        ("C1", "东站", "OTHER-1", "S3", "3/1"),
        // Another slot is another matter, and so are another site and another customer.
        ("C1", "东站", "BOARD-1", "S4", "5/1"),
        ("C1", "西站", "BOARD-1", "S5", "3/1"),
        ("C2", "东站", "BOARD-1", "S6", "3/1"),
        // Where it was not said, the part at the site tells.
        ("C1", "东站", "BOARD-1", "S7", ""),
    ] {
        db.clock().advance(TimeDelta::days(1));
        let line = json!({ "part_no": part_no, "serial": serial, "fault": "不亮", "slot": slot });
        let body = json!({ "customer": customer, "site": site, "lines": [line] });
        let made = s.ask(&s.manager, body, 201).await;
        let number = made["number"].as_str().unwrap();
        let received = s.receive(number, serial).await;
        let folded = if slot.is_empty() {
            Value::Null
        } else {
            json!(slot.replace('３', "3").replace('／', "/").replace('１', "1"))
        };
        assert_eq!(received["slot"], folded);
        let unit = s.get(&s.manager, &format!("/units/{serial}?part_no={part_no}")).await;
        if unit["flags"].as_array().unwrap().contains(&json!("site_failed_before")) {
            flagged.push(serial);
        }
    }
    assert_eq!(flagged, ["S2", "S3", "S7"]);
});

on_both!(a_box_is_not_the_part_of_one_line_while_its_board_is_on_another, async |db: &Database| {
    let s = scene(db).await;
    let other = s.request("B1", "repair_return").await;
    let body = json!({ "depot": "JN", "serial": "B3", "part_no": "BOARD-1" });
    let taken = s.post(&s.clerk, "/intakes", body, 201).await;
    assert_eq!(taken["state"], "unmatched", "{taken}");
    let own = s.request("B3", "repair_return").await;
    let path = format!("/intakes/{}/match", taken["id"]);
    let refused = s.post(&s.clerk, &path, json!({ "rma": other, "line": 1 }), 409).await;
    assert_eq!((&refused["code"], &refused["blocker"]["number"]), (&json!("rma_already_open"), &json!(own)));
    s.post(&s.clerk, &path, json!({ "rma": own, "line": 1 }), 200).await;
    let state = s.get(&s.manager, &format!("/rmas/{other}")).await["state"].clone();
    assert_eq!(state, "requested", "the other still waits for its own");
    s.prove().await;
});

on_both!(a_part_that_lay_here_before_it_was_owed_was_in_time, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    let body = json!({ "depot": "JN", "label": "TMP-9", "part_no": "BOARD-1" });
    let taken = s.post(&s.clerk, "/intakes", body, 201).await;
    // Nobody knows whose it is: the customer gets the spare, and the part is owed from then on.
    db.clock().advance(TimeDelta::days(2));
    s.hand_over_spare(&number).await;
    db.clock().advance(TimeDelta::days(1));
    s.post(&s.second, &format!("/intakes/{}/match", taken["id"]), json!({ "rma": number, "line": 1 }), 200)
        .await;
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let line = &rma["lines"][0];
    assert_eq!(line["received_at"], taken["taken_in_at"]);
    let owed =
        line["promises"].as_array().unwrap().iter().find(|one| one["kind"] == "faulty_return").unwrap();
    assert_eq!((&owed["state"], &owed["ended_at"]), (&json!("kept"), &owed["started_at"]), "{owed}");
    s.prove().await;
});
