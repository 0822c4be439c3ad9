//! Following an RMA without an account: number and code show this RMA and nothing else.

use crate::app::figures::{self, BackBetween};
use crate::app::rma::act::{act, handed_over};
use crate::app::rma::makers_unit::{board_was_told, makers_unit};
use crate::app::rma::news::depot_to_send_to;
use crate::app::rma::promises::hold_days;
use crate::app::rma::resolve::ActionInput;
use crate::app::rma::state::load;
use crate::app::token::random_letters;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Scope;
use crate::domain::calendar::Zone;
use crate::domain::fields::code_of;
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{
    ActionKind, IssuedState, PromiseState, QuoteState, RepairState, ShipmentPurpose, Track,
};
use crate::store::depots::DepotRow;
use crate::store::issued::{self, IssuedRow};
use crate::store::promises::PromiseRow;
use crate::store::rma_cases::{self, QuoteRow};
use crate::store::rmas::{EventRow, LineRow, RmaRow};
use crate::store::shipments::ShipmentRow;
use crate::store::{Conn, promises, rmas, shipments};
use chrono::{DateTime, NaiveDate, Utc};
use subtle::ConstantTimeEq;

/// 32^12 codes: not to be guessed.
const CODE_LENGTH: usize = 12;

/// What the public page shows.
#[derive(Debug, Clone)]
pub struct Tracked {
    /// Head; the face shows its number and state only.
    pub rma: RmaRow,
    /// Lines.
    pub lines: Vec<TrackedLine>,
    /// Shipments, oldest first.
    pub shipments: Vec<ShipmentRow>,
}

/// A line as its customer follows it.
#[derive(Debug, Clone)]
pub struct TrackedLine {
    /// Line.
    pub row: LineRow,
    /// The promised date, of the unit or of the board decided instead; none before receipt and while the clock stands still.
    pub due_on: Option<NaiveDate>,
    /// It may still move with a calendar notice to come.
    pub provisional: bool,
    /// The days between which the unit is likely to be back with the customer; none when nothing honest can be said.
    pub forecast: Option<BackBetween>,
    /// The customer asked us to wait.
    pub on_hold: bool,
    /// The depot the faulty part is to be sent to, while we wait for it and where that can be told.
    pub send_to: Option<DepotRow>,
    /// By when it is to be there, where that is promised.
    pub send_by: Option<NaiveDate>,
    /// The quote that waits for an answer.
    pub quote: Option<QuoteRow>,
    /// A board was promised in the unit's place.
    pub is_exchanged: bool,
    /// What is on its way to the customer, whose hand-over they can confirm now.
    pub arriving: Option<ShipmentPurpose>,
    /// The replacement in the customer's hands or on its way to them.
    pub holding: Option<IssuedRow>,
    /// When a replacement first reached the customer.
    pub replaced_at: Option<DateTime<Utc>>,
    /// States of the repair with the moment each was entered last, in order of entering.
    pub entered: Vec<(RepairState, DateTime<Utc>)>,
    /// Serial of the unit its maker sent in its place, which goes to the customer; none where the own one came back.
    pub makers_unit: Option<String>,
}

/// A fresh tracking code.
#[must_use]
pub fn new_tracking_code() -> String {
    random_letters(CODE_LENGTH)
}

/// The RMA, when number and code fit. A wrong number and a wrong code get the same answer.
pub fn track(conn: &mut Conn, ctx: &Ctx, number: &str, code: &str) -> AppResult<Tracked> {
    let today = Zone::default().local_date(ctx.now);
    let number = code_of(number);
    let given = code_of(code);
    let rma = rmas::by_number(conn, &Scope::All, &number)?.filter(|rma| {
        !rma.tracking_code.is_empty() && bool::from(rma.tracking_code.as_bytes().ct_eq(given.as_bytes()))
    });
    let rma = rma.ok_or_else(|| Refusal::not_found("tracking", &number))?;
    let mut timeline = rmas::timeline(conn, rma.id)?;
    timeline.retain(|event| !event.taken_back);
    let mut lines = vec![];
    for row in rmas::lines(conn, rma.id)? {
        let spares = issued::of_line(conn, row.id)?;
        let promises = promises::of_line(conn, row.id)?;
        let is_exchanged = board_was_told(conn, row.id)?;
        let promise = owed(&promises, is_exchanged);
        let awaited = matches!(row.repair_state, RepairState::Authorised | RepairState::Expected);
        let holds = hold_days(&promises::holds(conn, row.id)?);
        lines.push(TrackedLine {
            due_on: promise.and_then(|promise| promise.due_on),
            provisional: promise.is_some_and(|promise| promise.provisional),
            forecast: figures::back_between(conn, row.id, today)?,
            send_to: if awaited { depot_to_send_to(conn, &row)? } else { None },
            send_by: promises.iter().find(|promise| is_owed_part(promise)).and_then(|promise| promise.due_on),
            quote: rma_cases::quotes(conn, row.id)?.into_iter().find(|quote| quote.state == QuoteState::Open),
            is_exchanged,
            on_hold: holds.iter().any(|hold| hold.resume.is_none()),
            replaced_at: spares.iter().filter_map(|issued| issued.in_use_at).min(),
            arriving: arriving(row.repair_state, &spares),
            holding: spares
                .into_iter()
                .rfind(|issued| issued.state.is_active() && issued.shipped_at.is_some()),
            entered: entered(&timeline, row.line),
            makers_unit: makers_unit(conn, &row)?,
            row,
        });
    }
    let shipments = shipments::of_rma(conn, rma.id)?;
    Ok(Tracked { rma, lines, shipments })
}

/// The faulty part itself is owed to us; a dead spare is another matter.
fn is_owed_part(promise: &PromiseRow) -> bool {
    promise.kind == PromiseKind::FaultyReturn && promise.issued_id == 0 && promise.state == PromiseState::Open
}

/// What the customer waits for: the unit back, or the board it was told of instead.
fn owed(promises: &[PromiseRow], board_was_told: bool) -> Option<&PromiseRow> {
    let latest = |kind| {
        let mut of_kind = promises.iter().filter(move |promise| promise.kind == kind);
        of_kind.rfind(|promise| promise.state != PromiseState::Excluded)
    };
    let board = latest(PromiseKind::EquivalentExchange).filter(|_| board_was_told);
    board.or_else(|| latest(PromiseKind::RepairReturn))
}

/// The spare or board on the road first: it left before the unit that it stands in for.
fn arriving(state: RepairState, spares: &[IssuedRow]) -> Option<ShipmentPurpose> {
    if spares.iter().any(|issued| issued.state == IssuedState::Shipped) {
        return Some(ShipmentPurpose::Replacement);
    }
    (state == RepairState::Dispatched).then_some(ShipmentPurpose::Return)
}

/// The states a line's repair went through.
fn entered(timeline: &[EventRow], line: i64) -> Vec<(RepairState, DateTime<Utc>)> {
    let mut entered: Vec<(RepairState, DateTime<Utc>)> = timeline
        .iter()
        .filter(|event| event.track == Track::Repair && event.line == Some(line))
        .filter_map(|event| Some((RepairState::from_code(&event.to_state)?, event.occurred_at)))
        .collect();
    entered.sort_by_key(|(_, at)| *at);
    entered
}

/// The customer confirms a hand-over from the public page: the same fact as `confirm_returned`, `replacement_delivered` or
/// `exchange_delivered`, and it stops the clock that runs to it. `what` is what they saw arriving, so that the word given for a spare
/// never ends the repair. `ctx` acts for the system; the name given is kept as the proof.
pub fn confirm_by_customer(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    code: &str,
    line: i64,
    what: Option<ShipmentPurpose>,
    name: &str,
) -> AppResult<Tracked> {
    let tracked = track(tx, ctx, number, code)?;
    let shown = tracked.lines.iter().find(|shown| shown.row.line == line);
    let what = what.or(shown.and_then(|shown| shown.arriving));
    let kind = if what == Some(ShipmentPurpose::Replacement) {
        let held = shown.and_then(|shown| shown.holding.as_ref());
        let loaded = load(tx, ctx, &tracked.rma.number, line)?;
        handed_over(&loaded.state, held.map(|held| held.serial.as_str()))
            .unwrap_or(ActionKind::ReplacementDelivered)
    } else {
        ActionKind::ConfirmReturned
    };
    let input = ActionInput { received_by: name.to_owned(), ..ActionInput::default() };
    act(tx, ctx, &tracked.rma.number, line, kind, &input)?;
    track(tx, ctx, number, code)
}
