//! Users, their depots and their customers.
//!
//! Reads here take no scope: only administrators list users, and everybody else reads the own row by its id.

use crate::domain::actor::Role;
use crate::domain::language::Language;
use crate::row;
use crate::store::StoreResult;
use crate::store::sql::{Conn, Sql, sql, sql_in, sql_shaped};
use chrono::{DateTime, Utc};

row! {
    /// A user as stored.
    pub struct UserRow {
        /// Id.
        pub id: i64,
        /// Sign-in name.
        pub username: String,
        /// Name as shown.
        pub display_name: String,
        /// Mail address.
        pub email: Option<String>,
        /// Argon2id hash; `None` for a user who cannot sign in with a password.
        pub password_hash: Option<String>,
        /// Role.
        pub role: Role,
        /// Language of pages and mails.
        pub language: Language,
        /// Whether a staff member reads only the own depots.
        pub reads_own_only: bool,
        /// Whether the account is on.
        pub active: bool,
        /// When it was created.
        pub created_at: DateTime<Utc>,
        /// Version: one more with every change.
        pub version: i64,
    }

    /// A depot or customer given to a user.
    pub struct GrantRow {
        /// The user.
        pub user_id: i64,
        /// `depot` or `customer`.
        pub kind: String,
        /// Id of the depot or customer.
        pub id: i64,
        /// Its code.
        pub code: String,
        /// What it is called.
        pub name: String,
    }

    struct IdRow { id: i64 }
}

const COLUMNS: &str = "u.id, u.username, u.display_name, u.email, u.password_hash, u.role, u.language, u.reads_own_only, u.active, u.created_at, \
     u.version";

/// A user to write.
pub struct NewUser<'a> {
    /// Sign-in name.
    pub username: &'a str,
    /// Name as shown.
    pub display_name: &'a str,
    /// Mail address.
    pub email: Option<&'a str>,
    /// Argon2id hash.
    pub password_hash: Option<&'a str>,
    /// Role.
    pub role: Role,
    /// Language of pages and mails.
    pub language: Language,
    /// Whether a staff member reads only the own depots.
    pub reads_own_only: bool,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// Which users a list holds.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Only this role.
    pub role: Option<Role>,
    /// Only accounts that are on, or only those that are off.
    pub active: Option<bool>,
    /// Only users to whom this depot is given.
    pub depot: Option<String>,
}

/// Writes a user; `None` when the name is taken, be it in other case.
pub fn insert(tx: &mut Conn, new: &NewUser<'_>) -> StoreResult<Option<i64>> {
    let row: Option<IdRow> = sql(
        "INSERT INTO app_user (username, display_name, email, password_hash, role, language, reads_own_only, created_at) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM app_user WHERE lower(username) = lower($1)) \
         ON CONFLICT (username) DO NOTHING RETURNING id",
    )
    .bind(new.username)
    .bind(new.display_name)
    .bind(new.email)
    .bind(new.password_hash)
    .bind(new.role)
    .bind(new.language)
    .bind(new.reads_own_only)
    .bind(new.created_at)
    .optional(tx)?;
    Ok(row.map(|row| row.id))
}

/// Writes everything of a user that can change, except the password.
pub fn update(tx: &mut Conn, user: &UserRow) -> StoreResult<()> {
    sql("UPDATE app_user SET display_name = $1, email = $2, role = $3, language = $4, reads_own_only = $5, active = $6, \
         version = version + 1 WHERE id = $7")
        .bind(&user.display_name)
        .bind(user.email.as_deref())
        .bind(user.role)
        .bind(user.language)
        .bind(user.reads_own_only)
        .bind(user.active)
        .bind(user.id)
        .execute(tx)?;
    Ok(())
}

/// Gives a user another password hash.
pub fn set_password(tx: &mut Conn, user_id: i64, password_hash: &str) -> StoreResult<()> {
    sql("UPDATE app_user SET password_hash = $1 WHERE id = $2")
        .bind(password_hash)
        .bind(user_id)
        .execute(tx)?;
    Ok(())
}

/// The user of this sign-in name.
pub fn by_username(conn: &mut Conn, username: &str) -> StoreResult<Option<UserRow>> {
    Ok(select("u.username = $1").bind(username).optional(conn)?)
}

/// The one active user with this mail address; none when several share it.
pub fn by_email(conn: &mut Conn, email: &str) -> StoreResult<Option<UserRow>> {
    let mut users: Vec<UserRow> = select("u.active AND lower(u.email) = $1 ORDER BY u.id LIMIT 2")
        .bind(email.to_lowercase())
        .load(conn)?;
    Ok(if users.len() == 1 { users.pop() } else { None })
}

/// The user of this id.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<UserRow>> {
    Ok(select("u.id = $1").bind(id).optional(conn)?)
}

fn select(condition: &str) -> Sql {
    sql_shaped(format!("SELECT {COLUMNS} FROM app_user u WHERE {condition}"))
}

/// Users by sign-in name, after `after`.
pub fn list(conn: &mut Conn, filter: &UserFilter, after: &str, limit: i64) -> StoreResult<Vec<UserRow>> {
    let mut condition = "u.username > $1".to_owned();
    let mut placeholder = 2;
    let mut also = |text: &str| {
        placeholder += 1;
        condition.push_str(&text.replace("$n", &format!("${placeholder}")));
    };
    if filter.role.is_some() {
        also(" AND u.role = $n");
    }
    if filter.active.is_some() {
        also(" AND u.active = $n");
    }
    if filter.depot.is_some() {
        also(
            " AND EXISTS (SELECT 1 FROM user_depot ud JOIN depot d ON d.id = ud.depot_id \
              WHERE ud.user_id = u.id AND ud.valid_to IS NULL AND d.code = $n)",
        );
    }
    let mut query = select(&format!("{condition} ORDER BY u.username LIMIT $2")).bind(after).bind(limit);
    if let Some(role) = filter.role {
        query = query.bind(role);
    }
    if let Some(active) = filter.active {
        query = query.bind(active);
    }
    if let Some(depot) = &filter.depot {
        query = query.bind(depot);
    }
    Ok(query.load(conn)?)
}

/// How many users there are.
pub fn count(conn: &mut Conn) -> StoreResult<i64> {
    Ok(sql("SELECT COUNT(*) AS value FROM app_user").number(conn)?)
}

/// How many active administrators there are besides this user.
pub fn other_admins(conn: &mut Conn, user_id: i64) -> StoreResult<i64> {
    Ok(sql("SELECT COUNT(*) AS value FROM app_user WHERE role = 'admin' AND active AND id <> $1")
        .bind(user_id)
        .number(conn)?)
}

/// Depots and customers of one user, as they are now, by code.
pub fn grants_of(conn: &mut Conn, user_id: i64) -> StoreResult<Vec<GrantRow>> {
    grants_of_all(conn, &[user_id])
}

/// The same of several.
pub fn grants_of_all(conn: &mut Conn, user_ids: &[i64]) -> StoreResult<Vec<GrantRow>> {
    let text = "SELECT ud.user_id, 'depot' AS kind, d.id, d.code, d.name FROM user_depot ud JOIN depot d ON d.id = ud.depot_id \
         WHERE ud.user_id IN ({in}) AND ud.valid_to IS NULL \
         UNION ALL SELECT uc.user_id, 'customer' AS kind, c.id, c.code, c.name FROM user_customer uc JOIN customer c ON c.id = uc.customer_id \
         WHERE uc.user_id IN ({in}) ORDER BY 1, 2, 4";
    Ok(sql_in(text, user_ids.to_vec()).load(conn)?)
}

/// Depots and customers of all users whose sign-in names lie between the two, both included.
pub fn grants_between(conn: &mut Conn, first: &str, last: &str) -> StoreResult<Vec<GrantRow>> {
    Ok(sql("SELECT ud.user_id, 'depot' AS kind, d.id, d.code, d.name FROM user_depot ud JOIN depot d ON d.id = ud.depot_id \
         JOIN app_user u ON u.id = ud.user_id WHERE u.username >= $1 AND u.username <= $2 AND ud.valid_to IS NULL \
         UNION ALL SELECT uc.user_id, 'customer' AS kind, c.id, c.code, c.name FROM user_customer uc JOIN customer c ON c.id = uc.customer_id \
         JOIN app_user u ON u.id = uc.user_id WHERE u.username >= $1 AND u.username <= $2 ORDER BY 1, 2, 4")
    .bind(first)
    .bind(last)
    .load(conn)?)
}

/// Id of a depot by its code.
pub fn depot_id(conn: &mut Conn, code: &str) -> StoreResult<Option<i64>> {
    let row: Option<IdRow> = sql("SELECT id FROM depot WHERE code = $1").bind(code).optional(conn)?;
    Ok(row.map(|row| row.id))
}

/// Id of a customer by its code.
pub fn customer_id(conn: &mut Conn, code: &str) -> StoreResult<Option<i64>> {
    let row: Option<IdRow> = sql("SELECT id FROM customer WHERE code = $1").bind(code).optional(conn)?;
    Ok(row.map(|row| row.id))
}

/// Gives exactly these depots to the user from now on. What was given before stays on record with its end.
pub fn set_depots(tx: &mut Conn, user_id: i64, depot_ids: &[i64], now: DateTime<Utc>) -> StoreResult<()> {
    let given: Vec<i64> = grants_of(tx, user_id)?
        .into_iter()
        .filter(|grant| grant.kind == "depot")
        .map(|grant| grant.id)
        .collect();
    for gone in given.iter().filter(|id| !depot_ids.contains(id)) {
        sql("UPDATE user_depot SET valid_to = $1 WHERE user_id = $2 AND depot_id = $3 AND valid_to IS NULL")
            .bind(now)
            .bind(user_id)
            .bind(*gone)
            .execute(tx)?;
    }
    for new in depot_ids.iter().filter(|id| !given.contains(id)) {
        sql("INSERT INTO user_depot (user_id, depot_id, valid_from) VALUES ($1, $2, $3) \
             ON CONFLICT (user_id, depot_id) WHERE valid_to IS NULL DO NOTHING")
        .bind(user_id)
        .bind(*new)
        .bind(now)
        .execute(tx)?;
    }
    Ok(())
}

/// Makes the user belong to exactly these customers.
pub fn set_customers(tx: &mut Conn, user_id: i64, customer_ids: &[i64]) -> StoreResult<()> {
    sql("DELETE FROM user_customer WHERE user_id = $1").bind(user_id).execute(tx)?;
    for customer_id in customer_ids {
        sql("INSERT INTO user_customer (user_id, customer_id) VALUES ($1, $2) ON CONFLICT (user_id, customer_id) DO NOTHING")
            .bind(user_id)
            .bind(*customer_id)
            .execute(tx)?;
    }
    Ok(())
}

row! {
    struct SettingRow { value: String }
}

/// A setting of the installation.
pub fn setting(conn: &mut Conn, name: &str) -> StoreResult<Option<String>> {
    let row: Option<SettingRow> =
        sql("SELECT value FROM setting WHERE name = $1").bind(name).optional(conn)?;
    Ok(row.map(|row| row.value))
}

/// Writes a setting.
pub fn set_setting(tx: &mut Conn, name: &str, value: &str) -> StoreResult<()> {
    sql("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(tx)?;
    Ok(())
}

/// Removes a setting; whether it had this value. Only one of several callers at the same time is told `true`.
pub fn take_setting(tx: &mut Conn, name: &str, value: &str) -> StoreResult<bool> {
    Ok(sql("DELETE FROM setting WHERE name = $1 AND value = $2").bind(name).bind(value).execute(tx)? == 1)
}

row! {
    /// Somebody's name and role.
    pub struct RoleRow {
        /// Sign-in name.
        pub username: String,
        /// Shown name.
        pub display_name: String,
        /// Role.
        pub role: Role,
    }

    /// Somebody's name.
    #[derive(PartialEq, Eq)]
    pub struct NameRow {
        /// Sign-in name.
        pub username: String,
        /// Shown name.
        pub display_name: String,
    }
}

/// The shown names of these people, as far as they have an account.
pub fn names(conn: &mut Conn, usernames: &[&str]) -> StoreResult<Vec<NameRow>> {
    let text = "SELECT username, display_name FROM app_user WHERE username IN ({in})";
    Ok(sql_in(text, usernames.iter().copied()).load(conn)?)
}

/// Staff whose accounts are on, by shown name.
pub fn staff(conn: &mut Conn) -> StoreResult<Vec<NameRow>> {
    Ok(sql("SELECT username, display_name FROM app_user WHERE active = TRUE AND role <> 'customer' ORDER BY display_name, username")
        .load(conn)?)
}

/// People whose accounts are on with their roles, by shown name.
pub fn active(conn: &mut Conn) -> StoreResult<Vec<RoleRow>> {
    Ok(sql("SELECT username, display_name, role FROM app_user WHERE active = TRUE ORDER BY display_name, username")
        .load(conn)?)
}

/// Engineers whose accounts are on and who work in this depot or in all, by shown name.
pub fn engineers(conn: &mut Conn, depot: &str) -> StoreResult<Vec<NameRow>> {
    Ok(sql("SELECT u.username, u.display_name FROM app_user u WHERE u.active = TRUE AND u.role = 'engineer' \
         AND (NOT EXISTS (SELECT 1 FROM user_depot ud WHERE ud.user_id = u.id AND ud.valid_to IS NULL) \
         OR EXISTS (SELECT 1 FROM user_depot ud JOIN depot d ON d.id = ud.depot_id \
         WHERE ud.user_id = u.id AND ud.valid_to IS NULL AND d.code = $1)) ORDER BY u.display_name, u.username")
    .bind(depot)
    .load(conn)?)
}
