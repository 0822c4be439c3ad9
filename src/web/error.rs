//! Error pages: what happened, whether the data is safe, what to do, and a number to quote (UI.md §2).

use askama::Template;

use super::Page;

/// A page for a status that ends a request.
#[derive(Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// The frame. Signed out, the page has no menu.
    pub p: Page,
    /// HTTP status.
    pub status: u16,
    /// A refusal's own text (409, 403, 422), already in the page's language; empty = the text of the status.
    pub detail: String,
    /// What stands in the way, in words; empty for none.
    pub blocker: String,
    /// The number a person can quote.
    pub request_id: String,
    /// Where to go back to.
    pub back: String,
}

impl ErrorPage {
    /// The number as it is quoted: its beginning names the request in the log.
    fn quoted(&self) -> &str {
        self.request_id.get(..8).unwrap_or(&self.request_id)
    }

    /// The key suffix: a status with its own words, or its class.
    fn kind(&self) -> &'static str {
        match self.status {
            403 => "403",
            404 => "404",
            409 | 412 | 422 => "409",
            413 => "413",
            429 => "429",
            503 => "503",
            status if status < 500 => "400",
            _ => "500",
        }
    }

    fn icon(&self) -> &'static str {
        match self.kind() {
            "403" => "lock",
            "404" => "search",
            "409" => "hand-stop",
            "429" | "503" => "hourglass",
            _ => "alert-triangle",
        }
    }

    fn title_text(&self) -> String {
        self.p.t(&format!("error-{}-title", self.kind()))
    }

    fn text(&self) -> String {
        if self.detail.is_empty() {
            self.p.t(&format!("error-{}-text", self.kind()))
        } else {
            self.detail.clone()
        }
    }
}
