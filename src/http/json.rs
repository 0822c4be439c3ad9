//! A JSON body: read whole, within the limit, with the path of whatever does not fit.

use crate::domain::refusal::{FieldError, Refusal};
use crate::http::problem::{Problem, Trouble};
use crate::http::query::{allowed_words, is_far_date};
use crate::http::server::BODY_LIMIT;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// The decoded body of a request. Its problems: 415 (not JSON by its `Content-Type`), 413, 400 (not JSON), 422 (JSON that
/// does not fit, each with its field).
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The body itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !is_json(req) {
            return Box::pin(async { Err(Trouble::UnsupportedMediaType.into()) });
        }
        let bytes = Bytes::from_request(req, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| unreadable(&error))?;
            read(&bytes).map(Json)
        })
    }
}

fn is_json(req: &HttpRequest) -> bool {
    let essence = req.content_type();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

/// What kept a body from being read.
pub(crate) fn unreadable(error: &actix_web::Error) -> Problem {
    match error.as_response_error().status_code() {
        actix_web::http::StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge { limit: BODY_LIMIT }.into(),
        _ => Trouble::Malformed { reason: error.to_string() }.into(),
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if has_nul(bytes) {
        return Err(Trouble::Malformed { reason: "a text contains U+0000".into() }.into());
    }
    if has_far_date(bytes) {
        return Err(Trouble::Malformed { reason: "a year has four digits and no sign".into() }.into());
    }
    // Serde would read an array as the fields of a struct in their order; no body of ours is an array.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        let error = FieldError::new("", "wrong_type").with("expected", "object");
        return Err(Refusal::Invalid(vec![error]).into());
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, error.inner())
    })?;
    json.end().map_err(|error| Trouble::Malformed { reason: error.to_string() })?;
    Ok(value)
}

/// PostgreSQL cannot store U+0000, and no text a person writes holds it.
fn has_nul(bytes: &[u8]) -> bool {
    const ESCAPED: &[u8] = b"\\u0000";
    bytes.windows(ESCAPED.len()).enumerate().any(|(at, window)| {
        let before = bytes.get(..at).unwrap_or_default();
        let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        window == ESCAPED && backslashes % 2 == 0
    })
}

/// A text that is a date of a year with a sign or five digits: see [`is_far_date`].
fn has_far_date(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut texts = text.split('"');
    texts.any(is_far_date)
}

fn explain(path: &str, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    if error.classify() != Category::Data {
        return Trouble::Malformed { reason: error.to_string() }.into();
    }
    if let Some(allowed) = allowed_words(message) {
        let error = FieldError::new(path.trim_matches('.'), "unknown_word").with("allowed", allowed);
        return Refusal::Invalid(vec![error]).into();
    }
    let named = message.split('`').nth(1);
    let (code, field) = match named {
        Some(name) if message.starts_with("missing field") => ("required", join(path, name)),
        Some(name) if message.starts_with("unknown field") => ("unknown_field", join(path, name)),
        _ => ("wrong_type", path.trim_matches('.').to_owned()),
    };
    let error = FieldError::new(field, code);
    let error = if code == "wrong_type" { error.with("expected", expected(message)) } else { error };
    Refusal::Invalid(vec![error]).into()
}

/// What should stand there, out of serde's sentence: a code of `json-type-…`, or the words to choose from.
fn expected(message: &str) -> String {
    let wanted = message.rsplit_once("expected ").map_or("", |(_, wanted)| wanted);
    let kind = match wanted.split(' ').next().unwrap_or_default() {
        // The words there are to choose from.
        word if word == "one" || word.starts_with('`') => {
            return wanted.trim_start_matches("one of ").replace('`', "");
        }
        "i64" | "i32" | "u64" | "u32" | "u16" | "u8" | "usize" | "integer" => "integer",
        "f64" | "f32" => "number",
        "string" | "str" => "text",
        "struct" | "map" | "an" => "object",
        // "a string", "a boolean", "a sequence", "a borrowed string"
        "a" if wanted.ends_with("string") => "text",
        "a" if wanted.ends_with("boolean") => "boolean",
        "a" if wanted.contains("sequence") => "list",
        "a" if wanted.ends_with("map") => "object",
        // A date or an instant is read from a text by a hand of its own, which says nothing of what it expected.
        _ => "other",
    };
    kind.to_owned()
}

fn join(path: &str, name: &str) -> String {
    match path.trim_matches('.') {
        "" => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Line {
        serial: String,
        quantity: Option<i64>,
    }
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Body {
        lines: Vec<Line>,
    }

    fn fault(text: &str) -> (u16, String, String) {
        let problem = read::<Body>(text.as_bytes()).unwrap_err();
        let error = problem.field_errors().first();
        let (field, code) =
            error.map_or((String::new(), problem.code().into()), |e| (e.field.clone(), e.code.to_owned()));
        (problem.status().as_u16(), field, code)
    }

    #[test]
    fn what_is_expected_is_said_in_words_of_people() {
        for (message, said) in [
            ("invalid type: string \"1\", expected i64", "integer"),
            ("invalid type: integer `1`, expected a string", "text"),
            ("invalid type: string \"x\", expected struct SiteBody", "object"),
            ("invalid type: map, expected a sequence", "list"),
            ("invalid type: integer `1`, expected a boolean", "boolean"),
            ("unknown variant `x`, expected one of `good`, `faulty`", "good, faulty"),
            ("unknown variant `x`, expected `good` or `faulty`", "good or faulty"),
            ("premature end of input", "other"),
        ] {
            assert_eq!(expected(message), said, "{message}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_path() {
        assert!(read::<Body>(br#"{"lines":[{"serial":"a"}]}"#).is_ok());
        assert_eq!(fault(r#"{"lines":[{}]}"#), (422, "lines[0].serial".into(), "required".into()));
        assert_eq!(fault(r"{}"), (422, "lines".into(), "required".into()));
        assert_eq!(
            fault(r#"{"lines":[{"serial":"a"},{"serial":1}]}"#),
            (422, "lines[1].serial".into(), "wrong_type".into())
        );
        assert_eq!(
            fault(r#"{"lines":[{"serial":"a","colour":1}]}"#),
            (422, "lines[0].colour".into(), "unknown_field".into())
        );
        assert_eq!(fault(r#"{"lines":[],"x":1}"#), (422, "x".into(), "unknown_field".into()));
        assert_eq!(fault("[]").0, 422);
        assert_eq!(fault(r#"[[{"serial":"a"}]]"#).0, 422, "not the fields in their order");
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for text in
            ["", "{", "{\"lines\":[]} x", "nonsense", "{\"lines\":[{\"serial\":\"a\\u0000b\"}]}", "\u{0}"]
        {
            assert_eq!(fault(text), (400, String::new(), "malformed".into()), "{text:?}");
        }
        assert!(
            read::<Body>(br#"{"lines":[{"serial":"a\\u0000b"}]}"#).is_ok(),
            "a backslash and the letters u0000"
        );
        assert!(read::<Body>(b"{\"lines\":[{\"serial\":\"\xff\"}]}").is_err());
    }
}
