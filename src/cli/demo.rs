//! `beiku demo`: a fresh database with the example company in it, a user for every role, mail into a folder; then serves.

use crate::app::import::Options;
use crate::app::import::kind::Kind;
use crate::app::password::hash_blocking;
use crate::app::people::{self, NewPerson, User};
use crate::app::{App, AppResult, Clock, Ctx};
use crate::cli::import::import_file;
use crate::cli::{Env, Failure, Outcome, operator, out, scenes, serve};
use crate::config::{Secret, ServiceSettings};
use crate::domain::actor::Role;
use crate::domain::language::Language;
use crate::http::DemoUser;
use crate::i18n;
use crate::store::{Address, Store};
use std::io::Cursor;
use std::path::PathBuf;

/// The example company's spreadsheets, as messy as real ones, in the order a company imports them.
const COMPANY: [(Kind, &[u8]); 5] = [
    (Kind::Depots, include_bytes!("../../data/company/depots.csv")),
    (Kind::Parts, include_bytes!("../../data/company/parts.csv")),
    (Kind::Customers, include_bytes!("../../data/company/customers.csv")),
    (Kind::Stock, include_bytes!("../../data/company/stock.xlsx")),
    (Kind::RmaHistory, include_bytes!("../../data/company/rma-history.csv")),
];

/// Sign-in name, shown name, role, depots, customers.
type Example = (&'static str, &'static str, Role, &'static [&'static str], &'static [&'static str]);

const PEOPLE: [Example; 6] = [
    ("admin", "周管理", Role::Admin, &[], &[]),
    ("manager", "赵明远", Role::Manager, &[], &[]),
    ("clerk", "孙立", Role::Clerk, &["JN"], &[]),
    ("engineer", "李工", Role::Engineer, &[], &[]),
    ("technician", "周敏", Role::Technician, &["JN", "DZ", "ZZ", "JI"], &[]),
    ("customer", "黄杰", Role::Customer, &[], &["C1001"]),
];

/// All of them; the page of a demo says so.
const PASSWORD: &str = "beiku-demo";

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    service: ServiceSettings,
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub fn run(env: &Env, args: Args) -> Outcome {
    let folder = match args.data {
        Some(folder) => folder,
        None => tempfile::Builder::new().prefix("beiku-demo-").tempdir()?.keep(),
    };
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("beiku.db");
    let fresh = !path.exists();
    let mut config = env.config(args.service)?;
    if config.mail.is_none() {
        config.mail = Some(Secret::new(format!("file:{}", folder.join("mail").display())));
    }
    crate::telemetry::start_logging(&config);
    let store = Store::open(&Address::Sqlite(path))?;
    store.migrate()?;
    let app = App::new(store, Clock::system());
    if fresh {
        fill(env, &app)?;
    }
    out::line(&i18n::format(
        env.lang,
        "cli-demo-folder",
        &crate::args! { "path" => folder.display().to_string() },
    ));
    for (username, name, role, ..) in PEOPLE {
        let role = i18n::text(env.lang, &format!("role-{role}"));
        out::line(&format!("  {username:<12}{PASSWORD}   {role} · {name}"));
    }
    let offered = PEOPLE.iter().map(|(username, _, role, ..)| DemoUser {
        username,
        password: PASSWORD,
        role: role.as_str(),
    });
    serve::serve(env.lang, app, config, offered.collect())
}

/// Imports the spreadsheets, wrong rows left out and named, makes the people, and lets them begin their day.
fn fill(env: &Env, app: &App) -> Outcome {
    let ctx = operator(app);
    for (kind, bytes) in COMPANY {
        let options = Options { dry_run: false, skip_bad: true };
        let (report, _) = import_file(env.lang, app, &ctx, kind, Cursor::new(bytes), options)?;
        let facts = crate::args! {
            "path" => kind.as_str(),
            "read" => i64::from(report.read),
            "accepted" => i64::from(report.accepted),
            "unchanged" => i64::from(report.unchanged),
            "refused" => i64::from(report.refused_rows),
        };
        out::line(&i18n::format(env.lang, "cli-import-summary", &facts));
    }
    let users = people(app, &ctx)?;
    scenes::play(app, &users)
}

fn people(app: &App, ctx: &Ctx) -> Result<Vec<User>, Failure> {
    let password_hash = hash_blocking(PASSWORD)?;
    let people: Vec<NewPerson> = PEOPLE
        .iter()
        .map(|(username, name, role, depots, customers)| NewPerson {
            username: (*username).to_owned(),
            display_name: (*name).to_owned(),
            email: format!("{username}@beiku.example"),
            role: *role,
            password_hash: Some(password_hash.clone()),
            depots: depots.iter().map(ToString::to_string).collect(),
            customers: customers.iter().map(ToString::to_string).collect(),
            language: Language::ZhCn,
            reads_own_only: false,
        })
        .collect();
    let ctx = ctx.clone();
    app.store()
        .write_blocking(move |tx| {
            people.iter().map(|person| people::create(tx, &ctx, person)).collect::<AppResult<_>>()
        })
        .map_err(Failure::from)
}
