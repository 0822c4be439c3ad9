//! Rows of RMAs, their lines, issued units and timelines.

use crate::domain::actor::Scope;
use crate::domain::language::Language;
use crate::domain::rma::{
    Entitlement, FaultyState, Mode, Payer, PromiseState, RepairOutcome, RepairState, Source, Track,
};
use crate::row;
use crate::store::sql::{Conn, Filters, sql, sql_shaped};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// The head of an RMA.
    pub struct RmaRow {
        /// Id.
        pub id: i64,
        /// Number.
        pub number: String,
        /// Customer.
        pub customer_id: i64,
        /// Customer code.
        pub customer: String,
        /// Customer name.
        pub customer_name: String,
        /// Site.
        pub site: String,
        /// Contact.
        pub contact_name: String,
        /// Where notices go.
        pub contact_email: String,
        /// In which language.
        pub language: Language,
        /// With this code the customer follows it without an account.
        pub tracking_code: String,
        /// Who brought it.
        pub source: Source,
        /// Header state: that of the line furthest behind.
        pub state: RepairState,
        /// Requested.
        pub requested_at: DateTime<Utc>,
        /// Recorded.
        pub recorded_at: DateTime<Utc>,
    }

    /// A line with what people call its things.
    pub struct LineRow {
        /// Id.
        pub id: i64,
        /// RMA.
        pub rma_id: i64,
        /// RMA number.
        pub number: String,
        /// Line number, from 1.
        pub line: i64,
        /// Customer.
        pub customer_id: i64,
        /// Customer code.
        pub customer: String,
        /// Customer name.
        pub customer_name: String,
        /// Part.
        pub part_id: i64,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Declared serial.
        pub serial: String,
        /// The unit, once the ledger knows it.
        pub unit_id: Option<i64>,
        /// Fault.
        pub fault: String,
        /// Fault class.
        pub fault_class: String,
        /// Where in the site's equipment it sat; empty when not said.
        pub slot: String,
        /// Mode.
        pub mode: Mode,
        /// Entitlement.
        pub entitlement: Entitlement,
        /// The plan version in force on the request date.
        pub plan_version_id: Option<i64>,
        /// Receiving depot.
        pub depot_id: Option<i64>,
        /// Its code.
        pub depot: Option<String>,
        /// Repair track.
        pub repair_state: RepairState,
        /// Faulty-part track.
        pub faulty_state: FaultyState,
        /// Who cares for it.
        pub assignee: Option<String>,
        /// Outcome of the repair, once there is one.
        pub outcome: Option<RepairOutcome>,
        /// Cost in fen.
        pub cost_fen: Option<i64>,
        /// Promised date, 9999-12-31 while there is none.
        pub sort_due: NaiveDate,
        /// Chance of missing the promised date, in basis points; 0 while nothing is promised, -1 while it was not counted yet.
        pub risk_bp: i64,
        /// Received.
        pub received_at: Option<DateTime<Utc>>,
        /// Ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// Requested.
        pub requested_at: DateTime<Utc>,
        /// Latest step.
        pub last_event_at: DateTime<Utc>,
        /// Version.
        pub version: i64,
        /// Who pays: by the entitlement, until somebody says otherwise.
        pub payer: Option<Payer>,
        /// The unit goes, or went, home as it came.
        pub unrepaired: bool,
        /// How its promise to repair and return ended, when it did.
        pub promise_ended: Option<PromiseState>,
        /// The part bears data.
        pub data_bearing: bool,
        /// Number of the certificate that its data was wiped or destroyed; empty for none.
        pub data_certificate: String,
    }

    /// A step of the repair track.
    pub struct StepRow {
        /// The state it led to.
        pub state: RepairState,
        /// When.
        pub occurred_at: DateTime<Utc>,
    }

    /// A row of the timeline.
    pub struct EventRow {
        /// Id.
        pub id: i64,
        /// Line number.
        pub line: Option<i64>,
        /// Track.
        pub track: Track,
        /// What happened: an action's code, `request` or `note`.
        pub kind: String,
        /// State before.
        pub from_state: String,
        /// State after.
        pub to_state: String,
        /// Note.
        pub note: String,
        /// For our own people only.
        pub internal: bool,
        /// Taken back by a later row.
        pub taken_back: bool,
        /// Who.
        pub actor: Option<String>,
        /// Happened.
        pub occurred_at: DateTime<Utc>,
        /// Recorded.
        pub recorded_at: DateTime<Utc>,
    }
}

/// An RMA to write.
pub struct NewRma<'a> {
    /// Number.
    pub number: &'a str,
    /// Customer.
    pub customer_id: i64,
    /// Site.
    pub site: &'a str,
    /// Contact.
    pub contact_name: &'a str,
    /// Mail address.
    pub contact_email: &'a str,
    /// Language.
    pub language: Language,
    /// Tracking code.
    pub tracking_code: &'a str,
    /// Source.
    pub source: Source,
    /// Header state.
    pub state: RepairState,
    /// By whom.
    pub created_by: Option<i64>,
    /// Requested.
    pub requested_at: DateTime<Utc>,
    /// Recorded.
    pub recorded_at: DateTime<Utc>,
}

/// A line to write.
pub struct NewLine<'a> {
    /// RMA.
    pub rma_id: i64,
    /// Line number.
    pub line: i64,
    /// Customer.
    pub customer_id: i64,
    /// Part.
    pub part_id: i64,
    /// Serial, normalised.
    pub serial: &'a str,
    /// Unit, when the ledger knows it.
    pub unit_id: Option<i64>,
    /// Fault.
    pub fault: &'a str,
    /// Fault class.
    pub fault_class: &'a str,
    /// Where in the site's equipment it sat; empty when not said.
    pub slot: &'a str,
    /// Mode.
    pub mode: Mode,
    /// Entitlement.
    pub entitlement: Entitlement,
    /// Plan version in force.
    pub plan_version_id: Option<i64>,
    /// Receiving depot, when it is known already.
    pub depot_id: Option<i64>,
    /// Repair track.
    pub repair_state: RepairState,
    /// Faulty-part track.
    pub faulty_state: FaultyState,
    /// Identity of the unit while open.
    pub open_identity: Option<&'a str>,
    /// Requested.
    pub at: DateTime<Utc>,
}

/// What an action changed on a line.
pub struct LineChange<'a> {
    /// Line.
    pub id: i64,
    /// The version the decision saw.
    pub version: i64,
    /// Repair track.
    pub repair_state: RepairState,
    /// Faulty-part track.
    pub faulty_state: FaultyState,
    /// Receiving depot.
    pub depot_id: Option<i64>,
    /// Unit.
    pub unit_id: Option<i64>,
    /// Outcome.
    pub outcome: Option<RepairOutcome>,
    /// Cost in fen.
    pub cost_fen: Option<i64>,
    /// Identity while open.
    pub open_identity: Option<&'a str>,
    /// Received.
    pub received_at: Option<DateTime<Utc>>,
    /// Ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// This step.
    pub last_event_at: DateTime<Utc>,
}

/// A timeline row to write.
pub struct NewEvent<'a> {
    /// RMA.
    pub rma_id: i64,
    /// Line.
    pub line_id: Option<i64>,
    /// Track.
    pub track: Track,
    /// What happened.
    pub kind: &'a str,
    /// State before.
    pub from: &'a str,
    /// State after.
    pub to: &'a str,
    /// Note.
    pub note: &'a str,
    /// Who.
    pub actor_id: Option<i64>,
    /// Happened.
    pub occurred_at: DateTime<Utc>,
    /// Recorded.
    pub recorded_at: DateTime<Utc>,
}

/// The next number of a series, e.g. `RMA-2026`. Callers at once get different ones.
pub fn next_number(tx: &mut Conn, series: &str) -> StoreResult<i64> {
    Ok(sql("INSERT INTO document_number (series, last) VALUES ($1, 1) \
         ON CONFLICT (series) DO UPDATE SET last = document_number.last + 1 RETURNING last AS value")
    .bind(series)
    .number(tx)?)
}

/// Writes an RMA; its id.
pub fn insert(tx: &mut Conn, new: &NewRma<'_>) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO rma (number, customer_id, site, contact_name, contact_email, language, tracking_code, source, state, created_by, \
         requested_at, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id AS value",
    )
    .bind(new.number)
    .bind(new.customer_id)
    .bind(new.site)
    .bind(new.contact_name)
    .bind(new.contact_email)
    .bind(new.language)
    .bind(new.tracking_code)
    .bind(new.source)
    .bind(new.state)
    .bind(new.created_by)
    .bind(new.requested_at)
    .bind(new.recorded_at)
    .number(tx)?)
}

/// Writes a line; its id. Who pays follows from the entitlement until somebody says otherwise. Breaks the unique `open_identity` when the unit has an open RMA.
pub fn insert_line(tx: &mut Conn, new: &NewLine<'_>) -> Result<i64, diesel::result::Error> {
    sql(
        "INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, unit_id, fault, fault_class, mode, entitlement, \
         plan_version_id, depot_id, repair_state, faulty_state, open_identity, sort_due, last_event_at, version, slot, payer) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '9999-12-31', $16, 1, $17, $18) RETURNING id AS value",
    )
    .bind(new.rma_id)
    .bind(new.line)
    .bind(new.customer_id)
    .bind(new.part_id)
    .bind(new.serial)
    .bind(new.unit_id)
    .bind(new.fault)
    .bind(new.fault_class)
    .bind(new.mode)
    .bind(new.entitlement)
    .bind(new.plan_version_id)
    .bind(new.depot_id)
    .bind(new.repair_state)
    .bind(new.faulty_state)
    .bind(new.open_identity)
    .bind(new.at)
    .bind(new.slot)
    .bind(new.entitlement.usual_payer())
    .number(tx)
}

/// Writes what an action changed; false when the line changed since it was read.
pub fn change_line(tx: &mut Conn, change: &LineChange<'_>) -> StoreResult<bool> {
    let changed = sql(
        "UPDATE rma_line SET repair_state = $1, faulty_state = $2, depot_id = $3, unit_id = $4, outcome = COALESCE($5, outcome), \
         cost_fen = COALESCE($6, cost_fen), open_identity = $7, received_at = COALESCE(received_at, $8), \
         ended_at = COALESCE(ended_at, $9), last_event_at = $10, version = version + 1 WHERE id = $11 AND version = $12",
    )
    .bind(change.repair_state)
    .bind(change.faulty_state)
    .bind(change.depot_id)
    .bind(change.unit_id)
    .bind(change.outcome)
    .bind(change.cost_fen)
    .bind(change.open_identity)
    .bind(change.received_at)
    .bind(change.ended_at)
    .bind(change.last_event_at)
    .bind(change.id)
    .bind(change.version)
    .execute(tx)?;
    Ok(changed == 1)
}

/// Waits for whoever changes the line, and keeps it until the end of the transaction. It is nobody's step.
pub fn lock_line(tx: &mut Conn, line_id: i64) -> StoreResult<()> {
    sql("UPDATE rma_line SET version = version WHERE id = $1").bind(line_id).execute(tx)?;
    Ok(())
}

/// A line changed beside its own steps: whoever saw it before looks again.
pub fn outdate(tx: &mut Conn, line_id: i64) -> StoreResult<()> {
    sql("UPDATE rma_line SET version = version + 1 WHERE id = $1").bind(line_id).execute(tx)?;
    Ok(())
}

/// Keeps the latest step of a line where an earlier one was entered afterwards.
pub fn keep_last_event(tx: &mut Conn, line_id: i64, at: DateTime<Utc>) -> StoreResult<()> {
    sql("UPDATE rma_line SET last_event_at = $1 WHERE id = $2 AND last_event_at < $1")
        .bind(at)
        .bind(line_id)
        .execute(tx)?;
    Ok(())
}

/// Who cares for the line.
pub fn assign(tx: &mut Conn, line_id: i64, user_id: Option<i64>) -> StoreResult<()> {
    sql("UPDATE rma_line SET assignee_id = $1, version = version + 1 WHERE id = $2")
        .bind(user_id)
        .bind(line_id)
        .execute(tx)?;
    Ok(())
}

/// A line's steps of the repair track, oldest first.
pub fn repair_steps(conn: &mut Conn, line_id: i64) -> StoreResult<Vec<StepRow>> {
    Ok(sql("SELECT to_state AS state, occurred_at FROM rma_event WHERE line_id = $1 AND track = 'repair' \
         AND from_state <> to_state AND to_state <> '' AND NOT EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = rma_event.id) \
         ORDER BY occurred_at, id")
    .bind(line_id)
    .load(conn)?)
}

/// Writes the header state.
pub fn set_state(tx: &mut Conn, rma_id: i64, state: RepairState) -> StoreResult<()> {
    sql("UPDATE rma SET state = $1 WHERE id = $2 AND state <> $1").bind(state).bind(rma_id).execute(tx)?;
    Ok(())
}

/// Writes a timeline row; its id.
pub fn insert_event(tx: &mut Conn, new: &NewEvent<'_>) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO rma_event (rma_id, line_id, track, kind, from_state, to_state, note, actor_id, occurred_at, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id AS value",
    )
    .bind(new.rma_id)
    .bind(new.line_id)
    .bind(new.track)
    .bind(new.kind)
    .bind(new.from)
    .bind(new.to)
    .bind(new.note)
    .bind(new.actor_id)
    .bind(new.occurred_at)
    .bind(new.recorded_at)
    .number(tx)?)
}

const RMA: &str = "SELECT r.id, r.number, r.customer_id, c.code AS customer, c.name AS customer_name, r.site, r.contact_name, \
     r.contact_email, r.language, r.tracking_code, r.source, r.state, r.requested_at, r.recorded_at \
     FROM rma r JOIN customer c ON c.id = r.customer_id";

/// The RMA with this number, if the reader may see it. Staff bound to their depots see what names one of them.
pub fn by_number(conn: &mut Conn, reader: &Scope, number: &str) -> StoreResult<Option<RmaRow>> {
    let mut filters = Filters::after(vec![number.into()]);
    visible(&mut filters, reader);
    let text = format!("{RMA} WHERE r.number = $1 {}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

/// A line may be read by clerks of every depot it names (PRODUCT "Depots that help").
pub(super) fn visible(filters: &mut Filters, reader: &Scope) {
    match reader {
        Scope::All => {}
        Scope::Customers { .. } => {
            if let Some((clause, user)) = scope::customers_or_depots(reader, "r.customer_id", "") {
                filters.and(&clause, user);
            }
        }
        Scope::Depots { user_id } => filters.and(
            "EXISTS (SELECT 1 FROM rma_line vl LEFT JOIN issued_unit vi ON vi.line_id = vl.id \
             JOIN user_depot vd ON vd.user_id = ? AND vd.valid_to IS NULL AND (vd.depot_id = vl.depot_id OR vd.depot_id = vi.depot_id \
             OR EXISTS (SELECT 1 FROM repair_order vo WHERE vo.line_id = vl.id AND vo.depot_id = vd.depot_id)) \
             WHERE vl.rma_id = r.id)",
            *user_id,
        ),
    }
}

pub(super) const LINE: &str = "SELECT l.id, l.rma_id, r.number, l.line, l.customer_id, c.code AS customer, c.name AS customer_name, l.part_id, \
     p.part_no, p.name AS part_name, p.name_en AS part_name_en, l.serial, l.unit_id, l.fault, l.fault_class, l.slot, l.mode, l.entitlement, \
     l.plan_version_id, l.depot_id, d.code AS depot, l.repair_state, l.faulty_state, a.username AS assignee, \
     NULLIF(l.outcome, '') AS outcome, l.cost_fen, l.sort_due, l.risk_bp, l.received_at, l.ended_at, r.requested_at, \
     l.last_event_at, l.version, NULLIF(l.payer, '') AS payer, l.unrepaired, p.data_bearing, l.data_certificate, \
     (SELECT k.state FROM promise k WHERE k.line_id = l.id AND k.kind = 'repair_return' AND k.ended_at IS NOT NULL AND k.taken_back_at IS NULL \
     ORDER BY k.id DESC LIMIT 1) AS promise_ended \
     FROM rma_line l JOIN rma r ON r.id = l.rma_id JOIN customer c ON c.id = l.customer_id JOIN part p ON p.id = l.part_id \
     LEFT JOIN depot d ON d.id = l.depot_id LEFT JOIN app_user a ON a.id = l.assignee_id";

/// The lines of an RMA.
pub fn lines(conn: &mut Conn, rma_id: i64) -> StoreResult<Vec<LineRow>> {
    Ok(sql_shaped(format!("{LINE} WHERE l.rma_id = $1 ORDER BY l.line")).bind(rma_id).load(conn)?)
}

/// The timeline of an RMA, newest first. A step taken back is so once, with the reason, however many rows it had.
pub fn timeline(conn: &mut Conn, rma_id: i64) -> StoreResult<Vec<EventRow>> {
    Ok(sql(
        "SELECT e.id, l.line, e.track, e.kind, e.from_state, e.to_state, e.note, e.internal, \
         CASE WHEN EXISTS (SELECT 1 FROM rma_event v WHERE v.voids_id = e.id) THEN TRUE ELSE FALSE END AS taken_back, \
         a.display_name AS actor, e.occurred_at, e.recorded_at \
         FROM rma_event e LEFT JOIN rma_line l ON l.id = e.line_id LEFT JOIN app_user a ON a.id = e.actor_id \
         WHERE e.rma_id = $1 AND (e.voids_id IS NULL OR e.note <> '') ORDER BY e.id DESC",
    )
    .bind(rma_id)
    .load(conn)?)
}
