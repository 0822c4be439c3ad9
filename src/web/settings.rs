//! `/settings`: what the company is made of. One shape of list and one shape of record serve all of it.

use askama::Template;
use chrono::NaiveDate;

use super::Page;
use super::form::Form;
use super::kit::Html;

/// A place to go from the index.
#[derive(Clone, Debug)]
pub struct Card {
    /// Icon of the sprite.
    pub icon: &'static str,
    /// Address.
    pub href: &'static str,
    /// What it is called.
    pub title: String,
    /// What is done there.
    pub text: String,
}

/// The index.
#[derive(Template)]
#[template(path = "pages/settings.html")]
pub struct SettingsPage {
    /// The frame.
    pub p: Page,
    /// Only where this role may go.
    pub cards: Vec<Card>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Finished markup.
    pub html: Html,
    /// A second, quieter line.
    pub under: String,
    /// Further classes.
    pub class: &'static str,
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Where its first cell leads; empty for nowhere.
    pub href: String,
    /// One per column.
    pub cells: Vec<Cell>,
    /// Where taking it away is asked about; empty when it cannot be.
    pub remove: String,
}

/// A table of a list or a record.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it holds, for readers that cannot see it.
    pub caption: String,
    /// Headings.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<Row>,
    /// What is said when there is none.
    pub empty: String,
}

impl Table {
    /// The heading above a cell, for the cards of a phone.
    pub(super) fn heading(&self, index: &usize) -> &str {
        self.columns.get(*index).map_or("", String::as_str)
    }

    /// Whether a column holds numbers, which stand under each other by their last digit.
    pub(super) fn is_number(&self, index: &usize) -> bool {
        self.rows.first().and_then(|row| row.cells.get(*index)).is_some_and(|cell| cell.class == "num")
    }

    /// Whether any row may be taken away.
    pub(super) fn has_removal(&self) -> bool {
        self.rows.iter().any(|row| !row.remove.is_empty())
    }
}

/// A view above a list, in words.
#[derive(Clone, Debug)]
pub struct View {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// A field of a list's search form.
#[derive(Clone, Debug)]
pub struct Search {
    /// Parameter.
    pub name: &'static str,
    /// Label.
    pub label: String,
    /// What was searched for.
    pub value: String,
}

/// A list.
#[derive(Template)]
#[template(path = "pages/settings_list.html")]
pub struct ListPage {
    /// The frame.
    pub p: Page,
    /// Its name.
    pub title: String,
    /// One line about it.
    pub sub: String,
    /// Its address.
    pub path: &'static str,
    /// Views above it.
    pub views: Vec<View>,
    /// Search fields; none for a list that is always whole.
    pub search: Vec<Search>,
    /// Where a new one is made and the words for it.
    pub new: Option<(&'static str, String)>,
    /// The rows.
    pub table: Table,
    /// Address of the next page.
    pub next: Option<String>,
}

impl ListPage {
    fn is_filtered(&self) -> bool {
        self.search.iter().any(|search| !search.value.is_empty())
    }
}

/// A link above a record: to print it, to its history.
#[derive(Clone, Debug)]
pub struct Link {
    /// Icon.
    pub icon: &'static str,
    /// Address.
    pub href: String,
    /// Words.
    pub label: String,
}

/// A month of the calendar: weeks of days, and what each is.
#[derive(Clone, Debug)]
pub struct Month {
    /// Any day of it.
    pub first: NaiveDate,
    /// Weeks of seven; none outside the month.
    pub weeks: Vec<[Option<CalendarDay>; 7]>,
}

/// A day in a month.
#[derive(Clone, Debug)]
pub struct CalendarDay {
    /// Day of the month.
    pub day: u32,
    /// Its class: `hol`, `mk`, `o` (a weekend), or nothing.
    pub class: &'static str,
    /// What it is called, empty for an ordinary day.
    pub name: String,
    /// The word in the cell: 休, 班, or nothing.
    pub mark: String,
}

/// A part of a record: any of a note, facts, a table and a form.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Unique on the page.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// A sentence below it.
    pub note: String,
    /// Facts as label and value.
    pub facts: Vec<(String, String)>,
    /// A table.
    pub table: Option<Table>,
    /// Months.
    pub months: Vec<Month>,
    /// A form.
    pub form: Option<Form>,
    /// Whether the form hides behind its own words until it is wanted.
    pub folded: bool,
    /// A form that answers with a file.
    pub download: Option<Form>,
    /// A form that sends a file, drawn by itself.
    pub upload: Option<Upload>,
}

impl Section {
    /// A section of a name.
    pub fn new(id: &'static str, title: impl Into<String>) -> Section {
        Section { id, title: title.into(), ..Section::default() }
    }

    /// With a sentence.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Section {
        self.note = note.into();
        self
    }

    /// With a table.
    #[must_use]
    pub fn table(mut self, table: Table) -> Section {
        self.table = Some(table);
        self
    }

    /// With a form, for who may change it; the others read its fields.
    #[must_use]
    pub fn form(mut self, p: &Page, form: Form, may: bool) -> Section {
        if may {
            self.form = Some(form);
        } else {
            self.facts.extend(facts(p, &form));
        }
        self
    }

    /// With a form that adds something, seen only by who may.
    #[must_use]
    pub fn adding(mut self, form: Form, may: bool) -> Section {
        self.form = may.then_some(form);
        self.folded = true;
        self
    }
}

/// A file to send.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Where to.
    pub action: &'static str,
    /// Label of the field.
    pub label: String,
    /// Help below it.
    pub hint: String,
    /// What is wrong with the last one.
    pub error: String,
    /// The button.
    pub submit: String,
}

/// What a form would show to somebody who may only read.
fn facts(p: &Page, form: &Form) -> Vec<(String, String)> {
    use super::form::Control as C;
    let shown = form.fields.iter().filter(|field| !matches!(field.control, C::Hidden | C::Password));
    shown
        .map(|field| {
            let chosen = |choices: &[super::form::Choice]| {
                let chosen = choices.iter().filter(|choice| field.holds(choice));
                chosen.map(|choice| choice.label.clone()).collect::<Vec<_>>().join(&p.t("list-separator"))
            };
            let value = match &field.control {
                C::Check if field.value.is_empty() => p.t("settings-no"),
                C::Check => p.t("settings-yes"),
                C::Select(choices) | C::Pick(choices) | C::Many(choices) => chosen(choices),
                _ => field.value.clone(),
            };
            (field.label.clone(), if value.is_empty() { "—".to_owned() } else { value })
        })
        .collect()
}

/// A record.
#[derive(Template)]
#[template(path = "pages/settings_record.html")]
pub struct RecordPage {
    /// The frame.
    pub p: Page,
    /// The list it is in: address and name; empty when it stands alone.
    pub crumb: (String, String),
    /// Its name.
    pub title: String,
    /// One line about it.
    pub sub: String,
    /// Badges beside the name.
    pub marks: Vec<Html>,
    /// Links above it.
    pub links: Vec<Link>,
    /// Its parts.
    pub sections: Vec<Section>,
}

impl RecordPage {
    /// Takes the form of this id out of the page, to put it back refused.
    pub fn form_mut(&mut self, id: &str) -> Option<&mut Form> {
        self.sections.iter_mut().filter_map(|section| section.form.as_mut()).find(|form| form.id == id)
    }

    /// Shows the section of a form unfolded.
    pub fn unfold(&mut self, id: &str) {
        for section in &mut self.sections {
            if section.form.as_ref().is_some_and(|form| form.id == id) {
                section.folded = false;
            }
        }
    }
}
