//! CSV: separator found from the first line, quoted cells, rows numbered as a spreadsheet numbers them.

use std::io::{Cursor, Read, Seek};

use super::rows::{Collector, text_cell};
use super::{FileFault, Piece, decode};

/// Enough for the widest heading we allow, and small enough to look at twice.
const SNIFF_BYTES: u64 = 64 * 1024;
/// Stands behind the last line, in a line of its own, unless a quote before it is never closed.
const END: &str = "\u{1}end of file\u{1}";

pub(super) fn read<R, E, F>(mut source: R, collector: &mut Collector<F>) -> Result<(), E>
where
    R: Read + Seek,
    E: From<FileFault>,
    F: FnMut(Piece) -> Result<(), E>,
{
    let encoding = decode::find_encoding(&mut source)?;
    let mut text = decode::Utf8Lines::new(source, encoding);
    let mut head = Vec::new();
    text.by_ref().take(SNIFF_BYTES).read_to_end(&mut head).map_err(FileFault::from)?;
    let separator = find_separator(&head);
    // The last line gets its end, whether or not it had one: then every record is followed by exactly one `\n`.
    let whole = Cursor::new(head).chain(text).chain(Cursor::new(format!("\n{END}\n")));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(whole);

    let mut record = csv::StringRecord::new();
    let mut breaks_in_cells: u64 = 0;
    while reader.read_record(&mut record).map_err(|fault| FileFault::Broken { detail: fault.to_string() })? {
        if record.iter().next_back().is_some_and(|last| last.contains(END)) {
            return match record.len() {
                1 if record.get(0) == Some(END) => Ok(()),
                _ => {
                    let breaks = breaks_in_cells.saturating_add(line_breaks(&record));
                    let row = reader.position().line().saturating_sub(breaks);
                    Err(FileFault::OpenQuote { row: u32::try_from(row).unwrap_or(u32::MAX) }.into())
                }
            };
        }
        breaks_in_cells = breaks_in_cells.saturating_add(line_breaks(&record));
        // Lines read so far, less those inside quoted cells: blank lines are rows too, a broken cell is not two rows.
        let row = reader.position().line().saturating_sub(1).saturating_sub(breaks_in_cells);
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        collector.take(number, record.iter().map(text_cell).collect())?;
    }
    Ok(())
}

fn line_breaks(record: &csv::StringRecord) -> u64 {
    let count = record.as_slice().bytes().filter(|byte| *byte == b'\n').count();
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The separator that occurs most often outside quotes in the first line that is not blank; a comma when none does.
fn find_separator(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    let mut seen = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted && seen => break,
            b'\n' => continue,
            _ => {}
        }
        seen = true;
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == byte) {
            *count = count.saturating_add(1);
        }
    }
    let mut best = (b',', 0);
    for (separator, count) in counts {
        if count > best.1 {
            best = (separator, count);
        }
    }
    best.0
}
