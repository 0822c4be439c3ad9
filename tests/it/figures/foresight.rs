//! Turnaround, forecast and the chance of missing, as programs get them.

use super::lasted::lines_behind;
use super::scene::{Case, noon, on_database, write};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use beiku::domain::calendar::{Calendar, ClockTerms};
use beiku::jobs::{Job, Scheduler};
use beiku::store::sql::sql;
use chrono::NaiveDate;
use serde_json::{Value, json};

const AS_OF: &str = "2026-06-30";

/// Vector B-P7: counted days and whether the line came back.
pub const SEEN: [(u32, bool); 16] = [
    (12, true),
    (20, true),
    (20, true),
    (25, false),
    (31, true),
    (33, false),
    (40, true),
    (40, false),
    (45, true),
    (52, true),
    (55, false),
    (58, true),
    (60, true),
    (60, false),
    (63, true),
    (70, false),
];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The day of receipt that makes a line so many counted days old on `on`.
pub fn received_before(on: NaiveDate, days: u32) -> NaiveDate {
    let terms = ClockTerms::REPAIR_RETURN;
    let old = |received: NaiveDate| Calendar::builtin().used_days(received, &terms, &[], on);
    let mut received = on;
    while old(received) < days {
        received = received.pred_opt().unwrap();
    }
    assert_eq!(old(received), days);
    received
}

fn vector() -> Vec<Case> {
    let cases = SEEN.iter().enumerate().map(|(n, (days, returned))| {
        let rma = format!("V-{n:02}");
        // What came back did so on different days of the months before.
        let seen_on = if *returned { day("2026-03-02") } else { day(AS_OF) };
        let case = Case::new(&rma, &received_before(seen_on, *days).to_string());
        if *returned { case.with("confirm_returned", &seen_on.to_string()) } else { case }
    });
    cases.collect()
}

pub async fn server(db: &Database) -> Server {
    db.clock().set("2026-06-30T04:00:00Z".parse().unwrap());
    let server = Server::start(db);
    write(&server.app, vector()).await;
    server
}

on_both!(the_turnaround_of_the_vector_over_http, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (status, found) = manager.get("/kpi/turnaround?from=2025-09&to=2026-06&by=depot").await;
    assert_eq!(status, 200, "{found}");
    let total = &found["total"];
    assert_eq!(total["within"], json!(0.698_359_37));
    assert_eq!(total["standard_error"], json!(0.137_605_64));
    assert_eq!(total["within95"], json!([0.433_568_34, 0.920_116_23]));
    assert_eq!(total["naive"], json!(0.9), "what closed lines alone would say");
    assert_eq!(
        [&total["lines"], &total["returned"], &total["open"], &total["median"], &total["p90"]],
        [&json!(16), &json!(10), &json!(6), &json!(58), &Value::Null]
    );
    assert_eq!(found["curve"][7], json!({"days": 60, "at_risk": 4, "returned": 1, "survival": 0.301_640_63}));
    assert_eq!(found["groups"][0]["group"], "JN");
    assert_eq!(found["groups"][0]["within"], total["within"]);
    // Nobody knew then what came later.
    let (_, then) = manager.get("/kpi/turnaround?from=2025-09&to=2026-06&as_of=2026-02-27").await;
    assert_eq!((&then["total"]["returned"], &then["total"]["within"]), (&json!(0), &json!(0.0)));
    let (_, empty) = manager.get("/kpi/turnaround?from=2024-01&to=2024-01").await;
    assert_eq!((&empty["total"]["lines"], &empty["total"]["within"]), (&json!(0), &Value::Null));
    for (query, field) in [("by=planet", "by"), ("days=0", "days"), ("days=1001", "days"), ("from=x", "from")]
    {
        let (status, problem) = manager.get(&format!("/kpi/turnaround?{query}")).await;
        assert_eq!((status.as_u16(), &problem["errors"][0]["field"]), (422, &json!(field)), "{problem}");
    }
});

on_both!(other_ends_take_their_share_and_vendors_are_told_apart, async |db: &Database| {
    // Units without a history, written past the ledger.
    db.spoil();
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let exchanged = Case::new("X-1", "2026-01-05").with("decide_exchange", "2026-02-02");
    let cases = vec![
        exchanged.with("exchange_delivered", "2026-02-09"),
        Case::new("X-2", "2026-01-05").with("scrap", "2026-02-09"),
        Case::new("X-3", "2026-01-05").with("approve_void", "2026-02-09"),
    ];
    write(&server.app, cases).await;
    on_database(&server.app, |tx| {
        let at = "2026-01-20T04:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        sql("INSERT INTO vendor (code, name) VALUES ('HW', '华为')").execute(tx)?;
        sql("INSERT INTO place (code, kind) VALUES ('vendor:HW', 'vendor')").execute(tx)?;
        sql("INSERT INTO unit (part_id, serial, serial_reversed, identity, condition, owner, place_id, version, last_moved_at) \
             SELECT part_id, serial, serial, serial, 'faulty', 'us', (SELECT id FROM place WHERE code = 'vendor:HW'), 1, $1 \
             FROM rma_line WHERE serial = 'S-X-1'")
        .bind(at)
        .execute(tx)?;
        sql("UPDATE rma_line SET unit_id = (SELECT id FROM unit WHERE serial = 'S-X-1') WHERE serial = 'S-X-1'").execute(tx)?;
        sql("INSERT INTO movement (kind, part_id, unit_id, quantity, from_place_id, to_place_id, condition_from, condition_to, \
             owner_from, owner_to, occurred_at, recorded_at) SELECT 'move', part_id, id, 1, \
             (SELECT id FROM place WHERE code = 'opening'), place_id, 'faulty', 'faulty', 'us', 'us', $1, $1 FROM unit")
        .bind(at)
        .execute(tx)?;
        Ok(())
    })
    .await;
    let (_, found) = manager.get("/kpi/turnaround?from=2025-09&to=2026-06&by=vendor").await;
    let total = &found["total"];
    assert_eq!(
        [&total["lines"], &total["exchanged"], &total["scrapped"]],
        [&json!(18), &json!(1), &json!(1)],
        "a void line is nobody's repair"
    );
    let ends = &total["ends"];
    let sum =
        ["returned", "exchanged", "scrapped"].map(|end| ends[end].as_f64().unwrap()).iter().sum::<f64>();
    assert!(ends["returned"].as_f64() < total["within"].as_f64() && sum < 1.0, "{total}");
    assert_eq!(found["groups"].as_array().unwrap().len(), 1, "our own bench is no vendor");
    assert_eq!((&found["groups"][0]["group"], &found["groups"][0]["lines"]), (&json!("HW"), &json!(1)));
    let lines = lines_behind(&manager, "from=2025-09&to=2026-06&by=vendor&group=HW").await;
    assert_eq!((lines.len(), &lines[0]["rma"], &lines[0]["end"]), (1, &json!("X-1"), &json!("exchanged")));
});

/// P(at least `need` of the open lines are kept), by trying every outcome.
fn by_hand(chances: &[f64], need: usize) -> f64 {
    (0..1_u32 << chances.len())
        .filter(|kept| kept.count_ones() as usize >= need)
        .map(|kept| {
            let each = chances.iter().enumerate();
            each.map(|(n, miss)| if kept >> n & 1 == 1 { 1.0 - miss } else { *miss }).product::<f64>()
        })
        .sum()
}

on_both!(the_forecast_adds_what_is_locked_and_what_is_open, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (status, made) = manager.get("/kpi/forecast?month=2026-07").await;
    assert_eq!(status, 200, "{made}");
    let lines = made["lines"].as_array().unwrap();
    let open: Vec<f64> = lines.iter().map(|line| line["miss_probability"].as_f64().unwrap()).collect();
    assert_eq!((made["locked_timely"].as_u64(), made["open"].as_u64()), (Some(0), Some(open.len() as u64)));
    // 40, 55 and 60 counted days old are due in July or were on the last day of June; the part's curve is that of all parts.
    let ages: Vec<u64> = lines.iter().map(|line| line["used"].as_u64().unwrap()).collect();
    assert!(ages.contains(&55) && ages.contains(&40), "{made}");
    let at = ages.iter().position(|age| *age == 40).unwrap();
    assert!((open[at] - 0.301_640_625 / 0.670_312_5).abs() < 1e-7, "{}", open[at]);
    assert_eq!(
        lines[0]["miss_probability"].as_f64(),
        open.iter().copied().reduce(f64::max),
        "likeliest first"
    );
    assert!(lines.iter().all(|line| line["at_risk"] == true), "all likelier than 0.3: {made}");
    let need = usize::try_from(made["need_timely"].as_u64().unwrap()).unwrap();
    assert_eq!(need, open.len(), "no allowance below twenty lines");
    assert!((made["chance_of_target"].as_f64().unwrap() - by_hand(&open, need)).abs() < 1e-7, "{made}");
    let mean = open.iter().map(|miss| 1.0 - miss).sum::<f64>() / open.len() as f64;
    assert!((made["expected_rate"].as_f64().unwrap() - mean).abs() < 1e-7);
    assert_eq!(
        (&made["alert"], &made["best_case"], &made["misses_left"]),
        (&json!(true), &json!(1.0), &json!(0))
    );
    let (_, none) = manager.get("/kpi/forecast?month=2020-01").await;
    assert_eq!(
        (&none["due"], &none["expected_rate"], &none["alert"]),
        (&json!(0), &Value::Null, &json!(false))
    );
    let (_, april) = manager.get("/kpi/forecast?month=2026-04&as_of=2026-06-30").await;
    assert_eq!(april["open"], 0, "what is over is locked: {april}");
    assert_eq!(manager.get("/kpi/forecast?month=July").await.0, 422);
    // An exchange that was decided is a miss of the strict rate, and no miss of the thirty-day remedy.
    on_database(&server.app, |tx| {
        let at = "2026-06-29T04:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let line = sql("SELECT id AS value FROM rma_line WHERE serial = 'S-V-07'").number(tx)?;
        super::scene::event(tx, line, "decide_exchange", at, None, at)?;
        Ok(())
    })
    .await;
    for (variant, chance) in [("strict", 1.0), ("remedy30", 0.0)] {
        let (_, made) = manager.get(&format!("/kpi/forecast?month=2026-07&variant={variant}")).await;
        let line =
            made["lines"].as_array().unwrap().iter().find(|line| line["rma"] == "V-07").unwrap().clone();
        assert_eq!(line["miss_probability"].as_f64(), Some(chance), "{variant}");
    }
});

/// Beside the vector's lines a part that is quickly repaired, with a fresh line and one that is due soon.
async fn quick_and_slow(app: &beiku::app::App) {
    // Another part whose repairs are quick: a fresh line of it is in no danger, one due in three weeks is.
    let quick = (0..60).map(|n| {
        let mut case = Case::new(&format!("Q-{n:02}"), "2026-02-02").with("confirm_returned", "2026-03-05");
        case.part = "P2".into();
        case
    });
    let mut cases: Vec<Case> = quick.collect();
    let mut fresh = Case::new("F-1", "2026-06-25");
    fresh.part = "P2".into();
    let mut near = Case::new("F-2", &received_before(day(AS_OF), 45).to_string());
    near.part = "P2".into();
    cases.extend([fresh, near]);
    write(app, cases).await;
}

on_both!(lists_know_who_is_at_risk, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    quick_and_slow(&server.app).await;
    let scheduler = Scheduler::new(server.app.clone());
    assert_eq!(scheduler.turn(Job::Foresee).await.unwrap(), 8, "six of the vector, and two");
    assert_eq!(scheduler.turn(Job::Foresee).await.unwrap(), 0, "nothing new, nothing written");
    let numbers = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["number"].as_str().unwrap().to_owned())
            .collect()
    };
    let (_, all) = manager.get("/rmas?open=true&sort=risk").await;
    let found = numbers(&all);
    assert_eq!(found.len(), 8);
    assert_eq!(found.last().map(String::as_str), Some("F-1"), "the least likely last: {found:?}");
    let chances: Vec<f64> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["miss_probability"].as_f64().unwrap())
        .collect();
    assert!(chances.is_sorted_by(|a, b| a >= b), "{chances:?}");
    let (_, risky) = manager.get("/rmas?at_risk=true").await;
    let mut risky_numbers = numbers(&risky);
    assert!(risky["items"].as_array().unwrap().iter().all(|item| item["at_risk"] == true), "{risky}");
    assert!(!risky_numbers.contains(&"F-1".to_owned()) && risky_numbers.contains(&"F-2".to_owned()));
    // In pages it is the same list.
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let (_, page) = manager.get(&format!("/rmas?at_risk=true&sort=risk&limit=3{cursor}")).await;
        paged.extend(numbers(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    risky_numbers.sort_unstable();
    paged.sort_unstable();
    assert_eq!(paged, risky_numbers);
    // A line that ended is no longer in danger.
    on_database(&server.app, |tx| {
        let at = "2026-06-30T03:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let line = sql("SELECT id AS value FROM rma_line WHERE serial = 'S-F-2'").number(tx)?;
        super::scene::event(tx, line, "confirm_returned", at, None, at)
    })
    .await;
    assert!(scheduler.turn(Job::Foresee).await.unwrap() >= 1);
    let bp = on_database(&server.app, |tx| {
        Ok(sql("SELECT risk_bp AS value FROM rma_line WHERE serial = 'S-F-2'").number(tx)?)
    })
    .await;
    assert_eq!(bp, 0);
});

on_both!(a_customer_sees_between_which_days_the_unit_is_likely_back, async |db: &Database| {
    let server = server(db).await;
    quick_and_slow(&server.app).await;
    let scheduler = Scheduler::new(server.app.clone());
    scheduler.turn(Job::Foresee).await.unwrap();
    server.sql("UPDATE rma SET tracking_code = 'ABCDEFGHJKLM' WHERE number = 'F-1'").await;
    let forecast = async || -> Value {
        let (status, public) = server.anybody().get("/track/F-1?code=ABCDEFGHJKLM").await;
        assert_eq!(status, 200, "{public}");
        public["lines"][0]["forecast"].clone()
    };
    let said = forecast().await;
    let on = |name: &str| said[name].as_str().unwrap().parse::<NaiveDate>().unwrap();
    // Signed in, the same days.
    let customer = server.user("huang", Role::Customer, &[], &["C1"]).await;
    assert_eq!(customer.get("/rmas/F-1").await.1["lines"][0]["forecast"], said);
    assert!(day(AS_OF) < on("early_on") && on("early_on") <= on("likely_on"), "{said}");
    assert!(said["late_on"].is_null() || on("likely_on") <= on("late_on"), "{said}");
    // While the clock waits for the customer nothing is foreseen.
    db.spoil();
    server
        .sql(
            "INSERT INTO hold (line_id, reason, said_by, started_at, recorded_at) \
             SELECT id, 'x', 'y', '2026-06-29 00:00:00', '2026-06-29 00:00:00' FROM rma_line WHERE serial = 'S-F-1'",
        )
        .await;
    assert_eq!(forecast().await, Value::Null);
    scheduler.turn(Job::Foresee).await.unwrap();
    let left = on_database(&server.app, |tx| {
        Ok(sql("SELECT count(*) AS value FROM line_forecast f JOIN rma_line l ON l.id = f.line_id WHERE l.serial = 'S-F-1'").number(tx)?)
    })
    .await;
    assert_eq!(left, 0);
});

on_both!(open_lines_stand_in_one_bucket_each, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    write(&server.app, vec![Case::new("H-1", "2026-06-01").held("2026-06-10", None)]).await;
    let (status, found) = manager.get("/kpi/ageing").await;
    assert_eq!(status, 200, "{found}");
    let sum = |buckets: &Value| -> u64 {
        buckets.as_array().unwrap().iter().map(|bucket| bucket["lines"].as_u64().unwrap()).sum()
    };
    // 25, 33, 40, 55, 60 and 70 counted days old, and the one that floats.
    assert_eq!([&found["open"], &found["overdue"], &found["floating"]], [&json!(7), &json!(1), &json!(1)]);
    assert_eq!((sum(&found["by_days_left"]), sum(&found["by_age"])), (5, 7));
    assert_eq!(found["by_days_left"][0], json!({"from": 0, "to": 5, "lines": 2}), "5 and 0 days left");
    assert_eq!(found["by_age"][4], json!({"from": 61, "to": null, "lines": 1}));
    assert_eq!(found["lines"].as_array().unwrap().len(), 7);
    let floats = found["lines"].as_array().unwrap().iter().find(|line| line["rma"] == "H-1").unwrap().clone();
    assert_eq!((&floats["due_on"], &floats["working_days_left"]), (&Value::Null, &Value::Null));
    let (_, elsewhere) = manager.get("/kpi/ageing?depot=DZ").await;
    assert_eq!(elsewhere["open"], 0);
    let (_, then) = manager.get("/kpi/ageing?as_of=2026-02-27").await;
    assert_eq!(then["overdue"], 1, "the one of 63 days was late then: {then}");
});

on_both!(every_wait_is_on_the_pause_report_with_who_said_so, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let cases = vec![
        Case::new("H-1", "2026-05-06").held("2026-05-12", Some("2026-05-15")),
        Case::new("H-2", "2026-05-06").held("2026-06-26", None),
        Case::new("H-3", "2026-02-02").held("2026-02-03", Some("2026-02-04")),
    ];
    write(&server.app, cases).await;
    let (status, found) = manager.get("/kpi/pauses?from=2026-05&to=2026-06").await;
    assert_eq!(status, 200, "{found}");
    let items = found["items"].as_array().unwrap();
    assert_eq!((items.len(), &found["holds"], &found["open"]), (2, &json!(2), &json!(1)));
    assert_eq!(
        [
            &items[0]["rma"],
            &items[0]["reason"],
            &items[0]["said_by"],
            &items[0]["days"],
            &items[0]["ended_on"]
        ],
        [&json!("H-1"), &json!("等待客户"), &json!("黄杰"), &json!(3), &json!("2026-05-15")]
    );
    assert_eq!(
        (&items[1]["days"], &items[1]["ended_on"]),
        (&json!(2), &Value::Null),
        "Monday and Tuesday so far"
    );
    assert_eq!(found["by_reason"], json!([{"reason": "等待客户", "holds": 2, "days": 5}]));
    let (_, then) = manager.get("/kpi/pauses?from=2026-05&to=2026-06&as_of=2026-05-13").await;
    assert_eq!((&then["holds"], &then["days"]), (&json!(1), &json!(1)), "its end was not known yet: {then}");
});

on_both!(a_wait_costs_the_days_its_clock_left_out, async |db: &Database| {
    // Written past the books: what is asked is how facts of any terms are read.
    db.spoil();
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let cases = vec![
        // Due on 7 May, and late since: nothing waits for anybody any more.
        Case::new("H-1", "2026-02-02").held("2026-06-10", Some("2026-06-17")),
        // Friday to Monday, of a plan that counts every day, and of one that counts working days.
        Case::new("H-2", "2026-05-06").held("2026-05-15", Some("2026-05-18")),
        Case::new("H-3", "2026-05-06").held("2026-05-15", Some("2026-05-18")),
        // Two at once: Monday to Thursday, Tuesday to Friday.
        Case::new("H-4", "2026-05-06")
            .held("2026-05-18", Some("2026-05-21"))
            .held("2026-05-19", Some("2026-05-22")),
        // It came back while we waited, on a Wednesday; the wait was closed a week later.
        Case::new("H-5", "2026-05-06").held("2026-06-08", Some("2026-06-17")),
    ];
    write(&server.app, cases).await;
    on_database(&server.app, |tx| {
        sql("UPDATE promise SET amount = 84, unit = 'calendar_days' WHERE line_id = (SELECT id FROM rma_line WHERE serial = 'S-H-2')")
            .execute(tx)?;
        let ended = sql("SELECT p.id AS value FROM promise p JOIN rma_line l ON l.id = p.line_id WHERE l.serial = 'S-H-5'").number(tx)?;
        let at = noon(day("2026-06-10"));
        beiku::store::promises::end(tx, ended, beiku::domain::rma::PromiseState::Kept, at, at)
    })
    .await;
    let (status, found) = manager.get("/kpi/pauses?from=2026-05&to=2026-06").await;
    assert_eq!(status, 200, "{found}");
    let days: Vec<(&str, i64)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["rma"].as_str().unwrap(), item["days"].as_i64().unwrap()))
        .collect();
    assert_eq!(days, [("H-2", 3), ("H-3", 1), ("H-4", 3), ("H-4", 1), ("H-5", 2), ("H-1", 0)]);
    assert_eq!(found["days"], 10, "what all clocks left out together");
});

/// Five spares promised within four hours, and what became of them.
async fn spares(app: &beiku::app::App) {
    on_database(app, |tx| {
        let at = |hour: i64| {
            "2026-06-02T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() + chrono::TimeDelta::hours(hour)
        };
        sql("INSERT INTO unit (part_id, serial, serial_reversed, identity, condition, owner, place_id, version, last_moved_at) \
             SELECT min(part_id), 'SP', 'SP', 'SP', 'good', 'us', (SELECT min(id) FROM place), 1, $1 FROM rma_line")
        .bind(at(0))
        .execute(tx)?;
        // (line, state, ended at, depots of the units issued, which of them was handed over)
        type Promised<'a> = (&'a str, &'a str, Option<i64>, &'a [(&'a str, bool)]);
        let promised: [Promised<'_>; 5] = [
            ("S-R-1", "kept", Some(3), &[("JN", true)]),
            ("S-R-2", "kept", Some(3), &[("JN", false), ("DZ", true)]),
            ("S-R-3", "broken", Some(9), &[("JN", true)]),
            ("S-R-4", "excluded", Some(1), &[]),
            ("S-R-5", "open", None, &[]),
        ];
        for (serial, state, ended, issued) in promised {
            sql("INSERT INTO promise (kind, line_id, customer_id, depot_id, part_id, plan_version_id, amount, unit, start_day_counts, \
                 target_bp, variant, started_at, base_due_on, due_on, sort_due, due_at, calendar_version, provisional, state, ended_at, recorded_at) \
                 SELECT 'spare_in_place', id, customer_id, depot_id, part_id, plan_version_id, 240, 'minutes', FALSE, 10000, 'strict', \
                 $2, '2026-06-02', '2026-06-02', '2026-06-02', $3, 0, FALSE, $4, $5, $2 FROM rma_line WHERE serial = $1")
            .bind(serial)
            .bind(at(0))
            .bind(at(4))
            .bind(state)
            .bind(ended.map(at))
            .execute(tx)?;
            sql("INSERT INTO promise_end (promise_id, state, ended_at, recorded_at) SELECT p.id, p.state, p.ended_at, p.ended_at \
                 FROM promise p JOIN rma_line l ON l.id = p.line_id WHERE l.serial = $1 AND p.ended_at IS NOT NULL AND p.kind = 'spare_in_place'")
            .bind(serial)
            .execute(tx)?;
            for (depot, handed_over) in issued {
                sql("INSERT INTO issued_unit (line_id, role, part_id, unit_id, depot_id, state, reserved_at, in_use_at) \
                     SELECT l.id, 'loan', l.part_id, (SELECT id FROM unit WHERE serial = 'SP'), d.id, $3, $4, $5 \
                     FROM rma_line l JOIN depot d ON d.code = $2 WHERE l.serial = $1")
                .bind(serial)
                .bind(*depot)
                .bind(if *handed_over { "in_use" } else { "released" })
                .bind(at(0))
                .bind(ended.map(at).filter(|_| *handed_over))
                .execute(tx)?;
            }
        }
        Ok(())
    })
    .await;
}

on_both!(a_spare_counts_when_it_is_there_in_time_from_the_first_depot, async |db: &Database| {
    // Units without a history, written past the ledger.
    db.spoil();
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let cases = ["R-1", "R-2", "R-3", "R-4"].map(|rma| Case::new(rma, "2026-06-01"));
    let mut other = Case::new("R-5", "2026-06-01");
    other.depot = "DZ".into();
    write(&server.app, cases.into_iter().chain([other]).collect()).await;
    spares(&server.app).await;
    let (status, found) = manager.get("/kpi/fill-rate?from=2026-06&to=2026-06&by=customer").await;
    assert_eq!(status, 200, "{found}");
    let total = &found["total"];
    assert_eq!(
        ["approved", "filled", "elsewhere", "late", "pending", "dropped"]
            .map(|name| total[name].as_u64().unwrap()),
        [4, 1, 1, 2, 0, 1],
        "past its time and not there is late: {found}"
    );
    assert_eq!((&total["rate"], &total["in_time_rate"]), (&json!(0.25), &json!(0.5)));
    assert_eq!(
        found["groups"],
        json!([{"group": "C1", "approved": 4, "filled": 1, "elsewhere": 1, "late": 2, "pending": 0, "floating": 0,
        "dropped": 1, "rate": 0.25, "in_time_rate": 0.5}])
    );
    let (_, none) = manager.get("/kpi/fill-rate?from=2026-05&to=2026-05").await;
    assert_eq!((&none["total"]["approved"], &none["total"]["rate"]), (&json!(0), &Value::Null));
});
