//! Who answers which address: each handler reads by a use case, fills a screen's view model and renders it, or passes a
//! form on to a use case and sends the browser back.

mod account;
mod act;
mod answer;
mod as_of;
mod begin;
mod bench;
mod bench_lanes;
mod bench_order;
mod board;
mod clock;
mod counts;
mod dashboard;
mod exceptions;
mod find;
mod find_papers;
mod flash;
mod frame;
mod gate;
mod goods;
mod held;
mod imports;
mod instruments;
mod intake_files;
mod intakes;
mod lookup;
mod menu;
mod mine;
mod mine_ask;
mod moves;
mod notice_templates;
mod notices;
mod opening;
mod print;
mod print_arrival;
mod print_running;
mod print_warranty;
mod proposal;
mod public;
mod report;
mod reports;
mod requests;
mod rma_beside;
mod rma_export;
mod rma_line;
mod rma_list;
mod rma_notes;
mod rma_view;
mod rma_wanted;
mod rmas;
mod rows;
mod security;
mod session;
mod settings;
mod spares;
mod start;
mod station;
mod station_words;
mod stock;
mod today;
mod track;
mod transfer_new;
mod transfer_preview;
mod transfer_receipt;
mod transfers;
mod unit_data;
mod unit_form;
mod unit_life;
mod unit_release;
mod units;

use crate::http::{Problem, Trouble};
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

/// Mounts the web face. It takes every address nobody else has: mount it last.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(super::assets::configure);
    let scope = web::scope("")
        .default_service(web::to(nothing_here))
        .configure(session::routes)
        .configure(gate::routes)
        .configure(security::routes)
        .configure(dashboard::routes)
        .configure(rmas::routes)
        .configure(rma_line::routes)
        .configure(rma_notes::routes)
        .configure(bench::routes)
        .configure(bench_order::routes)
        .configure(track::routes)
        .configure(station::routes)
        .configure(today::routes)
        .configure(transfers::routes)
        .configure(counts::routes)
        .configure(exceptions::routes)
        .configure(intake_files::routes)
        .configure(intakes::routes)
        .configure(goods::routes)
        .configure(stock::routes)
        .configure(instruments::routes)
        .configure(requests::routes)
        .configure(units::routes)
        .configure(find::routes)
        .configure(menu::routes)
        .configure(notices::routes)
        .configure(account::routes)
        .configure(opening::routes)
        .configure(start::routes)
        .configure(public::routes)
        .configure(held::routes)
        .configure(report::routes)
        .configure(reports::routes)
        .configure(imports::routes)
        .configure(settings::routes)
        .configure(print::routes)
        .configure(print_arrival::routes)
        .configure(print_running::routes)
        .configure(print_warranty::routes)
        .wrap(from_fn(answer::dress));
    cfg.service(scope);
}

async fn nothing_here() -> Result<String, Problem> {
    Err(Trouble::NoSuchAddress.into())
}
