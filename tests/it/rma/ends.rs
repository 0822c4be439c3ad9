//! A line ends with the act after which nothing is owed on either side, and no promise of it runs on.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use beiku::jobs::{Job, Scheduler};
use chrono::TimeDelta;
use serde_json::{Value, json};

impl Scene {
    /// One more good spare in JN.
    async fn buy(&self, serial: &str) {
        let bought = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": "JN" });
        self.post(&self.manager, "/movements", bought, 201).await;
    }

    /// The very spare is reserved, shipped and handed over; the line afterwards.
    async fn hand_over(&self, number: &str, serial: &str) -> Value {
        self.act(&self.clerk, number, "reserve_replacement", json!({ "serial": serial })).await;
        self.act(&self.clerk, number, "ship_replacement", json!({ "carrier": "顺丰" })).await;
        self.act(&self.clerk, number, "replacement_delivered", json!({ "received_by": "黄杰" })).await
    }

    /// A board in exchange is sent and arrives.
    async fn exchange(&self, number: &str, serial: &str) {
        self.act(&self.clerk, number, "ship_exchange", json!({ "serial": serial, "carrier": "顺丰" })).await;
        self.act(&self.clerk, number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    }

    /// Owner and place of a unit.
    async fn whose(&self, serial: &str) -> (Value, Value) {
        let unit = self.get(&self.manager, &format!("/units/{serial}")).await;
        (unit["owner"].clone(), unit["place"].clone())
    }

    /// Kind and state of the promises of a line that have not ended.
    async fn running(&self, number: &str) -> Vec<String> {
        let line = self.get(&self.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
        let promises = line["promises"].as_array().unwrap().iter();
        let running = promises.filter(|promise| promise["ended_at"].is_null());
        running.map(|promise| promise["kind"].as_str().unwrap().to_owned()).collect()
    }
}

/// An advance replacement whose spare was dead, and whose faulty part is given up before anything else.
async fn dead_and_part_given_up(s: &Scene, serial: &str, spare: &str, charged: bool) -> String {
    let number = s.request(serial, "advance_replacement").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.hand_over(&number, spare).await;
    s.act(&s.customer, &number, "report_doa", json!({ "serial": spare })).await;
    let gone = json!({ "reason": "客户机房拆除", "serial": serial, "charge": charged });
    let open = s.act(&s.manager, &number, "waive_faulty_return", gone).await;
    assert_ne!(open["state"], "closed", "a second spare is owed");
    number
}

on_both!(the_second_hand_over_closes_a_line_on_which_nothing_else_is_owed, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    for serial in ["SPARE3", "SPARE4", "SPARE5", "SPARE6"] {
        s.buy(serial).await;
    }
    // Waived; the dead spare comes back.
    let number = dead_and_part_given_up(&s, "B1", "SPARE1", false).await;
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    let given = s.hand_over(&number, "SPARE2").await;
    assert_eq!(
        (&given["state"], &given["issued"][1]["state"]),
        (&json!("closed"), &json!("kept")),
        "{given}"
    );
    let told = s.inbox(&number).await;
    assert_eq!(told.iter().filter(|(kind, _)| kind == "closed").count(), 1, "{told:?}");
    assert_eq!(s.running(&number).await, [""; 0]);
    // Charged; so is the dead spare. What was charged stays the customer's.
    let number = dead_and_part_given_up(&s, "B2", "SPARE3", true).await;
    let gone = json!({ "reason": "未归还", "serial": "SPARE3", "charge": true });
    assert_ne!(s.act(&s.manager, &number, "waive_faulty_return", gone).await["state"], "closed");
    let given = s.hand_over(&number, "SPARE4").await;
    assert_eq!(
        (&given["state"], &given["issued"][1]["state"]),
        (&json!("closed"), &json!("kept")),
        "{given}"
    );
    for serial in ["B2", "SPARE3", "SPARE4"] {
        assert_eq!(s.whose(serial).await, (json!("customer:C1"), json!("customer:C1")), "{serial}");
    }
    assert_eq!(s.running(&number).await, [""; 0]);
    // While the dead one is out the hand-over ends nothing; its return does.
    let number = dead_and_part_given_up(&s, "B3", "SPARE5", false).await;
    assert_ne!(s.hand_over(&number, "SPARE6").await["state"], "closed");
    let back = s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE5" })).await;
    assert_eq!(back["state"], "closed", "{back}");
    s.prove().await;
});

on_both!(a_loaner_is_owed_once_however_many_boards_are_given, async |db: &Database| {
    let s = scene(db).await;
    let scheduler = Scheduler::new(s.server.app.clone());
    s.buy("SPARE3").await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.hand_over(&number, "SPARE1").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
    s.exchange(&number, "SPARE2").await;
    assert_eq!(s.running(&number).await, ["loan_return"]);
    // The board is dead, and the loaner stays out beyond its time; then a second board comes.
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE2" })).await;
    db.clock().advance(TimeDelta::days(20));
    scheduler.turn(Job::MarkBroken).await.unwrap();
    s.exchange(&number, "SPARE3").await;
    let mut running = s.running(&number).await;
    running.sort();
    assert_eq!(running, ["faulty_return", "loan_return"]);
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE2" })).await;
    s.act(&s.clerk, &number, "to_stock", json!({ "depot": "JN" })).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    assert_eq!(s.running(&number).await, [""; 0]);
    s.prove().await;
});

on_both!(a_second_board_owed_for_a_dead_one_is_not_waved_away, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
    s.exchange(&number, "SPARE1").await;
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.act(&s.clerk, &number, "to_stock", json!({ "depot": "JN" })).await;
    assert_eq!(s.running(&number).await, ["equivalent_exchange"]);
    let closed = s.act(&s.clerk, &number, "close", json!({})).await;
    let boards = closed["promises"].as_array().unwrap().iter();
    let boards: Vec<_> = boards.filter(|promise| promise["kind"] == "equivalent_exchange").collect();
    assert_eq!((boards.len(), &boards[1]["state"]), (2, &json!("broken")), "{closed}");
    s.prove().await;
});

on_both!(a_dead_spare_that_was_charged_is_not_dead_once_more, async |db: &Database| {
    let s = scene(db).await;
    let scheduler = Scheduler::new(s.server.app.clone());
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.hand_over(&number, "SPARE1").await;
    assert_eq!(s.receive(&number, "B1").await["state"], "closed");
    // Dead, and charged, because the customer will not send it: a second one is owed all the same.
    s.act(&s.manager, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    s.act(&s.manager, &number, "charge_faulty", json!({ "reason": "客户不退" })).await;
    assert_eq!(s.running(&number).await, ["spare_in_place"]);
    assert_eq!(s.whose("SPARE1").await.0, json!("customer:C1"));
    db.clock().advance(TimeDelta::days(1));
    scheduler.turn(Job::MarkBroken).await.unwrap();
    // It is known to be dead, and it is the customer's.
    let again = s.refused(&s.manager, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    assert_eq!(again, (409, "action_not_allowed".into()));
    let given = s.hand_over(&number, "SPARE2").await;
    assert_eq!(
        (&given["state"], &given["issued"][1]["state"]),
        (&json!("closed"), &json!("kept")),
        "{given}"
    );
    assert_eq!(s.running(&number).await, [""; 0]);
    s.prove().await;
});

on_both!(what_a_request_is_about_is_not_given_for_it, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    // The customer reads the serial of a board that is in our own stock by now.
    let number = s.request("SPARE1", "advance_replacement").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let own = s.refused(&s.clerk, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    assert_eq!(own, (409, "serial_elsewhere".into()));
    s.hand_over(&number, "SPARE2").await;
    let received = json!({ "depot": "JN", "serial": "SPARE1" });
    assert_eq!(s.refused(&s.clerk, &number, "receive_faulty", received).await.0, 409, "nothing came in");
    s.prove().await;
});

on_both!(a_spare_of_ours_comes_back_on_the_line_it_was_given_on, async |db: &Database| {
    let s = scene(db).await;
    let lent = s.request("B1", "loaner").await;
    s.act(&s.manager, &lent, "authorise", json!({})).await;
    s.hand_over(&lent, "SPARE1").await;
    s.act(&s.customer, &lent, "report_doa", json!({ "serial": "SPARE1" })).await;
    s.hand_over(&lent, "SPARE2").await;
    // The customer asks for a repair of the dead spare, and of the loaner too: neither needs an RMA of its own.
    for serial in ["SPARE1", "SPARE2"] {
        let line = json!({ "part_no": "BOARD-1", "serial": serial, "fault": "x" });
        let asked = json!({ "customer": "C1", "lines": [line] });
        for who in [&s.customer, &s.manager] {
            let refused = s.ask(who, asked.clone(), 409).await;
            assert_eq!(
                (&refused["code"], &refused["blocker"]["number"]),
                (&json!("spare_of_line"), &json!(format!("{lent}/1")))
            );
        }
        let came = s.post(&s.clerk, "/intakes", json!({ "depot": "JN", "serial": serial }), 201).await;
        assert_eq!((&came["state"], &came["rma"]), (&json!("matched"), &json!(lent)), "{came}");
    }
    s.receive(&lent, "B1").await;
    s.repair_and_return(&lent).await;
    s.act(&s.clerk, &lent, "close", json!({})).await;
    assert_eq!(s.running(&lent).await, [""; 0]);
    s.prove().await;
});

on_both!(an_exchange_asked_for_from_the_start_is_decided_by_the_receipt, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "equivalent_exchange").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let received = s.receive(&number, "B1").await;
    let promised = |kind: &str| {
        let promises = received["promises"].as_array().unwrap().iter();
        promises
            .filter(|promise| promise["kind"] == kind)
            .map(|promise| promise["state"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        [promised("equivalent_exchange"), promised("repair_return")],
        [["open"], ["open"]],
        "{received}"
    );
    let parcel = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", parcel).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    // It came before anybody said yes: that yes decides it.
    let early = s.request("B2", "equivalent_exchange").await;
    s.receive(&early, "B2").await;
    assert_eq!(s.running(&early).await, ["repair_return"]);
    s.act(&s.manager, &early, "authorise", json!({})).await;
    let running = s.running(&early).await;
    assert!(running.contains(&"equivalent_exchange".to_owned()), "{running:?}");
    insta::assert_snapshot!("exchange_from_the_start", s.books(&number).await);
    // Refusals name what is missing, not only the state.
    let plain = s.request("B3", "repair_return").await;
    s.receive(&plain, "B3").await;
    let parcel = json!({ "serial": "SPARE2", "carrier": "顺丰", "tracking_no": "SF3" });
    assert_eq!(s.refused(&s.clerk, &plain, "ship_exchange", parcel).await.1, "exchange_not_decided");
    let paid = json!({ "entitlement": "chargeable", "reason": "进水" });
    s.act(&s.manager, &plain, "set_entitlement", paid).await;
    let quote = json!({ "amount": "860.00", "valid_until": "2026-03-20" });
    s.act(&s.manager, &plain, "send_quote", quote.clone()).await;
    assert_eq!(s.refused(&s.manager, &plain, "send_quote", quote).await.1, "quote_open");
});
