//! The one place that writes the stock ledger: units, balances, reservations, availability and movements of a posting.
//!
//! Correctness rests on guarded updates and CHECKs, the same on both databases: a unit moves only from the version the
//! decision saw, a balance never goes below zero, nothing held is taken away. Rows are touched in one order everywhere
//! (units by id, balances by key, reservations, availability by key, movements), each balance once per posting.

mod balances;
mod movements;
mod past;
mod units;

use crate::domain::place::PlaceRef;
use crate::domain::refusal::Refusal;
use crate::domain::stock::{MovementKind, Posting, ReservationState, Stand, Subject};
use crate::row;
use crate::store::sql::{Conn, sql};
use crate::store::{StoreError, data_answers, places};
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Why a posting was not written. Either way the transaction must be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// Somebody else was faster, or the stock is not there.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The database failed, or the transaction lost a race and is to run again on what is true now.
    #[error(transparent)]
    Fault(#[from] StoreError),
}

impl From<diesel::result::Error> for PostError {
    fn from(error: diesel::result::Error) -> Self {
        PostError::Fault(StoreError::Database(error))
    }
}

/// What a posting became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    /// Id of the movement.
    pub movement_id: i64,
    /// Id of the unit it moved.
    pub unit_id: Option<i64>,
}

/// A row to be: a posting asked for, or the opening by which a unit the books never met comes to where it is taken from.
struct Entry<'a> {
    posting: Cow<'a, Posting>,
    asked_for: bool,
    actor_id: Option<i64>,
}

/// Writes postings: all of them, or an error and nothing (the caller's transaction rolls back). Several postings may move
/// the same unit, in order. A new unit that comes from a real place (a customer, a vendor) gets an opening first, since
/// nothing can be taken from where nothing was put (PRODUCT "Places and owners").
pub fn post(
    tx: &mut Conn,
    postings: &[Posting],
    actor_id: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Vec<Posted>, PostError> {
    post_for(tx, postings, &vec![actor_id; postings.len()], now)
}

/// The same for several people: who each posting is booked by, in their order.
pub fn post_for(
    tx: &mut Conn,
    postings: &[Posting],
    actor_ids: &[Option<i64>],
    now: DateTime<Utc>,
) -> Result<Vec<Posted>, PostError> {
    let entries = with_openings(tx, postings, actor_ids)?;
    let new_units = units::insert_new(tx, postings)?;
    units::move_known(tx, postings)?;
    units::refuse_held(tx, postings)?;
    balances::change(tx, &entries)?;
    let freed = consume_reservations(tx, postings, now)?;
    balances::change_availability(tx, &entries, &freed)?;
    let posted = movements::insert(tx, &entries, &new_units, now)?;
    past::check(tx, &entries, now)?;
    units::stand_back(tx, postings)?;
    for ((posting, actor_id), done) in postings.iter().zip(actor_ids).zip(&posted) {
        data_answers::keep(tx, posting, (done.movement_id, done.unit_id), *actor_id, now)?;
    }
    Ok(posted)
}

fn needs_opening(posting: &Posting) -> bool {
    matches!(posting.subject, Subject::NewUnit { .. }) && posting.from.place.kind.is_real()
}

fn with_openings<'a>(
    tx: &mut Conn,
    postings: &'a [Posting],
    actor_ids: &[Option<i64>],
) -> Result<Vec<Entry<'a>>, PostError> {
    let mut entries = Vec::with_capacity(postings.len());
    let mut opening: Option<PlaceRef> = None;
    for (posting, actor_id) in postings.iter().zip(actor_ids.iter().copied()) {
        if needs_opening(posting) {
            let place = match opening.take() {
                Some(place) => place,
                None => places::by_code(tx, "opening")?.ok_or(diesel::result::Error::NotFound)?,
            };
            opening = Some(place.clone());
            let entry = Posting {
                kind: MovementKind::Opening,
                from: Stand { place, ..posting.from.clone() },
                to: posting.from.clone(),
                reverses: None,
                consumes: None,
                data: None,
                ..posting.clone()
            };
            entries.push(Entry { posting: Cow::Owned(entry), asked_for: false, actor_id });
        }
        entries.push(Entry { posting: Cow::Borrowed(posting), asked_for: true, actor_id });
    }
    Ok(entries)
}

row! {
    /// What an ended reservation held.
    struct Freed { depot_id: i64, part_id: i64, quantity: i64, in_van: bool }
}

/// Ends the reservations these postings use up. Each frees all it held, also when less was needed.
fn consume_reservations(
    tx: &mut Conn,
    postings: &[Posting],
    now: DateTime<Utc>,
) -> Result<Vec<Freed>, PostError> {
    let mut reservations: BTreeMap<i64, DateTime<Utc>> = BTreeMap::new();
    for (posting, id) in postings.iter().filter_map(|posting| Some((posting, posting.consumes?))) {
        let until = reservations.entry(id).or_insert(posting.occurred_at);
        *until = posting.occurred_at.min(*until);
    }
    let mut freed = Vec::with_capacity(reservations.len());
    for (id, held_until) in reservations {
        let ended: Option<Freed> =
            sql("UPDATE reservation SET state = $1, closed_at = $2, held_until = $3 WHERE id = $4 AND state = 'open' \
             RETURNING depot_id, part_id, quantity, in_van")
            .bind(ReservationState::Consumed)
            .bind(now)
            .bind(held_until)
            .bind(id)
            .optional(tx)?;
        match ended {
            // What is held in a van is no stock of a depot.
            Some(held) if held.in_van => {}
            Some(held) => freed.push(held),
            None => {
                let state = sql("SELECT state AS value FROM reservation WHERE id = $1").bind(id);
                let state: Option<Word> = state.optional(tx)?;
                let state = state.map_or_else(String::new, |row| row.value);
                return Err(Refusal::ReservationEnded { id: id.to_string(), state }.into());
            }
        }
    }
    Ok(freed)
}

row! { struct Word { value: String } }
