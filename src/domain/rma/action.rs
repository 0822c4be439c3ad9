//! What people do with a line.

use crate::domain::actor::{DepotRef, Permission};
use crate::domain::data_bearing::DataProof;
use crate::domain::equivalence::Fit;
use crate::domain::place::PlaceRef;
use crate::domain::repair::{Cause, RepairKind, Work};
use crate::domain::rma::case::Case;
use crate::domain::stock::{Condition, PartRef, UnitState};
use crate::text_enum;

text_enum! {
    /// The name of an action, as in the API's path and as the kind of its timeline event.
    ActionKind {
        Authorise => "authorise",
        Reject => "reject",
        Cancel => "cancel",
        ReserveReplacement => "reserve_replacement",
        ShipReplacement => "ship_replacement",
        ReplacementDelivered => "replacement_delivered",
        FaultyShipped => "faulty_shipped",
        ReceiveFaulty => "receive_faulty",
        Diagnose => "diagnose",
        StartRepair => "start_repair",
        SendToVendor => "send_to_vendor",
        VendorReturned => "vendor_returned",
        FinishRepair => "finish_repair",
        Test => "test",
        UseParts => "use_parts",
        WaitParts => "wait_parts",
        PartsArrived => "parts_arrived",
        ApproveCost => "approve_cost",
        AttributeCause => "attribute_cause",
        DispatchReturn => "dispatch_return",
        ConfirmReturned => "confirm_returned",
        DecideExchange => "decide_exchange",
        ShipExchange => "ship_exchange",
        ExchangeDelivered => "exchange_delivered",
        RecoverLoan => "recover_loan",
        Void => "void",
        ApproveVoid => "approve_void",
        CorrectSerial => "correct_serial",
        ReportDoa => "report_doa",
        KeepLoaner => "keep_loaner",
        ChangeMode => "change_mode",
        SetEntitlement => "set_entitlement",
        SendQuote => "send_quote",
        AcceptQuote => "accept_quote",
        RefuseQuote => "refuse_quote",
        ExpireQuote => "expire_quote",
        ReturnUnrepaired => "return_unrepaired",
        AgreeScrap => "agree_scrap",
        Scrap => "scrap",
        ToStock => "to_stock",
        WaiveFaultyReturn => "waive_faulty_return",
        ChargeFaulty => "charge_faulty",
        ArriveOnSite => "arrive_on_site",
        RestoreService => "restore_service",
        ReportFailure => "report_failure",
        Hold => "hold",
        Resume => "resume",
        Close => "close",
        TakeBack => "take_back",
    }
}

impl ActionKind {
    /// The right an action needs.
    #[must_use]
    pub fn permission(self) -> Permission {
        use ActionKind as A;
        match self {
            A::Authorise | A::Reject | A::DecideExchange | A::Hold | A::Resume => Permission::DecideRma,
            // Engineers take their own van's spares.
            A::ReserveReplacement => Permission::Reserve,
            A::ApproveCost | A::AttributeCause | A::TakeBack => Permission::DecideRma,
            A::ShipReplacement
            | A::ReceiveFaulty
            | A::DispatchReturn
            | A::ShipExchange
            | A::RecoverLoan
            | A::Close => Permission::HandleRma,
            A::Diagnose
            | A::StartRepair
            | A::SendToVendor
            | A::VendorReturned
            | A::FinishRepair
            | A::Test
            | A::UseParts
            | A::WaitParts
            | A::PartsArrived => Permission::Repair,
            A::Void | A::CorrectSerial | A::ReturnUnrepaired | A::Scrap | A::ToStock => Permission::HandleRma,
            A::ApproveVoid
            | A::KeepLoaner
            | A::ChangeMode
            | A::SetEntitlement
            | A::SendQuote
            | A::ExpireQuote
            | A::AgreeScrap
            | A::WaiveFaultyReturn
            | A::ChargeFaulty => Permission::DecideRma,
            A::ArriveOnSite | A::RestoreService | A::ReportFailure => Permission::ServeCase,
            // The customer answers, or says it of the customer's own accord.
            A::AcceptQuote | A::RefuseQuote => Permission::RequestRma,
            A::ReportDoa | A::ReplacementDelivered | A::ConfirmReturned | A::ExchangeDelivered => {
                Permission::ConfirmReturn
            }
            // The customer calls it off, or says the part is on its way.
            A::Cancel | A::FaultyShipped => Permission::RequestRma,
        }
    }
}

impl ActionKind {
    /// The bench work this action is; `None` for all that is no bench work.
    #[must_use]
    pub fn bench(self) -> Option<RepairKind> {
        RepairKind::from_code(self.as_str()).filter(|kind| kind.is_bench_work())
    }
}

/// How a parcel travels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parcel {
    /// Carrier.
    pub carrier: String,
    /// Waybill number.
    pub tracking_no: String,
}

/// A spare somebody wants to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spare {
    /// The unit.
    pub unit: UnitState,
    /// Its part.
    pub part: PartRef,
    /// The depot it stands in.
    pub depot: DepotRef,
    /// Whether it is the line's part or a confirmed equivalent.
    pub fits: bool,
    /// Whether it never was at a customer's, and never anything but good.
    pub brand_new: bool,
    /// The RMA on which it was issued already, when it stands in a van and no reservation holds it, or on another line of which
    /// it is held.
    pub taken_by: Option<String>,
    /// How it stands to the limits of the equivalence.
    pub limits: Fit,
    /// Somebody looked at the board where nobody had put down what it is.
    pub looked: bool,
}

/// An action with what it says. Codes were resolved to places and units before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Yes to the request.
    Authorise,
    /// No to the request.
    Reject {
        /// Why; the customer reads it.
        reason: String,
    },
    /// The customer calls it off.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Hold a spare for the line.
    ReserveReplacement {
        /// The spare.
        spare: Spare,
    },
    /// The reserved spare leaves the depot.
    ShipReplacement {
        /// Parcel.
        parcel: Parcel,
        /// The lending depot's way to its customers.
        transit: PlaceRef,
    },
    /// The spare was handed over.
    ReplacementDelivered {
        /// Who took it.
        received_by: String,
    },
    /// The customer sent the faulty part.
    FaultyShipped {
        /// Parcel.
        parcel: Parcel,
    },
    /// The faulty part is here: the clock starts.
    ReceiveFaulty {
        /// Serial as scanned, normalised.
        scanned: String,
        /// Where it is put.
        place: PlaceRef,
    },
    /// Work on the bench, as the repair order decided it.
    Bench(Box<Work>),
    /// Whose doing the delay was.
    AttributeCause {
        /// Whose.
        cause: Cause,
        /// What proves it.
        evidence: String,
    },
    /// The customer's unit leaves for home.
    DispatchReturn {
        /// Parcel.
        parcel: Parcel,
        /// The depot's way to its customers.
        transit: PlaceRef,
    },
    /// The customer has it back: the clock stops.
    ConfirmReturned {
        /// Who took it.
        received_by: String,
    },
    /// An equivalent board instead.
    DecideExchange {
        /// Why.
        reason: String,
    },
    /// The equivalent board leaves the depot.
    ShipExchange {
        /// The board.
        spare: Spare,
        /// Parcel.
        parcel: Parcel,
        /// The lending depot's way to its customers.
        transit: PlaceRef,
    },
    /// The equivalent board was handed over: titles swap.
    ExchangeDelivered {
        /// Who took it.
        received_by: String,
    },
    /// The loaner is back.
    RecoverLoan {
        /// Serial as scanned, normalised.
        scanned: String,
        /// Where it is put instead of the bench when it is good: nobody need look at it there.
        shelf: PlaceRef,
        /// What became of the customer's data on it.
        data: DataProof,
        /// Where it is put.
        place: PlaceRef,
        /// What shape it is in; not known to be good until somebody looked.
        condition: Condition,
    },
    /// Somebody of ours is at the customer's.
    ArriveOnSite,
    /// The customer's service runs again, whatever becomes of the unit.
    RestoreService,
    /// What failed and why is explained in a file of the RMA.
    ReportFailure {
        /// Name of the file.
        file: String,
    },
    /// The clock stands still, for the customer's reason.
    Hold {
        /// Why.
        reason: String,
        /// Who at the customer said so.
        said_by: String,
    },
    /// The clock runs again.
    Resume,
    /// Everything is where it belongs.
    Close,
    /// One of the settled cases.
    Case(Case),
}

impl Action {
    /// Its name.
    #[must_use]
    pub fn kind(&self) -> ActionKind {
        use ActionKind as K;
        match self {
            Action::Authorise => K::Authorise,
            Action::Reject { .. } => K::Reject,
            Action::Cancel { .. } => K::Cancel,
            Action::ReserveReplacement { .. } => K::ReserveReplacement,
            Action::ShipReplacement { .. } => K::ShipReplacement,
            Action::ReplacementDelivered { .. } => K::ReplacementDelivered,
            Action::FaultyShipped { .. } => K::FaultyShipped,
            Action::ReceiveFaulty { .. } => K::ReceiveFaulty,
            Action::Bench(work) => bench_action(work.kind),
            Action::AttributeCause { .. } => K::AttributeCause,
            Action::DispatchReturn { .. } => K::DispatchReturn,
            Action::ConfirmReturned { .. } => K::ConfirmReturned,
            Action::DecideExchange { .. } => K::DecideExchange,
            Action::ShipExchange { .. } => K::ShipExchange,
            Action::ExchangeDelivered { .. } => K::ExchangeDelivered,
            Action::RecoverLoan { .. } => K::RecoverLoan,
            Action::ArriveOnSite => K::ArriveOnSite,
            Action::RestoreService => K::RestoreService,
            Action::ReportFailure { .. } => K::ReportFailure,
            Action::Hold { .. } => K::Hold,
            Action::Resume => K::Resume,
            Action::Close => K::Close,
            Action::Case(case) => case.kind(),
        }
    }
}

/// The line's name of bench work. What becomes of the unit afterwards is no bench work; it never gets here.
fn bench_action(kind: RepairKind) -> ActionKind {
    use ActionKind as K;
    match kind {
        RepairKind::Diagnose => K::Diagnose,
        RepairKind::StartRepair => K::StartRepair,
        RepairKind::UseParts => K::UseParts,
        RepairKind::WaitParts => K::WaitParts,
        RepairKind::PartsArrived => K::PartsArrived,
        RepairKind::ApproveCost => K::ApproveCost,
        RepairKind::SendToVendor => K::SendToVendor,
        RepairKind::VendorReturned => K::VendorReturned,
        RepairKind::FinishRepair => K::FinishRepair,
        RepairKind::Test | RepairKind::ToStock | RepairKind::Scrap | RepairKind::WriteOff => K::Test,
    }
}
