//! A chance of missing that nobody counted yet is unknown: not nought, which would say that there is no danger.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use beiku::jobs::{Job, Scheduler};
use serde_json::{Value, json};

async fn chances(s: &Scene) -> Vec<(String, Value, Value)> {
    let lines = s.get(&s.manager, "/rmas?sort=risk").await;
    let row = |line: &Value| {
        let serial = line["serial"].as_str().unwrap().to_owned();
        (serial, line["miss_probability"].clone(), line["at_risk"].clone())
    };
    let rows = lines["items"].as_array().unwrap().iter().map(row);
    rows.filter(|(serial, ..)| serial != "OLD").collect()
}

on_both!(a_chance_nobody_counted_yet_is_unknown_and_not_nought, async |db: &Database| {
    let mut s = scene(db).await;
    // A line older than what is promised: something can be learned.
    let old = s.request("OLD", "repair_return").await;
    s.receive(&old, "OLD").await;
    db.clock().set("2026-04-01T02:00:00Z".parse().unwrap());
    s.renew().await;
    let first = s.request("B1", "repair_return").await;
    assert_eq!(chances(&s).await, [("B1".to_owned(), Value::Null, json!(false))], "nothing is promised yet");
    s.receive(&first, "B1").await;
    assert_eq!(chances(&s).await, [("B1".to_owned(), Value::Null, json!(false))]);
    // Few days are a risk whatever the chance.
    db.clock().set("2026-06-18T02:00:00Z".parse().unwrap());
    s.renew_again().await;
    assert_eq!(chances(&s).await, [("B1".to_owned(), Value::Null, json!(true))]);
    let jobs = Scheduler::new(s.server.app.clone());
    assert_eq!(jobs.turn(Job::Foresee).await.unwrap(), 2);
    let counted = chances(&s).await;
    assert!(counted[0].1.is_f64(), "{counted:?}");
    // What is not counted comes last, whatever has been.
    let second = s.request("B2", "repair_return").await;
    s.receive(&second, "B2").await;
    let serials: Vec<String> = chances(&s).await.into_iter().map(|(serial, ..)| serial).collect();
    assert_eq!(serials, ["B1", "B2"]);
    let queue = s.get(&s.manager, "/repairs?sort=miss_probability").await;
    let orders = queue["items"].as_array().unwrap().iter().filter(|order| order["serial"] != "OLD");
    let queue: Vec<_> = orders.map(|order| &order["miss_probability"]).collect();
    assert!(queue[0].is_f64() && queue[1].is_null(), "{queue:?}");
    // A clock that stands has no chance; when it runs on, it is to be counted anew.
    s.act(&s.manager, &first, "hold", json!({ "reason": "等待客户", "said_by": "黄杰" })).await;
    assert!(chances(&s).await[0].1.is_null());
    // What it is when it is counted, it is everywhere.
    jobs.turn(Job::Foresee).await.unwrap();
    let held = s.get(&s.manager, "/rmas?at_risk=true").await;
    let held = held["items"].as_array().unwrap().iter().find(|line| line["serial"] == "B1");
    assert!(held.is_none_or(|line| line["at_risk"] == true), "{held:?}");
    s.act(&s.manager, &first, "resume", json!({})).await;
    assert!(chances(&s).await.iter().any(|(serial, chance, _)| serial == "B1" && chance.is_null()));
    jobs.turn(Job::Foresee).await.unwrap();
    assert!(chances(&s).await.iter().all(|(_, chance, _)| chance.is_f64()));
});
