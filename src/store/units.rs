//! Reading units: the present of one serialised thing.

use crate::domain::actor::{DepotRef, Scope};
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::stock::{Condition, InstrumentCheck, Owner, PartClass, PartRef, Tracking, UnitState};
use crate::row;
use crate::store::sql::{Conn, Filters, sql, sql_in, sql_shaped};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

row! {
    /// A unit with its part, place and reservation.
    pub struct UnitRow {
        /// Id.
        pub id: i64,
        /// Serial.
        pub serial: String,
        /// (maker, serial) or (part, serial).
        pub identity: String,
        /// Part id.
        pub part_id: i64,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Maker.
        pub maker: String,
        /// How the part is counted.
        pub tracking: Tracking,
        /// Whether the maker reuses serials.
        pub serial_per_part: bool,
        /// Condition.
        pub condition: Condition,
        /// Owner.
        pub owner: Owner,
        /// Place id.
        pub place_id: i64,
        /// Place code.
        pub place: String,
        /// Kind of place.
        pub place_kind: PlaceKind,
        /// The place's customer.
        pub place_customer_id: Option<i64>,
        /// Depot id.
        pub depot_id: Option<i64>,
        /// Depot code.
        pub depot: Option<String>,
        /// The document of the last movement.
        pub document: String,
        /// Version.
        pub version: i64,
        /// Last movement.
        pub last_moved_at: DateTime<Utc>,
        /// Open reservation.
        pub reservation_id: Option<i64>,
        /// Document of the reservation.
        pub reservation_document: Option<String>,
        /// Its firmware; empty where nobody put it down.
        pub firmware: String,
        /// Its hardware revision; empty where nobody put it down.
        pub revision: String,
        /// Whether parts of its kind hold data.
        pub data_bearing: bool,
        /// What its part is for.
        pub class: PartClass,
        /// Days a check of it is good for; only of instruments.
        pub check_every_days: Option<i64>,
        /// When it was checked last; only of instruments.
        pub checked_at: Option<DateTime<Utc>>,
        /// Whether it passed then.
        pub check_passed: Option<bool>,
        /// It entered the books by mistake, and that was taken back: it is nothing but a serial until it enters anew.
        pub taken_back: bool,
    }
}

impl UnitRow {
    /// The part as the ledger sees it.
    #[must_use]
    pub fn part_ref(&self) -> PartRef {
        PartRef {
            id: self.part_id,
            part_no: self.part_no.clone(),
            tracking: self.tracking,
            maker: self.maker.clone(),
            serial_per_part: self.serial_per_part,
        }
    }

    /// The place as a rule sees it.
    #[must_use]
    pub fn place_ref(&self) -> PlaceRef {
        PlaceRef {
            id: self.place_id,
            code: self.place.clone(),
            kind: self.place_kind,
            depot: self.depot_id.zip(self.depot.clone()).map(|(id, code)| DepotRef { id, code }),
            customer_id: self.place_customer_id,
        }
    }

    /// The unit as a rule sees it.
    #[must_use]
    pub fn state(&self) -> UnitState {
        UnitState {
            id: self.id,
            serial: self.serial.clone(),
            condition: self.condition,
            owner: self.owner.clone(),
            place: self.place_ref(),
            version: self.version,
            last_moved_at: self.last_moved_at,
            reserved: self
                .reservation_id
                .map(|id| (id, self.reservation_document.clone().unwrap_or_default())),
            instrument: self.instrument(),
        }
    }

    /// What is known of its checks, if it is an instrument.
    #[must_use]
    pub fn instrument(&self) -> Option<InstrumentCheck> {
        let last = self.checked_at.zip(self.check_passed);
        (self.class == PartClass::Instrument)
            .then_some(InstrumentCheck { every_days: self.check_every_days, last })
    }
}

/// The depot and what holds it are asked for unit by unit: joined, SQLite looked through every open reservation for a page of units.
const SELECT: &str = "SELECT u.id, u.serial, u.identity, u.part_id, p.part_no, p.name AS part_name, p.name_en AS part_name_en, p.maker, \
     p.tracking, p.serial_per_part, u.condition, u.owner, u.place_id, pl.code AS place, pl.kind AS place_kind, \
     pl.customer_id AS place_customer_id, u.depot_id, (SELECT d.code FROM depot d WHERE d.id = u.depot_id) AS depot, u.document, \
     u.version, u.last_moved_at, \
     (SELECT r.id FROM reservation r WHERE r.unit_id = u.id AND r.state = 'open') AS reservation_id, \
     (SELECT r.document FROM reservation r WHERE r.unit_id = u.id AND r.state = 'open') AS reservation_document, \
     u.firmware, u.revision, p.data_bearing, p.class, p.check_every_days, CASE WHEN p.class = 'instrument' THEN (SELECT k.checked_at FROM instrument_check k \
     WHERE k.unit_id = u.id ORDER BY k.id DESC LIMIT 1) END AS checked_at, CASE WHEN p.class = 'instrument' THEN (SELECT k.passed \
     FROM instrument_check k WHERE k.unit_id = u.id ORDER BY k.id DESC LIMIT 1) END AS check_passed, CASE WHEN pl.kind = 'opening' AND (SELECT lm.kind FROM movement lm WHERE lm.unit_id = u.id \
     ORDER BY lm.id DESC LIMIT 1) = 'reversal' THEN TRUE ELSE FALSE END AS taken_back \
     FROM unit u JOIN part p ON p.id = u.part_id JOIN place pl ON pl.id = u.place_id";

/// Every unit this code may mean: by serial, or by an alias it was labelled with.
pub fn by_serial(conn: &mut Conn, serial: &str) -> StoreResult<Vec<UnitRow>> {
    // Not `serial = … OR id IN (…)`: for that PostgreSQL reads every unit.
    Ok(sql_shaped(format!(
        "{SELECT} WHERE u.id IN (SELECT id FROM unit WHERE serial = $1 UNION ALL SELECT unit_id FROM unit_alias WHERE code = $1 \
         AND confirmed_by IS NOT NULL) \
         ORDER BY u.id"
    ))
    .bind(serial)
    .load(conn)?)
}

/// The unit with this id.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<UnitRow>> {
    Ok(sql_shaped(format!("{SELECT} WHERE u.id = $1")).bind(id).optional(conn)?)
}

/// The units with these ids, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<UnitRow>> {
    Ok(sql_in(&format!("{SELECT} WHERE u.id IN ({{in}})"), ids.iter().copied()).load(conn)?)
}

/// Puts down what a unit is.
pub fn set_release(tx: &mut Conn, id: i64, firmware: &str, revision: &str) -> StoreResult<()> {
    sql("UPDATE unit SET firmware = $1, revision = $2 WHERE id = $3")
        .bind(firmware)
        .bind(revision)
        .bind(id)
        .execute(tx)?;
    Ok(())
}

/// Locks a unit until the transaction ends, if it is still as the decision saw it.
pub fn lock(tx: &mut Conn, id: i64, version: i64) -> StoreResult<bool> {
    let locked = sql("UPDATE unit SET version = version WHERE id = $1 AND version = $2")
        .bind(id)
        .bind(version)
        .execute(tx)?;
    Ok(locked == 1)
}

/// The units with these identities, in no order.
pub fn by_identities(conn: &mut Conn, identities: &[String]) -> StoreResult<Vec<UnitRow>> {
    Ok(sql_in(&format!("{SELECT} WHERE u.identity IN ({{in}})"), identities).load(conn)?)
}

row! {
    struct AliasedRow { code: String, unit_id: i64 }
}

/// Every unit each of these codes may mean, as [`by_serial`] has it, in a few statements. Codes that mean nothing have an
/// empty list.
pub fn by_serials(conn: &mut Conn, codes: &[String]) -> StoreResult<HashMap<String, Vec<UnitRow>>> {
    let mut found: HashMap<String, Vec<UnitRow>> = codes.iter().map(|code| (code.clone(), vec![])).collect();
    let text = format!("{SELECT} WHERE u.serial IN ({{in}}) ORDER BY u.id");
    for unit in sql_in(&text, codes).load::<UnitRow>(conn)? {
        found.entry(unit.serial.clone()).or_default().push(unit);
    }
    let text = "SELECT code, unit_id FROM unit_alias WHERE confirmed_by IS NOT NULL AND code IN ({in})";
    for alias in sql_in(text, codes).load::<AliasedRow>(conn)? {
        let units = found.entry(alias.code).or_default();
        if units.iter().all(|unit| unit.id != alias.unit_id) {
            units.extend(by_id(conn, alias.unit_id)?);
        }
    }
    Ok(found)
}

/// A good unit of ours in this depot that nobody holds: the one that has been there longest.
pub fn oldest_available(conn: &mut Conn, depot_id: i64, part_id: i64) -> StoreResult<Option<UnitRow>> {
    oldest(conn, depot_id, part_id, "")
}

/// The same, to take it: past those that others are taking in this moment.
pub fn take_oldest(tx: &mut Conn, depot_id: i64, part_id: i64) -> StoreResult<Option<UnitRow>> {
    let past = if tx.is_postgres() { "FOR UPDATE OF u SKIP LOCKED" } else { "" };
    oldest(tx, depot_id, part_id, past)
}

fn oldest(conn: &mut Conn, depot_id: i64, part_id: i64, how: &str) -> StoreResult<Option<UnitRow>> {
    Ok(sql_shaped(format!(
        "{SELECT} WHERE u.depot_id = $1 AND u.part_id = $2 AND u.condition = 'good' AND u.owner = 'us' \
         AND pl.kind IN ('depot', 'bin') \
         AND NOT EXISTS (SELECT 1 FROM reservation h WHERE h.unit_id = u.id AND h.state = 'open') ORDER BY u.last_moved_at, u.id LIMIT 1 {how}"
    ))
    .bind(depot_id)
    .bind(part_id)
    .optional(conn)?)
}

/// Units held for a document and not issued yet, the longest held first.
pub fn held_for(conn: &mut Conn, document: &str) -> StoreResult<Vec<UnitRow>> {
    Ok(sql_shaped(format!(
        "{SELECT} JOIN reservation h ON h.unit_id = u.id AND h.state = 'open' WHERE h.document = $1 \
         AND NOT EXISTS (SELECT 1 FROM issued_unit i WHERE i.reservation_id = h.id) ORDER BY h.id"
    ))
    .bind(document)
    .load(conn)?)
}

/// Filters of the unit list. Every one is optional.
#[derive(Debug, Clone, Default)]
pub struct UnitFilter {
    /// A serial, or a piece of one: beginning, ending or middle.
    pub serial: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
    /// Depot code.
    pub depot: Option<String>,
    /// Condition.
    pub condition: Option<Condition>,
    /// Owner.
    pub owner: Option<String>,
    /// Place code.
    pub place: Option<String>,
    /// Only what stands in a depot of ours or in that of this customer: on-site spares of somebody else are not theirs.
    pub for_customer: Option<i64>,
    /// Only what is held for nobody, or for this document; with an empty one only what is free.
    pub held_for: Option<String>,
}

/// Units after `after_id`, by id. At most `limit`.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    filter: &UnitFilter,
    after_id: i64,
    limit: i64,
) -> StoreResult<Vec<UnitRow>> {
    let mut filters = Filters::after(vec![after_id.into()]);
    if let Some(piece) = filter.serial.as_deref() {
        with_serial(&mut filters, piece, where_found(conn, piece)?);
    }
    // Ids, not codes of joined tables: so the list's own indexes serve.
    filters.and_some("u.part_id = (SELECT id FROM part WHERE part_no = ?)", filter.part_no.as_deref());
    filters.and_some("u.depot_id = (SELECT id FROM depot WHERE code = ?)", filter.depot.as_deref());
    filters.and_some("u.place_id = (SELECT id FROM place WHERE code = ?)", filter.place.as_deref());
    if let Some(condition) = filter.condition {
        filters.and_fixed(&format!("u.condition = '{condition}'"));
        if condition != Condition::Good {
            filters.and_fixed("u.condition <> 'good'");
        }
    }
    if let Some(owner) = filter.owner.as_deref() {
        filters.and("u.owner = ?", owner);
        if owner != "us" {
            filters.and_fixed("u.owner <> 'us'");
        }
    }
    if let Some(customer) = filter.for_customer {
        filters.and("u.depot_id IS NOT NULL AND (pl.customer_id IS NULL OR pl.customer_id = ?)", customer);
    }
    if let Some(document) = filter.held_for.as_deref() {
        let clause = "NOT EXISTS (SELECT 1 FROM reservation h WHERE h.unit_id = u.id AND h.state = 'open' AND h.document <> ?)";
        filters.and(clause, document);
    }
    if filter.place.is_none() {
        // What entered by mistake is found by its very serial, and where it stands.
        filters.and_fixed(
            "NOT (pl.kind = 'opening' AND (SELECT om.kind FROM movement om WHERE om.unit_id = u.id ORDER BY om.id DESC LIMIT 1) = 'reversal')",
        );
    }
    if let Some((clause, user)) = scope::depots(reader, "u.depot_id") {
        filters.and(&clause, user);
    }
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE u.id > $1 {} ORDER BY u.id LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// More units than these a page walks through by id; so many are sorted in a few milliseconds.
const SERIALS_SORTED: i64 = 20_000;

/// Where in the serials a piece of one was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// At the beginning or end of a few.
    AtFew,
    /// At the beginning or end of many.
    AtMany,
    /// At neither of any: it is somewhere in the middle, or nowhere.
    Inside,
}

/// A piece is looked for at both ends of the serials, which indexes find; only when no serial begins or ends with it, in
/// their middle, for which all of them have to be looked at.
fn where_found(conn: &mut Conn, piece: &str) -> StoreResult<Found> {
    let (from, until, reversed_from, reversed_until) = ends(piece);
    let at_ends = sql_shaped(format!(
        "SELECT (SELECT count(*) FROM (SELECT id FROM unit WHERE serial >= $1 AND serial < $2 LIMIT {SERIALS_SORTED}) b) \
         + (SELECT count(*) FROM (SELECT id FROM unit WHERE serial_reversed >= $3 AND serial_reversed < $4 LIMIT {SERIALS_SORTED}) e) \
         AS value"
    ));
    let count = at_ends.bind(from).bind(until).bind(reversed_from).bind(reversed_until).number(conn)?;
    Ok(match count {
        0 => Found::Inside,
        1..SERIALS_SORTED => Found::AtFew,
        _ => Found::AtMany,
    })
}

/// The ranges of serials that begin with the piece, and of reversed ones that end with it.
fn ends(piece: &str) -> (String, String, String, String) {
    let reversed: String = piece.chars().rev().collect();
    let after = |text: &str| format!("{text}{}", char::MAX);
    (piece.to_owned(), after(piece), reversed.clone(), after(&reversed))
}

fn with_serial(filters: &mut Filters, piece: &str, found: Found) {
    if found == Found::Inside {
        // `replace` needs no escaping, unlike LIKE. The ids come out of the index of serials, not of the units' rows.
        let clause = "u.id IN (SELECT id FROM unit WHERE replace(serial, ?, '') <> serial)";
        return filters.and(clause, piece);
    }
    let (from, until, reversed_from, reversed_until) = ends(piece);
    let (from, until) = (filters.value(from), filters.value(until));
    let (low, high) = (filters.value(reversed_from), filters.value(reversed_until));
    filters.and_fixed(&match found {
        Found::AtMany => format!(
            "(u.serial >= {from} AND u.serial < {until} OR u.serial_reversed >= {low} AND u.serial_reversed < {high})"
        ),
        Found::AtFew | Found::Inside => format!(
            "u.id IN (SELECT id FROM unit WHERE serial >= {from} AND serial < {until} \
             UNION ALL SELECT id FROM unit WHERE serial_reversed >= {low} AND serial_reversed < {high})"
        ),
    });
}

/// The unit's serial as it was typed on its label, and the codes it answers to besides.
pub fn aliases(conn: &mut Conn, unit_id: i64) -> StoreResult<Vec<String>> {
    row! { struct AliasRow { code: String } }
    let rows: Vec<AliasRow> =
        sql("SELECT code FROM unit_alias WHERE unit_id = $1 AND confirmed_by IS NOT NULL ORDER BY id")
            .bind(unit_id)
            .load(conn)?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

/// Which of these units answer to another code, too.
pub fn with_aliases(conn: &mut Conn, units: &[i64]) -> StoreResult<Vec<i64>> {
    row! { struct IdRow { id: i64 } }
    let text =
        "SELECT DISTINCT unit_id AS id FROM unit_alias WHERE unit_id IN ({in}) AND confirmed_by IS NOT NULL";
    let rows: Vec<IdRow> = sql_in(text, units.iter().copied()).load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Which of these identities an open RMA waits for, or works on.
pub fn with_open_rma(conn: &mut Conn, identities: &[&str]) -> StoreResult<Vec<String>> {
    row! { struct IdentityRow { identity: String } }
    let text = "SELECT open_identity AS identity FROM rma_line WHERE open_identity IN ({in})";
    let rows: Vec<IdentityRow> = sql_in(text, identities.iter().copied()).load(conn)?;
    Ok(rows.into_iter().map(|row| row.identity).collect())
}

/// The unit goes by this serial from now on: the one it stood under was a label of our own. Breaks the unique identity when another
/// unit has it.
pub fn relabel(tx: &mut Conn, unit_id: i64, serial: &str, identity: &str) -> StoreResult<()> {
    sql("UPDATE unit SET serial = $1, serial_reversed = $2, identity = $3 WHERE id = $4")
        .bind(serial)
        .bind(serial.chars().rev().collect::<String>())
        .bind(identity)
        .bind(unit_id)
        .execute(tx)?;
    Ok(())
}

/// The unit does not answer to this code any more: it was another unit's.
pub fn forget_alias(tx: &mut Conn, unit_id: i64, code: &str) -> StoreResult<()> {
    sql("DELETE FROM unit_alias WHERE unit_id = $1 AND code = $2").bind(unit_id).bind(code).execute(tx)?;
    Ok(())
}

/// Adds another code the unit answers to once a second person confirmed it.
pub fn add_alias(
    tx: &mut Conn,
    unit_id: i64,
    code: &str,
    reason: &str,
    by: Option<i64>,
    confirmed_by: Option<i64>,
    now: DateTime<Utc>,
) -> StoreResult<()> {
    sql("INSERT INTO unit_alias (unit_id, code, reason, created_by, confirmed_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(unit_id)
        .bind(code)
        .bind(reason)
        .bind(by)
        .bind(confirmed_by)
        .bind(now)
        .execute(tx)?;
    Ok(())
}
