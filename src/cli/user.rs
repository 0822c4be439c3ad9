//! `beiku user add|password|token|list`.

use crate::app::password::hash_blocking;
use crate::app::people::{self, Change, NewPerson, User, UserFilter};
use crate::app::{App, Conn, Ctx, Error, token};
use crate::cli::{Env, Failure, Outcome, operator, out};
use crate::domain::actor::Role;
use crate::domain::language::Language;
use crate::domain::people::{PASSWORD_MIN_CHARS_CLI, TOKEN_LIFE_DAYS, check_password};
use crate::domain::refusal::Refusal;
use crate::i18n;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use std::io::BufRead;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Add(Add),
    Password(Password),
    Token(Token),
    List(List),
}

#[derive(clap::Args)]
struct Add {
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "ROLE", value_parser = role_parser())]
    role: Role,
    #[command(flatten)]
    secret: NewSecret,
    #[arg(long, value_name = "CODE")]
    depot: Vec<String>,
    #[arg(long, value_name = "CODE")]
    customer: Vec<String>,
    #[arg(long, value_name = "MAIL", default_value = "", hide_default_value = true)]
    email: String,
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    display_name: String,
    #[arg(long, value_name = "LANGUAGE", default_value = "zh-CN", value_parser = language_parser())]
    language: Language,
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct Password {
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    secret: NewSecret,
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct NewSecret {
    #[arg(long, value_name = "PASSWORD", conflicts_with = "password_stdin")]
    password: Option<String>,
    #[arg(long)]
    password_stdin: bool,
}

#[derive(clap::Args)]
struct Token {
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "DAYS", default_value_t = TOKEN_LIFE_DAYS)]
    expires: i64,
    #[arg(long, value_name = "TEXT", default_value = "cli")]
    label: String,
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct List {
    #[arg(long)]
    json: bool,
}

fn role_parser() -> impl TypedValueParser<Value = Role> {
    let words = PossibleValuesParser::new(Role::ALL.iter().map(|role| role.as_str()));
    words.try_map(|code| Role::from_code(&code).ok_or("role"))
}

fn language_parser() -> impl TypedValueParser<Value = Language> {
    let words = PossibleValuesParser::new(Language::ALL.iter().map(|language| language.as_str()));
    words.try_map(|code| Language::from_code(&code).ok_or("language"))
}

pub fn run(env: &Env, args: Args) -> Outcome {
    let app = env.open()?;
    match args.command {
        Command::Add(args) => add(env, &app, args),
        Command::Password(args) => password(env, &app, args),
        Command::Token(args) => token(env, &app, args),
        Command::List(args) => list(env, &app, &args),
    }
}

fn add(env: &Env, app: &App, args: Add) -> Outcome {
    let chosen = args.secret.read(&args.name)?;
    let new = NewPerson {
        username: args.name,
        display_name: args.display_name,
        email: args.email,
        role: args.role,
        password_hash: Some(hash_blocking(&chosen.password)?),
        depots: args.depot,
        customers: args.customer,
        language: args.language,
        reads_own_only: false,
    };
    let user = write(app, move |tx, ctx| people::create(tx, ctx, &new))?;
    if args.json {
        out::line(&chosen.beside(as_json(&user)).to_string());
        return Ok(());
    }
    let role = i18n::text(env.lang, &format!("role-{}", user.row.role));
    let facts = crate::args! { "name" => &user.row.username, "role" => role };
    out::line(&i18n::format(env.lang, "cli-user-added", &facts));
    chosen.tell(env);
    Ok(())
}

fn password(env: &Env, app: &App, args: Password) -> Outcome {
    let chosen = args.secret.read(&args.name)?;
    let change = Change { password_hash: Some(hash_blocking(&chosen.password)?), ..Change::default() };
    let name = args.name.clone();
    let user = write(app, move |tx, ctx| people::change(tx, ctx, &name, &change))?;
    if args.json {
        out::line(&chosen.beside(as_json(&user)).to_string());
        return Ok(());
    }
    out::line(&i18n::format(env.lang, "cli-password-set", &crate::args! { "name" => args.name }));
    chosen.tell(env);
    Ok(())
}

/// Scripts take the last line of standard output: the token and nothing else.
fn token(env: &Env, app: &App, args: Token) -> Outcome {
    let secret = token::Secret::random();
    let (made, label, name) = (secret.clone(), args.label, args.name.clone());
    let (_, expires_at) = write(app, move |tx, ctx| {
        let user = people::get(tx, ctx, &name)?;
        token::create(tx, ctx, user.row.id, &label, args.expires, &made)
    })?;
    if args.json {
        let made =
            serde_json::json!({ "username": args.name, "token": secret.text(), "expires_at": expires_at });
        out::line(&made.to_string());
        return Ok(());
    }
    let facts =
        crate::args! { "name" => args.name, "date" => i18n::short_date(env.lang, expires_at.date_naive()) };
    out::remark(&i18n::format(env.lang, "cli-token-made", &facts));
    out::line(&secret.text());
    Ok(())
}

fn list(env: &Env, app: &App, args: &List) -> Outcome {
    const AT_ONCE: i64 = 200;
    let ctx = operator(app);
    let mut after = String::new();
    let mut all = Vec::new();
    loop {
        let page: Vec<User> = app
            .store()
            .read_blocking(|conn| people::list(conn, &ctx, &UserFilter::default(), &after, AT_ONCE))?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.row.username);
        all.extend(page);
    }
    if args.json {
        out::line(&serde_json::Value::from_iter(all.iter().map(as_json)).to_string());
        return Ok(());
    }
    for user in all {
        let role = i18n::text(env.lang, &format!("role-{}", user.row.role));
        let off = if user.row.active { String::new() } else { i18n::text(env.lang, "cli-user-off") };
        let places = [user.depots, user.customers].concat().join(" ");
        let line = [user.row.username, role, places, off];
        out::line(line.join("\t").trim_end());
    }
    Ok(())
}

fn as_json(user: &User) -> serde_json::Value {
    serde_json::json!({
        "username": user.row.username,
        "display_name": user.row.display_name,
        "email": user.row.email,
        "role": user.row.role.as_str(),
        "depots": user.depots,
        "customers": user.customers,
        "language": user.row.language.as_str(),
        "active": user.row.active,
    })
}

fn write<T: Send + 'static>(
    app: &App,
    work: impl Fn(&mut Conn, &Ctx) -> Result<T, Error> + Send + 'static,
) -> Result<T, Failure> {
    let ctx = operator(app);
    Ok(app.store().write_blocking(move |tx| work(tx, &ctx))?)
}

/// A password somebody chose, or one made up because nobody did.
struct Chosen {
    password: String,
    is_made_up: bool,
}

impl NewSecret {
    fn read(self, username: &str) -> Result<Chosen, Failure> {
        let password = match self.password {
            Some(password) => Some(password),
            None if self.password_stdin => {
                let mut line = String::new();
                std::io::stdin().lock().read_line(&mut line)?;
                Some(line.trim_end_matches(['\r', '\n']).to_owned())
            }
            None => None,
        };
        let Some(password) = password else {
            return Ok(Chosen { password: make_up(), is_made_up: true });
        };
        check_password("password", &password, username, PASSWORD_MIN_CHARS_CLI)
            .map_err(|error| Refusal::Invalid(vec![error]))?;
        Ok(Chosen { password, is_made_up: false })
    }
}

impl Chosen {
    /// The document of a user, with the password when nobody else knows it.
    fn beside(self, mut user: serde_json::Value) -> serde_json::Value {
        if let (true, Some(user)) = (self.is_made_up, user.as_object_mut()) {
            user.insert("password".into(), self.password.into());
        }
        user
    }

    fn tell(&self, env: &Env) {
        if self.is_made_up {
            out::line(&i18n::format(
                env.lang,
                "cli-password-made",
                &crate::args! { "password" => &self.password },
            ));
        }
    }
}

/// 80 random bits in four groups, easy to read out: no letters that look alike.
fn make_up() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 16] = rand::random();
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('x', char::from);
    let groups: Vec<String> = bytes.chunks(4).map(|group| group.iter().map(letter).collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    #[test]
    fn made_up_passwords_are_long_and_differ() {
        let (a, b) = (super::make_up(), super::make_up());
        assert_eq!(a.len(), 19);
        assert_ne!(a, b);
    }
}
