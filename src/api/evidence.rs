//! `/evidence`: packs a customer can recount, and `/seals`: the heads of the ledgers' seals.

use crate::app::evidence::{self, EvidenceQuery, FigureRow, Manifest, PackRow};
use crate::app::seals;
use crate::domain::actor::Permission;
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, ok, read};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

endpoints! {
    post "/evidence" issue: Access::Needs(Permission::DecideRma),
    get "/evidence" list: Access::Needs(Permission::ReadFigures),
    get "/evidence/{number}" download: Access::Needs(Permission::ReadFigures),
    get "/evidence/{number}/report.pdf" paper: Access::Needs(Permission::ReadFigures),
    get "/seals" heads: Access::Needs(Permission::ReadAudit),
}

/// Name of the list in its cursors.
const LIST: &str = "evidence";

/// What a pack is to be about.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBody {
    /// First day (`2026-03-07`) or month (`2026-03`) of the due dates.
    #[schema(example = "2026-03")]
    from: Option<String>,
    /// Last day or month of the due dates.
    #[schema(example = "2026-03")]
    to: Option<String>,
    /// The day at whose end the lines are judged. Default: today.
    as_of: Option<String>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer, whose users may then download it.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
}

/// A pack that was issued.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidencePack {
    /// Number; the file is `/evidence/{number}`.
    #[schema(example = "EV-2026-000001")]
    number: String,
    /// First day of the due dates.
    from: NaiveDate,
    /// Their last day.
    to: NaiveDate,
    /// The day at whose end the lines were judged.
    as_of: NaiveDate,
    /// What was recorded by this instant counted.
    known_at: DateTime<Utc>,
    /// Only lines received in this depot.
    depot: Option<String>,
    /// Only lines of this customer.
    customer: Option<String>,
    /// Only lines with this part.
    part_no: Option<String>,
    /// How many lines.
    lines: i64,
    /// How many lines it tells differently from an earlier pack.
    restated: i64,
    /// Hash of the last row: whoever has it can prove which pack was issued.
    head: String,
    /// SHA-256 of the file.
    sha256: String,
    /// Size of the file.
    bytes: i64,
    /// Who issued it.
    issued_by: String,
    /// When.
    issued_at: DateTime<Utc>,
}

/// A pack just issued, with its figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceIssued {
    #[serde(flatten)]
    pack: EvidencePack,
    /// The figures by variant: strict, by_due, remedy30.
    figures: BTreeMap<String, EvidenceFigures>,
}

/// The figures of a variant.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceFigures {
    /// Kept in time.
    timely: u32,
    /// The denominator.
    eligible: u32,
    /// Not decided yet.
    pending: u32,
    /// Under an open hold of the customer.
    floating: u32,
    /// Out of the rate.
    excluded: u32,
    /// timely ÷ eligible, to six digits.
    rate: Option<f64>,
    /// The rate floored to a tenth of a per cent.
    shown: Option<String>,
    /// Whether the target is met.
    meets_target: Option<bool>,
}

/// The newest seal of a ledger.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SealHead {
    /// movement, rma_event or promise.
    ledger: &'static str,
    /// Number of the seal, from 1; `null` while nothing is sealed.
    number: Option<i64>,
    /// The last row it covers.
    through_id: Option<i64>,
    /// Its hash.
    head: Option<String>,
    /// When it was set.
    sealed_at: Option<DateTime<Utc>>,
}

impl From<PackRow> for EvidencePack {
    fn from(row: PackRow) -> Self {
        EvidencePack {
            number: row.number,
            from: row.from_on,
            to: row.to_on,
            as_of: row.as_of,
            known_at: row.known_at,
            depot: row.depot,
            customer: row.customer,
            part_no: row.part_no,
            lines: row.lines,
            restated: row.restated,
            head: row.head,
            sha256: row.sha256,
            bytes: row.bytes,
            issued_by: row.issued_by,
            issued_at: row.issued_at,
        }
    }
}

impl From<FigureRow> for EvidenceFigures {
    fn from(row: FigureRow) -> Self {
        EvidenceFigures {
            timely: row.timely,
            eligible: row.eligible,
            pending: row.pending,
            floating: row.floating,
            excluded: row.excluded,
            rate: row.rate,
            shown: row.shown,
            meets_target: row.meets_target,
        }
    }
}

impl EvidenceIssued {
    fn new(row: PackRow, manifest: Manifest) -> EvidenceIssued {
        let figures = manifest.figures.into_iter();
        EvidenceIssued {
            pack: row.into(),
            figures: figures.map(|(variant, row)| (variant, row.into())).collect(),
        }
    }
}

/// Issue an evidence pack of the lines due in a period
///
/// It is kept and never changes; a later one over the same filters lists what it tells differently.
#[utoipa::path(post, path = "/evidence", request_body = EvidenceBody,
    responses((status = 201, description = "Issued", body = EvidenceIssued)))]
async fn issue(caller: Caller, req: HttpRequest, body: Json<EvidenceBody>) -> Answer {
    let body = body.into_inner();
    let EvidenceBody { from, to, as_of, depot, customer, part_no } = body.clone();
    let asked = EvidenceQuery { from, to, as_of, depot, customer, part_no };
    let words = http::words::of_reader(caller.lang);
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        evidence::issue(tx, ctx, &asked, &words)
            .map(|issued| EvidenceIssued::new(issued.row, issued.manifest))
    })
    .await
}

/// Evidence packs, newest first
#[utoipa::path(get, path = "/evidence", params(Paging),
    responses((status = 200, description = "Packs", body = Page<EvidencePack>)))]
async fn list(caller: Caller, paging: Paging) -> Answer {
    let before = paging.after::<i64>(LIST)?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = read(&caller, move |conn, ctx| evidence::list(conn, ctx, before, fetch)).await?;
    ok(&Page::new(LIST, &paging, rows, |row| row.id, EvidencePack::from))
}

/// The file of an evidence pack
///
/// `beiku verify-evidence` recounts it without a database; docs/evidence.md is enough to write another program that does.
#[utoipa::path(get, path = "/evidence/{number}",
    params(("number" = String, Path, description = "Number of the pack", example = "EV-2026-000001")),
    responses((status = 200, description = "The pack", content((Vec<u8> = "application/zip")))))]
async fn download(caller: Caller, number: Path<String>) -> Answer {
    let (row, content) = read(&caller, move |conn, ctx| evidence::content(conn, ctx, &number)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        // It is compressed already.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}.zip\"", row.number)))
        .body(content))
}

/// The paper of an evidence pack
///
/// A page to read and sign, and every line with the first digits of its hash: `report.pdf` of the pack.
#[utoipa::path(get, path = "/evidence/{number}/report.pdf",
    params(("number" = String, Path, description = "Number of the pack", example = "EV-2026-000001")),
    responses((status = 200, description = "The paper", content((Vec<u8> = "application/pdf")))))]
async fn paper(caller: Caller, number: Path<String>) -> Answer {
    let (row, content) = read(&caller, move |conn, ctx| evidence::report(conn, ctx, &number)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/pdf"))
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{}.pdf\"", row.number)))
        .body(content))
}

/// The heads of the ledgers' seals
///
/// Whoever keeps one can prove later that no row before it was changed.
#[utoipa::path(get, path = "/seals", params(Paging), responses((status = 200, description = "One per ledger", body = Page<SealHead>)))]
async fn heads(caller: Caller, paging: Paging) -> Answer {
    let heads = read(&caller, seals::heads).await?;
    let item = |head: seals::Head| {
        let seal = head.seal;
        SealHead {
            ledger: head.ledger.as_str(),
            number: seal.as_ref().map(|seal| seal.number),
            through_id: seal.as_ref().map(|seal| seal.through_id),
            sealed_at: seal.as_ref().map(|seal| seal.sealed_at),
            head: seal.map(|seal| seal.head),
        }
    };
    ok(&Page::of_whole("seals", &paging, heads, |head| head.ledger.as_str().to_owned(), item)?)
}
