//! The promises of a service case: a first answer, somebody on site, the service restored, the failure explained.

use super::scene::{Scene, scene};
use crate::support::server::{Client, read};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// The customer's plan promises all of it, in minutes and days.
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

/// The customer asks for help with one board.
async fn asked(s: &Scene, serial: &str, mode: &str) -> String {
    let line = json!({ "part_no": "BOARD-1", "serial": serial, "fault": "端口不通", "mode": mode });
    s.ask(&s.customer, json!({ "lines": [line] }), 201).await["number"].as_str().unwrap().to_owned()
}

/// Kind and state of each promise of an RMA, in the order they began.
async fn promises(s: &Scene, number: &str) -> Vec<String> {
    let view = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let said = |promise: &Value| {
        format!("{} {}", promise["kind"].as_str().unwrap(), promise["state"].as_str().unwrap())
    };
    view["lines"][0]["promises"].as_array().unwrap().iter().map(said).collect()
}

/// A file on the RMA; its id.
pub(super) async fn file(who: &Client, number: &str, internal: &str) -> i64 {
    let content = Part::bytes(b"%PDF-1.7 The power stage failed.".to_vec()).file_name("analysis.pdf");
    let form = Form::new().text("internal", internal.to_owned()).part("file", content);
    let (status, made) =
        read(who.request(Method::POST, &format!("/rmas/{number}/files")).multipart(form)).await;
    assert_eq!(status.as_u16(), 201, "{made}");
    made["items"].as_array().unwrap().last().unwrap()["id"].as_i64().unwrap()
}

on_both!(a_case_is_answered_visited_restored_and_explained, async |db: &Database| {
    let s = scene_of_cases(db).await;
    let number = asked(&s, "S1", "loaner").await;
    assert_eq!(promises(&s, &number).await, ["first_answer open", "on_site open", "restored open"]);
    // What the customer says is no answer, nor is a note nobody outside reads.
    s.post(&s.customer, &format!("/rmas/{number}/notes"), json!({ "text": "很急" }), 201).await;
    let internal = json!({ "text": "老客户", "internal": true });
    s.post(&s.manager, &format!("/rmas/{number}/notes"), internal, 201).await;
    assert_eq!(promises(&s, &number).await[0], "first_answer open");
    db.clock().advance(TimeDelta::minutes(20));
    s.post(&s.manager, &format!("/rmas/{number}/notes"), json!({ "text": "工程师已出发" }), 201).await;
    assert_eq!(promises(&s, &number).await[0], "first_answer kept");
    db.clock().advance(TimeDelta::minutes(90));
    assert_eq!(s.refused(&s.customer, &number, "arrive_on_site", json!({})).await.0, 403);
    s.act(&s.engineer, &number, "arrive_on_site", json!({})).await;
    assert_eq!(s.refused(&s.engineer, &number, "arrive_on_site", json!({})).await.1, "action_not_allowed");
    db.clock().advance(TimeDelta::minutes(120));
    s.hand_over_spare(&number).await;
    let expected =
        ["first_answer kept", "on_site kept", "restored kept", "failure_analysis open", "faulty_return open"];
    let mut found = promises(&s, &number).await;
    found.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(found, expected);
    // The report is a file the customer can read.
    let hidden = file(&s.manager, &number, "true").await;
    let said = s.refused(&s.manager, &number, "report_failure", json!({ "attachment": hidden })).await;
    assert_eq!(said, (422, "invalid".into()));
    assert_eq!(s.refused(&s.manager, &number, "report_failure", json!({ "attachment": 999 })).await.0, 422);
    let report = file(&s.manager, &number, "false").await;
    db.clock().advance(TimeDelta::days(2));
    s.act(&s.engineer, &number, "report_failure", json!({ "attachment": report })).await;
    s.receive(&number, "S1").await;
    s.repair_and_return(&number).await;
    insta::assert_snapshot!("service_case", s.books(&number).await);
});

on_both!(what_comes_late_is_broken_and_what_nobody_needs_falls_away, async |db: &Database| {
    let s = scene_of_cases(db).await;
    // Nobody came, and the service ran again in time: nobody need come.
    let quick = asked(&s, "S1", "repair_return").await;
    db.clock().advance(TimeDelta::minutes(31));
    s.act(&s.engineer, &quick, "restore_service", json!({ "note": "重新插拔后恢复" })).await;
    assert_eq!(
        promises(&s, &quick).await,
        ["first_answer broken", "on_site excluded", "restored kept", "failure_analysis open"]
    );
    assert_eq!(s.refused(&s.engineer, &quick, "restore_service", json!({})).await.1, "action_not_allowed");
    // Late by a minute: nobody came in time either, whether needed or not.
    let slow = asked(&s, "S2", "repair_return").await;
    db.clock().advance(TimeDelta::minutes(361));
    s.act(&s.engineer, &slow, "restore_service", json!({})).await;
    assert_eq!(
        promises(&s, &slow).await,
        ["first_answer broken", "on_site broken", "restored broken", "failure_analysis open"]
    );
    // The customer calls it off in time: nothing was missed. Turned down: answered, and nothing else is owed.
    let off = asked(&s, "S3", "repair_return").await;
    s.act(&s.customer, &off, "cancel", json!({ "reason": "已自行恢复" })).await;
    assert_eq!(promises(&s, &off).await, ["first_answer excluded", "on_site excluded", "restored excluded"]);
    let no = asked(&s, "S4", "repair_return").await;
    s.act(&s.manager, &no, "reject", json!({ "reason": "不在合同范围" })).await;
    assert_eq!(promises(&s, &no).await, ["first_answer kept", "on_site excluded", "restored excluded"]);
    // One of our people took the call: that was the answer.
    let called = s.request("S5", "repair_return").await;
    assert_eq!(promises(&s, &called).await, ["first_answer kept", "on_site open", "restored open"]);
    for number in [&quick, &slow, &off, &no, &called] {
        s.books(number).await;
    }
});

on_both!(a_spare_that_is_dead_has_restored_nothing, async |db: &Database| {
    let s = scene_of_cases(db).await;
    let number = asked(&s, "S1", "loaner").await;
    s.hand_over_spare(&number).await;
    let shown = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let spare = shown["lines"][0]["issued"][0]["serial"].as_str().unwrap().to_owned();
    db.clock().advance(TimeDelta::hours(1));
    s.act(&s.customer, &number, "report_doa", json!({ "serial": spare })).await;
    let restored = |found: Vec<String>| -> Vec<String> {
        found.into_iter().filter(|promise| promise.starts_with("restored")).collect()
    };
    assert_eq!(restored(promises(&s, &number).await), ["restored kept", "restored open"]);
    db.clock().advance(TimeDelta::hours(7));
    s.issue_spare(&number).await;
    assert_eq!(restored(promises(&s, &number).await), ["restored kept", "restored broken"]);
    s.books(&number).await;
});

on_both!(a_plan_without_these_promises_makes_none, async |db: &Database| {
    let s = scene(db).await;
    let number = asked(&s, "S1", "repair_return").await;
    assert_eq!(promises(&s, &number).await, [""; 0]);
    assert_eq!(s.refused(&s.engineer, &number, "arrive_on_site", json!({})).await.1, "action_not_allowed");
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    s.repair_and_return(&number).await;
    assert_eq!(promises(&s, &number).await, ["repair_return kept"]);
});

on_both!(a_line_that_ends_otherwise_is_judged_with_its_repair, async |db: &Database| {
    let s = scene_of_cases(db).await;
    // The own unit is home and runs: a loaner that is dead by then stops nothing.
    let home = asked(&s, "S1", "loaner").await;
    s.hand_over_spare(&home).await;
    let shown = s.get(&s.manager, &format!("/rmas/{home}")).await;
    let spare = shown["lines"][0]["issued"][0]["serial"].as_str().unwrap().to_owned();
    s.receive(&home, "S1").await;
    s.repair_and_return(&home).await;
    s.act(&s.manager, &home, "report_doa", json!({ "serial": spare })).await;
    assert!(!promises(&s, &home).await.contains(&"restored open".to_owned()));
    // Sent home as it was, we gave up; called off in time after that, the customer did.
    let off = asked(&s, "S2", "repair_return").await;
    s.act(&s.manager, &off, "authorise", json!({})).await;
    s.receive(&off, "S2").await;
    s.send_home(&off).await;
    let expected = ["first_answer kept", "on_site broken", "restored broken", "repair_return broken"];
    assert_eq!(promises(&s, &off).await, expected);
    s.act(&s.customer, &off, "cancel", json!({ "reason": "已自行更换" })).await;
    let expected = ["first_answer kept", "on_site excluded", "restored excluded", "repair_return excluded"];
    assert_eq!(promises(&s, &off).await, expected);
    // Agreed to be scrapped in time, whenever it is.
    let scrapped = asked(&s, "S3", "repair_return").await;
    s.act(&s.manager, &scrapped, "authorise", json!({})).await;
    s.receive(&scrapped, "S3").await;
    let agreed = json!({ "by": "黄杰", "evidence": "邮件" });
    s.act(&s.manager, &scrapped, "agree_scrap", agreed).await;
    db.clock().advance(TimeDelta::days(1));
    s.act(&s.clerk, &scrapped, "scrap", json!({})).await;
    assert_eq!(
        promises(&s, &scrapped).await[..3],
        ["first_answer kept", "on_site excluded", "restored excluded"]
    );
    for number in [&home, &off, &scrapped] {
        s.books(number).await;
    }
});

on_both!(an_answer_put_down_late_was_given_when_it_was_given, async |db: &Database| {
    let s = scene_of_cases(db).await;
    let number = asked(&s, "S1", "repair_return").await;
    let asked_at = db.clock().now();
    // An engineer called back after ten minutes and writes it down later; the first note came too late.
    db.clock().advance(TimeDelta::minutes(40));
    s.post(&s.manager, &format!("/rmas/{number}/notes"), json!({ "text": "已安排工程师" }), 201).await;
    assert_eq!(promises(&s, &number).await[0], "first_answer broken");
    db.clock().advance(TimeDelta::minutes(20));
    let late = |minutes: i64| json!({ "occurred_at": asked_at + TimeDelta::minutes(minutes) });
    s.act(&s.manager, &number, "authorise", late(35)).await;
    assert_eq!(promises(&s, &number).await[0], "first_answer broken", "earlier, and too late all the same");
    let other = asked(&s, "S2", "repair_return").await;
    let asked_at = db.clock().now();
    db.clock().advance(TimeDelta::minutes(40));
    s.post(&s.manager, &format!("/rmas/{other}/notes"), json!({ "text": "已安排工程师" }), 201).await;
    db.clock().advance(TimeDelta::minutes(20));
    let called = json!({ "occurred_at": asked_at + TimeDelta::minutes(10), "note": "10 分钟内已电话答复" });
    s.act(&s.manager, &other, "authorise", called).await;
    assert_eq!(promises(&s, &other).await[0], "first_answer kept");
    let view = s.get(&s.manager, &format!("/rmas/{other}")).await;
    let answered = view["lines"][0]["promises"][0]["ended_at"].as_str().unwrap().to_owned();
    assert_eq!(answered.parse::<chrono::DateTime<chrono::Utc>>().unwrap(), asked_at + TimeDelta::minutes(10));
    for number in [&number, &other] {
        s.books(number).await;
    }
});
