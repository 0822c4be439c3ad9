//! Places by the codes people and scanners use: `JN`, `JN/A1-01`, `JN/bench`, `customer:C1001`, `vendor:V1`,
//! `engineer:li`, `transit:17`, `supplier`, `scrap`, `opening`, `consumed`, `lost`.

use crate::app::{AppResult, Ctx};
use crate::domain::actor::Permission;
use crate::domain::place::{PlaceKind, PlaceRef, bench_code, normalise};
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::{Conn, places};
use std::collections::{BTreeMap, BTreeSet};

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

/// Whether a place is somebody's: a customer's or a vendor's.
#[must_use]
pub fn is_party(code: &str) -> bool {
    code.starts_with("customer:") || code.starts_with("vendor:")
}

/// The bins with this name on their label (`A1-01`), whatever their depot; of their own depots for whoever works in some only.
pub fn bins_called(conn: &mut Conn, ctx: &Ctx, name: &str) -> AppResult<Vec<PlaceRef>> {
    ctx.actor.may(Permission::ReadStock)?;
    let name = name.trim().to_uppercase();
    if name.is_empty() || name.contains('/') {
        return Ok(vec![]);
    }
    let mut bins = places::bins_called(conn, &name)?;
    let own = |bin: &PlaceRef| {
        let depot = bin.depot.as_ref().map(|depot| depot.id);
        ctx.actor.depots.iter().any(|known| Some(known.id) == depot)
    };
    bins.retain(|bin| ctx.actor.depots.is_empty() || own(bin));
    Ok(bins)
}

/// The names of the customers and vendors of these places, by the places' codes; what is no such place is left out. For names a
/// page has read under its reader's rights. Refuses customers, who are told nobody's name by a code, with `forbidden`.
pub fn party_names(
    conn: &mut Conn,
    ctx: &Ctx,
    codes: &BTreeSet<String>,
) -> AppResult<BTreeMap<String, String>> {
    ctx.actor.may(Permission::ReadStock)?;
    let of =
        |kind: &str| codes.iter().filter_map(|code| code.strip_prefix(kind)).map(ToOwned::to_owned).collect();
    let (customers, vendors): (Vec<String>, Vec<String>) = (of("customer:"), of("vendor:"));
    Ok(places::party_names(conn, &customers, &vendors)?
        .into_iter()
        .map(|row| (row.place, row.name))
        .collect())
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
