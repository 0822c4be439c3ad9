//! Passwords: Argon2id, off the async threads, at most one computation per core, never inside a transaction.

use crate::app::leaked::Leaked;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes and verifies passwords. One per process; cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    /// Verified in place of the hash an unknown user does not have, so that both take the same time.
    dummy: Arc<str>,
    /// None of these is taken as a new password.
    leaked: Option<Leaked>,
}

/// A password cannot be judged or hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Hashing failed, which only a broken machine (no randomness, no memory) brings about.
    #[error("password hashing: {0}")]
    Hashing(String),
    /// The file of leaked passwords cannot be read.
    #[error("leaked passwords: {0}")]
    Leaked(#[from] std::io::Error),
}

impl Passwords {
    /// Prepares as many slots as the machine has cores: each computation takes 19 MiB and a core.
    pub fn new() -> Result<Passwords, PasswordError> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let dummy = hash_blocking("the password of nobody")?;
        Ok(Passwords { slots: Arc::new(Semaphore::new(cores)), dummy: dummy.into(), leaked: None })
    }

    /// The same, refusing passwords whose hash is in this file: SHA-1, sorted, one a line.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn refusing(mut self, leaked: Option<&Path>) -> Result<Passwords, PasswordError> {
        self.leaked = leaked.map(Leaked::open).transpose()?;
        Ok(self)
    }

    /// Whether the password leaked somewhere, as far as is known here.
    pub async fn has_leaked(&self, password: &str) -> Result<bool, PasswordError> {
        let Some(leaked) = self.leaked.clone() else { return Ok(false) };
        let password = password.to_owned();
        Ok(self.in_slot(move || leaked.holds(&password)).await??)
    }

    /// The hash of a new password as a PHC string.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.in_slot(move || hash_blocking(&password)).await?
    }

    /// Whether the password is the one behind `hash`. Without a hash the answer is no, after the same work.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, PasswordError> {
        let dummy = Arc::clone(&self.dummy);
        self.in_slot(move || {
            let known = hash.is_some();
            let right = matches(&password, hash.as_deref().unwrap_or(&dummy));
            known && right
        })
        .await
    }

    async fn in_slot<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|e| PasswordError::Hashing(e.to_string()))?;
        tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work()
        })
        .await
        .map_err(|e| PasswordError::Hashing(e.to_string()))
    }
}

/// Hashes on the calling thread: for the command line.
pub fn hash_blocking(password: &str) -> Result<String, PasswordError> {
    // Argon2's own defaults are OWASP's: Argon2id, 19 MiB, 2 passes, 1 lane; the salt is 16 random bytes.
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|e| PasswordError::Hashing(e.to_string()))?;
    Ok(hash.to_string())
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_and_no_other() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("correct horse".into()).await.unwrap(), "salted");
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct mouse".into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let passwords = Passwords::new().unwrap();
        assert!(!passwords.verify("the password of nobody".into(), None).await.unwrap());
        assert!(!passwords.verify("x".into(), Some("not a hash".into())).await.unwrap());
    }
}
