//! `/rma/new`: a request for one or more faulty parts.

use crate::web::format::how_many;
use askama::Template;

use super::Page;
use super::form::{Choice, Control, Field, Form};

/// The page with its form.
#[derive(Template)]
#[template(path = "pages/rma_new.html")]
pub struct RmaNewPage {
    /// The frame.
    pub p: Page,
    /// Customer, contact, site.
    pub f: Form,
    /// One group of fields per line; names are `line-<i>-<field>`.
    pub lines: Vec<Vec<Field>>,
}

/// What the form offers.
#[derive(Clone, Debug, Default)]
pub struct NewChoices {
    /// Customers this person may act for: code and name. One only = it is taken for granted.
    pub customers: Vec<Choice>,
    /// Service modes; codes of API.md. Of one customer those no contract of theirs offers bear the reason.
    pub modes: Vec<(&'static str, String)>,
    /// Mail address of who asks, where it is the customer's.
    pub contact_email: String,
}

/// The form with `lines` groups of fields.
pub fn page(p: Page, choices: &NewChoices, lines: usize, idempotency_key: &str) -> RmaNewPage {
    let customer = match choices.customers.as_slice() {
        [] => Field::new("customer", p.t("field-customer"), Control::Code).required(),
        [only] => Field::hidden("customer", only.value.clone()),
        many => Field::new("customer", p.t("field-customer"), Control::Select(many.to_vec()))
            .with_hint(p.t("field-customer-known-hint")),
    };
    let fields = vec![
        customer,
        Field::new("contact_email", p.t("field-contact-email"), Control::Email)
            .required()
            .with_value(choices.contact_email.clone())
            .with_hint(p.t("field-contact-email-hint")),
        Field::new("contact_name", p.t("field-contact-name"), Control::Text),
        Field::new("site", p.t("field-site"), Control::Text),
    ];
    let f = Form {
        id: "rma-new".to_owned(),
        action: "/rma".to_owned(),
        fields,
        more: Vec::new(),
        submit: p.t("rma-create"),
        idempotency_key: idempotency_key.to_owned(),
        error: String::new(),
        cancel: "/rma".to_owned(),
    };
    let lines = (0..lines.max(1)).map(|index| line_fields(&p, choices, index)).collect();
    RmaNewPage { p, f, lines }
}

fn line_fields(p: &Page, choices: &NewChoices, index: usize) -> Vec<Field> {
    let name = |field: &str| format!("line-{index}-{field}");
    let mode =
        |(code, why): &(&'static str, String)| Choice::new(*code, p.word("mode", code)).unless(why.as_str());
    let modes: Vec<Choice> = choices.modes.iter().map(mode).collect();
    let classes = ["minor", "major"].map(|code| Choice::new(code, p.word("fault_class", code)));
    let first_mode = choices.modes.iter().find(|(_, why)| why.is_empty()).map_or("", |(code, _)| *code);
    vec![
        Field::new(name("serial"), p.t("field-serial"), Control::Code)
            .required()
            .with_hint(p.t("field-serial-new-hint")),
        Field::new(name("part_no"), p.t("field-part-no"), Control::Code).with_hint(p.t("field-part-no-hint")),
        Field::new(name("fault"), p.t("field-fault"), Control::Area).required(),
        Field::new(name("slot"), p.t("field-slot"), Control::Text).with_hint(p.t("field-slot-hint")),
        Field::new(name("fault_class"), p.t("field-fault-class"), Control::Pick(classes.to_vec()))
            .with_value("minor"),
        Field::new(name("mode"), p.t("field-mode"), Control::Pick(modes)).with_value(first_mode),
    ]
}

impl RmaNewPage {
    fn line_title(&self, index: &usize) -> String {
        self.p.n("rma-new-line", &how_many(index + 1))
    }

    fn bad(&self) -> i64 {
        let lines = self.lines.iter().flatten().filter(|field| !field.error.is_empty()).count();
        self.f.bad_fields().saturating_add(how_many(lines))
    }

    /// Puts typed values and complaints back, by field name.
    pub fn refill(&mut self, values: &[(String, String)], errors: &[(String, String)]) {
        self.f.refill(values, errors);
        for field in self.lines.iter_mut().flatten() {
            if let Some((_, value)) = values.iter().find(|(name, _)| *name == field.name) {
                field.value.clone_from(value);
            }
            if let Some((_, error)) = errors.iter().find(|(name, _)| *name == field.name) {
                field.error.clone_from(error);
            }
        }
    }
}
