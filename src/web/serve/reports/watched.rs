//! `/report/watched`: easily damaged parts, how often they fail, and the orders behind each number.

use super::{file, report, sent, with};
use crate::app::parts::{self, FailureRow, WatchedRow};
use crate::domain::fields::code_of;
use crate::domain::repair::WatchClass;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::format::how_many;
use crate::web::kit::{Html, escape};
use crate::web::page::Screen;
use crate::web::reports::ReportsPage;
use crate::web::serve::act::{Sent, value};
use crate::web::serve::answer::{Shown, part};
use crate::web::serve::frame::{self, name};
use crate::web::serve::settings::record::{number, table, text, two};
use crate::web::settings::{Cell, Row, Section, Table};
use actix_web::HttpRequest;

pub async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let sent = sent(&req);
    let chosen = code_of(value(&sent, "part_no"));
    let class = WatchClass::from_code(value(&sent, "class")).unwrap_or(WatchClass::Year);
    let watch = parts::watch(&caller.ctx, None);
    let wanted = chosen.clone();
    let (mut watched, failures) = http::read(&caller, move |conn, ctx| {
        let watched = parts::watched(conn, ctx, &watch, "", i64::MAX)?;
        let failures = if watched.iter().any(|one| one.part_no == wanted) {
            Some(parts::failures(conn, ctx, &wanted, (&watch, class), i64::MAX, i64::MAX)?)
        } else {
            None
        };
        Ok((watched, failures))
    })
    .await?;
    watched.sort_by(|a, b| (b.recent, b.year, &a.part_no).cmp(&(a.recent, a.year, &b.part_no)));
    let p = frame::page(&req, Some(&caller), Screen::Report);
    let title = p.n("watched-count", &how_many(watched.len()));
    let listed = Section::new("parts", title).note(p.t("watched-note"));
    let mut sections = vec![listed.table(parts_table(&p, &sent, &watched))];
    if let (Some(one), Some(failures)) = (watched.iter().find(|one| one.part_no == chosen), failures) {
        let said = format!("{} · {}", name(&p, &one.name, &one.name_en), p.word("watched", class.as_str()));
        sections.push(Section::new("failures", said).table(failures_table(&p, &failures)));
    }
    let has_failures = sections.len() > 1;
    let page = ReportsPage { sections, ..report(&caller, "watched", p.t("watched-sub"), p) };
    let of_failures: &[file::Under] = &[(0, "col-depot"), (1, "col-rma"), (5, "field-fault-code")];
    let under: &[file::Under] = if has_failures { of_failures } else { &[(0, "field-part-no")] };
    file::answer(&caller, &sent, page, "watched", under).await
}

fn parts_table(p: &Page, sent: &Sent, watched: &[WatchedRow]) -> Table {
    let heads = [
        "col-part",
        "watched-recent",
        "watched-earlier",
        "watched-year",
        "watched-open",
        "watched-nff",
        "watched-available",
    ];
    let mut shown = table(p, "reports-watched", &heads, "watched-none");
    shown.rows = watched.iter().map(|one| row(p, sent, one)).collect();
    shown
}

fn row(p: &Page, sent: &Sent, one: &WatchedRow) -> Row {
    let orders = |class: WatchClass, n: i64| {
        let href = with(sent, &[("part_no", &one.part_no), ("class", class.as_str())]) + "#failures";
        counted(number(p, n), &href)
    };
    // More than in the 90 days before: somebody should look.
    let mut recent = orders(WatchClass::Recent, one.recent);
    if one.recent > one.earlier {
        recent.under = p.n("watched-more", &(one.recent - one.earlier));
    }
    let cells: Vec<Cell> = vec![
        two(name(p, &one.name, &one.name_en), one.part_no.clone()),
        recent,
        orders(WatchClass::Earlier, one.earlier),
        orders(WatchClass::Year, one.year),
        orders(WatchClass::Open, one.open),
        orders(WatchClass::Nff, one.nff),
        counted(number(p, one.available), &format!("/stock?q={}", part(&one.part_no))),
    ];
    Row {
        href: with(sent, &[("part_no", &one.part_no), ("class", "year")]) + "#failures",
        cells,
        remove: String::new(),
    }
}

/// A number that leads to the rows it counts.
fn counted(cell: Cell, href: &str) -> Cell {
    let html = Html::raw(format!(r#"<a href="{}">{}</a>"#, escape(href), cell.html));
    Cell { html, ..cell }
}

fn failures_table(p: &Page, failures: &[FailureRow]) -> Table {
    let heads = [
        "vendors-col-unit",
        "vendors-col-for",
        "col-customer",
        "watched-opened",
        "col-state",
        "watched-found",
    ];
    let mut shown = table(p, "watched-failures", &heads, "watched-no-failures");
    let row = |one: &FailureRow| {
        let rma = one.rma.as_ref().zip(one.line).map(|(rma, line)| format!("{rma}/{line}"));
        let outcome = one.outcome.map(|outcome| p.word("outcome", outcome.as_str())).unwrap_or_default();
        Row {
            href: format!("/bench/{}", part(&one.repair)),
            cells: vec![
                two(&one.serial, p.depot(&one.depot)),
                two(&one.repair, rma.unwrap_or_default()),
                text(one.customer_name.clone().unwrap_or_else(|| p.t("watched-own"))),
                text(p.on(&one.opened_at)),
                text(p.word("repair-order-state", one.state.as_str())),
                two(outcome, one.fault_code.clone()),
            ],
            remove: String::new(),
        }
    };
    shown.rows = failures.iter().map(row).collect();
    shown
}
