//! Parcels that cross each other: a loaner and an exchange board on the road at once, a faulty part sent before the spare came.

use super::scene::scene;
use crate::support::{Database, on_both};
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
