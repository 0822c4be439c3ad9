//! Codes on paper: Code 128 and QR as inline SVG whose modules are whole printer dots (0.125 mm at 203 dpi).

use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode};

use super::kit::{Html, escape};

/// A module of a bar code, in printer dots: 0.25 mm.
const BAR_DOTS: usize = 2;
/// The quiet zone beside the bars, modules (ISO/IEC 15417 asks for ten).
const BAR_QUIET: usize = 10;
/// The quiet zone around a QR code, modules (ISO/IEC 18004 asks for four).
const QR_QUIET: usize = 4;
/// Digits in a row from which two to a character are shorter.
const PAIRS_FROM: usize = 6;

/// A Code 128 of `text`, `height_mm` high. `None` when the text has characters it cannot hold, or when it would be wider
/// than `max_mm`: a bar code that is squeezed does not scan.
#[must_use]
pub fn bars(text: &str, height_mm: usize, max_mm: usize, label: &str) -> Option<Html> {
    let modules = Code128::new(in_sets(text)?).ok()?.encode();
    let width = modules.len() + 2 * BAR_QUIET;
    if width * BAR_DOTS > max_mm * 8 {
        return None;
    }
    let mut path = String::new();
    let mut from = 0;
    while let Some(start) = modules.iter().skip(from).position(|bar| *bar == 1).map(|at| at + from) {
        let bar = modules.iter().skip(start).take_while(|bar| **bar == 1).count();
        path.push_str(&format!("M{} 0h{bar}v1h-{bar}z", start + BAR_QUIET));
        from = start + bar;
    }
    Some(svg(&path, (width, 1), (width * BAR_DOTS, height_mm * 8), label))
}

/// Code 128 says in which of its sets a character stands: B for all of ASCII, C for pairs of digits.
fn in_sets(text: &str) -> Option<String> {
    if text.is_empty() || !text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return None;
    }
    let mut sets = String::new();
    let mut set = ' ';
    let mut rest = text;
    let mut switch = |sets: &mut String, to: char| {
        if set != to {
            sets.push(to);
            set = to;
        }
    };
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (set, take) = if digits >= PAIRS_FROM {
            ('\u{0106}', digits - digits % 2)
        } else {
            // At least one character: a run too short to pay, or what is no digit.
            ('\u{0181}', digits.max(rest.bytes().take_while(|byte| !byte.is_ascii_digit()).count()))
        };
        let (now, later) = rest.split_at_checked(take)?;
        switch(&mut sets, set);
        sets.push_str(now);
        rest = later;
    }
    Some(sets)
}

/// A QR code of `text` that is at most `max_mm` wide with its quiet zone. `None` when it holds too much.
#[must_use]
pub fn qr(text: &str, max_mm: usize, label: &str) -> Option<Html> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let dots = (max_mm * 8).checked_div(width + 2 * QR_QUIET).filter(|dots| *dots > 0)?;
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut from = 0;
        while let Some(start) =
            modules.iter().skip(from).position(|one| *one == Color::Dark).map(|at| at + from)
        {
            let run = modules.iter().skip(start).take_while(|one| **one == Color::Dark).count();
            path.push_str(&format!("M{} {}h{run}v1h-{run}z", start + QR_QUIET, row + QR_QUIET));
            from = start + run;
        }
    }
    let size = width + 2 * QR_QUIET;
    Some(svg(&path, (size, size), (size * dots, size * dots), label))
}

/// `modules` and printed size in dots.
fn svg(path: &str, modules: (usize, usize), dots: (usize, usize), label: &str) -> Html {
    let mm = |dots: usize| format!("{}.{:03}mm", dots / 8, dots % 8 * 125);
    Html::raw(format!(
        r#"<svg class="code" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" shape-rendering="crispEdges"><path d="{path}"/></svg>"#,
        escape(label),
        mm(dots.0),
        mm(dots.1),
        modules.0,
        modules.1,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_digits_are_paired() {
        assert_eq!(in_sets("MCU24-1").as_deref(), Some("\u{181}MCU24-1"));
        assert_eq!(in_sets("A1234567").as_deref(), Some("\u{181}A\u{106}123456\u{181}7"));
        assert_eq!(in_sets("123456").as_deref(), Some("\u{106}123456"));
        assert_eq!(in_sets("主控板"), None);
        assert_eq!(in_sets(""), None);
    }

    #[test]
    fn a_bar_code_has_its_printed_size_and_never_more() {
        // 17 characters of set B: start, 17, check and stop = 222 modules and two quiet zones.
        let html = bars("MCU24-19K03-00917", 13, 67, "MCU24-19K03-00917").unwrap().to_string();
        assert!(html.contains(r#"width="60.500mm" height="13.000mm" viewBox="0 0 242 1""#), "{html}");
        assert!(bars("MCU24-19K03-00917-REVISION-B", 13, 67, "").is_none(), "it does not fit");
        assert!(bars("序列号", 13, 67, "").is_none());
    }

    #[test]
    fn a_qr_code_has_whole_dots_and_its_corner() {
        let html = qr("MCU24-22C11-01461", 19, "x").unwrap().to_string();
        // Version 1 is 21 modules; with the quiet zone 29 at 5 dots of 0.125 mm.
        assert!(html.contains(r#"width="18.125mm" height="18.125mm" viewBox="0 0 29 29""#), "{html}");
        assert!(html.contains("M4 4h7v1h-7z"), "the finder pattern begins after the quiet zone: {html}");
        assert!(qr(&"x".repeat(4_000), 19, "x").is_none());
    }
}
