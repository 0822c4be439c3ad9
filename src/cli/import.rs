//! `beiku import KIND FILE`: a spreadsheet into the books.

use crate::app::import::fault::FileFault;
use crate::app::import::kind::Kind;
use crate::app::import::outcome::ImportReport;
use crate::app::import::rejects::write_rejects;
use crate::app::import::{self, ImportError, Options};
use crate::app::{App, Ctx};
use crate::cli::{Env, Failure, Outcome, operator, out};
use crate::http::imports::{self, reason, remark};
use crate::i18n::{self, Lang};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

/// At most this many refused cells are printed one by one; the rejects file has them all.
const REFUSED_SHOWN: usize = 50;

#[derive(clap::Args)]
pub struct Args {
    #[arg(value_name = "KIND", value_parser = kind_parser())]
    kind: Kind,
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    skip_bad: bool,
    #[arg(long, value_name = "OUT.csv")]
    rejects: Option<PathBuf>,
    #[arg(long)]
    json: bool,
}

fn kind_parser() -> impl TypedValueParser<Value = Kind> {
    let words = PossibleValuesParser::new(Kind::ALL.iter().map(|kind| kind.as_str()));
    words.try_map(|code| Kind::ALL.iter().copied().find(|kind| kind.as_str() == code).ok_or("kind"))
}

pub fn run(env: &Env, args: &Args) -> Outcome {
    let app = env.open()?;
    let path = args.file.display().to_string();
    let file = File::open(&args.file).map_err(|error| {
        Failure::text("cli-cannot-read", &[("path", path.clone()), ("reason", error.to_string())])
    })?;
    let options = Options { dry_run: args.dry_run, skip_bad: args.skip_bad };
    let (report, file) = import_file(env.lang, &app, &operator(&app), args.kind, file, options)?;
    if let Some(rejects) = &args.rejects {
        let target = File::create(rejects).map_err(|error| {
            let facts = [("path", rejects.display().to_string()), ("reason", error.to_string())];
            Failure::text("cli-cannot-write", &facts)
        })?;
        write_rejects(file, &report.refused, target, &|error| reason(env.lang, error))
            .map_err(|f| unreadable(env.lang, &f))?;
    }
    if args.json {
        out::line(
            &report.json(&|error| reason(env.lang, error), &|warning| remark(env.lang, warning)).to_string(),
        );
    } else {
        tell(env.lang, &path, &report, args.dry_run);
    }
    // Refused rows held everything back, or were left out: somebody has to look.
    if report.refused_rows > 0 && !args.skip_bad {
        return Err(Failure::text("cli-import-refused", &[("count", report.refused_rows.to_string())]));
    }
    Ok(())
}

/// Imports with a progress bar that hides by itself where nobody looks.
pub(super) fn import_file<R: Read + Seek + Send + 'static>(
    lang: Lang,
    app: &App,
    ctx: &Ctx,
    kind: Kind,
    source: R,
    options: Options,
) -> Result<(ImportReport, R), Failure> {
    let bar = ProgressBar::new_spinner();
    bar.set_style(
        ProgressStyle::with_template("{spinner} {pos} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    bar.set_message(i18n::text(lang, "cli-import-rows"));
    let shown = bar.clone();
    let progress: import::Progress = Arc::new(move |rows| shown.set_position(u64::from(rows)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let imported = runtime.block_on(import::import(app, ctx, kind, source, options, progress));
    bar.finish_and_clear();
    imported.map_err(|error| match error {
        ImportError::File(fault) => unreadable(lang, &fault),
        ImportError::App(error) => error.into(),
        ImportError::Disk(error) => error.into(),
        ImportError::Busy => Failure::text("cli-import-busy", &[]),
    })
}

fn unreadable(lang: Lang, fault: &FileFault) -> Failure {
    Failure::Other(anyhow::anyhow!(imports::fault(lang, fault)))
}

fn tell(lang: Lang, path: &str, report: &ImportReport, dry_run: bool) {
    for error in report.refused.iter().take(REFUSED_SHOWN) {
        let facts = crate::args! { "row" => i64::from(error.row), "column" => error.column.as_str(), "reason" => reason(lang, error) };
        out::line(&i18n::format(lang, "cli-import-refused-row", &facts));
    }
    let facts = crate::args! {
        "path" => path,
        "read" => i64::from(report.read),
        "accepted" => i64::from(report.accepted),
        "unchanged" => i64::from(report.unchanged),
        "refused" => i64::from(report.refused_rows),
    };
    out::line(&i18n::format(lang, "cli-import-summary", &facts));
    if dry_run || !report.written {
        out::line(&i18n::text(lang, "cli-import-nothing-written"));
    }
}
