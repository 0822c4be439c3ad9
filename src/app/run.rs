//! The one place where a transaction is opened, and where a request sent twice has its effect once.

use crate::app::{App, AppResult, Ctx, Error};
use crate::domain::refusal::Refusal;
use crate::store::{Conn, idempotency};
use sha2::{Digest, Sha256};

/// A client's word that requests with this key are one and the same.
#[derive(Debug, Clone)]
pub struct Once {
    /// The client's key, at most 64 printable characters. Its scope is the actor.
    pub key: String,
    /// SHA-256 over route and decoded command: the same key with another request is refused.
    pub fingerprint: Vec<u8>,
    /// Where nobody signs in: what the sender proves to know (a tracking code, a link's secret, their own address). The key
    /// is one with it, so that nobody meets, or reads, a stranger's answer by choosing the same key.
    pub bound_to: Option<String>,
}

impl Once {
    /// What is kept of a request of this caller.
    pub(in crate::app) fn key_of(&self, ctx: &Ctx) -> idempotency::Key {
        let fingerprint = self.fingerprint.clone();
        idempotency::Key { actor_id: ctx.actor.user_id, key: self.kept_key(), fingerprint }
    }

    /// The key as it is kept: the client's own, or one hash over what it is bound to and the client's key. The hash is as
    /// long as the longest key, and nothing of the secret can be read from it.
    fn kept_key(&self) -> String {
        let Some(bound_to) = &self.bound_to else { return self.key.clone() };
        let mut hash = Sha256::new();
        for part in [bound_to, &self.key] {
            // Length first: no two pairs run together into the same bytes.
            hash.update(part.len().to_be_bytes());
            hash.update(part.as_bytes());
        }
        hex::encode(hash.finalize())
    }
}

/// How a write ended: done now, or done before and answered from memory.
#[derive(Debug)]
pub enum Outcome<T> {
    /// The use case ran.
    Done(T),
    /// The same request was answered before; the answer as it was.
    Replayed {
        /// HTTP status of the first answer.
        status: u16,
        /// Body of the first answer.
        body: String,
    },
}

impl<T> Outcome<T> {
    /// The same with something else made of what was done.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Outcome::Done(done) => Outcome::Done(make(done)),
            Outcome::Replayed { status, body } => Outcome::Replayed { status, body },
        }
    }
}

/// Runs a use case in one transaction. With `once`, the key is claimed first and the encoded answer is kept with it in the
/// same transaction; a refusal rolls both back, so that a corrected request may use the key again.
pub async fn run<T, Encode, Work>(
    app: &App,
    ctx: &Ctx,
    once: Option<Once>,
    encode: Encode,
    work: Work,
) -> AppResult<Outcome<T>>
where
    T: Send + 'static,
    Encode: Fn(&T) -> (u16, String) + Send + 'static,
    Work: Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    let asked = ctx;
    let ctx = ctx.clone();
    let outcome = app
        .store()
        .write(move |tx| {
            let Some(once) = &once else {
                return work(tx, &ctx).map(Outcome::Done);
            };
            let key = once.key_of(&ctx);
            let claimed = idempotency::claim(tx, &key, ctx.now)?;
            if let idempotency::Claim::Taken { fingerprint, status, body } = claimed {
                if fingerprint != once.fingerprint {
                    return Err(Error::Refused(Refusal::IdempotencyKeyReused { key: once.key.clone() }));
                }
                return Ok(Outcome::Replayed { status, body });
            }
            let done = work(tx, &ctx)?;
            let (status, body) = encode(&done);
            idempotency::remember(tx, &key, status, &body)?;
            Ok(Outcome::Done(done))
        })
        .await;
    if asked.has_queued_notice() {
        app.nudge_mailer();
    }
    outcome
}

/// Forgets keys older than 30 days, after which no client sends a request again; how many. For the housekeeping job.
pub fn forget_keys(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    Ok(idempotency::forget_before(tx, ctx.now - chrono::TimeDelta::days(30))?)
}

/// Runs a read.
pub async fn read<T, Work>(app: &App, ctx: &Ctx, work: Work) -> AppResult<T>
where
    T: Send + 'static,
    Work: FnOnce(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    let ctx = ctx.clone();
    app.store().read(move |conn| work(conn, &ctx)).await
}

/// Runs a read of a few rows by their keys: see [`Store::look_up`](crate::store::Store::look_up).
pub async fn look_up<T, Work>(app: &App, ctx: &Ctx, work: Work) -> AppResult<T>
where
    T: Send + 'static,
    Work: FnOnce(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    let ctx = ctx.clone();
    app.store().look_up(move |conn| work(conn, &ctx)).await
}
