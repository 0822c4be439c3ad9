//! How the databases carry out the hot statements, and that they bear many lines.

use super::scene::{Case, ask, day, line, noon, on_database};
use crate::setup::actor;
use crate::support::{self, Database, Engine, on_both};
use beiku::app::App;
use beiku::app::figures::{self, ClassFilter, LineFilter};
use beiku::domain::actor::{Role, Scope};
use beiku::store::figures::{Cohort, Key, Only, facts_sql, promises_sql};
use beiku::store::sql::{Sql, sql};
use beiku::store::{StoreError, promise_views};
use diesel::deserialize::{self, QueryableByName};
use diesel::row::NamedRow;
use diesel::sql_types::Text;
use std::collections::BTreeSet;

/// More than two chunks of lines.
const MANY: i64 = 4_500;

/// Writes `MANY` lines due on 2025-07-30, of which every third was handed back in time.
async fn many(app: &App) {
    on_database(app, |tx| {
        let first = line(tx, &Case::new("R-0", "2025-05-06"))?;
        let now = noon(day("2025-07-01"));
        sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
             INSERT INTO rma (number, customer_id, language, tracking_code, source, state, requested_at, recorded_at) \
             SELECT 'R-' || n.i, r.customer_id, r.language, 'T-' || n.i, r.source, r.state, r.requested_at, r.recorded_at \
             FROM n CROSS JOIN rma r WHERE r.number = 'R-0'")
        .bind(MANY - 1)
        .execute(tx)?;
        sql("INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, fault, mode, entitlement, plan_version_id, \
             depot_id, repair_state, faulty_state, sort_due, received_at, last_event_at, version) \
             SELECT r.id, 1, l.customer_id, l.part_id, 'S-' || r.number, l.fault, l.mode, l.entitlement, l.plan_version_id, \
             l.depot_id, l.repair_state, l.faulty_state, l.sort_due, l.received_at, l.last_event_at, 1 \
             FROM rma r CROSS JOIN rma_line l WHERE l.id = $1 AND r.id <> l.rma_id")
        .bind(first)
        .execute(tx)?;
        sql("INSERT INTO promise (kind, line_id, customer_id, depot_id, part_id, plan_version_id, amount, unit, start_day_counts, \
             target_bp, variant, started_at, base_due_on, due_on, sort_due, calendar_version, provisional, state, recorded_at) \
             SELECT kind, l.id, p.customer_id, p.depot_id, p.part_id, p.plan_version_id, amount, unit, start_day_counts, \
             target_bp, variant, started_at, base_due_on, due_on, p.sort_due, calendar_version, provisional, state, recorded_at \
             FROM rma_line l CROSS JOIN promise p WHERE p.line_id = $1 AND l.id <> $1")
        .bind(first)
        .execute(tx)?;
        sql("INSERT INTO rma_event (rma_id, line_id, track, kind, occurred_at, recorded_at) \
             SELECT rma_id, id, 'repair', 'confirm_returned', $1, $1 FROM rma_line WHERE id % 3 = 0")
        .bind(now)
        .execute(tx)?;
        Ok(())
    })
    .await;
}

on_both!(many_lines_are_counted_and_paged_chunk_by_chunk, async |db: &Database| {
    // A crowd of lines without a history.
    db.spoil();
    db.clock().set("2025-09-01T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    many(&app).await;
    let asked = [("from", "2025-07"), ("to", "2025-07")];
    let rate = ask(&app, actor(Role::Admin), &asked, figures::timely_repair).await.unwrap();
    let figures = &rate.total.figures;
    assert_eq!((i64::from(figures.eligible), i64::from(figures.timely)), (MANY, MANY / 3));
    let mut seen = BTreeSet::new();
    let mut after: Option<Key> = None;
    let filter = LineFilter { class: Some(ClassFilter::Missed), ..LineFilter::default() };
    loop {
        let filter = filter.clone();
        let page = ask(&app, actor(Role::Admin), &asked, move |conn, ctx, query| {
            figures::timely_repair_lines(conn, ctx, query, &filter, after, 700)
        });
        let page = page.await.unwrap();
        after = page.last().map(|line| line.key).or(after);
        let last = page.len() < 700;
        seen.extend(page.into_iter().map(|line| line.names.rma));
        if last {
            break;
        }
    }
    assert_eq!(i64::try_from(seen.len()).unwrap(), MANY - MANY / 3, "every missed line once");
});

struct PlanLine(String);

impl QueryableByName<diesel::pg::Pg> for PlanLine {
    fn build<'a>(row: &impl NamedRow<'a, diesel::pg::Pg>) -> deserialize::Result<Self> {
        Ok(PlanLine(NamedRow::get::<Text, String>(row, "QUERY PLAN")?))
    }
}

impl QueryableByName<diesel::sqlite::Sqlite> for PlanLine {
    fn build<'a>(row: &impl NamedRow<'a, diesel::sqlite::Sqlite>) -> deserialize::Result<Self> {
        Ok(PlanLine(NamedRow::get::<Text, String>(row, "detail")?))
    }
}

async fn plan(app: &App, statement: Sql) -> String {
    let read = app.store().read(move |conn| {
        // The planner may well read a small table whole; what counts is that it can do without.
        if conn.is_postgres() {
            conn.batch("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")?;
        }
        let lines: Vec<PlanLine> = statement.explained(conn).load(conn)?;
        Ok::<_, StoreError>(lines.into_iter().map(|line| line.0).collect::<Vec<_>>().join("\n"))
    });
    read.await.unwrap()
}

on_both!(figures_and_promise_lists_are_found_by_their_indexes, async |db: &Database| {
    // A crowd of lines without a history.
    db.spoil();
    db.clock().set("2025-09-01T00:00:00Z".parse().unwrap());
    let app = support::app(db);
    many(&app).await;
    on_database(&app, |tx| Ok(tx.batch("ANALYZE")?)).await;
    let cohort = Cohort {
        only: Only::All,
        from: day("2025-07-01"),
        to: day("2025-07-31"),
        known_at: app.clock().now(),
        looks_back: false,
        reader: Scope::All,
        depot: None,
        customer: None,
        part_no: None,
    };
    let whole = |plan: &str, alias: &str, table: &str| match db.engine() {
        Engine::Sqlite => {
            plan.contains(&format!("SCAN {alias}\n")) || plan.ends_with(&format!("SCAN {alias}"))
        }
        Engine::Postgres => plan.contains(&format!("Seq Scan on {table}")),
    };
    let promises = plan(&app, promises_sql(&cohort, None, 2_000)).await;
    assert!(promises.contains("promise_figure") && !whole(&promises, "p", "promise"), "{promises}");
    assert!(promises.contains("promise_of_line"), "the latest promise of a line: {promises}");
    let through = Key { sort_due: day("2025-07-30"), id: 2_000 };
    let facts = plan(&app, facts_sql(&cohort, None, through)).await;
    assert!(facts.contains("rma_event_line") && !whole(&facts, "e", "rma_event"), "{facts}");
    let filter = promise_views::PromiseFilter {
        kind: Some(beiku::domain::plan::PromiseKind::RepairReturn),
        state: Some(beiku::domain::rma::PromiseState::Open),
        ..promise_views::PromiseFilter::default()
    };
    let list = plan(&app, promise_views::list_sql(&Scope::All, &filter, None, 50)).await;
    // By what it filters, or in the order of the page: either is an index.
    assert!(list.contains("promise_due") || list.contains("promise_list"), "{list}");
    assert!(!whole(&list, "p", "promise"), "{list}");
});
