//! The bare limit of the movements of a database.

use crate::bare;
use crate::figures::Bare;
use crate::trace::Traced;
use beiku::store::{Address, Store};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Movements a bare loop runs.
const LOOP: u32 = 1_000;
/// Receipts pgbench chooses among, each of another part or depot.
const SCRIPTS: usize = 64;

pub struct Limit {
    place: Place,
    /// What one movement by itself reads.
    pub reads: f64,
}

enum Place {
    /// A copy of the file as it was before the first round, in a folder of its own.
    Sqlite { copy: PathBuf, _folder: TempDir },
    /// The same server.
    Postgres { url: String, traced: Vec<Vec<Traced>> },
}

impl Limit {
    pub fn new(address: &Address) -> Limit {
        match address {
            Address::Sqlite(file) => {
                // Beside the file: on the same disk.
                let beside =
                    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let folder = tempfile::tempdir_in(beside).unwrap();
                let copy = folder.path().join("copy.db");
                Store::open(address).unwrap().backup_to(&copy).unwrap();
                let reads = bare::movement_reads(&Address::Sqlite(copy.clone()));
                Limit { place: Place::Sqlite { copy, _folder: folder }, reads }
            }
            Address::Postgres(url) => {
                let traced = bare::traced(address, SCRIPTS);
                Limit {
                    place: Place::Postgres { url: url.clone(), traced },
                    reads: bare::movement_reads(address),
                }
            }
        }
    }

    /// What the database alone reaches with movements of so many clients, or in batches of that size.
    pub fn movements(&self, clients: usize, mean_batch: f64, time: Duration) -> Bare {
        match &self.place {
            Place::Sqlite { copy, .. } => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a small positive number"
                )]
                let together = (mean_batch.round() as usize).max(1);
                let traced = bare::traced_jointly(&Address::Sqlite(copy.clone()), LOOP as usize, together);
                let ran = bare::on_sqlite(copy, &traced);
                let each = f64::from(LOOP) / f64::from(u32::try_from(traced.len()).unwrap());
                let steps = ran.read / i64::from(LOOP);
                Bare {
                    per_second: ran.per_second * each,
                    how: format!("batch {together}, {steps} steps each"),
                }
            }
            Place::Postgres { url, traced } => {
                let per_second = bare::by_pgbench(url, traced, clients, 4 * time.as_secs());
                Bare { per_second, how: "pgbench".into() }
            }
        }
    }

    /// A delivery of so many serials by the database alone, and what it reads.
    pub fn delivery(&self, serials: usize) -> (Bare, f64) {
        let address = match &self.place {
            Place::Sqlite { copy, .. } => Address::Sqlite(copy.clone()),
            Place::Postgres { url, .. } => Address::Postgres(url.clone()),
        };
        let (ran, statements) = bare::delivery(&address, serials);
        let read = f64::from(i32::try_from(ran.read).unwrap());
        (Bare { per_second: ran.per_second, how: format!("{statements} statements") }, read)
    }
}
