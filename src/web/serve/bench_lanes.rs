//! `/bench` as lanes, the likeliest to miss on top.

use super::answer::{self, Shown};
use super::bench::{item, take_form, views};
use super::frame;
use crate::app::repair::{self, FIRST, RepairFilter};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::repair::{BenchLane, QueueSort};
use crate::http::{self, Caller};
use crate::web::bench::BenchRow;
use crate::web::bench_lanes::{Lane, LanesPage};
use crate::web::format::how_many;
use crate::web::page::Screen;
use actix_web::HttpRequest;

/// Orders looked at: more than a bench holds.
const ORDERS: i64 = 1_000;
/// Orders shown of each lane.
const SHOWN: usize = 8;
/// Icon of a lane.
fn icon_of(lane: BenchLane) -> &'static str {
    match lane {
        BenchLane::Diagnosis => "stethoscope",
        BenchLane::Repair => "tool",
        BenchLane::Parts => "clock-pause",
        BenchLane::Vendor => "building-factory-2",
        BenchLane::Test => "test-pipe",
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
    let p = frame::with_parties(p, &caller, read.iter().map(|listed| listed.row.place.as_str())).await?;
    let rows: Vec<BenchRow> = read.iter().map(|listed| item(&p, &caller, listed, today)).collect();
    let of = |code: &BenchLane| {
        let there = rows.iter().zip(&read).filter(|(_, listed)| {
            BenchLane::of(listed.row.state, listed.row.waiting_since.is_some()) == Some(*code)
        });
        let there: Vec<BenchRow> = there.map(|(row, _)| row.clone()).collect();
        Lane {
            code: code.as_str(),
            icon: icon_of(*code),
            count: how_many(there.len()),
            rows: there.into_iter().take(SHOWN).collect(),
        }
    };
    let may_take = caller.ctx.actor.role.may(Permission::Repair);
    answer::page(&LanesPage {
        views: views("lanes", ""),
        total: how_many(rows.len()),
        first: first_to_do(&rows),
        lanes: BenchLane::ALL.iter().map(of).collect(),
        take: may_take.then(|| take_form(&p)),
        p,
    })
}
