//! What a history row can write besides movements: events, units given, parcels, promises.

use chrono::NaiveDate;

use super::super::effects::Move;

/// Track of an RMA line on which an event happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Track {
    /// The customer's unit.
    Repair,
    /// The units we gave.
    Issued,
    /// The part owed to us.
    Faulty,
}

/// One step of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// On which track.
    pub track: Track,
    /// The act, as the API names it.
    pub kind: &'static str,
    /// State before; empty for the first.
    pub from: &'static str,
    /// State after.
    pub to: &'static str,
    /// Local day.
    pub on: NaiveDate,
}

/// What a given unit was given as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssuedRole {
    /// It comes back.
    Loan,
    /// It stays.
    Permanent,
}

/// Where a given unit stands at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssuedState {
    /// The customer has it, and owes it back.
    InUse,
    /// It came back before Beiku.
    Recovered,
    /// The customer has it for good.
    Kept,
}

/// A unit we gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Loan or for good.
    pub role: IssuedRole,
    /// Normalised serial.
    pub serial: String,
    /// Where it stands at the end.
    pub state: IssuedState,
    /// Local day it left, and was there: history knows one date.
    pub shipped_on: NaiveDate,
    /// Local day it came back or was kept.
    pub ended_on: Option<NaiveDate>,
}

/// What a parcel carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A loan or a replacement on its way out.
    Replacement,
    /// The customer's own unit on its way home.
    Return,
}

/// A shipment to the customer, delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// What it carried.
    pub purpose: Purpose,
    /// Normalised serial in it.
    pub serial: String,
    /// Carrier; empty when unknown.
    pub carrier: String,
    /// Waybill; empty when unknown.
    pub waybill: String,
    /// Local day.
    pub on: NaiveDate,
}

/// A promise and how it ended; whether it was kept is for the calendar to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promised {
    /// 修复返还: from receipt.
    RepairReturn {
        /// Day of receipt.
        started_on: NaiveDate,
        /// Day the customer's own unit was handed back, if that is how it ended.
        returned_on: Option<NaiveDate>,
        /// Day the line ended in another way: exchanged or cancelled.
        ended_otherwise_on: Option<NaiveDate>,
    },
    /// 等效更换: from the decision, or the verdict "beyond repair".
    EquivalentExchange {
        /// Day of the decision.
        started_on: NaiveDate,
        /// Day the board was handed over.
        delivered_on: Option<NaiveDate>,
    },
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
    pub repair_state: &'static str,
    /// State of the faulty-part track at the end.
    pub faulty_state: &'static str,
    /// Service mode, as the API names it.
    pub mode: &'static str,
    /// Day the customer's unit was settled.
    pub ended_on: Option<NaiveDate>,
}
