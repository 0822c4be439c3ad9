//! `/report/vendors`: how makers do, each and part by part.

use super::{sent, tabs, today, with};
use crate::app::repair::{self, Scorecard, ScoresAsked};
use crate::domain::calendar::Zone;
use crate::domain::money::format_fen;
use crate::domain::repair::Score;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::page::Screen;
use crate::web::reports::ReportsPage;
use crate::web::serve::act::value;
use crate::web::serve::answer::{self, Shown, part};
use crate::web::serve::frame::{self, name};
use crate::web::serve::settings::record::{number, table, text, two};
use crate::web::settings::{Cell, Row, Section, Table};
use actix_web::HttpRequest;

const HEADS: [&str; 9] = [
    "vendors-col-who",
    "vendors-col-sent",
    "vendors-col-back",
    "vendors-col-open",
    "vendors-col-overdue",
    "vendors-col-late",
    "vendors-col-outcomes",
    "vendors-col-median",
    "vendors-col-cost",
];

pub async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let sent = sent(&req);
    let chosen = value(&sent, "vendor").to_owned();
    let asked = ScoresAsked::default();
    let cards = http::read(&caller, move |conn, ctx| repair::scorecards(conn, ctx, &asked)).await?;
    let p = frame::page(&req, Some(&caller), Screen::Report);
    let mut makers = table(&p, "reports-groups", &HEADS, "vendors-none");
    makers.rows = cards
        .iter()
        .map(|card| {
            row(
                &p,
                with(&sent, &[("vendor", &card.vendor)]) + "#parts",
                two(&card.name, card.vendor.clone()),
                &card.total,
            )
        })
        .collect();
    let mut sections =
        vec![Section::new("makers", p.t("vendors-makers")).note(p.t("vendors-note")).table(makers)];
    if let Some(card) = cards.iter().find(|card| card.vendor == chosen) {
        sections.push(
            Section::new("parts", p.t1("vendors-parts", "vendor", card.name.as_str())).table(parts(&p, card)),
        );
    }
    let until = today(&caller);
    let from = cards.first().map_or(until, |card| card.from);
    let sub =
        p.t2("vendors-sub", "from", p.date(&from), "to", p.date(&Zone::default().local_date(caller.ctx.now)));
    answer::page(&ReportsPage {
        title: p.word("reports", "vendors"),
        sub,
        tabs: tabs(&p, &caller, "vendors"),
        periods: vec![],
        groupings: vec![],
        as_of: caller.ctx.now,
        figures: vec![],
        chart: Default::default(),
        chart_title: String::new(),
        sections,
        export: vec![],
        p,
    })
}

fn parts(p: &Page, card: &Scorecard) -> Table {
    let mut shown = table(p, "vendors-makers", &HEADS, "vendors-none");
    shown.rows = card
        .parts
        .iter()
        .map(|one| {
            let who = two(name(p, &one.part_name, &one.part_name_en), one.part_no.clone());
            row(p, format!("/rma?view=all&q={}", part(&one.part_no)), who, &one.score)
        })
        .collect();
    shown
}

fn row(p: &Page, href: String, who: Cell, score: &Score) -> Row {
    let outcomes = crate::args! {
        "repaired" => score.repaired, "nff" => score.nff, "ber" => score.ber, "swapped" => score.swapped
    };
    let median =
        score.median_days.map_or_else(|| p.t("turnaround-not-yet"), |days| p.n("vendors-days", &days));
    Row {
        href,
        cells: vec![
            who,
            number(p, score.sent),
            number(p, score.returned),
            number(p, score.open),
            number(p, score.overdue),
            number(p, score.returned_late),
            text(crate::i18n::format(p.lang, "vendors-outcomes", &outcomes)),
            text(median),
            text(format_fen(score.cost_fen)),
        ],
        remove: String::new(),
    }
}
