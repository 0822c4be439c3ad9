//! Every page in both languages: structure, words, no inline code. `BEIKU_RENDER_DIR=<dir>` also writes them to files.

use std::collections::BTreeSet;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::{assets, samples};
use crate::i18n::{self, Lang};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static SOURCES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/web");

fn texts_of(dir: &'static Dir<'_>) -> Vec<(&'static str, &'static str)> {
    let mut texts = Vec::new();
    for file in dir.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            texts.push((path, text));
        }
    }
    for sub in dir.dirs() {
        texts.extend(texts_of(sub));
    }
    texts
}

#[test]
fn every_page_is_whole_in_both_languages() {
    for lang in Lang::ALL {
        for (name, html) in samples::all(lang) {
            let at = format!("{name} in {lang}");
            assert!(html.starts_with("<!doctype html>"), "{at}");
            assert!(html.contains(&format!("<html lang=\"{}\"", lang.code())), "{at}: lang");
            let title = between(&html, "<title>", "</title>").unwrap_or_default();
            assert!(title.len() > " · 备库".len() && !title.starts_with(" ·"), "{at}: title {title:?}");
            assert_eq!(html.matches("<h1").count(), 1, "{at}: one h1");
            assert_eq!(html.matches("<main id=\"main\"").count(), 1, "{at}: one main");
            assert!(html.trim_end().ends_with("</html>"), "{at}");
            if let Ok(dir) = std::env::var("BEIKU_RENDER_DIR") {
                let path = Path::new(&dir).join(format!("{name}.{lang}.html"));
                std::fs::write(&path, &html).unwrap();
            }
        }
    }
}

#[test]
fn no_page_needs_an_exception_from_the_content_security_policy() {
    for (name, html) in samples::all(Lang::Zh) {
        for attribute in attributes(&html) {
            assert!(!attribute.starts_with("on") && attribute != "style", "{name}: attribute {attribute}");
        }
        assert!(!html.contains("<style"), "{name}");
        assert!(!html.contains("javascript:") && !html.contains("data:"), "{name}");
        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains("src=\"/static/"), "{name}: inline script");
        }
    }
}

/// A key that exists nowhere is shown as itself: `nav-…`, `rma-…` would stand in the page as text.
#[test]
fn every_text_key_named_in_code_and_templates_exists() {
    let known: BTreeSet<&str> = i18n::keys(Lang::En).into_iter().collect();
    let areas: BTreeSet<&str> =
        known.iter().filter_map(|key| key.split_once('-')).map(|(area, _)| area).collect();
    // Words of these areas that are ids, classes or icons in templates and code, not texts.
    let other = ["step-", "form-control", "form-select", "form-label", "form-hint"];
    for (path, text) in texts_of(&TEMPLATES).into_iter().chain(texts_of(&SOURCES)) {
        if path.starts_with("samples/") || path.ends_with("tests.rs") {
            continue;
        }
        for call in ["p.t(\"", "p.t1(\"", "p.t2(\"", "p.n(\"", ".t(\"", ".t1(\"", ".t2(\"", ".n(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                assert!(known.contains(key), "{path}: no text for {key}");
            }
        }
        if path.ends_with(".rs") {
            for literal in text.split('"').skip(1).step_by(2) {
                let shaped = literal.split_once('-').is_some_and(|(area, _)| areas.contains(area));
                let plain = literal
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
                let family = known.iter().any(|key| {
                    key.strip_prefix(literal.trim_end_matches('-')).is_some_and(|rest| rest.starts_with('-'))
                });
                let excused = other.contains(&literal) || is_icon(literal) || family;
                assert!(
                    !(shaped && plain) || excused || known.contains(literal),
                    "{path}: no text for {literal:?}"
                );
            }
        }
    }
}

#[test]
fn every_text_of_the_face_is_used() {
    let mut code = String::new();
    for (path, text) in texts_of(&TEMPLATES).into_iter().chain(texts_of(&SOURCES)) {
        if !path.starts_with("samples/") {
            code.push_str(text);
        }
    }
    // Families looked up by a stored code (`p.word`), held by their own tests.
    let families = [
        "action-",
        "event-",
        "field-",
        "variant-",
        "class-",
        "rate-why-",
        "track-say-",
        "track-loaner-",
        "shipment-",
        "unit-role-",
        "hit-",
        "theme-",
        "error-",
        "view-",
        "tile-",
        "bucket-",
        "facet-",
        "group-",
        "repair-state-",
        "diagnosis-",
        "test-result-",
    ];
    let web = include_str!("../i18n/en/web.ftl");
    for key in web.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key) {
        if key.starts_with(|c: char| c.is_ascii_lowercase())
            && !families.iter().any(|family| key.starts_with(family))
        {
            assert!(code.contains(&format!("\"{key}\"")), "nothing uses {key}");
        }
    }
}

#[test]
fn every_icon_drawn_is_in_the_sprite() {
    for lang in Lang::ALL {
        for (name, html) in samples::all(lang) {
            for rest in html.split("sprite.svg#").skip(1) {
                let icon = rest.split('"').next().unwrap_or_default();
                assert!(is_icon(icon), "{name}: no icon {icon}");
            }
            for rest in html.split("\"/static/").skip(1) {
                let path = rest.split(['"', '#']).next().unwrap_or_default();
                let (_, path) = path.split_once('/').unwrap_or_default();
                assert!(assets::exists(path), "{name}: no file {path}");
            }
        }
    }
}

#[test]
fn ids_are_unique_and_labels_point_at_fields() {
    for (name, html) in samples::all(Lang::Zh) {
        let mut seen = BTreeSet::new();
        for rest in html.split(" id=\"").skip(1) {
            let id = rest.split('"').next().unwrap_or_default();
            assert!(seen.insert(id), "{name}: id {id} twice");
        }
        for marker in [" for=\"", " aria-labelledby=\"", " aria-describedby=\""] {
            for rest in html.split(marker).skip(1) {
                for id in rest.split('"').next().unwrap_or_default().split(' ') {
                    assert!(seen.contains(id), "{name}:{marker}{id} points nowhere");
                }
            }
        }
    }
}

#[test]
fn what_people_type_is_escaped() {
    let html = samples::all(Lang::Zh).into_iter().find(|(name, _)| *name == "find").unwrap().1;
    assert!(!html.contains("<871>"));
    assert!(html.contains("&#60;871&#62;") || html.contains("&lt;871&gt;"));
}

#[test]
fn the_public_page_loads_no_script() {
    for (name, html) in samples::all(Lang::En) {
        let public = name.starts_with("track")
            || name.starts_with("public")
            || matches!(name, "login" | "setup" | "gate");
        assert_eq!(html.contains("<script"), !public, "{name}");
    }
}

fn is_icon(name: &str) -> bool {
    include_str!("../../static/icons/sprite.svg").contains(&format!("<symbol id=\"{name}\""))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = text.split_once(start)?.1;
    rest.split_once(end).map(|(inner, _)| inner)
}

/// Names of all attributes of all tags.
fn attributes(html: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for tag in html.split('<').skip(1) {
        let Some((inside, _)) = tag.split_once('>') else { continue };
        // Values are quoted with " everywhere but in the htmx configuration, which has none of interest.
        for (index, piece) in inside.split('"').enumerate() {
            if index % 2 == 0
                && let Some(name) =
                    piece.strip_suffix('=').and_then(|before| before.split_whitespace().last())
            {
                names.push(name);
            }
        }
    }
    names
}
