//! What papers carry, for `/find`: numbers of printed sheets, of transfers, counts, boxes and requests, and waybills.

use super::answer::part;
use super::find::{HITS, hit, there};
use crate::app::{AppResult, Conn, Ctx, counts, intakes, requests, rma, transfers};
use crate::domain::actor::Permission;
use crate::web::find::Hit;

/// Documents with this number, and what travels with this waybill.
pub(super) fn hits(conn: &mut Conn, ctx: &Ctx, q: &str, hits: &mut Vec<Hit>) -> AppResult<()> {
    let number = q.to_uppercase();
    let role = ctx.actor.role;
    if role.may(Permission::ReadRma) {
        on_lines(conn, ctx, &number, hits)?;
        for parcel in rma::shipments_of_waybill(conn, ctx, q, HITS)? {
            hits.push(hit(
                "shipment",
                &parcel.tracking_no,
                &parcel.carrier,
                &parcel.rma,
                line_page(&parcel.rma, parcel.line),
            ));
        }
    }
    if !role.may(Permission::ReadStock) {
        return Ok(());
    }
    if let Some(request) = there(requests::get(conn, ctx, q))? {
        let href = format!("/requests/{}", part(&request.number));
        hits.push(hit("request", &request.number, &request.customer_name, &request.faulty_serial, href));
    }
    let by_number =
        if number.starts_with("TR-") { there(transfers::view(conn, ctx, &number))? } else { None };
    let by_waybill = transfers::of_waybill(conn, ctx, q, HITS)?;
    for row in by_number.map(|found| found.row).into_iter().chain(by_waybill) {
        let way = format!("{} → {}", row.from_depot, row.to_depot);
        hits.push(hit(
            "transfer",
            &row.number,
            &way,
            &row.tracking_no,
            format!("/transfers/{}", part(&row.number)),
        ));
    }
    if number.starts_with("PD-")
        && let Some(count) = there(counts::view(conn, ctx, &number))?
    {
        let row = count.row;
        hits.push(hit("count", &row.number, &row.depot, "", format!("/counts/{}", part(&row.number))));
    }
    if number.starts_with("BOX-") {
        for row in intakes::in_box(conn, ctx, &number, HITS)? {
            hits.push(hit("box", &row.box_no, &row.serial, &row.depot, format!("/intakes/{}", row.id)));
        }
    }
    Ok(())
}

/// Sheets about one line: fault tag, hand-over sheet, delivery note.
fn on_lines(conn: &mut Conn, ctx: &Ctx, number: &str, hits: &mut Vec<Hit>) -> AppResult<()> {
    if let Some(id) = number.strip_prefix("DN-").and_then(|id| id.parse().ok())
        && let Some(parcel) = there(rma::shipment(conn, ctx, id))?
    {
        hits.push(hit("shipment", number, &parcel.carrier, &parcel.rma, line_page(&parcel.rma, parcel.line)));
    }
    let sheet = number.strip_prefix("FT-").or_else(|| number.strip_prefix("HO-"));
    let Some((rma, line)) = sheet.and_then(|sheet| sheet.rsplit_once('-')) else { return Ok(()) };
    let Ok(line) = line.parse() else { return Ok(()) };
    if let Some(found) = there(rma::line_view(conn, ctx, &format!("RMA-{rma}"), line))? {
        let row = found.row;
        hits.push(hit("rma", number, &row.serial, &row.number, line_page(&row.number, row.line)));
    }
    Ok(())
}

fn line_page(rma: &str, line: i64) -> String {
    format!("/rma/{}?line={line}", part(rma))
}
