//! Passwords that leaked somewhere are not taken, by whatever way they come.

use super::browser::{Browser, opens};
use crate::support::server::Server;
use crate::support::{Database, on_both};
use beiku::domain::actor::Role;
use reqwest::Method;
use serde_json::json;
use sha1::{Digest, Sha1};

const LEAKED: &str = "tea at four o'clock";

on_both!(a_leaked_password_is_taken_from_nobody, async |db: &Database| {
    let file = tempfile::NamedTempFile::new().unwrap();
    let hash = hex::encode_upper(Sha1::digest(LEAKED));
    std::fs::write(file.path(), format!("{:0<40}:3\r\n{hash}:42\r\n{:F<40}:1\r\n", "0", "F")).unwrap();
    let server = Server::start_with(db, |service| service.leaked_passwords = Some(file.path().to_owned()));
    let admin = server.user("admin", Role::Admin, &[], &[]).await;
    server.user("li", Role::Clerk, &[], &[]).await;

    let new = |password: &str| json!({ "username": "wang", "role": "clerk", "password": password });
    let (status, problem) = admin.post("/users", &new(LEAKED)).await;
    assert_eq!(
        (status.as_u16(), &problem["errors"][0]["code"]),
        (422, &json!("password_leaked")),
        "{problem}"
    );
    assert_eq!(admin.post("/users", &new("coffee at five o'clock")).await.0, 201);

    let browser = Browser::signed_in(&server, "li").await;
    let change = |new: &str| json!({ "current": "password of li", "new": new });
    let (status, problem) = browser.api(Method::POST, "/me/password", &change(LEAKED)).await;
    assert_eq!(
        (status.as_u16(), &problem["errors"][0]["code"]),
        (422, &json!("password_leaked")),
        "{problem}"
    );
    assert!(opens(&server, "li", "password of li").await, "what stands is not asked after");
});
