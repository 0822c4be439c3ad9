//! `/setup` and `/start`: from the one-time link to the first RMA.

use crate::web::format::how_many;
use askama::Template;

use super::Page;
use super::form::Form;

/// The page of the one-time link.
#[derive(Template)]
#[template(path = "pages/setup.html")]
pub struct SetupPage {
    /// The frame.
    pub p: Page,
    /// The first administrator; none when the link does not do (any more).
    pub form: Option<Form>,
}

/// A step on the way.
#[derive(Clone, Debug)]
pub struct StartStep {
    /// Code of the texts `start-step-…` and `start-about-…`.
    pub code: &'static str,
    /// Done already.
    pub done: bool,
    /// The first one not done.
    pub now: bool,
    /// Where a spreadsheet does it; empty for nowhere.
    pub import: &'static str,
    /// Where a form does it; empty for nowhere.
    pub make: &'static str,
}

impl StartStep {
    /// Where its blank table is; empty for none.
    fn blank(&self) -> String {
        let kind = self.import.split_once("kind=").map_or("", |(_, kind)| kind);
        if kind.is_empty() { String::new() } else { format!("/imports/{kind}/template.csv") }
    }
}

/// The way from nothing to the first RMA.
#[derive(Template)]
#[template(path = "pages/start.html")]
pub struct StartPage {
    /// The frame.
    pub p: Page,
    /// Steps, in order.
    pub steps: Vec<StartStep>,
}

impl StartPage {
    fn done(&self) -> i64 {
        how_many(self.steps.iter().filter(|step| step.done).count())
    }

    fn all(&self) -> i64 {
        how_many(self.steps.len())
    }
}

/// A form that makes one thing.
#[derive(Template)]
#[template(path = "pages/start_make.html")]
pub struct MakePage {
    /// The frame.
    pub p: Page,
    /// What is made: `depot`, `part` or `customer`.
    pub what: &'static str,
    /// The form.
    pub f: Form,
}
