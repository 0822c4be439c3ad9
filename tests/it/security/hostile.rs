//! What comes from outside, made to hurt: addresses, tracking codes, files, parameters.

use super::browser::Browser;
use crate::rma::{company, request};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::app::import::sheet::{FileFault, Limits, stream};
use beiku::app::rma;
use beiku::domain::calendar::parse_csv;
use beiku::domain::rma::Mode;
use beiku::domain::serial::{Code, Serial};
use beiku::http::{Paging, Query};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

on_both!(no_address_leads_out_of_the_house, async |db: &Database| {
    let server = Server::start(db);
    for path in [
        "/static/../Cargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/static/css/..%5c..%5cCargo.toml",
        "/static//etc/passwd",
        "/api/v1/exports/..%2fstock.csv",
    ] {
        // Written on the wire as it stands: a client library would tidy the address up.
        let answer = raw(&server, path).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "400" | "401" | "404"), "{path}: {answer}");
        assert!(!answer.contains("[package]") && !answer.contains("root:"), "{path}");
    }
});

async fn raw(server: &Server, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = server.url.trim_start_matches("http://").to_owned();
    let mut connection = tokio::net::TcpStream::connect(&host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![];
    connection.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

// A request in the body of one that is refused unread is body, also when it comes after the answer: two are answered, not three.
on_both!(the_body_of_a_refused_request_is_never_the_next_request, async |db: &Database| {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = Server::start(db);
    let host = server.url.trim_start_matches("http://").to_owned();
    for path in ["/api/v1/rmas", "/api/v1/nowhere", "/login"] {
        let hidden = format!("GET /api/v1/me HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let body = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
        let next = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let mut connection = tokio::net::TcpStream::connect(&host).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        let mut answer = vec![0; 16];
        connection.read_exact(&mut answer).await.unwrap();
        connection.write_all(format!("{body}{next}").as_bytes()).await.unwrap();
        connection.read_to_end(&mut answer).await.unwrap();
        let answers = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 2, "{path}: {answers}");
        assert_eq!(answers.matches("HTTP/1.1 200").count(), 1, "{path}: {answers}");
    }
});

on_both!(tracking_tells_a_stranger_nothing, async |db: &Database| {
    let server = Server::start(db);
    company(&server.app).await;
    let number = request(&server.app, "FAULTY1", Mode::RepairReturn).await.unwrap().rma.number;
    let browser = Browser::open(&server);
    let ask = async |number: &str, code: &str| {
        let answer = browser.get(&format!("/api/v1/track/{number}?code={code}")).await;
        let (status, mut body) = (answer.status(), answer.json::<serde_json::Value>().await.unwrap());
        body.as_object_mut().unwrap().remove("instance");
        (status, body.to_string().replace(number, "N"))
    };
    let right = ask(&number, "TRACKINGCODE").await;
    assert_eq!(right.0, 200);
    let unknown = ask("RMA-2026-999999", "TRACKINGCODE").await;
    assert_eq!(unknown.0, 404);
    for code in ["TRACKINGCODF", "TRACKINGCOD", "TRACKINGCODEE", ""] {
        assert_eq!(ask(&number, code).await, unknown, "{code:?}");
    }
});

/// 12 signs of 32: 60 bits.
#[test]
fn tracking_codes_cannot_be_guessed() {
    let codes: BTreeSet<String> = (0..2_000).map(|_| rma::new_tracking_code()).collect();
    assert_eq!(codes.len(), 2_000);
    let mut letters = BTreeMap::new();
    for code in &codes {
        assert_eq!(code.len(), 12);
        code.chars().for_each(|letter| *letters.entry(letter).or_insert(0_u32) += 1);
    }
    assert_eq!(letters.len(), 32, "every letter comes up");
    // 750 of each are expected; six standard deviations are 162.
    assert!(letters.values().all(|count| (588..=912).contains(count)), "{letters:?}");
}

on_both!(a_body_beyond_the_limit_is_refused, async |db: &Database| {
    let server = Server::start(db);
    let body = vec![b'x'; 3 * 1024 * 1024];
    let http = reqwest::Client::new();
    let request =
        http.post(format!("{}/api/v1/session", server.url)).header("Content-Type", "application/json");
    let answer = request.body(body).send().await;
    // The server may close before it has read everything.
    assert!(answer.is_err() || answer.unwrap().status() == 413);
});

/// Reads a file as the imports do, with small limits.
fn read_sheet(bytes: &[u8]) -> Result<(), FileFault> {
    let limits = Limits { rows: 1_000, columns: 50, cell_chars: 200, unpacked_bytes: 1 << 20 };
    stream(Cursor::new(bytes), &limits, |_| Ok::<_, FileFault>(())).map(|_| ())
}

#[test]
fn a_zip_bomb_stops_at_the_limit() {
    let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    std::io::copy(&mut std::io::Read::take(std::io::repeat(b' '), 64 << 20), &mut archive).unwrap();
    let bomb = archive.finish().unwrap().into_inner();
    assert!(bomb.len() < 100 << 10, "64 MiB in {} bytes", bomb.len());
    assert!(matches!(read_sheet(&bomb), Err(FileFault::TooLarge { .. })));
}

/// A query string as the extractors see it.
fn read_query(text: &str) -> bool {
    use actix_web::FromRequest;
    let uri = format!("/?{text}");
    if uri.parse::<actix_web::http::Uri>().is_err() {
        return false;
    }
    let req = actix_web::test::TestRequest::with_uri(&uri).to_http_request();
    let paging = Paging::extract(&req).into_inner();
    let query = Query::<BTreeMap<String, String>>::extract(&req).into_inner();
    let after = paging.as_ref().is_ok_and(|paging| paging.after::<(String, i64)>("x").is_ok());
    after && query.is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_a_table_or_a_named_fault(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _answer = read_sheet(&bytes);
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(&bytes);
        let _answer = read_sheet(&zip);
    }

    #[test]
    fn any_text_is_a_table_or_a_named_fault(text in "[\\PC,;\t\"\r\n]{0,400}") {
        let _answer = read_sheet(text.as_bytes());
    }

    #[test]
    fn a_serial_in_its_form_stays_as_it_is(text in "\\PC{0,80}") {
        if let Ok(serial) = Serial::parse(&text) {
            let again = Serial::parse(serial.as_str());
            prop_assert_eq!(again.as_ref().ok().map(Serial::as_str), Some(serial.as_str()));
            prop_assert!(!serial.as_str().is_empty() && !serial.as_str().chars().any(char::is_control));
            prop_assert_eq!(serial.reversed().chars().rev().collect::<String>(), serial.as_str());
        }
        if let Ok(code) = Code::parse(&text) {
            prop_assert_eq!(Code::parse(code.as_str()).ok().map(Code::into_string), Some(code.as_str().to_owned()));
        }
    }

    #[test]
    fn any_text_is_a_calendar_or_a_named_fault(text in "[0-9a-z,\\-年月日\r\n\"]{0,300}") {
        let _answer = parse_csv(&text);
        let _answer = parse_csv(&format!("date,kind,name_zh,name_en\n{text}"));
    }

    #[test]
    fn any_query_is_read_or_refused(text in "[a-z0-9=&%+_.~\\-]{0,200}") {
        let _answer = read_query(&text);
        // An empty cursor is the first page.
        let forged = text.replace(['&', '='], "");
        prop_assert!(!read_query(&format!("cursor=x{forged}")), "no cursor but our own is taken");
    }
}
