//! What an unmatched intake turned out to be: the part of an RMA, of a new one, somebody else's, or put right elsewhere.

use super::identify::name;
use super::{IntakeRow, get};
use crate::app::rma::{NewLine, NewRequest, TakenIn, receive_taken_in, request};
use crate::app::stock::free_for;
use crate::app::{AppResult, Ctx, audit, places};
use crate::domain::actor::{Permission, Scope};
use crate::domain::fields::{Fields, LONG_MAX, code_of};
use crate::domain::intake::{IntakeException, IntakeState};
use crate::domain::place::{PlaceKind, customer_code};
use crate::domain::refusal::Refusal;
use crate::domain::rma::Mode;
use crate::domain::serial::Serial;
use crate::domain::stock::{MovementKind, Owner, Posting, Stand, Subject};
use crate::store::intakes::{self, Settlement};
use crate::store::{Conn, StoreError, ledger, rmas, stock, units};

/// What somebody says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// The faulty part of this line.
    Rma {
        /// RMA number.
        number: String,
        /// Line.
        line: i64,
    },
    /// The faulty part of an RMA that is to be made.
    NewRma(Box<NewRma>),
    /// Nothing of ours: it is sent back.
    Return {
        /// To this customer; to whom it belongs when not said.
        customer: Option<String>,
        /// Why, and how it travels.
        reason: String,
    },
    /// Another act put it right (transfer received, loaner recovered, movement reversed).
    Settled {
        /// Which.
        reason: String,
    },
}

/// An RMA for what is in the box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewRma {
    /// Customer code.
    pub customer: String,
    /// Site.
    pub site: String,
    /// Where notices go; the customer's first contact when empty.
    pub contact_email: String,
    /// Name of the contact.
    pub contact_name: String,
    /// Part number, when the intake did not know it.
    pub part_no: Option<String>,
    /// Serial, when the intake could not read it.
    pub serial: Option<String>,
    /// What is wrong with it.
    pub fault: String,
    /// Class of fault.
    pub fault_class: String,
    /// Where in the site's equipment it sat; empty when not said.
    pub slot: String,
    /// How it is to be handled.
    pub mode: Option<Mode>,
    /// The code with which the customer follows it; made outside, because a transaction may run twice.
    pub tracking_code: String,
}

/// Says what an unmatched intake is.
pub fn settle(tx: &mut Conn, ctx: &Ctx, id: i64, what: &Match) -> AppResult<IntakeRow> {
    let row = get(tx, ctx, id)?;
    ctx.actor.may_in(Permission::MoveStock, &row.depot_ref())?;
    if row.state != IntakeState::Unmatched {
        let (action, state) = ("match".to_owned(), row.state.to_string());
        return Err(Refusal::ActionNotAllowed { action, state }.into());
    }
    match what {
        Match::Rma { number, line } => to_line(tx, ctx, &row, number, *line)?,
        Match::NewRma(new) => to_new_rma(tx, ctx, &row, new)?,
        Match::Return { customer, reason } => send_back(tx, ctx, &row, customer.as_deref(), reason)?,
        Match::Settled { reason } => put_right(tx, ctx, &row, reason)?,
    }
    get(tx, ctx, id)
}

fn end(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &IntakeRow,
    state: IntakeState,
    (line_id, unit_id): (Option<i64>, Option<i64>),
    text: &str,
) -> AppResult<()> {
    let end = Settlement { id: row.id, state, line_id, unit_id, text, by: ctx.actor.id(), now: ctx.now };
    if !intakes::settle(tx, &end)? {
        return Err(StoreError::raced("an intake was settled a moment ago").into());
    }
    audit::record(tx, ctx, &format!("intake.{state}"), &format!("intake:{}", row.box_no), text)
}

fn to_line(tx: &mut Conn, ctx: &Ctx, row: &IntakeRow, number: &str, line: i64) -> AppResult<()> {
    if row.exception == Some(IntakeException::Elsewhere) {
        let (serial, place) = (row.serial.clone(), row.book_place.clone());
        return Err(Refusal::SerialElsewhere { serial, place }.into());
    }
    let row = &as_the_lines(tx, ctx, row, number, line)?;
    let readable = !row.serial.is_empty();
    if !readable && row.unit_id.is_none() && row.taken_in_by_id == ctx.actor.id() {
        // The temporary label becomes another code of the unit: that takes two people (PRODUCT "Identity").
        return Err(Refusal::SecondPersonNeeded { username: ctx.actor.username.clone() }.into());
    }
    let taken = TakenIn {
        at: row.taken_in_at,
        depot: row.depot.clone(),
        unit_id: row.unit_id,
        serial: readable.then(|| row.serial.clone()),
    };
    let received = receive_taken_in(tx, ctx, number, line, &taken)?;
    if let (false, None, Some(unit_id)) = (readable, row.unit_id, received.unit_id) {
        let unit = units::by_id(tx, unit_id)?.ok_or_else(|| Refusal::not_found("unit", &row.label))?;
        free_for(tx, &unit.part_ref(), Some(unit_id), &row.label)?;
        units::add_alias(tx, unit_id, &row.label, &row.box_no, row.taken_in_by_id, ctx.actor.id(), ctx.now)?;
    }
    let document = format!("{}/{line}", code_of(number));
    end(tx, ctx, row, IntakeState::Matched, (Some(received.line_id), received.unit_id), &document)
}

/// What stands in the books under a label is believed to be the line's: it goes by the line's serial before it is received.
/// A line that was made for the label itself has nothing to say.
fn as_the_lines(tx: &mut Conn, ctx: &Ctx, row: &IntakeRow, number: &str, line: i64) -> AppResult<IntakeRow> {
    if !row.serial.is_empty() || row.unit_id.is_none() {
        return Ok(row.clone());
    }
    let Some(rma) = rmas::by_number(tx, &Scope::All, &code_of(number))? else { return Ok(row.clone()) };
    let lines = rmas::lines(tx, rma.id)?;
    let Some(line) = lines.into_iter().find(|known| known.line == line && known.serial != row.label) else {
        return Ok(row.clone());
    };
    let part =
        stock::part_ref(tx, &line.part_no)?.ok_or_else(|| Refusal::not_found("part", &line.part_no))?;
    if let Some(given) = row.part_no.clone().filter(|given| *given != line.part_no) {
        let (serial, part_no) = (row.label.clone(), line.part_no);
        return Err(Refusal::WrongPart { serial, part_no: given, given: part_no }.into());
    }
    name(tx, ctx, row, &part, &line.serial)?;
    get(tx, ctx, row.id)
}

fn to_new_rma(tx: &mut Conn, ctx: &Ctx, row: &IntakeRow, new: &NewRma) -> AppResult<()> {
    let part_no = row.part_no.clone().or_else(|| new.part_no.clone());
    let part_no = part_no.ok_or_else(|| Refusal::field("new_rma.part_no", "required"))?;
    let serial = if row.serial.is_empty() { new.serial.clone() } else { Some(row.serial.clone()) };
    let serial = serial.ok_or_else(|| Refusal::IntakeUnreadable { label: row.label.clone() })?;
    Serial::parse(&serial).map_err(|error| Refusal::field("new_rma.serial", error.code()))?;
    let line = NewLine {
        part_no,
        serial,
        fault: new.fault.clone(),
        fault_class: new.fault_class.clone(),
        slot: new.slot.clone(),
        mode: new.mode,
    };
    let wanted = NewRequest {
        customer: Some(new.customer.clone()),
        contact_email: new.contact_email.clone(),
        contact_name: new.contact_name.clone(),
        language: None,
        site: new.site.clone(),
        depot: Some(row.depot.clone()),
        lines: vec![line],
        tracking_code: new.tracking_code.clone(),
    };
    let made = request(tx, ctx, &wanted)?;
    to_line(tx, ctx, row, &made.rma.number, 1)
}

fn send_back(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &IntakeRow,
    customer: Option<&str>,
    reason: &str,
) -> AppResult<()> {
    let mut f = Fields::new();
    let reason = f.required("return.reason", reason, LONG_MAX);
    f.finish()?;
    let unit = match row.unit_id {
        None => None,
        Some(id) => units::by_id(tx, id)?,
    };
    if let Some(unit) = unit {
        let state = unit.state();
        let to = match (customer.map(str::trim).filter(|code| !code.is_empty()), &unit.owner) {
            (Some(code), _) => places::in_field(tx, "return.customer", &customer_code(code))?,
            (None, Owner::Customer(code)) => places::find(tx, &customer_code(code))?,
            // Ours is not sent to nobody.
            (None, Owner::Us | Owner::Vendor(_)) => {
                return Err(Refusal::WrongOwner { serial: unit.serial, owner: unit.owner.to_string() }.into());
            }
            (None, Owner::Unknown) => places::find(tx, "opening")?,
        };
        let owner = match (&unit.owner, to.kind, to.code.split_once(':')) {
            (Owner::Unknown, PlaceKind::Customer, Some((_, code))) => Owner::Customer(code.to_owned()),
            (owner, ..) => owner.clone(),
        };
        let stand = |place, owner| Stand { place, condition: state.condition, owner };
        let kind = if to.kind == PlaceKind::Customer { MovementKind::Issue } else { MovementKind::Adjust };
        let (from, to) = (stand(state.place.clone(), state.owner.clone()), stand(to, owner));
        let posting = Posting::of_one(kind, unit.part_ref(), Subject::of(&state), from, to, ctx.now);
        let posting = Posting { reason: reason.clone(), ..posting.under(&row.box_no) };
        ledger::post(tx, &[posting], ctx.actor.id(), ctx.now)?;
    }
    end(tx, ctx, row, IntakeState::Returned, (None, None), &reason)
}

fn put_right(tx: &mut Conn, ctx: &Ctx, row: &IntakeRow, reason: &str) -> AppResult<()> {
    let mut f = Fields::new();
    let reason = f.required("settled.reason", reason, LONG_MAX);
    f.finish()?;
    let unit = match row.unit_id {
        None => None,
        Some(id) => units::by_id(tx, id)?,
    };
    // A unit whose owner nobody knows ends as matched or sent back, never just like that.
    if unit.is_some_and(|unit| unit.owner == Owner::Unknown) {
        let (action, state) = ("settle".to_owned(), row.state.to_string());
        return Err(Refusal::ActionNotAllowed { action, state }.into());
    }
    end(tx, ctx, row, IntakeState::Settled, (None, None), &reason)
}
