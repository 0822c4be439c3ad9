//! Two nodes whose clocks differ by less than a minute: who comes second is not told that it was too early (decision 0036).

use super::{BOARD, buy, company, get, picked, post, stands};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::json;

/// The next step comes to a node whose clock is behind by so many seconds.
fn behind(db: &Database, seconds: i64) {
    db.clock().advance(-TimeDelta::seconds(seconds));
}

on_both!(a_transfer_waits_for_no_clock, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1", "SN2", "SN3"], "JN/A1-01").await;
    behind(db, 10);
    let lines = json!([{ "serial": "SN1" }, { "serial": "SN2" }]);
    let body = json!({ "from": "JN", "to": "DZ", "lines": lines });
    let number = post(&c.jn, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    let at = |step: &str| format!("/transfers/{number}/{step}");
    post(&c.jn, &at("approve"), json!({}), 200).await;
    post(&c.jn, &at("dispatch"), json!({ "serials": ["SN1", "SN2"] }), 200).await;
    behind(db, 10);
    // One arrives, one that nobody sent is in the box, too; the other is given up.
    post(&c.dz, &at("receive"), json!({ "serials": ["SN1", "SN3"] }), 200).await;
    assert_eq!(stands(&c.manager, "SN1").await, "DZ good us");
    assert!(stands(&c.manager, "SN3").await.starts_with("DZ "));
    behind(db, 10);
    let lost = json!({ "settlement": "lost", "items": [{ "serial": "SN2" }], "reason": "承运商丢失" });
    post(&c.manager, &at("settle"), lost, 200).await;
    let found = get(&c.manager, "/movements?serial=SN2").await;
    let at = |n: usize| found["items"][n]["occurred_at"].clone();
    assert_eq!((at(0), at(1)), (at(2), at(2)), "each at the latest moment the books know: {found}");
});

on_both!(a_count_swallows_no_difference, async |db: &Database| {
    let c = company(db).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN/A1-01").await;
    behind(db, 30);
    let bins = json!({ "depot": "JN", "bins": ["A1-01", "A1-02"] });
    let count = post(&c.jn, "/counts", bins, 201).await["number"].as_str().unwrap().to_owned();
    let at = |step: &str| format!("/counts/{count}/{step}");
    post(&c.jn, &at("scans"), json!({ "bin": "A1-02", "serials": ["SN1"] }), 200).await;
    post(&c.jn, &at("scans"), json!({ "bin": "A1-01", "serials": ["SN2"] }), 200).await;
    let variance = get(&c.jn, &at("variance")).await;
    assert_eq!(picked(&variance["differences"], &["kind", "serial"]), [json!(["other_bin", "SN1"])]);
    // A clock that is far behind is no reason to lose it: it is refused, and nothing ends.
    behind(db, 300);
    assert_eq!(post(&c.manager, &at("approve"), json!({}), 409).await["code"], "out_of_order");
    db.clock().advance(TimeDelta::seconds(300));
    post(&c.manager, &at("approve"), json!({}), 200).await;
    assert_eq!(stands(&c.manager, "SN1").await, "JN/A1-02 good us");
});
