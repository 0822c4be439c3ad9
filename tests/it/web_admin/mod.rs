//! The administrator's pages and the paper, in a browser without script.

mod paper;
mod records;

use crate::support::browser::{Browser, hidden};

/// Sends a form with the token of the page it stands on, as one that is to be refused; status and page.
async fn refused(browser: &Browser, from: &str, path: &str, form: &[(&str, &str)]) -> (u16, String) {
    let page = browser.page(from).await;
    let mut fields = form.to_vec();
    fields.push(("csrf", hidden(&page, "csrf")));
    let answer = browser.post(path, &fields).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// No key stands where a person should read words.
fn assert_worded(path: &str, page: &str) {
    for area in ["settings-", "print-", "field-", "calendar-"] {
        assert!(!page.contains(&format!(">{area}")), "{path}: {area} is no word for a person");
    }
}
