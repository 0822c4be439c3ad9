//! RMA lines on the bench: one order, one rule; what becomes of our own; causes.

use super::{answered, bench, plan, refused};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// The open order of the unit with this serial.
async fn order_of(b: &super::Bench, serial: &str) -> Value {
    let listed = answered(b.technician.get(&format!("/repairs?q={serial}")).await, 200);
    listed["items"][0].clone()
}

on_both!(a_line_and_its_order_are_one, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.stock("CAP", json!({ "quantity": 5 }), "JN/A1").await;
    b.stock("BOARD-1", json!({ "serial": "DONOR" }), "JN/A1").await;
    let number = b.received("BOARD-1", "C-1", json!({})).await;
    let order = order_of(&b, "C-1").await;
    assert_eq!(
        (&order["rma"], &order["state"], &order["fault"]),
        (&json!(number), &json!("received"), &json!("端口不通"))
    );
    let id = &order["id"];
    b.work(id, "diagnose", json!({ "fault_code": "port", "finding": "网口变压器" })).await;
    let line = b.line(&number, "start_repair", json!({})).await;
    assert_eq!(line["state"], "repairing", "said on either side");
    let parts =
        json!({ "parts": [{ "part_no": "CAP", "quantity": 2, "from": "JN/A1" }, { "serial": "donor" }] });
    let refused_parts = b.try_line(&number, "use_parts", parts.clone()).await;
    assert_eq!(refused(refused_parts), "repair_over_limit", "a whole board costs more than the board");
    let cap = json!({ "parts": [{ "part_no": "CAP", "quantity": 2, "from": "JN/A1" }] });
    let used = b.line(&number, "use_parts", cap).await;
    assert_eq!((&used["movements"][0]["to"], &used["cost"]), (&json!("consumed"), &json!("25.00")));
    let short = json!({ "parts": [{ "part_no": "CAP", "quantity": 4 }] });
    assert_eq!(refused(b.try_line(&number, "use_parts", short).await), "not_enough_stock");
    let waits = b.line(&number, "wait_parts", json!({})).await;
    let offered = waits["allowed_actions"].as_array().unwrap();
    assert!(
        offered.contains(&json!("parts_arrived")) && !offered.contains(&json!("wait_parts")),
        "{offered:?}"
    );
    let due = waits["promises"][0]["due_on"].clone();
    assert!(due.is_string(), "the clock runs on while parts are awaited");
    b.line(&number, "parts_arrived", json!({})).await;
    b.line(&number, "finish_repair", json!({ "outcome": "repaired", "cost": "80.00" })).await;
    assert_eq!(order_of(&b, "C-1").await["state"], "testing");
    let tested = b.work(id, "test", json!({ "passed": true })).await;
    assert_eq!(tested["allowed_actions"], json!(["assign"]), "what becomes of it is said on the line");
    assert_eq!(refused(b.order(id, "to_stock", json!({})).await), "action_not_allowed");
    let stale = b.technician.request(reqwest::Method::POST, &format!("/repairs/{id}/actions/test"));
    let stale = stale.header("If-Match", "\"1\"").json(&json!({ "passed": true })).send().await.unwrap();
    assert_eq!(stale.status(), 412);
    b.line(&number, "dispatch_return", json!({ "carrier": "顺丰速运" })).await;
    let closed = answered(b.technician.get(&format!("/repairs/{id}")).await, 200);
    assert_eq!(
        (&closed["state"], &closed["outcome"], &closed["cost"]),
        (&json!("closed"), &json!("repaired"), &json!("105.00"))
    );
    let home = b.line(&number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    assert_eq!(home["promises"][0]["state"], "kept");
    b.prove().await;
});

on_both!(a_line_without_an_order_gets_one_when_the_bench_begins, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    let number = b.received("BOARD-1", "C-1", json!({})).await;
    // As lines are that came from another system.
    b.server.sql("UPDATE repair_order SET line_id = NULL, state = 'closed'").await;
    let begun = b.line(&number, "start_repair", json!({})).await;
    assert_eq!(begun["state"], "repairing");
});

on_both!(an_exchanged_board_becomes_ours_and_its_repair_goes_on, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.stock("BOARD-1", json!({ "serial": "SPARE" }), "JN/A1").await;
    let number = b.received("BOARD-1", "C-1", json!({})).await;
    let id = order_of(&b, "C-1").await["id"].clone();
    b.line(&number, "start_repair", json!({})).await;
    b.line(&number, "decide_exchange", json!({ "reason": "来不及" })).await;
    b.line(&number, "ship_exchange", json!({ "serial": "SPARE", "carrier": "顺丰速运" })).await;
    b.line(&number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    b.line(&number, "close", json!({})).await;
    let own = answered(b.technician.get(&format!("/repairs/{id}")).await, 200);
    assert_eq!(
        (&own["owner"], &own["state"], &own["due_on"]),
        (&json!("us"), &json!("repairing"), &Value::Null)
    );
    b.work(&id, "finish_repair", json!({ "outcome": "repaired", "cost": "10.00" })).await;
    b.work(&id, "test", json!({ "passed": true })).await;
    let shelved = b.work(&id, "to_stock", json!({ "bin": "A1" })).await;
    assert_eq!(shelved["movements"][0]["document"], shelved["number"], "it is our own order now");
    let line = answered(b.manager.get(&format!("/rmas/{number}")).await, 200);
    assert_eq!(line["lines"][0]["state"], "closed", "and no longer the line's");
    b.prove().await;
});

on_both!(an_advance_replacement_closes_with_the_faulty_part_and_its_repair_is_ours, async |db: &Database| {
    let b = bench(db, plan(&json!({ "regime": "exchange" }))).await;
    b.stock("BOARD-1", json!({ "serial": "SPARE" }), "JN/A1").await;
    let body = json!({ "customer": "C1", "lines": [
        { "part_no": "BOARD-1", "serial": "C-1", "fault": "不上电", "mode": "advance_replacement" }] });
    let rma = answered(b.manager.post("/rmas", &body).await, 201);
    let number = rma["number"].as_str().unwrap();
    b.line(number, "authorise", json!({})).await;
    b.line(number, "reserve_replacement", json!({ "serial": "SPARE" })).await;
    b.line(number, "ship_replacement", json!({ "carrier": "顺丰速运" })).await;
    b.line(number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    let received = b.line(number, "receive_faulty", json!({ "depot": "JN", "serial": "C-1" })).await;
    assert_eq!(received["state"], "closed");
    let order = order_of(&b, "C-1").await;
    assert_eq!((&order["owner"], &order["state"]), (&json!("us"), &json!("received")));
    let id = &order["id"];
    b.work(id, "diagnose", json!({ "outcome": "nff" })).await;
    b.work(id, "to_stock", json!({ "bin": "A1" })).await;
    assert_eq!(b.unit("C-1").await["place"], "JN/A1");
    b.prove().await;
});

on_both!(only_a_listed_cause_with_evidence_leaves_the_rate, async |db: &Database| {
    let mut b = bench(db, plan(&json!({ "excused_causes": ["force_majeure", "carrier"] }))).await;
    let number = b.received("BOARD-1", "C-1", json!({})).await;
    db.clock().advance(TimeDelta::days(120));
    b.manager = b.server.user("qian", Role::Manager, &[], &[]).await;
    let rate = async || {
        let answer = answered(b.manager.get("/kpi/timely-repair?from=2026-01-01&to=2026-12-31").await, 200);
        (answer["total"]["eligible"].as_i64().unwrap(), answer["total"]["excluded"].as_i64().unwrap())
    };
    assert_eq!(rate().await, (1, 0), "late");
    let (status, bare) = b.try_line(&number, "attribute_cause", json!({ "cause": "carrier" })).await;
    assert_eq!((status.as_u16(), &bare["errors"][0]["field"]), (422, &json!("evidence")));
    b.line(&number, "attribute_cause", json!({ "cause": "customer", "evidence": "邮件 4 月 2 日" })).await;
    assert_eq!(rate().await, (1, 0), "the contract does not list the customer");
    b.line(&number, "attribute_cause", json!({ "cause": "force_majeure", "evidence": "停运公告 2026-17" }))
        .await;
    assert_eq!(rate().await, (0, 1));
    // Shown without exclusions too: from sums and, narrowed twice, from the facts alike, and in each group.
    for narrowed in ["", "&part_no=BOARD-1"] {
        let asked = format!("from=2026-01-01&to=2026-12-31{narrowed}");
        let answer = answered(b.manager.get(&format!("/kpi/timely-repair?by=depot&{asked}")).await, 200);
        for figures in [&answer["total"], &answer["groups"][0]] {
            let without = &figures["without_exclusions"];
            assert_eq!((&figures["excused"], &figures["rate"]), (&json!(1), &Value::Null), "{answer}");
            assert_eq!(
                ["timely", "eligible", "excluded", "misses", "shown", "meets_target"]
                    .map(|name| &without[name]),
                [&json!(0), &json!(1), &json!(0), &json!(1), &json!("0.0%"), &json!(false)],
                "{answer}"
            );
        }
        let path = format!("/kpi/timely-repair/lines?{asked}&class=excused");
        assert_eq!(answered(b.manager.get(&path).await, 200)["items"].as_array().unwrap().len(), 1);
    }
    db.clock().advance(TimeDelta::days(1));
    b.line(&number, "attribute_cause", json!({ "cause": "ours", "evidence": "复核" })).await;
    assert_eq!(rate().await, (1, 0), "the latest word counts");
    let own = plan(&json!({ "code": "x", "name": "x", "name_en": "x", "excused_causes": ["ours"] }));
    assert_eq!(b.manager.post("/plans", &own).await.0, 422, "our own doing never excuses");
});
