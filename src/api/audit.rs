//! The audit trail.

use crate::app::audit::{self, AuditFilter, AuditRow};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Page, Paging, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/audit" list: Access::Needs(Permission::ReadAudit),
}

/// Something somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Id.
    id: i64,
    /// When.
    at: DateTime<Utc>,
    /// Sign-in name, or `cli`, `jobs`.
    #[schema(example = "li")]
    actor: String,
    /// What was done.
    #[schema(example = "user.create")]
    action: String,
    /// To what.
    #[schema(example = "user:wang")]
    subject: String,
    /// Short detail.
    detail: String,
    /// The request that did it, as in the log.
    request_id: String,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        let AuditRow { id, at, actor, action, subject, detail, request_id } = row;
        AuditEntry { id, at, actor, action, subject, detail, request_id }
    }
}

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only what was done to this.
    #[param(example = "user:li")]
    subject: Option<String>,
    /// Only what this user did.
    #[param(example = "li")]
    actor: Option<String>,
    /// Only this act.
    #[param(example = "user.create")]
    action: Option<String>,
}

/// Who did what
#[utoipa::path(get, path = "/audit", params(Paging, Filter), responses((status = 200, description = "Newest first", body = Page<AuditEntry>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let Filter { subject, actor, action } = filter.into_inner();
    let filter = AuditFilter { subject, actor, action };
    let before = paging.after::<i64>("audit")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| audit::list(conn, ctx, &filter, before, fetch)).await?;
    http::ok(&Page::new("audit", &paging, rows, |row| row.id, AuditEntry::from))
}
