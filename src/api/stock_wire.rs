//! Units and movements as they look on the wire.

use crate::api::words::{ConditionWord, MovementKindWord, UnitFlagWord};
use crate::app::stock::{Booked, MovementRow, Then, UnitDetails, UnitFlag, UnitRow, UnitThenRow};
use crate::domain::fields::code_of;
use crate::domain::place::normalise;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::repair::Warranty;
use crate::domain::stock::Owner;
use crate::http::Word;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// One serialised thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unit {
    /// Serial.
    #[schema(example = "HX7340219912")]
    serial: String,
    /// Part number.
    #[schema(example = "P-100234")]
    part_no: String,
    /// Part name in Chinese.
    name: String,
    /// Part name in English.
    name_en: String,
    /// Maker.
    maker: String,
    /// Condition.
    condition: ConditionWord,
    /// `us`, `customer:CODE`, `vendor:CODE` or `unknown`.
    #[schema(example = "us")]
    owner: String,
    /// Where it is.
    #[schema(example = "JN/A1-01")]
    place: String,
    /// Code of the depot it is in.
    #[schema(example = "JN")]
    depot: Option<String>,
    /// The document of its last movement.
    document: String,
    /// How many movements it has made.
    version: i64,
    /// What to know before touching it.
    flags: Vec<UnitFlagWord>,
    /// When it last moved.
    last_moved_at: DateTime<Utc>,
    /// The reservation that holds it.
    reservation_id: Option<i64>,
}

impl Unit {
    /// A unit, with what to know before touching it.
    pub(super) fn new(row: UnitRow, flags: Vec<UnitFlag>) -> Self {
        Unit {
            serial: row.serial,
            part_no: row.part_no,
            name: row.part_name,
            name_en: row.part_name_en,
            maker: row.maker,
            condition: Word(row.condition),
            owner: row.owner.to_string(),
            place: row.place,
            depot: row.depot,
            document: row.document,
            version: row.version,
            flags: flags.into_iter().map(Word).collect(),
            last_moved_at: row.last_moved_at,
            reservation_id: row.reservation_id,
        }
    }
}

/// A unit with what else is known of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitDetail {
    #[serde(flatten)]
    unit: Unit,
    /// Other codes it answers to, oldest first.
    aliases: Vec<String>,
    /// Number of its open RMA.
    #[schema(example = "RMA-2026-000123")]
    open_rma: Option<String>,
    /// Firmware; empty where nobody put it down.
    #[schema(example = "2.10")]
    firmware: String,
    /// Hardware revision; empty where nobody put it down.
    #[schema(example = "B2")]
    revision: String,
    /// The warranty on it; none where our books do not know when its customer got it of us, or its part has none.
    warranty: Option<UnitWarranty>,
}

/// The warranty on a unit, as its card says.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitWarranty {
    /// The day it was delivered.
    from: NaiveDate,
    /// The last day covered.
    until: NaiveDate,
    /// How many months.
    months: i64,
}

impl From<UnitDetails> for UnitDetail {
    fn from(details: UnitDetails) -> Self {
        let (firmware, revision) = (details.unit.firmware.clone(), details.unit.revision.clone());
        let unit = Unit::new(details.unit, details.flags);
        let warranty =
            details.warranty.map(|Warranty { from, until, months }| UnitWarranty { from, until, months });
        let (aliases, open_rma) = (details.aliases, details.open_rma);
        UnitDetail { unit, aliases, open_rma, firmware, revision, warranty }
    }
}

/// A unit as of a moment: what its movements and holds say.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitThen {
    /// Serial, as it is now.
    #[schema(example = "HX7340219912")]
    serial: String,
    /// Part number.
    #[schema(example = "P-100234")]
    part_no: String,
    /// Part name in Chinese.
    name: String,
    /// Part name in English.
    name_en: String,
    /// Maker.
    maker: String,
    /// Condition.
    condition: ConditionWord,
    /// `us`, `customer:CODE`, `vendor:CODE` or `unknown`.
    #[schema(example = "us")]
    owner: String,
    /// Where it was.
    #[schema(example = "JN/A1-01")]
    place: String,
    /// Code of the depot it was in.
    #[schema(example = "JN")]
    depot: Option<String>,
    /// The document of the movement that had brought it there.
    document: String,
    /// That movement.
    movement_id: i64,
    /// When it had moved.
    moved_at: DateTime<Utc>,
    /// When that was recorded.
    recorded_at: DateTime<Utc>,
    /// What it was held for; `null` when it was not held.
    reserved_for: Option<String>,
    /// What had happened by this instant counted.
    as_of: DateTime<Utc>,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
}

impl UnitThen {
    pub(super) fn new(unit: UnitRow, found: UnitThenRow, then: &Then) -> UnitThen {
        UnitThen {
            serial: unit.serial,
            part_no: unit.part_no,
            name: unit.part_name,
            name_en: unit.part_name_en,
            maker: unit.maker,
            condition: Word(found.condition),
            owner: found.owner.to_string(),
            place: found.place,
            depot: found.depot,
            document: found.document,
            movement_id: found.movement_id,
            moved_at: found.moved_at,
            recorded_at: found.recorded_at,
            reserved_for: found.reserved_for,
            as_of: then.as_of(),
            known_at: then.known_at,
        }
    }
}

/// A unit now, or as of the moment asked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum UnitShown {
    /// Now.
    Now(UnitDetail),
    /// With `as_of` or `known_at`.
    Then(UnitThen),
}

/// A movement of the stock ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockMovement {
    /// Id: posting order.
    id: i64,
    /// Kind.
    kind: MovementKindWord,
    /// Part number.
    #[schema(example = "P-100234")]
    part_no: String,
    /// Serial; none for a quantity.
    serial: Option<String>,
    /// How many.
    quantity: i64,
    /// Taken from.
    #[schema(example = "JN/A1-01")]
    from: String,
    /// Put into.
    #[schema(example = "customer:C1001")]
    to: String,
    /// Condition before.
    condition_from: ConditionWord,
    /// Condition after.
    condition_to: ConditionWord,
    /// Owner before.
    #[schema(example = "us")]
    owner_from: String,
    /// Owner after.
    #[schema(example = "us")]
    owner_to: String,
    /// Why.
    reason: String,
    /// The document it belongs to.
    document: String,
    /// The movement this one reverses.
    reverses: Option<i64>,
    /// The movement that reverses this one.
    reversed_by: Option<i64>,
    /// Who booked it; none for imports and the system.
    actor: Option<String>,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// When it was booked.
    recorded_at: DateTime<Utc>,
}

impl From<MovementRow> for StockMovement {
    fn from(row: MovementRow) -> Self {
        StockMovement {
            id: row.id,
            kind: Word(row.kind),
            part_no: row.part_no,
            serial: row.serial,
            quantity: row.quantity,
            from: row.from_place,
            to: row.to_place,
            condition_from: Word(row.condition_from),
            condition_to: Word(row.condition_to),
            owner_from: row.owner_from.to_string(),
            owner_to: row.owner_to.to_string(),
            reason: row.reason,
            document: row.document,
            reverses: row.reverses_id,
            reversed_by: row.reversed_by_id,
            actor: row.actor,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
        }
    }
}

impl StockMovement {
    /// As it was just booked by `actor`.
    pub(super) fn booked(booked: Booked, actor: &str) -> StockMovement {
        let posting = booked.posting;
        StockMovement {
            id: booked.id,
            kind: Word(posting.kind),
            part_no: posting.part.part_no,
            serial: posting.subject.serial().map(str::to_owned),
            quantity: posting.quantity,
            from: posting.from.place.code,
            to: posting.to.place.code,
            condition_from: Word(posting.from.condition),
            condition_to: Word(posting.to.condition),
            owner_from: posting.from.owner.to_string(),
            owner_to: posting.to.owner.to_string(),
            reason: posting.reason,
            document: posting.document,
            reverses: posting.reverses,
            reversed_by: None,
            actor: Some(actor.to_owned()),
            occurred_at: posting.occurred_at,
            recorded_at: booked.recorded_at,
        }
    }
}

/// The owner a field names.
pub(super) fn owner_in(field: &str, code: Option<&str>) -> Result<Option<Owner>, FieldError> {
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else { return Ok(None) };
    // `us` and `unknown` are words, not depots: only what has a prefix is brought to a place's form.
    let owner =
        Owner::from_code(&code.to_lowercase()).filter(|owner| matches!(owner, Owner::Us | Owner::Unknown));
    match owner.or_else(|| Owner::from_code(&normalise(code))) {
        Some(owner) => Ok(Some(owner)),
        None => {
            Err(FieldError::new(field, "unknown_word")
                .with("allowed", "us, customer:CODE, vendor:CODE, unknown"))
        }
    }
}

/// As [`owner_in`], for a request with nothing else to say.
pub(super) fn owner_of(field: &str, code: Option<&str>) -> Result<Option<Owner>, Refusal> {
    owner_in(field, code).map_err(|error| Refusal::Invalid(vec![error]))
}

/// A code that was sent, in the form codes are stored in.
pub(super) fn upper(code: Option<String>) -> Option<String> {
    code.map(|code| code_of(&code)).filter(|code| !code.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_read_however_they_were_typed() {
        let read = |code| owner_in("owner_to", Some(code)).ok().flatten();
        assert_eq!(read(" US "), Some(Owner::Us));
        assert_eq!(read("unknown"), Some(Owner::Unknown));
        assert_eq!(read("Customer:c1001"), Some(Owner::Customer("C1001".into())));
        assert_eq!(read("vendor:v1"), Some(Owner::Vendor("V1".into())));
        assert_eq!(owner_in("owner_to", Some("  ")), Ok(None));
        for wrong in ["JN", "customer:", "we"] {
            assert!(owner_in("owner_to", Some(wrong)).is_err(), "{wrong}");
        }
    }
}
