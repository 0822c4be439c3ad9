//! The frame of a page: who looks at it, in which language and colours.

use super::flash;
use crate::app::{depots, parts, people, places};
use crate::domain::actor::{Permission, Role as ActorRole};
use crate::http::{self, Caller, Problem, State};
use crate::i18n::Lang;
use crate::web::Page;
use crate::web::page::{Badge, Role, Screen, Theme, Who};
use actix_web::{HttpRequest, web};
use chrono::{DateTime, FixedOffset, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Cookie with the language of somebody who is not signed in.
pub const LANGUAGE: &str = "beiku_lang";
/// Cookie with the colour scheme.
pub const THEME: &str = "beiku_theme";
/// Cookie that switches single-key shortcuts off.
pub const SHORTCUTS: &str = "beiku_keys";

/// China Standard Time, the zone of every local date (`docs/design/NUMBERS.md` §1).
const ZONE: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(zone) => zone,
    // Eight hours are a valid offset.
    None => panic!("no such offset"),
};

/// The zone instants are shown in.
pub fn zone() -> FixedOffset {
    ZONE
}

/// The frame for whoever looks.
pub fn page(req: &HttpRequest, caller: Option<&Caller>, here: Screen) -> Page {
    let cookie = |name: &str| http::cookie(req, name);
    let chosen = cookie(LANGUAGE).and_then(|code| Lang::from_code(&code));
    let lang = match caller {
        Some(caller) => Lang::from_code(caller.person.language.as_str()).unwrap_or_default(),
        None => chosen.unwrap_or_else(|| http::language(req)),
    };
    let page = Page {
        lang,
        theme: Theme::from_code(&cookie(THEME).unwrap_or_default()),
        zone: ZONE,
        now: caller.map_or_else(|| now(req), |caller| caller.ctx.now),
        here,
        path: path_of(req),
        csrf: caller.map(Caller::csrf_token).unwrap_or_default(),
        who: caller.map(who),
        shortcuts: cookie(SHORTCUTS).as_deref() != Some("off"),
        badges: badges(caller),
        toasts: vec![],
        names: BTreeMap::new(),
        parties: BTreeMap::new(),
        parts: BTreeMap::new(),
        depots: BTreeMap::new(),
    };
    Page { toasts: flash::said(req, &page), ..page }
}

/// The frame with the names of the people its page tells of. One statement, whatever the number of rows.
pub async fn naming<'a>(
    p: Page,
    caller: &Caller,
    usernames: impl IntoIterator<Item = &'a Option<String>>,
) -> Result<Page, Problem> {
    let wanted: BTreeSet<String> = usernames.into_iter().flatten().cloned().collect();
    if wanted.is_empty() {
        return Ok(p);
    }
    let names = http::read(caller, move |conn, _| people::shown_names(conn, &wanted)).await?;
    Ok(Page { names, ..p })
}

/// The frame with the names of the customers and vendors its page tells of, from places and owners as they are written
/// (`customer:C1`); other places are passed over.
pub async fn with_parties<'a>(
    p: Page,
    caller: &Caller,
    codes: impl IntoIterator<Item = &'a str>,
) -> Result<Page, Problem> {
    let wanted: BTreeSet<String> =
        codes.into_iter().filter(|code| places::is_party(code)).map(ToOwned::to_owned).collect();
    if wanted.is_empty() || caller.may(Permission::ReadStock).is_err() {
        return Ok(p);
    }
    let parties = http::read(caller, move |conn, ctx| places::party_names(conn, ctx, &wanted)).await?;
    Ok(Page { parties, ..p })
}

/// The frame with the names of these parts, for rows that know the numbers only.
pub async fn with_parts<'a>(
    p: Page,
    caller: &Caller,
    part_nos: impl IntoIterator<Item = &'a str>,
) -> Result<Page, Problem> {
    let wanted: BTreeSet<String> = part_nos.into_iter().map(ToOwned::to_owned).collect();
    if wanted.is_empty() {
        return Ok(p);
    }
    let rows = http::read(caller, move |conn, ctx| parts::names(conn, ctx, &wanted)).await?;
    let named = rows.into_iter().map(|row| (row.part_no, name(&p, &row.name, &row.name_en).to_owned()));
    let parts = named.collect();
    Ok(Page { parts, ..p })
}

/// The frame with the names of the depots.
pub async fn with_depots(p: Page, caller: &Caller) -> Result<Page, Problem> {
    let depots = http::read(caller, |conn, _| depots::names(conn)).await?;
    Ok(Page { depots, ..p })
}

/// Whose vans these places are, to be named with [`naming`].
pub fn drivers<'a>(places: impl IntoIterator<Item = &'a str>) -> Vec<Option<String>> {
    places.into_iter().map(|place| place.strip_prefix("engineer:").map(ToOwned::to_owned)).collect()
}

/// What waits, beside the place where it waits.
fn badges(caller: Option<&Caller>) -> Vec<Badge> {
    let waiting = caller.map_or(0, |caller| caller.waiting);
    vec![Badge { screen: Screen::Public, count: waiting, bad: false }]
}

/// Path and query of the request.
pub fn path_of(req: &HttpRequest) -> String {
    req.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

fn now(req: &HttpRequest) -> DateTime<Utc> {
    req.app_data::<web::Data<State>>().map(|state| state.app.clock().now()).unwrap_or_default()
}

fn who(caller: &Caller) -> Who {
    let actor = &caller.ctx.actor;
    let role = match actor.role {
        ActorRole::Admin => Role::Admin,
        ActorRole::Manager => Role::Manager,
        ActorRole::Clerk => Role::Clerk,
        ActorRole::Engineer => Role::Engineer,
        ActorRole::Technician => Role::Technician,
        ActorRole::Customer => Role::Customer,
    };
    Who {
        name: caller.person.display_name.clone(),
        username: actor.username.clone(),
        role,
        scope: caller.person.scope.join(" · "),
    }
}

/// The name in the page's language, where there are two.
pub fn name<'a>(p: &Page, zh: &'a str, en: &'a str) -> &'a str {
    if p.lang == Lang::En && !en.is_empty() { en } else { zh }
}
