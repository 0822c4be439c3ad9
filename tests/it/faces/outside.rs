//! What the pages do, by outside scripts: files on an RMA, kept views, lines given away, the van.

use super::list::served;
use crate::support::server::{Client, read};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

async fn add(client: &Client, rma: &str, name: &str, bytes: &[u8], internal: &'static str) -> (u16, Value) {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = Form::new().part("file", part).text("internal", internal);
    let (status, body) =
        read(client.request(Method::POST, &format!("/rmas/{rma}/files")).multipart(form)).await;
    (status.as_u16(), body)
}

on_both!(a_script_adds_files_and_reads_them_back, async |db: &Database| {
    let (server, _, rmas) = served(db).await;
    let rma = rmas[0].trim_start_matches("/rma/");
    let clerk = server.user("eng", Role::Engineer, &[], &[]).await;
    let customer = server.user("metro", Role::Customer, &[], &["C1"]).await;
    server
        .sql("INSERT INTO customer (code, name, created_at) VALUES ('C2', 'c', '2026-01-01 00:00:00')")
        .await;
    let stranger = server.user("other", Role::Customer, &[], &["C2"]).await;
    let (status, files) = add(&clerk, rma, "label.png", b"\x89PNG\r\n\x1a\n label", "true").await;
    assert_eq!((status, &files["items"][0]["name"]), (201, &json!("label.png")), "{files}");
    let (status, files) = add(&customer, rma, "photo.jpg", b"\xff\xd8\xff photo", "").await;
    assert_eq!(status, 201, "{files}");
    assert_eq!(files["items"].as_array().unwrap().len(), 1, "customers do not see what is internal");
    let (status, no) = add(&customer, rma, "photo.jpg", b"\xff\xd8\xff photo", "true").await;
    assert_eq!((status, &no["errors"][0]["code"]), (422, &json!("not_for_this_role")));
    let (status, no) = add(&clerk, rma, "run.html", b"<script>", "").await;
    assert_eq!((status, &no["errors"][0]["code"]), (422, &json!("kind_of_file")));
    for (name, content) in [
        ("page.png", &b"<script>"[..]),
        ("program.txt", b"\x7fELF\x02\0"),
        ("a.pdf", b"MZ"),
        ("b.docx", b"%PDF-"),
    ] {
        let (status, no) = add(&clerk, rma, name, content, "").await;
        assert_eq!((status, &no["errors"][0]["code"]), (422, &json!("content_of_file")), "{name}");
    }
    let (status, _) = add(&clerk, rma, "big.txt", &vec![b'x'; 5 * 1024 * 1024 + 1], "").await;
    assert_eq!(status, 413);

    let (_, all) = clerk.get(&format!("/rmas/{rma}/files")).await;
    let id = |at: usize| all["items"][at]["id"].as_i64().unwrap();
    assert_eq!((&all["items"][1]["size"], &all["items"][0]["internal"]), (&json!(9), &json!(true)));
    let file = clerk.request(Method::GET, &format!("/rmas/{rma}/files/{}", id(0))).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "image/png");
    assert!(file.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(&file.bytes().await.unwrap()[..], b"\x89PNG\r\n\x1a\n label");
    for (client, at) in [(&customer, 0), (&stranger, 1)] {
        assert_eq!(client.get(&format!("/rmas/{rma}/files/{}", id(at))).await.0, 404);
    }
    assert_eq!(stranger.get(&format!("/rmas/{rma}/files")).await.0, 404);
});

on_both!(a_script_keeps_views_and_gives_lines_away, async |db: &Database| {
    let (server, _, rmas) = served(db).await;
    let sun = server.user("sun2", Role::Technician, &["JN"], &[]).await;
    let eng = server.user("eng", Role::Engineer, &[], &[]).await;
    let boss = server.user("boss2", Role::Manager, &[], &[]).await;
    let view =
        |name: &str, shared: bool| json!({ "name": name, "query": "view=open&depot=JN", "shared": shared });
    assert_eq!(eng.post("/rma-views", &view("全部", true)).await.0, 403, "managers share");
    assert_eq!(boss.post("/rma-views", &view("全部", true)).await.0, 201);
    let (status, seen) = eng.post("/rma-views", &view("我的", false)).await;
    assert_eq!(status, 201);
    let names: Vec<_> = seen["items"].as_array().unwrap().iter().map(|v| (&v["name"], &v["own"])).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let (_, of_sun) = sun.get("/rma-views").await;
    assert_eq!((of_sun["items"].as_array().unwrap().len(), &of_sun["items"][0]["own"]), (1, &json!(false)));
    let shared = of_sun["items"][0]["id"].as_i64().unwrap();
    assert_eq!(sun.delete(&format!("/rma-views/{shared}")).await.0, 404, "not hers to take away");
    assert_eq!(boss.delete(&format!("/rma-views/{shared}")).await.0, 204);

    let line = |at: usize| json!({ "rma": rmas[at].trim_start_matches("/rma/"), "line": 1 });
    let (status, done) =
        boss.post("/rma-lines/assign", &json!({ "lines": [line(0), line(1)], "user": "sun2" })).await;
    assert_eq!((status.as_u16(), &done), (200, &json!({ "assigned": 2 })));
    let (_, rma) = boss.get(&format!("/rmas/{}", line(0)["rma"].as_str().unwrap())).await;
    assert_eq!(rma["lines"][0]["assignee"], "sun2");
    let wrong = json!({ "lines": [line(2), { "rma": "RMA-9999-000001", "line": 1 }], "user": "sun2" });
    assert_eq!(boss.post("/rma-lines/assign", &wrong).await.0, 404);
    let (_, rma) = boss.get(&format!("/rmas/{}", line(2)["rma"].as_str().unwrap())).await;
    assert_eq!(rma["lines"][0]["assignee"], Value::Null, "all or none");
    assert_eq!(boss.post("/rma-lines/assign", &json!({ "lines": [] })).await.0, 422);
    assert_eq!(eng.post("/rma-lines/assign", &json!({ "lines": [line(0)], "user": "eng" })).await.0, 403);
});
