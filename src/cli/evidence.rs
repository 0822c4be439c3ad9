//! `beiku evidence OUT.zip` issues a pack; `beiku verify-evidence FILE` recounts one, without any database.

use crate::app::evidence::{self, EvidenceQuery, FigureRow, Finding, Pack, Verdict};
use crate::cli::{Env, Failure, Outcome, operator, out};
use crate::i18n::{self, Lang};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[arg(value_name = "OUT")]
    out: PathBuf,
    #[arg(long, value_name = "DAY|MONTH")]
    from: Option<String>,
    #[arg(long, value_name = "DAY|MONTH")]
    to: Option<String>,
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    #[arg(long, value_name = "CODE")]
    depot: Option<String>,
    #[arg(long, value_name = "CODE")]
    customer: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub struct VerifyArgs {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    #[arg(long, value_name = "HASH")]
    sha256: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn issue(env: &Env, args: Args) -> Outcome {
    let Args { out: path, from, to, as_of, depot, customer, json } = args;
    if path.exists() {
        return Err(Failure::text("cli-file-exists", &[("path", path.display().to_string())]));
    }
    let app = env.open()?;
    let asked = EvidenceQuery { from, to, as_of, depot, customer, part_no: None };
    let ctx = operator(&app);
    let words = crate::http::words::of_reader(env.lang);
    let issued = app.store().write_blocking(move |tx| evidence::issue(tx, &ctx, &asked, &words))?;
    write(&path, &issued.content)?;
    let path = path.display().to_string();
    if json {
        let document = serde_json::json!({
            "number": issued.row.number, "file": path, "lines": issued.row.lines, "restated": issued.row.restated,
            "head": issued.row.head, "sha256": issued.row.sha256, "figures": issued.manifest.figures,
        });
        out::line(&document.to_string());
        return Ok(());
    }
    let facts = crate::args! {
        "number" => issued.row.number.as_str(), "count" => issued.row.lines, "path" => path,
        "head" => issued.row.head.as_str(), "sha256" => issued.row.sha256.as_str()
    };
    out::line(&i18n::format(env.lang, "cli-evidence-issued", &facts));
    rates(env.lang, &issued.manifest.figures);
    Ok(())
}

/// Whoever finds the file finds it whole.
fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut unfinished = tempfile::Builder::new().prefix(".beiku-evidence-").tempfile_in(folder)?;
    unfinished.write_all(content)?;
    unfinished.persist(path).map_err(|error| error.error)?;
    Ok(())
}

pub fn verify(env: &Env, args: &VerifyArgs) -> Outcome {
    let path = args.file.display().to_string();
    let bad = |reason: String| {
        Failure::text("cli-evidence-unreadable", &[("path", path.clone()), ("reason", reason)])
    };
    let file = File::open(&args.file).map_err(|error| bad(error.to_string()))?;
    let pack = Pack::read(BufReader::new(&file)).map_err(|error| bad(error.to_string()))?;
    let mut verdict = evidence::check(&pack, args.head.as_deref()).map_err(|error| bad(error.to_string()))?;
    if let Some(wanted) = &args.sha256 {
        let found = hash_of(&file).map_err(|error| bad(error.to_string()))?;
        if !wanted.trim().eq_ignore_ascii_case(&found) {
            verdict = Verdict { broken: Some((Finding::File, None, found)), figures: BTreeMap::new() };
        }
    }
    if args.json {
        out::line(&document(&pack, &verdict).to_string());
    } else if verdict.broken.is_none() {
        let manifest = &pack.manifest;
        let facts = crate::args! {
            "number" => manifest.number.as_str(), "from" => manifest.from.to_string(), "to" => manifest.to.to_string(),
            "count" => manifest.lines, "head" => manifest.head.as_str()
        };
        out::line(&i18n::format(env.lang, "cli-evidence-holds", &facts));
        rates(env.lang, &verdict.figures);
    }
    match verdict.broken {
        None => Ok(()),
        Some((finding, row, what)) => {
            let row = row.map_or_else(|| "–".to_owned(), |row| row.to_string());
            let finding = i18n::text(env.lang, &format!("evidence-finding-{finding}"));
            Err(Failure::text("cli-evidence-broken", &[("finding", finding), ("row", row), ("what", what)]))
        }
    }
}

/// SHA-256 of a whole file, in hexadecimal.
fn hash_of(mut file: &File) -> std::io::Result<String> {
    file.rewind()?;
    let mut reader = BufReader::new(file);
    let mut hash = Sha256::new();
    loop {
        let piece = reader.fill_buf()?;
        let length = piece.len();
        if length == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(piece);
        reader.consume(length);
    }
}

fn rates(lang: Lang, figures: &BTreeMap<String, FigureRow>) {
    for (variant, row) in figures {
        let facts = crate::args! {
            "variant" => variant.as_str(), "timely" => row.timely, "eligible" => row.eligible, "pending" => row.pending,
            "floating" => row.floating, "excluded" => row.excluded, "shown" => row.shown.as_deref().unwrap_or("—")
        };
        out::line(&i18n::format(lang, "cli-evidence-rate", &facts));
    }
}

fn document(pack: &Pack, verdict: &Verdict) -> serde_json::Value {
    let broken = verdict.broken.as_ref();
    serde_json::json!({
        "number": pack.manifest.number, "holds": broken.is_none(), "head": pack.manifest.head, "figures": verdict.figures,
        "broken": broken.map(|(finding, row, what)| serde_json::json!({
            "finding": finding.as_str(), "row": row, "what": what,
        })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_its_words() {
        for lang in Lang::ALL {
            for finding in Finding::ALL {
                assert!(i18n::has(lang, &format!("evidence-finding-{finding}")), "{lang}: {finding}");
            }
        }
    }
}
