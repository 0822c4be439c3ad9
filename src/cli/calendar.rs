//! `beiku calendar import FILE`: publishes the official notice of a year.

use crate::app::calendar::{self, Notice, Recount};
use crate::app::{App, Error};
use crate::cli::{Env, Failure, Outcome, operator, out};
use crate::i18n;
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// Most moves printed one by one; with `--json` all are.
const MOVES_SHOWN: usize = 20;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Import(Import),
}

#[derive(clap::Args)]
struct Import {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long)]
    preview: bool,
    #[arg(long)]
    json: bool,
}

pub fn run(env: &Env, args: &Args) -> Outcome {
    let Command::Import(args) = &args.command;
    let notices = calendar::read_csv(&text_of(&args.file)?)?;
    let app = env.open()?;
    let years: Vec<i32> = notices.iter().map(|notice| notice.year).collect();
    let (version, recount) =
        if args.preview { (None, preview(&app, &notices)?) } else { publish(&app, notices)? };
    if args.json {
        out::line(&as_json(&years, version, &recount).to_string());
    } else {
        tell(env, &years, version, &recount);
    }
    Ok(())
}

fn preview(app: &App, notices: &[Notice]) -> Result<Recount, Failure> {
    let ctx = operator(app);
    Ok(app.store().read_blocking(|conn| calendar::preview(conn, &ctx, notices))?)
}

fn publish(app: &App, notices: Vec<Notice>) -> Result<(Option<i64>, Recount), Failure> {
    let ctx = operator(app);
    let published = app.store().write_blocking(move |tx| calendar::publish(tx, &ctx, &notices));
    let (version, recount) = published.map_err(|error: Error| Failure::from(error))?;
    Ok((Some(version), recount))
}

fn text_of(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file).map_err(|error| {
        let facts = [("path", file.display().to_string()), ("reason", error.to_string())];
        Failure::text("cli-cannot-read", &facts)
    })?;
    Ok(calendar::text_of(&bytes)?)
}

fn tell(env: &Env, years: &[i32], version: Option<i64>, recount: &Recount) {
    let years = years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let key = if version.is_some() { "cli-calendar-published" } else { "cli-calendar-previewed" };
    let facts = crate::args! {
        "years" => years, "checked" => recount.checked, "moved" => recount.moves.len(), "settled" => recount.settled,
    };
    out::line(&i18n::format(env.lang, key, &facts));
    for moved in recount.moves.iter().take(MOVES_SHOWN) {
        let day = |day: Option<chrono::NaiveDate>| day.map_or("—".to_owned(), |day| day.to_string());
        let promise = &moved.promise;
        let line = format!("{}/{}", promise.rma, promise.line);
        let dates = format!("{} → {}", day(promise.due_on), day(moved.due_on));
        out::line(&[line, promise.customer.clone(), promise.serial.clone(), dates].join("\t"));
    }
    if recount.moves.len() > MOVES_SHOWN {
        let facts = crate::args! { "count" => recount.moves.len() - MOVES_SHOWN };
        out::line(&i18n::format(env.lang, "cli-calendar-more", &facts));
    }
}

fn as_json(years: &[i32], version: Option<i64>, recount: &Recount) -> serde_json::Value {
    let moves = recount.moves.iter().map(|moved| {
        serde_json::json!({
            "rma": moved.promise.rma,
            "line": moved.promise.line,
            "customer": moved.promise.customer,
            "promise": moved.promise.kind.as_str(),
            "serial": moved.promise.serial,
            "old_due_on": moved.promise.due_on,
            "new_due_on": moved.due_on,
            "provisional": moved.provisional,
        })
    });
    serde_json::json!({
        "version": version,
        "years": years,
        "checked": recount.checked,
        "moved": recount.moves.len(),
        "settled": recount.settled,
        "moves": moves.collect::<Vec<_>>(),
    })
}
