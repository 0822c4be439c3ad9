//! May this movement be booked? A flat run of named refusals, then the posting.

use crate::domain::actor::{Actor, Permission};
use crate::domain::calendar::Zone;
use crate::domain::data_bearing::{DataLeft, DataState};
use crate::domain::dated_back;
use crate::domain::fields::{Fields, LONG_MAX};
use crate::domain::place::{PlaceKind, PlaceRef, engineer_code};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::{
    Bound, Condition, MovementKind, Owner, PartRef, Posting, Stand, Subject, Tracking, UnitState,
};
use chrono::{DateTime, SecondsFormat, Utc};

/// More than this of anything is a slip of the finger; and sums of it stay far from what a column holds.
pub const QUANTITY_MAX: i64 = 1_000_000_000;

/// A movement somebody wants to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Kind.
    pub kind: MovementKind,
    /// How many; 1 for a unit.
    pub quantity: i64,
    /// For quantity parts: the condition it is taken in (default good).
    pub condition_from: Option<Condition>,
    /// The condition afterwards, where the mover knows it.
    pub condition_to: Option<Condition>,
    /// The owner afterwards (transfer of title, and units the books never met).
    pub owner_to: Option<Owner>,
    /// Why.
    pub reason: String,
    /// The document it belongs to.
    pub document: String,
    /// When it happened; now when not said.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// What the rule needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveState {
    /// The part.
    pub part: PartRef,
    /// The serial given, normalised.
    pub serial: Option<String>,
    /// The unit by that serial, when the books know it.
    pub unit: Option<UnitState>,
    /// Where it is to be taken from.
    pub from: PlaceRef,
    /// Where it is to be put.
    pub to: PlaceRef,
    /// What is known of a customer's data on it.
    pub data_left: Option<DataLeft>,
    /// The open RMA line it is on, where somebody moves it by hand.
    pub bound: Option<Bound>,
}

/// Whether a movement may take a customer's data out of the customer's world, if there is any on the part, so that it is worth looking.
#[must_use]
pub fn asks_for_data(
    kind: MovementKind,
    from: &PlaceRef,
    to: &PlaceRef,
    condition_to: Option<Condition>,
) -> bool {
    gives_data_away(kind, from, to) || condition_to == Some(Condition::Good)
}

/// To a maker or to anybody but its owner, into scrap or another unit, from the bench into stock (PRODUCT "Data-bearing parts").
fn gives_data_away(kind: MovementKind, from: &PlaceRef, to: &PlaceRef) -> bool {
    match kind {
        MovementKind::Scrap | MovementKind::Consume | MovementKind::Issue => true,
        MovementKind::Move => from.kind == PlaceKind::Bench && to.kind != PlaceKind::Bench,
        _ => false,
    }
}

/// A unit under a document moves by the act there, where the answer is said and its certificate kept; never beside it. A spare of ours
/// that a customer used leaves quarantine, and our house, only once the answer is put down for it (decision 0039).
fn check_data(state: &MoveState, kind: MovementKind, from: &Stand, to: &Stand) -> Result<(), Refusal> {
    let Some(left) = &state.data_left else { return Ok(()) };
    let serial = || state.serial.clone().unwrap_or_default();
    let part_no = || state.part.part_no.clone();
    let is_used_up = matches!(kind, MovementKind::Scrap | MovementKind::Consume | MovementKind::Issue);
    let goes = is_used_up || becomes_stock(from, to);
    match left.state {
        DataState::OnDocument if gives_data_away(kind, &from.place, &state.to) => {
            if stays_theirs(kind, from, &state.to) {
                return Ok(());
            }
            Err(Refusal::DataNeedsProof { serial: serial(), document: left.document.clone() })
        }
        DataState::Unanswered if goes => Err(Refusal::DataAnswerNeeded { serial: serial() }),
        DataState::ToDestroy if goes && kind != MovementKind::Scrap => {
            Err(Refusal::DataMustBeDestroyed { part_no: part_no() })
        }
        _ => Ok(()),
    }
}

/// It becomes good where it was not, or comes from where nobody could be handed it.
fn becomes_stock(from: &Stand, to: &Stand) -> bool {
    use PlaceKind as P;
    let was_stock = from.condition == Condition::Good
        && matches!(from.place.kind, P::Depot | P::Bin | P::Engineer | P::Transit);
    to.condition == Condition::Good && !was_stock
}

/// What goes home stays in its customer's world; what stays the customer's enters no stock of ours.
fn stays_theirs(kind: MovementKind, from: &Stand, to: &PlaceRef) -> bool {
    let goes_home = kind == MovementKind::Issue && to.kind == PlaceKind::Customer;
    matches!(from.owner, Owner::Customer(_)) && (kind == MovementKind::Move || goes_home)
}

/// Decides one movement (PRODUCT "Rules that never bend", API "movements").
pub fn decide_movement(
    actor: &Actor,
    state: &MoveState,
    cmd: &Move,
    now: DateTime<Utc>,
) -> Result<Posting, Refusal> {
    may_book(actor, cmd.kind, &state.from, &state.to)?;
    check_fields(state, cmd)?;
    if !is_legal(cmd.kind, &state.from, &state.to) {
        return Err(Refusal::IllegalMove {
            kind: cmd.kind.to_string(),
            from: state.from.code.clone(),
            to: state.to.code.clone(),
        });
    }
    let occurred_at = cmd.occurred_at.unwrap_or(now);
    dated_back::on_the_books(occurred_at, now)?;
    let from = stand_before(state, cmd, occurred_at)?;
    let to = stand_after(state, cmd, &from)?;
    check_condition(state, cmd.kind, &from)?;
    check_owner(state, cmd.kind, &from, &to)?;
    check_instrument(state, cmd.kind, (&from, &to), now)?;
    check_data(state, cmd.kind, &from, &to)?;
    if let (Some(bound), Some(serial)) = (&state.bound, &state.serial) {
        bound.check(serial, cmd.kind, &state.from, &state.to)?;
    }
    let subject = match (&state.unit, &state.serial) {
        (Some(unit), _) => Subject::of(unit),
        (None, Some(serial)) => Subject::NewUnit { serial: serial.clone() },
        (None, None) => Subject::Quantity,
    };
    let posting = Posting::of_one(cmd.kind, state.part.clone(), subject, from, to, occurred_at);
    let (quantity, reason) = (cmd.quantity, cmd.reason.clone());
    Ok(Posting { quantity, reason, ..posting.under(&cmd.document) })
}

/// An instant as people and programs read it.
#[must_use]
pub(crate) fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Both depots must be the actor's; a movement that touches no depot at all needs the right to correct.
fn may_book(actor: &Actor, kind: MovementKind, from: &PlaceRef, to: &PlaceRef) -> Result<(), Refusal> {
    let permission = match kind {
        MovementKind::Adjust | MovementKind::TransferTitle => Permission::CorrectStock,
        _ if from.depot.is_none() && to.depot.is_none() => Permission::CorrectStock,
        // Whoever may hold a spare may give back what is in the own van.
        MovementKind::Return if from.code == engineer_code(&actor.username) => Permission::Reserve,
        _ => Permission::MoveStock,
    };
    actor.may(permission)?;
    for depot in [&from.depot, &to.depot].into_iter().flatten() {
        actor.may_in(permission, depot)?;
    }
    Ok(())
}

fn check_fields(state: &MoveState, cmd: &Move) -> Result<(), Refusal> {
    let mut fields = Fields::new();
    match (state.part.tracking, &state.serial) {
        (Tracking::Serial, None) => fields.fault("serial", "required"),
        (Tracking::Serial, Some(_)) if cmd.quantity != 1 => fields.fault("quantity", "one_per_serial"),
        (Tracking::Quantity, Some(_)) => fields.fault("serial", "not_for_quantity_part"),
        _ if cmd.quantity <= 0 => fields.fault("quantity", "not_positive"),
        _ => {
            fields.number("quantity", cmd.quantity, 1..=QUANTITY_MAX);
        }
    }
    fields.text("reason", &cmd.reason, LONG_MAX);
    fields.text("document", &cmd.document, LONG_MAX);
    match cmd.kind {
        MovementKind::Convert if cmd.condition_to.is_none() => fields.fault("condition_to", "required"),
        MovementKind::TransferTitle if cmd.owner_to.is_none() => fields.fault("owner_to", "required"),
        MovementKind::Adjust | MovementKind::Scrap | MovementKind::TransferTitle
            if cmd.reason.trim().is_empty() =>
        {
            fields.fault("reason", "required");
        }
        _ => {}
    }
    if cmd.condition_to == Some(Condition::Scrapped) && cmd.kind != MovementKind::Scrap {
        fields.fault("condition_to", "only_by_scrap");
    }
    fields.finish()
}

/// The table of movements: which kind goes from which kind of place to which.
fn is_legal(kind: MovementKind, from: &PlaceRef, to: &PlaceRef) -> bool {
    use PlaceKind as P;
    let stored = |place: &PlaceRef| matches!(place.kind, P::Depot | P::Bin | P::Bench);
    let held = |place: &PlaceRef| stored(place) || place.kind == P::Engineer;
    match kind {
        MovementKind::Receive => matches!(from.kind, P::Supplier | P::Vendor | P::Customer) && stored(to),
        MovementKind::Issue => stored(from) && matches!(to.kind, P::Customer | P::Engineer | P::Vendor),
        MovementKind::Return => matches!(from.kind, P::Customer | P::Engineer | P::Vendor) && stored(to),
        MovementKind::Move => held(from) && held(to) && from.id != to.id,
        MovementKind::TransferOut => stored(from) && to.kind == P::Transit,
        MovementKind::TransferIn => from.kind == P::Transit && stored(to),
        MovementKind::Convert => held(from) && from.id == to.id,
        MovementKind::Scrap => held(from) && to.kind == P::Scrap,
        MovementKind::Adjust => {
            (matches!(from.kind, P::Lost | P::Opening) && held(to))
                || ((held(from) || from.kind == P::Transit) && to.kind == P::Lost)
        }
        MovementKind::TransferTitle => from.id == to.id && from.kind.is_real(),
        MovementKind::Consume => held(from) && to.kind == P::Consumed,
        // An opening comes from an import, a reversal from `decide_reversal`.
        MovementKind::Opening | MovementKind::Reversal => false,
    }
}

/// Where it stands now, checked against what the mover claims.
fn stand_before(state: &MoveState, cmd: &Move, occurred_at: DateTime<Utc>) -> Result<Stand, Refusal> {
    let Some(unit) = &state.unit else {
        return first_stand(state, cmd);
    };
    if unit.place.id != state.from.id {
        // What enters the books is on them already; what was there moves from where it is.
        let enters = matches!(cmd.kind, MovementKind::Receive | MovementKind::Adjust);
        return Err(if enters && is_source(state.from.kind) {
            Refusal::SerialElsewhere { serial: unit.serial.clone(), place: unit.place.code.clone() }
        } else {
            Refusal::UnitElsewhere {
                serial: unit.serial.clone(),
                place: unit.place.code.clone(),
                claimed: state.from.code.clone(),
            }
        });
    }
    if occurred_at < unit.last_moved_at {
        return Err(Refusal::OutOfOrder {
            serial: unit.serial.clone(),
            last_at: rfc3339(unit.last_moved_at),
        });
    }
    if let Some((_, document)) = &unit.reserved
        && leaves_availability(state, cmd, unit)
    {
        return Err(Refusal::UnitReserved { serial: unit.serial.clone(), document: document.clone() });
    }
    Ok(Stand { place: state.from.clone(), condition: unit.condition, owner: unit.owner.clone() })
}

/// A held unit may change its bin; anything that takes it out of its depot's good stock is refused.
fn leaves_availability(state: &MoveState, cmd: &Move, unit: &UnitState) -> bool {
    let same_depot = state.from.depot == state.to.depot;
    let stays_good = cmd.condition_to.unwrap_or(unit.condition) == Condition::Good;
    let stays_ours = cmd.owner_to.as_ref().unwrap_or(&unit.owner) == &Owner::Us;
    !(state.to.kind.counts_as_available() && same_depot && stays_good && stays_ours)
}

/// A quantity, or a unit the books never met: it has its first stand at the place it comes from.
fn first_stand(state: &MoveState, cmd: &Move) -> Result<Stand, Refusal> {
    if let Some(serial) = &state.serial
        && !is_source(state.from.kind)
    {
        return Err(Refusal::not_found("unit", serial));
    }
    let owner = match (&state.from.kind, &state.serial) {
        (PlaceKind::Customer, Some(_)) => match &cmd.owner_to {
            Some(owner) => owner.clone(),
            None => Owner::Customer(
                state.from.code.strip_prefix("customer:").unwrap_or(&state.from.code).to_owned(),
            ),
        },
        (_, Some(_)) => cmd.owner_to.clone().unwrap_or(Owner::Us),
        (_, None) => Owner::Us,
    };
    let condition = match (&state.serial, cmd.condition_from) {
        (_, Some(condition)) => condition,
        (Some(_), None) => cmd.condition_to.unwrap_or(condition_of_arrival(state.from.kind)),
        (None, None) => Condition::Good,
    };
    Ok(Stand { place: state.from.clone(), condition, owner })
}

/// Places from which a unit can enter the books.
fn is_source(kind: PlaceKind) -> bool {
    matches!(
        kind,
        PlaceKind::Opening | PlaceKind::Supplier | PlaceKind::Customer | PlaceKind::Vendor | PlaceKind::Lost
    )
}

/// What comes back from a customer is not known to be good until somebody looked.
fn condition_of_arrival(from: PlaceKind) -> Condition {
    if from == PlaceKind::Customer { Condition::Quarantined } else { Condition::Good }
}

fn stand_after(state: &MoveState, cmd: &Move, from: &Stand) -> Result<Stand, Refusal> {
    let arrives_from_customer = matches!(cmd.kind, MovementKind::Return | MovementKind::Receive)
        && state.from.kind == PlaceKind::Customer;
    let condition = match cmd.kind {
        MovementKind::Scrap => Condition::Scrapped,
        _ => match cmd.condition_to {
            Some(condition) => condition,
            None if arrives_from_customer && from.condition == Condition::Good => Condition::Quarantined,
            None => from.condition,
        },
    };
    let owner = match (&cmd.owner_to, cmd.kind) {
        (Some(owner), MovementKind::TransferTitle) => owner.clone(),
        (Some(owner), _) if *owner != from.owner => {
            return Err(Refusal::Invalid(vec![FieldError::new("owner_to", "only_by_transfer_title")]));
        }
        _ => from.owner.clone(),
    };
    Ok(Stand { place: state.to.clone(), condition, owner })
}

/// A faulty part can never be picked as a spare; a customer's own unit may go home in any condition.
fn check_condition(state: &MoveState, kind: MovementKind, from: &Stand) -> Result<(), Refusal> {
    let goes_home = matches!((&from.owner, state.to.kind), (Owner::Customer(code), PlaceKind::Customer)
        if state.to.code.strip_prefix("customer:") == Some(code));
    let needs_good = match kind {
        MovementKind::Issue => {
            matches!(state.to.kind, PlaceKind::Customer | PlaceKind::Engineer) && !goes_home
        }
        MovementKind::Consume => true,
        _ => false,
    };
    if needs_good && from.condition != Condition::Good {
        return Err(Refusal::WrongCondition {
            serial: state.serial.clone().unwrap_or_else(|| state.part.part_no.clone()),
            condition: from.condition.to_string(),
            kind: kind.to_string(),
        });
    }
    Ok(())
}

/// An instrument of ours goes to no customer and into no repair, and is handed to nobody unless its last check was passed and still holds
/// (decision 0035).
fn check_instrument(
    state: &MoveState,
    kind: MovementKind,
    (from, to): (&Stand, &Stand),
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let Some((unit, check)) = state.unit.as_ref().and_then(|unit| Some((unit, unit.instrument?))) else {
        return Ok(());
    };
    let given_away = match kind {
        MovementKind::Consume => true,
        MovementKind::Issue => to.place.kind == PlaceKind::Customer && from.owner == Owner::Us,
        MovementKind::TransferTitle => to.owner != Owner::Us,
        _ => false,
    };
    if given_away {
        return Err(Refusal::NotASpare { part_no: state.part.part_no.clone() });
    }
    // Whatever the movement is called.
    let is_handed_out = to.place.kind == PlaceKind::Engineer && to.place.id != from.place.id;
    if is_handed_out && !check.state(Zone::default().local_date(now)).is_fit() {
        return Err(Refusal::CheckNeeded { serial: unit.serial.clone() });
    }
    Ok(())
}

/// What is not ours is not ours to hand out, use up or scrap.
fn check_owner(state: &MoveState, kind: MovementKind, from: &Stand, to: &Stand) -> Result<(), Refusal> {
    let refused = match kind {
        MovementKind::Scrap | MovementKind::Consume | MovementKind::Adjust => from.owner != Owner::Us,
        MovementKind::Issue => match (&from.owner, to.place.kind) {
            (Owner::Us, _) | (_, PlaceKind::Vendor) => false,
            (Owner::Customer(code), PlaceKind::Customer) => {
                to.place.code.strip_prefix("customer:") != Some(code)
            }
            _ => true,
        },
        _ => false,
    };
    if refused {
        let serial = state.serial.clone().unwrap_or_else(|| state.part.part_no.clone());
        return Err(Refusal::WrongOwner { serial, owner: from.owner.to_string() });
    }
    Ok(())
}

/// A unit that entered the books by mistake, which was taken back, enters anew with a movement decided as if it had never been met:
/// an opening brings it to where the movement takes it from. What comes from the boundary where it stands needs none.
#[must_use]
pub fn enter_anew(unit: &UnitState, posting: Posting) -> Vec<Posting> {
    let (subject, stands) = (Subject::of(unit), unit.stand());
    if posting.from.place.id == unit.place.id {
        return vec![Posting { subject, from: stands, ..posting }];
    }
    let opening = Posting {
        kind: MovementKind::Opening,
        subject: subject.clone(),
        from: stands,
        to: posting.from.clone(),
        ..posting.clone()
    };
    vec![opening, Posting { subject, ..posting }]
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
