//! What a contract says: modes, plan versions, the rate that counts, who pays; and contacts who serve several customers.

use super::scene::{Scene, scene};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::app;
use beiku::app::outbox::{self, NoticeFilter};
use beiku::domain::actor::Role;
use beiku::domain::notice::Notice;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn line(serial: &str, mode: &str) -> Value {
    json!({ "part_no": "BOARD-1", "serial": serial, "fault": "端口不通", "mode": mode })
}

fn at_site(site: &str, serial: &str, mode: &str) -> Value {
    json!({ "customer": "C1", "site": site, "lines": [line(serial, mode)] })
}

/// One customer, one site under a loan contract, one under an exchange contract, one whose contract ran out.
async fn three_contracts(s: &Scene) {
    let sites = json!({ "sites": [{ "name": "东站" }, { "name": "西站" }, { "name": "南站" }] });
    assert_eq!(s.admin.patch("/customers/C1", &sites).await.0, 200);
    s.plan("swap", json!({ "valid_from": "2026-01-01" })).await;
    for (number, plan, site, to) in [
        ("HT-LOAN", "gold", "东站", Value::Null),
        ("HT-SWAP", "swap", "西站", Value::Null),
        ("HT-OVER", "gold", "南站", json!("2026-02-28")),
    ] {
        let contract = json!({ "number": number, "customer": "C1", "plan": plan, "valid_from": "2026-01-01",
            "valid_to": to, "sites": [site] });
        s.post(&s.admin, "/contracts", contract, 201).await;
    }
}

on_both!(a_loan_contract_and_an_exchange_contract_offer_their_own_modes, async |db: &Database| {
    let s = scene(db).await;
    three_contracts(&s).await;
    let modes = ["repair_return", "loaner", "advance_replacement", "equivalent_exchange"];
    for (site, refused) in [("东站", "advance_replacement"), ("西站", "loaner")] {
        for mode in modes {
            let serial = format!("{}-{mode}", if site == "东站" { "E" } else { "W" });
            let status = if mode == refused { 409 } else { 201 };
            let said = s.ask(&s.manager, at_site(site, &serial, mode), status).await;
            if mode == refused {
                assert_eq!(said["code"], "mode_not_allowed");
            }
        }
    }
    // Loan: the spare stays ours, the board theirs; the pair cannot close while our spare is out.
    let lent = s.ask(&s.manager, at_site("东站", "B1", "loaner"), 201).await;
    let lent = lent["number"].as_str().unwrap();
    s.hand_over_spare(lent).await;
    s.receive(lent, "B1").await;
    s.repair_and_return(lent).await;
    assert_eq!(s.refused(&s.clerk, lent, "close", json!({})).await, (409, "loaner_still_out".into()));
    // Exchange: titles swap in one entry when the replacement is handed over.
    let swapped = s.ask(&s.manager, at_site("西站", "B2", "advance_replacement"), 201).await;
    let swapped = swapped["number"].as_str().unwrap();
    s.hand_over_spare(swapped).await;
    let owners = async |serial: &str| s.get(&s.manager, &format!("/units/{serial}")).await["owner"].clone();
    assert_eq!((owners("SPARE1").await, owners("SPARE2").await), (json!("us"), json!("customer:C1")));
    assert_eq!(owners("B2").await, json!("us"));
    assert_eq!(s.receive(swapped, "B2").await["state"], "closed");
    // After its period: chargeable, and nothing is promised.
    let refused = s.ask(&s.manager, at_site("南站", "B3", "loaner"), 409).await;
    assert_eq!(refused["code"], "no_contract_covers");
    let over = s.ask(&s.manager, at_site("南站", "B3", "repair_return"), 201).await;
    assert_eq!(over["lines"][0]["entitlement"], "chargeable");
    let over = over["number"].as_str().unwrap();
    assert_eq!(s.receive(over, "B3").await["promises"], json!([]));
    let books = [s.books(lent).await, s.books(swapped).await, s.books(over).await];
    insta::assert_snapshot!("regimes", books.join("\n"));
});

on_both!(lines_are_counted_and_found_by_the_contract_that_covered_them, async |db: &Database| {
    let s = scene(db).await;
    three_contracts(&s).await;
    for (site, serial) in [("东站", "B1"), ("东站", "B2"), ("西站", "B3"), ("南站", "B4"), ("", "B5")]
    {
        s.ask(&s.manager, at_site(site, serial, "repair_return"), 201).await;
    }
    let counted = async |asked: &str| -> Vec<(String, i64)> {
        let found = s.get(&s.manager, &format!("/rmas/facets{asked}")).await;
        let facets = found["facets"].as_array().unwrap();
        let facet = facets.iter().find(|facet| facet["facet"] == "contract").unwrap();
        let values = facet["values"].as_array().unwrap().iter();
        values
            .map(|one| (one["value"].as_str().unwrap().to_owned(), one["lines"].as_i64().unwrap()))
            .collect()
    };
    let all = [("".to_owned(), 2), ("HT-LOAN".to_owned(), 2), ("HT-SWAP".to_owned(), 1)];
    assert_eq!(counted("").await, all);
    assert_eq!(counted("?contract=HT-SWAP").await, all, "its own tick leaves a group's counts alone");
    assert_eq!(counted("?q=B3").await, all[2..], "other filters narrow it");
    let listed = async |asked: &str| -> Vec<String> {
        let found = s.get(&s.manager, &format!("/rmas?{asked}")).await;
        let items = found["items"].as_array().unwrap().iter();
        let one = |item: &Value| format!("{} {}", item["serial"].as_str().unwrap(), item["contract"]);
        items.map(one).collect()
    };
    assert_eq!(listed("contract=HT-LOAN").await, ["B1 \"HT-LOAN\"", "B2 \"HT-LOAN\""]);
    assert_eq!(listed("contract=HT-LOAN&sort=risk&limit=1").await.len(), 1);
    assert_eq!(listed("contract=-").await, ["B4 null", "B5 null"], "run out, and the customer's own plan");
    assert_eq!(listed("contract=NONE").await, Vec::<String>::new());
    assert_eq!(listed("assignee=-").await.len(), 5, "nobody cares for any of them yet");
    // What is in force later changes nothing of what was asked for.
    let (status, _) = s.admin.patch("/contracts/HT-LOAN", &json!({ "valid_to": "2026-03-01" })).await;
    assert_eq!(status, 200);
    assert_eq!(counted("").await, all);
    let browser = Browser::signed_in(&s.server, "wang").await;
    let page = browser.page("/rma").await;
    assert!(page.contains("name=\"contract\"") && page.contains("HT-SWAP"), "{page}");
    let page = browser.page("/rma?contract=HT-SWAP").await;
    assert!(page.contains("B3") && !page.contains(">B1<"), "{page}");
});

on_both!(the_plan_version_in_force_on_the_day_of_the_request_applies, async |db: &Database| {
    let s = scene(db).await;
    s.plan("own", json!({ "regime": "loan", "valid_from": "2026-01-01" })).await;
    let before = s.request("B1", "repair_return").await;
    let shorter = json!({ "valid_from": "2026-03-10", "regime": "loan", "auto_approval": true, "terms": [
        { "promise": "repair_return", "amount": 30, "unit": "calendar_days", "target_bp": 9500 }] });
    let plan = s.post(&s.admin, "/plans/own/versions", shorter, 201).await;
    let told: Vec<_> =
        plan["versions"].as_array().unwrap().iter().map(|v| v["auto_approval"].clone()).collect();
    assert_eq!(told, [json!(true), json!(false)], "each version says whether it approves by itself");
    db.clock().advance(TimeDelta::days(10));
    let after = s.request("B2", "repair_return").await;
    for (number, serial, amount, unit) in
        [(&before, "B1", 60, "working_days"), (&after, "B2", 30, "calendar_days")]
    {
        let promise = s.receive(number, serial).await["promises"][0].clone();
        assert_eq!((&promise["amount"], &promise["unit"]), (&json!(amount), &json!(unit)), "{promise}");
    }
    insta::assert_snapshot!("plan_versions", [s.books(&before).await, s.books(&after).await].join("\n"));
});

on_both!(the_contract_says_which_rate_counts_and_the_others_stand_beside, async |db: &Database| {
    let mut s = scene(db).await;
    let contract = json!({ "number": "HT-9", "customer": "C1", "plan": "gold", "valid_from": "2026-01-01",
        "variant": "remedy30" });
    s.post(&s.admin, "/contracts", contract, 201).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "来不及" })).await;
    let board = json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "SF2" });
    s.act(&s.clerk, &number, "ship_exchange", board).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    s.act(&s.clerk, &number, "to_stock", json!({ "depot": "JN" })).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    db.clock().advance(TimeDelta::days(120));
    s.renew().await;
    for (variant, timely) in [("strict", 0), ("by_due", 1), ("remedy30", 1)] {
        let asked = format!("/kpi/timely-repair?from=2026-05&to=2026-06&variant={variant}");
        let rate = s.get(&s.manager, &asked).await;
        let total = (&rate["total"]["eligible"], &rate["total"]["timely"]);
        assert_eq!(total, (&json!(1), &json!(timely)), "{variant}: {rate}");
    }
    let lines = s.get(&s.manager, "/kpi/timely-repair/lines?from=2026-05&to=2026-06").await;
    assert_eq!(lines["items"][0]["contractual_variant"], "remedy30", "{lines}");
    insta::assert_snapshot!("contractual_rate", s.books(&number).await);
});

on_both!(the_same_fault_after_the_repair_is_free_and_goodwill_is_ours, async |db: &Database| {
    let s = scene(db).await;
    let first = s.request("B1", "repair_return").await;
    let asked = s.receive(&first, "B1").await;
    assert_eq!(
        (&asked["entitlement"], &asked["payer"]),
        (&json!("contract"), &json!("us")),
        "from the start"
    );
    let chargeable = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
    let set = s.act(&s.manager, &first, "set_entitlement", chargeable).await;
    assert_eq!(set["payer"], "customer");
    let goodwill = json!({ "entitlement": "goodwill", "reason": "老客户" });
    let set = s.act(&s.manager, &first, "set_entitlement", goodwill).await;
    assert_eq!((&set["entitlement"], &set["payer"]), (&json!("goodwill"), &json!("us")));
    let freight = json!({ "entitlement": "goodwill", "payer": "carrier", "reason": "运输损坏" });
    assert_eq!(s.act(&s.manager, &first, "set_entitlement", freight).await["payer"], "carrier");
    s.act(&s.manager, &first, "diagnose", json!({ "fault_code": "port", "finding": "网口变压器" })).await;
    s.repair_and_return(&first).await;
    db.clock().advance(TimeDelta::days(20));
    let again = s.request("B1", "repair_return").await;
    s.receive(&again, "B1").await;
    let found = s.act(&s.manager, &again, "diagnose", json!({ "fault_code": "port" })).await;
    assert_eq!(
        (&found["entitlement"], &found["repeat_of"]),
        (&json!("repair_warranty"), &json!(format!("{first}/1")))
    );
    assert_eq!(found["payer"], "us", "free for the customer");
    s.repair_and_return(&again).await;
    insta::assert_snapshot!("repair_warranty", [s.books(&first).await, s.books(&again).await].join("\n"));
});

on_both!(a_board_we_delivered_is_free_within_the_makers_warranty, async |db: &Database| {
    let mut s = scene(db).await;
    let (status, part) = s.admin.patch("/parts/BOARD-1", &json!({ "warranty_months": 12 })).await;
    assert_eq!(status, 200, "{part}");
    let contract = json!({ "number": "HT-8", "customer": "C1", "plan": "gold", "valid_from": "2026-01-01",
        "valid_to": "2026-06-30" });
    s.post(&s.admin, "/contracts", contract, 201).await;
    let first = s.request("B1", "repair_return").await;
    s.receive(&first, "B1").await;
    s.act(&s.manager, &first, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    s.act(&s.clerk, &first, "ship_exchange", json!({ "serial": "SPARE1" })).await;
    s.act(&s.clerk, &first, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    s.act(&s.clerk, &first, "to_stock", json!({ "depot": "JN" })).await;
    s.act(&s.clerk, &first, "close", json!({})).await;
    let asked = async |s: &Scene, serial: &str| {
        let number = s.request(serial, "repair_return").await;
        let line = s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0].clone();
        (number, line["entitlement"].clone(), line["payer"].clone())
    };

    // The contract has run out; the board is eleven months old.
    db.clock().advance(TimeDelta::days(330));
    s.renew().await;
    let (covered, entitlement, payer) = asked(&s, "SPARE1").await;
    assert_eq!((entitlement, payer), (json!("warranty"), json!("maker")));
    let (_, entitlement, payer) = asked(&s, "B2").await;
    assert_eq!((entitlement, payer), (json!("chargeable"), json!("customer")), "nobody knows when it came");
    s.receive(&covered, "SPARE1").await;
    // Under warranty nobody waits for a quote.
    s.repair_and_return(&covered).await;

    db.clock().advance(TimeDelta::days(60));
    s.renew_again().await;
    let (late, entitlement, payer) = asked(&s, "SPARE1").await;
    assert_eq!((entitlement, payer), (json!("chargeable"), json!("customer")));
    s.act(&s.manager, &late, "cancel", json!({ "reason": "不修了" })).await;
    insta::assert_snapshot!("makers_warranty", [s.books(&first).await, s.books(&covered).await].join("\n"));
});

on_both!(a_contact_of_several_customers_reads_of_one_at_a_time, async |db: &Database| {
    let s = scene(db).await;
    let contact = json!([{ "name": "黄杰", "email": "it@c1.example" }]);
    let second = json!({ "code": "C2", "name": "德州水务", "plan": "gold", "contacts": contact });
    s.post(&s.admin, "/customers", second, 201).await;
    let shared = s.server.user("shared", Role::Customer, &[], &["C1", "C2"]).await;
    let ask = |customer: Value, serial: &str| json!({ "customer": customer, "lines": [line(serial, "repair_return")] });
    let unclear = s.ask(&shared, ask(Value::Null, "B1"), 422).await;
    assert_eq!(unclear["errors"][0]["field"], "customer", "whose, is not guessed");
    let mut numbers = vec![];
    for (customer, serial) in [("C1", "B1"), ("C2", "B2")] {
        let made = s.ask(&shared, ask(json!(customer), serial), 201).await;
        numbers.push(made["number"].as_str().unwrap().to_owned());
    }
    s.ask(&s.customer, ask(json!("C2"), "B3"), 422).await;
    assert_eq!(s.get(&shared, "/rmas").await["items"].as_array().unwrap().len(), 2);
    assert_eq!(s.get(&s.customer, "/rmas").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        s.customer.get(&format!("/rmas/{}", numbers[1])).await.0,
        404,
        "not there, or not yours to know"
    );
    for number in &numbers {
        s.act(&s.manager, number, "authorise", json!({})).await;
    }
    // Every mail is about one RMA of one customer, though both go to the same box.
    let operator = s.server.operator();
    let mails = app::read(&s.server.app, &operator, |conn, ctx| {
        let rows = outbox::list(conn, ctx, &NoticeFilter::default(), i64::MAX, 50)?;
        rows.iter().map(|row| outbox::facts(conn, ctx, row.id).map(|(_, notice)| notice)).collect()
    });
    let mails: Vec<Notice> = mails.await.unwrap();
    let mut told: Vec<_> = mails
        .iter()
        .map(|mail| match mail {
            Notice::Rma(news) => (news.rma.clone(), news.customer.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    told.sort();
    let expected = [(&numbers[0], "济南电力公司"), (&numbers[1], "德州水务")];
    let expected: Vec<_> =
        expected.iter().flat_map(|(rma, name)| vec![((*rma).clone(), (*name).to_owned()); 2]).collect();
    assert_eq!(told, expected);
    insta::assert_snapshot!(
        "shared_contact",
        [s.books(&numbers[0]).await, s.books(&numbers[1]).await].join("\n")
    );
});

on_both!(waiting_for_parts_stops_no_clock_and_is_never_shown_as_paused, async |db: &Database| {
    let mut s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    let due = s.receive(&number, "B1").await["promises"][0]["due_on"].clone();
    s.act(&s.manager, &number, "start_repair", json!({})).await;
    s.act(&s.manager, &number, "wait_parts", json!({ "note": "等电容" })).await;
    let risky = async |s: &Scene| {
        let listed = s.get(&s.manager, "/rmas?at_risk=true").await;
        listed["items"].as_array().unwrap().iter().any(|item| item["number"] == number.as_str())
    };
    assert!(!risky(&s).await, "60 working days are left");
    // 28 May 2026 is the 60th working day.
    db.clock().advance(TimeDelta::days(70));
    s.renew().await;
    assert!(risky(&s).await, "fewer than 15 working days are left, and nobody stopped the clock");
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let line = &rma["lines"][0];
    assert_eq!((&line["holds"], &line["promises"][0]["state"]), (&json!([]), &json!("open")));
    assert_eq!(line["promises"][0]["due_on"], due);
    s.act(&s.manager, &number, "parts_arrived", json!({})).await;
    s.act(&s.manager, &number, "finish_repair", json!({ "outcome": "repaired" })).await;
    s.act(&s.manager, &number, "test", json!({ "passed": true })).await;
    s.act(&s.clerk, &number, "dispatch_return", json!({ "carrier": "顺丰", "tracking_no": "SF9" })).await;
    s.act(&s.clerk, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    insta::assert_snapshot!("waiting_for_parts", s.books(&number).await);
});

on_both!(what_covers_a_line_is_said, async |db: &Database| {
    let s = scene(db).await;
    three_contracts(&s).await;
    let nowhere = s.ask(&s.manager, at_site("东 站", "B1", "repair_return"), 422).await;
    let error = &nowhere["errors"][0];
    assert_eq!((&error["field"], &error["code"]), (&json!("site"), &json!("unknown_site")), "{nowhere}");
    let over = s.ask(&s.manager, at_site("南站", "B1", "loaner"), 409).await;
    assert_eq!(over["code"], "no_contract_covers", "{over}");
    let contract = async |number: &Value| {
        let line =
            s.get(&s.manager, &format!("/rmas/{}", number.as_str().unwrap())).await["lines"][0].clone();
        line["contract"].clone()
    };
    let first = s.ask(&s.manager, at_site("东站", "B1", "loaner"), 201).await;
    assert_eq!(contract(&first["number"]).await, "HT-LOAN");
    let plain = s.ask(&s.manager, at_site("南站", "B2", "repair_return"), 201).await;
    assert_eq!(contract(&plain["number"]).await, Value::Null);
    // Of two for one site and day the one that began later applies.
    let newer = json!({ "number": "HT-NEW", "customer": "C1", "plan": "gold", "valid_from": "2026-02-01", "sites": ["东站"] });
    s.post(&s.admin, "/contracts", newer, 201).await;
    let next = s.ask(&s.manager, at_site("东站", "B3", "loaner"), 201).await;
    assert_eq!(contract(&next["number"]).await, "HT-NEW");
});
