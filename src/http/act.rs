//! From a handler to a use case and back: one transaction, answered once per idempotency key.

use crate::app::{self, AppResult, Conn, Ctx, Once, Outcome};
use crate::http::caller::Caller;
use crate::http::problem::{Problem, Trouble};
use actix_web::http::StatusCode;
use actix_web::http::header::IF_MATCH;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What handlers return.
pub type Answer = Result<HttpResponse, Problem>;

/// Header with the client's word that requests with this key are one and the same.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Does something: runs `work` in one transaction and answers `status` with its result. With an `Idempotency-Key` the
/// effect happens once, and the same request again gets the same answer. `command` is the decoded body; `work` may run
/// twice, so it borrows from its captures.
///
/// # Errors
/// 400 `bad_idempotency_key`, and whatever the use case refuses.
pub async fn act<C, T, W>(
    caller: &Caller,
    req: &HttpRequest,
    status: StatusCode,
    command: &C,
    work: W,
) -> Answer
where
    C: Serialize + ?Sized,
    T: Serialize + Send + 'static,
    W: Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    let once = once(req, command)?;
    let encode = move |done: &T| (status.as_u16(), encode(done));
    settled(status, app::run(&caller.app, &caller.ctx, once, encode, work).await?)
}

/// The answer to what was done now or before.
pub(crate) fn settled<T: Serialize>(status: StatusCode, outcome: Outcome<T>) -> Answer {
    match outcome {
        Outcome::Done(done) => Ok(json(status, encode_now(&done)?)),
        Outcome::Replayed { status, body } => Ok(replayed(status, body)),
    }
}

/// Does something that has no answer but 204.
///
/// # Errors
/// As [`act`].
pub async fn done<C, W>(caller: &Caller, req: &HttpRequest, command: &C, work: W) -> Answer
where
    C: Serialize + ?Sized,
    W: Fn(&mut Conn, &Ctx) -> AppResult<()> + Send + 'static,
{
    let once = once(req, command)?;
    let encode = |_: &()| (StatusCode::NO_CONTENT.as_u16(), String::new());
    match app::run(&caller.app, &caller.ctx, once, encode, work).await? {
        Outcome::Done(()) => Ok(HttpResponse::NoContent().finish()),
        Outcome::Replayed { status, body } => Ok(replayed(status, body)),
    }
}

/// Does something whose answer must not be kept with an idempotency key, because it is a secret.
///
/// # Errors
/// Whatever the use case refuses.
pub async fn once_only<T, W>(caller: &Caller, work: W) -> Result<T, Problem>
where
    T: Send + 'static,
    W: Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    match app::run(&caller.app, &caller.ctx, None, |_| (200, String::new()), work).await? {
        Outcome::Done(done) => Ok(done),
        // Without a key nothing is replayed.
        Outcome::Replayed { .. } => Err(Trouble::Internal.into()),
    }
}

/// Reads something.
///
/// # Errors
/// Whatever the use case refuses.
pub async fn read<T, W>(caller: &Caller, work: W) -> Result<T, Problem>
where
    T: Send + 'static,
    W: FnOnce(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    Ok(app::read(&caller.app, &caller.ctx, work).await?)
}

/// Looks up a few rows by their keys: [`read`] without its way to another thread, for what devices ask many times a minute.
///
/// # Errors
/// Whatever the use case refuses.
pub async fn look_up<T, W>(caller: &Caller, work: W) -> Result<T, Problem>
where
    T: Send + 'static,
    W: FnOnce(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    Ok(app::look_up(&caller.app, &caller.ctx, work).await?)
}

/// The version the caller saw, from `If-Match: "7"`; `None` without the header.
///
/// # Errors
/// 400 when it is no version of ours.
pub fn if_match(req: &HttpRequest) -> Result<Option<i64>, Problem> {
    let Some(header) = req.headers().get(IF_MATCH) else { return Ok(None) };
    let version = header.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
    let malformed = || Trouble::Malformed { reason: "If-Match: a version like \"7\" was expected".into() };
    Ok(Some(version.ok_or_else(malformed)?))
}

/// 200 with this document.
///
/// # Errors
/// When the value cannot be written as JSON, which wire types can.
pub fn ok(body: &impl Serialize) -> Answer {
    Ok(json(StatusCode::OK, encode_now(body)?))
}

/// 201 with this document.
///
/// # Errors
/// As [`ok`].
pub fn created(body: &impl Serialize) -> Answer {
    Ok(json(StatusCode::CREATED, encode_now(body)?))
}

/// The client's key and the fingerprint of what it asks for; `None` without the header.
pub(crate) fn once<C: Serialize + ?Sized>(req: &HttpRequest, command: &C) -> Result<Option<Once>, Problem> {
    let mut headers = req.headers().get_all(IDEMPOTENCY_KEY);
    let Some(header) = headers.next() else { return Ok(None) };
    let key = header.to_str().ok().filter(|key| is_key(key)).filter(|_| headers.next().is_none());
    let key = key.ok_or(Trouble::BadIdempotencyKey)?;
    let mut fingerprint = Sha256::new();
    for part in [req.method().as_str(), req.path(), &encode_now(command)?] {
        // Length first: no two requests run together into the same bytes.
        fingerprint.update(part.len().to_be_bytes());
        fingerprint.update(part.as_bytes());
    }
    Ok(Some(Once { key: key.to_owned(), fingerprint: fingerprint.finalize().to_vec(), bound_to: None }))
}

/// As [`once`], for those who do not sign in: the key is one with `bound_to`. Another who knows that too gets the same answer, so
/// the answer may hold nothing they may not read.
pub(crate) fn once_bound<C: Serialize + ?Sized>(
    req: &HttpRequest,
    command: &C,
    bound_to: &[&str],
) -> Result<Option<Once>, Problem> {
    let mut once = once(req, command)?;
    if let Some(once) = &mut once {
        once.bound_to = Some(encode_now(&(req.path(), bound_to))?);
    }
    Ok(once)
}

/// As [`act`], for those who do not sign in.
pub(crate) async fn act_bound<T, W>(
    app: &app::App,
    ctx: &Ctx,
    once: Option<Once>,
    status: StatusCode,
    work: W,
) -> Answer
where
    T: Serialize + Send + 'static,
    W: Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
{
    let encode = move |done: &T| (status.as_u16(), encode(done));
    settled(status, app::run(app, ctx, once, encode, work).await?)
}

fn is_key(key: &str) -> bool {
    (1..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

pub(crate) fn replayed(status: u16, body: String) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
    response.insert_header(("Idempotent-Replayed", "true"));
    if body.is_empty() { response.finish() } else { response.content_type("application/json").body(body) }
}

fn json(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status).content_type("application/json").body(body)
}

fn encode_now(value: &(impl Serialize + ?Sized)) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written as JSON");
        Trouble::Internal.into()
    })
}

/// For the answer kept with the key. `act` encodes the same value again for the first caller and reports a failure there.
pub(crate) fn encode(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn once_of(path: &str, key: &str, command: &str) -> Result<Option<Once>, u16> {
        let req = TestRequest::post().uri(path).insert_header((IDEMPOTENCY_KEY, key)).to_http_request();
        once(&req, command).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn keys_are_short_and_printable() {
        for good in ["a", "550e8400-e29b-41d4-a716-446655440000", &"k".repeat(64)] {
            assert!(once_of("/x", good, "c").is_ok(), "{good}");
        }
        for bad in ["", &"k".repeat(65), "钥匙", "a\tb"] {
            assert_eq!(once_of("/x", bad, "c").err(), Some(400), "{bad}");
        }
        let without = TestRequest::post().to_http_request();
        assert!(once(&without, "c").unwrap().is_none());
        let twice =
            TestRequest::post().append_header((IDEMPOTENCY_KEY, "a")).append_header((IDEMPOTENCY_KEY, "b"));
        assert!(once(&twice.to_http_request(), "c").is_err());
    }

    #[test]
    fn versions_are_read_from_if_match() {
        let version =
            |text: &str| if_match(&TestRequest::post().insert_header((IF_MATCH, text)).to_http_request());
        assert_eq!(version("\"7\"").unwrap(), Some(7));
        assert_eq!(version("7").unwrap(), Some(7));
        for bad in ["*", "\"abc\"", "", "W/\"7\""] {
            assert!(version(bad).is_err(), "{bad}");
        }
        assert_eq!(if_match(&TestRequest::post().to_http_request()).unwrap(), None);
    }

    #[test]
    fn the_fingerprint_tells_requests_apart() {
        let print = |path, command| once_of(path, "k", command).unwrap().unwrap().fingerprint;
        assert_eq!(print("/x", "c"), print("/x", "c"));
        assert_ne!(print("/x", "c"), print("/y", "c"));
        assert_ne!(print("/x", "c"), print("/x", "d"));
    }
}
