//! What a run measured: kept as JSON for a later run to be held against, and printed as tables of Markdown.

use crate::client::Round;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

/// What the database alone reached with the same statements.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bare {
    /// Pieces of work of the program, done without it.
    pub per_second: f64,
    /// How it was measured.
    pub how: String,
}

/// A row of the table: what was asked, what was seen, what it cost the server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figure {
    pub what: String,
    pub clients: usize,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Answers that were not 2xx.
    pub errors: usize,
    /// Processor time of the server for each answer, in microseconds.
    pub cpu_us: f64,
    /// Memory of the server's own after it, in MB.
    pub memory_mb: f64,
    /// What its statements read when they are run once: steps of SQLite's machine, rows that PostgreSQL touched.
    pub read: Option<f64>,
    pub bare: Option<Bare>,
}

/// What a round of requests cost the server.
pub struct Cost {
    pub cpu: Duration,
    pub memory_mb: f64,
}

impl Figure {
    pub fn new(what: &str, clients: usize, round: &Round, cost: &Cost) -> Figure {
        let answers = f64::from(u32::try_from(round.answers).unwrap());
        Figure {
            what: what.to_owned(),
            clients,
            per_second: round.per_second,
            p50_ms: round.p50.as_secs_f64() * 1e3,
            p99_ms: round.p99.as_secs_f64() * 1e3,
            errors: round.errors,
            cpu_us: cost.cpu.as_secs_f64() * 1e6 / answers,
            memory_mb: cost.memory_mb,
            read: None,
            bare: None,
        }
    }

    /// How much of the bare limit was reached; 1 is all of it.
    pub fn ratio(&self) -> Option<f64> {
        Some(self.per_second / self.bare.as_ref()?.per_second)
    }

    fn print(&self) {
        let bare =
            self.bare.as_ref().map_or_else(String::new, |b| format!("{:.0}/s ({})", b.per_second, b.how));
        println!(
            "| {} | {} | {:.0}/s | {:.2} ms | {:.2} ms | {} | {} | {:.0} MB | {bare} | {} |{}",
            self.what,
            self.clients,
            self.per_second,
            self.p50_ms,
            self.p99_ms,
            time(self.cpu_us),
            self.read.map_or_else(String::new, |read| format!("{read:.0}")),
            self.memory_mb,
            self.ratio().map_or_else(String::new, percent),
            if self.errors > 0 { format!(" {} errors", self.errors) } else { String::new() }
        );
    }
}

/// Microseconds, or milliseconds where they are many.
pub fn time(microseconds: f64) -> String {
    if microseconds < 1_000.0 {
        format!("{microseconds:.0} µs")
    } else {
        format!("{:.1} ms", microseconds / 1e3)
    }
}

pub fn percent(ratio: f64) -> String {
    format!("{:.0} %", 100.0 * ratio)
}

/// Everything one run measured on one database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    pub is_postgres: bool,
    /// Units `data` wrote.
    pub units: i64,
    pub disk_mb: f64,
    /// From the start of the process to its first answer.
    pub start_ms: f64,
    /// Rows of a list of stock read in a second.
    pub imported_per_second: f64,
    pub figures: Vec<Figure>,
}

/// The first of the runs that were kept in the file.
pub fn load(file: &Path) -> Run {
    let runs: Vec<Run> =
        serde_json::from_slice(&std::fs::read(file).unwrap()).expect("what `run --json` wrote");
    runs.into_iter().next().expect("a run")
}

/// Keeps runs for later ones to be held against.
pub fn keep(runs: &[Run], file: &Path) {
    std::fs::write(file, serde_json::to_string_pretty(runs).unwrap()).unwrap();
}

impl Run {
    pub fn engine(&self) -> &'static str {
        if self.is_postgres { "PostgreSQL" } else { "SQLite" }
    }

    pub fn figure(&self, what: &str, clients: usize) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.what == what && figure.clients == clients)
    }

    pub fn print(&self) {
        let read = if self.is_postgres { "rows touched" } else { "steps" };
        println!(
            "\n{}, {} units, {:.0} MB on disk; first answer after {:.0} ms; import of stock {:.0} rows a second.\n",
            self.engine(),
            self.units,
            self.disk_mb,
            self.start_ms,
            self.imported_per_second
        );
        println!(
            "| what | clients | done | p50 | p99 | CPU each | {read} each | RssAnon | bare limit in the same run | ratio |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
        self.figures.iter().for_each(Figure::print);
    }
}
