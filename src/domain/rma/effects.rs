//! What follows from an action: values only, written by the use case in one transaction.

use crate::domain::actor::DepotRef;
use crate::domain::notice::NoticeKind;
use crate::domain::plan::PromiseKind;
use crate::domain::repair::Work;
use crate::domain::rma::case::CaseChanges;
use crate::domain::rma::{
    Direction, FaultyState, IssuedRole, IssuedState, Parcel, RepairOrderState, RepairOutcome, RepairState,
    ShipmentPurpose, ShipmentState, Track,
};
use crate::domain::stock::{PartRef, Posting, UnitState};
use chrono::{DateTime, Utc};

/// Everything that follows from one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The repair track afterwards.
    pub repair: RepairState,
    /// The faulty-part track afterwards.
    pub faulty: FaultyState,
    /// The receiving depot afterwards.
    pub depot: Option<DepotRef>,
    /// Timeline.
    pub events: Vec<Event>,
    /// The faulty unit enters the books at the customer first: the ledger never met it.
    pub first_met: Option<Posting>,
    /// Movements. After `first_met` the faulty unit's subject is the new row.
    pub postings: Vec<Posting>,
    /// A unit issued, or a step of one.
    pub issued: Option<IssuedChange>,
    /// The step another issued unit takes with it, and first: a spare that is let go, a dead one that is given up.
    pub beside: Option<IssuedChange>,
    /// The clock.
    pub hold: Option<HoldChange>,
    /// Promises.
    pub promises: Vec<PromiseChange>,
    /// Shipments.
    pub shipment: Option<ShipmentChange>,
    /// The repair order.
    pub repair_order: Option<RepairOrderChange>,
    /// Bench work on the repair order. Its movements are the first ones.
    pub bench: Option<Box<Work>>,
    /// Outcome and cost to keep on the line.
    pub outcome: Option<RepairOutcome>,
    /// Cost in fen.
    pub cost_fen: Option<i64>,
    /// The customer hears of it.
    pub notice: Option<NoticeKind>,
    /// What a settled case changes besides.
    pub case: CaseChanges,
}

/// A row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Track.
    pub track: Track,
    /// State before; empty where the track has none.
    pub from: &'static str,
    /// State after.
    pub to: &'static str,
    /// What to read beside it.
    pub note: String,
}

/// A step of an issued unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuedChange {
    /// A spare is held for the line.
    Reserve {
        /// Role.
        role: IssuedRole,
        /// The unit.
        unit: UnitState,
        /// Its part.
        part: PartRef,
        /// Its depot.
        depot: DepotRef,
    },
    /// A spare is handed over and stays: nothing else is owed, and the line closes with it.
    GiveForGood {
        /// Row id.
        id: i64,
    },
    /// A unit leaves without having been reserved before (an exchange board taken from the shelf).
    ShipNow {
        /// Role.
        role: IssuedRole,
        /// The unit.
        unit: UnitState,
        /// Its part.
        part: PartRef,
        /// Its depot.
        depot: DepotRef,
    },
    /// The issued unit takes a step.
    Step {
        /// Row id.
        id: i64,
        /// State afterwards.
        to: IssuedState,
        /// A reservation to let go.
        release: Option<i64>,
    },
}

/// The clock stops or runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldChange {
    /// Somebody stops it.
    Start {
        /// Why.
        reason: String,
        /// Who said so.
        said_by: String,
    },
    /// A quote that is sent stops it, beside what somebody stopped it for.
    StartForQuote,
    /// What somebody stopped it for is over; a quote that waits holds it still.
    End,
    /// The quote is answered; what somebody stopped it for holds it still.
    EndForQuote,
    /// The quote's wait ended by itself, whenever that is written down.
    QuoteEndedAt(DateTime<Utc>),
    /// There is nothing left to wait for.
    EndAll,
}

/// A promise begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromiseChange {
    /// Begins now, if the plan makes it.
    Open(PromiseKind),
    /// Begins as of an earlier moment, if the plan makes it.
    OpenSince(PromiseKind, DateTime<Utc>),
    /// What was promised happened now.
    Fulfil(PromiseKind),
    /// The customer was answered then. Put down late it may be before what was taken for the first answer until now: that promise
    /// is judged anew by it.
    AnsweredAt(DateTime<Utc>),
    /// Can no longer be kept.
    Break(PromiseKind),
    /// Falls away and counts nowhere.
    Drop(PromiseKind),
    /// The customer gave up on it: by the due date it falls away, later it was broken (NUMBERS §2).
    Forgo(PromiseKind),
    /// It was given up on by consent to scrap, but a board is given all the same: it runs on as if nobody had given it up.
    RunOn(PromiseKind),
    /// The line never was: all its promises fall away, also those that ended.
    ExcludeAll,
    /// Begins now for one issued unit.
    OpenFor(PromiseKind, i64),
    /// Happened now for one issued unit.
    FulfilFor(PromiseKind, i64),
    /// Can no longer be kept for one issued unit.
    BreakFor(PromiseKind, i64),
    /// Falls away for one issued unit.
    DropFor(PromiseKind, i64),
}

/// A parcel leaves or arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShipmentChange {
    /// Leaves.
    Ship {
        /// Direction.
        direction: Direction,
        /// What it carries.
        purpose: ShipmentPurpose,
        /// The unit in it, when the ledger knows it.
        unit_id: Option<i64>,
        /// Our depot at one end.
        depot_id: Option<i64>,
        /// Carrier and waybill.
        parcel: Parcel,
    },
    /// The open parcels of this purpose arrived.
    Deliver {
        /// What they carry.
        purpose: ShipmentPurpose,
        /// Only those with this unit in them; a loaner and a board given in exchange may be on the road at once.
        unit_id: Option<i64>,
        /// Who took it.
        received_by: String,
    },
    /// The board given in exchange arrived; the own unit's parcel, where it was on the road home, is lost.
    Exchange {
        /// The board.
        unit_id: i64,
        /// Who took it.
        received_by: String,
    },
    /// The open parcels of this purpose will not arrive any more.
    End {
        /// What they carry.
        purpose: ShipmentPurpose,
        /// Only those with this unit in them.
        unit_id: Option<i64>,
        /// Came back, given up, or called off.
        to: ShipmentState,
    },
}

/// The repair order follows the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepairOrderChange {
    /// The unit came in: an order is opened.
    Open {
        /// Depot.
        depot_id: i64,
    },
    /// A step.
    Step {
        /// State afterwards.
        to: RepairOrderState,
        /// What was found, if anything new.
        diagnosis: Option<String>,
    },
}
