//! A form with one file (`multipart/form-data`), read whole: small files only.

use crate::http::{Problem, Trouble};
use actix_multipart::Multipart;
use futures_util::StreamExt;

/// Longest file or field, bytes.
const MAX: usize = 256 * 1024;

/// A field of such a form.
pub struct Part {
    /// Name of the field.
    pub name: String,
    /// Name of the file; empty for a plain field.
    pub filename: String,
    /// What was sent.
    pub content: Vec<u8>,
}

/// The fields of a form with a file; the file's content is the field `file`.
///
/// # Errors
/// 400 for what is no such form, 413 when it is too long.
pub async fn read(form: Multipart) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let parts = read_up_to(form, MAX).await?;
    Ok(parts.into_iter().map(|part| (part.name, part.content)).collect())
}

/// The fields of a form with a file of at most `limit` bytes.
///
/// # Errors
/// 400 for what is no such form, 413 when it is too long.
pub async fn read_up_to(mut form: Multipart, limit: usize) -> Result<Vec<Part>, Problem> {
    let malformed = |reason: String| Problem::from(Trouble::Malformed { reason });
    let mut fields = vec![];
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|error| malformed(error.to_string()))?;
        let name = part.name().unwrap_or_default().to_owned();
        let filename = part.content_disposition().and_then(|said| said.get_filename());
        let filename = filename.unwrap_or_default().to_owned();
        let mut content = vec![];
        while let Some(piece) = part.next().await {
            content.extend_from_slice(&piece.map_err(|error| malformed(error.to_string()))?);
            if content.len() > limit {
                return Err(Trouble::TooLarge { limit }.into());
            }
        }
        fields.push(Part { name, filename, content });
        if fields.len() > 8 {
            return Err(malformed("too many fields".to_owned()));
        }
    }
    Ok(fields)
}

/// A field of the form, as text.
pub fn field<'a>(fields: &'a [(String, Vec<u8>)], name: &str) -> Option<&'a str> {
    let (_, content) = fields.iter().find(|(field, _)| field == name)?;
    std::str::from_utf8(content).ok()
}

/// A field of the form, as text.
pub fn text<'a>(fields: &'a [Part], name: &str) -> Option<&'a str> {
    let field = fields.iter().find(|field| field.name == name)?;
    std::str::from_utf8(&field.content).ok()
}
