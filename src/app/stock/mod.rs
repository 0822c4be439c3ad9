//! What people do with stock: book movements, put mistakes right, hold spares, look things up.

mod book;
mod bound;
mod cover;
mod customers_data;
mod find;
mod flags;
mod joint;
mod matrix;
mod opening;
mod release;
mod reserve;
mod reverse;
mod scan;
mod sourcing;

pub use crate::domain::stock::LegalMove;
pub use crate::store::as_of::{StockAsOfRow, Then, UnitThenRow};
pub use crate::store::movements::{MovementFilter, MovementRow};
pub use crate::store::reservations::ReservationRow;
pub use crate::store::stock::{HeldRow, PlacedRow, StockFilter, StockKey, StockRow};
pub(super) use crate::store::stock::{availability, fitting_parts as fitting, open_rma_of};
pub use crate::store::units::{UnitFilter, UnitRow};
pub(super) use book::unit_of_part;
pub use book::{Booked, Booking, book, book_batch};
pub(super) use bound::{bound, bound_all};
pub use cover::{CoverRow, count_use, cover};
pub use customers_data::{SaidOfData, answer_data};
pub use find::{
    UnitDetails, count_low, find_unit, history, list_as_of, list_movements, list_movements_of, list_stock,
    list_units, lots_at, placed, suggestions, unit, unit_details, unit_then,
};
pub(super) use find::{free_for, only_one};
pub use flags::{UnitFlag, flags_of};
pub(super) use joint::JointBookings;
pub use joint::{Wanted, book_jointly, book_plain};
pub use matrix::{CellRow, DepotHead, Matrix, MatrixFilter, PartHead, matrix, matrix_then};
pub use opening::{Opening, open};
pub use release::{Release, may_put_down, put_down_release};
pub use reserve::{Hold, expire_reservations, list_reservations, release, reserve};
pub use reverse::{reverse, reversible};
pub use scan::{Scanned, ScannedKind, may_be_unit, scan};
pub use sourcing::{
    FittingPart, Offer, SourceKind, Sourcing, equivalents, sourcing, sourcing_for, sourcing_of,
};

/// At most this many items move in one batch (API "movements").
pub const BATCH_LIMIT: usize = 5_000;
