//! Under which variant lines are judged.

use super::Variant;
use crate::text_enum;

text_enum! {
    /// What an equivalent exchange counts as: one rule for all lines, or for each what its contract says.
    Measure {
        /// Only what was repaired and returned.
        Strict => "strict",
        /// An equivalent board by the due date counts.
        ByDue => "by_due",
        /// One decided by the due date and delivered within thirty days counts.
        Remedy30 => "remedy30",
        /// Each line under the variant of its own contract: the rate the target is held against (PRODUCT "Which rate is
        /// contractual").
        Contractual => "contractual",
    }
}

impl Measure {
    /// The variant for a line under a contract that says `contract`.
    #[must_use]
    pub fn variant(self, contract: Variant) -> Variant {
        match self {
            Measure::Strict => Variant::Strict,
            Measure::ByDue => Variant::ByDue,
            Measure::Remedy30 => Variant::Remedy30,
            Measure::Contractual => contract,
        }
    }
}

impl From<Variant> for Measure {
    fn from(variant: Variant) -> Measure {
        match variant {
            Variant::Strict => Measure::Strict,
            Variant::ByDue => Measure::ByDue,
            Variant::Remedy30 => Measure::Remedy30,
        }
    }
}
