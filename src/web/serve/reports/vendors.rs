//! `/report/vendors`: how makers do, each and part by part.

use super::{file, report, sent, today, with};
use crate::app::repair::{self, Scorecard, ScoresAsked, StayFilter, StayRow};
use crate::domain::calendar::Zone;
use crate::domain::money::format_fen;
use crate::domain::repair::{Score, StayClass};
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::format::how_many;
use crate::web::page::Screen;
use crate::web::reports::ReportsPage;
use crate::web::serve::act::{Sent, value};
use crate::web::serve::answer::{Shown, part};
use crate::web::serve::frame::{self, name};
use crate::web::serve::settings::record::{number, table, text, two};
use crate::web::settings::{Cell, Row, Section, Table};
use actix_web::HttpRequest;
use chrono::{DateTime, Utc};

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
    let part_no = Some(value(&sent, "part_no").to_owned()).filter(|part_no| !part_no.is_empty());
    let filter = StayFilter { part_no, class: StayClass::from_code(value(&sent, "class")) };
    let wanted = chosen.clone();
    let (cards, stays) = http::read(&caller, move |conn, ctx| {
        let cards = repair::scorecards(conn, ctx, &asked)?.makers;
        let has = cards.iter().any(|card| card.vendor == wanted);
        let stays =
            if has { repair::stays(conn, ctx, &wanted, &asked, &filter, 0, usize::MAX)? } else { vec![] };
        Ok((cards, stays))
    })
    .await?;
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
            Section::new("parts", p.t1("vendors-parts", "vendor", card.name.as_str()))
                .table(parts(&p, &sent, card)),
        );
        sections.push(stays_of(&p, &stays));
    }
    let has_stays = sections.len() > 1;
    let until = today(&caller);
    let from = cards.first().map_or(until, |card| card.from);
    let sub =
        p.t2("vendors-sub", "from", p.date(&from), "to", p.date(&Zone::default().local_date(caller.ctx.now)));
    let page = ReportsPage { sections, ..report(&caller, "vendors", sub, p) };
    let of_stays: &[file::Under] = &[(0, "field-serial"), (1, "col-rma"), (5, "vendors-col-other-serial")];
    let under: &[file::Under] = if has_stays { of_stays } else { &[(0, "vendors-col-code")] };
    file::answer(&caller, &sent, page, "vendors", under).await
}

fn parts(p: &Page, sent: &Sent, card: &Scorecard) -> Table {
    let mut shown = table(p, "vendors-makers", &HEADS, "vendors-none");
    shown.rows = card
        .parts
        .iter()
        .map(|one| {
            let who = two(name(p, &one.part_name, &one.part_name_en), one.part_no.clone());
            row(p, with(sent, &[("part_no", &one.part_no)]) + "#stays", who, &one.score)
        })
        .collect();
    shown
}

/// The stays the card counts, each with what it was for.
fn stays_of(p: &Page, stays: &[StayRow]) -> Section {
    let heads = [
        "vendors-col-unit",
        "vendors-col-for",
        "vendors-col-left",
        "vendors-col-due",
        "vendors-col-returned",
        "vendors-col-outcome",
        "vendors-col-cost",
    ];
    let zone = Zone::default();
    let day = |at: &DateTime<Utc>| p.date(&zone.local_date(*at));
    let mut shown = table(p, "vendors-stays", &heads, "vendors-none");
    let row = |stay: &StayRow| {
        let rma = stay.rma.as_ref().zip(stay.line);
        let outcome = stay.outcome.map(|outcome| p.word("outcome", outcome.as_str())).unwrap_or_default();
        let other = match (&stay.returned_serial, stay.returned_at) {
            (Some(serial), _) if stay.is_swap => serial.clone(),
            (None, Some(_)) => {
                p.word("vendor-gone", if stay.outcome.is_some() { "scrapped_there" } else { "lost" })
            }
            _ => String::new(),
        };
        Row {
            href: match rma {
                Some((rma, line)) => format!("/rma/{}?line={line}", part(rma)),
                None => format!("/bench/{}", part(&stay.repair)),
            },
            cells: vec![
                two(name(p, &stay.part_name, &stay.part_name_en), stay.serial.clone()),
                two(stay.repair.clone(), rma.map(|(rma, line)| format!("{rma}/{line}")).unwrap_or_default()),
                text(day(&stay.sent_at)),
                text(stay.due_on.map(|due_on| p.date(&due_on)).unwrap_or_default()),
                text(stay.returned_at.as_ref().map(day).unwrap_or_default()),
                two(outcome, other),
                text(format_fen(stay.cost_fen)),
            ],
            remove: String::new(),
        }
    };
    shown.rows = stays.iter().map(row).collect();
    let count = how_many(stays.len());
    Section::new("stays", p.n("vendors-stays-count", &count)).table(shown)
}

fn row(p: &Page, href: String, who: Cell, score: &Score) -> Row {
    let outcomes = crate::args! {
        "repaired" => score.repaired, "nff" => score.nff, "ber" => score.ber, "swapped" => score.swapped,
        "lost" => score.lost
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
