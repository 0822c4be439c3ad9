//! `beiku migrate`: brings the database's tables up to date.

use crate::cli::{Env, Outcome, out};
use crate::config::ServiceSettings;
use crate::i18n;
use crate::store::{Address, Store};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(env: &Env, args: &Args) -> Outcome {
    let address = Address::parse(env.config(ServiceSettings::default())?.database.expose())?;
    let done = Store::open(&address)?.migrate()?;
    if args.json {
        out::line(&serde_json::json!({ "database": address.describe(), "migrations": done }).to_string());
        return Ok(());
    }
    let facts = crate::args! { "database" => address.describe(), "count" => done.len() };
    out::line(&i18n::format(env.lang, "cli-migrated", &facts));
    Ok(())
}
