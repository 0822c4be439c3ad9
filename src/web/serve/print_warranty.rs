//! `/print/unit/{serial}/warranty`: the warranty card that stays with a unit we delivered (保修卡).

use super::act::given;
use super::answer::{self, Shown, part};
use super::frame::{self, name};
use super::print_running::company;
use super::settings::record::asked;
use crate::app::{customers, stock};
use crate::domain::actor::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::stock::Owner;
use crate::http::{self, Caller};
use crate::web::barcode::bars;
use crate::web::page::Screen;
use crate::web::print::{Item, SheetPage, Sign};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/print/unit/{serial}/warranty", web::get().to(card));
}

async fn card(req: HttpRequest, caller: Caller, serial: web::Path<String>) -> Shown {
    caller.may(Permission::ReadStock)?;
    let part_no = given(&asked(&req), "part_no");
    let (unit, warranty, customer) = http::read(&caller, move |conn, ctx| {
        let details = stock::unit_details(conn, ctx, &serial, part_no.as_deref())?;
        let none = || Refusal::not_found("warranty", &details.unit.serial);
        let (unit, warranty) = (details.unit.clone(), details.warranty.ok_or_else(none)?);
        let Owner::Customer(code) = &unit.owner else { return Err(none().into()) };
        let customer = customers::get(conn, ctx, code)?;
        Ok((unit, warranty, customer.row.name))
    })
    .await?;
    let p = frame::page(&req, Some(&caller), Screen::Elsewhere);
    let company = company(&req);
    let number = format!("WC-{}", unit.serial);
    let item = Item {
        name: name(&p, &unit.part_name, &unit.part_name_en).to_owned(),
        part_no: unit.part_no.clone(),
        serial: unit.serial.clone(),
        what: unit.maker.clone(),
    };
    answer::page(&SheetPage {
        back: format!("/unit/{}?part_no={}", part(&unit.serial), part(&unit.part_no)),
        title: p.t("print-warranty"),
        sub: company.clone(),
        bars: bars(&unit.serial, 11, 90, &unit.serial),
        facts: vec![
            (p.t("col-customer"), customer.clone()),
            (p.t("print-delivered-on"), p.date(&warranty.from)),
            (p.t("print-warranty-until"), p.date(&warranty.until)),
            (p.t("print-warranty-term"), p.n("print-warranty-months", &warranty.months)),
        ],
        what: p.t("unit-maker"),
        items: vec![item],
        note: Some((p.t("print-warranty-claim"), p.t("print-warranty-claim-text"))),
        checks: vec![],
        statement: p.t("print-warranty-statement"),
        signs: vec![Sign { who: company.clone() }, Sign { who: customer }],
        track: None,
        company,
        number,
        others: vec![],
        p,
    })
}
