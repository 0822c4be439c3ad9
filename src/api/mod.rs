//! JSON face: one file per resource; wire types and OpenAPI live here.
//!
//! A resource declares its calls with [`endpoints!`](crate::endpoints) and is named once more, in `RESOURCES`.

mod attachments;
mod audit;
mod availability;
mod calendar;
mod case_wire;
mod contracts;
mod counts;
mod customers;
mod deeds;
mod depots;
mod evidence;
mod exceptions;
pub mod exports;
mod fault_codes;
mod forecast;
mod imports;
mod instruments;
mod intake_files;
mod intakes;
mod kept;
mod kpi;
mod me;
mod movements;
mod notes;
mod notice_templates;
mod notices;
mod openapi;
mod operation;
mod parts;
mod password_resets;
mod plans;
mod promise_wire;
mod promises;
mod proposals;
mod public_requests;
mod repair_body;
mod repair_wire;
mod repairs;
mod requests;
mod reservations;
mod rma_facets;
mod rma_views;
mod rma_wire;
mod rmas;
mod scan;
mod scans;
mod second_factor;
mod sent;
mod session;
mod sessions;
mod shipment_wire;
mod shipments;
mod stock;
mod stock_wire;
mod track;
mod transfer_wire;
mod transfers;
mod turnaround;
mod units;
mod users;
mod van;
mod vendor_scores;
mod vendors;
mod watched;
mod words;
mod workload;

pub use openapi::document;

use crate::http::endpoint::{self, Endpoint, Table};
use crate::http::problem::{Problem, Trouble};
use actix_web::Route;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Where the API stands.
pub const PREFIX: &str = "/api/v1";

/// A resource: its calls, their handlers, and what the OpenAPI document says about them.
struct Resource {
    name: &'static str,
    about: &'static str,
    endpoints: &'static [Endpoint],
    routes: fn() -> Vec<(&'static str, Route)>,
    document: fn() -> utoipa::openapi::OpenApi,
}

macro_rules! resources {
    ($($module:ident: $about:literal),+ $(,)?) => {
        const RESOURCES: &[Resource] = &[$(Resource {
            name: stringify!($module),
            about: $about,
            endpoints: $module::ENDPOINTS,
            routes: $module::routes,
            document: <$module::Doc as utoipa::OpenApi>::openapi,
        }),+];
    };
}

resources! {
    session: "Signing in and out.",
    me: "The caller: rights, language, password, API tokens.",
    sessions: "Where the caller is signed in.",
    second_factor: "The caller's authenticator, and taking a colleague's away.",
    password_resets: "A forgotten password.",
    users: "People, their roles, depots and customers.",
    proposals: "Exchanges proposed for lines at risk.",
    rma_facets: "How many open RMA lines there are of each kind.",
    rmas: "RMAs: request, follow, act.",
    notes: "Notes on RMAs, and new labels of units.",
    attachments: "Files on RMAs.",
    rma_views: "Kept views of the RMA list, and lines given to somebody many at once.",
    repairs: "The bench: repair orders of RMA lines and of our own faulty stock.",
    fault_codes: "What the bench calls a fault.",
    shipments: "What is on the road.",
    track: "Following an RMA without an account.",
    public_requests: "Requests of people without an account, confirmed by mail.",
    stock: "What stands in the depots, now and as of a day.",
    units: "Where each serialised thing is, and what happened to it.",
    instruments: "Instruments: where each is, and whether it was checked in time.",
    movements: "The stock ledger: booked, put right, read.",
    reservations: "Stock held for somebody.",
    availability: "Where a spare can come from.",
    scan: "What is this code, and what may I do with it now.",
    transfers: "Stock on its way between depots.",
    intakes: "Boxes nobody announced.",
    intake_files: "Files on intakes.",
    requests: "Replacement requests.",
    van: "What the caller carries in the own van.",
    counts: "Stock counts.",
    scans: "Scans from devices.",
    exceptions: "What a person has to settle.",
    depots: "Depots and the bins in them.",
    parts: "Parts, what may stand in for them, reorder points.",
    customers: "Customers with contacts and sites.",
    vendors: "Who repairs for us.",
    vendor_scores: "How those who repair for us do.",
    plans: "Service plans: which promises are made, on which terms.",
    contracts: "Which plan a customer has, for which time and sites.",
    calendar: "The working-day calendar, and due dates counted with it.",
    promises: "What is owed, to whom, by when.",
    kpi: "Figures, and the rows behind each number.",
    turnaround: "How long repairs take.",
    watched: "Parts that are easily damaged, and how often they failed.",
    kept: "How the promises beside the repair were kept.",
    forecast: "How a month is going to end.",
    workload: "What stands open, what waits for customers, how often the spare was there in time.",
    evidence: "Figures the customer can recount, and the heads of the ledgers' seals.",
    imports: "Spreadsheets into the books.",
    exports: "What is in the books, as spreadsheets.",
    notices: "Mails to customers: queued, sent, given up.",
    notice_templates: "Texts of mails in one's own words.",
    audit: "Who did what, when.",
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        PREFIX,
        endpoints().map(|endpoint| (endpoint, openapi::queries(endpoint.method, endpoint.path))),
    )
});

/// Every call of the API with who may make it.
pub fn endpoints() -> impl Iterator<Item = Endpoint> {
    RESOURCES.iter().flat_map(|resource| resource.endpoints.iter().copied())
}

/// Mounts the API, its description, and what operators ask for (`/healthz`, `/readyz`, `/metrics`).
pub fn routes(cfg: &mut ServiceConfig) {
    openapi::alias(cfg);
    let mut scope = web::scope(PREFIX).default_service(web::to(nothing_here));
    for (first, family) in families() {
        scope = scope.service(
            family.into_iter().fold(web::scope(first), |scope, (rest, route)| scope.route(rest, route)),
        );
    }
    cfg.service(scope.wrap(from_fn(|req, next| endpoint::authorise(&TABLE, req, next))));
    openapi::routes(cfg);
    operation::routes(cfg);
}

/// The handlers by the first segment of their address. actix tries the addresses of a scope one after the other: so a request
/// goes past sixty names and the patterns of its own family, not past the patterns of all calls.
fn families() -> BTreeMap<&'static str, Vec<(&'static str, Route)>> {
    let mut families = BTreeMap::<_, Vec<_>>::new();
    for (path, route) in RESOURCES.iter().flat_map(|resource| (resource.routes)()) {
        let end = path[1..].find('/').map_or(path.len(), |slash| slash + 1);
        let (first, rest) = path.split_at(end);
        families.entry(first).or_default().push((rest, route));
    }
    families
}

async fn nothing_here() -> Result<String, Problem> {
    Err(Trouble::NoSuchAddress.into())
}
