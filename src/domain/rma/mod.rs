//! RMA lines: one unit, three tracks side by side (PRODUCT.md), decided here and nowhere else.
//!
//! [`decide`] takes what is known of a line and an action somebody wants, and says everything that follows: new states,
//! movements, promises, shipments, notices. Nothing sets a state elsewhere.

mod action;
mod bench;
pub mod case;
mod clock;
mod decide;
mod effects;
mod guards;
mod replay;
pub mod service;
mod spares;
mod state;
mod steps;
pub mod table;
mod taking_back;
mod why_not;

pub use action::{Action, ActionKind, Parcel, Spare};
pub use case::{Case, CaseFacts, Payer, QuoteState};
pub use decide::{When, against, allowed_actions, decide, may_assign, may_go, moment, works_on};
pub use effects::{
    Decision, Event, HoldChange, IssuedChange, PromiseChange, RepairOrderChange, ShipmentChange,
};
pub use guards::{is_paid_for, needs_quote};
pub use replay::Replayed;
pub use state::{IssuedUnit, LineState, header_state, ranked};
pub use taking_back::{may_be_taken_back, may_reverse, reversal, step_to_take_back};

use crate::domain::refusal::Refusal;
use crate::text_enum;

text_enum! {
    /// How a faulty part is handled (PRODUCT "Ways a faulty part is handled").
    Mode {
        /// 维修返还
        RepairReturn => "repair_return",
        /// 备件借用
        Loaner => "loaner",
        /// 先行更换
        AdvanceReplacement => "advance_replacement",
        /// 等效更换
        EquivalentExchange => "equivalent_exchange",
    }
}

text_enum! {
    /// The repair track: the customer's unit.
    RepairState {
        Requested => "requested",
        Authorised => "authorised",
        Rejected => "rejected",
        Expected => "expected",
        Received => "received",
        Diagnosing => "diagnosing",
        Nff => "nff",
        Repairing => "repairing",
        AtVendor => "at_vendor",
        Ber => "ber",
        Testing => "testing",
        Repaired => "repaired",
        Dispatched => "dispatched",
        Returned => "returned",
        Exchanged => "exchanged",
        Scrapped => "scrapped",
        ToStock => "to_stock",
        Closed => "closed",
        Cancelled => "cancelled",
        Void => "void",
    }
}

text_enum! {
    /// An issued unit: loan or permanent.
    IssuedState {
        Reserved => "reserved",
        Shipped => "shipped",
        InUse => "in_use",
        Recovered => "recovered",
        Kept => "kept",
        Doa => "doa",
        /// The reservation was let go before anything was shipped.
        Released => "released",
        /// Given up: it is not coming back.
        Lost => "lost",
    }
}

text_enum! {
    /// What an issued unit is to the customer.
    IssuedRole {
        Loan => "loan",
        Permanent => "permanent",
    }
}

text_enum! {
    /// The faulty part on its way to us.
    FaultyState {
        NotDue => "not_due",
        Due => "due",
        InTransit => "in_transit",
        Received => "received",
        Overdue => "overdue",
        Waived => "waived",
        Charged => "charged",
    }
}

text_enum! {
    /// Who pays, and why (PRODUCT "Entitlement and price").
    Entitlement {
        Warranty => "warranty",
        Contract => "contract",
        RepairWarranty => "repair_warranty",
        Goodwill => "goodwill",
        Chargeable => "chargeable",
    }
}

text_enum! {
    /// A track of the timeline.
    Track {
        Repair => "repair",
        Issued => "issued",
        Faulty => "faulty",
        Clock => "clock",
        Note => "note",
    }
}

text_enum! {
    /// How a promise stands.
    PromiseState {
        Open => "open",
        Kept => "kept",
        Broken => "broken",
        /// Its clock stands still for the customer.
        Floating => "floating",
        Excluded => "excluded",
    }
}

text_enum! {
    /// How a promise stands in the figure of its kind: as of a day, and as known at an instant.
    KeptClass {
        /// In time.
        Kept => "kept",
        /// Late, given up on, or past its time and not kept.
        Broken => "broken",
        /// Its time is not over: not counted.
        Pending => "pending",
        /// The same, and the customer asked us to wait with the line: not counted. Its own clock runs on.
        Floating => "floating",
        /// Fell away: not counted.
        Excluded => "excluded",
    }
}

text_enum! {
    /// What became of a unit on the bench.
    RepairOutcome {
        /// 修复
        Repaired => "repaired",
        /// 未发现故障
        Nff => "nff",
        /// 无修复价值
        Ber => "ber",
    }
}

text_enum! {
    /// Where a repair order stands.
    RepairOrderState {
        Received => "received",
        Diagnosing => "diagnosing",
        Repairing => "repairing",
        AtVendor => "at_vendor",
        Testing => "testing",
        Repaired => "repaired",
        Nff => "nff",
        Ber => "ber",
        Closed => "closed",
    }
}

text_enum! {
    /// Towards the customer or towards us.
    Direction {
        Outbound => "outbound",
        Inbound => "inbound",
    }
}

text_enum! {
    /// What a parcel carries.
    ShipmentPurpose {
        Replacement => "replacement",
        Return => "return",
        Faulty => "faulty",
    }
}

text_enum! {
    /// How a parcel stands.
    ShipmentState {
        Shipped => "shipped",
        Delivered => "delivered",
        /// It never arrived, and came back to us.
        Returned => "returned",
        /// It never arrived, and was given up.
        Lost => "lost",
        /// Its line was called off: nobody waits for it.
        CalledOff => "called_off",
    }
}

text_enum! {
    /// Who brought the RMA.
    Source {
        Staff => "staff",
        Customer => "customer",
        Import => "import",
    }
}

impl RepairState {
    /// Whether the unit's story is over for *one open RMA per serial*: not waiting, not with us, not on its way home.
    #[must_use]
    pub fn is_ended(self) -> bool {
        use RepairState as S;
        matches!(
            self,
            S::Rejected
                | S::Returned
                | S::Exchanged
                | S::Scrapped
                | S::ToStock
                | S::Closed
                | S::Cancelled
                | S::Void
        )
    }

    /// Whether we still wait for the faulty part.
    #[must_use]
    pub fn is_awaited(self) -> bool {
        use RepairState as S;
        matches!(self, S::Requested | S::Authorised | S::Expected)
    }

    /// Whether the unit is in our hands.
    #[must_use]
    pub fn is_with_us(self) -> bool {
        use RepairState as S;
        matches!(
            self,
            S::Received
                | S::Diagnosing
                | S::Nff
                | S::Repairing
                | S::AtVendor
                | S::Ber
                | S::Testing
                | S::Repaired
        )
    }
}

impl Mode {
    /// The role of the unit issued up front in this mode.
    #[must_use]
    pub fn issues_up_front(self) -> Option<IssuedRole> {
        match self {
            Mode::Loaner => Some(IssuedRole::Loan),
            Mode::AdvanceReplacement => Some(IssuedRole::Permanent),
            Mode::RepairReturn | Mode::EquivalentExchange => None,
        }
    }

    /// Whether the customer's unit is to come home: only then is there a promise `repair_return`.
    #[must_use]
    pub fn promises_return(self) -> bool {
        self != Mode::AdvanceReplacement
    }

    /// Whether the plan offers the mode; without a plan there is only the repair. Refuses with `mode_not_allowed`, or
    /// `no_contract_covers`.
    pub fn check_offered(self, regime: Option<crate::domain::plan::Regime>) -> Result<(), Refusal> {
        let mode = self.to_string();
        match regime {
            None if self == Mode::RepairReturn => Ok(()),
            None => Err(Refusal::NoContractCovers { mode }),
            Some(regime) if self.is_offered_under(regime) => Ok(()),
            Some(regime) => Err(Refusal::ModeNotAllowed { mode, regime: regime.to_string() }),
        }
    }

    /// Whether a plan of this regime offers the mode (PRODUCT "Cases settled": loan → 1, 2, 4; exchange → 1, 3, 4).
    #[must_use]
    pub fn is_offered_under(self, regime: crate::domain::plan::Regime) -> bool {
        use crate::domain::plan::Regime;
        match self {
            Mode::RepairReturn | Mode::EquivalentExchange => true,
            Mode::Loaner => regime == Regime::Loan,
            Mode::AdvanceReplacement => regime == Regime::Exchange,
        }
    }
}

impl IssuedState {
    /// Whether it is still ours to get back or to hand over.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, IssuedState::Reserved | IssuedState::Shipped | IssuedState::InUse)
    }
}
