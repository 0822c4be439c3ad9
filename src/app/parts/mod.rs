//! Parts: what they are, what may stand in for them, and how many a depot should have.

mod fields;
mod relations;
mod watched;

pub use crate::store::parts::{AlternateRow, PartName, ReorderRow};
pub use fields::{CHECK_DAYS_MAX, PartFields};
pub use relations::{AlternateFields, Lists, ReorderFields, confirmers};
pub use watched::{FailureRow, WatchedRow, failures, watch, watched};

use crate::app::setup::{Changes, unless_taken};
use crate::app::{AppResult, Ctx, audit};
use crate::domain::actor::{Permission, Role};
use crate::domain::fields::{Fields, code_of};
use crate::domain::money::DEFAULT_CURRENCY;
use crate::domain::refusal::Refusal;
use crate::domain::setup::Saved;
use crate::domain::stock::{PartClass, Tracking};
use crate::store::Conn;
use crate::store::listing::Listing;
use crate::store::parts::{self, PartRow};
use std::collections::BTreeSet;

/// The names of these parts by their numbers, for a page that has read the numbers under its reader's rights.
pub fn names(conn: &mut Conn, ctx: &Ctx, part_nos: &BTreeSet<String>) -> AppResult<Vec<PartName>> {
    ctx.actor.may(Permission::ReadStock)?;
    Ok(parts::names(conn, part_nos)?)
}

/// A part as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The row.
    pub row: PartRow,
    /// What may stand in for it, by part number.
    pub alternates: Vec<AlternateRow>,
    /// Its reorder points by depot; only where one part was asked for.
    pub reorder_points: Vec<ReorderRow>,
}

/// Which parts to list; what is not said narrows nothing.
#[derive(Debug, Clone, Default)]
pub struct PartFilter {
    /// Family of parts.
    pub category: String,
    /// Only parts that are easily damaged.
    pub wear: bool,
    /// Only parts of this class.
    pub class: Option<PartClass>,
}

/// A page of parts. Customers may look parts up too: they name them in requests.
pub fn list(conn: &mut Conn, ctx: &Ctx, page: &Listing, filter: &PartFilter) -> AppResult<Vec<Part>> {
    // What we work with, and what we think breaks easily, is no customer's business.
    let is_customer = ctx.actor.role == Role::Customer;
    let class = if is_customer { Some(PartClass::Spare) } else { filter.class };
    let wear = filter.wear && !is_customer;
    let rows = parts::list(conn, page, filter.category.trim(), wear, class)?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(vec![]) };
    let alternates = parts::alternates_between(conn, &first.part_no, &last.part_no)?;
    let points = parts::reorder_points_between(conn, &first.part_no, &last.part_no)?;
    let parts = rows.into_iter().map(|row| Part {
        alternates: alternates.iter().filter(|alternate| alternate.part_id == row.id).cloned().collect(),
        reorder_points: points.iter().filter(|point| point.part_id == row.id).cloned().collect(),
        row,
    });
    Ok(parts.map(|part| as_seen_by(ctx, part)).collect())
}

/// One part.
pub fn get(conn: &mut Conn, ctx: &Ctx, part_no: &str) -> AppResult<Part> {
    let row = find(conn, part_no)?;
    if ctx.actor.role == Role::Customer && row.class == PartClass::Instrument {
        return Err(Refusal::not_found("part", part_no.trim()).into());
    }
    let part = load(conn, row)?;
    Ok(as_seen_by(ctx, part))
}

/// Adds a part. Refuses with `already_exists`.
pub fn create(tx: &mut Conn, ctx: &Ctx, part_no: &str, fields: &PartFields) -> AppResult<Part> {
    ctx.actor.may(Permission::ManageSetup)?;
    let row = insert(tx, ctx, part_no, fields, Lists::Replace)?;
    load(tx, row)
}

/// Changes a part; its number stays. Lists that are given replace the standing ones.
pub fn update(tx: &mut Conn, ctx: &Ctx, part_no: &str, fields: &PartFields) -> AppResult<Part> {
    ctx.actor.may(Permission::ManageSetup)?;
    let mut row = find(tx, part_no)?;
    change(tx, ctx, &mut row, fields, Lists::Replace)?;
    load(tx, row)
}

/// Adds the part, or changes it where it stands: for imports. Alternates are added to the standing ones. A file may name
/// parts before their own rows come: put all of them without alternates first, then again with them.
pub fn put(tx: &mut Conn, ctx: &Ctx, part_no: &str, fields: &PartFields) -> AppResult<Saved> {
    ctx.actor.may(Permission::ManageSetup)?;
    match parts::by_no(tx, &code_of(part_no))? {
        Some(mut row) => change(tx, ctx, &mut row, fields, Lists::Add),
        None => insert(tx, ctx, part_no, fields, Lists::Add).map(|_| Saved::Created),
    }
}

/// What a customer learns of a part: what it is. Not what we pay, hold, would send instead, or think of how long it lasts.
fn as_seen_by(ctx: &Ctx, mut part: Part) -> Part {
    if ctx.actor.role == Role::Customer {
        part.row.price_fen = None;
        part.row.repair_price_fen = None;
        part.row.wear = false;
        part.alternates.clear();
        part.reorder_points.clear();
    }
    part
}

fn find(conn: &mut Conn, part_no: &str) -> AppResult<PartRow> {
    let row = parts::by_no(conn, &code_of(part_no))?;
    Ok(row.ok_or_else(|| Refusal::not_found("part", part_no.trim()))?)
}

fn load(conn: &mut Conn, row: PartRow) -> AppResult<Part> {
    let alternates = parts::alternates(conn, row.id)?;
    let reorder_points = parts::reorder_points(conn, row.id)?;
    Ok(Part { row, alternates, reorder_points })
}

fn insert(tx: &mut Conn, ctx: &Ctx, part_no: &str, fields: &PartFields, lists: Lists) -> AppResult<PartRow> {
    let mut f = Fields::new();
    let mut row = blank();
    row.part_no = f.code("part_no", part_no, &[]);
    if fields.name.is_none() {
        f.fault("name", "required");
    }
    let mut changes = Changes::new();
    fields.lay_over(&mut f, &mut row, &mut changes);
    let relations = relations::read(tx, &mut f, &row, fields)?;
    f.finish()?;
    row.id = unless_taken(parts::insert(tx, &row), "part", &row.part_no)?;
    relations.write(tx, ctx, row.id, lists, &mut changes)?;
    audit::record(tx, ctx, "part.create", &format!("part:{}", row.part_no), &row.name)?;
    Ok(row)
}

fn change(
    tx: &mut Conn,
    ctx: &Ctx,
    row: &mut PartRow,
    fields: &PartFields,
    lists: Lists,
) -> AppResult<Saved> {
    let mut f = Fields::new();
    let before = row.clone();
    let mut changes = Changes::new();
    fields.lay_over(&mut f, row, &mut changes);
    refuse_new_identity(tx, &mut f, &before, row)?;
    let relations = relations::read(tx, &mut f, row, fields)?;
    f.finish()?;
    relations.write(tx, ctx, row.id, lists, &mut changes)?;
    if changes.is_empty() {
        return Ok(Saved::Unchanged);
    }
    row.version = parts::update(tx, row)?;
    audit::record(tx, ctx, "part.update", &format!("part:{}", row.part_no), &changes.detail())?;
    Ok(Saved::Updated)
}

/// Maker and `serial_per_part` make the identity of every unit, tracking the shape of every movement, and the class says where a unit
/// may be: none of them changes under a part the books know (PRODUCT "Identity").
fn refuse_new_identity(conn: &mut Conn, f: &mut Fields, before: &PartRow, after: &PartRow) -> AppResult<()> {
    let changed = [
        ("tracking", before.tracking != after.tracking),
        ("maker", before.maker != after.maker),
        ("serial_per_part", before.serial_per_part != after.serial_per_part),
        ("class", before.class != after.class),
    ];
    if changed.iter().any(|(_, differs)| *differs) && parts::is_in_use(conn, before.id)? {
        for (field, _) in changed.into_iter().filter(|(_, differs)| *differs) {
            f.fault(field, "fixed_by_movements");
        }
    }
    if before.class == PartClass::Spare
        && after.class == PartClass::Instrument
        && parts::is_kept_as_spare(conn, before.id)?
    {
        f.fault("class", "kept_as_spare");
    }
    Ok(())
}

fn blank() -> PartRow {
    PartRow {
        id: 0,
        part_no: String::new(),
        name: String::new(),
        name_en: String::new(),
        model: String::new(),
        maker: String::new(),
        category: String::new(),
        tracking: Tracking::Serial,
        measure: String::new(),
        price_fen: None,
        repair_price_fen: None,
        currency: DEFAULT_CURRENCY.to_owned(),
        repairable: true,
        warranty_months: None,
        common: false,
        data_bearing: false,
        wear: false,
        class: PartClass::Spare,
        check_every_days: None,
        serial_per_part: false,
        version: 1,
    }
}
