//! `/`: what the day is about.

use super::answer::{self, Shown, go, part};
use super::clock;
use super::frame::{self, name};
use crate::app::figures::{self, Asked, Query};
use crate::app::rma::{self, LineFilter, LineRow};
use crate::app::stock::{self, StockFilter, StockKey, StockRow};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::Zone;
use crate::domain::rate::Month;
use crate::domain::rma::RepairState;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::chart::TrendPoint;
use crate::web::dashboard::{Bucket, DashboardPage, LowStock, Tile, UrgentRow};
use crate::web::kit::{Clock, ClockState, Tone};
use crate::web::page::Screen;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Open lines looked at for the buckets; beyond them the counts say "at least".
const OPEN_MAX: i64 = 5_000;
/// Rows of the urgent list.
const URGENT: usize = 8;
/// Rows of the short list of low stock.
const LOW: usize = 8;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/", web::get().to(show));
}

struct Read {
    figures: figures::TimelyRepair,
    open: Vec<LineRow>,
    low: Vec<StockRow>,
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    // Who does not answer for figures begins where the own work stands.
    match caller.ctx.actor.role {
        Role::Customer => return Ok(go(&req, "/rma")),
        Role::Engineer => return Ok(go(&req, "/requests")),
        _ => {}
    }
    let read = http::read(&caller, read).await?;
    let p = frame::page(&req, Some(&caller), Screen::Overview);
    let today = Zone::default().local_date(caller.ctx.now);
    let clocks: Vec<Clock> =
        read.open.iter().map(|row| clock::of_row(row, &caller.ctx.calendar, today)).collect();
    let groups = &read.figures.groups;
    let current = groups.last().map(|group| clock::rate(&group.sum)).unwrap_or_default();
    let last_month = groups.len().checked_sub(2).and_then(|at| groups.get(at));
    let urgent = read.open.iter().zip(&clocks).filter(|(_, clock)| is_urgent(clock));
    let screen = DashboardPage {
        month: Month::of(today).first_day(),
        as_of: caller.ctx.now,
        tiles: tiles(&read, &clocks),
        rate: current,
        last_month: last_month
            .and_then(|group| clock::shown(group.sum.figures.timely, group.sum.figures.eligible)),
        trend: groups.iter().filter_map(point).collect(),
        forecast: None,
        urgent: urgent.clone().take(URGENT).map(|(row, clock)| urgent_row(&p, row, clock)).collect(),
        urgent_total: count(urgent.count()),
        buckets: buckets(&clocks),
        low: read.low.iter().take(LOW).map(|row| low(&p, row)).collect(),
        p,
    };
    answer::page(&screen)
}

fn read(conn: &mut Conn, ctx: &Ctx) -> AppResult<Read> {
    let query = Query::read(&Asked::default(), ctx)?;
    let filter = LineFilter { open: true, ..LineFilter::default() };
    let low = if ctx.actor.role.may(Permission::ReadStock) {
        let filter = StockFilter { low: true, ..StockFilter::default() };
        stock::list_stock(conn, ctx, &filter, &StockKey::default(), 200)?
    } else {
        vec![]
    };
    Ok(Read {
        figures: figures::timely_repair(conn, ctx, &query)?,
        open: rma::list_lines(conn, ctx, &filter, rma::FIRST, OPEN_MAX)?,
        low,
    })
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

/// Running and at risk (PRODUCT "At risk"), late ones included.
fn is_urgent(clock: &Clock) -> bool {
    clock.state == ClockState::Running && clock.at_risk
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn tiles(read: &Read, clocks: &[Clock]) -> Vec<Tile> {
    let tile = |key, icon, value: usize, alarm: Tone, href: &str| Tile {
        key,
        icon,
        value: count(value),
        tone: if value > 0 { alarm } else { Tone::Plain },
        note: String::new(),
        href: href.to_owned(),
    };
    let running = |wanted: fn(i64) -> bool| {
        clocks.iter().filter(|clock| clock.state == ClockState::Running && wanted(clock.left)).count()
    };
    let requested = read.open.iter().filter(|row| row.repair_state == RepairState::Requested).count();
    vec![
        tile("tile-open", "arrows-exchange", read.open.len(), Tone::Plain, "/rma"),
        tile(
            "tile-risk",
            "alert-triangle",
            clocks.iter().filter(|clock| is_urgent(clock) && clock.left >= 0).count(),
            Tone::Warn,
            "/rma?view=risk",
        ),
        tile("tile-overdue", "clock", running(|left| left < 0), Tone::Bad, "/rma?view=overdue"),
        tile("tile-to-authorise", "inbox", requested, Tone::Plain, "/rma?state=requested"),
        tile("tile-low", "building-warehouse", read.low.len(), Tone::Bad, "/stock?low=true"),
    ]
}

fn urgent_row(p: &Page, row: &LineRow, clock: &Clock) -> UrgentRow {
    UrgentRow {
        number: row.number.clone(),
        line: row.line,
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        customer: row.customer_name.clone(),
        state: row.repair_state.to_string(),
        clock: clock.clone(),
        next_action: String::new(),
        assignee: row.assignee.clone().unwrap_or_default(),
    }
}

fn buckets(clocks: &[Clock]) -> Vec<Bucket> {
    let running = |low: i64, high: i64| {
        clocks
            .iter()
            .filter(|clock| clock.state == ClockState::Running && (low..=high).contains(&clock.left))
            .count()
    };
    let in_state = |state| clocks.iter().filter(|clock| clock.state == state).count();
    let bucket = |key, n: usize, tone, view: &str| Bucket {
        key,
        count: count(n),
        tone,
        href: format!("/rma?view={}", part(view)),
    };
    vec![
        bucket("bucket-overdue", running(i64::MIN, -1), Tone::Bad, "overdue"),
        bucket("bucket-0-5", running(0, 5), Tone::Warn, "risk"),
        bucket("bucket-6-15", running(6, clock::RISK_DAYS), Tone::Warn, "risk"),
        bucket("bucket-16-30", running(clock::RISK_DAYS + 1, 30), Tone::Plain, "open"),
        bucket("bucket-31", running(31, i64::MAX), Tone::Plain, "open"),
        bucket("bucket-paused", in_state(ClockState::Paused), Tone::Hold, "open"),
        bucket("bucket-not-started", in_state(ClockState::NotStarted), Tone::Plain, "open"),
    ]
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
