//! How much the databases read for the questions people ask all day: a page of a hundred thousand units costs a page, not
//! the table. Every statement is run with its own values on filled books with statistics, and counted: rows that
//! PostgreSQL touched, steps that SQLite took. Plans are shown when something reads too much.

use super::connect;
use super::dataset::{self, Size};
use super::plan_text::{COUNTED, number_after, read_whole};
use super::trace::{Bound, Trace, Traced};
use crate::setup::actor;
use crate::support::{self, Database, Engine, on_both};
use beiku::app::rma::LineSort;
use beiku::app::{AppResult, Ctx, outbox, promises, rma, stock};
use beiku::domain::actor::{Role, Scope};
use beiku::domain::plan::PromiseKind;
use beiku::domain::rma::{KeptClass, PromiseState, RepairState};
use beiku::domain::stock::{Condition, MovementKind};
use beiku::store::movements::{self, MovementFilter};
use beiku::store::promise_views::{self, PromiseFilter};
use beiku::store::sql::{Conn, sql, sql_once};
use beiku::store::stock::{StockFilter, StockKey};
use beiku::store::units::{self, UnitFilter};
use beiku::store::{StoreError, audit, figures, kept, people, token, workload};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::deserialize::{self, QueryableByName};
use diesel::row::NamedRow;
use diesel::sql_types::Text;
use rusqlite::StatementStatus;

const UNITS: i64 = 100_000;
const NOW: &str = "2026-11-20T04:00:00Z";
const PAGE: i64 = 51;
/// Rows PostgreSQL may touch in one statement: a page of joined rows, or what is sorted in memory in no time.
const ROWS: f64 = 4_000.0;
/// Steps SQLite may take in one statement, about ten for each row of each table.
const STEPS: i32 = 60_000;

type Ask = Box<dyn Fn(&mut Conn, &Ctx) -> AppResult<()>>;

/// A question, and by how much more than a page it may read.
struct Question {
    name: &'static str,
    /// What the books get first, and keep.
    books: &'static str,
    more: f64,
    ask: Ask,
}

fn question<T>(name: &'static str, ask: impl Fn(&mut Conn, &Ctx) -> AppResult<T> + 'static) -> Question {
    Question { name, books: "", more: 1.0, ask: Box::new(move |conn, ctx| ask(conn, ctx).map(|_| ())) }
}

impl Question {
    /// A question whose answer is itself larger than a page, `times` so much.
    fn of_more(self, times: f64) -> Question {
        Question { more: times, ..self }
    }
}

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// A day ago, as was known an hour ago.
fn back() -> stock::Then {
    stock::Then {
        before: now() - TimeDelta::days(1),
        known_at: now() - TimeDelta::hours(1),
        looks_back: true,
    }
}

fn of_units(name: &'static str, filter: UnitFilter) -> Question {
    question(name, move |c, _| Ok(units::list(c, &Scope::All, &filter, UNITS / 3, PAGE)?))
}

fn of_movements(name: &'static str, filter: MovementFilter) -> Question {
    question(name, move |c, _| Ok(movements::list(c, &Scope::All, &filter, 150_000, PAGE)?))
}

fn of_stock(name: &'static str, filter: StockFilter) -> Question {
    let after = StockKey { part_no: "P-100250".into(), depot: "DP3".into(), ..StockKey::default() };
    question(name, move |c, ctx| stock::list_stock(c, ctx, &filter, &after, PAGE))
}

fn of_matrix(name: &'static str, filter: stock::MatrixFilter) -> Question {
    question(name, move |c, ctx| stock::matrix(c, ctx, &filter, "P-100250", PAGE))
}

fn of_lines(name: &'static str, filter: rma::LineFilter) -> Question {
    question(name, move |c, ctx| rma::list_lines(c, ctx, &filter, rma::FIRST, PAGE))
}

/// A page of a sorted list from its beginning, and the one after it.
fn of_sorted(name: &'static str, sort: LineSort, filter: rma::LineFilter) -> Question {
    question(name, move |c, ctx| {
        let first = rma::list_lines_sorted(c, ctx, &filter, (sort, None), PAGE)?;
        let last = first.last().unwrap();
        let mark = sort.mark(last.id, last.sort_due, last.last_event_at);
        rma::list_lines_sorted(c, ctx, &filter, (sort, Some(mark)), PAGE)
    })
}

fn of_promises(name: &'static str, filter: PromiseFilter) -> Question {
    question(name, move |c, _| Ok(promise_views::list(c, &Scope::All, &filter, None, PAGE)?))
}

fn of_trail(name: &'static str, filter: audit::AuditFilter) -> Question {
    question(name, move |c, _| Ok(audit::list(c, &filter, i64::MAX, PAGE)?))
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn looking_up() -> Vec<Question> {
    let serial = dataset::serial(77_777);
    let (a, b, c, d) = (serial.clone(), serial.clone(), serial.clone(), serial.clone());
    vec![
        question("scan a serial", move |c, ctx| stock::scan(c, ctx, &a)),
        question("scan what nobody knows", |c, ctx| stock::scan(c, ctx, "NEVER-SEEN")),
        question("a unit", move |c, ctx| stock::unit_details(c, ctx, &b, None)),
        question("where a unit was", move |c, ctx| stock::unit_then(c, ctx, &d, None, &back())),
        question("a unit's history", move |conn, ctx| stock::history(conn, ctx, &c, None, i64::MAX, PAGE)),
        question("an RMA", |c, ctx| rma::view(c, ctx, "RMA-2024-1004321")),
        question("an RMA by its link", |c, ctx| rma::track(c, ctx, "RMA-2024-1004321", "TRACK43210")),
        question("availability", |c, ctx| {
            let near = Some("DP3".to_owned());
            stock::sourcing(c, ctx, &stock::Sourcing { part_no: "P-100100".into(), near })
        }),
        question("the longest-lying unit", |c, _| Ok(units::oldest_available(c, 3, 100)?)),
        question("who holds a token", |c, ctx| Ok(token::holders(c, &[b"nobody".to_vec()], ctx.now)?)),
        question("whose depots", |c, _| Ok(people::grants_of(c, 1)?)),
    ]
}

fn dated_back() -> Vec<Question> {
    let booking = stock::Booking {
        kind: MovementKind::Issue,
        part_no: text("SCREW"),
        serial: None,
        quantity: Some(2),
        from: "DP3".into(),
        to: "customer:K1042".into(),
        condition: None,
        condition_to: None,
        owner_to: None,
        reason: "补录".into(),
        document: String::new(),
        occurred_at: Some(now() - TimeDelta::days(60)),
    };
    let asked =
        question("a counted part that was issued months ago", move |c, ctx| stock::book(c, ctx, &booking));
    vec![Question { books: COUNTED, ..asked }]
}

fn unit_lists() -> Vec<Question> {
    let filter = UnitFilter::default;
    vec![
        of_units("units", filter()),
        of_units("units of a part", UnitFilter { part_no: text("P-100100"), ..filter() }),
        of_units("units of a depot", UnitFilter { depot: text("DP3"), ..filter() }),
        of_units("units of a bin", UnitFilter { place: text("DP3/B07"), ..filter() }),
        of_units("good units", UnitFilter { condition: Some(Condition::Good), ..filter() }),
        of_units("faulty units", UnitFilter { condition: Some(Condition::Faulty), ..filter() }).of_more(4.0),
        of_units("scrapped units", UnitFilter { condition: Some(Condition::Scrapped), ..filter() }),
        of_units("units of ours", UnitFilter { owner: text("us"), ..filter() }),
        of_units("units of a customer's", UnitFilter { owner: text("customer:K1001"), ..filter() }),
        of_units("serials that begin so", UnitFilter { serial: text("SN10000777"), ..filter() }),
        of_units("serials that end so", UnitFilter { serial: text("7777"), ..filter() }),
        of_units("serials that all begin so", UnitFilter { serial: text("SN1"), ..filter() }).of_more(25.0),
        of_units("serials with a middle", UnitFilter { serial: text("N1000077"), ..filter() }).of_more(60.0),
    ]
}

fn movement_lists() -> Vec<Question> {
    let filter = MovementFilter::default;
    let mut questions = vec![
        of_movements("movements", filter()),
        of_movements("movements of a part", MovementFilter { part_no: text("P-100100"), ..filter() }),
        of_movements("movements of a unit", MovementFilter { unit_id: Some(4_321), ..filter() }),
        of_movements("movements of a depot", MovementFilter { depot: text("DP3"), ..filter() }),
        of_movements("movements of no depot", MovementFilter { depot: text("NONE"), ..filter() }),
        of_movements("movements of a document", MovementFilter { document: text("DOC-321"), ..filter() }),
        of_movements(
            "movements of a day",
            MovementFilter {
                from: Some(now() - TimeDelta::days(400)),
                before: Some(now() - TimeDelta::days(399)),
                ..filter()
            },
        )
        .of_more(2.0),
    ];
    for kind in MovementKind::ALL {
        // Of a frequent kind the planner may go back through the ledger instead.
        let of_kind = MovementFilter { kind: Some(*kind), ..filter() };
        questions.push(of_movements("movements of a kind", of_kind).of_more(4.0));
    }
    questions
}

fn stock_lists() -> Vec<Question> {
    let filter = StockFilter::default;
    vec![
        of_stock("stock", filter()).of_more(4.0),
        of_stock("stock of a depot", StockFilter { depot: text("DP3"), ..filter() }).of_more(4.0),
        of_stock("stock of a part", StockFilter { part_no: text("P-100300"), ..filter() }),
        of_stock("faulty stock", StockFilter { condition: Some(Condition::Faulty), ..filter() }).of_more(8.0),
        of_matrix("the stock page", stock::MatrixFilter::default()).of_more(4.0),
        of_matrix(
            "the stock page of a depot",
            stock::MatrixFilter { depots: vec!["DP3".into()], ..stock::MatrixFilter::default() },
        )
        .of_more(4.0),
        of_matrix(
            "what is low on the stock page",
            stock::MatrixFilter { low: true, ..stock::MatrixFilter::default() },
        )
        .of_more(8.0),
        of_stock("low stock", StockFilter { low: true, ..filter() }).of_more(8.0),
    ]
}

fn line_lists() -> Vec<Question> {
    let filter = rma::LineFilter::default;
    let open = || rma::LineFilter { open: true, ..filter() };
    let customer = text("K1042");
    let until = (rma::FIRST.sort_due, now().date_naive());
    vec![
        of_lines("lines", filter()),
        of_lines("open lines", open()),
        of_lines("lines of a depot", rma::LineFilter { depot: text("DP3"), ..filter() }),
        of_lines("open lines of a depot", rma::LineFilter { depot: text("DP3"), ..open() }),
        of_lines("lines of a customer", rma::LineFilter { customer, ..filter() }),
        of_lines("lines of a part", rma::LineFilter { part_no: text("P-100091"), ..filter() }),
        of_lines("lines due by a day", rma::LineFilter { due: Some(until), ..open() }),
        of_lines("lines in repair", rma::LineFilter { state: Some(RepairState::Repairing), ..filter() })
            .of_more(4.0),
        of_lines("lines cancelled", rma::LineFilter { state: Some(RepairState::Cancelled), ..filter() }),
        of_lines("lines returned", rma::LineFilter { state: Some(RepairState::Returned), ..filter() }),
        of_lines("a line by its serial", rma::LineFilter { q: Some(dataset::serial(43_210)), ..filter() })
            .of_more(5.0),
        of_lines("a line by its number", rma::LineFilter { q: text("RMA-2024-1004321"), ..filter() })
            .of_more(5.0),
        of_sorted("the latest lines", LineSort::Newest, filter()),
        of_sorted("the oldest open lines", LineSort::Oldest, open()),
        of_sorted("the latest open lines", LineSort::Newest, open()),
        of_sorted("the latest promised", LineSort::LastDue, open()),
        of_sorted("lines by their last change", LineSort::Changed, filter()),
        of_sorted("open lines by their last change", LineSort::Changed, open()),
        of_sorted("open lines nothing happened to", LineSort::Unchanged, open()),
        question("the line of a box", |c, _| {
            Ok(beiku::store::open_lines::of_serial(c, &dataset::serial(99_990))?)
        }),
    ]
}

fn promise_lists() -> Vec<Question> {
    let filter = PromiseFilter::default;
    let kind = Some(PromiseKind::RepairReturn);
    vec![
        of_promises("promises", filter()),
        of_promises("promises of a kind", PromiseFilter { kind, ..filter() }),
        of_promises("open promises", PromiseFilter { state: Some(PromiseState::Open), ..filter() }),
        of_promises("floating promises", PromiseFilter { state: Some(PromiseState::Floating), ..filter() }),
        of_promises("provisional promises", PromiseFilter { provisional: true, ..filter() }),
        of_promises("promises of a depot", PromiseFilter { depot: text("DP3"), ..filter() }),
        of_promises("promises of a customer", PromiseFilter { customer: text("K1042"), ..filter() }),
        of_promises("promises of an RMA", PromiseFilter { rma: text("RMA-2024-1004321"), ..filter() }),
        question("the promises of an RMA as they stood", |c, ctx| {
            let filter = PromiseFilter { rma: text("RMA-2024-1004321"), ..PromiseFilter::default() };
            promises::list_then(c, ctx, &filter, &back(), None, PAGE)
        }),
        question("how promises were kept", |c, ctx| {
            let wanted = workload::Wanted {
                from: ctx.now,
                until: ctx.now,
                as_of_end: ctx.now,
                known_at: ctx.now,
                reader: Scope::All,
                depot: None,
                customer: None,
                part_no: None,
            };
            let asked = kept::KeptWanted {
                wanted,
                due: ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap()),
                late_before: ctx.now.date_naive(),
                now: ctx.now,
                kind: None,
            };
            let broken = Some(KeptClass::Broken);
            Ok((kept::promises(c, &asked, broken, None, PAGE)?, kept::sums(c, &asked)?))
        }),
        question("promises that broke", |c, ctx| {
            Ok(promise_views::mark_broken(c, PromiseKind::RepairReturn, ctx.now.date_naive(), ctx.now, 500)?)
        }),
    ]
}

fn desk() -> Vec<Question> {
    let trail = audit::AuditFilter::default;
    vec![
        question("notices that are due", |c, ctx| Ok(beiku::store::outbox::due(c, ctx.now, 20)?)),
        question("how many notices", outbox::counts),
        of_trail("the trail", trail()),
        of_trail("the trail of a thing", audit::AuditFilter { subject: text("rma:4321"), ..trail() }),
        of_trail("the trail of a person", audit::AuditFilter { actor: text("nobody"), ..trail() }),
        of_trail("the trail of a deed", audit::AuditFilter { action: text("user.create"), ..trail() }),
        question("a month's figure", |c, ctx| {
            let cohort = figures::Cohort {
                only: figures::Only::All,
                from: "2026-03-01".parse().unwrap(),
                to: "2026-03-31".parse().unwrap(),
                known_at: ctx.now,
                looks_back: false,
                reader: Scope::All,
                depot: None,
                customer: None,
                part_no: None,
            };
            let lines = figures::promises(c, &cohort, None, 2_000)?;
            let last = lines.last().unwrap().key();
            Ok((figures::facts(c, &cohort, None, last)?, figures::names(c, &cohort, None, last)?))
        })
        .of_more(4.0),
    ]
}

/// What one statement read, and the plan it followed.
struct Read {
    work: f64,
    plan: String,
    whole: Vec<&'static str>,
}

fn read_on_sqlite(raw: &rusqlite::Connection, text: &str) -> Read {
    let lines = |text: &str| -> Vec<String> {
        let mut statement = raw.prepare(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let rows = statement.query_map([], |row| row.get::<_, String>("detail")).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let plan = lines(&format!("EXPLAIN QUERY PLAN {text}"));
    let work = if text.trim_start().starts_with("SELECT") {
        let mut statement = raw.prepare(text).unwrap();
        let mut rows = statement.query([]).unwrap();
        while rows.next().unwrap().is_some() {}
        drop(rows);
        f64::from(statement.get_status(StatementStatus::VmStep)) / f64::from(STEPS)
    } else {
        0.0
    };
    let whole = read_whole(&plan, text);
    Read { work, plan: plan.join("\n"), whole }
}

struct PlanLine(String);

impl QueryableByName<diesel::pg::Pg> for PlanLine {
    fn build<'a>(row: &impl NamedRow<'a, diesel::pg::Pg>) -> deserialize::Result<Self> {
        Ok(PlanLine(NamedRow::get::<Text, String>(row, "QUERY PLAN")?))
    }
}

impl QueryableByName<diesel::sqlite::Sqlite> for PlanLine {
    fn build<'a>(_: &impl NamedRow<'a, diesel::sqlite::Sqlite>) -> deserialize::Result<Self> {
        Err("SQLite is asked through rusqlite".into())
    }
}

fn read_on_postgres(conn: &mut Conn, text: &str) -> Read {
    let is_read = text.trim_start().starts_with("SELECT");
    let how = if is_read { "EXPLAIN (ANALYZE, TIMING OFF)" } else { "EXPLAIN" };
    let lines: Vec<PlanLine> =
        sql_once(format!("{how} {text}")).load(conn).unwrap_or_else(|error| panic!("{error}: {text}"));
    let plan: Vec<String> = lines.into_iter().map(|line| line.0).collect();
    let (mut rows, mut loops) = (0.0, 1.0);
    for line in &plan {
        if let Some((_, actual)) = line.split_once("(actual ") {
            loops = number_after(actual, "loops=");
            rows += number_after(actual, "rows=") * loops;
        }
        rows += number_after(line, "Rows Removed by Filter: ") * loops;
        rows += number_after(line, "Rows Removed by Join Filter: ") * loops;
    }
    // A table that is read whole shows in the rows: each has more than a page may read.
    Read { work: rows / ROWS, plan: plan.join("\n"), whole: vec![] }
}

fn is_of_interest(statement: &Traced) -> bool {
    ["SELECT", "UPDATE", "WITH"].iter().any(|word| statement.text.trim_start().starts_with(word))
}

/// On a thread that may block.
fn build(db: &Database, size: Size) {
    let store = db.store().clone();
    std::thread::spawn(move || dataset::build(&store, size, |_| ()).unwrap()).join().unwrap();
}

on_both!(no_question_reads_more_than_it_answers, async |db: &Database| {
    db.clock().set(now());
    let size = Size { units: UNITS, now: now().timestamp() };
    build(db, size);
    let app = support::app(db);
    let ctx = app.context(actor(Role::Admin), "test".into());
    let mut conn = connect(db);
    if conn.is_postgres() {
        // As the store has it.
        conn.batch("SET random_page_cost = 1.1").unwrap();
    }
    let raw = match db.address() {
        beiku::store::Address::Sqlite(file) => Some(rusqlite::Connection::open(file).unwrap()),
        beiku::store::Address::Postgres(_) => None,
    };
    let trace = Trace::of(&mut conn);
    let mut faults = vec![];
    let groups = [
        looking_up(),
        unit_lists(),
        movement_lists(),
        stock_lists(),
        line_lists(),
        promise_lists(),
        desk(),
        dated_back(),
    ];
    for asked in groups.into_iter().flatten() {
        if !asked.books.is_empty() {
            conn.batch(asked.books).unwrap();
        }
        trace.take();
        conn.batch("BEGIN").unwrap();
        (asked.ask)(&mut conn, &ctx).unwrap_or_else(|error| panic!("{}: {error}", asked.name));
        conn.batch("ROLLBACK").unwrap();
        for statement in trace.take().into_iter().filter(is_of_interest) {
            let is_postgres = db.engine() == Engine::Postgres;
            let values: Vec<String> =
                statement.values.iter().map(|value| value.literal(is_postgres)).collect();
            let text = statement.with(is_postgres, &values);
            let read = match &raw {
                Some(raw) => read_on_sqlite(raw, &text),
                None => read_on_postgres(&mut conn, &text),
            };
            // A page that an index gives in its order is a scan of that index, and short; what was not run must not scan.
            if read.work > asked.more || (read.work == 0.0 && !read.whole.is_empty()) {
                let times = read.work / asked.more;
                faults.push(format!(
                    "{} reads {times:.1} times what it may, and whole: {:?}\n{text}\n{}\n",
                    asked.name, read.whole, read.plan
                ));
            }
        }
        trace.take();
    }
    assert!(faults.is_empty(), "{} statements\n{}", faults.len(), faults.join("\n"));
});

on_both!(the_books_that_are_built_prove_themselves, async |db: &Database| {
    let size = Size { units: 3_000, now: now().timestamp() };
    build(db, size);
    let app = support::app(db);
    let proof = app.store().read(beiku::app::verify::verify).await.unwrap();
    assert!(proof.differences.is_empty(), "{:?}", proof.differences);
    let count = |table: &'static str| {
        db.store().read(move |c| {
            Ok::<_, StoreError>(sql_once(format!("SELECT count(*) AS value FROM {table}")).number(c)?)
        })
    };
    assert_eq!(count("movement").await.unwrap(), size.movements());
    assert_eq!(count("rma_line").await.unwrap(), size.lines());
    // What comes next gets ids of its own.
    let next = db.store().write(|tx| {
        Ok::<_, StoreError>(
            sql("INSERT INTO depot (code, name, class) VALUES ('NEW', '新', 'other') RETURNING id AS value")
                .number(tx)?,
        )
    });
    assert_eq!(next.await.unwrap(), dataset::DEPOTS + 1);
});

#[test]
fn what_diesel_shows_is_read_back() {
    let values = [
        Bound::Null,
        Bound::Int(-5),
        Bound::Bool(true),
        Bound::Text("a'b\"\u{1f}".into()),
        Bound::Bytes(vec![1, 255]),
    ];
    let [null, int, bool, text, bytes] = values.map(|value| value.literal(true));
    assert_eq!(
        [null, int, bool, text, bytes],
        ["NULL", "-5", "true", "'a''b\"\u{1f}'", "'\\x01ff'"].map(str::to_owned)
    );
}
