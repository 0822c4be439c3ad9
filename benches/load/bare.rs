//! The limit: the program's own statements with their own values, traced from the program and run again without it, on a
//! copy of the same database. SQLite through rusqlite, which adds next to nothing to the C library; PostgreSQL by pgbench.

use crate::trace::{Bound, Trace, Traced};
use crate::{counted, dataset};
use beiku::app::stock::{self, Booking, Wanted};
use beiku::app::{App, Clock, Ctx};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::stock::MovementKind;
use beiku::store::sql::sql_once;
use beiku::store::{Address, Conn, Store};
use diesel::{Connection, PgConnection, SqliteConnection};
use rusqlite::types::Value;
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// The settings of the program's own writer.
const PRAGMAS: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
     PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864;";

/// The first user of the books.
const ADMIN: i64 = 1;
/// Movements whose reads are counted.
const COUNTED: u16 = 100;

/// The receipt that everybody measures: a new serial of one of 500 parts into one of 8 depots.
pub fn part_and_depot(n: usize) -> (String, String) {
    let n = i64::try_from(n).unwrap();
    (format!("P-{}", 100_001 + n * 7 % dataset::PARTS), format!("DP{}", n % dataset::DEPOTS + 1))
}

/// What a signed-in administrator works with.
pub fn context(address: &Address) -> Ctx {
    let app = App::new(Store::open(address).unwrap(), Clock::system());
    let mut actor = Actor::system("load");
    (actor.role, actor.user_id) = (Role::Admin, ADMIN);
    app.context(actor, String::new())
}

fn receipt(n: usize, serial: String) -> Booking {
    let (part_no, depot) = part_and_depot(n);
    Booking {
        kind: MovementKind::Receive,
        part_no: Some(part_no),
        serial: Some(serial),
        quantity: None,
        from: "supplier".into(),
        to: depot,
        condition: None,
        condition_to: None,
        owner_to: None,
        reason: String::new(),
        document: format!("LOAD-{n}"),
        occurred_at: None,
    }
}

/// A connection of its own, beside the program's.
pub fn connect(address: &Address) -> Conn {
    match address {
        Address::Sqlite(file) => Conn::Sqlite(SqliteConnection::establish(&file.to_string_lossy()).unwrap()),
        Address::Postgres(url) => Conn::Pg(PgConnection::establish(url).unwrap()),
    }
}

/// Sets serials apart that stay in the books.
fn mark() -> String {
    static ROUND: AtomicUsize = AtomicUsize::new(0);
    format!("{}-{}", std::process::id(), ROUND.fetch_add(1, Ordering::Relaxed))
}

/// Lets the program work on a connection of its own, in a transaction that leaves nothing behind.
fn rehearse<T>(address: &Address, work: impl FnOnce(&mut Conn, &Ctx, &Trace) -> T) -> T {
    let ctx = context(address);
    let mut conn = connect(address);
    conn.batch("BEGIN").unwrap();
    let trace = Trace::of(&mut conn);
    let done = work(&mut conn, &ctx, &trace);
    conn.batch("ROLLBACK").unwrap();
    done
}

/// Traces `count` receipts.
pub fn traced(address: &Address, count: usize) -> Vec<Vec<Traced>> {
    rehearse(address, |conn, ctx, trace| {
        let one = |n| {
            stock::book(conn, ctx, &receipt(n, format!("BARE{n}"))).unwrap();
            trace.take()
        };
        (0..count).map(one).collect()
    })
}

/// Traces receipts that are booked jointly, so many at a time.
pub fn traced_jointly(address: &Address, count: usize, together: usize) -> Vec<Vec<Traced>> {
    let mark = mark();
    rehearse(address, |conn, ctx, trace| {
        let wanted = |n: usize| Wanted {
            ctx: ctx.clone(),
            booking: receipt(n * 61, format!("BARE{mark}-{n}")),
            once: None,
            encode: |_, _| (201, String::new()),
        };
        let numbers: Vec<usize> = (0..count).collect();
        let batch = |numbers: &[usize]| {
            let wanted: Vec<Wanted> = numbers.iter().map(|n| wanted(*n)).collect();
            assert_eq!(stock::book_plain(conn, &wanted).unwrap().len(), wanted.len());
            trace.take()
        };
        numbers.chunks(together).map(batch).collect()
    })
}

/// What one receipt by itself reads: steps of SQLite's machine, rows that PostgreSQL touches. `address` may be written to.
pub fn movement_reads(address: &Address) -> f64 {
    let read = match address {
        Address::Sqlite(file) => on_sqlite(file, &traced(address, COUNTED.into())).read,
        Address::Postgres(_) => rehearse(address, |conn, ctx, _| {
            let mut before = 0;
            for n in 0..=usize::from(COUNTED) {
                stock::book(conn, ctx, &receipt(n, format!("BARE{n}"))).unwrap();
                // The first only makes ready.
                before = if n == 0 { counted::rows_touched(conn) } else { before };
            }
            counted::rows_touched(conn) - before
        }),
    };
    f64::from(i32::try_from(read).unwrap()) / f64::from(COUNTED)
}

/// A delivery, so many new serials of one part received in one batch, by its own statements without the program; and how many
/// statements. It stays in the books.
pub fn delivery(address: &Address, count: usize) -> (Ran, usize) {
    let mark = mark();
    let bookings: Vec<Booking> = (0..count).map(|n| receipt(0, format!("BARE{mark}-{n}"))).collect();
    let ids = ids_given(address);
    let (traced, touched) = rehearse(address, |conn, ctx, trace| {
        let before = counted::rows_touched(conn);
        trace.take();
        stock::book_batch(conn, ctx, &bookings).unwrap();
        let traced = trace.take();
        (traced, counted::rows_touched(conn) - before)
    });
    let bare = match address {
        Address::Sqlite(file) => on_sqlite(file, std::slice::from_ref(&traced)),
        Address::Postgres(_) => Ran { per_second: on_postgres(address, &traced, ids), read: touched },
    };
    (bare, traced.len())
}

/// The last ids PostgreSQL gave out, by table: a rehearsal uses some up, and its statements name them.
fn ids_given(address: &Address) -> Vec<(&'static str, i64)> {
    let mut conn = connect(address);
    let tables = if conn.is_postgres() { vec!["unit", "movement"] } else { vec![] };
    let last = |table| {
        let text = format!(
            "SELECT pg_sequence_last_value(pg_get_serial_sequence('{table}', 'id')::regclass) AS value"
        );
        (table, sql_once(text).number(&mut conn).unwrap())
    };
    tables.into_iter().map(last).collect()
}

/// The text of a PostgreSQL statement with its values in their places.
pub fn in_full(statement: &Traced) -> String {
    let words: Vec<String> = statement.values.iter().map(|value| value.literal(true)).collect();
    statement.with(true, &words)
}

/// Runs one piece of traced work in one transaction; how many of it a second would take.
fn on_postgres(address: &Address, traced: &[Traced], ids: Vec<(&'static str, i64)>) -> f64 {
    let mut conn = connect(address);
    for (table, last) in ids {
        conn.batch(&format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")).unwrap();
    }
    let texts: Vec<String> = traced.iter().map(in_full).collect();
    let started = Instant::now();
    conn.batch("BEGIN").unwrap();
    for text in &texts {
        conn.batch(text).unwrap();
    }
    conn.batch("COMMIT").unwrap();
    1.0 / started.elapsed().as_secs_f64()
}

/// What a bare loop reached.
pub struct Ran {
    /// Pieces of work.
    pub per_second: f64,
    /// Steps of SQLite's machine, or rows that PostgreSQL touched, for all of it: the same on any machine.
    pub read: i64,
}

/// Runs traced work on the file, each piece in a transaction of its own.
pub fn on_sqlite(file: &Path, traced: &[Vec<Traced>]) -> Ran {
    let conn = rusqlite::Connection::open(file).unwrap();
    conn.execute_batch(PRAGMAS).unwrap();
    let mut statements = HashMap::new();
    for statement in traced.iter().flatten() {
        statements.entry(statement.text.as_str()).or_insert_with(|| conn.prepare(&statement.text).unwrap());
    }
    let plain = |text: &str| conn.prepare(text).unwrap();
    let (mut begin, mut commit) = (plain("BEGIN IMMEDIATE"), plain("COMMIT"));
    let values: Vec<Vec<Vec<Value>>> = traced
        .iter()
        .map(|one| one.iter().map(|s| s.values.iter().map(bare_value).collect()).collect())
        .collect();
    let started = Instant::now();
    for (piece, values) in traced.iter().zip(values) {
        begin.execute([]).unwrap();
        for (statement, values) in piece.iter().zip(values) {
            let prepared = statements.get_mut(statement.text.as_str()).unwrap();
            let mut rows = prepared.query(rusqlite::params_from_iter(values)).unwrap();
            while rows.next().unwrap().is_some() {}
        }
        commit.execute([]).unwrap();
    }
    let elapsed = started.elapsed().as_secs_f64();
    let read = statements
        .values()
        .map(|statement| i64::from(statement.get_status(rusqlite::StatementStatus::VmStep)))
        .sum();
    Ran { per_second: f64::from(u32::try_from(traced.len()).unwrap()) / elapsed, read }
}

/// A value as SQLite takes it.
pub fn bare_value(value: &Bound) -> Value {
    match value {
        Bound::Null => Value::Null,
        Bound::Int(n) => Value::Integer(*n),
        Bound::Bool(b) => Value::Integer(i64::from(*b)),
        Bound::Text(text) => Value::Text(text.clone()),
        Bound::Bytes(bytes) => Value::Blob(bytes.clone()),
    }
}

/// Runs traced work by pgbench with so many clients; pieces of it per second in the second half of the time: in the first
/// every client prepares every statement of every piece.
pub fn by_pgbench(url: &str, traced: &[Vec<Traced>], clients: usize, seconds: u64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("pgbench");
    command.args(["-n", "-M", "prepared", "-P", "1", "-T", &seconds.to_string()]);
    command.args(["-c", &clients.to_string(), "-j", &clients.min(2).to_string()]);
    for (n, movement) in traced.iter().enumerate() {
        let file = folder.path().join(format!("{n}.sql"));
        std::fs::write(&file, script(movement, n)).unwrap();
        command.arg("-f").arg(file);
    }
    let output = command.arg(url).output().expect("pgbench is part of PostgreSQL");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // progress: 3.0 s, 812.0 tps, lat 19.7 ms stddev 4.1, 0 failed
    let each_second: Vec<f64> =
        said.lines().filter_map(|line| line.split(", ").nth(1)?.strip_suffix(" tps")?.parse().ok()).collect();
    assert!(each_second.len() > 1, "{said}");
    let late = &each_second[each_second.len() / 2..];
    late.iter().sum::<f64>() / f64::from(u32::try_from(late.len()).unwrap())
}

/// The work as a script; a receipt has a serial of its own every time.
fn script(movement: &[Traced], n: usize) -> String {
    let serial = format!("BARE{n}");
    let reversed: String = serial.chars().rev().collect();
    let unit = movement.last().and_then(|insert| match insert.values.get(2) {
        Some(Bound::Int(id)) => Some(*id),
        _ => None,
    });
    let mut text = String::from("\\set n random(1, 1000000000000)\nBEGIN;\n");
    for statement in movement {
        let words: Vec<String> = statement
            .values
            .iter()
            .map(|value| match value {
                Bound::Text(text) if *text == serial => format!("'{serial}-' || :n"),
                Bound::Text(text) if *text == reversed => format!("reverse('{serial}-' || :n)"),
                Bound::Text(text) => match text.strip_suffix(&format!("\u{1f}{serial}")) {
                    Some(maker) => no_variable(&format!("'{maker}\u{1f}{serial}-' || :n"), " || :n"),
                    None => no_variable(&value.literal(true), ""),
                },
                Bound::Int(id) if Some(*id) == unit => ":unit_id".into(),
                other => other.literal(true),
            })
            .collect();
        let makes_unit = statement.text.starts_with("INSERT INTO unit ");
        text.push_str(&statement.with(true, &words));
        text.push_str(if makes_unit { " \\gset unit_\n" } else { ";\n" });
    }
    text.push_str("COMMIT;\n");
    text
}

/// pgbench takes a colon before a letter for a variable of its own, also within quotes.
fn no_variable(literal: &str, tail: &str) -> String {
    let literal = literal.strip_suffix(tail).unwrap_or(literal);
    let mut text = String::new();
    let mut rest = literal;
    while let Some((before, after)) = rest.split_once(':') {
        text.push_str(before);
        let is_time = after.starts_with(|c: char| c.is_ascii_digit());
        text.push_str(if is_time { ":" } else { "' || chr(58) || '" });
        rest = after;
    }
    text + rest + tail
}
