//! `/rma/{number}`: one RMA, and the actions on its lines.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::frame::{self, name};
use super::rmas::everything;
use super::spares::{self, Spares};
use super::{board, flash, mine, rma_beside, rma_view};
use crate::app::repair::{self, BenchInput, FaultCodeRow, PartInput};
use crate::app::rma::{self, ActionInput, AttachmentRow, CaseInput, LineView, RmaView};
use crate::app::{AppResult, Conn, Ctx, audit, depots, vendors};
use crate::domain::actor::{Permission, Role};
use crate::domain::data_bearing::DataAnswer;
use crate::domain::money::parse_fen;
use crate::domain::refusal::Refusal;
use crate::domain::repair::Cause;
use crate::domain::rma::{ActionKind, Entitlement, IssuedRole, IssuedState, Mode, Payer, RepairOutcome};
use crate::domain::stock::Condition;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::action_order::{order_actions, stage};
use crate::web::actions::{self, ActionForm, Choices, action_form};
use crate::web::form::Choice;
use crate::web::page::Screen;
use crate::web::rma_detail::RmaDetailPage;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/rma/{number}", web::get().to(show))
        .route("/rma/{number}/lines/{line}/actions/{action}", web::post().to(take))
        .route("/rma/{number}/lines/{line}/accept-proposal", web::post().to(super::proposal::accept))
        .route("/rma/{number}/lines/{line}/proposal-notice", web::get().to(super::proposal::notice));
}

/// Which line is shown.
#[derive(Debug, serde::Deserialize)]
struct Asked {
    line: Option<i64>,
}

async fn show(
    req: HttpRequest,
    caller: Caller,
    number: web::Path<String>,
    asked: web::Query<Asked>,
) -> Shown {
    if caller.ctx.actor.role == Role::Customer {
        return mine::show(req, caller, &number, asked.line).await;
    }
    answer::page(&screen(&req, &caller, &number, asked.line).await?)
}

/// Its page, for one line.
pub(super) async fn screen(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    line: Option<i64>,
) -> Result<RmaDetailPage, Problem> {
    let number = number.to_owned();
    let (view, at, offered, beside) = http::read(caller, move |conn, ctx| {
        let view = rma::view(conn, ctx, &number)?;
        let wanted = line.unwrap_or(1);
        let at = view.lines.iter().position(|shown| shown.row.line == wanted);
        let at = at.ok_or_else(|| Refusal::not_found("rma_line", format!("{number}/{wanted}")))?;
        let offered = match view.lines.get(at) {
            Some(line) => offered(conn, ctx, &number, line)?,
            None => Offered::default(),
        };
        let beside = rma_beside::read(conn, ctx, &view)?;
        Ok((view, at, offered, beside))
    })
    .await?;
    audit::note_contact(&caller.app, &caller.ctx, &view.rma.number).await?;
    let p = frame::page(req, Some(caller), Screen::Rma);
    let people = view.timeline.iter().map(|event| &event.actor).chain(beside.people());
    let p = frame::naming(p, caller, people.chain(view.lines.iter().map(|line| &line.row.assignee))).await?;
    let p = frame::with_depots(p, caller).await?;
    let of_units = view.lines.iter().filter_map(|line| line.unit.as_ref());
    let parties: Vec<String> =
        of_units.flat_map(|unit| [unit.owner.to_string(), unit.place.clone()]).collect();
    let p = frame::with_parties(p, caller, parties.iter().map(String::as_str)).await?;
    let shown = view.lines.get(at).ok_or_else(|| Refusal::not_found("rma_line", at))?;
    let forms = forms(&p, &view, shown, &offered);
    let mut page = rma_view::screen(p, caller, &view, shown, forms);
    rma_beside::put(&mut page, beside, &view, shown);
    if let Some(next) = &offered.next {
        page.waits_for = board::waits_for(&page.p, shown, next);
        page.theirs = board::is_theirs(caller.ctx.actor.role, &shown.row, next);
    }
    Ok(page)
}

/// What a form may offer, as read.
#[derive(Default)]
struct Offered {
    depots: Vec<depots::Depot>,
    vendors: Vec<vendors::Vendor>,
    fault_codes: Vec<FaultCodeRow>,
    spares: Spares,
    people: Vec<(String, String)>,
    files: Vec<AttachmentRow>,
    /// What the line waits for.
    next: Option<rma::Next>,
}

fn offered(conn: &mut Conn, ctx: &Ctx, number: &str, line: &LineView) -> AppResult<Offered> {
    let allows = |wanted: &[ActionKind]| line.allowed_actions.iter().any(|kind| wanted.contains(kind));
    let mut offered = Offered::default();
    if ctx.actor.role.may(Permission::ReadSetup) {
        if allows(&[
            ActionKind::ReceiveFaulty,
            ActionKind::RecoverLoan,
            ActionKind::VendorReturned,
            ActionKind::ToStock,
        ]) {
            offered.depots = depots::list(conn, ctx, &everything())?;
            let bound = ctx.actor.role.is_bound_to_depots();
            offered
                .depots
                .retain(|depot| !bound || ctx.actor.depots.iter().any(|own| own.code == depot.row.code));
        }
        if allows(&[ActionKind::SendToVendor]) {
            offered.vendors = vendors::list(conn, ctx, &everything())?;
        }
        if allows(&[ActionKind::Diagnose]) {
            offered.fault_codes = repair::list_codes(conn, ctx)?;
        }
    }
    if !line.row.repair_state.is_ended() {
        offered.next = Some(rma::next(conn, ctx, number, line.row.line)?);
    }
    if let Ok(people) = rma::assignees(conn, ctx) {
        offered.people = people.into_iter().map(|row| (row.username, row.display_name)).collect();
    }
    if allows(&[ActionKind::ReportFailure]) {
        offered.files = rma::files(conn, ctx, number)?;
    }
    if allows(&[ActionKind::ReserveReplacement, ActionKind::ShipExchange]) {
        offered.spares = spares::of_line(conn, ctx, line)?;
    }
    Ok(offered)
}

fn choices(p: &Page, line: &LineView, offered: &Offered) -> Choices {
    // What may come back: loaners that are out, dead spares, and what never arrived.
    let on_loan = line.issued.iter().filter(|unit| match unit.state {
        IssuedState::Shipped | IssuedState::Doa => true,
        IssuedState::InUse => unit.role == IssuedRole::Loan,
        _ => false,
    });
    let given = line.issued.iter().filter(|unit| match unit.state {
        IssuedState::InUse => true,
        IssuedState::Kept => unit.role == IssuedRole::Permanent,
        _ => false,
    });
    Choices {
        depots: offered.depots.iter().map(|d| Choice::new(&d.row.code, &d.row.name)).collect(),
        vendors: offered.vendors.iter().map(|v| Choice::new(&v.code, &v.name)).collect(),
        fault_codes: offered
            .fault_codes
            .iter()
            .filter(|code| code.active)
            .map(|code| Choice::new(&code.code, name(p, &code.name, &code.name_en)))
            .collect(),
        look: offered.spares.look,
        spares: offered
            .spares
            .units
            .iter()
            .map(|unit| {
                let part = name(p, &unit.part_name, &unit.part_name_en);
                Choice::new(&unit.serial, format!("{} · {part} · {}", unit.serial, unit.place))
            })
            .collect(),
        loans: on_loan.map(|unit| Choice::new(&unit.serial, &unit.serial)).collect(),
        given: given.map(|unit| Choice::new(&unit.serial, &unit.serial)).collect(),
        carriers: vec![],
        people: offered.people.iter().map(|(username, name)| Choice::new(username, name)).collect(),
        files: offered
            .files
            .iter()
            .filter(|file| !file.internal)
            .map(|file| Choice::new(file.id.to_string(), &file.name))
            .collect(),
        ..Choices::default()
    }
}

fn forms(p: &Page, view: &RmaView, line: &LineView, offered: &Offered) -> Vec<ActionForm> {
    let choices = choices(p, line, offered);
    let assign = line.may_assign.then_some("assign");
    let codes = line.allowed_actions.iter().map(|kind| kind.as_str()).chain(assign);
    let version = line.row.version.to_string();
    let made = codes.map(|code| {
        let key = act::key();
        let mut made = action_form(p, &view.rma.number, line.row.line, code, &choices, &version, &key);
        if code == "receive_faulty"
            && let Some(depot) = &line.row.depot
        {
            made.form.refill(&[("depot".to_owned(), depot.clone())], &[]);
        }
        // The board an accepted proposal holds is the one that is meant.
        if code == "ship_exchange"
            && let Some(held) = &line.held
        {
            made.form.refill(&[("serial".to_owned(), held.serial.clone())], &[]);
        }
        if matches!(code, "waive_faulty_return" | "charge_faulty") {
            let owed = line.owed.iter().filter(|(kind, _)| code != "charge_faulty" || kind.is_chargeable());
            let owed = owed.map(|(kind, serial)| (kind.as_str(), serial.as_str()));
            actions::name_owed(p, &mut made, &owed.collect::<Vec<_>>());
        }
        if let Some(step) = line.last_step.filter(|_| code == "take_back") {
            made.form.submit = p.t1("action-take_back-of", "what", p.word("action", step.as_str()));
        }
        made
    });
    order_actions(made.collect(), stage(line.row.repair_state, line.row.faulty_state))
}

async fn take(req: HttpRequest, path: web::Path<(String, i64, String)>, form: SignedForm<Sent>) -> Shown {
    let (number, line, code) = path.into_inner();
    let SignedForm { caller, form: sent } = form;
    match attempt(&req, &caller, &number, line, &code, &sent).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-action")?;
            Ok(answer)
        }
        Err(problem) => refused(&req, &caller, &number, line, &code, &sent, problem).await,
    }
}

async fn attempt(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    line: i64,
    code: &str,
    sent: &Sent,
) -> Result<String, Problem> {
    let (number, back) = (number.to_owned(), format!("/rma/{}?line={line}", part(number)));
    let to = move |_: &()| back.clone();
    if code == "assign" {
        let user = given(sent, "user");
        let how = ActionInput {
            occurred_at: moment(sent)?,
            note: value(sent, "note").to_owned(),
            if_version: version(sent),
            ..ActionInput::default()
        };
        return act::act(caller, req, sent, to, move |tx, ctx| {
            rma::assign(tx, ctx, &number, line, user.as_deref(), &how).map(|_| ())
        })
        .await;
    }
    let kind = ActionKind::from_code(code).ok_or_else(|| Refusal::not_found("action", code))?;
    let p = frame::page(req, Some(caller), Screen::Rma);
    if caller.ctx.actor.role != Role::Customer {
        act::complete(&action_form(&p, &number, line, code, &Choices::default(), "", "").form, sent)?;
    }
    let input = input(&p, kind, sent)?;
    act::act(caller, req, sent, to, move |tx, ctx| rma::act(tx, ctx, &number, line, kind, &input).map(|_| ()))
        .await
}

/// The form again, with what was typed and what is wrong; alone for htmx, else on its page.
async fn refused(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    line: i64,
    code: &str,
    sent: &Sent,
    problem: Problem,
) -> Shown {
    let p = frame::page(req, Some(caller), Screen::Rma);
    let (mut said, problem) = act::complaint(&p, problem)?;
    for (field, _) in &mut said.fields {
        if field == "passed" {
            *field = "result".to_owned();
        }
    }
    if caller.ctx.actor.role == Role::Customer {
        let mut screen = mine::rma_screen(req, caller, number, Some(line)).await?;
        let Some(form) = mine::refused(&mut screen, code, sent, &said) else { return Err(problem) };
        return if is_htmx(req) {
            act::fragment(p, form, &problem)
        } else {
            answer::html(problem.status(), &screen)
        };
    }
    let mut screen = screen(req, caller, number, Some(line)).await?;
    let Some(form) = screen.actions.iter_mut().find(|form| form.code == code) else {
        // The action is not allowed any more: what stands in the way is said on a page of its own.
        return Err(problem);
    };
    act::refuse(&mut form.form, sent, &said);
    form.open = true;
    if is_htmx(req) {
        return act::fragment(p, form.form.clone(), &problem);
    }
    screen.actions = order_actions(screen.actions, screen.line.stage);
    answer::html(problem.status(), &screen)
}

/// The cost a form says, in fen.
pub fn cost_fen(sent: &Sent) -> Result<Option<i64>, Refusal> {
    given(sent, "cost")
        .map(|text| {
            let fen = parse_fen(&text).filter(|fen| *fen >= 0);
            fen.ok_or_else(|| Refusal::field("cost", "bad_amount"))
        })
        .transpose()
}

/// The day by which a maker wants to be done, as a form says it.
pub fn due_on(sent: &Sent) -> Result<Option<NaiveDate>, Refusal> {
    given(sent, "due_on")
        .map(|text| text.parse().map_err(|_| Refusal::field("due_on", "bad_date")))
        .transpose()
}

/// What the form says, in the words of the use case.
fn input(p: &Page, kind: ActionKind, sent: &Sent) -> Result<ActionInput, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let (cost_fen, due_on) = (cost_fen(sent)?, due_on(sent)?);
    let reason = match kind {
        // A choice in the form, a text in the books.
        ActionKind::Hold if !value(sent, "reason").is_empty() => p.word("hold", value(sent, "reason")),
        _ => said("reason"),
    };
    // The evidence of a cause is kept with the cause.
    let evidence = if kind == ActionKind::AttributeCause { "" } else { value(sent, "evidence") };
    let notes = [value(sent, "work"), evidence, value(sent, "note")];
    let notes: Vec<&str> = notes.into_iter().filter(|note| !note.is_empty()).collect();
    Ok(ActionInput {
        depot: given(sent, "depot"),
        bin: given(sent, "bin"),
        part_no: given(sent, "part_no"),
        serial: given(sent, "serial"),
        carrier: said("carrier"),
        tracking_no: said("tracking_no"),
        received_by: said("received_by"),
        reason,
        said_by: said("said_by"),
        finding: said("finding"),
        outcome: RepairOutcome::from_code(value(sent, "outcome")),
        cost_fen,
        vendor: given(sent, "vendor"),
        vendor_rma: said("vendor_rma"),
        due_on,
        passed: match value(sent, "result") {
            "pass" => Some(true),
            "fail" => Some(false),
            _ => None,
        },
        condition: Condition::from_code(value(sent, "condition")),
        occurred_at: moment(sent)?,
        note: notes.join("\n"),
        if_version: version(sent),
        case: case_input(sent)?,
        bench: bench(sent)?,
        attachment: given(sent, "attachment").and_then(|id| id.parse().ok()),
        limits_confirmed: given(sent, "limits_confirmed").is_some(),
    })
}

/// The version of the line that was seen.
fn version(sent: &Sent) -> Option<i64> {
    given(sent, "version").and_then(|version| version.parse().ok())
}

/// What the settled cases ask for.
fn case_input(sent: &Sent) -> Result<CaseInput, Problem> {
    let amount_fen = match given(sent, "amount") {
        None => None,
        Some(text) => Some(parse_fen(&text).ok_or_else(|| Refusal::field("amount", "bad_amount"))?),
    };
    let valid_until = match given(sent, "valid_until") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Refusal::field("valid_until", "bad_date"))?),
    };
    Ok(CaseInput {
        by: given(sent, "agreed_by").or_else(|| given(sent, "by")).unwrap_or_default(),
        evidence: value(sent, "evidence").to_owned(),
        amount_fen,
        valid_until,
        mode: Mode::from_code(value(sent, "mode")),
        entitlement: Entitlement::from_code(value(sent, "entitlement")),
        payer: Payer::from_code(value(sent, "payer")),
        ..CaseInput::default()
    })
}

/// What bench work says in a form: one part at a time.
pub(super) fn bench(sent: &Sent) -> Result<BenchInput, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let estimate_fen = match given(sent, "estimate") {
        None => None,
        Some(text) => {
            let fen = parse_fen(&text).filter(|fen| *fen >= 0);
            Some(fen.ok_or_else(|| Refusal::field("estimate", "bad_amount"))?)
        }
    };
    let quantity = match given(sent, "quantity") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Refusal::field("quantity", "not_positive"))?),
    };
    let is_part = given(sent, "quantity").is_some() || given(sent, "part_serial").is_some();
    let part = PartInput {
        part_no: given(sent, "part_no"),
        serial: given(sent, "part_serial"),
        quantity,
        from: given(sent, "from"),
    };
    Ok(BenchInput {
        fault_code: given(sent, "fault_code"),
        estimate_fen,
        parts: if is_part { vec![part] } else { vec![] },
        steps: vec![],
        data: DataAnswer::from_code(value(sent, "data")),
        certificate: said("certificate"),
        cause: Cause::from_code(value(sent, "cause")),
        evidence: said("evidence"),
    })
}

/// The local time typed into `occurred_at`.
pub fn moment(sent: &Sent) -> Result<Option<DateTime<Utc>>, Problem> {
    local_time(sent, "occurred_at")
}

/// The local time typed into a field.
pub fn local_time(sent: &Sent, field: &str) -> Result<Option<DateTime<Utc>>, Problem> {
    let Some(text) = given(sent, field) else { return Ok(None) };
    let read = |pattern| NaiveDateTime::parse_from_str(&text, pattern).ok();
    let local = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"));
    let at = local.and_then(|local| local.and_local_timezone(frame::zone()).single());
    Ok(Some(at.ok_or_else(|| Refusal::field(field, "bad_instant"))?.to_utc()))
}
