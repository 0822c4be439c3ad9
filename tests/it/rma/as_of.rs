//! The ledger answers as of any moment: what it says then, known then, is what it said when then was now.

use super::scene::{Scene, scene};
use crate::support::{Database, on_both};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

const UNITS: [&str; 3] = ["SPARE1", "SPARE2", "S1"];

/// What everybody could read at an instant.
struct Look {
    at: String,
    stock: Vec<Value>,
    promises: Vec<Value>,
    units: Vec<Value>,
}

fn items(mut page: Value) -> Vec<Value> {
    let items = page["items"].as_array_mut().unwrap();
    for item in items.iter_mut() {
        // Which point it was is not kept.
        if let Some(fields) = item.as_object_mut() {
            fields.remove("reorder_point");
        }
    }
    std::mem::take(items)
}

/// Where a unit stands; nothing before it was met.
async fn unit(s: &Scene, serial: &str, query: &str) -> Value {
    let (status, said) = s.manager.get(&format!("/units/{serial}{query}")).await;
    match status.as_u16() {
        200 if said["place"] != "opening" => {
            ["place", "depot", "condition", "owner"].map(|field| said[field].clone()).to_vec().into()
        }
        200 | 404 => Value::Null,
        status => panic!("{status} {said}"),
    }
}

async fn look(s: &Scene, query: &str, at: &str) -> Look {
    let mut units = vec![];
    for serial in UNITS {
        units.push(unit(s, serial, query).await);
    }
    Look {
        at: at.to_owned(),
        stock: items(s.get(&s.manager, &format!("/stock{query}")).await),
        promises: items(s.get(&s.manager, &format!("/promises{query}")).await),
        units,
    }
}

/// Looks at everything, and lets an hour go by.
async fn note(db: &Database, s: &Scene, seen: &mut Vec<Look>) {
    beiku::app::promises::mark_broken(&s.server.app).await.unwrap();
    let at = db.clock().now().to_rfc3339_opts(SecondsFormat::Secs, true);
    seen.push(look(s, "", &at).await);
    db.clock().advance(TimeDelta::hours(1));
}

fn earlier(db: &Database, hours: i64) -> String {
    (db.clock().now() - TimeDelta::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Five working days to repair and return; spares on loan.
async fn five_days(s: &Scene) {
    let terms = json!([
        { "promise": "repair_return", "amount": 5, "unit": "working_days", "target_bp": 9500 },
        { "promise": "equivalent_exchange", "amount": 30, "unit": "calendar_days" },
        { "promise": "spare_in_place", "amount": 240, "unit": "minutes" },
        { "promise": "loan_return", "amount": 10, "unit": "working_days" },
    ]);
    s.plan("five", json!({ "regime": "loan", "terms": terms })).await;
}

/// A line lent a spare, with waits, steps taken back and steps entered late; what could be read after each.
async fn a_life(db: &Database, s: &Scene, seen: &mut Vec<Look>) {
    let reason = || json!({ "reason": "录错了" });
    let number = s.request("S1", "loaner").await;
    let parcel = json!({ "carrier": "顺丰", "tracking_no": "SF1" });
    let held = json!({ "reason": "等待客户", "said_by": "黄杰" });
    let hour_ago = |mut body: Value| {
        body["occurred_at"] = json!(earlier(db, 1));
        body
    };
    note(db, s, seen).await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.act(&s.clerk, &number, "reserve_replacement", json!({ "depot": "JN" })).await;
    note(db, s, seen).await;
    for (who, action, body) in [
        (&s.clerk, "ship_replacement", parcel.clone()),
        (&s.manager, "take_back", reason()),
        (&s.clerk, "ship_replacement", parcel.clone()),
    ] {
        s.act(who, &number, action, body).await;
        note(db, s, seen).await;
    }
    s.act(&s.clerk, &number, "replacement_delivered", hour_ago(json!({ "received_by": "黄杰" }))).await;
    note(db, s, seen).await;
    s.receive(&number, "S1").await;
    note(db, s, seen).await;
    s.act(&s.manager, &number, "take_back", reason()).await;
    note(db, s, seen).await;
    s.act(&s.clerk, &number, "receive_faulty", hour_ago(json!({ "depot": "JN", "serial": "S1" }))).await;
    note(db, s, seen).await;
    s.act(&s.manager, &number, "hold", held.clone()).await;
    note(db, s, seen).await;
    db.clock().advance(TimeDelta::days(2));
    s.act(&s.manager, &number, "resume", json!({})).await;
    note(db, s, seen).await;
    s.act(&s.manager, &number, "take_back", reason()).await;
    note(db, s, seen).await;
    s.act(&s.manager, &number, "resume", json!({ "occurred_at": earlier(db, 30) })).await;
    note(db, s, seen).await;
    db.clock().advance(TimeDelta::days(9));
    note(db, s, seen).await;
    s.repair_and_return(&number).await;
    note(db, s, seen).await;
    s.act(&s.manager, &number, "take_back", reason()).await;
    note(db, s, seen).await;
    s.act(&s.clerk, &number, "confirm_returned", hour_ago(json!({ "received_by": "黄杰" }))).await;
    note(db, s, seen).await;
    let back = json!({ "depot": "JN", "serial": "SPARE1", "condition": "good" });
    s.act(&s.clerk, &number, "recover_loan", back).await;
    note(db, s, seen).await;
}

/// A spare goes to the other depot, another is held and let go.
async fn a_transfer(db: &Database, s: &Scene, seen: &mut Vec<Look>) {
    let asked = json!({ "from": "JN", "to": "DZ", "lines": [{ "serial": "SPARE2" }] });
    let number = s.post(&s.manager, "/transfers", asked, 201).await["number"].as_str().unwrap().to_owned();
    for (step, body) in [
        ("approve", json!({})),
        ("dispatch", json!({ "serials": ["SPARE2"] })),
        ("receive", json!({ "serials": ["SPARE2"] })),
    ] {
        s.post(&s.manager, &format!("/transfers/{number}/{step}"), body, 200).await;
        note(db, s, seen).await;
    }
    let hold = json!({ "part_no": "BOARD-1", "depot": "DZ", "quantity": 1 });
    let held = s.post(&s.manager, "/reservations", hold, 201).await["id"].clone();
    note(db, s, seen).await;
    let (status, _) = s.manager.delete(&format!("/reservations/{held}")).await;
    assert_eq!(status.as_u16(), 200);
    note(db, s, seen).await;
}

on_both!(then_as_known_then_is_what_was_read_then, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s).await;
    let mut seen = vec![];
    a_life(db, &s, &mut seen).await;
    a_transfer(db, &s, &mut seen).await;
    s.prove().await;
    for read in &seen {
        let again = look(&s, &format!("?as_of={}&known_at={}", read.at, read.at), &read.at).await;
        assert_eq!(again.stock, read.stock, "stock at {}", read.at);
        assert_eq!(again.promises, read.promises, "promises at {}", read.at);
        assert_eq!(again.units, read.units, "units at {}", read.at);
    }
    // As known by now, no two tell of one moment what cannot both be.
    for read in &seen {
        let known = look(&s, &format!("?as_of={}", read.at), &read.at).await;
        for row in &known.stock {
            assert!(row["available"].as_i64().unwrap() >= 0, "{} {row}", read.at);
        }
    }
});

/// Kind, state and date of the promise to repair, as a list has it.
async fn repair(s: &Scene, query: &str) -> Option<String> {
    let page = s.get(&s.manager, &format!("/promises?kind=repair_return{query}")).await;
    let found = page["items"].as_array().unwrap();
    assert!(found.len() < 2, "{page}");
    let text = |field: &str| found[0][field].as_str().unwrap_or("-").to_owned();
    (!found.is_empty()).then(|| {
        format!("{} {} {}", text("state"), text("due_on"), found[0]["holds"].as_array().unwrap().len())
    })
}

fn said(text: &str) -> Option<String> {
    Some(text.to_owned())
}

on_both!(a_wait_that_came_later_is_in_no_date_of_before, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s).await;
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    let set = |at: &str| {
        let at: DateTime<Utc> = at.parse().unwrap();
        db.clock().advance(at - db.clock().now());
    };
    set("2026-03-05T02:00:00Z");
    s.act(&s.manager, &number, "hold", json!({ "reason": "等待客户", "said_by": "黄杰" })).await;
    set("2026-03-10T02:00:00Z");
    s.act(&s.manager, &number, "resume", json!({})).await;
    set("2026-03-20T02:00:00Z");
    assert_eq!(repair(&s, "&as_of=2026-03-01").await, None, "not begun");
    assert_eq!(repair(&s, "&as_of=2026-03-03").await, said("open 2026-03-09 0"));
    assert_eq!(repair(&s, "&as_of=2026-03-05").await, said("floating - 1"));
    assert_eq!(repair(&s, "&as_of=2026-03-10").await, said("open 2026-03-12 1"));
    assert_eq!(repair(&s, "&as_of=2026-03-12").await, said("open 2026-03-12 1"));
    assert_eq!(repair(&s, "&as_of=2026-03-13").await, said("broken 2026-03-12 1"));
    assert_eq!(repair(&s, "&as_of=2026-03-13&known_at=2026-03-04").await, said("broken 2026-03-09 0"));
    assert_eq!(repair(&s, "&as_of=2026-03-13&known_at=2026-03-07").await, said("floating - 1"));
    // Filters ask for what was so then.
    assert_eq!(repair(&s, "&as_of=2026-03-05&state=floating").await, said("floating - 1"));
    assert_eq!(repair(&s, "&as_of=2026-03-05&state=open").await, None);
    assert_eq!(repair(&s, "&as_of=2026-03-03&due_before=2026-03-10").await, said("open 2026-03-09 0"));
    assert_eq!(repair(&s, "&as_of=2026-03-10&due_before=2026-03-10").await, None);
    assert_eq!(
        repair(&s, &format!("&as_of=2026-03-03&rma={number}&customer=C1&depot=JN")).await,
        said("open 2026-03-09 0")
    );
    assert_eq!(repair(&s, "&as_of=2026-03-03&depot=DZ").await, None);
    let whole = s.get(&s.manager, "/promises?as_of=2026-03-03").await["items"].clone();
    let (mut seen, mut cursor) = (vec![], String::new());
    loop {
        let page = s.get(&s.manager, &format!("/promises?as_of=2026-03-03&limit=1{cursor}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(Value::from(seen), whole);
});

on_both!(what_the_books_cannot_tell_is_refused, async |db: &Database| {
    let s = scene(db).await;
    five_days(&s).await;
    db.clock().advance(TimeDelta::days(1));
    let number = s.request("S1", "repair_return").await;
    s.act(&s.manager, &number, "authorise", json!({})).await;
    s.receive(&number, "S1").await;
    let yesterday = (db.clock().now() - TimeDelta::days(1)).date_naive();
    let refused = async |path: String| {
        let (status, said) = s.manager.get(&path).await;
        let field = said["errors"][0]["code"].as_str().or(said["code"].as_str()).unwrap().to_owned();
        (status.as_u16(), field)
    };
    let (status, said) = s.manager.get(&format!("/units/S1?as_of={yesterday}")).await;
    assert_eq!((status.as_u16(), &said["code"]), (404, &json!("not_met_yet")));
    assert!(said["detail"].as_str().unwrap().contains("S1"), "{said}");
    for list in ["/units/S1", "/stock", "/promises"] {
        let of = |text: &str| (422, text.to_owned());
        assert_eq!(refused(format!("{list}?as_of=2199-01-01")).await, of("in_the_future"), "{list}");
        assert_eq!(refused(format!("{list}?as_of=yesterday")).await, of("bad_instant"), "{list}");
        assert_eq!(refused(format!("{list}?known_at=1")).await, of("bad_instant"), "{list}");
        // Today is not over, and may be asked for.
        let today = db.clock().now().date_naive();
        assert_eq!(s.manager.get(&format!("{list}?as_of={today}")).await.0.as_u16(), 200, "{list}");
    }
    assert_eq!(refused(format!("/stock?low=true&as_of={yesterday}")).await, (422, "not_as_of".to_owned()));
    assert_eq!(refused(format!("/stock?low=true&known_at={yesterday}")).await, (422, "not_as_of".to_owned()));
    assert_eq!(s.customer.get(&format!("/units/S1?as_of={yesterday}")).await.0.as_u16(), 403);
    let taken = s.get(&s.manager, "/units/S1?known_at=2199-01-01").await;
    assert_eq!((&taken["place"], &taken["reserved_for"]), (&json!("JN/bench"), &Value::Null));
});
