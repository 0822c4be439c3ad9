//! The scan station without script, its policy and its service worker.

use super::{clerk, refused};
use crate::depot::{BOARD, SCREW, buy, buy_screws, get, post, stands};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use serde_json::json;

on_both!(a_clerk_moves_units_into_a_bin_and_takes_the_last_one_back, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN").await;
    buy(&c, BOARD, &["SN3"], "DZ").await;
    db.clock().advance(TimeDelta::hours(1));
    let at = "/scan/move?depot=JN";
    let aimed = li.submit(at, "/scan/move", &[("depot", "JN"), ("code", "jn/a1-01")]).await;
    assert_eq!(aimed, "/scan/move?depot=JN&bin=A1-01", "a scanned bin is where the next units go");
    let form = [("depot", "JN"), ("bin", "A1-01"), ("code", "sn1"), ("idempotency_key", "k1")];
    let first = li.submit(&aimed, "/scan/move", &form).await;
    assert_eq!(li.submit(&aimed, "/scan/move", &form).await, first, "sent twice, booked once");
    assert_eq!(stands(&c.manager, "SN1").await, "JN/A1-01 good us");
    let page = li.page(&first).await;
    assert!(page.contains("Put away") && page.contains("data-v=\"ok\""), "{page}");
    let id = page.split_once("name=\"id\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    li.submit(&first, "/scan/move/undo", &[("depot", "JN"), ("id", &id)]).await;
    assert_eq!(stands(&c.manager, "SN1").await, "JN good us");

    let form = [("depot", "JN"), ("bin", "A1-01"), ("code", "SN3")];
    let wrong = li.submit(at, "/scan/move", &form).await;
    let page = li.page(&wrong).await;
    assert!(page.contains("data-v=\"bad\"") && page.contains("the books say DZ"), "{page}");
    let (status, page) = refused(&li, at, "/scan/move", &[("depot", "JN"), ("code", "SN2")]).await;
    assert!(status == 422 && page.contains("data-v=\"bad\""), "a bin comes first: {status} {page}");
    let (status, _) =
        refused(&li, at, "/scan/move", &[("depot", "DZ"), ("bin", "A1-01"), ("code", "SN3")]).await;
    assert_eq!(status, 403);
});

on_both!(whatever_comes_through_the_door_is_received, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN2"], "DZ").await;
    let lines = json!([{ "part_no": BOARD, "serial": "WAITS", "fault": "x" }]);
    let rma = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    let rma = rma["number"].as_str().unwrap().to_owned();
    post(&c.manager, &format!("/rmas/{rma}/lines/1/actions/authorise"), json!({}), 200).await;
    let body = json!({ "from": "DZ", "to": "JN", "lines": [{ "serial": "SN2" }] });
    let number = post(&c.dz, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    post(&c.dz, &format!("/transfers/{number}/approve"), json!({}), 200).await;
    post(&c.dz, &format!("/transfers/{number}/dispatch"), json!({ "serials": ["SN2"] }), 200).await;
    db.clock().advance(TimeDelta::hours(1));

    let at = "/scan/receive?depot=JN";
    let page = li.page(at).await;
    assert!(
        page.contains(&number) && page.contains(&rma) && page.contains("WAITS"),
        "what is expected: {page}"
    );
    let scan = async |code: &str| {
        let to = li.submit(at, "/scan/receive", &[("depot", "JN"), ("code", code)]).await;
        li.page(&to).await
    };
    assert!(page.contains("0 / 2</span>"), "nothing has come: {page}");
    let page = scan("SN2").await;
    assert!(page.contains(&format!("{number}</div>")) && page.contains("1 / 2</span>"), "{page}");
    assert_eq!(get(&c.jn, &format!("/transfers/{number}")).await["state"], "closed");
    let page = scan("SN2").await;
    assert!(page.contains("Already here") && page.contains("1 / 2</span>"), "no second box: {page}");
    let page = scan("waits").await;
    assert!(page.contains(&rma) && page.contains("2 / 2</span>"), "{page}");
    assert_eq!(get(&c.jn, "/intakes?state=unmatched").await["items"], json!([]));
    assert!(scan("NOBODY").await.contains("Taken in, to be checked"));
    let open = get(&c.jn, "/intakes?state=unmatched").await;
    assert_eq!(open["items"][0]["serial"], "NOBODY");
    let id = open["items"][0]["id"].as_i64().unwrap();
    let page = li.page("/intakes").await;
    assert!(page.contains(&format!("/intakes/{id}")), "it waits for a word");
    let exceptions = li.get("/exceptions").await;
    let opens = crate::support::browser::location(&exceptions).to_owned();
    assert_eq!(opens, "/intakes", "the tab that has something in it");
    assert!(li.page("/exceptions?view=open").await.contains("Nothing"), "and the other one when asked for");
    assert!(li.page("/menu/counts").await.contains("id=\"nb-e\">1<"));
    let at = format!("/intakes/{id}");
    let (status, page) =
        refused(&li, &at, &format!("{at}/rma"), &[("rma", "RMA-2026-999999"), ("line", "1")]).await;
    assert!(matches!(status, 404 | 409 | 422), "{status} {page}");
    assert_eq!(li.submit(&at, &format!("{at}/settled"), &[("reason", "送错地方，已交还")]).await, at);
    assert!(li.page(&at).await.contains("送错地方，已交还"));
});

on_both!(a_box_scanned_in_by_mistake_goes_with_its_scan, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SOLD"], "JN").await;
    let sold = json!({ "kind": "issue", "serial": "SOLD", "from": "JN", "to": "customer:C1" });
    post(&c.jn, "/movements", sold, 201).await;
    db.clock().advance(TimeDelta::hours(1));
    let at = "/scan/receive?depot=JN";
    let scanned = async |code: &str| {
        let to = li.submit(at, "/scan/receive", &[("depot", "JN"), ("code", code)]).await;
        let page = li.page(&to).await;
        assert!(page.contains("Taken in, to be checked"), "{page}");
        // The verdict and the list both lead to where somebody says whose it is.
        let settle = page.split_once("href=\"/find?q=").unwrap().1.split_once('"').unwrap().0;
        let settle = &format!("/find?q={settle}");
        assert!(settle.starts_with("/find?q=BOX-") && page.matches(settle).count() == 2, "{page}");
        let found = li.get(settle).await;
        assert!(crate::support::browser::location(&found).starts_with("/intakes/"), "{settle}");
        page.split_once("name=\"id\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    let open = async || get(&c.jn, "/intakes?state=unmatched").await["items"].clone();
    for (code, before) in [("NOBODY", None), ("SOLD", Some("customer:C1 good us"))] {
        let id = scanned(code).await;
        let intake = open().await[0].clone();
        assert_eq!(intake["serial"], code);
        db.clock().advance(TimeDelta::minutes(1));
        li.submit(at, "/scan/receive/undo", &[("depot", "JN"), ("id", &id)]).await;
        assert_eq!(open().await, json!([]), "{code}: nobody has to say what it is");
        let shown = li.page(&format!("/intakes/{}", intake["id"])).await;
        assert!(shown.contains("Settled") && shown.contains("Taken back at the scanner"), "{shown}");
        if let Some(before) = before {
            assert_eq!(stands(&c.manager, code).await, before, "what it moved has gone back");
        }
        let booked = get(&c.manager, &format!("/intakes/{}", intake["id"])).await;
        assert_eq!(booked["state"], "settled");
    }
    // Scanned in again, it is another box; and once somebody has gone on with it, the scan stays.
    let id = scanned("SOLD").await;
    let intake = open().await[0].clone();
    let moved = json!({ "kind": "move", "serial": "SOLD", "from": "JN", "to": "JN/A1-01" });
    post(&c.jn, "/movements", moved, 201).await;
    let (status, page) = refused(&li, at, "/scan/receive/undo", &[("depot", "JN"), ("id", &id)]).await;
    let box_no = intake["box"].as_str().unwrap();
    assert!(status == 409 && page.contains(box_no), "{status} {box_no} {page}");
    assert_eq!(open().await[0]["box"], box_no);
    assert_eq!(stands(&c.manager, "SOLD").await, "JN/A1-01 quarantined us");
});

on_both!(what_a_document_lets_leave_is_packed_and_handed_over, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2", "SN3"], "JN").await;
    let body = json!({ "from": "JN", "to": "DZ", "lines": [{ "part_no": BOARD, "quantity": 2 }] });
    let number = post(&c.jn, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    let at = "/scan/ship?depot=JN";
    let scan = async |code: &str| {
        let to = li.submit(at, "/scan/ship", &[("depot", "JN"), ("code", code)]).await;
        li.page(&to).await
    };
    assert!(
        scan("SN1").await.contains("No transfer, RMA or replacement request lets SN1 leave"),
        "nobody has said yes"
    );
    post(&c.jn, &format!("/transfers/{number}/approve"), json!({}), 200).await;
    let page = scan("SN1").await;
    assert!(page.contains("Packed") && page.contains("1 piece packed"), "{page}");
    assert!(page.contains("<b>1</b> / 2"), "what is packed counts: {page}");
    assert!(page.contains("Taken from"), "{page}");
    let again = scan("SN1").await;
    assert!(again.contains("In the box already") && again.contains("1 piece packed"), "{again}");
    assert!(
        again.contains("data-n=\"ok\">1<") && again.contains("data-n=\"all\">2<"),
        "counts once: {again}"
    );
    assert!(scan("SN2").await.contains("2 / 2</span>"));
    let page = scan("SN2").await;
    assert!(page.contains("2 / 2</span>") && page.contains("2 pieces packed"), "once each: {page}");
    let id = page.split_once("name=\"id\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    li.submit(at, "/scan/ship/undo", &[("depot", "JN"), ("id", &id)]).await;
    assert!(li.page(at).await.contains("2 / 2</span>"), "the first scan of it still stands");
    assert_eq!(stands(&c.manager, "SN1").await, "JN good us", "packing moves nothing");
    let send =
        [("depot", "JN"), ("document", number.as_str()), ("carrier", "顺丰速运"), ("tracking_no", "SF7")];
    li.submit(at, "/scan/ship/send", &send).await;
    let transfer = get(&c.jn, &format!("/transfers/{number}")).await;
    assert_eq!((&transfer["state"], &transfer["tracking_no"]), (&json!("in_transit"), &json!("SF7")));
    assert_eq!(stands(&c.manager, "SN2").await, format!("transit:{number} good us"));
    assert!(!li.page(at).await.contains("pieces packed"), "nothing is left in the box");
});

on_both!(what_has_no_serial_is_counted_into_the_box, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy_screws(&c, 40, "JN/A1-01").await;
    let body = json!({ "from": "JN", "to": "DZ", "lines": [{ "part_no": SCREW, "quantity": 30 }] });
    let number = post(&c.jn, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    let at = "/scan/ship?depot=JN";
    assert!(!li.page(at).await.contains("lot-0-quantity"), "nobody has said yes");
    post(&c.jn, &format!("/transfers/{number}/approve"), json!({}), 200).await;
    let page = li.page(at).await;
    assert!(page.contains("name=\"lot-0-quantity\"") && page.contains("by quantity only"), "{page}");
    let send = [
        ("depot", "JN"),
        ("document", number.as_str()),
        ("carrier", "顺丰速运"),
        ("tracking_no", "SF8"),
        ("lot-0-part_no", SCREW),
        ("lot-0-quantity", "28"),
    ];
    li.submit(at, "/scan/ship/send", &send).await;
    assert_eq!(get(&c.jn, &format!("/transfers/{number}")).await["outstanding"], 28);
    assert!(!li.page(at).await.contains("lot-0-quantity"), "it has left");
});

on_both!(a_spare_that_was_asked_for_is_handed_over_at_the_station, async |db: &Database| {
    let (c, li) = clerk(db).await;
    c.server.sql("UPDATE customer SET plan_id = (SELECT id FROM plan WHERE code = 'gold')").await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN").await;
    let wanted = |serial: &str| json!({ "customer": "C1", "part_no": BOARD, "faulty_serial": serial, "reason": "fault", "receiver": "黄杰" });
    let asked = post(&c.jn, "/requests", wanted("BAD-1"), 201).await["number"].as_str().unwrap().to_owned();
    let at = "/scan/ship?depot=JN";
    let scan = async |code: &str| {
        let to = li.submit(at, "/scan/ship", &[("depot", "JN"), ("code", code)]).await;
        li.page(&to).await
    };
    assert!(!li.page(at).await.contains(&asked), "nobody has said yes");
    assert!(scan("SN1").await.contains("No transfer, RMA or replacement request lets SN1 leave"));
    post(&c.manager, &format!("/requests/{asked}/approve"), json!({}), 200).await;
    assert!(li.page(at).await.contains(&format!("/requests/{asked}")), "it waits to leave");
    let page = scan("SN1").await;
    assert!(page.contains("Packed") && page.contains(&asked) && page.contains("received_by"), "{page}");
    let nobody = [("depot", "JN"), ("document", asked.as_str())];
    let send = [&nobody[..], &[("received_by", "黄杰")]].concat();
    li.submit(at, "/scan/ship/send", &send).await;
    let issued = get(&c.jn, &format!("/requests/{asked}")).await;
    assert_eq!((&issued["state"], &issued["spare"]), (&json!("issued"), &json!("SN1")));
    assert_eq!(stands(&c.manager, "SN1").await, "customer:C1 good us");

    // A spare held for a request on its line leaves under the request too.
    let second = post(&c.jn, "/requests", wanted("BAD-2"), 201).await;
    let (second, rma) = (second["number"].as_str().unwrap(), second["rma"].as_str().unwrap());
    post(&c.manager, &format!("/requests/{second}/approve"), json!({}), 200).await;
    let line = format!("/rmas/{rma}/lines/1/actions/reserve_replacement");
    post(&c.jn, &line, json!({ "depot": "JN", "serial": "SN2" }), 200).await;
    assert!(scan("SN2").await.contains(second));
    let send = [("depot", "JN"), ("document", second), ("carrier", "闪送"), ("tracking_no", "SS1")];
    li.submit(at, "/scan/ship/send", &send).await;
    assert_eq!(get(&c.jn, &format!("/requests/{second}")).await["state"], "issued");
    let after = li.page(at).await;
    assert!(
        after.contains("No document lets anything leave this depot now."),
        "nothing waits any more: {after}"
    );
});

on_both!(the_station_alone_may_use_the_camera, async |db: &Database| {
    let (c, li) = clerk(db).await;
    let header = async |browser: &Browser, path: &str, name: &str| {
        browser.get(path).await.headers()[name].to_str().unwrap().to_owned()
    };
    let policy = header(&li, "/scan/receive", "content-security-policy").await;
    assert!(policy.contains("'wasm-unsafe-eval'") && policy.contains("trusted-types scan"), "{policy}");
    assert!(header(&li, "/scan/receive", "permissions-policy").await.contains("camera=(self)"));
    for elsewhere in ["/scan", "/stock", "/transfers"] {
        assert!(!header(&li, elsewhere, "content-security-policy").await.contains("wasm"), "{elsewhere}");
        assert!(header(&li, elsewhere, "permissions-policy").await.contains("camera=()"), "{elsewhere}");
    }
    let worker = li.get("/scan/worker.js").await;
    assert_eq!(worker.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(worker.headers()["cache-control"], "no-cache", "a new release is noticed");
    assert!(worker.text().await.unwrap().contains("js/queue.js"));
    let stranger = Browser::open(&c.server);
    assert_eq!(stranger.get("/scan/receive").await.status(), 303);
    assert_eq!(li.get("/scan/elsewhere").await.status(), 404);
    c.server.user("kim", beiku::domain::actor::Role::Engineer, &[], &[]).await;
    let engineer = Browser::signed_in(&c.server, "kim").await;
    assert_eq!(engineer.get("/scan/receive").await.status(), 403, "engineers book nothing in a depot");
    assert!(!engineer.page("/scan").await.contains("/scan/receive"));
});

on_both!(a_spare_goes_into_the_van_of_an_engineer_chosen_by_name, async |db: &Database| {
    let (c, li) = clerk(db).await;
    c.server.user("wangwu", Role::Engineer, &["JN"], &[]).await;
    c.server.user("elsewhere", Role::Engineer, &["DZ"], &[]).await;
    c.server.user("all", Role::Engineer, &[], &[]).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN").await;
    db.clock().advance(TimeDelta::hours(1));
    let at = "/scan?code=SN1";
    let page = li.page(at).await;
    assert!(page.contains("value=\"engineer:wangwu\"") && page.contains("value=\"engineer:all\""), "{page}");
    assert!(!page.contains("engineer:elsewhere"), "who works in another depot: {page}");
    let issue = |serial, van, to| {
        [
            ("kind", "issue"),
            ("serial", serial),
            ("part_no", BOARD),
            ("from", "JN"),
            ("van", van),
            ("to", to),
            ("reason", "随车备件"),
        ]
    };
    let van = "engineer:wangwu";
    let (status, page) = refused(&li, at, "/movements", &issue("SN1", van, "customer:C1")).await;
    assert!(status == 422 && page.contains("not both") && page.contains("selected>"), "{status} {page}");
    let (status, page) = refused(&li, at, "/movements", &issue("SN1", "", "")).await;
    assert!(status == 422 && page.contains(van), "neither: {status} {page}");
    li.submit(at, "/movements", &issue("SN1", van, "")).await;
    assert_eq!(stands(&c.manager, "SN1").await, "engineer:wangwu good us");
    assert!(li.page("/unit/SN2").await.contains(van), "the same on the unit's own page");
});
