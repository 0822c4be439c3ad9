//! Figures of now, from sums by day and what no sum speaks for, say what judging every line says.

use super::company::{VARIANTS, with_the_company};
use super::scene::{Case, ask, day, line, noon, on_database};
use crate::setup::actor;
use crate::support::{Database, on_both};
use beiku::app::figures::{self, TimelyRepair};
use beiku::app::{App, verify};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::calendar::Zone;
use beiku::domain::stock::proof::DifferenceKind;
use beiku::domain::turnaround::Forecast;
use beiku::store::promises;
use beiku::store::sql::sql;
use chrono::{DateTime, Months, TimeDelta, Utc};

/// Nothing is recorded from here to the questions: known then is known now.
fn a_moment_ago(app: &App) -> String {
    (app.clock().now() - TimeDelta::minutes(1)).to_rfc3339()
}

async fn rate(app: &App, who: Actor, parameters: &[(&str, &str)]) -> TimelyRepair {
    let asked = ask(app, who, parameters, figures::timely_repair).await;
    TimelyRepair { known_at: DateTime::<Utc>::MIN_UTC, ..asked.unwrap() }
}

/// Every variant by everything, and with a filter: as of now, and by judging each line as it was known a moment ago.
async fn agree(app: &App, who: &Actor) {
    let ago = a_moment_ago(app);
    let unfiltered = ["month", "depot", "customer", "part"].map(|by| (by, "", ""));
    let filtered = [("depot", "JN"), ("customer", "C1001"), ("part_no", "0320007GCF")];
    let filtered = filtered.map(|(filter, code)| ("month", filter, code));
    for variant in VARIANTS.into_iter().chain(["contractual"]) {
        for (by, filter, code) in unfiltered.into_iter().chain(filtered) {
            let mut asked = vec![("from", "2025-01"), ("to", "2027-12"), ("variant", variant), ("by", by)];
            if !filter.is_empty() {
                asked.push((filter, code));
            }
            let now = rate(app, who.clone(), &asked).await;
            asked.push(("known_at", &ago));
            let judged = rate(app, who.clone(), &asked).await;
            assert_eq!(now, judged, "{variant} {by} {filter}");
        }
    }
}

/// The end of the next months from sums, and by looking at each open line.
async fn foreseen_alike(app: &App, who: &Actor) {
    let today = Zone::default().local_date(app.clock().now());
    let until = (today + Months::new(3)).to_string();
    for (filter, code) in [("variant", "remedy30"), ("depot", "JN"), ("customer", "C1001")] {
        let asked = [("from", &*today.to_string()), ("to", &until), (filter, code)];
        let summed = ask(app, who.clone(), &asked, figures::month_end).await.unwrap();
        let looked_at = ask(app, who.clone(), &asked, figures::forecast).await.unwrap().figures;
        let far = |one: Option<f64>, other: Option<f64>| (one.unwrap() - other.unwrap()).abs() > 1e-12;
        assert!(summed.open > 0, "{filter} {code}");
        assert!(!far(summed.expected_rate, looked_at.expected_rate), "{summed:?} {looked_at:?}");
        assert!(!far(summed.chance_of_target, looked_at.chance_of_target), "{summed:?} {looked_at:?}");
        let (expected_rate, chance_of_target) = (looked_at.expected_rate, looked_at.chance_of_target);
        assert_eq!(Forecast { expected_rate, chance_of_target, ..summed }, looked_at);
    }
}

async fn touched(app: &App) -> i64 {
    on_database(app, |tx| Ok(sql("SELECT count(*) AS value FROM rate_touched").number(tx)?)).await
}

async fn proven(app: &App) {
    let proof = app.store().read(verify::verify).await.unwrap();
    assert!(proof.is_proven(), "{:#?}", proof.differences);
}

on_both!(sums_say_what_judging_every_line_says, async |db: &Database| {
    let app = with_the_company(db).await;
    let manager = actor(Role::Manager);
    db.clock().advance(TimeDelta::hours(1));
    assert_eq!(touched(&app).await, 0, "an import settles its lines");
    // As after the migration, which knows of no line yet.
    on_database(&app, |tx| {
        for text in [
            // Every other contract names the 30-day remedy.
            "UPDATE promise SET variant = 'remedy30' WHERE id % 2 = 0",
            "DELETE FROM rate_day",
            "DELETE FROM rate_line",
            "INSERT INTO rate_touched (line_id) SELECT DISTINCT line_id FROM promise WHERE kind = 'repair_return'",
        ] {
            sql(text).execute(tx)?;
        }
        Ok(())
    })
    .await;
    let before = rate(&app, manager.clone(), &[("by", "depot")]).await;
    agree(&app, &manager).await;

    // Two nodes at once work each mark off once.
    let (one, other) = tokio::join!(figures::settle(&app), figures::settle(&app));
    assert!(one.unwrap() + other.unwrap() > 2_000);
    assert_eq!(touched(&app).await, 0);
    assert_eq!(figures::settle(&app).await.unwrap(), 0);
    assert_eq!(rate(&app, manager.clone(), &[("by", "depot")]).await, before);
    agree(&app, &manager).await;
    proven(&app).await;
    figures::foresee(&app).await.unwrap();
    foreseen_alike(&app, &manager).await;

    // Time passes: lines become late without a word, and those under a hold move on.
    db.clock().advance(TimeDelta::days(45));
    agree(&app, &manager).await;

    // What is written after that is counted at once, settled or not.
    let now = app.clock().now();
    let ids = on_database(&app, move |tx| {
        let open = "SELECT min(r.line_id) AS value FROM rate_line r WHERE r.fate = 'open'";
        let held = sql(open).number(tx)?;
        promises::start_hold(tx, held, "等待客户", "黄杰", false, now, now)?;
        let new = line(tx, &Case::new("RMA-NEW-1", "2026-12-01").with("confirm_returned", "2026-12-20"))?;
        Ok((held, new))
    });
    ids.await;
    db.clock().advance(TimeDelta::hours(1));
    agree(&app, &manager).await;
    foreseen_alike(&app, &manager).await;
    assert!(figures::settle(&app).await.unwrap() > 0);
    agree(&app, &manager).await;
    proven(&app).await;
});

on_both!(a_reader_sums_only_what_is_theirs, async |db: &Database| {
    let app = crate::support::app(db);
    let mut here = Case::new("RMA-1", "2026-01-05").with("confirm_returned", "2026-02-02");
    let mut there = Case::new("RMA-2", "2026-01-05");
    (there.depot, there.customer) = ("DZ".into(), "C2".into());
    here.target_bp = 9_000;
    let both = [here, there];
    on_database(&app, move |tx| both.iter().try_for_each(|case| line(tx, case).map(|_| ()))).await;
    let user = on_database(&app, |tx| {
        let id = sql("INSERT INTO app_user (username, display_name, role, language, active, created_at) \
             VALUES ('jn', 'JN', 'clerk', 'zh-CN', TRUE, '2026-01-01 00:00:00') RETURNING id AS value")
        .number(tx)?;
        sql("INSERT INTO user_depot (user_id, depot_id, valid_from) SELECT $1, id, '2026-01-01 00:00:00' FROM depot WHERE code = 'JN'")
            .bind(id)
            .execute(tx)?;
        sql("INSERT INTO user_customer (user_id, customer_id) SELECT $1, id FROM customer WHERE code = 'C2'").bind(id).execute(tx)?;
        Ok(id)
    })
    .await;
    db.clock().set(noon(day("2026-07-01")));
    figures::settle(&app).await.unwrap();
    let clerk = Actor { user_id: user, reads_own_only: true, ..actor(Role::Clerk) };
    let customer = Actor { user_id: user, ..actor(Role::Customer) };
    for (who, timely, eligible) in [(clerk, 1, 1), (customer, 0, 1), (actor(Role::Manager), 1, 2)] {
        agree(&app, &who).await;
        let seen = rate(&app, who, &[]).await.total.figures;
        assert_eq!((seen.timely, seen.eligible), (timely, eligible));
    }
});

on_both!(a_wrong_sum_or_line_does_not_prove, async |db: &Database| {
    let app = crate::support::app(db);
    on_database(&app, |tx| {
        line(tx, &Case::new("RMA-1", "2026-01-05").with("confirm_returned", "2026-02-02"))
    })
    .await;
    figures::settle(&app).await.unwrap();
    proven(&app).await;
    db.spoil();
    for (spoil, mend, found) in [
        (
            "UPDATE rate_day SET lines = 2 WHERE axis = 'depot'",
            "UPDATE rate_day SET lines = 1 WHERE axis = 'depot'",
            DifferenceKind::RateSum,
        ),
        (
            "UPDATE rate_line SET days = days + 1",
            "UPDATE rate_line SET days = days - 1",
            DifferenceKind::RateLine,
        ),
    ] {
        on_database(&app, move |tx| Ok(sql(spoil).execute(tx)?)).await;
        let proof = app.store().read(verify::verify).await.unwrap();
        assert_eq!(proof.differences.iter().map(|found| found.kind).collect::<Vec<_>>(), [found]);
        on_database(&app, move |tx| Ok(sql(mend).execute(tx)?)).await;
    }
    on_database(&app, |tx| Ok(sql("DELETE FROM rate_line").execute(tx)?)).await;
    let proof = app.store().read(verify::verify).await.unwrap();
    assert!(
        proof.differences.iter().any(|found| found.kind == DifferenceKind::RateLine && found.found == "-")
    );
});
