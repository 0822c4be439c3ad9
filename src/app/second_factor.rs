//! The authenticator: a second proof beside the password (RFC 6238), and recovery codes for the day it is lost.
//!
//! Codes are those every authenticator app makes: SHA-1, 6 digits, 30 seconds. One before and one after now will do, each
//! once.

use crate::app::{AppResult, Conn, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::people::{OneTimeKind, RECOVERY_CODES, STEP_ATTEMPTS};
use crate::domain::refusal::Refusal;
use crate::store::{StoreError, StoreResult, one_time, people, second_factor, token};
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Totp};

use crate::app::session;
use crate::app::token::{Secret, random_letters};

/// Bytes of the shared secret: as long as the hash (RFC 4226, 4).
const SECRET_BYTES: usize = 20;
/// Recovery codes are 120 random bits: at 112 and more a plain hash in the database will do (OWASP ASVS 5, 6.5.2).
/// They are written in groups, for people to copy them.
const CODE_GROUPS: usize = 6;
/// Letters between two hyphens.
const CODE_GROUP: usize = 4;
/// Issuer shown by the authenticator app.
const ISSUER: &str = "Beiku";

/// What is kept ready before the transaction: randomness.
#[derive(Clone)]
pub struct Enrolment {
    /// The shared secret.
    secret: Vec<u8>,
    /// Recovery codes, given out when the enrolment is confirmed.
    pub recovery_codes: Vec<String>,
}

impl Enrolment {
    /// A new one.
    #[must_use]
    pub fn random() -> Enrolment {
        let code = || (0..CODE_GROUPS).map(|_| random_letters(CODE_GROUP)).collect::<Vec<_>>().join("-");
        let recovery_codes = (0..RECOVERY_CODES).map(|_| code()).collect();
        let secret: [u8; SECRET_BYTES] = rand::random();
        Enrolment { secret: secret.to_vec(), recovery_codes }
    }
}

/// What the user takes into the authenticator app.
#[derive(Debug, Clone)]
pub struct Offer {
    /// `otpauth://totp/…`, as a QR code shows it.
    pub uri: String,
    /// The secret in base 32, for typing.
    pub secret: String,
}

/// How the actor's authenticator stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Whether signing in asks for it.
    pub on: bool,
    /// Whether one is being enrolled.
    pub enrolling: bool,
    /// Recovery codes left.
    pub recovery_codes: i64,
}

/// How the actor's authenticator stands.
pub fn status(conn: &mut Conn, ctx: &Ctx) -> AppResult<Status> {
    let user_id = ctx.actor.user_id;
    let factor = second_factor::of_user(conn, user_id)?;
    let on = factor.as_ref().is_some_and(|factor| factor.confirmed_at.is_some());
    let recovery_codes = second_factor::recovery_codes_left(conn, user_id)?;
    Ok(Status { on, enrolling: factor.is_some() && !on, recovery_codes })
}

/// Begins the actor's enrolment, in place of one that was not confirmed. Refuses with `second_factor_on`.
pub fn begin(tx: &mut Conn, ctx: &Ctx, enrolment: &Enrolment) -> AppResult<Offer> {
    if !second_factor::begin(tx, ctx.actor.user_id, &enrolment.secret, ctx.now)? {
        return Err(Refusal::SecondFactorOn {}.into());
    }
    offer_of(&ctx.actor.username, &enrolment.secret)
}

/// The offer of the enrolment under way, for showing it again. Refuses with `second_factor_off`.
pub fn offer(conn: &mut Conn, ctx: &Ctx) -> AppResult<Offer> {
    let factor =
        second_factor::of_user(conn, ctx.actor.user_id)?.filter(|factor| factor.confirmed_at.is_none());
    let factor = factor.ok_or(Refusal::SecondFactorOff {})?;
    offer_of(&ctx.actor.username, &factor.secret)
}

fn offer_of(username: &str, secret: &[u8]) -> AppResult<Offer> {
    let totp = totp(username, secret)?;
    let uri = totp.to_url().map_err(|error| StoreError::Codec(format!("authenticator: {error}")))?;
    Ok(Offer { uri, secret: totp_rs::Secret::from(secret).to_base32() })
}

/// Confirms the enrolment with a code and puts the recovery codes in force. The actor's other sessions end: whoever
/// holds them proved less. Refuses with `second_factor_off`, `second_factor_wrong`.
pub fn confirm(
    tx: &mut Conn,
    ctx: &Ctx,
    code: &str,
    enrolment: &Enrolment,
    keep_token_id: i64,
) -> AppResult<()> {
    let user_id = ctx.actor.user_id;
    let factor = second_factor::of_user(tx, user_id)?.ok_or(Refusal::SecondFactorOff {})?;
    if factor.confirmed_at.is_some() {
        return Err(Refusal::SecondFactorOn {}.into());
    }
    if !use_code(tx, ctx, user_id, &factor.secret, code)? {
        return Err(Refusal::SecondFactorWrong {}.into());
    }
    second_factor::confirm(tx, user_id, ctx.now)?;
    set_codes(tx, user_id, &enrolment.recovery_codes)?;
    token::revoke_sessions(tx, user_id, keep_token_id, ctx.now)?;
    audit::record(tx, ctx, "second_factor.on", &format!("user:{}", ctx.actor.username), "")
}

/// Takes the actor's authenticator away, after a code of it or a recovery code.
pub fn take_away(tx: &mut Conn, ctx: &Ctx, code: &str) -> AppResult<()> {
    prove(tx, ctx, ctx.actor.user_id, code)?;
    second_factor::remove(tx, ctx.actor.user_id)?;
    audit::record(tx, ctx, "second_factor.off", &format!("user:{}", ctx.actor.username), "")
}

/// Takes somebody's authenticator away: for an administrator whose colleague lost the telephone. Their sessions end.
/// Refuses with `forbidden`, `not_found`, `second_factor_off`.
pub fn reset(tx: &mut Conn, ctx: &Ctx, username: &str) -> AppResult<()> {
    ctx.actor.may(Permission::ManageUsers)?;
    let user = people::by_username(tx, username)?.ok_or_else(|| Refusal::not_found("user", username))?;
    if !second_factor::remove(tx, user.id)? {
        return Err(Refusal::SecondFactorOff {}.into());
    }
    token::revoke_sessions(tx, user.id, 0, ctx.now)?;
    audit::record(tx, ctx, "second_factor.reset", &format!("user:{username}"), "")
}

/// Whether this user signs in with an authenticator.
pub(crate) fn is_on(conn: &mut Conn, user_id: i64) -> StoreResult<bool> {
    second_factor::is_on(conn, user_id)
}

/// Proves that the user holds the authenticator or an unused recovery code. Refuses with `second_factor_wrong`, or
/// `second_factor_off` when there is none.
pub(crate) fn prove(tx: &mut Conn, ctx: &Ctx, user_id: i64, code: &str) -> AppResult<()> {
    let factor = second_factor::of_user(tx, user_id)?.filter(|factor| factor.confirmed_at.is_some());
    let factor = factor.ok_or(Refusal::SecondFactorOff {})?;
    if use_code(tx, ctx, user_id, &factor.secret, code)? {
        return Ok(());
    }
    if second_factor::use_recovery_code(tx, user_id, &code_hash(user_id, code), ctx.now)? {
        audit::record(tx, ctx, "second_factor.recovery", &format!("user:{}", ctx.actor.username), "")?;
        return Ok(());
    }
    Err(Refusal::SecondFactorWrong {}.into())
}

/// Checks the code of the step between password and session; the user when it is right. Tries are counted by
/// [`count_try`], in a transaction of their own that no refusal takes back.
pub(crate) fn step_user(conn: &mut Conn, ctx: &Ctx, step: &Secret) -> AppResult<(i64, i64)> {
    let row = one_time::live(conn, OneTimeKind::SecondFactor, &step.hash(), ctx.now)?;
    let found = row.and_then(|row| Some((row.id, row.user_id?)));
    Ok(found.ok_or(Refusal::SignInFailed {})?)
}

/// Counts a try of the step; refuses with `sign_in_failed` after the fifth: back to the password.
pub(crate) fn count_try(tx: &mut Conn, step_id: i64) -> AppResult<()> {
    if one_time::attempt(tx, step_id, STEP_ATTEMPTS)? { Ok(()) } else { Err(Refusal::SignInFailed {}.into()) }
}

/// Ends the step with the right code and opens the session.
pub(crate) fn finish_step(
    tx: &mut Conn,
    ctx: &Ctx,
    step_id: i64,
    code: &str,
    secret: &Secret,
    device: &str,
) -> AppResult<()> {
    prove(tx, ctx, ctx.actor.user_id, code)?;
    if !one_time::spend(tx, step_id, ctx.now)? {
        return Err(Refusal::SignInFailed {}.into());
    }
    session::open_on(tx, ctx, ctx.actor.user_id, secret, device)
}

fn set_codes(tx: &mut Conn, user_id: i64, codes: &[String]) -> AppResult<()> {
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| code_hash(user_id, code)).collect();
    Ok(second_factor::set_recovery_codes(tx, user_id, &hashes)?)
}

/// Salted by the user. Hyphens, blanks and small letters are as people write them.
fn code_hash(user_id: i64, code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let mut hash = Sha256::new();
    hash.update(user_id.to_be_bytes());
    hash.update(plain.to_ascii_uppercase().as_bytes());
    hash.finalize().to_vec()
}

fn use_code(tx: &mut Conn, ctx: &Ctx, user_id: i64, secret: &[u8], code: &str) -> AppResult<bool> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let now = u64::try_from(ctx.now.timestamp()).unwrap_or_default();
    let Some(step) = totp(&ctx.actor.username, secret)?.check(&digits, now) else { return Ok(false) };
    Ok(second_factor::use_step(tx, user_id, i64::try_from(step).unwrap_or(i64::MAX))?)
}

fn totp(username: &str, secret: &[u8]) -> AppResult<Totp> {
    let account = username.replace(':', "_");
    let builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret.to_vec())
        .with_account_name(account)
        .with_issuer(Some(ISSUER));
    Ok(builder.build().map_err(|error| StoreError::Codec(format!("authenticator: {error}")))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes_differ_and_are_read_as_people_write_them() {
        let codes = Enrolment::random().recovery_codes;
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), RECOVERY_CODES);
        assert!(codes.iter().all(|code| code.len() == 24 + 5 && code.split('-').count() == 6), "{codes:?}");
        let written = codes[0].replace('-', " ").to_lowercase();
        assert_eq!(code_hash(1, &written), code_hash(1, &codes[0]));
        assert_ne!(code_hash(2, &codes[0]), code_hash(1, &codes[0]));
    }

    /// RFC 6238, appendix B, the last six of eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let totp = totp("li", b"12345678901234567890").unwrap();
        for (at, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(totp.check(code, at), Some(at / 30), "{at}");
        }
    }
}
