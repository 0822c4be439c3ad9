//! `/unit/{serial}/release`: what a unit is, put down by somebody who looked at it.

use super::act::{self, Sent, given, value};
use super::answer::{self, Shown, go, is_htmx, part};
use super::{flash, frame, units};
use crate::app::stock::{self, Release, UnitRow};
use crate::app::{Conn, Ctx};
use crate::http::Caller;
use crate::http::csrf::SignedForm;
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::page::Screen;
use crate::web::unit_detail::ReleaseForm;
use actix_web::{HttpRequest, web};

/// The form, for who may put it down.
pub(super) fn form(p: &Page, caller: &Caller, unit: &UnitRow) -> Option<ReleaseForm> {
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
    Some(ReleaseForm { form, open: false })
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
    let problem = match act::act(&caller, &req, &sent, move |()| back.clone(), work).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-made")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let p = frame::page(&req, Some(&caller), Screen::Unit);
    let (said, problem) = act::complaint(&p, problem)?;
    let mut screen = units::screen(&req, &caller, &serial, part_no).await?;
    // The form is gone where the unit or the right went meanwhile: what was refused says which.
    let Some(release) = screen.release.as_mut() else { return Err(problem) };
    act::refuse(&mut release.form, &sent, &said);
    release.open = true;
    if is_htmx(&req) {
        return act::fragment(p, release.form.clone(), &problem);
    }
    answer::html(problem.status(), &screen)
}
