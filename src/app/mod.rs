//! Use cases: one function is one thing a person does. Loads, asks the domain, writes, queues notices.
//!
//! A use case is `fn(tx, ctx, command) -> AppResult<T>` and opens nothing, so one calls another and batches compose.
//! [`run`] opens the one transaction.

pub mod asking;
pub mod attempts;
pub mod audit;
mod board;
pub mod calendar;
pub mod contracts;
pub mod counts;
pub mod customers;
pub mod depots;
mod error;
pub mod evidence;
pub mod exceptions;
pub mod export;
pub mod figures;
pub mod first_start;
mod gather;
pub mod goods;
pub mod health;
pub mod hindsight;
pub mod import;
pub mod instruments;
pub mod intakes;
mod leaked;
pub mod notice_templates;
pub mod outbox;
pub mod parts;
pub mod passport;
pub mod password;
pub mod people;
pub mod places;
pub mod plans;
pub mod promises;
pub mod proofs;
pub mod public_requests;
pub mod repair;
pub mod requests;
pub mod reset;
pub mod rma;
mod run;
pub mod saved_views;
pub mod scans;
pub mod seals;
pub mod second_factor;
pub mod session;
pub mod setup;
pub mod snapshots;
pub mod sso;
pub mod stock;
pub mod token;
pub mod transfers;
pub mod van;
pub mod vendors;
pub mod verify;
pub mod watch;

pub use crate::store::Conn;
pub use board::{JobBoard, JobHealth};
pub use error::{AppResult, Error, FaultKind};
pub use run::{Once, Outcome, forget_keys, look_up, read, run};

use crate::domain::actor::Actor;
use crate::domain::calendar::Calendar;
use crate::domain::people::SessionRules;
use crate::store::Store;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, RwLock};
use tokio::sync::Notify;

/// What the whole process shares: the database, the clock, the working-day calendar in force.
#[derive(Clone)]
pub struct App {
    store: Store,
    clock: Clock,
    calendar: Arc<RwLock<Arc<Calendar>>>,
    nudge: Arc<Notify>,
    jobs: JobBoard,
    sessions: SessionRules,
    identification: Arc<OnceLock<session::Identification>>,
    joint_bookings: Arc<OnceLock<stock::JointBookings>>,
}

/// Five minutes, in microseconds: more than time services put a clock back while the machine runs.
const STEP_BACK_MAX: i64 = 300_000_000;

/// Where `now` comes from: the one place that asks the machine for the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's clock, [steady](Clock::steady).
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one Clock")]
    pub fn system() -> Clock {
        Clock::from_fn(Utc::now).steady()
    }

    /// This clock, standing still where it would step back by up to `STEP_BACK_MAX`: when the machine's clock is put
    /// right, nobody is told that a unit moved in the future. A longer step back is followed, for then the time before
    /// was the wrong one.
    #[must_use]
    pub fn steady(self) -> Clock {
        let latest = AtomicI64::new(i64::MIN);
        Clock::from_fn(move || {
            let shown = self.now();
            let micros = shown.timestamp_micros();
            let before = latest.fetch_max(micros, Ordering::Relaxed);
            match before.checked_sub(micros) {
                Some(1..=STEP_BACK_MAX) => DateTime::from_timestamp_micros(before).unwrap_or(shown),
                Some(..=0) | None => shown,
                Some(_) => {
                    latest.store(micros, Ordering::Relaxed);
                    shown
                }
            }
        })
    }

    /// A clock of one's own, for tests and for replaying the past.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// Now, to the microsecond both databases keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        crate::store::sql::micros((self.0)()).and_utc()
    }
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> App {
        let calendar = Arc::new(RwLock::new(Arc::new(Calendar::builtin().clone())));
        App {
            store,
            clock,
            calendar,
            nudge: Arc::default(),
            jobs: JobBoard::default(),
            sessions: SessionRules::default(),
            identification: Arc::default(),
            joint_bookings: Arc::default(),
        }
    }

    /// The same with other rules for how long sessions last.
    #[must_use]
    pub fn with_session_rules(mut self, rules: SessionRules) -> App {
        self.sessions = rules;
        self.identification = Arc::default();
        self
    }

    /// How long sessions last.
    #[must_use]
    pub fn session_rules(&self) -> SessionRules {
        self.sessions
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The calendar in force.
    #[must_use]
    pub fn calendar(&self) -> Arc<Calendar> {
        match self.calendar.read() {
            Ok(calendar) => Arc::clone(&calendar),
            Err(poisoned) => Arc::clone(&poisoned.into_inner()),
        }
    }

    /// Puts another calendar in force (after an upload, or on start).
    pub fn set_calendar(&self, calendar: Calendar) {
        match self.calendar.write() {
            Ok(mut slot) => *slot = Arc::new(calendar),
            Err(poisoned) => *poisoned.into_inner() = Arc::new(calendar),
        }
    }

    /// The context of one request.
    #[must_use]
    pub fn context(&self, actor: Actor, request_id: String) -> Ctx {
        let (now, calendar) = (self.clock.now(), self.calendar());
        Ctx { actor, now, calendar, request_id, queued_notice: Arc::default(), sessions: self.sessions }
    }

    /// The context of what the program does by itself, under a name for the audit trail (`cli`, `jobs`).
    #[must_use]
    pub fn system_context(&self, name: &str) -> Ctx {
        self.context(Actor::system(name), String::new())
    }

    /// Where requests wait for the next question who sends them; begun with the first that does.
    pub(in crate::app) fn identification(&self) -> &session::Identification {
        let start = || session::Identification::start(self.store.clone(), self.clock.clone(), self.sessions);
        self.identification.get_or_init(start)
    }

    /// Where movements wait for others to be booked with; begun with the first that does.
    pub(in crate::app) fn joint_bookings(&self) -> &stock::JointBookings {
        self.joint_bookings.get_or_init(|| stock::JointBookings::start(self.store.clone()))
    }

    /// How the background jobs of this process are doing; empty while none was started.
    #[must_use]
    pub fn jobs(&self) -> &JobBoard {
        &self.jobs
    }

    /// Wakes this node's mailer: something was queued and committed. [`run`] does it by itself; only a caller of
    /// `store().write` that queues notices has to. Nudges do not pile up, and one that is lost costs seconds: the mailer
    /// also looks by itself.
    pub fn nudge_mailer(&self) {
        self.nudge.notify_one();
    }

    /// Waits for a nudge. For the one mailer of the process.
    pub async fn nudged(&self) {
        self.nudge.notified().await;
    }
}

/// Who asks, when, and with which calendar: the same for all of one transaction, also when it runs again.
#[derive(Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// The instant of the request.
    pub now: DateTime<Utc>,
    /// The working-day calendar in force.
    pub calendar: Arc<Calendar>,
    /// Ties log lines, audit rows and the answer together.
    pub request_id: String,
    /// Whether a notice was queued with this context, so that the mailer is woken once that is committed.
    queued_notice: Arc<AtomicBool>,
    /// How long sessions last.
    sessions: SessionRules,
}

/// Clocks of nodes differ by less, or their operator hears of it.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(1);

impl Ctx {
    /// The same at the latest moment the books know of a thing, where that lies a little ahead: another node's clock is, or
    /// whoever came later was served first. Nobody who named no time is told that it was the wrong one.
    fn not_before(&self, latest: DateTime<Utc>) -> Ctx {
        let is_ahead = latest > self.now && latest - self.now <= CLOCKS_APART;
        Ctx { now: if is_ahead { latest } else { self.now }, ..self.clone() }
    }

    /// Remembers that a notice was queued in this context's transaction.
    fn note_queued_notice(&self) {
        self.queued_notice.store(true, Ordering::Relaxed);
    }

    /// Whether one was.
    fn has_queued_notice(&self) -> bool {
        self.queued_notice.load(Ordering::Relaxed)
    }
}
