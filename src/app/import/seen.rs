//! Which keys the file has had already, and in which row: flat in memory however long the keys are.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

/// A digest of several words; 128 bits of SHA-256, so that two different keys never meet in practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyDigest([u8; 16]);

impl KeyDigest {
    /// The digest of a key. Words are length-prefixed: `["ab", "c"]` and `["a", "bc"]` differ.
    #[must_use]
    pub fn of(words: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for word in words {
            hasher.update(word.len().to_le_bytes());
            hasher.update(word.as_bytes());
        }
        let mut short = [0_u8; 16];
        for (slot, byte) in short.iter_mut().zip(hasher.finalize()) {
            *slot = byte;
        }
        Self(short)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// From bytes; `None` when they are not 16.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// Keys of the rows that were taken so far.
#[derive(Debug, Default)]
pub struct Seen {
    rows: HashMap<KeyDigest, u32>,
}

impl Seen {
    /// Claims a key for a row and gives it back.
    ///
    /// # Errors
    /// The earlier row that has the key.
    pub fn claim(&mut self, key: &str, row: u32) -> Result<String, u32> {
        match self.rows.entry(KeyDigest::of(&[key])) {
            std::collections::hash_map::Entry::Occupied(earlier) => Err(*earlier.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(row);
                Ok(key.to_owned())
            }
        }
    }

    /// True when some row claimed this key.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        self.rows.contains_key(&KeyDigest::of(&[key]))
    }
}
