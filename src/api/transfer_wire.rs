//! Transfers as they look on the wire.

use crate::api::words::{ConditionWord, TransferStateWord, TransferStepWord};
use crate::app::transfers::{LineAccount, TransferItemRow, TransferRow, TransferView};
use crate::http::Word;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A transfer in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferSummary {
    /// Number.
    #[schema(example = "TR-2026-000012")]
    number: String,
    /// The giving depot.
    #[schema(example = "JN")]
    from: String,
    /// The receiving depot.
    #[schema(example = "DZ")]
    to: String,
    /// How it stands.
    state: TransferStateWord,
    /// Note.
    note: String,
    /// Carrier.
    carrier: String,
    /// Waybill number.
    tracking_no: String,
    /// Pieces that left and are not accounted for.
    outstanding: i64,
    /// Pieces that came and were not in the papers.
    unexpected: i64,
    /// Whole days since it left, while something is on the road.
    days_in_transit: Option<i64>,
    /// Who asked for it.
    requested_by: Option<String>,
    /// When.
    requested_at: DateTime<Utc>,
    /// Who approved it.
    approved_by: Option<String>,
    /// When it left.
    dispatched_at: Option<DateTime<Utc>>,
    /// When it was first received.
    received_at: Option<DateTime<Utc>>,
    /// When every piece was accounted for, or it was called off.
    closed_at: Option<DateTime<Utc>>,
}

impl From<(TransferRow, Option<i64>)> for TransferSummary {
    fn from((row, days_in_transit): (TransferRow, Option<i64>)) -> Self {
        TransferSummary {
            number: row.number,
            from: row.from_depot,
            to: row.to_depot,
            state: Word(row.state),
            note: row.note,
            carrier: row.carrier,
            tracking_no: row.tracking_no,
            outstanding: row.outstanding,
            unexpected: row.unexpected,
            days_in_transit,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            approved_by: row.approved_by,
            dispatched_at: row.dispatched_at,
            received_at: row.received_at,
            closed_at: row.closed_at,
        }
    }
}

/// A line of a transfer with its account.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferLine {
    /// Line number.
    line: i64,
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    name: String,
    /// Part name in English.
    name_en: String,
    /// This very unit; none when any would do.
    serial: Option<String>,
    /// Condition.
    condition: ConditionWord,
    /// Asked for.
    quantity: i64,
    /// Left.
    sent: i64,
    /// Came as the papers say.
    matched: i64,
    /// Left and did not come, once the transfer was received.
    missing: i64,
    /// Went back to the sender.
    returned: i64,
    /// Given up.
    lost: i64,
}

impl From<LineAccount> for TransferLine {
    fn from(account: LineAccount) -> Self {
        TransferLine {
            line: account.line.line,
            part_no: account.line.part_no,
            name: account.line.part_name,
            name_en: account.line.part_name_en,
            serial: account.line.serial,
            condition: Word(account.line.condition),
            quantity: account.line.quantity,
            sent: account.sent,
            matched: account.matched,
            missing: account.missing,
            returned: account.returned,
            lost: account.lost,
        }
    }
}

/// A piece of a transfer.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferPiece {
    /// Part number.
    part_no: String,
    /// Serial; none for a quantity.
    serial: Option<String>,
    /// Condition on the road; what was not in the papers is in quarantine.
    condition: ConditionWord,
    /// `us`, `customer:CODE`, `vendor:CODE` or `unknown`.
    owner: String,
    /// Left.
    sent: i64,
    /// Came.
    received: i64,
    /// Went back.
    returned: i64,
    /// Given up.
    lost: i64,
}

impl From<TransferItemRow> for TransferPiece {
    fn from(row: TransferItemRow) -> Self {
        TransferPiece {
            part_no: row.part_no,
            serial: row.serial,
            condition: Word(row.condition),
            owner: row.owner.to_string(),
            sent: row.sent,
            received: row.received,
            returned: row.returned,
            lost: row.lost,
        }
    }
}

/// A transfer with its account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transfer {
    #[serde(flatten)]
    head: TransferSummary,
    /// Lines.
    lines: Vec<TransferLine>,
    /// Pieces that left.
    items: Vec<TransferPiece>,
    /// Pieces that came and were not in the papers.
    surprises: Vec<TransferPiece>,
    /// What the caller may do now.
    allowed: Vec<TransferStepWord>,
}

impl From<TransferView> for Transfer {
    fn from(view: TransferView) -> Self {
        let (surprises, items): (Vec<_>, Vec<_>) = view.items.into_iter().partition(|item| item.unexpected);
        Transfer {
            head: TransferSummary::from((view.row, view.days_in_transit)),
            lines: view.lines.into_iter().map(TransferLine::from).collect(),
            items: items.into_iter().map(TransferPiece::from).collect(),
            surprises: surprises.into_iter().map(TransferPiece::from).collect(),
            allowed: view.allowed.into_iter().map(Word).collect(),
        }
    }
}
