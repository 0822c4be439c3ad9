//! Money: exact decimals outside, whole fen (1/100 of the unit) inside (PRODUCT "Rules that never bend").

use crate::domain::serial::to_half_width;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The largest amount Beiku keeps, in fen: ten thousand billion. Sums of a company's amounts stay far inside `i64`.
pub const MAX_FEN: i64 = 1_000_000_000_000_000;

/// The currency amounts are in unless something else is said.
pub const DEFAULT_CURRENCY: &str = "CNY";

/// Reads `1280`, `1280.5` or `1280.00` as fen. `None` for anything that is not an exact amount from 0 to [`MAX_FEN`]: signs,
/// exponents, thousands separators, a third decimal.
#[must_use]
pub fn parse_fen(text: &str) -> Option<i64> {
    // A Chinese keyboard types full-width digits.
    let text = to_half_width(text);
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit())
        || !text.chars().all(|c| c.is_ascii_digit() || c == '.')
    {
        return None;
    }
    let amount = Decimal::from_str_exact(text).ok()?.normalize();
    if amount.scale() > 2 {
        return None;
    }
    let fen = amount.checked_mul(Decimal::ONE_HUNDRED)?.to_i64()?;
    (fen <= MAX_FEN).then_some(fen)
}

/// Writes fen as a decimal with two places: `1280.00`.
#[must_use]
pub fn format_fen(fen: i64) -> String {
    Decimal::new(fen, 2).to_string()
}

/// Reads a currency code (ISO 4217): three letters, upper case in the answer.
#[must_use]
pub fn parse_currency(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic())).then(|| text.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, fen) in [
            ("0", 0),
            ("1280", 128_000),
            (" 1280.5 ", 128_050),
            ("0.29", 29),
            ("7.100", 710),
            ("5.", 500),
            ("１２．5", 1250),
        ] {
            assert_eq!(parse_fen(text), Some(fen), "{text:?}");
        }
        for text in
            ["", "-1", "+1", ".5", "1e3", "1_000", "1,280.00", "0.001", "¥5", "99999999999999999999", "1.2.3"]
        {
            assert_eq!(parse_fen(text), None, "{text:?}");
        }
        assert_eq!(parse_fen("10000000000000.00"), Some(MAX_FEN));
        assert_eq!(parse_fen("10000000000000.01"), None);
    }

    #[test]
    fn every_amount_comes_back_as_it_was_written() {
        for fen in [0, 1, 9, 10, 99, 100, 128_000, 489_786, MAX_FEN] {
            assert_eq!(parse_fen(&format_fen(fen)), Some(fen));
        }
        assert_eq!(format_fen(128_000), "1280.00");
        assert_eq!(format_fen(5), "0.05");
    }

    #[test]
    fn a_currency_is_three_letters() {
        assert_eq!(parse_currency("cny").as_deref(), Some("CNY"));
        assert_eq!(parse_currency("人民币"), None);
        assert_eq!(parse_currency("RMBY"), None);
    }
}
