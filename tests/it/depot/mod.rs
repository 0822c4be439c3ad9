//! What depots do beyond single movements, as scripts meet it: transfers, intakes, counts, scans, requests.

mod clocks;
mod counts;
mod intakes;
mod requests;
mod scans;
mod transfers;

pub use crate::stock::world::{BOARD, EQUIVALENT, REUSED, REUSED_TOO, SCREW};

use crate::stock::world::world;
use crate::support::Database;
use crate::support::server::{Client, Server};
use beiku::domain::actor::Role;
use serde_json::{Value, json};

/// A company at work: clerks of JN and DZ, a manager, an engineer.
pub struct Company {
    pub server: Server,
    pub manager: Client,
    pub jn: Client,
    pub dz: Client,
}

pub async fn company(db: &Database) -> Company {
    world(db).await;
    let server = Server::start(db);
    let manager = server.user("zhao", Role::Manager, &[], &[]).await;
    let jn = server.user("li", Role::Clerk, &["JN"], &[]).await;
    let dz = server.user("sun", Role::Clerk, &["DZ"], &[]).await;
    server.sql("UPDATE app_user SET email = 'li@depot.example' WHERE username = 'li'").await;
    Company { server, manager, jn, dz }
}

/// What must be answered with this status.
#[track_caller]
pub fn answered((status, answer): (reqwest::StatusCode, Value), expected: u16) -> Value {
    assert_eq!(status.as_u16(), expected, "{answer}");
    answer
}

/// Somebody's POST, answered with this status.
pub async fn post(client: &Client, path: &str, body: Value, expected: u16) -> Value {
    let (status, answer) = client.post(path, &body).await;
    assert_eq!(status.as_u16(), expected, "POST {path} {body}: {answer}");
    answer
}

/// Somebody's GET, answered with 200.
pub async fn get(client: &Client, path: &str) -> Value {
    let (status, answer) = client.get(path).await;
    assert_eq!(status.as_u16(), 200, "GET {path}: {answer}");
    answer
}

/// Where a unit stands: "place condition owner".
pub async fn stands(client: &Client, serial: &str) -> String {
    let unit = get(client, &format!("/units/{serial}")).await;
    let word = |name: &str| unit[name].as_str().unwrap_or_default().to_owned();
    format!("{} {} {}", word("place"), word("condition"), word("owner"))
}

/// Some fields of every item of a list, in order.
pub fn picked(items: &Value, fields: &[&str]) -> Vec<Value> {
    let pick = |item: &Value| Value::Array(fields.iter().map(|field| item[*field].clone()).collect());
    items.as_array().unwrap().iter().map(pick).collect()
}

/// Buys units into a depot.
pub async fn buy(company: &Company, part_no: &str, serials: &[&str], to: &str) {
    let items: Vec<Value> = serials.iter().map(|serial| json!({ "serial": serial })).collect();
    let body = json!({ "kind": "receive", "part_no": part_no, "from": "supplier", "to": to, "items": items });
    post(&company.manager, "/movements/batch", body, 201).await;
}

/// Buys screws into a place.
pub async fn buy_screws(company: &Company, quantity: i64, to: &str) {
    let body =
        json!({ "kind": "receive", "part_no": SCREW, "quantity": quantity, "from": "supplier", "to": to });
    post(&company.manager, "/movements", body, 201).await;
}
