//! `/intakes`: boxes nobody announced, and what somebody says they are.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::begin::{Begin, pieces};
use super::exceptions::{views, waiting};
use super::frame;
use super::intake_files as files;
use super::rma_line::moment;
use super::rmas::everything;
use super::rows;
use super::settings::record::asked;
use crate::app::intakes::{self, Identity, IntakeRow, Match, NewBox, NewRma, Thing};
use crate::app::rma::new_tracking_code;
use crate::app::{Conn, Ctx, customers};
use crate::domain::actor::Permission;
use crate::domain::intake::{IntakeException, IntakeState};
use crate::domain::refusal::Refusal;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::exceptions::{IntakeItem, IntakePage, IntakesPage};
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/intakes").route(web::get().to(list)).route(web::post().to(create)))
        .route("/intakes/new", web::get().to(new))
        .route("/intakes/{id}", web::get().to(show))
        .route("/intakes/{id}/{way}", web::post().to(settle));
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    let sent = asked(&req);
    let is_all = value(&sent, "view") == "all";
    let state = (!is_all).then_some(IntakeState::Unmatched);
    let depot = given(&sent, "depot").map(|code| code.to_uppercase());
    let before = value(&sent, "before").parse().unwrap_or(i64::MAX);
    let (mut rows, waiting) = http::read(&caller, move |conn, ctx| {
        Ok((intakes::list(conn, ctx, state, depot.as_deref(), before, rows::READ)?, waiting(conn, ctx)?))
    })
    .await?;
    let more = rows::cut(&mut rows);
    let p = frame::page(&req, Some(&caller), Screen::Exceptions);
    let p = frame::naming(p, &caller, rows.iter().map(|row| &row.taken_in_by)).await?;
    let p = frame::with_depots(p, &caller).await?;
    let (here, view) = if is_all { ("/intakes?view=all", "view=all&") } else { ("/intakes", "") };
    answer::page(&IntakesPage {
        views: views(&p, here, waiting),
        next: rows.last().filter(|_| more).map(|row| format!("/intakes?{view}before={}", row.id)),
        rows: rows.iter().map(|row| item(&p, row)).collect(),
        may_new: caller.may(Permission::MoveStock).is_ok(),
        p,
    })
}

fn item(p: &Page, row: &IntakeRow) -> IntakeItem {
    IntakeItem {
        id: row.id,
        box_no: row.box_no.clone(),
        code: code(row).to_owned(),
        part_no: row.part_no.clone().unwrap_or_default(),
        depot: row.depot.clone(),
        state: row.state.to_string(),
        exception: row.exception.map(|why| why.to_string()).unwrap_or_default(),
        rma: row.rma.clone().unwrap_or_default(),
        at: row.taken_in_at,
        by: p.person(row.taken_in_by.as_deref()),
    }
}

const NEW: Begin = Begin {
    id: "new-intake",
    screen: Screen::Exceptions,
    path: "/intakes",
    words: ["intakes-title", "intakes-new", "intakes-new-sub", "intake-take-in"],
    fields: |p| {
        vec![
            Field::new("bin", p.t("transfer-bin"), Control::Code),
            Field::new("serials", p.t("intake-serials"), Control::Area).with_hint(p.t("intake-serials-hint")),
            Field::new("part_no", p.t("intake-part"), Control::Code).with_hint(p.t("intake-part-hint")),
            Field::new("unreadable", p.t("intake-unreadable"), Control::Check)
                .with_hint(p.t("intake-unreadable-hint")),
            Field::new("label", p.t("intake-label"), Control::Code).with_hint(p.t("intake-label-hint")),
            Field::new("carrier", p.t("field-carrier"), Control::Text),
            Field::new("tracking_no", p.t("field-tracking-no"), Control::Code),
            Field::new("note", p.t("transfer-note"), Control::Text),
        ]
    },
    more: |p| {
        vec![
            Field::new("occurred_at", p.t("field-occurred-at"), Control::Moment)
                .with_hint(p.t("field-occurred-at-hint")),
        ]
    },
    field: |field| match field.rsplit_once('.') {
        Some((_, "serial")) => "serials",
        Some((_, name)) => name,
        None if field == "items" => "serials",
        None => field,
    },
};

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    NEW.show(&req, &caller).await
}

/// What is in the box: serials, one a line, and at most one piece nobody can read.
fn things(sent: &Sent) -> Vec<Thing> {
    let part_no = given(sent, "part_no");
    let mut things: Vec<Thing> = pieces(value(sent, "serials"))
        .map(|piece| Thing { serial: Some(piece), part_no: part_no.clone(), label: None })
        .collect();
    let label = given(sent, "label");
    if label.is_some() || given(sent, "unreadable").is_some() {
        things.push(Thing { serial: None, part_no, label });
    }
    things
}

async fn create(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    match attempt(&req, &caller, &sent).await {
        Ok(to) => Ok(go(&req, &to)),
        Err(problem) => NEW.refuse(&req, &caller, &sent, problem).await,
    }
}

async fn attempt(req: &HttpRequest, caller: &Caller, sent: &Sent) -> Result<String, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let taken = NewBox {
        depot: said("depot"),
        bin: given(sent, "bin"),
        carrier: said("carrier"),
        tracking_no: said("tracking_no"),
        note: said("note"),
        taken_in_at: moment(sent)?,
        things: things(sent),
    };
    if taken.things.is_empty() {
        return Err(Refusal::field("serials", "required").into());
    }
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        let rows = intakes::take_in(tx, ctx, &taken)?;
        // One unit is looked at at once, a box is a list.
        Ok(match rows.as_slice() {
            [only] => format!("/intakes/{}", only.id),
            _ => "/intakes?view=all".to_owned(),
        })
    };
    act::act(caller, req, sent, String::clone, work).await
}

async fn show(req: HttpRequest, caller: Caller, id: web::Path<i64>) -> Shown {
    answer::page(&screen(&req, &caller, *id).await?)
}

/// Its page.
pub(super) async fn screen(req: &HttpRequest, caller: &Caller, id: i64) -> Result<IntakePage, Problem> {
    let may_read = caller.may(Permission::ReadSetup).is_ok();
    let (row, customers, files, on_rma) = http::read(caller, move |conn, ctx| {
        let row = intakes::get(conn, ctx, id)?;
        let is_open = row.state == IntakeState::Unmatched && may_read;
        let customers = if is_open { customers::list(conn, ctx, &everything())? } else { vec![] };
        let on_rma = if is_open { intakes::open_rma(conn, ctx, &row)? } else { None };
        Ok((row, customers, intakes::files(conn, ctx, id)?, on_rma))
    })
    .await?;
    let people = files.iter().map(|file| &file.actor).chain([&row.taken_in_by]);
    let p = frame::naming(frame::page(req, Some(caller), Screen::Exceptions), caller, people).await?;
    let p = frame::with_depots(p, caller).await?;
    let may_in = caller.ctx.actor.may_in(Permission::MoveStock, &row.depot_ref()).is_ok();
    let may = may_in && row.state == IntakeState::Unmatched;
    let customers: Vec<Choice> = customers
        .into_iter()
        .map(|one| Choice::new(&one.code, format!("{} {}", one.code, one.name)))
        .collect();
    Ok(IntakePage {
        facts: facts(&p, &row),
        label: match (&row.unit_id, &row.part_no) {
            (Some(_), Some(part_no)) => {
                format!("/print/unit/{}?part_no={}", part(code(&row)), part(part_no))
            }
            _ => String::new(),
        },
        forms: if may { forms(&p, &row, customers, on_rma.as_deref()) } else { vec![] },
        files: files::shown(&p, id, &files),
        file_key: if may_in { act::key() } else { String::new() },
        file_error: String::new(),
        item: item(&p, &row),
        on_rma: on_rma.unwrap_or_default(),
        p,
    })
}

/// What it goes by: its serial, or the label it stands under.
fn code(row: &IntakeRow) -> &str {
    if row.serial.is_empty() { &row.label } else { &row.serial }
}

fn facts(p: &Page, row: &IntakeRow) -> Vec<(String, String)> {
    let why = row.exception.map(|why| p.word("intake-exception", why.as_str())).unwrap_or_default();
    let parcel = [row.carrier.clone(), row.tracking_no.clone()].join(" ").trim().to_owned();
    let facts = [
        ("intake-why", why),
        ("field-part-no", row.part_no.clone().unwrap_or_default()),
        ("intake-stands", row.place.as_deref().map(|place| p.place(place)).unwrap_or_default()),
        ("intake-books", p.place(&row.book_place)),
        ("intake-label", row.label.clone()),
        ("intake-parcel", parcel),
        ("transfer-note", row.note.clone()),
        ("intake-settlement", row.settlement.clone()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (p.t(key), value)).collect()
}

fn form(p: &Page, id: i64, way: &str, fields: Vec<Field>) -> Form {
    Form {
        id: format!("way-{way}"),
        action: format!("/intakes/{id}/{way}"),
        fields,
        more: vec![],
        submit: p.word("intake-way", way),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

fn forms(p: &Page, row: &IntakeRow, customers: Vec<Choice>, on_rma: Option<&str>) -> Vec<Form> {
    let mut new_rma = vec![
        Field::new("customer", p.t("field-customer"), Control::Select(customers.clone())).required(),
        Field::new("fault", p.t("field-fault"), Control::Area).required(),
    ];
    if row.part_no.is_none() {
        new_rma.push(Field::new("part_no", p.t("field-part-no"), Control::Code).required());
    }
    if row.serial.is_empty() {
        new_rma.push(Field::new("serial", p.t("field-serial"), Control::Code).required());
    }
    new_rma.push(
        Field::new("contact_email", p.t("intake-email"), Control::Email).with_hint(p.t("intake-email-hint")),
    );
    let made_out = identify_fields(p, row).map(|fields| form(p, row.id, "identify", fields));
    let ends = vec![
        form(
            p,
            row.id,
            "rma",
            vec![
                Field::new("rma", p.t("intake-rma"), Control::Code)
                    .with_value(on_rma.unwrap_or_default())
                    .required(),
                Field::new("line", p.t("intake-line"), Control::Number).with_value("1"),
            ],
        ),
        form(p, row.id, "new", new_rma),
        form(
            p,
            row.id,
            "return",
            vec![
                Field::new("reason", p.t("intake-return-why"), Control::Text).required(),
                Field::new("customer", p.t("intake-return-to"), Control::Select(customers)),
            ],
        ),
        form(
            p,
            row.id,
            "settled",
            vec![Field::new("reason", p.t("intake-settled-how"), Control::Text).required()],
        ),
    ];
    // What the books have elsewhere is put right there first: no RMA takes it in from here.
    let refused = |form: &Form| {
        row.exception == Some(IntakeException::Elsewhere) && matches!(form.id.as_str(), "way-rma" | "way-new")
    };
    let mut offered: Vec<Form> = made_out.into_iter().chain(ends).collect();
    offered.retain(|form| !refused(form));
    offered
}

/// What may still be made out of it: its part, its serial; `None` when both are known.
fn identify_fields(p: &Page, row: &IntakeRow) -> Option<Vec<Field>> {
    let mut fields = vec![];
    if row.part_no.is_none() {
        fields.push(Field::new("part_no", p.t("field-part-no"), Control::Code));
    }
    if row.serial.is_empty() {
        fields.push(
            Field::new("serial", p.t("field-serial"), Control::Code)
                .with_hint(p.t("intake-identify-serial-hint")),
        );
    }
    if fields.is_empty() || row.exception == Some(IntakeException::Elsewhere) {
        return None;
    }
    fields.push(Field::new("reason", p.t("intake-identify-how"), Control::Text).required());
    Some(fields)
}

/// What a person says in one of the forms.
enum Word {
    Ends(Match),
    MadeOut(Identity),
}

fn word_of(way: &str, sent: &Sent) -> Result<Word, Problem> {
    if way != "identify" {
        return Ok(Word::Ends(match_of(way, sent)?));
    }
    let reason = value(sent, "reason").to_owned();
    Ok(Word::MadeOut(Identity { part_no: given(sent, "part_no"), serial: given(sent, "serial"), reason }))
}

fn match_of(way: &str, sent: &Sent) -> Result<Match, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    Ok(match way {
        "rma" => {
            let line = given(sent, "line").map_or(Ok(1), |text| text.parse());
            Match::Rma {
                number: said("rma").to_uppercase(),
                line: line.map_err(|_| Refusal::field("line", "not_positive"))?,
            }
        }
        "new" => Match::NewRma(Box::new(NewRma {
            customer: said("customer"),
            contact_email: said("contact_email"),
            part_no: given(sent, "part_no"),
            serial: given(sent, "serial"),
            fault: said("fault"),
            tracking_code: new_tracking_code(),
            ..NewRma::default()
        })),
        "return" => Match::Return { customer: given(sent, "customer"), reason: said("reason") },
        "settled" => Match::Settled { reason: said("reason") },
        other => return Err(Refusal::not_found("action", other).into()),
    })
}

async fn settle(req: HttpRequest, path: web::Path<(i64, String)>, form: SignedForm<Sent>) -> Shown {
    let (id, way) = path.into_inner();
    let SignedForm { caller, form: sent } = form;
    let done = match word_of(&way, &sent) {
        Ok(what) => {
            let work = move |tx: &mut Conn, ctx: &Ctx| match &what {
                Word::Ends(what) => intakes::settle(tx, ctx, id, what).map(|_| ()),
                Word::MadeOut(said) => intakes::identify(tx, ctx, id, said).map(|_| ()),
            };
            act::act(&caller, &req, &sent, move |()| format!("/intakes/{id}"), work).await
        }
        Err(problem) => Err(problem),
    };
    let problem = match done {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller, id).await?;
    let (mut said, problem) = act::complaint(&screen.p, problem)?;
    for (field, _) in &mut said.fields {
        if let Some((_, name)) = field.rsplit_once('.') {
            *field = name.to_owned();
        }
    }
    let wanted = format!("way-{way}");
    let Some(form) = screen.forms.iter_mut().find(|form| form.id == wanted) else { return Err(problem) };
    act::refuse(form, &sent, &said);
    if is_htmx(&req) {
        let form = form.clone();
        return act::fragment(screen.p, form, &problem);
    }
    answer::html(problem.status(), &screen)
}
