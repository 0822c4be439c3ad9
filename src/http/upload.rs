//! A file that comes with a form (`multipart/form-data`): streamed into a temporary file, never held in memory.

use crate::domain::refusal::Refusal;
use crate::http::problem::{Problem, Trouble};
use actix_multipart::{Field, Multipart};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{HttpMessage, HttpRequest, ResponseError};
use futures_util::{StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

/// Largest file taken, in bytes. 100,000 units are about 15 MB of CSV.
pub const UPLOAD_LIMIT: usize = 64 * 1024 * 1024;
/// Name of the part with the file.
pub const FILE_FIELD: &str = "file";
/// What the other parts and the frame around them may take together, in bytes.
const FRAME_LIMIT: usize = 64 * 1024;
/// Longest value of another part, in bytes.
const FIELD_LIMIT: usize = 4 * 1024;
/// Parts in a form of ours are a handful.
const MAX_PARTS: usize = 20;
/// Bytes gathered before they are written, beside the event loop.
const PIECE: usize = 256 * 1024;

/// A form with a file in it.
#[derive(Debug)]
pub struct Upload {
    /// The file, at its beginning. It has no name on disk and goes when it is dropped.
    pub file: File,
    /// What the sender calls it; may be empty.
    pub name: String,
    /// Length in bytes.
    pub length: usize,
    /// SHA-256 of the content.
    pub sha256: Vec<u8>,
    /// The other parts, in order.
    pub fields: Vec<(String, String)>,
}

impl Upload {
    /// The value of a field, if it was sent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the form.
///
/// # Errors
/// 415 (no multipart form), 413 (file over [`UPLOAD_LIMIT`]), 400 (not readable), 422 (no file in it).
pub async fn receive(req: &HttpRequest, parts: Multipart) -> Result<Upload, Problem> {
    receive_up_to(req, parts, UPLOAD_LIMIT).await
}

/// As [`receive`], with a file of at most `limit` bytes.
///
/// # Errors
/// As [`receive`].
pub async fn receive_up_to(req: &HttpRequest, parts: Multipart, limit: usize) -> Result<Upload, Problem> {
    if !req.content_type().eq_ignore_ascii_case("multipart/form-data") {
        return Err(Trouble::UnsupportedMediaType.into());
    }
    let announced = req.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit + FRAME_LIMIT) {
        return Err(Trouble::TooLarge { limit }.into());
    }
    read(parts, limit).await
}

async fn read(mut parts: Multipart, limit: usize) -> Result<Upload, Problem> {
    let (mut file, mut fields, mut seen) = (None, vec![], 0);
    while let Some(part) = parts.try_next().await.map_err(|error| unreadable(&error))? {
        seen += 1;
        if seen > MAX_PARTS {
            return Err(malformed("too many parts"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        if name == FILE_FIELD && file.is_none() {
            file = Some(spool(part, limit).await?);
        } else {
            fields.push((name, text(part).await?));
        }
    }
    let Some((name, spooled)) = file.filter(|(_, spooled)| spooled.length > 0) else {
        return Err(Refusal::field(FILE_FIELD, "required").into());
    };
    let Spooled { file, length, hash, .. } = spooled;
    Ok(Upload { file, name, length, sha256: hash.finalize().to_vec(), fields })
}

async fn text(mut part: Field) -> Result<String, Problem> {
    let bytes = part.bytes(FIELD_LIMIT).await.map_err(|_| malformed("a field is too long"))?;
    let bytes = bytes.map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| malformed("a field is no UTF-8"))?;
    if text.contains('\0') { Err(malformed("a field contains U+0000")) } else { Ok(text) }
}

/// A file on its way to disk.
struct Spooled {
    file: File,
    length: usize,
    hash: Sha256,
    waiting: Vec<u8>,
}

impl Spooled {
    fn write(mut self) -> std::io::Result<Self> {
        self.hash.update(&self.waiting);
        self.file.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(self)
    }

    fn rewind(self) -> std::io::Result<Self> {
        let mut whole = self.write()?;
        whole.file.seek(SeekFrom::Start(0))?;
        Ok(whole)
    }
}

async fn spool(mut part: Field, limit: usize) -> Result<(String, Spooled), Problem> {
    let name = part.content_disposition().and_then(|head| head.get_filename()).unwrap_or_default();
    // Some browsers send the whole path.
    let name: String = name.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(200).collect();
    let file = beside(tempfile::tempfile).await?;
    let mut spooled = Spooled { file, length: 0, hash: Sha256::new(), waiting: vec![] };
    while let Some(bytes) = part.next().await {
        let bytes = bytes.map_err(|error| unreadable(&error))?;
        spooled.length = spooled.length.saturating_add(bytes.len());
        if spooled.length > limit {
            return Err(Trouble::TooLarge { limit }.into());
        }
        spooled.waiting.extend_from_slice(&bytes);
        if spooled.waiting.len() >= PIECE {
            spooled = beside(move || spooled.write()).await?;
        }
    }
    let spooled = beside(move || spooled.rewind()).await?;
    let name = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Ok((name, spooled))
}

/// Works on the disk beside the event loop.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let done = actix_web::web::block(work).await.map_err(std::io::Error::other).flatten();
    done.map_err(|error| {
        tracing::error!(%error, "an upload cannot be written to a temporary file");
        Trouble::Internal.into()
    })
}

fn too_large() -> Problem {
    Trouble::TooLarge { limit: UPLOAD_LIMIT }.into()
}

fn malformed(reason: &str) -> Problem {
    Trouble::Malformed { reason: format!("multipart: {reason}") }.into()
}

fn unreadable(error: &actix_multipart::MultipartError) -> Problem {
    if error.status_code() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        malformed(&error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
    use actix_web::web::Bytes;
    use std::io::Read;

    fn form(body: &'static str) -> Multipart {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=b"));
        let body = futures_util::stream::iter([Ok(Bytes::from_static(body.as_bytes()))]);
        Multipart::new(&headers, body)
    }

    const FORM: &str = "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\x\\\\stock.csv\"\r\n\r\na,b\n1,2\r\n--b--\r\n";

    #[actix_web::test]
    async fn a_file_arrives_with_its_fields() {
        let mut upload = read(form(FORM), 100).await.unwrap();
        let mut content = String::new();
        upload.file.read_to_string(&mut content).unwrap();
        assert_eq!((content.as_str(), upload.length, upload.name.as_str()), ("a,b\n1,2", 7, "stock.csv"));
        assert_eq!(upload.field("csrf"), Some("token"));
        assert_eq!(upload.sha256, Sha256::digest("a,b\n1,2").to_vec());
    }

    #[actix_web::test]
    async fn a_file_over_the_limit_and_no_file_are_refused() {
        assert_eq!(read(form(FORM), 6).await.unwrap_err().status().as_u16(), 413);
        let without = "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nt\r\n--b--\r\n";
        assert_eq!(read(form(without), 6).await.unwrap_err().status().as_u16(), 422);
        assert_eq!(read(form("--b\r\nnonsense"), 6).await.unwrap_err().status().as_u16(), 400);
    }
}
