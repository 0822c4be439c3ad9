//! Single sign-on: what is kept between the way to the provider and the way back, and who may come in by it.
//!
//! The provider vouches for a person; it gives nobody an account and nobody a right. Whoever has no active account here
//! stays outside, and whoever has an authenticator here is asked for it as after a password.

use crate::app::session::{self, SignedIn};
use crate::app::token::Secret;
use crate::app::{AppResult, Conn, Ctx, audit};
use crate::domain::actor::Actor;
use crate::domain::people::{OneTimeKind, SSO_LIFE};
use crate::domain::refusal::Refusal;
use crate::store::one_time::{self, NewOneTime};
use crate::store::{people, token};

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vouched {
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
    let user = match whom {
        Vouched::Username(name) => people::by_username(tx, name)?,
        Vouched::Email(mail) => people::by_email(tx, mail)?,
    };
    let user = user.filter(|user| user.active).ok_or(Refusal::SsoUnknown {})?;
    let mut own = ctx.clone();
    own.actor =
        Actor { user_id: user.id, username: user.username.clone(), role: user.role, ..Actor::system("") };
    let done = session::open_or_step(tx, &own, user.id, secret, device)?;
    if matches!(done, SignedIn::Session(_)) {
        if let Some(old) = replaces {
            token::revoke_session(tx, &old.hash(), ctx.now)?;
        }
        audit::record(tx, &own, "session.sso", &format!("user:{}", user.username), "")?;
    }
    Ok(done)
}
