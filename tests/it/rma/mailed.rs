//! One RMA as a script drives it: the program itself, its API from request to close, and the mails in the customer's inbox.

use crate::smtp_server::{Received, Setup, SmtpServer};
use crate::support::program::{Program, address, answer, succeeds};
use crate::support::{Database, Engine};
use mail_parser::MessageParser;
use reqwest::Method;
use serde_json::{Value, json};

/// Somebody who sends requests to the program.
struct Script {
    program: Program,
    http: reqwest::Client,
    token: String,
}

impl Script {
    /// POST that must succeed.
    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.program.request(&self.http, &self.token, Method::POST, path);
        let (status, _, document) = answer(request.json(&body)).await.unwrap();
        assert!(status < 300, "{path}: {status} {document}");
        document
    }

    /// GET that must succeed.
    async fn get(&self, path: &str) -> Value {
        let request = self.program.request(&self.http, &self.token, Method::GET, path);
        let (status, _, document) = answer(request).await.unwrap();
        assert_eq!(status, 200, "{path}: {document}");
        document
    }

    async fn company(&self) {
        self.post("/depots", json!({ "code": "JN", "name": "济南", "city": "济南", "class": "common" }))
            .await;
        self.post("/parts", json!({ "part_no": "BOARD", "name": "业务板", "maker": "华讯达" })).await;
        let contact = json!([{ "name": "黄杰", "email": "it@c1.example" }]);
        let customer =
            json!({ "code": "C1", "name": "济南电力公司", "plan": "standard", "contacts": contact });
        self.post("/customers", customer).await;
        let spare = json!({ "kind": "receive", "part_no": "BOARD", "serial": "SPARE1", "from": "supplier", "to": "JN" });
        self.post("/movements", spare).await;
    }
}

/// What a person reads: subject and text, without what differs from run to run (links, days).
fn read(mail: &Received) -> String {
    let message = MessageParser::default().parse(&mail.data).unwrap();
    let text = format!("{}\n\n{}", message.subject().unwrap(), message.body_text(0).unwrap());
    let differs = ["http", "20"];
    let lines = text.lines().map(|line| match differs.iter().filter_map(|word| line.find(word)).min() {
        Some(at) => format!("{}[…]", &line[..at]),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

async fn from_request_to_close(engine: Engine) {
    let Some(db) = Database::empty(engine) else { return };
    succeeds(&address(&db), &["migrate"]);
    succeeds(&address(&db), &["user", "add", "root", "--role", "admin", "--password", "a long password"]);
    let token = succeeds(&address(&db), &["user", "token", "root"]).lines().last().unwrap().to_owned();
    let post = SmtpServer::start(Setup::default()).await;
    let script = Script {
        program: Program::start(&address(&db), &[("BEIKU_MAIL", &post.url())]),
        http: reqwest::Client::new(),
        token,
    };
    script.company().await;
    let line = json!({ "part_no": "BOARD", "serial": "B-1", "fault": "端口不通", "mode": "loaner" });
    let request = json!({ "customer": "C1", "contact_email": "it@c1.example", "lines": [line] });
    let made = script.post("/rmas", request).await;
    let number = made["number"].as_str().unwrap();
    let parcel = json!({ "carrier": "顺丰速运", "tracking_no": "SF100" });
    let steps = [
        ("authorise", json!({}), "authorised"),
        ("reserve_replacement", json!({}), "authorised"),
        ("ship_replacement", parcel.clone(), "authorised"),
        ("replacement_delivered", json!({ "received_by": "黄杰" }), "authorised"),
        ("receive_faulty", json!({ "depot": "JN", "serial": "b-1" }), "received"),
        ("diagnose", json!({ "finding": "3.3 V 短路" }), "diagnosing"),
        ("start_repair", json!({}), "repairing"),
        ("finish_repair", json!({ "outcome": "repaired", "cost": "128.50" }), "testing"),
        ("test", json!({ "passed": true }), "repaired"),
        ("dispatch_return", parcel, "dispatched"),
        ("confirm_returned", json!({ "received_by": "黄杰" }), "returned"),
        ("recover_loan", json!({ "depot": "JN", "serial": "SPARE1", "condition": "good" }), "returned"),
        ("close", json!({}), "closed"),
    ];
    let (mut states, mut mails_due) = (Vec::new(), 1);
    post.has_received(mails_due).await;
    for (action, body, _) in &steps {
        let acted = script.post(&format!("/rmas/{number}/lines/1/actions/{action}"), body.clone()).await;
        states.push(acted["state"].as_str().unwrap().to_owned());
        // Mails are sent side by side: only waiting keeps them in the order of the steps.
        mails_due += acted["notices"].as_array().unwrap().len();
        post.has_received(mails_due).await;
    }
    assert_eq!(states, steps.map(|(_, _, state)| state));
    let rma = script.get(&format!("/rmas/{number}")).await;
    let kept = rma["lines"][0]["promises"].as_array().unwrap();
    assert!(kept.iter().all(|promise| promise["state"] == "kept"), "{kept:?}");
    let mails = post.received();
    assert!(mails.iter().all(|mail| mail.to == ["it@c1.example"]));
    let inbox: Vec<_> = mails.iter().map(read).map(|mail| mail.replace(number, "[number]")).collect();
    insta::assert_snapshot!("the_inbox_of_a_customer", inbox.join("\n――――――――\n\n"));
    drop(script);
    succeeds(&address(&db), &["verify"]);
}

fn run(engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(from_request_to_close(engine));
}

#[test]
fn from_request_to_close_by_mail_sqlite() {
    run(Engine::Sqlite);
}

#[test]
fn from_request_to_close_by_mail_postgres() {
    run(Engine::Postgres);
}
