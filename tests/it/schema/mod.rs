//! Two folders of migrations, one logical schema: what a column, a key or a rule of one is, the other has too.

mod companies;
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

fn compare(sqlite: &Schema, postgres: &Schema) -> Vec<String> {
    let names = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
    let mut wrong = differences("tables", &names(sqlite), &names(postgres));
    let none = Table::default();
    for (name, here) in sqlite {
        let there = postgres.get(name).unwrap_or(&none);
        wrong.extend(differences(&format!("{name}, columns"), &here.columns, &there.columns));
        wrong.extend(differences(&format!("{name}, primary key"), &here.primary_key, &there.primary_key));
        wrong.extend(differences(&format!("{name}, indexes"), &here.indexes, &there.indexes));
        wrong.extend(differences(&format!("{name}, references"), &here.references, &there.references));
        wrong.extend(differences(&format!("{name}, checks"), &here.checks, &there.checks));
    }
    wrong
}

#[test]
fn both_databases_have_the_same_schema() {
    let Some(postgres) = Database::open(Engine::Postgres) else { return };
    let sqlite = describe(&Database::open(Engine::Sqlite).unwrap());
    let wrong = compare(&sqlite, &describe(&postgres));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sqlite.len() > 30, "only {} tables were seen", sqlite.len());
}

/// The comparison itself: one change of each kind to an SQLite database is seen.
#[test]
fn a_difference_would_be_seen() {
    let before = describe(&Database::open(Engine::Sqlite).unwrap());
    let changes = [
        ("tables", "CREATE TABLE extra (id INTEGER PRIMARY KEY)"),
        ("part, columns", "ALTER TABLE part ADD COLUMN extra TEXT"),
        ("part, columns", "ALTER TABLE part RENAME COLUMN maker TO made_by"),
        ("part, checks", "ALTER TABLE part ADD COLUMN extra BIGINT CHECK (extra > 7)"),
        ("part, references", "ALTER TABLE part ADD COLUMN extra BIGINT REFERENCES depot(id)"),
        ("unit, indexes", "DROP INDEX unit_part"),
        ("unit, indexes", "DROP INDEX unit_part; CREATE INDEX unit_part ON unit(id, part_id)"),
        ("unit, indexes", "DROP INDEX unit_part; CREATE UNIQUE INDEX unit_part ON unit(part_id, id)"),
        (
            "reservation, indexes",
            "DROP INDEX reservation_unit; CREATE UNIQUE INDEX reservation_unit ON reservation(unit_id)",
        ),
        (
            "reservation, indexes",
            "DROP INDEX reservation_unit; CREATE UNIQUE INDEX reservation_unit ON reservation(unit_id) WHERE state = 'expired'",
        ),
    ];
    for (what, change) in changes {
        let db = Database::open(Engine::Sqlite).unwrap();
        db.store().write_blocking(move |tx| Ok::<_, StoreError>(tx.batch(change)?)).unwrap();
        let seen = compare(&before, &describe(&db));
        assert!(seen.iter().any(|line| line.starts_with(what)), "{change}: {seen:?}");
    }
}

#[test]
fn postgres_text_sorts_by_code_point_as_sqlite_does() {
    let Some(db) = Database::open(Engine::Postgres) else { return };
    let other =
        db.store().read_blocking(|c| Ok::<_, StoreError>(describe::texts_of_other_collation(c)?)).unwrap();
    assert_eq!(other, Vec::<String>::new(), r#"these lack COLLATE "C""#);
}
