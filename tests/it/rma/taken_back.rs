//! The latest step of a line is taken back, and entered anew as it really was.

use super::scene::{Scene, scene};
use crate::setup::act;
use crate::support::{Database, on_both};
use beiku::app::calendar::{self, Notice};
use beiku::domain::calendar::{DayName, ListedKind, PublishedDay};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// Five working days to repair and return; titles swap.
async fn five_days(s: &Scene) {
    plan(s, "exchange").await;
}

/// The same, with spares on loan.
async fn five_days_on_loan(s: &Scene) {
    plan(s, "loan").await;
}

async fn plan(s: &Scene, regime: &str) {
    let terms = json!([
        { "promise": "repair_return", "amount": 5, "unit": "working_days", "target_bp": 9500 },
        { "promise": "equivalent_exchange", "amount": 30, "unit": "calendar_days" },
        { "promise": "spare_in_place", "amount": 240, "unit": "minutes" },
        { "promise": "faulty_return", "amount": 10, "unit": "working_days" },
        { "promise": "loan_return", "amount": 10, "unit": "working_days" },
    ]);
    s.plan("five", json!({ "regime": regime, "terms": terms })).await;
}

async fn at(db: &Database, instant: &str) {
    let instant: DateTime<Utc> = instant.parse().unwrap();
    let ahead = instant - db.clock().now();
    assert!(ahead >= TimeDelta::zero(), "time only goes on");
    db.clock().advance(ahead);
}

/// The manager takes the latest step back; whatever was to be told of it was.
async fn take_back(s: &Scene, number: &str) -> Value {
    s.deliver().await;
    s.act(&s.manager, number, "take_back", json!({ "reason": "录错了" })).await
}

async fn line(s: &Scene, number: &str) -> Value {
    s.prove().await;
    s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone()
}

/// State and due date of a promise that is there.
fn promise(line: &Value, kind: &str) -> Option<(String, String)> {
    let found = line["promises"].as_array().unwrap().iter().rfind(|promise| promise["kind"] == kind)?;
    let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
    Some((text("state"), text("due_on")))
}

fn is(state: &str, due_on: &str) -> Option<(String, String)> {
    Some((state.to_owned(), due_on.to_owned()))
}

/// The class of the line due in March under the strict rate, as known then; none when it is in no rate.
async fn class(s: &Scene, number: &str, known_at: Option<&str>) -> Option<String> {
    let known = known_at.map(|at| format!("&known_at={at}")).unwrap_or_default();
    let path = format!("/kpi/timely-repair/lines?from=2026-03-01&to=2026-03-31{known}");
    let lines = s.get(&s.manager, &path).await;
    let lines = lines["items"].as_array().unwrap();
    let line = lines.iter().find(|line| line["rma"] == number)?;
    Some(line["class"].as_str().unwrap().to_owned())
}

fn some(class: &str) -> Option<String> {
    Some(class.to_owned())
}

on_both!(a_hand_back_on_the_wrong_line_is_taken_back_and_entered_as_it_was, async |db: &Database| {
    let s = scene(db).await;
    five_days_on_loan(&s).await;
    let number = s.request("S1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "S1").await;
    s.repair_and_return(&number).await;
    let before = line(&s, &number).await;
    assert_eq!(promise(&before, "repair_return"), is("kept", "2026-03-09"));
    assert!(promise(&before, "loan_return").is_some());
    at(db, "2026-03-05T02:00:00Z").await;
    assert_eq!(class(&s, &number, None).await, some("timely"));

    at(db, "2026-03-12T02:00:00Z").await;
    let acted = take_back(&s, &number).await;
    assert_eq!(acted["movements"][0]["kind"], "reversal");
    let open = line(&s, &number).await;
    assert_eq!(open["state"], "dispatched");
    assert_eq!(promise(&open, "repair_return"), is("broken", "2026-03-09"), "it was never handed back");
    assert_eq!(promise(&open, "loan_return"), None);
    assert_eq!(open["ended_at"], Value::Null);
    assert_eq!(class(&s, &number, None).await, some("missed"));

    at(db, "2026-03-12T03:00:00Z").await;
    let real = json!({ "received_by": "黄杰", "occurred_at": "2026-03-11T06:00:00Z" });
    s.act(&s.clerk, &number, "confirm_returned", real).await;
    let after = line(&s, &number).await;
    assert_eq!(promise(&after, "repair_return"), is("broken", "2026-03-09"));
    assert_eq!(promise(&after, "loan_return").unwrap().1, "2026-03-25");
    assert_eq!(class(&s, &number, None).await, some("missed"));
    assert_eq!(class(&s, &number, Some("2026-03-05T02:00:00Z")).await, some("timely"), "as was known then");
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let timeline = rma["timeline"].as_array().unwrap();
    let said: Vec<_> = timeline.iter().filter(|event| event["kind"] == "take_back").collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!((&said[0]["note"], &said[0]["to"]), (&json!("录错了"), &json!("confirm_returned")));
    let hand_backs: Vec<_> = timeline
        .iter()
        .filter(|event| event["kind"] == "confirm_returned" && event["track"] == "repair")
        .map(|event| event["taken_back"].as_bool().unwrap())
        .collect();
    assert_eq!(hand_backs, [false, true], "newest first");
    insta::assert_snapshot!("hand_back_taken_back", s.books(&number).await);
});

on_both!(a_receipt_may_be_moved_to_any_day_and_to_another_depot, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    at(db, "2026-03-13T02:00:00Z").await;
    s.receive(&number, "S1").await;
    assert_eq!(promise(&line(&s, &number).await, "repair_return"), is("open", "2026-03-20"));
    // Too late, then too early, then right: each is entered anew after the one before was taken back.
    for (day, due_on, state) in [("2026-03-03", "2026-03-10", "broken"), ("2026-03-10", "2026-03-17", "open")]
    {
        take_back(&s, &number).await;
        let gone = line(&s, &number).await;
        assert_eq!((&gone["state"], &gone["faulty_state"]), (&json!("authorised"), &json!("due")));
        assert_eq!((&gone["depot"], &gone["received_at"]), (&Value::Null, &Value::Null));
        assert_eq!(promise(&gone, "repair_return"), None);
        assert_eq!(class(&s, &number, None).await, None);
        let real = json!({ "depot": "DZ", "serial": "S1", "occurred_at": format!("{day}T02:00:00Z"), "note": "收货单" });
        s.act(&s.manager, &number, "receive_faulty", real).await;
        beiku::app::promises::mark_broken(&s.server.app).await.unwrap();
        assert_eq!(promise(&line(&s, &number).await, "repair_return"), is(state, due_on));
    }
    let known = class(&s, &number, Some("2026-03-13T01:00:00Z")).await;
    assert_eq!(known, None, "nothing was received by then");
    s.repair_and_return(&number).await;
    assert_eq!(line(&s, &number).await["depot"], "DZ");
    insta::assert_snapshot!("receipt_taken_back", s.books(&number).await);
});

on_both!(a_wait_entered_wrongly_never_stopped_the_clock, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    let held = json!({ "reason": "等待客户", "said_by": "黄杰" });
    s.act(&s.manager, &number, "hold", held.clone()).await;
    assert_eq!(promise(&line(&s, &number).await, "repair_return"), is("floating", ""));
    at(db, "2026-03-04T02:00:00Z").await;
    take_back(&s, &number).await;
    let runs = line(&s, &number).await;
    assert_eq!(promise(&runs, "repair_return"), is("open", "2026-03-09"));
    assert_eq!(runs["holds"], json!([]));

    s.act(&s.manager, &number, "hold", held).await;
    at(db, "2026-03-06T02:00:00Z").await;
    s.act(&s.manager, &number, "resume", json!({})).await;
    let moved = promise(&line(&s, &number).await, "repair_return").unwrap();
    assert_eq!(moved.1, "2026-03-11");
    at(db, "2026-03-10T02:00:00Z").await;
    take_back(&s, &number).await;
    let waits = line(&s, &number).await;
    assert_eq!(promise(&waits, "repair_return"), is("floating", ""), "it still stands");
    let real = json!({ "occurred_at": "2026-03-09T02:00:00Z" });
    s.act(&s.manager, &number, "resume", real).await;
    assert_eq!(promise(&line(&s, &number).await, "repair_return"), is("open", "2026-03-12"));
    assert_eq!(class(&s, &number, Some("2026-03-07T02:00:00Z")).await, some("pending"));
});

on_both!(titles_that_swapped_swap_back, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s).await;
    let number = s.request("S1", "advance_replacement").await;
    s.hand_over_spare(&number).await;
    s.prove().await;
    take_back(&s, &number).await;
    let sent = line(&s, &number).await;
    assert_eq!(sent["issued"][0]["state"], "shipped");
    assert_eq!(promise(&sent, "faulty_return"), None);
    assert_eq!(promise(&sent, "spare_in_place").unwrap().0, "open");
    // And the spare back on its shelf, held for the line, then held no more.
    take_back(&s, &number).await;
    assert_eq!(line(&s, &number).await["issued"][0]["state"], "reserved");
    take_back(&s, &number).await;
    assert_eq!(line(&s, &number).await["issued"], json!([]), "never issued");
    s.issue_spare(&number).await;
    s.receive(&number, "S1").await;
    s.prove().await;
    // The receipt had closed the line; our own repair goes on no more than it began.
    assert_eq!(line(&s, &number).await["state"], "closed");
    take_back(&s, &number).await;
    assert_eq!(line(&s, &number).await["state"], "authorised");
    s.receive(&number, "S1").await;
    insta::assert_snapshot!("replacement_taken_back", s.books(&number).await);
});

on_both!(a_whole_life_is_taken_back_step_by_step_and_lived_again, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s).await;
    let number = s.request("S1", "repair_return").await;
    let asked = line(&s, &number).await;
    for _ in 0..2 {
        s.act(&s.manager, &number, "authorise", json!({})).await;
        s.act(&s.customer, &number, "faulty_shipped", json!({ "carrier": "顺丰", "tracking_no": "SF0" }))
            .await;
        s.receive(&number, "S1").await;
        s.act(&s.manager, &number, "diagnose", json!({ "finding": "端口烧毁" })).await;
        s.repair_and_return(&number).await;
        s.act(&s.clerk, &number, "close", json!({})).await;
        db.clock().advance(TimeDelta::hours(1));
        let states = [
            "returned",
            "dispatched",
            "repaired",
            "testing",
            "repairing",
            "diagnosing",
            "received",
            "expected",
            "authorised",
            "requested",
        ];
        for state in states {
            take_back(&s, &number).await;
            assert_eq!(line(&s, &number).await["state"], state);
        }
        let back = line(&s, &number).await;
        for field in ["faulty_state", "depot", "received_at", "ended_at", "outcome", "promises", "due_on"] {
            assert_eq!(back[field], asked[field], "{field}");
        }
        let none = s.refused(&s.manager, &number, "take_back", json!({ "reason": "x" })).await;
        assert_eq!(none, (409, "nothing_to_take_back".to_owned()));
    }
    let mails: Vec<String> = s.inbox(&number).await.into_iter().map(|(kind, _)| kind).collect();
    let corrections = mails.iter().filter(|kind| *kind == "correction").count();
    assert_eq!(corrections, 8, "authorised, received, shipped back and closed, twice: {mails:?}");
});

on_both!(what_cannot_be_taken_back_is_refused, async |db: &Database| {
    let s = scene(db).await;
    five_days_on_loan(&s).await;
    let number = s.request("S1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "S1").await;
    let reason = || json!({ "reason": "录错了" });
    for who in [&s.clerk, &s.engineer, &s.customer] {
        assert_eq!(s.refused(who, &number, "take_back", reason()).await.0, 403);
    }
    assert_eq!(s.refused(&s.manager, &number, "take_back", json!({ "reason": " " })).await.0, 422);
    let seen = line(&s, &number).await;
    assert!(seen["allowed_actions"].as_array().unwrap().contains(&json!("take_back")), "{seen}");
    let agreed = json!({ "agreed_by": "黄杰", "evidence": "邮件 2026-03-02" });
    s.act(&s.manager, &number, "agree_scrap", agreed).await;
    let said = s.refused(&s.manager, &number, "take_back", reason()).await;
    assert_eq!(said, (409, "step_stays".to_owned()), "the customer's word");
    assert!(!line(&s, &number).await["allowed_actions"].as_array().unwrap().contains(&json!("take_back")));

    let number = s.request("S2", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "S2").await;
    s.repair_and_return(&number).await;
    let loaner = line(&s, &number).await["issued"][0]["serial"].as_str().unwrap().to_owned();
    let back = json!({ "depot": "JN", "serial": loaner, "condition": "good" });
    s.act(&s.clerk, &number, "recover_loan", back).await;
    let moved = json!({ "kind": "convert", "part_no": "BOARD-1", "serial": loaner, "from": "JN", "to": "JN",
        "condition_to": "quarantined", "reason": "复检" });
    let moved = s.post(&s.manager, "/movements", moved, 201).await;
    let said = s.refused(&s.manager, &number, "take_back", reason()).await;
    assert_eq!(said, (409, "not_the_last_movement".to_owned()));
    let offers = async || {
        let line = line(&s, &number).await;
        line["allowed_actions"].as_array().unwrap().contains(&json!("take_back"))
    };
    assert!(!offers().await, "what is refused is not offered");
    // That movement is put right, and no longer in the way.
    db.clock().advance(TimeDelta::hours(1));
    s.post(&s.manager, &format!("/movements/{}/reversal", moved["id"]), reason(), 201).await;
    assert!(offers().await);
    take_back(&s, &number).await;
    assert_eq!(line(&s, &number).await["issued"][0]["state"], "in_use");
    s.prove().await;
});

on_both!(a_correction_says_why_and_only_where_the_step_was_told, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    s.act(&s.manager, &number, "diagnose", json!({ "finding": "端口烧毁" })).await;
    let told = s.inbox(&number).await.len();
    take_back(&s, &number).await;
    assert_eq!(s.inbox(&number).await.len(), told, "nobody had heard of the diagnosis");
    let acted = take_back(&s, &number).await;
    assert_eq!(acted["notices"].as_array().unwrap().len(), 1);
    let (kind, text) = s.inbox(&number).await.pop().unwrap();
    assert_eq!(kind, "correction");
    assert!(text.contains("录错了") && text.contains("更正"), "{text}");
});

on_both!(a_promise_that_runs_again_is_due_by_the_calendar_of_today, async |db: &Database| {
    let s = scene(db).await;
    five_days_on_loan(&s).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    s.repair_and_return(&number).await;
    assert_eq!(promise(&line(&s, &number).await, "repair_return"), is("kept", "2026-03-09"));
    // A notice that changes the days of a promise which has ended; it counts for it when it runs again.
    let app = &s.server.app;
    let mut days = app.calendar().published_days(2026);
    let date = "2026-03-04".parse().unwrap();
    days.push(PublishedDay { date, kind: ListedKind::Holiday, name: DayName::new("通知", "By notice") });
    days.sort_by_key(|day| day.date);
    let notices = [Notice { year: 2026, days }];
    act(app, move |tx, ctx| calendar::publish(tx, ctx, &notices)).await.unwrap();
    calendar::refresh(app).await.unwrap();
    take_back(&s, &number).await;
    assert_eq!(promise(&line(&s, &number).await, "repair_return"), is("open", "2026-03-10"));
    s.prove().await;
});
