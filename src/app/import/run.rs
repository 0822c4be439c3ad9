//! The whole of an import: judge on a snapshot of the books, then write everything in one transaction.
//!
//! Judging reads a file of any length and takes its time; nothing is locked meanwhile. The transaction first looks
//! whether the ledger still stands where it stood: if somebody moved stock or registered an RMA in between, the file is
//! judged again.

use std::io::{Read, Seek};
use std::sync::Arc;

use crate::app::{App, AppResult, Ctx, Error, Once, audit, figures};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, Fault, StoreError, idempotency, imports};

use super::apply::Apply;
use super::books::StoreBooks;
use super::customers::CustomerRow;
use super::depots::DepotRow;
use super::fault::FileFault;
use super::judge::{JudgeFault, judge};
use super::kind::Kind;
use super::outcome::ImportReport;
use super::parts::PartRow;
use super::rma_history::HistoryRow;
use super::stock::StockRow;

/// How often a file is judged anew because the books moved on.
const TRIES: usize = 5;

/// What to do with the judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Judge only; write nothing.
    pub dry_run: bool,
    /// Write the sound rows although others were refused. Without it, all or nothing.
    pub skip_bad: bool,
}

/// Hears how many rows were read so far.
pub type Progress = Arc<dyn Fn(u32) + Send + Sync>;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read as a table.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The actor may not, or the database failed.
    #[error(transparent)]
    App(#[from] Error),
    /// There is no room for a temporary file.
    #[error("temporary file: {0}")]
    Disk(#[from] std::io::Error),
    /// The books never stood still long enough. Nothing was written.
    #[error("the books kept moving while the file was judged; try again")]
    Busy,
}

impl From<StoreError> for ImportError {
    fn from(fault: StoreError) -> Self {
        Self::App(Error::Fault(fault))
    }
}

impl From<Refusal> for ImportError {
    fn from(refusal: Refusal) -> Self {
        Self::App(Error::Refused(refusal))
    }
}

impl Fault for ImportError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::App(error) => error.store(),
            _ => None,
        }
    }
}

impl From<JudgeFault<StoreError>> for ImportError {
    fn from(fault: JudgeFault<StoreError>) -> Self {
        match fault {
            JudgeFault::File(fault) => Self::File(fault),
            JudgeFault::Spool(fault) => Self::Disk(fault),
            JudgeFault::Books(fault) => fault.into(),
        }
    }
}

/// How the answer of an import is kept with its key: status and body.
pub type Encode = Arc<dyn Fn(&ImportReport) -> (u16, String) + Send + Sync>;

/// A client's key and how the answer is kept with it; the empty [`Key::default`] without one.
#[derive(Clone, Default)]
pub struct Key(Option<(Once, Encode)>);

impl Key {
    /// The same file under this key is imported once, and gets the same answer again.
    #[must_use]
    pub fn new(once: Once, encode: Encode) -> Self {
        Self(Some((once, encode)))
    }
}

/// What became of an import.
#[derive(Debug)]
pub enum Imported {
    /// It was judged, and written unless the report says otherwise.
    Done(ImportReport),
    /// The same request was answered before; the answer as it was.
    Replayed {
        /// HTTP status of the first answer.
        status: u16,
        /// Body of the first answer.
        body: String,
    },
}

/// Imports a spreadsheet. The report says what became of every row; `written` is false for a dry run and when refused
/// rows held everything back. Gives the source back, e.g. for [`super::rejects::write_rejects`].
///
/// # Errors
/// [`ImportError`]; refused rows are no error.
pub async fn import<R>(
    app: &App,
    ctx: &Ctx,
    kind: Kind,
    source: R,
    options: Options,
    progress: Progress,
) -> Result<(ImportReport, R), ImportError>
where
    R: Read + Seek + Send + 'static,
{
    match import_once(app, ctx, kind, source, options, progress, Key::default()).await? {
        (Imported::Done(report), source) => Ok((report, source)),
        // Without a key nothing is remembered.
        (Imported::Replayed { .. }, _) => Err(ImportError::Busy),
    }
}

/// As [`import`], with the effect once per key. The answer is kept in the transaction that writes the rows; a dry run and
/// a file held back by refused rows change nothing and leave the key free.
///
/// # Errors
/// [`ImportError`], among them `idempotency_key_reused`.
pub async fn import_once<R>(
    app: &App,
    ctx: &Ctx,
    kind: Kind,
    source: R,
    options: Options,
    progress: Progress,
    key: Key,
) -> Result<(Imported, R), ImportError>
where
    R: Read + Seek + Send + 'static,
{
    ctx.actor.may(Permission::ImportData)?;
    if let Some(answered) = answered(app, ctx, &key).await? {
        return Ok((answered, source));
    }
    let job = Job { app, ctx, options, progress, key };
    match kind {
        Kind::Depots => run::<DepotRow, R>(&job, source).await,
        Kind::Parts => run::<PartRow, R>(&job, source).await,
        Kind::Customers => run::<CustomerRow, R>(&job, source).await,
        Kind::Stock => run::<StockRow, R>(&job, source).await,
        Kind::RmaHistory => {
            let done = run::<HistoryRow, R>(&job, source).await?;
            // The first look at the figures need not judge the whole history. Where it fails the job does it.
            if let Err(error) = figures::settle(app).await {
                tracing::warn!(%error, "the imported lines are judged later");
            }
            Ok(done)
        }
    }
}

/// One import under way.
struct Job<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    options: Options,
    progress: Progress,
    key: Key,
}

/// The answer the key got before, found without judging the file again.
async fn answered(app: &App, ctx: &Ctx, key: &Key) -> Result<Option<Imported>, ImportError> {
    let Key(Some((once, _))) = key else { return Ok(None) };
    let (once, actor) = (once.clone(), ctx.actor.user_id);
    let work = move |conn: &mut Conn| -> AppResult<_> {
        idempotency::known(conn, actor, &once.key)?.map(|claim| replayed(claim, &once)).transpose()
    };
    Ok(app.store().read(work).await?.flatten())
}

/// What a claim of a key says: the answer given before, or none.
fn replayed(claim: idempotency::Claim, once: &Once) -> AppResult<Option<Imported>> {
    match claim {
        idempotency::Claim::Free => Ok(None),
        idempotency::Claim::Taken { fingerprint, status, body } if fingerprint == once.fingerprint => {
            Ok(Some(Imported::Replayed { status, body }))
        }
        idempotency::Claim::Taken { .. } => {
            Err(Error::Refused(Refusal::IdempotencyKeyReused { key: once.key.clone() }))
        }
    }
}

async fn run<T: Apply, R: Read + Seek + Send + 'static>(
    job: &Job<'_>,
    mut source: R,
) -> Result<(Imported, R), ImportError> {
    for _ in 0..TRIES {
        let (judged, given_back) = judge_on_snapshot::<T, R>(job, source).await?;
        source = given_back;
        let Staged { mut report, prepared, seen } = judged;
        let held_back = report.refused_rows > 0 && !job.options.skip_bad;
        if job.options.dry_run || held_back {
            return Ok((Imported::Done(report), source));
        }
        report.written = true;
        match write::<T>(job, prepared, seen, &report).await? {
            Written::Now => return Ok((Imported::Done(report), source)),
            Written::Before(answer) => return Ok((answer, source)),
            Written::Not => {}
        }
    }
    Err(ImportError::Busy)
}

/// Whether the rows are in the books.
enum Written {
    /// This call put them there.
    Now,
    /// An earlier request with the same key did.
    Before(Imported),
    /// The books have moved on since the file was judged.
    Not,
}

/// A judged file, ready to be written, and where the ledger stood.
struct Staged<P> {
    report: ImportReport,
    prepared: P,
    seen: (i64, i64),
}

async fn judge_on_snapshot<T: Apply, R: Read + Seek + Send + 'static>(
    job: &Job<'_>,
    mut source: R,
) -> Result<(Staged<T::Prepared>, R), ImportError> {
    let today = Zone::default().local_date(job.ctx.now);
    let progress = Arc::clone(&job.progress);
    let staged = move |conn: &mut Conn| -> Result<_, ImportError> {
        let seen = imports::position(conn)?;
        let mut books = StoreBooks::new(conn);
        let mut judged = judge::<T, _, _>(&mut source, today, &mut books, &mut |rows| progress(rows))?;
        let prepared = T::finish(&mut judged, &mut books)?;
        let report = judged.report.clone();
        Ok((Staged { report, prepared: T::prepare(judged, prepared)?, seen }, source))
    };
    job.app.store().read(staged).await
}

/// Writes the accepted rows and keeps the answer with the key.
async fn write<T: Apply>(
    job: &Job<'_>,
    mut prepared: T::Prepared,
    seen: (i64, i64),
    report: &ImportReport,
) -> Result<Written, ImportError> {
    let Key(key) = job.key.clone();
    if report.accepted == 0 && key.is_none() {
        return Ok(Written::Now);
    }
    let ctx = job.ctx.clone();
    let report = report.clone();
    let work = move |tx: &mut Conn| -> Result<Written, ImportError> {
        if let Some((once, _)) = &key {
            let claim = idempotency::claim(tx, &once.key_of(&ctx), ctx.now)?;
            if let Some(before) = replayed(claim, once)? {
                return Ok(Written::Before(before));
            }
        }
        if imports::position(tx)? != seen {
            // Rolls the claim of the key back too.
            return Err(ImportError::Busy);
        }
        if report.accepted > 0 {
            T::apply(tx, &ctx, &mut prepared)?;
            let detail = format!(
                "read {}, accepted {}, unchanged {}, refused {}",
                report.read, report.accepted, report.unchanged, report.refused_rows
            );
            let subject = format!("import:{}", T::KIND.as_str());
            audit::record(tx, &ctx, "import.apply", &subject, &detail)?;
        }
        if let Some((once, encode)) = &key {
            let (status, body) = encode(&report);
            idempotency::remember(tx, &once.key_of(&ctx), status, &body)?;
        }
        Ok(Written::Now)
    };
    match job.app.store().write(work).await {
        Err(ImportError::Busy) => Ok(Written::Not),
        written => written,
    }
}
