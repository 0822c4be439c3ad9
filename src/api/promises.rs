//! `/promises`: what is owed, to whom, by when.

use crate::api::words::{PromiseFilterWord, PromiseKindWord, PromiseStateWord, TermUnitWord};
use crate::app::figures::{self, Key};
use crate::app::promises;
use crate::domain::actor::Permission;
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{Answer, Caller, Page, Paging, Query, ok, read};
use crate::i18n::Lang;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

endpoints! {
    get "/promises" list: Access::Needs(Permission::ReadRma),
}

/// Name of the list in its cursors.
const LIST: &str = "promises";

/// Filters of the list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// What is promised.
    #[param(inline, value_type = Option<PromiseKindWord>)]
    kind: Option<String>,
    /// How it stands; `provisional` are those not ended whose date hangs on an unpublished calendar.
    #[param(inline, value_type = Option<PromiseFilterWord>)]
    state: Option<String>,
    /// Due before this day.
    #[param(format = Date)]
    due_before: Option<String>,
    /// Code of the receiving depot.
    depot: Option<String>,
    /// Customer code.
    customer: Option<String>,
    /// RMA number.
    rma: Option<String>,
    /// As they stood at the end of this day, or at this instant: what had begun, ended and was waited for by then.
    #[param(example = "2026-03-31")]
    as_of: Option<String>,
    /// Only what was recorded by the end of this day, or by this instant; now.
    #[param(example = "2026-03-31T10:00:00Z")]
    known_at: Option<String>,
}

/// A promise.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseEntry {
    /// What is promised.
    kind: PromiseKindWord,
    /// RMA number.
    rma: String,
    /// Line number.
    line: i64,
    /// Serial of the faulty unit.
    serial: String,
    /// Part number.
    part_no: String,
    /// Name of the part.
    part_name: String,
    /// Customer code.
    customer: String,
    /// Name of the customer.
    customer_name: String,
    /// Code of the receiving depot.
    depot: Option<String>,
    /// When the clock started.
    started_at: DateTime<Utc>,
    /// How long, in `unit`.
    amount: i64,
    /// What is counted.
    unit: TermUnitWord,
    /// The last day in time; `null` while the clock stands still.
    due_on: Option<NaiveDate>,
    /// The instant from which it is late, for promises that keep one.
    due_at: Option<DateTime<Utc>>,
    /// Whether the date hangs on a year whose calendar is not published.
    provisional: bool,
    /// How it stands.
    state: PromiseStateWord,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// The calendar it was counted with.
    calendar_version: i64,
    /// The customer's waits that stop the clock.
    holds: Vec<PromiseHold>,
    /// Where the clock stands today; `null` for promises counted in minutes.
    days: Option<PromiseDays>,
}

/// A wait of the customer's.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseHold {
    /// Why.
    reason: String,
    /// Who at the customer said so.
    said_by: String,
    /// When the clock stopped.
    started_at: DateTime<Utc>,
    /// When it ran on.
    ended_at: Option<DateTime<Utc>>,
}

/// Days of a clock.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseDays {
    /// Promised.
    total: u32,
    /// Used up by the end of today, or of the day it ended.
    used: u32,
    /// Left; negative once late.
    remaining: i64,
}

impl PromiseEntry {
    fn new(promise: promises::Promise, lang: Lang) -> PromiseEntry {
        let view = promise.view;
        let english = lang == Lang::En && !view.part_name_en.is_empty();
        PromiseEntry {
            kind: view.kind.into(),
            rma: view.rma,
            line: view.line,
            serial: view.serial,
            part_no: view.part_no,
            part_name: if english { view.part_name_en } else { view.part_name },
            customer: view.customer,
            customer_name: view.customer_name,
            depot: view.depot,
            started_at: view.started_at,
            amount: view.amount,
            unit: view.unit.into(),
            due_on: view.due_on,
            due_at: view.due_at,
            provisional: view.provisional,
            state: view.state.into(),
            ended_at: view.ended_at,
            calendar_version: view.calendar_version,
            holds: promise
                .holds
                .into_iter()
                .map(|hold| PromiseHold {
                    reason: hold.reason,
                    said_by: hold.said_by,
                    started_at: hold.started_at,
                    ended_at: hold.ended_at,
                })
                .collect(),
            days: promise.days.map(|days| PromiseDays {
                total: days.total,
                used: days.used,
                remaining: days.remaining,
            }),
        }
    }
}

/// List promises, those without a due date last
///
/// With `as_of` or `known_at` every filter, date and state is that of then; a promise that had not begun is not there.
#[utoipa::path(get, path = "/promises", params(Filter, Paging),
    responses((status = 200, description = "Promises by due date", body = Page<PromiseEntry>)))]
async fn list(caller: Caller, filter: Query<Filter>, paging: Paging) -> Answer {
    let Filter { kind, state, due_before, depot, customer, rma, as_of, known_at } = filter.into_inner();
    let then = figures::then(as_of.as_deref(), known_at.as_deref(), &caller.ctx)?;
    let asked = promises::Asked { kind, state, due_before, depot, customer, rma };
    let filter = promises::filter(&asked)?;
    let after = paging.after::<(NaiveDate, i64)>(LIST)?.map(|(sort_due, id)| Key { sort_due, id });
    let (lang, limit) = (caller.lang, paging.fetch());
    let found = read(&caller, move |conn, ctx| match then {
        None => promises::list(conn, ctx, &filter, after, limit),
        Some(then) => promises::list_then(conn, ctx, &filter, &then, after, limit),
    })
    .await?;
    let key = |promise: &promises::Promise| (promise.view.sort_due, promise.view.id);
    ok(&Page::new(LIST, &paging, found, key, |promise| PromiseEntry::new(promise, lang)))
}
