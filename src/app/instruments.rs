//! Instruments: where each is and with whom, and whether it was checked in time (decision 0035).

use crate::app::stock::{find_unit, unit};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::dated_back;
use crate::domain::fields::{Fields, LONG_MAX, NUMBER_MAX};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{CheckState, rfc3339};
use crate::store::instruments;
use crate::store::units::UnitRow;
use crate::store::{Conn, StoreError, units};
use chrono::{DateTime, NaiveDate, Utc};

pub use crate::store::instruments::{CheckRow, InstrumentRow};

/// An instrument, and how it stands today.
#[derive(Debug, Clone)]
pub struct Instrument {
    /// The row.
    pub row: InstrumentRow,
    /// How it stands with its checks.
    pub state: CheckState,
    /// The last day it may be used on.
    pub due_on: Option<NaiveDate>,
}

/// Which instruments to list; what is not said narrows nothing.
#[derive(Debug, Clone, Default)]
pub struct InstrumentFilter {
    /// Only those that stand so.
    pub states: Vec<CheckState>,
    /// Only those in this depot, by its code.
    pub depot: Option<String>,
    /// Only those at this place: `engineer:li`.
    pub place: Option<String>,
}

/// A check somebody made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MadeCheck {
    /// Part number, when several units share the serial.
    pub part_no: Option<String>,
    /// Whether it is fit for use.
    pub passed: bool,
    /// When it was checked; now when not said.
    pub checked_at: Option<DateTime<Utc>>,
    /// Number of the certificate.
    pub certificate: String,
    /// What was found; what failed must be said.
    pub note: String,
}

fn standing(ctx: &Ctx, row: InstrumentRow) -> Instrument {
    let check = row.check();
    let state = check.state(Zone::default().local_date(ctx.now));
    Instrument { state, due_on: check.due_on(), row }
}

/// The instruments the reader may see, by id. Refuses with `forbidden`.
pub fn list(conn: &mut Conn, ctx: &Ctx, filter: &InstrumentFilter) -> AppResult<Vec<Instrument>> {
    ctx.actor.may(Permission::ReadStock)?;
    let all = instruments::list(conn, &ctx.actor.scope())?.into_iter().map(|row| standing(ctx, row));
    Ok(all
        .filter(|one| filter.states.is_empty() || filter.states.contains(&one.state))
        .filter(|one| filter.depot.is_none() || one.row.depot == filter.depot)
        .filter(|one| filter.place.as_ref().is_none_or(|place| one.row.place == *place))
        .collect())
}

/// The instruments somebody should check: those that failed, are due or soon will be, the most urgent first.
pub fn to_check(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<Instrument>> {
    let states = vec![CheckState::Failed, CheckState::Due, CheckState::Soon];
    let mut found = list(conn, ctx, &InstrumentFilter { states, ..InstrumentFilter::default() })?;
    found.sort_by_key(urgency);
    Ok(found)
}

/// What comes first in a list: what may not be used, then what has to be checked first.
#[must_use]
pub fn urgency(one: &Instrument) -> (CheckState, Option<NaiveDate>, i64) {
    (one.state, one.due_on, one.row.id)
}

/// The instrument that is this unit, and its checks before check `before_id`, the latest first; none where it is a spare.
pub fn of_unit(
    conn: &mut Conn,
    ctx: &Ctx,
    unit_id: i64,
    before_id: i64,
    limit: i64,
) -> AppResult<Option<(Instrument, Vec<CheckRow>)>> {
    let Some(row) = instruments::by_unit(conn, unit_id)? else { return Ok(None) };
    Ok(Some((standing(ctx, row), instruments::checks(conn, unit_id, before_id, limit)?)))
}

/// The checks of an instrument the reader may see, the latest first: those before check `before_id`, at most `limit`.
///
/// # Errors
/// `not_found`, `serial_ambiguous`; `not_an_instrument` for a spare.
pub fn checks(
    conn: &mut Conn,
    ctx: &Ctx,
    serial: &str,
    part_no: Option<&str>,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<CheckRow>> {
    let unit = unit(conn, ctx, serial, part_no)?;
    let found = of_unit(conn, ctx, unit.id, before_id, limit)?;
    let (_, checks) = found.ok_or(Refusal::NotAnInstrument { serial: unit.serial })?;
    Ok(checks)
}

/// Who may write a check down: those who move stock or repair, in the depot it stands in.
///
/// # Errors
/// `forbidden`, and `not_your_depot` for a unit in another's depot.
pub fn may_check(ctx: &Ctx, unit: &UnitRow) -> Result<(), Refusal> {
    let moves = ctx.actor.may(Permission::MoveStock).is_ok();
    let permission = if moves { Permission::MoveStock } else { Permission::Repair };
    match unit.place_ref().depot {
        Some(depot) => ctx.actor.may_in(permission, &depot),
        None => ctx.actor.may(permission),
    }
}

/// Writes down that an instrument was checked.
///
/// # Errors
/// `forbidden`, `not_your_depot`, `not_found`, `not_an_instrument`, `in_the_future`, `before_the_books`, `before_previous_step` for a check before the
/// latest one, and 422.
pub fn record(tx: &mut Conn, ctx: &Ctx, serial: &str, made: &MadeCheck) -> AppResult<Instrument> {
    ctx.actor.may(Permission::ReadStock)?;
    let unit = find_unit(tx, serial, made.part_no.as_deref())?;
    may_check(ctx, &unit)?;
    let mut f = Fields::new();
    let certificate = f.text("certificate", &made.certificate, NUMBER_MAX);
    let note = f.text("note", &made.note, LONG_MAX);
    if !made.passed && note.is_empty() {
        f.fault("note", "required");
    }
    f.finish()?;
    let Some(before) = instruments::by_unit(tx, unit.id)? else {
        return Err(Refusal::NotAnInstrument { serial: unit.serial }.into());
    };
    let checked_at = made.checked_at.unwrap_or(ctx.now);
    dated_back::on_the_books(checked_at, ctx.now)?;
    if let Some(previous) = before.checked_at.filter(|previous| checked_at < *previous) {
        let (occurred_at, previous) = (rfc3339(checked_at), rfc3339(previous));
        return Err(Refusal::BeforePreviousStep { occurred_at, previous }.into());
    }
    // Nobody hands it out in the same moment on the word of the check before.
    if !units::lock(tx, unit.id, unit.version)? {
        return Err(StoreError::raced("a unit changed a moment ago").into());
    }
    let new = instruments::NewCheck {
        unit_id: unit.id,
        checked_at,
        passed: made.passed,
        certificate: &certificate,
        note: &note,
        checked_by: ctx.actor.id(),
        recorded_at: ctx.now,
    };
    instruments::insert_check(tx, &new)?;
    let detail = format!("{} {certificate} {note}", if made.passed { "passed" } else { "failed" });
    audit::record(tx, ctx, "instrument.check", &format!("unit:{}", unit.serial), detail.trim())?;
    let after = instruments::by_unit(tx, unit.id)?;
    Ok(standing(ctx, after.ok_or_else(|| Refusal::not_found("unit", &unit.serial))?))
}
