//! Looking things up: units, their history, balances now and as of a day.

use crate::app::repair::warranty_of;
use crate::app::stock::flags::{UnitFlag, flags_of};
use crate::app::{AppResult, Ctx, Error};
use crate::domain::actor::{Actor, Permission, Scope};
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::refusal::Refusal;
use crate::domain::repair::Warranty;
use crate::domain::serial::Serial;
use crate::domain::stock::{PartRef, Suggestion, rfc3339, suggest};
use crate::store::as_of::{StockAsOfRow, Then, UnitThenRow};
use crate::store::movements::{MovementFilter, MovementRow};
use crate::store::stock::{HeldRow, PlacedRow, StockFilter, StockKey, StockRow};
use crate::store::units::{UnitFilter, UnitRow};
use crate::store::{Conn, as_of, instruments, movements, stock, units};

/// The one unit a scanned or typed code means. Ambiguous serials are refused with the choices.
pub fn find_unit(conn: &mut Conn, code: &str, part_no: Option<&str>) -> AppResult<UnitRow> {
    find_among(conn, code, part_no, |_| true)
}

fn find_among(
    conn: &mut Conn,
    code: &str,
    part_no: Option<&str>,
    is_known: impl Fn(&UnitRow) -> bool,
) -> AppResult<UnitRow> {
    let serial = Serial::parse(code).map_err(|_| Refusal::not_found("unit", code))?;
    let mut found = units::by_serial(conn, serial.as_str())?;
    found.retain(is_known);
    if let Some(part_no) = part_no {
        let part_no = crate::domain::fields::code_of(part_no);
        found.retain(|unit| unit.part_no == part_no);
    }
    only_one(found, serial.as_str())
}

/// A code that names another unit of this maker or part than `own` would make every scan ambiguous: one code, one thing.
///
/// # Errors
/// `serial_elsewhere`, with where the other one is.
pub(in crate::app) fn free_for(tx: &mut Conn, part: &PartRef, own: Option<i64>, code: &str) -> AppResult<()> {
    let is_other = |other: &UnitRow| {
        let same_maker = other.maker == part.maker && !part.maker.is_empty();
        own != Some(other.id) && (other.part_id == part.id || same_maker)
    };
    match units::by_serial(tx, code)?.into_iter().find(is_other) {
        None => Ok(()),
        Some(other) => Err(Refusal::SerialElsewhere { serial: code.to_owned(), place: other.place }.into()),
    }
}

/// The one unit of those a code may mean.
pub(in crate::app) fn only_one(mut found: Vec<UnitRow>, serial: &str) -> AppResult<UnitRow> {
    if found.iter().any(|unit| !unit.taken_back) {
        // What entered by mistake makes nothing else ambiguous.
        found.retain(|unit| !unit.taken_back);
    }
    if found.len() > 1 {
        let choices = found.iter().map(|unit| unit.part_no.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Refusal::SerialAmbiguous { serial: serial.to_owned(), choices }.into());
    }
    Ok(found.pop().ok_or_else(|| Refusal::not_found("unit", serial))?)
}

/// A unit the reader may see.
pub fn unit(conn: &mut Conn, ctx: &Ctx, serial: &str, part_no: Option<&str>) -> AppResult<UnitRow> {
    ctx.actor.may(Permission::ReadStock)?;
    let found = find_among(conn, serial, part_no, |unit| is_visible(&ctx.actor, unit));
    let (Err(Error::Refused(Refusal::NotFound { .. })), scope @ Scope::Depots { .. }) =
        (&found, ctx.actor.scope())
    else {
        return found;
    };
    // An instrument handed out from one of the reader's depots is listed to them, wherever it is.
    let handed_out = instruments::list(conn, &scope)?;
    find_among(conn, serial, part_no, |unit| handed_out.iter().any(|one| one.id == unit.id))
}

/// Whether the unit is in this reader's scope: for who reads the own depots only, whether it is in one of them.
pub(super) fn is_visible(actor: &Actor, unit: &UnitRow) -> bool {
    match actor.scope() {
        Scope::All => true,
        Scope::Depots { .. } => {
            unit.depot_id.is_some_and(|id| actor.depots.iter().any(|depot| depot.id == id))
        }
        Scope::Customers { .. } => false,
    }
}

/// A unit with what else is known of it.
#[derive(Debug, Clone)]
pub struct UnitDetails {
    /// The unit.
    pub unit: UnitRow,
    /// Other codes it answers to, oldest first.
    pub aliases: Vec<String>,
    /// Number of its open RMA.
    pub open_rma: Option<String>,
    /// What to know before touching it.
    pub flags: Vec<UnitFlag>,
    /// The warranty on it, where we delivered it and it is the customer's.
    pub warranty: Option<Warranty>,
}

/// A unit the reader may see, with its other codes and its open RMA.
pub fn unit_details(
    conn: &mut Conn,
    ctx: &Ctx,
    serial: &str,
    part_no: Option<&str>,
) -> AppResult<UnitDetails> {
    let unit = unit(conn, ctx, serial, part_no)?;
    let aliases = units::aliases(conn, unit.id)?;
    let open_rma = stock::open_rma_of(conn, &unit.identity)?;
    let flags = flags_of(conn, ctx, std::slice::from_ref(&unit))?.remove(&unit.id).unwrap_or_default();
    let warranty = warranty_of(conn, unit.id)?;
    Ok(UnitDetails { unit, aliases, open_rma, flags, warranty })
}

/// Everything that happened to a unit, newest first.
pub fn history(
    conn: &mut Conn,
    ctx: &Ctx,
    serial: &str,
    part_no: Option<&str>,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<MovementRow>> {
    let unit = unit(conn, ctx, serial, part_no)?;
    let filter = MovementFilter { unit_id: Some(unit.id), ..MovementFilter::default() };
    // Who may see the unit may see its whole life.
    Ok(movements::list(conn, &Scope::All, &filter, before_id, limit)?)
}

/// Units, by id.
pub fn list_units(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &UnitFilter,
    after_id: i64,
    limit: i64,
) -> AppResult<Vec<UnitRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(units::list(conn, &ctx.actor.scope(), filter, after_id, limit)?)
}

/// Movements, newest first.
pub fn list_movements(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &MovementFilter,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<MovementRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(movements::list(conn, &ctx.actor.scope(), filter, before_id, limit)?)
}

/// Movements, newest first; of one unit when a serial is given (with the part number of the filter, where several units
/// share it).
pub fn list_movements_of(
    conn: &mut Conn,
    ctx: &Ctx,
    mut filter: MovementFilter,
    serial: Option<&str>,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<MovementRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    if let Some(serial) = serial {
        filter.unit_id = Some(unit(conn, ctx, serial, filter.part_no.as_deref())?.id);
    }
    list_movements(conn, ctx, &filter, before_id, limit)
}

/// What stands in the depots now.
pub fn list_stock(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &StockFilter,
    after: &StockKey,
    limit: i64,
) -> AppResult<Vec<StockRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(stock::list(conn, &ctx.actor.scope(), filter, after, limit)?)
}

/// How many parts are below their minimum, in this depot or in all the reader sees. At most `limit`.
pub fn count_low(conn: &mut Conn, ctx: &Ctx, depot: Option<&str>, limit: i64) -> AppResult<i64> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(stock::count_low(conn, &ctx.actor.scope(), depot, limit)?)
}

/// Counted parts at a place: none where the reader sees only what is theirs.
pub fn lots_at(conn: &mut Conn, ctx: &Ctx, place: &PlaceRef) -> AppResult<Vec<HeldRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    if ctx.actor.reads_own_only && !place.depot.as_ref().is_some_and(|depot| ctx.actor.depots.contains(depot))
    {
        return Ok(vec![]);
    }
    Ok(stock::lots_at(conn, &place.code)?)
}

/// Where a part stands in the depots the reader sees. At most `limit`.
pub fn placed(conn: &mut Conn, ctx: &Ctx, part_id: i64, limit: i64) -> AppResult<Vec<PlacedRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(stock::placed(conn, &ctx.actor.scope(), part_id, limit)?)
}

/// What stood in the depots then.
pub fn list_as_of(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &StockFilter,
    then: &Then,
    after: &StockKey,
    limit: i64,
) -> AppResult<Vec<StockAsOfRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(as_of::stock(conn, &ctx.actor.scope(), filter, then, after, limit)?)
}

/// A unit the reader may see now, and where it was then.
///
/// # Errors
/// As [`unit()`]; `not_met_yet` when the books had not met it, or only by a step that was taken back.
pub fn unit_then(
    conn: &mut Conn,
    ctx: &Ctx,
    serial: &str,
    part_no: Option<&str>,
    then: &Then,
) -> AppResult<(UnitRow, UnitThenRow)> {
    let unit = unit(conn, ctx, serial, part_no)?;
    match as_of::unit(conn, unit.id, then)?.filter(|found| found.place_kind != PlaceKind::Opening) {
        Some(found) => Ok((unit, found)),
        None => Err(Refusal::NotMetYet { serial: unit.serial, as_of: rfc3339(then.as_of()) }.into()),
    }
}

/// What to move before anything is bought, for one depot or for all: shortages against the reorder points, and who can
/// give.
pub fn suggestions(conn: &mut Conn, ctx: &Ctx, depot: Option<&str>) -> AppResult<Vec<Suggestion>> {
    ctx.actor.may(Permission::ReadStock)?;
    let mut found = suggest(&stock::levels(conn)?);
    if let Some(depot) = depot {
        found.retain(|suggestion| suggestion.to == depot || suggestion.from.as_deref() == Some(depot));
    }
    if ctx.actor.reads_own_only {
        let own = |code: &str| ctx.actor.depots.iter().any(|depot| depot.code == code);
        found.retain(|suggestion| own(&suggestion.to) || suggestion.from.as_deref().is_some_and(own));
    }
    Ok(found)
}
