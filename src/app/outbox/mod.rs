//! Notices: queued in the transaction of the event they tell of, sent later by whichever node's mailer claims them.
//!
//! Nothing in a request waits for a mail server: [`enqueue`] only inserts a row.

mod claim;
mod manage;

pub use crate::store::outbox::OutboxRow;
pub use claim::{Claimed, Verdict, claim, settle};
pub(in crate::app) use manage::draft;
pub use manage::{
    Counts, Draft, NoticeFilter, counts, facts, get, is_being_sent, list, retry, send_example, send_test,
};

use crate::app::{AppResult, Ctx};
use crate::domain::language::Language;
use crate::domain::notice::Notice;
use crate::store::Conn;
use crate::store::codec::encode_notice;
use crate::store::outbox::{self, NewOutbox};
use sha2::{Digest, Sha256};

/// A mail to one person about one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// What happened, by a name no other event has, e.g. `RMA-2026-000001/1/faulty_received/<event id>`. The same event
    /// is told to the same person once, however often it is queued.
    pub event: String,
    /// Mail address of the reader; blank when they have none.
    pub recipient: String,
    /// Language of the reader.
    pub language: Language,
    /// RMA the mail belongs to, for its page.
    pub rma_id: Option<i64>,
    /// The facts.
    pub notice: Notice,
}

/// Queues a notice with the transaction: rolled back, it is never sent. Answers its id; `None` when there is nothing to
/// send, because the reader has no mail address or the event was queued for them before.
///
/// # Errors
/// Faults of the database only.
pub fn enqueue(tx: &mut Conn, ctx: &Ctx, new: &NewNotice) -> AppResult<Option<i64>> {
    let recipient = new.recipient.trim();
    if recipient.is_empty() {
        return Ok(None);
    }
    let kind = new.notice.kind();
    let id = outbox::insert(
        tx,
        &NewOutbox {
            event: &new.event,
            kind,
            recipient,
            language: new.language,
            rma_id: new.rma_id,
            payload: &encode_notice(&new.notice)?,
            message_id: &message_id(ctx, &[&new.event, recipient, kind.as_str()]),
            created_at: ctx.now,
        },
    )?;
    if id.is_some() {
        ctx.note_queued_notice();
    }
    Ok(id)
}

/// The left side of the Message-ID: the same on every try, and when the transaction runs again. The moment is part of it,
/// because a database restored from a backup may number new events as lost ones were: mail servers would take the new
/// mail for the old one and drop it.
fn message_id(ctx: &Ctx, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update(ctx.now.timestamp_micros().to_be_bytes());
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hex::encode(hash.finalize());
    format!("notice-{}", digest.get(..24).unwrap_or(&digest))
}
