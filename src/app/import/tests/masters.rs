//! Depots, parts and customers: a second run changes nothing, a changed row changes what it says.

use super::super::customers::{CustomerFacts, CustomerRow};
use super::super::depots::DepotRow;
use super::super::fault::Reason;
use super::super::outcome::Verdict;
use super::super::parts::{PartRow, PartsOfFile, unfit_alternate};
use super::super::{book::Book, kind::ImportRow, seen::Seen};
use super::company::part_facts;
use super::{faults, parse};
use crate::domain::language::Language;
use crate::domain::setup::DepotClass;
use crate::domain::stock::Tracking;

fn only<T: ImportRow + std::fmt::Debug>(text: &str) -> T {
    parse::<T>(text).1.remove(0).unwrap()
}

#[test]
fn a_depot_row_says_what_it_says_and_leaves_the_rest() {
    let standing: DepotRow = only("编号,名称,城市,类型,地址,库位\nJN,济南,济南,中心库,经十路,A1-01;A1-02\n");
    assert_eq!(standing.class, Some(DepotClass::Other));
    let row: DepotRow = only("code,name,bins\njn,济南中心,A1-02;B1-01\n");
    let merged = row.over(&standing);
    assert_eq!((merged.name.as_str(), merged.city.as_deref()), ("济南中心", Some("济南")));
    assert_eq!(merged.bins, ["A1-01", "A1-02", "B1-01"]);
    let mut book = Book::default();
    let (layout, _) = parse::<DepotRow>("编号,名称\nx,x\n");
    assert_eq!(row.settle(2, "JN", &layout, &book), Verdict::Accepted);
    book.depots.insert("JN".into(), merged);
    assert_eq!(row.settle(2, "JN", &layout, &book), Verdict::Unchanged);
}

#[test]
fn a_row_names_every_faulty_cell() {
    let found = faults::<CustomerRow>("客户编号,客户名称,电子邮箱,语言\n,名称,nobody,火星文\n");
    let wanted = [("客户编号", "missing"), ("电子邮箱", "email_bad"), ("语言", "word_unknown")];
    assert_eq!(found, wanted.map(|(column, code)| (column.to_owned(), code)));
    let customer: CustomerRow = only("客户编号,客户名称,语言\nc1,甲,English\n");
    assert_eq!((customer.code.as_str(), customer.language), ("C1", Some(Language::En)));
}

#[test]
fn an_unknown_plan_is_refused_and_a_code_counts_once() {
    let (layout, mut rows) =
        parse::<CustomerRow>("客户编号,客户名称,服务等级\nC1,甲,白金服务\nC1,甲,\nC1,乙,\n");
    let (book, mut seen) = (Book::default(), Seen::default());
    let claims: Vec<_> = rows
        .drain(..)
        .zip(2..)
        .map(|(row, number)| row.unwrap().claim(number, &layout, &book, &mut seen))
        .map(|claim| claim.map_err(|errors| errors[0].reason.code()))
        .collect();
    assert_eq!(claims, [Err("plan_unknown"), Ok("C1".to_owned()), Err("duplicate_in_file")]);
}

#[test]
fn the_way_a_part_is_kept_is_fixed_by_its_first_movement() {
    let standing: PartRow = only("料号,名称,管理方式\nP1,板,序列号\n");
    let row: PartRow = only("料号,名称,管理方式\nP1,板,数量\n");
    assert_eq!(row.tracking, Some(Tracking::Quantity));
    let (layout, _) = parse::<PartRow>("料号,名称,管理方式\nx,x,\n");
    let mut book = Book::default();
    book.parts.insert("P1".into(), part_facts(standing));
    assert_eq!(row.settle(2, "P1", &layout, &book), Verdict::Accepted);
    book.parts.get_mut("P1").unwrap().has_movements = true;
    assert!(matches!(row.settle(2, "P1", &layout, &book), Verdict::Refused(_)));
}

#[test]
fn alternates_may_come_later_in_the_file_but_must_come() {
    let (layout, rows) = parse::<PartRow>("料号,名称,可替代料号\nP1,板,P2、P3\nP2,板,\n");
    let mut file = PartsOfFile::default();
    for (row, number) in rows.iter().zip(2..) {
        file.note(number, row.as_ref().unwrap());
    }
    let first = rows[0].as_ref().unwrap();
    let missing = unfit_alternate(2, first, &layout, &Book::default(), &file).unwrap();
    assert_eq!((missing.column.as_str(), missing.reason.code()), ("可替代料号", "part_unknown"));
    let mut book = Book::default();
    book.parts.insert("P3".into(), part_facts(only("料号,名称\nP3,板\n")));
    assert_eq!(unfit_alternate(2, first, &layout, &book, &file), None);
    // What the file makes an instrument of stands in for nothing; what it makes a spare of may.
    let (layout, rows) =
        parse::<PartRow>("料号,名称,种类,可替代料号\nP1,板,,P2、P3\nP2,表,备件,\nP3,板,仪器,\n");
    let mut file = PartsOfFile::default();
    for (row, number) in rows.iter().zip(2..) {
        file.note(number, row.as_ref().unwrap());
    }
    book.parts.insert("P2".into(), part_facts(only("料号,名称,种类\nP2,表,仪器\n")));
    let wrong = unfit_alternate(2, rows[0].as_ref().unwrap(), &layout, &book, &file).unwrap();
    assert_eq!(
        (wrong.reason.code(), wrong.reason),
        ("alternate_is_instrument", Reason::AlternateIsInstrument("P3".into()))
    );
    // One by one and as a quantity do not stand in for each other, whether the file says how they are kept or the books do.
    let (layout, rows) =
        parse::<PartRow>("料号,名称,管理方式,可替代料号\nP1,板,,P4、P5\nP4,板,序列号,\nP5,线,数量,\n");
    let mut file = PartsOfFile::default();
    for (row, number) in rows.iter().zip(2..) {
        file.note(number, row.as_ref().unwrap());
    }
    let wrong = unfit_alternate(2, rows[0].as_ref().unwrap(), &layout, &book, &file).unwrap();
    assert_eq!((wrong.column.as_str(), wrong.reason), ("可替代料号", Reason::OtherTracking("P5".into())));
    assert_eq!(
        faults::<PartRow>("料号,名称,可替代料号\nP1,板,p1\n"),
        [("可替代料号".to_owned(), "alternate_is_self")]
    );
}

#[test]
fn a_contact_is_known_by_its_address_and_a_plan_by_any_of_its_words() {
    let headings = "客户编号,客户名称,联系人,电子邮箱,联系电话,服务等级\n";
    let standing = CustomerFacts {
        row: CustomerRow { plan: Some("gold".into()), ..only("客户编号,客户名称\nC1,甲\n") },
        contacts: vec![("黄娟".into(), "a@x.example".into(), "1".into())],
    };
    let mut book = Book::default();
    book.plans.extend(
        [("gold", "gold"), ("金牌服务", "gold"), ("标准服务", "standard")].map(|(a, b)| (a.into(), b.into())),
    );
    book.customers.insert("C1".into(), standing);
    let (layout, _) = parse::<CustomerRow>(headings);
    for (row, wanted) in [
        ("C1,甲,黄娟,a@x.example,1,金牌服务", Verdict::Unchanged),
        ("C1,甲,黄娟,A@x.example,,gold", Verdict::Unchanged),
        ("C1,甲,有人,,2,", Verdict::Unchanged),
        ("C1,甲,黄娟,b@x.example,1,金牌服务", Verdict::Accepted),
        ("C1,甲,黄娟,a@x.example,2,金牌服务", Verdict::Accepted),
        ("C1,甲,黄娟,a@x.example,1,标准服务", Verdict::Accepted),
        ("C1,乙,,,,", Verdict::Accepted),
    ] {
        assert_eq!(
            only::<CustomerRow>(&format!("{headings}{row}\n")).settle(2, "C1", &layout, &book),
            wanted,
            "{row}"
        );
    }
}
