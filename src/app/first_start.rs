//! The first start: a one-time link lets whoever reads the server's terminal make the first administrator.

use crate::app::people::{self, NewPerson, User};
use crate::app::token::Secret;
use crate::app::{AppResult, Conn, Ctx, audit, session};
use crate::domain::actor::{Actor, Permission, Role};
use crate::domain::people::SETUP_LINK_LIFE;
use crate::domain::refusal::Refusal;
use crate::store::{first_start, people as rows};
use chrono::{DateTime, Utc};

pub use crate::store::first_start::ProgressRow as Progress;

const SETTING: &str = "setup_link";

/// Makes `secret` the one valid set-up link; an earlier one ends. Whether one is needed: not when there are users.
pub fn offer_link(tx: &mut Conn, ctx: &Ctx, secret: &Secret) -> AppResult<bool> {
    if !people::nobody_yet(tx)? {
        return Ok(false);
    }
    let until = (ctx.now + SETUP_LINK_LIFE).timestamp();
    rows::set_setting(tx, SETTING, &format!("{} {until}", hex::encode(secret.hash())))?;
    audit::record(tx, ctx, "setup.offer", "setup", "")?;
    Ok(true)
}

/// Whether there is nobody yet who could sign in.
pub fn is_empty(conn: &mut Conn, _: &Ctx) -> AppResult<bool> {
    people::nobody_yet(conn)
}

/// Whether the link would still do, for showing its page. Refuses with `setup_link_invalid`.
pub fn check_link(conn: &mut Conn, ctx: &Ctx, secret: &Secret) -> AppResult<()> {
    live_setting(conn, ctx.now, secret)?;
    Ok(())
}

/// Uses the link: makes the first administrator. Of several attempts at once, one succeeds.
pub fn use_link(tx: &mut Conn, ctx: &Ctx, secret: &Secret, first: &NewPerson) -> AppResult<User> {
    let setting = live_setting(tx, ctx.now, secret)?;
    if !rows::take_setting(tx, SETTING, &setting)? {
        return Err(Refusal::SetupLinkInvalid {}.into());
    }
    let admin = NewPerson { role: Role::Admin, depots: vec![], customers: vec![], ..first.clone() };
    people::create(tx, ctx, &admin)
}

/// As [`use_link`], and opens a session for the new administrator.
pub fn begin(
    tx: &mut Conn,
    ctx: &Ctx,
    secret: &Secret,
    first: &NewPerson,
    session_secret: &Secret,
) -> AppResult<()> {
    let admin = use_link(tx, ctx, secret, first)?;
    let mut own = ctx.clone();
    own.actor = Actor { user_id: admin.row.id, username: admin.row.username, ..Actor::system("") };
    session::open(tx, &own, admin.row.id, session_secret)
}

/// How far the company has come on the way to its first RMA. Refuses with `forbidden`.
pub fn progress(conn: &mut Conn, ctx: &Ctx) -> AppResult<Progress> {
    ctx.actor.may(Permission::ManageSetup)?;
    Ok(first_start::progress(conn)?)
}

fn live_setting(conn: &mut Conn, now: DateTime<Utc>, secret: &Secret) -> AppResult<String> {
    let live = |setting: &String| {
        let (hash, until) = setting.split_once(' ')?;
        let until: i64 = until.parse().ok()?;
        (hash == hex::encode(secret.hash()) && now.timestamp() < until).then_some(())
    };
    let setting = rows::setting(conn, SETTING)?.filter(|setting| live(setting).is_some());
    match setting {
        Some(setting) if people::nobody_yet(conn)? => Ok(setting),
        Some(_) | None => Err(Refusal::SetupLinkInvalid {}.into()),
    }
}
