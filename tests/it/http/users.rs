//! Administrators and the people they look after.

use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PLACES: [&str; 3] = [
    "INSERT INTO depot (code, name, class) VALUES ('JN', '济南', 'common')",
    "INSERT INTO depot (code, name, class) VALUES ('DZ', '德州', 'other')",
    "INSERT INTO customer (code, name, created_at) VALUES ('C1', '一号客户', '2026-01-01 00:00:00')",
];

async fn server_with_places(db: &Database) -> Server {
    let server = Server::start(db);
    for text in PLACES {
        server.sql(text).await;
    }
    server
}

on_both!(an_administrator_looks_after_people, async |db: &Database| {
    let server = server_with_places(db).await;
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let new = json!({ "username": "li", "display_name": "李明", "email": "li@example.cn", "role": "clerk",
        "password": "correct horse", "depots": ["JN"], "language": "en" });
    let (status, li) = admin.post("/users", &new).await;
    assert_eq!(status, 201, "{li}");
    assert_eq!(
        (&li["depots"], &li["active"], &li["has_password"]),
        (&json!(["JN"]), &json!(true), &json!(true))
    );
    assert!(!li.to_string().contains("argon2"));
    let (status, problem) = admin.post("/users", &new).await;
    assert_eq!(
        (status.as_u16(), &problem["code"], &problem["blocker"]["key"]),
        (409, &json!("already_exists"), &json!("li"))
    );
    let shouted = json!({ "username": "LI", "role": "clerk", "password": "correct horse" });
    assert_eq!(
        admin.post("/users", &shouted).await.1["code"],
        "already_exists",
        "people are not told apart by case"
    );

    let (status, li) = admin.patch("/users/li", &json!({ "depots": ["DZ"], "role": "technician" })).await;
    assert_eq!(
        (status.as_u16(), &li["depots"], &li["role"], &li["display_name"]),
        (200, &json!(["DZ"]), &json!("technician"), &json!("李明"))
    );
    let given: beiku::store::StoreResult<i64> = server
        .app
        .store()
        .read(|conn| Ok(beiku::store::sql::sql("SELECT COUNT(*) AS value FROM user_depot").number(conn)?))
        .await;
    assert_eq!(given.unwrap(), 2, "what was given before stays on record");
    assert_eq!(admin.get("/users/li").await.1, li);
    assert_eq!(admin.get("/users/nobody").await.0, 404);

    let (_, trail) = admin.get("/audit?subject=user:li").await;
    let actions: Vec<_> =
        trail["items"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["user.change", "user.create"]);
    assert!(!trail.to_string().contains("correct horse"));
});

on_both!(what_is_wrong_with_a_new_user_is_told_all_at_once, async |db: &Database| {
    let server = server_with_places(db).await;
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let new =
        json!({ "username": "li ming", "email": "nonsense", "role": "customer", "depots": ["JN", "XX"] });
    let (status, problem) = admin.post("/users", &new).await;
    assert_eq!((status.as_u16(), &problem["code"]), (422, &json!("invalid")));
    let told: BTreeSet<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("username", "username_characters"),
            ("email", "bad_email"),
            ("customers", "required"),
            ("depots[1]", "unknown")
        ]
        .into()
    );
    assert!(
        problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .all(|e| !e["message"].as_str().unwrap().contains("field-"))
    );
    let (status, _) =
        admin.post("/users", &json!({ "username": "c", "role": "customer", "customers": ["C1"] })).await;
    assert_eq!(status, 201);
    let (status, one) =
        admin.post("/users", &json!({ "username": "one", "role": "customer", "customer": "C1" })).await;
    assert_eq!((status.as_u16(), &one["customers"]), (201, &json!(["C1"])), "{one}");
    let (status, problem) =
        admin.post("/users", &json!({ "username": "d", "role": "clerk", "customers": ["C1"] })).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["code"]), (422, &json!("not_for_this_role")));
    let (status, problem) = admin.post("/users", &json!({ "username": "e", "role": "boss" })).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["field"]), (422, &json!("role")));
});

on_both!(somebody_can_always_administer, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    for change in [json!({ "role": "clerk" }), json!({ "active": false })] {
        let (status, problem) = admin.patch("/users/admin", &change).await;
        assert_eq!((status.as_u16(), &problem["code"]), (409, &json!("last_admin")));
    }
    let second = server.user("second", Role::Admin, &[], &[]).await;
    assert_eq!(second.patch("/users/admin", &json!({ "active": false })).await.0, 200);
    assert_eq!(admin.get("/me").await.0, 401, "an account that is off, its tokens too");
    assert_eq!(second.patch("/users/second", &json!({ "active": false })).await.0, 409);
});

on_both!(users_come_in_pages, async |db: &Database| {
    let server = server_with_places(db).await;
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    for n in 0..7 {
        let new = json!({ "username": format!("u{n}"), "role": "clerk", "depots": if n < 3 { json!(["JN"]) } else { json!([]) } });
        assert_eq!(admin.post("/users", &new).await.0, 201);
    }
    let mut seen = Vec::new();
    let mut path = "/users?limit=3".to_owned();
    loop {
        let (status, page) = admin.get(&path).await;
        assert_eq!(status, 200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        seen.extend(items.iter().map(|user| user["username"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/users?limit=3&cursor={cursor}");
        assert_eq!(
            admin.get(&format!("/audit?cursor={cursor}")).await.1["code"],
            "bad_cursor",
            "another list's cursor"
        );
    }
    assert_eq!(seen, ["admin", "u0", "u1", "u2", "u3", "u4", "u5", "u6"]);
    let (_, of_depot) = admin.get("/users?depot=JN&role=clerk&active=true").await;
    assert_eq!(of_depot["items"].as_array().unwrap().len(), 3);
    assert_eq!(of_depot["items"][2]["depots"], json!(["JN"]));
    assert_eq!(admin.get("/users?rolle=clerk").await.0, 400, "a misspelt filter");
});

on_both!(fifty_equal_requests_at_once_make_one_user, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let new = json!({ "username": "li", "role": "clerk" });
    let answers = join_all((0..50).map(|_| async {
        let response = admin.post_once("/users", "the same", &new).await;
        (response.status().as_u16(), response.text().await.unwrap())
    }))
    .await;
    assert_eq!(answers.iter().collect::<BTreeSet<_>>().len(), 1, "equal answers");
    assert_eq!(answers[0].0, 201);
    assert_eq!(admin.get("/users").await.1["items"].as_array().unwrap().len(), 2);

    // A refusal leaves the key free for the corrected request.
    let refused = admin.post_once("/users", "k2", &json!({ "username": "li", "role": "clerk" })).await;
    assert_eq!(refused.status(), 409);
    let corrected = admin.post_once("/users", "k2", &json!({ "username": "wang", "role": "clerk" })).await;
    assert_eq!(corrected.status(), 201);
    let _: Value = corrected.json().await.unwrap();
});
