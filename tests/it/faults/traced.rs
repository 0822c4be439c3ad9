//! No acknowledgement before the disk has it: every 2xx of a write is sent after the fdatasync that covers it, as the kernel
//! saw the calls. Needs `strace` (Linux).

use super::load::{Load, patient, run};
use super::work::{Sent, company};
use crate::support::program::{Program, address};
use crate::support::{Database, Engine, say_loudly};
use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;

/// What is looked at: bytes that go into the log of the database, their way to the disk, and answers.
const CALLS: &str = "trace=openat,close,pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg";

/// Whether this machine lets us trace a program of our own.
fn can_trace() -> bool {
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    tried.is_ok_and(|tried| tried.status.success())
}

/// A call as `strace -f` writes it, put together again when another thread's came in between: the lines of its begin and end.
struct Call {
    text: String,
    begun: usize,
    ended: usize,
}

/// Every call, in the order of its end. A thread that waits for another's call goes on only after its line was written, so
/// what happened because of something stands after it.
fn calls(trace: &str) -> Vec<Call> {
    let (mut open, mut all) = (HashMap::new(), Vec::new());
    for (at, line) in trace.lines().enumerate() {
        let Some((pid, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            open.insert(pid, (begun.to_owned(), at));
        } else if rest.starts_with("<... ") {
            let Some((text, begun)) = open.remove(pid) else { continue };
            let tail = rest.split_once("resumed>").map_or("", |(_, tail)| tail);
            all.push(Call { text: text + tail, begun, ended: at });
        } else {
            all.push(Call { text: rest.to_owned(), begun: at, ended: at });
        }
    }
    all
}

/// Number of the call's file, its first argument.
fn file(call: &Call) -> Option<&str> {
    let (_, arguments) = call.text.split_once('(')?;
    arguments.split([',', ')']).next()
}

async fn sent_under_trace(database: &str, folder: &std::path::Path) -> (Vec<Sent>, String) {
    let http = patient();
    let token = company(database, &http).await;
    let log = folder.join("trace.log");
    let mut strace = Command::new("strace");
    // With -D the program stays our child, which ends with the test, and strace follows it.
    strace.args(["-D", "-f", "-q", "-s", "16384", "-e", CALLS, "-o"]).arg(&log);
    let program = Program::start_below(strace, database);
    let mut load = Load::start(program.url(), &http, &token, 1, |_, _| false);
    load.until(|heard| heard.done >= 300).await;
    let all = load.end().await;
    program.kill();
    // The tracer writes its last lines after the program's end.
    let written = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        loop {
            look.tick().await;
            let trace = std::fs::read_to_string(&log).unwrap();
            if trace.trim_end().ends_with("+++ killed by SIGKILL +++") {
                return trace;
            }
        }
    };
    (all, tokio::time::timeout(Duration::from_secs(30), written).await.expect("the trace ends"))
}

#[test]
fn every_acknowledgement_follows_the_fdatasync_that_covers_it() {
    if !can_trace() {
        say_loudly("NO strace HERE: that answers follow their fdatasync WAS NOT TESTED.");
        return;
    }
    let Some(db) = Database::empty(Engine::Sqlite) else { return };
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let (all, trace) = sent_under_trace(&address(&db), folder.path()).await;
        let calls = calls(&trace);
        let is = |call: &Call, names: &[&str]| names.iter().any(|name| call.text.starts_with(name));
        let opened = calls.iter().filter(|call| is(call, &["openat("]) && call.text.contains("-wal\""));
        let logs: Vec<String> =
            opened.filter_map(|call| Some(call.text.rsplit_once("= ")?.1.to_owned())).collect();
        assert!(!logs.is_empty(), "the write-ahead log was never opened");
        let to_log = |call: &&Call| file(call).is_some_and(|file| logs.iter().any(|log| log == file));
        let (mut proven, done) =
            (0, all.iter().filter(|sent| sent.answer.is_some() && sent.path == "/movements"));
        for sent in done {
            // Ends in a quote wherever it stands in a document; a page of the database holds it bare.
            let key = &sent.key;
            let in_json = format!("\\\"document\\\":\\\"{key}\\\"");
            let answered = calls.iter().find(|call| {
                is(call, &["write(", "writev(", "sendto(", "sendmsg("])
                    && call.text.contains("201 Created")
                    && call.text.contains(&in_json)
            });
            let answered = answered.unwrap_or_else(|| panic!("{key}: no answer in the trace"));
            let logged = calls
                .iter()
                .filter(to_log)
                .find(|call| is(call, &["pwrite64("]) && call.text.contains(key.as_str()));
            let logged = logged.unwrap_or_else(|| panic!("{key}: not in the write-ahead log"));
            let synced = calls.iter().filter(to_log).find(|call| {
                is(call, &["fdatasync(", "fsync("]) && call.begun > logged.ended && call.text.ends_with("= 0")
            });
            let synced = synced.unwrap_or_else(|| panic!("{key}: never on the disk"));
            assert!(synced.ended < answered.begun, "{key} was acknowledged before the disk had it");
            proven += 1;
        }
        assert!(proven >= 100, "{proven}");
    });
}
