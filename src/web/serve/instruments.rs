//! `/instruments`: the list, and a check written down on the unit's own page.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, part};
use super::frame::{self, name};
use super::rma_line::local_time;
use super::rmas::pairs;
use super::settings::record::{table, text, two};
use super::unit_form::{self, Asked};
use crate::app::instruments::{self, CheckRow, Instrument, InstrumentFilter, MadeCheck};
use crate::app::stock::UnitRow;
use crate::app::{Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::place::PlaceKind;
use crate::domain::refusal::Refusal;
use crate::domain::stock::CheckState;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::format::how_many;
use crate::web::instruments::InstrumentsPage;
use crate::web::page::Screen;
use crate::web::settings::{Row, Table, View};
use crate::web::today::WorkRow;
use crate::web::unit_detail::{CheckLine, Checks, UnitForm};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Instruments of a page; the API has them all.
const ROWS: usize = 500;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/instruments", web::get().to(list)).route("/unit/{serial}/checks", web::post().to(check));
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::ReadStock)?;
    let view = value(&pairs(&req), "view").to_owned();
    let due = view == "due";
    let mut found = http::read(&caller, move |conn, ctx| {
        if due {
            instruments::to_check(conn, ctx)
        } else {
            instruments::list(conn, ctx, &InstrumentFilter::default())
        }
    })
    .await?;
    found.sort_by_key(instruments::urgency);
    if view == "lent" {
        found.retain(|one| one.row.place_kind == PlaceKind::Engineer);
    }
    let vans = frame::drivers(found.iter().map(|one| one.row.place.as_str()));
    let p = frame::naming(
        frame::page(&req, Some(&caller), Screen::Stock),
        &caller,
        found.iter().map(|one| &one.row.checked_by).chain(&vans),
    )
    .await?;
    let tab = |code: &str| View {
        label: p.word("instruments-view", code),
        href: if code == "all" { "/instruments".to_owned() } else { format!("/instruments?view={code}") },
        current: code == view || (code == "all" && !["due", "lent"].contains(&view.as_str())),
    };
    answer::page(&InstrumentsPage {
        views: ["all", "due", "lent"].map(tab).into(),
        table: rows(&p, &found, &view),
        more: (found.len() > ROWS).then(|| p.n("reports-cut", &how_many(ROWS))),
        p,
    })
}

fn rows(p: &Page, found: &[Instrument], view: &str) -> Table {
    let none = match view {
        "due" => "instruments-none-due",
        "lent" => "instruments-none-lent",
        _ => "instruments-none",
    };
    let heads = ["instruments-one", "col-place", "col-condition", "instruments-state", "instruments-last"];
    let mut shown = table(p, "instruments-title", &heads, none);
    let row = |one: &Instrument| Row {
        href: address(&one.row.serial, &one.row.part_no),
        cells: vec![
            two(name(p, &one.row.part_name, &one.row.part_name_en), one.row.serial.clone()),
            text(p.place(&one.row.place)),
            text(p.word("condition", one.row.condition.as_str())),
            two(p.word("check-state", one.state.as_str()), due(p, one)),
            two(
                one.row.checked_at.as_ref().map(|at| p.on(at)).unwrap_or_default(),
                p.person(one.row.checked_by.as_deref()),
            ),
        ],
        remove: String::new(),
    };
    shown.rows = found.iter().take(ROWS).map(row).collect();
    shown
}

fn address(serial: &str, part_no: &str) -> String {
    format!("/unit/{}?part_no={}", part(serial), part(part_no))
}

/// Until when it may be used, in words; empty where there is no end to it.
fn due(p: &Page, one: &Instrument) -> String {
    match one.due_on {
        Some(day) => p.t1("instruments-until", "day", p.date(&day)),
        None if one.row.checked_at.is_none() => p.t("instruments-never"),
        None => String::new(),
    }
}

/// What has to be checked, as a line of somebody's day.
pub(super) fn work(p: &Page, one: &Instrument) -> WorkRow {
    WorkRow {
        code: one.row.serial.clone(),
        href: address(&one.row.serial, &one.row.part_no),
        note: format!("{} · {}", name(p, &one.row.part_name, &one.row.part_name_en), p.place(&one.row.place)),
        age: match one.state {
            CheckState::Soon => due(p, one),
            state => p.word("check-state", state.as_str()),
        },
        bad: !one.state.is_fit(),
    }
}

/// What the unit's page says of its checks.
pub(super) fn checks(
    p: &Page,
    caller: &Caller,
    unit: &UnitRow,
    (one, made): &(Instrument, Vec<CheckRow>),
) -> Checks {
    let line = |check: &CheckRow| CheckLine {
        passed: check.passed,
        on: p.on(&check.checked_at),
        by: p.person(check.checked_by.as_deref()),
        certificate: check.certificate.clone(),
        note: check.note.clone(),
    };
    Checks {
        state: one.state.to_string(),
        fit: one.state.is_fit(),
        due: due(p, one),
        made: made.iter().map(line).collect(),
        form: instruments::may_check(&caller.ctx, unit).is_ok().then(|| form(p, unit)),
    }
}

fn form(p: &Page, unit: &UnitRow) -> UnitForm {
    let verdict =
        ["passed", "failed"].map(|code| Choice::new(code, p.word("check-result", code))).into_iter();
    let form = Form {
        id: "a-check".to_owned(),
        action: format!("/unit/{}/checks", part(&unit.serial)),
        fields: vec![
            Field::hidden("part_no", &unit.part_no),
            Field::new("passed", p.t("check-verdict"), Control::Pick(verdict.collect())).required(),
            Field::new("checked_at", p.t("check-when"), Control::Moment)
                .with_hint(p.t("field-occurred-at-hint")),
            Field::new("certificate", p.t("check-certificate"), Control::Text),
            Field::new("note", p.t("check-note"), Control::Text).with_hint(p.t("check-note-hint")),
        ],
        more: vec![],
        submit: p.t("check-submit"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    };
    UnitForm { form, open: false }
}

/// Writes a check down.
async fn check(req: HttpRequest, serial: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let part_no = given(&sent, "part_no");
    let verdict = match value(&sent, "passed") {
        "passed" => Ok(true),
        "failed" => Ok(false),
        _ => Err(Refusal::field("passed", "required")),
    };
    let when = local_time(&sent, "checked_at");
    let made = verdict.map_err(Problem::from).and_then(|passed| Ok((passed, when?)));
    let made = made.map(|(passed, checked_at)| MadeCheck {
        part_no: part_no.clone(),
        passed,
        checked_at,
        certificate: value(&sent, "certificate").to_owned(),
        note: value(&sent, "note").to_owned(),
    });
    let of = part_no.as_deref().map(|part_no| format!("?part_no={}", part(part_no))).unwrap_or_default();
    let (unit, back) = (serial.clone(), format!("/unit/{}{of}#checks", part(&serial)));
    let done = match made {
        Err(problem) => Err(problem),
        Ok(made) => {
            let work = move |tx: &mut Conn, ctx: &Ctx| instruments::record(tx, ctx, &unit, &made).map(|_| ());
            act::act(&caller, &req, &sent, move |()| back.clone(), work).await
        }
    };
    let asked = Asked { req: &req, caller: &caller, sent: &sent, serial: &serial };
    unit_form::answer(asked, done, |screen| screen.checks.as_mut()?.form.as_mut()).await
}
