//! The pages on the way in beside sign-in: a forgotten password, the new one, the authenticator's code.

use askama::Template;

use super::Page;

/// One field of a gate.
#[derive(Clone, Debug)]
pub struct GateField {
    /// Name in the request.
    pub name: &'static str,
    /// Label, in the page's language.
    pub label: String,
    /// `type` of the input.
    pub kind: &'static str,
    /// What a password manager may fill in.
    pub autocomplete: &'static str,
    /// One line of help, empty for none.
    pub hint: String,
    /// What is wrong with it, empty for nothing.
    pub error: String,
    /// What was typed before; never a password.
    pub value: String,
}

/// A page that asks for little or says one thing.
#[derive(Template)]
#[template(path = "pages/gate.html")]
pub struct GatePage {
    /// The frame.
    pub p: Page,
    /// Heading.
    pub title: String,
    /// What it is about.
    pub text: String,
    /// What went wrong, empty for nothing.
    pub error: String,
    /// Where the form goes, empty for no form.
    pub action: &'static str,
    /// Sent along, not shown.
    pub hidden: Vec<(&'static str, String)>,
    /// Fields.
    pub fields: Vec<GateField>,
    /// The word on the button.
    pub submit: String,
    /// Where the link below goes.
    pub link: &'static str,
    /// Its words.
    pub link_text: String,
}
