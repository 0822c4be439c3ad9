//! `/exceptions`: what a person has to settle.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::frame;
use super::rows;
use super::settings::record::asked;
use super::station_words::href_of;
use crate::app::exceptions::{self, ExceptionFilter, ExceptionRow, Keeper, Listed};
use crate::app::{AppResult, Conn, Ctx, intakes};
use crate::args;
use crate::domain::actor::{DepotRef, Permission};
use crate::domain::count::{ExceptionSource, ExceptionState, RightAct};
use crate::domain::intake::IntakeState;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem, words};
use crate::i18n;
use crate::web::Page;
use crate::web::exceptions::{Act, ExceptionItem, ExceptionsPage};
use crate::web::form::{Control, Field, Form};
use crate::web::page::Screen;
use crate::web::transfers::View;
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Most that are counted beside a view.
const MOST: i64 = 200;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/exceptions", web::get().to(list)).route("/exceptions/{id}/settle", web::post().to(settle));
}

/// How many exceptions and boxes wait, counted up to [`MOST`].
pub(super) fn waiting(conn: &mut Conn, ctx: &Ctx) -> AppResult<[i64; 2]> {
    let open = ExceptionFilter { state: Some(ExceptionState::Open), ..ExceptionFilter::default() };
    let exceptions = exceptions::rows(conn, ctx, &open, i64::MAX, MOST)?.len();
    let boxes = intakes::list(conn, ctx, Some(IntakeState::Unmatched), None, i64::MAX, MOST)?.len();
    Ok([exceptions, boxes].map(|many| i64::try_from(many).unwrap_or(MOST)))
}

/// Exceptions and intakes side by side: both wait for somebody's word.
pub(super) fn views(p: &Page, here: &str, waiting: [i64; 2]) -> Vec<View> {
    let all = [
        ("/exceptions?view=open", "exceptions-open", Some(waiting[0])),
        ("/intakes", "intakes-open", Some(waiting[1])),
        ("/exceptions?view=settled", "exceptions-settled", None),
        ("/intakes?view=all", "intakes-all", None),
    ];
    let view = |(href, key, count): &(&str, &str, Option<i64>)| View {
        label: p.t(key),
        href: (*href).to_owned(),
        current: *href == here,
        count: *count,
        bad: false,
    };
    all.iter().map(view).collect()
}

/// Where no view is asked for, the one with something in it: boxes that wait, when no exception does.
async fn list(req: HttpRequest, caller: Caller) -> Shown {
    let sent = asked(&req);
    if sent.is_empty() {
        let [exceptions, boxes] = http::read(&caller, waiting).await?;
        if exceptions == 0 && boxes > 0 {
            return Ok(go(&req, "/intakes"));
        }
    }
    answer::page(&screen(&req, &caller, &sent).await?)
}

async fn screen(req: &HttpRequest, caller: &Caller, sent: &Sent) -> Result<ExceptionsPage, Problem> {
    let is_over = value(sent, "view") == "settled";
    let state = if is_over { ExceptionState::Settled } else { ExceptionState::Open };
    let depot = act::given(sent, "depot").map(|code| code.to_uppercase());
    let filter = ExceptionFilter { state: Some(state), depot: depot.clone(), document: None };
    let before = value(sent, "before").parse().unwrap_or(i64::MAX);
    let (mut rows, waiting) = http::read(caller, move |conn, ctx| {
        Ok((exceptions::list(conn, ctx, &filter, before, rows::READ)?, waiting(conn, ctx)?))
    })
    .await?;
    let more = rows::cut(&mut rows);
    let p = frame::page(req, Some(caller), Screen::Exceptions);
    let people = rows.iter().flat_map(|one| [&one.row.settled_by, &one.row.held_by]);
    let p = frame::with_depots(frame::naming(p, caller, people).await?, caller).await?;
    let here = if is_over { "/exceptions?view=settled" } else { "/exceptions?view=open" };
    let view = if is_over { "view=settled&" } else { "" };
    let depot = depot.map(|code| format!("depot={}&", part(&code))).unwrap_or_default();
    Ok(ExceptionsPage {
        views: views(&p, here, waiting),
        next: rows
            .last()
            .filter(|_| more)
            .map(|one| format!("/exceptions?{view}{depot}before={}", one.row.id)),
        rows: rows.into_iter().map(|one| item(&p, caller, one)).collect(),
        p,
    })
}

fn item(p: &Page, caller: &Caller, one: Listed) -> ExceptionItem {
    let act = act(p, &one);
    let row = one.row;
    let depot = DepotRef { id: row.depot_id, code: row.depot.clone() };
    let may =
        row.state == ExceptionState::Open && caller.ctx.actor.may_in(Permission::MoveStock, &depot).is_ok();
    let document = match row.source {
        ExceptionSource::Count => format!("/counts/{}", part(&row.document)),
        // A box has a list of its own on this page.
        ExceptionSource::Scan | ExceptionSource::Box => String::new(),
    };
    let settlement = row.settled_at.map(|at| {
        let by = p.person(row.settled_by.as_deref());
        format!("{} · {by} · {}", row.settlement, p.at(&at))
    });
    ExceptionItem {
        id: row.id,
        detail: detail(p, &row),
        act,
        source: row.source.to_string(),
        document: (row.document, document),
        code: row.code,
        part_no: row.part_no,
        depot: row.depot,
        held_by: p.person(row.held_by.as_deref()),
        held_at: row.held_at,
        settlement: settlement.unwrap_or_default(),
        form: may.then(|| settle_form(p, row.id)),
    }
}

/// Who holds it and what the books say; else the words of the rule that said no.
fn detail(p: &Page, row: &ExceptionRow) -> String {
    let Some(since) = row.book_since else {
        return words::stored(p.lang, &row.reason, &exceptions::facts(row));
    };
    let args = args! {
        "holder" => p.person(row.held_by.as_deref()),
        "depot" => row.depot.clone(),
        "serial" => row.code.clone(),
        "place" => p.place(&row.book_place),
        "since" => i18n::short_date_time(p.lang, p.local(&since))
    };
    i18n::format(p.lang, "exception-held", &args)
}

/// The act that puts it right: why there, where, and its words.
fn act(p: &Page, one: &Listed) -> Act {
    let row = &one.row;
    let code = part(&row.code);
    let go = |why: String, number: &str, href: String| Act {
        why,
        href,
        words: p.t1("exception-open", "document", number),
    };
    match &one.keeper {
        Some(Keeper::Line { rma, line }) => {
            let href = format!("/rma/{}?line={line}", part(rma));
            return go(p.t2("exception-on-line", "rma", rma.as_str(), "line", line.to_string()), rma, href);
        }
        Some(Keeper::Order(repair)) => {
            let href = format!("/bench/{}", part(repair));
            return go(p.t1("exception-on-order", "repair", repair.as_str()), repair, href);
        }
        Some(Keeper::Document(number)) => {
            let href =
                if number.starts_with("BOX-") { "/intakes?view=all".to_owned() } else { href_of(number) };
            return go(p.t1("exception-of-document", "document", number.as_str()), number, href);
        }
        None => {}
    }
    let href = match row.act {
        RightAct::RecoverLoan | RightAct::MatchRma => format!("/rma?view=all&q={code}"),
        RightAct::ReceiveTransfer | RightAct::TakeIn => format!("/scan/receive?depot={}", part(&row.depot)),
        RightAct::Reverse => format!("/movements?q={code}"),
        RightAct::Look => format!("/scan?code={code}"),
    };
    let asks = row.act == RightAct::Reverse && !one.may_reverse;
    let words = if asks { p.t("right-act-ask-reverse") } else { p.word("right-act", row.act.as_str()) };
    Act { why: String::new(), href, words }
}

fn settle_form(p: &Page, id: i64) -> Form {
    Form {
        id: format!("settle-{id}"),
        action: format!("/exceptions/{id}/settle"),
        fields: vec![Field::new("reason", p.t("exception-how"), Control::Text).required()],
        more: vec![],
        submit: p.t("exception-settle"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

async fn settle(req: HttpRequest, id: web::Path<i64>, form: SignedForm<Sent>) -> Shown {
    let (id, SignedForm { caller, form: sent }) = (id.into_inner(), form);
    let reason = value(&sent, "reason").to_owned();
    let work = move |tx: &mut Conn, ctx: &Ctx| exceptions::settle(tx, ctx, id, &reason).map(|_| ());
    let problem = match act::act(&caller, &req, &sent, |()| "/exceptions".to_owned(), work).await {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller, &Sent::new()).await?;
    let (said, problem) = act::complaint(&screen.p, problem)?;
    let row = screen.rows.iter_mut().find(|row| row.id == id);
    let Some(form) = row.and_then(|row| row.form.as_mut()) else { return Err(problem) };
    act::refuse(form, &sent, &said);
    if is_htmx(&req) {
        let form = form.clone();
        return act::fragment(screen.p, form, &problem);
    }
    answer::html(problem.status(), &screen)
}
