//! Mails to be sent, written in the transaction of the event they tell of (ARCHITECTURE "Notices").

use crate::domain::language::Language;
use crate::domain::notice::NoticeKind;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

/// A notice to queue.
pub struct NewOutbox<'a> {
    /// What happened, by a name no other event has.
    pub event: &'a str,
    /// Kind of mail.
    pub kind: NoticeKind,
    /// Mail address of the reader.
    pub recipient: &'a str,
    /// Language of the reader.
    pub language: Language,
    /// RMA it belongs to.
    pub rma_id: Option<i64>,
    /// The facts, as [`encode_notice`](crate::store::codec::encode_notice) writes them.
    pub payload: &'a str,
    /// Left side of the Message-ID, the same on every try.
    pub message_id: &'a str,
    /// When; it is due at once.
    pub created_at: DateTime<Utc>,
}

/// Queues a notice; its id. `None` when the same one (event, recipient, kind) was queued before, in whatever state it
/// is now: an event is told once.
pub fn insert(tx: &mut Conn, new: &NewOutbox<'_>) -> StoreResult<Option<i64>> {
    let id = sql(
        "INSERT INTO outbox (event, kind, recipient, language, rma_id, payload, state, next_attempt_at, message_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $7) ON CONFLICT (event, recipient, kind) DO NOTHING RETURNING id AS value",
    )
    .bind(new.event)
    .bind(new.kind)
    .bind(new.recipient)
    .bind(new.language)
    .bind(new.rma_id)
    .bind(new.payload)
    .bind(new.created_at)
    .bind(new.message_id)
    .optional::<Id>(tx)?;
    Ok(id.map(|id| id.value))
}

crate::row! {
    struct Id { value: i64 }
}
