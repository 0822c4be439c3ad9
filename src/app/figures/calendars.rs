//! Which calendar a promise is counted with.

use crate::app::{AppResult, Ctx};
use crate::domain::calendar::Calendar;
use crate::store::{Conn, StoreError, figures};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Calendars by version: a closed promise stays under the calendar it was counted with.
pub(in crate::app) struct Calendars {
    /// The version in force at `known_at`, for a look back.
    newest: Option<i64>,
    loaded: BTreeMap<i64, Arc<Calendar>>,
}

impl Calendars {
    /// With `newest`, no calendar newer than that version.
    pub(in crate::app) fn new(newest: Option<i64>, ctx: &Ctx) -> Calendars {
        let in_force = Arc::clone(&ctx.calendar);
        Calendars { newest, loaded: BTreeMap::from([(in_force.version(), in_force)]) }
    }

    /// The calendar of a promise that was last counted with `version`.
    pub(in crate::app) fn of(&mut self, conn: &mut Conn, version: i64) -> AppResult<Arc<Calendar>> {
        let version = self.newest.map_or(version, |newest| version.min(newest));
        if let Some(calendar) = self.loaded.get(&version) {
            return Ok(Arc::clone(calendar));
        }
        let calendar = Arc::new(load(conn, version)?);
        self.loaded.insert(version, Arc::clone(&calendar));
        Ok(calendar)
    }
}

fn load(conn: &mut Conn, version: i64) -> AppResult<Calendar> {
    let mut calendar = Calendar::builtin().clone();
    for (year, days) in figures::notices_of_version(conn, version)? {
        calendar = calendar
            .with_published_year(year, days)
            .map_err(|error| StoreError::Codec(format!("calendar {year}: {error}")))?;
    }
    Ok(calendar.with_version(version))
}
