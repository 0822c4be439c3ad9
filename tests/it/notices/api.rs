//! `/notices` of the API.

use super::{closed, queue};
use crate::support::{self, Database, on_both};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use actix_web::{test, web};
use beiku::api;
use beiku::app::outbox::{Verdict, claim, settle};
use beiku::app::people::{self, NewPerson};
use beiku::app::token::{self, Secret};
use beiku::app::{App, Error};
use beiku::config::{CommonSettings, Config, ServiceSettings};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::language::Language;
use beiku::http::State;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Makes a user; the token to call with.
async fn user(app: &App, role: Role) -> String {
    let new = NewPerson {
        username: role.to_string(),
        display_name: "何静".to_owned(),
        email: String::new(),
        role,
        password_hash: None,
        depots: vec![],
        customers: vec![],
        language: Language::En,
        reads_own_only: false,
    };
    let (ctx, secret) = (app.context(Actor::system("test"), String::new()), Secret::random());
    let text = secret.text();
    let make = move |tx: &mut beiku::app::Conn| {
        let user = people::create(tx, &ctx, &new)?;
        token::create(tx, &ctx, user.row.id, "test", 30, &secret).map(|_| ())
    };
    app.store().write(move |tx| make(tx).map_err(|error: Error| error)).await.unwrap();
    text
}

fn state(app: &App) -> web::Data<State> {
    let config = Config::resolve(CommonSettings::default(), ServiceSettings::default(), None).unwrap();
    web::Data::new(State::new(app.clone(), config).unwrap())
}

/// Sends; status and document. (The type of a request has no public name.)
async fn call<R, B: MessageBody>(
    service: &impl Service<R, Response = ServiceResponse<B>, Error = actix_web::Error>,
    request: R,
) -> (StatusCode, Value) {
    let response = test::call_service(service, request).await;
    let status = response.status();
    let body = test::read_body(response).await;
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn get(token: &str, path: &str) -> TestRequest {
    TestRequest::get().uri(&format!("/api/v1{path}")).insert_header(bearer(token))
}

fn post(token: &str, path: &str, body: &Value) -> TestRequest {
    TestRequest::post().uri(&format!("/api/v1{path}")).insert_header(bearer(token)).set_json(body)
}

fn bearer(token: &str) -> (&'static str, String) {
    ("Authorization", format!("Bearer {token}"))
}

/// Ids differ from database to database.
fn without_ids(mut document: Value) -> Value {
    for item in document["items"].as_array_mut().unwrap() {
        item["id"] = json!("[id]");
    }
    document
}

const LEASE: TimeDelta = TimeDelta::minutes(5);

on_both!(notices_are_listed_filtered_and_put_back, async |db: &Database| {
    let app = support::app(db);
    let manager = user(&app, Role::Manager).await;
    let service =
        test::init_service(actix_web::App::new().app_data(state(&app)).configure(api::routes)).await;
    for (event, reader, language) in [
        ("RMA-2026-000171/closed/1", "liu@hospital.example", Language::ZhCn),
        ("RMA-2026-000171/closed/2", "gone@hospital.example", Language::ZhCn),
        ("RMA-2026-000171/closed/3", "smith@hospital.example", Language::En),
    ] {
        queue(&app, vec![closed(event, reader, language)]).await;
        db.clock().advance(TimeDelta::minutes(1));
    }
    let error = "refused: 550 5.1.1 No such user here".to_owned();
    for (verdict, id) in [Verdict::Sent, Verdict::Dead { error }].into_iter().zip(0_i64..) {
        let claimed = claim(&app, "n", 1, LEASE).await.unwrap().remove(0);
        assert_eq!(claimed.recipient.starts_with("liu"), id == 0, "the longest waiting first");
        assert!(settle(&app, &claimed, &verdict).await.unwrap());
    }
    let (status, all) = call(&service, get(&manager, "/notices").to_request()).await;
    assert_eq!(status, StatusCode::OK);
    insta::assert_json_snapshot!("notices", without_ids(all.clone()));
    let dead = all["items"][1]["id"].as_i64().unwrap();
    for (query, readers) in [
        ("state=queued", vec!["smith@hospital.example"]),
        ("state=dead", vec!["gone@hospital.example"]),
        ("state=sent&rma=", vec!["liu@hospital.example"]),
        ("rma=RMA-2026-000001", vec![]),
    ] {
        let (status, page) = call(&service, get(&manager, &format!("/notices?{query}")).to_request()).await;
        let items = page["items"].as_array().unwrap();
        let found: Vec<_> = items.iter().map(|item| item["to"].as_str().unwrap()).collect();
        assert_eq!((status, found), (StatusCode::OK, readers), "{query}");
    }
    assert_eq!(
        call(&service, get(&manager, "/notices?state=lost").to_request()).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // Page by page.
    let (mut path, mut seen) = ("/notices?limit=1".to_owned(), 0);
    loop {
        let (_, page) = call(&service, get(&manager, &path).to_request()).await;
        assert_eq!(page["items"][0], all["items"][seen]);
        seen += 1;
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/notices?limit=1&cursor={next}");
    }
    assert_eq!(seen, 3);
    let retry = |id: i64| post(&manager, &format!("/notices/{id}/retry"), &json!({})).to_request();
    let (status, queued) = call(&service, retry(dead)).await;
    assert_eq!(
        (status, &queued["state"], &queued["attempts"]),
        (StatusCode::OK, &json!("queued"), &json!(0))
    );
    let sent = all["items"][2]["id"].as_i64().unwrap();
    let (status, problem) = call(&service, retry(sent)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("notice_sent")));
    assert_eq!(call(&service, retry(i64::MAX)).await.0, StatusCode::NOT_FOUND);
    let clerk = user(&app, Role::Clerk).await;
    let test = json!({"to": "a@b.cn"});
    for (path, request) in [
        ("list", get(&clerk, "/notices")),
        ("retry", post(&clerk, &format!("/notices/{dead}/retry"), &json!({}))),
        ("test", post(&clerk, "/notices/test", &test)),
    ] {
        assert_eq!(call(&service, request.to_request()).await.0, StatusCode::FORBIDDEN, "{path}");
    }
});

on_both!(an_administrator_tries_the_mail_settings, async |db: &Database| {
    let app = support::app(db);
    let admin = user(&app, Role::Admin).await;
    let service =
        test::init_service(actix_web::App::new().app_data(state(&app)).configure(api::routes)).await;
    for (body, code) in [
        (json!({"to": "nobody"}), "bad_email"),
        (json!({"to": " "}), "required"),
        (json!({"to": "a@b.cn\r\nBcc: c@d.cn"}), "control_character"),
    ] {
        let (status, problem) = call(&service, post(&admin, "/notices/test", &body).to_request()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        assert_eq!(problem["errors"][0]["field"], "to");
    }
    let once = || {
        let body = json!({"to": "he@example.cn", "language": "zh-CN"});
        post(&admin, "/notices/test", &body).insert_header(("Idempotency-Key", "k")).to_request()
    };
    let (status, first) = call(&service, once()).await;
    assert_eq!((status, &first["kind"]), (StatusCode::ACCEPTED, &json!("test")));
    assert_eq!(call(&service, once()).await.1, first, "the same request again");
    let (_, other) =
        call(&service, post(&admin, "/notices/test", &json!({"to": "he@example.cn"})).to_request()).await;
    assert_ne!(other["id"], first["id"], "asked again, it is sent again");
    assert_eq!((&first["language"], &other["language"]), (&json!("zh-CN"), &json!("en")));
});
