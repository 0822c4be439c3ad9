//! What may be in the project at all.

use crate::{none, root, sources, walk};
use sha2::{Digest, Sha256, Sha384};
use std::collections::BTreeSet;

#[test]
fn no_file_names_somebodys_machine() {
    // Put together here, so that this file does not hold them.
    let places = [
        ["/wo", "rk/"],
        ["/ho", "me/"],
        ["/ro", "ot/"],
        ["/Us", "ers/"],
        ["../sha", "red"],
        ["C:\\", "Users"],
    ]
    .map(|pair| pair.concat());
    let mut breaches = vec![];
    for source in sources("", "") {
        // Other people's code stays as it came: its checksum says so.
        if source.path.starts_with("static/vendor/") {
            continue;
        }
        for (line, number) in source.text.lines().zip(1..) {
            for place in &places {
                let named = line.match_indices(place.as_str()).any(|(at, _)| {
                    // Part of a longer path (an API route, say) is nobody's folder.
                    !line[..at]
                        .chars()
                        .next_back()
                        .is_some_and(|before| before.is_alphanumeric() || "/}_-.~".contains(before))
                });
                if named {
                    breaches.push(format!("{}:{number}: {place}", source.path));
                }
            }
        }
    }
    none(&breaches, "these exist on one machine only:");
}

#[test]
fn both_languages_have_the_same_files() {
    let of = |language: &str| -> BTreeSet<String> {
        let folder = root().join("src/i18n").join(language);
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(of("zh-CN"), of("en"));
    assert!(!of("en").is_empty());
}

#[test]
fn both_databases_have_the_same_migrations() {
    let of = |engine: &str| -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let folder = root().join("migrations").join(engine);
        walk(&folder, &mut |path| {
            found.insert(path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned());
        });
        found
    };
    assert_eq!(of("sqlite"), of("postgres"));
    assert!(of("sqlite").iter().any(|path| path.ends_with("up.sql")));
}

/// A file taken over from another project, as `static/vendor.toml` tells of it.
#[derive(serde::Deserialize)]
struct Vendored {
    path: String,
    version: String,
    licence: String,
    sha256: Option<String>,
    sha384: Option<String>,
}

#[derive(serde::Deserialize)]
struct VendorList {
    file: Vec<Vendored>,
}

#[test]
fn vendored_files_are_listed_and_unchanged() {
    let folder = root().join("static");
    let mut on_disk = BTreeSet::new();
    walk(&folder.join("vendor"), &mut |path| {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        if !name.contains("LICENSE") {
            on_disk.insert(name);
        }
    });
    let Ok(text) = std::fs::read_to_string(folder.join("vendor.toml")) else {
        return none(&on_disk.into_iter().collect::<Vec<_>>(), "static/vendor.toml is to list:");
    };
    let list: VendorList = toml::from_str(&text).expect("static/vendor.toml");
    let mut breaches = vec![];
    for file in list.file {
        on_disk.remove(&file.path);
        let Ok(bytes) = std::fs::read(folder.join(&file.path)) else {
            breaches.push(format!("{} is listed but not there", file.path));
            continue;
        };
        let kept = match (&file.sha384, &file.sha256) {
            (Some(sum), _) => *sum == hex::encode(Sha384::digest(&bytes)),
            (None, Some(sum)) => *sum == hex::encode(Sha256::digest(&bytes)),
            (None, None) => false,
        };
        if !kept {
            breaches.push(format!("{}: another checksum, or none listed", file.path));
        }
        if file.version.is_empty() || file.licence.is_empty() {
            breaches.push(format!("{}: version and licence", file.path));
        }
    }
    breaches.extend(on_disk.into_iter().map(|path| format!("{path} is not listed in static/vendor.toml")));
    none(&breaches, "what others wrote is taken over unchanged, with version, licence and checksum:");
}
