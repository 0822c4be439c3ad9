//! `/movements`: how everything came where it stands, and the reversal of a mistake.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::frame::{self, name};
use super::print_arrival;
use super::rma_view::owner;
use super::{rows, units};
use crate::app::stock::{self, MovementFilter, MovementRow};
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::stock::MovementKind;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::movements::{MoveRow, MovementsPage};
use crate::web::page::Screen;
use crate::web::rma_list::{Facet, FacetOption};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/movements").route(web::get().to(ledger)).route(web::post().to(super::moves::book)),
    )
    .route("/movements/{id}/reversal", web::post().to(reverse));
}

fn pairs(req: &HttpRequest) -> Sent {
    url::form_urlencoded::parse(req.query_string().as_bytes()).into_owned().collect()
}

async fn ledger(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&movements(&req, &caller).await?)
}

async fn movements(req: &HttpRequest, caller: &Caller) -> Result<MovementsPage, Problem> {
    let asked = pairs(req);
    let q = value(&asked, "q").to_owned();
    let kind = MovementKind::from_code(value(&asked, "kind"));
    let before = value(&asked, "before").parse().unwrap_or(i64::MAX);
    // A link to one movement shows it on top.
    let before = value(&asked, "id").parse::<i64>().map_or(before, |id| id.saturating_add(1));
    let reversal: Option<i64> = value(&asked, "reverse").parse().ok();
    let wanted = q.clone();
    let (mut rows, one, may) = http::read(caller, move |conn, ctx| {
        let unit = match wanted.as_str() {
            "" => None,
            text => stock::unit(conn, ctx, text, None).ok(),
        };
        let said = Some(code_of(&wanted)).filter(|text| !text.is_empty());
        let is_part = |text: &String| text.contains('-') && !text.starts_with("RMA-");
        let filter = MovementFilter {
            unit_id: unit.as_ref().map(|unit| unit.id),
            document: said.clone().filter(|_| unit.is_none()),
            kind,
            ..MovementFilter::default()
        };
        let mut rows = stock::list_movements(conn, ctx, &filter, before, rows::READ)?;
        if rows.is_empty()
            && let Some(part_no) = said.filter(|text| unit.is_none() && is_part(text))
        {
            let filter = MovementFilter { part_no: Some(part_no), kind, ..MovementFilter::default() };
            rows = stock::list_movements(conn, ctx, &filter, before, rows::READ)?;
        }
        let one = match reversal {
            Some(id) => {
                stock::list_movements(conn, ctx, &MovementFilter::default(), id.saturating_add(1), 1)?
                    .into_iter()
                    .find(|row| row.id == id)
            }
            None => None,
        };
        let shown: Vec<i64> = rows.iter().chain(&one).map(|row: &MovementRow| row.id).collect();
        let may = stock::reversible(conn, ctx, &shown)?;
        Ok((rows, one, may))
    })
    .await?;
    let more = rows::cut(&mut rows);
    let p = frame::page(req, Some(caller), Screen::Movements);
    let shown = || rows.iter().chain(&one);
    let vans = frame::drivers(shown().flat_map(|row| [row.from_place.as_str(), row.to_place.as_str()]));
    let p = frame::naming(p, caller, shown().map(|row| &row.actor).chain(&vans)).await?;
    let parties: Vec<String> = shown().flat_map(units::of_movement).collect();
    let p = frame::with_parties(p, caller, parties.iter().map(String::as_str)).await?;
    let next = rows.last().filter(|_| more).map(|row| {
        let kind = kind.map(|kind| format!("&kind={kind}")).unwrap_or_default();
        format!("/movements?q={}{kind}&before={}", part(&q), row.id)
    });
    let document = code_of(&q);
    let arrived = |row: &MovementRow| {
        row.kind == MovementKind::Receive && row.document == document && row.reversed_by_id.is_none()
    };
    Ok(MovementsPage {
        arrival: rows.iter().any(arrived).then(|| print_arrival::address(&document)),
        facets: vec![kinds(&p, kind)],
        rows: rows.iter().map(|row| item(&p, row, may.contains(&row.id))).collect(),
        next,
        filtered: !q.is_empty() || kind.is_some(),
        reversal: one.map(|row| (item(&p, &row, may.contains(&row.id)), reversal_form(&p, row.id))),
        q,
        p,
    })
}

/// The kinds of movement to choose from.
fn kinds(p: &Page, chosen: Option<MovementKind>) -> Facet {
    let option = |one: &MovementKind| FacetOption {
        value: one.to_string(),
        label: p.word("movement", one.as_str()),
        count: None,
        checked: chosen == Some(*one),
    };
    Facet { key: "facet-kind", name: "kind", options: MovementKind::ALL.iter().map(option).collect() }
}

/// A movement as lists and passports show it.
pub fn item(p: &Page, row: &MovementRow, may_reverse: bool) -> MoveRow {
    MoveRow {
        id: row.id,
        kind: row.kind.to_string(),
        occurred_at: row.occurred_at,
        recorded_at: row.recorded_at,
        part_no: row.part_no.clone(),
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        serial: row.serial.clone().unwrap_or_default(),
        quantity: row.quantity,
        from: row.from_place.clone(),
        to: row.to_place.clone(),
        condition_from: row.condition_from.to_string(),
        condition_to: row.condition_to.to_string(),
        owner_to: if row.owner_from == row.owner_to { String::new() } else { owner(p, &row.owner_to) },
        reason: row.reason.clone(),
        document: row.document.clone(),
        actor: p.person(row.actor.as_deref()),
        reverses: row.reverses_id,
        reversed_by: row.reversed_by_id,
        may_reverse,
    }
}

fn reversal_form(p: &Page, id: i64) -> Form {
    Form {
        id: format!("reverse-{id}"),
        action: format!("/movements/{id}/reversal"),
        fields: vec![Field::new("reason", p.t("field-reason"), Control::Text).required()],
        more: vec![],
        submit: p.t("move-reverse"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: "/movements".to_owned(),
    }
}

async fn reverse(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let reason = given(&sent, "reason").unwrap_or_default();
    let work = move |tx: &mut crate::app::Conn, ctx: &crate::app::Ctx| {
        stock::reverse(tx, ctx, id, &reason).map(|booked| booked.id)
    };
    let done = act::act(&caller, &req, &sent, |new: &i64| format!("/movements?id={new}"), work).await;
    let problem = match done {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let p = frame::page(&req, Some(&caller), Screen::Movements);
    let (said, problem) = act::complaint(&p, problem)?;
    let mut form = reversal_form(&p, id);
    act::refuse(&mut form, &sent, &said);
    if is_htmx(&req) {
        return act::fragment(p, form, &problem);
    }
    let before = id.saturating_add(1);
    let rows = http::read(&caller, move |conn, ctx| {
        stock::list_movements(conn, ctx, &MovementFilter::default(), before, 1)
    })
    .await?;
    let row = rows.into_iter().find(|row| row.id == id);
    let row = row.ok_or_else(|| Refusal::not_found("movement", id))?;
    let mut screen = movements(&req, &caller).await?;
    screen.reversal = Some((item(&screen.p, &row, true), form));
    answer::html(problem.status(), &screen)
}
