//! Counting stock: every thing seen is held against the ledger at that moment; what is missing or too much is booked when a
//! second person approves (PRODUCT "Count differences").

mod stand_out;
mod take_back;

use self::stand_out::{is_no_label, stand_out};
use crate::app::goods::{Item, resolve};
use crate::app::{AppResult, Ctx, audit, depots, places};
use crate::domain::actor::{Actor, DepotRef, Permission};
use crate::domain::calendar::Zone;
use crate::domain::count::{CountState, CountVerdict, DifferenceOf};
use crate::domain::fields::{Fields, code_of};
use crate::domain::place::PlaceRef;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::{
    Condition, Move, MoveState, MovementKind, Owner, Posting, QUANTITY_MAX, Stand, Subject, Tracking,
    decide_movement,
};
use crate::store::counts::{self, NewCountScan};
use crate::store::movements::{MovementFilter, MovementRow};
use crate::store::{self, Conn, StoreError, data_answers, ledger, movements, rmas, stock, units};
use chrono::{DateTime, Datelike, Utc};

pub use take_back::take_back;

pub use crate::store::counts::{CountRow, CountScanRow, UncountedRow};
pub use crate::store::units::UnitRow;

/// At most so many things in one request.
const SCANS_MAX: usize = 500;

/// A thing somebody sees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Serial as scanned.
    pub serial: Option<String>,
    /// Part number.
    pub part_no: Option<String>,
    /// How many of a quantity part: all there are at the place; nothing is a number too.
    pub quantity: Option<i64>,
    /// Condition of a quantity; good when not said.
    pub condition: Option<Condition>,
}

/// What was noted of a thing.
#[derive(Debug, Clone)]
pub struct Noted {
    /// What the ledger says of it.
    pub scan: CountScanRow,
    /// It was noted before in this count: it counts once.
    pub again: bool,
}

/// A count with what it covers.
#[derive(Debug, Clone)]
pub struct CountView {
    /// Head.
    pub row: CountRow,
    /// Codes of the places it covers.
    pub places: Vec<String>,
    /// What was seen, in order; of what was seen again, the last time.
    pub scans: Vec<CountScanRow>,
    /// What it booked, oldest first.
    pub movements: Vec<MovementRow>,
}

/// Something the books have otherwise.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What it is.
    pub of: DifferenceOf,
    /// Part number.
    pub part_no: String,
    /// Serial.
    pub serial: Option<String>,
    /// Condition.
    pub condition: Condition,
    /// Where it was seen, or where the books have what nobody saw.
    pub place: String,
    /// Where the books have it.
    pub book_place: String,
    /// What the books had.
    pub booked: i64,
    /// What was seen.
    pub counted: i64,
    posting: Posting,
}

/// What approving a count would book, and what it would not.
#[derive(Debug, Clone, Default)]
pub struct Variance {
    /// To be booked.
    pub differences: Vec<Difference>,
    /// Quantities nobody counted: nothing is booked for them.
    pub uncounted: Vec<UncountedRow>,
    /// Units of others that nobody saw: nothing is booked for them, the approval opens an exception for each.
    pub not_seen: Vec<UnitRow>,
    /// Seen here and on the books elsewhere, or not at all.
    pub exceptions: Vec<CountScanRow>,
}

/// Opens a count of a depot, or of some of its bins.
pub fn open(tx: &mut Conn, ctx: &Ctx, depot: &str, bins: &[String]) -> AppResult<CountView> {
    let mut f = Fields::new();
    let found = depots::in_field(tx, &mut f, "depot", depot)?;
    f.finish()?;
    let found = found.ok_or_else(|| Refusal::field("depot", "required"))?;
    let depot = DepotRef { id: found.id, code: found.code };
    ctx.actor.may_in(Permission::MoveStock, &depot)?;
    let all = store::places::of_depot(tx, depot.id)?;
    let covered: Vec<i64> = if bins.is_empty() {
        all.iter().map(|place| place.id).collect()
    } else {
        let mut ids = vec![];
        for (at, bin) in bins.iter().enumerate() {
            let place = covered_place(tx, &depot, &format!("bins[{at}]"), Some(bin))?;
            if !ids.contains(&place.id) {
                ids.push(place.id);
            }
        }
        ids
    };
    let year = Zone::default().local_date(ctx.now).year();
    let number = format!("PD-{year}-{:06}", rmas::next_number(tx, &format!("PD-{year}"))?);
    counts::insert(tx, &number, depot.id, &covered, ctx.actor.id(), ctx.now)?;
    let detail = format!("{} {} place(s)", depot.code, covered.len());
    audit::record(tx, ctx, "count.open", &format!("count:{number}"), &detail)?;
    view(tx, ctx, &number)
}

/// A place of this depot; the depot itself when no bin is said.
fn covered_place(tx: &mut Conn, depot: &DepotRef, field: &str, bin: Option<&str>) -> AppResult<PlaceRef> {
    let Some(bin) = bin.map(str::trim).filter(|bin| !bin.is_empty()) else {
        return places::find(tx, &depot.code);
    };
    let code = match bin {
        bin if bin.contains('/') || code_of(bin) == depot.code => bin.to_owned(),
        bin => format!("{}/{bin}", depot.code),
    };
    let place = places::in_field(tx, field, &code)?;
    if place.depot.as_ref() == Some(depot) {
        return Ok(place);
    }
    Err(Refusal::field(field, "other_depot").into())
}

fn find(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<CountRow> {
    let number = code_of(number);
    let found = counts::by_number(conn, &ctx.actor.scope(), &number)?;
    Ok(found.ok_or_else(|| Refusal::not_found("count", number))?)
}

fn find_open(conn: &mut Conn, ctx: &Ctx, number: &str, action: &str) -> AppResult<CountRow> {
    let row = find(conn, ctx, number)?;
    ctx.actor.may_in(Permission::MoveStock, &row.depot_ref())?;
    if row.state != CountState::Open {
        let (action, state) = (action.to_owned(), row.state.to_string());
        return Err(Refusal::ActionNotAllowed { action, state }.into());
    }
    Ok(row)
}

/// A count the reader may see.
pub fn view(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<CountView> {
    ctx.actor.may(Permission::ReadStock)?;
    let row = find(conn, ctx, number)?;
    let filter = MovementFilter { document: Some(row.number.clone()), ..MovementFilter::default() };
    let mut booked = movements::list(conn, &ctx.actor.scope(), &filter, i64::MAX, 1_000)?;
    booked.reverse();
    Ok(CountView {
        places: counts::places(conn, row.id)?,
        scans: counts::scans(conn, row.id)?,
        movements: booked,
        row,
    })
}

/// Counts the reader may see, newest first.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    state: Option<CountState>,
    depot: Option<&str>,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<CountRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(counts::list(conn, &ctx.actor.scope(), state, depot, before_id, limit)?)
}

/// Notes what is seen at a place, each against the ledger at this moment. Seen again, it replaces what was seen before.
pub fn see(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    bin: Option<&str>,
    seen: &[Seen],
) -> AppResult<Vec<Noted>> {
    let row = find_open(tx, ctx, number, "count")?;
    if seen.is_empty() || seen.len() > SCANS_MAX {
        let error = FieldError::new("items", "count_out_of_range");
        return Err(Refusal::Invalid(vec![error.with("max", SCANS_MAX).with("count", seen.len())]).into());
    }
    let place = covered_place(tx, &row.depot_ref(), "bin", bin)?;
    if !counts::places(tx, row.id)?.contains(&place.code) {
        return Err(Refusal::NotInCount { place: place.code, number: row.number }.into());
    }
    if row.done_at.is_some() {
        counts::set_done(tx, row.id, None)?;
    }
    let mut noted = Vec::with_capacity(seen.len());
    for (at, thing) in seen.iter().enumerate() {
        let (id, again) = one(tx, ctx, &row, &place, &format!("items[{at}]"), thing)?;
        noted.extend(counts::scan_by_id(tx, id)?.map(|scan| Noted { scan, again }));
    }
    Ok(noted)
}

fn one(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &CountRow,
    place: &PlaceRef,
    field: &str,
    seen: &Seen,
) -> AppResult<(i64, bool)> {
    if seen.serial.as_deref().is_none_or(|serial| serial.trim().is_empty()) {
        return lot(tx, ctx, row, place, field, seen);
    }
    let item = Item { part_no: seen.part_no.clone(), serial: seen.serial.clone(), quantity: seen.quantity };
    let goods = resolve(tx, field, &item)?;
    let code = goods.serial.clone().unwrap_or_default();
    let part_id = goods.part.as_ref().map(|part| part.id);
    if goods.unit.is_none() {
        is_no_label(tx, row, field, &code)?;
    }
    let verdict = match &goods.unit {
        None => CountVerdict::Unknown,
        Some(unit) if unit.place_id == place.id => CountVerdict::Here,
        // What is not ours is put right by the one who answers for it, never by a count.
        Some(unit) if unit.depot_id == Some(row.depot_id) && unit.owner == Owner::Us => {
            CountVerdict::OtherBin
        }
        Some(_) => CountVerdict::Elsewhere,
    };
    let exception_id = match verdict {
        CountVerdict::Elsewhere | CountVerdict::Unknown => {
            Some(stand_out(tx, ctx, row, &code, part_id, goods.unit.as_ref())?)
        }
        _ => None,
    };
    let unit = goods.unit.as_ref();
    let new = NewCountScan {
        count_id: row.id,
        place_id: place.id,
        code: &code,
        part_id,
        unit_id: unit.map(|unit| unit.id),
        condition: unit.map_or(Condition::Quarantined, |unit| unit.condition),
        counted: 1,
        booked: i64::from(verdict == CountVerdict::Here),
        book_place: unit.map_or("", |unit| unit.place.as_str()),
        verdict,
        exception_id,
        by: ctx.actor.id(),
        now: ctx.now,
    };
    Ok(counts::put_scan(tx, &new)?)
}

fn lot(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &CountRow,
    place: &PlaceRef,
    field: &str,
    seen: &Seen,
) -> AppResult<(i64, bool)> {
    let part_no = code_of(seen.part_no.as_deref().unwrap_or_default());
    let part = stock::part_ref(tx, &part_no)?
        .ok_or_else(|| Refusal::field(format!("{field}.part_no"), "unknown_part"))?;
    if part.tracking == Tracking::Serial {
        return Err(Refusal::field(format!("{field}.serial"), "required").into());
    }
    let mut f = Fields::new();
    let counted = match seen.quantity {
        Some(quantity) => f.number(&format!("{field}.quantity"), quantity, 0..=QUANTITY_MAX),
        None => {
            f.fault(format!("{field}.quantity"), "required");
            0
        }
    };
    f.finish()?;
    let condition = seen.condition.unwrap_or(Condition::Good);
    let booked = counts::booked(tx, place.id, part.id, condition)?;
    let new = NewCountScan {
        count_id: row.id,
        place_id: place.id,
        code: &part.part_no,
        part_id: Some(part.id),
        unit_id: None,
        condition,
        counted,
        booked,
        book_place: &place.code,
        verdict: CountVerdict::Quantity,
        exception_id: None,
        by: ctx.actor.id(),
        now: ctx.now,
    };
    Ok(counts::put_scan(tx, &new)?)
}

/// What approving the count now would book. Differences only for what is ours in this depot.
pub fn variance(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<Variance> {
    ctx.actor.may(Permission::ReadStock)?;
    let row = find(conn, ctx, number)?;
    let scans = counts::scans(conn, row.id)?;
    if row.state != CountState::Open {
        let exceptions = scans.into_iter().filter(|scan| scan.exception_id.is_some()).collect();
        return Ok(Variance { exceptions, ..Variance::default() });
    }
    let lost = places::find(conn, "lost")?;
    let unseen = counts::unseen(conn, &row, true)?;
    let mut differences: Vec<_> = unseen.iter().map(|unit| missing(ctx, &row, &lost, unit)).collect();
    for scan in &scans {
        match scan.verdict {
            CountVerdict::OtherBin => differences.extend(displaced(conn, ctx, &row, scan)?),
            CountVerdict::Quantity => differences.extend(miscounted(conn, ctx, &row, &lost, scan)?),
            CountVerdict::Here | CountVerdict::Elsewhere | CountVerdict::Unknown => {}
        }
    }
    let uncounted = counts::uncounted(conn, row.id)?;
    let exceptions = scans.into_iter().filter(|scan| scan.exception_id.is_some()).collect();
    Ok(Variance { differences, uncounted, not_seen: counts::unseen(conn, &row, false)?, exceptions })
}

fn command(row: &CountRow, kind: MovementKind, quantity: i64, condition: Option<Condition>) -> Move {
    Move {
        kind,
        quantity,
        condition_from: condition,
        condition_to: None,
        owner_to: None,
        reason: row.number.clone(),
        document: row.number.clone(),
        occurred_at: None,
    }
}

/// What a movement by the rules would be, whoever reads the variance: the approval checks the right. What they refuse is said: a
/// difference that cannot be booked is one all the same.
fn posting(ctx: &Ctx, state: &MoveState, command: &Move) -> AppResult<Posting> {
    Ok(decide_movement(&Actor::system("count"), state, command, ctx.now)?)
}

fn missing(ctx: &Ctx, row: &CountRow, lost: &PlaceRef, unit: &UnitRow) -> Difference {
    let state = unit.state();
    let to = Stand { place: lost.clone(), ..state.stand() };
    let (part, subject) = (unit.part_ref(), Subject::of(&state));
    let at = ctx.not_before(unit.last_moved_at).now;
    let posting = Posting::of_one(MovementKind::Adjust, part, subject, state.stand(), to, at);
    Difference {
        of: DifferenceOf::Missing,
        part_no: unit.part_no.clone(),
        serial: Some(unit.serial.clone()),
        condition: unit.condition,
        place: unit.place.clone(),
        book_place: unit.place.clone(),
        booked: 1,
        counted: 0,
        posting: Posting { reason: row.number.clone(), ..posting.under(&row.number) },
    }
}

/// A unit of ours seen in another bin, unless it moved since.
fn displaced(
    conn: &mut Conn,
    ctx: &Ctx,
    row: &CountRow,
    scan: &CountScanRow,
) -> AppResult<Option<Difference>> {
    let unit = match scan.unit_id {
        None => None,
        Some(id) => units::by_id(conn, id)?,
    };
    let stays = |unit: &UnitRow| unit.place == scan.book_place && unit.owner == Owner::Us;
    let Some(unit) = unit.filter(stays) else { return Ok(None) };
    let state = MoveState {
        part: unit.part_ref(),
        serial: Some(unit.serial.clone()),
        from: unit.place_ref(),
        to: places::find(conn, &scan.place)?,
        unit: Some(unit.state()),
        data_left: data_answers::left(conn, unit.id)?,
        bound: None,
    };
    let ctx = &ctx.not_before(unit.last_moved_at);
    let posting = posting(ctx, &state, &command(row, MovementKind::Move, 1, None))?;
    Ok(Some(Difference {
        of: DifferenceOf::OtherBin,
        part_no: unit.part_no,
        serial: Some(unit.serial),
        condition: unit.condition,
        place: scan.place.clone(),
        book_place: unit.place,
        booked: 0,
        counted: 1,
        posting,
    }))
}

/// A quantity that differed from the ledger when it was counted; what moved since is not its matter.
fn miscounted(
    conn: &mut Conn,
    ctx: &Ctx,
    row: &CountRow,
    lost: &PlaceRef,
    scan: &CountScanRow,
) -> AppResult<Option<Difference>> {
    let by = scan.counted - scan.booked;
    let part_no = scan.part_no.clone().unwrap_or_default();
    let Some(part) = stock::part_ref(conn, &part_no)?.filter(|_| by != 0) else { return Ok(None) };
    let place = places::find(conn, &scan.place)?;
    let (from, to) = if by > 0 { (lost.clone(), place) } else { (place, lost.clone()) };
    let state = MoveState { part, serial: None, unit: None, from, to, data_left: None, bound: None };
    let adjust = command(row, MovementKind::Adjust, by.abs(), Some(scan.condition));
    let posting = posting(ctx, &state, &adjust)?;
    Ok(Some(Difference {
        of: DifferenceOf::Quantity,
        part_no,
        serial: None,
        condition: scan.condition,
        place: scan.place.clone(),
        book_place: scan.book_place.clone(),
        booked: scan.booked,
        counted: scan.counted,
        posting,
    }))
}

/// Whether somebody else opened the count and saw everything in it, also what was seen again by others since.
pub fn is_second(conn: &mut Conn, ctx: &Ctx, row: &CountRow) -> AppResult<bool> {
    let Some(own) = ctx.actor.id() else { return Ok(true) };
    Ok(row.opened_by_id != Some(own) && !counts::has_counted(conn, row.id, own)?)
}

/// Says that everything was seen: the count waits for the second person. A further scan takes it back.
pub fn done(tx: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<CountView> {
    let row = find_open(tx, ctx, number, "done")?;
    if row.done_at.is_none() {
        counts::set_done(tx, row.id, Some((ctx.actor.id(), ctx.now)))?;
        audit::record(tx, ctx, "count.done", &format!("count:{}", row.number), "")?;
    }
    view(tx, ctx, number)
}

/// How many counts the reader may see wait for the second person.
pub fn waiting(conn: &mut Conn, ctx: &Ctx) -> AppResult<i64> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(counts::waiting(conn, &ctx.actor.scope())?)
}

/// Books the differences. Whoever counted does not approve.
pub fn approve(tx: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<CountView> {
    let row = find_open(tx, ctx, number, "approve")?;
    ctx.actor.may_in(Permission::CorrectStock, &row.depot_ref())?;
    if !is_second(tx, ctx, &row)? {
        return Err(Refusal::SecondPersonNeeded { username: ctx.actor.username.clone() }.into());
    }
    let found = variance(tx, ctx, number)?;
    let postings: Vec<Posting> = found.differences.into_iter().map(|difference| difference.posting).collect();
    let ctx = &ctx.not_before(latest(&postings).unwrap_or(ctx.now));
    ledger::post(tx, &postings, ctx.actor.id(), ctx.now)?;
    stand_out::not_seen(tx, ctx, &row, &found.not_seen)?;
    finish(tx, ctx, &row, CountState::Approved, &format!("{} difference(s)", postings.len()))?;
    view(tx, ctx, number)
}

/// When the last of them happened; none of none.
fn latest(postings: &[Posting]) -> Option<DateTime<Utc>> {
    postings.iter().map(|posting| posting.occurred_at).max()
}

/// Calls a count off; nothing is booked.
pub fn cancel(tx: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<CountView> {
    let row = find_open(tx, ctx, number, "cancel")?;
    finish(tx, ctx, &row, CountState::Cancelled, "")?;
    view(tx, ctx, number)
}

fn finish(tx: &mut Conn, ctx: &Ctx, row: &CountRow, state: CountState, detail: &str) -> AppResult<()> {
    if !counts::end(tx, row.id, state, ctx.actor.id(), ctx.now)? {
        return Err(StoreError::raced("a count ended a moment ago").into());
    }
    audit::record(tx, ctx, &format!("count.{state}"), &format!("count:{}", row.number), detail)
}
