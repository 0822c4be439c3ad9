//! Stock: what stands in the depots, now and as of a day.

use crate::api::stock_wire::upper;
use crate::api::words::ConditionWord;
use crate::app::figures;
use crate::app::stock::{self, StockAsOfRow, StockFilter, StockKey, StockRow};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::stock::Suggestion;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Page, Paging, Query, Word};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/stock" list: Access::Needs(Permission::ReadStock),
    get "/stock/suggestions" suggestions: Access::Needs(Permission::ReadStock),
}

/// What a depot has of a part, in one condition and ownership.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockItem {
    /// Part number.
    #[schema(example = "P-100234")]
    part_no: String,
    /// Part name in Chinese.
    name: String,
    /// Part name in English.
    name_en: String,
    /// Depot code.
    #[schema(example = "JN")]
    depot: String,
    /// Condition.
    condition: ConditionWord,
    /// `us`, `customer:CODE`, `vendor:CODE` or `unknown`.
    #[schema(example = "us")]
    owner: String,
    /// How many, in the whole depot with its bins and bench.
    quantity: i64,
    /// Held for somebody.
    reserved: i64,
    /// Good, ours, in the depot or a bin, and not held. In the past below zero where more was held than, as is known by now, stood
    /// there.
    available: i64,
    /// Of the quantity, what is faulty and on the bench.
    in_repair: i64,
    /// On the way to this depot.
    in_transit: i64,
    /// Fewer available than this is low; `null` for a moment in the past: only the present ones are kept.
    reorder_point: Option<i64>,
}

impl From<StockRow> for StockItem {
    fn from(row: StockRow) -> Self {
        StockItem {
            part_no: row.part_no,
            name: row.name,
            name_en: row.name_en,
            depot: row.depot,
            condition: Word(row.condition),
            owner: row.owner.to_string(),
            quantity: row.quantity,
            reserved: row.reserved,
            available: row.available,
            in_repair: row.in_repair,
            in_transit: row.in_transit,
            reorder_point: Some(row.reorder_point),
        }
    }
}

impl From<StockAsOfRow> for StockItem {
    fn from(row: StockAsOfRow) -> Self {
        StockItem {
            part_no: row.part_no,
            name: row.name,
            name_en: row.name_en,
            depot: row.depot,
            condition: Word(row.condition),
            owner: row.owner.to_string(),
            quantity: row.quantity,
            reserved: row.reserved,
            available: row.available,
            in_repair: row.in_repair,
            in_transit: row.in_transit,
            reorder_point: None,
        }
    }
}

/// Which stock to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Depot code.
    #[param(example = "JN")]
    depot: Option<String>,
    /// Part number.
    part_no: Option<String>,
    /// Condition.
    condition: Option<ConditionWord>,
    /// Only what is under its reorder point, also what is gone altogether. Not together with `as_of`.
    low: Option<bool>,
    /// As it stood at the end of this day, or at this instant: what had happened by then, whenever it was booked.
    #[param(example = "2026-03-31")]
    as_of: Option<String>,
    /// Only what was recorded by the end of this day, or by this instant; now.
    #[param(example = "2026-03-31T10:00:00Z")]
    known_at: Option<String>,
}

/// The cursor: part, depot, condition, owner of the last item.
type Key = (String, String, String, String);

fn key(item: &StockItem) -> Key {
    (item.part_no.clone(), item.depot.clone(), item.condition.0.to_string(), item.owner.clone())
}

/// List stock
///
/// One item for each part, depot, condition and owner, in that order. A hold is an act of the books: it begins when it is put down, and
/// ends when what is held leaves or it is let go.
#[utoipa::path(get, path = "/stock", params(Paging, Filter),
    responses((status = 200, description = "What there is", body = Page<StockItem>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let Filter { depot, part_no, condition, low, as_of, known_at } = filter.into_inner();
    let low = low.unwrap_or(false);
    let filter = StockFilter {
        depot: upper(depot),
        part_no: upper(part_no),
        condition: condition.map(|word| word.0),
        low,
    };
    let after = match paging.after::<Key>("stock")? {
        None => StockKey::default(),
        Some((part_no, depot, condition, owner)) => StockKey { part_no, depot, condition, owner },
    };
    let fetch = paging.fetch();
    let items: Vec<StockItem> = match figures::then(as_of.as_deref(), known_at.as_deref(), &caller.ctx)? {
        None => {
            let rows =
                http::read(&caller, move |conn, ctx| stock::list_stock(conn, ctx, &filter, &after, fetch))
                    .await?;
            rows.into_iter().map(StockItem::from).collect()
        }
        Some(_) if low => return Err(Refusal::field("low", "not_as_of").into()),
        Some(then) => {
            let rows = http::read(&caller, move |conn, ctx| {
                stock::list_as_of(conn, ctx, &filter, &then, &after, fetch)
            })
            .await?;
            rows.into_iter().map(StockItem::from).collect()
        }
    };
    http::ok(&Page::new("stock", &paging, items, key, |item| item))
}

/// A move to make before anything is bought.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockSuggestion {
    /// Part number.
    #[schema(example = "P-100234")]
    part_no: String,
    /// The depot that is short.
    #[schema(example = "DZ")]
    to: String,
    /// The depot that can give; `null`: nobody can, buy.
    #[schema(example = "JN")]
    from: Option<String>,
    /// How many.
    quantity: i64,
}

/// For which depot.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestionFilter {
    /// Depot code, as giver or taker; all when not said.
    #[param(example = "DZ")]
    depot: Option<String>,
}

/// Suggested transfers
///
/// Shortages against the reorder points, what is on the road counted in, and who can give without falling short. What nobody
/// can give has to be bought.
#[utoipa::path(get, path = "/stock/suggestions", params(Paging, SuggestionFilter),
    responses((status = 200, description = "Moves, then purchases, by part", body = Page<StockSuggestion>)))]
async fn suggestions(caller: Caller, paging: Paging, filter: Query<SuggestionFilter>) -> Answer {
    let depot = upper(filter.into_inner().depot);
    let found = http::read(&caller, move |conn, ctx| stock::suggestions(conn, ctx, depot.as_deref())).await?;
    let key = |one: &Suggestion| (one.part_no.clone(), one.to.clone(), one.from.clone());
    let item = |suggestion: Suggestion| StockSuggestion {
        part_no: suggestion.part_no,
        to: suggestion.to,
        from: suggestion.from,
        quantity: suggestion.quantity,
    };
    http::ok(&Page::of_whole("suggestions", &paging, found, key, item)?)
}
