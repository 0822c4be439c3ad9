//! Reminders of what is owed to us: each names what it is about, with its own day, in the contact's language.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use beiku::jobs::{Job, Scheduler};
use chrono::TimeDelta;
use serde_json::json;

/// A loaner line: the serial of the spare that was handed over is the answer, beside the number.
async fn lent(s: &Scene, customer: &str) -> (String, String) {
    let line = json!({ "part_no": "BOARD-1", "serial": format!("{customer}-B"), "fault": "端口不通", "mode": "loaner" });
    let made = s.ask(&s.manager, json!({ "customer": customer, "lines": [line] }), 201).await;
    let number = made["number"].as_str().unwrap().to_owned();
    s.hand_over_spare(&number).await;
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    (number, rma["lines"][0]["issued"][0]["serial"].as_str().unwrap().to_owned())
}

on_both!(each_thing_owed_is_asked_for_by_its_own_name_and_day, async |db: &Database| {
    let s = scene(db).await;
    let contact = json!([{ "name": "Ann", "email": "ann@c2.example", "language": "en" }]);
    let second = json!({ "code": "C2", "name": "Dezhou Water", "plan": "gold", "language": "en", "contacts": contact });
    s.post(&s.admin, "/customers", second, 201).await;
    for serial in ["SPARE3", "SPARE4"] {
        let bought = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": "JN" });
        s.post(&s.manager, "/movements", bought, 201).await;
    }
    let lines = [("C1", lent(&s, "C1").await), ("C2", lent(&s, "C2").await)];
    // Two days later the spares turn out to be dead: two things are owed on each line, each with its own day.
    db.clock().advance(TimeDelta::days(2));
    for (_, (number, spare)) in &lines {
        s.act(&s.clerk, number, "report_doa", json!({ "serial": spare, "reason": "不上电" })).await;
    }
    let scheduler = Scheduler::new(s.server.app.clone());
    let mut sent = vec![];
    for days in [9, 2, 8] {
        db.clock().advance(TimeDelta::days(days));
        sent.push(scheduler.turn(Job::Remind).await.unwrap());
    }
    assert_eq!(sent, [2, 2, 4], "three days before, and when it is late");
    // Later only the second loaner is out.
    for (customer, (number, spare)) in &lines {
        s.act(&s.clerk, number, "recover_loan", json!({ "depot": "JN", "serial": spare })).await;
        s.issue_spare(number).await;
        s.receive(number, &format!("{customer}-B")).await;
        s.send_home(number).await;
    }
    for days in [12, 14] {
        db.clock().advance(TimeDelta::days(days));
        assert_eq!(scheduler.turn(Job::Remind).await.unwrap(), 2);
    }
    s.prove().await;
    let mut told = vec![];
    for (customer, (number, spare)) in &lines {
        let own = format!("{customer}-B");
        let mails = s.inbox(number).await;
        let owed: Vec<_> = mails
            .iter()
            .filter(|(kind, _)| kind == "faulty_overdue")
            .map(|(_, mail)| (mail.contains(&own), mail.contains(spare.as_str())))
            .collect();
        assert_eq!(owed, [(true, false), (false, true), (true, false), (false, true)]);
        let reminders = mails.into_iter().filter(|(kind, _)| kind.ends_with("due"));
        told.extend(reminders.map(|(kind, mail)| format!("[{kind}] {mail}")));
    }
    insta::assert_snapshot!("what_is_owed", told.join("\n――――――――\n\n"));
});
