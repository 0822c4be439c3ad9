//! Any text is a calendar notice or a named fault, and a notice that is read can be put in force or is refused.
#![no_main]

use beiku::app::calendar::read_csv;
use beiku::domain::calendar::{Calendar, parse_csv};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if parse_csv(text).is_ok() {
        let _notices = read_csv(text);
    }
    let with_heading = format!("date,kind,name_zh,name_en\n{text}");
    if let Ok(days) = parse_csv(&with_heading) {
        let _calendar = Calendar::builtin().with_published_year(2027, days);
    }
});
