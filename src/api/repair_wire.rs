//! What a repair order looks like on the wire.

use crate::api::deeds::{self, RepairDeedWord};
use crate::api::stock_wire::StockMovement;
use crate::api::words::{
    ConditionWord, DataAnswerWord, OutcomeWord, RepairFlagWord, RepairOrderStateWord, StepResultWord,
};
use crate::app::repair::{
    Acted as ActedRow, LegRow, Listed, RepairEventRow, RepairPartRow, RepairRow, RepairView, TestStepRow,
};
use crate::domain::calendar::due_day;
use crate::domain::money::{DEFAULT_CURRENCY, format_fen};
use crate::domain::turnaround::miss_of_bp;
use crate::http::Word;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A repair order in the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairItem {
    /// Id.
    id: i64,
    /// Number.
    #[schema(example = "RO-2026-000017")]
    number: String,
    /// State.
    state: RepairOrderStateWord,
    /// Outcome, once there is one.
    outcome: Option<OutcomeWord>,
    /// Serial of the unit.
    serial: String,
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    part_name: String,
    /// Part name in English.
    part_name_en: String,
    /// Condition of the unit.
    condition: ConditionWord,
    /// Whose the unit is.
    #[schema(example = "us")]
    owner: String,
    /// Where the unit is.
    #[schema(example = "JN/bench")]
    place: String,
    /// RMA number; none for our own stock.
    rma: Option<String>,
    /// Line of the RMA.
    line: Option<i64>,
    /// Customer code.
    customer: Option<String>,
    /// Customer name.
    customer_name: Option<String>,
    /// Depot with the bench.
    #[schema(example = "JN")]
    depot: String,
    /// User name of who works on it.
    technician: Option<String>,
    /// What was reported.
    fault: String,
    /// Diagnosis code.
    fault_code: Option<String>,
    /// The promised date of its RMA line.
    due_on: Option<NaiveDate>,
    /// The chance that it misses the promised date, 0 to 1; none while nobody has reckoned it.
    miss_probability: Option<f64>,
    /// The vendor that has it.
    vendor: Option<String>,
    /// When that vendor wants to be done.
    vendor_due_on: Option<NaiveDate>,
    /// That day is past.
    vendor_overdue: bool,
    /// Parts are awaited since; the clock runs on.
    waiting_parts_since: Option<DateTime<Utc>>,
    /// How often its test was failed.
    rework: i64,
    /// Cost so far.
    #[schema(example = "1280.00")]
    cost: Option<String>,
    /// Currency of every sum of the order: CNY.
    currency: &'static str,
    /// What to know about the unit.
    flags: Vec<RepairFlagWord>,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// When it was closed.
    closed_at: Option<DateTime<Utc>>,
}

impl RepairItem {
    /// As seen today.
    pub fn new(listed: Listed, today: NaiveDate) -> RepairItem {
        let Listed { row, flags } = listed;
        RepairItem {
            flags: flags.into_iter().map(Word).collect(),
            vendor_overdue: row.vendor_due_on.is_some_and(|due_on| due_on < today),
            id: row.id,
            number: row.number,
            state: Word(row.state),
            outcome: row.outcome.map(Word),
            serial: row.serial,
            part_no: row.part_no,
            part_name: row.part_name,
            part_name_en: row.part_name_en,
            condition: Word(row.condition),
            owner: row.owner.to_string(),
            place: row.place,
            rma: row.rma,
            line: row.line,
            customer: row.customer,
            customer_name: row.customer_name,
            depot: row.depot,
            technician: row.technician,
            fault: row.fault,
            fault_code: Some(row.fault_code).filter(|code| !code.is_empty()),
            due_on: due_day(row.sort_due),
            miss_probability: miss_of_bp(row.risk_bp),
            vendor: row.vendor,
            vendor_due_on: row.vendor_due_on,
            waiting_parts_since: row.waiting_since,
            rework: row.rework,
            cost: row.cost_fen.map(format_fen),
            currency: DEFAULT_CURRENCY,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
        }
    }
}

/// A repair order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Repair {
    #[serde(flatten)]
    order: RepairItem,
    /// Version, for `If-Match`.
    version: i64,
    /// What was found.
    finding: String,
    /// What it is thought to cost, CNY.
    estimate: Option<String>,
    /// What it may cost, CNY; none for a part without a price.
    cost_limit: Option<String>,
    /// It costs, or is thought to cost, more than it may.
    over_limit: bool,
    /// What is proposed: `ber` when it costs more than it may.
    proposal: Option<OutcomeWord>,
    /// What was built in, oldest first.
    parts: Vec<UsedPart>,
    /// Stays at makers', oldest first.
    vendor_repairs: Vec<VendorRepair>,
    /// Steps of its tests, latest test first, in the order they were tried.
    tests: Vec<RepairTestStep>,
    /// Timeline, newest first.
    timeline: Vec<RepairEvent>,
    /// What the caller may do now.
    allowed_actions: Vec<RepairDeedWord>,
}

impl Repair {
    /// As seen today.
    pub fn new(view: RepairView, today: NaiveDate) -> Repair {
        let over_limit = view.is_over_limit();
        let allowed_actions = deeds::of_repair(&view);
        let row: &RepairRow = &view.row;
        Repair {
            version: row.version,
            finding: row.finding.clone(),
            estimate: row.estimate_fen.map(format_fen),
            cost_limit: view.limit_fen.map(format_fen),
            over_limit,
            proposal: (over_limit && row.outcome.is_none())
                .then_some(Word(crate::domain::rma::RepairOutcome::Ber)),
            parts: view.parts.into_iter().map(UsedPart::from).collect(),
            vendor_repairs: view.legs.into_iter().map(|leg| VendorRepair::new(leg, today)).collect(),
            tests: view.tests.into_iter().map(RepairTestStep::from).collect(),
            timeline: view.events.into_iter().map(RepairEvent::from).collect(),
            allowed_actions,
            order: RepairItem::new(Listed { row: view.row, flags: view.flags }, today),
        }
    }
}

/// Something built in.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedPart {
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    part_name: String,
    /// Part name in English.
    part_name_en: String,
    /// Serial; none for a quantity.
    serial: Option<String>,
    /// How many.
    quantity: i64,
    /// Cost: nothing for a part priced in another currency.
    #[schema(example = "12.50")]
    cost: String,
    /// Currency of the cost: CNY.
    currency: &'static str,
    /// Id of the movement into `consumed`.
    movement: i64,
    /// When.
    used_at: DateTime<Utc>,
}

impl From<RepairPartRow> for UsedPart {
    fn from(row: RepairPartRow) -> Self {
        UsedPart {
            part_no: row.part_no,
            part_name: row.part_name,
            part_name_en: row.part_name_en,
            serial: row.serial,
            quantity: row.quantity,
            cost: format_fen(row.cost_fen),
            currency: DEFAULT_CURRENCY,
            movement: row.movement_id,
            used_at: row.used_at,
        }
    }
}

/// A stay at a maker's.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorRepair {
    /// Vendor code.
    vendor: String,
    /// The vendor's own reference.
    vendor_rma: String,
    /// Serial sent.
    serial: String,
    /// When it left.
    sent_at: DateTime<Utc>,
    /// When the vendor wants to be done.
    due_on: Option<NaiveDate>,
    /// It is not back, and that day is past.
    overdue: bool,
    /// What became of a customer's data.
    data: Option<DataAnswerWord>,
    /// The certificate of that.
    certificate: String,
    /// When it came back, or was known never to: scrapped there (`outcome` `ber`, no `returned_serial`) or lost (neither).
    returned_at: Option<DateTime<Utc>>,
    /// Serial that came back; another one is another unit.
    returned_serial: Option<String>,
    /// What the vendor says.
    outcome: Option<OutcomeWord>,
    /// What the vendor charges.
    #[schema(example = "1280.00")]
    cost: Option<String>,
    /// Currency of the cost: CNY.
    currency: &'static str,
}

impl VendorRepair {
    fn new(row: LegRow, today: NaiveDate) -> VendorRepair {
        VendorRepair {
            overdue: row.returned_at.is_none() && row.due_on.is_some_and(|due_on| due_on < today),
            vendor: row.vendor,
            vendor_rma: row.vendor_rma,
            serial: row.serial,
            sent_at: row.sent_at,
            due_on: row.due_on,
            data: row.data_answer.map(Word),
            certificate: row.data_certificate,
            returned_at: row.returned_at,
            returned_serial: row.returned_serial,
            outcome: row.outcome.map(Word),
            cost: row.cost_fen.map(format_fen),
            currency: DEFAULT_CURRENCY,
        }
    }
}

/// One step of a test after repair.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairTestStep {
    /// Which test of the order, from 1.
    test: i64,
    /// What was tried.
    #[schema(example = "Power-on self-test")]
    name: String,
    /// How it went.
    result: StepResultWord,
    /// What proves it.
    evidence: String,
    /// Who tried it.
    actor: Option<String>,
    /// When the test was done.
    tested_at: DateTime<Utc>,
}

impl From<TestStepRow> for RepairTestStep {
    fn from(row: TestStepRow) -> Self {
        RepairTestStep {
            test: row.test,
            name: row.name,
            result: Word(row.result),
            evidence: row.evidence,
            actor: row.actor,
            tested_at: row.tested_at,
        }
    }
}

/// A row of an order's timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairEvent {
    /// What happened: an action, `open`, `assign`, or `line` for a step its RMA line took.
    kind: String,
    /// State before.
    from_state: String,
    /// State after.
    to_state: String,
    /// What to read beside it.
    note: String,
    /// Who.
    actor: Option<String>,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
}

impl From<RepairEventRow> for RepairEvent {
    fn from(row: RepairEventRow) -> Self {
        RepairEvent {
            kind: row.kind,
            from_state: row.from_state,
            to_state: row.to_state,
            note: row.note,
            actor: row.actor,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
        }
    }
}

/// A repair order after an action, and the movements it made.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepairActed {
    /// The order as it now is.
    #[serde(flatten)]
    repair: Repair,
    /// Movements, oldest first.
    movements: Vec<StockMovement>,
}

impl RepairActed {
    /// As seen today.
    pub fn new(acted: ActedRow, today: NaiveDate) -> RepairActed {
        RepairActed {
            repair: Repair::new(acted.repair, today),
            movements: acted.movements.into_iter().map(StockMovement::from).collect(),
        }
    }
}
