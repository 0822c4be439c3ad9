//! `/`: what the day is about.

use super::answer::{self, Shown, go};
use super::frame::{self, name};
use super::{board, clock};
use crate::app::figures::{self, Asked, GroupBy, Query};
use crate::app::rma::{self, DueDayRow, DueGroup, LineFilter, LineRow, Next};
use crate::app::stock::{self, CoverRow};
use crate::app::{AppResult, Conn, Ctx, first_start, instruments};
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::rate::Month;
use crate::domain::turnaround;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::chart::{Forecast, TrendPoint};
use crate::web::dashboard::{Bucket, DashboardPage, Tile, UrgentRow};
use crate::web::format::how_many;
use crate::web::kit::{Clock, Tone};
use crate::web::page::Screen;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::{Days, NaiveDate};
use rust_decimal::prelude::ToPrimitive;

/// Rows of the urgent list.
const URGENT: i64 = 8;
/// Parts below their minimum counted at most.
const LOW_MOST: i64 = 200;
/// Days of approval the first-fill rate looks back on.
const FILL_DAYS: u64 = 27;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/", web::get().to(show));
}

struct Read {
    figures: figures::TimelyRepair,
    forecast: turnaround::Forecast,
    /// Open lines by the day they are due.
    open: Vec<DueDayRow>,
    /// The most urgent of them with what they wait for.
    urgent: Vec<(LineRow, Next)>,
    /// Parts below their minimum, by depot.
    low: i64,
    cover: Vec<CoverRow>,
    fill: figures::FillRate,
    /// Instruments to be checked.
    checks: usize,
    /// There is no RMA yet, and the reader may set the company up.
    begins: bool,
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    // Who does not answer for figures begins where the own work stands.
    match caller.ctx.actor.role {
        Role::Customer => return Ok(go(&req, "/rma")),
        Role::Engineer => return Ok(go(&req, "/requests")),
        Role::Clerk => return Ok(go(&req, "/today")),
        Role::Technician => return Ok(go(&req, "/bench")),
        _ => {}
    }
    let read = http::read(&caller, read).await?;
    let p = frame::page(&req, Some(&caller), Screen::Overview);
    let p = frame::naming(p, &caller, read.urgent.iter().map(|(row, _)| &row.assignee)).await?;
    let p = frame::with_depots(p, &caller).await?;
    let today = Zone::default().local_date(caller.ctx.now);
    let calendar = &caller.ctx.calendar;
    let groups = &read.figures.groups;
    let current = groups.last().map(|group| clock::rate(&group.sum)).unwrap_or_default();
    let last_month = groups.len().checked_sub(2).and_then(|at| groups.get(at));
    let month_end = &read.forecast;
    let urgent = read.urgent.iter().map(|(row, next)| {
        let clock = clock::of_row(row, calendar, today);
        urgent_row(&p, row, clock, next)
    });
    let screen = DashboardPage {
        month: Month::of(today).first_day(),
        as_of: caller.ctx.now,
        begins: read.begins,
        checks: how_many(read.checks),
        tiles: tiles(&p, &read, today, calendar),
        rate: current,
        last_month: last_month
            .and_then(|group| clock::shown(group.sum.figures.timely, group.sum.figures.eligible)),
        trend: groups.iter().filter_map(point).collect(),
        forecast: forecast(month_end),
        expected_misses: expected_misses(month_end),
        chance: month_end.chance_of_target.and_then(|chance| (chance * 100.0).round().to_i64()),
        urgent: urgent.collect(),
        urgent_total: at_risk(&read.open, today, calendar),
        buckets: buckets(&read.open, calendar, today),
        heat: board::heat(&p, &read.cover),
        fill: board::fill(&p, &read.fill, ""),
        p,
    };
    answer::page(&screen)
}

fn read(conn: &mut Conn, ctx: &Ctx) -> AppResult<Read> {
    let today = Zone::default().local_date(ctx.now);
    let query = Query::read(&Asked::default(), ctx)?.by_contract(conn)?;
    let month = figures::forecast_query(&Asked::default(), None, ctx)?.by_contract(conn)?;
    let reads_stock = ctx.actor.role.may(Permission::ReadStock);
    let risk = figures::at_risk(&ctx.calendar, today);
    let filter = LineFilter { open: true, at_risk: Some(risk), ..LineFilter::default() };
    let mut urgent = vec![];
    for row in rma::list_lines(conn, ctx, &filter, rma::FIRST, URGENT)? {
        let next = rma::next(conn, ctx, &row.number, row.line)?;
        urgent.push((row, next));
    }
    let from = today.checked_sub_days(Days::new(FILL_DAYS)).unwrap_or(today);
    let fill = Query { from, to: today, by: GroupBy::Depot, ..query.clone() };
    Ok(Read {
        figures: figures::timely_repair(conn, ctx, &query)?,
        forecast: figures::month_end(conn, ctx, &month)?,
        open: rma::due_days(conn, ctx, risk.1)?,
        urgent,
        low: if reads_stock { stock::count_low(conn, ctx, None, LOW_MOST)? } else { 0 },
        cover: if reads_stock { stock::cover(conn, ctx)? } else { vec![] },
        fill: figures::fill_rate(conn, ctx, &fill)?,
        checks: if reads_stock { instruments::to_check(conn, ctx)?.len() } else { 0 },
        begins: ctx.actor.may(Permission::ManageSetup).is_ok() && first_start::progress(conn, ctx)?.rmas == 0,
    })
}

/// How many lines the list of those at risk shows, late ones included.
fn at_risk(open: &[DueDayRow], today: NaiveDate, calendar: &Calendar) -> i64 {
    let until = figures::at_risk_until(calendar, today);
    open.iter().map(|day| if day.sort_due <= until { day.lines } else { day.risky }).sum()
}

/// The end of the month as the screens draw it.
pub fn forecast(made: &turnaround::Forecast) -> Option<Forecast> {
    let (low, high) = made.interval90?;
    let mean = clock::permille(made.expected_rate?);
    Some(Forecast { mean, low: clock::permille(low), high: clock::permille(high) })
}

/// How many of the month's open lines are expected to be late.
fn expected_misses(made: &turnaround::Forecast) -> i64 {
    let size = |n: usize| n.to_f64().unwrap_or_default();
    let kept = made.expected_rate.map_or(0.0, |rate| rate * size(made.due)) - size(made.locked_timely);
    (size(made.open) - kept).round().max(0.0).to_i64().unwrap_or_default()
}

fn point(group: &figures::Group) -> Option<TrendPoint> {
    let month: Month = group.code.parse().ok()?;
    let figures = &group.sum.figures;
    Some(TrendPoint {
        month: month.first_day(),
        permille: clock::shown(figures.timely, figures.eligible),
        timely: figures.timely.into(),
        eligible: figures.eligible.into(),
    })
}

fn tiles(p: &Page, read: &Read, today: NaiveDate, calendar: &Calendar) -> Vec<Tile> {
    let tile = |key, icon, value: i64, alarm: Tone, href: &str| Tile {
        key,
        icon,
        value,
        tone: if value > 0 { alarm } else { Tone::Plain },
        note: String::new(),
        href: href.to_owned(),
    };
    let sum = |of: fn(&DueDayRow) -> i64| read.open.iter().map(of).sum::<i64>();
    let overdue = read.open.iter().filter(|day| day.sort_due < today).map(|day| day.lines).sum();
    let risk = at_risk(&read.open, today, calendar);
    let late = if overdue > 0 { p.t1("tile-risk-late", "n", overdue) } else { String::new() };
    vec![
        tile("tile-open", "arrows-exchange", sum(|day| day.lines), Tone::Plain, "/rma"),
        Tile { note: late, ..tile("tile-risk", "alert-triangle", risk, Tone::Warn, "/rma?view=risk") },
        tile("tile-overdue", "clock", overdue, Tone::Bad, "/rma?view=overdue"),
        tile("tile-to-authorise", "inbox", sum(|day| day.requested), Tone::Plain, "/rma?state=requested"),
        tile("tile-low", "building-warehouse", read.low, Tone::Bad, "/stock?low=true"),
    ]
}

fn urgent_row(p: &Page, row: &LineRow, clock: Clock, next: &Next) -> UrgentRow {
    UrgentRow {
        number: row.number.clone(),
        line: row.line,
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        customer: row.customer_name.clone(),
        state: row.repair_state.to_string(),
        reason: board::reason(p, row, &clock, next),
        next: board::next_step(p, row, next),
        clock,
        assignee: p.person(row.assignee.as_deref()),
    }
}

/// Open lines by working days left, each bar the very lines its list shows.
fn buckets(open: &[DueDayRow], calendar: &Calendar, today: NaiveDate) -> Vec<Bucket> {
    let bar = |group: &DueGroup| {
        let (key, tone) = match group {
            DueGroup::Overdue => ("bucket-overdue", Tone::Bad),
            DueGroup::To5 => ("bucket-0-5", Tone::Warn),
            DueGroup::To15 => ("bucket-6-15", Tone::Warn),
            DueGroup::To30 => ("bucket-16-30", Tone::Plain),
            DueGroup::From31 => ("bucket-31", Tone::Plain),
            DueGroup::Undated => ("bucket-none", Tone::Hold),
        };
        let days = group.days(calendar, today);
        let within = |day: &&DueDayRow| (days.from..=days.to).contains(&day.sort_due);
        let count = open.iter().filter(within).map(|day| day.lines).sum();
        Bucket {
            key,
            count,
            tone: if count > 0 { tone } else { Tone::Plain },
            href: format!("/rma?clock={group}"),
        }
    };
    DueGroup::ALL.iter().map(bar).collect()
}
