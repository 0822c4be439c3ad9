//! `/scan`: what any code is, where it is, what is in it, and which moves are legal now. The number of a document leads to it.

use super::answer::{self, Shown, go, part};
use super::find::{there, to_page};
use super::find_papers as papers;
use super::frame::{self, name};
use super::moves::{self, Moves};
use super::rma_view::owner;
use super::rmas::pairs;
use super::units::found_unit;
use crate::app::repair;
use crate::app::stock::{self, HeldRow, PlacedRow, Scanned, UnitFilter, UnitRow};
use crate::app::{AppResult, Conn, Ctx, parts, places};
use crate::domain::actor::Permission;
use crate::domain::fields::code_of;
use crate::domain::place::{PlaceKind, PlaceRef};
use crate::domain::serial::to_half_width;
use crate::domain::stock::{Owner, PartRef};
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::find::Hit;
use crate::web::format::how_many;
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::scan::{Content, Found, ScanPage, Verdict};
use actix_web::HttpRequest;

/// Units and rows shown of a place or a part; their own page has all.
const SHOWN: i64 = 50;

/// What a code turned out to be, with what the page tells of it.
struct Read {
    scanned: Scanned,
    moves: Option<Moves>,
    /// Units and counted parts in a place.
    held: (Vec<UnitRow>, Vec<HeldRow>),
    /// Where a part stands.
    placed: Vec<PlacedRow>,
    /// The part's name in Chinese and English.
    part: [String; 2],
    /// Documents of this number, and bins of this name.
    hits: Vec<Hit>,
}

pub async fn scan(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::ReadStock)?;
    let asked = pairs(&req);
    let code = super::act::value(&asked, "code").to_owned();
    let mut screen = ScanPage {
        depots: vec![],
        depot: super::act::value(&asked, "depot").to_owned(),
        code: code.clone(),
        verdict: None,
        found: vec![],
        moves: vec![],
        stations: caller.may(Permission::MoveStock).is_ok(),
        p: frame::page(&req, Some(&caller), Screen::Scan),
    };
    if code.is_empty() {
        return answer::page(&screen);
    }
    let read = http::read(&caller, move |conn, ctx| look_up(conn, ctx, &code)).await?;
    if let Scanned::Rma { number, .. } = &read.scanned {
        return Ok(go(&req, &format!("/rma/{}", part(number))));
    }
    if let [only] = read.hits.as_slice() {
        return Ok(go(&req, &only.href));
    }
    screen.p = named(screen.p, &caller, &read).await?;
    show(&mut screen, read);
    answer::page(&screen)
}

fn look_up(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<Read> {
    let scanned = stock::scan(conn, ctx, code)?;
    let mut read = Read {
        scanned,
        moves: None,
        held: (vec![], vec![]),
        placed: vec![],
        part: [String::new(), String::new()],
        hits: vec![],
    };
    match &read.scanned {
        Scanned::Unit { unit, moves: legal, .. } => {
            read.moves = Some(moves::offered(conn, ctx, unit, legal.clone())?);
        }
        Scanned::Place { place } => {
            let filter = UnitFilter { place: Some(place.code.clone()), ..UnitFilter::default() };
            read.held = (stock::list_units(conn, ctx, &filter, 0, SHOWN)?, stock::lots_at(conn, ctx, place)?);
        }
        Scanned::Part { part } => {
            read.placed = stock::placed(conn, ctx, part.id, SHOWN)?;
            let row = parts::get(conn, ctx, &part.part_no)?.row;
            read.part = [row.name, row.name_en];
        }
        Scanned::Unknown { .. } => read.hits = documents(conn, ctx, code)?,
        _ => {}
    }
    Ok(read)
}

/// What papers carry: numbers of documents, waybills, and bins by the name on their label.
fn documents(conn: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<Vec<Hit>> {
    let code = to_half_width(code).trim().to_owned();
    let mut hits = vec![];
    papers::hits(conn, ctx, &code, &mut hits)?;
    let number = code_of(&code);
    if number.starts_with("RO-")
        && let Some(found) = there(repair::view(conn, ctx, &number))?
    {
        let href = format!("/bench/{}", part(&found.row.number));
        hits.push(super::find::hit("repair", &found.row.number, &found.row.serial, "", href));
    }
    let bins = places::bins_called(conn, ctx, &code)?;
    hits.extend(bins.iter().map(|bin| super::find::hit("bin", &bin.code, "", "", to_page(&bin.code))));
    Ok(hits)
}

/// The frame with the names of whom the page tells of.
async fn named(p: Page, caller: &Caller, read: &Read) -> Result<Page, Problem> {
    let units: Vec<&UnitRow> = match &read.scanned {
        Scanned::Unit { unit, .. } | Scanned::TakenBack { unit } => vec![unit],
        Scanned::Ambiguous { units, .. } => units.iter().collect(),
        _ => read.held.0.iter().collect(),
    };
    let mut codes: Vec<String> =
        units.iter().flat_map(|unit| [unit.owner.to_string(), unit.place.clone()]).collect();
    codes.extend(read.placed.iter().flat_map(|row| [row.owner.to_string(), row.place.clone()]));
    if let Scanned::Place { place } = &read.scanned {
        codes.push(place.code.clone());
    }
    let vans = frame::drivers(codes.iter().map(String::as_str));
    let p = frame::naming(p, caller, &vans).await?;
    let p = frame::with_parties(p, caller, codes.iter().map(String::as_str)).await?;
    frame::with_depots(p, caller).await
}

fn show(screen: &mut ScanPage, read: Read) {
    let p = &screen.p;
    match read.scanned {
        Scanned::Unit { unit, open_rma, .. } => {
            screen.moves = read.moves.map(|offered| moves::forms(p, &unit, &offered)).unwrap_or_default();
            screen.found = vec![found_unit(p, &unit, open_rma)];
        }
        Scanned::Ambiguous { units, .. } => {
            screen.found = units.iter().map(|unit| found_unit(p, unit, None)).collect();
        }
        Scanned::Place { place } => screen.found = vec![found_place(p, &place, &read.held)],
        Scanned::Part { part } => screen.found = vec![found_part(p, &part, &read.part, &read.placed)],
        Scanned::TakenBack { unit } => {
            screen.verdict = Some(Verdict {
                tone: Tone::Warn,
                title: p.word("unit-flag", "taken_back"),
                code: unit.serial.clone(),
                text: p.t("unit-taken-back-text"),
                bin: String::new(),
            });
        }
        Scanned::Unknown { .. } if !read.hits.is_empty() => {
            screen.found = read.hits.into_iter().map(plain).collect();
        }
        Scanned::Rma { number: code, .. } | Scanned::Unknown { code } => {
            screen.verdict = Some(Verdict {
                tone: Tone::Bad,
                title: p.t("find-none"),
                code,
                text: p.t("find-none-text"),
                bin: String::new(),
            });
        }
    }
}

/// A document or a bin by its number alone.
fn plain(hit: Hit) -> Found {
    Found {
        kind: hit.kind,
        code: hit.code,
        name: hit.name,
        href: hit.href,
        condition: String::new(),
        facts: vec![],
        contents: vec![],
        more: false,
    }
}

/// A place and what is in it.
fn found_place(p: &Page, place: &PlaceRef, (units, lots): &(Vec<UnitRow>, Vec<HeldRow>)) -> Found {
    let depot = place.depot.as_ref().map(|depot| depot.code.clone()).unwrap_or_default();
    let mut contents: Vec<Content> = units
        .iter()
        .map(|unit| Content {
            code: unit.serial.clone(),
            name: name(p, &unit.part_name, &unit.part_name_en).to_owned(),
            href: format!("/unit/{}?part_no={}", part(&unit.serial), part(&unit.part_no)),
            condition: unit.condition.to_string(),
            quantity: 1,
        })
        .collect();
    contents.extend(lots.iter().map(|lot| Content {
        code: lot.part_no.clone(),
        name: name(p, &lot.name, &lot.name_en).to_owned(),
        href: to_page(&lot.part_no),
        condition: lot.condition.to_string(),
        quantity: lot.quantity,
    }));
    let said = p.place(&place.code);
    let kind = p.word("place", place.kind.as_str());
    let mut facts = vec![(p.t("col-kind"), kind)];
    if !depot.is_empty() {
        facts.push((p.t("col-depot"), p.depot(&depot)));
    }
    Found {
        kind: "bin",
        name: if said == place.code { String::new() } else { said },
        code: place.code.clone(),
        href: match place.kind {
            PlaceKind::Depot => format!("/stock?depot={}", part(&depot)),
            _ if depot.is_empty() => "/unit".to_owned(),
            _ => format!("/unit?depot={}", part(&depot)),
        },
        condition: String::new(),
        facts,
        more: how_many(units.len()) >= SHOWN,
        contents,
    }
}

/// A part and where it stands.
fn found_part(p: &Page, found: &PartRef, [zh, en]: &[String; 2], placed: &[PlacedRow]) -> Found {
    let whose = |row: &PlacedRow| match &row.owner {
        Owner::Us => String::new(),
        other => owner(p, other),
    };
    let contents = placed.iter().map(|row| Content {
        code: p.place(&row.place),
        name: whose(row),
        href: to_page(&row.place),
        condition: row.condition.to_string(),
        quantity: row.quantity,
    });
    Found {
        kind: "part",
        code: found.part_no.clone(),
        name: name(p, zh, en).to_owned(),
        href: format!("/unit?part_no={}", part(&found.part_no)),
        condition: String::new(),
        facts: vec![(p.t("scan-on-hand"), p.count(&placed.iter().map(|row| row.quantity).sum()))],
        more: how_many(placed.len()) >= SHOWN,
        contents: contents.collect(),
    }
}
