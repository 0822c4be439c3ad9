//! "What is this thing?": items as people send them, `{part_no, serial | quantity}`, looked up in the books.

use crate::app::AppResult;
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::serial::Serial;
use crate::domain::stock::{PartRef, QUANTITY_MAX, Tracking};
use crate::store::units::UnitRow;
use crate::store::{Conn, stock, units};

/// A thing as it was scanned or typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Part number; a serial may say it all.
    pub part_no: Option<String>,
    /// Serial as scanned.
    pub serial: Option<String>,
    /// How many of a quantity part.
    pub quantity: Option<i64>,
}

impl Item {
    /// A scanned serial and nothing else.
    #[must_use]
    pub fn scanned(serial: &str) -> Item {
        Item { serial: Some(serial.to_owned()), ..Item::default() }
    }
}

/// What it turned out to be.
#[derive(Debug, Clone)]
pub struct Goods {
    /// The part; none for a serial that nobody knows, sent without a part.
    pub part: Option<PartRef>,
    /// The unit on the books.
    pub unit: Option<UnitRow>,
    /// The serial, normalised; the unit's own when it was labelled anew.
    pub serial: Option<String>,
    /// How many; 1 for a serial.
    pub quantity: i64,
}

impl Goods {
    /// What to call it when it stands in the way: its serial, else its part number.
    #[must_use]
    pub fn name(&self) -> String {
        self.serial
            .clone()
            .or_else(|| self.part.as_ref().map(|part| part.part_no.clone()))
            .unwrap_or_default()
    }
}

/// Looks an item up; `field` is its path in the request. A serial several units share is refused with the choices.
pub fn resolve(conn: &mut Conn, field: &str, item: &Item) -> AppResult<Goods> {
    let path = |name: &str| format!("{field}.{name}");
    let part = match item.part_no.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(
            stock::part_ref(conn, &code_of(text))?
                .ok_or_else(|| Refusal::field(path("part_no"), "unknown_part"))?,
        ),
    };
    let Some(text) = item.serial.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
        return lot(part, item.quantity, path);
    };
    if part.as_ref().is_some_and(|part| part.tracking == Tracking::Quantity) {
        return Err(Refusal::field(path("serial"), "not_for_quantity_part").into());
    }
    if item.quantity.is_some_and(|quantity| quantity != 1) {
        return Err(Refusal::field(path("quantity"), "one_per_serial").into());
    }
    let serial =
        Serial::parse(text).map_err(|error| Refusal::field(path("serial"), error.code()))?.into_string();
    let found = units::by_serial(conn, &serial)?;
    let unit = match &part {
        Some(part) => super::stock::unit_of_part(found, part, &serial)?,
        None if found.is_empty() => None,
        None => Some(super::stock::only_one(found, &serial)?),
    };
    let part = part.or_else(|| unit.as_ref().map(UnitRow::part_ref));
    let serial = unit.as_ref().map_or(serial, |unit| unit.serial.clone());
    Ok(Goods { part, unit, serial: Some(serial), quantity: 1 })
}

fn lot(part: Option<PartRef>, quantity: Option<i64>, path: impl Fn(&str) -> String) -> AppResult<Goods> {
    let Some(part) = part else { return Err(Refusal::field(path("serial"), "required").into()) };
    if part.tracking == Tracking::Serial {
        return Err(Refusal::field(path("serial"), "required").into());
    }
    let Some(quantity) = quantity else { return Err(Refusal::field(path("quantity"), "required").into()) };
    if !(1..=QUANTITY_MAX).contains(&quantity) {
        return Err(Refusal::field(path("quantity"), "not_positive").into());
    }
    Ok(Goods { part: Some(part), unit: None, serial: None, quantity })
}
