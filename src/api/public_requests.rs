//! Requests without an account: written by anybody, confirmed by mail, looked at by people where it is not clear whose it is.

use crate::api::rma_wire::Rma;
use crate::api::words::LanguageWord;
use crate::app::audit;
use crate::app::public_requests::{self, Confirmed, PublicRequestRow, Written};
use crate::app::token::Secret;
use crate::app::{self, Outcome, rma};
use crate::domain::actor::{Actor, Permission};
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::Access;
use crate::http::server::peer;
use crate::http::{self, Answer, Caller, Json, Page, Paging, State, Word, language};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    post "/public/requests" submit: Access::Public,
    post "/public/requests/confirm" confirm: Access::Public,
    get "/public/requests" held: Access::Needs(Permission::DecideRma),
    post "/public/requests/{id}/accept" accept: Access::Needs(Permission::DecideRma),
    post "/public/requests/{id}/dismiss" dismiss: Access::Needs(Permission::DecideRma),
}

/// A request of somebody without an account.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPublicRequest {
    /// Mail address: the link that confirms the request goes there.
    #[schema(example = "liu@hospital.example", max_length = 254)]
    email: String,
    /// Name of the person.
    #[schema(example = "刘工", min_length = 1, max_length = 200)]
    name: String,
    /// Organisation.
    #[serde(default)]
    #[schema(max_length = 200)]
    organisation: String,
    /// Telephone.
    #[serde(default)]
    #[schema(max_length = 40)]
    phone: String,
    /// Part number, as far as it is known.
    #[serde(default)]
    #[schema(example = "MCU-24", max_length = 64)]
    part_no: String,
    /// Serial number on the faulty part.
    #[schema(example = "MCU24-19K03-00917", min_length = 1, max_length = 64)]
    serial: String,
    /// What is wrong.
    #[schema(example = "3 号端口不通", min_length = 1, max_length = 500)]
    fault: String,
    /// Language of the mails; that of the request when not said.
    language: Option<LanguageWord>,
}

/// Request a repair without an account
///
/// Nothing is registered yet: a mail with a link goes to the address, at most three a day. The answer is the same whatever
/// is known of address and serial. An `Idempotency-Key` belongs to the address it came with.
#[utoipa::path(post, path = "/public/requests", request_body = NewPublicRequest, responses(
    (status = 202, description = "A mail is on its way"),
    (status = 429, description = "Too many attempts", body = http::ProblemBody, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds to wait.")))))]
async fn submit(req: HttpRequest, state: web::Data<State>, body: Json<NewPublicRequest>) -> Answer {
    let body = body.into_inner();
    let address = body.email.trim().to_lowercase();
    state.public_throttle.attempt(&address, peer(&req)).await?;
    let once = http::once_bound(&req, &body, &[&address])?;
    let asked = Language::from_code(language(&req).code());
    let written = Written {
        email: body.email,
        name: body.name,
        organisation: body.organisation,
        phone: body.phone,
        part_no: body.part_no,
        serial: body.serial,
        fault: body.fault,
        language: body.language.map(|word| word.0).or(asked),
    };
    let ctx = state.app.context(Actor::system("public"), http::request_id(&req));
    let link = Secret::random();
    let work = move |tx: &mut _, ctx: &_| public_requests::submit(tx, ctx, &written, &link);
    match app::run(&state.app, &ctx, once, |()| (202, String::new()), work).await? {
        Outcome::Done(()) => Ok(HttpResponse::Accepted().finish()),
        Outcome::Replayed { status, body } => Ok(http::replayed(status, body)),
    }
}

/// The secret of the link in the mail.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// `token` of the link.
    #[schema(example = "beiku_0f1e…")]
    token: String,
}

/// What became of the request.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedRequest {
    /// `registered`: it is an RMA. `held`: a person looks at it first.
    #[schema(example = "registered", pattern = "^(registered|held)$")]
    state: &'static str,
    /// RMA number.
    number: Option<String>,
    /// The code with which the RMA is followed.
    tracking_code: Option<String>,
}

impl From<&Confirmed> for ConfirmedRequest {
    fn from(confirmed: &Confirmed) -> Self {
        match confirmed.clone() {
            Confirmed::Registered { number, tracking_code } => ConfirmedRequest {
                state: "registered",
                number: Some(number),
                tracking_code: Some(tracking_code),
            },
            Confirmed::Held => ConfirmedRequest { state: "held", number: None, tracking_code: None },
        }
    }
}

/// Confirm a request by the link in the mail
///
/// Used twice, the link makes one RMA. An `Idempotency-Key` belongs to the link it came with: the same request again is
/// answered as at first, also when a person has looked at a held request meanwhile.
#[utoipa::path(post, path = "/public/requests/confirm", request_body = Link, responses(
    (status = 200, description = "Confirmed", body = ConfirmedRequest),
    (status = 404, description = "No such link, or too old", body = http::ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "Too many attempts", body = http::ProblemBody, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds to wait.")))))]
async fn confirm(req: HttpRequest, state: web::Data<State>, body: Json<Link>) -> Answer {
    state.public_throttle.attempt("confirm", peer(&req)).await?;
    let link = Secret::parse(&body.0.token).ok_or_else(|| Refusal::not_found("link", ""))?;
    let ctx = state.app.context(Actor::system("public"), http::request_id(&req));
    let once = http::once_bound(&req, &body.0, &[&link.text()])?;
    let encode = |confirmed: &Confirmed| (200, http::encode(&ConfirmedRequest::from(confirmed)));
    match public_requests::confirm(&state.app, &ctx, &link, once, encode).await? {
        Outcome::Done(confirmed) => http::ok(&ConfirmedRequest::from(&confirmed)),
        Outcome::Replayed { status, body } => Ok(http::replayed(status, body)),
    }
}

/// A confirmed request that waits for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldRequest {
    /// Id.
    id: i64,
    /// Mail address, which is theirs.
    email: String,
    /// Name, as written.
    name: String,
    /// Organisation, as written.
    organisation: String,
    /// Telephone, as written.
    phone: String,
    /// Part number, as written.
    part_no: String,
    /// Serial, normalised.
    serial: String,
    /// What is wrong.
    fault: String,
    /// Language of the mails.
    language: LanguageWord,
    /// Why it waits: the code of the refusal that stood in the way.
    #[schema(example = "unknown_customer")]
    held_because: String,
    /// When it was confirmed.
    confirmed_at: Option<DateTime<Utc>>,
}

impl From<PublicRequestRow> for HeldRequest {
    fn from(row: PublicRequestRow) -> Self {
        HeldRequest {
            id: row.id,
            email: row.email,
            name: row.name,
            organisation: row.organisation,
            phone: row.phone,
            part_no: row.part_no,
            serial: row.serial,
            fault: row.fault,
            language: Word(row.language),
            held_because: row.held_because,
            confirmed_at: row.confirmed_at,
        }
    }
}

/// Requests that wait for a person
#[utoipa::path(get, path = "/public/requests", params(Paging), responses((status = 200, description = "The longest waiting first", body = Page<HeldRequest>)))]
async fn held(caller: Caller, paging: Paging) -> Answer {
    let after = paging.after::<i64>("public/requests")?.unwrap_or(0);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| public_requests::held(conn, ctx, after, fetch)).await?;
    audit::note_addresses(&caller.app, &caller.ctx, "public_requests").await?;
    http::ok(&Page::new("public/requests", &paging, rows, |row| row.id, HeldRequest::from))
}

/// Whose and what it is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    /// Customer code.
    #[schema(example = "C1001")]
    customer: String,
    /// Part number; as written in the request when not said.
    #[serde(default)]
    part_no: String,
}

/// Make an RMA of a waiting request
#[utoipa::path(post, path = "/public/requests/{id}/accept", params(("id" = i64, Path, description = "Id of the request")),
    request_body = AcceptRequest, responses((status = 201, description = "The RMA", body = Rma)))]
async fn accept(caller: Caller, req: HttpRequest, id: web::Path<i64>, body: Json<AcceptRequest>) -> Answer {
    let (id, body) = (id.into_inner(), body.into_inner());
    let (customer, part_no, code) = (body.customer.clone(), body.part_no.clone(), rma::new_tracking_code());
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        let view = public_requests::accept(tx, ctx, id, &customer, &part_no, &code)?;
        Ok(Rma::from(view))
    })
    .await
}

/// Why a request is put aside.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissRequest {
    /// For the audit trail.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Put a waiting request aside
#[utoipa::path(post, path = "/public/requests/{id}/dismiss", params(("id" = i64, Path, description = "Id of the request")),
    request_body = DismissRequest, responses((status = 204, description = "Put aside")))]
async fn dismiss(caller: Caller, req: HttpRequest, id: web::Path<i64>, body: Json<DismissRequest>) -> Answer {
    let (id, body) = (id.into_inner(), body.into_inner());
    let reason = body.reason.clone();
    http::done(&caller, &req, &body, move |tx, ctx| public_requests::dismiss(tx, ctx, id, &reason)).await
}
