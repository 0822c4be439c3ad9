//! An equivalent exchange proposed for a line that is likely to miss its date, while the 30-day remedy can still hold
//! (PRODUCT "Late before late", NUMBERS §2).

use crate::app::outbox::{self, Draft};
use crate::app::rma::act::{Acted, act, as_seen};
use crate::app::rma::resolve::{ActionInput, oldest_new};
use crate::app::rma::state::{Loaded, limits_of, load};
use crate::app::stock::{self as stock_cases, Hold, Sourcing, sourcing_for};
use crate::app::{AppResult, Ctx, Error};
use crate::domain::actor::{Actor, Permission};
use crate::domain::calendar::Zone;
use crate::domain::equivalence::{Fit, Limited};
use crate::domain::plan::PromiseKind;
use crate::domain::rate::REMEDY_DAYS;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, LineState, RepairState, against, allowed_actions};
use crate::domain::turnaround::{is_at_risk, miss_of_bp};
use crate::store::rmas::LineRow;
use crate::store::savepoint::savepoint;
use crate::store::{Conn, StoreError, depots, promises, steps, stock, units};
use chrono::{Days, NaiveDate};

/// A board that could be given instead, and until when that makes good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Part number: the line's own part, else an equivalent.
    pub part_no: String,
    /// Its name in Chinese.
    pub part_name: String,
    /// Its name in English.
    pub part_name_en: String,
    /// Why it fits, when it is not the part itself.
    pub reason: Option<String>,
    /// The very unit.
    pub serial: String,
    /// Code of the depot it stands in.
    pub depot: String,
    /// Name of that depot.
    pub depot_name: String,
    /// The day it can be there.
    pub expected_on: NaiveDate,
    /// Last day on which deciding the exchange still makes good: the due date of the repair; late already, that of the board.
    pub decide_by: NaiveDate,
    /// Last day on which the board must be handed over if it is decided today.
    pub deliver_by: NaiveDate,
    /// Whether the repair is late already.
    pub late: bool,
    /// Chance that the line misses its date, in basis points.
    pub miss_bp: i64,
    /// A limit of the equivalence nobody can judge by the books: somebody has to look at the board.
    pub look_at: Option<Limited>,
}

/// The proposal for a line, if it is at risk, or late with a board owed that is not late yet (NUMBERS §2), may still be exchanged,
/// and there is a board. For staff only: customers do not see stock.
pub(super) fn of_line(
    conn: &mut Conn,
    ctx: &Ctx,
    row: &LineRow,
    state: &LineState,
) -> AppResult<Option<Proposal>> {
    // What is repaired only has to go home: that is quicker than any exchange.
    let is_done =
        matches!(row.repair_state, RepairState::Repaired | RepairState::Nff | RepairState::Dispatched);
    if is_done
        || ctx.actor.may(Permission::ReadStock).is_err()
        || !allowed_actions(&Actor::system("proposal"), state).contains(&ActionKind::DecideExchange)
    {
        return Ok(None);
    }
    let promised = promises::of_line(conn, row.id)?;
    let due = |kind: PromiseKind| {
        let running = promised.iter().rfind(|promise| promise.kind == kind && promise.ended_at.is_none());
        running.and_then(|promise| promise.due_on)
    };
    let Some(due_on) = due(PromiseKind::RepairReturn) else { return Ok(None) };
    let today = Zone::default().local_date(ctx.now);
    let in_thirty_days = today.checked_add_days(Days::new(REMEDY_DAYS)).unwrap_or(today);
    let (decide_by, deliver_by) = if due_on < today {
        match due(PromiseKind::EquivalentExchange).filter(|board_due| *board_due >= today) {
            Some(board_due) => (board_due, board_due),
            None => return Ok(None),
        }
    } else {
        let left = ctx.calendar.working_days_left(today, due_on);
        if !is_at_risk(miss_of_bp(row.risk_bp), Some(left)) {
            return Ok(None);
        }
        (due_on, in_thirty_days)
    };
    let near = row.depot.clone();
    // The customer's own on-site spares come first: they stand where the board is needed.
    let question = Sourcing { part_no: row.part_no.clone(), near };
    for offer in sourcing_for(conn, ctx, &question, Some(row.customer_id))? {
        let Some(part) = stock::part_ref(conn, &offer.part_no)? else { continue };
        let Some(depot) = depots::by_code(conn, &offer.depot)? else { continue };
        let unit = match state.case.brand_new_required {
            true => oldest_new(conn, &row.number, depot.id, part.id)?,
            false => units::oldest_available(conn, depot.id, part.id)?,
        };
        let Some(unit) = unit else { continue };
        let look_at = match limits_of(conn, &row.part_no, &unit)? {
            Fit::Meets => None,
            Fit::Unknown(limited) => Some(limited),
            Fit::Breaks(_) => continue,
        };
        return Ok(Some(Proposal {
            part_no: offer.part_no,
            part_name: offer.name,
            part_name_en: offer.name_en,
            reason: offer.reason,
            serial: unit.serial,
            depot: offer.depot,
            depot_name: offer.depot_name,
            expected_on: offer.expected_on,
            decide_by,
            deliver_by,
            late: due_on < today,
            miss_bp: row.risk_bp,
            look_at,
        }));
    }
    Ok(None)
}

/// How a trial ends: with what it showed, or as the act itself would.
enum Tried {
    Shown(Option<Box<Draft>>),
    Failed(Error),
}

impl From<StoreError> for Tried {
    fn from(error: StoreError) -> Self {
        Tried::Failed(error.into())
    }
}

/// The mail the customer would get if the proposal were accepted now; `None` for a customer without an address. The proposal is
/// accepted and taken back, so the mail is the very one: nothing is kept and nothing is sent. Refuses as [`accept_proposal`] does.
pub fn draft_notice(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
    input: &ActionInput,
) -> AppResult<Option<Draft>> {
    let tried = savepoint(tx, |tx| {
        let shown = accept_proposal(tx, ctx, number, line, input).and_then(|acted| {
            let told = acted.notices.last();
            told.map_or(Ok(None), |made| Ok(outbox::draft(tx, made.id)?.map(Box::new)))
        });
        Err::<(), _>(shown.map_or_else(Tried::Failed, Tried::Shown))
    });
    match tried {
        Ok(()) => Ok(None),
        Err(Tried::Shown(draft)) => Ok(draft.map(|draft| *draft)),
        Err(Tried::Failed(error)) => Err(error),
    }
}

/// Accepts the proposal of a line in one act: the board is held for the RMA, and the exchange is decided, of which the
/// customer is told. Refuses with `nothing_proposed` when there is no proposal, or none any more, and with what the decision refuses.
pub fn accept_proposal(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
    input: &ActionInput,
) -> AppResult<Acted> {
    ctx.actor.may(ActionKind::DecideExchange.permission())?;
    let loaded = load(tx, ctx, number, line)?;
    as_seen(&loaded, input.if_version)?;
    let Loaded { rma, row, state } = loaded;
    against(&state, ActionKind::DecideExchange)?;
    let proposal = of_line(tx, ctx, &row, &state)?;
    let proposal = proposal
        .ok_or_else(|| Refusal::NothingProposed { number: format!("{}/{}", row.number, row.line) })?;
    if let Some(Limited { limit, wanted, .. }) = proposal.look_at.filter(|_| !input.limits_confirmed) {
        let serial = proposal.serial;
        return Err(Refusal::LimitUnknown { serial, limit: limit.to_string(), wanted }.into());
    }
    let hold = Hold {
        part_no: proposal.part_no,
        depot: proposal.depot,
        serial: Some(proposal.serial),
        quantity: None,
        expires_at: None,
        document: rma.number,
    };
    let held = stock_cases::reserve(tx, ctx, &hold)?;
    let acted = act(tx, ctx, number, line, ActionKind::DecideExchange, input)?;
    // Taken back, the decision lets go of the board.
    if let Some(step) = steps::latest(tx, row.id)? {
        steps::note_board(tx, step.id, held.id, true)?;
    }
    Ok(acted)
}
