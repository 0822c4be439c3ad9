//! Places: every node stock can be at (PRODUCT "Places and owners").

use crate::domain::actor::DepotRef;
use crate::domain::fields::code_of;
use crate::text_enum;

text_enum! {
    /// What sort of node a place is. Real places never hold less than nothing; boundary places may show any balance.
    PlaceKind {
        /// A depot as a whole, outside any bin: code `JN`.
        Depot => "depot",
        /// A bin of a depot: `JN/A1-01`.
        Bin => "bin",
        /// The repair bench of a depot: `JN/bench`.
        Bench => "bench",
        /// A field engineer's van: `engineer:<user>`.
        Engineer => "engineer",
        /// A customer, all sites: `customer:C1001`.
        Customer => "customer",
        /// A vendor who repairs: `vendor:V1`.
        Vendor => "vendor",
        /// Between two depots, on one transfer or parcel: `transit:<n>`.
        Transit => "transit",
        /// Where units come from that the ledger never met.
        Opening => "opening",
        /// Where bought stock comes from.
        Supplier => "supplier",
        /// Where parts go that are built into a repair.
        Consumed => "consumed",
        /// Where missing stock goes once a manager gives it up.
        Lost => "lost",
        /// Where scrapped stock goes.
        Scrap => "scrap",
    }
}

impl PlaceKind {
    /// Whether a place of this kind can never hold less than nothing (the others are the ledger's boundary).
    #[must_use]
    pub fn is_real(self) -> bool {
        use PlaceKind as K;
        match self {
            K::Depot | K::Bin | K::Bench | K::Engineer | K::Customer | K::Vendor | K::Transit => true,
            K::Opening | K::Supplier | K::Consumed | K::Lost | K::Scrap => false,
        }
    }

    /// Whether a place of this kind keeps `balance` rows. Customers and boundary places do not: hot and unbounded,
    /// they are summed by `verify` (ARCHITECTURE "The stock ledger").
    #[must_use]
    pub fn has_balance(self) -> bool {
        use PlaceKind as K;
        match self {
            K::Depot | K::Bin | K::Bench | K::Transit | K::Vendor | K::Engineer => true,
            K::Customer | K::Opening | K::Supplier | K::Consumed | K::Lost | K::Scrap => false,
        }
    }

    /// Whether good stock of ours here is available to whoever asks. The bench is in the depot, but what lies there is
    /// under repair.
    #[must_use]
    pub fn counts_as_available(self) -> bool {
        matches!(self, PlaceKind::Depot | PlaceKind::Bin)
    }
}

/// A place as a rule sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRef {
    /// Row id.
    pub id: i64,
    /// What people call it: `JN`, `JN/A1-01`, `customer:C1001`.
    pub code: String,
    /// Sort of node.
    pub kind: PlaceKind,
    /// The depot it belongs to: for depots, bins and benches.
    pub depot: Option<DepotRef>,
    /// The customer it belongs to: for `customer:` places, and for on-site depots with their bins and bench.
    pub customer_id: Option<i64>,
}

/// Code of a bin: `JN/A1-01`.
#[must_use]
pub fn bin_code(depot: &str, bin: &str) -> String {
    format!("{depot}/{bin}")
}

/// Code of a depot's bench: `JN/bench`.
#[must_use]
pub fn bench_code(depot: &str) -> String {
    format!("{depot}/bench")
}

/// Code of a customer's place: `customer:C1001`.
#[must_use]
pub fn customer_code(customer: &str) -> String {
    format!("customer:{customer}")
}

/// Code of a vendor's place: `vendor:V1`.
#[must_use]
pub fn vendor_code(vendor: &str) -> String {
    format!("vendor:{vendor}")
}

/// Code of an engineer's van: `engineer:li`.
#[must_use]
pub fn engineer_code(username: &str) -> String {
    format!("engineer:{username}")
}

/// Code of a way between two depots: `transit:17`.
#[must_use]
pub fn transit_code(number: impl std::fmt::Display) -> String {
    format!("transit:{number}")
}

/// The code as it stands in the database, from what a person or a scanner sent: the prefix (`customer:`) and the bench are
/// lower case, depots, bins, customers and vendors upper case, user names and the rest as they are.
#[must_use]
pub fn normalise(code: &str) -> String {
    let code = code.trim();
    if let Some((prefix, name)) = code.split_once(':') {
        let prefix = prefix.trim().to_lowercase();
        let name = name.trim();
        return match prefix.as_str() {
            "customer" | "vendor" => format!("{prefix}:{}", code_of(name)),
            _ => format!("{prefix}:{name}"),
        };
    }
    let lower = code.to_lowercase();
    if matches!(PlaceKind::from_code(&lower), Some(kind) if !kind.is_real()) {
        return lower;
    }
    match code.split_once('/') {
        Some((depot, bin)) if bin.trim().eq_ignore_ascii_case("bench") => bench_code(&code_of(depot)),
        Some((depot, bin)) => bin_code(&code_of(depot), &code_of(bin)),
        None => code_of(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_were_typed() {
        for (typed, stored) in [
            (" jn ", "JN"),
            ("jn/a1-01", "JN/A1-01"),
            ("JN/Bench", "JN/bench"),
            ("Customer:c1001", "customer:C1001"),
            ("vendor:v1", "vendor:V1"),
            ("engineer:Li.Wei", "engineer:Li.Wei"),
            ("Supplier", "supplier"),
            ("OPENING", "opening"),
            ("transit:17", "transit:17"),
        ] {
            assert_eq!(normalise(typed), stored, "{typed:?}");
        }
    }

    #[test]
    fn a_place_with_a_balance_is_real_and_what_is_available_has_one() {
        for kind in PlaceKind::ALL {
            assert!(kind.is_real() || !kind.has_balance(), "{kind}");
            assert!(kind.has_balance() || !kind.counts_as_available(), "{kind}");
        }
        assert!(PlaceKind::Customer.is_real() && !PlaceKind::Customer.has_balance());
        assert!(PlaceKind::Bench.has_balance() && !PlaceKind::Bench.counts_as_available());
    }
}
