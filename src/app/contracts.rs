//! Contracts: which plan a customer has, for which time and which sites. Outside its period: chargeable, no promise.

use crate::app::setup::{Changes, unless_taken};
use crate::app::{AppResult, Ctx, audit, customers, rma};
use crate::domain::actor::{Permission, Scope};
use crate::domain::entitlement::{ContractFacts, Standing};
use crate::domain::fields::{Fields, NUMBER_MAX, code_of};
use crate::domain::plan::RateVariant;
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::contracts::{self, ContractRow};
use crate::store::listing::Listing;
use crate::store::{Conn, customers as customer_rows, plans};
use chrono::NaiveDate;

/// What a request says about a contract; what it does not say stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ContractFields {
    /// Code of the customer; must be said once, and stays.
    pub customer: Option<String>,
    /// Code or name of the plan; a new contract must have one.
    pub plan: Option<String>,
    /// First day; a new contract must have one.
    pub valid_from: Option<NaiveDate>,
    /// Last day; `Some(None)` when it runs on.
    pub valid_to: Option<Option<NaiveDate>>,
    /// The contractual rate; a new contract takes the plan's.
    pub variant: Option<String>,
    /// Names of the sites it is limited to; an empty list for all of the customer's.
    pub sites: Option<Vec<String>>,
}

/// A contract as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The row.
    pub row: ContractRow,
    /// Names of the sites it is limited to; empty for all.
    pub sites: Vec<String>,
}

/// A contract as its customer sees it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The contract.
    pub contract: ContractFacts,
    /// How it stands.
    pub standing: Standing,
    /// Its plan's name in Chinese and English.
    pub plan: (String, String),
}

/// Contracts of a customer the reader has been shown, as they stand on the local day `on`: those in force and to come by their
/// last day, then what ran out without another one, the latest first. At most `limit`.
pub fn held(conn: &mut Conn, customer_id: i64, on: NaiveDate, limit: usize) -> AppResult<Vec<Held>> {
    let all = contracts::facts(conn, customer_id)?;
    if all.is_empty() {
        return Ok(vec![]);
    }
    let plans = plans::list(conn)?;
    let named = |id: i64| {
        plans.iter().find(|plan| plan.id == id).map(|plan| (plan.name.clone(), plan.name_en.clone()))
    };
    let mut held: Vec<Held> = all
        .iter()
        .map(|contract| Held {
            standing: Standing::of(contract, &all, on),
            plan: named(contract.plan_id).unwrap_or_default(),
            contract: contract.clone(),
        })
        .filter(|held| held.standing != Standing::Followed || held.contract.valid_to >= Some(on))
        .collect();
    held.sort_by_key(|held| {
        let (is_over, to) =
            (held.standing == Standing::Over, held.contract.valid_to.unwrap_or(NaiveDate::MAX));
        let days = to.signed_duration_since(on).num_days();
        (is_over, if is_over { -days } else { days }, held.contract.id)
    });
    held.truncate(limit);
    Ok(held)
}

/// A page of the contracts the actor may know; of one customer where its code is not empty.
pub fn list(conn: &mut Conn, ctx: &Ctx, page: &Listing, customer: &str) -> AppResult<Vec<Contract>> {
    customers::may_read(&ctx.actor)?;
    let rows = contracts::list(conn, &ctx.actor.scope(), page, &code_of(customer))?;
    rows.into_iter().map(|row| load(conn, row)).collect()
}

/// One contract. Refuses with `not_found` also when it is not the actor's to know.
pub fn get(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<Contract> {
    customers::may_read(&ctx.actor)?;
    let row = find(conn, &ctx.actor.scope(), number)?;
    load(conn, row)
}

/// Adds a contract. Refuses with `already_exists`.
pub fn create(tx: &mut Conn, ctx: &Ctx, number: &str, fields: &ContractFields) -> AppResult<Contract> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut f = Fields::new();
    let number = f.required("number", number, NUMBER_MAX);
    let customer = match &fields.customer {
        Some(code) => customers::in_field(tx, ctx, &mut f, "customer", code)?,
        None => {
            f.fault("customer", "required");
            None
        }
    };
    for (name, missing) in [("plan", fields.plan.is_none()), ("valid_from", fields.valid_from.is_none())] {
        if missing {
            f.fault(name, "required");
        }
    }
    let (Some(customer), Some(valid_from)) = (customer, fields.valid_from) else {
        f.finish()?;
        return Err(Refusal::field("customer", "required").into());
    };
    let mut row = ContractRow {
        id: 0,
        number,
        customer_id: customer.id,
        customer: customer.code,
        plan_id: 0,
        plan: String::new(),
        valid_from,
        valid_to: None,
        variant: RateVariant::Strict,
        version: 1,
    };
    let mut changes = Changes::new();
    lay_over(tx, &mut f, &mut row, fields, &mut changes)?;
    if fields.variant.is_none()
        && let Some(version) = plans::version_on(tx, row.plan_id, row.valid_from)?
    {
        row.variant = version.variant;
    }
    let sites = read_sites(tx, &mut f, &row, fields)?;
    f.finish()?;
    row.id = unless_taken(contracts::insert(tx, &row), "contract", &row.number)?;
    contracts::set_sites(tx, row.id, &sites.unwrap_or_default())?;
    let detail = format!("{} {}", row.customer, changes.detail());
    audit::record(tx, ctx, "contract.create", &format!("contract:{}", row.number), &detail)?;
    load(tx, row)
}

/// Changes a contract; number and customer stay. What was promised under it before stays too.
pub fn update(tx: &mut Conn, ctx: &Ctx, number: &str, fields: &ContractFields) -> AppResult<Contract> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut row = find(tx, &Scope::All, number)?;
    let mut f = Fields::new();
    if fields.customer.as_ref().is_some_and(|code| code_of(code) != row.customer) {
        f.fault("customer", "fixed");
    }
    let mut changes = Changes::new();
    lay_over(tx, &mut f, &mut row, fields, &mut changes)?;
    let sites = read_sites(tx, &mut f, &row, fields)?;
    f.finish()?;
    if let Some(sites) = sites {
        let before = contracts::sites(tx, row.id)?;
        contracts::set_sites(tx, row.id, &sites)?;
        let after = contracts::sites(tx, row.id)?;
        if before != after {
            changes.note(format!("sites: {} → {}", before.join(", "), after.join(", ")));
        }
    }
    if !changes.is_empty() {
        row.version = contracts::update(tx, &row)?;
        audit::record(tx, ctx, "contract.update", &format!("contract:{}", row.number), &changes.detail())?;
    }
    load(tx, row)
}

fn find(conn: &mut Conn, scope: &Scope, number: &str) -> AppResult<ContractRow> {
    let row = contracts::by_number(conn, scope, number.trim())?;
    Ok(row.ok_or_else(|| Refusal::not_found("contract", number.trim()))?)
}

fn load(conn: &mut Conn, row: ContractRow) -> AppResult<Contract> {
    let sites = contracts::sites(conn, row.id)?;
    Ok(Contract { row, sites })
}

fn lay_over(
    tx: &mut Conn,
    f: &mut Fields,
    row: &mut ContractRow,
    new: &ContractFields,
    changes: &mut Changes,
) -> AppResult<()> {
    if let Some(word) = &new.plan {
        match plans::by_code_or_name(tx, word.trim())? {
            Some(plan) => {
                row.plan_id = plan.id;
                changes.set("plan", &mut row.plan, Some(plan.code));
            }
            None => f.push(FieldError::new("plan", "unknown_plan").with("code", word.trim())),
        }
    }
    changes.set("valid_from", &mut row.valid_from, new.valid_from);
    changes.set_or_clear("valid_to", &mut row.valid_to, new.valid_to);
    f.period("valid_to", row.valid_from, row.valid_to);
    if let Some(word) = &new.variant {
        let variant = f.word("variant", word, RateVariant::ALL, RateVariant::from_code);
        changes.set("variant", &mut row.variant, variant);
    }
    Ok(())
}

/// The ids of the sites a request names, among the customer's.
fn read_sites(
    conn: &mut Conn,
    f: &mut Fields,
    row: &ContractRow,
    fields: &ContractFields,
) -> AppResult<Option<Vec<i64>>> {
    let Some(wanted) = &fields.sites else { return Ok(None) };
    let known = customer_rows::sites(conn, row.customer_id)?;
    let mut ids = vec![];
    for (at, name) in wanted.iter().enumerate() {
        match known.iter().find(|site| site.name == name.trim()) {
            Some(site) => ids.push(site.id),
            None => {
                let field = format!("sites[{at}]");
                f.push(FieldError { field, ..rma::unknown_site(name.trim(), &known) });
            }
        }
    }
    Ok(Some(ids))
}
