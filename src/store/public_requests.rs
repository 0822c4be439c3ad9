//! Requests of people without an account, from the form to the RMA.

use crate::domain::language::Language;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};
use chrono::{DateTime, Utc};

/// What somebody wrote into the form.
#[derive(Debug, Clone)]
pub struct NewPublicRequest<'a> {
    /// SHA-256 of the link's secret.
    pub token_hash: &'a [u8],
    /// Mail address, in lower case.
    pub email: &'a str,
    /// Name.
    pub name: &'a str,
    /// Organisation.
    pub organisation: &'a str,
    /// Telephone.
    pub phone: &'a str,
    /// Part number, as written.
    pub part_no: &'a str,
    /// Serial, normalised.
    pub serial: &'a str,
    /// What is wrong.
    pub fault: &'a str,
    /// Language of the mails.
    pub language: Language,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when the link does.
    pub expires_at: DateTime<Utc>,
}

row! {
    /// A request.
    pub struct PublicRequestRow {
        /// Id.
        pub id: i64,
        /// Mail address.
        pub email: String,
        /// Name.
        pub name: String,
        /// Organisation.
        pub organisation: String,
        /// Telephone.
        pub phone: String,
        /// Part number, as written.
        pub part_no: String,
        /// Serial.
        pub serial: String,
        /// What is wrong.
        pub fault: String,
        /// Language.
        pub language: Language,
        /// When it was written.
        pub created_at: DateTime<Utc>,
        /// Until when the link does.
        pub expires_at: DateTime<Utc>,
        /// When the link was used.
        pub confirmed_at: Option<DateTime<Utc>>,
        /// Why a person has to look at it.
        pub held_because: String,
        /// The RMA it became.
        pub rma: Option<String>,
        /// That RMA's tracking code.
        pub tracking_code: Option<String>,
        /// When somebody settled it.
        pub settled_at: Option<DateTime<Utc>>,
    }

    struct Id { value: i64 }
    /// A customer a mail address belongs to.
    pub struct KnownCustomerRow {
        /// Id.
        pub id: i64,
        /// Code.
        pub code: String,
        /// Name.
        pub name: String,
        /// Whether the serial's unit is theirs, or one of their RMAs names it: 1 or 0.
        pub owns_unit: i64,
    }
}

const SELECT: &str = "SELECT q.id, q.email, q.name, q.organisation, q.phone, q.part_no, q.serial, q.fault, q.language, q.created_at, \
     q.expires_at, q.confirmed_at, q.held_because, r.number AS rma, r.tracking_code, q.settled_at \
     FROM public_request q LEFT JOIN rma r ON r.id = q.rma_id";

/// Keeps what somebody wrote; its id.
pub fn insert(tx: &mut Conn, new: &NewPublicRequest<'_>) -> StoreResult<i64> {
    let id: Id = sql(
        "INSERT INTO public_request (token_hash, email, name, organisation, phone, part_no, serial, fault, language, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id AS value",
    )
    .bind(new.token_hash)
    .bind(new.email)
    .bind(new.name)
    .bind(new.organisation)
    .bind(new.phone)
    .bind(new.part_no)
    .bind(new.serial)
    .bind(new.fault)
    .bind(new.language)
    .bind(new.created_at)
    .bind(new.expires_at)
    .one(tx)?;
    Ok(id.value)
}

/// How many requests this address wrote since then.
pub fn count_since(conn: &mut Conn, email: &str, since: DateTime<Utc>) -> StoreResult<i64> {
    Ok(sql("SELECT count(*) AS value FROM public_request WHERE email = $1 AND created_at >= $2")
        .bind(email)
        .bind(since)
        .number(conn)?)
}

/// The request behind a link.
pub fn by_token(conn: &mut Conn, token_hash: &[u8]) -> StoreResult<Option<PublicRequestRow>> {
    Ok(sql_select(" WHERE q.token_hash = $1").bind(token_hash).optional(conn)?)
}

/// One request.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<PublicRequestRow>> {
    Ok(sql_select(" WHERE q.id = $1").bind(id).optional(conn)?)
}

/// Confirmed requests a person has to look at, with ids above `after`, the longest waiting first.
pub fn held(conn: &mut Conn, after: i64, limit: i64) -> StoreResult<Vec<PublicRequestRow>> {
    Ok(sql_select(
        " WHERE q.id > $1 AND q.confirmed_at IS NOT NULL AND q.rma_id IS NULL AND q.settled_at IS NULL ORDER BY q.id LIMIT $2",
    )
    .bind(after)
    .bind(limit)
    .load(conn)?)
}

/// How many requests wait for a person.
pub fn waiting(conn: &mut Conn) -> StoreResult<i64> {
    let text = "SELECT count(*) AS value FROM public_request \
         WHERE confirmed_at IS NOT NULL AND rma_id IS NULL AND settled_at IS NULL";
    Ok(sql(text).number(conn)?)
}

fn sql_select(rest: &str) -> crate::store::sql::Sql {
    crate::store::sql::sql_shaped(format!("{SELECT}{rest}"))
}

/// Marks a request confirmed; false when it was before. `held_because` is empty when it becomes an RMA at once.
pub fn confirm(tx: &mut Conn, id: i64, held_because: &str, now: DateTime<Utc>) -> StoreResult<bool> {
    let done = sql(
        "UPDATE public_request SET confirmed_at = $1, held_because = $2 WHERE id = $3 AND confirmed_at IS NULL",
    )
    .bind(now)
    .bind(held_because)
    .bind(id)
    .execute(tx)?;
    Ok(done == 1)
}

/// Ties a request to the RMA it became, which came from the customer, not from staff.
pub fn became(tx: &mut Conn, id: i64, number: &str) -> StoreResult<()> {
    sql("UPDATE public_request SET rma_id = (SELECT id FROM rma WHERE number = $1) WHERE id = $2")
        .bind(number)
        .bind(id)
        .execute(tx)?;
    sql("UPDATE rma SET source = 'customer' WHERE number = $1").bind(number).execute(tx)?;
    Ok(())
}

/// Settles a held request; false when somebody did before.
pub fn settle(tx: &mut Conn, id: i64, by: &str, now: DateTime<Utc>) -> StoreResult<bool> {
    let done = sql("UPDATE public_request SET settled_by = $1, settled_at = $2 \
         WHERE id = $3 AND confirmed_at IS NOT NULL AND rma_id IS NULL AND settled_at IS NULL")
    .bind(by)
    .bind(now)
    .bind(id)
    .execute(tx)?;
    Ok(done == 1)
}

/// The customers a mail address is a contact of, and whether the serial is known as theirs.
pub fn customers_of(conn: &mut Conn, email: &str, serial: &str) -> StoreResult<Vec<KnownCustomerRow>> {
    Ok(sql("SELECT c.id, c.code, c.name, CAST(CASE WHEN \
         EXISTS (SELECT 1 FROM unit u WHERE u.serial = $1 AND u.owner = 'customer:' || c.code) \
         OR EXISTS (SELECT 1 FROM rma_line l WHERE l.serial = $1 AND l.customer_id = c.id) \
         THEN 1 ELSE 0 END AS BIGINT) AS owns_unit \
         FROM customer c WHERE EXISTS (SELECT 1 FROM contact k WHERE k.customer_id = c.id AND lower(k.email) = $2) \
         ORDER BY c.code LIMIT 20")
    .bind(serial)
    .bind(email)
    .load(conn)?)
}

/// Forgets requests never confirmed whose link ended before then; how many.
pub fn forget_before(tx: &mut Conn, before: DateTime<Utc>) -> StoreResult<usize> {
    Ok(sql("DELETE FROM public_request WHERE confirmed_at IS NULL AND expires_at < $1")
        .bind(before)
        .execute(tx)?)
}
