//! Who sends the request: a signed-in browser (cookie) or a program (Bearer token).

use crate::app::public_requests;
use crate::app::session::{self, Person};
use crate::app::token::Secret;
use crate::app::{App, Ctx};
use crate::domain::actor::Permission;
use crate::domain::people::TokenKind;
use crate::domain::refusal::Refusal;
use crate::http::csrf;
use crate::http::problem::{Problem, Trouble};
use crate::http::state::State;
use crate::i18n::Lang;
use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use tracing_actix_web::RequestId;

/// The cookie of the session.
pub const COOKIE: &str = "beiku_session";

/// What a cookie of ours holds, whatever prefix its name has ([`Config::cookie_name`](crate::config::Config::cookie_name)).
#[must_use]
pub fn cookie(req: &HttpRequest, name: &str) -> Option<String> {
    let state = req.app_data::<web::Data<State>>()?;
    Some(req.cookie(&state.config.cookie_name(name))?.value().to_owned())
}

/// The secret in a cookie of ours.
pub(super) fn cookie_secret(req: &HttpRequest, name: &str) -> Option<Secret> {
    Secret::parse(&cookie(req, name)?)
}

/// How the caller proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// The session cookie of a browser, which any site could make it send: writes need the CSRF token too.
    Cookie,
    /// An API token in `Authorization: Bearer`.
    Bearer,
}

/// A signed-in caller. As an extractor it refuses with 401 who is not signed in, and with 403 a browser's write without
/// its `X-CSRF-Token` header.
#[derive(Clone)]
pub struct Caller {
    /// The process's shared parts.
    pub app: App,
    /// What use cases are told: actor, time, calendar, request id.
    pub ctx: Ctx,
    /// The user with names, mail address and customers' codes.
    pub person: Person,
    /// Language of the answer: what the request asks for, else what the user chose.
    pub lang: Lang,
    /// Requests of people without an account that wait for this caller's word. Counted for pages, whose menu says it; 0 for
    /// programs.
    pub waiting: i64,
    /// How they proved who they are.
    pub credential: Credential,
    secret: Secret,
}

impl Caller {
    /// May the caller do this at all? Use cases ask again, with the depot; this is for reads and for what a page offers.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn may(&self, permission: Permission) -> Result<(), Problem> {
        Ok(self.ctx.actor.may(permission)?)
    }

    /// Whether the caller carries all of the user's rights: own account, tokens and authenticator are not for programs
    /// with fewer.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn in_full(&self) -> Result<(), Problem> {
        if self.ctx.actor.only.is_none() {
            return Ok(());
        }
        Err(Refusal::Forbidden { permission: "own_account".to_owned() }.into())
    }

    /// What a page of this session must send with every write, as header `X-CSRF-Token` or form field `csrf`.
    #[must_use]
    pub fn csrf_token(&self) -> String {
        self.secret.csrf()
    }

    /// The secret the caller came with.
    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Reads cookie or Bearer token without looking at the CSRF token: for forms, whose token is in the body.
    pub(super) fn identify(req: &HttpRequest) -> LocalBoxFuture<'static, Result<Caller, Problem>> {
        let request = Request::of(req);
        let credential = credential(req);
        let writes = !req.method().is_safe();
        let is_page = !writes && !req.path().starts_with("/api/");
        let enrols = leads_to_authenticator(req.path());
        Box::pin(async move {
            let (state, request_id, accepted) = request?;
            let app = state.app.clone();
            let (credential, secret) = credential.ok_or(Trouble::NotSignedIn)?;
            let person = session::authenticate(&app, &secret).await?.ok_or(Trouble::NotSignedIn)?;
            let kind = match credential {
                Credential::Cookie => TokenKind::Session,
                Credential::Bearer => TokenKind::Api,
            };
            if person.kind != kind {
                return Err(Trouble::NotSignedIn.into());
            }
            state.allowance.take(person.actor.user_id)?;
            if person.read_only && writes {
                return Err(Refusal::TokenReadOnly {}.into());
            }
            if person.must_enrol && !enrols {
                return Err(Refusal::SecondFactorRequired {}.into());
            }
            let chosen = Lang::from_code(person.language.as_str()).unwrap_or_default();
            let lang = accepted.unwrap_or(chosen);
            tracing::Span::current().record("user", tracing::field::display(&person.actor.username));
            let ctx = app.context(person.actor.clone(), request_id);
            let waiting = match is_page && ctx.actor.may(Permission::DecideRma).is_ok() {
                true => crate::app::read(&app, &ctx, public_requests::waiting).await?,
                false => 0,
            };
            Ok(Caller { app, ctx, person, lang, waiting, credential, secret })
        })
    }
}

/// What somebody may do who has to set up an authenticator first: that, see who they are, choose a language, sign out.
fn leads_to_authenticator(path: &str) -> bool {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let below =
        |part: &str| path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    matches!(path, "/me" | "/session" | "/logout" | "/preferences")
        || below("/me/security")
        || below("/me/second-factor")
}

/// The parts of a request that outlive it.
struct Request;

impl Request {
    fn of(req: &HttpRequest) -> Result<(web::Data<State>, String, Option<Lang>), Problem> {
        let state = req.app_data::<web::Data<State>>().ok_or(Trouble::Internal)?;
        Ok((state.clone(), request_id(req), accepted(req)))
    }
}

/// The request's id, as in the log and in `X-Request-Id`.
pub(crate) fn request_id(req: &impl HttpMessage) -> String {
    req.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default()
}

/// The secret a request came with, live or not.
pub(super) fn credential(req: &HttpRequest) -> Option<(Credential, Secret)> {
    if let Some(header) = req.headers().get(AUTHORIZATION) {
        // Whoever sends the header means it: a wrong one does not fall back to the cookie.
        let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
        let secret = Secret::parse(token.trim())?;
        return scheme.eq_ignore_ascii_case("bearer").then_some((Credential::Bearer, secret));
    }
    Some((Credential::Cookie, cookie_secret(req, COOKIE)?))
}

/// The language the request asks for, if it asks for one we speak.
fn accepted(req: &HttpRequest) -> Option<Lang> {
    let header = req.headers().get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let speaks = |range: &str| Lang::from_code(range.split(';').next().unwrap_or_default()).is_some();
    header.split(',').any(speaks).then(|| Lang::negotiate(header))
}

/// Who is signed in here, for how a page looks: a write needs [`Caller`] or a signed form as its proof.
pub async fn whoever(req: &HttpRequest) -> Option<Caller> {
    Caller::identify(req).await.ok()
}

/// The language of an answer: the caller's when somebody is signed in, else what the request asks for.
#[must_use]
pub fn language(req: &HttpRequest) -> Lang {
    let caller = req.extensions().get::<Caller>().map(|caller| caller.lang);
    caller.or_else(|| accepted(req)).unwrap_or_default()
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        if let Some(known) = req.extensions().get::<Caller>() {
            let known = known.clone();
            return Box::pin(async { Ok(known) });
        }
        let same_origin = csrf::check_origin(req);
        let sent = csrf::header(req);
        let writes = !req.method().is_safe();
        let caller = Caller::identify(req);
        Box::pin(async move {
            let caller = caller.await?;
            if writes && caller.credential == Credential::Cookie {
                same_origin?;
                csrf::check_token(&caller.csrf_token(), sent.as_deref())?;
            }
            Ok(caller)
        })
    }
}
