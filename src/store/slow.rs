//! Statements that take long are said in the log, by their text: it holds placeholders, never anybody's data. At level `trace`
//! every one is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Milliseconds from which on a statement is slow; 0: none is.
static LIMIT_MS: AtomicU64 = AtomicU64::new(0);

/// Sets from how many milliseconds on a statement is slow, for the whole process; 0 turns the log off.
pub fn log_statements_slower_than(milliseconds: u64) {
    LIMIT_MS.store(milliseconds, Ordering::Relaxed);
}

/// Runs a statement and says so when it was slow.
pub(super) fn watched<T>(text: &str, run: impl FnOnce() -> T) -> T {
    tracing::trace!(statement = %text, "statement");
    let limit_ms = LIMIT_MS.load(Ordering::Relaxed);
    if limit_ms == 0 {
        return run();
    }
    let started = Instant::now();
    let result = run();
    let took = started.elapsed();
    if took.as_millis() >= u128::from(limit_ms) {
        metrics::counter!("beiku_slow_statements_total").increment(1);
        tracing::warn!(ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), statement = %text, "slow statement");
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_the_statements_own_whatever_the_limit() {
        let text = "SELECT 1";
        assert_eq!(watched(text, || 1), 1);
        log_statements_slower_than(1_000_000);
        assert_eq!(watched(text, || 2), 2);
        log_statements_slower_than(0);
    }
}
