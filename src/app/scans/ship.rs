//! What leaves a depot: scanning packs it, and one form hands each load to its carrier.

use crate::app::goods::Item;
use crate::app::requests::{self, Issue};
use crate::app::rma::{self, ActionInput};
use crate::app::scans::{Due, asked};
use crate::app::transfers::{self, Dispatch, TransferFilter};
use crate::app::{AppResult, Ctx, depots};
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::equivalence::{Fit, Limited};
use crate::domain::fields::Fields;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, IssuedState};
use crate::domain::scan::{ScanMode, ScanVerdict};
use crate::domain::transfer::TransferState;
use crate::store::scans::{self, ScanRow};
use crate::store::units::UnitRow;
use crate::store::{Conn, open_lines, station, units};

/// Approved transfers looked at for a scanned unit, and scans of a batch.
const LOOKED_AT: i64 = 500;

/// The document that lets this unit leave the depot now: a transfer's or a replacement request's number, or an RMA line as
/// `RMA-…/1`.
pub(super) fn document_of(
    tx: &mut Conn,
    ctx: &Ctx,
    depot: &DepotRef,
    unit: &UnitRow,
) -> AppResult<Option<String>> {
    if let Some((number, line)) = station::held_line(tx, unit.id)? {
        return super::station::document_of_line(tx, &number, line).map(Some);
    }
    if let Some(line) = open_lines::of_identity(tx, &unit.identity)?
        && ctx.actor.sees_customer(line.customer_id)
        && action_of(tx, ctx, (&line.number, line.line), unit)?.is_some()
    {
        return Ok(Some(format!("{}/{}", line.number, line.line)));
    }
    if let Some((number, line)) = station::line_of_exchange(tx, unit.id)?
        && action_of(tx, ctx, (&number, line), unit)?.is_some()
    {
        return Ok(Some(format!("{number}/{line}")));
    }
    let filter = TransferFilter {
        from: Some(depot.code.clone()),
        state: Some(TransferState::Approved),
        ..TransferFilter::default()
    };
    let mut any = None;
    for (row, _) in transfers::list(tx, ctx, &filter, i64::MAX, LOOKED_AT)? {
        for account in transfers::view(tx, ctx, &row.number)?.lines {
            let line = account.line;
            if line.unit_id == Some(unit.id) {
                return Ok(Some(row.number));
            }
            let fits = line.part_id == unit.part_id && line.condition == unit.condition;
            if line.unit_id.is_none() && fits && unit.reservation_id.is_none() {
                // The oldest transfer that asks for any of this part; the list begins with the newest.
                any = Some(row.number.clone());
            }
        }
    }
    // A spare for a customer who waits goes before what a depot would like to have.
    let (asked, outside) = asked::served_by(tx, ctx, depot, unit)?;
    match (asked.or(any), outside) {
        // It would serve one who waits, were it another firmware or revision: that is said.
        (None, Some(refusal)) => Err(refusal.into()),
        (document, _) => Ok(document),
    }
}

/// The action that sends this unit off under the line now: its own unit goes home, what is held for it goes out.
fn action_of(
    conn: &mut Conn,
    ctx: &Ctx,
    (number, line): (&str, i64),
    unit: &UnitRow,
) -> AppResult<Option<ActionKind>> {
    let shown = rma::line_view(conn, ctx, number, line)?;
    let is_held = shown.issued.iter().any(|one| one.unit_id == unit.id && one.state == IssuedState::Reserved);
    let kind = match shown.row.unit_id {
        _ if is_held => ActionKind::ShipReplacement,
        Some(own) if own == unit.id => ActionKind::DispatchReturn,
        _ => ActionKind::ShipExchange,
    };
    Ok(Some(kind).filter(|kind| shown.allowed_actions.contains(kind)))
}

/// Whether this unit was packed for this document before in the round.
pub(super) fn is_packed(
    tx: &mut Conn,
    depot: &DepotRef,
    batch: &str,
    (document, serial): (&str, &str),
) -> AppResult<bool> {
    let scanned = scans::of_batch(tx, depot.id, batch.trim(), LOOKED_AT)?;
    Ok(scanned
        .iter()
        .any(|scan| packs(scan) && scan.document == document && super::serial_of(&scan.code) == serial))
}

/// Whether a scan put its unit into a box, and nobody took it out again.
fn packs(scan: &ScanRow) -> bool {
    let is_done = scan.mode == ScanMode::Ship && scan.verdict == ScanVerdict::Accepted;
    is_done && scan.undone_at.is_none()
}

/// What a packed spare has to be looked at for before it goes: nobody put down whether it is within the limits of its
/// equivalence. What is held already was looked at when it was chosen.
fn look_at(conn: &mut Conn, ctx: &Ctx, document: &str, unit: &UnitRow) -> AppResult<Option<Limited>> {
    if !asked::is_request(document) || unit.reservation_id.is_some() {
        return Ok(None);
    }
    let wanted = requests::get(conn, ctx, document)?.part_no;
    Ok(match rma::limits_of(conn, &wanted, unit)? {
        Fit::Unknown(limited) => Some(limited),
        Fit::Meets | Fit::Breaks(_) => None,
    })
}

/// What was packed for one document and has not left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// Transfer, replacement request, or RMA line as `RMA-…/1`.
    pub document: String,
    /// Serials, in the order they were scanned.
    pub serials: Vec<String>,
    /// What the last unit has to be looked at for before it goes.
    pub look_at: Option<Limited>,
}

/// What was packed in a batch and still stands in the depot, by document.
///
/// # Errors
/// When the depot is none of the reader's.
pub fn loads(conn: &mut Conn, ctx: &Ctx, depot: &DepotRef, batch: &str) -> AppResult<Vec<Load>> {
    ctx.actor.may_in(Permission::MoveStock, depot)?;
    let mut scanned = scans::of_batch(conn, depot.id, batch, LOOKED_AT)?;
    scanned.reverse();
    let mut loads: Vec<Load> = vec![];
    for scan in scanned {
        if !packs(&scan) {
            continue;
        }
        let found = units::by_serial(conn, &super::serial_of(&scan.code))?;
        let Some(unit) = found.into_iter().find(|unit| unit.depot_id == Some(depot.id)) else { continue };
        if loads.iter().any(|load| load.serials.contains(&unit.serial)) {
            continue;
        }
        match loads.iter_mut().find(|load| load.document == scan.document) {
            Some(load) => load.serials.push(unit.serial),
            None => {
                let look_at = look_at(conn, ctx, &scan.document, &unit)?;
                loads.push(Load { document: scan.document, serials: vec![unit.serial], look_at });
            }
        }
    }
    Ok(loads)
}

/// The transfers of which nothing was packed yet, and of which only parts kept by quantity wait: there is nothing of them to scan.
#[must_use]
pub fn lots_alone(due: &[Due], packed: &[Load]) -> Vec<Load> {
    let mut alone: Vec<Load> = vec![];
    for one in due.iter().filter(|one| one.is_lot && one.done < one.wanted) {
        let is_known = |load: &Load| load.document == one.document;
        let is_unit =
            |other: &Due| other.document == one.document && !other.is_lot && other.done < other.wanted;
        if due.iter().any(is_unit) {
            continue;
        }
        if !packed.iter().any(is_known) && !alone.iter().any(is_known) {
            alone.push(Load { document: one.document.clone(), serials: vec![], look_at: None });
        }
    }
    alone
}

/// A load handed to its carrier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendOff {
    /// Depot.
    pub depot: String,
    /// Batch of the scans.
    pub batch: String,
    /// Which load.
    pub document: String,
    /// Carrier.
    pub carrier: String,
    /// Waybill number.
    pub tracking_no: String,
    /// Nobody carries it but ourselves: there is no carrier to name.
    pub is_own_ride: bool,
    /// Who took it, when a spare that was asked for is handed over here and now.
    pub received_by: String,
    /// Somebody looked at the spare: it is within the limits of its equivalence.
    pub limits_confirmed: bool,
    /// Quantities that were packed beside the units, for a transfer.
    pub lots: Vec<(String, i64)>,
}

/// Sends a load off by the step of its document.
///
/// # Errors
/// `field` when nothing is packed for the document or nobody is said to carry it, and what its step refuses.
pub fn send_off(tx: &mut Conn, ctx: &Ctx, what: &SendOff) -> AppResult<()> {
    let mut f = Fields::new();
    let depot = depots::in_field(tx, &mut f, "depot", &what.depot)?;
    let is_taken =
        what.is_own_ride || [&what.carrier, &what.received_by].iter().any(|who| !who.trim().is_empty());
    if !is_taken {
        f.fault("carrier", "carrier_or_own_ride");
    }
    f.finish()?;
    let depot = depot.ok_or_else(|| Refusal::field("depot", "required"))?;
    let depot = DepotRef { id: depot.id, code: depot.code };
    let packed = loads(tx, ctx, &depot, &what.batch)?;
    let serials = packed.into_iter().find(|load| load.document == what.document).map(|load| load.serials);
    let serials = serials.unwrap_or_default();
    let lots = what.lots.iter().map(|(part_no, quantity)| Item {
        part_no: Some(part_no.clone()),
        quantity: Some(*quantity),
        ..Item::default()
    });
    let items: Vec<Item> = serials.iter().map(|serial| Item::scanned(serial)).chain(lots).collect();
    if asked::is_request(&what.document) {
        let serial = serials.into_iter().next().ok_or_else(|| Refusal::field("document", "required"))?;
        let issue = Issue {
            serial: Some(serial),
            carrier: what.carrier.clone(),
            tracking_no: what.tracking_no.clone(),
            received_by: what.received_by.clone(),
            limits_confirmed: what.limits_confirmed,
            ..Issue::default()
        };
        return requests::issue(tx, ctx, &what.document, &issue).map(|_| ());
    }
    let Some((number, line)) = what.document.split_once('/') else {
        let dispatch =
            Dispatch { items, carrier: what.carrier.clone(), tracking_no: what.tracking_no.clone() };
        return transfers::dispatch(tx, ctx, &what.document, &dispatch).map(|_| ());
    };
    let serial = serials.into_iter().next().ok_or_else(|| Refusal::field("document", "required"))?;
    let none = || Refusal::not_found("rma_line", &what.document);
    let line: i64 = line.parse().map_err(|_| none())?;
    let unit = units::by_serial(tx, &serial)?.into_iter().find(|unit| unit.depot_id == Some(depot.id));
    let kind = action_of(tx, ctx, (number, line), &unit.ok_or_else(none)?)?.ok_or_else(none)?;
    let input = ActionInput {
        serial: Some(serial),
        carrier: what.carrier.clone(),
        tracking_no: what.tracking_no.clone(),
        ..ActionInput::default()
    };
    rma::act(tx, ctx, number, line, kind, &input).map(|_| ())
}
