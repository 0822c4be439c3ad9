//! Spreadsheets over HTTP: the same import as the command line's, one at a time, and its words.

use crate::app::import::cells::CellError;
use crate::app::import::fault::FileFault;
use crate::app::import::kind::Kind;
use crate::app::import::outcome::{ImportReport, Warning};
use crate::app::import::rejects::write_rejects;
use crate::app::import::{self, ImportError, Imported, Key, Options};
use crate::domain::refusal::{FieldError, Refusal};
use crate::http::caller::Caller;
use crate::http::problem::{Problem, Trouble};
use crate::http::state::State;
use crate::http::upload::FILE_FIELD;
use crate::i18n::{self, Args, Lang};
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;

/// Why a cell was refused, in the reader's words.
#[must_use]
pub fn reason(lang: Lang, error: &CellError) -> String {
    let words: Args<'_> = error.reason.args().into_iter().collect();
    i18n::format(lang, &format!("import-{}", error.reason.code()), &words)
}

/// How the cell is put right, in the reader's words.
#[must_use]
pub fn mending(lang: Lang, error: &CellError) -> String {
    let words: Args<'_> = error.reason.args().into_iter().collect();
    i18n::format(lang, &format!("import-fix-{}", error.reason.code()), &words)
}

/// What there is to know of a row that was taken over.
#[must_use]
pub fn remark(lang: Lang, warning: &Warning) -> String {
    let words: Args<'_> = warning.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    i18n::format(lang, &format!("import-warning-{}", warning.code), &words)
}

/// Why a file cannot be read at all.
#[must_use]
pub fn fault(lang: Lang, fault: &FileFault) -> String {
    let words: Args<'_> = fault.args().into_iter().collect();
    i18n::format(lang, &format!("import-{}", fault.code()), &words)
}

/// Judges a spreadsheet and, unless it is a dry run, writes what was accepted. Waits for the import before it.
///
/// # Errors
/// `forbidden`, 422 (field `file`: not a table, a column missing), 413 (unpacks to too much), `idempotency_key_reused`,
/// 503 when the books kept moving.
pub async fn run(
    state: &State,
    caller: &Caller,
    kind: Kind,
    file: File,
    options: Options,
    key: Key,
) -> Result<(Imported, File), Problem> {
    let _turn = state.imports.acquire().await.map_err(|_| Trouble::Internal)?;
    let progress: import::Progress = Arc::new(|_| {});
    Ok(import::import_once(&caller.app, &caller.ctx, kind, file, options, progress, key).await?)
}

/// The refused rows of a file as they were read, with the reasons: CSV, UTF-8 with byte order mark.
///
/// # Errors
/// Faults of the disk.
pub async fn rejects(lang: Lang, report: ImportReport, file: File) -> Result<File, Problem> {
    let written = actix_web::web::block(move || {
        let mut out = tempfile::tempfile()?;
        write_rejects(file, &report.refused, out.try_clone()?, &|error| reason(lang, error))
            .map_err(|fault| std::io::Error::other(fault.to_string()))?;
        out.seek(SeekFrom::Start(0))?;
        Ok::<_, std::io::Error>(out)
    });
    written.await.map_err(std::io::Error::other).flatten().map_err(|error| {
        tracing::error!(%error, "rejects could not be written");
        Trouble::Internal.into()
    })
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(FileFault::TooLarge { limit_mb }) => {
                let limit = usize::try_from(limit_mb << 20).unwrap_or(usize::MAX);
                Trouble::TooLarge { limit }.into()
            }
            ImportError::File(fault) => {
                let error =
                    FieldError { field: FILE_FIELD.to_owned(), code: fault.code(), args: fault.args() };
                Refusal::Invalid(vec![error]).into()
            }
            ImportError::App(error) => error.into(),
            ImportError::Disk(error) => {
                tracing::error!(%error, "an import has no room for its temporary file");
                Trouble::Internal.into()
            }
            ImportError::Busy => Trouble::TryAgain.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remarked_of_a_row_is_a_sentence() {
        for code in ["cancelled_without_date", "replacement_not_delivered"] {
            for lang in Lang::ALL {
                let args = vec![
                    ("number", "X-1".to_owned()),
                    ("serial", "S-1".to_owned()),
                    ("date", "2026-01-02".to_owned()),
                ];
                let said = remark(lang, &Warning { row: 2, code, args });
                assert!(said.contains("X-1") && !said.contains(code), "{said}");
            }
        }
    }
}
