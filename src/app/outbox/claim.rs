//! The mailer's side: claim what is due, send it, settle it.
//!
//! A claim is a lease. A mailer that dies keeps its claims until the lease runs out; then any node's mailer takes them
//! over. It may have died between the mail server's yes and our settling, so such a mail may go out twice, with the same
//! Message-ID, by which mail servers and programs recognise the second as the first. Never is one lost.

use crate::app::{App, AppResult, Error};
use crate::domain::language::Language;
use crate::domain::notice::{Notice, NoticeState};
use crate::store::codec::{decode_notice, encode_notice};
use crate::store::outbox::{self, ClaimedRow, Settled};
use crate::store::{Conn, notice_templates};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// A notice to send now, ours until the lease runs out.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Id.
    pub id: i64,
    /// Mail address of the reader.
    pub recipient: String,
    /// Language of the reader.
    pub language: Language,
    /// The facts; the reason when this version of Beiku cannot read them.
    pub notice: Result<Notice, String>,
    /// Left side of the Message-ID, the same on every try.
    pub message_id: String,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
    /// Which try this is, from 1, not counting those that met no mail server.
    pub attempt: u32,
    /// Texts of an administrator for this kind of mail, by key.
    pub texts: Vec<(String, String)>,
    /// Subject of the mail, once it is written: kept when the try is settled.
    pub subject: String,
    /// Names this claim.
    lease: String,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The mail server took it.
    Sent,
    /// To be tried again.
    Again {
        /// After so long.
        after: TimeDelta,
        /// Why.
        error: String,
        /// Whether the try counts towards giving up. One that met no mail server says nothing about the mail.
        counts: bool,
    },
    /// Given up: a dead letter, until a person puts it back.
    Dead {
        /// Why.
        error: String,
    },
}

/// Claims at most `limit` due notices for the lease time, the longest waiting first. `node` tells a reader of the table
/// who is at it. Safe at the same time on several nodes.
///
/// # Errors
/// Faults of the database.
pub async fn claim(app: &App, node: &str, limit: usize, lease: TimeDelta) -> AppResult<Vec<Claimed>> {
    /// Others may take from under our eyes what we saw was due; then there may be more behind it.
    const LOOKS: u8 = 3;
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX);
    for _ in 0..LOOKS {
        let now = app.clock().now();
        // A read first: a write for every look would keep the one writer of SQLite busy with nothing.
        let mut due = app.store().read(move |conn| Ok::<_, Error>(outbox::due(conn, now, wanted)?)).await?;
        if due.is_empty() {
            break;
        }
        // Rows are locked in one order everywhere.
        due.sort_unstable();
        let name = format!("{node}/{}", Uuid::now_v7());
        let claimed = app
            .store()
            .write(move |tx| {
                let mut claimed = vec![];
                for id in &due {
                    if let Some(row) = outbox::claim(tx, *id, &name, now, now + lease)? {
                        let mut notice = Claimed::of(row, &name);
                        notice.texts = texts_of(tx, &notice)?;
                        claimed.push(notice);
                    }
                }
                Ok::<_, Error>(claimed)
            })
            .await?;
        if !claimed.is_empty() {
            return Ok(claimed);
        }
    }
    Ok(vec![])
}

impl Claimed {
    fn of(row: ClaimedRow, lease: &str) -> Self {
        Claimed {
            id: row.id,
            recipient: row.recipient,
            language: row.language,
            notice: decode_notice(&row.payload).map_err(|error| error.to_string()),
            message_id: row.message_id,
            queued_at: row.created_at,
            attempt: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            texts: vec![],
            subject: String::new(),
            lease: lease.to_owned(),
        }
    }
}

/// An administrator's texts for this mail. Damaged ones do not keep a mail from going out.
fn texts_of(tx: &mut Conn, claimed: &Claimed) -> AppResult<Vec<(String, String)>> {
    let Ok(notice) = &claimed.notice else { return Ok(vec![]) };
    let row = notice_templates::get(tx, notice.kind(), claimed.language)?;
    Ok(row.and_then(|row| row.pairs().ok()).unwrap_or_default())
}

/// Writes down how a try ended; false when the lease ran out before and the notice is no longer ours to settle. Doing it
/// again changes nothing.
///
/// # Errors
/// Faults of the database.
pub async fn settle(app: &App, claimed: &Claimed, verdict: &Verdict) -> AppResult<bool> {
    let (id, lease, now) = (claimed.id, claimed.lease.clone(), app.clock().now());
    let (verdict, subject) = (verdict.clone(), storable(&claimed.subject));
    // The link of a mail that is out is its reader's alone.
    let wiped = match &claimed.notice {
        Ok(Notice::PasswordReset { username, invited_hours, .. }) if verdict == Verdict::Sent => {
            let (username, invited_hours) = (username.clone(), *invited_hours);
            let bare = Notice::PasswordReset { username, path: String::new(), invited_hours };
            Some(encode_notice(&bare)?)
        }
        _ => None,
    };
    app.store()
        .write(move |tx| {
            let (subject, tried_at) = (subject.clone(), now);
            let settled = match &verdict {
                Verdict::Sent => Settled {
                    state: NoticeState::Sent,
                    next_attempt_at: now,
                    counts: true,
                    last_error: String::new(),
                    sent_at: Some(now),
                    subject,
                    tried_at,
                },
                Verdict::Again { after, error, counts } => Settled {
                    state: NoticeState::Queued,
                    next_attempt_at: now + *after,
                    counts: *counts,
                    last_error: storable(error),
                    sent_at: None,
                    subject,
                    tried_at,
                },
                Verdict::Dead { error } => Settled {
                    state: NoticeState::Dead,
                    next_attempt_at: now,
                    counts: true,
                    last_error: storable(error),
                    sent_at: None,
                    subject,
                    tried_at,
                },
            };
            let ours = outbox::settle(tx, id, &lease, &settled)?;
            if let (true, Some(wiped)) = (ours, &wiped) {
                outbox::set_payload(tx, id, wiped)?;
            }
            Ok::<_, Error>(ours)
        })
        .await
}

/// What a mail server says is its own affair: cut to a length, and without the control characters PostgreSQL would refuse.
fn storable(error: &str) -> String {
    error.chars().take(500).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
