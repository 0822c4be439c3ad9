//! The example company's rate, counted by Beiku after an import and by `tests/independent/timely_repair.py` from the
//! spreadsheets: two programs in two languages that share the rules and nothing else. What the other says is committed beside it;
//! where there is python3, it is asked again whether it still says so.

use super::scene::ask;
use crate::setup::actor;
use crate::support::{self, Database, on_both};
use beiku::app::App;
use beiku::app::figures::{self, LineFilter};
use beiku::app::import::kind::Kind;
use beiku::app::import::{Options, import};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::rate::Figures;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

/// The variants of the rate.
pub const VARIANTS: [&str; 3] = ["strict", "by_due", "remedy30"];
/// The days whose answers are committed: the company's first with Beiku, and two before it.
pub const DAYS: [&str; 3] = ["2026-11-21", "2026-03-31", "2025-06-30"];

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The example company, imported on its first day.
pub async fn with_the_company(db: &Database) -> App {
    db.clock().set("2026-11-21T04:00:00Z".parse().unwrap());
    let app = support::app(db);
    let ctx = app.context(Actor::system("cli"), "test".into());
    for (kind, name) in [
        (Kind::Depots, "depots.csv"),
        (Kind::Parts, "parts.csv"),
        (Kind::Customers, "customers.csv"),
        (Kind::Stock, "stock.xlsx"),
        (Kind::RmaHistory, "rma-history.csv"),
    ] {
        let file = File::open(repository("data/company").join(name)).unwrap();
        let options = Options { dry_run: false, skip_bad: true };
        import(&app, &ctx, kind, file, options, Arc::new(|_| {})).await.unwrap();
    }
    app
}

/// Figures in the shape of the other program's.
pub fn as_json(figures: &Figures) -> Value {
    json!({
        "timely": figures.timely, "eligible": figures.eligible, "pending": figures.pending,
        "floating": figures.floating, "excluded": figures.excluded, "rate": figures.rate,
        "shown": figures.shown, "meets_target": figures.meets_target,
        "wilson95": figures.wilson95.map(|(low, high)| [low, high]), "misses": figures.misses,
        "misses_allowed": figures.misses_allowed, "misses_left": figures.misses_left,
    })
}

/// Every month of every depot under a variant.
async fn depot_months(app: &App, as_of: &str, variant: &str, depots: Vec<String>) -> Value {
    let mut found = Map::new();
    for depot in depots {
        let asked = [
            ("from", "2024-01"),
            ("to", "2030-12"),
            ("as_of", as_of),
            ("by", "month"),
            ("variant", variant),
            ("depot", &depot),
        ];
        let rate = ask(app, actor(Role::Admin), &asked, figures::timely_repair).await.unwrap();
        for group in rate.groups {
            let figures = &group.sum.figures;
            if figures.eligible + figures.pending + figures.floating + figures.excluded > 0 {
                found.insert(format!("{depot} {}", group.code), as_json(figures));
            }
        }
    }
    Value::Object(found)
}

/// Our figures of all time in the shape of the other program's.
async fn variants(app: &App, as_of: &str) -> Value {
    let mut variants = Map::new();
    for variant in VARIANTS {
        let mut groups = Map::new();
        for by in ["month", "depot", "customer", "part"] {
            let asked =
                [("from", "2024-01"), ("to", "2030-12"), ("as_of", as_of), ("by", by), ("variant", variant)];
            let rate = ask(app, actor(Role::Admin), &asked, figures::timely_repair).await.unwrap();
            let lines =
                |figures: &Figures| figures.eligible + figures.pending + figures.floating + figures.excluded;
            let there = rate.groups.iter().filter(|group| lines(&group.sum.figures) > 0);
            let there = there.map(|group| (group.code.clone(), as_json(&group.sum.figures)));
            let there: Map<String, Value> = there.collect();
            if by == "depot" {
                let depots = there.keys().cloned().collect();
                groups.insert("depot_month".into(), depot_months(app, as_of, variant, depots).await);
            }
            groups.insert(by.into(), Value::Object(there));
            groups.insert("total".into(), as_json(&rate.total.figures));
        }
        variants.insert(variant.into(), Value::Object(groups));
    }
    Value::Object(variants)
}

/// Each line with its dates and classes, in the shape of the other program's; a line not received by then has none.
async fn lines(app: &App, as_of: &str) -> Vec<Value> {
    let asked = [("from", "2024-01"), ("to", "2030-12"), ("as_of", as_of)];
    let read = ask(app, actor(Role::Admin), &asked, |conn, ctx, query| {
        figures::timely_repair_lines(conn, ctx, query, &LineFilter::default(), None, usize::MAX)
    });
    let lines = read.await.unwrap();
    let mut lines: Vec<Value> = lines
        .iter()
        .map(|line| {
            let class = |code| {
                line.judged_as(beiku::domain::plan::RateVariant::from_code(code).unwrap()).class.as_str()
            };
            json!({ "number": line.names.rma, "received": line.received_on, "due": line.judged.due_on,
                "strict": class("strict"), "by_due": class("by_due"), "remedy30": class("remedy30") })
        })
        .collect();
    lines.sort_by_key(|line| line["number"].as_str().unwrap().to_owned());
    lines
}

/// What the other program said of each of these days.
pub fn committed(answers: &str, days: &[&str]) -> Vec<Value> {
    let answers: Vec<Value> = serde_json::from_str(answers).unwrap();
    let of: Vec<&str> = answers.iter().map(|answer| answer["as_of"].as_str().unwrap()).collect();
    assert_eq!(of, days, "the committed answers are of other days");
    answers
}

/// The other program's answers of now; `None` when this machine has no Python.
pub fn independent(program: &str, days: &[&str], more: &[&str]) -> Option<Vec<Value>> {
    let script = repository("tests/independent").join(program);
    let asked = Command::new("python3").arg(script).arg("--as-of").args(days).args(more).output();
    let Ok(done) = asked else {
        eprintln!("no python3 here: compared with the committed answers");
        return None;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(serde_json::from_slice(&done.stdout).unwrap())
}

/// The lines as the other program hashes them.
fn hash(lines: &[Value]) -> String {
    let mut hash = Sha256::new();
    for line in lines {
        let words = ["number", "received", "due", "strict", "by_due", "remedy30"]
            .map(|key| line[key].as_str().unwrap());
        hash.update(words.join(" ") + "\n");
    }
    hex::encode(hash.finalize())
}

/// Compares group by group, so that a difference is named.
fn assert_same(ours: &Value, theirs: &Value, what: &str) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys =
                |of: &Map<String, Value>| of.keys().cloned().collect::<std::collections::BTreeSet<_>>();
            assert_eq!(keys(ours), keys(theirs), "{what}");
            for (key, theirs) in theirs {
                assert_same(&ours[key], theirs, &format!("{what} {key}"));
            }
        }
        _ => assert_eq!(ours, theirs, "{what}"),
    }
}

on_both!(the_companys_rate_is_what_another_program_counts, async |db: &Database| {
    let app = with_the_company(db).await;
    let known = committed(include_str!("../../independent/timely_repair.json"), &DAYS);
    let theirs = independent("timely_repair.py", &DAYS, &["--lines"]);
    for (at, as_of) in DAYS.into_iter().enumerate() {
        let ours = lines(&app, as_of).await;
        if let Some(theirs) = &theirs {
            let theirs = &theirs[at];
            assert_same(
                &known[at]["variants"],
                &theirs["variants"],
                "the committed answer is of another program",
            );
            let mut theirs: Vec<Value> = theirs["lines"].as_array().unwrap().clone();
            theirs.retain(|line| !line["strict"].is_null());
            theirs.sort_by_key(|line| line["number"].as_str().unwrap().to_owned());
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert_eq!(ours, theirs, "at {as_of}");
            }
            assert_eq!(ours.len(), theirs.len(), "at {as_of}");
        }
        assert_eq!(hash(&ours), known[at]["lines_sha256"], "at {as_of}");
        assert_same(&variants(&app, as_of).await, &known[at]["variants"], as_of);
    }
});
