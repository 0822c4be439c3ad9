//! The stock ledger's words and rules: where every part is, in which condition, whose it is.

mod bound;
mod decide;
mod instrument;
mod legal;
mod owner;
pub mod proof;
mod reversal;
mod suggest;

pub use bound::{Bound, LineRole, OnLine};
pub(crate) use decide::rfc3339;
pub use decide::{Move, MoveState, QUANTITY_MAX, asks_for_data, decide_movement, enter_anew};
pub use instrument::{CheckState, InstrumentCheck, PartClass};
pub use legal::{LegalMove, legal_moves};
pub use owner::Owner;
pub use reversal::{Recorded, decide_reversal};
pub use suggest::{Level, Suggestion, suggest};

use crate::domain::data_bearing::DataAnswer;
use crate::domain::place::PlaceRef;
use crate::text_enum;
use chrono::{DateTime, Utc};

text_enum! {
    /// What shape a part is in.
    Condition {
        /// 良品: may be picked as a spare.
        Good => "good",
        /// 故障件.
        Faulty => "faulty",
        /// 待检: nobody knows yet; never picked.
        Quarantined => "quarantined",
        /// 报废: out of the world.
        Scrapped => "scrapped",
    }
}

text_enum! {
    /// How a part is counted: one by one, or as a quantity.
    Tracking {
        Serial => "serial",
        Quantity => "quantity",
    }
}

text_enum! {
    /// The kinds of movement (API "movements").
    MovementKind {
        Opening => "opening",
        Receive => "receive",
        Issue => "issue",
        Move => "move",
        TransferOut => "transfer_out",
        TransferIn => "transfer_in",
        Return => "return",
        Convert => "convert",
        Scrap => "scrap",
        Adjust => "adjust",
        TransferTitle => "transfer_title",
        Consume => "consume",
        Reversal => "reversal",
    }
}

text_enum! {
    /// How a reservation stands.
    ReservationState {
        Open => "open",
        Released => "released",
        Consumed => "consumed",
        Expired => "expired",
    }
}

/// A part as the ledger sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRef {
    /// Row id.
    pub id: i64,
    /// Part number.
    pub part_no: String,
    /// Counted one by one, or as a quantity.
    pub tracking: Tracking,
    /// Maker; with the serial it identifies a unit.
    pub maker: String,
    /// The maker reuses serials on other parts: the part identifies instead of the maker.
    pub serial_per_part: bool,
}

impl PartRef {
    /// What makes a unit of this part unique: (maker, serial), or (part, serial) where makers reuse serials
    /// (PRODUCT "Identity").
    #[must_use]
    pub fn identity(&self, serial: &str) -> String {
        if self.serial_per_part || self.maker.is_empty() {
            format!("part:{}\u{1f}{serial}", self.part_no)
        } else {
            format!("maker:{}\u{1f}{serial}", self.maker)
        }
    }
}

/// A unit's present, as read before a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitState {
    /// Row id.
    pub id: i64,
    /// Normalised serial.
    pub serial: String,
    /// Condition now.
    pub condition: Condition,
    /// Whose it is.
    pub owner: Owner,
    /// Where it is.
    pub place: PlaceRef,
    /// Counts the movements; a guarded update compares it.
    pub version: i64,
    /// When it last moved.
    pub last_moved_at: DateTime<Utc>,
    /// The open reservation that holds it: id and document.
    pub reserved: Option<(i64, String)>,
    /// What is known of its checks, if it is an instrument; none of a spare.
    pub instrument: Option<InstrumentCheck>,
}

impl UnitState {
    /// How it stands.
    #[must_use]
    pub fn stand(&self) -> Stand {
        Stand { place: self.place.clone(), condition: self.condition, owner: self.owner.clone() }
    }
}

/// What a posting moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// So many of a quantity part.
    Quantity,
    /// A unit on the books.
    Unit {
        /// Row id.
        id: i64,
        /// Its serial.
        serial: String,
        /// The version the decision saw.
        version: i64,
    },
    /// A unit the books never met.
    NewUnit {
        /// Its serial.
        serial: String,
    },
}

impl Subject {
    /// The unit as it was read.
    #[must_use]
    pub fn of(unit: &UnitState) -> Subject {
        Subject::Unit { id: unit.id, serial: unit.serial.clone(), version: unit.version }
    }

    /// The serial, if it is one unit.
    #[must_use]
    pub fn serial(&self) -> Option<&str> {
        match self {
            Subject::Quantity => None,
            Subject::Unit { serial, .. } | Subject::NewUnit { serial } => Some(serial),
        }
    }
}

/// One side of a posting: where, in which condition, whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The place.
    pub place: PlaceRef,
    /// The condition.
    pub condition: Condition,
    /// The owner.
    pub owner: Owner,
}

/// A decided movement, ready for the ledger: takes a quantity from one stand and puts it into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Kind.
    pub kind: MovementKind,
    /// Part.
    pub part: PartRef,
    /// Unit or quantity.
    pub subject: Subject,
    /// How many; 1 for a unit.
    pub quantity: i64,
    /// Taken from.
    pub from: Stand,
    /// Put into.
    pub to: Stand,
    /// Why.
    pub reason: String,
    /// The document it belongs to (RMA number, import batch …).
    pub document: String,
    /// When it happened; never after it was recorded.
    pub occurred_at: DateTime<Utc>,
    /// The movement it reverses.
    pub reverses: Option<i64>,
    /// The reservation it uses up.
    pub consumes: Option<i64>,
    /// What became of a customer's data on the unit, with the number of the certificate: answered with this movement.
    pub data: Option<(DataAnswer, String)>,
}

impl Posting {
    /// One piece goes from here to there, under no document and for no said reason.
    #[must_use]
    pub fn of_one(
        kind: MovementKind,
        part: PartRef,
        subject: Subject,
        from: Stand,
        to: Stand,
        occurred_at: DateTime<Utc>,
    ) -> Posting {
        Posting {
            kind,
            part,
            subject,
            quantity: 1,
            from,
            to,
            reason: String::new(),
            document: String::new(),
            occurred_at,
            reverses: None,
            consumes: None,
            data: None,
        }
    }

    /// The same, under a document.
    #[must_use]
    pub fn under(self, document: &str) -> Posting {
        Posting { document: document.to_owned(), ..self }
    }
}
