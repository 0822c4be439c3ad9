//! The example company's figures that look further than its rate, counted by Beiku after an import and by
//! `tests/independent/foresight.py` from the spreadsheets. What the spreadsheets do not know (waits of customers, stays at makers,
//! contracts of another variant) is added to both, from `tests/independent/added.csv`.

use super::company::{DAYS, as_json, committed, independent, repository, with_the_company};
use super::scene::{ask, asked, day, noon, on_database};
use crate::setup::actor;
use crate::support::{Database, on_both};
use beiku::app::App;
use beiku::app::figures::{self, Ageing, Bucket, Lasted, MonthForecast, TurnaroundQuery};
use beiku::domain::actor::Role;
use beiku::domain::calendar::{Calendar, ClockTerms, Hold, Zone};
use beiku::domain::plan::PromiseKind;
use beiku::domain::rma::PromiseState;
use beiku::row;
use beiku::store::promises::{self, NewDue};
use beiku::store::sql::sql;
use beiku::store::{Conn, StoreResult};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const VARIANTS: [&str; 4] = ["strict", "by_due", "remedy30", "contractual"];

row! {
    struct LineRow { rma: String, line_id: i64, promise_id: i64, unit_id: i64, started_at: DateTime<Utc> }
}

/// What is added about one line: waits from a day on, to another.
type Waits = Vec<(NaiveDate, Option<NaiveDate>)>;

/// Adds to the imported company what the other program reads beside the spreadsheets.
async fn add(app: &App) {
    let file = std::fs::read_to_string(repository("tests/independent/added.csv")).unwrap();
    let (mut waits, mut stays) = (BTreeMap::<String, Waits>::new(), Vec::new());
    for row in csv::Reader::from_reader(file.as_bytes()).records() {
        let row = row.unwrap();
        let (rma, from) = (row[0].to_owned(), day(&row[2]));
        match &row[1] {
            "hold" => {
                let to = (!row[3].is_empty()).then(|| day(&row[3]));
                waits.entry(rma).or_default().push((from, to));
            }
            maker => stays.push((rma, maker.to_owned(), from)),
        }
    }
    on_database(app, move |tx| {
        sql("UPDATE promise SET variant = 'remedy30' WHERE customer_id IN (SELECT c.id FROM customer c JOIN plan p ON p.id = c.plan_id \
             WHERE p.code = 'gold')")
        .execute(tx)?;
        let rows: Vec<LineRow> = sql("SELECT r.number AS rma, l.id AS line_id, p.id AS promise_id, l.unit_id, p.started_at FROM rma_line l \
             JOIN rma r ON r.id = l.rma_id JOIN promise p ON p.line_id = l.id WHERE p.kind = 'repair_return'")
        .load(tx)?;
        let lines: BTreeMap<&str, &LineRow> = rows.iter().map(|row| (row.rma.as_str(), row)).collect();
        for (rma, waits) in &waits {
            wait(tx, lines[rma.as_str()], waits)?;
        }
        for maker in ["HW", "ZX"] {
            sql("INSERT INTO vendor (code, name) VALUES ($1, $1)").bind(maker).execute(tx)?;
            sql("INSERT INTO place (code, kind) VALUES ($1, 'vendor')").bind(format!("vendor:{maker}")).execute(tx)?;
        }
        for (rma, maker, on) in &stays {
            stay(tx, lines[rma.as_str()], maker, *on)?;
        }
        Ok(())
    })
    .await;
}

/// Written as they are when people act, with the due date they come to: lists and indexes look there.
fn wait(tx: &mut Conn, line: &LineRow, waits: &Waits) -> StoreResult<()> {
    let calendar = Calendar::builtin();
    for (from, to) in waits {
        let id = sql(
            "INSERT INTO hold (line_id, reason, said_by, started_at, ended_at, recorded_at, end_recorded_at) \
             VALUES ($1, '等待客户', '黄杰', $2, $3, $2, $3) RETURNING id AS value",
        )
        .bind(line.line_id)
        .bind(noon(*from))
        .bind(to.map(noon))
        .number(tx)?;
        assert!(id > 0);
    }
    let holds: Vec<Hold> =
        waits.iter().map(|(start, resume)| Hold { start: *start, resume: *resume }).collect();
    let received_on = Zone::default().local_date(line.started_at);
    let due = calendar.due(received_on, &ClockTerms::REPAIR_RETURN, &holds);
    let base = calendar.due(received_on, &ClockTerms::REPAIR_RETURN, &[]);
    let new = NewDue {
        base_due_on: base.due_on.unwrap(),
        due_on: due.due_on,
        calendar_version: calendar.version(),
        provisional: due.provisional,
        state: if due.due_on.is_some() { PromiseState::Open } else { PromiseState::Floating },
    };
    promises::set_due(tx, line.promise_id, &new, noon(day(DAYS[0])))
}

fn stay(tx: &mut Conn, line: &LineRow, maker: &str, on: NaiveDate) -> StoreResult<()> {
    sql("INSERT INTO movement (kind, part_id, unit_id, quantity, from_place_id, to_place_id, condition_from, condition_to, owner_from, \
         owner_to, occurred_at, recorded_at) SELECT 'issue', u.part_id, u.id, 1, u.place_id, p.id, u.condition, u.condition, u.owner, u.owner, \
         $3, $3 FROM unit u JOIN place p ON p.code = $2 WHERE u.id = $1")
    .bind(line.unit_id)
    .bind(format!("vendor:{maker}"))
    .bind(noon(on))
    .execute(tx)?;
    Ok(())
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

fn all_time(as_of: &str) -> [(&str, &str); 3] {
    [("from", "2024-01"), ("to", "2030-12"), ("as_of", as_of)]
}

fn joined(more: &[(&str, &str)], as_of: &str, question: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = all_time(as_of);
    let parts = all.iter().chain(more).chain(question);
    parts.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The rate of all variants by depot, customer, month and depot, and in total.
async fn rate(app: &App, as_of: &str, depots: &[String]) -> Value {
    let mut variants = Map::new();
    for variant in VARIANTS {
        let groups = async |more: &[(&str, &str)]| {
            let question = joined(more, as_of, &[("variant", variant)]);
            let question: Vec<(&str, &str)> =
                question.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let found = ask(app, actor(Role::Admin), &question, figures::timely_repair).await.unwrap();
            let groups: Vec<(String, Value)> = found
                .groups
                .iter()
                .filter(|group| {
                    let figures = &group.sum.figures;
                    figures.eligible + figures.pending + figures.floating + figures.excluded > 0
                })
                .map(|group| (group.code.clone(), as_json(&group.sum.figures)))
                .collect();
            (groups, as_json(&found.total.figures))
        };
        let (by_depot, total) = groups(&[("by", "depot")]).await;
        let by_customer = groups(&[("by", "customer")]).await.0;
        let mut month_depot = Map::new();
        for depot in depots {
            let months = groups(&[("by", "month"), ("depot", depot)]).await.0;
            month_depot.extend(months.into_iter().map(|(month, found)| (format!("{month} {depot}"), found)));
        }
        let found = json!({
            "depot": Map::from_iter(by_depot), "customer": Map::from_iter(by_customer), "month_depot": month_depot,
            "total": { "": total },
        });
        variants.insert(variant.into(), found);
    }
    Value::Object(variants)
}

fn lasted(found: &Lasted) -> Value {
    let ends = found.ends.unwrap();
    json!({
        "lines": found.lines, "returned": found.returned, "exchanged": found.exchanged, "scrapped": found.scrapped,
        "open": found.open, "floating": found.floating, "within": found.within, "standard_error": found.standard_error,
        "within95": found.within95.map(|(low, high)| [low, high]), "median": found.median, "p90": found.p90,
        "restricted_mean": found.restricted_mean, "naive": found.naive,
        "ends": {"days": ends.days, "returned": ends.returned, "exchanged": ends.exchanged, "scrapped": ends.scrapped},
    })
}

/// By every grouping there is, by month in each depot, and in total.
async fn turnaround(app: &App, as_of: &str, depots: &[String]) -> Value {
    let groups = async |more: &[(&str, &str)]| {
        let question = asked(&[&all_time(as_of)[..], more].concat());
        let ctx = app.context(actor(Role::Admin), "test".into());
        let query = TurnaroundQuery::read(&question, None, &ctx).unwrap();
        let found = beiku::app::read(app, &ctx, move |conn, ctx| figures::turnaround(conn, ctx, &query))
            .await
            .unwrap();
        let each: Vec<(String, Value)> =
            found.groups.iter().map(|group| (group.code.clone(), lasted(&group.lasted))).collect();
        (each, lasted(&found.total))
    };
    let mut found = Map::new();
    for by in ["month", "depot", "customer", "part", "vendor"] {
        let (each, total) = groups(&[("by", by)]).await;
        found.insert(by.into(), Value::Object(each.into_iter().collect()));
        found.insert("total".into(), total);
    }
    let mut month_depot = Map::new();
    for depot in depots {
        let months = groups(&[("by", "month"), ("depot", depot)]).await.0;
        month_depot.extend(months.into_iter().map(|(month, found)| (format!("{month} {depot}"), found)));
    }
    found.insert("month_depot".into(), Value::Object(month_depot));
    Value::Object(found)
}

fn made(found: &MonthForecast) -> Value {
    let figures = &found.figures;
    json!({
        "eligible": figures.due, "locked_timely": figures.locked_timely, "missed": figures.missed,
        "open": figures.open, "expected_rate": figures.expected_rate,
        "interval90": figures.interval90.map(|(low, high)| [low, high]), "need_timely": figures.need_timely,
        "chance_of_target": figures.chance_of_target, "best_case": figures.best_case, "misses_left": figures.misses_left,
    })
}

/// Of everybody (no depot) and of each depot.
fn places(depots: &[String]) -> impl Iterator<Item = &str> {
    std::iter::once("").chain(depots.iter().map(String::as_str))
}

async fn forecast(app: &App, as_of: &str, month: &str, depots: &[String]) -> Value {
    let mut found = Map::new();
    for depot in places(depots) {
        let mut variants = Map::new();
        for variant in VARIANTS {
            let ctx = app.context(actor(Role::Admin), "test".into());
            let mut question = asked(&[("as_of", as_of), ("variant", variant)]);
            question.depot = Some(depot.to_owned()).filter(|depot| !depot.is_empty());
            let query = figures::forecast_query(&question, Some(month), &ctx).unwrap();
            let made_of = move |conn: &mut Conn, ctx: &_| figures::forecast(conn, ctx, &query);
            variants.insert(variant.into(), made(&beiku::app::read(app, &ctx, made_of).await.unwrap()));
        }
        found.insert(depot.into(), Value::Object(variants));
    }
    Value::Object(found)
}

fn aged(found: &Ageing) -> Value {
    let buckets = |buckets: &[Bucket]| -> Vec<Value> {
        buckets
            .iter()
            .map(|bucket| json!({"from": bucket.from, "to": bucket.to, "lines": bucket.lines}))
            .collect()
    };
    json!({
        "open": found.lines.len(), "overdue": found.overdue, "floating": found.floating, "at_risk": found.at_risk,
        "by_days_left": buckets(&found.by_days_left), "by_age": buckets(&found.by_age),
    })
}

async fn ageing(app: &App, as_of: &str, depots: &[String]) -> Value {
    let mut found = Map::new();
    for depot in places(depots) {
        let of_depot = [("as_of", as_of), ("depot", depot)];
        let question = if depot.is_empty() { &of_depot[..1] } else { &of_depot[..] };
        let open = ask(app, actor(Role::Admin), question, figures::ageing).await.unwrap();
        found.insert(depot.into(), aged(&open));
    }
    Value::Object(found)
}

/// How the thirty-day exchange was kept, month by month and in all.
async fn exchange(app: &App, as_of: &str, months: impl Iterator<Item = &String>) -> Value {
    let mut found = Map::new();
    for month in months {
        let of_month = [("from", month.as_str()), ("to", month.as_str()), ("as_of", as_of)];
        let question = if month.is_empty() { all_time(as_of) } else { of_month };
        let sums = ask(app, actor(Role::Admin), &question, figures::kept_promises).await.unwrap();
        let sum = sums.get(&PromiseKind::EquivalentExchange).copied().unwrap_or_default();
        found.insert(
            month.clone(),
            json!({ "kept": sum.kept, "broken": sum.broken, "pending": sum.pending, "floating": sum.floating, "excluded": sum.excluded }),
        );
    }
    Value::Object(found)
}

on_both!(the_companys_foresight_is_what_another_program_counts, async |db: &Database| {
    // Waits and stays are written past the books: what is asked is how facts of any date are read.
    db.spoil();
    let known = committed(include_str!("../../independent/foresight.json"), &DAYS);
    if let Some(theirs) = independent("foresight.py", &DAYS, &[]) {
        for (known, theirs) in known.iter().zip(&theirs) {
            assert_near(known, theirs, "the committed answer is of another program");
        }
    }
    let app = with_the_company(db).await;
    add(&app).await;
    for (as_of, theirs) in DAYS.into_iter().zip(&known) {
        let depots: Vec<String> =
            theirs["rate"]["strict"]["depot"].as_object().unwrap().keys().cloned().collect();
        assert!(
            theirs["rate"]["strict"]["total"][""]["floating"].as_u64().unwrap() > 0,
            "clocks stand still"
        );
        assert_near(&rate(&app, as_of, &depots).await, &theirs["rate"], &format!("{as_of} rate"));
        assert_near(
            &turnaround(&app, as_of, &depots).await,
            &theirs["turnaround"],
            &format!("{as_of} turnaround"),
        );
        for (month, theirs) in theirs["forecast"].as_object().unwrap() {
            assert_near(
                &forecast(&app, as_of, month, &depots).await,
                theirs,
                &format!("{as_of} forecast {month}"),
            );
        }
        assert_near(&ageing(&app, as_of, &depots).await, &theirs["ageing"], &format!("{as_of} ageing"));
        let exchanged = exchange(&app, as_of, theirs["exchange"].as_object().unwrap().keys()).await;
        assert_near(&exchanged, &theirs["exchange"], &format!("{as_of} exchange"));
    }
});
