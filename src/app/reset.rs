//! A forgotten password: a mail with a link that is good once, for half an hour.
//!
//! Whoever asks learns nothing: the answer is the same whether the name is known or not. Only the SHA-256 of the link's
//! secret is kept; the mail's own copy is wiped when it was sent.

use crate::app::outbox::{self, NewNotice};
use crate::app::token::Secret;
use crate::app::{AppResult, Conn, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::notice::Notice;
use crate::domain::people::{INVITE_LINK_LIFE, OneTimeKind, RESET_LINK_LIFE};
use crate::domain::refusal::Refusal;
use crate::store::one_time::{self, NewOneTime};
use crate::store::people::{self, UserRow};
use crate::store::token;
use chrono::TimeDelta;

/// So many links a user is sent in an hour, however often somebody asks.
const LINKS_AN_HOUR: i64 = 3;

/// Queues the mail when `who` (sign-in name or mail address) is one user with a mail address and the account is on. The
/// outcome is not told.
pub fn ask(tx: &mut Conn, ctx: &Ctx, who: &str, secret: &Secret) -> AppResult<()> {
    let who = who.trim();
    let user = match people::by_username(tx, who)? {
        Some(user) => Some(user),
        None => people::by_email(tx, who)?,
    };
    let Some((user, mail)) = user.filter(|user| user.active).and_then(|user| {
        let mail = user.email.clone()?;
        Some((user, mail))
    }) else {
        return audit::record(tx, ctx, "password.forgotten", "user:?", "nobody to write to");
    };
    let subject = format!("user:{}", user.username);
    let since = ctx.now - TimeDelta::hours(1);
    if one_time::given_since(tx, user.id, OneTimeKind::PasswordReset, since)? >= LINKS_AN_HOUR {
        return audit::record(tx, ctx, "password.forgotten", &subject, "too many links this hour");
    }
    send(tx, ctx, &user, mail, secret, None)?;
    audit::record(tx, ctx, "password.forgotten", &subject, "link sent")
}

/// An administrator sends somebody a link to choose a password with, instead of telling one. Until it is used, the old
/// password stays.
///
/// # Errors
/// `forbidden`, `not_found`; 422 when the account is off or has no mail address.
pub fn invite(tx: &mut Conn, ctx: &Ctx, username: &str, secret: &Secret) -> AppResult<()> {
    ctx.actor.may(Permission::ManageUsers)?;
    let user = people::by_username(tx, username)?.ok_or_else(|| Refusal::not_found("user", username))?;
    let Some(mail) = user.email.clone().filter(|_| user.active) else {
        return Err(Refusal::field("email", "required").into());
    };
    let subject = format!("user:{}", user.username);
    send(tx, ctx, &user, mail, secret, Some(INVITE_LINK_LIFE.num_hours()))?;
    audit::record(tx, ctx, "user.invite", &subject, "link sent")
}

/// Queues the mail with the link; the latest link is the one that works.
fn send(
    tx: &mut Conn,
    ctx: &Ctx,
    user: &UserRow,
    recipient: String,
    secret: &Secret,
    invited_hours: Option<i64>,
) -> AppResult<()> {
    one_time::end_all(tx, user.id, OneTimeKind::PasswordReset, ctx.now)?;
    let life = if invited_hours.is_some() { INVITE_LINK_LIFE } else { RESET_LINK_LIFE };
    one_time::insert(
        tx,
        &NewOneTime {
            kind: OneTimeKind::PasswordReset,
            hash: &secret.hash(),
            user_id: Some(user.id),
            payload: "",
            created_at: ctx.now,
            expires_at: ctx.now + life,
        },
    )?;
    let event = format!("password_reset/{}", hex::encode(secret.hash()));
    let notice = Notice::PasswordReset {
        username: user.username.clone(),
        path: format!("/reset?code={}", secret.text()),
        invited_hours,
    };
    outbox::enqueue(tx, ctx, &NewNotice { event, recipient, language: user.language, rma_id: None, notice })?;
    Ok(())
}

/// Whose link this is, while it is good. Refuses with `reset_link_invalid`.
pub fn check(conn: &mut Conn, ctx: &Ctx, secret: &Secret) -> AppResult<UserRow> {
    Ok(find(conn, ctx, secret)?.1)
}

/// Uses the link: the new password counts, every session ends, the API tokens stay. Refuses with `reset_link_invalid`.
pub fn redeem(tx: &mut Conn, ctx: &Ctx, secret: &Secret, password_hash: &str) -> AppResult<()> {
    let (id, user) = find(tx, ctx, secret)?;
    if !one_time::spend(tx, id, ctx.now)? {
        return Err(Refusal::ResetLinkInvalid {}.into());
    }
    people::set_password(tx, user.id, password_hash)?;
    token::revoke_sessions(tx, user.id, 0, ctx.now)?;
    one_time::end_all(tx, user.id, OneTimeKind::SecondFactor, ctx.now)?;
    audit::record(tx, ctx, "user.password", &format!("user:{}", user.username), "by the link of a mail")
}

fn find(conn: &mut Conn, ctx: &Ctx, secret: &Secret) -> AppResult<(i64, UserRow)> {
    let row = one_time::live(conn, OneTimeKind::PasswordReset, &secret.hash(), ctx.now)?;
    let found = match row.and_then(|row| Some((row.id, row.user_id?))) {
        Some((id, user_id)) => {
            people::by_id(conn, user_id)?.filter(|user| user.active).map(|user| (id, user))
        }
        None => None,
    };
    Ok(found.ok_or(Refusal::ResetLinkInvalid {})?)
}
