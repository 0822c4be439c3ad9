//! What the customer is told, gathered from the books in the transaction of the event.

use crate::app::outbox::{NewNotice, enqueue};
use crate::app::rma::case_news;
use crate::app::rma::makers_unit::makers_unit;
use crate::app::{AppResult, Ctx};
use crate::domain::actor::Scope;
use crate::domain::calendar::Zone;
use crate::domain::notice::{
    Bilingual, FaultyReceipt, Notice, NoticeKind, Outcome, Parcel, PromisedDay, Replacement, RmaNews,
    RmaNotice, UnitNamed,
};
use crate::domain::plan::{PromiseKind, TermUnit};
use crate::domain::rma::{IssuedRole, IssuedState, Mode, RepairOutcome, ShipmentPurpose};
use crate::domain::setup::DepotClass;
use crate::store::depots::DepotRow;
use crate::store::issued::{self, IssuedRow};
use crate::store::promises::PromiseRow;
use crate::store::rma_cases::OwedRow;
use crate::store::rmas::{LineRow, RmaRow};
use crate::store::shipments::ShipmentRow;
use crate::store::{Conn, customers, depots, plans, promises, requests, rmas, shipments};
use chrono::{DateTime, Utc};

/// Queues a notice about an RMA, or about one line of it. The id, if anybody is to be told.
pub(super) fn tell(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: Option<i64>,
    kind: NoticeKind,
    event: &str,
) -> AppResult<Option<i64>> {
    let Some(rma) = rmas::by_number(tx, &Scope::All, number)? else { return Ok(None) };
    let lines = rmas::lines(tx, rma.id)?;
    let Some(news) = news(tx, &lines, line, kind, rma.id, ctx.now)? else { return Ok(None) };
    send(tx, ctx, rma, news, event)
}

/// Queues a reminder of what is promised to us: of this promise, and of no other on the line.
pub(super) fn remind(
    tx: &mut Conn,
    ctx: &Ctx,
    owed: &OwedRow,
    kind: NoticeKind,
    event: &str,
) -> AppResult<Option<i64>> {
    let Some(rma) = rmas::by_number(tx, &Scope::All, &owed.number)? else { return Ok(None) };
    let row = rmas::lines(tx, rma.id)?.into_iter().find(|row| row.line == owed.line);
    let Some(row) = row else { return Ok(None) };
    let Some(news) = case_news::reminder(tx, &row, kind, owed.id, ctx.now)? else { return Ok(None) };
    send(tx, ctx, rma, news, event)
}

/// Queues the word that what was told last of a line was a mistake, and why.
pub(super) fn correct(
    tx: &mut Conn,
    ctx: &Ctx,
    number: &str,
    line: i64,
    reason: &str,
    event: &str,
) -> AppResult<Option<i64>> {
    let Some(rma) = rmas::by_number(tx, &Scope::All, number)? else { return Ok(None) };
    let row = rmas::lines(tx, rma.id)?.into_iter().find(|row| row.line == line);
    let Some(row) = row else { return Ok(None) };
    let news = case_news::correction(&row, reason);
    send(tx, ctx, rma, news, event)
}

fn send(tx: &mut Conn, ctx: &Ctx, rma: RmaRow, news: RmaNews, event: &str) -> AppResult<Option<i64>> {
    let notice = Notice::from(RmaNotice {
        rma: rma.number.clone(),
        customer: rma.customer_name,
        contact: rma.contact_name,
        tracking_path: format!("/track/{}?code={}", rma.number, rma.tracking_code),
        news,
    });
    let new = NewNotice {
        event: event.to_owned(),
        recipient: rma.contact_email,
        language: rma.language,
        rma_id: Some(rma.id),
        notice,
    };
    enqueue(tx, ctx, &new)
}

fn news(
    tx: &mut Conn,
    lines: &[LineRow],
    line: Option<i64>,
    kind: NoticeKind,
    rma_id: i64,
    now: DateTime<Utc>,
) -> AppResult<Option<RmaNews>> {
    let units: Vec<UnitNamed> =
        lines.iter().filter(|row| line.is_none_or(|line| row.line == line)).map(named).collect();
    let row = lines.iter().find(|row| Some(row.line) == line);
    Ok(match (kind, row) {
        (NoticeKind::RequestReceived, _) => Some(RmaNews::RequestReceived { units }),
        (NoticeKind::Authorised, Some(row)) => Some(authorised(tx, row, units)?),
        (NoticeKind::ReplacementShipped, Some(row)) => replacement_shipped(tx, row, rma_id)?,
        (NoticeKind::FaultyReceived, Some(row)) => Some(faulty_received(tx, row)?),
        (NoticeKind::ShippedBack, Some(row)) => Some(shipped_back(tx, row, rma_id)?),
        (NoticeKind::Closed, _) => Some(RmaNews::Closed { units }),
        (kind, Some(row)) => case_news::news(tx, row, kind, rma_id, now)?,
        _ => None,
    })
}

pub(super) fn named(row: &LineRow) -> UnitNamed {
    UnitNamed {
        line: u32::try_from(row.line).unwrap_or(1),
        part_no: row.part_no.clone(),
        part_name: Bilingual { zh: row.part_name.clone(), en: row.part_name_en.clone() },
        serial: row.serial.clone(),
    }
}

fn depot_of(tx: &mut Conn, code: Option<&str>) -> AppResult<Option<DepotRow>> {
    Ok(match code {
        Some(code) => depots::by_code(tx, code)?,
        None => None,
    })
}

/// The depot a customer sends a faulty part to when the request named none: one of the customer's own city, else the one
/// depot there is to choose, else the one common depot with a bench. `None` when that does not tell.
fn sending_depot(depots: &[DepotRow], city: &str) -> Option<DepotRow> {
    let only = |wanted: &dyn Fn(&DepotRow) -> bool| {
        let mut found = depots.iter().filter(|depot| wanted(depot));
        found.next().filter(|_| found.next().is_none()).cloned()
    };
    let near = |depot: &DepotRow| !city.is_empty() && depot.city == city;
    only(&near)
        .or_else(|| only(&|depot| near(depot) && depot.has_bench))
        .or_else(|| depots.iter().find(|depot| near(depot)).cloned())
        .or_else(|| only(&|_| true))
        .or_else(|| only(&|depot| depot.class == DepotClass::Common && depot.has_bench))
}

/// The depot the faulty part of a line is sent to, as far as it can be told.
pub(super) fn depot_to_send_to(conn: &mut Conn, row: &LineRow) -> AppResult<Option<DepotRow>> {
    if let Some(depot) = depot_of(conn, row.depot.as_deref())? {
        return Ok(Some(depot));
    }
    let customer = customers::by_id(conn, row.customer_id)?;
    let city = customer.map(|customer| customer.city).unwrap_or_default();
    Ok(sending_depot(&depots::open_to_all(conn)?, city.trim()))
}

fn authorised(tx: &mut Conn, row: &LineRow, units: Vec<UnitNamed>) -> AppResult<RmaNews> {
    let depot = depot_to_send_to(tx, row)?;
    Ok(RmaNews::Authorised {
        units,
        replacement_first: row.mode.issues_up_front().is_some(),
        depot: depot.as_ref().map(|depot| depot.name.clone()).unwrap_or_default(),
        depot_address: depot.map(|depot| depot.address).unwrap_or_default(),
    })
}

fn replacement_shipped(tx: &mut Conn, row: &LineRow, rma_id: i64) -> AppResult<Option<RmaNews>> {
    let Some(issued) = issued::of_line(tx, row.id)?.pop() else { return Ok(None) };
    let parcel = parcel_of(tx, row, rma_id, ShipmentPurpose::Replacement)?;
    let promises = promises::of_line(tx, row.id)?;
    let faulty_due_on = open(&promises, PromiseKind::FaultyReturn).and_then(|promise| promise.due_on);
    Ok(Some(RmaNews::ReplacementShipped {
        unit: named(row),
        replacement: replacement(&issued),
        parcel,
        faulty_due_on,
    }))
}

fn faulty_received(tx: &mut Conn, row: &LineRow) -> AppResult<RmaNews> {
    let promises = promises::of_line(tx, row.id)?;
    let promise = open(&promises, PromiseKind::RepairReturn).and_then(promised_day);
    let issued = issued::of_line(tx, row.id)?;
    let held = issued
        .iter()
        .rfind(|issued| {
            let held = issued.state.is_active() || issued.state == IssuedState::Kept;
            held && issued.in_use_at.or(issued.shipped_at).is_some()
        })
        .map(replacement);
    let exchange_days = match row.plan_version_id {
        Some(version) if row.mode != Mode::AdvanceReplacement => plans::version(tx, version)?
            .and_then(|version| version.term(PromiseKind::EquivalentExchange).map(|term| term.amount))
            .and_then(|days| u32::try_from(days).ok()),
        _ => None,
    };
    let depot = depot_of(tx, row.depot.as_deref())?;
    Ok(RmaNews::FaultyReceived(FaultyReceipt {
        unit: named(row),
        received_at: Zone::default().local(row.received_at.unwrap_or(row.last_event_at).naive_utc()),
        depot: depot.map(|depot| depot.name).unwrap_or_default(),
        promise,
        replacement: held,
        exchange_days,
        preventive: requests::is_preventive(tx, row.id)?,
    }))
}

fn shipped_back(tx: &mut Conn, row: &LineRow, rma_id: i64) -> AppResult<RmaNews> {
    let parcel = parcel_of(tx, row, rma_id, ShipmentPurpose::Return)?;
    let issued = issued::of_line(tx, row.id)?;
    let loaner = issued.iter().find(|issued| {
        issued.role == IssuedRole::Loan && issued.state.is_active() && issued.shipped_at.is_some()
    });
    let outcome = match row.outcome {
        // Whatever the bench found or did so far: the unit goes home as it came.
        _ if row.unrepaired => Outcome::Unrepaired,
        Some(RepairOutcome::Nff) => Outcome::NoFaultFound,
        Some(RepairOutcome::Ber) => Outcome::Unrepaired,
        Some(RepairOutcome::Repaired) | None => Outcome::Repaired,
    };
    // The loaner is owed from the hand-over on, so its day is not known while the parcel is on the road.
    Ok(RmaNews::ShippedBack {
        unit: named(row),
        outcome,
        parcel,
        loaner: loaner.map(replacement),
        loaner_due_on: None,
        makers_unit: makers_unit(tx, row)?,
    })
}

fn open(promises: &[PromiseRow], kind: PromiseKind) -> Option<&PromiseRow> {
    promises.iter().find(|promise| promise.kind == kind && promise.ended_at.is_none())
}

fn promised_day(promise: &PromiseRow) -> Option<PromisedDay> {
    Some(PromisedDay {
        due_on: promise.due_on?,
        days: u32::try_from(promise.amount).ok()?,
        working_days: promise.unit == TermUnit::WorkingDays,
        provisional: promise.provisional,
    })
}

pub(super) fn replacement(issued: &IssuedRow) -> Replacement {
    Replacement {
        part_no: issued.part_no.clone(),
        part_name: Bilingual { zh: issued.part_name.clone(), en: issued.part_name_en.clone() },
        serial: issued.serial.clone(),
        on_loan: issued.role == IssuedRole::Loan,
    }
}

pub(super) fn parcel_of(
    tx: &mut Conn,
    row: &LineRow,
    rma_id: i64,
    purpose: ShipmentPurpose,
) -> AppResult<Parcel> {
    let is_it = |shipment: &ShipmentRow| shipment.line == row.line && shipment.purpose == purpose;
    let Some(shipment) = shipments::of_rma(tx, rma_id)?.into_iter().rfind(is_it) else {
        return Ok(Parcel::default());
    };
    let depot = depot_of(tx, shipment.depot.as_deref())?;
    Ok(Parcel {
        depot: depot.map(|depot| depot.name).unwrap_or_default(),
        carrier: shipment.carrier,
        tracking_no: shipment.tracking_no,
    })
}
