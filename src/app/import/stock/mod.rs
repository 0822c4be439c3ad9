//! Opening stock: every unit and every lot that stands in a depot on the day Beiku starts.

mod effects;

use chrono::NaiveDate;

use crate::domain::stock::{Condition, Tracking};

use super::book::{Book, Fingerprint, Needs, PartFacts};
use super::cells::{CellError, Cells};
use super::columns::{Column, Field, Layout};
use super::effects::Place;
use super::fault::Reason;
use super::kind::{ImportRow, Kind, duplicate};
use super::outcome::Verdict;
use super::seen::Seen;
use super::sheet::{Cell, Row};
use super::values::{self, Words};

pub use effects::{StockEffects, effects};

/// The columns of a stock list.
pub const COLUMNS: &[Column] = &[
    Column::required(
        Field::PartNo,
        "料号",
        "Part number",
        &["物料编码", "物料号", "件号", "备件编码", "part no", "part", "p/n", "pn", "item"],
    ),
    Column::required(Field::Serial, "序列号", "Serial number", &["S/N", "SN", "serial", "serial no", "条码"]),
    Column::required(Field::Depot, "库房", "Depot", &["备件库", "库房编号", "备件库编号", "depot code"]),
    Column::optional(Field::Bin, "库位", "Bin", &["货位", "location", "bin code"]),
    Column::required(Field::Condition, "状态", "Condition", &["件况", "备件状态", "status"]),
    Column::optional(Field::Quantity, "数量", "Quantity", &["qty", "库存数量", "结存"]),
    Column::required(
        Field::ReceivedOn,
        "入库日期",
        "Received on",
        &["入库时间", "收货日期", "received", "date received"],
    ),
    Column::optional(Field::UnitPrice, "单价", "Unit price", &["价格", "采购单价", "price"]),
    Column::optional(Field::Note, "备注", "Note", &["说明", "notes", "remark", "remarks"]),
];

/// Condition of a stock row. In repair is a condition here only: in the books it is a faulty unit on the bench with a
/// repair order (API.md, History import).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockCondition {
    /// 良品
    Good,
    /// 坏品
    Faulty,
    /// 在修
    InRepair,
    /// 待检
    Quarantined,
}

const CONDITIONS: Words<StockCondition> = Words {
    known: &[
        ("良品", StockCondition::Good),
        ("好件", StockCondition::Good),
        ("良好", StockCondition::Good),
        ("正常", StockCondition::Good),
        ("good", StockCondition::Good),
        ("坏品", StockCondition::Faulty),
        ("坏件", StockCondition::Faulty),
        ("故障件", StockCondition::Faulty),
        ("故障", StockCondition::Faulty),
        ("faulty", StockCondition::Faulty),
        ("bad", StockCondition::Faulty),
        ("defective", StockCondition::Faulty),
        ("在修", StockCondition::InRepair),
        ("维修中", StockCondition::InRepair),
        ("inrepair", StockCondition::InRepair),
        ("in_repair", StockCondition::InRepair),
        ("repair", StockCondition::InRepair),
        ("待检", StockCondition::Quarantined),
        ("隔离", StockCondition::Quarantined),
        ("待检测", StockCondition::Quarantined),
        ("quarantined", StockCondition::Quarantined),
        ("quarantine", StockCondition::Quarantined),
    ],
    zh: "良品、故障件、在修、待检",
    en: "good, faulty, in repair, quarantined",
};

impl StockCondition {
    /// The word kept in the content of a row.
    fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Faulty => "faulty",
            Self::InRepair => "in_repair",
            Self::Quarantined => "quarantined",
        }
    }

    /// The condition in the ledger.
    #[must_use]
    pub fn in_ledger(self) -> Condition {
        match self {
            Self::Good => Condition::Good,
            Self::Faulty | Self::InRepair => Condition::Faulty,
            Self::Quarantined => Condition::Quarantined,
        }
    }
}

/// One stock row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StockRow {
    /// Part number.
    pub part_no: String,
    /// Normalised serial; none for a part kept by quantity.
    pub serial: Option<String>,
    /// Depot code.
    pub depot: String,
    /// Bin; without one the stock stands in the depot itself.
    pub bin: Option<String>,
    /// Condition as the list says.
    pub condition: StockCondition,
    /// Pieces, at least 1; 1 when the list has no quantity.
    pub quantity: i64,
    /// Local day on which it came in.
    pub received_on: NaiveDate,
    /// What one cost, fen.
    pub unit_price_fen: Option<i64>,
    /// Remark.
    pub note: Option<String>,
}

impl ImportRow for StockRow {
    const KIND: Kind = Kind::Stock;
    const COLUMNS: &'static [Column] = COLUMNS;

    fn parse(layout: &Layout, row: &Row, today: NaiveDate) -> Result<Self, Vec<CellError>> {
        let mut cells = Cells::new(layout, row);
        let part_no = cells.required(Field::PartNo, values::code);
        let serial = cells.optional(Field::Serial, values::serial);
        let depot = cells.required(Field::Depot, values::place_code);
        let bin = cells.optional(Field::Bin, values::place_code);
        let condition = cells.required(Field::Condition, |cell| CONDITIONS.read(cell));
        let quantity = match cells.is_filled(Field::Quantity) {
            true => cells.optional(Field::Quantity, positive),
            false => Some(1),
        };
        let received_on = cells.required_past_date(Field::ReceivedOn, today);
        let unit_price_fen = cells.optional(Field::UnitPrice, values::money);
        let note = cells.text(Field::Note, 1_000);
        let whole = (|| {
            Some(Self {
                part_no: part_no?,
                serial,
                depot: depot?,
                bin,
                condition: condition?,
                quantity: quantity?,
                received_on: received_on?,
                unit_price_fen,
                note,
            })
        })();
        cells.finish(whole)
    }

    fn needs(&self, needs: &mut Needs) {
        needs.parts.insert(self.part_no.clone());
        needs.depots.insert(self.depot.clone());
        needs.units.extend(self.serial.iter().map(|serial| (self.part_no.clone(), serial.clone())));
    }

    /// Faults of codes come first; the key is claimed only by a row that is sound, so that a faulty first row does not
    /// drag a good second one down.
    fn claim(
        &self,
        row: u32,
        layout: &Layout,
        book: &Book,
        seen: &mut Seen,
    ) -> Result<String, Vec<CellError>> {
        let mut errors = place_errors(self, book);
        let part = book.parts.get(&self.part_no);
        match part {
            None => errors.insert(0, (Field::PartNo, Reason::PartUnknown(self.part_no.clone()))),
            Some(part) => errors.extend(tracking_error(self, part)),
        }
        let Some(part) = part.filter(|_| errors.is_empty()) else {
            let named = |(field, reason)| CellError { row, column: layout.heading(field), reason };
            return Err(errors.into_iter().map(named).collect());
        };
        match &self.serial {
            Some(serial) => {
                let taken = |first| duplicate(row, layout.heading(Field::Serial), serial, first);
                seen.claim(&part.part.identity(serial), row).map_err(taken)
            }
            None => Ok(self.nth_lot(row, seen)),
        }
    }

    fn settle(&self, row: u32, key: &str, layout: &Layout, book: &Book) -> Verdict {
        let refused = |field, reason| Verdict::refused(row, layout.heading(field), reason);
        match book.imported.get(key) {
            Some(content) if *content == self.content() => return Verdict::Unchanged,
            Some(_) => {
                let (field, value) = match &self.serial {
                    Some(serial) => (Field::Serial, serial),
                    None => (Field::PartNo, &self.part_no),
                };
                return refused(field, Reason::ImportedDifferently(value.clone()));
            }
            None => {}
        }
        let part = book.parts.get(&self.part_no);
        let Some((serial, part)) = self.serial.clone().zip(part) else { return Verdict::Accepted };
        match book.unit(&part.part, &serial) {
            Some(unit) if unit.place != Place::Opening => {
                refused(Field::Serial, Reason::SerialElsewhere { serial, place: unit.place.code() })
            }
            Some(unit) if unit.part_no != self.part_no => {
                refused(Field::PartNo, Reason::SerialOtherPart { serial, part: unit.part_no.clone() })
            }
            Some(unit) if unit.last_on > self.received_on => {
                refused(Field::ReceivedOn, Reason::BeforeLastMovement { serial, last: unit.last_on })
            }
            _ => Verdict::Accepted,
        }
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        Some(self.content())
    }
}

fn positive(cell: &Cell) -> Result<i64, Reason> {
    /// More pieces than any depot holds; beyond it a column has slipped.
    const MOST: i64 = 1_000_000_000;
    let quantity = values::whole(cell)?;
    match quantity {
        1..=MOST => Ok(quantity),
        i64::MIN..=0 => Err(Reason::QuantityNotPositive(quantity)),
        _ => Err(Reason::NumberOutOfRange { value: cell.shown(), least: 1, most: MOST }),
    }
}

fn place_errors(stock: &StockRow, book: &Book) -> Vec<(Field, Reason)> {
    let Some(depot) = book.depots.get(&stock.depot) else {
        return vec![(Field::Depot, Reason::DepotUnknown(stock.depot.clone()))];
    };
    match &stock.bin {
        Some(bin) if !depot.bins.contains(bin) => {
            vec![(Field::Bin, Reason::BinUnknown { depot: stock.depot.clone(), bin: bin.clone() })]
        }
        _ => Vec::new(),
    }
}

fn tracking_error(stock: &StockRow, part: &PartFacts) -> Option<(Field, Reason)> {
    match (part.part.tracking, &stock.serial) {
        (Tracking::Serial, None) => Some((Field::Serial, Reason::SerialMissing(stock.part_no.clone()))),
        (Tracking::Quantity, Some(_)) => Some((Field::Serial, Reason::SerialUnwanted(stock.part_no.clone()))),
        (Tracking::Serial, Some(_)) if stock.quantity != 1 => {
            Some((Field::Quantity, Reason::QuantityNotOne(stock.quantity)))
        }
        _ => None,
    }
}

impl StockRow {
    /// The key of the n-th lot of a part in one bin and condition: a list may hold several, and the second run of the
    /// same list meets each again.
    fn nth_lot(&self, row: u32, seen: &mut Seen) -> String {
        let bin = self.bin.as_deref().unwrap_or_default();
        let lot = format!("lot/{}/{}/{bin}/{}", self.part_no, self.depot, self.condition.as_str());
        let mut nth: u32 = 1;
        loop {
            match seen.claim(&format!("{lot}#{nth}"), row) {
                Ok(key) => return key,
                Err(_) => nth = nth.saturating_add(1),
            }
        }
    }

    /// What the row says.
    #[must_use]
    pub fn content(&self) -> Fingerprint {
        let price = self.unit_price_fen.map(|fen| fen.to_string()).unwrap_or_default();
        Fingerprint::of(&[
            "stock/1",
            &self.part_no,
            self.serial.as_deref().unwrap_or_default(),
            &self.depot,
            self.bin.as_deref().unwrap_or_default(),
            self.condition.as_str(),
            &self.quantity.to_string(),
            &self.received_on.to_string(),
            &price,
            self.note.as_deref().unwrap_or_default(),
        ])
    }

    /// Where the row says the stock stands.
    #[must_use]
    pub fn place(&self) -> Place {
        match &self.bin {
            Some(bin) => Place::Bin { depot: self.depot.clone(), bin: bin.clone() },
            None => Place::Depot(self.depot.clone()),
        }
    }
}
