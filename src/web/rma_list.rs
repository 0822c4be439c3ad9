//! `/rma`: the list of RMA lines with views, filters and clocks.

use crate::app::rma::LineSort;
use crate::web::format::how_many;
use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::Form;
use super::kit::{Clock, Tone};

/// A ready-made view above the list.
#[derive(Clone, Debug)]
pub struct ViewTab {
    /// Text key: `view-open`, `view-risk`, `view-overdue`, `view-to-receive`, `view-closed`, …
    pub key: &'static str,
    /// Rows in it, when counted.
    pub count: Option<i64>,
    /// Tone of the count.
    pub tone: Tone,
    /// Its address.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// A view somebody kept.
#[derive(Clone, Debug)]
pub struct KeptView {
    /// Id.
    pub id: i64,
    /// Its name, as entered.
    pub name: String,
    /// Its address.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
    /// Rows in it, when counted.
    pub count: Option<i64>,
    /// All staff see it.
    pub shared: bool,
    /// Whether this person may take it away.
    pub may_forget: bool,
}

/// A group of tick boxes.
#[derive(Clone, Debug)]
pub struct Facet {
    /// Text key of its heading.
    pub key: &'static str,
    /// Parameter name.
    pub name: &'static str,
    /// Its boxes.
    pub options: Vec<FacetOption>,
}

/// One tick box.
#[derive(Clone, Debug)]
pub struct FacetOption {
    /// Parameter value.
    pub value: String,
    /// Label in the page's language, or a name as entered.
    pub label: String,
    /// Rows it would keep, when counted.
    pub count: Option<i64>,
    /// Ticked.
    pub checked: bool,
}

/// One line of an RMA.
#[derive(Clone, Debug)]
pub struct RmaRow {
    /// RMA number.
    pub number: String,
    /// Line within it.
    pub line: i64,
    /// Part number.
    pub part_no: String,
    /// Part name.
    pub part_name: String,
    /// Serial of the faulty unit.
    pub serial: String,
    /// Customer name.
    pub customer: String,
    /// Repair-track code.
    pub state: String,
    /// Its clock.
    pub clock: Clock,
    /// Receiving depot, as shown; empty before it is known.
    pub depot: String,
    /// Who cares for it; empty for nobody.
    pub assignee: String,
    /// Last event.
    pub updated_at: DateTime<Utc>,
}

/// A heading the list can be sorted by.
struct Heading {
    /// How it is, as `aria-sort` says it; empty when it is sorted by something else.
    sorted: &'static str,
    /// The list in the other order, or in the first one of this heading.
    href: String,
}

/// The list page. `results` alone is the block swapped by htmx.
#[derive(Template)]
#[template(path = "pages/rma_list.html", blocks = ["results"])]
pub struct RmaListPage {
    /// The frame.
    pub p: Page,
    /// The views.
    pub views: Vec<ViewTab>,
    /// Views people kept.
    pub kept: Vec<KeptView>,
    /// The view shown, as the parameter says.
    pub view: String,
    /// The order of the rows, as the parameter says.
    pub sort: &'static str,
    /// The list as a file: name of the form and address.
    pub exports: Vec<(String, String)>,
    /// The filters.
    pub facets: Vec<Facet>,
    /// Text searched within the list.
    pub q: String,
    /// The rows of this page.
    pub rows: Vec<RmaRow>,
    /// All rows that match, when counted.
    pub total: Option<i64>,
    /// Address of the next page.
    pub next: Option<String>,
    /// Whether any filter or text is on: an empty list then says so.
    pub filtered: bool,
    /// May this person create an RMA.
    pub may_create: bool,
    /// This page with every line ticked.
    pub all_href: String,
    /// Every line comes ticked.
    pub all: bool,
    /// Gives the chosen lines to somebody; none for who may not.
    pub assign: Option<Form>,
    /// Keeps what is ticked as a view; none while nothing is.
    pub keep: Option<Form>,
}

impl RmaListPage {
    /// How many boxes are ticked.
    fn ticked(&self) -> i64 {
        how_many(self.on().len())
    }

    /// The orders there are, the usual one first.
    fn sorts(&self) -> Vec<&'static str> {
        LineSort::ALL.iter().map(|sort| sort.as_str()).collect()
    }

    /// What a heading that has two orders says of itself: how the list is sorted by it, and where it leads on.
    fn heading(&self, up: &'static str, down: &'static str) -> Heading {
        let sorted =
            [(up, "ascending"), (down, "descending")].into_iter().find(|(sort, _)| *sort == self.sort);
        let then = if self.sort == up { down } else { up };
        Heading { sorted: sorted.map_or("", |(_, way)| way), href: self.address(None, &self.q, then) }
    }

    /// The address of this list without one of its boxes, with this search and in this order.
    fn address(&self, left_out: Option<usize>, q: &str, sort: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("view", &self.view);
        for (at, (name, option)) in self.on().iter().enumerate() {
            if left_out != Some(at) {
                query.append_pair(name, &option.value);
            }
        }
        if !q.is_empty() {
            query.append_pair("q", q);
        }
        if sort != LineSort::Due.as_str() {
            query.append_pair("sort", sort);
        }
        format!("/rma?{}", query.finish())
    }

    /// The boxes that are ticked, with their parameter.
    fn on(&self) -> Vec<(&'static str, &FacetOption)> {
        let boxes =
            self.facets.iter().flat_map(|facet| facet.options.iter().map(move |option| (facet.name, option)));
        boxes.filter(|(_, option)| option.checked).collect()
    }

    /// The filters that are on, each with the address of the list without it.
    fn chips(&self) -> Vec<(String, String)> {
        let ticked = self.on();
        let without = |at: usize| self.address(Some(at), &self.q, self.sort);
        let mut chips: Vec<(String, String)> =
            ticked.iter().enumerate().map(|(at, (_, option))| (option.label.clone(), without(at))).collect();
        if !self.q.is_empty() {
            chips.push((self.q.clone(), self.address(None, "", self.sort)));
        }
        chips
    }

    /// Whether one of the kept views is shown.
    fn is_kept(&self) -> bool {
        self.kept.iter().any(|view| view.current)
    }
}
