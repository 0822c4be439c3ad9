//! What each form of history row writes, movement by movement.

use super::super::effects::Place;
use super::super::rma_history::{HistoryRow, PromiseEnd, Promised, Start, Starts, effects};
use super::{day, parse};
use crate::domain::plan::PromiseKind;
use crate::domain::rma::{FaultyState, IssuedRole, IssuedState, Mode, RepairState, Track};
use crate::domain::stock::Owner;

const HEADINGS: &str = "返修单号,客户编号,受理库房,料号,故障件序列号,申请日期,收到故障件日期,先行更换件序列号,\
                        更换件发出日期,开始维修日期,维修结果,维修完成日期,返还日期,替换件序列号,快递公司,运单号\n";

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

/// The repair track, state by state, each event starting where the one before it ended.
fn states(history: &HistoryRow) -> Vec<&'static str> {
    let mut before = "";
    let mut states = Vec::new();
    for event in effects(history, &Starts::default()).events {
        if event.track == Track::Repair {
            assert_eq!(event.from, before, "{event:?}");
            before = event.to;
            states.push(event.to);
        }
    }
    states
}

fn promised(kind: PromiseKind, started_on: &str, end: Option<PromiseEnd>) -> Promised {
    Promised { kind, started_on: day(started_on), end }
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
    let path = ["requested", "authorised", "received", "diagnosing", "repairing", "testing", "repaired"];
    assert_eq!(states(&history), [&path[..], &["dispatched", "returned", "closed"]].concat());
    let effects = effects(&history, &Starts::default());
    assert_eq!((effects.mode, effects.faulty), (Mode::Loaner, FaultyState::Received));
    assert_eq!(effects.repair, RepairState::Closed);
    assert_eq!((effects.issued[0].role, effects.issued[0].state), (IssuedRole::Loan, IssuedState::Recovered));
    let end = PromiseEnd::Fulfilled(day("2026-01-06"));
    assert_eq!(effects.promises, [promised(PromiseKind::RepairReturn, "2026-01-03", Some(end))]);
    assert_eq!((effects.parcels[1].serial.as_str(), effects.parcels[1].waybill.as_str()), ("F1", "SF1"));
    let loan = effects.events.iter().filter(|event| event.track == Track::Issued).map(|event| event.to);
    assert_eq!(loan.collect::<Vec<_>>(), ["reserved", "shipped", "in_use", "recovered"]);
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
    let effects = effects(&row(REPAIRED), &starts);
    assert_eq!((effects.issued[0].depot.as_str(), effects.parcels[0].depot.as_str()), ("DZ", "DZ"));
    assert_eq!(effects.parcels[1].depot, "JN");
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
    // The decision is an event of its own and leaves the state as it is.
    assert_eq!(states(&history)[3..], ["diagnosing", "ber", "ber", "exchanged", "closed"]);
    let effects = effects(&history, &Starts::default());
    assert_eq!(effects.mode, Mode::EquivalentExchange);
    let (broken, kept) = (PromiseEnd::Broken(day("2026-01-06")), PromiseEnd::Fulfilled(day("2026-01-06")));
    let wanted = [
        promised(PromiseKind::RepairReturn, "2026-01-03", Some(broken)),
        promised(PromiseKind::EquivalentExchange, "2026-01-05", Some(kept)),
    ];
    assert_eq!(effects.promises, wanted);
    assert_eq!((effects.issued[0].role, effects.issued[0].state), (IssuedRole::Permanent, IssuedState::Kept));
}

#[test]
fn open_rows_stay_where_they_are() {
    let requested = row("R1,C1,JN,P1,F1,2026-01-01,,S1,2026-01-02,,,,,,,");
    let open = effects(&requested, &Starts::default());
    assert_eq!(open.moves.last().unwrap().to, Place::Customer("C1".into()));
    assert_eq!(open.moves.last().unwrap().owner.1, Owner::Us);
    assert_eq!((open.repair, open.faulty, open.ended_on), (RepairState::Authorised, FaultyState::Due, None));
    assert_eq!(open.issued[0].state, IssuedState::InUse);
    // Our spare is out and the faulty part is not here: it is owed to us.
    assert_eq!(open.promises, [promised(PromiseKind::FaultyReturn, "2026-01-02", None)]);

    let beyond = row("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,2026-01-04,无修复价值,2026-01-05,,,,");
    let open = effects(&beyond, &Starts::default());
    assert_eq!(open.moves.last().unwrap().to, Place::Bench("JN".into()));
    assert_eq!(open.repair, RepairState::Ber);
    let wanted = [
        promised(PromiseKind::RepairReturn, "2026-01-03", None),
        promised(PromiseKind::EquivalentExchange, "2026-01-05", None),
    ];
    assert_eq!(open.promises, wanted);
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
    assert_eq!(states(&history)[2..], ["received", "cancelled"]);
    assert_eq!(history.warnings(2)[0].code, "cancelled_without_date");
    let ended = effects(&history, &Starts::default());
    let end = PromiseEnd::CalledOff(day("2026-01-03"));
    assert_eq!(ended.promises, [promised(PromiseKind::RepairReturn, "2026-01-03", Some(end))]);
    assert_eq!(ended.ended_on, Some(day("2026-01-03")));
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
    assert_eq!(states(&history).last(), Some(&"closed"));
    let broken = PromiseEnd::Broken(day("2026-01-06"));
    let promises = effects(&history, &Starts::default()).promises;
    assert_eq!(promises, [promised(PromiseKind::RepairReturn, "2026-01-03", Some(broken))]);
}
