//! Customers with their contacts, sites and plan. A customer brings a place with it.

mod people;

pub use crate::store::customers::{ContactRow, CustomerRow, SiteRow};
pub use people::{ContactFields, Lists, SiteFields};

use crate::app::setup::{Changes, unless_taken};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Actor, Permission, Role, Scope};
use crate::domain::fields::{Fields, NAME_MAX, code_of};
use crate::domain::language::Language;
use crate::domain::place::{PlaceKind, customer_code};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::setup::Saved;
use crate::domain::stock::Owner;
use crate::store::customers;
use crate::store::listing::Listing;
use crate::store::{Conn, places, plans};

/// What a request says about a customer; what it does not say stays as it is.
#[derive(Debug, Clone, Default)]
pub struct CustomerFields {
    /// Name; a new customer must have one.
    pub name: Option<String>,
    /// City of the main site.
    pub city: Option<String>,
    /// `zh-CN` (default) or `en`.
    pub language: Option<String>,
    /// Code or name of the plan that counts where no contract does; `Some(None)` for none.
    pub plan: Option<Option<String>>,
    /// Who is written to.
    pub contacts: Option<Vec<ContactFields>>,
    /// Where they are.
    pub sites: Option<Vec<SiteFields>>,
}

/// A customer as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The row.
    pub row: CustomerRow,
    /// Contacts, the first entered first.
    pub contacts: Vec<ContactRow>,
    /// Sites by name.
    pub sites: Vec<SiteRow>,
}

/// Refuses whoever may not read set-up data at all; a customer's user may read what is the own organisation's.
pub(in crate::app) fn may_read(actor: &Actor) -> Result<(), Refusal> {
    if actor.role == Role::Customer { Ok(()) } else { actor.may(Permission::ReadSetup) }
}

/// A page of the customers the actor may know.
pub fn list(conn: &mut Conn, ctx: &Ctx, page: &Listing) -> AppResult<Vec<CustomerRow>> {
    may_read(&ctx.actor)?;
    Ok(customers::list(conn, &ctx.actor.scope(), page)?)
}

/// One customer. Refuses with `not_found` also when it is not the actor's to know.
pub fn get(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<Customer> {
    may_read(&ctx.actor)?;
    let row = find(conn, &ctx.actor.scope(), code)?;
    load(conn, row)
}

/// Whether the owner is one of the customers the actor may know.
pub fn owns(conn: &mut Conn, ctx: &Ctx, owner: &Owner) -> AppResult<bool> {
    match owner {
        Owner::Customer(code) => Ok(customers::by_code(conn, &ctx.actor.scope(), code)?.is_some()),
        _ => Ok(false),
    }
}

/// Adds a customer with its place. Refuses with `already_exists`.
pub fn create(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &CustomerFields) -> AppResult<Customer> {
    ctx.actor.may(Permission::ManageSetup)?;
    let row = insert(tx, ctx, code, fields)?;
    load(tx, row)
}

/// Changes a customer; its code stays. Lists that are given replace the standing ones.
pub fn update(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &CustomerFields) -> AppResult<Customer> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut row = find(tx, &Scope::All, code)?;
    change(tx, ctx, &mut row, fields, Lists::Replace)?;
    load(tx, row)
}

/// Adds the customer, or changes it where it stands: for imports. Contacts (by address) and sites (by name) are added to
/// the standing ones.
pub fn put(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &CustomerFields) -> AppResult<Saved> {
    ctx.actor.may(Permission::ManageSetup)?;
    match customers::by_code(tx, &Scope::All, &code_of(code))? {
        Some(mut row) => change(tx, ctx, &mut row, fields, Lists::Add),
        None => insert(tx, ctx, code, fields).map(|_| Saved::Created),
    }
}

/// The customer a field of a request names, among those the actor may know. Refuses with a field error.
pub fn in_field(
    conn: &mut Conn,
    ctx: &Ctx,
    f: &mut Fields,
    field: &str,
    code: &str,
) -> AppResult<Option<CustomerRow>> {
    let row = customers::by_code(conn, &ctx.actor.scope(), &code_of(code))?;
    if row.is_none() {
        f.push(FieldError::new(field, "unknown_customer").with("code", code.trim()));
    }
    Ok(row)
}

fn find(conn: &mut Conn, scope: &Scope, code: &str) -> AppResult<CustomerRow> {
    let row = customers::by_code(conn, scope, &code_of(code))?;
    Ok(row.ok_or_else(|| Refusal::not_found("customer", code.trim()))?)
}

fn load(conn: &mut Conn, row: CustomerRow) -> AppResult<Customer> {
    let contacts = customers::contacts(conn, row.id)?;
    let sites = customers::sites(conn, row.id)?;
    Ok(Customer { row, contacts, sites })
}

fn insert(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &CustomerFields) -> AppResult<CustomerRow> {
    let mut f = Fields::new();
    let mut row = CustomerRow {
        id: 0,
        code: f.code("code", code, &['/']),
        name: String::new(),
        city: String::new(),
        language: Language::ZhCn,
        plan_id: None,
        plan: None,
        version: 1,
    };
    if fields.name.is_none() {
        f.fault("name", "required");
    }
    let mut changes = Changes::new();
    lay_over(tx, &mut f, &mut row, fields, &mut changes)?;
    let people = people::read(&mut f, row.language, fields);
    f.finish()?;
    row.id = unless_taken(customers::insert(tx, &row, ctx.now), "customer", &row.code)?;
    places::ensure(tx, &customer_code(&row.code), PlaceKind::Customer, None, Some(row.id))?;
    people.write(tx, row.id, Lists::Add, &mut changes)?;
    audit::record(tx, ctx, "customer.create", &format!("customer:{}", row.code), &row.name)?;
    Ok(row)
}

fn change(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &mut CustomerRow,
    fields: &CustomerFields,
    lists: Lists,
) -> AppResult<Saved> {
    let mut f = Fields::new();
    let mut changes = Changes::new();
    lay_over(tx, &mut f, row, fields, &mut changes)?;
    let people = people::read(&mut f, row.language, fields);
    f.finish()?;
    people.write(tx, row.id, lists, &mut changes)?;
    if changes.is_empty() {
        return Ok(Saved::Unchanged);
    }
    row.version = customers::update(tx, row)?;
    audit::record(tx, ctx, "customer.update", &format!("customer:{}", row.code), &changes.detail())?;
    Ok(Saved::Updated)
}

fn lay_over(
    tx: &mut Conn,
    f: &mut Fields,
    row: &mut CustomerRow,
    new: &CustomerFields,
    changes: &mut Changes,
) -> AppResult<()> {
    changes.set("name", &mut row.name, new.name.as_ref().map(|v| f.required("name", v, NAME_MAX)));
    changes.set("city", &mut row.city, new.city.as_ref().map(|v| f.text("city", v, NAME_MAX)));
    if let Some(word) = &new.language {
        changes.set(
            "language",
            &mut row.language,
            f.word("language", word, Language::ALL, Language::from_code),
        );
    }
    match &new.plan {
        None => {}
        Some(None) => {
            row.plan_id = None;
            changes.set_or_clear("plan", &mut row.plan, Some(None));
        }
        Some(Some(word)) => match plans::by_code_or_name(tx, word.trim())? {
            Some(plan) => {
                row.plan_id = Some(plan.id);
                changes.set_or_clear("plan", &mut row.plan, Some(Some(plan.code)));
            }
            None => f.push(FieldError::new("plan", "unknown_plan").with("code", word.trim())),
        },
    }
    Ok(())
}
