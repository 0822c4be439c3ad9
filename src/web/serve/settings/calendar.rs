//! `/settings/calendar`: the years, a notice's file, the due dates it would move, and then its publication.

use super::record::{asked, form, frame_of, may_change, number, open, table, text, two};
use super::upload;
use crate::app::calendar::{self, Move, Notice, Recount, Source, SpecialDay, Year};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::DayKind;
use crate::domain::refusal::Refusal;
use crate::http::csrf::{SignedForm, Unverified};
use crate::http::{self, Caller, Problem};
use crate::i18n::Lang;
use crate::web::Page;
use crate::web::form::{Field, Form};
use crate::web::format::how_many;
use crate::web::kit::{Tone, badge};
use crate::web::serve::act::{self, Sent, value};
use crate::web::serve::answer::{self, Shown, go, part};
use crate::web::settings::{CalendarDay, Cell, Month, RecordPage, Row, Section, Table, Upload};
use actix_multipart::Multipart;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::{Datelike, NaiveDate};

const HERE: &str = "/settings/calendar";
/// Most moves named one by one; their number is always whole.
const MOVES_SHOWN: usize = 500;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(HERE).route(web::get().to(show)).route(web::post().to(publish)))
        .route("/settings/calendar/preview", web::post().to(preview));
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
        months: months(&p, caller, year),
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

/// The twelve months under the calendar in force.
fn months(p: &Page, caller: &Caller, year: i32) -> Vec<Month> {
    let firsts = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(year, month, 1));
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
                    *slot = Some(day(p, caller, date));
                }
            }
            Month { first, weeks }
        })
        .collect()
}

fn day(p: &Page, caller: &Caller, date: NaiveDate) -> CalendarDay {
    let kind = caller.ctx.calendar.day_kind(date);
    let (class, mark) = match kind {
        DayKind::Holiday => ("hol", p.t("settings-off-mark")),
        DayKind::Makeup => ("mk", p.t("settings-work-mark")),
        _ if kind.is_working() => ("", String::new()),
        _ => ("o", String::new()),
    };
    let name = caller.ctx.calendar.day_name(date);
    let name = name.map(|name| if p.lang == Lang::En { name.en.clone() } else { name.zh.clone() });
    CalendarDay { day: date.day(), class, name: name.unwrap_or_default(), mark }
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
    let fields = upload::read(body).await?;
    let caller = sender.verify(upload::field(&fields, "csrf"))?;
    open(&caller, Permission::ManageSetup)?;
    let text = upload::field(&fields, "file").map(ToOwned::to_owned);
    match look(&caller, text).await {
        Ok((text, notices, recount)) => answer::page(&previewed(&req, &caller, &text, &notices, &recount)),
        Err(problem) => refused(&req, &caller, problem).await,
    }
}

/// Reads the file and counts; changes nothing.
async fn look(caller: &Caller, text: Option<String>) -> Result<(String, Vec<Notice>, Recount), Problem> {
    let text = text.ok_or_else(|| Refusal::field("file", "malformed"))?;
    if text.trim().is_empty() {
        return Err(Refusal::field("file", "required").into());
    }
    let read = notices(&text)?;
    let wanted = read.clone();
    let recount = http::read(caller, move |conn, ctx| calendar::preview(conn, ctx, &wanted)).await?;
    Ok((text, read, recount))
}

/// Back to the calendar with what is wrong with the file.
async fn refused(req: &HttpRequest, caller: &Caller, problem: Problem) -> Shown {
    let p = frame_of(req, caller);
    let (said, problem) = act::complaint(&p, problem)?;
    let mut texts: Vec<&str> = said.fields.iter().map(|(_, text)| text.as_str()).collect();
    texts.push(&said.form);
    let error = texts.join(" ").trim().to_owned();
    answer::html(problem.status(), &screen(req, caller, error).await?)
}

fn previewed(
    req: &HttpRequest,
    caller: &Caller,
    text: &str,
    notices: &[Notice],
    recount: &Recount,
) -> RecordPage {
    let p = frame_of(req, caller);
    let years =
        notices.iter().map(|notice| notice.year.to_string()).collect::<Vec<_>>().join(&p.t("list-separator"));
    let later = |moved: &&Move| moved.due_on > moved.promise.due_on;
    let count = |n: usize| p.count(&how_many(n));
    let facts = vec![
        (p.t("settings-checked"), count(recount.checked)),
        (p.t("settings-moved"), count(recount.moves.len())),
        (p.t("settings-moved-later"), count(recount.moves.iter().filter(later).count())),
        (p.t("settings-settled"), count(recount.settled)),
    ];
    let publish = Form {
        submit: p.t1("settings-publish", "years", years.as_str()),
        cancel: HERE.to_owned(),
        ..form(&p, "publish", HERE.to_owned(), vec![Field::hidden("csv", text)])
    };
    let decide = Section { facts, ..Section::new("decide", p.t("settings-effect")) };
    RecordPage {
        crumb: (HERE.to_owned(), p.t("settings-calendar")),
        title: p.t1("settings-preview-title", "years", years.as_str()),
        sub: p.t("settings-preview-sub"),
        marks: vec![],
        links: vec![],
        sections: vec![
            decide.note(p.t("settings-preview-note")).form(&p, publish, true),
            Section::new("moves", p.t("settings-moves")).table(moves(&p, &recount.moves)),
        ],
        p,
    }
}

fn moves(p: &Page, moves: &[Move]) -> Table {
    let heads =
        ["settings-line", "settings-customer", "settings-promise", "settings-due-old", "settings-due-new"];
    let mut shown = table(p, "settings-moves", &heads, "settings-moves-none");
    let row = |moved: &Move| {
        let of = &moved.promise;
        let date = |day: Option<NaiveDate>| day.map_or("—".to_owned(), |day| p.date(&day));
        let provisional = if moved.provisional { p.t("settings-provisional") } else { String::new() };
        Row {
            href: format!("/rma/{}?line={}", part(&of.rma), of.line),
            cells: vec![
                two(format!("{} / {}", of.rma, of.line), format!("{} {}", of.part_no, of.serial)),
                text(&of.customer),
                text(p.word("promise", of.kind.as_str())),
                text(date(of.due_on)),
                Cell { class: "strong", ..two(date(moved.due_on), provisional) },
            ],
            remove: String::new(),
        }
    };
    shown.rows = moves.iter().take(MOVES_SHOWN).map(row).collect();
    if let Some(more) = moves.len().checked_sub(MOVES_SHOWN).filter(|more| *more > 0) {
        let rest = number(p, how_many(more));
        shown.rows.push(Row { cells: vec![text(p.t("settings-more")), rest], ..Row::default() });
    }
    shown
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
