//! The bench over HTTP, on both databases: our own stock, RMA lines, parts, makers, causes, warranties, warnings.

mod browser;
mod line;
mod own;
mod vendor;
mod warranty;
mod watched;

use crate::support::Database;
use crate::support::server::{Client, Server};
use beiku::domain::actor::Role;
use serde_json::{Value, json};

/// A company with a bench, and the people who use it.
pub struct Bench {
    pub server: Server,
    pub manager: Client,
    pub technician: Client,
    pub clerk: Client,
}

/// What must be answered with this status.
#[track_caller]
pub fn answered((status, answer): (reqwest::StatusCode, Value), expected: u16) -> Value {
    assert_eq!(status.as_u16(), expected, "{answer}");
    answer
}

/// A refusal by a rule: its code.
#[track_caller]
pub fn refused((status, answer): (reqwest::StatusCode, Value)) -> String {
    assert_eq!(status.as_u16(), 409, "{answer}");
    let detail = answer["detail"].as_str().unwrap();
    assert!(!detail.contains("refusal-") && !detail.contains("{$"), "{detail}");
    answer["code"].as_str().unwrap().to_owned()
}

/// A depot with a bench and one without, two boards and a capacitor, a maker, a customer with the plan of `plan`.
pub async fn bench(db: &Database, plan: Value) -> Bench {
    let server = Server::start(db);
    let manager = server.user("zhao", Role::Manager, &[], &[]).await;
    for depot in [
        json!({ "code": "JN", "name": "济南备件库", "class": "other", "city": "济南", "bins": ["A1"] }),
        json!({ "code": "DZ", "name": "德州备件库", "class": "common", "city": "德州", "has_bench": false }),
    ] {
        answered(manager.post("/depots", &depot).await, 201);
    }
    for part in [
        json!({ "part_no": "BOARD-1", "name": "业务板", "maker": "华讯达", "price": "1000.00" }),
        json!({ "part_no": "DISK-1", "name": "硬盘", "maker": "希数", "price": "2000.00", "data_bearing": true }),
        json!({ "part_no": "CAP", "name": "电容", "tracking": "quantity", "price": "12.50" }),
    ] {
        answered(manager.post("/parts", &part).await, 201);
    }
    answered(manager.post("/vendors", &json!({ "code": "V1", "name": "华讯达维修中心" })).await, 201);
    if !plan.is_null() {
        answered(manager.post("/plans", &plan).await, 201);
    }
    let code = plan["code"].as_str().unwrap_or("gold");
    let customer = json!({ "code": "C1", "name": "济南电力公司", "plan": code, "sites": [{ "name": "东站" }],
        "contacts": [{ "name": "黄杰", "email": "it@c1.example" }] });
    answered(manager.post("/customers", &customer).await, 201);
    let technician = server.user("wang", Role::Technician, &["JN"], &[]).await;
    let clerk = server.user("li", Role::Clerk, &["JN"], &[]).await;
    Bench { server, manager, technician, clerk }
}

/// A plan with a word of its own about repairs.
pub fn plan(more: &Value) -> Value {
    let mut plan = json!({ "code": "own", "name": "自有服务", "valid_from": "2020-01-01", "terms": [
        { "promise": "repair_return", "amount": 60, "unit": "working_days", "target_bp": 9500 },
        { "promise": "equivalent_exchange", "amount": 30, "unit": "calendar_days" },
    ] });
    for (name, value) in more.as_object().unwrap() {
        plan[name] = value.clone();
    }
    plan
}

impl Bench {
    /// Stock of ours, bought.
    pub async fn stock(&self, part_no: &str, what: Value, to: &str) {
        let mut body = json!({ "kind": "receive", "part_no": part_no, "from": "supplier", "to": to, "document": "PO-1" });
        for (name, value) in what.as_object().unwrap() {
            body[name] = value.clone();
        }
        answered(self.clerk.post("/movements", &body).await, 201);
    }

    /// A faulty unit of ours in the depot.
    pub async fn faulty(&self, part_no: &str, serial: &str) {
        self.stock(part_no, json!({ "serial": serial, "condition_to": "faulty" }), "JN").await;
    }

    /// Takes an action on a repair order.
    pub async fn work(&self, id: &Value, action: &str, body: Value) -> Value {
        answered(self.technician.post(&format!("/repairs/{id}/actions/{action}"), &body).await, 200)
    }

    /// What a manager does with a repair order.
    pub async fn order(&self, id: &Value, action: &str, body: Value) -> (reqwest::StatusCode, Value) {
        self.manager.post(&format!("/repairs/{id}/actions/{action}"), &body).await
    }

    /// An RMA of one unit that has been received in JN; its number.
    pub async fn received(&self, part_no: &str, serial: &str, more: Value) -> String {
        let mut line =
            json!({ "part_no": part_no, "serial": serial, "fault": "端口不通", "fault_class": "port" });
        for (name, value) in more.as_object().unwrap() {
            line[name] = value.clone();
        }
        let body = json!({ "customer": "C1", "site": "东站", "lines": [line] });
        let rma = answered(self.manager.post("/rmas", &body).await, 201);
        let number = rma["number"].as_str().unwrap().to_owned();
        let scan = json!({ "depot": "JN", "serial": serial });
        self.line(&number, "receive_faulty", scan).await;
        number
    }

    /// Takes an action on line 1, as the manager.
    pub async fn line(&self, number: &str, action: &str, body: Value) -> Value {
        answered(self.try_line(number, action, body).await, 200)
    }

    /// Tries it.
    pub async fn try_line(&self, number: &str, action: &str, body: Value) -> (reqwest::StatusCode, Value) {
        self.manager.post(&format!("/rmas/{number}/lines/1/actions/{action}"), &body).await
    }

    /// The unit's passport.
    pub async fn unit(&self, serial: &str) -> Value {
        answered(self.manager.get(&format!("/units/{serial}")).await, 200)
    }

    /// Fails unless the ledger proves itself.
    pub async fn prove(&self) {
        beiku::app::figures::settle(&self.server.app).await.unwrap();
        let proof = self.server.app.store().read(beiku::app::verify::verify).await.unwrap();
        assert!(proof.is_proven(), "the ledger does not prove: {:#?}", proof.differences);
    }
}

/// The serials of a list.
pub fn serials(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["serial"].as_str().unwrap()).collect()
}
