//! `beiku export KIND OUT.{csv,xlsx}`: what is in the books, as a spreadsheet.

use crate::api::exports::words;
use crate::app::App;
use crate::app::export::{self, Export, ExportError, ExportKind, Format};
use crate::app::figures::Asked;
use crate::cli::{Env, Failure, Outcome, operator, out};
use crate::i18n;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use indicatif::ProgressBar;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(clap::Args)]
pub struct Args {
    #[arg(value_name = "KIND", value_parser = kind_parser())]
    kind: ExportKind,
    #[arg(value_name = "OUT")]
    out: PathBuf,
    #[arg(long, value_name = "DAY|MONTH")]
    from: Option<String>,
    #[arg(long, value_name = "DAY|MONTH")]
    to: Option<String>,
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    #[arg(long, value_name = "DAY|INSTANT")]
    known_at: Option<String>,
    #[arg(long, value_name = "CODE")]
    depot: Option<String>,
    #[arg(long, value_name = "CODE")]
    customer: Option<String>,
    #[arg(long)]
    json: bool,
}

fn kind_parser() -> impl TypedValueParser<Value = ExportKind> {
    let words = PossibleValuesParser::new(ExportKind::ALL.iter().map(|kind| kind.as_str()));
    words.try_map(|code| ExportKind::from_code(&code).ok_or("kind"))
}

pub fn run(env: &Env, args: Args) -> Outcome {
    let app = env.open()?;
    let path = args.out;
    let format = format_of(&path)?;
    let asked = Asked {
        from: args.from,
        to: args.to,
        as_of: args.as_of,
        known_at: args.known_at,
        depot: args.depot,
        customer: args.customer,
        ..Asked::default()
    };
    let wanted = Export { asked, ..Export::of(args.kind, format) };
    // Hidden by itself where nobody looks.
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(100));
    let written = write(env, &app, &wanted, &path);
    spinner.finish_and_clear();
    let (rows, path) = (written?, path.display().to_string());
    if args.json {
        out::line(&serde_json::json!({ "kind": args.kind.as_str(), "file": path, "rows": rows }).to_string());
        return Ok(());
    }
    let facts = crate::args! { "count" => rows, "path" => path };
    out::line(&i18n::format(env.lang, "cli-exported", &facts));
    Ok(())
}

/// Whoever finds the file finds it whole: it gets its name when everything is in it.
fn write(env: &Env, app: &App, wanted: &Export, path: &Path) -> Result<u64, Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = unfinished(folder)?;
    let file = unfinished.as_file().try_clone()?;
    let (ctx, words) = (operator(app), words(env.lang));
    let rows = app.store().read_blocking(|conn| export::write(conn, &ctx, wanted, &words, file))?;
    unfinished.persist(path).map_err(|error| error.error)?;
    Ok(rows)
}

/// A file that anybody may read whom the shell's mask lets, unlike most temporary ones.
fn unfinished(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".beiku-export-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn format_of(path: &Path) -> Result<Format, Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    Format::from_code(&ending.to_ascii_lowercase())
        .ok_or_else(|| Failure::Usage("cli-export-ending", vec![("path", path.display().to_string())]))
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::App(error) => error.into(),
            broken => Failure::Other(broken.into()),
        }
    }
}
