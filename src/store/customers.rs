//! Rows of customers, their contacts and their sites.

use crate::domain::actor::Scope;
use crate::domain::language::Language;
use crate::row;
use crate::store::StoreResult;
use crate::store::listing::Listing;
use crate::store::sql::{Conn, sql, sql_shaped};
use chrono::{DateTime, Utc};

row! {
    /// A customer as stored.
    #[derive(PartialEq, Eq)]
    pub struct CustomerRow {
        /// Row id.
        pub id: i64,
        /// Code, e.g. `C1001`.
        pub code: String,
        /// Name of the organisation.
        pub name: String,
        /// City of its main site.
        pub city: String,
        /// Language of mails to addresses that are no contact's.
        pub language: Language,
        /// The plan that counts where no contract does.
        pub plan_id: Option<i64>,
        /// That plan's code.
        pub plan: Option<String>,
        /// Version: one more with every change.
        pub version: i64,
    }

    /// Somebody at a customer.
    #[derive(PartialEq, Eq)]
    pub struct ContactRow {
        /// Row id.
        pub id: i64,
        /// Row id of the customer.
        pub customer_id: i64,
        /// Name.
        pub name: String,
        /// Mail address; one contact of a customer per address.
        pub email: String,
        /// Telephone.
        pub phone: String,
        /// Language of the mails.
        pub language: Language,
    }

    /// A site of a customer.
    #[derive(PartialEq, Eq)]
    pub struct SiteRow {
        /// Row id.
        pub id: i64,
        /// Name; one site of a customer per name.
        pub name: String,
        /// Postal address.
        pub address: String,
    }
}

const SELECT: &str = "SELECT c.id, c.code, c.name, c.city, c.language, c.plan_id, p.code AS plan, c.version \
                      FROM customer c LEFT JOIN plan p ON p.id = c.plan_id";

/// What a reader may know of customers: staff all, a customer's user the own organisations. `$1` is the user.
fn visible(scope: &Scope) -> (&'static str, i64) {
    match scope {
        Scope::Customers { user_id } => (
            "EXISTS (SELECT 1 FROM user_customer uc WHERE uc.user_id = $1 AND uc.customer_id = c.id)",
            *user_id,
        ),
        // $1 must stand in the text: PostgreSQL wants a type for every value sent.
        Scope::All | Scope::Depots { .. } => ("$1 >= 0", 0),
    }
}

/// A page of the customers a reader may know, by code.
pub fn list(conn: &mut Conn, scope: &Scope, page: &Listing) -> StoreResult<Vec<CustomerRow>> {
    let (visible, user_id) = visible(scope);
    let (prefix, end) = page.code_range();
    Ok(sql_shaped(format!(
        "{SELECT} WHERE {visible} AND c.code > $2 \
         AND ($4 = '' OR (c.code >= $4 AND c.code < $5) OR lower(c.name) LIKE $6 ESCAPE '~') ORDER BY c.code LIMIT $3"
    ))
    .bind(user_id)
    .bind(&page.after)
    .bind(page.limit)
    .bind(prefix)
    .bind(end)
    .bind(page.name_pattern())
    .load(conn)?)
}

/// The customer of this code, if the reader may know it.
pub fn by_code(conn: &mut Conn, scope: &Scope, code: &str) -> StoreResult<Option<CustomerRow>> {
    let (visible, user_id) = visible(scope);
    Ok(sql_shaped(format!("{SELECT} WHERE {visible} AND c.code = $2"))
        .bind(user_id)
        .bind(code)
        .optional(conn)?)
}

/// The customer with this id, for use cases that have judged the reader before.
pub fn by_id(conn: &mut Conn, id: i64) -> StoreResult<Option<CustomerRow>> {
    Ok(sql_shaped(format!("{SELECT} WHERE c.id = $1")).bind(id).optional(conn)?)
}

/// Adds a customer, whose `id` does not count; its id. Breaks the unique code when it is taken.
pub fn insert(tx: &mut Conn, customer: &CustomerRow, now: DateTime<Utc>) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO customer (code, name, city, language, plan_id, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         RETURNING id AS value",
    )
    .bind(&customer.code)
    .bind(&customer.name)
    .bind(&customer.city)
    .bind(customer.language)
    .bind(customer.plan_id)
    .bind(now)
    .number(tx)?)
}

/// Writes a customer back; its new version. The code stays.
pub fn update(tx: &mut Conn, customer: &CustomerRow) -> StoreResult<i64> {
    Ok(sql("UPDATE customer SET name = $1, city = $2, language = $3, plan_id = $4, version = version + 1 WHERE id = $5 \
         RETURNING version AS value")
        .bind(&customer.name)
        .bind(&customer.city)
        .bind(customer.language)
        .bind(customer.plan_id)
        .bind(customer.id)
        .number(tx)?)
}

/// The contacts of a customer, the one entered first first.
pub fn contacts(conn: &mut Conn, customer_id: i64) -> StoreResult<Vec<ContactRow>> {
    Ok(sql("SELECT id, customer_id, name, email, phone, language FROM contact WHERE customer_id = $1 ORDER BY id")
        .bind(customer_id)
        .load(conn)?)
}

/// Writes a contact: new when its `id` is 0.
pub fn save_contact(tx: &mut Conn, contact: &ContactRow) -> StoreResult<()> {
    let statement = if contact.id == 0 {
        sql("INSERT INTO contact (customer_id, name, email, phone, language) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (customer_id, email) DO UPDATE \
             SET name = excluded.name, phone = excluded.phone, language = excluded.language")
        .bind(contact.customer_id)
        .bind(&contact.name)
        .bind(&contact.email)
        .bind(&contact.phone)
        .bind(contact.language)
    } else {
        sql("UPDATE contact SET name = $1, email = $2, phone = $3, language = $4 WHERE id = $5")
            .bind(&contact.name)
            .bind(&contact.email)
            .bind(&contact.phone)
            .bind(contact.language)
            .bind(contact.id)
    };
    statement.execute(tx)?;
    Ok(())
}

/// Removes a contact. RMAs keep the name and address they were registered with.
pub fn remove_contact(tx: &mut Conn, id: i64) -> StoreResult<()> {
    sql("DELETE FROM contact WHERE id = $1").bind(id).execute(tx)?;
    Ok(())
}

/// The sites of a customer, by name.
pub fn sites(conn: &mut Conn, customer_id: i64) -> StoreResult<Vec<SiteRow>> {
    Ok(sql("SELECT id, name, address FROM site WHERE customer_id = $1 ORDER BY name")
        .bind(customer_id)
        .load(conn)?)
}

/// Writes a site: a new one, or the address of the one of this name.
pub fn save_site(tx: &mut Conn, customer_id: i64, name: &str, address: &str) -> StoreResult<()> {
    sql("INSERT INTO site (customer_id, name, address) VALUES ($1, $2, $3) \
         ON CONFLICT (customer_id, name) DO UPDATE SET address = excluded.address")
    .bind(customer_id)
    .bind(name)
    .bind(address)
    .execute(tx)?;
    Ok(())
}

/// Removes a site no contract is limited to; whether it did.
pub fn remove_site(tx: &mut Conn, id: i64) -> StoreResult<bool> {
    Ok(sql(
        "DELETE FROM site WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM contract_site s WHERE s.site_id = $1)",
    )
    .bind(id)
    .execute(tx)?
        == 1)
}
