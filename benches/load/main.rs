//! Measures Beiku beside the limit of its database, in one run on one machine. See docs/performance.md.
//!
//! ```text
//! cargo bench --bench load -- data --database sqlite:big.db --units 1000000
//! cargo bench --bench load -- run  --database sqlite:small.db --beside sqlite:big.db --gate
//! ```
//!
//! `data` fills an empty database with a company of that size, `run` measures on it (and adds movements to it), on two sizes in
//! turn with `--beside`, and says which aims were met. Only the ratios of one run mean something: a machine is never as fast
//! twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement says what went wrong by ending"
)]

mod aims;
mod bare;
mod client;
mod counted;
mod dataset;
mod figures;
mod growth;
mod handler;
mod limit;
mod program;
mod reads;
mod served;
mod stage;
mod trace;

use aims::Aim;
use beiku::app::{App, Clock};
use beiku::jobs::{Job, Scheduler};
use beiku::store::{Address, Store};
use figures::Run;
use program::beiku;
use stage::Stage;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

const USAGE: &str = "load data --database sqlite:FILE|postgres://… [--units N]
load run --database … [--beside …] [--against FILE] [--json FILE] [--seconds N] [--gate]";
/// What the row of a delivery is called.
const DELIVERED: &str = "5,000 serials in one batch";

/// What was written after the command.
struct Options(Vec<String>);

impl Options {
    fn text(&self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|word| word == name)?;
        Some(self.0.get(at + 1).unwrap_or_else(|| panic!("{name} what?\n{USAGE}")).clone())
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.text(name).map(|word| word.parse().expect("a number"))
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    fn is_set(&self, name: &str) -> bool {
        self.0.iter().any(|word| word == name)
    }
}

fn main() -> ExitCode {
    let options = Options(std::env::args().skip(1).filter(|word| word != "--bench").collect());
    match (options.0.first().map(String::as_str), options.text("--database")) {
        (Some("data"), Some(database)) => data(&database, options.number("--units").unwrap_or(10_000)),
        (Some("run"), Some(database)) => return run(&database, &options),
        _ => println!("{USAGE}"),
    }
    ExitCode::SUCCESS
}

/// Fills an empty database and has the program prove it.
fn data(database: &str, units: i64) {
    beiku(database, &["migrate"]);
    let address = Address::parse(database).unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let size = dataset::Size { units, now: i64::try_from(now).unwrap() };
    let started = Instant::now();
    let store = Store::open(&address).unwrap();
    dataset::build(&store, size, |what| println!("{:6.1} s  {what}", started.elapsed().as_secs_f64()))
        .unwrap();
    let built = started.elapsed();
    work_off(store);
    println!("{:6.1} s  lines judged, sums by day, chances", started.elapsed().as_secs_f64());
    let proving = Instant::now();
    beiku(database, &["verify"]);
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

/// Measures one size, or two in turn: what the machine does meanwhile meets both.
fn run(database: &str, options: &Options) -> ExitCode {
    let time = Duration::from_secs(options.number("--seconds").map_or(5, |n| u64::try_from(n).unwrap()));
    let databases = [Some(database.to_owned()), options.text("--beside")];
    let mut stages: Vec<Stage> = databases.iter().flatten().map(|one| Stage::start(one, time)).collect();
    for (clients, keyed) in stage::ROUNDS {
        stages.iter_mut().for_each(|stage| stage.movements(clients, keyed));
    }
    stages.iter_mut().for_each(Stage::delivery);
    for question in &reads::QUESTIONS {
        stages.iter_mut().for_each(|stage| stage.ask(question));
    }
    let runs: Vec<Run> = stages.into_iter().map(Stage::end).collect();
    runs.iter().for_each(Run::print);
    if let Some(file) = options.file("--json") {
        figures::keep(&runs, &file);
    }
    let earlier = options.file("--against").map(|file| figures::load(&file));
    let other = runs.get(1).or(earlier.as_ref());
    let sizes =
        other.map(|other| if other.units < runs[0].units { (other, &runs[0]) } else { (&runs[0], other) });
    if let Some((small, large)) = sizes {
        growth::print(small, large);
    }
    let aims = aims::of(&runs, sizes);
    aims::print(&aims);
    let is_missed = options.is_set("--gate") && aims.iter().any(Aim::is_missed);
    if is_missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
