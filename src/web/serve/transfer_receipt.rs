//! Receiving a transfer: every piece that was not scanned gets a decision before anything is booked.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, part};
use super::frame::name;
use super::transfers::{screen, serials};
use crate::app::goods::Item;
use crate::app::transfers::{self, Receipt as Arrived, Settling, TransferView};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::transfer::{Settlement, TransferStep, may_settle};
use crate::http::Caller;
use crate::http::csrf::SignedForm;
use crate::web::Page;
use crate::web::form::Choice;
use crate::web::transfers::{Missing, Receipt};
use actix_web::{HttpRequest, web};

/// The receipt with nothing decided.
pub fn bare(p: &Page, caller: &Caller, view: &TransferView) -> Receipt {
    let choices = choices(p, caller, view);
    let receives = view.allowed.contains(&TransferStep::Receive);
    let open = view.items.iter().filter(|item| item.outstanding() > 0);
    Receipt {
        receives,
        pieces: open
            .map(|item| Missing {
                id: item.id,
                code: item.serial.clone().unwrap_or_else(|| item.part_no.clone()),
                name: name(p, &item.part_name, &item.part_name_en).to_owned(),
                quantity: item.outstanding(),
                is_lot: item.serial.is_none(),
                chosen: if receives { String::new() } else { "stay".to_owned() },
                arrived: if item.serial.is_none() { item.outstanding().to_string() } else { String::new() },
                choices: choices.clone(),
                error: String::new(),
            })
            .collect(),
        bin: String::new(),
        reason: String::new(),
        error: String::new(),
        idempotency_key: act::key(),
    }
}

/// What this person may decide of a piece: that it came, that it stays on the road, and what may be settled.
fn choices(p: &Page, caller: &Caller, view: &TransferView) -> Vec<Choice> {
    let (actor, route) = (&caller.ctx.actor, view.row.route());
    let mut choices = vec![];
    if view.allowed.contains(&TransferStep::Receive) {
        choices.push(Choice::new(
            "arrived",
            format!("{} {}", p.t("transfer-d-arrived"), p.depot(&route.to.code)),
        ));
    }
    let stay = if choices.is_empty() { "transfer-d-on-way" } else { "transfer-d-stay" };
    choices.push(Choice::new("stay", p.t(stay)));
    if may_settle(actor, &route, Settlement::Returned).is_ok() {
        choices.push(Choice::new(
            "returned",
            format!("{} {}", p.t("transfer-d-returned"), p.depot(&route.from.code)),
        ));
    }
    if may_settle(actor, &route, Settlement::Lost).is_ok() {
        choices.push(Choice::new("lost", p.t("transfer-d-lost")));
    }
    choices
}

/// What was decided, by pieces.
#[derive(Debug, Clone, Default)]
struct Decided {
    arrived: Vec<Item>,
    returned: Vec<Item>,
    lost: Vec<Item>,
}

/// Reads the decisions against what is on the road now.
fn decided(view: &TransferView, sent: &Sent) -> Result<Decided, Refusal> {
    let mut decided = Decided::default();
    let mut wrong = vec![];
    for item in view.items.iter().filter(|item| item.outstanding() > 0) {
        let field = format!("d-{}", item.id);
        let many = match given(sent, &format!("q-{}", item.id)) {
            None => item.outstanding(),
            Some(text) => match text.parse() {
                Ok(many) if (0..=item.outstanding()).contains(&many) => many,
                _ => {
                    wrong.push(FieldError::new(field, "not_positive"));
                    continue;
                }
            },
        };
        let thing = Item {
            part_no: Some(item.part_no.clone()),
            serial: item.serial.clone(),
            quantity: item.serial.is_none().then_some(many),
        };
        match value(sent, &field) {
            _ if many == 0 => {}
            "arrived" => decided.arrived.push(thing),
            "stay" => {}
            "returned" => decided.returned.push(thing),
            "lost" => decided.lost.push(thing),
            _ => wrong.push(FieldError::new(field, "required")),
        }
    }
    if wrong.is_empty() { Ok(decided) } else { Err(Refusal::Invalid(wrong)) }
}

fn book(tx: &mut Conn, ctx: &Ctx, number: &str, sent: &Sent) -> AppResult<()> {
    let view = transfers::view(tx, ctx, number)?;
    let mut decided = decided(&view, sent)?;
    decided.arrived.extend(serials(value(sent, "more")));
    let (bin, reason) = (given(sent, "bin"), value(sent, "reason").to_owned());
    // A sender who only takes pieces back receives nothing.
    if view.allowed.contains(&TransferStep::Receive) {
        transfers::receive(tx, ctx, number, &Arrived { items: decided.arrived, bin })?;
    }
    for (items, settlement) in [(decided.returned, Settlement::Returned), (decided.lost, Settlement::Lost)] {
        if !items.is_empty() {
            let settling = Settling { items, settlement, reason: reason.clone(), bin: None };
            transfers::settle(tx, ctx, number, &settling)?;
        }
    }
    Ok(())
}

pub async fn receive(req: HttpRequest, number: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let number = number.into_inner();
    let back = format!("/transfers/{}", part(&number));
    let (wanted, typed) = (number.clone(), sent.clone());
    let work = move |tx: &mut Conn, ctx: &Ctx| book(tx, ctx, &wanted, &typed);
    let problem = match act::act(&caller, &req, &sent, move |()| back.clone(), work).await {
        Ok(to) => return Ok(go(&req, &to)),
        Err(problem) => problem,
    };
    let mut screen = screen(&req, &caller, &number).await?;
    let (said, problem) = act::complaint(&screen.p, problem)?;
    let Some(receipt) = &mut screen.receipt else { return Err(problem) };
    for piece in &mut receipt.pieces {
        let field = format!("d-{}", piece.id);
        value(&sent, &field).clone_into(&mut piece.chosen);
        value(&sent, &format!("q-{}", piece.id)).clone_into(&mut piece.arrived);
        piece.error = said
            .fields
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, text)| text.clone())
            .unwrap_or_default();
    }
    value(&sent, "bin").clone_into(&mut receipt.bin);
    value(&sent, "reason").clone_into(&mut receipt.reason);
    let others: Vec<&str> = said
        .fields
        .iter()
        .filter(|(name, _)| !name.starts_with("d-"))
        .map(|(_, text)| text.as_str())
        .collect();
    receipt.error = match (said.form.is_empty(), others.is_empty()) {
        (false, _) => said.form,
        (true, false) => others.join(" "),
        (true, true) => screen.p.t("transfer-each-missing"),
    };
    answer::html(problem.status(), &screen)
}
