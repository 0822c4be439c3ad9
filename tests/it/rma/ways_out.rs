//! However a case goes wrong, a legal way leads out of it: nobody's unit is left behind.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use serde_json::json;

/// A unit without a fault was sent home and lost, so that an exchange is decided.
async fn lost_on_the_road(s: &Scene) -> String {
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "diagnose", json!({ "outcome": "nff" })).await;
    s.act(&s.clerk, &number, "dispatch_return", json!({ "carrier": "顺丰", "tracking_no": "SF9" })).await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "快递丢件" })).await;
    number
}

on_both!(a_part_that_came_before_its_advance_replacement_can_go_home, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let received = s.receive(&number, "B1").await;
    assert_eq!(received["due_on"], json!(null), "no repair is promised");
    db.clock().advance(chrono::TimeDelta::days(3));
    let home = json!({ "mode": "repair_return", "reason": "没有备件" });
    let changed = s.act(&s.manager, &number, "change_mode", home).await;
    // Its clock runs since it came, not since somebody thought of it.
    let promises = changed["promises"].as_array().unwrap();
    let repair = promises.iter().find(|promise| promise["kind"] == "repair_return").unwrap();
    assert_eq!(repair["started_at"], received["received_at"], "{changed}");
    let gone = json!({ "reason": "客户不修了", "carrier": "顺丰", "tracking_no": "SF9" });
    s.act(&s.clerk, &number, "return_unrepaired", gone).await;
    s.act(&s.customer, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    s.act(&s.customer, &number, "cancel", json!({ "reason": "不修了" })).await;
    s.prove().await;
});

on_both!(a_unit_lost_on_its_way_home_is_replaced_by_a_board, async |db: &Database| {
    let s = scene(db).await;
    let number = lost_on_the_road(&s).await;
    let board = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF10" });
    s.act(&s.clerk, &number, "ship_exchange", board).await;
    // Not both of them.
    let late = s.refused(&s.customer, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    assert_eq!(late, (409, "action_not_allowed".into()));
    s.act(&s.customer, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    let closed = s.act(&s.clerk, &number, "close", json!({})).await;
    assert_eq!((&closed["state"], &closed["issued"][0]["state"]), (&json!("closed"), &json!("kept")));
    let parcels = s.get(&s.manager, &format!("/rmas/{number}")).await["shipments"].clone();
    let told: Vec<_> =
        parcels.as_array().unwrap().iter().map(|one| (&one["purpose"], &one["state"])).collect();
    assert!(told.contains(&(&json!("return"), &json!("lost"))), "{told:?}");
    // Ours since the board was handed over, it is written off as any unit of ours.
    let unit = s.get(&s.manager, "/units/B1").await;
    assert_eq!(unit["owner"], "us");
    let lost = json!({ "kind": "adjust", "serial": "B1", "from": unit["place"], "to": "lost", "reason": "快递丢件" });
    s.post(&s.manager, "/movements", lost, 201).await;
    s.prove().await;
});

on_both!(a_unit_thought_lost_that_arrives_after_all_is_home, async |db: &Database| {
    let s = scene(db).await;
    let number = lost_on_the_road(&s).await;
    s.act(&s.customer, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    let closed = s.act(&s.clerk, &number, "close", json!({})).await;
    let promises = closed["promises"].as_array().unwrap();
    let state =
        |kind: &str| promises.iter().find(|promise| promise["kind"] == kind).unwrap()["state"].clone();
    assert_eq!((state("repair_return"), state("equivalent_exchange")), (json!("kept"), json!("excluded")));
    s.prove().await;
});

on_both!(a_part_that_never_comes_is_waived_and_the_loaner_stays_owed, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    let waived = s.act(&s.manager, &number, "waive_faulty_return", json!({ "reason": "快递丢件" })).await;
    assert_eq!(
        (&waived["faulty_state"], &waived["issued"][0]["state"]),
        (&json!("waived"), &json!("in_use"))
    );
    let open: Vec<_> =
        waived["promises"].as_array().unwrap().iter().filter(|one| one["ended_at"].is_null()).collect();
    assert!(open.iter().all(|promise| promise["kind"] != "faulty_return"), "{open:?}");
    // What they have of ours is charged, never what is theirs.
    let own = json!({ "reason": "未归还", "serial": "B1" });
    assert_eq!(s.refused(&s.manager, &number, "charge_faulty", own).await, (409, "nothing_owed".into()));
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.act(&s.customer, &number, "cancel", json!({ "reason": "不修了" })).await;
    s.prove().await;
});

on_both!(a_void_asked_for_by_mistake_is_taken_back, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.act(&s.manager, &number, "void", json!({ "reason": "看错了单号" })).await;
    s.act(&s.manager, &number, "take_back", json!({ "reason": "不是这一张" })).await;
    let nobody = s.refused(&s.second, &number, "approve_void", json!({})).await;
    assert_eq!(nobody, (409, "action_not_allowed".into()));
    s.receive(&number, "B1").await;
    s.prove().await;
});

on_both!(a_verdict_before_the_change_of_mode_owes_a_board_from_the_change_on, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "diagnose", json!({ "outcome": "ber" })).await;
    let home = json!({ "mode": "repair_return", "reason": "没有备件" });
    let changed = s.act(&s.manager, &number, "change_mode", home).await;
    let open = changed["promises"].as_array().unwrap().iter().filter(|promise| promise["ended_at"].is_null());
    let mut kinds: Vec<_> = open.map(|promise| promise["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert!(kinds.contains(&"equivalent_exchange") && kinds.contains(&"repair_return"), "{changed}");
    s.prove().await;
});

on_both!(a_part_of_ours_changes_no_mode, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.hand_over_spare(&number).await;
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1", "reason": "不上电" })).await;
    s.receive(&number, "B1").await;
    // The titles were swapped with the hand-over: what is on the bench is ours, and goes home to nobody.
    let home = json!({ "mode": "repair_return", "reason": "没有备件" });
    assert_eq!(s.refused(&s.manager, &number, "change_mode", home).await, (409, "action_not_allowed".into()));
    s.prove().await;
});

on_both!(a_node_whose_clock_is_a_little_behind_goes_on_where_the_books_are, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    // The next request is answered by another node.
    db.clock().advance(chrono::TimeDelta::seconds(-20));
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "B1").await;
    db.clock().advance(chrono::TimeDelta::seconds(-20));
    let moved = json!({ "kind": "move", "serial": "SPARE1", "from": "JN", "to": "JN/bench" });
    s.post(&s.clerk, "/movements", moved, 201).await;
    s.act(&s.manager, &number, "diagnose", json!({ "outcome": "nff" })).await;
    s.prove().await;
    // A clock that is wrong is told, not followed.
    db.clock().advance(chrono::TimeDelta::minutes(-2));
    let refused = s.refused(&s.clerk, &number, "dispatch_return", json!({})).await;
    assert_eq!(refused, (409, "before_previous_step".into()));
});
