//! The order of what can be done on a line of an RMA: what comes next first, what ends it last.

use super::actions::{self, ActionForm};
use crate::domain::rma::{FaultyState, RepairState};

/// Where an action stands among those possible on a line in this state: what ends something last, what steps aside before it,
/// else as a line lives.
pub fn rank(code: &str, state: &str) -> (bool, bool, bool, usize) {
    let place = match code {
        // Once an exchange is decided it is what the customer waits for, and an open quote is what the repair waits for.
        "ship_exchange" | "exchange_delivered" | "accept_quote" => 0,
        "refuse_quote" => 1,
        "decide_exchange" if is_beyond_repair(state) => 1,
        _ => actions::ACTIONS.iter().position(|known| *known == code).unwrap_or(usize::MAX),
    };
    (actions::is_grave(code), actions::is_beside(code), steps_aside(code, state), place)
}

/// Whether an action may be proposed as the next step of a line in this state: nobody takes the loaner from a customer whose board
/// is beyond repair, or sends it back as it is, before a manager has decided.
pub fn may_propose(code: &str, state: &str) -> bool {
    let comes_too_soon = matches!(code, "recover_loan" | "return_unrepaired") && is_beyond_repair(state);
    let never_comes = state == GIVEN_UP && code != "recover_loan";
    !actions::is_grave(code) && !actions::is_beside(code) && !comes_too_soon && !never_comes
}

/// Stands in for the state of a line whose faulty part is still out and need not come any more: nobody waits for it.
pub const GIVEN_UP: &str = "given_up";

/// The state by which acts are ordered: the repair track's, but for a part that need not come any more.
pub fn stage(repair: RepairState, faulty: FaultyState) -> &'static str {
    if repair.is_awaited() && faulty == FaultyState::Waived { GIVEN_UP } else { repair.as_str() }
}

fn is_beyond_repair(state: &str) -> bool {
    state == "ber"
}

fn steps_aside(code: &str, state: &str) -> bool {
    // Of a line nobody sends a part for, only what is ours is still to come.
    if state == GIVEN_UP {
        return code != "recover_loan";
    }
    match code {
        "decide_exchange" => return !is_beyond_repair(state),
        "recover_loan" => return is_beyond_repair(state),
        _ => {}
    }
    matches!(
        code,
        "keep_loaner"
            | "faulty_shipped"
            | "wait_parts"
            | "use_parts"
            | "send_to_vendor"
            | "return_unrepaired"
            | "hold"
            | "change_mode"
            | "send_quote"
            | "to_stock"
    )
}

/// Puts the forms in the order people need them: what moves the line on first, what ends it last.
pub fn order_actions(mut forms: Vec<ActionForm>, state: &str) -> Vec<ActionForm> {
    forms.sort_by_key(|form| (!form.open, rank(&form.code, state)));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples;

    #[test]
    fn what_moves_the_line_on_comes_first() {
        let form = |code: &str| {
            let p = samples::page(crate::i18n::Lang::Zh);
            actions::action_form(&p, "R", 1, code, &actions::Choices::default(), "1", "k")
        };
        let order =
            |codes: &[&str], state: &str| order_actions(codes.iter().copied().map(form).collect(), state);
        let made = order(&["cancel", "hold", "finish_repair", "assign", "test"], "repairing");
        let codes: Vec<_> = made.iter().map(|form| form.code.as_str()).collect();
        assert_eq!(codes, ["finish_repair", "test", "hold", "assign", "cancel"]);
        let made = order(&["start_repair", "finish_repair", "ship_exchange"], "repairing");
        assert_eq!(made[0].code, "ship_exchange", "what the customer waits for");
        let made = order(&["diagnose", "refuse_quote", "accept_quote", "hold"], "diagnosing");
        assert_eq!(made[0].code, "accept_quote", "what the repair waits for: {made:?}");
        let made = order(&["recover_loan", "return_unrepaired", "decide_exchange"], "ber");
        assert_eq!(made[0].code, "decide_exchange", "what does not come back is replaced: {made:?}");
        let made = order(&["receive_faulty", "recover_loan", "cancel"], GIVEN_UP);
        assert_eq!(made[0].code, "recover_loan", "what was waived is not waited for: {made:?}");
        assert!(!may_propose("receive_faulty", GIVEN_UP) && may_propose("receive_faulty", "authorised"));
        assert!(!may_propose("recover_loan", "ber") && may_propose("recover_loan", "returned"));
    }
}
