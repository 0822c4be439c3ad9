//! Backups taken while people work: each holds everything that was acknowledged before it began, proves itself when it is put
//! back, and the service goes on from there. Three backups unless `BEIKU_FAULT_ROUNDS` says more.

use super::load::{Load, patient, run};
use super::work::{Outcome, company, effects, proven};
use crate::support::program::{Program, address, beiku, succeeds};
use crate::support::{Database, Engine, rounds, say_loudly};
use std::process::{Command, Output};

/// A way to take a backup of a database and put it elsewhere.
trait Way {
    fn take(&self, database: &str, number: usize);
    /// Puts the backup back; the address of what came out.
    fn put_back(&self, number: usize) -> String;
}

async fn taken_under_load(what: &str, database: &str, way: &impl Way) {
    let (http, backups) = (patient(), rounds(3));
    let token = company(database, &http).await;
    let program = Program::start(database, &[]);
    let mut acknowledged = Vec::new();
    let mut load = Load::start(program.url(), &http, &token, 1, |_, _| false);
    for number in 0..backups {
        load.until_more_done(60).await;
        acknowledged.push(load.so_far().done);
        tokio::task::block_in_place(|| way.take(database, number));
    }
    let mut all = load.end().await;
    program.kill();
    for (number, before) in acknowledged.into_iter().enumerate() {
        let restored = tokio::task::block_in_place(|| way.put_back(number));
        proven(&restored);
        let program = Program::start(&restored, &[]);
        let found = effects(&program, &http, &token).await;
        let held = all.iter().filter(|sent| sent.is_in(&found)).count();
        assert_eq!(found.len(), held, "backup {number}: nothing that nobody sent");
        assert!(held >= before, "backup {number}: {held} operations, {before} acknowledged");
        if number == backups - 1 {
            // Work goes on: what the backup has is remembered, and what is done now is done.
            all.retain(|sent| sent.is_in(&found));
            let mut load = Load::start(program.url(), &http, &token, 2, |_, _| false);
            load.until_more_done(60).await;
            all.append(&mut load.end().await);
            let outcome = Outcome { what: format!("backups under load, {what}"), rounds: backups };
            outcome.settle_and_hold(program, &restored, &http, &token, std::mem::take(&mut all)).await;
        }
    }
}

/// `beiku backup` and `beiku restore`.
struct Copies(tempfile::TempDir);

impl Copies {
    fn file(&self, number: usize) -> String {
        self.0.path().join(format!("backup-{number}.db")).display().to_string()
    }
}

impl Way for Copies {
    fn take(&self, database: &str, number: usize) {
        succeeds(database, &["backup", &self.file(number)]);
    }

    fn put_back(&self, number: usize) -> String {
        let restored = format!("sqlite:{}", self.0.path().join(format!("restored-{number}.db")).display());
        succeeds(&restored, &["restore", &self.file(number)]);
        let again = beiku(&restored, &["restore", &self.file(number)]);
        assert_eq!(again.status.code(), Some(1), "a database that is there is never overwritten");
        restored
    }
}

#[test]
fn backups_taken_under_load_are_whole_sqlite() {
    let Some(db) = Database::empty(Engine::Sqlite) else { return };
    run(taken_under_load("Sqlite", &address(&db), &Copies(tempfile::tempdir().unwrap())));
}

/// `pg_dump` and `pg_restore`, as docs/operations.md has it.
struct Dumps {
    folder: tempfile::TempDir,
    targets: Vec<Database>,
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Way for Dumps {
    fn take(&self, database: &str, number: usize) {
        let file = self.folder.path().join(format!("{number}.dump"));
        done(&Command::new("pg_dump").args(["-Fc", "-f"]).arg(file).arg(database).output().unwrap());
    }

    fn put_back(&self, number: usize) -> String {
        let (file, target) =
            (self.folder.path().join(format!("{number}.dump")), address(&self.targets[number]));
        done(&Command::new("pg_restore").args(["--no-owner", "-d", &target]).arg(file).output().unwrap());
        target
    }
}

#[test]
fn dumps_taken_under_load_are_whole_postgres() {
    let Some(db) = Database::empty(Engine::Postgres) else { return };
    let found = Command::new("pg_dump").arg("--version").output();
    if !found.is_ok_and(|found| found.status.success()) {
        say_loudly("NO pg_dump HERE: dumps under load WERE NOT TESTED.");
        return;
    }
    let targets = (0..rounds(3)).filter_map(|_| Database::empty(Engine::Postgres)).collect();
    run(taken_under_load(
        "Postgres",
        &address(&db),
        &Dumps { folder: tempfile::tempdir().unwrap(), targets },
    ));
}
