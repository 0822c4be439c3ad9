//! Accepting the exchange that is proposed for a line at risk, from its own page.

use super::act::{self, given};
use super::answer::{Shown, go, part};
use crate::app::rma::{self, ActionInput};
use crate::http::csrf::SignedForm;
use crate::i18n;
use crate::web::serve::act::Sent;
use actix_web::{HttpRequest, web};

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
