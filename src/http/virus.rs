//! Asks a virus scanner about a file before anybody can fetch it (OWASP ASVS 5, 5.4.3): ClamAV's daemon, by its own protocol.
//! Without the setting `virus_scanner` nobody is asked.

use crate::config::ScannerAddress;
use crate::domain::refusal::{FieldError, Refusal};
use crate::http::problem::{Problem, Trouble};
use crate::http::state::State;
use crate::http::upload::FILE_FIELD;
use actix_web::{HttpRequest, web};
use std::io::{Error, Read, Result as IoResult, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// Bytes sent at a time.
const PIECE: usize = 64 * 1024;
/// The scanner has so long for a file.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest verdict read, in bytes.
const VERDICT_MAX: u64 = 1024;

/// Gives the content of a file back when the scanner finds nothing in it.
///
/// # Errors
/// `invalid` (field `file`) with what was found; `try_again` while the scanner does not answer: nothing comes in unseen.
pub async fn scanned(req: &HttpRequest, content: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let state = req.app_data::<web::Data<State>>().ok_or(Trouble::Internal)?;
    let Some(scanner) = state.config.virus_scanner.clone() else { return Ok(content) };
    let asked = web::block(move || ask(&scanner, &content).map(|found| (content, found))).await;
    match asked.map_err(|_| Trouble::Internal)? {
        Ok((content, None)) => Ok(content),
        Ok((_, Some(found))) => {
            tracing::warn!(found, "an infected file was refused");
            Err(Refusal::Invalid(vec![FieldError::new(FILE_FIELD, "infected").with("found", found)]).into())
        }
        Err(error) => {
            tracing::error!(%error, "the virus scanner does not answer: no file is taken");
            Err(Trouble::TryAgain.into())
        }
    }
}

/// What the scanner finds in the file; none: nothing.
fn ask(scanner: &ScannerAddress, content: &[u8]) -> IoResult<Option<String>> {
    let verdict = match scanner {
        ScannerAddress::Tcp(host) => {
            let address = host.to_socket_addrs()?.next().ok_or_else(|| Error::other("no such host"))?;
            let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            converse(stream, content)?
        }
        ScannerAddress::Unix(path) => {
            let stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            converse(stream, content)?
        }
    };
    match verdict.strip_prefix("stream: ").unwrap_or(&verdict) {
        "OK" => Ok(None),
        said => match said.strip_suffix(" FOUND") {
            Some(found) => Ok(Some(found.to_owned())),
            None => Err(Error::other(format!("it says {said:?}"))),
        },
    }
}

/// `INSTREAM`: the length of each piece in four bytes, the piece, and a length of nothing at the end.
fn converse(mut stream: impl Read + Write, content: &[u8]) -> IoResult<String> {
    stream.write_all(b"zINSTREAM\0")?;
    for piece in content.chunks(PIECE).chain([&[][..]]) {
        stream.write_all(&u32::try_from(piece.len()).map_err(Error::other)?.to_be_bytes())?;
        stream.write_all(piece)?;
    }
    let mut verdict = String::new();
    stream.take(VERDICT_MAX).read_to_string(&mut verdict)?;
    Ok(verdict.trim_end_matches('\0').to_owned())
}
