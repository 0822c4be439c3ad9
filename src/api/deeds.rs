//! What may be done next, as `allowed_actions` says it: the actions of the state tables, and the deeds beside them that move no
//! track.

use crate::app::repair::RepairView;
use crate::app::rma::LineView;
use crate::domain::TextEnum;
use crate::domain::repair::RepairKind;
use crate::domain::rma::ActionKind;
use crate::http::Word;

/// With a line of an RMA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineDeed {
    /// An action of the state table.
    Action(ActionKind),
    /// Saying who cares for it.
    Assign,
    /// Taking the board that was proposed.
    AcceptExchangeProposal,
}

/// A [`LineDeed`] in a wire type.
pub type LineDeedWord = Word<LineDeed>;

#[expect(clippy::indexing_slicing, reason = "in a constant it would not compile")]
const LINE_DEEDS: [LineDeed; ActionKind::ALL.len() + 2] = {
    let mut all = [LineDeed::Assign; ActionKind::ALL.len() + 2];
    let mut at = 0;
    while at < ActionKind::ALL.len() {
        all[at] = LineDeed::Action(ActionKind::ALL[at]);
        at += 1;
    }
    all[at] = LineDeed::AcceptExchangeProposal;
    all
};

impl TextEnum for LineDeed {
    const NAME: &'static str = "LineDeed";
    const WORDS: &'static [Self] = &LINE_DEEDS;

    fn word(self) -> &'static str {
        match self {
            LineDeed::Action(kind) => kind.as_str(),
            LineDeed::Assign => "assign",
            LineDeed::AcceptExchangeProposal => "accept_exchange_proposal",
        }
    }
}

/// What the reader may do with a line now.
pub(super) fn of_line(view: &LineView) -> Vec<LineDeedWord> {
    let actions = view.allowed_actions.iter().copied().map(LineDeed::Action);
    let is_proposed = view.proposal.is_some() && view.allowed_actions.contains(&ActionKind::DecideExchange);
    let proposal = is_proposed.then_some(LineDeed::AcceptExchangeProposal);
    let assign = view.may_assign.then_some(LineDeed::Assign);
    actions.chain(proposal).chain(assign).map(Word).collect()
}

/// With a repair order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairDeed {
    /// An action of the state table.
    Action(RepairKind),
    /// Saying who repairs it.
    Assign,
}

/// A [`RepairDeed`] in a wire type.
pub type RepairDeedWord = Word<RepairDeed>;

#[expect(clippy::indexing_slicing, reason = "in a constant it would not compile")]
const REPAIR_DEEDS: [RepairDeed; RepairKind::ALL.len() + 1] = {
    let mut all = [RepairDeed::Assign; RepairKind::ALL.len() + 1];
    let mut at = 0;
    while at < RepairKind::ALL.len() {
        all[at] = RepairDeed::Action(RepairKind::ALL[at]);
        at += 1;
    }
    all
};

impl TextEnum for RepairDeed {
    const NAME: &'static str = "RepairDeed";
    const WORDS: &'static [Self] = &REPAIR_DEEDS;

    fn word(self) -> &'static str {
        match self {
            RepairDeed::Action(kind) => kind.as_str(),
            RepairDeed::Assign => "assign",
        }
    }
}

/// What the reader may do with a repair order now.
pub(super) fn of_repair(view: &RepairView) -> Vec<RepairDeedWord> {
    let actions = view.allowed_actions.iter().copied().map(RepairDeed::Action);
    actions.chain(view.may_assign.then_some(RepairDeed::Assign)).map(Word).collect()
}
