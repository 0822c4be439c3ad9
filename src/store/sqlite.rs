//! SQLite: a pool of readers and one writer thread that commits many callers' transactions together.
//!
//! Every caller's work runs in its own savepoint; one COMMIT (one fdatasync) covers up to [`BATCH_JOBS`] of them, and
//! only then are they answered. A failed COMMIT or RELEASE fails the batch, whose jobs then run alone, one by one.

use crate::store::sql::sql;
use crate::store::{Conn, Serving, StoreError, StoreResult, error, migrate};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::{Connection, SqliteConnection, r2d2};
use std::fs::{File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, oneshot};

/// At most this many callers share one COMMIT.
const BATCH_JOBS: usize = 256;
/// A batch is closed after this long even if more callers wait.
const BATCH_TIME: Duration = Duration::from_millis(20);
const READERS: u32 = 8;
/// So many callers may wait for the writer; the next one is told to come again. At a thousand writes a second that is two
/// seconds of waiting: longer queues only hide that the disk cannot keep up.
const QUEUE: usize = 2_048;

const WRITER_PRAGMAS: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
     PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864;";
const READER_PRAGMAS: &str = "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096; PRAGMA query_only=ON;";

/// How a job ended, before the batch is committed.
enum Step {
    /// Its savepoint was released; the answer waits for COMMIT.
    Done,
    /// It was refused and rolled back; it can be answered at once.
    Refused,
    /// The database itself failed under it, like so: the batch cannot be trusted.
    Broken(StoreError),
}

trait Job: Send {
    fn run(&mut self, conn: &mut Conn) -> Step;
    fn answer(self: Box<Self>, committed: StoreResult<()>);
}

struct TypedJob<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for TypedJob<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut Conn) -> Result<T, E> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Step {
        if let Err(error) = begin_savepoint(conn) {
            return Step::Broken(error);
        }
        // A panic in one caller's work is that caller's error; the writer goes on.
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(conn)))
            .unwrap_or_else(|panic| Err(E::from(error::panicked(panic.as_ref()))));
        let ended = if result.is_ok() { release_savepoint(conn) } else { roll_back_savepoint(conn) };
        let step = match (&result, ended) {
            (_, Err(error)) => Step::Broken(error),
            (Ok(_), Ok(())) => Step::Done,
            (Err(_), Ok(())) => Step::Refused,
        };
        self.result = Some(result);
        step
    }

    fn answer(self: Box<Self>, committed: StoreResult<()>) {
        let TypedJob { result, reply, .. } = *self;
        let answer = match (committed, result) {
            (Err(error), Some(Ok(_)) | None) => Err(E::from(error)),
            (_, Some(result)) => result,
            (Ok(()), None) => Err(E::from(StoreError::Closed)),
        };
        // The caller may have gone away; its transaction stands all the same.
        let _gone = reply.send(answer);
    }
}

fn begin_savepoint(conn: &mut Conn) -> StoreResult<()> {
    on_sqlite(conn, |c| Ok(AnsiTransactionManager::begin_transaction(c)?))
}
fn release_savepoint(conn: &mut Conn) -> StoreResult<()> {
    on_sqlite(conn, |c| Ok(AnsiTransactionManager::commit_transaction(c)?))
}
fn roll_back_savepoint(conn: &mut Conn) -> StoreResult<()> {
    on_sqlite(conn, |c| Ok(AnsiTransactionManager::rollback_transaction(c)?))
}
fn begin_batch(conn: &mut Conn) -> StoreResult<()> {
    on_sqlite(conn, |c| Ok(AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?))
}

fn on_sqlite<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut SqliteConnection) -> StoreResult<T>,
) -> StoreResult<T> {
    match conn {
        Conn::Sqlite(c) => work(c),
        Conn::Pg(_) => {
            Err(StoreError::Connection("the SQLite writer was given a PostgreSQL connection".into()))
        }
    }
}

pub(super) struct SqliteStore {
    path: PathBuf,
    jobs: mpsc::SyncSender<Box<dyn Job>>,
    waiting: Arc<AtomicUsize>,
    readers: r2d2::Pool<Readers>,
    permits: Arc<Semaphore>,
}

impl SqliteStore {
    pub(super) fn open(path: &Path) -> StoreResult<SqliteStore> {
        let url = path.to_string_lossy().into_owned();
        let writer = open_writer(&url)?;
        let readers = r2d2::Pool::builder()
            .max_size(READERS)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .build(Readers { url: url.clone() })
            .map_err(|e| StoreError::Connection(e.to_string()))?;
        let (jobs, inbox) = mpsc::sync_channel(QUEUE);
        let waiting = Arc::new(AtomicUsize::new(0));
        let inbox = Inbox { jobs: inbox, waiting: Arc::clone(&waiting) };
        std::thread::Builder::new()
            .name("beiku-writer".into())
            .spawn(move || {
                let mut conn = Conn::Sqlite(writer);
                // A writer that dies leaves callers without the truth: end the process, a restart recovers from the WAL.
                if catch_unwind(AssertUnwindSafe(|| write_batches(&mut conn, &inbox))).is_err() {
                    tracing::error!("the SQLite writer died; ending the process");
                    std::process::abort();
                }
            })
            .map_err(|e| StoreError::Connection(e.to_string()))?;
        let permits = Arc::new(Semaphore::new(READERS as usize));
        Ok(SqliteStore { path: path.to_owned(), jobs, waiting, readers, permits })
    }

    pub(super) fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.permits)
    }

    pub(super) fn serve_alone(&self) -> StoreResult<Option<Serving>> {
        // A file of its own: closing the database's own would let go of SQLite's locks on it.
        let mut path = self.path.clone().into_os_string();
        path.push("-serve");
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| StoreError::Connection(format!("{}: {error}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Serving::Alone(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => {
                Err(StoreError::Connection(format!("{}: {error}", path.display())))
            }
        }
    }

    pub(super) fn migrate(&self) -> StoreResult<Vec<String>> {
        migrate::run(&mut open_writer(&self.path.to_string_lossy())?, migrate::SQLITE)
    }

    pub(super) fn needs_migration(&self) -> StoreResult<bool> {
        migrate::pending(&mut open_writer(&self.path.to_string_lossy())?, migrate::SQLITE)
    }

    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = self.readers.get().map_err(|e| StoreError::Connection(e.to_string()))?;
        in_one_moment(&mut reader, work)
    }

    /// The same without waiting for a reader: gives the work back when none is idle.
    pub(super) fn read_now<T, E: From<StoreError>, F: FnOnce(&mut Conn) -> Result<T, E>>(
        &self,
        work: F,
    ) -> Result<Result<T, E>, F> {
        match self.readers.try_get() {
            Some(mut reader) => Ok(in_one_moment(&mut reader, work)),
            None => Err(work),
        }
    }

    /// Queues the work; the receiver gets the answer after COMMIT.
    pub(super) fn submit<T, E, F>(&self, work: F) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(TypedJob { work, result: None, reply });
        self.waiting.fetch_add(1, Ordering::Relaxed);
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(mpsc::TrySendError::Full(job)) => {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                metrics::counter!("beiku_writer_refused_total").increment(1);
                job.answer(Err(StoreError::Busy));
            }
            // The writer is gone: the job is dropped, and the receiver learns that at once.
            Err(mpsc::TrySendError::Disconnected(_)) => {}
        }
        answer
    }

    pub(super) fn backup_to(&self, target: &Path) -> StoreResult<()> {
        let mut conn = open_writer(&self.path.to_string_lossy())?;
        let quoted = target.to_string_lossy().replace('\'', "''");
        Ok(conn.batch_execute(&format!("VACUUM INTO '{quoted}'"))?)
    }
}

/// One snapshot for all statements of a read. Its beginning and end are prepared like any statement: parsing them anew would
/// cost a point read a twentieth.
fn in_one_moment<T, E: From<StoreError>>(
    reader: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    sql("BEGIN").execute(reader).map_err(StoreError::from)?;
    let result = work(reader);
    sql("COMMIT").execute(reader).map_err(StoreError::from)?;
    result
}

fn open_writer(url: &str) -> StoreResult<SqliteConnection> {
    let mut conn =
        SqliteConnection::establish(url).map_err(|e| StoreError::Connection(format!("{url}: {e}")))?;
    conn.batch_execute(WRITER_PRAGMAS)?;
    Ok(conn)
}

/// The jobs waiting for the writer, counted.
struct Inbox {
    jobs: mpsc::Receiver<Box<dyn Job>>,
    waiting: Arc<AtomicUsize>,
}

impl Inbox {
    /// Waits for the next one; `None` when nobody can send any more.
    fn wait(&self) -> Option<Box<dyn Job>> {
        self.jobs.recv().ok().inspect(|_| self.took_one())
    }

    /// The next one, if it is there.
    fn next(&self) -> Option<Box<dyn Job>> {
        self.jobs.try_recv().ok().inspect(|_| self.took_one())
    }

    fn took_one(&self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

fn write_batches(conn: &mut Conn, inbox: &Inbox) {
    while let Some(first) = inbox.wait() {
        let written = write_batch(conn, first, inbox);
        metrics::counter!("beiku_writer_commits_total").increment(1);
        metrics::counter!("beiku_writer_jobs_total").increment(written);
        let waiting = u32::try_from(inbox.waiting.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        metrics::gauge!("beiku_writer_waiting").set(waiting);
    }
}

/// Writes a batch of waiting jobs; how many.
fn write_batch(conn: &mut Conn, first: Box<dyn Job>, inbox: &Inbox) -> u64 {
    let started = Instant::now();
    let mut waiting: Vec<Box<dyn Job>> = Vec::new();
    let mut next = Some(first);
    let begun = begin_batch(conn);
    let mut sound = begun.is_ok();
    let mut broken = begun.err();
    while let Some(mut job) = next.take() {
        match broken.take().map_or_else(|| job.run(conn), Step::Broken) {
            Step::Done => waiting.push(job),
            Step::Refused => job.answer(Ok(())),
            Step::Broken(error) => {
                tracing::debug!(%error, "a batch broke; its writes run one by one");
                waiting.push(job);
                sound = false;
                break;
            }
        }
        if waiting.len() < BATCH_JOBS && started.elapsed() < BATCH_TIME {
            next = inbox.next();
        }
    }
    let written = u64::try_from(waiting.len()).unwrap_or(u64::MAX);
    if sound && release_savepoint(conn).is_ok() {
        waiting.into_iter().for_each(|job| job.answer(Ok(())));
        return written;
    }
    abandon(conn);
    // After a full disk or an I/O error SQLite may have rolled everything back: each job alone, in its own transaction.
    waiting.into_iter().for_each(|job| write_alone(conn, job));
    written
}

fn write_alone(conn: &mut Conn, mut job: Box<dyn Job>) {
    if let Err(error) = begin_batch(conn) {
        abandon(conn);
        return job.answer(Err(error));
    }
    match job.run(conn) {
        Step::Done => match release_savepoint(conn) {
            Ok(()) => job.answer(Ok(())),
            Err(error) => {
                abandon(conn);
                job.answer(Err(error));
            }
        },
        Step::Refused => {
            abandon(conn);
            job.answer(Ok(()));
        }
        Step::Broken(error) => {
            abandon(conn);
            job.answer(Err(error));
        }
    }
}

/// Leaves no transaction open and tells diesel so.
fn abandon(conn: &mut Conn) {
    let _ = on_sqlite(conn, |c| {
        while AnsiTransactionManager::transaction_manager_status_mut(c)
            .transaction_depth()
            .ok()
            .flatten()
            .is_some()
        {
            AnsiTransactionManager::rollback_transaction(c)?;
        }
        Ok(())
    });
}

struct Readers {
    url: String,
}

impl r2d2::ManageConnection for Readers {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> StoreResult<Conn> {
        let mut conn = SqliteConnection::establish(&self.url)
            .map_err(|e| StoreError::Connection(format!("{}: {e}", self.url)))?;
        conn.batch_execute(READER_PRAGMAS)?;
        Ok(Conn::Sqlite(conn))
    }

    fn is_valid(&self, _conn: &mut Conn) -> StoreResult<()> {
        Ok(())
    }

    /// A read that panics leaves its transaction open: the next one would start inside it.
    fn has_broken(&self, _conn: &mut Conn) -> bool {
        std::thread::panicking()
    }
}
