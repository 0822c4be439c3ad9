//! How the system is doing, as the people who run it see it: what waits, since when, and when the ledger last proved itself.

use crate::app::{App, AppResult, Ctx, audit, verify};
use crate::domain::actor::Permission;
use crate::domain::notice::NoticeState;
use crate::store::audit::{AuditFilter, AuditRow};
use crate::store::{Conn, audit as rows, outbox};
use chrono::{DateTime, Utc};

/// The audit action under which a proof is remembered.
pub const PROOF: &str = "ledger.proof";

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
    /// The last proof: when, by whom, with which result.
    pub last_proof: Option<AuditRow>,
}

/// How the system is doing.
///
/// # Errors
/// `forbidden`.
pub fn health(conn: &mut Conn, ctx: &Ctx) -> AppResult<Health> {
    ctx.actor.may(Permission::ReadAudit)?;
    let scope = ctx.actor.scope();
    let filter = AuditFilter { action: Some(PROOF.to_owned()), ..AuditFilter::default() };
    Ok(Health {
        postgres: conn.is_postgres(),
        queued: outbox::count(conn, &scope, NoticeState::Queued, DateTime::UNIX_EPOCH)?,
        oldest_queued: outbox::oldest_queued(conn)?,
        dead: outbox::count(conn, &scope, NoticeState::Dead, DateTime::UNIX_EPOCH)?,
        movements: verify::count_movements(conn)?,
        last_proof: rows::list(conn, &filter, i64::MAX, 1)?.into_iter().next(),
    })
}

/// Has the ledger prove itself now, and remembers the result in the audit trail. How many differences there are.
///
/// # Errors
/// `forbidden`.
pub async fn prove(app: &App, ctx: &Ctx) -> AppResult<u64> {
    ctx.actor.may(Permission::ReadAudit)?;
    let (movements, total) = crate::app::read(app, ctx, |conn, _| {
        let movements = verify::count_movements(conn)?;
        Ok((movements, verify::verify(conn)?.total))
    })
    .await?;
    let detail = format!("{movements} movements, {total} differences");
    let work = move |tx: &mut Conn, ctx: &Ctx| audit::record(tx, ctx, PROOF, "ledger", &detail);
    crate::app::run(app, ctx, None, |()| (204, String::new()), work).await?;
    Ok(total)
}
