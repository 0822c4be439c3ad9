//! Measures, run by hand: `cargo test --release --lib weight -- --ignored --nocapture`.

use std::io::Cursor;
use std::time::Instant;

use rust_xlsxwriter::Workbook;

use super::super::judge::judge;
use super::super::stock::StockRow;
use super::company::{Shelf, today};
use super::rows::book;

fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0)
}

#[test]
#[ignore = "a measure, not a rule"]
#[expect(clippy::print_stdout, reason = "whoever measures reads it")]
fn a_hundred_thousand_units() {
    let mut book_file = Workbook::new();
    let sheet = book_file.add_worksheet_with_constant_memory().unwrap();
    for (column, heading) in (0..).zip(["料号", "序列号", "库房", "库位", "状态", "数量", "入库日期"])
    {
        sheet.write(0, column, heading).unwrap();
    }
    for row in 1..=100_000 {
        sheet.write(row, 0, "P1").unwrap();
        sheet.write(row, 1, format!("SN{row:010}")).unwrap();
        for (column, word) in (2..).zip(["JN", "A1", "良品", "1", "2026-01-01"]) {
            sheet.write(row, column, word).unwrap();
        }
    }
    let bytes = book_file.save_to_buffer().unwrap();
    let before = peak_kb();
    let started = Instant::now();
    let mut shelf = Shelf { book: book(), ..Shelf::default() };
    let judged = judge::<StockRow, _, _>(Cursor::new(bytes), today(), &mut shelf, &mut |_| {}).unwrap();
    println!(
        "{} rows, {:?}, peak {} MB before, {} MB after",
        judged.report.accepted,
        started.elapsed(),
        before / 1024,
        peak_kb() / 1024
    );
    assert_eq!(judged.report.accepted, 100_000);
}
