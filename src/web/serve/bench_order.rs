//! `/bench/{number}`: one repair order, and what is done to it.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::bench::item;
use super::frame::{self, name};
use super::rmas::everything;
use super::{board, flash, rma_line, rma_view};
use crate::app::repair::{self, FaultCodeRow, Listed, RepairRow, RepairView, TestStepRow};
use crate::app::rma::{self, ActionInput, LineView};
use crate::app::{AppResult, Conn, Ctx, vendors};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::money::format_fen;
use crate::domain::place::vendor_code;
use crate::domain::refusal::Refusal;
use crate::domain::repair::{RepairKind, STEPS_MAX, StepResult, TestStep};
use crate::domain::rma::{ActionKind, RepairOutcome};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::actions::Choices;
use crate::web::bench::rank;
use crate::web::bench_order::{BenchEvent, BenchOrderPage, BuiltIn, StepShown, VendorStay, bench_form};
use crate::web::form::Choice;
use crate::web::page::Screen;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::NaiveDate;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/bench/{number}", web::get().to(show))
        .route("/bench/{number}/actions/{action}", web::post().to(work));
}

async fn show(req: HttpRequest, caller: Caller, number: web::Path<String>) -> Shown {
    answer::page(&order_screen(&req, &caller, &number).await?)
}

/// What the page tells beside the order, as read.
#[derive(Default)]
struct Beside {
    vendors: Vec<vendors::Vendor>,
    codes: Vec<FaultCodeRow>,
    /// What the next test is likely to try.
    steps: Vec<String>,
    /// The RMA line it is done for, when the reader may see it.
    line: Option<LineView>,
    /// What that line waits for, where nothing is to be done on the order.
    next: Option<rma::Next>,
}

fn beside(conn: &mut Conn, ctx: &Ctx, view: &RepairView) -> AppResult<Beside> {
    let row = &view.row;
    let mut beside = Beside { steps: repair::usual_steps(conn, ctx, &row.part_no)?, ..Beside::default() };
    if let Some((number, line)) = row.rma.as_deref().zip(row.line) {
        beside.line = match rma::line_view(conn, ctx, number, line) {
            Ok(found) => Some(found),
            Err(crate::app::Error::Refused(Refusal::NotFound { .. })) => None,
            Err(error) => return Err(error),
        };
        if beside.line.is_some() && view.allowed_actions.is_empty() {
            beside.next = Some(rma::next(conn, ctx, number, line)?);
        }
    }
    if ctx.actor.role.may(Permission::ReadSetup) {
        beside.vendors = vendors::list(conn, ctx, &everything())?;
        beside.codes = repair::list_codes(conn, ctx)?;
    }
    Ok(beside)
}

async fn order_screen(req: &HttpRequest, caller: &Caller, number: &str) -> Result<BenchOrderPage, Problem> {
    let number = number.to_owned();
    let (view, beside) = http::read(caller, move |conn, ctx| {
        let view = repair::view(conn, ctx, &number)?;
        let beside = beside(conn, ctx, &view)?;
        Ok((view, beside))
    })
    .await?;
    let p = frame::page(req, Some(caller), Screen::Bench);
    let people = view.tests.iter().map(|row| &row.actor).chain(view.events.iter().map(|row| &row.actor));
    let p = frame::naming(p, caller, people.chain([&view.row.technician])).await?;
    let mut parties = vec![view.row.owner.to_string(), view.row.place.clone()];
    parties.extend(view.legs.iter().map(|leg| vendor_code(&leg.vendor)));
    let p = frame::with_parties(p, caller, parties.iter().map(String::as_str)).await?;
    Ok(order(p, caller, view, &beside))
}

/// What is usually tested: what was tried on the last unit of this part, else what every board goes through.
fn usual_steps(p: &Page, row: &RepairRow, known: &[String]) -> Vec<String> {
    if !known.is_empty() {
        return known.to_vec();
    }
    let mut steps = vec![p.t("test-step-power"), p.t("test-step-function"), p.t("test-step-burn-in")];
    if row.data_bearing {
        steps.push(p.t("test-step-data"));
    }
    steps
}

fn order(p: Page, caller: &Caller, view: RepairView, beside: &Beside) -> BenchOrderPage {
    let today = Zone::default().local_date(caller.ctx.now);
    let words = |code: &FaultCodeRow| name(&p, &code.name, &code.name_en).to_owned();
    let codes = beside.codes.iter().filter(|code| code.active);
    let choices = Choices {
        vendors: beside.vendors.iter().map(|v| Choice::new(&v.code, &v.name)).collect(),
        fault_codes: codes.map(|code| Choice::new(&code.code, words(code))).collect(),
        test_steps: usual_steps(&p, &view.row, &beside.steps),
        ..Choices::default()
    };
    let over_limit = view.is_over_limit();
    let mut kinds = view.allowed_actions.clone();
    kinds.sort_by_key(|kind| rank(kind.as_str(), view.row.state.as_str()));
    let form = |kind: &RepairKind| {
        bench_form(&p, &view.row.number, kind.as_str(), &choices, view.row.version, &act::key())
    };
    let forms = kinds.iter().map(form).collect();
    let money = |fen: Option<i64>| fen.map(format_fen).unwrap_or_default();
    let spent = view.parts.iter().fold(0_i64, |sum, used| sum.saturating_add(used.cost_fen));
    let row = view.row.clone();
    let line = beside.line.as_ref();
    let cause = line.and_then(|line| line.cause).map(|cause| cause.to_string()).unwrap_or_default();
    let code_name = beside.codes.iter().find(|code| code.code == row.fault_code);
    let attribute = line.filter(|line| line.allowed_actions.contains(&ActionKind::AttributeCause));
    BenchOrderPage {
        row: item(&p, caller, &Listed { row: view.row, flags: view.flags }, today),
        line: row.line.unwrap_or(1),
        part_no: row.part_no,
        place: row.place,
        owner: rma_view::owner(&p, &row.owner),
        depot: row.depot,
        fault: row.fault,
        fault_name: code_name.map_or(row.fault_code.clone(), words),
        finding: row.finding,
        estimate: money(row.estimate_fen),
        cost: money(row.cost_fen),
        limit: money(view.limit_fen),
        over_limit,
        clock: line.map(rma_view::clock_of),
        waits_for: line
            .zip(beside.next.as_ref())
            .map_or_else(String::new, |(line, next)| board::waits_for(&p, line, next)),
        cause,
        attribute: attribute
            .map(|line| format!("/rma/{}?line={}#do-attribute_cause", part(&line.row.number), line.row.line)),
        parts: view.parts.into_iter().map(|used| built_in(&p, used)).collect(),
        parts_cost: format_fen(spent),
        tests: view.tests.into_iter().map(|row| step_shown(&p, row)).collect(),
        stays: view.legs.into_iter().map(|leg| stay(&p, leg, today)).collect(),
        events: view.events.into_iter().map(|row| event(&p, row)).collect(),
        forms,
        p,
    }
}

fn built_in(p: &Page, used: repair::RepairPartRow) -> BuiltIn {
    BuiltIn {
        name: name(p, &used.part_name, &used.part_name_en).to_owned(),
        part_no: used.part_no,
        what: used.serial.unwrap_or_else(|| format!("× {}", used.quantity)),
        cost: format_fen(used.cost_fen),
    }
}

fn step_shown(p: &Page, row: TestStepRow) -> StepShown {
    StepShown {
        test: row.test,
        name: row.name,
        result: row.result.to_string(),
        evidence: row.evidence,
        actor: p.person(row.actor.as_deref()),
        at: row.tested_at,
    }
}

fn stay(p: &Page, leg: repair::LegRow, today: NaiveDate) -> VendorStay {
    VendorStay {
        gone: match (leg.returned_at, &leg.returned_serial, leg.outcome) {
            (None, ..) | (_, Some(_), _) => "",
            (_, None, Some(_)) => "scrapped_there",
            (_, None, None) => "lost",
        },
        overdue: leg.returned_at.is_none() && leg.due_on.is_some_and(|day| day < today),
        other_serial: leg.returned_serial.filter(|serial| *serial != leg.serial).unwrap_or_default(),
        vendor: p.place(&vendor_code(&leg.vendor)),
        vendor_rma: leg.vendor_rma,
        sent_at: leg.sent_at,
        due_on: leg.due_on,
        returned_at: leg.returned_at,
        outcome: leg.outcome.map(|outcome| outcome.to_string()).unwrap_or_default(),
        cost: leg.cost_fen.map(format_fen).unwrap_or_default(),
    }
}

fn event(p: &Page, row: repair::RepairEventRow) -> BenchEvent {
    BenchEvent {
        to: if row.to_state == row.from_state { String::new() } else { row.to_state },
        note: p.note(&row.kind, &row.note),
        kind: row.kind,
        actor: p.person(row.actor.as_deref()),
        at: row.occurred_at,
    }
}

async fn work(req: HttpRequest, path: web::Path<(String, String)>, form: SignedForm<Sent>) -> Shown {
    let (number, code) = path.into_inner();
    let SignedForm { caller, form: sent } = form;
    match attempt(&req, &caller, &number, &code, &sent).await {
        Ok(to) => done(&req, &to),
        Err(problem) => refused(&req, &caller, &number, &code, &sent, problem).await,
    }
}

/// On to the next page, which says that it is done.
fn done(req: &HttpRequest, to: &str) -> Shown {
    let mut answer = go(req, to);
    flash::say(req, &mut answer, "said-action")?;
    Ok(answer)
}

async fn attempt(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    code: &str,
    sent: &Sent,
) -> Result<String, Problem> {
    let kind = RepairKind::from_code(code).ok_or_else(|| Refusal::not_found("action", code))?;
    let back =
        if value(sent, "from") == "queue" { "/bench".to_owned() } else { format!("/bench/{}", part(number)) };
    let p = frame::page(req, Some(caller), Screen::Bench);
    act::complete(&bench_form(&p, number, code, &Choices::default(), 0, "").form, sent)?;
    let (number, input) = (number.to_owned(), input(sent)?);
    let to = move |_: &()| back.clone();
    act::act(caller, req, sent, to, move |tx, ctx| repair::act(tx, ctx, &number, kind, &input).map(|_| ()))
        .await
}

/// The form again, with what was typed and what is wrong; alone for htmx, else on the order's page.
async fn refused(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    code: &str,
    sent: &Sent,
    problem: Problem,
) -> Shown {
    let p = frame::page(req, Some(caller), Screen::Bench);
    let (mut said, problem) = act::complaint(&p, problem)?;
    for (field, _) in &mut said.fields {
        // The form has one part; the use case knows a list of them.
        if let Some(inner) = field.strip_prefix("parts[0].") {
            *field = inner.to_owned();
        } else if field == "passed" {
            *field = "result".to_owned();
        } else if let Some(inner) = field.strip_prefix("steps[") {
            // Steps left open are not sent on: back to the row of the form.
            let at = inner.split(']').next().and_then(|at| at.parse::<usize>().ok());
            if let Some(row) = at.and_then(|at| tried(sent).into_iter().nth(at)) {
                *field = format!("step_{row}_name");
            }
        }
    }
    let mut screen = order_screen(req, caller, number).await?;
    let Some(form) = screen.forms.iter_mut().find(|form| form.code == code) else {
        // The action is not allowed any more: what stands in the way is said on a page of its own.
        return Err(problem);
    };
    act::refuse(&mut form.form, sent, &said);
    form.open = true;
    if is_htmx(req) {
        return act::fragment(p, form.form.clone(), &problem);
    }
    answer::html(problem.status(), &screen)
}

/// What the form says, in the words of the use case.
fn input(sent: &Sent) -> Result<ActionInput, Problem> {
    let said = |name: &str| value(sent, name).to_owned();
    let mut bench = rma_line::bench(sent)?;
    bench.steps = steps(sent)?;
    let notes = ["work", "evidence", "note"].map(|name| value(sent, name));
    let notes: Vec<&str> = notes.into_iter().filter(|note| !note.is_empty()).collect();
    Ok(ActionInput {
        bin: given(sent, "bin"),
        serial: given(sent, "serial"),
        reason: said("reason"),
        finding: said("finding"),
        outcome: RepairOutcome::from_code(value(sent, "outcome")),
        cost_fen: rma_line::cost_fen(sent)?,
        vendor: given(sent, "vendor"),
        vendor_rma: said("vendor_rma"),
        due_on: rma_line::due_on(sent)?,
        passed: match value(sent, "result") {
            "pass" => Some(true),
            "fail" => Some(false),
            _ => None,
        },
        occurred_at: rma_line::moment(sent)?,
        note: notes.join("\n"),
        if_version: given(sent, "version").and_then(|version| version.parse().ok()),
        bench,
        ..ActionInput::default()
    })
}

/// Rows of the test's form that say something: by their number.
fn tried(sent: &Sent) -> Vec<usize> {
    let said = |row: &usize| {
        ["", "_evidence"].iter().any(|field| !value(sent, &format!("step_{row}{field}")).is_empty())
    };
    (1..=STEPS_MAX).filter(said).collect()
}

/// The steps of a test. One without a verdict was not tried yet and is left out, unless something is written beside it.
fn steps(sent: &Sent) -> Result<Vec<TestStep>, Problem> {
    let mut steps = vec![];
    for row in tried(sent) {
        let field = format!("step_{row}");
        let result = StepResult::from_code(value(sent, &field));
        steps.push(TestStep {
            name: value(sent, &format!("{field}_name")).to_owned(),
            result: result.ok_or_else(|| Refusal::field(field.clone(), "required"))?,
            evidence: value(sent, &format!("{field}_evidence")).to_owned(),
        });
    }
    Ok(steps)
}
