//! Sending over SMTP, one connection per mail.
//!
//! lettre speaks the protocol; we drive its connection step by step, because what a failure means depends on the step:
//! before the mail is offered it is the server's or the setting's trouble, from then on it is this mail's.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use super::{Mail, Options, SendError, UrlError};

/// How the way to the server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Security {
    /// Not at all.
    Plain,
    /// Upgraded by STARTTLS, or no mail.
    StartTls,
    /// TLS from the first byte.
    Implicit,
}

/// An SMTP server and how to speak to it.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    /// Present unless `security` is plain.
    tls: Option<TlsParameters>,
    user: Option<String>,
    credentials: Option<Credentials>,
    timeout: Duration,
}

/// Time to say goodbye after the mail was taken; whether it works changes nothing.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// Replies that say "you are not signed in" or "not like this": 530, 534, 535, 538 (RFC 4954), 454 (RFC 3207). A wrong
/// setting, whichever mail it meets first.
const SIGN_IN_REPLIES: [u16; 5] = [454, 530, 534, 535, 538];

impl Smtp {
    pub(super) fn new(
        host: String,
        port: u16,
        security: Security,
        credentials: Option<(String, String)>,
        options: &Options,
    ) -> Result<Self, UrlError> {
        let tls = match security {
            Security::Plain => None,
            Security::StartTls | Security::Implicit => Some(tls(&host, options)?),
        };
        let user = credentials.as_ref().map(|(user, _)| user.clone());
        let credentials = credentials.map(|(user, password)| Credentials::new(user, password));
        Ok(Self { host, port, security, tls, user, credentials, timeout: options.timeout })
    }

    /// One mail, start to end, within the timeout.
    pub(super) async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let deadline = tokio::time::Instant::now() + self.timeout;
        let mut connection = tokio::time::timeout_at(deadline, self.connect())
            .await
            .map_err(|_| SendError::Unavailable(format!("no answer within {:?}", self.timeout)))?
            .map_err(|error| SendError::Unavailable(error.to_string()))?;
        let bytes = mail.formatted();
        tokio::time::timeout_at(deadline, connection.send(mail.message.envelope(), &bytes))
            .await
            .map_err(|_| SendError::Transient(format!("no answer within {:?}", self.timeout)))?
            .map_err(|error| refused(&error))?;
        // The mail is taken. A server that dislikes our goodbye must not make us send it again.
        let _ = tokio::time::timeout(QUIT_TIMEOUT.min(self.timeout), connection.quit()).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let name = ClientId::default();
        let server = (self.host.as_str(), self.port);
        let (first, later) = match self.security {
            Security::Implicit => (self.tls.clone(), None),
            Security::StartTls => (None, self.tls.clone()),
            Security::Plain => (None, None),
        };
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &name, first, None).await?;
        if let Some(tls) = later {
            // Fails when the server does not offer STARTTLS: nothing is sent in the clear.
            connection.starttls(tls, &name).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// What a failure means once the mail was offered.
fn refused(error: &Error) -> SendError {
    let text = error.to_string();
    if error.status().is_some_and(|code| SIGN_IN_REPLIES.contains(&u16::from(code))) {
        SendError::Unavailable(text)
    } else if error.is_permanent() || error.is_client() {
        // A client error here: the address needs SMTPUTF8, which this server does not speak.
        SendError::Permanent(text)
    } else {
        SendError::Transient(text)
    }
}

fn tls(host: &str, options: &Options) -> Result<TlsParameters, UrlError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    let wrong = |path: &std::path::Path, reason: String| UrlError::ExtraCa {
        path: path.display().to_string(),
        reason,
    };
    if let Some(path) = &options.extra_ca {
        let pem = std::fs::read(path).map_err(|error| wrong(path, error.to_string()))?;
        // Without this check a file of anything else would be taken for an empty list.
        if !pem.windows(PEM_MARK.len()).any(|window| window == PEM_MARK) {
            return Err(wrong(path, "no certificate in PEM form".to_owned()));
        }
        let certificate = Certificate::from_pem(&pem).map_err(|error| wrong(path, error.to_string()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| UrlError::ExtraCa {
        path: options.extra_ca.as_deref().map(|path| path.display().to_string()).unwrap_or_default(),
        reason: error.to_string(),
    })
}

const PEM_MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Without the password, for logs.
impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("user", &self.user)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Display for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = match self.security {
            Security::Plain => "smtp+plain",
            Security::StartTls => "smtp",
            Security::Implicit => "smtps",
        };
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        write!(f, "{scheme}://{user}{host}:{}", self.port)
    }
}
