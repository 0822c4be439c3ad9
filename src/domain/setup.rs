//! Words of the set-up data: what kinds of depots there are.

use crate::text_enum;

text_enum! {
    /// What a depot is for.
    DepotClass {
        /// 常用库: near the customers, holds what fails often.
        Common => "common",
        /// 中心库 and any other: stands behind them.
        Other => "other",
    }
}

/// A kind of set-up row with a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// By its code.
    Customer,
    /// By its number.
    Part,
    /// By its code.
    Depot,
    /// By its code.
    Plan,
    /// By its number.
    Contract,
    /// By its code.
    Vendor,
    /// By the sign-in name.
    User,
}

/// How a use case that writes a thing whether or not it exists ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    Created,
    /// It stood there and was changed.
    Updated,
    /// It stood there just so; nothing was written.
    Unchanged,
}
