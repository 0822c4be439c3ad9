//! Dates as people read them: words in sentences, digits in tables (UI.md §8). Times are local, 24 h.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::{Args, Lang, text};

/// With its weekday: `2027 年 2 月 19 日，星期五`, `Friday, 19 February 2027`.
pub fn long_date(lang: Lang, date: NaiveDate) -> String {
    let weekday = text(lang, &format!("weekday-{}", date.weekday().number_from_monday()));
    super::format(lang, "date-long", &parts(lang, date).with("weekday", weekday))
}

/// In words: `2027 年 2 月 19 日`, `19 February 2027`.
pub fn words_date(lang: Lang, date: NaiveDate) -> String {
    super::format(lang, "date-words", &parts(lang, date))
}

/// Short, for tight places in running text: `2027-02-19`, `19 Feb 2027`.
pub fn short_date(lang: Lang, date: NaiveDate) -> String {
    match lang {
        Lang::Zh => date.to_string(),
        Lang::En => date.format("%-d %b %Y").to_string(),
    }
}

/// Short with the time of day: `2026-11-20 17:31`, `20 Nov 2026, 17:31`. The caller has turned UTC into local time.
pub fn short_date_time(lang: Lang, local: NaiveDateTime) -> String {
    let time = local.format("%H:%M").to_string();
    super::format(
        lang,
        "date-time",
        &crate::args! { "date" => short_date(lang, local.date()), "time" => time },
    )
}

fn parts(lang: Lang, date: NaiveDate) -> Args<'static> {
    let month = text(lang, &format!("month-{}", date.month()));
    crate::args! { "year" => date.year(), "month" => month, "day" => date.day() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_people_write_them() {
        let date = NaiveDate::from_ymd_opt(2027, 2, 19).unwrap();
        assert_eq!(long_date(Lang::Zh, date), "2027 年 2 月 19 日，星期五");
        assert_eq!(long_date(Lang::En, date), "Friday, 19 February 2027");
        assert_eq!(words_date(Lang::Zh, date), "2027 年 2 月 19 日");
        assert_eq!(words_date(Lang::En, date), "19 February 2027");
        assert_eq!(short_date(Lang::Zh, date), "2027-02-19");
        assert_eq!(short_date(Lang::En, date), "19 Feb 2027");
        let time = date.and_hms_opt(7, 5, 59).unwrap();
        assert_eq!(short_date_time(Lang::Zh, time), "2027-02-19 07:05");
        assert_eq!(short_date_time(Lang::En, time), "19 Feb 2027, 07:05");
    }
}
