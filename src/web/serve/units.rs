//! `/unit` and `/scan`: from a code to the thing, its story and what may be done with it.

use super::act::{given, value};
use super::answer::{self, Shown, part};
use super::as_of;
use super::frame::{self, name};
use super::goods::item;
use super::moves::{self, Moves};
use super::rma_view::owner;
use super::rmas::{everything, pairs};
use super::rows;
use super::{lookup, unit_data, unit_life, unit_release};
use crate::app::instruments::{self, CheckRow, Instrument};
use crate::app::rma::{self, IssuedFor, LineFilter, LineRow};
use crate::app::stock::{
    self, FittingPart, MovementRow, Scanned, Then, UnitDetails, UnitFilter, UnitRow, UnitThenRow,
};
use crate::app::{AppResult, Conn, Ctx, depots};
use crate::domain::calendar::Zone;
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::stock::Condition;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::page::Screen;
use crate::web::rma_list::{Facet, FacetOption};
use crate::web::scan::Found;
use crate::web::unit_detail::{Equivalent, UnitDetailPage};
use crate::web::unit_list::{UnitListPage, UnitRow as Row};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Movements of a passport.
const HISTORY: i64 = 500;
/// Checks of a passport; the API has them all.
const CHECKS: i64 = 20;
/// RMAs of a passport.
const RMAS: i64 = 10;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/unit", web::get().to(list))
        .route("/unit/{serial}", web::get().to(show))
        .route("/unit/{serial}/release", web::post().to(unit_release::take))
        .route("/unit/{serial}/data", web::post().to(unit_data::take))
        .route("/scan", web::get().to(lookup::scan));
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    let asked = pairs(&req);
    let filter = UnitFilter {
        serial: given(&asked, "q"),
        part_no: given(&asked, "part_no").map(|text| code_of(&text)),
        depot: given(&asked, "depot"),
        condition: Condition::from_code(value(&asked, "condition")),
        ..UnitFilter::default()
    };
    let after = value(&asked, "after").parse().unwrap_or(0);
    let wanted = filter.clone();
    let (mut rows, depots) = http::read(&caller, move |conn, ctx| {
        let rows = stock::list_units(conn, ctx, &wanted, after, rows::READ)?;
        Ok((rows, depots::list(conn, ctx, &everything())?))
    })
    .await?;
    let more = rows::cut(&mut rows);
    let vans = frame::drivers(rows.iter().map(|row| row.place.as_str()));
    let p = frame::naming(frame::page(&req, Some(&caller), Screen::Unit), &caller, &vans).await?;
    let p = frame::with_parties(p, &caller, of_units(&rows).iter().map(String::as_str)).await?;
    let kept =
        ["q", "part_no", "depot", "condition"].map(|name| format!("{name}={}", part(value(&asked, name))));
    let next = rows.last().filter(|_| more).map(|row| format!("/unit?{}&after={}", kept.join("&"), row.id));
    let screen = UnitListPage {
        q: value(&asked, "q").to_owned(),
        part_no: value(&asked, "part_no").to_owned(),
        facets: facets(&p, &filter, &depots),
        rows: rows.iter().map(|unit| row(&p, unit)).collect(),
        total: None,
        next,
        filtered: ["q", "part_no", "depot", "condition"].iter().any(|name| !value(&asked, name).is_empty()),
        p,
    };
    answer::page(&screen)
}

/// Whose units are, and where they are.
fn of_units(rows: &[UnitRow]) -> Vec<String> {
    rows.iter().flat_map(|unit| [unit.owner.to_string(), unit.place.clone()]).collect()
}

fn facets(p: &Page, filter: &UnitFilter, depots: &[depots::Depot]) -> Vec<Facet> {
    let conditions = Condition::ALL.iter().map(|condition| FacetOption {
        value: condition.to_string(),
        label: p.word("condition", condition.as_str()),
        count: None,
        checked: filter.condition == Some(*condition),
    });
    let depots = depots.iter().map(|depot| FacetOption {
        value: depot.row.code.clone(),
        label: depot.row.name.clone(),
        count: None,
        checked: filter.depot.as_ref() == Some(&depot.row.code),
    });
    vec![
        Facet { key: "facet-condition", name: "condition", options: conditions.collect() },
        Facet { key: "facet-depot", name: "depot", options: depots.collect() },
    ]
}

fn row(p: &Page, unit: &UnitRow) -> Row {
    Row {
        serial: unit.serial.clone(),
        part_no: unit.part_no.clone(),
        part_name: name(p, &unit.part_name, &unit.part_name_en).to_owned(),
        condition: unit.condition.to_string(),
        owner: owner(p, &unit.owner),
        place: unit.place.clone(),
        document: unit.document.clone(),
        reserved: unit.reservation_id.is_some(),
        moved_at: unit.last_moved_at,
    }
}

struct Passport {
    details: UnitDetails,
    equivalents: Vec<(FittingPart, i64)>,
    issued: Vec<IssuedFor>,
    history: Vec<MovementRow>,
    rmas: Vec<LineRow>,
    moves: Moves,
    checks: Option<(Instrument, Vec<CheckRow>)>,
}

fn passport(conn: &mut Conn, ctx: &Ctx, serial: &str, part_no: Option<&str>) -> AppResult<Passport> {
    let details = stock::unit_details(conn, ctx, serial, part_no)?;
    let unit = &details.unit;
    let history = stock::history(conn, ctx, serial, part_no, i64::MAX, HISTORY)?;
    let filter = LineFilter { q: Some(unit.serial.clone()), ..LineFilter::default() };
    let mut rmas = rma::list_lines(conn, ctx, &filter, rma::FIRST, RMAS)?;
    rmas.retain(|line| line.serial == unit.serial);
    let moves = match stock::scan(conn, ctx, serial)? {
        Scanned::Unit { moves, unit: scanned, .. } if scanned.id == unit.id => moves,
        _ => vec![],
    };
    let equivalents = stock::equivalents(conn, ctx, &unit.part_no)?;
    let issued = rma::issued_for(conn, ctx, unit.id, RMAS)?;
    let moves = moves::offered(conn, ctx, unit, moves)?;
    let checks = instruments::of_unit(conn, ctx, unit.id, i64::MAX, CHECKS)?;
    Ok(Passport { checks, equivalents, issued, history, rmas, moves, details })
}

/// From where to where a movement went.
pub(super) fn of_movement(row: &MovementRow) -> [String; 3] {
    [row.from_place.clone(), row.to_place.clone(), row.owner_to.to_string()]
}

async fn show(req: HttpRequest, caller: Caller, serial: web::Path<String>) -> Shown {
    let part_no = given(&pairs(&req), "part_no");
    answer::page(&screen(&req, &caller, &serial, part_no).await?)
}

/// The passport of a unit, for this reader.
pub(super) async fn screen(
    req: &HttpRequest,
    caller: &Caller,
    serial: &str,
    part_no: Option<String>,
) -> Result<UnitDetailPage, Problem> {
    let p = frame::page(req, Some(caller), Screen::Unit);
    let named = part_no.as_deref().map(|part_no| format!("?part_no={}", part(part_no))).unwrap_or_default();
    let now = format!("/unit/{}{named}", part(serial));
    let (as_of, then) = as_of::look(&p, caller, value(&pairs(req), "as_of"), now);
    let serial = serial.to_owned();
    let (mut read, found) = http::read(caller, move |conn, ctx| {
        let found = then.map(|then| found_then(conn, ctx, &serial, part_no.as_deref(), &then)).transpose()?;
        Ok((passport(conn, ctx, &serial, part_no.as_deref())?, found))
    })
    .await?;
    read.history.retain(|row| then.is_none_or(|then| row.occurred_at < then.before));
    let vans =
        frame::drivers(read.history.iter().flat_map(|row| [row.from_place.as_str(), row.to_place.as_str()]));
    let checkers = read.checks.iter().flat_map(|(_, made)| made.iter().map(|check| &check.checked_by));
    let people = read.history.iter().map(|row| &row.actor).chain(&vans).chain(checkers);
    let p = frame::naming(p, caller, people).await?;
    let mut parties = of_units(std::slice::from_ref(&read.details.unit));
    parties.extend(found.iter().flatten().flat_map(|row| [row.owner.to_string(), row.place.clone()]));
    parties.extend(read.history.iter().flat_map(of_movement));
    let p = frame::with_parties(p, caller, parties.iter().map(String::as_str)).await?;
    let unit = &read.details.unit;
    let last = Zone::default().local_date(then.map_or(caller.ctx.now, |then| then.as_of()));
    let mut page = UnitDetailPage {
        as_of,
        is_met: true,
        serial: unit.serial.clone(),
        part_no: unit.part_no.clone(),
        part_name: name(&p, &unit.part_name, &unit.part_name_en).to_owned(),
        maker: unit.maker.clone(),
        condition: unit.condition.to_string(),
        owner: owner(&p, &unit.owner),
        place: unit.place.clone(),
        depot: unit.depot.clone().unwrap_or_default(),
        document: unit.document.clone(),
        aliases: read.details.aliases.clone(),
        firmware: unit.firmware.clone(),
        revision: unit.revision.clone(),
        warranty: read.details.warranty.map(|warranty| (warranty.from, warranty.until)),
        flags: flags(&p, &read.details),
        reserved: unit.reservation_id.is_some(),
        stays: unit_life::stays(&p, &read.history, last),
        history: read.history.iter().map(|row| item(&p, row, false)).collect(),
        rmas: unit_life::rmas(&read.rmas, &read.issued),
        equivalents: read
            .equivalents
            .iter()
            .map(|(part, available)| Equivalent {
                part_no: part.part_no.clone(),
                name: name(&p, &part.name, &part.name_en).to_owned(),
                note: part.reason.clone().unwrap_or_default(),
                available: *available,
            })
            .collect(),
        moves: moves::forms(&p, unit, &read.moves),
        data: unit_data::form(&p, caller, &read.details),
        release: unit_release::form(&p, caller, unit),
        checks: read.checks.as_ref().map(|known| super::instruments::checks(&p, caller, unit, known)),
        p,
    };
    if let Some(found) = found {
        look_back(&mut page, found.as_ref());
    }
    Ok(page)
}

/// Where it was then; none when the books had not met it.
fn found_then(
    conn: &mut Conn,
    ctx: &Ctx,
    serial: &str,
    part_no: Option<&str>,
    then: &Then,
) -> AppResult<Option<UnitThenRow>> {
    match stock::unit_then(conn, ctx, serial, part_no, then) {
        Ok((_, found)) => Ok(Some(found)),
        Err(crate::app::Error::Refused(Refusal::NotMetYet { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The page as of then: what the books keep no past of is left out, and nothing can be done.
fn look_back(page: &mut UnitDetailPage, found: Option<&UnitThenRow>) {
    page.is_met = found.is_some();
    if let Some(found) = found {
        page.condition = found.condition.to_string();
        page.owner = owner(&page.p, &found.owner);
        page.place.clone_from(&found.place);
        page.depot = found.depot.clone().unwrap_or_default();
        page.document.clone_from(&found.document);
        page.reserved = found.reserved_for.is_some();
    }
    (page.firmware, page.revision) = (String::new(), String::new());
    (page.flags, page.rmas, page.equivalents, page.moves) = (vec![], vec![], vec![], vec![]);
    page.release = None;
    page.data = None;
    page.checks = None;
}

/// What to know before touching it, and what the page does not show in a place of its own.
fn flags(p: &Page, details: &UnitDetails) -> Vec<String> {
    use stock::UnitFlag as F;
    let told = details.flags.iter().filter_map(|flag| match flag {
        F::Reserved | F::OpenRma | F::NotOurs | F::Relabelled => None,
        F::TakenBack => {
            Some(format!("{} {}", p.word("unit-flag", flag.as_str()), p.t("unit-taken-back-text")))
        }
        F::ThirdReturn
        | F::NffTwice
        | F::Doa
        | F::SiteFailedBefore
        | F::WearPart
        | F::CheckNeeded
        | F::CustomersData => Some(p.word("unit-flag", flag.as_str())),
    });
    told.collect()
}

pub(super) fn found_unit(p: &Page, unit: &UnitRow, open_rma: Option<String>) -> Found {
    let mut facts = vec![
        (p.t("col-part"), unit.part_no.clone()),
        (p.t("col-place"), p.place(&unit.place)),
        (p.t("col-owner"), owner(p, &unit.owner)),
    ];
    facts.extend(open_rma.map(|number| ("RMA".to_owned(), number)));
    Found {
        kind: "unit",
        code: unit.serial.clone(),
        name: name(p, &unit.part_name, &unit.part_name_en).to_owned(),
        href: format!("/unit/{}?part_no={}", part(&unit.serial), part(&unit.part_no)),
        condition: unit.condition.to_string(),
        facts,
        contents: vec![],
        more: false,
    }
}
