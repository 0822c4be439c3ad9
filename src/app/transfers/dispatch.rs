//! A transfer leaves its depot: what was scanned is booked onto the road.

use super::{LINES_MAX, TransferView, find_for, head, view, write_head};
use crate::app::goods::{Goods, Item, resolve};
use crate::app::{AppResult, Ctx, audit, places};
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::place::{PlaceKind, PlaceRef, transit_code};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::{
    Condition, Move, MoveState, MovementKind, PartRef, Posting, ReservationState, decide_movement,
};
use crate::domain::transfer::{TransferState, TransferStep};
use crate::store::transfers::{self, HeadChange, NewTransferItem, TransferLineRow, TransferRow};
use crate::store::{self, Conn, ledger, reservations};

/// What leaves, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dispatch {
    /// What was put into the box.
    pub items: Vec<Item>,
    /// Carrier.
    pub carrier: String,
    /// Waybill number.
    pub tracking_no: String,
}

/// A posting with the line it serves.
struct Leaving {
    line_id: i64,
    posting: Posting,
}

/// Books what was scanned onto the road. Less than was asked for may leave; anything else than was asked for may not.
pub fn dispatch(tx: &mut Conn, ctx: &Ctx, number: &str, what: &Dispatch) -> AppResult<TransferView> {
    let row = find_for(tx, ctx, number, TransferStep::Dispatch)?;
    let mut f = Fields::new();
    let carrier = f.text("carrier", &what.carrier, NAME_MAX);
    let tracking_no = f.text("tracking_no", &what.tracking_no, NAME_MAX);
    check_count(&mut f, what.items.len());
    f.finish()?;
    let code = transit_code(&row.number);
    store::places::ensure(tx, &code, PlaceKind::Transit, None, None)?;
    let way = places::find(tx, &code)?;
    let lines = transfers::lines(tx, row.id)?;
    let leaving = decide(tx, ctx, &row, &lines, &way, &what.items)?;
    let postings: Vec<Posting> = leaving.iter().map(|leaving| leaving.posting.clone()).collect();
    let latest = postings.iter().map(|posting| posting.occurred_at).max();
    let ctx = &ctx.not_before(latest.unwrap_or(ctx.now));
    let posted = ledger::post(tx, &postings, ctx.actor.id(), ctx.now)?;
    for (leaving, posted) in leaving.iter().zip(posted) {
        let new = NewTransferItem {
            line_id: Some(leaving.line_id),
            part_id: leaving.posting.part.id,
            unit_id: posted.unit_id,
            condition: leaving.posting.to.condition,
            owner: &leaving.posting.to.owner,
            sent: leaving.posting.quantity,
            received: 0,
        };
        transfers::insert_item(tx, row.id, &new)?;
    }
    // What was held for a line of which nothing left is free again.
    let idle = lines.iter().filter(|line| leaving.iter().all(|leaving| leaving.line_id != line.id));
    for reservation in idle.filter_map(|line| line.reservation_id) {
        reservations::end(tx, reservation, ReservationState::Released, ctx.now)?;
    }
    let change = HeadChange {
        dispatched_by: ctx.actor.id(),
        transit_place_id: Some(way.id),
        parcel: Some((&carrier, &tracking_no)),
        ..head(ctx, &row, TransferState::InTransit)
    };
    write_head(tx, &change)?;
    let detail = format!("{} piece(s) {carrier} {tracking_no}", leaving.len());
    audit::record(tx, ctx, "transfer.dispatch", &format!("transfer:{}", row.number), detail.trim())?;
    view(tx, ctx, number)
}

/// 1 to [`LINES_MAX`] things at a time.
pub(super) fn check_count(f: &mut Fields, count: usize) {
    if count == 0 || count > LINES_MAX {
        let error = FieldError::new("items", "count_out_of_range");
        f.push(error.with("max", LINES_MAX).with("count", count));
    }
}

fn decide(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &TransferRow,
    lines: &[TransferLineRow],
    way: &PlaceRef,
    items: &[Item],
) -> AppResult<Vec<Leaving>> {
    let mut leaving: Vec<Leaving> = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let goods = resolve(tx, &format!("items[{at}]"), item)?;
        let Some(part) = &goods.part else { return Err(Refusal::not_found("unit", goods.name()).into()) };
        if let (Some(serial), None) = (&goods.serial, &goods.unit) {
            return Err(Refusal::not_found("unit", serial).into());
        }
        let first = leaving.iter().position(|other| {
            goods.serial.is_some()
                && other.posting.part.id == part.id
                && other.posting.subject.serial() == goods.serial.as_deref()
        });
        if let Some(first) = first {
            let (first, second) = (first.to_string(), at.to_string());
            return Err(Refusal::DuplicateInBatch { serial: goods.name(), first, second }.into());
        }
        let line = line_for(lines, &leaving, part, &goods)
            .ok_or_else(|| Refusal::NotOnTransfer { serial: goods.name(), number: row.number.clone() })?;
        leaving.extend(postings_of(tx, ctx, row, line, way, part, &goods)?);
    }
    Ok(leaving)
}

/// The line that asks for it and has room left; one that names this very unit first.
fn line_for<'l>(
    lines: &'l [TransferLineRow],
    leaving: &[Leaving],
    part: &PartRef,
    goods: &Goods,
) -> Option<&'l TransferLineRow> {
    let room = |line: &TransferLineRow| {
        let left: i64 =
            leaving.iter().filter(|out| out.line_id == line.id).map(|out| out.posting.quantity).sum();
        line.quantity - left >= goods.quantity
    };
    let named = lines
        .iter()
        .find(|line| goods.unit.as_ref().is_some_and(|unit| line.unit_id == Some(unit.id)) && room(line));
    let condition = goods.unit.as_ref().map(|unit| unit.condition);
    named.or_else(|| {
        lines.iter().find(|line| {
            line.unit_id.is_none()
                && line.part_id == part.id
                && condition.is_none_or(|condition| condition == line.condition)
                && room(line)
        })
    })
}

fn postings_of(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &TransferRow,
    line: &TransferLineRow,
    way: &PlaceRef,
    part: &PartRef,
    goods: &Goods,
) -> AppResult<Vec<Leaving>> {
    let mut sources: Vec<(PlaceRef, i64)> = vec![];
    let mut unit = goods.unit.as_ref().map(|unit| unit.state());
    if let Some(unit) = &mut unit {
        // What is held for this very line may leave by it.
        if unit.reserved.as_ref().is_some_and(|(id, _)| Some(*id) == line.reservation_id) {
            unit.reserved = None;
        }
        if unit.place.depot.as_ref().is_none_or(|depot| depot.id != row.from_depot_id) {
            let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
            return Err(Refusal::UnitElsewhere { serial, place, claimed: row.from_depot.clone() }.into());
        }
        sources.push((unit.place.clone(), 1));
    } else {
        sources = lots(tx, row, part, line.condition, goods.quantity)?;
    }
    let ctx = &ctx.not_before(unit.as_ref().map_or(ctx.now, |unit| unit.last_moved_at));
    let mut leaving = Vec::with_capacity(sources.len());
    for (from, quantity) in sources {
        let state = MoveState {
            part: part.clone(),
            serial: goods.serial.clone(),
            unit: unit.clone(),
            from,
            to: way.clone(),
            data_left: None,
            bound: None,
        };
        let mut posting =
            decide_movement(&ctx.actor, &state, &on_the_road(row, line.condition, quantity), ctx.now)?;
        posting.consumes = line.reservation_id;
        leaving.push(Leaving { line_id: line.id, posting });
    }
    Ok(leaving)
}

fn on_the_road(row: &TransferRow, condition: Condition, quantity: i64) -> Move {
    Move {
        kind: MovementKind::TransferOut,
        quantity,
        condition_from: Some(condition),
        condition_to: None,
        owner_to: None,
        reason: String::new(),
        document: row.number.clone(),
        occurred_at: None,
    }
}

/// The bins a quantity is taken from, in their order, each until it is empty.
fn lots(
    tx: &mut Conn,
    row: &TransferRow,
    part: &PartRef,
    condition: Condition,
    wanted: i64,
) -> AppResult<Vec<(PlaceRef, i64)>> {
    let mut missing = wanted;
    let mut sources = vec![];
    for lot in transfers::lots(tx, row.from_depot_id, part.id, condition)? {
        if missing == 0 {
            break;
        }
        let taken = lot.quantity.min(missing);
        missing -= taken;
        sources.push((places::find(tx, &lot.place)?, taken));
    }
    if missing > 0 {
        let (part_no, place) = (part.part_no.clone(), row.from_depot.clone());
        return Err(Refusal::NotEnoughStock { part_no, place, wanted: wanted.to_string() }.into());
    }
    Ok(sources)
}
