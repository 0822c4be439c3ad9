//! Spares that go astray: dead and lent again, held and not needed, given back, given for good and dead.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use beiku::jobs::{Job, Scheduler};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn parcel(serial: &str) -> Value {
    json!({ "serial": serial, "carrier": "顺丰", "tracking_no": "SF2" })
}

fn taken() -> Value {
    json!({ "received_by": "黄杰" })
}

impl Scene {
    /// A spare that came back dead is put right on the bench and stands in JN again.
    async fn put_right(&self, serial: &str) {
        let bench = json!({ "kind": "convert", "serial": serial, "from": "JN/bench", "to": "JN/bench", "condition_to": "good" });
        self.post(&self.manager, "/movements", bench, 201).await;
        let shelf = json!({ "kind": "move", "serial": serial, "from": "JN/bench", "to": "JN" });
        self.post(&self.manager, "/movements", shelf, 201).await;
    }

    /// The very spare is reserved, shipped and handed over.
    async fn give(&self, number: &str, serial: &str) {
        self.act(&self.clerk, number, "reserve_replacement", json!({ "serial": serial })).await;
        self.act(&self.clerk, number, "ship_replacement", json!({ "carrier": "顺丰" })).await;
        self.act(&self.clerk, number, "replacement_delivered", taken()).await;
    }

    /// Condition, owner and place of a unit.
    pub async fn stands(&self, serial: &str) -> [String; 3] {
        let unit = self.get(&self.manager, &format!("/units/{serial}")).await;
        ["condition", "owner", "place"].map(|field| unit[field].as_str().unwrap_or_default().to_owned())
    }

    async fn line(&self, number: &str) -> Value {
        self.get(&self.manager, &format!("/rmas/{number}")).await["lines"][0].clone()
    }

    /// States of the line's promises of a kind, oldest first.
    async fn promised(&self, number: &str, kind: &str) -> Vec<String> {
        let line = self.line(number).await;
        let promises = line["promises"].as_array().unwrap().iter();
        let states = promises.filter(|promise| promise["kind"] == kind).map(|promise| &promise["state"]);
        states.map(|state| state.as_str().unwrap().to_owned()).collect()
    }
}

on_both!(a_dead_spare_that_went_out_again_is_owed_by_nobody_on_its_first_line, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.give(&number, "SPARE1").await;
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    s.receive(&number, "B1").await;
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.put_right("SPARE1").await;
    // Lent again, at the same customer's.
    let other = s.request("B2", "loaner").await;
    s.act(&s.manager, &other, "authorise", json!({})).await;
    s.give(&other, "SPARE1").await;
    let line = s.line(&number).await;
    let offered = line["allowed_actions"].as_array().unwrap();
    assert!(!offered.contains(&json!("recover_loan")), "{line}");
    assert!(!offered.contains(&json!("waive_faulty_return")), "{line}");
    s.send_home(&number).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    // And on the other line it is a loaner like any.
    s.receive(&other, "B2").await;
    s.send_home(&other).await;
    let back = json!({ "depot": "JN", "serial": "SPARE1", "condition": "good" });
    s.act(&s.clerk, &other, "recover_loan", back).await;
    s.act(&s.clerk, &other, "close", json!({})).await;
    s.prove().await;
});

on_both!(a_dead_spare_lent_again_on_its_own_line_is_a_loaner_there, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.give(&number, "SPARE1").await;
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.put_right("SPARE1").await;
    s.give(&number, "SPARE1").await;
    s.receive(&number, "B1").await;
    s.send_home(&number).await;
    let back = json!({ "depot": "JN", "serial": "SPARE1", "condition": "good" });
    s.act(&s.clerk, &number, "recover_loan", back).await;
    let line = s.line(&number).await;
    let states: Vec<_> = line["issued"].as_array().unwrap().iter().map(|row| row["state"].clone()).collect();
    assert_eq!(states, ["doa", "recovered"]);
    s.act(&s.clerk, &number, "close", json!({})).await;
    s.prove().await;
});

on_both!(one_makers_serial_under_another_part_number_is_the_wrong_part, async |db: &Database| {
    let s = scene(db).await;
    let known = s.request("B1", "repair_return").await;
    s.receive(&known, "B1").await;
    s.send_home(&known).await;
    let line = |serial: &str| json!({ "part_no": "BOARD-2", "serial": serial, "fault": "不亮" });
    let asked = |serial: &str| json!({ "customer": "C1", "lines": [line(serial)] });
    assert_eq!(s.ask(&s.manager, asked("B1"), 409).await["code"], "wrong_part");
    let number = s.ask(&s.manager, asked("B7"), 201).await["number"].as_str().unwrap().to_owned();
    let right = json!({ "serial": "B1", "reason": "看错" });
    assert_eq!(s.refused(&s.clerk, &number, "correct_serial", right).await, (409, "wrong_part".into()));
    // The books meet it under the other part number between the request and the box.
    let bought =
        json!({ "kind": "receive", "part_no": "BOARD-1", "serial": "B7", "from": "customer:C1", "to": "JN" });
    s.post(&s.manager, "/movements", bought, 201).await;
    let back =
        json!({ "kind": "issue", "part_no": "BOARD-1", "serial": "B7", "from": "JN", "to": "customer:C1" });
    s.post(&s.manager, "/movements", back, 201).await;
    let received = json!({ "depot": "JN", "serial": "B7" });
    assert_eq!(s.refused(&s.clerk, &number, "receive_faulty", received).await, (409, "wrong_part".into()));
    s.prove().await;
});

on_both!(a_dead_board_is_replaced_wherever_the_own_unit_went, async |db: &Database| {
    let s = scene(db).await;
    let exchanged = async |serial: &str, board: &str, then: &str| {
        let number = s.request(serial, "repair_return").await;
        s.receive(&number, serial).await;
        s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
        s.act(&s.clerk, &number, "ship_exchange", parcel(board)).await;
        s.act(&s.clerk, &number, "exchange_delivered", taken()).await;
        s.act(&s.clerk, &number, then, json!({ "depot": "JN" })).await;
        number
    };
    let again = async |number: &str, dead: &str, second: &str, state: &str| {
        s.act(&s.clerk, number, "report_doa", json!({ "serial": dead, "reason": "不上电" })).await;
        assert_eq!(s.promised(number, "equivalent_exchange").await, ["kept", "open"], "{number}");
        assert_eq!(s.line(number).await["state"], state, "{number}");
        s.act(&s.clerk, number, "ship_exchange", parcel(second)).await;
        s.act(&s.clerk, number, "exchange_delivered", taken()).await;
        assert_eq!(s.promised(number, "equivalent_exchange").await, ["kept", "kept"], "{number}");
        let line = s.line(number).await;
        assert_eq!(line["state"], state, "the own unit is not put away twice");
        let offered = line["allowed_actions"].as_array().unwrap();
        assert!(!offered.contains(&json!("to_stock")) && !offered.contains(&json!("scrap")), "{line}");
        assert_eq!(s.refused(&s.clerk, number, "close", json!({})).await.1, "faulty_part_owed");
        s.act(&s.clerk, number, "recover_loan", json!({ "depot": "JN", "serial": dead })).await;
        s.act(&s.clerk, number, "close", json!({})).await;
        assert_eq!(s.stands(second).await, ["good", "customer:C1", "customer:C1"]);
    };
    let bought = |serial: &str| json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": "JN" });
    for serial in ["SPARE3", "SPARE4", "SPARE5", "SPARE6"] {
        s.post(&s.manager, "/movements", bought(serial), 201).await;
    }
    let stocked = exchanged("B1", "SPARE1", "to_stock").await;
    again(&stocked, "SPARE1", "SPARE2", "to_stock").await;
    let scrapped = exchanged("B2", "SPARE3", "scrap").await;
    again(&scrapped, "SPARE3", "SPARE4", "scrapped").await;
    // Closed already: our own people put it down.
    let closed = exchanged("B3", "SPARE5", "to_stock").await;
    s.act(&s.clerk, &closed, "close", json!({})).await;
    let dead = json!({ "serial": "SPARE5", "reason": "不上电" });
    assert_eq!(s.refused(&s.customer, &closed, "report_doa", dead).await.0, 409);
    again(&closed, "SPARE5", "SPARE6", "to_stock").await;
    s.prove().await;
});

on_both!(a_dead_replacement_is_replaced_after_its_line_closed_by_itself, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.give(&number, "SPARE1").await;
    assert_eq!(s.receive(&number, "B1").await["state"], "closed");
    s.act(&s.engineer, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    assert_eq!(s.promised(&number, "spare_in_place").await, ["kept", "open"]);
    let line = s.line(&number).await;
    let offered = line["allowed_actions"].as_array().unwrap();
    for not in ["to_stock", "scrap", "start_repair", "receive_faulty"] {
        assert!(!offered.contains(&json!(not)), "our own order has the part: {line}");
    }
    s.give(&number, "SPARE2").await;
    assert_eq!(s.promised(&number, "spare_in_place").await, ["kept", "kept"]);
    assert_eq!(s.stands("SPARE2").await, ["good", "customer:C1", "customer:C1"]);
    let closed = s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    assert_eq!(closed["state"], "closed", "nothing is owed on either side any more");
    s.prove().await;
});

on_both!(a_line_closes_when_the_dead_spare_is_settled_last, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.give(&number, "SPARE1").await;
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    s.give(&number, "SPARE2").await;
    let gone = json!({ "reason": "客户机房拆除", "serial": "B1" });
    let open = s.act(&s.manager, &number, "waive_faulty_return", gone).await;
    assert_ne!(open["state"], "closed", "the dead one is out");
    let gone = json!({ "reason": "一并清理", "serial": "SPARE1" });
    let closed = s.act(&s.manager, &number, "waive_faulty_return", gone).await;
    let states: Vec<_> =
        closed["issued"].as_array().unwrap().iter().map(|row| row["state"].clone()).collect();
    assert_eq!(
        (&closed["state"], states.as_slice()),
        (&json!("closed"), [json!("lost"), json!("kept")].as_slice())
    );
    s.prove().await;
});

on_both!(a_spare_that_is_held_and_not_needed_is_let_go, async |db: &Database| {
    let s = scene(db).await;
    let free = async || {
        let stock = s.get(&s.manager, "/stock?part_no=BOARD-1&depot=JN").await;
        stock["items"]
            .as_array()
            .map_or(0, |rows| rows.iter().map(|row| row["available"].as_i64().unwrap_or(0)).sum())
    };
    let all = free().await;
    assert!(all >= 2, "{all}");
    // The own unit is quicker than the loaner.
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    assert_eq!(free().await, all - 1);
    s.receive(&number, "B1").await;
    s.repair_and_return(&number).await;
    assert_eq!(free().await, all, "nobody waits for it any more");
    s.act(&s.clerk, &number, "close", json!({})).await;
    // Another way of service.
    let other = s.request("B2", "loaner").await;
    s.act(&s.manager, &other, "authorise", json!({})).await;
    s.act(&s.clerk, &other, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    s.act(&s.manager, &other, "change_mode", json!({ "mode": "repair_return", "reason": "不急了" })).await;
    assert_eq!(free().await, all);
    // It is found broken on the shelf: another one is held instead, and it can be said of the first.
    let third = s.request("B3", "loaner").await;
    s.act(&s.manager, &third, "authorise", json!({})).await;
    s.act(&s.clerk, &third, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    let same = s.refused(&s.clerk, &third, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    assert_eq!(same, (409, "already_issued".into()));
    let broken = json!({ "kind": "convert", "serial": "SPARE1", "from": "JN", "to": "JN", "condition_to": "faulty", "reason": "外壳破损" });
    assert_eq!(s.post(&s.manager, "/movements", broken.clone(), 409).await["code"], "unit_reserved");
    let held = s.act(&s.clerk, &third, "reserve_replacement", json!({ "serial": "SPARE2" })).await;
    let states: Vec<_> = held["issued"].as_array().unwrap().iter().map(|row| row["state"].clone()).collect();
    assert_eq!(states, ["released", "reserved"]);
    s.post(&s.manager, "/movements", broken, 201).await;
    s.act(&s.clerk, &third, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    let third_spare = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": "SPARE3", "from": "supplier", "to": "JN" });
    s.post(&s.manager, "/movements", third_spare, 201).await;
    let late = s.refused(&s.clerk, &third, "reserve_replacement", json!({ "serial": "SPARE3" })).await;
    assert_eq!(late, (409, "already_issued".into()), "that one is on its way");
    s.prove().await;
});

on_both!(a_spare_in_a_van_is_held_like_one_in_a_depot, async |db: &Database| {
    let s = scene(db).await;
    for serial in ["SPARE1", "SPARE2"] {
        let van = json!({ "kind": "issue", "serial": serial, "from": "JN", "to": "engineer:gong" });
        s.post(&s.manager, "/movements", van, 201).await;
    }
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.engineer, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    // Promised to one line it is nobody else's, nor given back, until that one lets it go.
    let other = s.request("B2", "loaner").await;
    s.act(&s.manager, &other, "authorise", json!({})).await;
    let taken_by = s.refused(&s.engineer, &other, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    assert_eq!(taken_by, (409, "unit_reserved".into()));
    let held = s.get(&s.manager, "/reservations?state=open").await;
    assert_eq!(held["items"][0]["document"], json!(number), "{held}");
    let back = json!({ "kind": "return", "serial": "SPARE1", "from": "engineer:gong", "to": "JN", "condition_to": "quarantined" });
    let kept = s.post(&s.manager, "/movements", back.clone(), 409).await;
    assert_eq!(
        (&kept["code"], &kept["blocker"]["document"]),
        (&json!("unit_reserved"), &json!(number)),
        "{kept}"
    );
    let broken = |serial: &str| json!({ "kind": "convert", "serial": serial, "from": "engineer:gong", "to": "engineer:gong", "condition_to": "faulty", "reason": "摔坏" });
    assert_eq!(s.post(&s.manager, "/movements", broken("SPARE1"), 409).await["code"], "unit_reserved");
    s.prove().await;
    // Another one is chosen: the first is free, may go back, and the second is held.
    s.act(&s.engineer, &number, "reserve_replacement", json!({ "serial": "SPARE2" })).await;
    s.post(&s.manager, "/movements", back, 201).await;
    assert_eq!(s.post(&s.manager, "/movements", broken("SPARE2"), 409).await["code"], "unit_reserved");
    // Handed over, it is held no more; called off or done otherwise, neither.
    s.act(&s.engineer, &number, "replacement_delivered", taken()).await;
    assert_eq!(s.stands("SPARE2").await, ["good", "us", "customer:C1"]);
    let open =
        async || s.get(&s.manager, "/reservations?state=open").await["items"].as_array().unwrap().len();
    assert_eq!(open().await, 0);
    let bought = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": "SPARE3", "from": "supplier", "to": "JN" });
    s.post(&s.manager, "/movements", bought, 201).await;
    let van = json!({ "kind": "issue", "serial": "SPARE3", "from": "JN", "to": "engineer:gong" });
    s.post(&s.manager, "/movements", van, 201).await;
    for (action, body) in [
        ("change_mode", json!({ "mode": "repair_return", "reason": "不急了" })),
        ("cancel", json!({ "reason": "不修了" })),
    ] {
        if action == "cancel" {
            s.act(&s.manager, &other, "change_mode", json!({ "mode": "loaner", "reason": "又急了" })).await;
        }
        s.act(&s.engineer, &other, "reserve_replacement", json!({ "serial": "SPARE3" })).await;
        assert_eq!(open().await, 1);
        s.act(&s.manager, &other, action, body).await;
        assert_eq!(open().await, 0, "{action}");
    }
    s.post(&s.manager, "/movements", broken("SPARE3"), 201).await;
    s.prove().await;
});

on_both!(a_spare_that_was_late_stays_late_whoever_calls_it_off, async |db: &Database| {
    let s = scene(db).await;
    let (called_off, changed, soon) =
        (s.request("B1", "loaner").await, s.request("B2", "loaner").await, s.request("B3", "loaner").await);
    for number in [&called_off, &changed] {
        s.act(&s.manager, number, "authorise", json!({})).await;
    }
    db.clock().advance(TimeDelta::days(3));
    Scheduler::new(s.server.app.clone()).turn(Job::MarkBroken).await.unwrap();
    s.act(&s.manager, &soon, "authorise", json!({})).await;
    s.act(&s.manager, &called_off, "cancel", json!({ "reason": "不修了" })).await;
    s.act(&s.manager, &changed, "change_mode", json!({ "mode": "repair_return", "reason": "不急了" })).await;
    s.act(&s.manager, &soon, "cancel", json!({ "reason": "不修了" })).await;
    assert_eq!(s.promised(&called_off, "spare_in_place").await, ["broken"]);
    assert_eq!(s.promised(&changed, "spare_in_place").await, ["broken"]);
    assert_eq!(s.promised(&soon, "spare_in_place").await, ["excluded"], "in time it counts nowhere");
    s.prove().await;
});

on_both!(a_box_is_not_matched_to_another_customers_request, async |db: &Database| {
    let s = scene(db).await;
    s.post(&s.admin, "/customers", json!({ "code": "C2", "name": "德州水务", "plan": "gold" }), 201).await;
    let own = s.request("B1", "repair_return").await;
    s.receive(&own, "B1").await;
    s.send_home(&own).await;
    let box_of = json!({ "depot": "JN", "serial": "B1", "part_no": "BOARD-1" });
    let came = s.post(&s.clerk, "/intakes", box_of, 201).await;
    assert_eq!(came["state"], "unmatched", "{came}");
    let line = json!({ "part_no": "BOARD-1", "serial": "B1", "fault": "不亮" });
    let asked = s.ask(&s.manager, json!({ "customer": "C2", "lines": [line] }), 201).await;
    let other = json!({ "rma": asked["number"], "line": 1 });
    let refused = s.post(&s.clerk, &format!("/intakes/{}/match", came["id"]), other, 409).await;
    assert_eq!(refused["code"], "wrong_owner", "{refused}");
    assert_eq!(s.stands("B1").await[1], "customer:C1");
    s.prove().await;
});

on_both!(what_never_arrived_comes_back_or_is_given_up_and_another_one_is_sent, async |db: &Database| {
    let s = scene(db).await;
    let bought = |serial: &str| json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": "JN" });
    for serial in ["SPARE3", "SPARE4"] {
        s.post(&s.manager, "/movements", bought(serial), 201).await;
    }
    // A loaner the carrier lost.
    let lent = s.request("B1", "loaner").await;
    s.act(&s.manager, &lent, "authorise", json!({})).await;
    s.act(&s.clerk, &lent, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    s.act(&s.clerk, &lent, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    let lost = || json!({ "reason": "承运商丢失，赔付单 7 号" });
    let charged = s.refused(&s.manager, &lent, "charge_faulty", lost()).await;
    assert_eq!(charged.0, 409, "nobody is charged for what never arrived: {charged:?}");
    s.act(&s.manager, &lent, "waive_faulty_return", lost()).await;
    assert_eq!(s.stands("SPARE1").await[2], "lost");
    let lost_parcels = s.get(&s.manager, "/shipments?state=lost").await;
    assert_eq!(lost_parcels["items"][0]["serial"], "SPARE1", "{lost_parcels}");
    s.give(&lent, "SPARE2").await;
    // A board in exchange: refused at the door, and back in a box.
    let number = s.request("B2", "repair_return").await;
    s.receive(&number, "B2").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
    s.act(&s.clerk, &number, "ship_exchange", parcel("SPARE3")).await;
    let line = s.line(&number).await;
    assert!(line["allowed_actions"].as_array().unwrap().contains(&json!("recover_loan")), "{line}");
    let came = s.post(&s.clerk, "/intakes", json!({ "depot": "JN", "serial": "SPARE3" }), 201).await;
    assert_eq!((&came["state"], &came["rma"]), (&json!("matched"), &json!(number)), "{came}");
    assert_eq!(s.stands("SPARE3").await, ["quarantined", "us", "JN"]);
    assert_eq!(s.get(&s.manager, "/shipments?state=returned").await["items"][0]["serial"], "SPARE3");
    assert_eq!(s.get(&s.manager, "/shipments?state=shipped").await["items"], json!([]));
    s.act(&s.clerk, &number, "ship_exchange", parcel("SPARE4")).await;
    s.act(&s.clerk, &number, "exchange_delivered", taken()).await;
    assert_eq!(s.promised(&number, "equivalent_exchange").await, ["kept"]);
    s.act(&s.clerk, &number, "to_stock", json!({ "depot": "JN" })).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    s.prove().await;
});

on_both!(a_replacement_for_good_that_never_arrives_is_sent_anew, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    s.act(&s.clerk, &number, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    let back = json!({ "depot": "JN", "serial": "SPARE1", "condition": "good" });
    s.act(&s.clerk, &number, "recover_loan", back).await;
    s.give(&number, "SPARE2").await;
    assert_eq!(s.receive(&number, "B1").await["state"], "closed");
    assert_eq!(s.stands("SPARE1").await, ["good", "us", "JN"], "good again, it is anybody's spare");
    s.prove().await;
});

on_both!(the_board_of_a_proposal_is_free_when_nobody_waits_for_it_any_more, async |db: &Database| {
    let s = scene(db).await;
    let held = async || {
        let rows = s.get(&s.manager, "/reservations?state=open").await;
        rows["items"].as_array().unwrap().len()
    };
    let accepted = async |serial: &str| {
        let number = s.request(serial, "repair_return").await;
        s.receive(&number, serial).await;
        s.server.sql("UPDATE rma_line SET risk_bp = 4200").await;
        s.act(&s.manager, &number, "accept_exchange_proposal", json!({})).await;
        assert_eq!(held().await, 1);
        number
    };
    let home = accepted("B1").await;
    s.send_home(&home).await;
    assert_eq!(held().await, 0, "the own unit went home after all");
    let other = accepted("B2").await;
    s.act(&s.clerk, &other, "ship_exchange", parcel("SPARE2")).await;
    assert_eq!(held().await, 0, "another one was sent");
    s.prove().await;
});

on_both!(a_customers_data_does_not_leave_beside_its_repair, async |db: &Database| {
    let s = scene(db).await;
    s.plan("careful", json!({ "regime": "loan", "data_answer": "wipe" })).await;
    s.post(&s.admin, "/vendors", json!({ "code": "V1", "name": "华讯达维修中心" }), 201).await;
    assert_eq!(s.admin.patch("/parts/BOARD-1", &json!({ "data_bearing": true })).await.0, 200);
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let refused = async |body: Value| {
        let said = s.post(&s.manager, "/movements", body, 409).await;
        assert_eq!(
            (&said["code"], &said["blocker"]["document"]),
            (&json!("data_needs_proof"), &json!(number)),
            "{said}"
        );
    };
    let to_maker = json!({ "kind": "issue", "serial": "B1", "from": "JN/bench", "to": "vendor:V1" });
    refused(to_maker.clone()).await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "修不好" })).await;
    s.act(&s.clerk, &number, "ship_exchange", parcel("SPARE1")).await;
    s.act(&s.clerk, &number, "exchange_delivered", taken()).await;
    // It is ours by now, and the data is not.
    refused(to_maker).await;
    refused(json!({ "kind": "move", "serial": "B1", "from": "JN/bench", "to": "JN" })).await;
    refused(json!({ "kind": "scrap", "serial": "B1", "from": "JN/bench", "to": "scrap", "reason": "烧毁" }))
        .await;
    assert_eq!(s.admin.patch("/depots/JN", &json!({ "bins": ["A1-01"] })).await.0, 200);
    let scan = json!({ "mode": "put_away", "depot": "JN", "bin": "A1-01", "batch": "1", "code": "B1",
        "client_time": db.clock().now(), "device": "pda" });
    let scanned = s.post(&s.clerk, "/scans", scan, 200).await;
    assert_ne!(scanned["verdict"], "accepted", "{scanned}");
    let offered = s.get(&s.manager, "/scan/B1").await.to_string();
    assert!(!offered.contains("\"scrap\""), "only the legal moves are offered: {offered}");
    s.act(&s.clerk, &number, "to_stock", json!({ "depot": "JN", "certificate": "W-2" })).await;
    // Wiped and proved, it is stock like any.
    let away = json!({ "kind": "issue", "serial": "B1", "from": "JN", "to": "vendor:V1" });
    s.post(&s.manager, "/movements", away, 201).await;
    s.prove().await;
});

on_both!(what_we_gave_for_a_part_is_not_the_part, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    let view = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let spare = view["lines"][0]["issued"][0]["serial"].as_str().unwrap().to_owned();
    s.act(&s.manager, &number, "report_doa", json!({ "serial": spare })).await;
    let wrong = json!({ "serial": spare, "reason": "看错" });
    assert_eq!(s.refused(&s.clerk, &number, "correct_serial", wrong).await, (409, "already_issued".into()));
    s.prove().await;
});
