//! What happens to the unit and its spares: makers, data, quotes at the bench, causes, dead boards, lost loaners.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(a_dead_board_given_in_exchange_is_owed_back_and_a_second_one_follows, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    let board = |serial: &str| json!({ "serial": serial, "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", board("SPARE1")).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    db.clock().advance(TimeDelta::days(2));
    let dead =
        s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1", "reason": "不上电" })).await;
    let open: Vec<_> = dead["promises"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|p| p["state"] == "open")
        .map(|p| p["kind"].clone())
        .collect();
    assert_eq!(
        open,
        ["faulty_return", "equivalent_exchange"],
        "the dead one is owed back, the time for another runs anew"
    );
    assert_eq!(s.refused(&s.clerk, &number, "close", json!({})).await.1, "faulty_part_owed");
    s.act(&s.clerk, &number, "ship_exchange", board("SPARE2")).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.act(&s.clerk, &number, "scrap", json!({})).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    let flags = s.get(&s.manager, "/units/SPARE1").await["flags"].clone();
    assert_eq!(flags, json!(["doa"]));
    insta::assert_snapshot!("dead_exchange_board", s.books(&number).await);
});

on_both!(a_loaner_that_is_given_up_is_lost, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "B1").await;
    s.repair_and_return(&number).await;
    s.act(&s.manager, &number, "waive_faulty_return", json!({ "reason": "客户机房失火" })).await;
    assert_eq!(s.get(&s.manager, "/units/SPARE1").await["place"], "lost");
    s.act(&s.clerk, &number, "close", json!({})).await;
    insta::assert_snapshot!("loan_waived", s.books(&number).await);
});

/// A customer's board goes to the maker, who sends another one back.
async fn maker_swaps(s: &Scene, swap: &str) -> String {
    s.plan("own", json!({ "regime": "loan", "vendor_swap_is": swap })).await;
    s.post(&s.admin, "/vendors", json!({ "code": "V1", "name": "华讯达维修中心" }), 201).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let sent = json!({ "vendor": "V1", "vendor_rma": "HX-77", "due_on": "2026-03-20" });
    s.act(&s.manager, &number, "send_to_vendor", sent).await;
    let back = json!({ "serial": "M-9", "outcome": "repaired", "cost": "400.00" });
    s.act(&s.manager, &number, "vendor_returned", back).await;
    s.act(&s.manager, &number, "test", json!({ "passed": true })).await;
    s.act(&s.clerk, &number, "dispatch_return", json!({ "carrier": "顺丰", "tracking_no": "SF9" })).await;
    s.act(&s.customer, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    s.books(&number).await
}

on_both!(another_serial_from_the_maker_is_no_rename_but_an_exchange, async |db: &Database| {
    let s = scene(db).await;
    insta::assert_snapshot!("maker_swap_exchange", maker_swaps(&s, "exchange").await);
});

on_both!(another_serial_from_the_maker_is_no_rename_but_a_repair, async |db: &Database| {
    let s = scene(db).await;
    insta::assert_snapshot!("maker_swap_repair", maker_swaps(&s, "repair").await);
});

on_both!(a_customers_data_is_wiped_before_the_part_leaves_for_maker_or_stock, async |db: &Database| {
    let s = scene(db).await;
    s.plan("careful", json!({ "regime": "loan", "data_answer": "wipe" })).await;
    s.post(&s.admin, "/vendors", json!({ "code": "V1", "name": "华讯达维修中心" }), 201).await;
    assert_eq!(s.admin.patch("/parts/BOARD-1", &json!({ "data_bearing": true })).await.0, 200);
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let maker = json!({ "vendor": "V1" });
    assert_eq!(s.refused(&s.manager, &number, "send_to_vendor", maker).await.1, "certificate_needed");
    let sent =
        s.act(&s.manager, &number, "send_to_vendor", json!({ "vendor": "V1", "certificate": "W-1" })).await;
    assert_eq!(sent["data_certificate"], "W-1");
    s.act(&s.manager, &number, "vendor_returned", json!({ "serial": "B1", "outcome": "ber" })).await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    let board = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", board).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    let stock = async |more: Value| s.refused(&s.clerk, &number, "to_stock", more).await.1;
    assert_eq!(stock(json!({ "depot": "JN" })).await, "certificate_needed");
    let destroyed = json!({ "depot": "JN", "data": "destroy", "certificate": "W-2" });
    assert_eq!(stock(destroyed).await, "data_must_be_destroyed");
    let shelved = s.act(&s.clerk, &number, "to_stock", json!({ "depot": "JN", "certificate": "W-2" })).await;
    assert_eq!(shelved["data_certificate"], "W-2");
    s.act(&s.clerk, &number, "close", json!({})).await;
    insta::assert_snapshot!("data_wiped", s.books(&number).await);
});

on_both!(where_the_plan_is_silent_about_data_the_act_answers, async |db: &Database| {
    let s = scene(db).await;
    assert_eq!(s.admin.patch("/parts/BOARD-1", &json!({ "data_bearing": true })).await.0, 200);
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "agree_scrap", json!({ "by": "黄杰", "evidence": "同意书 3 号" })).await;
    let refused = async |body: Value| s.refused(&s.clerk, &number, "scrap", body).await.1;
    assert_eq!(refused(json!({ "certificate": "D-1" })).await, "data_answer_needed");
    assert_eq!(refused(json!({ "data": "keep", "certificate": "D-1" })).await, "data_stays_with_customer");
    assert_eq!(refused(json!({ "data": "destroy" })).await, "certificate_needed");
    let scrapped =
        s.act(&s.clerk, &number, "scrap", json!({ "data": "destroy", "certificate": " D-1 " })).await;
    assert_eq!(scrapped["data_certificate"], "D-1");
    s.act(&s.clerk, &number, "close", json!({})).await;
    s.prove().await;
});

on_both!(the_repair_order_asks_what_its_line_asks, async |db: &Database| {
    let s = scene(db).await;
    let tech = s.server.user("zheng", Role::Technician, &["JN"], &[]).await;
    s.post(&s.admin, "/vendors", json!({ "code": "V1", "name": "华讯达维修中心" }), 201).await;
    s.post(&s.admin, "/parts", json!({ "part_no": "CAP", "name": "电容", "tracking": "quantity" }), 201)
        .await;
    let caps = json!({ "kind": "receive", "part_no": "CAP", "quantity": 5, "from": "supplier", "to": "JN" });
    s.post(&s.manager, "/movements", caps, 201).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let paid = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
    s.act(&s.manager, &number, "set_entitlement", paid).await;
    let order = s.get(&tech, "/repairs?q=B1").await["items"][0]["number"].as_str().unwrap().to_owned();
    s.post(&tech, &format!("/repairs/{order}/actions/diagnose"), json!({ "finding": "进水" }), 200).await;
    let work = [
        ("start_repair", json!({})),
        ("send_to_vendor", json!({ "vendor": "V1" })),
        ("use_parts", json!({ "parts": [{ "part_no": "CAP", "quantity": 1 }] })),
        ("finish_repair", json!({ "outcome": "repaired" })),
    ];
    for way in [format!("/repairs/{order}/actions"), format!("/rmas/{number}/lines/1/actions")] {
        for (action, body) in &work {
            let said = s.post(&tech, &format!("{way}/{action}"), body.clone(), 409).await;
            assert_eq!(said["code"], "quote_needed", "{way}/{action}: {said}");
        }
    }
    // What becomes of the unit is decided by the line, with its consent, whichever door it is asked at.
    for (action, code) in [("scrap", "consent_needed"), ("to_stock", "action_not_allowed")] {
        let path = format!("/repairs/{order}/actions/{action}");
        let said = s.post(&s.manager, &path, json!({ "reason": "x" }), 409).await;
        assert_eq!(said["code"], code, "{action}: {said}");
    }
    s.act(&s.manager, &number, "send_quote", json!({ "amount": "700", "valid_until": "2026-04-20" })).await;
    let waiting = s.post(&tech, &format!("/repairs/{order}/actions/start_repair"), json!({}), 409).await;
    assert_eq!(waiting["code"], "quote_needed", "nobody has said yes");
    s.act(&s.customer, &number, "accept_quote", json!({})).await;
    for (action, body) in [&work[0], &work[2], &work[3]] {
        s.post(&tech, &format!("/repairs/{order}/actions/{action}"), body.clone(), 200).await;
    }
    s.prove().await;
});

on_both!(a_cause_found_after_the_line_was_closed_is_a_correction, async |db: &Database| {
    let mut s = scene(db).await;
    s.plan("own", json!({ "regime": "loan", "excused_causes": ["carrier"] })).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    db.clock().advance(TimeDelta::days(95));
    s.renew().await;
    s.repair_and_return(&number).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    let closed_at = db.clock().now();
    let before = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
    assert!(before["allowed_actions"].as_array().unwrap().contains(&json!("attribute_cause")), "{before}");
    let rate = async |s: &Scene, more: &str| {
        let path = format!("/kpi/timely-repair?from=2026-05&to=2026-06{more}");
        let total = s.get(&s.manager, &path).await["total"].clone();
        (total["eligible"].as_i64().unwrap(), total["excluded"].as_i64().unwrap())
    };
    assert_eq!(rate(&s, "").await, (1, 0), "late");
    db.clock().advance(TimeDelta::days(20));
    // The carrier's letter is about the week in May when the parcel was lost.
    let found =
        json!({ "cause": "carrier", "evidence": "顺丰函 2026-118", "occurred_at": "2026-05-20T02:00:00Z" });
    let bare = json!({ "cause": "carrier" });
    assert_eq!(s.refused(&s.manager, &number, "attribute_cause", bare).await, (422, "invalid".into()));
    assert_eq!(s.refused(&s.clerk, &number, "attribute_cause", found.clone()).await.0, 403);
    let told = s.act(&s.manager, &number, "attribute_cause", found).await;
    assert_eq!((&told["state"], &told["cause"]), (&json!("closed"), &json!("carrier")));
    assert_eq!((&told["ended_at"], &told["received_at"]), (&before["ended_at"], &before["received_at"]));
    assert_eq!(rate(&s, "").await, (0, 1), "the contract lists the carrier");
    assert_eq!(rate(&s, "&as_of=2026-06-30").await, (0, 1), "the fact is of May");
    let known = format!("&known_at={}", closed_at.format("%Y-%m-%dT%H:%M:%SZ"));
    assert_eq!(rate(&s, &known).await, (1, 0), "what was known when it was closed does not change");
    let waiting = s.request("B9", "repair_return").await;
    s.act(&s.manager, &waiting, "cancel", json!({ "reason": "不修了" })).await;
    let nothing = json!({ "cause": "carrier", "evidence": "x" });
    assert_eq!(s.refused(&s.manager, &waiting, "attribute_cause", nothing).await.1, "action_not_allowed");
    insta::assert_snapshot!("late_cause", s.books(&number).await);
});

// Every call that takes `If-Match`, with a version nobody has any more: it is refused with 412 before any other rule speaks.
on_both!(a_stale_version_is_refused_by_every_action, async |db: &Database| {
    use beiku::domain::repair::RepairKind;
    use beiku::domain::rma::ActionKind;
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let order = s.get(&s.manager, "/repairs?q=B1").await["items"][0].clone();
    let line = format!("/rmas/{number}/lines/1/actions");
    let bench = format!("/repairs/{}/actions", order["number"].as_str().unwrap());
    let mut paths: Vec<String> = ActionKind::ALL.iter().map(|kind| format!("{line}/{kind}")).collect();
    paths.extend(RepairKind::ALL.iter().map(|kind| format!("{bench}/{kind}")));
    paths.extend([
        format!("{line}/assign"),
        format!("{bench}/assign"),
        format!("{line}/accept_exchange_proposal"),
        format!("{line}/accept_exchange_proposal/preview"),
    ]);
    let send = async |path: &str, version: &str| {
        let request = s.admin.request(Method::POST, path).header("If-Match", version);
        let response = request.json(&json!({})).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.unwrap_or_default()["code"].clone())
    };
    for path in &paths {
        assert_eq!(send(path, "\"99\"").await, (412, json!("stale_version")), "{path}");
        assert_eq!(send(path, "yesterday").await.0, 400, "{path}");
    }
    let seen = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0]["version"].clone();
    assert_eq!(send(&format!("{line}/start_repair"), &format!("\"{seen}\"")).await.0, 200);
    assert_eq!(
        send(&format!("{line}/wait_parts"), &format!("\"{seen}\"")).await.0,
        412,
        "somebody was faster"
    );
    // The description of the API names the calls that take it, and these are all.
    let document = s.get(&s.admin, "/../openapi.json").await;
    let mut described = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let takes = operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "If-Match"));
            let answers = operation["responses"].get("412").is_some();
            assert_eq!(takes, answers, "{method} {path}");
            described += usize::from(takes);
        }
    }
    assert_eq!(described, 11, "four here, and seven of set-up data");
});
