//! Our own faulty stock: to the bench, and into stock or out of the world.

use super::{answered, bench, refused, serials};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use serde_json::{Value, json};

on_both!(our_own_board_is_repaired_into_a_bin, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.faulty("BOARD-1", "S1").await;
    b.stock("CAP", json!({ "quantity": 10 }), "JN/A1").await;

    let opened =
        b.technician.post_once("/repairs", "k1", &json!({ "serial": "s1", "fault": "不上电" })).await;
    assert_eq!(opened.status(), 201);
    let opened: Value = opened.json().await.unwrap();
    let order = &opened;
    assert_eq!(
        (&order["place"], &order["state"], &order["rma"]),
        (&json!("JN/bench"), &json!("received"), &Value::Null)
    );
    assert_eq!(opened["movements"][0]["document"], order["number"]);
    let again = b.technician.post_once("/repairs", "k1", &json!({ "serial": "s1", "fault": "不上电" })).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(
        refused(b.technician.post("/repairs", &json!({ "serial": "S1" })).await),
        "repair_already_open"
    );
    let id = &order["id"];

    let found = json!({ "fault_code": "power", "finding": "3.3 V 短路", "estimate": "300.00" });
    let found = b.work(id, "diagnose", found).await;
    assert_eq!(
        (&found["fault_code"], &found["cost_limit"], &found["technician"]),
        (&json!("power"), &json!("1000.00"), &json!("wang"))
    );
    let (status, unknown) = b
        .technician
        .post(&format!("/repairs/{id}/actions/diagnose"), &json!({ "fault_code": "gremlins" }))
        .await;
    assert_eq!((status.as_u16(), &unknown["errors"][0]["code"]), (422, &json!("unknown_fault_code")));
    b.work(id, "start_repair", json!({})).await;
    let used = b.work(id, "use_parts", json!({ "parts": [{ "part_no": "cap", "quantity": 4 }] })).await;
    assert_eq!(used["movements"][0]["to"], "consumed");
    assert_eq!((&used["cost"], &used["parts"][0]["cost"]), (&json!("50.00"), &json!("50.00")));
    let waits = b.work(id, "wait_parts", json!({ "note": "等电感" })).await;
    assert!(waits["waiting_parts_since"].is_string());
    b.work(id, "parts_arrived", json!({})).await;
    b.work(id, "finish_repair", json!({ "outcome": "repaired", "cost": "120.00" })).await;
    let step = |name: &str, result: &str| json!({ "name": name, "result": result, "evidence": "log 7" });
    let steps = json!([step("上电自检", "pass"), step("老化", "fail")]);
    let act = format!("/repairs/{id}/actions/test");
    let (status, no) = b.technician.post(&act, &json!({ "passed": true, "steps": steps })).await;
    assert_eq!((status.as_u16(), &no["errors"][0]["code"]), (422, &json!("step_failed")));
    // Nobody need say what the steps say.
    let failed = b.work(id, "test", json!({ "steps": steps })).await;
    assert_eq!((&failed["rework"], &failed["state"]), (&json!(1), &json!("repairing")));
    b.work(id, "finish_repair", json!({ "outcome": "repaired" })).await;
    let again = json!([step("上电自检", "pass"), step("数据清除", "not_applicable")]);
    let passed = b.work(id, "test", json!({ "passed": true, "steps": again })).await;
    let tests = passed["tests"].as_array().unwrap();
    let tests: Vec<_> = tests.iter().map(|step| (&step["test"], step["result"].as_str().unwrap())).collect();
    let (first, second) = (&json!(1), &json!(2));
    assert_eq!(tests, [(second, "pass"), (second, "not_applicable"), (first, "pass"), (first, "fail")]);
    assert_eq!((&passed["condition"], &passed["cost"]), (&json!("good"), &json!("170.00")));
    let shelved = b.work(id, "to_stock", json!({ "bin": "A1" })).await;
    assert_eq!((&shelved["state"], &shelved["place"]), (&json!("closed"), &json!("JN/A1")));
    assert_eq!(shelved["allowed_actions"], json!([]));

    let unit = b.unit("S1").await;
    assert_eq!(
        (&unit["condition"], &unit["place"], &unit["owner"]),
        (&json!("good"), &json!("JN/A1"), &json!("us"))
    );
    let number = shelved["number"].as_str().unwrap();
    let shown = answered(b.clerk.get(&format!("/repairs/{number}")).await, 200);
    let kinds: Vec<_> =
        shown["timeline"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "to_stock",
            "test",
            "finish_repair",
            "test",
            "finish_repair",
            "parts_arrived",
            "wait_parts",
            "use_parts",
            "start_repair",
            "diagnose",
            "open"
        ]
    );
    b.prove().await;
});

on_both!(what_is_beyond_repair_is_scrapped_and_what_shows_no_fault_is_flagged, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    for serial in ["S1", "S2"] {
        b.faulty("BOARD-1", serial).await;
    }
    let open = |serial: &'static str| {
        let technician = b.technician.clone();
        async move {
            let opened = answered(technician.post("/repairs", &json!({ "serial": serial })).await, 201);
            opened["id"].clone()
        }
    };
    let burnt = open("S1").await;
    b.work(&burnt, "diagnose", json!({ "outcome": "ber", "finding": "烧毁" })).await;
    let path = format!("/repairs/{burnt}/actions/scrap");
    let (status, _) = b.technician.post(&path, &json!({ "reason": "烧毁" })).await;
    assert_eq!(status, 403, "a manager gives a unit up");
    let scrapped = answered(b.order(&burnt, "scrap", json!({ "reason": "烧毁" })).await, 200);
    assert_eq!(scrapped["movements"][0]["to"], "scrap");
    assert_eq!(b.unit("S1").await["condition"], "scrapped");

    for _ in 0..2 {
        let sound = open("S2").await;
        b.work(&sound, "diagnose", json!({ "outcome": "nff" })).await;
        b.work(&sound, "to_stock", json!({})).await;
        let doubted =
            json!({ "kind": "convert", "serial": "S2", "from": "JN", "to": "JN", "condition_to": "faulty" });
        answered(b.clerk.post("/movements", &doubted).await, 201);
    }
    assert!(b.unit("S2").await["flags"].as_array().unwrap().contains(&json!("nff_twice")));
    let scanned = answered(b.clerk.get("/scan/S2").await, 200);
    assert!(scanned["unit"]["flags"].as_array().unwrap().contains(&json!("nff_twice")), "{scanned}");
    let third = open("S2").await;
    let shown = answered(b.clerk.get(&format!("/repairs/{third}")).await, 200);
    assert_eq!(shown["flags"], json!(["nff_twice"]));
    b.prove().await;
});

on_both!(a_repair_may_cost_no_more_than_the_part, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.faulty("BOARD-1", "S1").await;
    let opened = answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    let id = &opened["id"];
    let dear = b.work(id, "diagnose", json!({ "estimate": "1000.01", "finding": "主芯片" })).await;
    assert_eq!((&dear["over_limit"], &dear["proposal"]), (&json!(true), &json!("ber")));
    let start = format!("/repairs/{id}/actions/start_repair");
    assert_eq!(refused(b.technician.post(&start, &json!({})).await), "repair_over_limit");
    let approve = format!("/repairs/{id}/actions/approve_cost");
    let more = json!({ "cost": "1500.00", "reason": "已停产" });
    assert_eq!(b.technician.post(&approve, &more).await.0, 403);
    let agreed = answered(b.manager.post(&approve, &more).await, 200);
    assert_eq!((&agreed["cost_limit"], &agreed["proposal"]), (&json!("1500.00"), &Value::Null));
    b.work(id, "start_repair", json!({})).await;
    let labour = json!({ "outcome": "repaired", "cost": "1500.01" });
    let finish = format!("/repairs/{id}/actions/finish_repair");
    assert_eq!(refused(b.technician.post(&finish, &labour).await), "repair_over_limit");
    b.prove().await;
});

on_both!(the_queue_is_the_bench_s_own_and_pages_by_key, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.received("BOARD-1", "C-1", json!({})).await;
    for serial in ["S1", "S2", "S3"] {
        b.faulty("BOARD-1", serial).await;
        answered(b.technician.post("/repairs", &json!({ "serial": serial })).await, 201);
    }
    let first = answered(b.technician.get("/repairs?bench=jn&limit=2").await, 200);
    assert_eq!(serials(&first), ["C-1", "S1"], "what is promised comes first");
    assert!(first["items"][0]["due_on"].is_string() && first["items"][1]["due_on"].is_null());
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = answered(b.technician.get(&format!("/repairs?bench=jn&limit=2&cursor={cursor}")).await, 200);
    assert_eq!((serials(&second), &second["next_cursor"]), (vec!["S2", "S3"], &Value::Null));
    b.received("BOARD-1", "C-2", json!({})).await;
    b.server.sql("UPDATE rma_line SET risk_bp = 4200 WHERE serial = 'C-2'").await;
    let by_risk = answered(b.technician.get("/repairs?sort=miss_probability&limit=2").await, 200);
    assert_eq!(
        (serials(&by_risk), &by_risk["items"][0]["miss_probability"]),
        (vec!["C-2", "C-1"], &json!(0.42))
    );
    let rest = by_risk["next_cursor"].as_str().unwrap();
    let rest =
        answered(b.technician.get(&format!("/repairs?sort=miss_probability&cursor={rest}")).await, 200);
    assert_eq!(serials(&rest), ["S1", "S2", "S3"]);
    let (status, _) = b.technician.get(&format!("/repairs?sort=miss_probability&cursor={cursor}")).await;
    assert_eq!(status, 400, "a cursor of another order");
    let id = &second["items"][0]["id"];
    b.work(id, "assign", json!({ "user": "wang" })).await;
    assert_eq!(serials(&answered(b.technician.get("/repairs?technician=wang").await, 200)), ["S2"]);
    b.work(id, "diagnose", json!({ "outcome": "ber" })).await;
    assert_eq!(serials(&answered(b.technician.get("/repairs?state=ber").await, 200)), ["S2"]);
    assert_eq!(serials(&answered(b.technician.get("/repairs?bench=DZ").await, 200)), Vec::<&str>::new());

    let stranger = b.server.user("sun", Role::Technician, &["DZ"], &[]).await;
    let (status, no) = stranger.post(&format!("/repairs/{id}/actions/diagnose"), &json!({})).await;
    assert_eq!((status.as_u16(), &no["code"]), (403, &json!("not_your_depot")));
    let customer = b.server.user("huang", Role::Customer, &[], &["C1"]).await;
    assert_eq!(customer.get("/repairs").await.0, 403);
    b.prove().await;
});

on_both!(diagnosis_codes_can_be_set, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    let listed = answered(b.technician.get("/fault-codes").await, 200);
    assert!(listed["items"].as_array().unwrap().len() >= 10);
    let new = json!({ "code": "Laser", "name": "激光器衰减" });
    let made = answered(b.manager.post("/fault-codes", &new).await, 201);
    assert_eq!((&made["code"], &made["name_en"]), (&json!("laser"), &json!("激光器衰减")));
    assert_eq!(refused(b.manager.post("/fault-codes", &new).await), "already_exists");
    assert_eq!(b.technician.post("/fault-codes", &new).await.0, 403);
    let off = answered(b.manager.patch("/fault-codes/laser", &json!({ "active": false })).await, 200);
    assert_eq!(off["active"], false);
    b.faulty("BOARD-1", "S1").await;
    let opened = answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    let path = format!("/repairs/{}/actions/diagnose", opened["id"]);
    let (status, _) = b.technician.post(&path, &json!({ "fault_code": "laser" })).await;
    assert_eq!(status, 422, "out of use");
});

on_both!(what_is_in_repair_is_told_in_the_stock_of_its_depot, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.faulty("BOARD-1", "S1").await;
    b.faulty("BOARD-1", "S2").await;
    let faulty = async || {
        let stock = answered(b.technician.get("/stock?part_no=BOARD-1&condition=faulty").await, 200);
        let of = |item: &Value| json!([item["depot"], item["owner"], item["quantity"], item["in_repair"]]);
        Value::Array(stock["items"].as_array().unwrap().iter().map(of).collect())
    };
    assert_eq!(faulty().await, json!([["JN", "us", 2, 0]]));
    let opened = answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    assert_eq!(faulty().await, json!([["JN", "us", 2, 1]]));
    let page = Browser::signed_in(&b.server, "zhao").await.page("/stock").await;
    assert!(page.contains("1 in repair"), "{page}");
    let id = &opened["id"];
    b.work(id, "start_repair", json!({})).await;
    b.work(id, "finish_repair", json!({ "outcome": "repaired" })).await;
    b.work(id, "test", json!({ "passed": true })).await;
    b.work(id, "to_stock", json!({ "bin": "JN/A1" })).await;
    assert_eq!(faulty().await, json!([["JN", "us", 1, 0]]));
    let past = answered(b.technician.get("/stock?part_no=BOARD-1&as_of=2026-03-02").await, 200);
    assert!(past["items"].as_array().unwrap().iter().all(|item| item["in_repair"] == 0), "{past}");
    b.prove().await;
});

on_both!(nothing_is_booked_past_a_repair_order, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    for serial in ["S1", "S2"] {
        b.faulty("BOARD-1", serial).await;
    }
    let here = answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    let away = answered(b.technician.post("/repairs", &json!({ "serial": "S2" })).await, 201);
    b.work(&away["id"], "send_to_vendor", json!({ "vendor": "V1", "vendor_rma": "HX-1" })).await;
    let past = async |kind: &str, serial: &str, from: &str, to: &str, action: &str| {
        let booking = json!({ "kind": kind, "serial": serial, "from": from, "to": to, "reason": "x" });
        let (status, no) = b.manager.post("/movements", &booking).await;
        assert_eq!((status.as_u16(), &no["code"]), (409, &json!("unit_under_repair")), "{booking}: {no}");
        assert!(no["detail"].as_str().unwrap().contains(action), "{no}");
    };
    past("scrap", "S1", "JN/bench", "scrap", "Scrap").await;
    past("issue", "S1", "JN/bench", "vendor:V1", "Send to the maker").await;
    past("return", "S2", "vendor:V1", "JN", "Returned by the maker").await;
    let offered = answered(b.clerk.get("/scan/S1").await, 200);
    let kinds: Vec<_> = offered["moves"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert!(!kinds.contains(&&json!("scrap")), "{offered}");
    // Within its depot it may be laid elsewhere; done with, it is stock like any other.
    let aside = json!({ "kind": "move", "serial": "S1", "from": "JN/bench", "to": "JN/A1" });
    answered(b.clerk.post("/movements", &aside).await, 201);
    b.work(&here["id"], "diagnose", json!({ "outcome": "nff" })).await;
    b.work(&here["id"], "to_stock", json!({})).await;
    let gone = json!({ "kind": "issue", "serial": "S1", "from": "JN", "to": "customer:C1" });
    answered(b.manager.post("/movements", &gone).await, 201);
    b.prove().await;
});

on_both!(a_clerk_puts_what_the_bench_repaired_on_the_shelf, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    b.faulty("BOARD-1", "S1").await;
    let order = answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    let id = &order["id"];
    let by_clerk = async |action: &str, body: Value| {
        b.clerk.post(&format!("/repairs/{id}/actions/{action}"), &body).await
    };
    assert_eq!(answered(by_clerk("start_repair", json!({})).await, 403)["code"], "forbidden");
    b.work(id, "start_repair", json!({})).await;
    b.work(id, "finish_repair", json!({ "outcome": "repaired" })).await;
    b.work(id, "test", json!({ "passed": true })).await;
    let seen = answered(b.clerk.get(&format!("/repairs/{id}")).await, 200);
    assert_eq!(seen["allowed_actions"], json!(["to_stock"]), "{seen}");
    let elsewhere = b.server.user("sun", Role::Clerk, &["DZ"], &[]).await;
    let at = format!("/repairs/{id}/actions/to_stock");
    assert_eq!(answered(elsewhere.post(&at, &json!({})).await, 403)["code"], "not_your_depot");
    let shelved = answered(by_clerk("to_stock", json!({ "bin": "A1" })).await, 200);
    assert_eq!((&shelved["state"], &shelved["place"]), (&json!("closed"), &json!("JN/A1")));
    b.prove().await;
});
