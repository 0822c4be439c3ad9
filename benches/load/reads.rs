//! Every question people ask, by 16 clients; point reads beside a handler that runs the same statements.

use crate::bare::{self, part_and_depot};
use crate::client::{Client, Request, drive};
use crate::handler::Handler;
use crate::program::Program;
use crate::trace::{Trace, Traced};
use crate::{Asked, dataset, row};
use beiku::app::stock::{self, Sourcing};
use beiku::app::{AppResult, Ctx};
use beiku::store::{Address, Conn};
use std::time::Duration;

const CLIENTS: usize = 16;
/// Questions pgbench chooses among.
const READ_SCRIPTS: usize = 8;
/// The bare handler is asked about so many things in turn.
const ASKED: usize = 512;

/// What a question names: the `n`th thing of its kind among so many units.
type Thing = fn(usize, i64) -> String;

fn serial(n: usize, units: i64) -> String {
    dataset::serial(i64::try_from(n).unwrap() % units + 1)
}

fn part(n: usize, _: i64) -> String {
    part_and_depot(n).0
}

/// A question about one thing, and the piece of the program that answers it.
struct Point {
    what: &'static str,
    thing: Thing,
    path: fn(&str) -> String,
    answer: fn(&mut Conn, &Ctx, &str) -> AppResult<()>,
}

const POINTS: [Point; 4] = [
    Point {
        what: "scan",
        thing: serial,
        path: |serial| format!("/api/v1/scan/{serial}"),
        answer: |conn, ctx, serial| stock::scan(conn, ctx, serial).map(drop),
    },
    Point {
        what: "unit",
        thing: serial,
        path: |serial| format!("/api/v1/units/{serial}"),
        answer: |conn, ctx, serial| stock::unit_details(conn, ctx, serial, None).map(drop),
    },
    Point {
        what: "unit's history",
        thing: serial,
        path: |serial| format!("/api/v1/units/{serial}/history"),
        answer: |conn, ctx, serial| stock::history(conn, ctx, serial, None, i64::MAX, 51).map(drop),
    },
    Point {
        what: "availability",
        thing: part,
        path: |part| format!("/api/v1/availability?part_no={part}&near=DP1"),
        answer: |conn, ctx, part| {
            let question = Sourcing { part_no: part.to_owned(), near: Some("DP1".to_owned()) };
            stock::sourcing(conn, ctx, &question).map(drop)
        },
    },
];

/// Spreads the questions of all clients over what there is.
fn spread(client: usize, at: usize) -> usize {
    client * 7_919 + at * 104_729
}

/// Asks everything.
pub fn measure(asked: &Asked, address: &Address, program: &Program, token: &str, units: i64) {
    let time = asked.time / 2;
    let ask = |what: &str, limit: Option<(f64, String)>, path: &(dyn Fn(usize, usize) -> String + Sync)| {
        let cpu = program.cpu();
        let round = drive(&program.address, token, CLIENTS, time, |c, at| Request::get(path(c, at)));
        row(what, CLIENTS, &round, limit, program.cpu() - cpu, program.memory());
    };
    ask("health (no database)", None, &|_, _| "/healthz".into());
    ask("who am I (sign-in only)", None, &|_, _| "/api/v1/me".into());
    for point in &POINTS {
        let limit = limit(point, address, program, token, units, time);
        ask(point.what, Some(limit), &|c, at| (point.path)(&(point.thing)(spread(c, at), units)));
    }
    ask("units of a depot", None, &|c, at| format!("/api/v1/units?depot=DP{}", (c + at) % 8 + 1));
    ask("search: end of a serial", None, &|c, at| {
        format!("/api/v1/units?serial={}", &serial(spread(c, at), units)[7..])
    });
    ask("movements of a depot", None, &|c, at| format!("/api/v1/movements?depot=DP{}", (c + at) % 8 + 1));
    ask("stock of a depot", None, &|c, at| format!("/api/v1/stock?depot=DP{}", (c + at) % 8 + 1));
    ask("open RMAs", None, &|_, _| "/api/v1/rmas?open=true".into());
    ask("RMAs of a customer", None, &|c, at| {
        format!("/api/v1/rmas?customer=K{}", 1_001 + (c * 13 + at) % 200)
    });
    ask("promises", None, &|_, _| "/api/v1/promises?state=open".into());
    ask("timely repair rate of a year", None, &|_, _| "/api/v1/kpi/timely-repair".into());
    ask("overview", None, &|_, _| "/".into());
}

/// What the database alone reaches with the same statements: behind a bare handler (SQLite), or by pgbench (PostgreSQL).
fn limit(
    point: &Point,
    address: &Address,
    program: &Program,
    token: &str,
    units: i64,
    time: Duration,
) -> (f64, String) {
    let traced = traced(point, address, units);
    match address {
        Address::Sqlite(file) => {
            let mut client = Client::connect(&program.address, token);
            client.send(&Request::get((point.path)(&(point.thing)(1, units))));
            let handler = Handler::start(file, &traced, client.text().into_bytes());
            let round = drive(&handler.address, token, CLIENTS, time, |_, _| Request::get("/"));
            (round.per_second, format!("(bare handler, {} statements)", traced[0].len()))
        }
        Address::Postgres(url) => {
            let limit = bare::by_pgbench(url, &traced[..READ_SCRIPTS], CLIENTS, 3 * time.as_secs());
            (limit, format!("(pgbench, {} statements)", traced[0].len()))
        }
    }
}

/// What the program runs to answer the question about one thing after the other.
fn traced(point: &Point, address: &Address, units: i64) -> Vec<Vec<Traced>> {
    let ctx = bare::context(address, 1);
    let mut conn = bare::connect(address);
    let trace = Trace::of(&mut conn);
    let one = |n| {
        (point.answer)(&mut conn, &ctx, &(point.thing)(spread(n, n), units)).unwrap();
        trace.take()
    };
    (0..ASKED).map(one).collect()
}
