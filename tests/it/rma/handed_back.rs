//! What a plan says of the hand-back: delivered or dispatched, and when a day ends.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// Five working days to repair and return, with what else the plan says.
async fn five_days(s: &Scene, more: Value) {
    let terms = json!([
        { "promise": "repair_return", "amount": 5, "unit": "working_days", "target_bp": 9500 },
        { "promise": "equivalent_exchange", "amount": 30, "unit": "calendar_days" },
    ]);
    let mut plan = json!({ "terms": terms });
    for (key, value) in more.as_object().unwrap() {
        plan[key] = value.clone();
    }
    s.plan("five", plan).await;
}

/// A board received on Monday, 2 March 2026, and repaired: due on Monday the 9th.
async fn repaired(s: &Scene, serial: &str) -> String {
    let number = s.request(serial, "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, serial).await;
    s.act(&s.manager, &number, "start_repair", json!({})).await;
    s.act(&s.manager, &number, "finish_repair", json!({ "outcome": "repaired" })).await;
    s.act(&s.manager, &number, "test", json!({ "passed": true })).await;
    number
}

async fn at(db: &Database, instant: &str) {
    let instant: DateTime<Utc> = instant.parse().unwrap();
    let ahead = instant - db.clock().now();
    assert!(ahead >= TimeDelta::zero(), "time only goes on");
    db.clock().advance(ahead);
}

async fn dispatch(s: &Scene, number: &str) {
    s.act(&s.clerk, number, "dispatch_return", json!({ "carrier": "顺丰", "tracking_no": "SF9" })).await;
}

async fn confirm(s: &Scene, number: &str) {
    s.act(&s.clerk, number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
}

/// State of the promise to repair and return, and the class of the line that month under the strict rate.
async fn judged(s: &Scene, number: &str) -> (String, String) {
    s.prove().await;
    let view = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let promises = view["lines"][0]["promises"].as_array().unwrap();
    let promise = promises.iter().find(|promise| promise["kind"] == "repair_return").unwrap();
    let lines = s.get(&s.manager, "/kpi/timely-repair/lines?from=2026-03-01&to=2026-03-31").await;
    let lines = lines["items"].as_array().unwrap();
    let line = lines.iter().find(|line| line["rma"] == number).unwrap_or_else(|| panic!("{lines:?}"));
    (promise["state"].as_str().unwrap().to_owned(), line["class"].as_str().unwrap().to_owned())
}

fn both(state: &str, class: &str) -> (String, String) {
    (state.to_owned(), class.to_owned())
}

on_both!(a_plan_may_say_that_a_dispatched_unit_is_handed_back, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s, json!({ "returned_when": "dispatched" })).await;
    let (sent, late) = (repaired(&s, "S1").await, repaired(&s, "S2").await);
    at(db, "2026-03-09T15:00:00Z").await;
    dispatch(&s, &sent).await;
    assert_eq!(judged(&s, &sent).await, both("kept", "timely"));
    at(db, "2026-03-11T02:00:00Z").await;
    let at_risk = s.get(&s.manager, "/rmas?at_risk=true").await;
    let at_risk: Vec<&Value> =
        at_risk["items"].as_array().unwrap().iter().map(|line| &line["number"]).collect();
    assert_eq!(at_risk, [&json!(late)], "on the road it waits for no date");
    confirm(&s, &sent).await;
    assert_eq!(judged(&s, &sent).await, both("kept", "timely"), "the arrival changes nothing");
    dispatch(&s, &late).await;
    assert_eq!(judged(&s, &late).await, both("broken", "missed"));
});

on_both!(without_a_word_of_the_plan_the_customer_must_have_it, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s, json!({})).await;
    let number = repaired(&s, "S1").await;
    at(db, "2026-03-09T15:59:00Z").await;
    dispatch(&s, &number).await;
    assert_eq!(judged(&s, &number).await, both("open", "pending"));
    at(db, "2026-03-09T16:00:00Z").await;
    confirm(&s, &number).await;
    assert_eq!(judged(&s, &number).await, both("broken", "missed"));
});

on_both!(a_day_ends_with_the_close_of_business, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s, json!({ "closes_at": "17:30" })).await;
    let shown = s.get(&s.manager, "/plans/five").await;
    assert_eq!(shown["versions"][0]["closes_at"], "17:30");
    assert_eq!(shown["versions"][0]["returned_when"], "delivered");
    let (early, late, open) = (repaired(&s, "S1").await, repaired(&s, "S2").await, repaired(&s, "S3").await);
    for number in [&early, &late, &open] {
        dispatch(&s, number).await;
    }
    at(db, "2026-03-09T09:30:00Z").await;
    confirm(&s, &early).await;
    assert_eq!(judged(&s, &early).await, both("kept", "timely"));
    at(db, "2026-03-09T09:31:00Z").await;
    confirm(&s, &late).await;
    assert_eq!(judged(&s, &late).await.0, "broken");
    at(db, "2026-03-10T01:00:00Z").await;
    assert_eq!(judged(&s, &late).await, both("broken", "missed"));
    beiku::app::promises::mark_broken(&s.server.app).await.unwrap();
    assert_eq!(judged(&s, &open).await, both("broken", "missed"));
});

on_both!(what_was_done_after_close_of_business_is_in_the_sums_from_its_day_on, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s, json!({ "closes_at": "17:30" })).await;
    let number = repaired(&s, "S1").await;
    dispatch(&s, &number).await;
    at(db, "2026-03-05T10:00:00Z").await;
    confirm(&s, &number).await;
    s.prove().await;
    let moving =
        async || number_of(&s, "SELECT count(*) AS value FROM rate_line WHERE fate = 'moving'").await;
    let sum = async || {
        number_of(
            &s,
            "SELECT CAST(coalesce(sum(lines), 0) AS BIGINT) AS value FROM rate_day WHERE axis = 'all'",
        )
        .await
    };
    assert_eq!((moving().await, sum().await), (1, 0), "it counts from tomorrow");
    let total = async || {
        let said = s.get(&s.manager, "/kpi/timely-repair?from=2026-03&to=2026-03").await;
        (said["total"]["timely"].clone(), said["total"]["pending"].clone())
    };
    assert_eq!(total().await, (json!(0), json!(1)));
    // The next day, though nothing else happened to it.
    at(db, "2026-03-05T16:00:00Z").await;
    assert_eq!(total().await, (json!(1), json!(0)), "readers are not behind");
    s.prove().await;
    assert_eq!((moving().await, sum().await), (0, 1));
    assert_eq!(total().await, (json!(1), json!(0)));
    // A line left to its readers for good though it has ended is found out.
    s.server.sql("DELETE FROM rate_day").await;
    s.server.sql("UPDATE rate_line SET fate = 'moving', settles_on = NULL").await;
    let proof = s.server.app.store().read(beiku::app::verify::verify).await.unwrap();
    let kinds: Vec<_> = proof.differences.iter().map(|difference| difference.kind.as_str()).collect();
    assert_eq!(kinds, ["rate_line"], "{:?}", proof.differences);
    s.server.sql("INSERT INTO rate_touched (line_id) SELECT line_id FROM rate_line").await;
    s.prove().await;
});

async fn number_of(s: &Scene, question: &'static str) -> i64 {
    crate::setup::number(&s.server.app, question).await
}

on_both!(what_is_no_time_of_day_is_refused, async |db: &Database| {
    let s = scene(db).await;
    for wrong in ["24:00", "00:00", "17:60", "five", "17", "-1:30", "017:30"] {
        let plan = json!({ "code": "odd", "name": "odd", "closes_at": wrong,
            "terms": [{ "promise": "repair_return", "amount": 5, "unit": "working_days" }] });
        let said = s.post(&s.admin, "/plans", plan, 422).await;
        assert_eq!(said["errors"][0]["field"], "closes_at", "{said}");
        assert_eq!(said["errors"][0]["code"], "bad_time", "{said}");
    }
});
