//! PostgreSQL: a pool; READ COMMITTED; a bounded number of retries after a conflict or a lost connection.

use crate::store::{Conn, Fault, StoreError, StoreResult, migrate, postgres_address};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::{Connection, PgConnection, r2d2};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

const CONNECTIONS: u32 = 16;
const ATTEMPTS: u32 = 5;
/// How long somebody who only asks whether the server is there waits for a connection.
const SOON: Duration = Duration::from_secs(2);

pub(super) struct PostgresStore {
    url: String,
    pool: r2d2::Pool<Connections>,
    permits: Arc<Semaphore>,
}

impl PostgresStore {
    pub(super) fn open(url: &str) -> StoreResult<PostgresStore> {
        postgres_address::refuse_silent_plain_text(url)?;
        let url = &postgres_address::with_patience(url);
        let pool = r2d2::Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .build(Connections {
                url: url.to_owned(),
                may_stand_by: postgres_address::asks_for_a_standby(url),
            })
            .map_err(|e| StoreError::Connection(e.to_string()))?;
        Ok(PostgresStore {
            url: url.to_owned(),
            pool,
            permits: Arc::new(Semaphore::new(CONNECTIONS as usize)),
        })
    }

    pub(super) fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.permits)
    }

    pub(super) fn migrate(&self) -> StoreResult<Vec<String>> {
        let mut conn = connect(&self.url)?;
        // Several nodes may start at once: one migrates, the others wait here.
        conn.batch_execute("SELECT pg_advisory_lock(7262001)")?;
        let done = migrate::run(&mut conn, migrate::POSTGRES);
        conn.batch_execute("SELECT pg_advisory_unlock(7262001)")?;
        done
    }

    pub(super) fn needs_migration(&self) -> StoreResult<bool> {
        if postgres_address::asks_for_a_standby(&self.url) {
            // Its primary's tables, whatever they are; asking would make one.
            return Ok(false);
        }
        migrate::pending(&mut connect(&self.url)?, migrate::POSTGRES)
    }

    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut pooled = self.pool.get().map_err(|e| StoreError::Connection(e.to_string()))?;
        pooled.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").map_err(StoreError::from)?;
        let result = work(&mut pooled);
        pooled.batch("COMMIT").map_err(StoreError::from)?;
        result
    }

    /// Connections open, and idle.
    pub(super) fn connections(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }

    /// Reads with little patience, for a question that must be answered soon. All connections in use is `Busy`: the server
    /// answers somebody.
    pub(super) fn read_soon<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        match self.pool.get_timeout(SOON) {
            Ok(mut pooled) => work(&mut pooled),
            Err(_) if self.pool.state().connections >= CONNECTIONS => Err(StoreError::Busy.into()),
            Err(error) => Err(StoreError::Connection(error.to_string()).into()),
        }
    }

    pub(super) fn write<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        E: Fault,
        F: FnMut(&mut Conn) -> Result<T, E>,
    {
        let mut attempt = 1;
        loop {
            match self.attempt(&mut work) {
                Attempt::Done(result) => return result,
                Attempt::Again(error) if attempt >= ATTEMPTS => return Err(error),
                Attempt::Again(_) => {
                    tracing::debug!(attempt, "running the transaction again");
                    std::thread::sleep(Duration::from_millis(5 * u64::from(attempt * attempt)));
                    attempt += 1;
                }
            }
        }
    }

    fn attempt<T, E, F>(&self, work: &mut F) -> Attempt<T, E>
    where
        E: Fault,
        F: FnMut(&mut Conn) -> Result<T, E>,
    {
        let mut pooled = match self.pool.get() {
            Ok(conn) => conn,
            Err(error) => return Attempt::Done(Err(StoreError::Connection(error.to_string()).into())),
        };
        if let Err(error) = on_postgres(&mut pooled, |c| Ok(AnsiTransactionManager::begin_transaction(c)?)) {
            return Attempt::Again(error.into());
        }
        match work(&mut pooled) {
            Ok(value) => match commit(&mut pooled) {
                Ok(()) => Attempt::Done(Ok(value)),
                Err(error) if error.is_transient() => Attempt::Again(error.into()),
                // A server that says no is still there. Whatever the words of an error, a connection that is gone leaves
                // us without the truth.
                Err(error) if error.is_connection_lost() || pooled.batch("SELECT 1").is_err() => {
                    tracing::debug!(%error, "COMMIT got no answer");
                    Attempt::Done(Err(StoreError::OutcomeUnknown.into()))
                }
                Err(error) => Attempt::Done(Err(error.into())),
            },
            Err(error) => {
                // Nothing was committed, so running it again is safe whatever happened.
                let rolled_back =
                    on_postgres(&mut pooled, |c| Ok(AnsiTransactionManager::rollback_transaction(c)?));
                let lost = rolled_back.is_err();
                let again = error.store().is_some_and(|e| e.is_transient() || e.is_connection_lost() || lost);
                if again {
                    return Attempt::Again(error);
                }
                if let Err(lost) = rolled_back {
                    tracing::warn!(%lost, "rollback failed; the connection is given up");
                }
                Attempt::Done(Err(error))
            }
        }
    }
}

enum Attempt<T, E> {
    Done(Result<T, E>),
    Again(E),
}

fn on_postgres<T>(conn: &mut Conn, work: impl FnOnce(&mut PgConnection) -> StoreResult<T>) -> StoreResult<T> {
    match conn {
        Conn::Pg(c) => work(c),
        Conn::Sqlite(_) => {
            Err(StoreError::Connection("the PostgreSQL pool was given an SQLite connection".into()))
        }
    }
}

/// Commits the open transaction, or fails and leaves none open.
///
/// After a failed statement PostgreSQL takes COMMIT for ROLLBACK and reports no error; had the work swallowed that failure,
/// its caller would be told yes and find nothing. The statement before COMMIT, in the same round trip, fails then.
fn commit(conn: &mut Conn) -> StoreResult<()> {
    on_postgres(conn, |c| {
        if AnsiTransactionManager::transaction_manager_status_mut(c).transaction_depth()?.is_none() {
            return Err(diesel::result::Error::NotInTransaction.into());
        }
        let committed = c.batch_execute("SELECT 1; COMMIT");
        if committed.is_err() {
            // Whatever this says, the first error counts; a connection in doubt is dropped by the pool.
            let _ended = AnsiTransactionManager::rollback_transaction(c);
        }
        Ok(committed?)
    })
}

fn connect(url: &str) -> StoreResult<PgConnection> {
    let mut conn = PgConnection::establish(url).map_err(|e| StoreError::Connection(e.to_string()))?;
    // On today's disks a row elsewhere costs little more than the next one. With the server's default of 4 the planner would
    // rather read a whole list and filter it than follow the index of one customer.
    conn.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET random_page_cost = 1.1")?;
    Ok(conn)
}

struct Connections {
    url: String,
    /// Somebody asks for a standby in so many words, to read from it.
    may_stand_by: bool,
}

impl r2d2::ManageConnection for Connections {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> StoreResult<Conn> {
        connect(&self.url).map(Conn::Pg)
    }

    /// Finds a connection that died in a failover when it is checked out, and one whose server is no longer the primary:
    /// it would refuse every write for as long as it lives.
    fn is_valid(&self, conn: &mut Conn) -> StoreResult<()> {
        let question =
            if self.may_stand_by { "SELECT 1" } else { "SELECT 1 / (NOT pg_is_in_recovery())::int" };
        Ok(conn.batch(question)?)
    }

    /// Also when work panicked: its transaction is still open, and closing the connection ends it.
    fn has_broken(&self, conn: &mut Conn) -> bool {
        match conn {
            _ if std::thread::panicking() => true,
            Conn::Pg(c) => AnsiTransactionManager::is_broken_transaction_manager(c),
            Conn::Sqlite(_) => true,
        }
    }
}
