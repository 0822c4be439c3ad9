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
    /// The next action's code, empty when nothing is allowed to this person.
    pub next_action: String,
    /// Who holds it, empty for nobody.
    pub assignee: String,
}

/// Open lines by days left.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Text key of the label: `bucket-overdue`, `bucket-0-5`, `bucket-6-15`, `bucket-16-30`, `bucket-31`, `bucket-paused`, `bucket-not-started`.
    pub key: &'static str,
    /// How many lines.
    pub count: i64,
    /// Tone of bar and number.
    pub tone: Tone,
    /// Its rows.
    pub href: String,
}

/// A part below its reorder point in a depot.
#[derive(Clone, Debug)]
pub struct LowStock {
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub name: String,
    /// Depot code.
    pub depot: String,
    /// Depot name.
    pub depot_name: String,
    /// Good, ours, in the depot, not reserved.
    pub available: i64,
    /// The reorder point.
    pub minimum: i64,
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
    /// 2 to 5 tiles.
    pub tiles: Vec<Tile>,
    /// The month's rate, contractual variant.
    pub rate: Rate,
    /// The month before, closed; thousandths.
    pub last_month: Option<i32>,
    /// Twelve months, oldest first, ending with this one.
    pub trend: Vec<TrendPoint>,
    /// Month-end forecast, when it is computed.
    pub forecast: Option<Forecast>,
    /// At most eight.
    pub urgent: Vec<UrgentRow>,
    /// How many are at risk or late in all.
    pub urgent_total: i64,
    /// In the order of days left.
    pub buckets: Vec<Bucket>,
    /// Parts below their reorder point, the shortest first.
    pub low: Vec<LowStock>,
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

    /// One sentence that says how the month stands (UI.md §1.4).
    fn sentence(&self) -> String {
        let rate = &self.rate;
        if rate.due() == 0 {
            return self.p.t("dash-say-nothing-due");
        }
        if rate.misses_left < 0 {
            return self.p.n("dash-say-lost", &rate.misses_left.saturating_neg());
        }
        self.p.t2("dash-say-left", "open", rate.pending.saturating_add(rate.floating), "n", rate.misses_left)
    }
}
