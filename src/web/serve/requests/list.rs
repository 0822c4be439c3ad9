//! `/requests`: the requests there are, by what is to be done with them.

use super::{item, pairs};
use crate::app::requests::{self, RequestFilter, RequestRow};
use crate::domain::actor::{Permission, Role};
use crate::domain::request::RequestState;
use crate::http::{self, Caller};
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::requests::RequestsPage;
use crate::web::rma_list::ViewTab;
use crate::web::serve::act::value;
use crate::web::serve::answer::{self, Shown};
use crate::web::serve::frame;
use crate::web::serve::rows;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Owed boards shown at most.
const OWED: i64 = 50;

const VIEWS: [(&str, &str); 6] = [
    ("mine", "requests-view-mine"),
    ("requested", "requests-view-requested"),
    ("approved", "requests-view-approved"),
    ("issued", "requests-view-issued"),
    ("owed", "requests-view-owed"),
    ("all", "requests-view-all"),
];

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/requests").route(web::get().to(show)).route(web::post().to(super::ask::make)),
    );
}

/// The view somebody of this role begins with.
fn first_view(role: Role) -> &'static str {
    match role {
        Role::Engineer => "mine",
        Role::Clerk => "approved",
        _ => "requested",
    }
}

fn filter(view: &str, username: &str) -> RequestFilter {
    RequestFilter {
        state: RequestState::from_code(view),
        customer: None,
        engineer: (view == "mine").then(|| username.to_owned()),
        owed: view == "owed",
    }
}

/// An engineer's own boards still to be sent back, the first due first.
fn owed_first(mut rows: Vec<RequestRow>) -> Vec<RequestRow> {
    rows.sort_by_key(|row| (row.owed_by.is_none(), row.owed_by, row.id));
    rows
}

async fn show(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::ReadStock)?;
    let sent = pairs(&req);
    let role = caller.ctx.actor.role;
    let view = VIEWS.iter().map(|(view, _)| *view).find(|view| *view == value(&sent, "view"));
    let view = view.unwrap_or_else(|| first_view(role));
    let username = caller.ctx.actor.username.clone();
    let wanted = filter(view, &username);
    let before = value(&sent, "before").parse().unwrap_or(i64::MAX);
    let is_own = role == Role::Engineer && view == "mine";
    let (mut rows, owed) = http::read(&caller, move |conn, ctx| {
        let rows = requests::list(conn, ctx, &wanted, before, rows::READ)?;
        let mine = RequestFilter { owed: true, engineer: Some(username), ..RequestFilter::default() };
        let owed = if is_own { requests::list(conn, ctx, &mine, i64::MAX, OWED)? } else { vec![] };
        Ok((rows, owed_first(owed)))
    })
    .await?;
    let more = rows::cut(&mut rows);
    let next = rows.last().filter(|_| more).map(|row| format!("/requests?view={view}&before={}", row.id));
    let p = frame::page(&req, Some(&caller), Screen::Requests);
    let p = frame::naming(p, &caller, rows.iter().chain(&owed).map(|row| &row.requested_by)).await?;
    let tab = |(code, key): &(&'static str, &'static str)| ViewTab {
        key,
        count: None,
        tone: Tone::Plain,
        href: format!("/requests?view={code}"),
        current: view == *code,
    };
    answer::page(&RequestsPage {
        views: VIEWS.iter().map(tab).collect(),
        view: view.to_owned(),
        owed: owed.iter().map(|row| item(&p, &caller, row)).collect(),
        rows: rows.iter().map(|row| item(&p, &caller, row)).collect(),
        next,
        may_ask: caller.may(Permission::RequestRma).is_ok(),
        has_van: role == Role::Engineer,
        p,
    })
}
