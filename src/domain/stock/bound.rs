//! What movements by hand may not do to a unit that an open RMA line or a repair order is about: it would not follow. It is booked by
//! the line's or the order's own action, which is named.

use crate::domain::place::{PlaceKind, PlaceRef, customer_code};
use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, RepairState};
use crate::domain::stock::MovementKind;

/// What an open line has to do with a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineRole {
    /// The line's own faulty unit.
    Own {
        /// Where its repair stands.
        repair: RepairState,
        /// Code of the line's customer.
        customer: String,
    },
    /// A spare of ours that is owed back on it.
    Lent,
}

/// What a unit that is moved by hand is bound by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// An open RMA line.
    Line(OnLine),
    /// An open repair order for a unit of our own.
    Order {
        /// Its number.
        repair: String,
        /// The maker has the unit.
        at_vendor: bool,
    },
}

impl Bound {
    /// Whether this movement by hand leaves line and order as true as they were.
    ///
    /// # Errors
    /// `unit_on_rma` or `unit_under_repair` names the action that does it, `transfer_needed` the way between depots.
    pub fn check(
        &self,
        serial: &str,
        kind: MovementKind,
        from: &PlaceRef,
        to: &PlaceRef,
    ) -> Result<(), Refusal> {
        match self {
            Bound::Line(line) => line.check(serial, kind, from, to),
            Bound::Order { repair, at_vendor } => match order_action(*at_vendor, kind, from, to) {
                None => Ok(()),
                Some(action) => Err(Refusal::UnitUnderRepair {
                    serial: serial.to_owned(),
                    repair: repair.clone(),
                    action: action.to_string(),
                }),
            },
        }
    }
}

/// The order's action that is this movement; none for what leaves the order as it is. To another depot the order goes along.
fn order_action(at_vendor: bool, kind: MovementKind, from: &PlaceRef, to: &PlaceRef) -> Option<ActionKind> {
    use MovementKind as M;
    match kind {
        M::Issue if to.kind == PlaceKind::Vendor => Some(ActionKind::SendToVendor),
        M::Receive | M::Return if at_vendor && from.kind == PlaceKind::Vendor => {
            Some(ActionKind::VendorReturned)
        }
        M::Scrap | M::Consume => Some(ActionKind::Scrap),
        M::Issue | M::Convert => Some(ActionKind::ToStock),
        M::Move if to.kind == PlaceKind::Engineer => Some(ActionKind::ToStock),
        _ => None,
    }
}

/// The open line of a unit that is moved by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnLine {
    /// RMA number.
    pub rma: String,
    /// Line.
    pub line: i64,
    /// What the unit is to it.
    pub role: LineRole,
}

impl OnLine {
    /// Whether this movement by hand leaves the line as true as it was. Moves within a depot do, and what brings a unit back of which
    /// the line says that it is here.
    ///
    /// # Errors
    /// `unit_on_rma` names the action that does it, `transfer_needed` the way between depots.
    fn check(&self, serial: &str, kind: MovementKind, from: &PlaceRef, to: &PlaceRef) -> Result<(), Refusal> {
        let (rma, line, serial) = (self.rma.clone(), self.line.to_string(), serial.to_owned());
        let between_depots = matches!(kind, MovementKind::Move | MovementKind::TransferOut)
            && from.depot.is_some()
            && (to.depot.is_some() || kind == MovementKind::TransferOut)
            && from.depot != to.depot;
        if between_depots && matches!(&self.role, LineRole::Own { repair, .. } if !repair.is_awaited()) {
            return Err(Refusal::TransferNeeded { serial, rma, line });
        }
        match self.action_for(kind, from, to) {
            None => Ok(()),
            Some(action) => Err(Refusal::UnitOnRma { serial, rma, line, action: action.to_string() }),
        }
    }

    /// The line's action that is this movement; none for what is no matter of the line.
    fn action_for(&self, kind: MovementKind, from: &PlaceRef, to: &PlaceRef) -> Option<ActionKind> {
        use MovementKind as M;
        match &self.role {
            LineRole::Lent => match kind {
                M::Receive | M::Return | M::TransferIn => Some(ActionKind::RecoverLoan),
                M::TransferTitle => Some(ActionKind::ChargeFaulty),
                M::Adjust => Some(ActionKind::WaiveFaultyReturn),
                _ => None,
            },
            LineRole::Own { repair, customer } if repair.is_awaited() => {
                let theirs = from.kind == PlaceKind::Customer && from.code == customer_code(customer);
                let comes = matches!(kind, M::Receive | M::Return | M::TransferTitle);
                (theirs && comes).then_some(ActionKind::ReceiveFaulty)
            }
            LineRole::Own { repair, .. } => match kind {
                // A van takes it out of our house as a parcel does.
                M::Move if to.kind == PlaceKind::Engineer => self.action_for(M::Issue, from, to),
                M::Issue if to.kind == PlaceKind::Vendor => Some(ActionKind::SendToVendor),
                M::Issue if matches!(repair, RepairState::Nff | RepairState::Repaired) => {
                    Some(ActionKind::DispatchReturn)
                }
                M::Issue => Some(ActionKind::ReturnUnrepaired),
                M::Receive | M::Return
                    if *repair == RepairState::AtVendor && from.kind == PlaceKind::Vendor =>
                {
                    Some(ActionKind::VendorReturned)
                }
                M::TransferIn if *repair == RepairState::Dispatched => Some(ActionKind::TakeBack),
                M::Scrap | M::Consume => Some(ActionKind::Scrap),
                M::TransferTitle => Some(ActionKind::DecideExchange),
                _ => None,
            },
        }
    }
}
