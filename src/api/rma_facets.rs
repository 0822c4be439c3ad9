//! `/rmas/facets`: how many open lines there are by working days left, stage, depot, person, customer and contract.

use crate::api::rmas::Filter;
use crate::api::words::FacetKindWord;
use crate::app::rma::{self, DueGroup, FacetKind, FacetRow};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::endpoints;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Query, Word};
use serde::Serialize;
use utoipa::ToSchema;

endpoints! {
    get "/rmas/facets" facets: Access::Needs(Permission::ReadRma),
}

/// Values of one group, at most; the fullest are told.
const VALUES: i64 = 100;

/// What the open lines are.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineFacets {
    /// Open lines the filter keeps.
    lines: i64,
    /// The groups.
    facets: Vec<LineFacet>,
}

/// One group of values.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineFacet {
    /// What the values are.
    facet: FacetKindWord,
    /// The values, the fullest first, at most 100; of `due` each of them, in the order of their days.
    values: Vec<FacetValue>,
}

/// A value, and how many lines have it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetValue {
    /// Code of the days left, stage, depot or customer, a username or the number of a contract; empty for none.
    value: String,
    /// Its name; the value itself where there is none.
    name: String,
    /// Lines.
    lines: i64,
}

impl From<FacetRow> for FacetValue {
    fn from(row: FacetRow) -> FacetValue {
        FacetValue { value: row.value, name: row.name, lines: row.count }
    }
}

/// Count open lines by working days left, stage, depot, person, customer and contract
///
/// Takes the filters of the list; lines that ended are not counted.
#[utoipa::path(get, path = "/rmas/facets", params(Filter), responses((status = 200, description = "Counts", body = LineFacets)))]
async fn facets(caller: Caller, filter: Query<Filter>) -> Answer {
    let mut filter = filter.into_inner().of_lines(&caller)?;
    filter.open = true;
    let found = http::read(&caller, move |conn, ctx| {
        let today = Zone::default().local_date(ctx.now);
        let days: Vec<_> = DueGroup::ALL.iter().map(|group| group.days(&ctx.calendar, today)).collect();
        let mut facets = vec![];
        for kind in FacetKind::ALL {
            let values = rma::boxes(conn, ctx, &filter, *kind, &days, VALUES)?;
            facets.push(LineFacet {
                facet: Word(*kind),
                values: values.into_iter().map(FacetValue::from).collect(),
            });
        }
        Ok(LineFacets { lines: rma::count_lines(conn, ctx, &filter)?, facets })
    });
    http::ok(&found.await?)
}
