//! What a history row can write besides movements: events, units given, parcels, promises.

use chrono::NaiveDate;

use super::super::effects::Move;
use crate::domain::rma::{FaultyState, IssuedRole, IssuedState, Mode, RepairState, ShipmentPurpose, Track};

/// One step of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// On which track.
    pub track: Track,
    /// The act, as the API names it; `request` for the first.
    pub kind: &'static str,
    /// State before; empty for the first.
    pub from: &'static str,
    /// State after.
    pub to: &'static str,
    /// Local day.
    pub on: NaiveDate,
}

/// A unit we gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Loan or for good.
    pub role: IssuedRole,
    /// Normalised serial.
    pub serial: String,
    /// Code of the depot it left.
    pub depot: String,
    /// Where it stands at the end.
    pub state: IssuedState,
    /// Local day it left, and was there: history knows one date.
    pub shipped_on: NaiveDate,
    /// Local day it came back or was kept.
    pub ended_on: Option<NaiveDate>,
}

/// A shipment to the customer, delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// What it carried.
    pub purpose: ShipmentPurpose,
    /// Normalised serial in it.
    pub serial: String,
    /// Code of the depot it left.
    pub depot: String,
    /// Carrier; empty when unknown.
    pub carrier: String,
    /// Waybill; empty when unknown.
    pub waybill: String,
    /// Local day.
    pub on: NaiveDate,
}

/// How a promise ended, as far as the row tells; by its due date the calendar says whether it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromiseEnd {
    /// What was promised happened on this day.
    Fulfilled(NaiveDate),
    /// The line ended in another way: it can no longer be kept.
    Broken(NaiveDate),
    /// The customer called it off: in time it counts nowhere, too late it is broken (NUMBERS §2).
    CalledOff(NaiveDate),
}

/// A promise of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promised {
    /// What was promised.
    pub kind: crate::domain::plan::PromiseKind,
    /// Local day its clock began.
    pub started_on: NaiveDate,
    /// How it ended; none while it is open.
    pub end: Option<PromiseEnd>,
}

/// Everything a row writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEffects {
    /// Movements in posting order.
    pub moves: Vec<Move>,
    /// Timeline in order.
    pub events: Vec<Event>,
    /// Units given.
    pub issued: Vec<Issued>,
    /// Shipments.
    pub parcels: Vec<Parcel>,
    /// Promises made.
    pub promises: Vec<Promised>,
    /// State of the repair track at the end.
    pub repair: RepairState,
    /// State of the faulty-part track at the end.
    pub faulty: FaultyState,
    /// Service mode.
    pub mode: Mode,
    /// Day the customer's unit was settled.
    pub ended_on: Option<NaiveDate>,
}
