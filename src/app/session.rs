//! Signing in and out, and who stands behind a token.

use crate::app::gather::{self, Gather};
use crate::app::password::Passwords;
use crate::app::token::Secret;
use crate::app::{App, AppResult, Clock, Conn, Ctx, Error, audit, second_factor};
use crate::domain::actor::{Actor, DepotRef, Permission};
use crate::domain::language::Language;
use crate::domain::people::{DEVICE_MAX, OneTimeKind, STEP_LIFE, SessionRules, TOUCH_EVERY, TokenKind};
use crate::domain::refusal::Refusal;
use crate::store::one_time::{self, NewOneTime};
use crate::store::people::{self, GrantRow, UserRow};
use crate::store::token::{self, HolderRow, NewToken};
use crate::store::{Store, StoreError, StoreResult, second_factor as factors};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use tokio::time::timeout;

pub use crate::store::token::SessionRow;

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
    /// What the depots and customers given to them are called.
    pub scope: Vec<String>,
    /// The token they came with.
    pub token_id: i64,
    /// What it stands for.
    pub kind: TokenKind,
    /// End of its life.
    pub expires_at: DateTime<Utc>,
    /// Whether the token may only read.
    pub read_only: bool,
    /// Whether the session is good for nothing but setting up the authenticator that everybody here must have.
    pub must_enrol: bool,
}

/// What the books say of a live token.
#[derive(Clone)]
struct Held {
    holder: HolderRow,
    grants: Vec<GrantRow>,
    must_enrol: bool,
}

/// Who is not answered by then goes alone: a connection that is dead and does not say so shall not hold everybody.
const TOGETHER_WITHIN: Duration = Duration::from_secs(1);

/// Where requests wait for the next question who sends them: on a server, one question answers for all who came meanwhile.
/// Each is asked after its request came in, so that a token turned off is off at once, on every node.
pub(in crate::app) struct Identification(Gather<Vec<u8>, Option<Held>>);

impl Identification {
    /// Starts to ask.
    pub(in crate::app) fn start(store: Store, clock: Clock, rules: SessionRules) -> Identification {
        Identification(Gather::start("beiku-identity", gather::ON_A_SERVER, move |hashes: Vec<Vec<u8>>| {
            let asked = store.ask_blocking(|conn| held(conn, &hashes, rules, clock.now()));
            // On a fault nobody is answered: each goes alone, and meets it.
            let Ok(held) = asked else { return vec![] };
            hashes.iter().map(|hash| held.get(hash).cloned()).collect()
        }))
    }
}

/// Who holds this token; `None` when it is unknown, revoked, ended or asleep, or the account is off.
pub async fn authenticate(app: &App, secret: &Secret) -> AppResult<Option<Person>> {
    let (now, rules, hash) = (app.clock().now(), app.session_rules(), secret.hash());
    let together = match app.store().is_shared() {
        true => timeout(TOGETHER_WITHIN, app.identification().0.ask(hash.clone())).await.ok().flatten(),
        false => None,
    };
    let found = match together {
        Some(found) => found,
        None => {
            let alone = move |conn: &mut Conn| held(conn, &[hash], rules, now);
            app.store().look_up(alone).await?.into_values().next()
        }
    };
    let Some(Held { holder, grants, must_enrol }) = found else { return Ok(None) };
    if holder.kind == TokenKind::Session && !rules.is_awake(holder.last_used_at, now) {
        return Ok(None);
    }
    if holder.last_used_at + TOUCH_EVERY <= now {
        touch_later(app, holder.token_id, now);
    }
    Ok(Some(Person { must_enrol, ..person(holder, grants) }))
}

/// What is held by the tokens of these hashes; nothing is said of one that is unknown or has ended.
fn held(
    conn: &mut Conn,
    hashes: &[Vec<u8>],
    rules: SessionRules,
    now: DateTime<Utc>,
) -> StoreResult<HashMap<Vec<u8>, Held>> {
    let holders = token::holders(conn, hashes, now)?;
    let users: BTreeSet<i64> = holders.iter().map(|holder| holder.user_id).collect();
    let users = Vec::from_iter(users);
    let grants = people::grants_of_all(conn, &users)?;
    let enrolled = if rules.second_factor { factors::are_on(conn, &users)? } else { vec![] };
    let held = |holder: HolderRow| {
        let grants = grants.iter().filter(|grant| grant.user_id == holder.user_id).cloned().collect();
        let must_enrol =
            rules.second_factor && holder.kind == TokenKind::Session && !enrolled.contains(&holder.user_id);
        (holder.token_hash.clone(), Held { holder, grants, must_enrol })
    };
    Ok(holders.into_iter().map(held).collect())
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
    let scope = grants.iter().map(|grant| grant.name.clone()).collect();
    let (depots, customers): (Vec<_>, Vec<_>) = grants.into_iter().partition(|grant| grant.kind == "depot");
    let actor = Actor {
        user_id: holder.user_id,
        username: holder.username,
        role: holder.role,
        depots: depots.into_iter().map(|grant| DepotRef { id: grant.id, code: grant.code }).collect(),
        customer_ids: customers.iter().map(|grant| grant.id).collect(),
        reads_own_only: holder.reads_own_only,
        only: holder.permissions.as_deref().map(crate::app::token::permissions_of),
    };
    Person {
        actor,
        display_name: holder.display_name,
        email: holder.email,
        language: holder.language,
        customers: customers.into_iter().map(|grant| grant.code).collect(),
        scope,
        token_id: holder.token_id,
        kind: holder.kind,
        expires_at: holder.expires_at,
        read_only: holder.read_only,
        must_enrol: false,
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
    /// The authenticator's code or a recovery code, when it came along.
    pub code: Option<String>,
    /// What the browser calls itself.
    pub device: String,
    /// For the audit trail.
    pub request_id: String,
}

/// How far somebody got who said the right password.
#[derive(Debug)]
pub enum SignedIn {
    /// All the way: the secret of the session.
    Session(Secret),
    /// To the authenticator: the secret of this step, good for five minutes and five codes.
    CodeNeeded(Secret),
}

/// Opens a session, or the step to the authenticator where the user has one and no code came along. Refuses with
/// `sign_in_failed` whatever was wrong, after the same work; with `second_factor_wrong` when only the code was.
pub async fn sign_in(app: &App, passwords: &Passwords, sign_in: SignIn) -> AppResult<SignedIn> {
    let SignIn { username, password, replaces, code, device, request_id } = sign_in;
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
    let complete = app
        .store()
        .write(move |tx| {
            if second_factor::is_on(tx, user.id)? {
                let Some(code) = &code else {
                    begin_step(tx, &ctx, user.id, &new)?;
                    return Ok(false);
                };
                second_factor::prove(tx, &ctx, user.id, code)?;
            }
            if let Some(old) = &replaces {
                token::revoke_session(tx, &old.hash(), ctx.now)?;
            }
            open_on(tx, &ctx, user.id, &new, &device)?;
            Ok::<_, Error>(true)
        })
        .await?;
    Ok(if complete { SignedIn::Session(secret) } else { SignedIn::CodeNeeded(secret) })
}

/// The second half of a sign-in: the right code for a live step opens the session. Refuses with `sign_in_failed` when
/// the step is over, with `second_factor_wrong` otherwise.
pub async fn finish_step(
    app: &App,
    step: &Secret,
    code: &str,
    device: &str,
    request_id: String,
) -> AppResult<Secret> {
    let ctx = app.context(Actor::system(""), request_id);
    let (asked, sought) = (ctx.clone(), step.clone());
    // The try is counted whatever comes of it: a refusal would take the count back.
    let (step_id, user) = app
        .store()
        .write(move |tx| {
            let (step_id, user_id) = second_factor::step_user(tx, &asked, &sought)?;
            second_factor::count_try(tx, step_id)?;
            let user = people::by_id(tx, user_id)?.filter(|user| user.active);
            Ok::<_, Error>((step_id, user.ok_or(Refusal::SignInFailed {})?))
        })
        .await?;
    let secret = Secret::random();
    let (new, code, device) = (secret.clone(), code.to_owned(), device.to_owned());
    let mut ctx = ctx;
    ctx.actor = Actor { user_id: user.id, username: user.username, role: user.role, ..Actor::system("") };
    app.store().write(move |tx| second_factor::finish_step(tx, &ctx, step_id, &code, &new, &device)).await?;
    Ok(secret)
}

fn begin_step(tx: &mut Conn, ctx: &Ctx, user_id: i64, secret: &Secret) -> AppResult<()> {
    let step = NewOneTime {
        kind: OneTimeKind::SecondFactor,
        hash: &secret.hash(),
        user_id: Some(user_id),
        payload: "",
        created_at: ctx.now,
        expires_at: ctx.now + STEP_LIFE,
    };
    Ok(one_time::insert(tx, &step)?)
}

/// Opens a session, or the step to the authenticator for a user who has one.
pub(crate) fn open_or_step(
    tx: &mut Conn,
    ctx: &Ctx,
    user_id: i64,
    secret: &Secret,
    device: &str,
) -> AppResult<SignedIn> {
    if second_factor::is_on(tx, user_id)? {
        begin_step(tx, ctx, user_id, secret)?;
        return Ok(SignedIn::CodeNeeded(secret.clone()));
    }
    open_on(tx, ctx, user_id, secret, device)?;
    Ok(SignedIn::Session(secret.clone()))
}

/// Opens a session for a user who has just proved who they are.
pub fn open(tx: &mut Conn, ctx: &Ctx, user_id: i64, secret: &Secret) -> AppResult<()> {
    open_on(tx, ctx, user_id, secret, "")
}

/// As [`open`], with what the browser calls itself.
pub fn open_on(tx: &mut Conn, ctx: &Ctx, user_id: i64, secret: &Secret, device: &str) -> AppResult<()> {
    let device: String = device.chars().filter(|c| !c.is_control()).take(DEVICE_MAX).collect();
    let id = token::insert(
        tx,
        &NewToken {
            user_id,
            kind: TokenKind::Session,
            hash: &secret.hash(),
            label: "",
            created_at: ctx.now,
            expires_at: ctx.now + ctx.sessions.life,
            device: &device,
            permissions: None,
            read_only: false,
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

/// The actor's own sessions that are awake, the latest used first.
pub fn list(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<SessionRow>> {
    Ok(token::sessions(conn, ctx.actor.user_id, ctx.now, ctx.now - ctx.sessions.idle)?)
}

/// Ends one of the actor's own sessions. Refuses with `not_found`.
pub fn end(tx: &mut Conn, ctx: &Ctx, session_id: i64) -> AppResult<()> {
    if !token::revoke(tx, ctx.actor.user_id, TokenKind::Session, session_id, ctx.now)? {
        return Err(Refusal::not_found("session", session_id).into());
    }
    let subject = format!("user:{}", ctx.actor.username);
    audit::record(tx, ctx, "session.close", &subject, &format!("session {session_id}"))
}

/// Ends all of the actor's own sessions but the one the request came with.
pub fn end_others(tx: &mut Conn, ctx: &Ctx, keep_token_id: i64) -> AppResult<()> {
    token::revoke_sessions(tx, ctx.actor.user_id, keep_token_id, ctx.now)?;
    audit::record(tx, ctx, "session.close_others", &format!("user:{}", ctx.actor.username), "")
}

/// Ends all of somebody's sessions: for an administrator who was told of a lost device. Refuses with `forbidden`, `not_found`.
pub fn end_all_of(tx: &mut Conn, ctx: &Ctx, username: &str) -> AppResult<()> {
    ctx.actor.may(Permission::ManageUsers)?;
    let user = people::by_username(tx, username)?.ok_or_else(|| Refusal::not_found("user", username))?;
    token::revoke_sessions(tx, user.id, 0, ctx.now)?;
    audit::record(tx, ctx, "session.close_all", &format!("user:{username}"), "")
}

/// Gives the actor's session another secret after something that changes who may hold it.
pub fn rotate(tx: &mut Conn, ctx: &Ctx, token_id: i64, secret: &Secret) -> AppResult<()> {
    if !token::rotate(tx, token_id, &secret.hash())? {
        return Err(Refusal::not_found("session", token_id).into());
    }
    audit::record(
        tx,
        ctx,
        "session.rotate",
        &format!("user:{}", ctx.actor.username),
        &format!("session {token_id}"),
    )
}
