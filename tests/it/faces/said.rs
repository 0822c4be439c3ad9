//! What the pages of an RMA say of what comes next, to us and to the customer: a board that does not come home, a part that is
//! awaited, a clock that stands still.

use crate::rma::scene::scene;
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use serde_json::json;

/// The address at which the customer follows the RMA on this page.
fn followed(page: &str) -> String {
    let rest = page.split_once("href=\"/track/").unwrap().1;
    format!("/track/{}", rest.split_once('"').unwrap().0.replace("&amp;", "&"))
}

on_both!(a_board_beyond_repair_is_not_coming_home, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "start_repair", json!({})).await;
    s.server
        .sql(
            "INSERT INTO line_forecast (line_id, early_on, likely_on, late_on, made_at) \
             SELECT id, '2030-01-07', '2030-02-04', '2030-03-04', '2026-01-01 00:00:00' FROM rma_line",
        )
        .await;
    let (boss, li) = (Browser::signed_in(&s.server, "wang").await, Browser::signed_in(&s.server, "li").await);
    let at = format!("/rma/{number}");
    let page = boss.page(&at).await;
    let public = followed(&page);
    assert!(page.contains("2030-02-04"), "while it is repaired it is foreseen: {page}");
    let open = Browser::open(&s.server).page(&public).await;
    assert!(open.contains("2030") && open.contains("Repaired and tested"), "{open}");

    s.act(&s.manager, &number, "finish_repair", json!({ "outcome": "ber", "finding": "板芯烧毁" })).await;
    let page = boss.page(&at).await;
    assert!(page.contains("class=\"next\" id=\"do-decide_exchange\""), "the manager decides: {page}");
    assert!(!page.contains("2030-02-04"), "{page}");
    let page = li.page(&at).await;
    assert!(
        page.contains("Next: Decide on an exchange (Service manager)")
            && !page.contains("class=\"next\" id=\"do-recover_loan\""),
        "nobody takes the loaner now: {page}"
    );
    let open = Browser::open(&s.server).page(&public).await;
    assert!(open.contains("beyond repair") && !open.contains("2030"), "{open}");
    assert!(!open.contains("Repaired and tested") && open.contains("Exchanged for an equivalent"), "{open}");
    let queued = s.get(&s.manager, "/repairs").await;
    let order = li.page(&format!("/bench/{}", queued["items"][0]["number"].as_str().unwrap())).await;
    assert!(order.contains("Next: Decide on an exchange (Service manager)"), "{order}");
});

on_both!(the_customer_reads_where_to_send_the_part_and_what_is_asked, async |db: &Database| {
    let s = scene(db).await;
    s.server.sql("UPDATE depot SET address = '历下区经十路 1 号' WHERE code = 'JN'").await;
    s.server.sql("UPDATE customer SET city = '济南'").await;
    let number = s.request("B1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let boss = Browser::signed_in(&s.server, "wang").await;
    let at = format!("/rma/{number}");
    let public = followed(&boss.page(&at).await);
    let stranger = Browser::open(&s.server);
    let page = stranger.page(&public).await;
    let sent_to = format!("Please send it to 济南备件库 · 历下区经十路 1 号. Write the RMA number {number}");
    assert!(page.contains(&sent_to), "{page}");
    let huang = Browser::signed_in(&s.server, "huang").await;
    assert!(huang.page(&at).await.contains(&sent_to));

    s.receive(&number, "B1").await;
    assert!(!stranger.page(&public).await.contains("Please send it to"), "it is here");
    let chargeable = json!({ "entitlement": "chargeable", "reason": "进水" });
    s.act(&s.manager, &number, "set_entitlement", chargeable).await;
    s.act(&s.manager, &number, "send_quote", json!({ "amount": "860.00", "valid_until": "2026-12-31" }))
        .await;
    let page = stranger.page(&public).await;
    assert!(page.contains("We sent you a quote on ") && page.contains("by 31 December 2026"), "{page}");
    let page = boss.page(&at).await;
    assert!(page.contains("Stopped since ") && page.contains("wang → 济南电力公司"), "{page}");
    assert!(page.contains("¥860.00 · valid until 2026-12-31"), "{page}");
    let pauses = boss.page("/report/pauses?from=2020-01&to=2030-12").await;
    assert!(pauses.contains("wang → 济南电力公司") && !pauses.contains("wang → C1<"), "{pauses}");
});

on_both!(a_promise_in_hours_says_the_hour, async |db: &Database| {
    let s = scene(db).await;
    let spares = json!({ "terms": [
        { "promise": "repair_return", "amount": 60, "unit": "working_days", "target_bp": 9500 },
        { "promise": "spare_in_place", "amount": 240, "unit": "minutes" },
        { "promise": "loan_return", "amount": 10, "unit": "working_days" },
    ], "regime": "loan" });
    s.plan("hours", spares).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let boss = Browser::signed_in(&s.server, "wang").await;
    let page = boss.page(&format!("/rma/{number}")).await;
    let promise = page.split_once("Spare in place").unwrap().1.split_once("</li>").unwrap().0;
    assert!(promise.contains(':'), "the minute it is due: {promise}");
});
