//! The example company's turnaround, forecast and rates by month and depot, counted by Beiku after an import and by
//! `tests/independent/foresight.py` from the spreadsheets.

use super::company::{VARIANTS, as_json, repository, with_the_company};
use super::scene::{ask, asked};
use crate::setup::actor;
use crate::support::{Database, on_both};
use beiku::app::App;
use beiku::app::figures::{self, Lasted, MonthForecast, TurnaroundQuery};
use beiku::domain::actor::Role;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::process::Command;

const AS_OF: &str = "2026-11-21";
const MONTHS: [&str; 4] = ["2026-10", "2026-11", "2026-12", "2027-01"];
const ALL_TIME: [(&str, &str); 3] = [("from", "2024-01"), ("to", "2030-12"), ("as_of", AS_OF)];

fn independent() -> Option<Value> {
    let script = repository("tests/independent/foresight.py");
    let done = Command::new("python3")
        .arg(script)
        .args(["--as-of", AS_OF, "--months"])
        .args(MONTHS)
        .output()
        .ok()?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(serde_json::from_slice(&done.stdout).unwrap())
}

/// The same down to the ninth digit: the two add in another order.
fn assert_near(ours: &Value, theirs: &Value, what: &str) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys = |of: &Map<String, Value>| of.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(ours), keys(theirs), "{what}");
            for (key, theirs) in theirs {
                assert_near(&ours[key], theirs, &format!("{what} {key}"));
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            assert_eq!(ours.len(), theirs.len(), "{what}");
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert_near(ours, theirs, what);
            }
        }
        (Value::Number(ours), Value::Number(theirs)) => {
            let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
            assert!((ours - theirs).abs() < 1e-9, "{what}: {ours}, theirs {theirs}");
        }
        _ => assert_eq!(ours, theirs, "{what}"),
    }
}

async fn month_depot(app: &App, depots: &BTreeSet<String>) -> Value {
    let mut variants = Map::new();
    for variant in VARIANTS {
        let mut found = Map::new();
        for depot in depots {
            let more = [("depot", depot.as_str()), ("variant", variant), ("by", "month")];
            let rate = ask(app, actor(Role::Admin), &[&ALL_TIME[..], &more].concat(), figures::timely_repair)
                .await
                .unwrap();
            for group in rate.groups {
                let figures = &group.sum.figures;
                if figures.eligible + figures.pending + figures.floating + figures.excluded > 0 {
                    found.insert(format!("{} {depot}", group.code), as_json(figures));
                }
            }
        }
        variants.insert(variant.into(), Value::Object(found));
    }
    Value::Object(variants)
}

fn lasted(found: &Lasted) -> Value {
    let ends = found.ends.unwrap();
    json!({
        "lines": found.lines, "returned": found.returned, "exchanged": found.exchanged, "scrapped": found.scrapped,
        "open": found.open, "within": found.within, "standard_error": found.standard_error,
        "within95": found.within95.map(|(low, high)| [low, high]), "median": found.median, "p90": found.p90,
        "restricted_mean": found.restricted_mean, "naive": found.naive,
        "ends": {"days": ends.days, "returned": ends.returned, "exchanged": ends.exchanged, "scrapped": ends.scrapped},
    })
}

async fn turnaround(app: &App) -> Value {
    let mut groups = Map::new();
    for by in ["month", "depot", "part"] {
        let question = asked(&[&ALL_TIME[..], &[("by", by)]].concat());
        let ctx = app.context(actor(Role::Admin), "test".into());
        let query = TurnaroundQuery::read(&question, None, &ctx).unwrap();
        let found = beiku::app::read(app, &ctx, move |conn, ctx| figures::turnaround(conn, ctx, &query))
            .await
            .unwrap();
        let each = found.groups.iter().map(|group| (group.code.clone(), lasted(&group.lasted)));
        groups.insert(by.into(), Value::Object(each.collect()));
        groups.insert("total".into(), lasted(&found.total));
    }
    Value::Object(groups)
}

fn made(found: &MonthForecast) -> Value {
    let figures = &found.figures;
    json!({
        "eligible": figures.eligible, "locked_timely": figures.locked_timely, "missed": figures.missed,
        "open": figures.open, "expected_rate": figures.expected_rate,
        "interval90": figures.interval90.map(|(low, high)| [low, high]), "need_timely": figures.need_timely,
        "chance_of_target": figures.chance_of_target, "best_case": figures.best_case, "misses_left": figures.misses_left,
    })
}

async fn forecast(app: &App) -> Value {
    let mut months = Map::new();
    for month in MONTHS {
        let mut variants = Map::new();
        for variant in VARIANTS {
            let ctx = app.context(actor(Role::Admin), "test".into());
            let question = asked(&[("as_of", AS_OF), ("variant", variant)]);
            let query = figures::forecast_query(&question, Some(month), &ctx).unwrap();
            let found = beiku::app::read(app, &ctx, move |conn, ctx| figures::forecast(conn, ctx, &query))
                .await
                .unwrap();
            variants.insert(variant.into(), made(&found));
        }
        months.insert(month.into(), Value::Object(variants));
    }
    Value::Object(months)
}

on_both!(the_companys_foresight_is_what_another_program_counts, async |db: &Database| {
    let Some(theirs) = independent() else {
        eprintln!("no python3 here: nothing compared");
        return;
    };
    let app = with_the_company(db).await;
    let groups = theirs["month_depot"]["strict"].as_object().unwrap();
    let depots = groups.keys().map(|key| key.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_near(&month_depot(&app, &depots).await, &theirs["month_depot"], "rate");
    assert_near(&turnaround(&app).await, &theirs["turnaround"], "turnaround");
    assert_near(&forecast(&app).await, &theirs["forecast"], "forecast");
});
