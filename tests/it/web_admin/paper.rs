//! Paper: each form for a right and a wrong reader, with its number and its codes.

use super::assert_worded;
use crate::rma::company;
use crate::support::browser::Browser;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;

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
