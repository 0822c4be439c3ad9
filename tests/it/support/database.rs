//! A migrated database for one test. SQLite: a copy of a template file. PostgreSQL: a clone of a template database.

use super::{TestClock, postgres};
use beiku::store::{Address, Store};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

/// One of the two databases Beiku runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
}

/// A database of one test, removed when it is dropped.
pub struct Database {
    engine: Engine,
    address: Address,
    clock: TestClock,
    /// The test plants a corruption, so that the ledger need not prove itself afterwards.
    spoilt: AtomicBool,
    // The order matters: the store closes its connections before its home goes.
    store: Store,
    _home: Home,
}

/// What must be cleared away. Held only for its drop.
#[expect(dead_code, reason = "held for its drop")]
enum Home {
    Folder(TempDir),
    Clone(postgres::Clone),
}

impl Database {
    /// A migrated database. `None`: PostgreSQL was asked for and there is none here (which has been said loudly).
    pub fn open(engine: Engine) -> Option<Database> {
        let (address, home) = place(engine, true)?;
        Some(Database::at(engine, address, home))
    }

    /// A database on which no migration has run yet.
    pub fn empty(engine: Engine) -> Option<Database> {
        let (address, home) = place(engine, false)?;
        Some(Database::at(engine, address, home))
    }

    fn at(engine: Engine, address: Address, home: Home) -> Database {
        let store = Store::open(&address).unwrap();
        Database {
            engine,
            address,
            clock: TestClock::default(),
            spoilt: AtomicBool::new(false),
            store,
            _home: home,
        }
    }

    /// Which one it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Where it is, e.g. for a second store or a `beiku` process on the same data.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The store on it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Says that this test spoils the books on purpose: nothing is proven when it ends.
    pub fn spoil(&self) {
        self.spoilt.store(true, Ordering::Relaxed);
    }

    /// Fails unless the stock ledger proves itself: whatever a test did, every balance and unit is what the movements say.
    pub fn prove(&self) {
        if self.spoilt.load(Ordering::Relaxed) {
            return;
        }
        let proof = self.store.read_blocking(beiku::app::verify::verify).unwrap();
        assert!(
            proof.is_proven(),
            "the ledger does not prove itself after the test: {:#?}",
            proof.differences
        );
    }

    /// The test's clock.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }
}

fn place(engine: Engine, migrated: bool) -> Option<(Address, Home)> {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::Builder::new().prefix("beiku-test-").tempdir().unwrap();
            let file = folder.path().join("beiku.db");
            if migrated {
                std::fs::copy(sqlite_template(), &file).unwrap();
            }
            Some((Address::Sqlite(file), Home::Folder(folder)))
        }
        Engine::Postgres => {
            let clone = postgres::server()?.create(migrated);
            Some((Address::Postgres(clone.url().to_owned()), Home::Clone(clone)))
        }
    }
}

/// The migrated SQLite file, made once per set of migrations and kept beside the build's other products.
fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let template = folder.join(format!("beiku-template-{}.db", migrations_hash("sqlite")));
        if !template.exists() {
            std::fs::create_dir_all(folder).unwrap();
            let work = tempfile::tempdir_in(folder).unwrap();
            let fresh = work.path().join("fresh.db");
            let store = Store::open(&Address::Sqlite(fresh)).unwrap();
            store.migrate().unwrap();
            let whole = work.path().join("whole.db");
            store.backup_to(&whole).unwrap();
            // Another process may be at it too: a rename puts either whole file there.
            std::fs::rename(whole, &template).unwrap();
        }
        template
    })
}

/// Names a template, so that one of other migrations is never taken for it.
pub(super) fn migrations_hash(engine: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let mut names: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.file_name().unwrap().as_encoded_bytes());
        hash.update(std::fs::read(name.join("up.sql")).unwrap());
    }
    hex::encode(&hash.finalize()[..8])
}
