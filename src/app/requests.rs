//! Replacement requests: a spare is asked for, approved (or the plan says yes by itself), issued, handed over. Each hangs on
//! an RMA line, whose promise `spare_in_place` runs from the approval to the hand-over.

use crate::app::rma::{self, ActionInput, NewLine, NewRequest};
use crate::app::{AppResult, Ctx, audit, plans};
use crate::domain::actor::{Actor, Permission, Scope};
use crate::domain::calendar::Zone;
use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX, code_of};
use crate::domain::place::engineer_code;
use crate::domain::plan::Regime;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::request::{RequestReason, RequestState};
use crate::domain::rma::{ActionKind, IssuedState, Mode, RepairState};
use crate::domain::serial::Serial;
use crate::domain::stock::{Condition, Owner};
use crate::store::requests::{self, NewRequestRow};
use crate::store::rmas::LineRow;
use crate::store::units::{UnitFilter, UnitRow};
use crate::store::{Conn, StoreError, customers, depots, rmas, stock, units};
use chrono::Datelike;

mod issue;
mod withdraw;

use issue::active;

pub use crate::store::requests::{RequestFilter, RequestRow};
pub use issue::{Issue, issue};
pub use withdraw::{may_withdraw, withdraw};

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSpareRequest {
    /// Customer code.
    pub customer: String,
    /// Site.
    pub site: String,
    /// Part needed.
    pub part_no: String,
    /// Serial of the part to be replaced; needed unless an RMA is named.
    pub faulty_serial: Option<String>,
    /// RMA it belongs to, with its line.
    pub rma: Option<(String, i64)>,
    /// Why.
    pub reason: RequestReason,
    /// Who takes the spare.
    pub receiver: String,
    /// What is wrong.
    pub fault: String,
    /// Where the spare should best come from: a depot, or the own van; empty for the nearest.
    pub wish_from: String,
    /// The part that should best come; empty for the first that fits.
    pub wish_part: String,
    /// The code with which the customer follows it; made outside, because a transaction may run twice.
    pub tracking_code: String,
}

fn find(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<RequestRow> {
    let number = code_of(number);
    let found = requests::by_number(conn, &ctx.actor.scope(), &number)?;
    Ok(found.ok_or_else(|| Refusal::not_found("request", number))?)
}

/// A request the reader may see.
pub fn get(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<RequestRow> {
    ctx.actor.may(Permission::ReadRma)?;
    find(conn, ctx, number)
}

/// Requests the reader may see, newest first.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &RequestFilter,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<RequestRow>> {
    ctx.actor.may(Permission::ReadRma)?;
    Ok(requests::list(conn, &ctx.actor.scope(), filter, before_id, limit)?)
}

/// Asks for a spare. Where the plan says so, it is approved at once.
pub fn request(tx: &mut Conn, ctx: &Ctx, new: &NewSpareRequest) -> AppResult<RequestRow> {
    ctx.actor.may(Permission::RequestRma)?;
    let mut f = Fields::new();
    let receiver = f.text("receiver", &new.receiver, NAME_MAX);
    f.finish()?;
    let wish = wish(tx, ctx, new)?;
    let line = match &new.rma {
        Some((number, line)) => own_line(tx, ctx, number, *line, new)?,
        None => new_line(tx, ctx, new)?,
    };
    let year = Zone::default().local_date(ctx.now).year();
    let number = format!("SQ-{year}-{:06}", rmas::next_number(tx, &format!("SQ-{year}"))?);
    let row = NewRequestRow {
        number: &number,
        customer_id: line.customer_id,
        part_id: line.part_id,
        line_id: line.id,
        reason: new.reason,
        receiver: &receiver,
        wish: (&wish.0, &wish.1),
        by: ctx.actor.id(),
        now: ctx.now,
    };
    let id = requests::insert(tx, &row)?;
    audit::record(tx, ctx, "request.create", &format!("request:{number}"), &line.number)?;
    let automatic = match line.plan_version_id {
        Some(version) => requests::is_automatic(tx, version)?,
        None => false,
    };
    if automatic {
        // Nobody says yes: the plan did.
        let mut plan = ctx.clone();
        plan.actor = Actor::system("plan");
        say_yes(tx, &plan, id, &line, ("", true))?;
    }
    find(tx, ctx, &number)
}

/// What would be best: a depot there is or the own van, and a part that fits.
fn wish(tx: &mut Conn, ctx: &Ctx, new: &NewSpareRequest) -> AppResult<(String, String)> {
    let van = engineer_code(&ctx.actor.username);
    let from = new.wish_from.trim();
    let from = if from.is_empty() || from == van {
        from.to_owned()
    } else {
        let depot = depots::by_code(tx, &code_of(from))?;
        let error = || FieldError::new("wish_from", "unknown_depot").with("code", from);
        depot.ok_or_else(|| Refusal::Invalid(vec![error()]))?.code
    };
    let part_no = code_of(&new.wish_part);
    let fits = part_no.is_empty()
        || stock::fitting_parts(tx, &code_of(&new.part_no))?.iter().any(|part| part.part_no == part_no);
    if !fits {
        let wanted = code_of(&new.part_no);
        return Err(Refusal::NotEquivalent { part_no, wanted }.into());
    }
    Ok((from, part_no))
}

/// The spare that was wished for, if it is still there: a good unit of ours nobody holds.
fn wished(tx: &mut Conn, ctx: &Ctx, row: &RequestRow) -> AppResult<Option<String>> {
    if row.wish_from.is_empty() {
        return Ok(None);
    }
    let is_van = row.wish_from == engineer_code(&ctx.actor.username);
    let filter = UnitFilter {
        part_no: Some(if row.wish_part.is_empty() { row.part_no.clone() } else { row.wish_part.clone() }),
        depot: (!is_van).then(|| row.wish_from.clone()),
        place: is_van.then(|| row.wish_from.clone()),
        condition: Some(Condition::Good),
        owner: Some(Owner::Us.to_string()),
        held_for: Some(String::new()),
        ..UnitFilter::default()
    };
    let found = units::list(tx, &Scope::All, &filter, 0, 50)?;
    let free = found.into_iter().find(|unit| is_van || unit.place_kind.counts_as_available());
    Ok(free.map(|unit| unit.serial))
}

/// The line of an RMA the actor may see; what is said of customer, part and serial must be its, and it must wait for a spare.
fn own_line(tx: &mut Conn, ctx: &Ctx, number: &str, line: i64, new: &NewSpareRequest) -> AppResult<LineRow> {
    let row = rma::line_view(tx, ctx, number, line)?.row;
    if row.part_no != code_of(&new.part_no) {
        let (part_no, wanted) = (code_of(&new.part_no), row.part_no);
        return Err(Refusal::NotEquivalent { part_no, wanted }.into());
    }
    let mut f = Fields::new();
    if ![String::new(), row.customer.clone()].contains(&code_of(&new.customer)) {
        f.push(FieldError::new("customer", "not_of_rma").with("said", &row.customer));
    }
    let serial = new.faulty_serial.as_deref().map(str::trim).filter(|serial| !serial.is_empty());
    if let Some(serial) = serial
        && !is_its_serial(tx, &row, serial)?
    {
        f.push(FieldError::new("faulty_serial", "not_of_rma").with("said", &row.serial));
    }
    f.finish()?;
    if row.mode.issues_up_front().is_none() {
        return Err(Refusal::ModeGivesNoSpare { mode: row.mode.to_string() }.into());
    }
    waits_for_spare(tx, ctx, &row)?;
    if let Some(number) = requests::open_of_line(tx, row.id, 0)? {
        return Err(Refusal::RequestAlreadyOpen { number }.into());
    }
    Ok(row)
}

/// Whether a code is on the line's unit: its own serial, or that of a label made anew.
fn is_its_serial(tx: &mut Conn, row: &LineRow, serial: &str) -> AppResult<bool> {
    let serial = Serial::parse(serial).map_err(|error| Refusal::field("faulty_serial", error.code()))?;
    let is_unit = |unit: &UnitRow| row.unit_id == Some(unit.id);
    Ok(serial.as_str() == row.serial || units::by_serial(tx, serial.as_str())?.iter().any(is_unit))
}

/// Whether a spare can still be given on the line: it has not ended, and none left for it.
pub(in crate::app) fn waits_for_spare(tx: &mut Conn, ctx: &Ctx, row: &LineRow) -> AppResult<()> {
    if row.repair_state.is_ended() {
        let (action, state) = (ActionKind::ReserveReplacement.to_string(), row.repair_state.to_string());
        return Err(Refusal::ActionNotAllowed { action, state }.into());
    }
    let line = rma::line_view(tx, ctx, &row.number, row.line)?;
    match active(&line).filter(|given| given.state != IssuedState::Reserved) {
        Some(given) => Err(Refusal::AlreadyIssued { serial: given.serial.clone() }.into()),
        None => Ok(()),
    }
}

/// Whether an approved request will never be filled: its line ended, gets no spare in its mode, or has its spare by another one.
fn is_past_filling(tx: &mut Conn, ctx: &Ctx, row: &RequestRow) -> AppResult<bool> {
    let line = rma::line_view(tx, ctx, &row.rma, row.line)?;
    if row.state != RequestState::Approved {
        return Ok(false);
    }
    // What is given in exchange answers no request for a spare.
    let given = active(&line).filter(|given| given.state != IssuedState::Reserved);
    Ok(line.row.mode.issues_up_front().is_none()
        || match given {
            Some(given) => requests::is_issued(tx, line.row.id, given.unit_id)?,
            None => line.row.repair_state.is_ended(),
        })
}

/// What was approved is owed while the line waits for it: says what stands in the way of a no, and which act lets the line wait no more.
fn still_to_be_filled(tx: &mut Conn, ctx: &Ctx, row: &RequestRow) -> AppResult<()> {
    if row.state != RequestState::Approved {
        return Ok(());
    }
    let line = rma::line_view(tx, ctx, &row.rma, row.line)?;
    let serial = |given: &rma::IssuedRow| given.serial.clone();
    Err(match active(&line) {
        Some(given) if given.state == IssuedState::Shipped => {
            Refusal::ReplacementUnderWay { serial: serial(given) }
        }
        Some(given) if given.state == IssuedState::InUse => Refusal::AlreadyIssued { serial: serial(given) },
        _ => {
            // Before the part is here the whole line is called off; after that it is repaired without a spare.
            let is_awaited = line.row.repair_state.is_awaited();
            let action = if is_awaited { ActionKind::Cancel } else { ActionKind::ChangeMode };
            let (number, line) = (row.rma.clone(), row.line.to_string());
            Refusal::SpareStillAwaited { number, line, action: action.to_string() }
        }
    }
    .into())
}

/// Whether somebody may say no to the request: it waits for its answer, or its spare can never be given any more. Refuses with
/// `not_found`.
pub fn may_reject(conn: &mut Conn, ctx: &Ctx, row: &RequestRow) -> AppResult<bool> {
    Ok(row.state == RequestState::Requested || is_past_filling(conn, ctx, row)?)
}

/// A request without an RMA makes one: the plan's regime says whether the spare is lent or swapped.
fn new_line(tx: &mut Conn, ctx: &Ctx, new: &NewSpareRequest) -> AppResult<LineRow> {
    let serial = new.faulty_serial.clone().ok_or_else(|| Refusal::field("faulty_serial", "required"))?;
    let customer = customers::by_code(tx, &ctx.actor.scope(), &code_of(&new.customer))?
        .ok_or_else(|| Refusal::field_with("customer", "unknown_customer", "code", new.customer.trim()))?;
    let today = Zone::default().local_date(ctx.now);
    let plan = plans::in_force(tx, customer.id, &new.site, today)?;
    let mode = match plan.map(|plan| plan.version.regime) {
        Some(Regime::Exchange) => Mode::AdvanceReplacement,
        Some(Regime::Loan) | None => Mode::Loaner,
    };
    let line = NewLine {
        part_no: code_of(&new.part_no),
        serial,
        // The symptom is what somebody wrote; a program that sends none gets words a person can read.
        fault: match (new.fault.trim(), new.reason) {
            ("", RequestReason::Fault) => "未填写故障现象".to_owned(),
            ("", RequestReason::Preventive) => "预防性更换".to_owned(),
            (said, _) => said.to_owned(),
        },
        fault_class: String::new(),
        slot: String::new(),
        mode: Some(mode),
    };
    let wanted = NewRequest {
        customer: Some(customer.code.clone()),
        contact_email: String::new(),
        contact_name: String::new(),
        language: None,
        site: new.site.clone(),
        depot: None,
        lines: vec![line],
        tracking_code: new.tracking_code.clone(),
    };
    let made = rma::request(tx, ctx, &wanted)?;
    line_of(tx, &made.rma.number, 1)
}

fn line_of(tx: &mut Conn, number: &str, line: i64) -> AppResult<LineRow> {
    let head = rmas::by_number(tx, &Scope::All, number)?.ok_or_else(|| Refusal::not_found("rma", number))?;
    let row = rmas::lines(tx, head.id)?.into_iter().find(|row| row.line == line);
    Ok(row.ok_or_else(|| Refusal::not_found("rma_line", format!("{number}/{line}")))?)
}

/// From here on the promise runs: the spare has to be in place in time.
fn say_yes(tx: &mut Conn, ctx: &Ctx, id: i64, line: &LineRow, how: (&str, bool)) -> AppResult<()> {
    if rma::awaits_yes(tx, ctx, &line.number, line.line)? {
        rma::act(tx, ctx, &line.number, line.line, ActionKind::Authorise, &ActionInput::default())?;
    }
    decide(tx, ctx, id, RequestState::Approved, how)
}

fn decide(tx: &mut Conn, ctx: &Ctx, id: i64, state: RequestState, how: (&str, bool)) -> AppResult<()> {
    if requests::decide(tx, id, state, how, ctx.actor.id(), ctx.now)? {
        return Ok(());
    }
    Err(StoreError::raced("a request was decided a moment ago").into())
}

fn must_be(row: &RequestRow, state: RequestState, action: &str) -> Result<(), Refusal> {
    if row.state == state {
        return Ok(());
    }
    Err(Refusal::ActionNotAllowed { action: action.to_owned(), state: row.state.to_string() })
}

/// Says yes.
pub fn approve(tx: &mut Conn, ctx: &Ctx, number: &str, note: &str) -> AppResult<RequestRow> {
    ctx.actor.may(Permission::DecideRma)?;
    let row = find(tx, ctx, number)?;
    must_be(&row, RequestState::Requested, "approve")?;
    let mut f = Fields::new();
    let note = f.text("note", note, LONG_MAX);
    f.finish()?;
    let line = line_of(tx, &row.rma, row.line)?;
    waits_for_spare(tx, ctx, &line)?;
    if let Some(number) = requests::open_of_line(tx, line.id, row.id)? {
        return Err(Refusal::RequestAlreadyOpen { number }.into());
    }
    say_yes(tx, ctx, row.id, &line, (&note, false))?;
    audit::record(tx, ctx, "request.approve", &format!("request:{}", row.number), &note)?;
    find(tx, ctx, number)
}

/// Says no. An RMA nobody authorised is rejected with it. One that was approved is let go once its spare can never be given: it
/// counts as approved no more.
pub fn reject(tx: &mut Conn, ctx: &Ctx, number: &str, reason: &str) -> AppResult<RequestRow> {
    ctx.actor.may(Permission::DecideRma)?;
    let row = find(tx, ctx, number)?;
    if !is_past_filling(tx, ctx, &row)? {
        still_to_be_filled(tx, ctx, &row)?;
        must_be(&row, RequestState::Requested, "reject")?;
    }
    let mut f = Fields::new();
    let reason = f.required("reason", reason, LONG_MAX);
    f.finish()?;
    let line = line_of(tx, &row.rma, row.line)?;
    // Another request on the line still asks for its spare: only this one is refused.
    let is_last = requests::open_of_line(tx, line.id, row.id)?.is_none();
    if line.repair_state == RepairState::Requested && is_last {
        let input = ActionInput { reason: reason.clone(), ..ActionInput::default() };
        rma::act(tx, ctx, &row.rma, row.line, ActionKind::Reject, &input)?;
    }
    if row.state == RequestState::Approved {
        requests::unapprove(tx, row.id, ctx.now)?;
    }
    decide(tx, ctx, row.id, RequestState::Rejected, (&reason, false))?;
    audit::record(tx, ctx, "request.reject", &format!("request:{}", row.number), &reason)?;
    find(tx, ctx, number)
}

/// Says whether requests under the plan's version in force today need nobody's yes. What was asked before is not decided anew.
pub fn approve_automatically(tx: &mut Conn, ctx: &Ctx, plan: &str, automatic: bool) -> AppResult<()> {
    ctx.actor.may(Permission::ManageSetup)?;
    let code = plan.trim().to_lowercase();
    let found = crate::store::plans::by_code(tx, &code)?.ok_or_else(|| Refusal::not_found("plan", &code))?;
    let today = Zone::default().local_date(ctx.now);
    let version = crate::store::plans::version_on(tx, found.id, today)?;
    let version = version.ok_or_else(|| Refusal::not_found("plan", &code))?;
    requests::set_automatic(tx, version.id, automatic)?;
    let detail = format!("{} {}", version.valid_from, if automatic { "on" } else { "off" });
    audit::record(tx, ctx, "plan.auto_approval", &format!("plan:{code}"), &detail)
}
