//! Several companies in one PostgreSQL database, one schema each: the connection's `search_path` parts them, and nothing else.

use crate::faults::work::{company, proven};
use crate::support::program::{Program, address, answer};
use crate::support::{Database, Engine};
use beiku::store::StoreError;
use reqwest::Method;
use serde_json::{Value, json};

/// The address of the same database, in this schema.
fn within(address: &str, schema: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}options=-csearch_path%3D{schema}")
}

async fn units(program: &Program, http: &reqwest::Client, token: &str) -> Vec<Value> {
    let (status, _, page) = answer(program.request(http, token, Method::GET, "/units")).await.unwrap();
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().unwrap().iter().map(|unit| unit["serial"].clone()).collect()
}

#[test]
fn two_companies_live_in_one_database_a_schema_each() {
    let Some(db) = Database::empty(Engine::Postgres) else { return };
    let schemas = "CREATE SCHEMA north; CREATE SCHEMA south";
    db.store().write_blocking(move |tx| Ok::<_, StoreError>(tx.batch(schemas)?)).unwrap();
    let (north, south) = (within(&address(&db), "north"), within(&address(&db), "south"));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let http = reqwest::Client::new();
        let (token, other) = (company(&north, &http).await, company(&south, &http).await);
        let (here, there) = (Program::start(&north, &[]), Program::start(&south, &[]));
        let booked =
            json!({ "kind": "receive", "part_no": "BOARD", "serial": "HX1", "from": "supplier", "to": "JN" });
        let request = here.request(&http, &token, Method::POST, "/movements").json(&booked);
        assert_eq!(answer(request).await.unwrap().0, 201);
        assert_eq!(units(&here, &http, &token).await, ["HX1"]);
        assert_eq!(units(&there, &http, &other).await, Vec::<Value>::new());
        let stranger = answer(there.request(&http, &token, Method::GET, "/units")).await;
        assert_eq!(stranger.unwrap().0, 401, "a token of the other company");
    });
    proven(&north);
    proven(&south);
}
