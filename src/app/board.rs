//! How the background jobs of this process are doing: for `/readyz`, the health page and the log.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How one job is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobHealth {
    /// Name, e.g. `mailer`.
    pub name: &'static str,
    /// When it last ended, well or not.
    pub last_run: DateTime<Utc>,
    /// When it last ended well.
    pub last_success: Option<DateTime<Utc>>,
    /// What went wrong the last time; `None` while all is well.
    pub error: Option<String>,
}

/// Holds the last outcome of every job, in memory. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct JobBoard(Arc<Mutex<BTreeMap<&'static str, JobHealth>>>);

impl JobBoard {
    /// Notes that a job ended well; says so in the log when it had not before.
    pub fn well(&self, name: &'static str, now: DateTime<Utc>) {
        let new = JobHealth { name, last_run: now, last_success: Some(now), error: None };
        let before = self.jobs().insert(name, new);
        if before.is_some_and(|before| before.error.is_some()) {
            tracing::info!(job = name, "works again");
        }
    }

    /// Notes that a job failed. The log hears of it once, and again when the reason changes: a database that is away all
    /// night fills no disk.
    pub fn failed(&self, name: &'static str, now: DateTime<Utc>, error: &str) {
        let mut jobs = self.jobs();
        let before = jobs.remove(name);
        let known = before.as_ref().is_some_and(|before| before.error.as_deref() == Some(error));
        let last_success = before.and_then(|before| before.last_success);
        let error = Some(error.to_owned());
        if !known {
            tracing::error!(job = name, error, "failed; it will be tried again");
        }
        jobs.insert(name, JobHealth { name, last_run: now, last_success, error });
    }

    /// Every job that ran so far, by name.
    #[must_use]
    pub fn all(&self) -> Vec<JobHealth> {
        self.jobs().values().cloned().collect()
    }

    /// A panic elsewhere leaves the board usable: an entry is there whole or not at all.
    fn jobs(&self) -> MutexGuard<'_, BTreeMap<&'static str, JobHealth>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_the_last_success_and_goes_with_the_next() {
        let board = JobBoard::default();
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        board.well("a", at(1));
        board.failed("a", at(2), "away");
        board.failed("b", at(3), "away");
        let [a, b] = &board.all()[..] else { panic!("{:?}", board.all()) };
        assert_eq!((a.last_run, a.last_success, a.error.as_deref()), (at(2), Some(at(1)), Some("away")));
        assert_eq!((b.last_run, b.last_success), (at(3), None));
        board.well("a", at(4));
        assert_eq!(board.all()[0].error, None);
    }
}
