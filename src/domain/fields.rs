//! Checks of single fields. They collect what is wrong, so that the sender learns everything at once.
//!
//! Texts are trimmed. NUL and other control characters are refused everywhere: PostgreSQL cannot store the first, and no
//! form or scanner sends the others on purpose.

use crate::domain::money;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::serial::{Code, CodeError, to_half_width};
use chrono::NaiveDate;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// Longest number of a document that others number (a contract), in characters.
pub const NUMBER_MAX: usize = 64;
/// Longest name, in characters.
pub const NAME_MAX: usize = 200;
/// Longest address or reason, in characters.
pub const LONG_MAX: usize = 500;

/// A date written `YYYY-MM-DD` and no other way: chrono would read `2026-3-2` and `+2026-03-02` too.
#[must_use]
pub fn plain_date(text: &str) -> Option<NaiveDate> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| plain)
}

/// The form in which a code is stored, for looking it up. What is no code at all is looked up as it is, and not found.
#[must_use]
pub fn code_of(text: &str) -> String {
    Code::parse(text).map_or_else(|_| text.trim().to_owned(), Code::into_string)
}

/// Collects field errors of one request.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// Nothing wrong yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that a field is wrong.
    pub fn fault(&mut self, field: impl Into<String>, code: &'static str) {
        self.errors.push(FieldError::new(field, code));
    }

    /// Notes an error with its facts.
    pub fn push(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    /// A text that may be empty. Line breaks are allowed nowhere in set-up data.
    pub fn text(&mut self, field: &str, value: &str, max: usize) -> String {
        let value = value.trim();
        if value.chars().any(char::is_control) {
            self.fault(field, "control_character");
        } else if value.chars().count() > max {
            self.push(FieldError::new(field, "too_long").with("max", max));
        } else {
            return value.to_owned();
        }
        String::new()
    }

    /// A text that must say something.
    pub fn required(&mut self, field: &str, value: &str, max: usize) -> String {
        if value.trim().is_empty() {
            self.fault(field, "required");
            return String::new();
        }
        self.text(field, value, max)
    }

    /// A code people write and scan, in its one form (see [`Code`]), without any of `forbidden`.
    pub fn code(&mut self, field: &str, value: &str, forbidden: &[char]) -> String {
        match Code::parse(value) {
            Ok(code) if !code.as_str().contains(forbidden) => return code.into_string(),
            Err(CodeError::Empty) => self.fault(field, "required"),
            Err(CodeError::TooLong { .. }) => {
                self.push(FieldError::new(field, "too_long").with("max", Code::MAX_CHARS));
            }
            Ok(_) | Err(CodeError::BadCharacter { .. }) => self.fault(field, "bad_code"),
        }
        String::new()
    }

    /// A word of a closed set.
    pub fn word<T: Display + Copy>(
        &mut self,
        field: &str,
        value: &str,
        all: &[T],
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let word = read(value.trim());
        if word.is_none() {
            let allowed = all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            self.push(FieldError::new(field, "unknown_word").with("allowed", allowed));
        }
        word
    }

    /// A mail address in ASCII width, or nothing. Looks only for what would break sending: one `@` between two parts, no
    /// blanks, a host of letters and digits; whether the address exists shows when it is written to.
    pub fn email(&mut self, field: &str, value: &str) -> String {
        let email = to_half_width(&self.text(field, value, 254));
        let sound = match email.rsplit_once('@') {
            Some((local, host)) => {
                !local.is_empty()
                    && !local.contains(|c: char| {
                        c.is_whitespace() || c.is_control() || "<>,;:\\\"()[]@".contains(c)
                    })
                    && host.split('.').all(is_label)
            }
            None => email.is_empty(),
        };
        if !sound {
            self.fault(field, "bad_email");
            return String::new();
        }
        email
    }

    /// An amount of money, in fen.
    pub fn money(&mut self, field: &str, value: &str) -> Option<i64> {
        let fen = money::parse_fen(value);
        if fen.is_none() {
            self.fault(field, "bad_amount");
        }
        fen
    }

    /// A currency code.
    pub fn currency(&mut self, field: &str, value: &str) -> String {
        money::parse_currency(value).unwrap_or_else(|| {
            self.fault(field, "bad_currency");
            String::new()
        })
    }

    /// A whole number within bounds.
    pub fn number(&mut self, field: &str, value: i64, bounds: RangeInclusive<i64>) -> i64 {
        if !bounds.contains(&value) {
            let error =
                FieldError::new(field, "out_of_range").with("min", bounds.start()).with("max", bounds.end());
            self.push(error);
        }
        value
    }

    /// A period whose end, if it has one, is not before its start. The end belongs to the period.
    pub fn period(&mut self, field: &str, from: NaiveDate, to: Option<NaiveDate>) {
        if to.is_some_and(|to| to < from) {
            self.push(FieldError::new(field, "before_start").with("start", from));
        }
    }

    /// Says where the second of two equal keys stands. The keys come normalised.
    pub fn distinct<K: Display + Ord>(&mut self, list: &str, keys: impl IntoIterator<Item = K>) {
        let mut seen = std::collections::BTreeSet::new();
        for (at, key) in keys.into_iter().enumerate() {
            if seen.contains(&key) {
                self.push(FieldError::new(format!("{list}[{at}]"), "duplicate").with("value", key));
            } else {
                seen.insert(key);
            }
        }
    }

    /// Whether everything was sound so far.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.errors.is_empty()
    }

    /// Ends the checks: refuses with every error found.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.errors)) }
    }
}

/// A part of a host name, of which there is one between every two dots.
fn is_label(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(fields: Fields) -> Vec<(String, &'static str)> {
        match fields.finish() {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut f = Fields::new();
        f.required("name", "  ", 10);
        f.text("city", "济\u{0}南", 10);
        f.text("address", &"长".repeat(11), 10);
        f.code("code", "J N", &[]);
        f.code("code", " ", &[]);
        f.code("bin", "A/1", &['/']);
        f.money("price", "1.005");
        f.number("warranty_months", -1, 0..=600);
        f.distinct("bins", ["A1", "A2", "A1"]);
        let found = errors(f);
        let expected = [
            ("name", "required"),
            ("city", "control_character"),
            ("address", "too_long"),
            ("code", "bad_code"),
            ("code", "required"),
            ("bin", "bad_code"),
            ("price", "bad_amount"),
            ("warranty_months", "out_of_range"),
            ("bins[2]", "duplicate"),
        ];
        assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        let mut f = Fields::new();
        assert_eq!(f.text("name", "济南中心备件库", 7), "济南中心备件库");
        assert_eq!(f.finish(), Ok(()));
    }

    #[test]
    fn an_address_is_refused_only_when_no_mail_could_go_there() {
        for sound in ["", "it1001@customer.example", "黄娟@例子.example", "a+b@c.d.e", "it@mailhost"] {
            let mut f = Fields::new();
            f.email("email", sound);
            assert!(f.is_sound(), "{sound}");
        }
        for broken in [
            "x",
            "@a.b",
            "a@",
            "a b@c.d",
            "a@b.c, d@e.f",
            "a@b@c.d",
            "a@.d",
            "<a@b.c>",
            "a@b.c'",
            "a@b.c%0aBcc:x",
            "a@b..c",
        ] {
            let mut f = Fields::new();
            f.email("email", broken);
            assert!(!f.is_sound(), "{broken}");
        }
        assert_eq!(Fields::new().email("email", "ａ@ｂ．cn"), "a@b.cn");
    }
}
