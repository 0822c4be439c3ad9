//! A small OpenID Connect provider: discovery, keys, authorization code with PKCE, id tokens signed RS256 or ES256. It is
//! written from the specifications, without the library the program uses.

use actix_web::dev::ServerHandle;
use actix_web::http::header::{AUTHORIZATION, LOCATION};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{self, EcdsaKeyPair, KeyPair, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

pub const CLIENT: &str = "beiku-test";
pub const SECRET: &str = "the secret of the client";
const ACCESS: &str = "at";

/// How id tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alg {
    Rs256,
    Es256,
}

/// What the next id token is like.
#[derive(Debug, Clone)]
pub struct Mood {
    pub alg: Alg,
    /// Claims beside those that must be there; they win.
    pub claims: Value,
    /// Signs with a key that is not in the published set.
    pub foreign_key: bool,
    /// Breaks the signature.
    pub tampered: bool,
    /// Says `alg: none` and leaves the signature out.
    pub unsigned: bool,
    /// The id token says nothing but `sub`; this is what the userinfo endpoint says.
    pub userinfo: Option<Value>,
}

impl Default for Mood {
    fn default() -> Self {
        let claims = json!({ "preferred_username": "li" });
        Mood { alg: Alg::Rs256, claims, foreign_key: false, tampered: false, unsigned: false, userinfo: None }
    }
}

struct Grant {
    nonce: String,
    challenge: String,
    redirect: String,
}

struct Inner {
    issuer: String,
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    foreign: EcdsaKeyPair,
    mood: Mutex<Mood>,
    grants: Mutex<HashMap<String, Grant>>,
}

/// A running provider. It ends with the test.
pub struct Provider {
    pub issuer: String,
    inner: Arc<Inner>,
    handle: ServerHandle,
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

impl Provider {
    pub fn start() -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let random = SystemRandom::new();
        let ec = || {
            let key =
                EcdsaKeyPair::generate_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random)
                .unwrap()
        };
        let inner = Arc::new(Inner {
            issuer: issuer.clone(),
            rsa: RsaKeyPair::from_pkcs8(include_bytes!("provider-rsa.pk8")).unwrap(),
            ec: ec(),
            foreign: ec(),
            mood: Mutex::default(),
            grants: Mutex::default(),
        });
        let shared = web::Data::from(Arc::clone(&inner));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/.well-known/openid-configuration", web::get().to(discovery))
                .route("/keys", web::get().to(keys))
                .route("/authorize", web::get().to(authorize))
                .route("/token", web::post().to(token))
                .route("/me", web::get().to(userinfo))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        tokio::task::spawn_local(server);
        Provider { issuer, inner, handle }
    }

    /// What the next id tokens are like.
    pub fn be(&self, mood: Mood) {
        *self.inner.mood.lock().unwrap() = mood;
    }
}

async fn discovery(inner: web::Data<Inner>) -> HttpResponse {
    let issuer = &inner.issuer;
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    }))
}

async fn keys(inner: web::Data<Inner>) -> HttpResponse {
    let rsa: PublicKeyComponents<Vec<u8>> = PublicKeyComponents::from(inner.rsa.public());
    let ec = inner.ec.public_key().as_ref();
    HttpResponse::Ok().json(json!({ "keys": [
        { "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "r1", "n": base64(&rsa.n), "e": base64(&rsa.e) },
        { "kty": "EC", "use": "sig", "alg": "ES256", "kid": "e1", "crv": "P-256", "x": base64(&ec[1..33]), "y": base64(&ec[33..65]) },
    ] }))
}

/// Somebody is signed in here and says yes at once.
async fn authorize(inner: web::Data<Inner>, query: web::Query<HashMap<String, String>>) -> HttpResponse {
    let fit = query["response_type"] == "code"
        && query["client_id"] == CLIENT
        && query["code_challenge_method"] == "S256"
        && query["scope"].split(' ').any(|scope| scope == "openid");
    if !fit {
        return HttpResponse::BadRequest().finish();
    }
    let mut grants = inner.grants.lock().unwrap();
    let code = format!("code-{}", grants.len());
    let (nonce, challenge) = (query["nonce"].clone(), query["code_challenge"].clone());
    let redirect = query["redirect_uri"].clone();
    let to = format!("{redirect}?code={code}&state={}", query["state"]);
    grants.insert(code, Grant { nonce, challenge, redirect });
    HttpResponse::Found().insert_header((LOCATION, to)).finish()
}

async fn token(
    inner: web::Data<Inner>,
    req: HttpRequest,
    form: web::Form<HashMap<String, String>>,
) -> HttpResponse {
    let no = |why: &str| HttpResponse::BadRequest().json(json!({ "error": why }));
    let encoded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let basic = format!("Basic {}", padded(format!("{CLIENT}:{encoded}").as_bytes()));
    if req.headers().get(AUTHORIZATION).is_none_or(|sent| sent.to_str().unwrap() != basic) {
        return no("invalid_client");
    }
    // A code is good once.
    let Some(grant) = inner.grants.lock().unwrap().remove(&form["code"]) else { return no("invalid_grant") };
    let proven = base64(&Sha256::digest(form["code_verifier"].as_bytes())) == grant.challenge;
    if !proven || form["redirect_uri"] != grant.redirect || form["grant_type"] != "authorization_code" {
        return no("invalid_grant");
    }
    let mood = inner.mood.lock().unwrap().clone();
    let id_token = id_token(&inner, &mood, &grant.nonce);
    HttpResponse::Ok().json(json!({ "access_token": ACCESS, "token_type": "Bearer", "id_token": id_token }))
}

async fn userinfo(inner: web::Data<Inner>, req: HttpRequest) -> HttpResponse {
    let known = req.headers().get(AUTHORIZATION).is_some_and(|sent| *sent == format!("Bearer {ACCESS}"));
    match inner.mood.lock().unwrap().userinfo.clone() {
        Some(claims) if known => HttpResponse::Ok().json(claims),
        _ => HttpResponse::Unauthorized().finish(),
    }
}

fn id_token(inner: &Inner, mood: &Mood, nonce: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims = json!({ "iss": inner.issuer, "sub": "u-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce });
    let said = if mood.userinfo.is_some() { &json!({}) } else { &mood.claims };
    for (name, value) in said.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let (alg, kid) = match mood.alg {
        _ if mood.unsigned => ("none", "r1"),
        Alg::Rs256 => ("RS256", "r1"),
        Alg::Es256 => ("ES256", "e1"),
    };
    let header = json!({ "alg": alg, "typ": "JWT", "kid": kid }).to_string();
    let signed = format!("{}.{}", base64(header.as_bytes()), base64(claims.to_string().as_bytes()));
    let random = SystemRandom::new();
    let mut signature = match mood.alg {
        _ if mood.unsigned => vec![],
        Alg::Rs256 => {
            let mut signature = vec![0; inner.rsa.public().modulus_len()];
            inner.rsa.sign(&signature::RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
            signature
        }
        Alg::Es256 => {
            let key = if mood.foreign_key { &inner.foreign } else { &inner.ec };
            key.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec()
        }
    };
    if mood.tampered {
        signature[7] ^= 1;
    }
    format!("{signed}.{}", base64(&signature))
}

/// Base 64 for addresses, without padding (RFC 4648, 5).
fn base64(bytes: &[u8]) -> String {
    padded(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

fn padded(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let letter = char::from(LETTERS[usize::try_from(bits >> (18 - 6 * at) & 63).unwrap()]);
            text.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
    text
}
