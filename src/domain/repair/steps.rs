//! What follows from each action on a repair order.

use crate::domain::calendar::Zone;
use crate::domain::data_bearing::{DataAnswer, DataCase, data_proof};
use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX};
use crate::domain::money::format_fen;
use crate::domain::place::PlaceKind;
use crate::domain::plan::VendorSwap;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::repair::{
    OrderState, PartUse, RepairAction, RepairKind, Returned, TestStep, VendorSent, ends, test_steps,
};
use crate::domain::rma::{RepairOrderState, RepairOutcome};
use crate::domain::stock::{
    Condition, MovementKind, Owner, Posting, QUANTITY_MAX, Stand, Subject, UnitState,
};
use chrono::{DateTime, NaiveDate, Utc};

/// Everything that follows from one action: values only, written by the use case in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What was done.
    pub kind: RepairKind,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// State before.
    pub from: RepairOrderState,
    /// State afterwards.
    pub to: RepairOrderState,
    /// Outcome, once there is one.
    pub outcome: Option<RepairOutcome>,
    /// Diagnosis code, when something new was found.
    pub fault_code: Option<String>,
    /// What was found.
    pub finding: Option<String>,
    /// What it is thought to cost, in fen.
    pub estimate_fen: Option<i64>,
    /// What it has cost altogether, in fen; none while nothing was said.
    pub cost_fen: Option<i64>,
    /// What a manager agreed it may cost, in fen.
    pub agreed_limit_fen: Option<i64>,
    /// Parts are awaited afterwards.
    pub is_waiting: bool,
    /// The test was failed: once more.
    pub is_rework: bool,
    /// Cost of each part used, in fen, in the order of the movements.
    pub parts_fen: Vec<i64>,
    /// The steps of the test.
    pub test_steps: Vec<TestStep>,
    /// The vendor's leg.
    pub vendor: Option<VendorChange>,
    /// Another serial came back from the maker: how the plan counts it. The last movement brings the new unit.
    pub swap: Option<VendorSwap>,
    /// Movements.
    pub postings: Vec<Posting>,
    /// What to read beside it.
    pub note: String,
    /// Row id of the line whose repair did not hold, as the fault found shows: its warranty covers this one.
    pub repeat_of: Option<i64>,
}

/// The unit leaves for the maker, or is back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VendorChange {
    /// It leaves.
    Send {
        /// Code of the vendor's place.
        place: String,
        /// The vendor's own reference.
        vendor_rma: String,
        /// When the vendor wants to be done.
        due_on: Option<NaiveDate>,
        /// What becomes of a customer's data, with the certificate.
        data: Option<(DataAnswer, String)>,
    },
    /// It is back.
    Return {
        /// The leg that ends.
        leg_id: i64,
        /// What the maker says.
        outcome: RepairOutcome,
        /// What the maker charges, in fen.
        cost_fen: Option<i64>,
    },
    /// It never comes back.
    Gone {
        /// The leg that ends.
        leg_id: i64,
        /// Beyond repair, and scrapped there; none when it was lost.
        outcome: Option<RepairOutcome>,
    },
}

impl Work {
    pub(super) fn unchanged(order: &OrderState, kind: RepairKind, occurred_at: DateTime<Utc>) -> Work {
        Work {
            kind,
            occurred_at,
            from: order.state,
            to: order.state,
            outcome: None,
            fault_code: None,
            finding: None,
            estimate_fen: None,
            cost_fen: order.cost_fen,
            agreed_limit_fen: None,
            is_waiting: order.is_waiting,
            is_rework: false,
            parts_fen: vec![],
            test_steps: vec![],
            vendor: None,
            swap: None,
            postings: vec![],
            note: String::new(),
            repeat_of: None,
        }
    }

    pub(super) fn add_note(&mut self, note: &str) {
        let note = note.trim();
        if note.is_empty() {
            return;
        }
        if !self.note.is_empty() {
            self.note.push_str(" · ");
        }
        self.note.push_str(note);
    }

    pub(super) fn goes_to(&mut self, to: RepairOrderState) {
        self.to = to;
        self.is_waiting = false;
    }

    fn ends_as(&mut self, outcome: RepairOutcome) {
        self.outcome = Some(outcome);
        // A repair is only done when it passed its test; NFF and BER are done at once.
        self.goes_to(match outcome {
            RepairOutcome::Repaired => RepairOrderState::Testing,
            RepairOutcome::Nff => RepairOrderState::Nff,
            RepairOutcome::Ber => RepairOrderState::Ber,
        });
    }

    fn adds_cost(&mut self, fen: i64) {
        self.cost_fen = Some(self.cost_fen.unwrap_or(0).saturating_add(fen));
    }

    pub(super) fn moves(&mut self, order: &OrderState, kind: MovementKind, to: Stand) {
        let posting = self.posting(order, kind, &order.unit, stand_of(&order.unit), to);
        self.postings.push(posting);
    }

    fn posting(
        &self,
        order: &OrderState,
        kind: MovementKind,
        unit: &UnitState,
        from: Stand,
        to: Stand,
    ) -> Posting {
        let (part, subject) = (order.part.clone(), Subject::of(unit));
        Posting::of_one(kind, part, subject, from, to, self.occurred_at).under(&order.document)
    }
}

/// Lets the action happen to the order.
pub(super) fn take(order: &OrderState, action: &RepairAction, work: &mut Work) -> Result<(), Refusal> {
    match action {
        RepairAction::Diagnose { fault_code, finding, verdict, estimate_fen } => {
            diagnose(fault_code.as_deref(), finding, *verdict, *estimate_fen, work)
        }
        RepairAction::StartRepair => {
            within_limit(order, work)?;
            work.goes_to(RepairOrderState::Repairing);
            Ok(())
        }
        RepairAction::UseParts { parts } => use_parts(order, parts, work),
        RepairAction::WaitParts => {
            work.is_waiting = true;
            Ok(())
        }
        RepairAction::PartsArrived => {
            work.is_waiting = false;
            Ok(())
        }
        RepairAction::ApproveCost { limit_fen, reason } => approve_cost(*limit_fen, reason, work),
        RepairAction::SendToVendor(sent) => send_to_vendor(order, sent, work),
        RepairAction::VendorReturned(returned) => vendor_returned(order, returned, work),
        RepairAction::FinishRepair { outcome, cost_fen, parts } => {
            build_in(order, parts, work)?;
            if let Some(fen) = cost_fen {
                work.adds_cost(*fen);
            }
            if *outcome == RepairOutcome::Repaired {
                within_limit(order, work)?;
            }
            work.ends_as(*outcome);
            Ok(())
        }
        RepairAction::Test { passed, steps } => {
            work.test_steps = test_steps::sound(*passed, steps)?;
            test(order, *passed, work);
            Ok(())
        }
        RepairAction::ToStock { place, data } => ends::to_stock(order, place, data, work),
        RepairAction::Scrap { reason, data } => ends::scrap(order, reason, data, work),
        RepairAction::WriteOff { reason } => ends::write_off(order, reason, work),
    }
}

pub(super) fn stand_of(unit: &UnitState) -> Stand {
    Stand { place: unit.place.clone(), condition: unit.condition, owner: unit.owner.clone() }
}

fn diagnose(
    fault_code: Option<&str>,
    finding: &str,
    verdict: Option<RepairOutcome>,
    estimate_fen: Option<i64>,
    work: &mut Work,
) -> Result<(), Refusal> {
    let mut fields = Fields::new();
    let finding = fields.text("finding", finding, LONG_MAX);
    fields.finish()?;
    match verdict {
        // Repairable, which is what the bench takes for granted.
        None | Some(RepairOutcome::Repaired) => work.goes_to(RepairOrderState::Diagnosing),
        Some(outcome) => work.ends_as(outcome),
    }
    work.fault_code = fault_code.map(str::to_owned);
    work.note.clone_from(&finding);
    work.finding = Some(finding).filter(|text| !text.is_empty());
    work.estimate_fen = estimate_fen;
    Ok(())
}

/// Nobody spends more than the part is worth without a manager's word: beyond the limit the unit is beyond repair, or the
/// cost is agreed first. What a maker charged is a fact and is booked.
fn within_limit(order: &OrderState, work: &Work) -> Result<(), Refusal> {
    let Some(limit) = order.limit_fen() else { return Ok(()) };
    let cost = work.cost_fen.unwrap_or(0).max(order.estimate_fen.unwrap_or(0));
    if cost <= limit {
        return Ok(());
    }
    Err(Refusal::RepairOverLimit { cost: format_fen(cost), limit: format_fen(limit) })
}

fn approve_cost(limit_fen: i64, reason: &str, work: &mut Work) -> Result<(), Refusal> {
    let mut fields = Fields::new();
    let reason = fields.required("reason", reason, LONG_MAX);
    fields.finish()?;
    work.agreed_limit_fen = Some(limit_fen);
    work.note = format!("{} · {reason}", format_fen(limit_fen));
    Ok(())
}

fn use_parts(order: &OrderState, parts: &[PartUse], work: &mut Work) -> Result<(), Refusal> {
    if parts.is_empty() {
        return Err(Refusal::field("parts", "required"));
    }
    build_in(order, parts, work)?;
    within_limit(order, work)
}

/// What is built in must be good, ours, free and in this depot. Its price is part of the cost.
fn build_in(order: &OrderState, parts: &[PartUse], work: &mut Work) -> Result<(), Refusal> {
    let mut said = vec![];
    for (at, used) in parts.iter().enumerate() {
        let (subject, from) = part_from(order, at, used)?;
        let to = Stand { place: order.consumed_place.clone(), condition: Condition::Good, owner: Owner::Us };
        let name = subject.serial().map_or_else(|| used.quantity.to_string(), str::to_owned);
        said.push(format!("{} {name}", used.part.part_no));
        let (kind, part) = (MovementKind::Consume, used.part.clone());
        let posting = Posting::of_one(kind, part, subject, from, to, work.occurred_at).under(&order.document);
        let (quantity, reason) = (used.quantity, order.number.clone());
        work.postings.push(Posting { quantity, reason, ..posting });
        let fen = used.price_fen.unwrap_or(0).saturating_mul(used.quantity);
        work.parts_fen.push(fen);
        work.adds_cost(fen);
    }
    work.note = said.join(", ");
    Ok(())
}

fn part_from(order: &OrderState, at: usize, used: &PartUse) -> Result<(Subject, Stand), Refusal> {
    if !(1..=QUANTITY_MAX).contains(&used.quantity) {
        return Err(Refusal::field(format!("parts[{at}].quantity"), "not_positive"));
    }
    if used.from.depot.as_ref() != Some(&order.depot) || !used.from.kind.counts_as_available() {
        return Err(Refusal::field_with(
            format!("parts[{at}].from"),
            "unknown_place",
            "code",
            &used.from.code,
        ));
    }
    let Some(unit) = &used.unit else {
        let stand = Stand { place: used.from.clone(), condition: Condition::Good, owner: Owner::Us };
        return Ok((Subject::Quantity, stand));
    };
    if used.quantity != 1 {
        return Err(Refusal::field(format!("parts[{at}].quantity"), "one_per_serial"));
    }
    if unit.condition != Condition::Good {
        return Err(Refusal::WrongCondition {
            serial: unit.serial.clone(),
            condition: unit.condition.to_string(),
            kind: MovementKind::Consume.to_string(),
        });
    }
    if unit.owner != Owner::Us {
        return Err(Refusal::WrongOwner { serial: unit.serial.clone(), owner: unit.owner.to_string() });
    }
    if let Some((_, document)) = &unit.reserved {
        return Err(Refusal::UnitReserved { serial: unit.serial.clone(), document: document.clone() });
    }
    Ok((Subject::of(unit), stand_of(unit)))
}

pub(super) fn data_case(order: &OrderState, is_scrap: bool) -> DataCase<'_> {
    DataCase {
        serial: &order.unit.serial,
        part_no: &order.part.part_no,
        is_customers_data: order.customers_data,
        plan_answer: order.terms.data_answer,
        is_scrap,
    }
}

/// The answer is kept with the movement it lets go.
pub(super) fn keep_data(proof: Option<&(DataAnswer, String)>, work: &mut Work) {
    if let Some(posting) = work.postings.last_mut() {
        posting.data = proof.cloned();
    }
}

fn send_to_vendor(order: &OrderState, sent: &VendorSent, work: &mut Work) -> Result<(), Refusal> {
    let mut fields = Fields::new();
    let vendor_rma = fields.text("vendor_rma", &sent.vendor_rma, NAME_MAX);
    let sent_on = Zone::default().local_date(work.occurred_at);
    if sent.due_on.is_some_and(|due_on| due_on < sent_on) {
        fields.push(FieldError::new("due_on", "before_start").with("start", sent_on));
    }
    fields.finish()?;
    within_limit(order, work)?;
    let data = data_proof(&data_case(order, false), &sent.data)?;
    let to = Stand { place: sent.vendor.clone(), ..stand_of(&order.unit) };
    work.moves(order, MovementKind::Issue, to);
    keep_data(data.as_ref(), work);
    work.goes_to(RepairOrderState::AtVendor);
    let due_on = sent.due_on.map(|day| day.to_string()).unwrap_or_default();
    let proof =
        data.as_ref().map(|(answer, certificate)| format!("{answer} {certificate}")).unwrap_or_default();
    for said in [sent.vendor.code.as_str(), &vendor_rma, &due_on, &proof] {
        work.add_note(said);
    }
    work.vendor =
        Some(VendorChange::Send { place: sent.vendor.code.clone(), vendor_rma, due_on: sent.due_on, data });
    Ok(())
}

fn vendor_returned(order: &OrderState, returned: &Returned, work: &mut Work) -> Result<(), Refusal> {
    let Some(leg) = &order.leg else {
        let (action, state) = (work.kind.to_string(), order.state.to_string());
        return Err(Refusal::ActionNotAllowed { action, state });
    };
    if returned.place.depot.is_none() {
        return Err(Refusal::field_with("depot", "unknown_place", "code", &returned.place.code));
    }
    if returned.scanned == order.unit.serial {
        let to = Stand { place: returned.place.clone(), ..stand_of(&order.unit) };
        work.moves(order, MovementKind::Return, to);
    } else {
        swap(order, returned, work)?;
    }
    if let Some(fen) = returned.cost_fen {
        work.adds_cost(fen);
    }
    work.ends_as(returned.outcome);
    work.vendor =
        Some(VendorChange::Return { leg_id: leg.id, outcome: returned.outcome, cost_fen: returned.cost_fen });
    Ok(())
}

/// Another serial is another unit (PRODUCT "Another serial from the maker"): the old one becomes the maker's where it is,
/// the new one comes from the maker and belongs to whoever owned the old one. Nobody has looked at it yet, unless the maker says it
/// is beyond repair.
fn swap(order: &OrderState, returned: &Returned, work: &mut Work) -> Result<(), Refusal> {
    let vendor = leg_owner(order);
    let title = Stand { owner: vendor.clone(), ..stand_of(&order.unit) };
    work.moves(order, MovementKind::TransferTitle, title);
    let is_ber = returned.outcome == RepairOutcome::Ber;
    let to = Stand {
        place: returned.place.clone(),
        condition: if is_ber { Condition::Faulty } else { Condition::Quarantined },
        owner: order.unit.owner.clone(),
    };
    let (subject, from) = match &returned.known {
        // One of the maker's own that has been through the books before.
        Some(known) if known.owner == vendor && known.place.id == order.unit.place.id => {
            (Subject::of(known), stand_of(known))
        }
        // It entered by a step that was taken back: it enters anew, as the maker's.
        Some(known) if known.place.kind == PlaceKind::Opening => {
            let theirs = at_vendor(order, vendor);
            let enters = work.posting(order, MovementKind::Opening, known, stand_of(known), theirs.clone());
            work.postings.push(enters);
            (Subject::of(known), theirs)
        }
        Some(known) => {
            let (serial, place) = (known.serial.clone(), known.place.code.clone());
            return Err(Refusal::SerialElsewhere { serial, place });
        }
        None => (Subject::NewUnit { serial: returned.scanned.clone() }, at_vendor(order, vendor)),
    };
    let mut posting = work.posting(order, MovementKind::Receive, &order.unit, from, to);
    posting.subject = subject;
    posting.reason = format!("{}: {} → {}", order.number, order.unit.serial, returned.scanned);
    work.note.clone_from(&posting.reason);
    work.postings.push(posting);
    work.swap = Some(order.terms.vendor_swap_is);
    Ok(())
}

/// As a unit of the maker's stands before it comes to us.
fn at_vendor(order: &OrderState, vendor: Owner) -> Stand {
    Stand { place: order.unit.place.clone(), condition: Condition::Quarantined, owner: vendor }
}

fn leg_owner(order: &OrderState) -> Owner {
    let code = order.unit.place.code.strip_prefix("vendor:").unwrap_or(&order.unit.place.code);
    Owner::Vendor(code.to_owned())
}

/// What passed its test is good again; whose it is does not change. What failed goes round once more.
fn test(order: &OrderState, passed: bool, work: &mut Work) {
    if !passed {
        work.is_rework = true;
        work.goes_to(RepairOrderState::Repairing);
        return;
    }
    if order.unit.condition != Condition::Good {
        let to = Stand { condition: Condition::Good, ..stand_of(&order.unit) };
        work.moves(order, MovementKind::Convert, to);
    }
    work.goes_to(RepairOrderState::Repaired);
}
