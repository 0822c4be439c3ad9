//! Reservations: stock held for somebody. The count held is kept beside the count there is, under one CHECK.

use crate::domain::actor::Scope;
use crate::domain::stock::ReservationState;
use crate::row;
use crate::store::sql::{Conn, Filters, sql, sql_shaped};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};

row! {
    /// A reservation as read.
    pub struct ReservationRow {
        /// Id.
        pub id: i64,
        /// Part id.
        pub part_id: i64,
        /// Part number.
        pub part_no: String,
        /// Depot id.
        pub depot_id: i64,
        /// Depot code.
        pub depot: String,
        /// The unit held.
        pub unit_id: Option<i64>,
        /// Its serial.
        pub serial: Option<String>,
        /// How many.
        pub quantity: i64,
        /// For what.
        pub document: String,
        /// State.
        pub state: ReservationState,
        /// By whom.
        pub created_by: Option<String>,
        /// Since when.
        pub created_at: DateTime<Utc>,
        /// Until when; none means until released.
        pub expires_at: Option<DateTime<Utc>>,
        /// When it ended.
        pub closed_at: Option<DateTime<Utc>>,
        /// The unit stands in an engineer's van, where no depot's availability counts it.
        pub in_van: bool,
    }
}

/// A reservation to write.
pub struct NewReservation<'a> {
    /// Part.
    pub part_id: i64,
    /// Depot.
    pub depot_id: i64,
    /// Unit, or a quantity of any.
    pub unit_id: Option<i64>,
    /// How many.
    pub quantity: i64,
    /// For what.
    pub document: &'a str,
    /// By whom.
    pub created_by: Option<i64>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// The unit stands in an engineer's van: nothing was taken out of what is free in a depot.
    pub in_van: bool,
}

/// Takes `quantity` out of what is free; false when less is free. This one guarded update decides every race.
pub fn hold(tx: &mut Conn, depot_id: i64, part_id: i64, quantity: i64) -> StoreResult<bool> {
    let held = sql(
        "UPDATE availability SET reserved = reserved + $1 WHERE depot_id = $2 AND part_id = $3 AND good - reserved >= $1",
    )
    .bind(quantity)
    .bind(depot_id)
    .bind(part_id)
    .execute(tx)?;
    Ok(held == 1)
}

/// Writes the reservation for what [`hold`] took, or of a unit in a van; its id.
pub fn insert(tx: &mut Conn, new: &NewReservation<'_>) -> Result<i64, diesel::result::Error> {
    sql(
        "INSERT INTO reservation (part_id, depot_id, unit_id, quantity, document, state, created_by, created_at, expires_at, in_van) \
         VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9) RETURNING id AS value",
    )
    .bind(new.part_id)
    .bind(new.depot_id)
    .bind(new.unit_id)
    .bind(new.quantity)
    .bind(new.document)
    .bind(new.created_by)
    .bind(new.created_at)
    .bind(new.expires_at)
    .bind(new.in_van)
    .number(tx)
}

/// Ends an open reservation and frees what it held; false when it had ended before.
pub fn end(tx: &mut Conn, id: i64, state: ReservationState, now: DateTime<Utc>) -> StoreResult<bool> {
    let ended = sql(
        "UPDATE reservation SET state = $1, closed_at = $2, held_until = $2 WHERE id = $3 AND state = 'open'",
    )
    .bind(state)
    .bind(now)
    .bind(id)
    .execute(tx)?;
    if ended == 0 {
        return Ok(false);
    }
    sql("UPDATE availability SET reserved = reserved - (SELECT quantity FROM reservation WHERE id = $1) \
         WHERE depot_id = (SELECT depot_id FROM reservation WHERE id = $1 AND NOT in_van) \
         AND part_id = (SELECT part_id FROM reservation WHERE id = $1)")
    .bind(id)
    .execute(tx)?;
    Ok(true)
}

/// A reservation goes on where another one was used up: by a movement that never was. Both stay on the books, with when each was
/// recorded.
pub fn go_on(tx: &mut Conn, id: i64, used_up: i64) -> StoreResult<()> {
    sql("UPDATE reservation SET held_from = (SELECT u.held_until FROM reservation u WHERE u.id = $2 AND u.state = 'consumed') \
         WHERE id = $1")
    .bind(id)
    .bind(used_up)
    .execute(tx)?;
    Ok(())
}

/// Ends what has run out of a depot's stock of a part, and frees it; how many. For the one who wants some now and should
/// not have to wait for the job.
pub fn end_overdue(tx: &mut Conn, depot_id: i64, part_id: i64, now: DateTime<Utc>) -> StoreResult<usize> {
    let rows: Vec<IdRow> = sql(
        "SELECT id FROM reservation WHERE state = 'open' AND expires_at <= $1 AND depot_id = $2 AND part_id = $3 ORDER BY id",
    )
    .bind(now)
    .bind(depot_id)
    .bind(part_id)
    .load(tx)?;
    let mut ended = 0;
    for row in rows {
        ended += usize::from(end(tx, row.id, ReservationState::Expired, now)?);
    }
    Ok(ended)
}

/// The document of the open reservation that holds this unit.
pub fn holder(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<String>> {
    row! { struct DocumentRow { document: String } }
    let row: Option<DocumentRow> =
        sql("SELECT document FROM reservation WHERE unit_id = $1 AND state = 'open'")
            .bind(unit_id)
            .optional(conn)?;
    Ok(row.map(|row| row.document))
}

const SELECT: &str = "SELECT r.id, r.part_id, p.part_no, r.depot_id, d.code AS depot, r.unit_id, u.serial, r.quantity, r.document, r.state, \
     a.username AS created_by, r.created_at, r.expires_at, r.closed_at, r.in_van FROM reservation r JOIN part p ON p.id = r.part_id \
     JOIN depot d ON d.id = r.depot_id LEFT JOIN unit u ON u.id = r.unit_id LEFT JOIN app_user a ON a.id = r.created_by";

/// One reservation.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<ReservationRow>> {
    Ok(sql_shaped(format!("{SELECT} WHERE r.id = $1")).bind(id).optional(conn)?)
}

/// Reservations before `before_id`, newest first.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    state: Option<ReservationState>,
    depot: Option<&str>,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<ReservationRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("r.state = ?", state);
    filters.and_some("d.code = ?", depot);
    if let Some((clause, user)) = scope::depots(reader, "r.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE r.id < $1 {} ORDER BY r.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

row! {
    struct IdRow { id: i64 }
}

/// Open reservations whose time is over, oldest first. At most `limit`.
pub fn overdue(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> StoreResult<Vec<i64>> {
    let rows: Vec<IdRow> =
        sql("SELECT id FROM reservation WHERE state = 'open' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2")
            .bind(now)
            .bind(limit)
            .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
