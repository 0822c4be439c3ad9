//! `/settings/calendar`: the years, a notice's file, the due dates it would move, and then its publication.

use super::record::{asked, frame_of, may_change, open, table, text, two};
use super::{calendar_preview, upload};
use crate::app::calendar::{self, Notice, Recount, Source, SpecialDay, Year};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::{Calendar, DayKind};
use crate::domain::refusal::Refusal;
use crate::http::csrf::{SignedForm, Unverified};
use crate::http::{self, Caller, Problem};
use crate::i18n::Lang;
use crate::web::Page;
use crate::web::kit::{Tone, badge};
use crate::web::serve::act::{self, Sent, value};
use crate::web::serve::answer::{self, Shown, go};
use crate::web::settings::{CalendarDay, Cell, Month, RecordPage, Row, Section, Table, Upload};
use actix_multipart::Multipart;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::{Datelike, NaiveDate};

pub(super) const HERE: &str = "/settings/calendar";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(HERE).route(web::get().to(show)).route(web::post().to(publish)))
        .route("/settings/calendar/preview", web::post().to(preview))
        .route("/settings/calendar/moves.csv", web::post().to(calendar_preview::download));
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&screen(&req, &caller, String::new()).await?)
}

async fn screen(req: &HttpRequest, caller: &Caller, error: String) -> Result<RecordPage, Problem> {
    open(caller, Permission::ReadSetup)?;
    let chosen = value(&asked(req), "year").parse::<i32>().ok();
    let (year, years, days) = http::read(caller, move |conn, ctx| {
        let year = chosen.unwrap_or_else(|| calendar::today(ctx).year());
        Ok((year, calendar::years(conn, ctx)?, calendar::special_days(ctx, year)?))
    })
    .await?;
    let p = frame_of(req, caller);
    let of_year = Section {
        months: months(&p, &caller.ctx.calendar, None, first_days(year)),
        ..Section::new("year", p.t1("settings-year", "year", year.to_string()))
    };
    let mut sections = vec![];
    if may_change(caller) {
        sections.push(Section {
            upload: Some(Upload {
                action: "/settings/calendar/preview",
                label: p.t("settings-notice-file"),
                hint: p.t("settings-notice-hint"),
                error,
                submit: p.t("settings-notice-preview"),
            }),
            ..Section::new("notice", p.t("settings-notice")).note(p.t("settings-notice-note"))
        });
    }
    sections.push(of_year.table(special(&p, &days)));
    sections.push(Section::new("years", p.t("settings-years")).table(all_years(&p, &years)));
    Ok(RecordPage {
        crumb: Default::default(),
        title: p.t("settings-calendar"),
        sub: p.t("settings-calendar-text"),
        marks: vec![],
        links: vec![],
        sections,
        p,
    })
}

/// The first days of a year's months.
pub(super) fn first_days(year: i32) -> impl Iterator<Item = NaiveDate> {
    (1..=12).filter_map(move |month| NaiveDate::from_ymd_opt(year, month, 1))
}

/// Months under a calendar; days that are another kind under `before` are marked.
pub(super) fn months(
    p: &Page,
    calendar: &Calendar,
    before: Option<&Calendar>,
    firsts: impl Iterator<Item = NaiveDate>,
) -> Vec<Month> {
    firsts
        .map(|first| {
            let days = first.iter_days().take_while(|day| day.month() == first.month());
            let mut weeks: Vec<[Option<CalendarDay>; 7]> = vec![];
            for date in days {
                let at = usize::try_from(date.weekday().num_days_from_monday()).unwrap_or(0);
                if at == 0 || weeks.is_empty() {
                    weeks.push(Default::default());
                }
                if let Some(slot) = weeks.last_mut().and_then(|week| week.get_mut(at)) {
                    *slot = Some(day(p, calendar, before, date));
                }
            }
            Month { first, weeks }
        })
        .collect()
}

fn day(p: &Page, calendar: &Calendar, before: Option<&Calendar>, date: NaiveDate) -> CalendarDay {
    let kind = calendar.day_kind(date);
    let changed = before.is_some_and(|before| differs(calendar, before, date));
    let (class, mark) = match (kind, changed) {
        (DayKind::Holiday, false) => ("hol", p.t("settings-off-mark")),
        (DayKind::Holiday, true) => ("hol chg", p.t("settings-off-mark")),
        (DayKind::Makeup, false) => ("mk", p.t("settings-work-mark")),
        (DayKind::Makeup, true) => ("mk chg", p.t("settings-work-mark")),
        (_, true) => ("chg", p.t(if kind.is_working() { "settings-work-mark" } else { "settings-off-mark" })),
        _ if kind.is_working() => ("", String::new()),
        _ => ("o", String::new()),
    };
    let name = calendar.day_name(date);
    let name = name.map(|name| if p.lang == Lang::En { name.en.clone() } else { name.zh.clone() });
    CalendarDay { day: date.day(), class, name: name.unwrap_or_default(), mark }
}

/// Whether a day is worked under one calendar and not under the other.
pub(super) fn differs(calendar: &Calendar, before: &Calendar, date: NaiveDate) -> bool {
    calendar.is_working_day(date) != before.is_working_day(date)
}

fn special(p: &Page, days: &[SpecialDay]) -> Table {
    let heads = ["settings-day", "settings-kind", "settings-name"];
    let mut shown = table(p, "settings-special-days", &heads, "settings-special-none");
    shown.rows = days
        .iter()
        .map(|day| {
            let (word, tone, icon) = match day.kind {
                DayKind::Makeup => ("makeup", Tone::Act, "tool"),
                _ => ("holiday", Tone::Hold, "calendar"),
            };
            let name = if p.lang == Lang::En { &day.name.en } else { &day.name.zh };
            let kind = badge(tone, icon, &p.word("calendar-kind", word));
            Row {
                href: String::new(),
                cells: vec![text(p.date(&day.date)), Cell { html: kind, ..Cell::default() }, text(name)],
                remove: String::new(),
            }
        })
        .collect();
    shown
}

fn all_years(p: &Page, years: &[Year]) -> Table {
    let heads = ["settings-year-column", "settings-source", "settings-uploaded"];
    let mut shown = table(p, "settings-years", &heads, "settings-special-none");
    let row = |year: &Year| {
        let (tone, icon) =
            if year.source == Source::Rule { (Tone::Warn, "clock") } else { (Tone::Plain, "check") };
        let source = badge(tone, icon, &p.word("calendar-source", year.source.code()));
        let by = year.uploaded.as_ref().map(|(at, by)| two(p.at(at), by.clone().unwrap_or_default()));
        Row {
            href: format!("{HERE}?year={}", year.year),
            cells: vec![
                text(year.year.to_string()),
                Cell { html: source, ..Cell::default() },
                by.unwrap_or_else(|| text("—")),
            ],
            remove: String::new(),
        }
    };
    shown.rows = years.iter().rev().map(row).collect();
    shown
}

/// The notices of a file's text. Refuses with field errors.
fn notices(text: &str) -> Result<Vec<Notice>, Problem> {
    // Spreadsheets put a byte order mark in front.
    Ok(calendar::read_csv(text.trim_start_matches('\u{feff}'))?)
}

async fn preview(req: HttpRequest, sender: Unverified, body: Multipart) -> Shown {
    let fields = upload::read_up_to(body, upload::MAX).await?;
    let caller = sender.verify(upload::text(&fields, "csrf"))?;
    open(&caller, Permission::ManageSetup)?;
    if let Err(problem) = upload::check_length(&fields, upload::MAX) {
        return refused(&req, &caller, problem).await;
    }
    let text = upload::text(&fields, "file").map(ToOwned::to_owned);
    match look(&caller, text).await {
        Ok(looked) => answer::page(&calendar_preview::page(frame_of(&req, &caller), &caller, &looked)),
        Err(problem) => refused(&req, &caller, problem).await,
    }
}

/// Reads the file and counts; changes nothing.
pub(super) async fn look(caller: &Caller, text: Option<String>) -> Result<Looked, Problem> {
    let text = text.ok_or_else(|| Refusal::field("file", "malformed"))?;
    if text.trim().is_empty() {
        return Err(Refusal::field("file", "required").into());
    }
    let notices = notices(&text)?;
    let wanted = notices.clone();
    let (recount, calendar) = http::read(caller, move |conn, ctx| {
        Ok((calendar::preview(conn, ctx, &wanted)?, calendar::drawn(conn, &wanted)?))
    })
    .await?;
    Ok(Looked { text, notices, recount, calendar })
}

/// A file that was read and counted.
pub(super) struct Looked {
    /// The file.
    pub text: String,
    /// Its notices.
    pub notices: Vec<Notice>,
    /// What they move.
    pub recount: Recount,
    /// The calendar with them.
    pub calendar: Calendar,
}

/// Back to the calendar with what is wrong with the file.
pub(super) async fn refused(req: &HttpRequest, caller: &Caller, problem: Problem) -> Shown {
    let p = frame_of(req, caller);
    let (said, problem) = act::complaint(&p, problem)?;
    answer::html(problem.status(), &screen(req, caller, said.in_one()).await?)
}

async fn publish(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    open(&caller, Permission::ManageSetup)?;
    let csv = sent.iter().find(|(name, _)| name == "csv").map(|(_, text)| text.clone()).unwrap_or_default();
    let read = match notices(&csv) {
        Ok(read) => read,
        Err(problem) => return refused(&req, &caller, problem).await,
    };
    let year = read.first().map_or(0, |notice| notice.year);
    let to = move |_: &i64| format!("{HERE}?year={year}&saved=1");
    let work = move |tx: &mut Conn, ctx: &Ctx| -> AppResult<i64> { Ok(calendar::publish(tx, ctx, &read)?.0) };
    match act::act(&caller, &req, &sent, to, work).await {
        Ok(to) => {
            calendar::refresh(&caller.app).await.map_err(Problem::from)?;
            Ok(go(&req, &to))
        }
        Err(problem) => refused(&req, &caller, problem).await,
    }
}
