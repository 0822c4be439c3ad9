//! PostgreSQL servers of a test's own, to stop, crash and fail over.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Server `a`, and `b` once there is a standby. They end with the value, or with the test's process however that ends.
pub struct Cluster {
    home: String,
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Cluster {
    /// Starts server `a`. `None` when the machine has no PostgreSQL, which the tests' own server says loudly.
    pub fn start() -> Option<Cluster> {
        super::postgres::server()?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/postgres-cluster");
        let mut child =
            Command::new("sh").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut home = String::new();
        answers.read_line(&mut home).unwrap();
        if home.is_empty() {
            // Servers elsewhere (TEST_DATABASE_URL), but no binaries here to start one of our own.
            super::say_loudly(
                "NO POSTGRESQL SERVER BINARIES: servers stopped and failed over WERE NOT TESTED.",
            );
            drop(child.wait());
            return None;
        }
        Some(Cluster { home: home.trim().to_owned(), orders: child.stdin.take(), child, answers })
    }

    /// Gives an order of `postgres-cluster`, e.g. `stop a fast`, and waits until it is done.
    #[track_caller]
    pub fn order(&mut self, order: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{order}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim(), "ok", "{order}");
    }

    /// Address of a database on server `a`.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://beiku@/{database}?host={}/socket-a", self.home)
    }

    /// Address of whichever of the two takes writes.
    pub fn url_of_the_primary(&self, database: &str) -> String {
        let home = &self.home;
        format!(
            "postgres://beiku@/{database}?host={home}/socket-a,{home}/socket-b&target_session_attrs=read-write"
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // No more orders: the script clears everything away.
        drop(self.orders.take());
        drop(self.child.wait());
    }
}
