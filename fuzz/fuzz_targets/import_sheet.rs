//! Any bytes are a table (CSV or XLSX) or a named fault.
#![no_main]

use beiku::app::import::sheet::{FileFault, Limits, stream};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { rows: 10_000, columns: 200, cell_chars: 4_000, unpacked_bytes: 16 << 20 };
    let _answer = stream(Cursor::new(bytes), &limits, |_| Ok::<_, FileFault>(()));
});
