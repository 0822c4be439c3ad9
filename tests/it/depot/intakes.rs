//! Boxes nobody announced: receipt is the moment the box was taken in.

use super::{BOARD, Company, REUSED, REUSED_TOO, buy, company, get, picked, post, stands};
use crate::support::browser::{Browser, hidden};
use crate::support::server::{Client, read};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// A customer with a plan, so that receipt starts a promise.
async fn served(db: &Database) -> Company {
    let c = company(db).await;
    c.server.sql("UPDATE customer SET plan_id = (SELECT id FROM plan WHERE code = 'standard')").await;
    c
}

async fn asked(c: &Company, part_no: &str, serial: &str) -> String {
    let lines = json!([{ "part_no": part_no, "serial": serial, "fault": "端口不通" }]);
    let rma = post(&c.manager, "/rmas", json!({ "customer": "C1", "lines": lines }), 201).await;
    rma["number"].as_str().unwrap().to_owned()
}

async fn line_of(c: &Company, number: &str) -> Value {
    get(&c.manager, &format!("/rmas/{number}")).await["lines"][0].clone()
}

on_both!(a_part_that_an_rma_waits_for_is_received_at_once, async |db: &Database| {
    let c = served(db).await;
    let number = asked(&c, BOARD, "B7").await;
    db.clock().advance(TimeDelta::hours(3));
    let body = json!({ "depot": "JN", "serial": "ｂ７", "carrier": "顺丰速运", "tracking_no": "SF7" });
    assert_eq!(post(&c.dz, "/intakes", body.clone(), 403).await["code"], "not_your_depot");
    let taken = post(&c.jn, "/intakes", body, 201).await;
    assert_eq!(
        (&taken["state"], &taken["rma"], &taken["line"]),
        (&json!("matched"), &json!(number), &json!(1))
    );
    assert_eq!(stands(&c.manager, "B7").await, "JN/bench faulty customer:C1");
    let line = line_of(&c, &number).await;
    assert_eq!((&line["state"], &line["received_at"]), (&json!("received"), &taken["taken_in_at"]));
});

on_both!(matching_later_never_moves_the_clock, async |db: &Database| {
    let c = served(db).await;
    let body = json!({ "depot": "JN", "serial": "B8", "part_no": BOARD, "bin": "A1-01" });
    let taken = post(&c.jn, "/intakes", body, 201).await;
    assert_eq!((&taken["state"], &taken["exception"]), (&json!("unmatched"), &json!("no_rma")));
    assert_eq!(stands(&c.manager, "B8").await, "JN/A1-01 quarantined unknown");
    db.clock().advance(TimeDelta::days(2));
    // The clerk puts it into another bin meanwhile; the customer asks, and is told yes.
    let moved = json!({ "kind": "move", "serial": "B8", "from": "JN/A1-01", "to": "JN/A1-02" });
    post(&c.jn, "/movements", moved, 201).await;
    let number = asked(&c, BOARD, "B8").await;
    post(&c.manager, &format!("/rmas/{number}/lines/1/actions/authorise"), json!({}), 200).await;
    db.clock().advance(TimeDelta::days(5));
    let id = taken["id"].as_i64().unwrap();
    let waiting = get(&c.jn, "/intakes?state=unmatched&depot=jn").await;
    assert_eq!(picked(&waiting["items"], &["id"]), [json!([id])]);
    let told = get(&c.jn, "/exceptions?depot=jn&state=open").await;
    let facts = picked(&told["items"], &["id", "source", "intake", "code", "document", "reason", "act"]);
    let expected = json!([null, "box", id, "B8", taken["box"], "no_rma", "match_rma"]);
    assert_eq!(facts, [expected], "what waits for a person is in one list: {told}");
    assert_eq!(get(&c.jn, "/exceptions?state=settled").await["items"], json!([]));
    let matched = post(&c.jn, &format!("/intakes/{id}/match"), json!({ "rma": number }), 200).await;
    assert_eq!(get(&c.jn, "/exceptions").await["items"], json!([]));
    assert_eq!((&matched["state"], &matched["rma"]), (&json!("matched"), &json!(number)));
    let line = line_of(&c, &number).await;
    assert_eq!((&line["state"], &line["received_at"]), (&json!("received"), &taken["taken_in_at"]));
    assert_eq!(stands(&c.manager, "B8").await, "JN/bench faulty customer:C1");
    let promises = get(&c.manager, "/promises?kind=repair_return").await;
    assert_eq!(promises["items"][0]["started_at"], taken["taken_in_at"]);
    let again = post(&c.jn, &format!("/intakes/{id}/match"), json!({ "rma": number }), 409).await;
    assert_eq!(again["code"], "action_not_allowed");
    let both = json!({ "rma": number, "return": { "reason": "x" } });
    assert_eq!(
        post(&c.jn, &format!("/intakes/{id}/match"), both, 422).await["errors"][0]["code"],
        "exactly_one"
    );
});

on_both!(a_box_of_several_ends_in_new_rmas_and_on_its_way_home, async |db: &Database| {
    let c = served(db).await;
    let first = asked(&c, BOARD, "B1").await;
    let items = json!([{ "serial": "B1" }, { "serial": "B2", "part_no": BOARD }, { "serial": "B3", "part_no": BOARD },
        { "serial": "NOPART" }]);
    let taken =
        post(&c.jn, "/intakes", json!({ "depot": "JN", "items": items, "tracking_no": "SF9" }), 201).await;
    assert_eq!(
        picked(&taken["items"], &["serial", "state", "rma", "place"]),
        [
            json!(["B1", "matched", first, "JN/bench"]),
            json!(["B2", "unmatched", null, "JN"]),
            json!(["B3", "unmatched", null, "JN"]),
            json!(["NOPART", "unmatched", null, null])
        ]
    );
    let id = |at: usize| taken["items"][at]["id"].as_i64().unwrap();
    db.clock().advance(TimeDelta::days(4));
    let new = json!({ "new_rma": { "customer": "C2", "fault": "无法启动" } });
    let made = post(&c.jn, &format!("/intakes/{}/match", id(1)), new, 200).await;
    let number = made["rma"].as_str().unwrap();
    assert_eq!(line_of(&c, number).await["received_at"], taken["items"][1]["taken_in_at"]);
    assert_eq!(stands(&c.manager, "B2").await, "JN/bench faulty customer:C2");
    let back = json!({ "return": { "customer": "c2", "reason": "寄错，SF10 退回" } });
    assert_eq!(post(&c.jn, &format!("/intakes/{}/match", id(2)), back, 200).await["state"], "returned");
    assert_eq!(stands(&c.manager, "B3").await, "customer:C2 quarantined customer:C2");
    let unknown_part = json!({ "new_rma": { "customer": "C2", "fault": "x" } });
    let refused = post(&c.jn, &format!("/intakes/{}/match", id(3)), unknown_part, 422).await;
    assert_eq!(refused["errors"][0]["field"], "new_rma.part_no");
    let settled = json!({ "settled": { "reason": "空盒" } });
    assert_eq!(post(&c.jn, &format!("/intakes/{}/match", id(3)), settled, 200).await["state"], "settled");
});

on_both!(a_serial_of_two_makers_is_refused_with_the_choices, async |db: &Database| {
    let c = served(db).await;
    buy(&c, REUSED, &["TWIN"], "JN").await;
    let number = asked(&c, REUSED_TOO, "TWIN").await;
    let refused = post(&c.jn, "/intakes", json!({ "depot": "JN", "serial": "TWIN" }), 409).await;
    assert_eq!(
        (&refused["code"], &refused["blocker"]["choices"]),
        (&json!("serial_ambiguous"), &json!("P-300, P-301"))
    );
    let body = json!({ "depot": "JN", "serial": "TWIN", "part_no": "ｐ-301" });
    assert_eq!(post(&c.jn, "/intakes", body, 201).await["rma"], json!(number));
    // The other one is ours and on the shelf: it cannot have come in a box.
    let body = json!({ "depot": "JN", "serial": "TWIN", "part_no": REUSED });
    let other = post(&c.jn, "/intakes", body, 201).await;
    assert_eq!((&other["exception"], &other["book_place"]), (&json!("elsewhere"), &json!("JN")));
    let id = other["id"].as_i64().unwrap();
    let refused = post(&c.jn, &format!("/intakes/{id}/match"), json!({ "rma": number }), 409).await;
    assert_eq!(refused["code"], "serial_elsewhere");
    assert_eq!(stands(&c.manager, "TWIN?part_no=P-300").await, "JN good us", "nothing was booked");
});

on_both!(a_label_nobody_can_read_is_matched_by_a_second_person, async |db: &Database| {
    let c = served(db).await;
    let second = c.server.user("wang", Role::Clerk, &["JN"], &[]).await;
    let number = asked(&c, BOARD, "WORN-1").await;
    let body = json!({ "depot": "JN", "label": "tmp-1", "note": "标签磨损" });
    let taken = post(&c.jn, "/intakes", body.clone(), 201).await;
    assert_eq!(taken["exception"], "unreadable");
    assert_eq!(post(&c.jn, "/intakes", body, 409).await["code"], "already_exists");
    let path = format!("/intakes/{}/match", taken["id"]);
    let refused = post(&c.jn, &path, json!({ "rma": number }), 409).await;
    assert_eq!(refused["code"], "second_person_needed");
    post(&second, &path, json!({ "rma": number }), 200).await;
    let unit = get(&c.manager, "/units/TMP-1").await;
    assert_eq!(
        (&unit["serial"], &unit["place"], &unit["aliases"]),
        (&json!("WORN-1"), &json!("JN/bench"), &json!(["TMP-1"]))
    );
});

on_both!(a_label_that_names_another_board_by_now_is_no_second_code, async |db: &Database| {
    let c = served(db).await;
    let second = c.server.user("wang", Role::Clerk, &["JN"], &[]).await;
    let number = asked(&c, BOARD, "WORN-1").await;
    let taken = post(&c.jn, "/intakes", json!({ "depot": "JN", "label": "tmp-1" }), 201).await;
    // While it waits to be made out, no other board gets its label.
    buy(&c, BOARD, &["OTHER-1"], "JN").await;
    let asked_for = json!({ "code": "TMP-1", "reason": "标签磨损" });
    let refused = post(&c.jn, "/units/OTHER-1/labels", asked_for, 409).await;
    assert_eq!(refused["code"], "already_exists", "{refused}");
    // But one may come from its maker under that very serial.
    buy(&c, BOARD, &["TMP-1"], "JN").await;
    let path = format!("/intakes/{}/match", taken["id"]);
    let refused = post(&second, &path, json!({ "rma": number }), 409).await;
    assert_eq!(refused["code"], "serial_elsewhere", "{refused}");
    let unit = get(&c.manager, "/units/TMP-1").await;
    assert_eq!((&unit["serial"], &unit["aliases"]), (&json!("TMP-1"), &json!([])), "one code, one thing");
    let line = line_of(&c, &number).await;
    assert_eq!((&line["state"], &line["received_at"]), (&json!("requested"), &Value::Null), "{line}");
    assert_eq!(c.manager.get("/units/WORN-1").await.0, 404, "nothing half-written");
    let waits = get(&c.jn, "/intakes?state=unmatched&depot=jn").await;
    assert_eq!(waits["items"].as_array().unwrap().len(), 1);
});

on_both!(a_box_is_taken_in_whoever_stands_before_it_and_whosever_unit_is_in_it, async |db: &Database| {
    let c = company(db).await;
    let ask = async |customer: &str, serial: &str| {
        let line = json!({ "part_no": BOARD, "serial": serial, "fault": "x" });
        let made =
            post(&c.manager, "/rmas", json!({ "customer": customer, "depot": "JN", "lines": [line] }), 201);
        made.await["number"].as_str().unwrap().to_owned()
    };
    // The RMA names Jinan; the box comes to a clerk of Dezhou who reads nothing but Dezhou.
    let first = ask("C1", "BAD-1").await;
    c.server.sql("UPDATE app_user SET reads_own_only = TRUE WHERE username = 'sun'").await;
    let taken = post(&c.dz, "/intakes", json!({ "depot": "DZ", "serial": "BAD-1" }), 201).await;
    assert_eq!((&taken["state"], &taken["rma"]), (&json!("matched"), &json!(first)), "{taken}");
    // A unit the books have at C1's, asked for by C2: the box is taken in, and people settle whose it is.
    let line = format!("/rmas/{first}/lines/1/actions");
    let home = json!({ "reason": "x", "carrier": "顺丰" });
    post(&c.manager, &format!("{line}/return_unrepaired"), home, 200).await;
    post(&c.manager, &format!("{line}/confirm_returned"), json!({ "received_by": "黄杰" }), 200).await;
    let second = ask("C2", "BAD-1").await;
    let third = ask("C1", "BAD-3").await;
    db.clock().advance(TimeDelta::hours(1));
    let items = json!([{ "serial": "BAD-1" }, { "serial": "BAD-3" }]);
    let taken = post(&c.jn, "/intakes", json!({ "depot": "JN", "items": items }), 201).await;
    let what = |at: usize, field: &str| taken["items"][at][field].clone();
    assert_eq!([what(0, "state"), what(1, "state")], [json!("unmatched"), json!("matched")], "{taken}");
    assert_eq!(what(1, "rma"), json!(third));
    assert_eq!(stands(&c.manager, "BAD-1").await, "JN quarantined customer:C1");
    let wrong = json!({ "rma": second, "line": 1 });
    let refused = post(&c.jn, &format!("/intakes/{}/match", what(0, "id")), wrong, 409).await;
    assert_eq!(refused["code"], "wrong_owner", "{refused}");
});

on_both!(a_unit_nobody_can_read_stands_in_quarantine_until_it_is_made_out, async |db: &Database| {
    let c = served(db).await;
    let second = c.server.user("wang", Role::Clerk, &["JN"], &[]).await;
    let items = json!([{ "part_no": BOARD }, { "part_no": BOARD, "label": "worn-9" }, {}]);
    let body = json!({ "depot": "JN", "bin": "A1-01", "items": items, "note": "标签磨损" });
    let taken = post(&c.jn, "/intakes", body, 201).await;
    let number = taken["box"].as_str().unwrap().to_owned();
    // Ours where the clerk has none: the box, and the place in it.
    let labels = [format!("{number}-1"), "WORN-9".to_owned(), format!("{number}-3")];
    assert_eq!(
        picked(&taken["items"], &["label", "exception"]),
        labels.clone().map(|label| json!([label, "unreadable"]))
    );
    assert_eq!(stands(&c.manager, &labels[0]).await, "JN/A1-01 quarantined unknown");
    assert_eq!(stands(&c.manager, &labels[1]).await, "JN/A1-01 quarantined unknown");
    let nobody = c.manager.get(&format!("/units/{}", labels[2])).await.0;
    assert_eq!(nobody, 404, "without its part it is only noted");
    let again = json!({ "depot": "JN", "label": "WORN-9", "part_no": BOARD });
    assert_eq!(post(&c.jn, "/intakes", again, 409).await["code"], "already_exists");
    let ids: Vec<i64> =
        taken["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    let made_out = async |who: &Client, at: usize, said: Value, expected: u16| {
        post(who, &format!("/intakes/{}/identify", ids[at]), said, expected).await
    };
    // What it is decides whether the books can hold it.
    for (wrong, field) in [
        (json!({ "reason": "拆机看到" }), "serial"),
        (json!({ "part_no": BOARD, "reason": " " }), "reason"),
        (json!({ "part_no": "NONE", "reason": "拆机看到" }), "part_no"),
    ] {
        assert_eq!(made_out(&c.jn, 2, wrong, 422).await["errors"][0]["field"], field);
    }
    assert_eq!(
        made_out(&c.dz, 2, json!({ "part_no": BOARD, "reason": "拆机看到" }), 403).await["code"],
        "not_your_depot"
    );
    db.clock().advance(TimeDelta::hours(2));
    let entered = made_out(&c.jn, 2, json!({ "part_no": BOARD, "reason": "拆机看到" }), 200).await;
    assert_eq!(
        (&entered["part_no"], &entered["place"], &entered["state"]),
        (&json!(BOARD), &json!("JN"), &json!("unmatched"))
    );
    assert_eq!(
        made_out(&c.jn, 2, json!({ "part_no": REUSED, "reason": "看错" }), 422).await["errors"][0]["code"],
        "fixed"
    );
    // A serial is a second person's word; the label stays another code.
    let serial = json!({ "serial": "read-1", "reason": "放大镜" });
    assert_eq!(made_out(&c.jn, 0, serial.clone(), 409).await["code"], "second_person_needed");
    let named = made_out(&second, 0, serial.clone(), 200).await;
    assert_eq!(
        (&named["serial"], &named["label"], &named["exception"]),
        (&json!("READ-1"), &json!(labels[0]), &json!("no_rma"))
    );
    let unit = get(&c.manager, &format!("/units/{}", labels[0])).await;
    assert_eq!(
        (&unit["serial"], &unit["aliases"], &unit["owner"]),
        (&json!("READ-1"), &json!([labels[0]]), &json!("unknown"))
    );
    assert_eq!(made_out(&second, 0, serial, 422).await["errors"][0]["code"], "fixed");
    // It ends as every other box does: here as a new RMA, whose clock is the box's.
    let new = json!({ "new_rma": { "customer": "C1", "fault": "不亮" } });
    let matched = post(&c.jn, &format!("/intakes/{}/match", ids[0]), new, 200).await;
    let line = line_of(&c, matched["rma"].as_str().unwrap()).await;
    assert_eq!((&line["serial"], &line["received_at"]), (&json!("READ-1"), &taken["taken_in_at"]));
    assert_eq!(stands(&c.manager, "READ-1").await, "JN/bench faulty customer:C1");
    // A line it is believed to be says its serial.
    let waited = asked(&c, BOARD, "LOST-2").await;
    let path = format!("/intakes/{}/match", ids[1]);
    assert_eq!(post(&c.jn, &path, json!({ "rma": waited }), 409).await["code"], "second_person_needed");
    post(&second, &path, json!({ "rma": waited }), 200).await;
    let unit = get(&c.manager, "/units/WORN-9").await;
    assert_eq!(
        (&unit["serial"], &unit["place"], &unit["aliases"]),
        (&json!("LOST-2"), &json!("JN/bench"), &json!(["WORN-9"]))
    );
    // Or it is sent back: then it is nowhere in our house.
    let back = json!({ "return": { "customer": "C1", "reason": "寄错" } });
    assert_eq!(post(&c.jn, &format!("/intakes/{}/match", ids[2]), back, 200).await["state"], "returned");
    assert_eq!(stands(&c.manager, &labels[2]).await, "customer:C1 quarantined customer:C1");
});

on_both!(a_unit_made_out_to_be_one_the_books_know_is_that_one, async |db: &Database| {
    let c = served(db).await;
    let second = c.server.user("wang", Role::Clerk, &["JN"], &[]).await;
    // Sold to the customer long ago; and one that stands on our own shelf.
    buy(&c, BOARD, &["SOLD-1", "SHELF-1"], "JN").await;
    let sold = json!({ "kind": "issue", "serial": "SOLD-1", "from": "JN", "to": "customer:C1" });
    post(&c.manager, "/movements", sold, 201).await;
    db.clock().advance(TimeDelta::hours(1));
    let taken = post(&c.jn, "/intakes", json!({ "depot": "JN", "part_no": BOARD }), 201).await;
    let (id, label) = (taken["id"].as_i64().unwrap(), taken["label"].as_str().unwrap().to_owned());
    let say = async |serial: &str, expected: u16| {
        let said = json!({ "serial": serial, "reason": "主板上的第二张标签" });
        post(&second, &format!("/intakes/{id}/identify"), said, expected).await
    };
    assert_eq!(say("SHELF-1", 409).await["code"], "serial_elsewhere", "it cannot be in two places");
    let named = say("SOLD-1", 200).await;
    assert_eq!(named["serial"], "SOLD-1");
    let unit = get(&c.manager, &format!("/units/{label}")).await;
    assert_eq!(unit["serial"], "SOLD-1", "the label on the board finds the board");
    assert_eq!(
        stands(&c.manager, "SOLD-1").await.split(' ').take(2).collect::<Vec<_>>(),
        ["JN", "quarantined"]
    );
    assert_eq!(stands(&c.manager, &format!("{label}-VOID")).await, "opening quarantined unknown");
    let number = asked(&c, BOARD, "SOLD-1").await;
    let matched = post(&c.jn, &format!("/intakes/{id}/match"), json!({ "rma": number }), 200).await;
    assert_eq!(matched["state"], "matched");
    assert_eq!(line_of(&c, &number).await["received_at"], taken["taken_in_at"]);
});

on_both!(a_photo_says_what_a_label_does_not, async |db: &Database| {
    let c = served(db).await;
    let taken = post(&c.jn, "/intakes", json!({ "depot": "JN", "part_no": BOARD }), 201).await;
    let path = format!("/intakes/{}/files", taken["id"]);
    let send = async |who: &Client, name: &str, content: &[u8], key: &str| {
        let file = Part::bytes(content.to_vec()).file_name(name.to_owned());
        let request = who.request(Method::POST, &path).header("Idempotency-Key", key);
        read(request.multipart(Form::new().part("file", file))).await
    };
    let photo = b"\x89PNG\r\n\x1a\n not really";
    let (status, files) = send(&c.jn, "C:\\fotos\\label.png", photo, "k").await;
    assert_eq!((status.as_u16(), &files["items"][0]["name"]), (201, &json!("label.png")), "{files}");
    assert_eq!(send(&c.jn, "C:\\fotos\\label.png", photo, "k").await.1["items"].as_array().unwrap().len(), 1);
    assert_eq!(send(&c.jn, "page.html", b"<script>", "l").await.0, 422);
    assert_eq!(send(&c.jn, "empty.png", b"", "m").await.0, 422);
    assert_eq!(send(&c.dz, "label.png", photo, "n").await.0, 403, "another depot's box");
    let listed = get(&c.manager, &path).await;
    let file = format!("{path}/{}", listed["items"][0]["id"]);
    let got = c.manager.request(Method::GET, &file).send().await.unwrap();
    assert_eq!(
        (got.status().as_u16(), got.headers()["content-security-policy"].to_str().unwrap()),
        (200, "default-src 'none'; sandbox")
    );
    assert!(got.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(&got.bytes().await.unwrap()[..], photo);
    let customer = c.server.user("huang", Role::Customer, &[], &["C1"]).await;
    assert_eq!(customer.get(&path).await.0, 403);
    assert_eq!(c.manager.get("/intakes/999999/files").await.0, 404);
    // The same by hand: the page shows it, takes another, prints the label, and asks who can make it out.
    let browser = Browser::signed_in(&c.server, "li").await;
    let page = browser.page(&format!("/intakes/{}", taken["id"])).await;
    let label = taken["label"].as_str().unwrap();
    for part in ["label.png", "/print/unit/", "way-identify", "type=\"file\"", label] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let sheet = format!("/print/unit/{label}?part_no={BOARD}");
    assert!(browser.page(&sheet).await.contains(label));
    let said = [("csrf", hidden(&page, "csrf")), ("serial", "READ-9"), ("reason", "放大镜")];
    let refused = browser.post(&format!("/intakes/{}/identify", taken["id"]), &said).await;
    assert_eq!(refused.status(), 409, "the same person took it in");
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("value=\"READ-9\""), "what was typed stays: {refused}");
    // A box with one such piece, taken in by the form.
    let form = [("depot", "JN"), ("unreadable", "1"), ("part_no", BOARD)];
    let to = browser.submit("/intakes/new", "/intakes", &form).await;
    assert!(browser.page(&to).await.contains("BOX-"), "{to}");
});

on_both!(a_box_dated_back_beyond_three_days_needs_a_manager_who_says_why, async |db: &Database| {
    let c = company(db).await;
    let came = (db.clock().now() - chrono::TimeDelta::hours(73)).to_rfc3339();
    let mut taken = json!({ "depot": "JN", "serial": "OLD-1", "taken_in_at": came });
    assert_eq!(post(&c.manager, "/intakes", taken.clone(), 409).await["code"], "too_long_ago");
    taken["note"] = json!("周末收的，周一补记");
    assert_eq!(post(&c.jn, "/intakes", taken.clone(), 409).await["code"], "too_long_ago");
    post(&c.manager, "/intakes", taken, 201).await;
});
