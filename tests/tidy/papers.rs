//! What README.md and docs/ promise is so.

use crate::{Source, none, root, sources};
use std::collections::BTreeSet;
use std::process::Command;

fn papers() -> Vec<Source> {
    let mut papers = sources("docs", ".md");
    papers.extend(sources("", ".md").into_iter().filter(|source| !source.path.contains('/')));
    papers
}

/// The targets of `[text](target)` and `![text](target)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

#[test]
fn links_lead_somewhere() {
    let mut breaches = vec![];
    for paper in papers() {
        let folder = root().join(&paper.path).parent().unwrap().to_owned();
        for link in links(&paper.text) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty()
                && !file.contains("://")
                && !file.starts_with("mailto:")
                && !folder.join(file).exists()
            {
                breaches.push(format!("{}: {link}", paper.path));
            }
        }
    }
    none(&breaches, "these links lead nowhere:");
}

/// First words after `beiku` or `cargo run … --` in the code blocks of a paper.
fn commands(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for block in text.split("```").skip(1).step_by(2) {
        for line in block.lines().skip(1) {
            let line = line.trim().trim_start_matches("$ ");
            let after = match line.strip_prefix("beiku ") {
                Some(after) => Some(after),
                None if line.starts_with("cargo run") => line.split_once(" -- ").map(|(_, after)| after),
                None => None,
            };
            let word = after.and_then(|after| after.split_whitespace().next());
            found.extend(word.filter(|word| word.starts_with(char::is_lowercase)).map(str::to_owned));
        }
    }
    found
}

#[test]
fn commands_in_the_papers_exist() {
    let mut breaches = vec![];
    for paper in papers() {
        for command in commands(&paper.text) {
            let help = Command::new(env!("CARGO_BIN_EXE_beiku"))
                .args([command.as_str(), "--help"])
                .output()
                .unwrap();
            if !help.status.success() {
                breaches.push(format!("{}: beiku {command}", paper.path));
            }
        }
    }
    none(&breaches, "the command line does not know:");
}

#[test]
fn the_readme_leads_with_its_two_commands() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for line in ["cargo run --release -- demo", "cargo test"] {
        assert!(readme.lines().any(|own| own.trim().starts_with(line)), "README.md lacks: {line}");
    }
    assert!(commands(&readme).contains("demo"));
}

#[test]
fn the_least_rust_version_is_named_once_and_the_same() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let version = manifest["package"]["rust-version"].as_str().unwrap();
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("Rust {version}")), "README.md is to name Rust {version}");
}

#[test]
fn every_decision_is_dated_and_listed() {
    let mut breaches = vec![];
    let index = std::fs::read_to_string(root().join("docs/decisions/README.md")).unwrap();
    for decision in sources("docs/decisions", ".md") {
        let name = decision.path.rsplit('/').next().unwrap_or_default().to_owned();
        if name == "README.md" {
            continue;
        }
        if !index.contains(&format!("({name})")) {
            breaches.push(format!("{name} is not in docs/decisions/README.md"));
        }
        if !decision.text.lines().any(|line| line.starts_with("Date: 20")) {
            breaches.push(format!("{name} has no line \"Date: YYYY-MM-DD\""));
        }
    }
    none(&breaches, "decisions are short and dated:");
}
