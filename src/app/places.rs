//! Places by the codes people and scanners use: `JN`, `JN/A1-01`, `JN/bench`, `customer:C1001`, `vendor:V1`,
//! `engineer:li`, `transit:17`, `supplier`, `scrap`, `opening`, `consumed`, `lost`.

use crate::app::AppResult;
use crate::domain::place::{PlaceKind, PlaceRef, bench_code, normalise};
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

/// Where in this depot something that arrives is put: the bin named (`A1-01`, or the place's whole code), else the depot
/// itself. Refuses the field `bin` when that is unknown or another depot's.
pub fn bin_or_depot(conn: &mut Conn, depot: &str, bin: Option<&str>) -> AppResult<PlaceRef> {
    let Some(bin) = bin.map(str::trim).filter(|bin| !bin.is_empty()) else { return find(conn, depot) };
    let code = if bin.contains('/') { bin.to_owned() } else { format!("{depot}/{bin}") };
    let place = in_field(conn, "bin", &code)?;
    if place.depot.as_ref().is_some_and(|own| own.code == depot) {
        return Ok(place);
    }
    Err(Refusal::field("bin", "other_depot").into())
}

/// Where something is put in a depot that is to be worked on: the bin named (`A1-01`, or the place's whole code), else the
/// depot's bench, else the depot itself where there is none.
pub fn bench_or_bin(conn: &mut Conn, depot: &str, bin: Option<&str>) -> AppResult<PlaceRef> {
    let code = crate::domain::fields::code_of(depot);
    let depot = in_field(conn, "depot", &code)?;
    if depot.kind != PlaceKind::Depot {
        return Err(Refusal::field_with("depot", "unknown_place", "code", code).into());
    }
    if let Some(bin) = bin.map(str::trim).filter(|bin| !bin.is_empty()) {
        let full = if bin.contains('/') { bin.to_owned() } else { format!("{code}/{bin}") };
        let place = in_field(conn, "bin", &full)?;
        return if place.depot == depot.depot {
            Ok(place)
        } else {
            Err(Refusal::field_with("bin", "unknown_place", "code", full).into())
        };
    }
    Ok(places::by_code(conn, &bench_code(&code))?.unwrap_or(depot))
}
