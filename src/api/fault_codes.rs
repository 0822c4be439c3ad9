//! Diagnosis codes: what the bench calls a fault.

use crate::app::repair::{self, FaultCodeFields, FaultCodeRow};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    get "/fault-codes" list: Access::Needs(Permission::ReadSetup),
    post "/fault-codes" create: Access::Needs(Permission::ManageSetup),
    patch "/fault-codes/{code}" change: Access::Needs(Permission::ManageSetup),
}

/// A diagnosis code.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultCode {
    /// Code.
    #[schema(example = "port")]
    code: String,
    /// In Chinese.
    #[schema(example = "端口故障")]
    name: String,
    /// In English.
    name_en: String,
    /// Whether it may be chosen.
    active: bool,
}

impl From<FaultCodeRow> for FaultCode {
    fn from(row: FaultCodeRow) -> Self {
        FaultCode { code: row.code, name: row.name, name_en: row.name_en, active: row.active }
    }
}

/// List diagnosis codes
#[utoipa::path(get, path = "/fault-codes", params(Paging), responses((status = 200, description = "Codes", body = Page<FaultCode>)))]
async fn list(caller: Caller, paging: Paging) -> Answer {
    let rows = http::read(&caller, repair::list_codes).await?;
    http::ok(&Page::of_whole("fault-codes", &paging, rows, |row| row.code.clone(), FaultCode::from)?)
}

/// A code to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFaultCode {
    /// Code: letters, digits and `-_.`, at most 32; kept in lower case.
    #[schema(example = "optics", min_length = 1, max_length = 32)]
    code: String,
    /// In Chinese; a new code must have one.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// In English; the Chinese one when not said.
    #[schema(max_length = 200)]
    name_en: Option<String>,
}

/// Add a diagnosis code
#[utoipa::path(post, path = "/fault-codes", request_body = NewFaultCode, responses((status = 201, description = "Added", body = FaultCode)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewFaultCode>) -> Answer {
    let body = body.into_inner();
    let code = body.code.clone();
    let fields = FaultCodeFields { name: body.name.clone(), name_en: body.name_en.clone(), active: None };
    let work = move |tx: &mut _, ctx: &_| repair::create_code(tx, ctx, &code, &fields).map(FaultCode::from);
    http::act(&caller, &req, StatusCode::CREATED, &body, work).await
}

/// What changes of a code.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeFaultCode {
    /// In Chinese.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// In English.
    #[schema(min_length = 1, max_length = 200)]
    name_en: Option<String>,
    /// Whether it may be chosen; what was found with it before stays.
    active: Option<bool>,
}

/// Change a diagnosis code
#[utoipa::path(patch, path = "/fault-codes/{code}", params(("code" = String, Path, description = "Diagnosis code")),
    request_body = ChangeFaultCode, responses((status = 200, description = "As the code now is", body = FaultCode)))]
async fn change(
    caller: Caller,
    req: HttpRequest,
    code: web::Path<String>,
    body: Json<ChangeFaultCode>,
) -> Answer {
    let body = body.into_inner();
    let fields =
        FaultCodeFields { name: body.name.clone(), name_en: body.name_en.clone(), active: body.active };
    let work = move |tx: &mut _, ctx: &_| repair::change_code(tx, ctx, &code, &fields).map(FaultCode::from);
    http::act(&caller, &req, StatusCode::OK, &body, work).await
}
