//! What an RMA looks like on the wire.

use crate::api::case_wire::{ConsentItem, QuoteItem};
use crate::api::deeds::{self, LineDeedWord};
use crate::api::promise_wire::{HoldItem, PromiseItem};
use crate::api::proposals::ExchangeProposal;
use crate::api::shipment_wire::{Movement, Shipment};
use crate::api::track::ForecastRange;
use crate::api::words::{
    CauseWord, ConditionWord, EntitlementWord, FaultyStateWord, IssuedRoleWord, IssuedStateWord,
    LanguageWord, ModeWord, NoticeKindWord, OutcomeWord, PayerWord, RepairStateWord, SourceWord, TrackWord,
};
use crate::app::rma::{self, EventRow, IssuedRow, LineRow, LineView, RmaView};
use crate::domain::calendar::{Calendar, due_day};
use crate::domain::money::{DEFAULT_CURRENCY, format_fen};
use crate::domain::turnaround::{is_at_risk, miss_of_bp};
use crate::http::Word;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A line in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineItem {
    /// RMA number.
    #[schema(example = "RMA-2026-000123")]
    number: String,
    /// Line number.
    line: i64,
    /// Customer code.
    customer: String,
    /// Customer name.
    customer_name: String,
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    part_name: String,
    /// Part name in English.
    part_name_en: String,
    /// Serial.
    serial: String,
    /// Mode.
    mode: ModeWord,
    /// Repair track.
    state: RepairStateWord,
    /// Faulty-part track.
    faulty_state: FaultyStateWord,
    /// Receiving depot.
    depot: Option<String>,
    /// The contract that covered it on the day it was asked for.
    contract: Option<String>,
    /// Who cares for it.
    assignee: Option<String>,
    /// Promised date.
    due_on: Option<NaiveDate>,
    /// Working days from today to the promised date; negative when late.
    working_days_left: Option<i64>,
    /// Chance of missing the promised date, 0 to 1; `null` while no clock runs for it or it was not counted yet.
    miss_probability: Option<f64>,
    /// Likelier than 0.3 to miss, or 15 working days left or fewer.
    at_risk: bool,
    /// When the request was made.
    requested_at: DateTime<Utc>,
    /// When the part was received.
    received_at: Option<DateTime<Utc>>,
    /// When the unit's story ended.
    ended_at: Option<DateTime<Utc>>,
}

impl LineItem {
    /// As seen today.
    pub fn new(contract: Option<String>, row: LineRow, calendar: &Calendar, today: NaiveDate) -> LineItem {
        let due_on = due_day(row.sort_due);
        let left =
            due_on.filter(|_| row.ended_at.is_none()).map(|due_on| calendar.working_days_left(today, due_on));
        // A clock that stands has no due date, and may have a chance all the same.
        let promised = due_on.is_some() || row.risk_bp > 0;
        let running = row.received_at.is_some() && row.ended_at.is_none() && promised;
        let miss = miss_of_bp(row.risk_bp).filter(|_| running);
        let open = row.ended_at.is_none();
        LineItem {
            contract,
            miss_probability: miss,
            at_risk: open && is_at_risk(miss, left),
            number: row.number,
            line: row.line,
            customer: row.customer,
            customer_name: row.customer_name,
            part_no: row.part_no,
            part_name: row.part_name,
            part_name_en: row.part_name_en,
            serial: row.serial,
            mode: Word(row.mode),
            state: Word(row.repair_state),
            faulty_state: Word(row.faulty_state),
            depot: row.depot,
            assignee: row.assignee,
            due_on,
            working_days_left: left,
            requested_at: row.requested_at,
            received_at: row.received_at,
            ended_at: row.ended_at,
        }
    }
}

/// An RMA.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rma {
    /// Number.
    #[schema(example = "RMA-2026-000123")]
    number: String,
    /// With this code the customer follows it without an account.
    tracking_code: String,
    /// State of the line furthest behind.
    state: RepairStateWord,
    /// Customer code.
    customer: String,
    /// Customer name.
    customer_name: String,
    /// Site.
    site: String,
    /// Contact.
    contact_name: String,
    /// Where notices go.
    contact_email: String,
    /// Language of the notices.
    language: LanguageWord,
    /// Who brought it.
    source: SourceWord,
    /// When it was requested.
    requested_at: DateTime<Utc>,
    /// Lines.
    lines: Vec<Line>,
    /// Timeline, newest first.
    timeline: Vec<Event>,
    /// Shipments, oldest first.
    shipments: Vec<Shipment>,
    /// Movements, newest first; none for customers.
    movements: Vec<Movement>,
}

impl From<RmaView> for Rma {
    fn from(view: RmaView) -> Self {
        Rma {
            number: view.rma.number,
            tracking_code: view.rma.tracking_code,
            state: Word(view.rma.state),
            customer: view.rma.customer,
            customer_name: view.rma.customer_name,
            site: view.rma.site,
            contact_name: view.rma.contact_name,
            contact_email: view.rma.contact_email,
            language: Word(view.rma.language),
            source: Word(view.rma.source),
            requested_at: view.rma.requested_at,
            lines: view.lines.into_iter().map(Line::from).collect(),
            timeline: view.timeline.into_iter().map(Event::from).collect(),
            shipments: view.shipments.into_iter().map(Shipment::from).collect(),
            movements: view.movements.into_iter().map(Movement::from).collect(),
        }
    }
}

/// A line: one unit, three tracks side by side.
#[derive(Debug, Serialize, ToSchema)]
pub struct Line {
    /// Line number.
    line: i64,
    /// Version, for `If-Match`.
    version: i64,
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    part_name: String,
    /// Part name in English.
    part_name_en: String,
    /// Serial.
    serial: String,
    /// Fault.
    fault: String,
    /// Fault class.
    fault_class: String,
    /// Where in the site's equipment it sat; null when not said.
    #[schema(example = "3/1")]
    slot: Option<String>,
    /// Mode.
    mode: ModeWord,
    /// Entitlement.
    entitlement: EntitlementWord,
    /// Repair track.
    state: RepairStateWord,
    /// Faulty-part track.
    faulty_state: FaultyStateWord,
    /// Issued units: the third track, each with its own state.
    issued: Vec<Issued>,
    /// Receiving depot.
    depot: Option<String>,
    /// Who cares for it.
    assignee: Option<String>,
    /// The contract that covered it on the day it was asked for.
    contract: Option<String>,
    /// Outcome of the repair.
    outcome: Option<OutcomeWord>,
    /// Cost of the repair.
    #[schema(example = "1280.00")]
    cost: Option<String>,
    /// Currency of the cost: CNY.
    currency: &'static str,
    /// Who pays: by the entitlement, until somebody says otherwise.
    payer: Option<PayerWord>,
    /// The unit goes, or went, home as it came.
    unrepaired: bool,
    /// Number of the certificate that its data was wiped or destroyed.
    data_certificate: Option<String>,
    /// Quotes, oldest first.
    quotes: Vec<QuoteItem>,
    /// What the customer agreed to in writing, oldest first.
    consents: Vec<ConsentItem>,
    /// Where the faulty unit is now.
    unit: Option<UnitNow>,
    /// Promises.
    promises: Vec<PromiseItem>,
    /// Times the clock stood still.
    holds: Vec<HoldItem>,
    /// The line whose repair did not hold and whose warranty covers this one.
    #[schema(example = "RMA-2026-000017/1")]
    repeat_of: Option<String>,
    /// Whose doing a delay was, as attributed last.
    cause: Option<CauseWord>,
    /// What the caller may do now.
    allowed_actions: Vec<LineDeedWord>,
    /// An exchange proposed because the line is at risk and the 30-day remedy still holds; `null` otherwise, and for customers.
    exchange_proposal: Option<ExchangeProposal>,
    /// Between which days the unit is likely to be handed back; `null` when nothing honest can be said.
    forecast: Option<ForecastRange>,
    /// Days in each stage of the repair, in the order they were entered; stages without a day are left out.
    days_by_stage: Vec<StageDays>,
    /// When the part was received.
    received_at: Option<DateTime<Utc>>,
    /// When the unit's story ended.
    ended_at: Option<DateTime<Utc>>,
}

impl From<LineView> for Line {
    fn from(view: LineView) -> Self {
        let allowed_actions = deeds::of_line(&view);
        let row = view.row;
        Line {
            line: row.line,
            version: row.version,
            part_no: row.part_no,
            part_name: row.part_name,
            part_name_en: row.part_name_en,
            serial: row.serial,
            fault: row.fault,
            fault_class: row.fault_class,
            slot: Some(row.slot).filter(|slot| !slot.is_empty()),
            mode: Word(row.mode),
            entitlement: Word(row.entitlement),
            state: Word(row.repair_state),
            faulty_state: Word(row.faulty_state),
            issued: view.issued.into_iter().map(Issued::from).collect(),
            depot: row.depot,
            assignee: row.assignee,
            contract: view.contract,
            outcome: row.outcome.map(Word),
            cost: row.cost_fen.map(format_fen),
            currency: DEFAULT_CURRENCY,
            payer: row.payer.map(Word),
            unrepaired: row.unrepaired,
            data_certificate: Some(row.data_certificate).filter(|number| !number.is_empty()),
            quotes: view.quotes.into_iter().map(QuoteItem::from).collect(),
            consents: view.consents.into_iter().map(ConsentItem::from).collect(),
            unit: view.unit.map(|unit| UnitNow {
                serial: unit.serial,
                place: unit.place,
                condition: Word(unit.condition),
                owner: unit.owner.to_string(),
            }),
            promises: view.promises.into_iter().map(PromiseItem::from).collect(),
            holds: view.holds.into_iter().map(HoldItem::from).collect(),
            repeat_of: view.repeat_of,
            cause: view.cause.map(Word),
            allowed_actions,
            exchange_proposal: view.proposal.map(ExchangeProposal::from),
            forecast: view.forecast.map(ForecastRange::from),
            days_by_stage: view
                .stays
                .into_iter()
                .map(|stay| StageDays { state: Word(stay.state), days: stay.days })
                .collect(),
            received_at: row.received_at,
            ended_at: row.ended_at,
        }
    }
}

/// How long a repair stood in a stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageDays {
    /// Stage.
    state: RepairStateWord,
    /// Days.
    days: i64,
}

/// A unit's present.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitNow {
    /// Serial.
    serial: String,
    /// Place code.
    place: String,
    /// Condition.
    condition: ConditionWord,
    /// Owner.
    owner: String,
}

/// A unit issued for the line.
#[derive(Debug, Serialize, ToSchema)]
pub struct Issued {
    /// Loan or permanent.
    role: IssuedRoleWord,
    /// State.
    state: IssuedStateWord,
    /// Serial.
    serial: String,
    /// Part number.
    part_no: String,
    /// Lending depot.
    depot: String,
    /// When it was reserved.
    reserved_at: DateTime<Utc>,
    /// When it left.
    shipped_at: Option<DateTime<Utc>>,
    /// When it was handed over.
    in_use_at: Option<DateTime<Utc>>,
    /// When its track ended.
    ended_at: Option<DateTime<Utc>>,
}

impl From<IssuedRow> for Issued {
    fn from(row: IssuedRow) -> Self {
        Issued {
            role: Word(row.role),
            state: Word(row.state),
            serial: row.serial,
            part_no: row.part_no,
            depot: row.depot,
            reserved_at: row.reserved_at,
            shipped_at: row.shipped_at,
            in_use_at: row.in_use_at,
            ended_at: row.ended_at,
        }
    }
}

/// A row of the timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct Event {
    /// Line number.
    line: Option<i64>,
    /// Track.
    track: TrackWord,
    /// What happened.
    kind: String,
    /// State before.
    from: String,
    /// State after.
    to: String,
    /// Note.
    note: String,
    /// For our own people only.
    internal: bool,
    /// Taken back by a later row of kind `take_back`.
    taken_back: bool,
    /// Who.
    actor: Option<String>,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Event {
            line: row.line,
            track: Word(row.track),
            kind: row.kind,
            from: row.from_state,
            to: row.to_state,
            note: row.note,
            internal: row.internal,
            taken_back: row.taken_back,
            actor: row.actor,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
        }
    }
}

/// What an action answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Acted {
    /// The line as it now is.
    #[serde(flatten)]
    pub(super) line: Line,
    /// Movements it made.
    pub(super) movements: Vec<Movement>,
    /// Notices it queued.
    pub(super) notices: Vec<MadeNotice>,
}

impl From<rma::Acted> for Acted {
    fn from(acted: rma::Acted) -> Self {
        Acted {
            line: Line::from(acted.line),
            movements: acted.movements.into_iter().map(Movement::from).collect(),
            notices: acted.notices.into_iter().map(MadeNotice::from).collect(),
        }
    }
}

/// A notice an action queued.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeNotice {
    /// Id, as in `/notices`.
    id: i64,
    /// What it tells.
    kind: NoticeKindWord,
    /// To whom.
    to: String,
}

impl From<rma::MadeNotice> for MadeNotice {
    fn from(made: rma::MadeNotice) -> Self {
        let rma::MadeNotice { id, kind, to } = made;
        MadeNotice { id, kind: Word(kind), to }
    }
}
