//! The whole of an import: judge on a snapshot of the books, then write everything in one transaction.
//!
//! Judging reads a file of any length and takes its time; nothing is locked meanwhile. The transaction first looks
//! whether the ledger still stands where it stood: if somebody moved stock or registered an RMA in between, the file is
//! judged again (ARCHITECTURE, "guarded by the ledger position seen while judging").

use std::io::{Read, Seek};
use std::sync::Arc;

use crate::app::{App, AppResult, Ctx, Error, audit};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, Fault, StoreError, imports};

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
    ctx.actor.may(Permission::ImportData)?;
    match kind {
        Kind::Depots => run::<DepotRow, R>(app, ctx, source, options, progress).await,
        Kind::Parts => run::<PartRow, R>(app, ctx, source, options, progress).await,
        Kind::Customers => run::<CustomerRow, R>(app, ctx, source, options, progress).await,
        Kind::Stock => run::<StockRow, R>(app, ctx, source, options, progress).await,
        Kind::RmaHistory => run::<HistoryRow, R>(app, ctx, source, options, progress).await,
    }
}

async fn run<T: Apply, R: Read + Seek + Send + 'static>(
    app: &App,
    ctx: &Ctx,
    mut source: R,
    options: Options,
    progress: Progress,
) -> Result<(ImportReport, R), ImportError> {
    for _ in 0..TRIES {
        let (judged, given_back) = judge_on_snapshot::<T, R>(app, ctx, source, Arc::clone(&progress)).await?;
        source = given_back;
        let Staged { mut report, prepared, seen } = judged;
        let held_back = report.refused_rows > 0 && !options.skip_bad;
        if options.dry_run || held_back {
            return Ok((report, source));
        }
        if write::<T>(app, ctx, prepared, seen, &report).await? {
            report.written = true;
            return Ok((report, source));
        }
    }
    Err(ImportError::Busy)
}

/// A judged file, ready to be written, and where the ledger stood.
struct Staged<P> {
    report: ImportReport,
    prepared: P,
    seen: (i64, i64),
}

async fn judge_on_snapshot<T: Apply, R: Read + Seek + Send + 'static>(
    app: &App,
    ctx: &Ctx,
    mut source: R,
    progress: Progress,
) -> Result<(Staged<T::Prepared>, R), ImportError> {
    let today = Zone::default().local_date(ctx.now);
    let staged = move |conn: &mut Conn| -> Result<_, ImportError> {
        let seen = imports::position(conn)?;
        let mut books = StoreBooks::new(conn);
        let mut judged = judge::<T, _, _>(&mut source, today, &mut books, &mut |rows| progress(rows))?;
        let prepared = T::finish(&mut judged, &mut books)?;
        let report = judged.report.clone();
        Ok((Staged { report, prepared: T::prepare(judged, prepared)?, seen }, source))
    };
    app.store().read(staged).await
}

/// Writes the accepted rows; false when the books have moved on since.
async fn write<T: Apply>(
    app: &App,
    ctx: &Ctx,
    mut prepared: T::Prepared,
    seen: (i64, i64),
    report: &ImportReport,
) -> Result<bool, ImportError> {
    if report.accepted == 0 {
        return Ok(true);
    }
    let ctx = ctx.clone();
    let detail = format!(
        "read {}, accepted {}, unchanged {}, refused {}",
        report.read, report.accepted, report.unchanged, report.refused_rows
    );
    let work = move |tx: &mut Conn| -> AppResult<bool> {
        if imports::position(tx)? != seen {
            return Ok(false);
        }
        T::apply(tx, &ctx, &mut prepared)?;
        let subject = format!("import:{}", T::KIND.as_str());
        audit::record(tx, &ctx, "import.apply", &subject, &detail)?;
        Ok(true)
    };
    Ok(app.store().write(work).await?)
}
