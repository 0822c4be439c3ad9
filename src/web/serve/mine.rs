//! `/rma` and `/rma/{number}` as a customer sees them: own RMAs only, in plain words.

use super::act::{self, Sent, value};
use super::answer::{self, Shown, part};
use super::frame::{self, name};
use super::rows;
use super::{clock, mine_ask, rma_beside, rmas, track};
use crate::app::contracts::Held;
use crate::app::figures::{self, Asked, Query};
use crate::app::rma::{self, LineKey, LineRow, Mine, NeedRow, RmaView, Tracked, Which};
use crate::domain::calendar::{Zone, due_day};
use crate::domain::money::format_fen;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, QuoteState};
use crate::http::{self, Caller, Problem, State, Trouble};
use crate::web::Page;
use crate::web::action_order::order_actions;
use crate::web::actions::{ActionForm, Choices, action_form};
use crate::web::form::{Control, Field, Form};
use crate::web::kit::{ClockState, Tone};
use crate::web::mine::{HeldContract, HeldSpare, MinePage, MineRmaPage, MineRow, Need, Said};
use crate::web::page::Screen;
use crate::web::rma_detail::NotesForm;
use crate::web::rma_list::ViewTab;
use actix_web::{HttpRequest, web};
use chrono::{Datelike, NaiveDate};

/// The customer's home.
pub async fn home(req: HttpRequest, caller: Caller) -> Shown {
    let sent = rmas::pairs(&req);
    answer::page(&screen(&req, &caller, &sent).await?)
}

fn after(sent: &Sent) -> Result<LineKey, Problem> {
    match value(sent, "after").split_once('_') {
        None => Ok(rma::FIRST),
        Some((day, id)) => {
            let key = day.parse::<NaiveDate>().ok().zip(id.parse().ok());
            key.map(|(sort_due, id)| LineKey { sort_due, id }).ok_or(Trouble::BadCursor.into())
        }
    }
}

/// The page, as the query of the address asks for it.
pub(super) async fn screen(req: &HttpRequest, caller: &Caller, sent: &Sent) -> Result<MinePage, Problem> {
    let today = Zone::default().local_date(caller.ctx.now);
    let since = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
    let finished = value(sent, "view") == "finished";
    let (wanted, key) = (act::given(sent, "customer"), after(sent)?);
    let (mut mine, rate) = http::read(caller, move |conn, ctx| {
        let which = Which { customer: wanted.as_deref(), finished, after: key, limit: rows::READ };
        let mine = rma::mine(conn, ctx, which)?;
        let asked = Asked {
            from: Some(since.to_string()),
            to: Some(today.to_string()),
            customer: Some(mine.customer.code.clone()),
            ..Asked::default()
        };
        let query = Query::read(&asked, ctx)?;
        let rate = figures::timely_repair(conn, ctx, &query)?.total;
        Ok((mine, rate))
    })
    .await?;
    let code = mine.customer.code.clone();
    let more = rows::cut(&mut mine.lines);
    let view = if finished { "finished" } else { "open" };
    let here = |view: &str| format!("/rma?customer={}&view={view}", part(&code));
    let next = mine.lines.last().filter(|_| more);
    let next = next.map(|row| format!("{}&after={}_{}", here(view), row.sort_due, row.id));
    let p = frame::page(req, Some(caller), Screen::Rma);
    let tab =
        |key, of: &str| ViewTab { key, count: None, tone: Tone::Plain, href: here(of), current: view == of };
    let others = mine
        .customers
        .iter()
        .map(|row| (row.name.clone(), format!("/rma?customer={}", part(&row.code)), row.code == code));
    Ok(MinePage {
        customer: mine.customer.name.clone(),
        cover: cover(&p, &mine),
        contracts: mine.contracts.iter().map(|held| contract(&p, held, today)).collect(),
        others: if mine.customers.len() > 1 { others.collect() } else { vec![] },
        views: vec![tab("mine-view-open", "open"), tab("mine-view-finished", "finished")],
        finished,
        needs: mine.needs.iter().map(|row| need(&p, row)).collect(),
        rows: mine
            .lines
            .iter()
            .map(|row| line(&p, caller, row, mine.makers_units.contains_key(&row.id)))
            .collect(),
        next,
        loans: mine
            .loans
            .iter()
            .map(|row| HeldSpare {
                serial: row.serial.clone(),
                part_name: name(&p, &row.part_name, &row.part_name_en).to_owned(),
                instead_of: row.instead_of.clone(),
                href: format!("/rma/{}?line={}", part(&row.number), row.line),
                due_on: row.due_on,
            })
            .collect(),
        rate: clock::rate(&rate),
        since,
        report: format!("/report/timely-repair?customer={}&from={since}&to={today}&class=all", part(&code)),
        ask: mine_ask::form(&p, caller, &code),
        hotline: req.app_data::<web::Data<State>>().map_or_else(String::new, |it| it.config.hotline.clone()),
        refused: false,
        p,
    })
}

fn cover(p: &Page, mine: &Mine) -> String {
    let plan = name(p, &mine.plan.0, &mine.plan.1);
    let Some(cover) = &mine.cover else { return p.t("mine-not-covered") };
    let Some(number) = cover.contract.as_deref() else { return p.t1("mine-covered", "plan", plan) };
    let held = mine.contracts.iter().find(|held| held.contract.number == number);
    match held.and_then(|held| held.contract.valid_to) {
        None => p.t2("mine-covered-contract", "contract", number, "plan", plan),
        Some(to) => {
            let args = crate::args! { "contract" => number, "plan" => plan, "date" => p.date(&to) };
            crate::i18n::format(p.lang, "mine-covered-until", &args)
        }
    }
}

fn contract(p: &Page, held: &Held, today: NaiveDate) -> HeldContract {
    let (contract, to) = (&held.contract, held.contract.valid_to);
    HeldContract {
        number: contract.number.clone(),
        plan: name(p, &held.plan.0, &held.plan.1).to_owned(),
        sites: contract.sites.join(" / "),
        period: (contract.valid_from, to),
        standing: held.standing.as_str(),
        left: to.map_or(0, |to| to.signed_duration_since(today).num_days()),
    }
}

fn need(p: &Page, row: &NeedRow) -> Need {
    let kind = row.kind.as_str();
    let amount = row.amount_fen.map(|fen| format!("¥{}", format_fen(fen))).unwrap_or_default();
    let number = row.number.as_str();
    let title = match kind {
        "quote" => p.t2("mine-need-quote", "number", number, "amount", amount.as_str()),
        "hold" => p.t1("mine-need-hold", "number", number),
        "confirm" => p.t1("mine-need-confirm", "serial", row.serial.as_str()),
        "replacement" => p.t1("mine-need-replacement", "serial", row.serial.as_str()),
        "faulty" => p.t1("mine-need-faulty", "serial", row.serial.as_str()),
        "loan" => p.t1("mine-need-loan", "serial", row.serial.as_str()),
        _ => p.t1("mine-need-send", "serial", row.serial.as_str()),
    };
    let part_name = name(p, &row.part_name, &row.part_name_en);
    Need {
        title,
        note: match row.due_on {
            Some(day) => p.t2("mine-need-by", "part", part_name, "date", p.day(&day)),
            None => part_name.to_owned(),
        },
        href: format!("/rma/{}?line={}", part(number), row.line),
        link: p.word("mine-link", kind),
    }
}

/// A line in plain words; `is_makers`: of the unit its maker sent in place of the own one.
fn line(p: &Page, caller: &Caller, row: &LineRow, is_makers: bool) -> MineRow {
    let zone = Zone::default();
    let counted = clock::of_row(row, &caller.ctx.calendar, zone.local_date(caller.ctx.now));
    let running = counted.state == ClockState::Running;
    let word = match counted.state {
        ClockState::Running if counted.left < 0 => p.t("mine-late"),
        ClockState::Running if counted.at_risk => p.t("mine-may-be-late"),
        ClockState::Paused => p.t("mine-waits"),
        _ => String::new(),
    };
    MineRow {
        number: row.number.clone(),
        line: row.line,
        part_name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        serial: row.serial.clone(),
        say: p.word("track-say", track::say_of(row.repair_state, is_makers)),
        tone: if running { counted.tone() } else { Tone::Plain },
        word,
        waits: counted.state == ClockState::Paused,
        due_on: due_day(row.sort_due),
        ended_on: row.ended_at.map(|at| zone.local_date(at)),
    }
}

/// One RMA of theirs.
pub async fn show(req: HttpRequest, caller: Caller, number: &str, line: Option<i64>) -> Shown {
    answer::page(&rma_screen(&req, &caller, number, line).await?)
}

/// Its page, for one line.
pub async fn rma_screen(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    line: Option<i64>,
) -> Result<MineRmaPage, Problem> {
    let number = number.to_owned();
    let (view, tracked, files) = http::read(caller, move |conn, ctx| {
        let files = rma::files(conn, ctx, &number)?;
        Ok((rma::view(conn, ctx, &number)?, rma::followed(conn, ctx, &number)?, files))
    })
    .await?;
    let people = view.timeline.iter().map(|event| &event.actor).chain(files.iter().map(|file| &file.actor));
    let p = frame::naming(frame::page(req, Some(caller), Screen::Rma), caller, people).await?;
    let line = line.unwrap_or(1);
    let mut page = one(p, &view, &tracked, line)?;
    page.files = rma_beside::shown(&page.p, &view.rma.number, &files);
    page.notes = rma_beside::notes(&view.rma.number, line, false);
    Ok(page)
}

fn one(p: Page, view: &RmaView, tracked: &Tracked, wanted: i64) -> Result<MineRmaPage, Refusal> {
    let missing = || Refusal::not_found("rma_line", format!("{}/{wanted}", view.rma.number));
    let shown = view.lines.iter().find(|line| line.row.line == wanted).ok_or_else(missing)?;
    let followed = tracked.lines.iter().find(|line| line.row.line == wanted).ok_or_else(missing)?;
    let (number, version) = (&view.rma.number, shown.row.version.to_string());
    let form = |kind: &ActionKind| {
        answered(
            &p,
            action_form(&p, number, wanted, kind.as_str(), &Choices::default(), &version, &act::key()),
        )
    };
    let quote = shown.quotes.iter().find(|quote| quote.state == QuoteState::Open);
    let is_theirs = |line: Option<i64>| line.is_none_or(|line| line == wanted);
    let said = view.timeline.iter().filter(|event| {
        event.kind == "note" && !event.internal && is_theirs(event.line) && !event.note.is_empty()
    });
    Ok(MineRmaPage {
        number: number.clone(),
        code: view.rma.tracking_code.clone(),
        tabs: view
            .lines
            .iter()
            .map(|line| (line.row.line, name(&p, &line.row.part_name, &line.row.part_name_en).to_owned()))
            .collect(),
        line: track::line(&p, tracked, followed),
        fault: shown.row.fault.clone(),
        quote: quote.map(|quote| (format!("¥{}", format_fen(quote.amount_fen)), quote.valid_until)),
        actions: theirs(order_actions(
            shown.allowed_actions.iter().map(form).collect(),
            shown.row.repair_state.as_str(),
        )),
        said: said
            .map(|event| Said {
                actor: p.person(event.actor.as_deref()),
                text: event.note.clone(),
                at: event.occurred_at,
            })
            .collect(),
        files: vec![],
        notes: NotesForm::default(),
        p,
    })
}

/// Who answers is signed in: that is the name, and the evidence. An answer is given when it is given.
fn answered(p: &Page, mut made: ActionForm) -> ActionForm {
    if !made.code.ends_with("_quote") {
        return made;
    }
    for field in &mut made.form.fields {
        let known = match field.name.as_str() {
            "by" => p.who.as_ref().map(|who| who.name.clone()).unwrap_or_default(),
            "evidence" => p.t("mine-evidence"),
            _ => continue,
        };
        *field = Field::hidden(field.name.clone(), known);
    }
    made.form.more.retain(|field| matches!(field.control, Control::Hidden));
    made
}

/// Confirming and answering come before calling off.
fn theirs(mut forms: Vec<ActionForm>) -> Vec<ActionForm> {
    let rank = |form: &ActionForm| match form.code.as_str() {
        "accept_quote" => 0,
        "confirm_returned" | "exchange_delivered" => 1,
        "replacement_delivered" => 2,
        "faulty_shipped" => 3,
        "refuse_quote" => 4,
        "report_doa" => 5,
        _ => 6,
    };
    forms.sort_by_key(rank);
    forms
}

/// The form again, with what was typed and what is wrong.
pub fn refused(screen: &mut MineRmaPage, code: &str, sent: &Sent, said: &act::Complaint) -> Option<Form> {
    let form = screen.actions.iter_mut().find(|form| form.code == code)?;
    act::refuse(&mut form.form, sent, said);
    form.open = true;
    Some(form.form.clone())
}
