//! `/unit/{serial}/release`: what a unit is, put down by somebody who looked at it.

use super::act::{self, Sent, given, value};
use super::answer::{Shown, part};
use super::unit_form::{self, Asked};
use crate::app::stock::{self, Release, UnitRow};
use crate::app::{Conn, Ctx};
use crate::http::Caller;
use crate::http::csrf::SignedForm;
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::unit_detail::UnitForm;
use actix_web::{HttpRequest, web};

/// The form, for who may put it down.
pub(super) fn form(p: &Page, caller: &Caller, unit: &UnitRow) -> Option<UnitForm> {
    stock::may_put_down(&caller.ctx, unit).ok()?;
    let text = |name, key, known: &str| Field::new(name, p.t(key), Control::Code).with_value(known);
    let form = Form {
        id: "a-release".to_owned(),
        action: format!("/unit/{}/release", part(&unit.serial)),
        fields: vec![
            Field::hidden("part_no", &unit.part_no),
            text("firmware", "field-firmware", &unit.firmware).with_hint(p.t("release-firmware-hint")),
            text("revision", "field-revision", &unit.revision).with_hint(p.t("release-revision-hint")),
        ],
        more: vec![],
        submit: p.t("release-submit"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    };
    Some(UnitForm { form, open: false })
}

/// Puts down firmware and revision.
pub(super) async fn take(req: HttpRequest, serial: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let part_no = given(&sent, "part_no");
    let said = Release {
        part_no: part_no.clone(),
        firmware: Some(value(&sent, "firmware").to_owned()),
        revision: Some(value(&sent, "revision").to_owned()),
    };
    let of = part_no.as_deref().map(|part_no| format!("?part_no={}", part(part_no))).unwrap_or_default();
    let (unit, back) = (serial.clone(), format!("/unit/{}{of}", part(&serial)));
    let work = move |tx: &mut Conn, ctx: &Ctx| stock::put_down_release(tx, ctx, &unit, &said).map(|_| ());
    let done = act::act(&caller, &req, &sent, move |()| back.clone(), work).await;
    let asked = Asked { req: &req, caller: &caller, sent: &sent, serial: &serial };
    unit_form::answer(asked, done, |screen| screen.release.as_mut()).await
}
