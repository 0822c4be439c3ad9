//! Figures as they were known before a step was taken back, and what comes back to life with it.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

fn reason() -> Value {
    json!({ "reason": "录错了" })
}

fn now(db: &Database) -> String {
    db.clock().now().to_rfc3339_opts(SecondsFormat::Secs, true)
}

async fn line(s: &Scene, number: &str) -> Value {
    s.prove().await;
    s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone()
}

fn state_of(line: &Value, kind: &str) -> String {
    let found = line["promises"].as_array().unwrap().iter().rfind(|promise| promise["kind"] == kind).unwrap();
    found["state"].as_str().unwrap().to_owned()
}

/// Class, first depot, depot that served and when, of every spare promised in March, as known then.
async fn spares(s: &Scene, known_at: &str) -> Vec<Value> {
    let fill =
        s.get(&s.manager, &format!("/kpi/fill-rate?from=2026-03&to=2026-03&known_at={known_at}")).await;
    let item =
        |item: &Value| json!([item["class"], item["first_depot"], item["served_by"], item["ended_at"]]);
    fill["items"].as_array().unwrap().iter().map(item).collect()
}

on_both!(the_fill_rate_knows_a_hand_over_until_it_was_taken_back, async |db: &Database| {
    let s = scene(db).await;
    let asked = json!({ "customer": "C1", "part_no": "BOARD-1", "faulty_serial": "S1", "reason": "fault", "receiver": "黄杰" });
    let request = s.post(&s.manager, "/requests", asked, 201).await;
    let number = request["rma"].as_str().unwrap().to_owned();
    let id = request["number"].as_str().unwrap().to_owned();
    if request["state"] != "approved" {
        s.post(&s.manager, &format!("/requests/{id}/approve"), json!({}), 200).await;
    }
    let approved = now(db);
    db.clock().advance(TimeDelta::minutes(30));
    s.issue_spare(&number).await;
    let handed_over = now(db);
    db.clock().advance(TimeDelta::hours(8));
    let known = [spares(&s, &approved).await, spares(&s, &handed_over).await];
    assert_eq!(
        known[0],
        [json!(["late", null, null, null])],
        "nothing was on its way, and by now it is late"
    );
    assert_eq!(known[1], [json!(["filled", "JN", "JN", handed_over])]);
    for _ in 0..2 {
        s.act(&s.manager, &number, "take_back", reason()).await;
    }
    assert_eq!(spares(&s, &now(db)).await, [json!(["late", "JN", null, null])], "it never arrived");
    assert_eq!([spares(&s, &approved).await, spares(&s, &handed_over).await], known, "as was known then");
    // The spare, and the yes, never were either.
    for _ in 0..2 {
        s.act(&s.manager, &number, "take_back", reason()).await;
    }
    assert_eq!(line(&s, &number).await["state"], "requested");
    assert_eq!(spares(&s, &now(db)).await, Vec::<Value>::new());
    assert_eq!([spares(&s, &approved).await, spares(&s, &handed_over).await], known, "as was known then");
    s.prove().await;
});

on_both!(pauses_are_told_as_they_were_known, async |db: &Database| {
    let s = scene(db).await;
    s.plan("five", json!({})).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    db.clock().advance(TimeDelta::days(1));
    s.act(&s.manager, &number, "hold", json!({ "reason": "等待客户", "said_by": "黄杰" })).await;
    let held = now(db);
    db.clock().advance(TimeDelta::days(3));
    s.act(&s.manager, &number, "resume", json!({})).await;
    let resumed = now(db);
    db.clock().advance(TimeDelta::days(1));
    let pauses = async |known_at: &str| {
        let path = format!("/kpi/pauses?from=2026-03&to=2026-03&known_at={known_at}");
        let told = s.get(&s.manager, &path).await;
        json!([told["holds"], told["open"], told["days"], told["items"][0]["ended_on"]])
    };
    let known = [pauses(&held).await, pauses(&resumed).await];
    assert_eq!((&known[0][1], &known[1][1]), (&json!(1), &json!(0)), "{known:?}");
    s.act(&s.manager, &number, "take_back", reason()).await;
    assert_eq!(pauses(&now(db)).await[1], 1, "it goes on");
    assert_eq!([pauses(&held).await, pauses(&resumed).await], known);
    s.act(&s.manager, &number, "take_back", reason()).await;
    assert_eq!(pauses(&now(db)).await[0], 0, "it never was");
    assert_eq!([pauses(&held).await, pauses(&resumed).await], known);
    s.prove().await;
});

on_both!(a_quote_that_a_step_ended_waits_for_its_answer_again, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let paid = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
    s.act(&s.manager, &number, "set_entitlement", paid).await;
    s.act(&s.manager, &number, "send_quote", json!({ "amount": "860.00", "valid_until": "2026-03-20" }))
        .await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "来不及" })).await;
    let parcel = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", parcel).await;
    let quoted = line(&s, &number).await;
    assert_eq!(
        (quoted["quotes"][0]["state"].clone(), state_of(&quoted, "repair_return")),
        (json!("open"), "floating".into())
    );
    db.clock().advance(TimeDelta::days(1));
    // Who has another board pays for no repair.
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    assert_ne!(line(&s, &number).await["quotes"][0]["state"], "open");
    s.act(&s.manager, &number, "take_back", reason()).await;
    let again = line(&s, &number).await;
    assert_eq!(again["quotes"], quoted["quotes"]);
    assert_eq!(
        (again["holds"][0]["ended_at"].clone(), state_of(&again, "repair_return")),
        (Value::Null, "floating".into())
    );
    // And it can be answered, which nobody takes back.
    s.act(&s.customer, &number, "accept_quote", json!({})).await;
    let said = s.refused(&s.manager, &number, "take_back", reason()).await;
    assert_eq!(said, (409, "step_stays".to_owned()));
    s.prove().await;
});

on_both!(a_vans_spare_goes_back_into_the_van, async |db: &Database| {
    let s = scene(db).await;
    let van = json!({ "kind": "issue", "part_no": "BOARD-1", "serial": "SPARE1", "from": "JN", "to": "engineer:gong" });
    s.post(&s.manager, "/movements", van, 201).await;
    let number = s.request("S1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.engineer, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    s.act(&s.engineer, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    s.act(&s.manager, &number, "take_back", reason()).await;
    let unit = s.get(&s.manager, "/units/SPARE1").await;
    assert_eq!((&unit["place"], &unit["owner"]), (&json!("engineer:gong"), &json!("us")));
    assert!(unit["flags"].as_array().unwrap().contains(&json!("reserved")), "{unit}");
    assert_eq!(line(&s, &number).await["issued"][0]["state"], "reserved");
    // Nobody else gets it, until it is let go.
    let second = s.request("S2", "loaner").await;
    s.act(&s.manager, &second, "authorise", json!({})).await;
    let held = s.refused(&s.engineer, &second, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    assert_eq!(held, (409, "unit_reserved".into()));
    s.act(&s.manager, &number, "take_back", reason()).await;
    s.act(&s.engineer, &second, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    s.act(&s.engineer, &second, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    s.prove().await;
});

on_both!(a_board_is_held_again_with_the_step_that_let_it_go, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.server.sql("UPDATE rma_line SET risk_bp = 4200").await;
    s.act(&s.manager, &number, "accept_exchange_proposal", json!({})).await;
    let holder = async |serial: &str| {
        let unit = s.get(&s.manager, &format!("/units/{serial}")).await;
        unit["flags"].as_array().unwrap().contains(&json!("reserved"))
    };
    let flags = (holder("SPARE1").await, holder("SPARE2").await);
    assert_eq!(flags, (true, false), "the proposed board is held");
    let parcel = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", parcel.clone()).await;
    s.act(&s.manager, &number, "take_back", reason()).await;
    assert!(holder("SPARE1").await, "held again");
    // Another one is sent instead: the first is free; taken back, held again.
    let other = json!({ "serial": "SPARE2", "carrier": "顺丰", "tracking_no": "SF3" });
    s.act(&s.clerk, &number, "ship_exchange", other).await;
    assert!(!holder("SPARE1").await);
    s.act(&s.manager, &number, "take_back", reason()).await;
    assert_eq!((holder("SPARE1").await, holder("SPARE2").await), (true, false));
    s.act(&s.clerk, &number, "ship_exchange", parcel.clone()).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    s.prove().await;
    // Taken back to the decision and past it, nobody waits for the board any more, however often it was held.
    for _ in 0..3 {
        s.act(&s.manager, &number, "take_back", reason()).await;
    }
    assert_eq!((holder("SPARE1").await, holder("SPARE2").await), (false, false));
    s.prove().await;
});

on_both!(a_makers_return_to_another_depot_is_taken_back, async |db: &Database| {
    let s = scene(db).await;
    s.post(&s.admin, "/vendors", json!({ "code": "V1", "name": "原厂维修" }), 201).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    s.act(&s.manager, &number, "send_to_vendor", json!({ "vendor": "V1" })).await;
    let away = line(&s, &number).await;
    let back =
        |depot: &str| json!({ "serial": "S1", "outcome": "repaired", "cost": "400.00", "depot": depot });
    s.act(&s.manager, &number, "vendor_returned", back("DZ")).await;
    let order = async || {
        let listed = s.get(&s.manager, "/repairs?q=S1").await["items"][0].clone();
        json!([listed["state"], listed["depot"], listed["place"]])
    };
    assert_eq!(order().await, json!(["testing", "DZ", "DZ/bench"]));
    s.act(&s.manager, &number, "take_back", reason()).await;
    assert_eq!(order().await, json!(["at_vendor", "JN", "vendor:V1"]));
    let again = line(&s, &number).await;
    for field in ["state", "depot", "outcome", "cost", "promises"] {
        assert_eq!(again[field], away[field], "{field}");
    }
    let scores = s.get(&s.manager, "/kpi/vendors?from=2026-03-01").await;
    assert_eq!((&scores["vendors"][0]["open"], &scores["vendors"][0]["returned"]), (&json!(1), &json!(0)));
    s.act(&s.manager, &number, "vendor_returned", back("JN")).await;
    assert_eq!(order().await, json!(["testing", "JN", "JN/bench"]));
    s.act(&s.manager, &number, "test", json!({ "passed": true })).await;
    s.prove().await;
});
