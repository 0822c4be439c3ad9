//! Reading an uploaded notice.

use crate::app::{AppResult, Error};
use crate::domain::calendar::{CalendarError, PublishedDay, parse_csv};
use crate::domain::refusal::{FieldError, Refusal};
use chrono::{Datelike, NaiveDate};
use encoding_rs::{GB18030, UTF_8};
use std::collections::BTreeMap;

/// Longest name of a day, in characters.
const NAME_MAX: usize = 100;

/// The official notice for one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The year it is for.
    pub year: i32,
    /// The days it names; days of the December before may be among them.
    pub days: Vec<PublishedDay>,
}

/// The text of a file: UTF-8, or GB18030 as a Chinese Excel writes it.
///
/// # Errors
/// 422 on `file`: neither.
pub fn text_of(bytes: &[u8]) -> AppResult<String> {
    let readable = [UTF_8, GB18030]
        .into_iter()
        .find_map(|encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes));
    Ok(readable.ok_or_else(|| Refusal::field("file", "encoding_unknown"))?.into_owned())
}

/// Reads a file in the format of the built-in calendar (`date,kind,name_zh,name_en`) as one notice per year.
pub fn read_csv(text: &str) -> AppResult<Vec<Notice>> {
    let days = parse_csv(text).map_err(|error| refusal("file", &error))?;
    read_days(None, days)
}

/// Sorts days into notices. With `year` they all belong to that one. Without, and when all lie in one year and the December
/// before it, to that year; else each to its own.
pub fn read_days(year: Option<i32>, days: Vec<PublishedDay>) -> AppResult<Vec<Notice>> {
    check(&days)?;
    let Some(newest) = days.iter().map(|day| day.date.year()).max() else {
        return Err(Refusal::field("days", "required").into());
    };
    let in_december_before = |date: NaiveDate| date.year() == newest - 1 && date.month() == 12;
    let is_one = days.iter().all(|day| day.date.year() == newest || in_december_before(day.date));
    let one = year.or(is_one.then_some(newest));
    let mut by_year: BTreeMap<i32, Vec<PublishedDay>> = BTreeMap::new();
    for day in days {
        by_year.entry(one.unwrap_or(day.date.year())).or_default().push(day);
    }
    Ok(by_year.into_iter().map(|(year, days)| Notice { year, days }).collect())
}

fn check(days: &[PublishedDay]) -> AppResult<()> {
    let mut errors = vec![];
    for (at, day) in days.iter().enumerate() {
        for (field, name) in [("name_zh", &day.name.zh), ("name_en", &day.name.en)] {
            if name.chars().any(char::is_control) {
                errors.push(FieldError::new(format!("days[{at}].{field}"), "control_character"));
            } else if name.chars().count() > NAME_MAX {
                errors.push(FieldError::new(format!("days[{at}].{field}"), "too_long").with("max", NAME_MAX));
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors).into()) }
}

/// A fault of a notice as the error of the field it came in.
pub(super) fn refusal(field: &str, error: &CalendarError) -> Error {
    Refusal::Invalid(vec![FieldError { field: field.to_owned(), code: error.code(), args: error.args() }])
        .into()
}
