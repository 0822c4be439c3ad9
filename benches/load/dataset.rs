//! A company of any size, written by set-based inserts: units with their movements, RMA lines with promises and events,
//! balances, reservations, notices. `beiku verify` proves it like any other books.
//!
//! What stands where follows from the unit's number alone, so the same size gives the same books on both databases. Row
//! ids are given out here, so the database must be a fresh one.

use beiku::store::sql::sql_once;
use beiku::store::{Conn, Store, StoreError, StoreResult};

/// Depots `DP1` … `DP8`, each with bins `DPn/B01` … and a bench.
pub const DEPOTS: i64 = 8;
/// Bins of each depot.
pub const BINS: i64 = 20;
/// Serial parts `P-100001` …, of 20 makers.
pub const PARTS: i64 = 500;
/// Customers `K1001` ….
pub const CUSTOMERS: i64 = 200;
/// Units one statement writes: bounds the transaction, and with it the write-ahead log.
const CHUNK: i64 = 100_000;
/// Receipts are spread over so many days, and the last of them was so many days ago.
const SPREAD_DAYS: i64 = 700;
const QUIET_DAYS: i64 = 60;
const DAY: i64 = 86_400;
/// Local days begin so much earlier.
const ZONE: i64 = 8 * 3_600;

/// How large, and as of when.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Units. Of ten, seven lie in bins, two are with customers, one came back faulty under an RMA.
    pub units: i64,
    /// Unix seconds of "today".
    pub now: i64,
}

impl Size {
    /// Movements these units make.
    pub fn movements(self) -> i64 {
        let returned = self.units / 10;
        2 * self.units + (3 * self.units) / 10 + 2 * returned - (returned - self.open_after() / 10)
    }

    /// RMA lines among them.
    pub fn lines(self) -> i64 {
        self.units / 10
    }

    /// RMAs of units with a higher number are still open.
    fn open_after(self) -> i64 {
        self.units / 10 * 9
    }
}

/// The serial of the unit with this number, from 1.
pub fn serial(unit: i64) -> String {
    format!("SN{}", 1_000_000_000 + unit)
}

/// Writes the books into a migrated, otherwise empty database. `said` hears how far it is.
pub fn build(store: &Store, size: Size, mut said: impl FnMut(&str)) -> StoreResult<()> {
    run(store, masters)?;
    let mut first = 1;
    while first <= size.units {
        let last = (first + CHUNK - 1).min(size.units);
        run(store, move |tx, say| chunk(tx, say, size, first, last))?;
        said(&format!("{last} units"));
        first = last + 1;
    }
    run(store, move |tx, say| {
        totals(tx, say, size)?;
        settle_ids(tx)
    })?;
    run(store, |tx, _| Ok(tx.batch("ANALYZE")?))?;
    said("balances, indexes, statistics");
    Ok(())
}

fn run(
    store: &Store,
    work: impl Fn(&mut Conn, &Words) -> StoreResult<()> + Send + 'static,
) -> StoreResult<()> {
    store.write_blocking(move |tx| {
        let words = Words { is_postgres: tx.is_postgres() };
        work(tx, &words)
    })
}

/// The few words the databases do not share.
struct Words {
    is_postgres: bool,
}

impl Words {
    /// A timestamp from Unix seconds.
    fn time(&self, seconds: &str) -> String {
        if self.is_postgres {
            format!("(to_timestamp({seconds}) AT TIME ZONE 'UTC')")
        } else {
            format!("datetime({seconds}, 'unixepoch')")
        }
    }

    /// A date from Unix seconds.
    fn date(&self, seconds: &str) -> String {
        if self.is_postgres {
            format!("CAST(to_timestamp({seconds}) AT TIME ZONE 'UTC' AS DATE)")
        } else {
            format!("date({seconds}, 'unixepoch')")
        }
    }
}

fn execute(tx: &mut Conn, text: String) -> StoreResult<()> {
    sql_once(text).execute(tx)?;
    Ok(())
}

/// `n(i)` from `first` to `last`.
fn numbers(first: i64, last: i64) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
    )
}

fn masters(tx: &mut Conn, words: &Words) -> StoreResult<()> {
    let start = words.time("1500000000");
    for text in [
        format!(
            "{} INSERT INTO depot (id, code, name, class) SELECT i, 'DP' || i, '备件库' || i, 'common' FROM n",
            numbers(1, DEPOTS)
        ),
        format!(
            "{} INSERT INTO place (id, code, kind, depot_id) SELECT 1000 + i, 'DP' || i, 'depot', i FROM n",
            numbers(1, DEPOTS)
        ),
        format!(
            "{} INSERT INTO place (id, code, kind, depot_id) SELECT 2000 + i, 'DP' || i || '/bench', 'bench', i FROM n",
            numbers(1, DEPOTS)
        ),
        format!(
            "{} INSERT INTO place (id, code, kind, depot_id) SELECT 10000 + i, \
             'DP' || (i / {BINS} + 1) || '/B' || substr(CAST(101 + i % {BINS} AS TEXT), 2, 2), 'bin', i / {BINS} + 1 FROM n",
            numbers(0, DEPOTS * BINS - 1)
        ),
        format!(
            "{} INSERT INTO part (id, part_no, name, name_en, maker, tracking, common) SELECT i, 'P-' || (100000 + i), \
             '业务板' || i, 'Board ' || i, '厂家' || (i % 20), 'serial', i % 2 = 0 FROM n",
            numbers(1, PARTS)
        ),
        format!(
            "{} INSERT INTO customer (id, code, name, city, plan_id, created_at) SELECT i, 'K' || (1000 + i), '客户' || i, '济南', \
             (SELECT id FROM plan WHERE code = 'standard'), {start} FROM n",
            numbers(1, CUSTOMERS)
        ),
        format!(
            "{} INSERT INTO place (id, code, kind, customer_id) SELECT 100000 + i, 'customer:K' || (1000 + i), 'customer', i FROM n",
            numbers(1, CUSTOMERS)
        ),
        format!(
            "{} INSERT INTO reorder_point (depot_id, part_id, quantity) SELECT i % {DEPOTS} + 1, i, i % 7 FROM n",
            numbers(1, PARTS)
        ),
    ] {
        execute(tx, text)?;
    }
    Ok(())
}

/// Where unit `u.id` is and was, as SQL over its number.
struct Life {
    depot: String,
    bin: String,
    customer: String,
    document: String,
    /// Unix seconds of the receipt.
    start: String,
    /// Came back faulty and went home again.
    closed: String,
    /// Came back faulty and is on the bench.
    open: String,
}

impl Life {
    fn of(unit: &str, size: Size) -> Life {
        let first = size.now - (SPREAD_DAYS + QUIET_DAYS) * DAY;
        let (units, open_after) = (size.units, size.open_after());
        Life {
            depot: format!("({unit} % {DEPOTS} + 1)"),
            bin: format!("(10000 + {unit} % {DEPOTS} * {BINS} + {unit} / {DEPOTS} % {BINS})"),
            customer: format!("({unit} % {CUSTOMERS} + 1)"),
            document: format!("'DOC-' || ({unit} / 20)"),
            start: format!("({first} + ({unit} - 1) * {} / {units})", SPREAD_DAYS * DAY),
            closed: format!("({unit} % 10 = 0 AND {unit} <= {open_after})"),
            open: format!("({unit} % 10 = 0 AND {unit} > {open_after})"),
        }
    }

    fn after(&self, seconds: i64) -> String {
        format!("({} + {seconds})", self.start)
    }
}

/// When the five steps of a life happen, in seconds after the receipt.
const STEPS: [i64; 5] = [0, 3_600, 5 * DAY, 10 * DAY, 40 * DAY];

fn chunk(tx: &mut Conn, words: &Words, size: Size, first: i64, last: i64) -> StoreResult<()> {
    units(tx, words, size, first, last)?;
    movements(tx, words, size, first, last)?;
    lines(tx, words, size, first, last)
}

fn units(tx: &mut Conn, words: &Words, size: Size, first: i64, last: i64) -> StoreResult<()> {
    let life = Life::of("i", size);
    let digits = |at: i64| format!("substr(CAST(1000000000 + i AS TEXT), {at}, 1)");
    let reversed = (1..=10).rev().map(digits).collect::<Vec<_>>().join(" || ");
    let Life { depot, bin, customer, document, closed, open, .. } = &life;
    let moved = words.time(&format!(
        "{} + CASE WHEN {closed} THEN {} WHEN {open} THEN {} WHEN i % 10 IN (1, 2) THEN {} ELSE {} END",
        life.start, STEPS[4], STEPS[3], STEPS[2], STEPS[1]
    ));
    execute(
        tx,
        format!(
            "{} INSERT INTO unit (id, part_id, serial, serial_reversed, identity, condition, owner, place_id, depot_id, document, \
             version, last_moved_at) \
             SELECT i, i % {PARTS} + 1, 'SN' || (1000000000 + i), {reversed} || 'NS', \
             'maker:厂家' || ((i % {PARTS} + 1) % 20) || '\u{1f}SN' || (1000000000 + i), \
             CASE WHEN {open} THEN 'faulty' ELSE 'good' END, 'us', \
             CASE WHEN {closed} THEN 1000 + {depot} WHEN {open} THEN 2000 + {depot} WHEN i % 10 IN (1, 2) THEN 100000 + {customer} \
             ELSE {bin} END, CASE WHEN i % 10 IN (1, 2) THEN NULL ELSE {depot} END, {document}, \
             CASE WHEN {closed} THEN 5 WHEN {open} THEN 4 WHEN i % 10 IN (1, 2) THEN 3 ELSE 2 END, {moved} FROM n",
            numbers(first, last)
        ),
    )?;
    let held = words.time(&size.now.to_string());
    execute(
        tx,
        format!(
            "{} INSERT INTO reservation (part_id, depot_id, unit_id, quantity, document, state, created_at) \
             SELECT i % {PARTS} + 1, {depot}, i, 1, {document}, 'open', {held} FROM n WHERE i % 50 = 3",
            numbers(first, last)
        ),
    )
}

fn movements(tx: &mut Conn, words: &Words, size: Size, first: i64, last: i64) -> StoreResult<()> {
    let life = Life::of("u.id", size);
    let Life { depot, bin, customer, document, closed, open, .. } = &life;
    let (at_depot, at_bench) = (format!("1000 + {depot}"), format!("2000 + {depot}"));
    let at_customer = format!("100000 + {customer}");
    let supplier = "(SELECT id FROM place WHERE code = 'supplier')";
    let back = format!("({closed} OR {open})");
    // Kind, from, to, their depots, condition before and after, and which units.
    type Step<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, (&'a str, &'a str), String);
    let steps: [Step<'_>; 5] = [
        ("receive", supplier, &at_depot, "NULL", depot, ("good", "good"), "1 = 1".into()),
        ("move", &at_depot, bin, depot, depot, ("good", "good"), "1 = 1".into()),
        ("issue", bin, &at_customer, depot, "NULL", ("good", "good"), "u.id % 10 < 3".into()),
        ("return", &at_customer, &at_bench, "NULL", depot, ("good", "faulty"), back),
        ("move", &at_bench, &at_depot, depot, depot, ("faulty", "good"), closed.clone()),
    ];
    for ((kind, from, to, from_depot, to_depot, (before, after), who), seconds) in steps.iter().zip(STEPS) {
        let at = words.time(&life.after(seconds));
        execute(
            tx,
            format!(
                "INSERT INTO movement (kind, part_id, unit_id, quantity, from_place_id, to_place_id, depot_from_id, depot_to_id, \
                 condition_from, condition_to, owner_from, owner_to, document, occurred_at, recorded_at) \
                 SELECT '{kind}', u.part_id, u.id, 1, {from}, {to}, {from_depot}, {to_depot}, '{before}', '{after}', 'us', 'us', \
                 {document}, {at}, {at} FROM unit u WHERE u.id BETWEEN {first} AND {last} AND {who} ORDER BY u.id"
            ),
        )?;
    }
    Ok(())
}

/// One RMA of one line for every tenth unit: asked for nine days after the receipt of the unit, due 84 calendar days after it
/// came back, handed back 20 to 87 days after.
fn lines(tx: &mut Conn, words: &Words, size: Size, first: i64, last: i64) -> StoreResult<()> {
    let life = Life::of("u.id", size);
    let Life { depot, customer, closed, .. } = &life;
    let asked = words.time(&life.after(9 * DAY));
    let received = words.time(&life.after(STEPS[3]));
    let home = format!("{} + (20 + u.id / 10 % 68) * {DAY}", life.after(STEPS[3]));
    let (returned, due) = (words.time(&home), words.date(&life.after(STEPS[3] + 84 * DAY + ZONE)));
    let today = words.date(&size.now.to_string());
    let state = format!(
        "CASE WHEN {closed} THEN 'returned' ELSE CASE u.id / 10 % 4 WHEN 0 THEN 'received' WHEN 1 THEN 'diagnosing' \
         WHEN 2 THEN 'repairing' ELSE 'at_vendor' END END"
    );
    let of = format!("FROM unit u WHERE u.id BETWEEN {first} AND {last} AND u.id % 10 = 0 ORDER BY u.id");
    let kept = "u.id / 10 % 68 <= 64";
    for text in [
        format!(
            "INSERT INTO rma (id, number, customer_id, contact_email, language, tracking_code, source, state, requested_at, recorded_at) \
             SELECT u.id / 10, 'RMA-2024-' || (1000000 + u.id / 10), {customer}, 'k' || {customer} || '@example.com', 'zh-CN', \
             'TRACK' || u.id, 'staff', {state}, {asked}, {asked} {of}"
        ),
        format!(
            "INSERT INTO rma_line (id, rma_id, line, customer_id, part_id, serial, unit_id, fault, mode, entitlement, plan_version_id, \
             depot_id, repair_state, faulty_state, open_identity, sort_due, received_at, ended_at, last_event_at, version) \
             SELECT u.id / 10, u.id / 10, 1, {customer}, u.part_id, u.serial, u.id, '无法上电', 'repair_return', 'warranty', \
             (SELECT min(id) FROM plan_version), {depot}, {state}, 'received', CASE WHEN {closed} THEN NULL ELSE u.identity END, {due}, \
             {received}, CASE WHEN {closed} THEN {returned} ELSE NULL END, {received}, 3 {of}"
        ),
        format!(
            "INSERT INTO promise (id, kind, line_id, customer_id, depot_id, part_id, plan_version_id, amount, unit, start_day_counts, \
             target_bp, variant, started_at, base_due_on, due_on, sort_due, calendar_version, provisional, state, ended_at, recorded_at) \
             SELECT u.id / 10, 'repair_return', u.id / 10, {customer}, {depot}, u.part_id, (SELECT min(id) FROM plan_version), 84, \
             'calendar_days', FALSE, 9500, 'strict', {received}, {due}, {due}, {due}, 0, FALSE, \
             CASE WHEN {closed} AND {kept} THEN 'kept' WHEN {closed} OR {due} < {today} THEN 'broken' ELSE 'open' END, \
             CASE WHEN {closed} THEN {returned} ELSE NULL END, {received} {of}"
        ),
        format!(
            "INSERT INTO promise_due_history (promise_id, due_on, calendar_version, provisional, recorded_from) \
             SELECT u.id / 10, {due}, 0, FALSE, {received} {of}"
        ),
        format!(
            "INSERT INTO promise_end (promise_id, state, ended_at, recorded_at) \
             SELECT u.id / 10, CASE WHEN {kept} THEN 'kept' ELSE 'broken' END, {returned}, {returned} {}",
            of.replace("ORDER BY", &format!("AND {closed} ORDER BY"))
        ),
        event("request", "repair", "'requested'", "1 = 1", &asked, &of),
        event("receive_faulty", "repair", "'received'", "1 = 1", &received, &of),
        event("receive_faulty", "faulty", "'received'", "1 = 1", &received, &of),
        event("diagnose", "repair", &state, &format!("NOT {closed} AND u.id / 10 % 4 <> 0"), &received, &of),
        event("confirm_returned", "repair", "'returned'", closed, &returned, &of),
        format!(
            "INSERT INTO outbox (event, kind, recipient, language, rma_id, payload, state, attempts, next_attempt_at, message_id, \
             created_at, sent_at) SELECT 'load:' || u.id, 'faulty_received', 'k' || {customer} || '@example.com', 'zh-CN', u.id / 10, '{{}}', \
             'sent', 1, {received}, 'load-' || u.id, {received}, {received} {of}"
        ),
        format!(
            "INSERT INTO audit (at, actor, action, subject) SELECT {received}, 'load', 'rma.receive', 'rma:' || (u.id / 10) {of}"
        ),
    ] {
        execute(tx, text)?;
    }
    Ok(())
}

fn event(kind: &str, track: &str, to: &str, who: &str, at: &str, of: &str) -> String {
    let of = of.replace("ORDER BY", &format!("AND {who} ORDER BY"));
    format!(
        "INSERT INTO rma_event (rma_id, line_id, track, kind, to_state, occurred_at, recorded_at) \
         SELECT u.id / 10, u.id / 10, '{track}', '{kind}', {to}, {at}, {at} {of}"
    )
}

fn totals(tx: &mut Conn, _: &Words, _: Size) -> StoreResult<()> {
    execute(
        tx,
        "INSERT INTO balance (place_id, part_id, condition, owner, depot_id, quantity) \
         SELECT u.place_id, u.part_id, u.condition, u.owner, u.depot_id, count(*) FROM unit u JOIN place p ON p.id = u.place_id \
         WHERE p.kind IN ('depot', 'bin', 'bench') GROUP BY u.place_id, u.part_id, u.condition, u.owner, u.depot_id"
            .into(),
    )?;
    execute(
        tx,
        "INSERT INTO availability (depot_id, part_id, good, reserved) \
         SELECT u.depot_id, u.part_id, count(*), count(r.id) FROM unit u JOIN place p ON p.id = u.place_id \
         LEFT JOIN reservation r ON r.unit_id = u.id AND r.state = 'open' \
         WHERE p.kind IN ('depot', 'bin') AND u.condition = 'good' GROUP BY u.depot_id, u.part_id"
            .into(),
    )
}

/// PostgreSQL's sequences do not see ids that are written out.
fn settle_ids(tx: &mut Conn) -> StoreResult<()> {
    if !tx.is_postgres() {
        return Ok(());
    }
    for table in ["depot", "place", "part", "customer", "unit", "rma", "rma_line", "promise"] {
        tx.batch(&format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        ))
        .map_err(StoreError::from)?;
    }
    Ok(())
}
