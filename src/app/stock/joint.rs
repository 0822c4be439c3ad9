//! Movements of many callers, booked in one transaction: what each would pay for a commit, and for looking up what others look
//! up too, is paid once. The rule and the ledger are those of a single movement.
//!
//! Only what is plain goes this way. Whatever would be refused, or has a key that was used before, goes alone, in the ordinary
//! way ([`run`]), and is told there why. So does everything when the joint transaction fails: nothing of it was
//! written, and each finds out for itself what is wrong.

use crate::app::gather::{self, Gather};
use crate::app::stock::book::{Asked, Booked, Booking, book, command, look_up};
use crate::app::{App, AppResult, Ctx, Error, FaultKind, Once, Outcome, run};
use crate::domain::place::normalise;
use crate::domain::stock::{Posting, decide_movement};
use crate::store::idempotency::{self, Key};
use crate::store::savepoint::give_up_soon;
use crate::store::{Conn, Store, StoreError, ledger};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// How an answer is kept with its key: status and body.
pub type Encode = fn(&Booked, &Ctx) -> (u16, String);

/// What one caller asks for.
#[derive(Clone)]
pub struct Wanted {
    /// Who asks, and when.
    pub ctx: Ctx,
    /// The movement.
    pub booking: Booking,
    /// The request's key.
    pub once: Option<Once>,
    /// How the answer is kept with it.
    pub encode: Encode,
}

/// What came of it.
enum Came {
    /// It is booked.
    Booked(Box<Booked>),
    /// It was not booked, and goes alone.
    Alone,
    /// Nobody knows: the connection broke during COMMIT.
    Unknown,
}

/// Where movements wait for the next joint booking.
pub(in crate::app) struct JointBookings(Gather<Wanted, Came>);

impl JointBookings {
    /// Starts to book.
    pub(in crate::app) fn start(store: Store) -> JointBookings {
        let threads = if store.is_shared() { gather::ON_A_SERVER } else { 1 };
        JointBookings(Gather::start("beiku-booking", threads, move |wanted| book_all(&store, wanted)))
    }
}

/// Books one movement, together with those that other callers ask for in the same moment. As [`run`] with [`book`].
///
/// # Errors
/// As those.
pub async fn book_jointly(app: &App, wanted: Wanted) -> AppResult<Outcome<Booked>> {
    match app.joint_bookings().0.ask(wanted.clone()).await {
        Some(Came::Booked(booked)) => Ok(Outcome::Done(*booked)),
        Some(Came::Unknown) => Err(Error::Fault(StoreError::OutcomeUnknown)),
        Some(Came::Alone) | None => {
            let Wanted { ctx, booking, once, encode } = wanted;
            let told = ctx.clone();
            let kept = move |booked: &Booked| encode(booked, &told);
            run(app, &ctx, once, kept, move |tx, ctx| book(tx, ctx, &booking)).await
        }
    }
}

/// One joint booking; what came of each, in their order.
fn book_all(store: &Store, wanted: Vec<Wanted>) -> Vec<Came> {
    let count = wanted.len();
    match store.write_blocking(move |tx| book_plain(tx, &wanted)) {
        Ok(mut booked) => {
            metrics::counter!("beiku_joint_bookings_total").increment(1);
            metrics::counter!("beiku_jointly_booked_total")
                .increment(u64::try_from(booked.len()).unwrap_or(0));
            let came = |at| booked.remove(&at).map_or(Came::Alone, |booked| Came::Booked(Box::new(booked)));
            (0..count).map(came).collect()
        }
        Err(error) if error.fault() == Some(FaultKind::OutcomeUnknown) => {
            std::iter::repeat_with(|| Came::Unknown).take(count).collect()
        }
        Err(error) => {
            tracing::debug!(%error, count, "a joint booking failed; each goes alone");
            vec![]
        }
    }
}

/// A movement that was decided, and where it stands among what was wanted.
struct Decided<'a> {
    at: usize,
    wanted: &'a Wanted,
    key: Option<Key>,
    posting: Posting,
}

/// Books what is plain; by its place among what was wanted.
///
/// # Errors
/// When one of them is in the way of the others, or the database fails: the transaction is to be rolled back.
pub fn book_plain(tx: &mut Conn, wanted: &[Wanted]) -> AppResult<HashMap<usize, Booked>> {
    give_up_soon(tx)?;
    // One moment for all, so that ids and times of the ledger go the same way.
    let Some(now) = wanted.iter().map(|wanted| wanted.ctx.now).max() else { return Ok(HashMap::new()) };
    let mut decided = decide(tx, wanted, now)?;
    let keys: Vec<&Key> = decided.iter().filter_map(|one| one.key.as_ref()).collect();
    let free = idempotency::claim_all(tx, &keys, now)?;
    decided.retain(|one| one.key.as_ref().is_none_or(|key| free.contains(&(key.actor_id, key.key.clone()))));
    let actor_ids: Vec<Option<i64>> = decided.iter().map(|one| one.wanted.ctx.actor.id()).collect();
    let postings: Vec<Posting> = decided.iter().map(|one| one.posting.clone()).collect();
    let posted = ledger::post_for(tx, &postings, &actor_ids, now)?;
    let mut booked = HashMap::with_capacity(decided.len());
    let mut answers = vec![];
    for (one, posted) in decided.into_iter().zip(posted) {
        let Decided { at, wanted, key, posting } = one;
        let movement = Booked { id: posted.movement_id, posting, recorded_at: now };
        answers.extend(key.map(|key| (key, (wanted.encode)(&movement, &wanted.ctx))));
        booked.insert(at, movement);
    }
    idempotency::remember_all(tx, answers)?;
    Ok(booked)
}

/// Decides what can be decided at once: no two movements of one unit, no two with one key.
fn decide<'a>(tx: &mut Conn, wanted: &'a [Wanted], now: DateTime<Utc>) -> AppResult<Vec<Decided<'a>>> {
    let mut keys = HashSet::new();
    let plain: Vec<(usize, &Wanted, Option<Key>)> = wanted
        .iter()
        .enumerate()
        .filter(|(_, wanted)| is_plain(&wanted.booking))
        .map(|(at, wanted)| (at, wanted, wanted.once.as_ref().map(|once| once.key_of(&wanted.ctx))))
        .filter(|(.., key)| key.as_ref().is_none_or(|key| keys.insert((key.actor_id, key.key.clone()))))
        .collect();
    let bookings: Vec<&Booking> = plain.iter().map(|(_, wanted, _)| &wanted.booking).collect();
    let found = look_up(tx, &bookings)?;
    let mut units = HashSet::new();
    let mut decided = Vec::with_capacity(found.len());
    for ((at, wanted, key), found) in plain.into_iter().zip(found) {
        let Ok(Asked { state, mistaken: None, .. }) = found else { continue };
        if state.unit.as_ref().is_some_and(|unit| unit.last_moved_at > now) {
            // Another node's clock is ahead: its moment is for this movement only.
            continue;
        }
        if state.serial.as_deref().is_some_and(|serial| !units.insert(state.part.identity(serial))) {
            continue;
        }
        if let Ok(posting) = decide_movement(&wanted.ctx.actor, &state, &command(&wanted.booking), now) {
            decided.push(Decided { at, wanted, key, posting });
        }
    }
    Ok(decided)
}

/// Looking it up writes nothing: a way between two depots comes into being when it is named.
fn is_plain(booking: &Booking) -> bool {
    [&booking.from, &booking.to].into_iter().all(|code| !normalise(code).starts_with("transit:"))
}
