//! `/find`: one box for serials, RMAs, repair orders, parts, bins, customers and all that papers carry. A single hit is opened at
//! once.

use super::act::value;
use super::answer::{self, Shown, go, part};
use super::find_papers as papers;
use super::frame::{self, name};
use super::rmas::pairs;
use super::units::found_unit;
use crate::app::parts::PartFilter;
use crate::app::repair::{self, FIRST, RepairFilter};
use crate::app::rma::{self, LineFilter};
use crate::app::setup::Listing;
use crate::app::stock::{self, Scanned, UnitFilter};
use crate::app::{AppResult, Conn, Ctx, Error, customers, parts, places};
use crate::domain::actor::{Permission, Role};
use crate::domain::refusal::Refusal;
use crate::domain::repair::QueueSort;
use crate::domain::serial::to_half_width;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::find::{FindPage, Hit};
use crate::web::page::Screen;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Hits of each kind.
pub(super) const HITS: i64 = 10;
/// A piece of a serial shorter than this is in too many of them.
const PIECE_MIN: usize = 4;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/find", web::get().to(find));
}

async fn find(req: HttpRequest, caller: Caller) -> Shown {
    // A Chinese keyboard types full-width digits; a gun ends with a carriage return.
    let q = to_half_width(value(&pairs(&req), "q")).trim().to_owned();
    let p = frame::page(&req, Some(&caller), Screen::Elsewhere);
    let (wanted, words) = (q.clone(), p.clone());
    let hits = if q.is_empty() {
        vec![]
    } else {
        http::read(&caller, move |conn, ctx| hits(conn, ctx, &words, &wanted)).await?
    };
    if let Some(only) = meant(&q, &hits) {
        return Ok(go(&req, &only.href));
    }
    let more = i64::try_from(hits.len()).is_ok_and(|found| found >= HITS);
    answer::page(&FindPage { p, q, hits, more })
}

/// The one page that was meant: the only hit, or the document whose very number was typed. A serial leads to its unit and to its
/// RMAs alike.
fn meant<'h>(q: &str, hits: &'h [Hit]) -> Option<&'h Hit> {
    if let [only] = hits {
        return Some(only);
    }
    let mut exact = hits.iter().filter(|hit| hit.kind != "unit" && hit.code.eq_ignore_ascii_case(q));
    exact.next().filter(|_| exact.next().is_none())
}

pub(super) fn hit(kind: &'static str, code: &str, name: &str, note: &str, href: String) -> Hit {
    Hit { kind, code: code.to_owned(), name: name.to_owned(), note: note.to_owned(), href }
}

/// The page that tells what a code is and what is in it.
pub(super) fn to_page(code: &str) -> String {
    format!("/scan?code={}", part(code))
}

/// What is found: things first, then whose they are, papers, and the RMAs they are on.
fn hits(conn: &mut Conn, ctx: &Ctx, p: &Page, q: &str) -> AppResult<Vec<Hit>> {
    let role = ctx.actor.role;
    let mut hits = vec![];
    if role.may(Permission::ReadStock) {
        stocked(conn, ctx, p, q, &mut hits)?;
    }
    if role.may(Permission::ReadSetup) {
        set_up(conn, ctx, p, q, &mut hits)?;
    }
    papers::hits(conn, ctx, q, &mut hits)?;
    if role.may(Permission::ReadStock) {
        for bin in places::bins_called(conn, ctx, q)? {
            hits.push(hit("bin", &bin.code, &p.word("place", bin.kind.as_str()), "", to_page(&bin.code)));
        }
    }
    hits.extend(lines(conn, ctx, p, q)?);
    if role.may(Permission::ReadStock) {
        let filter = RepairFilter { q: Some(q.to_owned()), ..RepairFilter::default() };
        for order in repair::list(conn, ctx, &filter, QueueSort::Due, FIRST, HITS)? {
            let row = order.row;
            let title = name(p, &row.part_name, &row.part_name_en);
            let href = format!("/bench/{}", part(&row.number));
            hits.push(hit("repair", &row.number, title, &row.serial, href));
        }
    }
    Ok(hits)
}

fn set_up(conn: &mut Conn, ctx: &Ctx, p: &Page, q: &str, hits: &mut Vec<Hit>) -> AppResult<()> {
    let page = Listing { q: q.to_owned(), limit: HITS, ..Listing::default() };
    for found in parts::list(conn, ctx, &page, &PartFilter::default())? {
        let href = format!("/unit?part_no={}", part(&found.row.part_no));
        let title = name(p, &found.row.name, &found.row.name_en);
        if !hits.iter().any(|hit| hit.kind == "part" && hit.code == found.row.part_no) {
            hits.push(hit("part", &found.row.part_no, title, "", href));
        }
    }
    for customer in customers::list(conn, ctx, &page)? {
        let href = format!("/rma?view=all&customer={}", part(&customer.code));
        hits.push(hit("customer", &customer.code, &customer.name, &customer.city, href));
    }
    Ok(())
}

/// What is not there is no hit.
pub(super) fn there<T>(found: AppResult<T>) -> AppResult<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::Refused(Refusal::NotFound { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

fn lines(conn: &mut Conn, ctx: &Ctx, p: &Page, q: &str) -> AppResult<Vec<Hit>> {
    let filter = LineFilter { q: Some(q.to_owned()), ..LineFilter::default() };
    let found = rma::list_lines(conn, ctx, &filter, rma::FIRST, HITS)?;
    let hits = found.iter().map(|line| {
        let href = format!("/rma/{}?line={}", part(&line.number), line.line);
        let title = name(p, &line.part_name, &line.part_name_en);
        let code = if line.line > 1 { format!("{}/{}", line.number, line.line) } else { line.number.clone() };
        hit("rma", &code, title, &line.serial, href)
    });
    Ok(hits.collect())
}

fn stocked(conn: &mut Conn, ctx: &Ctx, p: &Page, q: &str, hits: &mut Vec<Hit>) -> AppResult<()> {
    match stock::scan(conn, ctx, q)? {
        Scanned::Unit { unit, .. } => {
            let found = found_unit(p, &unit, None);
            hits.push(hit("unit", &found.code, &found.name, &p.place(&unit.place), found.href));
        }
        Scanned::Ambiguous { units, .. } => hits.extend(units.iter().map(|unit| {
            let found = found_unit(p, unit, None);
            hit("unit", &found.code, &found.name, &unit.part_no, found.href)
        })),
        Scanned::Part { part: found } => {
            let href = format!("/unit?part_no={}", part(&found.part_no));
            hits.push(hit("part", &found.part_no, "", "", href));
        }
        Scanned::Place { place } => {
            let kind = p.word("place", place.kind.as_str());
            hits.push(hit("bin", &place.code, &kind, "", to_page(&place.code)));
        }
        Scanned::TakenBack { unit } => {
            let found = found_unit(p, &unit, None);
            hits.push(hit("unit", &found.code, &found.name, &p.word("unit-flag", "taken_back"), found.href));
        }
        Scanned::Unknown { .. } if q.chars().count() >= PIECE_MIN && ctx.actor.role != Role::Customer => {
            let filter = UnitFilter { serial: Some(q.to_owned()), ..UnitFilter::default() };
            for unit in stock::list_units(conn, ctx, &filter, 0, HITS)? {
                let found = found_unit(p, &unit, None);
                hits.push(hit("unit", &found.code, &found.name, &p.place(&unit.place), found.href));
            }
        }
        Scanned::Rma { .. } | Scanned::Unknown { .. } => {}
    }
    Ok(())
}
