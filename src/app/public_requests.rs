//! Requests of people without an account. A mail proves the address; then the request becomes an RMA of the customer the
//! address is a contact of, or waits for a person when it is not clear whose or what it is.

use crate::app::outbox::{NewNotice, enqueue};
use crate::app::rma::{self, NewLine, NewRequest, RmaView};
use crate::app::token::Secret;
use crate::app::{App, AppResult, Ctx, Error, Once, Outcome, audit, run};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX, code_of};
use crate::domain::language::Language;
use crate::domain::notice::Notice;
use crate::domain::refusal::Refusal;
use crate::domain::serial::Serial;
use crate::store::public_requests::{self, NewPublicRequest};
use crate::store::{Conn, units};
use chrono::TimeDelta;

pub use crate::store::public_requests::{KnownCustomerRow as Candidate, PublicRequestRow};

/// How long the link in the mail does.
pub const LINK_LIFE: TimeDelta = TimeDelta::hours(24);
/// Mails to one address in that time. Nobody's box is filled by somebody else's hand.
const MAILS_PER_DAY: i64 = 3;

/// What somebody writes into the form.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Organisation.
    pub organisation: String,
    /// Telephone.
    pub phone: String,
    /// Part number; may be empty.
    pub part_no: String,
    /// Serial.
    pub serial: String,
    /// What is wrong.
    pub fault: String,
    /// Language of the mails.
    pub language: Option<Language>,
}

/// What became of a confirmed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmed {
    /// An RMA; number and tracking code.
    Registered {
        /// RMA number.
        number: String,
        /// Tracking code.
        tracking_code: String,
    },
    /// A person looks at it.
    Held,
}

/// Keeps the request and sends the link that confirms it. Says nothing about what is known here: an address that has had
/// its mails of the day gets no other, and the answer is the same.
///
/// # Errors
/// `invalid` for fields that say nothing usable.
pub fn submit(tx: &mut Conn, ctx: &Ctx, written: &Written, link: &Secret) -> AppResult<()> {
    let mut fields = Fields::new();
    let name = fields.required("name", &written.name, NAME_MAX);
    if written.email.trim().is_empty() {
        fields.fault("email", "required");
    }
    let email = fields.email("email", &written.email).to_lowercase();
    let organisation = fields.text("organisation", &written.organisation, NAME_MAX);
    let phone = fields.text("phone", &written.phone, 40);
    let part_no = code_of(&fields.text("part_no", &written.part_no, 64));
    let fault = fields.required("fault", &written.fault, LONG_MAX);
    let serial = match Serial::parse(&written.serial) {
        Ok(serial) => serial.into_string(),
        Err(error) => {
            fields.fault("serial", error.code());
            String::new()
        }
    };
    fields.finish()?;
    if public_requests::count_since(tx, &email, ctx.now - LINK_LIFE)? >= MAILS_PER_DAY {
        tracing::info!("a public request got no mail: its address has had those of the day");
        return Ok(());
    }
    let language = written.language.unwrap_or(Language::ZhCn);
    let id = public_requests::insert(
        tx,
        &NewPublicRequest {
            token_hash: &link.hash(),
            email: &email,
            name: &name,
            organisation: &organisation,
            phone: &phone,
            part_no: &part_no,
            serial: &serial,
            fault: &fault,
            language,
            created_at: ctx.now,
            expires_at: ctx.now + LINK_LIFE,
        },
    )?;
    let confirm_path = format!("/request/confirm?token={}", link.text());
    let notice = Notice::ConfirmRequest { name, serial, fault, confirm_path };
    let event = format!("public_request/{id}");
    enqueue(tx, ctx, &NewNotice { event, recipient: email, language, rma_id: None, notice })?;
    Ok(())
}

/// The request behind a link that does, or was used.
///
/// # Errors
/// `not_found`.
pub fn look(conn: &mut Conn, ctx: &Ctx, link: &Secret) -> AppResult<PublicRequestRow> {
    let row = public_requests::by_token(conn, &link.hash())?;
    let row = row.filter(|row| row.confirmed_at.is_some() || ctx.now < row.expires_at);
    row.ok_or_else(|| Refusal::not_found("link", "").into())
}

/// Uses the link. Used twice, it makes one RMA. `encode` makes the answer that is kept with the key of `once`.
///
/// # Errors
/// `not_found`, `idempotency_key_reused`; faults of the database.
pub async fn confirm<Encode>(
    app: &App,
    ctx: &Ctx,
    link: &Secret,
    once: Option<Once>,
    encode: Encode,
) -> AppResult<Outcome<Confirmed>>
where
    Encode: Fn(&Confirmed) -> (u16, String) + Clone + Send + 'static,
{
    let code = rma::new_tracking_code();
    let (first, second) = (link.clone(), link.clone());
    let registered = move |tx: &mut Conn, ctx: &Ctx| {
        let row = look(tx, ctx, &first)?;
        match outcome(&row) {
            Some(known) => Ok(known),
            None => register(tx, ctx, &row, &code),
        }
    };
    let why = match run(app, ctx, once.clone(), encode.clone(), registered).await {
        Err(Error::Refused(refusal)) if is_for_a_person(&refusal) => why_held(&refusal),
        answer => return answer,
    };
    // The attempt was rolled back whole; what was written stays, and somebody looks at it.
    let held = move |tx: &mut Conn, ctx: &Ctx| {
        let row = look(tx, ctx, &second)?;
        if let Some(known) = outcome(&row) {
            return Ok(known);
        }
        public_requests::confirm(tx, row.id, why, ctx.now)?;
        audit::record(tx, ctx, "public_request.hold", &format!("request:{}", row.id), why)?;
        Ok(Confirmed::Held)
    };
    run(app, ctx, once, encode, held).await
}

/// Whether a refusal says that somebody has to look at the request, not that the link or the key does not do.
fn is_for_a_person(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::NotFound { kind, .. } => kind != "request",
        Refusal::IdempotencyKeyReused { .. } => false,
        _ => true,
    }
}

/// Why somebody has to look at it: of a field that fits nothing, what is unknown about it.
fn why_held(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Invalid(errors) => errors.first().map_or(refusal.code(), |error| match error.code {
            "required" | "part_of_new_serial" => "unknown_part",
            code => code,
        }),
        other => other.code(),
    }
}

/// What became of a request whose link was used before.
fn outcome(row: &PublicRequestRow) -> Option<Confirmed> {
    row.confirmed_at?;
    Some(match (&row.rma, &row.tracking_code) {
        (Some(number), Some(code)) => {
            Confirmed::Registered { number: number.clone(), tracking_code: code.clone() }
        }
        _ => Confirmed::Held,
    })
}

/// Makes the RMA, when it is clear whose unit and what it is.
fn register(tx: &mut Conn, ctx: &Ctx, row: &PublicRequestRow, code: &str) -> AppResult<Confirmed> {
    let candidates = public_requests::customers_of(tx, &row.email, &row.serial)?;
    let owners: Vec<_> = candidates.iter().filter(|customer| customer.owns_unit == 1).collect();
    let customer = match (candidates.as_slice(), owners.as_slice()) {
        ([only], _) => only.code.clone(),
        (_, [only]) => only.code.clone(),
        _ => return Err(Refusal::field_with("customer", "unknown_customer", "code", &row.email).into()),
    };
    public_requests::confirm(tx, row.id, "", ctx.now)?;
    let part_no = match row.part_no.as_str() {
        "" => part_of(tx, &row.serial)?,
        given => given.to_owned(),
    };
    let view = become_rma(tx, ctx, row, &customer, &part_no, code)?;
    Ok(Confirmed::Registered { number: view.rma.number, tracking_code: view.rma.tracking_code })
}

/// The part of the one unit with this serial.
fn part_of(tx: &mut Conn, serial: &str) -> AppResult<String> {
    match units::by_serial(tx, serial)?.as_slice() {
        [only] => Ok(only.part_no.clone()),
        _ => Err(Refusal::field("part_no", "required").into()),
    }
}

fn become_rma(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &PublicRequestRow,
    customer: &str,
    part_no: &str,
    code: &str,
) -> AppResult<RmaView> {
    let line = NewLine {
        part_no: part_no.to_owned(),
        serial: row.serial.clone(),
        fault: row.fault.clone(),
        fault_class: String::new(),
        slot: String::new(),
        mode: None,
    };
    let new = NewRequest {
        customer: Some(customer.to_owned()),
        contact_email: row.email.clone(),
        contact_name: row.name.clone(),
        language: Some(row.language),
        site: String::new(),
        depot: None,
        lines: vec![line],
        tracking_code: code.to_owned(),
    };
    let view = rma::request(tx, ctx, &new)?;
    public_requests::became(tx, row.id, &view.rma.number)?;
    Ok(view)
}

/// Confirmed requests a person has to look at, with ids above `after`.
///
/// # Errors
/// `forbidden`.
pub fn held(conn: &mut Conn, ctx: &Ctx, after: i64, limit: i64) -> AppResult<Vec<PublicRequestRow>> {
    ctx.actor.may(Permission::DecideRma)?;
    Ok(public_requests::held(conn, after, limit)?)
}

/// How many wait for a person; 0 for whoever may not decide.
///
/// # Errors
/// Faults of the database.
pub fn waiting(conn: &mut Conn, ctx: &Ctx) -> AppResult<i64> {
    if ctx.actor.may(Permission::DecideRma).is_err() {
        return Ok(0);
    }
    Ok(public_requests::waiting(conn)?)
}

/// One waiting request, and the customers its address is a contact of.
///
/// # Errors
/// `forbidden`, `not_found`.
pub fn waiting_one(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<(PublicRequestRow, Vec<Candidate>)> {
    let row = held_one(conn, ctx, id)?;
    let candidates = public_requests::customers_of(conn, &row.email, &row.serial)?;
    Ok((row, candidates))
}

fn held_one(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<PublicRequestRow> {
    ctx.actor.may(Permission::DecideRma)?;
    let row = public_requests::by_id(conn, id)?;
    let waits =
        |row: &PublicRequestRow| row.confirmed_at.is_some() && row.rma.is_none() && row.settled_at.is_none();
    row.filter(waits).ok_or_else(|| Refusal::not_found("request", id).into())
}

/// Makes the RMA of a held request for the customer and part somebody says it is. `code` is its tracking code, made outside.
///
/// # Errors
/// `forbidden`, `not_found`, and what a request may be refused with.
pub fn accept(
    tx: &mut Conn,
    ctx: &Ctx,
    id: i64,
    customer: &str,
    part_no: &str,
    code: &str,
) -> AppResult<RmaView> {
    let row = held_one(tx, ctx, id)?;
    public_requests::settle(tx, id, &ctx.actor.username, ctx.now)?;
    let part_no = if part_no.trim().is_empty() { row.part_no.clone() } else { part_no.to_owned() };
    let view = become_rma(tx, ctx, &row, customer, &part_no, code)?;
    audit::record(tx, ctx, "public_request.accept", &format!("request:{id}"), &view.rma.number)?;
    Ok(view)
}

/// Puts a held request aside.
///
/// # Errors
/// `forbidden`, `not_found`.
pub fn dismiss(tx: &mut Conn, ctx: &Ctx, id: i64, reason: &str) -> AppResult<()> {
    held_one(tx, ctx, id)?;
    let mut fields = Fields::new();
    let reason = fields.required("reason", reason, LONG_MAX);
    fields.finish()?;
    public_requests::settle(tx, id, &ctx.actor.username, ctx.now)?;
    audit::record(tx, ctx, "public_request.dismiss", &format!("request:{id}"), &reason)
}

/// Forgets requests nobody confirmed; how many. For the housekeeping job.
///
/// # Errors
/// Faults of the database.
pub fn forget(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    Ok(public_requests::forget_before(tx, ctx.now - TimeDelta::days(7))?)
}
