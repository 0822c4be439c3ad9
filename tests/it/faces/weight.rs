//! A first visit is light: page, style sheet, scripts and icons together, headers and all, as they are served.

use super::list;
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use std::collections::BTreeSet;

/// Bytes of a first visit to a page of staff, and to the public tracking page.
const STAFF: usize = 45 * 1024;
const PUBLIC: usize = 20 * 1024;

const PAGES: [&str; 17] = [
    "/",
    "/rma",
    "/rma/new",
    "/requests",
    "/requests/new",
    "/bench",
    "/scan",
    "/stock",
    "/unit",
    "/movements",
    "/report/timely-repair",
    "/notices",
    "/imports",
    "/me",
    "/me/security",
    "/settings",
    "/find?q=nothing-of-this",
];

/// Addresses of the files a page names, without what follows `#`; but for the reader of codes, which is fetched when the camera
/// is opened and the browser has none of its own.
fn files(page: &str) -> BTreeSet<String> {
    let pieces: Vec<&str> = page.split("\"/static/").collect();
    let is_fetched =
        |pair: &&[&str]| !["data-zxjs=", "data-zxwasm="].iter().any(|late| pair[0].ends_with(late));
    let named = pieces.windows(2).filter(is_fetched);
    named.map(|pair| format!("/static/{}", pair[1].split(['"', '#']).next().unwrap())).collect()
}

/// Bytes of a first visit on the wire.
async fn weight(browser: &Browser, path: &str) -> usize {
    let mut bytes = browser.weighed(path).await;
    for file in files(&browser.page(path).await) {
        bytes += browser.weighed(&file).await;
    }
    bytes
}

on_both!(a_first_visit_is_light, async |db: &Database| {
    let (server, boss, rmas) = list::served(db).await;
    let mut heavy = vec![];
    let detail = boss.page(&rmas[1]).await;
    for path in PAGES.iter().copied().chain([rmas[1].as_str(), "/unit/B-2"]) {
        let bytes = weight(&boss, path).await;
        if bytes > STAFF {
            heavy.push(format!("{path}: {bytes}"));
        }
    }
    let tracked = detail.split_once("href=\"/track/").unwrap().1.split_once('"').unwrap().0;
    let tracked = format!("/track/{}", tracked.replace("&amp;", "&"));
    let stranger = Browser::open(&server);
    let login = weight(&stranger, "/login").await;
    if login > STAFF {
        heavy.push(format!("/login: {login}"));
    }
    for path in [tracked.as_str(), "/track"] {
        let bytes = weight(&stranger, path).await;
        if bytes > PUBLIC {
            heavy.push(format!("{path}: {bytes}"));
        }
    }
    assert!(heavy.is_empty(), "{heavy:#?}");
});
