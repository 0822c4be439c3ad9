//! Instruments: never a spare, checked before they are handed to anybody, and back by ordinary movements (decision 0035).

use crate::repair::{Bench, answered, bench, refused, serials};
use crate::support::browser::Browser;
use crate::support::server::read;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A field error: field and code of the first.
#[track_caller]
fn faulted((status, answer): (StatusCode, Value)) -> (String, String) {
    assert_eq!(status.as_u16(), 422, "{answer}");
    let text = |name: &str| answer["errors"][0][name].as_str().unwrap().to_owned();
    (text("field"), text("code"))
}

fn fault(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

/// A company with an optical meter that is checked every 180 days, and an engineer who works with it.
async fn world(db: &Database) -> Bench {
    db.clock().set("2026-03-02T04:00:00Z".parse().unwrap());
    let b = bench(db, Value::Null).await;
    b.server.user("sun", Role::Engineer, &[], &[]).await;
    let meter =
        json!({ "part_no": "OTDR", "name": "光时域反射仪", "class": "instrument", "check_every_days": 180 });
    let made = answered(b.manager.post("/parts", &meter).await, 201);
    assert_eq!((&made["class"], &made["check_every_days"]), (&json!("instrument"), &json!(180)));
    b.stock("OTDR", json!({ "serial": "M1" }), "JN").await;
    b
}

async fn issue(b: &Bench, to: &str) -> (StatusCode, Value) {
    let body = json!({ "kind": "issue", "part_no": "OTDR", "serial": "M1", "from": "JN", "to": to });
    b.clerk.post("/movements", &body).await
}

async fn check(b: &Bench, body: Value) -> (StatusCode, Value) {
    b.technician.post("/instruments/M1/checks", &body).await
}

async fn state(b: &Bench) -> Value {
    let all = answered(b.clerk.get("/instruments").await, 200);
    assert_eq!(serials(&all), ["M1"]);
    all["items"][0].clone()
}

on_both!(an_instrument_is_never_a_spare, async |db: &Database| {
    let b = world(db).await;
    answered(check(&b, json!({ "passed": true })).await, 201);
    assert_eq!(refused(b.clerk.get("/availability?part_no=otdr").await), "not_a_spare");
    let hold = json!({ "part_no": "OTDR", "depot": "JN", "quantity": 1, "document": "X" });
    assert_eq!(refused(b.clerk.post("/reservations", &hold).await), "not_a_spare");
    assert_eq!(refused(issue(&b, "customer:C1").await), "not_a_spare");
    let stock = answered(b.clerk.get("/stock?part_no=OTDR").await, 200);
    assert_eq!((&stock["items"][0]["quantity"], &stock["items"][0]["available"]), (&json!(1), &json!(0)));
    let rma = json!({ "customer": "C1", "lines": [{ "part_no": "OTDR", "serial": "M1", "fault": "坏了" }] });
    assert_eq!(
        faulted(b.manager.post("/rmas", &rma).await),
        fault("lines[0].part_no", "not_for_instruments")
    );
    // Nor is it built into a board.
    b.faulty("BOARD-1", "S1").await;
    let order = answered(b.technician.post("/repairs", &json!({ "serial": "S1" })).await, 201);
    b.work(&order["id"], "diagnose", json!({ "fault_code": "power" })).await;
    b.work(&order["id"], "start_repair", json!({})).await;
    let used = json!({ "parts": [{ "serial": "M1" }] });
    let act = format!("/repairs/{}/actions/use_parts", order["id"]);
    assert_eq!(refused(b.technician.post(&act, &used).await), "not_a_spare");
    let moves = answered(b.clerk.get("/scan/M1").await, 200)["moves"].to_string();
    assert!(!moves.contains("consume") && !moves.contains("customer"), "{moves}");

    let alternate = json!({ "alternates": [{ "part_no": "OTDR" }] });
    assert_eq!(
        faulted(b.manager.patch("/parts/BOARD-1", &alternate).await),
        fault("alternates[0].part_no", "not_for_instruments")
    );
    let point = json!({ "reorder_points": [{ "depot": "JN", "quantity": 1 }] });
    assert_eq!(
        faulted(b.manager.patch("/parts/OTDR", &point).await),
        fault("reorder_points", "not_for_instruments")
    );
    let counted = json!({ "part_no": "T2", "name": "表", "class": "instrument", "tracking": "quantity" });
    assert_eq!(faulted(b.manager.post("/parts", &counted).await), fault("tracking", "instrument_has_serial"));
    let days = json!({ "check_every_days": 30 });
    assert_eq!(
        faulted(b.manager.patch("/parts/CAP", &days).await),
        fault("check_every_days", "only_for_instruments")
    );
    let spare = json!({ "class": "spare", "check_every_days": null });
    assert_eq!(faulted(b.manager.patch("/parts/OTDR", &spare).await), fault("class", "fixed_by_movements"));
    answered(b.manager.patch("/parts/DISK-1", &point).await, 200);
    let guest = b.server.user("guest", Role::Customer, &[], &["C1"]).await;
    assert_eq!(guest.get("/parts/OTDR").await.0, 404);
    assert!(
        !guest.get("/parts").await.1.to_string().contains("OTDR"),
        "our tools are nobody else's business"
    );
    let kept = json!({ "class": "instrument" });
    assert_eq!(faulted(b.manager.patch("/parts/DISK-1", &kept).await), fault("class", "kept_as_spare"));
    b.prove().await;
});

on_both!(an_instrument_is_checked_before_it_is_handed_out, async |db: &Database| {
    let mut b = world(db).await;
    let new = state(&b).await;
    assert_eq!(
        (&new["state"], &new["due_on"], &new["checked_at"]),
        (&json!("due"), &Value::Null, &Value::Null)
    );
    assert_eq!(refused(issue(&b, "engineer:sun").await), "check_needed");
    let carried =
        json!({ "kind": "move", "part_no": "OTDR", "serial": "M1", "from": "JN", "to": "engineer:sun" });
    assert_eq!(refused(b.clerk.post("/movements", &carried).await), "check_needed", "whatever it is called");
    assert_eq!(b.unit("M1").await["flags"], json!(["check_needed"]));
    assert_eq!(faulted(check(&b, json!({ "passed": false })).await), fault("note", "required"));
    let failed = answered(check(&b, json!({ "passed": false, "note": "误差 3 dB" })).await, 201);
    assert_eq!((&failed["state"], &failed["due_on"]), (&json!("failed"), &Value::Null));
    assert_eq!(refused(issue(&b, "engineer:sun").await), "check_needed");
    db.clock().advance(TimeDelta::hours(1));
    let fit = json!({ "passed": true, "certificate": "JL-17", "note": "误差 0.2 dB" });
    let fit = answered(check(&b, fit).await, 201);
    assert_eq!(
        (&fit["state"], &fit["due_on"], &fit["checked_by"], &fit["certificate"]),
        (&json!("fit"), &json!("2026-08-29"), &json!("wang"), &json!("JL-17"))
    );

    answered(issue(&b, "engineer:sun").await, 201);
    let lent = answered(b.clerk.get("/instruments?place=engineer:sun").await, 200);
    assert_eq!(serials(&lent), ["M1"]);
    let back =
        json!({ "kind": "return", "part_no": "OTDR", "serial": "M1", "from": "engineer:sun", "to": "JN" });
    answered(b.clerk.post("/movements", &back).await, 201);

    let early = json!({ "passed": true, "checked_at": "2026-03-02T04:30:00Z" });
    assert_eq!(refused(check(&b, early).await), "before_previous_step");
    let ahead = json!({ "passed": true, "checked_at": "2026-03-03T04:30:00Z" });
    assert_eq!(refused(check(&b, ahead).await), "in_the_future");
    b.stock("BOARD-1", json!({ "serial": "SPARE" }), "JN").await;
    let spare = b.technician.post("/instruments/SPARE/checks", &json!({ "passed": true })).await;
    assert_eq!(refused(spare), "not_an_instrument");
    let other = b.server.user("zhou", Role::Clerk, &["DZ"], &[]).await;
    let (status, no) = other.post("/instruments/M1/checks", &json!({ "passed": true })).await;
    assert_eq!((status.as_u16(), &no["code"]), (403, &json!("not_your_depot")));
    let made = answered(b.clerk.get("/instruments/M1/checks").await, 200);
    let passed: Vec<_> = made["items"].as_array().unwrap().iter().map(|one| &one["passed"]).collect();
    assert_eq!(passed, [true, false], "the latest first");

    for (day, expected) in [("2026-08-15", "soon"), ("2026-08-29", "soon"), ("2026-08-30", "due")] {
        db.clock().set(format!("{day}T04:00:00Z").parse().unwrap());
        b.clerk = b.server.user(&format!("li-{day}"), Role::Clerk, &["JN"], &[]).await;
        assert_eq!(state(&b).await["state"], expected, "{day}");
    }
    assert_eq!(refused(issue(&b, "engineer:sun").await), "check_needed");
    assert_eq!(answered(b.clerk.get("/instruments?state=fit").await, 200)["items"], json!([]));
});

on_both!(the_day_says_what_is_to_be_checked, async |db: &Database| {
    let b = world(db).await;
    let li = Browser::signed_in(&b.server, "li").await;
    let today = li.page("/today").await;
    assert!(
        today.contains("Instruments to be checked") && today.contains("/unit/M1?part_no=OTDR"),
        "{today}"
    );
    let overview = Browser::signed_in(&b.server, "zhao").await.page("/").await;
    assert!(overview.contains("1 instrument to be checked"), "{overview}");
    let stock = li.page("/stock").await;
    assert!(stock.contains("href=\"/instruments\"") && !stock.contains("part_no=OTDR"), "{stock}");

    let form = "/unit/M1?part_no=OTDR";
    let said = [("part_no", "OTDR"), ("passed", "failed"), ("note", "")];
    let (status, page) = crate::web_depot::refused(&li, form, "/unit/M1/checks", &said).await;
    assert!(status == 422 && page.contains("<details class=\"later\" open"), "{page}");
    let said = [("part_no", "OTDR"), ("passed", "passed"), ("certificate", "JL-18"), ("note", "")];
    li.submit(form, "/unit/M1/checks", &said).await;
    let unit = li.page(form).await;
    assert!(unit.contains("JL-18") && unit.contains("May be used until"), "{unit}");
    assert!(!li.page("/today").await.contains("Instruments to be checked"));
    let list = li.page("/instruments").await;
    assert!(list.contains("M1") && list.contains("Fit") && !list.contains(">instruments-"), "{list}");
    let due = li.page("/instruments?view=due").await;
    assert!(!due.contains("M1") && due.contains("No instrument has to be checked now."), "{due}");
    let parts = Browser::signed_in(&b.server, "zhao").await.page("/settings/parts?class=instrument").await;
    assert!(parts.contains("OTDR") && !parts.contains("BOARD-1"), "{parts}");
});

on_both!(a_parts_list_brings_instruments, async |db: &Database| {
    let b = bench(db, Value::Null).await;
    let send = async |text: &str| {
        let part = Part::bytes(text.as_bytes().to_vec()).file_name("parts.csv");
        let form = Form::new().part("file", part);
        read(b.manager.request(Method::POST, "/imports/parts").multipart(form)).await
    };
    let head = "料号,名称,管理方式,备件或仪器,检查周期(天),可替代料号\n";
    let wrong =
        format!("{head}M1,表,数量,仪器,30,\nM2,表,,仪器,30,BOARD-1\nM3,板,,备件,30,\nM4,表,,仪器仪表,0,\n");
    let refusals = answered(send(&wrong).await, 200);
    let codes: Vec<_> = refusals["refused"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert_eq!(
        codes,
        ["instrument_has_serial", "not_for_instruments", "only_for_instruments", "number_out_of_range"],
        "{refusals}"
    );
    let right = format!("{head}M1,表,,仪器,30,\n");
    assert_eq!(answered(send(&right).await, 200)["accepted"], 1);
    assert_eq!(answered(send(&right).await, 200)["unchanged"], 1, "twice changes nothing");
    let part = answered(b.clerk.get("/parts/M1").await, 200);
    assert_eq!((&part["class"], &part["check_every_days"]), (&json!("instrument"), &json!(30)));
    b.stock("M1", json!({ "serial": "S-1" }), "JN").await;
    let fixed = answered(send("料号,名称,种类\nM1,表,备件\n").await, 200);
    assert_eq!(fixed["refused"][0]["code"], "class_fixed", "{fixed}");
    // What only the books know is said before anything is taken over, too: row, column and code are the same both times.
    let point = json!({ "reorder_points": [{ "depot": "JN", "quantity": 2 }] });
    answered(b.manager.patch("/parts/DISK-1", &point).await, 200);
    let file = "料号,名称,种类,易损件,可替代料号\nDISK-1,硬盘,仪器,,\nBOARD-1,板,,,M1\nBOARD-2,板,,,M2\nM2,表,仪器,,\nM3,表,仪器,是,\n";
    let rehearse = async |text: &str, dry: &str| {
        let part = Part::bytes(text.as_bytes().to_vec()).file_name("parts.csv");
        let form = Form::new().part("file", part);
        let path = format!("/imports/parts{dry}");
        answered(read(b.manager.request(Method::POST, &path).multipart(form)).await, 200)
    };
    let told = |report: &Value| -> Vec<Value> {
        let one = |one: &Value| json!([one["row"], one["column"], one["code"]]);
        report["refused"].as_array().unwrap().iter().map(one).collect()
    };
    let rehearsal = rehearse(file, "?dry_run=true").await;
    assert_eq!(
        told(&rehearsal),
        [
            json!([2, "种类", "kept_as_spare"]),
            json!([3, "可替代料号", "alternate_is_instrument"]),
            json!([4, "可替代料号", "alternate_is_instrument"]),
            json!([6, "易损件", "not_for_instruments"]),
        ],
        "{rehearsal}"
    );
    let done = rehearse(file, "").await;
    assert_eq!((told(&done), &done["accepted"]), (told(&rehearsal), &rehearsal["accepted"]), "{done}");
    let wear = b.manager.patch("/parts/M1", &json!({ "wear": true })).await;
    assert_eq!(faulted(wear), fault("wear", "not_for_instruments"));
});

on_both!(an_instrument_comes_into_no_van_by_a_reversal, async |db: &Database| {
    let b = world(db).await;
    answered(check(&b, json!({ "passed": true })).await, 201);
    answered(issue(&b, "engineer:sun").await, 201);
    // Who reads own depots only still sees what was handed out from them, and its checks.
    let zhou = b.server.user("zhou", Role::Clerk, &["DZ"], &[]).await;
    b.server.sql("UPDATE app_user SET reads_own_only = TRUE WHERE username IN ('li', 'zhou')").await;
    assert_eq!(state(&b).await["place"], "engineer:sun");
    answered(b.clerk.get("/units/M1").await, 200);
    assert_eq!(
        answered(b.clerk.get("/instruments/M1/checks").await, 200)["items"].as_array().unwrap().len(),
        1
    );
    assert_eq!(answered(zhou.get("/instruments").await, 200)["items"], json!([]));
    assert_eq!(zhou.get("/units/M1").await.0, 404);
    let back =
        json!({ "kind": "return", "part_no": "OTDR", "serial": "M1", "from": "engineer:sun", "to": "JN" });
    let back = answered(b.clerk.post("/movements", &back).await, 201);
    db.clock().advance(TimeDelta::hours(1));
    answered(check(&b, json!({ "passed": false, "note": "误差 3 dB" })).await, 201);
    let path = format!("/movements/{}/reversal", back["id"]);
    let why = json!({ "reason": "没有归还" });
    assert_eq!(refused(b.clerk.post(&path, &why).await), "check_needed");
    db.clock().advance(TimeDelta::hours(1));
    answered(check(&b, json!({ "passed": true })).await, 201);
    answered(b.clerk.post(&path, &why).await, 201);
    b.prove().await;
});
