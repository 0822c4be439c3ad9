//! `/scan/{mode}`: the scan station, by plain forms; its script talks to the API. Also its service worker.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, part};
use super::rmas::everything;
use super::station_words::{count_packed, due_lines, load_card, next, paper_of, said, seen};
use super::{flash, frame};
use crate::app::counts::{self, CountScanRow, Seen};
use crate::app::scans::{self, NewScan, SendOff, Task};
use crate::app::{AppResult, Conn, Ctx, depots, people};
use crate::domain::actor::Permission;
use crate::domain::count::{CountState, CountVerdict};
use crate::domain::refusal::Refusal;
use crate::domain::scan::ScanMode;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::form::Choice;
use crate::web::format::how_many;
use crate::web::kit::Tone;
use crate::web::page::Screen;
use crate::web::scan::Verdict;
use crate::web::station::{Mode, OpenCount, ScanLine, StationPage};
use crate::web::{Page, assets, headers};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/scan/worker.js", web::get().to(worker))
        .service(
            web::resource("/scan/ship/send").route(web::get().to(station_again)).route(web::post().to(send)),
        )
        .route("/scan/{mode}/undo", web::post().to(undo))
        .service(web::resource("/scan/{mode}").route(web::get().to(show)).route(web::post().to(take)));
}

/// The service worker. It may keep what is below `/scan/`, where it lies, and nothing else.
async fn worker() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, headers::WORKER_CSP))
        .body(assets::worker())
}

fn mode_of(code: &str) -> Result<Mode, Problem> {
    Ok(Mode::from_code(code).ok_or_else(|| Refusal::not_found("page", code))?)
}

/// What the address asks for.
#[derive(Debug, Clone, Default)]
struct Asked {
    depot: String,
    bin: String,
    count: String,
    last: Option<i64>,
    /// What was handed over a moment ago: its paper is offered.
    sent: String,
}

/// The last thing seen in a count, as `last` says it: noted, or noted before.
const NOTED: i64 = 1;
const NOTED_AGAIN: i64 = 2;

impl Asked {
    fn of(sent: &Sent) -> Asked {
        let said = |name: &str| value(sent, name).to_owned();
        Asked {
            depot: said("depot"),
            bin: said("bin"),
            count: said("count"),
            last: value(sent, "last").parse().ok(),
            sent: said("sent"),
        }
    }

    fn address(&self, mode: Mode) -> String {
        let count =
            if self.count.is_empty() { String::new() } else { format!("&count={}", part(&self.count)) };
        let last = self.last.map(|id| format!("&last={id}")).unwrap_or_default();
        let sent = if self.sent.is_empty() { String::new() } else { format!("&sent={}", part(&self.sent)) };
        format!(
            "/scan/{}?depot={}&bin={}{count}{last}{sent}",
            mode.code(),
            part(&self.depot),
            part(&self.bin)
        )
    }

    /// The same after a label of no bin of this depot or count: which bin is meant is asked for again.
    fn without_bin(&self) -> Asked {
        Asked { bin: String::new(), ..self.clone() }
    }
}

async fn show(req: HttpRequest, caller: Caller, mode: web::Path<String>) -> Shown {
    let mode = mode_of(&mode)?;
    let asked: Sent = url::form_urlencoded::parse(req.query_string().as_bytes()).into_owned().collect();
    let page = screen(&req, &caller, mode, &Asked::of(&asked)).await?;
    let answer = answer::page(&page)?;
    if page.ready() { dressed(answer) } else { Ok(answer) }
}

/// The policy of a page that scans: camera, WebAssembly, worker.
pub(super) fn dressed(mut answer: HttpResponse) -> Shown {
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(headers::SCAN_CSP));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(headers::SCAN_PERMISSIONS),
    );
    // It bears the session's token: nobody else may keep it.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(answer)
}

/// Depots this person books in.
pub(super) fn own_depots(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<Choice>> {
    let bound = ctx.actor.role.is_bound_to_depots();
    let mut all = depots::list(conn, ctx, &everything())?;
    all.retain(|depot| !bound || ctx.actor.depots.iter().any(|own| own.code == depot.row.code));
    Ok(all
        .into_iter()
        .map(|depot| Choice::new(&depot.row.code, format!("{} {}", depot.row.code, depot.row.name)))
        .collect())
}

/// Scans of one person, day and task are one round; it needs nobody to open or close it.
fn batch_of(p: &Page, mode: Mode, username: &str) -> String {
    let mark = match mode {
        Mode::Receive => "IN",
        Mode::Ship => "OUT",
        Mode::Move => "MV",
        Mode::Count => return String::new(),
    };
    format!("{mark}-{}-{username}", p.today().format("%Y%m%d"))
}

async fn screen(
    req: &HttpRequest,
    caller: &Caller,
    mode: Mode,
    asked: &Asked,
) -> Result<StationPage, Problem> {
    caller.may(Permission::MoveStock)?;
    let p = frame::page(req, Some(caller), Screen::Scan);
    let user = caller.ctx.actor.username.clone();
    let who = Some(user.clone());
    let p = frame::with_depots(frame::naming(p, caller, [&who]).await?, caller).await?;
    let batch = batch_of(&p, mode, &user);
    let wanted = asked.clone();
    let mut screen = http::read(caller, move |conn, ctx| {
        let choices = own_depots(conn, ctx)?;
        let first = choices.iter().find(|choice| choice.value == wanted.depot).or(choices.first());
        let depot = first.map(|choice| choice.value.clone()).unwrap_or_default();
        let mut screen = bare(p, mode, choices, depot, batch, user);
        screen.bin = wanted.bin.clone();
        if screen.depot.is_empty() {
            return Ok(screen);
        }
        match mode {
            Mode::Count => count(conn, ctx, &mut screen, &wanted.count)?,
            Mode::Receive => station(conn, ctx, &mut screen, Task::Receive)?,
            Mode::Ship => station(conn, ctx, &mut screen, Task::Ship)?,
            Mode::Move => station(conn, ctx, &mut screen, Task::Move)?,
        }
        if let Some(id) = wanted.last.filter(|_| mode != Mode::Count) {
            let (row, thing) = scans::one(conn, ctx, id)?;
            screen.verdict = Some(said(&screen.p, &row, thing.as_ref()));
            screen.act = next(&screen.p, &row, thing.as_ref());
        }
        screen.sent = (mode == Mode::Ship && !wanted.sent.is_empty()).then(|| paper_of(&wanted.sent));
        Ok(screen)
    })
    .await?;
    if mode == Mode::Count && asked.last.is_some() {
        screen.verdict = screen.scans.first().map(|line| line.verdict.clone());
        if let Some(verdict) = screen.verdict.as_mut().filter(|_| asked.last == Some(NOTED_AGAIN)) {
            let said = [screen.p.t("station-seen-again"), verdict.title.clone()];
            verdict.title = said.join(" · ");
        }
    }
    Ok(screen)
}

fn bare(p: Page, mode: Mode, depots: Vec<Choice>, depot: String, batch: String, user: String) -> StationPage {
    StationPage {
        p,
        mode,
        depots,
        depot,
        bin: String::new(),
        bins: vec![],
        batch,
        count: String::new(),
        counts: vec![],
        user,
        verdict: None,
        act: None,
        scans: vec![],
        counter: (0, 0, 0),
        due: vec![],
        expected: vec![],
        loads: vec![],
        sent: None,
        idempotency_key: act::key(),
    }
}

fn station(conn: &mut Conn, ctx: &Ctx, screen: &mut StationPage, task: Task) -> AppResult<()> {
    let mut read = scans::station(conn, ctx, task, &screen.depot, &screen.batch)?;
    let p = &screen.p;
    screen.scans = read
        .scans
        .iter()
        .map(|(row, thing)| ScanLine {
            id: Some(row.id),
            verdict: said(p, row, thing.as_ref()),
            at: p.local(&row.client_time).format("%H:%M:%S").to_string(),
            undone: row.undone_at.is_some(),
            settle: next(p, row, None).map(|act| act.href).unwrap_or_default(),
        })
        .collect();
    screen.counter = (read.counter.accepted, read.counter.review, read.counter.refused);
    let loads = match task {
        Task::Ship => scans::loads(conn, ctx, &read.depot, &screen.batch)?,
        Task::Receive | Task::Move => vec![],
    };
    count_packed(&mut read.due, &loads, &read.scans);
    let alone = if task == Task::Ship { scans::lots_alone(&read.due, &loads) } else { vec![] };
    screen.expected = read
        .due
        .iter()
        .filter(|due| due.done < due.wanted)
        .filter_map(|due| Some((due.serial.clone()?, due.document.clone())))
        .collect();
    screen.loads = loads
        .into_iter()
        .chain(alone)
        .enumerate()
        .map(|(at, load)| load_card(p, &screen.depot, at, load, &read.due))
        .collect();
    screen.due = due_lines(p, &read.due);
    screen.bins = read.bins;
    Ok(())
}

/// A count at the scanner: blind, so nothing is said of what the books expect.
fn count(conn: &mut Conn, ctx: &Ctx, screen: &mut StationPage, number: &str) -> AppResult<()> {
    if number.is_empty() {
        let open = counts::list(conn, ctx, Some(CountState::Open), Some(&screen.depot), i64::MAX, 50)?;
        let openers = open.iter().filter_map(|row| row.opened_by.clone()).collect();
        screen.p.names = people::shown_names(conn, &openers)?;
        let p = &screen.p;
        screen.counts = open
            .into_iter()
            .map(|row| OpenCount {
                note: format!("{} · {}", p.person(row.opened_by.as_deref()), p.at(&row.opened_at)),
                number: row.number,
            })
            .collect();
        return Ok(());
    }
    let view = counts::view(conn, ctx, number)?;
    screen.depot.clone_from(&view.row.depot);
    let own = format!("{}/", view.row.depot);
    screen.bins =
        view.places.iter().map(|place| place.strip_prefix(&own).unwrap_or(place).to_owned()).collect();
    // A count of one bin is a count in that bin: nobody scans it first.
    if let [only] = view.places.as_slice()
        && let Some(bin) = only.strip_prefix(&own).filter(|_| screen.bin.is_empty())
    {
        screen.bin = bin.to_owned();
    }
    let p = &screen.p;
    screen.scans = view
        .scans
        .iter()
        .rev()
        .take(60)
        .map(|row| ScanLine {
            id: Some(row.id),
            verdict: seen(p, row),
            at: p.local(&row.scanned_at).format("%H:%M:%S").to_string(),
            undone: false,
            settle: String::new(),
        })
        .collect();
    let fine = |row: &&CountScanRow| matches!(row.verdict, CountVerdict::Here | CountVerdict::Quantity);
    let done = how_many(view.scans.iter().filter(fine).count());
    screen.counter = (done, how_many(view.scans.len()) - done, 0);
    screen.count = view.row.number;
    Ok(())
}

/// A code typed into the form, or read by a gun, without script.
async fn take(req: HttpRequest, mode: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let mode = mode_of(&mode)?;
    let SignedForm { caller, form: sent } = form;
    let asked = Asked { last: None, ..Asked::of(&sent) };
    let code = value(&sent, "code").to_owned();
    let bins = match depots_bins(&caller, &asked.depot).await {
        Ok(bins) if mode != Mode::Ship => bins,
        _ => vec![],
    };
    let aimed = code.to_uppercase();
    let aimed = aimed.strip_prefix(&format!("{}/", asked.depot)).unwrap_or(&aimed);
    if let Some(bin) = bins.into_iter().find(|bin| bin.to_uppercase() == aimed) {
        return Ok(go(&req, &Asked { bin, ..asked }.address(mode)));
    }
    let done = if mode == Mode::Count {
        note(&req, &caller, &asked, &sent).await
    } else {
        book(&req, &caller, mode, &asked, &sent).await
    };
    match done {
        Ok(to) => Ok(go(&req, &to)),
        Err(problem) => refused(&req, &caller, mode, &asked, code, problem).await,
    }
}

async fn depots_bins(caller: &Caller, depot: &str) -> Result<Vec<String>, Problem> {
    let depot = depot.to_owned();
    http::read(caller, move |conn, ctx| Ok(depots::get(conn, ctx, &depot)?.bins)).await
}

async fn book(
    req: &HttpRequest,
    caller: &Caller,
    mode: Mode,
    asked: &Asked,
    sent: &Sent,
) -> Result<String, Problem> {
    let p = frame::page(req, Some(caller), Screen::Scan);
    let new = NewScan {
        mode: ScanMode::from_code(mode.api()).ok_or_else(|| Refusal::not_found("page", mode.code()))?,
        depot: asked.depot.clone(),
        batch: batch_of(&p, mode, &caller.ctx.actor.username),
        code: value(sent, "code").to_owned(),
        part_no: given(sent, "part_no"),
        bin: given(sent, "bin"),
        client_time: caller.ctx.now,
        device: "form".to_owned(),
    };
    let asked = asked.clone();
    let to = move |(id, is_lost): &(i64, bool)| {
        let next = if *is_lost { asked.without_bin() } else { asked.clone() };
        Asked { last: Some(*id), ..next }.address(mode)
    };
    act::act(caller, req, sent, to, move |tx, ctx| {
        scans::scan(tx, ctx, &new).map(|row| (row.id, row.reason == "no_such_bin"))
    })
    .await
}

async fn note(req: &HttpRequest, caller: &Caller, asked: &Asked, sent: &Sent) -> Result<String, Problem> {
    let code = value(sent, "code").to_owned();
    let many = match given(sent, "quantity") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Refusal::field("quantity", "not_positive"))?),
    };
    let thing = match many {
        None => Seen { serial: Some(code), part_no: given(sent, "part_no"), ..Seen::default() },
        quantity => Seen { part_no: Some(code), quantity, ..Seen::default() },
    };
    let (number, bin) = (asked.count.clone(), given(sent, "bin"));
    let asked = asked.clone();
    let to = move |again: &bool| {
        let last = Some(if *again { NOTED_AGAIN } else { NOTED });
        Asked { last, ..asked.clone() }.address(Mode::Count)
    };
    act::act(caller, req, sent, to, move |tx, ctx| {
        let noted = counts::see(tx, ctx, &number, bin.as_deref(), std::slice::from_ref(&thing))?;
        Ok(noted.iter().any(|one| one.again && one.scan.verdict != CountVerdict::Quantity))
    })
    .await
}

/// The station again, with what was wrong as its verdict.
async fn refused(
    req: &HttpRequest,
    caller: &Caller,
    mode: Mode,
    asked: &Asked,
    code: String,
    problem: Problem,
) -> Shown {
    let p = frame::page(req, Some(caller), Screen::Scan);
    let (said, problem) = act::complaint(&p, problem)?;
    let fields: Vec<String> = said.fields.into_iter().map(|(_, text)| text).collect();
    let is_lost = matches!(problem, Problem::Refused(Refusal::NoSuchBin { .. } | Refusal::NotInCount { .. }));
    let asked = if is_lost { asked.without_bin() } else { asked.clone() };
    let mut screen = screen(req, caller, mode, &asked).await?;
    screen.verdict = Some(Verdict {
        tone: Tone::Bad,
        title: p.t("station-refused"),
        code,
        text: if said.form.is_empty() { fields.join(" ") } else { said.form },
        bin: String::new(),
    });
    dressed(answer::html(problem.status(), &screen)?)
}

async fn undo(req: HttpRequest, mode: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let mode = mode_of(&mode)?;
    let SignedForm { caller, form: sent } = form;
    let asked = Asked { last: None, ..Asked::of(&sent) };
    let id: i64 = value(&sent, "id").parse().map_err(|_| Refusal::not_found("scan", value(&sent, "id")))?;
    let reason = frame::page(&req, Some(&caller), Screen::Scan).t("station-undo-reason");
    let back = asked.address(mode);
    let count = asked.count.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx| match mode {
        Mode::Count => counts::take_back(tx, ctx, &count, id, &reason).map(|_| ()),
        _ => scans::undo(tx, ctx, id, &reason).map(|_| ()),
    };
    match act::act(&caller, &req, &sent, move |()| back.clone(), work).await {
        Ok(to) => Ok(go(&req, &to)),
        Err(problem) => refused(&req, &caller, mode, &asked, String::new(), problem).await,
    }
}

/// A refused form stands under its own address; asked for again, it is the station.
async fn station_again(req: HttpRequest) -> HttpResponse {
    go(&req, "/scan/ship")
}

/// Hands a load to its carrier.
async fn send(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let p = frame::page(&req, Some(&caller), Screen::Scan);
    let asked = Asked::of(&sent);
    let mut lots = vec![];
    for row in 0.. {
        let Some(part_no) = given(&sent, &format!("lot-{row}-part_no")) else { break };
        if let Ok(quantity) = value(&sent, &format!("lot-{row}-quantity")).parse::<i64>()
            && quantity > 0
        {
            lots.push((part_no, quantity));
        }
    }
    let what = SendOff {
        depot: asked.depot.clone(),
        batch: batch_of(&p, Mode::Ship, &caller.ctx.actor.username),
        document: value(&sent, "document").to_owned(),
        carrier: value(&sent, "carrier").to_owned(),
        tracking_no: value(&sent, "tracking_no").to_owned(),
        received_by: value(&sent, "received_by").to_owned(),
        is_own_ride: given(&sent, "own_ride").is_some(),
        limits_confirmed: given(&sent, "limits_confirmed").is_some(),
        lots,
    };
    let document = what.document.clone();
    let back = Asked { sent: document.clone(), ..asked.clone() }.address(Mode::Ship);
    let work = move |tx: &mut Conn, ctx: &Ctx| scans::send_off(tx, ctx, &what);
    let problem = match act::act(&caller, &req, &sent, move |()| back.clone(), work).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-sent-off")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let (said, problem) = act::complaint(&p, problem)?;
    let mut screen = screen(&req, &caller, Mode::Ship, &asked).await?;
    let Some(card) = screen.loads.iter_mut().find(|card| card.document == document) else {
        return Err(problem);
    };
    act::refuse(&mut card.form, &sent, &said);
    dressed(answer::html(problem.status(), &screen)?)
}
