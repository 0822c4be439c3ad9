//! Bench work on a line: the repair order decides it, the line follows.

use crate::domain::notice::NoticeKind;
use crate::domain::plan::{PromiseKind, VendorSwap};
use crate::domain::refusal::Refusal;
use crate::domain::repair::{VendorChange, Work, goes_from, line_state, swap_mark};
use crate::domain::rma::case;
use crate::domain::rma::{
    ActionKind, Decision, FaultyState, IssuedRole, IssuedState, LineState, Mode, PromiseChange, QuoteState,
    RepairOrderState, RepairOutcome, Track,
};

/// Whether the bench's table lets the action go from where the line stands.
pub(super) fn is_possible(line: &LineState, kind: ActionKind) -> bool {
    let order = RepairOrderState::ALL.iter().find(|state| line_state(**state) == Some(line.repair));
    order.zip(kind.bench()).is_some_and(|(state, kind)| goes_from(kind, *state, line.waiting_parts))
}

/// Whether nothing is owed to the customer any more though the unit is with us: in advance replacement the faulty part is
/// ours from receipt on, and its repair goes on as our own order (PRODUCT "Advance replacement").
pub(super) fn is_ours(line: &LineState) -> bool {
    let handed_over = line.issued.iter().any(|issued| {
        issued.role == IssuedRole::Permanent && matches!(issued.state, IssuedState::InUse | IssuedState::Kept)
    });
    line.mode == Mode::AdvanceReplacement
        && line.faulty == FaultyState::Received
        && line.repair.is_with_us()
        && handed_over
}

/// Lays the work over the line's decision.
pub(super) fn work(line: &LineState, work: &Work, decision: &mut Decision) -> Result<(), Refusal> {
    decision.repair = line_state(work.to).unwrap_or(line.repair);
    decision.postings.clone_from(&work.postings);
    decision.outcome = work.outcome;
    decision.cost_fen = work.cost_fen;
    // The verdict starts the thirty days (NUMBERS §2), unless the customer wants no board: consent to scrap was given.
    if work.outcome == Some(RepairOutcome::Ber)
        && line.mode.promises_return()
        && line.case.scrap_agreed_at.is_none()
        && !line.case.unrepaired
    {
        decision.promises.push(PromiseChange::Open(PromiseKind::EquivalentExchange));
    }
    if let Some(swap) = work.swap {
        decision.log(Track::Note, "", swap_mark(swap));
        if swap == VendorSwap::Exchange {
            case::consent_lapses(line, decision);
        }
        if swap == VendorSwap::Exchange && line.mode.promises_return() && !line.exchange_decided {
            decision.promises.push(PromiseChange::Open(PromiseKind::EquivalentExchange));
            // Told once, however often the maker sends another one.
            decision.notice = (!line.vendor_exchange).then_some(NoticeKind::ExchangeDecided);
        }
    }
    if work.repeat_of.is_some() && line.case.open_quote().is_some() {
        // The warranty on the last repair covers it: nothing is asked of the customer any more, and nothing waited for.
        case::end_quote(line, QuoteState::Expired, "", "", decision)?;
    }
    decision.set_note(work.note.clone());
    if let Some(VendorChange::Send { data: Some((_, certificate)), .. }) = &work.vendor {
        decision.case.certificate = Some(certificate.clone());
    }
    decision.bench = Some(Box::new(work.clone()));
    Ok(())
}
