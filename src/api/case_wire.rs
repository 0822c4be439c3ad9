//! What the settled cases of an RMA look like on the wire.

use crate::api::words::{ConsentWord, QuoteStateWord};
use crate::app::rma::{ConsentRow, LabelRow, QuoteRow};
use crate::domain::money::format_fen;
use crate::http::Word;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The price of a chargeable repair.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteItem {
    /// Amount, a decimal string.
    #[schema(example = "860.00")]
    amount: String,
    /// Currency.
    #[schema(example = "CNY")]
    currency: String,
    /// Last day on which it may be accepted.
    valid_until: NaiveDate,
    /// State.
    state: QuoteStateWord,
    /// When it was sent.
    sent_at: DateTime<Utc>,
    /// When it was answered, or expired.
    answered_at: Option<DateTime<Utc>>,
    /// Who answered.
    answered_by: String,
    /// Where that can be read.
    evidence: String,
}

impl From<QuoteRow> for QuoteItem {
    fn from(row: QuoteRow) -> Self {
        QuoteItem {
            amount: format_fen(row.amount_fen),
            currency: row.currency,
            valid_until: row.valid_until,
            state: Word(row.state),
            sent_at: row.sent_at,
            answered_at: row.answered_at,
            answered_by: row.answered_by,
            evidence: row.evidence,
        }
    }
}

/// A written agreement of the customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentItem {
    /// What was agreed.
    kind: ConsentWord,
    /// Who agreed.
    agreed_by: String,
    /// Where that can be read.
    evidence: String,
    /// When.
    agreed_at: DateTime<Utc>,
}

impl From<ConsentRow> for ConsentItem {
    fn from(row: ConsentRow) -> Self {
        ConsentItem {
            kind: Word(row.kind),
            agreed_by: row.agreed_by,
            evidence: row.evidence,
            agreed_at: row.agreed_at,
        }
    }
}

/// A new label of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Label {
    /// Id.
    id: i64,
    /// Serial of the unit.
    serial: String,
    /// The further code it is to answer to.
    code: String,
    /// Why.
    reason: String,
    /// Who asked.
    asked_by: Option<String>,
    /// When.
    asked_at: DateTime<Utc>,
    /// Whether a second person agreed, so that the code scans.
    approved: bool,
}

impl Label {
    /// As it stands.
    pub fn new(row: LabelRow, approved: bool) -> Label {
        Label {
            id: row.id,
            serial: row.serial,
            code: row.code,
            reason: row.reason,
            asked_by: row.username,
            asked_at: row.asked_at,
            approved,
        }
    }
}
