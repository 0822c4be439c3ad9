//! Places by the codes people and scanners use: `JN`, `JN/A1-01`, `JN/bench`, `customer:C1001`, `vendor:V1`,
//! `engineer:li`, `transit:17`, `supplier`, `scrap`, `opening`, `consumed`, `lost`.

use crate::app::AppResult;
use crate::domain::place::{PlaceRef, normalise};
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::{Conn, places};

/// The place of this code. Refuses with `not_found`.
pub fn find(conn: &mut Conn, code: &str) -> AppResult<PlaceRef> {
    match places::by_code(conn, &normalise(code))? {
        Some(place) => Ok(place),
        None => Err(Refusal::not_found("place", code.trim()).into()),
    }
}

/// The place a field of a request names. Refuses with a field error, so that the sender learns which field it was.
pub fn in_field(conn: &mut Conn, field: &str, code: &str) -> AppResult<PlaceRef> {
    match places::by_code(conn, &normalise(code))? {
        Some(place) => Ok(place),
        None => {
            Err(Refusal::Invalid(vec![FieldError::new(field, "unknown_place").with("code", code.trim())])
                .into())
        }
    }
}
