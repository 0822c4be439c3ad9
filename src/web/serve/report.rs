//! `/report/timely-repair`: the rate of a period and the lines behind it.

use super::act::{Sent, given, value};
use super::answer::{self, Shown, part};
use super::frame::{self, name};
use super::{clock, reports};
use crate::app::figures::{self, Asked, ClassFilter, Group, GroupBy, Key, Line, LineFilter, Query};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::calendar::Calendar;
use crate::domain::plan::RateVariant;
use crate::domain::rate::{Class as LineClass, Measure, Month};
use crate::domain::repair::Cause;
use crate::http::{self, Caller, Trouble};
use crate::web::Page;
use crate::web::chart;
use crate::web::kit::{Clock, ClockState};
use crate::web::page::Screen;
use crate::web::report::{Class, GroupRow, ReportLine, ReportPage, Switch, VariantRow};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use std::collections::{BTreeMap, HashMap};

/// Lines of a page.
const ROWS: usize = 50;
/// Missed lines whose causes are counted, at most.
const CAUSES: usize = 20_000;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/report/timely-repair", web::get().to(show));
}

/// The rate under each variant, and which of them counts by contract; of contracts that differ also the rate they make together.
fn under_each(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &Query,
) -> AppResult<Vec<(Measure, bool, figures::TimelyRepair)>> {
    let by_contract = figures::contractual(conn)?;
    let mixed = Some(Measure::Contractual).filter(|mixed| *mixed == by_contract);
    let measures = RateVariant::ALL.iter().map(|variant| Measure::from(*variant)).chain(mixed);
    let rate = |measure| {
        let query = Query { measure, ..query.clone() };
        Ok((measure, measure == by_contract, figures::timely_repair(conn, ctx, &query)?))
    };
    measures.map(rate).collect()
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let sent: Sent = url::form_urlencoded::parse(req.query_string().as_bytes()).into_owned().collect();
    let asked = asked(&sent, &caller);
    let query = Query::read(&asked, &caller.ctx).map_err(http::Problem::from)?;
    let class = Class::from_code(value(&sent, "class")).unwrap_or(Class::Missed);
    let filter = LineFilter::read(&query, None, Some(class.code())).map_err(http::Problem::from)?;
    let after = after(&sent)?;
    let month = this_month(&asked, &query, &caller);
    let (query, all, mut lines, beside) = http::read(&caller, move |conn, ctx| {
        let query = if asked.variant.is_some() { query } else { query.by_contract(conn)? };
        let all = under_each(conn, ctx, &query)?;
        let month = month.map(|month| Query { measure: query.measure, ..month });
        let lines = figures::timely_repair_lines(conn, ctx, &query, &filter, after, ROWS + 1)?;
        let beside = beside(conn, ctx, &query, month.as_ref(), &lines)?;
        Ok((query, all, lines, beside))
    })
    .await?;
    let more = lines.len() > ROWS;
    lines.truncate(ROWS);
    let p = frame::page(&req, Some(&caller), Screen::Report);
    let rest = Rest::new(&query);
    let shown = all.iter().find(|(measure, ..)| *measure == query.measure);
    let variants = all.iter().map(|(variant, contractual, figures)| VariantRow {
        code: variant.as_str(),
        contractual: *contractual,
        rate: clock::rate(&figures.total),
        href: format!("?class={}{}", class.code(), rest.with("variant", variant.as_str())),
        lines: format!("?{}", rest.with("variant", variant.as_str())).replace("?&", "?"),
        current: *variant == query.measure,
    });
    let next = lines.last().filter(|_| more);
    let limits = [&query.depot, &query.customer, &query.part_no];
    let screen = ReportPage {
        from: query.from,
        to: query.to,
        as_of: caller.ctx.now,
        limited_to: limits.into_iter().flatten().cloned().collect::<Vec<_>>().join(" · "),
        periods: periods(&p, &query, &rest),
        groupings: groupings(&p, &query, class, &rest),
        rate: shown.map(|(.., figures)| clock::rate(&figures.total)).unwrap_or_default(),
        variants: variants.collect(),
        groups: shown
            .map(|(.., figures)| figures.groups.iter().map(|one| group(&p, query.by, one, &rest)).collect())
            .unwrap_or_default(),
        group_key: group_key(query.by),
        class,
        query: rest.text(),
        next: next.map(|line| {
            format!("?class={}{}&after={}_{}", class.code(), rest.text(), line.key.sort_due, line.key.id)
        }),
        lines: lines
            .iter()
            .map(|line| item(&p, line, query.measure, &caller.ctx.calendar, &beside))
            .collect(),
        export: exports(&query),
        tabs: reports::tabs(&p, &caller, "timely-repair"),
        causes: by_cause(&beside),
        excused: shown.map_or(0, |(.., figures)| i64::from(figures.total.figures.excused)),
        without_excuses: shown.and_then(|(.., figures)| {
            let unexcused = &figures.total.without_exclusions;
            clock::shown(unexcused.timely, unexcused.eligible)
        }),
        evidence: caller.may(Permission::DecideRma).is_ok().then(|| pack_of(&query)),
        forecast: beside.forecast,
        p,
    };
    answer::page(&screen)
}

fn groupings(p: &Page, query: &Query, class: Class, rest: &Rest) -> Vec<Switch> {
    let switch = |by: &GroupBy| Switch {
        label: p.word("group", by.as_str()),
        href: format!("?class={}{}", class.code(), rest.with("by", by.as_str())),
        current: *by == query.by,
    };
    GroupBy::ALL.iter().map(switch).collect()
}

/// What stands beside the rate: causes, and how the month is going to end.
struct Beside {
    /// Causes of the lines listed and of all missed ones.
    causes: HashMap<i64, Cause>,
    /// Row ids of all missed lines.
    missed: Vec<i64>,
    forecast: Option<chart::Forecast>,
}

fn beside(
    conn: &mut Conn,
    ctx: &Ctx,
    query: &Query,
    month: Option<&Query>,
    listed: &[Line],
) -> AppResult<Beside> {
    let of = |class| LineFilter { group: None, class: Some(class) };
    let missed: Vec<i64> =
        figures::timely_repair_lines(conn, ctx, query, &of(ClassFilter::Missed), None, CAUSES)?
            .iter()
            .map(|line| line.line_id)
            .collect();
    let all: Vec<i64> = missed.iter().copied().chain(listed.iter().map(|line| line.line_id)).collect();
    let forecast = match month {
        Some(month) => super::dashboard::forecast(&figures::month_end(conn, ctx, month)?),
        None => None,
    };
    Ok(Beside { causes: figures::causes(conn, ctx, &all)?, missed, forecast })
}

/// The question of the forecast, where the page shows a month that is not over.
fn this_month(asked: &Asked, query: &Query, caller: &Caller) -> Option<Query> {
    let month = Month::of(query.from);
    let whole = query.from == month.first_day() && query.to == month.last_day() && query.to >= query.as_of;
    let text = month.to_string();
    whole.then(|| figures::forecast_query(asked, Some(&text), &caller.ctx).ok()).flatten()
}

/// Missed lines by cause, the most frequent first; those without one last.
fn by_cause(beside: &Beside) -> Vec<(String, i64)> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for line_id in &beside.missed {
        *counts.entry(beside.causes.get(line_id).map_or("", |cause| cause.as_str())).or_default() += 1;
    }
    let mut list: Vec<(String, i64)> =
        counts.into_iter().map(|(cause, count)| (cause.to_owned(), count)).collect();
    list.sort_by_key(|(cause, count)| (cause.is_empty(), std::cmp::Reverse(*count)));
    list
}

/// Where a pack of the same lines is issued.
fn pack_of(query: &Query) -> String {
    let mut href = format!("/report/evidence?from={}&to={}", query.from, query.to);
    let limits = [("depot", &query.depot), ("customer", &query.customer), ("part_no", &query.part_no)];
    for (name, value) in limits {
        if let Some(value) = value {
            href.push_str(&format!("&{name}={}", part(value)));
        }
    }
    href + "#new"
}

/// The lines behind the numbers as a file; asked of the API with the page's own session.
fn exports(query: &Query) -> Vec<Switch> {
    let limits = [("depot", &query.depot), ("customer", &query.customer), ("part_no", &query.part_no)];
    let mut asked = format!("from={}&to={}&variant={}", query.from, query.to, query.measure);
    for (name, value) in limits {
        if let Some(value) = value {
            asked.push_str(&format!("&{name}={}", part(value)));
        }
    }
    let file = |format: &str| Switch {
        label: format.to_uppercase(),
        href: format!("/api/v1/exports/timely-repair.{format}?{asked}"),
        current: false,
    };
    vec![file("xlsx"), file("csv")]
}

/// What the address asks for: this month by depot, when it says nothing.
fn asked(sent: &Sent, caller: &Caller) -> Asked {
    let today = crate::domain::calendar::Zone::default().local_date(caller.ctx.now);
    let month = given(sent, "month").unwrap_or_else(|| Month::of(today).to_string());
    Asked {
        from: Some(given(sent, "from").unwrap_or_else(|| month.clone())),
        to: Some(given(sent, "to").unwrap_or(month)),
        by: Some(given(sent, "by").unwrap_or_else(|| GroupBy::Depot.to_string())),
        variant: given(sent, "variant"),
        depot: given(sent, "depot"),
        customer: given(sent, "customer"),
        part_no: given(sent, "part_no"),
        ..Asked::default()
    }
}

/// Where the page of lines goes on.
fn after(sent: &Sent) -> Result<Option<Key>, Trouble> {
    let Some((day, id)) = value(sent, "after").split_once('_') else { return Ok(None) };
    let key = day.parse().ok().zip(id.parse().ok());
    Ok(Some(key.map(|(sort_due, id)| Key { sort_due, id }).ok_or(Trouble::BadCursor)?))
}

/// The question as the rest of an address.
#[derive(Clone)]
struct Rest(Vec<(&'static str, String)>);

impl Rest {
    fn new(query: &Query) -> Rest {
        let mut pairs = vec![
            ("from", query.from.to_string()),
            ("to", query.to.to_string()),
            ("by", query.by.to_string()),
            ("variant", query.measure.to_string()),
        ];
        let limits = [("depot", &query.depot), ("customer", &query.customer), ("part_no", &query.part_no)];
        pairs.extend(limits.into_iter().filter_map(|(name, code)| Some((name, code.clone()?))));
        Rest(pairs)
    }

    fn text(&self) -> String {
        self.0.iter().map(|(name, value)| format!("&{name}={}", part(value))).collect()
    }

    fn with(&self, name: &'static str, value: &str) -> String {
        let mut other = self.clone();
        other.0.retain(|(known, _)| *known != name);
        other.0.push((name, value.to_owned()));
        other.text()
    }
}

/// This month and the two before it.
fn periods(p: &Page, query: &Query, rest: &Rest) -> Vec<Switch> {
    let mut months = vec![Month::of(p.today())];
    for _ in 0..2 {
        let before = months.last().and_then(|month| month.first_day().pred_opt());
        months.extend(before.map(Month::of));
    }
    let switch = |month: &Month| {
        let mut other = rest.clone();
        other.0.retain(|(name, _)| !matches!(*name, "from" | "to"));
        Switch {
            label: p.month_short(&month.first_day()),
            href: format!("?from={month}&to={month}{}", other.text()),
            current: query.from == month.first_day() && query.to == month.last_day(),
        }
    };
    months.iter().rev().map(switch).collect()
}

fn group_key(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Month => "group-month",
        GroupBy::Depot => "group-depot",
        GroupBy::Customer => "group-customer",
        GroupBy::Part => "group-part",
    }
}

fn group(p: &Page, by: GroupBy, group: &Group, rest: &Rest) -> GroupRow {
    let label = group.name.as_ref().map(|both| name(p, &both.zh, &both.en).to_owned());
    let code = &group.code;
    let href = match by {
        GroupBy::Month => {
            let mut other = rest.clone();
            other.0.retain(|(name, _)| !matches!(*name, "from" | "to"));
            format!("?from={code}&to={code}{}", other.text())
        }
        // Lines without a depot cannot be asked for: their row leads nowhere new.
        GroupBy::Depot if code.is_empty() => format!("?{}", rest.text()),
        GroupBy::Depot => format!("?{}", rest.with("depot", code)),
        GroupBy::Customer => format!("?{}", rest.with("customer", code)),
        GroupBy::Part => format!("?{}", rest.with("part_no", code)),
    };
    let named = label.is_some();
    let unnamed = if code.is_empty() { "—".to_owned() } else { code.clone() };
    GroupRow {
        label: label.unwrap_or(unnamed),
        code: if named { code.clone() } else { String::new() },
        rate: clock::rate(&group.sum),
        href: href.replace("?&", "?"),
    }
}

fn item(p: &Page, line: &Line, measure: Measure, calendar: &Calendar, beside: &Beside) -> ReportLine {
    let outcome = &line.outcome;
    let state = match line.judged.class {
        LineClass::Timely => ClockState::Kept,
        // A board given instead has no day on which the unit came back.
        LineClass::Missed if outcome.exchange.is_some() => ClockState::Absent,
        LineClass::Missed if outcome.returned_on.is_none() => ClockState::Running,
        LineClass::Missed => ClockState::Missed,
        LineClass::Pending => ClockState::Running,
        LineClass::Floating => ClockState::Paused,
        LineClass::Excluded(_) => ClockState::Excluded,
    };
    let until = outcome.returned_on.unwrap_or_else(|| p.today());
    let left = line.judged.due_on.map_or(0, |due_on| calendar.working_days_left(until, due_on));
    let others = RateVariant::ALL.iter().filter(|other| Measure::from(**other) != measure);
    let timely_in = others.filter(|other| line.judged_as(**other).class == LineClass::Timely);
    ReportLine {
        number: line.names.rma.clone(),
        line: line.names.line,
        part_name: name(p, &line.names.part_name, &line.names.part_name_en).to_owned(),
        serial: line.names.serial.clone(),
        customer: line.names.customer_name.clone(),
        received_on: Some(line.received_on),
        due_on: line.judged.due_on,
        returned_on: outcome.returned_on,
        clock: Clock {
            left,
            due_on: line.judged.due_on,
            provisional: line.judged.provisional,
            ..Clock::bare(state)
        },
        why: why(line).to_owned(),
        cause: beside.causes.get(&line.line_id).map(|cause| cause.to_string()).unwrap_or_default(),
        timely_in: timely_in.map(|other| other.as_str()).collect(),
    }
}

/// Why a line is missed or left out, by the page's word.
fn why(line: &Line) -> &'static str {
    let outcome = &line.outcome;
    match line.judged.class {
        LineClass::Missed if outcome.exchange.is_some() => "exchanged",
        LineClass::Missed if outcome.returned_on.is_some() => "late_return",
        LineClass::Missed if outcome.scrapped_on.is_some() => "scrapped",
        LineClass::Missed if outcome.cancelled_on.is_some() => "cancelled_late",
        LineClass::Missed if outcome.unrepaired_on.is_some() => "unrepaired",
        LineClass::Missed => "open_overdue",
        LineClass::Excluded(_) if outcome.voided_on.is_some() => "void",
        LineClass::Excluded(_) if outcome.cancelled_on.is_some() => "cancelled_in_time",
        LineClass::Excluded(_) if outcome.scrap_agreed_on.is_some() => "scrap_agreed",
        LineClass::Excluded(_) => "cause_excluded",
        _ => "",
    }
}
