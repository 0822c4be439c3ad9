//! The real `beiku serve` as a process, and what the kernel says it uses.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program: the one `BEIKU_SERVER` names, else the one built with this.
fn binary() -> String {
    std::env::var("BEIKU_SERVER").unwrap_or_else(|_| env!("CARGO_BIN_EXE_beiku").to_owned())
}

/// Runs a command of the program to its end; what it printed.
pub fn beiku(database: &str, args: &[&str]) -> String {
    let output = Command::new(binary())
        .env("BEIKU_DATABASE", database)
        .env("LC_ALL", "C")
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The running service; it ends with the value.
pub struct Program {
    child: Child,
    /// `host:port`
    pub address: String,
    /// From the start of the process to the line that says where it answers.
    pub start_up: Duration,
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Program {
    /// Starts the service on a free port.
    pub fn start(database: &str) -> Program {
        let started = Instant::now();
        let mut child = Command::new(binary())
            .env("BEIKU_DATABASE", database)
            .env("BEIKU_LOG", "warn")
            .env("LC_ALL", "C")
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address = loop {
            let line = lines.next().expect("the service ended before it answered");
            if let Some((_, rest)) = line.split_once("answers at http://") {
                break rest.split(' ').next().unwrap_or_default().to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(|line| eprintln!("server: {line}")));
        Program { child, address, start_up: started.elapsed() }
    }

    /// Processor time so far.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        // utime and stime, in hundredths of a second.
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }

    /// Memory of its own (not of files), in MB.
    pub fn memory_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() * 1_024.0 / 1e6
    }
}
