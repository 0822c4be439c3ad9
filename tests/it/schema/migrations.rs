//! Migrations go up, down and up again; both folders hold the same ones.

use super::describe;
use crate::store::dataset::{self, Size};
use crate::support::program::address;
use crate::support::{Database, Engine, on_both, rounds};
use beiku::app::verify::verify;
use beiku::store::sql::{sql, sql_once};
use beiku::store::{Address, StoreError};
use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

fn folder(engine: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine)
}

fn names(engine: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder(engine)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn both_folders_hold_the_same_migrations() {
    assert_eq!(names("sqlite"), names("postgres"));
    for engine in ["sqlite", "postgres"] {
        for name in names(engine) {
            let number = name.split('_').next().unwrap_or_default();
            assert!(number.len() == 4 && number.parse::<u16>().is_ok(), "{name}: NNNN_name");
            for file in ["up.sql", "down.sql"] {
                assert!(folder(engine).join(&name).join(file).exists(), "{engine}/{name} lacks {file}");
            }
        }
    }
}

fn revert_all(db: &Database) {
    let migrations = |engine| FileBasedMigrations::from_path(folder(engine)).unwrap();
    match db.address() {
        Address::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
            conn.revert_all_migrations(migrations("sqlite")).unwrap();
        }
        Address::Postgres(url) => {
            let mut conn = PgConnection::establish(url).unwrap();
            conn.revert_all_migrations(migrations("postgres")).unwrap();
        }
    }
}

fn up_down_up(engine: Engine) {
    let Some(db) = Database::empty(engine) else { return };
    assert!(db.store().needs_migration().unwrap());
    let ran = db.store().migrate().unwrap();
    assert_eq!(ran.len(), names("sqlite").len());
    let first = describe(&db);
    assert!(!db.store().needs_migration().unwrap());
    assert_eq!(db.store().migrate().unwrap(), Vec::<String>::new(), "a second run has nothing to do");

    revert_all(&db);
    assert_eq!(describe(&db).keys().collect::<Vec<_>>(), Vec::<&String>::new(), "left after going down");

    db.store().migrate().unwrap();
    assert_eq!(describe(&db), first);
}

#[test]
fn up_down_and_up_again_on_sqlite() {
    up_down_up(Engine::Sqlite);
}

#[test]
fn up_down_and_up_again_on_postgres() {
    up_down_up(Engine::Postgres);
}

/// Takes migrations back, the latest first, until this one is gone.
fn revert_through(db: &Database, number: &str) {
    fn down<DB: diesel::backend::Backend>(conn: &mut impl MigrationHarness<DB>, engine: &str, number: &str) {
        let migrations = FileBasedMigrations::from_path(folder(engine)).unwrap();
        while !conn.revert_last_migration(migrations.clone()).unwrap().to_string().starts_with(number) {}
    }
    match db.address() {
        Address::Sqlite(path) => {
            down(&mut SqliteConnection::establish(path.to_str().unwrap()).unwrap(), "sqlite", number);
        }
        Address::Postgres(url) => down(&mut PgConnection::establish(url).unwrap(), "postgres", number),
    }
}

/// Lines of an older release: a payer nobody had said, one somebody had, and a chance nobody had counted.
const LINES: &str = "
    INSERT INTO part (id, part_no, name, tracking) VALUES (1, 'P', 'P', 'serial');
    INSERT INTO customer (id, code, name, created_at) VALUES (1, 'C', 'C', '2026-03-02 01:00:00');
    INSERT INTO rma (id, number, customer_id, language, tracking_code, source, state, requested_at, recorded_at)
        VALUES (1, 'R', 1, 'en', 't', 'staff', 'received', '2026-03-02 01:00:00', '2026-03-02 01:00:00');
    INSERT INTO rma_line (rma_id, line, customer_id, part_id, serial, fault, mode, entitlement, repair_state, faulty_state,
            open_identity, sort_due, received_at, last_event_at, version, payer)
        VALUES (1, 1, 1, 1, 'S1', '', 'repair_return', 'contract', 'received', 'received', 'S1', '2026-05-28',
                '2026-03-02 01:00:00', '2026-03-02 01:00:00', 1, ''),
            (1, 2, 1, 1, 'S2', '', 'repair_return', 'chargeable', 'requested', 'not_due', 'S2', '9999-12-31',
                NULL, '2026-03-02 01:00:00', 1, ''),
            (1, 3, 1, 1, 'S3', '', 'repair_return', 'warranty', 'closed', 'received', NULL, '2026-05-28',
                '2026-03-02 01:00:00', '2026-03-02 01:00:00', 1, ''),
            (1, 4, 1, 1, 'S4', '', 'repair_return', 'goodwill', 'closed', 'received', NULL, '2026-05-28',
                '2026-03-02 01:00:00', '2026-03-02 01:00:00', 1, 'carrier');";

beiku::row! { struct PaidRow { payer: String, risk_bp: i64 } }

fn older_lines_get_a_payer(engine: Engine) {
    let Some(db) = Database::open(engine) else { return };
    db.spoil();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    revert_through(&db, "0017");
    runtime.block_on(db.store().write(|tx| Ok::<_, StoreError>(tx.batch(LINES)?))).unwrap();
    db.store().migrate().unwrap();
    let read = db.store().read(|c| {
        Ok::<_, StoreError>(sql("SELECT payer, risk_bp FROM rma_line ORDER BY line").load::<PaidRow>(c)?)
    });
    let lines = runtime.block_on(read).unwrap();
    let lines: Vec<(&str, i64)> = lines.iter().map(|row| (row.payer.as_str(), row.risk_bp)).collect();
    assert_eq!(lines, [("us", -1), ("customer", 0), ("maker", 0), ("carrier", 0)]);
}

#[test]
fn older_lines_get_a_payer_on_sqlite() {
    older_lines_get_a_payer(Engine::Sqlite);
}

#[test]
fn older_lines_get_a_payer_on_postgres() {
    older_lines_get_a_payer(Engine::Postgres);
}

/// Filled books in the schema of an older release, brought up: what comes out is the schema of a fresh start, with every row
/// that was there, and proves itself.
async fn filled_books_are_brought_up(db: &Database) {
    let (store, size) = (db.store().clone(), Size { units: 500, now: db.clock().now().timestamp() });
    tokio::task::spawn_blocking(move || dataset::build(&store, size, |_| ()).unwrap()).await.unwrap();
    let fresh = describe(db);
    let rows = async || {
        let mut counted = vec![];
        for table in [
            "part",
            "unit",
            "movement",
            "rma",
            "rma_line",
            "rma_event",
            "promise",
            "outbox",
            "audit",
            "balance",
        ] {
            let count = format!("SELECT count(*) AS value FROM {table}");
            let counting = db.store().read(move |c| Ok::<_, StoreError>(sql_once(count.clone()).number(c)?));
            counted.push((table, counting.await.unwrap()));
        }
        counted
    };
    let before = rows().await;
    revert_through(db, OLD);
    assert_ne!(describe(db), fresh);
    assert!(!db.store().migrate().unwrap().is_empty());
    assert_eq!(describe(db), fresh);
    assert_eq!(rows().await, before);
    let proof = db.store().read(verify).await.unwrap();
    assert!(proof.differences.is_empty(), "{:?}", proof.differences);
}

/// Everything from this migration on is taken back: half of all there are.
const OLD: &str = "0040";

on_both!(filled_books_of_an_older_schema_are_brought_up, async |db: &Database| {
    filled_books_are_brought_up(db).await;
});

/// Several nodes of a new release start at once: one migrates, the others wait.
#[test]
fn several_nodes_may_migrate_at_once_on_postgres() {
    let Some(db) = Database::empty(Engine::Postgres) else { return };
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let store = db.store().clone();
            std::thread::spawn(move || store.migrate().unwrap().len())
        })
        .collect();
    let ran: usize = nodes.into_iter().map(|node| node.join().unwrap()).sum();
    assert_eq!(ran, names("postgres").len());
}

/// `beiku migrate` is killed at moments spread over its whole time: each time the next run brings the schema to its end, and
/// what comes out is what an undisturbed run makes. Eight moments unless `BEIKU_FAULT_ROUNDS` says more.
fn killed_on_the_way(engine: Engine) {
    let Some(whole) = Database::empty(engine) else { return };
    let migrate = |db: &Database| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_beiku"));
        command.env("BEIKU_DATABASE", address(db)).env("LC_ALL", "C").arg("migrate");
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    let started = Instant::now();
    assert!(migrate(&whole).wait().unwrap().success());
    let (takes, expected) = (started.elapsed(), describe(&whole));
    let (mut interrupted, moments) = (0, u32::try_from(rounds(8)).unwrap());
    for moment in 1..=moments {
        let Some(db) = Database::empty(engine) else { return };
        let mut running = migrate(&db);
        // The moment of the kill; nothing waits for anything here.
        std::thread::park_timeout(takes * moment / (moments + 1));
        running.kill().unwrap();
        let was_done = running.wait().unwrap().success();
        interrupted += usize::from(!was_done);
        assert!(migrate(&db).wait().unwrap().success(), "killed after {moment} of {moments}");
        assert!(!db.store().needs_migration().unwrap());
        assert_eq!(describe(&db), expected, "killed after {moment} of {moments}");
    }
    assert!(interrupted > 0, "no run was killed on its way");
}

#[test]
fn migrations_killed_on_their_way_recover_on_sqlite() {
    killed_on_the_way(Engine::Sqlite);
}

#[test]
fn migrations_killed_on_their_way_recover_on_postgres() {
    killed_on_the_way(Engine::Postgres);
}
