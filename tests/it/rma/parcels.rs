//! Parcels that cross each other: a loaner and an exchange board on the road at once, a faulty part sent before the spare came.

use super::scene::scene;
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both!(the_arrival_of_a_parcel_is_that_of_what_is_in_it, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    let parcel = |waybill: &str| json!({ "carrier": "顺丰", "tracking_no": waybill });
    s.act(&s.clerk, &number, "ship_replacement", parcel("SF-LOAN")).await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    let board = json!({ "serial": "SPARE2", "carrier": "顺丰", "tracking_no": "SF-BOARD" });
    s.act(&s.clerk, &number, "ship_exchange", board).await;
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let waybill = |wanted: &str| {
        let found = rma["shipments"].as_array().unwrap().iter().find(|one| one["tracking_no"] == wanted);
        format!("/shipments/{}/delivered", found.unwrap()["id"])
    };
    let states = async || {
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        let issued = rma["lines"][0]["issued"].as_array().unwrap().clone();
        let state =
            |one: &Value| format!("{} {}", one["serial"].as_str().unwrap(), one["state"].as_str().unwrap());
        let arrived =
            rma["shipments"].as_array().unwrap().iter().filter(|one| one["state"] == "delivered").count();
        (issued.iter().map(state).collect::<Vec<_>>(), arrived)
    };
    let by = || json!({ "received_by": "黄杰" });
    s.post(&s.clerk, &waybill("SF-LOAN"), by(), 200).await;
    assert_eq!(states().await, (vec!["SPARE1 in_use".to_owned(), "SPARE2 shipped".to_owned()], 1));
    s.post(&s.clerk, &waybill("SF-LOAN"), by(), 409).await;
    s.post(&s.clerk, &waybill("SF-BOARD"), by(), 200).await;
    assert_eq!(states().await, (vec!["SPARE1 in_use".to_owned(), "SPARE2 kept".to_owned()], 2));
    s.prove().await;
});

on_both!(a_parcel_that_came_back_is_no_hand_over_of_the_next_spare, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let ship = async |serial: &str| {
        s.act(&s.clerk, &number, "reserve_replacement", json!({ "serial": serial })).await;
        let parcel = json!({ "carrier": "顺丰", "tracking_no": serial });
        s.act(&s.clerk, &number, "ship_replacement", parcel).await;
    };
    ship("SPARE1").await;
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    ship("SPARE2").await;
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let first = &rma["shipments"][0];
    assert_eq!((&first["serial"], &first["state"]), (&json!("SPARE1"), &json!("returned")));
    let on_the_road = s.get(&s.clerk, "/shipments?state=shipped").await;
    assert_eq!(on_the_road["items"].as_array().unwrap().len(), 1, "{on_the_road}");
    let path = format!("/shipments/{}/delivered", first["id"]);
    s.post(&s.clerk, &path, json!({ "received_by": "黄杰" }), 409).await;
    s.prove().await;
});

on_both!(a_part_sent_before_the_spare_came_is_owed_from_the_hand_over_on, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.customer, &number, "faulty_shipped", json!({ "carrier": "顺丰", "tracking_no": "SF7" })).await;
    s.issue_spare(&number).await;
    let owed = async || {
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        let line = rma["lines"][0].clone();
        let promises = line["promises"].as_array().unwrap().iter();
        let owed: Vec<_> = promises.filter(|one| one["kind"] == "faulty_return").cloned().collect();
        assert_eq!(owed.len(), 1, "{line}");
        (line["faulty_state"].clone(), owed[0]["state"].clone(), owed[0]["due_on"].clone())
    };
    assert_eq!(owed().await, (json!("in_transit"), json!("open"), json!("2026-03-16")));
    s.receive(&number, "B1").await;
    assert_eq!(owed().await.1, "kept");
    s.prove().await;
});

on_both!(nobody_waits_for_the_parcel_of_a_line_that_was_called_off, async |db: &Database| {
    let s = scene(db).await;
    let (first, second) = (s.request("B1", "repair_return").await, s.request("B2", "repair_return").await);
    let sent = async |number: &str, waybill: &str| {
        s.act(&s.manager, number, "authorise", json!({})).await;
        s.act(&s.customer, number, "faulty_shipped", json!({ "carrier": "顺丰", "tracking_no": waybill }))
            .await;
    };
    sent(&first, "SF1").await;
    sent(&second, "SF2").await;
    let waited = async || {
        let parcels = s.get(&s.clerk, "/shipments?state=shipped&direction=inbound").await;
        let waybills = parcels["items"].as_array().unwrap().iter().map(|one| one["tracking_no"].clone());
        waybills.collect::<Vec<_>>()
    };
    let parcel = async |number: &str| {
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        let parcel = &rma["shipments"][0];
        (parcel["state"].clone(), parcel["delivered_at"].clone())
    };
    assert_eq!(waited().await, ["SF2", "SF1"]);
    s.act(&s.customer, &first, "cancel", json!({ "reason": "插回去又好了" })).await;
    s.act(&s.manager, &second, "void", json!({ "reason": "重复登记" })).await;
    s.act(&s.second, &second, "approve_void", json!({})).await;
    assert_eq!(waited().await, [""; 0]);
    for number in [&first, &second] {
        let line = &s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0];
        assert_eq!(line["faulty_state"], "not_due", "{line}");
    }
    assert_eq!(parcel(&first).await, (json!("called_off"), Value::Null));
    // Called off by mistake, it is waited for again; then it is not.
    s.act(&s.manager, &first, "take_back", json!({ "reason": "点错了" })).await;
    assert_eq!(waited().await, ["SF1"]);
    s.act(&s.customer, &first, "cancel", json!({ "reason": "插回去又好了" })).await;
    // One of them comes all the same: a box nobody waits for, and its parcel has arrived.
    db.clock().advance(TimeDelta::hours(20));
    let body = json!({ "depot": "JN", "serial": "B2", "part_no": "BOARD-1" });
    let taken = s.post(&s.clerk, "/intakes", body, 201).await;
    assert_eq!(taken["state"], "unmatched", "{taken}");
    assert_eq!(parcel(&second).await, (json!("delivered"), taken["taken_in_at"].clone()));
    assert_eq!(parcel(&first).await.0, "called_off");
    s.prove().await;
});
