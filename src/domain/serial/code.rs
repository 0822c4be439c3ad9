//! Codes people gave to things: part numbers, depots, customers, bins, vendors.

use std::fmt;
use std::str::FromStr;

use super::{half_width, is_blank};

/// A code people gave to a thing in its one form: part number, depot code, customer code, bin, vendor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

/// Why a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing is left once the ends are trimmed.
    #[error("a code is missing")]
    Empty,
    /// More than [`Code::MAX_CHARS`] characters.
    #[error("a code of {chars} characters; {max} are allowed", max = Code::MAX_CHARS)]
    TooLong {
        /// How many characters there are.
        chars: usize,
    },
    /// A character other than A–Z, 0–9, `.`, `_`, `/` and `-`.
    #[error("{found:?} is not allowed in a code")]
    BadCharacter {
        /// The character.
        found: char,
    },
}

impl CodeError {
    /// The stable code of the fault, for a field error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "code_missing",
            Self::TooLong { .. } => "code_too_long",
            Self::BadCharacter { .. } => "code_bad_character",
        }
    }
}

impl Code {
    /// The longest code, in characters.
    pub const MAX_CHARS: usize = 32;

    /// Normalises `text`: ends trimmed (blanks, zero-width characters, byte order marks), full-width forms made ASCII,
    /// upper case. Unlike in a serial number a blank inside is refused: it is rather two codes than one.
    ///
    /// # Errors
    /// See [`CodeError`].
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let trimmed = text.trim_matches(is_blank);
        let code: String = trimmed.chars().map(|c| half_width(c).to_ascii_uppercase()).collect();
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "._/-".contains(c);
        match code.chars().count() {
            0 => return Err(CodeError::Empty),
            chars if chars > Self::MAX_CHARS => return Err(CodeError::TooLong { chars }),
            _ => {}
        }
        match code.chars().find(|c| !allowed(*c)) {
            Some(found) => Err(CodeError::BadCharacter { found }),
            None => Ok(Self(code)),
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as an owned text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::parse(text)
    }
}
