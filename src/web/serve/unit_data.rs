//! `/unit/{serial}/data`: what became of a customer's data on a spare of ours that came back.

use super::act::{self, Sent, given, value};
use super::answer::{Shown, part};
use super::unit_form::{self, Asked};
use crate::app::stock::{self, SaidOfData, UnitDetails, UnitFlag};
use crate::app::{Conn, Ctx};
use crate::domain::data_bearing::DataAnswer;
use crate::http::Caller;
use crate::http::csrf::SignedForm;
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::unit_detail::UnitForm;
use actix_web::{HttpRequest, web};

/// The form, where somebody has to answer and the reader may.
pub(super) fn form(p: &Page, caller: &Caller, details: &UnitDetails) -> Option<UnitForm> {
    let unit = &details.unit;
    stock::may_put_down(&caller.ctx, unit)
        .ok()
        .filter(|()| details.flags.contains(&UnitFlag::CustomersData))?;
    let certificate = Field::new("certificate", p.t("field-certificate"), Control::Code).required();
    let form = Form {
        id: "a-data".to_owned(),
        action: format!("/unit/{}/data", part(&unit.serial)),
        fields: vec![
            Field::hidden("part_no", &unit.part_no),
            crate::web::actions::data_said(p).required(),
            certificate,
        ],
        more: vec![],
        submit: p.t("data-submit"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    };
    Some(UnitForm { form, open: true })
}

/// Puts the answer down.
pub(super) async fn take(req: HttpRequest, serial: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let part_no = given(&sent, "part_no");
    let said = SaidOfData {
        part_no: part_no.clone(),
        data: DataAnswer::from_code(value(&sent, "data")),
        certificate: value(&sent, "certificate").to_owned(),
    };
    let of = part_no.as_deref().map(|part_no| format!("?part_no={}", part(part_no))).unwrap_or_default();
    let (unit, back) = (serial.clone(), format!("/unit/{}{of}", part(&serial)));
    let work = move |tx: &mut Conn, ctx: &Ctx| stock::answer_data(tx, ctx, &unit, &said).map(|_| ());
    let done = act::act(&caller, &req, &sent, move |()| back.clone(), work).await;
    let asked = Asked { req: &req, caller: &caller, sent: &sent, serial: &serial };
    unit_form::answer(asked, done, |screen| screen.data.as_mut()).await
}
