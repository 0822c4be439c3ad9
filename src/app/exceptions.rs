//! What a person has to settle: things in somebody's hand that the books have elsewhere.

use crate::app::{AppResult, Ctx, audit, stock};
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::count::{ExceptionState, RightAct};
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Bound, OnLine};
use crate::store::units::UnitRow;
use crate::store::{Conn, exceptions, issued, movements, open_lines, transfers, units};

pub use crate::store::exceptions::{ExceptionFilter, ExceptionRow};

/// What keeps a unit from being put right by a movement of its own: the page to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeper {
    /// An open RMA line.
    Line {
        /// RMA number.
        rma: String,
        /// Line.
        line: i64,
    },
    /// An open repair order.
    Order(String),
    /// The document its last movement belongs to.
    Document(String),
}

fn keeper_of(conn: &mut Conn, unit: &UnitRow) -> AppResult<Option<Keeper>> {
    match stock::bound(conn, unit)? {
        Some(Bound::Line(OnLine { rma, line, .. })) => return Ok(Some(Keeper::Line { rma, line })),
        Some(Bound::Order { repair, .. }) => return Ok(Some(Keeper::Order(repair))),
        None => {}
    }
    let last = movements::last_left(conn, unit.id)?;
    let last = movements::recorded(conn, last)?.filter(|last| last.belongs_to_document);
    Ok(last.map(|last| Keeper::Document(last.document)))
}

/// Where an open exception has to be put right by now, when no movement by hand can do it.
///
/// # Errors
/// Of the database only.
pub fn keeper(conn: &mut Conn, row: &ExceptionRow) -> AppResult<Option<Keeper>> {
    let by_hand = matches!(row.act, RightAct::Reverse | RightAct::Look);
    let Some(unit) = row.unit_id.filter(|_| by_hand && row.state == ExceptionState::Open) else {
        return Ok(None);
    };
    let Some(unit) = units::by_id(conn, unit)? else { return Ok(None) };
    let stands_here = unit.depot_id == Some(row.depot_id);
    // Where it stands in this depot, no movement was wrong: the document that brought it here has nothing to do with it.
    Ok(keeper_of(conn, &unit)?.filter(|keeper| !(stands_here && matches!(keeper, Keeper::Document(_)))))
}

/// The act that brings the books to where the unit is, in this depot.
pub(in crate::app) fn right_act(conn: &mut Conn, unit: &UnitRow, depot_id: i64) -> AppResult<RightAct> {
    if let Some((transfer_id, _)) = transfers::on_the_road(conn, unit.id)? {
        let here = transfers::by_id(conn, transfer_id)?.is_some_and(|row| row.to_depot_id == depot_id);
        return Ok(if here { RightAct::ReceiveTransfer } else { RightAct::Look });
    }
    if issued::out_on(conn, unit.id, unit.place_kind)?.is_some() {
        return Ok(RightAct::RecoverLoan);
    }
    let waits =
        open_lines::of_identity(conn, &unit.identity)?.is_some_and(|line| line.repair_state.is_awaited());
    Ok(match unit.place_kind {
        _ if waits => RightAct::MatchRma,
        // In this depot already, in another place of it: no movement was wrong.
        _ if unit.depot_id == Some(depot_id) => RightAct::Look,
        PlaceKind::Depot | PlaceKind::Bin | PlaceKind::Bench | PlaceKind::Engineer | PlaceKind::Lost => {
            // What a line, an order or a document holds is put right there: no reversal by hand would go.
            if keeper_of(conn, unit)?.is_some() { RightAct::Look } else { RightAct::Reverse }
        }
        PlaceKind::Customer | PlaceKind::Vendor => RightAct::TakeIn,
        _ => RightAct::Look,
    })
}

/// The facts of an exception's refusal, by name.
pub fn facts(row: &ExceptionRow) -> Vec<(String, String)> {
    exceptions::decode_facts(&row.facts).unwrap_or_default()
}

/// Exceptions the reader may see, newest first.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &ExceptionFilter,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<ExceptionRow>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(exceptions::list(conn, &ctx.actor.scope(), filter, before_id, limit)?)
}

/// Says how an exception was put right.
pub fn settle(tx: &mut Conn, ctx: &Ctx, id: i64, reason: &str) -> AppResult<ExceptionRow> {
    ctx.actor.may(Permission::MoveStock)?;
    let scope = ctx.actor.scope();
    let row = exceptions::by_id(tx, &scope, id)?.ok_or_else(|| Refusal::not_found("exception", id))?;
    ctx.actor.may_in(Permission::MoveStock, &DepotRef { id: row.depot_id, code: row.depot.clone() })?;
    let mut f = Fields::new();
    let reason = f.required("reason", reason, LONG_MAX);
    f.finish()?;
    if !exceptions::settle(tx, id, &reason, ctx.actor.id(), ctx.now)? {
        let (action, state) = ("settle".to_owned(), row.state.to_string());
        return Err(Refusal::ActionNotAllowed { action, state }.into());
    }
    audit::record(tx, ctx, "exception.settle", &format!("exception:{id}"), &reason)?;
    Ok(exceptions::by_id(tx, &scope, id)?.ok_or_else(|| Refusal::not_found("exception", id))?)
}
