//! `/`: what the day is about.

use super::answer::{self, Shown, go};
use super::frame::{self, name};
use super::{board, clock, rma_list};
use crate::app::figures::{self, Asked, GroupBy, Query};
use crate::app::rma::{self, LineFilter, LineRow, Next};
use crate::app::stock::{self, CoverRow, StockFilter, StockKey, StockRow};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::rate::Month;
use crate::domain::rma::RepairState;
use crate::domain::turnaround;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::chart::{Forecast, TrendPoint};
use crate::web::dashboard::{Bucket, DashboardPage, LowStock, Tile, UrgentRow};
use crate::web::kit::{Clock, Tone};
use crate::web::page::Screen;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::{Days, NaiveDate};
use rust_decimal::prelude::ToPrimitive;

/// Open lines looked at for the buckets; beyond them the counts say "at least".
const OPEN_MAX: i64 = 5_000;
/// Rows of the urgent list.
const URGENT: usize = 8;
/// Days of approval the first-fill rate looks back on.
const FILL_DAYS: u64 = 27;
/// Rows of the short list of low stock.
const LOW: usize = 8;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/", web::get().to(show));
}

struct Read {
    figures: figures::TimelyRepair,
    forecast: figures::MonthForecast,
    open: Vec<LineRow>,
    /// The most urgent of them with what they wait for.
    urgent: Vec<(LineRow, Next)>,
    low: Vec<StockRow>,
    cover: Vec<CoverRow>,
    fill: figures::FillRate,
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
    let today = Zone::default().local_date(caller.ctx.now);
    let calendar = &caller.ctx.calendar;
    let groups = &read.figures.groups;
    let current = groups.last().map(|group| clock::rate(&group.sum)).unwrap_or_default();
    let last_month = groups.len().checked_sub(2).and_then(|at| groups.get(at));
    let month_end = &read.forecast.figures;
    let urgent = read.urgent.iter().map(|(row, next)| {
        let clock = clock::of_row(row, calendar, today);
        urgent_row(&p, row, clock, next)
    });
    let screen = DashboardPage {
        month: Month::of(today).first_day(),
        as_of: caller.ctx.now,
        tiles: tiles(&p, &read, today, calendar),
        rate: current,
        last_month: last_month
            .and_then(|group| clock::shown(group.sum.figures.timely, group.sum.figures.eligible)),
        trend: groups.iter().filter_map(point).collect(),
        forecast: forecast(month_end),
        expected_misses: expected_misses(month_end),
        chance: month_end.chance_of_target.and_then(|chance| (chance * 100.0).round().to_i64()),
        urgent: urgent.collect(),
        urgent_total: count(at_risk(&read.open, today, calendar).count()),
        buckets: buckets(&read.open, calendar, today),
        low: read.low.iter().take(LOW).map(|row| low(&p, row)).collect(),
        heat: board::heat(&p, &read.cover),
        fill: board::fill(&p, &read.fill, ""),
        p,
    };
    answer::page(&screen)
}

fn read(conn: &mut Conn, ctx: &Ctx) -> AppResult<Read> {
    let today = Zone::default().local_date(ctx.now);
    let query = Query::read(&Asked::default(), ctx)?;
    let month = figures::forecast_query(&Asked::default(), None, ctx)?;
    let filter = LineFilter { open: true, ..LineFilter::default() };
    let reads_stock = ctx.actor.role.may(Permission::ReadStock);
    let low = if reads_stock {
        let filter = StockFilter { low: true, ..StockFilter::default() };
        stock::list_stock(conn, ctx, &filter, &StockKey::default(), 200)?
    } else {
        vec![]
    };
    let open = rma::list_lines(conn, ctx, &filter, rma::FIRST, OPEN_MAX)?;
    let most: Vec<LineRow> = at_risk(&open, today, &ctx.calendar).take(URGENT).cloned().collect();
    let mut urgent = vec![];
    for row in most {
        let next = rma::next(conn, ctx, &row.number, row.line)?;
        urgent.push((row, next));
    }
    let from = today.checked_sub_days(Days::new(FILL_DAYS)).unwrap_or(today);
    let fill = Query { from, to: today, by: GroupBy::Depot, ..query.clone() };
    Ok(Read {
        figures: figures::timely_repair(conn, ctx, &query)?,
        forecast: figures::forecast(conn, ctx, &month)?,
        open,
        urgent,
        low,
        cover: if reads_stock { stock::cover(conn, ctx)? } else { vec![] },
        fill: figures::fill_rate(conn, ctx, &fill)?,
    })
}

/// The lines the list of those at risk shows, late ones included, in its order.
fn at_risk<'a>(
    open: &'a [LineRow],
    today: NaiveDate,
    calendar: &Calendar,
) -> impl Iterator<Item = &'a LineRow> {
    let (until, above_bp) = figures::at_risk(calendar, today);
    open.iter().filter(move |row| row.sort_due <= until || row.risk_bp > above_bp)
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
    let kept = made.expected_rate.map_or(0.0, |rate| rate * size(made.eligible)) - size(made.locked_timely);
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

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn tiles(p: &Page, read: &Read, today: NaiveDate, calendar: &Calendar) -> Vec<Tile> {
    let tile = |key, icon, value: usize, alarm: Tone, href: &str| Tile {
        key,
        icon,
        value: count(value),
        tone: if value > 0 { alarm } else { Tone::Plain },
        note: String::new(),
        href: href.to_owned(),
    };
    let requested = read.open.iter().filter(|row| row.repair_state == RepairState::Requested).count();
    let overdue = read.open.iter().filter(|row| row.sort_due < today).count();
    let risk = at_risk(&read.open, today, calendar).count();
    let late = if overdue > 0 { p.t1("tile-risk-late", "n", count(overdue)) } else { String::new() };
    vec![
        tile("tile-open", "arrows-exchange", read.open.len(), Tone::Plain, "/rma"),
        Tile { note: late, ..tile("tile-risk", "alert-triangle", risk, Tone::Warn, "/rma?view=risk") },
        tile("tile-overdue", "clock", overdue, Tone::Bad, "/rma?view=overdue"),
        tile("tile-to-authorise", "inbox", requested, Tone::Plain, "/rma?state=requested"),
        tile("tile-low", "building-warehouse", read.low.len(), Tone::Bad, "/stock?low=true"),
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
        assignee: row.assignee.clone().unwrap_or_default(),
    }
}

/// Open lines by working days left, each bar the very lines its list shows.
fn buckets(open: &[LineRow], calendar: &Calendar, today: NaiveDate) -> Vec<Bucket> {
    let bars = [
        ("bucket-overdue", "overdue", Tone::Bad),
        ("bucket-0-5", "d5", Tone::Warn),
        ("bucket-6-15", "d15", Tone::Warn),
        ("bucket-16-30", "d30", Tone::Plain),
        ("bucket-31", "d31", Tone::Plain),
        ("bucket-none", "none", Tone::Hold),
    ];
    let bar = |(key, code, tone)| {
        let span = rma_list::days_of(code, calendar, today);
        let within = |row: &&LineRow| span.is_some_and(|(from, to)| (from..=to).contains(&row.sort_due));
        Bucket {
            key,
            count: count(open.iter().filter(within).count()),
            tone,
            href: format!("/rma?clock={code}"),
        }
    };
    bars.into_iter().map(bar).collect()
}

fn low(p: &Page, row: &StockRow) -> LowStock {
    LowStock {
        part_no: row.part_no.clone(),
        name: name(p, &row.name, &row.name_en).to_owned(),
        depot: row.depot.clone(),
        depot_name: row.depot.clone(),
        available: row.available,
        minimum: row.reorder_point,
    }
}
