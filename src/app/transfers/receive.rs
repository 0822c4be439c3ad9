//! A transfer arrives: what was scanned is held against what left. The hand is right and the papers are put right.

use super::dispatch::check_count;
use super::news::differences;
use super::{LINES_MAX, TransferView, find_for, head, news, view, write_head};
use crate::app::goods::{Goods, Item, resolve};
use crate::app::rma::held_spare_astray;
use crate::app::{AppResult, Ctx, audit, places};
use crate::domain::fields::Fields;
use crate::domain::place::{PlaceKind, PlaceRef, transit_code};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{
    Condition, Move, MoveState, MovementKind, Owner, PartRef, Posting, ReservationState, Stand, Subject,
    decide_movement,
};
use crate::domain::transfer::{TransferState, TransferStep, bring_here};
use crate::store::transfers::{self, HeadChange, ItemChange, NewTransferItem, TransferItemRow, TransferRow};
use crate::store::units::UnitRow;
use crate::store::{Conn, StoreError, ledger, repairs, reservations};

/// What was found in the box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// What was scanned. Nothing at all: the box was empty, or never came.
    pub items: Vec<Item>,
    /// The bin it is put into; the depot itself when not said.
    pub bin: Option<String>,
}

/// Receives a transfer: what matches goes into stock, what is not in the papers into quarantine, and what did not come
/// stays on the road. The sending depot is told of differences.
pub fn receive(tx: &mut Conn, ctx: &Ctx, number: &str, receipt: &Receipt) -> AppResult<TransferView> {
    let row = find_for(tx, ctx, number, TransferStep::Receive)?;
    let mut f = Fields::new();
    if !receipt.items.is_empty() {
        check_count(&mut f, receipt.items.len().min(LINES_MAX + 1));
    }
    f.finish()?;
    let here = places::bin_or_depot(tx, &row.to_depot, receipt.bin.as_deref())?;
    let known = differences(&transfers::items(tx, row.id)?);
    let mut surprises = false;
    for (at, item) in receipt.items.iter().enumerate() {
        let goods = resolve(tx, &format!("items[{at}]"), item)?;
        surprises |= take(tx, ctx, &row, &here, at, &goods)? == Taken::Unexpected;
    }
    let items = transfers::items(tx, row.id)?;
    let outstanding: i64 = items.iter().map(TransferItemRow::outstanding).sum();
    let state = if outstanding == 0 { TransferState::Closed } else { TransferState::Differences };
    write_head(tx, &HeadChange { received: true, ..head(ctx, &row, state) })?;
    let found = differences(&items);
    // Until the first receipt nobody was told; after it only what is new is news.
    let is_news = row.state != TransferState::Differences || found != known;
    if is_news && (outstanding > 0 || surprises) {
        news::tell(tx, ctx, &row, &found)?;
    }
    let detail = format!("{} scanned, {outstanding} missing", receipt.items.len());
    audit::record(tx, ctx, "transfer.receive", &format!("transfer:{}", row.number), &detail)?;
    view(tx, ctx, number)
}

/// Receives one unit of whatever transfer it is on, to this depot, without saying that the rest is missing: for scanning
/// one after the other. The number of the transfer; none when the unit is on no transfer to this depot.
pub fn receive_one(tx: &mut Conn, ctx: &Ctx, here: &PlaceRef, unit: &UnitRow) -> AppResult<Option<String>> {
    let Some((transfer_id, _)) = transfers::on_the_road(tx, unit.id)? else { return Ok(None) };
    let Some(row) = transfers::by_id(tx, transfer_id)? else { return Ok(None) };
    if here.depot.as_ref().is_none_or(|depot| depot.id != row.to_depot_id) {
        return Ok(None);
    }
    let row = find_for(tx, ctx, &row.number, TransferStep::Receive)?;
    let goods = Goods {
        part: Some(unit.part_ref()),
        unit: Some(unit.clone()),
        serial: Some(unit.serial.clone()),
        quantity: 1,
    };
    take(tx, ctx, &row, here, 0, &goods)?;
    close_when_done(tx, ctx, row.id)?;
    Ok(Some(row.number))
}

/// What a thing in the box turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Matched,
    Again,
    Unexpected,
}

fn take(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &TransferRow,
    here: &PlaceRef,
    at: usize,
    goods: &Goods,
) -> AppResult<Taken> {
    let items = transfers::items(tx, row.id)?;
    let Some(part) = &goods.part else {
        return Err(Refusal::field(format!("items[{at}].part_no"), "required").into());
    };
    match (&goods.unit, &goods.serial) {
        (Some(unit), _) => take_unit(tx, ctx, row, here, &items, unit),
        (None, Some(serial)) => {
            let entry = out_of_nowhere(tx, ctx, row, here, part, serial)?;
            let posted = post(tx, ctx, &[entry])?;
            surprise(tx, row, part, posted.first().copied().flatten(), &Owner::Unknown, 1)?;
            Ok(Taken::Unexpected)
        }
        (None, None) => take_lot(tx, ctx, row, here, &items, part, goods.quantity),
    }
}

fn post(tx: &mut Conn, ctx: &Ctx, postings: &[Posting]) -> AppResult<Vec<Option<i64>>> {
    let posted = ledger::post(tx, postings, ctx.actor.id(), ctx.now)?;
    Ok(posted.into_iter().map(|posted| posted.unit_id).collect())
}

fn take_unit(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &TransferRow,
    here: &PlaceRef,
    items: &[TransferItemRow],
    unit: &UnitRow,
) -> AppResult<Taken> {
    let ctx = &ctx.not_before(unit.last_moved_at);
    let own = items.iter().rfind(|item| item.unit_id == Some(unit.id));
    match own {
        Some(item) if item.outstanding() > 0 => {
            arrive(tx, ctx, row, item, unit.place_ref(), here, Some(unit), 1)?;
            return Ok(Taken::Matched);
        }
        // Scanned twice: it is here already.
        Some(item) if item.received > 0 && unit.depot_id == Some(row.to_depot_id) => return Ok(Taken::Again),
        _ => {}
    }
    let elsewhere = transfers::on_the_road(tx, unit.id)?;
    if let Some(held) = unit.reservation_id {
        // It is in the hand here: who held it where the books had it has to choose another one, and the sender is told.
        reservations::end(tx, held, ReservationState::Released, ctx.now)?;
        held_spare_astray(tx, ctx, held, &format!("{} · {}", unit.serial, row.number))?;
        let document = unit.reservation_document.clone().unwrap_or_default();
        audit::record(tx, ctx, "reservation.release", &format!("reservation:{held}"), &document)?;
    }
    let way = places::find(tx, &transit_code(&row.number))?;
    let postings = bring_here(&unit.part_ref(), &unit.state(), &way, here, &row.number, ctx.now)?;
    post(tx, ctx, &postings)?;
    order_follows(tx, unit, here)?;
    if let Some((transfer_id, item_id)) = elsewhere {
        // It travelled with another transfer, which no longer misses it.
        account(tx, item_id, ItemChange { received: 1, ..ItemChange::default() })?;
        close_when_done(tx, ctx, transfer_id)?;
    }
    surprise(tx, row, &unit.part_ref(), Some(unit.id), &unit.owner, 1)?;
    Ok(Taken::Unexpected)
}

/// Books a piece of the papers from the road into a depot, and into the transfer's account.
pub(super) fn arrive(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &TransferRow,
    item: &TransferItemRow,
    from: PlaceRef,
    to: &PlaceRef,
    unit: Option<&UnitRow>,
    quantity: i64,
) -> AppResult<()> {
    let part = crate::store::stock::part_ref(tx, &item.part_no)?
        .ok_or_else(|| Refusal::not_found("part", &item.part_no))?;
    let state = MoveState {
        part,
        serial: unit.map(|unit| unit.serial.clone()),
        unit: unit.map(UnitRow::state),
        from,
        to: to.clone(),
        data_left: None,
        bound: None,
    };
    let arrival = Move {
        kind: MovementKind::TransferIn,
        quantity,
        condition_from: Some(item.condition),
        condition_to: None,
        owner_to: None,
        reason: String::new(),
        document: row.number.clone(),
        occurred_at: None,
    };
    let ctx = &ctx.not_before(unit.map_or(ctx.now, |unit| unit.last_moved_at));
    let posting = decide_movement(&ctx.actor, &state, &arrival, ctx.now)?;
    post(tx, ctx, std::slice::from_ref(&posting))?;
    if let Some(unit) = unit {
        order_follows(tx, unit, to)?;
    }
    let back = to.depot.as_ref().is_some_and(|depot| depot.id == row.from_depot_id);
    let change = if back {
        ItemChange { returned: quantity, ..ItemChange::default() }
    } else {
        ItemChange { received: quantity, ..ItemChange::default() }
    };
    account(tx, item.id, change)
}

/// A depot without a bench sends on by transfer (PRODUCT "Depots that help"): the repair order goes along, so that it is in
/// the queue of the bench that has the unit, and its people may work on it.
fn order_follows(tx: &mut Conn, unit: &UnitRow, to: &PlaceRef) -> AppResult<()> {
    match &to.depot {
        Some(depot) => Ok(repairs::follow_unit(tx, unit.id, depot.id)?),
        None => Ok(()),
    }
}

/// Accounts for a piece; whoever was slower looks again.
pub(super) fn account(tx: &mut Conn, item_id: i64, change: ItemChange) -> AppResult<()> {
    if transfers::account(tx, item_id, change)? {
        return Ok(());
    }
    Err(StoreError::raced("a piece of a transfer was accounted for a moment ago").into())
}

fn take_lot(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &TransferRow,
    here: &PlaceRef,
    items: &[TransferItemRow],
    part: &PartRef,
    quantity: i64,
) -> AppResult<Taken> {
    let way = places::find(tx, &transit_code(&row.number))?;
    let mut left = quantity;
    for item in items.iter().filter(|item| item.part_id == part.id && item.outstanding() > 0) {
        let taken = item.outstanding().min(left);
        if taken > 0 {
            arrive(tx, ctx, row, item, way.clone(), here, None, taken)?;
            left -= taken;
        }
    }
    if left == 0 {
        return Ok(Taken::Matched);
    }
    // More than left by the papers. Nobody can say out of which bin it came: it enters the books here, in quarantine.
    let opening = places::find(tx, "opening")?;
    let stand = |place: &PlaceRef| Stand {
        place: place.clone(),
        condition: Condition::Quarantined,
        owner: Owner::Us,
    };
    let posting = entry(ctx, row, part, Subject::Quantity, left, stand(&opening), stand(here));
    post(tx, ctx, &[posting])?;
    surprise(tx, row, part, None, &Owner::Us, left)?;
    Ok(Taken::Unexpected)
}

fn entry(
    ctx: &Ctx,
    row: &TransferRow,
    part: &PartRef,
    subject: Subject,
    quantity: i64,
    from: Stand,
    to: Stand,
) -> Posting {
    let posting = Posting::of_one(MovementKind::Opening, part.clone(), subject, from, to, ctx.now);
    Posting { quantity, ..posting.under(&row.number) }
}

/// A unit the books never met enters them in quarantine; whose it is nobody knows (PRODUCT "Places and owners").
fn out_of_nowhere(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &TransferRow,
    here: &PlaceRef,
    part: &PartRef,
    serial: &str,
) -> AppResult<Posting> {
    let opening = places::find(tx, "opening")?;
    debug_assert_eq!(opening.kind, PlaceKind::Opening);
    let stand = |place: &PlaceRef| Stand {
        place: place.clone(),
        condition: Condition::Quarantined,
        owner: Owner::Unknown,
    };
    let subject = Subject::NewUnit { serial: serial.to_owned() };
    Ok(entry(ctx, row, part, subject, 1, stand(&opening), stand(here)))
}

fn surprise(
    tx: &mut Conn,
    row: &TransferRow,
    part: &PartRef,
    unit_id: Option<i64>,
    owner: &Owner,
    quantity: i64,
) -> AppResult<()> {
    let new = NewTransferItem {
        line_id: None,
        part_id: part.id,
        unit_id,
        condition: Condition::Quarantined,
        owner,
        sent: 0,
        received: quantity,
    };
    Ok(transfers::insert_item(tx, row.id, &new)?)
}

/// Closes a transfer of which nothing is missing any more.
pub(super) fn close_when_done(tx: &mut Conn, ctx: &Ctx, transfer_id: i64) -> AppResult<()> {
    let Some(row) = transfers::by_id(tx, transfer_id)? else { return Ok(()) };
    let is_out = matches!(row.state, TransferState::InTransit | TransferState::Differences);
    if is_out && row.outstanding == 0 {
        write_head(tx, &HeadChange { received: true, ..head(ctx, &row, TransferState::Closed) })?;
    }
    Ok(())
}
