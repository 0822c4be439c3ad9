//! Where each action leads on the three tracks: the rules are asked, on every line of docs/rma.md, with everything the action may say.

use crate::setup::actor;
use beiku::domain::actor::{Actor, DepotRef, Role};
use beiku::domain::data_bearing::DataProof;
use beiku::domain::equivalence::Fit;
use beiku::domain::place::{PlaceKind, PlaceRef};
use beiku::domain::plan::VendorSwap;
use beiku::domain::repair::{
    self, Cause, OrderState, PartUse, RepairAction, RepairTerms, Returned, VendorLeg, VendorSent, line_state,
};
use beiku::domain::rma::case::{Agreement, Case};
use beiku::domain::rma::{
    Action, ActionKind, Decision, Entitlement, FaultyState, IssuedChange, IssuedState, LineState, Mode,
    Parcel, RepairOrderState, RepairOutcome, RepairState, Spare, When, decide, may_go,
};
use beiku::domain::stock::{Condition, Owner, PartRef, Tracking, UnitState};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

fn now() -> DateTime<Utc> {
    "2026-03-02T04:00:00Z".parse().unwrap()
}

/// Somebody who may do everything, and has asked for no void.
fn somebody() -> Actor {
    Actor { user_id: 7, ..actor(Role::Admin) }
}

fn depot() -> DepotRef {
    DepotRef { id: 1, code: "JN".into() }
}

fn place(id: i64, code: &str, kind: PlaceKind) -> PlaceRef {
    let is_ours = matches!(kind, PlaceKind::Depot | PlaceKind::Bench);
    PlaceRef { id, code: code.into(), kind, depot: is_ours.then(depot), customer_id: None }
}

fn depot_place() -> PlaceRef {
    place(10, "JN", PlaceKind::Depot)
}

fn bench() -> PlaceRef {
    place(3, "JN/bench", PlaceKind::Bench)
}

fn transit() -> PlaceRef {
    place(11, "transit:JN", PlaceKind::Transit)
}

/// The line with its unit and its spares where they stand in their state, in a van, too; and as the customer pays for it.
fn standing(line: &LineState) -> Vec<LineState> {
    let at = |reserved: PlaceRef| {
        let mut line = line.clone();
        let home = line.customer_place.clone();
        if let Some(unit) = &mut line.unit {
            match line.repair {
                RepairState::Dispatched => unit.place = transit(),
                RepairState::Returned => unit.place = home,
                _ => {}
            }
        }
        for issued in &mut line.issued {
            match issued.state {
                IssuedState::Reserved => issued.unit.place = reserved.clone(),
                IssuedState::Shipped => issued.unit.place = transit(),
                _ => {}
            }
        }
        line
    };
    let mut chargeable = at(depot_place());
    chargeable.case.entitlement = Some(Entitlement::Chargeable);
    vec![at(depot_place()), at(place(12, "engineer:admin", PlaceKind::Engineer)), chargeable]
}

fn spare(line: &LineState) -> Spare {
    let unit = UnitState {
        id: 9,
        serial: "S9".into(),
        condition: Condition::Good,
        owner: Owner::Us,
        place: depot_place(),
        version: 1,
        last_moved_at: DateTime::UNIX_EPOCH,
        reserved: None,
        instrument: None,
    };
    Spare {
        unit,
        part: line.part.clone(),
        depot: depot(),
        fits: true,
        brand_new: true,
        taken_by: None,
        limits: Fit::Meets,
        looked: true,
    }
}

fn text() -> String {
    "x".into()
}

fn agreed() -> Agreement {
    Agreement { by: text(), evidence: text(), at: None }
}

/// What may be done on the main path, with all it may say.
fn main_path(line: &LineState) -> Vec<Action> {
    let parcel = Parcel::default;
    let mut actions = vec![
        Action::Authorise,
        Action::Reject { reason: text() },
        Action::Cancel { reason: text() },
        Action::ReserveReplacement { spare: spare(line) },
        Action::ShipReplacement { parcel: parcel(), transit: transit() },
        Action::ReplacementDelivered { received_by: text() },
        Action::FaultyShipped { parcel: parcel() },
        Action::ReceiveFaulty { scanned: line.serial.clone(), place: bench() },
        Action::AttributeCause { cause: Cause::Ours, evidence: text() },
        Action::DispatchReturn { parcel: parcel(), transit: transit() },
        Action::ConfirmReturned { received_by: text() },
        Action::DecideExchange { reason: text() },
        Action::ShipExchange { spare: spare(line), parcel: parcel(), transit: transit() },
        Action::ExchangeDelivered { received_by: text() },
        Action::ArriveOnSite,
        Action::RestoreService,
        Action::ReportFailure { file: text() },
        Action::Hold { reason: text(), said_by: text() },
        Action::Resume,
        Action::Close,
    ];
    for issued in &line.issued {
        let (scanned, condition) = (issued.unit.serial.clone(), Condition::Good);
        let (shelf, data) = (place(3, "JN", PlaceKind::Depot), DataProof::default());
        actions.push(Action::RecoverLoan { scanned, place: bench(), shelf, condition, data });
    }
    actions
}

/// The settled cases, with all they may say.
fn cases(line: &LineState) -> Vec<Action> {
    let valid_until: NaiveDate = "2026-04-02".parse().unwrap();
    let lost = || place(13, "lost", PlaceKind::Lost);
    let mut cases = vec![
        Case::Void { reason: text() },
        Case::ApproveVoid,
        Case::CorrectSerial { serial: "S7".into(), unit: None, reason: text() },
        Case::KeepLoaner { scanned: None, agreed: agreed(), fits: true, brand_new: true },
        Case::SetEntitlement { entitlement: Entitlement::Chargeable, payer: None, reason: text() },
        Case::SetEntitlement { entitlement: Entitlement::Goodwill, payer: None, reason: text() },
        Case::SendQuote { amount_fen: 1, currency: "CNY".into(), valid_until },
        Case::AcceptQuote { by: text(), evidence: text() },
        Case::RefuseQuote { by: text(), evidence: text() },
        Case::ExpireQuote,
        Case::ReturnUnrepaired { reason: text(), parcel: Parcel::default(), transit: transit() },
        Case::AgreeScrap { agreed: agreed() },
        Case::Scrap { place: place(14, "scrap", PlaceKind::Scrap), data: DataProof::default() },
        Case::ToStock { place: depot_place(), data: DataProof::default() },
        Case::Settle { charge: false, scanned: None, lost: lost(), reason: text() },
        Case::Settle { charge: true, scanned: None, lost: lost(), reason: text() },
    ];
    cases.extend(Mode::ALL.iter().map(|mode| Case::ChangeMode { mode: *mode, reason: text() }));
    for issued in &line.issued {
        let scanned = issued.unit.serial.clone();
        cases.push(Case::ReportDoa { scanned: scanned.clone(), reason: text() });
        cases.push(Case::Settle {
            charge: false,
            scanned: Some(scanned.clone()),
            lost: lost(),
            reason: text(),
        });
        cases.push(Case::Settle { charge: true, scanned: Some(scanned), lost: lost(), reason: text() });
    }
    cases.into_iter().map(Action::Case).collect()
}

/// The line's repair order, as the bench sees it.
fn order(line: &LineState) -> Option<OrderState> {
    let state = RepairOrderState::ALL.iter().find(|state| line_state(**state) == Some(line.repair))?;
    let at_vendor = *state == RepairOrderState::AtVendor;
    let mut unit = line.unit.clone()?;
    if at_vendor {
        unit.place = place(15, "vendor:V1", PlaceKind::Vendor);
    }
    Some(OrderState {
        number: "REP-1".into(),
        document: line.number.clone(),
        has_line: true,
        customers_data: false,
        state: *state,
        depot: depot(),
        part: line.part.clone(),
        price_fen: None,
        unit,
        terms: RepairTerms { vendor_swap_is: VendorSwap::Exchange, ..RepairTerms::default() },
        is_waiting: line.waiting_parts,
        cost_fen: None,
        estimate_fen: None,
        agreed_limit_fen: None,
        leg: at_vendor.then(|| VendorLeg { id: 1, vendor: "V1".into(), due_on: None }),
        consumed_place: place(16, "consumed", PlaceKind::Consumed),
        scrap_place: place(14, "scrap", PlaceKind::Scrap),
        lost_place: place(16, "lost", PlaceKind::Lost),
        last_event_at: DateTime::UNIX_EPOCH,
    })
}

fn screw() -> PartUse {
    let part = PartRef {
        id: 20,
        part_no: "Q".into(),
        tracking: Tracking::Quantity,
        maker: String::new(),
        serial_per_part: false,
    };
    PartUse { part, unit: None, quantity: 1, from: depot_place(), price_fen: None }
}

/// Bench work with every outcome, as the order decides it.
fn work(line: &LineState) -> Vec<Action> {
    let Some(order) = order(line) else { return vec![] };
    let send = VendorSent {
        vendor: place(15, "vendor:V1", PlaceKind::Vendor),
        vendor_rma: text(),
        due_on: None,
        data: DataProof::default(),
    };
    let mut actions = vec![
        RepairAction::StartRepair,
        RepairAction::UseParts { parts: vec![screw()] },
        RepairAction::WaitParts,
        RepairAction::PartsArrived,
        RepairAction::ApproveCost { limit_fen: 100, reason: text() },
        RepairAction::SendToVendor(send),
    ];
    for passed in [true, false] {
        actions.push(RepairAction::Test { passed, steps: vec![] });
    }
    let verdicts = RepairOutcome::ALL.iter().copied();
    for verdict in verdicts.clone().map(Some).chain([None]) {
        let (fault_code, estimate_fen) = (None, None);
        actions.push(RepairAction::Diagnose { fault_code, finding: text(), verdict, estimate_fen });
    }
    for outcome in verdicts {
        actions.push(RepairAction::FinishRepair { outcome, cost_fen: None, parts: vec![] });
        let scanned = order.unit.serial.clone();
        let returned = Returned { scanned, known: None, outcome, cost_fen: None, place: bench() };
        actions.push(RepairAction::VendorReturned(Box::new(returned)));
    }
    let decided =
        |action: RepairAction| repair::decide(&somebody(), &order, &action, &When::default(), now());
    actions.into_iter().filter_map(|action| Some(Action::Bench(Box::new(decided(action).ok()?)))).collect()
}

/// The states an action brings about.
#[derive(Debug, Default)]
pub struct Leads {
    went: bool,
    /// From one state of the repair track into another.
    repair: Vec<(RepairState, RepairState)>,
    issued: Vec<IssuedState>,
    faulty: Vec<FaultyState>,
}

impl Leads {
    fn follow(&mut self, line: &LineState, decision: &Decision) {
        self.went = true;
        if decision.repair != line.repair {
            self.repair.push((line.repair, decision.repair));
        }
        if decision.faulty != line.faulty {
            self.faulty.push(decision.faulty);
        }
        for change in decision.issued.iter().chain(&decision.beside) {
            match change {
                IssuedChange::Reserve { .. } => self.issued.push(IssuedState::Reserved),
                IssuedChange::ShipNow { .. } => self.issued.push(IssuedState::Shipped),
                IssuedChange::GiveForGood { .. } => {
                    self.issued.extend([IssuedState::InUse, IssuedState::Kept]);
                }
                IssuedChange::Step { to, .. } => self.issued.push(*to),
            }
        }
    }

    /// Track by track; nothing for a track it leaves alone.
    fn told(&self) -> String {
        let track = |name: &str, all: Vec<&'static str>| {
            (!all.is_empty()).then(|| format!("{name}: {}", all.join(", ")))
        };
        let repair = RepairState::ALL.iter().filter(|state| self.repair.iter().any(|(_, to)| to == *state));
        let issued = IssuedState::ALL.iter().filter(|state| self.issued.contains(state));
        let faulty = FaultyState::ALL.iter().filter(|state| self.faulty.contains(state));
        let tracks = [
            track("repair", repair.map(|state| state.as_str()).collect()),
            track("issued", issued.map(|state| state.as_str()).collect()),
            track("faulty part", faulty.map(|state| state.as_str()).collect()),
        ];
        tracks.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// Where every action leads from the lines given. Each must be possible for one of them, but for the one that undoes the others.
pub fn asked(lines: &[LineState]) -> Vec<(ActionKind, Leads)> {
    let mut found: Vec<(ActionKind, Leads)> =
        ActionKind::ALL.iter().map(|kind| (*kind, Leads::default())).collect();
    for line in lines.iter().flat_map(standing) {
        for action in main_path(&line).into_iter().chain(cases(&line)).chain(work(&line)) {
            if !may_go(&line, action.kind()) {
                continue;
            }
            // A quote expires once its last day is over.
            let days = if action.kind() == ActionKind::ExpireQuote { 2 } else { 0 };
            let now = now() + TimeDelta::days(days);
            let Ok(decision) = decide(&somebody(), &line, &action, &When::default(), now) else { continue };
            if let Some((_, leads)) = found.iter_mut().find(|(kind, _)| *kind == action.kind()) {
                leads.follow(&line, &decision);
            }
        }
    }
    let never = found.iter().filter(|(kind, leads)| !leads.went && *kind != ActionKind::TakeBack);
    let never: Vec<_> = never.map(|(kind, _)| kind.as_str()).collect();
    assert!(never.is_empty(), "never decided; give them what they ask for: {never:?}");
    found
}

/// The column of the table of actions.
pub fn told(kind: ActionKind, leads: &Leads) -> String {
    if kind == ActionKind::TakeBack { "what was before the latest step".to_owned() } else { leads.told() }
}

/// The actions that move the repair track on from a state, and into which states.
pub fn onward(from: RepairState, found: &[(ActionKind, Leads)]) -> String {
    let moves = found.iter().filter_map(|(kind, leads)| {
        let to = RepairState::ALL.iter().filter(|to| leads.repair.contains(&(from, **to)));
        let to: Vec<_> = to.map(|to| format!("`{to}`")).collect();
        (!to.is_empty()).then(|| format!("`{kind}` → {}", to.join(", ")))
    });
    moves.collect::<Vec<_>>().join("; ")
}
