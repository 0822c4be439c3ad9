//! How an order of our own ends: into stock, out of the world, or written off.

use crate::domain::data_bearing::{DataAnswer, DataProof, data_proof};
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::place::PlaceRef;
use crate::domain::refusal::Refusal;
use crate::domain::repair::steps::{data_case, keep_data, stand_of};
use crate::domain::repair::{OrderState, VendorChange, Work};
use crate::domain::rma::{RepairOrderState, RepairOutcome};
use crate::domain::stock::{Condition, MovementKind, Owner, Stand};

pub(super) fn to_stock(
    order: &OrderState,
    place: &PlaceRef,
    data: &DataProof,
    work: &mut Work,
) -> Result<(), Refusal> {
    if place.depot != order.unit.place.depot || !place.kind.counts_as_available() {
        return Err(Refusal::field_with("bin", "unknown_place", "code", &place.code));
    }
    let proof = data_proof(&data_case(order, false), data)?;
    let to = Stand { place: place.clone(), condition: Condition::Good, owner: Owner::Us };
    work.moves(order, MovementKind::Move, to);
    work.goes_to(RepairOrderState::Closed);
    work.note.clone_from(&place.code);
    note_data(proof, work);
    Ok(())
}

pub(super) fn scrap(
    order: &OrderState,
    reason: &str,
    data: &DataProof,
    work: &mut Work,
) -> Result<(), Refusal> {
    let mut fields = Fields::new();
    let reason = fields.required("reason", reason, LONG_MAX);
    fields.finish()?;
    let proof = data_proof(&data_case(order, true), data)?;
    let to = Stand { place: order.scrap_place.clone(), condition: Condition::Scrapped, owner: Owner::Us };
    work.moves(order, MovementKind::Scrap, to);
    if let Some(posting) = work.postings.last_mut() {
        posting.reason.clone_from(&reason);
    }
    work.goes_to(RepairOrderState::Closed);
    work.note = reason;
    note_data(proof, work);
    // Scrapped at the maker's: that is the maker's verdict, and nothing comes back.
    if let Some(leg) = &order.leg {
        work.outcome = Some(RepairOutcome::Ber);
        work.vendor = Some(VendorChange::Gone { leg_id: leg.id, outcome: work.outcome });
    }
    Ok(())
}

/// Whoever counted it missing may have booked it as lost before: then only the order ends.
pub(super) fn write_off(order: &OrderState, reason: &str, work: &mut Work) -> Result<(), Refusal> {
    let mut fields = Fields::new();
    let reason = fields.required("reason", reason, LONG_MAX);
    fields.finish()?;
    if order.unit.place.id != order.lost_place.id {
        let to = Stand { place: order.lost_place.clone(), ..stand_of(&order.unit) };
        work.moves(order, MovementKind::Adjust, to);
    }
    if let Some(posting) = work.postings.last_mut() {
        posting.reason.clone_from(&reason);
    }
    work.goes_to(RepairOrderState::Closed);
    work.note = reason;
    work.vendor = order.leg.as_ref().map(|leg| VendorChange::Gone { leg_id: leg.id, outcome: None });
    Ok(())
}

fn note_data(proof: Option<(DataAnswer, String)>, work: &mut Work) {
    keep_data(proof.as_ref(), work);
    if let Some((answer, certificate)) = proof {
        work.add_note(&format!("{answer} {certificate}"));
    }
}
