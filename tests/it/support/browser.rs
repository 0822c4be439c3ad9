//! A person with a browser: pages and forms, no script.

use super::server::Server;
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};

/// A browser with a cookie and no script.
pub struct Browser {
    http: reqwest::Client,
    url: String,
    /// `name=value` pairs sent with every request.
    pub cookie: String,
    language: &'static str,
}

impl Browser {
    /// Nobody signed in.
    pub fn open(server: &Server) -> Browser {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Browser { http, url: server.url.clone(), cookie: String::new(), language: "en" }
    }

    /// Signed in with the test user's password.
    pub async fn signed_in(server: &Server, name: &str) -> Browser {
        let mut browser = Browser::open(server);
        let password = format!("password of {name}");
        let form = [("username", name), ("password", &password), ("next", "/rma")];
        let answer = browser.post("/login", &form).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/rma"));
        let set = answer.headers()["set-cookie"].to_str().unwrap();
        browser.cookie = set.split(';').next().unwrap().to_owned();
        browser
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.url)).header("Cookie", &self.cookie);
        request.header("Accept-Language", self.language).header("Accept", "text/html").send().await.unwrap()
    }

    /// GET a page that must be there, under the policy of pages; its text.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        let status = answer.status();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let text = answer.text().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        assert!(policy.contains("script-src 'self'"), "{path}: {policy}");
        text
    }

    /// Bytes of an answer as it travels to a browser of today: its headers and its packed body.
    pub async fn weighed(&self, path: &str) -> usize {
        let request = self.http.get(format!("{}{path}", self.url)).header("Cookie", &self.cookie);
        let request = request.header("Accept-Encoding", "gzip, deflate, br").header("Accept", "*/*");
        let answer = request.header("Accept-Language", self.language).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let head: usize = answer
            .headers()
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
            .sum();
        "HTTP/1.1 200 OK\r\n\r\n".len() + head + answer.bytes().await.unwrap().len()
    }

    /// POST a form as it is.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(format!("{}{path}", self.url)).header("Cookie", &self.cookie);
        let request = request.header("Accept-Language", self.language).header("Accept", "text/html");
        request.header("Content-Type", "application/x-www-form-urlencoded").body(body).send().await.unwrap()
    }

    /// Sends a form with the CSRF token of the page it stands on; where it leads.
    pub async fn submit(&self, from: &str, path: &str, form: &[(&str, &str)]) -> String {
        let page = self.page(from).await;
        let csrf = hidden(&page, "csrf");
        let mut fields = form.to_vec();
        fields.push(("csrf", csrf));
        let answer = self.post(path, &fields).await;
        let status = answer.status();
        if status != StatusCode::SEE_OTHER {
            panic!("{path}: {status} {}", answer.text().await.unwrap());
        }
        location(&answer).to_owned()
    }

    /// Sends a form with a file and the CSRF token of the page it stands on.
    pub async fn upload(
        &self,
        from: &str,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, Vec<u8>),
    ) -> Response {
        let page = self.page(from).await;
        let mut form = Form::new().text("csrf", hidden(&page, "csrf").to_owned());
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        let (name, bytes) = file;
        let form = form.part("file", Part::bytes(bytes).file_name(name.to_owned()));
        let request = self.http.post(format!("{}{path}", self.url)).header("Cookie", &self.cookie);
        request
            .header("Accept-Language", self.language)
            .header("Accept", "text/html")
            .multipart(form)
            .send()
            .await
            .unwrap()
    }
}

/// Where an answer leads.
pub fn location(answer: &Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

/// The value of the first hidden field of this name.
pub fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let field = format!("name=\"{name}\" value=\"");
    let rest = page.split_once(&field).unwrap_or_else(|| panic!("no {name} in {page}")).1;
    rest.split_once('"').unwrap().0
}
