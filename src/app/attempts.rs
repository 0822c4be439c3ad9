//! Limits on guessing that hold over all nodes of an installation.

use crate::app::{App, AppResult, Error};
use crate::store::attempts;
use std::time::Duration;

pub use crate::store::attempts::Limit;

/// Counts an attempt under each of these keys (hashes: nobody's long names fill the table), in this order, up to the first
/// whose limit is reached. `None`: it may be made; else how long to wait. With `sweep`, keys that are free again are
/// forgotten first.
///
/// On an embedded database there is one node, which counts in its memory: nothing is written.
///
/// # Errors
/// Faults of the database.
pub async fn count(app: &App, keys: Vec<(Vec<u8>, Limit)>, sweep: bool) -> AppResult<Option<Duration>> {
    if !app.store().is_shared() {
        return Ok(None);
    }
    let now_us = app.clock().now().timestamp_micros();
    let work = move |tx: &mut super::Conn| -> Result<Option<i64>, Error> {
        if sweep {
            attempts::forget(tx, now_us)?;
        }
        for (key, limit) in &keys {
            if let Some(wait_us) = attempts::count(tx, key, *limit, now_us)? {
                return Ok(Some(wait_us));
            }
        }
        Ok(None)
    };
    let wait_us = app.store().write(work).await?;
    Ok(wait_us.map(|us| Duration::from_micros(u64::try_from(us).unwrap_or_default())))
}
