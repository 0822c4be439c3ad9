//! What people do with a repair order.

use crate::domain::actor::{Actor, Permission};
use crate::domain::data_bearing::DataProof;
use crate::domain::place::PlaceRef;
use crate::domain::repair::TestStep;
use crate::domain::rma::RepairOutcome;
use crate::domain::stock::{PartRef, UnitState};
use crate::text_enum;
use chrono::NaiveDate;

text_enum! {
    /// The name of an action, as in the API's path and as the kind of its event. Where an RMA line has the action too, the
    /// code is the same.
    RepairKind {
        Diagnose => "diagnose",
        StartRepair => "start_repair",
        UseParts => "use_parts",
        WaitParts => "wait_parts",
        PartsArrived => "parts_arrived",
        ApproveCost => "approve_cost",
        SendToVendor => "send_to_vendor",
        VendorReturned => "vendor_returned",
        FinishRepair => "finish_repair",
        Test => "test",
        ToStock => "to_stock",
        Scrap => "scrap",
        WriteOff => "write_off",
    }
}

impl RepairKind {
    /// The right it needs: the bench works, a manager spends more than agreed and gives a unit up.
    fn permission(self) -> Permission {
        match self {
            RepairKind::ApproveCost => Permission::DecideRma,
            RepairKind::Scrap | RepairKind::WriteOff => Permission::CorrectStock,
            _ => Permission::Repair,
        }
    }

    /// The right by which this actor does it: a part of ours that is ready is put on the shelf by whoever moves stock, too.
    #[must_use]
    pub fn permission_of(self, actor: &Actor) -> Permission {
        match self {
            RepairKind::ToStock if actor.may(Permission::MoveStock).is_ok() => Permission::MoveStock,
            _ => self.permission(),
        }
    }

    /// Whether it is bench work, done on a line's order as on our own; what becomes of the unit afterwards is decided by the
    /// line while it is open.
    #[must_use]
    pub fn is_bench_work(self) -> bool {
        !matches!(self, RepairKind::ToStock | RepairKind::Scrap | RepairKind::WriteOff)
    }
}

/// Something built in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartUse {
    /// Part.
    pub part: PartRef,
    /// The unit, for a serial part.
    pub unit: Option<UnitState>,
    /// How many.
    pub quantity: i64,
    /// Where it is taken from.
    pub from: PlaceRef,
    /// Price of one, in fen.
    pub price_fen: Option<i64>,
}

/// Off to the maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorSent {
    /// The vendor's place.
    pub vendor: PlaceRef,
    /// The vendor's own reference.
    pub vendor_rma: String,
    /// When the vendor wants to be done.
    pub due_on: Option<NaiveDate>,
    /// What becomes of a customer's data.
    pub data: DataProof,
}

/// Back from the maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Serial as scanned, normalised.
    pub scanned: String,
    /// The unit of another serial, when the books know it.
    pub known: Option<UnitState>,
    /// What the maker says.
    pub outcome: RepairOutcome,
    /// What the maker charges, in fen.
    pub cost_fen: Option<i64>,
    /// Where it is put.
    pub place: PlaceRef,
}

/// An action with what it says. Codes were resolved to places and units before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepairAction {
    /// Look at it.
    Diagnose {
        /// Diagnosis code, checked against the list.
        fault_code: Option<String>,
        /// What was found.
        finding: String,
        /// A verdict that ends the diagnosis, if there is one already.
        verdict: Option<RepairOutcome>,
        /// What the repair is thought to cost, in fen.
        estimate_fen: Option<i64>,
    },
    /// Repair it on our bench.
    StartRepair,
    /// Build parts in.
    UseParts {
        /// What and from where.
        parts: Vec<PartUse>,
    },
    /// Parts are not there; the clock runs on.
    WaitParts,
    /// The parts are there.
    PartsArrived,
    /// A manager agrees to a higher cost.
    ApproveCost {
        /// What it may cost from now on, in fen.
        limit_fen: i64,
        /// Why.
        reason: String,
    },
    /// Send it to the maker.
    SendToVendor(VendorSent),
    /// It is back from the maker.
    VendorReturned(Box<Returned>),
    /// Done on the bench.
    FinishRepair {
        /// Outcome.
        outcome: RepairOutcome,
        /// What this work cost besides parts and makers, in fen.
        cost_fen: Option<i64>,
        /// Parts built in, beside those booked before.
        parts: Vec<PartUse>,
    },
    /// Test after repair.
    Test {
        /// Pass or fail.
        passed: bool,
        /// Its steps; none when only the whole was judged.
        steps: Vec<TestStep>,
    },
    /// Good again: into our stock.
    ToStock {
        /// Where it is put.
        place: PlaceRef,
        /// What becomes of a customer's data.
        data: DataProof,
    },
    /// Beyond repair: out of the world, here or at the maker's, who is not asked to send it back.
    Scrap {
        /// Why.
        reason: String,
        /// What becomes of a customer's data.
        data: DataProof,
    },
    /// Lost, at the maker's or with us: nobody will work on it any more.
    WriteOff {
        /// Why.
        reason: String,
    },
}

impl RepairAction {
    /// Its name.
    #[must_use]
    pub fn kind(&self) -> RepairKind {
        use RepairKind as K;
        match self {
            RepairAction::Diagnose { .. } => K::Diagnose,
            RepairAction::StartRepair => K::StartRepair,
            RepairAction::UseParts { .. } => K::UseParts,
            RepairAction::WaitParts => K::WaitParts,
            RepairAction::PartsArrived => K::PartsArrived,
            RepairAction::ApproveCost { .. } => K::ApproveCost,
            RepairAction::SendToVendor(_) => K::SendToVendor,
            RepairAction::VendorReturned(_) => K::VendorReturned,
            RepairAction::FinishRepair { .. } => K::FinishRepair,
            RepairAction::Test { .. } => K::Test,
            RepairAction::ToStock { .. } => K::ToStock,
            RepairAction::Scrap { .. } => K::Scrap,
            RepairAction::WriteOff { .. } => K::WriteOff,
        }
    }
}
