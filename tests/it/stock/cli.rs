//! `beiku verify` as an operator runs it.

use super::world::{SCREW, hold, lot, world};
use crate::support::{Database, on_both};
use beiku::domain::stock::MovementKind as Kind;
use beiku::store::Address;
use std::process::{Command, Output};

fn verify(db: &Database, language: &str, args: &[&str]) -> Output {
    let address = match db.address() {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_beiku"));
    command.env("BEIKU_DATABASE", address).env("LC_ALL", language).arg("verify").args(args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

on_both!(verify_says_what_it_looked_at_and_fails_on_a_difference, async |db: &Database| {
    let w = world(db).await;
    w.book(lot(Kind::Receive, 5, "supplier", "JN")).await.unwrap();
    w.reserve(hold(SCREW, "JN", 2)).await.unwrap();
    let proven = verify(db, "C", &[]);
    assert_eq!(proven.status.code(), Some(0), "{proven:?}");
    assert_eq!(
        stdout(&proven),
        "Movements read: 1. Held against them: units 0, balances 1, open reservations 1, seals 0. Held against their steps and clocks: RMA lines 0, promises 0.\nBoth ledgers prove themselves.\n"
    );
    assert!(stdout(&verify(db, "zh_CN.UTF-8", &[])).contains("库存账与承诺账核对无误。"));
    db.spoil();
    w.raw("UPDATE balance SET quantity = 6").await;
    let failed = verify(db, "C", &[]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        stdout(&failed)
            .contains("[balance_quantity] — balance JN Q-1 good us: the facts say 5, the books say 6"),
        "{}",
        stdout(&failed)
    );
    assert!(String::from_utf8_lossy(&failed.stderr).contains("differences: 1"), "{failed:?}");
    let failed = verify(db, "C", &["--json"]);
    assert_eq!(failed.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_str(&stdout(&failed)).unwrap();
    assert_eq!(
        document,
        serde_json::json!({
            "proven": false,
            "checked": { "movements": 1, "units": 0, "balances": 1, "reservations": 1, "seals": 0, "lines": 0, "promises": 0 },
            "total": 1,
            "differences": [{ "kind": "balance_quantity", "subject": "balance JN Q-1 good us", "expected": "5", "found": "6" }]
        })
    );
});
