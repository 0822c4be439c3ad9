//! Accepting the exchange that is proposed for a line at risk, from its own page.

use super::act::{self, given};
use super::answer::{self, Shown, go, part};
use super::frame;
use crate::app::rma::{self, ActionInput};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, State};
use crate::i18n;
use crate::web::page::Screen;
use crate::web::proposal::{DraftedMail, ProposalNoticePage};
use crate::web::serve::act::Sent;
use actix_web::{HttpRequest, web};

/// The mail that accepting would send, to be read first.
pub async fn notice(
    req: HttpRequest,
    caller: Caller,
    state: web::Data<State>,
    path: web::Path<(String, i64)>,
) -> Shown {
    let (number, line) = path.into_inner();
    let (of, reason) = (number.clone(), i18n::text(caller.lang, "proposal-reason"));
    let work = move |tx: &mut crate::app::Conn, ctx: &crate::app::Ctx| {
        let input = ActionInput { reason: reason.clone(), limits_confirmed: true, ..ActionInput::default() };
        rma::draft_notice(tx, ctx, &of, line, &input)
    };
    let drafted = http::once_only(&caller, work).await?;
    let mail = drafted.and_then(|draft| {
        let shown = state.mailroom.write(&draft.notice, draft.language, &draft.texts)?;
        let language = draft.language.to_string();
        Some(DraftedMail { to: draft.to, language, subject: shown.subject, text: shown.text })
    });
    let p = frame::page(&req, Some(&caller), Screen::Rma);
    answer::page(&ProposalNoticePage { p, number, line, mail })
}

/// Holds the board, decides the exchange and tells the customer: one act.
pub async fn accept(req: HttpRequest, path: web::Path<(String, i64)>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (number, line) = path.into_inner();
    let reason = i18n::text(caller.lang, "proposal-reason");
    let to = format!("/rma/{}?line={line}", part(&number));
    let back = to.clone();
    // The page says what to look at beside the button.
    let limits_confirmed = given(&sent, "limits_confirmed").is_some();
    let work = move |tx: &mut crate::app::Conn, ctx: &crate::app::Ctx| {
        let input = ActionInput { reason: reason.clone(), limits_confirmed, ..ActionInput::default() };
        rma::accept_proposal(tx, ctx, &number, line, &input).map(|_| ())
    };
    let to = act::act(&caller, &req, &sent, move |()| back.clone(), work).await?;
    Ok(go(&req, &to))
}
