//! How much a question reads: steps of SQLite's machine, rows and entries of indexes that PostgreSQL touched. The same on any
//! machine, and as much as the books demand.

use crate::bare::{bare_value, connect, in_full};
use crate::client::{Client, Request};
use crate::served::Served;
use crate::trace::{Trace, Traced};
use actix_web::web::Data;
use beiku::app::{App, Clock};
use beiku::cli;
use beiku::config::{CommonSettings, Config, ServiceSettings};
use beiku::http::State;
use beiku::store::sql::sql;
use beiku::store::{Address, Conn, Store};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use rusqlite::{OpenFlags, StatementStatus, params_from_iter};
use std::net::TcpListener;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What connections of this process run while somebody listens.
static HEARD: LazyLock<Trace> = LazyLock::new(Trace::default);
static LISTENS: AtomicBool = AtomicBool::new(false);

fn hearing() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if LISTENS.load(Ordering::Relaxed) {
            HEARD.hear(&event);
        }
    }))
}

/// The service within this process, where its statements can be heard.
pub struct Inside {
    service: Served,
    address: Address,
    token: String,
}

impl Inside {
    pub fn start(address: &Address, token: &str) -> Inside {
        set_default_instrumentation(hearing).unwrap();
        let app = App::new(Store::open(address).unwrap(), Clock::system());
        let service = Served::start(move || {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let listen = listener.local_addr().unwrap();
            let settings = ServiceSettings { listen: Some(listen), ..ServiceSettings::default() };
            let config = Config::resolve(CommonSettings::default(), settings, None).unwrap();
            let state = Data::new(State::new(app, config).unwrap());
            (beiku::http::server::start(state, listener, cli::faces).unwrap(), listen.to_string())
        });
        Inside { service, address: address.clone(), token: token.to_owned() }
    }

    /// What the statements behind these pages read, each page.
    pub fn reads(&self, paths: impl ExactSizeIterator<Item = String>) -> f64 {
        let mut client = Client::connect(&self.service.address, &self.token);
        let pages = f64::from(u32::try_from(paths.len()).unwrap());
        let mut statements = vec![];
        LISTENS.store(true, Ordering::Relaxed);
        for path in paths {
            let status = client.send(&Request::get(&path));
            assert!((200..300).contains(&status), "{path}: {status}");
            statements.extend(HEARD.take());
        }
        LISTENS.store(false, Ordering::Relaxed);
        statements.retain(|s| ["SELECT", "WITH"].iter().any(|word| s.text.trim_start().starts_with(word)));
        let read = match &self.address {
            Address::Sqlite(file) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
                let conn = rusqlite::Connection::open_with_flags(file, flags).unwrap();
                statements.iter().map(|statement| steps(&conn, statement)).sum()
            }
            Address::Postgres(_) => {
                let mut conn = connect(&self.address);
                conn.batch("BEGIN; SET LOCAL max_parallel_workers_per_gather = 0").unwrap();
                let before = rows_touched(&mut conn);
                for statement in &statements {
                    conn.batch(&in_full(statement)).unwrap();
                }
                let touched = rows_touched(&mut conn) - before;
                conn.batch("ROLLBACK").unwrap();
                touched
            }
        };
        f64::from(i32::try_from(read).unwrap()) / pages
    }
}

fn steps(conn: &rusqlite::Connection, statement: &Traced) -> i64 {
    let mut prepared = conn.prepare(&statement.text).unwrap();
    let values = statement.values.iter().map(bare_value);
    let mut rows = prepared.query(params_from_iter(values)).unwrap();
    while rows.next().unwrap().is_some() {}
    drop(rows);
    prepared.get_status(StatementStatus::VmStep).into()
}

/// Rows of tables and entries of indexes that this transaction touched so far on PostgreSQL; 0 on SQLite.
pub fn rows_touched(conn: &mut Conn) -> i64 {
    if !conn.is_postgres() {
        return 0;
    }
    let touched =
        sql("SELECT CAST(sum(pg_stat_get_xact_tuples_returned(c.oid)) AS BIGINT) AS value FROM pg_class c \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')");
    touched.number(conn).unwrap()
}
