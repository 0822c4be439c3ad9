//! The working-day calendar: the built-in years, uploads over them, and what a new notice moves (NUMBERS §1).

mod moved;
mod notice;
mod recount;
#[cfg(test)]
mod tests;

pub use notice::{Notice, read_csv, read_days, text_of};
pub use recount::{Move, Recount, reconcile};

use crate::app::{App, AppResult, Ctx, Error, audit, customers};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Calendar, ClockTerms, Count, DayKind, DayName, Due, Zone};
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::{Conn, StoreError, calendar};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// Most days a due date may be asked for: ten years.
pub const DAYS_MAX: i64 = 3_660;

/// Today where the company is.
#[must_use]
pub fn today(ctx: &Ctx) -> NaiveDate {
    Zone::default().local_date(ctx.now)
}

/// Where a year's days come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The official notice shipped with the program.
    BuiltIn,
    /// An uploaded notice.
    Upload,
    /// No notice yet: the statutory rule; what is counted over it is provisional.
    Rule,
}

impl Source {
    /// The word in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Source::BuiltIn => "built_in",
            Source::Upload => "upload",
            Source::Rule => "rule",
        }
    }
}

/// A year of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// Where its days come from.
    pub source: Source,
    /// When its notice was uploaded, and by whom.
    pub uploaded: Option<(DateTime<Utc>, Option<String>)>,
}

/// A day that is not what its weekday says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialDay {
    /// The date.
    pub date: NaiveDate,
    /// Holiday or make-up day.
    pub kind: DayKind,
    /// What it is called.
    pub name: DayName,
}

/// The years with a notice, and the next two, for which the rule stands in.
pub fn years(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<Year>> {
    customers::may_read(&ctx.actor)?;
    let uploads = calendar::uploads(conn)?;
    let builtin = Calendar::builtin();
    let first = builtin.published_years().next().unwrap_or_default();
    let newest =
        builtin.published_years().chain(uploads.iter().map(|upload| upload.year)).max().unwrap_or(first);
    let last = newest.max(today(ctx).year()) + 2;
    let year = |year: i32| match uploads.iter().find(|upload| upload.year == year) {
        Some(upload) => {
            let uploaded = Some((upload.created_at, upload.created_by.clone()));
            Year { year, source: Source::Upload, uploaded }
        }
        None if builtin.is_published(year) => Year { year, source: Source::BuiltIn, uploaded: None },
        None => Year { year, source: Source::Rule, uploaded: None },
    };
    Ok((first..=last.min(*Calendar::YEARS.end())).map(year).collect())
}

/// The special days of a year under the calendar in force.
pub fn special_days(ctx: &Ctx, year: i32) -> AppResult<Vec<SpecialDay>> {
    customers::may_read(&ctx.actor)?;
    let first = NaiveDate::from_ymd_opt(year, 1, 1).filter(|_| Calendar::YEARS.contains(&year));
    let first = first.ok_or_else(|| out_of_range("year"))?;
    let days = first.iter_days().take_while(|day| day.year() == year);
    let special = days.filter_map(|date| {
        let kind = ctx.calendar.day_kind(date);
        let name = ctx.calendar.day_name(date)?.clone();
        matches!(kind, DayKind::Holiday | DayKind::Makeup).then_some(SpecialDay { date, kind, name })
    });
    Ok(special.collect())
}

/// The due date of a clock that starts on a local day.
pub fn due(ctx: &Ctx, received_on: NaiveDate, days: i64, count: Count) -> AppResult<Due> {
    let mut errors = vec![];
    if !Calendar::YEARS.contains(&received_on.year()) {
        errors.push(year_error("received_at"));
    }
    let days = match u32::try_from(days) {
        Ok(days) if (1..=DAYS_MAX).contains(&i64::from(days)) => days,
        _ => {
            errors.push(FieldError::new("days", "out_of_range").with("min", 1).with("max", DAYS_MAX));
            0
        }
    };
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors).into());
    }
    Ok(ctx.calendar.due(received_on, &ClockTerms { days, count, start_day_counts: false }, &[]))
}

/// What publishing these notices would move. Changes nothing.
pub fn preview(conn: &mut Conn, ctx: &Ctx, notices: &[Notice]) -> AppResult<Recount> {
    ctx.actor.may(Permission::ManageSetup)?;
    let now = load(conn)?;
    let new = with_notices(now.clone(), notices)?;
    recount::count(conn, &new.with_version(now.version().saturating_add(1)))
}

/// The calendar as it would be with these notices.
pub fn drawn(conn: &mut Conn, notices: &[Notice]) -> AppResult<Calendar> {
    with_notices(load(conn)?, notices)
}

/// Publishes notices: from now on they count, and every open promise is counted anew. Closed promises stay as they are.
/// The caller then lets the process take up the calendar, see [`refresh`].
pub fn publish(tx: &mut Conn, ctx: &Ctx, notices: &[Notice]) -> AppResult<(i64, Recount)> {
    ctx.actor.may(Permission::ManageSetup)?;
    calendar::serialise_uploads(tx)?;
    let new = with_notices(load(tx)?, notices)?;
    let actor_id = ctx.actor.id();
    let mut version = new.version();
    for notice in notices {
        version = calendar::insert(tx, notice.year, &notice.days, actor_id, ctx.now)?;
    }
    let new = new.with_version(version);
    let counted = recount::write(tx, ctx, &new)?;
    for notice in notices {
        let detail = format!(
            "version {version}, {} days; {} open promises counted, {} moved",
            notice.days.len(),
            counted.checked,
            counted.moves.len()
        );
        audit::record(tx, ctx, "calendar.publish", &format!("calendar:{}", notice.year), &detail)?;
    }
    Ok((version, counted))
}

/// The calendar in force: the built-in years with the newest upload of each year over them.
pub fn load(conn: &mut Conn) -> AppResult<Calendar> {
    let uploads = calendar::uploads(conn)?;
    let version = uploads.iter().map(|upload| upload.id).max().unwrap_or(Calendar::BUILTIN_VERSION);
    let mut loaded = Calendar::builtin().clone();
    for upload in uploads {
        loaded = loaded
            .with_published_year(upload.year, upload.days)
            .map_err(|error| StoreError::Codec(format!("calendar {}: {error}", upload.year)))?;
    }
    Ok(loaded.with_version(version))
}

/// Lets the process take up the calendar in the database where another one is in force: on start, after an upload, and
/// now and then because another node may have uploaded one. Whether it did.
pub async fn refresh(app: &App) -> AppResult<bool> {
    let known = app.calendar().version();
    let loaded: Option<Calendar> = app
        .store()
        .read(move |conn| {
            let newer = calendar::version(conn)? != known;
            Ok::<_, Error>(if newer { Some(load(conn)?) } else { None })
        })
        .await?;
    Ok(take_up(app, loaded))
}

/// [`refresh`] for the command line and other threads that may block.
pub fn refresh_blocking(app: &App) -> AppResult<bool> {
    let known = app.calendar().version();
    let loaded = app.store().read_blocking(|conn| {
        let newer = calendar::version(conn)? != known;
        Ok::<_, Error>(if newer { Some(load(conn)?) } else { None })
    })?;
    Ok(take_up(app, loaded))
}

fn take_up(app: &App, loaded: Option<Calendar>) -> bool {
    loaded.map(|calendar| app.set_calendar(calendar)).is_some()
}

fn with_notices(mut calendar: Calendar, notices: &[Notice]) -> AppResult<Calendar> {
    if notices.is_empty() {
        return Err(Refusal::field("days", "required").into());
    }
    for notice in notices {
        calendar = calendar
            .with_published_year(notice.year, notice.days.clone())
            .map_err(|error| notice::refusal("days", &error))?;
    }
    Ok(calendar)
}

fn year_error(field: &str) -> FieldError {
    FieldError::new(field, "out_of_range")
        .with("min", Calendar::YEARS.start())
        .with("max", Calendar::YEARS.end())
}

fn out_of_range(field: &str) -> Error {
    Refusal::Invalid(vec![year_error(field)]).into()
}
