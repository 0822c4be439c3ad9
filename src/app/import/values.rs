//! From a cell to a value: dates, amounts, whole numbers, words, codes. Each answers with a named [`Reason`] or a value;
//! an empty cell is for the caller to judge and never reaches here.

use std::str::FromStr;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use crate::domain::fields::Fields;
use crate::domain::place::PlaceKind;
use crate::domain::serial::{Code, Serial};

use super::fault::Reason;
use super::sheet::{Cell, number_text};

/// Nothing in a spare-parts business of today was dated before this year; an earlier date is a slip (an empty Excel
/// date reads 1900).
const FIRST_YEAR: i32 = 1990;

/// Largest amount the books take: a thousand million yuan, in fen.
const MOST_FEN: i64 = 100_000_000_000;

/// Text with full-width letters and digits made narrow, and white space at the ends gone.
#[must_use]
pub fn narrow(text: &str) -> String {
    text.nfkc().filter(|letter| !is_invisible(*letter)).collect::<String>().trim().to_owned()
}

/// Characters that copy along unseen: zero-width marks and the byte order mark.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// A local date: `2025-01-02`, `2025/1/2`, `2025.01.02`, `2025年3月7日`, `20250102`, an Excel serial, any of them
/// with a time behind it, which is dropped.
///
/// # Errors
/// [`Reason::DateUnreadable`], [`Reason::DateImpossible`] (the calendar has no such day), [`Reason::DateTooEarly`].
pub fn date(cell: &Cell) -> Result<NaiveDate, Reason> {
    let found = match cell {
        Cell::Date(at) => at.date(),
        Cell::Number(number) => {
            date_from_number(*number).ok_or_else(|| Reason::DateUnreadable(cell.shown()))?
        }
        Cell::Text(text) => date_from_text(text)?,
        Cell::Failed(text) => return Err(Reason::Failed(text.clone())),
        Cell::Empty | Cell::Flag(_) => return Err(Reason::DateUnreadable(cell.shown())),
    };
    if found < NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or(NaiveDate::MIN) {
        return Err(Reason::DateTooEarly(found));
    }
    Ok(found)
}

fn date_from_text(text: &str) -> Result<NaiveDate, Reason> {
    let unreadable = || Reason::DateUnreadable(text.trim().to_owned());
    let plain = narrow(text);
    let (day, time) = match plain.find(|letter: char| letter.is_whitespace() || letter == 'T') {
        Some(at) => plain.split_at(at),
        None => (plain.as_str(), ""),
    };
    let time_like =
        |letter: char| letter.is_ascii_digit() || matches!(letter, ':' | '.' | 'T' | 'Z' | '+' | ' ');
    if !time.chars().all(time_like) {
        return Err(unreadable());
    }
    if day.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = day.parse::<u32>().map_err(|_| unreadable())?;
        return date_from_number(f64::from(number)).ok_or_else(|| match day.len() {
            8 => Reason::DateImpossible(text.trim().to_owned()),
            _ => unreadable(),
        });
    }
    let day = day.trim_end_matches(['日', '号']);
    let pieces: Vec<&str> = day.split(['-', '/', '.', '年', '月']).collect();
    let [year, month, day] = pieces.as_slice() else { return Err(unreadable()) };
    let digits = |piece: &str, least, most| {
        let fits = (least..=most).contains(&piece.len()) && piece.bytes().all(|byte| byte.is_ascii_digit());
        if fits { piece.parse::<u32>().map_err(|_| unreadable()) } else { Err(unreadable()) }
    };
    let (year, month, day) = (digits(year, 4, 4)?, digits(month, 1, 2)?, digits(day, 1, 2)?);
    i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or_else(|| Reason::DateImpossible(text.trim().to_owned()))
}

/// `20250102` or an Excel serial of the 1900 calendar; eight digits are far beyond Excel's last day, so the two cannot
/// be mistaken for each other.
fn date_from_number(number: f64) -> Option<NaiveDate> {
    const LAST_SERIAL: u64 = 2_958_465;
    let whole = number_text(number.trunc()).parse::<u64>().ok()?;
    if whole > LAST_SERIAL {
        let (year, month, day) = (whole / 10_000, whole / 100 % 100, whole % 100);
        return NaiveDate::from_ymd_opt(
            i32::try_from(year).ok()?,
            u32::try_from(month).ok()?,
            u32::try_from(day).ok()?,
        );
    }
    // Excel believes in 29 February 1900; from March 1900 on its day 0 is 30 December 1899. Earlier days are refused
    // as too early anyway.
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(whole)).filter(|_| whole > 0)
}

/// An amount in fen: `1280`, `¥1,280.00`, `￥1280`, `1,280.00元`, full-width digits.
///
/// # Errors
/// [`Reason::MoneyUnreadable`], [`Reason::MoneyInexact`] (more than two decimals, or too large to be true),
/// [`Reason::MoneyNegative`].
pub fn money(cell: &Cell) -> Result<i64, Reason> {
    let amount = decimal(cell).map_err(|fault| match fault {
        Reason::NumberUnreadable(value) => Reason::MoneyUnreadable(value),
        other => other,
    })?;
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(Reason::MoneyNegative(cell.shown()));
    }
    let inexact = || Reason::MoneyInexact(cell.shown());
    let fen = amount.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(inexact)?;
    if !fen.fract().is_zero() {
        return Err(inexact());
    }
    i64::try_from(fen.trunc()).ok().filter(|fen| *fen <= MOST_FEN).ok_or_else(inexact)
}

/// A number without decimals, with or without a unit behind it (`36`, `36个月`, `1,200`).
///
/// # Errors
/// [`Reason::NumberUnreadable`].
pub fn whole(cell: &Cell) -> Result<i64, Reason> {
    let number = decimal(cell)?;
    let unreadable = || Reason::NumberUnreadable(cell.shown());
    if !number.fract().is_zero() {
        return Err(unreadable());
    }
    i64::try_from(number.trunc()).map_err(|_| unreadable())
}

/// A decimal number; currency signs in front and units behind are taken off.
fn decimal(cell: &Cell) -> Result<Decimal, Reason> {
    const BEFORE: &[&str] = &["人民币", "RMB", "CNY", "¥"];
    const BEHIND: &[&str] =
        &["元整", "元", "圆", "RMB", "CNY", "个月", "月", "months", "month", "件", "块", "根", "个"];
    let text = match cell {
        Cell::Text(text) => narrow(text),
        Cell::Number(number) => number_text(*number),
        Cell::Failed(text) => return Err(Reason::Failed(text.clone())),
        Cell::Empty | Cell::Date(_) | Cell::Flag(_) => return Err(Reason::NumberUnreadable(cell.shown())),
    };
    let (minus, rest) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let rest = BEFORE.iter().find_map(|sign| rest.strip_prefix(sign)).unwrap_or(rest);
    let rest = BEHIND.iter().find_map(|unit| rest.strip_suffix(unit)).unwrap_or(rest).trim();
    let (minus, rest) = match rest.strip_prefix('-') {
        Some(rest) if !minus => (true, rest),
        _ => (minus, rest),
    };
    let plain = ungroup(rest).ok_or_else(|| Reason::NumberUnreadable(cell.shown()))?;
    let mut number = Decimal::from_str(&plain).map_err(|_| Reason::NumberUnreadable(cell.shown()))?;
    number.set_sign_negative(minus);
    Ok(number)
}

/// Takes the commas out of `1,280.00` when they stand where thousands are parted, and only digits and one point remain.
fn ungroup(text: &str) -> Option<String> {
    let (whole, decimals) =
        text.split_once('.').map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    let digits = |piece: &str| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit());
    let sound = digits(first)
        && (!grouped || first.len() <= 3)
        && groups.all(|group| group.len() == 3 && digits(group))
        && decimals.is_none_or(digits);
    sound.then(|| text.replace(',', ""))
}

/// Free text of at most `limit` characters; white space at the ends goes.
///
/// # Errors
/// [`Reason::TooLong`], [`Reason::Failed`].
pub fn text(cell: &Cell, limit: usize) -> Result<String, Reason> {
    if let Cell::Failed(shown) = cell {
        return Err(Reason::Failed(shown.clone()));
    }
    // Line breaks inside a cell become blanks; other control characters no form ever sends on purpose.
    let shown = cell.shown().replace(char::is_control, " ");
    let trimmed = shown.trim();
    if trimmed.chars().nth(limit).is_some() { Err(Reason::TooLong(limit)) } else { Ok(trimmed.to_owned()) }
}

/// A code people call things by (part, customer, RMA number), in its one form.
///
/// # Errors
/// [`Reason::CodeBad`], [`Reason::DigitsLost`], [`Reason::Failed`].
pub fn code(cell: &Cell) -> Result<String, Reason> {
    let text = identifier(cell)?;
    Code::parse(&text).map(Code::into_string).map_err(|_| Reason::CodeBad(cell.shown()))
}

/// The code of a depot or a bin, which becomes part of a place's code (`JN/A1-01`): no slash in it, and none
/// takes the name of the bench or of a boundary place (`opening`, `scrap` …).
///
/// # Errors
/// As [`code`].
pub fn place_code(cell: &Cell) -> Result<String, Reason> {
    let code = code(cell)?;
    let reserved = PlaceKind::from_code(&code.to_lowercase()).is_some();
    if !code.contains('/') && !reserved { Ok(code) } else { Err(Reason::CodeBad(cell.shown())) }
}

/// A serial number in its one form.
///
/// # Errors
/// [`Reason::SerialBad`], [`Reason::DigitsLost`], [`Reason::Failed`].
pub fn serial(cell: &Cell) -> Result<String, Reason> {
    let text = identifier(cell)?;
    Serial::parse(&text).map(Serial::into_string).map_err(|_| Reason::SerialBad(cell.shown()))
}

/// An identifier as text. Excel keeps 15 digits of a number: a longer one has lost its end and is refused rather than
/// guessed, and so is what a CSV saved as `2.10294E+15`.
fn identifier(cell: &Cell) -> Result<String, Reason> {
    match cell {
        Cell::Number(number) if number.abs() >= 1e15 => Err(Reason::DigitsLost(cell.shown())),
        Cell::Failed(text) => Err(Reason::Failed(text.clone())),
        _ => {
            let shown = cell.shown();
            if is_scientific(&narrow(&shown).to_uppercase()) {
                Err(Reason::DigitsLost(shown))
            } else {
                Ok(shown)
            }
        }
    }
}

fn is_scientific(text: &str) -> bool {
    let digits = |piece: &str| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once("E+").is_some_and(|(mantissa, exponent)| {
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        digits(exponent) && whole.len() == 1 && digits(whole) && digits(decimals)
    })
}

/// An e-mail address.
///
/// # Errors
/// [`Reason::EmailBad`].
pub fn email(cell: &Cell) -> Result<String, Reason> {
    let mut fields = Fields::new();
    let email = fields.email("", &narrow(&cell.shown()));
    // What the set-up data takes and what a mail can be sent to: both.
    let sound = fields.is_sound() && email.parse::<lettre::Address>().is_ok();
    if sound { Ok(email) } else { Err(Reason::EmailBad(cell.shown())) }
}

/// The pieces of a list in one cell, parted by `;` `,` `、` (wide or narrow) or a line break.
#[must_use]
pub fn list(cell: &Cell) -> Vec<String> {
    narrow(&cell.shown())
        .split([';', ',', '、', '\n'])
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A closed set of words with a meaning each, and how to name the set to a person.
#[derive(Debug)]
pub struct Words<T: 'static> {
    /// Words (lower case, narrow) and their meaning.
    pub known: &'static [(&'static str, T)],
    /// The set in Chinese, for the refusal.
    pub zh: &'static str,
    /// The set in English, for the refusal.
    pub en: &'static str,
}

impl<T: Copy> Words<T> {
    /// The meaning of a cell.
    ///
    /// # Errors
    /// [`Reason::WordUnknown`] names the words that would do.
    pub fn read(&self, cell: &Cell) -> Result<T, Reason> {
        if let Cell::Failed(shown) = cell {
            return Err(Reason::Failed(shown.clone()));
        }
        let plain: String =
            narrow(&cell.shown()).to_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect();
        self.known.iter().find(|(word, _)| *word == plain).map(|(_, meaning)| *meaning).ok_or_else(|| {
            Reason::WordUnknown { value: cell.shown().trim().to_owned(), zh: self.zh, en: self.en }
        })
    }
}

/// Yes or no.
pub const YES_NO: Words<bool> = Words {
    known: &[
        ("是", true),
        ("否", false),
        ("yes", true),
        ("no", false),
        ("y", true),
        ("n", false),
        ("true", true),
        ("false", false),
        ("1", true),
        ("0", false),
        ("√", true),
        ("✓", true),
        ("×", false),
        ("有", true),
        ("无", false),
    ],
    zh: "是、否",
    en: "yes, no",
};
