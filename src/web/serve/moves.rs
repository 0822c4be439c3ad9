//! A movement booked by hand: the forms on a unit's page and at `/scan`, and what they send to `/movements`.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::frame;
use super::rma_line::moment;
use super::units::found_unit;
use crate::app::stock::{self, Booking, LegalMove, UnitRow};
use crate::app::{AppResult, Conn, Ctx, van};
use crate::domain::actor::Permission;
use crate::domain::place::{PlaceKind, engineer_code};
use crate::domain::refusal::Refusal;
use crate::domain::stock::{Condition, MovementKind, Owner};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use crate::web::scan::ScanPage;
use crate::web::unit_detail::MoveForm;
use actix_web::HttpRequest;

/// The vans a unit may be issued into.
fn vans(conn: &mut Conn, ctx: &Ctx, unit: &UnitRow, issues: bool) -> AppResult<Vec<Choice>> {
    let Some(depot) = unit.depot.as_deref().filter(|_| issues) else { return Ok(vec![]) };
    let van = |row: van::Driver| Choice::new(engineer_code(&row.username), row.display_name);
    Ok(van::drivers(conn, ctx, depot)?.into_iter().map(van).collect())
}

/// What may be moved, and into which vans.
pub(super) struct Moves {
    legal: Vec<LegalMove>,
    vans: Vec<Choice>,
}

/// Reads what the forms of these moves offer.
pub(super) fn offered(conn: &mut Conn, ctx: &Ctx, unit: &UnitRow, legal: Vec<LegalMove>) -> AppResult<Moves> {
    let issues = legal.iter().any(|legal| legal.kind == MovementKind::Issue);
    Ok(Moves { vans: vans(conn, ctx, unit, issues)?, legal })
}

/// Forms of the moves a person books by hand.
pub(super) fn forms(p: &Page, unit: &UnitRow, offered: &Moves) -> Vec<MoveForm> {
    let by_hand = offered
        .legal
        .iter()
        .filter(|legal| !matches!(legal.kind, MovementKind::Opening | MovementKind::Reversal));
    by_hand
        .map(|legal| MoveForm {
            kind: legal.kind.to_string(),
            form: form_of(p, unit, legal.kind, &offered.vans),
            open: false,
        })
        .collect()
}

fn form_of(p: &Page, unit: &UnitRow, kind: MovementKind, vans: &[Choice]) -> Form {
    let mut fields = vec![
        Field::hidden("kind", kind.as_str()),
        Field::hidden("serial", &unit.serial),
        Field::hidden("part_no", &unit.part_no),
        Field::hidden("from", &unit.place),
    ];
    match kind {
        MovementKind::Convert => {
            let words = Condition::ALL.iter().filter(|condition| **condition != unit.condition);
            let words = words
                .map(|condition| Choice::new(condition.as_str(), p.word("condition", condition.as_str())));
            fields.push(Field::hidden("to", &unit.place));
            fields.push(
                Field::new("condition_to", p.t("facet-condition"), Control::Pick(words.collect())).required(),
            );
        }
        MovementKind::TransferTitle => {
            fields.push(Field::hidden("to", &unit.place));
            fields.push(Field::new("owner_to", p.t("facet-owner"), Control::Code).required());
        }
        // Boundary places have one name each: nobody has to know it.
        MovementKind::Scrap => fields.push(Field::hidden("to", PlaceKind::Scrap.as_str())),
        MovementKind::Consume => fields.push(Field::hidden("to", PlaceKind::Consumed.as_str())),
        // Nobody has to know how a van is written.
        MovementKind::Issue if !vans.is_empty() => {
            fields.push(Field::new("van", p.t("units-to-van"), Control::Select(vans.to_vec())));
            let to = Field::new("to", p.t("units-to-else"), Control::Code);
            fields.push(to.with_hint(p.t("units-to-else-hint")));
        }
        _ => {
            let to = Field::new("to", p.t("units-to"), Control::Code).with_hint(p.t(to_hint(kind)));
            fields.push(to.required());
        }
    }
    fields.push(Field::new("reason", p.t("field-reason"), Control::Text));
    fields.push(Field::new("document", p.t("col-document"), Control::Code));
    Form {
        id: format!("mv-f-{kind}"),
        action: "/movements".to_owned(),
        fields,
        more: vec![
            Field::new("occurred_at", p.t("field-occurred-at"), Control::Moment)
                .with_hint(p.t("field-occurred-at-hint")),
        ],
        submit: p.word("movement", kind.as_str()),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

/// How the place is written where this kind of movement goes.
fn to_hint(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Issue => "units-to-issue",
        MovementKind::TransferOut => "units-to-transit",
        _ => "units-to-bin",
    }
}

/// Where it goes: the van chosen or the place written, not both.
fn place_to(sent: &Sent) -> Result<String, Refusal> {
    match (given(sent, "van"), given(sent, "to")) {
        (Some(_), Some(_)) => Err(Refusal::field("to", "van_or_place")),
        (van, to) => Ok(van.or(to).unwrap_or_default()),
    }
}

/// A movement booked by hand.
pub async fn book(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let kind = MovementKind::from_code(value(&sent, "kind"));
    let kind = kind.ok_or_else(|| Refusal::field("kind", "required"))?;
    let problem = match attempt(&req, &caller, &sent, kind).await {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let p = frame::page(&req, Some(&caller), Screen::Scan);
    let (said, problem) = act::complaint(&p, problem)?;
    let (serial, part_no) = (value(&sent, "serial").to_owned(), given(&sent, "part_no"));
    let (unit, vans) = http::read(&caller, move |conn, ctx| {
        let unit = stock::unit(conn, ctx, &serial, part_no.as_deref())?;
        let vans = vans(conn, ctx, &unit, kind == MovementKind::Issue)?;
        Ok((unit, vans))
    })
    .await?;
    let mut form = form_of(&p, &unit, kind, &vans);
    act::refuse(&mut form, &sent, &said);
    if is_htmx(&req) {
        return act::fragment(p, form, &problem);
    }
    let screen = ScanPage {
        depots: vec![],
        depot: String::new(),
        code: unit.serial.clone(),
        verdict: None,
        found: vec![found_unit(&p, &unit, None)],
        moves: vec![MoveForm { kind: kind.to_string(), form, open: true }],
        stations: caller.may(Permission::MoveStock).is_ok(),
        p,
    };
    answer::html(problem.status(), &screen)
}

async fn attempt(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    kind: MovementKind,
) -> Result<String, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let booking = Booking {
        kind,
        part_no: given(sent, "part_no"),
        serial: given(sent, "serial"),
        quantity: None,
        from: said("from"),
        to: place_to(sent)?,
        condition: None,
        condition_to: Condition::from_code(value(sent, "condition_to")),
        owner_to: Owner::from_code(value(sent, "owner_to")),
        reason: said("reason"),
        document: said("document"),
        occurred_at: moment(sent)?,
    };
    let to = format!("/unit/{}?part_no={}", part(value(sent, "serial")), part(value(sent, "part_no")));
    let work = move |tx: &mut Conn, ctx: &Ctx| stock::book(tx, ctx, &booking).map(|_| ());
    act::act(caller, req, sent, move |()| to.clone(), work).await
}
