//! `/requests/{number}`: one request and what may be done with it: approve, refuse, issue, say that it is in place.

use super::item;
use crate::app::depots;
use crate::app::requests::{self, Issue, RequestRow};
use crate::app::rma::{self, ActionInput, LineView};
use crate::app::stock::UnitRow;
use crate::app::van;
use crate::app::{AppResult, Conn, Ctx, parts};
use crate::domain::actor::{Permission, Role};
use crate::domain::refusal::Refusal;
use crate::domain::request::{RequestReason, RequestState};
use crate::domain::rma::{ActionKind, FaultyState, IssuedState};
use crate::domain::stock::Condition;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::actions::looked;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::page::Screen;
use crate::web::requests::{RequestPage, Step};
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, go, is_htmx, part};
use crate::web::serve::frame::{self, name};
use crate::web::serve::rmas::everything;
use crate::web::serve::spares::{self, Spares};
use crate::web::serve::{flash, rma_line};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// What the form says for a removed part that is still on site or on its way; no depot has such a code.
const NOT_YET: &str = "-";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/requests/{number}", web::get().to(show))
        .route("/requests/{number}/{step}", web::post().to(take));
}

struct Read {
    row: RequestRow,
    line: LineView,
    spares: Spares,
    depots: Vec<depots::Depot>,
    may_reject: bool,
    may_withdraw: bool,
    /// The part that was wished for.
    wished: Option<parts::Part>,
}

fn read(conn: &mut Conn, ctx: &Ctx, number: &str) -> AppResult<Read> {
    let row = requests::get(conn, ctx, number)?;
    let line = rma::line_view(conn, ctx, &row.rma, row.line)?;
    let is_open = row.state == RequestState::Approved && ctx.actor.may(Permission::Reserve).is_ok();
    let mut spares = if is_open { spares::of_line(conn, ctx, &line)? } else { Spares::default() };
    let mut places = if is_open { depots::list(conn, ctx, &everything())? } else { vec![] };
    if ctx.actor.role.is_bound_to_depots() {
        let own = |code: &str| ctx.actor.depots.iter().any(|depot| depot.code == code);
        spares.units.retain(|unit| unit.depot.as_deref().is_some_and(own));
        places.retain(|depot| own(&depot.row.code));
    }
    if ctx.actor.role == Role::Engineer && is_open {
        // Parcels are the depots' work: an engineer hands over what the own van carries.
        let fits = |unit: &UnitRow| [&row.part_no, &row.wish_part].contains(&&unit.part_no);
        let mut carried = van::mine(conn, ctx)?.units;
        carried
            .retain(|unit| unit.condition == Condition::Good && unit.reservation_id.is_none() && fits(unit));
        spares = spares::within_limits(conn, ctx, &row.part_no, carried)?;
        places = vec![];
    }
    let may_reject = requests::may_reject(conn, ctx, &row)?;
    let may_withdraw = requests::may_withdraw(ctx, &row);
    let wished = match row.wish_part.as_str() {
        "" => None,
        part_no => Some(parts::get(conn, ctx, part_no)?),
    };
    Ok(Read { row, line, spares, depots: places, may_reject, may_withdraw, wished })
}

async fn show(req: HttpRequest, caller: Caller, number: web::Path<String>) -> Shown {
    answer::page(&screen(&req, &caller, &number).await?)
}

async fn screen(req: &HttpRequest, caller: &Caller, number: &str) -> Result<RequestPage, Problem> {
    caller.may(Permission::ReadStock)?;
    let number = number.to_owned();
    let read = http::read(caller, move |conn, ctx| read(conn, ctx, &number)).await?;
    let row = &read.row;
    let driver = row.wish_from.strip_prefix("engineer:").map(ToOwned::to_owned);
    let people = [&row.requested_by, &row.decided_by, &driver];
    let p = frame::naming(frame::page(req, Some(caller), Screen::Requests), caller, people).await?;
    let p = frame::with_depots(p, caller).await?;
    let from = if row.wish_from.contains(':') { p.place(&row.wish_from) } else { p.depot(&row.wish_from) };
    let part = read
        .wished
        .as_ref()
        .map(|part| format!("{} {}", name(&p, &part.row.name, &part.row.name_en), part.row.part_no));
    let wish: Vec<String> =
        [from, part.unwrap_or_default()].into_iter().filter(|text| !text.is_empty()).collect();
    let in_place = read.line.issued.iter().any(|unit| unit.state == IssuedState::InUse);
    Ok(RequestPage {
        part_no: row.part_no.clone(),
        rma: (row.rma.clone(), row.line),
        reason: row.reason.to_string(),
        receiver: row.receiver.clone(),
        decided: row
            .decided_at
            .filter(|_| !row.automatic)
            .map(|at| (p.person(row.decided_by.as_deref()), at, row.decision_note.clone())),
        automatic: row.automatic,
        wish: wish.join(" · "),
        in_place,
        steps: steps(&p, caller, &read),
        row: {
            let mut shown = item(&p, caller, row);
            shown.late = !in_place && shown.due_at.is_some_and(|at| at < caller.ctx.now);
            shown
        },
        p,
    })
}

fn steps(p: &Page, caller: &Caller, read: &Read) -> Vec<Step> {
    let may = |permission| caller.may(permission).is_ok();
    let mut steps = vec![];
    match read.row.state {
        RequestState::Requested | RequestState::Approved if read.may_reject && may(Permission::DecideRma) => {
            if read.row.state == RequestState::Requested {
                let note = Field::new("note", p.t("field-note"), Control::Text);
                steps.push(step(p, read, "approve", vec![note]));
            }
            let why = Field::new("reason", p.t("field-reason"), Control::Text).required();
            steps.push(step(p, read, "reject", vec![why]));
        }
        RequestState::Requested if read.may_withdraw => {
            let why = Field::new("reason", p.t("field-reason"), Control::Text).required();
            steps.push(step(p, read, "withdraw", vec![why]));
        }
        RequestState::Approved if caller.ctx.actor.role == Role::Engineer && read.spares.units.is_empty() => {
        }
        RequestState::Approved if caller.ctx.actor.role == Role::Engineer => {
            steps.push(step(p, read, "issue", van_fields(p, read)));
        }
        RequestState::Approved if may(Permission::Reserve) => {
            steps.push(step(p, read, "issue", issue_fields(p, read)));
        }
        RequestState::Issued if read.line.allowed_actions.contains(&ActionKind::ReplacementDelivered) => {
            let who = Field::new("received_by", p.t("field-received-by"), Control::Text)
                .with_value(&read.row.receiver)
                .required();
            steps.push(step(p, read, "delivered", vec![who]));
        }
        RequestState::Issued if is_owed(read) => {
            let carrier = Field::new("carrier", p.t("field-carrier"), Control::Text);
            let tracking_no = Field::new("tracking_no", p.t("field-tracking-no"), Control::Code);
            steps.push(step(p, read, "sent", vec![carrier, tracking_no]));
        }
        _ => {}
    }
    steps
}

/// Whether the dead board is still to be sent to us, and this person may say that it was.
fn is_owed(read: &Read) -> bool {
    read.row.faulty_state != FaultyState::InTransit
        && read.line.allowed_actions.contains(&ActionKind::FaultyShipped)
}

/// Out of the van a spare goes from hand to hand.
fn van_fields(p: &Page, read: &Read) -> Vec<Field> {
    let spares = read.spares.units.iter().map(|unit| {
        let part = name(p, &unit.part_name, &unit.part_name_en);
        Choice::new(&unit.serial, format!("{} · {part}", unit.serial))
    });
    let first = read.spares.units.first().map(|unit| unit.serial.clone()).unwrap_or_default();
    let mut fields = vec![
        Field::new("serial", p.t("requests-which-van"), Control::Pick(spares.collect()))
            .with_value(first)
            .required(),
        Field::new("received_by", p.t("field-received-by"), Control::Text)
            .with_value(&read.row.receiver)
            .required(),
    ];
    fields.extend(read.spares.look.then(|| looked(p)));
    fields
}

/// The spare that was wished for is chosen already, when it is there.
fn issue_fields(p: &Page, read: &Read) -> Vec<Field> {
    let row = &read.row;
    let wished = |unit: &&UnitRow| {
        let part_no = if row.wish_part.is_empty() { &row.part_no } else { &row.wish_part };
        unit.part_no == *part_no
            && (unit.depot.as_ref() == Some(&row.wish_from) || unit.place == row.wish_from)
    };
    let chosen = read.spares.units.iter().find(wished).map(|unit| unit.serial.clone()).unwrap_or_default();
    let mut spares = vec![Choice::new("", p.t("requests-nearest"))];
    spares.extend(read.spares.units.iter().map(|unit| {
        let part = name(p, &unit.part_name, &unit.part_name_en);
        Choice::new(&unit.serial, format!("{} · {part} · {}", unit.serial, unit.place))
    }));
    if chosen.is_empty() {
        // The select's own empty choice says the same.
        spares.remove(0);
    }
    let mut depots: Vec<Choice> =
        read.depots.iter().map(|depot| Choice::new(&depot.row.code, &depot.row.name)).collect();
    let preventive = row.reason == RequestReason::Preventive;
    if preventive {
        depots.insert(0, Choice::new(NOT_YET, p.t("requests-removed-later")));
    }
    let hint = if preventive { "requests-removed-with" } else { "requests-removed-not" };
    let mut fields = vec![
        Field::new("serial", p.t("requests-which"), Control::Select(spares))
            .with_value(chosen)
            .with_hint(p.t("requests-nearest-hint")),
        Field::new("carrier", p.t("field-carrier"), Control::Text),
        Field::new("tracking_no", p.t("field-tracking-no"), Control::Code),
        Field::new("received_by", p.t("requests-handed"), Control::Text)
            .with_hint(p.t("requests-handed-hint")),
        Field::new("removed_to", p.t("requests-removed"), Control::Select(depots)).with_hint(p.t(hint)),
    ];
    // Beside the spare it is about.
    fields.splice(1..1, read.spares.look.then(|| looked(p)));
    fields
}

fn step(p: &Page, read: &Read, code: &'static str, fields: Vec<Field>) -> Step {
    let icon = match code {
        "approve" => "circle-check",
        "reject" => "ban",
        "withdraw" => "arrow-back-up",
        "issue" => "package-export",
        "sent" => "package-import",
        _ => "user",
    };
    let form = Form {
        id: format!("a-{code}"),
        action: format!("/requests/{}/{code}", read.row.number),
        fields,
        more: if matches!(code, "approve" | "reject" | "withdraw") { vec![] } else { when_and_note(p) },
        submit: p.word("request-step", code),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    };
    Step { code, icon, open: false, form }
}

/// What every act on a line takes: what was handed over earlier is entered later all the same.
fn when_and_note(p: &Page) -> Vec<Field> {
    let when = Field::new("occurred_at", p.t("field-occurred-at"), Control::Moment);
    vec![Field::new("note", p.t("field-note"), Control::Area), when.with_hint(p.t("field-occurred-at-hint"))]
}

async fn take(req: HttpRequest, path: web::Path<(String, String)>, form: SignedForm<Sent>) -> Shown {
    let (number, code) = path.into_inner();
    let SignedForm { caller, form: sent } = form;
    let problem = match attempt(&req, &caller, &number, &code, &sent).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-action")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let p = frame::page(&req, Some(&caller), Screen::Requests);
    let (said, problem) = act::complaint(&p, problem)?;
    let mut screen = screen(&req, &caller, &number).await?;
    let Some(step) = screen.steps.iter_mut().find(|step| step.code == code) else {
        // It is not allowed any more: what stands in the way is said on a page of its own.
        return Err(problem);
    };
    act::refuse(&mut step.form, &sent, &said);
    step.open = true;
    if is_htmx(&req) {
        return act::fragment(p, step.form.clone(), &problem);
    }
    answer::html(problem.status(), &screen)
}

async fn attempt(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    code: &str,
    sent: &Sent,
) -> Result<String, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let (number, back) = (number.to_owned(), format!("/requests/{}", part(number)));
    let to = move |_: &()| back.clone();
    match code {
        "approve" => {
            let note = said("note");
            act::act(caller, req, sent, to, move |tx, ctx| {
                requests::approve(tx, ctx, &number, &note).map(|_| ())
            })
            .await
        }
        "reject" => {
            let reason = said("reason");
            act::act(caller, req, sent, to, move |tx, ctx| {
                requests::reject(tx, ctx, &number, &reason).map(|_| ())
            })
            .await
        }
        "withdraw" => {
            let reason = said("reason");
            act::act(caller, req, sent, to, move |tx, ctx| {
                requests::withdraw(tx, ctx, &number, &reason).map(|_| ())
            })
            .await
        }
        "issue" => {
            let how = Issue {
                serial: given(sent, "serial"),
                depot: None,
                carrier: said("carrier"),
                tracking_no: said("tracking_no"),
                received_by: said("received_by"),
                removed_to: given(sent, "removed_to")
                    .map(|to| if to == NOT_YET { String::new() } else { to }),
                occurred_at: rma_line::moment(sent)?,
                note: said("note"),
                limits_confirmed: given(sent, "limits_confirmed").is_some(),
            };
            act::act(caller, req, sent, to, move |tx, ctx| {
                requests::issue(tx, ctx, &number, &how).map(|_| ())
            })
            .await
        }
        "delivered" | "sent" => {
            let kind =
                if code == "sent" { ActionKind::FaultyShipped } else { ActionKind::ReplacementDelivered };
            let input = ActionInput {
                received_by: said("received_by"),
                carrier: said("carrier"),
                tracking_no: said("tracking_no"),
                occurred_at: rma_line::moment(sent)?,
                note: said("note"),
                ..ActionInput::default()
            };
            act::act(caller, req, sent, to, move |tx, ctx| {
                let row = requests::get(tx, ctx, &number)?;
                rma::act(tx, ctx, &row.rma, row.line, kind, &input).map(|_| ())
            })
            .await
        }
        other => Err(Refusal::not_found("action", other).into()),
    }
}
