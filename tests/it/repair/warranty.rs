//! The warranty on a repair, and what the passport remembers.

use super::{Bench, answered, bench, plan};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use serde_json::json;

/// Repairs what was received and hands it back; the diagnosis is `code`.
async fn home(b: &Bench, number: &str, code: &str) {
    b.line(number, "diagnose", json!({ "fault_code": code, "finding": "见记录" })).await;
    b.line(number, "finish_repair", json!({ "outcome": "repaired" })).await;
    b.line(number, "test", json!({ "passed": true })).await;
    b.line(number, "dispatch_return", json!({ "carrier": "顺丰速运" })).await;
    b.line(number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
}

on_both!(the_same_fault_within_the_warranty_is_free_and_names_the_repair, async |db: &Database| {
    let mut b = bench(db, plan(&json!({ "repair_warranty_days": 20 }))).await;
    let first = b.received("BOARD-1", "C-1", json!({})).await;
    home(&b, &first, "port").await;

    db.clock().advance(TimeDelta::days(20));
    let other = b.received("BOARD-1", "C-1", json!({ "fault_class": "power" })).await;
    let shown = answered(b.manager.get(&format!("/rmas/{other}")).await, 200);
    assert_eq!(
        (&shown["lines"][0]["entitlement"], &shown["lines"][0]["repeat_of"]),
        (&json!("contract"), &json!(null))
    );
    let found = b.line(&other, "diagnose", json!({ "fault_code": "port" })).await;
    assert_eq!(
        (&found["entitlement"], &found["repeat_of"]),
        (&json!("repair_warranty"), &json!(format!("{first}/1"))),
        "the bench found the same fault, whatever it was called"
    );
    home(&b, &other, "port").await;

    let again = b.received("BOARD-1", "C-1", json!({})).await;
    let shown = answered(b.manager.get(&format!("/rmas/{again}")).await, 200);
    assert_eq!(
        (&shown["lines"][0]["entitlement"], &shown["lines"][0]["repeat_of"]),
        (&json!("repair_warranty"), &json!(format!("{other}/1")))
    );
    assert!(b.unit("C-1").await["flags"].as_array().unwrap().contains(&json!("third_return")));
    home(&b, &again, "port").await;

    // Another fault in between takes nothing from the warranty on the first.
    let between = b.received("BOARD-1", "C-1", json!({ "fault_class": "power" })).await;
    home(&b, &between, "power").await;
    let port = b.received("BOARD-1", "C-1", json!({})).await;
    let shown = answered(b.manager.get(&format!("/rmas/{port}")).await, 200);
    assert_eq!(
        (&shown["lines"][0]["entitlement"], &shown["lines"][0]["repeat_of"]),
        (&json!("repair_warranty"), &json!(format!("{again}/1")))
    );
    home(&b, &port, "port").await;

    db.clock().advance(TimeDelta::days(21));
    b.manager = b.server.user("qian", Role::Manager, &[], &[]).await;
    let late = b.received("BOARD-1", "C-1", json!({})).await;
    let shown = answered(b.manager.get(&format!("/rmas/{late}")).await, 200);
    assert_eq!(shown["lines"][0]["entitlement"], "contract", "the day after the last");

    b.received("BOARD-1", "C-2", json!({})).await;
    let neighbour = b.unit("C-2").await;
    assert!(neighbour["flags"].as_array().unwrap().contains(&json!("site_failed_before")), "{neighbour}");
    b.prove().await;
});

on_both!(
    a_warranty_found_at_the_bench_ends_the_quote_and_yields_to_a_managers_word,
    async |db: &Database| {
        let b = bench(db, plan(&json!({}))).await;
        let first = b.received("BOARD-1", "C-1", json!({})).await;
        home(&b, &first, "port").await;
        db.clock().advance(TimeDelta::days(5));
        // Nobody covers the site any more: what is asked now is chargeable, until the bench knows better.
        let none = answered(b.manager.patch("/customers/C1", &json!({ "plan": null })).await, 200);
        assert_eq!(none["plan"], json!(null), "{none}");
        let other = b.received("BOARD-1", "C-1", json!({ "fault_class": "power" })).await;
        let quote = json!({ "amount": "860.00", "valid_until": "2026-04-20" });
        let sent = b.line(&other, "send_quote", quote.clone()).await;
        assert_eq!(sent["entitlement"], "chargeable");
        let found = b.line(&other, "diagnose", json!({ "fault_code": "port" })).await;
        assert_eq!(
            (&found["entitlement"], &found["payer"], &found["quotes"][0]["state"]),
            (&json!("repair_warranty"), &json!("us"), &json!("expired")),
            "{found}"
        );
        assert!(found["holds"].as_array().unwrap().iter().all(|hold| !hold["ended_at"].is_null()), "{found}");
        let (status, _) =
            b.try_line(&other, "accept_quote", json!({ "by": "黄杰", "evidence": "电话" })).await;
        assert_eq!(status.as_u16(), 409, "there is nothing left to accept");
        home(&b, &other, "port").await;
        // Covered by the request; a manager saw the damage, and that stands.
        db.clock().advance(TimeDelta::days(5));
        let again = b.received("BOARD-1", "C-1", json!({})).await;
        let paid = json!({ "entitlement": "chargeable", "reason": "进水" });
        b.line(&again, "set_entitlement", paid).await;
        let found = b.line(&again, "diagnose", json!({ "fault_code": "port" })).await;
        assert_eq!(found["entitlement"], "chargeable", "{found}");
        b.prove().await;
    }
);
