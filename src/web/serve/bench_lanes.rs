//! `/bench` as lanes, the likeliest to miss on top.

use super::answer::{self, Shown};
use super::bench::{item, take_form, views};
use super::frame;
use crate::app::repair::{self, FIRST, RepairFilter};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::repair::QueueSort;
use crate::http::{self, Caller};
use crate::web::bench::BenchRow;
use crate::web::bench_lanes::{Lane, LanesPage};
use crate::web::page::Screen;
use actix_web::HttpRequest;

/// Orders looked at: more than a bench holds.
const ORDERS: i64 = 1_000;
/// Orders shown of each lane.
const SHOWN: usize = 8;
/// The lanes, in the order of the work: key of the name and icon.
const LANES: [(&str, &str); 5] = [
    ("bench-lane-diagnosis", "stethoscope"),
    ("bench-lane-repair", "tool"),
    ("bench-lane-parts", "clock-pause"),
    ("bench-lane-vendor", "building-factory-2"),
    ("bench-lane-test", "test-pipe"),
];

/// The lane of an order.
fn lane_of(row: &BenchRow) -> usize {
    match row.state.as_str() {
        _ if row.waiting => 2,
        "at_vendor" => 3,
        "repairing" => 1,
        "received" | "open" | "diagnosing" => 0,
        _ => 4,
    }
}

/// The most urgent that can still be saved: what is missed is past saving, and what a maker has is not ours to do.
fn first_to_do(rows: &[BenchRow]) -> Option<BenchRow> {
    let can = |row: &&BenchRow| {
        row.left.is_none_or(|left| left >= 0) && row.vendor.is_empty() && !row.steps.is_empty()
    };
    rows.iter().find(|row| can(row) && row.risk_bp.is_some()).or_else(|| rows.iter().find(can)).cloned()
}

/// The page.
pub async fn show(req: HttpRequest, caller: Caller) -> Shown {
    let today = Zone::default().local_date(caller.ctx.now);
    let filter = RepairFilter { open: true, ..RepairFilter::default() };
    let by_risk = QueueSort::MissProbability;
    let read = http::read(&caller, move |conn, ctx| repair::list(conn, ctx, &filter, by_risk, FIRST, ORDERS))
        .await?;
    let p = frame::page(&req, Some(&caller), Screen::Bench);
    let p = frame::naming(p, &caller, read.iter().map(|listed| &listed.row.technician)).await?;
    let rows: Vec<BenchRow> = read.iter().map(|listed| item(&p, &caller, listed, today)).collect();
    let mut lanes: Vec<Lane> =
        LANES.iter().map(|(key, icon)| Lane { key, icon, count: 0, rows: vec![] }).collect();
    for row in &rows {
        if let Some(lane) = lanes.get_mut(lane_of(row)) {
            lane.count += 1;
            if lane.rows.len() < SHOWN {
                lane.rows.push(row.clone());
            }
        }
    }
    let may_take = caller.ctx.actor.role.may(Permission::Repair);
    answer::page(&LanesPage {
        views: views("lanes", ""),
        total: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        first: first_to_do(&rows),
        lanes,
        take: may_take.then(|| take_form(&p)),
        p,
    })
}
