//! Instruments and their checks.

use crate::domain::actor::Scope;
use crate::domain::place::PlaceKind;
use crate::domain::stock::{Condition, InstrumentCheck};
use crate::row;
use crate::store::sql::{Conn, Filters, sql};
use crate::store::{StoreResult, scope};
use chrono::{DateTime, Utc};

row! {
    /// An instrument with its latest check.
    pub struct InstrumentRow {
        /// Id of the unit.
        pub id: i64,
        /// Serial.
        pub serial: String,
        /// Part number.
        pub part_no: String,
        /// Part name in Chinese.
        pub part_name: String,
        /// Part name in English.
        pub part_name_en: String,
        /// Condition.
        pub condition: Condition,
        /// Place code.
        pub place: String,
        /// Kind of place.
        pub place_kind: PlaceKind,
        /// Depot code; none outside depots.
        pub depot: Option<String>,
        /// Days a check is good for.
        pub check_every_days: Option<i64>,
        /// When it was checked last.
        pub checked_at: Option<DateTime<Utc>>,
        /// Whether it passed then.
        pub passed: Option<bool>,
        /// Number of the certificate of that check.
        pub certificate: Option<String>,
        /// Who checked it, by sign-in name; none where the program did.
        pub checked_by: Option<String>,
    }

    /// One check.
    pub struct CheckRow {
        /// Id.
        pub id: i64,
        /// When it was checked.
        pub checked_at: DateTime<Utc>,
        /// Whether it passed.
        pub passed: bool,
        /// Number of the certificate; empty for none.
        pub certificate: String,
        /// What was found.
        pub note: String,
        /// Who checked it, by sign-in name; none where the program did.
        pub checked_by: Option<String>,
        /// When it was recorded.
        pub recorded_at: DateTime<Utc>,
    }
}

impl InstrumentRow {
    /// What is known of its checks.
    #[must_use]
    pub fn check(&self) -> InstrumentCheck {
        InstrumentCheck { every_days: self.check_every_days, last: self.checked_at.zip(self.passed) }
    }
}

const SELECT: &str = "SELECT u.id, u.serial, p.part_no, p.name AS part_name, p.name_en AS part_name_en, u.condition, l.code AS place, \
     l.kind AS place_kind, d.code AS depot, p.check_every_days, k.checked_at, k.passed, k.certificate, a.username AS checked_by \
     FROM part p JOIN unit u ON u.part_id = p.id JOIN place l ON l.id = u.place_id LEFT JOIN depot d ON d.id = u.depot_id \
     LEFT JOIN instrument_check k ON k.id = (SELECT MAX(c.id) FROM instrument_check c WHERE c.unit_id = u.id) \
     LEFT JOIN app_user a ON a.id = k.checked_by WHERE p.class = 'instrument'";

/// Every instrument there is that the reader may see, in a depot or with somebody, by id. A company has some hundreds.
pub fn list(conn: &mut Conn, reader: &Scope) -> StoreResult<Vec<InstrumentRow>> {
    let mut filters = Filters::default();
    // What was handed out is still the business of the depot it was handed out from.
    let depot = "COALESCE(u.depot_id, (SELECT m.depot_from_id FROM movement m WHERE m.unit_id = u.id AND m.depot_from_id IS NOT NULL \
         ORDER BY m.id DESC LIMIT 1))";
    if let Some((clause, user)) = scope::depots(reader, depot) {
        filters.and(&clause, user);
    }
    let text = format!(
        "{SELECT} AND l.kind NOT IN ('opening', 'supplier', 'consumed', 'lost', 'scrap'){} ORDER BY u.id",
        filters.text()
    );
    Ok(filters.into_sql(text).load(conn)?)
}

/// The instrument that is this unit; none where it is none.
pub fn by_unit(conn: &mut Conn, unit_id: i64) -> StoreResult<Option<InstrumentRow>> {
    let mut filters = Filters::default();
    filters.and("u.id = ?", unit_id);
    let text = format!("{SELECT}{}", filters.text());
    Ok(filters.into_sql(text).load(conn)?.pop())
}

/// Whether this part is an instrument.
pub fn is_instrument(conn: &mut Conn, part_no: &str) -> StoreResult<bool> {
    Ok(sql("SELECT COUNT(*) AS value FROM part WHERE part_no = $1 AND class = 'instrument'")
        .bind(part_no)
        .number(conn)?
        == 1)
}

/// A check to write down.
pub struct NewCheck<'a> {
    /// Unit.
    pub unit_id: i64,
    /// When it was checked.
    pub checked_at: DateTime<Utc>,
    /// Whether it passed.
    pub passed: bool,
    /// Number of the certificate; empty for none.
    pub certificate: &'a str,
    /// What was found.
    pub note: &'a str,
    /// Who checked it.
    pub checked_by: Option<i64>,
    /// When it is recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Writes a check down.
pub fn insert_check(tx: &mut Conn, new: &NewCheck<'_>) -> StoreResult<()> {
    sql("INSERT INTO instrument_check (unit_id, checked_at, passed, certificate, note, checked_by, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(new.unit_id)
    .bind(new.checked_at)
    .bind(new.passed)
    .bind(new.certificate)
    .bind(new.note)
    .bind(new.checked_by)
    .bind(new.recorded_at)
    .execute(tx)?;
    Ok(())
}

/// The checks of a unit before check `before_id`, the latest first: at most `limit`.
pub fn checks(conn: &mut Conn, unit_id: i64, before_id: i64, limit: i64) -> StoreResult<Vec<CheckRow>> {
    Ok(sql(
        "SELECT k.id, k.checked_at, k.passed, k.certificate, k.note, a.username AS checked_by, k.recorded_at \
         FROM instrument_check k LEFT JOIN app_user a ON a.id = k.checked_by \
         WHERE k.unit_id = $1 AND k.id < $2 ORDER BY k.id DESC LIMIT $3",
    )
    .bind(unit_id)
    .bind(before_id)
    .bind(limit)
    .load(conn)?)
}
