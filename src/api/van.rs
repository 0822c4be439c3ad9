//! What the caller carries in the own van, and giving it back.

use crate::api::stock_wire::Unit;
use crate::api::words::ConditionWord;
use crate::app::van::{self, GiveBack, Van as Carried};
use crate::domain::actor::Permission;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Word};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::endpoints! {
    get "/van" carried: Access::Needs(Permission::ReadStock),
    post "/van/returns" give_back: Access::Needs(Permission::ReadStock),
}

/// A counted part in a van.
#[derive(Debug, Serialize, ToSchema)]
pub struct VanLot {
    /// Part number.
    part_no: String,
    /// Part name in Chinese.
    name: String,
    /// Part name in English.
    name_en: String,
    /// Its condition.
    condition: ConditionWord,
    /// How many.
    quantity: i64,
}

/// What is in a van.
#[derive(Debug, Serialize, ToSchema)]
pub struct Van {
    /// Units with a serial.
    units: Vec<Unit>,
    /// Counted parts.
    lots: Vec<VanLot>,
}

impl From<Carried> for Van {
    fn from(mut van: Carried) -> Van {
        let units = van.units.into_iter().map(|unit| {
            let flags = van.flags.remove(&unit.id).unwrap_or_default();
            Unit::new(unit, flags)
        });
        let units = units.collect();
        let lots = van.lots.into_iter().map(|row| VanLot {
            part_no: row.part_no,
            name: row.name,
            name_en: row.name_en,
            condition: Word(row.condition),
            quantity: row.quantity,
        });
        Van { units, lots: lots.collect() }
    }
}

/// What is in my van
///
/// Units and counted parts at the place `engineer:<own user name>`.
#[utoipa::path(get, path = "/van", responses((status = 200, description = "What is in it", body = Van)))]
async fn carried(caller: Caller) -> Answer {
    http::ok(&Van::from(http::read(&caller, van::mine).await?))
}

/// Something that goes back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VanReturnBody {
    /// Serial, for a unit.
    serial: Option<String>,
    /// Part number.
    part_no: Option<String>,
    /// How many, for a counted part.
    #[schema(minimum = 1)]
    quantity: Option<i64>,
    /// Its condition, for a counted part.
    condition: Option<ConditionWord>,
    /// Depot it is brought to.
    #[schema(example = "JN")]
    depot: String,
    /// What is to be known about it.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

/// Give something out of my van back
///
/// It arrives in quarantine: a clerk sees it and says that it is there and good.
#[utoipa::path(post, path = "/van/returns", request_body = VanReturnBody,
    responses((status = 201, description = "What is left in the van", body = Van)))]
async fn give_back(caller: Caller, req: HttpRequest, body: Json<VanReturnBody>) -> Answer {
    let body = body.into_inner();
    let what = GiveBack {
        serial: body.serial.clone(),
        part_no: body.part_no.clone(),
        quantity: body.quantity,
        condition: body.condition.map(|word| word.0),
        depot: body.depot.clone(),
        note: body.note.clone(),
    };
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        van::give_back(tx, ctx, &what)?;
        van::mine(tx, ctx).map(Van::from)
    })
    .await
}
