//! What the people and machines that run the service ask for. Not part of the API: no sign-in, nothing about data.

use crate::app::{self, people};
use crate::http::{State, metrics_handle};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

/// The process answers.
async fn alive() -> impl Responder {
    text(HttpResponse::Ok(), "ok\n")
}

/// The database answers too, and its tables are there.
async fn ready(state: web::Data<State>) -> HttpResponse {
    let ctx = state.app.context(crate::domain::actor::Actor::system("readyz"), String::new());
    match app::read(&state.app, &ctx, |conn, _| people::nobody_yet(conn)).await {
        Ok(_) => text(HttpResponse::Ok(), "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            text(HttpResponse::ServiceUnavailable(), "the database does not answer\n")
        }
    }
}

/// Counters for Prometheus.
async fn metrics() -> HttpResponse {
    match metrics_handle() {
        Ok(handle) => {
            HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
        }
        Err(error) => text(HttpResponse::ServiceUnavailable(), &error.to_string()),
    }
}

fn text(mut response: actix_web::HttpResponseBuilder, body: &str) -> HttpResponse {
    response.content_type("text/plain; charset=utf-8").body(body.to_owned())
}
