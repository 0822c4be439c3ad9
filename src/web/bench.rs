//! `/bench`: what the technicians have before them, and one repair order.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::Page;
use super::actions::{ActionForm, Choices, data_answer, fields, icon};
use super::form::{Control, Field, Form};
use super::rma_list::ViewTab;

/// A step that asks nothing: one button does it.
#[derive(Clone, Debug)]
pub struct QuickStep {
    /// Action code.
    pub code: String,
    /// What the button says.
    pub label: String,
    /// A field that goes along: name and value; empty for none.
    pub field: (String, String),
    /// Fresh for every page.
    pub idempotency_key: String,
}

/// An order in the queue.
#[derive(Clone, Debug)]
pub struct BenchRow {
    /// Number of the order.
    pub number: String,
    /// RMA number; empty for our own stock.
    pub rma: String,
    /// Customer code; empty for our own stock.
    pub customer: String,
    /// Serial.
    pub serial: String,
    /// Part name.
    pub part_name: String,
    /// State code.
    pub state: String,
    /// The promised date.
    pub due_on: Option<NaiveDate>,
    /// Working days left to it.
    pub left: Option<i64>,
    /// Chance of missing it, in basis points, -1 while it was not counted yet; none where nothing is promised.
    pub risk_bp: Option<i64>,
    /// The vendor that has it; empty for none.
    pub vendor: String,
    /// When the vendor wants to be done.
    pub vendor_due_on: Option<NaiveDate>,
    /// That day is past.
    pub vendor_overdue: bool,
    /// Parts are awaited.
    pub waiting: bool,
    /// How often the test was failed.
    pub rework: i64,
    /// Who works on it.
    pub technician: String,
    /// Warnings about the unit: codes of `unit-flag-…`.
    pub flags: Vec<String>,
    /// Steps one button does.
    pub quick: Vec<QuickStep>,
    /// Steps that ask something: action code and what it is called.
    pub steps: Vec<(String, String)>,
    /// The version seen.
    pub version: i64,
}

impl BenchRow {
    /// The words of the days left or late, with their number.
    pub fn days(&self) -> Option<(&'static str, i64)> {
        self.left.map(|left| if left < 0 { ("bench-late", -left) } else { ("bench-left", left) })
    }

    /// The text colour of the days left: late is bad, 15 working days or fewer a warning (PRODUCT "At risk").
    pub fn ink(&self) -> &'static str {
        match self.left {
            Some(left) if left < 0 => "bad",
            Some(left) if left <= 15 => "warn",
            _ => "",
        }
    }
}

/// The queue. `results` alone is the block swapped by htmx.
#[derive(Template)]
#[template(path = "pages/bench.html", blocks = ["results"])]
pub struct BenchPage {
    /// The frame.
    pub p: Page,
    /// The views.
    pub views: Vec<ViewTab>,
    /// The view shown, as the parameter says.
    pub view: String,
    /// Text searched within the queue.
    pub q: String,
    /// The orders of this page.
    pub rows: Vec<BenchRow>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Takes a unit of our own to the bench; none for who may not.
    pub take: Option<Form>,
}

/// Something built in.
#[derive(Clone, Debug)]
pub struct BuiltIn {
    /// Part name.
    pub name: String,
    /// Part number.
    pub part_no: String,
    /// Serial, or how many.
    pub what: String,
    /// Cost.
    pub cost: String,
}

/// A stay at a maker's.
#[derive(Clone, Debug)]
pub struct VendorStay {
    /// Vendor code.
    pub vendor: String,
    /// The vendor's own reference.
    pub vendor_rma: String,
    /// When it left.
    pub sent_at: DateTime<Utc>,
    /// When the vendor wants to be done.
    pub due_on: Option<NaiveDate>,
    /// It is not back, and that day is past.
    pub overdue: bool,
    /// When it came back.
    pub returned_at: Option<DateTime<Utc>>,
    /// Another serial that came back; empty when it was the same.
    pub other_serial: String,
    /// What the vendor says: code of an outcome, or empty.
    pub outcome: String,
    /// What the vendor charges; empty when nothing was said.
    pub cost: String,
}

/// A row of the timeline.
#[derive(Clone, Debug)]
pub struct BenchEvent {
    /// What happened: an action's code, `open`, `assign` or `line`.
    pub kind: String,
    /// State afterwards, when it is another.
    pub to: String,
    /// What to read beside it.
    pub note: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl BenchEvent {
    /// The icon of what happened.
    pub fn icon(&self) -> &'static str {
        match self.kind.as_str() {
            "open" => "inbox",
            "line" => "arrows-exchange",
            code => icon(code),
        }
    }
}

/// One repair order.
#[derive(Template)]
#[template(path = "pages/bench_order.html")]
pub struct BenchOrderPage {
    /// The frame.
    pub p: Page,
    /// The order as the queue shows it.
    pub row: BenchRow,
    /// Part number.
    pub part_no: String,
    /// Where the unit is.
    pub place: String,
    /// Whose the unit is.
    pub owner: String,
    /// Depot with the bench.
    pub depot: String,
    /// What was reported.
    pub fault: String,
    /// What was found, in the words of the list of codes; empty for nothing yet.
    pub fault_name: String,
    /// What was found.
    pub finding: String,
    /// Estimate; empty for none.
    pub estimate: String,
    /// Cost so far; empty for none.
    pub cost: String,
    /// What it may cost; empty without a limit.
    pub limit: String,
    /// It costs more than it may.
    pub over_limit: bool,
    /// What was built in.
    pub parts: Vec<BuiltIn>,
    /// Stays at makers'.
    pub stays: Vec<VendorStay>,
    /// Timeline, newest first.
    pub events: Vec<BenchEvent>,
    /// Forms of what may be done now.
    pub forms: Vec<ActionForm>,
}

/// The form of one action on a repair order.
pub fn bench_form(
    p: &Page,
    number: &str,
    code: &str,
    choices: &Choices,
    version: i64,
    idempotency_key: &str,
) -> ActionForm {
    let mut asked = match code {
        "to_stock" => vec![Field::new("bin", p.t("field-bench-bin"), Control::Code)],
        "scrap" => vec![Field::new("reason", p.t("field-reason"), Control::Text).required()],
        _ => fields(p, code, choices),
    };
    if matches!(code, "to_stock" | "scrap") {
        asked.push(data_answer(p));
        asked.push(Field::new("certificate", p.t("field-certificate"), Control::Text));
    }
    asked.push(Field::new("note", p.t("field-note"), Control::Area));
    let form = Form {
        id: format!("a-{code}"),
        action: format!("/bench/{number}/actions/{code}"),
        fields: asked,
        more: vec![
            Field::new("occurred_at", p.t("field-occurred-at"), Control::Moment)
                .with_hint(p.t("field-occurred-at-hint")),
            Field::hidden("version", version.to_string()),
        ],
        submit: p.word("action", code),
        idempotency_key: idempotency_key.to_owned(),
        error: String::new(),
        cancel: String::new(),
    };
    ActionForm { code: code.to_owned(), grave: code == "scrap", open: false, form }
}

impl BenchOrderPage {
    /// What happened, in words: an order's own events, else the past form of the action.
    pub fn says(&self, event: &BenchEvent) -> String {
        match event.kind.as_str() {
            "open" | "assign" | "line" => self.p.word("repair-event", &event.kind),
            code => self.p.word("event", code),
        }
    }
}
