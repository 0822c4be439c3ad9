//! The form of a plan version: what is promised, one row per promise, and how clocks and titles go.

use crate::web::format::how_many;
use askama::Template;

use super::Page;
use super::form::{Field, Form};

/// One promise a plan may make.
#[derive(Clone, Debug)]
pub struct TermRow {
    /// Code of the promise.
    pub code: &'static str,
    /// How long; empty when it is not promised.
    pub amount: Field,
    /// What is counted.
    pub unit: Field,
    /// How many must be kept, in per cent.
    pub target: Field,
    /// Whether the day of the start is day 1.
    pub first_day: Field,
}

impl TermRow {
    /// Its fields in the order of the row.
    pub fn fields(&self) -> [&Field; 4] {
        [&self.amount, &self.unit, &self.target, &self.first_day]
    }

    /// The same, to fill in.
    pub fn fields_mut(&mut self) -> [&mut Field; 4] {
        [&mut self.amount, &mut self.unit, &mut self.target, &mut self.first_day]
    }
}

/// One promise in hindsight: how it was kept, and how it would have been.
#[derive(Clone, Debug)]
pub struct WouldRow {
    /// Code of the promise.
    pub code: &'static str,
    /// Share in thousandths, kept and due.
    pub was: (Option<i32>, i64, i64),
    /// The same under what the form says.
    pub would: (Option<i32>, i64, i64),
}

/// The page.
#[derive(Template)]
#[template(path = "pages/settings_plan.html")]
pub struct PlanFormPage {
    /// The frame.
    pub p: Page,
    /// The plan it is a version of: address and name; empty for a new plan.
    pub crumb: (String, String),
    /// What is made.
    pub title: String,
    /// Head of the form: names, first day, regime.
    pub f: Form,
    /// The promises.
    pub terms: Vec<TermRow>,
    /// It can be looked back on: a plan that has promised something.
    pub may_look: bool,
    /// The last days under these terms; none before somebody asked.
    pub would: Option<Vec<WouldRow>>,
}

impl PlanFormPage {
    fn bad(&self) -> i64 {
        let bad = self.terms.iter().flat_map(TermRow::fields).filter(|field| !field.error.is_empty()).count();
        self.f.bad_fields().saturating_add(how_many(bad))
    }

    /// Puts back what was typed and what is wrong.
    pub fn refill(&mut self, sent: &[(String, String)], errors: &[(String, String)]) {
        self.f.refill(sent, errors);
        // The rows follow the same rules as any form: boxes that were not sent are off.
        for row in &mut self.terms {
            let fields = row.fields_mut();
            let mut form =
                Form { fields: fields.iter().map(|field| (**field).clone()).collect(), ..self.f.clone() };
            form.refill(sent, errors);
            for (field, filled) in fields.into_iter().zip(form.fields) {
                *field = filled;
            }
        }
    }
}
