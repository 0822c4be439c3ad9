//! Scans from devices: a verdict for each, also for those that waited for a signal.

use crate::api::exceptions::told;
use crate::api::words::{ScanModeWord, ScanVerdictWord};
use crate::app::scans::{self, NewScan, ScanRow, ScannedThing};
use crate::domain::actor::Permission;
use crate::domain::scan::ScanVerdict;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Word, words};
use crate::i18n::Lang;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    post "/scans" create: Access::Needs(Permission::MoveStock),
    post "/scans/{id}/undo" undo: Access::Needs(Permission::MoveStock),
}

/// What a device sends.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanBody {
    /// `look`, `put_away` (into `bin`), `receive` (off the road), `take_in` (whatever comes through the door), `ship` (packed
    /// for the document that lets it leave).
    mode: ScanModeWord,
    /// Depot.
    #[schema(example = "JN")]
    depot: String,
    /// Scans of one round share it.
    #[serde(default)]
    #[schema(max_length = 200)]
    batch: String,
    /// What was scanned.
    #[schema(example = "HX7340219912", min_length = 1, max_length = 200)]
    code: String,
    /// Part number, when several units share a serial.
    part_no: Option<String>,
    /// Bin.
    #[schema(example = "A1-01")]
    bin: Option<String>,
    /// By the device's clock. Older than 25 days is refused.
    client_time: DateTime<Utc>,
    /// Device.
    #[serde(default)]
    #[schema(max_length = 200)]
    device: String,
}

/// What became of a scan.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanAnswer {
    /// Id.
    id: i64,
    /// What the scanner was doing.
    mode: ScanModeWord,
    /// What was scanned.
    scanned: String,
    /// `accepted`: done. `review`: a person has to look. `refused`: nothing was changed.
    verdict: ScanVerdictWord,
    /// Code of the rule that said no, or why a person has to look; empty when accepted, but for `packed_already` and
    /// `here_already`: the unit is in the box, or in the depot, since an earlier scan, and this one counts for nothing.
    code: String,
    /// The same in the caller's language.
    detail: String,
    /// The transfer, RMA or box it belongs to.
    document: String,
    /// The movement it made.
    movement_id: Option<i64>,
    /// The exception it became, because it had waited for a signal.
    exception_id: Option<i64>,
    /// Whether it was taken back.
    undone: bool,
    /// Part number of the unit.
    part_no: String,
    /// Part name in Chinese.
    name: String,
    /// Part name in English.
    name_en: String,
    /// Where the unit stands now; empty when the books do not know it.
    place: String,
}

fn wire(lang: Lang, row: ScanRow, thing: Option<ScannedThing>) -> ScanAnswer {
    let detail = match row.verdict {
        ScanVerdict::Accepted => String::new(),
        ScanVerdict::Review => words::review(lang, &row, thing.as_ref()),
        ScanVerdict::Refused => told(lang, &row.reason, &scans::facts(&row)),
    };
    let thing = thing.unwrap_or_default();
    ScanAnswer {
        id: row.id,
        mode: Word(row.mode),
        scanned: row.code,
        verdict: Word(row.verdict),
        code: row.reason,
        detail,
        document: row.document,
        movement_id: row.movement_id,
        exception_id: row.exception_id,
        undone: row.undone_at.is_some(),
        part_no: thing.part_no,
        name: thing.part_name,
        name_en: thing.part_name_en,
        place: thing.place,
    }
}

/// Scan
///
/// Answers 200 with a verdict, also when a rule says no: the answer is kept under the idempotency key. A refusal of a scan
/// that waited for a signal becomes an exception.
#[utoipa::path(post, path = "/scans", request_body = ScanBody,
    responses((status = 200, description = "What became of it", body = ScanAnswer)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<ScanBody>) -> Answer {
    let body = body.into_inner();
    let sent = body.clone();
    let new = NewScan {
        mode: sent.mode.0,
        depot: sent.depot,
        batch: sent.batch,
        code: sent.code,
        part_no: sent.part_no,
        bin: sent.bin,
        client_time: sent.client_time,
        device: sent.device,
    };
    let lang = caller.lang;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        let row = scans::scan(tx, ctx, &new)?;
        let thing = scans::thing_of(tx, &row)?;
        Ok(wire(lang, row, thing))
    })
    .await
}

/// Why a scan is taken back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanUndo {
    /// Why.
    #[schema(example = "扫错了", min_length = 1, max_length = 500)]
    pub reason: String,
}

/// Take a scan back
///
/// What it moved goes back by a reversing entry.
#[utoipa::path(post, path = "/scans/{id}/undo", params(("id" = i64, Path, description = "Scan")),
    request_body = ScanUndo, responses((status = 200, description = "The scan", body = ScanAnswer)))]
async fn undo(caller: Caller, req: HttpRequest, id: web::Path<i64>, body: Json<ScanUndo>) -> Answer {
    let body = body.into_inner();
    let (reason, lang) = (body.reason.clone(), caller.lang);
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        let row = scans::undo(tx, ctx, *id, &reason)?;
        let thing = scans::thing_of(tx, &row)?;
        Ok(wire(lang, row, thing))
    })
    .await
}
