//! Rules about people's names, passwords and proofs of identity.

use crate::domain::actor::Role;
use crate::domain::common_password;
use crate::domain::refusal::FieldError;
use crate::domain::serial::to_half_width;
use crate::text_enum;
use chrono::{DateTime, Duration, Utc};

text_enum! {
    /// What a secret that is good once and for minutes lets its holder do.
    OneTimeKind {
        /// Choose a new password.
        PasswordReset => "password_reset",
        /// Show the code of the authenticator, after the password.
        SecondFactor => "second_factor",
        /// Come back from the provider of single sign-on.
        SingleSignOn => "single_sign_on",
    }
}

text_enum! {
    /// What a token stands for.
    TokenKind {
        /// A signed-in browser.
        Session => "session",
        /// A program that acts for a user.
        Api => "api",
    }
}

/// How long a session lasts and what it takes; a setting of the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    /// A session ends when it was not used for so long.
    pub idle: Duration,
    /// A session ends so long after sign-in, however busy it was.
    pub life: Duration,
    /// Whether a session of somebody without an authenticator is good for nothing but setting one up.
    pub second_factor: bool,
}

impl Default for SessionRules {
    fn default() -> Self {
        SessionRules { idle: Duration::hours(12), life: Duration::days(30), second_factor: false }
    }
}

impl SessionRules {
    /// Whether a session last used at `last_used_at` is still awake at `now`.
    #[must_use]
    pub fn is_awake(self, last_used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        now < last_used_at + self.idle
    }
}

/// An API token lives so long unless told otherwise.
pub const TOKEN_LIFE_DAYS: i64 = 365;
/// No API token lives longer than this.
pub const TOKEN_LIFE_DAYS_MAX: i64 = 3650;
/// The use of a token is written down at most this often.
pub const TOUCH_EVERY: Duration = Duration::minutes(1);
/// Longest description of a session's device kept, in characters.
pub const DEVICE_MAX: usize = 200;
/// The link of a mail that lets somebody choose a new password is good for so long.
pub const RESET_LINK_LIFE: Duration = Duration::minutes(30);
/// The link with which an administrator invites somebody to choose a password is good for so long: over a weekend.
pub const INVITE_LINK_LIFE: Duration = Duration::hours(72);
/// Between the password and the authenticator's code somebody may take so long.
pub const STEP_LIFE: Duration = Duration::minutes(5);
/// So many codes may be tried after one password.
pub const STEP_ATTEMPTS: i64 = 5;
/// Between here, the provider of single sign-on and back somebody may take so long.
pub const SSO_LIFE: Duration = Duration::minutes(10);
/// Recovery codes given out at enrolment.
pub const RECOVERY_CODES: usize = 10;
/// A one-time set-up link is good for so long.
pub const SETUP_LINK_LIFE: Duration = Duration::hours(24);

/// Shortest password a person may choose (NIST SP 800-63B asks for 8; length is the only rule that helps).
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Shortest password the administrator's command line may set, for demonstrations and tests.
pub const PASSWORD_MIN_CHARS_CLI: usize = 8;
/// Longest password in bytes: hashing must not be a way to keep the machine busy.
pub const PASSWORD_MAX_BYTES: usize = 256;

/// A sign-in name: 1 to 64 letters, digits, `.`, `_`, `-`, `@`, in ASCII width where there is one; Han characters are letters.
pub fn check_username(field: &str, username: &str) -> Result<(), FieldError> {
    if username.is_empty() {
        return Err(FieldError::new(field, "required"));
    }
    if username.chars().count() > 64 {
        return Err(FieldError::new(field, "too_long").with("max", 64));
    }
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    if username.chars().all(allowed) && to_half_width(username) == username {
        Ok(())
    } else {
        Err(FieldError::new(field, "username_characters"))
    }
}

/// A password of at least `min_chars` characters that is not the sign-in name itself.
pub fn check_password(
    field: &str,
    password: &str,
    username: &str,
    min_chars: usize,
) -> Result<(), FieldError> {
    if password.chars().count() < min_chars {
        return Err(FieldError::new(field, "password_too_short").with("min", min_chars));
    }
    if password.len() > PASSWORD_MAX_BYTES {
        return Err(FieldError::new(field, "too_long").with("max", PASSWORD_MAX_BYTES));
    }
    if password.eq_ignore_ascii_case(username) {
        return Err(FieldError::new(field, "password_is_username"));
    }
    // The operator's command line may set what a demonstration or a test needs.
    if min_chars >= PASSWORD_MIN_CHARS && common_password::is_common(password, username) {
        return Err(FieldError::new(field, "password_common"));
    }
    Ok(())
}

/// Customers belong to users of the role customer, and such a user to at least one customer.
pub fn check_customers(field: &str, role: Role, customers: &[String]) -> Result<(), FieldError> {
    match (role, customers.is_empty()) {
        (Role::Customer, true) => Err(FieldError::new(field, "required")),
        (Role::Customer, false) | (_, true) => Ok(()),
        (_, false) => Err(FieldError::new(field, "not_for_this_role")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames() {
        for good in ["li", "li.ming", "李明", "a@b", "x-1_2"] {
            assert!(check_username("u", good).is_ok(), "{good}");
        }
        for bad in ["", "li ming", "a\0", "a/b", "a\n", "ｕadmin", &"x".repeat(65)] {
            assert!(check_username("u", bad).is_err(), "{bad}");
        }
        assert!(check_username("u", &"备".repeat(64)).is_ok());
    }

    #[test]
    fn passwords_are_long_and_not_the_name() {
        let code = |password: &str| check_password("p", password, "administrator", 10).err().map(|e| e.code);
        assert_eq!(code("correct horse"), None);
        assert_eq!(code("short9chr"), Some("password_too_short"));
        assert_eq!(code("Administrator"), Some("password_is_username"));
        assert_eq!(code(&"x".repeat(257)), Some("too_long"));
        assert_eq!(code("十个汉字也算十个字符"), None);
    }

    #[test]
    fn customers_go_with_the_role_customer_only() {
        let one = ["C1".to_owned()];
        assert!(check_customers("c", Role::Customer, &one).is_ok());
        assert!(check_customers("c", Role::Clerk, &[]).is_ok());
        assert_eq!(check_customers("c", Role::Customer, &[]).err().map(|e| e.code), Some("required"));
        assert_eq!(check_customers("c", Role::Clerk, &one).err().map(|e| e.code), Some("not_for_this_role"));
    }

    #[test]
    fn a_session_sleeps_after_twelve_hours() {
        let used = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let rules = SessionRules::default();
        assert!(rules.is_awake(used, used + Duration::hours(11)));
        assert!(!rules.is_awake(used, used + Duration::hours(12)));
    }
}
