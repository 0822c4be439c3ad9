//! Signing in and out, and who stands behind a token.

use crate::app::password::Passwords;
use crate::app::token::Secret;
use crate::app::{App, AppResult, Conn, Ctx, Error, audit};
use crate::domain::actor::{Actor, DepotRef};
use crate::domain::language::Language;
use crate::domain::people::{SESSION_LIFE, TOUCH_EVERY, TokenKind, session_is_awake};
use crate::domain::refusal::Refusal;
use crate::store::people::{self, UserRow};
use crate::store::token::{self, HolderRow, NewToken};
use crate::store::{StoreError, StoreResult};
use chrono::{DateTime, Utc};

/// A user as the holder of a live token.
#[derive(Debug, Clone)]
pub struct Person {
    /// What rules look at.
    pub actor: Actor,
    /// Name as shown.
    pub display_name: String,
    /// Mail address.
    pub email: Option<String>,
    /// Language the user chose.
    pub language: Language,
    /// Codes of the customers the user belongs to.
    pub customers: Vec<String>,
    /// The token they came with.
    pub token_id: i64,
    /// What it stands for.
    pub kind: TokenKind,
    /// End of its life.
    pub expires_at: DateTime<Utc>,
}

/// Who holds this token; `None` when it is unknown, revoked, ended or asleep, or the account is off.
pub async fn authenticate(app: &App, secret: &Secret) -> AppResult<Option<Person>> {
    let now = app.clock().now();
    let hash = secret.hash();
    let found = app
        .store()
        .read(move |conn| -> StoreResult<_> {
            let Some(holder) = token::holder(conn, &hash, now)? else { return Ok(None) };
            let grants = people::grants_of(conn, holder.user_id)?;
            Ok(Some((holder, grants)))
        })
        .await?;
    let Some((holder, grants)) = found else { return Ok(None) };
    if holder.kind == TokenKind::Session && !session_is_awake(holder.last_used_at, now) {
        return Ok(None);
    }
    if holder.last_used_at + TOUCH_EVERY <= now {
        touch_later(app, holder.token_id, now);
    }
    Ok(Some(person(holder, grants)))
}

/// Writes the use down without keeping the request waiting; should it fail, the next request tries again.
fn touch_later(app: &App, token_id: i64, now: DateTime<Utc>) {
    let store = app.store().clone();
    tokio::spawn(async move {
        let touched: StoreResult<()> = store.write(move |tx| token::touch(tx, token_id, now)).await;
        if let Err(error) = touched {
            tracing::warn!(%error, "the use of a token could not be written down");
        }
    });
}

fn person(holder: HolderRow, grants: Vec<people::GrantRow>) -> Person {
    let (depots, customers): (Vec<_>, Vec<_>) = grants.into_iter().partition(|grant| grant.kind == "depot");
    let actor = Actor {
        user_id: holder.user_id,
        username: holder.username,
        role: holder.role,
        depots: depots.into_iter().map(|grant| DepotRef { id: grant.id, code: grant.code }).collect(),
        customer_ids: customers.iter().map(|grant| grant.id).collect(),
        reads_own_only: holder.reads_own_only,
    };
    Person {
        actor,
        display_name: holder.display_name,
        email: holder.email,
        language: holder.language,
        customers: customers.into_iter().map(|grant| grant.code).collect(),
        token_id: holder.token_id,
        kind: holder.kind,
        expires_at: holder.expires_at,
    }
}

/// What somebody who wants to sign in says.
pub struct SignIn {
    /// Sign-in name.
    pub username: String,
    /// Password.
    pub password: String,
    /// The session this browser had before, if any: it ends, so that nobody can fix a session beforehand.
    pub replaces: Option<Secret>,
    /// For the audit trail.
    pub request_id: String,
}

/// Opens a session: its secret, and its id. Refuses with `sign_in_failed` whatever was wrong, after the same work.
pub async fn sign_in(app: &App, passwords: &Passwords, sign_in: SignIn) -> AppResult<Secret> {
    let SignIn { username, password, replaces, request_id } = sign_in;
    let user: Option<UserRow> =
        app.store().read(move |conn| people::by_username(conn, &username)).await.map_err(Error::Fault)?;
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let right = passwords.verify(password, hash).await.map_err(|e| StoreError::Codec(e.to_string()))?;
    let user = match user {
        Some(user) if right && user.active => user,
        Some(_) | None => return Err(Refusal::SignInFailed {}.into()),
    };
    let secret = Secret::random();
    let new = secret.clone();
    let actor =
        Actor { user_id: user.id, username: user.username.clone(), role: user.role, ..Actor::system("") };
    let ctx = app.context(actor, request_id);
    app.store()
        .write(move |tx| {
            if let Some(old) = &replaces {
                token::revoke_session(tx, &old.hash(), ctx.now)?;
            }
            open(tx, &ctx, user.id, &new)
        })
        .await?;
    Ok(secret)
}

/// Opens a session for a user who has just proved who they are.
pub fn open(tx: &mut Conn, ctx: &Ctx, user_id: i64, secret: &Secret) -> AppResult<()> {
    let id = token::insert(
        tx,
        &NewToken {
            user_id,
            kind: TokenKind::Session,
            hash: &secret.hash(),
            label: "",
            created_at: ctx.now,
            expires_at: ctx.now + SESSION_LIFE,
        },
    )?;
    audit::record(tx, ctx, "session.open", &format!("user:{}", ctx.actor.username), &format!("session {id}"))
}

/// Ends the actor's session. Ending one that ended already is no error.
pub fn sign_out(tx: &mut Conn, ctx: &Ctx, token_id: i64) -> AppResult<()> {
    if token::revoke(tx, ctx.actor.user_id, TokenKind::Session, token_id, ctx.now)? {
        audit::record(
            tx,
            ctx,
            "session.close",
            &format!("user:{}", ctx.actor.username),
            &format!("session {token_id}"),
        )?;
    }
    Ok(())
}
