//! The program as people and scripts start it.

use crate::support::program::Program;
use crate::support::{Database, Engine};
use beiku::config::{CommonSettings, ServiceSettings};
use beiku::store::Address;
use clap::Args;
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

fn beiku(address: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beiku"));
    command.env("BEIKU_DATABASE", address).env("LC_ALL", "C").args(args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaint(output: &Output, status: i32) -> String {
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn from_empty_to_token(engine: Engine) {
    let Some(db) = Database::empty(engine) else { return };
    let address = match db.address() {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let run = |args: &[&str]| beiku(&address, args);
    assert!(complaint(&run(&["user", "add", "li", "--role", "admin"]), 1).contains("beiku migrate"));
    assert!(
        stdout(&run(&["migrate"])).contains("migration") || stdout(&run(&["migrate"])).contains("up to date")
    );
    stdout(&run(&[
        "user",
        "add",
        "li",
        "--role",
        "admin",
        "--password",
        "12345678",
        "--email",
        "li@example.cn",
    ]));
    assert!(complaint(&run(&["user", "add", "li", "--role", "admin"]), 1).contains("already"));
    assert!(
        complaint(&run(&["user", "add", "wang", "--role", "clerk", "--depot", "XX"]), 1)
            .contains("depots[0]")
    );
    assert!(
        complaint(&run(&["user", "add", "wang", "--role", "clerk", "--password", "short"]), 1).contains("8")
    );
    let token = stdout(&run(&["user", "token", "li", "--expires", "30"]));
    let token = token.lines().last().unwrap();
    assert!(token.starts_with("beiku_") && token.len() == 70, "{token}");
    assert!(complaint(&run(&["user", "token", "nobody"]), 1).contains("nobody"));
    let users: serde_json::Value = serde_json::from_str(&stdout(&run(&["user", "list", "--json"]))).unwrap();
    assert_eq!((users[0]["username"].as_str(), users[0]["role"].as_str()), (Some("li"), Some("admin")));
    assert!(stdout(&run(&["user", "password", "li"])).contains("Password: "));
    let document =
        |args: &[&str]| -> serde_json::Value { serde_json::from_str(&stdout(&run(args))).unwrap() };
    let changed = document(&["user", "password", "li", "--json"]);
    assert_eq!((changed["username"].as_str(), changed["password"].as_str().unwrap().len()), (Some("li"), 19));
    let made = document(&["user", "token", "li", "--json"]);
    assert!(made["token"].as_str().unwrap().starts_with("beiku_"), "{made}");
    assert!(made["expires_at"].as_str().unwrap().ends_with('Z'), "{made}");
}

#[test]
fn backup_and_restore_say_in_json_what_they_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (database, copy, back) = (path("a.db"), path("copy.db"), path("back.db"));
    stdout(&beiku(&format!("sqlite:{database}"), &["migrate"]));
    let document = |address: &str, args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&stdout(&beiku(&format!("sqlite:{address}"), args))).unwrap()
    };
    let written = document(&database, &["backup", &copy, "--json"]);
    let bytes = std::fs::metadata(&copy).unwrap().len();
    assert_eq!(written, serde_json::json!({ "file": copy, "bytes": bytes, "proven": true }));
    let restored = document(&back, &["restore", &copy, "--json"]);
    assert_eq!(restored, serde_json::json!({ "file": back, "bytes": bytes, "proven": true }));
}

#[test]
fn from_empty_to_token_sqlite() {
    from_empty_to_token(Engine::Sqlite);
}

#[test]
fn from_empty_to_token_postgres() {
    from_empty_to_token(Engine::Postgres);
}

#[test]
fn wrong_usage_is_2_and_help_is_0() {
    let address = "sqlite:does-not-matter.db";
    for args in [
        &["user", "add"][..],
        &["nonsense"],
        &[],
        &["user", "add", "x", "--role", "boss"],
        &["serve", "--listen", "x"],
    ] {
        assert_eq!(beiku(address, args).status.code(), Some(2), "{args:?}");
    }
    for args in [&["--help"][..], &["user", "add", "--help"], &["--version"]] {
        assert!(stdout(&beiku(address, args)).contains("beiku"), "{args:?}");
    }
    let chinese = Command::new(env!("CARGO_BIN_EXE_beiku"))
        .env("LC_ALL", "zh_CN.UTF-8")
        .args(["user", "--help"])
        .output()
        .unwrap();
    assert!(stdout(&chinese).contains("管理用户"));
}

#[test]
fn a_slip_in_the_address_makes_no_new_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slip.db");
    let output = beiku(&format!("sqlite:{}", path.display()), &["user", "list"]);
    assert!(complaint(&output, 1).contains("slip.db"));
    assert!(!path.exists());
    assert!(complaint(&beiku("mysql://u:hunter2@h/b", &["user", "list"]), 2).contains("sqlite:FILE"));
    assert!(!complaint(&beiku("mysql://u:hunter2@h/b", &["migrate"]), 2).contains("hunter2"));
}

#[test]
fn a_service_that_cannot_run_says_so_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slip.db");
    let address = format!("sqlite:{}", path.display());
    let unmigrated = beiku(&address, &["serve", "--no-migrate", "--listen", "127.0.0.1:0"]);
    assert!(complaint(&unmigrated, 1).contains("slip.db"));
    assert!(!path.exists());
    let no_mail = complaint(&beiku(&address, &["serve", "--mail", "bogus:", "--listen", "127.0.0.1:0"]), 1);
    assert!(no_mail.contains("bogus") && !no_mail.contains("answers at"), "{no_mail}");
}

#[test]
fn a_file_has_one_service() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("one.db").display());
    let first = Program::start(&address, &[]);
    let second = complaint(&beiku(&address, &["serve", "--listen", "127.0.0.1:0"]), 1);
    assert!(second.contains("PostgreSQL") && !second.contains("answers at"), "{second}");
    stdout(&beiku(&address, &["verify"]));
    first.kill();
    Program::start(&address, &[]);
}

#[test]
fn every_line_of_a_json_log_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("log.db").display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_beiku"));
    command.env("BEIKU_DATABASE", &address).args([
        "serve",
        "--log-format",
        "json",
        "--listen",
        "127.0.0.1:0",
    ]);
    let mut service = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(service.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut told = Vec::new();
    for line in lines {
        let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        told.push(event["message"].as_str().unwrap_or_default().to_owned());
        if told.last().is_some_and(|message| message.contains("answers at")) {
            service.kill().unwrap();
        }
    }
    service.wait().unwrap();
    assert!(told.iter().any(|message| message.contains("answers at")), "{told:?}");
}

#[test]
fn shells_and_man_are_told_of_every_command() {
    let completions = stdout(&beiku("sqlite:nowhere.db", &["completions", "bash"]));
    let page = stdout(&beiku("sqlite:nowhere.db", &["man"]));
    for command in ["serve", "verify", "verify-evidence", "completions"] {
        assert!(completions.contains(command), "{command}");
        assert!(page.replace("\\-", "-").contains(command), "{command}: {page}");
    }
    let folder = tempfile::tempdir().unwrap();
    stdout(&beiku("sqlite:nowhere.db", &["man", "--folder", folder.path().to_str().unwrap()]));
    assert!(folder.path().join("beiku-serve.1").exists());
}

#[test]
fn every_setting_stands_in_the_operators_table() {
    let table = include_str!("../../docs/operations.md");
    let command = ServiceSettings::augment_args(CommonSettings::augment_args(clap::Command::new("beiku")));
    let rows = command.get_arguments().map(|arg| {
        let (id, env) = (arg.get_id().to_string(), arg.get_env().unwrap().to_str().unwrap());
        format!("| `--{}` | `{env}` | `{id}` |", arg.get_long().unwrap())
    });
    let missing: Vec<String> = rows.filter(|row| !table.contains(row)).collect();
    assert_eq!(missing, Vec::<String>::new());
}
