//! A machine's clock of a program's own, which a test puts back and forward while the program runs.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A clock that is off by so many seconds.
pub struct SkewedClock {
    folder: TempDir,
}

impl SkewedClock {
    /// One that is right. `None`, said loudly, where there is no C compiler to build what is preloaded, or no preloading.
    pub fn right() -> Option<SkewedClock> {
        let clock = SkewedClock { folder: tempfile::tempdir().unwrap() };
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/skewed-clock.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-shared", "-fPIC", "-o"]).arg(clock.library()).arg(source).arg("-ldl");
        if !cfg!(target_os = "linux") || !compiler.status().is_ok_and(|built| built.success()) {
            super::say_loudly(
                "NO C COMPILER (cc) HERE: clocks that are put back under load WERE NOT TESTED.",
            );
            return None;
        }
        std::fs::write(clock.file(), 0_i64.to_ne_bytes()).unwrap();
        Some(clock)
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("skewed-clock.so")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("skew")
    }

    /// What a program that reads this clock is given.
    pub fn settings(&self) -> [(&'static str, String); 2] {
        [("LD_PRELOAD", self.library().display().to_string()), ("SKEW", self.file().display().to_string())]
    }

    /// Puts it so many seconds away from the machine's, at once.
    pub fn put(&self, seconds: i64) {
        let file = OpenOptions::new().write(true).open(self.file()).unwrap();
        file.write_all_at(&seconds.to_ne_bytes(), 0).unwrap();
    }
}
