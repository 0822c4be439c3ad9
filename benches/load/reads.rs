//! Every question people ask, by 16 clients; point reads beside a handler that runs the same statements.

use crate::bare::{self, part_and_depot};
use crate::client::{Client, Request, drive};
use crate::figures::Bare;
use crate::program::Program;
use crate::trace::{Trace, Traced};
use crate::{dataset, handler};
use beiku::app::stock::{self, Sourcing};
use beiku::app::{AppResult, Ctx};
use beiku::store::{Address, Conn};
use std::time::Duration;

pub const CLIENTS: usize = 16;
/// The question that shows what the machine costs without the books.
pub const NO_DATABASE: &str = "health (no database)";
/// Questions pgbench chooses among.
const READ_SCRIPTS: usize = 8;
/// The bare handler is asked about so many things in turn.
const ASKED: usize = 512;
/// Of so many things is counted what is read.
pub const COUNTED: usize = 8;

/// A question about the `n`th thing of its kind, among so many units.
pub struct Question {
    pub what: &'static str,
    pub path: fn(usize, i64) -> String,
    /// The piece of the program that answers it, where it reads a few rows by their keys.
    point: Option<Answer>,
}

type Answer = fn(&mut Conn, &Ctx, usize, i64) -> AppResult<()>;

fn serial(n: usize, units: i64) -> String {
    dataset::serial(i64::try_from(n).unwrap() % units + 1)
}

fn part(n: usize) -> String {
    part_and_depot(n).0
}

const fn of(what: &'static str, path: fn(usize, i64) -> String) -> Question {
    Question { what, path, point: None }
}

pub const QUESTIONS: [Question; 15] = [
    of(NO_DATABASE, |_, _| "/healthz".into()),
    of("who am I (sign-in only)", |_, _| "/api/v1/me".into()),
    Question {
        what: "scan",
        path: |n, units| format!("/api/v1/scan/{}", serial(n, units)),
        point: Some(|conn, ctx, n, units| stock::scan(conn, ctx, &serial(n, units)).map(drop)),
    },
    Question {
        what: "unit",
        path: |n, units| format!("/api/v1/units/{}", serial(n, units)),
        point: Some(|conn, ctx, n, units| stock::unit_details(conn, ctx, &serial(n, units), None).map(drop)),
    },
    Question {
        what: "unit's history",
        path: |n, units| format!("/api/v1/units/{}/history", serial(n, units)),
        point: Some(|conn, ctx, n, units| {
            stock::history(conn, ctx, &serial(n, units), None, i64::MAX, 51).map(drop)
        }),
    },
    Question {
        what: "availability",
        path: |n, _| format!("/api/v1/availability?part_no={}&near=DP1", part(n)),
        point: Some(|conn, ctx, n, _| {
            let question = Sourcing { part_no: part(n), near: Some("DP1".to_owned()) };
            stock::sourcing(conn, ctx, &question).map(drop)
        }),
    },
    of("units of a depot", |n, _| format!("/api/v1/units?depot=DP{}", n % 8 + 1)),
    of("search: end of a serial", |n, units| format!("/api/v1/units?serial={}", &serial(n, units)[7..])),
    of("movements of a depot", |n, _| format!("/api/v1/movements?depot=DP{}", n % 8 + 1)),
    of("stock of a depot", |n, _| format!("/api/v1/stock?depot=DP{}", n % 8 + 1)),
    of("open RMAs", |_, _| "/api/v1/rmas?open=true".into()),
    of("RMAs of a customer", |n, _| format!("/api/v1/rmas?customer=K{}", 1_001 + n % 200)),
    of("promises", |_, _| "/api/v1/promises?state=open".into()),
    of("timely repair rate of a year", |_, _| "/api/v1/kpi/timely-repair".into()),
    of("overview", |_, _| "/".into()),
];

/// Questions that read a few rows by their keys.
pub fn point_reads() -> impl Iterator<Item = &'static str> {
    QUESTIONS.iter().filter(|question| question.point.is_some()).map(|question| question.what)
}

/// Spreads the questions of all clients over what there is.
pub fn spread(client: usize, at: usize) -> usize {
    client * 7_919 + at * 104_729
}

/// Books to ask about, and the service on them.
pub struct Asked<'a> {
    pub address: &'a Address,
    pub program: &'a Program,
    pub token: &'a str,
    pub units: i64,
    pub time: Duration,
}

impl Asked<'_> {
    /// What the database alone reaches with the statements of a point read: behind a bare handler (SQLite), or by pgbench
    /// (PostgreSQL).
    pub fn bare(&self, question: &Question) -> Option<Bare> {
        let traced = self.traced(question.point?);
        let statements = traced[0].len();
        Some(match self.address {
            Address::Sqlite(file) => {
                let mut client = Client::connect(&self.program.address, self.token);
                client.send(&Request::get((question.path)(1, self.units)));
                let handler = handler::start(file, &traced, client.text().into_bytes());
                let round = drive(&handler.address, self.token, CLIENTS, self.time, |_, _| Request::get("/"));
                Bare { per_second: round.per_second, how: format!("bare handler, {statements} statements") }
            }
            Address::Postgres(url) => {
                let seconds = 3 * self.time.as_secs();
                let per_second = bare::by_pgbench(url, &traced[..READ_SCRIPTS], CLIENTS, seconds);
                Bare { per_second, how: format!("pgbench, {statements} statements") }
            }
        })
    }

    /// What the program runs to answer the question about one thing after the other.
    fn traced(&self, answer: Answer) -> Vec<Vec<Traced>> {
        let ctx = bare::context(self.address);
        let mut conn = bare::connect(self.address);
        let trace = Trace::of(&mut conn);
        let one = |n| {
            answer(&mut conn, &ctx, spread(n, n), self.units).unwrap();
            trace.take()
        };
        (0..ASKED).map(one).collect()
    }
}
