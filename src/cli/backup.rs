//! `beiku backup OUT` and `beiku restore IN`: a consistent copy of the embedded database, proven before it counts.

use crate::app::verify::verify;
use crate::app::{App, Clock, Error};
use crate::cli::{Env, Failure, Outcome, out};
use crate::config::ServiceSettings;
use crate::i18n;
use crate::store::{Address, Store};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct BackupArgs {
    #[arg(value_name = "OUT")]
    out: PathBuf,
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub struct RestoreArgs {
    #[arg(value_name = "IN")]
    file: PathBuf,
    #[arg(long)]
    json: bool,
}

/// Copies the database while others go on writing.
pub fn backup(env: &Env, args: &BackupArgs) -> Outcome {
    must_be_free(&args.out)?;
    // Under another name first: what carries the name is whole.
    let half = args.out.with_extension("half");
    remove(&half)?;
    let written = env.open()?.store().backup_to(&half);
    if written.is_err() {
        // A disk that is full needs the room.
        remove(&half)?;
    }
    written?;
    std::fs::rename(&half, &args.out)?;
    prove(&args.out)?;
    tell(env, "cli-backed-up", &args.out, args.json)
}

/// Removes what an attempt that failed left there, if it did.
fn remove(path: &Path) -> Outcome {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Puts a backup where the database is to be. A database that is there is never overwritten.
pub fn restore(env: &Env, args: &RestoreArgs) -> Outcome {
    let config = env.config(ServiceSettings::default())?;
    let address = Address::parse(config.database.expose())?;
    let Address::Sqlite(target) = &address else {
        return Err(Failure::text("cli-restore-sqlite-only", &[]));
    };
    must_be_free(target)?;
    prove(&args.file)?;
    // A copy under another name first: what carries the name is whole.
    let half = target.with_extension("restoring");
    std::fs::copy(&args.file, &half)?;
    std::fs::rename(&half, target)?;
    tell(env, "cli-restored", target, args.json)
}

fn must_be_free(path: &Path) -> Outcome {
    if path.exists() {
        return Err(Failure::text("cli-file-exists", &[("path", path.display().to_string())]));
    }
    Ok(())
}

/// A copy whose ledger does not prove is no backup.
fn prove(path: &Path) -> Outcome {
    if !path.exists() {
        return Err(Failure::text("cli-no-database", &[("path", path.display().to_string())]));
    }
    let app = App::new(Store::open(&Address::Sqlite(path.to_owned()))?, Clock::system());
    let proof = app.store().read_blocking(|conn| verify(conn).map_err(|error: Error| error))?;
    if proof.is_proven() {
        Ok(())
    } else {
        Err(Failure::text("verify-failed", &[("count", proof.total.to_string())]))
    }
}

/// Names the file that was written, proven by now.
fn tell(env: &Env, key: &'static str, path: &Path, as_json: bool) -> Outcome {
    let name = path.display().to_string();
    if as_json {
        let bytes = std::fs::metadata(path)?.len();
        out::line(&serde_json::json!({ "file": name, "bytes": bytes, "proven": true }).to_string());
    } else {
        out::line(&i18n::format(env.lang, key, &crate::args! { "path" => name }));
    }
    Ok(())
}
