//! Sends what is queued: claims, writes, sends, settles.

use super::Settings;
use super::outage::Outage;
use super::stop::Stop;
use crate::app::outbox::{self, Claimed, Verdict};
use crate::app::{App, AppResult};
use crate::mail::{ComposeError, Letter, SendError, Transport};
use chrono::TimeDelta;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long a claim holds. A mailer that dies delays its mails by so long.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Longest time for one mail, whatever the transport allows itself: the claim must outlive it, with a minute to spare for
/// settling and for clocks of other nodes that run ahead.
const LONGEST_SEND: Duration = Duration::from_secs(4 * 60);
/// Name on the board.
const NAME: &str = "mailer";

/// Sends queued notices. Any number may run at once, on any number of nodes: each notice is claimed by one.
pub struct Mailer {
    post: Arc<Post>,
}

/// What every mail on its way needs.
struct Post {
    app: App,
    transport: Transport,
    settings: Settings,
    outage: Outage,
}

/// What a round of the mailer did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Mails the server took.
    pub sent: usize,
    /// Tries that failed and will be made again.
    pub put_off: usize,
    /// Notices given up.
    pub dead: usize,
}

impl Tally {
    fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Sent => self.sent += 1,
            Verdict::Again { .. } => self.put_off += 1,
            Verdict::Dead { .. } => self.dead += 1,
        }
    }
}

impl Mailer {
    /// A mailer over this application.
    #[must_use]
    pub fn new(app: App, transport: Transport, settings: Settings) -> Mailer {
        Mailer { post: Arc::new(Post { app, transport, settings, outage: Outage::default() }) }
    }

    /// Sends until nothing is due or the server cannot be reached, and waits for every mail's end.
    ///
    /// # Errors
    /// Faults of the database while claiming.
    pub async fn run_once(&self) -> AppResult<Tally> {
        let (mut on_their_way, mut tally) = (JoinSet::new(), Tally::default());
        loop {
            self.fill(&mut on_their_way).await?;
            match on_their_way.join_next().await {
                None => return Ok(tally),
                Some(Ok(verdict)) => tally.count(&verdict),
                Some(Err(error)) => tracing::error!(%error, "a mail's task ended"),
            }
        }
    }

    /// Sends until the word to stop; then waits for the mails on their way.
    pub(super) async fn run(self, mut stop: Stop) {
        let mut on_their_way = JoinSet::new();
        loop {
            let now = || self.post.app.clock().now();
            match self.fill(&mut on_their_way).await {
                Ok(0) if !self.post.outage.is_on() => self.post.app.jobs().well(NAME, now()),
                Ok(_) => {}
                Err(error) => self.post.app.jobs().failed(NAME, now(), &error.to_string()),
            }
            let look = self.post.settings.look_every.mul_f64(rand::random_range(0.9..1.1));
            tokio::select! {
                () = stop.asked() => break,
                // A place is free: look for the next mail.
                Some(_) = on_their_way.join_next(), if !on_their_way.is_empty() => {}
                () = self.post.app.nudged() => {}
                () = tokio::time::sleep(look) => {}
            }
        }
        while on_their_way.join_next().await.is_some() {}
    }

    /// Claims as many notices as there are places, and sets them on their way; how many.
    async fn fill(&self, on_their_way: &mut JoinSet<Verdict>) -> AppResult<usize> {
        let post = &self.post;
        let limit = post.outage.limit(post.app.clock().now(), post.settings.mails_at_once.max(1));
        let places = limit.saturating_sub(on_their_way.len());
        if places == 0 {
            return Ok(0);
        }
        let claimed = outbox::claim(&post.app, &post.settings.node, places, LEASE).await?;
        let begun = claimed.len();
        for notice in claimed {
            on_their_way.spawn(deliver(Arc::clone(post), notice));
        }
        Ok(begun)
    }
}

/// One notice from claim to settlement.
async fn deliver(post: Arc<Post>, mut claimed: Claimed) -> Verdict {
    // A mail that makes us panic must not be tried for ever, nor take the mailer with it.
    let sending =
        AssertUnwindSafe(tokio::time::timeout(LONGEST_SEND, send(&post, &mut claimed))).catch_unwind();
    let result = match sending.await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(SendError::Transient(format!("no answer within {LONGEST_SEND:?}"))),
        Err(_) => Err(SendError::Transient("sending failed within Beiku: see its log".to_owned())),
    };
    let verdict = judge(&post, &claimed, result);
    settle(&post, &claimed, &verdict).await;
    verdict
}

async fn send(post: &Post, claimed: &mut Claimed) -> Result<(), SendError> {
    // Perhaps queued by a newer Beiku beside us: it will read it.
    let notice = claimed.notice.as_ref().map_err(|error| SendError::Transient(error.clone()))?;
    let letter = Letter {
        notice,
        language: claimed.language,
        to: &claimed.recipient,
        message_id: &claimed.message_id,
        queued_at: claimed.queued_at,
        texts: &claimed.texts,
    };
    let mail = post.settings.letterhead.write(&letter).map_err(unsendable)?;
    claimed.subject.clone_from(&mail.subject);
    post.transport.send(&mail).await
}

/// The reader's address is this mail's own fault; the rest is the settings', and costs no mail its life.
fn unsendable(error: ComposeError) -> SendError {
    match &error {
        ComposeError::Address { field: "to", .. } => SendError::Permanent(error.to_string()),
        _ => SendError::Unavailable(error.to_string()),
    }
}

/// What follows from the result.
fn judge(post: &Post, claimed: &Claimed, result: Result<(), SendError>) -> Verdict {
    let (now, id, attempt) = (post.app.clock().now(), claimed.id, claimed.attempt);
    let verdict = match result {
        Ok(()) => {
            post.outage.over();
            post.app.jobs().well(NAME, now);
            tracing::info!(notice = id, attempt, "mail sent");
            Verdict::Sent
        }
        Err(error @ SendError::Unavailable(_)) => {
            let after = post.outage.failed(now, &error);
            post.app.jobs().failed(NAME, now, &error.to_string());
            Verdict::Again { after, error: error.to_string(), counts: false }
        }
        Err(error) => {
            if matches!(error, SendError::Permanent(_)) {
                // A no is an answer too.
                post.outage.over();
            }
            let wait = error.retry_after(attempt).and_then(|wait| TimeDelta::from_std(wait).ok());
            let text = error.to_string();
            match wait {
                Some(after) => {
                    tracing::info!(
                        notice = id,
                        attempt,
                        error = text,
                        "mail not sent; it will be tried again"
                    );
                    Verdict::Again { after, error: text, counts: true }
                }
                None => {
                    tracing::warn!(notice = id, attempt, error = text, "mail given up");
                    Verdict::Dead { error: text }
                }
            }
        }
    };
    let outcome = match verdict {
        Verdict::Sent => "sent",
        Verdict::Again { .. } => "put_off",
        Verdict::Dead { .. } => "dead",
    };
    metrics::counter!("beiku_mails_total", "outcome" => outcome).increment(1);
    verdict
}

/// Writes the verdict down, with patience: a mail that was sent and not settled is sent again.
async fn settle(post: &Post, claimed: &Claimed, verdict: &Verdict) {
    const TRIES: u32 = 4;
    for attempt in 1..=TRIES {
        match outbox::settle(&post.app, claimed, verdict).await {
            Ok(true) => return,
            Ok(false) => {
                tracing::warn!(notice = claimed.id, attempt, "settled already, or the lease ran out before");
                return;
            }
            Err(error) if attempt == TRIES => {
                let (now, error) = (post.app.clock().now(), error.to_string());
                post.app.jobs().failed(NAME, now, &error);
                tracing::error!(
                    notice = claimed.id,
                    error,
                    "a mail could not be settled; it will be sent again"
                );
            }
            Err(_) => tokio::time::sleep(Duration::from_secs(1 << attempt)).await,
        }
    }
}
