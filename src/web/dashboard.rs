//! `/`: the promise meter, the trend, what needs a decision, what is short.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::Page;
use super::chart::{self, Forecast, TrendPoint};
use super::kit::{Clock, Html, Tone};
use super::rate::Rate;

/// A number with one comparison, linked to its rows.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Text key of the label, such as `tile-open`.
    pub key: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// The number.
    pub value: i64,
    /// Tone of the number.
    pub tone: Tone,
    /// A comparison in words, empty for none.
    pub note: String,
    /// Its rows.
    pub href: String,
}

/// A line that needs a decision, most urgent first.
#[derive(Clone, Debug)]
pub struct UrgentRow {
    /// RMA number.
    pub number: String,
    /// Line within it.
    pub line: i64,
    /// Part name.
    pub part_name: String,
    /// Customer name.
    pub customer: String,
    /// Repair-track code.
    pub state: String,
    /// Its clock.
    pub clock: Clock,
    /// Why it stands here, in words.
    pub reason: String,
    /// Who does what next.
    pub next: NextStep,
    /// Who cares for it, empty for nobody.
    pub assignee: String,
}

/// Who does what next on a line.
#[derive(Clone, Debug, Default)]
pub struct NextStep {
    /// Whose step it is, in words: a role, or the customer. Empty: nothing is left to do.
    pub who: String,
    /// The step, in words.
    pub what: String,
    /// Where it is done; none when it is not this person's.
    pub href: Option<String>,
}

/// How far good stock covers the minimum: parts by depots.
#[derive(Clone, Debug, Default)]
pub struct Heat {
    /// Depots as headings: code and name.
    pub depots: Vec<(String, String)>,
    /// Parts, the barest first.
    pub rows: Vec<HeatRow>,
    /// Parts that are not shown.
    pub more: i64,
    /// Whether cells tell weeks of use, because nobody set a minimum anywhere.
    pub by_weeks: bool,
}

/// One part of the heat table.
#[derive(Clone, Debug)]
pub struct HeatRow {
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub name: String,
    /// One per depot; none where it has no minimum.
    pub cells: Vec<Option<HeatCell>>,
}

/// A part in a depot.
#[derive(Clone, Copy, Debug)]
pub struct HeatCell {
    /// Good, ours, in the depot, not reserved.
    pub available: i64,
    /// The minimum; nought where cells tell weeks.
    pub minimum: i64,
    /// Used in 26 weeks; nought where cells tell the minimum.
    pub used: i64,
}

impl HeatCell {
    /// Weeks what is there will last, by the average of 26 weeks; none when nothing is used.
    pub fn weeks(&self) -> Option<String> {
        let tenths = self.available.max(0).saturating_mul(260).checked_div(self.used)?;
        Some(format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// Its shade: below the minimum, at it, above it, half as much again, twice as much.
    pub fn class(&self) -> &'static str {
        let (have, want) = (self.available, self.minimum.max(1));
        if self.minimum == 0 {
            // Under one, two, four, six weeks.
            let lasts = |weeks: i64| have.saturating_mul(26) < self.used.saturating_mul(weeks);
            return match () {
                () if lasts(1) => "h0",
                () if lasts(2) => "h1",
                () if lasts(4) => "h2",
                () if lasts(6) => "h3",
                () => "h4",
            };
        }
        if have < want {
            "h0"
        } else if have == want {
            "h1"
        } else if have.saturating_mul(2) < want.saturating_mul(3) {
            "h2"
        } else if have < want.saturating_mul(2) {
            "h3"
        } else {
            "h4"
        }
    }
}

/// How often the spare was there at once, and what was not.
#[derive(Clone, Debug, Default)]
pub struct FillCard {
    /// All depots together; thousandths.
    pub rate: Option<i32>,
    /// Requests approved and decided.
    pub approved: i64,
    /// By first-chosen depot.
    pub depots: Vec<FillDepot>,
    /// Requests not filled at once.
    pub missed: i64,
    /// Of them by part and depot, the most frequent first.
    pub unfilled: Vec<(String, i64)>,
}

/// The fill rate of a depot.
#[derive(Clone, Debug)]
pub struct FillDepot {
    /// Name as shown.
    pub name: String,
    /// Thousandths.
    pub rate: Option<i32>,
    /// Requests approved and decided.
    pub approved: i64,
    /// Its requests.
    pub href: String,
}

/// Open lines by days left.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Text key of the label: `bucket-overdue`, `bucket-0-5`, `bucket-6-15`, `bucket-16-30`, `bucket-31`, `bucket-none`.
    pub key: &'static str,
    /// How many lines.
    pub count: i64,
    /// Tone of bar and number.
    pub tone: Tone,
    /// Its rows.
    pub href: String,
}

/// The overview of staff.
#[derive(Template)]
#[template(path = "pages/dashboard.html")]
pub struct DashboardPage {
    /// The frame.
    pub p: Page,
    /// First day of the month of the rate.
    pub month: NaiveDate,
    /// When the figures were read.
    pub as_of: DateTime<Utc>,
    /// Whether the way to the first RMA is still to be gone.
    pub begins: bool,
    /// Instruments to be checked.
    pub checks: i64,
    /// 2 to 5 tiles.
    pub tiles: Vec<Tile>,
    /// The month's rate, contractual variant.
    pub rate: Rate,
    /// The month before, closed; thousandths.
    pub last_month: Option<i32>,
    /// Twelve months, oldest first, ending with this one.
    pub trend: Vec<TrendPoint>,
    /// Month-end forecast; none while nothing is due in the month.
    pub forecast: Option<Forecast>,
    /// How many of the month's open lines are expected to be late.
    pub expected_misses: i64,
    /// Chance in percent that the month meets its target.
    pub chance: Option<i64>,
    /// At most eight.
    pub urgent: Vec<UrgentRow>,
    /// How many are at risk or late in all.
    pub urgent_total: i64,
    /// In the order of days left.
    pub buckets: Vec<Bucket>,
    /// Cover by depot.
    pub heat: Heat,
    /// First-fill rate.
    pub fill: FillCard,
}

impl DashboardPage {
    fn meter(&self) -> Html {
        chart::meter(&self.p, &self.rate)
    }

    fn trend_chart(&self) -> Html {
        chart::trend(&self.p, &self.trend, self.rate.target, self.forecast)
    }

    fn bar(&self, bucket: &Bucket) -> Html {
        let largest = self.buckets.iter().map(|bucket| bucket.count).max().unwrap_or_default();
        let fill = match bucket.tone {
            Tone::Bad => "f-bad",
            Tone::Warn => "f-warn",
            Tone::Hold => "f-hold",
            _ => "f-mute",
        };
        chart::amount_bar(fill, bucket.count, largest)
    }

    fn fill_bar(&self, depot: &FillDepot) -> Html {
        chart::share_bar(depot.rate.unwrap_or_default(), self.rate.target)
    }

    /// Whether a depot's rate lies under the mark of its bar.
    fn is_thin(&self, depot: &FillDepot) -> bool {
        depot.rate.is_some_and(|rate| rate < self.rate.target)
    }

    /// What a cell says to readers that cannot see its colour.
    fn heat_words(&self, cell: &HeatCell) -> String {
        if self.heat.by_weeks {
            return self.p.t2("dash-heat-weeks-cell", "have", cell.available, "used", cell.used);
        }
        self.p.t2("dash-heat-cell", "have", cell.available, "want", cell.minimum)
    }

    /// One sentence that says how the month stands (UI.md §1.4).
    fn sentence(&self) -> String {
        let rate = &self.rate;
        if rate.due() == 0 {
            return self.p.t("dash-say-nothing-due");
        }
        if rate.misses_left < 0 {
            return self.p.n("dash-say-lost", &rate.misses_left.saturating_neg());
        }
        let args = crate::args! {
            "open" => rate.pending.saturating_add(rate.floating), "expected" => self.expected_misses, "n" => rate.misses_left
        };
        crate::i18n::format(self.p.lang, "dash-say-left", &args)
    }
}
