//! What an accepted row writes, as plain values: the store turns them into ledger rows in one transaction.

use chrono::NaiveDate;

use crate::domain::place;
use crate::domain::stock::{Condition, MovementKind, Owner};

/// A place as an import names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// What was there before Beiku.
    Opening,
    /// A depot, outside any bin.
    Depot(String),
    /// A bin of a depot.
    Bin {
        /// Depot code.
        depot: String,
        /// Bin code within the depot.
        bin: String,
    },
    /// The repair bench of a depot.
    Bench(String),
    /// With a customer.
    Customer(String),
    /// Thrown away.
    Scrap,
    /// Anywhere else the ledger knows, by its code.
    Other(String),
}

impl Place {
    /// The code in the ledger's notation.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Opening => "opening".to_owned(),
            Self::Depot(depot) => depot.clone(),
            Self::Bin { depot, bin } => place::bin_code(depot, bin),
            Self::Bench(depot) => place::bench_code(depot),
            Self::Customer(code) => place::customer_code(code),
            Self::Scrap => "scrap".to_owned(),
            Self::Other(code) => code.clone(),
        }
    }
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Its kind.
    pub kind: MovementKind,
    /// Part number.
    pub part_no: String,
    /// Normalised serial; none for a lot.
    pub serial: Option<String>,
    /// Pieces; 1 for a unit.
    pub quantity: i64,
    /// From where.
    pub from: Place,
    /// To where.
    pub to: Place,
    /// Condition before and after.
    pub condition: (Condition, Condition),
    /// Owner before and after.
    pub owner: (Owner, Owner),
    /// Local day on which it happened.
    pub on: NaiveDate,
}
