//! Rows of issued units: loaners and permanent replacements, each on a track of its own.

use crate::domain::actor::Scope;
use crate::domain::place::PlaceKind;
use crate::domain::rma::{IssuedRole, IssuedState, RepairState};
use crate::domain::stock::Owner;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, Filters, sql, sql_in, sql_shaped};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

row! {
    /// A unit issued for a line.
    pub struct IssuedRow {
        /// Id.
        pub id: i64,
        /// Line.
        pub line_id: i64,
        /// Loan or permanent.
        pub role: IssuedRole,
        /// State.
        pub state: IssuedState,
        /// Unit.
        pub unit_id: i64,
        /// Serial.
        pub serial: String,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Lending depot.
        pub depot_id: i64,
        /// Its code.
        pub depot: String,
        /// Reservation.
        pub reservation_id: Option<i64>,
        /// Reserved.
        pub reserved_at: DateTime<Utc>,
        /// Shipped.
        pub shipped_at: Option<DateTime<Utc>>,
        /// In use.
        pub in_use_at: Option<DateTime<Utc>>,
        /// Ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// How often the unit was issued since.
        pub times_again: i64,
    }
}

row! {
    /// A line a unit was issued for.
    pub struct IssuedFor {
        /// RMA number.
        pub number: String,
        /// Line.
        pub line: i64,
        /// Loan or permanent.
        pub role: IssuedRole,
        /// Where the line's repair stands.
        pub repair_state: RepairState,
        /// When it was requested.
        pub requested_at: DateTime<Utc>,
    }
}

/// The lines a unit was issued for, newest first, as far as the reader may see them. At most `limit`.
pub fn of_unit(conn: &mut Conn, reader: &Scope, unit_id: i64, limit: i64) -> StoreResult<Vec<IssuedFor>> {
    let mut filters = Filters::after(vec![unit_id.into()]);
    crate::store::rmas::visible(&mut filters, reader);
    let limit = filters.value(limit);
    let text = format!(
        "SELECT r.number, l.line, i.role, l.repair_state, r.requested_at FROM issued_unit i JOIN rma_line l ON l.id = i.line_id \
         JOIN rma r ON r.id = l.rma_id WHERE i.unit_id = $1 AND i.taken_back_at IS NULL {} ORDER BY i.id DESC LIMIT {limit}",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

row! {
    /// The line a unit that is out must come back to.
    pub struct OutOn {
        /// The unit.
        pub unit_id: i64,
        /// RMA number.
        pub number: String,
        /// Line.
        pub line: i64,
        /// Loan or permanent.
        pub role: IssuedRole,
        /// State.
        pub state: IssuedState,
        /// Whose the unit is.
        pub owner: Owner,
    }
}

impl OutOn {
    /// Whether a unit that stands at such a place is owed back on the line: a loaner that is out, or a spare that never worked. What
    /// was given for good, or charged, is the customer's.
    fn is_owed(&self, at: PlaceKind) -> bool {
        match self.state {
            // What was given for good comes back only when it never arrived.
            IssuedState::Shipped => matches!(at, PlaceKind::Customer | PlaceKind::Transit),
            IssuedState::InUse => {
                self.role == IssuedRole::Loan && matches!(at, PlaceKind::Customer | PlaceKind::Transit)
            }
            // It stays dead in the books when it is back.
            state => state == IssuedState::Doa && at == PlaceKind::Customer && self.owner == Owner::Us,
        }
    }
}

/// The line to which a unit is owed back that stands at such a place.
pub fn out_on(conn: &mut Conn, unit_id: i64, at: PlaceKind) -> StoreResult<Option<OutOn>> {
    Ok(all_out_on(conn, &[(unit_id, at)])?.pop())
}

/// The lines to which these units are owed back, each from where it stands, in a few statements.
pub fn all_out_on(conn: &mut Conn, units: &[(i64, PlaceKind)]) -> StoreResult<Vec<OutOn>> {
    let text = "SELECT i.unit_id, r.number, l.line, i.role, i.state, u.owner FROM issued_unit i JOIN rma_line l ON l.id = i.line_id \
         JOIN rma r ON r.id = l.rma_id JOIN unit u ON u.id = i.unit_id WHERE i.unit_id IN ({in}) AND i.taken_back_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM issued_unit n WHERE n.unit_id = i.unit_id AND n.id > i.id AND n.taken_back_at IS NULL)";
    let places: HashMap<i64, PlaceKind> = units.iter().copied().collect();
    let mut out: Vec<OutOn> = sql_in(text, units.iter().map(|(id, _)| *id)).load(conn)?;
    out.retain(|out| places.get(&out.unit_id).is_some_and(|at| out.is_owed(*at)));
    Ok(out)
}

const ISSUED: &str = "SELECT i.id, i.line_id, i.role, i.state, i.unit_id, u.serial, p.part_no, p.name AS part_name, \
     p.name_en AS part_name_en, i.depot_id, d.code AS depot, i.reservation_id, i.reserved_at, i.shipped_at, i.in_use_at, i.ended_at, \
     (SELECT COUNT(*) FROM issued_unit n WHERE n.unit_id = i.unit_id AND n.id > i.id AND n.taken_back_at IS NULL) AS times_again \
     FROM issued_unit i JOIN unit u ON u.id = i.unit_id JOIN part p ON p.id = i.part_id JOIN depot d ON d.id = i.depot_id";

/// Units issued for a line, oldest first, but those of steps taken back.
pub fn of_line(conn: &mut Conn, line_id: i64) -> StoreResult<Vec<IssuedRow>> {
    Ok(sql_shaped(format!("{ISSUED} WHERE i.line_id = $1 AND i.taken_back_at IS NULL ORDER BY i.id"))
        .bind(line_id)
        .load(conn)?)
}

/// Whether a unit is on its way to a customer for one of their lines.
pub fn is_sent_to(conn: &mut Conn, unit_id: i64, customer_id: i64) -> StoreResult<bool> {
    let sent = sql("SELECT count(*) AS value FROM issued_unit i JOIN rma_line l ON l.id = i.line_id \
         WHERE i.unit_id = $1 AND l.customer_id = $2 AND i.state = 'shipped' AND i.taken_back_at IS NULL")
    .bind(unit_id)
    .bind(customer_id)
    .number(conn)?;
    Ok(sent > 0)
}

row! {
    /// A spare held for a line.
    pub struct HeldSpare {
        /// Id.
        pub id: i64,
        /// Line.
        pub line_id: i64,
        /// The unit.
        pub unit_id: i64,
        /// Its RMA.
        pub rma_id: i64,
        /// The RMA's number.
        pub rma: String,
    }
}

/// The spare a reservation holds for a line and that did not leave yet.
pub fn held_by(conn: &mut Conn, reservation_id: i64) -> StoreResult<Option<HeldSpare>> {
    Ok(sql("SELECT i.id, i.line_id, i.unit_id, l.rma_id, r.number AS rma FROM issued_unit i JOIN rma_line l ON l.id = i.line_id \
         JOIN rma r ON r.id = l.rma_id \
         WHERE i.unit_id = (SELECT unit_id FROM reservation WHERE id = $1) AND i.reservation_id = $1 AND i.state = 'reserved'")
    .bind(reservation_id)
    .optional(conn)?)
}

/// A unit to issue.
pub struct NewIssued {
    /// Line.
    pub line_id: i64,
    /// Role.
    pub role: IssuedRole,
    /// Part.
    pub part_id: i64,
    /// Unit.
    pub unit_id: i64,
    /// Reservation.
    pub reservation_id: Option<i64>,
    /// Depot.
    pub depot_id: i64,
    /// State.
    pub state: IssuedState,
    /// Reserved.
    pub at: DateTime<Utc>,
    /// Shipped, when it left at once.
    pub shipped_at: Option<DateTime<Utc>>,
}

/// Writes an issued unit. Breaks the unique "one active per role".
pub fn insert(tx: &mut Conn, new: &NewIssued) -> Result<i64, diesel::result::Error> {
    sql(
        "INSERT INTO issued_unit (line_id, role, part_id, unit_id, reservation_id, depot_id, state, reserved_at, shipped_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id AS value",
    )
    .bind(new.line_id)
    .bind(new.role)
    .bind(new.part_id)
    .bind(new.unit_id)
    .bind(new.reservation_id)
    .bind(new.depot_id)
    .bind(new.state)
    .bind(new.at)
    .bind(new.shipped_at)
    .number(tx)
}

/// Another reservation holds the unit for its line.
pub fn set_reservation(tx: &mut Conn, id: i64, reservation_id: i64) -> StoreResult<()> {
    sql("UPDATE issued_unit SET reservation_id = $1 WHERE id = $2")
        .bind(reservation_id)
        .bind(id)
        .execute(tx)?;
    Ok(())
}

/// An issued unit takes a step, which is known from `now` on.
pub fn step(
    tx: &mut Conn,
    id: i64,
    to: IssuedState,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    let text = match to {
        IssuedState::Shipped => "UPDATE issued_unit SET state = $1, shipped_at = $2 WHERE id = $3",
        IssuedState::InUse => "UPDATE issued_unit SET state = $1, in_use_at = $2 WHERE id = $3",
        _ => "UPDATE issued_unit SET state = $1, ended_at = $2 WHERE id = $3",
    };
    sql(text).bind(to).bind(at).bind(id).execute(tx)?;
    if to == IssuedState::InUse {
        sql("UPDATE issued_unit SET in_use_recorded_at = $1 WHERE id = $2").bind(now).bind(id).execute(tx)?;
    }
    Ok(())
}
