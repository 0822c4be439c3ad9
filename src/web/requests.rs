//! `/requests`: asking for a spare in front of a dead board, the requests there are, one of them, and the engineer's van.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::Page;
use super::form::Form;
use super::kit::{Html, Tone, badge};
use super::rma_list::ViewTab;

/// The dead board, as known.
#[derive(Clone, Debug)]
pub struct AskedFor {
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub part_name: String,
    /// Serial; empty when only the part is known.
    pub serial: String,
    /// Whose it is; empty while not known.
    pub customer: String,
    /// What covers it, in words.
    pub cover: String,
    /// It is covered.
    pub covered: bool,
    /// The open RMA it is on; empty for none.
    pub rma: String,
}

/// A way for the spare to come, or not to.
#[derive(Clone, Debug)]
pub struct Source {
    /// What is sent: place and part; empty for a way that is closed.
    pub value: String,
    /// From where, and what.
    pub title: String,
    /// How many, and how far.
    pub note: String,
    /// Why it fits, when it is another part; empty for the part itself.
    pub reason: String,
    /// When it arrives, or a dash.
    pub eta: String,
    /// What is to be read under it.
    pub under: String,
    /// Chosen.
    pub checked: bool,
}

/// Asking for a spare: first what is dead, then from where the spare comes.
#[derive(Template)]
#[template(path = "pages/request_new.html")]
pub struct AskPage {
    /// The frame.
    pub p: Page,
    /// What the board is looked up by.
    pub look: Form,
    /// Why the look-up failed, or what is still to be said; empty for nothing.
    pub trouble: String,
    /// Nothing failed: something is still to be said.
    pub question: bool,
    /// The board.
    pub asked: Option<AskedFor>,
    /// Ways that are open, the best first.
    pub sources: Vec<Source>,
    /// Ways that are closed, with the reason.
    pub closed: Vec<Source>,
    /// The request itself, once part and customer are known.
    pub form: Option<Form>,
}

/// A request in a list.
#[derive(Clone, Debug)]
pub struct RequestItem {
    /// Number.
    pub number: String,
    /// Customer.
    pub customer: String,
    /// Site.
    pub site: String,
    /// Part name.
    pub part_name: String,
    /// Serial of the dead board.
    pub serial: String,
    /// Code of the state.
    pub state: String,
    /// When the spare must be there.
    pub due_at: Option<DateTime<Utc>>,
    /// It is not there, and that moment is past.
    pub late: bool,
    /// Serial of the spare; empty before there is one.
    pub spare: String,
    /// Until when the dead board is owed, while it is.
    pub owed_by: Option<NaiveDate>,
    /// That day is past.
    pub owed_late: bool,
    /// Code of the dead board's way back.
    pub faulty: String,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl RequestItem {
    /// Badge of the state.
    pub fn badge(&self, p: &Page) -> Html {
        state_badge(p, &self.state)
    }
}

/// Badge of a request's state.
pub fn state_badge(p: &Page, state: &str) -> Html {
    let (tone, icon) = match state {
        "requested" => (Tone::Out, "inbox"),
        "approved" => (Tone::Act, "circle-check"),
        "issued" => (Tone::Act, "truck-delivery"),
        _ => (Tone::Out, "ban"),
    };
    badge(tone, icon, &p.word("request-state", state))
}

/// The list.
#[derive(Template)]
#[template(path = "pages/requests.html")]
pub struct RequestsPage {
    /// The frame.
    pub p: Page,
    /// The views.
    pub views: Vec<ViewTab>,
    /// Code of the view shown.
    pub view: String,
    /// What is owed to us by the person who looks, oldest first; only on the engineer's own page.
    pub owed: Vec<RequestItem>,
    /// The requests of this page.
    pub rows: Vec<RequestItem>,
    /// Address of the next page.
    pub next: Option<String>,
    /// May this person ask.
    pub may_ask: bool,
    /// Has this person a van.
    pub has_van: bool,
}

/// Something one may do with a request.
#[derive(Clone, Debug)]
pub struct Step {
    /// Code: `approve`, `reject`, `issue`, `delivered`.
    pub code: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Shown opened: it came back refused.
    pub open: bool,
    /// Its form.
    pub form: Form,
}

/// One request.
#[derive(Template)]
#[template(path = "pages/request.html")]
pub struct RequestPage {
    /// The frame.
    pub p: Page,
    /// The request.
    pub row: RequestItem,
    /// Part number.
    pub part_no: String,
    /// RMA and line.
    pub rma: (String, i64),
    /// Why: code.
    pub reason: String,
    /// Who takes the spare; empty when not said.
    pub receiver: String,
    /// Who decided, when, and what was said.
    pub decided: Option<(String, DateTime<Utc>, String)>,
    /// The plan said yes.
    pub automatic: bool,
    /// What was wished for, in words; empty for nothing.
    pub wish: String,
    /// The spare stands at the customer.
    pub in_place: bool,
    /// What may be done now, the next first.
    pub steps: Vec<Step>,
}

/// A unit in the van.
#[derive(Clone, Debug)]
pub struct VanUnit {
    /// Serial.
    pub serial: String,
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub part_name: String,
    /// Code of the condition.
    pub condition: String,
    /// The request it is held for; empty for none.
    pub held_for: String,
    /// Gives it back; none while it is held.
    pub back: Option<Form>,
}

/// A counted part in the van.
#[derive(Clone, Debug)]
pub struct VanLot {
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub part_name: String,
    /// Code of the condition.
    pub condition: String,
    /// How many.
    pub quantity: i64,
    /// Gives some back.
    pub back: Form,
}

/// The van.
#[derive(Template)]
#[template(path = "pages/van.html")]
pub struct VanPage {
    /// The frame.
    pub p: Page,
    /// Units.
    pub units: Vec<VanUnit>,
    /// Counted parts.
    pub lots: Vec<VanLot>,
    /// Approved requests that something in the van fits: number, customer, serial of the spare.
    pub uses: Vec<(String, String, String)>,
    /// A form that came back refused.
    pub refused: Option<Form>,
}

impl RequestPage {
    /// The step that is next: on top, with the page's one primary button.
    fn primary(&self) -> Option<&Step> {
        self.steps.first().filter(|step| step.code != "withdraw")
    }

    /// The others, behind buttons.
    fn others(&self) -> &[Step] {
        self.steps.get(usize::from(self.primary().is_some())..).unwrap_or_default()
    }
}
