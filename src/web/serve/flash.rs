//! What the page after a form says once: the key of a text, in a cookie that goes with the next page.

use crate::http::{Problem, State, Trouble};
use crate::i18n::{self, Lang};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
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
    let is_https = req.app_data::<web::Data<State>>().is_some_and(|state| state.config.is_https());
    let cookie = base(key).max_age(LIFE).secure(is_https).finish();
    answer.add_cookie(&cookie).map_err(|_| Trouble::Internal.into())
}

/// What this page is to say.
pub fn said(req: &HttpRequest, lang: Lang) -> Vec<String> {
    let key = req.cookie(COOKIE).map(|cookie| cookie.value().to_owned());
    let key = key.filter(|key| key.starts_with(FAMILY) && i18n::has(lang, key));
    key.map(|key| i18n::text(lang, &key)).into_iter().collect()
}

/// Takes the cookie away once a page has said it.
pub fn forget(req: &HttpRequest, answer: &mut HttpResponse) {
    if req.cookie(COOKIE).is_none() {
        return;
    }
    let mut cookie = base("").finish();
    cookie.make_removal();
    if let Err(error) = answer.add_cookie(&cookie) {
        tracing::warn!(%error, "a cookie could not be removed");
    }
}

fn base(value: &'static str) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(COOKIE, value).path("/").http_only(true).same_site(SameSite::Lax)
}
