//! The server: one actix application around whatever the faces mount.

use crate::http::envelope::{RequestSpan, envelope};
use crate::http::problem::{Problem, Trouble};
use crate::http::state::State;
use crate::http::{pack, patience};
use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpRequest, HttpServer};
use std::net::{IpAddr, TcpListener};
use std::time::Duration;
use tracing_actix_web::TracingLogger;

/// Largest body read into memory, in bytes: a batch of 5,000 movements with long references. Uploads of files stream past it.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// How long requests under way may take to end after the signal to stop.
const SHUTDOWN_SECONDS: u64 = 30;

/// Starts the server on a bound listener. `mount` registers the faces (`api::routes`, `web::routes`). It ends by its handle,
/// gracefully: no new connections, requests under way are answered. Signals are the caller's.
///
/// # Errors
/// When the listener cannot be used.
pub fn start(
    state: web::Data<State>,
    listener: TcpListener,
    mount: fn(&mut ServiceConfig),
) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .configure(limits)
            .wrap(from_fn(patience::bodies))
            .wrap(from_fn(pack::pages))
            .wrap(Compress::default())
            .wrap(from_fn(envelope))
            .wrap(TracingLogger::<RequestSpan>::new())
            .default_service(web::to(nothing_here))
            .configure(mount)
    })
    .listen(listener)?
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .disable_signals()
    .run();
    Ok(server)
}

/// Limits and error handling of the plain actix extractors, so that they too answer with problems.
fn limits(cfg: &mut ServiceConfig) {
    let malformed = |part: &str, error: String| {
        Problem::from(Trouble::Malformed { reason: format!("{part}: {error}") }).into()
    };
    cfg.app_data(web::PayloadConfig::new(BODY_LIMIT))
        .app_data(
            web::PathConfig::default().error_handler(|_, _| Problem::from(Trouble::NoSuchAddress).into()),
        )
        .app_data(
            web::QueryConfig::default().error_handler(move |error, _| malformed("query", error.to_string())),
        )
        .app_data(
            web::FormConfig::default()
                .limit(BODY_LIMIT)
                .error_handler(move |error, _| malformed("form", error.to_string())),
        )
        .app_data(
            web::JsonConfig::default()
                .limit(BODY_LIMIT)
                .error_handler(move |error, _| malformed("body", error.to_string())),
        );
}

async fn nothing_here() -> Result<String, Problem> {
    Err(Trouble::NoSuchAddress.into())
}

/// The address of the one who asks. Behind a proxy the last entry of `X-Forwarded-For` is the one the proxy itself wrote.
#[must_use]
pub fn peer(req: &HttpRequest) -> Option<IpAddr> {
    let behind_proxy = req.app_data::<web::Data<State>>().is_some_and(|state| state.config.behind_proxy);
    if behind_proxy {
        let forwarded = req.headers().get_all("X-Forwarded-For").last()?.to_str().ok()?;
        return forwarded.rsplit(',').next()?.trim().parse().ok();
    }
    req.peer_addr().map(|peer| peer.ip())
}
