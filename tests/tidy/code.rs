//! What may stand in a source file.

use crate::{none, sources};

const LONGEST_FILE: usize = 500;

fn program_and_tests() -> Vec<crate::Source> {
    ["src", "tests", "benches"].into_iter().flat_map(|folder| sources(folder, ".rs")).collect()
}

#[test]
fn no_file_is_longer_than_one_can_hold_in_mind() {
    let long = program_and_tests().into_iter().filter_map(|source| {
        let lines = source.text.lines().count();
        (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", source.path))
    });
    none(&long.collect::<Vec<_>>(), "files aim at 300 lines and end at 500; one subject each:");
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not hold them.
    let marks = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
        ["XX", "X"].concat(),
    ];
    let mut breaches = vec![];
    for source in program_and_tests() {
        for (line, number) in source.text.lines().zip(1..) {
            let words = || line.split(|c: char| !c.is_alphanumeric() && c != '!' && c != '(');
            if marks.iter().any(|mark| words().any(|word| word.starts_with(mark.as_str()))) {
                breaches.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none(&breaches, "do it, or write an issue:");
}

/// `what` in code of the program (not in comments, not in tests), but for `except`ed files.
fn uses(what: &str, except: &[&str]) -> Vec<String> {
    let mut found = vec![];
    for source in sources("src", ".rs") {
        if except.contains(&source.path.as_str()) {
            continue;
        }
        for (number, line) in source.lines_of_program() {
            // What a const holds is worked out while compiling.
            let code = line.split("//").next().unwrap_or_default();
            if code.contains(what) && !code.trim().starts_with("const ") {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    found
}

#[test]
fn the_program_does_not_unwrap() {
    none(&uses(".unwrap()", &[]), "a fault is an answer, not the end of the process:");
}

#[test]
fn one_clock() {
    none(&uses("Utc::now", &["src/app/mod.rs"]), "time is a parameter; the one app::Clock asks the machine:");
    none(&uses("Local::now", &[]), "time is a parameter, and the zone is the company's:");
}

#[test]
fn one_place_opens_transactions() {
    none(&uses(".transaction(", &[]), "Store::write opens the one transaction:");
    none(&uses("sql_query", &[]), "store::sql prepares once:");
}

#[test]
fn tests_do_not_sleep() {
    let mut breaches = vec![];
    for source in program_and_tests() {
        let of_program: Vec<usize> =
            source.lines_of_program().into_iter().map(|(number, _)| number).collect();
        for (line, number) in source.text.lines().zip(1..) {
            let in_test = !of_program.contains(&number);
            let sleeps = ["thread::sleep(", "time::sleep("].iter().any(|call| line.contains(call));
            if in_test && sleeps && !source.path.starts_with("tests/tidy") {
                breaches.push(format!("{}:{number}", source.path));
            }
        }
    }
    none(
        &breaches,
        "wait for the thing itself (a channel, a join, a line of output): a sleep is too short one day:",
    );
}
