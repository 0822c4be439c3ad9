//! Rows of contracts and the sites they are limited to.

use crate::domain::actor::Scope;
use crate::domain::entitlement::ContractFacts;
use crate::domain::plan::RateVariant;
use crate::row;
use crate::store::StoreResult;
use crate::store::listing::Listing;
use crate::store::sql::{Conn, sql, sql_shaped};
use chrono::NaiveDate;

row! {
    /// A contract as stored.
    #[derive(PartialEq, Eq)]
    pub struct ContractRow {
        /// Row id.
        pub id: i64,
        /// Contract number.
        pub number: String,
        /// Row id of the customer.
        pub customer_id: i64,
        /// Code of the customer.
        pub customer: String,
        /// Row id of the plan.
        pub plan_id: i64,
        /// Code of the plan.
        pub plan: String,
        /// First day.
        pub valid_from: NaiveDate,
        /// Last day; `None` when it runs on.
        pub valid_to: Option<NaiveDate>,
        /// The contractual rate.
        pub variant: RateVariant,
        /// Version: one more with every change.
        pub version: i64,
    }

    struct SiteOf { contract_id: i64, name: String }
}

const SELECT: &str = "SELECT k.id, k.number, k.customer_id, c.code AS customer, k.plan_id, p.code AS plan, k.valid_from, \
                      k.valid_to, k.variant, k.version FROM contract k JOIN customer c ON c.id = k.customer_id \
                      JOIN plan p ON p.id = k.plan_id";

/// What a reader may know of contracts: staff all, a customer's user the own organisations'. `$1` is the user.
fn visible(scope: &Scope) -> (&'static str, i64) {
    match scope {
        Scope::Customers { user_id } => (
            "EXISTS (SELECT 1 FROM user_customer uc WHERE uc.user_id = $1 AND uc.customer_id = k.customer_id)",
            *user_id,
        ),
        // $1 must stand in the text: PostgreSQL wants a type for every value sent.
        Scope::All | Scope::Depots { .. } => ("$1 >= 0", 0),
    }
}

/// A page of the contracts a reader may know, by number; of one customer where its code is not empty.
pub fn list(conn: &mut Conn, scope: &Scope, page: &Listing, customer: &str) -> StoreResult<Vec<ContractRow>> {
    let (visible, user_id) = visible(scope);
    let (prefix, end) = page.code_range();
    Ok(sql_shaped(format!(
        "{SELECT} WHERE {visible} AND k.number > $2 AND ($7 = '' OR c.code = $7) \
         AND ($4 = '' OR (k.number >= $4 AND k.number < $5) OR lower(c.name) LIKE $6 ESCAPE '~') ORDER BY k.number LIMIT $3"
    ))
    .bind(user_id)
    .bind(&page.after)
    .bind(page.limit)
    .bind(prefix)
    .bind(end)
    .bind(page.name_pattern())
    .bind(customer)
    .load(conn)?)
}

/// The contract of this number, if the reader may know it.
pub fn by_number(conn: &mut Conn, scope: &Scope, number: &str) -> StoreResult<Option<ContractRow>> {
    let (visible, user_id) = visible(scope);
    Ok(sql_shaped(format!("{SELECT} WHERE {visible} AND k.number = $2"))
        .bind(user_id)
        .bind(number)
        .optional(conn)?)
}

/// Names of the sites a contract is limited to, sorted; empty for all.
pub fn sites(conn: &mut Conn, contract_id: i64) -> StoreResult<Vec<String>> {
    let rows: Vec<SiteOf> = sql(
        "SELECT s.contract_id, t.name FROM contract_site s JOIN site t ON t.id = s.site_id WHERE s.contract_id = $1 ORDER BY t.name",
    )
    .bind(contract_id)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Adds a contract, whose `id` does not count; its id. Breaks the unique number when it is taken.
pub fn insert(tx: &mut Conn, contract: &ContractRow) -> StoreResult<i64> {
    Ok(sql(
        "INSERT INTO contract (number, customer_id, plan_id, valid_from, valid_to, variant) VALUES ($1, $2, $3, $4, $5, $6) \
         RETURNING id AS value",
    )
    .bind(&contract.number)
    .bind(contract.customer_id)
    .bind(contract.plan_id)
    .bind(contract.valid_from)
    .bind(contract.valid_to)
    .bind(contract.variant)
    .number(tx)?)
}

/// Writes a contract back; its new version. Number and customer stay.
pub fn update(tx: &mut Conn, contract: &ContractRow) -> StoreResult<i64> {
    Ok(sql("UPDATE contract SET plan_id = $1, valid_from = $2, valid_to = $3, variant = $4, version = version + 1 WHERE id = $5 \
         RETURNING version AS value")
        .bind(contract.plan_id)
        .bind(contract.valid_from)
        .bind(contract.valid_to)
        .bind(contract.variant)
        .bind(contract.id)
        .number(tx)?)
}

/// Limits a contract to these sites and no others; an empty list lifts the limit.
pub fn set_sites(tx: &mut Conn, contract_id: i64, site_ids: &[i64]) -> StoreResult<()> {
    sql("DELETE FROM contract_site WHERE contract_id = $1").bind(contract_id).execute(tx)?;
    for site_id in site_ids {
        sql("INSERT INTO contract_site (contract_id, site_id) VALUES ($1, $2) ON CONFLICT (contract_id, site_id) DO NOTHING")
            .bind(contract_id)
            .bind(*site_id)
            .execute(tx)?;
    }
    Ok(())
}

/// All contracts of a customer, as far as coverage goes.
pub fn facts(conn: &mut Conn, customer_id: i64) -> StoreResult<Vec<ContractFacts>> {
    let rows: Vec<ContractRow> = sql_shaped(format!("{SELECT} WHERE k.customer_id = $1 ORDER BY k.id"))
        .bind(customer_id)
        .load(conn)?;
    let sites: Vec<SiteOf> =
        sql("SELECT s.contract_id, t.name FROM contract k JOIN contract_site s ON s.contract_id = k.id \
         JOIN site t ON t.id = s.site_id WHERE k.customer_id = $1 ORDER BY t.name")
        .bind(customer_id)
        .load(conn)?;
    let of = |id: i64| {
        sites.iter().filter(move |site| site.contract_id == id).map(|site| site.name.clone()).collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| ContractFacts {
            id: row.id,
            sites: of(row.id),
            number: row.number,
            plan_id: row.plan_id,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            variant: row.variant,
        })
        .collect())
}
