//! The service over a test's database on a port of its own, and people who use it.

use super::Database;
use argon2::password_hash::PasswordHasher;
use beiku::app::people::NewPerson;
use beiku::app::token::Secret;
use beiku::app::{App, Ctx, people, token};
use beiku::cli;
use beiku::config::{CommonSettings, Config, ServiceSettings};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::language::Language;
use beiku::http::State;
use beiku::store::StoreResult;
use beiku::store::sql::sql;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::net::TcpListener;

/// A running service. It ends with the test.
pub struct Server {
    /// Where it is, e.g. `http://127.0.0.1:40123`.
    pub url: String,
    /// The program behind it.
    pub app: App,
    handle: actix_web::dev::ServerHandle,
}

impl Drop for Server {
    fn drop(&mut self) {
        // The command is sent at once; nobody waits for its end.
        drop(self.handle.stop(false));
    }
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

impl Server {
    /// Starts the service on a free port.
    pub fn start(db: &Database) -> Server {
        Server::start_with(db, |_| {})
    }

    /// The same with other settings.
    pub fn start_with(db: &Database, set: impl FnOnce(&mut ServiceSettings)) -> Server {
        let app = super::app(db);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut service =
            ServiceSettings { listen: Some(listener.local_addr().unwrap()), ..ServiceSettings::default() };
        set(&mut service);
        let config = Config::resolve(CommonSettings::default(), service, None).unwrap();
        let url = config.base_url.clone();
        beiku::telemetry::metrics().unwrap();
        let mailroom = cli::mailroom::of(&config).unwrap();
        let state = State { mailroom, ..State::new(app.clone(), config).unwrap() };
        let state = actix_web::web::Data::new(state);
        let server = beiku::http::server::start(state, listener, cli::faces).unwrap();
        let handle = server.handle();
        tokio::task::spawn_local(server);
        Server { url, app, handle }
    }

    /// What the operator of the machine may do.
    pub fn operator(&self) -> Ctx {
        self.app.context(Actor::system("test"), "test".to_owned())
    }

    /// Somebody who is not signed in.
    pub fn anybody(&self) -> Client {
        Client { http: reqwest::Client::new(), url: self.url.clone(), token: None }
    }

    /// Makes a user with an API token. The password is `password of NAME`.
    pub async fn user(&self, name: &str, role: Role, depots: &[&str], customers: &[&str]) -> Client {
        let passwords = cheap_hash(&format!("password of {name}"));
        let new = NewPerson {
            username: name.to_owned(),
            display_name: String::new(),
            email: String::new(),
            role,
            password_hash: Some(passwords),
            depots: depots.iter().map(ToString::to_string).collect(),
            customers: customers.iter().map(ToString::to_string).collect(),
            language: Language::En,
            reads_own_only: false,
        };
        let (ctx, secret) = (self.operator(), Secret::random());
        let made = secret.clone();
        self.app
            .store()
            .write(move |tx| {
                let user = people::create(tx, &ctx, &new)?;
                token::create(tx, &ctx, user.row.id, "test", 30, &made)
            })
            .await
            .unwrap();
        self.holder(&secret.text())
    }

    /// Somebody with this token.
    pub fn holder(&self, token: &str) -> Client {
        Client { token: Some(token.to_owned()), ..self.anybody() }
    }

    /// Marks every session as used just now: the service writes it down beside the request.
    pub async fn touched(&self, db: &Database) {
        let now = db.clock().now();
        let text = "UPDATE access_token SET last_used_at = $1 WHERE kind = 'session'";
        let done: StoreResult<usize> =
            self.app.store().write(move |tx| Ok(sql(text).bind(now).execute(tx)?)).await;
        done.unwrap();
    }

    /// Runs a statement on the database behind the service's back.
    pub async fn sql(&self, text: &'static str) {
        let done: StoreResult<usize> = self.app.store().write(move |tx| Ok(sql(text).execute(tx)?)).await;
        done.unwrap();
    }
}

/// A hash like the program's, but made in no time: its costs stand in it and are used when it is verified.
fn cheap_hash(password: &str) -> String {
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password(password.as_bytes()).unwrap().to_string()
}

impl Client {
    /// A request of the API, e.g. `request(Method::GET, "/me")`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request =
            self.http.request(method, format!("{}/api/v1{path}", self.url)).header("Accept-Language", "en");
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// GET; status and document.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        read(self.request(Method::GET, path)).await
    }

    /// POST; status and document.
    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        read(self.request(Method::POST, path).json(body)).await
    }

    /// PATCH; status and document.
    pub async fn patch(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        read(self.request(Method::PATCH, path).json(body)).await
    }

    /// DELETE; status and document.
    pub async fn delete(&self, path: &str) -> (StatusCode, Value) {
        read(self.request(Method::DELETE, path)).await
    }

    /// POST with an idempotency key; the whole answer.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Response {
        self.request(Method::POST, path).header("Idempotency-Key", key).json(body).send().await.unwrap()
    }
}

/// Sends; status and document (`null` when there is none).
pub async fn read(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let body = response.text().await.unwrap();
    let document = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&body).unwrap_or(Value::String(body))
    };
    (status, document)
}
