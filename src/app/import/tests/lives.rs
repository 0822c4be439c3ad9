//! Each unit in one place at a time, over the rows of a file and what the ledger had before.

use std::collections::HashMap;

use super::super::book::Book;
use super::super::effects::Place;
use super::super::rma_history::{HistoryRow, Lives, Start};
use super::parse;
use super::rows::{book, standing};
use crate::domain::stock::{Condition, Owner};

const HEADINGS: &str = "返修单号,客户编号,受理库房,料号,故障件序列号,申请日期,收到故障件日期,先行更换件序列号,更换件发出日期,维修结果,维修完成日期,返还日期,替换件序列号\n";

/// Adds rows in the order given: the code of each, or where its faulty unit and its spare start.
fn run(rows: &str, book: &Book) -> Vec<Result<(Start, Start), &'static str>> {
    let (layout, rows) = parse::<HistoryRow>(&format!("{HEADINGS}{rows}"));
    let rows: Vec<HistoryRow> = rows.into_iter().map(|row| row.unwrap()).collect();
    let mut lives = Lives::default();
    let added: Vec<_> =
        rows.iter().zip(2..).map(|(row, number)| lives.add(number, row, &layout, book)).collect();
    let starts = rows.iter().zip(2..).zip(added).map(|((row, number), added)| match added {
        Ok(()) => {
            let starts = lives.starts(number, row, &book.parts["P1"].part);
            Ok((starts.faulty, starts.spare))
        }
        Err(errors) => Err(errors[0].reason.code()),
    });
    starts.collect()
}

const FIRST: &str = "R1,C1,JN,P1,F1,2026-01-01,2026-01-02,S1,2026-01-02,修复,2026-02-01,2026-02-05,\n";

#[test]
fn a_unit_may_fail_again_and_a_spare_go_out_again() {
    let again = "R2,C1,JN,P1,F1,2026-02-05,2026-02-06,S1,2026-02-05,,,,\n";
    let wanted = [Ok((Start::Opening, Start::Opening)), Ok((Start::AtCustomer, Start::Opening))];
    assert_eq!(run(&format!("{FIRST}{again}"), &book()), wanted);
}

#[test]
fn two_places_at_once_are_refused() {
    for (second, code) in [
        ("R2,C1,JN,P1,F1,2026-02-04,,,,,,,\n", "serial_busy"), // still in repair
        ("R2,C2,JN,P1,F1,2026-02-06,,,,,,,\n", "serial_elsewhere"), // another customer's board
        ("R2,C1,JN,P1,F2,2026-01-03,2026-01-04,S1,2026-01-03,,,,\n", "serial_busy"), // the spare is out
        ("R2,C1,JN,P1,F2,2026-02-06,2026-02-07,F1,2026-02-06,,,,\n", "serial_elsewhere"), // not ours
    ] {
        assert_eq!(run(&format!("{FIRST}{second}"), &book())[1], Err(code), "{second}");
    }
    let scrapped = "R1,C1,JN,P1,F1,2026-01-01,2026-01-02,,,无修复价值,2026-02-01,2026-02-05,N1\n";
    let again = "R2,C1,JN,P1,F1,2026-03-01,,,,,,,\n";
    assert_eq!(run(&format!("{scrapped}{again}"), &book())[1], Err("serial_elsewhere"));
    let replacement_fails = "R2,C1,JN,P1,N1,2026-03-01,,,,,,,\n";
    assert_eq!(
        run(&format!("{scrapped}{replacement_fails}"), &book())[1],
        Ok((Start::AtCustomer, Start::Opening))
    );
}

#[test]
fn a_refused_row_leaves_nothing_behind() {
    // The second row fails on its spare; its faulty unit must be free for the third.
    let rows = format!(
        "{FIRST}R2,C1,JN,P1,F2,2026-01-03,2026-01-04,S1,2026-01-03,,,,\nR3,C1,JN,P1,F2,2026-01-05,2026-01-06,,,,,,\n"
    );
    let judged = run(&rows, &book());
    assert_eq!(judged[1], Err("serial_busy"));
    assert!(judged[2].is_ok());
}

#[test]
fn a_spare_listed_in_the_stock_comes_from_its_bin() {
    let bin = Place::Bin { depot: "JN".into(), bin: "A1".into() };
    let mut book = book();
    for (place, owner, condition, last, wanted) in [
        (bin.clone(), Owner::Us, Condition::Good, "2026-01-01", Ok(Start::Stock(bin.clone()))),
        (bin.clone(), Owner::Us, Condition::Good, "2026-01-03", Err("before_last_movement")),
        (bin.clone(), Owner::Us, Condition::Faulty, "2026-01-01", Err("serial_elsewhere")),
        (Place::Bench("JN".into()), Owner::Us, Condition::Good, "2026-01-01", Err("serial_elsewhere")),
        (Place::Customer("C1".into()), Owner::Us, Condition::Good, "2026-01-01", Err("serial_elsewhere")),
        (Place::Opening, Owner::Us, Condition::Good, "2026-01-01", Ok(Start::Opening)),
    ] {
        let unit = standing("S1", place, owner, condition, last);
        book.units = HashMap::from([unit]);
        let judged = run(FIRST, &book).remove(0).map(|(_, spare)| spare);
        assert_eq!(judged, wanted, "{last}");
    }
}

#[test]
fn a_faulty_unit_known_to_the_ledger_must_be_with_its_customer() {
    let mut book = book();
    let theirs = Owner::Customer("C1".into());
    let bin = Place::Bin { depot: "JN".into(), bin: "A1".into() };
    for (place, owner, wanted) in [
        (Place::Customer("C1".into()), theirs.clone(), Ok(Start::AtCustomer)),
        (Place::Customer("C1".into()), Owner::Us, Err("serial_elsewhere")),
        (Place::Customer("C2".into()), Owner::Customer("C2".into()), Err("serial_elsewhere")),
        (Place::Bench("JN".into()), theirs, Err("serial_elsewhere")),
        (bin, Owner::Us, Err("serial_elsewhere")),
        (Place::Scrap, Owner::Us, Err("serial_elsewhere")),
    ] {
        let unit = standing("F1", place, owner, Condition::Good, "2025-12-01");
        book.units = HashMap::from([unit]);
        assert_eq!(run(FIRST, &book).remove(0).map(|(faulty, _)| faulty), wanted);
    }
}
