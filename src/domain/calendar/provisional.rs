//! Days off in a year without a published notice (NUMBERS §1).
//!
//! Saturdays and Sundays are off, so are the 13 statutory days of the 2024 Measures (全国年节及纪念日放假办法), and for
//! each statutory day that falls on a weekend one working day more; no bridge days and no make-up days, for those are
//! the notice's to decide. Every date counted over such a year is marked *provisional*.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::lunar::{Festivals, festivals};
use super::published::{DayName, is_weekend};

/// The weekday and weekend days off of `year`, each with its name, after the provisional rule.
///
/// Outside 2000–2100 the lunar festivals are not known and the map is empty: only weekends are off there.
pub(super) fn days_off(year: i32) -> BTreeMap<NaiveDate, DayName> {
    let statutory = statutory_days(year);
    let mut off: BTreeMap<NaiveDate, DayName> =
        statutory.iter().map(|(date, name)| (*date, DayName::new(name.0, name.1))).collect();
    // A festival that falls together with another (Mid-Autumn on 1–3 October) is still a day of its own: both are
    // made good when they meet on a weekend, as the list of 13 says and as the `holidays` package reads it.
    for (date, name) in statutory.iter().filter(|(date, _)| is_weekend(*date)) {
        if let Some(substitute) = date.iter_days().find(|day| !is_weekend(*day) && !off.contains_key(day)) {
            off.insert(
                substitute,
                DayName::new(&format!("{}补假", name.0), &format!("{} (substitute day)", name.1)),
            );
        }
    }
    off
}

type FestivalName = (&'static str, &'static str);

const NEW_YEARS_DAY: FestivalName = ("元旦", "New Year's Day");
const SPRING_FESTIVAL: FestivalName = ("春节", "Spring Festival");
const QINGMING: FestivalName = ("清明节", "Qingming Festival (Tomb-Sweeping Day)");
const LABOUR_DAY: FestivalName = ("劳动节", "Labour Day");
const DUANWU: FestivalName = ("端午节", "Dragon Boat Festival");
const MID_AUTUMN: FestivalName = ("中秋节", "Mid-Autumn Festival");
const NATIONAL_DAY: FestivalName = ("国庆节", "National Day");

/// The 13 statutory days of `year` in the order of the calendar; two entries may share a date.
fn statutory_days(year: i32) -> Vec<(NaiveDate, FestivalName)> {
    let Some(Festivals { new_year, qingming, duanwu, mid_autumn }) = festivals(year) else {
        return Vec::new();
    };
    let on = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let mut days: Vec<(NaiveDate, FestivalName)> = [
        (on(1, 1), NEW_YEARS_DAY),
        (new_year.pred_opt(), SPRING_FESTIVAL),
        (Some(new_year), SPRING_FESTIVAL),
        (new_year.succ_opt(), SPRING_FESTIVAL),
        (new_year.succ_opt().and_then(|second| second.succ_opt()), SPRING_FESTIVAL),
        (Some(qingming), QINGMING),
        (on(5, 1), LABOUR_DAY),
        (on(5, 2), LABOUR_DAY),
        (Some(duanwu), DUANWU),
        (Some(mid_autumn), MID_AUTUMN),
        (on(10, 1), NATIONAL_DAY),
        (on(10, 2), NATIONAL_DAY),
        (on(10, 3), NATIONAL_DAY),
    ]
    .into_iter()
    .filter_map(|(date, name)| Some((date?, name)))
    .collect();
    days.sort_by_key(|(date, _)| *date);
    days
}
