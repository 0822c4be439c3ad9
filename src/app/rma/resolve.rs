//! From the codes people send to the places and units a rule decides about.

use crate::app::repair::{BenchInput, LineRef, covering_by_diagnosis, work_of_line};
use crate::app::rma::cases::{self, CaseInput};
use crate::app::rma::state::{Loaded, limits_of};
use crate::app::stock::{Sourcing, find_unit, sourcing_for};
use crate::app::{AppResult, Ctx, places};
use crate::domain::actor::DepotRef;
use crate::domain::fields::code_of;
use crate::domain::place::{PlaceKind, PlaceRef, transit_code};
use crate::domain::refusal::Refusal;
use crate::domain::repair::line_state;
use crate::domain::rma::{Action, ActionKind, Mode, Parcel, RepairOrderState, RepairOutcome, Spare, When};
use crate::domain::serial::Serial;
use crate::domain::stock::Condition;
use crate::store::rmas::LineRow;
use crate::store::units::UnitRow;
use crate::store::{self, Conn, StoreError, attachments, rma_cases, steps, stock, units};
use chrono::{DateTime, NaiveDate, Utc};

/// Everything an action may say; each action reads what concerns it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActionInput {
    /// Depot code: where it is received, or which depot lends.
    pub depot: Option<String>,
    /// Bin code within the depot (`A1-01`) or a place code.
    pub bin: Option<String>,
    /// Part to give instead, if not the line's.
    pub part_no: Option<String>,
    /// Serial as scanned.
    pub serial: Option<String>,
    /// Carrier.
    pub carrier: String,
    /// Waybill number.
    pub tracking_no: String,
    /// Who took it.
    pub received_by: String,
    /// Why.
    pub reason: String,
    /// Who at the customer said so.
    pub said_by: String,
    /// What was found.
    pub finding: String,
    /// Outcome or verdict.
    pub outcome: Option<RepairOutcome>,
    /// Cost in fen.
    pub cost_fen: Option<i64>,
    /// Vendor code.
    pub vendor: Option<String>,
    /// The vendor's reference.
    pub vendor_rma: String,
    /// When the vendor wants to be done.
    pub due_on: Option<NaiveDate>,
    /// Whether the test was passed.
    pub passed: Option<bool>,
    /// Condition of what came back.
    pub condition: Option<Condition>,
    /// When it happened.
    pub occurred_at: Option<DateTime<Utc>>,
    /// A note for the timeline.
    pub note: String,
    /// The version of the line the sender saw.
    pub if_version: Option<i64>,
    /// What the settled cases say.
    pub case: CaseInput,
    /// What bench work says.
    pub bench: BenchInput,
    /// A file of the RMA.
    pub attachment: Option<i64>,
    /// Somebody looked at the board: it is within the limits of the equivalence, though nobody had put down what it is.
    pub limits_confirmed: bool,
}

impl ActionInput {
    /// When it happened, and why it is said only now.
    pub(in crate::app) fn when(&self) -> When {
        When { occurred_at: self.occurred_at, note: self.note.clone(), reason: self.reason.clone() }
    }
}

/// The action, with its codes looked up.
#[expect(clippy::too_many_lines, reason = "one arm for each action")]
pub(super) fn resolve(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    kind: ActionKind,
    input: &ActionInput,
) -> AppResult<Action> {
    use ActionKind as K;
    let parcel = || Parcel {
        carrier: input.carrier.trim().to_owned(),
        tracking_no: input.tracking_no.trim().to_owned(),
    };
    let received_by = || input.received_by.trim().to_owned();
    let reason = || input.reason.trim().to_owned();
    Ok(match kind {
        K::Authorise => Action::Authorise,
        K::Reject => Action::Reject { reason: reason() },
        K::Cancel => Action::Cancel { reason: reason() },
        K::ReserveReplacement => Action::ReserveReplacement { spare: spare(tx, ctx, line, input)? },
        K::ShipReplacement => {
            let depot = line.state.replacement().map(|issued| issued.depot.clone());
            Action::ShipReplacement { parcel: parcel(), transit: way_from(tx, depot.as_ref())? }
        }
        K::ReplacementDelivered => Action::ReplacementDelivered { received_by: received_by() },
        K::FaultyShipped => Action::FaultyShipped { parcel: parcel() },
        K::ReceiveFaulty => Action::ReceiveFaulty {
            scanned: scanned(tx, line, input)?,
            place: receiving_place(tx, ctx, line, input)?,
        },
        K::Diagnose
        | K::StartRepair
        | K::UseParts
        | K::WaitParts
        | K::PartsArrived
        | K::ApproveCost
        | K::SendToVendor
        | K::VendorReturned
        | K::FinishRepair
        | K::Test => bench(tx, ctx, line, kind, input)?,
        K::AttributeCause => Action::AttributeCause {
            cause: input.bench.cause.ok_or_else(|| Refusal::field("cause", "required"))?,
            evidence: input.bench.evidence.trim().to_owned(),
        },
        K::DispatchReturn => {
            Action::DispatchReturn { parcel: parcel(), transit: way_from(tx, line.state.working_depot())? }
        }
        K::ConfirmReturned => Action::ConfirmReturned { received_by: received_by() },
        K::DecideExchange => Action::DecideExchange { reason: reason() },
        K::ShipExchange => {
            let spare = spare(tx, ctx, line, input)?;
            let transit = way_from(tx, Some(&spare.depot))?;
            Action::ShipExchange { spare, parcel: parcel(), transit }
        }
        K::ExchangeDelivered => Action::ExchangeDelivered { received_by: received_by() },
        K::RecoverLoan => Action::RecoverLoan {
            scanned: scanned(tx, line, input)?,
            place: receiving_place(tx, ctx, line, input)?,
            shelf: places::in_field(tx, "depot", &receiving_depot(ctx, line, input)?)?,
            condition: input.condition.unwrap_or(Condition::Quarantined),
            data: cases::data_proof(input),
        },
        K::ArriveOnSite => Action::ArriveOnSite,
        K::RestoreService => Action::RestoreService,
        K::ReportFailure => Action::ReportFailure { file: report(tx, line, input)? },
        K::Hold => Action::Hold { reason: reason(), said_by: input.said_by.trim().to_owned() },
        K::Resume => Action::Resume,
        K::Close => Action::Close,
        K::Void
        | K::ApproveVoid
        | K::CorrectSerial
        | K::ReportDoa
        | K::KeepLoaner
        | K::ChangeMode
        | K::SetEntitlement
        | K::SendQuote
        | K::AcceptQuote
        | K::RefuseQuote
        | K::ExpireQuote
        | K::ReturnUnrepaired
        | K::AgreeScrap
        | K::Scrap
        | K::ToStock
        | K::WaiveFaultyReturn
        | K::ChargeFaulty => Action::Case(cases::resolve(tx, ctx, line, kind, input)?),
        // No step of its own: it is taken back beside the rule of steps.
        K::TakeBack => {
            let state = line.state.repair.to_string();
            return Err(Refusal::ActionNotAllowed { action: kind.to_string(), state }.into());
        }
    })
}

/// The file that explains the failure, by name: one the customer can read.
fn report(tx: &mut Conn, line: &Loaded, input: &ActionInput) -> AppResult<String> {
    let id = input.attachment.ok_or_else(|| Refusal::field("attachment", "required"))?;
    let file = attachments::of_rma(tx, line.rma.id)?.into_iter().find(|file| file.id == id);
    match file {
        Some(file) if file.internal => Err(Refusal::field("attachment", "file_is_internal").into()),
        Some(file) => Ok(file.name),
        None => Err(Refusal::field("attachment", "no_such_file").into()),
    }
}

/// Bench work is decided by the line's repair order. What the line does not allow is refused before.
fn bench(
    tx: &mut Conn,
    ctx: &Ctx,
    line: &Loaded,
    kind: ActionKind,
    input: &ActionInput,
) -> AppResult<Action> {
    let no = || Refusal::ActionNotAllowed { action: kind.to_string(), state: line.state.repair.to_string() };
    let work = kind.bench().ok_or_else(no)?;
    let order_state =
        RepairOrderState::ALL.iter().copied().find(|state| line_state(*state) == Some(line.state.repair));
    let line_ref = LineRef {
        id: line.row.id,
        unit_id: line.row.unit_id,
        depot_id: line.row.depot_id,
        order_state: Some(order_state.ok_or_else(no)?),
        received_at: line.row.received_at,
    };
    let mut work = work_of_line(tx, ctx, &line_ref, work, input)?;
    work.repeat_of = covering_by_diagnosis(tx, &line.row, line.row.unit_id, work.fault_code.as_deref())?;
    Ok(Action::Bench(Box::new(work)))
}

/// The scanned serial; a code the unit was labelled with anew stands for its own serial.
fn scanned(tx: &mut Conn, line: &Loaded, input: &ActionInput) -> AppResult<String> {
    let text = input.serial.as_deref().ok_or_else(|| Refusal::field("serial", "required"))?;
    let serial = Serial::parse(text).map_err(|error| Refusal::field("serial", error.code()))?.into_string();
    let is_ours = |unit: &UnitRow| {
        line.state.unit.as_ref().is_some_and(|own| own.id == unit.id)
            || line.state.issued.iter().any(|issued| issued.unit.id == unit.id)
    };
    let known = units::by_serial(tx, &serial)?.into_iter().find(is_ours);
    Ok(known.map_or(serial, |unit| unit.serial))
}

/// Where something that arrives is put: the bin named, else the bench of the depot named, else of the line's depot, else of
/// the one depot the clerk works in.
fn receiving_place(tx: &mut Conn, ctx: &Ctx, line: &Loaded, input: &ActionInput) -> AppResult<PlaceRef> {
    let code = receiving_depot(ctx, line, input)?;
    places::bench_or_bin(tx, &code, input.bin.as_deref())
}

fn receiving_depot(ctx: &Ctx, line: &Loaded, input: &ActionInput) -> AppResult<String> {
    Ok(match (&input.depot, &line.state.depot, ctx.actor.depots.as_slice()) {
        (Some(code), ..) if !code.trim().is_empty() => code_of(code),
        (_, Some(depot), _) => depot.code.clone(),
        (_, None, [only]) => only.code.clone(),
        _ => return Err(Refusal::field("depot", "required").into()),
    })
}

/// What left a depot for a customer and has not arrived stands on the depot's way.
pub(super) fn way_from(tx: &mut Conn, depot: Option<&DepotRef>) -> AppResult<PlaceRef> {
    let depot = depot.ok_or_else(|| Refusal::field("depot", "required"))?;
    let code = transit_code(&depot.code);
    store::places::ensure(tx, &code, PlaceKind::Transit, None, None)?;
    places::find(tx, &code)
}

/// The spare to give: the very unit scanned, else the one that has been longest in the depot named, else the nearest offer.
fn spare(tx: &mut Conn, ctx: &Ctx, line: &Loaded, input: &ActionInput) -> AppResult<Spare> {
    if let Some(serial) = input.serial.as_deref().filter(|serial| !serial.trim().is_empty()) {
        let unit = find_unit(tx, serial, input.part_no.as_deref())?;
        // What an accepted proposal holds was looked at when it was accepted.
        let is_proposed =
            line.state.exchange_decided && held_for(tx, &line.row)?.is_some_and(|held| held.id == unit.id);
        return as_spare(tx, line, unit, input.limits_confirmed || is_proposed);
    }
    if line.state.exchange_decided
        && input.part_no.is_none()
        && input.depot.is_none()
        && let Some(unit) = held_for(tx, &line.row)?
    {
        // It was looked at when the proposal was accepted.
        return as_spare(tx, line, unit, true);
    }
    let near = input.depot.clone().or_else(|| line.state.depot.as_ref().map(|depot| depot.code.clone()));
    let wanted = input.part_no.as_deref().map_or_else(|| line.row.part_no.clone(), code_of);
    let question = Sourcing { part_no: line.row.part_no.clone(), near: near.clone() };
    let offers = sourcing_for(tx, ctx, &question, Some(line.row.customer_id))?;
    let chosen =
        offers.into_iter().filter(|offer| input.part_no.is_none() || offer.part_no == wanted).find(|offer| {
            // A depot that was named is meant.
            input.depot.as_ref().is_none_or(|depot| offer.depot == code_of(depot))
        });
    let none =
        || Refusal::NoSpareFits { part_no: wanted.clone(), depot: input.depot.clone().unwrap_or_default() };
    let offer = chosen.ok_or_else(none)?;
    let part = stock::part_ref(tx, &offer.part_no)?.ok_or_else(none)?;
    let depot = places::find(tx, &offer.depot)?.depot.ok_or_else(none)?;
    let must_be_new = line.state.case.brand_new_required && line.row.mode != Mode::Loaner;
    let unit = if must_be_new {
        oldest_new(tx, &line.rma.number, depot.id, part.id)?
    } else {
        units::take_oldest(tx, depot.id, part.id)?
    };
    let unit = unit.ok_or_else(none)?;
    // Nobody named it: who was a moment faster leaves another one.
    if store::reservations::holder(tx, unit.id)?.is_some() {
        return Err(StoreError::raced("a spare was taken a moment ago").into());
    }
    as_spare(tx, line, unit, input.limits_confirmed)
}

/// The brand-new unit that has been in the depot longest.
pub(super) fn oldest_new(
    tx: &mut Conn,
    document: &str,
    depot_id: i64,
    part_id: i64,
) -> AppResult<Option<UnitRow>> {
    for id in rma_cases::available_units(tx, depot_id, part_id)? {
        if rma_cases::is_brand_new(tx, id, document)? {
            return Ok(units::by_id(tx, id)?);
        }
    }
    Ok(None)
}

/// The shelf a unit is put on: the depot or bin named, else the line's own depot. Never the bench: that is no stock.
pub(super) fn shelf(tx: &mut Conn, line: &Loaded, input: &ActionInput) -> AppResult<PlaceRef> {
    let named = input.depot.as_deref().map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned);
    let code = named.or_else(|| line.row.depot.clone()).ok_or_else(|| Refusal::field("depot", "required"))?;
    let depot = places::in_field(tx, "depot", &code)?;
    let bin = input.bin.as_deref().map(str::trim).filter(|bin| !bin.is_empty());
    let place = match bin {
        None => depot.clone(),
        Some(bin) if bin.contains('/') => places::in_field(tx, "bin", bin)?,
        Some(bin) => places::in_field(tx, "bin", &format!("{}/{bin}", depot.code))?,
    };
    if place.depot != depot.depot || !place.kind.counts_as_available() {
        return Err(Refusal::field_with("bin", "unknown_place", "code", place.code).into());
    }
    Ok(place)
}

/// The unit held for the line that fits it and is not given yet, as an accepted proposal holds one; else one that somebody held for
/// the RMA as a whole.
pub(super) fn held_for(conn: &mut Conn, line: &LineRow) -> AppResult<Option<UnitRow>> {
    let fitting = stock::fitting_parts(conn, &line.part_no)?;
    let mut held = units::held_for(conn, &line.number)?;
    held.retain(|unit| fitting.iter().any(|part| part.id == unit.part_id));
    let mut of_nobody = None;
    for unit in held {
        match held_for_line(conn, &unit)? {
            Some(id) if id == line.id => return Ok(Some(unit)),
            Some(_) => {}
            None => of_nobody = of_nobody.or(Some(unit)),
        }
    }
    Ok(of_nobody)
}

/// The line for whose exchange the unit is held.
pub(super) fn held_for_line(conn: &mut Conn, unit: &UnitRow) -> AppResult<Option<i64>> {
    match unit.reservation_id {
        None => Ok(None),
        Some(reservation) => Ok(steps::line_of_board(conn, reservation)?),
    }
}

/// Whether the unit is held for this line, or for its RMA as a whole.
pub fn is_held_for(conn: &mut Conn, line: &LineRow, unit: &UnitRow) -> AppResult<bool> {
    let of_rma = unit.reservation_document.as_deref() == Some(line.number.as_str());
    Ok(of_rma && held_for_line(conn, unit)?.is_none_or(|id| id == line.id))
}

fn as_spare(tx: &mut Conn, line: &Loaded, unit: UnitRow, looked: bool) -> AppResult<Spare> {
    let fits = stock::fitting_parts(tx, &line.row.part_no)?.iter().any(|part| part.id == unit.part_id);
    let place = unit.place_ref();
    let depot = match place.kind {
        PlaceKind::Engineer => rma_cases::last_depot(tx, unit.id)?,
        _ => place.depot,
    };
    let depot = depot.ok_or_else(|| Refusal::UnitElsewhere {
        serial: unit.serial.clone(),
        place: unit.place.clone(),
        claimed: String::new(),
    })?;
    let brand_new = rma_cases::is_brand_new(tx, unit.id, &line.rma.number)?;
    // The reservation names the RMA; which of its lines it is for, the step says that made it.
    let of_other_line = held_for_line(tx, &unit)?.is_some_and(|id| id != line.row.id);
    let taken_by = match &unit.reservation_document {
        Some(document) if of_other_line => Some(document.clone()),
        _ => rma_cases::issued_on(tx, unit.id)?,
    };
    let limits = limits_of(tx, &line.row.part_no, &unit)?;
    let (part, unit) = (unit.part_ref(), unit.state());
    Ok(Spare { part, unit, depot, fits, brand_new, taken_by, limits, looked })
}
