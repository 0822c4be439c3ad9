//! Around every request: an id, a log line, counters, security headers, and errors in the caller's language.

use crate::http::caller::{self, request_id};
use crate::http::problem::{Problem, Trouble};
use crate::http::server::BODY_LIMIT;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use std::time::Instant;
use tracing::{Span, field};
use tracing_actix_web::{RequestId, RootSpanBuilder};

/// Headers that a handler may have set otherwise.
const SECURITY: [(&str, &str); 6] = [
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Says of an answer that it is a file carried inside the program: it is part of a page, not one, and the page's own headers say
/// what the browser may do with it. A first visit is light, and those headers are half a kilobyte each time.
#[derive(Clone, Copy)]
pub(crate) struct OfOurs;

/// The span every log line of a request stands in.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(req: &ServiceRequest) -> Span {
        let id = req.extensions().get::<RequestId>().map(ToString::to_string);
        tracing::info_span!(
            "request",
            id = id,
            method = %req.method(),
            // Without the query: it may hold a tracking code or a set-up token.
            path = req.path(),
            user = field::Empty,
        )
    }

    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, Error>) {}
}

/// The outermost middleware of our own.
///
/// # Errors
/// None of its own.
pub async fn envelope<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let response = match check_uri(&req) {
        Ok(()) => next.call(req).await?.map_into_boxed_body(),
        Err(problem) => req.error_response(problem),
    };
    let mut response = in_words(response);
    let id = request_id(response.request());
    let state = response.request().app_data::<actix_web::web::Data<super::State>>();
    let (is_https, is_leaving) =
        state.map_or((false, false), |state| (state.config.is_https(), state.is_leaving()));
    let is_part = response.response().extensions().get::<OfOurs>().is_some();
    complete_headers(response.headers_mut(), &id, is_https, is_part);
    if is_leaving {
        // A connection kept open would be cut at the end, perhaps while its next request is on the way.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    account(&response, started);
    Ok(response)
}

/// Refuses an address that is no UTF-8 or contains U+0000 before anybody takes it for a code or a serial number.
fn check_uri(req: &ServiceRequest) -> Result<(), Problem> {
    let uri = req.uri();
    let sound = |text: &str| !text.contains('%') || decodes(text.as_bytes());
    if sound(uri.path()) && sound(uri.query().unwrap_or_default()) {
        return Ok(());
    }
    Err(Trouble::Malformed { reason: "address: bad percent-encoding, no UTF-8, or U+0000".into() }.into())
}

fn decodes(text: &[u8]) -> bool {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        let digit =
            |byte: Option<&u8>| char::from(*byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else { return false };
        decoded.push(high << 4 | low);
    }
    !decoded.contains(&0) && std::str::from_utf8(&decoded).is_ok()
}

/// Writes an error's document in the caller's language. Pages of the web face have written theirs already.
fn in_words(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let Some(problem) = problem_of(&response) else { return response };
    note_refusal(response.request(), &problem);
    let lang = caller::language(response.request());
    let id = request_id(response.request());
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, problem.to_response(lang, Some(&id)))
}

/// Why a request was refused, for its log line.
#[derive(Clone, Copy)]
struct Refused(&'static str);

/// Lets the log line of the request say why it was refused: whoever tries the locks is seen there (OWASP ASVS 5, 16.3).
pub(crate) fn note_refusal(req: &HttpRequest, problem: &Problem) {
    req.extensions_mut().insert(Refused(problem.code()));
}

/// The problem behind an answer: a handler's, or what actix itself answered under `/api`.
fn problem_of(response: &ServiceResponse<BoxBody>) -> Option<Problem> {
    if let Some(problem) = response.response().error().and_then(|error| error.as_error::<Problem>()) {
        return Some(problem.clone());
    }
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_document =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    if !is_error || is_document || !response.request().path().starts_with("/api/") {
        return None;
    }
    let reason = response.response().error().map(ToString::to_string).unwrap_or_default();
    let trouble = match status {
        StatusCode::NOT_FOUND => Trouble::NoSuchAddress,
        StatusCode::METHOD_NOT_ALLOWED => Trouble::MethodNotAllowed { allowed: String::new() },
        StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge { limit: BODY_LIMIT },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Trouble::UnsupportedMediaType,
        status if status.is_client_error() => Trouble::Malformed { reason },
        _ => {
            tracing::error!(%status, reason, "an answer without words");
            Trouble::Internal
        }
    };
    Some(trouble.into())
}

fn complete_headers(headers: &mut HeaderMap, id: &str, is_https: bool, is_part: bool) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    let strict = is_https.then_some(("strict-transport-security", "max-age=31536000"));
    let of_pages = SECURITY.into_iter().filter(|_| !is_part);
    for (name, value) in of_pages.chain(strict) {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    // What an API answers is for the one who asked: no cache in between may keep it.
    let cache = HeaderName::from_static("cache-control");
    if !headers.contains_key(&cache) {
        headers.insert(cache, HeaderValue::from_static("no-store"));
    }
}

/// One log line and two metrics a request.
fn account(response: &ServiceResponse<BoxBody>, started: Instant) {
    let took = started.elapsed();
    let request = response.request();
    let status = response.status().as_u16();
    let route = request.match_pattern().unwrap_or_else(|| "none".into());
    let method = request.method().to_string();
    let known = matches!(method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS");
    let method = if known { method } else { "other".into() };
    if matches!(route.as_str(), "/healthz" | "/readyz" | "/metrics") {
        tracing::debug!(status, us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), "answered");
    } else {
        let refused = request.extensions().get::<Refused>().map(|refused| refused.0);
        tracing::info!(status, us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), refused, "answered");
    }
    metrics::histogram!("beiku_http_request_seconds", "method" => method.clone(), "route" => route.clone())
        .record(took.as_secs_f64());
    metrics::counter!("beiku_http_requests_total", "method" => method, "route" => route, "status" => status.to_string()).increment(1);
}

#[cfg(test)]
mod tests {
    use super::decodes;

    #[test]
    fn addresses_are_text() {
        for sound in ["", "a%20b", "%E6%B5%8E%E5%8D%97", "JN%2FA1-01"] {
            assert!(decodes(sound.as_bytes()), "{sound}");
        }
        for broken in ["%", "%2", "%zz", "%00", "a%FFb", "%E6%B5"] {
            assert!(!decodes(broken.as_bytes()), "{broken}");
        }
    }
}
