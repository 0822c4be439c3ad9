//! Parts: number, names, maker, how they are kept, prices, warranty, alternates.

use chrono::NaiveDate;

use crate::app::parts::CHECK_DAYS_MAX;
use crate::domain::stock::{PartClass, Tracking};

use super::book::{Book, Fingerprint, Needs};
use super::cells::{CellError, Cells};
use super::columns::{Column, Field, Layout};
use super::fault::Reason;
use super::kind::{ImportRow, Kind, duplicate};
use super::outcome::Verdict;
use super::seen::Seen;
use super::sheet::{Cell, Row};
use super::values::{self, Words, YES_NO};

/// The columns of a parts list.
pub const COLUMNS: &[Column] = &[
    Column::required(
        Field::PartNo,
        "料号",
        "Part number",
        &["物料编码", "物料号", "件号", "备件编码", "part no", "part", "p/n", "pn", "item"],
    ),
    Column::required(
        Field::Name,
        "名称",
        "Name",
        &["物料名称", "中文名称", "备件名称", "part name", "description"],
    ),
    Column::optional(Field::NameEn, "英文名称", "English name", &["name en", "英文名"]),
    Column::optional(Field::Model, "型号", "Model", &["规格型号", "规格"]),
    Column::optional(
        Field::Maker,
        "厂商",
        "Maker",
        &["厂家", "生产厂家", "制造商", "品牌", "manufacturer", "vendor"],
    ),
    Column::optional(Field::Category, "类别", "Category", &["分类", "物料类别"]),
    Column::optional(
        Field::Tracking,
        "管理方式",
        "Kept by",
        &["管理模式", "tracking", "tracked by", "management", "management mode"],
    ),
    Column::optional(Field::Unit, "单位", "Unit", &["计量单位", "uom"]),
    Column::optional(Field::UnitPrice, "单价", "Unit price", &["价格", "采购单价", "price"]),
    Column::optional(Field::RepairPrice, "维修单价", "Repair price", &["维修价格", "维修费"]),
    Column::optional(Field::Repairable, "可维修", "Repairable", &["是否可维修", "可修"]),
    Column::optional(
        Field::Warranty,
        "质保(月)",
        "Warranty (months)",
        &["质保期", "保修期", "质保月数", "warranty months"],
    ),
    Column::optional(Field::Common, "常用件", "Common", &["是否常用", "是否常用件", "common part"]),
    Column::optional(
        Field::Wear,
        "易损件",
        "Wear part",
        &["是否易损", "是否易损件", "易损", "easily damaged"],
    ),
    Column::optional(Field::Class, "备件或仪器", "Class", &["物料种类", "种类", "part class"]),
    Column::optional(
        Field::CheckEvery,
        "检查周期(天)",
        "Check every (days)",
        &["检查周期", "检定周期", "校准周期", "check every days", "calibration interval"],
    ),
    Column::optional(
        Field::Alternates,
        "可替代料号",
        "Alternates",
        &["替代料号", "替代件", "可替代件", "alternate parts", "alternate part numbers"],
    ),
];

const TRACKINGS: Words<Tracking> = Words {
    known: &[
        ("序列号", Tracking::Serial),
        ("单件", Tracking::Serial),
        ("按序列号", Tracking::Serial),
        ("serial", Tracking::Serial),
        ("serialnumber", Tracking::Serial),
        ("serialised", Tracking::Serial),
        ("serialized", Tracking::Serial),
        ("s/n", Tracking::Serial),
        ("sn", Tracking::Serial),
        ("数量", Tracking::Quantity),
        ("数量件", Tracking::Quantity),
        ("按数量", Tracking::Quantity),
        ("批次", Tracking::Quantity),
        ("quantity", Tracking::Quantity),
        ("qty", Tracking::Quantity),
        ("lot", Tracking::Quantity),
    ],
    zh: "序列号、数量",
    en: "serial, quantity",
};

const CLASSES: Words<PartClass> = Words {
    known: &[
        ("备件", PartClass::Spare),
        ("spare", PartClass::Spare),
        ("仪器", PartClass::Instrument),
        ("仪表", PartClass::Instrument),
        ("仪器仪表", PartClass::Instrument),
        ("instrument", PartClass::Instrument),
        ("meter", PartClass::Instrument),
    ],
    zh: "备件、仪器",
    en: "spare, instrument",
};

/// One part as its row says. `None` and an empty list mean: the row says nothing, leave what stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PartRow {
    /// Part number.
    pub part_no: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// Maker's model.
    pub model: Option<String>,
    /// Maker; a serial is unique within one maker (PRODUCT, Identity).
    pub maker: Option<String>,
    /// Family of parts.
    pub category: Option<String>,
    /// Kept by serial or by quantity; a new part without a word is kept by serial.
    #[serde(with = "super::coded")]
    pub tracking: Option<Tracking>,
    /// Unit of measure.
    pub unit: Option<String>,
    /// Price of a new one, fen.
    pub unit_price_fen: Option<i64>,
    /// Price of a repair, fen.
    pub repair_price_fen: Option<i64>,
    /// False when a faulty one is thrown away.
    pub repairable: Option<bool>,
    /// Warranty, months.
    pub warranty_months: Option<i64>,
    /// True when common depots should hold it.
    pub common: Option<bool>,
    /// True when it is easily damaged and its failures are watched.
    pub wear: Option<bool>,
    /// A spare or an instrument; a new part without a word is a spare.
    #[serde(with = "super::coded")]
    pub class: Option<PartClass>,
    /// Days a check of such an instrument is good for.
    pub check_every_days: Option<i64>,
    /// Part numbers that may stand in for this one.
    pub alternates: Vec<String>,
}

impl ImportRow for PartRow {
    const KIND: Kind = Kind::Parts;
    const COLUMNS: &'static [Column] = COLUMNS;

    fn parse(layout: &Layout, row: &Row, _today: NaiveDate) -> Result<Self, Vec<CellError>> {
        let mut cells = Cells::new(layout, row);
        let part_no = cells.required(Field::PartNo, values::code);
        let name = cells.required(Field::Name, |cell| values::text(cell, 200));
        let name_en = cells.text(Field::NameEn, 200);
        let model = cells.text(Field::Model, 100);
        let maker = cells.text(Field::Maker, 100);
        let category = cells.text(Field::Category, 60);
        let tracking = cells.word(Field::Tracking, &TRACKINGS);
        let unit = cells.text(Field::Unit, 20);
        let unit_price_fen = cells.optional(Field::UnitPrice, values::money);
        let repair_price_fen = cells.optional(Field::RepairPrice, values::money);
        let repairable = cells.word(Field::Repairable, &YES_NO);
        let warranty_months = cells.whole_between(Field::Warranty, 0, 600);
        let common = cells.word(Field::Common, &YES_NO);
        let wear = cells.word(Field::Wear, &YES_NO);
        let class = cells.word(Field::Class, &CLASSES);
        let check_every_days = cells.whole_between(Field::CheckEvery, 1, CHECK_DAYS_MAX);
        let own = part_no.clone().unwrap_or_default();
        let alternates = cells.optional(Field::Alternates, |cell| alternates(cell, &own)).unwrap_or_default();
        let whole = part_no.zip(name).map(|(part_no, name)| Self {
            part_no,
            name,
            name_en,
            model,
            maker,
            category,
            tracking,
            unit,
            unit_price_fen,
            repair_price_fen,
            repairable,
            warranty_months,
            common,
            wear,
            class,
            check_every_days,
            alternates,
        });
        cells.finish(whole)
    }

    fn needs(&self, needs: &mut Needs) {
        needs.parts.insert(self.part_no.clone());
        needs.parts.extend(self.alternates.iter().cloned());
    }

    fn claim(
        &self,
        row: u32,
        layout: &Layout,
        _book: &Book,
        seen: &mut Seen,
    ) -> Result<String, Vec<CellError>> {
        let taken = |first| duplicate(row, layout.heading(Field::PartNo), &self.part_no, first);
        seen.claim(&self.part_no, row).map_err(taken)
    }

    /// Alternates wait for [`unfit_alternate`], because a file may name a part before its own row comes.
    fn settle(&self, row: u32, _key: &str, layout: &Layout, book: &Book) -> Verdict {
        let Some(standing) = book.parts.get(&self.part_no) else {
            return self.out_of_class().map_or(Verdict::Accepted, |(field, reason)| {
                Verdict::refused(row, layout.heading(field), reason)
            });
        };
        let merged = self.over(&standing.row);
        let becomes_instrument =
            merged.class == Some(PartClass::Instrument) && merged.class != standing.row.class;
        if becomes_instrument && standing.kept_as_spare {
            let reason = Reason::KeptAsSpare(self.part_no.clone());
            return Verdict::refused(row, layout.heading(Field::Class), reason);
        }
        if standing.has_movements && merged.class != standing.row.class {
            let reason = Reason::ClassFixed(self.part_no.clone());
            return Verdict::refused(row, layout.heading(Field::Class), reason);
        }
        if let Some((field, reason)) = merged.out_of_class() {
            return Verdict::refused(row, layout.heading(field), reason);
        }
        if standing.has_movements && merged.tracking != standing.row.tracking {
            let reason = Reason::TrackingFixed(self.part_no.clone());
            return Verdict::refused(row, layout.heading(Field::Tracking), reason);
        }
        if merged == standing.row { Verdict::Unchanged } else { Verdict::Accepted }
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        None
    }
}

fn alternates(cell: &Cell, own: &str) -> Result<Vec<String>, Reason> {
    let mut found: Vec<String> = Vec::new();
    for piece in values::list(cell) {
        let part_no = values::code(&Cell::Text(piece))?;
        if part_no == own {
            return Err(Reason::AlternateIsSelf(part_no));
        }
        if !found.contains(&part_no) {
            found.push(part_no);
        }
    }
    Ok(found)
}

/// The parts of a file, and what it says they are for.
#[derive(Debug, Default)]
pub struct PartsOfFile {
    all: Seen,
    instruments: Seen,
    spares: Seen,
    by_serial: Seen,
    by_quantity: Seen,
}

impl PartsOfFile {
    /// Takes note of a row. A key claimed twice cannot be: the first judgement saw to it.
    pub fn note(&mut self, row: u32, part: &PartRow) {
        let _ = self.all.claim(&part.part_no, row);
        let _ = match part.tracking {
            Some(Tracking::Serial) => self.by_serial.claim(&part.part_no, row),
            Some(Tracking::Quantity) => self.by_quantity.claim(&part.part_no, row),
            None => Ok(String::new()),
        };
        let _ = match part.class {
            Some(PartClass::Instrument) => self.instruments.claim(&part.part_no, row),
            Some(PartClass::Spare) => self.spares.claim(&part.part_no, row),
            None => return,
        };
    }

    /// How it is counted once the file is taken over: what the file does not say, stays; a part new to the books has serials.
    fn tracking(&self, part_no: &str, book: &Book) -> Tracking {
        let was = book.parts.get(part_no).and_then(|part| part.row.tracking);
        match () {
            () if self.by_quantity.knows(part_no) => Tracking::Quantity,
            () if self.by_serial.knows(part_no) => Tracking::Serial,
            () => was.unwrap_or(Tracking::Serial),
        }
    }

    /// Whether it is an instrument once the file is taken over: what the file does not say, stays.
    fn is_instrument(&self, part_no: &str, book: &Book) -> bool {
        let was = book.parts.get(part_no).is_some_and(|part| part.row.class == Some(PartClass::Instrument));
        self.instruments.knows(part_no) || (was && !self.spares.knows(part_no))
    }
}

/// What is wrong with the alternates, once the whole file was seen: one that neither the file nor the books know, an instrument, or one that
/// is counted another way.
#[must_use]
pub fn unfit_alternate(
    row: u32,
    part: &PartRow,
    layout: &Layout,
    book: &Book,
    file: &PartsOfFile,
) -> Option<CellError> {
    let wrong = |other: &String| {
        if !book.parts.contains_key(other) && !file.all.knows(other) {
            Some(Reason::PartUnknown(other.clone()))
        } else if file.is_instrument(other, book) {
            Some(Reason::AlternateIsInstrument(other.clone()))
        } else if file.tracking(other, book) != file.tracking(&part.part_no, book) {
            Some(Reason::OtherTracking(other.clone()))
        } else {
            None
        }
    };
    let column = layout.heading(Field::Alternates);
    part.alternates.iter().find_map(wrong).map(|reason| CellError { row, column, reason })
}

impl PartRow {
    /// What does not go with a spare, or with an instrument, and where it stands.
    fn out_of_class(&self) -> Option<(Field, Reason)> {
        let number = self.part_no.clone();
        if self.class != Some(PartClass::Instrument) {
            return self.check_every_days.map(|_| (Field::CheckEvery, Reason::OnlyForInstruments(number)));
        }
        if self.tracking == Some(Tracking::Quantity) {
            return Some((Field::Tracking, Reason::InstrumentHasSerial(number)));
        }
        if self.wear == Some(true) {
            return Some((Field::Wear, Reason::NotForInstruments(number)));
        }
        (!self.alternates.is_empty()).then_some((Field::Alternates, Reason::NotForInstruments(number)))
    }

    /// This row laid over what the books have: what it says replaces, what it does not say stays, alternates are added.
    #[must_use]
    pub fn over(&self, standing: &Self) -> Self {
        let mut alternates = standing.alternates.clone();
        alternates
            .extend(self.alternates.iter().filter(|other| !standing.alternates.contains(other)).cloned());
        let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
        Self {
            part_no: self.part_no.clone(),
            name: self.name.clone(),
            name_en: or(&self.name_en, &standing.name_en),
            model: or(&self.model, &standing.model),
            maker: or(&self.maker, &standing.maker),
            category: or(&self.category, &standing.category),
            tracking: self.tracking.or(standing.tracking),
            unit: or(&self.unit, &standing.unit),
            unit_price_fen: self.unit_price_fen.or(standing.unit_price_fen),
            repair_price_fen: self.repair_price_fen.or(standing.repair_price_fen),
            repairable: self.repairable.or(standing.repairable),
            warranty_months: self.warranty_months.or(standing.warranty_months),
            common: self.common.or(standing.common),
            wear: self.wear.or(standing.wear),
            class: self.class.or(standing.class),
            check_every_days: self.check_every_days.or(standing.check_every_days),
            alternates,
        }
    }
}
