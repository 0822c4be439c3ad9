//! Whose a unit is (PRODUCT "Places and owners").

use std::fmt;

/// Owner of stock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Our company.
    Us,
    /// The customer with this code.
    Customer(String),
    /// The repair vendor with this code.
    Vendor(String),
    /// Nobody knows yet (an unmatched box).
    Unknown,
}

impl Owner {
    /// Reads `us`, `customer:C1001`, `vendor:V1` or `unknown`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Owner> {
        match code.split_once(':') {
            None if code == "us" => Some(Owner::Us),
            None if code == "unknown" => Some(Owner::Unknown),
            Some(("customer", c)) if !c.is_empty() => Some(Owner::Customer(c.to_owned())),
            Some(("vendor", v)) if !v.is_empty() => Some(Owner::Vendor(v.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Us => f.write_str("us"),
            Owner::Unknown => f.write_str("unknown"),
            Owner::Customer(code) => write!(f, "customer:{code}"),
            Owner::Vendor(code) => write!(f, "vendor:{code}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Owner;

    #[test]
    fn codes_read_back() {
        for owner in [Owner::Us, Owner::Unknown, Owner::Customer("C1001".into()), Owner::Vendor("V1".into())]
        {
            assert_eq!(Owner::from_code(&owner.to_string()), Some(owner));
        }
        for wrong in ["", "we", "customer:", "vendor", "us:1"] {
            assert_eq!(Owner::from_code(wrong), None, "{wrong}");
        }
    }
}
