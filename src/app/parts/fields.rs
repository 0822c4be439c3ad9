//! What a request says about a part.

use super::{AlternateFields, ReorderFields};
use crate::app::setup::Changes;
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::stock::{PartClass, Tracking};
use crate::store::parts::PartRow;

/// Longest warranty, months.
const WARRANTY_MAX: i64 = 600;
/// Longest time a check is good for, days.
pub const CHECK_DAYS_MAX: i64 = 3_650;
/// Longest word of measure (块, 米), characters.
const MEASURE_MAX: usize = 20;

/// What a request says about a part; what it does not say stays as it is. A second `Option` empties: `Some(None)`.
#[derive(Debug, Clone, Default)]
pub struct PartFields {
    /// Name in Chinese; a new part must have one.
    pub name: Option<String>,
    /// Name in English.
    pub name_en: Option<String>,
    /// Maker's model.
    pub model: Option<String>,
    /// Maker; fixed once the part moved.
    pub maker: Option<String>,
    /// Family of parts.
    pub category: Option<String>,
    /// `serial` (default) or `quantity`; fixed once the part moved.
    pub tracking: Option<String>,
    /// What it is counted in: 块, 米.
    pub measure: Option<String>,
    /// Price of a new one, a decimal such as `1280.00`.
    pub price: Option<Option<String>>,
    /// Price of a repair.
    pub repair_price: Option<Option<String>>,
    /// Currency of both prices (default CNY).
    pub currency: Option<String>,
    /// False when a faulty one is thrown away (default yes).
    pub repairable: Option<bool>,
    /// Warranty, months.
    pub warranty_months: Option<Option<i64>>,
    /// 常用件 (default no).
    pub common: Option<bool>,
    /// It keeps a customer's data (default no).
    pub data_bearing: Option<bool>,
    /// 易损件: easily damaged, its failures are watched (default no).
    pub wear: Option<bool>,
    /// `spare` (default) or `instrument`; fixed once the part moved.
    pub class: Option<String>,
    /// Days a check of such an instrument is good for.
    pub check_every_days: Option<Option<i64>>,
    /// The maker reuses serials on other parts (default no); fixed once the part moved.
    pub serial_per_part: Option<bool>,
    /// What may stand in for it.
    pub alternates: Option<Vec<AlternateFields>>,
    /// Reorder points to set; depots that are not listed keep theirs.
    pub reorder_points: Option<Vec<ReorderFields>>,
}

impl PartFields {
    pub(super) fn lay_over(&self, f: &mut Fields, row: &mut PartRow, changes: &mut Changes) {
        let text = |f: &mut Fields, name: &str, value: &Option<String>| {
            value.as_ref().map(|v| f.text(name, v, NAME_MAX))
        };
        changes.set("name", &mut row.name, self.name.as_ref().map(|v| f.required("name", v, NAME_MAX)));
        changes.set("name_en", &mut row.name_en, text(f, "name_en", &self.name_en));
        changes.set("model", &mut row.model, text(f, "model", &self.model));
        changes.set("maker", &mut row.maker, text(f, "maker", &self.maker));
        changes.set("category", &mut row.category, text(f, "category", &self.category));
        changes.set(
            "measure",
            &mut row.measure,
            self.measure.as_ref().map(|v| f.text("measure", v, MEASURE_MAX)),
        );
        if let Some(word) = &self.tracking {
            changes.set(
                "tracking",
                &mut row.tracking,
                f.word("tracking", word, Tracking::ALL, Tracking::from_code),
            );
        }
        let price = |f: &mut Fields, name: &str, value: &Option<Option<String>>| {
            value.as_ref().map(|v| v.as_ref().and_then(|v| f.money(name, v)))
        };
        changes.set_or_clear("price_fen", &mut row.price_fen, price(f, "price", &self.price));
        changes.set_or_clear(
            "repair_price_fen",
            &mut row.repair_price_fen,
            price(f, "repair_price", &self.repair_price),
        );
        changes.set("currency", &mut row.currency, self.currency.as_ref().map(|v| f.currency("currency", v)));
        changes.set("repairable", &mut row.repairable, self.repairable);
        let months =
            self.warranty_months.map(|v| v.map(|v| f.number("warranty_months", v, 0..=WARRANTY_MAX)));
        changes.set_or_clear("warranty_months", &mut row.warranty_months, months);
        changes.set("common", &mut row.common, self.common);
        changes.set("data_bearing", &mut row.data_bearing, self.data_bearing);
        changes.set("wear", &mut row.wear, self.wear);
        if let Some(word) = &self.class {
            changes.set("class", &mut row.class, f.word("class", word, PartClass::ALL, PartClass::from_code));
        }
        let days =
            self.check_every_days.map(|v| v.map(|v| f.number("check_every_days", v, 1..=CHECK_DAYS_MAX)));
        changes.set_or_clear("check_every_days", &mut row.check_every_days, days);
        self.check_class(f, row);
        changes.set("serial_per_part", &mut row.serial_per_part, self.serial_per_part);
    }

    /// An instrument has a serial, and nothing of a spare; only instruments are checked (decision 0035).
    fn check_class(&self, f: &mut Fields, row: &PartRow) {
        if row.class == PartClass::Spare {
            if row.check_every_days.is_some() {
                f.fault("check_every_days", "only_for_instruments");
            }
            return;
        }
        if row.tracking != Tracking::Serial {
            f.fault("tracking", "instrument_has_serial");
        }
        if row.wear {
            f.fault("wear", "not_for_instruments");
        }
        if self.alternates.as_ref().is_some_and(|all| !all.is_empty()) {
            f.fault("alternates", "not_for_instruments");
        }
        if self.reorder_points.iter().flatten().any(|point| point.quantity.is_some()) {
            f.fault("reorder_points", "not_for_instruments");
        }
    }
}
