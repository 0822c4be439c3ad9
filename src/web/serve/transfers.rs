//! `/transfers`: the list, a new one, and the steps of one.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::begin::pieces;
use super::frame::{self, name};
use super::settings::record::asked;
use super::{rows, transfer_new};
use crate::app::goods::Item;
use crate::app::stock;
use crate::app::transfers::{self, Dispatch, TransferFilter, TransferItemRow, TransferRow, TransferView};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::stock::Suggestion;
use crate::domain::stock::{Owner, Tracking};
use crate::domain::transfer::{TransferState, TransferStep, may_request};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::page::Screen;
use crate::web::transfers::{LineItem, Piece, Suggested, TransferItem, TransferPage, TransfersPage, View};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/transfers").route(web::get().to(list)).route(web::post().to(transfer_new::create)),
    )
    .route("/transfers/new", web::get().to(transfer_new::new))
    .route("/transfers/suggested", web::post().to(transfer_new::create_suggested))
    .route("/transfers/preview", web::post().to(super::transfer_preview::show))
    .route("/transfers/{number}", web::get().to(show))
    .route("/transfers/{number}/receive", web::post().to(super::transfer_receipt::receive))
    .route("/transfers/{number}/{step}", web::post().to(step));
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    let sent = asked(&req);
    let view = value(&sent, "view").to_owned();
    let before = value(&sent, "before").parse().unwrap_or(i64::MAX);
    let state = TransferState::from_code(&view);
    let wants_suggestions = view == "suggested";
    let (mut rows, suggested) = http::read(&caller, move |conn, ctx| {
        if wants_suggestions {
            return Ok((vec![], Some(suggestions(conn, ctx, None)?)));
        }
        let filter = TransferFilter { state, ..TransferFilter::default() };
        Ok((transfers::list(conn, ctx, &filter, before, rows::READ)?, None))
    })
    .await?;
    let more = rows::cut(&mut rows);
    let p = frame::page(&req, Some(&caller), Screen::Transfers);
    let p = frame::naming(p, &caller, rows.iter().map(|(row, _)| &row.requested_by)).await?;
    let p = frame::with_depots(p, &caller).await?;
    let part_nos = suggested.iter().flatten().map(|one| one.part_no.as_str());
    let p = frame::with_parts(p, &caller, part_nos).await?;
    let next =
        rows.last().filter(|_| more).map(|(row, _)| format!("/transfers?view={view}&before={}", row.id));
    let tab = |code: &str, label: String| View {
        label,
        href: if code.is_empty() { "/transfers".to_owned() } else { format!("/transfers?view={code}") },
        current: view == code,
        count: None,
        bad: false,
    };
    let states = [TransferState::Requested, TransferState::Approved, TransferState::InTransit]
        .into_iter()
        .chain([TransferState::Differences, TransferState::Closed]);
    let mut views = vec![tab("", p.t("view-all"))];
    views.extend(states.map(|state| tab(state.as_str(), p.word("transfer-state", state.as_str()))));
    views.push(tab("suggested", p.t("suggest-title")));
    answer::page(&TransfersPage {
        views,
        rows: rows.iter().map(|(row, days)| item(&p, row, *days)).collect(),
        suggested,
        may_new: caller.may(Permission::MoveStock).is_ok(),
        next,
        p,
    })
}

/// What to move before anything is bought, for one depot or for all.
pub(super) fn suggestions(conn: &mut Conn, ctx: &Ctx, depot: Option<&str>) -> AppResult<Vec<Suggested>> {
    Ok(stock::suggestions(conn, ctx, depot)?.into_iter().map(|one| suggested(ctx, one)).collect())
}

/// A suggestion with what this person may do with it.
pub(super) fn suggested(ctx: &Ctx, one: Suggestion) -> Suggested {
    let bound = ctx.actor.role.is_bound_to_depots();
    let own = |code: &str| ctx.actor.depots.iter().any(|depot| depot.code == code);
    let is_mine = own(&one.to) || one.from.as_deref().is_some_and(own);
    Suggested {
        may: ctx.actor.may(Permission::MoveStock).is_ok() && (!bound || is_mine),
        part_no: one.part_no,
        from: one.from.unwrap_or_default(),
        to: one.to,
        quantity: one.quantity,
        idempotency_key: act::key(),
    }
}

/// Days on the road, in words.
pub(super) fn days_words(p: &Page, days: i64) -> String {
    p.n("transfer-days", &days)
}

fn item(p: &Page, row: &TransferRow, days: Option<i64>) -> TransferItem {
    TransferItem {
        number: row.number.clone(),
        from: row.from_depot.clone(),
        to: row.to_depot.clone(),
        state: row.state.to_string(),
        days,
        outstanding: row.outstanding,
        note: if row.tracking_no.is_empty() {
            row.note.clone()
        } else {
            format!("{} {}", row.carrier, row.tracking_no)
        },
        at: row.requested_at,
        by: p.person(row.requested_by.as_deref()),
    }
}

async fn show(req: HttpRequest, caller: Caller, number: web::Path<String>) -> Shown {
    answer::page(&screen(&req, &caller, &number).await?)
}

/// The page of a transfer as it stands.
pub(super) async fn screen(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
) -> Result<TransferPage, Problem> {
    let number = number.to_owned();
    let view = http::read(caller, move |conn, ctx| transfers::view(conn, ctx, &number)).await?;
    let p = frame::page(req, Some(caller), Screen::Transfers);
    let p = frame::naming(p, caller, [&view.row.requested_by, &view.row.approved_by]).await?;
    let p = frame::with_depots(p, caller).await?;
    Ok(page(p, caller, &view))
}

fn page(p: Page, caller: &Caller, view: &TransferView) -> TransferPage {
    let row = &view.row;
    let may = |step| view.allowed.contains(&step);
    let on_road = |item: &&TransferItemRow| item.outstanding() > 0;
    let may_settle = may(TransferStep::Settle) && {
        let route = row.route();
        may_request(&caller.ctx.actor, &route.from, &route.to).is_ok()
    };
    let receipt = (may_settle && view.items.iter().any(|item| on_road(&item)))
        .then(|| super::transfer_receipt::bare(&p, caller, view));
    let waiting = view.items.iter().filter(on_road).filter(|_| receipt.is_none());
    let times = [(row.dispatched_at, "transfer-left"), (row.received_at, "transfer-arrived")];
    let times = times.iter().filter_map(|(at, key)| at.map(|at| format!("{} {}", p.t(key), p.at(&at))));
    let parcel = [row.carrier.clone(), row.tracking_no.clone()].join(" ").trim().to_owned();
    let sub: Vec<String> = [parcel].into_iter().filter(|text| !text.is_empty()).chain(times).collect();
    TransferPage {
        number: row.number.clone(),
        state: row.state.to_string(),
        from: row.from_depot.clone(),
        to: row.to_depot.clone(),
        sub: sub.join(" · "),
        note: row.note.clone(),
        asked: format!("{} · {}", p.person(row.requested_by.as_deref()), p.at(&row.requested_at)),
        approved_by: p.person(row.approved_by.as_deref()),
        days: view.days_in_transit,
        lines: view.lines.iter().map(|account| line(&p, account)).collect(),
        matched: view
            .items
            .iter()
            .filter(|item| !item.unexpected && item.received > 0)
            .map(|item| piece(&p, item, item.received))
            .collect(),
        unexpected: view
            .items
            .iter()
            .filter(|item| item.unexpected)
            .map(|item| piece(&p, item, item.received))
            .collect(),
        waiting: waiting.map(|item| piece(&p, item, item.outstanding())).collect(),
        may_scan: may(TransferStep::Receive),
        receipt,
        next: next_form(&p, view),
        cancel: may(TransferStep::Cancel).then(|| cancel_form(&p, &row.number)),
        p,
    }
}

fn line(p: &Page, account: &transfers::LineAccount) -> LineItem {
    let line = &account.line;
    LineItem {
        name: name(p, &line.part_name, &line.part_name_en).to_owned(),
        part_no: line.part_no.clone(),
        serial: line.serial.clone().unwrap_or_default(),
        condition: line.condition.to_string(),
        quantity: line.quantity,
        sent: account.sent,
        matched: account.matched,
        missing: account.sent - account.matched - account.returned - account.lost,
        returned: account.returned,
        lost: account.lost,
    }
}

fn piece(p: &Page, item: &TransferItemRow, quantity: i64) -> Piece {
    let serial = item.serial.clone();
    Piece {
        href: serial
            .as_deref()
            .map(|serial| format!("/unit/{}?part_no={}", part(serial), part(&item.part_no)))
            .unwrap_or_default(),
        code: serial.unwrap_or_else(|| item.part_no.clone()),
        name: name(p, &item.part_name, &item.part_name_en).to_owned(),
        quantity,
        owner: if item.owner == Owner::Us { String::new() } else { super::rma_view::owner(p, &item.owner) },
    }
}

fn step_form(p: &Page, number: &str, step: &str, fields: Vec<Field>) -> Form {
    Form {
        id: format!("step-{step}"),
        action: format!("/transfers/{}/{step}", part(number)),
        fields,
        more: vec![],
        submit: p.word("transfer-do", step),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

fn cancel_form(p: &Page, number: &str) -> Form {
    step_form(p, number, "cancel", vec![Field::new("reason", p.t("field-reason"), Control::Text).required()])
}

/// The step the giving depot takes next.
fn next_form(p: &Page, view: &TransferView) -> Option<Form> {
    let number = &view.row.number;
    if view.allowed.contains(&TransferStep::Approve) {
        return Some(step_form(p, number, "approve", vec![]));
    }
    if !view.allowed.contains(&TransferStep::Dispatch) {
        return None;
    }
    let named: Vec<&str> = view.lines.iter().filter_map(|account| account.line.serial.as_deref()).collect();
    let mut fields = vec![
        Field::new("serials", p.t("transfer-serials"), Control::Area)
            .with_hint(p.t("transfer-serials-hint"))
            .with_value(named.join("\n")),
    ];
    let lots = view.lines.iter().filter(|account| account.line.tracking == Tracking::Quantity);
    for (row, account) in lots.enumerate() {
        let line = &account.line;
        let label = format!("{} ({})", name(p, &line.part_name, &line.part_name_en), line.part_no);
        fields.push(Field::hidden(format!("lot-{row}-part_no"), &line.part_no));
        fields.push(
            Field::new(format!("lot-{row}-quantity"), label, Control::Number)
                .with_value(line.quantity.to_string()),
        );
    }
    fields.push(Field::new("carrier", p.t("field-carrier"), Control::Text));
    fields.push(Field::new("tracking_no", p.t("field-tracking-no"), Control::Code));
    Some(step_form(p, number, "dispatch", fields))
}

/// What was typed: a serial on each line, and quantities.
pub(super) fn serials(text: &str) -> impl Iterator<Item = Item> {
    pieces(text).map(|serial| Item::scanned(&serial))
}

fn dispatch_of(sent: &Sent) -> Result<Dispatch, Problem> {
    let mut items: Vec<Item> = serials(value(sent, "serials")).collect();
    for row in 0.. {
        let Some(part_no) = given(sent, &format!("lot-{row}-part_no")) else { break };
        let field = format!("lot-{row}-quantity");
        let Some(text) = given(sent, &field) else { continue };
        let quantity: i64 = text.parse().map_err(|_| Refusal::field(field, "not_positive"))?;
        if quantity > 0 {
            items.push(Item { part_no: Some(part_no), quantity: Some(quantity), ..Item::default() });
        }
    }
    Ok(Dispatch {
        items,
        carrier: value(sent, "carrier").to_owned(),
        tracking_no: value(sent, "tracking_no").to_owned(),
    })
}

async fn step(req: HttpRequest, path: web::Path<(String, String)>, form: SignedForm<Sent>) -> Shown {
    let (number, step) = path.into_inner();
    let SignedForm { caller, form: sent } = form;
    let problem = match attempt(&req, &caller, &number, &step, &sent).await {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller, &number).await?;
    let (mut said, problem) = act::complaint(&screen.p, problem)?;
    for (field, _) in &mut said.fields {
        if field.starts_with("items") {
            "serials".clone_into(field);
        }
    }
    let forms = [screen.next.as_mut(), screen.cancel.as_mut()];
    let wanted = format!("step-{step}");
    let Some(form) = forms.into_iter().flatten().find(|form| form.id == wanted) else { return Err(problem) };
    act::refuse(form, &sent, &said);
    if is_htmx(&req) {
        let form = form.clone();
        return act::fragment(screen.p, form, &problem);
    }
    answer::html(problem.status(), &screen)
}

async fn attempt(
    req: &HttpRequest,
    caller: &Caller,
    number: &str,
    step: &str,
    sent: &Sent,
) -> Result<String, Problem> {
    let back = format!("/transfers/{}", part(number));
    let to = move |_: &()| back.clone();
    let number = number.to_owned();
    match step {
        "approve" => {
            act::act(caller, req, sent, to, move |tx, ctx| transfers::approve(tx, ctx, &number).map(|_| ()))
                .await
        }
        "cancel" => {
            let reason = value(sent, "reason").to_owned();
            act::act(caller, req, sent, to, move |tx, ctx| {
                transfers::cancel(tx, ctx, &number, &reason).map(|_| ())
            })
            .await
        }
        "dispatch" => {
            let what = dispatch_of(sent)?;
            act::act(caller, req, sent, to, move |tx, ctx| {
                transfers::dispatch(tx, ctx, &number, &what).map(|_| ())
            })
            .await
        }
        other => Err(Refusal::not_found("action", other).into()),
    }
}
