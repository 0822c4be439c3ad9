//! A PostgreSQL server for the tests: the one `TEST_DATABASE_URL` names, else one of our own for as long as we live.

use super::database::migrations_hash;
use beiku::store::sql::{Conn, sql};
use beiku::store::{Address, Store};
use diesel::{Connection, PgConnection};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the server script says when the machine has no PostgreSQL.
const NO_BINARIES: i32 = 3;

/// A server on which databases may be created.
pub struct Server {
    url: String,
    template: String,
    /// The script that runs our own server. It ends when its standard input does, which we hold: the kernel closes it
    /// however this process ends.
    _own: Option<Child>,
}

/// The server of this process, started on first use. `None` when the machine has no PostgreSQL.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            let server = match std::env::var("TEST_DATABASE_URL") {
                Ok(url) if !url.is_empty() => Server { url, template: template_name(), _own: None },
                _ => start()?,
            };
            server.make_template();
            Some(server)
        })
        .as_ref()
}

fn start() -> Option<Server> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/postgres-server");
    let spawned = Command::new("sh").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else { return missing() };
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    if url.is_empty() {
        let status = child.wait().unwrap();
        assert_eq!(
            status.code(),
            Some(NO_BINARIES),
            "the PostgreSQL server for the tests did not start (see above)"
        );
        return missing();
    }
    Some(Server { url: url.trim().to_owned(), template: template_name(), _own: Some(child) })
}

/// Says, past the test runner's capturing, that half of the tests are not run. A release must not lean on them.
fn missing() -> Option<Server> {
    assert!(
        std::env::var_os("BEIKU_REQUIRE_POSTGRES").is_none(),
        "BEIKU_REQUIRE_POSTGRES is set, but there is no PostgreSQL: install it or set TEST_DATABASE_URL"
    );
    let banner = "\n\
        ****************************************************************************\n\
        **  NO POSTGRESQL FOUND: the PostgreSQL half of the tests DID NOT RUN.    **\n\
        **  Their 'ok' says nothing. Install a server (Debian: postgresql) or set **\n\
        **  TEST_DATABASE_URL=postgres://user@host/db of one that may be filled.  **\n\
        ****************************************************************************\n\n";
    let _closed = std::io::stderr().write_all(banner.as_bytes());
    None
}

fn template_name() -> String {
    format!("beiku_template_{}", migrations_hash("postgres"))
}

impl Server {
    /// A database of one test: a clone of the migrated template, or an empty one.
    pub fn create(&self, migrated: bool) -> Clone {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("beiku_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let template = if migrated { &self.template } else { "template0" };
        let mut admin = connect(&self.url);
        // A killed run with our process number may have left one.
        admin.batch(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        admin.batch(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
        Clone { url: with_database(&self.url, &name), name, admin_url: self.url.clone() }
    }

    /// Migrates the template unless another process did. It gets its name when it is whole.
    fn make_template(&self) {
        let mut admin = connect(&self.url);
        admin.batch("SELECT pg_advisory_lock(7262002)").unwrap();
        let found = sql("SELECT count(*) AS value FROM pg_database WHERE datname = $1")
            .bind(self.template.as_str())
            .number(&mut admin)
            .unwrap();
        if found == 0 {
            let making = format!("{}_making", self.template);
            admin.batch(&format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).unwrap();
            admin.batch(&format!("CREATE DATABASE {making} TEMPLATE template0 ENCODING 'UTF8'")).unwrap();
            let store = Store::open(&Address::Postgres(with_database(&self.url, &making))).unwrap();
            store.migrate().unwrap();
            drop(store);
            admin.batch(&format!("ALTER DATABASE {making} RENAME TO {}", self.template)).unwrap();
        }
        admin.batch("SELECT pg_advisory_unlock(7262002)").unwrap();
    }
}

/// A database of one test, dropped with it.
pub struct Clone {
    url: String,
    name: String,
    admin_url: String,
}

impl Clone {
    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Clone {
    fn drop(&mut self) {
        let dropped = connect(&self.admin_url).batch(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // A second panic would hide the test's own.
        if let Err(error) = dropped {
            eprintln!("test database {} stays behind: {error}", self.name);
        }
    }
}

fn connect(url: &str) -> Conn {
    let mut conn =
        PgConnection::establish(url).unwrap_or_else(|error| panic!("PostgreSQL at {url}: {error}"));
    diesel::connection::SimpleConnection::batch_execute(&mut conn, "SET client_min_messages = warning")
        .unwrap();
    Conn::Pg(conn)
}

/// The same server, another database: only the path of the address changes.
fn with_database(url: &str, name: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("postgres://…");
    let (address, query) = rest.split_once('?').map_or((rest, String::new()), |(a, q)| (a, format!("?{q}")));
    let authority = address.split('/').next().unwrap_or_default();
    format!("{scheme}://{authority}/{name}{query}")
}

#[test]
fn only_the_path_of_the_address_changes() {
    assert_eq!(with_database("postgres://b@/postgres?host=/tmp/x", "t"), "postgres://b@/t?host=/tmp/x");
    assert_eq!(with_database("postgresql://b:p@h:5432", "t"), "postgresql://b:p@h:5432/t");
}
