//! From a file to a judgement: every row accepted, unchanged or refused by name, and the accepted ones staged.
//!
//! Rows are judged in chunks of 500: one set of look-ups each, whatever the file's length. Two kinds need the whole file
//! before their last word: parts (an alternate may come further down) and RMA history (where a unit was can only be told
//! in order of date).

use std::io::{self, Read, Seek};

use chrono::NaiveDate;

use super::book::{Book, Books, Needs};
use super::cells::CellError;
use super::columns::{self, Layout};
use super::fault::FileFault;
use super::kind::ImportRow;
use super::outcome::{ImportReport, Verdict};
use super::parts::{self, PartRow};
use super::reason::Reason;
use super::rma_history::{HistoryRow, Lives};
use super::seen::Seen;
use super::sheet::{self, CHUNK_ROWS, Limits, Piece, Row};
use super::spool::{Position, Spool, Staged};

/// Why a file could not be judged at all.
#[derive(Debug, thiserror::Error)]
pub enum JudgeFault<F> {
    /// The file is at fault, by name.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The disk for temporary files is.
    #[error("temporary file: {0}")]
    Spool(io::Error),
    /// The books are.
    #[error("books: {0}")]
    Books(F),
}

/// A judged file: the answer, and the accepted rows.
#[derive(Debug)]
pub struct Judged<T> {
    /// How the file's columns were understood.
    pub layout: Layout,
    /// Counts and refusals.
    pub report: ImportReport,
    /// The accepted rows, in file order; rows taken back later are marked in `dropped`.
    pub spool: Spool<Staged<T>>,
    /// Rows in the spool that a later judgement refused, ascending.
    pub dropped: Vec<u32>,
}

/// Reads and judges a file, row by row and against the books. `progress` hears the rows read so far.
///
/// # Errors
/// [`JudgeFault`]; refused rows are no error, they are in the report.
pub fn judge<T: ImportRow, R: Read + Seek, B: Books>(
    source: R,
    today: NaiveDate,
    books: &mut B,
    progress: &mut dyn FnMut(u32),
) -> Result<Judged<T>, JudgeFault<B::Fault>> {
    let mut court = Court::<T, B> { today, books, width: usize::MAX, seen: Seen::default(), judged: None };
    sheet::stream(source, &Limits::default(), |piece| -> Result<(), JudgeFault<B::Fault>> {
        match piece {
            Piece::Headings { headings, width, .. } => court.open(&headings, width)?,
            Piece::Rows(rows) => court.judge(&rows)?,
        }
        progress(court.judged.as_ref().map_or(0, |judged| judged.report.read));
        Ok(())
    })?;
    // The stream never ends well without headings.
    court.judged.ok_or(JudgeFault::File(FileFault::Empty))
}

struct Court<'a, T, B> {
    today: NaiveDate,
    books: &'a mut B,
    width: usize,
    seen: Seen,
    judged: Option<Judged<T>>,
}

impl<T: ImportRow, B: Books> Court<'_, T, B> {
    fn open(&mut self, headings: &[String], width: usize) -> Result<(), JudgeFault<B::Fault>> {
        let layout = columns::recognise(T::COLUMNS, headings)?;
        let report = ImportReport { ignored_columns: layout.ignored.clone(), ..ImportReport::default() };
        let spool = Spool::new().map_err(JudgeFault::Spool)?;
        self.width = width;
        self.judged = Some(Judged { layout, report, spool, dropped: Vec::new() });
        Ok(())
    }

    fn judge(&mut self, rows: &[Row]) -> Result<(), JudgeFault<B::Fault>> {
        let Some(judged) = self.judged.as_mut() else { return Ok(()) };
        let mut sound: Vec<(u32, T)> = Vec::with_capacity(rows.len());
        let mut needs = Needs::default();
        for row in rows {
            if let Some(stray) = row.cells.get(self.width) {
                let column = self.width.saturating_add(1).to_string();
                let reason = Reason::BeyondHeadings(stray.shown());
                judged.report.count(Verdict::refused(row.number, column, reason));
                continue;
            }
            match T::parse(&judged.layout, row, self.today) {
                Ok(value) => {
                    value.needs(&mut needs);
                    sound.push((row.number, value));
                }
                Err(errors) => judged.report.count(Verdict::Refused(errors)),
            }
        }
        let mut book = self.books.look_up(&needs).map_err(JudgeFault::Books)?;
        let mut claimed: Vec<Staged<T>> = Vec::with_capacity(sound.len());
        for (row, value) in sound {
            match value.claim(row, &judged.layout, &book, &mut self.seen) {
                Ok(key) => claimed.push(Staged { row, key, value }),
                Err(errors) => judged.report.count(Verdict::Refused(errors)),
            }
        }
        let keys: Vec<String> = claimed.iter().map(|staged| staged.key.clone()).collect();
        book.imported = self.books.imported(T::KIND, &keys).map_err(JudgeFault::Books)?;
        for staged in claimed {
            let verdict = staged.value.settle(staged.row, &staged.key, &judged.layout, &book);
            if verdict == Verdict::Accepted {
                judged.spool.push(&staged).map_err(JudgeFault::Spool)?;
            }
            judged.report.count(verdict);
        }
        Ok(())
    }
}

impl<T: ImportRow> Judged<T> {
    fn drop_row(&mut self, row: u32, errors: Vec<CellError>) {
        self.report.take_back(errors);
        if let Err(at) = self.dropped.binary_search(&row) {
            self.dropped.insert(at, row);
        }
    }
}

impl Judged<PartRow> {
    /// The last word on parts: every alternate is in the books or in the file.
    ///
    /// # Errors
    /// Faults of the spool or the books.
    pub fn finish_parts<B: Books>(&mut self, books: &mut B) -> Result<(), JudgeFault<B::Fault>> {
        let mut seen = Seen::default();
        let mut asking: Vec<Staged<PartRow>> = Vec::new();
        for staged in self.spool.read().map_err(JudgeFault::Spool)? {
            let staged = staged.map_err(JudgeFault::Spool)?;
            // A key claimed twice cannot be: the first judgement saw to it.
            let _ = seen.claim(&staged.value.part_no, staged.row);
            if !staged.value.alternates.is_empty() {
                asking.push(staged);
            }
        }
        let mut missing = Vec::new();
        for chunk in asking.chunks(CHUNK_ROWS) {
            let book = look_up(books, chunk)?;
            missing.extend(chunk.iter().filter_map(|staged| {
                parts::missing_alternate(staged.row, &staged.value, &self.layout, &book, &seen)
            }));
        }
        for error in missing {
            self.drop_row(error.row, vec![error]);
        }
        self.report.sort();
        Ok(())
    }
}

/// History rows in order of date, with where their units start.
#[derive(Debug)]
pub struct Chronicle {
    /// Where each row lies in the spool, by request date and row.
    pub order: Vec<Position>,
    /// The lives of the units.
    pub lives: Lives,
}

impl Judged<HistoryRow> {
    /// The last word on RMA history: each unit is in one place at a time, in order of date over the whole file.
    ///
    /// # Errors
    /// Faults of the spool or the books.
    pub fn finish_history<B: Books>(&mut self, books: &mut B) -> Result<Chronicle, JudgeFault<B::Fault>> {
        let mut index: Vec<(NaiveDate, u32, Position)> = Vec::new();
        let mut reading = self.spool.read().map_err(JudgeFault::Spool)?;
        while let Some((position, staged)) = reading.next_at().transpose().map_err(JudgeFault::Spool)? {
            index.push((staged.value.requested_on, staged.row, position));
        }
        index.sort_by_key(|(day, row, _)| (*day, *row));

        let mut chronicle = Chronicle { order: Vec::with_capacity(index.len()), lives: Lives::default() };
        for chunk in index.chunks(CHUNK_ROWS) {
            let mut rows = Vec::with_capacity(chunk.len());
            for (_, _, position) in chunk {
                rows.push((*position, self.spool.at(*position).map_err(JudgeFault::Spool)?));
            }
            let book = look_up(books, rows.iter().map(|(_, staged)| staged))?;
            for (position, staged) in rows {
                match chronicle.lives.add(staged.row, &staged.value, &self.layout, &book) {
                    Ok(()) => {
                        self.report.warnings.extend(staged.value.warnings(staged.row));
                        chronicle.order.push(position);
                    }
                    Err(errors) => self.drop_row(staged.row, errors),
                }
            }
        }
        self.report.sort();
        Ok(chronicle)
    }
}

fn look_up<'a, T: ImportRow + 'a, B: Books>(
    books: &mut B,
    rows: impl IntoIterator<Item = &'a Staged<T>>,
) -> Result<Book, JudgeFault<B::Fault>> {
    let mut needs = Needs::default();
    for staged in rows {
        staged.value.needs(&mut needs);
    }
    books.look_up(&needs).map_err(JudgeFault::Books)
}
