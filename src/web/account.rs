//! `/me`: language, theme, shortcuts, API tokens.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Page;
use super::form::Form;

/// An API token. The secret itself is stored nowhere.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// Its id.
    pub id: i64,
    /// The name its owner gave it.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; none = never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used.
    pub used_at: Option<DateTime<Utc>>,
}

/// The page.
#[derive(Template)]
#[template(path = "pages/account.html")]
pub struct AccountPage {
    /// The frame; shows name, role and scope.
    pub p: Page,
    /// Mail address, empty for none.
    pub email: String,
    /// Live tokens, newest first.
    pub tokens: Vec<TokenRow>,
    /// Form for a new token.
    pub token_form: Form,
    /// The token just made, shown this once.
    pub new_token: Option<String>,
    /// Form for a new password.
    pub password_form: Option<Form>,
}
