//! `/report/ageing`: open lines by days left and by age.

use super::{asked, figure, file, framed, limits, percent, report, sent, with};
use crate::app::figures::{self, Ageing, Bucket, OpenChance, Query};
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::format::how_many;
use crate::web::kit::Tone;
use crate::web::reports::ReportsPage;
use crate::web::serve::act::{Sent, value};
use crate::web::serve::answer::{Shown, part};
use crate::web::serve::frame::name;
use crate::web::serve::settings::record::{number, table, text, two};
use crate::web::settings::{Row, Section, Table};
use actix_web::HttpRequest;

pub async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let sent = sent(&req);
    let asked = asked(&sent);
    let query = Query::read(&asked, &caller.ctx).map_err(Problem::from)?;
    let found = http::read(&caller, move |conn, ctx| figures::ageing(conn, ctx, &query)).await?;
    let p = framed(&req, &caller, &asked).await?;
    let link = |left: &str| with(&sent, &[("left", left), ("age", "")]) + "#lines";
    let figures = vec![
        figure(p.t("ageing-open"), p.count(&how_many(found.lines.len()))).href(link("")),
        figure(p.t("ageing-risk"), p.count(&how_many(found.at_risk))).tone(Tone::Warn).href(link("risk")),
        figure(p.t("ageing-overdue"), p.count(&how_many(found.overdue)))
            .tone(Tone::Bad)
            .href(link("overdue")),
        figure(p.t("ageing-floating"), p.count(&how_many(found.floating))).href(link("floating")),
    ];
    let left = buckets(&p, &sent, "left", "age", &found.by_days_left);
    let age = buckets(&p, &sent, "age", "left", &found.by_age);
    let sections = vec![
        Section::new("by-left", p.t("ageing-by-left")).note(p.t("ageing-by-left-note")).table(left),
        Section::new("by-age", p.t("ageing-by-age")).note(p.t("ageing-by-age-note")).table(age),
        lines(&p, &sent, &found),
    ];
    let limited = limits(&p, &asked);
    let sub = if limited.is_empty() { p.t("report-all") } else { limited };
    let page = ReportsPage { figures, sections, ..report(&caller, "ageing", sub, p) };
    file::answer(&caller, &sent, page, "ageing", &[(1, "field-serial"), (2, "col-depot")]).await
}

/// The code of a bucket in the address: `0-5`, `61-`.
fn code(bucket: &Bucket) -> String {
    let to = bucket.to.map(|to| to.to_string()).unwrap_or_default();
    format!("{}-{to}", bucket.from)
}

fn words(p: &Page, bucket: &Bucket) -> String {
    match bucket.to {
        Some(to) => p.t2("ageing-days", "from", bucket.from, "to", to),
        None => p.t1("ageing-days-on", "from", bucket.from),
    }
}

fn buckets(p: &Page, sent: &Sent, set: &str, clear: &str, buckets: &[Bucket]) -> Table {
    let mut shown = table(p, "reports-groups", &["ageing-col-days", "ageing-col-lines"], "report-lines-none");
    shown.rows = buckets
        .iter()
        .map(|bucket| Row {
            href: with(sent, &[(set, &code(bucket)), (clear, "")]) + "#lines",
            cells: vec![text(words(p, bucket)), number(p, how_many(bucket.lines))],
            remove: String::new(),
        })
        .collect();
    shown
}

/// Whether a number lies in a range of the address.
fn within(range: &str, n: i64) -> bool {
    let Some((from, to)) = range.split_once('-') else { return true };
    from.parse().is_ok_and(|from: i64| from <= n) && to.parse().map_or(true, |to: i64| n <= to)
}

fn wanted(sent: &Sent, line: &OpenChance) -> bool {
    let left = match value(sent, "left") {
        "" => true,
        "overdue" => line.working_days_left.is_some_and(|left| left < 0),
        "floating" => line.working_days_left.is_none(),
        "risk" => line.at_risk,
        range => line.working_days_left.is_some_and(|left| left >= 0 && within(range, left)),
    };
    left && match value(sent, "age") {
        "" => true,
        range => within(range, line.age.into()),
    }
}

fn lines(p: &Page, sent: &Sent, found: &Ageing) -> Section {
    let heads = [
        "col-rma",
        "col-part",
        "col-customer",
        "col-due",
        "ageing-col-used",
        "ageing-col-left",
        "ageing-col-miss",
    ];
    let mut shown = table(p, "report-lines", &heads, "report-lines-none");
    let all: Vec<&OpenChance> = found.lines.iter().filter(|line| wanted(sent, line)).collect();
    shown.rows = all.iter().map(|line| row(p, line)).collect();
    let title = p.n("ageing-lines", &how_many(all.len()));
    Section::new("lines", title).table(shown)
}

fn row(p: &Page, line: &OpenChance) -> Row {
    let names = &line.names;
    let left = match line.working_days_left {
        None => p.t("clock-paused"),
        Some(left) if left < 0 => p.n("clock-late", &-left),
        Some(left) => p.n("clock-left", &left),
    };
    Row {
        href: format!("/rma/{}?line={}", part(&names.rma), names.line),
        cells: vec![
            text(format!("{}/{}", names.rma, names.line)),
            two(name(p, &names.part_name, &names.part_name_en), names.serial.clone()),
            two(&names.customer_name, names.depot.clone().unwrap_or_default()),
            text(line.due_on.map_or("—".to_owned(), |due_on| p.date(&due_on))),
            text(format!("{} / {}", line.age, line.promised)),
            text(left),
            text(percent(line.miss)),
        ],
        remove: String::new(),
    }
}
