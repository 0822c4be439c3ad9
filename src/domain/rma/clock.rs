//! The clock stands still for a quote and for what somebody said. Each of the two has its own hold: they may overlap, and the end
//! of one leaves the other (NUMBERS §1: overlaps are not doubled).

use crate::domain::rma::effects::{Decision, HoldChange};
use crate::domain::rma::{LineState, Track};

/// Somebody stops it.
pub(super) fn stop(line: &LineState, reason: &str, said_by: &str, decision: &mut Decision) {
    let (reason, said_by) = (reason.trim().to_owned(), said_by.trim().to_owned());
    stands_still(line, decision);
    decision.set_note(format!("{reason} ({said_by})"));
    decision.hold = Some(HoldChange::Start { reason, said_by });
}

/// What somebody stopped it for is over.
pub(super) fn run_on(line: &LineState, decision: &mut Decision) {
    decision.hold = Some(HoldChange::End);
    if line.quote_holds {
        decision.log(Track::Note, "", "");
    } else {
        decision.log(Track::Clock, "held", "running");
    }
}

/// One more reason for a clock that stands still is a note: it stopped once.
pub(super) fn stands_still(line: &LineState, decision: &mut Decision) {
    if line.on_hold {
        decision.log(Track::Note, "", "");
    } else {
        decision.log(Track::Clock, "running", "held");
    }
}
