//! Files sent by the browser: taken in once, looked at as often as one likes, committed, on whichever node.

use super::kind::Kind;
use crate::app::{App, AppResult, Ctx, Error, audit};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::store::{Conn, import_files};
use chrono::TimeDelta;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

pub use crate::store::import_files::ImportFileRow;

/// Size of a piece in the database, in bytes.
const PIECE: u64 = 256 * 1024;
/// Pieces of one transaction, so that a large file does not keep the one writer of SQLite to itself.
const PIECES: i64 = 16;
/// How long a file is kept.
const LIFE: TimeDelta = TimeDelta::hours(24);

/// Takes a file in; its id. The actor's earlier files go.
///
/// # Errors
/// `forbidden`; faults of disk and database.
pub async fn keep(
    app: &App,
    ctx: &Ctx,
    kind: Kind,
    name: &str,
    length: i64,
    mut file: File,
) -> AppResult<i64> {
    ctx.actor.may(Permission::ImportData)?;
    let (opener, name) = (ctx.clone(), name.to_owned());
    let id = app
        .store()
        .write(move |tx| {
            let user_id = opener.actor.user_id;
            let id = import_files::insert(tx, user_id, kind.as_str(), &name, length, opener.now)?;
            import_files::forget_earlier(tx, user_id, id)?;
            audit::record(tx, &opener, "import.upload", &format!("import:{}", kind.as_str()), &name)?;
            Ok::<_, Error>(id)
        })
        .await?;
    let mut nth = 0;
    loop {
        let (batch, given_back) = read_batch(file).await?;
        file = given_back;
        if batch.is_empty() {
            return Ok(id);
        }
        let count = i64::try_from(batch.len()).unwrap_or(PIECES);
        app.store()
            .write(move |tx| {
                for (at, bytes) in (nth..).zip(&batch) {
                    import_files::append(tx, id, at, bytes)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        nth += count;
    }
}

async fn read_batch(mut file: File) -> AppResult<(Vec<Vec<u8>>, File)> {
    let read = tokio::task::spawn_blocking(move || {
        let mut batch = vec![];
        for _ in 0..PIECES {
            let mut piece = vec![];
            (&mut file).take(PIECE).read_to_end(&mut piece)?;
            if piece.is_empty() {
                break;
            }
            batch.push(piece);
        }
        Ok::<_, std::io::Error>((batch, file))
    });
    read.await.map_err(std::io::Error::other).flatten().map_err(disk)
}

fn disk(error: std::io::Error) -> Error {
    Error::Fault(crate::store::StoreError::Codec(format!("temporary file: {error}")))
}

/// One of the actor's own files.
///
/// # Errors
/// `forbidden`; `not_found` also for one that was not received to its end.
pub fn get(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<(ImportFileRow, Kind)> {
    ctx.actor.may(Permission::ImportData)?;
    let file = import_files::by_id(conn, ctx.actor.user_id, id)?;
    let missing = || Refusal::not_found("import", id);
    let file = file.ok_or_else(missing)?;
    if !import_files::is_whole(conn, &file)? {
        return Err(missing().into());
    }
    let kind = Kind::from_code(&file.kind).ok_or_else(missing)?;
    Ok((file, kind))
}

/// The file itself, at its beginning, with what is known of it.
///
/// # Errors
/// As [`get`].
pub fn open(conn: &mut Conn, ctx: &Ctx, id: i64) -> AppResult<(ImportFileRow, Kind, File)> {
    let (row, kind) = get(conn, ctx, id)?;
    let mut file = tempfile::tempfile().map_err(disk)?;
    let mut nth = 0;
    while let Some(bytes) = import_files::chunk(conn, id, nth)? {
        file.write_all(&bytes).map_err(disk)?;
        nth += 1;
    }
    file.seek(SeekFrom::Start(0)).map_err(disk)?;
    Ok((row, kind, file))
}

/// Writes down what the commit answered, for its page.
///
/// # Errors
/// As [`get`].
pub fn settle(tx: &mut Conn, ctx: &Ctx, id: i64, result: &str) -> AppResult<()> {
    get(tx, ctx, id)?;
    Ok(import_files::settle(tx, id, result)?)
}

/// Removes files older than a day; how many. For the housekeeping job.
///
/// # Errors
/// Faults of the database.
pub fn forget(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    Ok(import_files::forget_before(tx, ctx.now - LIFE)?)
}
