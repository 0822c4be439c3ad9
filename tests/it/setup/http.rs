//! Set-up data as a script meets it.

use crate::support::server::{Client, Server, read};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use reqwest::Method;
use serde_json::{Value, json};

/// Posts what must be accepted.
async fn made(client: &Client, path: &str, body: Value) -> Value {
    let (status, answer) = client.post(path, &body).await;
    assert_eq!(status, 201, "{path}: {answer}");
    answer
}

/// The wrong fields of a 422, with their codes. Every one must be said in words.
fn wrong_fields(status: reqwest::StatusCode, answer: &Value) -> Vec<(String, String)> {
    assert_eq!(status, 422, "{answer}");
    let errors = answer["errors"].as_array().unwrap().iter();
    errors
        .map(|error| {
            let message = error["message"].as_str().unwrap();
            assert!(!message.contains("field-") && !message.contains("{$"), "{error}");
            (error["field"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
}

on_both!(depots_over_http, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let body = json!({ "code": "jn", "name": "济南中心备件库", "class": "other", "city": "济南", "bins": ["A1-01"] });
    let first = admin.post_once("/depots", "k1", &body).await;
    assert_eq!(first.status(), 201);
    let first: Value = first.json().await.unwrap();
    assert_eq!(
        (&first["code"], &first["class"], &first["has_bench"]),
        (&json!("JN"), &json!("other"), &json!(true))
    );
    let again = admin.post_once("/depots", "k1", &body).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    let (status, taken) = admin.post("/depots", &body).await;
    assert_eq!((status.as_u16(), &taken["code"]), (409, &json!("already_exists")), "{taken}");
    assert_eq!(taken["blocker"]["key"], "JN");

    made(&admin, "/customers", json!({ "code": "C1001", "name": "济南电力公司" })).await;
    let (_, bound) = admin.patch("/depots/JN", &json!({ "customer": "C1001" })).await;
    assert_eq!(bound["customer"], "C1001");
    let (_, kept) = admin.patch("/depots/JN", &json!({ "city": "泉城" })).await;
    assert_eq!((&kept["customer"], &kept["city"]), (&json!("C1001"), &json!("泉城")));
    let (_, freed) = admin.patch("/depots/JN", &json!({ "customer": null })).await;
    assert_eq!(freed["customer"], Value::Null);

    let bins = made(&admin, "/depots/JN/bins", json!({ "bins": ["A1-01", "b2"] })).await;
    assert_eq!(bins["items"][1], json!({ "bin": "B2", "place": "JN/B2" }));
    let clerk = server.user("li", Role::Clerk, &["JN"], &[]).await;
    let (status, page) = clerk.get("/depots?q=济").await;
    assert_eq!((status.as_u16(), page["items"].as_array().unwrap().len()), (200, 1));
    assert_eq!(clerk.post("/depots", &body).await.0, 403);
    assert_eq!(clerk.get("/depots/XX").await.0, 404);
    let (status, refused) =
        admin.post("/depots", &json!({ "code": "A/B", "name": " ", "customer": "C9" })).await;
    let expected = [("code", "bad_code"), ("name", "required"), ("customer", "unknown_customer")];
    assert_eq!(wrong_fields(status, &refused), pairs(&expected));
});

// Two people set up the same thing: the second is told, and nothing of the first is written over.
on_both!(a_stale_version_is_refused_by_every_change_of_set_up_data, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    made(&admin, "/customers", json!({ "code": "C1", "name": "甲", "plan": "gold" })).await;
    made(&admin, "/depots", json!({ "code": "JN", "name": "济南", "class": "other" })).await;
    made(&admin, "/parts", json!({ "part_no": "P1", "name": "板" })).await;
    made(&admin, "/parts", json!({ "part_no": "P2", "name": "板" })).await;
    made(&admin, "/vendors", json!({ "code": "V1", "name": "厂" })).await;
    let contract = json!({ "number": "HT-1", "customer": "C1", "plan": "gold", "valid_from": "2026-01-01" });
    made(&admin, "/contracts", contract).await;
    server.user("li", Role::Clerk, &["JN"], &[]).await;
    let change = async |path: &str, version: &str, body: &Value| {
        let request = admin.request(Method::PATCH, path).header("If-Match", version).json(body);
        read(request).await
    };
    // What is changed, in the row itself and in a list beside it.
    let other_part =
        json!({ "alternates": [{ "part_no": "P2", "reason": "同型", "confirmed_by": "admin" }] });
    let cases = [
        (
            "/customers/C1",
            json!({ "city": "德州" }),
            json!({ "contacts": [{ "name": "黄", "email": "h@c1.example" }] }),
        ),
        ("/depots/JN", json!({ "city": "德州" }), json!({ "bins": ["A1"] })),
        ("/parts/P1", json!({ "model": "M" }), other_part),
        ("/vendors/V1", json!({ "email": "v@v1.example" }), json!({ "name": "二厂" })),
        ("/contracts/HT-1", json!({ "valid_to": "2027-01-01" }), json!({ "variant": "by_due" })),
        ("/plans/gold", json!({ "name_en": "Gold plus" }), json!({ "name": "金牌" })),
        ("/users/li", json!({ "display_name": "李明" }), json!({ "depots": [] })),
    ];
    for (path, first, second) in cases {
        let (_, seen) = admin.get(path).await;
        let version = seen["version"].as_i64().unwrap_or_else(|| panic!("{path}: {seen}"));
        let seen = format!("\"{version}\"");
        let (status, changed) = change(path, &seen, &first).await;
        assert_eq!(
            (status.as_u16(), changed["version"].as_i64()),
            (200, Some(version + 1)),
            "{path}: {changed}"
        );
        let (status, stale) = change(path, &seen, &second).await;
        assert_eq!((status.as_u16(), &stale["code"]), (412, &json!("stale_version")), "{path}");
        assert_eq!(admin.get(path).await.1, changed, "{path}: nothing was written over");
        let (status, changed) = change(path, &changed["version"].to_string(), &second).await;
        assert_eq!(status, 200, "{path}: {changed}");
        assert!(changed["version"].as_i64().unwrap() > version + 1, "{path}: {changed}");
        // Nobody must say what was seen.
        assert_eq!(admin.patch(path, &first).await.0, 200, "{path}");
        assert_eq!(change(path, "yesterday", &first).await.0, 400, "{path}");
    }
    assert_eq!(change("/vendors/none", "\"1\"", &json!({})).await.0, 404);
});

on_both!(lists_come_in_pages, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    for code in ["V3", "V1", "V2"] {
        made(&admin, "/vendors", json!({ "code": code, "name": code })).await;
    }
    let (_, page) = admin.get("/vendors?limit=2").await;
    assert_eq!((&page["items"][0]["code"], &page["items"][1]["code"]), (&json!("V1"), &json!("V2")));
    let (_, last) =
        admin.get(&format!("/vendors?limit=2&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert_eq!((&last["items"][0]["code"], &last["next_cursor"]), (&json!("V3"), &Value::Null));
    assert_eq!(admin.get(&format!("/depots?cursor={}", page["next_cursor"].as_str().unwrap())).await.0, 400);
    let (_, renamed) = admin.patch("/vendors/v1", &json!({ "name": "华信光电" })).await;
    assert_eq!((&renamed["code"], &renamed["name"]), (&json!("V1"), &json!("华信光电")));
});

on_both!(parts_over_http, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    made(&admin, "/parts", json!({ "part_no": "P/2", "name": "替代件" })).await;
    let body = json!({ "part_no": "P1", "name": "电源模块", "price": "2257.72", "warranty_months": 12,
        "alternates": [{ "part_no": "p/2", "reason": "同固件" }] });
    let part = made(&admin, "/parts", body).await;
    assert_eq!((&part["price"], &part["currency"]), (&json!("2257.72"), &json!("CNY")));
    assert_eq!((&part["tracking"], &part["repair_price"]), (&json!("serial"), &Value::Null));
    assert_eq!(part["alternates"][0]["part_no"], "P/2");
    let (_, part) =
        admin.patch("/parts/P1", &json!({ "warranty_months": null, "repair_price": "0.5" })).await;
    assert_eq!((&part["warranty_months"], &part["repair_price"]), (&Value::Null, &json!("0.50")));
    assert_eq!((&part["price"], part["alternates"].as_array().unwrap().len()), (&json!("2257.72"), 1));
    let (status, slashed) = admin.get("/parts/P%2F2").await;
    assert_eq!((status.as_u16(), &slashed["part_no"]), (200, &json!("P/2")));

    let (status, refused) =
        admin.post("/parts", &json!({ "part_no": "P3", "name": "x", "tracking": "lot" })).await;
    assert_eq!(wrong_fields(status, &refused), pairs(&[("tracking", "unknown_word")]));
    let (status, refused) = admin.patch("/parts/P1", &json!({ "price": 5 })).await;
    assert_eq!(wrong_fields(status, &refused), pairs(&[("price", "wrong_type")]));
    let (status, refused) =
        admin.patch("/parts/P1", &json!({ "price": "-5", "alternates": [{ "part_no": "P1" }] })).await;
    let expected = [("price", "bad_amount"), ("alternates[0].part_no", "alternate_is_self")];
    assert_eq!(wrong_fields(status, &refused), pairs(&expected));

    made(&admin, "/customers", json!({ "code": "C1", "name": "客户" })).await;
    let customer = server.user("huang", Role::Customer, &[], &["C1"]).await;
    let (status, page) = customer.get("/parts?q=电源").await;
    assert_eq!(status, 200);
    assert_eq!((&page["items"][0]["part_no"], &page["items"][0]["price"]), (&json!("P1"), &Value::Null));
    assert_eq!(customer.get("/depots").await.0, 403);
});

on_both!(a_customers_user_asks_for_the_own_organisation, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let body = json!({ "code": "C1001", "name": "济南电力公司", "plan": "金牌服务", "language": "en",
        "contacts": [{ "name": "黄娟", "email": "it1001@customer.example" }], "sites": [{ "name": "东站" }] });
    let customer = made(&admin, "/customers", body).await;
    assert_eq!((&customer["plan"], &customer["contacts"][0]["language"]), (&json!("gold"), &json!("en")));
    made(&admin, "/customers", json!({ "code": "C1002", "name": "德州电力公司" })).await;
    let contract =
        json!({ "number": "HT 2027/1", "customer": "C1002", "plan": "gold", "valid_from": "2027-01-01" });
    let contract = made(&admin, "/contracts", contract).await;
    assert_eq!((&contract["variant"], &contract["valid_to"]), (&json!("strict"), &Value::Null));
    let (_, ended) = admin.patch("/contracts/HT%202027%2F1", &json!({ "valid_to": "2027-12-31" })).await;
    assert_eq!(ended["valid_to"], "2027-12-31");

    let huang = server.user("huang", Role::Customer, &[], &["C1001"]).await;
    let (_, page) = huang.get("/customers").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(huang.get("/customers/C1001").await.1["sites"][0]["name"], "东站");
    let (status, other) = huang.get("/customers/C1002").await;
    let (missing, nobody) = huang.get("/customers/C9").await;
    assert_eq!((status.as_u16(), missing.as_u16()), (404, 404));
    let without = |problem: &Value| problem["detail"].as_str().unwrap().replace("C1002", "C9");
    assert_eq!(without(&other), without(&nobody), "there is no telling one from the other");
    assert_eq!(huang.get("/contracts/HT%202027%2F1").await.0, 404);
    assert_eq!(huang.get("/contracts?customer=C1002").await.1["items"], json!([]));
    assert_eq!(huang.patch("/customers/C1001", &json!({ "plan": null })).await.0, 403);
});

on_both!(plans_over_http, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let term = json!({ "promise": "repair_return", "amount": 45, "unit": "working_days", "target_bp": 9800 });
    let plan =
        made(&admin, "/plans/gold/versions", json!({ "valid_from": "2027-01-01", "terms": [term] })).await;
    assert_eq!(plan["versions"].as_array().unwrap().len(), 2);
    assert_eq!(plan["versions"][0]["terms"][0]["amount"], 45);
    let plan =
        made(&admin, "/plans", json!({ "code": "gold", "valid_from": "2028-01-01", "terms": [term] })).await;
    assert_eq!(plan["versions"].as_array().unwrap().len(), 3);
    let (status, _) =
        admin.post("/plans", &json!({ "code": "gold", "name": "另一个", "terms": [term] })).await;
    assert_eq!(status, 409);
    let body = json!({ "code": "Platinum", "name": "白金服务", "regime": "exchange", "terms": [term] });
    let plan = made(&admin, "/plans", body).await;
    assert_eq!((&plan["code"], &plan["versions"][0]["regime"]), (&json!("platinum"), &json!("exchange")));
    let (_, renamed) = admin.patch("/plans/platinum", &json!({ "name_en": "Platinum service" })).await;
    assert_eq!(renamed["name_en"], "Platinum service");
    let (status, refused) = admin.post("/plans", &json!({ "code": "empty", "terms": [] })).await;
    assert_eq!(
        wrong_fields(status, &refused),
        pairs(&[("name", "required"), ("name_en", "required"), ("terms", "required")])
    );
});

on_both!(due_dates_over_http, async |db: &Database| {
    let server = Server::start(db);
    let client = server.user("li", Role::Clerk, &[], &[]).await;
    let due = async |query: &str| client.get(&format!("/calendar/due?{query}")).await;
    let expected =
        json!({ "due_date": "2025-04-02", "overdue_from": "2025-04-02T16:00:00Z", "provisional": false });
    for received in
        ["2025-01-02T09:15:00%2B08:00", "2025-01-02T09:15:00+08:00", "2025-01-02", "2025-01-01T16:00:00Z"]
    {
        let (status, answer) = due(&format!("received_at={received}&days=60&count=working")).await;
        assert_eq!((status.as_u16(), &answer), (200, &expected), "{received}");
    }
    assert_eq!(due("received_at=2025-01-02").await.1, expected, "60 working days unless said");
    let (_, plain) = due("received_at=2025-01-02&days=30&count=calendar").await;
    assert_eq!(plain["due_date"], "2025-02-01");
    let (_, late) = due("received_at=2027-01-15").await;
    assert_eq!((&late["due_date"], &late["provisional"]), (&json!("2027-04-16"), &json!(true)));
    for (query, field) in [
        ("received_at=yesterday", "received_at"),
        ("received_at=1999-01-01", "received_at"),
        ("received_at=2025-01-02&days=0", "days"),
        ("received_at=2025-01-02&days=99999999999", "days"),
        ("received_at=2025-01-02&count=weeks", "count"),
    ] {
        let (status, answer) = due(query).await;
        assert_eq!(wrong_fields(status, &answer)[0].0, field, "{query}");
    }
    assert_eq!(due("days=60").await.0, 400);
});

on_both!(a_notice_over_http, async |db: &Database| {
    let server = Server::start(db);
    let manager = server.user("wu", Role::Manager, &[], &[]).await;
    let day = |date: &str| json!({ "date": date, "kind": "holiday", "name_zh": "节" });
    let days = ["2027-01-01", "2027-05-01", "2027-05-03", "2027-10-01"].map(day);
    let (status, preview) = manager.post("/calendar?preview=true", &json!({ "days": days })).await;
    assert_eq!(
        (status.as_u16(), &preview["version"], &preview["years"]),
        (200, &Value::Null, &json!([2027]))
    );
    let version = |answer: &Value| answer["version"].as_i64().unwrap();
    let (_, before) = manager.get("/calendar?year=2027").await;
    assert_eq!(version(&before), 0);
    let (status, published) = manager.post("/calendar", &json!({ "days": days })).await;
    assert_eq!(status, 201, "{published}");
    let (_, after) = manager.get("/calendar?year=2027").await;
    assert_eq!(version(&after), version(&published), "it is in force at once");
    assert_eq!(after["days"].as_array().unwrap().len(), 4);
    let year = after["years"].as_array().unwrap().iter().find(|year| year["year"] == 2027).unwrap();
    assert_eq!((&year["source"], &year["uploaded_by"]), (&json!("upload"), &json!("wu")));
    let due = manager.get("/calendar/due?received_at=2027-03-01&days=10").await.1;
    assert_eq!(due["provisional"], false);

    let csv = |body: &'static str| {
        let request =
            manager.request(Method::POST, "/calendar").header("Content-Type", "text/csv; charset=utf-8");
        read(request.body(body))
    };
    let (status, published) = csv("date,kind,name_zh,name_en\n2027-01-01,holiday,元旦,New Year\n\
        2027-05-03,holiday,劳动节,Labour Day\n2027-10-01,holiday,国庆节,National Day\n")
    .await;
    assert_eq!(status, 201, "{published}");
    // As a Chinese Excel saves it, and what no program saves.
    let (excel, _, _) = encoding_rs::GB18030.encode(
        "date,kind,name_zh,name_en\n2027-01-01,holiday,元旦,x\n2027-05-03,holiday,劳动节,x\n2027-10-01,holiday,国庆节,x\n",
    );
    let send = |body: Vec<u8>| {
        let request = manager.request(Method::POST, "/calendar").header("Content-Type", "text/csv");
        read(request.body(body))
    };
    let (status, published) = send(excel.into_owned()).await;
    assert_eq!((status.as_u16(), &published["truncated"]), (201, &json!(false)), "{published}");
    let named = manager.get("/calendar?year=2027").await.1["days"][1]["name_zh"].clone();
    assert_eq!(named, "劳动节");
    let (status, refused) = send(vec![0xff, 0xff, 0x81]).await;
    assert_eq!(wrong_fields(status, &refused), pairs(&[("file", "encoding_unknown")]));
    let (status, refused) = csv("date,kind,name_zh,name_en\n2027-01-01,holiday,元旦\n").await;
    assert_eq!(wrong_fields(status, &refused), pairs(&[("file", "calendar_bad_line")]));
    let (status, refused) = csv("date,kind,name_zh,name_en\n2027-01-01,holiday,元旦,x\n").await;
    assert_eq!(wrong_fields(status, &refused), pairs(&[("days", "calendar_statutory_day_worked")]));
    let clerk = server.user("li", Role::Clerk, &[], &[]).await;
    assert_eq!(clerk.post("/calendar?preview=true", &json!({ "days": days })).await.0, 403);
});
