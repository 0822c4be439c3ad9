//! The ways out: an SMTP server, a folder, or memory.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::Url;

use super::smtp::{Security, Smtp};
use super::{Mail, Memory, SendError, directory};

/// Where mail goes.
#[derive(Clone, Debug)]
pub enum Transport {
    /// An SMTP server.
    Smtp(Box<Smtp>),
    /// A folder of `.eml` files.
    Directory(PathBuf),
    /// A box in memory.
    Memory(Memory),
}

/// What a URL does not say.
#[derive(Clone, Debug)]
pub struct Options {
    /// PEM file of certificates to trust beside the public ones: for a server of one's own.
    pub extra_ca: Option<PathBuf>,
    /// Allow SMTP without TLS to other machines. Mail and password are then readable on the way.
    pub allow_plain: bool,
    /// Time for one whole mail, from connecting to the server's final word.
    pub timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { extra_ca: None, allow_plain: false, timeout: Duration::from_secs(120) }
    }
}

/// What is wrong with the mail setting. No variant repeats the URL: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not a URL.
    #[error("mail URL cannot be read: {0}")]
    Malformed(String),
    /// A scheme we do not know.
    #[error("mail URL scheme {0:?} is unknown; use smtp, smtps, smtp+plain, file or memory")]
    Scheme(String),
    /// No host in an SMTP URL.
    #[error("mail URL names no host")]
    NoHost,
    /// A password without a user name, or a user name or password that is no UTF-8.
    #[error("mail URL has unusable user name or password")]
    Credentials,
    /// A path, query or fragment in an SMTP URL: nothing reads it, and it may be half a password with a bare `#` or `/`.
    #[error("mail URL has something after host and port (in a password, write / as %2F, # as %23, ? as %3F)")]
    Trailing,
    /// `smtp+plain` to another machine.
    #[error("smtp+plain is for this machine only ({0} is not a loopback address); allow it explicitly")]
    PlainToOtherHost(String),
    /// No folder in a `file:` URL.
    #[error("mail URL names no folder")]
    NoFolder,
    /// The file of extra certificates is of no use.
    #[error("extra certificates cannot be read from {path}: {reason}")]
    ExtraCa {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Transport {
    /// Reads a mail setting:
    ///
    /// | URL | meaning | default port |
    /// |---|---|---|
    /// | `smtp://user:password@host:port` | STARTTLS, required | 587 |
    /// | `smtps://user:password@host:port` | TLS from the first byte | 465 |
    /// | `smtp+plain://127.0.0.1:port` | no TLS; this machine only unless [`Options::allow_plain`] | 25 |
    /// | `file:folder`, `file:///folder` | one `.eml` file each | |
    /// | `memory:` | kept in memory (tests) | |
    ///
    /// User and password are optional and percent-encoded. Nothing is connected yet.
    ///
    /// # Errors
    /// [`UrlError`]; its text is safe to log.
    pub fn from_url(url: &str, options: &Options) -> Result<Self, UrlError> {
        // A relative folder is no URL for the URL standard, which makes every `file:` path absolute.
        if let Some(folder) = url.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            return match folder {
                "" => Err(UrlError::NoFolder),
                folder => Ok(Self::Directory(PathBuf::from(folder))),
            };
        }
        let url = Url::parse(url).map_err(|error| UrlError::Malformed(error.to_string()))?;
        match url.scheme() {
            "smtp" => smtp(&url, Security::StartTls, 587, options),
            "smtps" => smtp(&url, Security::Implicit, 465, options),
            "smtp+plain" => smtp(&url, Security::Plain, 25, options),
            "memory" => Ok(Self::Memory(Memory::new())),
            other => Err(UrlError::Scheme(other.to_owned())),
        }
    }

    /// Sends one mail and waits for the final word.
    ///
    /// # Errors
    /// [`SendError`] tells whether and when to try again.
    pub async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(mail).await,
            Self::Directory(folder) => directory::send(folder, mail).await,
            Self::Memory(memory) => memory.send(mail),
        }
    }
}

/// For start-up logs and the settings page: where mail goes, never the password.
impl std::fmt::Display for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Smtp(smtp) => write!(f, "{smtp}"),
            Self::Directory(folder) => write!(f, "file:{}", folder.display()),
            Self::Memory(_) => f.write_str("memory:"),
        }
    }
}

fn smtp(url: &Url, security: Security, default_port: u16, options: &Options) -> Result<Transport, UrlError> {
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(UrlError::NoHost)?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(UrlError::Trailing);
    }
    if matches!(security, Security::Plain) && !options.allow_plain && !is_loopback(&host) {
        return Err(UrlError::PlainToOtherHost(host));
    }
    let decode = |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
    let credentials = match (url.username(), url.password()) {
        ("", None) => None,
        ("", Some(_)) => return Err(UrlError::Credentials),
        (user, password) => Some((
            decode(user).map_err(|_| UrlError::Credentials)?,
            decode(password.unwrap_or_default()).map_err(|_| UrlError::Credentials)?,
        )),
    };
    let port = url.port().unwrap_or(default_port);
    Smtp::new(host, port, security, credentials, options).map(|smtp| Transport::Smtp(Box::new(smtp)))
}

/// This machine, by name or by number.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
