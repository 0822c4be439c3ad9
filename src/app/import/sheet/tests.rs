//! Streams of rows from small files made here, and from the example company's.

use std::io::Cursor;

use chrono::NaiveDate;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;

/// Headings, rows, and how many rows came in each chunk.
type Read = (Vec<String>, Vec<Row>, Vec<usize>);

fn read_with(bytes: &[u8], limits: &Limits) -> Result<Read, FileFault> {
    let (mut headings, mut rows, mut chunks) = (Vec::new(), Vec::new(), Vec::new());
    stream(Cursor::new(bytes), limits, |piece| -> Result<(), FileFault> {
        match piece {
            Piece::Headings { headings: found, .. } => headings = found,
            Piece::Rows(chunk) => {
                chunks.push(chunk.len());
                rows.extend(chunk);
            }
        }
        Ok(())
    })?;
    Ok((headings, rows, chunks))
}

fn read(bytes: &[u8]) -> Result<Read, FileFault> {
    read_with(bytes, &Limits::default())
}

fn texts(row: &Row) -> Vec<String> {
    row.cells.iter().map(Cell::shown).collect()
}

#[test]
fn csv_in_every_encoding_people_save_reads_the_same() {
    let text = "编号,名称\nJN,济南中心备件库\n";
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let files = [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        encoding_rs::GB18030.encode(text).0.into_owned(),
        utf16,
    ];
    for file in files {
        let (headings, rows, _) = read(&file).unwrap();
        assert_eq!(headings, ["编号", "名称"]);
        assert_eq!(texts(&rows[0]), ["JN", "济南中心备件库"]);
    }
}

#[test]
fn the_first_han_character_may_come_late() {
    let mut text = String::from("a,b\n");
    for _ in 0..20_000 {
        text.push_str("plain,ascii\n");
    }
    text.push_str("库,位\n");
    let file = encoding_rs::GB18030.encode(&text).0.into_owned();
    let (_, rows, chunks) = read(&file).unwrap();
    assert_eq!(texts(rows.last().unwrap()), ["库", "位"]);
    assert_eq!((chunks.len(), chunks[0], chunks[40]), (41, 500, 1));
}

#[test]
fn separators_are_found_in_the_first_line() {
    for separator in [",", ";", "\t"] {
        let text = ["a", "\"b,;\t\"", "c"].join(separator) + "\n" + &["1", "2", "3"].join(separator);
        let (headings, rows, _) = read(text.as_bytes()).unwrap();
        assert_eq!(headings.len(), 3, "{separator:?}");
        assert_eq!(texts(&rows[0]), ["1", "2", "3"]);
    }
}

#[test]
fn rows_carry_the_number_the_spreadsheet_shows() {
    // Blank lines are rows; a line break inside quotes is not; the last line may lack its end.
    let text = "h1,h2\r\n\r\na,1\r\n,\r\n\"two\r\nlines\",2\r\nlast,3";
    for text in [text.to_owned(), text.replace("\r\n", "\n"), text.replace("\r\n", "\r")] {
        let (_, rows, _) = read(text.as_bytes()).unwrap();
        let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [3, 5, 6], "{text:?}");
    }
}

#[test]
fn a_quote_that_is_never_closed_is_named_and_nothing_behind_it_is_taken_for_a_cell() {
    let fault = |text: &str| read(text.as_bytes()).unwrap_err();
    let open = "h1,h2\na,1\n\"b,2\nc,3\n";
    assert_eq!(fault(open), FileFault::OpenQuote { row: 3 });
    assert_eq!(fault(open.trim_end()), FileFault::OpenQuote { row: 3 });
    assert_eq!(fault("h1,h2\n\"two\nlines\",1\nb,\"2\n"), FileFault::OpenQuote { row: 3 });
    assert_eq!(fault("h1,h2\n\n\n\"x"), FileFault::OpenQuote { row: 4 });
    let (_, rows, _) = read(b"h1,h2\na,\"closed\n\"\n").unwrap();
    assert_eq!(texts(&rows[0]), ["a", "closed\n"]);
}

#[test]
fn what_is_no_table_is_refused_by_name() {
    let named = |bytes: &[u8]| read(bytes).unwrap_err().code();
    assert_eq!(named(b""), "file_empty");
    assert_eq!(named(b"\n\n , \n"), "file_empty");
    assert_eq!(named(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"), "old_excel");
    assert_eq!(named(b"\x00\x01\x02binary"), "not_a_table");
    assert_eq!(named(b"a,b\n\xFF\xFF\xFF\xFF,\n"), "encoding_unknown");
    assert_eq!(named(b"PK\x03\x04 but nothing behind it"), "file_broken");
}

#[test]
fn limits_are_named() {
    let limits = Limits { rows: 2, columns: 3, cell_chars: 5, unpacked_bytes: 1 << 20 };
    let named = |text: &str| read_with(text.as_bytes(), &limits).map_err(|fault| fault.code());
    assert!(named("a\n1\n2\n").is_ok());
    assert_eq!(named("a\n1\n2\n3\n").unwrap_err(), "too_many_rows");
    assert_eq!(named("a,b,c,d\n").unwrap_err(), "too_many_columns");
    assert!(named("a,b,c,,,,\n").is_ok());
    assert!(named("a\n库库库库库\n").is_ok());
    assert_eq!(
        read_with("a\nx\n库库库库库库\n".as_bytes(), &limits).unwrap_err(),
        FileFault::CellTooLong { row: 3, column: 1, limit: 5 }
    );
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let hidden = book.add_worksheet();
    hidden.set_name("draft").unwrap().set_hidden(true);
    hidden.write(0, 0, "not this one").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_active(true);
    let day = Format::new().set_num_format("yyyy/m/d");
    for (column, heading) in ["料号", "日期", "单价", "标记"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), heading).unwrap();
    }
    sheet.write(3, 0, "0320000ZUX").unwrap();
    sheet.write_with_format(3, 1, ExcelDateTime::from_ymd(2025, 11, 6).unwrap(), &day).unwrap();
    sheet.write(3, 2, 0.1 + 0.2).unwrap();
    sheet.write(3, 3, true).unwrap();
    sheet.write(4, 2, 45943).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_gives_typed_cells_of_its_first_visible_sheet() {
    let (headings, rows, _) = read(&workbook()).unwrap();
    assert_eq!(headings, ["料号", "日期", "单价", "标记"]);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 5]);
    let day = NaiveDate::from_ymd_opt(2025, 11, 6).unwrap().and_hms_opt(0, 0, 0).unwrap();
    assert_eq!(rows[0].cell(1), &Cell::Date(day));
    assert_eq!(texts(&rows[0]), ["0320000ZUX", "2025-11-06", "0.3", "TRUE"]);
    assert_eq!(rows[1].cell(0), &Cell::Empty);
    assert_eq!(rows[1].cell(2), &Cell::Number(45943.0));
}

#[test]
fn a_bomb_is_weighed_before_it_is_opened() {
    let limits = Limits { unpacked_bytes: 1_000, ..Limits::default() };
    assert_eq!(read_with(&workbook(), &limits).unwrap_err().code(), "file_too_large");
}

#[test]
fn an_error_of_the_taker_stops_the_stream() {
    let mut pieces = 0;
    let answer = stream(Cursor::new(b"a\n1\n"), &Limits::default(), |_| {
        pieces += 1;
        Err(FileFault::Broken { detail: "mine".to_owned() })
    });
    assert_eq!(answer, Err(FileFault::Broken { detail: "mine".to_owned() }));
    assert_eq!(pieces, 1);
}
