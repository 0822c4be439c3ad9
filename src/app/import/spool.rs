//! Accepted rows on their way from judging to writing: in a temporary file, so that memory stays flat.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One accepted row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staged<T> {
    /// The spreadsheet's own row number.
    pub row: u32,
    /// Under what the import remembers it.
    pub key: String,
    /// The row.
    pub value: T,
}

/// Where a row lies in the spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(u64);

/// A temporary file of rows, written once, then read as often as needed. It vanishes with this value.
#[derive(Debug)]
pub struct Spool<T> {
    file: BufWriter<File>,
    end: u64,
    count: u32,
    /// The file's cursor may stand anywhere, because somebody has read.
    moved: bool,
    kept: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    /// An empty spool.
    ///
    /// # Errors
    /// When there is no room for temporary files.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile()?),
            end: 0,
            count: 0,
            moved: false,
            kept: PhantomData,
        })
    }

    /// Appends a row and tells where it lies.
    ///
    /// # Errors
    /// What the file system answers.
    pub fn push(&mut self, row: &T) -> io::Result<Position> {
        let bytes = serde_json::to_vec(row)?;
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        let position = Position(self.end);
        if std::mem::take(&mut self.moved) {
            self.file.seek(SeekFrom::Start(self.end))?;
        }
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(&bytes)?;
        self.end = self.end.saturating_add(u64::from(length)).saturating_add(4);
        self.count = self.count.saturating_add(1);
        Ok(position)
    }

    /// Rows in the spool.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.count
    }

    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Reads from the beginning, in the order of writing.
    ///
    /// # Errors
    /// What the file system answers.
    pub fn read(&mut self) -> io::Result<Reading<'_, T>> {
        self.file.flush()?;
        self.moved = true;
        let mut file = self.file.get_ref();
        file.seek(SeekFrom::Start(0))?;
        Ok(Reading { file: BufReader::new(file), left: self.count, at: 0, kept: PhantomData })
    }

    /// Reads one row.
    ///
    /// # Errors
    /// What the file system answers.
    pub fn at(&mut self, position: Position) -> io::Result<T> {
        self.file.flush()?;
        self.moved = true;
        let mut file = self.file.get_ref();
        file.seek(SeekFrom::Start(position.0))?;
        take(&mut file).map(|(row, _)| row)
    }
}

/// Rows of a spool, one after the other.
#[derive(Debug)]
pub struct Reading<'a, T> {
    file: BufReader<&'a File>,
    left: u32,
    at: u64,
    kept: PhantomData<T>,
}

impl<T: DeserializeOwned> Reading<'_, T> {
    /// The next row with where it lies.
    pub fn next_at(&mut self) -> Option<io::Result<(Position, T)>> {
        self.left = self.left.checked_sub(1)?;
        let position = Position(self.at);
        Some(take(&mut self.file).map(|(row, length)| {
            self.at = self.at.saturating_add(length);
            (position, row)
        }))
    }
}

impl<T: DeserializeOwned> Iterator for Reading<'_, T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_at().map(|row| row.map(|(_, row)| row))
    }
}

/// One row and its length in the file.
fn take<T: DeserializeOwned>(source: &mut impl Read) -> io::Result<(T, u64)> {
    let mut length = [0_u8; 4];
    source.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    let mut bytes = vec![0_u8; usize::try_from(length).map_err(io::Error::other)?];
    source.read_exact(&mut bytes)?;
    Ok((serde_json::from_slice(&bytes)?, u64::from(length).saturating_add(4)))
}
