//! What every request handler may need.

use crate::app::App;
use crate::app::password::{PasswordError, Passwords};
use crate::config::Config;
use crate::domain::people::SessionRules;
use crate::http::allowance::Allowance;
use crate::http::mailroom::{Mailroom, NoMailroom};
use crate::http::throttle::Throttle;
use chrono::TimeDelta;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio::sync::Semaphore;

/// A user of the example company, offered on the sign-in page while `beiku demo` runs.
#[derive(Debug, Clone)]
pub struct DemoUser {
    /// Sign-in name.
    pub username: &'static str,
    /// Its published password.
    pub password: &'static str,
    /// Code of its role.
    pub role: &'static str,
}

/// Shared by all handlers as `web::Data<State>`.
pub struct State {
    /// Database, clock and calendar.
    pub app: App,
    /// Settings.
    pub config: Config,
    /// Password hashing.
    pub passwords: Passwords,
    /// Requests of each user.
    pub allowance: Allowance,
    /// Limits on guessing passwords.
    pub sign_in_throttle: Throttle,
    /// Limits on asking for mails with reset links.
    pub reset_throttle: Throttle,
    /// Limits on guessing tracking codes.
    pub tracking_throttle: Throttle,
    /// Limits on requests without an account, and on guessing their links.
    pub public_throttle: Throttle,
    /// One spreadsheet at a time: unpacked it may take much memory.
    pub imports: Semaphore,
    /// Previews of mails, checks of their texts, the folder of a demo.
    pub mailroom: Arc<dyn Mailroom>,
    /// Users of a demo; none in earnest.
    pub demo: Vec<DemoUser>,
    /// When the counts over the database's content were last read for `/metrics`.
    pub counted: tokio::sync::Mutex<Option<Instant>>,
    /// Set once the process was asked to end: it still answers, and asks everybody to go elsewhere.
    pub leaving: AtomicBool,
}

impl State {
    /// From now on `/readyz` says no, and every answer closes its connection, so that a load balancer sends no more.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// Whether the process was asked to end.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Puts the parts together.
    ///
    /// # Errors
    /// When the machine cannot hash passwords, or the file of leaked ones cannot be read.
    pub fn new(app: App, config: Config) -> Result<State, PasswordError> {
        let hours = i64::from(config.session_life_hours);
        let rules = SessionRules {
            idle: TimeDelta::minutes(i64::from(config.session_idle_minutes)),
            life: TimeDelta::hours(hours),
            second_factor: config.require_second_factor,
        };
        let app = app.with_session_rules(rules);
        Ok(State {
            passwords: Passwords::new()?.refusing(config.leaked_passwords.as_deref())?,
            allowance: Allowance::new(config.requests_per_minute),
            config,
            sign_in_throttle: Throttle::new("sign_in", app.clone()),
            tracking_throttle: Throttle::new("tracking", app.clone()),
            reset_throttle: Throttle::new("reset", app.clone()),
            public_throttle: Throttle::new("public", app.clone()),
            imports: Semaphore::new(1),
            mailroom: Arc::new(NoMailroom),
            demo: vec![],
            counted: tokio::sync::Mutex::new(None),
            leaving: AtomicBool::new(false),
            app,
        })
    }
}
