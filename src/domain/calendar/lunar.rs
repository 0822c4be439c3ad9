//! Where the moon puts the festivals: New Year, Qingming, Duanwu and Mid-Autumn, 2000–2100.
//!
//! Made from lunar_python 1.4.8 and held against borax 4.1.3, lunardate 0.3.0 and the observed days of holidays 0.109
//! (all from PyPI); `tests/independent/lunar_festivals.py` repeats the comparison. The four agree on every row but
//! one: for Mid-Autumn 2089 borax says 19 September, the other three the 18th (a new moon within a minute of midnight).

use chrono::NaiveDate;

/// The movable festivals of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Festivals {
    /// First day of the first lunar month.
    pub new_year: NaiveDate,
    /// The solar term Qingming.
    pub qingming: NaiveDate,
    /// Fifth day of the fifth lunar month.
    pub duanwu: NaiveDate,
    /// Fifteenth day of the eighth lunar month.
    pub mid_autumn: NaiveDate,
}

/// The first and the last year the table knows.
pub(super) const FIRST_YEAR: i32 = 2000;
pub(super) const LAST_YEAR: i32 = 2100;

/// The movable festivals of `year`; `None` outside [`FIRST_YEAR`]..=[`LAST_YEAR`].
pub(super) fn festivals(year: i32) -> Option<Festivals> {
    let row = usize::try_from(year.checked_sub(FIRST_YEAR)?).ok()?;
    let &(new_year, qingming, duanwu, mid_autumn) = TABLE.get(row)?;
    let on = |month_day: u32| NaiveDate::from_ymd_opt(year, month_day / 100, month_day % 100);
    Some(Festivals {
        new_year: on(new_year)?,
        qingming: on(400 + qingming)?,
        duanwu: on(duanwu)?,
        mid_autumn: on(mid_autumn)?,
    })
}

/// (New Year as MMDD, Qingming as the day in April, Duanwu as MMDD, Mid-Autumn as MMDD), one row a year from
/// [`FIRST_YEAR`]; four years to a line.
#[rustfmt::skip]
const TABLE: [(u32, u32, u32, u32); 101] = [
    /* 2000 */ (205, 4, 606, 912), (124, 5, 625, 1001), (212, 5, 615, 921), (201, 5, 604, 911),
    /* 2004 */ (122, 4, 622, 928), (209, 5, 611, 918), (129, 5, 531, 1006), (218, 5, 619, 925),
    /* 2008 */ (207, 4, 608, 914), (126, 4, 528, 1003), (214, 5, 616, 922), (203, 5, 606, 912),
    /* 2012 */ (123, 4, 623, 930), (210, 4, 612, 919), (131, 5, 602, 908), (219, 5, 620, 927),
    /* 2016 */ (208, 4, 609, 915), (128, 4, 530, 1004), (216, 5, 618, 924), (205, 5, 607, 913),
    /* 2020 */ (125, 4, 625, 1001), (212, 4, 614, 921), (201, 5, 603, 910), (122, 5, 622, 929),
    /* 2024 */ (210, 4, 610, 917), (129, 4, 531, 1006), (217, 5, 619, 925), (206, 5, 609, 915),
    /* 2028 */ (126, 4, 528, 1003), (213, 4, 616, 922), (203, 5, 605, 912), (123, 5, 624, 1001),
    /* 2032 */ (211, 4, 612, 919), (131, 4, 601, 908), (219, 5, 620, 927), (208, 5, 610, 916),
    /* 2036 */ (128, 4, 530, 1004), (215, 4, 618, 924), (204, 5, 607, 913), (124, 5, 527, 1002),
    /* 2040 */ (212, 4, 614, 920), (201, 4, 603, 910), (122, 4, 622, 928), (210, 5, 611, 917),
    /* 2044 */ (130, 4, 531, 1005), (217, 4, 619, 925), (206, 4, 608, 915), (126, 5, 529, 1004),
    /* 2048 */ (214, 4, 615, 922), (202, 4, 604, 911), (123, 4, 623, 930), (211, 5, 613, 919),
    /* 2052 */ (201, 4, 601, 907), (219, 4, 620, 926), (208, 4, 610, 916), (128, 5, 530, 1005),
    /* 2056 */ (215, 4, 617, 924), (204, 4, 606, 913), (124, 4, 625, 1002), (212, 5, 614, 921),
    /* 2060 */ (202, 4, 603, 909), (121, 4, 622, 928), (209, 4, 611, 917), (129, 5, 601, 1006),
    /* 2064 */ (217, 4, 619, 925), (205, 4, 608, 915), (126, 4, 528, 1003), (214, 5, 616, 923),
    /* 2068 */ (203, 4, 604, 911), (123, 4, 623, 929), (211, 4, 613, 919), (131, 5, 602, 908),
    /* 2072 */ (219, 4, 620, 926), (207, 4, 610, 916), (127, 4, 530, 1005), (215, 4, 617, 924),
    /* 2076 */ (205, 4, 606, 912), (124, 4, 624, 1001), (212, 4, 614, 920), (202, 4, 604, 910),
    /* 2080 */ (122, 4, 622, 928), (209, 4, 611, 917), (129, 4, 601, 1006), (217, 4, 619, 926),
    /* 2084 */ (206, 4, 607, 914), (126, 4, 527, 1003), (214, 4, 615, 922), (203, 4, 605, 911),
    /* 2088 */ (124, 4, 623, 929), (210, 4, 613, 918), (130, 4, 602, 908), (218, 4, 621, 927),
    /* 2092 */ (207, 4, 609, 916), (127, 4, 529, 1005), (215, 4, 617, 924), (205, 4, 606, 913),
    /* 2096 */ (125, 4, 624, 930), (212, 4, 614, 920), (201, 4, 604, 909), (121, 4, 623, 929),
    /* 2100 */ (209, 5, 612, 918),
];
