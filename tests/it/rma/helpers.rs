//! Depots that help each other, spares on site and in vans, and differences of transfers and counts.

use super::scene::scene;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn bought(serial: &str, to: &str) -> Value {
    json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": to, "document": "PO-2" })
}

on_both!(each_depot_a_line_names_does_its_own_step, async |db: &Database| {
    let s = scene(db).await;
    let nearby =
        json!({ "code": "TA", "name": "泰安备件库", "city": "泰安", "class": "other", "has_bench": false });
    s.post(&s.admin, "/depots", nearby, 201).await;
    s.post(
        &s.admin,
        "/depots",
        json!({ "code": "QD", "name": "青岛备件库", "city": "青岛", "class": "other" }),
        201,
    )
    .await;
    let ta = s.server.user("sun", Role::Clerk, &["TA"], &[]).await;
    let dz = s.server.user("zhou", Role::Clerk, &["DZ"], &[]).await;
    let jn = s.server.user("wu", Role::Clerk, &["JN"], &[]).await;
    let bench = s.server.user("zheng", Role::Technician, &["JN"], &[]).await;
    for (name, client) in [("sun", &ta), ("zhou", &dz), ("wu", &jn), ("zheng", &bench)] {
        let own = json!({ "reads_own_only": true });
        assert_eq!(s.admin.patch(&format!("/users/{name}"), &own).await.0, 200);
        assert_eq!(client.get("/me").await.0, 200);
    }
    s.post(&s.manager, "/movements", bought("SPARE-DZ", "DZ"), 201).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let path = format!("/rmas/{number}");
    assert_eq!(dz.get(&path).await.0, 404, "no depot is named yet");
    // DZ lends, and only DZ ships.
    s.act(&s.manager, &number, "reserve_replacement", json!({ "depot": "DZ" })).await;
    let parcel = json!({ "carrier": "顺丰", "tracking_no": "SF1" });
    assert_eq!(
        s.refused(&s.clerk, &number, "receive_faulty", json!({ "depot": "QD", "serial": "B1" })).await,
        (403, "not_your_depot".into())
    );
    assert_eq!(s.refused(&jn, &number, "ship_replacement", parcel.clone()).await.0, 404);
    s.act(&dz, &number, "ship_replacement", parcel.clone()).await;
    s.act(&s.engineer, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    // TA receives; it has no bench and sends on by transfer. The clock runs on.
    let due = s.act(&s.manager, &number, "receive_faulty", json!({ "depot": "TA", "serial": "B1" })).await;
    let due_of = |line: &Value| {
        line["promises"].as_array().unwrap().iter().find(|p| p["kind"] == "repair_return").unwrap()["due_on"]
            .clone()
    };
    let due = due_of(&due);
    assert_eq!(ta.get(&path).await.0, 200, "the receiving depot reads it");
    assert_eq!(bench.get(&path).await.0, 404, "it is not on this bench");
    let send = json!({ "from": "TA", "to": "JN", "lines": [{ "serial": "B1" }] });
    let transfer = s.post(&ta, "/transfers", send, 201).await["number"].as_str().unwrap().to_owned();
    let at = |step: &str| format!("/transfers/{transfer}/{step}");
    s.post(&ta, &at("approve"), json!({}), 200).await;
    s.post(&ta, &at("dispatch"), json!({ "serials": ["B1"] }), 200).await;
    db.clock().advance(TimeDelta::days(2));
    s.post(&jn, &at("receive"), json!({ "serials": ["B1"] }), 200).await;
    assert_eq!(
        s.get(&bench, "/repairs?bench=JN").await["items"][0]["serial"],
        "B1",
        "in the queue of the bench that has it"
    );
    let begun = s.act(&bench, &number, "start_repair", json!({})).await;
    assert_eq!(
        (due_of(&begun), &begun["depot"]),
        (due, &json!("TA")),
        "the rate's depot is the receiving one"
    );
    s.act(&bench, &number, "finish_repair", json!({ "outcome": "repaired" })).await;
    s.act(&bench, &number, "test", json!({ "passed": true })).await;
    // JN has it and sends it home; TA cannot, DZ takes its spare back.
    assert_eq!(
        s.refused(&ta, &number, "dispatch_return", parcel.clone()).await,
        (403, "not_your_depot".into())
    );
    s.act(&jn, &number, "dispatch_return", parcel).await;
    s.act(&s.customer, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    s.act(&dz, &number, "recover_loan", json!({ "depot": "DZ", "serial": "SPARE-DZ", "condition": "good" }))
        .await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    let books = [s.books(&number).await, s.ledger(&transfer).await];
    insta::assert_snapshot!("helping_depots", books.join("\n"));
});

on_both!(a_clerk_of_a_depot_the_line_never_names_only_looks_on, async |db: &Database| {
    let s = scene(db).await;
    for code in ["QD", "WF"] {
        let depot = json!({ "code": code, "name": format!("{code}备件库"), "city": code, "class": "other" });
        s.post(&s.admin, "/depots", depot, 201).await;
    }
    let jn = s.server.user("wu", Role::Clerk, &["JN"], &[]).await;
    let dz = s.server.user("zhou", Role::Clerk, &["DZ"], &[]).await;
    let qd = s.server.user("sun", Role::Clerk, &["QD", "WF"], &[]).await;
    let bench = s.server.user("zheng", Role::Technician, &["QD"], &[]).await;
    let none = s.server.user("yang", Role::Clerk, &[], &[]).await;
    s.post(&s.manager, "/movements", bought("SPARE-DZ", "DZ"), 201).await;
    let number = s.request("B0", "loaner").await;
    // Before the line names a depot, whoever has one may begin.
    let right = json!({ "serial": "B1", "reason": "看错" });
    let not_yours = (403, "not_your_depot".to_owned());
    assert_eq!(s.refused(&none, &number, "correct_serial", right.clone()).await, not_yours);
    s.act(&qd, &number, "correct_serial", right).await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&dz, &number, "reserve_replacement", json!({ "serial": "SPARE-DZ" })).await;
    s.act(&dz, &number, "ship_replacement", json!({ "carrier": "顺丰", "tracking_no": "SF1" })).await;
    // From now on DZ is named, and QD is not.
    let refused = async |action: &str, body: Value| {
        assert_eq!(s.refused(&qd, &number, action, body).await, not_yours, "{action}");
    };
    let taken = || json!({ "received_by": "黄杰" });
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let parcel = rma["shipments"][0]["id"].as_i64().unwrap_or_else(|| panic!("{rma}"));
    s.post(&qd, &format!("/shipments/{parcel}/delivered"), taken(), 403).await;
    refused("replacement_delivered", taken()).await;
    refused("faulty_shipped", json!({ "carrier": "顺丰" })).await;
    refused("correct_serial", json!({ "serial": "B9", "reason": "看错" })).await;
    refused("void", json!({ "reason": "重复" })).await;
    s.act(&dz, &number, "replacement_delivered", taken()).await;
    refused("report_doa", json!({ "serial": "SPARE-DZ", "reason": "不亮" })).await;
    s.act(&jn, &number, "receive_faulty", json!({ "depot": "JN", "serial": "B1" })).await;
    let chargeable = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
    s.act(&s.manager, &number, "set_entitlement", chargeable).await;
    let quote = json!({ "amount": "860.00", "valid_until": "2026-03-20" });
    s.act(&s.manager, &number, "send_quote", quote).await;
    let word = || json!({ "by": "黄杰", "evidence": "电话" });
    refused("accept_quote", word()).await;
    refused("refuse_quote", word()).await;
    s.act(&dz, &number, "refuse_quote", word()).await;
    let assign = format!("/rmas/{number}/lines/1/actions/assign");
    s.post(&bench, &assign, json!({ "user": "zheng" }), 403).await;
    let (status, seen) = qd.get(&format!("/rmas/{number}")).await;
    assert_eq!(status.as_u16(), 200, "reading is no writing");
    let offered: Vec<_> = seen["lines"][0]["allowed_actions"].as_array().unwrap().iter().collect();
    assert_eq!(offered, ["recover_loan"], "a loaner may come to any depot");
    s.send_home_by(&jn, &number).await;
    refused("close", json!({})).await;
    refused("cancel", json!({ "reason": "不修了" })).await;
    s.act(&dz, &number, "recover_loan", json!({ "depot": "DZ", "serial": "SPARE-DZ" })).await;
    s.act(&jn, &number, "close", json!({})).await;
    s.prove().await;
});

on_both!(on_site_spares_serve_their_customer_at_once_and_the_plan_says_yes, async |db: &Database| {
    let s = scene(db).await;
    let on_site =
        json!({ "code": "ONS", "name": "现场备件", "city": "济南", "class": "other", "customer": "C1" });
    s.post(&s.admin, "/depots", on_site, 201).await;
    s.post(&s.manager, "/movements", bought("ONSITE", "ONS"), 201).await;
    let flag = async || s.get(&s.manager, "/plans/gold").await["versions"][0]["auto_approval"].clone();
    assert_eq!(flag().await, json!(false));
    s.post(&s.admin, "/plans/gold/auto-approval", json!({}), 204).await;
    assert_eq!(flag().await, json!(true));
    let wanted = |serial: &str| {
        json!({ "customer": "C1", "part_no": "BOARD-1", "faulty_serial": serial,
        "reason": "preventive", "receiver": "黄杰" })
    };
    let asked = s.post(&s.engineer, "/requests", wanted("OLD-1"), 201).await;
    assert_eq!((&asked["state"], &asked["automatic"]), (&json!("approved"), &json!(true)));
    db.clock().advance(TimeDelta::minutes(90));
    let how = json!({ "received_by": "黄杰", "removed_to": "JN" });
    let path = format!("/requests/{}/issue", asked["number"].as_str().unwrap());
    let issued = s.post(&s.manager, &path, how, 200).await;
    assert_eq!(
        (&issued["spare"], &issued["faulty_state"]),
        (&json!("ONSITE"), &json!("received")),
        "the customer's own spares come before any depot's"
    );
    let number = issued["rma"].as_str().unwrap().to_owned();
    assert_eq!(s.admin.delete("/plans/gold/auto-approval").await.0, 204);
    assert_eq!(flag().await, json!(false));
    assert_eq!(s.post(&s.engineer, "/requests", wanted("OLD-2"), 201).await["state"], "requested");
    insta::assert_snapshot!("preventive_on_site", s.books(&number).await);
});

on_both!(an_unrecovered_loan_does_not_block_the_units_next_request, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "B1").await;
    let twice =
        json!({ "customer": "C1", "lines": [{ "part_no": "BOARD-1", "serial": "b1", "fault": "x" }] });
    let refused = s.ask(&s.customer, twice, 409).await;
    assert_eq!(
        (&refused["code"], &refused["blocker"]["number"]),
        (&json!("rma_already_open"), &json!(number))
    );
    s.repair_and_return(&number).await;
    let next = s.request("B1", "repair_return").await;
    s.receive(&next, "B1").await;
    assert_eq!(s.refused(&s.clerk, &number, "close", json!({})).await.1, "loaner_still_out");
    insta::assert_snapshot!("one_open_rma", [s.books(&number).await, s.books(&next).await].join("\n"));
});

on_both!(
    a_transfers_missing_piece_stays_on_the_road_and_an_unexpected_one_in_quarantine,
    async |db: &Database| {
        let s = scene(db).await;
        for serial in ["SN1", "SN2", "SN3", "STRAY"] {
            s.post(&s.manager, "/movements", bought(serial, "JN"), 201).await;
        }
        s.server.sql("UPDATE app_user SET email = 'li@depot.example' WHERE username = 'li'").await;
        let lines: Vec<_> = ["SN1", "SN2", "SN3"].iter().map(|serial| json!({ "serial": serial })).collect();
        let asked =
            s.post(&s.clerk, "/transfers", json!({ "from": "JN", "to": "DZ", "lines": lines }), 201).await;
        let number = asked["number"].as_str().unwrap().to_owned();
        let at = |step: &str| format!("/transfers/{number}/{step}");
        s.post(&s.clerk, &at("approve"), json!({}), 200).await;
        s.post(
            &s.clerk,
            &at("dispatch"),
            json!({ "serials": ["SN1", "SN2", "SN3"], "carrier": "顺丰" }),
            200,
        )
        .await;
        db.clock().advance(TimeDelta::days(3));
        let received = s.post(&s.clerk, &at("receive"), json!({ "serials": ["SN1", "STRAY"] }), 200).await;
        assert_eq!((&received["state"], &received["days_in_transit"]), (&json!("differences"), &json!(3)));
        let found = json!({ "settlement": "found", "serials": ["SN2"] });
        s.post(&s.clerk, &at("settle"), found, 200).await;
        let lost = json!({ "settlement": "lost", "serials": ["SN3"], "reason": "包裹破损" });
        s.post(&s.clerk, &at("settle"), lost.clone(), 403).await;
        let done = s.post(&s.manager, &at("settle"), lost, 200).await;
        assert_eq!(done["state"], "closed");
        let told = s.get(&s.manager, "/notices").await;
        let told: Vec<_> = told["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|mail| format!("{} to {}", mail["kind"].as_str().unwrap(), mail["to"].as_str().unwrap()))
            .collect();
        insta::assert_snapshot!(
            "transfer_differences",
            format!("{}Mails\n  {}\n", s.ledger(&number).await, told.join("\n  "))
        );
    }
);

on_both!(a_count_books_only_what_is_ours_and_names_the_right_act_for_the_rest, async |db: &Database| {
    let s = scene(db).await;
    s.post(&s.manager, "/movements", bought("GONE", "JN"), 201).await;
    s.post(&s.manager, "/movements", bought("FAR", "DZ"), 201).await;
    // A loaner that is out, and a customer's board on the shelf: neither is a difference of ours.
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    // A spare that never worked is owed back, too.
    s.post(&s.manager, "/movements", bought("DEAD", "JN"), 201).await;
    let second = s.request("B2", "loaner").await;
    s.act(&s.manager, &second, "authorise", json!({})).await;
    s.act(&s.clerk, &second, "reserve_replacement", json!({ "serial": "DEAD" })).await;
    s.act(&s.clerk, &second, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    s.act(&s.clerk, &second, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    s.act(&s.clerk, &second, "report_doa", json!({ "serial": "DEAD" })).await;
    db.clock().advance(TimeDelta::hours(1));
    let count = s.post(&s.clerk, "/counts", json!({ "depot": "JN" }), 201).await;
    let count = count["number"].as_str().unwrap().to_owned();
    let at = |step: &str| format!("/counts/{count}/{step}");
    db.clock().advance(TimeDelta::minutes(10));
    s.post(&s.clerk, &at("scans"), json!({ "serials": ["SPARE2", "SPARE1", "FAR", "DEAD", "B1"] }), 200)
        .await;
    let acts = s.get(&s.clerk, &format!("/exceptions?document={count}")).await;
    let acts: Vec<_> = acts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{}: {}", row["code"].as_str().unwrap(), row["act"].as_str().unwrap()))
        .collect();
    assert_eq!(acts, ["B1: take_in", "DEAD: recover_loan", "FAR: reverse", "SPARE1: recover_loan"]);
    s.post(&s.clerk, &at("approve"), json!({}), 403).await;
    s.post(&s.manager, &at("approve"), json!({}), 200).await;
    insta::assert_snapshot!(
        "count_differences",
        format!("{}Exceptions\n  {}\n", s.ledger(&count).await, acts.join("\n  "))
    );
});
