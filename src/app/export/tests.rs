use super::sheet::{Cell, Format, Sheet};
use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

fn written(format: Format, rows: &[Vec<Cell>]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    let mut sheet = Sheet::new(format, file.try_clone().unwrap()).unwrap();
    sheet.headings(vec!["料号".into(), "说明, 备注".into()]).unwrap();
    for row in rows {
        sheet.row(row).unwrap();
    }
    assert_eq!(sheet.finish().unwrap(), u64::try_from(rows.len()).unwrap());
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}

fn text(text: &str) -> Cell {
    Cell::from(text)
}

#[test]
fn a_text_is_never_a_formula_and_a_number_stays_one() {
    let dangerous = ["=1+1", "+86 10", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠x"];
    let mut rows: Vec<Vec<Cell>> = dangerous.iter().map(|cell| vec![text(cell), Cell::Number(-5)]).collect();
    rows.push(vec![text("A-1 =x"), Cell::Money(-150)]);
    rows.push(vec![text("引号\"逗号,换行\n二"), Cell::Empty]);
    let mut bytes = Vec::new();
    written(Format::Csv, &rows).read_to_end(&mut bytes).unwrap();
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark, so that Excel reads UTF-8");
    assert!(body.ends_with(b"\r\n"));
    let mut reader = csv::ReaderBuilder::new().from_reader(body);
    assert_eq!(reader.headers().unwrap(), vec!["料号", "说明, 备注"]);
    let found: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for (row, cell) in found.iter().zip(dangerous) {
        assert_eq!((&row[0], &row[1]), (format!("'{cell}").as_str(), "-5"));
    }
    assert_eq!((&found[9][0], &found[9][1]), ("A-1 =x", "-1.50"));
    assert_eq!(&found[10][0], "引号\"逗号,换行\n二");
}

#[test]
fn excel_gets_numbers_dates_and_texts_as_such() {
    let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let noon = day.and_hms_opt(4, 0, 0).unwrap().and_utc();
    let old = NaiveDate::from_ymd_opt(1899, 1, 1).unwrap();
    let rows = [
        vec![text("=1+1"), Cell::Money(128_050)],
        vec![Cell::Date(day), Cell::Instant(noon)],
        vec![Cell::Date(old), Cell::Number(7)],
        vec![text(&"长".repeat(40_000)), Cell::Empty],
    ];
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(written(Format::Xlsx, &rows))).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cell = |row, column| sheet.get((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(cell(0, 1), Data::String("说明, 备注".into()));
    assert_eq!((cell(1, 0), cell(1, 1)), (Data::String("=1+1".into()), Data::Float(1280.5)));
    let instant = |cell: Data| match cell {
        Data::DateTime(at) => at.as_f64(),
        other => panic!("{other:?}"),
    };
    // Excel counts days: 2026-03-02 is 46083, noon of the company's wall clock half a day more.
    assert!((instant(cell(2, 0)) - 46_083.0).abs() < 1e-9);
    assert!((instant(cell(2, 1)) - 46_083.5).abs() < 1e-9);
    assert_eq!((cell(3, 0), cell(3, 1)), (Data::String("1899-01-01".into()), Data::Float(7.0)));
    let Data::String(long) = cell(4, 0) else { panic!("a text") };
    assert_eq!(long.chars().count(), 32_767, "as long as a cell can be");
}
