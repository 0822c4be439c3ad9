//! Users: who they are, what they are for, which depots and customers are theirs.

use crate::app::token::Secret;
use crate::app::{AppResult, Conn, Ctx, audit};
use crate::domain::actor::{Permission, Role};
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::language::Language;
use crate::domain::people::{check_customers, check_username};
use crate::domain::place::{PlaceKind, engineer_code};
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::people::{self, GrantRow, NewUser, UserRow};
use crate::store::{StoreResult, places, sso, token};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::store::people::UserFilter;

/// A user with what is given to them.
#[derive(Debug, Clone)]
pub struct User {
    /// The user.
    pub row: UserRow,
    /// Codes of the depots given to the user.
    pub depots: Vec<String>,
    /// Codes of the customers the user belongs to.
    pub customers: Vec<String>,
}

/// A user to be.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Sign-in name.
    pub username: String,
    /// Name as shown; the sign-in name when empty.
    pub display_name: String,
    /// Mail address, or empty.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Argon2id hash, made beforehand; none for a user who signs in by token only.
    pub password_hash: Option<String>,
    /// Codes of depots.
    pub depots: Vec<String>,
    /// Codes of customers.
    pub customers: Vec<String>,
    /// Language.
    pub language: Language,
    /// Whether a staff member reads only the own depots.
    pub reads_own_only: bool,
}

/// What is to change about a user; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Name as shown.
    pub display_name: Option<String>,
    /// Mail address; empty removes it.
    pub email: Option<String>,
    /// Role.
    pub role: Option<Role>,
    /// Argon2id hash of a new password, made beforehand.
    pub password_hash: Option<String>,
    /// Codes of exactly the depots to be given.
    pub depots: Option<Vec<String>>,
    /// Codes of exactly the customers to belong to.
    pub customers: Option<Vec<String>>,
    /// Language.
    pub language: Option<Language>,
    /// Whether a staff member reads only the own depots.
    pub reads_own_only: Option<bool>,
    /// Whether the account is on.
    pub active: Option<bool>,
}

/// Creates a user. Refuses with `invalid` or `already_exists`.
pub fn create(tx: &mut Conn, ctx: &Ctx, new: &NewPerson) -> AppResult<User> {
    ctx.actor.may(Permission::ManageUsers)?;
    let mut fields = Fields::new();
    note(&mut fields, check_username("username", &new.username));
    let display_name = fields.text("display_name", &new.display_name, NAME_MAX);
    let email = fields.email("email", &new.email);
    note(&mut fields, check_customers("customers", new.role, &new.customers));
    let depots = ids(tx, &mut fields, "depots", &new.depots, people::depot_id)?;
    let customers = ids(tx, &mut fields, "customers", &new.customers, people::customer_id)?;
    fields.finish()?;
    let row = NewUser {
        username: &new.username,
        display_name: if display_name.is_empty() { &new.username } else { &display_name },
        email: (!email.is_empty()).then_some(email.as_str()),
        password_hash: new.password_hash.as_deref(),
        role: new.role,
        language: new.language,
        reads_own_only: new.reads_own_only,
        created_at: ctx.now,
    };
    let Some(id) = people::insert(tx, &row)? else {
        return Err(Refusal::AlreadyExists { kind: "user".into(), key: new.username.clone() }.into());
    };
    people::set_depots(tx, id, &depots, ctx.now)?;
    people::set_customers(tx, id, &customers)?;
    give_van(tx, new.role, &new.username)?;
    let user = load(tx, &new.username)?;
    audit::record(tx, ctx, "user.create", &subject(&user), &describe(&user))?;
    Ok(user)
}

/// An engineer has a van: a place of stock from the first day on.
fn give_van(tx: &mut Conn, role: Role, username: &str) -> AppResult<()> {
    if role == Role::Engineer {
        places::ensure(tx, &engineer_code(username), PlaceKind::Engineer, None, None)?;
    }
    Ok(())
}

/// Changes a user. Refuses with `not_found`, `invalid`, or `last_admin` when nobody could administer afterwards.
pub fn change(tx: &mut Conn, ctx: &Ctx, username: &str, change: &Change) -> AppResult<User> {
    ctx.actor.may(Permission::ManageUsers)?;
    let before = load(tx, username)?;
    let mut row = before.row.clone();
    let mut fields = Fields::new();
    if let Some(name) = &change.display_name {
        row.display_name = fields.required("display_name", name, NAME_MAX);
    }
    if let Some(email) = &change.email {
        row.email = Some(fields.email("email", email)).filter(|email| !email.is_empty());
    }
    row.role = change.role.unwrap_or(row.role);
    row.language = change.language.unwrap_or(row.language);
    row.reads_own_only = change.reads_own_only.unwrap_or(row.reads_own_only);
    row.active = change.active.unwrap_or(row.active);
    let customers = change.customers.as_ref().unwrap_or(&before.customers);
    note(&mut fields, check_customers("customers", row.role, customers));
    let depot_ids = match &change.depots {
        Some(depots) => Some(ids(tx, &mut fields, "depots", depots, people::depot_id)?),
        None => None,
    };
    let customer_ids = ids(tx, &mut fields, "customers", customers, people::customer_id)?;
    fields.finish()?;
    let administers = row.role == Role::Admin && row.active;
    if before.row.role == Role::Admin
        && before.row.active
        && !administers
        && people::other_admins(tx, row.id)? == 0
    {
        return Err(Refusal::LastAdmin { username: row.username }.into());
    }
    people::update(tx, &row)?;
    give_van(tx, row.role, &row.username)?;
    if let Some(depot_ids) = depot_ids {
        people::set_depots(tx, row.id, &depot_ids, ctx.now)?;
    }
    people::set_customers(tx, row.id, &customer_ids)?;
    if let Some(hash) = &change.password_hash {
        set_password(tx, ctx, &row, hash, 0)?;
    }
    // Whoever is somebody else from now on signs in again; whoever is off does not.
    if !row.active || row.role != before.row.role {
        token::revoke_sessions(tx, row.id, 0, ctx.now)?;
    }
    if !row.active {
        sso::forget(tx, row.id)?;
    }
    let after = load(tx, username)?;
    audit::record(tx, ctx, "user.change", &subject(&after), &describe(&after))?;
    Ok(after)
}

/// Gives the actor another password and ends all of the actor's sessions but `keep_token_id`. The caller has verified the
/// old one.
pub fn change_own_password(tx: &mut Conn, ctx: &Ctx, hash: &str, keep_token_id: i64) -> AppResult<()> {
    let me = own(tx, ctx)?;
    set_password(tx, ctx, &me, hash, keep_token_id)
}

/// As [`change_own_password`], and opens a new session in place of all of them: whoever held the old one is out.
pub fn change_own_password_anew(tx: &mut Conn, ctx: &Ctx, hash: &str, session: &Secret) -> AppResult<()> {
    change_own_password(tx, ctx, hash, 0)?;
    crate::app::session::open(tx, ctx, ctx.actor.user_id, session)
}

/// Changes how the actor is shown and spoken to.
pub fn change_own(
    tx: &mut Conn,
    ctx: &Ctx,
    display_name: Option<&str>,
    language: Option<Language>,
) -> AppResult<User> {
    let mut row = own(tx, ctx)?;
    let mut fields = Fields::new();
    if let Some(name) = display_name {
        row.display_name = fields.required("display_name", name, NAME_MAX);
    }
    row.language = language.unwrap_or(row.language);
    fields.finish()?;
    people::update(tx, &row)?;
    load(tx, &row.username)
}

/// The actor's own password hash, to verify the old password against.
pub fn own_password_hash(conn: &mut Conn, ctx: &Ctx) -> AppResult<Option<String>> {
    Ok(own(conn, ctx)?.password_hash)
}

/// One user.
pub fn get(conn: &mut Conn, ctx: &Ctx, username: &str) -> AppResult<User> {
    ctx.actor.may(Permission::ManageUsers)?;
    load(conn, username)
}

/// Users by sign-in name, after `after`, at most `limit`.
pub fn list(
    conn: &mut Conn,
    ctx: &Ctx,
    filter: &UserFilter,
    after: &str,
    limit: i64,
) -> AppResult<Vec<User>> {
    ctx.actor.may(Permission::ManageUsers)?;
    let rows = people::list(conn, filter, after, limit)?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(vec![]) };
    let grants = people::grants_between(conn, &first.username, &last.username)?;
    Ok(rows.into_iter().map(|row| with_grants(row, &grants)).collect())
}

/// The shown names of these people by sign-in name, in one statement: a page tells who did something by the name people go
/// by. Who has no account (an imported history) is left out. For names a page has read under its reader's rights.
pub fn shown_names(conn: &mut Conn, usernames: &BTreeSet<String>) -> AppResult<BTreeMap<String, String>> {
    let wanted: Vec<&str> = usernames.iter().map(String::as_str).collect();
    let rows = people::names(conn, &wanted)?;
    Ok(rows.into_iter().map(|row| (row.username, row.display_name)).collect())
}

/// Whether there are no users yet, so that the first administrator may be made.
pub fn nobody_yet(conn: &mut Conn) -> AppResult<bool> {
    Ok(people::count(conn)? == 0)
}

/// The user of this name, for callers that have checked the actor's rights.
pub(crate) fn load(conn: &mut Conn, username: &str) -> AppResult<User> {
    let Some(row) = people::by_username(conn, username)? else {
        return Err(Refusal::not_found("user", username).into());
    };
    let grants = people::grants_of(conn, row.id)?;
    Ok(with_grants(row, &grants))
}

fn own(conn: &mut Conn, ctx: &Ctx) -> AppResult<UserRow> {
    let row = people::by_id(conn, ctx.actor.user_id)?;
    Ok(row.ok_or_else(|| Refusal::not_found("user", &ctx.actor.username))?)
}

fn set_password(tx: &mut Conn, ctx: &Ctx, user: &UserRow, hash: &str, keep_token_id: i64) -> AppResult<()> {
    people::set_password(tx, user.id, hash)?;
    token::revoke_sessions(tx, user.id, keep_token_id, ctx.now)?;
    audit::record(tx, ctx, "user.password", &format!("user:{}", user.username), "")
}

fn with_grants(row: UserRow, grants: &[GrantRow]) -> User {
    let codes = |kind: &str| {
        let own = grants.iter().filter(|grant| grant.user_id == row.id && grant.kind == kind);
        own.map(|grant| grant.code.clone()).collect()
    };
    User { depots: codes("depot"), customers: codes("customer"), row }
}

/// Ids of the codes, each once; an unknown code is noted with its position.
fn ids(
    conn: &mut Conn,
    fields: &mut Fields,
    field: &str,
    codes: &[String],
    find: fn(&mut Conn, &str) -> StoreResult<Option<i64>>,
) -> AppResult<Vec<i64>> {
    let mut ids = BTreeSet::new();
    for (index, code) in codes.iter().enumerate() {
        match find(conn, code)? {
            Some(id) => {
                ids.insert(id);
            }
            None => fields.push(FieldError::new(format!("{field}[{index}]"), "unknown").with("value", code)),
        }
    }
    Ok(ids.into_iter().collect())
}

fn note(fields: &mut Fields, verdict: Result<(), FieldError>) {
    if let Err(error) = verdict {
        fields.push(error);
    }
}

fn subject(user: &User) -> String {
    format!("user:{}", user.row.username)
}

fn describe(user: &User) -> String {
    let state = if user.row.active { "on" } else { "off" };
    format!(
        "{}, {state}, depots [{}], customers [{}]",
        user.row.role,
        user.depots.join(" "),
        user.customers.join(" ")
    )
}
