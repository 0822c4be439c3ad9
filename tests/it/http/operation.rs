//! What operators and newcomers look at, and the first start.

use crate::support::server::{Server, read};
use crate::support::{Database, on_both};
use beiku::app::people::NewPerson;
use beiku::app::token::Secret;
use beiku::app::{Error, first_start};
use beiku::domain::actor::Role;
use beiku::domain::language::Language;
use beiku::domain::refusal::Refusal;
use chrono::TimeDelta;

on_both!(health_counters_and_description_are_there, async |db: &Database| {
    let server = Server::start(db);
    let get = |path: &str| read(reqwest::Client::new().get(format!("{}{path}", server.url)));
    assert_eq!(get("/healthz").await.0, 200);
    assert_eq!(get("/readyz").await.0, 200);
    for path in ["/healthz", "/readyz"] {
        let head = reqwest::Client::new().head(format!("{}{path}", server.url));
        assert_eq!(
            head.send().await.unwrap().status(),
            200,
            "what watches from outside may ask for the head alone"
        );
    }
    let (status, counters) = get("/metrics").await;
    assert_eq!(status, 200);
    assert!(
        counters
            .as_str()
            .unwrap()
            .contains("beiku_http_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"}")
    );
    // What the database holds is counted too, and that it answers.
    for counted in [
        "beiku_database_up 1",
        "beiku_promises_at_risk 0",
        "beiku_outbox_oldest_seconds 0",
        "beiku_ledger_differences 0",
    ] {
        assert!(counters.as_str().unwrap().contains(counted), "{counted}: {counters}");
    }
    let (status, document) = get("/api/openapi.json").await;
    assert_eq!((status.as_u16(), &document["openapi"]), (200, &"3.1.0".into()));
    assert_eq!(get("/api/v1/openapi.json").await, (status, document));
    let (status, page) = get("/api/docs").await;
    assert_eq!(status, 200);
    assert!(page.as_str().unwrap().contains("swagger-ui"), "{page}");
    let script = reqwest::get(format!("{}/api/docs/swagger-initializer.js", server.url)).await.unwrap();
    assert_eq!(script.status(), 200);
    let policy = script.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self'"), "{policy}");
    assert!(script.text().await.unwrap().contains("/api/openapi.json"));
});

on_both!(the_set_up_link_makes_one_administrator_once, async |db: &Database| {
    let server = Server::start(db);
    let person = |name: &str| NewPerson {
        username: name.to_owned(),
        display_name: String::new(),
        email: String::new(),
        role: Role::Clerk,
        password_hash: None,
        depots: vec![],
        customers: vec![],
        language: Language::ZhCn,
        reads_own_only: false,
    };
    let store = server.app.store().clone();
    let offer = async |secret: &Secret| {
        let (ctx, secret) = (server.operator(), secret.clone());
        store.write(move |tx| first_start::offer_link(tx, &ctx, &secret)).await.unwrap()
    };
    let use_it = async |secret: &Secret, name: &str| {
        let (ctx, secret, person) = (server.operator(), secret.clone(), person(name));
        store.write(move |tx| first_start::use_link(tx, &ctx, &secret, &person)).await
    };
    let is_invalid =
        |result: Result<_, Error>| matches!(result, Err(Error::Refused(Refusal::SetupLinkInvalid {})));

    let (early, link) = (Secret::random(), Secret::random());
    assert!(offer(&early).await);
    assert!(offer(&link).await, "each start offers a link; the one before ends");
    assert!(is_invalid(use_it(&early, "thief").await));
    db.clock().advance(TimeDelta::hours(24));
    assert!(is_invalid(use_it(&link, "late").await));
    assert!(offer(&link).await);
    let admin = use_it(&link, "admin").await.unwrap();
    assert_eq!(admin.row.role, Role::Admin);
    assert!(is_invalid(use_it(&link, "second").await));
    assert!(!offer(&Secret::random()).await, "with users there is nothing to set up");
});
