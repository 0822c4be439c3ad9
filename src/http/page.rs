//! Lists come in pages. A page ends with a cursor: the key of its last row, opaque to the client.

use crate::domain::refusal::{FieldError, Refusal};
use crate::http::problem::{Problem, Trouble};
use crate::http::query;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::future::{Ready, ready};
use utoipa::{IntoParams, ToSchema};

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 200;
/// Changes when a cursor comes to mean something else.
const VERSION: u8 = 1;
/// Bytes of checksum in front of a cursor: against slips and meddling, not a secret.
const CHECK_BYTES: usize = 6;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

/// Which page is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// At most this many rows.
    #[param(minimum = 1, maximum = 200, default = 50)]
    #[serde(default, deserialize_with = "number")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl Paging {
    /// How many rows the page holds at most.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// How many rows to read: one more than the page holds, to see whether there is another page.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        self.limit() + 1
    }

    /// The key after which the page begins; `None` on the first page. `list` names the list and its order: a cursor of
    /// another list is refused with `bad_cursor`.
    pub fn after<K: DeserializeOwned>(&self, list: &str) -> Result<Option<K>, Problem> {
        self.cursor
            .as_deref()
            .map(|cursor| decode(list, cursor).ok_or_else(|| Trouble::BadCursor.into()))
            .transpose()
    }
}

impl<T> Page<T> {
    /// Makes the page of `rows` that were read with `paging.fetch()` as their limit.
    pub fn new<R, K: Serialize>(
        list: &str,
        paging: &Paging,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> K,
        item: impl Fn(R) -> T,
    ) -> Page<T> {
        let limit = usize::try_from(paging.limit()).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more { rows.last().map(|last| encode(list, &key(last))) } else { None };
        Page { items: rows.into_iter().map(item).collect(), next_cursor }
    }

    /// Makes the page of a list that is worked out as a whole: `rows` are all of it, and no two have the same key. Refused with
    /// `bad_cursor` when the row the page before ended with is gone: the list is another one now.
    pub fn of_whole<R, K: Serialize + DeserializeOwned + PartialEq>(
        list: &str,
        paging: &Paging,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> K,
        item: impl Fn(R) -> T,
    ) -> Result<Page<T>, Problem> {
        if let Some(after) = paging.after::<K>(list)? {
            let last = rows.iter().position(|row| key(row) == after).ok_or(Trouble::BadCursor)?;
            rows.drain(..=last);
        }
        Ok(Page::new(list, paging, rows, key, item))
    }

    /// All of a list at once, in the answer of a write.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Page<T> {
        Page { items, next_cursor: None }
    }
}

impl FromRequest for Paging {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(req.query_string()))
    }
}

fn read(text: &str) -> Result<Paging, Problem> {
    let paging: Paging = query::read(text, |name| matches!(name, "limit" | "cursor"))?;
    if paging.limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
        let error = FieldError::new("limit", "out_of_range").with("min", 1).with("max", MAX_LIMIT);
        return Err(Refusal::Invalid(vec![error]).into());
    }
    Ok(paging)
}

/// What is no number is outside of every range.
fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Some(text.parse().unwrap_or_default()))
}

fn encode<K: Serialize>(list: &str, key: &K) -> String {
    let json = serde_json::to_vec(&(VERSION, list, key)).unwrap_or_default();
    format!("{}{}", checksum(&json), hex::encode(json))
}

fn decode<K: DeserializeOwned>(list: &str, cursor: &str) -> Option<K> {
    let (check, json) = cursor.split_at_checked(CHECK_BYTES * 2)?;
    let json = hex::decode(json).ok()?;
    if check != checksum(&json) {
        return None;
    }
    let (version, of, key): (u8, String, K) = serde_json::from_slice(&json).ok()?;
    (version == VERSION && of == list).then_some(key)
}

fn checksum(json: &[u8]) -> String {
    let digest = Sha256::digest(json);
    hex::encode(digest.get(..CHECK_BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(text: &str) -> Paging {
        read(text).unwrap()
    }

    #[test]
    fn a_full_page_with_more_behind_it_ends_with_a_cursor() {
        let asked = paging("limit=2");
        assert_eq!((asked.limit(), asked.fetch()), (2, 3));
        let page = Page::new("t", &asked, vec![1_i64, 2, 3], |n| (*n, "x".to_owned()), |n| n * 10);
        assert_eq!(page.items, [10, 20]);
        let next = paging(&format!("cursor={}", page.next_cursor.unwrap()));
        assert_eq!(next.after::<(i64, String)>("t").unwrap(), Some((2, "x".to_owned())));
        assert_eq!(Page::new("t", &asked, vec![1, 2], |n| *n, |n| n).next_cursor, None);
        assert_eq!(paging("").after::<i64>("t").unwrap(), None);
        assert_eq!(paging("").limit(), 50);
    }

    #[test]
    fn cursors_of_others_and_of_meddlers_are_refused() {
        let cursor = encode("t", &7_i64);
        let bad = |cursor: &str, list| paging(&format!("cursor={cursor}")).after::<i64>(list).is_err();
        assert!(!bad(&cursor, "t"));
        assert!(bad(&cursor, "u"), "another list");
        assert!(bad(&encode("t", &"seven"), "t"), "another key");
        assert!(bad(&cursor.replace(cursor.get(14..16).unwrap(), "00"), "t"), "meddled with");
        for nonsense in ["x", "济南济南济南", &cursor[..10], "00000000000000"] {
            assert!(bad(nonsense, "t"), "{nonsense}");
        }
    }

    #[test]
    fn limits_are_kept() {
        for text in ["limit=0", "limit=201", "limit=-1", "limit=x", "limit=99999999999999999999"] {
            assert_eq!(read(text).unwrap_err().status().as_u16(), 422, "{text}");
        }
        assert_eq!(paging("limit=200").limit(), 200);
    }
}
