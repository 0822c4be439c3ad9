//! The parts of the overview beside the clock: who does what next, cover of stock, first-fill rate.

use super::answer::part;
use super::clock;
use super::frame::name;
use crate::app::figures::{Fill, FillRate};
use crate::app::rma::{LineRow, LineView, Next};
use crate::app::stock::CoverRow;
use crate::domain::actor::{Permission, Role};
use crate::domain::rma::{ActionKind, QuoteState};
use crate::domain::turnaround::{AT_RISK_MISS, miss_of_bp};
use crate::web::Page;
use crate::web::action_order::{GIVEN_UP, may_propose, rank, stage};
use crate::web::dashboard::{FillCard, FillDepot, Heat, HeatCell, HeatRow, NextStep};
use crate::web::format::how_many;
use crate::web::kit::Clock;
use std::collections::BTreeMap;

/// Parts of the heat table.
const HEAT_ROWS: usize = 9;
/// Depots of the heat table.
const HEAT_DEPOTS: usize = 8;
/// Parts named among what was not filled.
const UNFILLED: usize = 5;

/// The step a line waits for: what moves it on, as its own page proposes it.
fn waited_for(possible: &[ActionKind], state: &str) -> Option<ActionKind> {
    let first = possible.iter().copied().min_by_key(|kind| rank(kind.as_str(), state))?;
    may_propose(first.as_str(), state).then_some(first)
}

/// Whose step an action usually is: the least of those who may.
fn whose(kind: ActionKind) -> Role {
    match (kind, kind.permission()) {
        (ActionKind::ConfirmReturned | ActionKind::ExchangeDelivered, _) | (_, Permission::RequestRma) => {
            Role::Customer
        }
        (_, Permission::ConfirmReturn) => Role::Engineer,
        (_, Permission::Repair) => Role::Technician,
        (_, Permission::HandleRma | Permission::Reserve) => Role::Clerk,
        _ => Role::Manager,
    }
}

/// Who does what next on a line, with the way there for whom it is.
pub fn next_step(p: &Page, row: &LineRow, next: &Next) -> NextStep {
    let href = |anchor: &str| format!("/rma/{}?line={}#{anchor}", part(&row.number), row.line);
    let decides = next.mine.contains(&ActionKind::DecideExchange);
    if next.proposal.is_some() {
        return NextStep {
            who: p.word("role", Role::Manager.as_str()),
            what: p.t("dash-next-swap"),
            href: decides.then(|| href("proposal")),
        };
    }
    let Some(kind) = waited_for(&next.possible, stage(row.repair_state, row.faulty_state)) else {
        return NextStep::default();
    };
    let what = match kind {
        ActionKind::ConfirmReturned | ActionKind::ExchangeDelivered => p.t("dash-next-confirm"),
        ActionKind::AcceptQuote | ActionKind::RefuseQuote => p.t("dash-next-answer"),
        kind => p.word("action", kind.as_str()),
    };
    let mine = next.mine.contains(&kind);
    NextStep {
        who: p.word("role", whose(kind).as_str()),
        what,
        href: mine.then(|| href(&format!("do-{kind}"))),
    }
}

/// Whether the step a line waits for is somebody else's than the reader's, also where the reader may take it for them. An
/// engineer is where the customer is: what both may do is the engineer's own step.
pub fn is_theirs(reader: Role, row: &LineRow, next: &Next) -> bool {
    let Some(kind) = waited_for(&next.possible, stage(row.repair_state, row.faulty_state)) else {
        return false;
    };
    match (reader, whose(kind)) {
        (Role::Admin, Role::Manager) | (Role::Engineer, Role::Customer) => false,
        (reader, whose) => reader != whose,
    }
}

/// Whose step a line waits for and which, in a sentence; empty where it waits for nobody.
pub fn waits_for(p: &Page, line: &LineView, next: &Next) -> String {
    let (row, step) = (&line.row, next_step(p, &line.row, next));
    let stage = stage(row.repair_state, row.faulty_state);
    if let Some(quote) = line.quotes.iter().find(|quote| quote.state == QuoteState::Open) {
        return p.t1("rma-waits-quote", "date", p.day(&quote.valid_until));
    }
    match step.what.as_str() {
        "" if stage == GIVEN_UP => p.t("rma-given-up"),
        "" => String::new(),
        _ => p.t2("rma-waits-for", "what", step.what, "who", step.who),
    }
}

/// Why a line is among the most urgent.
pub fn reason(p: &Page, row: &LineRow, clock: &Clock, next: &Next) -> String {
    let percent = row.risk_bp / 100;
    let chance = miss_of_bp(row.risk_bp);
    let why = match &next.proposal {
        Some(proposal) => {
            let key = match chance {
                _ if proposal.late => "dash-reason-swap-late",
                None => "dash-reason-swap-early",
                Some(_) => "dash-reason-swap",
            };
            let args = crate::args! {
                "percent" => percent, "depot" => proposal.depot_name.as_str(), "date" => p.day(&proposal.decide_by)
            };
            crate::i18n::format(p.lang, key, &args)
        }
        None if clock.left < 0 => p.t("dash-reason-late"),
        None if chance.is_some_and(|chance| chance > AT_RISK_MISS) => {
            p.t1("dash-reason-chance", "percent", percent)
        }
        None => p.t("dash-reason-near"),
    };
    match next.cause {
        None => why,
        Some(cause) => p.t2("dash-reason-cause", "reason", why, "cause", p.word("cause", cause.as_str())),
    }
}

/// How bare a part is: below its minimum first, then by how little is there for it; where weeks are told, what is used most
/// and lasts least.
fn bareness(cells: &[&CoverRow], by_weeks: bool) -> (i64, i64) {
    if by_weeks {
        let used: i64 = cells.iter().map(|row| row.used).sum();
        let lasts = cells.iter().map(|row| row.available.saturating_mul(260) / row.used.max(1)).min();
        return (-used, lasts.unwrap_or(i64::MAX));
    }
    let short: i64 = cells.iter().map(|row| (row.minimum - row.available).max(0)).sum();
    let spare = cells.iter().map(|row| row.available.saturating_mul(100) / row.minimum.max(1)).min();
    (-short, spare.unwrap_or(i64::MAX))
}

/// Parts by depots, the barest first.
pub fn heat(p: &Page, rows: &[CoverRow]) -> Heat {
    let by_weeks = rows.iter().all(|row| row.minimum == 0);
    let told = |row: &&CoverRow| by_weeks || row.minimum > 0;
    let mut depots: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    let mut parts: BTreeMap<&str, Vec<&CoverRow>> = BTreeMap::new();
    for row in rows.iter().filter(told) {
        depots.entry(&row.depot).or_insert((&row.depot_name, 0)).1 += 1;
        parts.entry(&row.part_no).or_default().push(row);
    }
    // Where more depots keep minimums than fit, those with most of them are shown.
    let mut shown: Vec<(&str, (&str, usize))> = depots.into_iter().collect();
    shown.sort_by_key(|(code, (_, count))| (std::cmp::Reverse(*count), *code));
    shown.truncate(HEAT_DEPOTS);
    shown.sort_by_key(|(code, _)| *code);
    let mut parts: Vec<Vec<&CoverRow>> = parts.into_values().collect();
    let all = parts.len();
    parts.sort_by_key(|cells| bareness(cells, by_weeks));
    parts.truncate(HEAT_ROWS);
    let of = |cells: &Vec<&CoverRow>| {
        let first = cells.first()?;
        let cell = |code: &str| {
            let row = cells.iter().find(|row| row.depot == code)?;
            let used = if by_weeks { row.used } else { 0 };
            Some(HeatCell { available: row.available, minimum: row.minimum, used })
        };
        Some(HeatRow {
            part_no: first.part_no.clone(),
            name: name(p, &first.name, &first.name_en).to_owned(),
            cells: shown.iter().map(|(code, _)| cell(code)).collect(),
        })
    };
    Heat {
        by_weeks,
        rows: parts.iter().filter_map(of).collect(),
        more: how_many(all.saturating_sub(HEAT_ROWS)),
        depots: shown.into_iter().map(|(code, (name, _))| (code.to_owned(), name.to_owned())).collect(),
    }
}

/// The rate of a group in thousandths, floored.
pub fn fill_permille(fill: &Fill) -> Option<i32> {
    clock::shown(fill.filled, fill.approved())
}

/// The first-fill rate and what was not filled.
pub fn fill(p: &Page, found: &FillRate, period: &str) -> FillCard {
    let depots = found.groups.iter().filter(|(_, fill)| fill.approved() > 0).map(|(code, fill)| FillDepot {
        name: if code.is_empty() { p.t("fill-no-depot") } else { code.clone() },
        rate: fill_permille(fill),
        approved: fill.approved().into(),
        href: format!("/report/fill-rate?{period}&group={}", part(code)),
    });
    let named = found.unfilled.iter().take(UNFILLED).map(|sum| {
        let part_name = name(p, &sum.part_name, &sum.part_name_en);
        let depot = if sum.depot.is_empty() { String::new() } else { format!(" · {}", sum.depot) };
        (format!("{part_name}{depot}"), how_many(sum.requests))
    });
    let mut unfilled: Vec<(String, i64)> = named.collect();
    let rest: usize = found.unfilled.iter().skip(UNFILLED).map(|sum| sum.requests).sum();
    if rest > 0 {
        unfilled.push((p.t("dash-fill-others"), how_many(rest)));
    }
    FillCard {
        rate: fill_permille(&found.total),
        approved: found.total.approved().into(),
        depots: depots.collect(),
        missed: i64::from(found.total.elsewhere + found.total.late),
        unfilled,
    }
}
