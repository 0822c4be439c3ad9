//! A form with one file (`multipart/form-data`), read whole: small files only.

use crate::http::{Problem, Trouble};
use actix_multipart::Multipart;
use futures_util::StreamExt;

/// Longest file or field, bytes.
pub const MAX: usize = 256 * 1024;
/// A form is read to its end, so that its other fields are known when a file is too long; but not beyond this, bytes.
const READ_MAX: usize = 128 * 1024 * 1024;

/// Fields of such a form at most.
const FIELDS_MAX: usize = 16;

/// A field of such a form.
pub struct Part {
    /// Name of the field.
    pub name: String,
    /// Name of the file; empty for a plain field.
    pub filename: String,
    /// What was sent; nothing when that was too long.
    pub content: Vec<u8>,
    /// It was longer than allowed.
    pub too_long: bool,
}

/// Refuses a form in which a file or field is longer than `limit` bytes.
///
/// # Errors
/// 413.
pub fn check_length(fields: &[Part], limit: usize) -> Result<(), Problem> {
    if fields.iter().any(|field| field.too_long) {
        return Err(Trouble::TooLarge { limit }.into());
    }
    Ok(())
}

/// The fields of a form with a file, each of at most `limit` bytes; the file's content is the field `file`. What is longer is
/// read and dropped: a browser that may not send to the end shows no answer, and what else was typed would be lost.
///
/// # Errors
/// 400 for what is no such form, 413 when there is no end to it.
pub async fn read_up_to(mut form: Multipart, limit: usize) -> Result<Vec<Part>, Problem> {
    let malformed = |reason: String| Problem::from(Trouble::Malformed { reason });
    let (mut fields, mut read) = (vec![], 0_usize);
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|error| malformed(error.to_string()))?;
        let name = part.name().unwrap_or_default().to_owned();
        let filename = part.content_disposition().and_then(|said| said.get_filename());
        let filename = filename.unwrap_or_default().to_owned();
        let (mut content, mut too_long) = (vec![], false);
        while let Some(piece) = part.next().await {
            let piece = piece.map_err(|error| malformed(error.to_string()))?;
            read = read.saturating_add(piece.len());
            if read > READ_MAX {
                return Err(Trouble::TooLarge { limit }.into());
            }
            too_long = too_long || content.len() + piece.len() > limit;
            if too_long {
                content.clear();
            } else {
                content.extend_from_slice(&piece);
            }
        }
        fields.push(Part { name, filename, content, too_long });
        if fields.len() > FIELDS_MAX {
            return Err(malformed("too many fields".to_owned()));
        }
    }
    Ok(fields)
}

/// A field of the form, as text.
pub fn text<'a>(fields: &'a [Part], name: &str) -> Option<&'a str> {
    let field = fields.iter().find(|field| field.name == name)?;
    std::str::from_utf8(&field.content).ok()
}
