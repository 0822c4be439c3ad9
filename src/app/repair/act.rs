//! One action on one repair order. While its RMA line is open the line acts, and carries the order along.

use crate::app::repair::load::{carries_its_line, find, state_of};
use crate::app::repair::resolve::resolve;
use crate::app::repair::view::{RepairView, view_of};
use crate::app::repair::write::{event, write_work};
use crate::app::rma::{self, ActionInput};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::repair::{RepairKind, decide};
use crate::domain::rma::{ActionKind, moment};
use crate::store::movements::{self, MovementRow};
use crate::store::{Conn, ledger, people, repairs};

/// The order after an action, and the movements it made.
#[derive(Debug, Clone)]
pub struct Acted {
    /// The order as it now is.
    pub repair: RepairView,
    /// Movements, oldest first.
    pub movements: Vec<MovementRow>,
}

/// Takes an action on an order, by its number or row id.
pub fn act(tx: &mut Conn, ctx: &Ctx, key: &str, kind: RepairKind, input: &ActionInput) -> AppResult<Acted> {
    ctx.actor.may(kind.permission_of(&ctx.actor))?;
    let row = find(tx, ctx, key)?;
    as_seen(&row, input.if_version)?;
    let movements = match (ActionKind::from_code(kind.as_str()), &row.rma, row.line) {
        (Some(action), Some(rma), Some(line)) if carries_its_line(&row) => {
            // The version that was seen is the order's, not the line's.
            let input = ActionInput { if_version: None, ..input.clone() };
            rma::act(tx, ctx, rma, line, action, &input)?.movements
        }
        _ => act_alone(tx, ctx, row.clone(), kind, input)?,
    };
    let row = find(tx, ctx, &row.id.to_string())?;
    Ok(Acted { repair: view_of(tx, ctx, row)?, movements })
}

/// What the sender saw must still be so.
fn as_seen(row: &repairs::RepairRow, seen: Option<i64>) -> Result<(), Refusal> {
    match seen.filter(|seen| *seen != row.version) {
        None => Ok(()),
        Some(seen) => {
            let (expected, actual) = (seen.to_string(), row.version.to_string());
            Err(Refusal::StaleVersion { expected, actual })
        }
    }
}

fn act_alone(
    tx: &mut Conn,
    ctx: &Ctx,
    row: repairs::RepairRow,
    kind: RepairKind,
    input: &ActionInput,
) -> AppResult<Vec<MovementRow>> {
    let state = state_of(tx, &row)?;
    let ctx = &ctx.not_before(state.last_event_at.max(state.unit.last_moved_at));
    let action = resolve(tx, &state, kind, input)?;
    let when = input.when();
    let work = decide(&ctx.actor, &state, &action, &when, ctx.now)?;
    let posted = ledger::post(tx, &work.postings, ctx.actor.id(), ctx.now)?;
    let ids: Vec<i64> = posted.iter().map(|posted| posted.movement_id).collect();
    let other = posted.last().and_then(|posted| posted.unit_id).filter(|_| work.swap.is_some());
    write_work(tx, ctx, &row, &work, &ids, other.unwrap_or(row.unit_id))?;
    let subject = format!("repair:{}", row.number);
    audit::record(tx, ctx, &format!("repair.{kind}"), &subject, work.to.as_str())?;
    let mut made = vec![];
    for id in ids {
        made.extend(movements::by_id(tx, id)?);
    }
    Ok(made)
}

/// Says who works on it; nobody with `None`. Of `how` it takes what every action takes: when, a note and the version seen.
pub fn assign(
    tx: &mut Conn,
    ctx: &Ctx,
    key: &str,
    username: Option<&str>,
    how: &ActionInput,
) -> AppResult<Acted> {
    ctx.actor.may(Permission::Repair)?;
    let row = find(tx, ctx, key)?;
    as_seen(&row, how.if_version)?;
    let last_event_at = state_of(tx, &row)?.last_event_at;
    let ctx = &ctx.not_before(last_event_at);
    let occurred_at = moment(&ctx.actor, last_event_at, &how.when(), ctx.now)?;
    ctx.actor.may_in(Permission::Repair, &row.depot_ref())?;
    let name = username.map(str::trim).filter(|name| !name.is_empty());
    let user = match name {
        None => None,
        Some(name) => Some(
            people::by_username(tx, name)?
                .ok_or_else(|| Refusal::field_with("user", "unknown", "value", name))?,
        ),
    };
    repairs::assign(tx, row.id, user.as_ref().map(|user| user.id))?;
    let note = rma::assigned_to(name.unwrap_or_default(), &how.note);
    event(tx, ctx, row.id, "assign", "", "", &note, occurred_at)?;
    audit::record(tx, ctx, "repair.assign", &format!("repair:{}", row.number), name.unwrap_or_default())?;
    let row = find(tx, ctx, &row.id.to_string())?;
    Ok(Acted { repair: view_of(tx, ctx, row)?, movements: vec![] })
}
