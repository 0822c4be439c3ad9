//! Rows of service plans and their immutable versions.

use crate::domain::data_bearing::DataAnswer;
use crate::domain::plan::{
    PlanVersion, PromiseKind, RateVariant, Regime, ReturnedWhen, Term, TermUnit, VendorSwap,
};
use crate::domain::repair::{causes_of, causes_text};
use crate::row;
use crate::store::sql::{Conn, sql};
use crate::store::{StoreResult, requests};
use chrono::{DateTime, NaiveDate, Utc};

row! {
    /// A plan as stored: a name.
    #[derive(PartialEq, Eq)]
    pub struct PlanRow {
        /// Row id.
        pub id: i64,
        /// Code, e.g. `gold`.
        pub code: String,
        /// Name in Chinese, unique among plans in practice: imports name plans by it.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Version: one more with every change.
        pub version: i64,
    }

    struct VersionRow {
        id: i64,
        plan_id: i64,
        plan: String,
        valid_from: NaiveDate,
        regime: Regime,
        variant: RateVariant,
        brand_new_required: bool,
        vendor_swap_is: VendorSwap,
        repair_warranty_days: i64,
        returned_when: ReturnedWhen,
        closes_minute: Option<i64>,
        data_answer: Option<DataAnswer>,
        repair_limit_percent: i64,
        excused_causes: String,
        auto_approval: i64,
    }

    struct TermRow {
        promise_kind: PromiseKind,
        amount: i64,
        unit: TermUnit,
        start_day_counts: bool,
        target_bp: i64,
    }
}

macro_rules! select_version {
    ($tail:literal) => {
        concat!(
            "SELECT v.id, v.plan_id, p.code AS plan, v.valid_from, v.regime, v.variant, v.brand_new_required, ",
            "v.vendor_swap_is, v.repair_warranty_days, v.returned_when, v.closes_minute, NULLIF(v.data_answer, '') AS data_answer, ",
            "v.repair_limit_percent, v.excused_causes, CAST(CASE WHEN EXISTS (SELECT 1 FROM plan_auto_approval x ",
            "WHERE x.plan_version_id = v.id) THEN 1 ELSE 0 END AS BIGINT) AS auto_approval FROM plan_version v JOIN plan p ON p.id = v.plan_id ",
            $tail
        )
    };
}

/// The contractual rates that plans and contracts name.
pub fn variants(conn: &mut Conn) -> StoreResult<Vec<RateVariant>> {
    row! { struct VariantRow { variant: RateVariant } }
    let rows: Vec<VariantRow> =
        sql("SELECT variant FROM plan_version UNION SELECT variant FROM contract ORDER BY variant")
            .load(conn)?;
    Ok(rows.into_iter().map(|row| row.variant).collect())
}

/// Every plan, by code. There are a handful.
pub fn list(conn: &mut Conn) -> StoreResult<Vec<PlanRow>> {
    Ok(sql("SELECT id, code, name, name_en, version FROM plan ORDER BY code").load(conn)?)
}

/// The plan of this code, or else of this name in either language: imports and people say 金牌服务.
pub fn by_code_or_name(conn: &mut Conn, word: &str) -> StoreResult<Option<PlanRow>> {
    Ok(sql("SELECT id, code, name, name_en, version FROM plan WHERE code = $1 OR name = $1 OR name_en = $1 \
         ORDER BY CASE WHEN code = $1 THEN 0 ELSE 1 END, id LIMIT 1")
    .bind(word)
    .optional(conn)?)
}

/// The plan of this code.
pub fn by_code(conn: &mut Conn, code: &str) -> StoreResult<Option<PlanRow>> {
    Ok(sql("SELECT id, code, name, name_en, version FROM plan WHERE code = $1").bind(code).optional(conn)?)
}

/// The plans a customer's user may know of: those of the own organisations and of their contracts.
pub fn ids_of_user(conn: &mut Conn, user_id: i64) -> StoreResult<Vec<i64>> {
    let rows: Vec<PlanRow> = sql(
        "SELECT id, code, name, name_en, version FROM plan p WHERE EXISTS (SELECT 1 FROM user_customer uc \
         JOIN customer c ON c.id = uc.customer_id WHERE uc.user_id = $1 AND c.plan_id = p.id) \
         OR EXISTS (SELECT 1 FROM user_customer uc JOIN contract k ON k.customer_id = uc.customer_id \
         WHERE uc.user_id = $1 AND k.plan_id = p.id) ORDER BY id",
    )
    .bind(user_id)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Whether another plan goes by one of these names.
pub fn name_is_taken(conn: &mut Conn, code: &str, names: [&str; 2]) -> StoreResult<bool> {
    let [zh, en] = names;
    Ok(sql("SELECT count(*) AS value FROM plan WHERE code <> $1 AND (name IN ($2, $3) OR name_en IN ($2, $3) OR code IN ($2, $3))")
        .bind(code)
        .bind(zh)
        .bind(en)
        .number(conn)?
        > 0)
}

/// Adds a plan; its id. Breaks the unique code when it is taken.
pub fn insert(tx: &mut Conn, code: &str, name: &str, name_en: &str) -> StoreResult<i64> {
    Ok(sql("INSERT INTO plan (code, name, name_en) VALUES ($1, $2, $3) RETURNING id AS value")
        .bind(code)
        .bind(name)
        .bind(name_en)
        .number(tx)?)
}

/// Gives a plan other names; its new version.
pub fn rename(tx: &mut Conn, id: i64, name: &str, name_en: &str) -> StoreResult<i64> {
    Ok(sql("UPDATE plan SET name = $1, name_en = $2, version = version + 1 WHERE id = $3 RETURNING version AS value")
        .bind(name)
        .bind(name_en)
        .bind(id)
        .number(tx)?)
}

/// Adds a version with its terms; its id. `version.id` and `version.plan` do not count. Breaks the unique
/// (plan, first day) when there is one.
pub fn insert_version(tx: &mut Conn, version: &PlanVersion, now: DateTime<Utc>) -> StoreResult<i64> {
    let id = sql(
        "INSERT INTO plan_version (plan_id, valid_from, regime, variant, brand_new_required, vendor_swap_is, \
         repair_warranty_days, data_answer, created_at, repair_limit_percent, excused_causes, returned_when, closes_minute) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, COALESCE($8, ''), $9, $10, $11, $12, $13) RETURNING id AS value",
    )
    .bind(version.plan_id)
    .bind(version.valid_from)
    .bind(version.regime)
    .bind(version.variant)
    .bind(version.brand_new_required)
    .bind(version.vendor_swap_is)
    .bind(version.repair_warranty_days)
    .bind(version.data_answer)
    .bind(now)
    .bind(version.repair_limit_percent)
    .bind(causes_text(&version.excused_causes))
    .bind(version.returned_when)
    .bind(version.closes_minute)
    .number(tx)?;
    for term in &version.terms {
        sql(
            "INSERT INTO plan_term (plan_version_id, promise_kind, amount, unit, start_day_counts, target_bp) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(term.kind)
        .bind(term.amount)
        .bind(term.unit)
        .bind(term.start_day_counts)
        .bind(term.target_bp)
        .execute(tx)?;
    }
    if version.auto_approval {
        requests::set_automatic(tx, id, true)?;
    }
    Ok(id)
}

/// The versions of a plan, the newest first.
pub fn versions(conn: &mut Conn, plan_id: i64) -> StoreResult<Vec<PlanVersion>> {
    let rows: Vec<VersionRow> =
        sql(select_version!("WHERE v.plan_id = $1 ORDER BY v.valid_from DESC")).bind(plan_id).load(conn)?;
    rows.into_iter().map(|row| with_terms(conn, row)).collect()
}

/// The version of a plan in force on a day; `None` before its first.
pub fn version_on(conn: &mut Conn, plan_id: i64, on: NaiveDate) -> StoreResult<Option<PlanVersion>> {
    let row: Option<VersionRow> = sql(select_version!(
        "WHERE v.plan_id = $1 AND v.valid_from <= $2 ORDER BY v.valid_from DESC LIMIT 1"
    ))
    .bind(plan_id)
    .bind(on)
    .optional(conn)?;
    row.map(|row| with_terms(conn, row)).transpose()
}

/// The version with this id.
pub fn version(conn: &mut Conn, id: i64) -> StoreResult<Option<PlanVersion>> {
    let row: Option<VersionRow> = sql(select_version!("WHERE v.id = $1")).bind(id).optional(conn)?;
    row.map(|row| with_terms(conn, row)).transpose()
}

fn with_terms(conn: &mut Conn, row: VersionRow) -> StoreResult<PlanVersion> {
    let terms: Vec<TermRow> = sql(
        "SELECT promise_kind, amount, unit, start_day_counts, target_bp FROM plan_term WHERE plan_version_id = $1 ORDER BY id",
    )
    .bind(row.id)
    .load(conn)?;
    Ok(PlanVersion {
        id: row.id,
        plan_id: row.plan_id,
        plan: row.plan,
        valid_from: row.valid_from,
        regime: row.regime,
        variant: row.variant,
        brand_new_required: row.brand_new_required,
        vendor_swap_is: row.vendor_swap_is,
        repair_warranty_days: row.repair_warranty_days,
        returned_when: row.returned_when,
        closes_minute: row.closes_minute,
        data_answer: row.data_answer,
        repair_limit_percent: row.repair_limit_percent,
        auto_approval: row.auto_approval != 0,
        excused_causes: causes_of(&row.excused_causes),
        terms: terms
            .into_iter()
            .map(|term| Term {
                kind: term.promise_kind,
                amount: term.amount,
                unit: term.unit,
                start_day_counts: term.start_day_counts,
                target_bp: term.target_bp,
            })
            .collect(),
    })
}
