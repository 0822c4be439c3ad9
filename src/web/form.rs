//! Forms as data: one template draws them all, with and without JavaScript (UI.md §6).

use crate::web::format::how_many;
use askama::Template;

use super::Page;

/// One form alone: the answer (422, 409) to a refused htmx request.
#[derive(Template)]
#[template(path = "fragments/form.html")]
pub struct FormFragment {
    /// The frame: words and CSRF token.
    pub p: Page,
    /// The form, with values kept and complaints set.
    pub f: Form,
}

/// One choice of a select or a row of radio chips.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Why it cannot be chosen; empty where it can.
    pub why: String,
    /// What choosing it does; empty where the label says it all.
    pub does: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), why: String::new(), does: String::new() }
    }

    /// A choice that is shown with the reason why it cannot be made; with an empty reason it can.
    #[must_use]
    pub fn unless(self, why: impl Into<String>) -> Self {
        Self { why: why.into(), ..self }
    }

    /// A choice that says what it does.
    #[must_use]
    pub fn doing(self, does: impl Into<String>) -> Self {
        Self { does: does.into(), ..self }
    }
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub enum Control {
    /// One line of text.
    Text,
    /// A serial number or another code: monospace, capitals, scanner-friendly.
    Code,
    /// Several lines.
    Area,
    /// A calendar day.
    Date,
    /// A local date and time.
    Moment,
    /// A whole number.
    Number,
    /// An amount of money.
    Amount,
    /// An e-mail address.
    Email,
    /// A password there is already; never sent back.
    Password,
    /// A password to be; never sent back.
    NewPassword,
    /// One of many.
    Select(Vec<Choice>),
    /// One of a few, all visible.
    Pick(Vec<Choice>),
    /// Any of a few, all visible; the value holds the chosen ones, a line each.
    Many(Vec<Choice>),
    /// Yes or no.
    Check,
    /// Sent along, not shown.
    Hidden,
}

/// One field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name in the request.
    pub name: String,
    /// Label, in the page's language.
    pub label: String,
    /// One line of help, empty for none.
    pub hint: String,
    /// The value to show (kept after a refusal). A check is on when this is not empty.
    pub value: String,
    /// How it is filled in.
    pub control: Control,
    /// Whether it may not stay empty. The forms of actions are refused without it, also where the rule would let a program
    /// leave it out.
    pub required: bool,
    /// What is wrong with it and what to do, empty for nothing.
    pub error: String,
    /// Codes offered while one is typed; another may be written.
    pub offered: Vec<Choice>,
}

impl Field {
    /// An empty, optional field.
    pub fn new(name: impl Into<String>, label: impl Into<String>, control: Control) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: String::new(),
            value: String::new(),
            control,
            required: false,
            error: String::new(),
            offered: vec![],
        }
    }

    /// A hidden field.
    pub fn hidden(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, "", Control::Hidden).with_value(value)
    }

    /// The same field, which offers these codes while one is typed.
    #[must_use]
    pub fn offering(mut self, offered: Vec<Choice>) -> Self {
        self.offered = offered;
        self
    }

    /// The same field, marked as required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field with a value.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The same field with a line of help.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same field with a complaint.
    #[must_use]
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    /// What the browser may fill in by itself.
    pub fn autocomplete(&self) -> &'static str {
        match self.control {
            Control::Password => "current-password",
            Control::NewPassword => "new-password",
            _ => "on",
        }
    }

    /// Whether it takes a whole row.
    pub fn wide(&self) -> bool {
        matches!(self.control, Control::Pick(_) | Control::Many(_) | Control::Check)
    }

    /// Whether its choices say what each does.
    pub fn says(&self) -> bool {
        matches!(&self.control, Control::Pick(choices) if choices.iter().any(|choice| !choice.does.is_empty()))
    }

    /// The `type` of a plain input.
    pub fn input_type(&self) -> &'static str {
        match self.control {
            Control::Date => "date",
            Control::Moment => "datetime-local",
            Control::Number => "number",
            Control::Email => "email",
            Control::Password | Control::NewPassword => "password",
            _ => "text",
        }
    }

    /// Whether this choice is one of the chosen.
    pub fn holds(&self, choice: &Choice) -> bool {
        self.value.lines().any(|line| line == choice.value)
    }

    /// Takes over what was sent for it. Boxes send nothing when they are not ticked, and passwords are not repeated.
    fn refill(&mut self, values: &[(String, String)]) {
        let mut sent = values.iter().filter(|(name, _)| *name == self.name).map(|(_, value)| value.as_str());
        match self.control {
            Control::Password | Control::NewPassword => {}
            Control::Many(_) => self.value = sent.collect::<Vec<_>>().join("\n"),
            Control::Check => self.value = sent.next().unwrap_or_default().to_owned(),
            _ => {
                if let Some(value) = sent.next() {
                    value.clone_into(&mut self.value);
                }
            }
        }
    }
}

/// A form: where it goes, what it asks, what went wrong.
#[derive(Clone, Debug)]
pub struct Form {
    /// Unique on the page; ids of fields start with it.
    pub id: String,
    /// Where it is posted.
    pub action: String,
    /// Always shown fields.
    pub fields: Vec<Field>,
    /// Fields behind "more": the time of a later entry, the version.
    pub more: Vec<Field>,
    /// The word on the button: the verb.
    pub submit: String,
    /// Made by the server for this form; the same press twice has its effect once.
    pub idempotency_key: String,
    /// A refusal of the whole form (409), or the count of bad fields (422); empty for none.
    pub error: String,
    /// Where "cancel" goes; empty for no such link.
    pub cancel: String,
}

impl Form {
    /// How many fields have a complaint.
    pub fn bad_fields(&self) -> i64 {
        let bad = self.fields.iter().chain(&self.more).filter(|field| !field.error.is_empty()).count();
        how_many(bad)
    }

    /// The id of a field's control: names repeat between forms, ids may not.
    pub fn field_id(&self, field: &Field) -> String {
        format!("{}-{}", self.id, field.name)
    }

    /// Whether "more" holds anything that is seen.
    pub fn later(&self) -> bool {
        self.more.iter().any(|field| !matches!(field.control, Control::Hidden))
    }

    /// Whether "more" is shown opened: something was filled in there, or is wrong there.
    pub fn later_open(&self) -> bool {
        let shown = self.more.iter().filter(|field| !matches!(field.control, Control::Hidden));
        shown.into_iter().any(|field| !field.value.is_empty() || !field.error.is_empty())
    }

    /// The key of what "more" is called.
    pub fn later_key(&self) -> &'static str {
        let mut shown = self.more.iter().filter(|field| !matches!(field.control, Control::Hidden));
        match (shown.next(), shown.next()) {
            (Some(only), None) if only.name == "note" => "field-note",
            _ if self.more.iter().any(|field| field.name == "note") => "form-later-note",
            _ => "form-later",
        }
    }

    /// Puts the values of a refused request back, and the complaints to their fields. Unknown names are left out.
    pub fn refill(&mut self, values: &[(String, String)], errors: &[(String, String)]) {
        for field in self.fields.iter_mut().chain(&mut self.more) {
            field.refill(values);
            if let Some((_, error)) = errors.iter().find(|(name, _)| *name == field.name) {
                field.error.clone_from(error);
            }
        }
    }
}

/// The form for a note or a file.
#[derive(Clone, Debug, Default)]
pub struct NotesForm {
    /// Where it is posted.
    pub action: String,
    /// Fresh for every page.
    pub idempotency_key: String,
    /// The line the note is about.
    pub line: i64,
    /// May it be for our own people only: it is, unless somebody says otherwise.
    pub may_hide: bool,
    /// What was typed before it was refused.
    pub text: String,
    /// It was to be for the customer too.
    pub shared: bool,
    /// Why it was refused; empty for nothing.
    pub error: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_form_keeps_what_was_typed() {
        let mut form = Form {
            id: "f".into(),
            action: "/rma".into(),
            fields: vec![Field::new("serial", "S", Control::Code), Field::new("fault", "F", Control::Area)],
            more: vec![Field::new("occurred_at", "T", Control::Moment)],
            submit: "Create".into(),
            idempotency_key: "k".into(),
            error: String::new(),
            cancel: String::new(),
        };
        form.refill(
            &[("serial".into(), "MCU24".into()), ("other".into(), "x".into())],
            &[("serial".into(), "short".into()), ("occurred_at".into(), "future".into())],
        );
        assert_eq!(form.fields[0].value, "MCU24");
        assert_eq!(form.fields[0].error, "short");
        assert_eq!(form.bad_fields(), 2);
        assert!(form.fields[1].error.is_empty());
    }

    #[test]
    fn boxes_that_were_unticked_stay_unticked() {
        let choices = vec![Choice::new("JN", "济南"), Choice::new("DZ", "德州")];
        let mut many = Field::new("depots", "D", Control::Many(choices.clone())).with_value("JN");
        let mut check = Field::new("active", "A", Control::Check).with_value("1");
        let mut secret = Field::new("password", "P", Control::Password);
        let sent = [("depots", "DZ"), ("depots", "ZZ"), ("password", "hidden")];
        let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned()));
        for field in [&mut many, &mut check, &mut secret] {
            field.refill(&sent);
        }
        assert_eq!((many.holds(&choices[0]), many.holds(&choices[1])), (false, true));
        assert_eq!((check.value.as_str(), secret.value.as_str()), ("", ""));
    }
}
