//! What people do with a line.

use crate::domain::actor::{DepotRef, Permission};
use crate::domain::place::PlaceRef;
use crate::domain::rma::RepairOutcome;
use crate::domain::rma::case::Case;
use crate::domain::stock::{Condition, PartRef, UnitState};
use crate::text_enum;
use chrono::NaiveDate;

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
        Hold => "hold",
        Resume => "resume",
        Close => "close",
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
            | A::Test => Permission::Repair,
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
    /// The RMA on which it was issued already, when it stands in a van and no reservation holds it.
    pub taken_by: Option<String>,
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
    /// Look at it.
    Diagnose {
        /// What was found.
        finding: String,
        /// A verdict that ends the diagnosis, if there is one already.
        verdict: Option<RepairOutcome>,
    },
    /// Repair it on our bench.
    StartRepair,
    /// Send it to the maker.
    SendToVendor {
        /// The vendor's place.
        vendor: PlaceRef,
        /// The vendor's own reference.
        vendor_rma: String,
        /// When the vendor wants to be done.
        due_on: Option<NaiveDate>,
    },
    /// It is back from the maker.
    VendorReturned {
        /// Serial as scanned, normalised.
        scanned: String,
        /// What the maker says.
        outcome: RepairOutcome,
        /// What the maker charges, in fen.
        cost_fen: Option<i64>,
        /// Where it is put.
        place: PlaceRef,
    },
    /// Done on the bench.
    FinishRepair {
        /// Outcome.
        outcome: RepairOutcome,
        /// Cost, in fen.
        cost_fen: Option<i64>,
    },
    /// Test after repair.
    Test {
        /// Pass or fail.
        passed: bool,
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
        /// Where it is put.
        place: PlaceRef,
        /// What shape it is in; not known to be good until somebody looked.
        condition: Condition,
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
            Action::Diagnose { .. } => K::Diagnose,
            Action::StartRepair => K::StartRepair,
            Action::SendToVendor { .. } => K::SendToVendor,
            Action::VendorReturned { .. } => K::VendorReturned,
            Action::FinishRepair { .. } => K::FinishRepair,
            Action::Test { .. } => K::Test,
            Action::DispatchReturn { .. } => K::DispatchReturn,
            Action::ConfirmReturned { .. } => K::ConfirmReturned,
            Action::DecideExchange { .. } => K::DecideExchange,
            Action::ShipExchange { .. } => K::ShipExchange,
            Action::ExchangeDelivered { .. } => K::ExchangeDelivered,
            Action::RecoverLoan { .. } => K::RecoverLoan,
            Action::Hold { .. } => K::Hold,
            Action::Resume => K::Resume,
            Action::Close => K::Close,
            Action::Case(case) => case.kind(),
        }
    }
}
