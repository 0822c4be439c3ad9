//! Service plans: which promises a contract makes, and on which terms (PRODUCT "The numbers of the contract").
//!
//! A plan is a name; what it promises stands in versions that never change. The version in force on the day of the
//! request applies, and a promise keeps a snapshot of its terms: changing a plan changes nothing already promised.

use crate::domain::calendar::{ClockTerms, Count};
use crate::domain::data_bearing::DataAnswer;
use crate::domain::repair::{Cause, RepairTerms};
use crate::text_enum;
use chrono::NaiveDate;

text_enum! {
    /// What a promise is about.
    PromiseKind {
        /// 修复返还: the repaired unit is handed back.
        RepairReturn => "repair_return",
        /// 等效更换: an electrically equivalent unit is handed over instead.
        EquivalentExchange => "equivalent_exchange",
        /// 备件到位: the spare is handed over.
        SpareInPlace => "spare_in_place",
        /// 响应: a service case is answered.
        FirstAnswer => "first_answer",
        /// 到场: somebody is on site.
        OnSite => "on_site",
        /// 恢复: the service runs again.
        Restored => "restored",
        /// 故障分析说明: the report is attached.
        FailureAnalysis => "failure_analysis",
        /// Owed to us: the faulty part comes in.
        FaultyReturn => "faulty_return",
        /// Owed to us: the loaner comes back.
        LoanReturn => "loan_return",
    }
}

impl PromiseKind {
    /// Whether a hold stops the clock: holds are the customer's waits during the repair (NUMBERS §1). What is owed to us
    /// runs on.
    #[must_use]
    pub fn is_stopped_by_holds(self) -> bool {
        matches!(self, PromiseKind::RepairReturn)
    }
}

text_enum! {
    /// What a promise's time is counted in.
    TermUnit {
        /// Working days of the calendar, make-up days included.
        WorkingDays => "working_days",
        /// Every day.
        CalendarDays => "calendar_days",
        /// Minutes from the instant it starts.
        Minutes => "minutes",
    }
}

text_enum! {
    /// Who owns what after a spare was issued (PRODUCT "Regimes of ownership").
    Regime {
        /// 备件借用: the spare stays ours, the customer's board stays theirs.
        Loan => "loan",
        /// 先行更换: titles swap.
        Exchange => "exchange",
    }
}

text_enum! {
    /// Which timely repair rate is the contractual one (NUMBERS §2).
    RateVariant {
        /// Only repaired and returned in time counts.
        Strict => "strict",
        /// An exchange delivered by the due date counts too.
        ByDue => "by_due",
        /// An exchange decided by the due date and delivered within 30 days counts too.
        Remedy30 => "remedy30",
    }
}

text_enum! {
    /// What a unit is that a maker sends back under another serial.
    VendorSwap {
        /// An exchange.
        Exchange => "exchange",
        /// As good as repaired.
        Repair => "repair",
    }
}

text_enum! {
    /// When a repaired unit counts as handed back (NUMBERS §2: "delivered; a plan may say dispatched").
    ReturnedWhen {
        /// The customer has it.
        Delivered => "delivered",
        /// It left our house.
        Dispatched => "dispatched",
    }
}

/// The terms of one promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What is promised.
    pub kind: PromiseKind,
    /// How long, in `unit`.
    pub amount: i64,
    /// What is counted.
    pub unit: TermUnit,
    /// Whether the day of the start is day 1 instead of day 0 (NUMBERS §1). Nothing for minutes.
    pub start_day_counts: bool,
    /// How many of these promises must be kept, in basis points: 9500 is 95 %.
    pub target_bp: i64,
}

/// The clock of a promise of `amount` `unit`; `None` for minutes, which no calendar counts, and for amounts no plan allows.
#[must_use]
pub fn clock_terms(amount: i64, unit: TermUnit, start_day_counts: bool) -> Option<ClockTerms> {
    let count = match unit {
        TermUnit::WorkingDays => Count::Working,
        TermUnit::CalendarDays => Count::Calendar,
        TermUnit::Minutes => return None,
    };
    Some(ClockTerms { days: u32::try_from(amount).ok()?, count, start_day_counts })
}

/// The longest time a plan may promise, in `unit`: ten years.
#[must_use]
pub fn longest(unit: TermUnit) -> i64 {
    match unit {
        TermUnit::WorkingDays | TermUnit::CalendarDays => 3_660,
        TermUnit::Minutes => 3_660 * 24 * 60,
    }
}

/// What a plan promises from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanVersion {
    /// Row id of the version; promises and lines point to it.
    pub id: i64,
    /// Row id of the plan.
    pub plan_id: i64,
    /// Code of the plan, e.g. `gold`.
    pub plan: String,
    /// First day it applies to requests.
    pub valid_from: NaiveDate,
    /// Ownership of issued spares, and so which modes are allowed.
    pub regime: Regime,
    /// The contractual rate.
    pub variant: RateVariant,
    /// Whether a replacement must be brand-new.
    pub brand_new_required: bool,
    /// How a maker's other serial counts.
    pub vendor_swap_is: VendorSwap,
    /// Repair warranty, calendar days.
    pub repair_warranty_days: i64,
    /// When a repaired unit counts as handed back.
    pub returned_when: ReturnedWhen,
    /// Close of business, in minutes after local midnight: what is handed over later counts for the next day. `None`: a day ends at
    /// midnight.
    pub closes_minute: Option<i64>,
    /// What happens to the data on a data-bearing part; `None`: the contract has not said yet.
    pub data_answer: Option<DataAnswer>,
    /// A repair may cost so many per cent of the part's price.
    pub repair_limit_percent: i64,
    /// Whether replacement requests under it need nobody's yes (API "/requests": automatic approval is a plan term).
    pub auto_approval: bool,
    /// Causes of a delay that leave the rate's denominator, with evidence (NUMBERS §2).
    pub excused_causes: Vec<Cause>,
    /// Its promises, at most one of each kind.
    pub terms: Vec<Term>,
}

impl PlanVersion {
    /// What it says about repairs.
    #[must_use]
    pub fn repair_terms(&self) -> RepairTerms {
        RepairTerms {
            limit_percent: self.repair_limit_percent,
            vendor_swap_is: self.vendor_swap_is,
            data_answer: self.data_answer,
        }
    }

    /// Close of business as `17:30`.
    #[must_use]
    pub fn closes_at(&self) -> Option<String> {
        self.closes_minute.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60))
    }

    /// The terms of a kind of promise; `None` when the plan does not make it.
    #[must_use]
    pub fn term(&self, kind: PromiseKind) -> Option<&Term> {
        self.terms.iter().find(|term| term.kind == kind)
    }
}
