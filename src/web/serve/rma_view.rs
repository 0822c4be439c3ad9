//! From the ledger's view of an RMA to its page.

use super::act;
use super::clock;
use super::frame::name;
use crate::app::rma::{EventRow, HoldRow, LineView, PromiseView, Proposal, RmaView, ShipmentRow};
use crate::domain::calendar::{NamedDays, Zone};
use crate::domain::plan::{PromiseKind, TermUnit};
use crate::domain::rma::{
    ActionKind, Direction, IssuedRole, IssuedState, Mode, PromiseState, RepairState, ShipmentState,
};
use crate::domain::stock::Owner;
use crate::domain::turnaround::miss_of_bp;
use crate::http::Caller;
use crate::web::Page;
use crate::web::action_order::{GIVEN_UP, order_actions, stage};
use crate::web::actions::ActionForm;
use crate::web::kit::{Clock, ClockState};
use crate::web::rma_detail::{
    self, ClockDetail, LineTab, LinkedUnit, PromiseRow, ProposalCard, RmaDetailPage, RmaHead,
};
use crate::web::steps::{self, Step};
use chrono::{DateTime, Utc};

/// The page of one line.
pub fn screen(
    p: Page,
    caller: &Caller,
    view: &RmaView,
    line: &LineView,
    forms: Vec<ActionForm>,
) -> RmaDetailPage {
    let own = |event: &&EventRow| event.line.is_none_or(|of| of == line.row.line);
    let may_hand_on = caller.may(crate::domain::actor::Permission::RequestRma).is_ok();
    RmaDetailPage {
        rma: head(view, may_hand_on),
        lines: view.lines.iter().map(|line| tab(&p, line)).collect(),
        line: line_view(&p, view, line),
        actions: order_actions(forms, stage(line.row.repair_state, line.row.faulty_state)),
        waits_for: String::new(),
        theirs: false,
        timeline: timeline(&p, view.timeline.iter().filter(own)),
        notices: vec![],
        files: vec![],
        notes: rma_detail::NotesForm::default(),
        proposal: line.proposal.as_ref().map(|offered| proposal(&p, line, offered)),
        p,
    }
}

/// The exchange proposed for a line at risk, and whether this person may accept it.
pub(super) fn proposal(p: &Page, line: &LineView, offered: &Proposal) -> ProposalCard {
    ProposalCard {
        title: match offered.miss_bp {
            _ if offered.late => p.t("proposal-title-late"),
            ..0 => p.t("proposal-title-early"),
            known => p.t1("proposal-title", "percent", known / 100),
        },
        part_name: name(p, &offered.part_name, &offered.part_name_en).to_owned(),
        part_no: offered.part_no.clone(),
        reason: offered.reason.clone().unwrap_or_default(),
        serial: offered.serial.clone(),
        depot: offered.depot_name.clone(),
        expected_on: offered.expected_on,
        decide_by: offered.decide_by,
        deliver_by: offered.deliver_by,
        look: offered.look_at.as_ref().map_or_else(String::new, |of| {
            p.t2("proposal-look", "limit", of.limit.as_str(), "wanted", of.wanted.as_str())
        }),
        may_accept: line.allowed_actions.contains(&ActionKind::DecideExchange),
        idempotency_key: act::key(),
    }
}

fn head(view: &RmaView, may_hand_on: bool) -> RmaHead {
    let rma = &view.rma;
    RmaHead {
        number: rma.number.clone(),
        state: header(rma.state).to_owned(),
        customer_code: rma.customer.clone(),
        customer: rma.customer_name.clone(),
        site: rma.site.clone(),
        contact: rma.contact_name.clone(),
        contact_email: rma.contact_email.clone(),
        contact_phone: String::new(),
        contract: String::new(),
        plan: String::new(),
        opened_at: rma.requested_at,
        tracking_code: (may_hand_on && !rma.tracking_code.is_empty()).then(|| rma.tracking_code.clone()),
    }
}

/// The coarser word of an RMA as a whole.
fn header(state: RepairState) -> &'static str {
    use RepairState as S;
    match state {
        S::Diagnosing | S::Nff | S::Repairing | S::AtVendor | S::Ber | S::Testing => "in_repair",
        S::Scrapped | S::ToStock => "closed",
        other => other.as_str(),
    }
}

fn tab(p: &Page, line: &LineView) -> LineTab {
    LineTab {
        line: line.row.line,
        part_name: name(p, &line.row.part_name, &line.row.part_name_en).to_owned(),
        serial: line.row.serial.clone(),
        state: line.row.repair_state.to_string(),
    }
}

fn line_view(p: &Page, view: &RmaView, line: &LineView) -> rma_detail::LineView {
    let row = &line.row;
    let parcels = view.shipments.iter().filter(|shipment| shipment.line == row.line);
    let others = line.promises.iter().filter(|promise| promise.promise.kind != PromiseKind::RepairReturn);
    rma_detail::LineView {
        line: row.line,
        part_no: row.part_no.clone(),
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        serial: row.serial.clone(),
        fault: row.fault.clone(),
        fault_class: row.fault_class.clone(),
        slot: row.slot.clone(),
        mode: row.mode.to_string(),
        entitlement: row.entitlement.to_string(),
        state: row.repair_state.to_string(),
        stage: stage(row.repair_state, row.faulty_state),
        faulty_track: row.faulty_state.to_string(),
        depot: row.depot.as_deref().map(|code| p.depot(code)).unwrap_or_default(),
        assignee: p.person(row.assignee.as_deref()),
        clock: clock_of(line),
        pauses: line
            .holds
            .iter()
            .filter(|hold| hold.ended_at.is_none())
            .map(|hold| pause(p, line, hold))
            .collect(),
        promised: promised(p, line),
        steps: steps_of(view, line),
        spent: vec![],
        units: units(p, line),
        shipments: parcels.map(|shipment| parcel(p, view, shipment)).collect(),
        promises: others
            .map(|shown| PromiseRow {
                kind: shown.promise.kind.to_string(),
                state: shown.promise.state.to_string(),
                due_on: shown.promise.due_on,
                due_at: shown.promise.due_at,
                clock: clock_beside(p, shown),
            })
            .collect(),
    }
}

/// The clock of a promise beside the repair; one in hours is late from the minute on.
fn clock_beside(p: &Page, shown: &PromiseView) -> Clock {
    let mut clock = clock::of_promise(shown, None);
    if shown.promise.due_at.is_some_and(|due| due < p.now) {
        clock.left = clock.left.min(-1);
    }
    clock
}

/// What was promised of the repair: how long it may take, and how many must be back in time.
fn promised(p: &Page, line: &LineView) -> String {
    let repair = line.promises.iter().rfind(|shown| shown.promise.kind == PromiseKind::RepairReturn);
    repair.map_or_else(String::new, |shown| {
        let promise = &shown.promise;
        let days = format!("{} {}", promise.amount, p.word("term-unit", promise.unit.as_str()));
        p.t2(
            "rma-promised-words",
            "days",
            days,
            "target",
            p.target(&i32::try_from(promise.target_bp / 10).unwrap_or_default()),
        )
    })
}

/// Since when a clock stands still, for what, and who said so.
fn pause(p: &Page, line: &LineView, hold: &HoldRow) -> String {
    let args = crate::args! {
        "date" => p.at(&hold.started_at),
        "reason" => p.word("hold", &hold.reason),
        "who" => said_by(p, &hold.said_by, &line.row.customer_name)
    };
    crate::i18n::format(p.lang, "clock-held-since", &args)
}

/// Who said that a clock stands still: of a quote, who sent it and to whom (`wang → C1`).
pub fn said_by(p: &Page, said_by: &str, customer: &str) -> String {
    match said_by.split_once(" → ") {
        Some((who, _)) => format!("{} → {customer}", p.person(Some(who))),
        None => said_by.to_owned(),
    }
}

pub(super) fn clock_of(line: &LineView) -> ClockDetail {
    let promise = line.promises.iter().rfind(|shown| shown.promise.kind == PromiseKind::RepairReturn);
    let days = |named: &[NamedDays]| named.iter().map(|days| i64::from(days.days)).sum();
    let Some((shown, counted)) = promise.and_then(|shown| Some((shown, shown.clock.as_ref()?))) else {
        let state = match (line.row.mode, line.row.received_at) {
            (Mode::AdvanceReplacement, _) | (_, Some(_)) => ClockState::Absent,
            (_, None) => ClockState::NotStarted,
        };
        return ClockDetail {
            clock: Clock::bare(state),
            started_on: None,
            ended_on: None,
            weekends: 0,
            holidays: 0,
            makeup_days: 0,
            held: 0,
            working_days: true,
            forecast: None,
            calendar_version: String::new(),
        };
    };
    let progress = &counted.progress;
    ClockDetail {
        clock: clock::of_promise(shown, miss_of_bp(line.row.risk_bp)),
        started_on: Some(counted.started_on),
        ended_on: shown.promise.ended_at.map(|at| Zone::default().local_date(at)),
        weekends: progress.weekend_days.into(),
        holidays: days(&progress.holidays),
        makeup_days: days(&progress.makeup_days),
        held: progress.hold_days.into(),
        working_days: shown.promise.unit == TermUnit::WorkingDays,
        forecast: line.forecast.map(|range| (range.early_on, range.likely_on, range.late_on)),
        calendar_version: shown.promise.calendar_version.to_string(),
    }
}

fn steps_of(view: &RmaView, line: &LineView) -> Vec<Step> {
    let ended = line.row.repair_state.is_ended()
        && !matches!(line.row.repair_state, RepairState::Returned | RepairState::Exchanged);
    let board = |shown: &PromiseView| {
        shown.promise.kind == PromiseKind::EquivalentExchange && shown.promise.state != PromiseState::Excluded
    };
    if stage(line.row.repair_state, line.row.faulty_state) == GIVEN_UP {
        let left = ["step-requested", "step-authorised", "step-replaced", "step-closed"];
        return steps::ladder(&left, ended, |key| reached(view, line.row.line, key));
    }
    let goes_home = match line.row.repair_state {
        RepairState::Ber | RepairState::Exchanged => false,
        RepairState::Dispatched | RepairState::Returned => true,
        _ => !line.promises.iter().any(board),
    };
    steps::steps(line.row.mode.as_str(), goes_home, ended, |key| reached(view, line.row.line, key))
}

/// When a line last reached a stage of the stepper.
fn reached(view: &RmaView, line: i64, key: &str) -> Option<DateTime<Utc>> {
    let kinds = stage_kinds(key.rsplit("step-").next().unwrap_or_default());
    // Newest first: after rework the last repair counts.
    let event = view.timeline.iter().find(|event| {
        !event.taken_back && event.line.is_none_or(|of| of == line) && kinds.contains(&event.kind.as_str())
    });
    event.map(|event| event.occurred_at)
}

/// The kinds of event that reach a stage.
fn stage_kinds(stage: &str) -> &'static [&'static str] {
    match stage {
        "requested" => &["request"],
        "authorised" => &["authorise"],
        "replaced" => &["replacement_delivered"],
        "received" => &["receive_faulty"],
        "diagnosed" => &["diagnose"],
        "repaired" => &["finish_repair", "vendor_returned"],
        "tested" => &["test"],
        "dispatched" => &["dispatch_return"],
        "returned" => &["confirm_returned"],
        "exchanged" => &["exchange_delivered"],
        "closed" => &["close"],
        _ => &[],
    }
}

fn units(p: &Page, line: &LineView) -> Vec<LinkedUnit> {
    let mut units = vec![LinkedUnit {
        serial: line.row.serial.clone(),
        role: "faulty",
        state: line.row.repair_state.to_string(),
        owner: line.unit.as_ref().map_or_else(String::new, |unit| match &unit.owner {
            Owner::Customer(code) if *code == line.row.customer => line.row.customer_name.clone(),
            other => owner(p, other),
        }),
        place: line.unit.as_ref().map(|unit| unit.place.clone()).unwrap_or_default(),
    }];
    units.extend(line.issued.iter().map(|issued| LinkedUnit {
        serial: issued.serial.clone(),
        role: match issued.role {
            IssuedRole::Loan => "loan",
            IssuedRole::Permanent => "permanent",
        },
        state: issued.state.to_string(),
        owner: name(p, &issued.part_name, &issued.part_name_en).to_owned(),
        // With the customer until it comes back; before it left and after it came back it is the depot's.
        place: match issued.state {
            IssuedState::InUse | IssuedState::Kept => format!("customer:{}", line.row.customer),
            IssuedState::Shipped => format!("transit:{}", issued.depot),
            _ => issued.depot.clone(),
        },
    }));
    units.extend(line.held.iter().map(|held| LinkedUnit {
        serial: held.serial.clone(),
        role: "exchange",
        state: IssuedState::Reserved.to_string(),
        owner: name(p, &held.part_name, &held.part_name_en).to_owned(),
        place: held.place.clone(),
    }));
    units
}

/// An owner in words: `customer:C1` is called by its name where the page knows it, else the customer C1.
pub fn owner(p: &Page, owner: &Owner) -> String {
    let code = owner.to_string();
    if let Some(name) = p.parties.get(&code) {
        return name.clone();
    }
    match code.split_once(':') {
        Some((kind, who)) => format!("{} {who}", p.word("owner", kind)),
        None => p.word("owner", &code),
    }
}

fn parcel(p: &Page, view: &RmaView, shipment: &ShipmentRow) -> rma_detail::ShipmentRow {
    let outbound = shipment.direction == Direction::Outbound;
    rma_detail::ShipmentRow {
        what: shipment.purpose.to_string(),
        outbound,
        to: if outbound {
            view.rma.customer_name.clone()
        } else {
            shipment.depot.as_deref().map(|code| p.depot(code)).unwrap_or_default()
        },
        carrier: shipment.carrier.clone(),
        tracking_no: shipment.tracking_no.clone(),
        state: parcel_state(shipment.state).to_owned(),
        at: parcel_at(shipment),
    }
}

/// The page's word of where a parcel is.
pub fn parcel_state(state: ShipmentState) -> &'static str {
    match state {
        ShipmentState::Shipped => "in_transit",
        other => other.as_str(),
    }
}

/// When it reached that state; nobody wrote down when a parcel that never arrived was lost or called off.
pub fn parcel_at(shipment: &ShipmentRow) -> Option<DateTime<Utc>> {
    let is_over = !matches!(shipment.state, ShipmentState::Shipped | ShipmentState::Delivered);
    shipment.delivered_at.or_else(|| (!is_over).then_some(shipment.shipped_at))
}

/// One row for each act: an act that moves several tracks leaves a row on each, which a reader takes for a repetition.
fn timeline<'a>(p: &Page, events: impl Iterator<Item = &'a EventRow>) -> Vec<rma_detail::EventRow> {
    let mut shown: Vec<rma_detail::EventRow> = vec![];
    let mut last = None;
    for event in events {
        let act = (&event.kind, event.line, event.recorded_at);
        match shown.last_mut() {
            Some(before) if last == Some(act) => {
                if before.note.is_empty() {
                    before.note.clone_from(&event.note);
                }
            }
            _ => shown.push(row(p, event)),
        }
        last = Some(act);
    }
    shown
}

fn row(p: &Page, event: &EventRow) -> rma_detail::EventRow {
    let other_day = p.local(&event.occurred_at).date() != p.local(&event.recorded_at).date();
    // Which step it was; its own row is struck out.
    let took_back = event.kind == ActionKind::TakeBack.as_str();
    let detail = match took_back {
        true => p.word("action", &event.to_state),
        false if event.kind == "note" && !event.internal => p.t("rma-note-shared"),
        false => String::new(),
    };
    rma_detail::EventRow {
        kind: event.kind.clone(),
        actor: p.person(event.actor.as_deref()),
        at: event.occurred_at,
        recorded_at: other_day.then_some(event.recorded_at),
        detail,
        note: p.note(&event.kind, &event.note),
        voided: event.taken_back,
    }
}
