//! What the page after a form says once: the key of a text, and a number where it counts, in a cookie that goes with the
//! next page.

use crate::http::{self, Problem, State, Trouble};
use crate::i18n;
use crate::web::Page;
use actix_web::cookie::time::Duration;
use actix_web::{HttpRequest, HttpResponse, web};

const COOKIE: &str = "beiku_said";
/// Keys of such texts begin with this.
const FAMILY: &str = "said-";
/// Nobody waits so long for a page.
const LIFE: Duration = Duration::minutes(1);

/// Lets the next page say the text of `key`.
///
/// # Errors
/// When the cookie cannot be written, which a key of ours can.
pub fn say(req: &HttpRequest, answer: &mut HttpResponse, key: &'static str) -> Result<(), Problem> {
    put(req, answer, key.to_owned())
}

/// As [`say`], of a text that counts `n` things.
///
/// # Errors
/// When the cookie cannot be written, which a key of ours can.
pub fn say_n(req: &HttpRequest, answer: &mut HttpResponse, key: &'static str, n: i64) -> Result<(), Problem> {
    put(req, answer, format!("{key}.{n}"))
}

fn put(req: &HttpRequest, answer: &mut HttpResponse, value: String) -> Result<(), Problem> {
    let state = req.app_data::<web::Data<State>>().ok_or(Trouble::Internal)?;
    let mut cookie = http::our_cookie(state, COOKIE, value);
    cookie.set_max_age(LIFE);
    answer.add_cookie(&cookie).map_err(|_| Trouble::Internal.into())
}

/// What this page is to say.
pub fn said(req: &HttpRequest, p: &Page) -> Vec<String> {
    http::cookie(req, COOKIE).and_then(|value| words(p, &value)).into_iter().collect()
}

fn words(p: &Page, value: &str) -> Option<String> {
    let (key, n) = match value.split_once('.') {
        Some((key, n)) => (key, n.parse::<i64>().ok()),
        None => (value, None),
    };
    // The cookie comes from outside: only texts of this family are ever said.
    let known = key.starts_with(FAMILY) && i18n::has(p.lang, key);
    known.then(|| n.map_or_else(|| p.t(key), |n| p.n(key, &n)))
}

/// Takes the cookie away once a page has said it.
pub fn forget(req: &HttpRequest, answer: &mut HttpResponse) {
    let Some(state) = req.app_data::<web::Data<State>>() else { return };
    if http::cookie(req, COOKIE).is_none() {
        return;
    }
    let mut cookie = http::our_cookie(state, COOKIE, String::new());
    cookie.make_removal();
    if let Err(error) = answer.add_cookie(&cookie) {
        tracing::warn!(%error, "a cookie could not be removed");
    }
}
