//! The aims beside what was measured, and which of them let a run with `--gate` fail: ratios, processor time of an answer and what
//! it reads at two sizes, memory. Wall times never do.

use crate::figures::{Figure, Run, percent};
use crate::growth::{self, Growth};
use crate::{DELIVERED, reads};

/// An answer may cost and read so many times as much when the books have grown.
const GROWTH: f64 = 1.3;
const MEMORY_MB: f64 = 150.0;
/// Bare loads a delivery may take.
const LOADS: f64 = 3.0;
/// Callers of the movements, and how much of the bare limit is to be reached.
const ON_SQLITE: [(usize, f64); 3] = [(1, 0.5), (16, 0.75), (64, 0.75)];
const ON_POSTGRES: [(usize, f64); 3] = [(1, 0.9), (16, 2.0), (64, 4.0)];
const POINT_READS: f64 = 0.5;

/// What became of an aim.
pub struct Aim {
    text: String,
    measured: String,
    /// Nothing: this run did not measure it.
    is_met: Option<bool>,
}

impl Aim {
    fn at_least(figure: Option<&Figure>, text: String, wanted: f64) -> Aim {
        let ratio = figure.and_then(Figure::ratio);
        Aim {
            text,
            measured: ratio.map_or_else(String::new, percent),
            is_met: ratio.map(|ratio| ratio >= wanted),
        }
    }

    fn elsewhere(text: &str, by: &str) -> Aim {
        Aim { text: text.into(), measured: by.into(), is_met: None }
    }

    pub fn is_missed(&self) -> bool {
        self.is_met == Some(false)
    }
}

/// Every aim. `sizes`: the smaller and the larger run, where there are two.
pub fn of(runs: &[Run], sizes: Option<(&Run, &Run)>) -> Vec<Aim> {
    let mut aims: Vec<Aim> = runs.iter().flat_map(of_one).collect();
    let grown = sizes.map_or_else(Vec::new, |(small, large)| growth::of(small, large));
    let between = sizes.map_or_else(
        || "two sizes".to_owned(),
        |(small, large)| format!("{}, {} and {} units", small.engine(), small.units, large.units),
    );
    aims.push(growth_of(
        &format!("processor time of an answer within {GROWTH} times, {between}"),
        &grown,
        |g| Some(g.cpu()),
    ));
    aims.push(growth_of(&format!("what an answer reads within {GROWTH} times, {between}"), &grown, |g| {
        g.read()
    }));
    aims.extend([
        Aim::elsewhere(
            "the overview from daily sums that `verify` proves, never from a scan",
            "`figures::sums`, `store::every_page`",
        ),
        Aim::elsewhere("plans of every hot question", "`store::plans`, `store::every_page`"),
        Aim::elsewhere("nothing lost, nothing doubled in any fault run", "`faults`"),
    ]);
    aims
}

fn of_one(run: &Run) -> Vec<Aim> {
    let of = |what: &str| format!("{}, {} units: {what}", run.engine(), run.units);
    let mut aims = vec![];
    for (clients, wanted) in if run.is_postgres { ON_POSTGRES } else { ON_SQLITE } {
        for what in ["movement", "movement with key"] {
            let text = of(&format!("{what}, {clients} clients, ≥ {} of the bare limit", percent(wanted)));
            aims.push(Aim::at_least(run.figure(what, clients), text, wanted));
        }
    }
    for what in reads::point_reads() {
        let text = of(&format!("{what} ≥ {} of the bare limit", percent(POINT_READS)));
        aims.push(Aim::at_least(run.figure(what, reads::CLIENTS), text, POINT_READS));
    }
    let loads = run.figure(DELIVERED, 1).and_then(Figure::ratio).map(|ratio| 1.0 / ratio);
    aims.push(Aim {
        text: of(&format!("{DELIVERED} in at most {LOADS} bare loads")),
        measured: loads.map_or_else(String::new, |loads| format!("{loads:.1} bare loads")),
        is_met: loads.map(|loads| loads <= LOADS),
    });
    let memory = run.figures.iter().map(|figure| figure.memory_mb).fold(0.0, f64::max);
    aims.push(Aim {
        text: of(&format!("memory under load ≤ {MEMORY_MB} MB")),
        measured: format!("{memory:.0} MB"),
        is_met: Some(memory <= MEMORY_MB),
    });
    aims
}

fn growth_of(text: &str, grown: &[Growth], times: impl Fn(&Growth) -> Option<f64>) -> Aim {
    let all: Vec<(f64, String)> = grown.iter().filter_map(|g| Some((times(g)?, g.name()))).collect();
    let mut beyond: Vec<_> = all.iter().filter(|(times, _)| *times > GROWTH).collect();
    beyond.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<String> = beyond.iter().map(|(times, name)| format!("{name} {times:.1}")).collect();
    let measured = match all.iter().map(|(times, _)| *times).reduce(f64::max) {
        None => String::new(),
        Some(most) if beyond.is_empty() => format!("at most {most:.2}, {} questions", all.len()),
        Some(_) => format!("{} of {}; not: {}", all.len() - beyond.len(), all.len(), names.join(", ")),
    };
    Aim { text: text.into(), measured, is_met: (!all.is_empty()).then_some(beyond.is_empty()) }
}

pub fn print(aims: &[Aim]) {
    println!("\n| aim | measured | |\n|---|---|---|");
    for Aim { text, measured, is_met } in aims {
        let verdict = match is_met {
            Some(true) => "met",
            Some(false) => "not met",
            None if measured.is_empty() => "not measured",
            None => "held by tests",
        };
        println!("| {text} | {measured} | {verdict} |");
    }
}
