//! `/report/…`: the figures beside the timely repair rate, one tab each.

mod ageing;
mod evidence;
mod file;
mod fill;
mod pauses;
mod turnaround;
mod vendors;
mod watched;

use super::act::{Sent, given, value};
use super::answer::{Shown, go, part};
use super::frame;
use crate::app::figures::{Asked, GroupBy};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::fields::code_of;
use crate::domain::place::customer_code;
use crate::domain::rate::Month;
use crate::http::{Caller, Problem};
use crate::web::Page;
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::report::Switch;
use crate::web::reports::{Figure, ReportsPage};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Rows of a list; the file of an export has them all.
const ROWS: usize = 100;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/report", web::get().to(first))
        .route("/report/ageing", web::get().to(ageing::show))
        .route("/report/turnaround", web::get().to(turnaround::show))
        .route("/report/fill-rate", web::get().to(fill::show))
        .route("/report/vendors", web::get().to(vendors::show))
        .route("/report/watched", web::get().to(watched::show))
        .route("/report/pauses", web::get().to(pauses::show))
        .route("/report/evidence", web::get().to(evidence::show))
        .route("/report/evidence", web::post().to(evidence::issue));
}

async fn first(req: HttpRequest, _caller: Caller) -> Shown {
    Ok(go(&req, "/report/timely-repair"))
}

/// Every report this person may read, with the one shown marked.
pub fn tabs(p: &Page, caller: &Caller, here: &str) -> Vec<Switch> {
    let may = |permission| caller.may(permission).is_ok();
    let all = [
        ("timely-repair", true),
        ("ageing", true),
        ("turnaround", true),
        ("fill-rate", true),
        ("vendors", may(Permission::ReadStock)),
        ("watched", may(Permission::ReadStock)),
        ("pauses", true),
        ("evidence", true),
    ];
    let shown = all.into_iter().filter(|(_, may)| *may);
    shown
        .map(|(code, _)| Switch {
            label: p.word("reports", code),
            href: format!("/report/{code}"),
            current: code == here,
        })
        .collect()
}

/// A report with nothing in it yet.
fn report(caller: &Caller, code: &str, sub: String, p: Page) -> ReportsPage {
    ReportsPage {
        title: p.word("reports", code),
        sub,
        tabs: tabs(&p, caller, code),
        periods: vec![],
        groupings: vec![],
        as_of: caller.ctx.now,
        figures: vec![],
        chart: Default::default(),
        chart_title: String::new(),
        sections: vec![],
        export: vec![],
        p,
    }
}

fn sent(req: &HttpRequest) -> Sent {
    url::form_urlencoded::parse(req.query_string().as_bytes()).into_owned().collect()
}

/// What the address asks for.
fn asked(sent: &Sent) -> Asked {
    Asked {
        from: given(sent, "from"),
        to: given(sent, "to"),
        by: given(sent, "by"),
        depot: given(sent, "depot"),
        customer: given(sent, "customer"),
        part_no: given(sent, "part_no"),
        ..Asked::default()
    }
}

/// The same page with some parameters set anew; an empty value takes one away.
fn with(sent: &Sent, set: &[(&str, &str)]) -> String {
    let kept =
        sent.iter().filter(|(name, value)| !value.is_empty() && !set.iter().any(|(new, _)| new == name));
    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    let all = kept.chain(set.iter().copied().filter(|(_, value)| !value.is_empty()));
    let text: Vec<String> = all.map(|(name, value)| format!("{name}={}", part(value))).collect();
    format!("?{}", text.join("&"))
}

/// This month, the last three, the last twelve.
fn periods(p: &Page, sent: &Sent) -> Vec<Switch> {
    let this = Month::of(p.today());
    let back = |months: usize| {
        (1..months).fold(this, |month, _| month.first_day().pred_opt().map_or(month, Month::of)).to_string()
    };
    let to = this.to_string();
    let chosen = (value(sent, "from"), value(sent, "to"));
    [("reports-1m", 1), ("reports-3m", 3), ("reports-12m", 12)]
        .into_iter()
        .map(|(key, months)| {
            let from = back(months);
            let default = months == 12 && chosen.0.is_empty();
            Switch {
                label: p.t(key),
                current: default || (chosen.0 == from && chosen.1 == to),
                href: with(sent, &[("from", &from), ("to", &to)]),
            }
        })
        .collect()
}

/// Month, depot, customer, part.
fn groupings(p: &Page, sent: &Sent, by: GroupBy) -> Vec<Switch> {
    let one = |code: &GroupBy| Switch {
        label: p.word("group", code.as_str()),
        href: with(sent, &[("by", code.as_str()), ("group", "")]),
        current: *code == by,
    };
    GroupBy::ALL.iter().map(one).collect()
}

/// What narrows a page to one group; a month is a period.
fn narrowed(sent: &Sent, by: GroupBy, code: &str) -> String {
    match by {
        GroupBy::Month => with(sent, &[("from", code), ("to", code), ("by", "depot")]),
        GroupBy::Depot => with(sent, &[("depot", code), ("by", "part")]),
        GroupBy::Customer => with(sent, &[("customer", code), ("by", "part")]),
        GroupBy::Part => with(sent, &[("part_no", code), ("by", "depot")]),
    }
}

fn figure(label: String, value: impl Into<String>) -> Figure {
    Figure { label, value: value.into(), note: String::new(), href: String::new(), tone: Tone::Plain }
}

impl Figure {
    fn note(self, note: impl Into<String>) -> Figure {
        Figure { note: note.into(), ..self }
    }

    fn href(self, href: impl Into<String>) -> Figure {
        Figure { href: href.into(), ..self }
    }

    fn tone(self, tone: Tone) -> Figure {
        Figure { tone, ..self }
    }
}

/// A share in per cent with one decimal, a dash for none.
fn percent(share: Option<f64>) -> String {
    share.map_or("—".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// The heading of a list, with what it is limited to.
fn limits(p: &Page, asked: &Asked) -> String {
    let depot = asked.depot.as_deref().map(|code| p.depot(&code_of(code)));
    let customer = asked.customer.as_deref().map(|code| p.place(&customer_code(&code_of(code))));
    let limits = [depot, customer, asked.part_no.clone()];
    limits.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The frame of a report, which calls what it is limited to by name.
async fn framed(req: &HttpRequest, caller: &Caller, asked: &Asked) -> Result<Page, Problem> {
    let p = frame::with_depots(frame::page(req, Some(caller), Screen::Report), caller).await?;
    let customer = asked.customer.as_deref().map(|code| customer_code(&code_of(code)));
    frame::with_parties(p, caller, customer.as_deref()).await
}

/// A period in words.
fn period(p: &Page, from: chrono::NaiveDate, to: chrono::NaiveDate, asked: &Asked) -> String {
    let mut said = format!("{} – {}", p.date(&from), p.date(&to));
    let limits = limits(p, asked);
    if !limits.is_empty() {
        said.push_str(" · ");
        said.push_str(&limits);
    }
    said
}

/// Today in the company's zone.
fn today(caller: &Caller) -> chrono::NaiveDate {
    Zone::default().local_date(caller.ctx.now)
}
