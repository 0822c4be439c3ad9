//! What every request handler may need.

use crate::app::App;
use crate::app::password::{PasswordError, Passwords};
use crate::config::Config;
use crate::domain::people::SessionRules;
use crate::http::throttle::Throttle;
use chrono::TimeDelta;

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
        })
    }
}
