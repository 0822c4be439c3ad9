//! `/bench`: the queue, one order, and what is done to it.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::frame::{self, name};
use super::rma_line;
use super::rmas::everything;
use super::{clock, flash};
use crate::app::repair::{self, FIRST, FaultCodeRow, Listed, NewOrder, RepairFilter, RepairKey, RepairView};
use crate::app::rma::ActionInput;
use crate::app::{AppResult, Conn, Ctx, vendors};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::money::{format_fen, parse_fen};
use crate::domain::refusal::Refusal;
use crate::domain::repair::{QueueSort, RepairKind};
use crate::domain::rma::RepairOutcome;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem, Trouble};
use crate::web::Page;
use crate::web::actions::Choices;
use crate::web::bench::{
    BenchEvent, BenchOrderPage, BenchPage, BenchRow, BuiltIn, QuickStep, VendorStay, bench_form,
};
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::rma_list::ViewTab;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use chrono::NaiveDate;

/// Rows of a page.
const ROWS: i64 = 50;
/// The day lists sort by while there is no due date.
const NO_DUE_DATE: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/bench").route(web::get().to(queue)).route(web::post().to(take)))
        .route("/bench/{number}", web::get().to(show))
        .route("/bench/{number}/actions/{action}", web::post().to(work));
}

/// What the queue shows, read from the address.
#[derive(Debug, Default, serde::Deserialize)]
struct Wanted {
    view: Option<String>,
    q: Option<String>,
    after: Option<String>,
}

fn href(view: &str, q: &str) -> String {
    match q {
        "" => format!("/bench?view={view}"),
        q => format!("/bench?view={view}&q={}", part(q)),
    }
}

/// The views of the bench.
pub fn views(current: &str, q: &str) -> Vec<ViewTab> {
    const VIEWS: [(&str, &str); 6] = [
        ("lanes", "bench-view-lanes"),
        ("open", "bench-view-open"),
        ("risk", "bench-view-risk"),
        ("mine", "bench-view-mine"),
        ("vendor", "bench-view-vendor"),
        ("late", "bench-view-late"),
    ];
    let tab = |(view, key): &(&'static str, &'static str)| ViewTab {
        key,
        count: None,
        tone: Tone::Plain,
        href: if *view == "lanes" { "/bench".to_owned() } else { href(view, q) },
        current: current == *view,
    };
    VIEWS.iter().map(tab).collect()
}

impl Wanted {
    fn view(&self) -> &str {
        match self.view.as_deref() {
            Some(view @ ("open" | "mine" | "vendor" | "late" | "risk")) => view,
            _ if self.q().is_empty() && self.after.is_none() => "lanes",
            _ => "open",
        }
    }

    fn q(&self) -> &str {
        self.q.as_deref().map_or("", str::trim)
    }

    fn href(&self, view: &str) -> String {
        href(view, self.q())
    }

    fn sort(&self) -> QueueSort {
        if self.view() == "risk" { QueueSort::MissProbability } else { QueueSort::Due }
    }

    fn filter(&self, caller: &Caller, today: NaiveDate) -> RepairFilter {
        let state = crate::domain::rma::RepairOrderState::AtVendor;
        RepairFilter {
            technician: (self.view() == "mine").then(|| caller.ctx.actor.username.clone()),
            state: matches!(self.view(), "vendor" | "late").then_some(state),
            vendor_overdue_on: (self.view() == "late").then_some(today),
            open: true,
            q: Some(self.q().to_owned()),
            ..RepairFilter::default()
        }
    }

    fn after(&self) -> Result<RepairKey, Problem> {
        let Some(text) = self.after.as_deref() else { return Ok(FIRST) };
        let mut parts = text.split('_');
        let mut next = || parts.next().unwrap_or_default();
        let (risk, day, id) = (next().parse().ok(), next().parse().ok(), next().parse().ok());
        let (Some(risk), Some(sort_due), Some(id)) = (risk, day, id) else {
            return Err(Trouble::BadCursor.into());
        };
        Ok(RepairKey { risk, sort_due, id })
    }
}

async fn queue(req: HttpRequest, caller: Caller, wanted: web::Query<Wanted>) -> Shown {
    if wanted.view() == "lanes" && !is_htmx(&req) {
        return super::bench_lanes::show(req, caller).await;
    }
    let screen = queue_screen(&req, &caller, &wanted, None).await?;
    if is_htmx(&req) { answer::page(&screen.as_results()) } else { answer::page(&screen) }
}

async fn queue_screen(
    req: &HttpRequest,
    caller: &Caller,
    wanted: &Wanted,
    take: Option<Form>,
) -> Result<BenchPage, Problem> {
    let today = Zone::default().local_date(caller.ctx.now);
    let (filter, sort, after) = (wanted.filter(caller, today), wanted.sort(), wanted.after()?);
    let mut rows =
        http::read(caller, move |conn, ctx| repair::list(conn, ctx, &filter, sort, after, ROWS + 1)).await?;
    let more = i64::try_from(rows.len()).is_ok_and(|read| read > ROWS);
    if more {
        rows.pop();
    }
    let next = rows.last().filter(|_| more).map(|listed| {
        let key = repair::key_of(listed, sort);
        format!("{}&after={}_{}_{}", wanted.href(wanted.view()), key.risk, key.sort_due, key.id)
    });
    let p = frame::page(req, Some(caller), Screen::Bench);
    let may_take = caller.ctx.actor.role.may(Permission::Repair);
    Ok(BenchPage {
        views: views(wanted.view(), wanted.q()),
        view: wanted.view().to_owned(),
        q: wanted.q().to_owned(),
        rows: rows.iter().map(|listed| item(&p, caller, listed, today)).collect(),
        next,
        take: take.or_else(|| may_take.then(|| take_form(&p))),
        p,
    })
}

pub fn item(p: &Page, caller: &Caller, listed: &Listed, today: NaiveDate) -> BenchRow {
    let row = &listed.row;
    let due_on = Some(row.sort_due).filter(|day| *day != NO_DUE_DATE);
    let mut quick = vec![];
    let mut steps = vec![];
    for kind in repair::next_steps(&caller.ctx, row) {
        let code = kind.as_str();
        let button = |label: String, field: (&str, &str)| QuickStep {
            code: code.to_owned(),
            label,
            field: (field.0.to_owned(), field.1.to_owned()),
            idempotency_key: act::key(),
        };
        match kind {
            RepairKind::StartRepair | RepairKind::WaitParts | RepairKind::PartsArrived => {
                quick.push(button(p.word("action", code), ("", "")));
            }
            RepairKind::Test => {
                quick.push(button(p.word("test-result", "pass"), ("result", "pass")));
                quick.push(button(p.word("test-result", "fail"), ("result", "fail")));
            }
            RepairKind::ApproveCost => {}
            _ => steps.push((code.to_owned(), p.word("action", code))),
        }
    }
    BenchRow {
        number: row.number.clone(),
        rma: row.rma.clone().unwrap_or_default(),
        customer: row.customer.clone().unwrap_or_default(),
        serial: row.serial.clone(),
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        state: row.state.to_string(),
        due_on,
        left: due_on.map(|day| clock::days_left(&caller.ctx.calendar, today, day)),
        risk_bp: due_on.map(|_| row.risk_bp),
        vendor: row.vendor.clone().unwrap_or_default(),
        vendor_due_on: row.vendor_due_on,
        vendor_overdue: row.vendor_due_on.is_some_and(|day| day < today),
        waiting: row.waiting_since.is_some(),
        rework: row.rework,
        technician: row.technician.clone().unwrap_or_default(),
        flags: listed.flags.iter().map(ToString::to_string).collect(),
        quick,
        steps,
        version: row.version,
    }
}

/// A unit of our own for the bench.
pub fn take_form(p: &Page) -> Form {
    Form {
        id: "take".to_owned(),
        action: "/bench".to_owned(),
        fields: vec![
            Field::new("serial", p.t("field-serial"), Control::Code).required(),
            Field::new("part_no", p.t("field-part-no"), Control::Code),
            Field::new("fault", p.t("field-fault"), Control::Text),
        ],
        more: vec![],
        submit: p.t("bench-take"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

async fn take(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let new = NewOrder {
        serial: value(&sent, "serial").to_owned(),
        part_no: given(&sent, "part_no"),
        fault: value(&sent, "fault").to_owned(),
    };
    let to = |number: &String| format!("/bench/{}", part(number));
    let opened = act::act(&caller, &req, &sent, to, move |tx: &mut Conn, ctx: &Ctx| {
        repair::open(tx, ctx, &new).map(|acted| acted.repair.row.number)
    })
    .await;
    match opened {
        Ok(to) => Ok(go(&req, &to)),
        Err(problem) => {
            let p = frame::page(&req, Some(&caller), Screen::Bench);
            let (said, problem) = act::complaint(&p, problem)?;
            let mut form = take_form(&p);
            act::refuse(&mut form, &sent, &said);
            if is_htmx(&req) {
                return act::fragment(p, form, &problem);
            }
            let screen = queue_screen(&req, &caller, &Wanted::default(), Some(form)).await?;
            answer::html(problem.status(), &screen)
        }
    }
}

async fn show(req: HttpRequest, caller: Caller, number: web::Path<String>) -> Shown {
    answer::page(&order_screen(&req, &caller, &number).await?)
}

/// What the forms may offer, as read.
struct Offered {
    vendors: Vec<vendors::Vendor>,
    codes: Vec<FaultCodeRow>,
}

fn offered(conn: &mut Conn, ctx: &Ctx) -> AppResult<Offered> {
    if !ctx.actor.role.may(Permission::ReadSetup) {
        return Ok(Offered { vendors: vec![], codes: vec![] });
    }
    Ok(Offered { vendors: vendors::list(conn, ctx, &everything())?, codes: repair::list_codes(conn, ctx)? })
}

async fn order_screen(req: &HttpRequest, caller: &Caller, number: &str) -> Result<BenchOrderPage, Problem> {
    let number = number.to_owned();
    let (view, offered) =
        http::read(caller, move |conn, ctx| Ok((repair::view(conn, ctx, &number)?, offered(conn, ctx)?)))
            .await?;
    let p = frame::page(req, Some(caller), Screen::Bench);
    Ok(order(p, caller, view, &offered))
}

fn order(p: Page, caller: &Caller, view: RepairView, offered: &Offered) -> BenchOrderPage {
    let today = Zone::default().local_date(caller.ctx.now);
    let words = |code: &FaultCodeRow| name(&p, &code.name, &code.name_en).to_owned();
    let choices = Choices {
        vendors: offered.vendors.iter().map(|v| Choice::new(&v.code, &v.name)).collect(),
        fault_codes: offered
            .codes
            .iter()
            .filter(|code| code.active)
            .map(|code| Choice::new(&code.code, words(code)))
            .collect(),
        ..Choices::default()
    };
    let over_limit = view.is_over_limit();
    let forms = view
        .allowed_actions
        .iter()
        .map(|kind| bench_form(&p, &view.row.number, kind.as_str(), &choices, view.row.version, &act::key()));
    let forms = forms.collect();
    let money = |fen: Option<i64>| fen.map(format_fen).unwrap_or_default();
    let row = view.row.clone();
    let listed = Listed { row: view.row, flags: view.flags };
    BenchOrderPage {
        row: item(&p, caller, &listed, today),
        part_no: row.part_no,
        place: row.place,
        owner: row.owner.to_string(),
        depot: row.depot,
        fault: row.fault,
        fault_name: offered
            .codes
            .iter()
            .find(|code| code.code == row.fault_code)
            .map_or(row.fault_code.clone(), words),
        finding: row.finding,
        estimate: money(row.estimate_fen),
        cost: money(row.cost_fen),
        limit: money(view.limit_fen),
        over_limit,
        parts: view
            .parts
            .into_iter()
            .map(|used| BuiltIn {
                name: name(&p, &used.part_name, &used.part_name_en).to_owned(),
                part_no: used.part_no,
                what: used.serial.unwrap_or_else(|| format!("× {}", used.quantity)),
                cost: format_fen(used.cost_fen),
            })
            .collect(),
        stays: view.legs.into_iter().map(|leg| stay(leg, today)).collect(),
        events: view.events.into_iter().map(event).collect(),
        forms,
        p,
    }
}

fn stay(leg: repair::LegRow, today: NaiveDate) -> VendorStay {
    VendorStay {
        overdue: leg.returned_at.is_none() && leg.due_on.is_some_and(|day| day < today),
        other_serial: leg.returned_serial.filter(|serial| *serial != leg.serial).unwrap_or_default(),
        vendor: leg.vendor,
        vendor_rma: leg.vendor_rma,
        sent_at: leg.sent_at,
        due_on: leg.due_on,
        returned_at: leg.returned_at,
        outcome: leg.outcome.map(|outcome| outcome.to_string()).unwrap_or_default(),
        cost: leg.cost_fen.map(format_fen).unwrap_or_default(),
    }
}

fn event(row: repair::RepairEventRow) -> BenchEvent {
    BenchEvent {
        to: if row.to_state == row.from_state { String::new() } else { row.to_state },
        kind: row.kind,
        note: row.note,
        actor: row.actor.unwrap_or_default(),
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
    let cost_fen = match given(sent, "cost") {
        None => None,
        Some(text) => {
            let fen = parse_fen(&text).filter(|fen| *fen >= 0);
            Some(fen.ok_or_else(|| Refusal::field("cost", "bad_amount"))?)
        }
    };
    let due_on = match given(sent, "due_on") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Refusal::field("due_on", "bad_date"))?),
    };
    let notes = ["work", "evidence", "note"].map(|name| value(sent, name));
    let notes: Vec<&str> = notes.into_iter().filter(|note| !note.is_empty()).collect();
    Ok(ActionInput {
        bin: given(sent, "bin"),
        serial: given(sent, "serial"),
        reason: said("reason"),
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
        occurred_at: rma_line::moment(sent)?,
        note: notes.join("\n"),
        if_version: given(sent, "version").and_then(|version| version.parse().ok()),
        bench: rma_line::bench(sent)?,
        ..ActionInput::default()
    })
}
