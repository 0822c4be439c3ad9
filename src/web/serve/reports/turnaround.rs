//! `/report/turnaround`: how long repairs take, open lines not left out.

use super::{asked, figure, file, framed, percent, period, periods, report, sent, with};
use crate::app::figures::{
    self, LastedFilter, LastedLine, Turnaround, TurnaroundBy, TurnaroundGroup, TurnaroundQuery,
};
use crate::domain::turnaround::End;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::chart;
use crate::web::format::how_many;
use crate::web::report::Switch;
use crate::web::reports::{Figure, ReportsPage};
use crate::web::serve::act::{Sent, value};
use crate::web::serve::answer::{Shown, part};
use crate::web::serve::frame::name;
use crate::web::serve::settings::record::{number, table, text, two};
use crate::web::settings::{Row, Section, Table};
use actix_web::HttpRequest;

pub async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let sent = sent(&req);
    let asked = asked(&sent);
    let query = TurnaroundQuery::read(&asked, None, &caller.ctx).map_err(Problem::from)?;
    let filter = LastedFilter { group: None, end: End::from_code(value(&sent, "end")), floating: None };
    let wanted = query.clone();
    let (found, lines) = http::read(&caller, move |conn, ctx| {
        let found = figures::turnaround(conn, ctx, &wanted)?;
        Ok((found, figures::turnaround_lines(conn, ctx, &wanted, &filter, None, usize::MAX)?))
    })
    .await?;
    let p = framed(&req, &caller, &asked).await?;
    let groups = Section::new("groups", p.t("reports-groups")).table(groups(&p, &sent, &found));
    let page = ReportsPage {
        periods: periods(&p, &sent),
        groupings: groupings(&p, &sent, found.by),
        figures: tiles(&p, &sent, &found),
        chart: chart::curve(&p, &found.curve, found.days, 0.95),
        chart_title: if found.curve.is_empty() { String::new() } else { p.t("turnaround-curve") },
        sections: vec![groups, rows(&p, &lines)],
        ..report(&caller, "turnaround", period(&p, found.from, found.to, &asked), p)
    };
    file::answer(&caller, &sent, page, "turnaround", &[(1, "field-serial"), (2, "col-depot")]).await
}

fn groupings(p: &Page, sent: &Sent, by: TurnaroundBy) -> Vec<Switch> {
    let one = |code: &TurnaroundBy| Switch {
        label: p.word("group", code.as_str()),
        href: with(sent, &[("by", code.as_str())]),
        current: *code == by,
    };
    TurnaroundBy::ALL.iter().map(one).collect()
}

fn days(p: &Page, days: Option<u32>) -> String {
    days.map_or_else(|| p.t("turnaround-not-yet"), |days| p.n("turnaround-days", &days.into()))
}

fn tiles(p: &Page, sent: &Sent, found: &Turnaround) -> Vec<Figure> {
    let total = &found.total;
    let link = |end: &str| with(sent, &[("end", end)]) + "#lines";
    let span = total.within95.map(|(low, high)| {
        p.t2("turnaround-interval", "low", percent(Some(low)), "high", percent(Some(high)))
    });
    let within = p.n("turnaround-within", &found.days.into());
    let count =
        |end: &str, n: usize| figure(p.word("turnaround-end", end), p.count(&how_many(n))).href(link(end));
    vec![
        figure(within, percent(total.within)).note(span.unwrap_or_default()),
        figure(p.t("turnaround-median"), days(p, total.median)),
        figure(p.t("turnaround-p90"), days(p, total.p90)),
        figure(p.t("turnaround-naive"), percent(total.naive)).note(p.t("turnaround-naive-note")),
        count("returned", total.returned),
        count("exchanged", total.exchanged),
        count("scrapped", total.scrapped),
        count("open", total.open),
    ]
}

/// What narrows the page to a group; a maker's lines are those of its scorecard.
fn narrowed(sent: &Sent, by: TurnaroundBy, code: &str) -> String {
    match by {
        TurnaroundBy::Month => with(sent, &[("from", code), ("to", code), ("by", "part")]),
        TurnaroundBy::Depot => with(sent, &[("depot", code), ("by", "part")]),
        TurnaroundBy::Customer => with(sent, &[("customer", code), ("by", "part")]),
        TurnaroundBy::Part => with(sent, &[("part_no", code), ("by", "depot")]),
        TurnaroundBy::Vendor => format!("/report/vendors?vendor={}", part(code)),
    }
}

fn groups(p: &Page, sent: &Sent, found: &Turnaround) -> Table {
    let heads = [
        "turnaround-col-group",
        "turnaround-col-lines",
        "turnaround-col-back",
        "turnaround-col-open",
        "turnaround-col-within",
        "turnaround-col-median",
        "turnaround-col-p90",
    ];
    let mut shown = table(p, "reports-groups", &heads, "report-lines-none");
    let row = |group: &TurnaroundGroup| {
        let both = group.name.as_ref();
        let label = both.map_or(group.code.clone(), |both| name(p, &both.zh, &both.en).to_owned());
        let under = if both.is_some() { group.code.clone() } else { String::new() };
        let lasted = &group.lasted;
        Row {
            href: if group.code.is_empty() { String::new() } else { narrowed(sent, found.by, &group.code) },
            cells: vec![
                two(if label.is_empty() { "—".to_owned() } else { label }, under),
                number(p, how_many(lasted.lines)),
                number(p, how_many(lasted.returned)),
                number(p, how_many(lasted.open)),
                text(percent(lasted.within)),
                text(days(p, lasted.median)),
                text(days(p, lasted.p90)),
            ],
            remove: String::new(),
        }
    };
    shown.rows = found.groups.iter().map(row).collect();
    shown
}

fn rows(p: &Page, lines: &[LastedLine]) -> Section {
    let heads =
        ["col-rma", "col-part", "col-customer", "col-received", "turnaround-col-days", "turnaround-col-end"];
    let mut shown = table(p, "report-lines", &heads, "report-lines-none");
    let row = |line: &LastedLine| {
        let names = &line.names;
        Row {
            href: format!("/rma/{}?line={}", part(&names.rma), names.line),
            cells: vec![
                text(format!("{}/{}", names.rma, names.line)),
                two(name(p, &names.part_name, &names.part_name_en), names.serial.clone()),
                two(&names.customer_name, names.depot.clone().unwrap_or_default()),
                text(p.date(&line.received_on)),
                number(p, line.observation.days.into()),
                text(p.word("turnaround-end", line.observation.end.as_str())),
            ],
            remove: String::new(),
        }
    };
    shown.rows = lines.iter().map(row).collect();
    Section::new("lines", p.n("turnaround-lines", &how_many(lines.len()))).table(shown)
}
