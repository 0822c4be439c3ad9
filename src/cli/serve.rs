//! `beiku serve`: runs the service.

use crate::app::token::Secret;
use crate::app::{App, Clock, calendar, first_start};
use crate::cli::mailroom::Room;
use crate::cli::{Env, Failure, Outcome, must_be_there, operator, out};
use crate::config::{Config, LogFormat, ServiceSettings};
use crate::domain::notice::Bilingual;
use crate::http::{self, DemoUser, State};
use crate::i18n::{self, Lang};
use crate::jobs;
use crate::mail::{Letterhead, Options, Sender, Transport};
use crate::store::{Address, Store, log_statements_slower_than};
use crate::web as web_face;
use crate::{api, telemetry};
use actix_web::dev::ServerHandle;
use actix_web::web::{self, ServiceConfig};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    service: ServiceSettings,
    #[arg(long)]
    no_migrate: bool,
}

pub fn run(env: Env, args: Args) -> Outcome {
    let config = env.config(args.service)?;
    telemetry::start_logging(&config);
    let address = Address::parse(config.database.expose())?;
    tracing::info!(database = %address.describe(), version = env!("CARGO_PKG_VERSION"), "Beiku starts");
    if args.no_migrate {
        must_be_there(&address)?;
    }
    let store = Store::open(&address)?;
    if !args.no_migrate {
        let done = store.migrate()?;
        if !done.is_empty() {
            tracing::info!(migrations = ?done, "the database was brought up to date");
        }
    } else if store.needs_migration()? {
        return Err(Failure::text("cli-needs-migration", &[("database", address.describe())]));
    }
    serve(env.lang, App::new(store, Clock::system()), config, vec![])
}

/// Serves until told to stop. Also for commands that prepare a database of their own first, with the users a demo offers
/// on its sign-in page.
pub fn serve(lang: Lang, app: App, mut config: Config, demo: Vec<DemoUser>) -> Outcome {
    telemetry::metrics()?;
    log_statements_slower_than(config.slow_statement_ms.into());
    let Some(_alone) = app.store().serve_alone()? else {
        return Err(Failure::text("cli-served-already", &[]));
    };
    calendar::refresh_blocking(&app)?;
    let (transport, letterhead) = mail(&config)?;
    let listener = listen(&mut config)?;
    offer_setup(lang, &app, &config)?;
    say_where(lang, &config);
    let mailroom = Arc::new(Room::new(&config, letterhead.clone()));
    let state = web::Data::new(State { demo, mailroom, ..State::new(app.clone(), config)? });
    actix_web::rt::System::new().block_on(async {
        actix_web::rt::spawn(telemetry::keep_metrics_small());
        let jobs = jobs::start(&app, transport, jobs::Settings::new(letterhead));
        let server = http::server::start(state.clone(), listener, faces)?;
        actix_web::rt::spawn(end_when_asked(state, server.handle()));
        let served = server.await;
        jobs.stop().await;
        served
    })?;
    tracing::info!("Beiku has stopped");
    Ok(())
}

/// Says where it answers: to a person as a remark, to a collector of log lines as one of them.
fn say_where(lang: Lang, config: &Config) {
    let words = i18n::format(lang, "cli-serving", &crate::args! { "url" => &config.base_url });
    match config.log_format {
        LogFormat::Text => out::remark(&words),
        LogFormat::Json => tracing::info!("{words}"),
    }
}

/// Waits for SIGTERM or Ctrl-C; says at `/readyz` that this node is leaving, gives load balancers the time they were set to
/// have, then ends the server: requests under way are answered. A second signal ends the waiting.
async fn end_when_asked(state: web::Data<State>, server: ServerHandle) {
    asked_to_end().await;
    let wait = Duration::from_secs(state.config.drain_seconds.into());
    tracing::info!(seconds = wait.as_secs(), "asked to end; nobody new from now on");
    state.leave();
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = asked_to_end() => {}
    }
    server.stop(true).await;
}

/// Until SIGTERM or Ctrl-C.
async fn asked_to_end() {
    let ctrl_c = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = ctrl_c => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a way to hear signals the process ends as the system has it.
    if ctrl_c.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// How mail leaves, and what stands at the head of it. Without an address notices wait in the outbox.
pub fn mail(config: &Config) -> Result<(Option<Transport>, Letterhead), Failure> {
    let sender = Sender {
        company: Bilingual { zh: config.company.clone(), en: String::new() },
        hotline: config.hotline.clone(),
        base_url: config.base_url.clone(),
        replies: config.mail_reply_to.is_some(),
    };
    let letterhead = Letterhead::new(sender, &config.mail_from, config.mail_reply_to.as_deref())
        .map_err(anyhow::Error::from)?;
    let options = Options { extra_ca: config.mail_ca.clone(), ..Options::default() };
    let transport = config.mail.as_ref().map(|url| Transport::from_url(url.expose(), &options)).transpose();
    Ok((transport.map_err(anyhow::Error::from)?, letterhead))
}

/// Everything the service answers to.
pub fn faces(cfg: &mut ServiceConfig) {
    cfg.configure(api::routes).configure(web_face::routes);
}

/// Binds. With port 0 the system chooses one, and an address nobody has set follows.
fn listen(config: &mut Config) -> Result<TcpListener, Failure> {
    let follows = config.base_url == format!("http://{}", config.listen);
    let listener = TcpListener::bind(config.listen).map_err(|error| {
        Failure::text(
            "cli-cannot-listen",
            &[("address", config.listen.to_string()), ("reason", error.to_string())],
        )
    })?;
    config.listen = listener.local_addr()?;
    if follows {
        config.base_url = format!("http://{}", config.listen);
    }
    Ok(listener)
}

/// As long as there are no users, whoever reads this terminal may become the first administrator.
fn offer_setup(lang: Lang, app: &App, config: &Config) -> Outcome {
    let secret = Secret::random();
    let (ctx, offered) = (operator(app), secret.clone());
    if app.store().write_blocking(move |tx| first_start::offer_link(tx, &ctx, &offered))? {
        let url = format!("{}/setup?token={}", config.base_url, secret.text());
        out::line(&i18n::format(lang, "cli-setup-link", &crate::args! { "url" => url }));
    }
    Ok(())
}
