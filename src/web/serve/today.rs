//! `/today`: a clerk's day.

use super::answer::{self, Shown, part};
use super::frame::{self, name};
use super::rmas::everything;
use super::station_words::href_of;
use super::transfers::{days_words, suggested};
use crate::app::exceptions::ExceptionRow;
use crate::app::intakes::IntakeRow;
use crate::app::rma::LineRow;
use crate::app::scans::{self, Due, Today};
use crate::app::transfers::TransferRow;
use crate::app::{AppResult, Conn, Ctx, depots};
use crate::domain::actor::{DepotRef, Permission};
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::dashboard::Tile;
use crate::web::format::how_many;
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::today::{DueRow, TodayPage, WorkRow};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Rows of each list.
const ROWS: usize = 10;
/// Days on the road from which a transfer is worth a call.
const LONG: i64 = 7;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/today", web::get().to(show));
}

/// The depots a person's day is about: those given to them, else all.
fn depots_of(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<DepotRef>> {
    if ctx.actor.role.is_bound_to_depots() {
        return Ok(ctx.actor.depots.clone());
    }
    let all = depots::list(conn, ctx, &everything())?;
    Ok(all.into_iter().map(|depot| DepotRef { id: depot.row.id, code: depot.row.code }).collect())
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::ReadStock)?;
    let (own, day) = http::read(&caller, |conn, ctx| {
        let own = depots_of(conn, ctx)?;
        let day = scans::today(conn, ctx, &own)?;
        Ok((own, day))
    })
    .await?;
    let p = frame::with_depots(frame::page(&req, Some(&caller), Screen::Today), &caller).await?;
    let vans = frame::drivers(day.checks.iter().map(|one| one.row.place.as_str()));
    let p = frame::naming(p, &caller, &vans).await?;
    let p = frame::with_parts(p, &caller, day.suggestions.iter().map(|one| one.part_no.as_str())).await?;
    let names: Vec<String> = own.iter().map(|depot| p.depot(&depot.code)).collect();
    answer::page(&TodayPage {
        depots: names.join(&p.t("list-separator")),
        depot: own.first().map(|depot| depot.code.clone()).unwrap_or_default(),
        tiles: tiles(&day),
        coming: day.coming.iter().take(ROWS).map(|(depot, due)| due_row(&p, depot, due)).collect(),
        leaving: day.leaving.iter().take(ROWS).map(|(depot, due)| due_row(&p, depot, due)).collect(),
        coming_more: more(&day.coming),
        leaving_more: more(&day.leaving),
        to_approve: day.to_approve.iter().take(ROWS).map(|row| transfer(&p, row, None)).collect(),
        on_road: day.on_road.iter().take(ROWS).map(|(row, days)| transfer(&p, row, *days)).collect(),
        owed: day.owed.iter().map(|row| owed(&p, row)).collect(),
        checks: day.checks.iter().take(ROWS).map(|one| super::instruments::work(&p, one)).collect(),
        settle_href: settle_href(&day),
        to_settle: day
            .exceptions
            .iter()
            .map(|row| exception(&p, row))
            .chain(day.intakes.iter().map(|row| intake(&p, row)))
            .take(ROWS)
            .collect(),
        suggested: day.suggestions.into_iter().take(ROWS).map(|one| suggested(&caller.ctx, one)).collect(),
        p,
    })
}

/// How many of a list are not shown.
fn more<T>(all: &[T]) -> i64 {
    how_many(all.len().saturating_sub(ROWS))
}

/// The list that has what waits: boxes have one of their own.
fn settle_href(day: &Today) -> &'static str {
    if day.exceptions.is_empty() && !day.intakes.is_empty() { "/intakes" } else { "/exceptions" }
}

fn tiles(day: &Today) -> Vec<Tile> {
    let tile = |key, icon, value: usize, tone: Tone, href: &str| Tile {
        key,
        icon,
        value: how_many(value),
        tone: if value > 0 { tone } else { Tone::Plain },
        note: String::new(),
        href: href.to_owned(),
    };
    vec![
        tile("tile-coming", "package-import", day.coming.len(), Tone::Plain, "/scan/receive"),
        tile("tile-leaving", "package-export", day.leaving.len(), Tone::Plain, "/scan/ship"),
        tile("tile-approve", "inbox", day.to_approve.len(), Tone::Plain, "/transfers?view=requested"),
        tile(
            "tile-settle",
            "alert-triangle",
            day.exceptions.len() + day.intakes.len(),
            Tone::Warn,
            settle_href(day),
        ),
        tile("tile-owed", "clock", day.owed.len(), Tone::Bad, "#h-owed"),
    ]
}

fn due_row(p: &Page, depot: &str, due: &Due) -> DueRow {
    let rest = due.wanted - due.done;
    DueRow {
        document: due.document.clone(),
        href: href_of(&due.document),
        name: name(p, &due.part_name, &due.part_name_en).to_owned(),
        what: due.serial.clone().unwrap_or_else(|| format!("{} × {}", due.part_no, p.count(&rest))),
        depot: depot.to_owned(),
    }
}

fn transfer(p: &Page, row: &TransferRow, days: Option<i64>) -> WorkRow {
    WorkRow {
        code: row.number.clone(),
        href: format!("/transfers/{}", part(&row.number)),
        note: format!("{} → {} {}", p.depot(&row.from_depot), p.depot(&row.to_depot), row.note)
            .trim()
            .to_owned(),
        age: days.map_or_else(|| p.recent(&row.requested_at), |days| days_words(p, days)),
        bad: days.is_some_and(|days| days >= LONG),
    }
}

fn owed(p: &Page, row: &LineRow) -> WorkRow {
    WorkRow {
        code: format!("{}/{}", row.number, row.line),
        href: format!("/rma/{}?line={}", part(&row.number), row.line),
        note: format!("{} · {}", name(p, &row.part_name, &row.part_name_en), row.customer_name),
        age: p.word("faulty-state", row.faulty_state.as_str()),
        bad: true,
    }
}

fn exception(p: &Page, row: &ExceptionRow) -> WorkRow {
    WorkRow {
        code: row.code.clone(),
        href: format!("/exceptions?depot={}#x-{}", part(&row.depot), row.id),
        note: p.word("right-act", row.act.as_str()),
        age: p.recent(&row.held_at),
        bad: false,
    }
}

fn intake(p: &Page, row: &IntakeRow) -> WorkRow {
    let why = row.exception.map(|why| p.word("intake-exception", why.as_str())).unwrap_or_default();
    WorkRow {
        code: if row.serial.is_empty() { row.label.clone() } else { row.serial.clone() },
        href: format!("/intakes/{}", row.id),
        note: format!("{} · {why}", row.box_no),
        age: p.recent(&row.taken_in_at),
        bad: false,
    }
}
