//! Evidence packs as they were issued. They never change: the tables refuse it.

use crate::domain::actor::Scope;
use crate::row;
use crate::store::figures::FACT_KINDS;
use crate::store::sql::{Conn, Filters, Value, sql, sql_rows, sql_shaped};
use crate::store::{StoreError, StoreResult, scope};
use chrono::{DateTime, NaiveDate, Utc};

/// Bytes of a pack in one row.
const CHUNK: usize = 256 * 1024;

row! {
    /// A pack that was issued.
    pub struct PackRow {
        /// Row id.
        pub id: i64,
        /// Number, e.g. `EV-2026-000001`.
        pub number: String,
        /// First day of the due dates.
        pub from_on: NaiveDate,
        /// Their last day.
        pub to_on: NaiveDate,
        /// The day at whose end the lines were judged.
        pub as_of: NaiveDate,
        /// What was recorded by this instant counted.
        pub known_at: DateTime<Utc>,
        /// Only lines received in this depot.
        pub depot: Option<String>,
        /// Only lines of this customer.
        pub customer: Option<String>,
        /// Only lines with this part.
        pub part_no: Option<String>,
        /// How many lines.
        pub lines: i64,
        /// How many restated lines.
        pub restated: i64,
        /// Hash of the last row.
        pub head: String,
        /// SHA-256 of the file.
        pub sha256: String,
        /// Its size.
        pub bytes: i64,
        /// Who issued it.
        pub issued_by: String,
        /// When.
        pub issued_at: DateTime<Utc>,
    }

    /// What the newest earlier pack says of a line: as one of its own, or as one it told anew.
    pub struct ToldRow {
        /// Row id of the line.
        pub line_id: i64,
        /// RMA number.
        pub rma: String,
        /// Line number.
        pub line: i64,
        /// Number of the pack.
        pub pack: String,
        /// The day its lines were judged.
        pub as_of: NaiveDate,
        /// What it knew.
        pub known_at: DateTime<Utc>,
        /// The day that placed it; none: it was in no period any more.
        pub due_in: Option<NaiveDate>,
        /// Class under strict.
        pub strict: String,
        /// Class under by_due.
        pub by_due: String,
        /// Class under remedy30.
        pub remedy30: String,
    }

    /// What was recorded on a line.
    pub struct SinceRow {
        /// Who.
        pub actor: Option<String>,
        /// The action's code.
        pub kind: String,
        /// What was noted.
        pub note: String,
        /// When it was recorded.
        pub recorded_at: DateTime<Utc>,
    }

    /// A pack and the hash that was handed out with it.
    pub struct IssuedRow {
        /// Row id.
        pub id: i64,
        /// Number.
        pub number: String,
        /// SHA-256 of the file.
        pub sha256: String,
    }

    struct ChunkRow { content: Vec<u8> }
}

/// A pack to keep.
pub struct NewPack<'a> {
    /// What lists show of it; its id is given here.
    pub row: &'a PackRow,
    /// The file.
    pub content: &'a [u8],
    /// What it says of each line: row id, due date, day that places it, classes.
    pub lines: Vec<(i64, Option<NaiveDate>, NaiveDate, [String; 3])>,
    /// What it tells anew of lines that are not its own: row id, the day they are judged on, day that places it, classes.
    pub restated: Vec<(i64, NaiveDate, Option<NaiveDate>, [String; 3])>,
}

/// Keeps a pack; its id.
pub fn insert(tx: &mut Conn, new: &NewPack<'_>) -> StoreResult<i64> {
    let row = new.row;
    let id = sql("INSERT INTO evidence_pack (number, from_on, to_on, as_of, known_at, depot, customer_id, part_no, lines, restated, head, \
         sha256, bytes, issued_by, issued_at) VALUES ($1, $2, $3, $4, $5, $6, (SELECT id FROM customer WHERE code = $7), $8, $9, $10, \
         $11, $12, $13, $14, $15) RETURNING id AS value")
    .bind(&row.number)
    .bind(row.from_on)
    .bind(row.to_on)
    .bind(row.as_of)
    .bind(row.known_at)
    .bind(row.depot.clone())
    .bind(row.customer.clone())
    .bind(row.part_no.clone())
    .bind(row.lines)
    .bind(row.restated)
    .bind(&row.head)
    .bind(&row.sha256)
    .bind(row.bytes)
    .bind(&row.issued_by)
    .bind(row.issued_at)
    .number(tx)?;
    for (n, content) in (0_i64..).zip(new.content.chunks(CHUNK)) {
        sql("INSERT INTO evidence_chunk (pack_id, n, content) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(n)
            .bind(content)
            .execute(tx)?;
    }
    let rows = new.lines.iter().map(|(line_id, due_on, due_in, [strict, by_due, remedy30])| -> Vec<Value> {
        vec![
            id.into(),
            (*line_id).into(),
            (*due_on).into(),
            (*due_in).into(),
            strict.into(),
            by_due.into(),
            remedy30.into(),
        ]
    });
    let head =
        "INSERT INTO evidence_line (pack_id, line_id, due_on, due_in, strict, by_due, remedy30) VALUES";
    for statement in sql_rows(head, rows.collect(), "") {
        statement.execute(tx)?;
    }
    let rows =
        new.restated.iter().map(|(line_id, as_of, due_in, [strict, by_due, remedy30])| -> Vec<Value> {
            vec![
                id.into(),
                (*line_id).into(),
                (*as_of).into(),
                (*due_in).into(),
                strict.into(),
                by_due.into(),
                remedy30.into(),
            ]
        });
    let head =
        "INSERT INTO evidence_restated (pack_id, line_id, as_of, due_in, strict, by_due, remedy30) VALUES";
    for statement in sql_rows(head, rows.collect(), "") {
        statement.execute(tx)?;
    }
    Ok(id)
}

const SELECT: &str = "SELECT p.id, p.number, p.from_on, p.to_on, p.as_of, p.known_at, p.depot, c.code AS customer, p.part_no, p.lines, \
     p.restated, p.head, p.sha256, p.bytes, p.issued_by, p.issued_at FROM evidence_pack p LEFT JOIN customer c ON c.id = p.customer_id";

/// Packs are about everybody, or about one customer, who may have it; staff bound to depots see those of all depots, for a
/// pack holds no more than the figures they may read.
fn visible(filters: &mut Filters, reader: &Scope) {
    if let Scope::Customers { .. } = reader
        && let Some((clause, user)) = scope::customers_or_depots(reader, "p.customer_id", "p.customer_id")
    {
        filters.and(&clause, user);
    }
}

/// Packs issued, newest first, with ids below `before_id`. At most `limit`.
pub fn list(conn: &mut Conn, reader: &Scope, before_id: i64, limit: i64) -> StoreResult<Vec<PackRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    visible(&mut filters, reader);
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE p.id < $1 {} ORDER BY p.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// The pack of this number.
pub fn by_number(conn: &mut Conn, reader: &Scope, number: &str) -> StoreResult<Option<PackRow>> {
    let mut filters = Filters::after(vec![number.into()]);
    visible(&mut filters, reader);
    let text = format!("{SELECT} WHERE p.number = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// Packs after `after`, oldest first. At most `limit`.
pub fn issued(conn: &mut Conn, after: i64, limit: i64) -> StoreResult<Vec<IssuedRow>> {
    Ok(sql("SELECT id, number, sha256 FROM evidence_pack WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(after)
        .bind(limit)
        .load(conn)?)
}

/// Hands the file of a pack to `each`, piece by piece.
pub fn for_each_chunk(conn: &mut Conn, pack_id: i64, mut each: impl FnMut(&[u8])) -> StoreResult<()> {
    sql("SELECT content FROM evidence_chunk WHERE pack_id = $1 ORDER BY n").bind(pack_id).for_each(
        conn,
        |row: ChunkRow| {
            each(&row.content);
            Ok(())
        },
    )?;
    Ok(())
}

/// The file of a pack.
pub fn content(conn: &mut Conn, pack_id: i64, bytes: i64) -> StoreResult<Vec<u8>> {
    let rows: Vec<ChunkRow> =
        sql("SELECT content FROM evidence_chunk WHERE pack_id = $1 ORDER BY n").bind(pack_id).load(conn)?;
    let content: Vec<u8> = rows.into_iter().flat_map(|row| row.content).collect();
    if i64::try_from(content.len()).is_ok_and(|found| found == bytes) {
        Ok(content)
    } else {
        Err(StoreError::Codec(format!("evidence pack {pack_id}: {} of {bytes} bytes", content.len())))
    }
}

/// What packs have said of lines: of their own, and of those they told anew. A line is in one of the two tables for each pack.
const SAID: [&str; 2] = [
    "(SELECT x.pack_id, x.line_id, y.as_of, x.due_in, x.strict, x.by_due, x.remedy30 FROM evidence_line x \
     JOIN evidence_pack y ON y.id = x.pack_id)",
    "evidence_restated",
];

/// Of each line that an earlier pack over these filters, or over fewer lines of them, places in the period, or that is due in it
/// now: what the newest such pack says. One that a newer pack over as many lines or more followed has been told of there. A pack
/// of another period counts only where none that meets this one speaks of the line: each period's readers read its own packs.
pub fn told(
    conn: &mut Conn,
    (from, to): (NaiveDate, NaiveDate),
    depot: &str,
    customer: &str,
    part_no: &str,
) -> StoreResult<Vec<ToldRow>> {
    let meets = |pack: &str| format!("({pack}.from_on <= $2 AND {pack}.to_on >= $1)");
    let (of_q, of_p) = (meets("q"), meets("p"));
    let followed = |table: &str| {
        format!(
            "EXISTS (SELECT 1 FROM {table} n JOIN evidence_pack q ON q.id = n.pack_id LEFT JOIN customer o ON o.id = q.customer_id \
             WHERE n.line_id = e.line_id AND (({of_q} AND NOT {of_p}) OR ({of_q} = {of_p} AND n.pack_id > e.pack_id)) \
             AND ($3 = '' OR q.depot = $3) AND ($4 = '' OR o.code = $4) AND ($5 = '' OR q.part_no = $5) \
             AND (q.depot IS NULL OR q.depot = p.depot) AND (q.customer_id IS NULL OR q.customer_id = p.customer_id) \
             AND (q.part_no IS NULL OR q.part_no = p.part_no))"
        )
    };
    let (by_line, by_restated) = (followed("evidence_line"), followed("evidence_restated"));
    let mut told: Vec<ToldRow> = vec![];
    for said in SAID {
        let text = format!(
            "SELECT e.line_id, r.number AS rma, l.line, p.number AS pack, e.as_of, p.known_at, e.due_in, e.strict, e.by_due, \
             e.remedy30 FROM {said} e JOIN evidence_pack p ON p.id = e.pack_id JOIN rma_line l ON l.id = e.line_id \
             JOIN rma r ON r.id = l.rma_id LEFT JOIN customer c ON c.id = p.customer_id \
             WHERE ($3 = '' OR p.depot = $3) AND ($4 = '' OR c.code = $4) AND ($5 = '' OR p.part_no = $5) \
             AND NOT {by_line} AND NOT {by_restated} \
             AND ((e.due_in >= $1 AND e.due_in <= $2) OR EXISTS (SELECT 1 FROM promise w WHERE w.line_id = e.line_id \
             AND w.kind = 'repair_return' AND w.taken_back_at IS NULL AND w.sort_due >= $1 AND w.base_due_on <= $2)) \
             ORDER BY e.line_id, e.pack_id"
        );
        let rows = sql_shaped(text).bind(from).bind(to).bind(depot).bind(customer).bind(part_no);
        told.extend(rows.load::<ToldRow>(conn)?);
    }
    Ok(told)
}

/// What was recorded on a line after an instant and bears on its date or its class, oldest first: facts, its receipt, what the
/// clock did, each of two waits that stood side by side, what of all that was taken back, and notes that were not written for our own people alone. The customer reads it.
/// Why a line is void stands where the first person asked for it, whenever that was; the second one only agreed.
pub fn since(conn: &mut Conn, line_id: i64, after: DateTime<Utc>) -> StoreResult<Vec<SinceRow>> {
    let text = format!(
        "SELECT u.username AS actor, e.kind, e.note, e.recorded_at FROM rma_event e LEFT JOIN app_user u ON u.id = e.actor_id \
         WHERE e.line_id = $1 AND e.internal = $3 AND ((e.kind = 'void' AND NOT EXISTS (SELECT 1 FROM rma_event b WHERE b.voids_id = e.id) \
         AND EXISTS (SELECT 1 FROM rma_event a WHERE a.line_id = e.line_id AND a.kind = 'approve_void' AND a.id > e.id AND a.recorded_at > $2)) \
         OR (e.recorded_at > $2 AND (e.track = 'clock' OR (e.kind IN ('hold', 'resume', 'send_quote', 'accept_quote', 'refuse_quote', \
         'expire_quote') AND NOT EXISTS (SELECT 1 FROM rma_event k WHERE k.line_id = e.line_id AND k.kind = e.kind \
         AND k.recorded_at = e.recorded_at AND k.track = 'clock')) OR e.kind IN ({FACT_KINDS}) \
         OR e.kind IN ('receive_faulty', 'change_mode', 'note') OR (e.kind = 'dispatch_return' AND EXISTS (SELECT 1 FROM promise p \
         JOIN plan_version v ON v.id = p.plan_version_id WHERE p.line_id = e.line_id AND p.kind = 'repair_return' \
         AND v.returned_when = 'dispatched')) OR (e.voids_id IS NOT NULL AND e.note <> '' AND (e.to_state IN ({FACT_KINDS}) \
         OR e.to_state IN ('receive_faulty', 'dispatch_return', 'change_mode', 'hold', 'resume', 'close')))))) ORDER BY e.id"
    );
    Ok(sql_shaped(text).bind(line_id).bind(after).bind(false).load(conn)?)
}
