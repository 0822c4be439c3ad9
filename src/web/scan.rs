//! `/scan`: one box: what is this code, where is it, and which moves are legal now.

use askama::Template;

use super::Page;
use super::form::Choice;
use super::kit::Tone;
use super::unit_detail::MoveForm;

/// The answer to the last act or scan.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// `Ok`, `Warn` or `Bad`.
    pub tone: Tone,
    /// What it means, short: "收下：故障件".
    pub title: String,
    /// The code scanned.
    pub code: String,
    /// Why, and what to do next.
    pub text: String,
    /// Bin to put it in, empty for none.
    pub bin: String,
}

/// What a code turned out to be.
#[derive(Clone, Debug)]
pub struct Found {
    /// `unit`, `part`, `bin`, `rma`, `shipment`.
    pub kind: &'static str,
    /// The code as written.
    pub code: String,
    /// Name: part name, bin's depot, customer.
    pub name: String,
    /// Page of the thing.
    pub href: String,
    /// Condition code of a unit, else empty.
    pub condition: String,
    /// Labelled facts in the page's language: place, owner, RMA, promise.
    pub facts: Vec<(String, String)>,
    /// What is in it, or where it stands.
    pub contents: Vec<Content>,
    /// There is more than is shown.
    pub more: bool,
}

/// Something in a place; of a part, a place it stands in.
#[derive(Clone, Debug)]
pub struct Content {
    /// Serial or part number; of a part, the place.
    pub code: String,
    /// Name of the part; of a part, whose it is there, empty for us.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Condition code.
    pub condition: String,
    /// How many.
    pub quantity: i64,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/scan.html", blocks = ["station"])]
pub struct ScanPage {
    /// The frame.
    pub p: Page,
    /// Depots this person may work in.
    pub depots: Vec<Choice>,
    /// The depot worked in.
    pub depot: String,
    /// The code looked up, empty at first.
    pub code: String,
    /// Verdict on an act or a code not found.
    pub verdict: Option<Verdict>,
    /// What the code is; several when makers share a serial.
    pub found: Vec<Found>,
    /// Moves legal now (only when exactly one thing was found).
    pub moves: Vec<MoveForm>,
    /// May this person book movements: then the stations are one press away.
    pub stations: bool,
}

impl Found {
    /// The key of what its contents are called.
    pub fn contents_key(&self) -> &'static str {
        if self.kind == "part" { "scan-stands-in" } else { "scan-contents" }
    }
}

impl ScanPage {
    fn is_one_unit(&self) -> bool {
        matches!(self.found.as_slice(), [only] if only.kind == "unit")
    }

    fn is_ambiguous(&self) -> bool {
        self.found.len() > 1 && self.found.iter().all(|found| found.kind == "unit")
    }
}

impl Verdict {
    /// The icon that goes with its tone.
    pub fn icon(&self) -> &'static str {
        match self.tone {
            Tone::Ok => "check",
            Tone::Warn => "alert-triangle",
            _ => "x",
        }
    }
}
