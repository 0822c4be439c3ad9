//! `beiku verify`: both ledgers prove themselves, or the differences are listed and the command fails.

use crate::app::AppResult;
use crate::app::verify::{count_movements, hold_against, verify_watched};
use crate::cli::{Env, Failure, Outcome, out};
use crate::domain::stock::proof::{Difference, Proof};
use crate::i18n::{self, Lang};
use indicatif::ProgressBar;

/// More than this nobody reads on a terminal; `--json` lists up to [`Proof::LISTED`].
const LINES: usize = 100;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, value_name = "HEAD")]
    seal: Vec<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(env: &Env, args: &Args) -> Outcome {
    let app = env.open()?;
    let proof = app.store().read_blocking(|conn| -> AppResult<Proof> {
        // Hidden by itself where nobody looks.
        let bar = ProgressBar::new(count_movements(conn)?);
        let proof = verify_watched(conn, || bar.inc(1));
        bar.finish_and_clear();
        let mut proof = proof?;
        hold_against(conn, &args.seal, &mut proof)?;
        Ok(proof)
    })?;
    if args.json {
        out::line(&document(&proof)?);
    } else {
        for line in summary(env.lang, &proof) {
            out::line(&line);
        }
    }
    if proof.is_proven() {
        return Ok(());
    }
    Err(Failure::text("verify-failed", &[("count", proof.total.to_string())]))
}

/// What was found, for people.
fn summary(lang: Lang, proof: &Proof) -> Vec<String> {
    let checked = &proof.checked;
    let facts = crate::args! {
        "movements" => checked.movements, "units" => checked.units, "balances" => checked.balances,
        "reservations" => checked.reservations, "seals" => checked.seals, "lines" => checked.lines,
        "promises" => checked.promises
    };
    let mut lines = vec![i18n::format(lang, "verify-checked", &facts)];
    lines.extend(proof.differences.iter().take(LINES).map(|difference| line_of(lang, difference)));
    let listed = proof.differences.len().min(LINES);
    let unlisted = proof.total - u64::try_from(listed).unwrap_or(proof.total);
    if unlisted > 0 {
        lines.push(i18n::format(lang, "verify-unlisted", &crate::args! { "count" => unlisted }));
    }
    if proof.is_proven() {
        lines.push(i18n::text(lang, "verify-proven"));
    }
    lines
}

fn line_of(lang: Lang, difference: &Difference) -> String {
    let facts = crate::args! {
        "what" => i18n::text(lang, &format!("verify-kind-{}", difference.kind)),
        "code" => difference.kind.as_str(), "subject" => difference.subject.as_str(),
        "expected" => difference.expected.as_str(), "found" => difference.found.as_str()
    };
    i18n::format(lang, "verify-difference", &facts)
}

#[derive(serde::Serialize)]
struct Document<'a> {
    proven: bool,
    checked: Checked,
    total: u64,
    differences: Vec<Item<'a>>,
}

#[derive(serde::Serialize)]
struct Checked {
    movements: u64,
    units: u64,
    balances: u64,
    reservations: u64,
    seals: u64,
    lines: u64,
    promises: u64,
}

#[derive(serde::Serialize)]
struct Item<'a> {
    kind: &'static str,
    subject: &'a str,
    expected: &'a str,
    found: &'a str,
}

impl<'a> From<&'a Difference> for Item<'a> {
    fn from(difference: &'a Difference) -> Self {
        Item {
            kind: difference.kind.as_str(),
            subject: &difference.subject,
            expected: &difference.expected,
            found: &difference.found,
        }
    }
}

fn document(proof: &Proof) -> Result<String, serde_json::Error> {
    let checked = proof.checked;
    serde_json::to_string(&Document {
        proven: proof.is_proven(),
        checked: Checked {
            movements: checked.movements,
            units: checked.units,
            balances: checked.balances,
            reservations: checked.reservations,
            seals: checked.seals,
            lines: checked.lines,
            promises: checked.promises,
        },
        total: proof.total,
        differences: proof.differences.iter().map(Item::from).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::stock::proof::DifferenceKind;

    #[test]
    fn every_difference_has_its_words() {
        for lang in Lang::ALL {
            for kind in DifferenceKind::ALL {
                assert!(i18n::has(lang, &format!("verify-kind-{kind}")), "{lang}: {kind}");
            }
        }
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        let mut proof = Proof::default();
        for n in 0..=LINES {
            proof.note(DifferenceKind::UnitPlace, format!("unit {n}"), "JN", "DZ");
        }
        let lines = summary(Lang::En, &proof);
        assert_eq!(lines.len(), 1 + LINES + 1);
        assert!(lines[1].contains("unit 0") && lines[1].contains("unit_place"), "{}", lines[1]);
        assert!(lines[101].ends_with("1."), "{}", lines[101]);
    }
}
