//! The command line. Exit status: 0 done, 1 refused or failed, 2 wrong usage.
//!
//! A command is a file here with its arguments and a `run`, and a variant of `Command`. Its help stands in `cli.ftl`
//! under the keys `cli-<command>` and `cli-<command>-<argument>`; a test finds the missing ones.
//!
//! Commands that write may run beside a server: PostgreSQL sees to it anyway, and on SQLite the file's own locking does
//! (each waits up to five seconds for the other's transaction).

mod backup;
mod calendar;
mod demo;
mod evidence;
mod export;
mod failure;
mod help;
mod import;
pub mod mailroom;
mod migrate;
mod out;
mod papers;
mod scenes;
mod serve;
mod user;
mod verify;

pub use failure::{Failure, Outcome};
pub use serve::faces;

use crate::app::{self, App, Clock, Ctx};
use crate::config::{CommonSettings, Config, ServiceSettings};
use crate::domain::actor::Actor;
use crate::i18n::Lang;
use crate::store::{Address, Store};
use clap::{FromArgMatches, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "beiku", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    common: CommonSettings,
    #[arg(long, global = true, env = "BEIKU_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Args),
    Demo(demo::Args),
    Import(import::Args),
    Verify(verify::Args),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Export(export::Args),
    Evidence(evidence::Args),
    VerifyEvidence(evidence::VerifyArgs),
    Migrate(migrate::Args),
    User(user::Args),
    Calendar(calendar::Args),
    Completions(papers::CompletionsArgs),
    Man(papers::ManArgs),
}

/// What every command is given.
struct Env {
    lang: Lang,
    common: CommonSettings,
    file: Option<PathBuf>,
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let lang = language();
    let cli = match help::command::<Cli>(lang)
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches))
    {
        Ok(cli) => cli,
        Err(usage) => {
            // Help and version go to standard output with status 0, wrong usage to standard error with status 2.
            let _closed = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    let env = Env { lang, common: cli.common, file: cli.config };
    let outcome = match cli.command {
        Command::Serve(args) => serve::run(env, args),
        Command::Demo(args) => demo::run(&env, args),
        Command::Import(args) => import::run(&env, &args),
        Command::Verify(args) => verify::run(&env, &args),
        Command::Backup(args) => backup::backup(&env, &args),
        Command::Restore(args) => backup::restore(&env, &args),
        Command::Export(args) => export::run(&env, args),
        Command::Evidence(args) => evidence::issue(&env, args),
        Command::VerifyEvidence(args) => evidence::verify(&env, &args),
        Command::Migrate(args) => migrate::run(&env, &args),
        Command::User(args) => user::run(&env, args),
        Command::Calendar(args) => calendar::run(&env, &args),
        Command::Completions(args) => papers::completions(&env, &args),
        Command::Man(args) => papers::man(&env, &args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out::complaint(&failure.in_words(lang));
            ExitCode::from(failure.exit_code())
        }
    }
}

/// The language of the terminal; English unless it says Chinese.
fn language() -> Lang {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    named.and_then(|locale| Lang::from_code(&locale)).unwrap_or(Lang::En)
}

impl Env {
    /// Every setting, from flags, environment and file.
    fn config(&self, service: ServiceSettings) -> Result<Config, Failure> {
        Ok(Config::resolve(self.common.clone(), service, self.file.as_deref())?)
    }

    /// Opens a database that is there and up to date. A slip in the address must not make a new, empty file.
    fn open(&self) -> Result<App, Failure> {
        let address = Address::parse(self.config(ServiceSettings::default())?.database.expose())?;
        must_be_there(&address)?;
        let store = Store::open(&address)?;
        if store.needs_migration()? {
            return Err(Failure::text("cli-needs-migration", &[("database", address.describe())]));
        }
        let app = App::new(store, Clock::system());
        app::calendar::refresh_blocking(&app)?;
        Ok(app)
    }
}

/// Refuses an address of a file that is not there: opening it would make it.
fn must_be_there(address: &Address) -> Outcome {
    match address {
        Address::Sqlite(path) if !path.exists() => {
            Err(Failure::text("cli-no-database", &[("path", path.display().to_string())]))
        }
        Address::Sqlite(_) | Address::Postgres(_) => Ok(()),
    }
}

/// Who acts from the command line: the operator of the machine, with every right.
fn operator(app: &App) -> Ctx {
    app.context(Actor::system("cli"), uuid::Uuid::now_v7().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_has_its_help_in_both_languages() {
        for lang in Lang::ALL {
            let missing = help::missing::<Cli>(lang);
            assert!(missing.is_empty(), "{lang}: {missing:?}");
            help::command::<Cli>(lang).debug_assert();
        }
    }

    #[test]
    fn every_command_that_answers_answers_in_json_too() {
        fn without(command: &clap::Command, missing: &mut Vec<String>) {
            // These run until they are stopped, or print a paper.
            if ["serve", "demo", "completions", "man"].contains(&command.get_name()) {
                return;
            }
            let has_json = command.get_arguments().any(|argument| argument.get_id() == "json");
            if !command.has_subcommands() && !has_json {
                missing.push(command.get_name().to_owned());
            }
            command.get_subcommands().for_each(|below| without(below, missing));
        }
        let mut missing = vec![];
        without(&help::command::<Cli>(Lang::En), &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }
}
