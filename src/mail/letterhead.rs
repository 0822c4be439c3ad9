//! From a queued notice to a message ready to send: one call.

use chrono::{DateTime, Utc};

use super::{ComposeError, Envelope, Mail, Rendered, Sender, compose, render_with};
use crate::domain::language::Language;
use crate::domain::notice::Notice;
use crate::i18n::Lang;
use crate::i18n::overrides::Overrides;

/// What all mails of a company have in common.
#[derive(Debug, Clone)]
pub struct Letterhead {
    sender: Sender,
    from: String,
    reply_to: Option<String>,
    /// Right side of the Message-IDs.
    host: String,
}

/// A notice as it was queued.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The facts.
    pub notice: &'a Notice,
    /// Language of the reader.
    pub language: Language,
    /// Address of the reader.
    pub to: &'a str,
    /// Left side of the Message-ID.
    pub message_id: &'a str,
    /// When the notice was queued.
    pub queued_at: DateTime<Utc>,
    /// Texts of an administrator for this kind of mail, by key; unsound ones are passed over.
    pub texts: &'a [(String, String)],
}

impl Letterhead {
    /// Who writes (`from` is `name <address>` or a bare address) and where replies go. Whether mails invite replies
    /// follows from there being such an address.
    ///
    /// # Errors
    /// [`ComposeError::Address`]: `from` or `reply_to` is no mail address. Found here, on start, it costs no mail.
    pub fn new(sender: Sender, from: &str, reply_to: Option<&str>) -> Result<Self, ComposeError> {
        let replies = reply_to.is_some();
        let letterhead = Self {
            sender: Sender { replies, ..sender },
            from: from.to_owned(),
            reply_to: reply_to.map(str::to_owned),
            host: message_host(from),
        };
        let notice = Notice::Test { asked_by: String::new() };
        letterhead.write(&Letter {
            notice: &notice,
            language: Language::ZhCn,
            to: "reader@localhost",
            message_id: "start",
            queued_at: DateTime::UNIX_EPOCH,
            texts: &[],
        })?;
        Ok(letterhead)
    }

    /// Fills in both parts of a notice's mail, with an administrator's texts where they are sound.
    ///
    /// # Errors
    /// [`ComposeError::Build`], which means memory is short.
    pub fn render(
        &self,
        notice: &Notice,
        language: Language,
        texts: &[(String, String)],
    ) -> Result<Rendered, ComposeError> {
        let lang = Lang::from_code(language.as_str()).unwrap_or_default();
        let own = (!texts.is_empty()).then(|| {
            let (own, faults) = Overrides::read(lang, texts);
            for (key, fault) in faults {
                tracing::warn!(key, ?fault, "a text of a mail is unsound; the built-in one is used");
            }
            own
        });
        render_with(notice, lang, &self.sender, own.as_ref())
            .map_err(|error| ComposeError::Build(error.to_string()))
    }

    /// Writes the mail of a notice in its reader's language.
    ///
    /// # Errors
    /// [`ComposeError`]: the reader's address is none.
    pub fn write(&self, letter: &Letter<'_>) -> Result<Mail, ComposeError> {
        let rendered = self.render(letter.notice, letter.language, letter.texts)?;
        let to_name = match letter.notice {
            Notice::Rma(rma) => rma.contact.as_str(),
            Notice::Depot(depot) => depot.reader.as_str(),
            Notice::Staff(staff) => staff.reader.as_str(),
            Notice::ConfirmRequest { name, .. } => name.as_str(),
            Notice::Test { .. } | Notice::PasswordReset { .. } => "",
        };
        compose(
            &rendered,
            &Envelope {
                from: &self.from,
                reply_to: self.reply_to.as_deref(),
                to_name,
                to: letter.to,
                message_id: &format!("<{}@{}>", letter.message_id, self.host),
                kind: letter.notice.kind(),
                date: letter.queued_at,
            },
        )
    }
}

/// The host of the sender's address; a name that is reserved where that is none a Message-ID may carry (Han domains).
fn message_host(from: &str) -> String {
    let host = from.rsplit('@').next().unwrap_or_default().trim_end_matches(['>', ' ']);
    let sound =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    if sound { host.to_owned() } else { "beiku.invalid".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::samples;
    use mail_parser::MessageParser;

    fn letterhead(from: &str, reply_to: Option<&str>) -> Result<Letterhead, ComposeError> {
        Letterhead::new(samples::sender(), from, reply_to)
    }

    #[test]
    fn a_letter_is_in_the_reader_s_language_and_carries_the_marks() {
        let notice = samples::rma(crate::domain::notice::RmaNews::Closed { units: vec![samples::unit()] });
        let letterhead = letterhead("蓝桥 <rma@bk.example.cn>", None).unwrap();
        for (language, word) in [(Language::ZhCn, "已关闭"), (Language::En, "closed")] {
            let mail = letterhead
                .write(&Letter {
                    notice: &notice,
                    language,
                    to: "liu@hospital.example",
                    message_id: "notice-17",
                    queued_at: DateTime::UNIX_EPOCH,
                    texts: &[],
                })
                .unwrap();
            let bytes = mail.formatted();
            let message = MessageParser::default().parse(&bytes).unwrap();
            assert!(message.subject().unwrap().contains(word), "{:?}", message.subject());
            assert_eq!(message.message_id(), Some("notice-17@bk.example.cn"));
            assert_eq!(message.to().unwrap().first().unwrap().name(), Some("刘工"));
            assert!(message.reply_to().is_none());
        }
    }

    #[test]
    fn a_wrong_sender_is_found_on_start() {
        assert!(matches!(letterhead("beiku", None), Err(ComposeError::Address { field: "from", .. })));
        let wrong = letterhead("a@b.cn", Some("nobody"));
        assert!(matches!(wrong, Err(ComposeError::Address { field: "reply_to", .. })));
        for (from, host) in [("a@例子.cn", "beiku.invalid"), ("x <a@b.cn>", "b.cn"), ("a@b.cn", "b.cn")] {
            assert_eq!(letterhead(from, Some("a@b.cn")).unwrap().host, host);
        }
    }
}
