//! Paper: fault tags, hand-over sheets, delivery notes, labels. One stylesheet, sizes in millimetres (UI-MORE.md "Paper").

use crate::web::format::how_many;
use askama::Template;

use super::Page;
use super::kit::Html;
use crate::i18n::{self, Lang};

/// A field of a fault tag, named in both languages: it travels to people who read either.
#[derive(Clone, Debug)]
pub struct TagField {
    /// Name in the page's language.
    pub label: String,
    /// Name in the other one.
    pub other: String,
    /// Value.
    pub value: String,
}

/// A fault tag of 100 × 150 mm.
#[derive(Template)]
#[template(path = "print/tag.html")]
pub struct TagPage {
    /// The frame.
    pub p: Page,
    /// Where the way back leads.
    pub back: String,
    /// Document number.
    pub number: String,
    /// RMA it belongs to; empty for none.
    pub rma: String,
    /// What is written on it.
    pub fields: Vec<TagField>,
    /// Whether the part keeps a customer's data.
    pub data_bearing: bool,
    /// The serial.
    pub serial: String,
    /// The serial as bars, where they fit.
    pub bars: Option<Html>,
    /// The tracking link, or the serial.
    pub qr: Option<Html>,
    /// What the QR code is for.
    pub qr_note: String,
    /// Whose it is to come back to.
    pub company: String,
}

impl TagPage {
    fn other_lang(&self) -> &'static str {
        self.p.other_lang().0
    }

    fn other(&self, key: &str) -> String {
        in_other(&self.p, key)
    }
}

/// A text in the language the page is not in.
pub fn in_other(p: &Page, key: &str) -> String {
    let other = Lang::ALL.into_iter().find(|lang| *lang != p.lang).unwrap_or_default();
    i18n::text(other, key)
}

/// A box to sign in.
#[derive(Clone, Debug)]
pub struct Sign {
    /// Who signs.
    pub who: String,
}

/// A row of a sheet's list.
#[derive(Clone, Debug)]
pub struct Item {
    /// Part name.
    pub name: String,
    /// Part number.
    pub part_no: String,
    /// Serial.
    pub serial: String,
    /// What it is here for, or its condition.
    pub what: String,
}

/// A sheet of A4: hand-over sheet or delivery note.
#[derive(Template)]
#[template(path = "print/sheet.html")]
pub struct SheetPage {
    /// The frame.
    pub p: Page,
    /// Where the way back leads.
    pub back: String,
    /// What it is.
    pub title: String,
    /// One line below.
    pub sub: String,
    /// Document number.
    pub number: String,
    /// The number as bars.
    pub bars: Option<Html>,
    /// Facts as label and value.
    pub facts: Vec<(String, String)>,
    /// Heading of the fourth column.
    pub what: String,
    /// What is handed over.
    pub items: Vec<Item>,
    /// A boxed note: heading and text.
    pub note: Option<(String, String)>,
    /// Boxes to tick by hand.
    pub checks: Vec<String>,
    /// What both confirm.
    pub statement: String,
    /// Who signs.
    pub signs: Vec<Sign>,
    /// QR code of the tracking page and the lines beside it.
    pub track: Option<(Html, Vec<String>)>,
    /// Who writes.
    pub company: String,
    /// Other ways of the same sheet: address and words.
    pub others: Vec<(String, String)>,
}

impl SheetPage {
    fn total(&self) -> i64 {
        how_many(self.items.len())
    }
}

/// A label.
#[derive(Clone, Debug)]
pub struct Label {
    /// What it is for: the serial, or the bin with its depot.
    pub code: String,
    /// In large letters.
    pub large: String,
    /// Further lines.
    pub lines: Vec<String>,
    /// The code.
    pub qr: Option<Html>,
}

impl Label {
    /// Long codes are written smaller.
    fn size(&self) -> &'static str {
        match self.large.chars().count() {
            0..=6 => "",
            7..=10 => " m",
            11..=17 => " l",
            _ => " xl",
        }
    }
}

/// Labels, one to a page of the label printer.
#[derive(Template)]
#[template(path = "print/labels.html")]
pub struct LabelsPage {
    /// The frame.
    pub p: Page,
    /// Where the way back leads.
    pub back: String,
    /// What they are.
    pub title: String,
    /// Their size in words.
    pub size: &'static str,
    /// Advice.
    pub note: String,
    /// Whether they are bins' (70 × 40 mm) or units' (50 × 30 mm).
    pub bins: bool,
    /// The labels.
    pub labels: Vec<Label>,
}
