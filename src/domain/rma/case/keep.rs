//! Spares that did not work from the start, and loaners the customer keeps.

use crate::domain::notice::NoticeKind;
use crate::domain::plan::PromiseKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::case::{Agreement, ConsentKind, consent_lapses};
use crate::domain::rma::effects::{Decision, HoldChange, IssuedChange, PromiseChange};
use crate::domain::rma::steps::here;
use crate::domain::rma::{IssuedRole, IssuedState, IssuedUnit, LineState, RepairState, Track};
use crate::domain::stock::{Condition, MovementKind, Owner, Stand};

/// Spares of which a customer may say that they never worked: handed over, whether lent or given for good. One that is known
/// not to work (it was dead, and was charged) is no news.
pub(super) fn may_be_dead(issued: &IssuedUnit) -> bool {
    match issued.state {
        _ if issued.unit.condition == Condition::Faulty => false,
        IssuedState::InUse => true,
        IssuedState::Kept => issued.role == IssuedRole::Permanent,
        _ => false,
    }
}

/// The dead unit is owed back as our faulty part, a second is issued, and the time for it runs anew.
pub(super) fn report_doa(
    line: &LineState,
    scanned: &str,
    reason: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let candidates = || line.issued.iter().filter(|issued| may_be_dead(issued));
    let Some(issued) = candidates().find(|issued| issued.unit.serial == scanned) else {
        let expected: Vec<&str> = candidates().map(|issued| issued.unit.serial.as_str()).collect();
        return Err(Refusal::WrongSerial { expected: expected.join(", "), scanned: scanned.to_owned() });
    };
    if issued.unit.place.id != line.customer_place.id {
        return Err(Refusal::UnitElsewhere {
            serial: issued.unit.serial.clone(),
            place: issued.unit.place.code.clone(),
            claimed: line.customer_place.code.clone(),
        });
    }
    let was_given = issued.unit.owner != Owner::Us;
    let to = Stand { place: issued.unit.place.clone(), condition: Condition::Faulty, owner: Owner::Us };
    let kind = if was_given { MovementKind::TransferTitle } else { MovementKind::Convert };
    decision.post(line, kind, &issued.part, &issued.unit, to);
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::Doa, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::Doa.as_str());
    let said = [scanned, reason.trim()].into_iter().filter(|text| !text.is_empty());
    decision.set_note(said.collect::<Vec<_>>().join(" · "));
    decision.promises.push(PromiseChange::OpenFor(PromiseKind::FaultyReturn, issued.id));
    if line.open_promises.contains(&PromiseKind::LoanReturn) && issued.role == IssuedRole::Loan {
        decision.promises.push(PromiseChange::Drop(PromiseKind::LoanReturn));
    }
    let again = if line.exchange_decided && issued.role == IssuedRole::Permanent {
        PromiseKind::EquivalentExchange
    } else {
        PromiseKind::SpareInPlace
    };
    // What was given for good is owed again wherever the own unit is by now; a loaner only while that is away.
    if !line.repair.is_ended() || issued.role == IssuedRole::Permanent {
        decision.promises.push(PromiseChange::Open(again));
    }
    if line.repair == RepairState::Closed {
        // The line goes on from where it was closed: a second one is issued (PRODUCT "Issued units").
        decision.repair =
            line.case.closed_from.filter(|from| from.is_ended()).unwrap_or(RepairState::Exchanged);
    }
    decision.notice = Some(NoticeKind::Doa);
    Ok(())
}

/// The loaner becomes the customer's and the customer's own unit ours, in one entry. It is delivered on the day the
/// customer agreed, never on the day it was lent (NUMBERS §2).
pub(super) fn keep_loaner(
    line: &LineState,
    scanned: Option<&str>,
    agreed: &Agreement,
    fits: bool,
    brand_new: bool,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let Some(issued) = line.active(IssuedRole::Loan) else {
        return Err(Refusal::NothingOwed { number: line.number.clone() });
    };
    if let Some(scanned) = scanned.filter(|scanned| *scanned != issued.unit.serial) {
        return Err(Refusal::WrongSerial {
            expected: issued.unit.serial.clone(),
            scanned: scanned.to_owned(),
        });
    }
    if !fits {
        return Err(Refusal::NotEquivalent {
            part_no: issued.part.part_no.clone(),
            wanted: line.part.part_no.clone(),
        });
    }
    if line.case.brand_new_required && !brand_new {
        return Err(Refusal::NotBrandNew { serial: issued.unit.serial.clone() });
    }
    let own = here(line)?;
    let customer = Owner::Customer(line.customer.clone());
    let stays = Stand { place: issued.unit.place.clone(), condition: issued.unit.condition, owner: customer };
    decision.post(line, MovementKind::TransferTitle, &issued.part, &issued.unit, stays);
    let ours = Stand { place: own.place.clone(), condition: own.condition, owner: Owner::Us };
    decision.post(line, MovementKind::TransferTitle, &line.part, own, ours);
    decision.issued = Some(IssuedChange::Step { id: issued.id, to: IssuedState::Kept, release: None });
    decision.log(Track::Issued, issued.state.as_str(), IssuedState::Kept.as_str());
    decision.set_note(format!("{} · {} · {}", issued.unit.serial, agreed.by.trim(), agreed.evidence.trim()));
    decision.repair = RepairState::Exchanged;
    decision.case.happened_at = Some(agreed.at.unwrap_or(decision.occurred_at));
    decision.case.consent = Some((ConsentKind::KeepLoaner, agreed.clone()));
    if line.on_hold {
        decision.hold = Some(HoldChange::EndAll);
    }
    consent_lapses(line, decision);
    decision.promises.push(PromiseChange::Break(PromiseKind::RepairReturn));
    decision.promises.push(PromiseChange::Fulfil(PromiseKind::EquivalentExchange));
    Ok(())
}
