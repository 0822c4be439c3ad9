//! From accepted rows to rows of the books, inside the one transaction.

mod history;
mod ledger;
mod lines;
mod masters;
mod stock;

use std::io;

use crate::app::{AppResult, Ctx, Error};
use crate::domain::refusal::Refusal;
use crate::store::ledger::PostError;
use crate::store::{Conn, StoreError};

use super::book::Books;
use super::judge::{JudgeFault, Judged};
use super::kind::ImportRow;

/// Rows written with one set of statements.
pub(super) const ROWS_PER_WRITE: usize = 1_000;

/// A kind of import that can be written.
pub(super) trait Apply: ImportRow + Send + 'static {
    /// What the last judgement found besides the rows.
    type Finished;
    /// What the transaction works from; it may run twice.
    type Prepared: Send + 'static;

    /// The last word of the judgement, once the whole file was seen.
    fn finish<B: Books>(
        judged: &mut Judged<Self>,
        books: &mut B,
    ) -> Result<Self::Finished, JudgeFault<B::Fault>>;

    /// Makes ready what the transaction works from.
    fn prepare(judged: Judged<Self>, finished: Self::Finished) -> io::Result<Self::Prepared>;

    /// Writes. Nothing but database work on what is ready made.
    fn apply(tx: &mut Conn, ctx: &Ctx, prepared: &mut Self::Prepared) -> AppResult<()>;
}

/// A fault of the temporary file inside the transaction.
fn disk(fault: io::Error) -> Error {
    Error::Fault(StoreError::Codec(format!("temporary file: {fault}")))
}

/// Something the judgement saw is no longer there: the transaction is given up.
fn vanished(kind: &str, key: &str) -> Error {
    Error::Refused(Refusal::not_found(kind, key))
}

fn posted<T>(result: Result<T, PostError>) -> AppResult<T> {
    result.map_err(|fault| match fault {
        PostError::Refused(refusal) => Error::Refused(refusal),
        PostError::Fault(fault) => Error::Fault(fault),
    })
}
