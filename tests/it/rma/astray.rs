//! Spares that many reach for, and one that turns up where the books did not have it.

use super::scene::scene;
use crate::support::{Database, on_both};
use serde_json::json;
use std::collections::BTreeSet;

on_both!(those_who_name_no_spare_each_get_another, async |db: &Database| {
    let s = scene(db).await;
    for serial in ["SPARE3", "SPARE4", "SPARE5", "SPARE6"] {
        let bought = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": "JN" });
        s.post(&s.manager, "/movements", bought, 201).await;
    }
    let mut lines = vec![];
    for serial in ["B1", "B2", "B3", "B4", "B5", "B6"] {
        let number = s.request(serial, "loaner").await;
        s.act(&s.manager, &number, "authorise", json!({})).await;
        lines.push(number);
    }
    let taken = lines.iter().map(|number| s.act(&s.clerk, number, "reserve_replacement", json!({})));
    let taken = futures_util::future::join_all(taken).await;
    let spares: BTreeSet<_> = taken.iter().map(|line| line["issued"][0]["serial"].to_string()).collect();
    assert_eq!(spares.len(), 6, "{spares:?}");
    s.prove().await;
});

on_both!(a_held_spare_found_in_another_box_is_chosen_anew, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    let wanted = json!({ "customer": "C1", "part_no": "BOARD-1", "rma": number, "line": 1, "reason": "fault", "receiver": "黄杰" });
    let asked = s.post(&s.engineer, "/requests", wanted, 201).await["number"].as_str().unwrap().to_owned();
    s.post(&s.manager, &format!("/requests/{asked}/approve"), json!({}), 200).await;
    s.post(&s.clerk, &format!("/requests/{asked}/issue"), json!({ "serial": "SPARE1" }), 200).await;
    s.act(&s.manager, &number, "take_back", json!({ "reason": "没有寄出" })).await;
    let seen = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    assert_eq!(seen["issued"][0]["state"], "reserved", "{seen}");
    // Somebody put it into the box to DZ in the place of SPARE2.
    let body = json!({ "from": "JN", "to": "DZ", "lines": [{ "serial": "SPARE2" }] });
    let transfer = s.post(&s.manager, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    s.post(&s.clerk, &format!("/transfers/{transfer}/approve"), json!({}), 200).await;
    s.post(&s.clerk, &format!("/transfers/{transfer}/dispatch"), json!({ "serials": ["SPARE2"] }), 200).await;
    s.post(&s.clerk, &format!("/transfers/{transfer}/receive"), json!({ "serials": ["SPARE1"] }), 200).await;

    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let line = &rma["lines"][0];
    assert_eq!(line["issued"][0]["state"], "released", "{line}");
    assert_ne!(line["version"], seen["version"], "who saw it held looks again");
    assert!(line["allowed_actions"].as_array().unwrap().contains(&json!("reserve_replacement")), "{line}");
    let last = rma["timeline"].as_array().unwrap().iter().find(|event| event["kind"] == "spare_astray");
    assert_eq!(last.unwrap()["note"], format!("SPARE1 · {transfer}"));
    assert_eq!(s.get(&s.manager, &format!("/requests/{asked}")).await["state"], "approved");
    // Looked at it is good; the request gets it after all.
    let good =
        json!({ "kind": "convert", "serial": "SPARE1", "from": "DZ", "to": "DZ", "condition_to": "good" });
    s.post(&s.manager, "/movements", good, 201).await;
    s.post(&s.clerk, &format!("/requests/{asked}/issue"), json!({ "serial": "SPARE1" }), 200).await;
    s.prove().await;
    for reason in ["没有寄出", "也不是它"] {
        s.act(&s.manager, &number, "take_back", json!({ "reason": reason })).await;
        s.prove().await;
    }
    assert_eq!(s.get(&s.manager, &format!("/requests/{asked}")).await["state"], "approved");
});
