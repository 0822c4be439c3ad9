//! What all records have in common: who may look, how a list is read, how a form comes back.

use crate::app::setup::Listing;
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::http::{self, Caller, Problem};
use crate::i18n::Lang;
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::kit::{Html, Tone, badge, escape};
use crate::web::page::Screen;
use crate::web::serve::act::{self, Sent, value};
use crate::web::serve::answer::{self, Shown, go, is_htmx, part};
use crate::web::serve::frame;
use crate::web::serve::rows;
use crate::web::settings::{Cell, RecordPage, Search, Table};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use std::future::Future;

/// Refuses whoever may not be here at all.
pub fn open(caller: &Caller, permission: Permission) -> Result<(), Problem> {
    caller.may(permission)
}

/// Whether the caller may change set-up data.
pub fn may_change(caller: &Caller) -> bool {
    caller.may(Permission::ManageSetup).is_ok()
}

/// The parameters of the address.
pub fn asked(req: &HttpRequest) -> Sent {
    url::form_urlencoded::parse(req.query_string().as_bytes()).into_owned().collect()
}

/// The frame of a record's page. After a change it says that it was saved.
pub fn frame_of(req: &HttpRequest, caller: &Caller) -> Page {
    let mut p = frame::page(req, Some(caller), Screen::Settings);
    if req.method() == actix_web::http::Method::GET && !value(&asked(req), "saved").is_empty() {
        p.toasts.push(p.t("settings-saved"));
    }
    p
}

/// The page of a list that is asked for: one row more than is shown.
pub fn listing(sent: &Sent) -> Listing {
    Listing { after: value(sent, "after").to_owned(), limit: rows::READ, q: value(sent, "q").to_owned() }
}

/// Cuts a page to its length; the key of its last row when there are more.
pub fn cut<T>(rows: &mut Vec<T>, key: impl Fn(&T) -> String) -> Option<String> {
    let more = rows::cut(rows);
    rows.last().filter(|_| more).map(key)
}

/// The address of the next page, with what was searched for.
pub fn next_page(path: &str, sent: &Sent, after: Option<String>) -> Option<String> {
    let kept = sent.iter().filter(|(name, value)| !value.is_empty() && name != "after" && name != "saved");
    let kept: String = kept.map(|(name, value)| format!("{}={}&", part(name), part(value))).collect();
    after.map(|after| format!("{path}?{kept}after={}", part(&after)))
}

/// A list's search field.
pub fn search(p: &Page, sent: &Sent) -> Vec<Search> {
    vec![Search { name: "q", label: p.t("settings-search"), value: value(sent, "q").to_owned() }]
}

/// A cell of words.
pub fn text(text: impl AsRef<str>) -> Cell {
    Cell { html: Html::raw(escape(text.as_ref())), ..Cell::default() }
}

/// A cell of words with a quieter line below.
pub fn two(first: impl AsRef<str>, under: impl Into<String>) -> Cell {
    Cell { under: under.into(), ..text(first) }
}

/// A cell with a code.
pub fn code(code: impl AsRef<str>) -> Cell {
    Cell { class: "mono", ..text(code) }
}

/// A cell with a number.
pub fn number(p: &Page, n: i64) -> Cell {
    Cell { class: "num", ..text(p.count(&n)) }
}

/// A badge that says yes; an empty cell says no.
pub fn yes(p: &Page, on: bool) -> Cell {
    if on {
        Cell { html: badge(Tone::Plain, "check", &p.t("settings-yes")), ..Cell::default() }
    } else {
        text("—")
    }
}

/// Headings by their keys.
pub fn columns(p: &Page, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| p.t(key)).collect()
}

/// An empty table of these headings.
pub fn table(p: &Page, caption: &str, keys: &[&str], empty: &str) -> Table {
    Table { caption: p.t(caption), columns: columns(p, keys), rows: vec![], empty: p.t(empty) }
}

/// A form that saves.
pub fn form(p: &Page, id: &str, action: String, fields: Vec<Field>) -> Form {
    Form {
        id: id.to_owned(),
        action,
        fields,
        more: vec![],
        submit: p.t("save"),
        idempotency_key: act::key(),
        error: String::new(),
        cancel: String::new(),
    }
}

/// The choices of a closed set of words, in their families' words.
pub fn words<'a>(p: &Page, family: &str, all: impl IntoIterator<Item = &'a str>) -> Vec<Choice> {
    all.into_iter().map(|code| Choice::new(code, p.word(family, code))).collect()
}

/// A line of text with a label.
pub fn line(p: &Page, name: &str, label: &str, value: impl Into<String>) -> Field {
    Field::new(name, p.t(label), Control::Text).with_value(value)
}

/// A box with a label.
pub fn tick(p: &Page, name: &str, label: &str, on: bool) -> Field {
    Field::new(name, p.t(label), Control::Check).with_value(if on { "1" } else { "" })
}

/// Whether a box was ticked.
pub fn ticked(sent: &Sent, name: &str) -> bool {
    !value(sent, name).is_empty()
}

/// Every value of a field that may come several times.
pub fn all_of(sent: &Sent, name: &str) -> Vec<String> {
    let own = sent.iter().filter(|(field, _)| field == name);
    own.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// Codes typed one after the other, with blanks, commas or line breaks between.
pub fn codes(text: &str) -> Vec<String> {
    let apart = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；'));
    apart.filter(|code| !code.is_empty()).map(ToOwned::to_owned).collect()
}

/// Names typed one to a line: names may hold blanks.
pub fn codes_by_line(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

/// The languages of people and mails, each in itself.
pub fn language_choices() -> Vec<Choice> {
    Lang::ALL
        .iter()
        .map(|lang| Choice::new(lang.code(), if lang.code() == "en" { "English" } else { "简体中文" }))
        .collect()
}

/// After a form: on to where it leads, or back to its page with what was typed and what is wrong. `rename` gives the form's
/// name for a field of the use case.
pub async fn settle<Fut>(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    done: Result<String, Problem>,
    id: &str,
    rename: fn(&str) -> String,
    page: Fut,
) -> Shown
where
    Fut: Future<Output = Result<RecordPage, Problem>>,
{
    let problem = match done {
        Ok(to) => return Ok(go(req, &to)),
        Err(problem) => problem,
    };
    let p = frame_of(req, caller);
    let (mut said, problem) = act::complaint(&p, problem)?;
    for (field, _) in &mut said.fields {
        *field = rename(field);
    }
    let mut screen = page.await?;
    screen.unfold(id);
    let Some(form) = screen.form_mut(id) else { return Err(problem) };
    // All that is missing is said at once, also what the use case would have asked for next.
    if let (StatusCode::UNPROCESSABLE_ENTITY, Err(Refusal::Invalid(missing))) =
        (problem.status(), act::complete(form, sent))
    {
        // A password is not sent back, so that nobody knows whether it was typed.
        let told = |name: &str| name == "password" || said.fields.iter().any(|(field, _)| field == name);
        let more: Vec<(String, String)> = missing
            .iter()
            .filter(|error| !told(&error.field))
            .map(|error| (error.field.clone(), http::words::field(p.lang, error)))
            .collect();
        said.fields.extend(more);
    }
    act::refuse(form, sent, &said);
    if is_htmx(req) {
        let form = form.clone();
        return act::fragment(p, form, &problem);
    }
    answer::html(problem.status(), &screen)
}

/// The use case's own names are the form's.
pub fn same(field: &str) -> String {
    field.to_owned()
}

/// `contacts[3].name` is the form's `name`, and `bins[2]` its `bins`.
pub fn of_item(field: &str) -> String {
    match field.split_once('[').map(|(list, rest)| (list, rest.split_once("]."))) {
        Some((_, Some((_, name)))) => name.to_owned(),
        Some((list, None)) => list.to_owned(),
        None => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lists_fields_have_the_forms_names() {
        assert_eq!(of_item("contacts[3].email"), "email");
        assert_eq!(of_item("bins[2]"), "bins");
        assert_eq!(of_item("name"), "name");
    }

    #[test]
    fn codes_are_read_however_they_are_parted() {
        assert_eq!(codes(" A1-01,A1-02，A2\nB 、 "), ["A1-01", "A1-02", "A2", "B"]);
    }

    #[test]
    fn the_next_page_keeps_the_search() {
        let sent = vec![("q".to_owned(), "主控 板".to_owned()), ("after".to_owned(), "A".to_owned())];
        let next = next_page("/settings/parts", &sent, Some("MCU/24".to_owned()));
        assert_eq!(next.unwrap(), "/settings/parts?q=%E4%B8%BB%E6%8E%A7%20%E6%9D%BF&after=MCU%2F24");
        assert_eq!(next_page("/x", &sent, None), None);
    }
}
