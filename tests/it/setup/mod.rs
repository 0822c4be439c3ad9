//! Set-up data on both databases, through the use cases.

mod calendar;
mod customers;
mod depots;
mod http;
mod parts;
mod plans;

use beiku::app::{self, App, AppResult, Ctx, Error, Outcome};
use beiku::domain::actor::{Actor, Role};
use beiku::domain::refusal::Refusal;
use beiku::store::listing::Listing;
use beiku::store::sql::sql;
use beiku::store::{Conn, StoreError};

/// Somebody without a row in the database: enough for rights.
pub fn actor(role: Role) -> Actor {
    Actor {
        user_id: 0,
        username: "system".into(),
        role,
        depots: vec![],
        customer_ids: vec![],
        reads_own_only: false,
        only: None,
    }
}

/// Does something as the administrator.
pub async fn act<T: Send + 'static>(
    app: &App,
    work: impl Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    act_as(app, actor(Role::Admin), work).await
}

/// Does something as somebody.
pub async fn act_as<T: Send + 'static>(
    app: &App,
    actor: Actor,
    work: impl Fn(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    let ctx = app.context(actor, "test".into());
    match app::run(app, &ctx, None, |_| (200, String::new()), work).await? {
        Outcome::Done(done) => Ok(done),
        Outcome::Replayed { .. } => panic!("no key was sent"),
    }
}

/// Reads as somebody.
pub async fn read_as<T: Send + 'static>(
    app: &App,
    actor: Actor,
    work: impl FnOnce(&mut Conn, &Ctx) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    let ctx = app.context(actor, "test".into());
    app::read(app, &ctx, work).await
}

/// A number the database knows.
pub async fn number(app: &App, text: &'static str) -> i64 {
    app.store().read(move |c| Ok::<_, StoreError>(sql(text).number(c)?)).await.unwrap()
}

/// Runs statements that no use case offers (yet).
pub async fn execute(app: &App, text: &'static str) {
    app.store().write(move |c| Ok::<_, StoreError>(c.batch(text)?)).await.unwrap();
}

/// The first page of everything.
pub fn everything() -> Listing {
    Listing { limit: 100, ..Listing::default() }
}

/// What was refused.
pub fn refusal<T: std::fmt::Debug>(result: AppResult<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Which fields were wrong, and why.
pub fn field_errors<T: std::fmt::Debug>(result: AppResult<T>) -> Vec<(String, &'static str)> {
    match refusal(result) {
        Refusal::Invalid(errors) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("{other:?}"),
    }
}
