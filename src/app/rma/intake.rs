//! The faulty part of a line turns out to be in a box that was taken in before: receipt is that moment, and matching it
//! later never moves the clock (PRODUCT "Intake"). Or what we lent is in it.

use super::apply::{Written, apply};
use super::state::{Loaded, load};
use crate::app::{AppResult, Ctx, audit, places};
use crate::domain::data_bearing::DataProof;
use crate::domain::place::{PlaceRef, bench_code};
use crate::domain::refusal::Refusal;
use crate::domain::rma::{Action, ActionKind, When, decide};
use crate::domain::stock::{Condition, Owner, Stand, Subject, UnitState};
use crate::store::{self, Conn, intakes, movements, open_lines, rmas, units};
use chrono::{DateTime, Utc};

/// A box that was taken in.
#[derive(Debug, Clone)]
pub struct TakenIn {
    /// When.
    pub at: DateTime<Utc>,
    /// Code of the depot.
    pub depot: String,
    /// The unit, when it is in the books already, in quarantine.
    pub unit_id: Option<i64>,
    /// The serial on it, normalised; none when it cannot be read and is believed to be the line's.
    pub serial: Option<String>,
}

/// The line whose faulty part it was: ids of line and unit.
#[derive(Debug, Clone, Copy)]
pub struct Received {
    /// Line.
    pub line_id: i64,
    /// Unit.
    pub unit_id: Option<i64>,
}

/// Receives the faulty part of a line as of the moment its box was taken in.
pub fn receive_taken_in(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
    taken: &TakenIn,
) -> AppResult<Received> {
    let (loaded, _) = receive(tx, ctx, number, line, taken, &When::default())?;
    let subject = format!("rma:{}/{line}", loaded.rma.number);
    audit::record(tx, ctx, "rma.receive_faulty", &subject, &format!("taken in {}", taken.at))?;
    let unit_id = rmas::lines(tx, loaded.rma.id)?
        .into_iter()
        .find(|row| row.id == loaded.row.id)
        .and_then(|row| row.unit_id);
    Ok(Received { line_id: loaded.row.id, unit_id })
}

/// The faulty part of a line that waits for it, where it stands in our house already. Where a movement by hand brought it from a
/// customer before anybody asked, it is received as of the day it came. What was bought and sold, or taken over from a spreadsheet,
/// was never handed in: it is received now.
pub(super) fn standing_here(
    conn: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    scanned: &str,
) -> AppResult<Option<TakenIn>> {
    let Some(unit) = line.state.unit.as_ref().filter(|_| line.state.repair.is_awaited()) else {
        return Ok(None);
    };
    let theirs = unit.owner == Owner::Customer(line.row.customer.clone());
    let Some(depot) = unit.place.depot.as_ref().filter(|_| theirs) else { return Ok(None) };
    if intakes::open_of_unit(conn, unit.id)?.is_some() {
        return Ok(None);
    }
    let at = movements::handed_in_at(conn, unit.id)?.unwrap_or(ctx.now);
    let serial = Some(scanned.to_owned());
    Ok(Some(TakenIn { at, depot: depot.code.clone(), unit_id: Some(unit.id), serial }))
}

/// Receives it as of the moment it was taken in, with what `when` says beside the time, and what was written. Nobody is asked for more
/// than the act itself is.
pub(super) fn receive(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
    taken: &TakenIn,
    when: &When,
) -> AppResult<(Loaded, Written)> {
    ctx.actor.may(ActionKind::ReceiveFaulty.permission())?;
    let mut loaded = load_for_box(tx, ctx, number, line)?;
    let last_event_at = loaded.state.last_event_at;
    let here = match taken.unit_id {
        None => None,
        Some(id) => units::by_id(tx, id)?.map(|unit| (unit.part_no.clone(), unit.state())),
    };
    if let Some((part_no, unit)) = &here {
        check_unit(loaded.row.part_no.as_str(), part_no, unit, &taken.depot)?;
        is_the_lines(tx, &loaded, unit)?;
        // For the rule it comes from its customer; where it lay meanwhile is the ledger's matter.
        let owner = match &unit.owner {
            Owner::Unknown => Owner::Customer(loaded.row.customer.clone()),
            owner => owner.clone(),
        };
        loaded.state.unit = Some(UnitState {
            place: loaded.state.customer_place.clone(),
            owner,
            last_moved_at: unit.last_moved_at.min(taken.at),
            ..unit.clone()
        });
    }
    let own = loaded.state.unit.as_ref().map_or(&loaded.row.serial, |unit| &unit.serial).clone();
    let scanned = taken.serial.clone().unwrap_or(own);
    // Decided as of that moment: what was said about the line since does not stand against it.
    loaded.state.last_event_at = last_event_at.min(taken.at);
    let place = bench_of(tx, &taken.depot)?;
    let action = Action::ReceiveFaulty { scanned, place };
    let mut decision = decide(&ctx.actor, &loaded.state, &action, when, taken.at)?;
    if let Some((_, unit)) = &here {
        for posting in &mut decision.postings {
            if matches!(&posting.subject, Subject::Unit { id, .. } if *id == unit.id) {
                posting.from =
                    Stand { place: unit.place.clone(), condition: unit.condition, owner: unit.owner.clone() };
                posting.occurred_at = posting.occurred_at.max(unit.last_moved_at);
            }
        }
    }
    let written = apply(tx, ctx, &loaded, ActionKind::ReceiveFaulty, &decision)?;
    rmas::keep_last_event(tx, loaded.row.id, last_event_at)?;
    Ok((loaded, written))
}

/// The line, whichever depots it names: the box stands before whoever takes it in.
fn load_for_box(tx: &mut Conn, ctx: &Ctx, number: &str, line: i64) -> AppResult<Loaded> {
    let mut reader = ctx.clone();
    reader.actor.reads_own_only = false;
    load(tx, &reader, number, line)
}

/// Takes back what we lent, or a spare that never worked, as of the moment its box was taken in: the same act as when the
/// line asks for it, so that nobody is reminded of what is here (PRODUCT "Loan and title guard"). The line's id.
pub fn recover_taken_in(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
    serial: &str,
    (place, at): (&PlaceRef, DateTime<Utc>),
) -> AppResult<i64> {
    ctx.actor.may(ActionKind::RecoverLoan.permission())?;
    let mut loaded = load_for_box(tx, ctx, number, line)?;
    let last_event_at = loaded.state.last_event_at;
    loaded.state.last_event_at = last_event_at.min(at);
    let action = Action::RecoverLoan {
        scanned: serial.to_owned(),
        place: place.clone(),
        shelf: place.clone(),
        data: DataProof::default(),
        condition: Condition::Quarantined,
    };
    let decision = decide(&ctx.actor, &loaded.state, &action, &When::default(), at)?;
    apply(tx, ctx, &loaded, ActionKind::RecoverLoan, &decision)?;
    rmas::keep_last_event(tx, loaded.row.id, last_event_at)?;
    let subject = format!("rma:{}/{line}", loaded.rma.number);
    audit::record(tx, ctx, "rma.recover_loan", &subject, &format!("taken in {at}"))?;
    Ok(loaded.row.id)
}

/// It must be the line's part, and still where the box was put.
fn check_unit(wanted: &str, part_no: &str, unit: &UnitState, depot: &str) -> Result<(), Refusal> {
    if part_no != wanted {
        return Err(Refusal::WrongPart {
            serial: unit.serial.clone(),
            part_no: part_no.to_owned(),
            given: wanted.to_owned(),
        });
    }
    let unsorted = unit.condition == Condition::Quarantined || matches!(unit.owner, Owner::Customer(_));
    if !unsorted || unit.place.depot.as_ref().is_none_or(|own| own.code != depot) {
        let (serial, place) = (unit.serial.clone(), unit.place.code.clone());
        return Err(Refusal::UnitElsewhere { serial, place, claimed: depot.to_owned() });
    }
    Ok(())
}

/// The unit in the box is the one the line is about: by the books, by its serial, or by another code it answers to. Any other
/// readable serial is another unit; the line's serial is put right first, or the box is matched to the request it belongs to.
fn is_the_lines(tx: &mut Conn, line: &Loaded, unit: &UnitState) -> AppResult<()> {
    let own = line.state.unit.as_ref().is_some_and(|own| own.id == unit.id);
    if own || unit.serial == line.row.serial {
        return Ok(());
    }
    if units::by_serial(tx, &line.row.serial)?.iter().any(|known| known.id == unit.id) {
        return Ok(());
    }
    let scanned = unit.serial.clone();
    if let Some(own) = open_lines::of_identity(tx, &line.state.part.identity(&scanned))? {
        return Err(Refusal::RmaAlreadyOpen { serial: scanned, number: own.number }.into());
    }
    Err(Refusal::WrongSerial { expected: line.row.serial.clone(), scanned }.into())
}

fn bench_of(tx: &mut Conn, depot: &str) -> AppResult<PlaceRef> {
    match store::places::by_code(tx, &bench_code(depot))? {
        Some(bench) => Ok(bench),
        None => places::find(tx, depot),
    }
}
