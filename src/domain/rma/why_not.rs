//! What stands in the way of an action that the transition table does not let happen: the cause, where the state alone does not say it.

use crate::domain::refusal::Refusal;
use crate::domain::rma::{ActionKind, IssuedState, IssuedUnit, LineState, case};

/// Why the action does not go now, in a refusal of its own where another act would clear the way.
pub(super) fn why_not(line: &LineState, kind: ActionKind) -> Refusal {
    use ActionKind as A;
    let cause = match kind {
        A::Hold => line.held_by_hand.then(|| hold("held")),
        A::Resume if line.quote_holds => Some(hold("quoted")),
        A::Resume => (!line.on_hold).then(|| hold("running")),
        A::SendQuote | A::AcceptQuote | A::RefuseQuote => Some(case::why_not(line, kind)),
        A::DispatchReturn | A::ReturnUnrepaired | A::AgreeScrap | A::Scrap | A::KeepLoaner => {
            stands_still(line, kind).or_else(|| given_instead(line))
        }
        A::SetEntitlement => quote_open(line),
        A::DecideExchange | A::ChangeMode => given_instead(line),
        A::ShipExchange => match line.exchange() {
            Some(given) => Some(on_its_way(given)),
            None => not_decided(line),
        },
        A::ExchangeDelivered => {
            not_decided(line).or_else(|| line.exchange().is_none().then(|| none_held(line)))
        }
        A::ReserveReplacement | A::ShipReplacement | A::ReplacementDelivered => spare(line, kind),
        A::RecoverLoan | A::WaiveFaultyReturn | A::ChargeFaulty => {
            (!line.repair.is_ended()).then(|| Refusal::NothingOwed { number: line.number.clone() })
        }
        _ => None,
    };
    let (action, state) = (kind.to_string(), line.repair.to_string());
    cause.unwrap_or(Refusal::ActionNotAllowed { action, state })
}

fn hold(state: &str) -> Refusal {
    Refusal::HoldState { state: state.to_owned() }
}

fn quote_open(line: &LineState) -> Option<Refusal> {
    let open = line.case.open_quote()?;
    Some(Refusal::QuoteOpen { valid_until: open.valid_until.to_string() })
}

/// The customer was asked something and did not answer yet, or asked us to wait; the unit is with us.
fn stands_still(line: &LineState, kind: ActionKind) -> Option<Refusal> {
    let waits = matches!(kind, ActionKind::DispatchReturn | ActionKind::ReturnUnrepaired) && line.on_hold;
    let is_here = line.repair.is_with_us();
    quote_open(line).or_else(|| waits.then(|| hold("held"))).filter(|_| is_here)
}

/// A board is given for it.
fn given_instead(line: &LineState) -> Option<Refusal> {
    let decided = line.exchange_decided && !line.repair.is_ended();
    decided.then(|| Refusal::ExchangeDecided { serial: line.serial.clone() })
}

fn not_decided(line: &LineState) -> Option<Refusal> {
    let lacks = !line.exchange_decided && line.is_held();
    lacks.then(|| Refusal::ExchangeNotDecided { serial: line.serial.clone() })
}

fn none_held(line: &LineState) -> Refusal {
    Refusal::NoSpareHeld { number: line.number.clone() }
}

fn on_its_way(given: &IssuedUnit) -> Refusal {
    let serial = given.unit.serial.clone();
    match given.state {
        IssuedState::Reserved => Refusal::SpareNotShipped { serial },
        IssuedState::Shipped => Refusal::ReplacementUnderWay { serial },
        _ => Refusal::AlreadyIssued { serial },
    }
}

/// A spare is held, shipped and handed over in this order, on a line that gives one.
fn spare(line: &LineState, kind: ActionKind) -> Option<Refusal> {
    if line.repair.is_ended() && !line.owes_second() {
        return None;
    }
    let Some(given) = line.replacement() else {
        if line.mode.issues_up_front().is_none() {
            return Some(Refusal::ModeGivesNoSpare { mode: line.mode.to_string() });
        }
        return (kind != ActionKind::ReserveReplacement).then(|| none_held(line));
    };
    let serial = given.unit.serial.clone();
    Some(match kind {
        ActionKind::ReserveReplacement => Refusal::AlreadyIssued { serial },
        _ => on_its_way(given),
    })
}
