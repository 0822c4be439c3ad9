//! Mails to be sent, written in the transaction of the event they tell of (ARCHITECTURE "Notices").

use crate::domain::actor::Scope;
use crate::domain::language::Language;
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::row;
use crate::store::sql::{Conn, Filters, sql};
use crate::store::{StoreResult, scope};
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

row! {
    struct Id { value: i64 }
}

/// Queued notices that are due and that nobody sends right now, the longest waiting first.
pub fn due(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> StoreResult<Vec<i64>> {
    let rows: Vec<Id> =
        sql("SELECT id AS value FROM outbox WHERE state = 'queued' AND next_attempt_at <= $1 \
         AND (lease_until IS NULL OR lease_until <= $1) ORDER BY next_attempt_at, id LIMIT $2")
        .bind(now)
        .bind(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|row| row.value).collect())
}

row! {
    /// A claimed notice.
    pub struct ClaimedRow {
        /// Id.
        pub id: i64,
        /// Mail address of the reader.
        pub recipient: String,
        /// Language of the reader.
        pub language: Language,
        /// The facts, encoded.
        pub payload: String,
        /// Left side of the Message-ID.
        pub message_id: String,
        /// When it was queued.
        pub created_at: DateTime<Utc>,
        /// Which try this is, from 1.
        pub attempts: i64,
    }
}

/// Claims one notice until `lease_until`, unless it is no longer due or somebody else was quicker: this one guarded
/// update decides every race, between threads and between nodes. `lease` must be of this claim alone.
pub fn claim(
    tx: &mut Conn,
    id: i64,
    lease: &str,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> StoreResult<Option<ClaimedRow>> {
    Ok(sql("UPDATE outbox SET lease_owner = $1, lease_until = $2, attempts = attempts + 1 \
         WHERE id = $3 AND state = 'queued' AND next_attempt_at <= $4 AND (lease_until IS NULL OR lease_until <= $4) \
         RETURNING id, recipient, language, payload, message_id, created_at, attempts")
    .bind(lease)
    .bind(lease_until)
    .bind(id)
    .bind(now)
    .optional(tx)?)
}

/// What became of a claimed notice.
pub struct Settled {
    /// State from now on.
    pub state: NoticeState,
    /// When it is due again, while queued.
    pub next_attempt_at: DateTime<Utc>,
    /// Whether this try counts.
    pub counts: bool,
    /// The mail server's words; empty when it was sent.
    pub last_error: String,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Subject of the mail; empty when none could be written.
    pub subject: String,
    /// When this try ended.
    pub tried_at: DateTime<Utc>,
}

/// Settles a claimed notice; false when the claim is no longer ours, because its lease ran out and another took over.
pub fn settle(tx: &mut Conn, id: i64, lease: &str, settled: &Settled) -> StoreResult<bool> {
    let done = sql(
        "UPDATE outbox SET state = $1, next_attempt_at = $2, attempts = attempts - $3, last_error = $4, sent_at = $5, \
         subject = CASE WHEN $6 = '' THEN subject ELSE $6 END, tried_at = $7, \
         lease_owner = NULL, lease_until = NULL WHERE id = $8 AND lease_owner = $9 AND state = 'queued'",
    )
    .bind(settled.state)
    .bind(settled.next_attempt_at)
    .bind(i64::from(!settled.counts))
    .bind(&settled.last_error)
    .bind(settled.sent_at)
    .bind(&settled.subject)
    .bind(settled.tried_at)
    .bind(id)
    .bind(lease)
    .execute(tx)?;
    Ok(done == 1)
}

/// Puts other facts in place of a notice's.
pub fn set_payload(tx: &mut Conn, id: i64, payload: &str) -> StoreResult<()> {
    sql("UPDATE outbox SET payload = $1 WHERE id = $2").bind(payload).bind(id).execute(tx)?;
    Ok(())
}

row! {
    /// A notice as read.
    pub struct OutboxRow {
        /// Id.
        pub id: i64,
        /// What happened.
        pub event: String,
        /// Kind of mail.
        pub kind: NoticeKind,
        /// Mail address of the reader.
        pub recipient: String,
        /// Language of the reader.
        pub language: Language,
        /// Number of the RMA it belongs to.
        pub rma: Option<String>,
        /// How far it got.
        pub state: NoticeState,
        /// Tries that count.
        pub attempts: i64,
        /// When it is due, while queued.
        pub next_attempt_at: DateTime<Utc>,
        /// Until when somebody sends it.
        pub lease_until: Option<DateTime<Utc>>,
        /// Left side of the Message-ID.
        pub message_id: String,
        /// Why it did not go out the last time.
        pub last_error: String,
        /// When it was queued.
        pub created_at: DateTime<Utc>,
        /// When the mail server took it.
        pub sent_at: Option<DateTime<Utc>>,
        /// Subject of the last try; empty before it.
        pub subject: String,
        /// When the last try ended.
        pub tried_at: Option<DateTime<Utc>>,
    }
}

const SELECT: &str = "SELECT o.id, o.event, o.kind, o.recipient, o.language, r.number AS rma, o.state, o.attempts, o.next_attempt_at, \
     o.lease_until, o.message_id, o.last_error, o.created_at, o.sent_at, o.subject, o.tried_at FROM outbox o LEFT JOIN rma r ON r.id = o.rma_id";

/// Keeps to the notices of RMAs a reader may see. One that belongs to no RMA is for those who see everything.
fn scoped(filters: &mut Filters, reader: &Scope) {
    if let Some((clause, user)) = scope::customers_or_depots(reader, "l.customer_id", "l.depot_id") {
        filters
            .and(&format!("EXISTS (SELECT 1 FROM rma_line l WHERE l.rma_id = o.rma_id AND {clause})"), user);
    }
}

/// Notices with ids below `before_id`, newest first.
pub fn list(
    conn: &mut Conn,
    reader: &Scope,
    state: Option<NoticeState>,
    rma: Option<&str>,
    before_id: i64,
    limit: i64,
) -> StoreResult<Vec<OutboxRow>> {
    let mut filters = Filters::after(vec![before_id.into()]);
    filters.and_some("o.state = ?", state);
    filters.and_some("o.rma_id = (SELECT id FROM rma WHERE number = ?)", rma);
    scoped(&mut filters, reader);
    let limit = filters.value(limit);
    let text = format!("{SELECT} WHERE o.id < $1{} ORDER BY o.id DESC LIMIT {limit}", filters.text());
    Ok(filters.into_sql(text).load(conn)?)
}

/// One notice, if the reader may see it.
pub fn by_id(conn: &mut Conn, reader: &Scope, id: i64) -> StoreResult<Option<OutboxRow>> {
    let mut filters = Filters::after(vec![id.into()]);
    scoped(&mut filters, reader);
    let text = format!("{SELECT} WHERE o.id = $1{}", filters.text());
    Ok(filters.into_sql(text).optional(conn)?)
}

row! {
    struct PayloadRow { payload: String }
}

/// The encoded facts of a notice.
pub fn payload(conn: &mut Conn, id: i64) -> StoreResult<String> {
    let row: PayloadRow = sql("SELECT payload FROM outbox WHERE id = $1").bind(id).one(conn)?;
    Ok(row.payload)
}

/// How many notices are in this state; of those sent, the ones sent since then.
pub fn count(conn: &mut Conn, reader: &Scope, state: NoticeState, since: DateTime<Utc>) -> StoreResult<i64> {
    let mut filters = Filters::after(vec![state.into(), since.into()]);
    scoped(&mut filters, reader);
    // Two counts: of an OR neither database makes two ranges of one index.
    let text = format!(
        "SELECT (SELECT count(*) FROM outbox o WHERE o.state = $1 AND o.sent_at IS NULL{0}) \
         + (SELECT count(*) FROM outbox o WHERE o.state = $1 AND o.sent_at >= $2{0}) AS value",
        filters.text()
    );
    Ok(filters.into_sql(text).number(conn)?)
}

row! {
    struct SinceRow { created_at: DateTime<Utc> }
}

/// Since when the oldest notice in the queue waits; `None` when nothing waits.
pub fn oldest_queued(conn: &mut Conn) -> StoreResult<Option<DateTime<Utc>>> {
    let row: Option<SinceRow> =
        sql("SELECT created_at FROM outbox WHERE state = 'queued' ORDER BY id LIMIT 1").optional(conn)?;
    Ok(row.map(|row| row.created_at))
}

/// Makes a notice due now: a dead one starts afresh, a queued one need not wait; false when it was sent.
pub fn requeue(tx: &mut Conn, id: i64, now: DateTime<Utc>) -> StoreResult<bool> {
    let done = sql(
        "UPDATE outbox SET attempts = CASE state WHEN 'dead' THEN 0 ELSE attempts END, state = 'queued', next_attempt_at = $1 \
         WHERE id = $2 AND state IN ('queued', 'dead')",
    )
    .bind(now)
    .bind(id)
    .execute(tx)?;
    Ok(done == 1)
}

row! {
    /// A notice by what it tells of.
    pub struct ToldRow {
        /// Id.
        pub id: i64,
        /// What happened.
        pub event: String,
        /// How far it got.
        pub state: NoticeState,
    }
}

/// What was queued of an RMA, oldest first.
pub fn of_rma(conn: &mut Conn, rma_id: i64) -> StoreResult<Vec<ToldRow>> {
    Ok(sql("SELECT id, event, state FROM outbox WHERE rma_id = $1 ORDER BY id").bind(rma_id).load(conn)?)
}

/// Withdraws a notice that was not sent; false when it was, or somebody has claimed it: then it may be out already.
pub fn withdraw(tx: &mut Conn, id: i64) -> StoreResult<bool> {
    let done = sql(
        "UPDATE outbox SET state = 'withdrawn' WHERE id = $1 AND state IN ('queued', 'dead') AND lease_owner IS NULL",
    )
    .bind(id)
    .execute(tx)?;
    Ok(done == 1)
}
