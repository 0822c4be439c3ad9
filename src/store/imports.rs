//! What an import asks the books in one go, and what it writes in bulk.

use crate::domain::stock::{PartClass, PartRef, Tracking};
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, Value, sql, sql_in, sql_rows};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

row! {
    /// A part with what an import must know of it.
    pub struct KnownPartRow {
        /// Id.
        pub id: i64,
        /// Part number.
        pub part_no: String,
        /// Name in Chinese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Maker's model.
        pub model: String,
        /// Maker.
        pub maker: String,
        /// Family of parts.
        pub category: String,
        /// How it is kept.
        pub tracking: Tracking,
        /// What it is counted in.
        pub measure: String,
        /// Price of a new one, fen.
        pub price_fen: Option<i64>,
        /// Price of a repair, fen.
        pub repair_price_fen: Option<i64>,
        /// False when a faulty one is thrown away.
        pub repairable: bool,
        /// Warranty, months.
        pub warranty_months: Option<i64>,
        /// 常用件.
        pub common: bool,
        /// 易损件.
        pub wear: bool,
        /// What it is for.
        pub class: PartClass,
        /// Days a check of such an instrument is good for.
        pub check_every_days: Option<i64>,
        /// The maker reuses serials on other parts.
        pub serial_per_part: bool,
        /// The books know it: it was moved, or stands on an RMA.
        pub in_use: i64,
        /// Something stands in for it, it stands in for something, or a depot should have some.
        pub kept_as_spare: i64,
    }

    struct AlternateRow { part_id: i64, part_no: String }
    struct NumberRow { number: String }
    struct ImportedRow { row_key: String, content_hash: Vec<u8> }
    struct IdRow { id: i64 }
    struct RmaIdRow { id: i64, number: String }
    struct LineIdRow { id: i64, rma_id: i64 }
}

impl KnownPartRow {
    /// The part as the ledger sees it.
    #[must_use]
    pub fn part_ref(&self) -> PartRef {
        PartRef {
            id: self.id,
            part_no: self.part_no.clone(),
            tracking: self.tracking,
            maker: self.maker.clone(),
            serial_per_part: self.serial_per_part,
        }
    }
}

/// How far the books have come: the last movement and the last RMA. An import is written only where they still stand as
/// they stood while it was judged.
pub fn position(conn: &mut Conn) -> StoreResult<(i64, i64)> {
    let movement = sql("SELECT COALESCE(MAX(id), 0) AS value FROM movement").number(conn)?;
    let rma = sql("SELECT COALESCE(MAX(id), 0) AS value FROM rma").number(conn)?;
    Ok((movement, rma))
}

/// The parts of these numbers, each with its alternates' numbers.
pub fn parts(conn: &mut Conn, numbers: &[String]) -> StoreResult<Vec<(KnownPartRow, Vec<String>)>> {
    let text = "SELECT id, part_no, name, name_en, model, maker, category, tracking, measure, price_fen, repair_price_fen, \
                repairable, warranty_months, common, wear, class, check_every_days, serial_per_part, \
                CAST(CASE WHEN EXISTS (SELECT 1 FROM movement m WHERE m.part_id = part.id) \
                OR EXISTS (SELECT 1 FROM rma_line l WHERE l.part_id = part.id) THEN 1 ELSE 0 END AS BIGINT) AS in_use, \
                CAST(CASE WHEN EXISTS (SELECT 1 FROM part_alternate a WHERE a.part_id = part.id AND a.valid_to IS NULL) \
                OR EXISTS (SELECT 1 FROM part_alternate a WHERE a.alternate_id = part.id AND a.valid_to IS NULL) \
                OR EXISTS (SELECT 1 FROM reorder_point q WHERE q.part_id = part.id) THEN 1 ELSE 0 END AS BIGINT) AS kept_as_spare \
                FROM part WHERE part_no IN ({in})";
    let rows: Vec<KnownPartRow> = sql_in(text, numbers).load(conn)?;
    let mut found: Vec<(KnownPartRow, Vec<String>)> = rows.into_iter().map(|row| (row, vec![])).collect();
    let text = "SELECT a.part_id, p.part_no FROM part own \
                JOIN part_alternate a ON a.part_id = own.id AND a.valid_to IS NULL \
                JOIN part p ON p.id = a.alternate_id WHERE own.part_no IN ({in}) ORDER BY a.id";
    let mut alternates: HashMap<i64, Vec<String>> = HashMap::new();
    for row in sql_in(text, numbers).load::<AlternateRow>(conn)? {
        alternates.entry(row.part_id).or_default().push(row.part_no);
    }
    for (part, own) in &mut found {
        *own = alternates.remove(&part.id).unwrap_or_default();
    }
    Ok(found)
}

/// Which of these RMA numbers exist.
pub fn rma_numbers(conn: &mut Conn, numbers: &[String]) -> StoreResult<Vec<String>> {
    let rows: Vec<NumberRow> = sql_in("SELECT number FROM rma WHERE number IN ({in})", numbers).load(conn)?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}

/// What earlier imports of a kind took over under these keys: key and content.
pub fn imported(conn: &mut Conn, kind: &str, keys: &[String]) -> StoreResult<Vec<(String, Vec<u8>)>> {
    let text = "SELECT row_key, content_hash FROM import_row WHERE kind = $1 AND row_key IN ({in})";
    let rows: Vec<ImportedRow> = sql_in(text, keys).bind(kind).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.row_key, row.content_hash)).collect())
}

/// Remembers rows that were taken over: key and content.
pub fn remember(
    tx: &mut Conn,
    kind: &str,
    rows: Vec<(String, Vec<u8>)>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    let rows =
        rows.into_iter().map(|(key, content)| vec![kind.into(), key.into(), content.into(), now.into()]);
    let head = "INSERT INTO import_row (kind, row_key, content_hash, imported_at) VALUES";
    write(tx, head, rows.collect())
}

/// Sees to it that a series of document numbers goes on after `last`, e.g. after the highest number imported.
pub fn advance_series(tx: &mut Conn, series: &str, last: i64) -> StoreResult<()> {
    sql("INSERT INTO document_number (series, last) VALUES ($1, $2) ON CONFLICT (series) DO UPDATE \
         SET last = CASE WHEN document_number.last < excluded.last THEN excluded.last ELSE document_number.last END")
    .bind(series)
    .bind(last)
    .execute(tx)?;
    Ok(())
}

/// Writes heads of RMAs; id by number.
pub fn insert_rmas(tx: &mut Conn, rows: Vec<Vec<Value>>) -> StoreResult<HashMap<String, i64>> {
    let head = "INSERT INTO rma (number, customer_id, contact_name, contact_email, language, tracking_code, source, state, \
                created_by, requested_at, recorded_at) VALUES";
    let mut ids = HashMap::with_capacity(rows.len());
    for statement in sql_rows(head, rows, " RETURNING id, number") {
        ids.extend(statement.load::<RmaIdRow>(tx)?.into_iter().map(|row| (row.number, row.id)));
    }
    Ok(ids)
}

/// Writes one line each of several RMAs; id of the line by id of the RMA.
pub fn insert_lines(tx: &mut Conn, rows: Vec<Vec<Value>>) -> StoreResult<HashMap<i64, i64>> {
    let head = "INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, unit_id, fault, mode, entitlement, \
                plan_version_id, depot_id, repair_state, faulty_state, outcome, cost_fen, open_identity, sort_due, received_at, \
                ended_at, last_event_at, version, payer, risk_bp, contract_id) VALUES";
    let mut ids = HashMap::with_capacity(rows.len());
    for statement in sql_rows(head, rows, " RETURNING id, rma_id") {
        ids.extend(statement.load::<LineIdRow>(tx)?.into_iter().map(|row| (row.rma_id, row.id)));
    }
    Ok(ids)
}

/// Writes timeline rows.
pub fn insert_events(tx: &mut Conn, rows: Vec<Vec<Value>>) -> StoreResult<()> {
    let head = "INSERT INTO rma_event (rma_id, line_id, track, kind, from_state, to_state, note, actor_id, occurred_at, \
                recorded_at) VALUES";
    write(tx, head, rows)
}

/// Writes issued units.
pub fn insert_issued(tx: &mut Conn, rows: Vec<Vec<Value>>) -> StoreResult<()> {
    let head = "INSERT INTO issued_unit (line_id, role, part_id, unit_id, depot_id, state, reserved_at, shipped_at, in_use_at, \
                ended_at, in_use_recorded_at) VALUES";
    write(tx, head, rows)
}

/// Writes shipments.
pub fn insert_shipments(tx: &mut Conn, rows: Vec<Vec<Value>>) -> StoreResult<()> {
    let head = "INSERT INTO shipment (rma_id, line_id, customer_id, depot_id, unit_id, direction, purpose, carrier, tracking_no, \
                state, shipped_at, delivered_at) VALUES";
    write(tx, head, rows)
}

/// Writes repair orders.
pub fn insert_repairs(tx: &mut Conn, rows: Vec<Vec<Value>>) -> StoreResult<()> {
    let head = "INSERT INTO repair_order (number, unit_id, line_id, depot_id, state, outcome, cost_fen, opened_at, closed_at) VALUES";
    write(tx, head, rows)
}

/// Writes promises, each with the due date it is known by from now on (due date, calendar, provisional, since when) and, where
/// it ended, its end (state, when, since when that is known).
pub fn insert_promises(
    tx: &mut Conn,
    rows: Vec<Vec<Value>>,
    dues: Vec<[Value; 4]>,
    ends: Vec<Option<[Value; 3]>>,
) -> StoreResult<()> {
    let head = "INSERT INTO promise (kind, line_id, customer_id, depot_id, part_id, plan_version_id, amount, unit, start_day_counts, \
                target_bp, variant, started_at, base_due_on, due_on, sort_due, calendar_version, provisional, state, ended_at, \
                recorded_at) VALUES";
    let mut ids = Vec::with_capacity(rows.len());
    for statement in sql_rows(head, rows, " RETURNING id") {
        let mut some: Vec<i64> = statement.load::<IdRow>(tx)?.into_iter().map(|row| row.id).collect();
        // Ids of one statement are given in the order of its rows.
        some.sort_unstable();
        ids.append(&mut some);
    }
    let row =
        |id: i64, values: Vec<Value>| -> Vec<Value> { std::iter::once(id.into()).chain(values).collect() };
    let history = ids.iter().zip(dues).map(|(id, due)| row(*id, due.into()));
    let head = "INSERT INTO promise_due_history (promise_id, due_on, calendar_version, provisional, recorded_from) VALUES";
    write(tx, head, history.collect())?;
    let ends = ids.iter().zip(ends).filter_map(|(id, end)| Some(row(*id, end?.into())));
    write(tx, "INSERT INTO promise_end (promise_id, state, ended_at, recorded_at) VALUES", ends.collect())
}

fn write(tx: &mut Conn, head: &str, rows: Vec<Vec<Value>>) -> StoreResult<()> {
    for statement in sql_rows(head, rows, "") {
        statement.execute(tx)?;
    }
    Ok(())
}
