//! Settings: a flag, an environment variable (`BEIKU_` and the flag's name) and a key of the TOML file are one and the same
//! thing. The flag wins over the variable, the variable over the file, the file over the default.

mod scanner;

pub use scanner::ScannerAddress;

use clap::{Args, ValueEnum};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A value that must not show up in logs: a password inside an address.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text out of logs.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The value itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The scheme of an address tells what kind of thing it is and never holds a secret. What is no address may be one whole.
        match ["postgres:", "postgresql:", "smtp:", "smtps:", "sqlite:", "file:"]
            .iter()
            .find(|kind| self.0.starts_with(*kind))
        {
            Some(scheme) => write!(f, "{scheme}…"),
            None => f.write_str("…"),
        }
    }
}

impl std::str::FromStr for Secret {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Secret(text.to_owned()))
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Settings every command knows.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default)]
pub struct CommonSettings {
    /// Database: sqlite:FILE or postgres://… [default: sqlite:beiku.db]
    #[arg(long, global = true, env = "BEIKU_DATABASE", hide_env_values = true, value_name = "ADDRESS")]
    pub database: Option<Secret>,
    /// Log lines as text or JSON [default: text]
    #[arg(long, global = true, env = "BEIKU_LOG_FORMAT", hide = true, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// What to log, e.g. info,beiku::store=debug [default: info]
    #[arg(long, global = true, env = "BEIKU_LOG", hide = true, value_name = "FILTER")]
    pub log: Option<String>,
}

/// Settings of the service.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default)]
pub struct ServiceSettings {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "BEIKU_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Address people reach the service at, for links in mails [default: http:// and where it listens]
    #[arg(long, env = "BEIKU_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// How mail leaves: smtp://user:password@host:587, smtps://…, file:FOLDER [default: mail stays queued]
    #[arg(long, env = "BEIKU_MAIL", hide_env_values = true, value_name = "URL")]
    pub mail: Option<Secret>,
    /// PEM file of certificates to trust beside the public ones, for a mail server of one's own
    #[arg(long, env = "BEIKU_MAIL_CA", value_name = "FILE")]
    pub mail_ca: Option<PathBuf>,
    /// Sender of mails `[default: beiku@ and the host of the base URL]`
    #[arg(long, env = "BEIKU_MAIL_FROM", value_name = "MAIL")]
    pub mail_from: Option<String>,
    /// Where answers to mails go
    #[arg(long, env = "BEIKU_MAIL_REPLY_TO", value_name = "MAIL")]
    pub mail_reply_to: Option<String>,
    /// Name of the company, on pages and in mails [default: 备库 Beiku]
    #[arg(long, env = "BEIKU_COMPANY", value_name = "NAME")]
    pub company: Option<String>,
    /// Telephone for customers' questions, in mails and on their pages
    #[arg(long, env = "BEIKU_HOTLINE", value_name = "NUMBER")]
    pub hotline: Option<String>,
    /// Trust X-Forwarded-For of a reverse proxy in front for the peer's address
    #[arg(long, env = "BEIKU_BEHIND_PROXY", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub behind_proxy: Option<bool>,
    /// Seconds between the signal to end and the end of listening, for a load balancer to notice [default: 0]
    #[arg(long, env = "BEIKU_DRAIN_SECONDS", value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(0..=600))]
    pub drain_seconds: Option<u16>,
    /// Milliseconds from which on a statement is named in the log as slow; 0: none is [default: 500]
    #[arg(long, env = "BEIKU_SLOW_STATEMENT_MS", value_name = "MILLISECONDS")]
    pub slow_statement_ms: Option<u32>,
    /// Minutes after which a session that is not used ends [default: 720]
    #[arg(long, env = "BEIKU_SESSION_IDLE_MINUTES", value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(5..=43_200))]
    pub session_idle_minutes: Option<u32>,
    /// Hours after which a session ends however busy it was [default: 720]
    #[arg(long, env = "BEIKU_SESSION_LIFE_HOURS", value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=8_760))]
    pub session_life_hours: Option<u32>,
    /// Requests a user may send in a minute to this node; 0: as many as they like [default: 0]
    #[arg(long, env = "BEIKU_REQUESTS_PER_MINUTE", value_name = "COUNT")]
    pub requests_per_minute: Option<u32>,
    /// Let nobody work who has not set up an authenticator [default: false]
    #[arg(long, env = "BEIKU_REQUIRE_SECOND_FACTOR", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub require_second_factor: Option<bool>,
    /// File of SHA-1 hashes of passwords that leaked, sorted, one a line: none of them is taken
    #[arg(long, env = "BEIKU_LEAKED_PASSWORDS", value_name = "FILE")]
    pub leaked_passwords: Option<PathBuf>,
    /// ClamAV's daemon, asked about every file on an RMA or intake: tcp://HOST:PORT or unix:PATH
    #[arg(long, env = "BEIKU_VIRUS_SCANNER", value_name = "ADDRESS")]
    pub virus_scanner: Option<ScannerAddress>,
    /// Single sign-on: address of the OpenID Connect provider
    #[arg(long, env = "BEIKU_SSO_ISSUER", value_name = "URL")]
    pub sso_issuer: Option<String>,
    /// Single sign-on: what the provider calls this installation
    #[arg(long, env = "BEIKU_SSO_CLIENT_ID", value_name = "ID")]
    pub sso_client_id: Option<String>,
    /// Single sign-on: the secret shared with the provider; none for a public client
    #[arg(long, env = "BEIKU_SSO_CLIENT_SECRET", hide_env_values = true, value_name = "SECRET")]
    pub sso_client_secret: Option<Secret>,
    /// Single sign-on: what of the provider's word names the user: preferred_username (the sign-in name) or email [default: preferred_username]
    #[arg(long, env = "BEIKU_SSO_CLAIM", value_name = "CLAIM")]
    pub sso_claim: Option<SsoClaim>,
    /// Single sign-on: how people must have signed in there, e.g. with two factors, as the provider calls it
    #[arg(long, env = "BEIKU_SSO_ACR", value_name = "ACR")]
    pub sso_acr: Option<String>,
    /// Single sign-on: the word on the button [default: the provider's host]
    #[arg(long, env = "BEIKU_SSO_NAME", value_name = "NAME")]
    pub sso_name: Option<String>,
}

/// What of the provider's word names the user here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum SsoClaim {
    /// `preferred_username` is the sign-in name.
    #[default]
    PreferredUsername,
    /// A verified `email` is the mail address of exactly one user.
    Email,
}

/// Single sign-on by OpenID Connect.
#[derive(Debug, Clone)]
pub struct Sso {
    /// Address of the provider, under which its discovery document stands.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// Shared with the provider; none for a public client.
    pub client_secret: Option<Secret>,
    /// What names the user.
    pub claim: SsoClaim,
    /// How people must have signed in there (`acr`); none: as the provider sees fit.
    pub acr: Option<String>,
    /// The word on the button.
    pub name: String,
}

/// Every setting, decided.
#[derive(Debug, Clone)]
pub struct Config {
    /// Database address.
    pub database: Secret,
    /// How log lines look.
    pub log_format: LogFormat,
    /// What is logged, as a `tracing` filter.
    pub log: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Address people reach the service at, without a slash at the end.
    pub base_url: String,
    /// Address of the mail transport; `None` leaves mail in the outbox.
    pub mail: Option<Secret>,
    /// PEM file of certificates to trust beside the public ones when sending mail.
    pub mail_ca: Option<PathBuf>,
    /// Sender of mails.
    pub mail_from: String,
    /// Where answers to mails go.
    pub mail_reply_to: Option<String>,
    /// Name of the company.
    pub company: String,
    /// Telephone for customers' questions; empty when there is none.
    pub hotline: String,
    /// Whether `X-Forwarded-For` is to be trusted.
    pub behind_proxy: bool,
    /// Seconds between the signal to end and the end of listening: `/readyz` says no meanwhile, everything else goes on.
    pub drain_seconds: u16,
    /// Milliseconds from which on a statement is named in the log as slow; 0: none is.
    pub slow_statement_ms: u32,
    /// Minutes after which a session that is not used ends.
    pub session_idle_minutes: u32,
    /// Hours after which a session ends however busy it was.
    pub session_life_hours: u32,
    /// Requests a user may send in a minute to this node; 0: as many as they like.
    pub requests_per_minute: u32,
    /// Whether a session of somebody without an authenticator is good for nothing but setting one up.
    pub require_second_factor: bool,
    /// SHA-1 hashes of passwords that leaked, sorted, one a line.
    pub leaked_passwords: Option<PathBuf>,
    /// The virus scanner asked about every uploaded file.
    pub virus_scanner: Option<ScannerAddress>,
    /// Single sign-on; none: users sign in with passwords only.
    pub sso: Option<Sso>,
}

/// A settings file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// It names a key Beiku does not know: a slip of the pen must not pass in silence.
    #[error("{file}: unknown setting {key:?}; known are {known}")]
    UnknownKey {
        /// The file.
        file: PathBuf,
        /// The key.
        key: String,
        /// The keys there are.
        known: String,
    },
    /// A value makes no sense.
    #[error("base URL {0:?}: must begin with http:// or https:// and name a host")]
    BaseUrl(String),
    /// Single sign-on is half set up, or its provider is not reached through TLS.
    #[error("single sign-on: {0}")]
    Sso(String),
    /// A session must last at least 5 minutes idle and an hour in all.
    #[error("sessions must last at least 5 minutes without use and at least 1 hour in all")]
    Session,
}

impl Config {
    /// Decides every setting from flags and environment (which clap has merged) and the file, if any.
    pub fn resolve(
        common: CommonSettings,
        service: ServiceSettings,
        file: Option<&Path>,
    ) -> Result<Config, ConfigError> {
        let (file_common, file_service) = match file {
            Some(path) => read_file(path)?,
            None => Default::default(),
        };
        let sso = sso(&service, &file_service)?;
        let listen = service
            .listen
            .or(file_service.listen)
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let base_url = match service.base_url.or(file_service.base_url) {
            Some(url) => checked_base_url(&url)?,
            None => format!("http://{listen}"),
        };
        let mail_from = service.mail_from.or(file_service.mail_from);
        let mail_from = mail_from.unwrap_or_else(|| format!("beiku@{}", mail_host(&base_url)));
        let session_idle_minutes =
            service.session_idle_minutes.or(file_service.session_idle_minutes).unwrap_or(720);
        let session_life_hours =
            service.session_life_hours.or(file_service.session_life_hours).unwrap_or(720);
        if session_idle_minutes < 5 || session_life_hours < 1 {
            return Err(ConfigError::Session);
        }
        Ok(Config {
            session_idle_minutes,
            session_life_hours,
            requests_per_minute: service
                .requests_per_minute
                .or(file_service.requests_per_minute)
                .unwrap_or_default(),
            require_second_factor: service
                .require_second_factor
                .or(file_service.require_second_factor)
                .unwrap_or_default(),
            virus_scanner: service.virus_scanner.or(file_service.virus_scanner),
            leaked_passwords: service.leaked_passwords.or(file_service.leaked_passwords),
            sso,
            database: common
                .database
                .or(file_common.database)
                .unwrap_or_else(|| Secret("sqlite:beiku.db".into())),
            log_format: common.log_format.or(file_common.log_format).unwrap_or_default(),
            log: common.log.or(file_common.log).unwrap_or_else(|| "info".into()),
            listen,
            mail: service.mail.or(file_service.mail),
            mail_ca: service.mail_ca.or(file_service.mail_ca),
            mail_from,
            mail_reply_to: service.mail_reply_to.or(file_service.mail_reply_to),
            hotline: service.hotline.or(file_service.hotline).unwrap_or_default(),
            company: service.company.or(file_service.company).unwrap_or_else(|| "备库 Beiku".into()),
            slow_statement_ms: service.slow_statement_ms.or(file_service.slow_statement_ms).unwrap_or(500),
            drain_seconds: service.drain_seconds.or(file_service.drain_seconds).unwrap_or_default(),
            behind_proxy: service.behind_proxy.or(file_service.behind_proxy).unwrap_or_default(),
            base_url,
        })
    }

    /// Whether people reach the service through TLS, so that cookies may be marked for it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// The name a cookie of ours goes by. Where people come by TLS it has the prefix `__Host-`: a browser takes such a one by
    /// TLS and from this very host only, so that a neighbour's subdomain cannot plant it.
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        format!("{}{name}", if self.is_https() { "__Host-" } else { "" })
    }

    /// `host` or `host:port` of the base URL, as a browser writes it into `Host`.
    #[must_use]
    pub fn authority(&self) -> &str {
        authority(&self.base_url)
    }
}

/// Single sign-on, when an issuer is named. Its tokens travel over the network: only TLS will do, but for a provider on
/// this machine.
fn sso(flags: &ServiceSettings, file: &ServiceSettings) -> Result<Option<Sso>, ConfigError> {
    let issuer = flags.sso_issuer.clone().or_else(|| file.sso_issuer.clone());
    let client_id = flags.sso_client_id.clone().or_else(|| file.sso_client_id.clone());
    let Some(issuer) = issuer else {
        return match client_id {
            None => Ok(None),
            Some(_) => Err(ConfigError::Sso("sso_client_id without sso_issuer".to_owned())),
        };
    };
    let Some(client_id) = client_id else {
        return Err(ConfigError::Sso("sso_issuer without sso_client_id".to_owned()));
    };
    let host = authority(&issuer);
    let bare = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let here = issuer.starts_with("http://") && matches!(bare, "127.0.0.1" | "localhost" | "[::1]");
    if host.is_empty() || !(issuer.starts_with("https://") || here) {
        return Err(ConfigError::Sso(format!("issuer {issuer:?} must begin with https://")));
    }
    let name = flags.sso_name.clone().or_else(|| file.sso_name.clone());
    Ok(Some(Sso {
        client_id,
        client_secret: flags.sso_client_secret.clone().or_else(|| file.sso_client_secret.clone()),
        claim: flags.sso_claim.or(file.sso_claim).unwrap_or_default(),
        acr: flags.sso_acr.clone().or_else(|| file.sso_acr.clone()),
        name: name.unwrap_or_else(|| host.to_owned()),
        issuer,
    }))
}

fn authority(url: &str) -> &str {
    url.split_once("://").map_or("", |(_, rest)| rest).split('/').next().unwrap_or_default()
}

fn checked_base_url(url: &str) -> Result<String, ConfigError> {
    let known = url.starts_with("http://") || url.starts_with("https://");
    let plain = !url.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#' | '@'));
    if !known || !plain || authority(url).is_empty() {
        return Err(ConfigError::BaseUrl(url.to_owned()));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// The host a mail address may carry: an address of digits or a bare `localhost` is no domain.
fn mail_host(base_url: &str) -> &str {
    let host = authority(base_url).split(':').next().unwrap_or_default();
    if host.contains(|c: char| c.is_ascii_alphabetic()) && host.contains('.') {
        host
    } else {
        "localhost.localdomain"
    }
}

fn read_file(path: &Path) -> Result<(CommonSettings, ServiceSettings), ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable { file: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| unreadable(e.to_string()))?;
    let known = keys();
    if let Some(key) = table.keys().find(|key| !known.contains(key)) {
        return Err(ConfigError::UnknownKey {
            file: path.to_owned(),
            key: key.clone(),
            known: known.join(", "),
        });
    }
    let common = CommonSettings::deserialize(table.clone()).map_err(|e| unreadable(e.to_string()))?;
    let service = ServiceSettings::deserialize(table).map_err(|e| unreadable(e.to_string()))?;
    Ok((common, service))
}

/// The keys of the file are the names of the flags.
fn keys() -> Vec<String> {
    let command = ServiceSettings::augment_args(CommonSettings::augment_args(clap::Command::new("beiku")));
    command.get_arguments().map(|arg| arg.get_id().to_string()).collect()
}

#[cfg(test)]
mod tests;
