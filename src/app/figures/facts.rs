//! From rows to what the rate judges: one line's outcome, its holds, and the calendar its promise was counted with.

use crate::domain::calendar::{Hold, Zone};
use crate::domain::plan::{VendorSwap, clock_terms};
use crate::domain::rate::{Deadline, Exchange, Outcome};
use crate::domain::repair::swap_mark;
use crate::domain::rma::ActionKind;
use crate::store::figures::{FactRow, HoldRow, PromiseRow};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// What became of each line. The rows come by line, in order of recording.
pub(super) fn outcomes(rows: &[FactRow]) -> HashMap<i64, Outcome> {
    let lines = rows.chunk_by(|a, b| a.line_id == b.line_id);
    lines.filter_map(|line| Some((line.first()?.line_id, outcome(line)))).collect()
}

/// What became of one line, from its events in order of recording. Of two facts of one kind the earlier day counts; an
/// event taken back by a later one does not count, unless that was taken back in turn.
///
/// The cause attributed last is the one that counts: it excuses when the plan lists it, and takes an earlier excuse back when
/// not. Another serial from the maker is an exchange where the plan says so: decided when it came, delivered when the
/// customer had it.
fn outcome(events: &[FactRow]) -> Outcome {
    let mut void = HashSet::new();
    for event in events.iter().rev() {
        if let Some(voided) = event.voids_id.filter(|_| !void.contains(&event.id)) {
            void.insert(voided);
        }
    }
    let mut outcome = Outcome::default();
    let (mut decided_on, mut delivered_on, mut swapped_on, mut unrepaired_on) = (None, None, None, None);
    let mut dispatched_on = None;
    let swapped = swap_mark(VendorSwap::Exchange);
    for event in events.iter().filter(|event| !void.contains(&event.id)) {
        let performs =
            [ActionKind::ConfirmReturned, ActionKind::DispatchReturn, ActionKind::ExchangeDelivered]
                .iter()
                .any(|kind| kind.as_str() == event.kind);
        let slot = match event.kind.as_str() {
            kind if kind == ActionKind::ConfirmReturned.as_str() => &mut outcome.returned_on,
            kind if kind == ActionKind::DispatchReturn.as_str() => &mut dispatched_on,
            kind if kind == ActionKind::DecideExchange.as_str() => &mut decided_on,
            kind if kind == ActionKind::ExchangeDelivered.as_str() => &mut delivered_on,
            // A request turned down after the part was received is treated as called off: what was late by then stays
            // late.
            kind if kind == ActionKind::Cancel.as_str() || kind == ActionKind::Reject.as_str() => {
                &mut outcome.cancelled_on
            }
            kind if kind == ActionKind::VendorReturned.as_str() && event.to_state == swapped => {
                &mut swapped_on
            }
            kind if kind == ActionKind::AttributeCause.as_str() => {
                let day = Zone::default().local_date(event.occurred_at);
                outcome.excused_on = event.excuses.then_some(day);
                continue;
            }
            "keep_loaner" => &mut outcome.loaner_kept_on,
            "scrap" => &mut outcome.scrapped_on,
            "agree_scrap" => &mut outcome.scrap_agreed_on,
            "approve_void" => &mut outcome.voided_on,
            "return_unrepaired" => &mut unrepaired_on,
            _ => continue,
        };
        let day = if performs { day_of(event) } else { Zone::default().local_date(event.occurred_at) };
        *slot = Some(slot.map_or(day, |earlier: NaiveDate| earlier.min(day)));
    }
    if let Some(swapped_on) = swapped_on {
        decided_on = Some(decided_on.map_or(swapped_on, |earlier: NaiveDate| earlier.min(swapped_on)));
        delivered_on = delivered_on.or(outcome.returned_on.take());
    }
    // Where the plan says so, what left our house is handed back; a board given instead must be delivered.
    if swapped_on.is_none() {
        outcome.returned_on = [dispatched_on, outcome.returned_on].into_iter().flatten().min();
    }
    // Handed back as it came: that is no repair.
    if unrepaired_on.is_some() {
        outcome.unrepaired_on = outcome.returned_on.take();
    }
    // A board handed over without a word of decision was decided then.
    outcome.exchange = decided_on.or(delivered_on).map(|decided_on| Exchange { decided_on, delivered_on });
    outcome
}

/// The day a hand-over counts for: past the close of business of the plan it is the next one.
fn day_of(event: &FactRow) -> NaiveDate {
    Zone::default().business_date(event.occurred_at, event.closes_minute)
}

/// The holds of each line. The rows come by line.
pub(in crate::app) fn holds(rows: &[HoldRow]) -> HashMap<i64, Vec<Hold>> {
    let zone = Zone::default();
    let mut holds: HashMap<i64, Vec<Hold>> = HashMap::new();
    for row in rows {
        let hold = Hold {
            start: zone.local_date(row.started_at),
            resume: row.ended_at.map(|ended_at| zone.local_date(ended_at)),
        };
        holds.entry(row.line_id).or_default().push(hold);
    }
    holds
}

/// Where the due date comes from. A plan that promises minutes is taken at its recorded date.
pub(super) fn deadline(promise: &PromiseRow, holds: Vec<Hold>) -> Deadline {
    match clock_terms(promise.amount, promise.unit, promise.start_day_counts) {
        Some(terms) => {
            let received_on = Zone::default().local_date(promise.started_at);
            Deadline::Clock { received_on, terms, holds }
        }
        None => Deadline::Recorded(promise.due_on),
    }
}
