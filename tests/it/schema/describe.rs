//! Reads a schema from the database's own catalogue, in words both databases share.

use crate::support::Engine;
use beiku::row;
use beiku::store::sql::{Conn, sql};
use diesel::QueryResult;
use std::collections::{BTreeMap, BTreeSet};

/// Tables by name.
pub type Schema = BTreeMap<String, Table>;

/// What the program relies on in a table. Lists are sorted, so that order of declaration does not count.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub primary_key: Vec<String>,
    pub indexes: Vec<Index>,
    /// `column → table(column)`.
    pub references: Vec<String>,
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    name: String,
    class: String,
    required: bool,
    default: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Index {
    columns: String,
    unique: bool,
    /// Columns and values its WHERE speaks of; empty for an index over all rows.
    only: Words,
}

/// A CHECK or WHERE, which each database prints in its own way: the columns and literals it speaks of.
pub type Words = BTreeSet<String>;
pub type Check = Words;

row! {
    struct ColumnRow { table_name: String, name: String, class: String, required: bool, default_value: Option<String>, key_place: i64 }
    struct IndexRow { table_name: String, columns: String, is_unique: bool, condition: Option<String> }
    struct PairRow { table_name: String, content: String }
}

pub fn schema(conn: &mut Conn, engine: Engine) -> QueryResult<Schema> {
    let text = match engine {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
    };
    let mut schema = Schema::new();
    let mut keys: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    for row in sql(text.columns).load::<ColumnRow>(conn)? {
        let table = schema.entry(row.table_name.clone()).or_default();
        if row.key_place > 0 {
            keys.entry(row.table_name).or_default().push((row.key_place, row.name.clone()));
        }
        let class = class(&row.class);
        // SQLite does not call its row id required.
        let required = row.required || row.key_place > 0;
        let default = row.default_value.as_deref().map(default);
        table.columns.push(Column { name: row.name, class, required, default });
    }
    for (table, mut key) in keys {
        key.sort();
        schema.entry(table).or_default().primary_key = key.into_iter().map(|(_, name)| name).collect();
    }
    for row in sql(text.references).load::<PairRow>(conn)? {
        schema.entry(row.table_name).or_default().references.push(row.content);
    }
    for row in sql(text.indexes).load::<IndexRow>(conn)? {
        let table = schema.entry(row.table_name).or_default();
        let only = row.condition.map(|sql| words(&sql, table)).unwrap_or_default();
        table.indexes.push(Index { columns: row.columns, unique: row.is_unique, only });
    }
    for row in sql(text.checks).load::<PairRow>(conn)? {
        let table = schema.entry(row.table_name).or_default();
        let checks: Vec<_> = checks(&row.content).into_iter().map(|check| words(check, table)).collect();
        table.checks.extend(checks);
    }
    for table in schema.values_mut() {
        table.columns.sort();
        table.indexes.sort();
        table.references.sort();
        table.checks.sort();
    }
    Ok(schema)
}

/// Text columns of PostgreSQL that do not sort by code point.
pub fn texts_of_other_collation(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let text = "SELECT table_name::text AS table_name, column_name::text AS content FROM information_schema.columns \
        WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%' AND data_type = 'text' \
        AND collation_name IS DISTINCT FROM 'C' ORDER BY 1, 2";
    let rows = sql(text).load::<PairRow>(conn)?;
    Ok(rows.into_iter().map(|row| format!("{}.{}", row.table_name, row.content)).collect())
}

fn class(declared: &str) -> String {
    let class = match declared.to_lowercase().as_str() {
        "integer" | "bigint" => "whole number",
        "text" => "text",
        "boolean" => "yes or no",
        "date" => "day",
        "timestamp" | "timestamp without time zone" => "instant",
        "blob" | "bytea" => "bytes",
        other => return format!("{other}, which is not one of the portable types"),
    };
    class.to_owned()
}

fn default(printed: &str) -> String {
    printed.split("::").next().unwrap_or_default().to_lowercase()
}

/// The bodies of every `CHECK (…)` in a text.
fn checks(text: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut rest = text;
    while let Some(at) = rest.find("CHECK (") {
        let body = &rest[at + "CHECK (".len()..];
        let mut depth = 1;
        let end = body.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let (check, tail) = body.split_at(end.expect("a CHECK ends"));
        found.push(check);
        rest = tail;
    }
    found
}

/// Columns of the table, numbers and quoted literals in a condition.
fn words(condition: &str, table: &Table) -> Words {
    let mut words = Words::new();
    for (place, piece) in condition.split('\'').enumerate() {
        if place % 2 == 1 {
            words.insert(format!("'{piece}'"));
            continue;
        }
        let bare = piece.split(|c: char| !c.is_alphanumeric() && c != '_');
        let kept = bare.filter(|word| {
            word.parse::<i64>().is_ok() || table.columns.iter().any(|column| column.name == *word)
        });
        words.extend(kept.map(str::to_owned));
    }
    words
}

/// The questions to a catalogue.
struct Catalogue {
    columns: &'static str,
    indexes: &'static str,
    references: &'static str,
    checks: &'static str,
}

const SQLITE: Catalogue = Catalogue {
    columns: "SELECT t.name AS table_name, c.name, c.type AS class, c.\"notnull\" AS required, c.dflt_value AS default_value, \
            c.pk AS key_place \
        FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    indexes: "SELECT t.name AS table_name, i.\"unique\" AS is_unique, \
            (SELECT group_concat(x.name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) x) AS columns, \
            (SELECT CASE WHEN instr(s.sql, ' WHERE ') > 0 THEN substr(s.sql, instr(s.sql, ' WHERE ') + 7) END \
                FROM sqlite_schema s WHERE s.name = i.name) AS condition \
        FROM sqlite_schema t JOIN pragma_index_list(t.name) i \
        WHERE t.type = 'table' AND i.origin <> 'pk' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    references: "SELECT t.name AS table_name, f.\"from\" || ' → ' || f.\"table\" || '(' || f.\"to\" || ')' AS content \
        FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
    checks: "SELECT name AS table_name, sql AS content FROM sqlite_schema \
        WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
};

const POSTGRES: Catalogue = Catalogue {
    columns: "SELECT c.table_name::text AS table_name, c.column_name::text AS name, c.data_type::text AS class, \
            c.is_nullable = 'NO' AS required, c.column_default::text AS default_value, \
            COALESCE((SELECT k.ordinal_position::bigint FROM information_schema.table_constraints p \
                JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name) \
                WHERE p.constraint_type = 'PRIMARY KEY' AND p.table_schema = c.table_schema AND p.table_name = c.table_name \
                AND k.column_name = c.column_name), 0) AS key_place \
        FROM information_schema.columns c \
        WHERE c.table_schema = current_schema() AND c.table_name NOT LIKE '\\_\\_%'",
    indexes: "SELECT t.relname::text AS table_name, x.indisunique AS is_unique, pg_get_expr(x.indpred, x.indrelid) AS condition, \
            (SELECT string_agg(a.attname::text, ',' ORDER BY k.place) FROM unnest(x.indkey) WITH ORDINALITY AS k(number, place) \
                JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number) AS columns \
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
        WHERE n.nspname = current_schema() AND NOT x.indisprimary AND t.relname NOT LIKE '\\_\\_%'",
    references: "SELECT t.relname::text AS table_name, \
            a.attname || ' → ' || r.relname || '(' || b.attname || ')' AS content \
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
        JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] \
        WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace",
    checks: "SELECT t.relname::text AS table_name, pg_get_constraintdef(c.oid) AS content \
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
        WHERE c.contype = 'c' AND c.connamespace = current_schema()::regnamespace",
};
