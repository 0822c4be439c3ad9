//! The passport of a unit, the finder, notes and files, the link instead of a password.

use super::list;
use crate::support::browser::{Browser, hidden, location};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use serde_json::json;

on_both!(the_finder_knows_every_kind_of_code, async |db: &Database| {
    let (server, boss, rmas) = list::served(db).await;
    let number = rmas[0].trim_start_matches("/rma/");
    let full_width: String = number
        .chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
        .collect();
    for q in [number, &full_width] {
        let answer = boss.get(&format!("/find?q={}", url_of(q))).await;
        assert_eq!(location(&answer), format!("/rma/{number}?line=1"), "{q}");
    }
    let parcel = [("carrier", "顺丰"), ("tracking_no", "SF777")];
    boss.submit(&rmas[0], &format!("{}/lines/1/actions/faulty_shipped", rmas[0]), &parcel).await;
    let answer = boss.get("/find?q=SF777").await;
    assert_eq!(location(&answer), format!("/rma/{number}?line=1"), "a waybill");
    let of_line = number.trim_start_matches("RMA-");
    for sheet in [format!("ho-{of_line}-1"), format!("FT-{of_line}-1"), "DN-000001".to_owned()] {
        let answer = boss.get(&format!("/find?q={sheet}")).await;
        assert_eq!(location(&answer), format!("/rma/{number}?line=1"), "{sheet}");
    }
    let api = server.user("wang-api", Role::Manager, &[], &[]).await;
    let counted = api.post("/counts", &json!({ "depot": "JN" })).await.1;
    let count = counted["number"].as_str().unwrap();
    assert_eq!(location(&boss.get(&format!("/find?q={count}")).await), format!("/counts/{count}"));
    let page = boss.page("/find?q=B-2").await;
    for kind in ["Repair order", "Unit", "RMA"] {
        assert!(page.contains(kind), "{kind}: {page}");
    }
    assert_eq!(location(&boss.get("/find?q=BOARD-1").await), "/unit?part_no=BOARD-1", "the very part");
    assert_eq!(location(&boss.get("/find?q=c1").await), "/rma?view=all&customer=C1");
    assert!(boss.page("/find?q=nothing-of-this").await.contains("Nothing found"));
    let unit = boss.page("/unit/B-2").await;
    assert!(unit.contains("class=\"life\"") && unit.contains("Bench"), "{unit}");
});

on_both!(a_scan_says_whose_the_part_is, async |db: &Database| {
    let (server, boss, _) = list::served(db).await;
    let api = server.user("wang-api", Role::Manager, &[], &[]).await;
    for (kind, from, to) in [("receive", "supplier", "JN"), ("issue", "JN", "customer:C1")] {
        let body = json!({ "kind": kind, "part_no": "BOARD-1", "serial": "SOLD-1", "from": from, "to": to });
        let (status, said) = api.post("/movements", &body).await;
        assert_eq!(status, 201, "{kind}: {said}");
    }
    let sold = json!({ "kind": "transfer_title", "serial": "SOLD-1", "from": "customer:C1", "to": "customer:C1",
        "owner_to": "customer:C1", "reason": "售出" });
    assert_eq!(api.post("/movements", &sold).await.0, 201);
    let form = [
        ("lines", "1"),
        ("line-0-serial", "SOLD-1"),
        ("line-0-fault", "端口不通"),
        ("line-0-mode", "repair_return"),
        ("contact_email", "it@c1.example"),
    ];
    let to = boss.submit("/rma/new", "/rma", &form).await;
    assert!(to.starts_with("/rma/RMA-"), "{to}");
    assert!(boss.page(&to).await.contains("SOLD-1"));
});

fn url_of(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

on_both!(notes_and_files_stay_with_whom_they_are_for, async |db: &Database| {
    let (server, boss, rmas) = list::served(db).await;
    server.user("mine", Role::Customer, &[], &["C1"]).await;
    let (rma, notes) = (&rmas[0], format!("{}/notes", rmas[0]));
    let add = async |fields: &[(&str, &str)], name: &str, bytes: &[u8]| {
        boss.upload(rma, &notes, fields, (name, bytes.to_vec())).await.status().as_u16()
    };
    assert_eq!(
        add(&[("text", "看过了"), ("line", "1"), ("shared", "1")], "标签.png", b"\x89PNG\r\n\x1a\n picture")
            .await,
        303
    );
    // Nothing said, it stays among our own people.
    assert_eq!(add(&[], "secret.log", b"inside").await, 303);
    assert_eq!(add(&[], "run.html", b"<script>").await, 422, "nothing a browser would run");
    let large =
        boss.upload(rma, &notes, &[("text", "太大了"), ("shared", "1")], ("big.log", vec![b'x'; 12 << 20]));
    let large = large.await;
    assert_eq!(large.status(), 413);
    let kept = large.text().await.unwrap();
    assert!(kept.contains(">太大了</textarea>") && kept.contains("value=\"1\" checked"), "{kept}");
    assert!(kept.contains("id=\"note-e\"") && kept.contains("5 MB"), "{kept}");
    let page = boss.page(rma).await;
    assert!(page.contains("标签.png") && page.contains("secret.log") && page.contains("看过了"), "{page}");
    let mine = Browser::signed_in(&server, "mine").await;
    let page = mine.page(rma).await;
    assert!(page.contains("标签.png") && !page.contains("secret.log") && page.contains("看过了"), "{page}");
    let href = page.split_once("/files/").unwrap().1.split_once('"').unwrap().0;
    let given = mine.get(&format!("{rma}/files/{href}")).await;
    assert!(given.headers()["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    assert_eq!(given.headers()["content-type"], "image/png");
    assert_eq!(given.bytes().await.unwrap().as_ref(), b"\x89PNG\r\n\x1a\n picture");
    let other: i64 = href.parse().unwrap();
    assert_eq!(mine.get(&format!("{rma}/files/{}", other + 1)).await.status(), 404, "internal");
    server
        .sql("INSERT INTO customer (code, name, created_at) VALUES ('C2', '别家', '2026-01-01 00:00:00')")
        .await;
    server.user("eng", Role::Customer, &[], &["C2"]).await;
    let stranger = Browser::signed_in(&server, "eng").await;
    assert_eq!(stranger.get(&format!("{rma}/files/{other}")).await.status(), 404);
});

on_both!(somebody_new_chooses_the_password_by_a_link, async |db: &Database| {
    let (server, _boss, _) = list::served(db).await;
    server.user("root", Role::Admin, &[], &[]).await;
    let root = Browser::signed_in(&server, "root").await;
    let page = root.page("/settings/new/user").await;
    let csrf = hidden(&page, "csrf").to_owned();
    let person = [("csrf", csrf.as_str()), ("username", "neu"), ("role", "engineer"), ("language", "en")];
    assert_eq!(root.post("/settings/users", &person).await.status(), 422, "neither password nor address");
    let mut person = person.to_vec();
    person.push(("email", "neu@depot.example"));
    assert_eq!(root.post("/settings/users", &person).await.status(), 303);
    let sent = "SELECT count(*) AS value FROM outbox WHERE recipient = 'neu@depot.example'";
    let count = async || {
        let read = db
            .store()
            .read(move |c| Ok::<_, beiku::store::StoreError>(beiku::store::sql::sql(sent).number(c)?));
        read.await.unwrap()
    };
    assert_eq!(count().await, 1);
    let own = "/settings/users/neu";
    root.submit(own, &format!("{own}/invite"), &[]).await;
    assert_eq!(count().await, 2, "and once more");
    assert!(root.page("/me").await.contains("/me/security"));
});

on_both!(who_hands_a_line_on_says_when_and_why, async |db: &Database| {
    let (_server, boss, rmas) = list::served(db).await;
    let rma = &rmas[0];
    let fields = [("user", "boss"), ("note", "原来的人休假"), ("occurred_at", "2030-01-01T08:00")];
    let assign = format!("{rma}/lines/1/actions/assign");
    let page = boss.page(rma).await;
    let csrf = ("csrf", hidden(&page, "csrf"));
    let answer = boss.post(&assign, &[&fields[..], &[csrf]].concat()).await;
    assert_eq!(answer.status(), 409, "nobody hands on what is still to come");
    boss.submit(rma, &assign, &fields[..2]).await;
    assert!(boss.page(rma).await.contains("原来的人休假"));
});
