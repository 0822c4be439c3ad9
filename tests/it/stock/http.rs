//! The stock ledger as a script meets it.

use super::world::{BOARD, EQUIVALENT, REUSED, REUSED_TOO, SCREW, World, world};
use crate::support::server::{Client, Server, read};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

/// A company, its service, and its manager.
async fn company(db: &Database) -> (World, Server, Client) {
    let w = world(db).await;
    let server = Server::start(db);
    let manager = server.user("zhao", Role::Manager, &[], &[]).await;
    (w, server, manager)
}

/// What must be answered with this status.
#[track_caller]
fn answered((status, answer): (reqwest::StatusCode, Value), expected: u16) -> Value {
    assert_eq!(status.as_u16(), expected, "{answer}");
    answer
}

/// Row ids differ from run to run.
fn without_ids(mut document: Value) -> Value {
    match &mut document {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                let is_id = ["id", "reverses", "reversed_by", "reservation_id"].contains(&name.as_str());
                *value = match value.take() {
                    id if is_id && id.is_number() => json!("[id]"),
                    _ if name == "instance" => json!("[request id]"),
                    other => without_ids(other),
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_ids(item.take())),
        _ => {}
    }
    document
}

macro_rules! assert_shape {
    ($name:literal, $answer:expr) => {
        let shape = without_ids($answer);
        insta::with_settings!({ prepend_module_to_snapshot => false }, {
            insta::assert_json_snapshot!($name, shape)
        });
    };
}

fn receive(part_no: &str, serial: &str, to: &str) -> Value {
    json!({ "kind": "receive", "part_no": part_no, "serial": serial, "from": "supplier", "to": to, "document": "PO-7" })
}

on_both!(the_shapes_of_the_answers, async |db: &Database| {
    let (w, _server, manager) = company(db).await;
    w.raw(
        "INSERT INTO reorder_point (depot_id, part_id, quantity) SELECT d.id, p.id, 3 FROM depot d, part p \
           WHERE d.code = 'JN' AND p.part_no = 'P-100'",
    )
    .await;
    let received = answered(manager.post("/movements", &receive(BOARD, "sn１", "jn/a1-01")).await, 201);
    assert_shape!("movement", received.clone());
    let lot = json!({ "kind": "receive", "from": "supplier", "to": "JN", "part_no": SCREW, "items": [
        { "quantity": 5 }, { "quantity": 2, "to": "DZ" }, { "part_no": EQUIVALENT, "serial": "E1", "to": "DZ" }
    ] });
    assert_shape!("batch", answered(manager.post("/movements/batch", &lot).await, 201));
    let held = json!({ "part_no": BOARD, "depot": "JN", "serial": "SN1", "document": "RMA-2026-000001",
        "expires_at": "2026-03-03T01:00:00Z" });
    let held = answered(manager.post("/reservations", &held).await, 201);
    assert_shape!("reservation", held.clone());
    assert_shape!(
        "not_available",
        answered(
            manager.post("/reservations", &json!({ "part_no": BOARD, "depot": "JN", "quantity": 1 })).await,
            409
        )
    );
    assert_shape!("reservations", answered(manager.get("/reservations?state=open&depot=jn").await, 200));
    assert_shape!("stock", answered(manager.get("/stock").await, 200));
    assert_shape!("stock_low", answered(manager.get("/stock?low=true").await, 200));
    assert_shape!("stock_as_of", answered(manager.get("/stock?as_of=2026-03-02&depot=jn").await, 200));
    assert_shape!("unit", answered(manager.get("/units/sn1").await, 200));
    assert_shape!("units", answered(manager.get("/units?serial=n1&depot=JN").await, 200));
    assert_shape!("availability", answered(manager.get("/availability?part_no=p-100&near=JN").await, 200));
    assert_shape!("scan_unit", answered(manager.get("/scan/SN1").await, 200));
    assert_shape!("scan_place", answered(manager.get("/scan/jn%2Fa1-01").await, 200));
    assert_shape!("scan_unknown", answered(manager.get("/scan/NEW-1").await, 200));
    let id = held["id"].as_i64().unwrap();
    assert_shape!("released", answered(manager.delete(&format!("/reservations/{id}")).await, 200));
    db.clock().advance(TimeDelta::minutes(5));
    let id = received["id"].as_i64().unwrap();
    let reversal = format!("/movements/{id}/reversal");
    assert_shape!("reversal", answered(manager.post(&reversal, &json!({ "reason": "扫错了" })).await, 201));
    assert_shape!("history", answered(manager.get("/units/SN1/history").await, 200));
    assert_shape!("movements", answered(manager.get("/movements?part_no=q-1&depot=dz").await, 200));
    w.prove().await;
});

on_both!(a_clerk_writes_in_the_own_depot_only, async |db: &Database| {
    let (w, server, manager) = company(db).await;
    let clerk = server.user("li", Role::Clerk, &["JN"], &[]).await;
    answered(clerk.post("/movements", &receive(BOARD, "SN1", "JN")).await, 201);
    let foreign = answered(manager.post("/movements", &receive(BOARD, "SN2", "DZ")).await, 201);
    let held = json!({ "part_no": BOARD, "depot": "DZ", "quantity": 1 });
    let held = answered(manager.post("/reservations", &held).await, 201);
    for (method, path, body) in [
        (Method::POST, "/movements".to_owned(), receive(BOARD, "SN3", "DZ")),
        (
            Method::POST,
            "/movements".to_owned(),
            json!({ "kind": "move", "serial": "SN1", "from": "JN", "to": "DZ" }),
        ),
        (
            Method::POST,
            "/movements/batch".to_owned(),
            json!({ "items": [receive(BOARD, "SN3", "JN"), receive(BOARD, "SN4", "DZ")] }),
        ),
        (Method::POST, format!("/movements/{}/reversal", foreign["id"]), json!({ "reason": "x" })),
        (Method::POST, "/reservations".to_owned(), json!({ "part_no": BOARD, "depot": "DZ", "quantity": 1 })),
        (Method::DELETE, format!("/reservations/{}", held["id"]), json!(null)),
    ] {
        let answer = answered(read(clerk.request(method, &path).json(&body)).await, 403);
        assert_eq!(answer["code"], "not_your_depot", "{path}");
        assert!(answer["detail"].as_str().unwrap().contains("DZ"), "{answer}");
    }
    assert_eq!(w.number("SELECT count(*) AS value FROM movement").await, 2);
    // Reading is another matter: staff see every depot unless they are kept to their own.
    assert_eq!(answered(clerk.get("/units/SN2").await, 200)["depot"], "DZ");
    server.sql("UPDATE app_user SET reads_own_only = TRUE WHERE username = 'li'").await;
    for path in ["/units/SN2", "/units/SN2/history", "/movements?serial=SN2"] {
        assert_eq!(answered(clerk.get(path).await, 404)["code"], "not_found", "{path}");
    }
    for (path, count) in [
        ("/units", 1),
        ("/stock", 1),
        ("/movements", 1),
        ("/reservations", 0),
        ("/stock?as_of=2026-03-02", 1),
    ] {
        let page = answered(clerk.get(path).await, 200);
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{path}: {page}");
    }
    assert_eq!(answered(clerk.get("/scan/SN2").await, 200)["what"], "unknown");
});

on_both!(a_customer_is_kept_out_of_the_stock, async |db: &Database| {
    let (_w, server, _manager) = company(db).await;
    let customer = server.user("sun", Role::Customer, &[], &["C1"]).await;
    for path in [
        "/stock",
        "/units",
        "/units/SN1",
        "/units/SN1/history",
        "/movements",
        "/reservations",
        "/availability?part_no=P-100",
        "/scan/SN1",
    ] {
        assert_eq!(answered(customer.get(path).await, 403)["code"], "forbidden", "{path}");
    }
    for path in ["/movements", "/movements/batch", "/movements/1/reversal", "/reservations"] {
        assert_eq!(answered(customer.post(path, &json!({})).await, 403)["code"], "forbidden", "{path}");
    }
});

on_both!(what_is_wrong_with_a_request_is_named_by_field, async |db: &Database| {
    let (w, _server, manager) = company(db).await;
    let wrong = async |path: &str, body: Value| {
        let answer = answered(manager.post(path, &body).await, 422);
        let errors = answer["errors"].as_array().unwrap().clone();
        errors
            .iter()
            .map(|error| {
                let message = error["message"].as_str().unwrap();
                assert!(
                    !message.contains("field-") && !message.contains("refusal-") && !message.contains("{$"),
                    "{error}"
                );
                format!("{} {}", error["field"].as_str().unwrap(), error["code"].as_str().unwrap())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(wrong("/movements", json!({})).await, ["kind required", "from required", "to required"]);
    assert_eq!(wrong("/movements", json!({ "kind": "teleport" })).await, ["kind unknown_word"]);
    let owner = json!({ "kind": "receive", "part_no": BOARD, "serial": "X", "from": "supplier", "to": "JN", "owner_to": "me" });
    assert_eq!(wrong("/movements", owner).await, ["owner_to unknown_word"]);
    assert_eq!(wrong("/movements", receive(BOARD, &"9".repeat(65), "JN")).await, ["serial serial_too_long"]);
    let items = json!({ "kind": "receive", "from": "supplier", "to": "JN", "part_no": BOARD, "items": [
        { "serial": "A" }, { "serial": "a" }, { "serial": "B", "to": "nowhere" }, {}, { "serial": "C", "condition_to": "scrapped" }
    ] });
    assert_eq!(
        wrong("/movements/batch", items).await,
        [
            "items[1] duplicate_in_batch",
            "items[2].to unknown_place",
            "items[3].serial required",
            "items[4].condition_to only_by_scrap"
        ]
    );
    assert_eq!(wrong("/movements/batch", json!({ "items": [] })).await, ["items count_out_of_range"]);
    assert_eq!(
        wrong("/movements/batch", json!({ "items": [{ "kind": "receive" }] })).await,
        ["items[0].from required", "items[0].to required"]
    );
    assert_eq!(
        wrong("/reservations", json!({ "part_no": BOARD, "depot": "JN" })).await,
        ["quantity required"]
    );
    assert_eq!(
        answered(manager.get("/stock?low=true&as_of=2026-03-01").await, 422)["errors"][0]["field"],
        "low"
    );
    assert_eq!(answered(manager.get("/stock?condiion=good").await, 400)["code"], "unknown_parameter");
    assert_eq!(answered(manager.get("/availability?part_no=NOPE").await, 404)["code"], "not_found");
    assert_eq!(
        answered(manager.post("/movements/99/reversal", &json!({ "reason": "x" })).await, 404)["code"],
        "not_found"
    );
    assert_eq!(w.number("SELECT count(*) AS value FROM unit").await, 0);
});

on_both!(a_rule_s_no_names_what_stands_in_the_way, async |db: &Database| {
    let (_w, _server, manager) = company(db).await;
    for (part_no, to) in [(REUSED, "JN"), (REUSED_TOO, "DZ")] {
        answered(manager.post("/movements", &receive(part_no, "TWIN", to)).await, 201);
    }
    let twin = answered(manager.get("/units/TWIN").await, 409);
    assert_eq!(
        (&twin["code"], &twin["blocker"]["choices"]),
        (&json!("serial_ambiguous"), &json!("P-300, P-301"))
    );
    assert_eq!(answered(manager.get("/units/TWIN?part_no=p-301").await, 200)["depot"], "DZ");
    let twin = answered(manager.get("/scan/TWIN").await, 200);
    assert_eq!((&twin["what"], twin["choices"].as_array().unwrap().len()), (&json!("ambiguous"), 2));
    let elsewhere = answered(manager.post("/movements", &receive(REUSED, "TWIN", "DZ")).await, 409);
    assert_eq!(
        (&elsewhere["code"], &elsewhere["blocker"]["place"]),
        (&json!("serial_elsewhere"), &json!("JN"))
    );
    let issue =
        json!({ "kind": "issue", "part_no": REUSED, "serial": "TWIN", "from": "DZ", "to": "customer:C1" });
    let elsewhere = answered(manager.post("/movements", &issue).await, 409);
    assert_eq!(
        (&elsewhere["code"], &elsewhere["blocker"]["place"]),
        (&json!("unit_elsewhere"), &json!("JN"))
    );
});

on_both!(lists_come_page_by_page, async |db: &Database| {
    let (_w, _server, manager) = company(db).await;
    let items: Vec<Value> =
        (0..7).map(|n| json!({ "serial": format!("S{n}"), "to": if n < 4 { "JN" } else { "DZ" } })).collect();
    let body = json!({ "kind": "receive", "part_no": BOARD, "from": "supplier", "items": items });
    answered(manager.post("/movements/batch", &body).await, 201);
    for depot in ["JN", "DZ"] {
        for _ in 0..2 {
            let hold = json!({ "part_no": BOARD, "depot": depot, "quantity": 1 });
            answered(manager.post("/reservations", &hold).await, 201);
        }
    }
    for (list, expected) in [
        ("/units?", 7),
        ("/movements?", 7),
        ("/stock?", 2),
        ("/stock?as_of=2026-03-02&", 2),
        ("/reservations?", 4),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = answered(manager.get(&format!("{list}limit=1{cursor}")).await, 200);
            let items = page["items"].as_array().unwrap();
            seen.extend(items.iter().map(ToString::to_string));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (expected, expected), "{list}");
    }
});

on_both!(sixty_four_clients_reserve_ten_units, async |db: &Database| {
    let (w, _server, manager) = company(db).await;
    let ten: Vec<Value> = (0..10).map(|n| json!({ "serial": format!("S{n}") })).collect();
    let body = json!({ "kind": "receive", "part_no": BOARD, "from": "supplier", "to": "JN", "items": ten });
    answered(manager.post("/movements/batch", &body).await, 201);
    let clients = (0..64).map(|_| {
        let manager = manager.clone();
        async move {
            manager.post("/reservations", &json!({ "part_no": BOARD, "depot": "JN", "quantity": 1 })).await
        }
    });
    let answers = futures_util::future::join_all(clients).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(status, _)| status.as_u16() == 201);
    assert_eq!(won.len(), 10);
    for (status, answer) in lost {
        assert_eq!((status.as_u16(), &answer["code"]), (409, &json!("not_available")));
        assert_eq!(answer["blocker"]["available"], "0");
    }
    let stock = answered(manager.get("/stock?part_no=P-100").await, 200);
    assert_eq!((&stock["items"][0]["reserved"], &stock["items"][0]["available"]), (&json!(10), &json!(0)));
    w.prove().await;
});

on_both!(the_same_post_fifty_times_at_once, async |db: &Database| {
    let (w, _server, manager) = company(db).await;
    let posts = (0..50).map(|_| {
        let manager = manager.clone();
        async move {
            let response = manager.post_once("/movements", "one-key", &receive(BOARD, "SN1", "JN")).await;
            let replayed = response.headers().contains_key("idempotent-replayed");
            (response.status().as_u16(), replayed, response.text().await.unwrap())
        }
    });
    let answers = futures_util::future::join_all(posts).await;
    assert!(answers.iter().all(|(status, _, body)| *status == 201 && *body == answers[0].2));
    assert_eq!(answers.iter().filter(|(_, replayed, _)| !replayed).count(), 1);
    assert_eq!(w.number("SELECT count(*) AS value FROM movement").await, 1);
    let other = manager.post_once("/movements", "one-key", &receive(BOARD, "SN2", "JN")).await;
    assert_eq!(other.status().as_u16(), 409);
    assert_eq!(other.json::<Value>().await.unwrap()["code"], "idempotency_key_reused");
});
