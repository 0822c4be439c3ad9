//! `/report/pauses`: the customers' waits that stopped clocks, who said so, and what they cost.

use super::{asked, figure, file, framed, period, periods, report, sent, with};
use crate::app::figures::{self, Pause, Pauses, Query};
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::format::how_many;
use crate::web::reports::ReportsPage;
use crate::web::serve::act::{Sent, value};
use crate::web::serve::answer::{Shown, part};
use crate::web::serve::frame;
use crate::web::serve::rma_view::said_by;
use crate::web::serve::settings::record::{number, table, text, two};
use crate::web::settings::{Row, Section, Table};
use actix_web::HttpRequest;

pub async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let sent = sent(&req);
    let asked = asked(&sent);
    let query = Query::read(&asked, &caller.ctx).map_err(Problem::from)?;
    let (from, to) = (query.from, query.to);
    let found = http::read(&caller, move |conn, ctx| figures::pauses(conn, ctx, &query)).await?;
    let senders: Vec<Option<String>> = found.holds.iter().map(|hold| sender(&hold.row.said_by)).collect();
    let p = frame::naming(framed(&req, &caller, &asked).await?, &caller, &senders).await?;
    let reasons = reasons(&p, &sent, &found);
    let (reason, open) = (value(&sent, "reason"), value(&sent, "open") == "1");
    let wanted = |hold: &&Pause| {
        (reason.is_empty() || hold.row.reason == reason) && (!open || hold.ended_on.is_none())
    };
    let all: Vec<&Pause> = found.holds.iter().filter(wanted).collect();
    let lines = lines(&p, &all);
    let figures = vec![
        figure(p.t("pauses-holds"), p.count(&how_many(found.holds.len())))
            .href(with(&sent, &[("reason", ""), ("open", "")]) + "#lines"),
        figure(p.t("pauses-open"), p.count(&how_many(found.open)))
            .href(with(&sent, &[("open", "1")]) + "#lines"),
        figure(p.t("pauses-days"), p.count(&found.days)),
    ];
    let sections = vec![
        Section::new("reasons", p.t("pauses-reasons")).note(p.t("pauses-note")).table(reasons),
        Section::new("lines", p.n("pauses-lines", &how_many(all.len()))).table(lines),
    ];
    let page = ReportsPage {
        periods: periods(&p, &sent),
        figures,
        sections,
        ..report(&caller, "pauses", period(&p, from, to, &asked), p)
    };
    file::answer(&caller, &sent, page, "pauses", &[(0, "field-serial"), (1, "col-depot")]).await
}

/// Who sent the quote a clock stands still for.
fn sender(said_by: &str) -> Option<String> {
    said_by.split_once(" → ").map(|(who, _)| who.to_owned())
}

/// How often each reason was given, and the days it cost.
fn reasons(p: &Page, sent: &Sent, found: &Pauses) -> Table {
    let mut reasons = table(
        p,
        "pauses-reasons",
        &["pauses-col-reason", "pauses-col-holds", "pauses-col-days"],
        "pauses-none",
    );
    reasons.rows = found
        .by_reason
        .iter()
        .map(|(reason, (holds, days))| Row {
            href: with(sent, &[("reason", reason)]) + "#lines",
            cells: vec![text(p.word("hold", reason)), number(p, how_many(*holds)), number(p, *days)],
            remove: String::new(),
        })
        .collect();
    reasons
}

/// The pauses themselves.
fn lines(p: &Page, all: &[&Pause]) -> Table {
    let heads = [
        "col-rma",
        "col-customer",
        "pauses-col-reason",
        "pauses-col-said",
        "pauses-col-from",
        "pauses-col-to",
        "pauses-col-days",
    ];
    let mut lines = table(p, "pauses-holds", &heads, "pauses-none");
    lines.rows = all
        .iter()
        .map(|hold| Row {
            href: format!("/rma/{}?line={}", part(&hold.row.rma), hold.row.line),
            cells: vec![
                two(format!("{}/{}", hold.row.rma, hold.row.line), hold.row.serial.clone()),
                two(&hold.row.customer_name, hold.row.depot.clone().unwrap_or_default()),
                text(p.word("hold", &hold.row.reason)),
                text(said_by(p, &hold.row.said_by, &hold.row.customer_name)),
                text(p.date(&hold.started_on)),
                text(hold.ended_on.map_or_else(|| p.t("pauses-stands"), |day| p.date(&day))),
                number(p, hold.days),
            ],
            remove: String::new(),
        })
        .collect();
    lines
}
