//! Working days (the rules follow in the next commit).

/// The working-day calendar.
#[derive(Debug, Clone, Default)]
pub struct Calendar;

impl Calendar {
    /// The built-in calendar.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &Calendar
    }
}
