//! What each action says, moves and promises, in words: the half of docs/rma.md that no rule can print by itself. From-states
//! and roles come from the rules.

use crate::domain::actor::Role;
use crate::domain::rma::{ActionKind, LineState, RepairState, may_go};

/// One action in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// Fields of its body beside `occurred_at`, `note`; optional ones with `?`.
    pub body: &'static str,
    /// Movements it posts.
    pub movements: &'static str,
    /// What becomes of promises.
    pub promises: &'static str,
}

const NOTHING: Described = Described { body: "", movements: "", promises: "" };

const fn row(body: &'static str, movements: &'static str, promises: &'static str) -> Described {
    Described { body, movements, promises }
}

/// The action in words.
#[must_use]
pub fn described(kind: ActionKind) -> Described {
    use ActionKind as A;
    match kind {
        A::Authorise => {
            row("", "", "a spare up front: `spare_in_place` begins; an exchange, the part here: decided")
        }
        A::Reject | A::Cancel => row(
            "reason",
            "",
            "`spare_in_place`, `repair_return` fall away when called off in time, else broken; `faulty_return` falls away",
        ),
        A::ReserveReplacement => row(
            "serial \\| depot?, part_no?, limits_confirmed?",
            "none: the spare is held; one held before is free again",
            "",
        ),
        A::ShipReplacement => row("carrier?, tracking_no?", "spare: depot → transit", ""),
        A::ReplacementDelivered => row(
            "received_by",
            "spare: transit or van → customer; advance replacement: titles of spare and faulty part swap",
            "`spare_in_place` kept or broken; `faulty_return` begins unless the part is here; advance replacement with the part here: the line closes, and the repair goes on as our own order",
        ),
        A::FaultyShipped => row("carrier?, tracking_no?", "", ""),
        A::ReceiveFaulty => row(
            "depot, bin?, serial",
            "faulty part: customer → bench (from `opening` first if never met)",
            "`repair_return` begins; `faulty_return` kept or broken; an exchange that was authorised is decided, `equivalent_exchange` begins; advance replacement with the spare in use: the line closes, and the repair goes on as our own order",
        ),
        A::DispatchReturn => row("carrier?, tracking_no?", "unit: bench → transit, good", ""),
        A::ConfirmReturned => row(
            "received_by",
            "unit: transit → customer",
            "`repair_return` kept or broken (broken when unrepaired); an open `equivalent_exchange` falls away by its due date, else broken; a loaner out: `loan_return` begins; one only held is free again",
        ),
        A::DecideExchange => row(
            "reason",
            "",
            "`equivalent_exchange` begins, late: from the day after `repair_return` was due",
        ),
        A::ShipExchange => row(
            "serial \\| depot?, part_no?, limits_confirmed?, carrier?, tracking_no?",
            "board: depot → transit",
            "",
        ),
        A::ExchangeDelivered => row(
            "received_by",
            "board: transit → customer; titles of board and faulty part swap",
            "`equivalent_exchange` kept or broken; `repair_return` broken; a loaner out: `loan_return` begins",
        ),
        A::RecoverLoan => row(
            "depot, bin?, serial, condition?, data?, certificate?",
            "loaner, dead spare, or what never arrived: customer or transit → bench; a good one → depot",
            "`loan_return` kept or broken; of a dead spare its `faulty_return`; advance replacement with nothing else owed: the line closes",
        ),
        A::ArriveOnSite => row("", "", "`on_site` kept or broken"),
        A::RestoreService => row("", "", RESTORED),
        A::ReportFailure => row("attachment", "", "`failure_analysis` kept or broken"),
        A::Hold => row("reason, said_by", "", "`repair_return` stands still"),
        A::Resume => row("", "", "`repair_return` runs on, unless a quote waits for its answer"),
        A::TakeBack => row(
            "reason",
            "those of the latest step, reversed as of when they were said to have happened",
            "what the latest step began falls away as if never made; what it ended runs on; due dates are counted anew",
        ),
        A::Close => row(
            "",
            "",
            "`spare_in_place` never kept is broken, and so is the second board owed for a dead one; an exchange not needed falls away",
        ),
        _ => case(kind),
    }
}

/// A working unit in the customer's hands says the same: `replacement_delivered`, `exchange_delivered`, `confirm_returned`.
const RESTORED: &str =
    "`restored` kept or broken; `failure_analysis` begins; an `on_site` that is not late falls away";

fn case(kind: ActionKind) -> Described {
    use ActionKind as A;
    match kind {
        A::Void => row("reason", "", ""),
        A::ApproveVoid => row("", "", "all fall away; the line leaves the rate"),
        A::CorrectSerial => row("serial, reason", "", ""),
        A::ReportDoa => row(
            "serial, reason?",
            "spare at the customer: faulty, ours",
            "`faulty_return` of the spare begins; `spare_in_place` (or `equivalent_exchange`) begins anew; a closed line goes on, by our own people",
        ),
        A::KeepLoaner => row(
            "agreed_by, evidence, agreed_at?, serial?",
            "titles of loaner and faulty part swap",
            "`repair_return` broken, an open `equivalent_exchange` kept: on the day of the agreement",
        ),
        A::ChangeMode => row(
            "mode, reason",
            "",
            "after receipt, to a replacement: `equivalent_exchange` begins; from an advance replacement nobody gave yet: `repair_return` begins as of the receipt; to or from a spare up front: `spare_in_place`; a spare only held is free again",
        ),
        A::SetEntitlement => row("entitlement, payer?, reason", "", ""),
        A::SendQuote => row("amount, currency?, valid_until", "", "`repair_return` stands still"),
        A::AcceptQuote => row(
            "by, evidence (customers: by?, evidence?)",
            "",
            "`repair_return` runs on, unless somebody stopped it, too",
        ),
        A::RefuseQuote => row("by, evidence", "", "`repair_return` runs on, unless somebody stopped it, too"),
        A::ExpireQuote => row("", "", "`repair_return` runs on, unless somebody stopped it, too"),
        A::ReturnUnrepaired => row(
            "reason, carrier?, tracking_no?",
            "unit: bench → transit, as it is",
            "`equivalent_exchange` falls away by its due date, else broken",
        ),
        A::AgreeScrap => {
            let promises = "`repair_return` falls away by its due date, else broken; so does `equivalent_exchange`. Handed back repaired on that day it is kept or broken after all; a board decided on, or a loaner kept, later lets it run on";
            row("by, evidence, agreed_at?", "", promises)
        }
        A::Scrap => row(
            "data?, certificate?",
            "unit: bench → `scrap`",
            "an open `repair_return` is broken, `equivalent_exchange` falls away by its due date, else broken",
        ),
        A::ToStock => row("depot?, bin?, data?, certificate?", "unit: bench → depot or bin", ""),
        A::WaiveFaultyReturn => row(
            "reason, serial?, charge?",
            "what is owed, or never arrived: customer or transit → `lost`",
            "its `faulty_return` or `loan_return` falls away",
        ),
        A::ChargeFaulty => row(
            "reason, serial?",
            "what is owed: its title passes to the customer",
            "its `faulty_return` or `loan_return` is broken",
        ),
        _ => bench(kind),
    }
}

/// The verdict starts the thirty days (NUMBERS §2).
const BEYOND_REPAIR: &str = "beyond repair: `equivalent_exchange` begins";

fn bench(kind: ActionKind) -> Described {
    use ActionKind as A;
    match kind {
        A::Diagnose => row("finding?, fault_code?, outcome?, estimate?", "", BEYOND_REPAIR),
        A::SendToVendor => {
            row("vendor, vendor_rma?, due_on?, data?, certificate?", "unit: bench → vendor", "")
        }
        A::VendorReturned => row(
            "serial, outcome, cost?, depot?, bin?",
            "unit: vendor → bench; under another serial: the old one becomes the maker’s, the new one enters",
            "beyond repair, or another serial where the plan calls it an exchange: `equivalent_exchange` begins",
        ),
        A::FinishRepair => row("outcome, parts?, cost?", "parts: stock → `consumed`", BEYOND_REPAIR),
        A::Test => row("passed \\| steps", "passed: unit becomes good", ""),
        A::UseParts => row("parts", "parts: stock → `consumed`", ""),
        A::WaitParts => row("", "", "none: the clock runs on"),
        A::PartsArrived => row("", "", "none: the clock ran on"),
        A::ApproveCost => row("cost, reason", "", ""),
        A::AttributeCause => row("cause, evidence", "", "a cause the contract lists leaves the rate"),
        _ => NOTHING,
    }
}

/// Roles that may take the action.
#[must_use]
pub fn roles(kind: ActionKind) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| role.may(kind.permission())).collect()
}

/// States of the repair track from which the action goes for at least one of the lines given.
#[must_use]
pub fn from_states(kind: ActionKind, lines: &[LineState]) -> Vec<RepairState> {
    RepairState::ALL
        .iter()
        .copied()
        .filter(|state| lines.iter().any(|line| line.repair == *state && may_go(line, kind)))
        .collect()
}
