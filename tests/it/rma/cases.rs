//! The settled cases of PRODUCT.md, each from request to end over HTTP, with the books it leaves.

use super::scene::{Scene, scene};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::jobs::{Job, Scheduler};
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// The unit on the bench of JN is ours, in this state: it is repaired and put into stock. The number of its order.
async fn our_repair(s: &Scene, serial: &str, state: &str) -> String {
    let orders = s.get(&s.manager, "/repairs?bench=JN").await;
    let order = &orders["items"][0];
    assert_eq!(
        (&order["serial"], &order["owner"], &order["state"]),
        (&json!(serial), &json!("us"), &json!(state))
    );
    for (action, body) in [
        ("start_repair", json!({})),
        ("finish_repair", json!({ "outcome": "repaired" })),
        ("test", json!({ "passed": true })),
        ("to_stock", json!({})),
    ] {
        s.post(&s.manager, &format!("/repairs/{}/actions/{action}", order["id"]), body, 200).await;
    }
    order["number"].as_str().unwrap().to_owned()
}

on_both!(a_void_needs_a_reason_and_a_second_person, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    assert_eq!(s.refused(&s.clerk, &number, "void", json!({})).await, (422, "invalid".into()));
    s.act(&s.manager, &number, "void", json!({ "reason": "重复登记" })).await;
    let own = s.refused(&s.manager, &number, "approve_void", json!({})).await;
    assert_eq!(own, (409, "second_person_needed".into()));
    assert_eq!(s.refused(&s.clerk, &number, "approve_void", json!({})).await.0, 403);
    s.receive(&number, "B1").await;
    let held = s.refused(&s.second, &number, "approve_void", json!({})).await;
    assert_eq!(held, (409, "unit_still_here".into()), "the customer's unit goes home first");
    let home = json!({ "reason": "登记有误", "carrier": "顺丰", "tracking_no": "SF9" });
    s.act(&s.clerk, &number, "return_unrepaired", home).await;
    s.act(&s.customer, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    s.act(&s.second, &number, "approve_void", json!({})).await;
    insta::assert_snapshot!("void", s.books(&number).await);
    // Out of the rate altogether.
    let (_, rate) = s.manager.get("/kpi/timely-repair?from=2026-05&to=2026-06").await;
    assert_eq!((&rate["total"]["eligible"], &rate["total"]["excluded"]), (&json!(0), &json!(1)), "{rate}");
    // The unit may be registered anew.
    s.request("B1", "repair_return").await;
});

on_both!(a_pack_says_why_a_line_is_void_and_who_asked_for_it, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.send_home(&number).await;
    s.act(&s.manager, &number, "void", json!({ "reason": "重复登记" })).await;
    // Issued between the two: why stands in what was known before it.
    db.clock().advance(TimeDelta::hours(1));
    let june = json!({ "from": "2026-05", "to": "2026-06", "as_of": "2026-03-02" });
    s.post(&s.manager, "/evidence", june.clone(), 201).await;
    db.clock().advance(TimeDelta::hours(1));
    s.act(&s.second, &number, "approve_void", json!({})).await;
    let second = s.post(&s.manager, "/evidence", june, 201).await;
    assert_eq!(second["restated"], 1, "{second}");
    let bytes = crate::figures::evidence::file(&s.manager, second["number"].as_str().unwrap()).await;
    let restated = crate::figures::evidence::pack(&bytes).restated;
    let row = csv::Reader::from_reader(restated.as_bytes()).records().next().unwrap().unwrap();
    assert_eq!(&row[12], "wang zhao", "{row:?}");
    assert!(row[13].ends_with("void: 重复登记; approve_void"), "{row:?}");
});

on_both!(
    an_advance_replacement_swaps_titles_and_closes_when_the_faulty_part_is_waived,
    async |db: &Database| {
        let mut s = scene(db).await;
        s.plan("swap", json!({})).await;
        let number = s.request("B1", "advance_replacement").await;
        let nothing = s.refused(&s.manager, &number, "waive_faulty_return", json!({ "reason": "x" })).await;
        assert_eq!(nothing.1, "nothing_owed");
        s.hand_over_spare(&number).await;
        assert_eq!(s.refused(&s.clerk, &number, "close", json!({})).await.0, 409);
        // Reminded three days before, on the day, a week and a month after: each once.
        let scheduler = Scheduler::new(s.server.app.clone());
        let mut sent = vec![];
        for days in [10, 1, 3, 1, 7, 5, 20] {
            db.clock().advance(TimeDelta::days(days));
            sent.push(scheduler.turn(Job::Remind).await.unwrap());
            assert_eq!(scheduler.turn(Job::Remind).await.unwrap(), 0, "each step once");
        }
        assert_eq!(sent, [0, 1, 1, 0, 1, 0, 1]);
        s.renew().await;
        let (_, rma) = s.manager.get(&format!("/rmas/{number}")).await;
        assert_eq!(rma["lines"][0]["faulty_state"], "overdue");
        assert_eq!(
            s.refused(&s.clerk, &number, "waive_faulty_return", json!({ "reason": "x" })).await.0,
            403
        );
        s.act(&s.manager, &number, "waive_faulty_return", json!({ "reason": "客户机房拆除" })).await;
        insta::assert_snapshot!("advance_replacement_waived", s.books(&number).await);
    }
);

on_both!(what_stands_in_our_own_house_is_owed_by_nobody, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let first = s.request("B1", "advance_replacement").await;
    s.hand_over_spare(&first).await;
    s.receive(&first, "B1").await;
    // Asked for again by the same serial, though it is ours by now and on our bench.
    let again = s.request("B1", "advance_replacement").await;
    s.hand_over_spare(&again).await;
    let charged = json!({ "reason": "未归还", "charge": true });
    let (status, code) = s.refused(&s.manager, &again, "waive_faulty_return", charged).await;
    assert_eq!((status, code.as_str()), (409, "nothing_owed"));
    let stands = s.get(&s.manager, "/units/B1").await;
    assert_eq!((&stands["owner"], &stands["place"]), (&json!("us"), &json!("JN/bench")));
    s.prove().await;
});

on_both!(an_advance_replacement_ends_in_our_stock, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.hand_over_spare(&number).await;
    let received = s.receive(&number, "B1").await;
    assert_eq!((&received["state"], &received["issued"][0]["state"]), (&json!("closed"), &json!("kept")));
    assert!(!received["received_at"].is_null(), "{received}");
    let inbox = s.inbox(&number).await;
    let [.., (came, kept), (last, _)] = inbox.as_slice() else { panic!("{inbox:?}") };
    assert_eq!([came.as_str(), last], ["faulty_received", "closed"]);
    assert!(kept.contains("您手上的替换件归您，不用再寄回。"), "{kept}");
    // The unit is ours, and its repair goes on as our own order.
    let order = our_repair(&s, "B1", "received").await;
    let stands = s.get(&s.manager, "/units/B1").await;
    assert_eq!((&stands["place"], &stands["condition"]), (&json!("JN"), &json!("good")));
    let books = [s.books(&number).await, s.ledger(&order).await];
    insta::assert_snapshot!("advance_replacement_to_stock", books.join("\n"));
});

on_both!(an_advance_replacement_whose_part_came_first_closes_with_the_hand_over, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B2", "advance_replacement").await;
    // The part that comes before the spare leaves the line open until the customer has that.
    assert_eq!(s.receive(&number, "B2").await["state"], "received");
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.manager, &number, "diagnose", json!({ "finding": "进水" })).await;
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "depot": "JN" })).await;
    let shipped = s.act(&s.clerk, &number, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    assert_eq!(shipped["state"], "diagnosing");
    let given = s.act(&s.clerk, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    assert_eq!((&given["state"], &given["issued"][0]["state"]), (&json!("closed"), &json!("kept")));
    assert!(!given["issued"][0]["in_use_at"].is_null(), "{given}");
    let told = s.inbox(&number).await;
    assert_eq!(told.iter().filter(|(kind, _)| kind == "closed").count(), 1, "{told:?}");
    let again = s.refused(&s.manager, &number, "close", json!({})).await;
    assert_eq!(again, (409, "action_not_allowed".into()), "nobody has to close it");
    // The repair goes on from where it stood, as our own order.
    our_repair(&s, "B2", "diagnosing").await;
    let fill = s.get(&s.manager, "/kpi/fill-rate?from=2026-03&to=2026-03").await;
    assert_eq!(fill["total"]["filled"], 1, "handed over in time: {fill}");
    insta::assert_snapshot!("advance_replacement_part_first", s.books(&number).await);
});

on_both!(a_charged_faulty_part_becomes_the_customers_again, async |db: &Database| {
    let s = scene(db).await;
    s.plan("swap", json!({})).await;
    let number = s.request("B1", "advance_replacement").await;
    s.hand_over_spare(&number).await;
    let charge = json!({ "reason": "逾期未还", "charge": true, "serial": "B1" });
    s.act(&s.manager, &number, "waive_faulty_return", charge).await;
    insta::assert_snapshot!("advance_replacement_charged", s.books(&number).await);
});

on_both!(a_dead_spare_is_owed_back_and_a_second_one_is_issued, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    let wrong = json!({ "serial": "B1", "reason": "不上电" });
    assert_eq!(s.refused(&s.customer, &number, "report_doa", wrong).await.1, "wrong_serial");
    s.act(&s.customer, &number, "report_doa", json!({ "serial": "SPARE1", "reason": "不上电" })).await;
    s.issue_spare(&number).await;
    s.receive(&number, "B1").await;
    let home = json!({ "reason": "客户要求", "carrier": "顺丰", "tracking_no": "SF9" });
    s.act(&s.clerk, &number, "return_unrepaired", home).await;
    s.act(&s.clerk, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    let second = json!({ "depot": "JN", "serial": "SPARE2", "condition": "good" });
    s.act(&s.clerk, &number, "recover_loan", second).await;
    let open = s.refused(&s.clerk, &number, "close", json!({})).await;
    assert_eq!(open.1, "faulty_part_owed", "the dead spare is not back");
    s.act(&s.clerk, &number, "recover_loan", json!({ "depot": "JN", "serial": "SPARE1" })).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    insta::assert_snapshot!("dead_on_arrival", s.books(&number).await);
});

on_both!(a_kept_loaner_counts_from_the_day_the_customer_agreed, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "B1").await;
    let agreed_at = db.clock().now() + TimeDelta::days(2);
    db.clock().advance(TimeDelta::days(5));
    let agreed = json!({ "agreed_by": "黄杰", "agreed_at": agreed_at, "evidence": "邮件 2026-03-04" });
    let unsaid = s.refused(&s.manager, &number, "keep_loaner", json!({ "agreed_by": "黄杰" })).await;
    assert_eq!(unsaid, (422, "invalid".into()));
    // Agreed before the part was here it would count as handed over before anything was promised.
    let before = agreed_at - TimeDelta::days(2) - TimeDelta::seconds(1);
    for too_early in [before, before - TimeDelta::days(30)] {
        let early = json!({ "agreed_by": "黄杰", "agreed_at": too_early, "evidence": "邮件" });
        let refused = s.refused(&s.manager, &number, "keep_loaner", early).await;
        assert_eq!(refused, (409, "before_previous_step".into()));
    }
    let kept = s.act(&s.manager, &number, "keep_loaner", agreed).await;
    assert_eq!(kept["consents"][0]["agreed_by"], "黄杰");
    s.act(&s.clerk, &number, "to_stock", json!({ "depot": "JN" })).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    insta::assert_snapshot!("kept_loaner", s.books(&number).await);
});

on_both!(a_plan_may_demand_brand_new_replacements, async |db: &Database| {
    let s = scene(db).await;
    s.plan("new", json!({ "regime": "loan", "brand_new_required": true })).await;
    // SPARE1 is lent once, and is not new afterwards.
    let first = s.request("B1", "loaner").await;
    s.hand_over_spare(&first).await;
    let back = json!({ "depot": "JN", "bin": null, "serial": "SPARE1", "condition": "good" });
    s.act(&s.clerk, &first, "recover_loan", back).await;
    s.act(&s.manager, &first, "cancel", json!({ "reason": "不修了" })).await;
    s.clerk.post("/movements", &json!({ "kind": "move", "part_no": "BOARD-1", "serial": "SPARE1", "from": "JN/bench", "to": "JN" })).await;
    let number = s.request("B2", "repair_return").await;
    s.receive(&number, "B2").await;
    s.act(&s.manager, &number, "decide_exchange", json!({ "reason": "无修复价值" })).await;
    let parcel = |serial: &str| json!({ "serial": serial, "carrier": "顺丰", "tracking_no": "SF2" });
    let old = s.refused(&s.clerk, &number, "ship_exchange", parcel("SPARE1")).await;
    assert_eq!(old, (409, "not_brand_new".into()));
    s.act(&s.clerk, &number, "ship_exchange", parcel("SPARE2")).await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    insta::assert_snapshot!("equivalent_exchange", s.books(&number).await);
});

on_both!(a_change_of_mode_after_receipt_is_an_exchange, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    let other = json!({ "mode": "advance_replacement", "reason": "急用" });
    assert_eq!(s.refused(&s.manager, &number, "change_mode", other).await.1, "mode_not_allowed");
    s.act(&s.manager, &number, "change_mode", json!({ "mode": "loaner", "reason": "急用" })).await;
    s.act(&s.manager, &number, "change_mode", json!({ "mode": "repair_return", "reason": "不急了" })).await;
    s.receive(&number, "B1").await;
    s.act(&s.manager, &number, "change_mode", json!({ "mode": "equivalent_exchange", "reason": "来不及" }))
        .await;
    s.act(
        &s.clerk,
        &number,
        "ship_exchange",
        json!({ "serial": "SPARE1", "carrier": "顺丰", "tracking_no": "1" }),
    )
    .await;
    s.act(&s.clerk, &number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
    s.act(&s.clerk, &number, "scrap", json!({})).await;
    insta::assert_snapshot!("change_of_mode", s.books(&number).await);
    let (_, lines) = s.manager.get("/kpi/timely-repair/lines?from=2026-05&to=2026-06").await;
    assert_eq!(lines["items"][0]["class"], "missed", "it stays in the rate: {lines}");
});

on_both!(a_quote_stops_the_clock_until_it_is_answered, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let quote = json!({ "amount": "860.00", "valid_until": "2026-03-20" });
    assert_eq!(s.refused(&s.manager, &number, "send_quote", quote.clone()).await.1, "not_chargeable");
    let paid = json!({ "entitlement": "chargeable", "reason": "人为损坏" });
    s.act(&s.manager, &number, "set_entitlement", paid).await;
    assert_eq!(s.refused(&s.manager, &number, "start_repair", json!({})).await.1, "quote_needed");
    let third = json!({ "amount": "860.005", "valid_until": "2026-03-20" });
    assert_eq!(s.refused(&s.manager, &number, "send_quote", third).await, (422, "invalid".into()));
    let sent = s.act(&s.manager, &number, "send_quote", quote.clone()).await;
    assert_eq!(
        (&sent["quotes"][0]["amount"], &sent["quotes"][0]["currency"]),
        (&json!("860.00"), &json!("CNY"))
    );
    assert_eq!(sent["holds"][0]["ended_at"], json!(null), "the only automatic hold");
    assert_eq!(s.refused(&s.manager, &number, "resume", json!({})).await.0, 409, "its answer ends it");
    // Nobody answers: the job ends it after its last day, and with it the hold.
    let scheduler = Scheduler::new(s.server.app.clone());
    db.clock().advance(TimeDelta::days(18));
    assert_eq!(scheduler.turn(Job::ExpireQuotes).await.unwrap(), 0, "20 March is the last day");
    db.clock().advance(TimeDelta::days(1));
    assert_eq!(scheduler.turn(Job::ExpireQuotes).await.unwrap(), 1);
    s.act(&s.manager, &number, "send_quote", json!({ "amount": "800", "valid_until": "2026-04-20" })).await;
    let no = json!({ "by": "黄杰", "evidence": "电话" });
    let refused = s.act(&s.customer, &number, "refuse_quote", no).await;
    assert!(refused["holds"].as_array().unwrap().iter().all(|hold| !hold["ended_at"].is_null()));
    s.act(&s.manager, &number, "send_quote", json!({ "amount": "700", "valid_until": "2026-04-20" })).await;
    let accepted = s.act(&s.customer, &number, "accept_quote", json!({})).await;
    assert_eq!(
        (&accepted["payer"], &accepted["quotes"][2]["answered_by"]),
        (&json!("customer"), &json!("huang"))
    );
    s.act(&s.manager, &number, "start_repair", json!({})).await;
    insta::assert_snapshot!("quote", s.books(&number).await);
});

on_both!(a_customers_unit_that_we_hold_must_end, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    for action in ["cancel", "reject", "close"] {
        let held = s.refused(&s.manager, &number, action, json!({ "reason": "不修了" })).await;
        assert_eq!(held, (409, "unit_still_here".into()), "{action}");
    }
    let home = json!({ "reason": "客户不修了", "carrier": "顺丰", "tracking_no": "SF9" });
    s.act(&s.clerk, &number, "return_unrepaired", home).await;
    s.act(&s.customer, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    // Nothing is to be done on it any more: no figure may count it as open.
    let (_, rate) = s.manager.get("/kpi/timely-repair?from=2026-05&to=2026-06").await;
    assert_eq!((&rate["total"]["pending"], &rate["total"]["misses"]), (&json!(0), &json!(1)), "{rate}");
    let (_, ageing) = s.manager.get("/kpi/ageing").await;
    assert_eq!(ageing["open"], json!(0), "{ageing}");
    s.act(&s.customer, &number, "cancel", json!({ "reason": "不修了" })).await;
    insta::assert_snapshot!("returned_unrepaired", s.books(&number).await);
    let (_, rate) = s.manager.get("/kpi/timely-repair?from=2026-05&to=2026-06").await;
    assert_eq!(rate["total"]["excluded"], json!(1), "called off by the due date: {rate}");
});

on_both!(scrap_needs_consent_and_data_its_certificate, async |db: &Database| {
    let s = scene(db).await;
    s.plan("careful", json!({ "regime": "loan", "data_answer": "destroy" })).await;
    let (status, part) = s.admin.patch("/parts/BOARD-1", &json!({ "data_bearing": true })).await;
    assert_eq!(status, StatusCode::OK, "{part}");
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    let refused = async |body| s.refused(&s.clerk, &number, "scrap", body).await.1;
    assert_eq!(refused(json!({})).await, "certificate_needed");
    assert_eq!(refused(json!({ "certificate": "XH-1" })).await, "consent_needed");
    let yes = json!({ "by": "黄杰", "evidence": "同意书 3 号" });
    let mut early = yes.clone();
    early["agreed_at"] = json!(db.clock().now() - TimeDelta::days(1));
    let refused = s.refused(&s.manager, &number, "agree_scrap", early).await;
    assert_eq!(refused, (409, "before_previous_step".into()), "nothing was asked for then");
    s.act(&s.manager, &number, "agree_scrap", yes).await;
    let scrapped = s.act(&s.clerk, &number, "scrap", json!({ "certificate": "XH-1" })).await;
    assert_eq!(scrapped["data_certificate"], "XH-1");
    s.act(&s.clerk, &number, "close", json!({})).await;
    insta::assert_snapshot!("scrapped_with_consent", s.books(&number).await);
});

on_both!(a_wrong_serial_is_put_right_and_a_worn_label_gets_a_second_code, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    let other = s.request("B3", "repair_return").await;
    let taken = json!({ "serial": "B3", "reason": "看错" });
    assert_eq!(s.refused(&s.clerk, &number, "correct_serial", taken).await.1, "rma_already_open");
    s.act(&s.clerk, &number, "correct_serial", json!({ "serial": "b2", "reason": "看错" })).await;
    s.receive(&number, "B2").await;
    assert_eq!(
        s.refused(&s.clerk, &number, "correct_serial", json!({ "serial": "B9", "reason": "x" })).await.0,
        409
    );
    let (status, label) =
        s.clerk.post("/units/B2/labels", &json!({ "code": "B2-NEW", "reason": "标签磨损" })).await;
    assert_eq!(status, StatusCode::CREATED, "{label}");
    let approve = format!("/labels/{}/approve", label["id"]);
    assert_eq!(s.clerk.post(&approve, &json!({})).await.1["code"], "second_person_needed");
    assert_eq!(s.clerk.get("/units/B2-NEW").await.0, 404, "not before a second person agreed");
    assert_eq!(s.manager.post(&approve, &json!({})).await.0, StatusCode::OK);
    assert_eq!(s.clerk.get("/units/B2-NEW").await.1["serial"], "B2");
    assert_eq!(s.clerk.get("/units/B2").await.1["serial"], "B2", "both codes scan");
    s.act(&s.manager, &other, "cancel", json!({ "reason": "重复" })).await;
    insta::assert_snapshot!("corrected_serial", s.books(&number).await);
});

on_both!(notes_are_public_or_for_our_own_people, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    let path = format!("/rmas/{number}/notes");
    assert_eq!(s.clerk.post(&path, &json!({ "text": "客户催了两次", "internal": true })).await.0, 201);
    assert_eq!(s.customer.post(&path, &json!({ "text": "请尽快", "line": 1 })).await.0, 201);
    assert_eq!(s.customer.post(&path, &json!({ "text": "x", "internal": true })).await.0, 422);
    let noted = async |who: &crate::support::server::Client| {
        let (_, rma) = who.get(&format!("/rmas/{number}")).await;
        let timeline = rma["timeline"].as_array().unwrap().clone();
        timeline.iter().filter(|event| event["kind"] == "note").count()
    };
    assert_eq!((noted(&s.clerk).await, noted(&s.customer).await), (2, 1));
    let version = s.manager.get(&format!("/rmas/{number}")).await.1["lines"][0]["version"].clone();
    let assign = format!("/rmas/{number}/lines/1/actions/assign");
    let send = |seen: String| {
        s.manager
            .request(reqwest::Method::POST, &assign)
            .header("If-Match", seen)
            .json(&json!({ "user": "li" }))
    };
    assert_eq!(send("\"99\"".into()).send().await.unwrap().status(), 412);
    assert_eq!(send(format!("\"{version}\"")).send().await.unwrap().status(), 200);
});

on_both!(a_vans_spare_is_its_engineers_and_on_site_spares_their_customers, async |db: &Database| {
    let s = scene(db).await;
    // On-site spares of C2 are not for C1.
    s.admin.post("/customers", &json!({ "code": "C2", "name": "德州水务" })).await;
    let (status, made) = s
        .admin
        .post(
            "/depots",
            &json!({ "code": "ONS", "name": "现场备件", "city": "德州", "class": "other", "customer": "C2" }),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let receive = |serial: &str, to: &str| json!({ "kind": "receive", "part_no": "BOARD-1", "serial": serial, "from": "supplier", "to": to });
    assert_eq!(s.manager.post("/movements", &receive("ONSITE", "ONS")).await.0, 201);
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let bound = s.refused(&s.manager, &number, "reserve_replacement", json!({ "serial": "ONSITE" })).await;
    assert_eq!(bound, (409, "spare_bound".into()));
    // The engineer takes SPARE1 into the van and hands it over on the spot.
    let van = json!({ "kind": "issue", "part_no": "BOARD-1", "serial": "SPARE1", "from": "JN", "to": "engineer:gong" });
    let (status, moved) = s.manager.post("/movements", &van).await;
    assert_eq!(status, StatusCode::CREATED, "{moved}");
    let other = s.refused(&s.manager, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    assert_eq!(other, (409, "spare_bound".into()), "only the engineer of the van");
    s.act(&s.engineer, &number, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    let second = s.request("B2", "loaner").await;
    s.act(&s.manager, &second, "authorise", json!({})).await;
    let twice = s.refused(&s.engineer, &second, "reserve_replacement", json!({ "serial": "SPARE1" })).await;
    assert_eq!(twice, (409, "unit_reserved".into()));
    s.act(&s.engineer, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    insta::assert_snapshot!("van", s.books(&number).await);
});

on_both!(a_loan_that_never_comes_back_is_waived_or_charged, async |db: &Database| {
    let mut s = scene(db).await;
    let number = s.request("B1", "loaner").await;
    s.hand_over_spare(&number).await;
    s.receive(&number, "B1").await;
    let home = json!({ "reason": "客户要求", "carrier": "顺丰", "tracking_no": "SF9" });
    s.act(&s.clerk, &number, "return_unrepaired", home).await;
    s.act(&s.clerk, &number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    db.clock().advance(TimeDelta::days(30));
    assert_eq!(
        Scheduler::new(s.server.app.clone()).turn(Job::Remind).await.unwrap(),
        1,
        "the latest step only"
    );
    s.renew().await;
    assert_eq!(s.refused(&s.clerk, &number, "close", json!({})).await.1, "loaner_still_out");
    s.act(&s.manager, &number, "charge_faulty", json!({ "reason": "客户留用" })).await;
    s.act(&s.clerk, &number, "close", json!({})).await;
    insta::assert_snapshot!("loan_charged", s.books(&number).await);
});

on_both!(on_site_spares_of_others_hide_none_of_ours, async |db: &Database| {
    let s = scene(db).await;
    s.post(&s.admin, "/customers", json!({ "code": "C2", "name": "德州水务" }), 201).await;
    let site =
        json!({ "code": "ONS", "name": "现场备件", "city": "德州", "class": "other", "customer": "C2" });
    s.post(&s.admin, "/depots", site, 201).await;
    let items: Vec<Value> = (1..=120).map(|n| json!({ "serial": format!("ONSITE-{n}") })).collect();
    let receive =
        json!({ "kind": "receive", "part_no": "BOARD-1", "from": "supplier", "to": "ONS", "items": items });
    s.post(&s.manager, "/movements/batch", receive, 201).await;
    let late = json!({ "kind": "receive", "part_no": "BOARD-1", "serial": "LATE-1", "from": "supplier", "to": "JN" });
    s.post(&s.manager, "/movements", late, 201).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let page = Browser::signed_in(&s.server, "wang").await.page(&format!("/rma/{number}?line=1")).await;
    assert!(page.contains("LATE-1") && !page.contains("ONSITE-"), "{page}");
});
