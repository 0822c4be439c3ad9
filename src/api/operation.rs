//! What the people and machines that run the service ask for. Not part of the API: no sign-in, nothing about data.

use crate::app::health::{self, Gauges};
use crate::http::{State, metrics_handle};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use metrics::gauge;
use std::time::{Duration, Instant};

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/healthz", web::get().to(alive))
        .route("/healthz", web::head().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/readyz", web::head().to(ready))
        .route("/metrics", web::get().to(metrics));
}

/// The process answers.
async fn alive() -> impl Responder {
    text(HttpResponse::Ok(), "ok\n")
}

/// The database answers too, and its tables are there; and nobody asked the process to end.
async fn ready(state: web::Data<State>) -> HttpResponse {
    if state.is_leaving() {
        return text(HttpResponse::ServiceUnavailable(), "leaving\n");
    }
    match health::answers(&state.app).await {
        Ok(()) => text(HttpResponse::Ok(), "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            text(HttpResponse::ServiceUnavailable(), "the database does not answer\n")
        }
    }
}

/// Counters for Prometheus.
async fn metrics(state: web::Data<State>) -> HttpResponse {
    count(&state).await;
    match metrics_handle() {
        Ok(handle) => {
            HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
        }
        Err(error) => text(HttpResponse::ServiceUnavailable(), &error.to_string()),
    }
}

/// The counts over the database's content are read at most so often: whoever may ask for them is not known.
const COUNT_EVERY: Duration = Duration::from_secs(10);

/// Brings up to date what is not counted as it happens.
async fn count(state: &State) {
    let mut counted = state.counted.lock().await;
    if counted.is_some_and(|at| at.elapsed() < COUNT_EVERY) {
        return;
    }
    let read = health::gauges(&state.app).await;
    gauge!("beiku_database_up").set(if read.is_ok() { 1 } else { 0 });
    match read {
        Ok(gauges) => show(&gauges),
        Err(error) => tracing::warn!(%error, "the counts for /metrics are old"),
    }
    let failing = state.app.jobs().all().iter().filter(|job| job.error.is_some()).count();
    gauge!("beiku_jobs_failing").set(u32::try_from(failing).unwrap_or(u32::MAX));
    gauge!("beiku_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
    *counted = Some(Instant::now());
}

fn show(gauges: &Gauges) {
    // More than four billion of anything is as alarming as four billion.
    let number = |count: i64| u32::try_from(count.max(0)).unwrap_or(u32::MAX);
    gauge!("beiku_promises_at_risk").set(number(gauges.promises_at_risk));
    gauge!("beiku_promises_late").set(number(gauges.promises_late));
    gauge!("beiku_outbox_queued").set(number(gauges.outbox_queued));
    gauge!("beiku_outbox_oldest_seconds").set(number(gauges.outbox_oldest_seconds));
    gauge!("beiku_outbox_dead").set(number(gauges.outbox_dead));
    gauge!("beiku_ledger_differences").set(number(gauges.proof_differences));
    if let Some(age) = gauges.proof_age_seconds {
        gauge!("beiku_last_proof_age_seconds").set(number(age));
    }
    if let Some((busy, idle)) = gauges.connections {
        gauge!("beiku_database_connections", "state" => "busy").set(busy);
        gauge!("beiku_database_connections", "state" => "idle").set(idle);
    }
}

fn text(mut response: actix_web::HttpResponseBuilder, body: &str) -> HttpResponse {
    response.content_type("text/plain; charset=utf-8").body(body.to_owned())
}
