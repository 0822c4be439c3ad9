//! `/counts`: stock counts, and one with its variance, what it would book and who may say yes.

use crate::web::format::how_many;
use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::Form;
use super::kit::{Html, Tone, badge};
use super::transfers::View;

/// A count in the list.
#[derive(Clone, Debug)]
pub struct CountItem {
    /// Number.
    pub number: String,
    /// Depot.
    pub depot: String,
    /// State code.
    pub state: String,
    /// How many things were seen.
    pub seen: i64,
    /// Who opened it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who approved it or called it off; empty for nobody yet.
    pub decided: String,
}

/// The list.
#[derive(Template)]
#[template(path = "pages/counts.html")]
pub struct CountsPage {
    /// The frame.
    pub p: Page,
    /// Views.
    pub views: Vec<View>,
    /// Rows.
    pub rows: Vec<CountItem>,
    /// May this person open one.
    pub may_new: bool,
    /// Address of the next page.
    pub next: Option<String>,
}

/// Something the books have otherwise.
#[derive(Clone, Debug)]
pub struct DifferenceItem {
    /// What it is: `missing`, `other_bin`, `quantity`.
    pub of: String,
    /// Where it was seen, or where the books have what nobody saw.
    pub place: String,
    /// Part number.
    pub part_no: String,
    /// Serial; empty for a quantity.
    pub serial: String,
    /// What the books had.
    pub booked: i64,
    /// What was seen.
    pub counted: i64,
    /// What the ledger says of it last.
    pub clue: String,
    /// What approving writes: from and to.
    pub from: String,
    /// And to.
    pub to: String,
    /// How many.
    pub moves: i64,
}

/// Seen here and on the books elsewhere, or not at all.
#[derive(Clone, Debug)]
pub struct ExceptionItem {
    /// Code.
    pub code: String,
    /// Where it was seen.
    pub place: String,
    /// Verdict code.
    pub verdict: String,
    /// Where the books have it; empty for nowhere.
    pub book_place: String,
}

/// A movement it booked, or a quantity nobody counted.
#[derive(Clone, Debug)]
pub struct Moved {
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// Part number.
    pub part_no: String,
    /// Serial; empty for a quantity.
    pub serial: String,
    /// How many.
    pub quantity: i64,
}

/// One count.
#[derive(Template)]
#[template(path = "pages/count.html")]
pub struct CountPage {
    /// The frame.
    pub p: Page,
    /// Number.
    pub number: String,
    /// State code.
    pub state: String,
    /// Depot.
    pub depot: String,
    /// Places it covers.
    pub places: Vec<String>,
    /// Who opened it, and when.
    pub opened: String,
    /// Who counted.
    pub counters: Vec<String>,
    /// Who decided, and when; empty while it is open.
    pub decided: String,
    /// How many things were seen.
    pub seen: i64,
    /// Places where everything seen agrees.
    pub agreeing: i64,
    /// The variance; hidden from whoever still counts.
    pub differences: Vec<DifferenceItem>,
    /// Nobody counted these quantities: nothing is booked for them.
    pub uncounted: Vec<Moved>,
    /// For a person to settle.
    pub exceptions: Vec<ExceptionItem>,
    /// What it booked.
    pub movements: Vec<Moved>,
    /// Counting goes on at the station.
    pub may_count: bool,
    /// The variance is shown: to who may approve, or once it is over. Whoever counts counts blind.
    pub shows_variance: bool,
    /// Why this person may not approve it; empty when they may.
    pub blocked: String,
    /// Approval.
    pub approve: Option<Form>,
    /// Calling it off.
    pub cancel: Option<Form>,
}

/// Badge of a count's state.
pub fn state_badge(p: &Page, state: &str) -> Html {
    let (tone, icon) = match state {
        "open" => (Tone::Act, "clipboard-check"),
        "approved" => (Tone::Ok, "circle-check"),
        _ => (Tone::Out, "ban"),
    };
    badge(tone, icon, &p.word("count-state", state))
}

impl CountsPage {
    fn badge(&self, row: &CountItem) -> Html {
        state_badge(&self.p, &row.state)
    }
}

impl CountPage {
    fn badge(&self) -> Html {
        state_badge(&self.p, &self.state)
    }

    /// The places by name where there are few, else how many.
    fn covers(&self) -> String {
        const FEW: usize = 4;
        if self.places.len() > FEW {
            return self.p.n("count-places", &self.place_count());
        }
        self.places.iter().map(|place| self.p.place(place)).collect::<Vec<_>>().join(", ")
    }

    fn place_count(&self) -> i64 {
        how_many(self.places.len())
    }

    fn difference_count(&self) -> i64 {
        how_many(self.differences.len())
    }

    fn exception_count(&self) -> i64 {
        how_many(self.exceptions.len())
    }

    /// A difference with its sign.
    fn signed(&self, item: &DifferenceItem) -> String {
        match item.of.as_str() {
            "missing" => "−1".to_owned(),
            "other_bin" => "→".to_owned(),
            _ => {
                let by = item.counted - item.booked;
                if by > 0 { format!("+{}", self.p.count(&by)) } else { self.p.count(&by) }
            }
        }
    }
}
