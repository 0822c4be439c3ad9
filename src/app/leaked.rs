//! Passwords that leaked somewhere (OWASP ASVS 5, 6.2.12): a file of their SHA-1 hashes in order, one a line, as the
//! downloaders of "Have I Been Pwned" write it (`HASH:COUNT`). The file is tens of gigabytes: a question reads some forty
//! lines of it.

use sha1::{Digest, Sha1};
use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Hexadecimal digits of a SHA-1.
const DIGITS: usize = 40;
/// A hash, a colon, a count and the line's end.
const LINE_MAX: u64 = 128;

/// The file. It is opened at every question: a newer one may be put in its place at any time.
#[derive(Debug, Clone)]
pub struct Leaked {
    file: PathBuf,
}

impl Leaked {
    /// Takes the file, after a look at its first line.
    ///
    /// # Errors
    /// When it cannot be read or does not begin with a hash.
    pub fn open(file: &Path) -> Result<Leaked> {
        let leaked = Leaked { file: file.to_owned() };
        leaked.holds("")?;
        let mut first = BufReader::new(File::open(file)?);
        line_from(&mut first, 0)?.ok_or_else(|| Error::new(ErrorKind::InvalidData, "the file is empty"))?;
        Ok(leaked)
    }

    /// Whether the password is among them. Blocks on the disk.
    ///
    /// # Errors
    /// When the file cannot be read, or a line does not begin with a hash.
    pub fn holds(&self, password: &str) -> Result<bool> {
        let wanted = hex::encode_upper(Sha1::digest(password.as_bytes()));
        let file = File::open(&self.file)?;
        // Lines that may be the wanted one begin in low..high.
        let (mut low, mut high) = (0, file.metadata()?.len());
        let mut reader = BufReader::with_capacity(256, file);
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(line) = line_from(&mut reader, middle)?.filter(|line| line.start < high) else {
                high = middle;
                continue;
            };
            match line.hash.as_str().cmp(&wanted) {
                Ordering::Equal => return Ok(true),
                Ordering::Less => low = line.end,
                Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }
}

struct Line {
    start: u64,
    end: u64,
    hash: String,
}

/// The first line that begins at `at` or after it.
fn line_from(reader: &mut BufReader<File>, at: u64) -> Result<Option<Line>> {
    let mut start = at;
    let mut text = vec![];
    // One byte before: a line begins at `at` when that byte ends another.
    reader.seek(SeekFrom::Start(at.saturating_sub(1)))?;
    if at > 0 {
        let skipped = reader.by_ref().take(LINE_MAX).read_until(b'\n', &mut text)?;
        start = at - 1 + u64::try_from(skipped).map_err(Error::other)?;
        text.clear();
    }
    let read = reader.by_ref().take(LINE_MAX).read_until(b'\n', &mut text)?;
    if read == 0 {
        return Ok(None);
    }
    let hash = text.get(..DIGITS).and_then(|hash| std::str::from_utf8(hash).ok());
    let hash = hash.filter(|hash| hash.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let hash = hash.ok_or_else(|| {
        Error::new(ErrorKind::InvalidData, format!("no SHA-1 at the beginning of the line at byte {start}"))
    })?;
    let end = start + u64::try_from(read).map_err(Error::other)?;
    Ok(Some(Line { start, end, hash: hash.to_ascii_uppercase() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of(passwords: &[String], end: &str) -> tempfile::NamedTempFile {
        let mut lines: Vec<String> = passwords
            .iter()
            .enumerate()
            .map(|(n, password)| format!("{}:{n}{end}", hex::encode_upper(Sha1::digest(password.as_bytes()))))
            .collect();
        lines.sort();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), lines.concat()).unwrap();
        file
    }

    #[test]
    fn each_password_of_the_file_is_found_and_no_other() {
        for (count, end) in [(1, "\n"), (2, "\r\n"), (3, "\n"), (1_000, "\r\n")] {
            let passwords: Vec<String> = (0..count).map(|n| format!("password {n}")).collect();
            let file = file_of(&passwords, end);
            let leaked = Leaked::open(file.path()).unwrap();
            for password in &passwords {
                assert!(leaked.holds(password).unwrap(), "{password} of {count}");
                assert!(!leaked.holds(&format!("{password}!")).unwrap(), "{password}! of {count}");
            }
        }
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        for text in ["", "password\n", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD\n"] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            assert!(Leaked::open(file.path()).is_err(), "{text:?}");
        }
        assert!(Leaked::open(Path::new("nowhere/at/all")).is_err());
    }
}
