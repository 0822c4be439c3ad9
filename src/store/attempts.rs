//! Attempts at passwords and codes, counted in the database so that several nodes have one limit.
//!
//! Each key holds the moment at which its attempts so far are forgiven (the generic cell rate algorithm): an attempt moves it
//! on by the period, and is refused while it lies further ahead than a burst is long.

use crate::store::StoreResult;
use crate::store::sql::{Conn, sql};

/// A limit: so many attempts at once, then one each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Time in which one attempt is forgiven, in microseconds.
    pub period_us: i64,
    /// Attempts at once.
    pub burst: i64,
}

impl Limit {
    /// How far ahead the moment may lie for one more attempt, in microseconds.
    fn slack_us(self) -> i64 {
        self.period_us.saturating_mul(self.burst.saturating_sub(1))
    }
}

/// Counts an attempt at `now_us` (microseconds since 1970). `None`: it may be made. Else the microseconds to wait.
///
/// # Errors
/// Faults of the database.
pub fn count(tx: &mut Conn, key: &[u8], limit: Limit, now_us: i64) -> StoreResult<Option<i64>> {
    let counted = sql("INSERT INTO attempt (key, free_at_us) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE \
         SET free_at_us = CASE WHEN attempt.free_at_us < $3 THEN $2 ELSE attempt.free_at_us + $4 END \
         WHERE attempt.free_at_us <= $5")
    .bind(key)
    .bind(now_us.saturating_add(limit.period_us))
    .bind(now_us)
    .bind(limit.period_us)
    .bind(now_us.saturating_add(limit.slack_us()))
    .execute(tx)?;
    if counted > 0 {
        return Ok(None);
    }
    let free_at_us = sql("SELECT free_at_us AS value FROM attempt WHERE key = $1").bind(key).number(tx)?;
    Ok(Some(free_at_us.saturating_sub(limit.slack_us()).saturating_sub(now_us).max(0)))
}

/// Forgets keys whose attempts are all forgiven; how many.
///
/// # Errors
/// Faults of the database.
pub fn forget(tx: &mut Conn, now_us: i64) -> StoreResult<usize> {
    Ok(sql("DELETE FROM attempt WHERE free_at_us < $1").bind(now_us).execute(tx)?)
}
