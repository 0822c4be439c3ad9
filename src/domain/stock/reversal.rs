//! Putting a mistake right: a row the other way that names the first (红冲).

use crate::domain::actor::{Actor, Permission};
use crate::domain::calendar::Zone;
use crate::domain::place::PlaceKind;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::{MovementKind, PartRef, Posting, Stand, Subject, UnitState};
use chrono::{DateTime, Utc};

/// A movement on the books, as the rule needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Row id.
    pub id: i64,
    /// Kind.
    pub kind: MovementKind,
    /// Part.
    pub part: PartRef,
    /// How many.
    pub quantity: i64,
    /// Taken from.
    pub from: Stand,
    /// Put into.
    pub to: Stand,
    /// Document.
    pub document: String,
    /// The unit's present, when a unit was moved.
    pub unit: Option<UnitState>,
    /// The unit's last movement.
    pub last_of_unit: Option<i64>,
    /// The row that reversed it already.
    pub reversed_by: Option<i64>,
    /// Whether its document undoes it by an action of its own.
    pub belongs_to_document: bool,
}

impl Recorded {
    /// The entry that reverses this one, as if it happened at `occurred_at`.
    #[must_use]
    pub fn reversed(&self, occurred_at: DateTime<Utc>, reason: &str) -> Posting {
        let subject = self.unit.as_ref().map_or(Subject::Quantity, Subject::of);
        let (from, to) = (self.to.clone(), self.from.clone());
        let back = Posting::of_one(MovementKind::Reversal, self.part.clone(), subject, from, to, occurred_at);
        Posting {
            quantity: self.quantity,
            reason: reason.to_owned(),
            reverses: Some(self.id),
            ..back.under(&self.document)
        }
    }
}

impl MovementKind {
    /// What undoing a movement of this kind does to the thing: what came goes, what went comes back.
    #[must_use]
    pub fn undone(self) -> MovementKind {
        use MovementKind as M;
        match self {
            M::Receive | M::Return => M::Issue,
            M::Issue | M::Scrap | M::Consume => M::Return,
            M::TransferOut => M::TransferIn,
            M::TransferIn => M::TransferOut,
            M::Opening | M::Move | M::Convert | M::Adjust | M::TransferTitle | M::Reversal => self,
        }
    }
}

/// Decides a reversal: it happens now, and only the last movement of a unit can be undone.
pub fn decide_reversal(
    actor: &Actor,
    first: &Recorded,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Posting, Refusal> {
    let permission = match first.kind {
        MovementKind::Adjust | MovementKind::TransferTitle | MovementKind::Opening => {
            Permission::CorrectStock
        }
        // Between two vans, say: what touches no depot is nobody's to book but who corrects stock.
        _ if first.from.place.depot.is_none() && first.to.place.depot.is_none() => Permission::CorrectStock,
        _ => Permission::MoveStock,
    };
    actor.may(permission)?;
    for depot in [&first.from.place.depot, &first.to.place.depot].into_iter().flatten() {
        actor.may_in(permission, depot)?;
    }
    if reason.trim().is_empty() {
        return Err(Refusal::Invalid(vec![FieldError::new("reason", "required")]));
    }
    let movement = first.id.to_string();
    if let Some(by) = first.reversed_by {
        return Err(Refusal::AlreadyReversed { movement, by: by.to_string() });
    }
    if first.kind == MovementKind::Reversal {
        return Err(Refusal::CannotReverseReversal { movement });
    }
    if first.belongs_to_document {
        return Err(Refusal::BelongsToDocument { movement, document: first.document.clone() });
    }
    if let Some(last) = first.last_of_unit.filter(|last| *last != first.id) {
        return Err(Refusal::NotTheLastMovement { movement, last: last.to_string() });
    }
    if let Some((_, document)) = first.unit.as_ref().and_then(|unit| unit.reserved.as_ref()) {
        let serial = first.unit.as_ref().map_or_else(String::new, |unit| unit.serial.clone());
        return Err(Refusal::UnitReserved { serial, document: document.clone() });
    }
    // Nobody is handed an instrument that may not be used, by whatever way (decision 0035).
    let unfit = first.unit.as_ref().filter(|unit| {
        let today = Zone::default().local_date(now);
        unit.instrument.is_some_and(|check| !check.state(today).is_fit())
    });
    if let Some(unit) = unfit.filter(|_| first.from.place.kind == PlaceKind::Engineer) {
        return Err(Refusal::CheckNeeded { serial: unit.serial.clone() });
    }
    Ok(first.reversed(now, reason.trim()))
}
