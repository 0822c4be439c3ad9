//! What each form of history row writes, movement by movement.

use super::super::effects::Place;
use super::super::rma_history::{HistoryRow, IssuedRole, IssuedState, Promised, Start, Starts, effects};
use super::{day, parse};
use crate::domain::stock::Owner;

const HEADINGS: &str = "返修单号,客户编号,受理库房,料号,故障件序列号,申请日期,收到故障件日期,先行更换件序列号,更换件发出日期,开始维修日期,维修结果,维修完成日期,返还日期,替换件序列号,快递公司,运单号\n";

fn row(text: &str) -> HistoryRow {
    parse::<HistoryRow>(&format!("{HEADINGS}{text}\n")).1.remove(0).unwrap()
}

/// Movements as `serial kind from > to day`, with a new owner where it changes.
fn moves(history: &HistoryRow, starts: &Starts) -> Vec<String> {
    let line = |step: &super::super::effects::Move| {
        let serial = step.serial.as_deref().unwrap_or_default();
        let title =
            if step.owner.0 == step.owner.1 { String::new() } else { format!(" owner {}", step.owner.1) };
        format!("{serial} {} {} > {} {}{title}", step.kind, step.from.code(), step.to.code(), step.on)
    };
    effects(history, starts).moves.iter().map(line).collect()
}

fn states(history: &HistoryRow) -> Vec<&'static str> {
    effects(history, &Starts::default()).events.iter().map(|event| event.to).collect()
}

const REPAIRED: &str =
    "R1,C1,JN,P1,F1,2026-01-01,2026-01-03,S1,2026-01-02,2026-01-04,修复,2026-01-05,2026-01-06,,顺丰,SF1";

#[test]
fn repaired_with_a_loan() {
    let history = row(REPAIRED);
    assert_eq!(
        moves(&history, &Starts::default()),
        [
            "F1 opening opening > customer:C1 2026-01-01",
            "S1 opening opening > JN 2026-01-02",
            "S1 issue JN > customer:C1 2026-01-02",
            "F1 receive customer:C1 > JN/bench 2026-01-03",
            "F1 convert JN/bench > JN/bench 2026-01-05",
            "F1 issue JN/bench > customer:C1 2026-01-06",
            "S1 opening customer:C1 > opening 2026-01-06",
        ]
    );
    let path =
        ["requested", "authorised", "expected", "received", "diagnosing", "repairing", "testing", "repaired"];
    assert_eq!(states(&history), [&path[..], &["dispatched", "returned"]].concat());
    let effects = effects(&history, &Starts::default());
    assert_eq!((effects.mode, effects.faulty_state), ("loaner", "received"));
    assert_eq!((effects.issued[0].role, effects.issued[0].state), (IssuedRole::Loan, IssuedState::Recovered));
    let promise = Promised::RepairReturn {
        started_on: day("2026-01-03"),
        returned_on: Some(day("2026-01-06")),
        ended_otherwise_on: None,
    };
    assert_eq!(effects.promises, [promise]);
    assert_eq!((effects.parcels[1].serial.as_str(), effects.parcels[1].waybill.as_str()), ("F1", "SF1"));
}

#[test]
fn a_loan_from_the_stock_goes_back_to_its_bin() {
    let bin = Place::Bin { depot: "DZ".into(), bin: "A1".into() };
    let starts = Starts { faulty: Start::AtCustomer, spare: Start::Stock(bin), replacement: Start::Opening };
    assert_eq!(
        moves(&row(REPAIRED), &starts),
        [
            "S1 issue DZ/A1 > customer:C1 2026-01-02",
            "F1 receive customer:C1 > JN/bench 2026-01-03",
            "F1 convert JN/bench > JN/bench 2026-01-05",
            "F1 issue JN/bench > customer:C1 2026-01-06",
            "S1 return customer:C1 > DZ/A1 2026-01-06",
        ]
    );
}

#[test]
fn exchanged_for_good() {
    let history =
        row("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,2026-01-04,无修复价值,2026-01-05,2026-01-06,N1,,");
    assert_eq!(
        moves(&history, &Starts::default()),
        [
            "F1 opening opening > customer:C1 2026-01-01",
            "F1 receive customer:C1 > JN/bench 2026-01-03",
            "F1 transfer_title JN/bench > JN/bench 2026-01-06 owner us",
            "F1 scrap JN/bench > scrap 2026-01-06",
            "N1 opening opening > JN 2026-01-06",
            "N1 issue JN > customer:C1 2026-01-06",
            "N1 transfer_title customer:C1 > customer:C1 2026-01-06 owner customer:C1",
        ]
    );
    assert_eq!(states(&history)[4..], ["diagnosing", "ber", "exchanged"]);
    let effects = effects(&history, &Starts::default());
    assert_eq!(effects.mode, "equivalent_exchange");
    let wanted = [
        Promised::RepairReturn {
            started_on: day("2026-01-03"),
            returned_on: None,
            ended_otherwise_on: Some(day("2026-01-06")),
        },
        Promised::EquivalentExchange { started_on: day("2026-01-05"), delivered_on: Some(day("2026-01-06")) },
    ];
    assert_eq!(effects.promises, wanted);
    assert_eq!((effects.issued[0].role, effects.issued[0].state), (IssuedRole::Permanent, IssuedState::Kept));
}

#[test]
fn open_rows_stay_where_they_are() {
    let requested = row("R1,C1,JN,P1,F1,2026-01-01,,S1,2026-01-02,,,,,,,");
    let effects_of = |history: &HistoryRow| effects(history, &Starts::default());
    let open = effects_of(&requested);
    assert_eq!(open.moves.last().unwrap().to, Place::Customer("C1".into()));
    assert_eq!(open.moves.last().unwrap().owner.1, Owner::Us);
    assert_eq!((open.repair_state, open.faulty_state, open.ended_on), ("expected", "due", None));
    assert_eq!((open.issued[0].state, open.promises.len()), (IssuedState::InUse, 0));

    let beyond = row("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,2026-01-04,无修复价值,2026-01-05,,,,");
    let open = effects_of(&beyond);
    assert_eq!(open.moves.last().unwrap().to, Place::Bench("JN".into()));
    assert_eq!(open.repair_state, "ber");
    let exchange = Promised::EquivalentExchange { started_on: day("2026-01-05"), delivered_on: None };
    assert_eq!(open.promises[1], exchange);
}

#[test]
fn cancelled_without_a_date_is_settled_at_receipt() {
    let history = row("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,S1,2026-01-02,,已取消,,,,,");
    assert_eq!(
        moves(&history, &Starts::default()),
        [
            "F1 opening opening > customer:C1 2026-01-01",
            "S1 opening opening > JN 2026-01-02",
            "S1 issue JN > customer:C1 2026-01-02",
            "F1 receive customer:C1 > JN/bench 2026-01-03",
            "F1 issue JN/bench > customer:C1 2026-01-03",
            "S1 opening customer:C1 > opening 2026-01-03",
        ]
    );
    assert_eq!(states(&history)[3..], ["received", "cancelled"]);
    assert_eq!(history.warnings(2)[0].code, "cancelled_without_date");
    let ended = effects(&history, &Starts::default());
    let promise = Promised::RepairReturn {
        started_on: day("2026-01-03"),
        returned_on: None,
        ended_otherwise_on: Some(day("2026-01-03")),
    };
    assert_eq!((ended.promises, ended.ended_on), (vec![promise], Some(day("2026-01-03"))));
    // A spare that left after the unit came in is settled no earlier than it left.
    let late = row("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,S1,2026-01-07,,已取消,,,,,");
    assert_eq!(late.settled_on(), Some(day("2026-01-07")));
}

#[test]
fn given_back_as_it_came() {
    let history =
        row("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,2026-01-04,无修复价值,2026-01-05,2026-01-06,,,");
    assert_eq!(
        moves(&history, &Starts::default()).last().unwrap(),
        "F1 issue JN/bench > customer:C1 2026-01-06"
    );
    assert_eq!(states(&history).last(), Some(&"return_unrepaired"));
    assert_eq!(effects(&history, &Starts::default()).promises.len(), 1);
}
