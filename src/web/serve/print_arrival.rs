//! `/print/arrival`: the arrival acceptance report (到货验收报告) of what was received under a document: unpacked, checked and signed by
//! both sides.

use super::act::value;
use super::answer::{self, Shown, part};
use super::frame::{self, name};
use super::print_running::company;
use super::settings::record::asked;
use crate::app::stock::{self, MovementFilter, MovementRow};
use crate::domain::actor::Permission;
use crate::domain::fields::code_of;
use crate::domain::refusal::Refusal;
use crate::domain::stock::MovementKind;
use crate::http::{self, Caller};
use crate::web::Page;
use crate::web::barcode::bars;
use crate::web::page::Screen;
use crate::web::print::{Item, SheetPage, Sign};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

/// Rows of a report at most: a batch has no more.
const ROWS: i64 = 5_000;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/print/arrival", web::get().to(report));
}

/// The address of the report of a document.
pub fn address(document: &str) -> String {
    format!("/print/arrival?document={}", part(document))
}

async fn report(req: HttpRequest, caller: Caller) -> Shown {
    caller.may(Permission::ReadStock)?;
    let document = code_of(value(&asked(&req), "document"));
    let filter = MovementFilter {
        document: Some(document.clone()),
        kind: Some(MovementKind::Receive),
        ..MovementFilter::default()
    };
    let mut rows =
        http::read(&caller, move |conn, ctx| stock::list_movements(conn, ctx, &filter, i64::MAX, ROWS))
            .await?;
    rows.retain(|row| row.reversed_by_id.is_none());
    rows.reverse();
    let Some(first) = rows.first().cloned() else {
        return Err(Refusal::not_found("document", document).into());
    };
    let p =
        frame::naming(frame::page(&req, Some(&caller), Screen::Elsewhere), &caller, [&first.actor]).await?;
    let p = frame::with_parties(p, &caller, [first.from_place.as_str(), &first.to_place]).await?;
    let p = frame::with_depots(p, &caller).await?;
    let company = company(&req);
    let number = format!("AR-{document}");
    let (from, to) = (p.place(&first.from_place), received_in(&p, &first));
    answer::page(&SheetPage {
        back: format!("/movements?q={}", part(&document)),
        title: p.t("print-arrival"),
        sub: p.t("print-arrival-sub"),
        bars: bars(&document, 11, 90, &document),
        facts: vec![
            (p.t("print-from"), from.clone()),
            (p.t("print-to"), to.clone()),
            (p.t("print-arrived"), p.at_full(&first.occurred_at)),
            (p.t("print-arrival-by"), p.person(first.actor.as_deref())),
        ],
        what: p.t("col-condition"),
        items: rows.iter().map(|row| item(&p, row)).collect(),
        note: Some((p.t("print-arrival-differences"), p.t("print-arrival-differences-text"))),
        checks: [
            "print-arrival-case",
            "print-arrival-packing",
            "print-arrival-papers",
            "print-arrival-power",
        ]
        .map(|key| p.t(key))
        .into(),
        statement: p.t("print-arrival-statement"),
        signs: vec![
            Sign { who: format!("{} · {from}", p.t("print-handed-by")) },
            Sign { who: format!("{} · {to}", p.t("print-received-by")) },
        ],
        track: None,
        company,
        number,
        others: vec![],
        p,
    })
}

/// Where it was received, with the depot's name: who signs need not know its code.
fn received_in(p: &Page, row: &MovementRow) -> String {
    let code = row.to_place.as_str();
    let depot = code.split('/').next().unwrap_or(code);
    if p.depots.contains_key(depot) {
        let name = p.depot(depot);
        return if code == depot { name } else { format!("{name} · {}", p.place(code)) };
    }
    p.place(code)
}

fn item(p: &Page, row: &MovementRow) -> Item {
    Item {
        name: name(p, &row.part_name, &row.part_name_en).to_owned(),
        part_no: row.part_no.clone(),
        serial: row.serial.clone().unwrap_or_else(|| format!("× {}", row.quantity)),
        what: p.word("condition", row.condition_to.as_str()),
    }
}
