//! What shipments and an RMA's movements look like on the wire.

use crate::api::words::{ConditionWord, DirectionWord, MovementKindWord, PurposeWord, ShipmentStateWord};
use crate::app::rma::{MovementRow, ShipmentRow};
use crate::http::Word;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A shipment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Shipment {
    /// Id.
    pub(super) id: i64,
    /// RMA number.
    rma: String,
    /// Line number.
    line: i64,
    /// Direction.
    direction: DirectionWord,
    /// What it carries.
    purpose: PurposeWord,
    /// Serial of what is in it.
    serial: Option<String>,
    /// Our depot at one end.
    depot: Option<String>,
    /// Carrier.
    carrier: String,
    /// Waybill number.
    tracking_no: String,
    /// State.
    state: ShipmentStateWord,
    /// When it left.
    shipped_at: DateTime<Utc>,
    /// When it arrived.
    delivered_at: Option<DateTime<Utc>>,
    /// Who took it.
    received_by: String,
}

impl From<ShipmentRow> for Shipment {
    fn from(row: ShipmentRow) -> Self {
        Shipment {
            id: row.id,
            rma: row.rma,
            line: row.line,
            direction: Word(row.direction),
            purpose: Word(row.purpose),
            serial: row.serial,
            depot: row.depot,
            carrier: row.carrier,
            tracking_no: row.tracking_no,
            state: Word(row.state),
            shipped_at: row.shipped_at,
            delivered_at: row.delivered_at,
            received_by: row.received_by,
        }
    }
}

/// A movement the RMA made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RmaMovement)]
pub struct Movement {
    /// Id.
    id: i64,
    /// Kind.
    kind: MovementKindWord,
    /// Part number.
    part_no: String,
    /// Serial.
    serial: Option<String>,
    /// From place.
    from: String,
    /// To place.
    to: String,
    /// Condition after.
    condition_to: ConditionWord,
    /// Owner after.
    owner_to: String,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// When it was booked.
    recorded_at: DateTime<Utc>,
}

impl From<MovementRow> for Movement {
    fn from(row: MovementRow) -> Self {
        Movement {
            id: row.id,
            kind: Word(row.kind),
            part_no: row.part_no,
            serial: row.serial,
            from: row.from_place,
            to: row.to_place,
            condition_to: Word(row.condition_to),
            owner_to: row.owner_to.to_string(),
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
        }
    }
}
