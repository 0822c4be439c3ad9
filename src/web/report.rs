//! `/report/timely-repair`: the rate of a period in its three variants, by group, and the lines behind each number.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::Page;
use super::chart;
use super::format::tenths;
use super::kit::{Clock, Html};
use super::rate::Rate;

/// A choice in a row of periods or groupings.
#[derive(Clone, Debug)]
pub struct Switch {
    /// What is read, in the page's language.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// One variant of the rate.
#[derive(Clone, Debug)]
pub struct VariantRow {
    /// `strict`, `by_due`, `remedy30`.
    pub code: &'static str,
    /// Whether the contract counts by it.
    pub contractual: bool,
    /// The figure.
    pub rate: Rate,
    /// The same page with this variant.
    pub href: String,
    /// The same without a class of lines.
    pub lines: String,
    /// Whether the page shows it now.
    pub current: bool,
}

/// The rate of one month, depot, customer or part.
#[derive(Clone, Debug)]
pub struct GroupRow {
    /// Name as shown.
    pub label: String,
    /// Code under it, empty for none.
    pub code: String,
    /// The figure.
    pub rate: Rate,
    /// The page limited to this group.
    pub href: String,
}

/// How the rate counts a line. The order is that of the tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// In the denominator, not in the numerator.
    Missed,
    /// In both.
    Timely,
    /// In the denominator: timely and missed.
    Eligible,
    /// Open and not yet due.
    Pending,
    /// On an open customer hold.
    Floating,
    /// Left the denominator.
    Excluded,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 6] =
        [Self::Missed, Self::Timely, Self::Eligible, Self::Pending, Self::Floating, Self::Excluded];

    /// The value of `class=`, and the anchor of the section.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Timely => "timely",
            Self::Eligible => "eligible",
            Self::Pending => "pending",
            Self::Floating => "floating",
            Self::Excluded => "excluded",
        }
    }

    /// The class of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

/// One line behind a number.
#[derive(Clone, Debug)]
pub struct ReportLine {
    /// RMA number.
    pub number: String,
    /// Line within it.
    pub line: i64,
    /// Part name.
    pub part_name: String,
    /// Faulty serial.
    pub serial: String,
    /// Customer name.
    pub customer: String,
    /// Day 0.
    pub received_on: Option<NaiveDate>,
    /// The due date that decides.
    pub due_on: Option<NaiveDate>,
    /// When it was handed back.
    pub returned_on: Option<NaiveDate>,
    /// Its clock.
    pub clock: Clock,
    /// Why it counts as it does: code of `rate-why-…`, empty when the class says it all.
    pub why: String,
    /// Cause code, empty when none is recorded.
    pub cause: String,
    /// Variants that count it as timely, though the one shown does not.
    pub timely_in: Vec<&'static str>,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/report.html", blocks = ["lines_block"])]
pub struct ReportPage {
    /// The frame.
    pub p: Page,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// Figures as of this instant.
    pub as_of: DateTime<Utc>,
    /// What the page is limited to, in words: a depot, customer or part; empty = everything.
    pub limited_to: String,
    /// Months to choose from.
    pub periods: Vec<Switch>,
    /// Groupings to choose from: month, depot, customer, part.
    pub groupings: Vec<Switch>,
    /// The figure shown large: the variant chosen.
    pub rate: Rate,
    /// All three.
    pub variants: Vec<VariantRow>,
    /// By the chosen grouping.
    pub groups: Vec<GroupRow>,
    /// The grouping's text key: `group-month`, `group-depot`, `group-customer`, `group-part`.
    pub group_key: &'static str,
    /// The class whose lines are listed.
    pub class: Class,
    /// The rest of the query string, for links that only change the class; starts with `&` or is empty.
    pub query: String,
    /// The lines of that class.
    pub lines: Vec<ReportLine>,
    /// Address of the next page of lines.
    pub next: Option<String>,
    /// Where the same rows can be had as a file.
    pub export: Vec<Switch>,
    /// All reports this person may read.
    pub tabs: Vec<Switch>,
    /// Missed lines by cause: the cause's code, empty where none is recorded, and how many.
    pub causes: Vec<(String, i64)>,
    /// Lines that a contract takes out of the rate for their cause.
    pub excused: i64,
    /// The rate if none were taken out; thousandths.
    pub without_excuses: Option<i32>,
    /// Where an evidence pack of the same lines is issued; none for who may not.
    pub evidence: Option<String>,
    /// Month-end forecast, where the page shows one month that is not over.
    pub forecast: Option<chart::Forecast>,
}

impl ReportPage {
    fn interval(&self) -> Html {
        chart::interval(&self.p, &self.rate)
    }

    /// Why the denominators of the three variants may differ.
    fn denominators(&self) -> String {
        let eligible = |row: &VariantRow| row.rate.eligible;
        let most = self.variants.iter().map(eligible).max().unwrap_or_default();
        let least = self.variants.iter().map(eligible).min().unwrap_or_default();
        if most == least {
            return self.p.n("report-same-denominator", &most);
        }
        self.p.n("report-other-denominator", &(most - least))
    }

    /// The period in words: a month where it is one.
    fn period(&self) -> String {
        use chrono::{Datelike, Days};
        let whole_month = self.from.day() == 1
            && self.from.month() == self.to.month()
            && self.from.year() == self.to.year()
            && self.to.checked_add_days(Days::new(1)).is_some_and(|next| next.day() == 1);
        if whole_month {
            self.p.month(&self.from)
        } else {
            format!("{} – {}", self.p.date(&self.from), self.p.date(&self.to))
        }
    }

    fn count_of(&self, class: &Class) -> i64 {
        match class {
            Class::Missed => self.rate.misses,
            Class::Timely => self.rate.timely,
            Class::Eligible => self.rate.eligible,
            Class::Pending => self.rate.pending,
            Class::Floating => self.rate.floating,
            Class::Excluded => self.rate.excluded,
        }
    }

    /// What the Wilson interval says in one plain sentence (UI-MORE.md, report).
    fn wilson_sentence(&self) -> String {
        let Some((low, high)) = self.rate.wilson95 else { return String::new() };
        let key = if low >= self.rate.target {
            "rate-wilson-above"
        } else if high < self.rate.target {
            "rate-wilson-below"
        } else if self.rate.shown.is_some_and(|shown| shown < self.rate.target) {
            "rate-wilson-open-below"
        } else {
            "rate-wilson-open"
        };
        let span = format!("{}–{} %", tenths(&low), tenths(&high));
        crate::i18n::format(
            self.p.lang,
            key,
            &crate::args! { "span" => span, "n" => self.rate.eligible, "target" => self.p.target(&self.rate.target) },
        )
    }

    /// The integer test behind "met", as it was computed.
    fn test(&self) -> String {
        let sign = if self.rate.meets_target == Some(true) { "≥" } else { "<" };
        format!("100 × {} {sign} {} × {}", self.rate.timely, self.rate.target_percent(), self.rate.eligible)
    }
}
