//! The program as a process of its own, which a test may kill.

use crate::support::Database;
use beiku::store::Address;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;

/// The address of a test's database as the command line takes it.
pub fn address(db: &Database) -> String {
    match db.address() {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    }
}

/// Runs a command to its end.
pub fn beiku(address: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beiku"));
    command.env("BEIKU_DATABASE", address).env("LC_ALL", "C").args(args).output().unwrap()
}

/// Runs a command that must succeed; what it printed.
#[track_caller]
pub fn succeeds(address: &str, args: &[&str]) -> String {
    let output = beiku(address, args);
    let said = |bytes| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{args:?}: {} {}", said(&output.stderr), said(&output.stdout));
    String::from_utf8(output.stdout).unwrap()
}

/// `beiku serve` on a free port. It ends with the value, by SIGKILL.
pub struct Program {
    child: Child,
    url: String,
    log: Option<JoinHandle<Vec<String>>>,
}

impl Drop for Program {
    fn drop(&mut self) {
        // Already gone is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Program {
    /// Starts the service and waits until it says where it answers.
    pub fn start(address: &str, settings: &[(&str, &str)]) -> Program {
        Program::run(Command::new(env!("CARGO_BIN_EXE_beiku")), address, settings)
    }

    /// The same below another program that watches it, e.g. `strace`; its arguments come first.
    pub fn start_below(mut watcher: Command, address: &str) -> Program {
        watcher.arg(env!("CARGO_BIN_EXE_beiku"));
        Program::run(watcher, address, &[])
    }

    fn run(mut command: Command, address: &str, settings: &[(&str, &str)]) -> Program {
        command.env("BEIKU_DATABASE", address).env("BEIKU_LOG", "warn").env("LC_ALL", "C");
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::piped());
        command.envs(settings.iter().copied());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut said = Vec::new();
        let url = loop {
            let line = lines.next().unwrap_or_else(|| panic!("the service ended: {said:?}"));
            if let Some(rest) = line.split("answers at ").nth(1) {
                break rest.split(' ').next().unwrap().to_owned();
            }
            said.push(line);
        };
        // A full pipe would stop the service.
        let log = std::thread::spawn(move || said.into_iter().chain(lines).collect());
        Program { child, url, log: Some(log) }
    }

    /// SIGTERM: asks it to end, and does not wait.
    pub fn ask_to_end(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits until it has ended by itself; whether it said all is well.
    pub fn ended(mut self) -> bool {
        self.child.wait().unwrap().success()
    }

    /// SIGKILL: nothing of the program runs any more when this returns.
    pub fn kill(self) {}

    /// Ends it in good order; every line of its log.
    pub fn end(mut self) -> Vec<String> {
        self.ask_to_end();
        assert!(self.child.wait().unwrap().success());
        self.log.take().expect("ended once").join().unwrap()
    }

    /// A request of the API.
    pub fn request(&self, http: &reqwest::Client, token: &str, method: Method, path: &str) -> RequestBuilder {
        http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(token)
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Sends; the status and the document, or nothing when the answer never came whole.
pub async fn answer(request: RequestBuilder) -> Option<(u16, bool, Value)> {
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let replayed = response.headers().contains_key("idempotent-replayed");
    let body = response.json().await.ok()?;
    Some((status, replayed, body))
}
