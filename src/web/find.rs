//! `/find?q=`: one box finds serials, RMAs, waybills, parts and customers; a single hit is opened at once.

use askama::Template;

use super::Page;

/// One hit.
#[derive(Clone, Debug)]
pub struct Hit {
    /// `unit`, `rma`, `request`, `repair`, `shipment`, `transfer`, `count`, `box`, `part`, `customer`, `bin`.
    pub kind: &'static str,
    /// Code: serial, number, part number.
    pub code: String,
    /// Name or short description.
    pub name: String,
    /// Where it is or stands, in the page's language; empty for none.
    pub note: String,
    /// Its page.
    pub href: String,
}

/// The result page.
#[derive(Template)]
#[template(path = "pages/find.html")]
pub struct FindPage {
    /// The frame.
    pub p: Page,
    /// What was searched.
    pub q: String,
    /// Hits, grouped by kind in this order.
    pub hits: Vec<Hit>,
    /// Whether more hits exist than are shown.
    pub more: bool,
}

/// The icon of a kind of thing.
pub fn icon(kind: &str) -> &'static str {
    match kind {
        "unit" => "cpu",
        "rma" => "arrows-exchange",
        "request" => "package-export",
        "repair" => "tool",
        "shipment" | "transfer" => "truck",
        "count" => "clipboard-check",
        "box" => "inbox",
        "part" => "package",
        "customer" => "building",
        "bin" => "map-pin",
        _ => "help-circle",
    }
}
