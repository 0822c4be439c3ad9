//! `/report/fill-rate`: was the spare there in time, and what was not.

use super::{asked, figure, file, framed, groupings, narrowed, period, periods, report, sent, with};
use crate::app::figures::{self, Fill, FillClass, FillRate, GroupBy, Query};
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::format::{how_many, tenths};
use crate::web::kit::{Tone, badge};
use crate::web::reports::{Figure, ReportsPage};
use crate::web::serve::act::{Sent, value};
use crate::web::serve::answer::{Shown, part};
use crate::web::serve::board::fill_permille;
use crate::web::serve::frame::name;
use crate::web::serve::settings::record::{number, table, text, two};
use crate::web::settings::{Cell, Row, Section, Table};
use actix_web::HttpRequest;

pub async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let sent = sent(&req);
    let asked = asked(&sent);
    let mut query = Query::read(&asked, &caller.ctx).map_err(Problem::from)?;
    if asked.by.is_none() {
        query.by = GroupBy::Depot;
    }
    let (from, to, by) = (query.from, query.to, query.by);
    let found = http::read(&caller, move |conn, ctx| figures::fill_rate(conn, ctx, &query)).await?;
    let p = framed(&req, &caller, &asked).await?;
    let sections = vec![
        Section::new("groups", p.t("reports-groups")).table(groups(&p, &sent, by, &found)),
        Section::new("missed", p.t("fill-missed-by")).table(missed(&p, &found)),
        rows(&p, &sent, &found),
    ];
    let page = ReportsPage {
        periods: periods(&p, &sent),
        groupings: groupings(&p, &sent, by),
        figures: tiles(&p, &sent, &found.total),
        sections,
        ..report(&caller, "fill-rate", period(&p, from, to, &asked), p)
    };
    let under = [(0, "col-rma"), (1, "field-part-no"), (6, "col-time")];
    file::answer(&caller, &sent, page, "fill-rate", &under).await
}

fn rate(fill: &Fill) -> String {
    fill_permille(fill).map_or("—".to_owned(), |rate| format!("{} %", tenths(&rate)))
}

fn tiles(p: &Page, sent: &Sent, total: &Fill) -> Vec<Figure> {
    let link = |class: &str| with(sent, &[("class", class)]) + "#lines";
    let count = |class: &str, n: u32| figure(p.word("fill", class), p.count(&n.into())).href(link(class));
    let alarm = if total.late + total.elsewhere > 0 { Tone::Bad } else { Tone::Plain };
    vec![
        figure(p.t("fill-rate"), rate(total)).note(p.t2(
            "fill-of",
            "filled",
            i64::from(total.filled),
            "approved",
            i64::from(total.approved()),
        )),
        count("filled", total.filled),
        count("not_filled", total.late + total.elsewhere).tone(alarm),
        count("pending", total.pending),
        count("floating", total.floating),
    ]
}

fn groups(p: &Page, sent: &Sent, by: GroupBy, found: &FillRate) -> Table {
    let heads =
        ["turnaround-col-group", "fill-col-approved", "fill-col-filled", "fill-col-missed", "fill-col-rate"];
    let mut shown = table(p, "reports-groups", &heads, "fill-none");
    let row = |(code, fill): &(String, Fill)| Row {
        href: if code.is_empty() { String::new() } else { narrowed(sent, by, code) },
        cells: vec![
            text(if code.is_empty() { p.t("fill-no-depot") } else { code.clone() }),
            number(p, fill.approved().into()),
            number(p, fill.filled.into()),
            number(p, (fill.elsewhere + fill.late).into()),
            text(rate(fill)),
        ],
        remove: String::new(),
    };
    shown.rows = found.groups.iter().map(row).collect();
    shown
}

fn missed(p: &Page, found: &FillRate) -> Table {
    // Nothing was asked for: nothing is claimed of it.
    let none = if found.total.approved() == 0 { "fill-none" } else { "fill-none-missed" };
    let mut shown = table(p, "fill-missed-by", &["col-part", "col-depot", "fill-col-missed"], none);
    let row = |sum: &figures::Unfilled| Row {
        href: format!("/stock?q={}", part(&sum.part_no)),
        cells: vec![
            two(name(p, &sum.part_name, &sum.part_name_en), sum.part_no.clone()),
            text(if sum.depot.is_empty() { p.t("fill-no-depot") } else { sum.depot.clone() }),
            number(p, how_many(sum.requests)),
        ],
        remove: String::new(),
    };
    shown.rows = found.unfilled.iter().map(row).collect();
    shown
}

fn wanted(sent: &Sent, row: &crate::app::figures::SpareRow, class: FillClass) -> bool {
    let of_class = match value(sent, "class") {
        "" => true,
        "not_filled" => class.is_miss(),
        code => class.as_str() == code,
    };
    let group = value(sent, "group");
    of_class && (group.is_empty() || row.first_depot.as_deref() == Some(group))
}

fn rows(p: &Page, sent: &Sent, found: &FillRate) -> Section {
    let heads = [
        "fill-col-request",
        "col-part",
        "col-customer",
        "fill-col-when",
        "fill-col-due",
        "fill-col-from",
        "fill-col-class",
    ];
    let mut shown = table(p, "fill-requests", &heads, "fill-none");
    let all: Vec<_> = found.requests.iter().filter(|(row, class)| wanted(sent, row, *class)).collect();
    shown.rows = all
        .iter()
        .map(|(row, class)| {
            let tone = if class.is_miss() { Tone::Bad } else { Tone::Plain };
            let icon = match class {
                FillClass::Pending => "clock",
                _ if class.is_miss() => "x",
                _ => "check",
            };
            let look = badge(tone, icon, &p.word("fill", class.as_str()));
            let served =
                [&row.first_depot, &row.served_by].map(|code| code.clone().unwrap_or_else(|| "—".to_owned()));
            Row {
                href: format!("/rma/{}?line={}", part(&row.rma), row.line),
                cells: vec![
                    two(row.request.as_ref().unwrap_or(&row.rma), row.rma.clone()),
                    two(name(p, &row.part_name, &row.part_name_en), row.part_no.clone()),
                    text(&row.customer_name),
                    text(p.at(&row.started_at)),
                    text(row.due_at.map_or_else(|| p.t("fill-no-time"), |at| p.at(&at))),
                    text(served.join(" → ")),
                    Cell {
                        html: look,
                        under: row.ended_at.map(|at| p.at(&at)).unwrap_or_default(),
                        class: "",
                    },
                ],
                remove: String::new(),
            }
        })
        .collect();
    Section::new("lines", p.n("fill-lines", &how_many(all.len()))).table(shown)
}
