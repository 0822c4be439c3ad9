//! The limits of an equivalence: a board stands in only within them, and where nobody knows what it is somebody has to look.

use super::scene::{Scene, scene};
use crate::support::browser::{Browser, hidden};
use crate::support::{Database, on_both};
use serde_json::{Value, json};

/// `BOARD-2` may stand in for `BOARD-1`, from firmware 2.1 on and in revisions A and B2; one of it is in JN.
async fn with_limits(db: &Database) -> Scene {
    let s = scene(db).await;
    let relation = json!({ "part_no": "BOARD-2", "reason": "电性能相同", "confirmed_by": "wang",
        "firmware_from": "2.1", "revisions": "A，B2" });
    let (status, part) = s.admin.patch("/parts/BOARD-1", &json!({ "alternates": [relation] })).await;
    assert_eq!(status.as_u16(), 200, "{part}");
    let kept = &part["alternates"][0];
    let limits = [&kept["firmware_from"], &kept["firmware_to"], &kept["revisions"], &kept["confirmed_by"]];
    assert_eq!(limits, [&json!("2.1"), &json!(""), &json!("A, B2"), &json!("wang")], "{part}");
    let bought =
        json!({ "kind": "receive", "part_no": "BOARD-2", "serial": "EQ1", "from": "supplier", "to": "JN" });
    s.post(&s.manager, "/movements", bought, 201).await;
    s
}

async fn is(s: &Scene, firmware: &str, revision: &str) {
    let read = json!({ "firmware": firmware, "revision": revision });
    let unit = s.post(&s.clerk, "/units/EQ1/release", read, 200).await;
    assert_eq!((&unit["firmware"], &unit["revision"]), (&json!(firmware), &json!(revision)));
}

/// What the rule says to an action on line 1.
async fn said(s: &Scene, number: &str, action: &str, body: Value) -> Value {
    let said = s.post(&s.clerk, &format!("/rmas/{number}/lines/1/actions/{action}"), body, 409).await;
    json!([said["code"], said["blocker"]["limit"], said["blocker"]["wanted"], said["blocker"]["found"]])
}

on_both!(a_board_outside_the_limits_stands_in_for_nothing, async |db: &Database| {
    let s = with_limits(db).await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let spare = json!({ "serial": "EQ1" });
    let reserve = "reserve_replacement";
    let unknown = json!(["limit_unknown", "firmware", "≥ 2.1", null]);
    assert_eq!(said(&s, &number, reserve, spare.clone()).await, unknown);
    is(&s, "2.0.9", "").await;
    let breaks = json!(["limit_not_met", "firmware", "≥ 2.1", "2.0.9"]);
    assert_eq!(said(&s, &number, reserve, spare.clone()).await, breaks);
    let looked = json!({ "serial": "EQ1", "limits_confirmed": true });
    assert_eq!(
        said(&s, &number, reserve, looked.clone()).await,
        breaks,
        "what the books know nobody confirms away"
    );
    is(&s, "2.10", "").await;
    let unknown = json!(["limit_unknown", "revision", "A, B2", null]);
    assert_eq!(said(&s, &number, reserve, spare.clone()).await, unknown);
    s.act(&s.clerk, &number, reserve, looked).await;
    // Held; then somebody puts down what it is.
    is(&s, "2.10", "C").await;
    let breaks = json!(["limit_not_met", "revision", "A, B2", "C"]);
    assert_eq!(said(&s, &number, "ship_replacement", json!({ "carrier": "顺丰" })).await, breaks);
    is(&s, "2.10", "b2").await;
    s.act(&s.clerk, &number, "ship_replacement", json!({ "carrier": "顺丰" })).await;
    s.act(&s.clerk, &number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    s.prove().await;
});

on_both!(a_proposal_names_what_has_to_be_looked_at, async |db: &Database| {
    let s = with_limits(db).await;
    for serial in ["SPARE1", "SPARE2"] {
        let away =
            json!({ "kind": "scrap", "serial": serial, "from": "JN", "to": "scrap", "reason": "烧毁" });
        s.post(&s.manager, "/movements", away, 201).await;
    }
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.server.sql("UPDATE rma_line SET risk_bp = 4200").await;
    let proposed = async || {
        let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
        let proposal = &rma["lines"][0]["exchange_proposal"];
        json!([proposal["serial"], proposal["look_at"], proposal["look_for"]])
    };
    assert_eq!(proposed().await, json!(["EQ1", "firmware", "≥ 2.1"]));
    is(&s, "1.8", "A").await;
    assert_eq!(proposed().await, json!([null, null, null]), "a board that does not fit is not proposed");
    is(&s, "", "A").await;
    let accept = "accept_exchange_proposal";
    assert_eq!(s.refused(&s.manager, &number, accept, json!({})).await, (409, "limit_unknown".into()));
    s.act(&s.manager, &number, accept, json!({ "limits_confirmed": true })).await;
    s.act(&s.clerk, &number, "ship_exchange", json!({ "carrier": "顺丰" })).await;
    s.prove().await;
});

on_both!(an_equivalence_is_confirmed_by_one_of_those_who_may_judge_boards, async |db: &Database| {
    let s = scene(db).await;
    let confirmed = async |who: &str| {
        let relation = json!({ "part_no": "BOARD-2", "reason": "电性能相同", "confirmed_by": who });
        let (status, said) = s.admin.patch("/parts/BOARD-1", &json!({ "alternates": [relation] })).await;
        (status.as_u16(), said["errors"][0]["field"].clone(), said["errors"][0]["code"].clone())
    };
    let field = json!("alternates[0].confirmed_by");
    assert_eq!(confirmed("nobody").await, (422, field.clone(), json!("unknown")));
    assert_eq!(confirmed("gong").await, (422, field.clone(), json!("not_for_this_role")));
    assert_eq!(confirmed("huang").await, (422, field, json!("not_for_this_role")));
    assert_eq!(confirmed("wang").await.0, 200);
});

/// Scans a code at the ship station of JN; what the station says.
async fn packed(li: &Browser, code: &str) -> String {
    let to = li.submit(STATION, "/scan/ship", &[("depot", "JN"), ("code", code)]).await;
    li.page(&to).await
}

const STATION: &str = "/scan/ship?depot=JN";

on_both!(who_packs_a_board_nobody_put_down_says_that_it_was_looked_at, async |db: &Database| {
    let s = with_limits(db).await;
    let li = Browser::signed_in(&s.server, "li").await;
    let wanted = json!({ "customer": "C1", "part_no": "BOARD-1", "faulty_serial": "BAD-1", "reason": "fault", "receiver": "黄杰" });
    let asked = s.post(&s.clerk, "/requests", wanted, 201).await["number"].as_str().unwrap().to_owned();
    s.post(&s.manager, &format!("/requests/{asked}/approve"), json!({}), 200).await;
    // The unit's own page puts it down.
    let unit = "/unit/EQ1?part_no=BOARD-2";
    let put_down = async |firmware: &str| {
        let read = [("part_no", "BOARD-2"), ("firmware", firmware), ("revision", "B2")];
        li.submit(unit, "/unit/EQ1/release", &read).await
    };
    assert_eq!(put_down("1.8").await, unit);
    let page = li.page(unit).await;
    assert!(page.contains(">1.8</span>") && page.contains(">B2</span>"), "{page}");
    let page = packed(&li, "EQ1").await;
    assert!(page.contains("The firmware of EQ1 is 1.8") && !page.contains("1 piece packed"), "{page}");
    put_down("").await;
    let page = packed(&li, "EQ1").await;
    assert!(page.contains("Not put down for EQ1") && page.contains("limits_confirmed"), "{page}");
    let send =
        [("depot", "JN"), ("document", asked.as_str()), ("carrier", "闪送"), ("csrf", hidden(&page, "csrf"))];
    let answer = li.post("/scan/ship/send", &send).await;
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status == 409 && page.contains("Nobody put down the firmware of EQ1"), "{status} {page}");
    let looked = [&send[..3], &[("limits_confirmed", "1")]].concat();
    li.submit(STATION, "/scan/ship/send", &looked).await;
    assert_eq!(s.get(&s.clerk, &format!("/requests/{asked}")).await["spare"], "EQ1");
    let gong = Browser::signed_in(&s.server, "gong").await;
    assert!(!gong.page(unit).await.contains("/release"), "an engineer moves no stock");
    s.prove().await;
});

on_both!(a_board_held_for_an_exchange_leaves_by_the_station, async |db: &Database| {
    let s = scene(db).await;
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.server.sql("UPDATE rma_line SET risk_bp = 4200").await;
    let rma = s.get(&s.manager, &format!("/rmas/{number}")).await;
    let serial = rma["lines"][0]["exchange_proposal"]["serial"].as_str().unwrap().to_owned();
    let wang = Browser::signed_in(&s.server, "wang").await;
    let shown = format!("/rma/{number}/lines/1/proposal-notice");
    let done = wang.submit(&shown, &format!("/rma/{number}/lines/1/accept-proposal"), &[]).await;
    assert_eq!(done, format!("/rma/{number}?line=1"));
    let li = Browser::signed_in(&s.server, "li").await;
    let line = format!("{number}/1");
    for page in [STATION, "/today"] {
        assert!(li.page(page).await.contains(&line), "{page}: it waits to leave");
    }
    assert!(packed(&li, &serial).await.contains("1 piece packed"));
    let send = [("depot", "JN"), ("document", line.as_str()), ("carrier", "顺丰"), ("tracking_no", "SF1")];
    li.submit(STATION, "/scan/ship/send", &send).await;
    let issued = &s.get(&s.manager, &format!("/rmas/{number}")).await["lines"][0]["issued"][0];
    assert_eq!((&issued["serial"], &issued["state"]), (&json!(serial), &json!("shipped")));
    s.prove().await;
});

on_both!(an_accepted_proposal_says_what_has_to_be_looked_at, async |db: &Database| {
    let s = with_limits(db).await;
    for serial in ["SPARE1", "SPARE2"] {
        let away =
            json!({ "kind": "scrap", "serial": serial, "from": "JN", "to": "scrap", "reason": "烧毁" });
        s.post(&s.manager, "/movements", away, 201).await;
    }
    let number = s.request("B1", "repair_return").await;
    s.receive(&number, "B1").await;
    s.server.sql("UPDATE rma_line SET risk_bp = 4200").await;
    let wang = Browser::signed_in(&s.server, "wang").await;
    let (shown, accept) =
        (format!("/rma/{number}/lines/1/proposal-notice"), format!("/rma/{number}/lines/1/accept-proposal"));
    let page = wang.page(&shown).await;
    let answer = wang.post(&accept, &[("csrf", hidden(&page, "csrf"))]).await;
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status == 409 && page.contains("Nobody put down the firmware"), "{status} {page}");
    wang.submit(&shown, &accept, &[("limits_confirmed", "1")]).await;
    // It was looked at then: it goes without being asked for again.
    let li = Browser::signed_in(&s.server, "li").await;
    let page = packed(&li, "EQ1").await;
    assert!(page.contains("1 piece packed") && !page.contains("limits_confirmed"), "{page}");
    let line = format!("{number}/1");
    let send = [("depot", "JN"), ("document", line.as_str()), ("carrier", "顺丰"), ("tracking_no", "SF1")];
    li.submit(STATION, "/scan/ship/send", &send).await;
    s.prove().await;
});

on_both!(a_hundred_boards_that_do_not_fit_hide_none_that_does, async |db: &Database| {
    let s = with_limits(db).await;
    // What is on the line's own shelf goes first; without it, only equivalents are left.
    for serial in ["SPARE1", "SPARE2"] {
        let broken = json!({ "kind": "convert", "serial": serial, "from": "JN", "to": "JN", "condition_to": "faulty" });
        s.post(&s.clerk, "/movements", broken, 201).await;
    }
    let item = |n: i32| json!({ "serial": format!("NEW{n:03}") });
    let items: Vec<Value> = (0..120).map(item).collect();
    let bought =
        json!({ "kind": "receive", "part_no": "BOARD-2", "from": "supplier", "to": "JN", "items": items });
    s.post(&s.manager, "/movements/batch", bought, 201).await;
    s.server.sql("UPDATE unit SET firmware = '1.0', revision = 'A' WHERE serial <> 'NEW119'").await;
    s.server.sql("UPDATE unit SET firmware = '3.0', revision = 'A' WHERE serial = 'NEW119'").await;
    let number = s.request("B1", "loaner").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    let page = Browser::signed_in(&s.server, "li").await.page(&format!("/rma/{number}?line=1")).await;
    assert!(page.contains("NEW119") && !page.contains("NEW118"), "{page}");
});
