//! How the system is doing, as the people who run it see it: what waits, since when, and when the ledger last proved itself.

use crate::app::proofs::{self, ProofRow};
use crate::app::{App, AppResult, Ctx, Error, figures, people, verify};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::notice::NoticeState;
use crate::store::{Conn, StoreError, outbox, warnings};
use chrono::{DateTime, Utc};

/// What the health page shows of the database's content.
#[derive(Debug, Clone)]
pub struct Health {
    /// Whether the database is PostgreSQL; SQLite otherwise.
    pub postgres: bool,
    /// Notices that wait.
    pub queued: i64,
    /// Since when the oldest of them waits.
    pub oldest_queued: Option<DateTime<Utc>>,
    /// Notices given up.
    pub dead: i64,
    /// Movements in the ledger.
    pub movements: u64,
    /// The proof that ended last.
    pub last_proof: Option<ProofRow>,
}

/// Whether the database answers, with its tables in it; known within some seconds, however many wait for it.
///
/// # Errors
/// Why it does not.
pub async fn answers(app: &App) -> AppResult<()> {
    match app.store().read_soon(people::nobody_yet).await {
        // Every connection is in use: the database serves those who came before.
        Ok(_) | Err(Error::Fault(StoreError::Busy)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What monitoring watches of the database's content. Counts over everything, about nobody in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauges {
    /// Running repairs at risk: due soon, or likely to miss their date.
    pub promises_at_risk: i64,
    /// Repairs whose date has passed and that are not back yet.
    pub promises_late: i64,
    /// Notices that wait.
    pub outbox_queued: i64,
    /// Seconds the oldest of them has waited; 0 when none waits.
    pub outbox_oldest_seconds: i64,
    /// Notices given up.
    pub outbox_dead: i64,
    /// Seconds since the last proof of the ledgers ended; `None` before the first.
    pub proof_age_seconds: Option<i64>,
    /// Differences it found.
    pub proof_differences: i64,
    /// Connections to the database in use and idle; `None` on an embedded one.
    pub connections: Option<(u32, u32)>,
}

/// Reads what monitoring watches.
///
/// # Errors
/// Faults of the database.
pub async fn gauges(app: &App) -> AppResult<Gauges> {
    let (ctx, connections) = (app.system_context("metrics"), app.store().connections());
    let today = Zone::default().local_date(ctx.now);
    let read = move |conn: &mut Conn| -> AppResult<Gauges> {
        let (until, above_bp) = figures::at_risk(&ctx.calendar, today);
        let (scope, since) = (ctx.actor.scope(), DateTime::UNIX_EPOCH);
        let waited = |since: DateTime<Utc>| (ctx.now - since).num_seconds().max(0);
        let proof = proofs::last(conn, &ctx)?;
        Ok(Gauges {
            promises_at_risk: warnings::count_at_risk(conn, until, above_bp)?,
            promises_late: warnings::count_broken(conn)?,
            outbox_queued: outbox::count(conn, &scope, NoticeState::Queued, since)?,
            outbox_oldest_seconds: outbox::oldest_queued(conn)?.map(waited).unwrap_or_default(),
            outbox_dead: outbox::count(conn, &scope, NoticeState::Dead, since)?,
            proof_age_seconds: proof.as_ref().map(|proof| waited(proof.ended_at)),
            proof_differences: proof.map_or(0, |proof| proof.differences),
            connections: connections.map(|(open, idle)| (open.saturating_sub(idle), idle)),
        })
    };
    app.store().read_soon(read).await
}

/// How the system is doing.
///
/// # Errors
/// `forbidden`.
pub fn health(conn: &mut Conn, ctx: &Ctx) -> AppResult<Health> {
    ctx.actor.may(Permission::ReadAudit)?;
    let scope = ctx.actor.scope();
    Ok(Health {
        postgres: conn.is_postgres(),
        queued: outbox::count(conn, &scope, NoticeState::Queued, DateTime::UNIX_EPOCH)?,
        oldest_queued: outbox::oldest_queued(conn)?,
        dead: outbox::count(conn, &scope, NoticeState::Dead, DateTime::UNIX_EPOCH)?,
        movements: verify::count_movements(conn)?,
        last_proof: proofs::last(conn, ctx)?,
    })
}
