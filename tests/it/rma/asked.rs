//! What an action's body may say is done, and what it must say is asked for.

use super::scene::scene;
use crate::support::{Database, on_both};
use beiku::jobs::{Job, Scheduler};
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both!(
    whoever_puts_down_a_customers_yes_says_whose_it_was_and_where_it_can_be_read,
    async |db: &Database| {
        let s = scene(db).await;
        let number = s.request("B1", "repair_return").await;
        s.receive(&number, "B1").await;
        let paid = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
        s.act(&s.manager, &number, "set_entitlement", paid).await;
        s.act(&s.manager, &number, "send_quote", json!({ "amount": "860.00", "valid_until": "2026-03-20" }))
            .await;
        let path = format!("/rmas/{number}/lines/1/actions/accept_quote");
        for who in [&s.clerk, &s.manager] {
            for (body, missing) in [
                (json!({}), vec!["by", "evidence"]),
                (json!({ "by": "黄杰" }), vec!["evidence"]),
                (json!({ "evidence": "邮件" }), vec!["by"]),
            ] {
                let said = s.post(who, &path, body, 422).await;
                let fields: Vec<_> =
                    said["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
                assert_eq!(fields, missing, "{said}");
            }
        }
        let yes = json!({ "by": "黄杰", "evidence": "邮件 2026-03-02" });
        let quote = s.act(&s.clerk, &number, "accept_quote", yes).await["quotes"][0].clone();
        assert_eq!((&quote["state"], &quote["answered_by"]), (&json!("accepted"), &json!("黄杰")));
        s.prove().await;
    }
);

on_both!(
    a_quote_that_nobody_answered_ends_with_its_last_day_however_late_somebody_looks,
    async |db: &Database| {
        let s = scene(db).await;
        let ask = async |serial: &str| {
            let number = s.request(serial, "repair_return").await;
            s.receive(&number, serial).await;
            let paid = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
            s.act(&s.manager, &number, "set_entitlement", paid).await;
            s.act(
                &s.manager,
                &number,
                "send_quote",
                json!({ "amount": "860.00", "valid_until": "2026-03-10" }),
            )
            .await;
            number
        };
        // 2 March, valid through Tuesday the 10th: six working days do not count, and Wednesday is the clock's.
        let (looked_at, forgotten) = (ask("B1").await, ask("B2").await);
        let scheduler = Scheduler::new(s.server.app.clone());
        let due = async |number: &str| {
            let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
            let line = rma["lines"][0].clone();
            (line["holds"][0]["ended_at"].clone(), line["promises"][0]["due_on"].clone())
        };
        db.clock().advance(TimeDelta::days(12));
        // The service was down since the 8th. Somebody went on with one of the lines before the job looked.
        s.act(&s.manager, &looked_at, "diagnose", json!({ "finding": "进水" })).await;
        assert_eq!(scheduler.turn(Job::ExpireQuotes).await.unwrap(), 2);
        let ended = (json!("2026-03-10T15:59:59Z"), json!("2026-06-05"));
        assert_eq!(due(&forgotten).await, ended);
        assert_eq!(due(&looked_at).await, ended, "the same days were the customer's");
        s.prove().await;
    }
);

on_both!(what_was_built_in_may_be_said_when_the_repair_is_done, async |db: &Database| {
    let s = scene(db).await;
    let cap = json!({ "part_no": "CAP", "name": "电容", "tracking": "quantity", "price": "12.50" });
    s.post(&s.admin, "/parts", cap, 201).await;
    let bought =
        json!({ "kind": "receive", "part_no": "CAP", "quantity": 5, "from": "supplier", "to": "JN" });
    s.post(&s.manager, "/movements", bought, 201).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "start_repair", json!({})).await;
    let finish = |quantity: i64| {
        let parts = json!([{ "part_no": "CAP", "quantity": quantity }, { "serial": "SPARE1" }]);
        json!({ "outcome": "repaired", "parts": parts, "cost": "80.00" })
    };
    let short = s.refused(&s.manager, &number, "finish_repair", finish(6)).await;
    assert_eq!(short, (409, "not_enough_stock".into()), "all or nothing");
    let done = s.act(&s.manager, &number, "finish_repair", finish(2)).await;
    assert_eq!((&done["state"], &done["cost"]), (&json!("testing"), &json!("105.00")));
    let to: Vec<_> = done["movements"].as_array().unwrap().iter().map(|one| one["to"].clone()).collect();
    assert_eq!(to, ["consumed", "consumed"]);
    let orders = s.get(&s.manager, "/repairs?bench=JN").await;
    let order = s.get(&s.manager, &format!("/repairs/{}", orders["items"][0]["id"])).await;
    assert_eq!(order["parts"].as_array().unwrap().len(), 2, "{order}");
    // Nobody pays for what was built into a board that is chargeable and not agreed on.
    let second = s.request("B2", "repair_return").await;
    s.receive(&second, "B2").await;
    let paid = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
    s.act(&s.manager, &second, "set_entitlement", paid).await;
    s.act(&s.manager, &second, "diagnose", json!({ "finding": "进水" })).await;
    let gone = json!({ "outcome": "ber", "parts": [{ "part_no": "CAP", "quantity": 1 }] });
    assert_eq!(s.refused(&s.manager, &second, "finish_repair", gone).await.1, "quote_needed");
    s.act(&s.manager, &second, "finish_repair", json!({ "outcome": "ber" })).await;
    s.prove().await;
});

on_both!(a_dead_spare_is_reported_by_its_serial_alone, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    let dead = s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1" })).await;
    assert_eq!(dead["issued"][0]["state"], "doa");
    s.prove().await;
});

on_both!(a_reason_is_as_good_as_a_note_for_what_is_entered_late, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    let happened = db.clock().now();
    db.clock().advance(TimeDelta::days(5));
    let late =
        |field: &str| json!({ "depot": "JN", "serial": "B1", "occurred_at": happened, field: "周末补录" });
    let refused = async |body: Value| s.refused(&s.manager, &number, "receive_faulty", body).await;
    assert_eq!(refused(late("carrier")).await, (409, "too_long_ago".into()));
    assert_eq!(s.refused(&s.clerk, &number, "receive_faulty", late("reason")).await.1, "too_long_ago");
    s.act(&s.manager, &number, "receive_faulty", late("reason")).await;
    s.prove().await;
});

on_both!(a_wait_ends_when_the_unit_is_handed_back, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "diagnose", json!({ "outcome": "nff" })).await;
    s.act(&s.clerk, &number, "dispatch_return", json!({ "carrier": "顺丰", "tracking_no": "SF9" })).await;
    s.act(&s.manager, &number, "hold", json!({ "reason": "客户不在", "said_by": "黄杰" })).await;
    db.clock().advance(TimeDelta::days(3));
    let back = s.act(&s.clerk, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    assert!(!back["holds"][0]["ended_at"].is_null(), "{back}");
    assert!(!back["allowed_actions"].as_array().unwrap().contains(&json!("resume")), "{back}");
    s.prove().await;
});

on_both!(a_spare_is_promised_at_the_yes_also_when_the_part_came_first, async |db: &Database| {
    let s = scene(db).await;
    let promised = async |number: &str| {
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        let line = rma["lines"][0].clone();
        let promises = line["promises"].as_array().unwrap().iter();
        let spares = promises.filter(|one| one["kind"] == "spare_in_place");
        let states: Vec<_> = spares.map(|one| one["state"].as_str().unwrap().to_owned()).collect();
        (line["state"].as_str().unwrap().to_owned(), states)
    };
    // Approved as a request: the box came first.
    let first = s.request("B1", "loaner").await;
    let wanted = json!({ "customer": "C1", "part_no": "BOARD-1", "rma": first, "line": 1, "reason": "fault", "receiver": "黄杰" });
    let asked = s.post(&s.engineer, "/requests", wanted, 201).await["number"].as_str().unwrap().to_owned();
    s.receive(&first, "B1").await;
    assert_eq!(promised(&first).await, ("received".into(), vec![]), "nobody said yes yet");
    s.post(&s.manager, &format!("/requests/{asked}/approve"), json!({}), 200).await;
    assert_eq!(promised(&first).await, ("received".into(), vec!["open".into()]));
    db.clock().advance(TimeDelta::hours(1));
    let how = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF1", "received_by": "黄杰" });
    s.post(&s.manager, &format!("/requests/{asked}/issue"), how, 200).await;
    assert_eq!(promised(&first).await, ("received".into(), vec!["kept".into()]));
    assert_eq!(s.refused(&s.manager, &first, "authorise", json!({})).await.0, 409, "it was said");
    // Or on the line itself, once.
    let second = s.request("B2", "loaner").await;
    s.receive(&second, "B2").await;
    s.act(&s.manager, &second, "diagnose", json!({ "finding": "进水" })).await;
    let said = s.act(&s.manager, &second, "authorise", json!({})).await;
    assert_eq!(said["state"], "diagnosing", "the repair goes on where it was");
    assert_eq!(promised(&second).await, ("diagnosing".into(), vec!["open".into()]));
    assert_eq!(s.refused(&s.manager, &second, "authorise", json!({})).await.0, 409);
    s.issue_spare(&second).await;
    assert_eq!(promised(&second).await.1, ["kept"]);
    let fill = s.get(&s.manager, "/kpi/fill-rate?from=2026-03&to=2026-03").await;
    assert_eq!(fill["total"]["approved"], 2, "both are in the fill rate: {fill}");
    // Without a spare up front there is nothing a yes would still do.
    let plain = s.request("B3", "repair_return").await;
    s.receive(&plain, "B3").await;
    assert_eq!(s.refused(&s.manager, &plain, "authorise", json!({})).await.0, 409);
    s.prove().await;
});
