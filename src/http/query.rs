//! Query parameters: strict about names, so that a misspelt filter does not quietly return everything.

use crate::domain::refusal::{FieldError, Refusal};
use crate::http::problem::{Problem, Trouble};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// Names that belong to [`Paging`](crate::http::Paging).
const PAGING: [&str; 2] = ["limit", "cursor"];

/// The decoded query parameters, without those of [`Paging`](crate::http::Paging). A parameter without a value counts as
/// not sent, as a form sends it. `T` should carry `#[serde(deny_unknown_fields)]`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T> Query<T> {
    /// The parameters themselves.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(req.query_string(), |name| !PAGING.contains(&name)).map(Query))
    }
}

/// Decodes the parameters whose name is `wanted`.
pub(super) fn read<T: DeserializeOwned>(text: &str, wanted: impl Fn(&str) -> bool) -> Result<T, Problem> {
    let malformed = |error: String| Problem::from(Trouble::Malformed { reason: format!("query: {error}") });
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(text).map_err(|e| malformed(e.to_string()))?;
    let pairs: Vec<_> = pairs.into_iter().filter(|(name, value)| wanted(name) && !value.is_empty()).collect();
    if let Some((name, _)) = pairs.iter().find(|(_, value)| is_far_date(value)) {
        return Err(malformed(format!("{name}: a year has four digits and no sign")));
    }
    let text = serde_urlencoded::to_string(pairs).map_err(|e| malformed(e.to_string()))?;
    let parameters = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(text.as_bytes()));
    // "low: provided string was not `true` or `false`": the path says which of them.
    serde_path_to_error::deserialize(parameters).map_err(|error| {
        match allowed_words(&error.inner().to_string()) {
            Some(allowed) => {
                let error = FieldError::new(error.path().to_string(), "unknown_word");
                Refusal::Invalid(vec![error.with("allowed", allowed)]).into()
            }
            None => malformed(error.to_string()),
        }
    })
}

/// The words there are, out of what [`Word`](crate::http::Word) says of one there is not.
pub(super) fn allowed_words(message: &str) -> Option<&str> {
    message.strip_prefix(NOT_ONE_OF)
}

/// How [`Word`](crate::http::Word) begins to say that a text is none of its words.
pub(super) const NOT_ONE_OF: &str = "not one of ";

/// Whether a text is a date or an instant of a year before the first or after 9999, as in `-4713-01-01`: a form that no calendar of
/// ours has, and that the databases do not keep alike.
pub(super) fn is_far_date(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix(['-', '+']) else { return false };
    let day = rest.split(['T', 't', ' ']).next().unwrap_or_default();
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match day.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => {
            year.len() >= 4
                && month.len() <= 2
                && day.len() <= 2
                && [year, month, day].into_iter().all(are_digits)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        depot: Option<String>,
        low: Option<bool>,
    }

    fn filter(text: &str) -> Result<Filter, u16> {
        read(text, |name| !PAGING.contains(&name)).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn filters_are_read_and_slips_are_refused() {
        assert_eq!(
            filter("depot=%E6%B5%8E%E5%8D%97&low=true&limit=5&cursor=x"),
            Ok(Filter { depot: Some("济南".into()), low: Some(true) })
        );
        assert_eq!(filter("depot=&low="), Ok(Filter { depot: None, low: None }));
        assert_eq!(filter("depto=JN"), Err(400));
        assert_eq!(filter("low=maybe"), Err(400));
        let said = format!("{:?}", read::<Filter>("low=maybe", |_| true).unwrap_err());
        assert!(said.contains("query: low: "), "{said}");
        assert_eq!(filter("depot=a&depot=b"), Err(400));
        assert_eq!(filter("depot=-9999-01-01"), Err(400));
        assert_eq!(filter("depot=%2B262000-12-31T00:00:00Z"), Err(400));
        for date in ["-4713-1-1", " +12345-6-7", "-9999-12-31T00:00:00Z"] {
            assert!(is_far_date(date), "{date}");
        }
        for other in [
            "-1",
            "A-2026-01",
            "+8610-66668888",
            "+4930-12-345678",
            "-1234-56",
            "-2026",
            "-12-30",
            "2026-11-23",
        ] {
            assert!(!is_far_date(other), "{other}");
        }
    }
}
