//! What somebody can do in the house, by the call of the API that does it: nothing that writes to the ledgers, the RMAs or what
//! hangs on them is left out of the walk.

use beiku::api;
use beiku::domain::repair::RepairKind;
use std::collections::BTreeSet;

/// A deed: its name, the call, and how often it is tried beside the others.
pub(super) struct Deed {
    pub(super) name: &'static str,
    pub(super) call: &'static str,
    pub(super) weight: usize,
}

const fn deed(weight: usize, name: &'static str, call: &'static str) -> Deed {
    Deed { name, call, weight }
}

const ACT: &str = "POST /rmas/{number}/lines/{line}/actions/{action}";
const MATCH: &str = "POST /intakes/{id}/match";
const SCAN: &str = "POST /scans";
const MOVE: &str = "POST /movements";

/// Everything people do, but work at the bench: [`AT_THE_BENCH`].
pub(super) const DEEDS: &[Deed] = &[
    deed(16, "request", "POST /rmas"),
    deed(52, "act", ACT),
    deed(8, "take a step back", ACT),
    deed(8, "accept a proposal", "POST /rmas/{number}/lines/{line}/actions/accept_exchange_proposal"),
    deed(
        1,
        "look at a proposal's mail",
        "POST /rmas/{number}/lines/{line}/actions/accept_exchange_proposal/preview",
    ),
    deed(1, "write a note", "POST /rmas/{number}/notes"),
    deed(1, "put a file to an RMA", "POST /rmas/{number}/files"),
    deed(1, "give lines to somebody", "POST /rma-lines/assign"),
    deed(3, "say that a parcel arrived", "POST /shipments/{id}/delivered"),
    deed(6, "confirm by the link", "POST /track/{number}/confirm"),
    deed(2, "ask without an account", "POST /public/requests"),
    deed(2, "use the mail's link", "POST /public/requests/confirm"),
    deed(1, "accept what was asked", "POST /public/requests/{id}/accept"),
    deed(1, "dismiss what was asked", "POST /public/requests/{id}/dismiss"),
    deed(16, "take a box in", "POST /intakes"),
    deed(5, "match to a line", MATCH),
    deed(5, "match to a new RMA", MATCH),
    deed(4, "send back", MATCH),
    deed(4, "settle a box", MATCH),
    deed(5, "make out", "POST /intakes/{id}/identify"),
    deed(1, "put a photo to a box", "POST /intakes/{id}/files"),
    deed(6, "ask for a spare", "POST /requests"),
    deed(3, "approve a spare", "POST /requests/{number}/approve"),
    deed(1, "reject a spare", "POST /requests/{number}/reject"),
    deed(1, "call a spare back", "POST /requests/{number}/withdraw"),
    deed(5, "issue a spare", "POST /requests/{number}/issue"),
    deed(4, "hand over from the van", "POST /requests/{number}/issue"),
    deed(4, "load the van", MOVE),
    deed(2, "give back from the van", "POST /van/returns"),
    deed(6, "ask for a transfer", "POST /transfers"),
    deed(3, "approve a transfer", "POST /transfers/{number}/approve"),
    deed(1, "cancel a transfer", "POST /transfers/{number}/cancel"),
    deed(5, "dispatch", "POST /transfers/{number}/dispatch"),
    deed(5, "receive", "POST /transfers/{number}/receive"),
    deed(2, "receive with differences", "POST /transfers/{number}/receive"),
    deed(3, "settle differences", "POST /transfers/{number}/settle"),
    deed(4, "open a count", "POST /counts"),
    deed(7, "count", "POST /counts/{number}/scans"),
    deed(2, "take back what was seen", "POST /counts/{number}/scans/{id}/undo"),
    deed(2, "say a count is done", "POST /counts/{number}/done"),
    deed(3, "approve a count", "POST /counts/{number}/approve"),
    deed(1, "cancel a count", "POST /counts/{number}/cancel"),
    deed(4, "open a repair", "POST /repairs"),
    deed(3, "look", SCAN),
    deed(4, "put away", SCAN),
    deed(4, "scan what comes", SCAN),
    deed(4, "scan into the house", SCAN),
    deed(6, "pack", SCAN),
    deed(4, "scan without a signal", SCAN),
    deed(4, "undo a scan", "POST /scans/{id}/undo"),
    deed(2, "settle an exception", "POST /exceptions/{id}/settle"),
    // A form of the station: one act for whichever document was packed for.
    deed(4, "send a load off", ""),
    deed(5, "book a movement", MOVE),
    deed(2, "book several movements", "POST /movements/batch"),
    deed(3, "reverse a movement", "POST /movements/{id}/reversal"),
    deed(3, "hold a spare", "POST /reservations"),
    deed(1, "let go of what is held", "DELETE /reservations/{id}"),
    deed(3, "ask for a label", "POST /units/{serial}/labels"),
    deed(3, "agree to a label", "POST /labels/{id}/approve"),
    deed(1, "put down what a unit is", "POST /units/{serial}/release"),
    // Walked by `rma::left_data`: here hardly a spare comes back unanswered for.
    deed(0, "answer for data", "POST /units/{serial}/data"),
    deed(2, "publish a calendar", "POST /calendar"),
];

/// Work on an order of our own: each kind of work is a deed by its code.
pub(super) const AT_THE_BENCH: &str = "POST /repairs/{id}/actions/{action}";
/// How often it is tried.
pub(super) const BENCH_WEIGHT: usize = 20;

/// What must have gone at least once, or the walk proves little.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    let tried = DEEDS.iter().filter(|deed| deed.weight > 0);
    tried.map(|deed| deed.name).chain(RepairKind::ALL.iter().map(|kind| kind.as_str()))
}

/// First words of the addresses that belong to the walk.
const WALKED: &[&str] = &[
    "calendar",
    "counts",
    "exceptions",
    "intakes",
    "labels",
    "movements",
    "public",
    "repairs",
    "requests",
    "reservations",
    "rma-lines",
    "rmas",
    "scans",
    "shipments",
    "track",
    "transfers",
    "units",
    "van",
];
/// Set-up, people and what only reads the ledgers: nothing a clerk or a customer does to them.
const BESIDE: &[&str] = &[
    "contracts",
    "customers",
    "depots",
    "evidence",
    "fault-codes",
    "imports",
    "instruments",
    "me",
    "notice-templates",
    "notices",
    "parts",
    "password-resets",
    "plans",
    "rma-views",
    "session",
    "users",
    "vendors",
];

#[test]
fn every_writing_call_of_the_ledgers_is_walked() {
    let writing = api::endpoints().filter(|call| call.method != "GET");
    let writing: BTreeSet<String> = writing.map(|call| format!("{} {}", call.method, call.path)).collect();
    let of = |call: &str| call.split('/').nth(1).unwrap_or_default().to_owned();
    let unknown: Vec<_> = writing
        .iter()
        .filter(|call| !WALKED.contains(&of(call).as_str()) && !BESIDE.contains(&of(call).as_str()))
        .collect();
    assert!(unknown.is_empty(), "walked, or beside the walk? {unknown:?}");
    let walked: BTreeSet<String> = DEEDS
        .iter()
        .map(|deed| deed.call.to_owned())
        .chain([AT_THE_BENCH.to_owned()])
        .filter(|call| !call.is_empty())
        .collect();
    let wanted: BTreeSet<String> =
        writing.into_iter().filter(|call| WALKED.contains(&of(call).as_str())).collect();
    let left_out: Vec<_> = wanted.difference(&walked).collect();
    assert!(left_out.is_empty(), "no deed does {left_out:?}");
    let gone: Vec<_> = walked.difference(&wanted).collect();
    assert!(gone.is_empty(), "no such call: {gone:?}");
}
