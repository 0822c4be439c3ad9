//! `/menu/counts`: the numbers beside the menu's entries, fetched after the page so that no page waits for them.

use super::answer::Shown;
use super::frame;
use crate::app::counts;
use crate::app::requests::{self, RequestFilter};
use crate::app::rma::{self, LineFilter};
use crate::app::stock;
use crate::app::{AppResult, Conn, Ctx, first_start, outbox};
use crate::domain::actor::{Permission, Role as ActorRole};
use crate::domain::calendar::Zone;
use crate::domain::request::RequestState;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::format::how_many;
use crate::web::page::{Badge, Screen};
use actix_web::http::header::REFERER;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

/// Rows counted at most; more than this is "many".
const MOST: i64 = 200;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/menu/counts", web::get().to(counts));
}

async fn counts(req: HttpRequest, caller: Caller) -> Shown {
    let (mut badges, way) = http::read(&caller, |conn, ctx| Ok((read(conn, ctx)?, way(conn, ctx)?))).await?;
    badges.push(Badge { screen: Screen::Public, count: caller.waiting, bad: false });
    let mut p = frame::page(&req, Some(&caller), Screen::Elsewhere);
    p.badges = badges;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("Cache-Control", "no-store"))
        .body(p.nav_badges().to_string() + &entry(&req, &p, way)))
}

/// How far the company has come on its way to the first RMA; none once it is there, and for who does not set it up.
fn way(conn: &mut Conn, ctx: &Ctx) -> AppResult<Option<(i64, i64)>> {
    if ctx.actor.may(Permission::ManageSetup).is_err() {
        return Ok(None);
    }
    let (done, all) = super::start::done(&first_start::progress(conn, ctx)?);
    Ok((done < all).then_some((done, all)))
}

/// The way's entry in the menu, while it is not walked to its end; on its own page it is the current one.
fn entry(req: &HttpRequest, p: &Page, way: Option<(i64, i64)>) -> String {
    let Some((done, all)) = way else { return String::new() };
    let from = req.headers().get(REFERER).and_then(|from| from.to_str().ok()).unwrap_or_default();
    let here = if from.contains("/start") { r#" aria-current="page""# } else { "" };
    format!(
        r#"<li id="nav-start" hx-swap-oob="true"><a href="/start"{here}>{}{}<span class="n">{done}/{all}</span></a></li>"#,
        p.icon("player-play"),
        p.t("start-menu")
    )
}

fn read(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<Badge>> {
    let role = ctx.actor.role;
    let mut badges = vec![];
    if role == ActorRole::Customer {
        return Ok(badges);
    }
    let today = Zone::default().local_date(ctx.now);
    let overdue = LineFilter {
        open: true,
        due: today.pred_opt().map(|day| (rma::FIRST.sort_due, day)),
        ..LineFilter::default()
    };
    badges.push(Badge { screen: Screen::Rma, count: rma::count_lines(conn, ctx, &overdue)?, bad: true });
    // What waits for this role: a decision, a parcel, a board to be sent back.
    let waiting = match role {
        ActorRole::Engineer => RequestFilter {
            owed: true,
            engineer: Some(ctx.actor.username.clone()),
            ..RequestFilter::default()
        },
        ActorRole::Clerk => RequestFilter { state: Some(RequestState::Approved), ..RequestFilter::default() },
        _ => RequestFilter { state: Some(RequestState::Requested), ..RequestFilter::default() },
    };
    let waiting = requests::list(conn, ctx, &waiting, i64::MAX, MOST)?.len();
    badges.push(Badge { screen: Screen::Requests, count: how_many(waiting), bad: false });
    if role.may(Permission::ReadStock) {
        // Whoever works in depots answers for these, as the page shows them first.
        let own = ctx.actor.depots.iter().map(|depot| Some(depot.code.clone()));
        let depots: Vec<Option<String>> = if role.is_bound_to_depots() { own.collect() } else { vec![None] };
        let mut low = 0;
        for depot in depots {
            low += stock::count_low(conn, ctx, depot.as_deref(), MOST)?;
        }
        badges.push(Badge { screen: Screen::Stock, count: low, bad: true });
        let [differing, boxes] = super::exceptions::waiting(conn, ctx)?;
        if role.may(Permission::CorrectStock) {
            badges.push(Badge { screen: Screen::Counts, count: counts::waiting(conn, ctx)?, bad: false });
        }
        badges.push(Badge { screen: Screen::Exceptions, count: differing + boxes, bad: false });
    }
    if ctx.actor.may(Permission::ManageNotices).is_ok() {
        // What was given up first; else what still waits to leave.
        let mails = outbox::counts(conn, ctx)?;
        let (count, bad) = if mails.dead > 0 { (mails.dead, true) } else { (mails.queued, false) };
        badges.push(Badge { screen: Screen::Notices, count, bad });
    }
    Ok(badges)
}
