//! The disk of the database fills up under load: writes are refused with 507 and a sentence that says why, reading goes on,
//! nothing is half written, and once there is room the same running service writes again. Once unless `BEIKU_FAULT_ROUNDS` says
//! more.

use super::load::{Load, answers, get, patient, run};
use super::work::{Outcome, company};
use crate::stock::world::world;
use crate::support::cluster::Cluster;
use crate::support::program::Program;
use crate::support::server::Server;
use crate::support::{self, Database, Engine, rounds, say_loudly};
use beiku::domain::actor::Role;
use beiku::store::StoreError;
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A small file system of its own.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// Mounts one of so many megabytes. `None`, said loudly, where that is not allowed: only the superuser may.
    fn mount(megabytes: usize) -> Option<SmallDisk> {
        let folder = tempfile::Builder::new().prefix("beiku-disk-").tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=755"), "tmpfs"]).arg(folder.path());
        match mount.output() {
            Ok(done) if done.status.success() => Some(SmallDisk(folder)),
            _ => {
                say_loudly(
                    "NO SMALL FILE SYSTEM CAN BE MOUNTED HERE: a full disk under load WAS NOT TESTED.",
                );
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves only so much room; the file that takes the rest gives it back when it is removed.
    fn leave(&self, kilobytes: u64) -> PathBuf {
        let path = self.path().join("ballast");
        let mut ballast = File::create(&path).unwrap();
        let mut taken = 0;
        while ballast.write_all(&[b'x'; 4096]).is_ok() {
            taken += 4096;
        }
        ballast.set_len(taken - kilobytes * 1024).unwrap();
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a killed service's files are closed a moment later.
        drop(Command::new("umount").arg("-l").arg(self.path()).status());
    }
}

/// What may be heard while the disk is full.
fn only_full(status: u16, code: &str) -> bool {
    (status, code) == (507, "storage_full")
}

/// Kilobytes that are left when the load begins.
const LEFT: u64 = 2_048;
/// Megabytes more that each further round needs.
const A_ROUND: usize = 6;

/// Load until the disk is full, a look around, room, load again; then the books.
async fn fill_and_make_room(what: &str, disk: &SmallDisk, database: &str) {
    let (http, rounds) = (patient(), rounds(1));
    let token = company(database, &http).await;
    let program = Program::start(database, &[]);
    let mut ballast = disk.leave(LEFT);
    let mut load = Load::start(program.url(), &http, &token, 1, only_full);
    for round in 1..=rounds {
        let refused = load.so_far().not_now;
        load.until(|heard| heard.not_now >= refused + 40).await;
        assert!(load.so_far().done > 0);
        for path in ["/movements?limit=200", "/stock", "/units?limit=200", "/rmas"] {
            assert_eq!(get(&program, &http, &token, path).await.0, 200, "{path}");
        }
        answers(&http, &format!("{}/readyz", program.url()), 200).await;
        let counters =
            http.get(format!("{}/metrics", program.url())).send().await.unwrap().text().await.unwrap();
        assert!(counters.contains("beiku_storage_full_total"), "{counters}");
        std::fs::remove_file(&ballast).unwrap();
        load.until_more_done(40).await;
        if round < rounds {
            ballast = disk.leave(LEFT);
        }
    }
    let all = load.end().await;
    let outcome = Outcome { what: format!("disk full, {what}"), rounds };
    outcome.settle_and_hold(program, database, &http, &token, all).await;
}

#[test]
fn a_full_disk_under_load_sqlite() {
    let Some(disk) = SmallDisk::mount(32 + A_ROUND * rounds(1)) else { return };
    let database = format!("sqlite:{}", disk.path().join("beiku.db").display());
    run(fill_and_make_room("Sqlite", &disk, &database));
}

/// Its tables lie on the small disk, its log elsewhere: what PostgreSQL itself does without room for its log is to stop.
#[test]
fn a_full_disk_under_load_postgres() {
    let Some(disk) = SmallDisk::mount(96 + A_ROUND * rounds(1)) else { return };
    let Some(mut cluster) = Cluster::start() else { return };
    let tables = disk.path().join("tables");
    std::fs::create_dir(&tables).unwrap();
    cluster.order(&format!("tablespace {}", tables.display()));
    run(fill_and_make_room("Postgres", &disk, &cluster.url("small")));
}

/// The same without a disk of its own, so everywhere: the file may not grow any more.
#[test]
fn a_file_that_may_not_grow_refuses_by_name_on_sqlite() {
    support::run(Engine::Sqlite, async |db: &Database| {
        world(db).await;
        let server = Server::start(db);
        let clerk = server.user("li", Role::Admin, &[], &[]).await;
        let limit = |pages: &'static str| {
            let set = format!("PRAGMA max_page_count = {pages}");
            server.app.store().write(move |tx| Ok::<_, StoreError>(tx.batch(&set)?))
        };
        // Smaller than the file is means: as it is.
        limit("1").await.unwrap();
        let receive = |n: usize| {
            json!({ "kind": "receive", "part_no": "P-100", "serial": format!("FULL-{n}"), "from": "supplier",
                "to": "JN", "document": format!("{n}-{}", "x".repeat(180)) })
        };
        let mut refused = None;
        for n in 0..5_000 {
            let answer = clerk.post_once("/movements", &format!("full-{n}"), &receive(n)).await;
            if answer.status() != 201 {
                refused = Some((n, answer));
                break;
            }
        }
        let (n, answer) = refused.expect("the file grew");
        assert_eq!(answer.status(), 507);
        assert_eq!(answer.headers()["retry-after"], "60");
        let document: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(document["code"], "storage_full");
        assert!(document["detail"].as_str().unwrap().contains("disk of the database is full"), "{document}");
        assert_eq!(clerk.get(&format!("/units/FULL-{n}")).await.0, 404, "nothing of it was kept");
        assert_eq!(clerk.get(&format!("/units/FULL-{}", n - 1)).await.0, 200);
        let request = clerk.request(reqwest::Method::POST, "/movements").json(&receive(n));
        let in_chinese = HeaderMap::from_iter([
            (ACCEPT_LANGUAGE, HeaderValue::from_static("zh-CN")),
            (
                HeaderName::from_static("idempotency-key"),
                HeaderValue::from_str(&format!("full-{n}")).unwrap(),
            ),
        ]);
        let document: serde_json::Value =
            request.headers(in_chinese).send().await.unwrap().json().await.unwrap();
        assert!(document["detail"].as_str().unwrap().contains("磁盘已满"), "{document}");
        limit("1000000").await.unwrap();
        let answer = clerk.post_once("/movements", &format!("full-{n}"), &receive(n)).await;
        assert_eq!(answer.status(), 201);
        assert!(!answer.headers().contains_key("idempotent-replayed"), "the refusal left the key free");
    });
}
