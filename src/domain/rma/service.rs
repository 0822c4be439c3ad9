//! The promises of a service case (PRODUCT "The numbers of the contract"): a first answer, somebody on site, the service
//! restored, the failure explained. An RMA is a service case; a plan that makes none of these promises loses nothing here.

use crate::domain::actor::{Actor, Role};
use crate::domain::plan::PromiseKind;
use crate::domain::rma::{ActionKind, Decision, LineState, PromiseChange, RepairState};

/// What begins with the request itself.
pub const FROM_REQUEST: [PromiseKind; 3] =
    [PromiseKind::FirstAnswer, PromiseKind::OnSite, PromiseKind::Restored];

/// Whether this word or act is an answer to the customer: one of our people's is; the customer's own is not, nor what the
/// program does by itself.
#[must_use]
pub fn answers(actor: &Actor) -> bool {
    actor.role != Role::Customer && actor.id().is_some()
}

/// What an action does to these promises, beside what it does to the line.
pub(super) fn follow(actor: &Actor, line: &LineState, kind: ActionKind, decision: &mut Decision) {
    if decision.promises.contains(&PromiseChange::ExcludeAll) {
        return;
    }
    let mut open: Vec<PromiseKind> = line.open_promises.clone();
    let mut changes = vec![];
    let answered_at = decision.occurred_at;
    if answers(actor) && line.answered_at.is_some_and(|known| answered_at < known) {
        // A step put down late, dated before the word that was taken for the first answer.
        changes.push(PromiseChange::AnsweredAt(answered_at));
    } else if answers(actor) && open.contains(&PromiseKind::FirstAnswer) {
        changes.push(PromiseChange::AnsweredAt(answered_at));
        open.retain(|other| *other != PromiseKind::FirstAnswer);
    }
    let mut end = |kind: PromiseKind, how: fn(PromiseKind) -> PromiseChange| {
        if open.contains(&kind) {
            changes.push(how(kind));
            open.retain(|other| *other != kind);
        }
    };
    if is_on_site(actor, kind) {
        end(PromiseKind::OnSite, PromiseChange::Fulfil);
    }
    if kind == ActionKind::ReportFailure {
        end(PromiseKind::FailureAnalysis, PromiseChange::Fulfil);
    }
    if solves(line, kind) {
        end(PromiseKind::Restored, PromiseChange::Fulfil);
        // Nobody need come any more; who was to come sooner is late all the same.
        end(PromiseKind::OnSite, PromiseChange::Forgo);
        changes.push(PromiseChange::Open(PromiseKind::FailureAnalysis));
    } else if kind == ActionKind::Cancel && line.case.unrepaired {
        // Broken when the unit came home as it was, judged anew with the repair: the customer gave up after all.
        changes.extend([PromiseKind::OnSite, PromiseKind::Restored].map(PromiseChange::Forgo));
    } else if ends(line, decision) || kind == ActionKind::AgreeScrap {
        let we_gave_up = kind != ActionKind::AgreeScrap
            && decision.promises.contains(&PromiseChange::Break(PromiseKind::RepairReturn));
        for kind in FROM_REQUEST {
            end(kind, if we_gave_up { PromiseChange::Break } else { PromiseChange::Forgo });
        }
    } else if kind == ActionKind::ReportDoa
        && stands_still(decision)
        && !open.contains(&PromiseKind::Restored)
    {
        // The spare does not work: the service stands still again from the report on.
        changes.push(PromiseChange::Open(PromiseKind::Restored));
    }
    decision.promises.extend(changes);
}

/// Whether a dead spare leaves the customer without service: where a second one is owed for it, not where the own unit is home.
fn stands_still(decision: &Decision) -> bool {
    [PromiseKind::SpareInPlace, PromiseKind::EquivalentExchange]
        .iter()
        .any(|kind| decision.promises.contains(&PromiseChange::Open(*kind)))
}

/// An engineer who hands a board over is there.
fn is_on_site(actor: &Actor, kind: ActionKind) -> bool {
    use ActionKind as A;
    let hands_over = matches!(kind, A::ReplacementDelivered | A::ExchangeDelivered | A::ConfirmReturned);
    kind == A::ArriveOnSite || (hands_over && actor.role == Role::Engineer)
}

/// Whether the customer's service runs again: said so, or a working unit is in the customer's hands.
fn solves(line: &LineState, kind: ActionKind) -> bool {
    match kind {
        ActionKind::RestoreService | ActionKind::ReplacementDelivered | ActionKind::ExchangeDelivered => true,
        ActionKind::ConfirmReturned => !line.case.unrepaired,
        _ => false,
    }
}

/// The line ends without any of it. What is open is broken where we gave up; where the customer did, it falls away by its due
/// time. A line that was closed and goes on (a dead board) does not end once more.
fn ends(line: &LineState, decision: &Decision) -> bool {
    decision.repair != line.repair && decision.repair.is_ended() && line.repair != RepairState::Closed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_people_answer_and_the_program_does_not() {
        let person = |role| Actor { user_id: 7, role, ..Actor::system("li") };
        assert!(answers(&person(Role::Engineer)));
        assert!(!answers(&person(Role::Customer)));
        assert!(!answers(&Actor::system("plan")));
    }
}
