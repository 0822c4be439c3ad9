//! Boxes nobody announced: receipt is the moment the box was taken in.

use super::{BOARD, Company, REUSED, REUSED_TOO, buy, company, get, picked, post, stands};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A customer with a plan, so that receipt starts a promise.
async fn served(db: &Database) -> Company {
    let c = company(db).await;
    c.server.sql("UPDATE customer SET plan_id = (SELECT id FROM plan WHERE code = 'standard')").await;
    c
}

async fn asked(c: &Company, part_no: &str, serial: &str) -> String {
    let lines = json!([{ "part_no": part_no, "serial": serial, "fault": "端口不通" }]);
    let rma = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    rma["number"].as_str().unwrap().to_owned()
}

async fn line_of(c: &Company, number: &str) -> Value {
    get(&c.manager, &format!("/rmas/{number}")).await["lines"][0].clone()
}

on_both!(a_part_that_an_rma_waits_for_is_received_at_once, async |db: &Database| {
    let c = served(db).await;
    let number = asked(&c, BOARD, "B7").await;
    db.clock().advance(TimeDelta::hours(3));
    let body = json!({ "depot": "JN", "serial": "ｂ７", "carrier": "顺丰速运", "tracking_no": "SF7" });
    assert_eq!(post(&c.dz, "/intakes", body.clone(), 403).await["code"], "not_your_depot");
    let taken = post(&c.jn, "/intakes", body, 201).await;
    assert_eq!(
        (&taken["state"], &taken["rma"], &taken["line"]),
        (&json!("matched"), &json!(number), &json!(1))
    );
    assert_eq!(stands(&c.manager, "B7").await, "JN/bench faulty customer:C1");
    let line = line_of(&c, &number).await;
    assert_eq!((&line["state"], &line["received_at"]), (&json!("received"), &taken["taken_in_at"]));
});

on_both!(matching_later_never_moves_the_clock, async |db: &Database| {
    let c = served(db).await;
    let body = json!({ "depot": "JN", "serial": "B8", "part_no": BOARD, "bin": "A1-01" });
    let taken = post(&c.jn, "/intakes", body, 201).await;
    assert_eq!((&taken["state"], &taken["exception"]), (&json!("unmatched"), &json!("no_rma")));
    assert_eq!(stands(&c.manager, "B8").await, "JN/A1-01 quarantined unknown");
    db.clock().advance(TimeDelta::days(2));
    // The clerk puts it into another bin meanwhile; the customer asks, and is told yes.
    let moved = json!({ "kind": "move", "serial": "B8", "from": "JN/A1-01", "to": "JN/A1-02" });
    post(&c.jn, "/movements", moved, 201).await;
    let number = asked(&c, BOARD, "B8").await;
    post(&c.manager, &format!("/rmas/{number}/lines/1/actions/authorise"), json!({}), 200).await;
    db.clock().advance(TimeDelta::days(5));
    let id = taken["id"].as_i64().unwrap();
    let waiting = get(&c.jn, "/intakes?state=unmatched&depot=jn").await;
    assert_eq!(picked(&waiting["items"], &["id"]), [json!([id])]);
    let matched = post(&c.jn, &format!("/intakes/{id}/match"), json!({ "rma": number }), 200).await;
    assert_eq!((&matched["state"], &matched["rma"]), (&json!("matched"), &json!(number)));
    let line = line_of(&c, &number).await;
    assert_eq!((&line["state"], &line["received_at"]), (&json!("received"), &taken["taken_in_at"]));
    assert_eq!(stands(&c.manager, "B8").await, "JN/bench faulty customer:C1");
    let promises = get(&c.manager, "/promises?kind=repair_return").await;
    assert_eq!(promises["items"][0]["started_at"], taken["taken_in_at"]);
    let again = post(&c.jn, &format!("/intakes/{id}/match"), json!({ "rma": number }), 409).await;
    assert_eq!(again["code"], "action_not_allowed");
    let both = json!({ "rma": number, "return": { "reason": "x" } });
    assert_eq!(
        post(&c.jn, &format!("/intakes/{id}/match"), both, 422).await["errors"][0]["code"],
        "exactly_one"
    );
});

on_both!(a_box_of_several_ends_in_new_rmas_and_on_its_way_home, async |db: &Database| {
    let c = served(db).await;
    let first = asked(&c, BOARD, "B1").await;
    let items = json!([{ "serial": "B1" }, { "serial": "B2", "part_no": BOARD }, { "serial": "B3", "part_no": BOARD },
        { "serial": "NOPART" }]);
    let taken =
        post(&c.jn, "/intakes", json!({ "depot": "JN", "items": items, "tracking_no": "SF9" }), 201).await;
    assert_eq!(
        picked(&taken["items"], &["serial", "state", "rma", "place"]),
        [
            json!(["B1", "matched", first, "JN/bench"]),
            json!(["B2", "unmatched", null, "JN"]),
            json!(["B3", "unmatched", null, "JN"]),
            json!(["NOPART", "unmatched", null, null])
        ]
    );
    let id = |at: usize| taken["items"][at]["id"].as_i64().unwrap();
    db.clock().advance(TimeDelta::days(4));
    let new = json!({ "new_rma": { "customer": "C2", "fault": "无法启动" } });
    let made = post(&c.jn, &format!("/intakes/{}/match", id(1)), new, 200).await;
    let number = made["rma"].as_str().unwrap();
    assert_eq!(line_of(&c, number).await["received_at"], taken["items"][1]["taken_in_at"]);
    assert_eq!(stands(&c.manager, "B2").await, "JN/bench faulty customer:C2");
    let back = json!({ "return": { "customer": "c2", "reason": "寄错，SF10 退回" } });
    assert_eq!(post(&c.jn, &format!("/intakes/{}/match", id(2)), back, 200).await["state"], "returned");
    assert_eq!(stands(&c.manager, "B3").await, "customer:C2 quarantined customer:C2");
    let unknown_part = json!({ "new_rma": { "customer": "C2", "fault": "x" } });
    let refused = post(&c.jn, &format!("/intakes/{}/match", id(3)), unknown_part, 422).await;
    assert_eq!(refused["errors"][0]["field"], "new_rma.part_no");
    let settled = json!({ "settled": { "reason": "空盒" } });
    assert_eq!(post(&c.jn, &format!("/intakes/{}/match", id(3)), settled, 200).await["state"], "settled");
});

on_both!(a_serial_of_two_makers_is_refused_with_the_choices, async |db: &Database| {
    let c = served(db).await;
    buy(&c, REUSED, &["TWIN"], "JN").await;
    let number = asked(&c, REUSED_TOO, "TWIN").await;
    let refused = post(&c.jn, "/intakes", json!({ "depot": "JN", "serial": "TWIN" }), 409).await;
    assert_eq!(
        (&refused["code"], &refused["blocker"]["choices"]),
        (&json!("serial_ambiguous"), &json!("P-300, P-301"))
    );
    let body = json!({ "depot": "JN", "serial": "TWIN", "part_no": "ｐ-301" });
    assert_eq!(post(&c.jn, "/intakes", body, 201).await["rma"], json!(number));
    // The other one is ours and on the shelf: it cannot have come in a box.
    let body = json!({ "depot": "JN", "serial": "TWIN", "part_no": REUSED });
    let other = post(&c.jn, "/intakes", body, 201).await;
    assert_eq!((&other["exception"], &other["book_place"]), (&json!("elsewhere"), &json!("JN")));
    let id = other["id"].as_i64().unwrap();
    let refused = post(&c.jn, &format!("/intakes/{id}/match"), json!({ "rma": number }), 409).await;
    assert_eq!(refused["code"], "serial_elsewhere");
    assert_eq!(stands(&c.manager, "TWIN?part_no=P-300").await, "JN good us", "nothing was booked");
});

on_both!(a_label_nobody_can_read_is_matched_by_a_second_person, async |db: &Database| {
    let c = served(db).await;
    let second = c.server.user("wang", Role::Clerk, &["JN"], &[]).await;
    let number = asked(&c, BOARD, "WORN-1").await;
    let body = json!({ "depot": "JN", "label": "tmp-1", "note": "标签磨损" });
    let taken = post(&c.jn, "/intakes", body.clone(), 201).await;
    assert_eq!(taken["exception"], "unreadable");
    assert_eq!(post(&c.jn, "/intakes", body, 409).await["code"], "already_exists");
    let path = format!("/intakes/{}/match", taken["id"]);
    let refused = post(&c.jn, &path, json!({ "rma": number }), 409).await;
    assert_eq!(refused["code"], "second_person_needed");
    post(&second, &path, json!({ "rma": number }), 200).await;
    let unit = get(&c.manager, "/units/TMP-1").await;
    assert_eq!(
        (&unit["serial"], &unit["place"], &unit["aliases"]),
        (&json!("WORN-1"), &json!("JN/bench"), &json!(["TMP-1"]))
    );
});

on_both!(a_box_is_taken_in_whoever_stands_before_it_and_whosever_unit_is_in_it, async |db: &Database| {
    let c = company(db).await;
    let ask = async |customer: &str, serial: &str| {
        let line = json!({ "part_no": BOARD, "serial": serial, "fault": "x" });
        let made =
            post(&c.manager, "/rmas", json!({ "customer": customer, "depot": "JN", "lines": [line] }), 201);
        made.await["number"].as_str().unwrap().to_owned()
    };
    // The RMA names Jinan; the box comes to a clerk of Dezhou who reads nothing but Dezhou.
    let first = ask("C1", "BAD-1").await;
    c.server.sql("UPDATE app_user SET reads_own_only = TRUE WHERE username = 'sun'").await;
    let taken = post(&c.dz, "/intakes", json!({ "depot": "DZ", "serial": "BAD-1" }), 201).await;
    assert_eq!((&taken["state"], &taken["rma"]), (&json!("matched"), &json!(first)), "{taken}");
    // A unit the books have at C1's, asked for by C2: the box is taken in, and people settle whose it is.
    let line = format!("/rmas/{first}/lines/1/actions");
    let home = json!({ "reason": "x", "carrier": "顺丰" });
    post(&c.manager, &format!("{line}/return_unrepaired"), home, 200).await;
    post(&c.manager, &format!("{line}/confirm_returned"), json!({ "received_by": "黄杰" }), 200).await;
    let second = ask("C2", "BAD-1").await;
    let third = ask("C1", "BAD-3").await;
    db.clock().advance(TimeDelta::hours(1));
    let items = json!([{ "serial": "BAD-1" }, { "serial": "BAD-3" }]);
    let taken = post(&c.jn, "/intakes", json!({ "depot": "JN", "items": items }), 201).await;
    let what = |at: usize, field: &str| taken["items"][at][field].clone();
    assert_eq!([what(0, "state"), what(1, "state")], [json!("unmatched"), json!("matched")], "{taken}");
    assert_eq!(what(1, "rma"), json!(third));
    assert_eq!(stands(&c.manager, "BAD-1").await, "JN quarantined customer:C1");
    let wrong = json!({ "rma": second, "line": 1 });
    let refused = post(&c.jn, &format!("/intakes/{}/match", what(0, "id")), wrong, 409).await;
    assert_eq!(refused["code"], "wrong_owner", "{refused}");
});
