//! Every way to act on a line takes when it happened and a note, not only the actions by name.

use super::scene::scene;
use crate::support::{Database, on_both};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

on_both!(a_spare_handed_over_in_time_and_entered_later_keeps_the_promise, async |db: &Database| {
    let s = scene(db).await;
    let wanted = |serial: &str| json!({ "customer": "C1", "part_no": "BOARD-1", "faulty_serial": serial, "reason": "fault", "receiver": "黄杰" });
    let asked = s.post(&s.engineer, "/requests", wanted("OLD-1"), 201).await;
    let path = |step: &str| format!("/requests/{}/{step}", asked["number"].as_str().unwrap());
    s.post(&s.manager, &path("approve"), json!({}), 200).await;
    let handed_over = db.clock().now() + TimeDelta::hours(3);
    db.clock().advance(TimeDelta::hours(6));
    let how =
        json!({ "serial": "SPARE1", "received_by": "黄杰", "occurred_at": handed_over, "note": "手机没电" });
    let issued = s.post(&s.manager, &path("issue"), how, 200).await;
    assert_eq!(issued["issued_at"], json!(handed_over.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)));
    let rma = s.get(&s.manager, &format!("/rmas/{}", issued["rma"].as_str().unwrap())).await;
    let promises = rma["lines"][0]["promises"].as_array().unwrap().iter();
    let spare: Vec<&Value> =
        promises.filter(|one| one["kind"] == "spare_in_place").map(|one| &one["state"]).collect();
    assert_eq!(spare, [&json!("kept")], "{rma}");
    let timeline = rma["timeline"].as_array().unwrap();
    let says_why = |event: &Value| {
        event["kind"] == "replacement_delivered" && event["note"].as_str().unwrap().contains("手机没电")
    };
    assert!(timeline.iter().any(says_why), "{timeline:?}");
});

on_both!(an_assignment_and_an_accepted_proposal_say_when_and_why, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.server.sql("UPDATE rma_line SET risk_bp = 4200").await;
    let said_at = db.clock().now() + TimeDelta::hours(1);
    db.clock().advance(TimeDelta::hours(5));
    let given = json!({ "user": "li", "occurred_at": said_at, "note": "急件" });
    s.act(&s.manager, &number, "assign", given).await;
    let ahead = json!({ "user": "li", "occurred_at": db.clock().now() + TimeDelta::hours(1) });
    assert_eq!(s.refused(&s.manager, &number, "assign", ahead).await.1, "in_the_future");
    let decided_at = said_at + TimeDelta::hours(1);
    let accepted = json!({ "reason": "来不及", "occurred_at": decided_at, "note": "电话里说定" });
    s.act(&s.manager, &number, "accept_exchange_proposal", accepted).await;
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let event =
        |kind: &str| rma["timeline"].as_array().unwrap().iter().find(|event| event["kind"] == kind).unwrap();
    let at = |event: &Value| event["occurred_at"].as_str().unwrap().parse::<chrono::DateTime<Utc>>().unwrap();
    let (assigned, exchange) = (event("assign"), event("decide_exchange"));
    assert_eq!((at(assigned), at(exchange)), (said_at, decided_at));
    assert!(assigned["note"].as_str().unwrap().ends_with("· 急件"), "{assigned}");
    assert!(exchange["note"].as_str().unwrap().contains("电话里说定"), "{exchange}");
    s.prove().await;
});

on_both!(a_spare_from_another_nodes_clock_is_held_and_sent, async |db: &Database| {
    let s = scene(db).await;
    let board =
        json!({ "kind": "receive", "part_no": "BOARD-1", "serial": "NEW-1", "from": "supplier", "to": "JN" });
    let held = s.request("B1", "loaner").await;
    let sent = s.request("B2", "repair_return").await;
    s.receive(&sent, "B2").await;
    s.act(&s.manager, &sent, "decide_exchange", json!({ "reason": "来不及" })).await;
    db.clock().advance(TimeDelta::seconds(40));
    s.post(&s.clerk, "/movements", board, 201).await;
    db.clock().advance(-TimeDelta::seconds(30));
    s.act(&s.manager, &held, "authorise", json!({})).await;
    s.act(&s.clerk, &held, "reserve_replacement", json!({ "serial": "NEW-1" })).await;
    s.act(&s.clerk, &held, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    let parcel = json!({ "serial": "NEW-1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &sent, "ship_exchange", parcel).await;
    s.prove().await;
});
