//! Seals of the ledgers: a chain of hashes over every row, so that a row changed, deleted, put in or
//! put elsewhere behind the program's back is found, and so that whoever keeps a head can prove it later.
//!
//! docs/evidence.md says what is hashed, exactly.

use crate::app::{App, AppResult, Ctx, Error};
use crate::domain::actor::Permission;
use crate::domain::stock::proof::{DifferenceKind, Proof};
use crate::store::alone::Alone;
use crate::store::seals::{self, FieldsRow, SealRow};
use crate::store::{Conn, StoreError};
use sha2::{Digest, Sha256};

pub use crate::store::seals::SealedLedger;

/// Rows under one seal, at most: a proof reads them in one go.
const ROWS_PER_SEAL: i64 = 20_000;
/// What the first seal of a ledger builds on.
const GENESIS: &str = "beiku-seal-1";

/// The head of a ledger's chain.
#[derive(Debug, Clone)]
pub struct Head {
    /// Which ledger.
    pub ledger: SealedLedger,
    /// The newest seal; `None` while nothing is sealed.
    pub seal: Option<SealRow>,
}

/// Adds a field to a hash with its length before it, so that no two lists of fields hash alike.
pub(in crate::app) fn feed(hash: &mut Sha256, field: &str) {
    hash.update(field.len().to_string());
    hash.update(b":");
    hash.update(field);
    hash.update(b",");
}

/// A hash that goes on from another.
struct Chain {
    hash: Sha256,
    rows: i64,
}

impl Chain {
    fn after(ledger: SealedLedger, previous: Option<&SealRow>) -> Chain {
        let mut hash = Sha256::new();
        feed(&mut hash, previous.map_or(GENESIS, |seal| seal.head.as_str()));
        feed(&mut hash, ledger.as_str());
        Chain { hash, rows: 0 }
    }

    fn row(&mut self, row: &FieldsRow) {
        feed(&mut self.hash, &row.id.to_string());
        feed(&mut self.hash, &row.facts);
        feed(&mut self.hash, &row.words);
        feed(&mut self.hash, &row.occurred_at.timestamp_micros().to_string());
        feed(&mut self.hash, &row.recorded_at.timestamp_micros().to_string());
        self.rows += 1;
    }

    /// The head, and how many rows went into it.
    fn end(mut self) -> (String, i64) {
        feed(&mut self.hash, &self.rows.to_string());
        (hex::encode(self.hash.finalize()), self.rows)
    }
}

fn chain(
    conn: &mut Conn,
    ledger: SealedLedger,
    previous: Option<&SealRow>,
    through_id: i64,
) -> Result<(String, i64), StoreError> {
    let mut chain = Chain::after(ledger, previous);
    let after = previous.map_or(0, |seal| seal.through_id);
    seals::for_each_row(conn, ledger, after, through_id, |row| {
        chain.row(&row);
        Ok(())
    })?;
    Ok(chain.end())
}

/// Seals what was written since the last seal, in bites. How many seals were set.
///
/// # Errors
/// Faults of the store; on PostgreSQL a ledger so busy that no moment of quiet was found in two seconds. The next turn tries
/// again.
pub async fn seal(app: &App) -> AppResult<usize> {
    let mut set = 0;
    for ledger in SealedLedger::ALL {
        let horizon = app.store().write(move |tx| Ok::<_, Error>(seals::horizon(tx, *ledger)?)).await?;
        loop {
            let now = app.clock().now();
            let done = app
                .store()
                .write(move |tx| {
                    Alone::Sealing.from_now_on(tx)?;
                    let previous = seals::newest(tx, *ledger)?;
                    let after = previous.as_ref().map_or(0, |seal| seal.through_id);
                    let through_id = seals::bite(tx, *ledger, after, horizon, ROWS_PER_SEAL)?;
                    if through_id <= after {
                        return Ok::<_, Error>(false);
                    }
                    let (head, rows_sealed) = chain(tx, *ledger, previous.as_ref(), through_id)?;
                    let number = previous.map_or(1, |seal| seal.number + 1);
                    let seal = SealRow { number, through_id, rows_sealed, head, sealed_at: now };
                    seals::insert(tx, *ledger, &seal)?;
                    Ok(true)
                })
                .await?;
            if !done {
                break;
            }
            set += 1;
        }
    }
    Ok(set)
}

/// The heads of all ledgers. Refuses with `forbidden`.
pub fn heads(conn: &mut Conn, ctx: &Ctx) -> AppResult<Vec<Head>> {
    ctx.actor.may(Permission::ReadAudit)?;
    current(conn)
}

/// Whether a seal with this head was set on any ledger, and is there.
pub(in crate::app) fn is_set(conn: &mut Conn, head: &str) -> AppResult<bool> {
    Ok(seals::with_head(conn, head)? > 0)
}

/// The heads of all ledgers, for whoever hands them on.
pub(in crate::app) fn current(conn: &mut Conn) -> AppResult<Vec<Head>> {
    let heads = SealedLedger::ALL.iter().map(|ledger| {
        let seal = seals::newest(conn, *ledger)?;
        Ok(Head { ledger: *ledger, seal })
    });
    heads.collect()
}

/// Holds every seal against the rows it covers. After the first that does not fit, the later ones of its ledger say nothing
/// more: they build on it as it was set, so each is looked at on its own.
pub(in crate::app) fn prove(
    conn: &mut Conn,
    note: &mut dyn FnMut(DifferenceKind, String, String, String),
) -> AppResult<u64> {
    let mut proven = 0;
    for ledger in SealedLedger::ALL {
        let mut previous: Option<SealRow> = None;
        for seal in seals::all(conn, *ledger)? {
            let (head, rows) = chain(conn, *ledger, previous.as_ref(), seal.through_id)?;
            let after = previous.as_ref().map_or(0, |seal| seal.through_id);
            let expected_number = previous.as_ref().map_or(1, |seal| seal.number + 1);
            if seal.number != expected_number {
                let subject = format!("seal {ledger} {expected_number}");
                note(
                    DifferenceKind::SealMissing,
                    subject,
                    expected_number.to_string(),
                    seal.number.to_string(),
                );
            } else if rows != seal.rows_sealed || head != seal.head {
                let subject = format!("{ledger} {}–{}", after + 1, seal.through_id);
                let of = |rows: i64, head: &str| format!("{rows} × {}", head.get(..12).unwrap_or(head));
                note(DifferenceKind::Sealed, subject, of(seal.rows_sealed, &seal.head), of(rows, &head));
            }
            proven += 1;
            previous = Some(seal);
        }
    }
    Ok(proven)
}

/// [`prove`] into a proof.
pub(in crate::app) fn prove_into(conn: &mut Conn, proof: &mut Proof) -> AppResult<()> {
    proof.checked.seals =
        prove(conn, &mut |kind, subject, expected, found| proof.note(kind, subject, expected, found))?;
    Ok(())
}
