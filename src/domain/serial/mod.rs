//! Serial numbers and codes as people and scanners give them, brought to one form.
//!
//! Spreadsheets carry full-width digits, trailing blanks, a byte order mark in front, blanks in between and lower case;
//! one unit must nevertheless have one serial number (序列号), and one part one part number (料号).

mod code;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

pub use code::{Code, CodeError};

/// A serial number in its one form: ASCII width, upper case, without blanks or invisible characters; hyphens kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(String);

/// Why a text is not a serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SerialError {
    /// Nothing is left once blanks are taken away.
    #[error("a serial number is missing")]
    Empty,
    /// More than [`Serial::MAX_CHARS`] characters.
    #[error("a serial number of {chars} characters; {max} are allowed", max = Serial::MAX_CHARS)]
    TooLong {
        /// How many characters there are.
        chars: usize,
    },
    /// A control character inside, such as the separator of a composite barcode: two codes run together.
    #[error("a control character (U+{code:04X}) in a serial number")]
    ControlCharacter {
        /// The character's Unicode number.
        code: u32,
    },
}

impl SerialError {
    /// The stable code of the fault, for a field error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "serial_missing",
            Self::TooLong { .. } => "serial_too_long",
            Self::ControlCharacter { .. } => "serial_control_character",
        }
    }
}

impl Serial {
    /// The longest serial number, in characters.
    pub const MAX_CHARS: usize = 64;

    /// Normalises `text`: ends trimmed, full-width forms (U+FF01–FF5E, U+3000) made ASCII, typographic dashes made
    /// hyphens, blanks, zero-width characters and byte order marks removed, ASCII letters made upper case. Doing it
    /// twice changes nothing more.
    ///
    /// # Errors
    /// See [`SerialError`].
    pub fn parse(text: &str) -> Result<Self, SerialError> {
        let mut serial = String::with_capacity(text.len());
        for c in text.trim_matches(is_blank).chars() {
            if is_blank(c) && !c.is_control() {
                continue;
            }
            if c.is_control() {
                return Err(SerialError::ControlCharacter { code: u32::from(c) });
            }
            serial.push(half_width(c).to_ascii_uppercase());
        }
        match serial.chars().count() {
            0 => Err(SerialError::Empty),
            chars if chars > Self::MAX_CHARS => Err(SerialError::TooLong { chars }),
            _ => Ok(Self(serial)),
        }
    }

    /// The serial number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The characters from last to first, stored beside the serial so that a search for its ending is a range scan.
    pub fn reversed(&self) -> String {
        self.0.chars().rev().collect()
    }

    /// The serial number as an owned text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Serial {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Serial {
    type Err = SerialError;

    fn from_str(text: &str) -> Result<Self, SerialError> {
        Self::parse(text)
    }
}

/// A text brought to ASCII width: full-width forms and the ideographic space, typographic dashes to hyphens. For
/// anything typed or scanned that is not a serial or a code: dates, amounts, search words.
pub fn to_half_width(text: &str) -> String {
    text.chars().map(half_width).collect()
}

/// What somebody typed or scanned to find a number, a serial or a part by, in the form all of these are stored in: ends
/// trimmed, full-width forms made ASCII, upper case. Unlike [`Code::parse`] and [`Serial::parse`] it refuses nothing.
#[must_use]
pub fn folded(text: &str) -> String {
    text.trim_matches(is_blank).chars().map(|c| half_width(c).to_ascii_uppercase()).collect()
}

/// One character in ASCII width (what NFKC does for this range) or as it is.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        // Spreadsheets and chat programs put these where someone typed a hyphen.
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => c,
    }
}

/// White space, and what cannot be seen: soft hyphen, zero-width characters, direction marks, byte order mark.
fn is_blank(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    c.is_whitespace() || invisible
}
