//! A browser that keeps cookies, for the pages and for the API.

use crate::support::server::{Server, read};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A browser: cookies are kept, redirects are not followed.
pub struct Browser {
    http: reqwest::Client,
    pub url: String,
    pub cookies: RefCell<BTreeMap<String, String>>,
    csrf: RefCell<String>,
}

impl Browser {
    pub fn open(server: &Server) -> Browser {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Browser { http, url: server.url.clone(), cookies: RefCell::default(), csrf: RefCell::default() }
    }

    /// Signed in through the API with `password of NAME`.
    pub async fn signed_in(server: &Server, name: &str) -> Browser {
        let browser = Browser::open(server);
        let body = json!({ "username": name, "password": format!("password of {name}") });
        let (status, me) = browser.api(Method::POST, "/session", &body).await;
        assert_eq!(status, 200, "{me}");
        browser.csrf.replace(me["csrf_token"].as_str().unwrap().to_owned());
        browser
    }

    fn with_cookies(&self, request: RequestBuilder) -> RequestBuilder {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        request
            .header("Cookie", cookies.join("; "))
            .header("Accept-Language", "en")
            .header("User-Agent", "Test/1")
    }

    fn keep(&self, answer: &Response) {
        for set in answer.headers().get_all("set-cookie") {
            let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Response {
        let answer = self.with_cookies(request).send().await.unwrap();
        self.keep(&answer);
        answer
    }

    /// A call of the API; status and document.
    pub async fn api(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.http.request(method.clone(), format!("{}/api/v1{path}", self.url));
        let request = request.header("X-CSRF-Token", self.csrf.borrow().as_str());
        let request = if method == Method::GET { request } else { request.json(body) };
        let answer = self.send(request).await;
        let status = answer.status();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
    }

    /// What a page's form sends along.
    pub fn csrf_token(&self) -> String {
        self.csrf.borrow().clone()
    }

    pub async fn is_signed_in(&self) -> bool {
        self.api(Method::GET, "/me", &Value::Null).await.0 == 200
    }

    pub async fn get(&self, path: &str) -> Response {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        self.send(self.http.get(url)).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(format!("{}{path}", self.url));
        self.send(request.header("Content-Type", "application/x-www-form-urlencoded").body(body)).await
    }
}

/// Where an answer leads.
pub fn location(answer: &Response) -> String {
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// Whether the password opens a session.
pub async fn opens(server: &Server, name: &str, password: &str) -> bool {
    let request = server.anybody().request(Method::POST, "/session");
    read(request.json(&json!({ "username": name, "password": password }))).await.0 == 200
}
