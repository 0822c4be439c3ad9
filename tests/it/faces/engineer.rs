//! An engineer in front of a dead board: asks, hands over, gives back; the depot and the manager work the requests.

use crate::depot::{BOARD, Company, EQUIVALENT, buy, company, get, picked, post, stands};
use crate::support::browser::Browser;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use serde_json::json;

async fn served(db: &Database) -> Company {
    let c = company(db).await;
    c.server.sql("UPDATE customer SET plan_id = (SELECT id FROM plan WHERE code = 'gold')").await;
    buy(&c, EQUIVALENT, &["OTHER1"], "JN").await;
    buy(&c, BOARD, &["SPARE1", "SPARE2"], "DZ").await;
    c.server.user("wang", Role::Engineer, &[], &[]).await;
    c
}

/// The value of the first source of this depot.
fn source<'a>(page: &'a str, place: &str) -> &'a str {
    let start = format!("name=\"source\" value=\"{place}");
    let at = page.find(&start).unwrap_or_else(|| panic!("nothing from {place} in {page}"));
    page[at + "name=\"source\" value=\"".len()..].split('"').next().unwrap()
}

on_both!(an_engineer_asks_and_the_depot_sends_what_was_wished_for, async |db: &Database| {
    let c = served(db).await;
    let wang = Browser::signed_in(&c.server, "wang").await;
    assert_eq!(crate::support::browser::location(&wang.get("/").await), "/requests");
    let first = wang.get("/requests/new").await;
    let camera = first.headers()["permissions-policy"].to_str().unwrap().to_owned();
    assert!(camera.contains("camera=(self)"), "{camera}");
    let first = first.text().await.unwrap();
    assert!(first.contains("js/ask.js") && first.contains("id=\"camera\""), "{first}");
    let page = wang.page("/requests/new?serial=dead-1").await;
    assert!(page.contains("Say the part number too"), "{page}");
    let page = wang.page("/requests/new?serial=dead-1&part_no=P-100").await;
    assert!(page.contains("Say whose board it is") && page.contains("齐鲁通信"), "{page}");
    let ask = "/requests/new?serial=dead-1&part_no=P-100&customer=C1&near=JN";
    let page = wang.page(ask).await;
    assert!(page.contains("Covered by plan ") && page.contains("电性能相同"), "{page}");
    assert_eq!((source(&page, "DZ"), source(&page, "JN")), ("DZ|P-100", "JN|P-200"));
    let form = [
        ("serial", "dead-1"),
        ("part_no", "P-100"),
        ("customer", "C1"),
        ("source", "JN|P-200"),
        ("reason", "fault"),
        ("fault", "不上电"),
        ("receiver", "陈工 139"),
        ("idempotency_key", "k1"),
    ];
    let request = wang.submit(ask, "/requests", &form).await;
    assert!(request.starts_with("/requests/SQ-"), "{request}");
    assert_eq!(wang.submit(ask, "/requests", &form).await, request, "sent twice, asked once");
    let page = wang.page(&request).await;
    assert!(
        page.contains("Waits for approval")
            && page.contains(" P-200</dd>")
            && !page.contains("<dd>JN")
            && !page.contains("/approve\"")
    );

    let boss = Browser::signed_in(&c.server, "zhao").await;
    assert!(boss.page("/requests").await.contains(request.trim_start_matches("/requests/")));
    assert_eq!(boss.submit(&request, &format!("{request}/approve"), &[("note", "同意")]).await, request);
    let clerk = Browser::signed_in(&c.server, "li").await;
    let page = clerk.page(&request).await;
    assert!(page.contains("<option value=\"OTHER1\" selected>"), "the wish is chosen: {page}");
    clerk.submit(&request, &format!("{request}/issue"), &[("carrier", "闪送"), ("tracking_no", "SS1")]).await;
    assert_eq!(stands(&c.manager, "OTHER1").await, "transit:JN good us");
    let page = wang.page(&request).await;
    assert!(page.contains("OTHER1") && page.contains("/delivered\""), "{page}");
    wang.submit(&request, &format!("{request}/delivered"), &[("received_by", "陈工")]).await;
    let page = wang.page("/requests").await;
    assert!(page.contains("I still owe back") && page.contains("DEAD-1") && page.contains("by 0"), "{page}");
    assert!(wang.page(&request).await.contains("The spare is in place."));
    let api = get(&c.manager, "/requests").await;
    assert_eq!(
        picked(&api["items"], &["wish_from", "wish_part", "spare", "faulty_state"]),
        [json!(["JN", "P-200", "OTHER1", "due"])]
    );
});

on_both!(what_cannot_come_is_said_and_a_wish_must_be_possible, async |db: &Database| {
    let c = served(db).await;
    post(&c.dz, "/reservations", json!({ "part_no": BOARD, "depot": "DZ", "quantity": 2 }), 201).await;
    let wang = Browser::signed_in(&c.server, "wang").await;
    let ask = "/requests/new?serial=dead-1&part_no=P-100&customer=C1";
    let page = wang.page(ask).await;
    assert!(page.contains("all 2 held for others") && page.contains("opt off"), "{page}");
    let csrf = crate::support::browser::hidden(&page, "csrf").to_owned();
    let form = [
        ("csrf", csrf.as_str()),
        ("serial", "dead-1"),
        ("part_no", "P-100"),
        ("customer", "C1"),
        ("source", "XX|P-100"),
        ("reason", "fault"),
        ("fault", "typed before"),
    ];
    let answer = wang.post("/requests", &form).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    assert!(page.contains("typed before") && page.contains("alert-bad"), "{page}");
    let customer = c.server.user("chen", Role::Customer, &[], &["C1"]).await;
    drop(customer);
    let chen = Browser::signed_in(&c.server, "chen").await;
    for path in ["/requests", ask, "/van"] {
        assert!(matches!(chen.get(path).await.status().as_u16(), 403 | 404), "{path}");
    }
});

on_both!(the_van_is_handed_over_from_and_given_back, async |db: &Database| {
    let c = served(db).await;
    for serial in ["SPARE1", "SPARE2"] {
        let load = json!({ "kind": "issue", "serial": serial, "from": "DZ", "to": "engineer:wang" });
        post(&c.dz, "/movements", load, 201).await;
    }
    let wang = Browser::signed_in(&c.server, "wang").await;
    let ask = "/requests/new?serial=dead-2&part_no=P-100&customer=C1";
    let page = wang.page(ask).await;
    assert_eq!(source(&page, "engineer:wang"), "engineer:wang|P-100");
    let form = [
        ("serial", "dead-2"),
        ("part_no", "P-100"),
        ("customer", "C1"),
        ("source", "engineer:wang|P-100"),
        ("reason", "fault"),
        ("fault", "不上电"),
    ];
    let request = wang.submit(ask, "/requests", &form).await;
    let boss = Browser::signed_in(&c.server, "zhao").await;
    boss.submit(&request, &format!("{request}/approve"), &[]).await;
    assert!(wang.page("/van").await.contains("Requests your van can serve"));
    let issue = format!("{request}/issue");
    wang.submit(&request, &issue, &[("serial", "SPARE1"), ("received_by", "陈工")]).await;
    assert_eq!(stands(&c.manager, "SPARE1").await, "customer:C1 good us");

    let page = wang.page("/van").await;
    assert!(page.contains("SPARE2") && !page.contains("SPARE1"), "{page}");
    let back = [("serial", "SPARE2"), ("part_no", "P-100"), ("depot", "JN"), ("note", "未用")];
    assert_eq!(wang.submit("/van", "/van/back", &back).await, "/van");
    assert_eq!(stands(&c.manager, "SPARE2").await, "JN quarantined us", "a clerk looks at it first");
    assert!(wang.page("/van").await.contains("The van is empty"));
    let csrf = crate::support::browser::hidden(&wang.page("/van").await, "csrf").to_owned();
    let form = [("csrf", csrf.as_str()), ("serial", "OTHER1"), ("part_no", "P-200"), ("depot", "JN")];
    assert_eq!(wang.post("/van/back", &form).await.status(), 409, "not in this van");
    assert_eq!(boss.get("/van").await.status(), 404);
});

on_both!(who_asked_calls_it_back_while_nobody_has_answered, async |db: &Database| {
    let c = served(db).await;
    c.server.user("qian", Role::Engineer, &[], &[]).await;
    let wang = Browser::signed_in(&c.server, "wang").await;
    let ask = "/requests/new?serial=dead-1&part_no=P-100&customer=C1&near=JN";
    let form = |serial: &'static str| {
        [
            ("serial", serial),
            ("part_no", "P-100"),
            ("customer", "C1"),
            ("source", "DZ|P-100"),
            ("reason", "fault"),
            ("receiver", "陈工"),
            ("fault", "不上电"),
        ]
    };
    let request = wang.submit(ask, "/requests", &form("dead-1")).await;
    let page = wang.page(&request).await;
    assert!(page.contains("Call the request back") && !page.contains("Next: Call"), "{page}");
    let qian = Browser::signed_in(&c.server, "qian").await;
    assert!(!qian.page(&request).await.contains("/withdraw\""), "not somebody else's");
    let csrf = crate::support::browser::hidden(&page, "csrf").to_owned();
    let withdraw = format!("{request}/withdraw");
    assert_eq!(wang.post(&withdraw, &[("csrf", &csrf)]).await.status(), 422, "with a reason");
    wang.submit(&request, &withdraw, &[("reason", "重复申请")]).await;
    let page = wang.page(&request).await;
    assert!(page.contains("Called back") && page.contains("重复申请"), "{page}");
    let number = request.trim_start_matches("/requests/");
    let api = get(&c.manager, &format!("/requests/{number}")).await;
    assert_eq!((&api["state"], &api["decided_by"]), (&json!("rejected"), &json!("wang")));
    let rma = get(&c.manager, &format!("/rmas/{}", api["rma"].as_str().unwrap())).await;
    assert_eq!(rma["state"], "cancelled", "the RMA was made with it");
    // Once it is answered it is not called back.
    let other = wang.submit(ask, "/requests", &form("dead-2")).await;
    post(&c.manager, &format!("{other}/approve"), json!({}), 200).await;
    let refused = wang.post(&format!("{other}/withdraw"), &[("csrf", &csrf), ("reason", "x")]).await;
    assert_eq!(refused.status(), 409);
    let said = refused.text().await.unwrap();
    assert!(said.contains("“call back” is not possible"), "{said}");
});
