//! A customer asks for and sees what is theirs, and learns nothing of anybody else's.

use super::scene::{Scene, scene};
use crate::support::server::Client;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use serde_json::{Value, json};

/// A request of this customer's for this board.
fn wanted(customer: &str, serial: &str) -> Value {
    let line =
        json!({ "part_no": "BOARD-1", "serial": serial, "fault": "端口不通", "mode": "repair_return" });
    json!({ "customer": customer, "lines": [line] })
}

/// A second customer's own account.
async fn other_customer(s: &Scene) -> Client {
    s.post(&s.admin, "/customers", json!({ "code": "C2", "name": "德州热电" }), 201).await;
    s.server.user("qian", Role::Customer, &[], &["C2"]).await
}

on_both!(a_board_of_somebody_else_is_refused_when_it_is_asked_for, async |db: &Database| {
    let s = scene(db).await;
    let other = other_customer(&s).await;
    let number = s.request("B1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "B1").await;
    s.send_home(&number).await;
    s.act(&s.manager, &number, "close", json!({})).await;
    // The customer is told that it is not theirs, and not whose it is.
    let refused = s.ask(&other, wanted("C2", "B1"), 409).await;
    assert_eq!((&refused["code"], &refused["blocker"]["owner"]), (&json!("wrong_owner"), &json!("")));
    // So nobody stands in its owner's way.
    let number = s.ask(&s.customer, wanted("C1", "B1"), 201).await["number"].clone();
    let again = s.ask(&s.manager, wanted("C1", "B1"), 409).await;
    assert_eq!((&again["code"], &again["blocker"]["number"]), (&json!("rma_already_open"), &number));
    s.prove().await;
});

on_both!(a_spare_on_our_shelf_is_no_customers_to_send_in, async |db: &Database| {
    let s = scene(db).await;
    let refused = s.ask(&s.customer, wanted("C1", "SPARE1"), 409).await;
    assert_eq!((&refused["code"], &refused["blocker"]["owner"]), (&json!("wrong_owner"), &json!("")));
    // What was sent to them they may have in the hand, and what they were lent stands at theirs: they are told on which line it is.
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    s.ask(&s.customer, wanted("C1", "SPARE1"), 409).await;
    s.act(&s.clerk, &number, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    let other = other_customer(&s).await;
    assert_eq!(s.ask(&other, wanted("C2", "SPARE1"), 409).await["code"], "wrong_owner");
    s.act(&s.customer, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    let lent = s.ask(&s.customer, wanted("C1", "SPARE1"), 409).await;
    assert_eq!(
        (&lent["code"], &lent["blocker"]["number"]),
        (&json!("spare_of_line"), &json!(format!("{number}/1")))
    );
    let second = s.request("B2", "loaner").await;
    s.act(&s.manager, &second, "authorise", json!({})).await;
    s.act(&s.clerk, &second, "reserve_replacement", json!({ "serial": "SPARE2" })).await;
    s.act(&s.clerk, &second, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    assert_eq!(s.ask(&s.customer, wanted("C1", "SPARE2"), 409).await["code"], "spare_of_line");
    assert_eq!(s.ask(&other, wanted("C2", "SPARE1"), 409).await["code"], "wrong_owner");
    s.prove().await;
});

on_both!(a_serial_the_books_do_not_know_tells_no_other_customers_rma, async |db: &Database| {
    let s = scene(db).await;
    let other = other_customer(&s).await;
    s.ask(&s.customer, wanted("C1", "NEW-77"), 201).await;
    let refused = s.ask(&other, wanted("C2", "NEW-77"), 409).await;
    assert_eq!((&refused["code"], &refused["blocker"]["number"]), (&json!("rma_already_open"), &json!("")));
    assert_eq!(refused["detail"], "NEW-77 has an open RMA. Check the serial number, or ask us.");
    s.prove().await;
});

on_both!(a_customer_sees_where_their_own_unit_is_and_no_other, async |db: &Database| {
    let s = scene(db).await;
    let seen = async |who: &Client, number: &str| {
        s.get(who, &format!("/rmas/{number}")).await["lines"][0]["unit"].clone()
    };
    let repaired = s.request("B1", "repair_return").await;
    s.act(&s.manager, &repaired, "authorise", json!({})).await;
    s.receive(&repaired, "B1").await;
    let own = seen(&s.customer, &repaired).await;
    assert_eq!(own["owner"], "customer:C1", "{own}");
    assert_eq!(own, seen(&s.manager, &repaired).await);
    // Where titles swap, the spare is theirs and their old board ours: where it stands is our affair.
    s.plan("SWAP", json!({})).await;
    let swapped = s.request("B2", "advance_replacement").await;
    s.hand_over_spare(&swapped).await;
    s.receive(&swapped, "B2").await;
    let ours = seen(&s.manager, &swapped).await;
    assert_eq!(ours["owner"], "us", "{ours}");
    assert_eq!(seen(&s.customer, &swapped).await, Value::Null);
    s.prove().await;
});
