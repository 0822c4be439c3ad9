//! Depots: code, name, city, class, address, bins.

use chrono::NaiveDate;

use crate::domain::setup::DepotClass;

use super::book::{Book, Fingerprint, Needs};
use super::cells::{CellError, Cells};
use super::columns::{Column, Field, Layout};
use super::fault::Reason;
use super::kind::{ImportRow, Kind, duplicate};
use super::outcome::Verdict;
use super::seen::Seen;
use super::sheet::{Cell, Row};
use super::values::{self, Words};

/// The columns of a depot list.
pub const COLUMNS: &[Column] = &[
    Column::required(Field::Code, "编号", "Code", &["备件库编号", "库房编号", "代码", "depot", "depot code"]),
    Column::required(
        Field::Name,
        "名称",
        "Name",
        &["备件库名称", "库房名称", "备件库", "库房", "depot name"],
    ),
    Column::optional(Field::City, "城市", "City", &["地市", "所在城市"]),
    Column::optional(Field::Class, "类型", "Class", &["类别", "级别", "depot class", "type"]),
    Column::optional(Field::Address, "地址", "Address", &["详细地址"]),
    Column::optional(Field::Bins, "库位", "Bins", &["库位列表", "货位", "bin", "locations"]),
];

const CLASSES: Words<DepotClass> = Words {
    known: &[
        ("常用库", DepotClass::Common),
        ("常用", DepotClass::Common),
        ("common", DepotClass::Common),
        ("中心库", DepotClass::Other),
        ("中心", DepotClass::Other),
        ("其他", DepotClass::Other),
        ("other", DepotClass::Other),
        ("central", DepotClass::Other),
    ],
    zh: "中心库、常用库",
    en: "common, other",
};

/// One depot as its row says. `None` and an empty list mean: the row says nothing, leave what stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DepotRow {
    /// Depot code, such as `JN`.
    pub code: String,
    /// Name people read.
    pub name: String,
    /// City; sourcing looks for the nearest depot by it.
    pub city: Option<String>,
    /// Class; a new depot without one is a common depot.
    #[serde(with = "super::coded")]
    pub class: Option<DepotClass>,
    /// Postal address.
    pub address: Option<String>,
    /// Bins to have. Bins that are not listed stay.
    pub bins: Vec<String>,
}

impl ImportRow for DepotRow {
    const KIND: Kind = Kind::Depots;
    const COLUMNS: &'static [Column] = COLUMNS;

    fn parse(layout: &Layout, row: &Row, _today: NaiveDate) -> Result<Self, Vec<CellError>> {
        let mut cells = Cells::new(layout, row);
        let code = cells.required(Field::Code, values::place_code);
        let name = cells.required(Field::Name, |cell| values::text(cell, 100));
        let city = cells.text(Field::City, 60);
        let class = cells.word(Field::Class, &CLASSES);
        let address = cells.text(Field::Address, 300);
        let bins = cells.optional(Field::Bins, bins).unwrap_or_default();
        let whole = code.zip(name).map(|(code, name)| Self { code, name, city, class, address, bins });
        cells.finish(whole)
    }

    fn needs(&self, needs: &mut Needs) {
        needs.depots.insert(self.code.clone());
    }

    fn claim(
        &self,
        row: u32,
        layout: &Layout,
        _book: &Book,
        seen: &mut Seen,
    ) -> Result<String, Vec<CellError>> {
        seen.claim(&self.code, row)
            .map_err(|first| duplicate(row, layout.heading(Field::Code), &self.code, first))
    }

    fn settle(&self, _row: u32, _key: &str, _layout: &Layout, book: &Book) -> Verdict {
        match book.depots.get(&self.code) {
            Some(standing) if self.over(standing) == *standing => Verdict::Unchanged,
            _ => Verdict::Accepted,
        }
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        None
    }
}

fn bins(cell: &Cell) -> Result<Vec<String>, Reason> {
    let mut bins: Vec<String> = Vec::new();
    for piece in values::list(cell) {
        let bin = values::place_code(&Cell::Text(piece))?;
        if !bins.contains(&bin) {
            bins.push(bin);
        }
    }
    Ok(bins)
}

impl DepotRow {
    /// This row laid over what the books have: what it says replaces, what it does not say stays, bins are added.
    #[must_use]
    pub fn over(&self, standing: &Self) -> Self {
        let mut bins = standing.bins.clone();
        bins.extend(self.bins.iter().filter(|bin| !standing.bins.contains(bin)).cloned());
        Self {
            code: self.code.clone(),
            name: self.name.clone(),
            city: self.city.clone().or_else(|| standing.city.clone()),
            class: self.class.or(standing.class),
            address: self.address.clone().or_else(|| standing.address.clone()),
            bins,
        }
    }
}
