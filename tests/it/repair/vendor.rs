//! Makers: sent, overdue, back; another serial is another unit; a customer's data stays where it belongs.

use super::{answered, bench, plan, refused, serials};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both!(a_maker_repairs_and_its_own_date_is_watched, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.faulty("BOARD-1", "S1").await;
    let opened = answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    let id = &opened["id"];
    let send = json!({ "vendor": "v1", "vendor_rma": "HX-77", "due_on": "2026-03-20" });
    let sent = b.work(id, "send_to_vendor", send).await;
    assert_eq!((&sent["place"], &sent["vendor"]), (&json!("vendor:V1"), &json!("V1")));
    assert_eq!(
        serials(&answered(b.technician.get("/repairs?vendor_overdue=true").await, 200)),
        Vec::<&str>::new()
    );
    db.clock().advance(TimeDelta::days(19));
    let late = answered(b.technician.get("/repairs?vendor=V1&vendor_overdue=true").await, 200);
    assert_eq!((serials(&late), &late["items"][0]["vendor_overdue"]), (vec!["S1"], &json!(true)));
    let back = json!({ "serial": "S1", "outcome": "repaired", "cost": "400.00" });
    let back = b.work(id, "vendor_returned", back).await;
    assert_eq!((&back["state"], &back["cost"]), (&json!("testing"), &json!("400.00")));
    let leg = &back["vendor_repairs"][0];
    assert_eq!(
        (&leg["vendor_rma"], &leg["returned_serial"], &leg["overdue"]),
        (&json!("HX-77"), &json!("S1"), &json!(false))
    );
    b.work(id, "test", json!({ "passed": true })).await;
    b.work(id, "to_stock", json!({ "bin": "JN/A1" })).await;
    let card = answered(b.technician.get("/vendors/v1/scorecard?from=2026-03-01").await, 200);
    assert_eq!(
        (
            &card["total"]["sent"],
            &card["total"]["returned_late"],
            &card["total"]["median_days"],
            &card["total"]["cost"]
        ),
        (&json!(1), &json!(1), &json!(19), &json!("400.00"))
    );
    assert_eq!((&card["parts"][0]["part_no"], &card["parts"][0]["repaired"]), (&json!("BOARD-1"), &json!(1)));
    let then = answered(b.technician.get("/kpi/vendors?from=2026-03-01&as_of=2026-03-10").await, 200);
    assert_eq!((&then["vendors"][0]["vendor"], &then["vendors"][0]["open"]), (&json!("V1"), &json!(1)));
    assert_eq!(b.technician.get("/vendors/none/scorecard").await.0, 404);
    // Behind each number of the card stand as many stays as it says, as of the same day.
    let counted = [
        "sent",
        "returned",
        "open",
        "floating",
        "overdue",
        "returned_late",
        "repaired",
        "nff",
        "ber",
        "swapped",
    ];
    for as_of in ["2026-03-10", "2026-03-21"] {
        let asked = format!("from=2026-03-01&as_of={as_of}");
        let card = answered(b.technician.get(&format!("/vendors/V1/scorecard?{asked}")).await, 200);
        for class in counted {
            let path = format!("/vendors/V1/scorecard/stays?{asked}&part_no=BOARD-1&class={class}");
            let rows = answered(b.technician.get(&path).await, 200)["items"].as_array().unwrap().len();
            assert_eq!(json!(rows), card["total"][class], "{class} as of {as_of}");
            assert_eq!(json!(rows), card["parts"][0][class], "{class} as of {as_of}");
        }
    }
    // What was recorded later was not known then.
    let known = "from=2026-03-01&known_at=2026-03-10";
    let all = answered(b.technician.get(&format!("/kpi/vendors?{known}")).await, 200);
    let card = answered(b.technician.get(&format!("/vendors/V1/scorecard?{known}")).await, 200);
    for score in [&all["vendors"][0], &card["total"]] {
        assert_eq!(
            ["sent", "open", "overdue", "returned", "cost"].map(|name| &score[name]),
            [&json!(1), &json!(1), &json!(1), &json!(0), &json!("0.00")],
            "{score}"
        );
    }
    let path = format!("/vendors/V1/scorecard/stays?{known}&class=overdue");
    let stay = &answered(b.technician.get(&path).await, 200)["items"][0];
    assert_eq!(
        (&stay["serial"], &stay["returned_at"], &stay["outcome"]),
        (&json!("S1"), &Value::Null, &Value::Null)
    );
    let before = answered(b.technician.get("/kpi/vendors?from=2026-03-01&known_at=2026-03-01").await, 200);
    assert_eq!(before["vendors"], json!([]));
    assert_eq!(b.technician.get("/kpi/vendors?known_at=soon").await.0, 422);
    let stays = answered(b.technician.get("/vendors/v1/scorecard/stays?from=2026-03-01").await, 200);
    let stay = &stays["items"][0];
    assert_eq!(
        (&stay["serial"], &stay["outcome"], &stay["cost"]),
        (&json!("S1"), &json!("repaired"), &json!("400.00"))
    );
    assert_eq!(b.technician.get("/vendors/V1/scorecard/stays?class=gone").await.0, 422);
    assert_eq!(b.technician.get("/vendors/none/scorecard/stays").await.0, 404);
    b.prove().await;
});

on_both!(another_serial_from_the_maker_is_an_exchange_by_the_word_of_the_plan, async |db: &Database| {
    let b = bench(db, plan(&json!({ "vendor_swap_is": "exchange" }))).await;
    swap(&b, "missed").await;
});

on_both!(another_serial_from_the_maker_is_a_repair_by_the_word_of_the_plan, async |db: &Database| {
    let b = bench(db, plan(&json!({ "vendor_swap_is": "repair" }))).await;
    swap(&b, "timely").await;
});

/// A customer's board goes to the maker, who sends another one; the rate calls it `class`.
async fn swap(b: &super::Bench, class: &str) {
    let number = b.received("BOARD-1", "C-1", json!({})).await;
    b.line(&number, "send_to_vendor", json!({ "vendor": "V1" })).await;
    b.faulty("BOARD-1", "OURS").await;
    let wrong =
        b.try_line(&number, "vendor_returned", json!({ "serial": "OURS", "outcome": "repaired" })).await;
    assert_eq!(
        refused(wrong),
        "serial_elsewhere",
        "a unit that is on the books elsewhere does not come from the maker"
    );
    let back = json!({ "serial": "M-9", "outcome": "repaired", "cost": "0.00" });
    let back = b.line(&number, "vendor_returned", back).await;
    assert_eq!(back["unit"]["serial"], "M-9");
    let kinds: Vec<_> =
        back["movements"].as_array().unwrap().iter().map(|m| m["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["transfer_title", "receive"]);
    let old = b.unit("C-1").await;
    assert_eq!((&old["owner"], &old["place"]), (&json!("vendor:V1"), &json!("vendor:V1")), "never a rename");
    let new = b.unit("M-9").await;
    assert_eq!((&new["owner"], &new["open_rma"]), (&json!("customer:C1"), &json!(number)));
    b.line(&number, "test", json!({ "passed": true })).await;
    b.line(&number, "dispatch_return", json!({ "carrier": "顺丰速运", "tracking_no": "SF1" })).await;
    let home = b.line(&number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    let kept = |kind: &str| {
        let promises = home["promises"].as_array().unwrap();
        promises.iter().find(|promise| promise["kind"] == kind).map(|promise| promise["state"].clone())
    };
    let expected = if class == "timely" {
        (Some(json!("kept")), None)
    } else {
        (Some(json!("broken")), Some(json!("kept")))
    };
    assert_eq!((kept("repair_return"), kept("equivalent_exchange")), expected);
    let rate = answered(
        b.manager.get("/kpi/timely-repair?from=2026-03-01&to=2026-12-31&as_of=2026-12-31").await,
        200,
    );
    assert_eq!(
        (&rate["total"]["eligible"], &rate["total"]["timely"]),
        (&json!(1), &json!(i64::from(class == "timely")))
    );
    assert_eq!(b.unit("M-9").await["place"], "customer:C1");
    b.line(&number, "close", json!({})).await;
    b.prove().await;
}

on_both!(a_customers_data_goes_to_no_maker_without_an_answer, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    let number = b.received("DISK-1", "D-1", json!({})).await;
    let send = |more: Value| {
        let mut body = json!({ "vendor": "V1" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    assert_eq!(refused(b.try_line(&number, "send_to_vendor", send(json!({}))).await), "data_answer_needed");
    let bare = b.try_line(&number, "send_to_vendor", send(json!({ "data": "wipe" }))).await;
    assert_eq!(refused(bare), "certificate_needed");
    b.line(&number, "send_to_vendor", send(json!({ "data": "wipe", "certificate": "W-1" }))).await;
    let queue = answered(b.technician.get("/repairs?vendor=V1").await, 200);
    let shown = answered(b.technician.get(&format!("/repairs/{}", queue["items"][0]["id"])).await, 200);
    let leg = &shown["vendor_repairs"][0];
    assert_eq!((&leg["data"], &leg["certificate"]), (&json!("wipe"), &json!("W-1")));
    b.prove().await;
});

/// An order of ours whose unit is at the maker's; its id.
async fn away(b: &super::Bench, part_no: &str, serial: &str) -> Value {
    b.faulty(part_no, serial).await;
    let opened = answered(b.technician.post("/repairs", &json!({ "serial": serial })).await, 201);
    b.work(&opened["id"], "send_to_vendor", json!({ "vendor": "V1", "due_on": "2026-03-20" })).await;
    opened["id"].clone()
}

on_both!(a_unit_of_ours_the_maker_lost_is_written_off, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    let (lost, there) = (away(&b, "BOARD-1", "S1").await, away(&b, "BOARD-1", "S2").await);
    db.clock().advance(TimeDelta::days(25));
    let path = format!("/repairs/{lost}/actions/write_off");
    let why = json!({ "reason": "厂商来函：运输途中遗失" });
    assert_eq!(b.technician.post(&path, &why).await.0, 403, "a manager gives a unit up");
    let (status, no) = b.manager.post(&path, &json!({})).await;
    assert_eq!((status.as_u16(), &no["errors"][0]["field"]), (422, &json!("reason")));
    let ended = answered(b.manager.post(&path, &why).await, 200);
    assert_eq!((&ended["state"], &ended["outcome"]), (&json!("closed"), &Value::Null), "{ended}");
    let moved = &ended["movements"][0];
    assert_eq!(
        ["kind", "from", "to", "reason", "actor"].map(|name| &moved[name]),
        [&json!("adjust"), &json!("vendor:V1"), &json!("lost"), &why["reason"], &json!("zhao")],
        "{moved}"
    );
    let leg = &ended["vendor_repairs"][0];
    assert_eq!((leg["returned_at"].is_string(), &leg["overdue"]), (true, &json!(false)), "{leg}");
    assert_eq!(leg["returned_serial"], Value::Null);
    // Beyond repair, says the maker, and keeps it: nobody pays for sending scrap back.
    let scrapped = answered(b.order(&there, "scrap", json!({ "reason": "主控烧毁" })).await, 200);
    assert_eq!((&scrapped["state"], &scrapped["outcome"]), (&json!("closed"), &json!("ber")));
    assert_eq!(scrapped["movements"][0]["from"], "vendor:V1");
    assert_eq!(b.unit("S2").await["condition"], "scrapped");
    let card = answered(b.manager.get("/vendors/V1/scorecard?from=2026-03-01").await, 200);
    assert_eq!(
        ["sent", "returned", "open", "overdue", "ber", "lost", "scrapped_there"]
            .map(|name| &card["total"][name]),
        [2, 0, 0, 0, 1, 1, 1].map(|n| json!(n)).each_ref(),
        "{card}"
    );
    for class in ["lost", "scrapped_there", "ber"] {
        let path = format!("/vendors/V1/scorecard/stays?from=2026-03-01&class={class}");
        assert_eq!(
            answered(b.manager.get(&path).await, 200)["items"].as_array().unwrap().len(),
            1,
            "{class}"
        );
    }
    // Before anybody knew, it was overdue there.
    let then = "/vendors/V1/scorecard?from=2026-03-01&known_at=2026-03-22";
    let then = answered(b.manager.get(then).await, 200)["total"].clone();
    assert_eq!((&then["open"], &then["overdue"], &then["lost"]), (&json!(2), &json!(2), &json!(0)));
    // It turns up after all: found as anything that was lost.
    let found =
        json!({ "kind": "adjust", "serial": "S1", "from": "lost", "to": "JN", "reason": "厂商找到后寄回" });
    answered(b.manager.post("/movements", &found).await, 201);
    answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    b.prove().await;
});

on_both!(what_a_customers_unit_became_at_the_makers_ends_as_ours, async |db: &Database| {
    let b = bench(db, plan(&json!({ "vendor_swap_is": "exchange", "data_answer": "destroy" }))).await;
    // The maker judges it beyond repair after a board was given for it; sends another dead one; keeps it.
    for (serial, back) in [("D-1", Some("D-1")), ("D-2", Some("M-2")), ("D-3", None)] {
        let spare = format!("SPARE-{serial}");
        b.stock("DISK-1", json!({ "serial": spare }), "JN/A1").await;
        let number = b.received("DISK-1", serial, json!({})).await;
        let proof = json!({ "vendor": "V1", "data": "wipe", "certificate": "W-1" });
        b.line(&number, "send_to_vendor", proof).await;
        b.line(&number, "decide_exchange", json!({ "reason": "来不及" })).await;
        b.line(&number, "ship_exchange", json!({ "serial": spare, "carrier": "顺丰速运" })).await;
        b.line(&number, "exchange_delivered", json!({ "received_by": "黄杰" })).await;
        b.line(&number, "close", json!({})).await;
        let listed = answered(b.technician.get(&format!("/repairs?q={serial}")).await, 200);
        let id = &listed["items"][0]["id"];
        if let Some(back) = back {
            let told = b.work(id, "vendor_returned", json!({ "serial": back, "outcome": "ber" })).await;
            assert_eq!((&told["state"], &told["owner"]), (&json!("ber"), &json!("us")), "{told}");
            assert_eq!(told["condition"], "faulty", "the maker has looked at it");
        }
        let bare = b.order(id, "scrap", json!({ "reason": "无修复价值" })).await;
        assert_eq!(refused(bare), "certificate_needed");
        let proof = json!({ "reason": "无修复价值", "certificate": "X-9" });
        let ended = answered(b.order(id, "scrap", proof).await, 200);
        assert_eq!((&ended["state"], &ended["outcome"]), (&json!("closed"), &json!("ber")));
        let unit = b.unit(back.unwrap_or(serial)).await;
        assert_eq!((&unit["place"], &unit["condition"]), (&json!("scrap"), &json!("scrapped")));
    }
    b.prove().await;
});

on_both!(what_a_count_missed_on_the_bench_ends_its_order, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.faulty("BOARD-1", "S1").await;
    let opened = answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    let missed =
        json!({ "kind": "adjust", "serial": "S1", "from": "JN/bench", "to": "lost", "reason": "盘亏" });
    answered(b.manager.post("/movements", &missed).await, 201);
    let ended = answered(b.order(&opened["id"], "write_off", json!({ "reason": "盘亏" })).await, 200);
    assert_eq!((&ended["state"], &ended["movements"]), (&json!("closed"), &json!([])));
    b.prove().await;
});
