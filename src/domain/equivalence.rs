//! What a part must be, in firmware and hardware revision, to stand in for another (PRODUCT "Regimes of ownership").

use crate::domain::serial::folded;
use crate::text_enum;
use std::cmp::Ordering;

text_enum! {
    /// What a relation may limit.
    Limit {
        /// 固件版本
        Firmware => "firmware",
        /// 硬件版本
        Revision => "revision",
    }
}

/// The limits of one relation; empty texts limit nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// The oldest firmware that will do.
    pub firmware_from: String,
    /// The newest firmware that will do.
    pub firmware_to: String,
    /// The revisions that will do: `A, B2`.
    pub revisions: String,
}

/// One limit, and what a unit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limited {
    /// Which.
    pub limit: Limit,
    /// What will do: `≥ 2.1`, `A, B2`.
    pub wanted: String,
    /// What the unit has; empty where nobody knows.
    pub found: String,
}

/// How a unit stands to the limits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fit {
    /// It is within them, or there are none.
    #[default]
    Meets,
    /// What it is in this is not known: somebody has to look.
    Unknown(Limited),
    /// It is outside of this one.
    Breaks(Limited),
}

impl Limits {
    /// As the books keep them.
    #[must_use]
    pub fn new(firmware_from: &str, firmware_to: &str, revisions: &str) -> Limits {
        let [firmware_from, firmware_to, revisions] =
            [firmware_from, firmware_to, revisions].map(str::to_owned);
        Limits { firmware_from, firmware_to, revisions }
    }

    /// How a unit with this firmware and revision stands to them; empty texts are not known. A limit that is broken goes before one
    /// that cannot be judged.
    #[must_use]
    pub fn check(&self, firmware: &str, revision: &str) -> Fit {
        let is =
            |limit, wanted: String, found: &str| Limited { limit, wanted, found: found.trim().to_owned() };
        let from = Some(&self.firmware_from).filter(|from| !from.is_empty());
        let to = Some(&self.firmware_to).filter(|to| !to.is_empty());
        let revisions = Some(&self.revisions).filter(|revisions| !revisions.is_empty());
        let checks = [
            from.map(|from| {
                (is(Limit::Firmware, format!("≥ {from}"), firmware), order(firmware, from) != Ordering::Less)
            }),
            to.map(|to| {
                (is(Limit::Firmware, format!("≤ {to}"), firmware), order(firmware, to) != Ordering::Greater)
            }),
            revisions.map(|list| {
                let met = list.split(',').any(|one| folded(one) == folded(revision));
                (is(Limit::Revision, list.clone(), revision), met)
            }),
        ];
        let mut fit = Fit::Meets;
        for (limited, met) in checks.into_iter().flatten() {
            if limited.found.is_empty() {
                fit = if fit == Fit::Meets { Fit::Unknown(limited) } else { fit };
            } else if !met {
                return Fit::Breaks(limited);
            }
        }
        fit
    }
}

/// A piece of a version: `V2.10rc1` is 2, 10, RC, 1.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Letters(String),
    Number(u64),
}

/// How two versions stand in order, numbers as numbers: 2.9 is before 2.10, and `V2.1` is `2.1.0`, also as a Chinese keyboard
/// writes it.
fn order(one: &str, other: &str) -> Ordering {
    pieces(one).cmp(&pieces(other))
}

fn pieces(version: &str) -> Vec<Piece> {
    let text = folded(version);
    let text = text.strip_prefix('V').unwrap_or(&text);
    let mut runs: Vec<String> = vec![];
    let mut last = None;
    for c in text.chars() {
        let kind = c.is_alphanumeric().then_some(c.is_ascii_digit());
        match runs.last_mut() {
            Some(run) if kind.is_some() && kind == last => run.push(c),
            _ if kind.is_some() => runs.push(c.to_string()),
            _ => {}
        }
        last = kind;
    }
    let piece = |run: String| match run.parse() {
        Ok(number) => Piece::Number(number),
        Err(_) => Piece::Letters(run),
    };
    let mut pieces: Vec<Piece> = runs.into_iter().map(piece).collect();
    while pieces.last() == Some(&Piece::Number(0)) {
        pieces.pop();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(fit: Fit) -> String {
        match fit {
            Fit::Meets => "meets".into(),
            Fit::Unknown(of) => format!("unknown {} {}", of.limit, of.wanted),
            Fit::Breaks(of) => format!("breaks {} {}: {}", of.limit, of.wanted, of.found),
        }
    }

    #[test]
    fn versions_are_in_the_order_people_count_them() {
        for (one, other, expected) in [
            ("2.9", "2.10", Ordering::Less),
            ("V2.1", "2.1.0", Ordering::Equal),
            ("2.1 SP3", "2.1-sp3", Ordering::Equal),
            ("3", "2.99", Ordering::Greater),
            ("2.1a", "2.1b", Ordering::Less),
            ("２．９", "2.10", Ordering::Less),
            ("Ｖ２．１", "2.1", Ordering::Equal),
        ] {
            assert_eq!(order(one, other), expected, "{one} and {other}");
        }
    }

    #[test]
    fn a_board_is_within_the_limits_or_outside_or_nobody_knows() {
        let both = Limits::new("2.1", "3.0", "A, B2");
        for (firmware, revision, expected) in [
            ("2.1", "b2", "meets"),
            ("3.0.0", "A", "meets"),
            ("2.0.9", "A", "breaks firmware ≥ 2.1: 2.0.9"),
            ("3.1", "", "breaks firmware ≤ 3.0: 3.1"),
            ("", "C", "breaks revision A, B2: C"),
            ("", "A", "unknown firmware ≥ 2.1"),
            ("2.5", "", "unknown revision A, B2"),
        ] {
            assert_eq!(said(both.check(firmware, revision)), expected, "{firmware} {revision}");
        }
        assert_eq!(Limits::default().check("", ""), Fit::Meets, "no limits, no question");
    }
}
