//! Reading movements: the ledger itself, newest last.

use crate::domain::actor::Scope;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::stock::{Condition, MovementKind, Owner, PartRef, Recorded, Stand, Tracking, UnitState};
use crate::row;
use crate::store::sql::{Conn, Filters, sql, sql_in, sql_shaped};
use crate::store::{StoreError, StoreResult, places, scope, units};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};

row! {
    /// A movement as people read it.
    pub struct MovementRow {
        /// Id: posting order.
        pub id: i64,
        /// Kind.
        pub kind: MovementKind,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Serial of the unit moved.
        pub serial: Option<String>,
        /// How many.
        pub quantity: i64,
        /// From place.
        pub from_place: String,
        /// To place.
        pub to_place: String,
        /// Condition before.
        pub condition_from: Condition,
        /// Condition after.
        pub condition_to: Condition,
        /// Owner before.
        pub owner_from: Owner,
        /// Owner after.
        pub owner_to: Owner,
        /// Why.
        pub reason: String,
        /// Document.
        pub document: String,
        /// The movement this one reverses.
        pub reverses_id: Option<i64>,
        /// The movement that reverses this one.
        pub reversed_by_id: Option<i64>,
        /// Who booked it; none for imports and the system.
        pub actor: Option<String>,
        /// When it happened.
        pub occurred_at: DateTime<Utc>,
        /// When it was booked.
        pub recorded_at: DateTime<Utc>,
    }

    struct RecordedRow {
        id: i64,
        kind: MovementKind,
        part_id: i64,
        part_no: String,
        maker: String,
        tracking: Tracking,
        serial_per_part: bool,
        unit_id: Option<i64>,
        quantity: i64,
        from_place_id: i64,
        to_place_id: i64,
        condition_from: Condition,
        condition_to: Condition,
        owner_from: Owner,
        owner_to: Owner,
        document: String,
        reversed_by_id: Option<i64>,
        document_id: Option<i64>,
    }
}

/// Names of one column are asked for one by one: PostgreSQL took 25 ms to find the best order of seven joins, and 1 ms to run them.
const SELECT: &str = "SELECT m.id, m.kind, p.part_no, p.name AS part_name, p.name_en AS part_name_en, \
     (SELECT u.serial FROM unit u WHERE u.id = m.unit_id) AS serial, m.quantity, \
     (SELECT f.code FROM place f WHERE f.id = m.from_place_id) AS from_place, \
     (SELECT t.code FROM place t WHERE t.id = m.to_place_id) AS to_place, \
     m.condition_from, m.condition_to, m.owner_from, m.owner_to, m.reason, m.document, m.reverses_id, \
     (SELECT b.id FROM movement b WHERE b.reverses_id = m.id) AS reversed_by_id, \
     (SELECT a.username FROM app_user a WHERE a.id = m.actor_id) AS actor, m.occurred_at, m.recorded_at \
     FROM movement m JOIN part p ON p.id = m.part_id";

/// Filters of the movement list.
#[derive(Debug, Clone, Default)]
pub struct MovementFilter {
    /// Part number.
    pub part_no: Option<String>,
    /// Unit.
    pub unit_id: Option<i64>,
    /// Depot code, on either side.
    pub depot: Option<String>,
    /// Kind.
    pub kind: Option<MovementKind>,
    /// Document.
    pub document: Option<String>,
    /// Happened from this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Happened before this instant.
    pub before: Option<DateTime<Utc>>,
}

/// Movements of a period that are sorted at most; of a longer one the ledger is gone back through.
const PERIOD_SORTED: i64 = 20_000;

/// Keeps to a period. Of a short one the index of instants gives the ids; without it PostgreSQL and SQLite would go back
/// through everything that came later.
fn within(conn: &mut Conn, filters: &mut Filters, filter: &MovementFilter) -> StoreResult<()> {
    if let (Some(from), Some(before)) = (filter.from, filter.before) {
        let count = sql(
            "SELECT count(*) AS value FROM (SELECT id FROM movement WHERE occurred_at >= $1 AND occurred_at < $2 LIMIT $3) x",
        );
        if count.bind(from).bind(before).bind(PERIOD_SORTED).number(conn)? < PERIOD_SORTED {
            let from = filters.value(from);
            let clause =
                format!("m.id IN (SELECT id FROM movement WHERE occurred_at >= {from} AND occurred_at < ?)");
            filters.and(&clause, before);
            return Ok(());
        }
    }
    filters.and_some("m.occurred_at >= ?", filter.from);
    filters.and_some("m.occurred_at < ?", filter.before);
    Ok(())
}

/// Movements before `before_id`, newest first. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &MovementFilter,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<MovementRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("m.part_id = (SELECT id FROM part WHERE part_no = ?)", filter.part_no.as_deref());
    filters.and_some("m.unit_id = ?", filter.unit_id);
    filters.and_some("m.kind = ?", filter.kind);
    filters.and_some("m.document = ?", filter.document.as_deref());
    within(conn, &mut filters, filter)?;
    if let (Some((from, user)), Some((to, _))) =
        (scope::depots(reader, "m.depot_from_id"), scope::depots(reader, "m.depot_to_id"))
    {
        filters.and(&format!("({from} OR {to})"), user);
    }
    let limit = filters.value(limit);
    let Some(depot) = filter.depot.as_deref() else {
        let text = format!("{SELECT} WHERE m.id < $1 {} ORDER BY m.id DESC LIMIT {limit}", filters.text());
        return Ok(filters.into_sql(text).load(conn)?);
    };
    // The newest on either side, each by its index; a single condition over both would read the ledger from its end.
    let depot = format!("(SELECT id FROM depot WHERE code = {})", filters.value(depot));
    let side = |column: &str, name: &str| {
        format!(
            "SELECT id FROM (SELECT m.id FROM movement m WHERE m.{column} = {depot} AND m.id < $1 {} \
             ORDER BY m.{column} DESC, m.id DESC LIMIT {limit}) {name}",
            filters.text()
        )
    };
    let text = format!(
        "{SELECT} WHERE m.id IN ({} UNION {}) ORDER BY m.id DESC LIMIT {limit}",
        side("depot_from_id", "f"),
        side("depot_to_id", "t")
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// Those of these movements that nothing reversed, that reverse nothing, and that no document undoes by an action of its own.
pub fn of_no_document(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<i64>> {
    row! { struct IdRow { id: i64 } }
    let rows: Vec<IdRow> = sql_in(
        "SELECT m.id FROM movement m WHERE m.id IN ({in}) AND m.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = m.id) \
         AND NOT EXISTS (SELECT 1 FROM rma r WHERE r.number = m.document) \
         AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.number = m.document) \
         AND NOT EXISTS (SELECT 1 FROM intake i WHERE i.box = m.document)",
        ids.iter().copied(),
    )
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// One movement as people read it.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<MovementRow>> {
    Ok(sql_shaped(format!("{SELECT} WHERE m.id = $1")).bind(id).optional(conn)?)
}

/// One movement as the reversal rule needs it.
pub fn recorded(conn: &mut Conn, id: i64) -> StoreResult<Option<Recorded>> {
    Ok(all_recorded(conn, &[id])?.pop())
}

/// The same of each of these movements, by id, in a few statements.
pub fn all_recorded(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<Recorded>> {
    let rows: Vec<RecordedRow> = sql_in(
        "SELECT m.id, m.kind, m.part_id, p.part_no, p.maker, p.tracking, p.serial_per_part, m.unit_id, m.quantity, m.from_place_id, \
         m.to_place_id, m.condition_from, m.condition_to, m.owner_from, m.owner_to, m.document, b.id AS reversed_by_id, \
         COALESCE(r.id, t.id, (SELECT MIN(i.id) FROM intake i WHERE i.box = m.document)) AS document_id \
         FROM movement m JOIN part p ON p.id = m.part_id LEFT JOIN movement b ON b.reverses_id = m.id \
         LEFT JOIN rma r ON r.number = m.document LEFT JOIN transfer t ON t.number = m.document WHERE m.id IN ({in}) ORDER BY m.id",
        ids.iter().copied(),
    )
    .load(conn)?;
    let moved: Vec<i64> = rows.iter().filter_map(|row| row.unit_id).collect();
    let units = units::by_ids(conn, &moved)?;
    let units: HashMap<i64, UnitState> = units.into_iter().map(|unit| (unit.id, unit.state())).collect();
    let last = all_last_left(conn, &moved)?;
    let ends: BTreeSet<i64> = rows.iter().flat_map(|row| [row.from_place_id, row.to_place_id]).collect();
    let places = places::by_ids(conn, &ends.into_iter().collect::<Vec<_>>())?;
    let places: HashMap<i64, PlaceRef> = places.into_iter().map(|place| (place.id, place)).collect();
    let place = |id: i64| {
        places.get(&id).cloned().ok_or_else(|| StoreError::Database(diesel::result::Error::NotFound))
    };
    let one = |row: RecordedRow| {
        Ok(Recorded {
            id: row.id,
            kind: row.kind,
            quantity: row.quantity,
            from: Stand {
                place: place(row.from_place_id)?,
                condition: row.condition_from,
                owner: row.owner_from,
            },
            to: Stand { place: place(row.to_place_id)?, condition: row.condition_to, owner: row.owner_to },
            part: PartRef {
                id: row.part_id,
                part_no: row.part_no,
                tracking: row.tracking,
                maker: row.maker,
                serial_per_part: row.serial_per_part,
            },
            document: row.document,
            unit: row.unit_id.and_then(|id| units.get(&id).cloned()),
            last_of_unit: row.unit_id.map(|id| last.get(&id).copied().unwrap_or_default()),
            reversed_by: row.reversed_by_id,
            belongs_to_document: row.document_id.is_some(),
        })
    };
    rows.into_iter().map(one).collect()
}

/// The last movement of a unit that is neither a reversal nor reversed, whenever that happened: what the unit stands by. A movement
/// and its reversal leave the unit as it was, so that the one before them can be put right, too.
pub fn last_left(conn: &mut Conn, unit_id: i64) -> StoreResult<i64> {
    Ok(all_last_left(conn, &[unit_id])?.remove(&unit_id).unwrap_or_default())
}

/// The same of each of these units; those without any are left out.
pub fn all_last_left(conn: &mut Conn, units: &[i64]) -> StoreResult<HashMap<i64, i64>> {
    row! { struct LastRow { unit_id: i64, id: i64 } }
    let rows: Vec<LastRow> = sql_in(
        "SELECT m.unit_id, MAX(m.id) AS id FROM movement m WHERE m.unit_id IN ({in}) AND m.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = m.id) GROUP BY m.unit_id",
        units.iter().copied(),
    )
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.unit_id, row.id)).collect())
}

/// When a unit that is in our house was handed in by the customer whose it is, by what was not put right since; none where it last came
/// from somebody else, a supplier, or out of nowhere: what was sold to them since was never handed in. The road, vans and makers are no outside: it had come before.
pub fn handed_in_at(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<DateTime<Utc>>> {
    row! { struct CameRow { occurred_at: DateTime<Utc>, from_kind: PlaceKind, owner_to: Owner, owner: Owner } }
    let row: Option<CameRow> =
        sql("SELECT m.occurred_at, f.kind AS from_kind, m.owner_to, u.owner FROM movement m JOIN place f ON f.id = m.from_place_id \
         JOIN unit u ON u.id = m.unit_id WHERE m.unit_id = $1 \
         AND m.depot_to_id IS NOT NULL AND f.kind IN ('customer', 'supplier', 'opening') AND m.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = m.id) ORDER BY m.id DESC LIMIT 1")
        .bind(unit_id)
        .optional(conn)?;
    Ok(row
        .filter(|row| row.from_kind == PlaceKind::Customer && row.owner_to == row.owner)
        .map(|row| row.occurred_at))
}

/// The opening by which a unit the books had never met entered with this very movement, from a maker's or a customer's place.
pub fn opening_with(conn: &mut Conn, id: i64) -> StoreResult<Option<i64>> {
    row! { struct IdRow { id: i64 } }
    let row: Option<IdRow> = sql("SELECT o.id FROM movement m JOIN movement o ON o.unit_id = m.unit_id AND o.kind = 'opening' \
         AND o.recorded_at = m.recorded_at AND o.document = m.document AND o.to_place_id = m.from_place_id \
         WHERE m.id = $1 AND o.id = (SELECT MAX(b.id) FROM movement b WHERE b.unit_id = m.unit_id AND b.id < m.id)")
    .bind(id)
    .optional(conn)?;
    Ok(row.map(|row| row.id))
}

/// The last movement of a unit that stands: no reversal dated like what it reverses, and not reversed by one.
pub fn last_standing(conn: &mut Conn, unit_id: i64) -> StoreResult<i64> {
    Ok(sql("SELECT COALESCE(MAX(m.id), 0) AS value FROM movement m WHERE m.unit_id = $1 \
         AND NOT EXISTS (SELECT 1 FROM movement b WHERE b.reverses_id = m.id AND b.occurred_at = m.occurred_at) \
         AND NOT EXISTS (SELECT 1 FROM movement f WHERE f.id = m.reverses_id AND f.occurred_at = m.occurred_at)")
    .bind(unit_id)
    .number(conn)?)
}
