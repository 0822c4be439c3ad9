//! `beiku verify`: the ledger proves itself, or says where it does not.

use crate::app::Error;
use crate::app::verify::verify;
use crate::cli::{Env, Failure, Outcome, out};
use crate::i18n;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(env: &Env, args: &Args) -> Outcome {
    let app = env.open()?;
    let proof = app.store().read_blocking(|conn| verify(conn).map_err(|error: Error| error))?;
    let checked = &proof.checked;
    if args.json {
        let differences: Vec<serde_json::Value> = proof
            .differences
            .iter()
            .map(|d| serde_json::json!({"kind": d.kind.as_str(), "subject": d.subject, "expected": d.expected, "found": d.found}))
            .collect();
        let counts = serde_json::json!({
            "movements": checked.movements, "units": checked.units, "balances": checked.balances, "reservations": checked.reservations,
        });
        out::line(
            &serde_json::json!({"proven": proof.is_proven(), "checked": counts, "total": proof.total, "differences": differences})
                .to_string(),
        );
    } else {
        for difference in &proof.differences {
            let facts = crate::args! {
                "kind" => difference.kind.as_str(),
                "subject" => difference.subject.as_str(),
                "expected" => difference.expected.as_str(),
                "found" => difference.found.as_str(),
            };
            out::line(&i18n::format(env.lang, "cli-verify-difference", &facts));
        }
        let number = |count: u64| count.to_string();
        let facts = crate::args! {
            "movements" => number(checked.movements),
            "units" => number(checked.units),
            "balances" => number(checked.balances),
            "reservations" => number(checked.reservations),
        };
        out::line(&i18n::format(env.lang, "cli-verify-checked", &facts));
    }
    if proof.is_proven() {
        return Ok(());
    }
    Err(Failure::text("cli-verify-failed", &[("count", proof.total.to_string())]))
}
