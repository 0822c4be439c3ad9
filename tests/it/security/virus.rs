//! An uploaded file is shown to the virus scanner before anybody can fetch it.

use crate::rma::{company, request};
use crate::support::server::{Client, Server, read};
use crate::support::{Database, on_both};
use beiku::config::ScannerAddress;
use beiku::domain::actor::Role;
use beiku::domain::rma::Mode;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
const BAD: &[u8] = b"\x89PNG\r\n\x1a\n THE TEST VIRUS";

/// A scanner that speaks as ClamAV's manual says (clamd(8), INSTREAM) and finds `THE TEST VIRUS`.
fn scanner() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap());
        }
    });
    address
}

fn answer(mut stream: TcpStream) {
    let mut command = [0; 10];
    stream.read_exact(&mut command).unwrap();
    assert_eq!(&command, b"zINSTREAM\0");
    let mut content = vec![];
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length).unwrap();
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
        if length == 0 {
            break;
        }
        let at = content.len();
        content.resize(at + length, 0);
        stream.read_exact(&mut content[at..]).unwrap();
    }
    let infected = content.windows(14).any(|part| part == b"THE TEST VIRUS");
    let verdict: &[u8] = if infected { b"stream: Test.Virus FOUND\0" } else { b"stream: OK\0" };
    stream.write_all(verdict).unwrap();
}

async fn send(who: &Client, number: &str, content: &[u8]) -> (u16, Value) {
    let part = Part::bytes(content.to_vec()).file_name("board.png");
    let form = Form::new().text("internal", "false").part("file", part);
    let request = who.request(Method::POST, &format!("/rmas/{number}/files")).multipart(form);
    let (status, document) = read(request).await;
    (status.as_u16(), document)
}

on_both!(an_infected_file_is_not_taken, async |db: &Database| {
    let scanner = ScannerAddress::Tcp(scanner());
    let server = Server::start_with(db, |service| service.virus_scanner = Some(scanner));
    company(&server.app).await;
    let number = request(&server.app, "FAULTY1", Mode::RepairReturn).await.unwrap().rma.number;
    let who = server.user("li", Role::Admin, &[], &[]).await;
    let (status, problem) = send(&who, &number, BAD).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("infected")), "{problem}");
    assert!(problem.to_string().contains("Test.Virus"), "{problem}");
    let (status, files) = send(&who, &number, PNG).await;
    assert_eq!((status, files["items"].as_array().unwrap().len()), (201, 1), "{files}");
});

on_both!(no_file_comes_in_unseen, async |db: &Database| {
    let nobody = ScannerAddress::Unix("/nowhere/clamd.ctl".into());
    let server = Server::start_with(db, |service| service.virus_scanner = Some(nobody));
    company(&server.app).await;
    let number = request(&server.app, "FAULTY1", Mode::RepairReturn).await.unwrap().rma.number;
    let who = server.user("li", Role::Admin, &[], &[]).await;
    assert_eq!(send(&who, &number, PNG).await.0, 503);
    let (_, files) = who.get(&format!("/rmas/{number}/files")).await;
    assert_eq!(files["items"], json!([]));
});
