//! Texts of mails in an administrator's words: read, checked, tried, put in place, taken back.

use crate::api::words::{LanguageWord, NoticeKindWord};
use crate::app::notice_templates::{self, TemplateRow, Texts};
use crate::domain::actor::Permission;
use crate::domain::language::Language;
use crate::domain::notice::NoticeKind;
use crate::domain::refusal::{FieldError, Refusal};
use crate::http::endpoint::Access;
use crate::http::mailroom::{MailText, Preview};
use crate::http::{self, Answer, Caller, Json, Page, Problem, State, Trouble, Word};
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

crate::endpoints! {
    get "/notice-templates" list: Access::Needs(Permission::ManageNotices),
    get "/notice-templates/{kind}/{language}" show: Access::Needs(Permission::ManageNotices),
    put "/notice-templates/{kind}/{language}" put: Access::Needs(Permission::ManageUsers),
    post "/notice-templates/{kind}/{language}/preview" preview: Access::Needs(Permission::ManageNotices),
}

/// A kind of mail in one language.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateItem {
    /// Kind of mail.
    kind: NoticeKindWord,
    /// Language.
    language: LanguageWord,
    /// Whether some of its texts are an administrator's.
    changed: bool,
    /// Who changed them last.
    updated_by: Option<String>,
    /// When.
    updated_at: Option<DateTime<Utc>>,
}

/// Every kind of mail and language
#[utoipa::path(get, path = "/notice-templates", responses((status = 200, description = "By kind and language", body = Page<TemplateItem>)))]
async fn list(caller: Caller) -> Answer {
    let rows = http::read(&caller, notice_templates::all).await?;
    let item = |kind: NoticeKind, language: Language| {
        let row = rows.iter().find(|row| row.kind == kind.as_str() && row.language == language);
        TemplateItem {
            kind: Word(kind),
            language: Word(language),
            changed: row.is_some(),
            updated_by: row.map(|row| row.updated_by.clone()),
            updated_at: row.map(|row| row.updated_at),
        }
    };
    let kinds = NoticeKind::ALL.iter();
    let items = kinds.flat_map(|kind| Language::ALL.iter().map(move |language| item(*kind, *language)));
    http::ok(&Page::whole(items.collect()))
}

/// The texts of a kind of mail in one language.
#[derive(Debug, Serialize, ToSchema)]
pub struct Template {
    /// Kind of mail.
    kind: NoticeKindWord,
    /// Language.
    language: LanguageWord,
    /// Its texts, in the order they are read.
    texts: Vec<TemplateText>,
}

/// One text.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateText {
    /// Its key.
    #[schema(example = "mail-closed-title")]
    key: String,
    /// As built in, in Fluent's syntax.
    builtin: String,
    /// In an administrator's words; `null` while the built-in one is used.
    own: Option<String>,
    /// What it may name, as `{ $name }`.
    #[schema(example = json!(["unit"]))]
    variables: Vec<String>,
    /// Why one's own text is not used although there is one; `null` when it is sound.
    broken: Option<String>,
}

fn named(kind: &str, language: &str) -> Result<(NoticeKind, Language), Problem> {
    let found = NoticeKind::from_code(kind).zip(Language::from_code(language));
    found.ok_or_else(|| Trouble::NoSuchAddress.into())
}

/// The texts of a kind of mail
///
/// A text of one's own that is broken is not used: mails carry the built-in one, and `broken` says why.
#[utoipa::path(get, path = "/notice-templates/{kind}/{language}",
    params(("kind" = String, Path, description = "Kind of mail", example = "closed"),
        ("language" = String, Path, description = "zh-CN or en", example = "zh-CN")),
    responses((status = 200, description = "Its texts", body = Template)))]
async fn show(caller: Caller, state: web::Data<State>, path: web::Path<(String, String)>) -> Answer {
    let (kind, language) = named(&path.0, &path.1)?;
    let found =
        http::read(&caller, move |conn, ctx| notice_templates::get(conn, ctx, kind, language)).await?;
    http::ok(&template(&state, &caller, kind, language, found))
}

fn template(
    state: &State,
    caller: &Caller,
    kind: NoticeKind,
    language: Language,
    found: Option<(TemplateRow, Texts)>,
) -> Template {
    let own = found.map(|(_, texts)| texts).unwrap_or_default();
    let bad = state.mailroom.check(kind, language, &own, reader(caller));
    let text = |text: MailText| TemplateText {
        own: own.iter().find(|(key, _)| *key == text.key).map(|(_, own)| own.clone()),
        broken: bad.iter().find(|bad| bad.key == text.key).map(|bad| bad.message.clone()),
        key: text.key,
        builtin: text.builtin,
        variables: text.variables,
    };
    let texts = state.mailroom.texts(kind, language).into_iter().map(text).collect();
    Template { kind: Word(kind), language: Word(language), texts }
}

fn reader(caller: &Caller) -> Language {
    Language::from_code(caller.lang.code()).unwrap_or(Language::ZhCn)
}

/// Texts to use.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnTexts {
    /// By key, in Fluent's syntax. What is not named, or named as `null`, has its built-in text; without any, all are built in.
    #[schema(example = json!({"mail-closed-title": "全部办妥，这张返修单已关闭。"}))]
    texts: BTreeMap<String, Option<String>>,
}

/// Refuses texts that are of no use, each by its key.
fn checked(
    state: &State,
    caller: &Caller,
    kind: NoticeKind,
    language: Language,
    body: &OwnTexts,
) -> Result<Texts, Problem> {
    let own = |(key, text): (&String, &Option<String>)| Some((key.clone(), text.as_ref()?.trim().to_owned()));
    let texts: Texts = body.texts.iter().filter_map(own).collect();
    let bad = state.mailroom.check(kind, language, &texts, reader(caller));
    if bad.is_empty() {
        return Ok(texts);
    }
    let error = |bad: crate::http::mailroom::BadText| {
        FieldError::new(format!("texts.{}", bad.key), "text_unusable").with("reason", bad.message)
    };
    Err(Refusal::Invalid(bad.into_iter().map(error).collect()).into())
}

/// Put texts in place
///
/// Mails queued and not sent yet carry them too.
#[utoipa::path(put, path = "/notice-templates/{kind}/{language}", request_body = OwnTexts,
    params(("kind" = String, Path, description = "Kind of mail", example = "closed"),
        ("language" = String, Path, description = "zh-CN or en", example = "zh-CN")),
    responses((status = 204, description = "In place")))]
async fn put(
    caller: Caller,
    req: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    body: Json<OwnTexts>,
) -> Answer {
    let (kind, language) = named(&path.0, &path.1)?;
    let texts = checked(&state, &caller, kind, language, &body.0)?;
    http::done(&caller, &req, &body.0, move |tx, ctx| notice_templates::put(tx, ctx, kind, language, &texts))
        .await
}

/// A mail as it would go out.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailPreview {
    /// Subject.
    subject: String,
    /// HTML part, a whole document.
    html: String,
    /// Plain text part.
    text: String,
}

impl From<Preview> for MailPreview {
    fn from(shown: Preview) -> Self {
        MailPreview { subject: shown.subject, html: shown.html, text: shown.text }
    }
}

/// See a mail with these texts
///
/// Nothing is kept and nothing is sent.
#[utoipa::path(post, path = "/notice-templates/{kind}/{language}/preview", request_body = OwnTexts,
    params(("kind" = String, Path, description = "Kind of mail", example = "closed"),
        ("language" = String, Path, description = "zh-CN or en", example = "zh-CN")),
    responses((status = 200, description = "The mail, about an example", body = MailPreview)))]
async fn preview(
    caller: Caller,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    body: Json<OwnTexts>,
) -> Answer {
    let (kind, language) = named(&path.0, &path.1)?;
    let texts = checked(&state, &caller, kind, language, &body.0)?;
    let shown = state.mailroom.preview(kind, language, &texts).ok_or(Trouble::NoSuchAddress)?;
    http::ok(&MailPreview::from(shown))
}
