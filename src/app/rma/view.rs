//! Everything about an RMA on one page: tracks, promises with their arithmetic, timeline, units, shipments, next steps.

use crate::app::figures::{self, BackBetween};
use crate::app::rma::act::movements_of;
use crate::app::rma::promises::{hold_days, terms_of};
use crate::app::rma::proposal::{self, Proposal};
use crate::app::rma::resolve::held_for;
use crate::app::rma::state::{find, load, state_of};
use crate::app::rma::stays::{Stay, stays};
use crate::app::rma::take_back;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::{Progress, Zone};
use crate::domain::plan::PromiseKind;
use crate::domain::repair::Cause;
use crate::domain::rma::case::{OwedKind, owed_to_us};
use crate::domain::rma::{ActionKind, allowed_actions, may_assign};
use crate::domain::stock::Owner;
use crate::store::issued::{self, IssuedRow};
use crate::store::movements::MovementRow;
use crate::store::promises::{HoldRow, PromiseRow};
use crate::store::rma_cases::{self, ConsentRow, QuoteRow};
use crate::store::rmas::{EventRow, LineRow, RmaRow};
use crate::store::shipments::ShipmentRow;
use crate::store::units::UnitRow;
use crate::store::{Conn, line_contracts, promises, repeats, rmas, shipments, units};
use chrono::NaiveDate;

/// An RMA with all its parts.
#[derive(Debug, Clone)]
pub struct RmaView {
    /// Head.
    pub rma: RmaRow,
    /// Lines.
    pub lines: Vec<LineView>,
    /// Timeline, newest first.
    pub timeline: Vec<EventRow>,
    /// Shipments, oldest first.
    pub shipments: Vec<ShipmentRow>,
    /// Movements, newest first; none for customers.
    pub movements: Vec<MovementRow>,
}

/// A line with its promises, units and next steps.
#[derive(Debug, Clone)]
pub struct LineView {
    /// Line.
    pub row: LineRow,
    /// Number of the contract that covered it on the day it was asked for.
    pub contract: Option<String>,
    /// The faulty unit's present, once the ledger knows it.
    pub unit: Option<UnitRow>,
    /// Units issued for it.
    pub issued: Vec<IssuedRow>,
    /// The days between which the unit is likely to be handed back; none when nothing honest can be said.
    pub forecast: Option<BackBetween>,
    /// The board that is held for its exchange and did not leave yet; for staff.
    pub held: Option<UnitRow>,
    /// Promises.
    pub promises: Vec<PromiseView>,
    /// Holds.
    pub holds: Vec<HoldRow>,
    /// The line whose repair did not hold and whose warranty covers this one, e.g. `RMA-2026-000017/1`.
    pub repeat_of: Option<String>,
    /// Whose doing a delay was, as attributed last.
    pub cause: Option<Cause>,
    /// Quotes, oldest first.
    pub quotes: Vec<QuoteRow>,
    /// What the customer agreed to in writing, oldest first.
    pub consents: Vec<ConsentRow>,
    /// Days in each stage of the repair.
    pub stays: Vec<Stay>,
    /// What the reader may do now, in the order of a line's life.
    pub allowed_actions: Vec<ActionKind>,
    /// Whether the reader may say who cares for it.
    pub may_assign: bool,
    /// The latest action on record that was not taken back.
    pub last_step: Option<ActionKind>,
    /// What is owed to us, by serial.
    pub owed: Vec<(OwedKind, String)>,
    /// An exchange proposed because the line is likely to miss its date; for staff.
    pub proposal: Option<Proposal>,
}

/// A promise with its clock.
#[derive(Debug, Clone)]
pub struct PromiseView {
    /// Promise.
    pub promise: PromiseRow,
    /// Its clock, for promises counted in days.
    pub clock: Option<Clock>,
}

/// How far a clock has run: "第 37 / 60 工作日, 余 23 日".
#[derive(Debug, Clone)]
pub struct Clock {
    /// The arithmetic, as of today or of the day it ended.
    pub progress: Progress,
    /// Local day it started.
    pub started_on: chrono::NaiveDate,
}

/// An RMA as the reader may see it.
pub fn view(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<RmaView> {
    ctx.actor.may(Permission::ReadRma)?;
    let rma = find(conn, ctx, number)?;
    let mut lines = vec![];
    for row in rmas::lines(conn, rma.id)? {
        lines.push(line_of(conn, ctx, row)?);
    }
    let mut timeline = rmas::timeline(conn, rma.id)?;
    if ctx.actor.role == Role::Customer {
        timeline.retain(|event| !event.internal);
    }
    let shipments = shipments::of_rma(conn, rma.id)?;
    let movements = match ctx.actor.role {
        Role::Customer => vec![],
        _ => movements_of(conn, ctx, &rma.number, 200)?,
    };
    Ok(RmaView { rma, lines, timeline, shipments, movements })
}

/// One line as the reader may see it.
pub fn line_view(conn: &mut Conn, ctx: &Ctx, number: &str, line: i64) -> AppResult<LineView> {
    let loaded = load(conn, ctx, number, line)?;
    line_of(conn, ctx, loaded.row)
}

fn line_of(conn: &mut Conn, ctx: &Ctx, mut row: LineRow) -> AppResult<LineView> {
    let state = state_of(conn, &row)?;
    let holds = promises::holds(conn, row.id)?;
    let promised = promises::of_line(conn, row.id)?;
    let repair = promised.iter().rfind(|promise| promise.kind == PromiseKind::RepairReturn).cloned();
    let counted = |from, to| match &repair {
        Some(promise) => used(ctx, promise, &holds, to) - used(ctx, promise, &holds, from),
        None => (to - from).num_days(),
    };
    let stays = stays(&rmas::repair_steps(conn, row.id)?, row.ended_at.unwrap_or(ctx.now), counted);
    let promises = promised.into_iter().map(|promise| with_clock(ctx, promise, &holds)).collect();
    let unit = match &state.unit {
        Some(unit) => units::by_id(conn, unit.id)?,
        None => None,
    };
    // Where a thing is that is not theirs is no customer's to know, nor what a repair cost us.
    let theirs = Owner::Customer(row.customer.clone());
    let is_customer = ctx.actor.role == Role::Customer;
    let unit = unit.filter(|unit| !is_customer || unit.owner == theirs);
    row.cost_fen = row.cost_fen.filter(|_| !is_customer);
    let waits = state.exchange_decided && state.exchange().is_none() && !state.repair.is_ended();
    let held = if waits && !is_customer { held_for(conn, &row)? } else { None };
    let mut allowed = allowed_actions(&ctx.actor, &state);
    if allowed.contains(&ActionKind::TakeBack) && !take_back::may_go(conn, &row)? {
        allowed.retain(|kind| *kind != ActionKind::TakeBack);
    }
    Ok(LineView {
        unit,
        held,
        contract: line_contracts::of_lines(conn, &[row.id])?.remove(&row.id),
        issued: issued::of_line(conn, row.id)?,
        forecast: figures::back_between(conn, row.id, Zone::default().local_date(ctx.now))?,
        promises,
        holds,
        repeat_of: repeats::repeat_of(conn, row.id)?,
        cause: repeats::cause_of(conn, row.id)?.as_deref().and_then(Cause::from_code),
        quotes: rma_cases::quotes(conn, row.id)?,
        consents: rma_cases::consents(conn, row.id)?,
        allowed_actions: allowed,
        may_assign: row.ended_at.is_none() && may_assign(&ctx.actor, &state).is_ok(),
        last_step: state.last_step,
        owed: owed_to_us(&state),
        proposal: proposal::of_line(conn, ctx, &row, &state)?,
        stays,
        row,
    })
}

/// Days of a promise's clock used up on a day; none are counted once it has ended.
fn used(ctx: &Ctx, promise: &PromiseRow, holds: &[HoldRow], day: NaiveDate) -> i64 {
    let Some(terms) = terms_of(promise) else { return 0 };
    let zone = Zone::default();
    let until = promise.ended_at.map_or(day, |at| day.min(zone.local_date(at)));
    let holds = hold_days(holds);
    ctx.calendar.used_days(zone.local_date(promise.started_at), &terms, &holds, until).into()
}

fn with_clock(ctx: &Ctx, promise: PromiseRow, holds: &[HoldRow]) -> PromiseView {
    let zone = Zone::default();
    let clock = terms_of(&promise).map(|terms| {
        let started_on = zone.local_date(promise.started_at);
        let as_of = zone.local_date(promise.ended_at.unwrap_or(ctx.now));
        let days = if promise.kind.is_stopped_by_holds() { hold_days(holds) } else { vec![] };
        Clock { progress: ctx.calendar.progress(started_on, &terms, &days, as_of), started_on }
    });
    PromiseView { promise, clock }
}
