//! A browser sends its cookie whoever made the page. A write therefore also needs a token only our own pages know, and
//! must not say that it comes from elsewhere.

use crate::http::caller::{Caller, Credential};
use crate::http::problem::{Problem, Trouble};
use crate::http::state::State;
use actix_web::dev::Payload;
use actix_web::http::header::{HOST, ORIGIN};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

/// Header with the session's CSRF token.
pub const HEADER: &str = "X-CSRF-Token";
/// Form field with the session's CSRF token.
pub const FIELD: &str = "csrf";

pub(super) fn header(req: &HttpRequest) -> Option<String> {
    Some(req.headers().get(HEADER)?.to_str().ok()?.to_owned())
}

/// Compares in constant time.
pub(super) fn check_token(expected: &str, sent: Option<&str>) -> Result<(), Problem> {
    let equal = sent.is_some_and(|sent| bool::from(sent.as_bytes().ct_eq(expected.as_bytes())));
    if equal { Ok(()) } else { Err(Trouble::CsrfFailed.into()) }
}

/// Refuses a request that says it comes from another site. One that says nothing (no browser, or an old one) passes.
///
/// # Errors
/// `csrf_failed`.
pub fn check_origin(req: &HttpRequest) -> Result<(), Problem> {
    let text = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
    if text("Sec-Fetch-Site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Trouble::CsrfFailed.into());
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return Ok(()) };
    let from = origin.split_once("://").map_or("", |(_, authority)| authority);
    let public = req.app_data::<web::Data<State>>().map_or("", |state| state.config.authority());
    let here = text(HOST.as_str()).unwrap_or_default();
    let known = !from.is_empty() && (from.eq_ignore_ascii_case(here) || from.eq_ignore_ascii_case(public));
    if known { Ok(()) } else { Err(Trouble::CsrfFailed.into()) }
}

/// A signed-in browser's form (`application/x-www-form-urlencoded`) whose CSRF token came in its field `csrf` or in the
/// header. The field is taken out before `T` is read.
pub struct SignedForm<T> {
    /// Who sent it.
    pub caller: Caller,
    /// The fields.
    pub form: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for SignedForm<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = req.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let same_origin = check_origin(req);
        let header = header(req);
        let caller = Caller::identify(req);
        let body = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Trouble::UnsupportedMediaType.into());
            }
            let caller = caller.await?;
            let body = body.await.map_err(|error| super::json::unreadable(&error))?;
            let fields = read_form(&body)?;
            if caller.credential == Credential::Cookie {
                same_origin?;
                let field = fields.iter().find(|(name, _)| name == FIELD).map(|(_, value)| value.as_str());
                check_token(&caller.csrf_token(), header.as_deref().or(field))?;
            }
            Ok(SignedForm { caller, form: decode_form(fields)? })
        })
    }
}

/// A form of somebody who is not signed in (sign-in, set-up, public tracking): only its origin is checked.
pub struct OpenForm<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for OpenForm<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = req.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let same_origin = check_origin(req);
        let body = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Trouble::UnsupportedMediaType.into());
            }
            same_origin?;
            let body = body.await.map_err(|error| super::json::unreadable(&error))?;
            decode_form(read_form(&body)?).map(OpenForm)
        })
    }
}

/// A signed-in browser's write whose token cannot be seen yet (multipart): [`Unverified::verify`] hands the caller out.
pub struct Unverified {
    caller: Caller,
    header: Option<String>,
}

impl Unverified {
    /// The caller, once the form's field `csrf` (or the header) proved right.
    ///
    /// # Errors
    /// `csrf_failed`.
    pub fn verify(self, field: Option<&str>) -> Result<Caller, Problem> {
        if self.caller.credential == Credential::Cookie {
            check_token(&self.caller.csrf_token(), self.header.as_deref().or(field))?;
        }
        Ok(self.caller)
    }
}

impl FromRequest for Unverified {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let same_origin = check_origin(req);
        let header = header(req);
        let caller = Caller::identify(req);
        Box::pin(async move {
            let caller = caller.await?;
            if caller.credential == Credential::Cookie {
                same_origin?;
            }
            Ok(Unverified { caller, header })
        })
    }
}

fn read_form(body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let malformed = |reason: &str| Problem::from(Trouble::Malformed { reason: format!("form: {reason}") });
    let fields: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|e| malformed(&e.to_string()))?;
    // The decoder puts U+FFFD for what is no UTF-8; nobody types it.
    if fields.iter().any(|(name, value)| [name, value].iter().any(|text| text.contains(['\0', '\u{fffd}']))) {
        return Err(malformed("a text is no UTF-8 or contains U+0000"));
    }
    Ok(fields)
}

fn decode_form<T: DeserializeOwned>(fields: Vec<(String, String)>) -> Result<T, Problem> {
    let malformed = |reason: String| Problem::from(Trouble::Malformed { reason: format!("form: {reason}") });
    let fields: Vec<_> = fields.into_iter().filter(|(name, _)| name != FIELD).collect();
    let text = serde_urlencoded::to_string(fields).map_err(|e| malformed(e.to_string()))?;
    serde_urlencoded::from_str(&text).map_err(|e| malformed(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_request_that_says_it_comes_from_elsewhere_is_refused() {
        let passes = |headers: &[(&'static str, &'static str)]| {
            let request =
                headers.iter().fold(TestRequest::default(), |request, header| request.insert_header(*header));
            check_origin(&request.to_http_request()).is_ok()
        };
        assert!(passes(&[]));
        assert!(passes(&[
            ("Host", "beiku.example"),
            ("Origin", "https://beiku.example"),
            ("Sec-Fetch-Site", "same-origin")
        ]));
        assert!(passes(&[("Sec-Fetch-Site", "none")]));
        assert!(!passes(&[("Host", "beiku.example"), ("Origin", "https://evil.example")]));
        assert!(!passes(&[("Host", "beiku.example"), ("Origin", "null")]));
        assert!(!passes(&[("Sec-Fetch-Site", "cross-site")]));
        assert!(!passes(&[("Sec-Fetch-Site", "same-site")]), "a neighbour's subdomain is another site");
    }

    #[test]
    fn only_the_very_token_will_do() {
        assert!(check_token("abc", Some("abc")).is_ok());
        for sent in [None, Some(""), Some("ab"), Some("abcd"), Some("ABC")] {
            assert!(check_token("abc", sent).is_err());
        }
    }

    #[test]
    fn forms_are_read_without_their_token() {
        let fields = read_form(b"name=%E6%9D%8E&csrf=x").unwrap();
        let form: std::collections::BTreeMap<String, String> = decode_form(fields).unwrap();
        assert_eq!(form.into_iter().collect::<Vec<_>>(), [("name".to_owned(), "李".to_owned())]);
        assert!(read_form(b"name=%00").is_err());
        assert!(read_form(b"name=%FF").is_err());
    }
}
