//! What a decision about a repair order needs to know.

use crate::domain::actor::DepotRef;
use crate::domain::data_bearing::DataAnswer;
use crate::domain::place::PlaceRef;
use crate::domain::plan::VendorSwap;
use crate::domain::rma::RepairOrderState;
use crate::domain::stock::{PartRef, UnitState};
use chrono::{DateTime, NaiveDate, Utc};

/// What a plan says about repairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairTerms {
    /// A repair may cost so many per cent of the part's price.
    pub limit_percent: i64,
    /// What a unit is that a maker sends back under another serial.
    pub vendor_swap_is: VendorSwap,
    /// What becomes of the data on a customer's part.
    pub data_answer: Option<DataAnswer>,
}

impl Default for RepairTerms {
    /// For our own stock, and for customers without a plan: a repair may cost as much as the part.
    fn default() -> Self {
        RepairTerms { limit_percent: 100, vendor_swap_is: VendorSwap::Exchange, data_answer: None }
    }
}

/// A unit at a maker's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorLeg {
    /// Row id.
    pub id: i64,
    /// Vendor code.
    pub vendor: String,
    /// When the vendor wants to be done.
    pub due_on: Option<NaiveDate>,
}

/// A repair order as read before a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderState {
    /// Number of the order.
    pub number: String,
    /// The document of its movements: the RMA while its line is open, else the order itself.
    pub document: String,
    /// Whether an open RMA line is behind it.
    pub has_line: bool,
    /// Whether a customer's data may be on the unit, whosever it is now: parts of its kind hold data, and it came to us from a customer, or
    /// is a spare one used, for which nobody answered yet.
    pub customers_data: bool,
    /// Where it stands.
    pub state: RepairOrderState,
    /// Depot with the bench.
    pub depot: DepotRef,
    /// Part.
    pub part: PartRef,
    /// Price of the part, in fen.
    pub price_fen: Option<i64>,
    /// The unit.
    pub unit: UnitState,
    /// The terms it is repaired on.
    pub terms: RepairTerms,
    /// Parts are awaited.
    pub is_waiting: bool,
    /// What it has cost so far, in fen; none when nothing was said.
    pub cost_fen: Option<i64>,
    /// What somebody thinks it will cost, in fen.
    pub estimate_fen: Option<i64>,
    /// What a manager agreed it may cost, in fen.
    pub agreed_limit_fen: Option<i64>,
    /// The open vendor leg.
    pub leg: Option<VendorLeg>,
    /// Where used parts go.
    pub consumed_place: PlaceRef,
    /// Where scrap goes.
    pub scrap_place: PlaceRef,
    /// Where what is lost is.
    pub lost_place: PlaceRef,
    /// The latest step so far.
    pub last_event_at: DateTime<Utc>,
}

impl OrderState {
    /// What the repair may cost, in fen: what a manager agreed, else the plan's share of the part's price. `None` for a part
    /// without a price.
    #[must_use]
    pub fn limit_fen(&self) -> Option<i64> {
        limit_fen(self.agreed_limit_fen, self.price_fen, self.terms.limit_percent)
    }
}

/// What a repair may cost, in fen.
#[must_use]
pub fn limit_fen(agreed: Option<i64>, price: Option<i64>, percent: i64) -> Option<i64> {
    // Through 128 bits: no price a column holds can overflow it.
    let share = |price: i64| i64::try_from(i128::from(price) * i128::from(percent) / 100).unwrap_or(i64::MAX);
    agreed.or_else(|| price.map(share))
}
