//! PostgreSQL itself goes under load: stopped, crashed, and failed over to a synchronous standby. No acknowledged operation is
//! lost, none is doubled, `/readyz` tells the truth, and the service finds its way back without a restart.
//!
//! Stopped twice, once in good order and once at once, and failed over once, unless `BEIKU_FAULT_ROUNDS` says more.

use super::load::{Load, answers, patient, run};
use super::work::{Outcome, company};
use crate::support::cluster::Cluster;
use crate::support::program::{Program, succeeds};
use crate::support::rounds;

/// Operations done between two faults.
const BETWEEN: usize = 60;

/// What may be heard while the database is away: nothing happened, or send it again with its key. Often nobody hears anything:
/// a request waits some seconds for a connection, and a transaction that lost its own before COMMIT runs again.
pub(super) fn away(status: u16, code: &str) -> bool {
    matches!((status, code), (503, "try_again" | "outcome_unknown"))
}

async fn stopped_and_started(mut cluster: Cluster) {
    let rounds = rounds(2);
    let (http, database) = (patient(), cluster.url("postgres"));
    let token = company(&database, &http).await;
    let program = Program::start(&database, &[]);
    let ready = format!("{}/readyz", program.url());
    let mut load = Load::start(program.url(), &http, &token, 1, away);
    for round in 0..rounds {
        load.until_more_done(BETWEEN).await;
        answers(&http, &ready, 200).await;
        cluster.order(if round % 2 == 0 { "stop a fast" } else { "stop a immediate" });
        answers(&http, &ready, 503).await;
        cluster.order("start a");
        answers(&http, &ready, 200).await;
    }
    load.until_more_done(BETWEEN).await;
    let all = load.end().await;
    let outcome = Outcome { what: "PostgreSQL stopped and crashed".into(), rounds };
    outcome.settle_and_hold(program, &database, &http, &token, all).await;
}

#[test]
fn a_database_server_stopped_and_crashed_loses_and_doubles_nothing() {
    let Some(cluster) = Cluster::start() else { return };
    run(stopped_and_started(cluster));
}

async fn failed_over(mut cluster: Cluster) {
    let (http, database) = (patient(), cluster.url_of_the_primary("postgres"));
    cluster.order("standby");
    let token = company(&database, &http).await;
    let program = Program::start(&database, &[]);
    let mut load = Load::start(program.url(), &http, &token, 1, away);
    load.until_more_done(2 * BETWEEN).await;
    // A proof may be read from the standby by whoever asks for it.
    succeeds(&database.replace("=read-write", "=standby"), &["verify"]);
    cluster.order("stop a immediate");
    cluster.order("promote b");
    load.until_more_done(2 * BETWEEN).await;
    answers(&http, &format!("{}/readyz", program.url()), 200).await;
    let all = load.end().await;
    let outcome = Outcome { what: "failed over".into(), rounds: 1 };
    outcome.settle_and_hold(program, &database, &http, &token, all).await;
}

#[test]
fn a_failover_to_a_synchronous_standby_loses_and_doubles_nothing() {
    for _ in 0..rounds(1) {
        let Some(cluster) = Cluster::start() else { return };
        run(failed_over(cluster));
    }
}

/// A standby that can be reached is no database to work on: the service says it is not ready rather than refuse every write.
#[test]
fn a_standby_alone_is_not_ready() {
    let Some(mut cluster) = Cluster::start() else { return };
    run(async move {
        cluster.order("standby");
        let http = patient();
        // Without target_session_attrs: whichever answers first.
        let database = cluster.url_of_the_primary("postgres").replace("&target_session_attrs=read-write", "");
        company(&database, &http).await;
        let program = Program::start(&database, &[]);
        let ready = format!("{}/readyz", program.url());
        answers(&http, &ready, 200).await;
        cluster.order("stop a immediate");
        answers(&http, &ready, 503).await;
        cluster.order("promote b");
        answers(&http, &ready, 200).await;
    });
}
