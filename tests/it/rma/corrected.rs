//! What hangs on a step that is taken back: its mails, the promises of a service case, figures and packs told before, and whoever
//! tries what must not be.

use super::scene::{Scene, scene};
use crate::support::server::Client;
use crate::support::{Database, on_both};
use beiku::app::evidence::Pack;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Cursor;

fn reason() -> Value {
    json!({ "reason": "录错了" })
}

async fn at(db: &Database, instant: &str) {
    let instant: DateTime<Utc> = instant.parse().unwrap();
    let ahead = instant - db.clock().now();
    assert!(ahead >= TimeDelta::zero(), "time only goes on");
    db.clock().advance(ahead);
}

async fn take_back(s: &Scene, number: &str) -> Value {
    s.act(&s.manager, number, "take_back", reason()).await
}

async fn line(s: &Scene, number: &str) -> Value {
    s.prove().await;
    s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone()
}

/// Kind and state of each promise of an RMA, in the order they began.
async fn promises(s: &Scene, number: &str) -> Vec<String> {
    let said = |promise: &Value| {
        format!("{} {}", promise["kind"].as_str().unwrap(), promise["state"].as_str().unwrap())
    };
    line(s, number).await["promises"].as_array().unwrap().iter().map(said).collect()
}

/// Kind and state of each mail of an RMA, oldest first.
async fn mails(s: &Scene, number: &str) -> Vec<String> {
    let listed = s.get(&s.admin, &format!("/notices?rma={number}&limit=100")).await;
    let said =
        |mail: &Value| format!("{} {}", mail["kind"].as_str().unwrap(), mail["state"].as_str().unwrap());
    let mut mails: Vec<String> = listed["items"].as_array().unwrap().iter().map(said).collect();
    mails.reverse();
    mails
}

on_both!(a_mail_that_was_not_sent_is_withdrawn_and_one_that_was_is_corrected, async |db: &Database| {
    let s = scene(db).await;
    s.plan("five", json!({})).await;
    let number = s.request("S1", "repair_return").await;
    s.deliver().await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    // Nobody has read it yet: nobody need hear that it was wrong.
    let acted = take_back(&s, &number).await;
    assert_eq!(acted["notices"], json!([]));
    assert_eq!(mails(&s, &number).await, ["request_received sent", "authorised withdrawn"]);
    let id =
        s.get(&s.admin, &format!("/notices?rma={number}&limit=1")).await["items"][0]["id"].as_i64().unwrap();
    let (status, said) = s.admin.post(&format!("/notices/{id}/retry"), &json!({})).await;
    assert_eq!((status.as_u16(), &said["code"]), (409, &json!("notice_withdrawn")));
    s.deliver().await;
    assert_eq!(mails(&s, &number).await[1], "authorised withdrawn", "and it never goes out");
    // The same step again is news again.
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.deliver().await;
    let acted = take_back(&s, &number).await;
    assert_eq!(acted["notices"].as_array().unwrap().len(), 1);
    assert_eq!(mails(&s, &number).await[2..], ["authorised sent", "correction queued"]);
    // A mail given up goes out no more either; one being sent in this moment counts as sent.
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.server.sql("UPDATE outbox SET state = 'dead' WHERE kind = 'authorised' AND state = 'queued'").await;
    take_back(&s, &number).await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.server
        .sql("UPDATE outbox SET lease_owner = 'node' WHERE kind = 'authorised' AND state = 'queued'")
        .await;
    take_back(&s, &number).await;
    assert_eq!(
        mails(&s, &number).await[4..],
        ["authorised withdrawn", "authorised queued", "correction queued"]
    );
});

on_both!(a_reminder_of_what_was_never_owed_is_withdrawn, async |db: &Database| {
    let s = scene(db).await;
    s.plan("five", json!({})).await;
    let number = s.request("S1", "advance_replacement").await;
    s.hand_over_spare(&number).await;
    s.deliver().await;
    at(db, "2026-03-18T02:00:00Z").await;
    beiku::app::rma::remind(&s.server.app).await.unwrap();
    assert_eq!(mails(&s, &number).await.last().unwrap(), "faulty_overdue queued");
    assert_eq!(line(&s, &number).await["faulty_state"], "overdue");
    take_back(&s, &number).await;
    assert_eq!(mails(&s, &number).await.last().unwrap(), "faulty_overdue withdrawn");
    assert_eq!(line(&s, &number).await["faulty_state"], "not_due");
    // Reminded once more of what is owed from the real hand-over on.
    s.act(&s.clerk, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    assert_eq!(promises(&s, &number).await.last().unwrap(), "faulty_return open");
    s.books(&number).await;
});

/// The customer's plan promises all of a service case.
async fn scene_of_cases(db: &Database) -> Scene {
    let s = scene(db).await;
    let terms = json!([
        { "promise": "first_answer", "amount": 30, "unit": "minutes" },
        { "promise": "on_site", "amount": 120, "unit": "minutes" },
        { "promise": "restored", "amount": 360, "unit": "minutes" },
        { "promise": "failure_analysis", "amount": 3, "unit": "calendar_days" },
        { "promise": "repair_return", "amount": 60, "unit": "working_days", "target_bp": 9500 },
        { "promise": "faulty_return", "amount": 10, "unit": "working_days" },
        { "promise": "loan_return", "amount": 10, "unit": "working_days" },
    ]);
    s.plan("major", json!({ "regime": "loan", "terms": terms })).await;
    s
}

async fn asked(s: &Scene, serial: &str) -> String {
    let line = json!({ "part_no": "BOARD-1", "serial": serial, "fault": "端口不通", "mode": "loaner" });
    s.ask(&s.customer, json!({ "lines": [line] }), 201).await["number"].as_str().unwrap().to_owned()
}

on_both!(a_visit_that_never_was_leaves_its_promise_open, async |db: &Database| {
    let s = scene_of_cases(db).await;
    let number = asked(&s, "S1").await;
    db.clock().advance(TimeDelta::minutes(10));
    s.act(&s.engineer, &number, "arrive_on_site", json!({})).await;
    assert_eq!(promises(&s, &number).await, ["first_answer kept", "on_site kept", "restored open"]);
    take_back(&s, &number).await;
    // Nobody came and nobody answered: there was no mail of it.
    assert_eq!(promises(&s, &number).await, ["first_answer open", "on_site open", "restored open"]);
    db.clock().advance(TimeDelta::minutes(120));
    s.act(&s.engineer, &number, "arrive_on_site", json!({})).await;
    assert_eq!(promises(&s, &number).await, ["first_answer broken", "on_site broken", "restored open"]);
    // Restored, explained, and both not so: what was broken before stays what it was.
    s.act(&s.engineer, &number, "restore_service", json!({})).await;
    assert_eq!(promises(&s, &number).await[2..], ["restored kept", "failure_analysis open"]);
    let explained = json!({ "attachment": super::service::file(&s.manager, &number, "false").await });
    s.act(&s.engineer, &number, "report_failure", explained.clone()).await;
    assert_eq!(promises(&s, &number).await[3], "failure_analysis kept");
    take_back(&s, &number).await;
    assert_eq!(promises(&s, &number).await[3], "failure_analysis open");
    s.act(&s.engineer, &number, "report_failure", explained).await;
    take_back(&s, &number).await;
    take_back(&s, &number).await;
    let stand = ["first_answer broken", "on_site broken", "restored open"];
    assert_eq!(
        promises(&s, &number).await,
        stand,
        "the analysis was owed from the restoring on, which never was"
    );
    db.clock().advance(TimeDelta::minutes(300));
    s.act(&s.engineer, &number, "restore_service", json!({})).await;
    assert_eq!(promises(&s, &number).await[2..], ["restored broken", "failure_analysis open"]);
    insta::assert_snapshot!("service_case_taken_back", s.books(&number).await);
});

on_both!(whoever_read_a_mail_was_answered_all_the_same, async |db: &Database| {
    let s = scene_of_cases(db).await;
    // The mail is out: the customer had an answer, wrong as it was.
    let told = asked(&s, "S1").await;
    db.clock().advance(TimeDelta::minutes(10));
    s.act(&s.manager, &told, "authorise", json!({})).await;
    s.deliver().await;
    db.clock().advance(TimeDelta::minutes(60));
    take_back(&s, &told).await;
    assert_eq!(promises(&s, &told).await[0], "first_answer kept");
    // It is not, but somebody wrote to the customer since; not among ourselves.
    let written = asked(&s, "S2").await;
    s.act(&s.manager, &written, "authorise", json!({})).await;
    let notes = format!("/rmas/{written}/notes");
    s.post(&s.manager, &notes, json!({ "text": "老客户", "internal": true }), 201).await;
    db.clock().advance(TimeDelta::minutes(20));
    s.post(&s.manager, &notes, json!({ "text": "今天回复您" }), 201).await;
    db.clock().advance(TimeDelta::minutes(60));
    take_back(&s, &written).await;
    assert_eq!(promises(&s, &written).await[0], "first_answer kept");
    // Neither: nobody answered, and by now it is too late.
    let silent = asked(&s, "S3").await;
    s.act(&s.manager, &silent, "authorise", json!({})).await;
    db.clock().advance(TimeDelta::minutes(60));
    take_back(&s, &silent).await;
    assert_eq!(promises(&s, &silent).await[0], "first_answer broken");
});

/// The restated lines of a new pack over March, as it was told: RMA, old and new class, who, why.
async fn restated(s: &Scene) -> Vec<Vec<String>> {
    let made = s.post(&s.manager, "/evidence", json!({ "from": "2026-03", "to": "2026-03" }), 201).await;
    let path = format!("/evidence/{}", made["number"].as_str().unwrap());
    let bytes = s.manager.request(Method::GET, &path).send().await.unwrap().bytes().await.unwrap();
    let pack = Pack::read(Cursor::new(bytes.to_vec())).unwrap();
    let mut rows = csv::Reader::from_reader(pack.restated.as_bytes());
    let of = |row: csv::StringRecord| [1, 6, 7, 12, 13].map(|at| row[at].to_owned()).to_vec();
    rows.records().map(|row| of(row.unwrap())).collect()
}

on_both!(a_pack_told_before_is_restated_and_never_rewritten, async |db: &Database| {
    let mut s = scene(db).await;
    let terms =
        json!([{ "promise": "repair_return", "amount": 5, "unit": "working_days", "target_bp": 9500 }]);
    s.plan("five", json!({ "regime": "loan", "terms": terms })).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    s.repair_and_return(&number).await;
    at(db, "2026-03-31T15:30:00Z").await;
    s.renew().await;
    assert_eq!(restated(&s).await, Vec::<Vec<String>>::new());
    let rate = "/kpi/timely-repair?from=2026-03&to=2026-03";
    let told = s.get(&s.manager, rate).await["total"].clone();
    assert_eq!(told["timely"], 1);
    // A month later: it was another unit that went home then, this one came late.
    at(db, "2026-04-02T02:00:00Z").await;
    take_back(&s, &number).await;
    let real = json!({ "received_by": "黄杰", "occurred_at": "2026-03-30T02:00:00Z", "reason": "签收单", "note": "签收单" });
    s.act(&s.manager, &number, "confirm_returned", real).await;
    let rows = restated(&s).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0][..4], [number.as_str(), "timely", "missed", "wang2"]);
    assert!(rows[0][4].contains("take_back") && rows[0][4].contains("录错了"), "{rows:?}");
    assert!(rows[0][4].contains("confirm_returned"), "what was entered anew stands beside it: {rows:?}");
    assert_eq!(s.get(&s.manager, rate).await["total"]["timely"], 0);
    let then = s.get(&s.manager, &format!("{rate}&known_at=2026-03-31T15:30:00Z&as_of=2026-03-31")).await;
    assert_eq!(then["total"]["timely"], 1, "as was known then");
    s.prove().await;
});

on_both!(the_stock_of_a_month_that_is_over_is_right_at_once, async |db: &Database| {
    let mut s = scene(db).await;
    s.plan("five", json!({})).await;
    let number = s.request("S1", "advance_replacement").await;
    s.hand_over_spare(&number).await;
    at(db, "2026-04-01T02:00:00Z").await;
    s.renew().await;
    beiku::app::snapshots::take(&s.server.app).await.unwrap();
    let good = async |s: &Scene, as_of: &str| {
        let stock = s.get(&s.manager, &format!("/stock?part_no=BOARD-1&depot=JN&as_of={as_of}")).await;
        let rows = stock["items"].as_array().unwrap();
        rows.iter()
            .filter(|row| row["condition"] == "good")
            .map(|row| row["quantity"].as_i64().unwrap())
            .sum::<i64>()
    };
    let before = good(&s, "2026-03-31").await;
    take_back(&s, &number).await;
    take_back(&s, &number).await;
    assert_eq!(good(&s, "2026-03-31").await, before + 1, "the spare never left");
    beiku::app::snapshots::take(&s.server.app).await.unwrap();
    assert_eq!(good(&s, "2026-03-31").await, before + 1);
    s.prove().await;
});

/// Posts with the line's version.
async fn with_version(who: &Client, path: &str, version: &Value) -> (u16, Value) {
    let request =
        who.request(Method::POST, path).header("If-Match", format!("\"{version}\"")).json(&reason());
    let (status, said) = crate::support::server::read(request).await;
    (status.as_u16(), said)
}

on_both!(a_page_that_is_old_and_a_press_sent_twice_take_back_one_step, async |db: &Database| {
    let s = scene(db).await;
    s.plan("five", json!({})).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let seen = line(&s, &number).await["version"].clone();
    s.receive(&number, "S1").await;
    let path = format!("/rmas/{number}/lines/1/actions/take_back");
    // Meant was the yes, which is not the latest step any more.
    let (status, said) = with_version(&s.manager, &path, &seen).await;
    assert_eq!((status, &said["code"]), (412, &json!("stale_version")));
    assert_eq!(line(&s, &number).await["state"], "received");
    let seen = line(&s, &number).await["version"].clone();
    let (status, said) = with_version(&s.manager, &path, &seen).await;
    assert_eq!(status, 200, "{said}");
    let (status, said) = with_version(&s.manager, &path, &seen).await;
    assert_eq!((status, &said["code"]), (412, &json!("stale_version")), "a second press of the same page");
    assert_eq!(line(&s, &number).await["state"], "authorised");
    s.receive(&number, "S1").await;
    for _ in 0..2 {
        let answer = s.manager.post_once(&path, "one-press", &reason()).await;
        assert_eq!(answer.status().as_u16(), 200);
    }
    assert_eq!(line(&s, &number).await["state"], "authorised", "not the yes as well");
    // Two at once: one of them.
    s.receive(&number, "S1").await;
    let seen = line(&s, &number).await["version"].clone();
    let (one, two) =
        tokio::join!(with_version(&s.manager, &path, &seen), with_version(&s.second, &path, &seen));
    let mut both = [one.0, two.0];
    both.sort_unstable();
    assert_eq!(both, [200, 412]);
    assert_eq!(line(&s, &number).await["state"], "authorised");
});

on_both!(nobody_takes_back_what_is_not_theirs, async |db: &Database| {
    let s = scene(db).await;
    s.plan("five", json!({})).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    let technician = s.server.user("bing", beiku::domain::actor::Role::Technician, &["JN"], &[]).await;
    for who in [&s.clerk, &s.engineer, &s.customer, &technician] {
        assert_eq!(s.refused(who, &number, "take_back", reason()).await.0, 403);
        let shown = who.get(&format!("/rmas/{number}")).await.1;
        let allowed = shown["lines"][0]["allowed_actions"].as_array().unwrap().clone();
        assert!(!allowed.contains(&json!("take_back")), "{allowed:?}");
    }
    let gone = s.refused(&s.manager, "RMA-2026-999999", "take_back", reason()).await;
    assert_eq!(gone.0, 404);
    let (status, _) = s.manager.post(&format!("/rmas/{number}/lines/2/actions/take_back"), &reason()).await;
    assert_eq!(status.as_u16(), 404);
    // Another line of the same RMA keeps its own steps.
    let lines: Vec<Value> = ["S2", "S3"]
        .map(
            |serial| json!({ "part_no": "BOARD-1", "serial": serial, "fault": "x", "mode": "repair_return" }),
        )
        .to_vec();
    let two = s.post(&s.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    let two = two["number"].as_str().unwrap();
    for of in [1, 2] {
        s.act_on(&s.manager, two, of, "authorise", json!({})).await;
    }
    s.act_on(&s.manager, two, 1, "take_back", reason()).await;
    let rma = s.get(&s.manager, &format!("/rmas/{two}")).await;
    assert_eq!(
        (&rma["lines"][0]["state"], &rma["lines"][1]["state"]),
        (&json!("requested"), &json!("authorised"))
    );
    s.prove().await;
});

on_both!(what_stands_on_a_step_holds_it, async |db: &Database| {
    let s = scene(db).await;
    let terms =
        json!([{ "promise": "repair_return", "amount": 5, "unit": "working_days", "target_bp": 9500 }]);
    s.plan("five", json!({ "regime": "loan", "terms": terms })).await;
    // A line that ended, and the unit is in again under another RMA.
    let first = s.request("S1", "repair_return").await;
    s.act(&s.manager, &first, "authorise", json!({})).await;
    s.receive(&first, "S1").await;
    s.repair_and_return(&first).await;
    let again = s.request("S1", "repair_return").await;
    assert_eq!(
        s.refused(&s.manager, &first, "take_back", reason()).await,
        (409, "rma_already_open".to_owned())
    );
    s.act(&s.manager, &again, "authorise", json!({})).await;
    s.receive(&again, "S1").await;
    assert_eq!(s.refused(&s.manager, &first, "take_back", reason()).await.0, 409);
    // In order: what came later first.
    for state in ["authorised", "requested"] {
        take_back(&s, &again).await;
        assert_eq!(line(&s, &again).await["state"], state);
    }
    s.act(&s.manager, &again, "cancel", json!({ "reason": "重复" })).await;
    take_back(&s, &first).await;
    assert_eq!(line(&s, &first).await["state"], "dispatched");
    // A spare that was let go, and is somebody else's by now.
    let mine = s.request("S2", "loaner").await;
    s.act(&s.manager, &mine, "authorise", json!({})).await;
    s.act(&s.clerk, &mine, "reserve_replacement", json!({ "depot": "JN" })).await;
    let serial = line(&s, &mine).await["issued"][0]["serial"].clone();
    s.act(&s.manager, &mine, "cancel", json!({ "reason": "不用了" })).await;
    let theirs = s.request("S3", "loaner").await;
    s.act(&s.manager, &theirs, "authorise", json!({})).await;
    s.act(&s.clerk, &theirs, "reserve_replacement", json!({ "serial": serial })).await;
    assert_eq!(s.refused(&s.manager, &mine, "take_back", reason()).await, (409, "unit_reserved".to_owned()));
    assert_eq!(line(&s, &mine).await["state"], "cancelled", "nothing was half taken back");
    take_back(&s, &theirs).await;
    take_back(&s, &mine).await;
    let held = line(&s, &mine).await;
    assert_eq!((&held["state"], &held["issued"][0]["state"]), (&json!("authorised"), &json!("reserved")));
    // And it can leave: the reservation is a real one.
    let parcel = json!({ "carrier": "顺丰", "tracking_no": "SF1" });
    s.act(&s.clerk, &mine, "ship_replacement", parcel).await;
    s.prove().await;
});

on_both!(a_step_is_taken_back_now_and_the_note_is_kept, async |db: &Database| {
    let s = scene(db).await;
    s.plan("five", json!({})).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    db.clock().advance(TimeDelta::hours(2));
    let path = format!("/rmas/{number}/lines/1/actions/take_back");
    let dated = json!({ "reason": "录错了", "occurred_at": "2026-03-02T02:00:00Z" });
    let said = s.post(&s.manager, &path, dated, 422).await;
    assert_eq!(
        (&said["errors"][0]["field"], &said["errors"][0]["code"]),
        (&json!("occurred_at"), &json!("taken_back_now"))
    );
    assert_eq!(line(&s, &number).await["state"], "authorised");
    s.act(&s.manager, &number, "take_back", json!({ "reason": "录错了", "note": "见邮件" })).await;
    let timeline = s.get(&s.manager, &format!("/rmas/{number}")).await["timeline"].clone();
    let event =
        timeline.as_array().unwrap().iter().find(|event| event["kind"] == "take_back").unwrap().clone();
    assert_eq!(event["note"], "录错了 · 见邮件");
});
