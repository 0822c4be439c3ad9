//! What `allowed_actions` names can be done: no act that the line's own state refuses is offered.

use super::scene::{Scene, scene};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use serde_json::{Value, json};

async fn offers(s: &Scene, number: &str, action: &str) -> bool {
    let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    line["allowed_actions"].as_array().unwrap().contains(&json!(action))
}

/// What is not offered is refused with this code, and what is offered goes.
async fn is_refused(s: &Scene, number: &str, action: &str, body: Value, code: &str) {
    assert!(!offers(s, number, action).await, "{action} ends in {code}");
    assert_eq!(s.refused(&s.manager, number, action, body).await, (409, code.to_owned()), "{action}");
}

on_both!(nothing_is_offered_that_the_lines_own_state_refuses, async |db: &Database| {
    let s = scene(db).await;
    let reason = json!({ "reason": "不修了" });
    // Our spare is out.
    let lent = s.request("B1", "loaner").await;
    assert!(offers(&s, &lent, "cancel").await);
    s.hand_over_spare(&lent).await;
    is_refused(&s, &lent, "cancel", reason.clone(), "loaner_still_out").await;
    s.act(&s.manager, &lent, "void", reason.clone()).await;
    let line = s.get(&s.second, &format!("/rmas/{lent}")).await["lines"][0].clone();
    assert!(!line["allowed_actions"].as_array().unwrap().contains(&json!("approve_void")), "{line}");
    s.receive(&lent, "B1").await;
    s.repair_and_return(&lent).await;
    is_refused(&s, &lent, "close", json!({}), "loaner_still_out").await;
    let back = json!({ "depot": "JN", "serial": "SPARE1" });
    s.act(&s.clerk, &lent, "recover_loan", back).await;
    assert!(offers(&s, &lent, "close").await);
    s.act(&s.manager, &lent, "close", json!({})).await;
    // Nobody accepted a price, and nobody agreed that the unit be scrapped.
    let paid = s.request("B2", "repair_return").await;
    s.receive(&paid, "B2").await;
    let quote = json!({ "amount": "860.00", "valid_until": "2026-03-20" });
    is_refused(&s, &paid, "send_quote", quote.clone(), "not_chargeable").await;
    is_refused(&s, &paid, "scrap", json!({}), "consent_needed").await;
    let chargeable = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
    s.act(&s.manager, &paid, "set_entitlement", chargeable).await;
    is_refused(&s, &paid, "start_repair", json!({}), "quote_needed").await;
    let orders = s.get(&s.manager, "/repairs").await;
    let order = orders["items"].as_array().unwrap().iter().find(|order| order["rma"] == paid.as_str());
    let order = order.unwrap_or_else(|| panic!("{orders}"))["number"].as_str().unwrap().to_owned();
    let bench = async || s.get(&s.manager, &format!("/repairs/{order}")).await["allowed_actions"].clone();
    assert!(!bench().await.as_array().unwrap().contains(&json!("start_repair")));
    s.act(&s.manager, &paid, "send_quote", quote).await;
    s.act(&s.customer, &paid, "accept_quote", json!({})).await;
    assert!(bench().await.as_array().unwrap().contains(&json!("start_repair")));
    assert!(offers(&s, &paid, "start_repair").await);
    let yes = json!({ "by": "黄杰", "evidence": "同意书" });
    s.act(&s.manager, &paid, "agree_scrap", yes).await;
    assert!(offers(&s, &paid, "scrap").await);
});

on_both!(an_exchange_that_is_decided_says_so, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
    for action in ["decide_exchange", "accept_exchange_proposal"] {
        let refused = s.refused(&s.manager, &number, action, json!({ "reason": "修不好" })).await;
        assert_eq!(refused, (409, "exchange_decided".into()), "{action}");
    }
});

on_both!(a_spare_that_was_dead_is_flagged_however_it_was_settled, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.act(&s.clerk, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    s.act(&s.manager, &number, "waive_faulty_return", json!({ "reason": "客户已丢弃", "serial": "SPARE1" }))
        .await;
    let unit = s.get(&s.manager, "/units/SPARE1").await;
    assert_eq!((&unit["place"], &unit["flags"]), (&json!("lost"), &json!(["doa"])), "{unit}");
    s.prove().await;
});

on_both!(the_flags_of_a_unit_are_the_same_at_every_address, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.act(&s.clerk, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    s.receive(&number, "B1").await;
    s.server
        .sql(
            "INSERT INTO unit_alias (unit_id, code, reason, created_by, confirmed_by, created_at) \
              SELECT id, 'SP1-NEW', '换标', 1, 1, '2026-03-02 01:00:00' FROM unit WHERE serial = 'SPARE1'",
        )
        .await;
    for (serial, flags) in [("SPARE1", json!(["relabelled", "doa"])), ("B1", json!(["not_ours", "open_rma"]))]
    {
        let one = s.get(&s.manager, &format!("/units/{serial}")).await;
        let listed = s.get(&s.manager, &format!("/units?serial={serial}")).await;
        let scanned = s.get(&s.manager, &format!("/scan/{serial}")).await;
        let all = [&one["flags"], &listed["items"][0]["flags"], &scanned["unit"]["flags"]];
        assert_eq!(all, [&flags; 3], "{serial}");
    }
});

on_both!(the_mail_of_a_board_that_was_shipped_gives_the_day_it_is_promised_for, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
    let sent = json!({ "depot": "JN", "carrier": "顺丰", "tracking_no": "SF1" });
    s.act(&s.clerk, &number, "ship_exchange", sent).await;
    let (kind, text) = s.inbox(&number).await.pop().unwrap();
    assert_eq!(kind, "exchange_shipped");
    assert!(text.contains("4 月 1 日交到您手上"), "{text}");
});

on_both!(
    the_bench_offers_no_work_before_its_price_was_accepted_and_says_what_is_wrong,
    async |db: &Database| {
        let s = scene(db).await;
        let number = s.request("B1", "repair_return").await;
        s.receive(&number, "B1").await;
        let chargeable = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
        s.act(&s.manager, &number, "set_entitlement", chargeable).await;
        let wang = Browser::signed_in(&s.server, "wang").await;
        for path in ["/bench", "/bench?view=open"] {
            let page = wang.page(path).await;
            assert!(!page.contains("start_repair") && page.contains("diagnose"), "{page}");
            for told in ["济南电力公司", "端口不通", "JN Bench"] {
                assert!(page.contains(told), "{path} says {told}: {page}");
            }
        }
        let order = s.get(&s.manager, "/repairs").await["items"][0].clone();
        assert_eq!(
            [&order["customer_name"], &order["fault"], &order["place"]],
            [&json!("济南电力公司"), &json!("端口不通"), &json!("JN/bench")]
        );
        s.act(&s.manager, &number, "send_quote", json!({ "amount": "860.00", "valid_until": "2026-03-20" }))
            .await;
        assert!(!wang.page("/bench").await.contains("start_repair"), "nobody said yes yet");
        s.act(&s.customer, &number, "accept_quote", json!({})).await;
        assert!(wang.page("/bench").await.contains("start_repair"));
    }
);
