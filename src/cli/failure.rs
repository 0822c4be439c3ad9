//! How a command ends when it does not end well.

use crate::app;
use crate::config::ConfigError;
use crate::domain::refusal::Refusal;
use crate::http::words;
use crate::i18n::{self, Lang};
use crate::store::StoreError;

/// How a command ends.
pub type Outcome = Result<(), Failure>;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// A rule says no.
    Refused(Refusal),
    /// Something we have words for: the key of the text, and its facts.
    Said(&'static str, Vec<(&'static str, String)>),
    /// The same, and the command line was wrong.
    Usage(&'static str, Vec<(&'static str, String)>),
    /// Anything else, in the words of whoever noticed.
    Other(anyhow::Error),
}

impl Failure {
    /// Something we have words for.
    #[must_use]
    pub fn text(key: &'static str, facts: &[(&'static str, String)]) -> Failure {
        Failure::Said(key, facts.to_vec())
    }

    /// Status of the process: 2 for a command line that is wrong, else 1.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let is_usage = match self {
            Failure::Usage(..) => true,
            Failure::Other(error) => matches!(error.downcast_ref(), Some(StoreError::UnknownScheme(_))),
            Failure::Refused(_) | Failure::Said(..) => false,
        };
        if is_usage { 2 } else { 1 }
    }

    /// What the person at the terminal reads.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        let what = match self {
            Failure::Refused(refusal) => words::in_full(lang, refusal),
            Failure::Said(key, facts) | Failure::Usage(key, facts) => i18n::explain(lang, key, facts),
            Failure::Other(error) => format!("{error:#}"),
        };
        i18n::format(lang, "cli-failed", &crate::args! { "what" => what })
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::Refused(refusal)
    }
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Refused(refusal) => Failure::Refused(refusal),
            app::Error::Fault(fault) => Failure::Other(fault.into()),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::Other(error)
    }
}

macro_rules! others {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Failure::Other(error.into())
            }
        }
    )+};
}
others!(
    StoreError,
    ConfigError,
    std::io::Error,
    app::password::PasswordError,
    crate::telemetry::MetricsError,
    serde_json::Error
);
