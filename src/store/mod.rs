//! Diesel only: loads and writes rows, on SQLite and PostgreSQL alike. No business decisions.
//!
//! `Store::read` and `Store::write` hand a connection to a closure. A write closure is one transaction and may run
//! twice, so it does nothing but database work; ids of documents, random codes and `now` come in ready made.

pub mod alone;
pub mod as_of;
pub mod attachments;
pub mod attempts;
pub mod audit;
pub mod calendar;
pub mod codec;
pub mod contracts;
pub mod counts;
pub mod cover;
pub mod customers;
pub mod data_answers;
pub mod depots;
mod error;
pub mod evidence;
pub mod exceptions;
pub mod exports;
pub mod fault_codes;
pub mod figures;
pub mod first_start;
pub mod foresight;
pub mod hindsight;
pub mod idempotency;
pub mod import_files;
pub mod imports;
pub mod instruments;
pub mod intake_files;
pub mod intakes;
pub mod issued;
pub mod kept;
pub mod ledger;
pub mod line_contracts;
pub mod line_events;
pub mod line_facets;
pub mod listing;
mod migrate;
pub mod mine;
pub mod movements;
pub mod notice_templates;
pub mod one_time;
pub mod open_lines;
pub mod outbox;
pub mod parts;
pub mod people;
pub mod places;
pub mod plans;
mod postgres;
mod postgres_address;
pub mod promise_views;
pub mod promises;
pub mod promises_as_of;
pub mod proofs;
pub mod public_requests;
pub mod rate_days;
pub mod records;
pub mod repair_lists;
pub mod repair_parts;
pub mod repair_tests;
pub mod repairs;
pub mod repeats;
pub mod requests;
pub mod reservations;
pub mod rma_cases;
pub mod rma_lists;
pub mod rma_proof;
pub mod rmas;
pub mod saved_views;
pub mod savepoint;
pub mod scans;
pub mod scope;
pub mod seals;
pub mod second_factor;
pub mod shipments;
mod slow;
pub mod snapshots;
pub mod sql;
mod sqlite;
pub mod sso;
pub mod station;
pub mod steps;
pub mod stock;
pub mod stock_matrix;
pub mod taking_back;
pub mod token;
pub mod transfers;
pub mod unit_history;
pub mod units;
pub mod vendor_legs;
pub mod vendors;
pub mod verify;
pub mod warnings;
pub mod watched;
pub mod workload;

pub use error::{Fault, StoreError, Violation, violates};
pub use slow::log_statements_slower_than;
pub use sql::Conn;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Result of store work.
pub type StoreResult<T> = Result<T, StoreError>;

/// Where the data lives, chosen by the address's scheme alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// An embedded database file.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(String),
}

impl Address {
    /// Reads `sqlite:FILE` or `postgres://…`; anything else is refused, never guessed.
    pub fn parse(text: &str) -> StoreResult<Address> {
        if let Some(file) = text.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            if file.is_empty() {
                return Err(StoreError::UnknownScheme(text.to_owned()));
            }
            return Ok(Address::Sqlite(PathBuf::from(file)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Address::Postgres(text.to_owned()));
        }
        Err(StoreError::UnknownScheme(without_password(text)))
    }

    /// For the log: which database, without the password.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Address::Sqlite(path) => format!("SQLite file {}", path.display()),
            Address::Postgres(url) => format!("PostgreSQL {}", without_password(url)),
        }
    }
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            let (head, tail) = url.split_at(at);
            let (scheme, credentials) = head.split_at(scheme + 3);
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{scheme}{user}:***{tail}")
        }
        _ => url.to_owned(),
    }
}

/// The database, shared by all of the process. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Arc<Backend>,
}

/// That a process serves a database; over when it is dropped, and when the process ends, however it ends.
#[derive(Debug)]
pub enum Serving {
    /// The only one, by the lock on this file.
    Alone(std::fs::File),
    /// Beside others.
    OneOfMany,
}

enum Backend {
    Sqlite(sqlite::SqliteStore),
    Postgres(postgres::PostgresStore),
}

impl Store {
    /// Opens the database, creating an SQLite file when there is none. Does not migrate.
    pub fn open(address: &Address) -> StoreResult<Store> {
        let backend = match address {
            Address::Sqlite(path) => Backend::Sqlite(sqlite::SqliteStore::open(path)?),
            Address::Postgres(url) => Backend::Postgres(postgres::PostgresStore::open(url)?),
        };
        Ok(Store { backend: Arc::new(backend) })
    }

    /// Becomes the one process that serves the database, as long as the file it answers with stays open; none when another one
    /// is. Of an embedded database the limits on guessing, the queue of movements and the background jobs are the process's
    /// own. PostgreSQL takes as many nodes as come.
    pub fn serve_alone(&self) -> StoreResult<Option<Serving>> {
        match &*self.backend {
            Backend::Sqlite(s) => s.serve_alone(),
            Backend::Postgres(_) => Ok(Some(Serving::OneOfMany)),
        }
    }

    /// Brings the schema up to date; the names of the migrations it ran.
    pub fn migrate(&self) -> StoreResult<Vec<String>> {
        match &*self.backend {
            Backend::Sqlite(s) => s.migrate(),
            Backend::Postgres(s) => s.migrate(),
        }
    }

    /// Whether migrations are waiting.
    pub fn needs_migration(&self) -> StoreResult<bool> {
        match &*self.backend {
            Backend::Sqlite(s) => s.needs_migration(),
            Backend::Postgres(s) => s.needs_migration(),
        }
    }

    /// Reads. On SQLite the connection cannot write.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        let permit = self.permits().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        self.read_elsewhere(permit, work).await
    }

    /// Looks up a few rows by their keys. On the embedded database that takes less time than waking another thread for it
    /// (docs/performance.md), so the caller's own thread does it; an answer of PostgreSQL is waited for elsewhere, as in
    /// [`Store::read`].
    pub async fn look_up<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        let Backend::Sqlite(sqlite) = &*self.backend else { return self.read(work).await };
        let permit = self.permits().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        match catch_unwind(AssertUnwindSafe(|| sqlite.read_now(work))) {
            Ok(Ok(result)) => result,
            // Jobs hold the readers: this thread has others to serve.
            Ok(Err(work)) => self.read_elsewhere(permit, work).await,
            Err(panic) => Err(E::from(error::panicked(panic.as_ref()))),
        }
    }

    async fn read_elsewhere<T, E, F>(&self, permit: OwnedSemaphorePermit, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        let this = self.clone();
        spawn(move || {
            let _permit = permit;
            this.read_blocking(work)
        })
        .await?
    }

    /// Reads for somebody who asks whether the database is there: an answer within some seconds, past those who wait for a
    /// connection. [`StoreError::Busy`] when all connections are in use, so that the database is there.
    pub async fn read_soon<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        let this = self.clone();
        spawn(move || match &*this.backend {
            Backend::Sqlite(s) => s.read(work),
            Backend::Postgres(s) => s.read_soon(work),
        })
        .await?
    }

    /// Reads from a thread that may block (command line, jobs).
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(&mut Conn) -> Result<T, E>,
    {
        match &*self.backend {
            Backend::Sqlite(s) => s.read(work),
            Backend::Postgres(s) => s.read(work),
        }
    }

    /// [`Store::read_blocking`] by statements that may each see their own moment: on PostgreSQL no transaction is put around them,
    /// which is two round trips less. The closure may run again on another connection.
    pub fn ask_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: Fault,
        F: FnMut(&mut Conn) -> Result<T, E>,
    {
        match &*self.backend {
            Backend::Sqlite(s) => s.read(work),
            Backend::Postgres(s) => s.ask(work),
        }
    }

    /// One transaction. The closure may run again after a conflict: no side effects inside.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Fault + Send + 'static,
        F: FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        if let Backend::Sqlite(s) = &*self.backend {
            return s.submit(work).await.map_err(|_| E::from(StoreError::Closed))?;
        }
        let this = self.clone();
        let permit = self.permits().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        spawn(move || {
            let _permit = permit;
            this.write_blocking(work)
        })
        .await?
    }

    /// One transaction, from a thread that may block.
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Fault + Send + 'static,
        F: FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        match &*self.backend {
            Backend::Sqlite(s) => s.submit(work).blocking_recv().map_err(|_| E::from(StoreError::Closed))?,
            Backend::Postgres(s) => s.write(work),
        }
    }

    /// Whether several nodes may share this database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(&*self.backend, Backend::Postgres(_))
    }

    /// Connections open to the server, and how many of them wait for work. `None` on an embedded database.
    #[must_use]
    pub fn connections(&self) -> Option<(u32, u32)> {
        match &*self.backend {
            Backend::Sqlite(_) => None,
            Backend::Postgres(s) => Some(s.connections()),
        }
    }

    /// Copies the whole database, consistent while others write, into a new file (SQLite only).
    pub fn backup_to(&self, target: &Path) -> StoreResult<()> {
        match &*self.backend {
            Backend::Sqlite(s) => s.backup_to(target),
            Backend::Postgres(_) => Err(StoreError::Connection(
                "use pg_dump or pg_basebackup for PostgreSQL; see docs/operations.md".into(),
            )),
        }
    }

    fn permits(&self) -> Arc<Semaphore> {
        match &*self.backend {
            Backend::Sqlite(s) => s.permits(),
            Backend::Postgres(s) => s.permits(),
        }
    }
}

async fn spawn<T, E, F>(work: F) -> Result<Result<T, E>, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce() -> Result<T, E> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result),
        Err(join) if join.is_panic() => Err(E::from(error::panicked(join.into_panic().as_ref()))),
        Err(_) => Err(E::from(StoreError::Closed)),
    }
}
