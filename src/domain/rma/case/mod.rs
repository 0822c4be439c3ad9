//! The settled cases beside the main path (PRODUCT "Cases settled"): void, serials put right, dead spares, kept loaners,
//! changes of mode, quotes, going home unrepaired, scrap, stock, and what is owed to us.
//!
//! They are actions like all others; they live here so that each case can be read on its own page.

mod data;
mod going_home;
mod keep;
mod mode;
mod owed;
mod possible;
mod quote;
mod serial;
mod void;

pub(super) use going_home::consent_lapses;
pub use owed::{OwedKind, owed_to_us};
pub(super) use owed::{close_settled, close_without, drop_exchange, end_promises};
pub(super) use possible::{guard, is_possible};
pub(super) use quote::{end as end_quote, why_not, withdraw};
pub(super) use serial::check_part;
pub(super) use void::{let_go, nothing_given, nothing_is_out, release_loan, release_reserved};

use crate::domain::data_bearing::{DataAnswer, DataProof};
use crate::domain::place::PlaceRef;
use crate::domain::plan::{Regime, ReturnedWhen};
use crate::domain::refusal::Refusal;
use crate::domain::rma::effects::Decision;
use crate::domain::rma::{ActionKind, Entitlement, LineState, Mode, Parcel, RepairOutcome, RepairState};
use crate::domain::stock::UnitState;
use crate::text_enum;
use chrono::{DateTime, NaiveDate, Utc};

text_enum! {
    /// Who pays for what was done (PRODUCT "Entitlement and price").
    Payer {
        Customer => "customer",
        Us => "us",
        Maker => "maker",
        Carrier => "carrier",
    }
}

text_enum! {
    /// How a quote stands.
    QuoteState {
        /// Waits for the customer's answer; the clock stands still.
        Open => "open",
        Accepted => "accepted",
        Refused => "refused",
        /// Nobody answered in time.
        Expired => "expired",
    }
}

text_enum! {
    /// What a customer agreed to in writing.
    ConsentKind {
        /// The unit may be scrapped.
        Scrap => "scrap",
        /// The loaner stays for good.
        KeepLoaner => "keep_loaner",
    }
}

impl Entitlement {
    /// Who pays when nobody said otherwise.
    #[must_use]
    pub fn usual_payer(self) -> Payer {
        match self {
            Entitlement::Chargeable => Payer::Customer,
            Entitlement::Warranty => Payer::Maker,
            Entitlement::Contract | Entitlement::RepairWarranty | Entitlement::Goodwill => Payer::Us,
        }
    }
}

/// The price a customer was asked to accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Row id.
    pub id: i64,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Currency.
    pub currency: String,
    /// Last local day on which it may be accepted.
    pub valid_until: NaiveDate,
    /// State.
    pub state: QuoteState,
    /// Whether the clock stands still for it.
    pub holds: bool,
}

/// Who asked for a void: a second person must approve it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Row id; none for the program itself.
    pub user_id: Option<i64>,
    /// Sign-in name.
    pub username: String,
}

/// What the settled cases need to know of a line, beside its tracks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFacts {
    /// When the line was asked for.
    pub requested_at: Option<DateTime<Utc>>,
    /// When its faulty part was received; none before that.
    pub received_at: Option<DateTime<Utc>>,
    /// Its part is replaced before it breaks.
    pub preventive: bool,
    /// Ownership regime of the plan; none without a plan.
    pub regime: Option<Regime>,
    /// The plan demands brand-new replacements.
    pub brand_new_required: bool,
    /// When a repaired unit counts as handed back.
    pub returned_when: Option<ReturnedWhen>,
    /// The part bears data.
    pub data_bearing: bool,
    /// What the plan says of that data.
    pub data_answer: Option<DataAnswer>,
    /// Entitlement.
    pub entitlement: Option<Entitlement>,
    /// Outcome of the repair so far.
    pub outcome: Option<RepairOutcome>,
    /// The unit goes home as it came.
    pub unrepaired: bool,
    /// Somebody asked to void the line.
    pub void_asked_by: Option<Asker>,
    /// When the customer agreed that the unit be scrapped.
    pub scrap_agreed_at: Option<DateTime<Utc>>,
    /// The latest quote.
    pub quote: Option<Quote>,
    /// The part the books know the unit by, where that is not the line's.
    pub other_part: Option<String>,
    /// The line's unit is a spare of ours that is owed back on another line: a loaner that is out, or a dead one.
    pub owed_elsewhere: bool,
    /// The state in which the line was closed.
    pub closed_from: Option<RepairState>,
}

impl CaseFacts {
    /// The quote that waits for its answer.
    #[must_use]
    pub fn open_quote(&self) -> Option<&Quote> {
        self.quote.as_ref().filter(|quote| quote.state == QuoteState::Open)
    }
}

/// A written agreement of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agreement {
    /// Who agreed.
    pub by: String,
    /// Where that can be read.
    pub evidence: String,
    /// When; the moment of the action when not said.
    pub at: Option<DateTime<Utc>>,
}

/// An action of the settled cases with what it says. Codes were resolved before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Case {
    /// The line was registered twice or wrongly.
    Void {
        /// Why.
        reason: String,
    },
    /// A second person says so too.
    ApproveVoid,
    /// The request named a wrong serial.
    CorrectSerial {
        /// The right one, normalised.
        serial: String,
        /// The unit by that serial, when the ledger knows it.
        unit: Option<UnitState>,
        /// Why.
        reason: String,
    },
    /// A spare did not work from the start.
    ReportDoa {
        /// Serial as scanned, normalised.
        scanned: String,
        /// What is wrong with it, if it was said.
        reason: String,
    },
    /// The customer keeps the loaner for good.
    KeepLoaner {
        /// Serial as scanned, normalised; the only loaner out when not said.
        scanned: Option<String>,
        /// The customer's word.
        agreed: Agreement,
        /// Whether the loaner is the line's part or a confirmed equivalent, within the limits of that.
        fits: bool,
        /// Whether it was brand-new when it was issued.
        brand_new: bool,
    },
    /// Another way of service.
    ChangeMode {
        /// The new way.
        mode: Mode,
        /// Why.
        reason: String,
    },
    /// Who pays, and why.
    SetEntitlement {
        /// Entitlement.
        entitlement: Entitlement,
        /// Payer; the usual one when not said.
        payer: Option<Payer>,
        /// Why.
        reason: String,
    },
    /// A price for a chargeable repair.
    SendQuote {
        /// Amount in fen.
        amount_fen: i64,
        /// Currency.
        currency: String,
        /// Last local day on which it may be accepted.
        valid_until: NaiveDate,
    },
    /// The customer takes it.
    AcceptQuote {
        /// Who said so.
        by: String,
        /// Where that can be read.
        evidence: String,
    },
    /// The customer does not.
    RefuseQuote {
        /// Who said so.
        by: String,
        /// Where that can be read.
        evidence: String,
    },
    /// Nobody answered in time.
    ExpireQuote,
    /// The unit goes home as it came.
    ReturnUnrepaired {
        /// Why.
        reason: String,
        /// Parcel.
        parcel: Parcel,
        /// The depot's way to its customers.
        transit: PlaceRef,
    },
    /// The customer agrees that the unit be scrapped.
    AgreeScrap {
        /// The customer's word.
        agreed: Agreement,
    },
    /// The unit is scrapped.
    Scrap {
        /// The place of scrapped stock.
        place: PlaceRef,
        /// What becomes of a customer's data.
        data: DataProof,
    },
    /// The unit, which is ours, enters stock.
    ToStock {
        /// Where it is put.
        place: PlaceRef,
        /// What becomes of a customer's data.
        data: DataProof,
    },
    /// What is owed to us is waived or charged.
    Settle {
        /// Charged instead of waived.
        charge: bool,
        /// Serial of what is owed; the first thing owed when not said.
        scanned: Option<String>,
        /// The place of lost stock.
        lost: PlaceRef,
        /// Why.
        reason: String,
    },
}

impl Case {
    /// Its name.
    #[must_use]
    pub fn kind(&self) -> ActionKind {
        use ActionKind as K;
        match self {
            Case::Void { .. } => K::Void,
            Case::ApproveVoid => K::ApproveVoid,
            Case::CorrectSerial { .. } => K::CorrectSerial,
            Case::ReportDoa { .. } => K::ReportDoa,
            Case::KeepLoaner { .. } => K::KeepLoaner,
            Case::ChangeMode { .. } => K::ChangeMode,
            Case::SetEntitlement { .. } => K::SetEntitlement,
            Case::SendQuote { .. } => K::SendQuote,
            Case::AcceptQuote { .. } => K::AcceptQuote,
            Case::RefuseQuote { .. } => K::RefuseQuote,
            Case::ExpireQuote => K::ExpireQuote,
            Case::ReturnUnrepaired { .. } => K::ReturnUnrepaired,
            Case::AgreeScrap { .. } => K::AgreeScrap,
            Case::Scrap { .. } => K::Scrap,
            Case::ToStock { .. } => K::ToStock,
            Case::Settle { charge: false, .. } => K::WaiveFaultyReturn,
            Case::Settle { charge: true, .. } => K::ChargeFaulty,
        }
    }

    /// Texts without which it says nothing, by field.
    pub(super) fn required_texts(&self) -> Vec<(&'static str, &str)> {
        match self {
            Case::Void { reason }
            | Case::CorrectSerial { reason, .. }
            | Case::ChangeMode { reason, .. }
            | Case::SetEntitlement { reason, .. }
            | Case::ReturnUnrepaired { reason, .. }
            | Case::Settle { reason, .. } => vec![("reason", reason)],
            Case::KeepLoaner { agreed, .. } => {
                vec![("agreed_by", &agreed.by), ("evidence", &agreed.evidence)]
            }
            Case::AgreeScrap { agreed } => vec![("by", &agreed.by), ("evidence", &agreed.evidence)],
            Case::RefuseQuote { by, evidence } => vec![("by", by), ("evidence", evidence)],
            _ => vec![],
        }
    }
}

/// What a case changes on the line, beside its tracks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseChanges {
    /// Another mode.
    pub mode: Option<Mode>,
    /// Another entitlement.
    pub entitlement: Option<Entitlement>,
    /// Who pays.
    pub payer: Option<Payer>,
    /// The unit goes home as it came.
    pub unrepaired: bool,
    /// Number of the certificate of wiping or destruction.
    pub certificate: Option<String>,
    /// The right serial, and the unit by it.
    pub serial: Option<(String, Option<i64>)>,
    /// The quote.
    pub quote: Option<QuoteChange>,
    /// A written agreement.
    pub consent: Option<(ConsentKind, Agreement)>,
    /// When the fact itself happened, where that is earlier than the step: a written agreement counts from its day.
    pub happened_at: Option<DateTime<Utc>>,
    /// The line closes with this step, after the state it leads to.
    pub closes: bool,
    /// No board is waited for any more: one that is still held for the exchange is let go.
    pub frees_board: bool,
    /// What this step is besides, for those who count such steps.
    pub also: Option<ActionKind>,
}

/// A step of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuoteChange {
    /// It is sent.
    Send {
        /// Amount in fen.
        amount_fen: i64,
        /// Currency.
        currency: String,
        /// Last day.
        valid_until: NaiveDate,
        /// The clock stands still for it.
        holds: bool,
    },
    /// It is answered, or nobody answered.
    End {
        /// Row id.
        id: i64,
        /// How it ended.
        state: QuoteState,
        /// Who answered.
        by: String,
        /// Where that can be read.
        evidence: String,
    },
}

/// Lets the case happen to the line.
pub(super) fn take(line: &LineState, case: &Case, decision: &mut Decision) -> Result<(), Refusal> {
    match case {
        Case::Void { reason } => void::ask(reason, decision),
        Case::ApproveVoid => void::approve(line, decision),
        Case::CorrectSerial { serial, unit, reason } => {
            serial::correct(line, serial, unit.as_ref(), reason, decision)?;
        }
        Case::ReportDoa { scanned, reason } => keep::report_doa(line, scanned, reason, decision)?,
        Case::KeepLoaner { scanned, agreed, fits, brand_new } => {
            keep::keep_loaner(line, scanned.as_deref(), agreed, *fits, *brand_new, decision)?;
        }
        Case::ChangeMode { mode, reason } => mode::change(line, *mode, reason, decision)?,
        Case::SetEntitlement { entitlement, payer, reason } => {
            quote::set_entitlement(line, *entitlement, *payer, reason, decision);
        }
        Case::SendQuote { amount_fen, currency, valid_until } => {
            quote::send(line, *amount_fen, currency, *valid_until, decision)?;
        }
        Case::AcceptQuote { by, evidence } => quote::accept(line, by, evidence, decision)?,
        Case::RefuseQuote { by, evidence } => {
            quote::end(line, QuoteState::Refused, by, evidence, decision)?;
        }
        Case::ExpireQuote => quote::expire(line, decision)?,
        Case::ReturnUnrepaired { reason, parcel, transit } => {
            going_home::return_unrepaired(line, reason, parcel, transit, decision)?;
        }
        Case::AgreeScrap { agreed } => going_home::agree_scrap(line, agreed, decision),
        Case::Scrap { place, data } => going_home::scrap(line, place, data, decision)?,
        Case::ToStock { place, data } => going_home::to_stock(line, place, data, decision)?,
        Case::Settle { charge, scanned, lost, reason } => {
            owed::settle(line, *charge, scanned.as_deref(), lost, reason, decision)?;
        }
    }
    Ok(())
}
