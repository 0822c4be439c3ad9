//! What waits for the customer is named in every figure, and counted in none of its rates.

use crate::rma::scene::scene;
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both!(what_waits_for_the_customer_stands_apart_in_every_figure, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "B1").await;
    let figure = async |path: &str| s.get(&s.manager, &format!("/kpi/{path}?from=2026-03&to=2026-03")).await;
    let standing = async || -> [Value; 6] {
        let promises = figure("promises").await;
        let spare = promises["kinds"].as_array().unwrap().iter().find(|sum| sum["kind"] == "spare_in_place");
        let spare = spare.unwrap();
        let fill = figure("fill-rate").await["total"].clone();
        let turnaround = figure("turnaround").await["total"].clone();
        let pauses = figure("pauses").await;
        assert_eq!(turnaround["open"], 1, "{turnaround}");
        [
            json!([spare["pending"], spare["floating"], spare["broken"]]),
            json!([fill["pending"], fill["floating"], fill["late"]]),
            turnaround["floating"].clone(),
            pauses["floating"].clone(),
            s.get(&s.manager, "/kpi/ageing").await["floating"].clone(),
            s.get(&s.manager, "/kpi/forecast?month=2026-03").await["floating"].clone(),
        ]
    };
    let lines = async |path: &str| s.get(&s.manager, path).await["items"].as_array().unwrap().len();
    assert_eq!(standing().await[..4], [json!([1, 0, 0]), json!([1, 0, 0]), json!(0), json!(0)]);
    db.clock().advance(TimeDelta::minutes(1));
    let asked = json!({ "reason": "客户要求等待", "said_by": "黄杰" });
    s.act(&s.manager, &number, "hold", asked).await;
    assert_eq!(standing().await[..5], [json!([0, 1, 0]), json!([0, 1, 0]), json!(1), json!(1), json!(1)]);
    let period = "from=2026-03&to=2026-03";
    assert_eq!(lines(&format!("/kpi/turnaround/lines?{period}&floating=true")).await, 1);
    assert_eq!(lines(&format!("/kpi/turnaround/lines?{period}&floating=false")).await, 0);
    assert_eq!(lines(&format!("/kpi/promises/lines?{period}&class=floating&kind=spare_in_place")).await, 1);
    let items = s.get(&s.manager, &format!("/kpi/fill-rate?{period}&class=floating")).await;
    assert_eq!(items["items"][0]["class"], "floating");
    // Known before the hold was recorded, it was none; and a spare's own time runs on beside it.
    let before = s.get(&s.manager, &format!("/kpi/promises?{period}&known_at=2026-03-01T00:00:00Z")).await;
    assert!(before["kinds"].as_array().unwrap().is_empty(), "{before}");
    db.clock().advance(TimeDelta::hours(5));
    assert_eq!(standing().await[..4], [json!([0, 0, 1]), json!([0, 0, 1]), json!(1), json!(1)]);
    s.act(&s.manager, &number, "resume", json!({})).await;
    assert_eq!(standing().await[2..4], [json!(0), json!(0)]);
    s.prove().await;
});
