//! `/rma/{number}`: one RMA, one of its lines in full: clock with its arithmetic, steps, next action, timeline.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::Page;
use super::action_order::may_propose;
use super::actions::{self, ActionForm};
use super::chart;
pub use super::form::NotesForm;
use super::kit::{Clock, ClockState, Html};
use super::steps::Step;

/// What concerns all lines.
#[derive(Clone, Debug)]
pub struct RmaHead {
    /// RMA number.
    pub number: String,
    /// Header state, computed from the lines.
    pub state: String,
    /// Customer code.
    pub customer_code: String,
    /// Customer name.
    pub customer: String,
    /// Site, empty for none.
    pub site: String,
    /// Contact name, empty for none.
    pub contact: String,
    /// Contact mail, empty for none.
    pub contact_email: String,
    /// Contact phone, empty for none.
    pub contact_phone: String,
    /// Contract number, empty for none.
    pub contract: String,
    /// Service plan and version, as shown.
    pub plan: String,
    /// When it was requested.
    pub opened_at: DateTime<Utc>,
    /// Tracking code, for those who may hand it on.
    pub tracking_code: Option<String>,
}

/// A line in the switcher of an RMA with several.
#[derive(Clone, Debug)]
pub struct LineTab {
    /// Line number.
    pub line: i64,
    /// Part name.
    pub part_name: String,
    /// Faulty serial.
    pub serial: String,
    /// Repair-track code.
    pub state: String,
}

/// How a due date came about. Days are working days or calendar days as the plan counts.
#[derive(Clone, Debug)]
pub struct ClockDetail {
    /// The clock.
    pub clock: Clock,
    /// Day 0: local date of receipt.
    pub started_on: Option<NaiveDate>,
    /// The day it was kept or missed.
    pub ended_on: Option<NaiveDate>,
    /// Plain weekend days left out between start and due date.
    pub weekends: i64,
    /// Public holidays left out.
    pub holidays: i64,
    /// Make-up days (调休) counted.
    pub makeup_days: i64,
    /// Working days left out by holds.
    pub held: i64,
    /// Whether working days are counted (else calendar days).
    pub working_days: bool,
    /// The days it is likely to be handed back: one in ten, half, nine in ten by then (that may not be known).
    pub forecast: Option<(NaiveDate, NaiveDate, Option<NaiveDate>)>,
    /// Calendar version the date rests on, empty when unknown.
    pub calendar_version: String,
}

/// Days spent in a stage.
#[derive(Clone, Debug)]
pub struct Spent {
    /// Repair-track code.
    pub state: String,
    /// Counted days.
    pub days: i64,
}

/// A unit of this line: the faulty one, or one that was issued.
#[derive(Clone, Debug)]
pub struct LinkedUnit {
    /// Serial.
    pub serial: String,
    /// `faulty`, `loan`, `permanent`, or `exchange` for the board held.
    pub role: &'static str,
    /// State on its own track: code of `repair-state`, or of `issued-state`.
    pub state: String,
    /// Owner, as shown.
    pub owner: String,
    /// Place, as shown.
    pub place: String,
}

/// A shipment of this line.
#[derive(Clone, Debug)]
pub struct ShipmentRow {
    /// `replacement`, `faulty`, `return`, `exchange`, `vendor`.
    pub what: String,
    /// Towards the customer (or vendor) rather than towards us.
    pub outbound: bool,
    /// The other end, as shown.
    pub to: String,
    /// Carrier and tracking number, empty when none.
    pub carrier: String,
    /// Tracking number.
    pub tracking_no: String,
    /// `planned`, `in_transit`, `delivered`, `returned`, `lost`.
    pub state: String,
    /// When it reached that state.
    pub at: Option<DateTime<Utc>>,
}

/// Another promise of this line (the repair clock is shown large).
#[derive(Clone, Debug)]
pub struct PromiseRow {
    /// Promise code.
    pub kind: String,
    /// Promise state code.
    pub state: String,
    /// Due date.
    pub due_on: Option<NaiveDate>,
    /// The very time it is due, where it is promised in hours.
    pub due_at: Option<DateTime<Utc>>,
    /// Its clock, for the colour.
    pub clock: Clock,
}

/// One row of the timeline, newest first.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Action code, or `note`, `reminder`, `notice`, `imported`.
    pub kind: String,
    /// Who did it; empty = the system.
    pub actor: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When it was written down, if that was another day.
    pub recorded_at: Option<DateTime<Utc>>,
    /// Facts in short: serials, depot, carrier and number, outcome. Already in the page's language.
    pub detail: String,
    /// What was noted.
    pub note: String,
    /// A reversed or voided event is struck out.
    pub voided: bool,
}

/// A notice sent about this RMA.
#[derive(Clone, Debug)]
pub struct NoticeBrief {
    /// Id.
    pub id: i64,
    /// Notice kind code.
    pub kind: String,
    /// Recipient.
    pub to: String,
    /// Notice state code.
    pub state: String,
    /// When it reached that state.
    pub at: DateTime<Utc>,
}

/// The line shown.
#[derive(Clone, Debug)]
pub struct LineView {
    /// Line number.
    pub line: i64,
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub part_name: String,
    /// Faulty serial.
    pub serial: String,
    /// The customer's words.
    pub fault: String,
    /// Fault class code, empty for none.
    pub fault_class: String,
    /// Where in the site's equipment it sat, empty when not said.
    pub slot: String,
    /// Service mode code.
    pub mode: String,
    /// Entitlement code, empty before it is decided.
    pub entitlement: String,
    /// Repair-track code.
    pub state: String,
    /// The state by which its acts are ordered, see [`stage`](super::action_order::stage).
    pub stage: &'static str,
    /// Code of the faulty part's own track, empty when it does not apply.
    pub faulty_track: String,
    /// Receiving depot as shown, empty before it is known.
    pub depot: String,
    /// Who holds it, empty for nobody.
    pub assignee: String,
    /// The repair promise.
    pub clock: ClockDetail,
    /// Why its clock stands still: since when, for what, who said so. One sentence a hold.
    pub pauses: Vec<String>,
    /// What was promised of the repair and how much of it, in words; empty for nothing.
    pub promised: String,
    /// The stepper.
    pub steps: Vec<Step>,
    /// Where the counted days went.
    pub spent: Vec<Spent>,
    /// Faulty unit first.
    pub units: Vec<LinkedUnit>,
    /// Shipments, oldest first.
    pub shipments: Vec<ShipmentRow>,
    /// Other promises.
    pub promises: Vec<PromiseRow>,
}

/// A file on an RMA.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// Its size in words.
    pub size: String,
    /// For our own people only.
    pub internal: bool,
    /// Who added it.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The detail page.
#[derive(Template)]
#[template(path = "pages/rma_detail.html")]
pub struct RmaDetailPage {
    /// The frame.
    pub p: Page,
    /// The RMA.
    pub rma: RmaHead,
    /// All lines.
    pub lines: Vec<LineTab>,
    /// The line shown.
    pub line: LineView,
    /// Allowed actions: the next one first, see [`order_actions`](super::action_order::order_actions).
    pub actions: Vec<ActionForm>,
    /// Whose step it is and which, where it is not the reader's; empty where nobody is waited for.
    pub waits_for: String,
    /// The act the line waits for is somebody else's, though the reader may take it for them: it is folded.
    pub theirs: bool,
    /// The timeline of the line, newest first.
    pub timeline: Vec<EventRow>,
    /// Notices, newest first.
    pub notices: Vec<NoticeBrief>,
    /// The exchange proposed while the 30-day remedy can still hold.
    pub proposal: Option<ProposalCard>,
    /// Files on the RMA.
    pub files: Vec<FileRow>,
    /// The form for notes and files.
    pub notes: NotesForm,
}

/// An exchange proposed for a line that is likely to be late.
#[derive(Clone, Debug)]
pub struct ProposalCard {
    /// Why it is proposed.
    pub title: String,
    /// Name of the board.
    pub part_name: String,
    /// Its part number.
    pub part_no: String,
    /// Why it fits, empty for the part itself.
    pub reason: String,
    /// The very unit.
    pub serial: String,
    /// The depot it stands in.
    pub depot: String,
    /// The day it can be there.
    pub expected_on: NaiveDate,
    /// Last day on which deciding makes good.
    pub decide_by: NaiveDate,
    /// Last day of the hand-over, if it is decided today.
    pub deliver_by: NaiveDate,
    /// What has to be looked at on the board before it is held; empty when the books know.
    pub look: String,
    /// Whether this person may decide it.
    pub may_accept: bool,
    /// Once per page.
    pub idempotency_key: String,
}

impl RmaDetailPage {
    /// Whether anything of this line is or was on its way to the customer: only then is there a delivery note.
    fn has_parcel(&self) -> bool {
        self.line.shipments.iter().any(|parcel| parcel.outbound)
    }

    /// Whether paper is printed here: not by customers.
    fn may_print(&self) -> bool {
        self.p.who.as_ref().is_some_and(|who| who.role != super::page::Role::Customer)
    }

    /// The action the page proposes: the first that neither ends the line nor steps aside, is the reader's own step, and has no
    /// exchange before it that the reader is to decide.
    fn primary(&self) -> Option<&ActionForm> {
        self.proposed().filter(|_| !self.theirs && !self.decides())
    }

    fn proposed(&self) -> Option<&ActionForm> {
        self.actions.first().filter(|form| may_propose(&form.code, self.line.stage))
    }

    /// Somebody else's step the reader may take for them.
    fn for_them(&self) -> Option<&ActionForm> {
        self.proposed().filter(|_| self.theirs)
    }

    /// Whether the proposed exchange is what the reader is to decide now.
    fn decides(&self) -> bool {
        self.proposal.as_ref().is_some_and(|offer| offer.may_accept)
    }

    fn others(&self) -> &[ActionForm] {
        let skip = usize::from(self.primary().is_some());
        self.actions.get(skip..).unwrap_or_default()
    }

    /// What else can be done, by kind.
    fn menu(&self) -> Vec<(&'static str, Vec<&ActionForm>)> {
        super::action_menu::grouped(self.others())
    }

    /// "Left out 20 weekend days and 6 holidays; 2 make-up days counted." Nothing before the clock starts.
    fn arithmetic(&self) -> String {
        let c = &self.line.clock;
        let p = &self.p;
        if c.started_on.is_none() || !c.working_days {
            return if c.started_on.is_some() {
                p.t("clock-calendar-days")
            } else {
                p.t("clock-starts-with-receipt")
            };
        }
        let parts = [
            ("clock-weekends", c.weekends),
            ("clock-holidays", c.holidays),
            ("clock-held", c.held),
            ("clock-makeup", c.makeup_days),
        ];
        let said: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(key, n)| p.n(key, n)).collect();
        let joined = said.join(&p.t("list-separator"));
        if joined.is_empty() { String::new() } else { p.t1("clock-arithmetic", "parts", joined) }
    }

    /// When it is likely to be handed back; empty when nothing honest can be said.
    fn forecast_words(&self) -> String {
        let Some((early, likely, late)) = self.line.clock.forecast else { return String::new() };
        let p = &self.p;
        let (early, likely) = (p.day(&early), p.day(&likely));
        match late {
            Some(late) => {
                let args = crate::args! { "early" => early, "likely" => likely, "late" => p.day(&late) };
                crate::i18n::format(p.lang, "clock-forecast-range", &args)
            }
            None => p.t2("clock-forecast-open", "early", early, "likely", likely),
        }
    }

    fn spent_label(&self) -> String {
        let said: Vec<String> = self
            .line
            .spent
            .iter()
            .map(|s| format!("{} {}", self.p.word("repair-state", &s.state), s.days))
            .collect();
        said.join(&self.p.t("list-separator"))
    }

    fn spent_bar(&self) -> Html {
        let parts: Vec<(&str, i64)> =
            self.line.spent.iter().map(|s| (spent_fill(&s.state), s.days)).collect();
        chart::segments(&parts, &self.spent_label())
    }

    /// Where how many days went, as the clock counts them, and how many lay before it began.
    fn spent_words(&self) -> String {
        let (p, clock) = (&self.p, &self.line.clock);
        let days: i64 = self.line.spent.iter().map(|s| s.days).sum();
        let said = match clock.started_on {
            Some(_) if clock.working_days => p.n("rma-spent-working", &days),
            _ => p.n("rma-spent", &days),
        };
        let opened = p.local(&self.rma.opened_at).date();
        match clock.started_on.map(|day| (day - opened).num_days()).filter(|days| *days > 0) {
            Some(before) => format!("{said}{}{}", p.t("list-separator"), p.n("rma-spent-before", &before)),
            None => said,
        }
    }

    fn ended(&self) -> bool {
        matches!(self.line.clock.clock.state, ClockState::Kept | ClockState::Missed)
    }

    fn event_tone(&self, event: &EventRow) -> &'static str {
        match event.kind.as_str() {
            "receive_faulty" | "confirm_returned" | "close" | "replacement_delivered" | "recover_loan" => "o",
            "reminder" | "hold" => "w",
            "note" => "a",
            _ => "",
        }
    }

    fn event_icon(&self, event: &EventRow) -> Html {
        self.p.icon(match event.kind.as_str() {
            "notice" => "mail",
            "imported" => "file-import",
            kind => actions::icon(kind),
        })
    }

    fn unit_badge(&self, unit: &LinkedUnit) -> Html {
        if unit.role == "faulty" {
            return self.p.repair_badge(&unit.state);
        }
        let (tone, icon) = match unit.state.as_str() {
            "recovered" | "kept" => (super::kit::Tone::Ok, "check"),
            "doa" => (super::kit::Tone::Plain, "alert-triangle"),
            "reserved" => (super::kit::Tone::Out, "package"),
            _ => (super::kit::Tone::Act, "truck-delivery"),
        };
        super::kit::badge(tone, icon, &self.p.word("issued-state", &unit.state))
    }
}

/// The fill of a stage in the days-spent bar; the same stage always has the same colour.
pub fn spent_fill(state: &str) -> &'static str {
    match state {
        "requested" | "authorised" | "expected" => "f-mute",
        "received" => "f-wait",
        "diagnosing" => "f-resv",
        "repairing" => "f-acc",
        "at_vendor" => "f-repair",
        "waiting_parts" => "f-faulty",
        "testing" => "f-transit",
        "hold" => "f-hold",
        _ => "f-good",
    }
}

/// The legend dot that goes with [`spent_fill`].
pub fn spent_dot(state: &str) -> &'static str {
    match spent_fill(state) {
        "f-mute" => "d-mute",
        "f-wait" => "d-wait",
        "f-resv" => "d-resv",
        "f-acc" => "d-acc",
        "f-repair" => "d-repair",
        "f-faulty" => "d-faulty",
        "f-transit" => "d-transit",
        "f-hold" => "d-hold",
        _ => "d-good",
    }
}
