//! Diesel only: loads and writes rows, on SQLite and PostgreSQL alike. No business decisions.
