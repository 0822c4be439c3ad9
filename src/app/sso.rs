//! Single sign-on: what is kept between the way to the provider and the way back, and who may come in by it.
//!
//! The provider vouches for a person; it gives nobody an account and nobody a right. Whoever has no active account here
//! stays outside, and whoever has an authenticator here is asked for it as after a password.
//!
//! A name finds the account once, at the first sign-in. From then on the provider's own, never reused name for the person does
//! (`sub`): whoever is given a leaver's name there does not get the leaver's account here. Deactivating a user forgets it.

use crate::app::session::{self, SignedIn};
use crate::app::token::Secret;
use crate::app::{AppResult, Conn, Ctx, audit};
use crate::domain::actor::Actor;
use crate::domain::people::{OneTimeKind, SSO_LIFE};
use crate::domain::refusal::Refusal;
use crate::store::one_time::{self, NewOneTime};
use crate::store::{people, sso, token};

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The provider.
    pub issuer: String,
    /// Its own name for the person, which nobody else ever gets (`sub`).
    pub subject: String,
    /// What finds the account at the first sign-in.
    pub name: Name,
}

/// What finds the account at the first sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// The user of this sign-in name.
    Username(String),
    /// The one active user with this mail address, which the provider has verified.
    Email(String),
}

/// Keeps what the way back must be held against, under a secret only this browser has.
pub fn begin(tx: &mut Conn, ctx: &Ctx, secret: &Secret, kept: &str) -> AppResult<()> {
    let new = NewOneTime {
        kind: OneTimeKind::SingleSignOn,
        hash: &secret.hash(),
        user_id: None,
        payload: kept,
        created_at: ctx.now,
        expires_at: ctx.now + SSO_LIFE,
    };
    Ok(one_time::insert(tx, &new)?)
}

/// Takes out what was kept; it is good once. Refuses with `sso_failed`.
pub fn take(tx: &mut Conn, ctx: &Ctx, secret: &Secret) -> AppResult<String> {
    let row = one_time::live(tx, OneTimeKind::SingleSignOn, &secret.hash(), ctx.now)?;
    let row = row.ok_or(Refusal::SsoFailed {})?;
    if !one_time::spend(tx, row.id, ctx.now)? {
        return Err(Refusal::SsoFailed {}.into());
    }
    Ok(row.payload)
}

/// Opens a session for whom the provider vouches, or the step to the authenticator. Refuses with `sso_unknown`.
pub fn enter(
    tx: &mut Conn,
    ctx: &Ctx,
    whom: &Vouched,
    replaces: Option<&Secret>,
    secret: &Secret,
    device: &str,
) -> AppResult<SignedIn> {
    let known = sso::user_of(tx, &whom.issuer, &whom.subject)?;
    let user = match (known, &whom.name) {
        (Some(id), _) => people::by_id(tx, id)?,
        (None, Name::Username(name)) => people::by_username(tx, name)?,
        (None, Name::Email(mail)) => people::by_email(tx, mail)?,
    };
    let user = user.filter(|user| user.active).ok_or(Refusal::SsoUnknown {})?;
    let mut own = ctx.clone();
    own.actor =
        Actor { user_id: user.id, username: user.username.clone(), role: user.role, ..Actor::system("") };
    if known.is_none() {
        if !sso::bind(tx, &whom.issuer, &whom.subject, user.id, ctx.now)? {
            tracing::warn!(user = user.username, "the provider now means another person by this name");
            return Err(Refusal::SsoUnknown {}.into());
        }
        audit::record(tx, &own, "sso.bind", &format!("user:{}", user.username), &whom.subject)?;
    }
    let done = session::open_or_step(tx, &own, user.id, secret, device)?;
    if matches!(done, SignedIn::Session(_)) {
        if let Some(old) = replaces {
            token::revoke_session(tx, &old.hash(), ctx.now)?;
        }
        audit::record(tx, &own, "session.sso", &format!("user:{}", user.username), "")?;
    }
    Ok(done)
}
