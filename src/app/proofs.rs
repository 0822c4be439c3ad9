//! The ledger proves itself: every night on whichever node comes first, and whenever somebody asks. What it came to is kept, is
//! on the health page, and stands in the next morning's mail when something does not prove.

use crate::app::{App, AppResult, Ctx, Error, audit, verify};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::stock::proof::{Difference, Proof};
use crate::store::Conn;
use crate::store::proofs::{self, Outcome};
use chrono::{TimeDelta, Timelike};

pub use crate::store::proofs::ProofRow;

/// The audit action under which a proof is remembered.
pub const PROOF: &str = "ledger.proof";
/// The hour from which the night's proof may begin, where the company is.
const NIGHT: u32 = 2;
/// A proof that has not ended by then has lost its node.
const GIVEN_UP: TimeDelta = TimeDelta::hours(2);
/// Differences kept with a proof; `beiku verify` lists them all.
const KEPT: usize = 20;

/// The proof that ended last. Refuses with `forbidden`.
pub fn last(conn: &mut Conn, ctx: &Ctx) -> AppResult<Option<ProofRow>> {
    ctx.actor.may(Permission::ReadAudit)?;
    Ok(proofs::last(conn)?)
}

/// The night's proof, once a night over all nodes, from two o'clock on; a night nobody was up is made up for in the morning.
/// How many proofs were done: none or one.
///
/// # Errors
/// Faults of the store. The night stays open, and two hours later any node takes it up again.
pub async fn prove_nightly(app: &App) -> AppResult<usize> {
    let ctx = app.system_context("jobs");
    let local = Zone::default().local(ctx.now.naive_utc());
    if local.hour() < NIGHT {
        return Ok(0);
    }
    let (night, now) = (local.date(), ctx.now);
    let actor = ctx.actor.username.clone();
    let claimed = app
        .store()
        .write(move |tx| Ok::<_, Error>(proofs::claim(tx, night, &actor, now, now - GIVEN_UP)?))
        .await?;
    let Some(id) = claimed else { return Ok(0) };
    let total = run(app, &ctx, id).await?;
    if total > 0 {
        tracing::error!(
            differences = total,
            "the ledger does not prove: see the health page and `beiku verify`"
        );
    }
    Ok(1)
}

/// Has the ledger prove itself now. How many differences there are. Refuses with `forbidden`.
///
/// # Errors
/// `forbidden`, and faults of the store.
pub async fn prove(app: &App, ctx: &Ctx) -> AppResult<u64> {
    ctx.actor.may(Permission::ReadAudit)?;
    let (actor, now) = (ctx.actor.username.clone(), ctx.now);
    let id = app.store().write(move |tx| Ok::<_, Error>(proofs::begin(tx, &actor, now)?)).await?;
    run(app, ctx, id).await
}

async fn run(app: &App, ctx: &Ctx, id: i64) -> AppResult<u64> {
    let proof = crate::app::read(app, ctx, |conn, _| verify::verify(conn)).await?;
    let total = proof.total;
    let ended_at = app.clock().now();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        let size = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let outcome = Outcome {
            movements: size(proof.checked.movements),
            seals: size(proof.checked.seals),
            differences: size(proof.total),
            found: &found(&proof),
        };
        proofs::finish(tx, id, &outcome, ended_at)?;
        let detail = format!("{} movements, {} differences", proof.checked.movements, proof.total);
        audit::record(tx, ctx, PROOF, "ledger", &detail)
    };
    crate::app::run(app, ctx, None, |()| (204, String::new()), work).await?;
    Ok(total)
}

/// The first differences as `beiku verify --json` names them, one a line.
fn found(proof: &Proof) -> String {
    let line = |one: &Difference| format!("{} {}: {} / {}", one.kind, one.subject, one.expected, one.found);
    proof.differences.iter().take(KEPT).map(line).collect::<Vec<_>>().join("\n")
}
