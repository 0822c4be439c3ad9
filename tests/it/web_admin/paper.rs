//! Paper: each form for a right and a wrong reader, with its number and its codes.

use super::assert_worded;
use crate::rma::company;
use crate::support::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use serde_json::json;

const REQUEST: [(&str, &str); 6] = [
    ("customer", "C1"),
    ("lines", "1"),
    ("line-0-serial", "board-9"),
    ("line-0-part_no", "board-1"),
    ("line-0-fault", "端口不通"),
    ("line-0-mode", "loaner"),
];

on_both!(every_form_of_an_rma_prints, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("guest", Role::Customer, &[], &["C1"]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    let rma = boss.submit("/rma/new", "/rma", &REQUEST).await;
    let paper = format!("/print{rma}/1");
    let page = boss.page(&rma).await;
    assert!(page.contains(&format!("{paper}/tag")) && !page.contains(&format!("{paper}/delivery")), "{page}");
    assert_eq!(boss.get(&format!("{paper}/delivery")).await.status(), 404, "nothing was sent yet");
    assert_eq!(boss.get(&format!("/print{rma}/7/tag")).await.status(), 404);

    let tag = boss.page(&format!("{paper}/tag")).await;
    assert_worded(&paper, &tag);
    assert!(tag.contains("济南电力公司") && !tag.contains("Customer C1"), "by name: {tag}");
    assert!(tag.contains("端口不通") && tag.contains("BOARD-9") && tag.contains("FT-20"), "{tag}");
    assert_eq!(tag.matches("class=\"code\"").count(), 2, "bars and QR");
    let sheet = boss.page(&format!("{paper}/hand-over")).await;
    let running = sheet.split_once("href=\"/print/running.css").unwrap().1.split('"').next().unwrap();
    let foot = boss.get(&format!("/print/running.css{running}")).await.text().await.unwrap();
    assert!(foot.starts_with("@page sheet{@bottom-left{content:\"") && foot.contains(" · HO-20"), "{foot}");
    let odd = boss.get("/print/running.css?number=%22%7D*%7Bx%5C").await.text().await.unwrap();
    assert!(!odd.contains("\"}*"), "what is named in the address stays a text: {odd}");
    assert!(sheet.contains("HO-20") && sheet.contains("BOARD-9") && sheet.contains("Signature"), "{sheet}");

    let steps: [(&str, &[(&str, &str)]); 3] = [
        ("authorise", &[]),
        ("reserve_replacement", &[("serial", "SPARE1")]),
        ("ship_replacement", &[("carrier", "顺丰速运"), ("tracking_no", "SF1")]),
    ];
    for (action, fields) in steps {
        boss.submit(&rma, &format!("{rma}/lines/1/actions/{action}"), fields).await;
    }
    let note = boss.page(&format!("{paper}/delivery")).await;
    assert_worded(&paper, &note);
    assert!(note.contains("SPARE1") && note.contains("SF1") && note.contains("DN-0"), "{note}");
    assert!(note.contains("our property"), "a loaner is not given away");
    assert!(boss.page(&format!("{paper}/hand-over?way=out")).await.contains("SPARE1"));
    let guest = Browser::signed_in(&server, "guest").await;
    assert_eq!(guest.get("/print/running.css").await.status(), 403);
    for form in ["tag", "hand-over", "delivery"] {
        assert_eq!(guest.get(&format!("{paper}/{form}")).await.status(), 403, "{form}");
    }
});

on_both!(labels_of_units_and_bins_print, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    server.user("boss", Role::Manager, &[], &[]).await;
    server.user("li", Role::Clerk, &["JN"], &[]).await;
    server.user("guest", Role::Customer, &[], &["C1"]).await;
    let boss = Browser::signed_in(&server, "boss").await;
    assert_eq!(boss.get("/print/depot/JN/bins").await.status(), 404, "no bins, no labels");
    boss.submit("/settings/depots/JN", "/settings/depots/JN/bins", &[("bins", "A1-01 A1-02")]).await;
    let clerk = Browser::signed_in(&server, "li").await;
    let bins = clerk.page("/print/depot/JN/bins").await;
    assert_worded("bins", &bins);
    assert!(bins.contains("JN/A1-01") && bins.matches("class=\"lab lbin\"").count() == 2, "{bins}");
    let one = clerk.page("/print/depot/JN/bins?bin=A1-02").await;
    assert!(one.contains("JN/A1-02") && !one.contains("JN/A1-01"));
    let unit = clerk.page("/print/unit/SPARE1").await;
    assert!(unit.contains("SPARE1") && unit.contains("BOARD-1") && unit.contains("class=\"code\""), "{unit}");
    let tag = clerk.page("/print/unit/SPARE1/tag").await;
    assert_worded("tag", &tag);
    assert!(tag.contains("FT-SPARE1"), "{tag}");
    assert_eq!(clerk.get("/print/unit/NOWHERE").await.status(), 404);
    let guest = Browser::signed_in(&server, "guest").await;
    for path in ["/print/unit/SPARE1", "/print/unit/SPARE1/tag", "/print/depot/JN/bins"] {
        assert_eq!(guest.get(path).await.status(), 403, "{path}");
    }
});

on_both!(the_warranty_card_of_a_unit_we_delivered_prints, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let root = server.user("root", Role::Admin, &[], &[]).await;
    assert_eq!(root.patch("/parts/BOARD-1", &json!({ "warranty_months": 12 })).await.0, 200);
    let sold = json!({ "kind": "transfer_title", "part_no": "BOARD-1", "serial": "SPARE1", "from": "JN", "to": "JN",
        "owner_to": "customer:C1", "reason": "售出" });
    assert_eq!(root.post("/movements", &sold).await.0, 201);
    let unit = root.get("/units/SPARE1").await.1;
    let warranty = json!({ "from": "2026-03-02", "until": "2027-03-02", "months": 12 });
    assert_eq!(unit["warranty"], warranty, "{unit}");
    assert_eq!(root.get("/units/SPARE2").await.1["warranty"], json!(null), "it is ours");
    server.user("li", Role::Clerk, &["JN"], &[]).await;
    server.user("guest", Role::Customer, &[], &["C1"]).await;
    let clerk = Browser::signed_in(&server, "li").await;
    let path = "/print/unit/SPARE1/warranty";
    let page = clerk.page("/unit/SPARE1").await;
    assert!(page.contains(path) && page.contains("2026-03-02 – 2027-03-02"), "{page}");
    assert!(!clerk.page("/unit/SPARE2").await.contains("/warranty"));
    let card = clerk.page(path).await;
    assert_worded("warranty", &card);
    for told in ["WC-SPARE1", "2027-03-02", "12 months", "济南电力公司"] {
        assert!(card.contains(told), "{told}: {card}");
    }
    assert_eq!(clerk.get("/print/unit/SPARE2/warranty").await.status(), 404);
    let guest = Browser::signed_in(&server, "guest").await;
    assert_eq!(guest.get(path).await.status(), 403);
});

on_both!(the_arrival_report_of_a_document_prints, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let li = server.user("li", Role::Clerk, &["JN"], &[]).await;
    let came = json!({ "kind": "receive", "part_no": "BOARD-2", "serial": "NEW-1", "from": "supplier", "to": "JN",
        "document": "PO-1" });
    assert_eq!(li.post("/movements", &came).await.0, 201);
    let wrong = json!({ "kind": "receive", "part_no": "BOARD-2", "serial": "NEW-2", "from": "supplier", "to": "JN",
        "document": "PO-1" });
    let wrong = li.post("/movements", &wrong).await.1["id"].clone();
    assert_eq!(li.post(&format!("/movements/{wrong}/reversal"), &json!({ "reason": "多扫" })).await.0, 201);
    let clerk = Browser::signed_in(&server, "li").await;
    let path = "/print/arrival?document=PO-1";
    assert!(clerk.page("/movements?q=PO-1").await.contains(path));
    assert!(!clerk.page("/movements").await.contains("/print/arrival"));
    let report = clerk.page(path).await;
    assert_worded("arrival", &report);
    for told in ["AR-PO-1", "SPARE1", "SPARE2", "NEW-1", "Arrival acceptance report", "3 items"] {
        assert!(report.contains(told), "{told}: {report}");
    }
    assert!(!report.contains("NEW-2"), "it never came");
    assert_eq!(clerk.get("/print/arrival?document=PO-9").await.status(), 404);
    server.user("guest", Role::Customer, &[], &["C1"]).await;
    let guest = Browser::signed_in(&server, "guest").await;
    assert_eq!(guest.get(path).await.status(), 403);
});
