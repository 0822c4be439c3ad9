//! Answers as pages: rendered screens, ways back after a form, and errors in words.

use super::{flash, frame};
use crate::domain::refusal::Refusal;
use crate::http::{self, COOKIE, Problem, State, Trouble};
use crate::web::error::ErrorPage;
use crate::web::headers;
use crate::web::kit::escape;
use crate::web::page::Screen;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use askama::Template;

/// What handlers return.
pub type Shown = Result<HttpResponse, Problem>;

/// A finished page.
pub fn html(status: StatusCode, screen: &impl Template) -> Shown {
    let text = screen.render().map_err(|error| {
        tracing::error!(%error, "a page cannot be rendered");
        Trouble::Internal
    })?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(text))
}

/// A finished page, 200.
pub fn page(screen: &impl Template) -> Shown {
    html(StatusCode::OK, screen)
}

/// Sends the browser on with GET; htmx goes there too.
pub fn go(req: &HttpRequest, to: &str) -> HttpResponse {
    if is_htmx(req) {
        // A browser sent to a fragment of the page it is on only scrolls; without the fragment it asks anew.
        let page = to.split('#').next().unwrap_or_default();
        let to = if is_on(req, page) { page } else { to };
        return HttpResponse::Ok().insert_header(("HX-Redirect", to)).finish();
    }
    HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
}

/// Whether the page htmx stands on is the one of this path and query.
fn is_on(req: &HttpRequest, page: &str) -> bool {
    let here = req.headers().get("HX-Current-URL").and_then(|here| here.to_str().ok());
    let without = here.map(|here| here.split('#').next().unwrap_or_default());
    without.is_some_and(|here| {
        let path = here.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
        path == Some(page)
    })
}

/// Whether htmx asks for a piece of a page.
pub fn is_htmx(req: &HttpRequest) -> bool {
    req.headers().contains_key("HX-Request")
}

/// A path of our own to go to, `/` for anything else: nobody is led to another site.
pub fn local(path: &str) -> &str {
    let ours = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    if ours { path } else { "/" }
}

/// A text as one segment or value of an address.
pub fn part(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Around every page: problems become pages, and pages get their security headers.
///
/// # Errors
/// None of its own.
pub async fn dress<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(req).await?.map_into_boxed_body();
    let mut response = match problem_of(&response) {
        None => response,
        Some(problem) => {
            let (request, _) = response.into_parts();
            let answer = in_words(&request, &problem).await;
            ServiceResponse::new(request, answer)
        }
    };
    let is_page =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        headers::secure(response.headers_mut());
        let request = response.request().clone();
        if !is_htmx(&request) {
            flash::forget(&request, response.response_mut());
        }
    }
    Ok(response)
}

/// The problem behind an answer. Addresses of the API keep their documents.
fn problem_of(response: &ServiceResponse<BoxBody>) -> Option<Problem> {
    if response.request().path().starts_with("/api/") {
        return None;
    }
    if let Some(problem) = response.response().error().and_then(|error| error.as_error::<Problem>()) {
        return Some(problem.clone());
    }
    let bare = !response.headers().contains_key(CONTENT_TYPE);
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED if bare => {
            Some(Trouble::MethodNotAllowed { allowed: "GET, POST".to_owned() }.into())
        }
        StatusCode::NOT_FOUND if bare => Some(Trouble::NoSuchAddress.into()),
        _ => None,
    }
}

async fn in_words(req: &HttpRequest, problem: &Problem) -> HttpResponse {
    http::note_refusal(req, problem);
    if *problem == Problem::Trouble(Trouble::NotSignedIn) {
        return to_sign_in(req);
    }
    if *problem == Problem::Refused(Refusal::SecondFactorRequired {}) {
        return go(req, super::security::HERE);
    }
    let caller = http::whoever(req).await;
    let p = frame::page(req, caller.as_ref(), Screen::Elsewhere);
    let (status, detail) = (problem.status(), problem.detail(p.lang));
    if is_htmx(req) {
        // htmx swaps 409 and 422 only: whatever went wrong is said where the form was.
        let status = if status == StatusCode::CONFLICT { status } else { StatusCode::UNPROCESSABLE_ENTITY };
        let alert = format!(r#"<div class="alert alert-bad" role="alert">{}</div>"#, escape(&detail));
        return HttpResponse::build(status).content_type("text/html; charset=utf-8").body(alert);
    }
    let screen = ErrorPage {
        status: status.as_u16(),
        // People are told of pages, programs of addresses.
        detail: match problem {
            Problem::Trouble(Trouble::NoSuchAddress) => String::new(),
            _ if status.is_server_error() => String::new(),
            _ => detail,
        },
        blocker: String::new(),
        request_id: http::request_id(req),
        back: "/".to_owned(),
        p,
    };
    let mut answer = html(status, &screen).unwrap_or_else(|_| HttpResponse::new(status));
    if let Some(seconds) = problem.retry_after() {
        answer.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    answer
}

/// To the sign-in page, and from there back to what was asked for. A session that ended is forgotten.
fn to_sign_in(req: &HttpRequest) -> HttpResponse {
    let is_look = req.method() == Method::GET;
    let back = if is_look { frame::path_of(req) } else { page_of_form(req) };
    let ended = http::cookie(req, COOKIE).is_some();
    let mut to = format!("/login?next={}", part(&back));
    if ended {
        to.push_str(if is_look { "&expired=1" } else { "&expired=unsaved" });
    }
    let mut answer = go(req, &to);
    if let Some(state) = req.app_data::<web::Data<State>>().filter(|_| ended)
        && let Err(error) = answer.add_cookie(&http::no_cookie(state))
    {
        tracing::warn!(%error, "the cookie of an ended session could not be removed");
    }
    answer
}

/// The page a form was sent from, as an address of ours.
fn page_of_form(req: &HttpRequest) -> String {
    let said = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
    let here = said("HX-Current-URL").or_else(|| said("Referer")).and_then(|text| url::Url::parse(text).ok());
    let address = here.map(|url| match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    });
    local(address.as_deref().unwrap_or("/")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_sent_to_a_part_of_itself_is_asked_for_anew() {
        let to = "/settings/depots/TZ?saved=1#binlist";
        let sent = |here: &str| {
            let req = actix_web::test::TestRequest::default()
                .insert_header(("HX-Request", "true"))
                .insert_header(("HX-Current-URL", here))
                .to_http_request();
            go(&req, to).headers().get("HX-Redirect").unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(
            sent("http://127.0.0.1:8080/settings/depots/TZ?saved=1#binlist"),
            "/settings/depots/TZ?saved=1"
        );
        assert_eq!(sent("http://127.0.0.1:8080/settings/depots/TZ"), to);
    }

    #[test]
    fn who_signs_in_again_comes_back_to_the_form() {
        let sent = |name: &'static str, from: &str| {
            let req = actix_web::test::TestRequest::post().insert_header((name, from)).to_http_request();
            to_sign_in(&req).headers().get("Location").unwrap().to_str().unwrap().to_owned()
        };
        let to = sent("Referer", "https://depot.example/rma/RMA-1?line=2#do-test");
        assert_eq!(to, "/login?next=%2Frma%2FRMA-1%3Fline%3D2");
        assert_eq!(sent("Referer", "https://evil.example//x.example"), "/login?next=%2F");
        assert_eq!(sent("HX-Current-URL", "https://depot.example/scan"), "/login?next=%2Fscan");
    }

    #[test]
    fn nobody_is_led_to_another_site() {
        assert_eq!(local("/rma?x=1"), "/rma?x=1");
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "", "rma", "/a\r\nb"] {
            assert_eq!(local(elsewhere), "/", "{elsewhere}");
        }
    }

    #[test]
    fn codes_become_one_segment() {
        assert_eq!(part("JN/A1 库"), "JN%2FA1%20%E5%BA%93");
    }
}
