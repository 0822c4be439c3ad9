//! The exchange proposed for a line at risk, accepted in one act.

use crate::api::notice_templates::MailPreview;
use crate::api::rma_wire::Acted;
use crate::api::words::LanguageWord;
use crate::app::rma::{self, ActionInput};
use crate::domain::actor::Permission;
use crate::domain::turnaround::miss_of_bp;
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Problem, State, Word};
use crate::i18n;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

endpoints! {
    post "/rmas/{number}/lines/{line}/actions/accept_exchange_proposal" accept: Access::Needs(Permission::DecideRma),
    post "/rmas/{number}/lines/{line}/actions/accept_exchange_proposal/preview" preview: Access::Needs(Permission::DecideRma),
}

/// A board that could be given instead, and until when that makes good.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExchangeProposal {
    /// Part number: the line's own part, else an equivalent.
    part_no: String,
    /// Its name in Chinese.
    part_name: String,
    /// Its name in English.
    part_name_en: String,
    /// Why it fits, when it is not the part itself.
    reason: Option<String>,
    /// The very unit.
    serial: String,
    /// Code of the depot it stands in.
    depot: String,
    /// Name of that depot.
    depot_name: String,
    /// The day it can be there.
    expected_on: NaiveDate,
    /// Last day on which deciding the exchange still makes good.
    decide_by: NaiveDate,
    /// Last day on which the board must be handed over if it is decided today.
    deliver_by: NaiveDate,
    /// Chance that the line misses its date, 0 to 1; `null` while it was not counted yet.
    miss_probability: Option<f64>,
    /// The limit of the equivalence that has to be looked at (`firmware` or `revision`), where nobody put down what the board is:
    /// accepting it needs `limits_confirmed`.
    look_at: Option<String>,
    /// What it has to be then: `≥ 2.1`.
    look_for: Option<String>,
}

impl From<rma::Proposal> for ExchangeProposal {
    fn from(proposal: rma::Proposal) -> Self {
        let look = proposal.look_at.map(|of| (of.limit.to_string(), of.wanted));
        let (look_at, look_for) = look.unzip();
        ExchangeProposal {
            part_no: proposal.part_no,
            part_name: proposal.part_name,
            part_name_en: proposal.part_name_en,
            reason: proposal.reason,
            serial: proposal.serial,
            depot: proposal.depot,
            depot_name: proposal.depot_name,
            expected_on: proposal.expected_on,
            decide_by: proposal.decide_by,
            deliver_by: proposal.deliver_by,
            miss_probability: miss_of_bp(proposal.miss_bp),
            look_at,
            look_for,
        }
    }
}

/// Why the exchange is decided.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// The reason on the timeline; that the repair is likely to be late when not said.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
    /// When it was decided; now when not said.
    occurred_at: Option<DateTime<Utc>>,
    /// A note for the timeline.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
    /// Somebody looked at the board: it is within the limits of the equivalence, though nobody had put down what it is.
    #[serde(default)]
    limits_confirmed: bool,
}

/// Accept the exchange proposed for a line at risk
///
/// Holds the board the line's `exchange_proposal` names, decides the exchange, and tells the customer, all in one.
#[utoipa::path(post, path = "/rmas/{number}/lines/{line}/actions/accept_exchange_proposal", request_body = AcceptBody,
    params(("number" = String, Path, description = "RMA number"), ("line" = i64, Path, description = "Line number"),
        ("If-Match" = Option<String>, Header, description = "Version of the line as it was read")),
    responses((status = 200, description = "The line as it now is", body = Acted),
        (status = 412, description = "Changed since the version in `If-Match`", body = http::ProblemBody, content_type = "application/problem+json")))]
async fn accept(
    caller: Caller,
    req: HttpRequest,
    path: web::Path<(String, i64)>,
    body: Json<AcceptBody>,
) -> Answer {
    let (number, line) = path.into_inner();
    let body = body.into_inner();
    let input = input(&caller, &req, &body)?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        rma::accept_proposal(tx, ctx, &number, line, &input).map(Acted::from)
    })
    .await
}

fn input(caller: &Caller, req: &HttpRequest, body: &AcceptBody) -> Result<ActionInput, Problem> {
    let reason = match body.reason.trim() {
        "" => i18n::text(caller.lang, "proposal-reason"),
        said => said.to_owned(),
    };
    Ok(ActionInput {
        reason,
        note: body.note.clone(),
        occurred_at: body.occurred_at,
        if_version: http::if_match(req)?,
        limits_confirmed: body.limits_confirmed,
        ..ActionInput::default()
    })
}

/// The mail the customer would get.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftedMail {
    /// Reader.
    to: String,
    /// The reader's language.
    language: LanguageWord,
    /// The mail.
    #[serde(flatten)]
    mail: MailPreview,
}

/// See the customer's mail before accepting
///
/// The very mail that accepting would send now. Nothing is kept and nothing is sent.
#[utoipa::path(post, path = "/rmas/{number}/lines/{line}/actions/accept_exchange_proposal/preview", request_body = AcceptBody,
    params(("number" = String, Path, description = "RMA number"), ("line" = i64, Path, description = "Line number"),
        ("If-Match" = Option<String>, Header, description = "Version of the line as it was read")),
    responses((status = 200, description = "The mail; `null` for a customer without an address", body = Option<DraftedMail>),
        (status = 412, description = "Changed since the version in `If-Match`", body = http::ProblemBody, content_type = "application/problem+json")))]
async fn preview(
    caller: Caller,
    state: web::Data<State>,
    req: HttpRequest,
    path: web::Path<(String, i64)>,
    body: Json<AcceptBody>,
) -> Answer {
    let (number, line) = path.into_inner();
    let input = input(&caller, &req, &body.0)?;
    let work = move |tx: &mut _, ctx: &_| rma::draft_notice(tx, ctx, &number, line, &input);
    let drafted = http::once_only(&caller, work).await?;
    http::ok(&drafted.and_then(|draft| {
        let mail = state.mailroom.write(&draft.notice, draft.language, &draft.texts)?;
        Some(DraftedMail { to: draft.to, language: Word(draft.language), mail: mail.into() })
    }))
}
