//! `/notices/templates` and the folder of a demo, `/mail`.

use super::account::secret as raw;
use super::act::{self, Sent, value};
use super::answer::{self, Shown, go, part};
use super::{flash, frame};
use crate::app::notice_templates::{self, Texts};
use crate::app::outbox;
use crate::app::{Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::language::Language;
use crate::domain::notice::NoticeKind;
use crate::http::csrf::SignedForm;
use crate::http::mailroom::{BadText, StoredMail};
use crate::http::{self, Caller, Problem, State, Trouble};
use crate::web::Page;
use crate::web::form::{Control, Field, Form};
use crate::web::format::how_many;
use crate::web::headers;
use crate::web::notice_templates::{
    FolderMail, MailFolderPage, MailPage, Shown as ShownMail, TemplateItem, TemplatePage, TemplatesPage,
    TypedAbove,
};
use crate::web::page::Screen;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::sync::Arc;

/// Mails of the folder a page shows.
const MAILS: usize = 200;
/// A mail brings its own styles; nothing else of it runs or is loaded.
const MAIL_CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/notices/templates", web::get().to(list))
        .service(
            web::resource("/notices/templates/{kind}/{language}")
                .route(web::get().to(show))
                .route(web::post().to(change)),
        )
        .route("/notices/templates/{kind}/{language}/body", web::get().to(look))
        .route("/notices/templates/{kind}/{language}/body", web::post().to(look_at_typed))
        .route("/notices/templates/{kind}/{language}/send", web::post().to(send))
        .route("/mail", web::get().to(folder))
        .route("/mail/{name}", web::get().to(mail))
        .route("/mail/{name}/body", web::get().to(body));
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    let rows = http::read(&caller, notice_templates::all).await?;
    let item = |kind: NoticeKind, language: Language| TemplateItem {
        kind: kind.as_str(),
        language: language.as_str(),
        changed: rows.iter().any(|row| row.kind == kind.as_str() && row.language == language),
    };
    let each = |kind: &NoticeKind| {
        (kind.as_str(), Language::ALL.iter().map(|language| item(*kind, *language)).collect())
    };
    answer::page(&TemplatesPage {
        p: frame::page(&req, Some(&caller), Screen::Notices),
        languages: Language::ALL.iter().map(|language| language.as_str()).collect(),
        kinds: NoticeKind::ALL.iter().map(each).collect(),
    })
}

fn named(path: &(String, String)) -> Result<(NoticeKind, Language), Problem> {
    let found = NoticeKind::from_code(&path.0).zip(Language::from_code(&path.1));
    found.ok_or_else(|| Trouble::NoSuchAddress.into())
}

async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Shown {
    let (kind, language) = named(&path)?;
    let found =
        http::read(&caller, move |conn, ctx| notice_templates::get(conn, ctx, kind, language)).await?;
    let own = found.map(|(_, texts)| texts).unwrap_or_default();
    framed(answer::page(&screen(&req, &state, &caller, kind, language, &own))?)
}

/// The mail with the texts as they are kept.
async fn look(state: web::Data<State>, caller: Caller, path: web::Path<(String, String)>) -> Shown {
    let (kind, language) = named(&path)?;
    let found =
        http::read(&caller, move |conn, ctx| notice_templates::get(conn, ctx, kind, language)).await?;
    let own = found.map(|(_, texts)| texts).unwrap_or_default();
    let mail = state.mailroom.preview(kind, language, &own).ok_or(Trouble::NoSuchAddress)?;
    Ok(alone(mail.html))
}

/// The mail with the texts as they are typed, in the frame beside them: nothing is kept, and nothing typed is lost.
async fn look_at_typed(
    req: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    form: SignedForm<Sent>,
) -> Shown {
    let (kind, language) = named(&path)?;
    let SignedForm { caller, form: sent } = form;
    caller.may(Permission::ManageNotices)?;
    let own = typed(&state, kind, language, &sent);
    let p = frame::page(&req, Some(&caller), Screen::Notices);
    let reader = Language::from_code(p.lang.code()).unwrap_or(Language::ZhCn);
    let bad = state.mailroom.check(kind, language, &own, reader);
    let mail = state.mailroom.preview(kind, language, &own).ok_or(Trouble::NoSuchAddress)?;
    let said: Vec<String> = bad.into_iter().map(|bad| bad.message).collect();
    let subject = p.t1("template-subject-line", "subject", mail.subject.as_str());
    let above = TypedAbove { lines: said.into_iter().chain([subject]).collect() };
    let above = above.render().map_err(|_| Trouble::Internal)?;
    // A mail is a whole document: what is said above it stands first in its body.
    let html = match mail.html.find("<body").and_then(|at| Some(at + mail.html.get(at..)?.find('>')? + 1)) {
        Some(at) => {
            let (head, rest) = mail.html.split_at(at);
            format!("{head}{above}{rest}")
        }
        None => mail.html,
    };
    Ok(alone(html))
}

/// Sends the example to who asks, with the texts as they are kept.
async fn send(req: HttpRequest, path: web::Path<(String, String)>, form: SignedForm<Sent>) -> Shown {
    let (kind, language) = named(&path)?;
    let SignedForm { caller, form: sent } = form;
    let to = caller.person.email.clone().unwrap_or_default();
    let event = act::key();
    let work = move |tx: &mut Conn, ctx: &Ctx| {
        outbox::send_example(tx, ctx, &event, &to, (kind, language)).map(|_| ())
    };
    let back = format!("/notices/templates/{kind}/{language}");
    let to = act::act(&caller, &req, &sent, move |()| back.clone(), work).await?;
    let mut answer = go(&req, &to);
    flash::say(&req, &mut answer, "said-queued")?;
    Ok(answer)
}

/// What was typed. What is left as built in, or emptied, is not kept: a later Beiku may say it better.
fn typed(state: &State, kind: NoticeKind, language: Language, sent: &Sent) -> Texts {
    let differs = |key: &str, builtin: &str| {
        let text = raw(sent, key).replace("\r\n", "\n").trim().to_owned();
        (!text.is_empty() && text != builtin).then(|| (key.to_owned(), text))
    };
    let texts = state.mailroom.texts(kind, language);
    texts.iter().filter_map(|text| differs(&text.key, &text.builtin)).collect()
}

/// The page with these texts and the mail they make; a broken text is complained of, and the built-in one stands in.
fn screen(
    req: &HttpRequest,
    state: &State,
    caller: &Caller,
    kind: NoticeKind,
    language: Language,
    own: &Texts,
) -> TemplatePage {
    let p = frame::page(req, Some(caller), Screen::Notices);
    let reader = Language::from_code(p.lang.code()).unwrap_or(Language::ZhCn);
    let bad = state.mailroom.check(kind, language, own, reader);
    let shown = state.mailroom.preview(kind, language, own);
    let mut f = form(&p, state, kind, language, own, &bad);
    f.idempotency_key = act::key();
    TemplatePage {
        kind: kind.as_str(),
        languages: Language::ALL.iter().map(|one| (one.as_str(), *one == language)).collect(),
        here: format!("/notices/templates/{kind}/{language}"),
        to_me: caller.person.email.clone().unwrap_or_default(),
        key: act::key(),
        f,
        may_change: caller.may(Permission::ManageUsers).is_ok(),
        broken: how_many(bad.len()),
        shown: shown.map(|shown| ShownMail { subject: shown.subject, text: shown.text }),
        p,
    }
}

fn form(p: &Page, state: &State, kind: NoticeKind, language: Language, own: &Texts, bad: &[BadText]) -> Form {
    let fields = state.mailroom.texts(kind, language).into_iter().map(|text| {
        let written = own.iter().find(|(key, _)| *key == text.key).map(|(_, own)| own.clone());
        let error = bad.iter().find(|bad| bad.key == text.key).map(|bad| bad.message.clone());
        let label = text.key.rsplit_once(kind.as_str()).map_or("", |(_, end)| end.trim_start_matches('-'));
        let label = p.word("template-part", if label.is_empty() { "why" } else { label });
        let names = text.variables.iter().map(|name| ["{ $", name, " }"].concat());
        let hint = match names.collect::<Vec<_>>().join("  ") {
            names if names.is_empty() => p.t("template-no-names"),
            names => p.t1("template-names", "names", names),
        };
        // What stands in the subject, and headings, are one line.
        let is_line = text.key.split('-').any(|word| matches!(word, "subject" | "what" | "title"));
        let control = if is_line { Control::Text } else { Control::Area };
        Field::new(text.key.clone(), label, control)
            .with_value(written.unwrap_or(text.builtin))
            .with_hint(hint)
            .with_error(error.unwrap_or_default())
    });
    Form {
        id: "template".to_owned(),
        action: format!("/notices/templates/{kind}/{language}"),
        fields: fields.collect(),
        more: vec![],
        submit: p.t("save"),
        idempotency_key: String::new(),
        error: String::new(),
        cancel: "/notices/templates".to_owned(),
    }
}

/// Puts the texts in place, or goes back to the built-in ones: the button says which.
async fn change(
    req: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    form: SignedForm<Sent>,
) -> Shown {
    let (kind, language) = named(&path)?;
    let SignedForm { caller, form: sent } = form;
    caller.may(Permission::ManageNotices)?;
    let own = if value(&sent, "do") == "reset" { vec![] } else { typed(&state, kind, language, &sent) };
    let reader = Language::from_code(caller.lang.code()).unwrap_or(Language::ZhCn);
    if !state.mailroom.check(kind, language, &own, reader).is_empty() {
        let page = screen(&req, &state, &caller, kind, language, &own);
        return framed(answer::html(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
    }
    let work = move |tx: &mut Conn, ctx: &Ctx| notice_templates::put(tx, ctx, kind, language, &own);
    let back = format!("/notices/templates/{kind}/{language}");
    let to = act::act(&caller, &req, &sent, move |()| back.clone(), work).await?;
    let mut answer = go(&req, &to);
    flash::say(&req, &mut answer, "said-made")?;
    Ok(answer)
}

/// Reads the folder beside the event loop.
async fn beside<T: Send + 'static>(
    state: &web::Data<State>,
    read: impl FnOnce(Arc<dyn http::mailroom::Mailroom>) -> std::io::Result<Option<T>> + Send + 'static,
) -> Result<T, Problem> {
    let room = Arc::clone(&state.mailroom);
    let found = web::block(move || read(room)).await.map_err(std::io::Error::other).flatten();
    let found = found.map_err(|error| {
        tracing::error!(%error, "the folder of mails cannot be read");
        Problem::from(Trouble::Internal)
    })?;
    found.ok_or_else(|| Trouble::NoSuchAddress.into())
}

fn item(mail: StoredMail) -> FolderMail {
    FolderMail { name: part(&mail.name), subject: mail.subject, to: mail.to, at: mail.date }
}

/// Everybody's mail lies there, links for new passwords too: only for those who may give passwords anyway.
const READ_MAIL: Permission = Permission::ManageUsers;

async fn folder(req: HttpRequest, state: web::Data<State>, caller: Caller) -> Shown {
    caller.may(READ_MAIL)?;
    let mails = beside(&state, |room| room.folder(MAILS)).await?;
    let p = frame::page(&req, Some(&caller), Screen::Notices);
    answer::page(&MailFolderPage { p, mails: mails.into_iter().map(item).collect() })
}

async fn open(state: &web::Data<State>, caller: &Caller, name: String) -> Result<StoredMail, Problem> {
    caller.may(READ_MAIL)?;
    beside(state, move |room| room.open(&name)).await
}

async fn mail(req: HttpRequest, state: web::Data<State>, caller: Caller, name: web::Path<String>) -> Shown {
    let mail = open(&state, &caller, name.into_inner()).await?;
    let p = frame::page(&req, Some(&caller), Screen::Notices);
    framed(answer::page(&MailPage { p, mail: item(mail) })?)
}

/// A page with a mail in a frame: it may hold one, of our own site only.
pub(super) fn framed(mut answer: HttpResponse) -> Shown {
    let policy = format!("{}; frame-src 'self'", headers::CSP);
    if let Ok(policy) = policy.parse() {
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(answer)
}

/// A mail alone, for such a frame.
pub(super) fn alone(html: String) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.content_type("text/html; charset=utf-8");
    answer.insert_header((CONTENT_SECURITY_POLICY, MAIL_CSP)).insert_header((X_FRAME_OPTIONS, "SAMEORIGIN"));
    answer.body(html)
}

async fn body(state: web::Data<State>, caller: Caller, name: web::Path<String>) -> Shown {
    Ok(alone(open(&state, &caller, name.into_inner()).await?.html))
}
