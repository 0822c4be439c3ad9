//! docs/rma.md is printed from the code: states with the words people see, and what each action asks and does.

use super::leads;
use beiku::domain::actor::{DepotRef, Permission, Role};
use beiku::domain::equivalence::Fit;
use beiku::domain::place::{PlaceKind, PlaceRef};
use beiku::domain::plan::PromiseKind;
use beiku::domain::rma::case::{Asker, CaseFacts, Quote, QuoteState};
use beiku::domain::rma::table::{described, from_states, roles};
use beiku::domain::rma::{
    ActionKind, FaultyState, IssuedRole, IssuedState, IssuedUnit, LineState, Mode, RepairState,
};
use beiku::domain::stock::{Condition, Owner, PartRef, Tracking, UnitState};
use beiku::i18n::{Lang, text};
use chrono::{DateTime, NaiveDate};
use std::fmt::Write;
use std::path::Path;

const ABOUT: &str = "# RMA lines: states and actions

This page is printed from the code; do not edit it. `BEIKU_WRITE_DOCS=1 cargo test --test it rma::docs` writes it anew.

An RMA line is one faulty unit with three tracks side by side: the repair of the unit, the units issued for it, and the faulty
part on its way to us. The header state of an RMA is the state of its line furthest behind, in the order of the first table.
`state=` of `GET /rmas` takes these codes.

Every action is `POST /api/v1/rmas/{number}/lines/{line}/actions/{action}`. Each takes `occurred_at` (not in the future, not
before the step before; more than 72 hours ago needs a manager, and why as `reason` or `note`), `note`, and `If-Match` with the line's version (412
when somebody else was faster). An action answers with the line as it now is and the movements and notices it made. What stands
in the way of a refused action is named by the code of the problem document.
";

const DAY: fn() -> NaiveDate = || NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();

fn place(id: i64, code: &str, kind: PlaceKind) -> PlaceRef {
    let depot = (kind == PlaceKind::Bench).then(|| DepotRef { id: 1, code: "JN".into() });
    PlaceRef { id, code: code.into(), kind, depot, customer_id: None }
}

fn part() -> PartRef {
    PartRef {
        id: 1,
        part_no: "P".into(),
        tracking: Tracking::Serial,
        maker: String::new(),
        serial_per_part: false,
    }
}

fn unit(id: i64, owner: Owner, at: PlaceRef) -> UnitState {
    UnitState {
        id,
        serial: format!("S{id}"),
        condition: Condition::Faulty,
        owner,
        place: at,
        version: 1,
        last_moved_at: DateTime::UNIX_EPOCH,
        reserved: None,
        instrument: None,
    }
}

/// Whether a line can be like this. What no line ever is must not make an action look as if it went from there.
fn comes_about(line: &LineState) -> bool {
    use RepairState as S;
    let with_us = line.repair.is_with_us();
    let gone_home = matches!(line.repair, S::Dispatched | S::Returned | S::Cancelled | S::Void | S::Closed);
    let called_off = matches!(line.repair, S::Rejected | S::Cancelled | S::Void);
    let may_be_ours = line.mode == Mode::AdvanceReplacement
        || matches!(line.repair, S::Exchanged | S::Scrapped | S::ToStock | S::Closed);
    let ours = line.unit.as_ref().is_some_and(|unit| unit.owner == Owner::Us);
    let after_hand_over = !matches!(line.repair, S::Requested) && !called_off;
    let spares_fit = line.issued.iter().all(|issued| {
        let out = issued.state.is_active() || issued.state == IssuedState::Doa;
        let in_line = match issued.role {
            IssuedRole::Loan => line.mode != Mode::AdvanceReplacement,
            IssuedRole::Permanent if line.mode == Mode::AdvanceReplacement => true,
            // An exchange is sent while the unit is here, or a second board after a dead one.
            IssuedRole::Permanent => {
                line.exchange_decided && (!out || with_us || line.repair == S::Exchanged)
            }
        };
        // Nothing of ours is out before the yes, nor when the line is called off or closed.
        in_line && (!out || (after_hand_over && line.repair != S::Closed))
    });
    let clock_runs = line.open_promises.contains(&PromiseKind::RepairReturn);
    let decided = !line.exchange_decided
        || (line.mode.promises_return()
            && (with_us || matches!(line.repair, S::Dispatched | S::Returned | S::Exchanged | S::Closed)));
    let goes_home = matches!(line.repair, S::Dispatched | S::Returned | S::Exchanged);
    spares_fit
        && decided
        && (line.mode.promises_return() || !goes_home)
        && (!ours || (may_be_ours && after_hand_over))
        && (!line.case.unrepaired || (gone_home && line.mode.promises_return()))
        && (line.case.quote.is_none() || with_us)
        && (!line.on_hold || clock_runs)
        && (!line.waiting_parts || matches!(line.repair, S::Diagnosing | S::Repairing))
        && (line.authorised || line.repair == S::Requested || with_us)
}

/// Lines as they come about: the circumstances an action may ask for, in every state.
#[expect(clippy::too_many_lines, reason = "every field of a line, and what it may be")]
fn lines() -> Vec<LineState> {
    let customer = || Owner::Customer("C1".into());
    let issued = |role, state| IssuedUnit {
        id: 2,
        role,
        state,
        unit: UnitState {
            condition: if state == IssuedState::Doa { Condition::Faulty } else { Condition::Good },
            ..unit(2, Owner::Us, place(1, "customer:C1", PlaceKind::Customer))
        },
        part: part(),
        data_bearing: false,
        depot: DepotRef { id: 1, code: "JN".into() },
        reservation_id: None,
        in_use_at: None,
        limits: Fit::Meets,
        issued_again: false,
    };
    let mut spares = vec![vec![]];
    for state in IssuedState::ALL {
        spares.push(vec![issued(IssuedRole::Loan, *state)]);
        spares.push(vec![issued(IssuedRole::Permanent, *state)]);
    }
    let quote = Quote {
        id: 1,
        amount_fen: 1,
        currency: "CNY".into(),
        valid_until: DAY(),
        state: QuoteState::Open,
        holds: false,
    };
    let asker = Asker { user_id: None, username: String::new() };
    let cases = [
        CaseFacts::default(),
        CaseFacts { unrepaired: true, ..CaseFacts::default() },
        CaseFacts { quote: Some(quote), ..CaseFacts::default() },
        CaseFacts { void_asked_by: Some(asker), ..CaseFacts::default() },
    ];
    let mut lines = vec![];
    for repair in RepairState::ALL {
        for mode in Mode::ALL {
            for spare in &spares {
                for (owner, case) in
                    [customer(), Owner::Us].iter().flat_map(|o| cases.iter().map(move |c| (o, c)))
                {
                    for (exchange_decided, on_hold, waiting_parts) in [
                        (false, false, false),
                        (true, false, false),
                        (false, true, false),
                        (false, false, true),
                    ] {
                        let received = repair.is_with_us() || repair.is_ended();
                        let clock = (repair.is_with_us() || *repair == RepairState::Dispatched)
                            && mode.promises_return();
                        let mut asked = if clock { vec![PromiseKind::RepairReturn] } else { vec![] };
                        // Until the service runs again; explained once it did.
                        asked.push(PromiseKind::FailureAnalysis);
                        if !repair.is_ended() {
                            asked.extend([PromiseKind::OnSite, PromiseKind::Restored]);
                        }
                        let at = if received {
                            place(3, "JN/bench", PlaceKind::Bench)
                        } else {
                            place(1, "customer:C1", PlaceKind::Customer)
                        };
                        lines.push(LineState {
                            number: "RMA-1".into(),
                            customer_id: 1,
                            customer: "C1".into(),
                            customer_place: place(1, "customer:C1", PlaceKind::Customer),
                            opening_place: place(2, "opening", PlaceKind::Opening),
                            mode: *mode,
                            repair: *repair,
                            faulty: if received { FaultyState::Received } else { FaultyState::Due },
                            depot: None,
                            bench: None,
                            part: part(),
                            serial: "S1".into(),
                            unit: Some(unit(1, owner.clone(), at)),
                            issued: spare.clone(),
                            exchange_decided,
                            authorised: *repair != RepairState::Requested,
                            on_hold,
                            quote_holds: on_hold && case.open_quote().is_some(),
                            held_by_hand: on_hold && case.open_quote().is_none(),
                            waiting_parts,
                            vendor_exchange: false,
                            open_promises: asked,
                            answered_at: None,
                            last_event_at: DateTime::UNIX_EPOCH,
                            last_step: Some(ActionKind::Authorise),
                            case: case.clone(),
                        });
                    }
                }
            }
        }
    }
    lines.retain(comes_about);
    lines
}

fn states(out: &mut String, title: &str, prefix: &str, codes: &[&str]) {
    writeln!(out, "\n## {title}\n\n| code | 中文 | English |\n|---|---|---|").unwrap();
    for code in codes {
        let key = format!("{prefix}-{code}");
        writeln!(out, "| `{code}` | {} | {} |", text(Lang::Zh, &key), text(Lang::En, &key)).unwrap();
    }
}

/// Two acts that are more than a step of the table: who cares for the line, and the board proposed for it.
fn beside_the_table(out: &mut String, lines: &[LineState]) {
    let proposed = from_states(ActionKind::DecideExchange, lines);
    let proposed = proposed.iter().filter(|state| !matches!(state, RepairState::Nff | RepairState::Repaired));
    let proposed: Vec<_> = proposed.map(|state| state.as_str()).collect();
    let staff = |may: &[Permission]| {
        let roles = Role::ALL.iter().filter(|role| may.iter().any(|permission| role.may(*permission)));
        roles.map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
    };
    for (code, key, from, leads, body, may, movements, promises) in [
        (
            "assign",
            "action-assign",
            "any".to_owned(),
            "",
            "user?",
            &[Permission::DecideRma, Permission::Repair][..],
            "",
            "",
        ),
        (
            "accept_exchange_proposal",
            "proposal-accept",
            proposed.join(", "),
            "as `decide_exchange`",
            "reason?, limits_confirmed?",
            &[Permission::DecideRma],
            "none: the board proposed is reserved",
            "as `decide_exchange`; only while a board is proposed",
        ),
    ] {
        writeln!(
            out,
            "| `{code}` | {} | {} | {from} | {leads} | {body} | {} | {movements} | {promises} |",
            text(Lang::Zh, key),
            text(Lang::En, key),
            staff(may)
        )
        .unwrap();
    }
}

fn printed() -> String {
    let mut out = ABOUT.to_owned();
    let mut repair = RepairState::ALL.to_vec();
    repair.sort_by_key(|state| beiku::domain::rma::ranked(*state));
    let codes: Vec<_> = repair.iter().map(|state| state.as_str()).collect();
    states(&mut out, "Repair track, and header states", "repair-state", &codes);
    let codes: Vec<_> = IssuedState::ALL.iter().map(|state| state.as_str()).collect();
    states(&mut out, "Issued units", "issued-state", &codes);
    let codes: Vec<_> = FaultyState::ALL.iter().map(|state| state.as_str()).collect();
    states(&mut out, "Faulty part", "faulty-state", &codes);
    let codes: Vec<_> = Mode::ALL.iter().map(|mode| mode.as_str()).collect();
    states(&mut out, "Modes", "mode", &codes);
    writeln!(
        out,
        "\n## Actions\n\nDepot clerks and technicians act in the depots given to them; customers on their own RMAs. A state may \
         allow an action only under conditions of the other tracks; the line's `allowed_actions` says what goes now. *Leads to* names the \
         states the action may bring about, track by track; a track that is not named stays as it is.\n\n\
         | action | 中文 | English | from | leads to | body | roles | movements | promises |\n|---|---|---|---|---|---|---|---|---|"
    )
    .unwrap();
    let lines = lines();
    let found = leads::asked(&lines);
    for (kind, leads) in &found {
        let about = described(*kind);
        let from = from_states(*kind, &lines);
        let from = if from.len() == RepairState::ALL.len() {
            "any".to_owned()
        } else {
            from.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ")
        };
        assert!(!from.is_empty(), "{kind} goes from nowhere");
        let roles: Vec<_> = roles(*kind).iter().map(|role| role.as_str()).collect();
        let key = format!("action-{kind}");
        writeln!(
            out,
            "| `{kind}` | {} | {} | {from} | {} | {} | {} | {} | {} |",
            text(Lang::Zh, &key),
            text(Lang::En, &key),
            leads::told(*kind, leads),
            about.body,
            roles.join(", "),
            about.movements,
            about.promises
        )
        .unwrap();
    }
    beside_the_table(&mut out, &lines);
    out.push_str(
        "\n## The repair track, from state to state\n\nActions that are not named for a state leave the repair track in it; \
         `take_back` leads back to where the latest step began.\n\n| from | action → to |\n|---|---|\n",
    );
    for state in repair {
        writeln!(out, "| `{state}` | {} |", leads::onward(state, &found)).unwrap();
    }
    out.push_str(&super::settled::printed());
    out
}

#[test]
fn the_page_says_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rma.md");
    let printed = printed();
    if std::env::var_os("BEIKU_WRITE_DOCS").is_some() {
        std::fs::write(&path, &printed).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == printed,
        "docs/rma.md does not say what the code does. Write it anew: BEIKU_WRITE_DOCS=1 cargo test --test it rma::docs"
    );
}
