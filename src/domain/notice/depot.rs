//! Mails to the people of a depot.

use super::Bilingual;

/// A thing as a depot's mail names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceNamed {
    /// Part number 料号.
    pub part_no: String,
    /// What the part is called.
    pub part_name: Bilingual,
    /// Serial number; empty for a quantity.
    pub serial: String,
    /// How many.
    pub quantity: i64,
}

/// What the people of a depot need to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DepotNews {
    /// A transfer they sent arrived, and not as the papers say (PRODUCT "Transfer differences").
    TransferDifferences {
        /// Number of the transfer.
        number: String,
        /// The sending depot.
        from: String,
        /// The receiving depot.
        to: String,
        /// What left and did not come.
        missing: Vec<PieceNamed>,
        /// What came and was not in the papers.
        unexpected: Vec<PieceNamed>,
    },
}

/// A mail to one person of a depot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepotNotice {
    /// Name of the reader, as to be greeted; may be empty.
    pub reader: String,
    /// What happened.
    pub news: DepotNews,
}
