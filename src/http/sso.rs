//! Single sign-on by OpenID Connect: authorization code with PKCE (RFC 7636), `state` and `nonce`.
//!
//! The provider's discovery document and keys are fetched for every sign-in: few sign in at a time, and a key the
//! provider took back is not believed. What is fetched is checked by the `openidconnect` crate: issuer, audience,
//! signature, expiry, nonce. Who it is stands in the id token or, when that is silent, at the userinfo endpoint.

use crate::app::sso::{self, Name, Vouched};
use crate::app::token::Secret;
use crate::app::{self, Outcome};
use crate::config::{Sso, SsoClaim};
use crate::domain::actor::Actor;
use crate::domain::people::SSO_LIFE;
use crate::domain::refusal::Refusal;
use crate::http::caller::{self, Credential, request_id};
use crate::http::problem::{Problem, Trouble};
use crate::http::server::peer;
use crate::http::sign_in::{self, Entry};
use crate::http::state::State;
use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::{HttpRequest, web};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessToken, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndUserEmail, EndUserUsername, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, SubjectIdentifier, TokenResponse, ureq,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// Cookie that ties the way back to the browser that set out.
const COOKIE: &str = "beiku_sso";
/// Where the provider sends the browser back to.
pub const CALLBACK: &str = "/login/sso/callback";
/// The provider has so long for an answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// What the way back is held against.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
}

/// What the provider sends along.
#[derive(Debug, Default, Deserialize)]
pub struct Back {
    /// To be exchanged for the provider's word.
    #[serde(default)]
    pub code: String,
    /// What we sent along.
    #[serde(default)]
    pub state: String,
}

/// A browser on its way to the provider.
pub struct Departure {
    /// Where to.
    pub url: String,
    /// The cookie to set.
    pub cookie: Cookie<'static>,
}

/// Sends a browser to the provider. `next` is where it wants to be afterwards.
///
/// # Errors
/// 404 without single sign-on, `too_many_requests`, `sso_failed` when the provider does not answer.
pub async fn depart(req: &HttpRequest, state: &State, next: String) -> Result<Departure, Problem> {
    let settings = state.config.sso.clone().ok_or(Trouble::NoSuchAddress)?;
    slow_down(req, state).await?;
    let redirect = format!("{}{CALLBACK}", state.config.base_url);
    let (url, kept) = blocking(move || address(&settings, &redirect, next)).await?;
    let kept = serde_json::to_string(&kept).map_err(|_| Trouble::Internal)?;
    let (secret, ctx) = (Secret::random(), state.app.context(Actor::system("sso"), request_id(req)));
    let mut cookie = sign_in::our_cookie(state, COOKIE, secret.text());
    let begin = move |tx: &mut app::Conn, ctx: &app::Ctx| sso::begin(tx, ctx, &secret, &kept);
    app::run(&state.app, &ctx, None, |()| (303, String::new()), begin).await?;
    cookie.set_max_age(Duration::seconds(SSO_LIFE.num_seconds()));
    Ok(Departure { url, cookie })
}

/// Takes a browser back from the provider: how far it got, and where it wanted to be.
///
/// # Errors
/// 404 without single sign-on, `too_many_requests`, `sso_failed`, `sso_unknown`.
pub async fn arrive(req: &HttpRequest, state: &State, back: Back) -> Result<(Entry, String), Problem> {
    let settings = state.config.sso.clone().ok_or(Trouble::NoSuchAddress)?;
    slow_down(req, state).await?;
    let cookie = caller::cookie_secret(req, COOKIE).ok_or(Refusal::SsoFailed {})?;
    let ctx = state.app.context(Actor::system("sso"), request_id(req));
    let take = move |tx: &mut app::Conn, ctx: &app::Ctx| sso::take(tx, ctx, &cookie);
    let kept = done(app::run(&state.app, &ctx, None, |_| (200, String::new()), take).await?)?;
    let kept: Kept = serde_json::from_str(&kept).map_err(|_| Trouble::Internal)?;
    if !bool::from(kept.state.as_bytes().ct_eq(back.state.as_bytes())) || back.code.is_empty() {
        return Err(Refusal::SsoFailed {}.into());
    }
    let next = kept.next.clone();
    let redirect = format!("{}{CALLBACK}", state.config.base_url);
    let whom = blocking(move || word(&settings, &redirect, kept, back.code)).await?;
    let replaces =
        caller::credential(req).filter(|(kind, _)| *kind == Credential::Cookie).map(|(_, old)| old);
    let (secret, device) = (Secret::random(), sign_in::device(req));
    let enter = move |tx: &mut app::Conn, ctx: &app::Ctx| {
        sso::enter(tx, ctx, &whom, replaces.as_ref(), &secret, &device)
    };
    let signed_in = done(app::run(&state.app, &ctx, None, |_| (200, String::new()), enter).await?)?;
    Ok((sign_in::entry(state, signed_in), next))
}

/// Nobody makes us ask the provider without end.
async fn slow_down(req: &HttpRequest, state: &State) -> Result<(), Problem> {
    // A whole company may come from one address: its quota is the address's, not that of one name.
    state.sign_in_throttle.attempt_from(peer(req)).await
}

fn done<T>(outcome: Outcome<T>) -> Result<T, Problem> {
    match outcome {
        Outcome::Done(done) => Ok(done),
        // Without a key nothing is replayed.
        Outcome::Replayed { .. } => Err(Trouble::Internal.into()),
    }
}

/// Talks to the provider off the async threads. What went wrong is for the log: a stranger learns nothing.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, Problem> {
    let answer = web::block(work).await.map_err(|_| Trouble::Internal)?;
    answer.map_err(|reason| {
        metrics::counter!("beiku_sign_in_failed_total").increment(1);
        tracing::warn!(reason, "single sign-on failed");
        Refusal::SsoFailed {}.into()
    })
}

/// No redirects: a provider that points elsewhere must not make us fetch from there.
fn agent() -> ureq::Agent {
    ureq::AgentBuilder::new().redirects(0).timeout(PATIENCE).user_agent("beiku").build()
}

fn metadata(settings: &Sso, agent: &ureq::Agent) -> Result<CoreProviderMetadata, String> {
    let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| error.to_string())?;
    CoreProviderMetadata::discover(&issuer, agent).map_err(|error| format!("discovery: {error}"))
}

fn address(settings: &Sso, redirect: &str, next: String) -> Result<(String, Kept), String> {
    let metadata = metadata(settings, &agent())?;
    let client = client(settings, metadata, redirect)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("profile".to_owned()))
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(challenge);
    if let Some(acr) = &settings.acr {
        request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
    }
    let (url, state, nonce) = request.url();
    let kept = Kept {
        state: state.secret().clone(),
        nonce: nonce.secret().clone(),
        verifier: verifier.secret().clone(),
        next,
    };
    Ok((url.to_string(), kept))
}

/// Exchanges the code and reads the provider's word: whom it vouches for.
fn word(settings: &Sso, redirect: &str, kept: Kept, code: String) -> Result<Vouched, String> {
    let agent = agent();
    let client = client(settings, metadata(settings, &agent)?, redirect)?;
    let answer = client
        .exchange_code(AuthorizationCode::new(code))
        .map_err(|error| error.to_string())?
        .set_pkce_verifier(PkceCodeVerifier::new(kept.verifier))
        .request(&agent)
        .map_err(|error| format!("token: {error}"))?;
    let token = answer.id_token().ok_or("the provider sent no id token")?;
    let verifier = client.id_token_verifier();
    let claims =
        token.claims(&verifier, &Nonce::new(kept.nonce)).map_err(|error| format!("id token: {error}"))?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = token.signing_alg().map_err(|error| error.to_string())?;
        let key = token.signing_key(&verifier).map_err(|error| error.to_string())?;
        let actual = openidconnect::AccessTokenHash::from_token(answer.access_token(), algorithm, key)
            .map_err(|error| error.to_string())?;
        if actual != *expected {
            return Err("the access token is not the id token's".to_owned());
        }
    }
    if let Some(wanted) = &settings.acr {
        let acr = claims.auth_context_ref().map(|acr| acr.as_str());
        if acr != Some(wanted.as_str()) {
            return Err(format!("the person signed in by {acr:?}, not by {wanted:?}"));
        }
    }
    let in_token = name(settings.claim, claims.preferred_username(), claims.email(), claims.email_verified());
    let name = match in_token {
        Some(name) => name,
        None => asked(settings, &client, answer.access_token(), claims.subject(), &agent)?,
    };
    let (issuer, subject) = (claims.issuer().as_str().to_owned(), claims.subject().as_str().to_owned());
    Ok(Vouched { issuer, subject, name })
}

/// The claim that finds a user here. An address the provider has not verified may be anybody's: it is none.
fn name(
    claim: SsoClaim,
    username: Option<&EndUserUsername>,
    email: Option<&EndUserEmail>,
    verified: Option<bool>,
) -> Option<Name> {
    match claim {
        SsoClaim::PreferredUsername => username.map(|name| Name::Username(name.as_str().to_owned())),
        SsoClaim::Email if verified == Some(true) => email.map(|mail| Name::Email(mail.as_str().to_owned())),
        SsoClaim::Email => None,
    }
}

/// Asks the provider's userinfo endpoint for the claim: id tokens need not carry it (OpenID Connect Core 5.4). An answer
/// about anybody but `subject` is not believed.
fn asked(
    settings: &Sso,
    client: &Client,
    access: &AccessToken,
    subject: &SubjectIdentifier,
    agent: &ureq::Agent,
) -> Result<Name, String> {
    let question = client.user_info(access.clone(), Some(subject.clone()));
    let question = question.map_err(|_| "the id token names nobody, and there is no userinfo endpoint")?;
    let about: CoreUserInfoClaims = question.request(agent).map_err(|error| format!("userinfo: {error}"))?;
    name(settings.claim, about.preferred_username(), about.email(), about.email_verified())
        .ok_or_else(|| format!("neither id token nor userinfo has a (verified) {:?}", settings.claim))
}

/// A client whose addresses come from the provider's discovery document.
type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

fn client(settings: &Sso, metadata: CoreProviderMetadata, redirect: &str) -> Result<Client, String> {
    let secret = settings.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
    let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|error| error.to_string())?;
    let id = ClientId::new(settings.client_id.clone());
    Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect))
}
