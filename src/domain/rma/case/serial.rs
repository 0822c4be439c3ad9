//! The request named a wrong serial: put right before the part is received, with a reason.

use crate::domain::place::PlaceKind;
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
    // What we gave for the part is not the part: a dead spare is owed to us for itself.
    if unit.is_some_and(|unit| line.issued.iter().any(|issued| issued.unit.id == unit.id)) {
        return Err(Refusal::AlreadyIssued { serial: serial.to_owned() });
    }
    if let Some(unit) = unit
        && unit.owner != Owner::Customer(line.customer.clone())
        && unit.owner != Owner::Us
        // Nobody knows whose a unit out of a box is until the box is matched: to this line, say, once its serial is right.
        && unit.owner != Owner::Unknown
        // One that stands at the boundary entered the books by a step that was taken back.
        && unit.place.kind != PlaceKind::Opening
    {
        return Err(Refusal::WrongOwner { serial: unit.serial.clone(), owner: unit.owner.to_string() });
    }
    decision.case.serial = Some((serial.to_owned(), unit.map(|unit| unit.id)));
    decision.log(Track::Note, "", "");
    decision.set_note(format!("{} → {serial} · {}", line.serial, reason.trim()));
    Ok(())
}

/// One maker's serial on two part numbers is one unit: the books know it by another part than the line says, so that the label
/// or the request is wrong, and nothing is booked on it before that is put right.
pub(in crate::domain::rma) fn check_part(line: &LineState) -> Result<(), Refusal> {
    match &line.case.other_part {
        None => Ok(()),
        Some(part_no) => Err(Refusal::WrongPart {
            serial: line.serial.clone(),
            part_no: part_no.clone(),
            given: line.part.part_no.clone(),
        }),
    }
}
