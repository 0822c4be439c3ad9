//! The pages of a depot's work, by plain forms: what a clerk does with a browser without script.

mod counts;
mod lookup;
mod slips;
mod station;
mod stock;
mod transfers;

use crate::depot::{Company, company};
use crate::support::Database;
use crate::support::browser::{Browser, hidden};

/// A company at work, and its clerk of JN at a browser.
async fn clerk(db: &Database) -> (Company, Browser) {
    let company = company(db).await;
    let browser = Browser::signed_in(&company.server, "li").await;
    (company, browser)
}

/// Sends a form that is refused; its status and the page.
pub async fn refused(browser: &Browser, from: &str, to: &str, form: &[(&str, &str)]) -> (u16, String) {
    let page = browser.page(from).await;
    let mut fields = form.to_vec();
    fields.push(("csrf", hidden(&page, "csrf")));
    let answer = browser.post(to, &fields).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}
