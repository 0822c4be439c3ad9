//! Mail into a folder: one `.eml` file each, which any mail program opens. For demos and for trying out.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use mail_parser::{Message, MessageParser};

use super::{Mail, SendError};

/// A mail in the folder, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Name of its file, for [`read`].
    pub name: String,
    /// Subject.
    pub subject: String,
    /// Address of the reader.
    pub to: String,
    /// Its `Date`: when the notice was queued.
    pub date: Option<DateTime<Utc>>,
}

/// A mail in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// As in the list.
    pub head: Head,
    /// The HTML part, a whole document. Show it under a policy of its own: it is what a mail program gets.
    pub html: String,
    /// The plain text part.
    pub text: String,
}

/// The mails of the folder, newest first, at most `limit`; none when there is no folder yet. Blocks.
///
/// # Errors
/// The operating system's.
pub fn list(folder: &Path, limit: usize) -> std::io::Result<Vec<Head>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![]),
        entries => entries?,
    };
    let mut heads = vec![];
    for entry in entries {
        let Ok(name) = entry?.file_name().into_string() else { continue };
        // A file that went meanwhile is no failure.
        if let Some(opened) = read(folder, &name)? {
            heads.push(opened.head);
        }
    }
    heads.sort_by(|a, b| (b.date, &a.name).cmp(&(a.date, &b.name)));
    heads.truncate(limit);
    Ok(heads)
}

/// One mail of the folder; `None` when `name` names none, or anything but a mail in this very folder. Blocks.
///
/// # Errors
/// The operating system's.
pub fn read(folder: &Path, name: &str) -> std::io::Result<Option<Opened>> {
    if !is_mail_name(name) {
        return Ok(None);
    }
    let bytes = match std::fs::read(folder.join(name)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    Ok(MessageParser::default().parse(&bytes).map(|message| opened(name, &message)))
}

fn opened(name: &str, message: &Message<'_>) -> Opened {
    let reader = message.to().and_then(|to| to.first());
    let date = message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0));
    let head = Head {
        name: name.to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        to: reader.and_then(|reader| reader.address()).unwrap_or_default().to_owned(),
        date,
    };
    let body = |part: Option<std::borrow::Cow<'_, str>>| part.unwrap_or_default().into_owned();
    Opened { head, html: body(message.body_html(0)), text: body(message.body_text(0)) }
}

/// Names as [`send`] gives them: no slash, no leading dot, nothing an address could be played with.
fn is_mail_name(name: &str) -> bool {
    name.len() <= 250
        && name.ends_with(".eml")
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// Writes `notice-17-closed.eml` whole or not at all: first under another name, then renamed. The same mail sent again
/// replaces its file, so a retry leaves no second copy.
pub(super) async fn send(folder: &Path, mail: &Mail) -> Result<(), SendError> {
    let (folder, name, bytes) = (folder.to_owned(), format!("{}.eml", mail.name), mail.formatted());
    let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
    match written {
        Ok(result) => result.map(|_| ()).map_err(|error| SendError::Unavailable(error.to_string())),
        Err(error) => Err(SendError::Unavailable(error.to_string())),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".mail-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let path = folder.join(name);
    file.persist(&path)?;
    Ok(path)
}

#[cfg(test)]
#[path = "directory_tests.rs"]
mod tests;
