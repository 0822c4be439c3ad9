//! Spreadsheets over HTTP: the command line's import, with the same answer.

use crate::support::server::{Client, Server, read};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::{TimeZone, Utc};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;

fn form(name: &str, bytes: Vec<u8>) -> Form {
    Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()))
}

fn company(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/data/company/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

async fn import(client: &Client, call: &str, name: &str, bytes: Vec<u8>) -> (StatusCode, Value) {
    read(client.request(Method::POST, &format!("/imports/{call}")).multipart(form(name, bytes))).await
}

fn counts(answer: &Value) -> Value {
    json!([
        answer["read"],
        answer["accepted"],
        answer["unchanged"],
        answer["refused_rows"],
        answer["written"]
    ])
}

on_both!(the_company_comes_in_over_http, async |db: &Database| {
    db.clock().set(Utc.with_ymd_and_hms(2026, 11, 21, 4, 0, 0).unwrap());
    let server = Server::start(db);
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    for (kind, name) in [("depots", "depots.csv"), ("parts", "parts.csv"), ("customers", "customers.csv")] {
        let (status, answer) = import(&boss, kind, name, company(name)).await;
        assert_eq!(
            (status.as_u16(), &answer["refused"], &answer["written"]),
            (200, &json!([]), &json!(true))
        );
    }
    let stock = company("stock.xlsx");
    let (status, tried) =
        import(&boss, "stock?dry_run=true&skip_bad=true", "stock.xlsx", stock.clone()).await;
    assert_eq!((status.as_u16(), counts(&tried)), (200, json!([985, 978, 0, 7, false])));
    let (_, held) = import(&boss, "stock", "stock.xlsx", stock.clone()).await;
    assert_eq!(counts(&held), json!([985, 978, 0, 7, false]), "all or nothing");
    let rows: Vec<i64> =
        held["refused"].as_array().unwrap().iter().map(|c| c["row"].as_i64().unwrap()).collect();
    assert_eq!(rows, [68, 234, 236, 409, 456, 474, 949]);
    let cell = &held["refused"][0];
    assert!(!cell["column"].as_str().unwrap().is_empty() && !cell["message"].as_str().unwrap().contains('-'));
    let (_, done) = import(&boss, "stock?skip_bad=true", "stock.xlsx", stock.clone()).await;
    assert_eq!(counts(&done), json!([985, 978, 0, 7, true]));
    let (_, again) = import(&boss, "stock?skip_bad=true", "stock.xlsx", stock).await;
    assert_eq!(counts(&again), json!([985, 0, 978, 7, true]), "the same file twice changes nothing");
});

const DEPOTS: &str = "代码,名称\nJN,济南备件库\nDZ,德州备件库\n";

on_both!(a_key_imports_once_and_a_file_held_back_leaves_it_free, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let send = async |key: &str, text: String| {
        let request = admin.request(Method::POST, "/imports/depots").header("Idempotency-Key", key);
        request.multipart(form("d.csv", text.into_bytes())).send().await.unwrap()
    };
    let wrong = send("k", format!("{DEPOTS}DZ,又一个\n")).await;
    assert_eq!(wrong.status(), 200);
    let wrong: Value = wrong.json().await.unwrap();
    assert_eq!((&wrong["written"], &wrong["refused"][0]["row"]), (&json!(false), &json!(4)));

    let many: Vec<_> = futures_util::future::join_all((0..8).map(|_| send("k", DEPOTS.to_owned()))).await;
    let mut answers = vec![];
    for answer in many {
        assert_eq!(answer.status(), 200);
        let replayed = answer.headers().contains_key("Idempotent-Replayed");
        answers.push((replayed, answer.json::<Value>().await.unwrap()));
    }
    assert_eq!(answers.iter().filter(|(replayed, _)| !replayed).count(), 1, "done once");
    assert!(answers.iter().all(|(_, answer)| counts(answer) == json!([2, 2, 0, 0, true])), "{answers:?}");

    let reused = send("k", format!("{DEPOTS}ZZ,枣庄备件库\n")).await;
    assert_eq!(reused.status(), 409);
    assert_eq!(reused.json::<Value>().await.unwrap()["code"], "idempotency_key_reused");
});

on_both!(who_may_import_and_what_is_no_spreadsheet, async |db: &Database| {
    let server = Server::start(db);
    let clerk = server.user("clerk", Role::Clerk, &[], &[]).await;
    assert_eq!(import(&clerk, "depots", "d.csv", DEPOTS.into()).await.0, 403);
    assert_eq!(import(&server.anybody(), "depots", "d.csv", DEPOTS.into()).await.0, 401);
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    assert_eq!(import(&boss, "dragons", "d.csv", DEPOTS.into()).await.0, 404);
    assert_eq!(boss.post("/imports/depots", &json!({})).await.0, 415);
    let (status, answer) = import(&boss, "depots", "d.csv", "名称\n济南\n".into()).await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["code"]), (422, &json!("column_missing")));
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("missing"), "{answer}");
    let (status, _) = import(&boss, "depots", "d.csv", vec![]).await;
    assert_eq!(status, 422);
    let (status, answer) = import(&boss, "depots", "d.xlsx", b"PK\x03\x04nonsense".to_vec()).await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["field"]), (422, &json!("file")));
});

on_both!(a_file_over_the_limit_is_refused_before_it_is_read, async |db: &Database| {
    let server = Server::start(db);
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    let request = boss.request(Method::POST, "/imports/stock").build().unwrap();
    let token = request.headers()["Authorization"].to_str().unwrap().to_owned();
    let authority = server.url.trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(&authority).unwrap();
        let head = format!(
            "POST /api/v1/imports/stock HTTP/1.1\r\nHost: {authority}\r\nAuthorization: {token}\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999999\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    });
    assert_eq!(answer.await.unwrap(), "HTTP/1.1 413");
});

// A container that claims little and unpacks to much: the import counts for itself.
on_both!(a_zip_bomb_is_too_large, async |db: &Database| {
    let server = Server::start(db);
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    let bomb = tokio::task::spawn_blocking(|| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
        let zeros = vec![b' '; 16 << 20];
        for _ in 0..65 {
            zip.write_all(&zeros).unwrap();
        }
        zip.finish().unwrap().into_inner()
    });
    let bomb = bomb.await.unwrap();
    assert!(bomb.len() < 8 << 20, "small outside: {}", bomb.len());
    let (status, answer) = import(&boss, "stock", "stock.xlsx", bomb).await;
    assert_eq!((status.as_u16(), &answer["code"]), (413, &json!("too_large")));
});

on_both!(an_alternate_counted_another_way_is_refused_before_anything_is_written, async |db: &Database| {
    let server = Server::start(db);
    let boss = server.user("boss", Role::Manager, &[], &[]).await;
    let sheet = "料号,名称,管理方式,可替代料号\nP1,板,序列号,P2\nP2,线,数量,\n".as_bytes().to_vec();
    for call in ["parts?dry_run=true", "parts"] {
        let (status, answer) = import(&boss, call, "parts.csv", sheet.clone()).await;
        assert_eq!((status.as_u16(), &answer["written"]), (200, &json!(false)), "{call}: {answer}");
        let cell = &answer["refused"][0];
        assert_eq!(
            (&cell["row"], &cell["column"], &cell["code"]),
            (&json!(2), &json!("可替代料号"), &json!("other_tracking")),
            "{call}: {answer}"
        );
    }
});
