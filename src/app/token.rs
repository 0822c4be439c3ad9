//! Tokens: 32 random bytes whose text only the holder has; the database keeps their SHA-256.

use crate::app::{AppResult, Conn, Ctx, audit};
use crate::domain::actor::Permission;
use crate::domain::fields::{Fields, NAME_MAX};
use crate::domain::people::{TOKEN_LIFE_DAYS_MAX, TokenKind};
use crate::domain::refusal::Refusal;
use crate::store::one_time;
use crate::store::token::{self, NewToken};
use chrono::{DateTime, Duration, Utc};
use rand::RngExt;
use sha2::{Digest, Sha256};

pub use crate::store::token::TokenRow;

const PREFIX: &str = "beiku_";
/// Letters and digits nobody mistakes for another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Random letters and digits for people to copy, five bits in each.
#[must_use]
pub(in crate::app) fn random_letters(how_many: usize) -> String {
    let mut random = rand::rng();
    (0..how_many)
        .filter_map(|_| ALPHABET.get(random.random_range(0..ALPHABET.len())))
        .map(|letter| char::from(*letter))
        .collect()
}

/// The secret itself. Never printed by `Debug`, never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one from the operating system's randomness.
    #[must_use]
    pub fn random() -> Secret {
        Secret(rand::random())
    }

    /// Reads the text of a token; `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Secret> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix(PREFIX)?, &mut bytes).ok()?;
        Some(Secret(bytes))
    }

    /// The text the holder keeps: `beiku_` and 64 hexadecimal digits, easy to find by a scanner for leaked secrets.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", hex::encode(self.0))
    }

    /// What the database keeps.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// Another secret that follows from this one and a purpose. Knowing it does not tell this one.
    #[must_use]
    pub fn derive(&self, purpose: &str, salt: &[u8]) -> Secret {
        let mut hasher = Sha256::new();
        hasher.update(purpose.as_bytes());
        hasher.update([0]);
        hasher.update(self.0);
        hasher.update(salt);
        Secret(hasher.finalize().into())
    }

    /// The value a browser must send with every write: only a page of ours, made for this session, knows it.
    #[must_use]
    pub fn csrf(&self) -> String {
        hex::encode(self.derive("csrf", &[]).0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Makes `secret` an API token of a user; id and end of its life. The caller has made sure that the actor may.
pub fn create(
    tx: &mut Conn,
    ctx: &Ctx,
    user_id: i64,
    label: &str,
    days: i64,
    secret: &Secret,
) -> AppResult<(i64, DateTime<Utc>)> {
    create_limited(
        tx,
        ctx,
        user_id,
        &NewApiToken { label: label.to_owned(), days, ..NewApiToken::default() },
        secret,
    )
}

/// An API token to be.
#[derive(Debug, Clone, Default)]
pub struct NewApiToken {
    /// The owner's note.
    pub label: String,
    /// Days until it ends.
    pub days: i64,
    /// The only rights it carries; none: all of its owner's, now and later.
    pub permissions: Option<Vec<Permission>>,
    /// Whether it may only read.
    pub read_only: bool,
}

/// As [`create`], with fewer rights than the owner's. An actor who came with a limited token makes no wider one.
pub fn create_limited(
    tx: &mut Conn,
    ctx: &Ctx,
    user_id: i64,
    wanted: &NewApiToken,
    secret: &Secret,
) -> AppResult<(i64, DateTime<Utc>)> {
    let NewApiToken { label, days, permissions, read_only } = wanted;
    let (days, mut fields) = (*days, Fields::new());
    let label = fields.text("label", label, NAME_MAX);
    fields.number("expires_days", days, 1..=TOKEN_LIFE_DAYS_MAX);
    if permissions.as_ref().is_some_and(Vec::is_empty) {
        fields.fault("permissions", "required");
    }
    fields.finish()?;
    for permission in permissions.iter().flatten() {
        ctx.actor.may(*permission)?;
    }
    if ctx.actor.only.is_some() && permissions.is_none() {
        return Err(Refusal::Forbidden { permission: "own_account".to_owned() }.into());
    }
    let permissions = permissions.as_ref().map(|only| words(only));
    let expires_at = ctx.now + Duration::days(days);
    let new = NewToken {
        user_id,
        kind: TokenKind::Api,
        hash: &secret.hash(),
        label: &label,
        created_at: ctx.now,
        expires_at,
        device: "",
        permissions: permissions.as_deref(),
        read_only: *read_only,
    };
    let id = token::insert(tx, &new)?;
    let rights = permissions.as_deref().unwrap_or("all rights");
    let reads = if *read_only { ", read only" } else { "" };
    let detail = format!("user {user_id}, {days} days, {rights}{reads}");
    audit::record(tx, ctx, "token.create", &format!("token:{id}"), &detail)?;
    Ok((id, expires_at))
}

/// Permissions as they stand in the database.
fn words(permissions: &[Permission]) -> String {
    permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ")
}

/// Permissions as they stood in the database. One that this Beiku does not know gives no right.
#[must_use]
pub fn permissions_of(words: &str) -> Vec<Permission> {
    words.split_ascii_whitespace().filter_map(Permission::from_code).collect()
}

/// The actor's own live API tokens, newest first, with ids below `before`.
pub fn list(conn: &mut Conn, ctx: &Ctx, before: i64, limit: i64) -> AppResult<Vec<TokenRow>> {
    Ok(token::list(conn, ctx.actor.user_id, ctx.now, before, limit)?)
}

/// Revokes one of the actor's own API tokens.
pub fn revoke(tx: &mut Conn, ctx: &Ctx, token_id: i64) -> AppResult<()> {
    if !token::revoke(tx, ctx.actor.user_id, TokenKind::Api, token_id, ctx.now)? {
        return Err(Refusal::not_found("token", token_id).into());
    }
    audit::record(tx, ctx, "token.revoke", &format!("token:{token_id}"), "")
}

/// Forgets tokens that ended more than 30 days ago; how many. For the housekeeping job.
pub fn forget_ended(tx: &mut Conn, ctx: &Ctx) -> AppResult<usize> {
    one_time::forget_before(tx, ctx.now - Duration::days(1))?;
    Ok(token::forget_before(tx, ctx.now - Duration::days(30))?)
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn the_text_goes_both_ways_and_debug_keeps_silent() {
        let secret = Secret::random();
        assert_eq!(Secret::parse(&secret.text()).as_ref(), Some(&secret));
        assert_eq!(secret.text().len(), 70);
        assert!(!format!("{secret:?}").contains(secret.text().get(6..12).unwrap()));
        for other in [
            "",
            "beiku_",
            "beiku_00",
            &secret.text()[..69],
            &format!("{}0", secret.text()),
            &secret.text().replace("beiku_", ""),
        ] {
            assert!(Secret::parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn what_follows_from_a_secret_depends_on_all_of_it() {
        let (a, b) = (Secret::random(), Secret::random());
        assert_eq!(a.csrf(), a.clone().csrf());
        assert_ne!(a.csrf(), b.csrf());
        assert_ne!(a.derive("x", b"1"), a.derive("x", b"2"));
        assert_ne!(a.derive("x", b"1"), a.derive("y", b"1"));
        assert_ne!(a.csrf(), hex::encode(a.hash()));
    }
}
