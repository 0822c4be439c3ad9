//! The stock page: reorder points are set where their shortage is seen.

use super::{clerk, refused};
use crate::depot::{BOARD, buy, get};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;

on_both!(a_reorder_point_is_set_where_the_part_is_seen, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN").await;
    assert!(!li.page("/stock?q=P-100").await.contains("set=P-100"), "a clerk reads them");
    c.server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&c.server, "boss").await;
    let page = boss.page("/stock?q=P-100").await;
    assert!(
        page.contains("/stock?q=P-100&#38;set=P-100") || page.contains("/stock?q=P-100&amp;set=P-100"),
        "{page}"
    );
    let form = "/stock?q=P-100&set=P-100&at=JN";
    let page = boss.page(form).await;
    assert!(page.contains("action=\"/stock/points\"") && page.contains("value=\"JN\" selected"), "{page}");

    let said = [("part_no", BOARD), ("depot", "JN"), ("back", "/stock?q=P-100")];
    let (status, page) =
        refused(&boss, form, "/stock/points", &[&said[..], &[("quantity", "-1")]].concat()).await;
    assert!(status == 422 && page.contains("value=\"-1\"") && page.contains("Must be between"), "{page}");
    let to = boss.submit(form, "/stock/points", &[&said[..], &[("quantity", "5")]].concat()).await;
    assert_eq!(to, "/stock?q=P-100");
    let low = get(&c.manager, "/stock?low=true").await;
    assert_eq!(low["items"][0]["reorder_point"], 5);
    let page = boss.page("/stock?low=true").await;
    assert!(page.contains("3 short") && page.contains("set=P-100") && page.contains("at=JN"), "{page}");

    let elsewhere = [("part_no", BOARD), ("depot", "JN"), ("back", "https://evil.example/?low=true")];
    let to = boss.submit(form, "/stock/points", &elsewhere).await;
    assert_eq!(to, "/stock?low=true", "back to this page only; nothing said takes the point away");
    assert_eq!(get(&c.manager, "/stock?low=true").await["items"], serde_json::json!([]));
    let (status, _) = refused(&li, "/stock", "/stock/points", &said).await;
    assert_eq!(status, 403);
});
