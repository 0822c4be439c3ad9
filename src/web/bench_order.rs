//! `/bench/{number}`: one repair order.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::Page;
use super::actions::{ActionForm, Choices, data_answer, fields, icon, noted};
use super::bench::BenchRow;
use super::form::{Choice, Control, Field, Form};
use super::rma_detail::ClockDetail;

/// Steps of an earlier test that are offered again.
const STEP_ROWS: usize = 12;

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

/// A step of a test.
#[derive(Clone, Debug)]
pub struct StepShown {
    /// Which test, from 1.
    pub test: i64,
    /// What was tried.
    pub name: String,
    /// How it went: a code of `step-result-…`.
    pub result: String,
    /// What proves it.
    pub evidence: String,
    /// Who tried it.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl StepShown {
    /// Badge class and icon of the verdict.
    pub fn look(&self) -> (&'static str, &'static str) {
        match self.result.as_str() {
            "pass" => ("st-ok", "check"),
            "fail" => ("st-bad", "x"),
            _ => ("st-out", "circle-dashed"),
        }
    }
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
    /// When it came back, or was known never to.
    pub returned_at: Option<DateTime<Utc>>,
    /// How it ended when it never came back: `scrapped_there` or `lost`; else empty.
    pub gone: &'static str,
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
    /// Line of its RMA.
    pub line: i64,
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
    /// The clock of the promise it is repaired for; none for our own stock.
    pub clock: Option<ClockDetail>,
    /// Whose step its RMA waits for and which, where nothing is to be done here; else empty.
    pub waits_for: String,
    /// Whose doing the delay was: a code, or empty.
    pub cause: String,
    /// Where to say whose doing it was; none for who may not.
    pub attribute: Option<String>,
    /// What was built in.
    pub parts: Vec<BuiltIn>,
    /// What that cost together.
    pub parts_cost: String,
    /// Steps of its tests, latest test first.
    pub tests: Vec<StepShown>,
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
        "scrap" | "write_off" => vec![Field::new("reason", p.t("field-reason"), Control::Text).required()],
        "test" => test_fields(p, &choices.test_steps),
        _ => fields(p, code, choices),
    };
    if matches!(code, "to_stock" | "scrap") {
        asked.push(data_answer(p));
        asked.push(Field::new("certificate", p.t("field-certificate"), Control::Text));
    }
    let (fields, more) = noted(p, asked, &version.to_string());
    let form = Form {
        id: format!("a-{code}"),
        action: format!("/bench/{number}/actions/{code}"),
        fields,
        more,
        submit: p.word("action", code),
        idempotency_key: idempotency_key.to_owned(),
        error: String::new(),
        cancel: String::new(),
    };
    ActionForm { code: code.to_owned(), grave: matches!(code, "scrap" | "write_off"), open: false, form }
}

/// Rows for steps nobody foresaw.
const FREE_STEPS: usize = 2;

/// One row a step: its verdict and what proves it. The whole is what the steps say, unless somebody says more.
fn test_fields(p: &Page, steps: &[String]) -> Vec<Field> {
    let verdicts = || {
        let codes = ["pass", "fail", "not_applicable"];
        codes.iter().map(|code| Choice::new(*code, p.word("step-result", code))).collect()
    };
    let mut fields = vec![];
    for row in 1..=steps.len().min(STEP_ROWS) + FREE_STEPS {
        let field = format!("step_{row}");
        let name = steps.get(row - 1).filter(|_| row <= STEP_ROWS);
        let title = match name {
            Some(name) => {
                fields.push(Field::hidden(format!("{field}_name"), name.as_str()));
                name.clone()
            }
            None => {
                let label = p.t("test-step-other");
                fields.push(Field::new(format!("{field}_name"), label.clone(), Control::Text));
                p.t("test-step-verdict")
            }
        };
        fields.push(Field::new(field.clone(), title, Control::Pick(verdicts())));
        fields.push(Field::new(format!("{field}_evidence"), p.t("test-step-evidence"), Control::Text));
    }
    let whole = ["pass", "fail"].map(|code| Choice::new(code, p.word("test-result", code))).into();
    fields.push(Field::new("result", p.t("test-whole"), Control::Pick(whole)));
    fields
}

impl BenchOrderPage {
    /// The next step: the one form that stands open.
    pub fn first(&self) -> Option<&ActionForm> {
        self.forms.first()
    }

    /// Whether there is a fault tag to print: only what came on an RMA has one.
    pub fn may_print(&self) -> bool {
        !self.row.rma.is_empty()
    }

    /// What else may be done.
    pub fn others(&self) -> &[ActionForm] {
        self.forms.get(1..).unwrap_or_default()
    }

    /// What happened, in words: an order's own events, else the past form of the action.
    pub fn says(&self, event: &BenchEvent) -> String {
        match event.kind.as_str() {
            "open" | "assign" | "line" => self.p.word("repair-event", &event.kind),
            code => self.p.word("event", code),
        }
    }
}
