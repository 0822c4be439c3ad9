//! Another way of service on the way. After receipt a change to a replacement is an exchange and stays in the rate
//! (PRODUCT "Cases settled", advance replacement).

use crate::domain::plan::PromiseKind;
use crate::domain::refusal::Refusal;
use crate::domain::rma::case::{consent_lapses, let_go};
use crate::domain::rma::effects::{Decision, PromiseChange};
use crate::domain::rma::spares::exchange_is_decided;
use crate::domain::rma::{FaultyState, IssuedRole, IssuedState, LineState, Mode, RepairState, Track};

pub(super) fn change(
    line: &LineState,
    mode: Mode,
    reason: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    if mode == line.mode {
        return Err(Refusal::field("mode", "same_as_before"));
    }
    mode.check_offered(line.case.regime)?;
    let received = line.repair.is_with_us();
    let becomes_exchange = received && matches!(mode, Mode::AdvanceReplacement | Mode::EquivalentExchange);
    if let Some(issued) = line.replacement() {
        // A loaner in use bridges the time until the exchange; anything else under way must come back first.
        let bridges =
            becomes_exchange && issued.role == IssuedRole::Loan && issued.state == IssuedState::InUse;
        if issued.state == IssuedState::Reserved {
            // It never left: nobody waits for it under the new way.
            let_go(issued, decision);
        } else if !bridges {
            return Err(Refusal::AlreadyIssued { serial: issued.unit.serial.clone() });
        }
    }
    if let Some(received_at) = line.case.received_at.filter(|_| received && !line.mode.promises_return()) {
        // The part came before any spare was given for it: it is to go home now, and its clock runs since it came.
        decision.promises.push(PromiseChange::OpenSince(PromiseKind::RepairReturn, received_at));
        // The verdict said so already; nobody was owed a board for it under the old way.
        if line.repair == RepairState::Ber && !becomes_exchange {
            decision.promises.push(PromiseChange::Open(PromiseKind::EquivalentExchange));
        }
    }
    decision.log(Track::Note, line.mode.as_str(), mode.as_str());
    decision.set_note(reason.to_owned());
    if becomes_exchange {
        decision.case.mode = Some(Mode::EquivalentExchange);
        consent_lapses(line, decision);
        exchange_is_decided(decision);
    } else {
        decision.case.mode = Some(mode);
        if !received {
            faulty_is_due_when(line, mode, decision);
        }
    }
    if line.repair != RepairState::Requested {
        spare_promise(line, mode, becomes_exchange, decision);
    }
    Ok(())
}

/// With a spare up front the faulty part is due when that was handed over; without one, from the authorisation on.
fn faulty_is_due_when(line: &LineState, mode: Mode, decision: &mut Decision) {
    if line.repair != RepairState::Authorised {
        return;
    }
    let to = if mode.issues_up_front().is_some() { FaultyState::NotDue } else { FaultyState::Due };
    decision.faulty = to;
}

fn spare_promise(line: &LineState, mode: Mode, becomes_exchange: bool, decision: &mut Decision) {
    let promised = line.open_promises.contains(&PromiseKind::SpareInPlace);
    let wanted = !becomes_exchange && mode.issues_up_front().is_some();
    if wanted && !promised {
        decision.promises.push(PromiseChange::Open(PromiseKind::SpareInPlace));
    }
    if promised && !wanted {
        // Late already, it was not in place, whatever is wanted now.
        decision.promises.push(PromiseChange::Forgo(PromiseKind::SpareInPlace));
    }
}
