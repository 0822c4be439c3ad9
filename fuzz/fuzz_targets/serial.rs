//! A serial or a code in its form stays as it is.
#![no_main]

use beiku::domain::serial::{Code, Serial};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(serial) = Serial::parse(text) {
        let again = Serial::parse(serial.as_str()).expect("a normalised serial is a serial");
        assert_eq!(again.as_str(), serial.as_str());
        assert_eq!(serial.reversed().chars().rev().collect::<String>(), serial.as_str());
    }
    if let Ok(code) = Code::parse(text) {
        let again = Code::parse(code.as_str()).expect("a normalised code is a code");
        assert_eq!(again.as_str(), code.as_str());
    }
});
