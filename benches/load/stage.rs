//! One database with the real service on it, and everything that is asked of it.

use crate::bare::part_and_depot;
use crate::client::{Client, Request, Round, drive};
use crate::counted::Inside;
use crate::figures::{Cost, Figure, Run};
use crate::limit::Limit;
use crate::program::{Program, beiku};
use crate::reads::{self, Question, spread};
use crate::{DELIVERED, on_disk};
use beiku::store::{Address, Store};
use std::time::{Duration, Instant};

/// Rows of the list that is imported.
const IMPORTED: u32 = 20_000;
/// Serials in one batch.
const DELIVERY: usize = 5_000;
/// Callers of each round of movements, and whether they send keys.
pub const ROUNDS: [(usize, bool); 6] =
    [(1, false), (16, false), (64, false), (1, true), (16, true), (64, true)];

pub struct Stage {
    database: String,
    address: Address,
    program: Program,
    inside: Inside,
    limit: Limit,
    token: String,
    time: Duration,
    run: Run,
}

impl Stage {
    /// Starts the service on books that `data` wrote.
    pub fn start(database: &str, time: Duration) -> Stage {
        let address = Address::parse(database).unwrap();
        beiku(database, &["migrate"]);
        let name = format!("load{}", std::process::id());
        beiku(
            database,
            &["user", "add", &name, "--role", "admin", "--password", "a long password of nobody"],
        );
        let token = beiku(database, &["user", "token", &name]).lines().last().unwrap().to_owned();
        let program = Program::start(database);
        let run = Run {
            is_postgres: matches!(address, Address::Postgres(_)),
            units: count_units(&address),
            disk_mb: on_disk(&address),
            start_ms: program.start_up.as_secs_f64() * 1e3,
            imported_per_second: 0.0,
            figures: vec![],
        };
        let (limit, inside) = (Limit::new(&address), Inside::start(&address, &token));
        Stage { database: database.to_owned(), address, program, inside, limit, token, time, run }
    }

    fn cost_since(&self, before: Duration) -> Cost {
        Cost { cpu: self.program.cpu() - before, memory_mb: self.program.memory_mb() }
    }

    fn keep(&mut self, figure: Figure) {
        eprintln!(
            "{} units: {}, {} clients: {:.0}/s",
            self.run.units, figure.what, figure.clients, figure.per_second
        );
        self.run.figures.push(figure);
    }

    /// Receipts over HTTP, followed at once by the bare limit at the batch the program had.
    pub fn movements(&mut self, clients: usize, keyed: bool) {
        let mark = format!("{}{clients}", std::process::id());
        let before = committed(&self.program, &self.token);
        let cpu = self.program.cpu();
        let round = drive(&self.program.address, &self.token, clients, self.time, |c, at| {
            receipt(c, at, &mark, keyed)
        });
        let cost = self.cost_since(cpu);
        let after = committed(&self.program, &self.token);
        let commits = (after.0 - before.0).max(1.0);
        let bare = self.limit.movements(clients, (after.1 - before.1) / commits, self.time);
        let what = if keyed { "movement with key" } else { "movement" };
        let figure = Figure::new(what, clients, &round, &cost);
        self.keep(Figure { read: Some(self.limit.reads), bare: Some(bare), ..figure });
    }

    /// 5,000 serials received in one request, beside the same statements without the program.
    pub fn delivery(&mut self) {
        let mark = std::process::id();
        let items: Vec<String> = (0..DELIVERY).map(|n| format!(r#"{{"serial":"B{mark}-{n}"}}"#)).collect();
        let body = format!(
            r#"{{"kind":"receive","part_no":"P-100001","from":"supplier","to":"DP1","document":"BATCH-{mark}","items":[{}]}}"#,
            items.join(",")
        );
        let request = Request { method: "POST", path: "/api/v1/movements/batch".into(), key: None, body };
        let mut client = Client::connect(&self.program.address, &self.token);
        let (bare, read) = self.limit.delivery(DELIVERY);
        let (cpu, started) = (self.program.cpu(), Instant::now());
        let status = client.send(&request);
        let took = started.elapsed();
        let errors = usize::from(!(200..300).contains(&status));
        let round = Round { per_second: 1.0 / took.as_secs_f64(), p50: took, p99: took, errors, answers: 1 };
        let figure = Figure::new(DELIVERED, 1, &round, &self.cost_since(cpu));
        self.keep(Figure { read: Some(read), bare: Some(bare), ..figure });
    }

    /// A question by 16 clients, beside its bare limit where it has one.
    pub fn ask(&mut self, question: &Question) {
        let (units, time) = (self.run.units, self.time / 2);
        let asked =
            reads::Asked { address: &self.address, program: &self.program, token: &self.token, units, time };
        let bare = asked.bare(question);
        let read = self.inside.reads((0..reads::COUNTED).map(|n| (question.path)(spread(n, n), units)));
        let cpu = self.program.cpu();
        let round = drive(&self.program.address, &self.token, reads::CLIENTS, time, |c, at| {
            Request::get((question.path)(spread(c, at), units))
        });
        let figure = Figure::new(question.what, reads::CLIENTS, &round, &self.cost_since(cpu));
        self.keep(Figure { read: Some(read), bare, ..figure });
    }

    /// Ends the service, and has a list of stock read by the program's own command.
    pub fn end(self) -> Run {
        let Stage { database, program, inside, limit, mut run, .. } = self;
        drop((program, inside, limit));
        run.imported_per_second = import(&database);
        run
    }
}

fn count_units(address: &Address) -> i64 {
    let store = Store::open(address).unwrap();
    let count = beiku::store::sql::sql("SELECT count(*) AS value FROM unit WHERE serial LIKE 'SN1%'");
    store.read_blocking::<_, beiku::store::StoreError, _>(|conn| Ok(count.number(conn)?)).unwrap()
}

fn receipt(client: usize, at: usize, mark: &str, keyed: bool) -> Request {
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

/// A list of stock, read by the program's own command; rows a second.
fn import(database: &str) -> f64 {
    let mark = std::process::id();
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
    f64::from(IMPORTED) / started.elapsed().as_secs_f64()
}
