//! The working-day calendar, and due dates counted with it.

use crate::api::words::ListedKindWord;
use crate::app::calendar::{self, Move, Notice, Recount};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Count, DayKind, DayName, PublishedDay, Zone};
use crate::domain::refusal::Refusal;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Problem, Query};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/calendar" show: Access::SignedIn,
    post "/calendar" publish: Access::Needs(Permission::ManageSetup),
    get "/calendar/due" due: Access::SignedIn,
}

/// Most moves named one by one; their number is always whole.
const MOVES_SHOWN: usize = 1_000;

/// The calendar in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct Calendar {
    /// Its version, as kept on each promise. 0 while nothing was uploaded.
    version: i64,
    /// The years it knows, and where their days come from.
    years: Vec<Year>,
    /// The year whose days follow.
    year: i32,
    /// Days of that year that are not what their weekday says.
    days: Vec<SpecialDay>,
}

/// A year of the calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct Year {
    /// The year.
    #[schema(example = 2026)]
    year: i32,
    /// `built_in` or `upload`: an official notice. `rule`: none yet; what is counted over it is provisional.
    #[schema(example = "built_in")]
    source: &'static str,
    /// When its notice was uploaded.
    uploaded_at: Option<DateTime<Utc>>,
    /// Who uploaded it.
    uploaded_by: Option<String>,
}

/// A day that is not what its weekday says.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialDay {
    /// The date.
    date: NaiveDate,
    /// `holiday`: off. `makeup`: a Saturday or Sunday that is worked.
    #[schema(example = "makeup")]
    kind: &'static str,
    /// Name in Chinese.
    #[schema(example = "春节")]
    name_zh: String,
    /// Name in English.
    name_en: String,
}

/// Which year's days to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfYear {
    /// The year, 2000 to 2100; this one when not said.
    #[param(minimum = 2000, maximum = 2100)]
    year: Option<i32>,
}

/// The calendar in force
#[utoipa::path(get, path = "/calendar", params(OfYear), responses((status = 200, description = "Years, and the days of one", body = Calendar)))]
async fn show(caller: Caller, query: Query<OfYear>) -> Answer {
    let asked = query.into_inner().year;
    let (year, years, days) = http::read(&caller, move |conn, ctx| {
        let year = asked.unwrap_or_else(|| calendar::today(ctx).year());
        Ok((year, calendar::years(conn, ctx)?, calendar::special_days(ctx, year)?))
    })
    .await?;
    let one = |year: calendar::Year| {
        let (uploaded_at, uploaded_by) = year.uploaded.unzip();
        Year { year: year.year, source: year.source.code(), uploaded_at, uploaded_by: uploaded_by.flatten() }
    };
    let day = |day: calendar::SpecialDay| SpecialDay {
        date: day.date,
        kind: if day.kind == DayKind::Makeup { "makeup" } else { "holiday" },
        name_zh: day.name.zh,
        name_en: day.name.en,
    };
    http::ok(&Calendar {
        version: caller.ctx.calendar.version(),
        years: years.into_iter().map(one).collect(),
        year,
        days: days.into_iter().map(day).collect(),
    })
}

/// Which clock to run.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Clock {
    /// When the faulty part was received: an instant (RFC 3339) or a local date.
    #[param(example = "2025-01-02T09:15:00+08:00")]
    received_at: String,
    /// How many days.
    #[param(minimum = 1, maximum = 3660, default = 60)]
    days: Option<i64>,
    /// Which days count: `working` (when not said) or `calendar`.
    #[param(example = "working", pattern = "^(working|calendar)$")]
    count: Option<String>,
}

/// What a clock comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueDate {
    /// The last day on time.
    #[schema(example = "2025-04-02")]
    due_date: Option<NaiveDate>,
    /// The instant from which it is late: 00:00 local of the day after.
    #[schema(example = "2025-04-02T16:00:00Z")]
    overdue_from: Option<DateTime<Utc>>,
    /// Whether it was counted over a year whose notice is not published yet.
    provisional: bool,
}

/// A due date
///
/// The day of receipt, in the company's time zone, is day 0.
#[utoipa::path(get, path = "/calendar/due", params(Clock), responses((status = 200, description = "The due date", body = DueDate)))]
async fn due(caller: Caller, query: Query<Clock>) -> Answer {
    let Clock { received_at, days, count } = query.into_inner();
    let received_on = local_day(&received_at).ok_or_else(|| Refusal::field("received_at", "bad_date"))?;
    let count = match count.as_deref() {
        None | Some("working") => Count::Working,
        Some("calendar") => Count::Calendar,
        Some(_) => {
            let error = crate::domain::refusal::FieldError::new("count", "unknown_word");
            return Err(Refusal::Invalid(vec![error.with("allowed", "working, calendar")]).into());
        }
    };
    let due = calendar::due(&caller.ctx, received_on, days.unwrap_or(60), count).map_err(Problem::from)?;
    http::ok(&DueDate {
        due_date: due.due_on,
        overdue_from: due.due_on.map(|due_on| Zone::default().overdue_from(due_on)),
        provisional: due.provisional,
    })
}

/// The local day of an instant or date. A `+` that was not escaped arrives as a blank.
fn local_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let instant = |text: &str| text.parse::<DateTime<Utc>>().ok().map(|at| Zone::default().local_date(at));
    text.parse::<NaiveDate>().ok().or_else(|| instant(text)).or_else(|| instant(&text.replace(' ', "+")))
}

/// A notice to publish.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNotice {
    /// The year it is for. When not said: the year of its days, or each year of its own.
    #[schema(example = 2027, minimum = 2000, maximum = 2100)]
    year: Option<i32>,
    /// Every holiday and make-up day it names. Plain weekends are not listed.
    #[schema(min_items = 1)]
    days: Vec<NewDay>,
}

/// A day a notice names.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDay {
    /// The date.
    date: NaiveDate,
    /// `holiday`: off. `makeup`: a Saturday or Sunday that is worked.
    kind: ListedKindWord,
    /// Name in Chinese.
    #[schema(example = "春节", max_length = 100)]
    name_zh: String,
    /// Name in English; the Chinese one when not said.
    #[serde(default)]
    #[schema(max_length = 100)]
    name_en: String,
}

/// Notices as sent: JSON, or the built-in calendar's CSV format in UTF-8 or GB18030.
pub struct Upload(Vec<Notice>);

impl FromRequest for Upload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !req.content_type().eq_ignore_ascii_case("text/csv") {
            let body = Json::<NewNotice>::from_request(req, payload);
            return Box::pin(async move { Ok(Upload(notices(body.await?.into_inner())?)) });
        }
        let bytes = Bytes::from_request(req, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| http::unreadable(&error))?;
            Ok(Upload(calendar::read_csv(&calendar::text_of(&bytes)?)?))
        })
    }
}

fn notices(body: NewNotice) -> Result<Vec<Notice>, Problem> {
    let day = |day: NewDay| {
        let en = if day.name_en.trim().is_empty() { &day.name_zh } else { &day.name_en };
        PublishedDay { date: day.date, kind: day.kind.0, name: DayName::new(&day.name_zh, en) }
    };
    Ok(calendar::read_days(body.year, body.days.into_iter().map(day).collect())?)
}

/// Whether to publish or only to look.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Mode {
    /// `true`: say what would move, and change nothing.
    preview: Option<bool>,
}

/// What a notice does to the open promises.
#[derive(Debug, Serialize, ToSchema)]
pub struct Published {
    /// The calendar's new version; `null` for a preview.
    version: Option<i64>,
    /// The years published.
    years: Vec<i32>,
    /// Open promises that were counted anew.
    checked: usize,
    /// How many due dates move.
    moved: usize,
    /// How many keep their date and only change whether it is provisional.
    settled: usize,
    /// The first 1000 that move, by the new date.
    moves: Vec<MovedDue>,
    /// More than these move: `moved` counts them all.
    truncated: bool,
}

/// A due date that moves.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedDue {
    /// RMA number.
    rma: String,
    /// Line of the RMA.
    line: i64,
    /// Code of the customer.
    customer: String,
    /// What is promised.
    #[schema(example = "repair_return")]
    promise: &'static str,
    /// Part number.
    part_no: String,
    /// Serial of the faulty unit.
    serial: String,
    /// The date so far; `null` while the clock stands still.
    old_due_on: Option<NaiveDate>,
    /// The date from now on.
    new_due_on: Option<NaiveDate>,
    /// Whether the new date is provisional.
    provisional: bool,
}

impl Published {
    fn new(notices: &[Notice], version: Option<i64>, recount: Recount) -> Published {
        let moved = |moved: Move| MovedDue {
            rma: moved.promise.rma,
            line: moved.promise.line,
            customer: moved.promise.customer,
            promise: moved.promise.kind.as_str(),
            part_no: moved.promise.part_no,
            serial: moved.promise.serial,
            old_due_on: moved.promise.due_on,
            new_due_on: moved.due_on,
            provisional: moved.provisional,
        };
        Published {
            version,
            years: notices.iter().map(|notice| notice.year).collect(),
            checked: recount.checked,
            moved: recount.moves.len(),
            settled: recount.settled,
            truncated: recount.moves.len() > MOVES_SHOWN,
            moves: recount.moves.into_iter().take(MOVES_SHOWN).map(moved).collect(),
        }
    }
}

/// What makes two uploads the same: their content.
#[derive(Serialize)]
struct Fingerprint {
    year: i32,
    days: Vec<(NaiveDate, &'static str, String, String)>,
}

fn fingerprint(notices: &[Notice]) -> Vec<Fingerprint> {
    let day = |day: &PublishedDay| (day.date, day.kind.as_str(), day.name.zh.clone(), day.name.en.clone());
    let one =
        |notice: &Notice| Fingerprint { year: notice.year, days: notice.days.iter().map(day).collect() };
    notices.iter().map(one).collect()
}

/// Publish a notice
///
/// From now on it counts, and every open promise is counted anew; closed ones stay as they are. With `preview=true` the
/// answer (200) says what would move, and nothing changes.
#[utoipa::path(post, path = "/calendar", params(Mode),
    request_body(content((NewNotice = "application/json"), (String = "text/csv"))),
    responses((status = 200, description = "What would move (preview)", body = Published),
        (status = 201, description = "Published; what moved", body = Published)))]
async fn publish(caller: Caller, req: HttpRequest, mode: Query<Mode>, upload: Upload) -> Answer {
    let notices = upload.0;
    if mode.into_inner().preview == Some(true) {
        let looked_at = notices.clone();
        let recount = http::read(&caller, move |conn, ctx| calendar::preview(conn, ctx, &looked_at)).await?;
        return http::ok(&Published::new(&notices, None, recount));
    }
    let command = fingerprint(&notices);
    let answer = http::act(&caller, &req, StatusCode::CREATED, &command, move |tx, ctx| {
        let (version, recount) = calendar::publish(tx, ctx, &notices)?;
        Ok(Published::new(&notices, Some(version), recount))
    })
    .await?;
    calendar::refresh(&caller.app).await?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::local_day;

    #[test]
    fn the_day_of_receipt_is_the_companys() {
        let day = |text: &str| local_day(text).map(|day| day.to_string());
        let second = Some("2025-01-02".to_owned());
        assert_eq!(day("2025-01-02"), second);
        assert_eq!(day("2025-01-02T09:15:00+08:00"), second);
        assert_eq!(day("2025-01-02T09:15:00 08:00"), second, "an unescaped plus");
        assert_eq!(day("2025-01-01T16:00:00Z"), second, "midnight in Beijing");
        assert_eq!(day("2025-01-01T15:59:59Z"), Some("2025-01-01".to_owned()));
        for nonsense in ["", "yesterday", "2025-02-30", "2025-01-02T25:00:00Z"] {
            assert_eq!(day(nonsense), None, "{nonsense}");
        }
    }
}
