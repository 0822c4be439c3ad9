//! Evidence packs: issued, recounted by two programs, and never changed; and the seals their manifests name.

use super::scene::{Case, on_database, write};
use crate::stock::world::BOARD;
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::app::evidence::{Finding, Pack, check};
use beiku::app::verify::{hold_against, verify};
use beiku::app::{App, read};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::stock::proof::{DifferenceKind, Proof};
use beiku::jobs::{Job, Scheduler};
use beiku::store::sql::sql;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

fn lines() -> Vec<Case> {
    let mut other = Case::new("R-3", "2025-05-06").with("confirm_returned", "2025-07-31");
    (other.customer, other.depot) = ("C2".into(), "DZ".into());
    let exchanged = Case::new("R-1", "2025-05-06").held("2025-05-12", Some("2025-05-13"));
    vec![
        exchanged.with("decide_exchange", "2025-07-01").with("exchange_delivered", "2025-07-10"),
        Case::new("R-2", "2025-05-06").with("confirm_returned", "2025-07-30"),
        other,
        Case::new("R-4", "2025-05-06").with("cancel", "2025-06-01"),
        Case::new("R-5", "2025-05-07").held("2025-06-02", None),
        Case::new("R-6", "2025-05-07").with("scrap", "2025-06-02").with("agree_scrap", "2025-06-02"),
        Case::new("R-7", "2025-05-07").with("approve_void", "2025-06-02"),
        Case::new("R-8", "2025-05-08"),
        Case::new("R-9", "2025-06-09"),
    ]
}

/// A server with lines of July and after.
pub async fn server(db: &Database) -> Server {
    db.clock().set("2025-09-01T02:00:00Z".parse().unwrap());
    let server = Server::start(db);
    write(&server.app, lines()).await;
    server
}

/// The file of a pack.
pub async fn file(client: &crate::support::server::Client, number: &str) -> Vec<u8> {
    let response = client.request(Method::GET, &format!("/evidence/{number}")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/zip");
    response.bytes().await.unwrap().to_vec()
}

/// A pack read.
pub fn pack(bytes: &[u8]) -> Pack {
    Pack::read(Cursor::new(bytes)).unwrap()
}

/// What the other program says of a pack; `None` without python3.
pub fn independent(bytes: &[u8]) -> Option<Value> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/independent/verify_evidence.py");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pack.zip");
    std::fs::write(&path, bytes).unwrap();
    let done = Command::new("python3").arg(script).arg(path).output().ok()?;
    Some(
        serde_json::from_slice(&done.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr))),
    )
}

/// The pack with one part of it changed.
fn spoiled(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    spoiled_bytes(bytes, name, |content| change(std::str::from_utf8(content).unwrap()).into_bytes())
}

fn spoiled_bytes(bytes: &[u8], name: &str, change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut file = from.by_index(at).unwrap();
        let mut text = Vec::new();
        file.read_to_end(&mut text).unwrap();
        let own = file.name().unwrap().into_owned();
        if own == name {
            let changed = change(&text);
            assert_ne!(changed, text, "nothing was changed in {name}");
            text = changed;
        }
        to.start_file(own, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&text).unwrap();
    }
    to.finish().unwrap().into_inner()
}

on_both!(a_pack_gives_the_same_rate_to_whoever_recounts_it, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (status, issued) = manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-07"})).await;
    assert_eq!(status, 201, "{issued}");
    assert_eq!((&issued["number"], &issued["restated"]), (&json!("EV-2025-000001"), &json!(0)));
    for variant in ["strict", "by_due", "remedy30", "contractual"] {
        let (_, rate) =
            manager.get(&format!("/kpi/timely-repair?from=2025-07&to=2025-07&variant={variant}")).await;
        for name in ["timely", "eligible", "pending", "floating", "excluded", "rate", "shown", "meets_target"]
        {
            assert_eq!(issued["figures"][variant][name], rate["total"][name], "{variant} {name}");
        }
    }
    let bytes = file(&manager, "ev-2025-000001").await;
    let read = pack(&bytes);
    assert_eq!((read.manifest.lines, Some(read.manifest.head.as_str())), (6, issued["head"].as_str()));
    let verdict = check(&read, issued["head"].as_str()).unwrap();
    assert!(verdict.broken.is_none(), "{:?}", verdict.broken);
    assert_eq!(verdict.figures, read.manifest.figures);
    assert_eq!(check(&read, Some("00")).unwrap().broken.map(|found| found.0), Some(Finding::Head));
    if let Some(theirs) = independent(&bytes) {
        assert_eq!(theirs["holds"], true, "{theirs}");
        assert_eq!(theirs["figures"], issued["figures"]);
    }
    // Asked again it is another pack, and the first is still what it was.
    let (_, again) = manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-07"})).await;
    assert_eq!(again["number"], "EV-2025-000002");
    assert_eq!(file(&manager, "EV-2025-000001").await, bytes);
    let (_, list) = manager.get("/evidence?limit=1").await;
    assert_eq!(list["items"][0]["number"], "EV-2025-000002");
    assert!(list["next_cursor"].is_string());
});

on_both!(the_paper_of_a_pack_is_in_it_and_covered, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (_, issued) = manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-07"})).await;
    let number = issued["number"].as_str().unwrap();
    let bytes = file(&manager, number).await;
    let report = pack(&bytes).report.unwrap();
    assert!(report.starts_with(b"%PDF-") && report.ends_with(b"%%EOF"), "a PDF");
    let response =
        manager.request(Method::GET, &format!("/evidence/{number}/report.pdf")).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()),
        (200, "application/pdf")
    );
    assert_eq!(response.bytes().await.unwrap().to_vec(), report, "the same paper by itself");
    let other = spoiled_bytes(&bytes, "report.pdf", |paper| [paper, b"%"].concat());
    assert_eq!(check(&pack(&other), None).unwrap().broken.map(|found| found.0), Some(Finding::Report));
    if let Some(theirs) = independent(&other) {
        assert_eq!((&theirs["holds"], &theirs["what"]), (&json!(false), &json!("report")), "{theirs}");
    }
    let (_, missing) = manager.get("/evidence/EV-2020-000001/report.pdf").await;
    assert_eq!(missing["code"], "not_found", "{missing}");
});

on_both!(whatever_is_changed_in_a_pack_is_found, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    // July and August, so that floating and pending lines are in it.
    let (_, issued) = manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-09"})).await;
    let bytes = file(&manager, issued["number"].as_str().unwrap()).await;
    let lines = pack(&bytes).manifest.lines;
    let swap = |text: &str| {
        let mut rows: Vec<&str> = text.split_inclusive('\n').collect();
        rows.swap(2, 3);
        rows.concat()
    };
    let drop_row = |text: &str| {
        text.split_inclusive('\n').enumerate().filter(|(n, _)| *n != 2).map(|(_, row)| row).collect()
    };
    let without_last = |text: &str| {
        let rows: Vec<&str> = text.split_inclusive('\n').collect();
        rows[..rows.len() - 1].concat()
    };
    type Change<'a> = &'a dyn Fn(&str) -> String;
    let late = |text: &str| text.replacen("2025-07-31", "2025-07-29", 1);
    let figures = |text: &str| text.replacen("\"timely\": 1", "\"timely\": 2", 1);
    let number = |text: &str| text.replacen("EV-2025-000001", "EV-2025-000009", 1);
    let working = |text: &str| text.replacen("2025-05-01,holiday", "2025-05-06,holiday", 1);
    let cases: [(&str, Change<'_>, Finding, Option<u64>); 7] = [
        ("lines.csv", &late, Finding::Chain, None),
        ("lines.csv", &swap, Finding::Chain, Some(2)),
        ("lines.csv", &drop_row, Finding::Chain, Some(2)),
        ("lines.csv", &without_last, Finding::Head, None),
        ("manifest.json", &number, Finding::Chain, Some(1)),
        ("manifest.json", &figures, Finding::Figures, None),
        ("calendar.csv", &working, Finding::Calendar, None),
    ];
    for (name, change, finding, row) in cases {
        let changed = spoiled(&bytes, name, change);
        let verdict = check(&pack(&changed), None).unwrap();
        let (found, at, what) = verdict.broken.expect(name);
        assert_eq!(found, finding, "{name}: {what}");
        if row.is_some() {
            assert_eq!(at, row, "{name}");
        }
        if let Some(theirs) = independent(&changed) {
            assert_eq!((&theirs["holds"], &theirs["row"]), (&json!(false), &json!(at)), "{theirs}");
        }
    }
    assert!(lines > 7);
    // Even a forger who chains everything anew is told from the facts: a class that does not follow from them.
    let forged = forge(&bytes);
    let verdict = check(&pack(&forged), None).unwrap();
    assert_eq!(verdict.broken.map(|found| found.0), Some(Finding::Class));
    if let Some(theirs) = independent(&forged) {
        assert_eq!(theirs["what"], "class");
    }
});

on_both!(the_command_line_recounts_without_a_database, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (_, issued) = manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-09"})).await;
    let bytes = file(&manager, issued["number"].as_str().unwrap()).await;
    let forged = forge(&bytes);
    let here = tempfile::tempdir().unwrap();
    let path = here.path().join("pack.zip");
    let beiku = |bytes: &[u8], more: &[&str]| {
        std::fs::write(&path, bytes).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_beiku"));
        command
            .env("LC_ALL", "zh_CN.UTF-8")
            .env("BEIKU_DATABASE", "sqlite:nowhere.db")
            .current_dir(here.path());
        command.arg("verify-evidence").arg(&path).args(more).output().unwrap()
    };
    let good = beiku(&bytes, &["--head", issued["head"].as_str().unwrap()]);
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    assert!(String::from_utf8(good.stdout).unwrap().contains("成立"));
    assert!(beiku(&bytes, &["--sha256", issued["sha256"].as_str().unwrap()]).status.success());
    // Another paper, named by the manifest, is in no chain: only the hash of the whole file tells.
    let paper = b"%PDF-1.7 all is well %%EOF".to_vec();
    let repapered = spoiled_bytes(&bytes, "report.pdf", |_| paper.clone());
    let report = |text: &[u8]| {
        let mut manifest: Value = serde_json::from_slice(text).unwrap();
        manifest["report_sha256"] = json!(hex::encode(Sha256::digest(&paper)));
        serde_json::to_vec(&manifest).unwrap()
    };
    let repapered = spoiled_bytes(&repapered, "manifest.json", report);
    assert!(beiku(&repapered, &["--head", issued["head"].as_str().unwrap()]).status.success());
    let told = beiku(&repapered, &["--sha256", issued["sha256"].as_str().unwrap()]);
    assert_eq!(told.status.code(), Some(1), "{told:?}");
    assert!(String::from_utf8_lossy(&told.stderr).contains("不是当初出具的那一份"), "{told:?}");
    // One from before the last column was told reads as it did.
    let older = beiku(&without_last_column(&bytes), &[]);
    assert_eq!(older.status.code(), Some(0), "{older:?}");
    let bad = beiku(&forged, &["--json"]);
    assert_eq!(bad.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&bad.stdout).unwrap();
    assert_eq!((&told["holds"], &told["broken"]["finding"]), (&json!(false), &json!("class")));
    assert_eq!(beiku(b"no zip", &[]).status.code(), Some(1));
});

/// A missed line told as timely.
fn forge(bytes: &[u8]) -> Vec<u8> {
    let columns = beiku::app::evidence::COLUMNS;
    let at = columns.iter().position(|column| *column == "strict").unwrap();
    let mut forged = false;
    let bytes = chained_anew(bytes, &columns, |row| {
        if row[at] == "missed" && !forged {
            (row[at], forged) = ("timely".into(), true);
        }
    });
    assert!(forged);
    bytes
}

/// The pack as it was issued before the last column was told.
fn without_last_column(bytes: &[u8]) -> Vec<u8> {
    let (_, columns) = beiku::app::evidence::COLUMNS.split_last().unwrap();
    chained_anew(bytes, columns, |_| {})
}

/// The pack with these columns and changed rows, all its hashes made anew.
fn chained_anew(bytes: &[u8], columns: &[&str], mut change: impl FnMut(&mut Vec<String>)) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let manifest = pack(bytes).manifest;
    let mut head = manifest.genesis();
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(columns.iter().chain(&["previous", "hash"])).unwrap();
    for mut row in pack(bytes).rows {
        row.truncate(columns.len());
        change(&mut row);
        let mut hash = Sha256::new();
        for field in std::iter::once(&head).chain(&row) {
            hash.update(format!("{}:{field},", field.len()));
        }
        let hash = hex::encode(hash.finalize());
        row.extend([head, hash.clone()]);
        csv.write_record(&row).unwrap();
        head = hash;
    }
    let lines = String::from_utf8(csv.into_inner().unwrap()).unwrap();
    let bytes = spoiled(bytes, "lines.csv", |_| lines.clone());
    spoiled(&bytes, "manifest.json", |text| text.replace(&manifest.head, &head))
}

on_both!(who_may_have_which_pack, async |db: &Database| {
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let customer = server.user("zhou", Role::Customer, &[], &["C2"]).await;
    let clerk = server.user("li", Role::Clerk, &["JN"], &[]).await;
    assert_eq!(clerk.post("/evidence", &json!({})).await.0, 403);
    let (_, all) = manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-07"})).await;
    let (_, own) =
        manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-07", "customer": "c2"})).await;
    assert_eq!((&own["customer"], &own["lines"]), (&json!("C2"), &json!(1)));
    let (_, list) = customer.get("/evidence").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["number"], own["number"]);
    file(&customer, own["number"].as_str().unwrap()).await;
    assert_eq!(customer.get(&format!("/evidence/{}", all["number"].as_str().unwrap())).await.0, 404);
    assert_eq!(manager.post("/evidence", &json!({"customer": "C9"})).await.0, 404);
    assert_eq!(manager.post("/evidence", &json!({"depot": "XX"})).await.0, 422);
    assert_eq!(manager.post("/evidence", &json!({"from": "July"})).await.0, 422);
    let (status, problem) = manager.post("/evidence", &json!({ "as_of": "2199-01-01" })).await;
    assert_eq!((status.as_u16(), &problem["errors"][0]["code"]), (422, &json!("in_the_future")));
    for table in ["evidence_pack", "evidence_line", "evidence_chunk"] {
        let refused: Result<usize, beiku::store::StoreError> = server
            .app
            .store()
            .write(move |tx| Ok(beiku::store::sql::sql_shaped(format!("DELETE FROM {table}")).execute(tx)?))
            .await;
        assert!(refused.unwrap_err().to_string().contains("append-only"), "{table}");
    }
});

/// Kinds of difference the proof finds.
async fn differences(app: &App) -> Vec<(DifferenceKind, String)> {
    let ctx = app.context(Actor::system("test"), "test".into());
    let proof = read(app, &ctx, |conn, _| verify(conn)).await.unwrap();
    proof.differences.into_iter().map(|found| (found.kind, found.subject)).collect()
}

/// Runs a statement past the triggers.
async fn behind_its_back(app: &App, statement: &'static str) {
    on_database(app, move |tx| {
        if tx.is_postgres() {
            tx.batch("SET LOCAL session_replication_role = replica")?;
        } else {
            tx.batch(
                "DROP TRIGGER IF EXISTS rma_event_no_update; DROP TRIGGER IF EXISTS rma_event_no_delete; \
                      DROP TRIGGER IF EXISTS movement_no_update; DROP TRIGGER IF EXISTS movement_no_delete; \
                      DROP TRIGGER IF EXISTS seal_no_delete; \
                      DROP TRIGGER IF EXISTS evidence_chunk_no_delete",
            )?;
        }
        sql(statement).execute(tx)?;
        Ok(())
    })
    .await;
}

on_both!(a_row_changed_behind_a_seal_is_found, async |db: &Database| {
    db.spoil();
    let server = server(db).await;
    let scheduler = Scheduler::new(server.app.clone());
    assert_eq!(scheduler.turn(Job::Seal).await.unwrap(), 2, "events and promises; nothing moved");
    assert_eq!(scheduler.turn(Job::Seal).await.unwrap(), 0);
    write(&server.app, vec![Case::new("R-10", "2025-06-09")]).await;
    assert_eq!(scheduler.turn(Job::Seal).await.unwrap(), 2);
    assert_eq!(differences(&server.app).await, []);
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (_, heads) = manager.get("/seals").await;
    let head = |ledger: &str| {
        heads["items"].as_array().unwrap().iter().find(|head| head["ledger"] == ledger).unwrap().clone()
    };
    assert_eq!((&head("rma_event")["number"], &head("movement")["number"]), (&json!(2), &Value::Null));
    // A pack carries the heads of the day it was issued.
    let (_, issued) = manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-07"})).await;
    let seals = pack(&file(&manager, issued["number"].as_str().unwrap()).await).manifest.seals;
    assert_eq!(Some(seals[0].head.as_str()), head("rma_event")["head"].as_str());
    behind_its_back(
        &server.app,
        "UPDATE rma_event SET note = '改过' WHERE id = (SELECT min(id) FROM rma_event)",
    )
    .await;
    let found = differences(&server.app).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, DifferenceKind::Sealed);
    assert!(found[0].1.starts_with("rma_event 1–"), "{found:?}");
    behind_its_back(&server.app, "UPDATE rma_event SET note = '' WHERE note = '改过'").await;
    assert_eq!(differences(&server.app).await, [], "as it was, it proves again");
    behind_its_back(&server.app, "DELETE FROM rma_event WHERE id = (SELECT min(id) + 1 FROM rma_event)")
        .await;
    let gone = differences(&server.app).await;
    assert!(gone.iter().any(|found| found.0 == DifferenceKind::Sealed), "a row that is gone: {gone:?}");
    behind_its_back(&server.app, "DELETE FROM seal WHERE ledger = 'rma_event' AND number = 1").await;
    assert!(differences(&server.app).await.iter().any(|found| found.0 == DifferenceKind::SealMissing));
    // Whoever kept a head sees that its seal is there, or gone; with all seals gone nothing else would tell.
    let kept = vec![head("rma_event")["head"].as_str().unwrap().to_uppercase()];
    assert_eq!(held_against(&server.app, kept.clone()).await, []);
    behind_its_back(&server.app, "DELETE FROM seal").await;
    assert_eq!(held_against(&server.app, kept).await, [DifferenceKind::SealMissing]);
});

on_both!(a_row_put_in_or_out_of_order_behind_a_seal_is_found, async |db: &Database| {
    db.spoil();
    let server = Server::start(db);
    crate::stock::world::world(db).await;
    let clerk = server.user("li", Role::Clerk, &["JN"], &[]).await;
    for serial in ["HX1", "HX2", "HX3"] {
        let received =
            json!({ "kind": "receive", "part_no": BOARD, "serial": serial, "from": "supplier", "to": "JN" });
        assert_eq!(clerk.post("/movements", &received).await.0, 201);
    }
    // Room between two rows, as a transaction that was given up leaves it.
    behind_its_back(
        &server.app,
        "UPDATE movement SET id = id + 10 WHERE id = (SELECT max(id) FROM movement)",
    )
    .await;
    assert_eq!(Scheduler::new(server.app.clone()).turn(Job::Seal).await.unwrap(), 1);
    assert_eq!(differences(&server.app).await, []);
    let sealed = |found: Vec<(DifferenceKind, String)>| {
        found.iter().any(|found| found.0 == DifferenceKind::Sealed && found.1.starts_with("movement 1–"))
    };
    behind_its_back(&server.app, COPIED).await;
    assert!(sealed(differences(&server.app).await), "a row that was put in");
    behind_its_back(&server.app, "DELETE FROM movement WHERE document = 'put in'").await;
    assert_eq!(differences(&server.app).await, []);
    for swap in SWAPPED {
        behind_its_back(&server.app, swap).await;
    }
    assert!(sealed(differences(&server.app).await), "two rows that changed places");
});

/// A row that looks like the one before it, in the gap.
const COPIED: &str = "INSERT INTO movement (id, kind, part_id, unit_id, quantity, from_place_id, to_place_id, depot_to_id, \
    condition_from, condition_to, owner_from, owner_to, document, reason, occurred_at, recorded_at) \
    SELECT id + 1, kind, part_id, unit_id, quantity, from_place_id, to_place_id, depot_to_id, condition_from, condition_to, \
    owner_from, owner_to, 'put in', reason, occurred_at, recorded_at FROM movement \
    WHERE id = (SELECT min(id) + 1 FROM movement)";

/// The first row and the last change places.
const SWAPPED: [&str; 3] = [
    "UPDATE movement SET id = 0 WHERE id = (SELECT min(id) FROM movement)",
    "UPDATE movement SET id = (SELECT min(id) - 1 FROM movement WHERE id > 0) WHERE id = (SELECT max(id) FROM movement)",
    "UPDATE movement SET id = (SELECT max(id) + 10 FROM movement) WHERE id = 0",
];

/// What is wrong with heads that somebody kept.
async fn held_against(app: &App, heads: Vec<String>) -> Vec<DifferenceKind> {
    let ctx = app.context(Actor::system("test"), "test".into());
    let proof = read(app, &ctx, move |conn, _| {
        let mut proof = Proof::default();
        hold_against(conn, &heads, &mut proof)?;
        Ok(proof)
    });
    proof.await.unwrap().differences.into_iter().map(|found| found.kind).collect()
}

on_both!(a_pack_that_is_not_the_one_issued_is_found, async |db: &Database| {
    db.spoil();
    let server = server(db).await;
    let manager = server.user("wang", Role::Manager, &[], &[]).await;
    let (_, issued) = manager.post("/evidence", &json!({"from": "2025-07", "to": "2025-07"})).await;
    assert_eq!(differences(&server.app).await, []);
    behind_its_back(&server.app, "DELETE FROM evidence_chunk").await;
    let number = issued["number"].as_str().unwrap().to_owned();
    assert_eq!(differences(&server.app).await, [(DifferenceKind::EvidencePack, number)]);
});
