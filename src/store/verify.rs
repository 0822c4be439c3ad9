//! Streams the whole ledger and its projections, row by row, for the proof.

use crate::domain::place::PlaceKind;
use crate::domain::stock::proof::{Entry, PartFacts, PlaceFacts, Present};
use crate::domain::stock::{Condition, Owner, Tracking};
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

row! {
    struct PlaceRow { id: i64, code: String, kind: PlaceKind, depot_id: Option<i64> }
    struct PartRow { id: i64, part_no: String, tracking: Tracking }
    struct SumRow { depot_id: i64, part_id: i64, quantity: i64, reservations: i64 }

    struct MovementRow {
        id: i64,
        part_id: i64,
        unit_id: Option<i64>,
        quantity: i64,
        from_place_id: i64,
        to_place_id: i64,
        depot_from_id: Option<i64>,
        depot_to_id: Option<i64>,
        condition_from: Condition,
        condition_to: Condition,
        owner_from: Owner,
        owner_to: Owner,
        document: String,
        reverses_id: Option<i64>,
        occurred_at: DateTime<Utc>,
        recorded_at: DateTime<Utc>,
        serial: Option<String>,
        unit_part_id: Option<i64>,
        unit_place_id: Option<i64>,
        unit_depot_id: Option<i64>,
        unit_condition: Option<Condition>,
        unit_owner: Option<Owner>,
        unit_document: Option<String>,
        unit_version: Option<i64>,
        unit_last_moved_at: Option<DateTime<Utc>>,
    }

    /// A unit without any movement.
    pub struct LooseUnitRow {
        /// Part.
        pub part_id: i64,
        /// Serial.
        pub serial: String,
        /// Where it is said to be.
        pub place_id: i64,
    }

    /// A balance.
    pub struct BalanceRow {
        /// Place.
        pub place_id: i64,
        /// Part.
        pub part_id: i64,
        /// Condition.
        pub condition: Condition,
        /// Owner.
        pub owner: Owner,
        /// Depot.
        pub depot_id: Option<i64>,
        /// How many.
        pub quantity: i64,
    }

    /// An availability.
    pub struct AvailabilityRow {
        /// Depot.
        pub depot_id: i64,
        /// Part.
        pub part_id: i64,
        /// Good and ours.
        pub good: i64,
        /// Of these held.
        pub reserved: i64,
    }

    /// A reservation of a unit that cannot be held like this.
    pub struct BadReservationRow {
        /// Reservation.
        pub id: i64,
        /// Depot it holds the unit in.
        pub depot: String,
        /// Serial.
        pub serial: String,
        /// Where the unit is.
        pub place: String,
        /// Its condition.
        pub condition: String,
        /// Its owner.
        pub owner: String,
    }

    /// A reversing entry that is none.
    pub struct BadReversalRow {
        /// Movement.
        pub id: i64,
        /// Its kind.
        pub kind: String,
        /// The movement it names.
        pub reverses_id: Option<i64>,
        /// That one's kind.
        pub first_kind: Option<String>,
    }
}

/// All places, by id.
pub fn places(conn: &mut Conn) -> StoreResult<HashMap<i64, PlaceFacts>> {
    let mut places = HashMap::new();
    sql("SELECT id, code, kind, depot_id FROM place").for_each(conn, |row: PlaceRow| {
        places.insert(row.id, PlaceFacts { code: row.code, kind: row.kind, depot_id: row.depot_id });
        Ok(())
    })?;
    Ok(places)
}

/// All parts, by id.
pub fn parts(conn: &mut Conn) -> StoreResult<HashMap<i64, PartFacts>> {
    let mut parts = HashMap::new();
    sql("SELECT id, part_no, tracking FROM part").for_each(conn, |row: PartRow| {
        parts.insert(row.id, PartFacts { part_no: row.part_no, tracking: row.tracking });
        Ok(())
    })?;
    Ok(parts)
}

impl MovementRow {
    fn split(self) -> (Entry, Option<Present>) {
        let unit = (|| {
            Some(Present {
                serial: self.serial?,
                part_id: self.unit_part_id?,
                place: self.unit_place_id?,
                depot: self.unit_depot_id,
                condition: self.unit_condition?,
                owner: self.unit_owner?,
                document: self.unit_document?,
                version: self.unit_version?,
                last_moved_at: self.unit_last_moved_at?,
            })
        })();
        let entry = Entry {
            id: self.id,
            part_id: self.part_id,
            unit_id: self.unit_id,
            quantity: self.quantity,
            from_place: self.from_place_id,
            to_place: self.to_place_id,
            from_depot: self.depot_from_id,
            to_depot: self.depot_to_id,
            condition_from: self.condition_from,
            condition_to: self.condition_to,
            owner_from: self.owner_from,
            owner_to: self.owner_to,
            document: self.document,
            reverses: self.reverses_id,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
        };
        (entry, unit)
    }
}

/// Every movement with the row of its unit, by unit and posting order. Both databases follow `movement_unit`, or sort on
/// disk; nothing is held in memory here.
pub fn for_each_movement(conn: &mut Conn, mut each: impl FnMut(Entry, Option<Present>)) -> StoreResult<()> {
    sql(
        "SELECT m.id, m.part_id, m.unit_id, m.quantity, m.from_place_id, m.to_place_id, m.depot_from_id, m.depot_to_id, \
         m.condition_from, m.condition_to, m.owner_from, m.owner_to, m.document, m.reverses_id, m.occurred_at, m.recorded_at, \
         u.serial, u.part_id AS unit_part_id, u.place_id AS unit_place_id, u.depot_id AS unit_depot_id, \
         u.condition AS unit_condition, u.owner AS unit_owner, u.document AS unit_document, u.version AS unit_version, \
         u.last_moved_at AS unit_last_moved_at \
         FROM movement m LEFT JOIN unit u ON u.id = m.unit_id ORDER BY m.unit_id, m.id",
    )
    .for_each(conn, |row: MovementRow| {
        let (entry, unit) = row.split();
        each(entry, unit);
        Ok(())
    })?;
    Ok(())
}

/// How many movements there are.
pub fn count_movements(conn: &mut Conn) -> StoreResult<u64> {
    let count = sql("SELECT count(*) AS value FROM movement").number(conn)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Units no movement names.
pub fn for_each_loose_unit(conn: &mut Conn, mut each: impl FnMut(LooseUnitRow)) -> StoreResult<()> {
    sql("SELECT u.part_id, u.serial, u.place_id FROM unit u \
         WHERE NOT EXISTS (SELECT 1 FROM movement m WHERE m.unit_id = u.id) ORDER BY u.id")
    .for_each(conn, |row| {
        each(row);
        Ok(())
    })?;
    Ok(())
}

/// Every balance.
pub fn for_each_balance(conn: &mut Conn, mut each: impl FnMut(BalanceRow)) -> StoreResult<()> {
    sql(
        "SELECT place_id, part_id, condition, owner, depot_id, quantity FROM balance ORDER BY place_id, part_id, condition, owner",
    )
    .for_each(conn, |row| {
        each(row);
        Ok(())
    })?;
    Ok(())
}

/// Every availability.
pub fn for_each_availability(conn: &mut Conn, mut each: impl FnMut(AvailabilityRow)) -> StoreResult<()> {
    sql("SELECT depot_id, part_id, good, reserved FROM availability ORDER BY depot_id, part_id").for_each(
        conn,
        |row| {
            each(row);
            Ok(())
        },
    )?;
    Ok(())
}

/// What is held, by depot and part.
pub type Reserved = HashMap<(i64, i64), i64>;

/// What open reservations hold in depots, by depot and part, and how many they are in all.
pub fn reserved(conn: &mut Conn) -> StoreResult<(Reserved, u64)> {
    let mut sums = HashMap::new();
    let mut count = 0;
    sql(
        "SELECT depot_id, part_id, CAST(SUM(quantity) AS BIGINT) AS quantity, COUNT(*) AS reservations FROM reservation \
         WHERE state = 'open' AND NOT in_van GROUP BY depot_id, part_id",
    )
    .for_each(conn, |row: SumRow| {
        sums.insert((row.depot_id, row.part_id), row.quantity);
        count += u64::try_from(row.reservations).unwrap_or_default();
        Ok(())
    })?;
    Ok((sums, count))
}

/// Open reservations of units that are not good, ours and in a depot or bin of that depot (or in a van, where they say so), or
/// of another part.
pub fn for_each_bad_reservation(conn: &mut Conn, mut each: impl FnMut(BadReservationRow)) -> StoreResult<()> {
    sql("SELECT r.id, d.code AS depot, u.serial, p.code AS place, u.condition, u.owner \
         FROM reservation r JOIN unit u ON u.id = r.unit_id JOIN place p ON p.id = u.place_id JOIN depot d ON d.id = r.depot_id \
         WHERE r.state = 'open' AND NOT (u.condition = 'good' AND u.owner = 'us' AND u.part_id = r.part_id \
           AND CASE WHEN r.in_van THEN p.kind = 'engineer' \
               ELSE p.kind IN ('depot', 'bin') AND COALESCE(p.depot_id, 0) = r.depot_id END) ORDER BY r.id")
    .for_each(conn, |row| {
        each(row);
        Ok(())
    })?;
    Ok(())
}

/// Reversals that name nothing, or another reversal, and other movements that name one.
pub fn for_each_bad_reversal_origin(
    conn: &mut Conn,
    mut each: impl FnMut(BadReversalRow),
) -> StoreResult<()> {
    sql("SELECT r.id, r.kind, r.reverses_id, m.kind AS first_kind FROM movement r LEFT JOIN movement m ON m.id = r.reverses_id \
         WHERE (r.kind = 'reversal') <> (r.reverses_id IS NOT NULL) OR m.kind = 'reversal' ORDER BY r.id")
    .for_each(conn, |row| {
        each(row);
        Ok(())
    })?;
    Ok(())
}

/// Reversals that are not the mirror of the movement they name, or were posted before it.
pub fn for_each_bad_mirror(conn: &mut Conn, mut each: impl FnMut(BadReversalRow)) -> StoreResult<()> {
    sql("SELECT r.id, r.kind, r.reverses_id, m.kind AS first_kind FROM movement r JOIN movement m ON m.id = r.reverses_id \
         WHERE NOT (r.part_id = m.part_id AND COALESCE(r.unit_id, 0) = COALESCE(m.unit_id, 0) AND r.quantity = m.quantity \
           AND r.from_place_id = m.to_place_id AND r.to_place_id = m.from_place_id \
           AND r.condition_from = m.condition_to AND r.condition_to = m.condition_from \
           AND r.owner_from = m.owner_to AND r.owner_to = m.owner_from AND r.id > m.id) ORDER BY r.id")
    .for_each(conn, |row| {
        each(row);
        Ok(())
    })?;
    Ok(())
}
