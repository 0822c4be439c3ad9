//! From the codes people send to the places, units and parts a rule decides about.

use crate::app::rma::ActionInput;
use crate::app::stock::find_unit;
use crate::app::{AppResult, places};
use crate::domain::data_bearing::DataProof;
use crate::domain::money::DEFAULT_CURRENCY;
use crate::domain::place::{PlaceRef, vendor_code};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::repair::{OrderState, PartUse, RepairAction, RepairKind, Returned, VendorSent, verdict};
use crate::domain::rma::RepairOutcome;
use crate::domain::serial::Serial;
use crate::domain::stock::{PartClass, Tracking};
use crate::store::{Conn, fault_codes, parts, repair_parts, stock, units};

use super::input::PartInput;

/// Parts one call may build in.
const PARTS_MAX: usize = 100;

/// The action, with its codes looked up.
pub(super) fn resolve(
    tx: &mut Conn,
    order: &OrderState,
    kind: RepairKind,
    input: &ActionInput,
) -> AppResult<RepairAction> {
    use RepairKind as K;
    let bench = &input.bench;
    let data = || DataProof { answer: bench.data, certificate: bench.certificate.clone() };
    Ok(match kind {
        K::Diagnose => RepairAction::Diagnose {
            fault_code: fault_code(tx, bench.fault_code.as_deref())?,
            finding: input.finding.trim().to_owned(),
            verdict: input.outcome,
            estimate_fen: bench.estimate_fen,
        },
        K::StartRepair => RepairAction::StartRepair,
        K::UseParts => RepairAction::UseParts { parts: used_parts(tx, order, input)? },
        K::WaitParts => RepairAction::WaitParts,
        K::PartsArrived => RepairAction::PartsArrived,
        K::ApproveCost => RepairAction::ApproveCost {
            limit_fen: input.cost_fen.ok_or_else(|| Refusal::field("cost", "required"))?,
            reason: input.reason.trim().to_owned(),
        },
        K::SendToVendor => {
            let vendor = input.vendor.as_deref().ok_or_else(|| Refusal::field("vendor", "required"))?;
            RepairAction::SendToVendor(VendorSent {
                vendor: places::in_field(tx, "vendor", &vendor_code(vendor.trim()))?,
                vendor_rma: input.vendor_rma.trim().to_owned(),
                due_on: input.due_on,
                data: data(),
            })
        }
        K::VendorReturned => RepairAction::VendorReturned(Box::new(returned(tx, order, input)?)),
        K::FinishRepair => RepairAction::FinishRepair {
            outcome: outcome(input)?,
            cost_fen: input.cost_fen,
            parts: used_parts(tx, order, input)?,
        },
        K::Test => {
            let steps = bench.steps.clone();
            // Nobody need say what the steps say.
            let passed = input.passed.or_else(|| verdict(&steps));
            RepairAction::Test { passed: passed.ok_or_else(|| Refusal::field("passed", "required"))?, steps }
        }
        K::ToStock => RepairAction::ToStock { place: stock_place(tx, order, input)?, data: data() },
        K::Scrap => RepairAction::Scrap { reason: input.reason.trim().to_owned(), data: data() },
        K::WriteOff => RepairAction::WriteOff { reason: input.reason.trim().to_owned() },
    })
}

fn outcome(input: &ActionInput) -> Result<RepairOutcome, Refusal> {
    input.outcome.ok_or_else(|| Refusal::field("outcome", "required"))
}

/// A diagnosis code of the list that is in use.
fn fault_code(tx: &mut Conn, code: Option<&str>) -> AppResult<Option<String>> {
    let Some(code) = code.map(|code| code.trim().to_lowercase()).filter(|code| !code.is_empty()) else {
        return Ok(None);
    };
    match fault_codes::by_code(tx, &code)? {
        Some(row) if row.active => Ok(Some(row.code)),
        _ => Err(Refusal::Invalid(vec![
            FieldError::new("fault_code", "unknown_fault_code").with("code", code),
        ])
        .into()),
    }
}

/// What came back: the unit itself, by its serial or another code it was labelled with, or another one.
fn returned(tx: &mut Conn, order: &OrderState, input: &ActionInput) -> AppResult<Returned> {
    let text = input.serial.as_deref().ok_or_else(|| Refusal::field("serial", "required"))?;
    let serial = Serial::parse(text).map_err(|error| Refusal::field("serial", error.code()))?.into_string();
    let found = units::by_serial(tx, &serial)?;
    let outcome = outcome(input)?;
    let depot = input.depot.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let place = places::bench_or_bin(tx, depot.unwrap_or(&order.depot.code), input.bin.as_deref())?;
    let (scanned, known) = if found.iter().any(|unit| unit.id == order.unit.id) {
        (order.unit.serial.clone(), None)
    } else {
        let identity = order.part.identity(&serial);
        let known = found.into_iter().find(|unit| unit.identity == identity);
        (serial, known.map(|unit| unit.state()))
    };
    Ok(Returned { scanned, known, outcome, cost_fen: input.cost_fen, place })
}

/// Where a good unit is put: the bin named, else the depot's floor.
fn stock_place(tx: &mut Conn, order: &OrderState, input: &ActionInput) -> AppResult<PlaceRef> {
    let Some(bin) = input.bin.as_deref().map(str::trim).filter(|bin| !bin.is_empty()) else {
        return places::in_field(tx, "depot", &order.depot.code);
    };
    let full = if bin.contains('/') { bin.to_owned() } else { format!("{}/{bin}", order.depot.code) };
    places::in_field(tx, "bin", &full)
}

fn used_parts(tx: &mut Conn, order: &OrderState, input: &ActionInput) -> AppResult<Vec<PartUse>> {
    let said = &input.bench.parts;
    if said.len() > PARTS_MAX {
        let error =
            FieldError::new("parts", "count_out_of_range").with("max", PARTS_MAX).with("count", said.len());
        return Err(Refusal::Invalid(vec![error]).into());
    }
    let mut used: Vec<PartUse> = vec![];
    for (at, part) in said.iter().enumerate() {
        let resolved = used_part(tx, order, at, part)?;
        let twice = |other: &PartUse| {
            resolved.unit.is_some()
                && other.unit.as_ref().map(|unit| unit.id) == resolved.unit.as_ref().map(|unit| unit.id)
        };
        if used.iter().any(twice) {
            return Err(Refusal::field(format!("parts[{at}].serial"), "twice_in_request").into());
        }
        used.push(resolved);
    }
    Ok(used)
}

fn used_part(tx: &mut Conn, order: &OrderState, at: usize, said: &PartInput) -> AppResult<PartUse> {
    let name = |field: &str| format!("parts[{at}].{field}");
    let quantity = said.quantity.unwrap_or(1);
    let from = said.from.as_deref().map(str::trim).filter(|from| !from.is_empty());
    if let Some(serial) = said.serial.as_deref().filter(|serial| !serial.trim().is_empty()) {
        let unit = find_unit(tx, serial, said.part_no.as_deref())?;
        if unit.class == PartClass::Instrument {
            return Err(Refusal::NotASpare { part_no: unit.part_no }.into());
        }
        let place = unit.place_ref();
        if let Some(from) = from {
            let claimed = places::in_field(tx, &name("from"), from)?;
            if claimed.id != place.id {
                let (serial, place) = (unit.serial.clone(), place.code);
                return Err(Refusal::UnitElsewhere { serial, place, claimed: claimed.code }.into());
            }
        }
        let price_fen = price_of(tx, unit.part_id)?;
        return Ok(PartUse {
            part: unit.part_ref(),
            from: place,
            unit: Some(unit.state()),
            quantity,
            price_fen,
        });
    }
    let part_no = said.part_no.as_deref().map(crate::domain::fields::code_of).unwrap_or_default();
    let part =
        stock::part_ref(tx, &part_no)?.ok_or_else(|| Refusal::field(name("part_no"), "unknown_part"))?;
    if part.tracking == Tracking::Serial {
        return Err(Refusal::field(name("serial"), "required").into());
    }
    let from = match from {
        Some(code) => places::in_field(tx, &name("from"), code)?,
        None => {
            let code = repair_parts::richest_place(tx, part.id, order.depot.id)?;
            places::in_field(tx, &name("from"), code.as_deref().unwrap_or(&order.depot.code))?
        }
    };
    let price_fen = price_of(tx, part.id)?;
    Ok(PartUse { part, unit: None, quantity, from, price_fen })
}

/// The price of a part in the currency repairs are reckoned in; none in another, for 1,000 dollars are no 1,000 yuan.
fn price_of(tx: &mut Conn, part_id: i64) -> AppResult<Option<i64>> {
    let part = parts::by_id(tx, part_id)?.filter(|part| part.currency == DEFAULT_CURRENCY);
    Ok(part.and_then(|part| part.price_fen))
}
