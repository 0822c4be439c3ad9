//! A company over HTTP, and its books written out as a service manager reads them.

use super::company;
use super::told_whole::holes;
use crate::support::Database;
use crate::support::server::{Client, Server};
use beiku::app::outbox::{self, NoticeFilter, OutboxRow};
use beiku::app::{self, verify};
use beiku::domain::actor::Role;
use beiku::domain::notice::Notice;
use beiku::i18n::Lang;
use beiku::mail::{Sender, render};
use beiku::row;
use beiku::store::sql::sql;
use beiku::store::{Conn, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::fmt::Write;

row! {
    struct MoveRow { kind: String, serial: Option<String>, from_place: String, to_place: String, condition: String, owner: String }
    struct PromiseRow { kind: String, state: String, due_on: Option<NaiveDate>, ended_at: Option<DateTime<Utc>>, about: Option<String> }
    struct MailRow { kind: String, recipient: String, state: String }
    struct LineRow { line: i64, repair: String, faulty: String, mode: String }
    struct IssuedRow { role: String, serial: String, state: String }
}

/// People at work on one company.
pub struct Scene {
    pub server: Server,
    pub admin: Client,
    pub manager: Client,
    pub second: Client,
    pub clerk: Client,
    pub engineer: Client,
    pub customer: Client,
}

pub async fn scene(db: &Database) -> Scene {
    let server = Server::start(db);
    company(&server.app).await;
    Scene {
        admin: server.user("root", Role::Admin, &[], &[]).await,
        manager: server.user("wang", Role::Manager, &[], &[]).await,
        second: server.user("zhao", Role::Manager, &[], &[]).await,
        clerk: server.user("li", Role::Clerk, &["JN", "DZ"], &[]).await,
        engineer: server.user("gong", Role::Engineer, &[], &[]).await,
        customer: server.user("huang", Role::Customer, &[], &["C1"]).await,
        server,
    }
}

impl Scene {
    /// Everybody signs in again: tokens live 30 days.
    pub async fn renew(&mut self) {
        self.manager = self.server.user("wang2", Role::Manager, &[], &[]).await;
        self.clerk = self.server.user("li2", Role::Clerk, &["JN", "DZ"], &[]).await;
    }

    /// And once more, later.
    pub async fn renew_again(&mut self) {
        self.manager = self.server.user("wang3", Role::Manager, &[], &[]).await;
        self.clerk = self.server.user("li3", Role::Clerk, &["JN", "DZ"], &[]).await;
    }

    /// The customer's plan from now on: titles swap, with what else is said of the plan.
    pub async fn plan(&self, code: &str, more: Value) {
        let mut plan = json!({ "code": code, "name": code, "regime": "exchange", "terms": [
            { "promise": "repair_return", "amount": 60, "unit": "working_days", "target_bp": 9500 },
            { "promise": "equivalent_exchange", "amount": 30, "unit": "calendar_days" },
            { "promise": "spare_in_place", "amount": 240, "unit": "minutes" },
            { "promise": "faulty_return", "amount": 10, "unit": "working_days" },
            { "promise": "loan_return", "amount": 10, "unit": "working_days" },
        ] });
        for (key, value) in more.as_object().unwrap() {
            plan[key] = value.clone();
        }
        let (status, made) = self.admin.post("/plans", &plan).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let (status, changed) = self.admin.patch("/customers/C1", &json!({ "plan": code })).await;
        assert_eq!(status, StatusCode::OK, "{changed}");
    }

    /// A request for one board; its number.
    pub async fn request(&self, serial: &str, mode: &str) -> String {
        let line = json!({ "part_no": "BOARD-1", "serial": serial, "fault": "端口不通", "mode": mode });
        let (status, made) = self.manager.post("/rmas", &json!({ "customer": "C1", "lines": [line] })).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made["number"].as_str().unwrap().to_owned()
    }

    /// An action on line 1 that must succeed.
    pub async fn act(&self, who: &Client, number: &str, action: &str, body: Value) -> Value {
        let (status, acted) = who.post(&format!("/rmas/{number}/lines/1/actions/{action}"), &body).await;
        assert_eq!(status, StatusCode::OK, "{action}: {acted}");
        acted
    }

    /// An action on line 1 that must be refused; status and code.
    pub async fn refused(&self, who: &Client, number: &str, action: &str, body: Value) -> (u16, String) {
        let (status, said) = who.post(&format!("/rmas/{number}/lines/1/actions/{action}"), &body).await;
        assert!(!status.is_success(), "{action}: {said}");
        (status.as_u16(), said["code"].as_str().unwrap_or_default().to_owned())
    }

    /// The clerk receives the faulty part in JN.
    pub async fn receive(&self, number: &str, serial: &str) -> Value {
        self.act(&self.clerk, number, "receive_faulty", json!({ "depot": "JN", "serial": serial })).await
    }

    /// A spare is authorised, reserved, shipped and handed over.
    pub async fn hand_over_spare(&self, number: &str) {
        self.act(&self.manager, number, "authorise", json!({})).await;
        self.issue_spare(number).await;
    }

    /// A spare is reserved, shipped and handed over.
    pub async fn issue_spare(&self, number: &str) {
        self.act(&self.clerk, number, "reserve_replacement", json!({ "depot": "JN" })).await;
        let parcel = json!({ "carrier": "顺丰", "tracking_no": "SF1" });
        self.act(&self.clerk, number, "ship_replacement", parcel).await;
        self.act(&self.clerk, number, "replacement_delivered", json!({ "received_by": "黄杰" })).await;
    }

    /// An action on a line that must succeed.
    pub async fn act_on(&self, who: &Client, number: &str, line: i64, action: &str, body: Value) -> Value {
        let (status, acted) = who.post(&format!("/rmas/{number}/lines/{line}/actions/{action}"), &body).await;
        assert_eq!(status, StatusCode::OK, "{action}: {acted}");
        acted
    }

    /// A request at a site, by somebody, that must be answered so.
    pub async fn ask(&self, who: &Client, body: Value, expected: u16) -> Value {
        let (status, said) = who.post("/rmas", &body).await;
        assert_eq!(status.as_u16(), expected, "{said}");
        said
    }

    /// What must be answered with this status.
    pub async fn post(&self, who: &Client, path: &str, body: Value, expected: u16) -> Value {
        let (status, said) = who.post(path, &body).await;
        assert_eq!(status.as_u16(), expected, "POST {path}: {said}");
        said
    }

    /// What must be there.
    pub async fn get(&self, who: &Client, path: &str) -> Value {
        let (status, said) = who.get(path).await;
        assert_eq!(status, StatusCode::OK, "GET {path}: {said}");
        said
    }

    /// The customer's unit goes home as it came, and is there.
    pub async fn send_home(&self, number: &str) {
        self.send_home_by(&self.clerk, number).await;
    }

    /// The same, by this clerk.
    pub async fn send_home_by(&self, clerk: &Client, number: &str) {
        let home = json!({ "reason": "客户要求", "carrier": "顺丰", "tracking_no": "SF9" });
        self.act(clerk, number, "return_unrepaired", home).await;
        self.act(clerk, number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    }

    /// The unit is repaired, tested and handed back.
    pub async fn repair_and_return(&self, number: &str) {
        self.act(&self.manager, number, "start_repair", json!({})).await;
        self.act(&self.manager, number, "finish_repair", json!({ "outcome": "repaired" })).await;
        self.act(&self.manager, number, "test", json!({ "passed": true })).await;
        let parcel = json!({ "carrier": "顺丰", "tracking_no": "SF9" });
        self.act(&self.clerk, number, "dispatch_return", parcel).await;
        self.act(&self.clerk, number, "confirm_returned", json!({ "received_by": "黄杰" })).await;
    }

    /// The movements of another document than an RMA: a box, a transfer, a count.
    pub async fn ledger(&self, document: &str) -> String {
        self.prove().await;
        let document = document.to_owned();
        let written = self.server.app.store().read(move |c| {
            let mut out = String::new();
            movements(c, &document, &mut out)?;
            Ok::<_, StoreError>(out)
        });
        written.await.unwrap()
    }

    /// The ledger proves itself, and the sums of the figures with it.
    pub async fn prove(&self) {
        beiku::app::figures::settle(&self.server.app).await.unwrap();
        let proof = self.server.app.store().read(verify::verify).await.unwrap();
        assert!(proof.differences.is_empty(), "{:?}", proof.differences);
    }

    /// Every mail that waits goes out.
    pub async fn deliver(&self) {
        self.server
            .sql("UPDATE outbox SET state = 'sent', sent_at = created_at WHERE state = 'queued'")
            .await;
    }

    /// The mails of an RMA as their readers see them, oldest first: kind, subject and text in the language of the mail.
    pub async fn inbox(&self, number: &str) -> Vec<(String, String)> {
        let filter = NoticeFilter { state: None, rma: Some(number.to_owned()) };
        let operator = self.server.operator();
        let mails = app::read(&self.server.app, &operator, move |conn, ctx| {
            let mut rows = outbox::list(conn, ctx, &filter, i64::MAX, 100)?;
            rows.reverse();
            rows.iter().map(|row| outbox::facts(conn, ctx, row.id)).collect()
        });
        let mails: Vec<(OutboxRow, Notice)> = mails.await.unwrap();
        for (row, notice) in &mails {
            assert_eq!(holes(notice), Vec::<String>::new(), "{} of {number}", row.kind);
        }
        let read = |(row, notice): (OutboxRow, Notice)| {
            let lang = Lang::from_code(row.language.as_str()).unwrap();
            let mail = render(&notice, lang, &Sender::default()).unwrap();
            (row.kind.to_string(), format!("{}\n{}", mail.subject, mail.text))
        };
        mails.into_iter().map(read).collect()
    }

    /// States, movements, promises and mails of an RMA, and the proof of the ledger. Every mail of it is whole.
    pub async fn books(&self, number: &str) -> String {
        self.prove().await;
        self.inbox(number).await;
        let number = number.to_owned();
        let written = self.server.app.store().read(move |c| {
            let mut out = String::new();
            for line in sql("SELECT l.line, l.repair_state AS repair, l.faulty_state AS faulty, l.mode FROM rma_line l \
                 JOIN rma r ON r.id = l.rma_id WHERE r.number = $1 ORDER BY l.line").bind(&number).load::<LineRow>(c)? {
                let name = if line.line == 1 { "Line".to_owned() } else { format!("Line {}", line.line) };
                writeln!(out, "{name}: {}, faulty part {}, mode {}", line.repair, line.faulty, line.mode).unwrap();
            }
            for row in sql("SELECT i.role, u.serial, i.state FROM issued_unit i JOIN unit u ON u.id = i.unit_id \
                 JOIN rma_line l ON l.id = i.line_id JOIN rma r ON r.id = l.rma_id WHERE r.number = $1 ORDER BY i.id")
                .bind(&number).load::<IssuedRow>(c)? {
                writeln!(out, "  issued {:<9} {:<8} {}", row.role, row.serial, row.state).unwrap();
            }
            movements(c, &number, &mut out)?;
            writeln!(out, "Promises").unwrap();
            for row in sql("SELECT p.kind, p.state, p.due_on, p.ended_at, u.serial AS about FROM promise p JOIN rma_line l ON l.id = p.line_id \
                 JOIN rma r ON r.id = l.rma_id LEFT JOIN issued_unit i ON i.id = p.issued_id LEFT JOIN unit u ON u.id = i.unit_id \
                 WHERE r.number = $1 ORDER BY p.id").bind(&number).load::<PromiseRow>(c)? {
                let day = |day: Option<NaiveDate>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
                let about = row.about.map(|serial| format!(" of {serial}")).unwrap_or_default();
                writeln!(out, "  {:<20} {:<9} due {:<10} ended {}{about}", row.kind, row.state, day(row.due_on), day(row.ended_at.map(|at| at.date_naive()))).unwrap();
            }
            writeln!(out, "Mails").unwrap();
            for row in sql("SELECT o.kind, o.recipient, o.state FROM outbox o JOIN rma r ON r.id = o.rma_id WHERE r.number = $1 ORDER BY o.id")
                .bind(&number).load::<MailRow>(c)? {
                let withdrawn = if row.state == "withdrawn" { ", withdrawn" } else { "" };
                writeln!(out, "  {} to {}{withdrawn}", row.kind, row.recipient).unwrap();
            }
            Ok::<_, StoreError>(out)
        });
        written.await.unwrap()
    }
}

/// The movements of a document, oldest first.
fn movements(c: &mut Conn, document: &str, out: &mut String) -> Result<(), StoreError> {
    writeln!(out, "Ledger").unwrap();
    for row in sql("SELECT m.kind, u.serial, f.code AS from_place, t.code AS to_place, m.condition_to AS condition, \
         m.owner_to AS owner FROM movement m LEFT JOIN unit u ON u.id = m.unit_id JOIN place f ON f.id = m.from_place_id \
         JOIN place t ON t.id = m.to_place_id WHERE m.document = $1 ORDER BY m.id")
        .bind(document).load::<MoveRow>(c)? {
        let serial = row.serial.unwrap_or_default();
        writeln!(out, "  {:<14} {:<8} {:>12} → {:<12} {:<11} {}", row.kind, serial, row.from_place, row.to_place, row.condition, row.owner).unwrap();
    }
    Ok(())
}
