//! Measures Beiku beside the limit of its database, in one run on one machine. See docs/performance.md.
//!
//! ```text
//! cargo bench --bench load -- data --database sqlite:big.db --units 1000000
//! cargo bench --bench load -- run  --database sqlite:big.db --seconds 5
//! ```
//!
//! `data` fills an empty database with a company of that size, `run` measures on it (and adds movements to it). Only the
//! ratios of one run mean something: a machine is never as fast twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement says what went wrong by ending"
)]

mod bare;
mod client;
mod dataset;
mod handler;
mod program;
mod reads;
mod trace;

use bare::part_and_depot;
use beiku::app::{App, Clock};
use beiku::jobs::{Job, Scheduler};
use beiku::store::{Address, Store};
use client::{Client, Request, Round, drive};
use program::{Program, beiku};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use trace::Traced;

/// Movements a bare loop runs.
const BARE: usize = 1_000;
/// Receipts pgbench chooses among, each of another part or depot.
const MOVEMENT_SCRIPTS: usize = 64;
/// Rows of the list that is imported.
const IMPORTED: u32 = 20_000;
/// Serials in one batch.
const DELIVERY: usize = 5_000;

struct Asked {
    database: String,
    units: i64,
    time: Duration,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let option =
        |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1)).cloned();
    let number = |name: &str, else_: i64| option(name).map_or(else_, |word| word.parse().expect("a number"));
    let Some(database) = option("--database") else {
        println!("load data|run --database sqlite:FILE|postgres://… [--units N] [--seconds N]");
        return;
    };
    let seconds = u64::try_from(number("--seconds", 5)).unwrap();
    let asked = Asked { database, units: number("--units", 10_000), time: Duration::from_secs(seconds) };
    match words.first().map(String::as_str) {
        Some("data") => data(&asked),
        Some("run") => run(&asked),
        _ => println!("what: data or run?"),
    }
}

/// Fills an empty database and has the program prove it.
fn data(asked: &Asked) {
    beiku(&asked.database, &["migrate"]);
    let address = Address::parse(&asked.database).unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let size = dataset::Size { units: asked.units, now: i64::try_from(now).unwrap() };
    let started = Instant::now();
    let store = Store::open(&address).unwrap();
    dataset::build(&store, size, |what| println!("{:6.1} s  {what}", started.elapsed().as_secs_f64()))
        .unwrap();
    let built = started.elapsed();
    work_off(store);
    println!("{:6.1} s  lines judged, sums by day, chances", started.elapsed().as_secs_f64());
    let proving = Instant::now();
    beiku(&asked.database, &["verify"]);
    println!("| units | movements | RMA lines | on disk | written in | proven by `beiku verify` in |");
    println!("|---|---|---|---|---|---|");
    println!(
        "| {} | {} | {} | {:.0} MB | {:.1} s | {:.1} s |",
        size.units,
        size.movements(),
        size.lines(),
        on_disk(&address),
        built.as_secs_f64(),
        proving.elapsed().as_secs_f64()
    );
}

/// What the jobs of a service that has run for a while have done.
fn work_off(store: Store) {
    let app = App::new(store, Clock::system());
    let jobs = Scheduler::new(app);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for job in [Job::Settle, Job::Foresee, Job::CountUse, Job::Snapshots, Job::Seal] {
            jobs.turn(job).await.unwrap();
        }
    });
}

/// Megabytes the data take.
fn on_disk(address: &Address) -> f64 {
    let bytes = match address {
        Address::Sqlite(file) => i64::try_from(std::fs::metadata(file).unwrap().len()).unwrap(),
        Address::Postgres(_) => {
            let store = Store::open(address).unwrap();
            let size = beiku::store::sql::sql("SELECT pg_database_size(current_database()) AS value");
            store.read_blocking::<_, beiku::store::StoreError, _>(|conn| Ok(size.number(conn)?)).unwrap()
        }
    };
    f64::from(u32::try_from(bytes / 1_000_000).unwrap())
}

/// The row of a table: what was asked, what was seen, what it cost the server.
fn row(what: &str, clients: usize, round: &Round, limit: Option<(f64, String)>, cpu: Duration, memory: f64) {
    let (ratio, of) = limit.map_or((String::new(), String::new()), |(limit, of)| {
        (format!("{:.0} %", 100.0 * round.per_second / limit), format!("{limit:.0}/s {of}"))
    });
    let each = cpu.as_secs_f64() * 1e6 / f64::from(u32::try_from(round.answers).unwrap());
    println!(
        "| {what} | {clients} | {:.0}/s | {:.2} ms | {:.2} ms | {each:.0} µs | {memory:.0} MB | {of} | {ratio} |{}",
        round.per_second,
        round.p50.as_secs_f64() * 1e3,
        round.p99.as_secs_f64() * 1e3,
        if round.errors > 0 { format!(" {} errors", round.errors) } else { String::new() }
    );
}

fn run(asked: &Asked) {
    let address = Address::parse(&asked.database).unwrap();
    beiku(&asked.database, &["migrate"]);
    let mark = std::process::id();
    let name = format!("load{mark}");
    beiku(
        &asked.database,
        &["user", "add", &name, "--role", "admin", "--password", "a long password of nobody"],
    );
    let token = beiku(&asked.database, &["user", "token", &name]).lines().last().unwrap().to_owned();
    let program = Program::start(&asked.database);
    let units = count_units(&address);
    println!(
        "{units} units, {:.0} MB on disk; first answer after {} ms",
        on_disk(&address),
        program.start_up.as_millis()
    );
    println!();
    println!("| what | clients | done | p50 | p99 | CPU each | RssAnon | limit in the same run | ratio |");
    println!("|---|---|---|---|---|---|---|---|---|");
    let limit = Limit::new(&address);
    movements(asked, &limit, &program, &token, mark);
    batch(&limit, &program, &token, mark);
    reads::measure(asked, &address, &program, &token, units);
    drop(program);
    import(&asked.database, mark);
}

fn count_units(address: &Address) -> i64 {
    let store = Store::open(address).unwrap();
    let count = beiku::store::sql::sql("SELECT count(*) AS value FROM unit WHERE serial LIKE 'SN1%'");
    store.read_blocking::<_, beiku::store::StoreError, _>(|conn| Ok(count.number(conn)?)).unwrap()
}

fn receipt(client: usize, at: usize, mark: u32, keyed: bool) -> Request {
    let (part_no, depot) = part_and_depot(client + at * 61);
    let serial = format!("L{mark}-{client}-{at}{}", if keyed { "K" } else { "" });
    Request {
        method: "POST",
        path: "/api/v1/movements".into(),
        key: keyed.then(|| serial.clone()),
        body: format!(
            r#"{{"kind":"receive","part_no":"{part_no}","serial":"{serial}","from":"supplier","to":"{depot}","document":"LOAD-{at}"}}"#
        ),
    }
}

/// Receipts over HTTP, each followed at once by the bare limit at the batch the program had.
fn movements(asked: &Asked, limit: &Limit, program: &Program, token: &str, mark: u32) {
    for (turn, (clients, keyed)) in
        [(1, false), (16, false), (64, false), (1, true), (16, true), (64, true)].into_iter().enumerate()
    {
        let mark = mark * 10 + u32::try_from(turn).unwrap();
        let before = committed(program, token);
        let cpu = program.cpu();
        let round = drive(&program.address, token, clients, asked.time, |c, at| receipt(c, at, mark, keyed));
        let cpu = program.cpu() - cpu;
        let after = committed(program, token);
        let commits = (after.0 - before.0).max(1.0);
        let limit = limit.measure(clients, (after.1 - before.1) / commits, asked.time);
        let what = if keyed { "movement with key" } else { "movement" };
        row(what, clients, &round, Some(limit), cpu, program.memory());
    }
}

/// The bare limit of this database.
enum Limit {
    /// A copy of the file as it was before the first round, and a delivery that was traced on it.
    Sqlite { folder: tempfile::TempDir, delivery: Vec<Traced> },
    /// The same server.
    Postgres { url: String, traced: Vec<Vec<Traced>> },
}

impl Limit {
    fn new(address: &Address) -> Limit {
        match address {
            Address::Sqlite(file) => {
                // Beside the file: on the same disk.
                let beside =
                    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let folder = tempfile::tempdir_in(beside).unwrap();
                let (base, copy) = (folder.path().join("base.db"), folder.path().join("copy.db"));
                Store::open(address).unwrap().backup_to(&base).unwrap();
                std::fs::copy(&base, &copy).unwrap();
                let copy = Address::Sqlite(copy);
                let delivery = bare::traced_batch(&copy, 1, DELIVERY);
                Limit::Sqlite { folder, delivery }
            }
            Address::Postgres(url) => {
                Limit::Postgres { url: url.clone(), traced: bare::traced(address, 1, MOVEMENT_SCRIPTS) }
            }
        }
    }

    /// What the database alone reaches with so many clients, or with batches of that size.
    fn measure(&self, clients: usize, mean_batch: f64, time: Duration) -> (f64, String) {
        match self {
            Limit::Sqlite { folder, .. } => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a small positive number"
                )]
                let together = (mean_batch.round() as usize).max(1);
                let copy = Address::Sqlite(fresh_copy(folder.path()));
                let traced = bare::traced_jointly(&copy, 1, BARE, together);
                let bare = bare::on_sqlite(&fresh_copy(folder.path()), &traced);
                let each =
                    f64::from(u32::try_from(BARE).unwrap()) / f64::from(u32::try_from(traced.len()).unwrap());
                let steps = bare.steps / i64::try_from(BARE).unwrap();
                (bare.per_second * each, format!("(batch {together}, {steps} steps each)"))
            }
            Limit::Postgres { url, traced } => {
                (bare::by_pgbench(url, traced, clients, 4 * time.as_secs()), "(pgbench)".into())
            }
        }
    }
}

/// The file as it was before the first round.
fn fresh_copy(folder: &Path) -> PathBuf {
    let copy = folder.join("copy.db");
    for leftover in ["copy.db-wal", "copy.db-shm"] {
        drop(std::fs::remove_file(folder.join(leftover)));
    }
    std::fs::copy(folder.join("base.db"), &copy).unwrap();
    copy
}

/// A list of stock, read by the program's own command.
fn import(database: &str, mark: u32) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stock.csv");
    let mut text = String::from("part number,serial number,depot,condition,received on\n");
    for n in 0..IMPORTED {
        let (part_no, depot) = part_and_depot(n as usize);
        text.push_str(&format!("{part_no},I{mark}-{n},{depot},good,2025-03-07\n"));
    }
    std::fs::write(&file, text).unwrap();
    let started = Instant::now();
    beiku(database, &["import", "stock", &file.to_string_lossy()]);
    let took = started.elapsed().as_secs_f64();
    println!();
    println!(
        "import of {IMPORTED} rows of stock: {took:.1} s, {:.0} rows a second",
        f64::from(IMPORTED) / took
    );
}

/// Joint bookings so far, and the movements in them.
fn committed(program: &Program, token: &str) -> (f64, f64) {
    let mut client = Client::connect(&program.address, token);
    client.send(&Request::get("/metrics"));
    let text = client.text();
    let of = |name: &str| {
        let line =
            text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
        line.and_then(|number| number.parse().ok()).unwrap_or(0.0)
    };
    (of("beiku_joint_bookings_total"), of("beiku_jointly_booked_total"))
}

/// 5,000 serials received in one request, beside the same statements without the program.
fn batch(limit: &Limit, program: &Program, token: &str, mark: u32) {
    let items: Vec<String> = (0..DELIVERY).map(|n| format!(r#"{{"serial":"B{mark}-{n}"}}"#)).collect();
    let body = format!(
        r#"{{"kind":"receive","part_no":"P-100001","from":"supplier","to":"DP1","document":"BATCH-{mark}","items":[{}]}}"#,
        items.join(",")
    );
    let request = Request { method: "POST", path: "/api/v1/movements/batch".into(), key: None, body };
    let mut client = Client::connect(&program.address, token);
    let (cpu, started) = (program.cpu(), Instant::now());
    let status = client.send(&request);
    let took = started.elapsed();
    let errors = usize::from(!(200..300).contains(&status));
    let round = Round { per_second: 1.0 / took.as_secs_f64(), p50: took, p99: took, errors, answers: 1 };
    let bare = match limit {
        Limit::Sqlite { folder, delivery, .. } => {
            let bare = bare::on_sqlite(&fresh_copy(folder.path()), std::slice::from_ref(delivery));
            Some((bare.per_second, format!("({} statements)", delivery.len())))
        }
        Limit::Postgres { .. } => None,
    };
    row("5,000 serials in one batch", 1, &round, bare, program.cpu() - cpu, program.memory());
}
