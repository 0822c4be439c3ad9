//! Scan anything: what is this code, and which moves are legal now for me?

use crate::api::stock_wire::Unit;
use crate::api::words::{MovementKindWord, PlaceKindWord, ScannedWord};
use crate::app::stock::{self, LegalMove, Scanned, ScannedKind};
use crate::domain::actor::Permission;
use crate::domain::place::PlaceRef;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Word};
use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

crate::endpoints! {
    get "/scan/{code}" scan: Access::Needs(Permission::ReadStock),
}

/// A move that can be booked now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Legal {
    /// Kind.
    kind: MovementKindWord,
    /// Kinds of place it may go to; for what happens in place, that place's kind.
    to: Vec<PlaceKindWord>,
}

impl From<LegalMove> for Legal {
    fn from(legal: LegalMove) -> Self {
        Legal { kind: Word(legal.kind), to: legal.to.into_iter().map(Word).collect() }
    }
}

/// A place stock can be at.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScannedPlace {
    /// Code.
    #[schema(example = "JN/A1-01")]
    code: String,
    /// Kind.
    kind: PlaceKindWord,
    /// Code of its depot.
    depot: Option<String>,
}

impl From<PlaceRef> for ScannedPlace {
    fn from(place: PlaceRef) -> Self {
        ScannedPlace { code: place.code, kind: Word(place.kind), depot: place.depot.map(|depot| depot.code) }
    }
}

/// What a code is. Fields that do not apply are `null` or empty.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scan {
    /// The code in the form the books have it.
    code: String,
    /// What it is.
    what: ScannedWord,
    /// The unit.
    unit: Option<Unit>,
    /// The moves the caller may book for the unit now.
    moves: Vec<Legal>,
    /// Number of the unit's open RMA.
    open_rma: Option<String>,
    /// The units that share the serial.
    choices: Vec<Unit>,
    /// The place.
    place: Option<ScannedPlace>,
    /// The part's number; that of a serial entered by mistake, which was taken back.
    part_no: Option<String>,
    /// The RMA's number.
    rma: Option<String>,
    /// The line of that RMA which waits for the unit with this serial.
    rma_line: Option<i64>,
}

impl Scan {
    fn of(code: String, what: ScannedKind) -> Scan {
        Scan {
            code,
            what: Word(what),
            unit: None,
            moves: vec![],
            open_rma: None,
            choices: vec![],
            place: None,
            part_no: None,
            rma: None,
            rma_line: None,
        }
    }
}

impl From<Scanned> for Scan {
    fn from(scanned: Scanned) -> Self {
        match scanned {
            Scanned::Unit { unit, moves, open_rma, flags } => Scan {
                moves: moves.into_iter().map(Legal::from).collect(),
                open_rma,
                unit: Some(Unit::new(*unit.clone(), flags)),
                ..Scan::of(unit.serial, ScannedKind::Unit)
            },
            Scanned::Ambiguous { units, mut flags } => Scan {
                code: units.first().map(|unit| unit.serial.clone()).unwrap_or_default(),
                choices: units
                    .into_iter()
                    .map(|unit| {
                        let flags = flags.remove(&unit.id).unwrap_or_default();
                        Unit::new(unit, flags)
                    })
                    .collect(),
                ..Scan::of(String::new(), ScannedKind::Ambiguous)
            },
            Scanned::Place { place } => Scan {
                place: Some(ScannedPlace::from(place.clone())),
                ..Scan::of(place.code, ScannedKind::Place)
            },
            Scanned::Part { part } => {
                Scan { part_no: Some(part.part_no.clone()), ..Scan::of(part.part_no, ScannedKind::Part) }
            }
            Scanned::Rma { number, line } => {
                Scan { rma: Some(number.clone()), rma_line: line, ..Scan::of(number, ScannedKind::Rma) }
            }
            Scanned::TakenBack { unit } => {
                Scan { part_no: Some(unit.part_no), ..Scan::of(unit.serial, ScannedKind::TakenBack) }
            }
            Scanned::Unknown { code } => Scan::of(code, ScannedKind::Unknown),
        }
    }
}

/// Scan a code
///
/// A serial or another code of a unit, a bin or depot, a part number, an RMA number. What the books do not know is
/// `unknown`, not an error: it may be a new unit. So may what entered the books by mistake and was taken back: `taken_back`.
#[utoipa::path(get, path = "/scan/{code}", params(("code" = String, Path, description = "Whatever was scanned or typed")),
    responses((status = 200, description = "What it is", body = Scan)))]
async fn scan(caller: Caller, code: web::Path<String>) -> Answer {
    let scanned = http::look_up(&caller, move |conn, ctx| stock::scan(conn, ctx, &code)).await?;
    http::ok(&Scan::from(scanned))
}
