//! From when on an equivalent board is owed: the decision, the verdict, or the day after the repair was due (NUMBERS §2).

use super::scene::{Scene, scene};
use crate::support::{self, Database, Engine, on_both};
use beiku::app::App;
use beiku::jobs::{Job, Scheduler};
use beiku::store::Store;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// State, first day (UTC) and due date of every board promised on line 1, oldest first.
async fn boards(s: &Scene, number: &str) -> Vec<[String; 3]> {
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let promised = rma["lines"][0]["promises"].as_array().unwrap().iter();
    let promised = promised.filter(|promise| promise["kind"] == "equivalent_exchange");
    promised
        .map(|promise| [text(&promise["state"]), text(&promise["started_at"]), text(&promise["due_on"])])
        .collect()
}

fn board(state: &str, started_at: &str, due_on: &str) -> Vec<[String; 3]> {
    vec![[state.to_owned(), started_at.to_owned(), due_on.to_owned()]]
}

/// The figure of the thirty-day exchange: kept, broken, pending, excluded, rate, target met. Behind each number stand as many
/// promises as it says.
async fn exchanges(s: &Scene, asked: &str) -> Value {
    let report = s.get(&s.manager, &format!("/kpi/promises?{asked}")).await;
    let kinds = report["kinds"].as_array().unwrap();
    for figures in kinds {
        let kind = figures["kind"].as_str().unwrap();
        for class in ["kept", "broken", "pending", "floating", "excluded"] {
            let (mut rows, mut cursor) = (0, String::new());
            loop {
                let path = format!("/kpi/promises/lines?{asked}&kind={kind}&class={class}&limit=1{cursor}");
                let page = s.get(&s.manager, &path).await;
                rows += page["items"].as_array().unwrap().len();
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(json!(rows), figures[class], "{kind} {class}");
        }
    }
    let found = kinds.iter().find(|figures| figures["kind"] == "equivalent_exchange").unwrap();
    json!(["kept", "broken", "pending", "excluded", "rate", "meets_target"].map(|name| &found[name]))
}

/// A board received on 2 March 2026: its repair is due on 28 May.
async fn received(s: &Scene, serial: &str) -> String {
    let number = s.request(serial, "repair_return").await;
    s.receive(&number, serial).await;
    number
}

async fn give_board(s: &Scene, number: &str, serial: &str) {
    let parcel = json!({ "serial": serial, "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, number, "ship_exchange", parcel).await;
    s.act(&s.clerk, number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
}

on_both!(a_board_is_owed_from_the_verdict_on, async |db: &Database| {
    let s = scene(db).await;
    let number = received(&s, "B1").await;
    let judged = s.act(&s.manager, &number, "diagnose", json!({ "outcome": "ber", "finding": "烧毁" })).await;
    assert!(judged["allowed_actions"].as_array().unwrap().contains(&json!("decide_exchange")), "{judged}");
    let from_verdict = boards(&s, &number).await;
    assert_eq!((from_verdict.len(), from_verdict[0][0].as_str()), (1, "open"));
    assert_eq!(from_verdict[0][2], "2026-04-01", "thirty days from the verdict");
    db.clock().advance(TimeDelta::days(5));
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    assert_eq!(boards(&s, &number).await, from_verdict, "the decision starts nothing anew");
    s.server.sql("UPDATE rma SET tracking_code = 'ABCDEFGHJKLM'").await;
    let followed = s.get(&s.server.anybody(), &format!("/track/{number}?code=ABCDEFGHJKLM")).await;
    assert_eq!(followed["lines"][0]["promised_on"], "2026-04-01", "the day of the board, not of the repair");
    give_board(&s, &number, "SPARE1").await;
    assert_eq!(boards(&s, &number).await[0][0], "kept");
    insta::assert_snapshot!("board_from_verdict", s.books(&number).await);
    // Who wants the board scrapped, or back as it is, is owed no other.
    let scrapped = received(&s, "B2").await;
    s.act(&s.manager, &scrapped, "diagnose", json!({ "outcome": "ber" })).await;
    s.act(&s.manager, &scrapped, "agree_scrap", json!({ "by": "黄杰", "evidence": "邮件 0309" })).await;
    assert_eq!(boards(&s, &scrapped).await[0][0], "excluded");
    s.act(&s.clerk, &scrapped, "scrap", json!({})).await;
    assert_eq!(boards(&s, &scrapped).await.len(), 1);
    let home = received(&s, "B3").await;
    s.act(&s.manager, &home, "diagnose", json!({ "outcome": "ber" })).await;
    s.send_home(&home).await;
    assert_eq!(boards(&s, &home).await[0][0], "excluded");
});

on_both!(a_late_repair_owes_a_board_from_the_day_after_it_was_due, async |db: &Database| {
    let mut s = scene(db).await;
    let late = received(&s, "B1").await;
    let given = received(&s, "B2").await;
    let jobs = Scheduler::new(s.server.app.clone());
    db.clock().set("2026-05-28T15:00:00Z".parse().unwrap());
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 0, "the last day is not over");
    db.clock().set("2026-06-01T02:00:00Z".parse().unwrap());
    s.renew().await;
    // Two nodes at once, and again: once a line.
    let other = match db.engine() {
        Engine::Sqlite => support::app(db),
        Engine::Postgres => App::new(Store::open(db.address()).unwrap(), db.clock().as_clock()),
    };
    let other = Scheduler::new(other);
    let (here, there) = tokio::join!(jobs.turn(Job::OweBoards), other.turn(Job::OweBoards));
    assert_eq!(here.unwrap() + there.unwrap(), 2);
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 0);
    let from_lateness = board("open", "2026-05-28T16:00:00Z", "2026-06-28");
    assert_eq!(boards(&s, &late).await, from_lateness);
    assert_eq!(boards(&s, &given).await, from_lateness);
    // Nobody decided anything: the customer reads of no exchange, in no mail and on no page, and the figures stay.
    let rma = s.get(&s.manager, &format!("/rmas/{late}")).await;
    assert!(rma["lines"][0]["allowed_actions"].as_array().unwrap().contains(&json!("decide_exchange")));
    // The board can still be in time, so it is proposed until its own last day.
    let proposal = &rma["lines"][0]["exchange_proposal"];
    assert_eq!(
        (&proposal["serial"], &proposal["decide_by"], &proposal["deliver_by"]),
        (&json!("SPARE1"), &json!("2026-06-28"), &json!("2026-06-28")),
        "{rma}"
    );
    let code = rma["tracking_code"].as_str().unwrap();
    let tracked = s.get(&s.manager, &format!("/track/{late}?code={code}")).await.to_string();
    assert!(!tracked.contains("exchange"), "{tracked}");
    for variant in ["strict", "by_due", "remedy30"] {
        let asked = format!("/kpi/timely-repair?from=2026-05&to=2026-05&variant={variant}");
        let total = s.get(&s.manager, &asked).await["total"].clone();
        assert_eq!(
            (&total["eligible"], &total["timely"], &total["pending"]),
            (&json!(2), &json!(0), &json!(0))
        );
    }
    // The own unit comes home repaired after all: no board is owed any more.
    s.repair_and_return(&late).await;
    assert_eq!(boards(&s, &late).await, board("excluded", "2026-05-28T16:00:00Z", "2026-06-28"));
    // A decision now starts no second clock, and the board is in time by the first.
    s.act(&s.manager, &given, "decide_exchange", json!({ "reason": "修不好" })).await;
    assert_eq!(boards(&s, &given).await, from_lateness);
    give_board(&s, &given, "SPARE1").await;
    assert_eq!(boards(&s, &given).await, board("kept", "2026-05-28T16:00:00Z", "2026-06-28"));
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 0, "nothing is opened for what has ended");
    assert_eq!(exchanges(&s, "from=2026-06&to=2026-06").await, json!([1, 0, 0, 1, 1.0, true]));
    insta::assert_snapshot!("board_from_lateness", [s.books(&late).await, s.books(&given).await].join("\n"));
});

on_both!(a_decision_after_the_due_date_starts_the_day_after_it, async |db: &Database| {
    let mut s = scene(db).await;
    let number = received(&s, "B1").await;
    db.clock().set("2026-06-10T02:00:00Z".parse().unwrap());
    s.renew().await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
    assert_eq!(boards(&s, &number).await, board("open", "2026-05-28T16:00:00Z", "2026-06-28"));
    db.clock().set("2026-06-29T02:00:00Z".parse().unwrap());
    s.renew_again().await;
    give_board(&s, &number, "SPARE1").await;
    assert_eq!(boards(&s, &number).await[0][0], "broken", "thirty days from the day it was late");
    assert_eq!(exchanges(&s, "from=2026-06&to=2026-06").await, json!([0, 1, 0, 0, 0.0, false]));
    let then = exchanges(&s, "from=2026-06&to=2026-06&as_of=2026-06-20").await;
    assert_eq!(then, json!([0, 0, 1, 0, null, null]), "its time was not over");
    let bad = s.manager.get("/kpi/promises/lines?class=lost").await;
    assert_eq!((bad.0.as_u16(), &bad.1["errors"][0]["field"]), (422, &json!("class")));
});

on_both!(what_is_recorded_late_moves_the_start_of_the_board, async |db: &Database| {
    let mut s = scene(db).await;
    let (decided, waited) = (received(&s, "B1").await, received(&s, "B2").await);
    let jobs = Scheduler::new(s.server.app.clone());
    db.clock().set("2026-06-01T02:00:00Z".parse().unwrap());
    s.renew().await;
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 2);
    // It had been decided before the date, and was put down only now.
    let late = json!({ "reason": "修不好", "occurred_at": "2026-05-20T02:00:00Z", "note": "补录" });
    s.act(&s.manager, &decided, "decide_exchange", late).await;
    assert_eq!(boards(&s, &decided).await, board("open", "2026-05-20T02:00:00Z", "2026-06-19"));
    // The customer had us wait before the date: the repair is not late, and owes no board.
    let wait = json!({ "reason": "等待客户", "said_by": "黄杰", "occurred_at": "2026-05-20T02:00:00Z", "note": "补录" });
    s.act(&s.manager, &waited, "hold", wait).await;
    assert_eq!(boards(&s, &waited).await[0][0], "excluded");
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 0);
    s.act(&s.manager, &waited, "resume", json!({})).await;
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 0, "the date moved on");
    db.clock().set("2026-06-29T02:00:00Z".parse().unwrap());
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 1, "late by the new date");
    s.renew_again().await;
    let states: Vec<String> = boards(&s, &waited).await.into_iter().map(|[state, ..]| state).collect();
    assert_eq!(states, ["excluded", "open"]);
});

on_both!(a_calendar_that_moves_the_date_on_takes_back_the_board_owed_for_lateness, async |db: &Database| {
    let mut s = scene(db).await;
    let (late, decided) = (received(&s, "B1").await, received(&s, "B2").await);
    let jobs = Scheduler::new(s.server.app.clone());
    db.clock().set("2026-06-01T02:00:00Z".parse().unwrap());
    s.renew().await;
    let admin = s.server.user("root2", beiku::domain::actor::Role::Admin, &[], &[]).await;
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 2);
    s.act(&s.manager, &decided, "decide_exchange", json!({ "reason": "修不好" })).await;
    // A notice makes two weeks of May holidays: the repair is due in June.
    let year = s.get(&s.manager, "/calendar?year=2026").await;
    let mut days = year["days"].as_array().unwrap().clone();
    for day in (11..=15).chain(18..=22) {
        days.push(json!({ "date": format!("2026-05-{day}"), "kind": "holiday", "name_zh": "调休" }));
    }
    s.post(&admin, "/calendar", json!({ "days": days }), 201).await;
    assert_eq!(boards(&s, &late).await[0][0], "excluded", "it is not late, and owes no board");
    assert_eq!(boards(&s, &decided).await[0][0], "open", "that one was decided");
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 0);
    s.prove().await;
});

on_both!(a_board_that_came_too_late_stays_broken_when_the_own_unit_comes_home, async |db: &Database| {
    let mut s = scene(db).await;
    let late = received(&s, "B1").await;
    let jobs = Scheduler::new(s.server.app.clone());
    db.clock().set("2026-06-01T02:00:00Z".parse().unwrap());
    assert_eq!(jobs.turn(Job::OweBoards).await.unwrap(), 1);
    db.clock().set("2026-07-03T02:00:00Z".parse().unwrap());
    s.renew().await;
    s.repair_and_return(&late).await;
    assert_eq!(boards(&s, &late).await, board("broken", "2026-05-28T16:00:00Z", "2026-06-28"));
    s.prove().await;
});

on_both!(each_line_of_an_rma_has_its_own_board, async |db: &Database| {
    let s = scene(db).await;
    let line = |serial: &str| json!({ "part_no": "BOARD-1", "serial": serial, "fault": "端口不通" });
    let asked = json!({ "customer": "C1", "lines": [line("B1"), line("B2")] });
    let number = s.ask(&s.manager, asked, 201).await["number"].as_str().unwrap().to_owned();
    for (at, serial) in [(1, "B1"), (2, "B2")] {
        s.act_on(&s.clerk, &number, at, "receive_faulty", json!({ "depot": "JN", "serial": serial })).await;
    }
    s.server.sql("UPDATE rma_line SET risk_bp = 4200").await;
    s.act_on(&s.manager, &number, 1, "accept_exchange_proposal", json!({})).await;
    s.act_on(&s.manager, &number, 2, "decide_exchange", json!({ "reason": "修不好" })).await;
    let held = async || {
        let open = s.get(&s.manager, "/reservations?state=open").await;
        open["items"].as_array().unwrap().iter().map(|row| row["serial"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(held().await, ["SPARE1"]);
    let path = format!("/rmas/{number}/lines/2/actions/ship_exchange");
    let (status, said) = s.clerk.post(&path, &json!({ "serial": "SPARE1" })).await;
    assert_eq!((status.as_u16(), &said["code"]), (409, &json!("unit_reserved")), "{said}");
    let sent = s.act_on(&s.clerk, &number, 2, "ship_exchange", json!({})).await;
    assert_eq!(sent["issued"][0]["serial"], "SPARE2", "{sent}");
    assert_eq!(held().await, ["SPARE1"], "it is still held");
    let sent = s.act_on(&s.clerk, &number, 1, "ship_exchange", json!({})).await;
    assert_eq!(sent["issued"][0]["serial"], "SPARE1", "{sent}");
    s.prove().await;
});

on_both!(a_spare_held_for_one_line_is_not_given_on_another, async |db: &Database| {
    let s = scene(db).await;
    let line = |serial: &str| json!({ "part_no": "BOARD-1", "serial": serial, "fault": "端口不通", "mode": "loaner" });
    let asked = json!({ "customer": "C1", "lines": [line("B1"), line("B2")] });
    let number = s.ask(&s.manager, asked, 201).await["number"].as_str().unwrap().to_owned();
    for at in [1, 2] {
        s.act_on(&s.manager, &number, at, "authorise", json!({})).await;
    }
    let spare = json!({ "serial": "SPARE1" });
    s.act_on(&s.clerk, &number, 1, "reserve_replacement", spare.clone()).await;
    let path = format!("/rmas/{number}/lines/2/actions/reserve_replacement");
    let (status, said) = s.clerk.post(&path, &spare).await;
    assert_eq!((status.as_u16(), &said["code"]), (409, &json!("unit_reserved")), "{said}");
    s.prove().await;
});
