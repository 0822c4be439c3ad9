//! Vendors: who repairs for us. A vendor brings a place with it.

pub use crate::store::vendors::VendorRow as Vendor;

use crate::app::setup::{Changes, unless_taken};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, NAME_MAX, code_of};
use crate::domain::place::{PlaceKind, vendor_code};
use crate::domain::refusal::Refusal;
use crate::store::listing::Listing;
use crate::store::vendors::{self, VendorRow};
use crate::store::{Conn, places};

/// What a request says about a vendor; what it does not say stays as it is.
#[derive(Debug, Clone, Default)]
pub struct VendorFields {
    /// Name; a new vendor must have one.
    pub name: Option<String>,
    /// Where repairs are announced.
    pub email: Option<String>,
}

/// A page of vendors.
pub fn list(conn: &mut Conn, ctx: &Ctx, page: &Listing) -> AppResult<Vec<VendorRow>> {
    ctx.actor.may(Permission::ReadSetup)?;
    Ok(vendors::list(conn, page)?)
}

/// One vendor.
pub fn get(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<VendorRow> {
    ctx.actor.may(Permission::ReadSetup)?;
    find(conn, code)
}

/// Adds a vendor with its place. Refuses with `already_exists`.
pub fn create(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &VendorFields) -> AppResult<VendorRow> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut f = Fields::new();
    let mut row = VendorRow {
        id: 0,
        code: f.code("code", code, &['/']),
        name: String::new(),
        email: String::new(),
        version: 1,
    };
    if fields.name.is_none() {
        f.fault("name", "required");
    }
    lay_over(&mut f, &mut row, fields, &mut Changes::new());
    f.finish()?;
    row.id = unless_taken(vendors::insert(tx, &row), "vendor", &row.code)?;
    places::ensure(tx, &vendor_code(&row.code), PlaceKind::Vendor, None, None)?;
    audit::record(tx, ctx, "vendor.create", &format!("vendor:{}", row.code), &row.name)?;
    Ok(row)
}

/// Changes a vendor; its code stays.
pub fn update(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &VendorFields) -> AppResult<VendorRow> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut row = find(tx, code)?;
    let mut f = Fields::new();
    let mut changes = Changes::new();
    lay_over(&mut f, &mut row, fields, &mut changes);
    f.finish()?;
    if !changes.is_empty() {
        row.version = vendors::update(tx, &row)?;
        audit::record(tx, ctx, "vendor.update", &format!("vendor:{}", row.code), &changes.detail())?;
    }
    Ok(row)
}

fn find(conn: &mut Conn, code: &str) -> AppResult<VendorRow> {
    let row = vendors::by_code(conn, &code_of(code))?;
    Ok(row.ok_or_else(|| Refusal::not_found("vendor", code.trim()))?)
}

fn lay_over(f: &mut Fields, row: &mut VendorRow, new: &VendorFields, changes: &mut Changes) {
    changes.set("name", &mut row.name, new.name.as_ref().map(|v| f.required("name", v, NAME_MAX)));
    changes.set("email", &mut row.email, new.email.as_ref().map(|v| f.email("email", v)));
}
