//! Writing to the terminal. Standard output is for what was asked for, standard error for everything else. A reader that
//! went away (`| head`) is no reason to fail.

use std::io::Write;

/// A line of the answer.
pub fn line(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}

/// A remark beside the answer.
pub fn remark(text: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "{text}");
}

/// Why the command failed.
pub fn complaint(text: &str) {
    remark(text);
}
