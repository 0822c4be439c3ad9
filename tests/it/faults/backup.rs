//! Backups taken while people work: each holds everything that was acknowledged before it began, proves itself when it is put
//! back, and the service goes on from there.

use super::killed::{Sent, booked, company, settle};
use super::load::{Load, patient, run};
use crate::support::program::{Program, address, beiku, succeeds};
use crate::support::{Database, Engine, say_loudly};
use std::process::{Command, Output};

/// Backups taken while the load goes on.
const BACKUPS: usize = 3;

/// A way to take a backup of a database and put it elsewhere.
trait Way {
    fn take(&self, database: &str, number: usize);
    /// Puts the backup back; the address of what came out.
    fn put_back(&self, number: usize) -> String;
}

async fn taken_under_load(database: &str, way: &impl Way) {
    let http = patient();
    let token = company(database, &http).await;
    let program = Program::start(database, &[]);
    let mut acknowledged = Vec::new();
    let mut load = Load::start(program.url(), &http, &token, 1, |_, _| false);
    for number in 0..BACKUPS {
        load.until_more_done(60).await;
        acknowledged.push(load.so_far().done);
        tokio::task::block_in_place(|| way.take(database, number));
    }
    let mut all = load.end().await;
    program.kill();
    for (number, before) in acknowledged.into_iter().enumerate() {
        let restored = tokio::task::block_in_place(|| way.put_back(number));
        succeeds(&restored, &["verify"]);
        let program = Program::start(&restored, &[]);
        let found = booked(&program, &http, &token).await;
        let movements =
            all.iter().filter(|sent| sent.path == "/movements" && found.contains_key(&sent.key)).count();
        assert_eq!(found.len(), movements, "nothing that nobody sent");
        let requests = all.iter().filter(|sent| sent.path == "/rmas").count();
        assert!(
            movements + requests >= before,
            "backup {number}: {movements} movements, {before} acknowledged"
        );
        if number == BACKUPS - 1 {
            // Work goes on: what the backup has is remembered, what it lacks is done now, once.
            all.iter_mut().for_each(|sent| sent.answer = None);
            settle(&program, &http, &token, &mut all).await;
            let found = booked(&program, &http, &token).await;
            let movements: Vec<&Sent> = all.iter().filter(|sent| sent.path == "/movements").collect();
            assert!(movements.iter().all(|sent| found.get(&sent.key).is_some_and(|entry| entry.0 == 1)));
            assert_eq!(found.len(), movements.len());
            program.kill();
            succeeds(&restored, &["verify"]);
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
    run(taken_under_load(&address(&db), &Copies(tempfile::tempdir().unwrap())));
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
    let targets = (0..BACKUPS).filter_map(|_| Database::empty(Engine::Postgres)).collect();
    run(taken_under_load(&address(&db), &Dumps { folder: tempfile::tempdir().unwrap(), targets }));
}
