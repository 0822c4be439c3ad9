//! `/scan`: whatever is on a label is found, and what is received while the books have it elsewhere is told with that.

use super::clerk;
use crate::depot::{BOARD, SCREW, buy, buy_screws, get, post};
use crate::support::browser::{Browser, location};
use crate::support::{Database, on_both};
use serde_json::json;

on_both!(any_code_says_what_it_is_and_what_is_in_it, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN").await;
    buy_screws(&c, 40, "JN/A1-01").await;
    let form = [("depot", "JN"), ("bin", "A1-01"), ("code", "SN1")];
    li.submit("/scan/move?depot=JN", "/scan/move", &form).await;

    let page = li.page("/scan?code=jn/a1-01").await;
    assert!(page.contains(">SN1<") && page.contains(SCREW) && page.contains(">40<"), "what is in it: {page}");
    assert!(!page.contains(">SN2<") && !page.contains("You cannot move it"), "{page}");
    let found = li.get("/scan?code=a1-01").await;
    assert_eq!((found.status().as_u16(), location(&found)), (303, "/scan?code=JN%2FA1-01"));
    let page = li.page(&format!("/scan?code={SCREW}")).await;
    assert!(page.contains(">JN/A1-01<") && page.contains(">40<"), "where it stands: {page}");
    let page = li.page(&format!("/scan?code={BOARD}")).await;
    assert!(
        page.contains(">JN/A1-01<") && page.contains(">JN<") && page.contains("Where it stands"),
        "{page}"
    );

    let body = json!({ "from": "DZ", "to": "JN", "lines": [{ "part_no": BOARD, "quantity": 1 }] });
    let number = post(&c.dz, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    let found = li.get(&format!("/scan?code={number}")).await;
    assert_eq!(location(&found), format!("/transfers/{number}"));
    let page = li.page("/scan?code=NOSUCH1").await;
    assert!(page.contains("data-v=\"bad\""), "{page}");
});

on_both!(what_the_books_have_elsewhere_is_told_with_its_rma, async |db: &Database| {
    let (c, li) = clerk(db).await;
    let lines = json!([{ "part_no": BOARD, "serial": "HELD", "fault": "x" }]);
    let rma = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    let rma = rma["number"].as_str().unwrap().to_owned();
    post(&c.manager, &format!("/rmas/{rma}/lines/1/actions/authorise"), json!({}), 200).await;
    let sun = Browser::signed_in(&c.server, "sun").await;
    sun.submit("/scan/receive?depot=DZ", "/scan/receive", &[("depot", "DZ"), ("code", "HELD")]).await;
    let at = "/scan/receive?depot=JN";
    let to = li.submit(at, "/scan/receive", &[("depot", "JN"), ("code", "HELD")]).await;
    let page = li.page(&to).await;
    assert!(page.contains(&format!("The books have it at DZ Bench, on RMA {rma}")), "{page}");
    let open = get(&c.jn, "/intakes?state=unmatched").await;
    let page = li.page(&format!("/intakes/{}", open["items"][0]["id"])).await;
    assert!(page.contains(&format!("href=\"/rma/{rma}\"")), "{page}");
    assert!(
        !page.contains("/rma\" novalidate") && !page.contains("id=\"way-new\""),
        "no way that is refused: {page}"
    );
});
