//! What every request handler may need.

use crate::app::App;
use crate::app::password::{PasswordError, Passwords};
use crate::config::Config;
use crate::domain::people::SessionRules;
use crate::http::mailroom::{Mailroom, NoMailroom};
use crate::http::throttle::Throttle;
use chrono::TimeDelta;
use std::sync::Arc;
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
}

impl State {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When the machine cannot hash passwords.
    pub fn new(app: App, config: Config) -> Result<State, PasswordError> {
        let hours = i64::from(config.session_life_hours);
        let rules = SessionRules {
            idle: TimeDelta::minutes(i64::from(config.session_idle_minutes)),
            life: TimeDelta::hours(hours),
        };
        let app = app.with_session_rules(rules);
        Ok(State {
            app,
            config,
            passwords: Passwords::new()?,
            sign_in_throttle: Throttle::new(),
            tracking_throttle: Throttle::new(),
            reset_throttle: Throttle::new(),
            public_throttle: Throttle::new(),
            imports: Semaphore::new(1),
            mailroom: Arc::new(NoMailroom),
            demo: vec![],
        })
    }
}
