//! The command line: serve, demo, import, export, verify, backup, user, migrate.
