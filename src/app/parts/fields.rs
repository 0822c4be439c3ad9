//! What a request says about a part.

use super::{AlternateFields, ReorderFields};
use crate::app::setup::Changes;
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::stock::Tracking;
use crate::store::parts::PartRow;

/// Longest warranty, months.
const WARRANTY_MAX: i64 = 600;
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
        changes.set("serial_per_part", &mut row.serial_per_part, self.serial_per_part);
    }
}
