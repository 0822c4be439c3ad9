//! Two folders of migrations, one logical schema: what a column, a key or a rule of one is, the other has too.

mod describe;
mod ledgers;
mod migrations;

use crate::support::{Database, Engine};
use beiku::store::StoreError;
use describe::{Schema, Table};
use std::fmt::Debug;

fn describe(db: &Database) -> Schema {
    let engine = db.engine();
    db.store().read_blocking(|c| Ok::<_, StoreError>(describe::schema(c, engine)?)).unwrap()
}

/// What the one has and the other has not, in words.
fn differences<T: PartialEq + Debug>(of: &str, sqlite: &[T], postgres: &[T]) -> Vec<String> {
    let only = |here: &[T], there: &[T], name: &str| -> Vec<String> {
        here.iter()
            .filter(|item| !there.contains(item))
            .map(|item| format!("{of}: only {name} has {item:?}"))
            .collect()
    };
    [only(sqlite, postgres, "SQLite"), only(postgres, sqlite, "PostgreSQL")].concat()
}

#[test]
fn both_databases_have_the_same_schema() {
    let Some(postgres) = Database::open(Engine::Postgres) else { return };
    let sqlite = describe(&Database::open(Engine::Sqlite).unwrap());
    let postgres = describe(&postgres);
    let names = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
    let mut wrong = differences("tables", &names(&sqlite), &names(&postgres));
    let none = Table::default();
    for (name, here) in &sqlite {
        let there = postgres.get(name).unwrap_or(&none);
        wrong.extend(differences(&format!("{name}, columns"), &here.columns, &there.columns));
        wrong.extend(differences(&format!("{name}, primary key"), &here.primary_key, &there.primary_key));
        wrong.extend(differences(&format!("{name}, indexes"), &here.indexes, &there.indexes));
        wrong.extend(differences(&format!("{name}, references"), &here.references, &there.references));
        wrong.extend(differences(&format!("{name}, checks"), &here.checks, &there.checks));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sqlite.len() > 30, "only {} tables were seen", sqlite.len());
}

#[test]
fn postgres_text_sorts_by_code_point_as_sqlite_does() {
    let Some(db) = Database::open(Engine::Postgres) else { return };
    let other =
        db.store().read_blocking(|c| Ok::<_, StoreError>(describe::texts_of_other_collation(c)?)).unwrap();
    assert_eq!(other, Vec::<String>::new(), r#"these lack COLLATE "C""#);
}
