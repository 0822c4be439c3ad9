//! Addresses, headers and both parts: a message ready to send.

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::Rendered;
use super::words::clean;
use crate::domain::notice::NoticeKind;

/// Who writes to whom, and the marks of the message.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// `name <address>` or a bare address: the company's.
    pub from: &'a str,
    /// Where replies go, if anybody reads them.
    pub reply_to: Option<&'a str>,
    /// Name of the reader; may be empty.
    pub to_name: &'a str,
    /// Address of the reader.
    pub to: &'a str,
    /// `<notice-17@host>`: the same on every try of this mail.
    pub message_id: &'a str,
    /// Kind of the notice, written as `X-Beiku-Notice` for filters.
    pub kind: NoticeKind,
    /// Written as `Date`: when the notice came about, not when this try is made.
    pub date: DateTime<Utc>,
}

/// A message ready to send.
#[derive(Debug, Clone)]
pub struct Mail {
    pub(super) message: Message,
    /// Name for a file, from the Message-ID and the kind: letters, digits, `-`, `_`, `.` only.
    pub(super) name: String,
    /// Subject, as the reader sees it.
    pub subject: String,
}

impl Mail {
    /// The message as it goes over the wire (RFC 5322).
    #[must_use]
    pub fn formatted(&self) -> Vec<u8> {
        self.message.formatted()
    }
}

/// Why no message could be made. None of these gets better by waiting: the mail is a dead letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// `from`, `to` or `reply_to` is not a mail address.
    #[error("{field} is not a mail address: {value:?}")]
    Address {
        /// Which of the three.
        field: &'static str,
        /// What it says.
        value: String,
    },
    /// The Message-ID is not `<local@host>` in ASCII.
    #[error("not a message id: {0:?}")]
    MessageId(String),
    /// The parts do not make a message.
    #[error("message cannot be built: {0}")]
    Build(String),
}

/// Makes the message: `multipart/alternative`, plain text first.
///
/// Names and the subject may hold anything; control characters become blanks and the rest is encoded, so no header can
/// be smuggled in. Addresses and the Message-ID must be well-formed.
///
/// # Errors
/// [`ComposeError`]: an address or the Message-ID is malformed.
pub fn compose(rendered: &Rendered, envelope: &Envelope<'_>) -> Result<Mail, ComposeError> {
    let message_id = message_id(envelope.message_id)?;
    let to = address("to", envelope.to)?;
    let to_name = Some(clean(envelope.to_name)).filter(|name| !name.is_empty());
    let subject = clean(&rendered.subject);
    let mut builder = Message::builder()
        .from(address("from", envelope.from)?)
        .to(Mailbox::new(to_name, to.email))
        .subject(subject.clone())
        .date(envelope.date.into())
        .message_id(Some(message_id.to_owned()))
        .header(AutoSubmitted)
        .header(NoticeHeader(envelope.kind));
    if let Some(reply_to) = envelope.reply_to {
        builder = builder.reply_to(address("reply_to", reply_to)?);
    }
    let part = |content_type: ContentType, body: &str| {
        SinglePart::builder().header(content_type).body(body.replace("\r\n", "\n").replace('\n', "\r\n"))
    };
    let parts = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, &rendered.text))
        .singlepart(part(ContentType::TEXT_HTML, &rendered.html));
    let message = builder.multipart(parts).map_err(|error| ComposeError::Build(error.to_string()))?;
    Ok(Mail { message, name: file_name(message_id, envelope.kind), subject })
}

/// lettre's own parser, after a check that it is one line.
fn address(field: &'static str, value: &str) -> Result<Mailbox, ComposeError> {
    let wrong = || ComposeError::Address { field, value: value.to_owned() };
    if value.chars().any(char::is_control) {
        return Err(wrong());
    }
    value.trim().parse().map_err(|_| wrong())
}

/// A Message-ID we are ready to write: RFC 5322 `msg-id`, without comments or quoting.
fn message_id(id: &str) -> Result<&str, ComposeError> {
    let wrong = || ComposeError::MessageId(id.to_owned());
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).ok_or_else(wrong)?;
    let (local, host) = inner.split_once('@').ok_or_else(wrong)?;
    let sound = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    if id.len() <= 200 && sound(local) && sound(host) { Ok(id) } else { Err(wrong()) }
}

/// `<notice-17@host>` and `closed` → `notice-17-closed`. The Message-ID was checked, so nothing in it leaves a folder:
/// no slash, and a leading dot is cut.
fn file_name(message_id: &str, kind: NoticeKind) -> String {
    let local = message_id.trim_start_matches(['<', '.']).split('@').next().unwrap_or_default();
    format!("{local}-{kind}")
}

/// `Auto-Submitted: auto-generated` (RFC 3834): holiday replies and ticket robots leave such mail alone.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[derive(Clone)]
struct NoticeHeader(NoticeKind);

impl Header for NoticeHeader {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Beiku-Notice")
    }

    fn parse(code: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        NoticeKind::from_code(code).map(Self).ok_or_else(|| "unknown kind of notice".into())
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.as_str().to_owned())
    }
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
