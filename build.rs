//! Files that are compiled in by folder: cargo only sees the ones it knows, so a new one would stay out until the next
//! unrelated change. Watching the folders closes that gap.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=migrations/sqlite");
    println!("cargo::rerun-if-changed=migrations/postgres");
    println!("cargo::rerun-if-changed=src/i18n/zh-CN");
    println!("cargo::rerun-if-changed=src/i18n/en");
}
