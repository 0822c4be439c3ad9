//! `/settings`: people, depots, parts, customers, makers, plans, contracts, the calendar, the audit trail and health.

mod audit;
mod calendar;
mod calendar_preview;
mod contracts;
mod customers;
mod depots;
mod health;
mod parts;
mod plan_version;
mod plans;
pub(super) mod record;
pub mod upload;
mod users;
mod vendors;

use self::record::open;
use super::answer::{self, Shown};
use super::frame;
use crate::domain::actor::Permission;
use crate::http::Caller;
use crate::web::page::Screen;
use crate::web::settings::{Card, SettingsPage};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/settings", web::get().to(index))
        .configure(users::routes)
        .configure(depots::routes)
        .configure(parts::routes)
        .configure(customers::routes)
        .configure(vendors::routes)
        .configure(plans::routes)
        .configure(contracts::routes)
        .configure(calendar::routes)
        .configure(audit::routes)
        .configure(health::routes);
}

/// The places: who may go there, its icon, its address, and the stem of its texts.
const PLACES: [(Permission, &str, &str, &str); 10] = [
    (Permission::ManageUsers, "user", "/settings/users", "users"),
    (Permission::ReadSetup, "building-warehouse", "/settings/depots", "depots"),
    (Permission::ReadSetup, "cpu", "/settings/parts", "parts"),
    (Permission::ReadSetup, "building", "/settings/customers", "customers"),
    (Permission::ReadSetup, "building-factory-2", "/settings/vendors", "vendors"),
    (Permission::ReadSetup, "file-certificate", "/settings/plans", "plans"),
    (Permission::ReadSetup, "scale", "/settings/contracts", "contracts"),
    (Permission::ReadSetup, "calendar", "/settings/calendar", "calendar"),
    (Permission::ReadAudit, "clock", "/settings/audit", "audit"),
    (Permission::ReadAudit, "circle-check", "/settings/health", "health"),
];

async fn index(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ReadSetup)?;
    let p = frame::page(&req, Some(&caller), Screen::Settings);
    let mine = PLACES.iter().filter(|place| caller.may(place.0).is_ok());
    let card = |(_, icon, href, stem): &(Permission, &'static str, &'static str, &str)| Card {
        icon,
        href,
        title: p.t(&format!("settings-{stem}")),
        text: p.t(&format!("settings-{stem}-text")),
    };
    let cards = mine.map(card).collect();
    answer::page(&SettingsPage { cards, p })
}
