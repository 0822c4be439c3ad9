//! One action on one line: load, resolve, decide, write, tell.

use crate::app::rma::apply::{Written, apply};
use crate::app::rma::intake::{TakenIn, receive, standing_here};
use crate::app::rma::resolve::{ActionInput, resolve};
use crate::app::rma::state::{Loaded, find, load};
use crate::app::rma::take_back::take_back;
use crate::app::rma::{LineView, line_view};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Permission, Scope};
use crate::domain::notice::NoticeKind;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::rma::{
    Action, ActionKind, IssuedRole, IssuedState, IssuedUnit, LineState, ShipmentPurpose, ShipmentState,
    Track, When, decide, may_assign, moment,
};
use crate::store::movements::{MovementFilter, MovementRow};
use crate::store::rmas::NewEvent;
use crate::store::{Conn, movements, outbox, people, rmas, shipments};

/// The line after an action, and what the action made.
#[derive(Debug, Clone)]
pub struct Acted {
    /// The line as it now is.
    pub line: LineView,
    /// Movements it made, oldest first.
    pub movements: Vec<MovementRow>,
    /// Notices it queued.
    pub notices: Vec<MadeNotice>,
}

/// A notice an action queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeNotice {
    /// Id.
    pub id: i64,
    /// What it tells.
    pub kind: NoticeKind,
    /// To whom.
    pub to: String,
}

/// Takes an action on a line.
pub fn act(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
    kind: ActionKind,
    input: &ActionInput,
) -> AppResult<Acted> {
    ctx.actor.may(kind.permission())?;
    let loaded = load(tx, ctx, number, line)?;
    let ctx = &ctx.not_before(loaded.state.latest());
    as_seen(&loaded, input.if_version)?;
    let (written, said) = if kind == ActionKind::TakeBack {
        let (written, step) = take_back(tx, ctx, &loaded, input)?;
        (written, step.to_string())
    } else {
        let action = resolve(tx, ctx, &loaded, kind, input)?;
        if let Action::ReceiveFaulty { scanned, place } = &action
            && let Some(taken) = standing_here(tx, ctx, &loaded, scanned)?
            && place.depot.as_ref().is_some_and(|depot| depot.code == taken.depot)
        {
            let mut when = input.when();
            let at = match when.occurred_at.take() {
                Some(at) => {
                    let said = When { occurred_at: Some(at), ..when.clone() };
                    moment(&ctx.actor, loaded.state.last_event_at.min(at), &said, ctx.now)?
                }
                None => taken.at,
            };
            let taken = TakenIn { at, ..taken };
            let (_, written) = receive(tx, ctx, number, line, &taken, &when)?;
            return acted(tx, ctx, &loaded, kind, written, &format!("taken in {}", taken.at));
        }
        // A spare has a clock of its own (decision 0036).
        let ctx = &match &action {
            Action::ReserveReplacement { spare } | Action::ShipExchange { spare, .. } => {
                ctx.not_before(spare.unit.last_moved_at)
            }
            _ => ctx.clone(),
        };
        let when = input.when();
        let decision = decide(&ctx.actor, &loaded.state, &action, &when, ctx.now)?;
        (apply(tx, ctx, &loaded, kind, &decision)?, decision.repair.to_string())
    };
    acted(tx, ctx, &loaded, kind, written, &said)
}

/// The answer to an action, once it is written.
fn acted(
    tx: &mut Conn,
    ctx: &Ctx,
    loaded: &Loaded,
    kind: ActionKind,
    written: Written,
    said: &str,
) -> AppResult<Acted> {
    let Written { movement_ids, notices } = written;
    let (number, line) = (loaded.rma.number.as_str(), loaded.row.line);
    let subject = format!("rma:{number}/{line}");
    audit::record(tx, ctx, &format!("rma.{kind}"), &subject, said)?;
    let mut made = vec![];
    for id in movement_ids {
        made.extend(movements::by_id(tx, id)?);
    }
    let mut told = vec![];
    for id in notices {
        told.extend(outbox::by_id(tx, &Scope::All, id)?);
    }
    let notices = told.into_iter().map(|row| MadeNotice { id: row.id, kind: row.kind, to: row.recipient });
    Ok(Acted { line: line_view(tx, ctx, number, line)?, movements: made, notices: notices.collect() })
}

/// What the sender saw must still be so.
pub(super) fn as_seen(line: &Loaded, seen: Option<i64>) -> Result<(), Refusal> {
    match seen.filter(|seen| *seen != line.row.version) {
        None => Ok(()),
        Some(seen) => {
            let actual = line.row.version.to_string();
            Err(Refusal::StaleVersion { expected: seen.to_string(), actual })
        }
    }
}

/// Lines given to somebody at once, at most: a page of the list.
const ASSIGNED_AT_ONCE: usize = 200;

/// Who may care for a line: staff who are here, by name.
///
/// # Errors
/// `forbidden`.
pub fn assignees(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<people::NameRow>> {
    if ctx.actor.may(Permission::DecideRma).is_err() {
        ctx.actor.may(Permission::Repair)?;
    }
    Ok(people::staff(conn)?)
}

/// Gives several lines to somebody, or to nobody: all or none.
///
/// # Errors
/// As [`assign`]; 422 when nothing or too much is chosen.
pub fn assign_many(
    tx: &mut Conn,
    ctx: &Ctx,
    lines: &[(String, i64)],
    username: Option<&str>,
) -> AppResult<usize> {
    if lines.is_empty() {
        return Err(Refusal::field("line", "required").into());
    }
    if lines.len() > ASSIGNED_AT_ONCE {
        let error = FieldError::new("line", "count_out_of_range");
        let error = error.with("max", ASSIGNED_AT_ONCE).with("count", lines.len());
        return Err(Refusal::Invalid(vec![error]).into());
    }
    for (number, line) in lines {
        assign(tx, ctx, number, *line, username, &ActionInput::default())?;
    }
    Ok(lines.len())
}

/// The note of an assignment: the name, and what was said with it.
pub(in crate::app) fn assigned_to(name: &str, note: &str) -> String {
    let said = [name, note.trim()];
    said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Says who cares for a line; nobody with `None`. Of `how` it takes what every action takes: when, a note and the version seen.
pub fn assign(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
    username: Option<&str>,
    how: &ActionInput,
) -> AppResult<LineView> {
    let loaded = load(tx, ctx, number, line)?;
    let ctx = &ctx.not_before(loaded.state.latest());
    may_assign(&ctx.actor, &loaded.state)?;
    as_seen(&loaded, how.if_version)?;
    let occurred_at = moment(&ctx.actor, loaded.state.last_event_at, &how.when(), ctx.now)?;
    let user = match username.map(str::trim).filter(|name| !name.is_empty()) {
        None => None,
        Some(name) => Some(
            people::by_username(tx, name)?
                .ok_or_else(|| Refusal::field_with("user", "unknown", "value", name))?,
        ),
    };
    rmas::assign(tx, loaded.row.id, user.as_ref().map(|user| user.id))?;
    rmas::insert_event(
        tx,
        &NewEvent {
            rma_id: loaded.rma.id,
            line_id: Some(loaded.row.id),
            track: Track::Note,
            kind: "assign",
            from: "",
            to: "",
            note: &assigned_to(user.as_ref().map_or("", |user| user.display_name.as_str()), &how.note),
            actor_id: ctx.actor.id(),
            occurred_at,
            recorded_at: ctx.now,
        },
    )?;
    audit::record(
        tx,
        ctx,
        "rma.assign",
        &format!("rma:{}/{line}", loaded.rma.number),
        username.unwrap_or_default(),
    )?;
    line_view(tx, ctx, number, line)
}

/// A shipment arrived: the same fact as the line's own action, whichever is said first.
pub fn delivered(tx: &mut Conn, ctx: &Ctx, shipment_id: i64, input: &ActionInput) -> AppResult<Acted> {
    let found = shipments::by_id(tx, &ctx.actor.scope(), shipment_id)?;
    let shipment = found.ok_or_else(|| Refusal::not_found("shipment", shipment_id))?;
    let state = shipment.state;
    let kind = match shipment.purpose {
        _ if state != ShipmentState::Shipped => None,
        ShipmentPurpose::Return => Some(ActionKind::ConfirmReturned),
        ShipmentPurpose::Faulty => None,
        ShipmentPurpose::Replacement => {
            let loaded = load(tx, ctx, &shipment.rma, shipment.line)?;
            handed_over(&loaded.state, shipment.serial.as_deref())
        }
    };
    let Some(kind) = kind else {
        let action = "delivered".to_owned();
        return Err(Refusal::ActionNotAllowed { action, state: state.to_string() }.into());
    };
    act(tx, ctx, &shipment.rma, shipment.line, kind, input)
}

/// Which hand-over the arrival of a parcel with this unit is: that of a loaner, or of a board given for good. None when the
/// unit is on the road no more.
pub(super) fn handed_over(line: &LineState, serial: Option<&str>) -> Option<ActionKind> {
    let is_in_it = |issued: &&IssuedUnit| Some(issued.unit.serial.as_str()) == serial;
    let carried = line.issued.iter().rfind(is_in_it);
    if carried.is_some_and(|issued| issued.state != IssuedState::Shipped) {
        return None;
    }
    let is_lent = carried.is_some_and(|issued| issued.role == IssuedRole::Loan);
    Some(if line.exchange_decided && !is_lent {
        ActionKind::ExchangeDelivered
    } else {
        ActionKind::ReplacementDelivered
    })
}

/// Movements of an RMA, newest first, for its page.
pub(super) fn movements_of(
    conn: &mut Conn,
    ctx: &Ctx,
    number: &str,
    limit: i64,
) -> AppResult<Vec<MovementRow>> {
    let rma = find(conn, ctx, number)?;
    let filter = MovementFilter { document: Some(rma.number), ..MovementFilter::default() };
    Ok(movements::list(conn, &crate::domain::actor::Scope::All, &filter, i64::MAX, limit)?)
}
