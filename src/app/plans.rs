//! Service plans: names, and versions that never change.

use crate::app::setup::{Changes, unless_taken};
use crate::app::{AppResult, Ctx, audit, customers};
use crate::domain::actor::{Permission, Role};
use crate::domain::calendar::Zone;
use crate::domain::data_bearing::DataAnswer;
use crate::domain::entitlement::{Coverage, PlanInForce, coverage};
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::plan::{
    PlanVersion, PromiseKind, RateVariant, Regime, ReturnedWhen, Term, TermUnit, VendorSwap, longest,
};
use crate::domain::refusal::Refusal;
use crate::domain::repair::Cause;
use crate::store::plans::{self, PlanRow};
use crate::store::{Conn, contracts, customers as customer_rows};
use chrono::NaiveDate;

/// The repair warranty unless a plan says otherwise, calendar days (PRODUCT "Entitlement and price").
pub const REPAIR_WARRANTY_DAYS: i64 = 90;

/// A repair may cost as much as the part unless a plan says otherwise, per cent of its price.
pub const REPAIR_LIMIT_PERCENT: i64 = 100;

/// What a plan is called.
#[derive(Debug, Clone, Default)]
pub struct PlanNames {
    /// In Chinese; a new plan must have one.
    pub name: Option<String>,
    /// In English; the Chinese one when not said.
    pub name_en: Option<String>,
}

/// The terms of one promise, as a request says them.
#[derive(Debug, Clone, Default)]
pub struct TermFields {
    /// What is promised, e.g. `repair_return`.
    pub promise: String,
    /// How long, in `unit`.
    pub amount: i64,
    /// `working_days`, `calendar_days` or `minutes`.
    pub unit: String,
    /// Whether the day of the start is day 1 (default no).
    pub start_day_counts: Option<bool>,
    /// How many must be kept, in basis points (default 10000 = all).
    pub target_bp: Option<i64>,
}

/// A plan version as a request says it. Versions never change, so it says all.
#[derive(Debug, Clone, Default)]
pub struct VersionFields {
    /// First day it applies to requests; today when not said.
    pub valid_from: Option<NaiveDate>,
    /// `loan` (default) or `exchange`.
    pub regime: Option<String>,
    /// The contractual rate: `strict` (default), `by_due` or `remedy30`.
    pub variant: Option<String>,
    /// Whether a replacement must be brand-new (default no).
    pub brand_new_required: Option<bool>,
    /// How a maker's other serial counts: `exchange` (default) or `repair`.
    pub vendor_swap_is: Option<String>,
    /// Repair warranty, calendar days (default 90).
    pub repair_warranty_days: Option<i64>,
    /// When a repaired unit counts as handed back: `delivered` (default) or `dispatched`.
    pub returned_when: Option<String>,
    /// Close of business as `17:30`; a day ends at midnight when not said.
    pub closes_at: Option<String>,
    /// What happens to the data on data-bearing parts: `keep`, `wipe` or `destroy`; not agreed when not said.
    pub data_answer: Option<String>,
    /// A repair may cost so many per cent of the part's price (default 100).
    pub repair_limit_percent: Option<i64>,
    /// Whether replacement requests need nobody's yes (default no).
    pub auto_approval: Option<bool>,
    /// Causes of a delay that leave the rate's denominator (default none).
    pub excused_causes: Vec<String>,
    /// The promises, at most one of each kind.
    pub terms: Vec<TermFields>,
}

/// A plan as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The row.
    pub row: PlanRow,
    /// Its versions, the newest first.
    pub versions: Vec<PlanVersion>,
}

/// The plans the actor may know: staff all; a customer's user those that the own organisations are or were on.
pub fn list(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<Plan>> {
    customers::may_read(&ctx.actor)?;
    let mut rows = plans::list(conn)?;
    if ctx.actor.role == Role::Customer {
        let own = plans::ids_of_user(conn, ctx.actor.user_id)?;
        rows.retain(|row| own.contains(&row.id));
    }
    rows.into_iter().map(|row| load(conn, row)).collect()
}

/// One plan, by code.
pub fn get(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<Plan> {
    customers::may_read(&ctx.actor)?;
    let row = find(conn, code)?;
    if ctx.actor.role == Role::Customer && !plans::ids_of_user(conn, ctx.actor.user_id)?.contains(&row.id) {
        return Err(Refusal::not_found("plan", code.trim()).into());
    }
    load(conn, row)
}

/// Adds a plan with its first version, or a version to the plan of this code. A plan that stands keeps its names: others,
/// or no first day, and the code is simply taken (`already_exists`).
pub fn create(
    tx: &mut Conn,
    ctx: &Ctx,
    code: &str,
    names: &PlanNames,
    version: &VersionFields,
) -> AppResult<Plan> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut f = Fields::new();
    let code = plan_code(&mut f, code);
    if let Some(row) = plans::by_code(tx, &code)? {
        let same = |new: &Option<String>, old: &str| new.as_ref().is_none_or(|new| new.trim() == old);
        if version.valid_from.is_some() && same(&names.name, &row.name) && same(&names.name_en, &row.name_en)
        {
            return add_version(tx, ctx, &code, version);
        }
        return Err(Refusal::AlreadyExists { kind: "plan".into(), key: code }.into());
    }
    let name = names.name.clone().unwrap_or_default();
    let name_en = names.name_en.clone().unwrap_or_else(|| name.clone());
    let (name, name_en) = read_names(tx, &mut f, &code, &name, &name_en)?;
    let read = read_version(&mut f, ctx, version);
    f.finish()?;
    let id = unless_taken(plans::insert(tx, &code, &name, &name_en), "plan", &code)?;
    audit::record(tx, ctx, "plan.create", &format!("plan:{code}"), &name)?;
    let row = PlanRow { id, code, name, name_en, version: 1 };
    write_version(tx, ctx, &row, read)?;
    load(tx, row)
}

/// Adds a version to a plan. Refuses with `already_exists` when one begins on the same day.
pub fn add_version(tx: &mut Conn, ctx: &Ctx, code: &str, version: &VersionFields) -> AppResult<Plan> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut row = find(tx, code)?;
    let mut f = Fields::new();
    let read = read_version(&mut f, ctx, version);
    f.finish()?;
    write_version(tx, ctx, &row, read)?;
    row.version = plans::rename(tx, row.id, &row.name, &row.name_en)?;
    load(tx, row)
}

/// Gives a plan other names. What it promises changes by a new version only.
pub fn rename(tx: &mut Conn, ctx: &Ctx, code: &str, names: &PlanNames) -> AppResult<Plan> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut row = find(tx, code)?;
    let mut f = Fields::new();
    let zh = names.name.as_ref().unwrap_or(&row.name).clone();
    let en = names.name_en.as_ref().unwrap_or(&row.name_en).clone();
    let (zh, en) = read_names(tx, &mut f, &row.code, &zh, &en)?;
    f.finish()?;
    let mut changes = Changes::new();
    changes.set("name", &mut row.name, Some(zh));
    changes.set("name_en", &mut row.name_en, Some(en));
    if !changes.is_empty() {
        row.version = plans::rename(tx, row.id, &row.name, &row.name_en)?;
        audit::record(tx, ctx, "plan.update", &format!("plan:{}", row.code), &changes.detail())?;
    }
    load(tx, row)
}

/// A plan's name in Chinese and English.
///
/// # Errors
/// As [`get`].
pub fn names(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<(String, String)> {
    let row = get(conn, ctx, code)?.row;
    Ok((row.name, row.name_en))
}

/// The plan version that covers a request of a customer, made on the local day `on` for `site` (empty when none was
/// named). `None`: the request is chargeable and promises nothing. The caller has judged whether the actor may ask.
pub fn in_force(
    conn: &mut Conn,
    customer_id: i64,
    site: &str,
    on: NaiveDate,
) -> AppResult<Option<PlanInForce>> {
    let customer = customer_rows::by_id(conn, customer_id)?;
    let facts = contracts::facts(conn, customer_id)?;
    let (plan_id, contract) = match coverage(&facts, customer.and_then(|c| c.plan_id), site, on) {
        Coverage::Contract(contract) => (contract.plan_id, Some(contract)),
        Coverage::OwnPlan(plan_id) => (plan_id, None),
        Coverage::None => return Ok(None),
    };
    let Some(mut version) = plans::version_on(conn, plan_id, on)? else { return Ok(None) };
    if let Some(contract) = contract {
        version.variant = contract.variant;
    }
    Ok(Some(PlanInForce { version, contract: contract.map(|c| c.number.clone()) }))
}

/// The regimes a request of this customer may be made under today: for no site, and for each of theirs; `None` where nothing covers
/// it. For customers the reader sees.
pub fn regimes(conn: &mut Conn, ctx: &Ctx, customer_id: i64) -> AppResult<Vec<Option<Regime>>> {
    let today = Zone::default().local_date(ctx.now);
    let sites = customer_rows::sites(conn, customer_id)?;
    let named = sites.iter().map(|site| site.name.as_str());
    let mut regimes = vec![];
    for site in std::iter::once("").chain(named) {
        regimes.push(in_force(conn, customer_id, site, today)?.map(|plan| plan.version.regime));
    }
    Ok(regimes)
}

/// Plan codes are written in lower case: `gold`.
fn plan_code(f: &mut Fields, code: &str) -> String {
    f.code("code", code, &['/', '#', '+']).to_lowercase()
}

fn find(conn: &mut Conn, code: &str) -> AppResult<PlanRow> {
    let row = plans::by_code(conn, &code.trim().to_lowercase())?;
    Ok(row.ok_or_else(|| Refusal::not_found("plan", code.trim()))?)
}

fn load(conn: &mut Conn, row: PlanRow) -> AppResult<Plan> {
    let versions = plans::versions(conn, row.id)?;
    Ok(Plan { row, versions })
}

/// Spreadsheets name plans by their names, so no two plans may share one.
fn read_names(
    conn: &mut Conn,
    f: &mut Fields,
    code: &str,
    name: &str,
    name_en: &str,
) -> AppResult<(String, String)> {
    let name = f.required("name", name, NAME_MAX);
    let name_en = f.required("name_en", name_en, NAME_MAX);
    if f.is_sound() && plans::name_is_taken(conn, code, [&name, &name_en])? {
        f.fault("name", "name_taken");
    }
    Ok((name, name_en))
}

fn read_version(f: &mut Fields, ctx: &Ctx, version: &VersionFields) -> PlanVersion {
    fn word<T: Copy + std::fmt::Display>(
        f: &mut Fields,
        field: &str,
        value: Option<&String>,
        all: &[T],
        read: fn(&str) -> Option<T>,
        default: T,
    ) -> T {
        value.map_or(Some(default), |value| f.word(field, value, all, read)).unwrap_or(default)
    }
    let days = version.repair_warranty_days.unwrap_or(REPAIR_WARRANTY_DAYS);
    if version.terms.is_empty() {
        f.fault("terms", "required");
    }
    f.distinct("terms", version.terms.iter().map(|term| term.promise.trim()));
    PlanVersion {
        id: 0,
        plan_id: 0,
        plan: String::new(),
        valid_from: version.valid_from.unwrap_or_else(|| crate::app::calendar::today(ctx)),
        regime: word(f, "regime", version.regime.as_ref(), Regime::ALL, Regime::from_code, Regime::Loan),
        variant: word(
            f,
            "variant",
            version.variant.as_ref(),
            RateVariant::ALL,
            RateVariant::from_code,
            RateVariant::Strict,
        ),
        brand_new_required: version.brand_new_required.unwrap_or(false),
        vendor_swap_is: word(
            f,
            "vendor_swap_is",
            version.vendor_swap_is.as_ref(),
            VendorSwap::ALL,
            VendorSwap::from_code,
            VendorSwap::Exchange,
        ),
        repair_warranty_days: f.number("repair_warranty_days", days, 0..=3_660),
        returned_when: word(
            f,
            "returned_when",
            version.returned_when.as_ref(),
            ReturnedWhen::ALL,
            ReturnedWhen::from_code,
            ReturnedWhen::Delivered,
        ),
        closes_minute: version.closes_at.as_deref().and_then(|text| read_close(f, text)),
        data_answer: version
            .data_answer
            .as_ref()
            .and_then(|word| f.word("data_answer", word, DataAnswer::ALL, DataAnswer::from_code)),
        repair_limit_percent: f.number(
            "repair_limit_percent",
            version.repair_limit_percent.unwrap_or(REPAIR_LIMIT_PERCENT),
            0..=1_000,
        ),
        auto_approval: version.auto_approval.unwrap_or(false),
        excused_causes: read_causes(f, &version.excused_causes),
        terms: version.terms.iter().enumerate().filter_map(|(at, term)| read_term(f, at, term)).collect(),
    }
}

/// `17:30` in minutes after midnight.
fn read_close(f: &mut Fields, text: &str) -> Option<i64> {
    let minute = minute_of(text.trim());
    if minute.is_none() {
        f.fault("closes_at", "bad_time");
    }
    minute
}

fn minute_of(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |digits: &str, below: i64| -> Option<i64> {
        let plain = digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|number| plain && *number < below)
    };
    Some(number(hours, 24)? * 60 + number(minutes, 60)?).filter(|minute| *minute > 0)
}

/// Only what is neither our doing nor that of those who repair for us may leave the rate.
fn read_causes(f: &mut Fields, causes: &[String]) -> Vec<Cause> {
    let allowed: Vec<Cause> = Cause::ALL.iter().copied().filter(|cause| cause.may_excuse()).collect();
    f.distinct("excused_causes", causes.iter().map(|cause| cause.trim()));
    let read = causes.iter().enumerate().filter_map(|(at, cause)| {
        let listed = |code: &str| Cause::from_code(code).filter(|cause| cause.may_excuse());
        f.word(&format!("excused_causes[{at}]"), cause, &allowed, listed)
    });
    read.collect()
}

fn read_term(f: &mut Fields, at: usize, term: &TermFields) -> Option<Term> {
    let field = |name: &str| format!("terms[{at}].{name}");
    let kind = f.word(&field("promise"), &term.promise, PromiseKind::ALL, PromiseKind::from_code);
    let unit = f.word(&field("unit"), &term.unit, TermUnit::ALL, TermUnit::from_code);
    let target_bp = f.number(&field("target_bp"), term.target_bp.unwrap_or(10_000), 0..=10_000);
    let (kind, unit) = kind.zip(unit)?;
    let amount = f.number(&field("amount"), term.amount, 1..=longest(unit));
    // The timely repair rate is defined over days (NUMBERS §2).
    if kind == PromiseKind::RepairReturn && unit == TermUnit::Minutes {
        f.fault(field("unit"), "days_only");
    }
    Some(Term { kind, amount, unit, start_day_counts: term.start_day_counts.unwrap_or(false), target_bp })
}

fn write_version(tx: &mut Conn, ctx: &Ctx, plan: &PlanRow, mut version: PlanVersion) -> AppResult<()> {
    version.plan_id = plan.id;
    let key = format!("{} {}", plan.code, version.valid_from);
    unless_taken(plans::insert_version(tx, &version, ctx.now), "plan_version", &key)?;
    let terms: Vec<String> =
        version.terms.iter().map(|t| format!("{} {} {}", t.kind, t.amount, t.unit)).collect();
    let detail =
        format!("{} {} {}: {}", version.valid_from, version.regime, version.variant, terms.join(", "));
    audit::record(tx, ctx, "plan.version", &format!("plan:{}", plan.code), &detail)
}
