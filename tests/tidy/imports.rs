//! Who may import whom (ARCHITECTURE.md).

use crate::{none, sources};

/// Each room and the rooms it may name.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("i18n", &[]),
    ("config", &[]),
    ("telemetry", &["config"]),
    ("store", &["domain"]),
    ("app", &["domain", "store"]),
    ("mail", &["domain", "i18n"]),
    ("jobs", &["app", "mail"]),
    ("http", &["app", "domain", "i18n", "config", "telemetry"]),
    ("api", &["http", "app", "domain", "i18n"]),
    ("web", &["http", "app", "domain", "i18n"]),
    ("cli", &["api", "app", "config", "domain", "http", "i18n", "jobs", "mail", "store", "telemetry", "web"]),
];

/// Crates that belong to one room's trade; the others ask that room.
const TRADES: &[(&str, &[&str])] = &[
    ("diesel", &["store", "app"]),
    ("diesel_migrations", &["store"]),
    ("actix_web", &["http", "api", "web", "cli"]),
    ("lettre", &["mail", "app", "config", "cli"]),
    ("fluent_bundle", &["i18n"]),
    ("clap", &["cli", "config"]),
    ("calamine", &["app"]),
];

/// What rules are made of.
const DOMAIN_CRATES: &[&str] = &["chrono", "rust_decimal", "thiserror"];

fn room(path: &str) -> Option<&'static str> {
    let inside = path.strip_prefix("src/")?;
    let name = inside.split('/').next()?.trim_end_matches(".rs");
    ROOMS.iter().find(|(room, _)| *room == name).map(|(room, _)| *room)
}

/// The rooms a line names by a path from the root: `crate::x`, `crate::{x::…, y}`.
fn named_rooms(line: &str) -> Vec<&'static str> {
    let code = line.split("//").next().unwrap_or_default();
    let mut found = vec![];
    for (at, start) in code.match_indices("crate::") {
        let after = &code[at + start.len()..];
        let heads: Vec<&str> = match after.strip_prefix('{') {
            None => vec![after],
            Some(list) => heads_of_list(list),
        };
        for head in heads {
            let name =
                head.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            found.extend(ROOMS.iter().filter(|(room, _)| *room == name).map(|(room, _)| *room));
        }
    }
    found
}

/// The beginnings of `a::{b, c}, d` at its own level.
fn heads_of_list(list: &str) -> Vec<&str> {
    let mut heads = vec![];
    let (mut depth, mut start) = (0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(&list[start..at]);
                return heads;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    heads.push(&list[start..]);
    heads
}

#[test]
fn rooms_import_only_what_they_may() {
    let mut breaches = vec![];
    for source in sources("src", ".rs") {
        let Some(room) = room(&source.path) else { continue };
        let allowed = ROOMS.iter().find(|(name, _)| *name == room).unwrap().1;
        // A `use crate::{` over several lines is read as one.
        let mut open = String::new();
        for (number, line) in source.lines_of_program() {
            open.push_str(line.trim());
            if open.contains("crate::{")
                && open.matches('{').count() > open.matches('}').count()
                && open.starts_with("use ")
            {
                continue;
            }
            for named in named_rooms(&open) {
                if named != room && !allowed.contains(&named) {
                    breaches.push(format!("{}:{number}: {room} names {named}", source.path));
                }
            }
            open.clear();
        }
    }
    none(&breaches, "ARCHITECTURE.md, \"Who may import whom\":");
}

#[test]
fn every_room_is_on_the_list() {
    let map = std::fs::read_to_string(crate::root().join("src/lib.rs")).unwrap();
    let modules = map.lines().filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'));
    for module in modules {
        assert!(
            ROOMS.iter().any(|(room, _)| *room == module),
            "src/{module}: say in tests/tidy/imports.rs what it may import"
        );
    }
}

fn crates_rules_do_without() -> Vec<String> {
    let manifest = std::fs::read_to_string(crate::root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let names = manifest["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_"));
    names.filter(|name| !DOMAIN_CRATES.contains(&name.as_str())).collect()
}

#[test]
fn each_trade_stays_in_its_room() {
    let crates = crates_rules_do_without();
    let mut breaches = vec![];
    for source in sources("src", ".rs") {
        let Some(room) = room(&source.path) else { continue };
        for (number, line) in source.lines_of_program() {
            let code = line.split("//").next().unwrap_or_default();
            for (name, rooms) in TRADES {
                if !rooms.contains(&room) && code.contains(&format!("{name}::")) {
                    breaches.push(format!("{}:{number}: {room} uses {name}", source.path));
                }
            }
            if room == "domain" {
                let strangers = crates.iter().filter(|name| code.contains(&format!("{name}::")));
                breaches.extend(strangers.map(|name| format!("{}:{number}: rules use {name}", source.path)));
            }
        }
    }
    none(&breaches, "a library is known to one room, so that it can be changed there:");
}

#[test]
fn paths_are_read() {
    assert_eq!(named_rooms("use crate::{store::{Conn, sql}, domain, app::run};"), ["store", "domain", "app"]);
    assert_eq!(named_rooms("let x = crate::web::page(crate::http::Word::new());"), ["web", "http"]);
    assert_eq!(named_rooms("// crate::web is another matter"), Vec::<&str>::new());
    assert_eq!(named_rooms("$crate::store::sql::Column, crate::storehouse"), ["store"]);
}
