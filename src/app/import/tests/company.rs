//! The example company, judged without a database: which rows are refused, and that nothing else is.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fs::File;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::super::book::{Book, Books, Fingerprint, Needs, PartFacts};
use super::super::cells::CellError;
use super::super::customers::{CustomerFacts, CustomerRow};
use super::super::depots::DepotRow;
use super::super::judge::{Judged, judge};
use super::super::kind::{ImportRow, Kind};
use super::super::parts::PartRow;
use super::super::rma_history::{self, HistoryRow};
use super::super::stock::{self, StockRow};
use crate::domain::plan::PromiseKind;
use crate::domain::rma::IssuedState;
use crate::domain::stock::{Owner, PartRef, Tracking};

/// The day of go-live in the example: nothing in it is later.
pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

fn company(name: &str) -> File {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "data", "company", name].iter().collect();
    File::open(path).unwrap()
}

/// Books that are one plain value: everything is always known.
#[derive(Default)]
pub(super) struct Shelf {
    pub book: Book,
    pub imported: HashMap<(&'static str, String), Fingerprint>,
}

impl Books for Shelf {
    type Fault = Infallible;

    fn look_up(&mut self, _needs: &Needs) -> Result<Book, Infallible> {
        Ok(self.book.clone())
    }

    fn imported(&mut self, kind: Kind, keys: &[String]) -> Result<HashMap<String, Fingerprint>, Infallible> {
        let found = keys.iter().filter_map(|key| {
            self.imported.get(&(kind.as_str(), key.clone())).map(|content| (key.clone(), *content))
        });
        Ok(found.collect())
    }
}

fn judged<T: ImportRow>(name: &str, shelf: &mut Shelf) -> Judged<T> {
    judge(company(name), today(), shelf, &mut |_| {}).unwrap()
}

fn rows<T: ImportRow>(judged: &mut Judged<T>) -> Vec<T> {
    judged.spool.read().unwrap().map(|staged| staged.unwrap().value).collect()
}

pub(super) fn part_facts(row: PartRow) -> PartFacts {
    let part = PartRef {
        id: 1,
        part_no: row.part_no.clone(),
        tracking: row.tracking.unwrap_or(Tracking::Serial),
        maker: row.maker.clone().unwrap_or_default(),
        serial_per_part: false,
    };
    PartFacts { part, row, has_movements: false, kept_as_spare: false }
}

/// The set-up data of the example company, all of it accepted.
fn set_up() -> Shelf {
    let mut shelf = Shelf::default();
    shelf.book.plans.extend(
        [("标准服务", "standard"), ("金牌服务", "gold")].map(|(word, code)| (word.into(), code.into())),
    );
    let mut depots = judged::<DepotRow>("depots.csv", &mut shelf);
    let mut parts = judged::<PartRow>("parts.csv", &mut shelf);
    parts.finish_parts(&mut shelf).unwrap();
    let mut customers = judged::<CustomerRow>("customers.csv", &mut shelf);
    for (report, count) in [(&depots.report, 4), (&parts.report, 240), (&customers.report, 44)] {
        assert_eq!((report.read, report.accepted, report.refused.len()), (count, count, 0));
        assert!(report.ignored_columns.is_empty());
    }
    shelf.book.depots.extend(rows(&mut depots).into_iter().map(|depot| (depot.code.clone(), depot)));
    let plans = shelf.book.plans.clone();
    shelf.book.customers.extend(rows(&mut customers).into_iter().map(|row| {
        let contact = (row.contact.clone().unwrap(), row.email.clone().unwrap(), row.phone.clone().unwrap());
        let plan = row.plan.as_ref().map(|word| plans[word].clone());
        let row = CustomerRow { contact: None, email: None, phone: None, plan, ..row };
        (row.code.clone(), CustomerFacts { row, contacts: vec![contact] })
    }));
    shelf.book.parts.extend(rows(&mut parts).into_iter().map(|row| (row.part_no.clone(), part_facts(row))));
    shelf
}

fn table(errors: &[CellError]) -> Vec<(u32, &str, &'static str)> {
    errors.iter().map(|error| (error.row, error.column.as_str(), error.reason.code())).collect()
}

/// Rows that are wrong on purpose in `stock.xlsx`: row as the spreadsheet numbers it, column, code.
const WRONG_STOCK: &[(u32, &str, &str)] = &[
    (68, "状态", "word_unknown"),           // 九成新
    (234, "序列号", "serial_missing"),      // a serial part without a serial
    (236, "库房", "depot_unknown"),         // QD
    (409, "数量", "quantity_not_positive"), // -3
    (456, "入库日期", "date_impossible"),   // 2026-02-30
    (474, "序列号", "duplicate_in_file"),   // SNMVUXNVS6B4, first in row 7
    (949, "料号", "part_unknown"),          // 03999999XXX
];

/// Rows that are wrong on purpose in `rma-history`, in CSV and XLSX alike.
const WRONG_HISTORY: &[(u32, &str, &str)] = &[
    (450, "返修单号", "missing"),
    (521, "维修结果", "word_unknown"),        // 修好了吧
    (1301, "料号", "part_unknown"),           // 03000000ZZZ
    (1307, "返修单号", "duplicate_in_file"),  // RMA-2025-00043, first in row 44
    (1355, "客户编号", "customer_unknown"),   // C9999
    (1857, "返还日期", "dates_out_of_order"), // returned before it was received
];

#[test]
fn seven_stock_rows_are_refused_and_nothing_else() {
    let mut shelf = set_up();
    let mut stock = judged::<StockRow>("stock.xlsx", &mut shelf);
    stock.report.sort();
    assert_eq!(table(&stock.report.refused), WRONG_STOCK);
    assert_eq!((stock.report.read, stock.report.accepted, stock.report.refused_rows), (985, 978, 7));
    assert_eq!(stock.report.ignored_columns, Vec::<String>::new());
    let accepted = rows(&mut stock);
    assert_eq!(accepted.iter().filter(|row| row.serial.is_some()).count(), 930);
    assert_eq!(
        accepted.iter().filter(|row| row.serial.is_none()).map(|row| row.quantity).sum::<i64>(),
        10_474
    );
}

#[test]
fn six_history_rows_are_refused_and_nothing_else_in_both_forms() {
    for file in ["rma-history.csv", "rma-history.xlsx"] {
        let mut shelf = set_up();
        let mut history = judged::<HistoryRow>(file, &mut shelf);
        let chronicle = history.finish_history(&mut shelf).unwrap();
        assert_eq!(table(&history.report.refused), WRONG_HISTORY, "{file}");
        assert_eq!(
            (history.report.read, history.report.accepted, history.report.refused_rows),
            (2112, 2106, 6)
        );
        assert_eq!(chronicle.order.len(), 2106);
    }
}

/// Reads the accepted history with where its units start.
fn chronicle(shelf: &mut Shelf) -> Vec<rma_history::HistoryEffects> {
    let mut history = judged::<HistoryRow>("rma-history.csv", shelf);
    let chronicle = history.finish_history(shelf).unwrap();
    let mut all = Vec::new();
    for position in chronicle.order {
        let staged = history.spool.at(position).unwrap();
        let part = &shelf.book.parts[&staged.value.part_no].part;
        let starts = chronicle.lives.starts(staged.row, &staged.value, part);
        all.push(rma_history::effects(&staged.value, &starts));
    }
    all
}

#[test]
fn history_ends_with_136_units_on_benches_89_open_loans_and_no_stock_of_ours() {
    let mut shelf = set_up();
    let effects = chronicle(&mut shelf);
    let (mut balances, mut units) = (HashMap::new(), HashMap::new());
    for step in effects.iter().flat_map(|row| &row.moves) {
        let serial = step.serial.clone().unwrap();
        let before = units.insert(serial, (step.to.code(), step.owner.1.clone(), step.condition.1));
        let stood = before.unwrap_or_else(|| ("opening".to_owned(), step.owner.0.clone(), step.condition.0));
        assert_eq!(stood, (step.from.code(), step.owner.0.clone(), step.condition.0), "{step:?}");
        *balances.entry((step.from.code(), step.owner.0.clone())).or_insert(0_i64) -= 1;
        *balances.entry((step.to.code(), step.owner.1.clone())).or_insert(0_i64) += 1;
    }
    let depots = ["JN", "DZ", "ZZ", "JI"];
    let at_benches = units.values().filter(|(place, ..)| place.ends_with("/bench")).count();
    assert_eq!(at_benches, 136);
    let on_loan =
        units.values().filter(|(place, owner, _)| place.starts_with("customer:") && *owner == Owner::Us);
    assert_eq!(on_loan.count(), 89);
    for ((place, owner), quantity) in balances {
        let in_depot = depots.iter().any(|depot| place == **depot || place.starts_with(&format!("{depot}/")));
        if in_depot && owner == Owner::Us {
            assert_eq!(quantity, 0, "{place}");
        }
    }
}

#[test]
fn history_makes_the_promises_and_loans_of_its_rows() {
    let effects = chronicle(&mut set_up());
    let issued =
        |state| effects.iter().flat_map(|row| &row.issued).filter(|unit| unit.state == state).count();
    assert_eq!(issued(IssuedState::InUse), 89);
    assert_eq!(issued(IssuedState::Kept), 90);
    let promises = |kind, open| {
        let all = effects.iter().flat_map(|row| &row.promises);
        all.filter(|promise| promise.kind == kind && promise.end.is_none() == open).count()
    };
    assert_eq!(promises(PromiseKind::RepairReturn, true), 136);
    assert_eq!(promises(PromiseKind::RepairReturn, false), 1955);
    assert_eq!(promises(PromiseKind::FaultyReturn, true), 6);
    let mut states: HashMap<&str, usize> = HashMap::new();
    for row in &effects {
        *states.entry(row.repair.as_str()).or_default() += 1;
    }
    let wanted = [
        ("closed", 1945), // 1,855 given back, 90 exchanged
        ("cancelled", 10),
        ("authorised", 15),
        ("received", 11),
        ("repairing", 117),
        ("repaired", 4),
        ("nff", 1),
        ("ber", 3),
    ];
    let total: usize = wanted.iter().map(|(_, count)| count).sum();
    assert_eq!(total, effects.len());
    assert_eq!(states, wanted.into_iter().collect());
}

#[test]
fn the_second_run_finds_everything_unchanged() {
    let mut shelf = set_up();
    let mut stock = judged::<StockRow>("stock.xlsx", &mut shelf);
    let mut history = judged::<HistoryRow>("rma-history.csv", &mut shelf);
    remember(&mut stock, &mut shelf);
    remember(&mut history, &mut shelf);
    let stock = judged::<StockRow>("stock.xlsx", &mut shelf);
    assert_eq!((stock.report.accepted, stock.report.unchanged, stock.report.refused_rows), (0, 978, 7));
    // The same history from the other form: written differently in 3,666 cells, and saying the same.
    let history = judged::<HistoryRow>("rma-history.xlsx", &mut shelf);
    assert_eq!(
        (history.report.accepted, history.report.unchanged, history.report.refused_rows),
        (0, 2106, 6)
    );
    for (file, count) in [("depots.csv", 4), ("parts.csv", 240), ("customers.csv", 44)] {
        let report = match file {
            "depots.csv" => judged::<DepotRow>(file, &mut shelf).report,
            "parts.csv" => judged::<PartRow>(file, &mut shelf).report,
            _ => judged::<CustomerRow>(file, &mut shelf).report,
        };
        assert_eq!((report.accepted, report.unchanged, report.refused_rows), (0, count, 0), "{file}");
    }
}

fn remember<T: ImportRow>(judged: &mut Judged<T>, shelf: &mut Shelf) {
    for staged in judged.spool.read().unwrap() {
        let staged = staged.unwrap();
        shelf.imported.insert((T::KIND.as_str(), staged.key), staged.value.fingerprint().unwrap());
    }
}

#[test]
fn stock_rows_open_into_their_bins_and_repairs_go_on_to_the_bench() {
    let mut shelf = set_up();
    let mut stock = judged::<StockRow>("stock.xlsx", &mut shelf);
    let effects: Vec<_> = rows(&mut stock).iter().map(stock::effects).collect();
    assert_eq!(effects.iter().filter(|row| row.repair_order.is_some()).count(), 50);
    for row in &effects {
        assert_eq!(row.moves.len(), 1 + usize::from(row.repair_order.is_some()));
        assert_eq!(row.moves[0].from.code(), "opening");
        assert!(row.moves[0].to.code().contains('/'));
    }
    let benches = effects.iter().filter(|row| row.moves.last().unwrap().to.code().ends_with("/bench"));
    assert_eq!(benches.count(), 50);
}
