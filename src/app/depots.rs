//! Depots and their bins. A depot brings its places with it: itself, its bench, its bins.

use crate::app::setup::{Changes, unless_taken};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Permission, Scope};
use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX, code_of};
use crate::domain::place::{PlaceKind, bench_code, bin_code};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::setup::{DepotClass, Saved};
use crate::store::depots::{self, BinRow, DepotRow};
use crate::store::listing::Listing;
use crate::store::{Conn, customers, places};
use std::collections::BTreeMap;

/// What a request says about a depot; what it does not say stays as it is.
#[derive(Debug, Clone, Default)]
pub struct DepotFields {
    /// Name; a new depot must have one.
    pub name: Option<String>,
    /// City.
    pub city: Option<String>,
    /// `common` (default) or `other`.
    pub class: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Whether things are repaired there (default yes).
    pub has_bench: Option<bool>,
    /// Code of the customer whose on-site spares it holds; `Some(None)` for nobody's.
    pub customer: Option<Option<String>>,
    /// Bins to have, e.g. `A1-01`. Bins that are not listed stay.
    pub bins: Vec<String>,
}

/// A depot as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depot {
    /// The row.
    pub row: DepotRow,
    /// Its bins, without the depot's code, sorted.
    pub bins: Vec<String>,
}

/// What the depots are called, by code: no secret among those whose pages name them.
pub fn names(conn: &mut Conn) -> AppResult<BTreeMap<String, String>> {
    Ok(depots::names(conn)?)
}

/// A page of depots.
pub fn list(conn: &mut Conn, ctx: &Ctx, page: &Listing) -> AppResult<Vec<Depot>> {
    ctx.actor.may(Permission::ReadSetup)?;
    let rows = depots::list(conn, page)?;
    let bins = match (rows.first(), rows.last()) {
        (Some(first), Some(last)) => depots::bins_between(conn, &first.code, &last.code)?,
        _ => vec![],
    };
    Ok(rows.into_iter().map(|row| with_bins(row, &bins)).collect())
}

/// One depot.
pub fn get(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<Depot> {
    ctx.actor.may(Permission::ReadSetup)?;
    let row = find(conn, code)?;
    load(conn, row)
}

/// Adds a depot with its places. Refuses with `already_exists`.
pub fn create(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &DepotFields) -> AppResult<Depot> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut row = blank();
    let mut f = Fields::new();
    row.code = depot_code(&mut f, code);
    if fields.name.is_none() {
        f.fault("name", "required");
    }
    lay_over(tx, &mut f, &mut row, fields, &mut Changes::new())?;
    let bins = bin_codes(&mut f, &fields.bins);
    f.finish()?;
    row.id = unless_taken(depots::insert(tx, &row), "depot", &row.code)?;
    places::ensure(tx, &row.code, PlaceKind::Depot, Some(row.id), row.customer_id)?;
    ensure_bench(tx, &row)?;
    ensure_bins(tx, &row, &bins)?;
    audit::record(tx, ctx, "depot.create", &format!("depot:{}", row.code), &row.name)?;
    load(tx, row)
}

/// Changes a depot; its code stays.
pub fn update(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &DepotFields) -> AppResult<Depot> {
    ctx.actor.may(Permission::ManageSetup)?;
    let row = find(tx, code)?;
    let (row, _) = change(tx, ctx, row, fields)?;
    load(tx, row)
}

/// Adds the depot, or changes it where it stands: for imports.
pub fn put(tx: &mut Conn, ctx: &Ctx, code: &str, fields: &DepotFields) -> AppResult<Saved> {
    ctx.actor.may(Permission::ManageSetup)?;
    match depots::by_code(tx, &code_of(code))? {
        Some(row) => Ok(change(tx, ctx, row, fields)?.1),
        None => create(tx, ctx, code, fields).map(|_| Saved::Created),
    }
}

/// The depot a field of a request names. Refuses with a field error.
pub fn in_field(conn: &mut Conn, f: &mut Fields, field: &str, code: &str) -> AppResult<Option<DepotRow>> {
    let row = depots::by_code(conn, &code_of(code))?;
    if row.is_none() {
        f.push(FieldError::new(field, "unknown_depot").with("code", code.trim()));
    }
    Ok(row)
}

fn blank() -> DepotRow {
    DepotRow {
        id: 0,
        code: String::new(),
        name: String::new(),
        city: String::new(),
        class: DepotClass::Common,
        address: String::new(),
        has_bench: true,
        customer_id: None,
        customer: None,
        version: 1,
    }
}

fn find(conn: &mut Conn, code: &str) -> AppResult<DepotRow> {
    let row = depots::by_code(conn, &code_of(code))?;
    Ok(row.ok_or_else(|| Refusal::not_found("depot", code.trim()))?)
}

fn load(conn: &mut Conn, row: DepotRow) -> AppResult<Depot> {
    let bins = depots::bins_between(conn, &row.code, &row.code)?;
    Ok(with_bins(row, &bins))
}

fn with_bins(row: DepotRow, bins: &[BinRow]) -> Depot {
    let own = bins.iter().filter(|bin| bin.depot_id == row.id);
    let name = |bin: &BinRow| bin.code.split_once('/').map(|(_, bin)| bin.to_owned());
    let bins = own.filter_map(name).collect();
    Depot { row, bins }
}

fn change(tx: &mut Conn, ctx: &Ctx, mut row: DepotRow, fields: &DepotFields) -> AppResult<(DepotRow, Saved)> {
    let mut f = Fields::new();
    let mut changes = Changes::new();
    let customer_before = row.customer_id;
    lay_over(tx, &mut f, &mut row, fields, &mut changes)?;
    let bins = bin_codes(&mut f, &fields.bins);
    f.finish()?;
    if !changes.is_empty() {
        row.version = depots::update(tx, &row)?;
        ensure_bench(tx, &row)?;
    }
    if row.customer_id != customer_before {
        places::bind_depot_to_customer(tx, row.id, row.customer_id)?;
    }
    let standing = depots::bins_between(tx, &row.code, &row.code)?;
    let new: Vec<String> =
        bins.into_iter().filter(|bin| !standing.iter().any(|s| s.code == bin_code(&row.code, bin))).collect();
    ensure_bins(tx, &row, &new)?;
    if !new.is_empty() {
        changes.note(format!("bins: + {}", new.join(", ")));
        row.version = depots::update(tx, &row)?;
    }
    if changes.is_empty() {
        return Ok((row, Saved::Unchanged));
    }
    audit::record(tx, ctx, "depot.update", &format!("depot:{}", row.code), &changes.detail())?;
    Ok((row, Saved::Updated))
}

fn lay_over(
    tx: &mut Conn,
    f: &mut Fields,
    row: &mut DepotRow,
    new: &DepotFields,
    changes: &mut Changes,
) -> AppResult<()> {
    changes.set("name", &mut row.name, new.name.as_ref().map(|v| f.required("name", v, NAME_MAX)));
    changes.set("city", &mut row.city, new.city.as_ref().map(|v| f.text("city", v, NAME_MAX)));
    changes.set("address", &mut row.address, new.address.as_ref().map(|v| f.text("address", v, LONG_MAX)));
    changes.set("has_bench", &mut row.has_bench, new.has_bench);
    if let Some(word) = &new.class {
        changes.set("class", &mut row.class, f.word("class", word, DepotClass::ALL, DepotClass::from_code));
    }
    match &new.customer {
        None => {}
        Some(None) => {
            row.customer_id = None;
            changes.set_or_clear("customer", &mut row.customer, Some(None));
        }
        Some(Some(code)) => {
            let customer = customers::by_code(tx, &Scope::All, &code_of(code))?;
            match customer {
                Some(customer) => {
                    row.customer_id = Some(customer.id);
                    changes.set_or_clear("customer", &mut row.customer, Some(Some(customer.code)));
                }
                None => f.push(FieldError::new("customer", "unknown_customer").with("code", code.trim())),
            }
        }
    }
    Ok(())
}

/// A depot's code stands alone as a place: it must not read as a bin, a party or one of the ledger's boundary places.
fn depot_code(f: &mut Fields, code: &str) -> String {
    let code = f.code("code", code, &['/']);
    if matches!(PlaceKind::from_code(&code.to_lowercase()), Some(kind) if !kind.is_real()) {
        f.fault("code", "reserved_word");
    }
    code
}

fn bin_codes(f: &mut Fields, bins: &[String]) -> Vec<String> {
    let mut codes: Vec<String> = Vec::with_capacity(bins.len());
    for (at, bin) in bins.iter().enumerate() {
        let field = format!("bins[{at}]");
        let code = f.code(&field, bin, &['/']);
        if code == "BENCH" {
            f.fault(field, "reserved_word");
        } else if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// A bench that is closed keeps its place: stock may lie there still.
fn ensure_bench(tx: &mut Conn, row: &DepotRow) -> AppResult<()> {
    if row.has_bench {
        places::ensure(tx, &bench_code(&row.code), PlaceKind::Bench, Some(row.id), row.customer_id)?;
    }
    Ok(())
}

fn ensure_bins(tx: &mut Conn, row: &DepotRow, bins: &[String]) -> AppResult<()> {
    for bin in bins {
        places::ensure(tx, &bin_code(&row.code, bin), PlaceKind::Bin, Some(row.id), row.customer_id)?;
    }
    Ok(())
}
