//! Transfers, exceptions and a clerk's day by plain forms.

use super::{clerk, refused};
use crate::depot::{BOARD, EQUIVALENT, SCREW, buy, buy_screws, get, post, stands};
use crate::support::browser::{Browser, location};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::json;

on_both!(more_lines_keep_what_was_typed, async |db: &Database| {
    let (_c, li) = clerk(db).await;
    let typed =
        [("lines", "4"), ("from", "DZ"), ("line-1-what", "SN-TYPED"), ("note", "急"), ("add_line", "1")];
    let (status, page) = refused(&li, "/transfers/new", "/transfers", &typed).await;
    assert_eq!(status, 200);
    for kept in ["value=\"SN-TYPED\"", "value=\"急\"", "name=\"line-11-what\"", "value=\"DZ\" selected"] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
});

on_both!(what_is_wrong_with_a_new_transfer_is_said_at_once, async |db: &Database| {
    let (_c, li) = clerk(db).await;
    let typed =
        [("lines", "4"), ("from", "DZ"), ("to", "DZ"), ("line-1-what", "NOPE"), ("line-1-quantity", "0")];
    let (status, page) = refused(&li, "/transfers/new", "/transfers", &typed).await;
    assert_eq!(status, 422);
    assert!(page.contains("The books know neither such a part number nor such a serial."), "{page}");
    assert_eq!(page.matches("invalid-feedback").count(), 2, "and that it goes nowhere: {page}");
});

on_both!(an_exception_leads_to_the_line_that_holds_the_unit, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["FREE"], "DZ").await;
    let lines = json!([{ "part_no": BOARD, "serial": "HELD", "fault": "x" }]);
    let rma = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    let rma = rma["number"].as_str().unwrap().to_owned();
    post(&c.manager, &format!("/rmas/{rma}/lines/1/actions/authorise"), json!({}), 200).await;
    let sun = Browser::signed_in(&c.server, "sun").await;
    sun.submit("/scan/receive?depot=DZ", "/scan/receive", &[("depot", "DZ"), ("code", "HELD")]).await;
    db.clock().advance(TimeDelta::hours(1));
    let count = post(&c.jn, "/counts", json!({ "depot": "JN" }), 201).await;
    let scans = format!("/counts/{}/scans", count["number"].as_str().unwrap());
    post(&c.jn, &scans, json!({ "serials": ["HELD", "FREE"] }), 200).await;
    let page = li.page("/exceptions?view=open").await;
    assert!(page.contains(&format!("/rma/{rma}?line=1")), "{page}");
    assert!(
        page.contains(&format!("It is on line 1 of {rma}")) && page.contains(&format!("Open {rma}")),
        "{page}"
    );
    assert!(page.contains("Ask a service manager to reverse its last movement"), "{page}");
    let zhao = Browser::signed_in(&c.server, "zhao").await;
    assert!(zhao.page("/exceptions?view=open").await.contains("Reverse the last movement"));
    assert!(!zhao.page("/movements?q=HELD").await.contains("/movements?reverse="), "the line takes it back");
    assert!(zhao.page("/movements?q=FREE").await.contains("/movements?reverse="));
    // One truth for page and API: the rule's. A clerk reverses what was booked in the clerk's own depots.
    assert!(sun.page("/movements?q=FREE").await.contains("/movements?reverse="));
    assert!(!li.page("/movements?q=FREE").await.contains("/movements?reverse="));
    let told = get(&c.jn, "/exceptions?state=open").await;
    let one = |code: &str| told["items"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap();
    let line = json!({ "rma": rma, "line": 1, "repair": null, "document": null });
    assert_eq!((&one("HELD")["keeper"], &one("HELD")["may_reverse"]), (&line, &json!(false)));
    assert_eq!((&one("FREE")["keeper"], &one("FREE")["may_reverse"]), (&json!(null), &json!(false)));
    let told = get(&c.manager, "/exceptions?state=open").await;
    let free = told["items"].as_array().unwrap().iter().find(|one| one["code"] == "FREE").unwrap();
    assert_eq!(free["may_reverse"], true, "{free}");
    let last = get(&c.dz, "/movements?serial=FREE").await["items"][0]["id"].clone();
    let (status, no) = c.jn.post(&format!("/movements/{last}/reversal"), &json!({ "reason": "x" })).await;
    assert_eq!((status.as_u16(), &no["code"]), (403, &json!("not_your_depot")));
    post(&c.dz, &format!("/movements/{last}/reversal"), json!({ "reason": "收错" }), 201).await;
});

on_both!(every_missing_piece_gets_a_decision_before_anything_is_booked, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2", "SN3"], "JN").await;
    buy_screws(&c, 40, "JN/A1-01").await;
    let sun = Browser::signed_in(&c.server, "sun").await;
    let asks = [
        ("lines", "4"),
        ("from", "JN"),
        ("to", "DZ"),
        ("line-0-what", BOARD),
        ("line-0-quantity", "3"),
        ("line-2-what", SCREW),
        ("line-2-quantity", "30"),
        ("idempotency_key", "t1"),
    ];
    let at = sun.submit("/transfers/new", "/transfers", &asks).await;
    assert_eq!(sun.submit("/transfers/new", "/transfers", &asks).await, at, "sent twice, made once");
    let number = at.rsplit('/').next().unwrap().to_owned();
    assert!(!sun.page(&at).await.contains("/approve"), "the giving depot says yes");
    assert!(li.page("/today").await.contains(&number), "it is on the day of the giving depot");
    li.submit(&at, &format!("{at}/approve"), &[]).await;
    let dispatch = [
        ("serials", "SN1\nsn2, SN3"),
        ("lot-0-part_no", SCREW),
        ("lot-0-quantity", "30"),
        ("carrier", "德邦"),
        ("tracking_no", "DPK1"),
    ];
    li.submit(&at, &format!("{at}/dispatch"), &dispatch).await;
    assert!(sun.page(&format!("/print/transfer/{number}")).await.contains("SN1"));
    for code in ["DPK1", &number] {
        let found = sun.get(&format!("/find?q={code}")).await;
        assert_eq!(location(&found), at, "{code}");
    }
    db.clock().advance(TimeDelta::hours(50));
    let (li, sun) = (Browser::signed_in(&c.server, "li").await, Browser::signed_in(&c.server, "sun").await);
    assert!(sun.page("/transfers?view=in_transit").await.contains("2 days"));
    sun.submit("/scan/receive?depot=DZ", "/scan/receive", &[("depot", "DZ"), ("code", "SN1")]).await;

    let view = get(&c.dz, &format!("/transfers/{number}")).await;
    assert_eq!(view["outstanding"], 32);
    let ids: Vec<String> = {
        let page = sun.page(&at).await;
        let names = page.split("name=\"d-").skip(1).map(|rest| rest.split_once('"').unwrap().0.to_owned());
        names.collect()
    };
    assert_eq!(ids.len(), 3, "two boards and the screws");
    let to = format!("{at}/receive");
    let sender = li.page(&at).await;
    assert!(
        sender.contains("receives it: they scan") && sender.contains("Something did not go after all"),
        "{sender}"
    );
    assert!(!sender.contains("name=\"bin\"") && !sender.contains("value=\"arrived\""), "{sender}");
    let field = |at: usize| format!("d-{}", ids[at]);
    let names = [field(0), field(1), field(2), format!("q-{}", ids[2])];
    let one = [(names[0].as_str(), "arrived"), ("bin", "A1-01")];
    let (status, page) = refused(&sun, &at, &to, &one).await;
    assert!(status == 422 && page.contains("Nothing was booked"), "{status} {page}");
    assert_eq!(get(&c.dz, &format!("/transfers/{number}")).await["outstanding"], 32);
    let all = [
        (names[0].as_str(), "arrived"),
        (names[1].as_str(), "stay"),
        (names[2].as_str(), "arrived"),
        (names[3].as_str(), "25"),
        ("bin", "A1-01"),
        ("more", ""),
    ];
    assert_eq!(sun.submit(&at, &to, &all).await, at);
    let view = get(&c.dz, &format!("/transfers/{number}")).await;
    assert_eq!((&view["state"], &view["outstanding"]), (&json!("differences"), &json!(6)));
    assert_eq!(stands(&c.manager, "SN2").await, "DZ/A1-01 good us");
    assert_eq!(stands(&c.manager, "SN3").await, format!("transit:{number} good us"));

    // The sender takes the board back; the manager gives up the screws, with a reason.
    let board = [(names[1].as_str(), "returned"), (names[2].as_str(), "stay")];
    li.submit(&at, &to, &board).await;
    assert_eq!(stands(&c.manager, "SN3").await, "JN good us");
    let zhao = Browser::signed_in(&c.server, "zhao").await;
    let lost = [(names[2].as_str(), "lost")];
    assert_eq!(refused(&zhao, &at, &to, &lost).await.0, 422, "why?");
    zhao.submit(&at, &to, &[(names[2].as_str(), "lost"), ("reason", "包裹破损")]).await;
    assert_eq!(get(&c.dz, &format!("/transfers/{number}")).await["state"], "closed");
});

on_both!(a_suggestion_becomes_a_transfer_with_one_press, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2", "SN3"], "DZ").await;
    let points = json!({ "reorder_points": [{ "depot": "JN", "quantity": 2 }] });
    let answer = c.manager.request(reqwest::Method::PATCH, &format!("/parts/{BOARD}")).json(&points);
    assert_eq!(answer.send().await.unwrap().status(), 200);
    let page = li.page("/stock?low=true").await;
    assert!(page.contains("name=\"line-0-what\" value=\"P-100\""), "{page}");
    let form =
        [("lines", "1"), ("from", "DZ"), ("to", "JN"), ("line-0-what", BOARD), ("line-0-quantity", "2")];
    let at = li.submit("/transfers?view=suggested", "/transfers", &form).await;
    assert!(li.page(&at).await.contains("DZ → JN"));
});

on_both!(all_suggestions_are_asked_for_with_one_press, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2", "SN3"], "DZ").await;
    buy(&c, EQUIVALENT, &["E1", "E2", "E3"], "DZ").await;
    for part in [BOARD, EQUIVALENT] {
        let points = json!({ "reorder_points": [{ "depot": "JN", "quantity": 2 }] });
        let answer = c.manager.request(reqwest::Method::PATCH, &format!("/parts/{part}")).json(&points);
        assert_eq!(answer.send().await.unwrap().status(), 200);
    }
    let page = li.page("/transfers?view=suggested").await;
    let start = page.split_once("action=\"/transfers/suggested\"").expect("one press for all").1;
    let form = start.split_once("</form>").unwrap().0;
    let asked: Vec<_> = form
        .split("name=\"one\" value=\"")
        .skip(1)
        .map(|rest| ("one", rest.split_once('"').unwrap().0))
        .collect();
    assert_eq!(asked.len(), 2, "{form}");
    let at = li.submit("/transfers?view=suggested", "/transfers/suggested", &asked).await;
    assert_eq!(at, "/transfers?view=requested");
    let made = get(&c.jn, "/transfers").await;
    assert_eq!(made["items"].as_array().unwrap().len(), 1, "one way, one transfer: {made}");
});

on_both!(an_exception_is_settled_where_it_is_read, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1"], "DZ").await;
    db.clock().advance(TimeDelta::hours(8));
    let at = (db.clock().now() - TimeDelta::minutes(45)).to_rfc3339();
    let body = json!({ "mode": "put_away", "depot": "JN", "batch": "B1", "code": "SN1", "bin": "A1-01",
        "client_time": at, "device": "pda-7" });
    post(&c.jn, "/scans", body, 200).await;
    let page = li.page("/exceptions").await;
    assert!(
        page.contains("li in JN holds SN1") && page.contains("Ask a service manager to reverse"),
        "{page}"
    );
    assert!(li.page("/today").await.contains("SN1"));
    let id = page.split_once("id=\"settle-").unwrap().1.split_once('"').unwrap().0.to_owned();
    let to = format!("/exceptions/{id}/settle");
    assert_eq!(refused(&li, "/exceptions", &to, &[("reason", "")]).await.0, 422);
    let sun = Browser::signed_in(&c.server, "sun").await;
    assert_eq!(refused(&sun, "/transfers", &to, &[("reason", "x")]).await.0, 403, "another depot's");
    assert_eq!(li.submit("/exceptions", &to, &[("reason", "已补记调拨")]).await, "/exceptions");
    assert!(!li.page("/exceptions").await.contains("SN1"));
    assert!(li.page("/exceptions?view=settled").await.contains("已补记调拨"));
});

on_both!(what_would_remain_is_seen_before_anything_is_asked_for, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2", "SN3"], "JN").await;
    let page = li.page("/transfers/new").await;
    assert!(
        page.contains("hx-post=\"/transfers/preview\"") && page.contains("formaction=\"/transfers/preview\"")
    );
    let form = [
        ("csrf", crate::support::browser::hidden(&page, "csrf")),
        ("from", "JN"),
        ("to", "DZ"),
        ("lines", "4"),
        ("line-0-what", BOARD),
        ("line-0-quantity", "1"),
        ("line-1-what", "SN2"),
        ("line-2-what", "NOTHING"),
    ];
    let shown = li.post("/transfers/preview", &form).await;
    assert_eq!(shown.status(), 200);
    let page = shown.text().await.unwrap();
    let preview = page.split_once("id=\"preview\"").unwrap().1;
    let cell = |label: &str, value: &str| preview.contains(&format!("data-l=\"{label}\">{value}"));
    assert!(cell("Leaves", "2<") && cell("Available now", "3<") && cell("Remains", "<b>1</b>"), "{preview}");
    assert!(preview.contains("NOTHING") && preview.contains("Not known"), "{preview}");
    assert!(page.contains("value=\"SN2\""), "what was typed stays");
    assert_eq!(get(&c.jn, "/transfers").await["items"], serde_json::json!([]), "nothing was asked for");
});
