//! Single sign-on against a provider of its own.

use super::browser::{Browser, location};
use super::provider::{Alg, CLIENT, Mood, Provider, SECRET};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::config::{Secret, SsoClaim};
use beiku::domain::actor::Role;
use reqwest::Method;
use serde_json::{Value, json};

fn server(db: &Database, provider: &Provider, claim: SsoClaim) -> Server {
    Server::start_with(db, |service| {
        service.sso_issuer = Some(provider.issuer.clone());
        service.sso_client_id = Some(CLIENT.into());
        service.sso_client_secret = Some(Secret::new(SECRET));
        service.sso_claim = Some(claim);
        service.sso_name = Some("Company ID".into());
    })
}

/// To the provider and back; the last answer.
async fn round_trip(browser: &Browser) -> reqwest::Response {
    let away = browser.get("/login/sso?next=%2Frma").await;
    assert_eq!(away.status(), 303);
    let at_provider = browser.get(&location(&away)).await;
    assert_eq!(at_provider.status(), 302);
    browser.get(&location(&at_provider)).await
}

async fn fails_with(server: &Server, provider: &Provider, mood: Mood, status: u16, why: &str) {
    let browser = Browser::open(server);
    provider.be(mood);
    let answer = round_trip(&browser).await;
    assert_eq!(answer.status(), status, "{why}");
    assert!(!browser.is_signed_in().await, "{why}");
}

on_both!(the_providers_word_opens_a_session_for_the_user_it_names, async |db: &Database| {
    let provider = Provider::start();
    let server = server(db, &provider, SsoClaim::PreferredUsername);
    server.user("li", Role::Clerk, &[], &[]).await;
    for alg in [Alg::Rs256, Alg::Es256] {
        provider.be(Mood { alg, ..Mood::default() });
        let browser = Browser::open(&server);
        assert!(browser.get("/login").await.text().await.unwrap().contains("Sign in with Company ID"));
        let answer = round_trip(&browser).await;
        assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (303, "/rma"), "{alg:?}");
        let (_, me) = browser.api(Method::GET, "/me", &Value::Null).await;
        assert_eq!((&me["username"], &me["role"]), (&json!("li"), &json!("clerk")), "{alg:?}");
    }
});

on_both!(the_provider_gives_nobody_an_account_nor_a_right, async |db: &Database| {
    let provider = Provider::start();
    let server = server(db, &provider, SsoClaim::PreferredUsername);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    server.user("li", Role::Clerk, &[], &[]).await;
    let claims = json!({ "preferred_username": "stranger", "role": "admin", "groups": ["admin"] });
    fails_with(&server, &provider, Mood { claims, ..Mood::default() }, 403, "no account").await;
    assert_eq!(admin.get("/users").await.1["items"].as_array().unwrap().len(), 2);
    assert_eq!(admin.patch("/users/li", &json!({ "active": false })).await.0, 200);
    fails_with(&server, &provider, Mood::default(), 403, "an account that is off").await;
});

on_both!(a_word_that_is_not_the_providers_is_not_believed, async |db: &Database| {
    let provider = Provider::start();
    let server = server(db, &provider, SsoClaim::PreferredUsername);
    server.user("li", Role::Clerk, &[], &[]).await;
    let with = |claim: &str, value: Value| {
        let mut claims = json!({ "preferred_username": "li" });
        claims[claim] = value;
        Mood { claims, ..Mood::default() }
    };
    for (why, mood) in [
        ("another audience", with("aud", json!("another"))),
        ("another issuer", with("iss", json!("https://evil.example"))),
        ("expired", with("exp", json!(1_700_000_000))),
        ("another nonce", with("nonce", json!("another"))),
        ("no name", with("preferred_username", Value::Null)),
        ("tampered", Mood { tampered: true, ..Mood::default() }),
        ("unsigned", Mood { unsigned: true, ..Mood::default() }),
        ("a foreign key", Mood { alg: Alg::Es256, foreign_key: true, ..Mood::default() }),
    ] {
        fails_with(&server, &provider, mood, 401, why).await;
    }
});

on_both!(the_way_back_belongs_to_the_browser_that_set_out_and_is_good_once, async |db: &Database| {
    let provider = Provider::start();
    let server = server(db, &provider, SsoClaim::PreferredUsername);
    server.user("li", Role::Clerk, &[], &[]).await;
    let (attacker, victim) = (Browser::open(&server), Browser::open(&server));
    let away = attacker.get("/login/sso").await;
    let back = location(&attacker.get(&location(&away)).await);
    assert_eq!(victim.get(&back).await.status(), 401, "somebody else's way back signs nobody in");
    victim.get("/login/sso").await;
    assert_eq!(victim.get(&back).await.status(), 401, "also when one set out oneself");
    let forged = back.replace("state=", "state=x");
    assert_eq!(attacker.get(&forged).await.status(), 401);
    assert_eq!(attacker.get(&back).await.status(), 401, "a try uses it up");
    let again = round_trip(&attacker).await;
    assert_eq!(again.status(), 303);
    assert_eq!(attacker.get("/login/sso/callback?error=access_denied").await.status(), 401);
});

on_both!(by_mail_address_only_what_the_provider_has_verified, async |db: &Database| {
    let provider = Provider::start();
    let server = server(db, &provider, SsoClaim::Email);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    for name in ["li", "wang"] {
        server.user(name, Role::Clerk, &[], &[]).await;
    }
    assert_eq!(admin.patch("/users/li", &json!({ "email": "li@example.cn" })).await.0, 200);
    let mood = |verified: bool| Mood {
        claims: json!({ "email": "LI@example.cn", "email_verified": verified, "preferred_username": "admin" }),
        ..Mood::default()
    };
    fails_with(&server, &provider, mood(false), 401, "not verified").await;
    provider.be(mood(true));
    let browser = Browser::open(&server);
    assert_eq!(round_trip(&browser).await.status(), 303);
    assert_eq!(browser.api(Method::GET, "/me", &Value::Null).await.1["username"], "li");
    assert_eq!(admin.patch("/users/wang", &json!({ "email": "li@example.cn" })).await.0, 200);
    let mut another = mood(true);
    another.claims["sub"] = json!("u-2");
    fails_with(&server, &provider, another, 403, "an address of two people names nobody").await;
});

on_both!(a_provider_may_name_the_person_at_its_userinfo_endpoint, async |db: &Database| {
    let provider = Provider::start();
    let server = server(db, &provider, SsoClaim::PreferredUsername);
    server.user("li", Role::Clerk, &[], &[]).await;
    let says = |claims: Value| Mood { userinfo: Some(claims), ..Mood::default() };
    let another = says(json!({ "sub": "u-2", "preferred_username": "li" }));
    fails_with(&server, &provider, another, 401, "about somebody else than the id token").await;
    fails_with(&server, &provider, says(json!({ "sub": "u-1" })), 401, "no name there either").await;
    provider.be(says(json!({ "sub": "u-1", "preferred_username": "li" })));
    let browser = Browser::open(&server);
    assert_eq!(round_trip(&browser).await.status(), 303);
    assert_eq!(browser.api(Method::GET, "/me", &Value::Null).await.1["username"], "li");
});

on_both!(a_leavers_name_opens_nothing_for_whoever_is_given_it, async |db: &Database| {
    let provider = Provider::start();
    let server = server(db, &provider, SsoClaim::PreferredUsername);
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    server.user("li", Role::Clerk, &[], &[]).await;
    let person = |sub: &str, name: &str| Mood {
        claims: json!({ "sub": sub, "preferred_username": name }),
        ..Mood::default()
    };
    let enters_as = async |mood: Mood| {
        provider.be(mood);
        let browser = Browser::open(&server);
        assert_eq!(round_trip(&browser).await.status(), 303);
        browser.api(Method::GET, "/me", &Value::Null).await.1["username"].clone()
    };
    assert_eq!(enters_as(person("7f3a", "li")).await, "li");
    fails_with(&server, &provider, person("90bc", "li"), 403, "another person by the same name").await;
    assert_eq!(enters_as(person("7f3a", "li.ming")).await, "li", "the same person by another name");
    let (_, trail) = admin.get("/audit?subject=user:li").await;
    assert!(trail.to_string().contains("sso.bind"), "{trail}");

    for active in [false, true] {
        assert_eq!(admin.patch("/users/li", &json!({ "active": active })).await.0, 200);
    }
    assert_eq!(enters_as(person("90bc", "li")).await, "li", "switching the account off forgot whom it was");
});

on_both!(where_the_provider_must_ask_for_more_its_word_says_so, async |db: &Database| {
    let provider = Provider::start();
    let server = Server::start_with(db, |service| {
        service.sso_issuer = Some(provider.issuer.clone());
        service.sso_client_id = Some(CLIENT.into());
        service.sso_client_secret = Some(Secret::new(SECRET));
        service.sso_acr = Some("urn:mfa".into());
    });
    server.user("li", Role::Clerk, &[], &[]).await;
    let by =
        |acr: Value| Mood { claims: json!({ "preferred_username": "li", "acr": acr }), ..Mood::default() };
    fails_with(&server, &provider, by(Value::Null), 401, "it does not say how").await;
    fails_with(&server, &provider, by(json!("urn:password")), 401, "by less").await;
    provider.be(by(json!("urn:mfa")));
    let browser = Browser::open(&server);
    let away = location(&browser.get("/login/sso").await);
    assert!(away.contains("acr_values=urn%3Amfa"), "{away}");
    assert_eq!(round_trip(&browser).await.status(), 303);
    assert!(browser.is_signed_in().await);
});

on_both!(without_single_sign_on_there_is_no_such_page, async |db: &Database| {
    let server = Server::start(db);
    let browser = Browser::open(&server);
    assert_eq!(browser.get("/login/sso").await.status(), 404);
    assert!(!browser.get("/login").await.text().await.unwrap().contains("/login/sso"));
});
