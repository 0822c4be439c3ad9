//! How numbers, dates, money and rates are written (UI.md §1.6 and §8): digits in tables, words in sentences.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;

use crate::i18n::{self, Lang};

use super::Page;

/// A length or a count as texts and templates take it.
pub fn how_many(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

impl Page {
    /// Today in the company's time zone.
    pub fn today(&self) -> NaiveDate {
        self.local(&self.now).date()
    }

    /// An instant as local wall-clock time.
    pub fn local(&self, at: &DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    /// A date in a table: `11-20`, with the year when it is not this one.
    pub fn day(&self, date: &NaiveDate) -> String {
        let pattern = if date.year() == self.today().year() { "%m-%d" } else { "%Y-%m-%d" };
        date.format(pattern).to_string()
    }

    /// A date in full: `2026-11-20`.
    pub fn date(&self, date: &NaiveDate) -> String {
        date.format("%Y-%m-%d").to_string()
    }

    /// A date in a sentence: `2026 年 11 月 20 日`, `20 November 2026`.
    pub fn date_words(&self, date: &NaiveDate) -> String {
        i18n::words_date(self.lang, *date)
    }

    /// An instant in a table: `11-20 17:40`, with the year when it is not this one.
    ///
    /// Books of other systems bring days without a time, which stand at the very midnight: these are shown as the day they
    /// are. What is recorded here carries its microsecond.
    pub fn at(&self, at: &DateTime<Utc>) -> String {
        let local = self.local(at);
        if local.time() == NaiveTime::MIN {
            return self.day(&local.date());
        }
        format!("{} {}", self.day(&local.date()), local.format("%H:%M"))
    }

    /// An instant in full, to the second: `2026-11-20 17:40:06`.
    pub fn at_full(&self, at: &DateTime<Utc>) -> String {
        self.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The local date of an instant in a table.
    pub fn on(&self, at: &DateTime<Utc>) -> String {
        self.day(&self.local(at).date())
    }

    /// When something last changed: the time today, the day otherwise.
    pub fn recent(&self, at: &DateTime<Utc>) -> String {
        let local = self.local(at);
        if local.date() == self.today() { local.format("%H:%M").to_string() } else { self.day(&local.date()) }
    }

    /// The value of `<time datetime>`.
    pub fn iso(&self, at: &DateTime<Utc>) -> String {
        at.format("%Y-%m-%dT%H:%MZ").to_string()
    }

    /// A month in a heading: `2026 年 11 月`, `November 2026`. `date` is any day of it.
    pub fn month(&self, date: &NaiveDate) -> String {
        let month = self.t(&format!("month-{}", date.month()));
        self.t2("fmt-month", "year", date.year(), "month", month)
    }

    /// A month under a chart: `11 月`, `Nov`.
    pub fn month_short(&self, date: &NaiveDate) -> String {
        match self.lang {
            i18n::Lang::Zh => self.t(&format!("month-{}", date.month())),
            i18n::Lang::En => self.t(&format!("month-{}", date.month())).chars().take(3).collect(),
        }
    }

    /// A count with separators: `12,480`.
    pub fn count(&self, n: &i64) -> String {
        group(&n.unsigned_abs().to_string(), *n < 0)
    }

    /// How long something takes, as people say it: `60 个工作日`, `4 小时`, `90 分钟`. The unit is that of a plan's term.
    pub fn span(&self, amount: i64, unit: &str) -> String {
        match unit {
            "minutes" if amount > 0 && amount % 60 == 0 => self.n("span-hours", &(amount / 60)),
            "minutes" => self.n("span-minutes", &amount),
            "working_days" => self.n("span-working_days", &amount),
            _ => self.n("span-calendar_days", &amount),
        }
    }

    /// The note of an act as people read it: what the act wrote itself (a place, a last day, a price, what became of data) is put
    /// into words; what somebody wrote stays.
    pub fn note(&self, kind: &str, note: &str) -> String {
        let day = match kind {
            "send_to_vendor" => "note-vendor-due",
            "send_quote" => "note-valid-until",
            "to_stock" | "scrap" => "",
            _ => return note.to_owned(),
        };
        let told = |piece: &str| {
            if piece.starts_with("vendor:") {
                return self.place(piece);
            }
            if let Ok(date) = piece.parse::<NaiveDate>()
                && !day.is_empty()
            {
                return self.t1(day, "date", self.date(&date));
            }
            if let Some(amount) = piece.strip_suffix(" CNY") {
                return format!("¥{amount}");
            }
            match piece.split_once(' ') {
                Some((answer @ ("keep" | "wipe" | "destroy"), proof)) => {
                    format!("{} {proof}", self.word("data-answer", answer))
                }
                _ => piece.to_owned(),
            }
        };
        note.split(" · ").map(told).collect::<Vec<_>>().join(" · ")
    }

    /// What a movement or an exception refers to, as people say it: a row of the stock import, somebody's round of scans. The
    /// number of a document stays as it is.
    pub fn reference(&self, document: &str) -> String {
        if let Some(row) = document.strip_prefix("import:stock#") {
            return self.t1("reference-stock-row", "row", row);
        }
        let mut parts = document.splitn(3, '-');
        let key = match parts.next() {
            Some("IN") => "reference-round-in",
            Some("OUT") => "reference-round-out",
            Some("MV") => "reference-round-move",
            _ => return document.to_owned(),
        };
        let day = parts.next().and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok());
        match (day, parts.next()) {
            (Some(day), Some(who)) => self.t2(key, "date", self.date(&day), "who", self.person(Some(who))),
            _ => document.to_owned(),
        }
    }

    /// The class of such a reference: numbers of documents are set in the letters of serials, words are not.
    pub fn reference_class(&self, document: &str) -> &'static str {
        if self.reference(document) == document { "mono" } else { "" }
    }

    /// An amount with its currency: `¥ 2,340.00`, `USD 12.50`.
    pub fn money(&self, amount: &Decimal, currency: &str) -> String {
        let digits = format!("{:.2}", amount.abs());
        let (whole, cents) = digits.split_once('.').unwrap_or((&digits, "00"));
        let mark = if currency == "CNY" { "¥" } else { currency };
        format!("{mark} {}.{cents}", group(whole, amount.is_sign_negative()))
    }

    /// A rate in thousandths, already floored (NUMBERS §2): 961 → `96.1 %`; none → an em dash.
    pub fn rate(&self, permille: &Option<i32>) -> String {
        permille.map_or_else(|| "—".to_owned(), |value| format!("{} %", tenths(&value)))
    }

    /// An instant on paper: what was entered by its day alone has no time of day to print.
    pub fn at_known(&self, at: &DateTime<Utc>) -> String {
        let local = self.local(at);
        if local.time() == NaiveTime::MIN { self.date(&local.date()) } else { self.at_full(at) }
    }

    /// What stands between two sentences: Chinese ends them with a full-width stop.
    pub fn gap(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "",
            Lang::En => " ",
        }
    }

    /// A target in thousandths without needless decimals: 950 → `95 %`.
    pub fn target(&self, permille: &i32) -> String {
        if permille % 10 == 0 { format!("{} %", permille / 10) } else { format!("{} %", tenths(permille)) }
    }
}

/// 961 → `96.1`.
pub fn tenths(permille: &i32) -> String {
    format!("{}.{}", permille / 10, permille % 10)
}

fn group(digits: &str, negative: bool) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if negative {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::web::samples;

    #[test]
    fn numbers_are_grouped() {
        let p = samples::page(Lang::Zh);
        assert_eq!(p.count(&0), "0");
        assert_eq!(p.count(&999), "999");
        assert_eq!(p.count(&1_000), "1,000");
        assert_eq!(p.count(&-1_234_567), "−1,234,567");
        assert_eq!(p.money(&Decimal::new(123_456, 2), "CNY"), "¥ 1,234.56");
        assert_eq!(p.money(&Decimal::new(-5, 0), "USD"), "USD −5.00");
    }

    #[test]
    fn times_and_references_read_as_people_say_them() {
        let (zh, en) = (samples::page(Lang::Zh), samples::page(Lang::En));
        for (amount, unit, chinese, english) in [
            (240, "minutes", "4 小时", "4 hours"),
            (60, "minutes", "1 小时", "1 hour"),
            (90, "minutes", "90 分钟", "90 minutes"),
            (60, "working_days", "60 个工作日", "60 working days"),
            (30, "calendar_days", "30 天", "30 days"),
        ] {
            assert_eq!((zh.span(amount, unit).as_str(), en.span(amount, unit).as_str()), (chinese, english));
        }
        for (document, chinese, english) in [
            ("import:stock#2", "库存导入第 2 行", "Stock import, row 2"),
            ("IN-20261120-li", "2026-11-20 收件扫描，li", "Receiving on 2026-11-20, li"),
            ("MV-20261120-li-wei", "2026-11-20 移库扫描，li-wei", "Moving on 2026-11-20, li-wei"),
            ("RMA-2026-000001", "RMA-2026-000001", "RMA-2026-000001"),
            ("IN-1", "IN-1", "IN-1"),
            ("", "", ""),
        ] {
            assert_eq!(
                (zh.reference(document).as_str(), en.reference(document).as_str()),
                (chinese, english)
            );
        }
    }

    #[test]
    fn rates_show_what_was_floored() {
        let p = samples::page(Lang::En);
        assert_eq!(p.rate(&Some(949)), "94.9 %");
        assert_eq!(p.rate(&Some(1000)), "100.0 %");
        assert_eq!(p.rate(&None), "—");
        assert_eq!(p.target(&950), "95 %");
        assert_eq!(p.target(&995), "99.5 %");
    }

    #[test]
    fn instants_are_local_and_years_are_written_when_they_differ() {
        let p = samples::page(Lang::Zh);
        // 2026-11-20 17:40 in Shanghai is the sample's now.
        assert_eq!(p.at(&p.now), "11-20 17:40");
        assert_eq!(p.recent(&p.now), "17:40");
        assert_eq!(p.recent(&samples::at(2026, 11, 19, 23, 59)), "11-19");
        let before_midnight = samples::at(2025, 12, 31, 23, 59);
        assert_eq!(p.at(&before_midnight), "2025-12-31 23:59");
        let day_alone = samples::at(2025, 12, 31, 0, 0);
        assert_eq!(p.at(&day_alone), "2025-12-31", "taken over by date only");
        assert_eq!(p.at(&(day_alone + chrono::TimeDelta::microseconds(1))), "2025-12-31 00:00");
        assert_eq!(p.month(&NaiveDate::from_ymd_opt(2026, 11, 1).unwrap()), "2026 年 11 月");
        assert_eq!(
            samples::page(Lang::En).month(&NaiveDate::from_ymd_opt(2026, 11, 1).unwrap()),
            "November 2026"
        );
    }
}
