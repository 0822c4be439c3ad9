//! Stock and history rows: what a row alone can tell, what the books say to it, and the rejects file.

use std::collections::HashMap;

use super::super::book::{Book, Standing};
use super::super::cells::CellError;
use super::super::customers::{CustomerFacts, CustomerRow};
use super::super::effects::Place;
use super::super::outcome::{ImportReport, Verdict};
use super::super::parts::PartRow;
use super::super::rejects::write_rejects;
use super::super::rma_history::HistoryRow;
use super::super::stock::StockRow;
use super::super::{fault::Reason, kind::ImportRow, seen::Seen};
use super::company::part_facts;
use super::{day, faults, parse};
use crate::domain::stock::{Condition, Owner, PartClass};

const STOCK: &str = "料号,序列号,库房,库位,状态,数量,入库日期\n";
const HISTORY: &str = "返修单号,客户编号,受理库房,料号,故障件序列号,申请日期,收到故障件日期,先行更换件序列号,更换件发出日期,\
                       开始维修日期,维修结果,维修完成日期,返还日期,替换件序列号\n";

/// A book with depot JN (bin A1), serial part P1, quantity part P2 and customer C1.
pub(super) fn book() -> Book {
    let mut book = Book::default();
    let (_, depots) = parse::<super::super::depots::DepotRow>("编号,名称,库位\nJN,济南,A1\n");
    let (_, parts) = parse::<PartRow>("料号,名称,厂商,管理方式\nP1,板,甲,序列号\nP2,线,甲,数量\n");
    let (_, customers) = parse::<CustomerRow>("客户编号,客户名称\nC1,甲\nC2,乙\n");
    book.depots.extend(depots.into_iter().map(|row| row.unwrap()).map(|row| (row.code.clone(), row)));
    book.parts
        .extend(parts.into_iter().map(|row| row.unwrap()).map(|row| (row.part_no.clone(), part_facts(row))));
    let facts = |row: CustomerRow| (row.code.clone(), CustomerFacts { row, contacts: Vec::new() });
    book.customers.extend(customers.into_iter().map(|row| facts(row.unwrap())));
    book
}

/// A unit of P1 on the books, with its identity.
pub(super) fn standing(
    serial: &str,
    place: Place,
    owner: Owner,
    condition: Condition,
    last: &str,
) -> (String, Standing) {
    let identity = book().parts["P1"].part.identity(serial);
    (
        identity,
        Standing { part_no: "P1".into(), place, condition, owner, reserved: false, last_on: day(last) },
    )
}

/// Judges stock rows in file order: code per row, or how it was taken.
fn judge_stock(text: &str, book: &Book) -> Vec<&'static str> {
    let (layout, rows) = parse::<StockRow>(&format!("{STOCK}{text}"));
    let mut seen = Seen::default();
    let judged = rows.into_iter().zip(2..).map(|(row, number)| {
        let row = row.unwrap();
        match row.claim(number, &layout, book, &mut seen) {
            Err(errors) => errors[0].reason.code(),
            Ok(key) => match row.settle(number, &key, &layout, book) {
                Verdict::Accepted => "accepted",
                Verdict::Unchanged => "unchanged",
                Verdict::Refused(errors) => errors[0].reason.code(),
            },
        }
    });
    judged.collect()
}

#[test]
fn stock_against_the_file_and_the_set_up() {
    let rows = "P1,s1,JN,A1,良品,1,2026-01-01\nP1,Ｓ1,JN,A1,坏件,,2026-01-01\nP1,,JN,A1,良品,1,2026-01-01\n\
                P2,S2,JN,,良品,5,2026-01-01\nP2,,JN,,待检,5,2026-01-01\nP2,,JN,,待检,7,2026-02-01\n\
                P1,S3,JN,A1,良品,2,2026-01-01\nP1,S3,JN,B9,良品,1,2026-01-01\nP1,S3,QD,B9,良品,1,2026-01-01\n\
                P9,S3,JN,A1,良品,1,2026-01-01\nP1,S3,JN,A1,好件,1,2026-01-01\n";
    let wanted = [
        "accepted",
        "duplicate_in_file",
        "serial_missing",
        "serial_unwanted",
        "accepted",
        "accepted",
        "quantity_not_one",
        "bin_unknown",
        "depot_unknown",
        "part_unknown",
        "accepted",
    ];
    assert_eq!(judge_stock(rows, &book()), wanted);
}

#[test]
fn stock_against_the_ledger() {
    let rows = "P1,S1,JN,A1,良品,1,2026-03-01\n";
    let mut book = book();
    for (place, last, wanted) in [
        (Place::Opening, "2026-02-28", "accepted"),
        (Place::Opening, "2026-03-02", "before_last_movement"),
        (Place::Customer("C1".into()), "2026-01-01", "serial_elsewhere"),
        (Place::Bench("JN".into()), "2026-01-01", "serial_elsewhere"),
    ] {
        let unit = standing("S1", place, Owner::Us, Condition::Good, last);
        book.units = HashMap::from([unit]);
        assert_eq!(judge_stock(rows, &book), [wanted], "{last}");
    }
    // Another maker's unit with the same serial is another unit.
    let unit = standing("S1", Place::Customer("C1".into()), Owner::Us, Condition::Good, "2026-01-01").1;
    book.units = HashMap::from([("maker:乙\u{1f}S1".to_owned(), unit)]);
    assert_eq!(judge_stock(rows, &book), ["accepted"]);
}

#[test]
fn a_lot_imported_before_is_unchanged_and_never_added_twice() {
    let lots = "P2,,JN,,良品,5,2026-01-01\nP2,,JN,,良品,7,2026-02-01\n";
    let mut book = book();
    let (layout, rows) = parse::<StockRow>(&format!("{STOCK}{lots}"));
    let mut seen = Seen::default();
    for row in rows.into_iter().map(|row| row.unwrap()) {
        let key = row.claim(2, &layout, &book, &mut seen).unwrap();
        book.imported.insert(key, row.content());
    }
    assert_eq!(book.imported.len(), 2);
    assert_eq!(judge_stock(lots, &book), ["unchanged", "unchanged"]);
    let changed = "P2,,JN,,良品,6,2026-01-01\nP2,,JN,,良品,7,2026年2月1日\nP2,,JN,,良品,7,2026-02-01\n";
    assert_eq!(judge_stock(changed, &book), ["imported_differently", "unchanged", "accepted"]);
}

#[test]
fn history_rows_that_contradict_themselves() {
    let code = |row: &str| faults::<HistoryRow>(&format!("{HISTORY}{row}\n"));
    let sound = "R1,C1,JN,P1,F1,2026-01-01,2026-01-03,S1,2026-01-02,2026-01-04,修复,2026-01-05,2026-01-06,";
    assert_eq!(code(sound), []);
    let cases = [
        ("R1,C1,JN,P1,F1,2026-01-01,2025-12-31,,,,,,,", "收到故障件日期", "dates_out_of_order"),
        ("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,2026-01-02,,,,", "开始维修日期", "dates_out_of_order"),
        (
            "R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,,修复,2026-01-05,2026-01-04,",
            "返还日期",
            "dates_out_of_order",
        ),
        ("R1,C1,JN,P1,F1,2026-01-02,2026-01-03,S1,2026-01-01,,,,,", "更换件发出日期", "dates_out_of_order"),
        (
            "R1,C1,JN,P1,F1,2026-01-01,2026-01-03,S1,2026-01-09,,修复,2026-01-05,2026-01-06,",
            "返还日期",
            "dates_out_of_order",
        ),
        ("R1,C1,JN,P1,F1,2026-01-01,,,,2026-01-04,,,,", "收到故障件日期", "pair_missing"),
        ("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,S1,,,,,,", "更换件发出日期", "pair_missing"),
        ("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,2026-01-03,,,,,", "先行更换件序列号", "pair_missing"),
        ("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,,修复,,,", "维修完成日期", "pair_missing"),
        ("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,,,,2026-01-05,", "维修结果", "outcome_missing"),
        ("R1,C1,JN,P1,F1,2026-01-01,2026-01-03,f1,2026-01-03,,,,,", "先行更换件序列号", "same_serial"),
        (
            "R1,C1,JN,P1,F1,2026-01-01,2026-01-03,,,,无修复价值,2026-01-05,2026-01-06,F1",
            "替换件序列号",
            "same_serial",
        ),
        ("R1,C1,JN,P1,F1,2026-11-22,,,,,,,,", "申请日期", "date_in_future"),
        (",C1,JN,P1,F1,2026-01-01,,,,,,,,", "返修单号", "missing"),
        ("R1,C1,JN,P1,F1,2026-01-01,,,,,修好了吧,,,", "维修结果", "word_unknown"),
    ];
    for (row, column, wanted) in cases {
        assert_eq!(code(row), [(column.to_owned(), wanted)], "{row}");
    }
    // What was cancelled may stop anywhere.
    assert_eq!(code("R1,C1,JN,P1,F1,2026-01-01,,S1,2026-01-02,,已取消,,,"), []);
}

#[test]
fn a_history_number_counts_once_and_is_not_taken_twice() {
    let mut book = book();
    let row = "R1,C1,JN,P1,F1,2026-01-01,,,,,,,,\n";
    let judge = |text: &str, book: &Book| {
        let (layout, mut rows) = parse::<HistoryRow>(&format!("{HISTORY}{text}"));
        let row = rows.remove(0).unwrap();
        match row.claim(2, &layout, book, &mut Seen::default()) {
            Ok(key) => row.settle(2, &key, &layout, book),
            Err(errors) => Verdict::Refused(errors),
        }
    };
    let code = |verdict: Verdict| match verdict {
        Verdict::Refused(errors) => errors[0].reason.code(),
        Verdict::Accepted => "accepted",
        Verdict::Unchanged => "unchanged",
    };
    assert_eq!(code(judge(row, &book)), "accepted");
    assert_eq!(code(judge("R1,C9,JN,P1,F1,2026-01-01,,,,,,,,\n", &book)), "customer_unknown");
    assert_eq!(code(judge("R1,C1,JN,P2,F1,2026-01-01,,,,,,,,\n", &book)), "part_not_by_serial");
    let part = book.parts.get_mut("P1").unwrap();
    let spare = part.row.class.replace(PartClass::Instrument);
    assert_eq!(code(judge(row, &book)), "rma_of_instrument");
    book.parts.get_mut("P1").unwrap().row.class = spare;
    book.rmas.insert("R1".into());
    assert_eq!(code(judge(row, &book)), "number_taken");
    let content = parse::<HistoryRow>(&format!("{HISTORY}{row}")).1.remove(0).unwrap().content();
    book.imported.insert("R1".into(), content);
    assert_eq!(code(judge("r1,c1,jn,p1,f1,2026年1月1日,,,,,,,,\n", &book)), "unchanged");
    assert_eq!(code(judge("R1,C1,JN,P1,F1,2026-01-02,,,,,,,,\n", &book)), "imported_differently");
}

#[test]
fn the_rejects_file_repeats_the_row_and_says_why() {
    let sheet = "甲,数量\n好,1\n\n=1+1,-3,\"a,\"\"b\"\"\"\n好,2\n";
    let error = |row, column: &str, reason| CellError { row, column: column.into(), reason };
    let refused = [error(4, "数量", Reason::QuantityNotPositive(-3)), error(4, "甲", Reason::Missing)];
    let mut file = Vec::new();
    let message = |error: &CellError| format!("<{}>", error.reason.code());
    write_rejects(std::io::Cursor::new(sheet), &refused, &mut file, &message).unwrap();
    assert_eq!(
        String::from_utf8(file).unwrap(),
        "\u{feff}row,column,code,message,甲,数量\n\
         4,数量,quantity_not_positive,<quantity_not_positive>,'=1+1,-3,\"a,\"\"b\"\"\"\n\
         4,甲,missing,<missing>,'=1+1,-3,\"a,\"\"b\"\"\"\n"
    );
}

#[test]
fn the_report_adds_up() {
    let mut report = ImportReport::default();
    for verdict in [Verdict::Accepted, Verdict::Accepted, Verdict::Unchanged] {
        report.count(verdict);
    }
    report.count(Verdict::refused(9, "x".into(), Reason::Missing));
    report.take_back(vec![CellError { row: 3, column: "y".into(), reason: Reason::Missing }]);
    report.sort();
    assert_eq!((report.read, report.accepted, report.unchanged, report.refused_rows), (4, 1, 1, 2));
    assert_eq!(report.refused.iter().map(|error| error.row).collect::<Vec<_>>(), [3, 9]);
    let json = report.json(&|error| format!("{}!", error.reason.code()), &|_| String::new());
    assert_eq!(
        json["refused"][1],
        serde_json::json!({"row": 9, "column": "x", "code": "missing", "message": "missing!"})
    );
    assert_eq!(
        (json["read"].as_u64(), json["accepted"].as_u64(), json["unchanged"].as_u64()),
        (Some(4), Some(1), Some(1))
    );
}
