//! `/request`: asking for a repair without an account, confirmed by mail.

use askama::Template;

use super::Page;
use super::form::Form;

/// The form.
#[derive(Template)]
#[template(path = "pages/public_request.html")]
pub struct PublicRequestPage {
    /// The frame.
    pub p: Page,
    /// The form; none once it was sent.
    pub form: Option<Form>,
}

/// What the link in the mail leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It does no longer, or never did.
    Gone,
    /// It is to be confirmed: serial and fault, as written.
    Asks {
        /// Serial.
        serial: String,
        /// What is wrong.
        fault: String,
        /// The link's secret.
        token: String,
    },
    /// It became an RMA.
    Registered {
        /// RMA number.
        number: String,
        /// Where it is followed.
        href: String,
    },
    /// A person looks at it.
    Held,
}

/// The page behind the link in the mail.
#[derive(Template)]
#[template(path = "pages/public_confirm.html")]
pub struct PublicConfirmPage {
    /// The frame.
    pub p: Page,
    /// Where the request stands.
    pub state: LinkState,
}
