//! Transfers between depots (调拨): asked for, approved by the giving depot, on the road, received, settled to the last
//! piece (PRODUCT "Transfer differences").

use crate::domain::actor::{Actor, DepotRef, Permission};
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Condition, MovementKind, PartRef, Posting, Stand, Subject, UnitState};
use crate::text_enum;
use chrono::{DateTime, Utc};

text_enum! {
    /// How a transfer stands.
    TransferState {
        /// Asked for.
        Requested => "requested",
        /// The giving depot said yes; good stock is held for it.
        Approved => "approved",
        /// On the road.
        InTransit => "in_transit",
        /// Received, and something did not come.
        Differences => "differences",
        /// Every piece is accounted for.
        Closed => "closed",
        /// Called off before it left.
        Cancelled => "cancelled",
    }
}

text_enum! {
    /// What people do with a transfer.
    TransferStep {
        Approve => "approve",
        Cancel => "cancel",
        Dispatch => "dispatch",
        Receive => "receive",
        Settle => "settle",
    }
}

text_enum! {
    /// What became of a piece that did not come.
    Settlement {
        /// It turned up at the receiving depot.
        Found => "found",
        /// It went back to the sender.
        Returned => "returned",
        /// Given up by a manager.
        Lost => "lost",
    }
}

/// A transfer as the rule sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Number: the document of its movements.
    pub number: String,
    /// The giving depot.
    pub from: DepotRef,
    /// The receiving depot.
    pub to: DepotRef,
    /// How it stands.
    pub state: TransferState,
}

/// Who may ask for a transfer: whoever works in one of the two depots.
pub fn may_request(actor: &Actor, from: &DepotRef, to: &DepotRef) -> Result<(), Refusal> {
    actor.may(Permission::MoveStock)?;
    if actor.may_in(Permission::MoveStock, from).is_ok() {
        return Ok(());
    }
    actor.may_in(Permission::MoveStock, to)
}

/// May this step be taken by this actor now? Dispatch checks the giving depot, receipt the receiving one (two
/// scopes, see [`actor`](crate::domain::actor)).
pub fn may_take(actor: &Actor, route: &Route, step: TransferStep) -> Result<(), Refusal> {
    use TransferState as S;
    match step {
        TransferStep::Approve | TransferStep::Dispatch => actor.may_in(Permission::MoveStock, &route.from)?,
        TransferStep::Receive => actor.may_in(Permission::MoveStock, &route.to)?,
        TransferStep::Cancel => may_request(actor, &route.from, &route.to)?,
        TransferStep::Settle => actor.may(Permission::MoveStock)?,
    }
    let possible = match step {
        TransferStep::Approve => route.state == S::Requested,
        TransferStep::Cancel => matches!(route.state, S::Requested | S::Approved),
        TransferStep::Dispatch => route.state == S::Approved,
        TransferStep::Receive | TransferStep::Settle => matches!(route.state, S::InTransit | S::Differences),
    };
    if possible {
        return Ok(());
    }
    Err(Refusal::ActionNotAllowed { action: step.to_string(), state: route.state.to_string() })
}

/// Who may say what became of a missing piece: the receiver that it turned up, the sender that it came back, a manager
/// that it is lost.
pub fn may_settle(actor: &Actor, route: &Route, settlement: Settlement) -> Result<(), Refusal> {
    match settlement {
        Settlement::Found => actor.may_in(Permission::MoveStock, &route.to),
        Settlement::Returned => actor.may_in(Permission::MoveStock, &route.from),
        Settlement::Lost => actor.may(Permission::CorrectStock),
    }
}

/// The movements that bring a unit to where somebody holds it in the hand, in quarantine, wherever the books had it: the
/// papers were wrong, the hand is right. `way` is the road it must have come by when the books have it in a depot. The owner
/// stays. What was scrapped or used up cannot be in a hand: a person has to look.
pub fn bring_here(
    part: &PartRef,
    unit: &UnitState,
    way: &PlaceRef,
    here: &PlaceRef,
    document: &str,
    at: DateTime<Utc>,
) -> Result<Vec<Posting>, Refusal> {
    use PlaceKind as P;
    let stand =
        |place: &PlaceRef, condition| Stand { place: place.clone(), condition, owner: unit.owner.clone() };
    let at = at.max(unit.last_moved_at);
    let posting = |kind, from: Stand, to: Stand| {
        Posting::of_one(kind, part.clone(), Subject::of(unit), from, to, at).under(document)
    };
    let from = stand(&unit.place, unit.condition);
    let to = stand(here, Condition::Quarantined);
    match unit.place.kind {
        P::Depot | P::Bin | P::Bench => {
            let on_the_way = stand(way, unit.condition);
            Ok(vec![
                posting(MovementKind::TransferOut, from, on_the_way.clone()),
                posting(MovementKind::TransferIn, on_the_way, to),
            ])
        }
        P::Transit => Ok(vec![posting(MovementKind::TransferIn, from, to)]),
        P::Engineer | P::Customer | P::Vendor => Ok(vec![posting(MovementKind::Return, from, to)]),
        P::Lost => Ok(vec![posting(MovementKind::Adjust, from, to)]),
        P::Opening | P::Supplier => Ok(vec![posting(MovementKind::Receive, from, to)]),
        P::Consumed | P::Scrap => {
            Err(Refusal::SerialElsewhere { serial: unit.serial.clone(), place: unit.place.code.clone() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::actor::Role;

    fn depot(id: i64, code: &str) -> DepotRef {
        DepotRef { id, code: code.into() }
    }

    fn somebody(role: Role, depots: Vec<DepotRef>) -> Actor {
        Actor { role, depots, ..Actor::system("x") }
    }

    #[test]
    fn each_side_does_its_own_part() {
        let (jn, dz) = (depot(1, "JN"), depot(2, "DZ"));
        let route = |state| Route { number: "TR-1".into(), from: jn.clone(), to: dz.clone(), state };
        let (giver, taker) =
            (somebody(Role::Clerk, vec![jn.clone()]), somebody(Role::Clerk, vec![dz.clone()]));
        let no = |depot: &str| Err(Refusal::NotYourDepot { depot: depot.into() });
        let approved = route(TransferState::Approved);
        assert_eq!(may_take(&giver, &approved, TransferStep::Dispatch), Ok(()));
        assert_eq!(may_take(&taker, &approved, TransferStep::Dispatch), no("JN"));
        assert_eq!(may_take(&taker, &approved, TransferStep::Cancel), Ok(()), "either side calls it off");
        let on_the_road = route(TransferState::InTransit);
        assert_eq!(may_take(&taker, &on_the_road, TransferStep::Receive), Ok(()));
        assert_eq!(may_take(&giver, &on_the_road, TransferStep::Receive), no("DZ"));
        assert!(may_take(&giver, &on_the_road, TransferStep::Cancel).is_err(), "it has left");
        assert_eq!(may_settle(&giver, &on_the_road, Settlement::Returned), Ok(()));
        assert_eq!(may_settle(&giver, &on_the_road, Settlement::Found), no("DZ"));
        assert!(may_settle(&taker, &on_the_road, Settlement::Lost).is_err(), "only a manager gives up");
        let manager = somebody(Role::Manager, vec![]);
        assert_eq!(may_settle(&manager, &on_the_road, Settlement::Lost), Ok(()));
        assert_eq!(may_request(&somebody(Role::Clerk, vec![depot(3, "QD")]), &jn, &dz), no("DZ"));
    }

    #[test]
    fn a_step_needs_its_state() {
        let manager = somebody(Role::Manager, vec![]);
        for (step, states) in [
            (TransferStep::Approve, &[TransferState::Requested][..]),
            (TransferStep::Cancel, &[TransferState::Requested, TransferState::Approved]),
            (TransferStep::Dispatch, &[TransferState::Approved]),
            (TransferStep::Receive, &[TransferState::InTransit, TransferState::Differences]),
            (TransferStep::Settle, &[TransferState::InTransit, TransferState::Differences]),
        ] {
            for state in TransferState::ALL {
                let route =
                    Route { number: String::new(), from: depot(1, "A"), to: depot(2, "B"), state: *state };
                assert_eq!(
                    may_take(&manager, &route, step).is_ok(),
                    states.contains(state),
                    "{step} {state}"
                );
            }
        }
    }
}
