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
use std::collections::{BTreeSet, HashMap};

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

/// An exception with what the page says of it now.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The exception.
    pub row: ExceptionRow,
    /// Where it has to be put right by now, when no movement by hand can do it.
    pub keeper: Option<Keeper>,
    /// Whether this reader may reverse what brought its unit to where the books have it.
    pub may_reverse: bool,
}

/// What keeps each of these units, in a few statements, and the movement it stands by.
fn keepers_of(conn: &mut Conn, units: &[UnitRow]) -> AppResult<Vec<(Option<Keeper>, Option<i64>)>> {
    let ids: Vec<i64> = units.iter().map(|unit| unit.id).collect();
    let last = movements::all_last_left(conn, &ids)?;
    let recorded = movements::all_recorded(conn, &last.values().copied().collect::<Vec<_>>())?;
    let documents: HashMap<i64, String> = recorded
        .into_iter()
        .filter(|last| last.belongs_to_document)
        .map(|last| (last.id, last.document))
        .collect();
    let bound = stock::bound_all(conn, units)?;
    let keeper = |(unit, bound): (&UnitRow, Option<Bound>)| {
        let last = last.get(&unit.id).copied();
        let keeper = match bound {
            Some(Bound::Line(OnLine { rma, line, .. })) => Some(Keeper::Line { rma, line }),
            Some(Bound::Order { repair, .. }) => Some(Keeper::Order(repair)),
            None => last.and_then(|last| documents.get(&last).cloned()).map(Keeper::Document),
        };
        (keeper, last)
    };
    Ok(units.iter().zip(bound).map(keeper).collect())
}

/// What the reader is told of each exception now.
fn told(conn: &mut Conn, ctx: &Ctx, rows: Vec<ExceptionRow>) -> AppResult<Vec<Listed>> {
    let by_hand = |row: &&ExceptionRow| {
        matches!(row.act, RightAct::Reverse | RightAct::Look) && row.state == ExceptionState::Open
    };
    let ids: BTreeSet<i64> = rows.iter().filter(by_hand).filter_map(|row| row.unit_id).collect();
    let units = units::by_ids(conn, &ids.into_iter().collect::<Vec<_>>())?;
    let kept = keepers_of(conn, &units)?;
    let last: Vec<i64> = kept.iter().filter_map(|(_, last)| *last).collect();
    let reversible = stock::reversible(conn, ctx, &last)?;
    let kept: HashMap<i64, _> =
        units.iter().zip(kept).map(|(unit, kept)| (unit.id, (unit.depot_id, kept))).collect();
    let one = |row: ExceptionRow| {
        let found = row.unit_id.filter(|_| by_hand(&&row)).and_then(|unit| kept.get(&unit));
        let stands_here = found.is_some_and(|(depot, _)| *depot == Some(row.depot_id));
        let keeper = found.and_then(|(_, (keeper, _))| keeper.clone());
        // Where it stands in this depot, no movement was wrong: the document that brought it here has nothing to do with it.
        let keeper = keeper.filter(|keeper| !(stands_here && matches!(keeper, Keeper::Document(_))));
        let last = found.and_then(|(_, (_, last))| *last);
        Listed { may_reverse: last.is_some_and(|last| reversible.contains(&last)), keeper, row }
    };
    Ok(rows.into_iter().map(one).collect())
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
            let kept = keepers_of(conn, std::slice::from_ref(unit))?.pop();
            if kept.is_some_and(|(keeper, _)| keeper.is_some()) { RightAct::Look } else { RightAct::Reverse }
        }
        PlaceKind::Customer | PlaceKind::Vendor => RightAct::TakeIn,
        _ => RightAct::Look,
    })
}

/// The facts of an exception's refusal, by name.
pub fn facts(row: &ExceptionRow) -> Vec<(String, String)> {
    exceptions::decode_facts(&row.facts).unwrap_or_default()
}

/// Exceptions the reader may see, newest first, each with what can be done about it now.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &ExceptionFilter,
    before_id: i64,
    limit: i64,
) -> AppResult<Vec<Listed>> {
    let rows = rows(conn, ctx, filter, before_id, limit)?;
    told(conn, ctx, rows)
}

/// The rows alone of the same list.
pub fn rows(
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
