//! Migrations: two folders with the same names, built into the program.

use crate::store::{StoreError, StoreResult};
use diesel::backend::Backend;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Migrations for SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// Migrations for PostgreSQL.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

pub(super) fn run<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> StoreResult<Vec<String>> {
    let done = conn.run_pending_migrations(migrations).map_err(|e| StoreError::Migration(e.to_string()))?;
    Ok(done.iter().map(ToString::to_string).collect())
}

pub(super) fn pending<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> StoreResult<bool> {
    conn.has_pending_migration(migrations).map_err(|e| StoreError::Migration(e.to_string()))
}
