//! Intakes: boxes nobody announced.

use crate::api::stock_wire::upper;
use crate::api::words::{IntakeExceptionWord, IntakeStateWord, ModeWord};
use crate::app::intakes::{self, Identity, IntakeRow, Match, NewBox, NewRma, Thing};
use crate::app::rma::new_tracking_code;
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/intakes" list: Access::Needs(Permission::ReadStock),
    post "/intakes" create: Access::Needs(Permission::MoveStock),
    get "/intakes/{id}" show: Access::Needs(Permission::ReadStock),
    post "/intakes/{id}/match" settle: Access::Needs(Permission::MoveStock),
    post "/intakes/{id}/identify" identify: Access::Needs(Permission::MoveStock),
}

/// A unit that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Intake {
    /// Id.
    id: i64,
    /// Depot that took it in.
    #[schema(example = "JN")]
    depot: String,
    /// Number of the box; units of one box share it.
    #[schema(rename = "box", example = "BOX-2026-000007")]
    #[serde(rename = "box")]
    box_no: String,
    /// Serial; empty when it cannot be read.
    serial: String,
    /// Label it stands under while its serial cannot be read.
    label: String,
    /// Part number, when known.
    part_no: Option<String>,
    /// Where the unit stands, once it is in the books.
    place: Option<String>,
    /// Carrier.
    carrier: String,
    /// Waybill number.
    tracking_no: String,
    /// Note.
    note: String,
    /// How it stands.
    state: IntakeStateWord,
    /// Why it was not matched at once.
    exception: Option<IntakeExceptionWord>,
    /// Where the books had it when the box came.
    book_place: String,
    /// RMA it belongs to.
    rma: Option<String>,
    /// Line of that RMA.
    line: Option<i64>,
    /// When the box was taken in: the moment of receipt.
    taken_in_at: DateTime<Utc>,
    /// By whom.
    taken_in_by: Option<String>,
    /// When somebody said what it is.
    settled_at: Option<DateTime<Utc>>,
    /// What was said.
    settlement: String,
}

impl From<IntakeRow> for Intake {
    fn from(row: IntakeRow) -> Self {
        Intake {
            id: row.id,
            depot: row.depot,
            box_no: row.box_no,
            serial: row.serial,
            label: row.label,
            part_no: row.part_no,
            place: row.place,
            carrier: row.carrier,
            tracking_no: row.tracking_no,
            note: row.note,
            state: Word(row.state),
            exception: row.exception.map(Word),
            book_place: row.book_place,
            rma: row.rma,
            line: row.line,
            taken_in_at: row.taken_in_at,
            taken_in_by: row.taken_in_by,
            settled_at: row.settled_at,
            settlement: row.settlement,
        }
    }
}

/// One unit of a box.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoxedUnit {
    /// Serial, as scanned.
    serial: Option<String>,
    /// Part number, when it is known.
    part_no: Option<String>,
    /// Temporary label, where the serial cannot be read.
    label: Option<String>,
}

/// A box with one unit, or with several in `items`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIntake {
    /// Depot that took it in.
    #[schema(example = "JN")]
    depot: String,
    /// Serial, as scanned.
    serial: Option<String>,
    /// Part number, when it is known.
    part_no: Option<String>,
    /// Temporary label, where the serial cannot be read.
    label: Option<String>,
    /// Several units of one box, instead.
    #[serde(default)]
    items: Vec<BoxedUnit>,
    /// Bin they are put into; the depot itself when not said.
    bin: Option<String>,
    /// Carrier.
    #[schema(max_length = 200)]
    carrier: Option<String>,
    /// Waybill number.
    #[schema(max_length = 200)]
    tracking_no: Option<String>,
    /// Note.
    #[schema(max_length = 500)]
    note: Option<String>,
    /// When the box was taken in; now when not said.
    taken_in_at: Option<DateTime<Utc>>,
}

/// What was taken in: the first unit, and all of the box.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenBox {
    #[serde(flatten)]
    first: Intake,
    /// Every unit of the box, in the order they were sent.
    items: Vec<Intake>,
}

impl NewIntake {
    fn as_box(&self) -> Result<NewBox, Refusal> {
        let own =
            Thing { serial: self.serial.clone(), part_no: self.part_no.clone(), label: self.label.clone() };
        let listed = self.items.iter().cloned().map(|unit| Thing {
            serial: unit.serial,
            part_no: unit.part_no,
            label: unit.label,
        });
        let mut things: Vec<Thing> = listed.collect();
        let says_one = own.serial.is_some() || own.label.is_some();
        if says_one || things.is_empty() {
            if !things.is_empty() {
                return Err(Refusal::field("items", "one_or_items"));
            }
            things.push(own);
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(NewBox {
            depot: self.depot.clone(),
            bin: self.bin.clone(),
            carrier: text(&self.carrier),
            tracking_no: text(&self.tracking_no),
            note: text(&self.note),
            taken_in_at: self.taken_in_at,
            things,
        })
    }
}

/// Take a box in
///
/// What an RMA waits for is received as of this moment, also before it was authorised. Everything else is an exception: in
/// quarantine, and somebody has to say what it is. A serial two makers use is refused with the choices. A unit sent without a serial
/// stands under a label: the one sent, or one of ours (number of the box and place in it), which the answer tells for printing.
#[utoipa::path(post, path = "/intakes", request_body = NewIntake,
    responses((status = 201, description = "What was taken in", body = TakenBox)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewIntake>) -> Answer {
    let body = body.into_inner();
    let new = body.as_box()?;
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        let rows = intakes::take_in(tx, ctx, &new)?;
        let first = rows.first().cloned().map(Intake::from);
        let first = first.ok_or_else(|| Refusal::field("items", "required"))?;
        Ok(TakenBox { first, items: rows.into_iter().map(Intake::from).collect() })
    })
    .await
}

/// An RMA line.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRmaBody {
    /// Customer code.
    #[schema(example = "C1001")]
    customer: String,
    /// Site.
    #[serde(default)]
    #[schema(max_length = 200)]
    site: String,
    /// Where notices go; the customer's first contact when not said.
    #[serde(default)]
    #[schema(max_length = 254)]
    contact_email: String,
    /// Name of the contact.
    #[serde(default)]
    #[schema(max_length = 200)]
    contact_name: String,
    /// Part number, when the intake did not know it.
    part_no: Option<String>,
    /// Serial, when the intake could not read it.
    serial: Option<String>,
    /// What is wrong with it.
    #[schema(min_length = 1, max_length = 500)]
    fault: String,
    /// Class of fault.
    #[serde(default)]
    fault_class: String,
    /// Where in the site's equipment it sat.
    #[serde(default)]
    #[schema(example = "3/1", max_length = 64)]
    slot: String,
    /// How it is to be handled; repair and return when not said.
    mode: Option<ModeWord>,
}

/// Sent back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    /// To this customer; to its owner when not said.
    customer: Option<String>,
    /// Why, and how it travels.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Put right by another act.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettledBody {
    /// Which.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What an intake is: exactly one of `rma` (with `line`), `new_rma`, `return`, `settled`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakeMatch {
    /// Number of the RMA whose faulty part it is.
    #[schema(example = "RMA-2026-000123")]
    rma: Option<String>,
    /// Its line; 1 when not said.
    line: Option<i64>,
    /// An RMA to make for it.
    new_rma: Option<NewRmaBody>,
    /// It is sent back.
    #[serde(rename = "return")]
    #[schema(rename = "return")]
    send_back: Option<ReturnBody>,
    /// Another act put it right.
    settled: Option<SettledBody>,
}

impl IntakeMatch {
    fn what(self) -> Result<Match, Refusal> {
        match (self.rma, self.new_rma, self.send_back, self.settled) {
            (Some(number), None, None, None) => Ok(Match::Rma { number, line: self.line.unwrap_or(1) }),
            (None, Some(new), None, None) => Ok(Match::NewRma(Box::new(NewRma {
                customer: new.customer,
                site: new.site,
                contact_email: new.contact_email,
                contact_name: new.contact_name,
                part_no: new.part_no,
                serial: new.serial,
                fault: new.fault,
                fault_class: new.fault_class,
                slot: new.slot,
                mode: new.mode.map(|word| word.0),
                tracking_code: new_tracking_code(),
            }))),
            (None, None, Some(back), None) => {
                Ok(Match::Return { customer: back.customer, reason: back.reason })
            }
            (None, None, None, Some(settled)) => Ok(Match::Settled { reason: settled.reason }),
            _ => Err(Refusal::field("rma", "exactly_one")),
        }
    }
}

/// Say what an intake is
///
/// Receipt stays the moment the box was taken in. A unit under a temporary label is matched by a second person; the label
/// becomes another code of it.
#[utoipa::path(post, path = "/intakes/{id}/match", params(("id" = i64, Path, description = "Intake")),
    request_body = IntakeMatch, responses((status = 200, description = "The intake", body = Intake)))]
async fn settle(caller: Caller, req: HttpRequest, id: web::Path<i64>, body: Json<IntakeMatch>) -> Answer {
    let body = body.into_inner();
    let what = body.clone().what()?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        intakes::settle(tx, ctx, *id, &what).map(Intake::from)
    })
    .await
}

/// What somebody made out of an intake.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntakeIdentity {
    /// Part number, where it was not known.
    part_no: Option<String>,
    /// Serial, where it could not be read.
    serial: Option<String>,
    /// How it was made out.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Say which part or serial a unit has
///
/// With its part it enters the books, in quarantine, owner `unknown`, as of the moment its box was taken in. Its serial is said by a
/// second person; the label it stood under stays another code of it. It still waits for its RMA.
#[utoipa::path(post, path = "/intakes/{id}/identify", params(("id" = i64, Path, description = "Intake")),
    request_body = IntakeIdentity, responses((status = 200, description = "The intake", body = Intake)))]
async fn identify(
    caller: Caller,
    req: HttpRequest,
    id: web::Path<i64>,
    body: Json<IntakeIdentity>,
) -> Answer {
    let body = body.into_inner();
    let IntakeIdentity { part_no, serial, reason } = body.clone();
    let said = Identity { part_no, serial, reason };
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        intakes::identify(tx, ctx, *id, &said).map(Intake::from)
    })
    .await
}

/// Which intakes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// State.
    state: Option<IntakeStateWord>,
    /// Depot code.
    #[param(example = "JN")]
    depot: Option<String>,
}

/// List intakes
#[utoipa::path(get, path = "/intakes", params(Paging, Filter),
    responses((status = 200, description = "Intakes, newest first", body = Page<Intake>)))]
async fn list(caller: Caller, paging: Paging, filter: Query<Filter>) -> Answer {
    let Filter { state, depot } = filter.into_inner();
    let (state, depot) = (state.map(|word| word.0), upper(depot));
    let before = paging.after("intakes")?.unwrap_or(i64::MAX);
    let fetch = paging.fetch();
    let rows = http::read(&caller, move |conn, ctx| {
        intakes::list(conn, ctx, state, depot.as_deref(), before, fetch)
    })
    .await?;
    http::ok(&Page::new("intakes", &paging, rows, |row| row.id, Intake::from))
}

/// One intake
#[utoipa::path(get, path = "/intakes/{id}", params(("id" = i64, Path, description = "Intake")),
    responses((status = 200, description = "The intake", body = Intake)))]
async fn show(caller: Caller, id: web::Path<i64>) -> Answer {
    let row = http::read(&caller, move |conn, ctx| intakes::get(conn, ctx, *id)).await?;
    http::ok(&Intake::from(row))
}
