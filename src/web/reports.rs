//! `/report/…`: the figures beside the timely repair rate, one tab each: numbers, groups, and the rows they count.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::kit::{Html, Tone};
use super::report::Switch;
use super::settings::Section;

/// A number of a report, linked to its rows where it has any of its own.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is, in words.
    pub label: String,
    /// The number, as shown.
    pub value: String,
    /// A comparison, empty for none.
    pub note: String,
    /// Its rows, empty for none.
    pub href: String,
    /// Tone of the number.
    pub tone: Tone,
}

/// A report.
#[derive(Template)]
#[template(path = "pages/reports.html")]
pub struct ReportsPage {
    /// The frame.
    pub p: Page,
    /// Its name.
    pub title: String,
    /// What it counts, in a sentence.
    pub sub: String,
    /// All reports this person may read.
    pub tabs: Vec<Switch>,
    /// Periods to choose from.
    pub periods: Vec<Switch>,
    /// Groupings to choose from.
    pub groupings: Vec<Switch>,
    /// When it was read.
    pub as_of: DateTime<Utc>,
    /// The numbers.
    pub figures: Vec<Figure>,
    /// A chart, empty for none.
    pub chart: Html,
    /// What the chart shows.
    pub chart_title: String,
    /// Groups and rows.
    pub sections: Vec<Section>,
    /// A form at the end: issuing a pack.
    pub export: Vec<Switch>,
}
