//! PostgreSQL: a pool; READ COMMITTED; a bounded number of retries after a conflict or a lost connection.

use crate::store::{Conn, Fault, StoreError, StoreResult, migrate, postgres_address};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::{Connection, PgConnection, r2d2};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

const CONNECTIONS: u32 = 16;
/// So many of them may be in use by requests and jobs of their own; the others are for those who ask for several callers.
const FOR_REQUESTS: usize = 12;
const ATTEMPTS: u32 = 5;
/// A connection that answered so lately is taken for alive without being asked: asking costs every request a round trip. Should
/// it be gone, its first statement says so and the next connection is taken.
const FRESH: Duration = Duration::from_millis(500);
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
        Ok(PostgresStore { url: url.to_owned(), pool, permits: Arc::new(Semaphore::new(FOR_REQUESTS)) })
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
        let mut pooled = self
            .take(|conn| Ok::<_, StoreError>(conn.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?))?
            .0;
        let result = work(&mut pooled.conn);
        let ended = pooled.conn.batch("COMMIT");
        pooled.is_lost = ended.is_err();
        ended.map_err(StoreError::from)?;
        result
    }

    /// Reads by statements that may each see their own moment, without a transaction around them.
    pub(super) fn ask<T, E: Fault>(&self, work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        Ok(self.take(work)?.1)
    }

    /// A connection, and what came of its first work, which is done on another one when this one turns out to be gone: the
    /// server may have ended since it was used last.
    fn take<T, E: Fault>(
        &self,
        mut first: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<(r2d2::PooledConnection<Connections>, T), E> {
        let mut gone = 0;
        loop {
            let mut pooled = self.pool.get().map_err(|e| StoreError::Connection(e.to_string()))?;
            match first(&mut pooled.conn) {
                Ok(done) => {
                    pooled.answered_at = Instant::now();
                    return Ok((pooled, done));
                }
                Err(error) => {
                    pooled.is_lost = error.store().is_some_and(StoreError::is_connection_lost);
                    gone += 1;
                    if !pooled.is_lost || gone > CONNECTIONS {
                        return Err(error);
                    }
                }
            }
        }
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
            Ok(mut pooled) => {
                let answer = work(&mut pooled.conn);
                pooled.is_lost = answer.is_err();
                answer
            }
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
        let begin =
            |conn: &mut Conn| on_postgres(conn, |c| Ok(AnsiTransactionManager::begin_transaction(c)?));
        let mut pooled = match self.take(begin) {
            Ok((pooled, ())) => pooled,
            Err(error @ StoreError::Connection(_)) => return Attempt::Done(Err(error.into())),
            Err(error) => return Attempt::Again(error.into()),
        };
        match work(&mut pooled.conn) {
            Ok(value) => match commit(&mut pooled.conn) {
                Ok(()) => Attempt::Done(Ok(value)),
                Err(error) if error.is_transient() => Attempt::Again(error.into()),
                // A server that says no is still there. Whatever the words of an error, a connection that is gone leaves
                // us without the truth.
                Err(error) if error.is_connection_lost() || pooled.conn.batch("SELECT 1").is_err() => {
                    pooled.is_lost = true;
                    tracing::debug!(%error, "COMMIT got no answer");
                    Attempt::Done(Err(StoreError::OutcomeUnknown.into()))
                }
                Err(error) => Attempt::Done(Err(error.into())),
            },
            Err(error) => {
                // Nothing was committed, so running it again is safe whatever happened.
                let rolled_back =
                    on_postgres(&mut pooled.conn, |c| Ok(AnsiTransactionManager::rollback_transaction(c)?));
                pooled.is_lost =
                    rolled_back.is_err() || error.store().is_some_and(StoreError::is_connection_lost);
                let again = error.store().is_some_and(|e| e.is_transient() || pooled.is_lost);
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

/// A connection of the pool.
struct Pooled {
    conn: Conn,
    /// When it was last seen to be alive.
    answered_at: Instant,
    /// Seen to be gone: not to be given to anybody again.
    is_lost: bool,
}

impl Connections {
    /// Finds a connection that died in a failover, and one whose server is no longer the primary: it would refuse every write
    /// for as long as it lives.
    fn question(&self) -> &'static str {
        if self.may_stand_by { "SELECT 1" } else { "SELECT 1 / (NOT pg_is_in_recovery())::int" }
    }
}

impl r2d2::ManageConnection for Connections {
    type Connection = Pooled;
    type Error = StoreError;

    fn connect(&self) -> StoreResult<Pooled> {
        let mut conn = Conn::Pg(connect(&self.url)?);
        conn.batch(self.question())?;
        Ok(Pooled { conn, answered_at: Instant::now(), is_lost: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> StoreResult<()> {
        if pooled.answered_at.elapsed() < FRESH {
            return Ok(());
        }
        Ok(pooled.conn.batch(self.question())?)
    }

    /// Also when work panicked: its transaction is still open, and closing the connection ends it.
    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        match &mut pooled.conn {
            _ if pooled.is_lost || std::thread::panicking() => true,
            Conn::Pg(c) => AnsiTransactionManager::is_broken_transaction_manager(c),
            Conn::Sqlite(_) => true,
        }
    }
}
