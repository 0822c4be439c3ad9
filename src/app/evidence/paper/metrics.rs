//! How wide texts are, and where they may be cut or broken.

use super::sheet::Face;

/// Which font sets a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// One of the fonts every PDF reader has, in the encoding `WinAnsi`.
    Latin,
    /// The Chinese font; every letter is as wide as it is high.
    Han,
}

/// Widths of Helvetica's letters from the blank to the tilde, in thousandths (Adobe's font metrics).
const SANS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/// The same of Helvetica-Bold.
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
    556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584,
    556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
    333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

fn script(c: char) -> Script {
    if c.is_ascii() || matches!(c, '–' | '·' | '×' | '…') { Script::Latin } else { Script::Han }
}

/// A letter of the Latin fonts as their encoding has it.
pub fn win_ansi(c: char) -> u8 {
    match c {
        '–' => 0x96,
        '…' => 0x85,
        '·' => 0xB7,
        '×' => 0xD7,
        other => u8::try_from(other).ok().filter(|byte| (0x20..0x7F).contains(byte)).unwrap_or(b'?'),
    }
}

/// The text in runs of one script.
pub fn runs(text: &str) -> Vec<(Script, String)> {
    let mut runs: Vec<(Script, String)> = vec![];
    for c in text.chars() {
        match runs.last_mut() {
            Some((same, run)) if *same == script(c) => run.push(c),
            _ => runs.push((script(c), c.to_string())),
        }
    }
    runs
}

fn of(c: char, face: Face) -> u16 {
    if script(c) == Script::Han {
        return 1000;
    }
    let table = match face {
        Face::Mono => return 600,
        Face::Plain => &SANS,
        Face::Bold => &BOLD,
    };
    match c {
        '…' => 1000,
        '×' => 584,
        '·' => 278,
        other => u32::from(other)
            .checked_sub(0x20)
            .and_then(|at| table.get(usize::try_from(at).ok()?))
            .copied()
            .unwrap_or(556),
    }
}

/// The width of a text in points.
pub fn width(text: &str, size: f32, face: Face) -> f32 {
    text.chars().map(|c| f32::from(of(c, face))).sum::<f32>() * size / 1000.0
}

/// The text as it fits into a width; dots where something was cut off.
pub fn cut(text: &str, size: f32, face: Face, room: f32) -> String {
    if width(text, size, face) <= room {
        return text.to_owned();
    }
    let room = room - width("..", size, face);
    let mut kept = String::new();
    let mut used = 0.0;
    for c in text.chars() {
        used += f32::from(of(c, face)) * size / 1000.0;
        if used > room {
            break;
        }
        kept.push(c);
    }
    kept.push_str("..");
    kept
}

/// The text in lines no wider than `room`: broken at blanks, and anywhere between Chinese letters.
pub fn lines(text: &str, size: f32, room: f32) -> Vec<String> {
    let mut lines = vec![];
    let mut line = String::new();
    for piece in pieces(text) {
        let longer = format!("{line}{piece}");
        if !line.is_empty() && width(longer.trim_end(), size, Face::Plain) > room {
            lines.push(line.trim_end().to_owned());
            line = piece.trim_start().to_owned();
        } else {
            line = longer;
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Marks that may not begin a line.
const HANGING: &str = "，。、；：！？）》”…";

/// Words with the blank after them, and Chinese letters one by one with the mark after them.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = vec![];
    for c in text.chars() {
        let joins = match pieces.last().and_then(|piece| piece.chars().last()) {
            None => false,
            Some(_) if HANGING.contains(c) => true,
            Some(last) => script(c) == Script::Latin && script(last) == Script::Latin && last != ' ',
        };
        match pieces.last_mut().filter(|_| joins) {
            Some(piece) => piece.push(c),
            None => pieces.push(c.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_and_broken_where_it_may_be() {
        assert!((width("abc", 10.0, Face::Mono) - 18.0).abs() < 0.01);
        assert!((width("修好", 10.0, Face::Plain) - 20.0).abs() < 0.01);
        assert_eq!(cut("RMA-2026-000123", 10.0, Face::Mono, 60.0), "RMA-2026..");
        assert_eq!(cut("short", 10.0, Face::Plain, 60.0), "short");
        assert_eq!(lines("one two three", 10.0, 45.0), ["one two", "three"]);
        let broken = lines("修好并交还客户，不晚于应返日。", 10.0, 70.0);
        assert_eq!(broken, ["修好并交还客", "户，不晚于应返", "日。"], "a mark stays with its word");
        let all: String = broken.concat();
        assert_eq!(all, "修好并交还客户，不晚于应返日。");
    }
}
