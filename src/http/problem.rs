//! Errors as RFC 9457 `application/problem+json`: a stable code, and a sentence in the caller's language.

use crate::domain::refusal::{FieldError, Refusal};
use crate::http::{error, words};
use crate::i18n::{self, Args, Lang};
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_LANGUAGE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Something between the request and the use case went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The request cannot be read; the reason is for its author, a programmer.
    Malformed {
        /// What and where.
        reason: String,
    },
    /// The address knows no such query parameter.
    UnknownParameter {
        /// What was sent.
        name: String,
        /// What it knows, with commas.
        known: String,
    },
    /// The cursor is not one of this list's.
    BadCursor,
    /// The idempotency key is not 1 to 64 printable ASCII characters.
    BadIdempotencyKey,
    /// Nobody is signed in.
    NotSignedIn,
    /// A browser's write without the session's CSRF token, or from another site.
    CsrfFailed,
    /// No such address.
    NoSuchAddress,
    /// The address knows other methods.
    MethodNotAllowed {
        /// These, for the `Allow` header.
        allowed: String,
    },
    /// The body is larger than this many bytes.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body is not of a type this address reads.
    UnsupportedMediaType,
    /// Too many attempts.
    TooMany {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The outcome of a write is not known.
    OutcomeUnknown,
    /// The database is busy or away for a moment.
    TryAgain,
    /// The disk of the database is full: nothing can be written until an operator makes room.
    StorageFull,
    /// A defect; the log knows more.
    Internal,
}

impl Trouble {
    /// Every code, for the tests that walk all of them.
    pub const CODES: &'static [&'static str] = &[
        "malformed",
        "unknown_parameter",
        "bad_cursor",
        "bad_idempotency_key",
        "not_signed_in",
        "csrf_failed",
        "no_such_address",
        "method_not_allowed",
        "too_large",
        "unsupported_media_type",
        "too_many_requests",
        "outcome_unknown",
        "try_again",
        "storage_full",
        "internal",
    ];

    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Trouble::Malformed { .. } => (StatusCode::BAD_REQUEST, "malformed"),
            Trouble::UnknownParameter { .. } => (StatusCode::BAD_REQUEST, "unknown_parameter"),
            Trouble::BadCursor => (StatusCode::BAD_REQUEST, "bad_cursor"),
            Trouble::BadIdempotencyKey => (StatusCode::BAD_REQUEST, "bad_idempotency_key"),
            Trouble::NotSignedIn => (StatusCode::UNAUTHORIZED, "not_signed_in"),
            Trouble::CsrfFailed => (StatusCode::FORBIDDEN, "csrf_failed"),
            Trouble::NoSuchAddress => (StatusCode::NOT_FOUND, "no_such_address"),
            Trouble::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Trouble::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Trouble::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Trouble::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Trouble::OutcomeUnknown => (StatusCode::SERVICE_UNAVAILABLE, "outcome_unknown"),
            Trouble::TryAgain => (StatusCode::SERVICE_UNAVAILABLE, "try_again"),
            Trouble::StorageFull => (StatusCode::INSUFFICIENT_STORAGE, "storage_full"),
            Trouble::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    fn args(&self) -> Args<'_> {
        match self {
            Trouble::Malformed { reason } => crate::args! { "reason" => reason },
            Trouble::UnknownParameter { name, known } => {
                let many = if known.is_empty() { "no" } else { "yes" };
                crate::args! { "name" => name, "known" => known, "any" => many }
            }
            Trouble::TooLarge { limit } => crate::args! { "size" => size_words(*limit) },
            Trouble::TooMany { seconds } => crate::args! { "seconds" => *seconds },
            Trouble::MethodNotAllowed { allowed } => crate::args! { "allowed" => allowed },
            _ => Args::new(),
        }
    }
}

/// A length in bytes as people say it.
#[must_use]
pub fn size_words(bytes: usize) -> String {
    const MB: usize = 1024 * 1024;
    if bytes < MB { format!("{} KB", bytes / 1024) } else { format!("{} MB", bytes / MB) }
}

/// An error on its way out: what handlers return. The body is written by the envelope, which knows the caller's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A rule said no.
    Refused(Refusal),
    /// The request did not get as far as a rule, or the house is on fire.
    Trouble(Trouble),
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        Problem::Trouble(trouble)
    }
}

impl Problem {
    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Problem::Refused(refusal) => error::status(refusal),
            Problem::Trouble(trouble) => trouble.status_and_code().0,
        }
    }

    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Refused(refusal) => refusal.code(),
            Problem::Trouble(trouble) => trouble.status_and_code().1,
        }
    }

    /// The sentence for a person: what is wrong, and what to do.
    #[must_use]
    pub fn detail(&self, lang: Lang) -> String {
        match self {
            Problem::Refused(refusal) => words::refusal(lang, refusal),
            Problem::Trouble(trouble) => {
                i18n::format(lang, &format!("problem-{}", self.code()), &trouble.args())
            }
        }
    }

    /// What is wrong with which field, when that is the trouble.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        match self {
            Problem::Refused(Refusal::Invalid(errors)) => errors,
            Problem::Refused(_) | Problem::Trouble(_) => &[],
        }
    }

    /// Seconds after which another attempt makes sense.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Problem::Trouble(Trouble::TooMany { seconds }) => Some(*seconds),
            Problem::Trouble(Trouble::TryAgain | Trouble::OutcomeUnknown) => Some(1),
            // A person has to make room first; until then asking every second would only fill the log.
            Problem::Trouble(Trouble::StorageFull) => Some(60),
            Problem::Trouble(_) | Problem::Refused(_) => None,
        }
    }

    /// The document.
    #[must_use]
    pub fn body(&self, lang: Lang, request_id: Option<&str>) -> ProblemBody {
        let status = self.status();
        let blocker = match self {
            Problem::Refused(refusal) if status == StatusCode::CONFLICT => {
                Some(refusal.args().into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect())
            }
            Problem::Refused(_) | Problem::Trouble(_) => None,
        };
        let errors = self.field_errors().iter().map(|error| FieldProblem {
            field: error.field.clone(),
            code: error.code.to_owned(),
            message: words::field(lang, error),
        });
        ProblemBody {
            kind: format!("urn:beiku:problem:{}", self.code()),
            title: i18n::text(lang, &format!("problem-title-{}", status.as_u16())),
            status: status.as_u16(),
            code: self.code().to_owned(),
            detail: self.detail(lang),
            instance: request_id.map(|id| format!("urn:uuid:{id}")),
            blocker,
            errors: errors.collect(),
        }
    }

    /// The whole answer.
    #[must_use]
    pub fn to_response(&self, lang: Lang, request_id: Option<&str>) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        response.insert_header((CONTENT_LANGUAGE, lang.code()));
        if let Some(seconds) = self.retry_after() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if let Problem::Trouble(Trouble::MethodNotAllowed { allowed }) = self {
            response.insert_header((ALLOW, allowed.as_str()));
        }
        response
            .content_type("application/problem+json")
            .body(serde_json::to_string(&self.body(lang, request_id)).unwrap_or_default())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Problem::Refused(refusal) => refusal.fmt(f),
            Problem::Trouble(trouble) => write!(f, "{trouble:?}"),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// In the default language, for answers that pass no envelope.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.to_response(Lang::default(), None)
    }
}

/// An error as it is sent (RFC 9457).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:beiku:problem:not_available")]
    pub kind: String,
    /// What the status means, in the caller's language.
    pub title: String,
    /// HTTP status.
    #[schema(example = 409)]
    pub status: u16,
    /// Stable code; decide by this one.
    #[schema(example = "not_available")]
    pub code: String,
    /// What is wrong and what to do, in the caller's language.
    pub detail: String,
    /// The request, as in the log and in `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What stands in the way (409 only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocker: Option<BTreeMap<String, String>>,
    /// What is wrong with which field (422 only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// Path of the field.
    #[schema(example = "lines[0].serial")]
    pub field: String,
    /// Stable code.
    #[schema(example = "required")]
    pub code: String,
    /// What is wrong, in the caller's language.
    pub message: String,
}

#[cfg(test)]
mod tests;
