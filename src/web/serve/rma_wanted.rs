//! What the list of lines shows, as the address says it: view, boxes, search, order and page.

use super::act::{Sent, given, value};
use super::answer::part;
use crate::app::Ctx;
use crate::app::figures;
use crate::app::rma::{DueDays, DueGroup, Facets, LineFilter, LineMark, LineRow, LineSort};
use crate::domain::calendar::Calendar;
use crate::domain::rma::RepairState;
use crate::http::{Problem, Trouble};
use crate::web::kit::Tone;
use chrono::{DateTime, NaiveDate};

/// The built-in views: parameter, text key, tone of the count.
pub const VIEWS: [(&str, &str, Tone); 5] = [
    ("open", "view-open", Tone::Plain),
    ("risk", "view-risk", Tone::Warn),
    ("overdue", "view-overdue", Tone::Bad),
    ("mine", "view-mine", Tone::Plain),
    ("all", "view-all", Tone::Plain),
];

/// What the list shows, read from the address.
pub struct Wanted {
    /// One of [`VIEWS`].
    pub view: &'static str,
    /// What is ticked, as (parameter, value).
    pub ticked: Vec<(&'static str, String)>,
    /// What is searched for.
    pub q: String,
    /// The order of the rows.
    pub sort: LineSort,
    /// Where the page begins; `None` for the first.
    pub after: Option<LineMark>,
    /// Every line of the page comes ticked: for those without script.
    pub all: bool,
}

impl Wanted {
    /// Reads the address. An order nobody knows is the usual one.
    pub fn read(sent: &Sent) -> Result<Wanted, Problem> {
        let sort = LineSort::from_code(value(sent, "sort")).unwrap_or(LineSort::Due);
        let after =
            given(sent, "after").map(|text| mark(sort, &text).ok_or(Trouble::BadCursor)).transpose()?;
        let view = VIEWS.iter().map(|(view, ..)| *view).find(|view| *view == value(sent, "view"));
        let mut ticked = vec![];
        for group in ["clock", "state", "depot", "assignee", "customer", "contract"] {
            let of_group = sent.iter().filter(|(name, _)| name == group).take(64);
            ticked.extend(of_group.map(|(_, value)| (group, value.trim().to_owned())));
        }
        let all = !value(sent, "all").is_empty();
        let q = value(sent, "q").to_owned();
        Ok(Wanted { view: view.unwrap_or("open"), ticked, q, sort, after, all })
    }

    /// All lines of a view, in the usual order.
    pub fn view(view: &'static str) -> Wanted {
        Wanted { view, ticked: vec![], q: String::new(), sort: LineSort::Due, after: None, all: false }
    }

    /// What is ticked in a group.
    pub fn of(&self, group: &str) -> Vec<String> {
        self.ticked.iter().filter(|(name, _)| *name == group).map(|(_, value)| value.clone()).collect()
    }

    /// Whether a box is ticked.
    pub fn has(&self, group: &str, value: &str) -> bool {
        self.ticked.iter().any(|(name, ticked)| *name == group && ticked == value)
    }

    /// The lines it keeps.
    pub fn filter(&self, ctx: &Ctx, today: NaiveDate) -> LineFilter {
        let overdue = DueGroup::Overdue.days(&ctx.calendar, today);
        let at_risk = (self.view == "risk").then(|| figures::at_risk(&ctx.calendar, today));
        let mut assignees = self.of("assignee");
        if self.view == "mine" {
            assignees = vec![ctx.actor.username.clone()];
        }
        let ticked = self.of("clock");
        let due = ticked.iter().filter_map(|code| days_of(code, &ctx.calendar, today));
        LineFilter {
            open: self.view != "all",
            due: (self.view == "overdue").then_some((overdue.from, overdue.to)),
            at_risk,
            facets: Facets {
                stages: self.of("state").iter().filter_map(|code| RepairState::from_code(code)).collect(),
                depots: self.of("depot"),
                assignees,
                customers: self.of("customer"),
                contracts: self.of("contract"),
                due: due.map(|days| (days.from, days.to)).collect(),
            },
            q: Some(self.q.clone()).filter(|text| !text.is_empty()),
            ..LineFilter::default()
        }
    }

    /// Whether anything but the view narrows the list.
    pub fn is_filtered(&self) -> bool {
        !(self.ticked.is_empty() && self.q.is_empty())
    }

    /// Where this page of the list begins, as it stands in the address; nothing for the first.
    pub fn page(&self) -> String {
        self.after.map_or_else(String::new, |mark| format!("&after={}", written(mark)))
    }

    /// The query string of the page after the row.
    pub fn next(&self, row: &LineRow) -> String {
        let mark = self.sort.mark(row.id, row.sort_due, row.last_event_at);
        format!("{}&after={}", self.query(), written(mark))
    }

    /// The query string of this list.
    pub fn query(&self) -> String {
        let mut query = format!("view={}", self.view);
        for (group, value) in &self.ticked {
            query.push_str(&format!("&{group}={}", part(value)));
        }
        if !self.q.is_empty() {
            query.push_str(&format!("&q={}", part(&self.q)));
        }
        if self.sort != LineSort::Due {
            query.push_str(&format!("&sort={}", self.sort));
        }
        query
    }
}

/// A mark as the address has it.
fn written(mark: LineMark) -> String {
    match mark {
        LineMark::Number(id) => id.to_string(),
        LineMark::Due(day, id) => format!("{day}_{id}"),
        LineMark::Changed(at, id) => format!("{}_{id}", at.timestamp_micros()),
    }
}

/// A mark of a list in this order.
fn mark(sort: LineSort, text: &str) -> Option<LineMark> {
    let (first, id) = text.split_once('_').unwrap_or((text, text));
    let id = id.parse().ok()?;
    Some(match sort {
        LineSort::Newest | LineSort::Oldest => LineMark::Number(id),
        LineSort::Due | LineSort::LastDue => LineMark::Due(first.parse().ok()?, id),
        LineSort::Changed | LineSort::Unchanged => {
            LineMark::Changed(DateTime::from_timestamp_micros(first.parse().ok()?)?, id)
        }
    })
}

/// The promised days a box of the clock stands for: the groups are those of the overview.
fn days_of(code: &str, calendar: &Calendar, today: NaiveDate) -> Option<DueDays> {
    Some(DueGroup::from_code(code)?.days(calendar, today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    #[test]
    fn the_address_says_what_is_shown() {
        let sent =
            |text: &str| -> Sent { url::form_urlencoded::parse(text.as_bytes()).into_owned().collect() };
        let wanted =
            Wanted::read(&sent("view=mine&state=testing&state=expected&depot=JN&q=齐 鲁&x=1")).ok().unwrap();
        assert_eq!(wanted.of("state"), ["testing", "expected"]);
        let query = wanted.query();
        assert_eq!(query, "view=mine&state=testing&state=expected&depot=JN&q=%E9%BD%90%20%E9%B2%81");
        let again = Wanted::read(&sent(&query)).ok().unwrap();
        assert_eq!((again.query(), again.is_filtered()), (query, true));
        assert_eq!(Wanted::read(&sent("view=nonsense&sort=x")).ok().unwrap().query(), "view=open");
        assert!(Wanted::read(&sent("after=x_1")).is_err());
        assert!(Wanted::read(&sent("sort=changed&after=2026-11-20_1")).is_err(), "a mark of another order");
    }

    #[test]
    fn a_page_of_any_order_goes_on_where_it_ended() {
        let at: DateTime<Utc> = "2026-11-20T04:00:00.123456Z".parse().unwrap();
        for sort in LineSort::ALL {
            let left = sort.mark(7, "2026-12-04".parse().unwrap(), at);
            assert_eq!(mark(*sort, &written(left)), Some(left), "{sort}");
        }
    }
}
