//! How the system is doing, as the people who run it see it: what waits, since when, and when the ledger last proved itself.

use crate::app::proofs::{self, ProofRow};
use crate::app::{AppResult, Ctx, verify};
use crate::domain::actor::Permission;
use crate::domain::notice::NoticeState;
use crate::store::{Conn, outbox};
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
