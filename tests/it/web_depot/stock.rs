//! The stock page: reorder points are set where their shortage is seen.

use super::{clerk, refused};
use crate::depot::{BOARD, buy, get, post};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use beiku::domain::calendar::Zone;
use beiku::store::StoreError;
use beiku::store::sql::sql;
use chrono::TimeDelta;
use serde_json::json;

on_both!(a_reorder_point_is_set_where_the_part_is_seen, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN").await;
    assert!(!li.page("/stock?q=P-100").await.contains("set=P-100"), "a clerk reads them");
    li.page("/stock?low=1").await;
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

on_both!(stock_and_a_unit_are_shown_as_of_a_day, async |db: &Database| {
    let (c, _) = clerk(db).await;
    buy(&c, BOARD, &["SN1"], "JN").await;
    let day = Zone::default().local_date(db.clock().now());
    db.clock().advance(TimeDelta::days(2));
    buy(&c, BOARD, &["SN2"], "JN").await;
    let mv = json!({ "kind": "move", "part_no": BOARD, "serial": "SN1", "from": "JN", "to": "DZ" });
    post(&c.manager, "/movements", mv, 201).await;
    c.server.user("boss", Role::Manager, &[], &[]).await;
    let boss = Browser::signed_in(&c.server, "boss").await;
    let now = boss.page("/stock").await;
    assert!(
        now.contains("name=\"as_of\"") && now.matches("<b>1</b>").count() >= 2,
        "one here, one there: {now}"
    );
    let page = boss.page(&format!("/stock?as_of={day}&low=true")).await;
    assert!(
        page.contains(&format!("As it stood at the end of {day}")) && page.contains("href=\"/stock\""),
        "{page}"
    );
    assert!(!page.contains("min 3") && page.contains(&format!("value=\"{day}\"")), "{page}");

    let page = boss.page(&format!("/unit/SN1?as_of={day}")).await;
    assert!(page.contains("As it stood") && !page.contains("id=\"mv-") && !page.contains("DZ"), "{page}");
    let page = boss.page(&format!("/unit/SN2?as_of={day}")).await;
    assert!(page.contains("Not in the books yet") && page.contains("href=\"/unit/SN2\""), "{page}");
    for wrong in ["2099-01-01", "yesterday"] {
        let page = boss.page(&format!("/unit/SN1?as_of={wrong}")).await;
        assert!(
            page.contains("no day of the past") && page.contains("DZ") && page.contains("id=\"mv-"),
            "{page}"
        );
    }
});

/// Parts of the matrix on this page.
fn parts(page: &str) -> Vec<String> {
    let matrix = page.split_once("<table class=\"stock\">").map_or("", |(_, matrix)| matrix);
    let links = matrix.split("href=\"/unit?part_no=").skip(1);
    links.filter_map(|rest| rest.split_once('"').map(|(part_no, _)| part_no.to_owned())).collect()
}

on_both!(stock_is_read_a_page_at_a_time, async |db: &Database| {
    let (c, li) = clerk(db).await;
    let filled = db.store().write(|tx| {
        for n in 0..120 {
            let family = if n % 2 == 0 { "电源" } else { "风扇" };
            let part = sql("INSERT INTO part (part_no, name, category, tracking) VALUES ($1, $2, $3, 'quantity') RETURNING id AS value")
                .bind(format!("M-{n:03}"))
                .bind(format!("{family}{n}"))
                .bind(family)
                .number(tx)?;
            // The last ones are short of something, all the others want nothing and have nothing.
            let depot = if n == 119 { "DZ" } else { "JN" };
            let quantity = if n < 119 { 1 } else { 2 };
            sql("INSERT INTO reorder_point (depot_id, part_id, quantity) SELECT id, $2, $3 FROM depot WHERE code = $1")
                .bind(depot)
                .bind(part)
                .bind(quantity)
                .execute(tx)?;
        }
        Ok::<_, StoreError>(())
    });
    filled.await.unwrap();
    buy(&c, BOARD, &["SN1"], "JN").await;
    post(
        &c.manager,
        "/movements",
        json!({ "kind": "receive", "part_no": "M-000", "quantity": 3, "from": "supplier", "to": "JN" }),
        201,
    )
    .await;

    let mut seen = vec![];
    let mut at = "/stock".to_owned();
    let mut sizes = vec![];
    loop {
        let page = li.page(&at).await;
        sizes.push(parts(&page).len());
        seen.extend(parts(&page));
        let Some((_, rest)) = page.split_once("rel=\"next\" href=\"") else { break };
        at = rest.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&");
    }
    assert_eq!(sizes, [50, 50, 20], "119 parts of Jinan by rule, and the board that stands there");
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted, seen, "each once, in order");
    assert!(!seen.contains(&"M-119".to_owned()), "that one is another depot's");

    let all = li.page("/stock?depot=all&category=%E9%A3%8E%E6%89%87&low=true").await;
    assert_eq!(parts(&all).len(), 50);
    let (_, next) = all.split_once("rel=\"next\" href=\"").unwrap();
    let next = next.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&");
    for kept in ["depot=all", "low=true", "category=%E9%A3%8E%E6%89%87", "after=M-"] {
        assert!(next.contains(kept), "{kept}: {next}");
    }
    let last = li.page(&next).await;
    assert_eq!(parts(&last).len(), 10, "60 fans are short somewhere: {last}");
    assert!(last.contains("M-119") && last.contains("2 short"), "{last}");
    assert!(all.contains("All 119") && all.matches("line-0-what").count() == 0, "nobody can give: {all}");
    assert!(all.matches("Nobody can give").count() <= 12, "the first suggested moves, not all: {all}");
    let full = li.page("/stock?low=true&q=m-000").await;
    assert!(
        parts(&full).is_empty() && full.contains("Clear filters"),
        "three stand where one is enough: {full}"
    );
});
