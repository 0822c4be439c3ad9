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
    /// It waits for the second person.
    pub done: bool,
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
    /// Who said that everything was seen, and when; empty while it is being counted.
    pub done: String,
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
    /// Units of others that nobody saw.
    pub not_seen: Vec<Moved>,
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
    /// Saying that everything was seen.
    pub finish: Option<Form>,
    /// Approval.
    pub approve: Option<Form>,
    /// Calling it off.
    pub cancel: Option<Form>,
}

/// Badge of a count's state; an open one that is done waits for the second person.
pub fn state_badge(p: &Page, state: &str, done: bool) -> Html {
    let (tone, icon) = match state {
        "open" if done => return badge(Tone::Act, "scale", &p.t("count-waits")),
        "open" => (Tone::Act, "clipboard-check"),
        "approved" => (Tone::Ok, "circle-check"),
        _ => (Tone::Out, "ban"),
    };
    badge(tone, icon, &p.word("count-state", state))
}

impl CountsPage {
    fn badge(&self, row: &CountItem) -> Html {
        state_badge(&self.p, &row.state, row.done)
    }
}

impl CountPage {
    fn badge(&self) -> Html {
        state_badge(&self.p, &self.state, !self.done.is_empty())
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

    /// What approving writes, in words: what is lost, moved, too few and too many.
    fn said(&self) -> String {
        let of = |kind: &'static str| self.differences.iter().filter(move |item| item.of == kind);
        let by = |item: &DifferenceItem| item.counted - item.booked;
        let few: i64 = of("quantity").map(by).filter(|by| *by < 0).map(|by| -by).sum();
        let many: i64 = of("quantity").map(by).filter(|by| *by > 0).sum();
        let numbers = [
            ("count-say-missing", how_many(of("missing").count())),
            ("count-say-moved", how_many(of("other_bin").count())),
            ("count-say-few", few),
            ("count-say-many", many),
        ];
        let said: Vec<String> =
            numbers.iter().filter(|(_, n)| *n > 0).map(|(key, n)| self.p.n(key, n)).collect();
        if said.is_empty() { self.p.t("count-say-nothing") } else { said.join(&self.p.t("list-separator")) }
    }

    /// What differs; of a count that was approved, what was written for it.
    fn difference_count(&self) -> i64 {
        how_many(if self.is_approved() { self.movements.len() } else { self.differences.len() })
    }

    fn is_approved(&self) -> bool {
        self.state == "approved"
    }

    /// Places where nothing differs; of a count that was approved, those nothing was written for.
    fn agreeing_count(&self) -> i64 {
        if !self.is_approved() {
            return self.agreeing;
        }
        let touched =
            |place: &String| self.movements.iter().any(|row| row.from == *place || row.to == *place);
        let open = |place: &String| self.exceptions.iter().any(|item| item.place == *place);
        how_many(self.places.iter().filter(|place| !touched(place) && !open(place)).count())
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
