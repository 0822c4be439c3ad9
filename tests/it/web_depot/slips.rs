//! Slips at the scanner: a label that is no unit's, the same thing twice, a load without a carrier.

use super::{clerk, refused};
use crate::depot::{BOARD, SCREW, buy, buy_screws, get, post, stands};
use crate::support::browser::{Browser, location};
use crate::support::{Database, on_both};
use chrono::TimeDelta;
use serde_json::json;

/// The id of the scan that "undo" takes back.
fn last(page: &str) -> String {
    page.split_once("name=\"id\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

on_both!(what_is_no_serial_is_refused_at_the_door, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1"], "JN").await;
    db.clock().advance(TimeDelta::hours(1));
    let at = "/scan/receive?depot=JN";
    let scan = async |code: &str| {
        let to = li.submit(at, "/scan/receive", &[("depot", "JN"), ("code", code)]).await;
        li.page(&to).await
    };
    for (noise, said) in [
        ("a", "is no serial"),
        ("!!!", "is no serial"),
        ("李😀", "is no serial"),
        (SCREW, "is a part, not a serial"),
        ("A1-99", "JN has no bin A1-99"),
        ("JN/Z9", "JN has no bin Z9"),
    ] {
        let page = scan(noise).await;
        assert!(page.contains("data-v=\"bad\"") && page.contains(said), "{noise}: {page}");
        let leads_on = page.contains("id=\"act\" href=\"/intakes/new?depot=JN\"");
        assert_eq!(leads_on, !noise.contains('9'), "what bears no serial is taken in elsewhere: {noise}");
    }
    assert_eq!(get(&c.jn, "/intakes?state=unmatched").await["items"], json!([]), "no box of noise");
    let page = scan("SN1").await;
    assert!(
        page.contains("Already here") && page.contains("data-n=\"ok\">0<"),
        "it counts for nothing: {page}"
    );
});

on_both!(after_a_label_of_no_bin_the_bin_is_asked_for_again, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1"], "JN").await;
    db.clock().advance(TimeDelta::hours(1));
    let at = "/scan/move?depot=JN";
    let form = [("depot", "JN"), ("bin", "A1-01"), ("code", "A7-77")];
    let to = li.submit(at, "/scan/move", &form).await;
    assert!(to.contains("bin=&"), "{to}");
    let page = li.page(&to).await;
    assert!(page.contains("JN has no bin A7-77") && !page.contains("BOX-"), "{page}");
    assert!(page.contains("name=\"bin\" value=\"\" list"), "{page}");
    assert_eq!(stands(&c.manager, "SN1").await, "JN good us");
});

on_both!(a_count_tells_bins_from_things_and_counts_a_thing_once, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1", "SN2"], "JN/A1-01").await;
    db.clock().advance(TimeDelta::hours(1));
    let opened = li.submit("/counts/new", "/counts", &[("depot", "JN"), ("bins", "A1-01")]).await;
    let number = opened.rsplit('=').next().unwrap().to_owned();
    let form = |code| [("depot", "JN"), ("count", number.as_str()), ("bin", "A1-01"), ("code", code)];
    for label in ["A1-02", "JN/A1-02"] {
        // Without a script the form switches to any bin of the depot; the script asks the server.
        let noted = json!({ "bin": "A1-01", "items": [{ "serial": label }] });
        let said = post(&c.jn, &format!("/counts/{number}/scans"), noted, 409).await;
        assert_eq!(said["code"], "not_in_count", "{label}: {said}");
    }
    let (status, page) = refused(&li, &opened, "/scan/count", &form("A3-33")).await;
    assert!(status == 409 && page.contains("JN has no bin A3-33"), "{status} {page}");

    let see = async |code| li.page(&li.submit(&opened, "/scan/count", &form(code)).await).await;
    assert!(!see("SN1").await.contains("\"vt\">Seen before"));
    let page = see("sn1").await;
    assert!(
        page.contains("\"vt\">Seen before, counted once") && page.contains("data-n=\"all\">1<"),
        "{page}"
    );
    let page = see("STRANGE").await;
    assert!(page.contains("data-n=\"all\">2<"), "{page}");
    let open = get(&c.jn, "/exceptions?state=open").await;
    assert_eq!(open["items"][0]["code"], "STRANGE");
    let undo = [("depot", "JN"), ("count", number.as_str()), ("bin", "A1-01"), ("id", &last(&page))];
    let to = li.submit(&opened, "/scan/count/undo", &undo).await;
    let page = li.page(&to).await;
    assert!(page.contains("data-n=\"all\">1<") && !page.contains("STRANGE"), "{page}");
    assert_eq!(get(&c.jn, "/exceptions?state=open").await["items"], json!([]), "nobody has to look for it");
    // Of what was seen twice the first time stands again; taken back too, it was not seen.
    li.submit(&opened, "/scan/count/undo", &[("depot", "JN"), ("count", &number), ("id", &last(&page))])
        .await;
    let page = li.page(&opened).await;
    assert!(page.contains("data-n=\"all\">1<") && page.contains("SN1"), "{page}");
    li.submit(&opened, "/scan/count/undo", &[("depot", "JN"), ("count", &number), ("id", &last(&page))])
        .await;
    let variance = get(&c.manager, &format!("/counts/{number}/variance")).await;
    assert_eq!(variance["differences"].as_array().map(Vec::len), Some(2), "{variance}");
    let page = see("SN1").await;
    let other = format!("/counts/{number}/scans/{}/undo", last(&page));
    post(&c.dz, &other, json!({ "reason": "x" }), 403).await;
    assert_eq!(
        get(&c.manager, &format!("/counts/{number}")).await["scans"].as_array().map(Vec::len),
        Some(1)
    );
});

on_both!(a_load_goes_with_a_carrier_or_on_our_own_ride, async |db: &Database| {
    let (c, li) = clerk(db).await;
    buy(&c, BOARD, &["SN1"], "JN").await;
    buy_screws(&c, 9, "JN").await;
    db.clock().advance(TimeDelta::hours(1));
    let at = "/scan/ship?depot=JN";
    let page = li.page(&li.submit(at, "/scan/ship", &[("depot", "JN"), ("code", "SN1")]).await).await;
    assert!(page.contains("data-v=\"bad\"") && page.contains("data-n=\"bad\">1<"), "a no is a no: {page}");
    let page = li.page(&li.submit(at, "/scan/ship", &[("depot", "JN"), ("code", "NEVER-MET")]).await).await;
    assert!(page.contains("data-v=\"bad\"") && page.contains("lets NEVER-MET leave"), "{page}");

    let body = json!({ "from": "JN", "to": "DZ", "lines": [{ "serial": "SN1" }] });
    let number = post(&c.jn, "/transfers", body, 201).await["number"].as_str().unwrap().to_owned();
    post(&c.jn, &format!("/transfers/{number}/approve"), json!({}), 200).await;
    li.submit(at, "/scan/ship", &[("depot", "JN"), ("code", "SN1")]).await;
    let bare = [("depot", "JN"), ("document", number.as_str()), ("carrier", " "), ("tracking_no", "")];
    let (status, page) = refused(&li, at, "/scan/ship/send", &bare).await;
    assert!(status == 422 && page.contains("Name the carrier, or tick"), "{status} {page}");
    assert_eq!(stands(&c.manager, "SN1").await, "JN good us", "nothing has left");
    let own = [("depot", "JN"), ("document", number.as_str()), ("own_ride", "1")];
    let to = li.submit(at, "/scan/ship/send", &own).await;
    let page = li.page(&to).await;
    assert!(page.contains(&format!("href=\"/print/transfer/{number}\"")), "its paper is offered: {page}");
    assert_eq!(li.get(&format!("/print/transfer/{number}")).await.status(), 200);
    assert!(page.contains("class=\"strong\">In transit<") && !page.contains("transit:"), "{page}");

    let dz = Browser::signed_in(&c.server, "sun").await;
    let at = "/scan/receive?depot=DZ";
    let page = dz.page(&dz.submit(at, "/scan/receive", &[("depot", "DZ"), ("code", "SN1")]).await).await;
    let due = page.split_once("id=\"h-e\"").unwrap().1;
    assert!(due.contains("SN1"), "what came stays named on the list: {due}");
});

on_both!(a_page_that_is_not_there_leads_home_by_its_name, async |db: &Database| {
    let (_c, li) = clerk(db).await;
    let page = li.get("/nowhere").await.text().await.unwrap();
    assert!(page.contains("To “Today”") && !page.contains("overview"), "{page}");
    let opens = li.get("/exceptions?view=open").await;
    assert_eq!(opens.status(), 200);
    let boxes = li.page("/intakes").await;
    assert!(boxes.contains("<h1>Exceptions</h1>"), "the menu's word: {boxes}");
    // Where no scanner is at work yet, the menu fetches its numbers as everywhere.
    assert!(li.page("/scan/count?depot=JN").await.contains("htmx.min.js"));
    assert_eq!(location(&li.get("/").await), "/today");
});
