//! What the books know, as far as one chunk of rows asks: filled by the store, read by the judges.
//!
//! A plain structure of values: judging needs no database, and a test fills it by hand.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use crate::domain::stock::{Condition, Owner, PartRef};

use super::customers::CustomerFacts;
use super::depots::DepotRow;
use super::effects::Place;
use super::kind::Kind;
use super::parts::PartRow;
use super::seen::KeyDigest;

/// The books as one chunk sees them.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// Depots by code, with all their bins.
    pub depots: HashMap<String, DepotRow>,
    /// Parts by number.
    pub parts: HashMap<String, PartFacts>,
    /// Customers by code.
    pub customers: HashMap<String, CustomerFacts>,
    /// Codes of service plans by every word people use for them: code and both names.
    pub plans: HashMap<String, String>,
    /// Units by identity ([`PartRef::identity`]).
    pub units: HashMap<String, Standing>,
    /// Numbers of RMAs that exist, imported or not.
    pub rmas: HashSet<String>,
    /// What earlier imports of this kind took over: content by row key.
    pub imported: HashMap<String, Fingerprint>,
}

/// What a chunk of rows asks the books.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Depot codes.
    pub depots: BTreeSet<String>,
    /// Part numbers.
    pub parts: BTreeSet<String>,
    /// Customer codes.
    pub customers: BTreeSet<String>,
    /// Units by part number and normalised serial.
    pub units: BTreeSet<(String, String)>,
    /// RMA numbers.
    pub rmas: BTreeSet<String>,
}

/// The books, for as long as one file is judged: the store in the product, a plain [`Book`] in tests.
pub trait Books {
    /// What can go wrong below.
    type Fault;

    /// What the books know of the things named; plans always all of them, `imported` left empty.
    ///
    /// # Errors
    /// Only faults of the store.
    fn look_up(&mut self, needs: &Needs) -> Result<Book, Self::Fault>;

    /// What earlier imports of this kind took over under these row keys.
    ///
    /// # Errors
    /// Only faults of the store.
    fn imported(&mut self, kind: Kind, keys: &[String]) -> Result<HashMap<String, Fingerprint>, Self::Fault>;
}

/// A part on the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFacts {
    /// The part as the ledger sees it.
    pub part: PartRef,
    /// Its attributes, in the form of its row.
    pub row: PartRow,
    /// True once the ledger has moved it: then the way it is kept is fixed.
    pub has_movements: bool,
    /// Something stands in for it, it stands in for something, or a depot should have some.
    pub kept_as_spare: bool,
}

/// Where the ledger has one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Part number.
    pub part_no: String,
    /// Where it is.
    pub place: Place,
    /// In which condition.
    pub condition: Condition,
    /// Whose it is.
    pub owner: Owner,
    /// True while somebody has reserved it.
    pub reserved: bool,
    /// Local day of its last movement.
    pub last_on: NaiveDate,
}

impl Book {
    /// The unit behind a serial of a part.
    #[must_use]
    pub fn unit(&self, part: &PartRef, serial: &str) -> Option<&Standing> {
        self.units.get(&part.identity(serial))
    }
}

/// Digest of what a row says, without its row number or the way it was written: `2025/1/2` and `2025年1月2日` are the
/// same content. Two runs of one file meet here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(KeyDigest);

impl Fingerprint {
    /// The digest of a row's values, in a fixed order that starts with a version word.
    #[must_use]
    pub fn of(values: &[&str]) -> Self {
        Self(KeyDigest::of(values))
    }

    /// The bytes as stored.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.0.bytes().to_vec()
    }

    /// From the bytes as stored; `None` for anything that is not 16 bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        KeyDigest::from_bytes(bytes).map(Self)
    }
}
