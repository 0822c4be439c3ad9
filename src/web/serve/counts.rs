//! `/counts`: the list, a new one, its variance, approval.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::begin::{Begin, pieces};
use super::frame;
use super::rows;
use super::settings::record::asked;
use crate::app::counts::{self, CountRow, CountScanRow, CountView, Difference, Variance};
use crate::app::stock::{self, MovementRow};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::count::{CountState, CountVerdict, DifferenceOf};
use crate::domain::refusal::Refusal;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::counts::{CountItem, CountPage, CountsPage, DifferenceItem, ExceptionItem, Moved};
use crate::web::form::{Control, Field, Form};
use crate::web::format::how_many;
use crate::web::page::Screen;
use crate::web::transfers::View;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};
use std::collections::BTreeSet;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/counts").route(web::get().to(list)).route(web::post().to(open)))
        .route("/counts/new", web::get().to(new))
        .route("/counts/{number}", web::get().to(show))
        .route("/counts/{number}/{step}", web::post().to(step));
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    let sent = asked(&req);
    let view = value(&sent, "view").to_owned();
    let state = CountState::from_code(&view);
    let before = value(&sent, "before").parse().unwrap_or(i64::MAX);
    let mut rows =
        http::read(&caller, move |conn, ctx| counts::list(conn, ctx, state, None, before, rows::READ))
            .await?;
    let more = rows::cut(&mut rows);
    let p = frame::page(&req, Some(&caller), Screen::Counts);
    let people = rows.iter().flat_map(|row| [&row.opened_by, &row.decided_by]);
    let p = frame::with_depots(frame::naming(p, &caller, people).await?, &caller).await?;
    let next = rows.last().filter(|_| more).map(|row| format!("/counts?view={view}&before={}", row.id));
    let tab = |code: &str, label: String| View {
        label,
        href: if code.is_empty() { "/counts".to_owned() } else { format!("/counts?view={code}") },
        current: view == code,
        count: None,
        bad: false,
    };
    let mut views = vec![tab("", p.t("view-all"))];
    views.extend(
        CountState::ALL.iter().map(|state| tab(state.as_str(), p.word("count-state", state.as_str()))),
    );
    answer::page(&CountsPage {
        views,
        rows: rows.iter().map(|row| item(&p, row)).collect(),
        may_new: caller.may(Permission::MoveStock).is_ok(),
        next,
        p,
    })
}

fn decided(p: &Page, row: &CountRow) -> String {
    match (&row.decided_by, row.decided_at) {
        (by, Some(at)) => format!("{} · {}", p.person(by.as_deref()), p.at(&at)),
        _ => String::new(),
    }
}

fn item(p: &Page, row: &CountRow) -> CountItem {
    CountItem {
        number: row.number.clone(),
        depot: row.depot.clone(),
        state: row.state.to_string(),
        seen: row.scans,
        done: row.done_at.is_some(),
        by: p.person(row.opened_by.as_deref()),
        at: row.opened_at,
        decided: decided(p, row),
    }
}

const NEW: Begin = Begin {
    id: "new-count",
    screen: Screen::Counts,
    path: "/counts",
    words: ["nav-counts", "counts-new", "counts-new-sub", "count-open"],
    fields: |p| vec![Field::new("bins", p.t("count-bins"), Control::Area).with_hint(p.t("count-bins-hint"))],
    more: |_| vec![],
    field: |field| if field.starts_with("bins") { "bins" } else { field },
};

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    NEW.show(&req, &caller).await
}

async fn open(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let depot = value(&sent, "depot").to_owned();
    let bins: Vec<String> = pieces(value(&sent, "bins")).collect();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        counts::open(tx, ctx, &depot, &bins).map(|view| (view.row.depot, view.row.number))
    };
    let to = |(depot, number): &(String, String)| {
        format!("/scan/count?depot={}&count={}", part(depot), part(number))
    };
    match act::act(&caller, &req, &sent, to, work).await {
        Ok(to) => Ok(go(&req, &to)),
        Err(problem) => NEW.refuse(&req, &caller, &sent, problem).await,
    }
}

async fn show(req: HttpRequest, caller: Caller, number: web::Path<String>) -> Shown {
    answer::page(&screen(&req, &caller, &number).await?)
}

/// What a count's page is made of.
struct Read {
    view: CountView,
    variance: Variance,
    clues: Vec<Clue>,
    /// The reader neither opened it nor counted in it.
    is_second: bool,
}

fn read(conn: &mut Conn, ctx: &Ctx, p: &Page, number: &str) -> AppResult<Read> {
    let view = counts::view(conn, ctx, number)?;
    let variance = counts::variance(conn, ctx, number)?;
    let mut clues = vec![];
    for difference in &variance.differences {
        clues.push(clue(conn, ctx, p, difference)?);
    }
    let is_second = counts::is_second(conn, ctx, &view.row)?;
    Ok(Read { view, variance, clues, is_second })
}

/// What the ledger says last, and who booked it.
struct Clue {
    text: String,
    by: Option<String>,
}

/// What the ledger says last of a unit that differs, or of a quantity at its place.
fn clue(conn: &mut Conn, ctx: &Ctx, p: &Page, difference: &Difference) -> AppResult<Clue> {
    let last = match &difference.serial {
        Some(serial) => stock::history(conn, ctx, serial, Some(&difference.part_no), i64::MAX, 1)?.pop(),
        None => {
            let filter = stock::MovementFilter {
                part_no: Some(difference.part_no.clone()),
                depot: difference.book_place.split('/').next().map(ToOwned::to_owned),
                ..stock::MovementFilter::default()
            };
            stock::list_movements(conn, ctx, &filter, i64::MAX, 1)?.pop()
        }
    };
    Ok(last.map_or_else(
        || Clue { text: p.t("count-no-clue"), by: None },
        |row| {
            let kind = p.word("movement", row.kind.as_str());
            let (from, to) = (p.place(&row.from_place), p.place(&row.to_place));
            // What comes from a boundary is called as it: nobody reads the same word twice.
            let way = if from == kind { format!("→ {to}") } else { format!("{from} → {to}") };
            let text = format!("{} {kind} {way}", p.at(&row.occurred_at));
            Clue { text, by: row.actor }
        },
    ))
}

async fn screen(req: &HttpRequest, caller: &Caller, number: &str) -> Result<CountPage, Problem> {
    let p = frame::page(req, Some(caller), Screen::Counts);
    let (words, number) = (p.clone(), number.to_owned());
    let read = http::read(caller, move |conn, ctx| read(conn, ctx, &words, &number)).await?;
    let row = &read.view.row;
    let people = read.view.scans.iter().map(|scan| &scan.scanned_by).chain([
        &row.opened_by,
        &row.decided_by,
        &row.done_by,
    ]);
    let p = frame::naming(p, caller, people.chain(read.clues.iter().map(|clue| &clue.by))).await?;
    let p = frame::with_depots(p, caller).await?;
    let booked = read.view.movements.iter().map(|row| row.part_no.as_str());
    let differ = read.variance.differences.iter().map(|one| one.part_no.as_str());
    let uncounted = read.variance.uncounted.iter().map(|one| one.part_no.as_str());
    let p = frame::with_parts(p, caller, booked.chain(differ).chain(uncounted)).await?;
    Ok(page(p, caller, read))
}

fn page(p: Page, caller: &Caller, read: Read) -> CountPage {
    let Read { view, variance, clues, is_second } = read;
    let row = &view.row;
    let is_open = row.state == CountState::Open;
    let actor = &caller.ctx.actor;
    let may_count = is_open && actor.may_in(Permission::MoveStock, &row.depot_ref()).is_ok();
    let may_approve = actor.may_in(Permission::CorrectStock, &row.depot_ref()).is_ok();
    let blocked = match (is_open, may_approve, is_second) {
        (true, false, _) => p.t("count-needs-manager"),
        (true, true, false) => p.t("count-needs-second"),
        (true, true, true) if row.done_at.is_none() => p.t("count-needs-done"),
        _ => String::new(),
    };
    let fine = |scan: &CountScanRow| {
        scan.counted == scan.booked && matches!(scan.verdict, CountVerdict::Here | CountVerdict::Quantity)
    };
    let off: BTreeSet<&str> = view
        .scans
        .iter()
        .filter(|scan| !fine(scan))
        .map(|scan| scan.place.as_str())
        .chain(variance.differences.iter().map(|difference| difference.place.as_str()))
        .collect();
    let agreeing = view.places.iter().filter(|place| !off.contains(place.as_str())).count();
    let n = how_many(variance.differences.len());
    let counters: BTreeSet<&str> = view.scans.iter().filter_map(|scan| scan.scanned_by.as_deref()).collect();
    let may_decide = is_open && may_approve && is_second;
    CountPage {
        number: row.number.clone(),
        state: row.state.to_string(),
        depot: row.depot.clone(),
        places: view.places.clone(),
        opened: format!("{} · {}", p.person(row.opened_by.as_deref()), p.at(&row.opened_at)),
        counters: counters.into_iter().map(|by| p.person(Some(by))).collect(),
        done: row
            .done_at
            .map(|at| format!("{} · {}", p.person(row.done_by.as_deref()), p.at(&at)))
            .unwrap_or_default(),
        decided: decided(&p, row),
        seen: row.scans,
        agreeing: how_many(agreeing),
        differences: variance
            .differences
            .iter()
            .zip(clues)
            .map(|(one, clue)| {
                difference(one, format!("{} {}", clue.text, p.person(clue.by.as_deref())).trim().to_owned())
            })
            .collect(),
        uncounted: variance
            .uncounted
            .into_iter()
            .map(|one| moved(one.place, String::new(), one.part_no, None, one.quantity))
            .collect(),
        not_seen: variance
            .not_seen
            .into_iter()
            .map(|unit| moved(unit.place, String::new(), unit.part_no, Some(unit.serial), 1))
            .collect(),
        exceptions: variance.exceptions.into_iter().map(exception).collect(),
        movements: view.movements.iter().map(booked).collect(),
        may_count,
        // A count is blind: its differences are for the second person, and for everybody once it is over.
        shows_variance: !is_open || may_decide,
        blocked,
        finish: (may_count && row.done_at.is_none())
            .then(|| step_form(&row.number, "done", p.t("count-done"))),
        // Whoever still walks along the shelves is not told that half of them is lost.
        approve: (may_decide && row.done_at.is_some())
            .then(|| step_form(&row.number, "approve", p.n("count-approve", &n))),
        cancel: may_count.then(|| step_form(&row.number, "cancel", p.t("count-cancel"))),
        p,
    }
}

fn moved(from: String, to: String, part_no: String, serial: Option<String>, quantity: i64) -> Moved {
    Moved { from, to, part_no, serial: serial.unwrap_or_default(), quantity }
}

fn booked(row: &MovementRow) -> Moved {
    let (from, to) = (row.from_place.clone(), row.to_place.clone());
    moved(from, to, row.part_no.clone(), row.serial.clone(), row.quantity)
}

fn difference(one: &Difference, clue: String) -> DifferenceItem {
    let lost = "lost".to_owned();
    let by = one.counted - one.booked;
    let (from, to) = match one.of {
        DifferenceOf::Missing => (one.book_place.clone(), lost),
        DifferenceOf::OtherBin => (one.book_place.clone(), one.place.clone()),
        DifferenceOf::Quantity if by > 0 => (lost, one.place.clone()),
        DifferenceOf::Quantity => (one.place.clone(), lost),
    };
    DifferenceItem {
        of: one.of.to_string(),
        place: one.place.clone(),
        part_no: one.part_no.clone(),
        serial: one.serial.clone().unwrap_or_default(),
        booked: one.booked,
        counted: one.counted,
        clue,
        from,
        to,
        moves: if one.of == DifferenceOf::Quantity { by.abs() } else { 1 },
    }
}

fn exception(scan: CountScanRow) -> ExceptionItem {
    ExceptionItem {
        code: scan.code,
        place: scan.place,
        verdict: scan.verdict.to_string(),
        book_place: scan.book_place,
    }
}

fn step_form(number: &str, step: &str, submit: String) -> Form {
    Form {
        id: format!("step-{step}"),
        action: format!("/counts/{}/{step}", part(number)),
        fields: vec![],
        more: vec![],
        submit,
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

async fn step(req: HttpRequest, path: web::Path<(String, String)>, form: SignedForm<Sent>) -> Shown {
    let (number, step) = path.into_inner();
    let SignedForm { caller, form: sent } = form;
    let take = match step.as_str() {
        "approve" => counts::approve,
        "cancel" => counts::cancel,
        "done" => counts::done,
        other => return Err(Refusal::not_found("action", other).into()),
    };
    let (back, wanted) = (format!("/counts/{}", part(&number)), number.clone());
    let work = move |tx: &mut Conn, ctx: &Ctx| take(tx, ctx, &wanted).map(|_| ());
    let problem = match act::act(&caller, &req, &sent, move |()| back.clone(), work).await {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller, &number).await?;
    let (said, problem) = act::complaint(&screen.p, problem)?;
    let wanted = format!("step-{step}");
    let forms = [screen.approve.as_mut(), screen.cancel.as_mut(), screen.finish.as_mut()];
    let Some(form) = forms.into_iter().flatten().find(|form| form.id == wanted) else { return Err(problem) };
    act::refuse(form, &sent, &said);
    if is_htmx(&req) {
        let form = form.clone();
        return act::fragment(screen.p, form, &problem);
    }
    answer::html(problem.status(), &screen)
}
