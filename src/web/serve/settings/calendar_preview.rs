//! What a notice would change: the days that are worked no more or anew, and the due dates it moves; nothing is published.

use super::calendar::{HERE, Looked, differs, first_days, look, months, refused};
use super::record::{form, number, open, table, text, two};
use crate::app::calendar::Move;
use crate::app::export::{Cell as Value, csv_of};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::http::Caller;
use crate::http::csrf::SignedForm;
use crate::web::Page;
use crate::web::form::{Field, Form};
use crate::web::format::how_many;
use crate::web::serve::act::{Sent, given};
use crate::web::serve::answer::{Shown, part};
use crate::web::serve::frame::name;
use crate::web::settings::{Cell, RecordPage, Row, Section, Table};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

/// Most moves named one by one; their number is always whole, and the file has them all.
const MOVES_SHOWN: usize = 500;

/// The page.
pub fn page(p: Page, caller: &Caller, looked: &Looked) -> RecordPage {
    let moves = &looked.recount.moves;
    let years = looked.notices.iter().map(|notice| notice.year.to_string());
    let years = years.collect::<Vec<_>>().join(&p.t("list-separator"));
    let count = |n: usize| p.count(&how_many(n));
    let later = moves.iter().filter(|moved| days_of(moved) > 0).count();
    let earlier = moves.iter().filter(|moved| days_of(moved) < 0).count();
    let customers: BTreeSet<&str> = moves.iter().map(|moved| moved.promise.customer.as_str()).collect();
    let facts = vec![
        (p.t("settings-checked"), count(looked.recount.checked)),
        (p.t("settings-moved"), count(moves.len())),
        (p.t("settings-moved-later"), count(later)),
        (p.t("settings-moved-earlier"), count(earlier)),
        (p.t("settings-moved-customers"), count(customers.len())),
        (p.t("settings-settled"), count(looked.recount.settled)),
    ];
    let csv = || vec![Field::hidden("csv", &looked.text)];
    let publish = Form {
        submit: p.t1("settings-publish", "years", years.as_str()),
        cancel: HERE.to_owned(),
        ..form(&p, "publish", HERE.to_owned(), csv())
    };
    let download = Form {
        submit: p.n("settings-moves-download", &how_many(moves.len())),
        ..form(&p, "download", format!("{HERE}/moves.csv"), csv())
    };
    let decide = Section { facts, ..Section::new("decide", p.t("settings-effect")) };
    let listed = Section {
        download: (!moves.is_empty()).then_some(download),
        ..Section::new("moves", p.t("settings-moves")).table(moved_table(&p, moves))
    };
    RecordPage {
        crumb: (HERE.to_owned(), p.t("settings-calendar")),
        title: p.t1("settings-preview-title", "years", years.as_str()),
        sub: p.t("settings-preview-sub"),
        marks: vec![],
        links: vec![],
        sections: vec![
            decide.note(p.t("settings-preview-note")).form(&p, publish, true),
            changed_days(&p, caller, looked),
            listed,
        ],
        p,
    }
}

/// The days that are worked no more, or anew: in words, and in the months they are in.
fn changed_days(p: &Page, caller: &Caller, looked: &Looked) -> Section {
    let (new, old) = (&looked.calendar, &*caller.ctx.calendar);
    let firsts = looked.notices.iter().flat_map(|notice| first_days(notice.year));
    let days_in = |first: NaiveDate| first.iter_days().take_while(move |day| day.month() == first.month());
    let firsts: Vec<NaiveDate> =
        firsts.filter(|first| days_in(*first).any(|day| differs(new, old, day))).collect();
    let changed = firsts.iter().flat_map(|first| days_in(*first)).filter(|day| differs(new, old, *day));
    let (worked, off): (Vec<NaiveDate>, Vec<NaiveDate>) = changed.partition(|day| new.is_working_day(*day));
    let told = |days: &[NaiveDate]| match days {
        [] => "—".to_owned(),
        days => days.iter().map(|day| p.date(day)).collect::<Vec<_>>().join(&p.t("list-separator")),
    };
    Section {
        facts: vec![
            (p.t("settings-changed-off"), told(&off)),
            (p.t("settings-changed-worked"), told(&worked)),
        ],
        months: months(p, new, Some(old), firsts.into_iter()),
        ..Section::new("changed", p.t("settings-changed")).note(p.t("settings-changed-note"))
    }
}

/// By how many days a date moves; 0 where one of the two is none.
fn days_of(moved: &Move) -> i64 {
    let days = moved.due_on.zip(moved.promise.due_on).map(|(new, old)| (new - old).num_days());
    days.unwrap_or(0)
}

/// By how many days a date moves, in words.
fn by_words(p: &Page, moved: &Move) -> String {
    match days_of(moved) {
        0 => "—".to_owned(),
        days if days > 0 => p.n("settings-by-later", &days),
        days => p.n("settings-by-earlier", &-days),
    }
}

fn moved_table(p: &Page, moves: &[Move]) -> Table {
    let heads = [
        "settings-line",
        "settings-customer",
        "settings-promise",
        "settings-due-old",
        "settings-due-new",
        "settings-due-by",
    ];
    let mut shown = table(p, "settings-moves", &heads, "settings-moves-none");
    let row = |moved: &Move| {
        let of = &moved.promise;
        let date = |day: Option<NaiveDate>| day.map_or("—".to_owned(), |day| p.date(&day));
        let provisional = if moved.provisional { p.t("settings-provisional") } else { String::new() };
        let part_name = name(p, &of.part_name, &of.part_name_en);
        Row {
            href: format!("/rma/{}?line={}", part(&of.rma), of.line),
            cells: vec![
                two(format!("{} / {}", of.rma, of.line), format!("{part_name} {}", of.serial)),
                two(&of.customer_name, &of.customer),
                text(p.word("promise", of.kind.as_str())),
                text(date(of.due_on)),
                Cell { class: "strong", ..two(date(moved.due_on), provisional) },
                text(by_words(p, moved)),
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

/// Every move as a spreadsheet.
pub async fn download(req: HttpRequest, sent: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = sent;
    open(&caller, Permission::ManageSetup)?;
    let looked = match look(&caller, given(&sent, "csv")).await {
        Ok(looked) => looked,
        Err(problem) => return refused(&req, &caller, problem).await,
    };
    let p = super::record::frame_of(&req, &caller);
    let heads = [
        "settings-line",
        "settings-customer",
        "settings-customer-name",
        "settings-part-no",
        "col-part",
        "field-serial",
        "settings-promise",
        "settings-started",
        "settings-due-old",
        "settings-due-new",
        "settings-due-by-days",
    ];
    let date = |day: Option<NaiveDate>| day.map_or(Value::Empty, Value::Date);
    let row = |moved: &Move| {
        let of = &moved.promise;
        vec![
            Value::Text(format!("{}/{}", of.rma, of.line)),
            Value::Text(of.customer.clone()),
            Value::Text(of.customer_name.clone()),
            Value::Text(of.part_no.clone()),
            Value::Text(name(&p, &of.part_name, &of.part_name_en).to_owned()),
            Value::Text(of.serial.clone()),
            Value::Text(p.word("promise", of.kind.as_str())),
            Value::Date(Zone::default().local_date(of.started_at)),
            date(of.due_on),
            date(moved.due_on),
            Value::Number(days_of(moved)),
        ]
    };
    let rows: Vec<Vec<Value>> = looked.recount.moves.iter().map(row).collect();
    let years = looked.notices.iter().map(|notice| notice.year.to_string()).collect::<Vec<_>>().join("-");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"calendar-{years}-moves.csv\"")))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .body(csv_of(&heads.map(|key| p.t(key)), &rows)))
}
