//! Accepting the exchange that is proposed for a line at risk: what is proposed, and the mail it sends, on a page of their own.

use super::act::{self, Sent, given};
use super::answer::{self, Shown, go, part};
use super::{flash, frame, rma_view};
use crate::app::rma::{self, ActionInput};
use crate::app::{Conn, Ctx};
use crate::domain::refusal::Refusal;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem, State};
use crate::i18n;
use crate::web::Page;
use crate::web::actions::looked;
use crate::web::form::Form;
use crate::web::page::Screen;
use crate::web::proposal::{DraftedMail, ProposalNoticePage};
use crate::web::rma_detail::ProposalCard;
use actix_web::{HttpRequest, web};

/// The mail that accepting would send, to be read first.
pub async fn notice(
    req: HttpRequest,
    caller: Caller,
    state: web::Data<State>,
    path: web::Path<(String, i64)>,
) -> Shown {
    let (number, line) = path.into_inner();
    answer::page(&screen(&req, &caller, &state, number, line).await?)
}

async fn screen(
    req: &HttpRequest,
    caller: &Caller,
    state: &State,
    number: String,
    line: i64,
) -> Result<ProposalNoticePage, Problem> {
    let (of, reason) = (number.clone(), i18n::text(caller.lang, "proposal-reason"));
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        let input = ActionInput { reason: reason.clone(), limits_confirmed: true, ..ActionInput::default() };
        let shown = rma::line_view(tx, ctx, &of, line)?;
        Ok((rma::draft_notice(tx, ctx, &of, line, &input)?, shown))
    };
    let (drafted, shown) = http::once_only(caller, work).await?;
    let mail = drafted.and_then(|draft| {
        let shown = state.mailroom.write(&draft.notice, draft.language, &draft.texts)?;
        let language = draft.language.to_string();
        Some(DraftedMail { to: draft.to, language, subject: shown.subject, text: shown.text })
    });
    let p = frame::page(req, Some(caller), Screen::Rma);
    let offer = shown.proposal.as_ref().map(|offered| rma_view::proposal(&p, &shown, offered));
    let offer = offer.ok_or_else(|| Refusal::not_found("rma_line", format!("{number}/{line}")))?;
    let form = form(&p, &number, line, &offer);
    Ok(ProposalNoticePage { p, number, line, mail, offer, form })
}

/// The yes, below what it does.
fn form(p: &Page, number: &str, line: i64, offer: &ProposalCard) -> Form {
    let number = part(number);
    Form {
        id: "accept".to_owned(),
        action: format!("/rma/{number}/lines/{line}/accept-proposal"),
        fields: (!offer.look.is_empty()).then(|| looked(p)).into_iter().collect(),
        more: vec![],
        submit: p.t("proposal-accept"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: format!("/rma/{number}?line={line}"),
    }
}

/// Holds the board, decides the exchange and tells the customer: one act.
pub async fn accept(
    req: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, i64)>,
    form: SignedForm<Sent>,
) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let (number, line) = path.into_inner();
    let reason = i18n::text(caller.lang, "proposal-reason");
    let (of, back) = (number.clone(), format!("/rma/{}?line={line}", part(&number)));
    // The page says what to look at beside the button.
    let limits_confirmed = given(&sent, "limits_confirmed").is_some();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        let input = ActionInput { reason: reason.clone(), limits_confirmed, ..ActionInput::default() };
        rma::accept_proposal(tx, ctx, &of, line, &input).map(|_| ())
    };
    let problem = match act::act(&caller, &req, &sent, move |()| back.clone(), work).await {
        Ok(to) => {
            let mut answer = go(&req, &to);
            flash::say(&req, &mut answer, "said-action")?;
            return Ok(answer);
        }
        Err(problem) => problem,
    };
    let p = frame::page(&req, Some(&caller), Screen::Rma);
    let (said, problem) = act::complaint(&p, problem)?;
    // The proposal is gone: what stands in the way is said on a page of its own.
    let Ok(mut screen) = screen(&req, &caller, &state, number, line).await else { return Err(problem) };
    act::refuse(&mut screen.form, &sent, &said);
    if answer::is_htmx(&req) {
        return act::fragment(p, screen.form, &problem);
    }
    answer::html(problem.status(), &screen)
}
