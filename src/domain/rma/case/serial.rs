//! The request named a wrong serial: put right before the part is received, with a reason.

use crate::domain::refusal::Refusal;
use crate::domain::rma::LineState;
use crate::domain::rma::Track;
use crate::domain::rma::effects::Decision;
use crate::domain::stock::{Owner, UnitState};

pub(super) fn correct(
    line: &LineState,
    serial: &str,
    unit: Option<&UnitState>,
    reason: &str,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    if serial == line.serial {
        return Err(Refusal::field("serial", "same_as_before"));
    }
    if let Some(unit) = unit
        && unit.owner != Owner::Customer(line.customer.clone())
        && unit.owner != Owner::Us
    {
        return Err(Refusal::WrongOwner { serial: unit.serial.clone(), owner: unit.owner.to_string() });
    }
    decision.case.serial = Some((serial.to_owned(), unit.map(|unit| unit.id)));
    decision.log(Track::Note, "", "");
    decision.set_note(format!("{} → {serial} · {}", line.serial, reason.trim()));
    Ok(())
}
