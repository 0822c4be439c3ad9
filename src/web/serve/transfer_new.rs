//! `/transfers/new`: asking for one.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::settings::record::asked;
use super::station::own_depots;
use super::{flash, frame};
use crate::app::stock;
use crate::app::transfers::{self, NewTransfer, WantedLine};
use crate::app::{AppResult, Conn, Ctx, Error, depots, parts};
use crate::domain::actor::Permission;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::Tracking;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::form::{Choice, Control, Field, Form, FormFragment};
use crate::web::format::how_many;
use crate::web::page::Screen;
use crate::web::transfers::WorkNewPage;
use actix_web::HttpRequest;
use std::collections::BTreeMap;

/// Lines of an empty form, the most one form may have, and how many more come at a press.
const LINES: usize = 4;
const LINES_MAX: usize = 60;
const MORE_LINES: usize = 8;

pub async fn new(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::MoveStock)?;
    let sent = asked(&req);
    let mut screen = new_screen(&req, &caller, &sent).await?;
    screen.f.refill(&sent, &[]);
    answer::page(&screen)
}

pub(super) fn lines_of(sent: &Sent) -> usize {
    value(sent, "lines").parse().unwrap_or(LINES).clamp(1, LINES_MAX)
}

pub(super) async fn new_screen(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
) -> Result<WorkNewPage, Problem> {
    let (own, all) = http::read(caller, |conn, ctx| {
        let all = depots::list(conn, ctx, &super::rmas::everything())?;
        Ok((own_depots(conn, ctx)?, all))
    })
    .await?;
    let p = frame::page(req, Some(caller), Screen::Transfers);
    let all: Vec<Choice> = all
        .into_iter()
        .map(|depot| Choice::new(&depot.row.code, format!("{} {}", depot.row.code, depot.row.name)))
        .collect();
    let lines = lines_of(sent).max(LINES);
    let to = own.first().filter(|_| own.len() == 1).map(|choice| choice.value.clone()).unwrap_or_default();
    let mut fields = vec![
        Field::new("from", p.t("transfer-from"), Control::Select(all.clone())).required(),
        Field::new("to", p.t("transfer-to"), Control::Select(all)).required().with_value(to),
        Field::hidden("lines", lines.to_string()),
    ];
    for line in 0..lines {
        let n = how_many(line + 1);
        fields.push(Field::new(format!("line-{line}-what"), p.n("transfer-what", &n), Control::Code));
        fields.push(Field::new(
            format!("line-{line}-quantity"),
            p.n("transfer-what-quantity", &n),
            Control::Number,
        ));
    }
    fields.push(Field::new("note", p.t("transfer-note"), Control::Text));
    Ok(WorkNewPage {
        crumb: ("/transfers".to_owned(), p.t("nav-transfers")),
        title: p.t("transfers-new"),
        sub: p.t("transfers-new-sub"),
        f: Form {
            id: "new-transfer".to_owned(),
            action: "/transfers".to_owned(),
            fields,
            more: vec![],
            submit: p.t("transfer-request"),
            idempotency_key: act::key(),
            error: String::new(),
            cancel: "/transfers".to_owned(),
        },
        more: (lines < LINES_MAX).then(|| p.t("transfer-more-lines")),
        preview: Some(super::transfer_preview::nothing(&p)),
        p,
    })
}

pub async fn create(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: mut sent } = form;
    if given(&sent, "add_line").is_some() {
        let lines = (lines_of(&sent) + MORE_LINES).min(LINES_MAX).to_string();
        sent.retain(|(name, _)| name != "lines");
        sent.push(("lines".to_owned(), lines));
        let mut screen = new_screen(&req, &caller, &sent).await?;
        screen.f.refill(&sent, &[]);
        if is_htmx(&req) {
            return answer::page(&FormFragment { p: screen.p, f: screen.f });
        }
        return answer::page(&screen);
    }
    let mut wanted = vec![];
    let mut at = vec![];
    for line in 0..lines_of(&sent) {
        let Some(what) = given(&sent, &format!("line-{line}-what")) else { continue };
        wanted.push((what, given(&sent, &format!("line-{line}-quantity"))));
        at.push(line);
    }
    let said = |name: &str| value(&sent, name).to_owned();
    let (from, to, note) = (said("from"), said("to"), said("note"));
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        let (mut lines, mut faults) = (vec![], vec![]);
        if !from.is_empty() && from == to {
            faults.push(FieldError::new("to", "same_depot"));
        }
        for (row, (what, quantity)) in wanted.iter().enumerate() {
            match wish(tx, ctx, row, what, quantity.as_deref())? {
                Ok(line) => lines.push(line),
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults).into());
        }
        let new = NewTransfer { from: from.clone(), to: to.clone(), lines, note: note.clone() };
        transfers::request(tx, ctx, &new).map(|view| view.row.number)
    };
    let problem =
        match act::act(&caller, &req, &sent, |number: &String| format!("/transfers/{}", part(number)), work)
            .await
        {
            Ok(to) => return Ok(go(&req, &to)),
            Err(problem) => problem,
        };
    let mut screen = new_screen(&req, &caller, &sent).await?;
    let (mut said, problem) = act::complaint(&screen.p, problem)?;
    for (field, _) in &mut said.fields {
        *field = field_of(field, &at);
    }
    act::refuse(&mut screen.f, &sent, &said);
    if is_htmx(&req) {
        return act::fragment(screen.p, screen.f, &problem);
    }
    answer::html(problem.status(), &screen)
}

/// Asks for every suggestion of the page at once: a transfer for each way.
pub async fn create_suggested(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let mut ways: BTreeMap<(String, String), Vec<WantedLine>> = BTreeMap::new();
    for (_, one) in sent.iter().filter(|(name, _)| name == "one") {
        let mut said = one.split('|');
        let mut next = || said.next().unwrap_or_default().to_owned();
        let (part_no, from, to, quantity) = (next(), next(), next(), next());
        let quantity = quantity.parse().map_err(|_| Refusal::field("quantity", "not_positive"))?;
        let line = WantedLine { part_no: Some(part_no), quantity: Some(quantity), ..WantedLine::default() };
        ways.entry((from, to)).or_default().push(line);
    }
    let made = how_many(ways.len());
    let note = frame::page(&req, Some(&caller), Screen::Transfers).t("suggest-note");
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        for ((from, to), lines) in &ways {
            let (from, to, lines) = (from.clone(), to.clone(), lines.clone());
            transfers::request(tx, ctx, &NewTransfer { from, to, lines, note: note.clone() })?;
        }
        Ok(())
    };
    let to = act::act(&caller, &req, &sent, |()| "/transfers?view=requested".to_owned(), work).await?;
    let mut answer = go(&req, &to);
    flash::say_n(&req, &mut answer, "said-suggested", made)?;
    Ok(answer)
}

/// A line says a part number, or the serial of this very unit; what is neither is told as that, whatever the quantity.
fn wish(
    tx: &mut Conn,
    ctx: &Ctx,
    row: usize,
    what: &str,
    quantity: Option<&str>,
) -> AppResult<Result<WantedLine, FieldError>> {
    let fault = |name: &str, code| FieldError::new(format!("lines[{row}].{name}"), code);
    let read = quantity.map(str::parse::<i64>).transpose();
    let known = match parts::get(tx, ctx, what) {
        Ok(part) => WantedLine {
            part_no: Some(part.row.part_no),
            quantity: (part.row.tracking == Tracking::Serial).then_some(1),
            ..WantedLine::default()
        },
        Err(Error::Refused(_)) => match stock::unit(tx, ctx, what, None) {
            Err(Error::Refused(Refusal::NotFound { .. })) => {
                return Ok(Err(fault("serial", "neither_part_nor_serial")));
            }
            _ => WantedLine { serial: Some(what.to_owned()), ..WantedLine::default() },
        },
        Err(error) => return Err(error),
    };
    Ok(match read {
        Err(_) => Err(fault("quantity", "not_positive")),
        Ok(None) => Ok(known),
        given => Ok(WantedLine { quantity: given.unwrap_or_default(), ..known }),
    })
}

/// `lines[2].quantity` is the third line that said something.
fn field_of(field: &str, at: &[usize]) -> String {
    let read = field.strip_prefix("lines[").and_then(|rest| rest.split_once(']'));
    let row = read.and_then(|(row, rest)| Some((at.get(row.parse::<usize>().ok()?)?, rest)));
    match row {
        Some((line, ".quantity")) => format!("line-{line}-quantity"),
        Some((line, _)) => format!("line-{line}-what"),
        None if field == "lines" => "line-0-what".to_owned(),
        None => field.to_owned(),
    }
}
