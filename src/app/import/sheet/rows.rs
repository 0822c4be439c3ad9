//! The common end of both readers: limits, blank rows, the heading, chunks.

use super::{CHUNK_ROWS, Cell, FileFault, Form, Limits, Piece, Row};

/// Takes rows one by one and passes them on in chunks.
pub(super) struct Collector<F> {
    form: Form,
    limits: Limits,
    each: F,
    headed: bool,
    taken: u32,
    chunk: Vec<Row>,
}

impl<F> Collector<F> {
    pub(super) fn new(form: Form, limits: Limits, each: F) -> Self {
        Self { form, limits, each, headed: false, taken: 0, chunk: Vec::with_capacity(CHUNK_ROWS) }
    }

    /// Takes one row. Blank rows are passed over; the first other one is the heading.
    pub(super) fn take<E>(&mut self, number: u32, mut cells: Vec<Cell>) -> Result<(), E>
    where
        E: From<FileFault>,
        F: FnMut(Piece) -> Result<(), E>,
    {
        let width = match self.form {
            Form::Csv => cells.len(),
            Form::Xlsx => usize::MAX,
        };
        while cells.last().is_some_and(Cell::is_empty) {
            cells.pop();
        }
        if cells.is_empty() {
            return Ok(());
        }
        self.check(number, &cells)?;
        if !self.headed {
            self.headed = true;
            let headings = cells.iter().map(Cell::shown).collect();
            return (self.each)(Piece::Headings { row: number, headings, width });
        }
        self.taken = self.taken.saturating_add(1);
        if self.taken > self.limits.rows {
            return Err(FileFault::TooManyRows { limit: self.limits.rows }.into());
        }
        self.chunk.push(Row { number, cells });
        if self.chunk.len() >= CHUNK_ROWS {
            self.pass_on()?;
        }
        Ok(())
    }

    /// Passes on what is left; a file without a heading is empty.
    pub(super) fn finish<E>(mut self) -> Result<(), E>
    where
        E: From<FileFault>,
        F: FnMut(Piece) -> Result<(), E>,
    {
        if !self.headed {
            return Err(FileFault::Empty.into());
        }
        if self.chunk.is_empty() { Ok(()) } else { self.pass_on() }
    }

    fn pass_on<E>(&mut self) -> Result<(), E>
    where
        F: FnMut(Piece) -> Result<(), E>,
    {
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK_ROWS));
        (self.each)(Piece::Rows(chunk))
    }

    fn check(&self, row: u32, cells: &[Cell]) -> Result<(), FileFault> {
        if cells.len() > self.limits.columns {
            return Err(FileFault::TooManyColumns { row, limit: self.limits.columns });
        }
        let too_long = cells.iter().position(|cell| match cell {
            Cell::Text(text) => text.chars().nth(self.limits.cell_chars).is_some(),
            _ => false,
        });
        match too_long {
            Some(column) => Err(FileFault::CellTooLong {
                row,
                column: column.saturating_add(1),
                limit: self.limits.cell_chars,
            }),
            None => Ok(()),
        }
    }
}

/// A cell from text: white space alone is nothing.
pub(super) fn text_cell(text: &str) -> Cell {
    if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}
