//! The authenticator: enrolled, asked for, used once, lost, taken away.

use super::browser::{Browser, location};
use crate::support::server::{Server, read};
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

/// The code an authenticator app shows for this secret at the clock's time.
fn code(db: &Database, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let now = u64::try_from(db.clock().now().timestamp()).unwrap();
    totp.generate(now).to_string()
}

async fn sign_in(server: &Server, name: &str, code: Option<&str>) -> (u16, Value) {
    let mut body = json!({ "username": name, "password": format!("password of {name}") });
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    let (status, document) = read(server.anybody().request(Method::POST, "/session").json(&body)).await;
    (status.as_u16(), document)
}

/// Enrols; the secret and the recovery codes.
async fn enrol(db: &Database, browser: &Browser) -> (String, Vec<String>) {
    let (status, no) =
        browser.api(Method::POST, "/me/second-factor", &json!({ "password": "a guess" })).await;
    assert_eq!((status.as_u16(), &no["errors"][0]["code"]), (422, &json!("wrong_password")), "{no}");
    let (_, me) = browser.api(Method::GET, "/me", &Value::Null).await;
    let proof = json!({ "password": format!("password of {}", me["username"].as_str().unwrap()) });
    let (status, offer) = browser.api(Method::POST, "/me/second-factor", &proof).await;
    assert_eq!(status, 201, "{offer}");
    let secret = offer["secret"].as_str().unwrap().to_owned();
    assert!(offer["uri"].as_str().unwrap().starts_with("otpauth://totp/"), "{offer}");
    let (status, wrong) =
        browser.api(Method::POST, "/me/second-factor/confirm", &json!({ "code": "000" })).await;
    assert_eq!((status.as_u16(), &wrong["code"]), (401, &json!("second_factor_wrong")));
    let body = json!({ "code": code(db, &secret) });
    let (status, codes) = browser.api(Method::POST, "/me/second-factor/confirm", &body).await;
    assert_eq!(status, 200, "{codes}");
    let codes = codes["recovery_codes"].as_array().unwrap();
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

on_both!(an_authenticator_is_asked_for_and_each_code_is_good_once, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    let (browser, other) = (Browser::signed_in(&server, "li").await, Browser::signed_in(&server, "li").await);
    let (secret, recovery) = enrol(db, &browser).await;
    assert!(browser.is_signed_in().await && !other.is_signed_in().await, "who proved less is out");
    assert_eq!(recovery.len(), 10);

    let (status, problem) = sign_in(&server, "li", None).await;
    assert_eq!((status, &problem["code"]), (401, &json!("second_factor_needed")));
    let used = code(db, &secret);
    assert_eq!(sign_in(&server, "li", Some(&used)).await.0, 401, "the code that confirmed is used up");
    db.clock().advance(TimeDelta::seconds(30));
    let fresh = code(db, &secret);
    assert_eq!(sign_in(&server, "li", Some(&fresh)).await.0, 200);
    assert_eq!(
        sign_in(&server, "li", Some(&fresh)).await.1["code"],
        json!("second_factor_wrong"),
        "seen over a shoulder"
    );
    db.clock().advance(TimeDelta::minutes(5));
    assert_eq!(sign_in(&server, "li", Some(&fresh)).await.0, 401, "an old one");

    let written = recovery[0].to_lowercase();
    assert_eq!(sign_in(&server, "li", Some(&written)).await.0, 200);
    assert_eq!(sign_in(&server, "li", Some(&recovery[0])).await.0, 401, "a recovery code is good once");
    let (_, status) = browser.api(Method::GET, "/me/second-factor", &Value::Null).await;
    assert_eq!(status, json!({ "on": true, "enrolling": false, "recovery_codes_left": 9 }));
    assert_eq!(
        browser.api(Method::POST, "/me/second-factor", &json!({ "password": "password of li" })).await.1["code"],
        "second_factor_on"
    );
    let off = json!({ "code": recovery[1] });
    assert_eq!(browser.api(Method::POST, "/me/second-factor/remove", &off).await.0, 204);
    assert_eq!(sign_in(&server, "li", None).await.0, 200);
});

on_both!(an_administrator_takes_a_lost_authenticator_away, async |db: &Database| {
    let server = Server::start(db);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    let clerk = server.user("li", Role::Clerk, &[], &[]).await;
    let browser = Browser::signed_in(&server, "li").await;
    enrol(db, &browser).await;
    assert_eq!(clerk.delete("/users/li/second-factor").await.0, 403);
    assert_eq!(admin.delete("/users/li/second-factor").await.0, 204);
    assert!(!browser.is_signed_in().await);
    assert_eq!(sign_in(&server, "li", None).await.0, 200);
    assert_eq!(admin.delete("/users/li/second-factor").await.0, 409);
    let (_, trail) = admin.get("/audit?subject=user:li").await;
    assert!(trail.to_string().contains("second_factor.reset"));
});

on_both!(the_pages_ask_for_the_code_after_the_password_five_times, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    let (secret, _) = enrol(db, &Browser::signed_in(&server, "li").await).await;
    db.clock().advance(TimeDelta::minutes(2));
    let browser = Browser::open(&server);
    let form = [("username", "li"), ("password", "password of li"), ("next", "/rma")];
    let answer = browser.post("/login", &form).await;
    assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (303, "/login/code?next=%2Frma"));
    assert!(!browser.is_signed_in().await, "the password alone opens nothing");
    let page = browser.get("/login/code?next=%2Frma").await.text().await.unwrap();
    assert!(page.contains("name=\"code\"") && !page.contains("password of li"));
    let wrong = browser.post("/login/code", &[("code", "123"), ("next", "/rma")]).await;
    assert_eq!(wrong.status(), 401);
    let right = browser.post("/login/code", &[("code", &code(db, &secret)), ("next", "/rma")]).await;
    assert_eq!((right.status().as_u16(), location(&right).as_str()), (303, "/rma"));
    assert!(browser.is_signed_in().await);

    let guesser = Browser::open(&server);
    guesser.post("/login", &form).await;
    for _ in 0..5 {
        assert_eq!(guesser.post("/login/code", &[("code", "123")]).await.status(), 401);
    }
    db.clock().advance(TimeDelta::seconds(30));
    let late = guesser.post("/login/code", &[("code", &code(db, &secret))]).await;
    assert_eq!(
        (late.status().as_u16(), location(&late).as_str()),
        (303, "/login?expired=1"),
        "back to the password"
    );
    assert!(!guesser.is_signed_in().await);
});

on_both!(the_page_enrols_with_a_qr_code_and_without_javascript, async |db: &Database| {
    let server = Server::start(db);
    server.user("li", Role::Clerk, &[], &[]).await;
    let browser = Browser::signed_in(&server, "li").await;
    let page = browser.get("/me/security").await.text().await.unwrap();
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(page.contains("This browser"));
    let guess = browser.post("/me/security/factor", &[("csrf", &csrf), ("password", "a guess")]).await;
    assert_eq!(guess.status(), 422);
    assert!(guess.text().await.unwrap().contains("This is not your present password."));
    let proof = [("csrf", csrf.as_str()), ("password", "password of li")];
    let answer = browser.post("/me/security/factor", &proof).await;
    assert_eq!(location(&answer), "/me/security");
    let page = browser.get("/me/security").await.text().await.unwrap();
    assert!(page.contains("<svg xmlns") && !page.contains("<?xml"));
    let secret = page.split("<code class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let form = [("csrf", csrf.as_str()), ("code", &code(db, &secret))];
    let page = browser.post("/me/security/factor/confirm", &form).await.text().await.unwrap();
    let codes = page.split("<ul class=\"mono\">").nth(1).unwrap().split("</ul>").next().unwrap();
    assert_eq!(codes.matches("<li>").count(), 10, "{page}");
    assert_eq!(sign_in(&server, "li", None).await.1["code"], "second_factor_needed");
});

on_both!(where_everybody_must_have_an_authenticator_nothing_else_works_before, async |db: &Database| {
    let server = Server::start_with(db, |service| service.require_second_factor = Some(true));
    let token = server.user("li", Role::Admin, &[], &[]).await;
    let browser = Browser::signed_in(&server, "li").await;
    let (status, problem) = browser.api(Method::GET, "/users", &Value::Null).await;
    assert_eq!((status.as_u16(), &problem["code"]), (403, &json!("second_factor_required")));
    let new = json!({ "label": "x", "days": 1 });
    assert_eq!(browser.api(Method::POST, "/me/tokens", &new).await.1["code"], "second_factor_required");
    let away = browser.get("/stock").await;
    assert_eq!((away.status().as_u16(), location(&away).as_str()), (303, "/me/security"));
    let page = browser.get("/me/security").await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("Everybody here signs in with an authenticator app"));
    assert_eq!(token.get("/users").await.0, 200, "a program has no telephone");

    enrol(db, &browser).await;
    assert_eq!(browser.api(Method::GET, "/users", &Value::Null).await.0, 200);
    assert_eq!(browser.get("/stock").await.status(), 200);
});
