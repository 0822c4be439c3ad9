//! What the program tells about itself: log lines with the request they belong to, and counters for Prometheus.

use crate::config::{Config, LogFormat};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Upper bounds in seconds of the buckets of every duration.
const DURATION_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Starts logging to standard error, so that standard output stays the command's own; panics are lines of the log like
/// everything else. Doing it twice has no effect.
pub fn start_logging(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let _already = match config.log_format {
        LogFormat::Text => builder.finish().try_init(),
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .finish()
            .try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = std::backtrace::Backtrace::capture();
        tracing::error!(%panic, %backtrace, "a panic");
    }));
}

/// The process's counters. The first call begins to count.
///
/// # Errors
/// When another recorder counts already, which no part of Beiku installs.
pub fn metrics() -> Result<&'static PrometheusHandle, MetricsError> {
    static HANDLE: OnceLock<Result<PrometheusHandle, MetricsError>> = OnceLock::new();
    HANDLE.get_or_init(install).as_ref().map_err(Clone::clone)
}

/// Keeps the memory of the counters bounded when nobody reads them. Never ends.
pub async fn keep_metrics_small() {
    let mut every = tokio::time::interval(Duration::from_secs(5));
    loop {
        every.tick().await;
        if let Ok(handle) = metrics() {
            handle.run_upkeep();
        }
    }
}

/// Counting could not begin.
#[derive(Debug, Clone, thiserror::Error)]
#[error("metrics: {0}")]
pub struct MetricsError(String);

fn install() -> Result<PrometheusHandle, MetricsError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &DURATION_BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|e| MetricsError(e.to_string()))?;
    metrics::describe_counter!(
        "beiku_http_requests_total",
        "Requests answered, by method, route and status."
    );
    metrics::describe_histogram!(
        "beiku_http_request_seconds",
        "Time to answer a request, by method and route."
    );
    metrics::describe_counter!(
        "beiku_joint_bookings_total",
        "Transactions that booked movements of callers."
    );
    metrics::describe_counter!("beiku_jointly_booked_total", "Movements booked in them.");
    metrics::describe_counter!("beiku_writer_commits_total", "Commits of the SQLite writer.");
    metrics::describe_counter!(
        "beiku_writer_jobs_total",
        "Transactions of callers that these commits covered."
    );
    metrics::describe_counter!(
        "beiku_writer_refused_total",
        "Writes sent away because too many were waiting."
    );
    metrics::describe_counter!(
        "beiku_storage_full_total",
        "Requests refused because the database's disk is full."
    );
    metrics::describe_counter!("beiku_slow_statements_total", "Statements slower than the limit set.");
    metrics::describe_gauge!("beiku_writer_waiting", "Writes waiting for the SQLite writer.");
    describe_gauges();
    metrics::describe_counter!("beiku_mails_total", "Tries to send a mail, by outcome: sent, put_off, dead.");
    Ok(handle)
}

/// What the database holds, as monitoring watches it.
fn describe_gauges() {
    for (name, meaning) in [
        ("beiku_database_up", "Whether the database answered when it was last asked."),
        ("beiku_database_connections", "Connections of this node to PostgreSQL, by state: busy, idle."),
        ("beiku_promises_at_risk", "Running repairs due soon or likely to miss their date."),
        ("beiku_promises_late", "Repairs past their date and not back yet."),
        ("beiku_outbox_queued", "Notices that wait."),
        ("beiku_outbox_oldest_seconds", "How long the oldest of them has waited."),
        ("beiku_outbox_dead", "Notices given up."),
        ("beiku_last_proof_age_seconds", "Time since the last proof of the ledgers ended."),
        ("beiku_ledger_differences", "Differences the last proof found."),
        ("beiku_jobs_failing", "Background jobs of this node whose last turn failed."),
        ("beiku_build_info", "1, with the version."),
    ] {
        metrics::describe_gauge!(name, meaning);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn counters_are_rendered() {
        let handle = super::metrics().unwrap();
        metrics::counter!("beiku_test_total").increment(2);
        assert!(handle.render().contains("beiku_test_total 2"));
        assert!(super::metrics().is_ok(), "asking again is fine");
    }
}
