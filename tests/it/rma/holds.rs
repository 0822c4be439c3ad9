//! A quote's hold and what somebody asked for stand side by side; each has its own end, and no day is left out twice.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use beiku::jobs::{Job, Scheduler};
use beiku::store::evidence;
use beiku::store::sql::sql;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A chargeable line received on Monday, 2 March 2026, due within five working days.
async fn received(db: &Database) -> (Scene, String) {
    let s = scene(db).await;
    let terms =
        json!([{ "promise": "repair_return", "amount": 5, "unit": "working_days", "target_bp": 9500 }]);
    s.plan("five", json!({ "regime": "loan", "terms": terms })).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let paid = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
    s.act(&s.manager, &number, "set_entitlement", paid).await;
    (s, number)
}

async fn at(db: &Database, instant: &str) {
    let instant: DateTime<Utc> = instant.parse().unwrap();
    db.clock().advance(instant - db.clock().now());
}

fn waits() -> Value {
    json!({ "reason": "customer", "said_by": "黄杰" })
}

fn quote() -> Value {
    json!({ "amount": "860.00", "valid_until": "2026-03-20" })
}

/// State and date of the promise, and the reasons of the holds that are open.
async fn clock(s: &Scene, number: &str) -> (String, Value, Vec<String>) {
    s.prove().await;
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    let promises = line["promises"].as_array().unwrap();
    let promise = promises.iter().find(|promise| promise["kind"] == "repair_return").unwrap();
    let open = line["holds"].as_array().unwrap().iter().filter(|hold| hold["ended_at"].is_null());
    let reasons = open.map(|hold| hold["reason"].as_str().unwrap().to_owned()).collect();
    (promise["state"].as_str().unwrap().to_owned(), promise["due_on"].clone(), reasons)
}

fn stands(reasons: &[&str]) -> (String, Value, Vec<String>) {
    ("floating".to_owned(), Value::Null, reasons.iter().map(|reason| (*reason).to_owned()).collect())
}

fn runs(due_on: &str) -> (String, Value, Vec<String>) {
    ("open".to_owned(), json!(due_on), vec![])
}

on_both!(a_quote_holds_beside_what_somebody_asked_for, async |db: &Database| {
    let (s, number) = received(db).await;
    at(db, "2026-03-03T02:00:00Z").await;
    s.act(&s.manager, &number, "hold", waits()).await;
    s.act(&s.manager, &number, "send_quote", quote()).await;
    assert_eq!(clock(&s, &number).await, stands(&["customer", "quote"]));
    // What somebody asked for is over; the quote waits on.
    at(db, "2026-03-04T02:00:00Z").await;
    s.act(&s.manager, &number, "resume", json!({})).await;
    assert_eq!(clock(&s, &number).await, stands(&["quote"]));
    let refused = s.refused(&s.manager, &number, "resume", json!({})).await;
    assert_eq!(refused, (409, "hold_state".into()), "its answer lets it run on");
    // And the other way round.
    at(db, "2026-03-05T02:00:00Z").await;
    s.act(&s.manager, &number, "hold", waits()).await;
    let twice = s.refused(&s.manager, &number, "hold", waits()).await;
    assert_eq!(twice, (409, "hold_state".into()));
    at(db, "2026-03-06T02:00:00Z").await;
    s.act(&s.customer, &number, "accept_quote", json!({})).await;
    assert_eq!(clock(&s, &number).await, stands(&["customer"]));
    at(db, "2026-03-09T02:00:00Z").await;
    s.act(&s.manager, &number, "resume", json!({})).await;
    // Left out are the 4th, 5th, 6th and 9th, each once: the 3rd counts, then the 10th to the 13th.
    assert_eq!(clock(&s, &number).await, runs("2026-03-13"));

    let pauses = s.get(&s.manager, "/kpi/pauses?from=2026-03&to=2026-03").await;
    let held = pauses["items"].as_array().unwrap().iter();
    let held: Vec<Value> = held.map(|hold| json!([hold["reason"], hold["said_by"], hold["days"]])).collect();
    let asked = |days: i64| json!(["customer", "黄杰", days]);
    assert_eq!(held, [asked(1), json!(["quote", "wang → C1", 2]), asked(1)], "{pauses}");
    assert_eq!(s.manager.get("/promises?as_of=2026-03-05").await.1["items"][0]["state"], "floating");
});

on_both!(a_quote_that_ends_leaves_what_somebody_asked_for, async |db: &Database| {
    let (s, number) = received(db).await;
    at(db, "2026-03-03T02:00:00Z").await;
    s.act(&s.manager, &number, "send_quote", quote()).await;
    s.act(&s.manager, &number, "hold", waits()).await;
    assert_eq!(clock(&s, &number).await, stands(&["quote", "customer"]));
    s.deliver().await;
    let back = json!({ "reason": "录错了" });
    s.act(&s.manager, &number, "take_back", back.clone()).await;
    assert_eq!(clock(&s, &number).await, stands(&["quote"]), "the quote was sent all the same");
    s.act(&s.manager, &number, "hold", waits()).await;
    at(db, "2026-03-04T02:00:00Z").await;
    s.act(&s.manager, &number, "resume", json!({})).await;
    s.act(&s.manager, &number, "take_back", back).await;
    assert_eq!(clock(&s, &number).await, stands(&["quote", "customer"]), "both stand as before");
    // Nobody answers: its last day is the 20th, and the wait somebody asked for goes on.
    at(db, "2026-03-23T02:00:00Z").await;
    assert_eq!(Scheduler::new(s.server.app.clone()).turn(Job::ExpireQuotes).await.unwrap(), 1);
    assert_eq!(clock(&s, &number).await, stands(&["customer"]));
    s.act(&s.manager, &number, "resume", json!({})).await;
    // Left out are the 4th to the 23rd: the 3rd counts, then the 24th to the 27th.
    assert_eq!(clock(&s, &number).await, runs("2026-03-27"));
});

on_both!(with_the_line_every_wait_ends, async |db: &Database| {
    let (s, number) = received(db).await;
    s.act(&s.manager, &number, "hold", waits()).await;
    s.act(&s.manager, &number, "send_quote", quote()).await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
    let sent = json!({ "depot": "JN", "carrier": "顺丰", "tracking_no": "SF1" });
    s.act(&s.clerk, &number, "ship_exchange", sent).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    let holds = line["holds"].as_array().unwrap();
    assert_eq!(holds.len(), 2, "{line}");
    assert!(holds.iter().all(|hold| !hold["ended_at"].is_null()), "{line}");
    s.prove().await;
});

on_both!(a_quote_that_ran_out_unseen_leaves_out_its_own_days_only, async |db: &Database| {
    let (s, number) = received(db).await;
    at(db, "2026-03-03T02:00:00Z").await;
    let brief = json!({ "amount": "860.00", "valid_until": "2026-03-04" });
    s.act(&s.manager, &number, "send_quote", brief).await;
    // The job was down when the quote ran out; somebody stops the clock two days later.
    at(db, "2026-03-06T02:00:00Z").await;
    s.act(&s.manager, &number, "hold", waits()).await;
    at(db, "2026-03-09T02:00:00Z").await;
    assert_eq!(Scheduler::new(s.server.app.clone()).turn(Job::ExpireQuotes).await.unwrap(), 1);
    assert_eq!(clock(&s, &number).await, stands(&["customer"]));
    at(db, "2026-03-10T02:00:00Z").await;
    s.act(&s.manager, &number, "resume", json!({})).await;
    // Left out are the 4th, the 9th and the 10th: the 3rd, 5th and 6th count, then the 11th and 12th.
    assert_eq!(clock(&s, &number).await, runs("2026-03-12"));
    let then = s.get(&s.manager, "/promises?as_of=2026-03-05").await["items"][0].clone();
    assert_eq!(then["state"], "open", "between the two waits it ran: {then}");
    // A pack issued on the 5th is restated by each of them, though the clock itself stood and went on once.
    let after: DateTime<Utc> = "2026-03-05T02:00:00Z".parse().unwrap();
    let why = db.store().read(move |c| {
        let line = sql("SELECT id AS value FROM rma_line").number(c)?;
        evidence::since(c, line, after)
    });
    let kinds: Vec<String> = why.await.unwrap().into_iter().map(|row| row.kind).collect();
    assert_eq!(kinds, ["hold", "expire_quote", "resume"]);
});
