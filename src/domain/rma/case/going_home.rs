//! A customer's unit that we hold must end: returned as it came, ours and in stock, or scrapped with written consent
//! (PRODUCT "Going home").

use crate::domain::data_bearing::DataProof;
use crate::domain::notice::NoticeKind;
use crate::domain::place::PlaceRef;
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::case::{Agreement, ConsentKind, data, owed, release_loan};
use crate::domain::rma::effects::{Decision, HoldChange, PromiseChange, RepairOrderChange, ShipmentChange};
use crate::domain::rma::spares::owe_loan;
use crate::domain::rma::{
    Direction, LineState, Parcel, RepairOrderState, RepairOutcome, RepairState, ShipmentPurpose, Track,
};
use crate::domain::stock::{Condition, MovementKind, Owner, Stand};

fn close_order(decision: &mut Decision) {
    decision.repair_order = Some(RepairOrderChange::Step { to: RepairOrderState::Closed, diagnosis: None });
}

/// 原样返还: in the condition it is in, and no repair was made in time.
pub(super) fn return_unrepaired(
    line: &LineState,
    reason: &str,
    parcel: &Parcel,
    transit: &PlaceRef,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let unit = line.in_hand()?;
    if unit.owner != Owner::Customer(line.customer.clone()) {
        return Err(Refusal::WrongOwner { serial: unit.serial.clone(), owner: unit.owner.to_string() });
    }
    let to = Stand { place: transit.clone(), condition: unit.condition, owner: unit.owner.clone() };
    decision.post(line, MovementKind::Issue, &line.part, unit, to);
    decision.repair = RepairState::Dispatched;
    decision.case.unrepaired = true;
    decision.set_note(reason.to_owned());
    decision.shipment = Some(ShipmentChange::Ship {
        direction: Direction::Outbound,
        purpose: ShipmentPurpose::Return,
        unit_id: Some(unit.id),
        depot_id: line.working_depot().map(|depot| depot.id),
        parcel: parcel.clone(),
    });
    owed::drop_exchange(line, decision);
    close_order(decision);
    decision.notice = Some(NoticeKind::ShippedBack);
    Ok(())
}

/// The customer's word counts from its own day: by the due date it takes the line out of the rate.
pub(super) fn agree_scrap(line: &LineState, agreed: &Agreement, decision: &mut Decision) {
    let at = agreed.at.unwrap_or(decision.occurred_at);
    decision.case.happened_at = Some(at);
    decision.case.consent = Some((ConsentKind::Scrap, agreed.clone()));
    decision.log(Track::Note, "", "");
    decision.set_note(format!("{} · {}", agreed.by.trim(), agreed.evidence.trim()));
    if line.on_hold {
        decision.hold = Some(HoldChange::EndAll);
    }
    // Where the maker's other unit was an exchange by the word of the plan, no repair comes home any more, agreed or not.
    let ends = if line.vendor_exchange { PromiseChange::Break } else { PromiseChange::Forgo };
    decision.promises.push(ends(PromiseKind::RepairReturn));
    owed::drop_exchange(line, decision);
}

/// A board given instead makes scrapping the own unit a matter of stock (NUMBERS §2): what consent to it ended runs on, and ends as
/// the exchange says.
pub(in crate::domain::rma) fn consent_lapses(line: &LineState, decision: &mut Decision) {
    if line.case.scrap_agreed_at.is_some() {
        decision.promises.push(PromiseChange::RunOn(PromiseKind::RepairReturn));
    }
}

/// The certificate is kept with the line, the answer it proves in the timeline.
fn keep_proof(
    line: &LineState,
    is_scrap: bool,
    proof: &DataProof,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let kept = data::check(line, is_scrap, proof)?;
    if let Some((answer, certificate)) = &kept {
        decision.log(Track::Note, "", "");
        decision.set_note(format!("{answer} {certificate}"));
    }
    decision.answer_data(kept.clone());
    let said = proof.certificate.trim();
    let said = Some(said).filter(|number| !number.is_empty()).map(str::to_owned);
    decision.case.certificate = kept.map(|(_, certificate)| certificate).or(said);
    Ok(())
}

pub(super) fn scrap(
    line: &LineState,
    place: &PlaceRef,
    proof: &DataProof,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let unit = line.in_hand()?;
    let to = Stand { place: place.clone(), condition: Condition::Scrapped, owner: unit.owner.clone() };
    decision.post(line, MovementKind::Scrap, &line.part, unit, to);
    keep_proof(line, true, proof, decision)?;
    decision.repair = RepairState::Scrapped;
    close_order(decision);
    if line.on_hold {
        decision.hold = Some(HoldChange::EndAll);
    }
    decision.promises.push(PromiseChange::Break(PromiseKind::RepairReturn));
    if line.repair != RepairState::Exchanged {
        owed::drop_exchange(line, decision);
        owe_loan(line, decision);
        release_loan(line, decision);
    }
    Ok(())
}

/// What was repaired, or had no fault, is good stock; the rest is our faulty stock.
pub(super) fn to_stock(
    line: &LineState,
    place: &PlaceRef,
    proof: &DataProof,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let unit = line.in_hand()?;
    if unit.owner != Owner::Us {
        return Err(Refusal::WrongOwner { serial: unit.serial.clone(), owner: unit.owner.to_string() });
    }
    let sound = matches!(line.repair, RepairState::Nff | RepairState::Repaired)
        || (line.repair == RepairState::Exchanged && line.case.outcome == Some(RepairOutcome::Nff));
    let condition = if sound { Condition::Good } else { unit.condition };
    let to = Stand { place: place.clone(), condition, owner: Owner::Us };
    decision.post(line, MovementKind::Move, &line.part, unit, to);
    keep_proof(line, false, proof, decision)?;
    decision.repair = RepairState::ToStock;
    close_order(decision);
    Ok(())
}
