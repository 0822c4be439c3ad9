//! XLSX: the first visible sheet, cell by cell. Formats tell dates from numbers; the file is weighed before it is opened.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::{NaiveDate, NaiveDateTime};

use super::rows::{Collector, text_cell};
use super::{Cell, FileFault, Limits, Piece};

/// Parts in the container; a workbook has a few dozen.
const MAX_PARTS: usize = 10_000;

pub(super) fn read<R, E, F>(mut source: R, limits: &Limits, collector: &mut Collector<F>) -> Result<(), E>
where
    R: Read + Seek,
    E: From<FileFault>,
    F: FnMut(Piece) -> Result<(), E>,
{
    weigh(&mut source, limits.unpacked_bytes)?;
    source.seek(SeekFrom::Start(0)).map_err(FileFault::from)?;
    // The reader of the format counts with numbers of the file as they stand, and stops where they are beyond all bounds.
    let cells = AssertUnwindSafe(|| read_cells(source, limits, collector));
    catch_unwind(cells).unwrap_or_else(|_| {
        Err(FileFault::Broken { detail: "a number in it is out of bounds".into() }.into())
    })
}

fn read_cells<R, E, F>(source: R, limits: &Limits, collector: &mut Collector<F>) -> Result<(), E>
where
    R: Read + Seek,
    E: From<FileFault>,
    F: FnMut(Piece) -> Result<(), E>,
{
    let mut book = Xlsx::new(BufReader::new(source)).map_err(broken)?;
    let sheet = book
        .sheets_metadata()
        .iter()
        .find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .ok_or(FileFault::Empty)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(broken)?;

    let mut current: u32 = 0;
    let mut row: Vec<Cell> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (at_row, at_column) = cell.get_position();
        let value = convert(cell.get_value());
        if value.is_empty() {
            continue;
        }
        if at_row < current {
            return Err(FileFault::Broken {
                detail: format!("row {} after row {}", at_row + 1, current + 1),
            }
            .into());
        }
        if at_row > current {
            collector.take(current.saturating_add(1), std::mem::take(&mut row))?;
            current = at_row;
        }
        place(&mut row, at_row, at_column, value, limits.columns)?;
    }
    collector.take(current.saturating_add(1), row)
}

/// Puts a cell into its column; the columns between stay empty.
fn place(
    row: &mut Vec<Cell>,
    at_row: u32,
    at_column: u32,
    value: Cell,
    limit: usize,
) -> Result<(), FileFault> {
    let column = usize::try_from(at_column).unwrap_or(usize::MAX);
    if column >= limit {
        return Err(FileFault::TooManyColumns { row: at_row.saturating_add(1), limit });
    }
    if row.len() <= column {
        row.resize(column.saturating_add(1), Cell::Empty);
    }
    if let Some(slot) = row.get_mut(column) {
        *slot = value;
    }
    Ok(())
}

/// Unpacks every part into nowhere and counts, because the sizes written in a container are only a claim.
fn weigh<R: Read + Seek>(source: &mut R, limit: u64) -> Result<(), FileFault> {
    let mut archive =
        zip::ZipArchive::new(source).map_err(|fault| FileFault::Broken { detail: fault.to_string() })?;
    if archive.len() > MAX_PARTS {
        return Err(FileFault::TooLarge { limit_mb: limit >> 20 });
    }
    let mut left = limit;
    for index in 0..archive.len() {
        let part =
            archive.by_index(index).map_err(|fault| FileFault::Broken { detail: fault.to_string() })?;
        let unpacked = io::copy(&mut part.take(left.saturating_add(1)), &mut io::sink())
            .map_err(|fault| FileFault::Broken { detail: fault.to_string() })?;
        left = left.checked_sub(unpacked).ok_or(FileFault::TooLarge { limit_mb: limit >> 20 })?;
    }
    Ok(())
}

fn convert(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text),
        DataRef::Int(number) => whole(*number),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(flag) => Cell::Flag(*flag),
        DataRef::DateTime(serial) => {
            local_time(serial).map_or_else(|| Cell::Number(serial.as_f64()), Cell::Date)
        }
        DataRef::Error(kind) => Cell::Failed(kind.to_string()),
    }
}

/// A whole number stays a number while a double holds it exactly; beyond that its digits are worth more as text.
fn whole(number: i64) -> Cell {
    i32::try_from(number)
        .map_or_else(|_| Cell::Text(number.to_string()), |small| Cell::Number(f64::from(small)))
}

/// The date behind an Excel serial; none for durations and for serials outside Excel's own calendar.
fn local_time(serial: &ExcelDateTime) -> Option<NaiveDateTime> {
    if serial.is_duration() || !(1.0..2_958_466.0).contains(&serial.as_f64()) {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = serial.to_ymd_hms_milli();
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?.and_hms_milli_opt(
        u32::from(hour),
        u32::from(minute),
        u32::from(second),
        u32::from(milli),
    )
}

fn broken(fault: XlsxError) -> FileFault {
    match fault {
        XlsxError::Password => FileFault::OldExcel,
        other => FileFault::Broken { detail: other.to_string() },
    }
}
