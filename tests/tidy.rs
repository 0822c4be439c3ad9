//! The rules of the house that no compiler holds: who may import whom, what may stand in a file, what the papers promise.
//!
//! Each test lists every breach with file and line, and says why the rule is there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by ending"
)]

#[path = "tidy/code.rs"]
mod code;
#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/papers.rs"]
mod papers;

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A text file of the project.
struct Source {
    /// From the project's root, with `/`.
    path: String,
    text: String,
    /// Whether it is left out of the program.
    only_tests: bool,
}

impl Source {
    /// Lines with their numbers, without those only tests see.
    fn lines_of_program(&self) -> Vec<(usize, &str)> {
        if self.only_tests {
            return vec![];
        }
        let mut kept = vec![];
        let mut lines = (1..).zip(self.text.lines());
        while let Some((number, line)) = lines.next() {
            if line == "#[cfg(test)]" {
                // The item it stands before: `mod x;` or all up to the brace that closes it.
                let _item =
                    lines.find(|(_, line)| *line == "}" || line.ends_with(';') && !line.starts_with(' '));
            } else {
                kept.push((number, line));
            }
        }
        kept
    }
}

/// Files that only tests see: `mod x;` after `#[cfg(test)]` names them.
fn mark_tests(sources: &mut [Source]) {
    let mut tests = vec![];
    for source in &*sources {
        let folder = match source.path.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs")) => folder.to_owned(),
            _ => source.path.trim_end_matches(".rs").to_owned(),
        };
        let mut lines = source.text.lines();
        while lines.any(|line| line == "#[cfg(test)]") {
            let declared = lines.next().and_then(|line| line.rsplit_once("mod ")?.1.strip_suffix(';'));
            tests.extend(declared.map(|name| format!("{folder}/{name}")));
        }
    }
    for source in sources {
        let name = source.path.trim_end_matches(".rs");
        let below = |test: &String| name == test || name.starts_with(&format!("{test}/"));
        let by_name = source.path.starts_with("tests/") || source.path.ends_with("_tests.rs");
        source.only_tests = by_name || tests.iter().any(below);
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file below `folder` (from the root) that is the project's own, by path.
fn sources(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = vec![];
    walk(&root().join(folder), &mut |path| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        if name.ends_with(ending)
            && let Ok(text) = std::fs::read_to_string(path)
        {
            found.push(Source { path: name, text, only_tests: false });
        }
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    mark_tests(&mut found);
    found
}

/// Every file below `folder`, without build products and git's own.
fn walk(folder: &Path, each: &mut impl FnMut(&Path)) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", ".git", "node_modules"].contains(&name.as_str()) {
                walk(&path, each);
            }
        } else if name != ".git" {
            each(&path);
        }
    }
}

/// Fails with all breaches of one rule.
fn none(breaches: &[String], why: &str) {
    let mut message = String::new();
    for breach in breaches {
        writeln!(message, "  {breach}").unwrap();
    }
    assert!(breaches.is_empty(), "{why}\n{message}");
}

#[test]
fn lines_of_tests_are_told_from_the_program() {
    let text =
        "use a;\n#[cfg(test)]\nmod samples;\nfn b() {}\n#[cfg(test)]\nmod tests {\n    use b;\n}\nfn c() {}";
    let source =
        |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned(), only_tests: false };
    let mut sources = [
        source("src/x/mod.rs", text),
        source("src/x/samples.rs", "fn s() {}"),
        source("src/x/y.rs", "fn y() {}"),
    ];
    mark_tests(&mut sources);
    let program: Vec<Vec<usize>> = sources
        .iter()
        .map(|source| source.lines_of_program().into_iter().map(|(number, _)| number).collect())
        .collect();
    assert_eq!(program, [vec![1, 4, 9], vec![], vec![1]]);
}
