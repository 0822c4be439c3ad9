//! What every integration test stands on: a database of its own on either engine, a clock the test sets, an [`App`].
//!
//! ```ignore
//! use crate::support::{self, Database, on_both};
//!
//! on_both!(a_unit_is_reserved_once, async |db: &Database| {
//!     let app = support::app(db);           // on db.store(), with the clock db.clock()
//!     db.clock().advance(TimeDelta::days(1));
//!     …
//! });
//! ```
//!
//! makes two tests, `a_unit_is_reserved_once::sqlite` and `a_unit_is_reserved_once::postgres`. The database is migrated,
//! empty but for what the migrations bring, belongs to this test alone, and goes when the test ends in whatever way. After
//! the body the stock ledger must prove itself, unless the test said `db.spoil()` because it plants a corruption.

pub mod browser;
mod clock;
pub mod cluster;
mod database;
mod postgres;
pub mod program;
pub mod server;
pub mod skew;

pub use clock::TestClock;
pub use database::{Database, Engine};

use beiku::app::App;

/// Says past the test runner's capturing what this machine cannot test: its 'ok' must not be taken for more than it is.
pub fn say_loudly(what: &str) {
    let line = "*".repeat(what.chars().count() + 8);
    let banner = format!("\n{line}\n**  {what}  **\n{line}\n\n");
    let _closed = std::io::Write::write_all(&mut std::io::stderr(), banner.as_bytes());
}

/// How often a fault is caused: `BEIKU_FAULT_ROUNDS`, or so often when nobody asked for a long run.
pub fn rounds(unless_told: usize) -> usize {
    std::env::var("BEIKU_FAULT_ROUNDS").map_or(unless_told, |rounds| rounds.parse().expect("a number"))
}

/// The program over a test's database and clock.
pub fn app(db: &Database) -> App {
    App::new(db.store().clone(), db.clock().as_clock())
}

/// Runs an async body on a database of its own. Used by [`on_both!`].
///
/// The runtime has worker threads, so that "64 at once" are truly at once, and a local set, so that actix may spawn.
pub fn run(engine: Engine, body: impl AsyncFnOnce(&Database)) {
    let Some(db) = Database::open(engine) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, body(&db));
    db.prove();
}

/// `on_both!(name, async |db: &Database| { … })`: the same test on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($(#[$meta:meta])* $name:ident, $body:expr $(,)?) => {
        $(#[$meta])*
        fn $name(engine: $crate::support::Engine) {
            $crate::support::run(engine, $body);
        }
        mod $name {
            use $crate::support::Engine;
            #[test]
            fn sqlite() {
                super::$name(Engine::Sqlite);
            }
            #[test]
            fn postgres() {
                super::$name(Engine::Postgres);
            }
        }
    };
}
pub(crate) use on_both;
