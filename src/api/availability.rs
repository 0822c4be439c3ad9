//! Availability: where a spare can come from.

use crate::api::words::SourceKindWord;
use crate::app::stock::{self, Offer, Sourcing};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Page, Paging, Query, Word};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/availability" list: Access::Needs(Permission::ReadStock),
}

/// What one depot can hand out, or your own van.
#[derive(Debug, Serialize, ToSchema)]
pub struct Spare {
    /// Part number.
    #[schema(example = "P-100234")]
    part_no: String,
    /// Part name in Chinese.
    name: String,
    /// Part name in English.
    name_en: String,
    /// Whether it is another part confirmed as equivalent.
    is_equivalent: bool,
    /// Why it is equivalent.
    reason: Option<String>,
    /// `depot`, `on_site` (the customer's own spares) or `van` (your own; nobody else is offered it).
    kind: SourceKindWord,
    /// Depot code, or that of your van: `engineer:li`.
    #[schema(example = "JN")]
    depot: String,
    /// Depot name; of a van whose it is.
    depot_name: String,
    /// City.
    city: String,
    /// How many are good, ours and not held.
    quantity: i64,
    /// The day it can be there: today from the depot itself, else the next working day.
    expected_on: NaiveDate,
    /// 0: here; 1: the same city; 2: a common depot; 3: any other.
    distance: u8,
}

impl From<Offer> for Spare {
    fn from(offer: Offer) -> Self {
        Spare {
            part_no: offer.part_no,
            name: offer.name,
            name_en: offer.name_en,
            is_equivalent: offer.reason.is_some(),
            reason: offer.reason,
            kind: Word(offer.kind),
            depot: offer.depot,
            depot_name: offer.depot_name,
            city: offer.city,
            quantity: offer.quantity,
            expected_on: offer.expected_on,
            distance: offer.distance,
        }
    }
}

/// What is needed, and where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// Part number.
    #[param(example = "P-100234")]
    part_no: String,
    /// Depot code or city.
    #[param(example = "JN")]
    near: Option<String>,
    /// Customer code: the customer's own on-site spares come first. Nobody else's are ever offered.
    customer: Option<String>,
}

/// Find a spare
///
/// The part itself first, then its equivalents; of each your own van first, then the nearest depot, then the next.
#[utoipa::path(get, path = "/availability", params(Paging, Question),
    responses((status = 200, description = "Who can hand one out, in the order to ask them", body = Page<Spare>),
        (status = 404, description = "No such part", body = http::ProblemBody, content_type = "application/problem+json")))]
async fn list(caller: Caller, paging: Paging, question: Query<Question>) -> Answer {
    let Question { part_no, near, customer } = question.into_inner();
    let question = Sourcing { part_no, near };
    let offers = http::look_up(&caller, move |conn, ctx| {
        stock::sourcing_of(conn, ctx, &question, customer.as_deref())
    })
    .await?;
    let key = |offer: &Offer| (offer.part_no.clone(), offer.depot.clone());
    http::ok(&Page::of_whole("availability", &paging, offers, key, Spare::from)?)
}
