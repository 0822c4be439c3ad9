//! Published days: what a notice of the State Council says about one year, read from a file and checked.

use chrono::{Datelike, NaiveDate, Weekday};

use super::lunar;
use crate::text_enum;

text_enum! {
    /// What a notice says of a day. Plain weekends are not listed.
    ListedKind {
        /// A day off, whatever the day of the week.
        Holiday => "holiday",
        /// 调休: a Saturday or Sunday that is worked.
        Makeup => "makeup",
    }
}

/// The name of a listed day in both languages of the interface.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayName {
    /// Simplified Chinese, such as 春节.
    pub zh: String,
    /// English, such as Spring Festival.
    pub en: String,
}

impl DayName {
    /// A name from its two texts.
    pub fn new(zh: &str, en: &str) -> Self {
        Self { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// One line of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedDay {
    /// The local date.
    pub date: NaiveDate,
    /// Day off or make-up day.
    pub kind: ListedKind,
    /// What the day is called.
    pub name: DayName,
}

/// Why a calendar file or a notice was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The first line is not `date,kind,name_zh,name_en`.
    #[error("the heading must be date,kind,name_zh,name_en")]
    BadHeading,
    /// A line without a date `YYYY-MM-DD`, a kind and a name. Lines count from 1, the heading.
    #[error("line {line}: expected date,kind,name_zh,name_en")]
    BadLine {
        /// The file's own line number.
        line: usize,
    },
    /// A year whose working days cannot be computed.
    #[error("year {year} is outside {first} to {last}")]
    YearOutOfRange {
        /// The year asked for.
        year: i32,
        /// First year Beiku can count.
        first: i32,
        /// Last year Beiku can count.
        last: i32,
    },
    /// A date that a notice for `year` cannot speak about.
    #[error("{date} does not belong to the notice for {year}")]
    OutsideYear {
        /// The stray date.
        date: NaiveDate,
        /// The year of the notice.
        year: i32,
    },
    /// A notice may reach into the December before (2012's made 2011-12-31 a working day), but only when that year
    /// has been published itself.
    #[error("{date} belongs to a year without a published notice")]
    PreviousYearUnpublished {
        /// The date in the December before.
        date: NaiveDate,
    },
    /// The same date twice, be it as the same kind or as two kinds.
    #[error("{date} is listed twice")]
    Duplicate {
        /// The date.
        date: NaiveDate,
    },
    /// A make-up day must be a Saturday or Sunday: other days are worked anyway.
    #[error("{date} is a make-up day but falls on a weekday")]
    MakeupOnWeekday {
        /// The date.
        date: NaiveDate,
    },
    /// 1 January, 1 May and 1 October have been days off since 1949; a notice that works one of them is incomplete
    /// or for another year.
    #[error("{date} would be a working day")]
    StatutoryDayWorked {
        /// The statutory day.
        date: NaiveDate,
    },
}

impl CalendarError {
    /// The stable code of the fault, for a field error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadHeading => "calendar_bad_heading",
            Self::BadLine { .. } => "calendar_bad_line",
            Self::YearOutOfRange { .. } => "calendar_year_out_of_range",
            Self::OutsideYear { .. } => "calendar_date_outside_year",
            Self::PreviousYearUnpublished { .. } => "calendar_previous_year_unpublished",
            Self::Duplicate { .. } => "calendar_date_twice",
            Self::MakeupOnWeekday { .. } => "calendar_makeup_on_weekday",
            Self::StatutoryDayWorked { .. } => "calendar_statutory_day_worked",
        }
    }

    /// What the text needs to be filled in, by name.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadHeading => Vec::new(),
            Self::BadLine { line } => vec![("line", line.to_string())],
            Self::YearOutOfRange { year, first, last } => {
                vec![("year", year.to_string()), ("first", first.to_string()), ("last", last.to_string())]
            }
            Self::OutsideYear { date, year } => vec![("date", date.to_string()), ("year", year.to_string())],
            Self::PreviousYearUnpublished { date }
            | Self::Duplicate { date }
            | Self::MakeupOnWeekday { date }
            | Self::StatutoryDayWorked { date } => vec![("date", date.to_string())],
        }
    }
}

/// Reads the file format of `data/cn-calendar.csv`: UTF-8, heading `date,kind,name_zh,name_en`, one listed day a line,
/// names without commas. A byte order mark, CRLF line ends and empty lines are accepted.
///
/// # Errors
/// [`CalendarError::BadHeading`] or [`CalendarError::BadLine`].
pub fn parse_csv(text: &str) -> Result<Vec<PublishedDay>, CalendarError> {
    let mut lines = (1_usize..).zip(text.trim_start_matches('\u{feff}').lines());
    match lines.next() {
        Some((_, heading)) if heading.trim_end() == "date,kind,name_zh,name_en" => {}
        _ => return Err(CalendarError::BadHeading),
    }
    lines
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(line, text)| parse_line(text).ok_or(CalendarError::BadLine { line }))
        .collect()
}

fn parse_line(text: &str) -> Option<PublishedDay> {
    let mut fields = text.splitn(4, ',').map(str::trim);
    let date = NaiveDate::parse_from_str(fields.next()?, "%Y-%m-%d").ok()?;
    let kind = ListedKind::from_code(fields.next()?)?;
    let (zh, en) = (fields.next()?, fields.next()?);
    (!zh.is_empty() && !en.is_empty()).then(|| PublishedDay { date, kind, name: DayName::new(zh, en) })
}

/// Checks a notice for `year` by itself and against `previous_published`, whether the year before has a notice.
pub(super) fn check_notice(
    year: i32,
    days: &[PublishedDay],
    previous_published: bool,
) -> Result<(), CalendarError> {
    if !(lunar::FIRST_YEAR..=lunar::LAST_YEAR).contains(&year) {
        return Err(CalendarError::YearOutOfRange { year, first: lunar::FIRST_YEAR, last: lunar::LAST_YEAR });
    }
    let mut seen = std::collections::BTreeSet::new();
    for day in days {
        let date = day.date;
        if date.year() != year {
            if Some(date.year()) != year.checked_sub(1) || date.month() != 12 {
                return Err(CalendarError::OutsideYear { date, year });
            }
            if !previous_published {
                return Err(CalendarError::PreviousYearUnpublished { date });
            }
        }
        if !seen.insert(date) {
            return Err(CalendarError::Duplicate { date });
        }
        if day.kind == ListedKind::Makeup && !is_weekend(date) {
            return Err(CalendarError::MakeupOnWeekday { date });
        }
    }
    for (month, day) in [(1, 1), (5, 1), (10, 1)] {
        if let Some(date) = NaiveDate::from_ymd_opt(year, month, day) {
            let listed = days.iter().find(|listed| listed.date == date).map(|listed| listed.kind);
            if listed == Some(ListedKind::Makeup) || (listed.is_none() && !is_weekend(date)) {
                return Err(CalendarError::StatutoryDayWorked { date });
            }
        }
    }
    Ok(())
}

/// Saturday or Sunday.
pub(super) fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
