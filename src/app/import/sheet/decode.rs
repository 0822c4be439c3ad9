//! From the bytes of a text file to UTF-8 with `\n` line ends, streaming.
//!
//! Spreadsheets on Chinese desktops save CSV as GB18030 or as UTF-8 with a byte order mark, and "Unicode text" as
//! UTF-16. Which one it is, is found by trying the whole file, not its beginning: a file may be plain ASCII for
//! thousands of rows before the first Han character.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::FileFault;

const BLOCK: usize = 16 * 1024;

/// Finds the encoding and goes back to the beginning.
pub(super) fn find_encoding<R: Read + Seek>(source: &mut R) -> Result<&'static Encoding, FileFault> {
    let mut head = Vec::with_capacity(BLOCK);
    source.seek(SeekFrom::Start(0))?;
    source.by_ref().take(BLOCK as u64).read_to_end(&mut head)?;
    let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding).filter(|encoding| *encoding != UTF_8);
    if marked.is_none() && head.contains(&0) {
        return Err(FileFault::NotATable);
    }
    let candidates = match marked {
        Some(encoding) if encoding == UTF_16LE => [UTF_16LE; 2],
        Some(_) => [UTF_16BE; 2],
        None => [UTF_8, GB18030],
    };
    for encoding in candidates {
        source.seek(SeekFrom::Start(0))?;
        if is_wholly(source, encoding)? {
            source.seek(SeekFrom::Start(0))?;
            return Ok(encoding);
        }
    }
    Err(FileFault::Encoding)
}

/// True when every byte of the rest of the source is valid in this encoding.
fn is_wholly<R: Read>(source: &mut R, encoding: &'static Encoding) -> Result<bool, FileFault> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut input = vec![0_u8; BLOCK];
    let mut output = vec![0_u8; BLOCK];
    loop {
        let filled = source.read(&mut input)?;
        let last = filled == 0;
        let mut rest = input.get(..filled).unwrap_or_default();
        loop {
            let (result, read, _) = decoder.decode_to_utf8_without_replacement(rest, &mut output, last);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::Malformed(..) => return Ok(false),
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
            }
        }
        if last {
            return Ok(true);
        }
    }
}

/// A reader of UTF-8 in which every line ends with a single `\n`, so that counting lines is counting `\n`.
pub(super) struct Utf8Lines<R> {
    source: R,
    decoder: Decoder,
    input: Vec<u8>,
    output: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    after_return: bool,
    ended: bool,
}

impl<R: Read> Utf8Lines<R> {
    pub(super) fn new(source: R, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; BLOCK],
            output: vec![0; BLOCK * 3],
            ready: Vec::with_capacity(BLOCK * 3),
            given: 0,
            after_return: false,
            ended: false,
        }
    }

    /// Decodes the next block into `ready`.
    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        let filled = self.source.read(&mut self.input)?;
        self.ended = filled == 0;
        let mut consumed = 0;
        loop {
            let rest = self.input.get(consumed..filled).unwrap_or_default();
            let (result, read, written, _) = self.decoder.decode_to_utf8(rest, &mut self.output, self.ended);
            consumed = consumed.saturating_add(read);
            for &byte in self.output.iter().take(written) {
                match byte {
                    b'\n' if self.after_return => {}
                    b'\r' => self.ready.push(b'\n'),
                    other => self.ready.push(other),
                }
                self.after_return = byte == b'\r';
            }
            if matches!(result, CoderResult::InputEmpty) {
                return Ok(());
            }
        }
    }
}

impl<R: Read> Read for Utf8Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let mut rest = self.ready.get(self.given..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.given = self.given.saturating_add(count);
        Ok(count)
    }
}
