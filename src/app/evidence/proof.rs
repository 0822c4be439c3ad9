//! Issued packs prove themselves: each is byte for byte the file whose hash was handed out.

use crate::app::AppResult;
use crate::domain::stock::proof::{DifferenceKind, Proof};
use crate::store::{Conn, evidence};
use sha2::{Digest, Sha256};

/// Packs looked at in one go.
const CHUNK: i64 = 200;

/// Adds to `proof` every pack whose file is not the one that was issued.
pub(in crate::app) fn prove_into(conn: &mut Conn, proof: &mut Proof) -> AppResult<()> {
    let mut after = 0;
    loop {
        let packs = evidence::issued(conn, after, CHUNK)?;
        let Some(last) = packs.last() else { return Ok(()) };
        after = last.id;
        for pack in &packs {
            let mut hash = Sha256::new();
            evidence::for_each_chunk(conn, pack.id, |bytes| hash.update(bytes))?;
            let found = hex::encode(hash.finalize());
            if found != pack.sha256 {
                proof.note(DifferenceKind::EvidencePack, &pack.number, &pack.sha256, found);
            }
        }
    }
}
